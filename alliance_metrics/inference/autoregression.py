"""First-order autoregression of short series, without the bias of short records; and series that have it."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[np.float64]]

GREATEST = 0.98
"""Coefficients are held below this, so that simulated series have a variance."""
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


def autoregressive_series(coefficient: Array | float, innovations: Array) -> Array:
    """Give stationary autoregressive series of variance one.

    Parameters
    ----------
    coefficient : ndarray, shape (...)
        Autoregressive coefficients. (-1, 1)
    innovations : ndarray, shape (..., n_years)
        Independent standard normal numbers; leading axes are broadcast against those of the coefficients.

    Returns
    -------
    ndarray, shape (..., n_years)
        The series.

    Examples
    --------
    >>> autoregressive_series(0.6, np.array([1.0, 0.0, 1.0])).round(2).tolist()
    [1.0, 0.6, 1.16]
    """
    strength = np.asarray(coefficient, dtype=float)
    fresh = np.sqrt(1.0 - strength**2)
    shape = np.broadcast_shapes(strength.shape, innovations.shape[:-1])
    series = np.empty((*shape, innovations.shape[-1]))
    series[..., 0] = innovations[..., 0]
    for year in range(1, innovations.shape[-1]):
        series[..., year] = strength * series[..., year - 1] + fresh * innovations[..., year]
    return series
