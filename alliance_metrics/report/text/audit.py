"""An audit as a page of Markdown, and as lines for the screen."""

from __future__ import annotations

import math

import pandas as pd

from alliance_metrics.report.text.layout import coder_kinds, paragraph
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
        _table(audit.to_frame("steps")[["step", "title", "flag", "done", "finding"]], digits=0),
        "## Weight and importance",
        "Nominal weight among siblings, and the share of their parent's variance that each accounts for.",
        _table(audit.to_frame("importance")[["tier", "component", "nominal", "importance"]], digits=2),
        "## Other choices, one at a time",
        _SHIFTS,
        _table(audit.to_frame("variants").iloc[:, 1:], digits=2),
        "## What these figures do not show",
        _LIMITS,
    ]
    return "\n\n".join(parts) + "\n"


def _table(frame: pd.DataFrame, *, digits: int) -> str:
    rows = [[_cell(value, digits) for value in row] for row in frame.itertuples(index=False)]
    lines = [f"| {' | '.join(row)} |" for row in (list(frame.columns), *rows)]
    return "\n".join([lines[0], "|" + "---|" * len(frame.columns), *lines[1:]])


def _cell(value: object, digits: int) -> str:
    if isinstance(value, float):
        return "" if math.isnan(value) else f"{value:.{digits}f}"
    return str(value).replace("|", "/")
