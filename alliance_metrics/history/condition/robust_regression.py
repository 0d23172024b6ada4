"""Least squares with standard errors for few years: HC3 for unequal variances, HAC for neighbours that are alike."""

from __future__ import annotations

from dataclasses import dataclass
from math import floor

import numpy as np

from alliance_metrics.coding.arrays import Array, IntArray

#: Least singular value, as a share of the greatest, of a design whose columns count as independent.
_DEPENDENT = 1e-10
_NO_LEVERAGE_LEFT = 1e-9


@dataclass(frozen=True, eq=False)
class RobustFit:
    """A fit by least squares.

    Parameters
    ----------
    coefficients : ndarray, shape (..., n_columns)
        Coefficients; NaN where the columns are not independent.
    hc3 : ndarray, shape (..., n_columns, n_columns)
        Covariance robust against unequal variances; NaN where one year alone fixes a coefficient.
    hac : ndarray, shape (..., n_columns, n_columns)
        Covariance robust against autocorrelation too (Bartlett weights).
    residuals : ndarray, shape (..., n)
        Outcome less fitted values.
    df
        Degrees of freedom: rows less columns.
    """

    coefficients: Array
    hc3: Array
    hac: Array
    residuals: Array
    df: int


def usual_bandwidth(n: int) -> int:
    r"""Give a small bandwidth for a number of years.

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


def fit_one(
    design: Array, outcome: Array, *, groups: IntArray | None = None, bandwidth: int | None = None
) -> RobustFit:
    """Fit one outcome by statsmodels: `OLS` with the covariances ``HC3`` and ``hac-panel``.

    Parameters
    ----------
    design : ndarray, shape (n, n_columns)
        Regressors.
    outcome : ndarray, shape (n,)
        Outcome.
    groups, bandwidth
        As in `fit_many`.

    Returns
    -------
    RobustFit
        As `fit_many` gives it.

    Raises
    ------
    ValueError
        Where there are no more rows than columns.

    References
    ----------
    statsmodels 0.14 and later (`OLS.fit`, `sandwich_covariance.cov_nw_panel`).
    """
    from statsmodels.regression.linear_model import OLS

    runs, width = _checked(design, groups, bandwidth)
    n, columns = design.shape
    if np.linalg.matrix_rank(design, rtol=_DEPENDENT) < columns:
        return fit_many(design, outcome, groups=runs, bandwidth=width)
    fit = OLS(outcome, design).fit()
    hac = fit.get_robustcov_results("hac-panel", groups=runs, maxlags=width).cov_params()
    hc3 = np.full((columns, columns), np.nan)
    leverage = (np.linalg.qr(design)[0] ** 2).sum(axis=1)
    if (1.0 - leverage > _NO_LEVERAGE_LEFT).all():
        hc3 = fit.get_robustcov_results("HC3").cov_params()
    return RobustFit(np.asarray(fit.params), hc3, hac, np.asarray(fit.resid), n - columns)


def fit_many(
    design: Array, outcome: Array, *, groups: IntArray | None = None, bandwidth: int | None = None
) -> RobustFit:
    r"""Fit many outcomes at once, each as `fit_one` would.

    Parameters
    ----------
    design : ndarray, shape (..., n, n_columns)
        Regressors, a constant among them if there is to be one; rows of a group in the order of years.
    outcome : ndarray, shape (..., n)
        Outcomes; leading axes are draws or shuffles.
    groups : ndarray of int, shape (n,), optional
        Runs of years: rows of different groups are no neighbours.
    bandwidth
        Greatest lag of the HAC covariance, in years, below the length of the longest group; None takes
        `usual_bandwidth` of that length.

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
    With residual :math:`e_i` and leverage :math:`h_i`, HC3 is :math:`(X'X)^{-1} \sum u_i u_i' (X'X)^{-1}` for
    :math:`u_i = x_i e_i / (1 - h_i)`. HAC is, for :math:`v_i = x_i e_i`, n rows and k columns,
    :math:`\frac{n}{n - k} (X'X)^{-1} [\sum v_i v_i' + \sum_l (1 - \frac{l}{m + 1}) \sum_i (v_i v_{i-l}' + v_{i-l}
    v_i')] (X'X)^{-1}`, pairs within groups only: ``hac-panel`` of statsmodels with its usual correction.

    References
    ----------
    (orientation) MacKinnon, White 1985, Journal of Econometrics 29; Long, Ervin 2000, American Statistician 54; Newey,
    West 1987, Econometrica 55.
    """
    runs, width = _checked(design, groups, bandwidth)
    n, columns = design.shape[-2:]
    left, sizes, right = np.linalg.svd(design, full_matrices=False)
    whole = (sizes[..., -1] > _DEPENDENT * sizes[..., 0])[..., np.newaxis]
    inverse = (left / np.where(whole, sizes, 1.0)[..., np.newaxis, :]) @ right  # row i is (X'X)^-1 x_i
    inverse = np.where(whole[..., np.newaxis], inverse, np.nan)
    coefficients = np.einsum("...nk,...n->...k", inverse, outcome)
    residuals = outcome - np.einsum("...nk,...k->...n", left, np.einsum("...nk,...n->...k", left, outcome))
    rest = np.broadcast_to(1.0 - (left**2).sum(axis=-1), residuals.shape)
    alone = np.divide(residuals, rest, out=np.full(rest.shape, np.nan), where=rest > _NO_LEVERAGE_LEFT)
    moved = inverse * alone[..., np.newaxis]
    scores = inverse * residuals[..., np.newaxis]
    hac = np.swapaxes(scores, -1, -2) @ scores
    for lag in range(1, width + 1):
        same = (runs[lag:] == runs[:-lag])[:, np.newaxis]
        crossed = np.swapaxes(scores[..., lag:, :] * same, -1, -2) @ scores[..., :-lag, :]
        hac = hac + (1.0 - lag / (width + 1.0)) * (crossed + np.swapaxes(crossed, -1, -2))
    return RobustFit(coefficients, np.swapaxes(moved, -1, -2) @ moved, n / (n - columns) * hac, residuals, n - columns)


def _checked(design: Array, groups: IntArray | None, bandwidth: int | None) -> tuple[IntArray, int]:
    """Refuse too few rows; give the groups and the greatest lag."""
    n, columns = design.shape[-2:]
    if n <= columns:
        raise ValueError(f"{n} years for {columns} coefficients; more years than coefficients are needed")
    runs = np.zeros(n, dtype=np.intp) if groups is None else groups
    longest = int(np.unique(runs, return_counts=True)[1].max())
    return runs, min(usual_bandwidth(longest) if bandwidth is None else bandwidth, longest - 1)
