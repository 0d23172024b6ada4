"""The graded response of a coder: how likely each level is, given where a case lies on the scale."""

from __future__ import annotations

import numpy as np

from alliance_metrics.coding.arrays import Array, IntArray

_FARTHEST = 700.0  # exp of more overflows; a coder is certain long before


def reached_probabilities(nodes: Array, thresholds: Array, *, severity: Array, discrimination: Array) -> Array:
    r"""Probability that a coder gives a level or a higher one.

    Parameters
    ----------
    nodes : ndarray, shape (..., n_nodes)
        Places on the latent scale. [levels]
    thresholds : ndarray, shape (..., n_levels - 1)
        Place at which an average coder is as likely to give the level or more as to give less; ascending, infinite for
        steps that the scale lacks. [levels]
    severity : ndarray, shape (...)
        How far a coder's thresholds lie above the average coder's: severe coders give lower levels. [levels]
    discrimination : ndarray, shape (...)
        How sharply a coder tells two sides of a threshold apart; above zero. [1 / level]

    Returns
    -------
    ndarray, shape (..., n_levels - 1, n_nodes)
        Probability of at least the second level, the third, and so on. [0-1]

    Notes
    -----
    :math:`P(y \ge m \mid z) = 1 / (1 + e^{-a (z - \tau_m - s)})`.

    Examples
    --------
    >>> reached_probabilities(np.array([1.0]), np.array([1.0]), severity=np.array(0.0), discrimination=np.array(3.0))
    array([[0.5]])
    """
    distance = _distances(nodes, thresholds, severity=severity, discrimination=discrimination)
    return np.asarray(0.5 + 0.5 * np.tanh(0.5 * distance))


def level_probabilities(nodes: Array, thresholds: Array, *, severity: Array, discrimination: Array) -> Array:
    r"""Probability of each level a coder may give.

    Parameters
    ----------
    nodes : ndarray, shape (..., n_nodes)
        Places on the latent scale. [levels]
    thresholds : ndarray, shape (..., n_levels - 1)
        See `reached_probabilities`.
    severity, discrimination : ndarray, shape (...)
        See `reached_probabilities`.

    Returns
    -------
    ndarray, shape (..., n_levels, n_nodes)
        Probabilities, from the least level to the greatest; they sum to 1 over levels. [0-1]

    Notes
    -----
    The difference of neighbouring probabilities of `reached_probabilities`: the homogeneous case of the graded
    response model, in logistic form.

    References
    ----------
    F. Samejima (1969), Estimation of latent ability using a response pattern of graded scores, Psychometrika Monograph
    17 (orientation).

    Examples
    --------
    >>> at, steps = np.array([1.0]), np.array([0.0, 2.0])
    >>> level_probabilities(at, steps, severity=np.array(0.0), discrimination=np.array(1.0)).round(4).ravel().tolist()
    [0.2689, 0.4621, 0.2689]
    """
    reached = reached_probabilities(nodes, thresholds, severity=severity, discrimination=discrimination)
    return _differences(reached)


def expected_level(probabilities: Array, *, least: Array) -> Array:
    """Give the mean level under probabilities of levels.

    Parameters
    ----------
    probabilities : ndarray, shape (..., n_levels, n_nodes)
        As `level_probabilities` gives them. [0-1]
    least : ndarray, shape (...)
        The least level of the scale.

    Returns
    -------
    ndarray, shape (..., n_nodes)
        The expected level. [levels]
    """
    steps = np.arange(probabilities.shape[-2], dtype=float)
    return np.asarray(least[..., np.newaxis] + (steps[:, np.newaxis] * probabilities).sum(axis=-2))


def response_slopes(
    weights: Array, nodes: Array, thresholds: Array, *, severity: Array, discrimination: Array
) -> tuple[Array, Array, Array]:
    r"""Slopes of a weighted sum of level probabilities in the parameters of the response.

    Parameters
    ----------
    weights : ndarray, shape (..., n_levels, n_nodes)
        Slope of the whole in each level probability.
    nodes : ndarray, shape (..., n_nodes)
        Places on the latent scale. [levels]
    thresholds : ndarray, shape (..., n_levels - 1)
        See `reached_probabilities`.
    severity, discrimination : ndarray, shape (...)
        See `reached_probabilities`.

    Returns
    -------
    by_severity, by_log_discrimination : ndarray, shape (...)
        Slopes in the severity and in the logarithm of the discrimination.
    by_threshold : ndarray, shape (..., n_levels - 1)
        Slopes in the thresholds; zero where a threshold is infinite.

    Notes
    -----
    With :math:`\eta_m = a (z - \tau_m - s)` and :math:`F_m` its logistic, :math:`P_m = F_m - F_{m+1}`, so the slope
    in :math:`\eta_m` is :math:`(w_m - w_{m-1}) F_m (1 - F_m)`.
    """
    distance = _distances(nodes, thresholds, severity=severity, discrimination=discrimination)
    reached = 0.5 + 0.5 * np.tanh(0.5 * distance)
    slope = np.diff(weights, axis=-2) * reached * (1.0 - reached)
    by_threshold = -discrimination[..., np.newaxis] * slope.sum(axis=-1)
    return by_threshold.sum(axis=-1), (slope * distance).sum(axis=(-2, -1)), by_threshold


