"""Least squares with standard errors fit for few years: unequal variances, and neighbours that are alike."""

from __future__ import annotations

from dataclasses import dataclass
from math import floor

import numpy as np

from alliance_metrics.coding.arrays import Array, IntArray


@dataclass(frozen=True, eq=False)
class RobustFit:
    """A fit by least squares.

    Parameters
    ----------
    coefficients : ndarray, shape (..., n_columns)
        Coefficients; NaN where the columns are not independent.
    unequal : ndarray, shape (..., n_columns, n_columns)
        Covariance robust against unequal variances (HC3).
    neighbours : ndarray, shape (..., n_columns, n_columns)
        Covariance robust against neighbouring years being alike too (HAC, Bartlett weights).
    residuals, leverage : ndarray, shape (..., n)
        What is left; how far a year pulls the fit to itself. [leverage 0-1]
    df
        Rows less columns, the degrees of freedom of the t distribution.
    bandwidth
        Greatest distance of years taken to be alike.
    """

    coefficients: Array
    unequal: Array
    neighbours: Array
    residuals: Array
    leverage: Array
    df: int
    bandwidth: int


def usual_bandwidth(n: int) -> int:
    r"""Give a small bandwidth for a count of years.

    Parameters
    ----------
    n
        Years.

    Returns
    -------
    int
        :math:`\lfloor 4 (n / 100)^{2/9} \rfloor`: 2 for 21 years, 3 for 34.

    References
    ----------
    (orientation) Newey, West 1994, Review of Economic Studies 61.
    """
    return floor(4.0 * float((n / 100.0) ** (2.0 / 9.0)))


def fit_robust(
    design: Array, outcome: Array, *, groups: IntArray | None = None, bandwidth: int | None = None
) -> RobustFit:
    r"""Fit by least squares, with two covariances that are robust in small samples.

    Parameters
    ----------
    design : ndarray, shape (..., n, n_columns)
        Regressors, a constant among them if there is to be one; rows of a group in the order of years.
    outcome : ndarray, shape (..., n)
        Outcome.
    groups : ndarray of int, shape (n,), optional
        Runs of years: rows of different groups are no neighbours.
    bandwidth
        Greatest distance of years taken to be alike; None takes `usual_bandwidth` of the longest group.

    Returns
    -------
    RobustFit
        Coefficients and covariances.

    Raises
    ------
    ValueError
        Where there are no more rows than columns.

    Notes
    -----
    With residual :math:`e_i`, leverage :math:`h_i` and :math:`u_i = x_i e_i / (1 - h_i)` the first is
    :math:`(X'X)^{-1} \sum u_i u_i' (X'X)^{-1}` (HC3). The second adds
    :math:`\sum_l (1 - l/(m+1)) \sum_i (u_i u_{i-l}' + u_{i-l} u_i')`. The residuals are divided by :math:`1 - h_i` in
    both, where Newey and West leave them as they are and correct for degrees of freedom: so bandwidth 0 gives the
    first, and a year with great pull does not hide its own error.

    References
    ----------
    (orientation) MacKinnon, White 1985, Journal of Econometrics 29; Long, Ervin 2000, American Statistician 54; Newey,
    West 1987, Econometrica 55.
    """
    n, columns = design.shape[-2:]
    if n <= columns:
        raise ValueError(f"{n} years for {columns} coefficients; more years than coefficients are needed")
    left, sizes, right = np.linalg.svd(design, full_matrices=False)
    whole = (sizes[..., -1] > 1e-10 * sizes[..., 0])[..., np.newaxis]
    inverse = (left / np.where(whole, sizes, 1.0)[..., np.newaxis, :]) @ right  # row i is (X'X)^-1 x_i
    coefficients = np.where(whole, np.einsum("...nk,...n->...k", inverse, outcome), np.nan)
    fitted = np.einsum("...nk,...k->...n", left, np.einsum("...nk,...n->...k", left, outcome))
    leverage = (left**2).sum(axis=-1)
    residuals = outcome - fitted
    rest = np.broadcast_to(1.0 - leverage, residuals.shape)
    alone = np.divide(residuals, rest, out=np.full(rest.shape, np.nan), where=rest > 1e-9)
    moved = np.where(whole[..., np.newaxis], inverse * alone[..., np.newaxis], np.nan)
    unequal = np.swapaxes(moved, -1, -2) @ moved
    runs = np.zeros(n, dtype=np.intp) if groups is None else groups
    longest = int(np.unique(runs, return_counts=True)[1].max())
    width = usual_bandwidth(longest) if bandwidth is None else bandwidth
    neighbours = unequal
    for lag in range(1, min(width, n - 1) + 1):
        same = (runs[lag:] == runs[:-lag])[:, np.newaxis]
        crossed = np.swapaxes(moved[..., lag:, :] * same, -1, -2) @ moved[..., :-lag, :]
        neighbours = neighbours + (1.0 - lag / (width + 1.0)) * (crossed + np.swapaxes(crossed, -1, -2))
    return RobustFit(coefficients, unequal, neighbours, residuals, leverage, n - columns, width)
