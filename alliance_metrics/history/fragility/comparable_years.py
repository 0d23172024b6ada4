"""What followed in comparable years: the falls after the unit-years whose level was nearest."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from alliance_metrics.coding.arrays import Array, IntArray
from alliance_metrics.uncertainty.spans import Span, span_of


@dataclass(frozen=True, eq=False)
class ForwardReading:
    """For each unit, what followed in the units whose level was nearest to its own.

    Parameters
    ----------
    neighbours : ndarray of int, shape (n_units, n_neighbours)
        Places of the comparable units, the nearest first; -1 where there are fewer.
    falls : ndarray, shape (n_units, n_neighbours)
        The fall that followed in each; negative where it only rose, NaN where there are fewer. [-1 to 1]
    summary : Span of shape (n_units,)
        The same summed up: quantiles over comparable years, ``above`` the share that fell. These are cases, not draws.
    number, series : ndarray of int, shape (n_units,)
        How many comparable units there are, and from how many series.
    reach : ndarray, shape (n_units,)
        Distance in level of the farthest of them; NaN where there is none. [0-1]
    """

    neighbours: IntArray
    falls: Array
    summary: Span
    number: IntArray
    series: IntArray
    reach: Array


def years_after(years: IntArray, series: IntArray, *, horizon: int) -> IntArray:
    """Find the units of the same series in the years that follow each unit.

    Parameters
    ----------
    years, series : ndarray of int, shape (n_units,)
        Calendar year of each unit, and number of the series it belongs to.
    horizon
        Number of years looked ahead. [1 or more]

    Returns
    -------
    ndarray of int, shape (n_units, horizon)
        Place of the unit one year later, two years later, ...; -1 where there is none.

    Raises
    ------
    ValueError
        Where the horizon is less than 1.
    """
    if horizon < 1:
        raise ValueError(f"the horizon must be one year or more, not {horizon}")
    units = list(zip(series.tolist(), years.tolist(), strict=True))
    place = {unit: number for number, unit in enumerate(units)}
    ahead = [[place.get((one, year + step), -1) for step in range(1, horizon + 1)] for one, year in units]
    return np.array(ahead, dtype=np.intp).reshape(len(units), horizon)


def greatest_falls(levels: Array, years: IntArray, series: IntArray, *, horizon: int) -> Array:
    """Give the greatest fall of each unit within some years.

    Parameters
    ----------
    levels : ndarray, shape (n_units,)
        Levels; NaN where missing. [0-1]
    years, series : ndarray of int, shape (n_units,)
        Calendar year of each unit, and number of the series it belongs to.
    horizon
        Number of years looked ahead. [1 or more]

    Returns
    -------
    ndarray, shape (n_units,)
        Its level less the least of the years that follow, up to the horizon; NaN where one of them is not on record,
        since a fall would else be missed near the end. [-1 to 1]

    Raises
    ------
    ValueError
        Where the horizon is less than 1.
    """
    values, ahead = np.asarray(levels, dtype=np.float64), years_after(years, series, horizon=horizon)
    return np.asarray(values - np.where(ahead >= 0, values[ahead], np.nan).min(axis=1))


def forward_reading(
    levels: Array,
    years: IntArray,
    series: IntArray,
    *,
    horizon: int,
    neighbours: int,
    own_series: bool = False,
    level: float = 0.90,
) -> ForwardReading:
    """Read what followed in the years most like each year.

    Parameters
    ----------
    levels, years, series, horizon
        As in `greatest_falls`.
    neighbours
        How many comparable units are taken. [1 or more]
    own_series
        Whether years of the same series may be compared; a unit is then partly compared with its own fall.
    level
        Probability of the intervals over comparable units. (0-1)

    Returns
    -------
    ForwardReading
        The falls that followed, as an empirical distribution with its number.

    Raises
    ------
    ValueError
        Where the horizon or the number of neighbours is less than 1.

    Notes
    -----
    The neighbours are those with the least difference in level whose following years are all on record, the first of
    equals. Neighbouring years of one series share most of what followed: the number of cases is nearer to the number of
    series than to the number of units. A description of what has been, and no forecast.
    """
    if neighbours < 1:
        raise ValueError(f"at least one neighbour must be asked for, not {neighbours}")
    values, which = np.asarray(levels, dtype=np.float64), np.asarray(series)
    followed = greatest_falls(values, years, which, horizon=horizon)
    apart = np.abs(values[:, np.newaxis] - values)
    barred = np.eye(len(values), dtype=bool) if own_series else which[:, np.newaxis] == which
    apart[barred | np.isnan(followed) | np.isnan(apart)] = np.inf
    width = min(neighbours, len(values))
    order = np.argsort(apart, axis=1, kind="stable")[:, :width]
    near = np.take_along_axis(apart, order, axis=1)
    there = np.isfinite(near)
    falls = np.where(there, followed[order], np.nan)
    reach = np.where(there.any(axis=1), np.where(there, near, -np.inf).max(axis=1, initial=-np.inf), np.nan)
    kinds = [len(np.unique(which[row[here]])) for row, here in zip(order, there, strict=True)]
    return ForwardReading(
        neighbours=np.where(there, order, -1),
        falls=falls,
        summary=span_of(falls, level=level),
        number=there.sum(axis=1),
        series=np.array(kinds, dtype=np.intp),
        reach=reach,
    )
