"""Indicator values onto a common scale."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[np.float64]]


def by_goalposts(values: Array, *, low: Array, high: Array, direction: Array | float = 1.0) -> Array:
    """Place values between fixed goalposts.

    Fixed goalposts make years and eras comparable: a new year never moves an old one.

    Parameters
    ----------
    values : ndarray, shape (..., n_units, n_indicators)
        Values; NaN where missing.
    low, high : ndarray, shape (n_indicators,)
        Least and greatest value of each indicator's scale.
    direction : ndarray, shape (n_indicators,), or float
        +1 where more is better, -1 where less is.

    Returns
    -------
    ndarray, shape (..., n_units, n_indicators)
        0 at the worse goalpost, 1 at the better one. Not clipped: a value outside the goalposts shows as such.

    Raises
    ------
    ValueError
        Where a high goalpost is not above its low one, or a direction is not +1 or -1.

    Notes
    -----
    :math:`(x - low) / (high - low)` for direction +1, and 1 minus that for -1.

    References
    ----------
    OECD and European Commission JRC (2008), Handbook on Constructing Composite Indicators, section 1.5, min-max
    normalisation; UNDP, Human Development Report technical note 1, fixed goalposts.

    Examples
    --------
    >>> by_goalposts(np.array([[0.0, 3.0]]), low=np.zeros(2), high=np.full(2, 4.0)).tolist()
    [[0.0, 0.75]]
    """
    if not (np.asarray(high) > np.asarray(low)).all():
        raise ValueError("every high goalpost must be above its low one")
    if not np.isin(direction, (-1.0, 1.0)).all():
        raise ValueError("every direction must be +1 or -1")
    share = (values - low) / (np.asarray(high) - low)
    return np.where(np.asarray(direction) > 0, share, 1.0 - share)
