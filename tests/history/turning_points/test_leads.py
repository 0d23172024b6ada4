"""Leads and lags of changes: correlations, two readings of chance, false alarms and power; and predictions."""

from __future__ import annotations

import numpy as np
import pytest

from alliance_metrics.history.turning_points.leads import greatest_lags, lagged_correlations, lead_lag, leading_pairs
from alliance_metrics.history.turning_points.persistence import (
    correlation_of,
    jointly_simulated,
    p_value_of,
    persistence_of,
    simulated_levels,
)
from alliance_metrics.history.turning_points.prediction import (
    left_out_error,
    predict_changes,
    prediction_power,
    prediction_ratios,
)
from tests.recovery.made_up import wandering, within_band


def follower(leader, r, *, rng):
    """Level whose changes are r times the leader's of the year before, and noise; shape (n_years,)."""
    changes = np.diff(leader)
    scaled = changes / changes.std()
    own = rng.normal(size=len(changes))
    own[1:] = r * scaled[:-1] + np.sqrt(1 - r**2) * own[1:]
    return np.concatenate([[0.0], np.cumsum(own)])


def test_persistence_is_the_corrected_sample_value():
    """1, 2, 3, 4, 5 has r = 4/10, so (5 * 0.4 + 1) / 2 = 1.5, held to 0.98; an alternating one comes out by hand."""
    assert persistence_of(np.arange(1.0, 6)) == 0.98
    series = np.array([1.0, -1, 1, -1, 1, -1, 1, -1])  # r = -7/8, (8 * -7/8 + 1) / 5 = -1.2, held to -0.98
    assert persistence_of(series) == -0.98
    mixed = np.array([0.0, 1, 0, 0, 1, 1, 0, 1, 0, 0])  # mean 0.4, squares 2.4, products -0.24 by hand
    centred = mixed - 0.4
    by_hand = sum(centred[i] * centred[i + 1] for i in range(9)) / 2.4
    assert persistence_of(mixed) == pytest.approx((10 * by_hand + 1) / 7)


def test_a_series_that_does_not_vary_has_no_persistence():
    """A constant has 0, and three years are too few to ask."""
    assert persistence_of(np.full(10, 0.3)) == 0.0
    with pytest.raises(ValueError, match="an autocorrelation needs four years or more, not 3"):
        persistence_of(np.zeros(3))


@pytest.mark.parametrize(("rho", "most"), [(0.3, 0.03), (0.6, 0.06), (0.9, 0.13)])
def test_the_correction_brings_the_mean_close_to_the_truth(rho, most):
    """Over 4,000 series of 21 years the mean is nearer the truth than without; at 0.9 it is still 0.1 short."""
    series = wandering(rho, 21, sets=4000, rng=np.random.default_rng(1))
    found = persistence_of(series)
    centred = series - series.mean(axis=1, keepdims=True)
    plain = (centred[:, 1:] * centred[:, :-1]).sum(axis=1) / (centred**2).sum(axis=1)
    assert abs(found.mean() - rho) < most
    assert abs(found.mean() - rho) < 0.7 * abs(plain.mean() - rho)


def test_made_up_levels_have_the_moments_asked_for():
    """Over 20,000 series: variance 1 at every year, covariance rho and rho squared at one and two years."""
    levels = simulated_levels(np.full(20_000, 0.7), 6, rng=np.random.default_rng(2))
    expected = 0.7 ** np.abs(np.subtract.outer(np.arange(6), np.arange(6)))
    np.testing.assert_allclose(levels.T @ levels / 20_000, expected, atol=0.04)


def test_series_made_up_together_are_correlated_in_the_same_year():
    """Equal persistence keeps the correlation of the news: 0.8 within 0.02 over 20,000 sets."""
    correlation = np.array([[1.0, 0.8], [0.8, 1.0]])
    levels = jointly_simulated(np.array([0.5, 0.5]), correlation, 4, sets=20_000, rng=np.random.default_rng(3))
    assert np.mean(levels[:, 0, 3] * levels[:, 1, 3]) == pytest.approx(0.8, abs=0.04)


def test_a_row_that_does_not_vary_is_correlated_with_itself_alone():
    """Its other correlations are 0, not undefined."""
    np.testing.assert_allclose(correlation_of(np.array([[1.0, 1, 1], [0.0, 1, 2]])), np.eye(2))


