"""The interaction model: robust errors, effects over the condition's range, shuffles, and how often they err."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from scipy.stats import t as student
from statsmodels.regression.linear_model import OLS

from alliance_metrics.history.condition.interaction import fit_condition, marginal_effect, over_draws
from alliance_metrics.history.condition.robust_regression import fit_many, fit_one, usual_bandwidth
from alliance_metrics.history.condition.shuffles import condition_power, interaction_statistic, shuffle_test
from tests.recovery.made_up import wandering, within_band


def made_up_years(rho, interaction, *, sets, rng, n=21, effect=0.5):
    """Sets of outcome, pressure and condition, all of persistence rho, with a true interaction."""
    pressure, condition, noise = (wandering(rho, n, sets=sets, rng=rng) for _ in range(3))
    return effect * pressure + 0.5 * condition + interaction * pressure * condition + noise, pressure, condition


def slow_t(outcome, pressure, condition):
    """Interaction over its error, the error from fits that leave each year out."""
    design = np.column_stack([np.ones(len(outcome)), pressure, condition, pressure * condition])
    whole = np.linalg.lstsq(design, outcome, rcond=None)[0]
    moved = []
    for year in range(len(outcome)):
        kept = np.arange(len(outcome)) != year
        moved.append(np.linalg.lstsq(design[kept], outcome[kept], rcond=None)[0] - whole)
    return whole[3] / np.sqrt(sum(step[3] ** 2 for step in moved))


def test_errors_for_unequal_variances_are_the_steps_when_years_are_left_out():
    """HC3 is the sum of outer products of how far leaving out each year moves the coefficients."""
    rng = np.random.default_rng(1)
    design, outcome = np.column_stack([np.ones(15), rng.normal(size=(15, 2))]), rng.normal(size=15)
    found = fit_many(design, outcome)
    expected = np.zeros((3, 3))
    for year in range(15):
        kept = np.arange(15) != year
        step = np.linalg.lstsq(design[kept], outcome[kept], rcond=None)[0] - found.coefficients
        expected += np.outer(step, step)
    np.testing.assert_allclose(found.hc3, expected, rtol=1e-9)
    np.testing.assert_allclose(found.coefficients, np.linalg.lstsq(design, outcome, rcond=None)[0])


def test_errors_for_alike_neighbours_are_the_weighted_double_sum():
    """All pairs of years up to two apart in one run, weights 1, 2/3 and 1/3, times 15 / 13, summed in plain loops."""
    rng = np.random.default_rng(2)
    design, outcome = np.column_stack([np.ones(15), rng.normal(size=15)]), rng.normal(size=15)
    runs = np.repeat([0, 1], [8, 7])
    found = fit_many(design, outcome, groups=runs, bandwidth=2)
    inverse = np.linalg.inv(design.T @ design)
    scores = [row * (y - row @ found.coefficients) for row, y in zip(design, outcome, strict=True)]
    meat = sum(
        (1 - abs(i - j) / 3) * np.outer(scores[i], scores[j])
        for i, j in product(range(15), repeat=2)
        if abs(i - j) <= 2 and runs[i] == runs[j]
    )
    np.testing.assert_allclose(found.hac, 15 / 13 * inverse @ meat @ inverse, rtol=1e-9)


@pytest.mark.parametrize("lengths", [(21,), (8, 7), (21, 34, 13)], ids=["one run", "two runs", "three runs"])
def test_many_fits_at_once_equal_those_of_statsmodels(lengths):
    """Coefficients, residuals, HC3 and panel HAC of each of five outcomes, over the usual bandwidth."""
    rng, n = np.random.default_rng(3), sum(lengths)
    runs = np.repeat(np.arange(len(lengths)), lengths)
    design = np.concatenate([np.repeat((runs[:, None] == np.unique(runs))[None], 5, 0), rng.normal(size=(5, n, 3))], 2)
    outcomes = wandering(0.6, n, sets=5, rng=rng)
    together = fit_many(design, outcomes, groups=runs)
    for place in range(5):
        model = OLS(outcomes[place], design[place])
        lag = usual_bandwidth(max(lengths))
        hac = model.fit(cov_type="hac-panel", cov_kwds={"groups": runs, "maxlags": lag})
        alone = fit_one(design[place], outcomes[place], groups=runs)
        expected = (hac.params, hac.resid, model.fit(cov_type="HC3").cov_params(), hac.cov_params())
        for name, wanted in zip(("coefficients", "residuals", "hc3", "hac"), expected, strict=True):
            np.testing.assert_allclose(getattr(alone, name), wanted, rtol=1e-10, atol=1e-14)
            np.testing.assert_allclose(getattr(together, name)[place], wanted, rtol=1e-10, atol=1e-14)
        assert alone.df == together.df == n - len(lengths) - 3


def test_of_one_run_the_panel_covariance_is_that_of_newey_and_west():
    """As ``HAC`` of statsmodels with its correction; the usual bandwidth is 2 at 21 years and 3 at 34."""
    rng = np.random.default_rng(3)
    design, outcome = np.column_stack([np.ones(21), rng.normal(size=21)]), rng.normal(size=21)
    expected = OLS(outcome, design).fit(cov_type="HAC", cov_kwds={"maxlags": 2, "use_correction": True}).cov_params()
    for fit in (fit_one, fit_many):
        np.testing.assert_allclose(fit(design, outcome).hac, expected, rtol=1e-10)
    assert (usual_bandwidth(21), usual_bandwidth(34)) == (2, 3)


def test_a_year_that_alone_fixes_a_coefficient_leaves_no_hc3():
    """Its residual says nothing of its error: not a number, and no warning."""
    design = np.column_stack([np.ones(10), np.arange(10) == 4])
    for fit in (fit_one, fit_many):
        assert np.isnan(fit(design, np.sin(np.arange(10.0))).hc3).all()


def test_columns_that_are_not_independent_give_no_coefficients():
    """A constant condition beside the constant: not a number, and no warning."""
    found = fit_condition(np.arange(10.0), np.sin(np.arange(10.0)), np.full(10, 0.5))
    assert np.isnan(found.interaction)


def test_without_noise_the_coefficients_come_back():
    """y = 1 + 2 p - c + 3 p c gives these four."""
    rng = np.random.default_rng(4)
    pressure, condition = rng.normal(size=(2, 21))
    found = fit_condition(1 + 2 * pressure - condition + 3 * pressure * condition, pressure, condition)
    assert found.names == ("constant_0", "pressure", "condition", "interaction")
    np.testing.assert_allclose(found.fit.coefficients, [1, 2, -1, 3], atol=1e-10)


def test_the_lagged_outcome_takes_one_year_from_each_run():
    """Two runs of ten years leave eighteen rows, and no run begins with the end of the other."""
    rng = np.random.default_rng(5)
    pressure, condition = rng.normal(size=(2, 20))
    outcome = np.zeros(20)
    for year in range(20):
        before = outcome[year - 1] if year % 10 else 5.0
        outcome[year] = (year >= 10) + 0.5 * before + 2 * pressure[year] * condition[year]
    found = fit_condition(outcome, pressure, condition, eras=np.repeat([0, 1], 10), lagged=True)
    assert found.n_years == 18
    assert found.names == ("constant_0", "constant_1", "pressure", "condition", "interaction", "lagged")
    np.testing.assert_allclose(found.fit.coefficients, [0, 1, 0, 0, 2, 0.5], atol=1e-10)


def test_many_outcomes_share_one_pressure_and_condition():
    """ConditionData outcomes over the same regressors have the errors of three calls."""
    rng = np.random.default_rng(6)
    outcomes, (pressure, condition) = rng.normal(size=(3, 21)), rng.normal(size=(2, 21))
    together = fit_condition(outcomes, pressure, condition)
    apart = [fit_condition(one, pressure, condition).se_hac for one in outcomes]
    np.testing.assert_allclose(together.se_hac, apart)


def test_draws_are_fitted_one_by_one():
    """A stack of three outcomes has the three interactions of three calls."""
    outcome, pressure, condition = made_up_years(0.3, 0.5, sets=3, rng=np.random.default_rng(6))
    together = fit_condition(outcome, pressure, condition)
    apart = [fit_condition(*one).interaction for one in zip(outcome, pressure, condition, strict=True)]
    np.testing.assert_allclose(together.interaction, apart)


def test_the_effect_is_a_line_with_the_variance_of_a_sum():
    """At 0 it is the coefficient of pressure with its own error; at 2 the covariance counts by hand."""
    found = fit_condition(*(part[0] for part in made_up_years(0.3, 0.5, sets=1, rng=np.random.default_rng(7))))
    effect = marginal_effect(found, np.array([0.0, 2.0]), errors="hc3")
    slope, grow = found.fit.coefficients[1], found.fit.coefficients[3]
    np.testing.assert_allclose(effect.estimate, [slope, slope + 2 * grow])
    covariance = found.fit.hc3
    variance = covariance[1, 1] + 4 * covariance[1, 3] + 4 * covariance[3, 3]
    reach = student.ppf(0.95, 17) * np.sqrt(variance)
    assert effect.upper[1] - effect.estimate[1] == pytest.approx(reach)
    assert (effect.upper_all > effect.upper).all()


def test_support_counts_years_near_each_value():
    """Of conditions 0, 0, 0.1, 1 and so on each year is counted at the value it is nearest to."""
    rng = np.random.default_rng(8)
    condition = np.array([0.0, 0, 0.1, 0.9, 1, 0.2, 0, 0.1])
    found = fit_condition(rng.normal(size=8), rng.normal(size=8), condition)
    np.testing.assert_array_equal(marginal_effect(found, np.array([0.0, 0.5, 1.0])).support, [6, 0, 2])


def test_the_band_holds_the_whole_line():
    """Independent noise, 34 years: the 90% band holds the true line at all values in 86% to 92% of 3,000 sets."""
    rng = np.random.default_rng(9)
    values = np.linspace(-2, 2, 9)
    found = marginal_effect(fit_condition(*made_up_years(0.0, 0.5, sets=3000, rng=rng, n=34)), values, errors="hc3")
    truth = 0.5 + 0.5 * values
    held = ((found.lower_all <= truth) & (truth <= found.upper_all)).all(axis=-1).mean()
    assert 0.86 <= held <= 0.92
    assert ((found.lower <= truth) & (truth <= found.upper)).all(axis=-1).mean() < held


def test_both_doubts_are_added_by_hand():
    """Estimates 1, 2, 3 with errors of 1: variance 1 + (4/3) * 1, of which 4/7 is between draws."""
    found = over_draws(np.array([1.0, 2, 3, np.nan]), np.ones(4), df=17)
    assert found.estimate == pytest.approx(2.0)
    assert found.error == pytest.approx(np.sqrt(7 / 3))
    assert found.coding_share == pytest.approx(4 / 7)
    assert (found.draws, found.lost, found.positive) == (3, 1, 1.0)


def test_the_statistic_is_the_coefficient_over_its_left_out_error():
    """Ten sets have the value that separate fits give."""
    sets = made_up_years(0.3, 0.5, sets=10, rng=np.random.default_rng(10))
    slow = [slow_t(*one) for one in zip(*sets, strict=True)]
    np.testing.assert_allclose(interaction_statistic(*sets), slow, rtol=1e-8)


def test_shifts_of_two_runs_are_counted_in_every_combination():
    """Runs of 8 and 9 years: the share among 72 sums of t values, in plain loops."""
    outcome, pressure, condition = (
        part[0] for part in made_up_years(0.3, 0.3, sets=1, rng=np.random.default_rng(11), n=17)
    )
    runs = np.repeat([0, 1], [8, 9])
    found = shuffle_test(outcome, pressure, condition, rng=np.random.default_rng(1), eras=runs, shuffled=9)
    shifts = [
        [slow_t(outcome[runs == r], np.roll(pressure[runs == r], s), condition[runs == r]) for s in range(size)]
        for r, size in ((0, 8), (1, 9))
    ]
    sums = np.array([one + other for one, other in product(*shifts)])
    assert found.statistic == pytest.approx(sums[0], rel=1e-6)
    assert found.p_value[0] == pytest.approx(np.mean(np.abs(sums) >= abs(sums[0]) - 1e-9))
    assert found.p_above[0] == pytest.approx(np.mean(sums >= sums[0] - 1e-9))
    assert found.least[0] == pytest.approx(1 / 72)
    np.testing.assert_array_equal(found.exact, [True, True, False])


def test_too_many_combinations_are_sampled_and_say_so():
    """Five runs of twelve years have 248,832 combinations: a sample is drawn, and no share is below 1 over it."""
    rng = np.random.default_rng(12)
    sets = made_up_years(0.3, 0.0, sets=5, rng=rng, n=12)
    runs = np.repeat(np.arange(5), 12)
    found = shuffle_test(*(part.ravel() for part in sets), rng=rng, eras=runs, shuffled=99)
    np.testing.assert_array_equal(found.exact, [False, False, False])
    np.testing.assert_allclose(found.least, 0.01)


def test_shifting_everything_alike_changes_no_chance():
    """Shifts form a circle: rolled series have the same reference, and so the same chance."""
    outcome, pressure, condition = (part[0] for part in made_up_years(0.3, 0.5, sets=1, rng=np.random.default_rng(13)))
    rolled = [np.roll(part, 7) for part in (outcome, pressure, condition)]
    chances = [
        shuffle_test(*one, rng=np.random.default_rng(1), shuffled=9).p_value
        for one in ((outcome, pressure, condition), rolled)
    ]
    np.testing.assert_allclose(chances[0][:2], chances[1][:2])


def test_bad_input_is_refused():
    """Gaps, too few years and runs that are mixed up have their message."""
    good = np.random.default_rng(1).normal(size=(3, 10))
    with pytest.raises(ValueError, match="pressure: 1 values are missing"):
        fit_condition(good[0], np.where(np.arange(10) == 3, np.nan, good[1]), good[2])
    with pytest.raises(ValueError, match="4 years for 4 coefficients"):
        fit_condition(*good[:, :4])
    with pytest.raises(ValueError, match="do not stand together"):
        fit_condition(*good, eras=np.array([0, 1] * 5))
    with pytest.raises(ValueError, match="two draws with an estimate or more are needed, and there are 1"):
        over_draws(np.array([1.0]), np.array([1.0]), df=17)


@pytest.mark.slow
@pytest.mark.parametrize("rho", [0.3, 0.9])
def test_false_alarms_of_shifts_at_21_years(rho):
    """No interaction, an effect of pressure: chance of 0.1 or less in one of ten of 300 sets, as chance allows."""
    rng = np.random.default_rng(20)
    sets = zip(*made_up_years(rho, 0.0, sets=300, rng=rng), strict=True)
    found = np.array([shuffle_test(*one, rng=rng, shuffled=9).p_value[:2] <= 0.1 for one in sets])
    assert (found.mean(axis=0) < within_band(0.11, 300)[1]).all()


def test_errors_alone_alarm_too_often_when_series_persist():
    """90% intervals leave out a true 0 in under 10% of 1,000 sets at persistence 0.3, in 12% to 24% at 0.9."""
    rates = []
    for rho in (0.3, 0.9):
        found = fit_condition(*made_up_years(rho, 0.0, sets=1000, rng=np.random.default_rng(21)))
        rates.append(((found.lower > 0) | (found.upper < 0)).mean())
    assert rates[0] < 0.1
    assert 0.12 < rates[1] < 0.24


@pytest.mark.slow
@pytest.mark.parametrize(("rho", "low", "high"), [(0.3, 0.65, 0.92), (0.9, 0.35, 0.72)])
def test_a_great_interaction_is_found_at_21_years(rho, low, high):
    """An interaction as great as the noise: found by shifts, at a chance of 0.1, in about 79% and 53% of 200 sets."""
    rng = np.random.default_rng(22)
    sets = zip(*made_up_years(rho, 1.0, sets=200, rng=rng), strict=True)
    found = np.array([shuffle_test(*one, rng=rng, shuffled=9).p_value[:2] <= 0.1 for one in sets])
    assert ((found.mean(axis=0) > low) & (found.mean(axis=0) < high)).all()


def test_the_power_is_the_false_alarm_rate_without_effect_and_grows():
    """For one pressure and condition: about one of ten at 0, more at 1, and nearly all at 4."""
    rng = np.random.default_rng(23)
    one = (part[0] for part in made_up_years(0.3, 0.0, sets=1, rng=rng))
    power = condition_power(*one, effects=np.array([0.0, 1.0, 4.0]), rng=rng, studied=200)
    assert (power[0] < 0.22).all()
    assert (power[1] > power[0]).all()
    assert (power[2] > 0.8).all()
