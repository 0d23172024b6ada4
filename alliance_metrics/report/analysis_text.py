"""Every analysis of the past as text for the terminal."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from alliance_metrics.capability_analysis import Capability
from alliance_metrics.claims_analysis import Claims
from alliance_metrics.comparison_analysis import Comparison
from alliance_metrics.condition_analysis import Condition
from alliance_metrics.facets_analysis import Facets
from alliance_metrics.fragility_analysis import Fragility
from alliance_metrics.report.capability_text import render_capability
from alliance_metrics.report.claims_text import render_claims
from alliance_metrics.report.comparison_text import render_comparison
from alliance_metrics.report.condition_text import render_condition
from alliance_metrics.report.facets_text import render_facets
from alliance_metrics.report.fragility_text import render_fragility
from alliance_metrics.report.triads_text import render_triads
from alliance_metrics.report.turning_points_text import render_turning_points
from alliance_metrics.report.validation_text import render_validation
from alliance_metrics.results import TidyResult
from alliance_metrics.triads_analysis import Triads
from alliance_metrics.turning_points_analysis import TurningPoints
from alliance_metrics.validation_analysis import Validation

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
