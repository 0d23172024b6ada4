"""How sure we are, what drives it, when it broke. The names below load what they need when first used."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from alliance_metrics.inference.eras import compare_eras
    from alliance_metrics.inference.inputs import Uncertainty
    from alliance_metrics.inference.sensitivity import lmg_shares, shapley_effects, sobol_indices
    from alliance_metrics.inference.uncertainty import Draws, draw_index

__all__ = ["Draws", "Uncertainty", "compare_eras", "draw_index", "lmg_shares", "shapley_effects", "sobol_indices"]

_HOME = {
    "Draws": "uncertainty",
    "Uncertainty": "inputs",
    "compare_eras": "eras",
    "draw_index": "uncertainty",
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
