"""Measure how cohesive an alliance is, year by year, and how certain the measurement is.

The names below load what they need when first used, so that importing the package costs next to nothing.

Examples
--------
>>> import alliance_metrics as am
>>> card = am.score("baseline", draws=200)
>>> card.scores.query("tier == 'index'")[["dyad", "year"]].shape
(283, 2)
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from alliance_metrics.coding.panel import IndicatorPanel
    from alliance_metrics.errors import AllianceMetricsError, ConfigError, DataError, PanelError, ResultError, SpecError
    from alliance_metrics.explanation.explanation import Explanation, explain
    from alliance_metrics.history.analyses import analyse, load_analyses
    from alliance_metrics.history.ladder.analysis import place
    from alliance_metrics.index.cohesion import CohesionIndex, cohesion_index
    from alliance_metrics.index.methods import Bedrock, Mean
    from alliance_metrics.index.specification import IndexSpec
    from alliance_metrics.index.treatment import Treatment
    from alliance_metrics.package.declare import declare
    from alliance_metrics.package.skeleton import new_package
    from alliance_metrics.results.score_card import ScoreCard, load_result
    from alliance_metrics.study.score import score

__all__ = [
    "AllianceMetricsError",
    "Bedrock",
    "CohesionIndex",
    "ConfigError",
    "DataError",
    "Explanation",
    "IndexSpec",
    "IndicatorPanel",
    "Mean",
    "PanelError",
    "ResultError",
    "ScoreCard",
    "SpecError",
    "Treatment",
    "analyse",
    "cohesion_index",
    "declare",
    "explain",
    "load_analyses",
    "load_result",
    "new_package",
    "place",
    "score",
]

_HOME = {
    "AllianceMetricsError": "errors",
    "Bedrock": "index.methods",
    "CohesionIndex": "index.cohesion",
    "ConfigError": "errors",
    "DataError": "errors",
    "Explanation": "explanation.explanation",
    "IndexSpec": "index.specification",
    "IndicatorPanel": "coding.panel",
    "Mean": "index.methods",
    "PanelError": "errors",
    "ResultError": "errors",
    "ScoreCard": "results.score_card",
    "SpecError": "errors",
    "Treatment": "index.treatment",
    "analyse": "history.analyses",
    "cohesion_index": "index.cohesion",
    "declare": "package.declare",
    "explain": "explanation.explanation",
    "load_analyses": "history.analyses",
    "load_result": "results.score_card",
    "new_package": "package.skeleton",
    "place": "history.ladder.analysis",
    "score": "study.score",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - any public name
    if name not in _HOME:
        raise AttributeError(f"module 'alliance_metrics' has no attribute '{name}'")
    return getattr(importlib.import_module(f"alliance_metrics.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
