"""How sure we are, what drives it, when it broke. The names below load what they need when first used."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from alliance_metrics.history.claims.answers import DrawnSeries
    from alliance_metrics.history.claims.verdicts import Claim, evaluate_claims
    from alliance_metrics.history.eras.eras import compare_eras
    from alliance_metrics.history.turning_points.break_calibration import calibrate_break_test
    from alliance_metrics.history.turning_points.break_significance import break_power, break_test
    from alliance_metrics.history.turning_points.breaks import BreakDates, break_distribution, date_breaks
    from alliance_metrics.history.turning_points.leads import lead_lag
    from alliance_metrics.sensitivity.sobol import lmg_shares, shapley_effects, sobol_indices
    from alliance_metrics.uncertainty.draws import Draws, draw_index
    from alliance_metrics.uncertainty.inputs import Uncertainty

__all__ = [
    "BreakDates",
    "Claim",
    "DrawnSeries",
    "Draws",
    "Uncertainty",
    "break_distribution",
    "break_power",
    "break_test",
    "calibrate_break_test",
    "compare_eras",
    "date_breaks",
    "draw_index",
    "evaluate_claims",
    "lead_lag",
    "lmg_shares",
    "shapley_effects",
    "sobol_indices",
]

_HOME = {
    "BreakDates": "history.turning_points.breaks",
    "Claim": "history.claims.verdicts",
    "DrawnSeries": "history.claims.answers",
    "Draws": "uncertainty.draws",
    "Uncertainty": "uncertainty.inputs",
    "break_distribution": "history.turning_points.breaks",
    "break_power": "history.turning_points.break_significance",
    "break_test": "history.turning_points.break_significance",
    "calibrate_break_test": "history.turning_points.break_calibration",
    "compare_eras": "history.eras.eras",
    "date_breaks": "history.turning_points.breaks",
    "draw_index": "uncertainty.draws",
    "evaluate_claims": "history.claims.verdicts",
    "lead_lag": "history.turning_points.leads",
    "lmg_shares": "sensitivity.sobol",
    "shapley_effects": "sensitivity.sobol",
    "sobol_indices": "sensitivity.sobol",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - any public name
    if name not in _HOME:
        raise AttributeError(f"module 'alliance_metrics.inference' has no attribute '{name}'")
    return getattr(importlib.import_module(f"alliance_metrics.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