def _distances(nodes: Array, thresholds: Array, *, severity: Array, discrimination: Array) -> Array:
    centred = nodes[..., np.newaxis, :] - thresholds[..., :, np.newaxis] - severity[..., np.newaxis, np.newaxis]
    return np.asarray(np.clip(discrimination[..., np.newaxis, np.newaxis] * centred, -_FARTHEST, _FARTHEST))


def _differences(reached: Array) -> Array:
    ends = np.ones((*reached.shape[:-2], 1, reached.shape[-1]))
    return np.asarray(-np.diff(np.concatenate([ends, reached, 0.0 * ends], axis=-2), axis=-2))


def spaced_thresholds(spacings: Array, *, least: IntArray, greatest: IntArray) -> Array:
    r"""Place the thresholds of scales whose outer thresholds are fixed.

    Parameters
    ----------
    spacings : ndarray, shape (..., n_levels - 2)
        Logarithms of the relative width of the inner levels; what lies beyond a shorter scale is not read.
    least, greatest : ndarray of int, shape (...)
        Least and greatest level of each scale, at least two levels.

    Returns
    -------
    ndarray, shape (..., n_levels - 1)
        Thresholds: the first half a level above the least level, the last half a level below the greatest, infinite
        beyond. [levels]

    Notes
    -----
    The :math:`n` inner levels have the widths :math:`w_i = n e^{h_i} / \sum_k e^{h_k}`: their mean is one level, which
    gives the latent scale the unit and the origin of the codebook.

    Examples
    --------
    >>> spaced_thresholds(np.zeros(3), least=np.array(0), greatest=np.array(4)).tolist()
    [0.5, 1.5, 2.5, 3.5]
    """
    widths = inner_widths(spacings, least=least, greatest=greatest)
    first = (least + 0.5)[..., np.newaxis]
    placed = np.concatenate([first, first + np.cumsum(widths, axis=-1)], axis=-1)
    there = np.arange(placed.shape[-1]) < (greatest - least)[..., np.newaxis]
    return np.where(there, placed, np.inf)


def inner_widths(spacings: Array, *, least: IntArray, greatest: IntArray) -> Array:
    """Give the widths of the inner levels, see `spaced_thresholds`.

    Parameters
    ----------
    spacings : ndarray, shape (..., n_levels - 2)
        Logarithms of relative widths.
    least, greatest : ndarray of int, shape (...)
        Least and greatest level of each scale.

    Returns
    -------
    ndarray, shape (..., n_levels - 2)
        Widths with mean one over the inner levels of each scale; zero beyond. [levels]
    """
    count = (greatest - least - 1)[..., np.newaxis]
    inner = np.arange(spacings.shape[-1]) < count
    relative = np.where(inner, np.exp(spacings), 0.0)
    total = relative.sum(axis=-1, keepdims=True)
    return np.asarray(count * np.divide(relative, total, out=np.zeros_like(relative), where=total > 0))


def spacing_slopes(by_threshold: Array, thresholds: Array, widths: Array) -> Array:
    """Carry slopes in the thresholds over to the logarithms of the widths.

    Parameters
    ----------
    by_threshold : ndarray, shape (..., n_levels - 1)
        Slopes in the thresholds, zero where infinite.
    thresholds : ndarray, shape (..., n_levels - 1)
        As `spaced_thresholds` gives them.
    widths : ndarray, shape (..., n_levels - 2)
        As `inner_widths` gives them.

    Returns
    -------
    ndarray, shape (..., n_levels - 2)
        Slopes in the logarithms of the relative widths.
    """
    above = np.cumsum(by_threshold[..., :0:-1], axis=-1)[..., ::-1]
    offset = np.where(np.isfinite(thresholds), thresholds - thresholds[..., :1], 0.0)
    count = np.maximum(np.round(widths.sum(axis=-1, keepdims=True)), 1.0)
    return np.asarray(widths * (above - (by_threshold * offset).sum(axis=-1, keepdims=True) / count))
