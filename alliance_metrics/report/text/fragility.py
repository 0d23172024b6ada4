"""An analysis of fragility as lines for the screen."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from alliance_metrics.errors import counted
from alliance_metrics.results.tidy_result import TidyResult

_MOST_TOLD = 6
_NOTE = "Steps and shocks are yardsticks, no forecasts; like years of one series share what followed: count series."


def render_fragility(result: TidyResult) -> str:
    """Tell how little would have brought each unit's highest year down, and what followed in years like it.

    Parameters
    ----------
    result
        The analysis.

    Returns
    -------
    str
        Three lines for the highest year of each unit and era, the first six; how the intervals are to be read.
    """
    steps = result.to_frame("steps")
    lines = ["How little would have brought the index down, in the highest year of each:"]
    thresholds = steps[steps["target"] == "threshold"]
    unit = str(steps.columns[0])
    groups = list(thresholds.groupby([unit, "era"], sort=False))
    for (name, era), group in groups[:_MOST_TOLD]:
        lines += _one_series(result, {unit: str(name), "era": str(era)}, group)
    if len(groups) > _MOST_TOLD:
        lines.append(f"and {len(groups) - _MOST_TOLD} more, see steps.csv")
    if not groups:
        lines.append("No steps could be worked out; shocks.csv and forward.csv have the rest.")
    draws = int(thresholds["draws"].max()) if len(thresholds) else 0
    if draws:
        kinds = sorted({str(coder["kind"]).replace("_", " ") for coder in result.record["coders"]})
        level = round(100 * float(thresholds["confidence"].iloc[0]))
        lines.append(
            f"[...]: {level}% of {counted(draws, 'draw')} of the codings (by {', '.join(kinds)}) at declared weights;"
        )
        lines.append("uneven weights need fewer steps (steps.csv).")
    lines += [_NOTE, *_not_done(result)]
    return "\n".join(lines)


def _one_series(result: TidyResult, keys: Mapping[str, str], group: pd.DataFrame) -> list[str]:
    first = group[group["bar"] == group["bar"].iloc[0]]
    every = first[first["coders"] == first["coders"].iloc[0]]
    row = every.loc[every["index"].idxmax()].to_dict()
    year = int(row["year"])
    alone = first[(first["year"] == year) & (first["coders"] != row["coders"])].to_dict("records")
    told, by_one = _steps_told(row, alone)
    lines = [
        f"{' '.join(keys.values())}: {year}, index {row['index']:.1f}. Below {row['bar']:g}: {told}",
        f"    {by_one}of {row['available']} there are; {_shock_told(_at(result, 'shocks', keys, year), row['bar'])}",
    ]
    forward = _at(result, "forward", keys, year).to_dict("records")
    return lines + [f"    {_followed_told(one, horizon=result.record['horizon'])}" for one in forward[:1]]


def _at(result: TidyResult, table: str, keys: Mapping[str, str], year: int) -> pd.DataFrame:
    frame = result.to_frame(table)
    for column, value in keys.items():
        frame = frame[frame[column] == value]
    return frame[frame["year"] == year]


def _steps_told(row: Mapping[Hashable, Any], alone: list[dict[Hashable, Any]]) -> tuple[str, str]:
    if row["outcome"] != "reached":
        return str(row["outcome"]), ""
    bound = "" if row["exact"] else "at most "
    noun = "step" if row["estimate"] == 1 and not _counts(row) else "steps"
    told = f"{bound}{row['estimate']:.0f}{_counts(row)} {noun} down by all coders"
    one = [line for line in alone if line["outcome"] == "reached"]
    return told, f"({one[0]['estimate']:.0f}{_counts(one[0])} by one) " if one else ""


def _counts(row: Mapping[Hashable, Any]) -> str:
    if not row["draws"] or pd.isna(row["lower"]):
        return ""
    upper = "none suffices" if pd.isna(row["upper"]) else f"{row['upper']:.0f}"
    return f" [{row['lower']:.0f}-{upper}]"


def _shock_told(shocks: pd.DataFrame, bar: float) -> str:
    own = shocks[(shocks["target"] == "threshold") & (shocks["bar"] == bar)]
    enough = own[own["outcome"] == "reached"].sort_values("estimate")
    if own.empty or enough.empty:
        return "no pillar's fall alone would do."
    least = enough.iloc[0]
    return f"one pillar alone: {least['component']} by {least['estimate']:.0f} points."


def _followed_told(row: Mapping[Hashable, Any], *, horizon: int) -> str:
    truth = "not yet known" if pd.isna(row["followed"]) else _fall(row["followed"])
    like = f"In {counted(row['cases'], 'like year')} of {row['series']} series (within {row['reach']:.1f})"
    fall = f"{_fall(row['estimate'])} [{row['lower']:.1f} to {row['upper']:.1f}]"
    return f"{like} the fall in {counted(horizon, 'year')}: {fall}; here: {truth}"


def _fall(points: float) -> str:
    return f"{points:.1f}" if points > 0 else "none"


def _not_done(result: TidyResult) -> list[str]:
    rows = result.to_frame("skipped")
    told = [f"Not done: {step}: {cause}" for step, cause in zip(rows["step"], rows["cause"], strict=True)]
    return told if len(told) <= 2 else [*told[:2], f"and {len(told) - 2} more, see skipped.csv"]
