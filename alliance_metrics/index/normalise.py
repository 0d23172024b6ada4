"""Indicator values onto a common scale.

Every function takes values of shape (..., n_units, n_indicators), leaves missing values (NaN) missing and counts only
those present. ``direction`` is the one place where "less is better" is said. Goalposts stand still when a unit is
added; all other methods are relative to the units at hand.
"""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np

from alliance_metrics.coding.arrays import Array, IntArray
from alliance_metrics.index import columns
from alliance_metrics.index.distances import by_best_distance, by_reference_distance, by_target_distance

__all__ = [
    "Normaliser",
    "by_best_distance",
    "by_borda",
    "by_goalposts",
    "by_group",
    "by_minmax",
    "by_percentile_rank",
    "by_rank",
    "by_reference_distance",
    "by_target_distance",
    "by_zscore",
]

Direction = Array | float
Levels = np.ndarray[Any, np.dtype[Any]]  # float, or uint8 for small whole numbers


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
    columns.check_direction(direction)
    span = np.asarray(high) - np.asarray(low)
    way = (values - low.astype(values.dtype)) / span.astype(values.dtype)
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
    return columns.column_by_column(_minmax, columns.ordered(values, direction))


def _minmax(directed: Array) -> Array:
    if directed.dtype == np.uint8:
        bottom, top = (end(axis=-2, keepdims=True) for end in (directed.min, directed.max))
        return columns.share((directed - bottom).astype(np.float32), (top - bottom).astype(np.float32), constant=0.5)
    low, high = columns.least(directed), columns.greatest(directed)
    return columns.share(directed - low, high - low, constant=0.5)


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
    return columns.column_by_column(_zscore, columns.ordered(values, direction))


def _zscore(directed: Array) -> Array:
    if directed.dtype == np.uint8:
        above = directed - directed.min(axis=-2, keepdims=True)  # small, so that squares stay exact
        return _zscore_of_levels(above.astype(np.float32))
    missing = np.isnan(directed)
    complete = not missing.any()
    known = directed if complete else np.where(missing, 0.0, directed)
    count = (~missing).sum(axis=-2, keepdims=True).astype(directed.dtype)
    away = known - known.sum(axis=-2, keepdims=True) / np.maximum(count, 1)
    square = away * away if complete else np.where(missing, 0.0, away * away)
    spread = np.sqrt(square.sum(axis=-2, keepdims=True) / np.maximum(count - 1, 1))
    spread[columns.greatest(directed) == columns.least(directed)] = 0  # rounding leaves a spread where there is none
    scores = columns.share(away, spread, constant=0.0)
    return scores if complete else np.where(missing, np.nan, scores)


def _zscore_of_levels(levels: Array) -> Array:
    """Standardise small whole numbers, whose sums are exact."""
    count = levels.shape[-2]
    total = levels.sum(axis=-2, keepdims=True)
    square = np.einsum("...ud,...ud->...d", levels, levels)[..., np.newaxis, :]
    variance = (square - total * total / count) / max(count - 1, 1)
    spread = np.sqrt(np.maximum(variance, 0.0))
    scale = np.divide(1.0, spread, out=np.zeros_like(spread), where=square * count != total * total)
    scores: Array = (levels - total / count) * scale
    return scores


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
    return columns.column_by_column(_rank, columns.ordered(values, direction))


def _rank(directed: Levels) -> Array:
    below, above = (
        columns.count_below(directed),
        columns.count_below(~directed if directed.dtype == np.uint8 else -directed),
    )
    present = (~np.isnan(directed)).sum(axis=-2, keepdims=True).astype(below.dtype)
    ranks: Array = (below + (present - above) + 1) / 2
    return ranks


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
    return columns.column_by_column(_percentile_rank, columns.ordered(values, direction))


def _percentile_rank(directed: Array) -> Array:
    below = columns.count_below(directed)
    others = (~np.isnan(directed)).sum(axis=-2, keepdims=True).astype(below.dtype) - 1
    return columns.share(below, others, constant=0.5)


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
    return columns.column_by_column(columns.count_below, columns.ordered(values, direction))


def by_group(normaliser: Normaliser, values: Array, *, groups: IntArray, direction: Direction = 1.0) -> Array:
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
