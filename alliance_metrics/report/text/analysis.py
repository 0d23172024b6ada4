"""Every analysis of the past as text for the terminal."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from alliance_metrics.history.capability.analysis import Capability
from alliance_metrics.history.claims.analysis import Claims
from alliance_metrics.history.condition.analysis import Condition
from alliance_metrics.history.eras.analysis import Comparison
from alliance_metrics.history.facets.analysis import Facets
from alliance_metrics.history.fragility.analysis import Fragility
from alliance_metrics.history.triads.analysis import Triads
from alliance_metrics.history.turning_points.analysis import TurningPoints
from alliance_metrics.history.validation.analysis import Validation
from alliance_metrics.package.table import rows_of
from alliance_metrics.report.text.capability import render_capability
from alliance_metrics.report.text.claims import render_claims
from alliance_metrics.report.text.comparison import render_comparison
from alliance_metrics.report.text.condition import render_condition
from alliance_metrics.report.text.facets import render_facets
from alliance_metrics.report.text.fragility import render_fragility
from alliance_metrics.report.text.triads import render_triads
from alliance_metrics.report.text.turning_points import render_turning_points
from alliance_metrics.report.text.validation import render_validation
from alliance_metrics.results.tidy_result import TidyResult


def render_tables(result: TidyResult) -> str:
    """Give a result as one JSON object.

    Parameters
    ----------
    result
        Any result.

    Returns
    -------
    str
        ``kind``, ``record`` and ``tables``: for each table a list of rows by column; what is missing is null.
    """
    tables = {name: [_plain(row) for row in rows_of(result.to_frame(name))] for name in result.names}
    whole = {"kind": result.KIND, "record": result.record, "tables": tables}
    return json.dumps(whole, indent=1, ensure_ascii=False, allow_nan=False)


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {name: None if pd.isna(value) else value for name, value in row.items()}


RENDERERS: Mapping[str, Callable[..., str]] = {
    TurningPoints.KIND: render_turning_points,
    Facets.KIND: render_facets,
    Condition.KIND: render_condition,
    Triads.KIND: render_triads,
    Fragility.KIND: render_fragility,
    Capability.KIND: render_capability,
    Comparison.KIND: render_comparison,
    Claims.KIND: render_claims,
    Validation.KIND: render_validation,
}
"""What gives the text of each kind of result."""


def render_analysis(result: TidyResult) -> str:
    """Give the text of a result, whichever analysis it is of.

    Parameters
    ----------
    result
        The result of an analysis of the past.

    Returns
    -------
    str
        Lines for the terminal.
    """
    return RENDERERS[result.KIND](result)
