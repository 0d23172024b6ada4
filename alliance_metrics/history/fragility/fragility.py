"""How little would have broken it: the fewest one-level steps of codings, and the least shock to one pillar."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from alliance_metrics.coding.arrays import Array, BoolArray, IntArray
from alliance_metrics.index.aggregate import Reducer, arithmetic_mean
from alliance_metrics.index.methods import Mean
from alliance_metrics.index.plan import IndexPlan, nominal_scores

IndexOf = Callable[[Array, int], Array]
Coders = Literal["all", "one"]

#: Nearer than this an index is at a value and not below it.
_TIE = 1e-9
#: Nearer than this scores drawn in single precision are the same.
_SINGLE = 1e-6
#: Halvings of an interval of length 1 that leave less than 1e-12.
_HALVINGS = 40


@dataclass(frozen=True, eq=False)
class LeastSteps:
    """Fewest one-level steps of codings that bring the index of each unit below a value.

    Parameters
    ----------
    steps : ndarray, shape (n_units,)
        Number of steps; 0 where it is below already, infinite where the lowest codings are not low enough, NaN where
        index or value is missing.
    by_indicator : ndarray of int, shape (n_units, n_indicators)
        How many of them are taken in each indicator; others may serve as well. All zero where none are needed or
        none are enough.
    available : ndarray of int, shape (n_units,)
        How many steps down there are in all, in indicators that count.
    fall : ndarray, shape (n_units,)
        By how much the index falls with them; 0 where none are taken. [0-1]
    exact
        Whether no fewer do; otherwise an upper bound, found by taking the greatest fall at each step.
    """

    steps: Array
    by_indicator: IntArray
    available: IntArray
    fall: Array
    exact: bool


def step_falls(
    scores: Array, *, low: Array, high: Array, direction: Array | None = None, coders: Coders = "all"
) -> Array:
    r"""Give by how much each further one-level step lowers an indicator's score.

    Parameters
    ----------
    scores : ndarray, shape (n_coders, n_units, n_indicators)
        Codings; NaN where not coded. [codebook levels]
    low, high : ndarray, shape (n_indicators,)
        Goalposts. [codebook levels]
    direction : ndarray, shape (n_indicators,), optional
        Whether more is better (+1) or worse (-1); +1 where absent.
    coders
        What one step is: ``all``, every coder goes down one level in one indicator, those at the bottom stay; ``one``,
        one coder does.

    Returns
    -------
    ndarray, shape (n_units, n_indicators, n_steps)
        Fall of the score with the first, second, ... step, never rising along the last axis; 0 where there is no room.
        [0-1]

    Raises
    ------
    ValueError
        Where a coding lies outside its goalposts, a direction is neither +1 nor -1, or the step is unknown.

    Notes
    -----
    With room :math:`r_c`, the levels between a coder's score and the worst end, step :math:`j` of one coder is worth
    :math:`\min(1, r_c - j + 1) / (C (high - low))` as long as that is positive, :math:`C` coders having coded the
    cell. A step of all is the sum over coders. Coders are combined by their mean.
    """
    if coders not in {"all", "one"}:
        raise ValueError(f"a step is one of all coders or of one, not of '{coders}'")
    span = np.asarray(high, dtype=np.float64) - low
    room = np.asarray(scores, dtype=np.float64) - low
    if direction is not None:
        if not np.isin(direction, (-1.0, 1.0)).all():
            raise ValueError("every direction must be +1 or -1")
        room = np.where(np.asarray(direction) > 0, room, span - room)
    if ((room < -_TIE) | (room > span + _TIE)).any():
        raise ValueError("a coding lies outside its goalposts")
    n_steps = int(np.ceil(span.max() - _TIE)) if span.size else 0
    steps = np.arange(n_steps)[:, np.newaxis, np.newaxis, np.newaxis]
    falls = np.clip(np.nan_to_num(room)[np.newaxis] - steps, 0.0, 1.0)
    count = np.maximum((~np.isnan(room)).sum(axis=0), 1)
    if coders == "all":
        return np.moveaxis(falls.sum(axis=1) / (count * span), 0, -1)
    each = falls.reshape(-1, *room.shape[1:]) / (count * span)
    return np.ascontiguousarray(-np.sort(-np.moveaxis(each, 0, -1), axis=-1))


def least_steps(falls: Array, weights: Array, *, index: Array, target: Array | float) -> LeastSteps:
    r"""Find the fewest steps that bring an arithmetic index below a value, exactly.

    Parameters
    ----------
    falls : ndarray, shape (n_units, n_indicators, n_steps)
        As `step_falls` gives them.
    weights : ndarray, shape (n_indicators,) or (n_units, n_indicators)
        Weight with which each indicator's score enters the index of the unit. [0-1]
    index : ndarray, shape (n_units,)
        The index; NaN where missing. [0-1]
    target : ndarray, shape (n_units,), or float
        What it is to fall below, such as a threshold or the next year's index; see `next_values`. [0-1]

    Returns
    -------
    LeastSteps
        The steps, exact.

    Raises
    ------
    ValueError
        Where a weight is negative or falls rise along the last axis.

    Notes
    -----
    The index falls by the sum of weight times fall over the steps taken. Within an indicator a later step is never
    worth more than an earlier one, so that the :math:`m` most valuable steps of all can be taken in order, and no other
    :math:`m` steps lower the index further. The least :math:`m` whose sum exceeds the distance to the value is
    therefore exact.

    Examples
    --------
    >>> falls = step_falls(np.array([[[4.0, 1.0]]]), low=np.zeros(2), high=np.full(2, 4.0))
    >>> least_steps(falls, np.array([0.5, 0.5]), index=np.array([0.625]), target=0.4).steps
    array([2.])
    """
    if (np.asarray(weights) < 0).any():
        raise ValueError("weights must be zero or more")
    if (np.diff(falls, axis=-1) > _TIE).any():
        raise ValueError("a later step of an indicator may not be worth more than an earlier one")
    n_units, n_indicators, n_steps = falls.shape
    weight = np.broadcast_to(weights, (n_units, n_indicators))[..., np.newaxis]
    gains = (falls * weight).reshape(n_units, -1)
    order = np.argsort(-gains, axis=1, kind="stable")
    fallen = np.cumsum(np.take_along_axis(gains, order, axis=1), axis=1)
    fallen = np.concatenate([np.zeros((n_units, 1)), fallen], axis=1)
    distance = np.asarray(index, dtype=np.float64) - target
    enough = np.asarray(fallen > distance[:, np.newaxis] + _TIE)
    number, reached = enough.argmax(axis=1), np.asarray(enough.any(axis=1))
    taken = (np.arange(n_indicators * n_steps) < number[:, np.newaxis]) & reached[:, np.newaxis]
    by_indicator = np.zeros((n_units, n_indicators), dtype=np.int64)
    np.add.at(by_indicator, (np.arange(n_units)[:, np.newaxis], order // max(n_steps, 1)), taken)
    steps = np.where(reached, number.astype(np.float64), np.inf)
    fall = np.where(reached, np.take_along_axis(fallen, number[:, np.newaxis], axis=1)[:, 0], 0.0)
    available = ((falls > _TIE) & (weight > 0)).sum(axis=(1, 2))
    return LeastSteps(np.where(np.isnan(distance), np.nan, steps), by_indicator, available, fall, exact=True)


def greedy_steps(falls: Array, leaves: Array, *, index_of: IndexOf, target: Array | float) -> LeastSteps:
    """Find few steps that bring an index of any kind below a value: an upper bound of the fewest.

    Parameters
    ----------
    falls : ndarray, shape (n_units, n_indicators, n_steps)
        As `step_falls` gives them.
    leaves : ndarray, shape (n_units, n_indicators)
        Scores of the indicators; NaN where missing. [0-1]
    index_of
        Gives the index of scores of shape (n_tried, n_indicators), for the unit at a place; never falling in any score.
    target : ndarray, shape (n_units,), or float
        What it is to fall below. [0-1]

    Returns
    -------
    LeastSteps
        The steps, not known to be the fewest.

    Notes
    -----
    At each step the one is taken that lowers the index most; afterwards each that turns out not to be needed is taken
    back. If one indicator alone does it in fewer steps, as a zero may where aggregation is geometric, that is taken.
    Where single steps do nothing and several together do (a minimum of equals), it may take more than it must.
    """
    n_units, n_indicators = falls.shape[:2]
    targets = np.broadcast_to(np.asarray(target, dtype=np.float64), (n_units,))
    fallen = np.concatenate([np.zeros((n_units, n_indicators, 1)), np.cumsum(falls, axis=-1)], axis=-1)
    room = (falls > _TIE).sum(axis=-1)
    steps, fall = np.full(n_units, np.nan), np.zeros(n_units)
    by_indicator = np.zeros((n_units, n_indicators), dtype=np.int64)
    for unit in range(n_units):

        def index_after(taken: IntArray, unit: int = unit) -> Array:
            lowered = np.take_along_axis(fallen[unit][np.newaxis], taken[..., np.newaxis], axis=-1)[..., 0]
            left = leaves[unit] - lowered
            return index_of(np.where(left < _TIE, 0.0, left), unit)

        start = float(index_after(np.zeros((1, n_indicators), dtype=np.int64))[0])
        if np.isnan(start - targets[unit]):
            continue
        taken = _descend(index_after, room=room[unit], target=float(targets[unit]))
        steps[unit] = np.inf if taken is None else taken.sum()
        if taken is not None:
            by_indicator[unit], fall[unit] = taken, start - float(index_after(taken[np.newaxis])[0])
    return LeastSteps(steps, by_indicator, room.sum(axis=1), fall, exact=False)


def _descend(index_after: Callable[[IntArray], Array], *, room: IntArray, target: float) -> IntArray | None:
    """Go down steeply until the index is below, or by one indicator alone; None where it cannot be."""
    taken, one = np.zeros(len(room), dtype=np.int64), np.eye(len(room), dtype=np.int64)
    if not index_after(room[np.newaxis])[0] < target - _TIE:
        return None
    while not index_after(taken[np.newaxis])[0] < target - _TIE:
        open_ones = np.flatnonzero(taken < room)
        taken = taken + one[open_ones[int(np.argmin(index_after(taken + one[open_ones])))]]
    for place in np.flatnonzero(taken):
        while taken[place] and index_after((taken - one[place])[np.newaxis])[0] < target - _TIE:
            taken = taken - one[place]
    alone = np.array([number * way for way, most in zip(one, room, strict=True) for number in range(1, most + 1)])
    enough = alone[index_after(alone) < target - _TIE] if len(alone) else alone
    fewest = enough[enough.sum(axis=1).argmin()] if len(enough) else taken
    return fewest if fewest.sum() < taken.sum() else taken


def is_arithmetic(plan: IndexPlan) -> bool:
    """Say whether the index is a weighted sum of each unit's own levels.

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


