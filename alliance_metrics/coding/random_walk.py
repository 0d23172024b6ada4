"""A random walk over the years on a grid: smoothing by forward and backward passes, and drawing whole paths."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from alliance_metrics.coding.arrays import Array, IntArray

_LEAST_LOG = -600.0  # what is less likely than this beside the likeliest node would underflow


@dataclass(frozen=True, eq=False)
class Smoothed:
    """What is known of every year once all years are seen.

    Parameters
    ----------
    filtered : ndarray, shape (n_years, ..., n_series, n_nodes)
        Probability of each node given the years up to this one.
    posterior : ndarray, shape (n_years, ..., n_series, n_nodes)
        Probability of each node given all years.
    moves : ndarray, shape (..., n_nodes, n_nodes)
        Expected number of moves from node to node, summed over years and series.
    log_likelihood : float
        Logarithm of the probability of what was seen, summed over series.
    """

    filtered: Array
    posterior: Array
    moves: Array
    log_likelihood: float


def walk_kernel(nodes: Array, step: Array, *, jump: Array, landing: Array) -> Array:
    r"""Probability of moving from node to node in a year.

    Parameters
    ----------
    nodes : ndarray, shape (..., n_nodes)
        The grid, evenly spaced.
    step : ndarray, shape (...)
        Standard deviation of a year's step; above zero.
    jump : ndarray, shape (...)
        Probability that a year jumps anywhere instead of stepping. [0-1]
    landing : ndarray, shape (..., n_nodes)
        Probability of each node after a jump.

    Returns
    -------
    ndarray, shape (..., n_nodes, n_nodes)
        Rows sum to 1. [0-1]

    Notes
    -----
    :math:`T_{gh} = (1 - \pi) G_{gh} + \pi l_h` with :math:`G_{gh} \propto e^{-(x_g - x_h)^2 / (2 \sigma^2)}`: a
    Gaussian step, cut off at the ends of the grid, or a jump. Without jumps a break that all coders see would be
    smoothed away, because a Gaussian walk finds one great step less likely than many coders in error.

    Examples
    --------
    >>> nodes, even = np.array([0.0, 1.0]), np.array([0.5, 0.5])
    >>> walk_kernel(nodes, np.array(1.0), jump=np.array(0.0), landing=even).round(3).tolist()
    [[0.622, 0.378], [0.378, 0.622]]
    """
    stepping, _ = _stepping(nodes, step)
    share = jump[..., np.newaxis, np.newaxis]
    return np.asarray((1.0 - share) * stepping + share * landing[..., np.newaxis, :])


def walk_slopes(moves: Array, nodes: Array, step: Array, *, jump: Array, landing: Array) -> tuple[Array, Array]:
    """Slopes of the log likelihood in the parameters of the walk.

    Parameters
    ----------
    moves : ndarray, shape (..., n_nodes, n_nodes)
        Expected moves, of `smooth`.
    nodes, step, jump, landing : ndarray
        As `walk_kernel` takes them.

    Returns
    -------
    by_log_step, by_logit_jump : ndarray, shape (...)
        Slopes in the logarithm of the step and in the log odds of a jump.
    """
    stepping, squared = _stepping(nodes, step)
    share = jump[..., np.newaxis, np.newaxis]
    kernel = (1.0 - share) * stepping + share * landing[..., np.newaxis, :]
    ratio = np.divide(moves, kernel, out=np.zeros_like(moves), where=kernel > 0)
    mean = (stepping * squared).sum(axis=-1, keepdims=True)
    by_log_step = (1.0 - jump) * (ratio * stepping * (squared - mean)).sum(axis=(-2, -1))
    gain = (ratio * (landing[..., np.newaxis, :] - stepping)).sum(axis=(-2, -1))
    return np.asarray(by_log_step), np.asarray(jump * (1.0 - jump) * gain)


def _stepping(nodes: Array, step: Array) -> tuple[Array, Array]:
    """Gaussian moves, and the square of each in units of the step."""
    difference = nodes[..., :, np.newaxis] - nodes[..., np.newaxis, :]
    squared = (difference / step[..., np.newaxis, np.newaxis]) ** 2
    mass = np.exp(-0.5 * squared)
    return mass / mass.sum(axis=-1, keepdims=True), squared


def smooth(log_seen: Array, start: Array, kernel: Array) -> Smoothed:
    """Smooth many series at once.

    Parameters
    ----------
    log_seen : ndarray, shape (n_years, ..., n_series, n_nodes)
        Logarithm of the probability of what was seen in each year, at each node; zeros where nothing was.
    start : ndarray, shape (..., n_nodes)
        Probability of each node in the first year.
    kernel : ndarray, shape (..., n_nodes, n_nodes)
        Probability of moves, rows sum to 1.

    Returns
    -------
    Smoothed
        Exact on the grid. Years after a series' end, with nothing seen, change nothing.
    """
    peak = log_seen.max(axis=-1, keepdims=True)
    seen = np.exp(np.maximum(log_seen - peak, _LEAST_LOG))
    filtered, scaled = np.empty_like(seen), np.empty_like(seen)
    predicted = np.broadcast_to(start[..., np.newaxis, :], seen.shape[1:])
    total = float(peak.sum())
    for year in range(len(seen)):
        joint = predicted * seen[year]
        scale = joint.sum(axis=-1, keepdims=True)
        total += float(np.log(scale).sum())
        filtered[year], scaled[year] = joint / scale, seen[year] / scale
        predicted = filtered[year] @ kernel
    later = np.ones_like(seen)
    backward = np.swapaxes(kernel, -1, -2).copy()
    for year in range(len(seen) - 2, -1, -1):
        scaled[year + 1] *= later[year + 1]
        later[year] = scaled[year + 1] @ backward
    moves = kernel * (np.swapaxes(_by_scale(filtered[:-1]), -1, -2) @ _by_scale(scaled[1:]))
    return Smoothed(filtered, filtered * later, moves, total)


def _by_scale(values: Array) -> Array:
    """Bring years beside series: shape (..., n_years * n_series, n_nodes)."""
    moved = np.moveaxis(values, 0, -3)
    return moved.reshape(*moved.shape[:-3], -1, moved.shape[-1])


def sample_paths(filtered: Array, kernel: Array, *, count: int, rng: np.random.Generator) -> IntArray:
    r"""Draw whole paths given all years: forward filtering, backward sampling.

    Parameters
    ----------
    filtered : ndarray, shape (n_years, n_scales, n_series, n_nodes)
        Of `smooth`.
    kernel : ndarray, shape (n_scales, n_nodes, n_nodes)
        Probability of moves.
    count
        Number of paths of each series.
    rng
        Source of randomness.

    Returns
    -------
    ndarray of int, shape (n_years, n_scales, n_series, count)
        Node of each path in each year.

    Notes
    -----
    The last year is drawn from its filtered distribution; each earlier year from
    :math:`p(g) \propto f_t(g) T_{gh}`, where :math:`h` is the node drawn for the year after.
    """
    n_years, n_scales, n_series, n_nodes = filtered.shape
    paths = np.empty((n_years, n_scales, n_series, count), dtype=np.intp)
    uniform = np.asarray(rng.random(paths.shape))
    last = np.cumsum(filtered[-1], axis=-1)
    paths[-1] = _invert(last[..., np.newaxis, :], uniform[-1])
    arrivals = np.swapaxes(kernel, -1, -2)
    scale = np.arange(n_scales)[:, np.newaxis, np.newaxis]
    for year in range(n_years - 2, -1, -1):
        if count < n_nodes:
            reach = np.cumsum(arrivals[scale, paths[year + 1]] * filtered[year][..., np.newaxis, :], axis=-1)
            paths[year] = _invert(reach, uniform[year])
        else:
            reach = np.cumsum(arrivals[:, np.newaxis] * filtered[year][..., np.newaxis, :], axis=-1)
            paths[year] = _look_up(reach, paths[year + 1], uniform[year])
    return paths


def _invert(reach: Array, uniform: Array) -> IntArray:
    """Find the first node at which the accumulated mass exceeds its share of the whole."""
    passed = reach[..., :-1] <= (uniform * reach[..., -1])[..., np.newaxis]
    return np.asarray(passed.sum(axis=-1))


def _look_up(reach: Array, after: IntArray, uniform: Array) -> IntArray:
    """Do the same in tables of all nodes of the year after, by bisection in one ascending list."""
    n_nodes = reach.shape[-1]
    reach /= np.maximum(reach[..., -1:], np.finfo(float).tiny)
    table = np.arange(reach.size // n_nodes).reshape(reach.shape[:-1])
    place = np.take_along_axis(table, after, axis=-1)
    ascending = (reach + table[..., np.newaxis]).ravel()
    found = np.searchsorted(ascending, uniform + place, side="right") - place * n_nodes
    return np.asarray(np.minimum(found, n_nodes - 1))
