"""Panels from rows, and coders combined."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance_metrics.coding.panel import IndicatorPanel, combine_coders
from alliance_metrics.errors import PanelError
from tests import oracles

ROWS = pd.DataFrame(
    [
        ("A-B", 1951, "trade", "one", 3, 2, 4),
        ("A-B", 1950, "trade", "one", 1, 1, 1),
        ("A-B", 1950, "talks", "two", 2, 0, 2),
    ],
    columns=["dyad", "year", "indicator_id", "coder", "score", "low", "high"],
)


def test_rows_land_in_their_cells():
    """Years ascend, indicators and coders stand in order of appearance, what was not coded is missing."""
    panel = IndicatorPanel.from_frame(ROWS)
    assert panel.units["year"].tolist() == [1950, 1951]
    assert (panel.indicators, panel.coders) == (("trade", "talks"), ("one", "two"))
    np.testing.assert_array_equal(panel.score[0], [[1, np.nan], [3, np.nan]])
    np.testing.assert_array_equal(panel.low[1], [[np.nan, 0], [np.nan, np.nan]])


def test_rows_come_back():
    """to_frame gives the rows that came in, in panel order."""
    back = IndicatorPanel.from_frame(ROWS).to_frame()
    keys = ["year", "indicator_id", "coder", "score", "low", "high"]
    found = sorted(map(tuple, back[keys].to_numpy().tolist()))
    assert found == [(1950, "talks", "two", 2, 0, 2), (1950, "trade", "one", 1, 1, 1), (1951, "trade", "one", 3, 2, 4)]


def test_one_dyad_in_two_eras_stays_apart():
    """The same dyad in another era is another series of units."""
    frame = pd.concat([ROWS.assign(era="early"), ROWS.assign(era="late", year=ROWS["year"] + 50)])
    units = IndicatorPanel.from_frame(frame).units
    assert units["era"].tolist() == ["early", "early", "late", "late"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda f: f.drop(columns="score"), "a column is missing"),
        (lambda f: pd.concat([f, f.iloc[:1]]), "a cell stands twice"),
        (lambda f: f.assign(low=[4, 1, 0]), "the range does not hold the score"),
        (lambda f: f.assign(score=["x", 1, 2]), "not a number"),
        (lambda f: f.assign(score=[np.inf, 1, 2], high=np.inf), "not finite"),
        (lambda f: f.assign(score=[np.nan, 1, 2]), "a range without a score"),
        (lambda f: f.assign(dyad=[None, "A-B", "A-B"]), "a key is empty"),
    ],
)
def test_rows_that_are_no_panel_are_refused(change, said):
    """Each fault is refused with its kind."""
    with pytest.raises(PanelError) as caught:
        IndicatorPanel.from_frame(change(ROWS))
    assert said in str(caught.value)


def test_the_panel_cannot_be_changed_by_accident():
    """Its arrays are read-only."""
    with pytest.raises(ValueError) as caught:
        IndicatorPanel.from_frame(ROWS).score[0, 0, 0] = 4
    assert "read-only" in str(caught.value)


levels = st.lists(st.integers(0, 4) | st.just(np.nan), min_size=3, max_size=3)
counts = st.lists(st.integers(0, 3), min_size=3, max_size=3).filter(lambda numbers: sum(numbers) > 0)


@given(levels, counts)
def test_median_equals_the_median_of_the_repeated_list(values, times):
    """The weighted median is the median of the list in which each coder stands as often as believed."""
    found = combine_coders(
        np.array(values, dtype=float)[:, None], np.array(times, dtype=float)[:, None], method="median"
    )
    heard = [n for v, n in zip(values, times, strict=True) if not np.isnan(v)]
    effective = times if sum(heard) else [1, 1, 1]
    np.testing.assert_array_equal(found, [oracles.weighted_median(values, effective)])


@given(levels, counts)
def test_mean_equals_the_weighted_mean_of_those_who_coded(values, times):
    """The mean is over the coders who coded the cell; if none of them is believed, all of them count alike."""
    found = combine_coders(np.array(values, dtype=float)[:, None], np.array(times, dtype=float)[:, None], method="mean")
    heard = [n for v, n in zip(values, times, strict=True) if not np.isnan(v)]
    effective = times if sum(heard) else [1, 1, 1]
    np.testing.assert_allclose(found, [oracles.weighted_mean(values, effective)])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"year": [1950.25, 1950.75, 1951]}, "1950.25"),
        ({"year": pd.to_datetime(["1950-01-01", "1951-01-01", "1952-01-01"])}, "not a year"),
        ({"year": ["MCML", "1951", "1952"]}, "'MCML'"),
        ({"indicator_id": [None, "talks", "talks"]}, "a key is empty"),
    ],
)
def test_what_is_no_year_or_key_is_refused(change, said):
    """Nothing is cut to a whole year, and nothing empty becomes a name."""
    frame = pd.DataFrame({"dyad": "A-B", "year": [1950, 1951, 1952], "indicator_id": "talks", "score": [1, 2, 3]})
    with pytest.raises(PanelError, match=re.escape(said)):
        IndicatorPanel.from_frame(frame.assign(**change))


@pytest.mark.parametrize("years", [["1950", 1950], [1950.0, "1950"]])
def test_one_year_written_two_ways_is_one_year(years):
    """A year as text and as a number is the same cell, and stands twice."""
    frame = pd.DataFrame({"dyad": "A-B", "year": years, "indicator_id": "talks", "score": [1, 2]})
    with pytest.raises(PanelError, match="a cell stands twice"):
        IndicatorPanel.from_frame(frame)


@pytest.mark.parametrize("unit", ["year", "era", "coder", "score", "tier", "estimate"])
def test_a_unit_column_named_like_another_is_refused(unit):
    """The unit's name stands first in every table, where no other column may have it."""
    frame = pd.DataFrame({unit: ["A-B"], "year": [1950], "indicator_id": ["talks"], "score": [1]})
    with pytest.raises(PanelError, match="means something else"):
        IndicatorPanel.from_frame(frame, unit=unit)


def test_no_row_and_a_column_twice_are_refused():
    """Neither ends in an error of another library."""
    frame = pd.DataFrame({"dyad": ["A-B"], "year": [1950], "indicator_id": ["talks"], "score": [1]})
    with pytest.raises(PanelError, match="there is no row"):
        IndicatorPanel.from_frame(frame.iloc[:0])
    with pytest.raises(PanelError, match="a column stands twice"):
        IndicatorPanel.from_frame(pd.concat([frame, frame[["score"]]], axis=1))


def test_units_and_coders_may_be_given_whole():
    """A year without rows is a dyad-year all the same, and coders stand in the order given."""
    frame = pd.DataFrame({"dyad": "A-B", "year": [1951], "indicator_id": "talks", "score": [3], "coder": "second"})
    units = pd.DataFrame({"dyad": "A-B", "era": "", "year": [1950, 1951]})
    panel = IndicatorPanel.from_frame(frame, units=units, coders=["first", "second"])
    assert panel.coders == ("first", "second")
    np.testing.assert_array_equal(panel.score[:, :, 0], [[np.nan, np.nan], [np.nan, 3]])
