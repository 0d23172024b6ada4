"""Nearest unit-years: held to a loop over draws, units and components."""

from __future__ import annotations

import math

import numpy as np
import pytest

from alliance_metrics.history.eras import analogues
from alliance_metrics.history.eras.analogues import coder_noise, nearest_analogues


def slow(units, others, noise, weights, least_shared):
    """Mean and deviation of distances and shares of nearest, one draw, one pair, one component at a time."""
    n_components, n_units, n_draws = units.shape
    n_others = others.shape[1]
    distances = np.full((n_draws, n_units, n_others), np.nan)
    wins = np.zeros((n_units, n_others))
    for draw in range(n_draws):
        for unit in range(n_units):
            for other in range(n_others):
                pairs = [
                    (units[k, unit, draw], others[k, other, draw], noise[k], weights[k]) for k in range(n_components)
                ]
                there = [pair for pair in pairs if not (math.isnan(pair[0]) or math.isnan(pair[1]))]
                weight = sum(pair[3] for pair in there)
                if weight / sum(weights) >= least_shared and weight > 0:
                    total = sum(w * ((x - y) / s) ** 2 for x, y, s, w in there)
                    distances[draw, unit, other] = math.sqrt(total / weight)
            row = distances[draw, unit]
            if not np.isnan(row).all():
                nearest = [other for other in range(n_others) if row[other] == np.nanmin(row)]
                for other in nearest:
                    wins[unit, other] += 1 / len(nearest)
    held = np.ma.masked_invalid(distances)
    mean, deviation = held.mean(axis=0).filled(np.nan), held.std(axis=0).filled(np.nan)
    return mean, deviation, wins / wins.sum(axis=1, keepdims=True)


@pytest.fixture
def two_groups():
    rng = np.random.default_rng(11)
    units, others = rng.random((4, 3, 40)), rng.random((4, 5, 40))
    units[1, 0] = np.nan
    others[2:, 3] = np.nan
    others[0, 1, ::3] = np.nan
    return units, others


@pytest.mark.parametrize("weights", [(1.0, 1.0, 1.0, 1.0), (3.0, 1.0, 0.0, 2.0)])
@pytest.mark.parametrize("block", [1 << 21, 100])
def test_distances_and_chances_equal_a_loop(two_groups, weights, block, monkeypatch):
    """Products of matrices, in blocks of any size, give what a loop over everything gives, missing cells included."""
    monkeypatch.setattr(analogues, "_BLOCK", block)
    noise = np.array([0.1, 0.05, 0.2, 0.1])
    mean, deviation, probability = slow(*two_groups, noise, weights, 0.5)
    found = nearest_analogues(*two_groups, noise, weights=np.array(weights))
    np.testing.assert_allclose(found.expected, mean, rtol=0, atol=1e-10)
    np.testing.assert_allclose(found.deviation, deviation, rtol=0, atol=1e-7)
    np.testing.assert_allclose(found.probability, probability, rtol=0, atol=1e-12)


def test_complete_scores_take_the_short_way_and_give_the_same():
    """Without missing cells too the distances are those of the loop."""
    rng = np.random.default_rng(5)
    units, others = rng.random((3, 2, 30)), rng.random((3, 4, 30))
    mean, _, probability = slow(units, others, [0.1, 0.2, 0.3], [1.0, 1.0, 1.0], 0.5)
    found = nearest_analogues(units, others, np.array([0.1, 0.2, 0.3]))
    np.testing.assert_allclose(found.expected, mean, rtol=0, atol=1e-10)
    np.testing.assert_allclose(found.probability, probability, rtol=0, atol=1e-12)


def test_the_mean_square_is_distance_and_blur():
    """Expected square = square of the distance of means + square of the blur."""
    rng = np.random.default_rng(8)
    found = nearest_analogues(rng.random((3, 2, 50)), rng.random((3, 4, 50)), np.full(3, 0.1))
    both = found.distance**2 + found.blur**2
    np.testing.assert_allclose(both, found.expected**2 + found.deviation**2, rtol=1e-9)


def test_blur_of_independent_noise_is_the_root_of_two():
    """Two places known as badly as the noise says are blurred by the square root of 2 deviations (4,000 draws: 3%)."""
    rng = np.random.default_rng(2)
    units, others = 0.5 + 0.1 * rng.normal(size=(6, 1, 4000)), 0.3 + 0.1 * rng.normal(size=(6, 1, 4000))
    found = nearest_analogues(units, others, np.full(6, 0.1))
    assert found.blur[0, 0] == pytest.approx(math.sqrt(2), rel=0.03)
    assert found.distance[0, 0] == pytest.approx(2.0, rel=0.03)


