"""What is found of breaks that were put there, and what is found where there are none.

Shares from 2,000 or more series stand with `date_breaks` and `break_test`; the bands below allow for the fewer series
here (three standard errors of a share over 500 series are 0.05 to 0.07).
"""

from __future__ import annotations

import numpy as np
import pytest

from alliance_metrics.history.turning_points.break_calibration import calibrate_break_test
from alliance_metrics.history.turning_points.break_intervals import break_reach
from alliance_metrics.history.turning_points.break_significance import break_power, break_test
from alliance_metrics.history.turning_points.breaks import break_distribution
from alliance_metrics.history.turning_points.persistence import autoregressive_series
from alliance_metrics.history.turning_points.segmentation import (
    best_partitions,
    information_criteria,
    regressors,
    segment_length,
    segment_squares,
)

pytestmark = pytest.mark.slow

SERIES = 500


def coverage(n_years, size, *, coefficient=0.0, trend=False, **options):
    """Share of 90% intervals that hold a break in mid-record."""
    design = regressors(n_years, trend=trend)
    minimum = segment_length(0.15, n_years=n_years, n_regressors=design.shape[1])
    truth = n_years // 2
    rng = np.random.default_rng([n_years, int(10 * size), int(10 * coefficient)])
    series = autoregressive_series(coefficient, rng.standard_normal((SERIES, n_years)))
    series += size * (np.arange(n_years) >= truth)
    dates = best_partitions(segment_squares(series, design, minimum=minimum), most=1).breaks[0]
    held = 0
    for y, date in zip(series, dates, strict=True):
        reach = break_reach(y, date, design=design, level=0.9, at_break=trend, **options)
        held += int(date[0] - reach.earlier[0] <= truth <= date[0] + reach.later[0])
    return held / SERIES


@pytest.mark.parametrize(
    ("n_years", "size", "share"),
    [(21, 1.5, 0.88), (21, 3, 0.98), (34, 1.5, 0.89), (34, 3, 0.98), (77, 1.5, 0.93), (77, 3, 0.97)],
)
def test_intervals_of_independent_years_hold_the_truth(n_years, size, share):
    """Nearly nine in ten for a break of 1.5 standard deviations, more for 3, since ends are whole years."""
    assert coverage(n_years, size) == pytest.approx(share, abs=0.05)


@pytest.mark.parametrize(("n_years", "share"), [(21, 0.85), (34, 0.88), (77, 0.92)])
def test_a_variance_for_each_segment_costs_little(n_years, share):
    """Where variances are equal, estimating two loses a few cases at 21 years and none at 77."""
    assert coverage(n_years, 1.5, heteroskedastic=True) == pytest.approx(share, abs=0.05)


@pytest.mark.parametrize(
    ("n_years", "size", "plain", "counted"),
    [(21, 1.5, 0.67, 0.87), (21, 3, 0.92, 0.97), (34, 1.5, 0.64, 0.85), (77, 1.5, 0.65, 0.84)],
)
def test_persistence_must_be_counted(n_years, size, plain, counted):
    """Coefficient 0.6: intervals for independent years hold a small break in two of three cases; counted, in 85%."""
    assert coverage(n_years, size, coefficient=0.6) == pytest.approx(plain, abs=0.07)
    assert coverage(n_years, size, coefficient=0.6, autocorrelated=True) == pytest.approx(counted, abs=0.06)


@pytest.mark.parametrize(("n_years", "share"), [(21, 0.89), (34, 0.94), (77, 0.97)])
def test_broken_trends_are_held_less_often(n_years, share):
    """A step of 3 between lines with slopes of their own."""
    assert coverage(n_years, 3, trend=True) == pytest.approx(share, abs=0.05)


@pytest.mark.parametrize(("n_years", "share"), [(21, 0.85), (34, 0.85), (77, 0.84)])
def test_a_clear_break_is_dated_to_the_year(n_years, share):
    """Of breaks of 3 standard deviations five in six are found in the very year, however long the record."""
    rng = np.random.default_rng(n_years)
    draws = rng.standard_normal((2000, n_years)) + 3 * (np.arange(n_years) >= n_years // 2)
    found = break_distribution(draws, years=range(1949, 1949 + n_years))
    assert found.years.set_index("year")["share"][1949 + n_years // 2] == pytest.approx(share, abs=0.03)


def test_criteria_find_breaks_in_mere_persistence():
    """21 years, coefficient 0.6, no break: the Bayesian criterion finds some in four fifths, the other in 59%."""
    series = autoregressive_series(0.6, np.random.default_rng(1).standard_normal((2000, 21)))
    found = best_partitions(segment_squares(series, regressors(21, trend=False), minimum=3), most=5)
    criteria = information_criteria(found.residual, n_years=21, n_regressors=1)
    assert (criteria["bic"].argmin(axis=-1) > 0).mean() == pytest.approx(0.81, abs=0.04)
    assert (criteria["lwz"].argmin(axis=-1) > 0).mean() == pytest.approx(0.59, abs=0.04)


@pytest.fixture(scope="module")
def calibrated():
    return {
        n_years: calibrate_break_test(n_years, rng=np.random.default_rng(n_years), replicates=1999)
        for n_years in (21, 34)
    }


@pytest.mark.parametrize("n_years", [21, 34])
@pytest.mark.parametrize("coefficient", [0.0, 0.3, 0.6, 0.8])
def test_false_alarms_keep_to_the_level(calibrated, n_years, coefficient):
    """Over 4,000 break-free series the test at 5% rejects 2% to 7%, however persistent they are."""
    found = break_power(
        [0], calibration=calibrated[n_years], autoregression=coefficient, rng=np.random.default_rng(5), replicates=4000
    )
    assert 0.02 <= found[0] <= 0.07


@pytest.mark.parametrize(
    ("n_years", "coefficient", "share"), [(21, 0.0, 0.76), (21, 0.6, 0.43), (34, 0.0, 0.98), (34, 0.6, 0.49)]
)
def test_power_for_a_break_of_three_standard_deviations(calibrated, n_years, coefficient, share):
    """Three in four at 21 independent years, less than half where years are persistent: absence is not shown."""
    found = break_power(
        [3], calibration=calibrated[n_years], autoregression=coefficient, rng=np.random.default_rng(6), replicates=4000
    )
    assert found[0] == pytest.approx(share, abs=0.05)


@pytest.mark.parametrize("coefficient", [0.0, 0.6])
def test_p_values_of_whole_tests_keep_to_the_level(calibrated, coefficient):
    """`break_test` itself on 400 break-free series of 21 years: 1% to 9% at or below 0.05 (0.05 and three errors)."""
    rng = np.random.default_rng(9)
    series = autoregressive_series(coefficient, rng.standard_normal((400, 21)))
    found = [
        break_test(y, years=range(1949, 1970), rng=rng, replicates=199, calibration=calibrated[21]) for y in series
    ]
    assert 0.01 <= np.mean([test.p_value <= 0.05 for test in found]) <= 0.09
    assert np.mean([test.plain_p_value <= 0.05 for test in found]) <= 0.05
    assert np.mean([test.statistic > 8.85 for test in found]) > np.mean([test.p_value <= 0.05 for test in found])
