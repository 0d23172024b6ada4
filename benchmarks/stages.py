"""Where the time of a rebuild goes, stage by stage."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from alliance_metrics.index.columns import count_below
from alliance_metrics.index.plan import IndexPlan
from alliance_metrics.uncertainty.coder_draws import PIECE, Levels, combined_levels, draw_levels, stacked_levels
from alliance_metrics.uncertainty.draws import draw_index, start_run
from alliance_metrics.uncertainty.inputs import Uncertainty
from alliance_metrics.uncertainty.randomness import stream
from alliance_metrics.uncertainty.rebuild import codes_in
from alliance_metrics.uncertainty.run import Run
from alliance_metrics.uncertainty.summary import quantile_of_sorted, summarise, tails_of
from benchmarks.panel import LINES, Line, made_up_plan
from benchmarks.sizes import Sizes
from benchmarks.tables import Section, Table
from benchmarks.timing import one_core, timed

Places = np.ndarray[Any, np.dtype[np.intp]]

DRAWING = (
    "binding methods",
    "preparing the cells of each dyad-year",
    "starting the streams of cells",
    "drawing levels of cells",
    "combining coders",
    "levels on the codebook's scale",
    "normalising",
    "aggregating",
    "keeping the index",
    "drawing weights, methods and coders",
)
SUMMING = ("sorting", "quantiles", "ranks")
_PASSES = 3
_UNITS_AT_ONCE = 8
_VALUES_AT_ONCE = 1 << 15
_SCORES_AT_ONCE = 1 << 13
_MOST_DRAWS = 1024
"""How the engine cuts its work, so that each stage works on arrays as large as it does there."""


class Clock:
    """Seconds of processor time spent in each of several stages."""

    def __init__(self) -> None:
        self.spent = dict[str, float]()

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Count the time of a block towards a stage.

        Parameters
        ----------
        name
            The stage.

        Yields
        ------
        None
            While the clock runs.
        """
        begun = time.process_time()
        yield
        self.spent[name] = self.spent.get(name, 0.0) + time.process_time() - begun


def stages_section(sizes: Sizes) -> Section:
    """Time the stages of every line.

    Parameters
    ----------
    sizes
        How much is measured.

    Returns
    -------
    Section
        The tables.
    """
    plan, columns = made_up_plan(sizes.dyad_years), list[dict[str, float]]()
    with one_core():
        for line in LINES:
            columns.append(stage_seconds(plan, line, draws=sizes.stage_draws))
    names = [*DRAWING, "the rest", "a rebuild, the index kept", *SUMMING, "the rest of summing up", "summed up, whole"]
    rows = tuple((name, *(1e6 * column.get(name, 0.0) / sizes.stage_draws for column in columns)) for name in names)
    return Section(
        "Where the time goes",
        (
            (
                f"Microseconds of processor time a rebuild on one core, over {sizes.stage_draws:,} draws. Each stage "
                "is called by itself on arrays cut as the engine cuts them; the whole is timed apart, and what the "
                "stages do not explain is called the rest: slices, broadcasts, copies; below zero where stages cost "
                "more apart than together. Summed up are all components, not the index alone, to intervals, "
                "deviations, changes, ranks and comparisons: the rest of summing up includes keeping the draws of the "
                "other components."
            ),
            Table(("stage", *(line.name for line in LINES)), rows),
        ),
    )


def stage_seconds(plan: IndexPlan, line: Line, *, draws: int) -> dict[str, float]:
    """Time the stages of one line.

    Parameters
    ----------
    plan
        The bound plan.
    line
        What is uncertain.
    draws
        How many rebuilds.

    Returns
    -------
    dict of str to float
        Seconds of each stage, of the whole, and of what the stages do not explain.
    """
    uncertainty = Uncertainty(seed=1, draws=draws, inputs=line.inputs)
    passes = [_walked(plan, uncertainty) for _ in range(_PASSES)]
    spent = {name: min(each[name] for each in passes) for name in passes[0]}
    _, whole = timed(lambda: draw_index(plan, uncertainty), repeats=_PASSES)
    _, summed = timed(lambda: summarise(start_run(plan, uncertainty)), repeats=_PASSES)
    spent["a rebuild, the index kept"] = whole.least_cpu
    spent["the rest"] = whole.least_cpu - sum(spent[name] for name in DRAWING if name in spent)
    spent |= _summing_seconds(plan, draws)
    spent["summed up, whole"] = summed.least_cpu
    spent["the rest of summing up"] = summed.least_cpu - whole.least_cpu - sum(spent[name] for name in SUMMING)
    return spent


