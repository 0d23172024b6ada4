"""Triads as lines for the screen."""

from __future__ import annotations

from itertools import groupby

import pandas as pd

from alliance_metrics.errors import counted
from alliance_metrics.report.text.years import coders_told, interval, paragraph, told_years
from alliance_metrics.results.tidy_result import TidyResult

_MORE_LIKELY_THAN_NOT = 0.5


def render_triads(result: TidyResult) -> str:
    """Tell toward whom each state leaned in which years, and which side was the weakest.

    Parameters
    ----------
    result
        The analysis.

    Returns
    -------
    str
        For each triangle its three states, its weakest side and its balance. All numbers are cells of the tables.
    """
    tables = {name: result.to_frame(name) for name in result.names}
    lines = []
    for (triad, era), leanings in tables["leanings"].groupby(["triad", "era"], sort=False):
        level = float(leanings["confidence"].iloc[0])
        sure = f"leanings held by {100 * level:.6g}% of draws or more, mean tilt in points"
        lines.append(f"{triad} {era}: {sure}")
        for state, group in leanings.groupby("state", sort=False):
            told = ", ".join(_leaning(row) for _, row in group.iterrows())
            lines += paragraph(f"{state}: {told}")
        own = {
            name: frame[(frame["triad"] == triad) & (frame["era"] == era)]
            for name, frame in tables.items()
            if "triad" in frame.columns
        }
        lines += paragraph(f"Weakest side: {_weakest(own['sides'], level)}.")
        lines += paragraph(_balance(own["triangles"], level, float(result.record["neutral"])))
    if not lines:
        lines = ["No three dyads of one era join three states with an index in the same years."]
    lines += paragraph(f"{coders_told(result.record['coders'])} {result.record['basis']}", indent="")
    for step, cause in tables["skipped"].drop_duplicates().itertuples(index=False):
        lines += paragraph(f"Not done: {step}: {cause}.", indent="")
    return "\n".join(lines)


def _leaning(row: pd.Series) -> str:
    span = told_years(range(int(row["first_year"]), int(row["last_year"]) + 1))
    if not row["toward"]:
        return f"{span} unsure"
    first = row["partners"].split(", ")[0] == row["toward"]
    low, high = (row["lower"], row["upper"]) if first else (-row["upper"], -row["lower"])
    tilt = row["estimate"] if first else -row["estimate"]
    return f"{span} toward {row['toward']} {tilt:.0f} {interval(low, high, form='.0f')}"


def _weakest(sides: pd.DataFrame, level: float) -> str:
    """Name the side most often the weakest, years that follow one another together."""
    known = sides.dropna(subset="weakest")
    if known.empty:
        return "no year has all three sides"
    leading = known.loc[known.groupby("year")["weakest"].idxmax()].sort_values("year")
    keyed = []
    for row in leading.to_dict("records"):
        share = row["weakest"]
        word = "" if share >= level else " (likely)" if share > _MORE_LIKELY_THAN_NOT else " (undecided)"
        keyed.append((f"{row['side']}{word}", int(row["year"])))
    parts = []
    for side, group in groupby(keyed, key=lambda one: one[0]):
        parts.append(f"{told_years(year for _, year in group)} {side}")
    return ", ".join(parts)


def _balance(triangles: pd.DataFrame, level: float, neutral: float) -> str:
    rows = triangles[triangles["measure"] == "balance"].sort_values("year")
    surely = {word: rows.loc[rows[column] >= level, "year"].tolist() for word, column in _SIGNS.items()}
    told = [f"{word} {told_years(years)}" for word, years in surely.items() if years]
    listed = "; ".join(told) or "sure in no year"
    unsure = counted(len(rows) - sum(map(len, surely.values())), "year")
    return f"Balance with neutral at {neutral:g}: {listed}; unsure in {unsure}."


_SIGNS = {"balanced": "above", "unbalanced": "below"}
