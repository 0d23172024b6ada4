"""Contests among units: who wins, what missing scores decide, and that nothing depends on how units are listed."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from alliance_metrics.index.outranking import advantages, copeland, kemeny

NAN = np.nan
EQUAL = np.full(3, 1 / 3)
VALUES = st.sampled_from([0.0, 0.25, 0.5, 1.0, NAN])


def of_ballots(ballots, candidates):
    """Give scores (candidates x groups of voters) and weights of an election: a higher place is a higher score."""
    scores = np.array([[-order.index(name) for order in ballots] for name in candidates], dtype=float)
    weights = np.array(list(ballots.values()), dtype=float)
    return scores, weights / weights.sum()


# Population shares and preferences of the four cities in the usual Tennessee example; its Condorcet order is Kemeny's.
TENNESSEE = of_ballots({"MNCK": 42, "NCKM": 26, "CKNM": 15, "KCNM": 17}, "MNCK")
# A cycle: A beats B 60 to 40, B beats C 65 to 35, C beats A 75 to 25. Of the six orders B>C>A contradicts least (120).
CYCLE = of_ballots({"ABC": 25, "BCA": 40, "CAB": 35}, "ABC")


def test_kemeny_finds_the_condorcet_order():
    """Nashville, Chattanooga, Knoxville, Memphis."""
    np.testing.assert_allclose(kemeny(*TENNESSEE), [0, 1, 2 / 3, 1 / 3])


def test_kemeny_breaks_a_cycle_where_it_costs_least():
    """B, C, A: the order of least distance, 120 of 300."""
    np.testing.assert_allclose(kemeny(*CYCLE), [0, 1, 0.5])


def test_copeland_counts_contests_won_and_lost():
    """Nashville wins 3, Chattanooga 2 of 3, Knoxville 1, Memphis none; in a cycle all win one and lose one."""
    np.testing.assert_allclose(copeland(*TENNESSEE), [0, 1, 2 / 3, 1 / 3])
    np.testing.assert_allclose(copeland(*CYCLE), [0.5, 0.5, 0.5])


def test_only_what_both_have_decides_a_contest():
    """The first beats the second on the one component both have, whatever the second's other score."""
    scores = np.array([[1.0, NAN], [0.5, 1.0], [NAN, 0.2]])
    found = advantages(scores, np.array([0.1, 0.9]))
    np.testing.assert_array_equal(found, [[NAN, 1, NAN], [-1, NAN, 1], [NAN, -1, NAN]])
    np.testing.assert_allclose(copeland(scores, np.array([0.1, 0.9])), [1, 0.5, 0])


def test_a_unit_without_scores_is_missing():
    """Nothing with weight: no place, and no contest for the others."""
    scores = np.array([[NAN, 0.9], [0.5, 0.1], [0.7, 0.2]])
    weights = np.array([1.0, 0.0])
    np.testing.assert_array_equal(copeland(scores, weights), [NAN, 0, 1])
    np.testing.assert_array_equal(kemeny(scores, weights), [NAN, 0, 1])


def test_units_alike_share_their_places():
    """Two equal units stand between what is above and what is below them."""
    scores = np.array([[0.5] * 3, [1.0] * 3, [0.5] * 3, [0.0] * 3])
    np.testing.assert_allclose(kemeny(scores, EQUAL), [0.5, 1, 0.5, 0])
    np.testing.assert_allclose(copeland(scores, EQUAL), [0.5, 1, 0.5, 0])
    assert kemeny(scores[:1], EQUAL).tolist() == copeland(scores[:1], EQUAL).tolist() == [0.5]


@given(arrays(float, (2, 6, 3), elements=VALUES), st.permutations(range(6)))
def test_the_list_order_of_units_changes_no_score(scores, order):
    """Shuffled units keep their scores exactly, with missing scores and ties, and slices are scored apart."""
    for method in (copeland, kemeny):
        whole = method(scores, EQUAL)
        np.testing.assert_array_equal(method(scores[:, list(order)], EQUAL), whole[:, list(order)])
        np.testing.assert_array_equal(method(scores[1], EQUAL), whole[1])


def test_reversing_a_large_panel_changes_no_score():
    """170 units, 30 components, a tenth missing: row by row the same, whichever row is the first."""
    rng = np.random.default_rng(170)
    scores = np.where(rng.random((170, 30)) < 0.1, NAN, rng.integers(0, 13, (170, 30)) / 12)
    weights = rng.dirichlet(np.ones(30))
    np.testing.assert_array_equal(copeland(scores[::-1], weights)[::-1], copeland(scores, weights))
    np.testing.assert_array_equal(kemeny(scores[::-1], weights)[::-1], kemeny(scores, weights))


@given(arrays(float, (9, 3), elements=st.sampled_from([0.0, 0.25, 0.5, 1.0])))
def test_the_search_finds_no_worse_an_order_than_copeland(scores):
    """Beyond seven units the order found agrees with the contests at least as well as where the search began."""
    advantage = np.nan_to_num(advantages(scores, EQUAL))

    def agreement(placed):
        return (advantage * np.sign(placed[:, None] - placed[None, :])).sum()

    assert agreement(kemeny(scores, EQUAL)) >= agreement(copeland(scores, EQUAL)) - 1e-9


@given(arrays(float, (4, 3), elements=st.sampled_from([0.0, 0.25, 0.5, 1.0])))
def test_kemeny_equals_the_slow_obvious_way(scores):
    """Every order tried one by one, places averaged over the best."""
    advantage = np.nan_to_num(advantages(scores, EQUAL))
    value = {
        order: sum(advantage[order[i], order[j]] for i in range(4) for j in range(i + 1, 4))
        for order in permutations(range(4))
    }
    best = [order for order in value if value[order] > max(value.values()) - 1e-9]
    expected = [1 - np.mean([order.index(unit) for order in best]) / 3 for unit in range(4)]
    np.testing.assert_allclose(kemeny(scores, EQUAL), expected)


def test_drawn_weights_may_stand_before_the_units():
    """Weights of shape (draws, 1, n) give each draw its own contests."""
    weights = np.array([[[0.6, 0.4, 0.0]], [[0.4, 0.6, 0.0]]])
    scores = np.array([[0.9, 0.1, NAN], [0.5, 0.5, 0.3]])
    for method in (copeland, kemeny):
        np.testing.assert_array_equal(method(scores, weights), [[1, 0], [0, 1]])


@pytest.mark.parametrize("method", [copeland, kemeny])
def test_a_unit_that_beats_all_others_comes_first(method):
    """Best in everything is 1, worst in everything 0, among eleven units."""
    scores = np.linspace(0, 1, 11)[:, None] * np.ones(3)
    np.testing.assert_allclose(method(scores, EQUAL), np.linspace(0, 1, 11), atol=1e-12)
