"""Two eras side by side on the common scale: level, trend, volatility, peak, mix, event time.

Two eras are two cases. Their intervals reflect measurement uncertainty and nothing else, so there is no p-value.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from alliance_metrics.coding.arrays import Array, FloatArray, IntArray
from alliance_metrics.uncertainty.spans import NO_P_VALUE, Span, share_of, span_of

#: Measures of a series, in the order of the arrays of `EraComparison`.
MEASURES = ("level", "trend", "volatility", "peak", "peak_year", "low", "low_year")
_DECADE = 10.0


@dataclass(frozen=True, eq=False)
class EraSeries:
    """Draws of an index, and of its parts, in the years of an era.

    Parameters
    ----------
    years : ndarray of int, shape (n_years,)
        Calendar years, rising.
    index : ndarray, shape (n_years, n_draws)
        Scores; NaN where missing. [0-1]
    parts : ndarray, shape (n_parts, n_years, n_draws)
        Scores of its parts; NaN where missing. [0-1]
    origin
        Year from which event time is counted, such as that of a treaty; the first year of the era where absent.
    """

    years: IntArray
    index: FloatArray
    parts: FloatArray
    origin: int | None = None

    @property
    def since(self) -> IntArray:
        """Years since the origin, shape (n_years,)."""
        return self.years - (int(self.years[0]) if self.origin is None else self.origin)


@dataclass(frozen=True, eq=False)
class EraComparison:
    """Two eras side by side.

    Parameters
    ----------
    measures
        Names along the first axis of the three spans that follow: see `era_measures` for their units.
    first, second, difference : Span of shape (n_measures,)
        Measures of each era, and the second's less the first's.
    first_mix, second_mix, mix_difference : Span of shape (n_parts,)
        Share of each part in the sum of the parts, and the second's share less the first's. [0-1]
    basis
        Basis of the probabilities.
    """

    measures: tuple[str, ...]
    first: Span
    second: Span
    difference: Span
    first_mix: Span
    second_mix: Span
    mix_difference: Span
    basis: str = NO_P_VALUE


@dataclass(frozen=True, eq=False)
class EventTime:
    """Two groups of series by years since an event.

    Parameters
    ----------
    since : ndarray of int, shape (n_event_years,)
        Event years that both groups have.
    first, second, difference : Span of shape (n_event_years,)
        Mean of each group over the series that have the year, and the second's less the first's. [0-1]
    n_first, n_second : ndarray of int, shape (n_event_years,)
        Number of series each mean rests on.
    basis
        Basis of the probabilities.
    """

    since: IntArray
    first: Span
    second: Span
    difference: Span
    n_first: IntArray
    n_second: IntArray
    basis: str = NO_P_VALUE


def compare_eras(
    first: EraSeries, second: EraSeries, *, weights: Array | None = None, level: float = 0.90
) -> EraComparison:
    r"""Compare two eras draw by draw.

    Parameters
    ----------
    first, second
        The eras, with the same parts and draws, so that what is uncertain in both alike cancels out.
    weights : ndarray, shape (n_parts,), optional
        Weights of the parts; equal where absent. [0 or more]
    level
        Probability of the intervals. (0-1)

    Returns
    -------
    EraComparison
        Level, trend, volatility, peak, low and mix of each, and their differences.

    Raises
    ------
    ValueError
        Where shapes do not fit one another or years do not rise.

    Notes
    -----
    The share of part :math:`p` is :math:`w_p \bar s_p / \sum_q w_q \bar s_q` with :math:`\bar s` the mean over the
    years of the era: a quotient of means, since yearly shares mean little in years in which all parts are near zero.
    For an index that is not an arithmetic mean it is the mix of the parts and not their contributions.

    See Also
    --------
    era_measures : the measures.
    """
    for era in (first, second):
        _check_series(era)
    if first.parts.shape[::2] != second.parts.shape[::2]:
        raise ValueError("the eras need the same parts and draws")
    measured = [era_measures(era.index, era.years) for era in (first, second)]
    mixes = [part_mix(era.parts, weights) for era in (first, second)]
    return EraComparison(
        measures=MEASURES,
        first=span_of(measured[0], level=level),
        second=span_of(measured[1], level=level),
        difference=span_of(measured[1] - measured[0], level=level),
        first_mix=span_of(mixes[0], level=level),
        second_mix=span_of(mixes[1], level=level),
        mix_difference=span_of(mixes[1] - mixes[0], level=level),
    )


def era_measures(index: FloatArray, years: IntArray) -> Array:
    r"""Measure a series in every draw.

    Parameters
    ----------
    index : ndarray, shape (n_years, n_draws)
        Scores; NaN where missing. [0-1]
    years : ndarray of int, shape (n_years,)
        Calendar years, rising; some may be missing.

    Returns
    -------
    ndarray, shape (n_measures, n_draws)
        In the order of `MEASURES`: the mean; the slope of a straight line, per decade; the standard deviation (n - 1)
        of the changes from one year to the next; the greatest score and its year; the least and its year. Of equal
        years the first. NaN where too few years are there.

    Notes
    -----
    The slope is that of least squares, :math:`10 \sum (t - \bar t) y / \sum (t - \bar t)^2`, over the years present.
    Changes are taken between calendar years that follow one another. A straight line drawn through an era that rises
    and falls shows little: read it beside the peak.
    """
    scores, when = np.asarray(index, dtype=np.float64), np.asarray(years, dtype=np.float64)[:, np.newaxis]
    present = ~np.isnan(scores)
    count = present.sum(axis=0)
    middle = share_of(np.where(present, when, 0.0).sum(axis=0), count)
    lever = np.where(present, when - middle, 0.0)
    slope = share_of(_DECADE * np.nansum(lever * scores, axis=0), (lever**2).sum(axis=0))
    changes = np.diff(scores, axis=0)[np.diff(years) == 1]
    steps = (~np.isnan(changes)).sum(axis=0)
    mean_change = share_of(np.nansum(changes, axis=0), steps)
    spread = np.sqrt(share_of(np.nansum((changes - mean_change) ** 2, axis=0), np.where(steps > 1, steps - 1, 0)))
    high, high_year = _extreme(scores, years, sign=1.0)
    low, low_year = _extreme(scores, years, sign=-1.0)
    mean = share_of(np.nansum(scores, axis=0), count)
    return np.stack([mean, slope, spread, high, high_year, low, low_year])


def part_mix(parts: FloatArray, weights: Array | None = None) -> Array:
    """Give the share of each part in the sum of the parts over an era, in every draw.

    Parameters
    ----------
    parts : ndarray, shape (n_parts, n_years, n_draws)
        Scores of the parts; NaN where missing. [0-1]
    weights : ndarray, shape (n_parts,), optional
        Weights of the parts; equal where absent. [0 or more]

    Returns
    -------
    ndarray, shape (n_parts, n_draws)
        Shares, by the formula in `compare_eras`. [0-1]
    """
    share = np.ones(len(parts)) if weights is None else np.asarray(weights, dtype=np.float64)
    present = (~np.isnan(parts)).sum(axis=1)
    weighted = share[:, np.newaxis] * share_of(np.nansum(parts, axis=1, dtype=np.float64), present)
    return share_of(weighted, np.nansum(weighted, axis=0))


def align_by_event(first: Sequence[EraSeries], second: Sequence[EraSeries], *, level: float = 0.90) -> EventTime:
    """Set two groups of series side by side by years since an event.

    Parameters
    ----------
    first, second
        Series of each group, such as the dyads of an era, each with its own origin; same draws.
    level
        Probability of the intervals. (0-1)

    Returns
    -------
    EventTime
        Means by event year and their differences.

    Raises
    ------
    ValueError
        Where a group is empty, draws differ in number, or there is no event year that both groups have.

    Notes
    -----
    Where a group has more than one series, the series behind its mean change as they begin and end: read it beside the
    numbers of series.
    """
    if not first or not second:
        raise ValueError("each group needs at least one series")
    if len({one.index.shape[1] for one in (*first, *second)}) > 1:
        raise ValueError("all series need the same draws")
    groups = [{int(year) for one in group for year in one.since} for group in (first, second)]
    common = np.array(sorted(groups[0] & groups[1]), dtype=np.int64)
    if not len(common):
        raise ValueError("there is no event year that both groups have")
    (mean_first, n_first), (mean_second, n_second) = (_group_mean(group, common) for group in (first, second))
    return EventTime(
        since=common,
        first=span_of(mean_first, level=level),
        second=span_of(mean_second, level=level),
        difference=span_of(mean_second - mean_first, level=level),
        n_first=n_first,
        n_second=n_second,
    )


def _check_series(era: EraSeries) -> None:
    n_years = len(era.years)
    if era.index.ndim != 2 or era.parts.ndim != 3 or not n_years:
        raise ValueError("an era needs years, an index of years x draws and parts of parts x years x draws")
    if era.index.shape != era.parts.shape[1:] or era.index.shape[0] != n_years:
        raise ValueError("index and parts must have the years and draws of their era")
    if (np.diff(era.years) <= 0).any():
        raise ValueError("the years of an era must rise")


def _extreme(scores: Array, years: IntArray, *, sign: float) -> tuple[Array, Array]:
    filled = np.where(np.isnan(scores), -np.inf, sign * scores)
    place = filled.argmax(axis=0)
    there = np.isfinite(filled.max(axis=0))
    value = np.where(there, np.take_along_axis(scores, place[np.newaxis], axis=0)[0], np.nan)
    return value, np.where(there, np.asarray(years, dtype=np.float64)[place], np.nan)


def _group_mean(group: Sequence[EraSeries], common: IntArray) -> tuple[Array, IntArray]:
    """Average the series of a group in each event year; a series counts where a draw has it."""
    total = np.zeros((len(common), group[0].index.shape[1]))
    count, series = np.zeros(total.shape), np.zeros(len(common), dtype=np.int64)
    for one in group:
        _, here, there = np.intersect1d(common, one.since, return_indices=True)
        scores = one.index[there].astype(np.float64)
        present = ~np.isnan(scores)
        total[here] += np.where(present, scores, 0.0)
        count[here] += present
        series[here] += present.any(axis=1)
    return share_of(total, count), series
