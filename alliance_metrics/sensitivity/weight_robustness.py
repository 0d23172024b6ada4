"""How far two units can move apart or past one another over all weights within a radius of the declared ones.

Both units are given the same weights, so that most of what moves one moves the other. For a unit by itself see
`score_range`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np

from alliance_metrics.coding.arrays import Array, BoolArray, IntArray
from alliance_metrics.index.aggregate import arithmetic_mean
from alliance_metrics.index.methods import Bedrock, PowerMean, Rule
from alliance_metrics.sensitivity import weight_range

#: Difference of two indices that rounding alone can make.
_TIE = 1e-12
#: Halvings of an interval of length 1 that leave less than 1e-10.
_HALVINGS = 34


def difference_range(
    leaves: Array, tree: weight_range.WeightTree, *, one: IntArray, other: IntArray, radius: float | Mapping[int, float]
) -> tuple[Array, Array]:
    """Find how far the index of one unit can lie above or below that of another, both with the same weights.

    Parameters
    ----------
    leaves, tree, radius
        As in `score_range`.
    one, other : ndarray of int, shape (n_pairs,)
        Places of the units; the second's index is taken from the first's.

    Returns
    -------
    tuple of ndarray, shape (n_pairs,)
        Least and greatest difference; NaN where an index is missing, or where the two miss different children of a
        node that has a radius or stands above one that has. [-1 to 1]

    Raises
    ------
    ValueError
        As in `score_range`; where a node with a radius is neither arithmetic nor bedrock, or a node above one is not
        arithmetic: differences then do not add up.

    Notes
    -----
    The difference is linear in the weights of each node, with the differences of its children as values, so it is
    climbed like a score. Nodes without a radius, and with none below, may follow any rule.
    """
    radii = weight_range.radii_by_place(tree, radius)
    moving = _moving(tree, {place for place, reach in radii.items() if reach > 0})
    declared = weight_range.declared_scores(leaves, tree)
    greatest = _greatest_difference(declared, tree, moving=moving, radii=radii, pairs=(one, other))
    return -_greatest_difference(declared, tree, moving=moving, radii=radii, pairs=(other, one)), greatest


def reversing_radius(
    leaves: Array, tree: weight_range.WeightTree, *, one: IntArray, other: IntArray, nodes: Collection[int]
) -> Array:
    """Find the least radius at which the order of two units turns about or becomes a tie.

    Parameters
    ----------
    leaves, tree, one, other
        As in `difference_range`.
    nodes
        Places of the nodes whose weights may change, all by the same radius; the others keep theirs.

    Returns
    -------
    ndarray, shape (n_pairs,)
        The radius, exact for one node and to 1e-10 for several; 0 where the two are tied as declared; NaN where
        even a radius of 1 leaves the order as it is, and where `difference_range` gives NaN. [0-1]

    Raises
    ------
    ValueError
        As in `difference_range`; where no node is named or one does not exist.

    Notes
    -----
    The range of the difference widens with the radius and moves without jumps. In the radius of one node it is
    piecewise linear, with a kink wherever a component has lost all its weight; that of several is halved.
    """
    contest = _contest(leaves, tree, nodes=nodes, pairs=(one, other))
    if len(set(nodes)) == 1:
        return _one_node_radius(contest, next(iter(nodes)))
    return _halved_radius(contest, set(nodes))


def reversing_weights(
    leaves: Array, tree: weight_range.WeightTree, *, one: IntArray, other: IntArray, node: int
) -> Array:
    """Find the weights of one node, closest to the declared ones, at which two units tie.

    Parameters
    ----------
    leaves, tree, one, other
        As in `difference_range`.
    node
        Place of the node whose weights may change.

    Returns
    -------
    ndarray, shape (n_pairs, n_children)
        Weights on the simplex at the distance that `reversing_radius` gives; NaN where that is NaN.

    Raises
    ------
    ValueError
        As in `reversing_radius`.
    """
    contest = _contest(leaves, tree, nodes=(node,), pairs=(one, other))
    radius = _one_node_radius(contest, node)
    gaps, _ = _gaps(contest.declared, tree.nodes[node - tree.n_leaves], contest.pairs)
    found = weight_range.extreme_weights(gaps, tree.nodes[node - tree.n_leaves].weights, radius=np.nan_to_num(radius))
    return np.where(np.isnan(radius)[:, np.newaxis], np.nan, found)


@dataclass(frozen=True, eq=False)
class _Contest:
    """Pairs of units, the one behind named first; by how much it is behind, NaN where they cannot be compared."""

    declared: Array
    tree: weight_range.WeightTree
    moving: set[int]
    pairs: tuple[IntArray, IntArray]
    behind: Array


def _contest(
    leaves: Array, tree: weight_range.WeightTree, *, nodes: Collection[int], pairs: tuple[IntArray, IntArray]
) -> _Contest:
    if not nodes:
        raise ValueError("name one node or more whose weights may change")
    radii = weight_range.radii_by_place(tree, dict.fromkeys(nodes, 1.0))
    moving, declared = _moving(tree, set(nodes)), weight_range.declared_scores(leaves, tree)
    one, other = pairs
    ahead = declared[tree.top][one] > declared[tree.top][other]
    ordered = (np.where(ahead, other, one), np.where(ahead, one, other))
    still = dict.fromkeys(radii, 0.0)
    behind = -_greatest_difference(declared, tree, moving=moving, radii=still, pairs=ordered)
    return _Contest(declared, tree, moving, ordered, behind)


def _one_node_radius(contest: _Contest, place: int) -> Array:
    """Solve exactly: each unit of weight moved gains the difference between the greatest value and that it leaves."""
    node = contest.tree.nodes[place - contest.tree.n_leaves]
    gaps, _ = _gaps(contest.declared, node, contest.pairs)
    share, top, order = weight_range.ordered_shares(gaps, node.weights)
    gain = np.where(share > 0, np.take_along_axis(gaps, top, axis=-1) - gaps, 0.0)
    share, gain = (np.take_along_axis(np.nan_to_num(array), order, axis=-1) for array in (share, gain))
    reached = np.cumsum(share * gain, axis=-1)
    passed_on = _passed_on(contest, place)
    scaled = [
        np.divide(behind, passed_on, out=np.full(len(passed_on), np.inf), where=passed_on > 0)
        for behind in (contest.behind, contest.behind - _TIE)
    ]
    needed, nearly = (array[:, np.newaxis] for array in scaled)
    first = (reached >= nearly).argmax(axis=-1)[:, np.newaxis]
    last_share, last_gain = (np.take_along_axis(array, first, axis=-1) for array in (share, gain))
    lacking = needed - np.take_along_axis(reached, first, axis=-1) + last_share * last_gain
    part = np.divide(lacking, last_gain, out=np.zeros(lacking.shape), where=last_gain > 0)
    before = np.take_along_axis(np.cumsum(share, axis=-1), first, axis=-1) - last_share
    radius = (before + np.clip(part, 0.0, last_share))[:, 0]
    return _with_ties(contest.behind, np.where(reached[:, -1] >= nearly[:, 0], radius, np.nan))


def _passed_on(contest: _Contest, place: int) -> Array:
    """Share of a node's difference that reaches the index."""
    share = np.ones(len(contest.behind))
    below = place
    for above, node in contest.tree.placed():
        if below in node.children:
            gaps, _ = _gaps(contest.declared, node, contest.pairs)
            share = share * weight_range.ordered_shares(gaps, node.weights)[0][:, node.children.index(below)]
            below = above
    return share


