"""The metric: how many times a CPU second rebuilds the whole index, beside a plain loop and what others reach."""

from __future__ import annotations

from alliance_metrics.index.plan import IndexPlan
from alliance_metrics.uncertainty.draws import draw_index
from alliance_metrics.uncertainty.inputs import Uncertainty
from benchmarks.panel import CODERS, INDICATORS, LINES, WEIGHTS_METHODS, WEIGHTS_METHODS_CELLS, Line, made_up_plan
from benchmarks.plain_loop import PlainLoop, largest_difference
from benchmarks.sizes import Sizes
from benchmarks.tables import Cell, Section, Table
from benchmarks.timing import Timing, one_core, timed

INDEX = ("index",)
EVERY_TIER = ("indicator", "dimension", "pillar", "index")
AIMS = {WEIGHTS_METHODS.name: 50_000, WEIGHTS_METHODS_CELLS.name: 15_000}
"""Rebuilds a CPU second aimed at on one core, the index alone kept."""
_GIVEN = (("COINr, 100 draws", 31.0), ("COINr, 2,000 draws", 18.0), ("plain numpy loop", 3_100.0))
_GIVEN_BATCHED = ("numpy, batched by hand", 17_400.0)


def rebuild_timing(plan: IndexPlan, line: Line, *, draws: int, tiers: tuple[str, ...], repeats: int) -> Timing:
    """Time the whole of `draw_index`, from the uncertainty to the kept draws.

    Parameters
    ----------
    plan
        The bound plan.
    line
        What is uncertain.
    draws
        How many rebuilds.
    tiers
        Tiers of components to keep.
    repeats
        How often.

    Returns
    -------
    Timing
        How long all the draws took.

    Raises
    ------
    RuntimeError
        Where anything but so many draws of those components came back.
    """
    uncertainty = Uncertainty(seed=1, draws=draws, inputs=line.inputs)
    drawn, timing = timed(lambda: draw_index(plan, uncertainty, tiers=tiers), repeats=repeats)
    kept = sum(component.tier in tiers for component in plan.hierarchy.components)
    if drawn.scores.shape != (kept, len(plan.panel.units), draws):
        raise RuntimeError(f"{kept} components and {draws} draws were asked for, and {drawn.scores.shape} came")
    return timing


def rebuilds_section(sizes: Sizes) -> tuple[Section, dict[str, float]]:
    """Measure every line.

    Parameters
    ----------
    sizes
        How much is measured.

    Returns
    -------
    section : Section
        The tables.
    rates : dict of str to float
        For each line the best rate on one core with the index alone kept. [rebuilds a CPU second]
    """
    plan = made_up_plan(sizes.dyad_years)
    plain = _plain_rows(plan, sizes)
    loop = {str(row[0]): float(row[3]) for row in plain}
    rows, rates = list[tuple[Cell, ...]](), dict[str, float]()
    for tiers, kept in ((INDEX, "index"), (EVERY_TIER, "all components")):
        for line in LINES:
            with one_core():
                one = rebuild_timing(plan, line, draws=sizes.draws, tiers=tiers, repeats=sizes.repeats)
            every = rebuild_timing(plan, line, draws=sizes.draws, tiers=tiers, repeats=sizes.repeats)
            rate = sizes.draws / one.least_cpu
            rates.setdefault(line.name, rate)
            on_one, on_every = (sizes.draws / one.usual_cpu, sizes.draws / every.least_cpu)
            by_clock = sizes.draws / every.least_wall
            rows.append((line.name, kept, sizes.draws, rate, on_one, on_every, by_clock, rate / loop[line.name]))
    columns = ("uncertain", "kept", "draws", "one core, best", "one core, median", "all cores, best")
    table = Table((*columns, "all cores, by the clock", "times the plain loop"), tuple(rows))
    plain_columns = ("uncertain", "draws", "dyad-years", "rebuilds a CPU second", "largest difference from the engine")
    parts = (
        (
            f"Full rebuilds of the index a CPU second: {sizes.dyad_years} dyad-years, {INDICATORS} indicators in nine "
            f"dimensions and three pillars, {CODERS} coders; weights drawn from a Dirichlet distribution at every "
            "node; where methods are uncertain, four normalisations (goalposts, min-max, z-score about 50, percentile "
            "rank) and four aggregations across pillars (arithmetic, geometric, harmonic, bedrock), all alike likely. "
            "A rebuild is timed whole, with drawing what is uncertain, binding the methods and keeping the scores. CPU "
            f"seconds hold those of helping processes; rates are of the best of {sizes.repeats} repeats unless called "
            "a median."
        ),
        table,
        " ".join(_verdict(line, aim, rates[line]) for line, aim in AIMS.items()),
        (
            "The same index by a plain numpy loop on one core: one draw at a time, all of its units at once, written "
            "as one would first write it (`benchmarks/plain_loop.py`), with random numbers of its own. On what the "
            f"engine drew it gives the engine's index, compared over {sizes.checked_draws} draws (scores from 0 to 1):"
        ),
        Table(plain_columns, tuple(plain)),
        (
            "What other implementations of this task reach, as given for a comparable machine and not measured here, "
            f"beside our rate with {WEIGHTS_METHODS.name} uncertain and the index kept:"
        ),
        _given_table(rates[WEIGHTS_METHODS.name]),
    )
    return Section("Rebuilds a CPU second", parts), rates


def _verdict(line: str, aim: int, rate: float) -> str:
    outcome = "reached" if rate >= aim else "missed"
    return f"The aim of {aim:,} on one core with {line} uncertain is {outcome}: {rate / aim:.2f} times as many."


def _given_table(rate: float) -> Table:
    rows = tuple((name, given, rate / given) for name, given in (*_GIVEN, _GIVEN_BATCHED))
    return Table(("implementation", "rebuilds a second", "ours are times as many"), rows)


def _plain_rows(plan: IndexPlan, sizes: Sizes) -> list[tuple[Cell, ...]]:
    rows = list[tuple[Cell, ...]]()
    for line in LINES:
        loop, worst = PlainLoop(plan, line), largest_difference(plan, line, draws=sizes.checked_draws)
        with one_core():
            whole, timing = timed(lambda loop=loop: loop.run(sizes.plain_draws), repeats=max(2, sizes.repeats // 2))
        rows.append((line.name, whole.shape[1], whole.shape[0], whole.shape[1] / timing.least_cpu, worst))
    return rows
