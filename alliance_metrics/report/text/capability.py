"""An analysis of capability as lines for the screen."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from alliance_metrics.errors import counted
from alliance_metrics.results.tidy_result import TidyResult
from alliance_metrics.results.words import JOINT, WORLD

_MOST_TOLD = 6
_NOTES = (
    "Measured capability is no force at a front; the index discounts the ally like a probability, without being one.",
    "Neither law forecasts a war, and other allies of the two are not counted. Coalitions are those declared.",
)


def render_capability(result: TidyResult) -> str:
    """Tell what alliance added, and how the two stood against a coalition.

    Parameters
    ----------
    result
        The analysis.

    Returns
    -------
    str
        Three lines for each unit and era, the first six, by the first measure; in how many years the two are above the
        first coalition by every measure; what the readings are not.
    """
    added = result.to_frame("added")
    unit = str(added.columns[0])
    groups = list(added[added["whole"] == WORLD].groupby([unit, "era"], sort=False))
    lines = ["What the ally added, and against whom it would have sufficed:"]
    for (name, era), group in groups[:_MOST_TOLD]:
        lines += _one_series(result, {unit: str(name), "era": str(era)}, group)
    if len(groups) > _MOST_TOLD:
        lines.append(f"and {len(groups) - _MOST_TOLD} more, see added.csv")
    lines += _NOTES if groups else ()
    rows = result.to_frame("skipped")
    told = [f"Not done: {step}: {cause}" for step, cause in zip(rows["step"], rows["cause"], strict=True)]
    return "\n".join(lines + (told if len(told) <= 2 else [told[0], f"and {len(told) - 1} more, see skipped.csv"]))


def _one_series(result: TidyResult, keys: Mapping[str, str], group: pd.DataFrame) -> list[str]:
    name, indicator = " ".join(keys.values()), group["indicator"].iloc[0]
    own = group[group["indicator"] == indicator].sort_values("year")
    known = own[own["estimate"].notna()] if own["estimate"].notna().any() else own.assign(estimate=own["full"])
    best, last = known.loc[known["estimate"].idxmax()].to_dict(), known.iloc[-1].to_dict()
    alone, both = _percent(best["alone"]), _percent(best["alone"] + best["full"])
    said = f"{_ends(best)} as far as the index says"
    late = f"{_percent(last['full'])}, {_ends(last)}"
    lines = [
        f"{name}, {indicator}: most in {best['year']}: {best['strongest']} alone {alone}% of the world, both {both}%;",
        f"    the ally adds {_percent(best['full'])} points, {said}; {last['year']}: {late}.",
    ]
    return lines + _against(result, keys)


def _against(result: TidyResult, keys: Mapping[str, str]) -> list[str]:
    frame = result.to_frame("lanchester")
    for column, value in keys.items():
        frame = frame[frame[column] == value]
    if frame.empty:
        return []
    opponent = frame["opponent"].iloc[0]
    linear = frame[(frame["opponent"] == opponent) & (frame["law"] == "linear")]
    stronger, weighed, ratio, known = [], [], "", 0
    for indicator, rows in linear.groupby("indicator", sort=False):
        joint = rows[rows["side"] == JOINT].set_index("year")["estimate"]
        discounted = rows[rows["counted"] == "discounted"].groupby("year")["estimate"].max()
        ratio = ratio or f"{joint.min():.2f}-{joint.max():.2f}"
        of = "" if len(joint) == known else f" of {len(joint) if known else counted(len(joint), 'year')}"
        known = known or len(joint)
        stronger.append(f"{(joint > 1).sum()}{of} ({indicator})")
        weighed.append(str((discounted > 1).sum()))
    return [f"    Both: {ratio} of {opponent}; above it in {', '.join(stronger)}; discounted {', '.join(weighed)}."]


def _percent(share: float) -> str:
    return f"{100 * share:.1f}"


def _ends(row: Mapping[Hashable, Any]) -> str:
    if pd.isna(row["lower"]):
        return "unknown"
    return f"{_percent(row['estimate'])} [{_percent(row['lower'])}-{_percent(row['upper'])}]"
