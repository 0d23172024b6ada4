"""The search for the mode of the coder model, its spreads between indicators, and the curvature at the mode."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from alliance_metrics.coding.arrays import Array
from alliance_metrics.coding.coder_posterior import Layout, Parameters, average_levels, smooth_codings

_ROUNDS = 12
_FIRST_STEPS = 30
_STEPS = 200
_SETTLED = 0.03  # spreads are settled when none moves by more than this part of itself
_FLAT = 1e-3  # slope, in prior standard deviations, below which the mode counts as found
_NUDGE = 1e-3  # of central differences, in prior standard deviations
_LEAST_CURVATURE = 0.2  # a direction is held to be at least this informed, in units of the prior's own curvature


@dataclass(frozen=True, eq=False)
class Point:
    """A place in the space of parameters, in prior standard deviations.

    Parameters
    ----------
    shared : ndarray, shape (shared_size,)
        What all indicators share.
    own : ndarray, shape (n_indicators, own_size)
        What is each indicator's own.
    """

    shared: Array
    own: Array

    def moved(self, shared: Array | float, own: Array | float) -> Point:
        """Give a neighbouring point.

        Parameters
        ----------
        shared, own : ndarray or float
            How far to move.

        Returns
        -------
        Point
            The neighbour.
        """
        return Point(self.shared + shared, self.own + own)


@dataclass(frozen=True, eq=False)
class Curvature:
    """How sure the parameters are at a point. The precision is an arrow: given what is shared, indicators are apart.

    Parameters
    ----------
    shared : ndarray, shape (shared_size, shared_size)
        Covariance of what is shared.
    own : ndarray, shape (n_indicators, own_size, own_size)
        Covariance of an indicator's own given what is shared.
    pull : ndarray, shape (n_indicators, own_size, shared_size)
        How an indicator's own moves with what is shared.
    by_shared : ndarray, shape (shared_size, n_years, n_indicators, n_series)
        Slope of each cell's estimate in what is shared. [levels]
    by_own : ndarray, shape (own_size, n_years, n_indicators, n_series)
        Slope of each cell's estimate in its indicator's own. [levels]
    """

    shared: Array
    own: Array
    pull: Array
    by_shared: Array
    by_own: Array

    def directed(self, shared: Array, own: Array) -> tuple[Array, Array]:
        """Turn independent standard normal numbers into moves with this covariance.

        Parameters
        ----------
        shared : ndarray, shape (shared_size,)
            Independent numbers.
        own : ndarray, shape (n_indicators, own_size)
            Independent numbers.

        Returns
        -------
        shared, own : ndarray
            Moves, of the same shapes.
        """
        moved = np.linalg.cholesky(self.shared) @ shared
        return moved, self.pull @ moved + (np.linalg.cholesky(self.own) @ own[..., np.newaxis])[..., 0]

    def redirected(self, shared: Array, own: Array) -> tuple[Array, Array]:
        """Turn slopes in moves into slopes in the independent numbers of `directed`.

        Parameters
        ----------
        shared : ndarray, shape (shared_size,)
            Slopes.
        own : ndarray, shape (n_indicators, own_size)
            Slopes.

        Returns
        -------
        shared, own : ndarray
            Slopes, of the same shapes.
        """
        carried = shared + np.einsum("iqp,iq->p", self.pull, own)
        turned = np.swapaxes(np.linalg.cholesky(self.own), -1, -2) @ own[..., np.newaxis]
        return np.linalg.cholesky(self.shared).T @ carried, turned[..., 0]

    @property
    def own_marginal(self) -> Array:
        """Covariance of each indicator's own, shape (n_indicators, own_size, own_size)."""
        return np.asarray(self.own + self.pull @ self.shared @ np.swapaxes(self.pull, -1, -2))

    def cell_variance(self) -> Array:
        """Give the variance of each cell's estimate that comes from the parameters.

        Returns
        -------
        ndarray, shape (n_years, n_indicators, n_series)
            Variance to first order. [levels squared]
        """
        through = self.by_shared + np.einsum("qtis,iqp->ptis", self.by_own, self.pull)
        shared = np.einsum("ptis,pr,rtis->tis", through, self.shared, through, optimize=True)
        own = np.einsum("ptis,ipr,rtis->tis", self.by_own, self.own, self.by_own, optimize=True)
        return np.asarray(shared + own)

    def variance_of_means(self, by_shared: Array, by_own: Array) -> Array:
        """Give the variance of sums of what is shared and of means over indicators of what is their own.

        Parameters
        ----------
        by_shared : ndarray, shape (n_sums, shared_size)
            Weights of what is shared.
        by_own : ndarray, shape (n_sums, own_size)
            Weights of the mean, over indicators, of what is their own.

        Returns
        -------
        ndarray, shape (n_sums,)
            Variances.
        """
        through = by_shared + by_own @ self.pull.mean(axis=0)
        own = self.own.mean(axis=0) / len(self.own)
        variance = ((through @ self.shared) * through).sum(axis=-1) + ((by_own @ own) * by_own).sum(axis=-1)
        return np.asarray(np.maximum(variance, 0.0))


