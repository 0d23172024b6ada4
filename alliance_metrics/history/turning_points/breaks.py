"""When a series breaks: the best dates, how many, how sure, and what becomes of them over draws."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

import numpy as np
import pandas as pd

from alliance_metrics.coding.arrays import Array, IntArray
from alliance_metrics.history.turning_points import segmentation
from alliance_metrics.history.turning_points.break_intervals import Reach, break_reach
from alliance_metrics.uncertainty.comparisons import tails_of


@dataclass(frozen=True, eq=False)
class BreakDates:
    """Dates at which a series breaks.

    Parameters
    ----------
    breaks : DataFrame
        One row a break: ``break_year`` (the first year of the new segment), ``lower`` and ``upper`` (years), ``level``;
        ``lower_beyond_record``, ``upper_beyond_record`` (the end lies where the record cannot bear it out, and with
        clipping stands at its edge); ``one_sided`` (the segments' variances are too unlike for an end on one side,
        which is the date itself); ``mean_before`` and ``mean_after`` (of the adjoining segments), ``shift`` (of the
        fitted series at the break). Empty where there is none.
    criteria : DataFrame
        One row for each number of ``breaks``: ``residual_sum_of_squares``, ``bic``, ``lwz``, ``chosen``.
    partitions : DataFrame
        For each number of ``breaks`` the ``break_year`` of each, by ``place`` in time.
    """

    breaks: pd.DataFrame
    criteria: pd.DataFrame
    partitions: pd.DataFrame


@dataclass(frozen=True, eq=False)
class BreakDistribution:
    """Dates of breaks over draws.

    Parameters
    ----------
    break_years : ndarray, shape (n_draws, n_breaks)
        First year of each new segment; NaN for a draw that lacks a year or does not vary.
    breaks : DataFrame
        One row for each ``place`` in time: ``estimate`` (the most common year), ``share`` (of the draws that have it),
        ``median``, ``lower``, ``upper``, ``level``, ``drawn`` (share of draws that give dates).
    years : DataFrame
        One row a ``year``: ``share`` of draws in which it is the first of a new segment.
    """

    break_years: Array
    breaks: pd.DataFrame
    years: pd.DataFrame


def date_breaks(  # noqa: PLR0913 - each is a choice an analyst must be able to make, with a default
    y: Array,
    *,
    years: Sequence[int] | IntArray,
    trend: bool = False,
    minimum_segment: float = segmentation.SHARE_OF_RECORD,
    maximum_breaks: int | None = None,
    criterion: Literal["bic", "lwz"] = "bic",
    breaks: int | None = None,
    level: float = 0.9,
    heteroskedastic: bool = False,
    autocorrelated: bool = False,
    clipped: bool = True,
) -> BreakDates:
    """Date the breaks of a series, with intervals.

    All partitions are compared, so that no break hides another. Dating says when a break was if there was one; whether
    there was any is tested by `break_test`.

    Parameters
    ----------
    y : ndarray, shape (n_years,)
        The series, without gaps.
    years : sequence of int, shape (n_years,)
        Consecutive years.
    trend
        Whether each segment has a slope of its own, and not a mean alone.
    minimum_segment
        Least length of a segment: years, or a share of the record.
    maximum_breaks
        Greatest number of breaks looked at; as many as strucchange looks at where not given.
    criterion
        By which the number of breaks is chosen.
    breaks
        The number of breaks, where it is given and not chosen.
    level
        Probability of the intervals. (0-1)
    heteroskedastic
        Whether each segment has a variance of its own.
    autocorrelated
        Whether neighbouring years err together; intervals of persistent series are far too short without it.
    clipped
        Whether ends of intervals are held within the record.

    Returns
    -------
    BreakDates
        Breaks, criteria and partitions.

    Raises
    ------
    ValueError
        Where years are not consecutive, values are missing, or the breaks asked for do not fit the record.

    Notes
    -----
    The dates minimise the residual sum of squares over all partitions (`best_partitions`; Bai and Perron 2003). The
    number of breaks minimises one of `information_criteria`. Intervals: `break_reach`, Bai (1997), for trends with the
    shift at the break, since the mean over a segment misleads where lines cross.

    R strucchange names a break by the last year of the old segment, we by the first year of the new one: its 1898 with
    1895 to 1902 for the Nile is our 1899 with 1896 to 1903. The conversion, one year later, is made here alone.

    At 21 years both criteria find breaks where there is nothing but persistence: of 4,000 break-free series ``bic``
    finds one or more in 18% where years are independent and 81% where they have the autoregressive coefficient 0.6,
    ``lwz`` in 6% and 59%.

    Share of 90% intervals that hold the true date of one break in mid-record, by its size in standard deviations of the
    errors (2,000 series each; `tests/recovery/test_breaks.py`):

    ===== ==== =========== ================= ========================================
    years size independent coefficient 0.6   coefficient 0.6, ``autocorrelated=True``
    ===== ==== =========== ================= ========================================
    21    1.5  88%         67%               87%
    21    3    98%         92%               97%
    34    1.5  89%         64%               85%
    34    3    98%         91%               96%
    77    1.5  93%         65%               84%
    77    3    97%         91%               97%
    ===== ==== =========== ================= ========================================

    With a slope in each segment it is less: 58%, 61% and 81% for 1.5 and independent years, 89%, 94% and 97% for 3.

    References
    ----------
    R strucchange 1.5-4 (`breakpoints`, `confint.breakpointsfull`, `logLik.breakpoints`); R mbreaks (`doorder`). Bai
    (1997), Bai and Perron (1998, 2003), Zeileis and others (2003), Liu, Wu and Zidek (1997) (orientation).

    Examples
    --------
    >>> found = date_breaks([5, 6, 5, 6, 1, 2, 1, 2, 1], years=range(1956, 1965))
    >>> found.breaks[["break_year", "lower", "upper"]].to_numpy().tolist()
    [[1960, 1959, 1961]]
    """
    series, calendar = segmentation.checked_series(y, years)
    design = segmentation.regressors(len(series), trend=trend)
    minimum = segmentation.segment_length(minimum_segment, n_years=len(series), n_regressors=design.shape[1])
    most = _greatest_number(len(series), minimum, asked=breaks, allowed=maximum_breaks)
    if not 0.0 < level < 1.0:
        raise ValueError(f"the level of an interval lies between 0 and 1, not at {level}")
    squares = segmentation.segment_squares(series - series.mean(), design, minimum=minimum)
    found = segmentation.best_partitions(squares, most=most)
    criteria = segmentation.information_criteria(found.residual, n_years=len(series), n_regressors=design.shape[1])
    number = int(criteria[criterion].argmin()) if breaks is None else breaks
    if number == 0:
        places: IntArray = np.empty(0, dtype=np.intp)
        reach = Reach(places, places, places.astype(np.bool_))
    else:
        places = found.breaks[number - 1]
        reach = break_reach(
            series,
            places,
            design=design,
            level=level,
            heteroskedastic=heteroskedastic,
            autocorrelated=autocorrelated,
            at_break=trend,
        )
    rows = _described(series, places, design).assign(confidence=level, one_sided=reach.one_sided)
    rows = _dated(rows, places, reach, calendar=calendar, clipped=clipped)
    chosen = np.arange(most + 1) == number
    table = pd.DataFrame(
        {"breaks": np.arange(most + 1), "residual_sum_of_squares": found.residual, **criteria, "chosen": chosen}
    )
    return BreakDates(rows, table, _listed(found, calendar))


def _greatest_number(n_years: int, minimum: int, *, asked: int | None, allowed: int | None) -> int:
    """Say up to how many breaks are looked at."""
    fitting = n_years // minimum - 1
    usual = max(1, -(-n_years // minimum) - 2)
    most = max(usual if allowed is None else allowed, asked or 0)
    if asked is None and allowed is None:
        most = min(most, fitting)
    if not 0 <= most <= fitting or (asked is not None and asked < 0):
        raise ValueError(
            f"{n_years} years hold 0 to {fitting} breaks with {minimum} years a segment or more, not {most}"
        )
    return most


def _described(series: Array, places: IntArray, design: Array) -> pd.DataFrame:
    """Describe the segments on both sides of each break."""
    ends = [0, *places.tolist(), len(series)]
    parts = [slice(first, last) for first, last in pairwise(ends)]
    fits = [np.linalg.lstsq(design[part], series[part], rcond=None)[0] for part in parts]
    means = np.array([series[part].mean() for part in parts])
    shifts = [float(design[place] @ (fits[row + 1] - fits[row])) for row, place in enumerate(places.tolist())]
    return pd.DataFrame({"mean_before": means[:-1], "mean_after": means[1:], "shift": np.array(shifts, dtype=float)})


def _dated(rows: pd.DataFrame, places: IntArray, reach: Reach, *, calendar: IntArray, clipped: bool) -> pd.DataFrame:
    """Turn places into years, where a break may be in any year but the first."""
    first, last = 1, len(calendar) - 1
    lower, upper = places - reach.earlier, places + reach.later
    beyond = {"lower_beyond_record": lower < first, "upper_beyond_record": upper > last}
    if clipped:
        lower, upper = np.maximum(lower, first), np.minimum(upper, last)
    years = {"break_year": places, "lower": lower, "upper": upper}
    dated = rows.assign(**{name: calendar[0] + place for name, place in years.items()}, **beyond)
    order = ["break_year", "lower", "upper", "confidence", "lower_beyond_record", "upper_beyond_record", "one_sided"]
    return dated[[*order, "mean_before", "mean_after", "shift"]]


def _listed(found: segmentation.Partitions, calendar: IntArray) -> pd.DataFrame:
    """List the dates of each number of breaks."""
    rows = [
        (number, place, calendar[first])
        for number, breaks in enumerate(found.breaks, start=1)
        for place, first in enumerate(breaks.tolist(), start=1)
    ]
    return pd.DataFrame(rows, columns=["breaks", "place", "break_year"], dtype="int64")


def break_distribution(
    draws: Array,
    *,
    years: Sequence[int] | IntArray,
    breaks: int = 1,
    trend: bool = False,
    minimum_segment: float = segmentation.SHARE_OF_RECORD,
    level: float = 0.9,
) -> BreakDistribution:
    """Date the breaks of every draw of a series.

    Parameters
    ----------
    draws : ndarray, shape (n_draws, n_years)
        The series in each draw.
    years : sequence of int, shape (n_years,)
        Consecutive years.
    breaks
        Number of breaks in each draw.
    trend, minimum_segment
        As in `date_breaks`.
    level
        Probability of the intervals over the draws. (0-1)

    Returns
    -------
    BreakDistribution
        Dates by draw, summed up by place in time and by year.

    Raises
    ------
    ValueError
        Where years are not consecutive, the draws have another number of them, or the breaks do not fit the record.

    Notes
    -----
    The draws say how far the date hangs on what is uncertain in the index. They do not say how far it would move in
    another run of history: that is what the intervals of `date_breaks` are for.
    """
    calendar, drawn = segmentation.consecutive(years), np.asarray(draws, dtype=float)
    if drawn.ndim != 2 or drawn.shape[1] != len(calendar):
        raise ValueError(f"draws of {len(calendar)} years each are needed, not an array of shape {drawn.shape}")
    design = segmentation.regressors(len(calendar), trend=trend)
    minimum = segmentation.segment_length(minimum_segment, n_years=len(calendar), n_regressors=design.shape[1])
    if breaks < 1:
        raise ValueError(f"one break or more is dated in each draw, not {breaks}")
    _greatest_number(len(calendar), minimum, asked=breaks, allowed=None)
    parts = segmentation.partition_draws(
        drawn, years=calendar, most=breaks, trend=trend, minimum_segment=minimum_segment
    )
    return distribution_of(parts.break_years[-1], years=calendar, level=level)


def distribution_of(break_years: Array, *, years: Sequence[int] | IntArray, level: float = 0.9) -> BreakDistribution:
    """Sum up the dates of breaks over draws.

    Parameters
    ----------
    break_years : ndarray, shape (n_draws, n_breaks)
        First year of each new segment, as `partition_draws` gives them; NaN where a draw gives none.
    years : sequence of int, shape (n_years,)
        Consecutive years.
    level
        Probability of the intervals over the draws. (0-1)

    Returns
    -------
    BreakDistribution
        Dates by draw, summed up by place in time and by year.
    """
    found, calendar = np.asarray(break_years, dtype=float), segmentation.consecutive(years)
    return BreakDistribution(found, _summed_up(found, level), _by_year(found, calendar))


def _summed_up(found: Array, level: float) -> pd.DataFrame:
    """Sum up the dates by place in time."""
    known = found[~np.isnan(found).any(axis=1)]
    rows: list[dict[str, Any]] = []
    for place, dates in enumerate(known.T, start=1):
        row: dict[str, Any] = {"place": place, "confidence": level, "drawn": len(known) / max(1, len(found))}
        if len(dates):
            values, counts = np.unique(dates, return_counts=True)
            lower, median, upper = np.quantile(dates, tails_of(level), method="inverted_cdf")
            most = counts.argmax()
            row |= {"estimate": values[most], "share": counts[most] / len(dates)}
            row |= {"median": median, "lower": lower, "upper": upper}
        rows.append(row)
    columns = ["place", "estimate", "share", "median", "lower", "upper", "confidence", "drawn"]
    kinds = dict.fromkeys(("estimate", "median", "lower", "upper"), "Int64")
    return pd.DataFrame(rows).reindex(columns=columns).astype({**kinds, "share": "float64"})


def _by_year(found: Array, calendar: IntArray) -> pd.DataFrame:
    """Give the share of draws in which each year is the first of a new segment."""
    known = found[~np.isnan(found).any(axis=1)]
    share = (
        (known[:, :, np.newaxis] == calendar).any(axis=1).mean(axis=0) if len(known) else np.full(len(calendar), np.nan)
    )
    return pd.DataFrame({"year": calendar, "share": share})
