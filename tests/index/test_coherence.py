"""Coherence figures, worked by hand or held to another library."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from alliance_metrics.index.coherence import (
    component_variances,
    cronbach_alpha,
    distribution,
    effective_sample_size,
    trade_off_rate,
)

NAN = np.nan


def test_cronbach_alpha_worked_by_hand():
    """Variances 1 and 4, of the sum 9 where they move as one: alpha 2 (1 - 5/9); -1 and 0 where they do not."""
    x = np.array([-1.0, 0.0, 1.0])
    assert cronbach_alpha(np.column_stack([x, 2 * x])) == pytest.approx(8 / 9)
    assert cronbach_alpha(np.column_stack([x, -2 * x])) == pytest.approx(2 * (1 - 5))
    both = np.column_stack([np.tile([1.0, -1.0], 2), np.repeat([1.0, -1.0], 2)])
    assert cronbach_alpha(both) == pytest.approx(0)


def test_cronbach_alpha_needs_two_columns_that_vary_together():
    """One column, or a sum that stands still, has none; incomplete units are left out."""
    x = np.array([-1.0, 0.0, 1.0])
    assert np.isnan(cronbach_alpha(x[:, None]))
    assert np.isnan(cronbach_alpha(np.column_stack([x, -x])))
    gaps = np.array([[-1.0, -2.0], [0.0, 0.0], [1.0, 2.0], [9.0, NAN]])
    assert cronbach_alpha(gaps) == pytest.approx(8 / 9)


@given(arrays(float, (12, 3), elements=st.sampled_from([0.0, 1.0, 2.0, 3.0, 4.0, NAN])))
def test_distribution_is_that_of_another_library(values):
    """Counts by hand, skewness and kurtosis as scipy's unbiased ones, where they are defined."""
    found = distribution(values)
    for place, column in enumerate(values.T):
        own = column[~np.isnan(column)]
        assert found.count[place] == len(own)
        assert found.missing[place] == pytest.approx(1 - len(own) / 12)
        if len(own) > 3 and np.ptp(own) > 0:
            assert found.skewness[place] == pytest.approx(stats.skew(own, bias=False), abs=1e-9)
            assert found.kurtosis[place] == pytest.approx(stats.kurtosis(own, bias=False), abs=1e-9)
        elif len(own) > 3:
            assert np.isnan(found.skewness[place])
            assert found.deviation[place] == 0


def test_component_variances_worked_by_hand():
    """Two columns correlated by 0.5 have eigenvalues 1.5 and 0.5: shares 3/4 and 1/4."""
    x, y = np.tile([1.0, -1.0], 4), np.repeat([1.0, -1.0], 4)
    z = 0.5 * x + np.sqrt(0.75) * y
    np.testing.assert_allclose(component_variances(np.column_stack([x, z])), [0.75, 0.25])
    np.testing.assert_allclose(component_variances(np.column_stack([x, np.ones(8)])), [0.5, 0.5])


def test_independent_years_count_whole_and_a_slow_series_hardly():
    """White noise keeps its number; a first-order autoregression of 0.8 is worth a ninth."""
    rng = np.random.default_rng(12)
    noise = rng.standard_normal(6000)
    series = np.repeat(np.arange(3), 2000)
    assert effective_sample_size(noise, series) == pytest.approx(6000, rel=0.06)
    slow = np.empty(6000)
    slow[0] = noise[0]
    for year in range(1, 6000):
        slow[year] = 0.8 * slow[year - 1] + noise[year]
    assert effective_sample_size(slow, series) == pytest.approx(6000 / 9, rel=0.15)


def test_effective_sample_size_of_short_and_of_alternating_series():
    """Too short to tell, and never more than there are."""
    assert np.isnan(effective_sample_size(np.array([1.0, 2.0]), np.zeros(2, dtype=int)))
    assert effective_sample_size(np.array([1.0, -1.0, 1.0, -1.0]), np.zeros(4, dtype=int)) == 4


def test_trade_off_rates_worked_by_hand():
    """Arithmetic: the ratio of weights. Geometric: also of scores, so that the scarce one is dear."""
    scores, weights = np.array([0.2, 0.8]), np.array([0.5, 0.5])
    np.testing.assert_allclose(trade_off_rate(scores, weights, exponent=1.0), [[1, 1], [1, 1]])
    np.testing.assert_allclose(trade_off_rate(scores, weights, exponent=0.0), [[1, 4], [0.25, 1]])
    rates = trade_off_rate(scores, np.array([1.0, 0.0]), exponent=1.0)
    assert np.isnan(rates[0, 1])
    assert rates[1, 0] == 0
