"""What drives an output: shares of its variance that agree with hand calculation and with runs of each input alone."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from alliance_metrics.coding.panel import IndicatorPanel
from alliance_metrics.errors import SpecError
from alliance_metrics.index.methods import Bedrock, Mean, Normalisation, PowerMean
from alliance_metrics.index.plan import plan_index
from alliance_metrics.index.specification import IndexSpec
from alliance_metrics.index.treatment import Treatment
from alliance_metrics.sensitivity import drivers as module
from alliance_metrics.sensitivity.drivers import MODEL, drivers
from alliance_metrics.sensitivity.outputs import parse_output, parse_outputs
from alliance_metrics.uncertainty import workers
from alliance_metrics.uncertainty.draws import draw_index
from alliance_metrics.uncertainty.inputs import (
    AggregationInput,
    CoderCell,
    CoderChoice,
    EraGoalposts,
    ExponentInput,
    LeaveOut,
    NormalisationInput,
    StrengthInput,
    TreatmentInput,
    Uncertainty,
    WeightDraw,
)
from tests.uncertainty.slow_index import plain_plan, toy_plan

EFFECTS = ("first", "total", "shapley")
SINGLE = 1e-4  # outputs rest on single precision
SCALES = NormalisationInput((Normalisation(), Normalisation("minmax")), (0.6, 0.4))
RULES = AggregationInput("across_pillars", (Mean(), Mean("geometric"), Bedrock("trust", 0.5)))
EVERYTHING = (
    *(CoderCell(), CoderChoice(), WeightDraw(), SCALES, RULES, StrengthInput()),
    *(LeaveOut("indicator"), LeaveOut("dimension", 0.3), EraGoalposts(0.3)),
)


def driven(plan, inputs, *names, bases=64, replicates=4, seed=3):
    """Share out the variance of outputs, by name."""
    return drivers(
        plan,
        Uncertainty(seed=seed, draws=10, inputs=inputs),
        parse_outputs(names or ("index:A-B:1951",), plan),
        bases=bases,
        replicates=replicates,
    )


def additive_plan():
    """Bind an index that is half a mean of two certain dimensions, half one indicator that is uncertain."""
    rows = [("A-B", 1951, "a", 4, 4, 4), ("A-B", 1951, "b", 0, 0, 0), ("A-B", 1951, "c", 2, 0, 4)]
    frame = pd.DataFrame(rows, columns=["dyad", "year", "indicator_id", "score", "low", "high"])
    tree = pd.DataFrame({"indicator_id": list("abc"), "pillar": list("ppq"), "dimension": list("abc")})
    return plan_index(IndicatorPanel.from_frame(frame), IndexSpec(tree.assign(low=0, high=4)))


@pytest.mark.parametrize(
    "entry",
    [
        *(CoderCell(), CoderChoice(), WeightDraw(), WeightDraw(spread=0.5), WeightDraw(level="within_pillar")),
        *(SCALES, RULES, LeaveOut("indicator", 1.0), LeaveOut("dimension"), EraGoalposts(0.4)),
        StrengthInput(0.2, 0.9),
    ],
    ids=lambda entry: entry.name,
)
def test_one_input_drives_everything(entry):
    """First order, total order and Shapley share of the only input are all 1."""
    plan = toy_plan(across_pillars=Bedrock("trust", 0.5)) if isinstance(entry, StrengthInput) else toy_plan()
    found = driven(plan, (entry,), "index:A-B:1951", "trust:A-C:1952")
    assert found.inputs == (entry.name,)
    assert not found.failed.any()
    assert found.causes == {}
    assert found.runs == 2 * 64 * 4
    moves = [0, 1] if entry is not RULES and not isinstance(entry, StrengthInput) else [0]
    for name in EFFECTS:
        np.testing.assert_allclose(getattr(found.effects[-1], name)[0, moves], 1.0, atol=1e-9)


def test_two_additive_inputs_share_as_runs_of_each_alone_say():
    """Weights move one half of the index, a cell the other: shares are their own variances over the sum."""
    plan, weights, cell = additive_plan(), WeightDraw(level="within_pillar"), CoderCell()
    w, c = (
        (100 * draw_index(plan, Uncertainty(seed=1, draws=60_000, inputs=(entry,))).scores[0, 0]).var()
        for entry in (weights, cell)
    )
    # by hand: half of a beta(10, 10) of 0 to 100; half of levels 0 to 4 with chances 1, 2, 3, 2, 1 in 9
    assert (w, c) == pytest.approx((50**2 * 0.25 / 21, 50**2 * (12 / 9) / 16), rel=0.03)
    found = driven(plan, (weights, cell), bases=256, replicates=16).effects[-1]
    expected = np.array([w, c]) / (w + c)
    for name in EFFECTS:
        np.testing.assert_allclose(getattr(found, name)[:, 0], expected, atol=0.03)
    assert found.variance[0] == pytest.approx(w + c, rel=0.05)
    assert found.mean[0] == pytest.approx(50.0, abs=1.0)


def test_inputs_that_work_only_together_share_what_they_do():
    """Strength matters only under the bedrock, drawn half the time: no share is negative, and they sum to 1."""
    plan = plain_plan({"a": (1.0, 1.0), "b": (4.0, 3.0)})
    inputs = (
        AggregationInput("across_pillars", (Mean(), Bedrock("P_a", 0.0))),
        StrengthInput(),
        WeightDraw(spread=0.0),
    )
    found = driven(plan, inputs, bases=256, replicates=16).effects[-1]
    # index = 50 - B 28.125 s, with B 0 or 1 and s uniform: by hand E, Var of B = 1/2, 1/4 and of s = 1/2, 1/12
    whole = (1 / 2) * (1 / 3) - (1 / 4) ** 2
    alone = np.array([(1 / 4) * (1 / 4), (1 / 4) * (1 / 12), 0.0]) / whole
    np.testing.assert_allclose(found.first[:, 0], alone, atol=0.05)
    both = 1 - alone.sum()
    np.testing.assert_allclose(found.total[:, 0], alone + np.array([both, both, 0]), atol=0.05)
    np.testing.assert_allclose(found.shapley[:, 0], alone + np.array([both / 2, both / 2, 0]), atol=0.05)
    assert found.variance[0] == pytest.approx(whole * 28.125**2, rel=0.05)


@pytest.mark.slow
@pytest.mark.parametrize("count", [3, 7, 9])
def test_shapley_shares_sum_to_one(count):
    """Under every design: all subsets of few inputs, paths through many."""
    plan = toy_plan(missing=((1, "talks"),))
    found = driven(plan, EVERYTHING[:count], "index:A-B:1951", "gap:index:A-B:1950:A-C:1951", bases=16)
    assert len(found.inputs) == count
    for effects in found.effects:
        np.testing.assert_allclose(effects.shapley.sum(axis=0), 1.0, atol=1e-9)


def test_an_input_that_moves_nothing_has_no_effect():
    """Goalposts of the other era, and a choice between a method and itself."""
    same = NormalisationInput((Normalisation(), Normalisation()))
    found = driven(toy_plan(), (CoderCell(), same)).effects[-1]
    np.testing.assert_allclose(found.total[:, 0], [1.0, 0.0], atol=1e-12)


def test_a_choice_between_a_method_and_itself_has_no_effect_where_donors_are_picked():
    """The donor of a missing cell is the same in every run of a base pair, whatever else is chosen."""
    plan = plain_plan({"a": (0.0, np.nan, 2.0, 4.0), "b": (1.0, 2.0, 3.0, 3.0)}, treatment=Treatment("multiple"))
    same = NormalisationInput((Normalisation(), Normalisation()))
    found = driven(plan, (WeightDraw(), same), "index:A-B:1951").effects[-1]
    assert found.total[1, 0] == pytest.approx(0.0, abs=1e-9)


def test_an_output_that_does_not_vary_has_no_drivers():
    """Cells that are certain, weights of indicators that are alike: NaN, and a variance of zero."""
    plan = plain_plan({"a": (4.0, 4.0), "b": (4.0, 0.0)})
    found = driven(plan, (WeightDraw(), CoderCell()), "index:A-B:1950", "index:A-B:1951")
    assert np.isnan(found.effects[-1].shapley[:, 0]).all()
    assert found.effects[-1].variance[0] == pytest.approx(0.0, abs=1e-9)
    assert not np.isnan(found.effects[-1].shapley[:, 1]).any()


def test_an_output_that_rounding_alone_moves_has_no_drivers():
    """All indicators at a third of the scale: no weights can move their mean, but single precision does."""
    rows = [("A-B", 1951, name, 1, 1, 1) for name in "abc"]
    frame = pd.DataFrame(rows, columns=["dyad", "year", "indicator_id", "score", "low", "high"])
    tree = pd.DataFrame({"indicator_id": list("abc"), "pillar": list("pqr"), "dimension": "d", "low": 0, "high": 3})
    found = driven(plan_index(IndicatorPanel.from_frame(frame), IndexSpec(tree)), (WeightDraw(), CoderCell()))
    assert found.effects[-1].variance[0] < 1e-9
    assert np.isnan(found.effects[-1].shapley).all()


def test_adding_an_output_moves_no_effect_of_another():
    """Outputs are worked out from the same runs, each for itself."""
    plan, names = toy_plan(), ("index:A-B:1953", "peak:index:A-B:one", "trade:A-C:1950")
    together = driven(plan, EVERYTHING[:4], *names)
    for place, name in enumerate(names):
        alone = driven(plan, EVERYTHING[:4], name)
        expected = together.effects[-1].shapley[:, place]
        np.testing.assert_allclose(alone.effects[-1].shapley[:, 0], expected, atol=1e-12)


def bytes_of(found):
    """Give every number of an analysis as bytes."""
    arrays = [getattr(part, f"{name}{end}") for part in found.effects for name in EFFECTS for end in ("", "_error")]
    return b"".join(array.tobytes() for array in arrays), found.failed.tobytes(), found.runs, found.causes


@pytest.mark.slow
@pytest.mark.parametrize("count", [5, 9])
@pytest.mark.usefixtures("several_processes")
def test_the_same_bytes_come_twice_and_with_any_number_of_processors(monkeypatch, count):
    """One, two and three processes, and one again; two replicates of five share a piece."""
    plan = toy_plan(missing=((1, "talks"), (5, "oath")))
    monkeypatch.setattr(module, "PIECE", 16)
    found = []
    for hands in (1, 2, 3, 1):
        monkeypatch.setattr(workers, "processors", lambda hands=hands: hands)
        found.append(bytes_of(driven(plan, EVERYTHING[:count], bases=8, replicates=5)))
    assert found[1:] == found[:-1]


def test_small_pieces_give_what_large_ones_give(monkeypatch):
    """Where base pairs do not fit one piece of draws they are cut; without cells of their own nothing moves."""
    plan, inputs = toy_plan(), (WeightDraw(), EraGoalposts(0.2), SCALES)
    large = bytes_of(driven(plan, inputs, bases=64))
    monkeypatch.setattr(module, "PIECE", 16)
    assert bytes_of(driven(plan, inputs, bases=64)) == large


# What fails.


def test_runs_that_contradict_themselves_are_counted_with_their_cause():
    """Pairs with such a run in any mask are left out of the output; the cause tells how many runs there were."""
    logs = TreatmentInput((Treatment(), Treatment(outliers="transform")), (0.75, 0.25))
    found = driven(toy_plan(), (CoderCell(), logs), bases=256)
    (cause,) = found.causes
    assert cause.startswith("treatment = transform") or "outliers transform" in cause
    assert "logarithms do not lie" in cause
    assert found.causes[cause] == pytest.approx(0.25 * found.runs, rel=0.02)
    assert found.failed[0] == pytest.approx((1 - 0.75**2) * 256 * 4, rel=0.05)
    np.testing.assert_allclose(found.effects[-1].total[:, 0], [1.0, 0.0], atol=1e-9)  # what is left does not choose


def test_runs_without_a_gate_are_counted_with_a_cause():
    """Where a bedrock's gate is missing in the year asked about, pairs are left out, and the result says why."""
    plan = plain_plan({"a": (1.0, np.nan), "b": (2.0, 2.0), "c": (1.0, 3.0)}, availability_min=0.5)
    found = driven(plan, (WeightDraw(), AggregationInput("across_pillars", (Mean(), Bedrock("P_a", 1.0)))))
    assert found.failed[0] > 0
    assert found.causes, f"{found.failed[0]} pairs were left out, and no cause is told"


