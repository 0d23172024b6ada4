"""Every benchmark runs, on next to nothing, and measures what it says it measures; no time is asserted."""

from __future__ import annotations

import math
import os
import re
import subprocess
import sys

import numpy as np
import pytest

from alliance_metrics.sensitivity.designs import plan_effects
from tests.house.test_layers import ROOT

if not hasattr(os, "sched_setaffinity"):
    pytest.skip("the benchmarks choose cores, which this system does not let them", allow_module_level=True)

from benchmarks.estimators import effects_of, estimators_section, random_runs
from benchmarks.finished import finished_section, starting_section
from benchmarks.functions import ishigami, sobol_g
from benchmarks.limits import limits_section, numbers_needed
from benchmarks.memory import memory_section
from benchmarks.panel import EVERYTHING, LINES, WEIGHTS, WEIGHTS_CODERS, made_up_plan
from benchmarks.plain_loop import PlainLoop, largest_difference, normalised
from benchmarks.rebuilds import INDEX, rebuild_timing, rebuilds_section
from benchmarks.report import NAMES, render_report
from benchmarks.scaling import scaling_section
from benchmarks.sizes import FULL, QUICK
from benchmarks.stages import DRAWING, SUMMING, stages_section
from benchmarks.tables import Section, Table, told


@pytest.fixture(scope="module")
def sections() -> dict[str, Section]:
    """Measure every part on next to nothing."""
    rebuilds, rates = rebuilds_section(QUICK)
    return {
        "rebuilds": rebuilds,
        "limits": limits_section(QUICK, rates),
        "stages": stages_section(QUICK),
        "finished": finished_section(QUICK),
        "growth": scaling_section(QUICK),
        "memory": memory_section(QUICK),
        "estimators": estimators_section(QUICK),
        "starting": starting_section(QUICK),
    }


def test_the_published_sizes_are_those_of_the_task():
    """The panel of the published figures has 170 dyad-years, 30 indicators under three pillars, and three coders."""
    plan = made_up_plan(FULL.dyad_years)
    tiers = [component.tier for component in plan.hierarchy.components]
    assert plan.panel.score.shape == (3, 170, 30)
    assert (tiers.count("dimension"), tiers.count("pillar"), tiers.count("index")) == (9, 3, 1)
    sizes = [len(component.children) for component in plan.hierarchy.components if component.tier == "dimension"]
    assert sorted(sizes) == [3] * 6 + [4] * 3


@pytest.mark.slow
def test_every_part_is_measured(sections):
    """The parts of the report are those that this test looks at."""
    assert tuple(sections) == NAMES


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_tables_are_well_formed(sections, name):
    """Each line of a rendered table has as many cells as its heading, none of them a number that is none."""
    tables = sections[name].tables
    assert tables
    for table in tables:
        assert table.rows
        lines = table.render().split("\n")
        assert {line.count(" | ") for line in lines} == {len(table.columns) - 1}
        assert all(re.fullmatch(r"\| .* \|", line) for line in lines)
        assert all(math.isfinite(cell) for row in table.rows for cell in row if not isinstance(cell, str))


@pytest.mark.slow
def test_rates_stand_with_the_draws_and_dyad_years_they_were_measured_on(sections):
    """Both tables of rates name the numbers of draws asked for; the plain loop's names what came back."""
    rates, plain, _ = sections["rebuilds"].tables
    assert rates.column("draws") == [QUICK.draws] * 2 * len(LINES)
    assert plain.column("draws") == [QUICK.plain_draws] * len(LINES)
    assert plain.column("dyad-years") == [QUICK.dyad_years] * len(LINES)


@pytest.mark.slow
def test_growth_names_every_size_asked_for(sections):
    """The tables of growth hold each line at each of its sizes."""
    sizes, draws = sections["growth"].tables
    asked = [*QUICK.weights_scaling, *QUICK.coders_scaling, *QUICK.methods_scaling]
    assert list(zip(sizes.column("dyad-years"), sizes.column("draws"), strict=True)) == asked
    assert draws.column("draws") == list(QUICK.draws_scaling)


