"""Breaks with years on: conventions, edges, marks, and many draws at once."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from alliance_metrics.inference import break_distribution, date_breaks

YEARS = range(1949, 1970)
STEP = np.r_[np.full(10, 3.0), np.full(11, 1.0)] + 0.2 * np.sin(9.0 * np.arange(21))


def test_the_break_year_is_the_first_of_the_new_segment():
    """High through 1958, low from 1959: the break is 1959."""
    row = date_breaks(STEP, years=YEARS).breaks.iloc[0]
    assert row["break_year"] == 1959
    assert row["shift"] == pytest.approx(STEP[10:].mean() - STEP[:10].mean())
    assert (row["mean_before"], row["mean_after"]) == pytest.approx((STEP[:10].mean(), STEP[10:].mean()))


def test_two_breaks_are_told_in_the_order_of_time():
    """Up in 1955 and down in 1963: two rows."""
    y = np.r_[np.zeros(6), np.ones(8), np.zeros(7)] + 0.05 * np.sin(9.0 * np.arange(21))
    found = date_breaks(y, years=YEARS)
    assert found.breaks["break_year"].tolist() == [1955, 1963]
    assert found.breaks["shift"].round(1).tolist() == [1.0, -1.0]
    assert found.criteria.query("chosen")["breaks"].tolist() == [2]


def test_a_series_without_a_break_has_no_rows_and_all_columns():
    """The frame of no break is empty, not absent."""
    found = date_breaks(np.sin(9.0 * np.arange(21)), years=YEARS)
    assert len(found.breaks) == 0
    assert found.breaks.columns.tolist() == date_breaks(STEP, years=YEARS).breaks.columns.tolist()
    assert found.criteria["chosen"].tolist() == [True, False, False, False, False, False]


def test_a_constant_series_has_no_break():
    """Nothing varies, so no partition is better than none."""
    found = date_breaks(np.full(21, 2.0), years=YEARS)
    assert len(found.breaks) == 0


def test_a_number_asked_for_is_given_whatever_the_criteria_say():
    """Three breaks are dated where three are asked for."""
    found = date_breaks(STEP, years=YEARS, breaks=3)
    assert len(found.breaks) == 3
    assert found.criteria.query("chosen")["breaks"].tolist() == [3]


def test_the_criterion_is_a_choice():
    """Two small steps: the Bayesian criterion finds them, the stricter one nothing."""
    y = np.r_[np.zeros(11), np.ones(12), np.zeros(11)] + 0.75 * np.cos(2.5 * np.arange(34))
    bic, lwz = (date_breaks(y, years=range(1992, 2026), criterion=name) for name in ("bic", "lwz"))
    assert len(bic.breaks) == 2
    assert len(lwz.breaks) == 0


def test_ends_beyond_the_record_are_clipped_and_marked():
    """A break three years after the start in much noise: the interval begins before the record."""
    y = np.r_[np.full(3, 2.0), np.zeros(18)] + np.cos(2.5 * np.arange(21))
    clipped, free = (
        date_breaks(y, years=YEARS, breaks=1, level=0.99, clipped=choice).breaks.iloc[0] for choice in (True, False)
    )
    assert clipped["break_year"] == free["break_year"] == 1952
    assert clipped["lower"] == 1950
    assert free["lower"] < 1950
    assert clipped["lower_beyond_record"]
    assert free["lower_beyond_record"]
    assert not clipped["upper_beyond_record"]
    assert clipped["upper"] == free["upper"]


def test_a_one_sided_interval_is_marked():
    """Levels that never move before the break cannot hide it: the upper end is the date."""
    y = np.r_[np.full(10, 3.0), 1.5 + np.cos(2.5 * np.arange(11))]
    row = date_breaks(y, years=YEARS, breaks=1, heteroskedastic=True).breaks.iloc[0]
    assert row["one_sided"]
    assert row["upper"] == row["break_year"]


def test_a_broken_trend_is_dated_by_lines():
    """Rising, a drop, rising again: means see no drop in 1960, lines do."""
    years = np.arange(21.0)
    y = 0.5 * years - 4.0 * (years >= 11) + 0.1 * np.sin(9 * years)
    found = date_breaks(y, years=YEARS, trend=True).breaks
    assert found["break_year"].tolist() == [1960]
    assert found["shift"].iloc[0] == pytest.approx(-4.0, abs=0.2)


def crossing_lines() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Give a series that rises, drops in its twelfth year and then falls, with the lines fitted to both parts."""
    years = np.arange(21.0)
    y = np.where(years < 11, 0.5 * years, 6.0 - 0.4 * years) + 0.3 * np.sin(9 * years)
    before, after = (np.polyfit(years[part], y[part], 1) for part in (slice(11), slice(11, 21)))
    return y, np.polyval(before, years), np.polyval(after, years)


def test_the_shift_of_a_trend_is_the_gap_between_the_lines_in_the_break_year():
    """Where slopes differ the gap is another in every year: it is read in the first of the new segment."""
    y, before, after = crossing_lines()
    row = date_breaks(y, years=YEARS, trend=True, breaks=1).breaks.iloc[0]
    assert row["break_year"] == 1960
    assert row["shift"] == pytest.approx(after[11] - before[11])
    assert abs((after[10] - before[10]) - row["shift"]) > 0.8


