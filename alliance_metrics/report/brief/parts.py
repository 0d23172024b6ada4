"""What a page is made of: sections, the tables in them, and the line that stands where tables are missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from alliance_metrics.report.brief.cells import EMPTY
from alliance_metrics.report.brief.tables import BriefTables

COMMANDS: Mapping[str, str] = {
    "sensitivity": "sensitivity",
    "reliability": "reliability",
    "comparison": "compare",
    "claims": "claims",
    "validation": "validate",
}
"""The command that saves the tables of a kind, where it has one of its own."""


@dataclass(frozen=True)
class PageTable:
    """A table of the page.

    Parameters
    ----------
    head
        Heads of the columns.
    rows
        Cells; those of the first column name the row.
    caption
        What the table shows.
    texts
        Places of the columns of words, beside the first; a table that has some is as wide as the page.
    """

    head: tuple[str | Markup, ...]
    rows: tuple[tuple[Markup, ...], ...]
    caption: Markup = EMPTY
    texts: tuple[int, ...] = ()


@dataclass(frozen=True)
class Section:
    """A section of the page.

    Parameters
    ----------
    title
        Its title.
    words
        Paragraphs.
    tables
        Tables.
    charts
        Charts it shows, by name.
    left_out
        Why it is not there; nothing else is shown then.
    """

    title: str
    words: tuple[Markup, ...] = ()
    tables: tuple[PageTable, ...] = ()
    charts: tuple[str, ...] = ()
    left_out: Markup = EMPTY


def missing(tables: BriefTables, title: str, kinds: Sequence[str]) -> Section | None:
    """Give the line that stands for a section whose tables are not saved.

    Parameters
    ----------
    tables
        The saved tables.
    title
        Title of the section.
    kinds
        Kinds of result it needs.

    Returns
    -------
    Section or None
        The line; none where all are there.
    """
    absent = [kind for kind in kinds if not tables.has(kind)]
    if not absent:
        return None
    commands = Markup(" and ").join(
        Markup("<code>{}</code>").format(COMMANDS.get(kind, f"analyse --only {kind}")) for kind in absent
    )
    text = Markup("Left out: its tables are not saved; run {} or <code>score --all</code> to save them.")
    return Section(title, left_out=text.format(commands))


def nothing(title: str, why: str) -> Section:
    """Give the line that stands for a section whose tables have nothing about the pair.

    Parameters
    ----------
    title
        Title of the section.
    why
        One sentence.

    Returns
    -------
    Section
        The line.
    """
    return Section(title, left_out=Markup("Left out: {}").format(why))
