"""Weights: on the simplex, declared or drawn."""

from __future__ import annotations

import numpy as np
import pytest

from alliance_metrics.index.importance import on_simplex
from alliance_metrics.index.weights import dirichlet_weights, equal_weights


def test_equal_weights_sum_to_one():
    """Each of n components weighs 1/n."""
    np.testing.assert_allclose(equal_weights(3), [1 / 3, 1 / 3, 1 / 3])


def test_scaling_keeps_proportions():
    """2:1:1 becomes a half and two quarters."""
    assert on_simplex(np.array([2.0, 1.0, 1.0])).tolist() == [0.5, 0.25, 0.25]


@pytest.mark.parametrize(
    ("weights", "said"), [([1.0, -1.0], "zero or more"), ([0.0, 0.0], "all be zero"), ([1.0, np.nan], "finite")]
)
def test_impossible_weights_are_refused(weights, said):
    """Negative, all-zero and missing weights are refused."""
    with pytest.raises(ValueError) as caught:
        on_simplex(np.array(weights))
    assert said in str(caught.value)


def test_drawn_weights_have_the_declared_mean_and_the_stated_spread():
    """The mean is the declared weight and the standard deviation sqrt(w(1-w)/(cn+1)), within sampling error."""
    declared, count = np.array([0.5, 0.3, 0.2]), 40_000
    drawn = dirichlet_weights(declared, concentration=10.0, count=count, rng=np.random.default_rng(1))
    np.testing.assert_allclose(drawn.sum(axis=1), 1.0, atol=1e-12)
    spread = np.sqrt(declared * (1 - declared) / 31)
    np.testing.assert_allclose(drawn.mean(axis=0), declared, atol=5 * spread.max() / np.sqrt(count))
    np.testing.assert_allclose(drawn.std(axis=0), spread, rtol=0.02)


def test_nine_pillar_weights_in_ten_lie_where_the_documentation_says():
    """At concentration 10 a third lies between about 0.20 and 0.48 nine times in ten."""
    drawn = dirichlet_weights(equal_weights(3), concentration=10.0, count=40_000, rng=np.random.default_rng(2))
    np.testing.assert_allclose(np.quantile(drawn[:, 0], [0.05, 0.95]), [0.20, 0.48], atol=0.01)


def test_a_weight_of_zero_stays_zero_in_every_draw():
    """What is declared to count for nothing never counts."""
    drawn = dirichlet_weights(np.array([0.5, 0.0, 0.5]), concentration=2.0, count=100, rng=np.random.default_rng(3))
    assert (drawn[:, 1] == 0.0).all()
    np.testing.assert_allclose(drawn.sum(axis=1), 1.0)