def test_a_chance_is_never_nought():
    """The statistic seen counts among those made up: (1 + 1) / (1 + 4)."""
    assert p_value_of(np.array([0.1, 0.2, 0.3, 0.9]), 0.5) == pytest.approx(0.4)
    assert p_value_of(np.zeros(9), 1.0) == pytest.approx(0.1)


def test_correlations_at_lags_are_those_of_overlapping_years():
    """Each lag equals numpy's coefficient of the two pieces, and a lag above 0 means the first goes before."""
    one, other = np.random.default_rng(4).normal(size=(2, 12))
    found = lagged_correlations(one, other, 2)
    np.testing.assert_allclose(found[2], np.corrcoef(one, other)[0, 1])
    np.testing.assert_allclose(found[4], np.corrcoef(one[:-2], other[2:])[0, 1])
    np.testing.assert_allclose(found[1], np.corrcoef(one[1:], other[:-1])[0, 1])


def test_exact_copies_a_year_apart_peak_at_one():
    """The second series repeats the first a year later: correlation 1 at lag 1."""
    rng = np.random.default_rng(5)
    level = np.cumsum(rng.normal(size=22))
    found = lead_lag(level[1:], level[:-1], rng=rng, n_simulated=400)
    assert found.lag == 1
    assert found.correlation[4] == pytest.approx(1.0)
    assert found.finding == "suggestive"
    assert found.without_one == pytest.approx(1.0)


def test_turning_the_pair_round_turns_the_lags_round():
    """The second then leads where the first did."""
    rng = np.random.default_rng(6)
    one, other = np.cumsum(rng.normal(size=(2, 21)), axis=1)
    there, back = (
        lead_lag(*pair, rng=np.random.default_rng(1), n_simulated=50) for pair in ((one, other), (other, one))
    )
    np.testing.assert_allclose(there.correlation, back.correlation[::-1])
    assert there.lag == -back.lag


def test_one_event_a_year_apart_is_told_to_rest_on_one_pair():
    """Two breaks a year apart make a lead beyond the reach; without that one pair nothing of it is left."""
    rng = np.random.default_rng(7)
    noise = 0.1 * rng.normal(size=(2, 21))
    one = np.where(np.arange(21) < 10, 1.0, -1.0) + noise[0]
    other = np.where(np.arange(21) < 11, 1.0, -1.0) + noise[1]
    found = lead_lag(one, other, rng=rng, n_simulated=400, null="autoregressive")
    assert (found.lag, found.finding) == (1, "suggestive")
    assert found.correlation[4] > 0.85
    assert found.without_one < 0.6


def test_a_series_that_does_not_change_leads_nothing():
    """Correlations are not defined, and nothing is found."""
    rng = np.random.default_rng(8)
    found = lead_lag(np.full(21, 0.5), np.cumsum(rng.normal(size=21)), rng=rng, n_simulated=50)
    assert np.isnan(found.correlation).all()
    assert (found.lag, found.finding) == (0, "not found")


def test_the_null_follows_persistence_and_may_be_named():
    """Levels that wander take permuted changes, levels that come back the autoregressive; a name overrules."""
    rng = np.random.default_rng(9)
    noise, walk = rng.normal(size=(2, 40)), np.cumsum(rng.normal(size=(2, 40)), axis=1) + np.arange(40)
    assert lead_lag(*noise, rng=rng, n_simulated=50).null == "autoregressive"
    assert lead_lag(*walk, rng=rng, n_simulated=50).null == "permuted"
    assert lead_lag(*walk, rng=rng, n_simulated=50, null="autoregressive").null == "autoregressive"


def test_over_draws_the_median_series_is_read_and_lags_are_counted():
    """Draws of a copy a year apart peak at lag 1 in every draw; shares sum to 1."""
    rng = np.random.default_rng(10)
    level = np.cumsum(rng.normal(size=22))
    draws = level + 0.05 * rng.normal(size=(60, 22))
    found = lead_lag(draws[:, 1:], draws[:, :-1], rng=rng, n_simulated=200)
    assert found.draws == 60
    assert found.share.sum() == pytest.approx(1.0)
    assert found.share[4] > 0.95
    assert found.beyond > 0.95