def _gained(contest: _Contest, radius: Array, nodes: Collection[int]) -> Array:
    """Find the greatest difference of each pair at a radius of its own."""
    still = np.zeros(len(radius))
    radii = {place: radius if place in nodes else still for place in contest.moving}
    return _greatest_difference(contest.declared, contest.tree, moving=contest.moving, radii=radii, pairs=contest.pairs)


def _halved_radius(contest: _Contest, nodes: Collection[int]) -> Array:
    low, high = np.zeros(len(contest.behind)), np.ones(len(contest.behind))
    most = _gained(contest, high, nodes)
    aim = np.where(most < _TIE, most - _TIE, 0.0)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        there = _gained(contest, middle, nodes) >= aim
        low, high = np.where(there, low, middle), np.where(there, middle, high)
    return _with_ties(contest.behind, np.where(most >= -_TIE, high, np.nan))


def _with_ties(behind: Array, radius: Array) -> Array:
    return np.where(np.isnan(behind), np.nan, np.where(behind <= _TIE, 0.0, radius))


def _is_arithmetic(rule: Rule | Bedrock) -> bool:
    return rule.method == "arithmetic" or (isinstance(rule, PowerMean) and rule.exponent == 1)


def _moving(tree: weight_range.WeightTree, nodes: Collection[int]) -> set[int]:
    """Find the nodes whose differences depend on the weights of the given ones; refuse where they do not add up."""
    moving: set[int] = set()
    for place, node in tree.placed():
        below = bool(moving & set(node.children))
        if below and not _is_arithmetic(node.rule):
            raise ValueError(
                f"node {place} ({node.rule.method}) stands above one with a radius, and the difference of two units "
                "is then no sum over its children: only arithmetic means may stand there"
            )
        if place in nodes and not (_is_arithmetic(node.rule) or isinstance(node.rule, Bedrock)):
            raise ValueError(
                f"node {place} ({node.rule.method}) has a radius, and the difference of two units is not linear in "
                "its weights: only arithmetic means and bedrock may have one"
            )
        if below or place in nodes:
            moving.add(place)
    return moving


def _gaps(declared: Array, node: weight_range.WeightNode, pairs: tuple[IntArray, IntArray]) -> tuple[Array, BoolArray]:
    """Difference of two units in each child at declared weights; whether they miss different children."""
    one, other = (weight_range.effective_scores(node, declared[list(node.children)][:, units].T) for units in pairs)
    unlike = (np.isnan(one) != np.isnan(other)) & (node.weights > 0)
    return one - other, np.asarray(unlike.any(axis=-1))


def _greatest_difference(
    declared: Array,
    tree: weight_range.WeightTree,
    *,
    moving: set[int],
    radii: Mapping[int, float | Array],
    pairs: tuple[IntArray, IntArray],
) -> Array:
    if not moving:
        return np.asarray(declared[tree.top][pairs[0]] - declared[tree.top][pairs[1]])
    greatest: dict[int, Array] = {}
    unlike: dict[int, BoolArray] = {}
    for place, node in tree.placed():
        if place not in moving:
            continue
        gaps, unlike[place] = _gaps(declared, node, pairs)
        for column, child in enumerate(node.children):
            if child in moving and node.weights[column] > 0:
                gaps[:, column] = greatest[child]
                unlike[place] |= unlike[child]
        greatest[place] = arithmetic_mean(gaps, weight_range.extreme_weights(gaps, node.weights, radius=radii[place]))
    return np.where(unlike[tree.top], np.nan, greatest[tree.top])
