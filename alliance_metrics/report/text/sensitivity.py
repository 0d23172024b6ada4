"""An analysis of sensitivity as lines for the screen."""

from __future__ import annotations

import pandas as pd

from alliance_metrics.errors import counted
from alliance_metrics.report.text.layout import Row, missing, series_of, where
from alliance_metrics.results.tables import rows_of
from alliance_metrics.results.tidy_result import TidyResult

_MOST_OUTPUTS = 12


def render_sensitivity(result: TidyResult) -> str:
    """Say what drives each output asked for, and what it would take to reverse a comparison.

    Parameters
    ----------
    result
        The analysis.

    Returns
    -------
    str
        The outputs one by one where they are few; by unit and era, and then those that are no plain scores, where they
        are many.
    """
    outputs, shares = result.to_frame("outputs"), where(result.to_frame("effects"), effect="shapley")
    lines = ["What drives the spread of each output (Shapley shares of its variance over the draws):"]
    if len(outputs) > _MOST_OUTPUTS:
        scores = where(outputs, kind="score")
        lines += [line for name, own in series_of(scores) for line in _one_series(name, own, shares)]
        outputs = outputs[outputs["kind"] != "score"]
    lines += [line for row in rows_of(outputs) for line in _one_output(row, where(shares, output=row["output"]))]
    lines += [_reversal(row) for row in rows_of(result.to_frame("reversals"))]
    for step, group in result.to_frame("failures").groupby("step", sort=False):
        more = f" (and {len(group) - 1} more, see failures.csv)" if len(group) > 1 else ""
        lines.append(f"Skipped: {step}: {group['cause'].iloc[0]}{more}")
    return "\n".join(lines)


def _one_series(name: str, own: pd.DataFrame, shares: pd.DataFrame) -> list[str]:
    """Average the shares of plain scores over the years of a series."""
    leading = own["driver"][own["driver"] != ""].value_counts()
    if leading.empty:
        return [f"{name}: none of {counted(len(own), 'score')} varies"]
    group = shares[shares["output"].isin(own["output"])]
    mean = group.groupby("input", sort=False)["estimate"].mean().sort_values(ascending=False)
    each = ", ".join(f"{label} {_percent(share)}%" for label, share in mean.items())
    largest = ", ".join(f"{label} in {counted(count, 'score')}" for label, count in leading.items())
    return [f"{name}, mean of {counted(leading.sum(), 'score')}: {each}", f"    largest share: {largest}"]


def _one_output(row: Row, shares: pd.DataFrame) -> list[str]:
    form = ".0f" if row["measured_in"] == "year" else ".1f"
    estimate = "none" if missing(row["estimate"]) else f"{row['estimate']:{form}}"
    if row["reason"] and not row["driver"]:
        return [f"{row['output']}: {estimate}; {row['reason']}"]
    ordered = rows_of(shares.sort_values("estimate", ascending=False))
    each = ", ".join(f"{line['input']} {_percent(line['estimate'])}% {_interval(line)}" for line in ordered)
    return [f"{row['output']}: {estimate}, standard deviation of the draws {row['deviation']:.1f}", f"    {each}"]


def _interval(line: Row) -> str:
    if missing(line["lower"]):
        return "[error unknown]"
    between = " to " if line["lower"] < 0 else "-"
    return f"[{_percent(line['lower'])}{between}{_percent(line['upper'])}]"


def _percent(share: float) -> int:
    """Round to whole percent, without a sign before zero."""
    return round(100 * share)


def _reversal(row: Row) -> str:
    about = f"{row['output']}, weights {row['weights']}"
    if missing(row["least"]):
        return f"{about}: {row['verdict']}"
    radius = "" if missing(row["reversing_radius"]) else f" ({row['reversing_radius']:.2f})"
    return (
        f"{about} within {row['radius']:g}: difference {row['difference']:.1f} "
        f"[{row['least']:.1f} to {row['greatest']:.1f}]; {row['verdict']}{radius}"
    )
