"""Codings laid out for the coder model: units to series and years, scores and ranges to reports."""

from __future__ import annotations

import numpy as np

from alliance_metrics.coding.arrays import Array, IntArray
from alliance_metrics.coding.coder_posterior import Codings, grid

Ranges = tuple[Array, Array]

_MOST_YEARS = 2000


def unit_places(score: Array, *, series: IntArray, years: IntArray) -> tuple[IntArray, IntArray]:
    """Find the year within its series, and the series, of each unit.

    Parameters
    ----------
    score : ndarray, shape (n_coders, n_units, n_indicators)
        Levels given.
    series : ndarray of int, shape (n_units,)
        Which series a unit belongs to.
    years : ndarray of int, shape (n_units,)
        Year of each unit.

    Returns
    -------
    years, series : ndarray of int, shape (n_units,)
        Years since the first of the series, and the place of the series among all.

    Raises
    ------
    ValueError
        Where shapes do not fit, numbers are not whole, a series has a year twice, or spans too many years.
    """
    if score.ndim != 3 or series.shape != score.shape[1:2] or years.shape != series.shape:
        raise ValueError(
            f"score must be coders x units x indicators, series and years one number a unit; their shapes are "
            f"{score.shape}, {series.shape}, {years.shape}"
        )
    if not (np.issubdtype(series.dtype, np.integer) and np.issubdtype(years.dtype, np.integer)):
        raise ValueError("series and years must be whole numbers")
    if np.isnan(score).all():
        raise ValueError("no cell is coded")
    _, place = np.unique(series, return_inverse=True)
    first = np.full(int(place.max()) + 1, years.max())
    np.minimum.at(first, place, years)
    since = (years - first[place]).astype(np.intp)
    if len(np.unique(np.stack([place, since]), axis=1).T) < len(place):
        raise ValueError("a series has a year twice; each unit must be one year of one series")
    if since.max() >= _MOST_YEARS:
        raise ValueError(f"a series spans {int(since.max()) + 1} years, at most {_MOST_YEARS} are possible")
    return since, place.astype(np.intp)


def laid_out(
    score: Array,
    *,
    places: tuple[IntArray, IntArray],
    ends: tuple[Array | float, Array | float],
    ranges: Ranges | None,
    per_level: int,
) -> Codings:
    """Lay the codings out for the model.

    Parameters
    ----------
    score : ndarray, shape (n_coders, n_units, n_indicators)
        Levels given; NaN where none.
    places
        Of `unit_places`.
    ends
        Least and greatest level, one number or one an indicator.
    ranges
        Least and greatest level a fair reader could give, if they are to count.
    per_level
        Nodes of the grid in one level.

    Returns
    -------
    Codings
        One report for each distinct score (and range).

    Raises
    ------
    ValueError
        Where a scale has fewer than two levels, a score is no level of its scale, or a range does not hold its score.
    """
    from scipy.sparse import coo_array

    n_coders, _, n_indicators = score.shape
    least, greatest = (_whole_ends(end, n_indicators) for end in ends)
    if (greatest <= least).any():
        raise ValueError("high_level must be above low_level on every scale")
    coder, unit, indicator = np.nonzero(~np.isnan(score))
    given = np.stack(
        [_of_cells(part, score, (least, greatest)) for part in (score, *(ranges or (score, score)))], axis=1
    )
    if ((given[:, 0] < given[:, 1]) | (given[:, 0] > given[:, 2])).any():
        raise ValueError("a range does not hold its score")
    kinds, report = np.unique(given, axis=0, return_inverse=True)
    years, series = places
    shape = (n_coders, int(years.max()) + 1, n_indicators, int(series.max()) + 1)
    rows = (coder * n_indicators + indicator) * len(kinds) + report.ravel()
    columns = (years[unit] * n_indicators + indicator) * shape[3] + series[unit]
    size = (n_coders * n_indicators * len(kinds), shape[1] * n_indicators * shape[3])
    incidence = coo_array((np.ones(len(rows)), (rows, columns)), shape=size).tocsr()
    n_levels = int((greatest - least).max()) + 1
    return Codings(
        incidence, range_shares(kinds, n_levels), least, greatest, shape, grid(least, greatest, per_level=per_level)
    )


def _whole_ends(end: Array | float, n_indicators: int) -> IntArray:
    values = np.asarray(end, dtype=float)
    if values.shape not in {(), (n_indicators,)} or not np.isfinite(values).all() or (values != np.round(values)).any():
        raise ValueError("low_level and high_level must be one whole number, or one for each indicator")
    return np.broadcast_to(values, (n_indicators,)).astype(np.intp)


def _of_cells(part: Array, score: Array, ends: tuple[IntArray, IntArray]) -> IntArray:
    """Give the levels of the coded cells, counted from the least; an end of a range that is not given is the score."""
    values = np.asarray(part, dtype=float)
    if values.shape != score.shape:
        raise ValueError(f"ranges must have the shape of score, {score.shape}")
    values = np.where(np.isnan(values), score, values)
    outside = (values != np.round(values)) | (values < ends[0]) | (values > ends[1])
    if (outside & ~np.isnan(score)).any():
        raise ValueError(f"{np.unique(values[outside & ~np.isnan(score)])[:5].tolist()} are no levels of their scales")
    return np.asarray((values - ends[0])[~np.isnan(score)].astype(np.intp))


def range_shares(reports: IntArray, n_levels: int) -> Array:
    r"""Share of each level in what a report says.

    Parameters
    ----------
    reports : ndarray of int, shape (n_reports, 3)
        Score, least and greatest level of each report, counted from the least level of the scale.
    n_levels
        Number of levels of the longest scale.

    Returns
    -------
    ndarray, shape (n_reports, n_levels)
        Shares that sum to 1. [0-1]

    Notes
    -----
    Discrete triangular, as the draws of coders' cells: the score has mass 1, a level :math:`j` steps away on a side
    that reaches :math:`d` steps has mass :math:`1 - j / (d + 1)`.

    Examples
    --------
    >>> range_shares(np.array([[2, 1, 3], [0, 0, 0]]), 4).tolist()
    [[0.0, 0.25, 0.5, 0.25], [1.0, 0.0, 0.0, 0.0]]
    """
    score, low, high = (reports[:, [column]] for column in range(3))
    levels = np.arange(n_levels)
    reach = np.where(levels < score, score - low, high - score)
    mass = np.where((levels >= low) & (levels <= high), 1.0 - np.abs(levels - score) / (reach + 1.0), 0.0)
    return np.asarray(mass / mass.sum(axis=1, keepdims=True))