@pytest.mark.slow
def test_memory_and_finished_intervals_name_their_sizes(sections):
    """The tables of memory and of finished intervals hold the sizes asked for."""
    memory, (finished, commands) = sections["memory"].tables[0], sections["finished"].tables
    assert [row[:3] for row in memory.rows] == list(QUICK.memory)
    assert finished.column("draws") == [QUICK.finished_draws] * 2
    assert finished.column("dyad-years") == [QUICK.dyad_years] * 2
    assert finished.column("components") == [43] * 2  # 30 indicators, 9 dimensions, 3 pillars, the index
    assert commands.column("draws") == [QUICK.command_draws] * 2


def test_a_rebuild_that_gives_other_than_what_was_asked_for_is_refused(monkeypatch):
    """No rate is given for draws that did not come."""
    drawn = type("Drawn", (), {"scores": np.zeros((1, 34, 5))})()
    monkeypatch.setattr("benchmarks.rebuilds.draw_index", lambda *_, **__: drawn)
    with pytest.raises(RuntimeError) as caught:
        rebuild_timing(made_up_plan(34), WEIGHTS, draws=6, tiers=INDEX, repeats=1)
    assert "6 draws were asked for" in str(caught.value)


@pytest.mark.parametrize("line", LINES, ids=lambda line: line.name)
def test_the_plain_loop_gives_the_engines_index(line):
    """On what the engine drew, every combination of methods among it, the plain loop's index is the same to 1e-5."""
    assert largest_difference(made_up_plan(34), line, draws=128) < 1e-5


def test_the_plain_loop_draws_what_the_engine_draws():
    """Means and deviations of the index agree with the engine's within what 400 draws leave open."""
    from alliance_metrics.uncertainty.draws import draw_index
    from alliance_metrics.uncertainty.inputs import Uncertainty

    plan, draws = made_up_plan(17), 400
    plain = PlainLoop(plan, WEIGHTS_CODERS).run(draws)
    engine = draw_index(plan, Uncertainty(seed=3, draws=4000, inputs=WEIGHTS_CODERS.inputs)).scores[0]
    error = engine.std(axis=1) / np.sqrt(draws)
    assert (np.abs(plain.mean(axis=1) - engine.mean(axis=1)) < 5 * error).all()
    np.testing.assert_allclose(plain.std(axis=1), engine.std(axis=1), rtol=5 / np.sqrt(2 * draws))


def test_plain_normalisations_are_those_of_the_formulas():
    """Levels 0, 2, 2, 4 and a column of threes, by hand: between 0 and 4, deviation 1.633, one and three outdone."""
    levels, high = np.array([[0.0, 3.0], [2.0, 3.0], [2.0, 3.0], [4.0, 3.0]]), np.array([4.0, 4.0])
    assert normalised(levels, "goalposts", high=high)[:, 0].tolist() == [0.0, 0.5, 0.5, 1.0]
    assert normalised(levels, "minmax", high=high).T.tolist() == [[0.0, 0.5, 0.5, 1.0], [0.5] * 4]
    step = 0.15 * 2 / math.sqrt(8 / 3)
    by_zscore = normalised(levels, "zscore", high=high)
    np.testing.assert_allclose(by_zscore.T, [[0.5 - step, 0.5, 0.5, 0.5 + step], [0.5] * 4])
    np.testing.assert_allclose(normalised(levels, "percentile_rank", high=high).T, [[0, 1 / 3, 1 / 3, 1], [0] * 4])


def test_random_numbers_are_counted_as_they_are_drawn():
    """42 weights stand in the tree; three coders' cells, and whether they err alike, take a quarter of a word each."""
    assert numbers_needed(WEIGHTS, dyad_years=170) == (42, 0.0)
    assert numbers_needed(EVERYTHING, dyad_years=170) == (42, 4 * 30 * 170 / 4)


