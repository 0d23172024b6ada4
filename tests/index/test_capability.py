"""What an ally adds: worked by hand."""

from __future__ import annotations

import numpy as np
import pytest

from alliance_metrics.index.capability import discounted_share, joint_share, lanchester_readings, membership

CAPABILITY = np.array([[10.0, 12.0], [17.0, 18.0], [28.0, 20.0]])


def test_joint_share_of_the_sum_of_all():
    """10 + 17 of 55, and 12 + 18 of 50."""
    found = joint_share(CAPABILITY, np.array([True, True, False]))
    np.testing.assert_allclose(found, [27 / 55, 0.6])


def test_joint_share_of_a_given_total():
    """Shares of the world are added as they are."""
    found = joint_share(CAPABILITY / 100, np.array([True, False, True]), total=1.0)
    np.testing.assert_allclose(found, [0.38, 0.32])


def test_a_coalition_may_change_its_members():
    """The third belongs in the second year alone."""
    members = membership([(0, 1949, 1950), (2, 1950, 1960)], np.array([1949, 1950]), n_states=3)
    np.testing.assert_allclose(joint_share(CAPABILITY, members, total=100.0), [0.10, 0.32])


def test_several_spells_of_a_state_add_up():
    """A state may leave and return; both ends of a spell are included."""
    found = membership([(0, 1950, 1950), (0, 1952, 1953)], np.arange(1949, 1955), n_states=1)
    assert found[0].tolist() == [False, True, False, True, True, False]


def test_a_missing_member_leaves_the_share_missing_and_another_does_not():
    """Only those who count must be known, if the total is."""
    held = np.array([[0.1, np.nan], [np.nan, 0.2]])
    found = joint_share(held, np.array([True, False]), total=1.0)
    np.testing.assert_allclose(found, [0.1, np.nan])
    assert np.isnan(joint_share(held, np.array([True, False]))).all()


def test_the_allys_share_is_discounted():
    """0.10 and half of 0.20; draws of the factor may lead."""
    np.testing.assert_allclose(discounted_share(np.array([0.1]), np.array([0.2]), 0.5), [0.2])
    found = discounted_share(np.array([0.1, 0.2]), np.array([0.2, 0.2]), np.array([[0.0], [1.0]]))
    np.testing.assert_allclose(found, [[0.1, 0.2], [0.3, 0.4]])


def test_the_discounted_share_lies_between_alone_and_joint():
    """A factor of 0 is alone, of 1 is joint."""
    ends = [float(discounted_share(np.array(0.3), np.array(0.2), p, total=2.0)) for p in (0.0, 1.0)]
    assert ends == pytest.approx([0.15, 0.25])


def test_lanchester_by_hand():
    """3 with half of 2 against 8: linear 3/8 and 4/8; square 9/64, 16/64 together, 10/64 apart, 17/64 expected."""
    found = lanchester_readings(np.array(3.0), np.array(2.0), np.array(8.0), probability=0.5)
    assert float(found.linear_alone) == 3 / 8
    assert float(found.linear_joint) == 4 / 8
    assert float(found.linear_added) == 1 / 8
    assert float(found.square_alone) == 9 / 64
    assert float(found.square_joint) == 16 / 64
    assert float(found.square_added) == 7 / 64
    assert float(found.square_apart) == 10 / 64
    assert float(found.concentration) == 6 / 64
    assert float(found.square_expected) == 17 / 64  # (9 + 25) / 2 / 64


def test_quality_makes_effective_strength():
    """Half the numbers of twice the quality are as strong, by either law."""
    plain = lanchester_readings(np.array(4.0), np.array(2.0), np.array(6.0))
    better = lanchester_readings(np.array(2.0), np.array(2.0), np.array(12.0), quality=(2.0, 1.0, 0.5))
    for name in ("linear_joint", "square_joint", "square_apart"):
        assert float(getattr(better, name)) == pytest.approx(float(getattr(plain, name)))


def fight(first, second, *, law, step=1e-4):
    """Let two forces of equal quality fight until one is gone; give what is left of each."""
    while first > 0 and second > 0:
        rate = 1.0 if law == "square" else first * second
        lost = (second * step, first * step) if law == "square" else (rate * step, rate * step)
        first, second = first - lost[0], second - lost[1]
        if law == "linear" and min(first, second) < 1e-2:
            break
    return max(first, 0.0), max(second, 0.0)


def test_squares_add_where_the_two_fight_one_after_the_other():
    """Attrition step by step: after 3 is spent, 5 has 4 left, which 4 fights to a draw; 9 + 16 over 25 is parity."""
    _, left = fight(3.0, 5.0, law="square")
    assert left == pytest.approx(4.0, abs=0.01)
    found = lanchester_readings(np.array(3.0), np.array(4.0), np.array(5.0))
    assert float(found.square_apart) == 1.0
    assert max(fight(4.0, left, law="square")) < 0.1


def test_the_square_law_tells_what_is_left_of_an_alliance():
    """Together 4 + 2 against 5 keep the root of 36 - 25."""
    left, none = fight(6.0, 5.0, law="square")
    assert none == 0.0
    assert left == pytest.approx(11**0.5, abs=0.01)
    found = lanchester_readings(np.array(4.0), np.array(2.0), np.array(5.0))
    assert 5.0 * np.sqrt(float(found.square_joint) - 1.0) == pytest.approx(11**0.5)


def test_an_all_or_nothing_ally_is_worth_no_less_than_a_sure_share():
    """The square is convex: expected readings are never below the reading with the expected ally."""
    rng = np.random.default_rng(1)
    found = lanchester_readings(rng.random(50), rng.random(50), rng.random(50) + 0.1, probability=rng.random(50))
    assert (found.square_expected >= found.square_joint - 1e-12).all()


def test_no_opponent_gives_no_ratio():
    """Nothing is divided by nothing, and what is missing stays missing."""
    found = lanchester_readings(np.array([1.0, 1.0]), np.array([1.0, np.nan]), np.array([0.0, 1.0]))
    assert np.isnan(found.linear_joint).all()
    assert np.isnan(found.square_apart).all()
    assert found.linear_alone[1] == 1.0


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: membership([(0, 1950, 1949)], np.arange(2), n_states=1), "before it begins"),
        (lambda: membership([(1, 1950, 1951)], np.arange(2), n_states=1), "below 1"),
        (lambda: joint_share(np.array([[-1.0]]), np.array([True])), "zero or more"),
        (lambda: joint_share(np.array([[1.0]]), np.array([True, False])), "each of 1 states"),
        (lambda: discounted_share(np.array(0.1), np.array(0.1), 1.5), "between 0 and 1"),
        (lambda: discounted_share(np.array(-0.1), np.array(0.1), 0.5), "zero or more"),
        (lambda: lanchester_readings(np.array(1.0), np.array(1.0), np.array(-1.0)), "zero or more"),
        (lambda: lanchester_readings(np.ones(1), np.ones(1), np.ones(1), quality=(1.0, 0.0, 1.0)), "above zero"),
    ],
)
def test_what_is_no_capability_is_refused(call, message):
    """Each way of being wrong is told by its cause."""
    with pytest.raises(ValueError, match=message):
        call()
