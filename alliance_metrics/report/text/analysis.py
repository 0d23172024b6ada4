"""Every historical analysis as text for the terminal."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

import pandas as pd

from alliance_metrics.report.text.change import render_condition, render_turning_points
from alliance_metrics.report.text.checks import render_claims, render_validation
from alliance_metrics.report.text.likeness import render_comparison, render_facets, render_triads
from alliance_metrics.report.text.strength import render_capability, render_fragility
from alliance_metrics.results.tables import rows_of
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
    tables = {
        name: [
            {key: None if pd.isna(cell) else cell for key, cell in row.items()}
            for row in rows_of(result.to_frame(name))
        ]
        for name in result.names
    }
    whole = {"kind": result.kind, "record": result.record, "tables": tables}
    return json.dumps(whole, indent=1, ensure_ascii=False, allow_nan=False)


RENDERERS: Mapping[str, Callable[..., str]] = {
    "turning_points": render_turning_points,
    "facets": render_facets,
    "condition": render_condition,
    "triads": render_triads,
    "fragility": render_fragility,
    "capability": render_capability,
    "comparison": render_comparison,
    "claims": render_claims,
    "validation": render_validation,
}
"""The function that gives the text of each kind of result."""


def render_analysis(result: TidyResult) -> str:
    """Give the text of a result, whichever analysis it is of.

    Parameters
    ----------
    result
        The result of a historical analysis.

    Returns
    -------
    str
        Lines for the terminal.
    """
    return RENDERERS.get(result.kind, render_rows)(result)


def render_rows(result: TidyResult) -> str:
    """Give the rows of every table in aligned columns: the text of a result that has none of its own.

    Parameters
    ----------
    result
        Any result.

    Returns
    -------
    str
        Each table that has rows under its name.
    """
    frames = {name: result.to_frame(name) for name in result.names}
    return "\n\n".join(f"{name}\n{frame.to_string(index=False)}" for name, frame in frames.items() if len(frame))
