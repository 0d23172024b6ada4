"""Missing cells: left missing, or filled from neighbouring years, in the open.

A filling is a plan before it is a number: which year's value, or which two years', go into the gap, in which
proportion. The same plan serves the estimate and every draw, and is published with the result.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
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
        picked at random, so that not knowing shows in the interval. ``balanced``: the nearest coded year of the same
        dyad and era, before or after (the earlier of two as near); in each draw plus a change, up or down, such as
        coded cells of that dyad and era make over as many years. An indicator that still has a gap is left out of the
        whole dyad and era, so that no score moves because an indicator comes or goes.
    max_age
        For ``carry_forward``, ``linear`` and ``balanced``: how far from the gap a year it is filled from may lie.
        [years, 1 or more]
    outliers
        What is done with values that would own the scale, after gaps are filled: ``none``; ``winsorise``: the outermost
        drawn in until an indicator passes the test of skewness and kurtosis; ``transform``: where that does not
        help, the logarithm. Indicators that pass are left alone.
    most
        Most cells of an indicator that are drawn in. [0 or more]
    logarithm
        Kind of logarithm; see `log_transform`.
    """

    method: Literal["none", "carry_forward", "linear", "balanced", "median", "series_median", "multiple"] = "none"
    max_age: int = 2
    outliers: Literal["none", "winsorise", "transform"] = "none"
    most: int = 5
    logarithm: Transform = "directed"

    @property
    def pooled(self) -> bool:
        """Whether a unit's score depends on the other units."""
        return self.outliers != "none"


@dataclass(frozen=True, eq=False)
class Moves:
    """What filled cells may have changed since the year they are filled from.

    Parameters
    ----------
    gap : ndarray of int, shape (n_filled,)
        Gap of each filled cell: the cells of one indicator and series that are filled from one year, on one side of it.
        They take the same quantile of the changes over their own distance, so that a gap is drawn as one path.
    donor, column : ndarray of int, shape (n_gaps,)
        Row and indicator each gap is filled from.
    later : ndarray of bool, shape (n_gaps,)
        Whether the gap lies after that year.
    start, count : ndarray of int, shape (n_filled,)
        Where the changes of each filled cell begin in `changes`, and how many there are; none where nothing is known.
    changes : ndarray, shape (n_changes,)
        Changes, in order for each series and distance, as many up as down. [share of the scale]
    low, high : ndarray, shape (n_filled,)
        Ends of each filled cell's scale. [levels]
    """

    gap: IntArray
    donor: IntArray
    column: IntArray
    later: BoolArray
    start: IntArray
    count: IntArray
    changes: Array
    low: Array
    high: Array

    def apply(self, values: Array, picks: Array) -> Array:
        """Add a change to each filled cell.

        Parameters
        ----------
        values : ndarray, shape (..., n_filled)
            Values of the years that cells are filled from. [levels]
        picks : ndarray, shape (..., n_gaps)
            Uniform numbers. [0-1)

        Returns
        -------
        ndarray, shape (..., n_filled)
            Values, none beyond the ends of its scale. [levels]
        """
        place = self.start + np.minimum((picks[..., self.gap] * self.count).astype(np.intp), self.count - 1)
        return np.clip(values + (self.high - self.low) * self.changes[place], self.low, self.high)


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
    left_out : ndarray of bool, shape (n_units, n_indicators), optional
        Cells that are not used although some are coded, because their indicator has a gap in the series that cannot
        be filled.
    moves
        What a draw adds to filled cells; nothing where absent.
    """

    target: IntArray
    column: IntArray
    before: IntArray
    after: IntArray
    share: Array
    donors: tuple[IntArray, ...] = ()
    picked: bool = False
    left_out: BoolArray | None = None
    moves: Moves | None = None

    def __len__(self) -> int:
        return len(self.target)

    def apply(self, values: Array, *, picks: Array | None = None) -> Array:
        """Fill the planned cells.

        Parameters
        ----------
        values : ndarray, shape (..., n_units, n_indicators)
            Values with gaps.
        picks : ndarray, shape (..., n_filled) or (..., n_gaps), optional
            Uniform numbers: which of its donors each filled cell takes, where they are `picked`; or which change each
            gap takes, where there are `moves`. Without them the median of the donors, and no change. [0-1)

        Returns
        -------
        ndarray, shape (..., n_units, n_indicators)
            A copy with the planned cells filled.
        """
        filled = np.array(values)
        if not self.donors:
            early, late = values[..., self.before, self.column], values[..., self.after, self.column]
            between = (1.0 - self.share) * early + self.share * late
            if self.moves is not None and picks is not None:
                between = self.moves.apply(between, picks)
            filled[..., self.target, self.column] = between
            if self.left_out is not None:
                filled[..., self.left_out] = np.nan
            return filled
        for cell, (target, column, donors) in enumerate(zip(self.target, self.column, self.donors, strict=True)):
            given = values[..., donors, column]
            if self.picked and picks is not None:
                pick = np.minimum((picks[..., cell] * len(donors)).astype(np.intp), len(donors) - 1)
                filled[..., target, column] = np.take_along_axis(given, pick[..., np.newaxis], axis=-1)[..., 0]
            else:
                filled[..., target, column] = np.median(given, axis=-1)
        return filled


def plan_filling(
    present: BoolArray,
    *,
    series: IntArray,
    years: IntArray,
    treatment: Treatment,
    shares: Array | None = None,
    ends: tuple[Array, Array] | None = None,
) -> FillingPlan:
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
    shares : ndarray, shape (n_units, n_indicators), optional
        Values as shares of their scales, from whose changes ``balanced`` learns how far a filled cell may lie from the
        year it is filled from; filled cells get no change without them. [0-1]
    ends : tuple of ndarray, shape (n_indicators,), optional
        Least and greatest level of each indicator; given with `shares`. [levels]

    Returns
    -------
    FillingPlan
        The plan; empty under ``none``.
    """
    if treatment.method == "balanced":
        plan, own = _plan_balanced(present, series=series, years=years, max_age=treatment.max_age)
        if shares is None or ends is None or not len(plan):
            return plan
        known = np.where(present, shares, np.nan)
        return replace(plan, moves=_moves(plan, own, shares=known, series=series, years=years, ends=ends))
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


