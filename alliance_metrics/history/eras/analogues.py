"""Which unit-years of one group lie nearest to those of another, and whether farther apart than coder noise."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from alliance_metrics.coding.arrays import Array, FloatArray, IntArray
from alliance_metrics.uncertainty.comparisons import DIGITS, quantile_of_sorted, tails_of
from alliance_metrics.uncertainty.spans import share_of

#: Least noise a component is taken to have, two points of a hundred: a choice, to be varied where it matters.
FLOOR = 0.02
#: Numbers held at a time of each group, and of the distances between them: so many that they stay in the cache.
_BLOCK = 1 << 16
#: Squared distances that differ by less are a tie; rounding of double precision is less.
_TIE = 1e-9


@dataclass(frozen=True, eq=False)
class Analogues:
    """How near each unit of one group is to each of another, over the draws.

    Parameters
    ----------
    distance : ndarray, shape (n_units, n_others)
        Distance between the mean places, over the draws, of the two. [deviations of coder noise]
    expected, deviation : ndarray, shape (n_units, n_others)
        Mean and standard deviation over the draws of the distance between the two. [deviations of coder noise]
    blur : ndarray, shape (n_units, n_others)
        Root mean square distance that uncertainty alone would make, were the two in the same place: an analogue is
        close where its distance is small beside it. [deviations of coder noise]
    probability : ndarray, shape (n_units, n_others)
        Share of draws in which the other is the nearest, ties shared equally; rows sum to 1, or are NaN where no draw
        gives a distance. [0-1]
    nearest : ndarray of int, shape (n_units,)
        Place of the other with the greatest probability, the first of equals; -1 where there is none.
    margin : ndarray, shape (n_units,)
        Probability of the nearest less that of the second; 1 where it is sure. [0-1]
    candidates : ndarray, shape (n_units,)
        Effective number of candidates, the exponential of the entropy of the probabilities: 1 where it is sure,
        ``n_others`` where any is as likely. [1 to n_others]
    noise : ndarray, shape (n_components,)
        Coder noise by which each component was divided. [0-1]
    """

    distance: Array
    expected: Array
    deviation: Array
    blur: Array
    probability: Array
    nearest: IntArray
    margin: Array
    candidates: Array
    noise: Array


def coder_noise(*groups: FloatArray, floor: float = FLOOR) -> Array:
    """Give the typical coder noise of each component, over all units of all groups.

    Parameters
    ----------
    *groups : ndarray, shape (n_components, n_units, n_draws)
        Draws of the same components in different units; NaN where missing. [0-1]
    floor
        Least noise given, so that a component on which coders happen to agree does not outweigh all others. [0-1]

    Returns
    -------
    ndarray, shape (n_components,)
        Root of the mean over units of the variance over draws, at least the floor. [0-1]

    Raises
    ------
    ValueError
        Where the floor is not positive.

    Notes
    -----
    One noise a component, not one a pair: all distances of a table must be in the same unit or the nearest would be
    whichever unit coders doubt most.
    """
    if not floor > 0:
        raise ValueError(f"the floor of coder noise must be positive, not {floor}")
    variances = [_variance(group) for group in groups]
    total = np.sum([np.nansum(variance, axis=1) for variance in variances], axis=0)
    count = np.sum([(~np.isnan(variance)).sum(axis=1) for variance in variances], axis=0)
    return np.maximum(np.sqrt(np.nan_to_num(share_of(total, count))), floor)


def nearest_analogues(
    units: FloatArray, others: FloatArray, noise: Array, *, weights: Array | None = None, least_shared: float = 0.5
) -> Analogues:
    r"""Find for each unit of one group which of another is nearest, in every draw.

    The same draw is taken of both, so that what is uncertain in both alike (weights, a coder's bias) cancels out.

    Parameters
    ----------
    units : ndarray, shape (n_components, n_units, n_draws)
        Draws of the units whose analogues are sought; NaN where missing. [0-1]
    others : ndarray, shape (n_components, n_others, n_draws)
        Draws of the units among which an analogue is sought, same components and draws. [0-1]
    noise : ndarray, shape (n_components,)
        What a distance of 1 is in each component; see `coder_noise`. [0-1]
    weights : ndarray, shape (n_components,), optional
        How much each component counts; equally where absent. [0 or more]
    least_shared
        Least share of weight on components that both units have; with less there is no distance. [0-1]

    Returns
    -------
    Analogues
        Distances and probabilities.

    Raises
    ------
    ValueError
        Where shapes do not fit, a noise is not positive, or weights are negative or all zero.

    Notes
    -----
    In draw :math:`r` the distance is :math:`d_{ij} = \sqrt{\sum_k w_k ((x_{ki} - y_{kj}) / \sigma_k)^2 / \sum_k w_k}`
    over the components both have: a root mean square, so that 3 pillars and 30 indicators are on one scale. Its mean
    square splits into that of the mean places and the blur, :math:`E d^2 = d(\bar x, \bar y)^2 + b^2`. There is always
    a nearest one; its distance beside the blur shows whether it is near. Probabilities reflect measurement uncertainty
    and nothing of years that did not happen. Where components are missing the distance rests on
    those that remain.

    References
    ----------
    C. R. Mahony and others (2017), A closer look at novel climates, Global Change Biology 23, for distances in units
    of a reference noise and for the warning that the nearest need not be near (orientation).

    Examples
    --------
    >>> here, there = np.array([[[0.5, 0.5]]]), np.array([[[0.4, 0.45], [0.9, 0.7]]])
    >>> nearest_analogues(here, there, np.array([0.1])).probability
    array([[1., 0.]])
    """
    share = _shares(units, others, noise, weights=weights)
    scale = np.sqrt(share) / np.asarray(noise, dtype=np.float64)
    n_units, n_others, n_draws = units.shape[1], others.shape[1], units.shape[2]
    sums = np.zeros((4, n_units, n_others))
    width = max(1, _BLOCK // max(units[..., 0].size, others[..., 0].size, n_units * n_others))
    for start in range(0, n_draws, width):
        block = slice(start, start + width)
        squared = _squared(units[..., block], others[..., block], scale, share=share, least_shared=least_shared)
        distances = np.sqrt(squared)
        sums[0] += np.nansum(distances, axis=0)
        sums[1] += np.nansum(squared, axis=0)
        sums[2] += (~np.isnan(squared)).sum(axis=0)
        sums[3] += _nearest_shares(squared)
    return _summed_up(sums, _between_means(units, others, scale, share=share, least_shared=least_shared), noise=noise)


def _summed_up(sums: Array, distance: Array, *, noise: Array) -> Analogues:
    total, squares, count, wins = sums
    expected, mean_square = share_of(total, count), share_of(squares, count)
    probability = share_of(wins, wins.sum(axis=1, keepdims=True))
    known = ~np.isnan(probability[:, 0])
    filled = np.where(known[:, np.newaxis], probability, 0.0)
    ranked = np.sort(filled, axis=1)
    second = ranked[:, -2] if ranked.shape[1] > 1 else np.zeros(len(ranked))
    logarithms = np.log(np.where(filled > 0, filled, 1.0))
    return Analogues(
        distance=distance,
        expected=expected,
        deviation=np.sqrt(np.maximum(mean_square - expected**2, 0.0)),
        blur=np.sqrt(np.maximum(mean_square - distance**2, 0.0)),
        probability=probability,
        nearest=np.where(known, filled.argmax(axis=1), -1),
        margin=np.where(known, ranked[:, -1] - second, np.nan),
        candidates=np.where(known, np.exp(-(filled * logarithms).sum(axis=1)), np.nan),
        noise=np.asarray(noise, dtype=np.float64),
    )


def _shares(units: FloatArray, others: FloatArray, noise: Array, *, weights: Array | None) -> Array:
    """Check what is given; give the weights on the simplex."""
    if units.ndim != 3 or others.ndim != 3 or not others.shape[1]:
        raise ValueError("draws must be components x units x draws, with some units to be compared with")
    if units.shape[::2] != others.shape[::2]:
        raise ValueError(
            f"both groups need the same components and draws, not {units.shape[::2]} and {others.shape[::2]}"
        )
    noise, n_components = np.asarray(noise), units.shape[0]
    given = np.ones(n_components) if weights is None else np.asarray(weights, dtype=np.float64)
    if noise.shape != (n_components,) or given.shape != (n_components,):
        raise ValueError(f"noise and weights must have one number for each of {n_components} components")
    if not (noise > 0).all():
        raise ValueError("the noise of every component must be positive")
    if not ((given >= 0).all() and given.sum() > 0):
        raise ValueError("weights must be zero or more, and not all zero")
    return np.asarray(given / given.sum())


def _squared(units: FloatArray, others: FloatArray, scale: Array, *, share: Array, least_shared: float) -> Array:
    """Give squared distances, shape (n_draws, n_units, n_others), by products of matrices."""
    centre = 0.5 * scale
    one = np.ascontiguousarray(units.transpose(2, 1, 0), dtype=np.float64) * scale - centre
    two = np.ascontiguousarray(others.transpose(2, 0, 1), dtype=np.float64) * scale[:, np.newaxis] - centre[:, None]
    if not (np.isnan(one).any() or np.isnan(two).any()):
        crossed = np.matmul(one, two)
        sizes = (one**2).sum(axis=2)[..., np.newaxis] + (two**2).sum(axis=1)[:, np.newaxis]
        return np.asarray(np.maximum(sizes - 2.0 * crossed, 0.0))
    here, there = (~np.isnan(one)).astype(np.float64), (~np.isnan(two)).astype(np.float64)
    one, two = np.nan_to_num(one), np.nan_to_num(two)
    total = np.matmul(one**2, there) + np.matmul(here, two**2) - 2.0 * np.matmul(one, two)
    shared = np.matmul(here * share, there)
    enough = (shared >= least_shared - _TIE) & (shared > 0)
    found: Array = np.divide(np.maximum(total, 0.0), shared, out=np.full(total.shape, np.nan), where=enough)
    return found


def _nearest_shares(squared: Array) -> Array:
    """Count, over the first axis, in how many draws each other is the nearest; ties are shared."""
    filled = np.where(np.isnan(squared), np.inf, squared)
    least = filled.min(axis=2, keepdims=True)
    wins = (filled <= least + _TIE) & np.isfinite(filled)
    ties = np.maximum(wins.sum(axis=2, keepdims=True), 1)
    return np.asarray((wins / ties).sum(axis=0))


def _between_means(units: FloatArray, others: FloatArray, scale: Array, *, share: Array, least_shared: float) -> Array:
    here, there = (_mean(group)[..., np.newaxis] for group in (units, others))
    return np.asarray(np.sqrt(_squared(here, there, scale, share=share, least_shared=least_shared))[0])


def _mean(draws: FloatArray) -> Array:
    present = (~np.isnan(draws)).sum(axis=-1)
    return share_of(np.nansum(draws, axis=-1, dtype=np.float64), present)


def _variance(draws: FloatArray) -> Array:
    """Variance over the draws of each component and unit, one component at a time."""
    found = np.full(draws.shape[:2], np.nan)
    for place, scores in enumerate(draws):
        mean = _mean(scores)
        present = (~np.isnan(scores)).sum(axis=-1)
        found[place] = share_of(np.nansum((scores - mean[:, np.newaxis]) ** 2, axis=-1), present)
    return found


@dataclass(frozen=True)
class Likeness:
    """How far apart two unit-years are, and how far coder noise alone would put them.

    Parameters
    ----------
    distance
        Distance between the mean places, over the draws, of the two. [deviations of coder noise]
    lower, upper
        Interval of the distance with the blur taken away. [deviations of coder noise]
    reach
        Distance that two codings of one and the same unit-year stay within with the probability of the level.
        [deviations of coder noise]
    by_noise
        Share of draws in which two codings of one and the same unit-year lie as far apart as the two do. [0-1]
    """

    distance: float
    lower: float
    upper: float
    reach: float
    by_noise: float


def likeness(one: FloatArray, other: FloatArray, noise: Array, *, level: float = 0.90) -> Likeness:
    r"""Compare the distance of two unit-years with coder noise.

    Parameters
    ----------
    one, other : ndarray, shape (n_components, n_draws)
        Draws of the components in each; NaN where missing. [0-1]
    noise : ndarray, shape (n_components,)
        What a distance of 1 is in each component. [0-1]
    level
        Probability of the interval, and of the reach. (0-1)

    Returns
    -------
    Likeness
        Distance, interval, reach and share; NaN where no draw gives a distance.

    Raises
    ------
    ValueError
        Where shapes do not fit.

    Notes
    -----
    With differences :math:`g_{kr} = (x_{kr} - y_{kr}) / \sigma_k` in draw :math:`r`, the distance is
    :math:`d_r = \sqrt{\overline{g_{kr}^2}}` over the components present. Two codings of the same place would differ by
    :math:`e_r = \sqrt{\overline{(g_{kr} - \bar g_k)^2}}`, the draws about their mean; the reach is its quantile at the
    level, and the blur :math:`b` its root mean square. The distance of the mean places is compared with it.
    A distance over draws is never negative and grows with noise,
    :math:`E d^2 = d(\bar x, \bar y)^2 + b^2`: the interval is therefore that of :math:`\sqrt{\max(d_r^2 - b^2, 0)}`.
    A distance beyond the reach shows that the two differ by more than the coders' uncertainty. One within it does not
    show that they are alike: noisy coders put everything within it.

    Examples
    --------
    >>> found = likeness(np.array([[0.4, 0.6]]), np.array([[0.1, 0.1]]), np.array([0.1]), level=0.5)
    >>> round(found.reach, 6)
    1.0
    """
    if one.ndim != 2 or one.shape != other.shape or np.shape(noise) != (len(one),):
        raise ValueError(f"both need the same components and draws, not {one.shape} and {other.shape}")
    gap = (one.astype(np.float64) - other) / np.asarray(noise, dtype=np.float64)[:, np.newaxis]
    there = ~np.isnan(gap)
    middle = share_of(np.nansum(gap, axis=1), there.sum(axis=1))[:, np.newaxis]
    whole = _mean_square(gap, there)
    alone = _mean_square(gap - middle, there)
    blur = share_of(np.asarray(np.nansum(alone)), np.asarray((~np.isnan(alone)).sum()))
    left = np.sqrt(np.maximum(whole - blur, 0.0))
    apart = _mean_square(middle, ~np.isnan(middle))
    held = alone[~np.isnan(alone)]
    far = (np.round(held, DIGITS) >= np.round(apart, DIGITS)).sum()
    low, _, high = tails_of(level)
    return Likeness(
        distance=float(np.sqrt(apart[0])),
        lower=_quantile_of(left, low),
        upper=_quantile_of(left, high),
        reach=float(np.sqrt(_quantile_of(alone, level))),
        by_noise=float(share_of(np.asarray(far), np.asarray(len(held)))),
    )


def _mean_square(gap: Array, there: Array) -> Array:
    return share_of(np.nansum(gap**2, axis=0), there.sum(axis=0))


def _quantile_of(values: Array, tail: float) -> float:
    ranked = np.sort(values)
    return float(quantile_of_sorted(ranked, tail, valid=np.asarray((~np.isnan(ranked)).sum())))