def _walked(plan: IndexPlan, uncertainty: Uncertainty) -> dict[str, float]:
    """Go through the stages once, as the engine does, and give the seconds of each."""
    clock = Clock()
    with clock.stage(DRAWING[0]):
        run = start_run(plan, uncertainty)
    with clock.stage(DRAWING[1]):
        run.prepare()
    with clock.stage(DRAWING[9]):
        for number in range(len(run.pieces)):
            run.realised(number)
    n_units = len(plan.panel.units)
    at_once = n_units if run.together else min(n_units, _UNITS_AT_ONCE)
    for start in range(0, n_units, at_once):
        units = np.arange(start, min(start + at_once, n_units))
        for piece in run.pieces:
            levels = _drawn_levels(run, units, piece, clock)
            _rebuilt(run, levels, piece, units=units, clock=clock)
    return clock.spent


def _drawn_levels(run: Run, units: Places, piece: slice, clock: Clock) -> Levels:
    if "coder_cell" not in run.inputs:
        return Levels(run.nominal[:, units])
    parts = []
    for unit in units.tolist():
        with clock.stage(DRAWING[2]):
            rng = stream(run.uncertainty.seed, "coder_cell", *run.keys[unit], piece.start)
        with clock.stage(DRAWING[3]):
            levels = draw_levels(run.cells[unit], width=piece.stop - piece.start, rng=rng)
        with clock.stage(DRAWING[4]):
            parts.append(combined_levels(levels, method=run.plan.combination.method))
    with clock.stage(DRAWING[4]):
        multiples = run.realised(piece.start // PIECE).multiples
        return run.leaning(stacked_levels(parts), units, multiples)


def _rebuilt(run: Run, levels: Levels, piece: slice, *, units: Places, clock: Clock) -> None:
    """Normalise, aggregate and keep, one combination of methods after another."""
    realisation = run.realised(piece.start // PIECE)
    codes = codes_in(realisation, run.alternatives)
    width = min(max(_VALUES_AT_ONCE // len(units), 32), _MOST_DRAWS)
    kept = np.empty((len(units), len(codes)), dtype=np.float32)
    for code in np.unique(codes).tolist():
        own, plan = np.flatnonzero(codes == code), run.alternatives.plans[code]
        for start in range(0, len(own), width):
            draws = slice(int(own[start]), int(own[min(start + width, len(own)) - 1]) + 1)
            with clock.stage(DRAWING[5]):
                part = levels.at(draws)
                relative = plan.spec.normalisation.method in {"percentile_rank", "minmax"}
                ranked = relative and part.divisor is not None and part.shift is None
                values = part.values if ranked else part.in_levels()
            with clock.stage(DRAWING[6]):
                leaves = np.asarray(plan.normalise(values.transpose(2, 1, 0)).transpose(2, 1, 0), dtype=np.float32)
            weights = realisation.at(draws).weights
            step = max(1, _SCORES_AT_ONCE // (draws.stop - draws.start))
            for first in range(0, len(units), step):
                some = slice(first, first + step)
                with clock.stage(DRAWING[7]):
                    scores = plan.evaluate(leaves[:, some], weights, usable=plan.usable[:, units[some]])
                with clock.stage(DRAWING[8]):
                    kept[some, draws] = scores[-1]


def _summing_seconds(plan: IndexPlan, draws: int) -> dict[str, float]:
    """Time what is done with the draws of all components, on random scores."""
    clock, rng = Clock(), np.random.default_rng(4)
    n_components, n_units = len(plan.hierarchy.components), len(plan.panel.units)
    ranked_places = sum(component.tier in {"index", "pillar"} for component in plan.hierarchy.components)
    valid = np.full((n_components, 1), draws)
    for _ in range(n_units):
        scores = rng.random((n_components, 1, draws), dtype=np.float32)
        with clock.stage("sorting"):
            scores.sort(axis=-1)
        with clock.stage("quantiles"):
            for tail in tails_of(0.9):
                quantile_of_sorted(scores, tail, valid=valid)
    for _ in range(ranked_places):
        held = rng.random((n_units, draws), dtype=np.float32).T[..., np.newaxis]
        with clock.stage("ranks"):
            count_below(held)
            count_below(-held)
    return clock.spent
