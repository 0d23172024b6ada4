"""Values on a common scale: between goalposts, and among the units at hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import rankdata

from alliance_metrics.index.distances import by_best_distance, by_reference_distance, by_target_distance
from alliance_metrics.index.normalise import (
    by_borda,
    by_goalposts,
    by_group,
    by_minmax,
    by_percentile_rank,
    by_rank,
    by_zscore,
)


def test_goalposts_map_to_zero_and_one():
    """The low goalpost is 0, the high one 1, the middle one half; missing stays missing."""
    values = np.array([[2.0], [6.0], [4.0], [np.nan]])
    found = by_goalposts(values, low=np.array([2.0]), high=np.array([6.0]))
    np.testing.assert_array_equal(found, [[0.0], [1.0], [0.5], [np.nan]])


def test_direction_turns_single_indicators_round():
    """Where less is better the high goalpost is 0; each indicator has its own direction."""
    values = np.array([[1.0, 1.0]])
    found = by_goalposts(values, low=np.zeros(2), high=np.full(2, 4.0), direction=np.array([1.0, -1.0]))
    assert found.tolist() == [[0.25, 0.75]]


def test_a_value_outside_the_goalposts_is_not_clipped():
    """What lies outside shows as such: clipping would hide a fault."""
    assert by_goalposts(np.array([[5.0]]), low=np.zeros(1), high=np.full(1, 4.0)).tolist() == [[1.25]]


def test_leading_axes_are_kept():
    """Draws in front of units and indicators come out in front."""
    assert by_goalposts(np.zeros((7, 3, 2)), low=np.zeros(2), high=np.ones(2)).shape == (7, 3, 2)


@pytest.mark.parametrize(("low", "high"), [(1.0, 1.0), (2.0, 1.0)])
def test_goalposts_that_do_not_rise_are_refused(low, high):
    """A scale without width, or upside down, is refused."""
    with pytest.raises(ValueError) as caught:
        by_goalposts(np.zeros((1, 1)), low=np.array([low]), high=np.array([high]))
    assert "above its low" in str(caught.value)


def test_a_direction_other_than_one_is_refused():
    """A direction is a sign, not a weight."""
    with pytest.raises(ValueError) as caught:
        by_goalposts(np.zeros((1, 1)), low=np.zeros(1), high=np.ones(1), direction=0.5)
    assert "+1 or -1" in str(caught.value)


NAN = np.nan
METHODS = (by_minmax, by_zscore, by_rank, by_percentile_rank, by_borda, by_best_distance)


def column(*values):
    return np.array(values, dtype=float)[:, np.newaxis]


@pytest.mark.parametrize(
    ("method", "expected"),
    [
        (by_minmax, [1 / 3, 0, NAN, 1, 1 / 3]),
        (by_zscore, [-0.198680, -0.993399, NAN, 1.390759, -0.198680]),  # mean 2.25, variance 4.75 / 3
        (by_rank, [2.5, 1, NAN, 4, 2.5]),
        (by_percentile_rank, [1 / 3, 0, NAN, 1, 1 / 3]),
        (by_borda, [1, 0, NAN, 3, 1]),
        (by_best_distance, [0.5, 0.25, NAN, 1, 0.5]),
    ],
)
def test_methods_worked_by_hand(method, expected):
    """2, 1, missing, 4, 2: ties share, what is missing stays missing and does not count."""
    np.testing.assert_allclose(method(column(2, 1, NAN, 4, 2))[:, 0], expected, atol=1e-6)


@pytest.mark.parametrize(
    ("method", "alike", "alone"),
    [
        (by_minmax, 0.5, 0.5),
        (by_zscore, 0, 0),
        (by_rank, 2, 1),
        (by_percentile_rank, 0, 0.5),
        (by_borda, 0, 0),
        (by_best_distance, 1, 1),
    ],
)
def test_constant_columns_and_single_units_have_an_answer(method, alike, alone):
    """Three units alike, and one alone, get what the docstring says."""
    np.testing.assert_array_equal(method(column(0.1, 0.1, 0.1))[:, 0], [alike] * 3)
    assert method(column(3.0)).item() == alone
    assert np.isnan(method(column(NAN, NAN))).all()


def test_best_distance_of_zeros_is_one():
    """Where the best is zero, nobody is away from it."""
    np.testing.assert_array_equal(by_best_distance(column(0, 0))[:, 0], [1, 1])
    np.testing.assert_allclose(by_best_distance(column(2, 4), direction=-1)[:, 0], [1, 0.5])


def test_distances_to_a_target_and_to_a_reference():
    """The worst is 0, the target or reference 1; nothing is gained beyond a target, something beyond a reference."""
    values = column(0, 1, 2, 4)
    np.testing.assert_allclose(by_target_distance(values, target=2)[:, 0], [0, 0.5, 1, 1])
    np.testing.assert_allclose(by_target_distance(values, target=2, direction=-1)[:, 0], [1, 1, 1, 0])
    np.testing.assert_allclose(by_reference_distance(values, reference=2)[:, 0], [0, 0.5, 1, 2])
    np.testing.assert_allclose(by_reference_distance(values, reference=1, direction=-1)[:, 0], [4 / 3, 1, 2 / 3, 0])


@given(
    arrays(float, (2, 6, 3), elements=st.sampled_from([0.0, 0.1, 1.0, 2.5, 4.0, NAN])),
    st.sampled_from(METHODS),
    st.sampled_from([1.0, -1.0]),
)
def test_leading_axes_and_the_order_of_units_change_nothing(values, method, direction):
    """Each slice is normalised for itself, and shuffled units keep their scores."""
    whole = method(values, direction=direction)
    for place in range(2):
        np.testing.assert_array_equal(whole[place], method(values[place], direction=direction))
    order = np.array([3, 1, 5, 0, 4, 2])
    np.testing.assert_allclose(method(values[:, order], direction=direction), whole[:, order], atol=1e-12)
    np.testing.assert_array_equal(np.isnan(whole), np.isnan(values))


@given(arrays(float, (9, 2), elements=st.sampled_from([0.0, 1.0, 2.0, 3.0, NAN])))
def test_ranks_are_those_of_the_slow_obvious_way(values):
    """Ranks equal scipy's, column by column, among the values present."""
    ranks, borda = by_rank(values), by_borda(values)
    for place in range(2):
        there = ~np.isnan(values[:, place])
        np.testing.assert_allclose(ranks[there, place], rankdata(values[there, place]))
        np.testing.assert_allclose(borda[there, place], rankdata(values[there, place], method="min") - 1)


