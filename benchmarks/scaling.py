"""How the cost of a rebuild grows with dyad-years and draws."""

from __future__ import annotations

from alliance_metrics.uncertainty.draws import start_run
from alliance_metrics.uncertainty.inputs import Uncertainty
from benchmarks.panel import EVERYTHING, WEIGHTS, WEIGHTS_CODERS, Line, made_up_plan
from benchmarks.rebuilds import INDEX, rebuild_timing
from benchmarks.sizes import Sizes
from benchmarks.tables import Cell, Section, Table, told
from benchmarks.timing import timed

_SHORT = 1 << 22
"""Dyad-years times draws below which the best of three is taken."""


def scaling_section(sizes: Sizes) -> Section:
    """Measure the cost of a rebuild and dyad-year at growing sizes.

    Parameters
    ----------
    sizes
        How much is measured.

    Returns
    -------
    Section
        The tables.
    """
    lines = ((WEIGHTS, sizes.weights_scaling), (WEIGHTS_CODERS, sizes.coders_scaling))
    rows = [_row(line, *size) for line, every in (*lines, (EVERYTHING, sizes.methods_scaling)) for size in every]
    more = [_row(WEIGHTS, sizes.dyad_years, draws) for draws in sizes.draws_scaling]
    columns = ("uncertain", "dyad-years", "draws", "CPU ns a rebuild and dyad-year", "wall s")
    return Section(
        "Growth",
        (
            (
                "All cores, the index kept. Methods that compare dyad-years (all normalisations here but goalposts) "
                "hold a piece of the draws of all dyad-years at once, so that the mix of methods is measured on "
                "smaller panels. Figures hold what is done once for each dyad-year, however few the draws: preparing "
                f"its cells takes {told(1e6 * _preparing(sizes))} microseconds. Cells are drawn for 2,048 draws at a "
                "time, so that fewer draws cost as many random numbers."
            ),
            Table(columns, tuple(rows)),
            "The same panel at growing numbers of draws:",
            Table(columns, tuple(more)),
        ),
    )


def _preparing(sizes: Sizes) -> float:
    """Give the seconds of preparing one dyad-year."""
    plan = made_up_plan(sizes.dyad_years)
    inputs = WEIGHTS_CODERS.inputs
    runs = [start_run(plan, Uncertainty(seed=1, draws=1, inputs=inputs)) for _ in range(sizes.repeats)]
    return min(timed(run.prepare, repeats=1)[1].least_cpu for run in runs) / sizes.dyad_years


def _row(line: Line, dyad_years: int, draws: int) -> tuple[Cell, ...]:
    plan = made_up_plan(dyad_years)
    repeats = 3 if dyad_years * draws < _SHORT else 1
    timing = rebuild_timing(plan, line, draws=draws, tiers=INDEX, repeats=repeats)
    cost = 1e9 * timing.least_cpu / (dyad_years * draws)
    return line.name, dyad_years, draws, cost, timing.least_wall