@dataclass(frozen=True, eq=False)
class Mode:
    """The most probable parameters.

    Parameters
    ----------
    point
        Where they are.
    spreads : ndarray, shape (4,)
        Estimated spread of leanings, spacings, sharpness and step.
    curvature
        How sure they are.
    log_likelihood : float
        Of the codings at the mode, the latent scale summed out.
    reason : str
        Why the search failed; empty where it did not.
    """

    point: Point
    spreads: Array
    curvature: Curvature
    log_likelihood: float
    reason: str


def parameters_at(layout: Layout, point: Point, spreads: Array) -> Parameters:
    """Give the parameters at a point.

    Parameters
    ----------
    layout
        Where each parameter stands.
    point
        The point.
    spreads : ndarray, shape (4,)
        Spread of leanings, spacings, sharpness and step.

    Returns
    -------
    found : Parameters
        On their natural scales.
    """
    return layout.parameters(point.shared, point.own * _scales(layout, spreads))


def _scales(layout: Layout, spreads: Array) -> Array:
    return np.repeat(spreads, [columns.stop - columns.start for columns in layout.groups])


def find_mode(layout: Layout) -> Mode:
    r"""Search for the mode and settle the spreads.

    Parameters
    ----------
    layout
        Where each parameter stands.

    Returns
    -------
    Mode
        The mode under the settled spreads, with the reason where the search did not end well.

    Notes
    -----
    For given spreads the mode is found by L-BFGS. Each spread :math:`\omega` is then renewed from its :math:`n`
    deviations :math:`d` by MacKay's rule :math:`\omega^2 = (\sum d^2 + \nu \omega_0^2) / (\gamma + \nu)`, where
    :math:`\gamma = \sum (1 - v / \omega^2)` counts how many deviations the codings determine (:math:`v` is the
    variance of a deviation at the mode), and a first guess :math:`\omega_0` counts for :math:`\nu` of them.
    """
    spreads = layout.prior.first_spreads
    point = Point(np.zeros(layout.shared_size), np.zeros((len(layout.codings.least), layout.own_size)))
    point, _ = _climbed(layout, point, spreads, along=None)
    curvature = _curvature_at(layout, point, spreads)
    reason = f"the spreads between indicators have not settled after {_ROUNDS} rounds"
    for _ in range(_ROUNDS):
        renewed = _renewed_spreads(layout, point, curvature, spreads)
        settled = np.abs(renewed / spreads - 1.0).max() < _SETTLED
        point = Point(point.shared, point.own * _scales(layout, spreads) / _scales(layout, renewed))
        spreads = renewed
        point, unfinished = _climbed(layout, point, spreads, along=curvature)
        curvature = _curvature_at(layout, point, spreads)
        if settled:
            reason = unfinished
            break
    found = smooth_codings(layout.codings, parameters_at(layout, point, spreads))
    return Mode(point, spreads, curvature, found.log_likelihood, reason)


