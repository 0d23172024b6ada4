"""Aggregations at their corners: zeros, gaps, single components."""

from __future__ import annotations

import numpy as np
import pytest

from alliance_metrics.index.aggregate import arithmetic_mean, bedrock, geometric_mean
from alliance_metrics.index.methods import Mean

NAN = np.nan
HALVES = np.array([0.5, 0.5])


def test_missing_scores_are_left_out_and_weights_scaled_up():
    """The rest counts in proportion: 1 at weight .2 and 0 at weight .3 give .4."""
    weights = np.array([0.2, 0.3, 0.5])
    assert arithmetic_mean(np.array([1.0, 0.0, NAN]), weights) == pytest.approx(0.4)


@pytest.mark.parametrize("reduce", [arithmetic_mean, geometric_mean])
def test_nothing_present_gives_nothing(reduce):
    """All scores missing: missing, without a warning."""
    assert np.isnan(reduce(np.array([NAN, NAN]), HALVES))


@pytest.mark.parametrize("reduce", [arithmetic_mean, geometric_mean])
def test_only_weightless_scores_present_gives_nothing(reduce):
    """A score without weight cannot stand for the whole."""
    assert np.isnan(reduce(np.array([NAN, 0.7]), np.array([1.0, 0.0])))


def test_a_zero_under_a_geometric_mean_is_zero():
    """One score of zero with weight leaves nothing."""
    assert geometric_mean(np.array([0.0, 1.0]), HALVES) == 0.0


def test_a_weightless_zero_does_not_count_under_a_geometric_mean():
    """A score of zero that has no weight leaves the rest as it is."""
    assert geometric_mean(np.array([0.0, 0.3]), np.array([0.0, 1.0])) == pytest.approx(0.3)


def test_a_negative_score_under_a_geometric_mean_is_refused():
    """A geometric mean of negative scores means nothing."""
    with pytest.raises(ValueError) as caught:
        geometric_mean(np.array([-0.1, 1.0]), HALVES)
    assert "zero or more" in str(caught.value)


def test_weights_may_differ_from_draw_to_draw():
    """Weights with leading axes meet scores with leading axes."""
    scores = np.array([[[0.0, 1.0]], [[0.0, 1.0]]])
    weights = np.array([[0.25, 0.75]])
    assert arithmetic_mean(scores, weights).tolist() == [[0.75], [0.75]]


def test_strength_may_differ_from_draw_to_draw():
    """Strength with the axes of the draws gates each draw by its own."""
    scores = np.array([[0.0, 1.0], [0.0, 1.0]])
    assert bedrock(scores, HALVES, gate=0, strength=np.array([0.0, 1.0])).tolist() == [0.5, 0.0]


def test_scores_given_are_not_changed():
    """Gating works on a copy."""
    scores = np.array([0.5, 1.0])
    bedrock(scores, HALVES, gate=0, strength=1.0)
    assert scores.tolist() == [0.5, 1.0]


def test_a_mean_is_chosen_by_name():
    """The specification names the function."""
    scores = np.array([0.25, 1.0])
    assert Mean("arithmetic").reduce(scores, HALVES) == 0.625
    assert Mean("geometric").reduce(scores, HALVES) == 0.5
