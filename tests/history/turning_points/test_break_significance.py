"""The test of whether there is a break: its statistic, its p-value, what it may and may not depend on."""

from __future__ import annotations

import numpy as np
import pytest

from alliance_metrics.history.turning_points.break_calibration import (
    GREATEST,
    autoregressive_series,
    calibrate_break_test,
    corrected_autocorrelation,
    first_autocorrelation,
    greatest_f,
)
from alliance_metrics.history.turning_points.break_significance import break_power, break_test
from alliance_metrics.history.turning_points.segmentation import regressors

YEARS = range(1949, 1970)
STEP = np.r_[np.full(10, 3.0), np.full(11, 1.0)] + 0.2 * np.sin(9.0 * np.arange(21))


@pytest.fixture(scope="module")
def calibration():
    return calibrate_break_test(21, rng=np.random.default_rng(1), replicates=499)


def p_test(y, calibration, *, seed=2, **options):
    """Test a series of 21 years."""
    return break_test(y, years=YEARS, rng=np.random.default_rng(seed), calibration=calibration, **options)


def test_the_statistic_by_hand():
    """0, 1, 0, 5, 6, 5 leave 87 - 17^2 / 6 about their mean and 4/3 about two: F is 37.5 / ((4 / 3) / 4)."""
    statistic, place = greatest_f(np.array([0.0, 1, 0, 5, 6, 5]), regressors(6, trend=False), minimum=2)
    assert float(statistic) == pytest.approx(112.5)
    assert int(place) == 3


def test_a_flat_series_has_no_f():
    """Nothing varies, nothing breaks."""
    statistic, _ = greatest_f(np.full((2, 9), 4.0), regressors(9, trend=False), minimum=2)
    assert statistic.tolist() == [0.0, 0.0]


def test_no_p_value_is_zero(calibration):
    """The clearest break has 1 / (1 + replicates): the series itself is one of them."""
    found = p_test(STEP, calibration, replicates=99)
    assert found.p_value == 1 / 100


def test_the_break_is_the_one_that_is_dated(calibration):
    """1959, two points down, many standard deviations."""
    found = p_test(STEP, calibration)
    assert found.break_year == 1959
    assert found.shift == pytest.approx(STEP[10:].mean() - STEP[:10].mean())
    noise = np.sqrt((np.r_[STEP[:10] - STEP[:10].mean(), STEP[10:] - STEP[10:].mean()] ** 2).sum() / 19)
    assert found.size == pytest.approx(-found.shift / noise)


def test_scale_and_level_do_not_matter(calibration):
    """Points or shares, the answer is one."""
    one, other = (p_test(y, calibration) for y in (STEP, 500.0 - 7.0 * STEP))
    assert (one.p_value, one.plain_p_value, one.power) == (other.p_value, other.plain_p_value, other.power)
    assert other.statistic == pytest.approx(one.statistic)
    assert other.shift == pytest.approx(-7.0 * one.shift)


def test_the_same_randomness_gives_the_same_answer():
    """Calibrated within, with one generator: nothing else is random."""
    one, other = (p_test(STEP, None, seed=5, replicates=99) for _ in range(2))
    assert vars(one) == vars(other)


def test_a_smooth_wave_is_no_break(calibration):
    """A slow wave has two levels by accident; the asymptotic 5% point of F is 8.85, and it is far above."""
    found = p_test(np.sin(np.arange(21) / 3.0), calibration)
    assert found.statistic > 8.85
    assert found.p_value > 0.1
    assert found.plain_p_value > 0.1


def test_a_trend_is_no_break_where_the_null_is_a_trend():
    """A wavering line breaks in two about its mean, and not about its line."""
    y = np.arange(21) + np.cos(2.5 * np.arange(21))
    line, mean = (
        break_test(y, years=YEARS, rng=np.random.default_rng(1), trend=trend, replicates=199) for trend in (True, False)
    )
    assert line.p_value > 0.2
    assert line.statistic < 8.85 < mean.statistic


@pytest.mark.slow
def test_many_series_are_judged_as_one_by_one(calibration):
    """`rejects` over many series agrees with the p-value of each, away from the level itself."""
    rng = np.random.default_rng(4)
    many = autoregressive_series(0.3, rng.standard_normal((40, 21))) + 3.0 * (np.arange(21) >= 10)
    flags = calibration.rejects(many)
    p_values = np.array([p_test(y, calibration, replicates=499).p_value for y in many])
    sure = (p_values < 0.02) | (p_values > 0.1)
    assert sure.sum() > 20
    assert (flags == (p_values <= 0.05))[sure].all()


def test_power_grows_with_the_size(calibration):
    """More is found of a larger break, and of a break that is none no more than false alarms."""
    found = break_power([0, 2, 4], calibration=calibration, autoregression=0.0, rng=np.random.default_rng(3))
    assert found[0] < 0.1 < found[1] < found[2]
    assert found[2] > 0.8


def test_a_break_at_the_edge_is_harder_to_find(calibration):
    """Three years of a new level are less than eleven."""
    edge, middle = (
        break_power([3], calibration=calibration, autoregression=0.0, rng=np.random.default_rng(3), place=place)[0]
        for place in (18, 10)
    )
    assert edge < middle


def test_what_cannot_be_tested_is_refused(calibration):
    """A series that does not vary, and one of another length than the calibration."""
    with pytest.raises(ValueError, match="a series of 21 years that vary is needed"):
        p_test(np.zeros(21), calibration)
    with pytest.raises(ValueError, match="a series of 21 years"):
        break_test(STEP[:-1], years=YEARS[:-1], rng=np.random.default_rng(1), calibration=calibration)


def test_autocorrelation_by_hand():
    """1, 2, 4 on 1, 2 by least squares through zero: (2 + 8) / (1 + 4)."""
    assert first_autocorrelation(np.array([[1.0, 2, 4], [0.0, 0, 0]])).tolist() == [2.0, 0.0]


def test_correction_by_hand():
    """(21 * 0.5 + 1) / (21 - 3) about a mean; the bound holds what is beyond it; two lines take (n r + 4) / (n - 8)."""
    assert float(corrected_autocorrelation(0.5, n_years=21)) == pytest.approx(11.5 / 18)
    assert float(corrected_autocorrelation(0.95, n_years=21)) == GREATEST
    two_lines = corrected_autocorrelation(0.2, n_years=21, n_regressors=2, n_segments=2)
    assert float(two_lines) == pytest.approx(8.2 / 13)


@pytest.mark.parametrize("truth", [0.0, 0.3, 0.6, 0.8])
def test_the_corrected_coefficient_is_right_in_the_middle(truth):
    """Over 4,000 series of 21 years its median is within 0.04 of the truth; the uncorrected one falls short by more."""
    series = autoregressive_series(truth, np.random.default_rng(6).standard_normal((4000, 21)))
    raw = first_autocorrelation(series - series.mean(axis=1, keepdims=True))
    assert abs(np.median(corrected_autocorrelation(raw, n_years=21)) - truth) < 0.04
    assert np.median(raw) < truth - 0.03


def test_simulated_series_have_variance_one_from_the_first_year():
    """Stationary: the variance of the first and of the last year is one (20,000 series, four standard errors)."""
    series = autoregressive_series(0.8, np.random.default_rng(7).standard_normal((20000, 10)))
    assert series.var(axis=0) == pytest.approx(np.ones(10), abs=0.04)
