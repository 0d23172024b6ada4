"""Indicator values onto a common scale.

Every function takes values of shape (..., n_units, n_indicators), leaves missing values (NaN) missing and counts only
those present. ``direction`` is the one place where "less is better" is said. Goalposts stand still when a unit is
added; all other methods are relative to the units at hand.
"""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np

from alliance_metrics.index.columns import greatest, least, places, share

Array = np.ndarray[Any, np.dtype[np.float64]]
Whole = np.ndarray[Any, np.dtype[np.int64]]
Direction = Array | float


class Normaliser(Protocol):
    """A method that needs nothing but the values and their direction."""

    def __call__(self, values: Array, *, direction: Direction = 1.0) -> Array:
        """Place values on the common scale."""
        ...


def by_goalposts(values: Array, *, low: Array, high: Array, direction: Direction = 1.0) -> Array:
    """Place values between fixed goalposts.

    Fixed goalposts make years and eras comparable: a new year never moves an old one.

    Parameters
    ----------
    values : ndarray, shape (..., n_units, n_indicators)
        Values; NaN where missing.
    low, high : ndarray, shape (n_indicators,)
        Least and greatest value of each indicator's scale.
    direction : ndarray, shape (n_indicators,), or float
        +1 where more is better, -1 where less is.

    Returns
    -------
    ndarray, shape (..., n_units, n_indicators)
        0 at the worse goalpost, 1 at the better one. Not clipped: a value outside the goalposts shows as such.

    Raises
    ------
    ValueError
        Where a high goalpost is not above its low one, or a direction is not +1 or -1.

    Notes
    -----
    :math:`(x - low) / (high - low)` for direction +1, and 1 minus that for -1.

    References
    ----------
    OECD and European Commission JRC (2008), Handbook on Constructing Composite Indicators, section 1.5, min-max
    normalisation; UNDP, Human Development Report technical note 1, fixed goalposts.

    Examples
    --------
    >>> by_goalposts(np.array([[0.0, 3.0]]), low=np.zeros(2), high=np.full(2, 4.0)).tolist()
    [[0.0, 0.75]]
    """
    if not (np.asarray(high) > np.asarray(low)).all():
        raise ValueError("every high goalpost must be above its low one")
    _check_direction(direction)
    way = (values - low) / (np.asarray(high) - low)
    if np.ndim(direction) == 0 and direction > 0:
        return np.asarray(way)
    return np.where(np.asarray(direction) > 0, way, 1.0 - way)


def by_minmax(values: Array, *, direction: Direction = 1.0) -> Array:
    r"""Place values between the least and the greatest among the units.

    Parameters
    ----------
    values : ndarray, shape (..., n_units, n_indicators)
        Values; NaN where missing.
    direction : ndarray, shape (n_indicators,), or float
        +1 where more is better, -1 where less is.

    Returns
    -------
    ndarray, shape (..., n_units, n_indicators)
        0 for the worst unit, 1 for the best; 0.5 where all are alike. [0-1]

    Raises
    ------
    ValueError
        Where a direction is neither +1 nor -1, here and below.

    Notes
    -----
    :math:`(x - \min x) / (\max x - \min x)`, of the values times their direction.

    References
    ----------
    OECD and European Commission JRC (2008), Handbook on Constructing Composite Indicators, section 1.5.

    Examples
    --------
    >>> by_minmax(np.array([[1.0], [3.0], [2.0]])).ravel().tolist()
    [0.0, 1.0, 0.5]
    """
    directed = _directed(values, direction)
    low, high = least(directed), greatest(directed)
    return share(directed - low, high - low, constant=0.5)


def by_zscore(values: Array, *, direction: Direction = 1.0) -> Array:
    """Give the distance from the mean of the units in standard deviations.

    Parameters
    ----------
    values, direction
        As in `by_minmax`.

    Returns
    -------
    ndarray, shape (..., n_units, n_indicators)
        Mean 0, sample standard deviation (n - 1) 1; 0 where all units are alike or there is one. [standard deviations]

    References
    ----------
    OECD and European Commission JRC (2008), Handbook on Constructing Composite Indicators, section 1.5.

    Examples
    --------
    >>> by_zscore(np.array([[1.0], [2.0], [3.0]])).ravel().tolist()
    [-1.0, 0.0, 1.0]
    """
    directed = _directed(values, direction)
    count = (~np.isnan(directed)).sum(axis=-2, keepdims=True)
    mean = np.divide(np.nansum(directed, axis=-2, keepdims=True), count, where=count > 0, out=np.zeros(count.shape))
    away = directed - mean
    square = np.nansum(away**2, axis=-2, keepdims=True)
    spread = np.sqrt(np.divide(square, count - 1, where=count > 1, out=np.zeros(count.shape)))
    alike = greatest(directed) == least(directed)  # rounding leaves a spread where there is none
    return share(away, np.where(alike, 0.0, spread), constant=0.0)


def by_rank(values: Array, *, direction: Direction = 1.0) -> Array:
    """Rank the units, the worst first; ties get their mean rank.

    Parameters
    ----------
    values, direction
        As in `by_minmax`.

    Returns
    -------
    ndarray, shape (..., n_units, n_indicators)
        Ranks from 1. [ranks]

    Examples
    --------
    >>> by_rank(np.array([[5.0], [7.0], [5.0]])).ravel().tolist()
    [1.5, 3.0, 1.5]
    """
    below, alike = places(_directed(values, direction))
    return below + (alike + 1.0) / 2.0


