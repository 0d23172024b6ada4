"""When series fell, in which order, and whether chance could have made it."""

from __future__ import annotations

import numpy as np
import pytest

from alliance_metrics.history.turning_points.falls import fall_years, onset_years, pooled_noise, read_falls
from alliance_metrics.history.turning_points.order import (
    common_fall,
    fall_order,
    order_of_falls,
    order_test,
    ranks_of_falls,
)
from tests.recovery.made_up import broken, within_band

YEARS = np.arange(1949, 1970)
NAN = np.nan


def slow_fall(series, years, segment):
    """Year and size of the best single fall, by trying every split and adding up squares."""
    best = (NAN, NAN)
    least = np.inf
    for split in range(segment, len(series) - segment + 1):
        early, late = series[:split], series[split:]
        left = ((early - early.mean()) ** 2).sum() + ((late - late.mean()) ** 2).sum()
        if late.mean() < early.mean() - 1e-9 and left < least - 1e-9:
            least, best = left, (years[split], early.mean() - late.mean())
    return best


def test_the_noise_is_the_median_change_over_a_constant():
    """Changes of 1, 1, 3 and 1 have median 1, so the noise is 1 / (0.67449 * 1.41421) = 1.04835."""
    series = np.array([[0.0, 1.0, 2.0], [0.0, 3.0, 2.0]])
    assert pooled_noise(series) == pytest.approx(1.04835, abs=1e-5)


def test_an_onset_is_the_first_year_that_is_below_and_stays():
    """With mean 10 and margin 2 the dip to 7 in the fifth year does not last; the fall from the eighth does."""
    series = np.array([10.0, 10, 10, 10, 7, 10, 10, 6, 6, 6])
    assert onset_years(series, np.arange(2000, 2010), 2.0, lasting=2) == 2007
    assert onset_years(series, np.arange(2000, 2010), 2.0, lasting=1) == 2004


def test_an_onset_at_the_very_margin_is_none():
    """A level exactly two below the mean is not more than two below it."""
    series = np.array([10.0, 10, 10, 8, 8, 8])
    assert np.isnan(onset_years(series, np.arange(6), 2.0, lasting=3))
    assert onset_years(series, np.arange(6), 1.99, lasting=3) == 3


def test_a_fall_at_the_end_of_the_record_cannot_be_told_to_last():
    """One low year at the end is an onset only where one year is enough."""
    series = np.array([10.0, 10, 10, 10, 1])
    assert np.isnan(onset_years(series, np.arange(5), 1.0, lasting=2))
    assert onset_years(series, np.arange(5), 1.0, lasting=1) == 4


def test_a_missing_year_gives_no_onset_and_no_break():
    """A gap is not filled by guessing."""
    series = np.array([10.0, 10, NAN, 10, 1, 1, 1, 1])
    assert np.isnan(onset_years(series, np.arange(8), 1.0))
    assert np.isnan(fall_years(series, np.arange(8))[0])


def test_breaks_agree_with_squares_added_up_split_by_split():
    """Fifty made-up series have the year and the size of the slow search."""
    series = np.random.default_rng(4).normal(size=(50, 21)) - np.linspace(0, 1, 21)
    found, sizes = fall_years(series, YEARS)
    slow = np.array([slow_fall(row, YEARS, 3) for row in series])
    np.testing.assert_array_equal(found, slow[:, 0])
    np.testing.assert_allclose(sizes, slow[:, 1], atol=1e-12)


def test_a_rising_series_has_no_break_downward():
    """A rise, however great, is no fall."""
    found, sizes = fall_years(np.arange(21.0), YEARS)
    assert np.isnan(found)
    assert np.isnan(sizes)


def test_ranks_share_a_number_on_a_tie_and_leave_none_out():
    """1955, 1955, 1960 and never are 1, 1, 2 and 0."""
    np.testing.assert_array_equal(ranks_of_falls(np.array([[1955, 1960, 1955, NAN]])), [[1, 2, 1, 0]])


