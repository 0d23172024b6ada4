"""Smoothing and drawing on a grid, beside the sum over every path there is."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alliance_metrics.coding.random_walk import sample_paths, smooth, walk_kernel, walk_slopes

NODES = np.array([0.0, 1.0, 2.0])
LANDING = np.array([0.2, 0.5, 0.3])


def kernel(step=0.8, jump=0.1):
    return walk_kernel(NODES, np.array(step), jump=np.array(jump), landing=LANDING)


def every_path(seen, start, moves):
    """Probability of each path together with what was seen, path by path."""
    found = {}
    for path in itertools.product(range(len(start)), repeat=len(seen)):
        steps = [moves[a, b] for a, b in itertools.pairwise(path)]
        found[path] = math.prod([start[path[0]], *steps, *(seen[t][g] for t, g in enumerate(path))])
    return found


def test_a_move_is_a_gaussian_step_or_a_jump():
    """From the middle of three nodes with step 1: e^-1/2 to either side; a tenth of the years land anywhere."""
    side = math.exp(-0.5)
    middle = 1.0 / (1.0 + 2.0 * side)
    expected = [0.9 * side * middle + 0.02, 0.9 * middle + 0.05, 0.9 * side * middle + 0.03]
    assert kernel(step=1.0)[1] == pytest.approx(expected)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 5))
def test_smoothing_is_the_sum_over_all_paths(seed, n_years):
    """Posterior, expected moves and likelihood are those of the enumeration."""
    rng = np.random.default_rng(seed)
    seen, start = rng.uniform(0.01, 1, size=(n_years, 3)), rng.dirichlet(np.ones(3))
    paths = every_path(seen, start, kernel())
    total = math.fsum(paths.values())
    posterior, moves = np.zeros((n_years, 3)), np.zeros((3, 3))
    for path, chance in paths.items():
        for year, node in enumerate(path):
            posterior[year, node] += chance / total
        for a, b in itertools.pairwise(path):
            moves[a, b] += chance / total
    found = smooth(np.log(seen)[:, np.newaxis], start, kernel())
    assert found.log_likelihood == pytest.approx(math.log(total))
    assert found.posterior[:, 0] == pytest.approx(posterior)
    assert found.moves == pytest.approx(moves)


def test_series_and_scales_are_apart():
    """Two scales of two series smoothed at once give what each gives alone, and likelihoods add."""
    rng = np.random.default_rng(1)
    seen, start = np.log(rng.uniform(0.1, 1, size=(4, 2, 2, 3))), rng.dirichlet(np.ones(3), size=2)
    moves = np.stack([kernel(0.5), kernel(2.0)])
    whole = smooth(seen, start, moves)
    parts = [[smooth(seen[:, i, [s]], start[i], moves[i]) for s in range(2)] for i in range(2)]
    assert whole.posterior[:, 1, 0] == pytest.approx(parts[1][0].posterior[:, 0])
    assert whole.moves[0] == pytest.approx(parts[0][0].moves + parts[0][1].moves)
    assert whole.log_likelihood == pytest.approx(sum(part.log_likelihood for row in parts for part in row))


def test_years_in_which_nothing_is_seen_change_nothing_before_them():
    """A series that ends early may be filled up to the length of the others."""
    seen = np.log(np.random.default_rng(2).uniform(0.1, 1, size=(3, 1, 3)))
    padded = np.concatenate([seen, np.zeros((4, 1, 3))])
    short, long = (smooth(values, LANDING, kernel()) for values in (seen, padded))
    assert long.log_likelihood == pytest.approx(short.log_likelihood)
    assert long.posterior[:3] == pytest.approx(short.posterior)


def test_what_is_all_but_impossible_does_not_break_the_filter():
    """Contradicting certainties of one part in e^2000 leave finite numbers."""
    seen = np.array([[[0.0, -2000.0, -2000.0]], [[-2000.0, -2000.0, 0.0]]])
    found = smooth(seen, LANDING, kernel(step=0.01, jump=0.0))
    assert np.isfinite(found.posterior).all()
    assert np.isfinite(found.log_likelihood)


def test_slopes_of_the_walk_are_the_limits_of_differences():
    """In the logarithm of the step and the log odds of a jump."""
    seen = np.log(np.random.default_rng(5).uniform(0.1, 1, size=(6, 2, 3)))

    def log_likelihood(log_step, logit):
        return smooth(seen, LANDING, kernel(math.exp(log_step), 1 / (1 + math.exp(-logit)))).log_likelihood

    at, h = (math.log(0.7), -1.5), 1e-5
    jump = np.array(1 / (1 + math.exp(1.5)))
    moves = smooth(seen, LANDING, kernel(0.7, jump)).moves
    found = walk_slopes(moves, NODES, np.array(0.7), jump=jump, landing=LANDING)
    by_step = (log_likelihood(at[0] + h, at[1]) - log_likelihood(at[0] - h, at[1])) / (2 * h)
    by_jump = (log_likelihood(at[0], at[1] + h) - log_likelihood(at[0], at[1] - h)) / (2 * h)
    assert [float(slope) for slope in found] == pytest.approx([by_step, by_jump], abs=1e-7)


@pytest.mark.parametrize(("count", "rounds"), [(2, 5000), (10_000, 1)])
def test_paths_come_as_often_as_they_are_probable(count, rounds):
    """Few paths at a time and many take different ways to the same distribution over whole paths."""
    rng = np.random.default_rng(7)
    seen = np.random.default_rng(8).uniform(0.1, 1, size=(3, 3))
    exact = every_path(seen, LANDING, kernel())
    total = math.fsum(exact.values())
    filtered = smooth(np.log(seen)[:, np.newaxis, np.newaxis], LANDING[np.newaxis], kernel()[np.newaxis]).filtered
    drawn = [sample_paths(filtered, kernel()[np.newaxis], count=count, rng=rng) for _ in range(rounds)]
    paths = np.concatenate(drawn, axis=-1)[:, 0, 0].T
    for path, chance in exact.items():
        share = (paths == path).all(axis=1).mean()
        assert share == pytest.approx(chance / total, abs=5 * math.sqrt(0.25 / 10_000))
