"""Indicator values measured by their distance from a target, from the best unit or from a reference."""

from __future__ import annotations

import numpy as np

from alliance_metrics.coding.arrays import Array
from alliance_metrics.errors import ScoringError
from alliance_metrics.index.columns import check_direction, greatest, least, share, turned

Direction = Array | float


def by_target_distance(values: Array, *, target: Array | float, direction: Direction = 1.0) -> Array:
    r"""Give the share of the way from the worst unit to a target.

    Parameters
    ----------
    values, direction
        As in `by_minmax`.
    target : ndarray, shape (n_indicators,), or float
        Value aimed at; beyond it nothing more is gained.

    Returns
    -------
    ndarray, shape (..., n_units, n_indicators)
        0 for the worst unit, 1 at the target and beyond; 1 where every unit is there. [0-1]

    Notes
    -----
    :math:`\min(1, (x - \min x) / (t - \min x))`, of the values and the target :math:`t` times the direction.

    Examples
    --------
    >>> by_target_distance(np.array([[0.0], [1.0], [4.0]]), target=2.0).ravel().tolist()
    [0.0, 0.5, 1.0]
    """
    directed = turned(values, direction)
    low = least(directed)
    way = share(directed - low, np.maximum(np.asarray(target) * direction - low, 0.0), constant=1.0)
    return np.minimum(way, 1.0)


def by_best_distance(values: Array, *, direction: Direction = 1.0) -> Array:
    """Give the share of the way from nothing to the best unit.

    Parameters
    ----------
    values, direction
        As in `by_minmax`; values of zero or more.

    Returns
    -------
    ndarray, shape (..., n_units, n_indicators)
        Value divided by the greatest; for direction -1 the least divided by the value. 1 for the best. [0-1]

    Raises
    ------
    ValueError
        Where a direction is not +1 or -1, or a value is negative.

    References
    ----------
    OECD and European Commission JRC (2008), Handbook on Constructing Composite Indicators, section 1.5, distance to a
    reference.

    Examples
    --------
    >>> by_best_distance(np.array([[1.0], [4.0]])).ravel().tolist()
    [0.25, 1.0]
    """
    check_direction(direction)
    values = values if values.dtype.kind == "f" else values.astype(float)
    if (values < 0).any():
        raise ScoringError("the distance to the best unit needs values of zero or more")
    upward = share(values, greatest(values), constant=1.0)
    downward = share(np.broadcast_to(least(values), values.shape), values, constant=1.0)
    return np.where(np.isnan(values), np.nan, np.where(np.asarray(direction) > 0, upward, downward))


def by_reference_distance(values: Array, *, reference: int, direction: Direction = 1.0) -> Array:
    r"""Give the share of the way from the worst unit to a reference unit.

    Parameters
    ----------
    values, direction
        As in `by_minmax`.
    reference
        Place of the unit that others are measured by.

    Returns
    -------
    ndarray, shape (..., n_units, n_indicators)
        0 for the worst unit, 1 for the reference, above 1 for better ones; 1 where none is worse than the reference.
        NaN for an indicator that the reference lacks.

    Notes
    -----
    :math:`(x - \min x) / (x_r - \min x)`, of the values times their direction.

    Examples
    --------
    >>> by_reference_distance(np.array([[0.0], [2.0], [3.0]]), reference=1).ravel().tolist()
    [0.0, 1.0, 1.5]
    """
    directed = turned(values, direction)
    low = least(directed)
    return share(directed - low, directed[..., [reference], :] - low, constant=1.0)
