"""Evidence as numbered notes with date, status, source and place within it."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from alliance_metrics.results.tables import rows_of

_MOST_EVENTS = 15
Row = Mapping[str, Any]
_DIRECTIONS = {1: "for", -1: "against", 0: "neither for nor against"}


def number_evidence(evidence: pd.DataFrame, cells: Sequence[Row]) -> dict[str, int]:
    """Give the evidence that cells cite numbers, by date.

    Parameters
    ----------
    evidence
        Evidence by date, as an explanation has it.
    cells
        Rows of codings that are told.

    Returns
    -------
    dict of str to int
        From 1.
    """
    cited = {name for cell in cells for name in cell["evidence_ids"].split()}
    names = [name for name in dict.fromkeys(evidence["evidence_id"]) if name in cited]
    return {name: place for place, name in enumerate(names, start=1)}


def evidence_lines(
    evidence: pd.DataFrame, cells: Sequence[Row], *, numbers: Mapping[str, int], latest: int, width: int
) -> list[str]:
    """Tell numbered evidence.

    Parameters
    ----------
    evidence, cells
        As in `number_evidence`.
    numbers
        Number of each.
    latest
        The later of the years compared; what is dated after it is marked so.
    width
        Columns; an address may be longer.

    Returns
    -------
    list of str
        For each its date, title, status, what it says, who cites it, its source and the place within it.
    """
    lines = ["Evidence cited for these indicators, by date"] if numbers else []
    for name, number in numbers.items():
        rows = rows_of(evidence[evidence["evidence_id"] == name])
        coders = dict.fromkeys(cell["coder"] for cell in cells if name in cell["evidence_ids"].split())
        mark = f"[{number}]"
        after = all(int(str(row["date"])[:4]) > latest for row in rows)
        late = f" (dated after {latest})" if after else ""
        lines += wrapped(
            f"{mark:<5}{_dates(rows)}  {_title(rows[0])} [{_statuses(rows)}]{late}", width, first="  ", rest=" " * 9
        )
        told = _figures(rows) if rows[0]["kind"] == "series" else _described(rows[0])
        lines += wrapped(f"{told} Cited by {', '.join(sorted(coders))}.", width, first=" " * 7)
        sources: list[str] = list(dict.fromkeys(_source(row) for row in rows))
        for source in sources:
            lines += wrapped(source, width, first=" " * 7, rest=" " * 9)
    return lines


def event_lines(events: pd.DataFrame, *, width: int) -> list[str]:
    """Tell events of the same years that no coding of either year cites.

    Parameters
    ----------
    events
        As an explanation has them.
    width
        Columns.

    Returns
    -------
    list of str
        The first by date, and how many more there are.
    """
    rows = rows_of(events)
    lines = ["Other events on record in these years, which no coding of either year cites"] if rows else []
    for row in rows[:_MOST_EVENTS]:
        lines += wrapped(f"{row['date']}  {row['title']} [{row['status']}]", width, first="  ", rest=" " * 9)
    if len(rows) > _MOST_EVENTS:
        lines.append(f"  and {len(rows) - _MOST_EVENTS} more")
    return lines


def wrapped(text: str, width: int, *, first: str = "", rest: str | None = None) -> list[str]:
    """Wrap a text, leaving addresses whole.

    Parameters
    ----------
    text
        The text.
    width
        Columns.
    first, rest
        What stands before the first line, and before the others; the same where absent.

    Returns
    -------
    list of str
        Lines.
    """
    then = first if rest is None else rest
    return textwrap.wrap(
        text, width, initial_indent=first, subsequent_indent=then, break_long_words=False, break_on_hyphens=False
    )


def _title(row: Row) -> str:
    return f'Figures "{row["title"]}"' if row["kind"] == "series" else str(row["title"])


def _dates(rows: list[dict[str, Any]]) -> str:
    return ", ".join(dict.fromkeys(str(row["date"]) for row in rows))


def _statuses(rows: list[dict[str, Any]]) -> str:
    return " and ".join(dict.fromkeys(str(row["status"]) for row in rows))


def _figures(rows: list[dict[str, Any]]) -> str:
    told, mixed = [], len({row["status"] for row in rows}) > 1
    for row in rows:
        value = f"{row['value']:,.6g}" if row["value"] == row["value"] else "no figure"
        note = f" ({row['description']})" if row["description"] else ""
        status = f" [{row['status']}]" if mixed else ""
        told.append(f"{row['date']}: {value} {row['unit']}{status}{note}")
    return "; ".join(told) + "."


def _described(row: Row) -> str:
    facts = [str(row["visibility"])]
    if not pd.isna(row["direction"]):
        facts.append(f"{_DIRECTIONS.get(int(row['direction']), 'neither')} cohesion")
    text = str(row["description"]).rstrip()
    return f"{text}{'' if text.endswith(('.', '?', '!')) else '.'} ({', '.join(fact for fact in facts if fact)})"


def _source(row: Row) -> str:
    year: str = "n.d." if pd.isna(row["source_year"]) else str(row["source_year"])
    author = f"{row['author']} ({year})" if row["author"] else f"({year})"
    named = ", ".join(str(part) for part in (author, row["source_title"], row["container"]) if part)
    place = row["locator"] or "no page or item given"
    archive = f" ({row['archive_ref']})" if row["archive_ref"] else ""
    return f"Source: {named}; {place}{archive}. {row['url']}".rstrip()
