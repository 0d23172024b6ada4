"""Statements about levels: how high, higher than, fallen or risen, above another, and what made most of a change."""

from __future__ import annotations

from typing import Literal

import numpy as np

from alliance_metrics.coding.arrays import Array
from alliance_metrics.history.claims.answers import (
    DECIMALS,
    POINTS,
    Answer,
    DrawnSeries,
    Span,
    exceeds,
    held_where,
    mean_of_years,
    measured,
    told_points,
    told_span,
    within,
)

Direction = Literal["down", "up"]


def higher_than(
    series: DrawnSeries,
    other: DrawnSeries,
    *,
    years: Span,
    other_years: Span,
    margin: float = 0.0,
) -> Answer:
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
    one, two = within(series, years), within(other, other_years)

    def measure(scores: Array, others: Array) -> tuple[Array, Array]:
        difference = mean_of_years(scores[one]) - mean_of_years(others[two])
        return difference, exceeds(difference, margin)

    values, holds, estimate, nominal = measured(measure, series, other)
    means = [float(mean_of_years(part)) for part in (series.nominal[one], other.nominal[two])]
    text = (
        f"{series.name} {told_points(means[0])} in {told_span(years)}, {other.name} {told_points(means[1])} in "
        f"{told_span(other_years)}: difference {told_points(estimate)}"
    )
    return Answer(holds, values, nominal, estimate, POINTS, text)


def above(series: DrawnSeries, *, years: Span, value: float) -> Answer:
    """Ask whether the mean over a span is above a value.

    Parameters
    ----------
    series
        The series.
    years
        The span.
    value
        The value. [points]

    Returns
    -------
    Answer
        In points: the mean.
    """
    return _level(series, years, value, sign=1.0)


def below(series: DrawnSeries, *, years: Span, value: float) -> Answer:
    """Ask whether the mean over a span is below a value.

    Parameters
    ----------
    series, years, value
        As in `above`.

    Returns
    -------
    Answer
        In points: the mean.
    """
    return _level(series, years, value, sign=-1.0)


def _level(series: DrawnSeries, years: Span, value: float, *, sign: float) -> Answer:
    inside = within(series, years)

    def measure(scores: Array) -> tuple[Array, Array]:
        mean = mean_of_years(scores[inside])
        return mean, exceeds(sign * mean, sign * value)

    values, holds, estimate, nominal = measured(measure, series)
    text = f"{series.name} is {told_points(estimate)} on average in {told_span(years)}, against {told_points(value)}"
    return Answer(holds, values, nominal, estimate, POINTS, text)


def falls(series: DrawnSeries, *, years: Span, margin: float = 0.0) -> Answer:
    """Ask whether the last year of a span lies below its first by more than a margin.

    Parameters
    ----------
    series
        The series.
    years
        The two years.
    margin
        By how much. [points]

    Returns
    -------
    Answer
        In points: the change, below zero where it fell.
    """
    return _change(series, years, margin, sign=-1.0)


def rises(series: DrawnSeries, *, years: Span, margin: float = 0.0) -> Answer:
    """Ask whether the last year of a span lies above its first by more than a margin.

    Parameters
    ----------
    series, years, margin
        As in `falls`.

    Returns
    -------
    Answer
        In points: the change.
    """
    return _change(series, years, margin, sign=1.0)


def _change(series: DrawnSeries, years: Span, margin: float, *, sign: float) -> Answer:
    rows = np.flatnonzero(within(series, years))[[0, -1]]

    def measure(scores: Array) -> tuple[Array, Array]:
        change = scores[rows[1]] - scores[rows[0]]
        return change, exceeds(sign * change, margin)

    values, holds, estimate, nominal = measured(measure, series)
    ends = [told_points(float(series.nominal[row])) for row in rows]
    text = f"{series.name} {ends[0]} in {years[0]}, {ends[1]} in {years[1]}: change {told_points(estimate)}"
    return Answer(holds, values, nominal, estimate, POINTS, text)


def gap_positive(series: DrawnSeries, other: DrawnSeries, *, years: Span, margin: float = 0.0) -> Answer:
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
    one, two = within(series, years), within(other, years)

    def measure(scores: Array, others: Array) -> tuple[Array, Array]:
        gap = mean_of_years(scores[one] - others[two])
        return gap, exceeds(gap, margin)

    values, holds, estimate, nominal = measured(measure, series, other)
    text = f"{series.name} less {other.name} is {told_points(estimate)} on average in {told_span(years)}"
    return Answer(holds, values, nominal, estimate, POINTS, text)