def test_bad_input_is_refused():
    """Gaps, other lengths, unknown nulls and too few years have their message."""
    rng = np.random.default_rng(1)
    with pytest.raises(ValueError, match="1 values are missing"):
        lead_lag(np.array([1.0, np.nan, *range(19)]), np.arange(21.0), rng=rng)
    with pytest.raises(ValueError, match="shapes"):
        lead_lag(np.arange(20.0), np.arange(21.0), rng=rng)
    with pytest.raises(ValueError, match="null 'exact' of permuted, autoregressive"):
        lead_lag(np.arange(21.0), np.arange(21.0), rng=rng, null="exact")
    with pytest.raises(ValueError, match="5 changes leave 2 pairs"):
        lead_lag(np.arange(6.0), np.arange(6.0), rng=rng)


@pytest.mark.slow
@pytest.mark.parametrize("rho", [0.3, 0.9])
@pytest.mark.parametrize("together", [0.0, 0.8])
def test_false_alarms_at_21_years(rho, together):
    """Pairs without a lead, apart or moving together: a lead is suggested in one of twenty of 300, as chance allows."""
    rng = np.random.default_rng(20)
    news = np.array([[1.0, together], [together, 1.0]])
    pairs = jointly_simulated(np.array([rho, rho]), news, 21, sets=300, rng=rng)
    found = np.mean([lead_lag(*pair, rng=rng, n_simulated=199).finding == "suggestive" for pair in pairs])
    assert found < within_band(0.06, 300)[1]


@pytest.mark.slow
def test_permuted_changes_alone_would_alarm_too_often_where_levels_come_back():
    """At persistence 0 permuted changes call a lead in 9% to 19% of 300 pairs: that is why persistence chooses."""
    rng = np.random.default_rng(21)
    pairs = wandering(0.0, 21, sets=600, rng=rng).reshape(300, 2, 21)
    wrong = [lead_lag(*pair, rng=rng, n_simulated=199, null="permuted").finding == "suggestive" for pair in pairs]
    assert 0.07 < np.mean(wrong) < 0.21


@pytest.mark.slow
@pytest.mark.parametrize(("r", "low", "high"), [(0.5, 0.1, 0.45), (0.9, 0.9, 1.0)])
@pytest.mark.parametrize("rho", [0.3, 0.9])
def test_true_leads_are_found_as_often_as_the_power_says(r, low, high, rho):
    """A lead of one year is found in under half at correlation 0.5, nearly always at 0.9; the power says as much."""
    rng = np.random.default_rng(22)
    one, other = leading_pairs(np.array([rho, rho]), r, 21, n_simulated=200, rng=rng)
    results = [
        lead_lag(np.append(0, np.cumsum(a)), np.append(0, np.cumsum(b)), rng=rng, n_simulated=299)
        for a, b in zip(one, other, strict=True)
    ]
    hits = np.mean([result.finding == "suggestive" and result.lag == 1 for result in results])
    said = np.mean([result.power[list(result.true_leads).index(r)] for result in results])
    assert low < hits <= high
    assert abs(hits - said) < 0.15


def test_the_error_left_out_equals_fits_without_each_year():
    """The short formula gives what nineteen separate fits give."""
    rng = np.random.default_rng(30)
    outcome, regressors = rng.normal(size=19), rng.normal(size=(19, 2))
    missed = []
    for year in range(19):
        kept = np.arange(19) != year
        design = np.column_stack([np.ones(19), regressors])
        line = np.linalg.lstsq(design[kept], outcome[kept], rcond=None)[0]
        missed.append(outcome[year] - design[year] @ line)
    assert left_out_error(outcome, regressors) == pytest.approx(np.sqrt(np.mean(np.square(missed))))
    means = [outcome[year] - np.delete(outcome, year).mean() for year in range(19)]
    assert left_out_error(outcome, regressors[:, :0]) == pytest.approx(np.sqrt(np.mean(np.square(means))))


def test_regressors_that_are_not_independent_give_no_error():
    """Twice the same regressor has no answer, and none is made up."""
    column = np.arange(10.0)
    assert np.isnan(left_out_error(np.sin(column), np.column_stack([column, 2 * column])))


def test_a_follower_is_foretold_and_its_leader_is_not():
    """Changes that repeat another's of the year before at 0.95 are foretold beyond their past; not the other way."""
    rng = np.random.default_rng(31)
    leader = np.cumsum(rng.normal(size=34))
    series = np.stack([leader, follower(leader, 0.95, rng=rng)])
    found = predict_changes(series, rng=rng, n_simulated=199)
    assert found.ratio[1] < 0.6
    assert found.single[1, 0] == pytest.approx(found.ratio[1])
    assert found.beyond_own[1] < 0.7
    assert found.p_beyond_own[1] <= 0.01
    assert found.ratio[0] > 0.9
    assert np.isnan(found.single[0, 0])
    assert found.predicted == 32


