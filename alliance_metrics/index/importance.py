"""How much each component really decides: importance beside the nominal weight, and weights that make the two agree."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from alliance_metrics.coding.arrays import Array


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


_KNOTS = (0, 1, 2, 3, 4)
_FEWEST = 8


@dataclass(frozen=True, eq=False)
class Importance:
    """Share of the variance of an aggregate that goes with each component.

    Parameters
    ----------
    linear, curved : ndarray, shape (n,)
        Squared correlation, and correlation ratio by a smooth curve; NaN where the component or the aggregate does
        not vary. Shares of correlated components overlap, so that they need not sum to 1. [0-1]
    """

    linear: Array
    curved: Array

    @property
    def share(self) -> Array:
        """The correlation ratios scaled to sum 1, to stand beside nominal weights."""
        known = np.nan_to_num(self.curved)
        return known / known.sum() if known.sum() > 0 else known


def effective_weights(scores: Array, aggregate: Array) -> Importance:
    r"""Measure how much of an aggregate's variance goes with each component: the main effect of the component.

    Parameters
    ----------
    scores : ndarray, shape (n_units, n)
        Scores of the components; NaN where missing.
    aggregate : ndarray, shape (n_units,)
        What they were made into; NaN where missing.

    Returns
    -------
    Importance
        Linear and curved shares.

    Notes
    -----
    The correlation ratio :math:`S_i = V(E[y | x_i]) / V(y)`, first order, with :math:`E[y | x_i]` estimated by a
    natural cubic regression spline whose number of inner knots (0 to 4, at quantiles) is chosen by generalised
    cross-validation. With no knot it is the straight line, and :math:`S_i` the squared correlation. A nominal weight is
    how much the index changes with a component when all others stand still; this is how much it changes with the
    component as things are.

    References
    ----------
    W. Becker, M. Saisana, P. Paruolo and I. Vandecasteele (2017), Weights and importance in composite indicators:
    closing the gap, Ecological Indicators 80, 12-22 (orientation; they use penalised splines and local regression).
    """
    n = scores.shape[1]
    linear, curved = np.full(n, np.nan), np.full(n, np.nan)
    for place in range(n):
        both = ~np.isnan(scores[:, place]) & ~np.isnan(aggregate)
        x, y = scores[both, place], aggregate[both]
        if len(x) > 2 and np.ptp(x) > 0 and np.ptp(y) > 0:
            linear[place] = np.corrcoef(x, y)[0, 1] ** 2
            curved[place] = _explained(x, y)
    return Importance(linear, curved)


def _explained(x: Array, y: Array) -> float:
    """Give the share of variance explained by the spline with the least cross-validated error."""
    total = float(((y - y.mean()) ** 2).sum())
    best, share = np.inf, 0.0
    for knots in _KNOTS:
        basis = _spline_basis(x, knots)
        if basis is None or (knots and basis.shape[1] + _FEWEST > len(x)):
            continue
        fitted = basis @ np.linalg.lstsq(basis, y, rcond=None)[0]
        error = float(((y - fitted) ** 2).sum())
        df = int(np.linalg.matrix_rank(basis))
        criterion = len(x) * error / (len(x) - df) ** 2
        if criterion < best * (1.0 - 1e-9):
            best, share = criterion, 1.0 - error / total
    return min(1.0, max(0.0, share))


def _spline_basis(x: Array, knots: int) -> Array | None:
    """Give the columns of a natural cubic spline; None where the values have too few places for its knots."""
    scaled = (x - x.min()) / np.ptp(x)
    line = np.column_stack([np.ones(len(x)), scaled])
    if knots == 0:
        return line
    places = np.unique(np.quantile(scaled, np.linspace(0.0, 1.0, knots + 2)))
    if len(places) < knots + 2:
        return None

    def bend(knot: float) -> Array:
        last = places[-1]
        cubes = np.maximum(scaled - knot, 0.0) ** 3 - np.maximum(scaled - last, 0.0) ** 3
        return np.asarray(cubes / (last - knot))

    curves = [bend(float(knot)) - bend(float(places[-2])) for knot in places[:-2]]
    return np.column_stack([line, *curves])


def balanced_weights(scores: Array, target: Array) -> tuple[Array, float]:
    r"""Find weights under which each component's share of importance is what its weight was meant to be.

    Parameters
    ----------
    scores : ndarray, shape (n_units, n)
        Scores of the components; units that lack any are left out.
    target : ndarray, shape (n,)
        Shares of importance wanted, on the simplex; a zero keeps its component out.

    Returns
    -------
    weights : ndarray, shape (n,)
        Weights on the simplex.
    residual : float
        Greatest distance between a share reached and the share wanted. [0-1] Not zero where correlations allow no
        better: a component that runs against the others cannot be given every importance by a positive weight.

    Raises
    ------
    ValueError
        Where fewer than three units are complete.

    Notes
    -----
    Importance is the squared correlation with the weighted arithmetic mean; weights are found by least squares on their
    logarithms, from the target as the start, so that the answer is the same each time.

    References
    ----------
    As `effective_weights`, section on optimised weights.
    """
    from scipy.optimize import least_squares

    wanted = on_simplex(target)
    complete = scores[~np.isnan(scores).any(axis=1)]
    if len(complete) < 3:
        raise ValueError("balanced weights need three or more units with every component")
    used = np.flatnonzero((wanted > 0) & (np.ptp(complete, axis=0) > 0))
    if len(used) < 2:
        return wanted, 0.0
    own, aim = complete[:, used] - complete[:, used].mean(axis=0), wanted[used] / wanted[used].sum()

    def shares(logarithms: Array) -> Array:
        weights = np.exp(logarithms - logarithms.max())
        covariance = own.T @ (own @ weights)
        importance = covariance**2 / (own**2).sum(axis=0)
        return np.asarray(importance / max(importance.sum(), 1e-300))

    def distance(logarithms: Array) -> Array:
        return np.asarray(shares(logarithms) - aim)

    answer = least_squares(distance, np.log(aim), bounds=(np.log(aim) - 12, np.log(aim) + 12))
    found = np.exp(answer.x - answer.x.max())
    weights = np.zeros(len(wanted))
    weights[used] = found / found.sum() * wanted[used].sum()
    constant = (wanted > 0) & (weights == 0)
    weights[constant] = wanted[constant]
    return on_simplex(weights), float(np.abs(shares(answer.x) - aim).max())
