"""What a page is made of: sections, the tables in them, and the line that stands where tables are missing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import jinja2
from markupsafe import Markup

from alliance_metrics.report.brief.cells import EMPTY
from alliance_metrics.report.brief.tables import BriefTables

#: The command that saves the tables of a kind, where it has one of its own.
COMMANDS: Mapping[str, str] = {
    "sensitivity": "sensitivity",
    "reliability": "reliability",
    "comparison": "compare",
    "claims": "claims",
    "validation": "validate",
}


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

    title: str = ""
    words: tuple[Markup, ...] = ()
    tables: tuple[PageTable, ...] = ()
    charts: tuple[str, ...] = ()
    left_out: Markup = EMPTY


def made_section(
    tables: BriefTables, title: str, compose: Callable[[BriefTables], Section | str], *, needs: Sequence[str] = ()
) -> Section:
    """Make a section, or the line that stands for it where its tables are missing or say nothing about the pair.

    Parameters
    ----------
    tables
        The saved tables.
    title
        Title of the section.
    compose
        The function that gives its content, or one sentence on why there is none.
    needs
        Kinds of result it needs.

    Returns
    -------
    Section
        The section.
    """
    absent = [kind for kind in needs if not tables.has(kind)]
    if absent:
        commands = Markup(" and ").join(
            Markup("<code>{}</code>").format(COMMANDS.get(kind, f"analyse --only {kind}")) for kind in absent
        )
        text = Markup("Left out: its tables are not saved; run {} or <code>score --all</code> to save them.")
        return Section(title, left_out=text.format(commands))
    made = compose(tables)
    if isinstance(made, str):
        return Section(title, left_out=Markup("Left out: {}").format(made))
    return replace(made, title=title)


def template(name: str) -> jinja2.Template:
    """Open a template; what it fills in is escaped unless it is marked as markup.

    Parameters
    ----------
    name
        File of the template.

    Returns
    -------
    jinja2.Template
        The template.
    """
    loader = jinja2.PackageLoader("alliance_metrics.report", "templates")
    environment = jinja2.Environment(loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True)
    return environment.get_template(name)
