"""The bottom of a series, and when others rose from it, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from alliance_metrics.history.recovery.recovery import lowest_years, rises_from

YEARS = np.arange(1950, 1962)
STILL = [0.2] * 12


def rising(year: int, *, to: float = 0.8) -> list[float]:
    """Give a series that lies low up to a year and high from then on."""
    return [0.2 if one < year else to for one in YEARS.tolist()]


def test_the_lowest_year_is_the_latest_of_equals():
    """From there the series can only rise."""
    series = np.array([[3.0, 1.0, 2.0, 1.0, 4.0], [1.0, 2.0, 3.0, 4.0, 5.0]])
    assert lowest_years(series, YEARS[:5]).tolist() == [1953, 1950]


def test_each_series_rises_in_its_year_and_one_that_does_not_has_none():
    """Read from the bottom of each draw: nothing before it counts."""
    series = np.array([[rising(1956), rising(1958), STILL]] * 2)
    found = rises_from(series, YEARS, np.array([1950, 1953]))
    np.testing.assert_array_equal(found, [[1956, 1958, np.nan]] * 2)


def test_a_fall_before_the_bottom_is_no_base():
    """A series that was high before it fell has risen when it stands above its years since the bottom."""
    series = np.array([0.9, 0.9, 0.9, 0.1, 0.1, 0.1, 0.1, 0.3, 0.3, 0.3, 0.3, 0.3])
    both = np.array([[series, series]])
    np.testing.assert_array_equal(rises_from(both, YEARS, np.array([1953])), [[1957, 1957]])
    assert np.isnan(rises_from(both, YEARS, np.array([1950]))).all()


@pytest.mark.parametrize("bottom", [1957, 1959, 1961])
def test_too_few_years_after_the_bottom_show_no_rise(bottom):
    """Three years make a mean, and a rise must last two."""
    series = np.array([[rising(1960), rising(1961)]])
    found = rises_from(series, YEARS, np.array([bottom]))
    np.testing.assert_array_equal(found[0], [1960 if bottom == 1957 else np.nan, np.nan])
