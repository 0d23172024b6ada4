"""Facets of the index side by side, and beliefs beside the record, as lines for the screen."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from alliance_metrics.results.tidy_result import TidyResult
from alliance_metrics.results.words import BELIEF

Row = Mapping[Hashable, Any]

_SURE, _LIKELY = 0.95, 0.8
_TOLD = _MOST_RUNS = 2
_MARGINS = ("own margin", "same margin")


def render_facets(result: TidyResult) -> str:
    """Tell how far facets of the index lie apart in each unit and era, and which of them turned first.

    Parameters
    ----------
    result
        The analysis.

    Returns
    -------
    str
        For each pair of facets and each unit and era a line: the mean gap of the index with its interval, the same
        with matched dimensions, the years in which it is sure, and which turned first.
    """
    summary = result.to_frame("gap_summary")
    index = _index_of(result)
    lines = []
    whole = summary[(summary["measure"] == "mean") & summary["component"].isin([index, ""])]
    told = whole[~whole["matched"] & (whole["component"] != "")]
    for (one, other), group in told.groupby(["one", "other"], sort=False):
        sure = {side: int((group[side] >= _SURE).sum()) for side in ("above", "below")}
        lines.append(
            f"{one} less {other}, mean gap: surely above 0 in {sure['above']}, below in {sure['below']} of {len(group)}"
        )
        lines += [_line(row, result, whole) for row in group.to_dict("records")]
    if lines:
        lines += [
            "Points [interval over draws] {the same dimensions alone}; years in which 95% of draws agree; share of",
            "draws in which each turned first, by two margins. Draws hold the doubt of codings and weights alone.",
        ]
    else:
        lines.append("No facets could be set side by side.")
    return "\n".join([*lines, *_not_done(result)])


def _not_done(result: TidyResult) -> list[str]:
    rows = result.to_frame("skipped").to_dict("records")
    more = [f"Not done: {len(rows) - _TOLD} more, see skipped.csv"] if len(rows) > _TOLD else []
    return [f"Not done: {row['step']}: {row['cause']}" for row in rows[:_TOLD]] + more


def _index_of(result: TidyResult) -> str:
    """Give the id of the index: the last component of any facet."""
    facets = result.to_frame("facets")["component"]
    beliefs = result.to_frame("beliefs")["component"]
    known = [*facets.iloc[-1:], *beliefs[beliefs != ""].iloc[-1:]]
    return str(known[0]) if known else ""


def _same(frame: pd.DataFrame, row: Row, unit: Hashable) -> pd.DataFrame:
    keys = [unit, "era", "facets", "component", "one", "other"]
    return frame[np.logical_and.reduce([frame[key] == row[key] for key in keys])]


def _line(row: Row, result: TidyResult, whole: pd.DataFrame) -> str:
    unit = next(iter(row))
    text = f"  {row[unit]} {row['era']}: {_gap(row)}"
    matched = _same(whole[whole["matched"]], row, unit).to_dict("records")
    text += "".join(f" {{{round(one['estimate']):+d}}}" for one in matched)
    gaps = _same(result.to_frame("beliefs" if row["facets"] == BELIEF else "gaps"), row, unit)
    gaps = gaps[~gaps["matched"]]
    above, below = (_runs(gaps["year"][gaps[side] >= _SURE].tolist()) for side in ("above", "below"))
    told = [f"above {above}"] * bool(above) + [f"below {below}"] * bool(below)
    text += "; " + (", ".join(told) if told else "in no year sure")
    turns = _same(result.to_frame("turns"), row, unit)
    return text + "".join(f"; {told}" for told in _turns(turns[~turns["matched"]]))


def _gap(row: Row) -> str:
    return "{:+.0f} [{:+.0f} to {:+.0f}]".format(*(round(row[name]) + 0 for name in ("estimate", "lower", "upper")))


def _runs(years: list[int]) -> str:
    """Write years as runs, such as 1950-1953, 1958; only the longest where there are many."""
    found: list[list[int]] = []
    for year in years:
        if found and year == found[-1][-1] + 1:
            found[-1].append(year)
        else:
            found.append([year])
    told = [str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in found]
    if len(told) <= _MOST_RUNS:
        return ", ".join(told)
    longest = max(range(len(found)), key=lambda place: len(found[place]))
    return f"{told[longest]} and {len(years) - len(found[longest])} more years"


def _turns(turns: pd.DataFrame) -> list[str]:
    """Say for each direction in which both turned in most draws, by either margin, in how many draws each was first."""
    lines = []
    for direction, group in turns.groupby("direction", sort=False):
        rows = group[group["reading"].isin(_MARGINS)]
        if rows[["turned_one", "turned_other"]].to_numpy().min() < 0.5:
            continue
        shares = {rows["one"].iloc[0]: rows["before"].to_numpy(), rows["other"].iloc[0]: rows["after"].to_numpy()}
        order = sorted(shares, key=lambda name: -float(shares[name].min()))
        sure = "" if shares[order[0]].min() >= _LIKELY else ", open"
        lines.append(f"{direction} first: {', '.join(f'{name} {_share(shares[name])}' for name in order)}{sure}")
    return lines


def _share(values: np.ndarray[Any, Any]) -> str:
    low, high = round(100 * float(values.min())), round(100 * float(values.max()))
    return f"{low}%" if low == high else f"{low}-{high}%"
