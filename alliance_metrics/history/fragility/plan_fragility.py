"""Fragility of the index that a plan describes: exact where the plan is arithmetic, an upper bound where it is not."""

from __future__ import annotations

import numpy as np

from alliance_metrics.coding.arrays import Array, BoolArray
from alliance_metrics.history.fragility.fragility import Coders, LeastSteps, greedy_steps, least_steps, step_falls
from alliance_metrics.index.methods import Mean
from alliance_metrics.index.plan import IndexPlan, nominal_scores


def is_arithmetic(plan: IndexPlan) -> bool:
    """Tell whether the index is a weighted sum of each unit's own levels.

    Parameters
    ----------
    plan
        The bound plan.

    Returns
    -------
    bool
        Whether every tier takes arithmetic means of scores by goalposts.
    """
    rules = (plan.spec.within_dimension, plan.spec.within_pillar, plan.spec.across_pillars)
    return not plan.pooled and all(isinstance(rule, Mean) and rule.method == "arithmetic" for rule in rules)


def leaf_weights(plan: IndexPlan) -> Array:
    """Give the weight with which each indicator enters the index of each unit, for an arithmetic plan.

    Parameters
    ----------
    plan
        The bound plan.

    Returns
    -------
    ndarray, shape (n_units, n_indicators)
        Weights, those of missing indicators shared out among their siblings; they sum to 1, or are NaN where the unit
        has no index. [0-1]

    Notes
    -----
    The index of a unit in which one indicator stands at 1 and all others at 0.
    """
    n_indicators = plan.hierarchy.n_indicators
    present = ~np.isnan(nominal_scores(plan)[:n_indicators])
    one = np.broadcast_to(np.eye(n_indicators)[:, np.newaxis], (n_indicators, present.shape[1], n_indicators))
    leaves = np.where(present[..., np.newaxis], one, np.nan)
    return np.asarray(plan.evaluate(leaves, plan.weights, usable=plan.usable)[-1])


def plan_least_steps(plan: IndexPlan, target: Array | float, *, coders: Coders = "all") -> LeastSteps:
    """Find the fewest one-level steps of codings that bring each unit's index below a value.

    Parameters
    ----------
    plan
        The bound plan.
    target : ndarray, shape (n_units,), or float
        What the index is to fall below. [0-1]
    coders
        What one step is; see `step_falls`.

    Returns
    -------
    LeastSteps
        Indicators in the order of the tree; exact for an arithmetic plan, else an upper bound.

    Raises
    ------
    ValueError
        Where a step in one unit would move others, or coders are not combined by their mean.

    Notes
    -----
    A cell filled from other years has no coding of its own and is not stepped.
    """
    if plan.pooled:
        raise ValueError("a level moves every unit where the method is pooled")
    if plan.combination.method != "mean":
        raise ValueError(f"steps of codings add up where coders are combined by mean, not by {plan.combination.method}")
    falls = step_falls(
        plan.panel.score,
        low=plan.combination.low,
        high=plan.combination.high,
        direction=_directions(plan),
        coders=coders,
    )
    falls[:, ~_counted(plan)] = 0.0
    scores = nominal_scores(plan)
    if is_arithmetic(plan):
        weights = np.nan_to_num(leaf_weights(plan))
        return least_steps(falls, weights, index=scores[-1], target=target)

    def index_of(leaves: Array, unit: int) -> Array:
        usable = np.repeat(plan.usable[:, unit : unit + 1], len(leaves), axis=1)
        return np.asarray(plan.evaluate(np.ascontiguousarray(leaves.T), plan.weights, usable=usable)[-1])

    leaves = scores[: plan.hierarchy.n_indicators].T
    return greedy_steps(falls, leaves, index_of=index_of, target=target)


def _directions(plan: IndexPlan) -> Array | None:
    indicators = plan.spec.indicators
    return indicators["direction"].to_numpy(dtype=np.float64) if "direction" in indicators.columns else None


def _counted(plan: IndexPlan) -> BoolArray:
    """Tell which indicators stand under the index; diagnostic ones do not."""
    components = plan.hierarchy.components
    below, counted = [len(components) - 1], np.zeros(plan.hierarchy.n_indicators, dtype=bool)
    while below:
        place = below.pop()
        below += components[place].children
        if place < len(counted):
            counted[place] = True
    return counted
