"""An analysis of sensitivity as lines for the screen."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from alliance_metrics.results.tidy_result import TidyResult

_MOST_TOLD = 12


def render_sensitivity(result: TidyResult) -> str:
    """Tell what drives each output asked about, and what it would take to reverse a comparison.

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
    outputs, effects = result.to_frame("outputs"), result.to_frame("effects")
    shares = effects[effects["effect"] == "shapley"]
    lines = ["What drives the spread of each output (Shapley shares of its variance over the draws):"]
    if len(outputs) > _MOST_TOLD:
        lines += _by_era(outputs, shares)
        outputs = outputs[outputs["kind"] != "score"]
    for row in outputs.to_dict("records"):
        lines += _one_output(row, shares[shares["output"] == row["output"]])
    lines += _reversals(result)
    failures = result.to_frame("failures")
    lines += [f"Not done: {step}: {cause}" for step, cause in _not_done(failures)]
    return "\n".join(lines)


def _not_done(failures: pd.DataFrame) -> list[tuple[str, str]]:
    """Give each step once, with its first cause and how many more there are."""
    found = []
    for step, group in failures.groupby("step", sort=False):
        more = f" (and {len(group) - 1} more, see failures.csv)" if len(group) > 1 else ""
        found.append((str(step), f"{group['cause'].iloc[0]}{more}"))
    return found


def _by_era(outputs: pd.DataFrame, shares: pd.DataFrame) -> list[str]:
    """Average the shares of plain scores over the years of each unit and era."""
    unit, scores = str(outputs.columns[0]), outputs[outputs["kind"] == "score"]
    merged = shares[shares["output"].isin(scores["output"])]
    lines = []
    for (name, era), group in merged.groupby([unit, "era"], sort=False):
        own = scores[(scores[unit] == name) & (scores["era"] == era)]
        leading = own["driver"][own["driver"] != ""].value_counts()
        if leading.empty:
            lines.append(f"{name} {era}: none of {len(own)} scores varies")
            continue
        mean = group.groupby("input", sort=False)["estimate"].mean().sort_values(ascending=False)
        told = ", ".join(f"{label} {_percent(share)}%" for label, share in mean.items())
        lines.append(f"{name} {era}, mean of {leading.sum()} scores: {told}")
        lines.append("    leads in: " + ", ".join(f"{label} {count}" for label, count in leading.items()))
    return lines


def _one_output(row: Mapping[Hashable, Any], shares: pd.DataFrame) -> list[str]:
    form = "{:.0f}" if row["measured_in"] == "year" else "{:.1f}"
    estimate = "none" if pd.isna(row["estimate"]) else form.format(row["estimate"])
    head = f"{row['output']}: {estimate}, standard deviation of the draws {row['deviation']:.1f}"
    if row["reason"] and not row["driver"]:
        return [f"{row['output']}: {estimate}; {row['reason']}"]
    ordered = shares.sort_values("estimate", ascending=False)
    told = ", ".join(
        f"{line['input']} {_percent(line['estimate'])}% {_interval(line)}" for line in ordered.to_dict("records")
    )
    return [head, f"    {told}"]


def _interval(line: Mapping[Hashable, Any]) -> str:
    if np.isnan(line["lower"]):
        return "[error unknown]"
    between = " to " if line["lower"] < 0 else "-"
    return f"[{_percent(line['lower'])}{between}{_percent(line['upper'])}]"


def _percent(share: float) -> int:
    """Round to whole percent, without a sign before zero."""
    return round(100 * share)


def _reversals(result: TidyResult) -> list[str]:
    lines = []
    for row in result.to_frame("reversals").to_dict("records"):
        if np.isnan(row["least"]):
            lines.append(f"{row['output']}, weights {row['weights']}: {row['verdict']}")
            continue
        radius = "" if np.isnan(row["reversing_radius"]) else f" ({row['reversing_radius']:.2f})"
        lines.append(
            f"{row['output']}, weights {row['weights']} within {row['radius']:g}: difference "
            f"{row['difference']:.1f} [{row['least']:.1f} to {row['greatest']:.1f}]; {row['verdict']}{radius}"
        )
    return lines
