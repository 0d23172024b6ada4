"""Comparisons of units against numbers that others published.

The examples of electowiki and of owiki are elections: a group of voters is an indicator, its share of the votes the
weight, and its order of preference the scores. COINr's numbers are those of its own tests.
"""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from alliance_metrics.index.distances import by_target_distance
from alliance_metrics.index.outranking import advantages, copeland, kemeny

# Where the capital of Tennessee should be: the voters of each of four cities prefer the nearer city.
CITIES = ("Memphis", "Nashville", "Chattanooga", "Knoxville")
VOTES = np.array([0.42, 0.26, 0.15, 0.17])
PREFERENCES = np.array([[4, 1, 1, 1], [3, 4, 2, 2], [2, 3, 4, 3], [1, 2, 3, 4]], dtype=float)
# COINr, tests/testthat/test-aggregate.R, "outranking" and "copeland".
COINR = np.array([[1, 3, 2], [2, 2, 3], [3, 1, 1], [4, 5, 4]], dtype=float)


def disagreement(order, scores, weights):
    """Sum, over pairs of an order, the weight that would have the pair the other way round."""
    margins = advantages(scores, weights)
    return sum((1 - margins[a, b]) / 2 for a, b in itertools.combinations(order, 2))


def test_tennessee_by_copeland():
    """owiki, Copeland's method: net wins -3, 3, 1 and -1, from three wins down to three losses."""
    net = 2 * 3 * (copeland(PREFERENCES, VOTES) - 0.5)
    assert dict(zip(CITIES, net.round(12).tolist(), strict=True)) == {
        "Memphis": -3,
        "Nashville": 3,
        "Chattanooga": 1,
        "Knoxville": -1,
    }


def test_tennessee_by_kemeny():
    """electowiki, Kemeny-Young method: Nashville, Chattanooga, Knoxville, Memphis, at a distance of 207."""
    found = kemeny(PREFERENCES, VOTES)
    order = np.argsort(-found).tolist()
    assert [CITIES[place] for place in order] == ["Nashville", "Chattanooga", "Knoxville", "Memphis"]
    np.testing.assert_allclose(found, [0.0, 1.0, 2 / 3, 1 / 3], atol=1e-15)
    assert 100 * disagreement(order, PREFERENCES, VOTES) == pytest.approx(207)


def test_a_cycle_by_kemeny():
    """electowiki, Kemeny-Young method: 25 A>B>C, 40 B>C>A, 35 C>A>B. The six orders and their distances; B>C>A wins."""
    scores = np.array([[3, 1, 2], [2, 3, 1], [1, 2, 3]], dtype=float)
    weights = np.array([0.25, 0.40, 0.35])
    distances = {
        "".join("ABC"[place] for place in order): round(100 * disagreement(order, scores, weights))
        for order in itertools.permutations(range(3))
    }
    assert distances == {"ABC": 150, "ACB": 180, "BAC": 170, "BCA": 120, "CAB": 130, "CBA": 150}
    assert kemeny(scores, weights).tolist() == [0.0, 1.0, 0.5]
    assert copeland(scores, weights).tolist() == [0.5, 0.5, 0.5]  # each beats one and loses to one


def test_the_paradox_of_three_voters_is_a_tie():
    """A B C, B C A and C A B, one vote each: no order is better than those three, so all share the middle rank."""
    scores = np.array([[3, 1, 2], [2, 3, 1], [1, 2, 3]], dtype=float)
    for score in (copeland, kemeny):
        assert score(scores, np.full(3, 1 / 3)).tolist() == [0.5, 0.5, 0.5]


def test_outranking_matrix_of_coinr():
    """2/3 of the weight has the second unit above the first, 1/3 the third, all the fourth; three dominated pairs."""
    outranking = (1 + advantages(COINR, np.full(3, 1 / 3))) / 2
    np.testing.assert_allclose(outranking[1:, 0], [2 / 3, 1 / 3, 1.0], atol=1e-15)
    assert (outranking > 1 - 1e-12).sum() == 3


def test_copeland_scores_of_coinr():
    """Wins less losses by its definition, -1, 1, -3 and 3; and two units that each win once are even."""
    net = 2 * 3 * (copeland(COINR, np.full(3, 1 / 3)) - 0.5)
    np.testing.assert_allclose(net, [-1, 1, -3, 3], atol=1e-12)
    assert copeland(np.array([[1.0, 2.0], [2.0, 1.0]]), np.array([0.5, 0.5])).tolist() == [0.5, 0.5]


def test_distances_to_a_target_of_coinr():
    """COINr, tests/testthat/test-normalise.R, "dist2targ", capped: 0, .5, 1 upwards and 1, .9, 0 downwards."""
    up = by_target_distance(np.array([[0.0], [5.0], [11.0]]), target=10.0)
    down = by_target_distance(np.array([[-1.0], [1.0], [10.0]]), target=0.0, direction=-1.0)
    np.testing.assert_allclose(up.ravel(), [0.0, 0.5, 1.0], atol=1e-15)
    np.testing.assert_allclose(down.ravel(), [1.0, 0.9, 0.0], atol=1e-15)
