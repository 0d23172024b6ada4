"""Statements about dated falls and breaks: which came first, and when, with tests against random swings."""

from __future__ import annotations

from typing import Literal

import numpy as np

from alliance_metrics.coding.arrays import Array, IntArray
from alliance_metrics.history.claims import answers
from alliance_metrics.history.turning_points.break_significance import break_power, break_test
from alliance_metrics.history.turning_points.falls import read_falls
from alliance_metrics.history.turning_points.order import order_test
from alliance_metrics.sensitivity.outputs import SEGMENT, break_years

Reading = Literal["break", "onset"]
Turn = Literal["down", "up", "either"]

#: Size of the break for which power is given, in standard deviations about the segments.
BREAK_SIZE = 3.0


def first_to_fall(*series: answers.DrawnSeries, reading: Reading, trials: answers.Trials) -> answers.Answer:
    """Ask whether the first of several series fell before every other.

    Parameters
    ----------
    *series
        Two series or more of the same years, that of which it is claimed first.
    reading
        How a fall is dated; see `read_falls`.
    trials
        Inputs of the test.

    Returns
    -------
    Answer
        In years: the year in which the series fell. P-value: how often series that all fell in one year would show a
        lead as long (`order_test`), whichever of them leads. Power: for falls in the years found.

    Raises
    ------
    ValueError
        Where there are too few years to date a fall in.

    Notes
    -----
    A fall in the same year refutes it; a series that never fell comes after all that did. Draws in which none fell give
    no answer.
    """
    years = series[0].years
    if len(years) < 2 * SEGMENT:
        raise ValueError(f"a fall can be dated in {2 * SEGMENT} years or more, and there are {len(years)}")
    scores, whole = answers.whole_draws(*series)
    dated = answers.in_pieces(lambda piece: read_falls(piece, years, reading), scores, width=1024)
    levels = np.stack([one.nominal for one in series])
    own = read_falls(levels, years, reading)
    order = order_test(levels, years, reading, rng=trials.rng)
    found = ["not at all" if np.isnan(year) else answers.format_year(year) for year in own]
    listed = ", ".join(f"{one.name} {year}" for one, year in zip(series, found, strict=True))
    return answers.tested(
        _first_alone(dated),
        dated[:, 0],
        whole,
        nominal=(float(own[0]), float(_first_alone(own[np.newaxis])[0])),
        measured_in=answers.YEAR,
        text=f"by the {reading} of each: {listed}",
        p_values=(order.p_value, order.p_value),
        power=order.power,
    )


def _first_alone(dated: Array) -> Array:
    """Mark the draws in which the first column is before every other, shape (n_draws,)."""
    filled = np.where(np.isnan(dated), np.inf, dated)
    return answers.held_where(filled[:, 0] < filled[:, 1:].min(axis=1), np.asarray(np.isfinite(filled).any(axis=1)))


def falls_before(
    series: answers.DrawnSeries, other: answers.DrawnSeries, *, reading: Reading, trials: answers.Trials
) -> answers.Answer:
    """Ask whether one series fell before another.

    Parameters
    ----------
    series, other
        The series.
    reading, trials
        As in `first_to_fall`.

    Returns
    -------
    Answer
        As in `first_to_fall`.
    """
    return first_to_fall(series, other, reading=reading, trials=trials)


def break_within(
    series: answers.DrawnSeries, *, years: answers.Span, direction: Turn = "either", trials: answers.Trials
) -> answers.Answer:
    """Ask whether the one break in mean that fits a series best lies within a span.

    Parameters
    ----------
    series
        The series.
    years
        The span: years of the first year of the new segment.
    direction
        Whether the mean goes down or up there.
    trials
        Inputs of the test.

    Returns
    -------
    Answer
        In years: the break. P-value: that of `break_test`, for any break at all. Power: for a break of `BREAK_SIZE`
        deviations in mid-record.

    Raises
    ------
    ValueError
        Where the series cannot break, or every break of it, or none, would lie in the span.
    """
    marked = answers.within(series, years)
    scores, whole = answers.whole_draws(series)

    def answered(values: Array) -> tuple[Array, Array]:
        found = break_years(values, series.years)
        turn = _turns(values, series.years, found)
        meant = np.ones(len(found), dtype=bool) if direction == "either" else turn == (-1 if direction == "down" else 1)
        inside = np.isin(found, series.years[marked])
        return found, answers.held_where(inside & meant, ~np.isnan(found) & (turn != 0))

    if len(series.years) < 2 * SEGMENT or not np.round(np.ptp(series.nominal), answers.DECIMALS):
        raise ValueError(f"{series.name} has too few years, or does not vary, so that it cannot break")
    _refuse_certain(series, years, either=direction == "either")
    values, holds = answered(scores[:, 0].T)
    estimate, nominal = answered(series.nominal[:, np.newaxis])
    calibration = trials.calibration(len(series.years))
    test = break_test(series.nominal, years=series.years, rng=trials.rng, calibration=calibration)
    persistence = test.autoregression_within
    power = break_power([BREAK_SIZE], calibration=calibration, autoregression=persistence, rng=trials.rng)
    turn = "down" if _turns(series.nominal[:, np.newaxis], series.years, estimate)[0] < 0 else "up"
    return answers.tested(
        holds,
        values,
        whole,
        nominal=(float(estimate[0]), float(nominal[0])),
        measured_in=answers.YEAR,
        text=f"{series.name} breaks {turn} in {answers.format_year(float(estimate[0]))}, "
        f"asked about {answers.format_span(years)}",
        p_values=(test.p_value, test.p_value),
        power=float(power[0]),
    )


def _refuse_certain(series: answers.DrawnSeries, years: answers.Span, *, either: bool) -> None:
    """Refuse a span in which every possible break lies, or none."""
    possible = series.years[SEGMENT : len(series.years) - SEGMENT + 1]
    inside = (possible >= years[0]) & (possible <= years[1])
    where = answers.format_span((int(possible[0]), int(possible[-1])))
    if not inside.any():
        raise ValueError(f"{series.name} can break in {where} alone, not in {answers.format_span(years)}")
    if either and inside.all():
        raise ValueError(
            f"every break of {series.name} would lie in {answers.format_span(years)}, so nothing is claimed"
        )


def _turns(values: Array, years: IntArray, breaks: Array) -> Array:
    """Give the sign of the change of mean at a break, shape (n,); 0 where there is none."""
    after = years[:, np.newaxis] >= breaks
    late = np.maximum(after.sum(axis=0), 1)
    early = np.maximum((~after).sum(axis=0), 1)
    change = np.where(after, values, 0.0).sum(axis=0) / late - np.where(after, 0.0, values).sum(axis=0) / early
    return np.asarray(np.where(np.isnan(breaks), 0.0, np.sign(np.round(change, answers.DECIMALS))))
