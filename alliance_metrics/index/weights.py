"""How much each component counts: declared, drawn around what is declared, or derived from the scores themselves."""

from __future__ import annotations

import numpy as np

from alliance_metrics.coding.arrays import Array, BoolArray
from alliance_metrics.index.importance import balanced_weights, correlations, effective_weights, on_simplex

__all__ = [
    "balanced_weights",
    "budget_weights",
    "correlations",
    "critic_weights",
    "dirichlet_quantiles",
    "dirichlet_weights",
    "effective_weights",
    "entropy_weights",
    "equal_weights",
    "on_simplex",
    "principal_component_weights",
]

#: Least weight drawn for a component that has any: where all others are missing it still counts.
_LEAST = 1e-12


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
        Weights on the simplex (to 1e-12), with the declared weights as their mean.

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
    drawn[:, weighted] = np.maximum(rng.dirichlet(parameters, size=count), _LEAST)
    return drawn


def dirichlet_quantiles(weights: Array, points: Array, *, concentration: float) -> Array:
    r"""Give the weights of `dirichlet_weights` that belong to points of the unit cube.

    Parameters
    ----------
    weights : ndarray, shape (n,)
        Declared weights on the simplex; a zero stays zero. Two or more are above zero.
    points : ndarray, shape (count, n_weighted - 1)
        Uniform numbers. [0-1]
    concentration
        As in `dirichlet_weights`.

    Returns
    -------
    ndarray, shape (count, n)
        Weights on the simplex (to 1e-12); of uniform points they follow the distribution of `dirichlet_weights`.

    Notes
    -----
    The first weight is a quantile of :math:`Beta(\alpha_1, \sum_{k>1} \alpha_k)`, the next takes such a share of the
    rest, and so on.
    """
    from scipy.special import betaincinv

    weighted = weights > 0
    parameters = concentration * weighted.sum() * weights[weighted]
    drawn = np.zeros((len(points), len(weights)))
    rest, parts = np.ones(len(points)), []
    for place in range(points.shape[1]):
        share = betaincinv(parameters[place], parameters[place + 1 :].sum(), points[:, place])
        parts.append(rest * share)
        rest = rest * (1.0 - share)
    drawn[:, weighted] = np.maximum(np.column_stack([*parts, rest]), _LEAST)
    return drawn


def principal_component_weights(values: Array, *, method: str = "loadings_squared") -> Array:
    r"""Weigh columns by how much they share in what varies together.

    Parameters
    ----------
    values : ndarray, shape (n_units, n)
        Values; NaN where missing.
    method
        ``loadings_squared``, the default, because it cannot be negative and uses every component that matters: squared
        loadings in each component with an eigenvalue above 1 (the first in any case), weighted with the share of
        variance of the component. ``first_component``: loadings in the first component alone, turned so that most of
        them are positive; a column that runs against it gets no weight rather than a negative one.

    Returns
    -------
    ndarray, shape (n,)
        Weights on the simplex; 0 for a column that does not vary, equal where none does.

    Raises
    ------
    ValueError
        Where the method is unknown.

    Notes
    -----
    :math:`w_i \propto \sum_f \lambda_f v_{if}^2` over the retained eigenvectors :math:`v_f` of the correlation matrix.
    The components are not rotated: rotation serves their naming, and makes weights depend on one more choice. Weights
    from correlation say what is alike, not what matters.

    References
    ----------
    OECD and European Commission JRC (2008), Handbook on Constructing Composite Indicators, section 6.1 (orientation).
    """
    if method not in {"loadings_squared", "first_component"}:
        raise ValueError(f"unknown method {method!r}: choose loadings_squared or first_component")
    varies = _varying(values)
    if not varies.any():
        return equal_weights(values.shape[1])
    eigenvalues, vectors = np.linalg.eigh(correlations(values[:, varies]))
    if method == "first_component":
        first = vectors[:, -1]
        raw = np.maximum(first if first.sum() >= 0 else -first, 0.0)
    else:
        kept = (eigenvalues > 1.0) | (np.arange(len(eigenvalues)) == len(eigenvalues) - 1)
        raw = vectors[:, kept] ** 2 @ eigenvalues[kept]
    return _spread_over(varies, raw)


