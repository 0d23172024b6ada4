"""Summary of the draws: intervals, deviations, shares of draws in which a score rose or is above another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from alliance_metrics.coding.arrays import Array, FloatArray, IntArray
from alliance_metrics.index.plan import IndexPlan
from alliance_metrics.uncertainty.coder_draws import PIECE
from alliance_metrics.uncertainty.comparisons import DIGITS, Comparisons, compare_units, quantile_of_sorted, tails_of
from alliance_metrics.uncertainty.draws import start_run
from alliance_metrics.uncertainty.inputs import Uncertainty
from alliance_metrics.uncertainty.run import Progress, Run
from alliance_metrics.uncertainty.workers import Scratch, ScratchMaker, draws_array, each, processors, shared_array

_BYTES = 4
_MEGABYTE = 1 << 20
_SUMS = ("lower", "median", "upper", "deviation", "rose", "fell", "drawn")


@dataclass(frozen=True, eq=False)
class Summary:
    """What the draws say of every component in every unit, each array of shape (n_components, n_units).

    Parameters
    ----------
    lower, median, upper
        Equal-tailed quantiles of the draws and their median, linear between order statistics; NaN where no draw gives
        a score. [0-1]
    deviation
        Standard deviation of the draws. [0-1]
    rose, fell
        Share of draws in which the score is above, or below, that of the year before; NaN where there is none. [0-1]
    drawn
        Share of draws that give a score. [0-1]
    causes
        For combinations of choices that failed, by code: why.
    """

    lower: Array
    median: Array
    upper: Array
    deviation: Array
    rose: Array
    fell: Array
    drawn: Array
    causes: dict[int, str] = field(default_factory=dict)


def intervals(
    plan: IndexPlan, uncertainty: Uncertainty, *, progress: Callable[[float], None] | None = None
) -> tuple[Array, Array, Array]:
    """Give the interval of every component in every unit.

    Parameters
    ----------
    plan
        The bound plan.
    uncertainty
        What is uncertain, and the level.
    progress
        Called after each block with the share of the work done. [0-1]

    Returns
    -------
    lower, median, upper : ndarray, shape (n_components, n_units)
        As in `Summary`.
    """
    summary, _ = summarise(start_run(plan, uncertainty), progress=progress)
    return summary.lower, summary.median, summary.upper


def summarise(
    run: Run,
    *,
    tiers: tuple[str, ...] = ("index", "pillar"),
    progress: Progress = None,
    scratch: ScratchMaker | None = None,
) -> tuple[Summary, Comparisons]:
    """Rebuild every draw once and sum up.

    Parameters
    ----------
    run
        The run.
    tiers
        Tiers whose ranks are asked for; the index must be among them.
    progress
        Called after each block with the share of the work done. [0-1]
    scratch
        Makes a scratch file for draws that do not fit in the memory allowed; without one, units that must be rebuilt
        together are held in memory.

    Returns
    -------
    summary : Summary
        Of every component.
    comparisons : Comparisons
        Of the tiers asked for.
    """
    components, n_units = run.plan.hierarchy.components, len(run.plan.panel.units)
    shape = (len(components), n_units)
    found = {name: shared_array(shape, np.float64) for name in _SUMS}
    for values in found.values():
        values[:] = np.nan
    places = np.array([place for place, component in enumerate(components) if component.tier in tiers], dtype=np.intp)
    kept = shared_array((len(places), n_units, _compared_draws(run, len(places))), np.float32)
    totals = _Totals(run, found, places, kept, _year_before(run))
    causes = _sum_up_together(totals, scratch, progress) if run.together else _sum_up_apart(totals, scratch, progress)
    summary = Summary(**found, causes={**run.gaps, **causes})
    return summary, compare_units(kept, places, run.uncertainty.level)


@dataclass(frozen=True, eq=False)
class _Totals:
    """The summary while it is being filled."""

    run: Run
    found: dict[str, Array]
    places: IntArray
    kept: FloatArray
    earlier: IntArray

    def add(self, scores: FloatArray, keep: IntArray, units: IntArray, *, own: IntArray) -> None:
        """Enter the draws of some components and units, of which some units may only be years before others.

        Parameters
        ----------
        scores : ndarray of float32, shape (n_kept, n_units, n_draws)
            The draws; they are sorted here.
        keep, units : ndarray of int
            Which components and units.
        own : ndarray of int
            The last of the units, which are entered.
        """
        for row, place in enumerate(self.places):
            if place in keep:
                drawn = scores[np.flatnonzero(keep == place)[0], -len(own) :]
                self.kept[row, own] = drawn[:, _spread(drawn.shape[-1], self.kept.shape[-1])]
        _enter_changes(self.found, scores, keep=keep, units=units, own=own, earlier=self.earlier)
        rest = scores[:, len(units) - len(own) :]
        rest.sort(axis=-1)
        _enter_quantiles(self.found, rest, at=np.ix_(keep, own), level=self.run.uncertainty.level)


def _spread(n_draws: int, count: int) -> IntArray:
    """Pick draws at even distances, since choices stand in order within each piece."""
    return np.asarray(np.arange(count) * n_draws // max(count, 1), dtype=np.intp)


def _sum_up_apart(totals: _Totals, scratch: ScratchMaker | None, progress: Progress) -> dict[int, str]:
    """Rebuild and sum up some units at a time, so many as the memory allowed for draws holds."""
    run, n_components = totals.run, len(totals.run.plan.hierarchy.components)
    everything, n_units = np.arange(n_components), len(run.plan.panel.units)
    columns = max(2, _columns_in_memory(run) // processors())
    if scratch is not None and columns < 2 * n_components:
        return _sum_up_one_by_one(totals, scratch, progress)
    size = min(max(1, columns // n_components - 1), -(-n_units // processors()))
    width = n_components if columns >= 2 * n_components else columns // 2
    parts = [everything[start : start + width] for start in range(0, n_components, width)]
    blocks = [
        (np.arange(start, min(start + size, n_units)), keep) for start in range(0, n_units, size) for keep in parts
    ]

    def task(block: tuple[IntArray, IntArray]) -> dict[int, str]:
        own, keep = block
        before = np.setdiff1d(totals.earlier[own], [*own, -1])
        units = np.concatenate([before, own])
        scores, causes = run.draws(units, keep)
        totals.add(scores, keep, units, own=own)
        return causes

    run.prepare()
    done = each(task, blocks, worth_sharing=run.worth_sharing, progress=progress)
    return {code: cause for causes in done for code, cause in causes.items()}


def _sum_up_one_by_one(totals: _Totals, scratch: ScratchMaker, progress: Progress) -> dict[int, str]:
    """Rebuild one unit at a time into a scratch file, where not even its draws fit the memory."""
    run, n_components = totals.run, len(totals.run.plan.hierarchy.components)
    everything = np.arange(n_components)

    def drawn(unit: int, causes: dict[int, str]) -> Scratch:
        store = scratch(n_components, n_rows=run.uncertainty.draws, piece=PIECE)
        for piece in run.pieces:
            found = run.scores(np.array([unit]), piece, everything)
            store.write(found.scores[:, 0], first_row=piece.start)
            causes |= found.causes
        return store

    def task(units: IntArray) -> dict[int, str]:
        causes: dict[int, str] = {}
        kept: tuple[int, Scratch] | None = None
        for unit in units.tolist():
            before = int(totals.earlier[unit])
            if before >= 0 and (kept is None or kept[0] != before):
                kept = (before, drawn(before, causes))
            own = drawn(unit, causes)
            for place in everything:
                stores = [own] if before < 0 or kept is None else [kept[1], own]
                scores = np.stack([store.read(int(place), int(place) + 1) for store in stores], axis=1)
                at = np.array([unit]) if len(stores) == 1 else np.array([before, unit])
                totals.add(scores, np.array([place]), at, own=np.array([unit]))
            if kept is not None:
                kept[1].close()
            kept = (unit, own)
        if kept is not None:
            kept[1].close()
        return causes

    run.prepare()
    parts = np.array_split(np.arange(len(run.plan.panel.units)), min(len(run.plan.panel.units), 4 * processors()))
    done = each(task, parts, worth_sharing=run.worth_sharing, progress=progress)
    return {code: cause for causes in done for code, cause in causes.items()}


def _sum_up_together(totals: _Totals, scratch: ScratchMaker | None, progress: Progress) -> dict[int, str]:
    """Rebuild all units together and sum up component by component, over a scratch file where memory is short."""
    run, n_draws = totals.run, totals.run.uncertainty.draws
    n_components, n_units = len(run.plan.hierarchy.components), len(run.plan.panel.units)
    everyone, n_columns = np.arange(n_units), n_components * n_units
    if scratch is None or _columns_in_memory(run) >= n_columns:
        store: Scratch = _InMemory(draws_array((n_components, n_units, n_draws)).reshape(n_columns, n_draws))
    else:
        store = scratch(n_columns, n_rows=n_draws, piece=PIECE)

    def put(scores: FloatArray, draws: slice) -> None:
        store.write(scores.reshape(n_columns, -1), first_row=draws.start)

    def task(component: int) -> None:
        own = store.read(component * n_units, (component + 1) * n_units)
        totals.add(own[np.newaxis], np.array([component]), everyone, own=everyone)

    try:
        causes = run.draw_together(put, progress=progress)
        each(task, range(n_components), worth_sharing=run.worth_sharing)
    finally:
        store.close()
    return causes


@dataclass(frozen=True, eq=False)
class _InMemory:
    """Draws held in memory, shape (n_columns, n_draws), where they need no scratch file."""

    whole: FloatArray

    def write(self, columns: FloatArray, *, first_row: int) -> None:
        """Write some draws of all columns.

        Parameters
        ----------
        columns : ndarray of float32, shape (n_columns, width)
            The draws.
        first_row
            Place of the first.
        """
        self.whole[:, first_row : first_row + columns.shape[1]] = columns

    def read(self, first: int, last: int) -> FloatArray:
        """Give all draws of some columns.

        Parameters
        ----------
        first, last
            First column, and the one after the last.

        Returns
        -------
        ndarray of float32, shape (last - first, n_draws)
            The columns.
        """
        return self.whole[first:last]

    def close(self) -> None:
        """Do nothing: there is no file to delete."""


def _columns_in_memory(run: Run) -> int:
    return run.uncertainty.block_megabytes * _MEGABYTE // (_BYTES * run.uncertainty.draws)


def _compared_draws(run: Run, n_places: int) -> int:
    room = run.uncertainty.block_megabytes * _MEGABYTE // (_BYTES * max(1, n_places * len(run.plan.panel.units)))
    return min(run.uncertainty.draws, max(1, room))


def _year_before(run: Run) -> IntArray:
    """Give for each unit the place of the same unit and era a year earlier, -1 where there is none."""
    units = run.plan.panel.units
    place = {tuple(row): number for number, row in enumerate(units.itertuples(index=False, name=None))}
    rows = units.itertuples(index=False, name=None)
    return np.array([place.get((*row[:-1], row[-1] - 1), -1) for row in rows], dtype=np.intp)


def _enter_changes(
    found: dict[str, Array], scores: FloatArray, *, keep: IntArray, units: IntArray, own: IntArray, earlier: IntArray
) -> None:
    """Enter in how many draws each unit's score rose or fell since the year before."""
    least = np.float32(10.0**-DIGITS)
    column_of = {unit: column for column, unit in enumerate(units.tolist())}
    for unit in own.tolist():
        before = column_of.get(int(earlier[unit]))
        if before is None:
            continue
        change = scores[:, column_of[unit]] - scores[:, before]
        count = np.full(len(keep), scores.shape[-1])
        if np.isnan(change.min()):
            count = np.count_nonzero(~np.isnan(change), axis=-1)
        for name, beyond in (("rose", change > least), ("fell", change < -least)):
            none = np.full(len(keep), np.nan)
            times = np.count_nonzero(beyond, axis=-1)
            found[name][keep, unit] = np.divide(times, count, where=count > 0, out=none)