@given(arrays(float, (7, 2), elements=st.sampled_from([0.0, 1.0, 2.0, 3.0, 4.0])), st.sampled_from(METHODS[:5]))
def test_a_better_value_never_has_a_worse_score(values, method):
    """Every method keeps the order of the values, and turns it round for direction -1."""
    for direction in (1.0, -1.0):
        scores = method(values, direction=direction)
        for place in range(2):
            order = np.argsort(direction * values[:, place], kind="stable")
            assert (np.diff(scores[order, place]) >= -1e-12).all()


def test_groups_are_normalised_apart():
    """Within a group the best is 1, whatever the other groups hold."""
    scores = by_group(by_minmax, column(0, 1, 10, 30, 20), groups=np.array([7, 7, 3, 3, 3]))
    np.testing.assert_array_equal(scores[:, 0], [0, 1, 0, 1, 0.5])


@pytest.mark.parametrize("method", METHODS)
def test_a_direction_that_is_none_is_refused(method):
    """A direction is +1 or -1."""
    with pytest.raises(ValueError, match=r"every direction must be \+1 or -1"):
        method(column(1, 2), direction=0.5)


def test_best_distance_refuses_negative_values():
    """A share of the best means nothing below zero."""
    with pytest.raises(ValueError, match="zero or more"):
        by_best_distance(column(-1, 2))
