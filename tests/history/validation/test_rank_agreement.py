"""Rank agreement of short, persistent series: against scipy, by hand, and how often unconnected series agree."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from alliance_metrics.history.turning_points.persistence import simulated_levels
from alliance_metrics.history.validation.rank_agreement import (
    FORMS,
    STRONG,
    RankAgreement,
    in_form,
    rank_agreement,
    rank_series,
    unit_ranks,
)

YEARS = np.arange(1950, 1971)


def compared(one, other, *, years=YEARS, form="levels", sets=299, drawn=None, seed=3) -> RankAgreement:
    """Compare two series, with few simulated ones."""
    rng = np.random.default_rng(seed)
    sides = (
        rank_series(np.asarray(one, dtype=float), years, form=form, sets=sets, rng=rng),
        rank_series(np.asarray(other, dtype=float), years, form=form, sets=sets, rng=rng, drawn=drawn),
    )
    return rank_agreement(*sides, level=0.9)


def test_ranks_with_ties_are_those_of_scipy():
    """Ranks of length one about their mean, over leading axes, of numbers with many ties; 0 where all are alike."""
    values = np.random.default_rng(1).integers(0, 5, size=(3, 40, 12)).astype(float)
    values[0, 0] = 2.0
    expected = stats.rankdata(values, axis=-1) - 6.5
    expected[0, 0] = 0.0
    found = unit_ranks(values)
    np.testing.assert_allclose(found * np.linalg.norm(expected, axis=-1, keepdims=True), expected, atol=1e-12)
    assert np.linalg.norm(found, axis=-1).ravel()[1:] == pytest.approx(np.ones(119))


@pytest.mark.parametrize("seed", range(5))
def test_correlations_with_ties_are_those_of_scipy(seed):
    """Spearman's and Kendall's tau-b of coarse numbers."""
    one, other = np.random.default_rng(seed).integers(0, 4, size=(2, 17)).astype(float)
    assert unit_ranks(one) @ unit_ranks(other) == pytest.approx(stats.spearmanr(one, other).statistic)
    found = compared(one, other, years=np.arange(17), sets=9)
    signs = [np.sign(part[:, np.newaxis] - part) for part in (one, other)]
    tau = (signs[0] * signs[1]).sum() / np.sqrt((signs[0] ** 2).sum() * (signs[1] ** 2).sum())
    assert (found.correlation, found.concordance) == pytest.approx((stats.spearmanr(one, other).statistic, tau))


def test_changes_are_taken_only_between_neighbouring_years():
    """Of 1950, 1951, 1953, 1954 two changes are left, in shares of the range."""
    values, years = in_form(np.array([1.0, 3.0, 9.0, 5.0]), np.array([1950, 1951, 1953, 1954]), "changes")
    assert values.tolist() == [0.25, -0.5]
    assert years.tolist() == [1951, 1954]


def test_a_straight_line_leaves_nothing_without_its_trend():
    """What is left of a line is noise of the last digit, and is not ranked."""
    one = compared(0.1 * np.arange(21) + 7e5, np.sin(np.arange(21.0)), form="trendless")
    assert np.isnan(one.correlation)
    assert np.isnan(one.p_value)


def test_residuals_are_those_of_a_fitted_line():
    """Values less the line numpy fits, whatever years are missing."""
    years = np.array([1950, 1951, 1955, 1956, 1960])
    values = np.array([2.0, 5.0, 1.0, 7.0, 3.0])
    expected = values - np.polyval(np.polyfit(years - 1955.0, values, 1), years - 1955.0)
    assert in_form(values, years, "trendless")[0] * 6.0 == pytest.approx(expected, abs=1e-7)


def test_unknown_form_is_refused():
    """A form that is not one is named."""
    with pytest.raises(ValueError, match="form 'levles'; allowed: levels, trendless, changes"):
        in_form(np.zeros(5), np.arange(5), "levles")


def test_shifts_of_a_rising_series_by_hand():
    """Of five shifts of 1-5 against itself only the one by nothing correlates fully: 1 of 5."""
    found = compared([1, 2, 3, 4, 5], [1, 2, 3, 4, 5], years=np.arange(5))
    assert found.correlation == pytest.approx(1.0)
    assert found.shifted == pytest.approx(0.2)


def test_interval_is_that_of_the_draws_and_draws_with_a_gap_are_left_out():
    """Draws that rank the years as given, or the other way round, correlate 1 and -1."""
    up, down = np.arange(5.0), np.arange(5.0)[::-1]
    lost = np.array([0.0, np.nan, 2.0, 3.0, 4.0])
    found = compared(up, up, years=np.arange(5), drawn=np.stack([up, down, lost]))
    assert (found.draws, found.lower, found.upper) == (2, pytest.approx(-0.9), pytest.approx(0.9))


def test_too_few_values_or_none_that_vary_give_nothing():
    """Three years, or a constant series, are not correlated, and no number is given for them."""
    for found in (compared([1, 2, 3], [1, 2, 3], years=np.arange(3)), compared(np.ones(21), np.arange(21))):
        assert np.isnan([found.correlation, found.p_value, found.reach, found.power, found.effective]).all()


def test_years_must_be_the_same():
    """Two series of different years are not compared."""
    rng = np.random.default_rng(0)
    sides = [rank_series(np.arange(6.0), np.arange(6) + by, form="levels", sets=9, rng=rng) for by in (0, 1)]
    with pytest.raises(ValueError, match="different years"):
        rank_agreement(*sides, level=0.9)


@pytest.mark.slow
def test_effective_years_of_long_series_are_those_of_the_closed_form():
    """200 years at persistence 0.6 of both scatter as 200 (1 - 0.36) / (1 + 0.36) = 94 independent ones do."""
    rng, years = np.random.default_rng(8), np.arange(200)
    found = [
        compared(*simulated_levels(np.full(2, 0.6), 200, rng=rng), years=years, seed=k, sets=999).effective
        for k in range(12)
    ]
    assert np.mean(found) == pytest.approx(94.0, abs=15.0)


def finds(make, *, form: str, pairs: int = 250) -> float:
    """Give the share of pairs found at a p-value of 0.1."""
    rng = np.random.default_rng(21)
    found = [compared(make(rng), make(rng), form=form, sets=199, seed=k).p_value <= 0.1 for k in range(pairs)]
    return float(np.mean(found))


@pytest.mark.slow
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("persistence", [0.0, 0.9])
def test_unconnected_series_are_seldom_found(form, persistence):
    """Of 250 unconnected pairs of 21 years a tenth is found: 0.04 to 0.16, three standard errors either way."""
    share = finds(lambda rng: simulated_levels(np.array(persistence), 21, rng=rng), form=form)
    assert 0.04 <= share <= 0.16


@pytest.mark.slow
def test_series_that_only_trend_are_found_as_levels_and_not_without_their_trend():
    """Trends alone correlate levels in more than a fifth of pairs; without the line in at most 0.16, as changes too."""

    def trending(rng):
        return rng.standard_normal(21) + 3.0 * rng.choice([-1, 1]) * np.linspace(0, 1, 21)

    assert finds(trending, form="levels") > 0.2
    assert finds(trending, form="trendless") <= 0.16
    assert finds(trending, form="changes") <= 0.16


@pytest.mark.slow
def test_the_power_stated_is_about_the_share_found():
    """Pairs of persistence 0.5 that truly correlate at 0.7 are found as often as is said, within 0.15."""
    rng = np.random.default_rng(4)
    found, stated = [], []
    for k in range(200):
        one, apart = simulated_levels(np.full(2, 0.5), 21, rng=rng)
        result = compared(one, STRONG * one + np.sqrt(1 - STRONG**2) * apart, sets=199, seed=k)
        found.append(result.p_value <= 0.1)
        stated.append(result.power)
    assert np.mean(found) == pytest.approx(np.mean(stated), abs=0.15)
