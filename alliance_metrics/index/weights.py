"""How much each component counts."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[np.float64]]


def equal_weights(count: int) -> Array:
    """Give every component the same weight.

    Parameters
    ----------
    count
        Number of components, one or more.

    Returns
    -------
    ndarray, shape (count,)
        Weights that sum to 1.

    Examples
    --------
    >>> equal_weights(4).tolist()
    [0.25, 0.25, 0.25, 0.25]
    """
    return np.full(count, 1.0 / count)


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


def dirichlet_weights(weights: Array, *, concentration: float, count: int, rng: np.random.Generator) -> Array:
    r"""Draw weights around declared ones.

    Parameters
    ----------
    weights : ndarray, shape (n,)
        Declared weights on the simplex; a zero stays zero.
    concentration
        Parameter of each component where weights are equal; above zero. The greater, the closer to the declared.
    count
        Number of draws.
    rng
        Source of randomness.

    Returns
    -------
    ndarray, shape (count, n)
        Weights on the simplex, with the declared weights as their mean.

    Notes
    -----
    Dirichlet with :math:`\alpha_k = c\, n\, w_k`, where :math:`n` counts the components with weight: at equal weights
    every :math:`\alpha_k = c`, so one :math:`c` means alike for a node of two children and one of seven. The standard
    deviation of a weight is :math:`\sqrt{w_k (1 - w_k) / (c n + 1)}`; for three equal pillars and :math:`c = 10` that
    is 0.085, and nine draws in ten lie between about 0.20 and 0.48.
    """
    weighted = weights > 0
    parameters = concentration * weighted.sum() * weights[weighted]
    drawn = np.zeros((count, len(weights)))
    drawn[:, weighted] = rng.dirichlet(parameters, size=count)
    return drawn