def test_what_is_uncertain_in_both_alike_cancels_out():
    """A leaning shared by both groups in each draw leaves no doubt about the nearest."""
    shared = np.random.default_rng(1).normal(0, 0.2, size=50)
    units = np.array([0.5])[np.newaxis, :, np.newaxis] + shared
    others = np.array([0.45, 0.6])[np.newaxis, :, np.newaxis] + shared
    found = nearest_analogues(units, others, np.array([0.2]))
    np.testing.assert_allclose(found.probability, [[1.0, 0.0]])
    assert (found.nearest[0], found.margin[0], found.candidates[0]) == (0, 1.0, 1.0)


def test_surety_by_hand():
    """Chances of 3/4 and 1/4: a margin of 1/2 and exp of the entropy 0.5623 candidates."""
    units = np.full((1, 1, 4), 0.5)
    others = np.array([[[0.5, 0.5, 0.5, 0.9], [0.6, 0.6, 0.6, 0.6]]])
    found = nearest_analogues(units, others, np.array([0.1]))
    np.testing.assert_allclose(found.probability, [[0.75, 0.25]])
    assert found.margin[0] == pytest.approx(0.5)
    assert found.candidates[0] == pytest.approx(math.exp(0.5623351446), abs=1e-9)


def test_equal_others_share_the_chance():
    """Tied in one draw and first alone in the other: three quarters against one quarter."""
    others = np.array([[[0.4, 0.5], [0.4, 0.4]]])
    found = nearest_analogues(np.full((1, 1, 2), 0.5), others, np.full(1, 0.1))
    np.testing.assert_allclose(found.probability, [[0.75, 0.25]])


def test_a_unit_without_shared_components_has_no_analogue():
    """Nothing in common gives no distance, no chance, and no nearest."""
    units = np.array([[[0.5]], [[np.nan]]])
    others = np.array([[[np.nan]], [[0.5]]])
    found = nearest_analogues(units, others, np.full(2, 0.1))
    assert np.isnan(found.distance).all()
    assert np.isnan(found.probability).all()
    assert found.nearest[0] == -1
    assert np.isnan([found.margin[0], found.candidates[0]]).all()


def test_noise_is_pooled_over_units_and_floored():
    """Variances 0.01 and 0.03 pool to the root of 0.02; coders who always agree are given the floor."""
    one = np.array([[[0.4, 0.6]], [[0.5, 0.5]]])
    deviation = math.sqrt(0.03)
    other = np.array([[[0.5 - deviation, 0.5 + deviation]], [[0.7, 0.7]]])
    np.testing.assert_allclose(coder_noise(one, other, floor=0.05), [math.sqrt(0.02), 0.05])


def test_missing_units_do_not_count_in_the_noise():
    """A unit without scores leaves the noise of the others as it is."""
    draws = np.array([[[0.4, 0.6], [np.nan, np.nan]]])
    np.testing.assert_allclose(coder_noise(draws, floor=0.01), [0.1])


@pytest.mark.parametrize(
    ("others", "noise", "weights", "message"),
    [
        ((3, 2, 4), (1.0, 1.0), None, "same components and draws"),
        ((2, 2, 5), (1.0, 1.0), None, "same components and draws"),
        ((2, 0, 4), (1.0, 1.0), None, "some units"),
        ((2, 2, 4), (1.0,), None, "one number for each"),
        ((2, 2, 4), (1.0, 0.0), None, "noise of every component"),
        ((2, 2, 4), (1.0, 1.0), (0.0, 0.0), "not all zero"),
        ((2, 2, 4), (1.0, 1.0), (2.0, -1.0), "zero or more"),
    ],
)
def test_what_does_not_fit_is_refused(others, noise, weights, message):
    """Shapes that differ, no noise and no weight are told."""
    with pytest.raises(ValueError, match=message):
        nearest_analogues(
            np.zeros((2, 1, 4)),
            np.zeros(others),
            np.array(noise),
            weights=None if weights is None else np.array(weights),
        )


def test_a_floor_of_zero_is_refused():
    """Without a floor a component without noise would be infinitely far."""
    with pytest.raises(ValueError, match="floor"):
        coder_noise(np.zeros((1, 1, 2)), floor=0.0)