def gap_larger(series: DrawnSeries, other: DrawnSeries, *, years: Span, than: Span, margin: float = 0.0) -> Answer:
    """Ask whether the gap between two series is larger in one span than in another.

    Parameters
    ----------
    series, other
        The series.
    years, than
        The spans.
    margin
        By how much. [points]

    Returns
    -------
    Answer
        In points: the mean gap in the first span less that in the second.
    """
    spans = [(within(series, span), within(other, span)) for span in (years, than)]

    def measure(scores: Array, others: Array) -> tuple[Array, Array]:
        gaps = [mean_of_years(scores[one] - others[two]) for one, two in spans]
        growth = gaps[0] - gaps[1]
        return growth, exceeds(growth, margin)

    values, holds, estimate, nominal = measured(measure, series, other)
    gaps = [told_points(float(mean_of_years(series.nominal[one] - other.nominal[two]))) for one, two in spans]
    text = (
        f"{series.name} less {other.name} is {gaps[0]} in {told_span(years)} and {gaps[1]} in {told_span(than)}: "
        f"difference {told_points(estimate)}"
    )
    return Answer(holds, values, nominal, estimate, POINTS, text)


def stays_above(
    series: DrawnSeries, other: DrawnSeries | None = None, *, years: Span, value: float | None = None
) -> Answer:
    """Ask whether a series is above a value, or above another series, in every year of a span.

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

    Returns
    -------
    Answer
        In points: the least score of the span, or the least lead over the other series.
    """
    return _every_year(series, other, years, value=value, sign=1.0)


def stays_below(
    series: DrawnSeries, other: DrawnSeries | None = None, *, years: Span, value: float | None = None
) -> Answer:
    """Ask whether a series is below a value, or below another series, in every year of a span.

    Parameters
    ----------
    series, other, years, value
        As in `stays_above`.

    Returns
    -------
    Answer
        In points: the greatest score of the span, or the greatest of the one less the other.
    """
    return _every_year(series, other, years, value=value, sign=-1.0)


def _every_year(
    series: DrawnSeries, other: DrawnSeries | None, years: Span, *, value: float | None, sign: float
) -> Answer:
    both = (series,) if other is None else (series, other)
    marks = [within(one, years) for one in both]
    limit = 0.0 if value is None else value

    def measure(*scores: Array) -> tuple[Array, Array]:
        parts = [part[mark] for part, mark in zip(scores, marks, strict=True)]
        own = parts[0] if other is None else parts[0] - parts[1]
        worst = sign * np.min(sign * own, axis=0)
        return worst, exceeds(sign * worst, sign * limit)

    values, holds, estimate, nominal = measured(measure, *both)
    what = series.name if other is None else f"{series.name} less {other.name}"
    word = "never below" if sign > 0 else "never above"
    text = f"{what} is {word} {told_points(estimate)} in {told_span(years)}, against {told_points(limit)}"
    return Answer(holds, values, nominal, estimate, POINTS, text)


def contributed_most(*parts: DrawnSeries, years: Span, weights: Array, direction: Direction = "down") -> Answer:
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
    rows = np.flatnonzero(within(parts[0], years))[[0, -1]]
    sign = -1.0 if direction == "down" else 1.0

    def measure(*scores: Array) -> tuple[Array, Array]:
        changes = np.stack([w * (part[rows[1]] - part[rows[0]]) for w, part in zip(weights, scores, strict=True)])
        turned = np.round(sign * changes, DECIMALS)
        most = np.max(turned[1:], axis=0, initial=0.0)
        return changes[0], held_where(turned[0] > most, ~np.isnan(changes).any(axis=0))

    values, holds, estimate, nominal = measured(measure, *parts)
    told = ", ".join(
        f"{part.name} {told_points(float(w * (part.nominal[rows[1]] - part.nominal[rows[0]])))}"
        for w, part in zip(weights, parts, strict=True)
    )
    return Answer(
        holds, values, nominal, estimate, POINTS, f"weighted change from {years[0]} to {years[1]}: {told} points"
    )
