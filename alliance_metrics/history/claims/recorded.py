"""Statements about the record: levels, changes and gaps, what made most of a change, and years of peaks and falls."""

from __future__ import annotations

from typing import Literal

import numpy as np

from alliance_metrics.coding.arrays import Array, BoolArray, IntArray
from alliance_metrics.history.claims import answers
from alliance_metrics.history.eras.analogues import coder_noise

Direction = Literal["down", "up"]

_PIECE = 1024  # draws at a time


def higher_than(
    series: answers.DrawnSeries,
    other: answers.DrawnSeries,
    *,
    years: answers.Span,
    other_years: answers.Span,
    margin: float = 0.0,
) -> answers.Answer:
    """Ask whether the mean of one series over a span exceeds that of another over its own.

    Parameters
    ----------
    series, other
        The series; the same one where two spans of it are compared.
    years, other_years
        The spans.
    margin
        By how much. [points]

    Returns
    -------
    Answer
        In points: the difference of the means.
    """
    one, two = answers.within(series, years), answers.within(other, other_years)

    def measure(scores: Array, others: Array) -> tuple[Array, Array]:
        difference = answers.mean_of_years(scores[one]) - answers.mean_of_years(others[two])
        return difference, answers.exceeds(difference, margin)

    means = [
        answers.format_points(float(answers.mean_of_years(part))) for part in (series.nominal[one], other.nominal[two])
    ]
    spans = [answers.format_span(years), answers.format_span(other_years)]
    about = f"{series.name} {means[0]} in {spans[0]}, {other.name} {means[1]} in {spans[1]}: difference "
    return answers.recorded(measure, series, other, text=lambda estimate: about + answers.format_points(estimate))


def mean_beyond(series: answers.DrawnSeries, *, years: answers.Span, value: float, sign: float) -> answers.Answer:
    """Ask whether the mean over a span is above, or below, a value.

    Parameters
    ----------
    series
        The series.
    years
        The span.
    value
        The value. [points]
    sign
        1 for above, -1 for below.

    Returns
    -------
    Answer
        In points: the mean.
    """
    inside = answers.within(series, years)

    def measure(scores: Array) -> tuple[Array, Array]:
        mean = answers.mean_of_years(scores[inside])
        return mean, answers.exceeds(sign * mean, sign * value)

    end = f"on average in {answers.format_span(years)}, against {answers.format_points(value)}"
    return answers.recorded(measure, series, text=lambda mean: f"{series.name} is {answers.format_points(mean)} {end}")


def change_beyond(
    series: answers.DrawnSeries, *, years: answers.Span, margin: float = 0.0, sign: float
) -> answers.Answer:
    """Ask whether the last year of a span lies above, or below, its first by more than a margin.

    Parameters
    ----------
    series
        The series.
    years
        The two years.
    margin
        By how much. [points]
    sign
        1 for a rise, -1 for a fall.

    Returns
    -------
    Answer
        In points: the change, below zero where it fell.
    """
    rows = np.flatnonzero(answers.within(series, years))[[0, -1]]

    def measure(scores: Array) -> tuple[Array, Array]:
        change = scores[rows[1]] - scores[rows[0]]
        return change, answers.exceeds(sign * change, margin)

    ends = [
        f"{answers.format_points(float(series.nominal[row]))} in {year}" for row, year in zip(rows, years, strict=True)
    ]
    about = f"{series.name} {ends[0]}, {ends[1]}: change "
    return answers.recorded(measure, series, text=lambda change: about + answers.format_points(change))


def gap_positive(
    series: answers.DrawnSeries, other: answers.DrawnSeries, *, years: answers.Span, margin: float = 0.0
) -> answers.Answer:
    """Ask whether one series stands above another over the years of a span.

    Parameters
    ----------
    series, other
        The series.
    years
        The span.
    margin
        By how much on average. [points]

    Returns
    -------
    Answer
        In points: the mean over the years that both have of the one less the other.
    """
    one, two = answers.within(series, years), answers.within(other, years)

    def measure(scores: Array, others: Array) -> tuple[Array, Array]:
        gap = answers.mean_of_years(scores[one] - others[two])
        return gap, answers.exceeds(gap, margin)

    about, end = f"{series.name} less {other.name} is", f"on average in {answers.format_span(years)}"
    return answers.recorded(measure, series, other, text=lambda gap: f"{about} {answers.format_points(gap)} {end}")


