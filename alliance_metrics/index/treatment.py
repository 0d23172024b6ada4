"""Missing cells: left missing, or filled from neighbouring years, in the open.

A filling is a plan before it is a number: which year's value, or which two years', go into the gap, in which
proportion. The same plan serves the estimate and every draw, and is published with the result.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

Array = np.ndarray[Any, np.dtype[np.float64]]
Whole = np.ndarray[Any, np.dtype[np.int64]]
Mask = np.ndarray[Any, np.dtype[np.bool_]]


@dataclass(frozen=True)
class Treatment:
    """What is done with missing cells.

    Parameters
    ----------
    method
        ``none``: they stay missing. ``carry_forward``: the latest coded year before. ``linear``: on the line
        between the coded years before and after; never beyond the first or the last.
    max_age
        How far from the gap a year it is filled from may lie. [years, 1 or more]
    """

    method: Literal["none", "carry_forward", "linear"] = "none"
    max_age: int = 2


@dataclass(frozen=True, eq=False)
class FillingPlan:
    """Which cells are filled, and from where.

    Parameters
    ----------
    target, before, after : ndarray of int, shape (n_filled,)
        Row filled, row of the year before, row of the year after (``before`` again when carried forward).
    column : ndarray of int, shape (n_filled,)
        Indicator filled.
    share : ndarray, shape (n_filled,)
        Weight of the row after. [0-1]
    """

    target: Whole
    column: Whole
    before: Whole
    after: Whole
    share: Array

    def __len__(self) -> int:
        return len(self.target)

    def apply(self, values: Array) -> Array:
        """Fill the planned cells.

        Parameters
        ----------
        values : ndarray, shape (..., n_units, n_indicators)
            Values with gaps.

        Returns
        -------
        ndarray, shape (..., n_units, n_indicators)
            A copy with the planned cells filled.
        """
        filled = np.array(values, dtype=float)
        early, late = values[..., self.before, self.column], values[..., self.after, self.column]
        filled[..., self.target, self.column] = (1.0 - self.share) * early + self.share * late
        return filled

    def within(self, block: Whole) -> tuple[Whole, FillingPlan]:
        """Restrict the plan to some rows.

        Parameters
        ----------
        block : ndarray of int, shape (n_block,)
            The rows wanted.

        Returns
        -------
        rows : ndarray of int, shape (n_block + n_sources,)
            Those rows, then the further rows they are filled from.
        plan : FillingPlan
            The plan for the rows wanted, places counted in ``rows``.
        """
        own = np.isin(self.target, block)
        sources = np.union1d(self.before[own], self.after[own])
        rows = np.concatenate([block, np.setdiff1d(sources, block)])
        place = {int(row): i for i, row in enumerate(rows)}

        def placed(part: Whole) -> Whole:
            return np.array([place[int(row)] for row in part[own]], dtype=np.int64)

        plan = FillingPlan(
            placed(self.target), self.column[own], placed(self.before), placed(self.after), self.share[own]
        )
        return rows, plan


def plan_filling(present: Mask, *, series: Whole, years: Whole, treatment: Treatment) -> FillingPlan:
    """Plan what goes into the gaps.

    Parameters
    ----------
    present : ndarray of bool, shape (n_units, n_indicators)
        Where there is a value.
    series : ndarray of int, shape (n_units,)
        Which rows belong together (one dyad in one era); nothing is filled across.
    years : ndarray of int, shape (n_units,)
        Year of each row.
    treatment
        What is done with gaps.

    Returns
    -------
    FillingPlan
        The plan; empty under ``none``.
    """
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


def _sources(year: int, coded: Whole, years: Whole, treatment: Treatment) -> tuple[int, int, float] | None:
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
