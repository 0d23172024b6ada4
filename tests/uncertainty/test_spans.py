"""Draws summed up: held to numpy's own quantiles and to counts by hand."""

from __future__ import annotations

import numpy as np
import pytest

from alliance_metrics.uncertainty.spans import span_of


def test_quantiles_are_linear_between_order_statistics():
    """Lower, median and upper are numpy's default quantiles of the draws."""
    draws = np.random.default_rng(3).normal(size=(4, 101))
    found = span_of(draws, level=0.8)
    expected = np.quantile(draws, [0.1, 0.5, 0.9], axis=-1)
    np.testing.assert_allclose([found.lower, found.median, found.upper], expected, rtol=0, atol=1e-12)


def test_missing_draws_count_for_nothing():
    """Shares are of the draws that give a value, and how many do is told."""
    found = span_of(np.array([[np.nan, -1.0, 2.0, 3.0], [np.nan] * 4]), level=0.9)
    np.testing.assert_allclose(found.mean, [4 / 3, np.nan])
    np.testing.assert_allclose(found.above, [2 / 3, np.nan])
    np.testing.assert_allclose(found.below, [1 / 3, np.nan])
    np.testing.assert_allclose(found.drawn, [0.75, 0.0])


def test_a_draw_that_rounds_to_zero_is_neither_above_nor_below():
    """Differences of rounding are no signs."""
    found = span_of(np.array([1e-8, -1e-8, 0.1, -0.1]), level=0.9)
    assert (float(found.above), float(found.below)) == (0.25, 0.25)


@pytest.mark.parametrize(("draws", "level"), [([], 0.9), ([1.0], 0.0), ([1.0], 1.0)])
def test_what_cannot_be_summed_up_is_refused(draws, level):
    """No draws, or no level between 0 and 1, is an error."""
    with pytest.raises(ValueError, match=r"no draws|level of an interval"):
        span_of(np.array(draws), level=level)
