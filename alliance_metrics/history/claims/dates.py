"""Statements about years: of a peak, a low, the greatest fall, and of the year most like another."""

from __future__ import annotations

import numpy as np

from alliance_metrics.coding.arrays import Array, BoolArray, IntArray
from alliance_metrics.history.claims.answers import (
    DECIMALS,
    YEAR,
    Answer,
    DrawnSeries,
    Span,
    held_where,
    measured,
    told_points,
    told_span,
    told_year,
    within,
)
from alliance_metrics.history.eras.analogues import coder_noise

_PIECE = 1024  # draws at a time


def peak_within(series: DrawnSeries, *, years: Span) -> Answer:
    """Ask whether every year with the greatest score lies within a span.

    Parameters
    ----------
    series
        The series.
    years
        The span.

    Returns
    -------
    Answer
        In years: the first year with the greatest score.

    Notes
    -----
    A year outside that is as great refutes it. Years without a score are passed over.
    """
    return _extreme(series, years, sign=1.0)


def low_within(series: DrawnSeries, *, years: Span) -> Answer:
    """Ask whether every year with the least score lies within a span.

    Parameters
    ----------
    series, years
        As in `peak_within`.

    Returns
    -------
    Answer
        In years: the first year with the least score.
    """
    return _extreme(series, years, sign=-1.0)


def _extreme(series: DrawnSeries, years: Span, *, sign: float) -> Answer:
    inside = _inside(series, years)

    def measure(scores: Array) -> tuple[Array, Array]:
        return _best_year(np.round(sign * scores, DECIMALS), series.years, inside)

    values, holds, estimate, nominal = measured(measure, series)
    best = [sign * float(np.fmax.reduce(sign * series.nominal[part], initial=np.nan)) for part in (inside, ~inside)]
    word, most = ("greatest", "at most") if sign > 0 else ("least", "at least")
    text = (
        f"{series.name} is {word} in {told_year(estimate)}; {most} {told_points(best[0])} points in {told_span(years)} "
        f"and {told_points(best[1])} outside"
    )
    return Answer(holds, values, nominal, estimate, YEAR, text)


def _inside(series: DrawnSeries, years: Span) -> BoolArray:
    inside = within(series, years)
    if inside.all():
        raise ValueError(f"{told_span(years)} is the whole record of {series.name}, so nothing is claimed")
    return inside


def _best_year(scores: Array, years: IntArray, inside: BoolArray) -> tuple[Array, Array]:
    """Give the first year with the greatest score, and whether all such years lie inside."""
    filled = np.where(np.isnan(scores), -np.inf, scores)
    best_in, best_out = filled[inside].max(axis=0), filled[~inside].max(axis=0)
    known = np.isfinite(best_in) & np.isfinite(best_out)
    year = np.where(known, years[filled.argmax(axis=0)].astype(np.float64), np.nan)
    return year, held_where(best_in > best_out, known)


def largest_drop_in(series: DrawnSeries, *, years: Span) -> Answer:
    """Ask whether the greatest fall from one year to the next leads into a year of a span.

    Parameters
    ----------
    series
        The series.
    years
        The span.

    Returns
    -------
    Answer
        In years: the first year with the greatest fall.

    Notes
    -----
    Falls are taken between years that follow one another. As great a fall outside refutes it; a series that never falls
    gives no answer.
    """
    inside = _inside(series, years)
    follows = np.flatnonzero(np.diff(series.years) == 1) + 1

    def measure(scores: Array) -> tuple[Array, Array]:
        drop = np.full(scores.shape, np.nan)
        drop[follows] = np.round(scores[follows - 1] - scores[follows], DECIMALS)
        year, holds = _best_year(drop, series.years, inside)
        fell = np.fmax.reduce(drop, axis=0, initial=-np.inf) > 0
        return np.where(fell, year, np.nan), np.where(fell, holds, np.nan)

    values, holds, estimate, nominal = measured(measure, series)
    text = f"{series.name} falls most from one year to the next into {told_year(estimate)}"
    return Answer(holds, values, nominal, estimate, YEAR, text)


def most_similar_within(*series: DrawnSeries, year: int, years: Span) -> Answer:
    r"""Ask whether, of the years of one record, the one most like a given year of another lies within a span.

    Parameters
    ----------
    *series
        The components of the record of the given year, then the same components of the record searched.
    year
        The year asked about.
    years
        The span of the record searched.

    Returns
    -------
    Answer
        In years: the nearest year.

    Notes
    -----
    Distance as in `nearest_analogues`: root mean square over components in units of coder noise, in the same draw of
    both. There is always a nearest year, near or not.
    """
    half = len(series) // 2
    own, others = series[:half], series[half:]
    row, inside = np.flatnonzero(within(own[0], (year, year)))[0], _inside(others[0], years)
    noise = coder_noise(*(np.stack([part.draws / 100.0 for part in group]) for group in (own, others)))

    def nearest(here: Array, there: Array) -> tuple[Array, Array]:
        squares = ((there - here[:, np.newaxis]) / noise[:, np.newaxis, np.newaxis]) ** 2
        return _best_year(-np.round(squares.mean(axis=0), 2 * DECIMALS), others[0].years, inside)

    found = []
    for start in range(0, own[0].draws.shape[1], _PIECE):
        piece = slice(start, start + _PIECE)
        here = np.stack([part.draws[row, piece] / 100.0 for part in own]).astype(np.float64)
        found.append(nearest(here, np.stack([part.draws[:, piece] / 100.0 for part in others]).astype(np.float64)))
    values, holds = (np.concatenate([pair[place] for pair in found]) for place in (0, 1))
    middle = np.stack([part.nominal[:, np.newaxis] / 100.0 for part in others])
    estimate, nominal = nearest(np.array([[part.nominal[row] / 100.0] for part in own]), middle)
    text = f"of {told_span(others[0].span)}, {told_year(float(estimate[0]))} is most like {year}"
    return Answer(holds, values, float(nominal[0]), float(estimate[0]), YEAR, text)
