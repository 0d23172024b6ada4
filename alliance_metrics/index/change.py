"""What the change of an index between two units is made of: parts that sum to it, exactly, in every tier."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import factorial
from typing import Literal

import numpy as np

from alliance_metrics.coding.arrays import Array, BoolArray
from alliance_metrics.errors import ScoringError
from alliance_metrics.index.aggregate import Reducer

Kind = Literal["additive", "linear", "any"]

#: With more states of the tree to try for one component, trying all takes too long.
MOST_STATES = 1 << 13
_COVERAGE = -1


@dataclass(frozen=True, eq=False)
class ChangeNode:
    """One component that is made of others.

    Parameters
    ----------
    place
        Its place among the components.
    children
        Places of the components below.
    reduce
        Aggregation of the last axis of scores of shape (..., n_draws, n_children).
    weights : ndarray, shape (n_children,) or (n_draws, n_children)
        Weights of the children, zero or more.
    kind
        ``additive``: the weighted arithmetic mean of what is there. ``linear``: a straight line in each child while the
        others stand still. ``any`` otherwise.
    """

    place: int
    children: tuple[int, ...]
    reduce: Reducer
    weights: Array
    kind: Kind


@dataclass(frozen=True, eq=False)
class ChangeParts:
    """Parts of the change of an index, each array of shape (n_components, n_draws).

    Parameters
    ----------
    component
        What each component makes up of the change; the last node's is the change itself. Zero where a component has no
        score in one of the two units, since what it does then is coverage.
    coverage
        For each component that is made of others: what it makes up of the change that its children are not the same in
        both units. Zero for the others.
    """

    component: Array
    coverage: Array


@dataclass(frozen=True, eq=False)
class _Reach:
    """How the index answers to one component, averaged over the orders in which all others change.

    A straight line where the slope is known. ``states`` is how many states of the tree one value takes.
    """

    answer: Callable[[Array], Array]
    slope: Array | None
    states: int


def change_parts(nodes: Sequence[ChangeNode], before: Array, after: Array) -> ChangeParts:
    r"""Share the change of an index out among its components, tier by tier, down the tree.

    Parameters
    ----------
    nodes
        Components that are made of others, children before parents, the index last.
    before, after : ndarray, shape (n_components, n_draws)
        Scores of every component in the two units; NaN where there is none. Of nodes only whether there is a score is
        read: scores are worked out from the leaves, so that parts sum to the last digit.

    Returns
    -------
    ChangeParts
        Parts; NaN in draws in which the index is missing in a unit.

    Raises
    ------
    ScoringError
        Where a node that is not additive has so many components that not all orders can be tried.

    Notes
    -----
    Each child of a node takes a turn, from its earlier to its later score; one further turn, coverage, exchanges the
    children that are there in the first unit for those there in the second. A part is what the index gains at that
    turn, averaged over all orders of turns in which those below one component follow one another. That is the Shapley
    value with the tree as levels of coalitions: the parts of children and coverage sum to that of their node.

    Where the index is a straight line in a node's score, and the node the arithmetic mean of what is there, the average
    has a closed form: with slope :math:`r` and effective weights :math:`u` before, :math:`v` after (summing to 1 over
    what is there, zero where missing), child :math:`k` makes up :math:`r (u_k + v_k)(y_k - x_k) / 2` if it is there
    both times, and coverage the rest, :math:`r \sum_k (v_k - u_k)(x_k + y_k) / 2` over those and
    :math:`r (v_k y_k - u_k x_k)` over others. With the same children both times: weight times change.

    References
    ----------
    A. F. Shorrocks (2013), Decomposition procedures for distributional analysis: a unified framework based on the
    Shapley value, Journal of Economic Inequality 11, 99-126 (orientation). E. Winter (1989), A value for cooperative
    games with levels structure of cooperation, International Journal of Game Theory 18, 227-240 (orientation).
    """
    start, end = _settled(nodes, before), _settled(nodes, after)
    component, coverage = np.zeros(start.shape), np.zeros(start.shape)
    top = nodes[-1].place
    component[top] = end[top] - start[top]
    reach = {top: _straight(np.where(np.isnan(component[top]), 0.0, 1.0), 1)}
    for node in reversed(nodes):
        children = list(node.children)
        ends = start[children], end[children]
        if node.kind == "additive" and reach[node.place].slope is not None:
            shares, coverage[node.place], below = _by_weights(node, reach[node.place], ends)
        else:
            shares, coverage[node.place], below = _by_orders(node, reach[node.place], ends)
        component[children] = shares
        reach.update(zip(children, below, strict=True))
    unknown = np.isnan(component[top])
    return ChangeParts(np.where(unknown, np.nan, component), np.where(unknown, np.nan, coverage))


def _settled(nodes: Sequence[ChangeNode], scores: Array) -> Array:
    """Work out the scores of nodes from the leaves, where there is a score."""
    whole = np.array(scores, dtype=np.float64)
    for node in nodes:
        found = node.reduce(np.ascontiguousarray(whole[list(node.children)].T), node.weights)
        whole[node.place] = np.where(np.isnan(scores[node.place]), np.nan, found)
    return whole


def _straight(slope: Array, states: int) -> _Reach:
    def answer(given: Array) -> Array:
        return np.where(slope == 0, 0.0, slope * given)

    return _Reach(answer, slope, states)


def _by_weights(node: ChangeNode, above: _Reach, ends: tuple[Array, Array]) -> tuple[Array, Array, list[_Reach]]:
    """Share out by weights: parts of the children, of coverage, and how the index answers to each child."""
    slope = np.zeros(ends[0].shape[1]) if above.slope is None else above.slope
    (early, first), (late, second) = ((_effective(node.weights, scores), np.nan_to_num(scores)) for scores in ends)
    both = ~np.isnan(ends[0]) & ~np.isnan(ends[1])
    slopes = np.where(both, slope * (early + late) / 2.0, 0.0)
    exchanged = np.where(both, (late - early) * (first + second) / 2.0, late * second - early * first)
    return slopes * (second - first), slope * exchanged.sum(axis=0), [_straight(own, above.states) for own in slopes]


def _effective(weights: Array, scores: Array) -> Array:
    """Give weights over what is there, shape (n_children, n_draws)."""
    there = np.where(np.isnan(scores), 0.0, np.asarray(weights, dtype=np.float64).reshape(-1, len(scores)).T)
    total = there.sum(axis=0)
    found: Array = np.divide(there, total, out=np.zeros(there.shape), where=total > 0)
    return found


def _by_orders(node: ChangeNode, above: _Reach, ends: tuple[Array, Array]) -> tuple[Array, Array, list[_Reach]]:
    """Share out by trying all orders: as `_by_weights`."""
    before, after = ends
    none, one = np.zeros(before.shape[1]), np.ones(before.shape[1])
    both = ~np.isnan(before) & ~np.isnan(after)
    exchanged = bool((np.isnan(before) != np.isnan(after)).any())
    shares, below = np.zeros(before.shape), []
    for child in range(len(before)):
        own = _reach_of(node, above, ends, own=child)
        if above.slope is not None and node.kind != "any":
            low, high = own.answer(np.stack([none, one]))
            own = _straight(np.where(both[child], high - low, 0.0), above.states)
        low, high = own.answer(np.stack([before[child], after[child]]))
        shares[child] = np.where(both[child], high - low, 0.0)
        below.append(own)
    if not exchanged:
        return shares, none, below
    low, high = _reach_of(node, above, ends, own=_COVERAGE).answer(np.stack([none, one]))
    return shares, high - low, below


def _reach_of(node: ChangeNode, above: _Reach, ends: tuple[Array, Array], *, own: int) -> _Reach:
    """Say how the index answers to one child (or, from 0 to 1, to coverage) while the others take their turns."""
    before, after = ends
    both = ~np.isnan(before) & ~np.isnan(after)
    exchanged = (np.isnan(before) != np.isnan(after)).any()
    moving = [child for child in range(len(before)) if (both[child] & (before[child] != after[child])).any()]
    others = [step for step in [*moving, *([_COVERAGE] if exchanged else [])] if step != own]
    states = above.states << len(others)
    if states > MOST_STATES:
        what = f"there are {states} states of the tree to try for one component, and {MOST_STATES} are tried at most"
        raise ScoringError(what)
    turned, share = _turns(len(others))
    turn = {step: turned[:, place, np.newaxis, np.newaxis] for place, step in enumerate(others)}

    def answer(given: Array) -> Array:
        scores = np.empty((len(share), *given.shape, len(before)))
        seen = given > 0 if own == _COVERAGE else turn.get(_COVERAGE, np.zeros((1, 1, 1), dtype=bool))
        for child in range(len(before)):
            alone = given if child == own else np.where(turn.get(child, False), after[child], before[child])
            scores[..., child] = np.where(both[child], alone, np.where(seen, after[child], before[child]))
        reduced = node.reduce(scores, node.weights).reshape(-1, given.shape[-1])
        return np.tensordot(share, above.answer(reduced).reshape(scores.shape[:-1]), axes=1)

    return _Reach(answer, None, states)


def _turns(count: int) -> tuple[BoolArray, Array]:
    """Give all sets of turns that may have come first, and how often they do: shapes (n_sets, n_turns), (n_sets,)."""
    turned = (np.arange(1 << count)[:, np.newaxis] >> np.arange(count)) & 1 == 1
    sizes = turned.sum(axis=1).tolist()
    shares = [factorial(size) * factorial(count - size) / factorial(count + 1) for size in sizes]
    return turned, np.array(shares)