def gap_larger(
    series: answers.DrawnSeries,
    other: answers.DrawnSeries,
    *elsewhere: answers.DrawnSeries,
    years: answers.Span,
    than: answers.Span,
    margin: float = 0.0,
) -> answers.Answer:
    """Ask whether the gap between two series is larger in one span than in another, or than between two others.

    Parameters
    ----------
    series, other
        The series.
    *elsewhere
        The two series of the second span; the same two where absent.
    years, than
        The spans.
    margin
        By how much. [points]

    Returns
    -------
    Answer
        In points: the mean gap in the first span less that in the second.
    """
    four = (series, other, *(elsewhere or (series, other)))
    marks = [answers.within(one, span) for one, span in zip(four, (years, years, than, than), strict=True)]

    def gaps_of(*scores: Array) -> tuple[Array, Array]:
        own = [part[mark] for part, mark in zip(scores, marks, strict=True)]
        return answers.mean_of_years(own[0] - own[1]), answers.mean_of_years(own[2] - own[3])

    def measure(*scores: Array) -> tuple[Array, Array]:
        first, second = gaps_of(*scores)
        return first - second, answers.exceeds(first - second, margin)

    means = [answers.format_points(float(gap)) for gap in gaps_of(*(one.nominal for one in four))]
    second = f", {four[2].name} less {four[3].name} {means[1]}" if elsewhere else f" and {means[1]}"
    both = f"{means[0]} in {answers.format_span(years)}{second} in {answers.format_span(than)}"
    about = f"{series.name} less {other.name} is {both}: difference "
    return answers.recorded(measure, *four, text=lambda growth: about + answers.format_points(growth))


def every_year_beyond(
    series: answers.DrawnSeries,
    other: answers.DrawnSeries | None = None,
    *,
    years: answers.Span,
    value: float | None = None,
    sign: float,
) -> answers.Answer:
    """Ask whether a series is above, or below, a value or another series in every year of a span.

    Parameters
    ----------
    series
        The series.
    other
        The other series, where no value is given.
    years
        The span.
    value
        The value. [points]
    sign
        1 for above, -1 for below.

    Returns
    -------
    Answer
        In points: the score of the span, or lead over the other series, that is least for above, greatest for below.
    """
    both = (series,) if other is None else (series, other)
    marks = [answers.within(one, years) for one in both]
    limit = 0.0 if value is None else value

    def measure(*scores: Array) -> tuple[Array, Array]:
        parts = [part[mark] for part, mark in zip(scores, marks, strict=True)]
        own = parts[0] if other is None else parts[0] - parts[1]
        worst = sign * np.min(sign * own, axis=0)
        return worst, answers.exceeds(sign * worst, sign * limit)

    about = " less ".join(one.name for one in both) + (" is never below" if sign > 0 else " is never above")
    end = f"in {answers.format_span(years)}, against {answers.format_points(limit)}"
    return answers.recorded(measure, *both, text=lambda worst: f"{about} {answers.format_points(worst)} {end}")


def contributed_most(
    *parts: answers.DrawnSeries, years: answers.Span, weights: Array, direction: Direction = "down"
) -> answers.Answer:
    r"""Ask whether the first of several parts makes more of a fall, or rise, between two years than any other.

    Parameters
    ----------
    *parts
        The parts, that of which it is claimed first.
    years
        The two years.
    weights : ndarray, shape (n_parts,)
        Nominal weight of each part. [0-1]
    direction
        Whether a fall or a rise is meant.

    Returns
    -------
    Answer
        In points: the part's weighted change.

    Notes
    -----
    :math:`w_k (s_{k, t_2} - s_{k, t_1})`. Holds where it has the direction and is greater than that of every other
    part. Under arithmetic means these are the contributions to the change; under other rules, and for weights drawn
    anew in each draw, they are a reading with the nominal weights.
    """
    rows = np.flatnonzero(answers.within(parts[0], years))[[0, -1]]
    sign = -1.0 if direction == "down" else 1.0

    def measure(*scores: Array) -> tuple[Array, Array]:
        changes = np.stack([w * (part[rows[1]] - part[rows[0]]) for w, part in zip(weights, scores, strict=True)])
        turned = np.round(sign * changes, answers.DECIMALS)
        most = np.max(turned[1:], axis=0, initial=0.0)
        return changes[0], answers.held_where(turned[0] > most, ~np.isnan(changes).any(axis=0))

    changes = [
        float(w * (part.nominal[rows[1]] - part.nominal[rows[0]])) for w, part in zip(weights, parts, strict=True)
    ]
    listed = ", ".join(
        f"{part.name} {answers.format_points(change)}" for part, change in zip(parts, changes, strict=True)
    )
    return answers.recorded(
        measure, *parts, text=lambda _: f"weighted change from {years[0]} to {years[1]}: {listed} points"
    )


