"""Many scores into one, each unit for itself: compensatory, partly compensatory, gated by a bedrock.

Every function reduces the last axis, accepts leading axes and adds child by child in order, so that a number never
depends on how the work was cut into blocks. A missing score (NaN) is left out and the weights of the others are
scaled up in proportion; whether enough is left to say anything is decided one layer up.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np

from alliance_metrics.coding.arrays import Array
from alliance_metrics.errors import ScoringError
from alliance_metrics.index.frontier import benefit_of_the_doubt
from alliance_metrics.index.mazziotta_pareto import adjusted_mazziotta_pareto, mazziotta_pareto
from alliance_metrics.index.outranking import copeland, kemeny

__all__ = [
    "Reducer",
    "adjusted_mazziotta_pareto",
    "arithmetic_mean",
    "bedrock",
    "benefit_of_the_doubt",
    "copeland",
    "geometric_mean",
    "harmonic_mean",
    "kemeny",
    "mazziotta_pareto",
    "minimum",
    "power_mean",
]

#: Above it no inverse runs out of range, in single precision either.
_SAFELY_INVERTED = 1e-30
#: Below it rounding is worse than the geometric mean, the limit at zero.
_AS_GOOD_AS_ZERO = 1e-8


class Reducer(Protocol):
    """Aggregation of the last axis of ``scores`` with ``weights``."""

    def __call__(self, scores: Array, weights: Array) -> Array:
        """Reduce the last axis."""
        ...


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
    scores, weights = np.asarray(scores), np.asarray(weights)
    if not _is_complete(scores):
        here = ~np.isnan(scores)
        scores, weights = np.where(here, scores, np.zeros_like(scores)), np.where(here, weights, 0)
    total, weight = scores[..., 0] * weights[..., 0], +weights[..., 0]
    for child in range(1, scores.shape[-1]):
        share = weights[..., child]
        total += scores[..., child] * share
        weight += share
    return _divided(total, weight)


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
    if _least(scores) < 0:
        raise ScoringError("a geometric mean needs scores of zero or more")
    with np.errstate(divide="ignore"):  # the logarithm of zero is minus infinity, and the mean then zero
        logarithms = np.log(scores)
    if not _least(scores) > 0:
        logarithms = np.where((scores == 0) & (np.asarray(weights) == 0), 0.0, logarithms)
    return np.exp(arithmetic_mean(logarithms, weights))


def power_mean(scores: Array, weights: Array, exponent: float | Array) -> Array:
    r"""Weighted power mean.

    Parameters
    ----------
    scores : ndarray, shape (..., n)
        Scores, zero or more; NaN where missing.
    weights : ndarray, shape (n,) or broadcastable to ``scores``
        Weights, zero or more; scaled to sum 1 over the scores present.
    exponent : float or ndarray broadcastable to ``scores`` without its last axis
        1 arithmetic, 0 geometric, -1 harmonic, minus infinity the minimum, infinity the maximum; finite where an array.

    Returns
    -------
    ndarray, shape (...)
        The mean; for exponents of zero or less it is zero where any score with weight is zero; NaN where nothing with
        weight is present.

    Raises
    ------
    ValueError
        Where a score is negative, unless the exponent is 1; where the exponent is NaN.

    Notes
    -----
    :math:`y = (\sum_k w_k s_k^p)^{1/p}` with :math:`w` summing to 1; at :math:`p = 0` its limit, the geometric mean.
    Compensability rises with the exponent. Scores are divided by their greatest first, so that no power overflows.

    References
    ----------
    G. H. Hardy, J. E. Littlewood and G. Polya, Inequalities, chapter 2 (orientation).

    Examples
    --------
    >>> round(float(power_mean(np.array([0.25, 1.0]), np.array([0.5, 0.5]), -1.0)), 12)
    0.4
    """
    if isinstance(exponent, np.ndarray):
        return _power_means(scores, weights, exponent.astype(float))
    if np.isnan(exponent):
        raise ValueError("the exponent of a power mean must be a number")
    if exponent == 1:
        return arithmetic_mean(scores, weights)
    if (scores < 0).any():
        raise ScoringError("a power mean needs scores of zero or more")
    if abs(exponent) < _AS_GOOD_AS_ZERO:
        return geometric_mean(scores, weights)
    if np.isinf(exponent):
        return _extreme(scores, weights, sign=float(np.sign(exponent)))
    scale = _extreme(scores, weights, sign=float(np.sign(exponent)))
    powers = _powers(scores, scale, exponent)
    counted = np.where((weights > 0) & np.isfinite(powers), powers, np.nan)
    mean = scale * arithmetic_mean(counted, np.broadcast_to(weights, counted.shape)) ** (1.0 / exponent)
    return np.asarray(np.where(scale == 0, 0.0, mean))


def _power_means(scores: Array, weights: Array, exponents: Array) -> Array:
    """Power means whose exponents differ from draw to draw, all in one pass."""
    weights = np.asarray(weights, dtype=float)  # differences of powers near zero are small
    if not np.isfinite(exponents).all():
        raise ValueError("the exponents of power means must be finite numbers")
    if _least(scores) < 0:
        raise ScoringError("a power mean needs scores of zero or more")
    limit = np.abs(exponents) < _AS_GOOD_AS_ZERO
    safe = np.where(limit, 1.0, exponents)
    least, most = (_extreme(scores, weights, sign=sign) for sign in (-1.0, 1.0))
    scale = np.where(safe > 0, most, least)
    powers = _powers(scores, scale, safe[..., np.newaxis])
    counted = np.where((weights > 0) & np.isfinite(powers), powers, np.nan)
    means = scale * arithmetic_mean(counted, np.broadcast_to(weights, counted.shape)) ** (1.0 / safe)
    means = np.where(scale == 0, 0.0, means)
    return np.where(limit, geometric_mean(scores, weights), means) if limit.any() else means


def _powers(scores: Array, scale: Array, exponent: float | Array) -> Array:
    """Raise each score's share of the scale, so that powers lie between 0 and 1."""
    whole = scale[..., np.newaxis]
    with np.errstate(divide="ignore", over="ignore"):  # what runs out of range is nothing beside the rest
        ratio = np.divide(scores, whole, out=np.ones(np.broadcast_shapes(scores.shape, whole.shape)), where=whole > 0)
        return np.where(np.isnan(scores), np.nan, ratio**exponent)


