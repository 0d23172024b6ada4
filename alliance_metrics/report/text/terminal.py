"""A score card as a few lines of text."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd

from alliance_metrics.results.score_card import ScoreCard

BLOCKS = "▁▂▃▄▅▆▇█"
PLAIN_BLOCKS = "_.:-=+*#"
_GAP = " "
_MADE_UP = "n_simulated"
_KINDS = {"language_model": "language model", "human": "human coder", _MADE_UP: "made-up coder"}
_ADVICE = "Codings are research inputs, not expert consensus."
_WARNING = "The codings are made up: they show the form and say nothing of the states named."


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


def render_score_card(card: ScoreCard, *, blocks: str = BLOCKS) -> str:
    """Tell a score card in a few lines for each dyad-era.

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
    scores, cells = card.scores, card.to_frame("cells")
    index = scores[scores["tier"] == "index"]
    unit = str(index.columns[0])
    level = float(index["confidence"].iloc[0])
    lines = [_header(card, index, level), ""]
    for (name, era), group in index.groupby([unit, "era"], sort=False):
        own = cells[(cells[unit] == name) & (cells["era"] == era)]
        lines += [
            *_dyad_lines(f"{name} {era}".strip(), group.sort_values("year"), blocks),
            f"    {_cells_line(own)}",
        ]
    return "\n".join([*lines, "", _coder_line(cells)])


def _header(card: ScoreCard, index: pd.DataFrame, level: float) -> str:
    component = index["component"].iloc[0]
    return (
        f"{card.record.get('name', 'index')}: {component} 0-100, {len(index)} dyad-years, "
        f"{100 * level:.6g}% intervals in brackets"
    )


def _dyad_lines(title: str, group: pd.DataFrame, blocks: str) -> list[str]:
    line = f"{title:<20} {sparkline(group['estimate'].tolist(), blocks=blocks)}"
    scored = group[group["estimate"].notna()]
    if scored.empty:
        return [line, "    no year has enough coded to be scored"]
    moments = (
        ("first", scored.iloc[0]),
        ("peak", scored.iloc[int(scored["estimate"].to_numpy().argmax())]),
        ("low", scored.iloc[int(scored["estimate"].to_numpy().argmin())]),
        ("last", scored.iloc[-1]),
    )
    told = "   ".join(f"{word} {row['year']}: {_with_interval(row)}" for word, row in moments)
    missing = len(group) - len(scored)
    note = f"   ({missing} of {len(group)} years not scored: too little coded)" if missing else ""
    return [line, f"    {told}{note}"]


def _with_interval(row: pd.Series) -> str:
    return f"{row['estimate']:.1f} [{row['lower']:.1f}-{row['upper']:.1f}]"


def _cells_line(cells: pd.DataFrame) -> str:
    counts = cells.groupby("rests_on")["cells"].sum()
    total = int(counts.sum())
    verified, literature, note = (int(counts.get(kind, 0)) for kind in ("verified", "literature", "note only"))
    return (
        f"{total} coded cells: {verified} cite verified evidence, {literature} recalled literature alone, "
        f"{note} a note alone"
    )


def _coder_line(cells: pd.DataFrame) -> str:
    coders = cells.drop_duplicates("coder")
    kinds = coders["coder_kind"].value_counts(sort=False)
    told = ", ".join(f"{count} {_KINDS.get(str(kind), str(kind))}{'s'[: count > 1]}" for kind, count in kinds.items())
    closing = _WARNING if set(kinds.index) == {_MADE_UP} else _ADVICE
    return f"Coders: {told} ({', '.join(coders['coder'])}). {closing}"
