"""When a series was lowest, and when each of several series rose from there, over draws."""

from __future__ import annotations

import numpy as np

from alliance_metrics.coding.arrays import Array, IntArray
from alliance_metrics.history.turning_points.falls import read_falls


def lowest_years(series: Array, years: IntArray) -> IntArray:
    """Give the year of the least value.

    Parameters
    ----------
    series : ndarray, shape (..., n_years)
        Values, none missing.
    years : ndarray of int, shape (n_years,)
        Years, rising.

    Returns
    -------
    ndarray of int, shape (...)
        The year; the latest of equally low ones, from which the series can only rise.
    """
    backwards = np.argmin(series[..., ::-1], axis=-1)
    return np.asarray(years[len(years) - 1 - backwards], dtype=np.int64)


def rises_from(series: Array, years: IntArray, bottoms: IntArray) -> Array:
    r"""Date when each series first stood clearly above its own mean since the bottom, and stayed there.

    Parameters
    ----------
    series : ndarray, shape (n_draws, n_series, n_years)
        Values, none missing.
    years : ndarray of int, shape (n_years,)
        Years, rising.
    bottoms : ndarray of int, shape (n_draws,)
        Year of each draw from which its series are read; years of `years`.

    Returns
    -------
    ndarray, shape (n_draws, n_series)
        Year; NaN where a series did not rise, or too few years follow the bottom.

    Notes
    -----
    The onset of `turning_points.falls.read_falls` of the series turned upside down: the first year in which a series
    lies above the mean of the years since the bottom, of which there are three or more, by twice the noise of single
    years, in that year and the next.
    """
    found = np.full(series.shape[:-1], np.nan)
    for bottom in np.unique(bottoms):
        own, after = bottoms == bottom, years >= bottom
        if after.sum() > 1:
            found[own] = read_falls(-series[own][..., after], years[after], "onset")
    return found