def leaf_weights(plan: IndexPlan, weights: Mapping[int, Array] | None = None, *, n_draws: int = 1) -> Array:
    """Give the weight with which each indicator enters the index of each unit, for an arithmetic plan.

    Parameters
    ----------
    plan
        The bound plan.
    weights : mapping of int to ndarray, shape (n_draws, n_children), optional
        Drawn weights of the children of nodes; the plan's where a node has none.
    n_draws
        Number of draws of the weights.

    Returns
    -------
    ndarray, shape (n_units, n_indicators, n_draws)
        Weights, those of missing indicators shared out among their siblings; they sum to 1, or are NaN where the unit
        has no index. [0-1]

    Notes
    -----
    The index of a unit in which one indicator stands at 1 and all others at 0, computed once for all units that lack
    the same indicators.
    """
    n_indicators = plan.hierarchy.n_indicators
    present = ~np.isnan(nominal_scores(plan)[:n_indicators])
    patterns, unit_pattern = np.unique(np.concatenate([present, plan.usable]), axis=1, return_inverse=True)
    drawn = {**plan.weights, **(weights or {})}
    found = np.empty((patterns.shape[1], n_indicators, n_draws))
    for place, pattern in enumerate(patterns.T):
        leaves = np.where(pattern[:n_indicators, np.newaxis], np.eye(n_indicators), np.nan)
        usable = np.repeat(pattern[n_indicators:, np.newaxis], n_indicators, axis=1)
        found[place] = plan.evaluate(leaves[..., np.newaxis], drawn, usable=usable)[-1]
    return found[unit_pattern.reshape(-1)]


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
    columns, rule = plan.spec.indicators, plan.combination
    direction = columns["direction"].to_numpy(dtype=np.float64) if "direction" in columns else None
    falls = step_falls(plan.panel.score, low=rule.low, high=rule.high, direction=direction, coders=coders)
    indicators = plan.hierarchy.components[: plan.hierarchy.n_indicators]
    falls[:, [one.role != "index" for one in indicators]] = 0.0
    scores = nominal_scores(plan)
    if is_arithmetic(plan):
        return least_steps(falls, np.nan_to_num(leaf_weights(plan)[..., 0]), index=scores[-1], target=target)

    def index_of(leaves: Array, unit: int) -> Array:
        usable = np.repeat(plan.usable[:, unit : unit + 1], len(leaves), axis=1)
        return np.asarray(plan.evaluate(np.ascontiguousarray(leaves.T), plan.weights, usable=usable)[-1])

    leaves = scores[: plan.hierarchy.n_indicators].T
    return greedy_steps(falls, leaves, index_of=index_of, target=target)


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


