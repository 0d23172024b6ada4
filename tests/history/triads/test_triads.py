"""Triangles of states: tilts, balance and weakest sides by hand."""

from __future__ import annotations

import numpy as np
import pytest

from alliance_metrics.history.triads.triads import align_sides, signed_balance, triad

PAIRS = [(0, 1), (0, 2), (1, 2)]


def sides(*values):
    """One year, one draw."""
    return np.array(values, dtype=float)[:, np.newaxis, np.newaxis]


def test_tilts_by_hand():
    """Sides 0.9, 0.3 and 0.4: state 0 tilts to 1 by 0.6, state 1 to 0 by 0.5, state 2 to 1 by 0.1."""
    found = triad(sides(0.9, 0.3, 0.4), PAIRS)
    assert found.partners.tolist() == [[1, 2], [0, 2], [0, 1]]
    np.testing.assert_allclose(found.tilt.mean[:, 0], [0.6, 0.5, -0.1])


def test_sides_may_come_in_any_order():
    """Pairs say which side is whose; only the shares of the weakest follow the order of the sides."""
    found = triad(sides(0.4, 0.9, 0.3), [(2, 1), (1, 0), (2, 0)])
    np.testing.assert_allclose(found.tilt.mean[:, 0], [0.6, 0.5, -0.1])
    np.testing.assert_allclose(found.weakest[:, 0], [0.0, 0.0, 1.0])


def test_mean_least_and_spread_by_hand():
    """Sides 0.9, 0.3 and 0.6."""
    found = triad(sides(0.9, 0.3, 0.6), PAIRS)
    measured = [float(span.mean[0]) for span in (found.mean, found.least, found.spread)]
    np.testing.assert_allclose(measured, [0.6, 0.3, 0.6])


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ((1.0, 1.0, 1.0), 1.0),
        ((1.0, 0.0, 0.0), 1.0),
        ((1.0, 1.0, 0.0), -1.0),
        ((0.0, 0.0, 0.0), -1.0),
        ((1.0, 0.9, 0.5), 0.0),
        ((0.75, 0.75, 0.25), -0.5),
        ((0.6, 0.9, 0.7), 0.4),  # ties 0.2, 0.8 and 0.4, whose product is 0.064
    ],
)
def test_balance_by_hand(values, expected):
    """Three friends and two who share an enemy are balanced; a friend's friend as enemy and three enemies are not."""
    assert float(signed_balance(np.array(values))) == pytest.approx(expected, abs=1e-12)


def test_neutral_may_lie_elsewhere():
    """With neutral at 0.2, a side of 0.6 is a tie of 0.5 and one of 0.1 of -0.5."""
    assert float(signed_balance(np.array([0.6, 0.6, 0.1]), neutral=0.2)) == pytest.approx(-0.5)


def test_hostile_sides_and_the_weakest_are_shares_of_draws():
    """Two draws: none below neutral and one below; the weakest side is the third, then a tie of two."""
    draws = np.array([[[0.9, 0.8]], [[0.8, 0.4]], [[0.6, 0.4]]])
    found = triad(draws, PAIRS)
    np.testing.assert_allclose(found.hostile[:, 0], [0.5, 0.0, 0.5, 0.0])
    np.testing.assert_allclose(found.weakest[:, 0], [0.0, 0.25, 0.75])
    assert found.balance.above[0] == 1.0


def test_a_missing_side_leaves_the_tilt_of_the_state_that_has_both():
    """Without the third side state 0 still tilts; the triangle cannot be judged."""
    found = triad(sides(0.9, 0.3, np.nan), PAIRS)
    np.testing.assert_allclose(found.tilt.mean[:, 0], [0.6, np.nan, np.nan])
    for span in (found.mean, found.least, found.spread, found.balance):
        assert np.isnan(span.mean[0])
        assert span.drawn[0] == 0.0
    assert np.isnan(found.hostile).all()
    assert np.isnan(found.weakest).all()


def test_series_with_different_years_are_aligned():
    """Years that a series lacks are missing there."""
    years, scores = align_sides(
        [np.array([1949, 1950]), np.array([1951, 1950])], [np.array([[0.1], [0.2]]), np.array([[0.3], [0.4]])]
    )
    assert years.tolist() == [1949, 1950, 1951]
    np.testing.assert_allclose(scores[..., 0], [[0.1, 0.2, np.nan], [np.nan, 0.4, 0.3]])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: triad(np.zeros((2, 1, 1)), PAIRS), "three sides"),
        (lambda: triad(np.zeros((3, 1, 1)), [(0, 1), (1, 0), (1, 2)]), "join the states"),
        (lambda: triad(np.zeros((3, 1, 1)), PAIRS, neutral=0.0), "neutral"),
        (lambda: align_sides([np.array([1, 1])], [np.zeros((2, 1))]), "twice"),
        (lambda: align_sides([np.array([1])], [np.zeros((2, 1))]), "as many years"),
        (lambda: align_sides([np.array([1])] * 2, [np.zeros((1, 1)), np.zeros((1, 2))]), "same draws"),
    ],
)
def test_what_is_no_triangle_is_refused(call, message):
    """Each way of being wrong is told by its cause."""
    with pytest.raises(ValueError, match=message):
        call()
