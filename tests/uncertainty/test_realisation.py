"""What holds in each draw: every input's own distribution from its own stream, or exactly at points of the cube."""

from __future__ import annotations

import numpy as np
import pytest

from alliance_metrics.index.methods import Bedrock, Mean, Normalisation, PowerMean
from alliance_metrics.index.treatment import Treatment
from alliance_metrics.uncertainty.alternatives import candidates_to_leave_out
from alliance_metrics.uncertainty.coder_draws import PIECE
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
from alliance_metrics.uncertainty.realisation import Realisation, columns_of, joined, realise_at
from tests.uncertainty.slow_index import left_out_candidates, realise, toy_plan

DRAWS = 40_000
THREE = NormalisationInput((Normalisation(), Normalisation("minmax"), Normalisation("best")), (0.2, 0.3, 0.5))
OTHERS = (
    CoderChoice(),
    WeightDraw(level="within_dimension"),
    WeightDraw(level="across_pillars", spread=0.4),
    StrengthInput(0.1, 0.6),
    ExponentInput("within_pillar", -2.0, 2.0),
    LeaveOut("indicator", 0.4),
    LeaveOut("dimension", 0.7),
    EraGoalposts(0.4),
)


@pytest.fixture(scope="module")
def plan():
    """Bind the toy panel with a bedrock and power means, so that every input is one."""
    return toy_plan(across_pillars=Bedrock("trust", 0.5), within_pillar=PowerMean(1.0))


def even_points(count, columns=1):
    """Give points in the middle of equal steps, the same in every column."""
    return np.tile(((np.arange(count) + 0.5) / count)[:, np.newaxis], (1, columns))


def arrays_of(realisation):
    """List every array of a realisation by name."""
    found = {"multiples": realisation.multiples, "strength": realisation.strength, "goalposts": realisation.goalposts}
    for name in ("weights", "choices", "exponents", "left_out"):
        found |= {f"{name} {key}": values for key, values in getattr(realisation, name).items()}
    return {name: values for name, values in found.items() if values is not None}


# Distributions, exactly at evenly spread points.


@pytest.mark.parametrize(
    ("probabilities", "counts"),
    [
        ((0.2, 0.3, 0.5), [200, 300, 500]),
        ((0.0, 1.0, 0.0), [0, 1000, 0]),
        ((1.0, 0.0, 0.0), [1000, 0, 0]),
        ((0.5, 0.0, 0.5), [500, 0, 500]),
        ((0.1, 0.2, 0.7), [100, 200, 700]),
    ],
)
def test_choices_come_up_with_their_probabilities(plan, probabilities, counts):
    """Of a thousand even points each choice has its share, one of probability zero none."""
    entry = NormalisationInput(THREE.choices, probabilities)
    which = realise_at(entry, plan, even_points(1000)).choices["normalisation"]
    assert np.bincount(which, minlength=3).tolist() == counts


@pytest.mark.parametrize("point", [0.0, np.nextafter(1.0, 0.0)])
def test_the_ends_of_the_cube_realise_the_first_and_the_last(plan, point):
    """At 0 the first choice with a chance holds, just below 1 the last; nothing lies outside."""
    points = np.array([[point]])
    entry = NormalisationInput(THREE.choices, (0.0, 0.5, 0.5))
    assert realise_at(entry, plan, points).choices["normalisation"][0] == (1 if point == 0 else 2)
    which = realise_at(LeaveOut("indicator", 1.0), plan, points).left_out["indicator"][0]
    assert which == (0 if point == 0 else 4)


def test_choices_without_probabilities_are_alike(plan):
    """Three choices, a third of the points each."""
    entry = TreatmentInput((Treatment(), Treatment("linear"), Treatment("median")))
    which = realise_at(entry, plan, even_points(900)).choices["treatment"]
    assert np.bincount(which).tolist() == [300, 300, 300]


@pytest.mark.parametrize("tier", ["indicator", "dimension"])
@pytest.mark.parametrize("probability", [0.0, 0.25, 1.0])
def test_each_candidate_is_left_out_equally_often(plan, tier, probability):
    """The stated share of draws leaves one out, each that may be as often as any other."""
    count = len(left_out_candidates(plan, tier))
    which = realise_at(LeaveOut(tier, probability), plan, even_points(1000 * count)).left_out[tier]
    kept = round(1000 * count * (1 - probability))
    assert np.bincount(which + 1, minlength=count + 1).tolist() == [kept, *[round(1000 * probability)] * count]


