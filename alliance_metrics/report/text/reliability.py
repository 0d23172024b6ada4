"""Reliability of the codings as text: a few lines for the screen, a section for the data's own page."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from alliance_metrics.results.tidy_result import TidyResult

BEGIN, END = "<!-- reliability: begin -->", "<!-- reliability: end -->"
"""Marks between which the section stands; what is between them is written by the command."""
SATISFACTORY, TENTATIVE = 0.8, 0.667
"""Krippendorff's customary lines: at or above the first reliable, down to the second fit for tentative conclusions."""
_WEAKEST = 5


def render_reliability(result: TidyResult) -> str:
    """Tell how far coders agree in a few lines.

    Parameters
    ----------
    result
        The result of `reliability`.

    Returns
    -------
    str
        Lines of text: the whole and each pillar by era, and the weakest indicators.
    """
    alpha = result.to_frame("alpha")
    whole = alpha[(alpha.iloc[:, 0] == "") & alpha["scope"].isin(["overall", "pillar"])]
    lines = [f"{'':<24}  alpha  {100 * float(alpha['confidence'].iloc[0]):.6g}% interval  agree exactly"]
    for row in whole.to_dict("records"):
        name = " ".join(part for part in (row["component"] or "all that count", row["era"]) if part)
        agreed = "" if math.isnan(row["agreement"]) else f"{100 * row['agreement']:.0f}% of {row['items']} cells"
        lines.append(f"{name:<24}  {_alpha(row)}    {agreed or row['reason']}")
    weakest = _weakest(alpha)
    names = [f"{row['component']} {row['era']} {_number(row['estimate'])}" for row in weakest.to_dict("records")]
    lines += ["", f"Weakest indicators: {', '.join(names)}." if names else "No indicator has two coders who differ."]
    return "\n".join(lines)


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
    alpha = result.to_frame("alpha")
    pooled = alpha[alpha.iloc[:, 0] == ""]
    eras = [era for era in dict.fromkeys(pooled["era"]) if era]
    by_key = {(row["component"], row["era"]): row for row in pooled.to_dict("records")}
    names = list(dict.fromkeys(pooled.loc[pooled["scope"].isin(["overall", "pillar", "indicator"]), "component"]))
    names.sort(key=lambda name: ["overall", "pillar", "indicator"].index(_scope_of(pooled, name)))
    header = " | ".join(f"{era}: alpha | agree" for era in eras)
    lines = [f"| | {header} |", "|---|" + "---|---|" * len(eras)]
    for name in names:
        cells = [_cell(by_key[name, era]) for era in eras]
        label = f"**{name or 'all that count'}**" if _scope_of(pooled, name) != "indicator" else f"`{name}`"
        lines.append(f"| {label} | {' | '.join(cells)} |")
    weakest = _weakest(alpha)
    told = ", ".join(
        f"`{row['component']}` {row['era']} ({_number(row['estimate'])})" for row in weakest.to_dict("records")
    )
    below = int(((pooled["scope"] == "indicator") & (pooled["era"] != "") & (pooled["estimate"] < TENTATIVE)).sum())
    counted = int(((pooled["scope"] == "indicator") & (pooled["era"] != "")).sum())
    lines += [
        "",
        f"Weakest: {told}.",
        f"Of {counted} indicators by era, {below} lie below {TENTATIVE}, under which Krippendorff would draw no",
        "conclusion; read those with their interval in `alpha.csv`, or leave them out.",
    ]
    return "\n".join([BEGIN, *lines, END])


def _scope_of(pooled: pd.DataFrame, name: str) -> str:
    return str(pooled.loc[pooled["component"] == name, "scope"].iloc[0])


def _weakest(alpha: pd.DataFrame) -> pd.DataFrame:
    by_era = alpha[(alpha.iloc[:, 0] == "") & (alpha["scope"] == "indicator") & (alpha["era"] != "")]
    known = by_era[by_era["estimate"].notna()]
    return known.sort_values("estimate", kind="stable").head(_WEAKEST)


def _cell(row: Mapping[Hashable, Any]) -> str:
    if math.isnan(row["agreement"]):
        return "one coder | "
    shown = f"{row['estimate']:.2f} [{row['lower']:.2f}, {row['upper']:.2f}]"
    return f"{'not defined' if math.isnan(row['estimate']) else shown} | {100 * row['agreement']:.0f}%"


def _alpha(row: Mapping[Hashable, Any]) -> str:
    return f"{_number(row['estimate'])}   [{_number(row['lower'])}, {_number(row['upper'])}]"


def _number(value: float) -> str:
    return f"{value:5.2f}".strip()
