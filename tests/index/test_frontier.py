"""Benefit of the doubt, on examples small enough to solve by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from alliance_metrics.index.frontier import benefit_of_the_doubt

TWO = np.array([0.5, 0.5])
CORNERS = np.array([[1.0, 0.0], [0.0, 1.0], [0.5, 0.25]])


def test_the_corners_are_best_and_what_lies_inside_is_measured_against_them():
    """v = (1, 1) is as good as any for the third unit: no more than 1 for each corner, 0.75 for itself."""
    np.testing.assert_allclose(benefit_of_the_doubt(CORNERS, TWO), [1, 1, 0.75], atol=1e-9)


def test_bounds_on_shares_worked_by_hand():
    """With shares of exactly one half v1 s1 = v2 s2 = y/2.

    For (0.8, 0.4) then v = y (0.625, 1.25), held by (1, 0.4) to y (0.625 + 0.5) <= 1: y = 0.888889.
    """
    scores = np.array([[0.8, 0.4], [1.0, 0.4]])
    np.testing.assert_allclose(benefit_of_the_doubt(scores, TWO, lower=0.5, upper=0.5), [8 / 9, 1], atol=1e-9)


def test_a_zero_under_a_lower_bound_leaves_nothing():
    """A quarter of the score must come from a component that gives nothing: the score is zero."""
    np.testing.assert_allclose(benefit_of_the_doubt(CORNERS, TWO, lower=0.25, upper=0.75), [0, 0, 0.75], atol=1e-9)


def test_a_component_without_weight_is_left_out_and_a_missing_score_gains_nothing():
    """Only the first component counts; the unit that lacks it is missing."""
    scores = np.array([[1.0, 0.9], [0.5, 1.0], [np.nan, 1.0]])
    np.testing.assert_allclose(benefit_of_the_doubt(scores, np.array([1.0, 0.0])), [1, 0.5, np.nan], atol=1e-9)
    partly = benefit_of_the_doubt(np.array([[1.0, 1.0], [0.5, np.nan]]), TWO)
    np.testing.assert_allclose(partly, [1, 0.5], atol=1e-9)


@pytest.mark.slow
@settings(max_examples=25)
@given(arrays(float, (5, 3), elements=st.floats(0, 1, width=16)), st.permutations(range(5)))
def test_scores_lie_between_the_mean_and_one_and_follow_their_units(scores, order):
    """Own best weights are never worse than equal ones, and the list order changes nothing."""
    weights = np.full(3, 1 / 3)
    found = benefit_of_the_doubt(scores, weights)
    means = scores.mean(axis=1)
    assert (found <= 1).all()
    assert (found >= means / max(means.max(), 1e-9) - 1e-6).all()
    np.testing.assert_allclose(benefit_of_the_doubt(scores[list(order)], weights), found[list(order)], atol=1e-7)


@pytest.mark.parametrize(("lower", "upper"), [(0.6, 1.0), (0.0, 0.4), (0.5, 0.2), (-0.1, 1.0)])
def test_impossible_bounds_are_refused(lower, upper):
    """Shares that cannot sum to one are told with the number of components."""
    with pytest.raises(ValueError, match="cannot sum to 1 over 2 components"):
        benefit_of_the_doubt(CORNERS, TWO, lower=lower, upper=upper)


def test_negative_scores_are_refused():
    """Less than nothing has no best weights."""
    with pytest.raises(ValueError, match="zero or more"):
        benefit_of_the_doubt(-CORNERS, TWO)