def test_where_no_run_gives_a_value_nothing_is_said():
    """A year without any score: every pair is left out, and no share is made up."""
    plan = plain_plan({"a": (1.0, np.nan), "b": (2.0, np.nan)})
    found = driven(plan, (WeightDraw(), CoderCell()), "index:A-B:1951")
    assert found.failed.tolist() == [64 * 4]
    assert np.isnan(found.effects[-1].shapley).all()


def test_contradictions_are_refused_before_anything_is_run():
    """A strength without a bedrock."""
    with pytest.raises(SpecError) as caught:
        driven(toy_plan(), (StrengthInput(),))
    assert "a strength without a bedrock" in str(caught.value)


# The model of coders.


@pytest.fixture(scope="module")
def modelled():
    """Bind the toy panel with coders combined by the model."""
    return toy_plan(combine="model")


@pytest.mark.slow
def test_the_model_draws_cells_and_coders_as_one_input(modelled):
    """Both together are named for the model; weights stand beside them."""
    found = driven(modelled, (CoderCell(), WeightDraw(), CoderChoice()), bases=16)
    assert found.inputs == (MODEL, "weights")
    np.testing.assert_allclose(found.effects[-1].shapley.sum(axis=0), 1.0, atol=1e-9)
    assert found.effects[-1].total[0, 0] > 0.05