def _enter_quantiles(found: dict[str, Array], ranked: FloatArray, *, at: tuple[IntArray, ...], level: float) -> None:
    """Enter what sorted draws say."""
    n_draws = ranked.shape[-1]
    complete = not np.isnan(ranked[..., -1]).any()  # what is missing is sorted to the end
    valid = np.full(ranked.shape[:2], n_draws) if complete else n_draws - np.isnan(ranked).sum(axis=-1)
    found["drawn"][at] = valid / n_draws
    found["deviation"][at] = _deviation(ranked, valid)
    for name, tail in zip(("lower", "median", "upper"), tails_of(level), strict=True):
        found[name][at] = quantile_of_sorted(ranked, tail, valid=valid)


def _deviation(scores: FloatArray, valid: IntArray) -> Array:
    """Give the standard deviation of each series of draws, unit by unit, so that a step stays in the cache."""
    found = np.full(valid.shape, np.nan)
    for column in range(scores.shape[1]):
        own, count = scores[:, column], valid[:, column]
        known = own if count.min() == own.shape[-1] else np.nan_to_num(own)
        mean = (known.sum(axis=-1) / np.maximum(count, 1)).astype(np.float32)[:, np.newaxis]
        away = known - mean
        if known is not own:
            away[np.isnan(own)] = 0.0
        square = np.square(away, out=away).sum(axis=-1).astype(np.float64)
        spread = np.sqrt(square / np.maximum(count - 1, 1))
        found[:, column] = np.where(count > 1, spread, np.where(count == 1, 0.0, np.nan))
    return found
