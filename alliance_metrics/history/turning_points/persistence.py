"""How persistent a yearly series is: its autocorrelation, simulated series that share it, and tests by them."""

from __future__ import annotations

import numpy as np

from alliance_metrics.coding.arrays import Array

#: Greatest persistence a simulated series is given, so that it stays stationary.
MOST = 0.98


def persistence_of(series: Array) -> Array:
    r"""Estimate the autocorrelation at one year, corrected for how short the series is.

    Parameters
    ----------
    series : ndarray, shape (..., n_years)
        Values by year, four years or more.

    Returns
    -------
    ndarray, shape (...)
        Autocorrelation; 0 where a series does not vary. [-0.98 to 0.98]

    Raises
    ------
    ValueError
        Where there are fewer than four years.

    Notes
    -----
    The sample value :math:`r` of a short series lies too low by about :math:`(1 + 3\rho)/n`; solved for :math:`\rho`
    this gives :math:`(n r + 1) / (n - 3)`, which is clipped.

    References
    ----------
    (orientation) Marriott, Pope 1954, Biometrika 41; Kendall 1954, Biometrika 41.
    """
    n = series.shape[-1]
    if n < 4:
        raise ValueError(f"an autocorrelation needs four years or more, not {n}")
    centred = series - series.mean(axis=-1, keepdims=True)
    variation = (centred**2).sum(axis=-1)
    shared = (centred[..., 1:] * centred[..., :-1]).sum(axis=-1)
    varies = variation > 1e-12 * (1.0 + (series**2).sum(axis=-1))
    sample = np.divide(shared, variation, out=np.zeros(variation.shape), where=varies)
    return np.where(varies, np.clip((n * sample + 1.0) / (n - 3), -MOST, MOST), 0.0)


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


def simulated_levels(persistence: Array, n_years: int, *, rng: np.random.Generator) -> Array:
    r"""Simulate stationary autoregressive series of one lag, with mean 0 and variance 1.

    Parameters
    ----------
    persistence : ndarray, shape (...)
        Autocorrelation at one year of each series. [-1 to 1, ends left out]
    n_years
        Length.
    rng
        Source of random numbers.

    Returns
    -------
    ndarray, shape (..., n_years)
        Series.

    Notes
    -----
    :math:`y_1 \sim N(0, 1)` and :math:`y_t = \rho y_{t-1} + \sqrt{1 - \rho^2}\, e_t`.
    """
    rho = np.asarray(persistence, dtype=np.float64)
    return autoregressive_series(rho, rng.standard_normal((*rho.shape, n_years)))


def jointly_simulated(
    persistence: Array, correlation: Array, n_years: int, *, sets: int, rng: np.random.Generator
) -> Array:
    """Simulate sets of autoregressive series that move together in the same year, none before another.

    Parameters
    ----------
    persistence : ndarray, shape (n_series,)
        Autocorrelation at one year of each series. [-1 to 1, ends left out]
    correlation : ndarray, shape (n_series, n_series)
        Correlation of the news of one year. [-1 to 1]
    n_years
        Length.
    sets
        How many sets.
    rng
        Source of random numbers.

    Returns
    -------
    ndarray, shape (sets, n_series, n_years)
        Series of mean 0 and variance 1, as in `simulated_levels`.
    """
    values, vectors = np.linalg.eigh(correlation)
    root = vectors * np.sqrt(np.maximum(values, 0.0))
    return autoregressive_series(persistence, root @ rng.standard_normal((sets, len(persistence), n_years)))


def correlation_of(rows: Array) -> Array:
    """Correlate rows with one another; a row that does not vary is correlated with itself alone.

    Parameters
    ----------
    rows : ndarray, shape (n_rows, n)
        Values.

    Returns
    -------
    ndarray, shape (n_rows, n_rows)
        Correlations. [-1 to 1]
    """
    centred = rows - rows.mean(axis=-1, keepdims=True)
    size = np.sqrt((centred**2).sum(axis=-1, keepdims=True))
    scaled = np.divide(centred, size, out=np.zeros(rows.shape), where=size > 1e-12)
    found: Array = scaled @ scaled.T
    np.fill_diagonal(found, 1.0)
    return found


def p_value_of(n_simulated: Array, seen: float) -> float:
    r"""Give how often simulated statistics are at least as great as the one seen, which counts as one of them.

    Parameters
    ----------
    n_simulated : ndarray, shape (n,)
        Statistics where nothing is to be found.
    seen
        The statistic seen.

    Returns
    -------
    float
        :math:`(1 + \#\{m \ge s\}) / (1 + n)`, so never 0. [0-1]
    """
    return float((1 + np.count_nonzero(n_simulated >= seen - 1e-12)) / (1 + len(n_simulated)))


def holm_adjusted(p_values: Array) -> Array:
    r"""Adjust p-values for the number of tests, by Holm's method.

    Parameters
    ----------
    p_values : ndarray, shape (n_tests,)
        p-value of each test; NaN where a test was not made. [0-1]

    Returns
    -------
    ndarray, shape (n_tests,)
        Adjusted p-values: rejecting where they are at most a level rejects any true null with at most that probability,
        however the tests depend on one another. [0-1]

    Notes
    -----
    Sorted upwards, the :math:`k`-th of :math:`m` times :math:`m - k + 1`, never below an earlier one.

    References
    ----------
    (orientation) Holm 1979, Scandinavian Journal of Statistics 6.

    Examples
    --------
    >>> holm_adjusted(np.array([0.01, 0.04, 0.03])).round(2).tolist()
    [0.03, 0.06, 0.06]
    """
    from statsmodels.stats.multitest import multipletests

    adjusted = np.asarray(p_values, dtype=float).copy()
    tested = ~np.isnan(adjusted)
    if tested.any():
        adjusted[tested] = multipletests(adjusted[tested], method="holm")[1]
    return adjusted


def refuse_gaps(series: Array, what: str) -> None:
    """Refuse series in which a year is missing.

    Parameters
    ----------
    series : ndarray
        Values.
    what
        What they are, for the message.

    Raises
    ------
    ValueError
        With the number of missing values.
    """
    lost = int(np.count_nonzero(~np.isfinite(series)))
    if lost:
        raise ValueError(f"{what}: {lost} values are missing; leave those years or draws out, or fill them first")
