"""Sums over draws are those of plain loops over them, whatever the memory and however many processors."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from alliance_metrics.index.methods import Mean, Normalisation, Outranking
from alliance_metrics.index.treatment import Treatment
from alliance_metrics.results.folders import ScratchFile
from alliance_metrics.uncertainty import draws as drawing
from alliance_metrics.uncertainty import run as runs
from alliance_metrics.uncertainty import summary as sums
from alliance_metrics.uncertainty import workers
from alliance_metrics.uncertainty.draws import draw_index, start_run
from alliance_metrics.uncertainty.inputs import (
    AggregationInput,
    CoderCell,
    CoderChoice,
    LeaveOut,
    NormalisationInput,
    TreatmentInput,
    Uncertainty,
    WeightDraw,
)
from alliance_metrics.uncertainty.summary import quantile_of_sorted, summarise, tails_of
from tests.uncertainty.slow_index import UNITS, plain_plan, toy_plan

TIERS = ("index", "pillar", "dimension", "indicator")
GAPS = ((1, "talks"), (2, "talks"), (2, "visits"), (5, "oath"), (5, "trade"), (8, "secrets"))
SINGLE = 1e-6
ARRAYS = ("lower", "median", "upper", "deviation", "rose", "fell", "drawn")
APART = (CoderCell(), CoderChoice(), WeightDraw(), AggregationInput("across_pillars", (Mean(), Mean("minimum"))))
TOGETHER = (
    *(CoderCell(), WeightDraw(), LeaveOut()),
    NormalisationInput((Normalisation(), Normalisation("minmax"))),
    TreatmentInput((Treatment(), Treatment("multiple"))),
)


def whole_summary(plan, uncertainty, **options):
    """Give every number of a summary as bytes, by name."""
    found, comparisons = summarise(start_run(plan, uncertainty), **options)
    told = {name: getattr(found, name).tobytes() for name in ARRAYS}
    told |= {f"rank {name}": getattr(comparisons, name).tobytes() for name in ("lower", "median", "upper", "above")}
    return told | {"causes": found.causes}


def drawn_scores(plan, uncertainty):
    """Give all draws in the order of components."""
    draws = draw_index(plan, uncertainty, tiers=TIERS)
    assert list(draws.components) == [component.id for component in plan.hierarchy.components]
    return draws.scores


@pytest.fixture(params=["apart", "together"], scope="module")
def summed(request):
    """Sum up a panel with gaps in which nothing or something makes units be rebuilt together."""
    plan = toy_plan(missing=GAPS)
    uncertainty = Uncertainty(seed=5, draws=401, level=0.8, inputs=APART if request.param == "apart" else TOGETHER)
    run = start_run(plan, uncertainty)
    assert run.together == (request.param == "together")
    return drawn_scores(plan, uncertainty), *summarise(run, tiers=("index", "pillar"))


def known(values):
    """Leave out what is missing."""
    return [float(value) for value in values if not math.isnan(value)]


def test_quantiles_deviation_and_share_drawn_are_those_of_the_draws(summed):
    """Of each component and unit: numpy's quantiles, the deviation with n - 1, the share that is not missing."""
    draws, summary, _ = summed
    for place in range(draws.shape[0]):
        for unit in range(draws.shape[1]):
            own = known(draws[place, unit])
            found = [getattr(summary, name)[place, unit] for name in ("lower", "median", "upper", "deviation")]
            assert summary.drawn[place, unit] == pytest.approx(len(own) / 401, abs=1e-12)
            if not own:
                assert np.isnan(found).all()
                continue
            expected = [*np.quantile(own, [0.1, 0.5, 0.9]), np.std(own, ddof=1) if len(own) > 1 else 0.0]
            np.testing.assert_allclose(found, expected, atol=SINGLE)
    assert (summary.drawn < 1).any()