def entropy_weights(values: Array) -> Array:
    r"""Weigh columns by how unevenly they are spread over the units.

    Parameters
    ----------
    values : ndarray, shape (n_units, n)
        Values, zero or more; NaN where missing.

    Returns
    -------
    ndarray, shape (n,)
        Weights on the simplex; 0 for a column that does not vary, equal where none does.

    Raises
    ------
    ValueError
        Where a value is negative.

    Notes
    -----
    With :math:`p_{ij} = x_{ij} / \sum_i x_{ij}` the entropy is :math:`e_j = -\sum_i p_{ij} \ln p_{ij} / \ln m` over the
    :math:`m` units present, and :math:`w_j \propto 1 - e_j`.

    References
    ----------
    C. L. Hwang and K. Yoon (1981), Multiple Attribute Decision Making, Springer (orientation).
    """
    if (values < 0).any():
        raise ValueError("entropy weights need values of zero or more")
    there = ~np.isnan(values)
    known = np.where(there, values, 0.0)
    total, count = known.sum(axis=0), there.sum(axis=0)
    share = np.divide(known, total, out=np.zeros(known.shape), where=total > 0)
    information = -np.where(share > 0, share * np.log(np.where(share > 0, share, 1.0)), 0.0).sum(axis=0)
    most = np.log(np.maximum(count, 2))
    return _spread_over(_varying(values), np.maximum(1.0 - information / most, 0.0)[_varying(values)])


def critic_weights(values: Array) -> Array:
    r"""Weigh columns by how much they vary and how little they repeat one another.

    Parameters
    ----------
    values : ndarray, shape (n_units, n)
        Values; NaN where missing.

    Returns
    -------
    ndarray, shape (n,)
        Weights on the simplex; 0 for a column that does not vary, equal where none does.

    Notes
    -----
    CRITIC: :math:`w_j \propto \sigma_j \sum_k (1 - r_{jk})` with the standard deviation :math:`\sigma_j` (n - 1) of the
    column between its least and greatest value, and correlations :math:`r`.

    References
    ----------
    D. Diakoulaki, G. Mavrotas and L. Papayannakis (1995), Determining objective weights in multiple criteria problems:
    the CRITIC method, Computers and Operations Research 22, 763-770 (orientation).
    """
    varies = _varying(values)
    if not varies.any():
        return equal_weights(values.shape[1])
    own = values[:, varies]
    scaled = own / (np.nanmax(own, axis=0) - np.nanmin(own, axis=0))
    conflict = (1.0 - correlations(own)).sum(axis=1)
    raw = np.nanstd(scaled, axis=0, ddof=1) * conflict
    return _spread_over(varies, raw if raw.sum() > 0 else np.ones(len(raw)))


def budget_weights(allocations: Array) -> Array:
    """Average the points that experts gave.

    Parameters
    ----------
    allocations : ndarray, shape (n_experts, n)
        Points, zero or more; NaN where an expert gave a component none to decide on.

    Returns
    -------
    ndarray, shape (n,)
        Mean share of each expert's own total; weights on the simplex.

    Raises
    ------
    ValueError
        Where points are negative, or an expert gave none at all.

    Notes
    -----
    Each expert counts alike, however many points they had.

    References
    ----------
    OECD and European Commission JRC (2008), Handbook on Constructing Composite Indicators, section 6.1, budget
    allocation process (orientation).

    Examples
    --------
    >>> budget_weights(np.array([[60.0, 40.0], [1.0, 3.0]])).tolist()
    [0.425, 0.575]
    """
    points = np.nan_to_num(np.asarray(allocations, dtype=float))
    return on_simplex(on_simplex(points).mean(axis=0))


def _varying(values: Array) -> BoolArray:
    known = np.where(np.isnan(values), -np.inf, values).max(axis=0) > np.where(np.isnan(values), np.inf, values).min(
        axis=0
    )
    return np.asarray(known)


def _spread_over(varies: BoolArray, raw: Array) -> Array:
    weights = np.zeros(len(varies))
    if not varies.any() or raw.sum() <= 0:
        return equal_weights(len(varies))
    weights[varies] = raw
    return on_simplex(weights)
