"""Sobol' indices and Shapley effects of functions whose shares are known in closed form."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import ndtri

from alliance_metrics.sensitivity.sobol import lmg_shares, shapley_effects, sobol_indices

SHARES = ("first", "total", "shapley")
G_STRENGTH = np.array([0.0, 1.0, 4.5, 9.0, 99.0, 99.0, 99.0, 99.0])


def ishigami(points):
    """Give sin x1 + 7 sin^2 x2 + 0.1 x3^4 sin x1, each x uniform between -pi and pi."""
    x = (2 * points - 1) * np.pi
    return np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


def ishigami_shares():
    """Variance of 1 alone (1 + b pi^4 / 5)^2 / 2, of 2 alone a^2 / 8, of 1 with 3 8 b^2 pi^8 / 225."""
    alone, second, joint = (1 + 0.1 * np.pi**4 / 5) ** 2 / 2, 49 / 8, 8 * 0.01 * np.pi**8 / 225
    parts = [[alone, second, 0], [alone + joint, second, joint], [alone + joint / 2, second, joint / 2]]
    return np.array(parts) / (alone + second + joint)


def g_function(points):
    """Sobol's product of (|4 x - 2| + a) / (1 + a)."""
    return np.prod((np.abs(4 * points - 2) + G_STRENGTH) / (1 + G_STRENGTH), axis=1)


def g_shares():
    """Factors have mean 1 and variance v = 1 / (3 (1 + a)^2); all variance is prod (1 + v) - 1."""
    v = 1 / (3 * (1 + G_STRENGTH) ** 2)
    product = np.prod(1 + v)
    return np.array([v, v * product / (1 + v)]) / (product - 1)


def linear(coefficients):
    """Give the function b'x of standard normal x, by their quantiles."""
    return lambda points: ndtri(points) @ np.asarray(coefficients)


def pair_shares(b, rho):
    """Two standard normals: b1^2 (1 - rho^2 / 2) + rho b1 b2 + b2^2 rho^2 / 2 of the variance falls to the first."""
    one, two = b[0] ** 2, b[1] ** 2
    common = rho * b[0] * b[1]
    first = one * (1 - rho**2 / 2) + common + two * rho**2 / 2
    return np.array([first, one + 2 * common + two - first]) / (one + 2 * common + two)


def stacked(effects):
    """First, total order and Shapley shares of the only output, and their errors."""
    found = np.array([getattr(effects, name)[:, 0] for name in SHARES])
    return found, np.array([getattr(effects, f"{name}_error")[:, 0] for name in SHARES])


def test_ishigami_closed_form_is_the_published_one():
    """The formulas above give .3139, .4424, 0 in first and .5576, .4424, .2437 in total order."""
    expected = [[0.3139, 0.4424, 0.0], [0.5576, 0.4424, 0.2437]]
    np.testing.assert_allclose(ishigami_shares()[:2], expected, atol=5e-5)


def test_ishigami_is_met_closely():
    """With 16 times 1024 base pairs every share errs by less than .006, five times its root mean square error."""
    found, _ = stacked(sobol_indices(ishigami, 3))
    np.testing.assert_allclose(found, ishigami_shares(), atol=0.006)


def test_mean_and_variance_are_those_of_ishigami():
    """The mean is a / 2, the variance 13.8446, within one part in a hundred."""
    effects = sobol_indices(ishigami, 3)
    np.testing.assert_allclose([effects.mean[0], effects.variance[0]], [3.5, 13.8446], rtol=0.01)


@pytest.mark.slow
def test_estimates_lie_within_four_standard_errors():
    """Of 20 seeds at most three have any of nine shares off by more than four errors.

    With 15 degrees of freedom a share is off so far with probability .0012, so a seed with at most .0105; four
    seeds of 20 in less than one of ten thousand trials.
    """
    alarms = 0
    for seed in range(20):
        found, error = stacked(sobol_indices(ishigami, 3, bases=128, seed=seed))
        alarms += bool((np.abs(found - ishigami_shares()) > 4 * error).any())
    assert alarms <= 3


@pytest.mark.slow
@pytest.mark.parametrize(
    ("function", "inputs", "correlation"),
    [(ishigami, 3, None), (g_function, 8, None), (linear([1.0, 2.0]), 2, np.array([[1.0, 0.5], [0.5, 1.0]]))],
    ids=["factorial", "paths", "conditional"],
)
def test_standard_errors_are_honest(function, inputs, correlation):
    """Over 40 seeds the spread of the shares of the three strongest inputs is .7 to 1.4 times the mean stated error.

    The ratio of a spread of 40 has a standard error of about .11, so that one share falls outside in less than one
    trial of 200.
    """
    found, errors = zip(
        *(
            stacked(shapley_effects(function, inputs, correlation=correlation, bases=64, seed=seed))
            for seed in range(40)
        ),
        strict=True,
    )
    ratio = np.std(found, axis=0, ddof=1) / np.mean(errors, axis=0)
    assert (ratio[:, :3] > 0.7).all()
    assert (ratio[:, :3] < 1.4).all()


