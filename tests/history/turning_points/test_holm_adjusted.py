"""Several tests held to one level together."""

from __future__ import annotations

import numpy as np

from alliance_metrics.history.turning_points.persistence import holm_adjusted


def test_chances_are_adjusted_by_hand():
    """0.01, 0.02, 0.03, 0.5 of four: 4 x 0.01, 3 x 0.02, 2 x 0.03, 1 x 0.5, whatever the order they come in."""
    np.testing.assert_allclose(holm_adjusted(np.array([0.03, 0.5, 0.01, 0.02])), [0.06, 0.5, 0.04, 0.06])


def test_an_adjusted_chance_is_never_below_that_of_a_smaller_one():
    """2 x 0.02 is 0.04, so the second, 1 x 0.03, is held at 0.04; nothing goes beyond 1."""
    np.testing.assert_allclose(holm_adjusted(np.array([0.02, 0.03])), [0.04, 0.04])
    np.testing.assert_allclose(holm_adjusted(np.array([0.9, 0.8])), [1.0, 1.0])


def test_tests_not_made_do_not_count():
    """Of three places two hold a test: factors are 2 and 1."""
    np.testing.assert_allclose(holm_adjusted(np.array([0.01, np.nan, 0.2])), [0.02, np.nan, 0.2])
    assert holm_adjusted(np.array([])).shape == (0,)
