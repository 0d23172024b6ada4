"""How far the date of a break may be off: the distribution against an integral, and what the options do."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.integrate import dblquad

from alliance_metrics.history.turning_points.break_intervals import break_reach, later_probability, side_reach
from alliance_metrics.history.turning_points.segmentation import regressors

STEP = np.array([0.0, 1.0] * 6 + [4.0, 5.0] * 5)
BREAK = np.array([12])


def reach(y, **options):
    """Reach of the one break of a series."""
    options = {"design": regressors(len(y), trend=False), "level": 0.9} | options
    return break_reach(np.asarray(y, dtype=float), BREAK, **options)


@pytest.mark.parametrize("ratio", [0.2, 1.0, 3.0])
@pytest.mark.parametrize("distance", [0.5, 4.0, 12.0])
def test_the_distribution_is_the_integral_over_maximum_and_its_place(ratio, distance):
    """First passage at height m at time t, nothing higher later, and a lower maximum on the other side: integrated."""

    def density(height, time):
        passage = height / math.sqrt(2 * math.pi * time**3) * math.exp(-((height + time / 2) ** 2) / (2 * time))
        return passage * (1 - math.exp(-ratio * height))

    expected, _ = dblquad(density, distance, 400, 0, 120, epsabs=1e-7)
    assert later_probability(distance, ratio=ratio) == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize("ratio", [0.01, 0.5, 1.0, 7.0, 1e4])
def test_both_sides_share_the_probability(ratio):
    """At distance 0 a side has r / (1 + r), so that both have 1 together."""
    assert later_probability(0.0, ratio=ratio) == pytest.approx(ratio / (1 + ratio), abs=1e-9)


def test_reach_is_the_inverse_of_the_probability():
    """The distance found has the probability asked for."""
    assert later_probability(side_reach(0.025, ratio=2.0), ratio=2.0) == pytest.approx(0.025, abs=1e-9)


def test_equal_variances_reach_eleven_units_at_95():
    """Bai's 97.5% point, 11.03 in these units, is the one in common use."""
    assert side_reach(0.025, ratio=1.0) == pytest.approx(11.03, abs=0.01)


def test_reach_by_hand():
    """A step of 4 and variance 1/4: 7.69 / 64 of a year at 90%, rounded away to one year."""
    found = reach(STEP)
    assert (found.earlier.tolist(), found.later.tolist()) == ([1], [1])
    wide = reach(STEP / 8 + 0.9 * (STEP % 4))  # a step of 0.5 and a variance of 0.2627
    assert wide.earlier.tolist() == [9]  # 7.69 * 0.2627 / 0.25 = 8.1


def test_the_noisier_segment_is_the_one_the_date_may_lie_in():
    """Noise in the new segment can carry the date found into it, so that the true one may be earlier."""
    noisy_after = np.r_[STEP[:12], STEP[12:] + 3 * np.array([1, -1] * 5)]
    found = reach(noisy_after, heteroskedastic=True)
    assert found.earlier[0] > found.later[0]
    same = reach(noisy_after)
    assert same.earlier[0] == same.later[0]


def test_a_segment_without_noise_gives_a_one_sided_interval():
    """Where one segment does not vary at all, the date cannot err to its side."""
    found = reach(np.r_[np.zeros(12), STEP[12:] - 3.5], heteroskedastic=True)
    assert found.one_sided.tolist() == [True]
    assert found.later.tolist() == [0]
    assert found.earlier[0] > 0


def test_a_clean_step_has_no_doubt():
    """Without any noise the interval is the date, on both sides."""
    found = reach(np.r_[np.zeros(12), np.ones(10)], heteroskedastic=True)
    assert (found.earlier[0], found.later[0], found.one_sided[0]) == (0, 0, False)


def test_persistent_errors_widen_the_interval():
    """A slow wave about the segments reaches further once its persistence is counted."""
    wave = np.sin(np.arange(22) / 2.0) + np.r_[np.zeros(12), np.full(10, 1.5)]
    assert reach(wave, autocorrelated=True).earlier[0] > 2 * reach(wave).earlier[0]


def test_alternating_errors_do_not_narrow_it():
    """Negative persistence is not counted: short records show it by chance."""
    assert reach(STEP / 8 + STEP % 4, autocorrelated=True).earlier[0] == reach(STEP / 8 + STEP % 4).earlier[0]


def test_a_higher_level_reaches_further():
    """99% holds 90%."""
    noisy = STEP + 2 * np.sin(7.0 * np.arange(22))
    assert reach(noisy, level=0.99).later[0] > reach(noisy, level=0.9).later[0]


def test_lines_that_cross_without_a_step_can_hardly_be_dated():
    """With the shift at the break, a bend reaches far further than the mean shift over its segments says."""
    years = np.arange(22)
    bend = np.where(years < 12, 0.0, 0.4 * (years - 11.5)) + 0.3 * np.sin(11.0 * years)
    design = regressors(22, trend=True)
    assert reach(bend, design=design, at_break=True).later[0] > 4 * reach(bend, design=design).later[0]