def pillar_shocks(
    pillars: Array, weights: Array, *, target: Array | float, reducer: Reducer = arithmetic_mean
) -> Array:
    """Find by how much one pillar alone would have to fall to bring the index below a value.

    Parameters
    ----------
    pillars : ndarray, shape (n_units, n_pillars)
        Scores; NaN where missing. [0-1]
    weights : ndarray, shape (n_pillars,)
        Weights of the pillars.
    target : ndarray, shape (n_units,), or float
        What the index is to fall below. [0-1]
    reducer
        How pillars make up the index; never falling in any of them.

    Returns
    -------
    ndarray, shape (n_units, n_pillars)
        The least fall, to 1e-8; 0 where the index is below already, infinite where the pillar's end is not enough, NaN
        where pillar, index or value is missing. [0-1]

    Notes
    -----
    For an arithmetic mean it is the distance to the value over the pillar's weight. In general the interval from no
    fall to the pillar's whole score is halved, which any monotone and continuous aggregation allows. Other pillars stay
    as they are: the shock is a yardstick and not a forecast of what else would have followed.

    Examples
    --------
    >>> pillar_shocks(np.array([[0.8, 0.2]]), np.array([0.5, 0.5]), target=0.3).round(6)
    array([[0.4, inf]])
    """
    scores = np.asarray(pillars, dtype=np.float64)
    n_units, n_pillars = scores.shape
    bar = np.broadcast_to(np.asarray(target, dtype=np.float64), (n_units,))[:, np.newaxis]
    own = np.arange(n_pillars)

    def below(shock: Array) -> BoolArray:
        tried = np.repeat(scores[:, np.newaxis], n_pillars, axis=1)
        tried[:, own, own] = np.maximum(scores - shock, 0.0)
        return np.asarray(reducer(tried, weights) < bar - _TIE)

    least, most = np.zeros(scores.shape), scores.copy()
    at_once, at_most = below(least), below(most)
    for _ in range(_HALVINGS):
        middle = (least + most) / 2.0
        fell = below(middle)
        least, most = np.where(fell, least, middle), np.where(fell, middle, most)
    found = np.where(at_once, 0.0, np.where(at_most, most, np.inf))
    missing = np.isnan(scores) | np.isnan(bar) | np.isnan(reducer(scores, weights))[:, np.newaxis]
    return np.where(missing, np.nan, found)