def test_rose_and_fell_count_draws_against_the_year_before(summed):
    """Of draws in which both years are there; none for the first year of a dyad and era."""
    draws, summary, _ = summed
    for unit, (dyad, era, year) in enumerate(UNITS):
        before = UNITS.index((dyad, era, year - 1)) if (dyad, era, year - 1) in UNITS else None
        for place in range(draws.shape[0]):
            found = summary.rose[place, unit], summary.fell[place, unit]
            if before is None:
                assert np.isnan(found).all()
                continue
            changes = known(draws[place, unit] - draws[place, before])
            if not changes:
                assert np.isnan(found).all()
                continue
            share = 1 / len(changes)
            expected = [sum(c > SINGLE for c in changes) * share, sum(c < -SINGLE for c in changes) * share]
            assert found == pytest.approx(expected, abs=1e-9)


def test_ranks_are_those_of_each_draw(summed):
    """The highest first, ties their mean rank, those missing not counted; quantiles over the draws that rank it."""
    draws, _, comparisons = summed
    for row, place in enumerate(comparisons.places):
        ranks = []
        for scores in np.round(draws[place].T.astype(float), 6):
            there = known(scores)
            ranks.append([
                math.nan if math.isnan(s) else sum(t > s for t in there) + (sum(t == s for t in there) + 1) / 2
                for s in scores
            ])  # fmt: skip
        for unit, own in enumerate(np.array(ranks).T):
            found = [getattr(comparisons, name)[row, unit] for name in ("lower", "median", "upper")]
            expected = np.quantile(known(own), [0.1, 0.5, 0.9]) if known(own) else [math.nan] * 3
            np.testing.assert_allclose(found, expected, atol=1e-5)


def test_pairs_are_compared_in_the_draws_that_have_both(summed):
    """Share of draws in which one index is above the other; a tie counts for neither."""
    draws, _, comparisons = summed
    index = np.round(draws[-1].astype(float), 6)
    for one in range(len(UNITS)):
        for other in range(len(UNITS)):
            both = [(a, b) for a, b in zip(index[one], index[other], strict=True) if not math.isnan(a + b)]
            expected = sum(a > b for a, b in both) / len(both) if both else math.nan
            assert comparisons.above[one, other] == pytest.approx(expected, abs=1e-9, nan_ok=True)


def test_two_alike_tie_in_every_draw():
    """Two years coded alike share their rank, and neither is above the other nor rose nor fell."""
    plan = plain_plan({"a": (3.0, 3.0, 1.0), "b": (2.0, 2.0, 2.0)})
    summary, comparisons = summarise(start_run(plan, Uncertainty(draws=300, inputs=(WeightDraw(),))))
    np.testing.assert_array_equal(comparisons.above, [[0, 0, 1], [0, 0, 1], [0, 0, 0]])
    np.testing.assert_array_equal(comparisons.median[-1], [1.5, 1.5, 3.0])
    assert (summary.rose[-1, 1], summary.fell[-1, 1], summary.fell[-1, 2]) == (0.0, 0.0, 1.0)


# What must move no number.


@pytest.mark.slow
@pytest.mark.parametrize("inputs", [APART, TOGETHER], ids=["apart", "together"])
@pytest.mark.parametrize("hands", [2, 3])
@pytest.mark.usefixtures("several_processes")
def test_processors_move_no_byte(monkeypatch, inputs, hands):
    """One, two or three processes give the same bytes."""
    plan, uncertainty = toy_plan(missing=GAPS), Uncertainty(seed=6, draws=5000, inputs=inputs)
    monkeypatch.setattr(runs, "_WORTH_SHARING", 0)
    found = []
    for count in (1, hands):
        for module in (workers, sums, drawing):
            monkeypatch.setattr(module, "processors", lambda count=count: count)
        found.append((whole_summary(plan, uncertainty), drawn_scores(plan, uncertainty).tobytes()))
    assert found[0] == found[1]