def test_the_interval_of_a_broken_trend_rests_on_the_gap_at_the_break():
    """Bai's 90% point 7.6873, times the variance, over the square of the gap next to the break on either side."""
    y = 0.2 * crossing_lines()[0] + np.cos(2.5 * np.arange(21))  # noise so great that the interval is wide
    years = np.arange(21.0)
    row = date_breaks(y, years=YEARS, trend=True, breaks=1, clipped=False).breaks.iloc[0]
    place = int(row["break_year"]) - 1949
    before, after = (
        np.polyval(np.polyfit(years[part], y[part], 1), years) for part in (slice(place), slice(place, 21))
    )
    variance = np.mean(np.where(years < place, y - before, y - after) ** 2)
    later, earlier = (7.6873 * variance / (after[at] - before[at]) ** 2 for at in (place - 1, place))
    over_segments = [
        7.6873 * variance / np.mean((after - before)[part] ** 2) for part in (slice(place), slice(place, 21))
    ]
    assert row["break_year"] - row["lower"] == np.ceil(earlier)
    assert row["upper"] - row["break_year"] == np.ceil(later)
    assert [np.ceil(later), np.ceil(earlier)] != np.ceil(over_segments).tolist()


def test_years_move_with_the_calendar():
    """The same series a century later breaks a century later."""
    early, late = (date_breaks(STEP, years=range(first, first + 21)).breaks for first in (1849, 1949))
    for column in ("break_year", "lower", "upper"):
        assert (late[column] - early[column]).tolist() == [100]


def test_scale_and_level_move_no_date():
    """A hundredfold series on another level has the same dates and intervals."""
    one, other = (date_breaks(y, years=YEARS, breaks=2).breaks for y in (STEP, 1000 + 100 * STEP))
    same = ["break_year", "lower", "upper"]
    assert one[same].equals(other[same])


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"breaks": 7}, "21 years hold 0 to 6 breaks with 3 years"),
        ({"breaks": -1}, "hold 0 to 6 breaks"),
        ({"maximum_breaks": 9}, "hold 0 to 6 breaks"),
        ({"level": 1.0}, "level of an interval"),
        ({"minimum_segment": 11}, "a segment needs 2 to 10"),
    ],
)
def test_what_does_not_fit_is_refused(options, said):
    """Too many breaks, no level, too long a segment."""
    with pytest.raises(ValueError, match=said):
        date_breaks(STEP, years=YEARS, **options)


@pytest.mark.slow
@pytest.mark.parametrize("breaks", [1, 2])
@pytest.mark.parametrize("trend", [False, True])
def test_draws_are_dated_as_each_would_be(breaks, trend):
    """Over draws every date is that of `date_breaks`."""
    draws = np.random.default_rng(breaks).standard_normal((30, 21)).cumsum(axis=1)
    found = break_distribution(draws, years=YEARS, breaks=breaks, trend=trend).break_years
    for row, y in zip(found, draws, strict=True):
        alone = date_breaks(y, years=YEARS, breaks=breaks, trend=trend, maximum_breaks=breaks)
        assert row.tolist() == alone.breaks["break_year"].tolist()


def test_more_draws_than_a_piece_holds_change_none():
    """Pieces of draws are an inner matter."""
    draws = np.random.default_rng(3).standard_normal((1500, 12))
    whole = break_distribution(draws, years=range(12)).break_years
    assert np.array_equal(whole[1400:], break_distribution(draws[1400:], years=range(12)).break_years)


def test_shares_are_counted():
    """Three draws break in 1959, one in 1962: the year, the shares, the interval."""
    later = np.roll(STEP, 3)
    later[:3] = 3.0
    found = break_distribution(np.array([STEP, STEP, STEP, later]), years=YEARS, level=0.5)
    row = found.breaks.iloc[0]
    assert (row["estimate"], row["share"], row["drawn"]) == (1959, 0.75, 1.0)
    assert (row["lower"], row["median"], row["upper"]) == (1959, 1959, 1959)
    shares = found.years.set_index("year")["share"]
    assert (shares[1959], shares[1962], shares.sum()) == (0.75, 0.25, 1.0)


def test_draws_that_cannot_be_dated_are_left_out_and_counted():
    """One lacks a year, one does not vary; the share of draws that give a date says so."""
    gap = STEP.copy()
    gap[4] = np.nan
    found = break_distribution(np.array([STEP, gap, np.full(21, 2.0), STEP]), years=YEARS)
    assert np.isnan(found.break_years[:, 0]).tolist() == [False, True, True, False]
    assert found.breaks.loc[0, "drawn"] == 0.5
    assert found.years["share"].sum() == 1.0


def test_no_draw_at_all_gives_missing_years():
    """Where nothing can be dated, years are missing, not invented."""
    found = break_distribution(np.full((2, 21), np.nan), years=YEARS)
    assert pd.isna(found.breaks.loc[0, "estimate"])
    assert found.breaks.loc[0, "drawn"] == 0.0
    assert found.years["share"].isna().all()


def test_draws_of_another_length_are_refused():
    """As many years as columns, and one break at least."""
    with pytest.raises(ValueError, match="draws of 21 years each"):
        break_distribution(np.zeros((3, 20)), years=YEARS)
    with pytest.raises(ValueError, match="one break or more"):
        break_distribution(np.zeros((3, 21)), years=YEARS, breaks=0)
