"""Formulas against numbers that others published."""

from __future__ import annotations

import math

import numpy as np
import pytest

from alliance_metrics.index.aggregate import geometric_mean
from alliance_metrics.index.normalise import by_goalposts
from alliance_metrics.index.weights import equal_weights
from alliance_metrics.uncertainty.coder_doubt import triangular_probabilities


def test_income_index_of_the_human_development_report():
    """UNDP, HDR 2020 technical notes, note 1, worked example: ln 3,829 between ln 100 and ln 75,000 is 0.5506."""
    found = by_goalposts(np.array([[math.log(3829)]]), low=np.array([math.log(100)]), high=np.array([math.log(75_000)]))
    assert found[0, 0] == pytest.approx(0.5506, abs=5e-5)  # printed to four decimals


def test_human_development_index_of_the_worked_example():
    """The same note: the geometric mean of 0.6971, 0.3447 and 0.5506 is 0.510."""
    found = geometric_mean(np.array([0.6971, 0.3447, 0.5506]), equal_weights(3))
    assert float(found) == pytest.approx(0.510, abs=5e-4)  # printed to three decimals


@pytest.mark.parametrize("arm", [1, 2, 3])
def test_symmetric_cells_follow_the_discrete_triangular_distribution(arm):
    """Kokonendji, Senga Kiesse and Zocchi (2007), exponent 1: mass (a + 1 - |k|) over (2a + 1)(a + 1) - 2 sum k."""
    total = (2 * arm + 1) * (arm + 1) - 2 * sum(range(1, arm + 1))
    expected = [(arm + 1 - abs(k)) / total for k in range(-arm, arm + 1)]
    np.testing.assert_allclose(triangular_probabilities(0, arm, 2 * arm), expected, atol=1e-12)
