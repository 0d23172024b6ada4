"""Which of two series turned first: made-up series whose order is known, and by hand."""

from __future__ import annotations

import numpy as np
import pytest

from alliance_metrics.history.facets.turns import READINGS, TwoSeries, noise_of, turn_rows, turn_years

YEARS = np.arange(1950, 1970)


def two_falls(first: int, second: int, *, depth: float = 0.4, noise: float = 0.03, draws: int = 200) -> TwoSeries:
    """Make two series up that fall for good, each in its year."""
    rng = np.random.default_rng(5)
    levels = np.array([0.8 - depth * (year <= YEARS) for year in (first, second)])
    return TwoSeries(YEARS, levels, levels[..., np.newaxis] + rng.normal(0, noise, (2, len(YEARS), draws)))


def by_reading(pair: TwoSeries, direction: str = "fall") -> dict[str, dict[str, float]]:
    rows = turn_rows(pair, level=0.9, rng=np.random.default_rng(1))
    return {row["reading"]: row for row in rows if row["direction"] == direction}


@pytest.mark.parametrize("reading", READINGS)
def test_a_fall_three_years_before_the_other_is_found(reading: str) -> None:
    """By every reading the one fell in 1957, three years before the other, in nearly every draw."""
    row = by_reading(two_falls(1957, 1960))[reading]
    assert (row["onset_one"], row["onset_other"], row["estimate"]) == (1957, 1960, 3)
    assert row["before"] > 0.97
    assert (row["lower"], row["upper"]) == (3, 3)


@pytest.mark.parametrize("reading", READINGS)
def test_falls_in_one_year_are_together(reading: str) -> None:
    """Series that fell in one year have no first."""
    row = by_reading(two_falls(1959, 1959))[reading]
    assert row["together"] > 0.9
    assert row["estimate"] == 0


def test_a_rise_is_a_fall_upside_down() -> None:
    """Turning both series round exchanges falls and rises and leaves the order."""
    pair = two_falls(1957, 1960)
    turned = TwoSeries(YEARS, 1.0 - pair.nominal, 1.0 - pair.draws)
    for reading in READINGS[:2]:
        assert by_reading(turned, "rise")[reading]["before"] == by_reading(pair)[reading]["before"]
        assert by_reading(turned, "fall")[reading]["neither"] > 0.97


def test_a_series_that_never_fell_comes_after_one_that_did() -> None:
    """Shares of draws say so, and sum to one."""
    row = by_reading(two_falls(1957, 1990))["own margin"]
    assert row["before"] > 0.97
    assert row["turned_other"] < 0.03
    assert np.isnan(row["onset_other"])
    assert row["before"] + row["together"] + row["after"] + row["neither"] == pytest.approx(1.0)


def test_one_margin_for_both_is_that_of_the_noisier_series() -> None:
    """A quiet small fall counts by its own margin, and not by the margin of a noisy series."""
    rng = np.random.default_rng(9)
    quiet = 0.8 - 0.1 * (YEARS >= 1957)[:, np.newaxis] + rng.normal(0, 0.005, (20, 100))
    noisy = 0.8 - 0.6 * (YEARS >= 1960)[:, np.newaxis] + rng.normal(0, 0.08, (20, 100))
    pair = TwoSeries(YEARS, np.array([quiet.mean(axis=1), noisy.mean(axis=1)]), np.stack([quiet, noisy]))
    rows = by_reading(pair)
    assert rows["own margin"]["turned_one"] == 1.0
    assert rows["same margin"]["turned_one"] < 0.1
    assert rows["same margin"]["margin_one"] == rows["own margin"]["margin_other"]


def test_noise_is_read_from_changes_and_has_a_floor() -> None:
    """Independent noise of 0.05 is found within a tenth; series that do not change have the least noise."""
    rng = np.random.default_rng(3)
    noisy = rng.normal(0.5, 0.05, (20, 1000))
    found = noise_of(np.stack([noisy, np.full((20, 1000), 0.5)]))
    assert found[0] == pytest.approx(0.05, rel=0.1)
    assert found[1] == 0.02


def test_noise_of_missing_years_is_that_of_whole_draws() -> None:
    """Draws with a missing year are left out; where none is whole the least noise stands."""
    series = np.tile(np.array([0.5, 0.7] * 10)[:, np.newaxis], (1, 4))
    some = series.copy()
    some[3, 1] = np.nan
    assert noise_of(some[np.newaxis]) == pytest.approx(noise_of(series[np.newaxis]))
    assert noise_of(np.full((1, 20, 4), np.nan)) == 0.02


def test_a_missing_series_is_no_draw() -> None:
    """Draws in which a series is missing altogether do not count as draws without a turn."""
    pair = two_falls(1957, 1960)
    draws = pair.draws.copy()
    draws[1, :, :50] = np.nan
    row = by_reading(TwoSeries(YEARS, pair.nominal, draws))["break"]
    assert row["drawn"] == 0.75
    assert row["neither"] == 0.0


def test_turn_years_by_hand() -> None:
    """Mean of the first four years 0.8; 0.5, 0.5, 0.5 lie 0.3 below, 0.75 only 0.05."""
    series = np.array([[[0.8], [0.8], [0.8], [0.8], [0.75], [0.5], [0.5], [0.5]]])
    years = np.arange(1950, 1958)
    assert turn_years(series, years, "own margin", noise=np.array([0.02]))[0, 0] == 1954
    assert turn_years(series, years, "own margin", noise=np.array([0.04]))[0, 0] == 1955
    assert np.isnan(turn_years(series, years, "own margin", noise=np.array([0.2]))[0, 0])


def test_a_lead_beside_great_swings_may_be_chance() -> None:
    """Leads of a year between noisy falls have great chances; one of six years between quiet falls a small one."""
    levels = np.array([0.7 - 0.15 * (year <= YEARS) for year in (1958, 1959)])
    chances = []
    for seed in range(11):
        nominal = levels + np.random.default_rng(seed).normal(0, 0.1, levels.shape)
        chances.append(by_reading(TwoSeries(YEARS, nominal, nominal[..., np.newaxis]))["break"]["p_value"])
    assert np.nanmedian(chances) > 0.2
    assert by_reading(two_falls(1956, 1962))["break"]["p_value"] < 0.05
