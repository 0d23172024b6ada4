"""Weights at points of the unit cube: of uniform points they follow the distribution that weights are drawn from."""

from __future__ import annotations

import numpy as np
import pytest

from alliance_metrics.index.weights import dirichlet_quantiles, dirichlet_weights

DECLARED = np.array([0.5, 0.0, 0.2, 0.3])
COUNT = 1 << 14


def even_cube(columns):
    """Give points that fill the cube evenly: one scrambled sequence."""
    from scipy.stats.qmc import Sobol

    return Sobol(columns, scramble=True, rng=np.random.default_rng(4)).random(COUNT) + 2.0**-31


@pytest.mark.parametrize("concentration", [0.2, 1.0, 10.0, 500.0])
def test_mean_and_covariance_are_those_of_the_distribution(concentration):
    """The declared weights, w(1-w)/(cn+1) on the diagonal and -w v/(cn+1) beside it."""
    found = dirichlet_quantiles(DECLARED, even_cube(2), concentration=concentration)
    expected = (np.diag(DECLARED) - np.outer(DECLARED, DECLARED)) / (concentration * 3 + 1)
    np.testing.assert_allclose(found.mean(axis=0), DECLARED, atol=2e-3)
    np.testing.assert_allclose(np.cov(found.T), expected, atol=0.02 * expected.max())


def test_quantiles_of_each_weight_are_those_of_random_draws():
    """At nine probabilities, within the error of 200,000 draws."""
    drawn = dirichlet_weights(DECLARED, concentration=3.0, count=200_000, rng=np.random.default_rng(5))
    found = dirichlet_quantiles(DECLARED, even_cube(2), concentration=3.0)
    at = np.linspace(0.1, 0.9, 9)
    np.testing.assert_allclose(np.quantile(found, at, axis=0), np.quantile(drawn, at, axis=0), atol=5e-3)


def test_two_equal_weights_of_concentration_one_half_are_uniform():
    """By hand: Beta(1, 1) is the point itself."""
    points = np.array([[0.125], [0.5], [0.75]])
    found = dirichlet_quantiles(np.array([0.5, 0.5]), points, concentration=1.0)
    np.testing.assert_allclose(found, np.column_stack([points, 1 - points]), atol=1e-12)


def test_three_equal_weights_of_concentration_one_by_hand():
    """First 1 - sqrt(1 - u), of Beta(1, 2); then the share v of the rest."""
    u, v = 0.36, 0.25
    found = dirichlet_quantiles(np.full(3, 1 / 3), np.array([[u, v]]), concentration=1.0)[0]
    first = 1 - np.sqrt(1 - u)
    np.testing.assert_allclose(found, [first, v * (1 - first), (1 - v) * (1 - first)], atol=1e-12)


@pytest.mark.parametrize("concentration", [1e-4, 1e-2, 1.0, 1e6])
@pytest.mark.parametrize("point", [0.0, 2.0**-31, 0.5, 1 - 2.0**-31, np.nextafter(1.0, 0.0), 1.0])
def test_weights_are_on_the_simplex_at_every_corner(concentration, point):
    """Finite, above zero where declared so, zero where not, summing to 1, however near the edge."""
    found = dirichlet_quantiles(DECLARED, np.full((1, 2), point), concentration=concentration)
    assert np.isfinite(found).all()
    assert (found[:, DECLARED > 0] > 0).all()
    assert found[0, 1] == 0.0
    assert found.sum() == pytest.approx(1.0, abs=1e-11)


def test_a_greater_point_gives_a_greater_first_weight():
    """Quantiles rise with their probability, and the last weight falls."""
    points = np.column_stack([np.linspace(0.01, 0.99, 50), np.full(50, 0.5)])
    found = dirichlet_quantiles(DECLARED, points, concentration=2.0)
    assert (np.diff(found[:, 0]) > 0).all()
    assert (np.diff(found[:, 3]) < 0).all()
