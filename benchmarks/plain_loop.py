"""The same index as anybody would first write it: plain numpy, one draw at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from alliance_metrics.index.plan import IndexPlan
from alliance_metrics.uncertainty.coder_draws import coder_multiples
from alliance_metrics.uncertainty.draws import draw_index, start_run
from alliance_metrics.uncertainty.inputs import Uncertainty
from benchmarks.panel import AGGREGATIONS, NORMALISATIONS, Line

Array = np.ndarray[Any, np.dtype[np.float64]]

CONCENTRATION = 10.0


@dataclass(frozen=True)
class Drawn:
    """What holds in one draw.

    Parameters
    ----------
    levels : ndarray, shape (n_units, n_indicators)
        Levels. [codebook levels]
    weights : dict of int to ndarray, shape (n_children,)
        Weights of the children of each node, on the simplex.
    normalisation, aggregation
        Places among `NORMALISATIONS` and `AGGREGATIONS`.
    """

    levels: Array
    weights: dict[int, Array]
    normalisation: int
    aggregation: int


def normalised(levels: Array, method: str, *, high: Array) -> Array:
    """Bring levels onto the common scale.

    Parameters
    ----------
    levels : ndarray, shape (n_units, n_indicators)
        Levels, none missing.
    method
        One of those in `NORMALISATIONS`.
    high : ndarray, shape (n_indicators,)
        Upper goalposts; the lower ones are zero.

    Returns
    -------
    ndarray, shape (n_units, n_indicators)
        Scores. [0-1]
    """
    if method == "goalposts":
        return levels / high
    span = np.ptp(levels, axis=0)
    alike = span == 0
    if method == "minmax":
        return np.where(alike, 0.5, (levels - levels.min(axis=0)) / np.where(alike, 1.0, span))
    if method == "zscore":
        spread = np.where(alike, 1.0, levels.std(axis=0, ddof=1))
        return np.clip(0.5 + 0.15 * (levels - levels.mean(axis=0)) / spread, 0.0, 1.0)
    ranked = np.sort(levels, axis=0)
    below = [np.searchsorted(column, values) for column, values in zip(ranked.T, levels.T, strict=True)]
    return np.stack(below, axis=1) / (len(levels) - 1)


def aggregated(scores: Array, weights: Array, method: str) -> Array:
    """Make the scores of several components one.

    Parameters
    ----------
    scores : ndarray, shape (n_units, n)
        Scores; the first gates the others of a bedrock, at half strength. [0-1]
    weights : ndarray, shape (n,)
        Weights on the simplex.
    method
        One of those in `AGGREGATIONS`.

    Returns
    -------
    ndarray, shape (n_units,)
        The aggregate. [0-1]
    """
    if method == "bedrock":
        gate = scores[:, 0]
        return weights[0] * gate + (scores[:, 1:] @ weights[1:]) * (0.5 + 0.5 * gate)
    if method == "arithmetic":
        return scores @ weights
    with np.errstate(divide="ignore"):  # of a score of zero
        if method == "geometric":
            return np.exp(np.log(scores) @ weights)
        return 1.0 / ((1.0 / scores) @ weights)


def plain_index(plan: IndexPlan, drawn: Drawn) -> Array:
    """Build the index once.

    Parameters
    ----------
    plan
        Says how the tree hangs together; nothing else of it is used.
    drawn
        What holds in the draw.

    Returns
    -------
    ndarray, shape (n_units,)
        The index. [0-1]
    """
    hierarchy = plan.hierarchy
    scores = np.empty((len(drawn.levels), len(hierarchy.components)))
    method = NORMALISATIONS[drawn.normalisation].method
    scores[:, : hierarchy.n_indicators] = normalised(drawn.levels, method, high=plan.combination.high)
    top = len(hierarchy.components) - 1
    for node in hierarchy.nodes:
        rule = AGGREGATIONS[drawn.aggregation].method if node == top else "arithmetic"
        scores[:, node] = aggregated(scores[:, list(hierarchy.components[node].children)], drawn.weights[node], rule)
    return scores[:, top]


class PlainLoop:
    """Draws and builds, one draw at a time, each from its own random numbers.

    Parameters
    ----------
    plan
        The panel and its tree.
    line
        What is uncertain.
    seed
        Seed of the draws.
    """

    def __init__(self, plan: IndexPlan, line: Line, *, seed: int = 0) -> None:
        self._plan, self._rng = plan, np.random.default_rng(seed)
        self._inputs = {entry.input for entry in line.inputs}
        self._doubt = start_run(plan, Uncertainty(draws=1, inputs=line.inputs)).doubt

    def run(self, draws: int) -> Array:
        """Build the index so many times.

        Parameters
        ----------
        draws
            How often.

        Returns
        -------
        ndarray, shape (n_units, draws)
            The index. [0-1]
        """
        whole = np.empty((len(self._plan.panel.units), draws))
        for draw in range(draws):
            whole[:, draw] = plain_index(self._plan, self._drawn())
        return whole

    def _drawn(self) -> Drawn:
        rng, plan = self._rng, self._plan
        n_coders = len(plan.panel.coders)
        weights = {node: rng.dirichlet(CONCENTRATION * len(share) * share) for node, share in plan.weights.items()}
        levels, doubt = plan.panel.score, self._doubt
        if "coder_cell" in self._inputs:
            chances = rng.random(levels.shape)
            alike = rng.random(levels.shape[1:]) < doubt.shared[:, np.newaxis]
            levels = doubt.base + (np.where(alike, chances[0], chances) > doubt.reached).sum(axis=0)
        combined = levels.mean(axis=0)
        if "coder_choice" in self._inputs:
            multiples = coder_multiples(rng.standard_normal((n_coders, 1)), level=0.9)
            moved = combined + np.tensordot(multiples[:, 0], doubt.leanings, axes=1)
            combined = np.clip(moved, plan.combination.low, plan.combination.high)
        normalisation = int(rng.integers(len(NORMALISATIONS))) if "normalisation" in self._inputs else 0
        aggregation = int(rng.integers(len(AGGREGATIONS))) if "aggregation" in self._inputs else 0
        return Drawn(combined, weights, normalisation, aggregation)


def largest_difference(plan: IndexPlan, line: Line, *, draws: int) -> float:
    """Compare the plain index with the engine's, draw by draw, on what the engine drew.

    Parameters
    ----------
    plan
        The panel and its tree.
    line
        What is uncertain.
    draws
        How many draws, no more than share a stream.

    Returns
    -------
    float
        Largest difference of any draw and dyad-year. [0-1]
    """
    uncertainty = Uncertainty(seed=5, draws=draws, inputs=line.inputs)
    run, found = start_run(plan, uncertainty), draw_index(plan, uncertainty).scores[0]
    levels = run.levels(np.arange(len(plan.panel.units)), slice(0, draws)).in_levels().astype(float)
    levels = np.broadcast_to(levels, (*levels.shape[:2], draws))
    realisation = run.realised(0)
    chosen = {entry.input: realisation.choices[entry.name] for entry in run.alternatives.inputs}
    still = np.zeros(draws, dtype=np.intp)
    worst = 0.0
    for draw in range(draws):
        weights = {
            node: realisation.weights[node][draw].astype(float) if node in realisation.weights else share
            for node, share in plan.weights.items()
        }
        choices = [int(chosen.get(name, still)[draw]) for name in ("normalisation", "aggregation")]
        plain = plain_index(plan, Drawn(levels[..., draw].T, weights, choices[0], choices[1]))
        worst = max(worst, float(np.abs(plain - found[:, draw]).max()))
    return worst
