"""An explanation as text for the screen: what moved, by how much, by whose coding, from which source."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

import pandas as pd

from alliance_metrics.report.text.layout import interval, paragraph, percent, signed, skipped_lines
from alliance_metrics.report.text.rows import Row, missing, where
from alliance_metrics.results.tables import rows_of
from alliance_metrics.results.tidy_result import TidyResult

_MOST_SHOWN = 6
_KINDS = {"language_model": "language models", "human": "human coders"}


def render_explanation(result: TidyResult) -> str:
    """Say why an index moved.

    Parameters
    ----------
    result
        The explanation.

    Returns
    -------
    str
        The change in a sentence; its parts; the indicators that contributed most, with the words of their levels, what
        each coder gave and noted, and the evidence cited; the other indicators in a line each; evidence with status
        and source; and what an explanation of this kind cannot show. At most 100 columns, addresses apart.
    """
    summary, parts = rows_of(result.to_frame("summary")), rows_of(result.to_frame("parts"))
    shares = {row["component"]: row for row in parts if row["tier"] == "indicator" and row["kind"] == "component"}
    levels = rows_of(result.to_frame("levels"))
    moved = _ordered([row for row in levels if _has_moved(row)], shares)
    counted = [row for row in moved if row["role"] == summary[0]["role"]]
    shown, names = counted[:_MOST_SHOWN], {row["indicator_id"] for row in counted[:_MOST_SHOWN]}
    cells = [cell for cell in rows_of(result.to_frame("codings")) if cell["indicator_id"] in names]
    evidence = result.to_frame("evidence")
    numbers = number_evidence(evidence, cells)
    outside = [row for row in moved if row not in counted]
    blocks = [
        paragraph(_answer(result, summary[0])),
        list(_part_lines(summary, parts)),
        [_heading(len(shown), len(counted))],
        *(_indicator(row, shares, cells, numbers=numbers) for row in shown),
        _short_lines("Other indicators that moved, by their contribution:", counted[_MOST_SHOWN:], shares),
        _short_lines("Also moved, reported outside the index:", outside, shares),
        _still_lines([row for row in levels if row not in moved]),
        evidence_lines(evidence, cells, numbers=numbers, latest=summary[0]["year"]),
        event_lines(result.to_frame("events")),
        _caution(result),
    ]
    return "\n\n".join("\n".join(block) for block in blocks if block)


def _heading(shown: int, counted: int) -> str:
    if not shown:
        return "No indicator of the index has moved."
    if shown == counted:
        return "The one indicator that moved:" if shown == 1 else f"The {shown} indicators that moved:"
    return f"The {shown} indicators that contributed most, of {counted} that moved:"


def _has_moved(row: Row) -> bool:
    return bool(row["moved"]) or math.isnan(row["before"]) != math.isnan(row["after"])


def _ordered(rows: Sequence[Row], shares: Mapping[str, Row]) -> list[Row]:
    """Order indicators by their part of the change, or by how far they moved where the change has no parts."""

    def size(row: Row) -> tuple[float, float]:
        share = shares.get(row["indicator_id"])
        change = 0.0 if math.isnan(row["change"]) else abs(row["change"])
        return (0.0 if share is None else -round(abs(share["estimate"]), 9), -change)

    return sorted(rows, key=size)


def _answer(result: TidyResult, index: Row) -> str:
    """Say in a sentence what moved from where to where, and how sure that is."""
    since, year = index["since"], index["year"]
    name = f"The index ({index['component']}) of {result.record['asked']['unit']}"
    before, after = _point(index, "before"), _point(index, "after")
    if math.isnan(index["change"]):
        years = [str(one) for one, end in ((since, "before"), (year, "after")) if math.isnan(index[end])]
        missing = f"{name} has no score in {' and '.join(years)}: too little is coded."
        return f"{missing} It stood at {before} in {since} and at {after} in {year}."
    change = f"a change of {signed(index['change'])} points {_span(index, 'change_', plus=True)}"
    draws = f"of {result.record['draws']:,} draws"
    brackets = f"Brackets: {100 * index['confidence']:.6g}% intervals over the draws."
    fell, rose = (f"{word} in {percent(index[word])}" for word in ("fell", "rose"))
    if not _is_settled(index):
        return (
            f"{name} stood at {before} in {since} and at {after} in {year}, {change}: whether it rose or fell is not "
            f"settled. It {fell} {draws} and {rose}. {brackets}"
        )
    verb, share = ("fell", fell) if index["change"] < 0 else ("rose", rose)
    return f"{name} {verb} from {before} in {since} to {after} in {year}, {change}. It {share} {draws}. {brackets}"


def _is_settled(index: Row) -> bool:
    """Say whether the interval of the change excludes zero, and the estimate lies on the same side."""
    return bool(index["change_lower"] > 0 < index["change"] or index["change_upper"] < 0 > index["change"])


def _part_lines(summary: Sequence[Row], parts: Sequence[Row]) -> Iterator[str]:
    """Give what each pillar contributes to the change, and coverage."""
    own = [row for row in parts if row["tier"] == "pillar"]
    if not own:
        return
    scores = {row["component"]: row for row in summary}
    change = sum(row["estimate"] for row in own)
    agree = _is_settled(summary[0]) and all(row["estimate"] * change >= 0 for row in own)
    width = max(len(row["component"]) for row in own)
    yield "Parts of the change, in points of the index; they sum to it:"
    for row in own:
        share = f" {100 * row['estimate'] / change:3.0f}%" if agree else ""
        score = scores.get(row["component"]) if row["kind"] == "component" else None
        note = "indicators that are coded in only one of the years"
        if score is not None:
            note = f"own score {_point(score, 'before')} -> {_point(score, 'after')}"
        yield f"  {row['component']:<{width}} {signed(row['estimate']):>6} {_span(row, plus=True):<16}{share}  {note}"
    below = sum(row["estimate"] for row in parts if row["tier"] == "indicator" and row["kind"] != "component")
    if abs(below) > 0 and all(row["kind"] == "component" for row in own):
        yield f"  Of this {signed(below)} is coverage: some indicators are coded in only one of the years."


def _indicator(row: Row, shares: Mapping[str, Row], cells: Sequence[Row], *, numbers: Mapping[str, int]) -> list[str]:
    """Give one indicator: its part, its levels in words, and what each coder gave."""
    share = shares.get(row["indicator_id"])
    part = "" if share is None else f": {signed(share['estimate'])} points {_span(share, plus=True)}"
    lines = paragraph(f"{row['name']} ({row['parent']}){part}", hang=4)
    for end, year in (("before", row["since"]), ("after", row["year"])):
        lines += paragraph(f"{year}: {_level(row, end)}", indent=4, hang=6)
    own = [cell for cell in cells if cell["indicator_id"] == row["indicator_id"]]
    width = max((len(cell["coder"]) for cell in own), default=0)
    for coder in dict.fromkeys(cell["coder"] for cell in own):
        head = coder
        for cell in (one for one in own if one["coder"] == coder):
            names = sorted(cell["evidence_ids"].split(), key=numbers.__getitem__)
            marks = "".join(f" [{numbers[name]}]" for name in names) or " (no evidence cited)"
            basis = f"{cell['basis']}: " if cell.get("basis") else ""
            text = f"{head:<{width}}  {cell['year']}: {_given(cell):<7} {basis}{cell['note'] or 'no note'}{marks}"
            lines += paragraph(text, indent=4, hang=width + 16)
            head = ""
    return lines


def _level(row: Row, end: str) -> str:
    if math.isnan(row[end]):
        return "not coded"
    filled = ", filled from other years" if row[f"filled_{end}"] else ""
    span = _span(row, f"{end}_")
    return f"level {row[end]:.1f} {span}{filled}; level {row[f'nearest_{end}']:.0f} reads: {row[f'words_{end}']}"


def _given(cell: Row) -> str:
    if math.isnan(cell["score"]):
        return "no score"
    spread = "" if cell["low"] == cell["high"] else f" ({cell['low']:.0f}-{cell['high']:.0f})"
    return f"{cell['score']:.0f}{spread}"


def _short_lines(title: str, rows: Sequence[Row], shares: Mapping[str, Row]) -> list[str]:
    """Give indicators in a few lines each, without coders."""
    lines = [title] if rows else []
    for row in rows:
        share = shares.get(row["indicator_id"])
        part = "" if share is None else f"{signed(share['estimate'])}  "
        levels = " -> ".join("not coded" if math.isnan(row[end]) else f"{row[end]:.1f}" for end in ("before", "after"))
        words = row["words_after"]
        if row["words_before"] and row["words_before"] != words:
            words = f"{row['words_before']} -> {words or 'not coded'}"
        lines += paragraph(f"{part}{row['name']}, level {levels}: {words}", indent=2, hang=6)
    return lines


def _still_lines(rows: Sequence[Row]) -> list[str]:
    """Name indicators that are uncertain and did not move."""
    if not rows:
        return []
    names = "; ".join(row["name"] for row in rows)
    return paragraph(f"Unchanged, though coders differ or give a range in either year: {names}.", hang=2)


def _caution(result: TidyResult) -> list[str]:
    """Say by whom it was coded, and what an explanation of this kind cannot show."""
    coders, parts = result.to_frame("codings").drop_duplicates("coder"), result.to_frame("parts")
    kinds = [
        f"{_KINDS.get(str(kind), str(kind))} ({', '.join(group['coder'])})"
        for kind, group in coders.groupby("coder_kind", sort=False)
    ]
    notes = []
    if kinds:
        notes.append(
            f"The codings are by {' and '.join(kinds)}, following a published codebook. They are research inputs, not "
            "expert consensus. Evidence marked [verified] was read at the source or in a copy; [literature] was "
            "recalled and not looked up."
        )
    notes.append(
        "Parts show which codings moved the index and by how much, not why. That a coder cites an event for a level "
        "does not show that the event caused the change, and what nobody coded is missing."
    )
    if len(parts):
        how = "a part is weight times change"
        if not result.record["additive"]:
            how = (
                "the index is not a plain mean, so a part is the average gain when a component changes, over all "
                f"orders of changing them (Shapley value), in {parts['draws'].iloc[0]:,} of the draws"
            )
        notes.append(f"Configuration '{result.record['name']}': {how}.")
    lines = ["How to read this", *(line for note in notes for line in paragraph(note, indent=2))]
    return lines + [f"  {line}" for line in skipped_lines(result.to_frame("skipped"))]


def _point(row: Row, end: str) -> str:
    return "no score" if math.isnan(row[end]) else f"{row[end]:.1f} {_span(row, f'{end}_')}"


def _span(row: Row, prefix: str = "", *, plus: bool = False) -> str:
    return interval(row[f"{prefix}lower"], row[f"{prefix}upper"], plus=plus, dash=not plus)


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
    figures, several = [], len({row["status"] for row in rows}) > 1
    for row in rows:
        value = "no figure" if missing(row["value"]) else f"{row['value']:,.6g}"
        note = f" ({row['description']})" if row["description"] else ""
        status = f" [{row['status']}]" if several else ""
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
