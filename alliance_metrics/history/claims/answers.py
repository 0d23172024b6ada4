"""Series that a claim is about, in points, and the answer: whether a statement holds in each draw."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from alliance_metrics.coding.arrays import Array, BoolArray, FloatArray, IntArray
from alliance_metrics.history.turning_points.break_calibration import BreakCalibration
from alliance_metrics.uncertainty.spans import share_of

Span = tuple[int, int]
Measure = Callable[..., tuple[Array, Array]]

#: What a quantity is measured in.
POINTS, YEAR = "points", "year"
#: Decimals of points to which scores are held when they are compared: less is rounding of single precision.
DECIMALS = 4


@dataclass(frozen=True, eq=False)
class DrawnSeries:
    """One series by year, nominal and in every draw.

    Parameters
    ----------
    name
        Its name in answers.
    years : ndarray of int, shape (n_years,)
        Years, rising.
    nominal : ndarray, shape (n_years,)
        Nominal scores; NaN where missing. [0-100]
    draws : ndarray, shape (n_years, n_draws)
        Scores in every draw; NaN where missing. [0-100]
    unit
        What they are measured in.
    """

    name: str
    years: IntArray
    nominal: Array
    draws: FloatArray
    unit: str = POINTS

    @property
    def span(self) -> Span:
        """First and last year."""
        return int(self.years[0]), int(self.years[-1])


@dataclass(frozen=True, eq=False)
class Answer:
    """Whether a statement holds, draw by draw, and the point answer.

    Parameters
    ----------
    holds : ndarray, shape (n_draws,)
        1 where it holds, 0 where it does not, NaN where the draw gives no answer.
    quantity : ndarray, shape (n_draws,)
        What the answer turns on; NaN where there is none. [`measured_in`]
    nominal_holds
        Whether it holds at the nominal scores: 1, 0 or NaN.
    estimate
        The quantity at the nominal scores. [`measured_in`]
    measured_in
        Unit of the quantity.
    text
        The point answer in words.
    p_value, p_against
        P-values of a test against chance, for the claim and for its opposite; NaN without a test. [0-1]
    power
        Power of the test for an effect of the size stated with the kind; NaN without a test. [0-1]
    """

    holds: Array
    quantity: Array
    nominal_holds: float
    estimate: float
    measured_in: str
    text: str
    p_value: float = float("nan")
    p_against: float = float("nan")
    power: float = float("nan")


@dataclass(frozen=True, eq=False)
class Trials:
    """Inputs of the significance tests.

    Parameters
    ----------
    rng
        Random numbers for this claim alone.
    calibration
        Gives the calibration of the break test for a number of years; each is computed once.
    """

    rng: np.random.Generator
    calibration: Callable[[int], BreakCalibration]


def recorded(measure: Measure, *series: DrawnSeries, text: Callable[[float], str], measured_in: str = "") -> Answer:
    """Answer a statement about the record from the draws and the nominal scores alone.

    Parameters
    ----------
    measure
        Takes the scores of each series, shape (n_years, n), and gives values and whether the statement holds, shape
        (n,), both NaN where there is no answer.
    *series
        The series.
    text
        Puts the value at the nominal scores into words.
    measured_in
        Unit of the values; that of the series where empty.

    Returns
    -------
    Answer
        The answer, without a test.

    Raises
    ------
    ValueError
        Where the series are measured in different units.
    """
    units = list(dict.fromkeys(one.unit for one in series))
    if len(units) > 1:
        raise ValueError(f"{' and '.join(units)} cannot be compared")
    values, holds = measure(*(np.asarray(one.draws, dtype=np.float64) for one in series))
    nominal = [float(one[0]) for one in measure(*(one.nominal[:, np.newaxis] for one in series))]
    return Answer(holds, values, nominal[1], nominal[0], measured_in or units[0], text(nominal[0]))


def tested(
    holds: Array,
    values: Array,
    whole: BoolArray,
    *,
    nominal: tuple[float, float],
    measured_in: str,
    text: str,
    p_values: tuple[float, float],
    power: float,
) -> Answer:
    """Give the answer to a statement that rests on a test, with the values of complete draws among all draws.

    Parameters
    ----------
    holds, values : ndarray, shape (n_whole,)
        Whether the statement holds, and the value, in each complete draw.
    whole : ndarray of bool, shape (n_draws,)
        Which draws are complete.
    nominal
        Value at the nominal scores, and whether the statement holds there.
    measured_in
        Unit of the values.
    text
        The answer in words.
    p_values
        P-values of the test, for the claim and for its opposite. [0-1]
    power
        Power of the test. [0-1]

    Returns
    -------
    Answer
        The answer.
    """
    every = [np.full(whole.shape, np.nan) for _ in range(2)]
    every[0][whole], every[1][whole] = holds, values
    return Answer(every[0], every[1], nominal[1], nominal[0], measured_in, text, *p_values, power)


def in_pieces(measure: Callable[[Array], Array], scores: Array, *, width: int = 1000) -> Array:
    """Apply a measure to some draws at a time, so that memory stays small.

    Parameters
    ----------
    measure
        Takes draws along the first axis and gives as many values.
    scores : ndarray, shape (n_draws, ...)
        The draws.
    width
        Draws at a time.

    Returns
    -------
    ndarray, shape (n_draws, ...)
        The values.
    """
    return np.concatenate([measure(scores[start : start + width]) for start in range(0, len(scores), width)])


def within(series: DrawnSeries, years: Span) -> BoolArray:
    """Mark the years of a span.

    Parameters
    ----------
    series
        The series.
    years
        First and last year, both included.

    Returns
    -------
    ndarray of bool, shape (n_years,)
        True for years of the span.

    Raises
    ------
    ValueError
        Where a year of the span is not among the series' years.
    """
    marked = (series.years >= years[0]) & (series.years <= years[1])
    if np.count_nonzero(marked) != years[1] - years[0] + 1:
        raise ValueError(f"{series.name} covers {format_span(series.span)}, not the whole of {format_span(years)}")
    return np.asarray(marked)


def mean_of_years(scores: Array) -> Array:
    """Average over the years that have a score.

    Parameters
    ----------
    scores : ndarray, shape (n_years, n)
        Scores.

    Returns
    -------
    ndarray, shape (n,)
        Means; NaN where no year has one.
    """
    return share_of(np.nansum(scores, axis=0), (~np.isnan(scores)).sum(axis=0))


def exceeds(values: Array, limit: float) -> Array:
    """Mark values above a limit.

    Parameters
    ----------
    values : ndarray, shape (n,)
        Values; NaN where there is none.
    limit
        The limit.

    Returns
    -------
    ndarray, shape (n,)
        1 where above, to `DECIMALS`, 0 where not, NaN where there is no value.
    """
    return held_where(np.round(values - limit, DECIMALS) > 0, ~np.isnan(values))


def without_open_ends(*series: DrawnSeries) -> tuple[DrawnSeries, ...]:
    """Cut the years before the first and after the last in which all of some series have a score.

    Parameters
    ----------
    *series
        Series of the same years: of one record, such as scores, and of another that begins later or ends earlier.

    Returns
    -------
    tuple of DrawnSeries
        The series in the years from the first to the last that all have; as given where there is none.
    """
    known = np.flatnonzero(~np.isnan([one.nominal for one in series]).any(axis=0))
    if not len(known):
        return series
    kept = slice(known[0], known[-1] + 1)
    return tuple(
        replace(one, years=one.years[kept], nominal=one.nominal[kept], draws=one.draws[kept]) for one in series
    )


def whole_draws(*series: DrawnSeries) -> tuple[Array, BoolArray]:
    """Stack the complete draws of several series of the same years.

    Parameters
    ----------
    *series
        The series.

    Returns
    -------
    scores : ndarray, shape (n_whole, n_series, n_years)
        Draws in which no year of any is missing. [0-100]
    whole : ndarray of bool, shape (n_draws,)
        Which those are.

    Raises
    ------
    ValueError
        Where the years differ, a nominal score is missing, or no draw is whole.
    """
    spans = {one.span for one in series}
    if len(spans) > 1:
        raise ValueError(f"the series are of different years: {', '.join(map(format_span, sorted(spans)))}")
    for one in series:
        if np.isnan(one.nominal).any():
            missing = ", ".join(map(str, one.years[np.isnan(one.nominal)][:5]))
            raise ValueError(f"{one.name} has no score in {missing}, and a run of years without gaps is needed")
    scores = np.stack([one.draws for one in series]).transpose(2, 0, 1)
    whole = ~np.isnan(scores).any(axis=(1, 2))
    if not whole.any():
        raise ValueError(f"none of {len(whole)} draws has every year of {', '.join(one.name for one in series)}")
    return scores[whole].astype(np.float64), np.asarray(whole)


def held_where(true: BoolArray, known: BoolArray) -> Array:
    """Code holds, does not hold and unknown in one array.

    Parameters
    ----------
    true, known : ndarray of bool, shape (n,)
        Where it holds, and where that is known.

    Returns
    -------
    ndarray, shape (n,)
        1, 0 or NaN.
    """
    return np.where(known, true.astype(np.float64), np.nan)


def format_span(years: Span) -> str:
    """Format a span of years.

    Parameters
    ----------
    years
        First and last year.

    Returns
    -------
    str
        ``1953-1956``, or one year.
    """
    return str(years[0]) if years[0] == years[1] else f"{years[0]}-{years[1]}"


def format_points(value: float) -> str:
    """Format points.

    Parameters
    ----------
    value
        Points; NaN where there are none.

    Returns
    -------
    str
        One decimal, without a sign before zero; ``none`` for NaN.
    """
    return "none" if np.isnan(value) else f"{value + 0.0:.1f}".replace("-0.0", "0.0")


def format_year(value: float) -> str:
    """Format a year.

    Parameters
    ----------
    value
        The year; NaN where there is none.

    Returns
    -------
    str
        The year; ``none`` for NaN.
    """
    return "none" if np.isnan(value) else f"{value:.0f}"