def extreme_within(series: answers.DrawnSeries, *, years: answers.Span, sign: float) -> answers.Answer:
    """Ask whether every year with the greatest, or least, score lies within a span.

    Parameters
    ----------
    series
        The series.
    years
        The span.
    sign
        1 for the greatest score, -1 for the least.

    Returns
    -------
    Answer
        In years: the first year with that score.

    Notes
    -----
    An equal year outside refutes it. Years without a score are passed over.
    """
    inside = _inside(series, years)

    def measure(scores: Array) -> tuple[Array, Array]:
        return _best_year(np.round(sign * scores, answers.DECIMALS), series.years, inside)

    best = [sign * float(np.fmax.reduce(sign * series.nominal[part], initial=np.nan)) for part in (inside, ~inside)]
    word, most = ("greatest", "at most") if sign > 0 else ("least", "at least")
    inner, outer = map(answers.format_points, best)
    end = f"{most} {inner} {series.unit} in {answers.format_span(years)} and {outer} outside"

    def text(year: float) -> str:
        return f"{series.name} is {word} in {answers.format_year(year)}; {end}"

    return answers.recorded(measure, series, text=text, measured_in=answers.YEAR)


def _inside(series: answers.DrawnSeries, years: answers.Span) -> BoolArray:
    inside = answers.within(series, years)
    if inside.all():
        raise ValueError(f"{answers.format_span(years)} is the whole record of {series.name}, so nothing is claimed")
    return inside


def _best_year(scores: Array, years: IntArray, inside: BoolArray) -> tuple[Array, Array]:
    """Give the first year with the greatest score, and whether all such years lie inside."""
    filled = np.where(np.isnan(scores), -np.inf, scores)
    best_in, best_out = filled[inside].max(axis=0), filled[~inside].max(axis=0)
    known = np.isfinite(best_in) & np.isfinite(best_out)
    year = np.where(known, years[filled.argmax(axis=0)].astype(np.float64), np.nan)
    return year, answers.held_where(best_in > best_out, known)


def largest_drop_in(series: answers.DrawnSeries, *, years: answers.Span) -> answers.Answer:
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
        drop[follows] = np.round(scores[follows - 1] - scores[follows], answers.DECIMALS)
        year, holds = _best_year(drop, series.years, inside)
        fell = np.fmax.reduce(drop, axis=0, initial=-np.inf) > 0
        return np.where(fell, year, np.nan), np.where(fell, holds, np.nan)

    about = f"{series.name} falls most from one year to the next into "
    return answers.recorded(
        measure, series, text=lambda year: about + answers.format_year(year), measured_in=answers.YEAR
    )


def most_similar_within(*series: answers.DrawnSeries, year: int, years: answers.Span) -> answers.Answer:
    r"""Ask whether, of the years of one record, the one most like a given year of another lies within a span.

    Parameters
    ----------
    *series
        The components of the record of the given year, then the same components of the record searched.
    year
        The given year.
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
    row, inside = np.flatnonzero(answers.within(own[0], (year, year)))[0], _inside(others[0], years)
    draws = [np.stack([part.draws / 100.0 for part in group]) for group in (own, others)]
    noise = coder_noise(*draws)

    def nearest(here: Array, there: Array) -> tuple[Array, Array]:
        squares = ((there - here[:, np.newaxis]) / noise[:, np.newaxis, np.newaxis]) ** 2
        return _best_year(-np.round(squares.mean(axis=0), 2 * answers.DECIMALS), others[0].years, inside)

    found = []
    for start in range(0, draws[0].shape[-1], _PIECE):
        piece = (..., slice(start, start + _PIECE))
        found.append(nearest(*(part[piece].astype(np.float64) for part in (draws[0][:, row], draws[1]))))
    values, holds = (np.concatenate(parts) for parts in zip(*found, strict=True))
    nominal = [np.stack([part.nominal[:, np.newaxis] / 100.0 for part in group]) for group in (own, others)]
    estimate, holds_nominally = (float(one[0]) for one in nearest(nominal[0][:, row], nominal[1]))
    text = f"of {answers.format_span(others[0].span)}, {answers.format_year(estimate)} is most like {year}"
    return answers.Answer(holds, values, holds_nominally, estimate, answers.YEAR, text)
