"""The Mazziotta-Pareto indices: a mean, less a penalty for unevenness among the components."""

from __future__ import annotations

import numpy as np

from alliance_metrics.coding.arrays import Array

#: Mean and standard deviation of standardised scores, as the authors fix them.
CENTRE, SPREAD = 100.0, 10.0
#: Ends of the scale of the adjusted index, as the authors fix them.
LOW, HIGH = 70.0, 130.0


def mazziotta_pareto(scores: Array, weights: Array, *, sign: float = -1.0) -> Array:
    r"""Mazziotta-Pareto index: scores standardised over the units, then the mean less the penalty.

    Parameters
    ----------
    scores : ndarray, shape (..., n_units, n)
        Scores on any scale; NaN where missing.
    weights : ndarray, shape (n,) or (..., 1, n)
        Weights, zero or more; scaled to sum 1 over the scores present. Equal in the original.
    sign
        -1: unevenness lowers the index, for what is good; +1: it raises it, for what is bad.

    Returns
    -------
    ndarray, shape (..., n_units)
        The index; 100 for a unit at the mean in every component; NaN where nothing with weight is present.

    Raises
    ------
    ValueError
        Where the sign is neither -1 nor +1.

    Notes
    -----
    :math:`z = 100 + 10 (x - \bar x) / \sigma_x` over the units, with the standard deviation of the population;
    a component in which all units are alike is 100 for all. Then :math:`M \pm S\, cv` with the mean :math:`M`, the
    standard deviation :math:`S` and :math:`cv = S / M` of a unit's own standardised scores.

    References
    ----------
    P. De Muro, M. Mazziotta and A. Pareto (2011), Composite indices of development and poverty: an application to MDGs,
    Social Indicators Research 104, 1-18 (orientation).

    Examples
    --------
    >>> mazziotta_pareto(np.array([[1.0, 1.0], [3.0, 3.0]]), np.array([0.5, 0.5])).tolist()
    [90.0, 110.0]
    """
    count = (~np.isnan(scores)).sum(axis=-2, keepdims=True)
    total = np.where(np.isnan(scores), 0.0, scores).sum(axis=-2, keepdims=True)
    mean = np.divide(total, count, out=np.zeros(total.shape), where=count > 0)
    away = scores - mean
    square = np.where(np.isnan(away), 0.0, away**2).sum(axis=-2, keepdims=True)
    deviation = np.sqrt(np.divide(square, count, out=np.zeros(square.shape), where=count > 0))
    flat = deviation <= 1e-12 * np.maximum(np.abs(mean), 1.0)
    standard = np.divide(away, deviation, out=np.where(np.isnan(away), np.nan, 0.0), where=~flat)
    return _penalised(CENTRE + SPREAD * standard, weights, sign)


def adjusted_mazziotta_pareto(scores: Array, weights: Array, *, sign: float = -1.0) -> Array:
    r"""Mazziotta-Pareto index, adjusted: scores between goalposts, then the mean less the penalty.

    Parameters
    ----------
    scores : ndarray, shape (..., n)
        Scores between goalposts; NaN where missing. [0-1]
    weights : ndarray, shape (n,) or broadcastable to ``scores``
        Weights, zero or more; scaled to sum 1 over the scores present. Equal in the original.
    sign
        As in `mazziotta_pareto`.

    Returns
    -------
    ndarray, shape (...)
        The index; NaN where nothing with weight is present. [70 to 130, less or more by the penalty]

    Raises
    ------
    ValueError
        Where the sign is neither -1 nor +1.

    Notes
    -----
    :math:`r = 70 + 60 s`, then :math:`M \pm S\, cv` as in `mazziotta_pareto`. A unit's index does not depend on the
    other units.

    References
    ----------
    M. Mazziotta and A. Pareto (2018), Measuring well-being over time: the adjusted Mazziotta-Pareto index versus other
    non-compensatory indices, Social Indicators Research 136, 967-976 (orientation).

    Examples
    --------
    >>> round(float(adjusted_mazziotta_pareto(np.array([0.0, 1.0]), np.array([0.5, 0.5]))), 6)
    91.0
    """
    return _penalised(LOW + (HIGH - LOW) * scores, weights, sign)


def _penalised(scores: Array, weights: Array, sign: float) -> Array:
    if sign not in {-1.0, 1.0}:
        raise ValueError("the sign of the penalty must be -1 or +1")
    share = np.where(np.isnan(scores), 0.0, weights)
    total = share.sum(axis=-1)
    counted = np.where(share > 0, scores, 0.0)
    mean = np.divide((share * counted).sum(axis=-1), total, out=np.full(total.shape, np.nan), where=total > 0)
    square = share * np.where(share > 0, (scores - mean[..., np.newaxis]) ** 2, 0.0)
    variance = np.divide(square.sum(axis=-1), total, out=np.full(total.shape, np.nan), where=total > 0)
    return np.asarray(mean + sign * variance / mean)
