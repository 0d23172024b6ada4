"""Reliability of the codings as text: a few lines for the screen, a section for the data's own page."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from alliance_metrics.results.tables import rows_of
from alliance_metrics.results.tidy_result import TidyResult

BEGIN, END = "<!-- reliability: begin -->", "<!-- reliability: end -->"
"""Marks between which the section stands; what is between them is written by the command."""
TENTATIVE = 0.667
"""Krippendorff's customary bound: the least alpha that allows even tentative conclusions."""
_WEAKEST = 5
_WHOLE = "all that count"
_SCOPES = ("overall", "pillar", "indicator")


def render_reliability(result: TidyResult) -> str:
    """Say how far coders agree in a few lines.

    Parameters
    ----------
    result
        The result of `reliability`.

    Returns
    -------
    str
        Lines of text: the whole and each pillar by era, and the weakest indicators.
    """
    pooled = _pooled(result)
    lines = [f"{'':<24}  alpha  {100 * float(pooled['confidence'].iloc[0]):.6g}% interval  agree exactly"]
    for row in rows_of(pooled[pooled["scope"].isin(_SCOPES[:2])]):
        name = " ".join(part for part in (row["component"] or _WHOLE, row["era"]) if part)
        agreed = row["reason"] if math.isnan(row["agreement"]) else f"{row['agreement']:.0%} of {row['items']} cells"
        lines.append(f"{name:<24}  {row['estimate']:.2f}   {_interval(row)}    {agreed}")
    weakest = [f"{row['component']} {row['era']} {row['estimate']:.2f}" for row in _weakest(pooled)]
    none = "No indicator has two coders who differ."
    return "\n".join([*lines, "", f"Weakest indicators: {', '.join(weakest)}." if weakest else none])


def render_section(result: TidyResult) -> str:
    """Give the section on reliability in Markdown, with every indicator by era and the weakest named.

    Parameters
    ----------
    result
        The result of `reliability`.

    Returns
    -------
    str
        The section between its marks.
    """
    pooled = _pooled(result)
    eras = [era for era in dict.fromkeys(pooled["era"]) if era]
    by_key = {(row["component"], row["era"]): row for row in rows_of(pooled)}
    scopes = dict(zip(pooled["component"], pooled["scope"], strict=True))
    names = sorted((name for name in scopes if scopes[name] in _SCOPES), key=lambda name: _SCOPES.index(scopes[name]))
    header = " | ".join(f"{era}: alpha | agree" for era in eras)
    lines = [f"| | {header} |", "|---|" + "---|---|" * len(eras)]
    for name in names:
        label = f"`{name}`" if scopes[name] == _SCOPES[-1] else f"**{name or _WHOLE}**"
        lines.append(f"| {label} | {' | '.join(_cell(by_key[name, era]) for era in eras)} |")
    weakest = ", ".join(f"`{row['component']}` {row['era']} ({row['estimate']:.2f})" for row in _weakest(pooled))
    by_era = _indicators(pooled)
    below = int((by_era["estimate"] < TENTATIVE).sum())
    lines += [
        "",
        f"Weakest: {weakest}.",
        f"Of {len(by_era)} indicators by era, {below} lie below {TENTATIVE}, under which Krippendorff would draw no",
        "conclusion; read those with their interval in `alpha.csv`, or leave them out.",
    ]
    return "\n".join([BEGIN, *lines, END])


def _pooled(result: TidyResult) -> pd.DataFrame:
    """Give the rows over all units together."""
    alpha = result.to_frame("alpha")
    return alpha[alpha.iloc[:, 0] == ""]


def _indicators(pooled: pd.DataFrame) -> pd.DataFrame:
    """Give the rows of indicators by era."""
    return pooled[(pooled["scope"] == _SCOPES[-1]) & (pooled["era"] != "")]


def _weakest(pooled: pd.DataFrame) -> list[dict[str, Any]]:
    known = _indicators(pooled).dropna(subset="estimate")
    return rows_of(known.sort_values("estimate", kind="stable").head(_WEAKEST))


def _cell(row: Mapping[str, Any]) -> str:
    if math.isnan(row["agreement"]):
        return "one coder | "
    shown = "not defined" if math.isnan(row["estimate"]) else f"{row['estimate']:.2f} {_interval(row)}"
    return f"{shown} | {100 * row['agreement']:.0f}%"


def _interval(row: Mapping[str, Any]) -> str:
    return f"[{row['lower']:.2f}, {row['upper']:.2f}]"
