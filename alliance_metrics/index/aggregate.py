"""Many scores into one: compensatory, partly compensatory, and gated by a bedrock.

Every function reduces the last axis, accepts leading axes and adds child by child in order, so that a number never
depends on how the work was cut into blocks. A missing score (NaN) is left out and the weights of the others are
scaled up in proportion; whether enough is left to say anything is decided one layer up.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations
from math import factorial
from typing import Any, Literal, Protocol

import numpy as np

Array = np.ndarray[Any, np.dtype[np.float64]]


class Reducer(Protocol):
    """Aggregation of the last axis of ``scores`` with ``weights``."""

    def __call__(self, scores: Array, weights: Array) -> Array:
        """Reduce the last axis."""
        ...


@dataclass(frozen=True)
class Mean:
    """Aggregation by a mean.

    Parameters
    ----------
    method
        ``arithmetic``: a low score is made good by a high one in full. ``geometric``: only in part, and a
        score of zero makes the whole zero.
    """

    method: Literal["arithmetic", "geometric"] = "arithmetic"

    def reduce(self, scores: Array, weights: Array) -> Array:
        """Reduce the last axis.

        Parameters
        ----------
        scores : ndarray, shape (..., n)
            Scores. [0-1]
        weights : ndarray, shape (n,) or broadcastable to ``scores``
            Weights on the simplex.

        Returns
        -------
        ndarray, shape (...)
            The aggregate. [0-1]
        """
        return _MEANS[self.method](scores, weights)


@dataclass(frozen=True)
class Bedrock:
    """Aggregation in which one pillar gates the others.

    Parameters
    ----------
    pillar
        Id of the gating component.
    strength
        How far the others count only as the gate lets them. [0-1]
    method
        Always ``bedrock``; tells the kinds apart in a configuration.
    """

    pillar: str
    strength: float
    method: Literal["bedrock"] = "bedrock"


def arithmetic_mean(scores: Array, weights: Array) -> Array:
    r"""Weighted arithmetic mean.

    Parameters
    ----------
    scores : ndarray, shape (..., n)
        Scores; NaN where missing.
    weights : ndarray, shape (n,) or broadcastable to ``scores``
        Weights, zero or more; scaled to sum 1 over the scores present.

    Returns
    -------
    ndarray, shape (...)
        The mean; NaN where nothing with weight is present.

    Notes
    -----
    :math:`y = \sum_k w_k s_k / \sum_k w_k`: full compensability.

    References
    ----------
    OECD and European Commission JRC (2008), Handbook on Constructing Composite Indicators, section 1.6.

    Examples
    --------
    >>> float(arithmetic_mean(np.array([0.25, 0.75]), np.array([0.5, 0.5])))
    0.5
    """
    total, weight = _zeros(scores, weights), _zeros(scores, weights)
    complete = not np.isnan(scores).any()
    for child in range(scores.shape[-1]):
        score, share = scores[..., child], weights[..., child]
        if complete:
            total += score * share
            weight += share
        else:
            here = ~np.isnan(score)
            total += np.where(here, score, 0.0) * share
            weight += np.where(here, share, 0.0)
    mean: Array = np.divide(total, weight, out=np.full(total.shape, np.nan), where=weight > 0)
    return mean


def geometric_mean(scores: Array, weights: Array) -> Array:
    r"""Weighted geometric mean.

    Parameters
    ----------
    scores : ndarray, shape (..., n)
        Scores, zero or more; NaN where missing.
    weights : ndarray, shape (n,) or broadcastable to ``scores``
        Weights, zero or more; scaled to sum 1 over the scores present.

    Returns
    -------
    ndarray, shape (...)
        The mean; zero where any score with weight is zero; NaN where nothing with weight is present.

    Raises
    ------
    ValueError
        Where a score is negative.

    Notes
    -----
    :math:`y = \prod_k s_k^{w_k / \sum w}`: partial compensability. A score without weight does not count, even a zero.

    References
    ----------
    OECD and European Commission JRC (2008), Handbook on Constructing Composite Indicators, section 1.6.

    Examples
    --------
    >>> round(float(geometric_mean(np.array([0.25, 1.0]), np.array([0.5, 0.5]))), 12)
    0.5
    """
    if (scores < 0).any():
        raise ValueError("a geometric mean needs scores of zero or more")
    weight = _zeros(scores, weights)
    for child in range(scores.shape[-1]):
        weight += np.where(np.isnan(scores[..., child]), 0.0, weights[..., child])
    scale = np.divide(1.0, weight, out=np.full(weight.shape, np.nan), where=weight > 0)
    product = np.ones(weight.shape)
    for child in range(scores.shape[-1]):
        score, share = scores[..., child], weights[..., child] * scale
        product *= np.where(np.isnan(score), 1.0, score) ** share
    return np.where(weight > 0, product, np.nan)


def bedrock(scores: Array, weights: Array, *, gate: int, strength: float | Array) -> Array:
    r"""Arithmetic mean in which the other components count only as far as the gating one lets them.

    Parameters
    ----------
    scores : ndarray, shape (..., n)
        Scores; NaN where missing. [0-1]
    weights : ndarray, shape (n,) or broadcastable to ``scores``
        Weights, zero or more.
    gate
        Place of the gating component on the last axis.
    strength : float or ndarray broadcastable to ``scores`` without its last axis
        0: independent components; 1: the others are worth nothing where the bedrock is gone. [0-1]

    Returns
    -------
    ndarray, shape (...)
        The aggregate; NaN where the gating score is missing. [0-1]

    Notes
    -----
    With gate :math:`g` and strength :math:`\lambda`,
    :math:`y = w_g g + \sum_{k \ne g} w_k s_k (1 - \lambda + \lambda g)`. Monotone in every score, within [0, 1],
    continuous in :math:`\lambda`, equal to the arithmetic mean at :math:`\lambda = 0`. The form is this project's
    reading of claim M2 of the founding essay, not taken from the literature on composite indicators.

    Examples
    --------
    >>> scores, weights = np.array([0.5, 1.0, 1.0]), np.full(3, 1 / 3)
    >>> round(float(bedrock(scores, weights, gate=0, strength=1.0)), 12)
    0.5
    """
    gating = scores[..., gate]
    passed = 1.0 - strength + strength * gating
    gated = np.asarray(scores * passed[..., np.newaxis])
    gated[..., gate] = gating
    return arithmetic_mean(gated, weights)


_MEANS: dict[str, Reducer] = {
    "arithmetic": arithmetic_mean,
    "geometric": geometric_mean,
}


def _zeros(scores: Array, weights: Array) -> Array:
    return np.zeros(np.broadcast_shapes(scores.shape[:-1], weights.shape[:-1]))


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
        chance = (
            factorial(len(members)) * factorial(count - len(members) - 1) / factorial(count)
            if count > len(members)
            else 0.0
        )
        for child in set(range(count)) - set(members):
            shares[..., child] += chance * (worths[tuple(sorted((*members, child)))] - base)
    return np.where(missing, 0.0, shares)