def test_orders_and_first_places_are_shares_of_all_draws():
    """Of four draws: one order twice, one tie, one without any fall, which counts like the rest."""
    falls = np.array([[1955.0, 1957], [1956, 1958], [1957, 1957], [NAN, NAN]])
    found = order_of_falls(falls, reading="onset", level=0.5)
    np.testing.assert_array_equal(found.orders, [[1, 2], [0, 0], [1, 1]])
    np.testing.assert_allclose(found.share, [0.5, 0.25, 0.25])
    np.testing.assert_allclose(found.first_alone, [0.5, 0.0])
    np.testing.assert_allclose(found.first_shared, [0.25, 0.25])
    np.testing.assert_allclose(found.first, [0.625, 0.125])
    assert found.none == 0.25
    np.testing.assert_allclose(found.never, [0.25, 0.25])
    np.testing.assert_allclose(found.before, [[0, 0.5], [0, 0]])
    np.testing.assert_allclose(found.median, [1956, 1957])


def test_one_that_fell_comes_before_one_that_never_did():
    """A series without a fall is after every other."""
    found = order_of_falls(np.array([[1955.0, NAN]]), reading="onset")
    np.testing.assert_array_equal(found.orders, [[1, 0]])
    np.testing.assert_allclose(found.before, [[0, 1], [0, 0]])


def test_shares_of_first_places_and_of_no_fall_sum_to_one():
    """Ties are split, and nothing is lost."""
    falls = np.random.default_rng(1).choice([1955.0, 1956, 1957, NAN], size=(500, 3))
    found = order_of_falls(falls, reading="onset")
    assert found.first.sum() + found.none == pytest.approx(1.0)
    assert found.share.sum() == pytest.approx(1.0)


def test_draws_with_a_gap_are_counted_as_lost():
    """Three draws, one with a gap: two are read and one is told."""
    series = np.repeat(np.where(YEARS < 1958, 9.0, 2.0)[np.newaxis, np.newaxis], 3, axis=0).repeat(2, axis=1)
    series[1, 0, 4] = NAN
    found = fall_order(series, YEARS, "break")
    assert (found.draws, found.lost) == (2, 1)
    np.testing.assert_array_equal(found.orders, [[1, 1]])
    np.testing.assert_allclose(found.median, [1958, 1958])


def test_no_whole_draw_and_an_unknown_reading_are_refused():
    """The message says what is wrong and what is allowed."""
    with pytest.raises(ValueError, match="none of 2 draws has every year"):
        fall_order(np.full((2, 2, 21), NAN), YEARS)
    with pytest.raises(ValueError, match="reading 'peak'; it is one of onset, break"):
        read_falls(np.zeros((2, 21)), YEARS, "peak")
    with pytest.raises(ValueError, match="lasting = 0"):
        onset_years(np.zeros(21), YEARS, 1.0, lasting=0)


def test_points_take_the_place_of_the_threshold():
    """A fall of 5 points is an onset at 4 points and none at 6."""
    series = np.where(YEARS < 1958, 9.0, 4.0)[np.newaxis]
    np.testing.assert_array_equal(read_falls(series, YEARS, "onset", points=4.0), [1958])
    np.testing.assert_array_equal(read_falls(series, YEARS, "onset", points=6.0), [NAN])


def test_the_common_fall_lets_no_series_count_for_its_scale():
    """Two of three series fall in 1957; the third, on a scale a hundred times wider, in 1960."""
    series = np.stack([np.where(YEARS < 1957, 1.0, 0.0)] * 2 + [np.where(YEARS < 1960, 100.0, 0.0)])
    assert common_fall(series, YEARS) == 1957


def test_a_tie_has_no_first_and_no_lead():
    """Series that fall in one year give a lead of 0, whose chance is 1."""
    series = np.stack([np.where(YEARS < 1957, 1.0, 0.0)] * 2) + 0.01 * np.random.default_rng(2).normal(size=(2, 21))
    found = order_test(series, YEARS, rng=np.random.default_rng(3), n_simulated=50)
    assert (found.first, found.lead, found.p_value) == (-1, 0.0, 1.0)
    assert np.isnan(found.again)


