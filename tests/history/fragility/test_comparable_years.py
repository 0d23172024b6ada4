"""What followed in comparable years, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from alliance_metrics.history.fragility.comparable_years import forward_reading, greatest_falls, years_after

LEVELS = np.array([0.8, 0.7, 0.3, 0.4, 0.75, 0.9, 0.6, 0.5])
YEARS = np.array([1950, 1951, 1952, 1953, 1992, 1993, 1994, 1995])
SERIES = np.array([0, 0, 0, 0, 1, 1, 1, 1])


def test_years_after_stay_within_a_series():
    """The years after, of the same series, if they are there."""
    found = years_after(np.array([1950, 1951, 1952, 1954]), np.array([0, 0, 1, 0]), horizon=1)
    assert found.tolist() == [[1], [-1], [-1], [-1]]
    assert years_after(np.array([1952, 1950, 1951]), np.zeros(3), horizon=2).tolist() == [[-1, -1], [2, 0], [0, -1]]


def test_falls_by_hand():
    """Within two years 0.8 falls to 0.3, 0.7 too, and 0.75 to 0.6; without two years on record there is no fall."""
    found = greatest_falls(LEVELS, YEARS, SERIES, horizon=2)
    np.testing.assert_allclose(found, [0.5, 0.4, np.nan, np.nan, 0.15, 0.4, np.nan, np.nan])


def test_a_rise_is_a_negative_fall():
    """Where every year that follows is higher, the fall is below zero."""
    found = greatest_falls(np.array([0.2, 0.5, 0.4]), np.array([1, 2, 3]), np.zeros(3, dtype=int), horizon=2)
    np.testing.assert_allclose(found[0], -0.2)


def test_the_record_may_have_gaps():
    """A missing year, or a year without a level, shows no fall."""
    found = greatest_falls(np.array([0.5, 0.4, np.nan]), np.array([1, 3, 4]), np.zeros(3, dtype=int), horizon=1)
    assert np.isnan(found).all()


def test_neighbours_are_of_other_series():
    """To 1992 at 0.75 the nearest of the other series are 1950 and 1951; both are 0.05 away, the first comes first."""
    found = forward_reading(LEVELS, YEARS, SERIES, horizon=2, neighbours=2)
    assert found.neighbours[4].tolist() in ([0, 1], [1, 0])  # 0.8 - 0.75 and 0.75 - 0.7 differ by rounding
    np.testing.assert_allclose(np.sort(found.falls[4]), [0.4, 0.5])
    assert (found.number[4], found.series[4]) == (2, 1)
    assert found.reach[4] == pytest.approx(0.05)
    assert float(found.summary.mean[4]) == pytest.approx(0.45)
    assert found.summary.above[4] == 1.0


def test_its_own_series_may_be_asked():
    """Then the unit itself is still left out."""
    found = forward_reading(LEVELS, YEARS, SERIES, horizon=2, neighbours=3, own_series=True)
    assert set(found.neighbours[0].tolist()) == {1, 4, 5}
    assert found.series[0] == 2


def test_a_unit_without_a_level_has_no_reading():
    """Nothing is near to what is missing."""
    levels = LEVELS.copy()
    levels[0] = np.nan
    assert forward_reading(levels, YEARS, SERIES, horizon=1, neighbours=2).number[0] == 0


@pytest.mark.parametrize(("horizon", "neighbours", "message"), [(0, 1, "horizon"), (1, 0, "neighbour")])
def test_what_cannot_be_read_is_refused(horizon, neighbours, message):
    """At least one year ahead and one neighbour."""
    with pytest.raises(ValueError, match=message):
        forward_reading(LEVELS, YEARS, SERIES, horizon=horizon, neighbours=neighbours)
