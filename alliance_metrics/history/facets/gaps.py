"""The gap between two series by year, and the first lasting fall of a series."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from alliance_metrics.coding.arrays import Array, FloatArray, IntArray
from alliance_metrics.uncertainty.comparisons import DIGITS
from alliance_metrics.uncertainty.spans import NO_P_VALUE, Span, share_of, span_of


@dataclass(frozen=True, eq=False)
class SeriesGap:
    """How far one series stands above another.

    Parameters
    ----------
    gap : Span of shape (n_years,)
        The one less the other, by year. [-1 to 1]
    mean : Span of shape ()
        The same, averaged over the years both have. [-1 to 1]
    greatest : ndarray, shape (n_years,)
        Share of draws in which the year has the greatest gap in favour of the one; ties are shared equally. [0-1]
    greatest_year : Span of shape ()
        That year itself; of equal ones the first. [years]
    basis
        What the probabilities rest on.
    """

    gap: Span
    mean: Span
    greatest: Array
    greatest_year: Span
    basis: str = NO_P_VALUE


def series_gap(one: FloatArray, other: FloatArray, years: IntArray, *, level: float = 0.90) -> SeriesGap:
    """Set two series against one another, draw by draw.

    Parameters
    ----------
    one, other : ndarray, shape (n_years, n_draws)
        Draws of two series in the same years, such as two facets of an index; NaN where missing. [0-1]
    years : ndarray of int, shape (n_years,)
        Calendar years.
    level
        Probability of the intervals. (0-1)

    Returns
    -------
    SeriesGap
        The gap by year, and the year in which it is greatest.

    Raises
    ------
    ValueError
        Where shapes differ.

    Notes
    -----
    Interval and probability are those of the year taken by itself. The year of the greatest gap is found anew in every
    draw: a single year with a wide interval can so be greatest more often than its mean suggests.
    """
    _check(np.stack([one, other]), years)
    gap = one.astype(np.float64) - other
    filled = np.where(np.isnan(gap), -np.inf, np.round(gap, DIGITS))
    top = filled.max(axis=0)
    known = np.isfinite(top)
    ties = (filled == top) & known
    greatest = share_of((ties / np.maximum(ties.sum(axis=0), 1)).sum(axis=1), known.sum())
    year = np.where(known, np.asarray(years, dtype=np.float64)[filled.argmax(axis=0)], np.nan)
    mean = share_of(np.nansum(gap, axis=0), (~np.isnan(gap)).sum(axis=0))
    return SeriesGap(span_of(gap, level=level), span_of(mean, level=level), greatest, span_of(year, level=level))


def lasting_falls(
    series: FloatArray, years: IntArray, *, lasting: int = 3, earlier: int = 3, margin: float = 0.0
) -> Array:
    r"""Find the year in which each series fell below its own past and stayed there.

    Parameters
    ----------
    series : ndarray, shape (..., n_years, n_draws)
        Draws of the series; NaN where missing. [0-1]
    years : ndarray of int, shape (n_years,)
        Calendar years, rising.
    lasting
        For how many years, the first among them, it must stay below. [1 or more]
    earlier
        From how many years the earlier mean is taken at least. [1 or more]
    margin
        By how much it must be below. [0-1]

    Returns
    -------
    ndarray, shape (..., n_draws)
        The year; NaN where there is none. [years]

    Raises
    ------
    ValueError
        Where a number of years is less than 1, the margin is negative, or years do not fit the series or do not rise.

    Notes
    -----
    The onset is the first year :math:`t` with :math:`y_{t+j} < \bar y_{<t} - m` for :math:`j = 0, \dots, l - 1`, where
    :math:`\bar y_{<t}` is the mean over all earlier years. A fall in the last :math:`l - 1` years cannot be
    distinguished from a passing one and has no onset. A missing year breaks a lasting fall. Without a margin noise
    alone makes an onset in most level series: set it at two deviations of the noise or so. Under one margin for all,
    the noisier series seems to turn earlier: compare series of like noise.
    """
    _check(series, years)
    if lasting < 1 or earlier < 1 or margin < 0:
        raise ValueError("a lasting fall needs one year or more, one earlier year or more, and no negative margin")
    scores = np.asarray(series, dtype=np.float64)
    past = _earlier_means(scores, earlier)
    n_starts = scores.shape[-2] - lasting + 1
    if n_starts < 1:
        return np.full(scores.shape[:-2] + scores.shape[-1:], np.nan)
    bar = np.round(past[..., :n_starts, :] - margin, DIGITS)
    below = np.ones(bar.shape, dtype=bool)
    held = np.round(scores, DIGITS)
    for ahead in range(lasting):
        below &= held[..., ahead : ahead + n_starts, :] < bar
    found = np.asarray(years, dtype=np.float64)[below.argmax(axis=-2)]
    return np.where(below.any(axis=-2), found, np.nan)


def _earlier_means(scores: Array, earlier: int) -> Array:
    """Give the mean over all earlier years; NaN where fewer than so many are there."""
    if np.isnan(scores).any():
        present = ~np.isnan(scores)
        known = np.where(present, scores, 0.0)
        count = np.cumsum(present, axis=-2) - present
        total = np.cumsum(known, axis=-2) - known
    else:
        count = np.arange(scores.shape[-2])[:, np.newaxis]
        total = np.cumsum(scores, axis=-2) - scores
    return np.asarray(total / np.where(count >= earlier, count, np.nan))


def _check(series: FloatArray, years: IntArray) -> None:
    if series.ndim < 2 or series.shape[-2] != len(years) or not len(years):
        raise ValueError("series must have one row of draws for each year")
    if (np.diff(years) <= 0).any():
        raise ValueError("years must rise")
