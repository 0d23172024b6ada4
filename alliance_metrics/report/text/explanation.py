"""An explanation as text for the screen: what moved, by how much, on whose word, from which source."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from alliance_metrics.report.text.evidence import event_lines, evidence_lines, number_evidence, wrapped
from alliance_metrics.results.tables import rows_of
from alliance_metrics.results.tidy_result import TidyResult

WIDTH = 100
_MOST_TOLD = 6
_KINDS = {"language_model": "language models", "human": "human coders"}
Row = Mapping[str, Any]


def render_explanation(result: TidyResult) -> str:
    """Tell why an index moved.

    Parameters
    ----------
    result
        The explanation.

    Returns
    -------
    str
        The change in a sentence; what it is made of; the indicators that moved most, with the words of their levels,
        what each coder gave and noted, and what they cite; the other indicators in a line each; evidence with status
        and source; and what an explanation of this kind cannot say. At most 100 columns, addresses apart.
    """
    summary, parts = rows_of(result.to_frame("summary")), rows_of(result.to_frame("parts"))
    shares = {row["component"]: row for row in parts if row["tier"] == "indicator" and row["kind"] == "component"}
    levels = rows_of(result.to_frame("levels"))
    moved = _ordered([row for row in levels if _has_moved(row)], shares)
    counted = [row for row in moved if row["role"] == summary[0]["role"]]
    told, names = counted[:_MOST_TOLD], {row["indicator_id"] for row in counted[:_MOST_TOLD]}
    cells = [cell for cell in rows_of(result.to_frame("codings")) if cell["indicator_id"] in names]
    evidence = result.to_frame("evidence")
    numbers = number_evidence(evidence, cells)
    blocks = [
        _answer(result, summary[0]),
        _part_lines(summary, parts),
        _heading(len(told), len(counted)),
        *(_indicator(row, shares, cells, numbers=numbers) for row in told),
        _brief_lines("Also moved, by what they make up of the change:", counted[_MOST_TOLD:], shares),
        _brief_lines("Moved, and reported outside the index:", [row for row in moved if row not in counted], shares),
        _still_lines([row for row in levels if row not in moved]),
        evidence_lines(evidence, cells, numbers=numbers, latest=summary[0]["year"], width=WIDTH),
        event_lines(result.to_frame("events"), width=WIDTH),
        _caution(result),
    ]
    return "\n\n".join("\n".join(block) for block in blocks if block)


def _lines(text: str, *, first: str = "", rest: str | None = None) -> list[str]:
    return wrapped(text, WIDTH, first=first, rest=rest)


def _heading(told: int, counted: int) -> list[str]:
    if not told:
        return ["No indicator that counts has moved."]
    if told == counted:
        return ["The one indicator that moved:" if told == 1 else f"The {told} indicators that moved:"]
    return [f"The {told} indicators that did most, of {counted} that moved:"]


def _has_moved(row: Row) -> bool:
    return bool(row["moved"]) or math.isnan(row["before"]) != math.isnan(row["after"])


def _ordered(rows: Sequence[Row], shares: Mapping[str, Row]) -> list[Row]:
    """Order indicators by what they make up of the change, or by how far they moved where it has no parts."""

    def size(row: Row) -> tuple[float, float]:
        share = shares.get(row["indicator_id"])
        change = 0.0 if math.isnan(row["change"]) else abs(row["change"])
        return (0.0 if share is None else -round(abs(share["estimate"]), 9), -change)

    return sorted(rows, key=size)


def _answer(result: TidyResult, index: Row) -> list[str]:
    """Say in a sentence what moved from where to where, and how sure that is."""
    unit, draws = result.record["asked"]["unit"], result.record["draws"]
    name = f"The index ({index['component']}) of {unit}"
    ends = [_point(index, "before"), _point(index, "after")]
    if math.isnan(index["change"]):
        years = [str(index[key]) for key, end in (("since", "before"), ("year", "after")) if math.isnan(index[end])]
        return _lines(
            f"{name} has no score in {' and '.join(years)}: too little is coded. It stood at {ends[0]} in "
            f"{index['since']} and at {ends[1]} in {index['year']}."
        )
    change = f"a change of {_signed(index['change'])} points {_between(index, 'change_')}"
    drawn = f"{draws:,} draws of what is uncertain"
    brackets = f"Brackets hold {100 * index['confidence']:.6g}% of the draws."
    if not _is_settled(index):
        return _lines(
            f"{name} stood at {ends[0]} in {index['since']} and at {ends[1]} in {index['year']}, {change}: whether it "
            f"rose or fell is not settled. It fell in {_share(index['fell'])} of {drawn} and rose in "
            f"{_share(index['rose'])}. {brackets}"
        )
    verb = "fell" if index["change"] < 0 else "rose"
    return _lines(
        f"{name} {verb} from {ends[0]} in {index['since']} to {ends[1]} in {index['year']}, {change}. It {verb} in "
        f"{_share(index['fell' if index['change'] < 0 else 'rose'])} of {drawn}. {brackets}"
    )


def _is_settled(index: Row) -> bool:
    """Say whether the interval of the change leaves no doubt of its sign, and the estimate agrees."""
    return bool(index["change_lower"] > 0 and index["change"] > 0) or bool(
        index["change_upper"] < 0 and index["change"] < 0
    )


def _part_lines(summary: list[dict[str, Any]], parts: list[dict[str, Any]]) -> list[str]:
    """Give what each pillar makes up of the change, and coverage."""
    own = [row for row in parts if row["tier"] == "pillar"]
    if not own:
        return []
    scores = {row["component"]: row for row in summary}
    change = sum(row["estimate"] for row in own)
    alike = _is_settled(summary[0]) and all(row["estimate"] * change >= 0 for row in own)
    width = max(len(row["component"]) for row in own)
    lines = ["What the change is made of, in points of the index; the parts sum to it:"]
    for row in own:
        percent = f" {100 * row['estimate'] / change:3.0f}%" if alike else ""
        score = scores.get(row["component"]) if row["kind"] == "component" else None
        note = "indicators that are coded in one of the years alone"
        if score is not None:
            note = f"its own score {_point(score, 'before')} -> {_point(score, 'after')}"
        lines.append(
            f"  {row['component']:<{width}} {_signed(row['estimate']):>6} {_between(row):<16}{percent}  {note}"
        )
    below = sum(row["estimate"] for row in parts if row["tier"] == "indicator" and row["kind"] != "component")
    if abs(below) > 0 and all(row["kind"] == "component" for row in own):
        lines.append(f"  Of this {_signed(below)} is coverage: some indicators are coded in one of the years alone.")
    return lines


def _indicator(row: Row, shares: Mapping[str, Row], cells: Sequence[Row], *, numbers: Mapping[str, int]) -> list[str]:
    """Tell one indicator: its part, its levels in words, and each coder's word."""
    share = shares.get(row["indicator_id"])
    part = "" if share is None else f": {_signed(share['estimate'])} points {_between(share)}"
    lines = _lines(f"{row['name']} ({row['parent']}){part}", rest="    ")
    for end, year in (("before", row["since"]), ("after", row["year"])):
        lines += _lines(f"{year}: {_level(row, end)}", first="    ", rest="          ")
    own = [cell for cell in cells if cell["indicator_id"] == row["indicator_id"]]
    width = max((len(cell["coder"]) for cell in own), default=0)
    for coder in dict.fromkeys(cell["coder"] for cell in own):
        head = coder
        for cell in own:
            if cell["coder"] == coder:
                names = sorted(cell["evidence_ids"].split(), key=numbers.__getitem__)
                marks = "".join(f" [{numbers[name]}]" for name in names) or " (cites nothing)"
                told = f"{cell['year']}: {_given(cell):<7} {cell['note'] or 'no note'}{marks}"
                lines += _lines(told, first=f"    {head:<{width}}  ", rest=" " * (width + 20))
                head = ""
    return lines


