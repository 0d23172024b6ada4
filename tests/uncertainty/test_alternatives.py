"""Combinations of choices: counted, named, bound; what cannot be is refused or counted with its cause."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from alliance_metrics.errors import SpecError
from alliance_metrics.index.methods import Bedrock, Mean, Normalisation, Outranking, PowerMean
from alliance_metrics.index.treatment import Treatment
from alliance_metrics.study.score_tables import run_table
from alliance_metrics.uncertainty.alternatives import (
    Alternatives,
    bind_alternatives,
    check_inputs,
    choices_of,
    codes_of,
    discrete_inputs,
    probabilities_of,
)
from alliance_metrics.uncertainty.draws import draw_index, start_run
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
    TreeInput,
    Uncertainty,
    WeightDraw,
)
from alliance_metrics.uncertainty.summary import summarise
from tests.uncertainty.slow_index import plain_plan, realise, toy_plan

SCALES = NormalisationInput((Normalisation(), Normalisation("minmax")))
RULES = AggregationInput("across_pillars", (Mean(), Mean("geometric"), Bedrock("trust", 0.25)), (0.5, 0.25, 0.25))
FILLED = TreatmentInput((Treatment(), Treatment("linear")))


@pytest.fixture(scope="module")
def plan():
    """Bind the toy panel."""
    return toy_plan()


def refusal(plan, *inputs):
    """Give the faults for which inputs are refused."""
    with pytest.raises(SpecError) as caught:
        check_inputs(plan, inputs)
    return caught.value.faults


# Codes.


def test_each_combination_has_a_code_and_each_code_its_combination():
    """Twelve combinations, twelve codes, both ways."""
    inputs = (SCALES, RULES, FILLED)
    every = list(product(range(2), range(3), range(2)))
    codes = codes_of(inputs, [np.array(places) for places in zip(*every, strict=True)])
    assert sorted(codes.tolist()) == list(range(12))
    assert [choices_of(inputs, int(code)) for code in codes] == every


def test_without_choices_there_is_one_code():
    """No discrete input: the empty combination, described by nothing."""
    assert choices_of((), 0) == ()
    assert Alternatives((), {}, {}, toy_plan()).describe(0) == ""


def test_a_code_is_told_by_what_is_chosen():
    """Names of inputs and choices, with what stands beside a method where it is not the usual."""
    told = Alternatives((SCALES, RULES), {}, {}, toy_plan())
    assert told.describe(0) == "normalisation = goalposts; aggregation across_pillars = arithmetic"
    code = int(codes_of((SCALES, RULES), [np.array([1]), np.array([2])])[0])
    expected = "normalisation = minmax; aggregation across_pillars = bedrock pillar trust strength 0.25"
    assert told.describe(code) == expected


def test_a_tree_is_told_by_what_stands_elsewhere():
    """The arrangement configured, and one with a move."""
    told = Alternatives((TreeInput(({}, {"trust.depth": "gain"})),), {}, {}, toy_plan())
    assert [told.describe(code) for code in (0, 1)] == ["tree = as configured", "tree = trust.depth under gain"]


def test_only_choices_among_methods_are_discrete():
    """Everything else has no codes."""
    others = (CoderCell(), CoderChoice(), WeightDraw(), StrengthInput(), LeaveOut(), EraGoalposts())
    assert discrete_inputs((*others, RULES, SCALES, FILLED)) == (RULES, SCALES, FILLED)
    assert probabilities_of(SCALES) == (0.5, 0.5)
    assert probabilities_of(RULES) == (0.5, 0.25, 0.25)


def test_names_tell_inputs_apart():
    """Levels and tiers are part of the name."""
    inputs = (
        *(WeightDraw(level=level) for level in ("all", "within_dimension", "within_pillar", "across_pillars")),
        *(AggregationInput(level, (Mean(),)) for level in ("within_dimension", "within_pillar", "across_pillars")),
        *(ExponentInput(level) for level in ("within_dimension", "within_pillar", "across_pillars")),
        *(LeaveOut(tier) for tier in ("indicator", "dimension")),
        *(CoderCell(), CoderChoice(), SCALES, FILLED, StrengthInput(), EraGoalposts()),
    )
    assert len({entry.name for entry in inputs}) == len(inputs)


# Binding.


def test_only_combinations_that_are_drawn_are_bound(plan):
    """Codes 0 and 4 of six."""
    bound = bind_alternatives(plan, (SCALES, RULES), np.array([4, 0, 4]))
    assert sorted(bound.plans) == [0, 4]
    assert bound.causes == {}
    spec = bound.plans[4].spec
    assert (spec.normalisation.method, spec.across_pillars.method) == ("minmax", "geometric")


def test_weights_are_the_nominal_ones_whatever_is_chosen():
    """Weights derived from scores are not derived again under another normalisation, nor is what they make usable."""
    missing = tuple((unit, name) for unit in range(10) for name in ("talks", "trade")[unit % 2 : unit % 2 + 1])
    plan = toy_plan(missing=missing, weighting="entropy", weights={}, availability_min=0.5)
    bound = bind_alternatives(plan, (SCALES,), np.arange(2)).plans[1]
    for node, weights in plan.weights.items():
        np.testing.assert_array_equal(bound.weights[node], weights)
    np.testing.assert_array_equal(bound.availability, plan.availability)
    np.testing.assert_array_equal(bound.usable, plan.usable)


# Refusals.


@pytest.mark.parametrize(
    ("inputs", "what", "found", "allowed"),
    [
        ((WeightDraw(), WeightDraw(concentration=5)), "an uncertain input stands twice", "weights", "once"),
        (
            (WeightDraw(), WeightDraw(level="within_pillar")),
            "at all levels and at one",
            "all, within_pillar",
            "all, or",
        ),
        ((CoderCell(), CoderCell(), CoderCell()), "an uncertain input stands twice", "coder_cell", "once"),
        ((RULES, RULES), "an uncertain input stands twice", "aggregation across_pillars", "once"),
        ((NormalisationInput(()),), "'normalisation' has no choices", "none", "one or more"),
        (
            (TreeInput(({"trust.dept": "gain"},)),),
            "only a dimension that counts can be moved",
            "'trust.depth'",
            "gain.goods",
        ),
        ((TreeInput(({"trust.depth": "law.treaty"},)),), "'trust.depth' cannot be moved", "law.treaty", "trust"),
        ((TreeInput(({"law.treaty": "gain"},)),), "nothing that counts would be left of a pillar", "law", "or more"),
        (
            (NormalisationInput(SCALES.choices, (0.5, 0.4)),),
            "probabilities of 'normalisation' do not fit its 2 choices",
            "0.5, 0.4",
            "summing to 1",
        ),
        ((NormalisationInput(SCALES.choices, (1.0,)),), "do not fit its 2 choices", "1.0", "one for each"),
        ((NormalisationInput(SCALES.choices, (1.5, -0.5)),), "do not fit its 2 choices", "1.5, -0.5", "one for each"),
        ((NormalisationInput(SCALES.choices, (float("nan"), 1.0)),), "do not fit", "nan", "summing to 1"),
        (
            (NormalisationInput((Normalisation(), Normalisation("zscore"), Normalisation("rank"))),),
            "cannot be one choice of several",
            "zscore, rank",
            "zscore with centre",
        ),
        ((AggregationInput("within_pillar", (Bedrock("trust", 1.0),)),), "a bedrock within_pillar", "bedrock", "alone"),
        ((StrengthInput(),), "a strength without a bedrock", "across_pillars", "bedrock across pillars"),
        ((StrengthInput(0.9, 0.1), RULES), "ends are crossed", "0.9 to 0.1", "least, then most"),
        ((ExponentInput("within_pillar"),), "an exponent without a power mean", "within_pillar", "power mean"),
        (
            (AggregationInput("within_pillar", (PowerMean(2.0),)), ExponentInput("across_pillars")),
            "an exponent without a power mean",
            "across_pillars",
            "at that level",
        ),
        (
            (AggregationInput("within_pillar", (PowerMean(2.0),)), ExponentInput("within_pillar", 1.0, 0.5)),
            "ends are crossed",
            "1 to 0.5",
            "least",
        ),
        ((EraGoalposts(1.0),), "goalposts of eras may cross", "reach 1", "less than 1 levels"),  # oath has two levels
        ((EraGoalposts(-0.1),), "goalposts of eras may cross", "reach -0.1", "less than 1"),
    ],
)
def test_contradictions_are_refused_with_one_clear_fault(plan, inputs, what, found, allowed):
    """What is wrong, what was found, what is allowed, and the key that says so."""
    (fault,) = refusal(plan, *inputs)
    assert what in fault.what
    assert found in fault.found
    assert allowed in fault.allowed
    assert fault.column == "uncertainty.inputs"


def test_every_contradiction_is_listed(plan):
    """Three faults, three messages."""
    assert len(refusal(plan, StrengthInput(), EraGoalposts(5.0), CoderCell(), CoderCell())) == 3


def test_a_bedrock_that_no_choice_has_any_more_has_no_strength():
    """Where choices replace the declared bedrock by others, a strength is none."""
    plan = toy_plan(across_pillars=Bedrock("trust", 0.5))
    check_inputs(plan, (StrengthInput(),))
    assert refusal(plan, StrengthInput(), AggregationInput("across_pillars", (Mean(), Mean("minimum"))))


def test_what_holds_is_not_refused(plan):
    """The greatest reach below half the narrowest scale, every level of weights, probabilities that round to 1."""
    levels = ("within_dimension", "within_pillar", "across_pillars")
    check_inputs(plan, (EraGoalposts(0.999), *(WeightDraw(level=level) for level in levels)))
    check_inputs(
        plan, (AggregationInput("across_pillars", (Mean(), Outranking()), (0.1 + 0.2, 0.7)), StrengthInput())[:1]
    )


# Combinations that fail.


def test_a_combination_that_contradicts_itself_is_counted_with_its_cause(plan):
    """A quarter of the draws logs levels between goalposts, which cannot be; they give nothing, and say why."""
    logs = TreatmentInput((Treatment(), Treatment(outliers="transform")))
    run = start_run(plan, Uncertainty(seed=2, draws=3000, inputs=(CoderCell(), SCALES, logs)))
    choices = realise(plan, run.uncertainty).choices
    lost = (choices["normalisation"] == 0) & (choices["treatment"] == 1)
    summary, _ = summarise(run)
    np.testing.assert_allclose(summary.drawn, 1 - lost.mean(), atol=1e-12)
    (cause,) = summary.causes.values()
    assert "logarithms do not lie on the scale of the codebook" in cause
    drawn = draw_index(plan, run.uncertainty).scores[0]
    np.testing.assert_array_equal(np.isnan(drawn), np.tile(lost, (len(drawn), 1)))
    table = run_table(run, summary.causes)
    failed = table[table["outcome"] == "failed"]
    assert (failed["last_draw"] - failed["first_draw"] + 1).sum() == lost.sum()
    assert (failed["cause"] == cause).all()
    assert failed["choices"].str.contains("outliers transform").all()


def test_where_every_combination_fails_nothing_is_scored_and_the_cause_is_reported(plan):
    """No draw of any component, and no error."""
    best = NormalisationInput((Normalisation("target"),))  # without the level aimed at
    summary, comparisons = summarise(start_run(plan, Uncertainty(draws=50, inputs=(CoderCell(), best))))
    assert not summary.drawn.any()
    assert np.isnan(summary.median).all()
    assert np.isnan(comparisons.above).all()
    assert "needs a level" in summary.causes[0]


def test_draws_without_a_gate_are_told_with_a_cause():
    """Where the gating pillar is missing in a year, draws of the bedrock give no score there; the result says why."""
    plan = plain_plan({"a": (1.0, np.nan, 3.0), "b": (2.0, 2.0, 2.0)}, availability_min=0.5)
    gated = AggregationInput("across_pillars", (Mean(), Bedrock("P_a", 1.0)))
    run = start_run(plan, Uncertainty(seed=1, draws=1000, inputs=(WeightDraw(), gated)))
    share = (realise(plan, run.uncertainty).choices[gated.name] == 0).mean()
    summary, _ = summarise(run)
    np.testing.assert_allclose(summary.drawn[-1], [1.0, share, 1.0], atol=1e-12)
    assert summary.causes, "half the draws of 1951 give no index, and no cause is told"


def test_rows_of_runs_cover_every_draw_once(plan):
    """First and last draws follow one another from 0 to the end."""
    run = start_run(plan, Uncertainty(seed=3, draws=5000, inputs=(SCALES, RULES)))
    table = run_table(run, {})
    assert table["first_draw"].tolist() == [0, *(table["last_draw"][:-1] + 1)]
    assert table["last_draw"].iloc[-1] == 4999
    codes = realise(plan, run.uncertainty).choices
    for row in table.to_dict("records"):
        own = slice(row["first_draw"], row["last_draw"] + 1)
        scale = SCALES.choices[codes["normalisation"][own][0]].method
        assert np.unique(codes["normalisation"][own]).size == 1
        assert row["choices"].startswith(f"normalisation = {scale};")
