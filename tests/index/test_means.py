"""Power means and the Mazziotta-Pareto indices, worked by hand and held to their order."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from alliance_metrics.index.aggregate import arithmetic_mean, geometric_mean, harmonic_mean, minimum, power_mean
from alliance_metrics.index.mazziotta_pareto import adjusted_mazziotta_pareto, mazziotta_pareto

NAN = np.nan
TWO = np.array([0.5, 0.5])
THREE = np.array([0.5, 0.3, 0.2])
SCORES = arrays(float, (4, 3), elements=st.floats(0, 1, width=16) | st.sampled_from([0.0, 1.0, NAN]))


@pytest.mark.parametrize(
    ("exponent", "expected"),
    [(2, 0.728869), (1, 0.625), (0.5, 0.5625), (0, 0.5), (-1, 0.4), (-2, 0.342997), (-np.inf, 0.25), (np.inf, 1.0)],
)
def test_power_means_of_a_quarter_and_one(exponent, expected):
    """Of 1/4 and 1 with equal weights: sqrt(17/32), 5/8, 9/16, 1/2, 2/5, sqrt(2/17), and the extremes."""
    assert power_mean(np.array([0.25, 1.0]), TWO, exponent) == pytest.approx(expected, abs=1e-6)


def test_a_zero_makes_means_of_exponent_zero_or_less_zero():
    """Where the zero has weight; without weight it does not count."""
    for exponent in (0, -0.5, -1, -40, -np.inf):
        assert power_mean(np.array([0.0, 1.0]), TWO, exponent) == 0
        assert power_mean(np.array([0.0, 0.5]), np.array([0.0, 1.0]), exponent) == 0.5
    assert power_mean(np.array([0.0, 1.0]), TWO, 2) == pytest.approx(np.sqrt(0.5))
    assert power_mean(np.array([0.0, 0.0]), TWO, 3) == 0


def test_what_is_missing_is_left_out_and_its_weight_shared():
    """Missing scores hand their weight to the others; nothing present is nothing known."""
    scores = np.array([[0.2, NAN, 0.8], [NAN, NAN, NAN]])
    for mean in (harmonic_mean, minimum, lambda s, w: power_mean(s, w, 3), adjusted_mazziotta_pareto):
        found = mean(scores, THREE)
        assert found[0] == pytest.approx(mean(np.array([0.2, 0.8]), np.array([5 / 7, 2 / 7])))
        assert np.isnan(found[1])


@given(SCORES, st.floats(-30, 30), st.floats(0, 30))
def test_power_means_rise_with_their_exponent(scores, exponent, step):
    """Compensability rises: minimum, harmonic, geometric, arithmetic, and so on, all between the extremes."""
    # 1e-7: an exponent near zero loses half of the digits
    low, high = power_mean(scores, THREE, exponent), power_mean(scores, THREE, exponent + step)
    there = ~np.isnan(low)
    assert (low[there] <= high[there] + 1e-7).all()
    assert (low[there] >= minimum(scores, THREE)[there] - 1e-7).all()
    np.testing.assert_array_equal(there, ~np.isnan(scores).all(axis=1))


@given(SCORES)
def test_special_exponents_are_the_special_means(scores):
    """One, nought and minus one give the arithmetic, geometric and harmonic mean."""
    np.testing.assert_array_equal(power_mean(scores, THREE, 1), arithmetic_mean(scores, THREE))
    np.testing.assert_array_equal(power_mean(scores, THREE, 0), geometric_mean(scores, THREE))
    there = np.where(np.isnan(scores), 0, THREE)
    with np.errstate(divide="ignore", invalid="ignore"):
        slow = there.sum(axis=1) / np.where(there > 0, there / scores, 0).sum(axis=1)
    np.testing.assert_allclose(harmonic_mean(scores, THREE), slow, rtol=1e-9, atol=1e-300)


@pytest.mark.parametrize("exponent", [2.0, 0.0, -1.0])
def test_negative_scores_and_no_exponent_are_refused(exponent):
    """A power of less than nothing, and an exponent that is no number, have no answer."""
    with pytest.raises(ValueError, match="zero or more"):
        power_mean(np.array([-0.1, 1.0]), TWO, exponent)
    with pytest.raises(ValueError, match="must be a number"):
        power_mean(np.array([0.1, 1.0]), TWO, NAN)


def test_mazziotta_pareto_worked_by_hand():
    """Two components, mean 2 and 4, deviations 1 and 2: z = (90, 110), (110, 90), (100, 100) on these three units.

    With the population deviations sqrt(2/3) and 2 sqrt(2/3) the scores are 100 -+ 12.247449; for an uneven unit the
    mean is 100, the deviation 12.247449, the penalty its square over 100, 1.5.
    """
    scores = np.array([[1.0, 6.0], [3.0, 2.0], [2.0, 4.0]])
    np.testing.assert_allclose(mazziotta_pareto(scores, TWO), [98.5, 98.5, 100])
    np.testing.assert_allclose(mazziotta_pareto(scores, TWO, sign=1), [101.5, 101.5, 100])


def test_adjusted_mazziotta_pareto_worked_by_hand():
    """0 and 1 become 70 and 130: mean 100, deviation 30, penalty 900 / 100; even units pay none."""
    np.testing.assert_allclose(
        adjusted_mazziotta_pareto(np.array([[0.0, 1.0], [0.5, 0.5], [1, 1]]), TWO), [91, 100, 130]
    )


def test_a_component_in_which_all_are_alike_is_a_hundred_for_all():
    """No spread to standardise by: the middle, not a division by nothing."""
    scores = np.array([[0.1, 1.0], [0.1, 3.0]])
    np.testing.assert_allclose(mazziotta_pareto(scores, TWO), [95 - 25 / 95, 105 - 25 / 105])


def test_the_penalty_has_a_sign():
    """Anything but minus one and one is refused."""
    with pytest.raises(ValueError, match="-1 or \\+1"):
        adjusted_mazziotta_pareto(np.array([0.0, 1.0]), TWO, sign=0)
