"""Dynamic time warping: held to a recursion and to the list of every path."""

from __future__ import annotations

import math
from functools import cache
from itertools import pairwise

import numpy as np
import pytest

from alliance_metrics.history.eras import warping
from alliance_metrics.history.eras.warping import warp


def pair_cost(one, other):
    """Mean over components of the squared difference."""
    return sum((x - y) ** 2 for x, y in zip(one, other, strict=True)) / len(one)


def recursive(first, second):
    """Least total by the definition, from the end."""

    @cache
    def least(i, j):
        if i < 0 or j < 0:
            return math.inf
        here = pair_cost(first[:, i], second[:, j])
        if i == 0 and j == 0:
            return 2 * here
        return min(least(i - 1, j - 1) + 2 * here, least(i - 1, j) + here, least(i, j - 1) + here)

    return least(first.shape[1] - 1, second.shape[1] - 1)


def every_path(n, m):
    """List all paths from (0, 0) to (n - 1, m - 1)."""
    if n == 1 and m == 1:
        return [[(0, 0)]]
    found = []
    for back_n, back_m in ((1, 1), (1, 0), (0, 1)):
        if n - back_n >= 1 and m - back_m >= 1:
            found += [[*path, (n - 1, m - 1)] for path in every_path(n - back_n, m - back_m)]
    return found


def cost_of_path(path, first, second):
    """Sum the costs of the places of a path, steps of both counted twice."""
    total = 2 * pair_cost(first[:, 0], second[:, 0])
    for (i, j), (k, m) in pairwise(path):
        total += (2 if (k - i, m - j) == (1, 1) else 1) * pair_cost(first[:, k], second[:, m])
    return total


def path_of(first, second):
    """Give the aligned places of one draw, and the total."""
    matched, total = warp(first[..., np.newaxis], second[..., np.newaxis])
    return [tuple(place) for place in np.argwhere(matched).tolist()], total[0]


def test_the_programme_equals_the_recursion():
    """Totals are those of the definition, over several components."""
    rng = np.random.default_rng(4)
    for _ in range(5):
        first, second = rng.random((3, 9)), rng.random((3, 6))
        assert path_of(first, second)[1] == pytest.approx(recursive(first, second), abs=1e-12)


def test_no_path_is_cheaper():
    """The path found costs its total, and of all 321 paths through 5 x 5 places none costs less."""
    rng = np.random.default_rng(9)
    first, second = rng.random((2, 5)), rng.random((2, 5))
    path, total = path_of(first, second)
    paths = every_path(5, 5)
    assert len(paths) == 321
    assert total == pytest.approx(min(cost_of_path(one, first, second) for one in paths), abs=1e-12)
    assert path in paths
    assert cost_of_path(path, first, second) == pytest.approx(total, abs=1e-12)


def test_a_stretched_trajectory_lies_on_itself():
    """A trajectory and its copy at half the speed differ by nothing."""
    path, total = path_of(np.array([[0.9, 0.5, 0.1]]), np.array([[0.9, 0.9, 0.5, 0.5, 0.1, 0.1]]))
    assert total == 0.0
    assert [place for place, _ in path] == [0, 0, 1, 1, 2, 2]


def test_total_by_hand():
    """Levels 0 and 1 against 1 and 1: cost 1 at double weight, then 0."""
    assert path_of(np.array([[0.0, 1.0]]), np.array([[1.0, 1.0]]))[1] == 2.0


@pytest.mark.parametrize("block", [1 << 21, 50])
def test_draws_are_warped_each_by_itself(block, monkeypatch):
    """All draws at once give the paths and costs of each draw alone."""
    monkeypatch.setattr(warping, "_BLOCK", block)
    rng = np.random.default_rng(12)
    first, second = rng.random((2, 7, 9)), rng.random((2, 5, 9))
    found, totals = warp(first, second)
    matched = np.zeros((7, 5))
    for draw in range(9):
        path, total = path_of(first[..., draw], second[..., draw])
        matched[tuple(np.array(path).T)] += 1 / 9
        assert totals[draw] == pytest.approx(total, abs=1e-12)
    np.testing.assert_allclose(found, matched, rtol=0, atol=1e-12)


@pytest.mark.parametrize(
    "shapes", [((1, 5, 2), (2, 5, 2)), ((1, 0, 2), (1, 5, 2)), ((1, 5, 2), (1, 5, 3)), ((1, 5), (1, 5))]
)
def test_what_cannot_be_warped_is_refused(shapes):
    """Other components, no place, other draws, no axis of draws."""
    with pytest.raises(ValueError, match="one place or more, and the same components and draws"):
        warp(*(np.zeros(shape) for shape in shapes))
