"""Normalisation gives the same scores of single precision, of small whole numbers, and of arrays turned in memory."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd
import pytest

from alliance_metrics.index.distances import by_best_distance, by_reference_distance, by_target_distance
from alliance_metrics.index.methods import Normalisation
from alliance_metrics.index.normalise import (
    by_borda,
    by_goalposts,
    by_group,
    by_minmax,
    by_percentile_rank,
    by_rank,
    by_zscore,
)
from alliance_metrics.index.rescaling import bound_normaliser
from alliance_metrics.index.specification import IndexSpec

DIRECTIONS = (1.0, -1.0, np.array([1.0, -1.0, 1.0, 1.0]))
METHODS = {
    "goalposts": partial(by_goalposts, low=np.array([0.0, 0.0, 1.0, 0.0]), high=np.array([4.0, 4.0, 6.0, 200.0])),
    "minmax": by_minmax,
    "zscore": by_zscore,
    "rank": by_rank,
    "percentile_rank": by_percentile_rank,
    "borda": by_borda,
    "target": partial(by_target_distance, target=3.0),
    "best": by_best_distance,
    "reference": partial(by_reference_distance, reference=2),
    "rank by group": partial(by_group, by_rank, groups=np.arange(300) % 7),
    "minmax by group": partial(by_group, by_minmax, groups=np.arange(300) % 7),
}


@pytest.fixture(scope="module")
def levels():
    """Make up whole levels of 300 units and four indicators in five draws: one constant, one reaching 200."""
    rng = np.random.default_rng(7)
    given = rng.integers(1, 5, (5, 300, 4))
    given[..., 2], given[..., 3] = 3, rng.integers(0, 201, (5, 300))
    return given


def slow_rank(column):
    """Rank by comparing each with each."""
    return [sum(other < own for other in column) + (sum(other == own for other in column) + 1) / 2 for own in column]


@pytest.mark.parametrize("direction", DIRECTIONS, ids=["up", "down", "mixed"])
@pytest.mark.parametrize("name", METHODS)
def test_single_precision_gives_the_scores_of_double(levels, name, direction):
    """To six digits, with gaps in the same places."""
    given = levels.astype(float)
    given[:, 5, 0], given[2, :, 1] = np.nan, np.nan
    double = METHODS[name](given, direction=direction)
    single = METHODS[name](given.astype(np.float32), direction=direction)
    np.testing.assert_allclose(single, double, rtol=2e-6, atol=2e-5)


@pytest.mark.parametrize("direction", DIRECTIONS, ids=["up", "down", "mixed"])
@pytest.mark.parametrize("name", sorted(set(METHODS) - {"best"}))
def test_small_whole_numbers_give_the_scores_of_double(levels, name, direction):
    """Levels of one byte, above 128 and of more units than a byte counts."""
    double = METHODS[name](levels.astype(float), direction=direction)
    small = METHODS[name](levels.astype(np.uint8), direction=direction)
    np.testing.assert_allclose(small, double, rtol=2e-6, atol=2e-5)


@pytest.mark.parametrize("kind", [np.int64, np.uint8])
def test_whole_numbers_are_measured_by_the_best(kind):
    """1 and 4 of 4 are a quarter and the whole, also where they are no fractions."""
    found = by_best_distance(np.array([[1], [4]], dtype=kind))
    np.testing.assert_array_equal(found, [[0.25], [1.0]])


@pytest.mark.parametrize("kind", [np.float64, np.float32, np.uint8])
@pytest.mark.parametrize("name", sorted(set(METHODS) - {"best"}))
def test_arrays_turned_in_memory_give_the_same_scores(levels, name, kind):
    """Draws nearest to one another in memory, as rebuilding has them: the same but for rounding."""
    given = levels.astype(kind)
    turned = np.ascontiguousarray(given.transpose(2, 1, 0)).transpose(2, 1, 0)
    assert turned.strides != given.strides
    one, other = (METHODS[name](values, direction=DIRECTIONS[2]) for values in (given, turned))
    assert one.shape == other.shape == given.shape
    np.testing.assert_allclose(other, one, rtol=2e-6, atol=2e-5)


@pytest.mark.parametrize("kind", [np.float64, np.float32])
@pytest.mark.parametrize("name", METHODS)
def test_gaps_in_arrays_turned_in_memory_stay_where_they_are(levels, name, kind):
    """A cell in one draw, an indicator in another, a unit throughout."""
    given = levels.astype(kind)
    given[0, 3, 1], given[1, :, 0], given[:, 9, :] = np.nan, np.nan, np.nan
    turned = np.ascontiguousarray(given.transpose(2, 1, 0)).transpose(2, 1, 0)
    one, other = METHODS[name](given), METHODS[name](turned)
    np.testing.assert_array_equal(np.isnan(one), np.isnan(given))
    np.testing.assert_allclose(other, one, rtol=2e-6, atol=2e-5)


@pytest.mark.parametrize("n_units", [1, 2, 254, 255, 256, 257, 300])
def test_ranks_of_small_whole_numbers_are_counted_without_overflow(levels, n_units):
    """Up to and beyond the number of units that one byte can count, all levels alike or not."""
    for column in (3, 2):
        given = levels[:1, :n_units, column : column + 1].astype(np.uint8)
        expected = slow_rank(given.ravel().tolist())
        np.testing.assert_allclose(by_rank(given).ravel(), expected, rtol=1e-6)
        backward = [n_units + 1 - rank for rank in expected]
        np.testing.assert_allclose(by_rank(given, direction=-1.0).ravel(), backward, rtol=1e-6)


def test_what_is_given_is_not_changed(levels):
    """Methods work on copies, whatever the kind."""
    for kind in (np.float64, np.float32, np.uint8):
        for name in sorted(set(METHODS) - {"best"}):
            given, method = levels.astype(kind), METHODS[name]
            method(given, direction=-1.0)
            np.testing.assert_array_equal(given, levels)


# Distances from the mean on a scale of 0 to 100.


def scaled(values, **choice):
    """Normalise one indicator of a panel of one dyad and two eras, with cells by row."""
    units = pd.DataFrame({"dyad": "A-B", "era": ["one"] * 3 + ["two"] * (len(values) - 3)})
    units = units.assign(year=range(1950, 1950 + len(values)))
    tree = pd.DataFrame({"indicator_id": ["a"], "pillar": "p", "dimension": "d", "low": 0, "high": 9})
    spec = IndexSpec(tree, normalisation=Normalisation("zscore", **choice))
    return bound_normaliser(spec, units)(np.array(values, dtype=float)[:, np.newaxis])[:, 0]


def test_the_mean_and_a_deviation_have_the_scores_that_are_said():
    """1, 2, 3 have mean 2 and deviation 1: at centre 50 and deviation 15 that is 0.35, 0.5 and 0.65."""
    np.testing.assert_allclose(scaled([1, 2, 3], centre=50.0), [0.35, 0.5, 0.65], atol=1e-12)
    np.testing.assert_allclose(scaled([1, 2, 3], centre=40.0, deviation=30.0), [0.1, 0.4, 0.7], atol=1e-12)


def test_scores_are_cut_at_the_ends_of_the_scale():
    """Two deviations of 40 below and above 50 lie beyond 0 and 100."""
    found = scaled([0, 5, 5, 5, 5, 5, 5, 5, 5, 5, 10 - 1], centre=50.0, deviation=40.0)
    assert found[0] == 0.0
    assert found[-1] == 1.0


def test_without_a_centre_scores_stay_in_deviations():
    """A centre of 0 is one, and cuts all below the mean; none leaves deviations, a hundredth of each."""
    np.testing.assert_allclose(scaled([1, 2, 3]), [-0.01, 0, 0.01], atol=1e-12)
    np.testing.assert_allclose(scaled([1, 2, 3], centre=0.0), [0, 0, 0.15], atol=1e-12)
    assert Normalisation("zscore", centre=0.0).on_unit_interval
    assert not Normalisation("zscore").on_unit_interval


def test_gaps_stay_and_units_that_are_alike_are_at_the_centre():
    """A missing cell has no score; where nothing varies everything is at the centre."""
    np.testing.assert_allclose(scaled([1, np.nan, 3], centre=50.0), [0.5 - 0.106066, np.nan, 0.606066], atol=1e-6)
    np.testing.assert_allclose(scaled([2, 2, 2], centre=50.0), [0.5, 0.5, 0.5], atol=1e-12)


def test_each_era_has_its_own_mean_where_asked():
    """The same steps in both eras, the second five levels higher."""
    found = scaled([1, 2, 3, 6, 7, 8], centre=50.0, within="era")
    np.testing.assert_allclose(found, [0.35, 0.5, 0.65] * 2, atol=1e-12)
