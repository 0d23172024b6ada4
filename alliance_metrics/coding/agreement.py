"""Agreement of coders: Krippendorff's alpha with its interval, weighted kappa, share of items agreed on."""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np

from alliance_metrics.coding.arrays import Array, IntArray

#: How far two levels are apart.
Metric = Literal["nominal", "ordinal", "interval"]
_METRICS = get_args(Metric)


def krippendorff_alpha(levels: Array, *, metric: Metric = "ordinal") -> float:
    r"""Krippendorff's alpha of any number of coders, with gaps.

    Parameters
    ----------
    levels : ndarray, shape (n_coders, n_items)
        Levels given; NaN where a coder gave none.
    metric
        How far two levels are apart: ``nominal`` (same or not), ``ordinal`` (levels in use between them) or
        ``interval`` (their difference).

    Returns
    -------
    float
        1 for perfect agreement, 0 for agreement expected by chance, below 0 for less; NaN where no item has two levels,
        or where all levels are the same, so that nothing shows whether coders could have differed.

    Raises
    ------
    ValueError
        Where the metric is unknown.

    Notes
    -----
    :math:`\alpha = 1 - D_o / D_e` from the coincidences
    :math:`o_{ck} = \sum_u n_{uc} (n_{uk} - [c = k]) / (m_u - 1)` of items :math:`u` with :math:`m_u \ge 2` levels, as
    the package `krippendorff` computes it.

    References
    ----------
    K. Krippendorff, Computing Krippendorff's alpha-reliability (2007 manuscript, opened: its text; the tests hold the
    worked examples).

    Examples
    --------
    >>> krippendorff_alpha(np.array([[0.0, 1.0, 2.0], [0.0, 1.0, 2.0]]))
    1.0
    """
    import krippendorff

    if metric not in _METRICS:
        raise ValueError(f"unknown metric {metric!r}: choose one of {', '.join(_METRICS)}")
    pairable = levels[:, (~np.isnan(levels)).sum(axis=0) > 1]
    if len(np.unique(pairable[~np.isnan(pairable)])) < 2:
        return float("nan")
    return float(krippendorff.alpha(reliability_data=pairable, level_of_measurement=metric))


def alpha_interval(
    levels: Array,
    *,
    blocks: IntArray,
    rng: np.random.Generator,
    metric: Metric = "ordinal",
    level: float = 0.9,
    resamples: int = 1000,
) -> tuple[float, float]:
    """Bootstrap the interval of Krippendorff's alpha.

    Parameters
    ----------
    levels : ndarray, shape (n_coders, n_items)
        Levels given; NaN where a coder gave none.
    blocks : ndarray of int, shape (n_items,)
        Items that are drawn together, because neighbours are alike: runs of years of one series.
    rng
        Source of randomness.
    metric
        As in `krippendorff_alpha`.
    level
        Probability of the interval. [0-1]
    resamples
        Number of resamples.

    Returns
    -------
    lower, upper : float
        Equal-tailed quantiles of alpha over the resamples; NaN where alpha is, or where there is but one block.

    Notes
    -----
    Blocks are drawn with replacement; blocks without an item that two coders coded are left out. Where fewer than half
    of the resamples vary, so that alpha is defined, there is no interval. Krippendorff's own bootstrap draws single
    pairs of levels as if they were independent, which for codings of successive years gives intervals far too narrow.
    """
    coincidences, values = _coincidences(levels)
    place, of_block = np.unique(blocks, return_inverse=True)
    summed = np.zeros((len(place), *coincidences.shape[1:]))
    np.add.at(summed, of_block, coincidences)
    summed = summed[summed.any(axis=(1, 2))]
    if len(summed) < 2:
        return float("nan"), float("nan")
    drawn = rng.multinomial(len(summed), np.full(len(summed), 1.0 / len(summed)), size=resamples).astype(float)
    alphas = _alpha(np.tensordot(drawn, summed, axes=1), values, metric)
    known = alphas[~np.isnan(alphas)]
    if len(known) < resamples / 2:
        return float("nan"), float("nan")
    lower, upper = np.quantile(known, [(1.0 - level) / 2.0, (1.0 + level) / 2.0])
    return float(lower), float(upper)


