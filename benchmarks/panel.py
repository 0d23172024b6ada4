"""The made-up panel that is rebuilt, and what is uncertain about it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from alliance_metrics.coding.panel import IndicatorPanel
from alliance_metrics.index.methods import Bedrock, Mean, Normalisation
from alliance_metrics.index.plan import IndexPlan, plan_index
from alliance_metrics.index.specification import IndexSpec
from alliance_metrics.uncertainty.inputs import (
    AggregationInput,
    CoderCell,
    CoderChoice,
    NormalisationInput,
    UncertainInput,
    WeightDraw,
)

DYAD_YEARS = 170
INDICATORS = 30
CODERS = 3
_YEARS = 34
_SLIPS = (0.1, 0.8, 0.1)
_HIGHEST = 4
_GATE = "p0"

NORMALISATIONS = (
    Normalisation("goalposts"),
    Normalisation("minmax"),
    Normalisation("zscore", centre=50.0, deviation=15.0),
    Normalisation("percentile_rank"),
)
AGGREGATIONS = (Mean("arithmetic"), Mean("geometric"), Mean("harmonic"), Bedrock(_GATE, 0.5))

_WEIGHTS = (WeightDraw(),)
_METHODS = (NormalisationInput(NORMALISATIONS), AggregationInput("across_pillars", AGGREGATIONS))
_CODERS = (CoderCell(), CoderChoice())


@dataclass(frozen=True)
class Line:
    """One line of the tables: what is uncertain, under its name.

    Parameters
    ----------
    name
        What stands in the tables.
    inputs
        What is drawn.
    """

    name: str
    inputs: tuple[UncertainInput, ...]


WEIGHTS = Line("weights", _WEIGHTS)
WEIGHTS_METHODS = Line("weights, methods", (*_WEIGHTS, *_METHODS))
WEIGHTS_CODERS = Line("weights, cells, coders", (*_CODERS, *_WEIGHTS))
WEIGHTS_METHODS_CELLS = Line("weights, methods, cells", (_CODERS[0], *_WEIGHTS, *_METHODS))
EVERYTHING = Line("weights, methods, cells, coders", (*_CODERS, *_WEIGHTS, *_METHODS))
LINES = (WEIGHTS, WEIGHTS_METHODS, WEIGHTS_CODERS, WEIGHTS_METHODS_CELLS, EVERYTHING)


def made_up_plan(dyad_years: int = DYAD_YEARS, *, seed: int = 0) -> IndexPlan:
    """Bind the plain specification to a made-up panel.

    Parameters
    ----------
    dyad_years
        How many rows: dyads of 34 years each.
    seed
        Seed of the codings.

    Returns
    -------
    IndexPlan
        Of 30 indicators in nine dimensions of three or four and three pillars, each coded on a scale of five levels by
        three coders who miss what is so by one level in one cell of five, and leave open one level on either side.
    """
    rng = np.random.default_rng(seed)
    shape = (CODERS, dyad_years, INDICATORS)
    levels = rng.integers(1, _HIGHEST, size=shape[1:]) + rng.choice([-1, 0, 1], p=_SLIPS, size=shape)
    score = levels.astype(float)
    names = tuple(f"i{place}" for place in range(INDICATORS))
    units = pd.DataFrame(
        {
            "dyad": [f"d{row // _YEARS}" for row in range(dyad_years)],
            "era": "e",
            "year": [1900 + row % _YEARS for row in range(dyad_years)],
        }
    )
    coders = tuple(f"c{place}" for place in range(CODERS))
    low, high = np.maximum(score - 1.0, 0.0), np.minimum(score + 1.0, _HIGHEST)
    panel = IndicatorPanel(units, names, coders, score, low, high)
    tree = pd.DataFrame(
        {
            "indicator_id": names,
            "pillar": [f"p{place // 10}" for place in range(INDICATORS)],
            "dimension": [f"d{min(place % 10 // 3, 2)}" for place in range(INDICATORS)],
            "low": 0,
            "high": _HIGHEST,
        }
    )
    return plan_index(panel, IndexSpec(tree))
