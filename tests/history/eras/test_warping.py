"""Dynamic time warping: held to a recursion and to the list of every path."""

from __future__ import annotations

import math
from functools import cache
from itertools import pairwise

import numpy as np
import pytest

from alliance_metrics.history.eras import warping
from alliance_metrics.history.eras.warping import warp, warp_draws


def pair_cost(one, other, cost):
    """Mean over components both have of the squared or absolute difference."""
    apart = [abs(x - y) for x, y in zip(one, other, strict=True) if not (math.isnan(x) or math.isnan(y))]
    return sum(value**2 if cost == "squared" else value for value in apart) / len(apart)


def recursive(first, second, cost, window, diagonal):
    """Least total by the definition, from the end."""
    reach = window if window is not None else 10**9

    @cache
    def least(i, j):
        if i < 0 or j < 0 or abs(i - j) > reach:
            return math.inf
        here = pair_cost(first[:, i], second[:, j], cost)
        if i == 0 and j == 0:
            return diagonal * here
        return min(least(i - 1, j - 1) + diagonal * here, least(i - 1, j) + here, least(i, j - 1) + here)

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


def cost_of_path(path, first, second, diagonal):
    total = diagonal * pair_cost(first[:, 0], second[:, 0], "squared")
    for (i, j), (k, m) in pairwise(path):
        total += (diagonal if (k - i, m - j) == (1, 1) else 1.0) * pair_cost(first[:, k], second[:, m], "squared")
    return total


@pytest.mark.parametrize("cost", ["squared", "absolute"])
@pytest.mark.parametrize("window", [None, 3, 5])
@pytest.mark.parametrize("diagonal", [1.0, 2.0])
def test_the_programme_equals_the_recursion(cost, window, diagonal):
    """Totals are those of the definition, several components and missing cells included."""
    rng = np.random.default_rng(4)
    for _ in range(5):
        first, second = rng.random((3, 9)), rng.random((3, 6))
        first[0, 2] = np.nan
        found = warp(first, second, cost=cost, window=window, diagonal=diagonal)
        assert found.total == pytest.approx(recursive(first, second, cost, window, diagonal), abs=1e-12)


@pytest.mark.parametrize("diagonal", [1.0, 2.0])
def test_no_path_is_cheaper(diagonal):
    """The path found costs its total, and of all 321 paths through 5 x 5 places none costs less."""
    rng = np.random.default_rng(9)
    first, second = rng.random((2, 5)), rng.random((2, 5))
    found = warp(first, second, diagonal=diagonal)
    paths = every_path(5, 5)
    assert len(paths) == 321
    costs = [cost_of_path(path, first, second, diagonal) for path in paths]
    assert found.total == pytest.approx(min(costs), abs=1e-12)
    own = [tuple(step) for step in found.path.tolist()]
    assert cost_of_path(own, first, second, diagonal) == pytest.approx(found.total, abs=1e-12)


def test_a_stretched_trajectory_lies_on_itself():
    """A trajectory and its copy at half the speed differ by nothing."""
    found = warp(np.array([[0.9, 0.5, 0.1]]), np.array([[0.9, 0.9, 0.5, 0.5, 0.1, 0.1]]))
    assert found.total == 0.0
    assert found.path[:, 0].tolist() == [0, 0, 1, 1, 2, 2]


def test_normalised_cost_by_hand():
    """Levels 0 and 1 against 1 and 1: costs 1 and 0; total 2 over a path of weight 4."""
    found = warp(np.array([[0.0, 1.0]]), np.array([[1.0, 1.0]]))
    assert (found.total, found.normalised) == (2.0, 0.5)


def test_weights_of_two_make_every_path_as_long():
    """With a diagonal of 2 the normalised cost is the total over the sum of the lengths."""
    rng = np.random.default_rng(6)
    found = warp(rng.random((1, 7)), rng.random((1, 4)))
    assert found.normalised == pytest.approx(found.total / 11, abs=1e-15)


def test_a_window_of_zero_allows_the_diagonal_alone():
    """Places are then compared year by year."""
    rng = np.random.default_rng(7)
    first, second = rng.random((1, 6)), rng.random((1, 6))
    found = warp(first, second, window=0)
    assert found.path.tolist() == [[i, i] for i in range(6)]
    assert found.normalised == pytest.approx(((first - second) ** 2).mean())


@pytest.mark.parametrize("block", [1 << 21, 50])
@pytest.mark.parametrize(("window", "diagonal"), [(None, 2.0), (3, 1.0)])
def test_draws_are_warped_each_by_itself(block, window, diagonal, monkeypatch):
    """All draws at once give the paths and costs of each draw alone."""
    monkeypatch.setattr(warping, "_BLOCK", block)
    rng = np.random.default_rng(12)
    first, second = rng.random((2, 7, 9)), rng.random((2, 5, 9))
    found = warp_draws(first, second, window=window, diagonal=diagonal)
    matched = np.zeros((7, 5))
    for draw in range(9):
        alone = warp(first[..., draw], second[..., draw], window=window, diagonal=diagonal)
        matched[alone.path[:, 0], alone.path[:, 1]] += 1 / 9
        assert found.total[draw] == pytest.approx(alone.total, abs=1e-12)
        assert found.normalised[draw] == pytest.approx(alone.normalised, abs=1e-12)
    np.testing.assert_allclose(found.matched, matched, rtol=0, atol=1e-12)


@pytest.mark.parametrize(
    ("shapes", "options", "message"),
    [
        (((1, 5), (2, 5)), {}, "same components"),
        (((1, 0), (1, 5)), {}, "at least one place"),
        (((1, 5), (1, 3)), {"window": 1}, "allow 2 or more"),
        (((1, 5), (1, 5)), {"cost": "cubed"}, "squared or absolute"),
        (((1, 5), (1, 5)), {"diagonal": 3.0}, "between 1 and 2"),
    ],
)
def test_what_cannot_be_warped_is_refused(shapes, options, message):
    """Each way of being wrong is told by its cause."""
    with pytest.raises(ValueError, match=message):
        warp(np.zeros(shapes[0]), np.zeros(shapes[1]), **options)


def test_places_without_a_common_component_are_refused():
    """A cost cannot be made of nothing."""
    with pytest.raises(ValueError, match="no component in common"):
        warp(np.array([[0.1, np.nan]]), np.array([[0.1, 0.2]]))


def test_unequal_draws_are_refused():
    """Both trajectories need the same draws."""
    with pytest.raises(ValueError, match="same draws"):
        warp_draws(np.zeros((1, 2, 3)), np.zeros((1, 2, 4)))