def _level(row: Row, end: str) -> str:
    if math.isnan(row[end]):
        return "not coded"
    filled = ", filled from other years" if row[f"filled_{end}"] else ""
    words = row[f"words_{end}"]
    nearest = f"{row[f'nearest_{end}']:.0f}"
    return f"level {row[end]:.1f} {_between(row, f'{end}_')}{filled}; level {nearest} reads: {words}"


def _given(cell: Row) -> str:
    if math.isnan(cell["score"]):
        return "no score"
    spread = "" if cell["low"] == cell["high"] else f" ({cell['low']:.0f}-{cell['high']:.0f})"
    return f"{cell['score']:.0f}{spread}"


def _brief_lines(title: str, rows: Sequence[Row], shares: Mapping[str, Row]) -> list[str]:
    """Give indicators in a few lines each, without coders."""
    lines = [title] if rows else []
    for row in rows:
        share = shares.get(row["indicator_id"])
        part = "" if share is None else f"{_signed(share['estimate'])}  "
        levels = " -> ".join("not coded" if math.isnan(row[end]) else f"{row[end]:.1f}" for end in ("before", "after"))
        words = row["words_after"]
        if row["words_before"] and row["words_before"] != words:
            words = f"{row['words_before']} -> {words or 'not coded'}"
        lines += _lines(f"{part}{row['name']}, level {levels}: {words}", first="  ", rest="        ")
    return lines


