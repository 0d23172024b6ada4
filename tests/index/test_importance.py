"""Importance and derived weights, on models whose answer is known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import entropy

from alliance_metrics.index.importance import balanced_weights, correlations, effective_weights
from alliance_metrics.index.weights import budget_weights, critic_weights, entropy_weights, principal_component_weights

NAN = np.nan


def test_components_count_by_their_variance():
    """Two uncorrelated groups, of three alike and of two alike: eigenvalues 3 and 2, squared loadings 1/3 and 1/2.

    Each column weighs 3 x 1/3 or 2 x 1/2, so that all weigh the same; without eigenvalues they would weigh 1/6 and 1/4.
    """
    three, two = np.array([1.0, 1.0, -1.0, -1.0]), np.array([1.0, -1.0, 1.0, -1.0])
    found = principal_component_weights(np.column_stack([three, three, three, two, two]))
    np.testing.assert_allclose(found, [0.2] * 5, atol=1e-12)


def test_a_column_against_the_first_component_has_no_weight():
    """Two columns run alike and the third runs against them: the two share all the weight."""
    one = np.array([1.0, 2.0, 3.0, 5.0])
    found = principal_component_weights(np.column_stack([one, one, -one]), method="first_component")
    np.testing.assert_allclose(found, [0.5, 0.5, 0.0], atol=1e-12)


def test_entropy_is_measured_against_the_units_present():
    """Of two units present, the most entropy is that of two, whatever the number of units in the panel."""
    values = np.array([[1.0, 1.0], [3.0, 1.0], [NAN, 1.0], [NAN, 5.0]])
    information = np.array([1 - entropy([1 / 4, 3 / 4], base=2), 1 - entropy([1 / 8, 1 / 8, 1 / 8, 5 / 8], base=4)])
    np.testing.assert_allclose(entropy_weights(values), information / information.sum(), atol=1e-12)


def test_critic_takes_the_deviation_of_the_units_present():
    """0 1 0 1 and 0 1 1 with a gap both have variance 1/3 with n - 1, and one conflict between them: equal weights."""
    values = np.array([[0.0, 0.0], [1.0, 1.0], [0.0, 1.0], [1.0, NAN]])
    np.testing.assert_allclose(critic_weights(values), [0.5, 0.5], atol=1e-12)


def test_importance_of_independent_components_is_their_squared_weight():
    """y = 0.8 a + 0.6 b of independent a, b of equal variance: shares 0.64 and 0.36."""
    rng = np.random.default_rng(3)
    scores = rng.standard_normal((20_000, 2))
    found = effective_weights(scores, scores @ np.array([0.8, 0.6]))
    # 4 standard errors of a squared correlation in 20,000 units are below 0.02
    np.testing.assert_allclose(found.linear, [0.64, 0.36], atol=0.02)
    np.testing.assert_allclose(found.curved, [0.64, 0.36], atol=0.02)
    np.testing.assert_allclose(found.share.sum(), 1)


def test_a_curved_effect_is_seen_where_correlation_is_blind():
    """y = x squared over a symmetric range: correlation none, correlation ratio one."""
    x = np.linspace(-1, 1, 200)
    found = effective_weights(x[:, None], x**2)
    assert found.linear[0] < 1e-12
    assert found.curved[0] > 0.98


def test_noise_is_not_taken_for_a_curve():
    """Of a component that has nothing to do with the index next to nothing is explained, over 200 studies."""
    rng = np.random.default_rng(8)
    shares = [effective_weights(rng.standard_normal((165, 1)), rng.standard_normal(165)).curved[0] for _ in range(200)]
    assert np.mean(shares) < 0.02


def test_importance_without_variation_or_with_gaps():
    """A constant component has no importance to speak of; missing units are left out."""
    scores = np.array([[1.0, 0.0], [1.0, 1.0], [1.0, 2.0], [1.0, NAN], [1.0, 4.0]])
    found = effective_weights(scores, np.array([0.0, 1.0, 2.0, 9.0, 4.0]))
    np.testing.assert_allclose(found.linear, [NAN, 1])
    np.testing.assert_allclose(found.share, [0, 1])


def test_balanced_weights_of_two_components_worked_by_hand():
    """Importance goes with w squared times variance where components are uncorrelated.

    Deviations 1 and 3 and equal shares wanted: w1 : w2 = 3 : 1.
    """
    scores = np.array([[1, 3], [1, -3], [-1, 3], [-1, -3]]) / 10 + 0.5
    weights, residual = balanced_weights(scores, np.array([0.5, 0.5]))
    np.testing.assert_allclose(weights, [0.75, 0.25], atol=1e-5)
    assert residual < 1e-6


def test_balanced_weights_reach_the_shares_of_correlated_components():
    """The shares that come out are the shares asked for, by the measure of `effective_weights`."""
    rng = np.random.default_rng(4)
    base = rng.standard_normal((300, 1))
    scores = base + rng.standard_normal((300, 3)) * [0.3, 1.0, 2.0]
    wanted = np.array([0.5, 0.3, 0.2])
    weights, residual = balanced_weights(scores, wanted)
    linear = effective_weights(scores, scores @ weights).linear
    np.testing.assert_allclose(linear / linear.sum(), wanted, atol=1e-4)
    assert residual < 1e-4


def test_balanced_weights_say_where_they_fall_short():
    """A component that mirrors another cannot be as important: the distance left is told."""
    x = np.linspace(0, 1, 30)
    noise = np.tile([0.0, 0.01, -0.01], 10)
    weights, residual = balanced_weights(np.column_stack([x, x + noise, 1 - x]), np.array([0.1, 0.1, 0.8]))
    assert residual > 0.1
    assert weights.sum() == pytest.approx(1)


def test_balanced_weights_keep_zeros_and_constants():
    """A target of zero stays zero, a constant component keeps its target, one component has it all."""
    scores = np.array([[0.0, 0.5, 1.0], [1.0, 0.5, 0.0], [0.5, 0.5, 0.2]])
    np.testing.assert_allclose(balanced_weights(scores, np.array([1.0, 0, 0]))[0], [1, 0, 0])
    with pytest.raises(ValueError, match="three or more units"):
        balanced_weights(scores[:2], np.full(3, 1 / 3))


def test_correlations_are_pairwise():
    """Each pair over what both have; with a constant nothing."""
    values = np.array([[1.0, 2.0, 5.0], [2.0, 4.0, 5.0], [3.0, NAN, 5.0], [4.0, 1.0, 5.0]])
    found = correlations(values)
    assert found[0, 1] == pytest.approx(np.corrcoef([1, 2, 4], [2, 4, 1])[0, 1])
    assert found[0, 2] == 0
    np.testing.assert_array_equal(np.diag(found), 1)


def test_two_components_weigh_alike_by_principal_components():
    """Two correlated columns have loadings of one size, whatever the correlation."""
    values = np.array([[0.0, 1.0], [1.0, 2.0], [2.0, 2.0], [3.0, 5.0]])
    for method in ("loadings_squared", "first_component"):
        np.testing.assert_allclose(principal_component_weights(values, method=method), [0.5, 0.5])


def test_a_column_apart_from_the_others_weighs_less_by_principal_components():
    """Three columns alike and one for itself: the first component is theirs alone (correlations 1, 1, 1 and 0)."""
    x, y = np.array([1.0, 1, -1, -1]), np.array([1.0, -1, 1, -1])
    values = np.column_stack([x, x, x, y])
    np.testing.assert_allclose(principal_component_weights(values, method="first_component"), [1 / 3] * 3 + [0])
    np.testing.assert_allclose(principal_component_weights(values), [1 / 3] * 3 + [0], atol=1e-12)


def test_entropy_weights_worked_by_hand():
    """Shares (1, 0) have entropy 0, shares (1/2, 1/2) entropy 1: all weight to the first."""
    np.testing.assert_allclose(entropy_weights(np.array([[1.0, 0.5], [0.0, 0.5]])), [1, 0])
    # shares 3/4, 1/4: entropy 0.811278; shares 2/3, 1/3: 0.918296
    found = entropy_weights(np.array([[3.0, 2.0], [1.0, 1.0]]))
    np.testing.assert_allclose(found, np.array([0.188722, 0.081704]) / 0.270426, atol=1e-5)


def test_critic_weights_worked_by_hand():
    """Columns (0, 1, 2), (0, 1, 2) reversed and (0, 0, 1): deviations 0.5, 0.5, 0.577350 once scaled.

    Correlations -1, 0.866025 and -0.866025: conflicts 2 + 0.133975, 2 + 1.866025, 0.133975 + 1.866025.
    """
    values = np.array([[0.0, 2.0, 0.0], [1.0, 1.0, 0.0], [2.0, 0.0, 1.0]])
    raw = np.array([0.5 * 2.133975, 0.5 * 3.866025, 0.577350 * 2.0])
    np.testing.assert_allclose(critic_weights(values), raw / raw.sum(), atol=1e-6)


def test_experts_count_alike_however_many_points_they_had():
    """60:40 and 1:3 average to 42.5:57.5; an expert without points is refused."""
    np.testing.assert_allclose(budget_weights(np.array([[60.0, 40.0], [1.0, 3.0]])), [0.425, 0.575])
    np.testing.assert_allclose(budget_weights(np.array([[1.0, NAN], [1.0, 1.0]])), [0.75, 0.25])
    for bad in ([[0.0, 0.0]], [[-1.0, 2.0]]):
        with pytest.raises(ValueError, match="zero"):
            budget_weights(np.array(bad))


@given(arrays(float, (8, 3), elements=st.sampled_from([0.0, 0.25, 0.5, 1.0, NAN])))
def test_derived_weights_lie_on_the_simplex_whatever_the_values(values):
    """Constant, missing, few: weights are zero or more and sum to one, and follow their columns."""
    for method in (principal_component_weights, entropy_weights, critic_weights):
        weights = method(values)
        assert (weights >= 0).all()
        assert weights.sum() == pytest.approx(1)


@pytest.mark.parametrize("method", [principal_component_weights, entropy_weights, critic_weights])
def test_a_constant_column_weighs_nothing_and_none_varying_all_alike(method):
    """What does not vary tells nothing apart; where nothing varies all count alike."""
    values = np.array([[0.5, 0.2], [0.5, 0.4], [0.5, 0.9]])
    np.testing.assert_allclose(method(values), [0, 1])
    np.testing.assert_allclose(method(np.full((3, 2), 0.5)), [0.5, 0.5])
