"""Axes, labels and events are placed as they should be."""

from __future__ import annotations

import pandas as pd
import pytest

from alliance_metrics.report.charts.axes import round_years, score_ends, year_axis
from alliance_metrics.report.charts.marks import apart, event_marks, rows_of
from alliance_metrics.report.charts.series import Series, declared_events, lineages, standing_out
from alliance_metrics.report.charts.trajectory import labelled_years
from alliance_metrics.report.charts.words import interval_words, scale_words


def frame(*estimates: float, first: int = 1950) -> pd.DataFrame:
    """Give rows of successive years."""
    values = pd.Series(estimates, dtype=float)
    years = range(first, first + len(estimates))
    return pd.DataFrame(
        {"year": years, "estimate": values, "lower": values - 1, "upper": values + 1, "confidence": 0.9}
    )


@pytest.mark.parametrize(
    ("first", "last", "width", "years"),
    [
        (1949, 1969, 600, [1950, 1952, 1954, 1956, 1958, 1960, 1962, 1964, 1966, 1968]),
        (1949, 1969, 250, [1950, 1955, 1960, 1965]),
        (1951, 1953, 600, [1951, 1952, 1953]),
        (-3, 4, 200, [-2, 0, 2, 4]),
        (1999, 1999, 60, [1999]),
    ],
)
def test_years_stand_at_round_steps_with_room(first, last, width, years):
    """As many round years as have 52 pixels each."""
    assert round_years(first, last, width=width) == years


def test_years_are_written_as_whole_numbers():
    """The axis of years has format d: no separators, no decimals."""
    assert year_axis(1949, 1969, width=300).to_dict()["axis"]["format"] == "d"


def test_scores_within_0_to_100_have_the_whole_scale():
    """A flat series does not fill the chart."""
    assert score_ends(frame(50, 51)) == (0.0, 100.0)
    assert scale_words(frame(50, 51)) == " (0-100)"


def test_scores_beyond_0_to_100_have_their_own_scale():
    """Where scores are standardised, the scale is that of the intervals, and nothing claims 0-100."""
    assert score_ends(frame(-2, 1)) == (-3.0, 2.0)
    assert scale_words(frame(-2, 1)) == ""


def test_an_interval_is_named_by_its_level():
    """The level of the rows is written in percent."""
    assert interval_words(frame(1)) == "90% interval"
    assert interval_words(frame(1).assign(confidence=0.995)) == "99.5% interval"


def test_labels_that_stand_on_one_another_move_apart():
    """Three labels at one place spread evenly around it; one far away stays."""
    assert apart([10.0, 10.0, 10.0, 90.0], least=5.0) == [5.0, 10.0, 15.0, 90.0]


def test_groups_of_labels_that_grow_into_one_another_are_spread_together():
    """Spreading one pair must not push it onto the next label."""
    places = sorted(apart([10.0, 11.0, 15.0], least=5.0))
    assert places == pytest.approx([7.0, 12.0, 17.0])


def test_missing_cells_are_null_and_the_rest_as_saved():
    """Rows go to the drawing with the cells of the table, missing ones as null."""
    data = rows_of(pd.DataFrame({"year": [1950, 1951], "estimate": [0.1234567891, float("nan")]}), ["year", "estimate"])
    assert data == {"values": [{"year": 1950, "estimate": 0.1234567891}, {"year": 1951, "estimate": None}]}


def test_an_event_is_named_by_the_words_behind_its_year():
    """The id is taken apart at its year; another unit's event is left out."""
    origins = [
        {"dyad": "AA-BB", "era": "x", "year": 1952, "event": "aa_bb_1952_long_pact"},
        {"dyad": "AA-CC", "era": "x", "year": 1953, "event": "aa_cc_1953_pact"},
    ]
    record = {"config": {"analysis": {"origins": origins}}}
    assert declared_events(record, unit="AA-BB", era="x") == [{"year": 1952, "event": "long pact 1952"}]


def test_a_record_without_events_gives_none():
    """Nothing is marked that no configuration names."""
    assert declared_events({}, unit="AA-BB", era="x") == []


@pytest.mark.parametrize(("year", "align"), [(1950, "left"), (1960, "center"), (1970, "right")])
def test_the_name_of_an_event_does_not_jut_out(year, align):
    """At the ends of the axis the name stands on the inner side of its line."""
    axis = year_axis(1950, 1970, width=300)
    _, name = event_marks([{"year": year, "event": "pact"}], x=axis, ends=(1950, 1970))
    assert name.to_dict()["mark"]["align"] == align


def test_an_event_beyond_the_axis_is_not_drawn():
    """A treaty before the first coded year has no place on the chart."""
    assert event_marks([{"year": 1940, "event": "pact"}], x=year_axis(1950, 1970, width=300), ends=(1950, 1970)) == []


def test_the_years_that_stand_out():
    """First, highest, lowest and last, counting scored years alone."""
    rows = frame(float("nan"), 5, 9, 1, 4)
    assert {what: row["year"] for what, row in standing_out(rows).items()} == {
        "first": 1951,
        "peak": 1952,
        "low": 1953,
        "last": 1954,
    }


def test_a_label_near_another_is_left_out():
    """The last year stands beside the peak: the peak keeps its label."""
    rows = frame(1, 2, 3, 4, 5, 9, 8)
    assert [(what, row["year"]) for what, row in labelled_years(rows, near=2)] == [("peak", 1955), ("low", 1950)]


def test_eras_of_one_pair_are_found_by_the_numbers_of_its_states():
    """A pair keeps its numbers when a state changes its name; where there are none, the name counts."""
    old = Series("AA-BB", "one", frame(1).assign(cow_a=1, cow_b=2))
    new = Series("AA-BD", "two", frame(2).assign(cow_a=1, cow_b=2))
    alone = Series("AA-CC", "one", frame(3).assign(cow_a=1, cow_b=3))
    unnumbered = [Series("XX", "one", frame(4)), Series("XX", "two", frame(5))]
    assert lineages([old, alone, new, *unnumbered]) == [[old, new], unnumbered]