@pytest.mark.slow
def test_estimators_work_on_the_runs_that_are_counted(sections):
    """Eight inputs take 23 runs a base pair in our design, ten in scipy's; made-up runs give every share."""
    ours, theirs = sections["estimators"].tables[0].rows[:2]
    assert ours[2] == 23 * ours[3] == 23 * QUICK.estimator_bases * QUICK.estimator_replicates
    assert theirs[2] == 10 * theirs[3]
    design = plan_effects(8, bases=32, replicates=2)
    blocks, runs = random_runs(design)
    assert runs == 23 * 64
    assert effects_of(design, blocks).total.shape == (8, 1)


def test_the_published_estimators_work_on_equal_numbers_of_runs():
    """At 30 inputs both designs make 524 thousand runs, within a thousandth of one another."""
    ours = 89 * FULL.estimator_bases * FULL.estimator_replicates
    assert ours == pytest.approx(32 * 16384, rel=1e-3)


@pytest.mark.parametrize("known", [ishigami(), sobol_g()], ids=lambda known: known.name)
def test_closed_forms_hold(known):
    """First and total order are what a plain double sample of 2^16 points gives, within five standard errors or so."""
    rng = np.random.default_rng(7)
    one, other = rng.random((2, 1 << 16, len(known.first)))
    base, apart = known.function(one), known.function(other)
    for place, (first, total) in enumerate(zip(known.first, known.total, strict=True)):
        mixed = one.copy()
        mixed[:, place] = other[:, place]
        changed = known.function(mixed)
        assert np.mean(apart * (changed - base)) / base.var() == pytest.approx(first, abs=0.05)
        assert np.mean((changed - base) ** 2) / 2 / base.var() == pytest.approx(total, abs=0.05)


@pytest.mark.slow
def test_stages_add_up_to_the_whole(sections):
    """Stages and rest of each line sum to a rebuild, and with summing up to the whole."""
    (table,) = sections["stages"].tables
    for column in table.columns[1:]:
        spent = dict(zip(table.column("stage"), table.column(column), strict=True))
        assert math.fsum([*(spent[name] for name in DRAWING), spent["the rest"]]) == pytest.approx(
            spent["a rebuild, the index kept"]
        )
        summed = math.fsum([*(spent[name] for name in SUMMING), spent["the rest of summing up"]])
        assert spent["a rebuild, the index kept"] + summed == pytest.approx(spent["summed up, whole"])


@pytest.mark.slow
def test_the_report_holds_every_part(sections):
    """The page has one heading for each part, and the command that writes it."""
    page = render_report(list(sections.values()))
    assert [line[3:] for line in page.split("\n") if line.startswith("## ")] == [s.title for s in sections.values()]
    assert "python -m benchmarks\n" in page


def test_a_row_that_does_not_fit_is_refused():
    """A table with a cell too few is not made."""
    with pytest.raises(ValueError) as caught:
        Table(("one", "two"), (("alone",),))
    assert "2 columns" in str(caught.value)


@pytest.mark.parametrize(
    ("cell", "text"),
    [("-", "-"), (170_000, "170,000"), (48_123.4, "48,100"), (0.5, "0.500"), (99.96, "100.0"), (1.44e-7, "1.4e-07")],
)
def test_figures_are_told_to_three_digits(cell, text):
    """Counts stand in full, measured figures to three digits."""
    assert told(cell) == text


@pytest.mark.slow
def test_the_command_runs_from_the_root():
    """`python -m benchmarks --quick --only estimators` prints its tables and leaves the page alone."""
    page = ROOT / "benchmarks/README.md"
    before = page.read_bytes() if page.exists() else None
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", "--quick", "--only", "estimators"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "## Estimators" in done.stdout
    assert (page.read_bytes() if page.exists() else None) == before