def _plan_balanced(
    present: BoolArray, *, series: IntArray, years: IntArray, max_age: int
) -> tuple[FillingPlan, IntArray]:
    """Fill from the nearest year, and leave out of a series the indicators that keep a gap; with each cell's series."""
    left_out = np.zeros(present.shape, dtype=bool)
    filled: list[tuple[int, int, int, int]] = []  # row, indicator, row filled from, series
    for one in np.unique(series):
        rows = np.flatnonzero(series == one)
        rows = rows[np.argsort(years[rows], kind="stable")]
        for column in range(present.shape[1]):
            coded, gaps = rows[present[rows, column]], rows[~present[rows, column]]
            if not len(gaps):
                continue
            ages = np.abs(years[gaps][:, np.newaxis] - years[coded][np.newaxis])
            if not len(coded) or ages.min(axis=1).max() > max_age:
                left_out[rows, column] = True
                continue
            nearest = coded[ages.argmin(axis=1)]  # the first, that is the earlier, of two as near
            filled += [(int(row), column, int(year), int(one)) for row, year in zip(gaps, nearest, strict=True)]
    target, columns, donor, own = np.array(filled, dtype=np.int64).reshape(-1, 4).T
    return FillingPlan(target, columns, donor, donor, np.zeros(len(target)), left_out=left_out), own


def _moves(
    plan: FillingPlan, own: IntArray, *, shares: Array, series: IntArray, years: IntArray, ends: tuple[Array, Array]
) -> Moves:
    """Collect what coded cells of each series change over the distances that its gaps are filled over."""
    low, high = ends[0][plan.column], ends[1][plan.column]
    later = years[plan.target] > years[plan.before]
    gaps, gap = np.unique(np.array([plan.before, plan.column, later]), axis=1, return_inverse=True)
    parts, places = list[Array](), dict[tuple[int, int], tuple[int, int]]()
    wanted = list(zip(own.tolist(), np.abs(years[plan.target] - years[plan.before]).tolist(), strict=True))
    for one, distance in dict.fromkeys(wanted):
        known = _changes(shares[series == one], years[series == one], distance=distance)
        places[one, distance] = (sum(map(len, parts)), 2 * len(known))
        parts.append(np.sort(np.concatenate([-known, known])))
    start, count = np.array([places[key] for key in wanted], dtype=np.int64).T
    return Moves(
        gap=gap.reshape(-1).astype(np.int64),
        donor=gaps[0].astype(np.int64),
        column=gaps[1].astype(np.int64),
        later=gaps[2].astype(bool),
        start=start,
        count=count,
        changes=np.concatenate(parts),
        low=low,
        high=high,
    )


def _changes(shares: Array, years: IntArray, *, distance: int) -> Array:
    """Give the changes of coded cells over so many years, or over the most years for which there are any; else none."""
    for apart in range(distance, 0, -1):
        first, second = np.nonzero(years[np.newaxis] - years[:, np.newaxis] == apart)
        changes = (shares[second] - shares[first]).ravel()
        if not np.isnan(changes).all():
            return np.asarray(changes[~np.isnan(changes)])
    return np.zeros(1)
