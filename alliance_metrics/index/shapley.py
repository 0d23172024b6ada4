"""Sharing an aggregate out among its components by their Shapley values, in closed form where there is one."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from math import factorial

import numpy as np

from alliance_metrics.coding.arrays import Array

#: With more, trying all sets of components takes too long.
MOST_COMPONENTS = 14


def shapley_values(value: Callable[[Array], Array], scores: Array) -> Array:
    r"""Share an aggregate out among its components by their Shapley values.

    Parameters
    ----------
    value
        Aggregation of the last axis.
    scores : ndarray, shape (..., n)
        Scores; NaN where missing.

    Returns
    -------
    ndarray, shape (..., n)
        Shares that sum to ``value(scores) - value(zeros)``; zero for a missing component.

    Notes
    -----
    The worth of a set of components is the aggregate with the other components at zero. For an arithmetic mean
    the share is :math:`w_k s_k`; for `bedrock` each interaction :math:`\lambda w_k s_k g` falls half to the gate,
    half to the gated; for a geometric mean all components with weight share alike, for without any one nothing is left.

    References
    ----------
    A. F. Shorrocks (2013), Decomposition procedures for distributional analysis: a unified framework based on the
    Shapley value, Journal of Economic Inequality 11, 99-126.
    """
    count = scores.shape[-1]
    missing = np.isnan(scores)
    zero = np.where(missing, np.nan, 0.0)

    def worth(members: tuple[int, ...]) -> Array:
        chosen = zero.copy()
        chosen[..., list(members)] = scores[..., list(members)]
        return value(chosen)

    worths = {members: worth(members) for size in range(count + 1) for members in combinations(range(count), size)}
    shares = np.zeros(scores.shape)
    for members, base in worths.items():
        weight = (
            factorial(len(members)) * factorial(count - len(members) - 1) / factorial(count)
            if count > len(members)
            else 0.0
        )
        for child in set(range(count)) - set(members):
            shares[..., child] += weight * (worths[tuple(sorted((*members, child)))] - base)
    return np.where(missing, 0.0, shares)


def additive_shares(scores: Array, weights: Array) -> Array:
    """Share out an arithmetic mean: weight times score.

    Parameters
    ----------
    scores : ndarray, shape (..., n)
        Scores; NaN where missing.
    weights : ndarray, shape (n,)
        Weights, zero or more.

    Returns
    -------
    ndarray, shape (..., n)
        The Shapley values; zero for a missing component.
    """
    present = ~np.isnan(scores)
    share = weights * present
    total = share.sum(axis=-1, keepdims=True)
    part = share * np.where(present, scores, 0.0)
    shares: Array = np.divide(part, total, out=np.zeros(part.shape), where=total > 0)
    return shares


def equal_shares(value: Array, scores: Array, weights: Array) -> Array:
    """Share out what any one component at zero makes nothing of: every component with weight alike.

    Parameters
    ----------
    value : ndarray, shape (...)
        The aggregate.
    scores : ndarray, shape (..., n)
        Scores; NaN where missing.
    weights : ndarray, shape (n,)
        Weights, zero or more.

    Returns
    -------
    ndarray, shape (..., n)
        The Shapley values; zero for a component that is missing or has no weight.
    """
    counted = ~np.isnan(scores) & (weights > 0)
    number = counted.sum(axis=-1)
    each = np.divide(np.nan_to_num(value), number, out=np.zeros(number.shape), where=number > 0)
    return np.where(counted, each[..., np.newaxis], 0.0)


def bedrock_shares(scores: Array, weights: Array, *, gate: int, strength: float) -> Array:
    r"""Share out a bedrock aggregate: what the gate lets through falls half to the gate and half to the gated.

    Parameters
    ----------
    scores : ndarray, shape (..., n)
        Scores; NaN where missing.
    weights : ndarray, shape (n,)
        Weights, zero or more.
    gate
        Place of the gating component.
    strength
        How far the others count only as the gate lets them. [0-1]

    Returns
    -------
    ndarray, shape (..., n)
        The Shapley values; zero for a missing component.

    Notes
    -----
    :math:`w_k s_k (1 - \lambda + \lambda g / 2)` for the gated and :math:`w_g g + \lambda g / 2 \sum_k w_k s_k` for
    the gate, over the weights present.
    """
    plain = additive_shares(scores, weights)
    gating = np.nan_to_num(scores[..., gate])[..., np.newaxis]
    passed = plain * (1.0 - strength + strength * gating / 2.0)
    others = plain.sum(axis=-1) - plain[..., gate]
    passed[..., gate] = plain[..., gate] + strength * gating[..., 0] / 2.0 * others
    return passed