@pytest.mark.parametrize(("rho", "least"), [(0.3, 0.97), (0.9, 0.97)])
def test_great_falls_are_put_in_their_order_by_the_break(rho, least):
    """Falls of four deviations three years apart: in order in at least 97% of 2,000 sets of 21 years (99%, 100%)."""
    series = broken(rho, (7, 10, 13), 4.0, sets=2000, rng=np.random.default_rng(11))
    found = order_of_falls(read_falls(series, YEARS, "break"), reading="break")
    assert found.share[(found.orders == [1, 2, 3]).all(axis=1)].sum() > least


@pytest.mark.parametrize(("rho", "low", "high"), [(0.3, 0.64, 0.73), (0.9, 0.73, 0.82)])
def test_small_falls_are_put_in_their_order_less_often(rho, low, high):
    """Falls of two deviations: in order in about 69% and 78% of 2,000 sets."""
    series = broken(rho, (7, 10, 13), 2.0, sets=2000, rng=np.random.default_rng(12))
    found = order_of_falls(read_falls(series, YEARS, "break"), reading="break")
    assert low < found.share[(found.orders == [1, 2, 3]).all(axis=1)].sum() < high


@pytest.mark.parametrize(("rho", "expected"), [(0.3, 0.17), (0.9, 0.59)])
def test_onsets_without_a_fall(rho, expected):
    """Series that never fall have an onset in 17% at persistence 0.3, in 59% at 0.9: an onset alone proves little."""
    series = broken(rho, (21, 21, 21), 0.0, sets=2000, rng=np.random.default_rng(13))
    found = np.isfinite(read_falls(series, YEARS, "onset")).mean()
    assert abs(found - expected) < 0.04


@pytest.mark.slow
@pytest.mark.parametrize("rho", [0.3, 0.9])
@pytest.mark.parametrize("reading", ["onset", "break"])
def test_series_that_fall_together_are_rarely_told_apart(rho, reading):
    """Falls of two deviations in one year: a chance of 0.05 or less in 1% to 8% of sets; here 200, as chance allows."""
    rng = np.random.default_rng(14)
    sets = broken(rho, (10, 10, 10), 2.0, sets=200, rng=rng)
    found = np.mean([order_test(one, YEARS, reading, rng=rng, n_simulated=199).p_value <= 0.05 for one in sets])
    assert found < within_band(0.077, 200)[1]


@pytest.mark.slow
@pytest.mark.parametrize(("rho", "low"), [(0.3, 0.6), (0.9, 0.8)])
def test_series_that_fall_apart_are_told_apart_if_the_falls_are_great(rho, low):
    """Falls of four deviations three years apart: told apart by the break in about 75% and 91% of 200 sets."""
    rng = np.random.default_rng(15)
    sets = broken(rho, (7, 10, 13), 4.0, sets=200, rng=rng)
    found = [order_test(one, YEARS, rng=rng, n_simulated=199) for one in sets]
    assert np.mean([one.p_value <= 0.05 for one in found]) > low
    assert np.mean([one.first == 0 for one in found]) > 0.95


@pytest.mark.slow
def test_draws_alone_call_an_order_that_chance_made():
    """Coders' noise of half a year's: in over a fifth of sets that fall together, 90% of draws agree on who was first.

    The draws know the doubt of the codings and not that of the years; the other test calls one in at most 10%.
    """
    rng = np.random.default_rng(16)
    sets = broken(0.3, (10, 10, 10), 2.0, sets=150, rng=rng)
    certain, p_value = [], []
    for one in sets:
        draws = one + 0.25 * rng.normal(size=(100, *one.shape))
        certain.append(fall_order(draws, YEARS, "break").first_alone.max() >= 0.9)
        p_value.append(order_test(one, YEARS, rng=rng, n_simulated=199).p_value <= 0.05)
    assert np.mean(certain) > 0.2
    assert np.mean(p_value) < 0.1
