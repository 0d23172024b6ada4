"""How sure we are, what drives it, when it broke. The names below load what they need when first used."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from alliance_metrics.inference.break_calibration import calibrate_break_test
    from alliance_metrics.inference.break_significance import break_power, break_test
    from alliance_metrics.inference.breaks import BreakDates, break_distribution, date_breaks
    from alliance_metrics.inference.claim_answers import DrawnSeries
    from alliance_metrics.inference.claims import Claim, evaluate_claims
    from alliance_metrics.inference.eras import compare_eras
    from alliance_metrics.inference.inputs import Uncertainty
    from alliance_metrics.inference.leads import lead_lag
    from alliance_metrics.inference.sensitivity import lmg_shares, shapley_effects, sobol_indices
    from alliance_metrics.inference.uncertainty import Draws, draw_index

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
    "BreakDates": "breaks",
    "break_distribution": "breaks",
    "break_power": "break_significance",
    "break_test": "break_significance",
    "calibrate_break_test": "break_calibration",
    "date_breaks": "breaks",
    "Claim": "claims",
    "DrawnSeries": "claim_answers",
    "evaluate_claims": "claims",
    "Draws": "uncertainty",
    "Uncertainty": "inputs",
    "compare_eras": "eras",
    "draw_index": "uncertainty",
    "lead_lag": "leads",
    "lmg_shares": "sensitivity",
    "shapley_effects": "sensitivity",
    "sobol_indices": "sensitivity",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - any public name
    if name not in _HOME:
        raise AttributeError(f"module 'alliance_metrics.inference' has no attribute '{name}'")
    return getattr(importlib.import_module(f"alliance_metrics.inference.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
