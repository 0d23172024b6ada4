"""Audit, reliability and sensitivity as text for the screen; the first two as Markdown too."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from alliance_metrics.errors import counted
from alliance_metrics.report.text.layout import coder_kinds, paragraph
from alliance_metrics.report.text.rows import Row, missing, series_of, where
from alliance_metrics.results.tables import rows_of
from alliance_metrics.results.tidy_result import TidyResult

_LIMITS = (
    "Correlations, alpha and components come from a few long series whose neighbouring years are alike. They describe "
    "these codings and do not generalise to other alliances. Coders saw the same evidence: agreement is not truth."
)
_SHIFTS = (
    "Mean and greatest change of a year's rank, the correlation of ranks, and the share of years outside the published "
    "interval (only where the index keeps the codebook's scale)."
)
_MARK = {"holds": "holds", "weak": "WEAK", "not done": "NOT DONE"}


def render_audit(audit: TidyResult) -> str:
    """Give the steps of an audit in plain lines.

    Parameters
    ----------
    audit
        The audit.

    Returns
    -------
    str
        A paragraph a step.
    """
    lines = []
    for row in rows_of(audit.to_frame("steps")):
        lines.append(f"{row['step']:>2}. {row['title']}: {_MARK[str(row['flag'])]}")
        for text in (f"Done: {row['done']}.", f"Found: {row['finding']}."):
            lines += paragraph(text, indent=4, hang=2)
    return "\n".join(lines)


def render_audit_page(audit: TidyResult) -> str:
    """Give an audit as a page of Markdown.

    Parameters
    ----------
    audit
        The audit.

    Returns
    -------
    str
        The page: the steps, then importance beside weight, then every other choice with what it changes.
    """
    record, data = audit.record, audit.record["data"]
    parts = [
        f"# Audit of '{record['name']}'",
        f"Data {data['name']} {data['version']}, seed {record['seed']}. Coders: {coder_kinds(record['coders'])}.",
        "## The ten steps",
        _markdown_table(audit.to_frame("steps")[["step", "title", "flag", "done", "finding"]], digits=0),
        "## Weight and importance",
        "Nominal weight among siblings, and the share of their parent's variance that each accounts for.",
        _markdown_table(audit.to_frame("importance")[["tier", "component", "nominal", "importance"]], digits=2),
        "## Other choices, one at a time",
        _SHIFTS,
        _markdown_table(audit.to_frame("variants").iloc[:, 1:], digits=2),
        "## What these figures do not show",
        _LIMITS,
    ]
    return "\n\n".join(parts) + "\n"


def _markdown_table(frame: pd.DataFrame, *, digits: int) -> str:
    rows = [[_markdown_cell(value, digits) for value in row] for row in frame.itertuples(index=False)]
    lines = [f"| {' | '.join(row)} |" for row in (list(frame.columns), *rows)]
    return "\n".join([lines[0], "|" + "---|" * len(frame.columns), *lines[1:]])


def _markdown_cell(value: object, digits: int) -> str:
    if isinstance(value, float):
        return "" if math.isnan(value) else f"{value:.{digits}f}"
    return str(value).replace("|", "/")


#: Marks between which the section stands; what is between them is written by the command.
BEGIN, END = "<!-- reliability: begin -->", "<!-- reliability: end -->"
#: Krippendorff's customary bound: the least alpha that allows even tentative conclusions.
TENTATIVE = 0.667
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
        lines.append(f"{name:<24}  {row['estimate']:.2f}   {_alpha_interval(row)}    {agreed}")
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
        lines.append(f"| {label} | {' | '.join(_alpha_cell(by_key[name, era]) for era in eras)} |")
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


def _alpha_cell(row: Mapping[str, Any]) -> str:
    if math.isnan(row["agreement"]):
        return "one coder | "
    shown = "not defined" if math.isnan(row["estimate"]) else f"{row['estimate']:.2f} {_alpha_interval(row)}"
    return f"{shown} | {100 * row['agreement']:.0f}%"


def _alpha_interval(row: Mapping[str, Any]) -> str:
    return f"[{row['lower']:.2f}, {row['upper']:.2f}]"


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
        lines += [line for name, own in series_of(scores) for line in _mean_shares(name, own, shares)]
        outputs = outputs[outputs["kind"] != "score"]
    lines += [line for row in rows_of(outputs) for line in _one_output(row, where(shares, output=row["output"]))]
    lines += [_reversal(row) for row in rows_of(result.to_frame("reversals"))]
    for step, group in result.to_frame("failures").groupby("step", sort=False):
        more = f" (and {len(group) - 1} more, see failures.csv)" if len(group) > 1 else ""
        lines.append(f"Skipped: {step}: {group['cause'].iloc[0]}{more}")
    return "\n".join(lines)


def _mean_shares(name: str, own: pd.DataFrame, shares: pd.DataFrame) -> list[str]:
    """Average the shares of plain scores over the years of a series."""
    leading = own["driver"][own["driver"] != ""].value_counts()
    if leading.empty:
        return [f"{name}: none of {counted(len(own), 'score')} varies"]
    group = shares[shares["output"].isin(own["output"])]
    mean = group.groupby("input", sort=False)["estimate"].mean().sort_values(ascending=False)
    each = ", ".join(f"{label} {_whole_percent(share)}%" for label, share in mean.items())
    largest = ", ".join(f"{label} in {counted(count, 'score')}" for label, count in leading.items())
    return [f"{name}, mean of {counted(leading.sum(), 'score')}: {each}", f"    largest share: {largest}"]


def _one_output(row: Row, shares: pd.DataFrame) -> list[str]:
    form = ".0f" if row["measured_in"] == "year" else ".1f"
    estimate = "none" if missing(row["estimate"]) else f"{row['estimate']:{form}}"
    if row["reason"] and not row["driver"]:
        return [f"{row['output']}: {estimate}; {row['reason']}"]
    ordered = rows_of(shares.sort_values("estimate", ascending=False))
    each = ", ".join(f"{line['input']} {_whole_percent(line['estimate'])}% {_share_interval(line)}" for line in ordered)
    return [f"{row['output']}: {estimate}, standard deviation of the draws {row['deviation']:.1f}", f"    {each}"]


def _share_interval(line: Row) -> str:
    if missing(line["lower"]):
        return "[error unknown]"
    between = " to " if line["lower"] < 0 else "-"
    return f"[{_whole_percent(line['lower'])}{between}{_whole_percent(line['upper'])}]"


def _whole_percent(share: float) -> int:
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