@pytest.mark.slow
@pytest.mark.parametrize("entry", [CoderCell(), CoderChoice()], ids=lambda entry: entry.name)
def test_either_of_them_alone_stands_for_the_model(modelled, entry):
    """Whichever is named, the model's draws move the output."""
    assert draw_index(modelled, Uncertainty(draws=200, inputs=(entry,))).scores[0, 1].std() > 0
    found = driven(modelled, (entry, WeightDraw()), bases=16)
    assert found.effects[-1].total[0, 0] > 0.05


@pytest.mark.parametrize(
    ("entry", "spec"),
    [
        (StrengthInput(), {"across_pillars": Bedrock("trust", 0.5)}),
        (ExponentInput("within_pillar"), {"within_pillar": PowerMean(1.0)}),
    ],
    ids=["strength", "exponent"],
)
def test_a_parameter_alone_is_run_like_any_input(entry, spec):
    """With nothing else uncertain every run gives a value."""
    found = driven(toy_plan(**spec), (entry,))
    assert not found.failed.any()
    np.testing.assert_allclose(found.effects[-1].shapley, 1.0, atol=1e-9)


def test_parsed_outputs_are_taken_in_their_order():
    """Variances stand in the order of the outputs asked for, also where that is not the panel's."""
    plan = toy_plan()
    one, other = parse_output("talks:A-C:1950", plan), parse_output("index:A-B:1950", plan)
    kinds = Uncertainty(seed=2, draws=10, inputs=(CoderCell(),))
    there, back = (drivers(plan, kinds, pair, bases=16, replicates=2) for pair in ((one, other), (other, one)))
    np.testing.assert_array_equal(there.effects[-1].variance, back.effects[-1].variance[::-1])
