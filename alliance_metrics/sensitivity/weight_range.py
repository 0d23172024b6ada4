"""All weights within a radius of the declared ones: the least and greatest score each unit can have.

The weights of a node's children may be any on the simplex whose total variation distance from the declared ones is at
most a radius; a weight declared as zero stays zero. Nodes choose independently of one another. Every rule taken here
rises with each score, so extremes are found from the leaves up, and exactly.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from alliance_metrics.coding.arrays import Array, IntArray
from alliance_metrics.index.aggregate import arithmetic_mean
from alliance_metrics.index.importance import on_simplex
from alliance_metrics.index.methods import Bedrock, PowerMean, Rule

#: What is left of a weight by rounding alone.
_ROUNDING = 1e-12
_RULES = {"arithmetic", "geometric", "harmonic", "minimum", "power", "bedrock"}


@dataclass(frozen=True, eq=False)
class WeightNode:
    """A component with children.

    Parameters
    ----------
    children
        Their places in the tree.
    weights : ndarray, shape (n_children,)
        Declared weights, zero or more; only their proportions count.
    rule
        `Mean`, `PowerMean` or `Bedrock`.
    gate
        For `Bedrock`: which of the children gates the others, counted from 0.
    """

    children: tuple[int, ...]
    weights: Array
    rule: Rule | Bedrock
    gate: int | None = None


@dataclass(frozen=True, eq=False)
class WeightTree:
    """The tree as far as weights go.

    Parameters
    ----------
    n_leaves
        Number of leaves; their places are 0 to ``n_leaves - 1``, with or without a parent.
    nodes
        Children before parents; the first has the place ``n_leaves``, the last is the index.

    Raises
    ------
    ValueError
        Where places, weights or gates do not make a tree, or a rule does not rise with every score of a unit's own.
    """

    n_leaves: int
    nodes: tuple[WeightNode, ...]

    def __post_init__(self) -> None:
        every = [child for node in self.nodes for child in node.children]
        if len(every) != len(set(every)) or not set(range(self.n_leaves, self.top)) <= set(every):
            raise ValueError("every node but the last must be the child of exactly one, and no leaf of two")
        for place, node in self.placed():
            if not node.children or not all(0 <= child < place for child in node.children):
                raise ValueError(f"node {place} must have children, and they must stand before it: {node.children}")
            if node.rule.method not in _RULES:
                raise ValueError(f"node {place} has the rule {node.rule.method!r}: choose one of {sorted(_RULES)}")
            if isinstance(node.rule, Bedrock) and node.gate not in range(len(node.children)):
                raise ValueError(f"node {place} has the gate {node.gate}: choose 0 to {len(node.children) - 1}")
            if on_simplex(node.weights).shape != (len(node.children),):
                raise ValueError(f"node {place} must have one weight for each of its {len(node.children)} children")

    @property
    def top(self) -> int:
        """Place of the index."""
        return self.n_leaves + len(self.nodes) - 1

    def placed(self) -> Iterator[tuple[int, WeightNode]]:
        """Go through the nodes, children before parents.

        Yields
        ------
        tuple of int and WeightNode
            Place and node.
        """
        return enumerate(self.nodes, start=self.n_leaves)


def extreme_weights(values: Array, weights: Array, *, radius: float | Array) -> Array:
    r"""Find the allowed weights that make a weighted sum greatest; for the least, negate the values.

    Parameters
    ----------
    values : ndarray, shape (..., n)
        What is weighed; NaN where missing, and then the weights of the others are scaled up first.
    weights : ndarray, shape (n,)
        Declared weights, zero or more; scaled to sum 1.
    radius : float or ndarray, shape (...)
        Greatest total variation distance :math:`\frac12 \sum |v_k - w_k|`. [0-1]

    Returns
    -------
    ndarray, shape (..., n)
        Weights on the simplex, 0 where declared zero or missing; NaN where nothing with weight is present. What is
        as great as the greatest keeps its weight.

    Raises
    ------
    ValueError
        Where a radius is not between 0 and 1.

    Notes
    -----
    Mass moves to the greatest value from the least, then the next, until the radius is used up. No plan does better:
    each unit of mass moved gains the difference of two values, and these are the greatest gains there are.

    Examples
    --------
    >>> extreme_weights(np.array([0.2, 0.9, 0.5]), np.array([0.25, 0.5, 0.25]), radius=0.375).tolist()
    [0.0, 0.875, 0.125]
    """
    room = np.asarray(radius, dtype=float)[..., np.newaxis]
    if not ((room >= 0) & (room <= 1)).all():
        raise ValueError("the radius must be between 0 and 1")
    spread = np.broadcast_to(values, np.broadcast_shapes(values.shape, room.shape))
    share, top, order = ordered_shares(spread, weights)
    below_best = spread < np.take_along_axis(spread, top, axis=-1)
    offered = np.take_along_axis(np.where(below_best, share, 0.0), order, axis=-1)
    taken = np.clip(room - (np.cumsum(offered, axis=-1) - offered), 0.0, offered)
    taken = np.where((taken > 0) & (offered - taken < _ROUNDING), offered, taken)
    found = np.array(share)
    np.put_along_axis(found, order, np.take_along_axis(found, order, axis=-1) - taken, axis=-1)
    gained = np.take_along_axis(found, top, axis=-1) + taken.sum(axis=-1, keepdims=True)
    np.put_along_axis(found, top, gained, axis=-1)
    return found


def score_range(leaves: Array, tree: WeightTree, *, radius: float | Mapping[int, float]) -> tuple[Array, Array]:
    """Find the least and the greatest score of every node, over all allowed weights.

    Parameters
    ----------
    leaves : ndarray, shape (n_leaves, n_units)
        Scores; NaN where missing, and wherever a node above must not be scored. [0-1]
    tree
        The tree.
    radius
        Of all nodes, or by place of the node; 0 where a place is not named. [0-1]

    Returns
    -------
    tuple of ndarray, shape (n_nodes, n_units)
        Least and greatest, each with its own weights in every unit; NaN where missing. [0-1]

    Raises
    ------
    ValueError
        Where a radius is out of range or for an unknown place; where a node that takes the minimum (or maximum) has
        one above zero: there weights count only as zero or not.

    Notes
    -----
    Each mean is a rising function of a weighted sum of scores transformed in one direction, so the weights that are
    best for the sum are best for the mean. A score of zero that makes a mean zero no longer does where the radius lets
    all its weight move.
    """
    radii = radii_by_place(tree, radius)
    least, greatest = (_climb(leaves, tree, radii, sign=sign)[0][tree.n_leaves :] for sign in (-1.0, 1.0))
    return least, greatest


def range_weights(
    leaves: Array, tree: WeightTree, *, radius: float | Mapping[int, float]
) -> tuple[tuple[Array, ...], tuple[Array, ...]]:
    """Find the weights that give each unit's index its least and its greatest value.

    Parameters
    ----------
    leaves, tree, radius
        As in `score_range`.

    Returns
    -------
    tuple of tuple of ndarray, shape (n_units, n_children)
        For the least and for the greatest: the weights of every node's children; NaN where all are missing.
    """
    radii = radii_by_place(tree, radius)
    least, greatest = (tuple(_climb(leaves, tree, radii, sign=sign)[1]) for sign in (-1.0, 1.0))
    return least, greatest


def ordered_shares(values: Array, weights: Array) -> tuple[Array, IntArray, IntArray]:
    """Scale weights over what is present, and order it.

    Parameters
    ----------
    values, weights
        As in `extreme_weights`.

    Returns
    -------
    tuple of ndarray
        Declared weights over the components present, shape (..., n); place of the greatest value, shape (..., 1);
        places from the least value up, those that do not count last, shape (..., n).
    """
    counted = ~np.isnan(values) & (weights > 0)
    present = np.where(counted, weights, 0.0)
    total = present.sum(axis=-1, keepdims=True)
    share = np.divide(present, total, out=np.full(present.shape, np.nan), where=total > 0)
    order = np.argsort(np.where(counted, values, np.inf), axis=-1, kind="stable")
    return share, np.where(counted, values, -np.inf).argmax(axis=-1)[..., np.newaxis], order


def radii_by_place(tree: WeightTree, radius: float | Mapping[int, float]) -> dict[int, float]:
    """Give every node its radius.

    Parameters
    ----------
    tree, radius
        As in `score_range`.

    Returns
    -------
    dict of int to float
        The radius of each node by its place. [0-1]

    Raises
    ------
    ValueError
        As in `score_range`.
    """
    places = [place for place, _ in tree.placed()]
    given = radius if isinstance(radius, Mapping) else dict.fromkeys(places, radius)
    unknown = sorted(set(given) - set(places))
    if unknown:
        raise ValueError(f"a radius for {unknown}, where there is no node: choose from {places}")
    for place, node in tree.placed():
        reach = given.get(place, 0.0)
        if not 0 <= reach <= 1:
            raise ValueError(f"the radius of node {place} is {reach}: it must be between 0 and 1")
        if reach > 0 and _is_extreme(node.rule):
            found = f"node {place} takes the least or greatest score, where weights count only as zero or not"
            raise ValueError(f"{found}: give it no radius")
    return {place: float(given.get(place, 0.0)) for place in places}


def effective_scores(node: WeightNode, below: Array) -> Array:
    """Give what a node's weights weigh: scores as they are, or as far as the gate lets them count.

    Parameters
    ----------
    node
        The node.
    below : ndarray, shape (..., n_children)
        Scores of its children; NaN where missing. [0-1]

    Returns
    -------
    ndarray, shape (..., n_children)
        The scores; under `Bedrock` all but the gate's times 1 - strength + strength x gate. [0-1]
    """
    if not isinstance(node.rule, Bedrock) or node.gate is None:
        return below
    gating = below[..., node.gate]
    gated = np.asarray(below * (1.0 - node.rule.strength + node.rule.strength * gating)[..., np.newaxis])
    gated[..., node.gate] = gating
    return gated


def declared_scores(leaves: Array, tree: WeightTree) -> Array:
    """Score every place at the declared weights.

    Parameters
    ----------
    leaves, tree
        As in `score_range`.

    Returns
    -------
    ndarray, shape (n_places, n_units)
        Scores of leaves and nodes; NaN where missing. [0-1]
    """
    return _climb(leaves, tree, radii_by_place(tree, 0.0), sign=1.0)[0]


def _is_extreme(rule: Rule | Bedrock) -> bool:
    return rule.method == "minimum" or (isinstance(rule, PowerMean) and bool(np.isinf(rule.exponent)))


def _climb(leaves: Array, tree: WeightTree, radii: Mapping[int, float], *, sign: float) -> tuple[Array, list[Array]]:
    """Score every place with its greatest (sign 1) or least (sign -1) value; the weights that give it."""
    scores = np.empty((tree.top + 1, leaves.shape[1]))
    scores[: tree.n_leaves] = leaves
    chosen = []
    for place, node in tree.placed():
        below = effective_scores(node, scores[list(node.children)].T)
        weights = extreme_weights(sign * below, node.weights, radius=radii[place])
        reduce = arithmetic_mean if isinstance(node.rule, Bedrock) else node.rule.reduce
        scores[place] = reduce(below, weights)
        chosen.append(weights)
    return scores, chosen
