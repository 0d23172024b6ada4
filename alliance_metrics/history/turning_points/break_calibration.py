"""What is usual for series that do not break: the greatest F over all dates, by the autoregression of the series."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from alliance_metrics.coding.arrays import Array, BoolArray, IntArray
from alliance_metrics.history.turning_points.persistence import autoregressive_series
from alliance_metrics.history.turning_points.segmentation import SHARE_OF_RECORD, regressors, segment_length

#: Coefficients are held below this, so that simulated series have a variance.
GREATEST = 0.98
LEAST = -0.95


def first_autocorrelation(residuals: Array) -> Array:
    """Give the least-squares coefficient of a series on itself a year earlier.

    Parameters
    ----------
    residuals : ndarray, shape (..., n_years)
        Series about zero.

    Returns
    -------
    ndarray, shape (...)
        The coefficient; 0 where a series is zero throughout.
    """
    earlier, later = residuals[..., :-1], residuals[..., 1:]
    square = (earlier**2).sum(axis=-1)
    product = (earlier * later).sum(axis=-1)
    return np.asarray(np.divide(product, square, out=np.zeros_like(square), where=square > 0.0))


def corrected_autocorrelation(
    coefficient: Array | float, *, n_years: int, n_regressors: int = 1, n_segments: int = 1
) -> Array:
    """Take the bias of short records out of an autoregressive coefficient.

    Parameters
    ----------
    coefficient : ndarray, shape (...)
        As `first_autocorrelation` gives it from least-squares residuals.
    n_years, n_regressors, n_segments
        Length of the record; coefficients of each segment (1 mean, 2 trend); segments with coefficients of their own.

    Returns
    -------
    ndarray, shape (...)
        The coefficient, between `LEAST` and `GREATEST`.

    Notes
    -----
    Least squares falls short by about ``(1 + 3 r) / T`` about a mean and ``(2 + 4 r) / T`` about a trend, to first
    order; with q coefficients and s segments we take ``s (q + (q + 2) r) / T`` and solve for r. About a mean of 21
    years the median of the corrected coefficient lies within 0.03 of the truth for r from 0 to 0.8. Where the divisor
    would fall below half the record, as with many segments, it is held there.

    References
    ----------
    Kendall (1954), Marriott and Pope (1954) for the mean (orientation).
    """
    divisor = max(n_years - n_segments * (n_regressors + 2), n_years / 2)
    found = (n_years * np.asarray(coefficient, dtype=float) + n_segments * n_regressors) / divisor
    return np.asarray(np.clip(found, LEAST, GREATEST))


REPLICATES = 999
_GRID = np.linspace(LEAST, GREATEST, 40)


def fitted(series: Array, design: Array) -> Array:
    """Fit the regressors by least squares.

    Parameters
    ----------
    series : ndarray, shape (..., n_years)
        The series.
    design : ndarray, shape (n_years, n_regressors)
        Regressors.

    Returns
    -------
    ndarray, shape (..., n_years)
        Fitted values.
    """
    basis = np.linalg.qr(design)[0]
    return np.asarray((series @ basis) @ basis.T)


def greatest_f(series: Array, design: Array, *, minimum: int) -> tuple[Array, IntArray]:
    """Give the greatest F over all dates at which a series may break.

    Parameters
    ----------
    series : ndarray, shape (..., n_years)
        The series, without gaps.
    design : ndarray, shape (n_years, n_regressors)
        Regressors.
    minimum
        Least length of a segment.

    Returns
    -------
    statistic : ndarray, shape (...)
        With S0 and S1 left without and with the break, T years and q regressors, ``(S0 - S1) / (S1 / (T - 2 q))``, as
        in R strucchange (`Fstats`); not divided by q. Zero for a series that the regressors fit wholly.
    place : ndarray of int, shape (...)
        First observation of the new segment.
    """
    n_years, n_regressors = design.shape
    whole = ((series - fitted(series, design)) ** 2).sum(axis=-1)
    places = np.arange(minimum, n_years - minimum + 1)
    left = np.empty((*series.shape[:-1], len(places)))
    for column, place in enumerate(places):
        parts = (slice(place), slice(place, n_years))
        left[..., column] = sum(
            ((series[..., part] - fitted(series[..., part], design[part])) ** 2).sum(axis=-1) for part in parts
        )
    best = left.argmin(axis=-1)
    least = np.take_along_axis(left, best[..., np.newaxis], axis=-1)[..., 0]
    with np.errstate(divide="ignore", invalid="ignore"):
        statistic = (whole - least) / least * (n_years - 2 * n_regressors)
    flat = whole <= 1e-20 * (series**2).sum(axis=-1)
    return np.where(flat, 0.0, statistic), places[best]


@dataclass(frozen=True, eq=False)
class BreakCalibration:
    """What is usual for series of one length that do not break, by their autoregression.

    Parameters
    ----------
    design : ndarray, shape (n_years, n_regressors)
        Regressors of each segment.
    minimum
        Least length of a segment.
    level
        Level of the test. (0-1)
    usual : ndarray, shape (n_grid,)
        F that a share `level` of series with the coefficients of the grid exceeds.
    critical : ndarray, shape (n_grid,)
        Ratio of F to what is usual for the series' own coefficient that a share `level` of them exceeds.
    """

    design: Array
    minimum: int
    level: float
    usual: Array
    critical: Array

    def statistics(self, series: Array) -> tuple[Array, Array, Array]:
        """Measure series.

        Parameters
        ----------
        series : ndarray, shape (..., n_years)
            The series, without gaps.

        Returns
        -------
        statistic, ratio, autoregression : ndarray, shape (...)
            The greatest F; its ratio to what is usual for the series' own coefficient; that coefficient, corrected.
        """
        statistic, _ = greatest_f(series, self.design, minimum=self.minimum)
        own = first_autocorrelation(series - fitted(series, self.design))
        corrected = corrected_autocorrelation(own, n_years=series.shape[-1], n_regressors=self.design.shape[1])
        return statistic, statistic / np.interp(own, _GRID, self.usual), corrected

    def rejects(self, series: Array) -> BoolArray:
        """Say which series the test calls broken, many at a time.

        Parameters
        ----------
        series : ndarray, shape (..., n_years)
            The series, without gaps.

        Returns
        -------
        ndarray of bool, shape (...)
            True where the p-value of `break_test` would be `level` or less, but for its simulation error.
        """
        _, ratio, corrected = self.statistics(series)
        return np.asarray(ratio > np.interp(corrected, _GRID, self.critical), dtype=np.bool_)


def calibrate_break_test(
    n_years: int,
    *,
    rng: np.random.Generator,
    trend: bool = False,
    minimum_segment: float = SHARE_OF_RECORD,
    level: float = 0.05,
    replicates: int = REPLICATES,
) -> BreakCalibration:
    """Learn from simulated series without a break what is usual, for coefficients from strongly negative to near one.

    Parameters
    ----------
    n_years
        Length of the record.
    rng
        Source of randomness.
    trend, minimum_segment
        As in `break_test`.
    level
        Level of the test. (0-1)
    replicates
        Series for each of 40 coefficients; the same innovations serve all.

    Returns
    -------
    BreakCalibration
        Good for any number of series of that length.
    """
    design = regressors(n_years, trend=trend)
    minimum = segment_length(minimum_segment, n_years=n_years, n_regressors=design.shape[1])
    innovations = rng.standard_normal((replicates, n_years))
    statistics, own = np.empty((2, len(_GRID), replicates))
    for row, coefficient in enumerate(_GRID):
        series = autoregressive_series(float(coefficient), innovations)
        statistics[row] = greatest_f(series, design, minimum=minimum)[0]
        own[row] = first_autocorrelation(series - fitted(series, design))
    usual = np.quantile(statistics, 1.0 - level, axis=1)
    critical = np.quantile(statistics / np.interp(own, _GRID, usual), 1.0 - level, axis=1)
    return BreakCalibration(design, minimum, level, usual, critical)
