"""Units against one another, contest by contest: no score is ever added to another of a different kind.

A contest between two units is decided by the components that both have; what one of them lacks decides nothing.
"""

from __future__ import annotations

from itertools import permutations

import numpy as np

from alliance_metrics.coding.arrays import Array, BoolArray, IntArray

#: Up to this many units the Kemeny order is found by trying all orders.
EXACT_UNITS = 7

_TIE = 1e-12


def advantages(scores: Array, weights: Array) -> Array:
    """Give the weight of the components in which one unit beats another, less that of those in which it loses.

    Parameters
    ----------
    scores : ndarray, shape (..., n_units, n)
        Scores; NaN where missing.
    weights : ndarray, shape (n,) or (..., 1, n)
        Weights, zero or more.

    Returns
    -------
    ndarray, shape (..., n_units, n_units)
        The advantage of the row's unit over the column's, as a share of the weight both have; NaN where they have
        nothing in common, and with itself. [-1 to 1]
    """
    n_units = scores.shape[-2]
    leading = np.broadcast_shapes(scores.shape[:-2], weights.shape[:-2])
    won, common = np.zeros((*leading, n_units, n_units)), np.zeros((*leading, n_units, n_units))
    for child in range(scores.shape[-1]):
        score, weight = scores[..., child], weights[..., child]
        difference = np.sign(score[..., :, np.newaxis] - score[..., np.newaxis, :])
        share = weight[..., np.newaxis] if weight.ndim else weight
        there = ~np.isnan(difference)
        won += share * np.where(there, difference, 0.0)
        common += share * there
    np.einsum("...ii->...i", common)[...] = 0.0
    advantage: Array = np.divide(won, common, out=np.full(won.shape, np.nan), where=common > 0)
    return np.where(np.abs(advantage) < _TIE, 0.0, advantage)


def copeland(scores: Array, weights: Array) -> Array:
    """Contests won less contests lost.

    Parameters
    ----------
    scores : ndarray, shape (..., n_units, n)
        Scores; NaN where missing.
    weights : ndarray, shape (n,) or (..., 1, n)
        Weights, zero or more.

    Returns
    -------
    ndarray, shape (..., n_units)
        0 for a unit that loses every contest, 0.5 for one that wins as many as it loses or has none, 1 for one that
        wins every contest; NaN where nothing with weight is present. [0-1]

    Notes
    -----
    :math:`(1 + (wins - losses) / contests) / 2`. Only contests decided on something count, so that a missing score
    neither helps nor harms, and the order in which units are listed changes nothing.

    References
    ----------
    OECD and European Commission JRC (2008), Handbook on Constructing Composite Indicators, section 6, non-compensatory
    multi-criteria approach (orientation).

    Examples
    --------
    >>> scores = np.array([[0.9, 0.1], [0.5, 0.5], [0.1, 0.2]])
    >>> copeland(scores, np.array([0.6, 0.4])).tolist()
    [1.0, 0.5, 0.0]
    """
    outcome = np.sign(advantages(scores, weights))
    contests = (~np.isnan(outcome)).sum(axis=-1)
    net = np.where(np.isnan(outcome), 0.0, outcome).sum(axis=-1)
    share = np.divide(net, contests, out=np.zeros(net.shape), where=contests > 0)
    return np.where(_has_weight(scores, weights), (1.0 + share) / 2.0, np.nan)


def kemeny(scores: Array, weights: Array) -> Array:
    """Place in the order that contradicts the contests least.

    Parameters
    ----------
    scores, weights
        As in `copeland`.

    Returns
    -------
    ndarray, shape (..., n_units)
        1 for the first place, 0 for the last, in equal steps; units that are alike, and units whose order does not
        matter, share their places; NaN where nothing with weight is present. [0-1]

    Notes
    -----
    The order of units that minimises the sum of the advantages it contradicts. Up to seven units all orders are tried,
    and places averaged over the best. Beyond, where the problem is too hard for that, the search starts at the order of
    `copeland` (ties by mean score, then by the scores themselves) and moves single units while that helps: a good
    order, not proven to be the best. It does not depend on how units are listed.

    References
    ----------
    OECD and European Commission JRC (2008), Handbook on Constructing Composite Indicators, section 6, on the rule of
    Condorcet, Kemeny, Young and Levenglick (orientation).

    Examples
    --------
    >>> kemeny(np.array([[0.9, 0.1], [0.5, 0.5], [0.1, 0.2]]), np.array([0.6, 0.4])).tolist()
    [1.0, 0.5, 0.0]
    """
    leading = np.broadcast_shapes(scores.shape[:-2], weights.shape[:-2])
    every = np.broadcast_to(scores, (*leading, *scores.shape[-2:])).reshape(-1, *scores.shape[-2:])
    shares = np.broadcast_to(weights, (*leading, 1, scores.shape[-1])).reshape(-1, scores.shape[-1])
    placed = [_kemeny_of_one(one, share) for one, share in zip(every, shares, strict=True)]
    return np.array(placed).reshape(*leading, scores.shape[-2])


def _has_weight(scores: Array, weights: Array) -> BoolArray:
    return np.asarray(((weights > 0) & ~np.isnan(scores)).any(axis=-1))


def _kemeny_of_one(scores: Array, weights: Array) -> Array:
    there = np.flatnonzero(_has_weight(scores, weights))
    placed = np.full(len(scores), np.nan)
    if len(there) == 0:
        return placed
    own = scores[there]
    advantage = np.nan_to_num(advantages(own, weights))
    rank = _exact_ranks(advantage) if len(own) <= EXACT_UNITS else _searched_ranks(own, weights, advantage)
    placed[there] = 0.5 if len(own) == 1 else 1.0 - rank / (len(own) - 1)
    return placed


def _exact_ranks(advantage: Array) -> Array:
    """Average the places of each unit over the best orders."""
    orders = np.array(list(permutations(range(len(advantage)))), dtype=np.int64)
    upper = np.triu_indices(len(advantage), k=1)
    agreement = advantage[orders[:, upper[0]], orders[:, upper[1]]].sum(axis=1)
    best = orders[agreement >= agreement.max() - _TIE * len(advantage) ** 2]
    places: Array = np.argsort(best, axis=1).mean(axis=0)
    return places


def _searched_ranks(scores: Array, weights: Array, advantage: Array) -> Array:
    counted = np.where(np.isnan(scores), -1.0, scores)
    mean = np.nansum(scores * weights, axis=1) / np.where(np.isnan(scores), 0.0, weights).sum(axis=1)
    first = np.sign(advantage).sum(axis=1)
    keys = (*counted.T[::-1], mean, first)
    order: IntArray = np.lexsort(keys)[::-1]
    order = _improved(order, advantage)
    rank = np.empty(len(order))
    rank[order] = np.arange(len(order))
    _, alike = np.unique(counted, axis=0, return_inverse=True)
    alike = alike.reshape(-1)
    mean_rank: Array = np.bincount(alike, weights=rank) / np.bincount(alike)
    return mean_rank[alike]


def _improved(order: IntArray, advantage: Array) -> IntArray:
    """Move single units to where they contradict least, until no move helps."""
    improved = True
    while improved:
        improved = False
        for unit in tuple(order):
            rest = order[order != unit]
            gain = np.concatenate([[0.0], np.cumsum(-2.0 * advantage[unit, rest])])  # of each place over the first
            here = int(np.flatnonzero(order == unit)[0])
            best = int(np.argmax(gain))
            if gain[best] > gain[here] + _TIE * len(order):
                order = np.insert(rest, best, unit)
                improved = True
    return order
