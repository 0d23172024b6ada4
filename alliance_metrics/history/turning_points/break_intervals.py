"""How sure the date of a break is: Bai's distribution of the date around the true one."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from alliance_metrics.coding.arrays import Array, BoolArray, IntArray
from alliance_metrics.history.turning_points.break_calibration import corrected_autocorrelation, first_autocorrelation
from alliance_metrics.uncertainty.comparisons import tails_of

_GREATEST_RATIO = 1e4  # of variances: more changes no distance, and the exponentials would lose their digits
_NO_SHIFT = 1e-300
_ROUNDING = 1e-24  # of the mean square: less is what arithmetic leaves of a perfect fit
_FURTHEST = 10_000  # years
_GREATEST_AUTOCORRELATION = 0.9


@dataclass(frozen=True, eq=False)
class Reach:
    """How far intervals reach from the dates, each array of shape (n_breaks,).

    Parameters
    ----------
    earlier, later : ndarray of int
        Years before and after the date found.
    one_sided : ndarray of bool
        Where one segment varies so much less than the other that the date can err to one side alone, as far as this
        level goes; the other end is the date itself.
    """

    earlier: IntArray
    later: IntArray
    one_sided: BoolArray


def later_probability(distance: float, *, ratio: float) -> float:
    """Give the probability that the date errs to one side by more than a distance.

    Parameters
    ----------
    distance
        Years, times the square of the shift, over the variance of that side's segment. [0, infinity)
    ratio
        Variance of that side's segment over the variance of the other. (0, infinity)

    Returns
    -------
    float
        The probability. [0-1]

    Notes
    -----
    The date found, less the true one, is distributed as the place of the maximum of a Brownian motion with downward
    drift to both sides (Bai 1997). With ratio r, distance x and the normal distribution N, one side has

    ``(d - 2 + x / 2) N(-sqrt(x) / 2) - c exp(r (1 + r) x / 2) N(-(r + 1/2) sqrt(x)) - sqrt(x / 2 pi) exp(-x / 8)``,

    ``c = (1 + 2 r) / (r (1 + r))`` and ``d = (1 + 2 r)^2 / (r (1 + r))``. At x = 0 this is ``r / (1 + r)``, and both
    sides sum to one. Bai's two formulas are this one, each side measured in its own units.
    """
    from scipy.special import log_ndtr

    root = math.sqrt(distance)
    scale = ratio * (1.0 + ratio)
    first = (1.0 + 2.0 * ratio) / scale
    second = (1.0 + 2.0 * ratio) ** 2 / scale
    grown = math.exp(scale * distance / 2.0 + float(log_ndtr(-(ratio + 0.5) * root)))
    normal = math.exp(float(log_ndtr(-root / 2.0)))
    density = root * math.exp(-distance / 8.0) / math.sqrt(2.0 * math.pi)
    return (second - 2.0 + distance / 2.0) * normal - first * grown - density


def side_reach(tail: float, *, ratio: float) -> float:
    """Give the distance beyond which the date errs to one side with a probability.

    Parameters
    ----------
    tail
        The probability. (0-0.5]
    ratio
        As in `later_probability`.

    Returns
    -------
    float
        The distance, in its units; 0 where even any error to that side is less probable.
    """
    from scipy.optimize import brentq

    if ratio / (1.0 + ratio) <= tail:
        return 0.0
    far = 1.0
    while later_probability(far, ratio=ratio) > tail:
        far *= 2.0
    found: float = brentq(lambda x: later_probability(x, ratio=ratio) - tail, 0.0, far, xtol=1e-10)
    return found


def break_reach(
    y: Array,
    breaks: IntArray,
    *,
    design: Array,
    level: float,
    heteroskedastic: bool = False,
    autocorrelated: bool = False,
    at_break: bool = False,
) -> Reach:
    """Give how far the interval of each break reaches.

    Parameters
    ----------
    y : ndarray, shape (n_years,)
        The series.
    breaks : ndarray of int, shape (n_breaks,)
        Places of the first observation of each new segment.
    design : ndarray, shape (n_years, n_regressors)
        Regressors.
    level
        Probability of the intervals. (0-1)
    heteroskedastic
        Whether each segment has a variance of its own; one for all where not.
    autocorrelated
        Whether errors of neighbouring years may go together.
    at_break
        Whether the shift is that of the fitted lines at the break, as regressors that grow with time require, and not
        its mean square over the adjacent segment.

    Returns
    -------
    Reach
        Whole years, rounded away from the date.

    Notes
    -----
    Variances are residual sums of squares over the number of observations, without a correction for coefficients, and
    the shift of a segment is the mean of ``(x' (b2 - b1))^2`` over it: as in R strucchange (`confint.breakpointsfull`).
    Where strucchange gives no interval, because the variances are too unlike, ours is one-sided and says so.

    The distribution rests on the long-run variance of the errors. With `autocorrelated` the variances are multiplied by
    ``(1 + r) / (1 - r)``, r the coefficient of the errors about all segments (`corrected_autocorrelation`), held
    between 0 and 0.9. strucchange leaves that to a kernel estimate for each segment, for which short segments have too
    few years.
    """
    ends = [0, *breaks.tolist(), len(y)]
    parts = [slice(first, last) for first, last in pairwise(ends)]
    fits = [np.linalg.lstsq(design[part], y[part], rcond=None)[0] for part in parts]
    residuals = [y[part] - design[part] @ fit for part, fit in zip(parts, fits, strict=True)]
    rounding = _ROUNDING * float(np.square(y).mean())
    own = [float(square) if (square := (rest**2).mean()) > rounding else 0.0 for rest in residuals]
    variances = own if heteroskedastic else [float((np.concatenate(residuals) ** 2).mean())] * len(own)
    if autocorrelated:
        factor = _long_run_factor(np.concatenate(residuals), n_regressors=design.shape[1], n_segments=len(parts))
        variances = [factor * variance for variance in variances]
    reaches, one_sided = np.zeros((len(breaks), 2), dtype=np.intp), np.zeros(len(breaks), dtype=np.bool_)
    for place, first in enumerate(breaks.tolist()):
        moved = (design @ (fits[place + 1] - fits[place])) ** 2
        sides = (slice(first - 1, first), slice(first, first + 1)) if at_break else parts[place : place + 2]
        distances = _both_sides(tails_of(level)[0], variances[place : place + 2])
        for side, part in enumerate(sides):
            years = distances[side] * variances[place + side] / max(float(moved[part].mean()), _NO_SHIFT)
            reaches[place, side] = math.ceil(min(years, _FURTHEST))
        one_sided[place] = min(distances) == 0.0 and max(variances[place : place + 2]) > 0.0
    return Reach(earlier=reaches[:, 1], later=reaches[:, 0], one_sided=one_sided)


def _long_run_factor(residuals: Array, *, n_regressors: int, n_segments: int) -> float:
    """Give the long-run variance of the errors over their variance."""
    raw = first_autocorrelation(residuals)
    found = corrected_autocorrelation(raw, n_years=len(residuals), n_regressors=n_regressors, n_segments=n_segments)
    held = min(max(float(found), 0.0), _GREATEST_AUTOCORRELATION)
    return (1.0 + held) / (1.0 - held)


def _both_sides(tail: float, variances: list[float]) -> tuple[float, float]:
    """Give the distances on the side of the segment before and of the one after."""
    before, after = variances
    if before == after:
        both = side_reach(tail, ratio=1.0)
        return both, both
    ratio = min(max(before / max(after, _NO_SHIFT), 1.0 / _GREATEST_RATIO), _GREATEST_RATIO)
    return side_reach(tail, ratio=ratio), side_reach(tail, ratio=1.0 / ratio)