def test_sobol_g_of_eight_inputs_is_met_along_paths():
    """First and total order of eight inputs, of which four hardly count, err by less than .004."""
    found, _ = stacked(sobol_indices(g_function, 8, bases=1024))
    np.testing.assert_allclose(found[:2], g_shares(), atol=0.004)


def test_weak_inputs_are_told_from_nothing():
    """An input with 7 parts in 100,000 of the variance is estimated within a tenth of that."""
    found, _ = stacked(sobol_indices(g_function, 8, bases=1024))
    np.testing.assert_allclose(found[:2, 4:], g_shares()[:, 4:], rtol=0.1)


def test_a_group_acts_as_one_input():
    """Three columns become weights on the simplex; an additive function gives the group the sum of their variance.

    Weights from exponentials are uniform on the simplex, with variance 1/18 and covariance -1/36; of w1 + 2 w2 + 4 w3
    the variance is (1 + 4 + 16) / 18 - 2 (2 + 4 + 8) / 36 = 14/36. A uniform x adds c^2 / 12.
    """

    def additive(points):
        weights = -np.log(points[:, [0, 2, 3]])
        weights /= weights.sum(axis=1, keepdims=True)
        return weights @ np.array([1.0, 2.0, 4.0]) + 2 * points[:, 1]

    found, _ = stacked(sobol_indices(additive, [[0, 2, 3], [1]]))
    share = (14 / 36) / (14 / 36 + 4 / 12)
    np.testing.assert_allclose(found, np.tile([share, 1 - share], (3, 1)), atol=0.005)


@pytest.mark.parametrize("rho", [-0.6, 0.0, 0.5, 1.0])
def test_two_correlated_components_share_by_the_closed_form(rho):
    """Exact shares of 1 x1 + 2 x2, also where the two are one."""
    found = lmg_shares(np.array([1.0, 2.0]), np.array([[1.0, rho], [rho, 1.0]]))
    np.testing.assert_allclose(found, pair_shares((1.0, 2.0), rho), atol=1e-12)


def test_a_third_component_apart_keeps_its_own_variance():
    """Of x1 + 2 x2 + 3 x3, with x3 independent, 9 falls to x3, and the rest is shared as if it were not there."""
    covariance = np.array([[1.0, 0.5, 0.0], [0.5, 1.0, 0.0], [0.0, 0.0, 1.0]])
    expected = np.append(pair_shares((1.0, 2.0), 0.5) * 7, 9) / 16
    np.testing.assert_allclose(lmg_shares(np.array([1.0, 2.0, 3.0]), covariance), expected, atol=1e-12)


@pytest.mark.parametrize("rho", [0.3, 0.9])
def test_components_without_a_coefficient_share_by_their_correlation(rho):
    """Of x1 alone, x2 and x3 at correlation rho get rho^2 / 3 + (2 rho^2 / (1 + rho) - rho^2) / 6 each."""
    covariance = np.full((3, 3), rho) + (1 - rho) * np.eye(3)
    share = rho**2 / 3 + (2 * rho**2 / (1 + rho) - rho**2) / 6
    found = lmg_shares(np.array([1.0, 0.0, 0.0]), covariance)
    np.testing.assert_allclose(found, [1 - 2 * share, share, share], atol=1e-12)


def test_sampled_shares_of_two_correlated_inputs_meet_the_closed_form():
    """First order (b1 + rho b2)^2 / V, total b1^2 (1 - rho^2) / V, Shapley as above, within .005."""
    found, _ = stacked(shapley_effects(linear([1.0, 2.0]), 2, correlation=np.array([[1.0, 0.5], [0.5, 1.0]])))
    first, total = [4 / 7, 6.25 / 7], [0.75 / 7, 3 / 7]
    np.testing.assert_allclose(found, [first, total, pair_shares((1.0, 2.0), 0.5)], atol=0.005)


def test_sampled_shares_of_three_correlated_inputs_meet_the_exact_ones():
    """Shapley shares of b'x with three correlations lie within four errors and .005 of those of the linear function.

    Each of three shares lies outside four errors in about one trial of a thousand.
    """
    correlation = np.array([[1.0, 0.5, 0.2], [0.5, 1.0, -0.3], [0.2, -0.3, 1.0]])
    effects = shapley_effects(linear([1.0, 2.0, 3.0]), 3, correlation=correlation)
    distance = np.abs(effects.shapley[:, 0] - lmg_shares(np.array([1.0, 2.0, 3.0]), correlation))
    assert (distance < np.minimum(4 * effects.shapley_error[:, 0], 0.005)).all()


def test_two_inputs_that_are_one_share_alike():
    """With correlation 1 nothing is left when the other is known: total order 0, first order 1, a half each."""
    found, _ = stacked(shapley_effects(linear([1.0, 2.0]), 2, correlation=np.ones((2, 2)), bases=64))
    np.testing.assert_allclose(found, [[1.0, 1.0], [0.0, 0.0], [0.5, 0.5]], atol=1e-9)