def harmonic_mean(scores: Array, weights: Array) -> Array:
    r"""Weighted harmonic mean.

    Parameters
    ----------
    scores, weights
        As in `power_mean`.

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
    :math:`y = \sum w / \sum_k (w_k / s_k)`: the power mean of exponent -1, less compensable than the geometric.

    Examples
    --------
    >>> round(float(harmonic_mean(np.array([0.25, 1.0]), np.array([0.5, 0.5]))), 12)
    0.4
    """
    if not _least(scores) > _SAFELY_INVERTED:
        return power_mean(scores, weights, -1.0)
    mean: Array = 1.0 / arithmetic_mean(1.0 / scores, weights)
    return mean


def minimum(scores: Array, weights: Array) -> Array:
    """Least score among the components with weight: nothing makes good a low one.

    Parameters
    ----------
    scores : ndarray, shape (..., n)
        Scores; NaN where missing.
    weights : ndarray, shape (n,) or broadcastable to ``scores``
        Weights; only whether they are above zero counts.

    Returns
    -------
    ndarray, shape (...)
        The least; NaN where nothing with weight is present.

    Examples
    --------
    >>> float(minimum(np.array([0.2, 0.1, 0.7]), np.array([0.5, 0.0, 0.5])))
    0.2
    """
    return _extreme(scores, weights, sign=-1.0)


def _extreme(scores: Array, weights: Array, *, sign: float) -> Array:
    counted = np.where((np.asarray(weights) > 0) & ~np.isnan(scores), sign * scores, -np.inf)
    most = counted.max(axis=-1)
    return np.asarray(np.where(np.isneginf(most), np.nan, sign * most))


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


def _divided(total: Array, weight: Array) -> Array:
    if weight.min(initial=np.inf) > 0:
        return total / weight
    mean: Array = np.divide(total, weight, out=np.full_like(total, np.nan), where=weight > 0)
    return mean


def _is_complete(scores: Array) -> bool:
    """Say whether nothing is missing: the least of all is NaN where any is."""
    least: float = scores.min(initial=np.inf)
    return least == least  # noqa: PLR0124 - NaN alone differs from itself


def _least(scores: Array) -> float:
    """Give the least score there is, infinity where there is none."""
    least = float(scores.min(initial=np.inf))
    return float(np.fmin.reduce(scores, axis=None, initial=np.inf)) if np.isnan(least) else least
