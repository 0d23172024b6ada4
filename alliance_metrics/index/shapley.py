"""Sharing an aggregate out among its components."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from math import factorial
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[np.float64]]


def shapley_values(value: Callable[[Array], Array], scores: Array) -> Array:
    r"""Share an aggregate out among its components by their Shapley values.

    Parameters
    ----------
    value
        Aggregation of the last axis.
    scores : ndarray, shape (..., n)
        Scores; NaN where missing.

    Returns
    -------
    ndarray, shape (..., n)
        Shares that sum to ``value(scores) - value(zeros)``; zero for a missing component.

    Notes
    -----
    The worth of a set of components is the aggregate with the other components at zero. For an arithmetic mean
    the share is :math:`w_k s_k`; for `bedrock` each interaction :math:`\lambda w_k s_k g` falls half to the gate,
    half to the gated; for a geometric mean all components with weight share alike, for without any one nothing is left.

    References
    ----------
    A. F. Shorrocks (2013), Decomposition procedures for distributional analysis: a unified framework based on the
    Shapley value, Journal of Economic Inequality 11, 99-126.
    """
    count = scores.shape[-1]
    missing = np.isnan(scores)
    zero = np.where(missing, np.nan, 0.0)

    def worth(members: tuple[int, ...]) -> Array:
        chosen = zero.copy()
        chosen[..., list(members)] = scores[..., list(members)]
        return value(chosen)

    worths = {members: worth(members) for size in range(count + 1) for members in combinations(range(count), size)}
    shares = np.zeros(scores.shape)
    for members, base in worths.items():
        chance = (
            factorial(len(members)) * factorial(count - len(members) - 1) / factorial(count)
            if count > len(members)
            else 0.0
        )
        for child in set(range(count)) - set(members):
            shares[..., child] += chance * (worths[tuple(sorted((*members, child)))] - base)
    return np.where(missing, 0.0, shares)
