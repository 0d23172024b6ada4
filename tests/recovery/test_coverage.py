"""How often 90% intervals of the index hold the true index, in worlds of which the truth is known.

What is expected comes from theory where there is any, else from two hundred studies of each world
(`benchmarks/coverage.py`), none of which is among the studies here.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from scipy.stats import norm

from alliance_metrics.index.plan import plan_index
from alliance_metrics.index.treatment import Treatment
from alliance_metrics.uncertainty.inputs import Uncertainty
from alliance_metrics.uncertainty.summary import intervals
from tests.recovery.synthetic import (
    INDICATORS,
    INPUTS,
    KINDS,
    NUMBERS_OF_CODERS,
    ROUNDING,
    TOP,
    WORLDS,
    World,
    codings,
    coverage,
    made_up_study,
    standard_error,
    true_levels,
    true_weights,
)

STUDIES, GREAT_RUN, FIRST_SEED = 30, 200, 1_000_000
Z = norm.ppf(0.95)
VARIANCE = 3 / 4 * 2 / 9 + 1 / 8 * 1 / 2
"""Of a slip: three ranges of four hold two levels (variance 2/9), one of eight three (1/2), and one is closed."""

MEASURED = {
    ("slips as the ranges say", "cells, coders"): (91.3, 0.5),
    ("severities", "cells, coders"): (91.4, 1.6),
    ("slips and severities", "cells, coders"): (91.5, 1.5),
    ("slips that persist", "cells, coders"): (92.4, 0.5),
    ("slips, weights", "cells, coders"): (52.3, 1.8),
    ("slips, weights", "cells, coders, weights"): (87.5, 1.3),
    ("slips, missing cells", "cells, coders"): (64.2, 0.9),
    ("slips, truths near an end", "cells, coders"): (53.8, 1.3),
    ("slips, truths near an end", "cells by frequency, coders"): (88.5, 0.6),
    ("slips and severities that persist, weights", "cells, coders, weights"): (93.6, 1.1),
    ("all of these", "cells, coders, weights"): (83.3, 1.7),
    ("one doubt for all coders", "cells, coders"): (88.5, 0.5),
    ("one slip for all coders", "cells, coders"): (94.3, 0.3),
    ("severities, 2 coders", "cells, coders"): (88.2, 1.9),
    ("slips and severities, 5 coders", "cells, coders"): (87.4, 1.8),
}
"""Coverage in the great run of each world, and its standard error over studies. [percent]"""


@cache
def found(world, inputs):
    every = {**WORLDS, **NUMBERS_OF_CODERS}
    return coverage(every[world], INPUTS[inputs], studies=STUDIES, first_seed=FIRST_SEED)


@pytest.mark.slow
@pytest.mark.parametrize(("world", "inputs"), MEASURED)
def test_coverage_is_what_the_great_run_gave(world, inputs):
    """Each kind of truth is held as often as in the great run, to four standard errors of the difference.

    Years of one study lean on one another, so errors are those of a mean over studies: the great run's, and one that
    is greater by the root of how many studies fewer there are here. Figures are rounded to a tenth.
    """
    expected, error = MEASURED[world, inputs]
    apart = 4 * (error + 0.05) * np.sqrt(1 + GREAT_RUN / STUDIES) + 0.05
    assert 100 * found(world, inputs).held.mean() == pytest.approx(expected, abs=apart)


@pytest.mark.slow
@pytest.mark.parametrize(("coders", "name"), [(2, ", 2 coders"), (3, ""), (5, ", 5 coders")])
def test_ranges_alone_hold_the_truth_as_often_as_said_where_coders_err_as_the_ranges_say(coders, name):
    """Each coder errs for itself with the variance of its range: nine in ten, and some more for coarse steps.

    The sum of the levels of all cells is a whole number, in an interval from one whole number to another, so half a
    step is to be added at each end: 92% to 93% with these numbers of cells.
    """
    deviations = np.sqrt(coders * np.array(INDICATORS) * VARIANCE)
    expected = (2 * norm.cdf(Z + 0.5 / deviations) - 1).mean()
    held = found("slips, truths in the middle" + name, "cells").held
    assert held.mean() == pytest.approx(expected, abs=4 * standard_error(held))


@pytest.mark.slow
def test_nine_in_ten_hold_the_truth_in_five_kinds_of_world():
    """Over slips, severities, both, slips that persist and a doubt that all coders share, 87% to 93% hold."""
    worlds = ("slips as the ranges say", "severities", "slips and severities", "slips that persist")
    held = np.concatenate([found(name, "cells, coders").held for name in (*worlds, "one doubt for all coders")])
    assert 0.87 - 2 * standard_error(held) < held.mean() < 0.93 + 2 * standard_error(held)


@pytest.mark.slow
def test_truths_near_an_end_are_held_less_often_than_truths_in_the_middle():
    """Near an end all coders err the same way, which ranges that are cut there do not know."""
    apart = found("slips, truths in the middle", "cells").held - found("slips, truths near an end", "cells").held
    assert apart.mean() > 4 * standard_error(apart)


@pytest.mark.slow
def test_ranges_alone_know_nothing_of_severities():
    """Severities of 0.3 levels leave intervals from ranges alone holding less than two in three truths."""
    assert found("slips and severities", "cells").held.mean() < 2 / 3


@pytest.mark.slow
def test_intervals_fail_where_all_coders_lean_alike():
    """Half a level that all coders give too much is in no interval: next to none holds, the truth lies below."""
    result = found("all coders lean alike", "cells, coders")
    assert result.held.mean() < 0.25
    assert result.below.mean() > 0.75
    assert result.above.mean() < 0.01


@pytest.mark.slow
def test_the_choice_of_coders_fails_where_all_make_the_same_slips():
    """Coders who copy one another do not disagree, and their disagreement holds the truth only where none slipped."""
    assert found("one slip for all coders", "coders").held.mean() < 0.35


@pytest.mark.slow
def test_ranges_hold_the_truth_where_all_make_the_same_slips():
    """Where no two coders disagree, they are taken to share all of their doubt: nine in ten hold."""
    assert found("one slip for all coders", "cells, coders").held.mean() > 0.87


@pytest.mark.slow
def test_filling_with_picked_years_mends_missing_cells():
    """Intervals that leave gaps out hold too few truths; those that draw what might stand there nine in ten."""
    held = []
    for seed in range(FIRST_SEED, FIRST_SEED + STUDIES):
        study = made_up_study(WORLDS["slips, missing cells"], seed)
        plan = plan_index(study.plan.panel, replace(study.plan.spec, treatment=Treatment("multiple")))
        lower, _, upper = intervals(plan, Uncertainty(seed=seed, draws=1000, inputs=INPUTS["cells"]))
        held.append(((lower[-1] - ROUNDING <= study.truth) & (study.truth <= upper[-1] + ROUNDING)).mean())
    assert np.mean(held) == pytest.approx(0.9, abs=4 * standard_error(np.array(held)))
    assert found("slips, missing cells", "cells").held.mean() < 0.75


def many_codings(world, *, count=100):
    rng = np.random.default_rng(5)
    levels = np.concatenate([true_levels(world, 24, rng=rng) for _ in range(count)])
    return levels, *codings(world, levels, rng=rng)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("given", "expected"),
    [((2, 2, 2), {2: 1.0}), ((2, 2, 3), {2: 2 / 3, 3: 1 / 3}), ((1, 2, 3), {1: 1 / 4, 2: 1 / 2, 3: 1 / 4})],
)
def test_given_one_coding_the_truth_is_triangular_in_its_range(given, expected):
    """The made-up coders err as the codings say: levels below and above come up as often as the triangle has it."""
    rng = np.random.default_rng(4)
    levels = rng.integers(0, TOP + 1, size=(10_000, 24)).astype(float)
    score, low, high = codings(World(), levels, rng=rng)
    alike = (low[0] == given[0]) & (score[0] == given[1]) & (high[0] == given[2])
    shares = {level: (levels[alike] == level).mean() for level in range(TOP + 1)}
    error = 4 * 0.5 / np.sqrt(alike.sum())
    assert shares == pytest.approx({level: expected.get(level, 0.0) for level in range(TOP + 1)}, abs=error)


def test_coders_slip_independently_unless_the_doubt_is_shared():
    """Away from the ends slips of two coders are uncorrelated; they correlate where both see the same levels open."""
    found = {}
    for shared in ("nothing", "doubt", "slip"):
        levels, score, _, _ = many_codings(World(shared=shared))
        slips = (score - levels)[:2, (levels > 0) & (levels < TOP)]
        found[shared] = np.corrcoef(slips)[0, 1]
    assert found["nothing"] == pytest.approx(0.0, abs=0.03)
    assert 0.2 < found["doubt"] < 0.8
    assert found["slip"] == pytest.approx(1.0)


def test_true_levels_come_up_alike():
    """Each of the five levels is true in one cell of five; near an end, eight indicators in ten have two levels."""
    rng = np.random.default_rng(6)
    levels = np.concatenate([true_levels(World(), 24, rng=rng) for _ in range(400)])
    shares = np.bincount(levels.astype(int).ravel()) / levels.size
    assert shares == pytest.approx(np.full(TOP + 1, 0.2), abs=0.015)
    ends = [true_levels(World(truths="near an end"), 24, rng=rng) for _ in range(200)]
    near = np.mean(
        [np.isin(levels, low).all(axis=0) for levels in ends for low in [[0, 1] if levels.mean() < 2 else [3, 4]]]
    )
    assert near == pytest.approx(0.8, abs=0.05)


def test_ranges_hold_the_score_and_stay_on_the_scale():
    """Every range holds its score, within the scale, in the world where everything happens."""
    _, score, low, high = many_codings(WORLDS["all of these"], count=20)
    assert ((low >= 0) & (low <= score) & (score <= high) & (high <= TOP)).all()


def test_a_lean_shifts_levels_by_as_much_on_average():
    """A lean of half a level shifts a level in the middle of the scale by half a level."""
    levels, score, _, _ = many_codings(World(slips=False, lean=0.5), count=50)
    middle = levels == 2
    assert (score - levels)[:, middle].mean() == pytest.approx(0.5, abs=0.02)


def test_true_weights_sum_to_one_and_are_alike_unless_drawn():
    """Weights of twelve indicators are a twelfth each where declared, and differ where drawn."""
    rng = np.random.default_rng(7)
    assert true_weights(World(), 2, rng=rng) == pytest.approx(np.full(12, 1 / 12))
    drawn = true_weights(World(weights=True), 2, rng=rng)
    assert drawn.sum() == pytest.approx(1.0)
    assert drawn.std() > 0


def test_kinds_of_cells_have_probabilities():
    """How often cells are open sums to one."""
    assert sum(KINDS.values()) == 1
