"""In which components two unit-years differ, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from alliance_metrics.history.eras.differences import component_differences


def test_differences_by_hand():
    """Differences 0.1, -0.4, missing and 0.2; what is missing counts in no mean."""
    one = np.array([[0.6], [0.1], [np.nan], [0.5]])
    other = np.array([[0.5], [0.5], [0.5], [0.3]])
    found = component_differences(one, other)
    np.testing.assert_allclose(found.difference.mean, [0.1, -0.4, np.nan, 0.2])
    assert float(found.together.mean) == pytest.approx(-0.1 / 3)


def test_leaving_components_out_by_hand():
    """Without the second, 0.1 and 0.2 remain: 0.15 together, root of 0.025 apart; with it the sign turns."""
    one, other = np.array([[0.6], [0.1], [0.5]]), np.array([[0.5], [0.5], [0.3]])
    found = component_differences(one, other, leave_out=np.array([False, True, False]))
    assert float(found.together_kept.mean) == pytest.approx(0.15)
    assert float(found.together.mean) == pytest.approx(-0.1 / 3)
    assert float(found.apart_kept.mean) == pytest.approx(0.025**0.5)


def test_the_sign_of_a_difference_has_a_probability():
    """Above in three draws of four."""
    found = component_differences(np.array([[0.6, 0.7, 0.8, 0.1]]), np.full((1, 4), 0.5))
    assert (found.difference.above[0], found.difference.below[0]) == (0.75, 0.25)


@pytest.mark.parametrize(
    ("shapes", "leave_out", "message"),
    [
        (((2, 3), (3, 3)), None, "same components"),
        (((1, 3), (1, 3)), [True], "be kept"),
        (((1, 3), (1, 3)), [False] * 2, "each said"),
    ],
)
def test_what_cannot_be_compared_is_refused(shapes, leave_out, message):
    """Each way of being wrong has its message."""
    with pytest.raises(ValueError, match=message):
        component_differences(
            *(np.zeros(shape) for shape in shapes), leave_out=None if leave_out is None else np.array(leave_out)
        )
