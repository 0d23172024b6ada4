"""An audit as a page of Markdown, and as lines for the screen."""

from __future__ import annotations

import math
import textwrap

import pandas as pd

from alliance_metrics.results.tidy_result import TidyResult

_LIMITS = (
    "Correlations, alpha and components come from a few long series whose neighbouring years are alike. They describe "
    "these codings; they do not generalise to other alliances. Coders saw the same evidence: agreement is not truth."
)
_SHIFTS = (
    "How far years move in rank, the correlation of ranks, and the share of years outside the published interval, "
    "where the index is on the codebook's scale."
)
_MARK = {"holds": "holds", "weak": "WEAK", "not done": "NOT DONE"}


def render_audit(audit: TidyResult) -> str:
    """Tell the steps of an audit in plain lines.

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
    for row in audit.to_frame("steps").to_dict("records"):
        lines.append(f"{row['step']:>2}. {row['title']}: {_MARK[str(row['flag'])]}")
        for text in (f"Done: {row['done']}.", f"Found: {row['finding']}."):
            lines += textwrap.wrap(text, 110, initial_indent="    ", subsequent_indent="      ")
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
        The page: the steps, then importance beside weight, then every other choice with what it moves.
    """
    record, importance = audit.record, audit.to_frame("importance")
    kinds = sorted({str(coder["kind"]).replace("_", " ") for coder in record["coders"]})
    data = record["data"]
    parts = [
        f"# Audit of '{record['name']}'",
        f"Data {data['name']} {data['version']}, seed {record['seed']}. Coders: {', '.join(kinds)}.",
        "## The ten steps",
        _table(audit.to_frame("steps")[["step", "title", "flag", "done", "finding"]], digits=0),
        "## Weight and importance",
        "Nominal weight among siblings, and the share of their parent's variance that goes with each.",
        _table(importance[["tier", "component", "nominal", "importance"]], digits=2),
        "## Other choices, one at a time",
        _SHIFTS,
        _table(audit.to_frame("variants").iloc[:, 1:], digits=2),
        "## What these figures cannot show",
        _LIMITS,
    ]
    return "\n\n".join(parts) + "\n"


def _table(frame: pd.DataFrame, *, digits: int) -> str:
    shown = frame.map(
        lambda value: _number(value, digits) if isinstance(value, float) else str(value).replace("|", "/")
    )
    header = f"| {' | '.join(frame.columns)} |"
    rows = [f"| {' | '.join(row)} |" for row in shown.itertuples(index=False)]
    return "\n".join([header, "|" + "---|" * len(frame.columns), *rows])


def _number(value: float, digits: int) -> str:
    return "" if math.isnan(value) else f"{value:.{digits}f}"
