"""The best partition is the best of all, whatever the regressors and the number of breaks."""

from __future__ import annotations

import math

import numpy as np
import pytest

from alliance_metrics.history.turning_points.segmentation import (
    best_partitions,
    checked_series,
    consecutive,
    information_criteria,
    regressors,
    segment_length,
    segment_squares,
)
from tests import oracles


@pytest.mark.parametrize("trend", [False, True])
@pytest.mark.parametrize("breaks", [1, 2, 3])
def test_the_partition_is_the_best_of_all_tried_one_by_one(trend, breaks):
    """Dynamic programming finds what trying every partition with polynomial fits finds."""
    rng = np.random.default_rng(breaks)
    for y in rng.standard_normal((5, 13)).cumsum(axis=1):
        found = best_partitions(segment_squares(y, regressors(13, trend=trend), minimum=3), most=3)
        squares, places = oracles.best_partition(y.tolist(), breaks=breaks, minimum=3, degree=int(trend))
        assert found.breaks[breaks - 1].tolist() == list(places)
        assert found.residual[breaks] == pytest.approx(squares, rel=1e-9)


def test_many_series_at_once_are_each_series_by_itself():
    """Leading axes change no number."""
    many = np.random.default_rng(1).standard_normal((2, 3, 20))
    design = regressors(20, trend=True)
    together = best_partitions(segment_squares(many, design, minimum=4), most=2)
    for place in np.ndindex(2, 3):
        alone = best_partitions(segment_squares(many[place], design, minimum=4), most=2)
        assert together.residual[place] == pytest.approx(alone.residual, rel=1e-12)
        assert together.breaks[1][place].tolist() == alone.breaks[1].tolist()


def test_squares_of_segments_are_those_about_their_means():
    """Of 1, 3, 8 the first two leave 2 about their mean, all three 26."""
    squares = segment_squares(np.array([1.0, 3.0, 8.0, 8.0]), regressors(4, trend=False), minimum=2)
    assert squares[0, 1] == pytest.approx(2.0)
    assert squares[0, 2] == pytest.approx(26.0)
    assert squares[2, 3] == pytest.approx(0.0)


def test_segments_shorter_than_the_minimum_are_out_of_the_question():
    """Their squares are infinite."""
    squares = segment_squares(np.arange(6.0), regressors(6, trend=False), minimum=3)
    assert np.isinf(squares[0, 1])
    assert np.isfinite(squares[0, 2])


def test_squares_survive_a_level_far_from_zero():
    """A level of a million takes nothing from squares of order one."""
    y = np.random.default_rng(2).standard_normal(30)
    design = regressors(30, trend=True)
    near, far = (segment_squares(series, design, minimum=5)[0, 29] for series in (y, y + 1e6))
    assert far == pytest.approx(near, rel=1e-6)


def test_criteria_by_hand():
    """Four years, one coefficient, S of 4 and 1: both formulas worked out."""
    found = information_criteria(np.array([4.0, 1.0]), n_years=4, n_regressors=1)
    base = 4 * (1 + math.log(2 * math.pi))
    assert found["bic"] == pytest.approx([base + 2 * math.log(4), base - 4 * math.log(4) + 4 * math.log(4)])
    penalty = 0.299 * math.log(4) ** 2.1 * 2 / 4
    assert found["lwz"] == pytest.approx([math.log(4 / 3), math.log(1 / 1) + penalty])


def test_a_series_without_residuals_is_best_at_once():
    """Where a partition leaves nothing the criteria are minus infinity, and the fewest breaks that do so win."""
    found = information_criteria(np.array([5.0, 0.0, 0.0]), n_years=12, n_regressors=1)
    assert found["bic"].argmin() == found["lwz"].argmin() == 1


def test_least_lengths_are_shares_or_years():
    """0.15 of 34 years is 5 years; a share never falls to the number of coefficients."""
    assert segment_length(0.15, n_years=34, n_regressors=1) == 5
    assert segment_length(7, n_years=34, n_regressors=1) == 7
    assert segment_length(0.15, n_years=12, n_regressors=2) == 3


@pytest.mark.parametrize("minimum", [0, 1, 11, 2.5, -3])
def test_impossible_lengths_are_refused(minimum):
    """Too short for the coefficients, too long for two segments, or no whole number."""
    with pytest.raises(ValueError, match=r"segment"):
        segment_length(minimum, n_years=20, n_regressors=1)


def test_gaps_are_refused_and_named():
    """Years that are missing from the values or from the calendar are told."""
    with pytest.raises(ValueError, match=r"1 years have no value: \[1951\]"):
        checked_series(np.array([1.0, np.nan, 2.0]), range(1950, 1953))
    with pytest.raises(ValueError, match=r"\[1953\] do not follow"):
        consecutive([1950, 1951, 1953])
    with pytest.raises(ValueError, match="one value for each of 3 years"):
        checked_series(np.zeros(2), range(3))
    with pytest.raises(ValueError, match="two years or more"):
        consecutive([1950])
