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
    "history.claims.answers": ("DrawnSeries",),
    "history.claims.verdicts": ("Claim", "evaluate_claims"),
    "history.eras.eras": ("compare_eras",),
    "history.turning_points.break_calibration": ("calibrate_break_test",),
    "history.turning_points.break_significance": ("break_power", "break_test"),
    "history.turning_points.breaks": ("BreakDates", "break_distribution", "date_breaks"),
    "history.turning_points.leads": ("lead_lag",),
    "sensitivity.sobol": ("lmg_shares", "shapley_effects", "sobol_indices"),
    "uncertainty.draws": ("Draws", "draw_index"),
    "uncertainty.inputs": ("Uncertainty",),
}
_MODULE = {name: module for module, names in _HOME.items() for name in names}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - any public name
    if name not in _MODULE:
        raise AttributeError(f"module 'alliance_metrics.inference' has no attribute '{name}'")
    return getattr(importlib.import_module(f"alliance_metrics.{_MODULE[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