@pytest.mark.slow
@pytest.mark.parametrize("rho", [0.3, 0.9])
def test_series_that_move_together_without_a_lead_are_rarely_called_foretold(rho):
    """Same-year correlation of 0.8, no lead: beyond chance in one of twenty of 200 sets, as chance allows."""
    rng = np.random.default_rng(32)
    news = 0.2 * np.eye(3) + 0.8
    sets = jointly_simulated(np.full(3, rho), news, 21, sets=200, rng=rng)
    found = [predict_changes(one, rng=rng, n_simulated=99).p_beyond_own for one in sets]
    assert np.mean(np.array(found) <= 0.05) < within_band(0.06, 200)[1]


def test_ratios_over_draws_are_those_of_each_draw():
    """Fifty draws about one set, all at once and one by one; they differ from draw to draw."""
    rng = np.random.default_rng(33)
    series = np.cumsum(rng.normal(size=(3, 21)), axis=1) + 0.2 * rng.normal(size=(50, 3, 21))
    ratios = prediction_ratios(series)
    for place in range(3):
        alone = np.array([prediction_ratios(one)[place] for one in series])
        np.testing.assert_allclose(ratios[place], alone)
    assert (np.quantile(ratios[0], 0.05, axis=0) < np.quantile(ratios[0], 0.95, axis=0)).all()


def test_a_series_that_does_not_change_has_no_ratio():
    """Nothing is left to foretell, and it foretells nothing."""
    rng = np.random.default_rng(34)
    series = np.stack([np.full(21, 0.4), np.cumsum(rng.normal(size=21))])
    found = predict_changes(series, rng=rng, n_simulated=20)
    assert np.isnan(found.ratio).all()
    assert np.isnan(found.p_value).all()
    ratio, _, _ = prediction_ratios(np.stack([series, series]))
    assert ratio.shape == (2, 2)


def test_one_series_or_too_few_years_are_refused():
    """A prediction needs another series and enough years for its line."""
    rng = np.random.default_rng(1)
    with pytest.raises(ValueError, match="two series and 6 years or more"):
        predict_changes(np.zeros((1, 21)), rng=rng)
    with pytest.raises(ValueError, match="3 series of 7 years"):
        predict_changes(np.zeros((3, 7)), rng=rng)


def test_lags_are_counted_draw_by_draw():
    """One draw follows after two years exactly, another moves in the same year: half each, one beyond reach."""
    rng = np.random.default_rng(35)
    one = np.cumsum(rng.normal(size=(2, 21)), axis=1)
    other = np.stack([np.roll(one[0], 2), one[1]])
    share, beyond = greatest_lags(one, other, 3, reach=0.9)
    assert share.tolist() == [0, 0, 0, 0.5, 0, 0.5, 0]
    assert beyond == 0.5


@pytest.mark.parametrize("rho", [0.3, 0.9])
def test_the_power_of_a_prediction_without_a_lead_is_its_level(rho):
    """A lead of correlation 0 is found in about one of twenty of 3 x 2 x 300 sets, as chance allows."""
    rng = np.random.default_rng(36)
    series = wandering(rho, 21, sets=3, rng=rng)
    power = prediction_power(series, true_lead=0.0, rng=rng)
    assert (power < within_band(0.07, 300)[1]).all()
    assert 0.02 < power.mean() < 0.09


@pytest.mark.slow
def test_the_power_of_a_prediction_is_how_often_a_follower_is_found():
    """At 0.7 and 34 years the power said is the share of 150 made-up followers with a chance of 0.05 or less."""
    rng = np.random.default_rng(37)
    rho = np.array([0.8, 0.8])
    said, found = [], []
    for _ in range(150):
        leader, moved = leading_pairs(rho, 0.7, 34, n_simulated=1, rng=rng)
        series = np.stack([np.append(0, np.cumsum(leader)), np.append(0, np.cumsum(moved))])
        found.append(predict_changes(series, rng=rng, n_simulated=199).p_beyond_own[1] <= 0.05)
        if len(said) < 15:
            said.append(prediction_power(series, true_lead=0.7, rng=rng, n_simulated=200)[1])
    assert np.mean(said) > 0.6
    assert abs(np.mean(found) - np.mean(said)) < 0.15