def test_what_may_be_left_out_is_what_leaves_its_pillar_with_something(plan):
    """By hand: not the weightless, the diagnostic, nor the one alone in its pillar; alone in its dimension, that."""
    ids = [component.id for component in plan.hierarchy.components]
    for tier in ("indicator", "dimension"):
        found = candidates_to_leave_out(plan.hierarchy, plan.weights, tier)
        changed = [ids[plan.hierarchy.components[node].children[position]] for _, node, position in found]
        assert changed == left_out_candidates(plan, tier)
    assert [ids[place] for place, _, _ in candidates_to_leave_out(plan.hierarchy, plan.weights, "indicator")] == [
        "talks",
        "visits",
        "secrets",
        "trade",
        "debts",
    ]


def test_strength_exponent_and_goalposts_are_uniform_between_their_ends(plan):
    """A point of a quarter is a quarter of the way; goalposts go both ways by at most the reach."""
    points = np.array([[0.0], [0.25], [1.0]])
    strength = realise_at(StrengthInput(0.2, 0.6), plan, points).strength
    exponent = realise_at(ExponentInput("within_pillar", -1.0, 3.0), plan, points).exponents["pillar"]
    np.testing.assert_allclose(strength, [0.2, 0.3, 0.6], atol=1e-15)
    np.testing.assert_allclose(exponent, [-1.0, 0.0, 3.0], atol=1e-15)
    entry = EraGoalposts(0.4)
    assert columns_of(entry, plan) == 4  # two eras, two ends
    shifts = realise_at(entry, plan, np.array([[0.0, 0.25, 0.5, 1.0]])).goalposts
    np.testing.assert_allclose(shifts[..., 0], [[-0.4, -0.2], [0.0, 0.4]], atol=1e-15)


def test_weights_with_spread_are_scaled_to_one_by_hand(plan):
    """Weights 1/3, 1/2 and 1/6 off by -40, 0 and +40 per cent: 0.2, 0.5 and 0.7/3, over their sum."""
    entry = WeightDraw(level="across_pillars", spread=0.4)
    assert columns_of(entry, plan) == 3
    (drawn,) = realise_at(entry, plan, np.array([[0.0, 0.5, 1.0]])).weights.values()
    raw = np.array([0.2, 0.5, 1.4 / 6])
    np.testing.assert_allclose(drawn[0], raw / raw.sum(), atol=1e-15)


@pytest.mark.parametrize("entry", [WeightDraw(), WeightDraw(spread=0.9), WeightDraw(concentration=0.05)])
def test_weights_are_on_the_simplex_and_none_is_given_to_the_weightless(plan, entry):
    """At every node they are zero or more and sum to 1; what is declared zero stays zero."""
    drawn = realise(plan, Uncertainty(draws=500, inputs=(entry,))).weights
    pointed = realise_at(entry, plan, np.random.default_rng(1).random((500, columns_of(entry, plan)))).weights
    for weights in (drawn, pointed):
        for node, share in weights.items():
            np.testing.assert_allclose(share.sum(axis=1), 1.0, atol=1e-9)
            assert (share >= 0).all()
            np.testing.assert_array_equal(share[:, plan.weights[node] == 0], 0.0)


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        (CoderCell(), 0),
        (CoderChoice(), 3),  # one normal number a coder
        (WeightDraw(), 1 + 1 + 1 + 2),  # contact (one is weightless), trust, goods, index
        (WeightDraw(spread=0.1), 2 + 2 + 2 + 3),
        (WeightDraw(level="within_pillar"), 1),
        (WeightDraw(level="within_dimension", spread=0.2), 4),
        (THREE, 1),
        (LeaveOut(), 1),
    ],
)
def test_columns_are_as_many_as_an_input_has_degrees_of_freedom(plan, entry, expected):
    """Counted by hand on the toy tree of three coders."""
    assert columns_of(entry, plan) == expected


# Streams.


def test_draws_of_choices_have_the_stated_probabilities(plan):
    """In 40,000 draws the shares are within five standard errors."""
    which = realise(plan, Uncertainty(seed=2, draws=DRAWS, inputs=(THREE,))).choices["normalisation"]
    shares = np.bincount(which, minlength=3) / DRAWS
    np.testing.assert_allclose(shares, [0.2, 0.3, 0.5], atol=5 * 0.5 / np.sqrt(DRAWS))