def _still_lines(rows: Sequence[Row]) -> list[str]:
    """Name indicators that are in doubt and stood still."""
    if not rows:
        return []
    names = "; ".join(row["name"] for row in rows)
    return _lines(f"Stood still, though coders differ or leave a range open in either year: {names}.", rest="  ")


def _caution(result: TidyResult) -> list[str]:
    """Say by whom it was coded, and what an explanation of this kind cannot say."""
    coders, parts = result.to_frame("codings").drop_duplicates("coder"), result.to_frame("parts")
    kinds = [
        f"{_KINDS.get(str(kind), str(kind))} ({', '.join(group['coder'])})"
        for kind, group in coders.groupby("coder_kind", sort=False)
    ]
    lines = ["How to read this"]
    if kinds:
        lines += _lines(
            f"The codings are by {' and '.join(kinds)}, following a published codebook. They are research inputs, not "
            "expert consensus. Evidence marked [verified] was read at the source or a copy; [literature] was recalled "
            "and not looked up.",
            first="  ",
        )
    lines += _lines(
        "The change of an index is no cause. The parts say which codings moved it and by how much; that a coder cites "
        "an event for a level does not show that the event brought it about, and what nobody coded is not here.",
        first="  ",
    )
    if len(parts):
        how = "a part is weight times change"
        if not result.record["additive"]:
            how = (
                "the index is not a plain mean, so a part is what it gains when a component changes, averaged over the "
                f"orders in which all change (Shapley value), in {parts['draws'].iloc[0]:,} of the draws"
            )
        lines += _lines(f"Configuration '{result.record['name']}': {how}.", first="  ")
    for row in rows_of(result.to_frame("skipped")):
        lines += _lines(f"Not done: {row['step']}: {row['cause']}.", first="  ", rest="    ")
    return lines


def _point(row: Row, end: str) -> str:
    return "no score" if math.isnan(row[end]) else f"{row[end]:.1f} {_between(row, f'{end}_', sign='')}"


def _between(row: Row, prefix: str = "", *, sign: str | None = None) -> str:
    lower, upper = row[f"{prefix}lower"], row[f"{prefix}upper"]
    if math.isnan(lower):
        return "[interval unknown]"
    if sign is None and (prefix in {"", "change_"}):
        return f"[{_signed(lower)} to {_signed(upper)}]"
    return f"[{lower:.1f}{' to ' if lower < 0 else '-'}{upper:.1f}]"


def _signed(value: float) -> str:
    text = f"{value:+.1f}"
    return "0.0" if text in {"+0.0", "-0.0"} else text


def _share(share: float) -> str:
    if share in {0.0, 1.0}:
        return "every one" if share else "none"
    if share > 0.99:
        return "more than 99%"
    return f"{100 * share:.0f}%"
