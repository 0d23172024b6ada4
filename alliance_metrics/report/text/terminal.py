"""A score card as a few lines of text."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd

from alliance_metrics.report.shown import frame_sentence
from alliance_metrics.report.text.layout import interval
from alliance_metrics.report.text.rows import Row, alike, series_of, where
from alliance_metrics.results.score_card import ScoreCard
from alliance_metrics.results.tables import rows_of

BLOCKS = "▁▂▃▄▅▆▇█"
PLAIN_BLOCKS = "_.:-=+*#"
_GAP = " "
_MADE_UP = "made_up"
_KINDS = {"language_model": "language model", "human": "human coder", _MADE_UP: "made-up coder"}
_ADVICE = "Codings are research inputs, not expert consensus."
_WARNING = "The codings are invented examples: they show the format and say nothing about the states named."


def sparkline(values: Sequence[float], *, low: float = 0.0, high: float = 100.0, blocks: str = BLOCKS) -> str:
    """Draw a series as a line of blocks on a fixed scale, so that two lines can be compared.

    Parameters
    ----------
    values
        The series; NaN leaves a gap.
    low, high
        Ends of the scale.
    blocks
        Characters from least to greatest.

    Returns
    -------
    str
        One character a value.

    Examples
    --------
    >>> sparkline([0.0, 50.0, float("nan"), 100.0])
    '▁▅ █'
    """
    steps = len(blocks)
    marks = []
    for value in values:
        if math.isnan(value):
            marks.append(_GAP)
            continue
        share = (value - low) / (high - low)
        marks.append(blocks[min(steps - 1, max(0, int(share * steps)))])
    return "".join(marks)


_LADDER = (
    "Reference pairs stand on all indicators that each has; `place` compares a year with them on those that both have."
)


def render_score_card(card: ScoreCard, *, blocks: str = BLOCKS) -> str:
    """Give a score card in a few lines for each dyad-era.

    Parameters
    ----------
    card
        The score card.
    blocks
        Characters of the small line.

    Returns
    -------
    str
        Lines of text.
    """
    cells, index = card.to_frame("cells"), where(card.scores, tier="index")
    name, component = card.record.get("name", "index"), index["component"].iloc[0]
    intervals = f"{100 * float(index['confidence'].iloc[0]):.6g}% intervals in brackets"
    references = {tuple(one) for one in card.record.get("references", ())}
    is_reference = pd.MultiIndex.from_frame(index.iloc[:, :2]).isin(references)
    counts = f"{len(index) - is_reference.sum()} dyad-years" + f", {is_reference.sum()} of reference pairs" * bool(
        references
    )
    meaning = frame_sentence(card.record)
    lines = [f"{name}: {component} 0-100, {counts}, {intervals}", *([meaning] if meaning else []), ""]
    for title, group in series_of(index[~is_reference]):
        series = group.sort_values("year")
        lines.append(f"{title:<20} {sparkline(series['estimate'].tolist(), blocks=blocks)}")
        lines += [f"    {line}" for line in (_moments(series), _evidence(alike(cells, rows_of(series.head(1))[0])))]
        lines += [f"    {line}" for line in _neighbours(series, index[is_reference], card.to_frame("pairs"))]
    return "\n".join([*lines, "", *([_LADDER] if references else []), _coder_line(cells)])


def _neighbours(series: pd.DataFrame, references: pd.DataFrame, pairs: pd.DataFrame) -> list[str]:
    """Say between which years of reference pairs the latest year of a series stands, and how surely."""
    scored, known = series[series["estimate"].notna()], references[references["estimate"].notna()]
    if scored.empty or known.empty:
        return []
    now = rows_of(scored.tail(1))[0]
    above, below = known[known["estimate"] > now["estimate"]], known[known["estimate"] <= now["estimate"]]
    ends = [("below", above.nsmallest(1, "estimate")), ("above", below.nlargest(1, "estimate"))]
    words = [
        f"{word} {row.iloc[0]} {row['year']} ({row['estimate']:.1f}) in {_share(now, row, pairs, word):.0%} of draws"
        for word, end in ends
        for _, row in end.iterrows()
    ]
    return [f"{now['year']} against reference pairs: {' and '.join(words)}"]


def _share(now: Row, other: pd.Series, pairs: pd.DataFrame, word: str) -> float:
    """Find in how many draws one year lies above, or below, another, whichever of the two the table names first."""
    key = str(pairs.columns[0])
    for one, two, own in ((now, other, True), (other, now, False)):
        found = pairs[
            (pairs[key] == one[key])
            & (pairs["era"] == one["era"])
            & (pairs["year"] == one["year"])
            & (pairs["other"] == two[key])
            & (pairs["other_era"] == two["era"])
            & (pairs["other_year"] == two["year"])
        ]
        if len(found):
            return float(found[word if own else {"above": "below", "below": "above"}[word]].iloc[0])
    return math.nan


def _moments(group: pd.DataFrame) -> str:
    scored = group[group["estimate"].notna()]
    if scored.empty:
        return "no year has enough coded to be scored"
    values, rows = scored["estimate"].to_numpy(), rows_of(scored)
    places = {"first": 0, "peak": int(values.argmax()), "low": int(values.argmin()), "last": -1}
    text = "   ".join(f"{word} {rows[place]['year']}: {_with_interval(rows[place])}" for word, place in places.items())
    missing = len(group) - len(scored)
    return text + f"   ({missing} of {len(group)} years not scored: too little coded)" * bool(missing)


def _with_interval(row: Row) -> str:
    return f"{row['estimate']:.1f} {interval(row['lower'], row['upper'], dash=True)}"


#: What is said of cells by the best evidence they cite, and of which grades only where some cell has them.
_RESTS_ON = {
    "verified": "cite verified evidence",
    "copy": "only a copy that cannot be cited",
    "literature": "only recalled literature",
    "note only": "only a note",
}
_SOMETIMES = {"copy"}


def _evidence(cells: pd.DataFrame) -> str:
    counts = cells.groupby("rests_on")["cells"].sum()
    shown = [kind for kind in _RESTS_ON if kind in counts.index or kind not in _SOMETIMES]
    words = {kind: _RESTS_ON[kind] for kind in shown}
    words |= {kind: f"at best evidence of grade '{kind}'" for kind in map(str, counts.index) if kind not in _RESTS_ON}
    return f"{int(counts.sum())} coded cells: " + ", ".join(
        f"{int(counts.get(kind, 0))} {said}" for kind, said in words.items()
    )


def _coder_line(cells: pd.DataFrame) -> str:
    coders = cells.drop_duplicates("coder")
    kinds = coders["coder_kind"].value_counts(sort=False)
    each = ", ".join(f"{count} {_KINDS.get(str(kind), str(kind))}{'s'[: count > 1]}" for kind, count in kinds.items())
    closing = _WARNING if set(kinds.index) == {_MADE_UP} else _ADVICE
    return f"Coders: {each} ({', '.join(coders['coder'])}). {closing}"
