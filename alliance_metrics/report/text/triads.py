"""Triads as lines for the screen."""

from __future__ import annotations

from itertools import groupby

import pandas as pd

from alliance_metrics.errors import counted
from alliance_metrics.report.text.layout import Row, coder_note, format_years, interval, paragraph, render, where
from alliance_metrics.results.tables import rows_of
from alliance_metrics.results.tidy_result import TidyResult

_MORE_LIKELY_THAN_NOT = 0.5


def render_triads(result: TidyResult) -> str:
    """Say to which partner each state was closer in which years, and which side was the weakest.

    Parameters
    ----------
    result
        The analysis.

    Returns
    -------
    str
        For each triangle its three states, its weakest side and its balance.
    """
    sides, triangles = result.to_frame("sides"), result.to_frame("triangles")
    neutral, blocks = float(result.record["neutral"]), []
    for (triad, era), leanings in result.to_frame("leanings").groupby(["triad", "era"], sort=False):
        level = float(leanings["confidence"].iloc[0])
        about = {"triad": triad, "era": era}
        sure = f"to which partner each was closer in {100 * level:.6g}% of draws or more, and by how many points"
        lines = [f"{triad} {era}: {sure}"]
        for state, group in leanings.groupby("state", sort=False):
            lines += paragraph(f"{state}: {', '.join(map(_leaning, rows_of(group)))}", indent=2)
        lines += paragraph(f"Weakest side: {_weakest(where(sides, **about), level)}.", indent=2)
        blocks.append([*lines, *paragraph(_balance(where(triangles, **about), level, neutral), indent=2)])
    note = f"{coder_note(result.record['coders'])} {result.record['basis']}"
    nothing = "No three dyads of one era join three states with an index in the same years."
    return render(result, blocks, notes=(note,), nothing=nothing)


def _leaning(row: Row) -> str:
    span = format_years(range(int(row["first_year"]), int(row["last_year"]) + 1))
    if not row["toward"]:
        return f"{span} undecided"
    first = row["partners"].split(", ")[0] == row["toward"]
    low, high = (row["lower"], row["upper"]) if first else (-row["upper"], -row["lower"])
    tilt = row["estimate"] if first else -row["estimate"]
    return f"{span} {row['toward']} by {tilt:.0f} {interval(low, high, form='.0f')}"


def _weakest(sides: pd.DataFrame, level: float) -> str:
    """Name the side most often the weakest, consecutive years together."""
    known = sides.dropna(subset="weakest")
    if known.empty:
        return "no year has all three sides"
    leading = known.loc[known.groupby("year")["weakest"].idxmax()].sort_values("year")
    keyed = []
    for row in rows_of(leading):
        share = row["weakest"]
        word = "" if share >= level else " (likely)" if share > _MORE_LIKELY_THAN_NOT else " (undecided)"
        keyed.append((f"{row['side']}{word}", int(row["year"])))
    runs = groupby(keyed, key=lambda one: one[0])
    return ", ".join(f"{format_years(year for _, year in group)} {side}" for side, group in runs)


def _balance(triangles: pd.DataFrame, level: float, neutral: float) -> str:
    rows = where(triangles, measure="balance").sort_values("year")
    surely = {word: rows.loc[rows[column] >= level, "year"].tolist() for word, column in _SIGNS.items()}
    known = "; ".join(f"{word} {format_years(years)}" for word, years in surely.items() if years)
    open_ = counted(len(rows) - sum(map(len, surely.values())), "year")
    return f"Structural balance, with {neutral:g} as neutral: {known or 'sure in no year'}; undecided in {open_}."


_SIGNS = {"balanced": "above", "unbalanced": "below"}
