"""Missing cells: left missing, or filled from neighbouring years, in the open.

A filling is a plan before it is a number: which year's value, or which two years', go into the gap, in which
proportion. The same plan serves the estimate and every draw, and is published with the result.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from alliance_metrics.coding.arrays import Array, BoolArray, IntArray

Transform = Literal["shifted", "shifted_one", "directed", "box_cox"]
_FROM_DONORS = ("median", "series_median", "multiple")


@dataclass(frozen=True)
class Treatment:
    """What is done with missing cells.

    Parameters
    ----------
    method
        ``none``: they stay missing. ``carry_forward``: the latest coded year before. ``linear``: on the line
        between the coded years before and after; never beyond the first or the last. ``median``: the median of the
        indicator's coded cells. ``series_median``: the same within the dyad and era. ``multiple``: as
        ``series_median`` for the estimate, and in each draw the value of a coded year of the same dyad and era
        picked at random, so that not knowing shows in the interval.
    max_age
        For the first two: how far from the gap a year it is filled from may lie. [years, 1 or more]
    outliers
        What is done with values that would own the scale, after gaps are filled: ``none``; ``winsorise``: the outermost
        drawn in until an indicator passes the test of skewness and kurtosis; ``transform``: where that does not
        help, the logarithm. Indicators that pass are left alone.
    most
        Most cells of an indicator that are drawn in. [0 or more]
    logarithm
        Kind of logarithm; see `log_transform`.
    """

    method: Literal["none", "carry_forward", "linear", "median", "series_median", "multiple"] = "none"
    max_age: int = 2
    outliers: Literal["none", "winsorise", "transform"] = "none"
    most: int = 5
    logarithm: Transform = "directed"

    @property
    def pooled(self) -> bool:
        """Whether a unit's score depends on the other units."""
        return self.outliers != "none"


@dataclass(frozen=True, eq=False)
class FillingPlan:
    """Which cells are filled, and from where.

    Parameters
    ----------
    target : ndarray of int, shape (n_filled,)
        Row filled.
    column : ndarray of int, shape (n_filled,)
        Indicator filled.
    before, after : ndarray of int, shape (n_filled,)
        Row of the earliest and of the latest year it is filled from; the same row when carried forward.
    share : ndarray, shape (n_filled,)
        Weight of the row after, where a cell lies between two years. [0-1]
    donors : tuple of ndarray of int
        For each cell the rows it is filled from, where it takes their median or one of them; empty otherwise.
    picked
        Whether a draw takes one of the donors, rather than their median.
    """

    target: IntArray
    column: IntArray
    before: IntArray
    after: IntArray
    share: Array
    donors: tuple[IntArray, ...] = ()
    picked: bool = False

    def __len__(self) -> int:
        return len(self.target)

    def apply(self, values: Array, *, picks: Array | None = None) -> Array:
        """Fill the planned cells.

        Parameters
        ----------
        values : ndarray, shape (..., n_units, n_indicators)
            Values with gaps.
        picks : ndarray, shape (..., n_filled), optional
            Uniform numbers that say which of its donors each filled cell takes, where they are `picked`; without them
            their median is taken. [0-1)

        Returns
        -------
        ndarray, shape (..., n_units, n_indicators)
            A copy with the planned cells filled.
        """
        filled = np.array(values)
        if not self.donors:
            early, late = values[..., self.before, self.column], values[..., self.after, self.column]
            filled[..., self.target, self.column] = (1.0 - self.share) * early + self.share * late
            return filled
        for cell, (target, column, donors) in enumerate(zip(self.target, self.column, self.donors, strict=True)):
            given = values[..., donors, column]
            if self.picked and picks is not None:
                pick = np.minimum((picks[..., cell] * len(donors)).astype(np.intp), len(donors) - 1)
                filled[..., target, column] = np.take_along_axis(given, pick[..., np.newaxis], axis=-1)[..., 0]
            else:
                filled[..., target, column] = np.median(given, axis=-1)
        return filled


def plan_filling(present: BoolArray, *, series: IntArray, years: IntArray, treatment: Treatment) -> FillingPlan:
    """Plan what goes into the gaps.

    Parameters
    ----------
    present : ndarray of bool, shape (n_units, n_indicators)
        Where there is a value.
    series : ndarray of int, shape (n_units,)
        Which rows belong together (one dyad in one era); only ``median`` fills across.
    years : ndarray of int, shape (n_units,)
        Year of each row.
    treatment
        What is done with gaps.

    Returns
    -------
    FillingPlan
        The plan; empty under ``none``.
    """
    if treatment.method in _FROM_DONORS:
        return _plan_from_donors(present, series=series, years=years, method=treatment.method)
    rows: list[tuple[int, int, int, int, float]] = []
    if treatment.method != "none":
        for unit, column in zip(*np.nonzero(~present), strict=True):
            coded = np.flatnonzero((series == series[unit]) & present[:, column])
            source = _sources(int(years[unit]), coded, years, treatment)
            if source is not None:
                rows.append((int(unit), int(column), *source))
    target, column, before, after, share = zip(*rows, strict=True) if rows else ((), (), (), (), ())
    return FillingPlan(
        target=np.array(target, dtype=np.int64),
        column=np.array(column, dtype=np.int64),
        before=np.array(before, dtype=np.int64),
        after=np.array(after, dtype=np.int64),
        share=np.array(share, dtype=float),
    )


def _plan_from_donors(present: BoolArray, *, series: IntArray, years: IntArray, method: str) -> FillingPlan:
    cells, donors = [], []
    for unit, column in zip(*np.nonzero(~present), strict=True):
        alike = np.ones(len(series), dtype=bool) if method == "median" else series == series[unit]
        coded = np.flatnonzero(alike & present[:, column])
        if len(coded):
            cells.append((unit, column, coded[np.argmin(years[coded])], coded[np.argmax(years[coded])]))
            donors.append(coded)
    target, column, before, after = np.array(cells, dtype=np.int64).reshape(-1, 4).T
    share = np.zeros(len(cells))
    return FillingPlan(target, column, before, after, share, tuple(donors), picked=method == "multiple")


def _sources(year: int, coded: IntArray, years: IntArray, treatment: Treatment) -> tuple[int, int, float] | None:
    age = year - years[coded]
    earlier = coded[(age > 0) & (age <= treatment.max_age)]
    later = coded[(age < 0) & (-age <= treatment.max_age)]
    if not len(earlier):
        return None
    before = int(earlier[np.argmax(years[earlier])])
    if treatment.method == "carry_forward":
        return before, before, 0.0
    if not len(later):
        return None
    after = int(later[np.argmin(years[later])])
    return before, after, float((year - years[before]) / (years[after] - years[before]))