def test_two_choices_are_drawn_independently(plan):
    """Each combination comes up as often as the product of the probabilities."""
    other = AggregationInput("across_pillars", (Mean(), Mean("geometric")), (0.25, 0.75))
    choices = realise(plan, Uncertainty(seed=3, draws=DRAWS, inputs=(THREE, other))).choices
    pairs = np.bincount(2 * choices["normalisation"] + choices["aggregation across_pillars"], minlength=6) / DRAWS
    expected = [a * b for a in (0.2, 0.3, 0.5) for b in (0.25, 0.75)]
    np.testing.assert_allclose(pairs, expected, atol=5 * 0.5 / np.sqrt(DRAWS))


@pytest.mark.parametrize("entry", OTHERS, ids=lambda entry: entry.name)
def test_adding_inputs_moves_no_number_of_another(plan, entry):
    """What an input draws alone it draws beside all others, whatever their order."""
    alone = arrays_of(realise(plan, Uncertainty(seed=5, draws=2500, inputs=(entry,))))
    everything = (CoderCell(), THREE, *OTHERS)
    for inputs in (everything, everything[::-1]):
        beside = arrays_of(realise(plan, Uncertainty(seed=5, draws=2500, inputs=inputs)))
        for name, values in alone.items():
            np.testing.assert_array_equal(values, beside[name])
    assert alone


def test_adding_a_choice_keeps_how_often_the_others_come_up(plan):
    """Within each piece of draws another choice may change the order of a choice, not how many draws have it."""
    other = AggregationInput("across_pillars", (Mean(), Mean("geometric"), Mean("minimum")))
    alone = realise(plan, Uncertainty(seed=6, draws=5000, inputs=(THREE,))).choices["normalisation"]
    beside = realise(plan, Uncertainty(seed=6, draws=5000, inputs=(other, THREE))).choices["normalisation"]
    for start in range(0, 5000, PIECE):
        piece = slice(start, start + PIECE)
        assert np.bincount(alone[piece]).tolist() == np.bincount(beside[piece]).tolist()


def test_inputs_of_one_kind_have_streams_of_their_own(plan):
    """Two levels' weights, two tiers left out: not the same uniform numbers under another name."""
    inputs = (LeaveOut("indicator", 1.0), LeaveOut("dimension", 1.0))
    found = realise(plan, Uncertainty(seed=7, draws=4000, inputs=inputs)).left_out
    share = found["indicator"] / 5, found["dimension"] / 2
    assert abs(np.corrcoef(*share)[0, 1]) < 5 / np.sqrt(4000)


# Cutting and joining.


def test_some_draws_of_a_realisation_are_those_draws(plan):
    """By slice or by places, every array gives the same draws, and their number is told."""
    whole = realise(plan, Uncertainty(seed=8, draws=300, inputs=(CoderCell(), THREE, *OTHERS)))
    places = np.array([7, 7, 250, 3])
    for part, taken in ((whole.at(slice(10, 40)), np.arange(10, 40)), (whole.at(places), places)):
        assert part.n_draws == len(taken)
        for name, values in arrays_of(part).items():
            given = arrays_of(whole)[name]
            expected = given[taken] if name.startswith("weights") else given[..., taken]
            np.testing.assert_array_equal(values, expected)


def test_a_slice_beyond_the_end_is_cut(plan):
    """Draws 290 to 310 of 300 are ten."""
    assert realise(plan, Uncertainty(draws=300, inputs=OTHERS)).at(slice(290, 310)).n_draws == 10


def test_joined_parts_keep_what_each_holds():
    """What one part lacks the other gives; mappings are put side by side."""
    one = Realisation(2, weights={3: np.ones((2, 1))}, strength=np.array([0.1, 0.2]))
    other = Realisation(2, weights={4: np.zeros((2, 2))}, multiples=np.ones((1, 2)))
    whole = joined([one, other])
    assert set(whole.weights) == {3, 4}
    assert whole.strength is one.strength
    assert whole.multiples is other.multiples


def test_one_coder_leaves_no_choice_of_coders():
    """With one coder nobody is drawn, and no column is needed."""
    plan = toy_plan(coders="u")
    assert columns_of(CoderChoice(), plan) == 0
    assert realise(plan, Uncertainty(draws=3, inputs=(CoderChoice(),))).multiples is None
