"""What weights need before they are weights: a sum of one, and how columns go together."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[np.float64]]


def on_simplex(weights: Array) -> Array:
    """Scale weights to sum 1.

    Parameters
    ----------
    weights : ndarray, shape (..., n)
        Weights, zero or more, not all zero.

    Returns
    -------
    ndarray, shape (..., n)
        The same proportions, summing to 1.

    Raises
    ------
    ValueError
        Where a weight is negative or not finite, or all are zero.
    """
    values = np.asarray(weights, dtype=float)
    if not np.isfinite(values).all() or (values < 0).any():
        raise ValueError("weights must be finite and zero or more")
    total = values.sum(axis=-1, keepdims=True)
    if (total <= 0).any():
        raise ValueError("weights must not all be zero")
    return np.asarray(values / total)


def correlations(values: Array) -> Array:
    """Correlate columns, each pair over the units that have both.

    Parameters
    ----------
    values : ndarray, shape (n_units, n)
        Values; NaN where missing.

    Returns
    -------
    ndarray, shape (n, n)
        Pearson's correlation; 0 with a column that does not vary, 1 on the diagonal. [-1 to 1]
    """
    n = values.shape[1]
    found = np.eye(n)
    for one in range(n):
        for other in range(one):
            both = ~np.isnan(values[:, one]) & ~np.isnan(values[:, other])
            pair = values[both][:, [one, other]]
            if len(pair) > 1 and (np.ptp(pair, axis=0) > 0).all():
                found[one, other] = found[other, one] = np.asarray(np.corrcoef(pair.T))[0, 1]
    return found
