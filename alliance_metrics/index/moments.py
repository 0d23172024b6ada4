"""Skewness and kurtosis of columns, missing values left out, at any size of the numbers."""

from __future__ import annotations

import numpy as np

from alliance_metrics.coding.arrays import Array


def deviations(values: Array) -> Array:
    """Take each indicator's mean away.

    Parameters
    ----------
    values : ndarray, shape (..., n_units, n_indicators)
        Values; NaN where missing.

    Returns
    -------
    ndarray, shape (..., n_units, n_indicators)
        Deviations from the mean of what is present; zero where missing, and zero to the last bit where an indicator
        never varies, so that rounding is not taken for variance.

    Examples
    --------
    >>> deviations(np.array([[1.0, 0.1], [3.0, 0.1], [np.nan, 0.1]])).tolist()
    [[-1.0, 0.0], [1.0, 0.0], [0.0, 0.0]]
    """
    return np.where(np.isnan(values), 0.0, values - _mean(values)[..., np.newaxis, :])


def skewness(values: Array) -> Array:
    r"""Skewness of each indicator, corrected for the size of the sample.

    Parameters
    ----------
    values : ndarray, shape (..., n_units, n_indicators)
        Values; NaN where missing.

    Returns
    -------
    ndarray, shape (..., n_indicators)
        Skewness; NaN with fewer than three values or where all are the same.

    Notes
    -----
    :math:`G_1 = \frac{\sqrt{n(n-1)}}{n-2} \cdot \frac{m_3}{m_2^{3/2}}` with central moments :math:`m_r`, the form
    spreadsheets and COINr use.

    References
    ----------
    COINr (R package), function ``skew`` in ``R/treat.R``, for the choice of this form.

    Examples
    --------
    >>> round(float(skewness(np.array([[1.0], [2.0], [3.0], [10.0]]))[0]), 4)
    1.7636
    """
    count, second, third, _ = _central_moments(values)
    fit = (count > 2) & (second > 0)
    count, second = np.where(fit, count, 3.0), np.where(fit, second, 1.0)
    return np.where(fit, third / second**1.5 * np.sqrt(count * (count - 1)) / (count - 2), np.nan)


def excess_kurtosis(values: Array) -> Array:
    r"""Kurtosis of each indicator beyond that of a normal distribution, corrected for the size of the sample.

    Parameters
    ----------
    values : ndarray, shape (..., n_units, n_indicators)
        Values; NaN where missing.

    Returns
    -------
    ndarray, shape (..., n_indicators)
        Excess kurtosis; NaN with fewer than four values or where all are the same.

    Notes
    -----
    :math:`G_2 = \frac{n-1}{(n-2)(n-3)} \left[(n+1)\left(\frac{m_4}{m_2^2} - 3\right) + 6\right]`.

    References
    ----------
    COINr (R package), function ``kurt`` in ``R/treat.R``, for the choice of this form.

    Examples
    --------
    >>> round(float(excess_kurtosis(np.array([[1.0], [2.0], [3.0], [10.0]]))[0]), 4)
    3.228
    """
    count, second, _, fourth = _central_moments(values)
    fit = (count > 3) & (second > 0)
    count, second = np.where(fit, count, 4.0), np.where(fit, second, 1.0)
    excess = (count + 1) * (fourth / second**2 - 3) + 6
    return np.where(fit, excess * (count - 1) / ((count - 2) * (count - 3)), np.nan)


def _mean(values: Array) -> Array:
    """Give the mean of what is present, to the last bit the value itself where an indicator never varies."""
    here = ~np.isnan(values)
    mean = np.where(here, values, 0.0).sum(axis=-2) / np.maximum(here.sum(axis=-2), 1)
    highest = np.where(here, values, -np.inf).max(axis=-2)
    constant = highest == np.where(here, values, np.inf).min(axis=-2)
    return np.asarray(np.where(constant, highest, mean))


def _central_moments(values: Array) -> tuple[Array, Array, Array, Array]:
    """Give the number of values and central moments two to four, in units of the greatest deviation."""
    moved = deviations(values)
    greatest = np.abs(moved).max(axis=-2, keepdims=True, initial=0.0)
    scaled = moved / np.where(greatest > 0, greatest, 1.0)
    count = np.asarray((~np.isnan(values)).sum(axis=-2), dtype=float)
    divisor = np.maximum(count, 1.0)
    second, third, fourth = ((scaled**power).sum(axis=-2) / divisor for power in (2, 3, 4))
    return count, second, third, fourth
