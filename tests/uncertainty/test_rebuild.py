"""The index rebuilt for many draws at once is the one that plain loops give, draw by draw, whatever is uncertain."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from alliance_metrics.index.hierarchy import dimension_ids
from alliance_metrics.index.methods import Bedrock, Mean, Normalisation, PowerMean
from alliance_metrics.index.plan import nominal_scores, plan_index
from alliance_metrics.index.specification import IndexSpec
from alliance_metrics.index.treatment import Treatment
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
from tests.uncertainty.slow_index import left_out_candidates, plain_plan, realise, slow_scores, toy_plan

DRAWS = 48
SINGLE = 3e-6  # scores of 0 to 1 go through some ten operations in single precision
GAPS = ((1, "talks"), (2, "talks"), (4, "trade"), (5, "secrets"), (8, "debts"), (9, "oath"), (3, "belief"))
SCALES = (
    Normalisation("goalposts"),
    Normalisation("minmax"),
    Normalisation("percentile_rank", within="year"),
    Normalisation("minmax", within="era"),
    Normalisation("zscore", centre=50.0, deviation=20.0),
    Normalisation("target", target=3.0),
)
RULES = (Mean(), Mean("geometric"), Mean("harmonic"), Mean("minimum"), PowerMean(2.5), PowerMean(-0.5))
INPUTS = {
    "cells": (CoderCell(),),
    "coders": (CoderChoice(),),
    "weights": (WeightDraw(),),
    "weights with spread": (WeightDraw(spread=0.6),),
    "weights of one level": (WeightDraw(level="within_dimension", concentration=1.0),),
    "weights of another level with spread": (WeightDraw(level="across_pillars", spread=0.9), CoderCell()),
    "normalisation": (CoderCell(), NormalisationInput(SCALES)),
    "aggregation across pillars": (
        CoderCell(),
        AggregationInput("across_pillars", (*RULES, Bedrock("trust", 0.7), Bedrock("law", 1.0))),
    ),
    "aggregation within pillars": (AggregationInput("within_pillar", RULES), WeightDraw()),
    "aggregation within dimensions": (CoderCell(), AggregationInput("within_dimension", RULES)),
    "strength": (
        WeightDraw(),
        AggregationInput("across_pillars", (Mean(), Bedrock("gain", 0.2))),
        StrengthInput(0.3, 0.9),
    ),
    "exponent": (
        CoderCell(),
        AggregationInput("within_pillar", (PowerMean(1.0), Mean("minimum"))),
        ExponentInput("within_pillar", -3.0, 3.0),
    ),
    "indicator left out": (CoderCell(), LeaveOut("indicator", 0.8)),
    "dimension left out": (WeightDraw(), LeaveOut("dimension", 0.8)),
    "goalposts of eras": (EraGoalposts(0.6), CoderCell()),
    "goalposts of eras alone": (EraGoalposts(0.6),),
    "goalposts of eras and normalisation": (EraGoalposts(0.4), CoderChoice(), NormalisationInput(SCALES)),
    "everything": (
        CoderCell(),
        CoderChoice(),
        WeightDraw(),
        NormalisationInput(SCALES[:3], (0.5, 0.25, 0.25)),
        AggregationInput("across_pillars", (Mean("geometric"), Bedrock("trust", 0.5), PowerMean(0.5))),
        AggregationInput("within_dimension", (Mean(), Mean("harmonic"))),
        StrengthInput(),
        ExponentInput("across_pillars"),
        LeaveOut("indicator"),
        EraGoalposts(0.3),
    ),
}


def both_ways(plan, inputs, *, draws=DRAWS):
    """Rebuild all draws fast, and each slowly from the same levels and the same realisation."""
    uncertainty = Uncertainty(seed=12, draws=draws, inputs=inputs)
    run, whole = start_run(plan, uncertainty), slice(0, draws)
    everyone, everything = np.arange(len(plan.panel.units)), np.arange(len(plan.hierarchy.components))
    fast = run.scores(everyone, whole, everything)
    levels, realisation = run.levels(everyone, whole).in_levels(), realise(plan, uncertainty)
    slow = np.array([slow_scores(plan, inputs, realisation, levels, draw) for draw in range(draws)])
    return fast, np.moveaxis(slow, 0, -1)


@pytest.mark.parametrize("name", INPUTS)
def test_every_kind_of_input_is_rebuilt_as_in_plain_loops(name):
    """Scores of all components, units and draws are those of loops over single numbers."""
    fast, slow = both_ways(toy_plan(), INPUTS[name])
    assert fast.causes == {}
    np.testing.assert_allclose(fast.scores, slow, atol=SINGLE)
    assert np.ptp(slow[-1], axis=-1).max() > 0.01


@pytest.mark.parametrize("name", ["cells", "normalisation", "aggregation across pillars", "goalposts of eras"])
def test_missing_cells_stay_missing_in_the_same_places(name):
    """With gaps, what is too thin is missing in every draw and the rest is as in plain loops."""
    fast, slow = both_ways(toy_plan(missing=GAPS), INPUTS[name])
    np.testing.assert_array_equal(np.isnan(fast.scores), np.isnan(slow))
    np.testing.assert_allclose(fast.scores, slow, atol=SINGLE)
    assert np.isnan(slow).any()


def test_choices_of_treatment_fill_the_gaps_each_in_its_way():
    """Nothing, carried forward, on a line, or the median of the series: as in plain loops."""
    choices = tuple(Treatment(method) for method in ("none", "carry_forward", "linear", "series_median"))
    inputs = (CoderCell(), TreatmentInput(choices), NormalisationInput(SCALES[:2]))
    fast, slow = both_ways(toy_plan(missing=GAPS), inputs)
    np.testing.assert_array_equal(np.isnan(fast.scores), np.isnan(slow))
    np.testing.assert_allclose(fast.scores, slow, atol=SINGLE)


@pytest.mark.parametrize("most", [1, 2])
def test_a_balanced_index_fills_from_the_nearest_year_and_leaves_out_what_keeps_a_gap(most):
    """As in plain loops, where a filled cell is taken to have changed nothing since the year it is filled from."""
    plan = toy_plan(missing=GAPS, treatment=Treatment("balanced", max_age=most))
    still = replace(plan, filling=replace(plan.filling, moves=None))
    fast, slow = both_ways(still, (CoderCell(), WeightDraw()))
    np.testing.assert_array_equal(np.isnan(fast.scores), np.isnan(slow))
    np.testing.assert_allclose(fast.scores, slow, atol=SINGLE)


@pytest.mark.parametrize("draws", [1, 2047, 2049])
def test_the_last_draws_of_a_piece_are_rebuilt_like_any(draws):
    """One draw, one less than a piece and one more: the last draw is what a longer run holds in its place."""
    plan, inputs = toy_plan(), (CoderCell(), CoderChoice())
    own = draw_index(plan, Uncertainty(seed=3, draws=draws, inputs=(CoderCell(),))).scores
    longer = draw_index(plan, Uncertainty(seed=3, draws=4096, inputs=(CoderCell(),))).scores
    np.testing.assert_array_equal(own, longer[..., :draws])
    fast, slow = both_ways(plan, inputs, draws=1)
    np.testing.assert_allclose(fast.scores, slow, atol=SINGLE)


def test_what_is_drawn_apart_is_what_is_drawn_together():
    """A choice that compares units makes all be rebuilt together; draws of the other choice do not notice."""
    plan = toy_plan()
    alike = NormalisationInput((Normalisation("goalposts"), Normalisation("goalposts")))
    other = NormalisationInput((Normalisation("goalposts"), Normalisation("minmax")))
    apart, together = (
        draw_index(plan, Uncertainty(seed=4, draws=3000, inputs=(CoderCell(), WeightDraw(), entry))).scores[0]
        for entry in (alike, other)
    )
    first = realise(plan, Uncertainty(seed=4, draws=3000, inputs=(other,))).choices["normalisation"] == 0
    np.testing.assert_array_equal(apart[:, first], together[:, first])


@pytest.mark.parametrize(
    ("inputs", "across"),
    [
        ((StrengthInput(0.2, 0.8),), Bedrock("trust", 0.5)),
        ((ExponentInput("across_pillars", 0.5, 2.0),), PowerMean(1.0)),
        ((ExponentInput("within_dimension", 0.5, 2.0),), Mean()),
        ((NormalisationInput(SCALES[:2]), StrengthInput()), Bedrock("trust", 0.5)),
    ],
)
def test_strength_or_exponent_may_be_the_only_thing_uncertain(inputs, across):
    """With levels and weights standing still, the parameter alone moves the index from draw to draw."""
    within = PowerMean(1.0) if isinstance(across, Mean) else Mean()
    fast, slow = both_ways(toy_plan(across_pillars=across, within_dimension=within), inputs)
    assert fast.causes == {}
    np.testing.assert_allclose(fast.scores, slow, atol=SINGLE)


@pytest.mark.parametrize("entry", [CoderCell(), EraGoalposts(0.1), WeightDraw(), NormalisationInput(SCALES[:2])])
def test_a_missing_cell_takes_another_donor_in_each_draw_whatever_is_uncertain_beside_it(entry):
    """Three coded years, three donors: each is picked in a third of the draws, though levels may stand still."""
    plan = plain_plan({"a": (0.0, 2.0, np.nan, 4.0), "b": (1.0, 2.0, 3.0, 3.0)}, treatment=Treatment("multiple"))
    drawn = draw_index(plan, Uncertainty(seed=6, draws=3000, inputs=(entry,)), tiers=("indicator",)).scores[0, 2]
    third, counts = 1 / 3, [(np.abs(drawn - share) < 0.2).mean() for share in (0.0, 0.5, 1.0)]
    assert counts == pytest.approx([third] * 3, abs=5 * np.sqrt(third * (1 - third) / 3000))


def balanced_draws(scores, **spec):
    """Draw the indicators of a balanced plan whose codings leave nothing open, so that only filled cells vary."""
    plan = plain_plan(scores, treatment=Treatment("balanced", max_age=2), **spec)
    return draw_index(plan, Uncertainty(seed=6, draws=4000, inputs=(CoderCell(),)), tiers=("indicator",)).scores


def test_a_filled_cell_is_its_donor_plus_a_change_that_coded_cells_make():
    """Changes over one year are 1, 1 and 0, 2 levels of 4: up as often as down, each as often as it was made."""
    drawn = balanced_draws({"a": (0.0, 1.0, 2.0), "b": (2.0, 2.0, np.nan), "c": (1.0, 3.0, 3.0)})
    # over one year: a +1 +1, b 0, c +2 0; with signs turned as well, ten changes as shares of the scale
    changes = [sign * change / 4 for change in (1, 1, 0, 2, 0) for sign in (1, -1)]
    shares = {
        level: sum(abs(0.5 + change - level) < 0.01 for change in changes) / 10 for level in (0, 0.25, 0.5, 0.75, 1)
    }
    for level, share in shares.items():
        found = float((np.abs(drawn[1, 2] - level) < 0.01).mean())
        assert found == pytest.approx(share, abs=5 * np.sqrt(share * (1 - share) / 4000))
    assert np.ptp(drawn[0], axis=-1).max() == 0  # coded cells stand still


def test_a_gap_is_drawn_as_one_path_and_both_sides_of_it_apart():
    """Years filled from one year move together; years filled from the year after the gap move by themselves."""
    drawn = balanced_draws({"a": (0.0, 1.0, 2.0, 3.0, 4.0, 0.0), "b": (2.0, np.nan, np.nan, np.nan, np.nan, 2.0)})[1]
    together = np.corrcoef(drawn[1:5])
    assert together[0, 1] > 0.8
    assert together[2, 3] > 0.8
    assert abs(together[1, 2]) < 0.08
    assert drawn[2].std() > drawn[1].std()  # farther from its donor


def test_no_draw_of_a_balanced_index_moves_when_another_dyad_has_other_gaps():
    """The draws of one dyad and era depend on their own codings alone."""
    treatment, uncertainty = Treatment("balanced"), Uncertainty(seed=6, draws=50, inputs=(CoderCell(), CoderChoice()))
    some, more = ((1, "talks"), (2, "trade")), ((1, "talks"), (2, "trade"), (5, "debts"), (8, "visits"))
    one, two = (draw_index(toy_plan(missing=gaps, treatment=treatment), uncertainty).scores for gaps in (some, more))
    np.testing.assert_array_equal(one[:, :4], two[:, :4])
    assert (one[:, 4:7] != two[:, 4:7]).any()


MOVED = {"trust.depth": "gain"}


def arranged(plan):
    """Bind the toy panel to the codebook in which `trust.depth` stands under `gain`."""
    table = plan.spec.indicators.assign(dimension_id=dimension_ids(plan.spec.indicators))
    table.loc[table["dimension_id"] == "trust.depth", "pillar"] = "gain"
    return plan_index(plan.panel, replace(plan.spec, indicators=table))


def test_draws_of_another_tree_are_the_index_of_that_tree():
    """A dimension under another pillar, in half of the draws: both halves are what scoring each tree gives."""
    plan, uncertainty = toy_plan(missing=GAPS), Uncertainty(seed=5, draws=200, inputs=(TreeInput(({}, MOVED)),))
    drawn = draw_index(plan, uncertainty, tiers=("index", "pillar"))
    other = realise(plan, uncertainty).choices["tree"] == 1
    assert 60 < other.sum() < 140
    for tree, own in ((plan, ~other), (arranged(plan), other)):
        scores = nominal_scores(tree)
        for place, name in enumerate(drawn.components):
            expected = scores[tree.hierarchy.place_of(name)][:, np.newaxis]
            found = drawn.scores[place][:, own]
            np.testing.assert_allclose(found, np.tile(expected, found.shape[1]), atol=SINGLE, err_msg=name)


def test_drawn_weights_follow_a_dimension_into_another_pillar():
    """Twice its declared weight among its old siblings is twice its declared weight among its new ones."""
    plan, uncertainty = toy_plan(), Uncertainty(seed=5, draws=50, inputs=(WeightDraw(), TreeInput((MOVED,))))
    drawn = draw_index(plan, uncertainty, tiers=("pillar", "dimension"))
    by_name = dict(zip(drawn.components, drawn.scores.astype(float), strict=True))
    weights = realise(plan, uncertainty).weights[plan.hierarchy.place_of("trust")]
    depth = weights[:, 1] / 0.5  # declared alike: contact and depth under trust, goods and depth under gain
    gain = (by_name["gain.goods"] + depth * by_name["trust.depth"]) / (1.0 + depth)
    np.testing.assert_allclose(by_name["gain"], gain, atol=SINGLE)
    np.testing.assert_allclose(by_name["trust"], by_name["trust.contact"], atol=SINGLE)


def test_what_is_left_out_is_left_out_wherever_it_stands():
    """A dimension that is left out has no weight in either tree, and nothing else is touched."""
    plan = toy_plan()
    inputs = (LeaveOut("dimension", 1.0), TreeInput((MOVED,)))
    uncertainty = Uncertainty(seed=5, draws=200, inputs=inputs)
    drawn = draw_index(plan, uncertainty, tiers=("pillar", "dimension"))
    by_name = dict(zip(drawn.components, drawn.scores.astype(float), strict=True))
    which = realise(plan, uncertainty).left_out["dimension"]
    gone = which == left_out_candidates(plan, "dimension").index("trust.depth")
    assert 20 < gone.sum() < 180
    np.testing.assert_allclose(by_name["gain"][:, gone], by_name["gain.goods"][:, gone], atol=SINGLE)
    both = (by_name["gain.goods"] + by_name["trust.depth"])[:, ~gone] / 2
    np.testing.assert_allclose(by_name["gain"][:, ~gone], both, atol=SINGLE)


def test_an_indicator_left_out_beside_a_missing_one_leaves_what_the_index_without_it_has():
    """Each draw is the index scored without the row of the codebook, missing where too little is left for a score."""
    plan = toy_plan(missing=((0, "visits"), (1, "secrets"), (2, "trade"), (6, "talks")), availability_min=0.5)
    inputs = (LeaveOut("indicator", 1.0),)
    uncertainty = Uncertainty(seed=8, draws=200, inputs=inputs)
    drawn = draw_index(plan, uncertainty).scores[0]
    which = realise(plan, uncertainty).left_out["indicator"]
    table = plan.spec.indicators
    for place, name in enumerate(("talks", "visits", "secrets", "trade", "debts")):
        rest = table[table["indicator_id"] != name].reset_index(drop=True)
        weights = {key: value for key, value in plan.spec.weights.items() if key != name}
        spec = IndexSpec(rest, weights=weights, availability_min=0.5)
        expected = nominal_scores(plan_index(plan.panel, spec))[-1]
        found = drawn[:, which == place]
        assert found.shape[1] > 10
        np.testing.assert_allclose(found, np.tile(expected[:, np.newaxis], found.shape[1]), atol=SINGLE, err_msg=name)


def test_no_two_things_left_out_together_empty_a_pillar():
    """An indicator alone in its dimension and the pillar's other dimension are not left out in the same draw."""
    plan = toy_plan()
    inputs = (LeaveOut("indicator", 1.0), LeaveOut("dimension", 1.0))
    summary, _ = summarise(start_run(plan, Uncertainty(seed=9, draws=2000, inputs=inputs)))
    trust = plan.hierarchy.place_of("trust")
    np.testing.assert_array_equal(summary.drawn[trust], 1.0)