def weighted_kappa(one: Array, other: Array) -> float:
    r"""Cohen's kappa of two coders with quadratic weights.

    Parameters
    ----------
    one, other : ndarray, shape (n_items,)
        Levels of the two coders; NaN where one gave none.

    Returns
    -------
    float
        1 for perfect agreement, 0 for agreement expected by chance; NaN where no item has both, or where both coders
        gave one and the same level throughout.

    Notes
    -----
    :math:`1 - \sum (x - y)^2 / n \big/ \sum_{ij} (x_i - y_j)^2 / n^2`: large differences count more.

    References
    ----------
    J. Cohen (1968), Weighted kappa, Psychological Bulletin 70, 213-220 (orientation).

    Examples
    --------
    >>> weighted_kappa(np.array([0.0, 1.0, 2.0]), np.array([0.0, 1.0, 2.0]))
    1.0
    """
    from statsmodels.stats.inter_rater import cohens_kappa

    both = ~np.isnan(one) & ~np.isnan(other)
    values, places = np.unique(np.stack([one[both], other[both]]), return_inverse=True)
    if len(values) < 2:
        return float("nan")
    table = np.zeros((len(values), len(values)))
    np.add.at(table, tuple(places), 1.0)
    return float(cohens_kappa(table, weights=values, wt="quadratic", return_results=False))


def share_agreed(levels: Array) -> float:
    """Give the share of items on which all coders who gave a level gave the same.

    Parameters
    ----------
    levels : ndarray, shape (n_coders, n_items)
        Levels given; NaN where a coder gave none.

    Returns
    -------
    float
        The share of items with two or more levels; NaN where there is none. [0-1]
    """
    pairable = (~np.isnan(levels)).sum(axis=0) > 1
    if not pairable.any():
        return float("nan")
    own = levels[:, pairable]
    return float((np.nanmax(own, axis=0) == np.nanmin(own, axis=0)).mean())


def _coincidences(levels: Array) -> tuple[Array, Array]:
    """Give the coincidences of each item, shape (n_items, n_values, n_values), and the values in use."""
    values = np.unique(levels[~np.isnan(levels)])
    counts = (levels[:, :, np.newaxis] == values).sum(axis=0).astype(float)
    given = counts.sum(axis=1)
    pairs = counts[:, :, np.newaxis] * counts[:, np.newaxis, :]
    pairs[:, np.arange(len(values)), np.arange(len(values))] -= counts
    pairable = np.maximum(given - 1.0, 1.0)
    return np.where((given > 1)[:, np.newaxis, np.newaxis], pairs / pairable[:, np.newaxis, np.newaxis], 0.0), values


def _alpha(coincidences: Array, values: Array, metric: Metric) -> Array:
    """Give alpha for coincidences of shape (n_resamples, n_values, n_values)."""
    each = coincidences.sum(axis=2)
    total = each.sum(axis=1)
    apart = _distances(each, values, metric)
    observed = (coincidences * apart).sum(axis=(1, 2))
    expected = (each[:, :, np.newaxis] * each[:, np.newaxis, :] * apart).sum(axis=(1, 2))
    ratio = np.divide((total - 1.0) * observed, expected, out=np.full(len(total), np.nan), where=expected > 0)
    return np.asarray(1.0 - ratio)


def _distances(each: Array, values: Array, metric: Metric) -> Array:
    if metric == "interval":
        return np.broadcast_to((values[:, np.newaxis] - values) ** 2, (len(each), len(values), len(values)))
    if metric == "nominal":
        return np.broadcast_to(1.0 - np.eye(len(values)), (len(each), len(values), len(values)))
    middle = np.cumsum(each, axis=1) - each / 2.0  # how many levels lie below the middle of each value
    return np.asarray((middle[:, :, np.newaxis] - middle[:, np.newaxis, :]) ** 2)
