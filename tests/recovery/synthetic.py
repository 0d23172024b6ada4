"""Made-up studies whose true index is known: how truths, coders, ranges and weights come about in several worlds."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import pandas as pd
from scipy.stats import norm

from alliance_metrics.coding.panel import IndicatorPanel
from alliance_metrics.index.plan import IndexPlan, IndexSpec, plan_index
from alliance_metrics.uncertainty.inputs import CoderCell, CoderChoice, UncertainInput, Uncertainty, WeightDraw
from alliance_metrics.uncertainty.summary import intervals

Array = np.ndarray[Any, np.dtype[np.float64]]

TOP, YEARS, PILLARS, DIMENSIONS = 4, 20, 3, 2
INDICATORS = (12, 18, 24, 30)
"""A study has as many indicators as one of these, each as likely; alike in every dimension."""
KINDS = {(0, 0): 1 / 8, (0, 1): 3 / 8, (1, 0): 3 / 8, (1, 1): 1 / 8}
"""How far a cell is open down and up, in levels, and how often: in the published codings 12% of the ranges are closed,
34% open up, 41% down and 12% both ways."""
STRAY = np.array([[[0, 0], [0, 1 / 3]], [[1 / 3, 0], [1 / 4, 1 / 4]]])
"""Chance to give the level below and the level above the true one, by how far the cell is open down and up: what
discrete triangles say."""
STEP = 0.5
"""Standard deviation of the yearly step of a true level. [levels]"""
NEAR_THE_END = 0.8
"""Share of indicators whose true levels lie near one end of the scale, in the world of such truths."""
CONCENTRATION = 10.0
ROUNDING = 1e-6

INPUTS: dict[str, tuple[UncertainInput, ...]] = {
    "cells": (CoderCell(),),
    "coders": (CoderChoice(),),
    "cells, coders": (CoderCell(), CoderChoice()),
    "cells by frequency, coders": (CoderCell(frequencies=True), CoderChoice()),
    "cells, coders, weights": (CoderCell(), CoderChoice(), WeightDraw(concentration=CONCENTRATION)),
}
"""Sets of uncertain inputs; the last is the published one."""


@dataclass(frozen=True)
class World:
    """How a made-up study comes about.

    Parameters
    ----------
    coders
        Number of coders.
    slips
        Whether coders stray within what the evidence leaves open, and say so by their ranges. Without, every cell is
        clear and no range is given.
    severity
        Standard deviation of the lean of a coder on all cells, each coder's for itself. [levels]
    lean
        Lean that all coders share. [levels]
    persistence
        Correlation of what makes a coder stray on an indicator from one year to the next. [0-1]
    shared
        What coders share: ``nothing``, so that each finds other cells open; the ``doubt``, so that all find the same
        levels open and choose among them each for itself; or the ``slip``, so that all make the same mistakes.
    weights
        Whether the true weights are drawn around the declared ones.
    missing
        Share of cells that nobody codes. [0-1]
    truths
        Where true levels lie: ``anywhere``; most of them ``near an end``, the same in all the study; or ``in the
        middle``, on levels 1 to 3, where hardly a range is cut short by the end of the scale.
    """

    coders: int = 3
    slips: bool = True
    severity: float = 0.0
    lean: float = 0.0
    persistence: float = 0.0
    shared: Literal["nothing", "doubt", "slip"] = "nothing"
    weights: bool = False
    missing: float = 0.0
    truths: Literal["anywhere", "near an end", "in the middle"] = "anywhere"


WORLDS = {
    "slips as the ranges say": World(),
    "severities": World(slips=False, severity=0.3),
    "slips and severities": World(severity=0.3),
    "slips that persist": World(persistence=0.5),
    "slips, weights": World(weights=True),
    "slips, missing cells": World(missing=0.1),
    "slips, truths near an end": World(truths="near an end"),
    "slips, truths in the middle": World(truths="in the middle"),
    "slips and severities that persist, weights": World(severity=0.3, persistence=0.5, weights=True),
    "all of these": World(severity=0.3, persistence=0.5, weights=True, missing=0.1, truths="near an end"),
    "one doubt for all coders": World(shared="doubt"),
    "one slip for all coders": World(shared="slip"),
    "all coders lean alike": World(lean=0.5),
}
NUMBERS_OF_CODERS = {
    f"{name}, {coders} coders": replace(WORLDS[name], coders=coders)
    for coders in (2, 5)
    for name in ("slips as the ranges say", "slips, truths in the middle", "severities", "slips and severities")
}


@dataclass(frozen=True, eq=False)
class Study:
    """A made-up study and its truth.

    Parameters
    ----------
    plan
        The index, bound to the codings.
    truth : ndarray, shape (n_years,)
        The index at the true levels and weights. [0-1]
    """

    plan: IndexPlan
    truth: Array


def made_up_study(world: World, seed: int) -> Study:
    """Draw true levels, then codings of them.

    Parameters
    ----------
    world
        How they come about.
    seed
        Which study, zero or more.

    Returns
    -------
    Study
        Codings and truth.
    """
    rng = np.random.default_rng(seed)
    count = int(rng.choice(INDICATORS))
    levels = true_levels(world, count, rng=rng)
    score, low, high = codings(world, levels, rng=rng)
    unknown = rng.random(levels.shape) < world.missing
    for values in (score, low, high):
        values[:, unknown] = np.nan
    units = pd.DataFrame({"dyad": "A-B", "era": "", "year": range(1950, 1950 + YEARS)})
    names = [f"i{place:02d}" for place in range(count)]
    each = count // (PILLARS * DIMENSIONS)
    pillar = [f"p{place // (DIMENSIONS * each)}" for place in range(count)]
    dimension = [f"d{place // each % DIMENSIONS}" for place in range(count)]
    tree = pd.DataFrame({"indicator_id": names, "pillar": pillar, "dimension": dimension, "low": 0, "high": TOP})
    panel = IndicatorPanel(units, tuple(names), tuple("abcdefg"[: world.coders]), score, low, high)
    return Study(plan_index(panel, IndexSpec(tree)), levels @ true_weights(world, each, rng=rng) / TOP)


def true_levels(world: World, count: int, *, rng: np.random.Generator) -> Array:
    """Let the level of each indicator walk from year to year between two walls; every level is as likely as any other.

    Parameters
    ----------
    world
        Says where the walls stand.
    count
        Number of indicators.
    rng
        Source of randomness.

    Returns
    -------
    ndarray, shape (n_years, count)
        True levels. [0-4]
    """
    floor, height = np.zeros(count), np.full(count, TOP + 1.0)
    if world.truths == "in the middle":
        floor, height = np.ones(count), np.full(count, TOP - 1.0)
    if world.truths == "near an end":
        near = rng.random(count) < NEAR_THE_END
        height[near] = 2.0
        floor[near] = rng.choice([0.0, TOP - 1.0])
    start = rng.random(count) * height
    walked = start + np.cumsum(rng.normal(scale=STEP, size=(YEARS, count)), axis=0)
    folded = walked % (2 * height)
    inside = np.minimum(folded, 2 * height - folded)
    return np.minimum(np.floor(floor + inside), TOP)


def codings(world: World, levels: Array, *, rng: np.random.Generator) -> tuple[Array, Array, Array]:
    """Code true levels as the codebook says: a level, and the range that a fair reader could give.

    Each cell is open by none or one level down and up, within the scale. A coder's level is triangular about the true
    one within what is open. The range is of what is open too: where two levels are, these two; where three are, the
    coder's own and one to each side. So given one coding, and any truth as likely as another before, the truth is
    triangular about the level given within the range given. A coder who leans gives a level too much or too little as
    often as makes the lean on average, with the range about it.

    Parameters
    ----------
    world
        How coders err.
    levels : ndarray, shape (n_years, n_indicators)
        True levels. [0-4]
    rng
        Source of randomness.

    Returns
    -------
    score, low, high : ndarray, shape (n_coders, n_years, n_indicators)
        Codings. [0-4]
    """
    shape = (world.coders, *levels.shape)
    kinds = np.array(list(KINDS))[rng.choice(len(KINDS), p=list(KINDS.values()), size=shape)]
    if world.shared != "nothing":
        kinds[:] = kinds[0]
    down, up = np.minimum(kinds[..., 0], levels), np.minimum(kinds[..., 1], TOP - levels)
    if not world.slips:
        down, up = np.zeros(shape), np.zeros(shape)
    below, above = np.moveaxis(STRAY[down.astype(int), up.astype(int)], -1, 0)
    p_value = norm.cdf(_persistent(shape, world=world, rng=rng))
    step = (p_value > 1 - above).astype(float) - (p_value < below)
    lean = world.lean + world.severity * rng.normal(size=(world.coders, 1, 1))
    lean = np.floor(lean + rng.random(shape))
    score = np.clip(levels + step + lean, 0, TOP)
    crossed = (step != 0) & (down + up == 1)
    low = np.maximum(score - np.where(crossed, up, down), 0)
    high = np.minimum(score + np.where(crossed, down, up), TOP)
    return score, low, high


def _persistent(shape: tuple[int, ...], *, world: World, rng: np.random.Generator) -> Array:
    """Draw standard normal numbers, shape (n_coders, n_years, n_indicators), correlated from year to year."""
    fresh = rng.normal(size=shape)
    if world.shared == "slip":
        fresh[:] = fresh[0]
    for year in range(1, shape[1]):
        kept = world.persistence * fresh[:, year - 1]
        fresh[:, year] = kept + np.sqrt(1 - world.persistence**2) * fresh[:, year]
    return fresh


def true_weights(world: World, each: int, *, rng: np.random.Generator) -> Array:
    """Draw the true weight of every indicator in the index, or share it out alike.

    Parameters
    ----------
    world
        Says which.
    each
        Indicators in a dimension.
    rng
        Source of randomness.

    Returns
    -------
    ndarray, shape (n_indicators,)
        Weights that sum to 1.
    """
    count = PILLARS * DIMENSIONS * each
    if not world.weights:
        return np.full(count, 1 / count)
    pillars = rng.dirichlet(np.full(PILLARS, CONCENTRATION))
    dimensions = rng.dirichlet(np.full(DIMENSIONS, CONCENTRATION), size=PILLARS)
    indicators = rng.dirichlet(np.full(each, CONCENTRATION), size=(PILLARS, DIMENSIONS))
    return (pillars[:, np.newaxis, np.newaxis] * dimensions[..., np.newaxis] * indicators).ravel()


@dataclass(frozen=True)
class Coverage:
    """How intervals of the index lie to the truth, one number a study.

    Parameters
    ----------
    held, above, below : ndarray, shape (n_studies,)
        Share of the years scored whose interval holds the truth, and whose truth lies above or below it. [0-1]
    width : ndarray, shape (n_studies,)
        Mean width of the intervals. [0-1]
    """

    held: Array
    above: Array
    below: Array
    width: Array


def coverage(
    world: World, inputs: tuple[UncertainInput, ...], *, studies: int, draws: int = 1000, first_seed: int = 0
) -> Coverage:
    """Draw studies, and hold the 90% intervals of the index to the truth.

    Parameters
    ----------
    world
        How studies come about.
    inputs
        What the intervals take to be uncertain.
    studies
        Number of studies.
    draws
        Draws of each study.
    first_seed
        Seed of the first study; the others follow.

    Returns
    -------
    Coverage
        What is found.
    """
    found = np.empty((4, studies))
    for place in range(studies):
        study = made_up_study(world, first_seed + place)
        kinds = Uncertainty(seed=first_seed + place, draws=draws, level=0.9, inputs=inputs)
        lower, _, upper = (values[-1] for values in intervals(study.plan, kinds))
        scored = ~np.isnan(lower)
        above, below = study.truth > upper + ROUNDING, study.truth < lower - ROUNDING
        shares = (~above & ~below, above, below, upper - lower)
        found[:, place] = [share[scored].mean() for share in shares]
    return Coverage(*found)


def standard_error(values: Array) -> float:
    """Give the standard error of a mean over studies; years of one study lean on one another and are not counted.

    Parameters
    ----------
    values : ndarray, shape (n_studies,)
        One number a study.

    Returns
    -------
    float
        Standard error.
    """
    return float(values.std(ddof=1) / np.sqrt(len(values)))