def by_percentile_rank(values: Array, *, direction: Direction = 1.0) -> Array:
    """Give the share of the other units that a unit outdoes.

    Parameters
    ----------
    values, direction
        As in `by_minmax`.

    Returns
    -------
    ndarray, shape (..., n_units, n_indicators)
        0 for the worst; 0.5 where there is but one unit. [0-1]

    Notes
    -----
    :math:`(r - 1) / (n - 1)` with the least rank :math:`r` among ties, so that units that are all alike outdo none.

    Examples
    --------
    >>> by_percentile_rank(np.array([[5.0], [7.0], [5.0]])).ravel().tolist()
    [0.0, 1.0, 0.0]
    """
    directed = _directed(values, direction)
    below, _ = places(directed)
    others = (~np.isnan(directed)).sum(axis=-2, keepdims=True) - 1
    return share(below, others, constant=0.5)


def by_borda(values: Array, *, direction: Direction = 1.0) -> Array:
    """Count the units that a unit outdoes.

    Parameters
    ----------
    values, direction
        As in `by_minmax`.

    Returns
    -------
    ndarray, shape (..., n_units, n_indicators)
        Units outdone, from 0. [units]

    Notes
    -----
    :math:`r - 1` with the least rank :math:`r` among ties.

    Examples
    --------
    >>> by_borda(np.array([[5.0], [7.0], [5.0]])).ravel().tolist()
    [0.0, 2.0, 0.0]
    """
    below, _ = places(_directed(values, direction))
    return below


def by_target_distance(values: Array, *, target: Array | float, direction: Direction = 1.0) -> Array:
    r"""Give the share of the way from the worst unit to a target.

    Parameters
    ----------
    values, direction
        As in `by_minmax`.
    target : ndarray, shape (n_indicators,), or float
        Value aimed at; beyond it nothing more is gained.

    Returns
    -------
    ndarray, shape (..., n_units, n_indicators)
        0 for the worst unit, 1 at the target and beyond; 1 where every unit is there. [0-1]

    Notes
    -----
    :math:`\min(1, (x - \min x) / (t - \min x))`, of the values and the target :math:`t` times the direction.

    Examples
    --------
    >>> by_target_distance(np.array([[0.0], [1.0], [4.0]]), target=2.0).ravel().tolist()
    [0.0, 0.5, 1.0]
    """
    directed = _directed(values, direction)
    low = least(directed)
    way = share(directed - low, np.maximum(np.asarray(target) * direction - low, 0.0), constant=1.0)
    return np.minimum(way, 1.0)


def by_best_distance(values: Array, *, direction: Direction = 1.0) -> Array:
    """Give the share of the way from nothing to the best unit.

    Parameters
    ----------
    values, direction
        As in `by_minmax`; values of zero or more.

    Returns
    -------
    ndarray, shape (..., n_units, n_indicators)
        Value divided by the greatest; for direction -1 the least divided by the value. 1 for the best. [0-1]

    Raises
    ------
    ValueError
        Where a direction is not +1 or -1, or a value is negative.

    References
    ----------
    OECD and European Commission JRC (2008), Handbook on Constructing Composite Indicators, section 1.5, distance to a
    reference.

    Examples
    --------
    >>> by_best_distance(np.array([[1.0], [4.0]])).ravel().tolist()
    [0.25, 1.0]
    """
    _check_direction(direction)
    if (values < 0).any():
        raise ValueError("the distance to the best unit needs values of zero or more")
    upward = share(values, greatest(values), constant=1.0)
    downward = share(np.broadcast_to(least(values), values.shape), values, constant=1.0)
    return np.where(np.isnan(values), np.nan, np.where(np.asarray(direction) > 0, upward, downward))


def by_reference_distance(values: Array, *, reference: int, direction: Direction = 1.0) -> Array:
    r"""Give the share of the way from the worst unit to a reference unit.

    Parameters
    ----------
    values, direction
        As in `by_minmax`.
    reference
        Place of the unit that others are measured by.

    Returns
    -------
    ndarray, shape (..., n_units, n_indicators)
        0 for the worst unit, 1 for the reference, above 1 for better ones; 1 where none is worse than the reference.
        NaN for an indicator that the reference lacks.

    Notes
    -----
    :math:`(x - \min x) / (x_r - \min x)`, of the values times their direction.

    Examples
    --------
    >>> by_reference_distance(np.array([[0.0], [2.0], [3.0]]), reference=1).ravel().tolist()
    [0.0, 1.0, 1.5]
    """
    directed = _directed(values, direction)
    low = least(directed)
    return share(directed - low, directed[..., [reference], :] - low, constant=1.0)


def by_group(normaliser: Normaliser, values: Array, *, groups: Whole, direction: Direction = 1.0) -> Array:
    """Apply a method within each group of units.

    Parameters
    ----------
    normaliser
        The method.
    values, direction
        As in `by_minmax`.
    groups : ndarray of int, shape (n_units,)
        Group of each unit: its year, or its era.

    Returns
    -------
    ndarray, shape (..., n_units, n_indicators)
        Scores within the groups.
    """
    scores = np.empty(values.shape)
    for group in np.unique(groups):
        rows = np.flatnonzero(groups == group)
        scores[..., rows, :] = normaliser(values[..., rows, :], direction=direction)
    return scores


def _check_direction(direction: Direction) -> None:
    if not np.isin(direction, (-1.0, 1.0)).all():
        raise ValueError("every direction must be +1 or -1")


def _directed(values: Array, direction: Direction) -> Array:
    _check_direction(direction)
    directed: Array = np.asarray(values, dtype=float) * np.asarray(direction)
    return directed
