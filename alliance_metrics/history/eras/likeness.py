"""Whether two unit-years are farther apart than two codings of the same one would be."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from alliance_metrics.coding.arrays import Array
from alliance_metrics.uncertainty.coder_draws import Singles
from alliance_metrics.uncertainty.comparisons import DIGITS, quantile_of_sorted, tails_of
from alliance_metrics.uncertainty.spans import share_of


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


def likeness(one: Singles, other: Singles, noise: Array, *, level: float = 0.90) -> Likeness:
    r"""Hold the distance of two unit-years against coder noise.

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
    level, and the blur :math:`b` its root mean square. The distance of the mean places is what is held against it.
    A distance over draws is never negative and grows with noise,
    :math:`E d^2 = d(\bar x, \bar y)^2 + b^2`: the interval is therefore that of :math:`\sqrt{\max(d_r^2 - b^2, 0)}`.
    A distance beyond the reach says that the two differ by more than these coders doubt. One within it does not say
    that they are alike: noisy coders put everything within it.

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
        lower=_quantile(left, low),
        upper=_quantile(left, high),
        reach=float(np.sqrt(_quantile(alone, level))),
        by_noise=float(share_of(np.asarray(far), np.asarray(len(held)))),
    )


def _mean_square(gap: Array, there: Array) -> Array:
    return share_of(np.nansum(gap**2, axis=0), there.sum(axis=0))


def _quantile(values: Array, tail: float) -> float:
    ranked = np.sort(values)
    return float(quantile_of_sorted(ranked, tail, valid=np.asarray((~np.isnan(ranked)).sum())))
