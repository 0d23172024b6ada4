"""Strength of the gate: fit, intervals, chance, and what a trend does to it."""

from __future__ import annotations

import numpy as np
import pytest

from alliance_metrics.history.turning_points.bedrock_strength import (
    GRID,
    estimate_strength,
    fit_strength,
    strength_profile,
    strength_test,
    without_trend,
)
from tests.recovery.made_up import wandering, within_band

SCALES = np.array([0.8, 0.6])


def gated_sets(strength, *, rho, noise, sets, rng, n=21):
    """Gates of persistence rho and two series that each lets count by a strength; noise as persistent."""
    gate = np.clip(0.5 + 0.2 * wandering(rho, n, sets=sets, rng=rng), 0, 1)
    left = noise * wandering(rho, n, sets=2 * sets, rng=rng).reshape(sets, 2, n)
    opened = 1 - strength + strength * gate
    return gate, np.clip(SCALES[:, np.newaxis] * opened[:, np.newaxis] + left, 0, 1)


def slow_squares(gate, gated, strength, *, bounded):
    """Least sum of squares at one strength, each scale by a fine search."""
    opened = 1 - strength + strength * gate
    scales = np.linspace(0, 1 if bounded else 4, 20_001)
    return sum(min(((row - a * opened) ** 2).sum() for a in scales) for row in gated)


@pytest.mark.slow
@pytest.mark.parametrize("bounded", [True, False])
@pytest.mark.parametrize("place", [0, 70, 200])
def test_the_profile_is_the_least_over_scales_searched_one_by_one(bounded, place):
    """At strengths 0, 0.35 and 1 the sum of squares is that of a search over 20,001 scales."""
    rng = np.random.default_rng(1)
    gate, gated = rng.uniform(size=12), rng.uniform(size=(2, 12))
    squares, _ = strength_profile(gate, gated, bounded=bounded)
    slow = slow_squares(gate, gated, GRID[place], bounded=bounded)
    assert squares[place] == pytest.approx(slow, abs=1e-6)


@pytest.mark.parametrize("strength", [0.0, 0.25, 0.6, 1.0])
def test_without_noise_the_strength_and_the_scales_come_back(strength):
    """Exact series give the strength and scales they were made with, and the gate takes all that varies."""
    gate = np.random.default_rng(2).uniform(size=21)
    gated = SCALES[:, np.newaxis] * (1 - strength + strength * gate)
    found = estimate_strength(gate, gated, rng=np.random.default_rng(3), resamples=50)
    assert found.estimate == pytest.approx(strength)
    np.testing.assert_allclose(found.scale, SCALES, atol=1e-9)
    assert found.share == pytest.approx(1.0 if strength else 0.0, abs=1e-9)


def test_one_series_gives_the_strength_of_a_straight_line():
    """Without bound s = c + d g by least squares means a strength of d / (c + d)."""
    rng = np.random.default_rng(4)
    gate = rng.uniform(size=30)
    series = 0.7 * (0.6 + 0.4 * gate) + 0.03 * rng.normal(size=30)
    slope, constant = np.polyfit(gate, series, 1)
    found, _ = fit_strength(gate, series[np.newaxis], bounded=False)
    assert found == pytest.approx(slope / (constant + slope), abs=0.0026)  # half a step of the grid


def test_a_series_that_falls_as_the_gate_opens_has_strength_nought():
    """The model knows no negative strength."""
    gate = np.linspace(0, 1, 21)
    assert fit_strength(gate, (0.8 - 0.5 * gate)[np.newaxis])[0] == 0.0


def test_a_gate_that_does_not_vary_tells_no_strength():
    """All strengths fit alike: the least is given, the interval is all there is, and the range says why."""
    rng = np.random.default_rng(5)
    gated = 0.5 + 0.05 * rng.normal(size=(2, 21))
    found = estimate_strength(np.full(21, 0.5), gated, rng=rng, bounded=False, resamples=50)
    assert (found.estimate, found.profile_lower, found.profile_upper) == (0.0, 0.0, 1.0)
    assert found.gate_range == 0.0


def test_the_bound_holds_scales_within_what_scores_can_be():
    """A series near 0.9 under a gate near 0.5 would need a scale above 1 at full strength; the bound lowers it."""
    rng = np.random.default_rng(6)
    gate = rng.uniform(0.4, 0.6, size=21)
    series = np.minimum(1.7 * gate, 1.0)[np.newaxis]
    free = estimate_strength(gate, series, rng=rng, bounded=False, resamples=20)
    held = estimate_strength(gate, series, rng=rng, bounded=True, resamples=20)
    assert free.scale[0] > 1.5
    assert held.scale[0] <= 1.0
    assert held.estimate < free.estimate


def test_a_trend_is_taken_away_and_the_mean_is_left():
    """A straight line becomes its mean."""
    np.testing.assert_allclose(without_trend(np.array([[1.0, 2, 3, 4]])), [[2.5] * 4])