@pytest.mark.slow
@pytest.mark.parametrize("inputs", [APART, TOGETHER], ids=["apart", "together"])
@pytest.mark.parametrize("scratch", [None, ScratchFile])
def test_memory_allowed_moves_no_byte(inputs, scratch):
    """One megabyte or 64, in memory or over a scratch file."""
    plan, uncertainty = toy_plan(missing=GAPS), Uncertainty(seed=7, draws=6000, inputs=inputs)
    wide = whole_summary(plan, uncertainty)
    narrow = whole_summary(plan, replace(uncertainty, block_megabytes=1), scratch=scratch)
    assert wide == narrow


@pytest.mark.slow
@pytest.mark.usefixtures("several_processes")
def test_a_scratch_file_is_written_where_memory_is_short(monkeypatch):
    """The path above is really taken: by several processes, each its own draws."""
    monkeypatch.setattr(workers, "processors", lambda: 3)
    monkeypatch.setattr(runs, "_WORTH_SHARING", 0)
    made = []

    def maker(n_columns, *, n_rows, piece):
        made.append((n_columns, n_rows, piece))
        return ScratchFile(n_columns, n_rows=n_rows, piece=piece)

    plan = toy_plan(missing=GAPS)
    uncertainty = Uncertainty(seed=7, draws=6000, inputs=TOGETHER, block_megabytes=1)
    narrow = whole_summary(plan, uncertainty, scratch=maker)
    assert made == [(len(plan.hierarchy.components) * len(UNITS), 6000, 2048)]
    assert narrow == whole_summary(plan, replace(uncertainty, block_megabytes=64))


@pytest.mark.slow
def test_one_megabyte_moves_no_byte_where_one_unit_does_not_fit():
    """So many draws that not even two columns fit."""
    plan = plain_plan({"a": (3.0, 1.0, 2.0), "b": (2.0, 2.0, 2.0)})
    uncertainty = Uncertainty(draws=140_000, inputs=(WeightDraw(),), block_megabytes=1)
    narrow, _ = summarise(start_run(plan, uncertainty))
    wide, _ = summarise(start_run(plan, replace(uncertainty, block_megabytes=64)))
    for name in ARRAYS:
        assert getattr(narrow, name).tobytes() == getattr(wide, name).tobytes()


def test_the_draws_compared_have_every_choice_in_its_share():
    """Where memory holds fewer draws to compare than there are, those are not the draws of one choice alone."""
    plan = plain_plan({"a": (4.0, *[1.0] * 199), "b": (0.0, *[1.0] * 199)})
    rules = AggregationInput("across_pillars", (Mean(), Mean("minimum")))
    uncertainty = Uncertainty(seed=8, draws=2000, inputs=(rules,), block_megabytes=1)
    _, comparisons = summarise(start_run(plan, uncertainty))
    assert comparisons.draws < 2000
    error = 5 * 0.5 / math.sqrt(comparisons.draws)
    assert comparisons.above[0, 1] == pytest.approx(0.5, abs=error)  # a half above by the mean, below by the minimum


def test_pooled_aggregation_is_summed_up_like_any():
    """Contests among all units, cut by memory: the same bytes."""
    plan = toy_plan(across_pillars=Outranking())
    uncertainty = Uncertainty(seed=9, draws=3000, inputs=(CoderCell(), WeightDraw()))
    assert whole_summary(plan, uncertainty) == whole_summary(plan, replace(uncertainty, block_megabytes=1))


# Small parts.


def test_tails_are_cut_alike_on_both_sides():
    """Of 0.9: a twentieth below and above."""
    np.testing.assert_allclose(tails_of(0.9), [0.05, 0.5, 0.95], atol=1e-15)


def test_quantiles_of_sorted_values_are_linear_between_them():
    """Of 0, 10 and 20 a quarter lies at 5; missing ones at the end do not count; of none there is none."""
    values = np.array([[0.0, 10.0, 20.0], [0.0, 10.0, np.nan], [7.0, np.nan, np.nan], [np.nan] * 3], dtype=np.float32)
    found = quantile_of_sorted(values, 0.25, valid=np.array([3, 2, 1, 0]))
    np.testing.assert_array_equal(found, [5.0, 2.5, 7.0, np.nan])
