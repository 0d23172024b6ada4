"""Evidence as numbered notes with date, status, source and place within it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from alliance_metrics.report.text.layout import Row, missing, paragraph, where
from alliance_metrics.results.tables import rows_of

_MOST_EVENTS = 15
_DIRECTIONS = {1: "for", -1: "against", 0: "neither for nor against"}


def number_evidence(evidence: pd.DataFrame, cells: Sequence[Row]) -> dict[str, int]:
    """Give numbers to the evidence that cells cite, by date.

    Parameters
    ----------
    evidence
        Evidence by date, as an explanation has it.
    cells
        Rows of codings that are shown.

    Returns
    -------
    dict of str to int
        From 1.
    """
    cited = {name for cell in cells for name in cell["evidence_ids"].split()}
    names = [name for name in dict.fromkeys(evidence["evidence_id"]) if name in cited]
    return {name: place for place, name in enumerate(names, start=1)}


def evidence_lines(
    evidence: pd.DataFrame, cells: Sequence[Row], *, numbers: Mapping[str, int], latest: int
) -> list[str]:
    """List numbered evidence.

    Parameters
    ----------
    evidence, cells
        As in `number_evidence`.
    numbers
        Number of each.
    latest
        The later of the years compared; what is dated after it is marked so.

    Returns
    -------
    list of str
        For each its date, title, status, content, the coders who cite it, its source and the place within it.
    """
    lines = ["Evidence cited for these indicators, by date"] if numbers else []
    for name, number in numbers.items():
        rows = rows_of(where(evidence, evidence_id=name))
        first, mark = rows[0], f"[{number}]"
        coders = sorted({cell["coder"] for cell in cells if name in cell["evidence_ids"].split()})
        title = f'Figures "{first["title"]}"' if first["kind"] == "series" else str(first["title"])
        late = f" (dated after {latest})" if all(int(str(row["date"])[:4]) > latest for row in rows) else ""
        dates, statuses = _distinct(rows, "date", ", "), _distinct(rows, "status", " and ")
        lines += paragraph(f"{mark:<5}{dates}  {title} [{statuses}]{late}", indent=2, hang=7)
        content = _figures(rows) if first["kind"] == "series" else _described(first)
        lines += paragraph(f"{content} Cited by {', '.join(coders)}.", indent=7)
        for source in dict.fromkeys(map(_source, rows)):
            lines += paragraph(source, indent=7, hang=2)
    return lines


def event_lines(events: pd.DataFrame) -> list[str]:
    """List events of the same years that no coding of either year cites.

    Parameters
    ----------
    events
        As an explanation has them.

    Returns
    -------
    list of str
        The first by date, and how many more there are.
    """
    rows = rows_of(events)
    lines = ["Other events on record in these years, which no coding of either year cites"] if rows else []
    for row in rows[:_MOST_EVENTS]:
        lines += paragraph(f"{row['date']}  {row['title']} [{row['status']}]", indent=2, hang=7)
    return lines + [f"  and {len(rows) - _MOST_EVENTS} more"] * (len(rows) > _MOST_EVENTS)


def _distinct(rows: Sequence[Row], column: str, between: str) -> str:
    return between.join(dict.fromkeys(str(row[column]) for row in rows))


def _figures(rows: Sequence[Row]) -> str:
    figures, mixed = [], len({row["status"] for row in rows}) > 1
    for row in rows:
        value = "no figure" if missing(row["value"]) else f"{row['value']:,.6g}"
        note = f" ({row['description']})" if row["description"] else ""
        status = f" [{row['status']}]" if mixed else ""
        figures.append(f"{row['date']}: {value} {row['unit']}{status}{note}")
    return "; ".join(figures) + "."


def _described(row: Row) -> str:
    facts = [str(row["visibility"])]
    if not missing(row["direction"]):
        facts.append(f"{_DIRECTIONS.get(int(row['direction']), 'neither')} cohesion")
    text = str(row["description"]).rstrip()
    return f"{text}{'' if text.endswith(('.', '?', '!')) else '.'} ({', '.join(fact for fact in facts if fact)})"


def _source(row: Row) -> str:
    year = "n.d." if missing(row["source_year"]) else str(row["source_year"])
    author = f"{row['author']} ({year})" if row["author"] else f"({year})"
    named = ", ".join(str(part) for part in (author, row["source_title"], row["container"]) if part)
    place = row["locator"] or "no page or item given"
    archive = f" ({row['archive_ref']})" if row["archive_ref"] else ""
    return f"Source: {named}; {place}{archive}. {row['url']}".rstrip()
