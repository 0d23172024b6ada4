"""The graded response: values by hand, scales of unequal length, slopes against differences."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance_metrics.coding.graded_response import (
    expected_level,
    inner_widths,
    level_probabilities,
    reached_probabilities,
    response_slopes,
    spaced_thresholds,
    spacing_slopes,
)


def logistic(x):
    return 1.0 / (1.0 + math.exp(-x))


def slow_probabilities(place, thresholds, severity, discrimination):
    """Probability of each level by the formula, one by one."""
    reached = [1.0, *(logistic(discrimination * (place - t - severity)) for t in thresholds), 0.0]
    return [here - above for here, above in itertools.pairwise(reached)]


def test_level_probabilities_are_those_worked_out_by_hand():
    """At a threshold, with log 3 per level: 1/2 there, 3/4 one level below, 1/4 one level above."""
    reached = reached_probabilities(
        np.array([2.0]), np.array([1.0, 2.0, 3.0]), severity=np.array(0.0), discrimination=np.array(math.log(3.0))
    )
    assert reached.ravel() == pytest.approx([0.75, 0.5, 0.25])
    levels = level_probabilities(
        np.array([2.0]), np.array([1.0, 2.0, 3.0]), severity=np.array(0.0), discrimination=np.array(math.log(3.0))
    )
    assert levels.ravel() == pytest.approx([0.25, 0.25, 0.25, 0.25])


def test_a_severe_coder_sees_a_case_lower():
    """Severity 1 is the same as a case one level lower."""
    steps, sharp = np.array([0.5, 1.5]), np.array(2.0)
    severe = level_probabilities(np.array([2.0]), steps, severity=np.array(1.0), discrimination=sharp)
    lower = level_probabilities(np.array([1.0]), steps, severity=np.array(0.0), discrimination=sharp)
    assert severe == pytest.approx(lower)


def test_the_expected_level_is_the_sum_over_levels():
    """90% of level 4 and 10% of level 3 make 3.9: the example in the description of V-Dem's `_osp` variables."""
    probabilities = np.array([0.0, 0.0, 0.0, 0.1, 0.9])[:, np.newaxis]
    assert expected_level(probabilities, least=np.array(0.0)) == pytest.approx([3.9])


@given(
    st.floats(-3, 7),
    st.lists(st.floats(-1, 5), min_size=1, max_size=6).map(sorted),
    st.floats(-2, 2),
    st.floats(0.05, 30),
)
def test_fast_and_slow_probabilities_agree(place, thresholds, severity, discrimination):
    """The same as the formula, within rounding, and they sum to 1."""
    fast = level_probabilities(
        np.array([place]), np.array(thresholds), severity=np.array(severity), discrimination=np.array(discrimination)
    ).ravel()
    assert fast == pytest.approx(slow_probabilities(place, thresholds, severity, discrimination), abs=1e-12)
    assert fast.sum() == pytest.approx(1.0)


def test_leading_axes_are_scales_of_their_own():
    """Two coders by three scales give what each gives alone."""
    rng = np.random.default_rng(0)
    nodes, steps = np.sort(rng.normal(size=(3, 5))), np.sort(rng.normal(size=(3, 4)))
    severity, sharp = rng.normal(size=(2, 3)), rng.uniform(1, 3, size=(2, 3))
    whole = level_probabilities(nodes, steps, severity=severity, discrimination=sharp)
    assert whole.shape == (2, 3, 5, 5)
    alone = level_probabilities(nodes[2], steps[2], severity=severity[1, 2], discrimination=sharp[1, 2])
    assert np.array_equal(whole[1, 2], alone)


def test_thresholds_are_pinned_at_both_ends():
    """Relative widths 1, 2, 3 of three inner levels become 1/2, 1, 3/2 between 0.5 and 3.5."""
    found = spaced_thresholds(np.log([1.0, 2.0, 3.0]), least=np.array(0), greatest=np.array(4))
    assert found == pytest.approx([0.5, 1.0, 2.0, 3.5])


def test_a_shorter_scale_has_no_steps_beyond_its_end():
    """A scale of two levels beside one of five: one threshold, and no probability above its second level."""
    least, greatest = np.array([0, 2]), np.array([4, 3])
    steps = spaced_thresholds(np.zeros((2, 3)), least=least, greatest=greatest)
    assert steps[1].tolist() == [2.5, np.inf, np.inf, np.inf]
    levels = level_probabilities(np.array([[2.0], [2.5]]), steps, severity=np.zeros(2), discrimination=np.full(2, 3.0))
    assert levels[1].ravel().tolist() == [0.5, 0.5, 0.0, 0.0, 0.0]


def test_slopes_are_the_limits_of_differences():
    """Severity, discrimination, thresholds and spacings, beside central differences."""
    rng = np.random.default_rng(3)
    nodes, weights = np.linspace(-1, 4, 7), rng.normal(size=(5, 7))
    least, greatest, spacings = np.array(0), np.array(4), rng.normal(size=3)

    def whole(severity, log_sharp, log_widths):
        steps = spaced_thresholds(log_widths, least=least, greatest=greatest)
        levels = level_probabilities(nodes, steps, severity=severity, discrimination=np.exp(log_sharp))
        return (weights * levels).sum()

    at = (np.array(0.3), np.array(0.9), spacings)
    steps = spaced_thresholds(spacings, least=least, greatest=greatest)
    found = response_slopes(weights, nodes, steps, severity=at[0], discrimination=np.exp(at[1]))
    widths = inner_widths(spacings, least=least, greatest=greatest)
    by_spacing = spacing_slopes(found[2], steps, widths)
    h = 1e-5
    expected = [(whole(at[0] + h, *at[1:]) - whole(at[0] - h, *at[1:])) / (2 * h)]
    expected += [(whole(at[0], at[1] + h, at[2]) - whole(at[0], at[1] - h, at[2])) / (2 * h)]
    expected += [(whole(*at[:2], spacings + h * e) - whole(*at[:2], spacings - h * e)) / (2 * h) for e in np.eye(3)]
    assert [float(found[0]), float(found[1]), *by_spacing] == pytest.approx(expected, abs=1e-8)
