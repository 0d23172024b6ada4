"""Laws that every aggregation keeps, whatever the scores."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from alliance_metrics.index.aggregate import arithmetic_mean, bedrock, geometric_mean
from alliance_metrics.index.methods import Mean, PowerMean
from alliance_metrics.index.shapley import bedrock_shares, shapley_values
from tests import oracles
from tests.strategies import scores_and_weights, unit

CLOSE = 1e-12  # sums of at most six products of numbers up to 1: rounding stays below 1e-14


@given(scores_and_weights(missing=True))
def test_arithmetic_mean_equals_the_obvious_version(case):
    """The vectorised mean equals a loop over what is present."""
    scores, weights = case
    expected = [oracles.weighted_mean(row, weights) for row in scores]
    np.testing.assert_allclose(arithmetic_mean(scores, weights), expected, rtol=0, atol=CLOSE)


@given(scores_and_weights(missing=True))
def test_geometric_mean_equals_the_obvious_version(case):
    """The vectorised geometric mean equals exp of the mean logarithm of what is present."""
    scores, weights = case
    expected = [oracles.weighted_geometric_mean(row, weights) for row in scores]
    np.testing.assert_allclose(geometric_mean(scores, weights), expected, rtol=1e-9, atol=CLOSE)


@given(scores_and_weights(), st.data(), unit)
def test_bedrock_equals_its_formula(case, data, strength):
    """The vectorised bedrock aggregation equals the formula written out."""
    scores, weights = case
    gate = data.draw(st.integers(0, scores.shape[1] - 1))
    expected = [oracles.gated_mean(row, weights, gate, strength) for row in scores]
    found = bedrock(scores, weights, gate=gate, strength=strength)
    np.testing.assert_allclose(found, expected, rtol=0, atol=CLOSE)


@given(scores_and_weights(missing=True), st.data())
def test_bedrock_without_strength_is_the_arithmetic_mean_to_the_last_bit(case, data):
    """At strength 0 nothing is gated: the same bits come out, where the gate is present."""
    scores, weights = case
    gate = data.draw(st.integers(0, scores.shape[1] - 1))
    there = ~np.isnan(scores[:, gate])
    found = bedrock(scores, weights, gate=gate, strength=0.0)
    np.testing.assert_array_equal(found[there], arithmetic_mean(scores, weights)[there])
    assert np.isnan(found[~there]).all()


@given(scores_and_weights(least=2), st.data())
def test_bedrock_at_full_strength_leaves_nothing_without_the_bedrock(case, data):
    """At strength 1 the other components are worth nothing where the gate is zero."""
    scores, weights = case
    gate = data.draw(st.integers(0, scores.shape[1] - 1))
    scores[:, gate] = 0.0
    assert (bedrock(scores, weights, gate=gate, strength=1.0) == 0.0).all()


@given(scores_and_weights(), st.data(), unit, unit)
def test_bedrock_falls_as_strength_grows(case, data, one, other):
    """More strength never gives a higher index."""
    scores, weights = case
    gate = data.draw(st.integers(0, scores.shape[1] - 1))
    weak, strong = (bedrock(scores, weights, gate=gate, strength=x) for x in sorted((one, other)))
    assert (strong <= weak + CLOSE).all()


@given(scores_and_weights(), st.data(), unit, unit)
def test_bedrock_moves_little_when_strength_moves_little(case, data, one, other):
    """The index is continuous in strength: it moves no further than strength does."""
    scores, weights = case
    gate = data.draw(st.integers(0, scores.shape[1] - 1))
    gap = np.abs(
        bedrock(scores, weights, gate=gate, strength=one) - bedrock(scores, weights, gate=gate, strength=other)
    )
    assert (gap <= abs(one - other) + CLOSE).all()


def _aggregators(count, gate, strength):
    yield "arithmetic", arithmetic_mean
    yield "geometric", geometric_mean
    yield "bedrock", lambda scores, weights: bedrock(scores, weights, gate=gate % count, strength=strength)


@given(scores_and_weights(), st.integers(0, 5), unit, st.data())
def test_no_aggregation_falls_when_a_score_rises(case, gate, strength, data):
    """Every aggregation is monotone in every score."""
    scores, weights = case
    place = data.draw(st.integers(0, scores.shape[1] - 1))
    higher = scores.copy()
    higher[:, place] += (1.0 - higher[:, place]) * data.draw(unit)
    for name, reduce in _aggregators(scores.shape[1], gate, strength):
        assert (reduce(higher, weights) >= reduce(scores, weights) - CLOSE).all(), name


@given(scores_and_weights(), st.integers(0, 5), unit)
def test_every_aggregation_stays_between_zero_and_the_greatest_score(case, gate, strength):
    """Nothing leaves [0, 1], nor rises above the best component; means stay above the worst too."""
    scores, weights = case
    for name, reduce in _aggregators(scores.shape[1], gate, strength):
        found = reduce(scores, weights)
        assert (found >= -CLOSE).all(), name
        assert (found <= scores.max(axis=1) + CLOSE).all(), name
        if name != "bedrock":
            assert (found >= scores.min(axis=1) - CLOSE).all(), name


@given(scores_and_weights())
def test_geometric_mean_never_exceeds_arithmetic_mean(case):
    """The inequality of the means."""
    scores, weights = case
    assert (geometric_mean(scores, weights) <= arithmetic_mean(scores, weights) + CLOSE).all()


@given(scores_and_weights(least=2), st.integers(0, 5), unit, st.randoms(use_true_random=False))
def test_order_of_components_does_not_matter(case, gate, strength, random):
    """Shuffling components with their weights changes no aggregate."""
    scores, weights = case
    count = scores.shape[1]
    order = list(range(count))
    random.shuffle(order)
    gate %= count
    moved = bedrock(scores[:, order], weights[order], gate=order.index(gate), strength=strength)
    np.testing.assert_allclose(moved, bedrock(scores, weights, gate=gate, strength=strength), rtol=0, atol=CLOSE)
    for reduce in (arithmetic_mean, geometric_mean):
        np.testing.assert_allclose(
            reduce(scores[:, order], weights[order]), reduce(scores, weights), rtol=1e-12, atol=CLOSE
        )


@given(scores_and_weights(missing=True), st.integers(0, 5), unit)
def test_shapley_values_sum_to_the_aggregate(case, gate, strength):
    """Contributions are exact: they add up to what they explain, missing components at zero."""
    scores, weights = case
    count = scores.shape[1]
    for name, reduce in _aggregators(count, gate, strength):
        whole = reduce(scores, weights)
        known = ~np.isnan(whole)
        shares = shapley_values(lambda value, reduce=reduce: reduce(value, weights), scores)
        np.testing.assert_allclose(shares.sum(axis=1)[known], whole[known], rtol=0, atol=1e-10, err_msg=name)
        assert (shares[np.isnan(scores)] == 0.0).all(), name


@given(scores_and_weights(), st.integers(0, 5), unit)
def test_shapley_values_equal_the_mean_over_orders_of_arrival(case, gate, strength):
    """The subset formula equals the definition over permutations."""
    scores, weights = case
    gate %= scores.shape[1]
    row = scores[0]
    shares = shapley_values(lambda value: bedrock(value, weights, gate=gate, strength=strength), row)
    expected = oracles.shapley(lambda value: oracles.gated_mean(value, weights, gate, strength), list(row))
    np.testing.assert_allclose(shares, expected, rtol=0, atol=1e-10)


@given(scores_and_weights())
def test_shapley_values_of_an_arithmetic_mean_are_weight_times_score(case):
    """For an additive index the Shapley value is the plain contribution."""
    scores, weights = case
    shares = shapley_values(lambda value: arithmetic_mean(value, weights), scores)
    np.testing.assert_allclose(shares, scores * weights, rtol=0, atol=1e-10)


@given(scores_and_weights(missing=True))
def test_closed_forms_of_shares_are_the_shapley_values(case):
    """What is shared out without trying all sets of components is what trying them all gives."""
    scores, weights = case
    for rule in (*(Mean(name) for name in ("arithmetic", "geometric", "harmonic", "minimum")), PowerMean(-2.5)):
        slow = shapley_values(lambda value, rule=rule: rule.reduce(value, weights), scores)
        np.testing.assert_allclose(rule.shares(scores, weights), slow, rtol=0, atol=1e-9, err_msg=str(rule))


@given(scores_and_weights(), st.data(), unit)
def test_the_closed_form_of_bedrock_shares_is_the_shapley_value(case, data, strength):
    """Half of what the gate lets through to each side, exactly."""
    scores, weights = case
    gate = data.draw(st.integers(0, scores.shape[1] - 1))
    slow = shapley_values(lambda value: bedrock(value, weights, gate=gate, strength=strength), scores)
    found = bedrock_shares(scores, weights, gate=gate, strength=strength)
    np.testing.assert_allclose(found, slow, rtol=0, atol=1e-9)
