"""Coherence of indicators: distributions, internal consistency, redundancy, effective sample size."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from alliance_metrics.coding.arrays import Array, IntArray
from alliance_metrics.index.importance import correlations


@dataclass(frozen=True, eq=False)
class Distribution:
    """How the values of each column are spread.

    Parameters
    ----------
    count : ndarray of int, shape (n,)
        Values present.
    missing, mean, deviation, least, greatest, skewness, kurtosis : ndarray, shape (n,)
        Share missing, mean, standard deviation (n - 1), ends, and sample skewness and excess kurtosis (adjusted for
        n); NaN where they are not defined.
    distinct : ndarray of int, shape (n,)
        Number of distinct values.
    """

    count: IntArray
    missing: Array
    mean: Array
    deviation: Array
    least: Array
    greatest: Array
    skewness: Array
    kurtosis: Array
    distinct: IntArray


def distribution(values: Array) -> Distribution:
    """Describe the columns of a panel.

    Parameters
    ----------
    values : ndarray, shape (n_units, n)
        Values; NaN where missing.

    Returns
    -------
    Distribution
        The description.

    References
    ----------
    OECD and European Commission JRC (2008), Handbook on Constructing Composite Indicators, step 2 (orientation).
    """
    columns, (skewness, kurtosis) = pd.DataFrame(values), skewness_and_kurtosis(values)
    count = columns.count().to_numpy(dtype=np.int64)
    statistics = {"mean": columns.mean(), "deviation": columns.std(), "least": columns.min(), "greatest": columns.max()}
    return Distribution(
        count=count,
        missing=1.0 - count / max(len(values), 1),
        **{name: found.to_numpy(dtype=float) for name, found in statistics.items()},
        skewness=skewness,
        kurtosis=kurtosis,
        distinct=columns.nunique().to_numpy(dtype=np.int64),
    )


def skewness_and_kurtosis(values: Array) -> tuple[Array, Array]:
    r"""Give skewness and excess kurtosis of each indicator, corrected for the size of the sample.

    Parameters
    ----------
    values : ndarray, shape (..., n_units, n_indicators)
        Values; NaN where missing.

    Returns
    -------
    skewness, kurtosis : ndarray, shape (..., n_indicators)
        Skewness, NaN with fewer than three values; excess kurtosis, NaN with fewer than four; both NaN where all values
        are the same.

    Notes
    -----
    :math:`G_1` and :math:`G_2`, as pandas, spreadsheets and COINr compute them. Values are first brought onto 0 to 1,
    because pandas takes a variance below 1e-14 for zero.

    Examples
    --------
    >>> skewness, kurtosis = skewness_and_kurtosis(np.array([[1.0], [2.0], [3.0], [10.0]]))
    >>> skewness.round(4).tolist(), kurtosis.round(4).tolist()
    ([1.7636], [3.228])
    """
    units = np.moveaxis(values, -2, 0)
    columns = pd.DataFrame(units.reshape(len(units), math.prod(units.shape[1:])))
    scaled = (columns - columns.min()) / (columns.max() - columns.min())
    return np.reshape(scaled.skew(), units.shape[1:]), np.reshape(scaled.kurt(), units.shape[1:])


def cronbach_alpha(values: Array) -> float:
    r"""Cronbach's alpha: how far columns say the same, if they are meant to.

    Parameters
    ----------
    values : ndarray, shape (n_units, n)
        Values; units that lack any are left out.

    Returns
    -------
    float
        1 where columns move as one, 0 where they have nothing in common, below where they run against one another; NaN
        for one column, or where their sum does not vary.

    Notes
    -----
    :math:`\alpha = n / (n - 1) \, (1 - \sum_k v_k / v)` with the variance of each column and of their sum. It rises
    with the number of columns. Indicators chosen to cover different sides of a matter need not have a high one.

    References
    ----------
    OECD and European Commission JRC (2008), Handbook on Constructing Composite Indicators, step 4 (orientation).

    Examples
    --------
    >>> round(cronbach_alpha(np.array([[1.0, 2.0], [2.0, 3.0], [3.0, 4.0]])), 12)
    1.0
    """
    complete = values[~np.isnan(values).any(axis=1)]
    n = complete.shape[1]
    if n < 2 or len(complete) < 2:
        return float("nan")
    whole = complete.sum(axis=1).var(ddof=1)
    return float(n / (n - 1) * (1.0 - complete.var(axis=0, ddof=1).sum() / whole)) if whole > 0 else float("nan")


def component_variances(values: Array) -> Array:
    """Give the shares of variance of the principal components.

    Parameters
    ----------
    values : ndarray, shape (n_units, n)
        Values; NaN where missing, each pair of columns correlated over the units that have both.

    Returns
    -------
    ndarray, shape (n,)
        Shares, greatest first; a column that does not vary counts as a component of its own. [0-1]
    """
    found = np.linalg.eigvalsh(correlations(values))[::-1]
    return np.asarray(np.maximum(found, 0.0) / np.maximum(found, 0.0).sum())


def effective_sample_size(values: Array, series: IntArray) -> float:
    r"""Say how many independent observations successive years are worth.

    Parameters
    ----------
    values : ndarray, shape (n_units,)
        One value a unit, in order of time within each series; units without are left out.
    series : ndarray of int, shape (n_units,)
        Which units belong to one series.

    Returns
    -------
    float
        The number; at most the number of units present. NaN where no series has three.

    Notes
    -----
    :math:`n (1 - r) / (1 + r)` with the pooled correlation :math:`r` of successive years within series, taken about
    each series' own mean and held between 0 and 1: the variance of a mean of a first-order autoregression.

    References
    ----------
    G. V. Bayley and J. M. Hammersley (1946), The effective number of independent observations in an autocorrelated
    time series, Supplement to the Journal of the Royal Statistical Society 8, 184-197 (orientation).
    """
    together, apart, count = 0.0, 0.0, 0
    for one in np.unique(series):
        own = values[(series == one) & ~np.isnan(values)]
        count += len(own)
        if len(own) < 3:
            continue
        away = own - own.mean()
        together += float((away[1:] * away[:-1]).sum())
        apart += float((away**2).sum())
    if apart == 0:
        return float("nan")
    ratio = min(max(together / apart, 0.0), 1.0 - 1.0 / max(count, 2))
    return count * (1.0 - ratio) / (1.0 + ratio)


def trade_off_rate(scores: Array, weights: Array, *, exponent: float) -> Array:
    r"""Say how many points of one component make good the loss of a point of another.

    Parameters
    ----------
    scores : ndarray, shape (n,)
        Scores at which the rate is asked. [above 0]
    weights : ndarray, shape (n,)
        Weights on the simplex.
    exponent
        Exponent of the power mean: 1 arithmetic, 0 geometric.

    Returns
    -------
    ndarray, shape (n, n)
        Points of the column's component for one point of the row's; NaN where the column's weighs nothing.

    Notes
    -----
    :math:`w_i s_i^{p - 1} / (w_j s_j^{p - 1})`, the ratio of the marginal effects.
    """
    effect = weights * scores ** (exponent - 1.0)
    whole = np.broadcast_to(effect, (len(effect), len(effect)))
    return np.asarray(np.divide(effect[:, np.newaxis], whole, out=np.full(whole.shape, np.nan), where=whole > 0))