def _climbed(layout: Layout, point: Point, spreads: Array, *, along: Curvature | None) -> tuple[Point, str]:
    """Climb from a point, in steps cut to the curvature found at an earlier one; at first only some way."""
    from scipy.optimize import minimize

    size, shape = layout.shared_size, point.own.shape

    def placed(vector: Array) -> Point:
        shared, own = vector[:size], vector[size:].reshape(shape)
        return point.moved(shared, own) if along is None else point.moved(*along.directed(shared, own))

    def loss(vector: Array) -> tuple[float, Array]:
        at = placed(vector)
        value, by_shared, by_own, _ = _ascent(layout, at, spreads)
        down = (at.shared - by_shared, at.own - by_own)
        down = down if along is None else along.redirected(*down)
        squares = float((at.shared**2).sum() + (at.own**2).sum())
        return 0.5 * squares - value, np.concatenate([down[0], down[1].ravel()])

    begin, steps = np.zeros(size + point.own.size), _FIRST_STEPS if along is None else _STEPS
    found = minimize(
        loss, begin, jac=True, method="L-BFGS-B", options={"maxiter": steps, "maxcor": 20, "ftol": 0.0, "gtol": _FLAT}
    )
    steepest = float(np.abs(found.jac).max())
    reason = "" if steepest < 10 * _FLAT else f"the search stopped on a slope of {steepest:.2g}: {found.message}"
    return placed(found.x), reason


def _ascent(layout: Layout, point: Point, spreads: Array) -> tuple[float, Array, Array, Array]:
    """Log likelihood, its slopes in prior standard deviations, and the cells' estimates."""
    found = parameters_at(layout, point, spreads)
    smoothed = smooth_codings(layout.codings, found)
    by_shared, by_own = layout.slopes(found, smoothed)
    _, expected = average_levels(layout.codings, found)
    cells = (smoothed.posterior @ expected[..., np.newaxis])[..., 0]
    return smoothed.log_likelihood, by_shared, by_own * _scales(layout, spreads), cells


def _curvature_at(layout: Layout, point: Point, spreads: Array) -> Curvature:
    """Take differences of slopes; one parameter of every indicator is moved at a time, since indicators are apart."""
    p, q = layout.shared_size, layout.own_size

    def difference(shared: Array | float, own: Array | float) -> tuple[Array, Array, Array]:
        after = _ascent(layout, point.moved(shared, own), spreads)[1:]
        before = _ascent(layout, point.moved(-np.asarray(shared), -np.asarray(own)), spreads)[1:]
        first, second, third = ((a - b) / (2.0 * _NUDGE) for a, b in zip(after, before, strict=True))
        return first, second, third

    along_shared = [difference(_NUDGE * direction, 0.0) for direction in np.eye(p)]
    along_own = [difference(0.0, _NUDGE * direction) for direction in np.eye(q)]
    block = np.stack([slopes[1] for slopes in along_own], axis=1)
    cross = np.stack([slopes[1] for slopes in along_shared], axis=-1)
    head = np.stack([slopes[0] for slopes in along_shared])
    own = _inverse(np.eye(q) - _symmetric(block))
    pull = own @ cross
    shared = _inverse(np.eye(p) - _symmetric(head) - (np.swapaxes(cross, -1, -2) @ pull).sum(axis=0))
    cells = (np.stack([slopes[2] for slopes in along]) for along in (along_shared, along_own))
    return Curvature(shared, own, pull, *cells)


def _symmetric(matrix: Array) -> Array:
    return np.asarray(0.5 * (matrix + np.swapaxes(matrix, -1, -2)))


def _inverse(precision: Array) -> Array:
    """Invert a precision; directions in which it is too small or negative are held at the least curvature."""
    values, vectors = np.linalg.eigh(_symmetric(precision))
    bounded = np.maximum(values, _LEAST_CURVATURE)
    return np.asarray((vectors / bounded[..., np.newaxis, :]) @ np.swapaxes(vectors, -1, -2))


def _renewed_spreads(layout: Layout, point: Point, curvature: Curvature, spreads: Array) -> Array:
    variance = np.diagonal(curvature.own_marginal, axis1=-2, axis2=-1)
    prior, weight = layout.prior.first_spreads, layout.prior.weight
    renewed = np.empty_like(spreads)
    for place, columns in enumerate(layout.groups):
        determined = np.clip(1.0 - variance[:, columns], 0.0, 1.0).sum()
        squares = (spreads[place] * point.own[:, columns]) ** 2
        renewed[place] = np.sqrt((squares.sum() + weight * prior[place] ** 2) / (determined + weight))
    return renewed
