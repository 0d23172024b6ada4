"""Fragility draw by draw: the steps and shocks that would have sufficed, had each draw been the truth."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from alliance_metrics.coding.arrays import Array, IntArray
from alliance_metrics.history.fragility.fragility import pillar_shocks
from alliance_metrics.index.aggregate import Reducer, arithmetic_mean
from alliance_metrics.index.plan import IndexPlan, nominal_scores

_SINGLE = 1e-6
"""Nearer than this scores drawn in single precision are the same."""


def leaf_weights_in_draws(plan: IndexPlan, weights: Mapping[int, Array], *, n_draws: int) -> Array:
    """Give the weight with which each indicator enters an arithmetic index in each draw of the weights.

    Parameters
    ----------
    plan
        The bound plan.
    weights : dict of int to ndarray, shape (n_draws, n_children)
        Drawn weights of the children of nodes; the plan's where a node has none.
    n_draws
        Number of draws.

    Returns
    -------
    ndarray, shape (n_units, n_indicators, n_draws)
        Weights, those of missing indicators shared out among their siblings; NaN where the unit has no index. [0-1]

    Notes
    -----
    As `leaf_weights`, worked out once for all units that lack the same.
    """
    n_indicators = plan.hierarchy.n_indicators
    present = ~np.isnan(nominal_scores(plan)[:n_indicators])
    patterns, unit_pattern = np.unique(np.concatenate([present, plan.usable]), axis=1, return_inverse=True)
    drawn = {node: weights.get(node, share) for node, share in plan.weights.items()}
    found = np.empty((patterns.shape[1], n_indicators, n_draws))
    for place, pattern in enumerate(patterns.T):
        leaves = np.where(pattern[:n_indicators, np.newaxis], np.eye(n_indicators), np.nan)
        usable = np.repeat(pattern[n_indicators:, np.newaxis], n_indicators, axis=1)
        found[place] = plan.evaluate(leaves[..., np.newaxis], drawn, usable=usable)[-1]
    return found[unit_pattern.reshape(-1)]


def steps_in_draws(
    leaves: Array, weights: Array, *, parts: IntArray, span: Array, index: Array, target: Array
) -> Array:
    r"""Find in each draw the fewest one-level steps that bring an arithmetic index below a value.

    Parameters
    ----------
    leaves, weights : ndarray, shape (n_units, n_indicators, n_draws)
        Scores of the indicators, and the weights with which they enter; NaN where missing. [0-1]
    parts : ndarray of int, shape (n_units, n_indicators)
        How many steps make up one level: 1 where all coders go down together, their number where one does, 0 where
        nobody coded.
    span : ndarray, shape (n_indicators,)
        Levels between the goalposts.
    index, target : ndarray, shape (n_units, n_draws)
        The index, and what it is to fall below; NaN where missing. [0-1]

    Returns
    -------
    ndarray, shape (n_units, n_draws)
        Number of steps; 0 where it is below already, infinite where the lowest codings are not low enough, NaN where
        index or value is missing.

    Notes
    -----
    A draw has one combined level a cell. Step :math:`j` of one with :math:`p` parts is worth
    :math:`\min(1, p\,r - j + 1) / (p\,(high - low))`, :math:`r` being the levels between it and the worst end. For
    whole levels that is what `step_falls` gives, but for cells on which coders lie two levels or more apart. All steps
    of a cell but its last are worth the same, so that they are taken together; `least_steps` takes them one by one.

    Uneven weights let fewer steps suffice, since the heaviest indicators are taken first: where weights are drawn about
    equal ones, nearly every draw needs fewer steps than the weights declared.

    Examples
    --------
    >>> steps_in_draws(
    ...     np.array([[[1.0], [0.25]]]),
    ...     np.array([[[0.5], [0.5]]]),
    ...     parts=np.array([[1, 1]]),
    ...     span=np.array([4.0, 4.0]),
    ...     index=np.array([[0.625]]),
    ...     target=np.array([[0.4]]),
    ... )
    array([[2.]])
    """
    width = np.asarray(parts * span, dtype=np.float64)[..., np.newaxis]
    room = np.nan_to_num(leaves) * width
    whole = np.floor(room + _SINGLE)
    rest = np.where(room - whole > _SINGLE, room - whole, 0.0)
    each = np.divide(np.nan_to_num(weights), width, out=np.zeros(room.shape), where=width > 0)
    worth = np.concatenate([each, each * rest], axis=1)
    number = np.concatenate([whole, (rest > 0).astype(np.float64)], axis=1)
    order = np.argsort(-worth, axis=1, kind="stable")
    worth, number = (np.take_along_axis(values, order, axis=1) for values in (worth, number))
    fallen, taken = np.cumsum(worth * number, axis=1), np.cumsum(number, axis=1)
    distance = index - target + _SINGLE
    enough = np.asarray(fallen > distance[:, np.newaxis])
    last = enough.argmax(axis=1)[:, np.newaxis]
    value, count, down, steps = (
        np.take_along_axis(values, last, axis=1)[:, 0] for values in (worth, number, fallen, taken)
    )
    short = distance - (down - value * count)
    more = np.floor(np.divide(short, value, out=np.zeros(short.shape), where=value > 0)) + 1.0
    found = np.where(distance < 0, 0.0, np.where(enough.any(axis=1), steps - count + more, np.inf))
    return np.where(np.isnan(distance), np.nan, found)


def shocks_in_draws(pillars: Array, weights: Array, *, target: Array, reducer: Reducer = arithmetic_mean) -> Array:
    """Find in each draw by how much one pillar alone would have to fall to bring the index below a value.

    Parameters
    ----------
    pillars : ndarray, shape (n_units, n_pillars, n_draws)
        Scores; NaN where missing. [0-1]
    weights : ndarray, shape (n_draws, n_pillars) or (n_pillars,)
        Weights of the pillars.
    target : ndarray, shape (n_units, n_draws)
        What the index is to fall below. [0-1]
    reducer
        How pillars make up the index; never falling in any of them.

    Returns
    -------
    ndarray, shape (n_units, n_pillars, n_draws)
        As `pillar_shocks` gives them.
    """
    found = np.empty(pillars.shape)
    share = np.broadcast_to(weights, (pillars.shape[2], pillars.shape[1]))
    for draw in range(pillars.shape[2]):
        found[..., draw] = pillar_shocks(pillars[..., draw], share[draw], target=target[:, draw], reducer=reducer)
    return found


def ordered_interval(values: Array, *, level: float) -> tuple[Array, Array]:
    """Give an equal-tailed interval whose ends are values that were drawn, infinite ones among them.

    Parameters
    ----------
    values : ndarray, shape (..., n_draws)
        The draws; NaN where there is no value.
    level
        Probability of the interval. (0-1)

    Returns
    -------
    lower, upper : ndarray, shape (...)
        The least drawn values that at least the tail's share of the draws do not exceed; NaN where there is no value.

    Examples
    --------
    >>> lower, upper = ordered_interval(np.array([3.0, 1.0, np.inf, 2.0]), level=0.5)
    >>> float(lower), float(upper)
    (1.0, 3.0)
    """
    ordered = np.sort(np.asarray(values, dtype=np.float64), axis=-1)
    valid = (~np.isnan(ordered)).sum(axis=-1)
    ends = []
    for tail in ((1.0 - level) / 2.0, (1.0 + level) / 2.0):
        place = np.clip(np.ceil(np.round(tail * valid, 9)).astype(np.intp) - 1, 0, None)
        ends.append(np.take_along_axis(ordered, place[..., np.newaxis], axis=-1)[..., 0])
    return ends[0], ends[1]
