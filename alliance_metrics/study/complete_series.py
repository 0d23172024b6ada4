"""The years of a trajectory in which all of some components have a score, and the draws that have them all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np

from alliance_metrics.coding.arrays import Array, BoolArray, IntArray
from alliance_metrics.results.collected import Skipped
from alliance_metrics.study.drawn_study import DrawnStudy, Trajectory

Row = dict[str, Any]
T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class CompleteSeries:
    """Some components in the longest run of consecutive years in which each has a score.

    Parameters
    ----------
    components
        Their ids.
    years : ndarray of int, shape (n_years,)
        The years.
    nominal : ndarray, shape (n_components, n_years)
        Nominal scores, none missing. [0-1]
    draws : ndarray, shape (n_whole, n_components, n_years)
        Draws in which none is missing. [0-1]
    lost
        Number of draws left out because a score is missing.
    """

    components: tuple[str, ...]
    years: IntArray
    nominal: Array
    draws: Array
    lost: int

    @property
    def n_years(self) -> int:
        """Number of years."""
        return len(self.years)


def complete_series(drawn: DrawnStudy, components: tuple[str, ...], trajectory: Trajectory) -> CompleteSeries:
    """Cut from a trajectory the years in which some components all have scores.

    Parameters
    ----------
    drawn
        The study.
    components
        Ids, all known.
    trajectory
        The years.

    Returns
    -------
    CompleteSeries
        The longest run of such years, the first of equals; of no years where there are none.
    """
    nominal = drawn.nominal_of(components, trajectory)
    kept = longest_run(trajectory.years, np.asarray(np.isfinite(nominal).all(axis=0)))
    draws = np.moveaxis(drawn.drawn_of(components, trajectory)[:, kept], -1, 0).astype(np.float64)
    whole = np.isfinite(draws).all(axis=(1, 2))
    lost = int(np.count_nonzero(~whole))
    return CompleteSeries(
        components, trajectory.years[kept], nominal[:, kept], draws[whole] if lost else draws, lost=lost
    )


def longest_run(years: IntArray, present: BoolArray) -> slice:
    """Find the longest run of consecutive years that are present.

    Parameters
    ----------
    years : ndarray of int, shape (n_years,)
        Years, rising.
    present : ndarray of bool, shape (n_years,)
        Which count.

    Returns
    -------
    slice
        Its places; the first of equally long ones, and an empty one where none is present.

    Examples
    --------
    >>> longest_run(np.array([1950, 1951, 1953, 1954, 1955]), np.ones(5, dtype=bool))
    slice(2, 5, None)
    """
    best, start = slice(0, 0), 0
    for place in range(len(years)):
        follows = place > 0 and present[place - 1] and years[place] == years[place - 1] + 1
        if not follows:
            start = place
        if present[place] and place + 1 - start > best.stop - best.start:
            best = slice(start, place + 1)
    return best


def scored_components(drawn: DrawnStudy, components: tuple[str, ...], trajectory: Trajectory) -> tuple[str, ...]:
    """Keep the components that have a score in some year of a trajectory.

    Parameters
    ----------
    drawn
        The study.
    components
        Ids, all known.
    trajectory
        The years.

    Returns
    -------
    tuple of str
        Those kept, in their order.
    """
    scores = drawn.nominal_of(components, trajectory)
    return tuple(name for name, row in zip(components, scores, strict=True) if np.isfinite(row).any())


def record_gaps(step: str, series: CompleteSeries, trajectory: Trajectory, *, skipped: Skipped) -> None:
    """List which years and draws of a trajectory are left out.

    Parameters
    ----------
    step
        What is being done.
    series
        What is left.
    trajectory
        What there was.
    skipped
        Lists what could not be done.
    """
    step = f"{trajectory.name}: {step}"
    if not series.n_years:
        skipped.skip(step, "no year has scores")
        return
    if series.n_years < len(trajectory.years):
        first, last = series.years[0], series.years[-1]
        skipped.skip(step, f"read in {first}-{last} alone, the longest run of years with scores")
    if series.lost:
        total = series.lost + len(series.draws)
        skipped.skip(step, f"{series.lost} of {total} draws lack a score and are left out")


def try_step(step: str, work: Callable[[], T], *, skipped: Skipped) -> T | None:
    """Do what may not be possible with the years there are, and list why not.

    Parameters
    ----------
    step
        What is being done.
    work
        Does it, and refuses what it cannot do with a `ValueError`.
    skipped
        Lists what could not be done.

    Returns
    -------
    T or None
        What `work` gives; nothing where it refused.
    """
    try:
        return work()
    except ValueError as error:
        skipped.skip(step, str(error))
        return None
