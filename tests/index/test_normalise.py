"""Values between goalposts."""

from __future__ import annotations

import numpy as np
import pytest

from alliance_metrics.index.normalise import by_goalposts


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