def test_over_draws_estimates_have_quantiles():
    """Draws of one truth of 0.6: their quantiles are around it."""
    rng = np.random.default_rng(7)
    gate, gated = (part[0] for part in gated_sets(0.6, rho=0.3, noise=0.02, sets=1, rng=rng))
    gates = np.clip(gate + 0.02 * rng.normal(size=(80, 21)), 0, 1)
    series = np.clip(gated + 0.02 * rng.normal(size=(80, 2, 21)), 0, 1)
    lower, median, upper = np.quantile(fit_strength(gates, series)[0], [0.05, 0.5, 0.95])
    assert 0.45 < lower < median < upper < 0.75


def test_bad_input_is_refused():
    """Shapes, gaps, scores off the scale and too few years have their message."""
    rng = np.random.default_rng(1)
    good = np.full(21, 0.5)
    with pytest.raises(ValueError, match="do not fit together"):
        estimate_strength(good, good, rng=rng)
    with pytest.raises(ValueError, match="gated series: 21 values are missing"):
        estimate_strength(good, np.full((1, 21), np.nan), rng=rng)
    with pytest.raises(ValueError, match="scores from 50 to 50; 0 to 1 is allowed"):
        estimate_strength(good, 100 * good[np.newaxis], rng=rng)
    with pytest.raises(ValueError, match="six years or more, not 5"):
        estimate_strength(good[:5], good[np.newaxis, :5], rng=rng)


@pytest.mark.parametrize("rho", [0.3, 0.9])
@pytest.mark.parametrize("strength", [0.0, 0.5, 1.0])
def test_strengths_are_recovered_at_21_years(rho, strength):
    """Noise of 0.08: the mean of 300 estimates is within 0.1 of the truth; the ends 0 and 1 pull it inward."""
    gate, gated = gated_sets(strength, rho=rho, noise=0.08, sets=300, rng=np.random.default_rng(20))
    found, _ = fit_strength(gate, gated)
    assert abs(found.mean() - strength) < 0.1


@pytest.mark.slow
@pytest.mark.parametrize("rho", [0.3, 0.9])
def test_profile_intervals_hold_the_truth_and_bootstrap_ones_less_often(rho):
    """90% profile intervals hold 0.5 in at least 85% of 200 sets, and in more than bootstrap intervals do."""
    rng = np.random.default_rng(21)
    gates, gated = gated_sets(0.5, rho=rho, noise=0.08, sets=200, rng=rng)
    found = [estimate_strength(*pair, rng=rng, resamples=199) for pair in zip(gates, gated, strict=True)]
    profile = np.mean([one.profile_lower <= 0.5 <= one.profile_upper for one in found])
    bootstrap = np.mean([one.bootstrap_lower <= 0.5 <= one.bootstrap_upper for one in found])
    assert profile > 0.85
    assert 0.55 < bootstrap < profile


@pytest.mark.slow
@pytest.mark.parametrize(("rho", "least"), [(0.3, 0.9), (0.9, 0.6)])
def test_a_strength_of_half_is_told_from_none(rho, least):
    """Chance of 0.05 or less: 3% to 7% of 200 sets without a gate, at least 90% (60% if persistent) with one of 0.5."""
    rng = np.random.default_rng(22)
    rates = []
    for strength in (0.0, 0.5):
        gates, gated = gated_sets(strength, rho=rho, noise=0.08, sets=200, rng=rng)
        pairs = zip(gates, gated, strict=True)
        rates.append(
            np.mean([strength_test(*pair, rng=rng, n_simulated=99, studied=0).p_value <= 0.05 for pair in pairs])
        )
    assert rates[0] < within_band(0.06, 200)[1]
    assert rates[1] > least


@pytest.mark.slow
def test_a_common_trend_looks_like_a_gate_until_it_is_taken_away():
    """No gate but one straight trend for all: a gate in over 15% of 200 sets, beside the trend in one of twenty."""
    rng = np.random.default_rng(23)
    gates, gated = gated_sets(0.0, rho=0.3, noise=0.05, sets=200, rng=rng)
    fall = np.linspace(0.2, -0.2, 21)
    found = [
        strength_test(np.clip(gate + fall, 0, 1), np.clip(rows + fall, 0, 1), rng=rng, n_simulated=99, studied=0)
        for gate, rows in zip(gates, gated, strict=True)
    ]
    assert np.mean([one.p_value <= 0.05 for one in found]) > 0.15
    assert np.mean([one.p_trendless <= 0.05 for one in found]) < within_band(0.07, 200)[1]


def test_the_power_grows_with_the_strength_and_the_shifts_count_themselves():
    """Powers lie within 0 and 1 and end near 1; no shift has a chance below one over the years."""
    rng = np.random.default_rng(24)
    gate, gated = (part[0] for part in gated_sets(0.5, rho=0.6, noise=0.05, sets=1, rng=rng))
    found = strength_test(gate, gated, rng=rng, n_simulated=199, studied=60)
    assert found.power[-1] > 0.9
    assert found.power[0] < found.power[-1] + 1e-9
    assert found.shifted >= 1 / 21 - 1e-12
    assert found.typical < 0.1


def test_a_power_left_out_is_not_a_number():
    """No series studied, no power told."""
    rng = np.random.default_rng(25)
    gate, gated = (part[0] for part in gated_sets(0.5, rho=0.6, noise=0.05, sets=1, rng=rng))
    assert np.isnan(strength_test(gate, gated, rng=rng, n_simulated=19, studied=0).power).all()
