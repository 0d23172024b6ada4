"""How little breaks an index: steps held to integer programmes and every combination, shocks to closed forms."""

from __future__ import annotations

from functools import partial
from itertools import product

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

from alliance_metrics.history.fragility.fragility import greedy_steps, least_steps, pillar_shocks, step_falls
from alliance_metrics.index.aggregate import bedrock, geometric_mean, minimum

LOW, HIGH = np.zeros(3), np.array([4.0, 4.0, 2.0])


def codings(rng, n_units=6):
    """Three coders, three indicators with scales of 4, 4 and 2 levels, some cells not coded."""
    scores = np.stack([rng.integers(0, int(high) + 1, (3, n_units)) for high in HIGH], axis=-1).astype(float)
    scores[rng.random(scores.shape) < 0.15] = np.nan
    scores[0] = np.where(np.isnan(scores[0]), 1.0, scores[0])
    return scores


def index_of_codings(scores, weights):
    """Weighted mean of goalpost scores of mean codings, one unit."""
    return float((np.nanmean(scores, axis=0) / HIGH) @ weights)


def fewest_by_trying(scores, weights, target, coders):
    """Try every combination of codings at or below those given; a step of all lowers every coder who can."""
    options = []
    for indicator in range(scores.shape[1]):
        column = scores[:, indicator]
        if coders == "all":
            steps = range(int(np.nanmax(column)) + 1)
            options.append([(step, np.nanmean(np.maximum(column - step, 0))) for step in steps])
        else:
            coded = [range(int(value) + 1) for value in column if not np.isnan(value)]
            options.append(
                list({(sum(down), (np.nansum(column) - sum(down)) / len(coded)) for down in product(*coded)})
            )
    fewest = np.inf
    for choice in product(*options):
        level = sum(weight * mean / high for weight, (_, mean), high in zip(weights, choice, HIGH, strict=True))
        if level < target - 1e-9:
            fewest = min(fewest, sum(steps for steps, _ in choice))
    return fewest


def fewest_by_programme(scores, weights, target):
    """Integer programme for steps of single coders: a whole number of steps for each cell, at most its level."""
    coded = ~np.isnan(scores)
    worth = np.where(coded, weights / (HIGH * coded.sum(axis=0)), 0.0).ravel()
    room = np.nan_to_num(scores).ravel()
    distance = index_of_codings(scores, weights) - target
    constraint = LinearConstraint(worth[np.newaxis], lb=distance + 1e-7)
    answer = milp(np.ones(worth.size), constraints=constraint, integrality=np.ones(worth.size), bounds=Bounds(0, room))
    return answer.fun if answer.success else np.inf


@pytest.mark.parametrize("coders", ["all", "one"])
def test_no_combination_of_steps_is_smaller(coders):
    """Over 20 made-up years and three thresholds the number of steps is the least of all combinations."""
    rng = np.random.default_rng(14)
    scores = codings(rng, 20)
    weights = np.array([0.5, 0.3, 0.2])
    index = np.array([index_of_codings(scores[:, unit], weights) for unit in range(20)])
    falls = step_falls(scores, low=LOW, high=HIGH, coders=coders)
    found_any = set()
    for target in (0.15, 0.31, 0.45):
        found = least_steps(falls, weights, index=index, target=target)
        expected = [fewest_by_trying(scores[:, unit], weights, target, coders) for unit in range(20)]
        np.testing.assert_array_equal(found.steps, expected)
        assert found.exact
        found_any |= set(expected)
    assert len(found_any) > 3


def test_single_steps_equal_an_integer_programme():
    """Thirty made-up years with weights drawn at random agree with a general solver."""
    rng = np.random.default_rng(15)
    scores = codings(rng, 30)
    for unit in range(30):
        weights = rng.dirichlet(np.ones(3))
        index = index_of_codings(scores[:, unit], weights)
        target = rng.uniform(0.0, index)
        falls = step_falls(scores[:, unit : unit + 1], low=LOW, high=HIGH, coders="one")
        found = least_steps(falls, weights, index=np.array([index]), target=target)
        assert found.steps[0] == fewest_by_programme(scores[:, unit], weights, target)


def test_falls_of_steps_by_hand():
    """Coders at 0, 1 and 3 of 4: all down once falls by 2/12, twice by 1/12 more, a third time by 1/12."""
    scores = np.array([0.0, 1.0, 3.0])[:, np.newaxis, np.newaxis]
    together = step_falls(scores, low=np.zeros(1), high=np.full(1, 4.0))
    np.testing.assert_allclose(together[0, 0], [2 / 12, 1 / 12, 1 / 12, 0.0])
    single = step_falls(scores, low=np.zeros(1), high=np.full(1, 4.0), coders="one")
    np.testing.assert_allclose(single[0, 0], [1 / 12] * 4 + [0.0] * 8)


def test_a_coder_who_did_not_code_is_not_counted():
    """Two of three coders: a step of one moves the mean by a half of a level."""
    scores = np.array([2.0, np.nan, 2.0])[:, np.newaxis, np.newaxis]
    single = step_falls(scores, low=np.zeros(1), high=np.full(1, 4.0), coders="one")
    np.testing.assert_allclose(single[0, 0, :5], [1 / 8] * 4 + [0.0])


def test_where_less_is_better_steps_go_up():
    """With direction -1 a level of 3 of 4 has one step of room."""
    falls = step_falls(np.full((1, 1, 1), 3.0), low=np.zeros(1), high=np.full(1, 4.0), direction=np.array([-1.0]))
    np.testing.assert_allclose(falls[0, 0], [0.25, 0.0, 0.0, 0.0])


def test_a_combined_coding_between_levels_has_a_last_partial_step():
    """From 1.5 down there is one whole step and half of one."""
    falls = step_falls(np.full((1, 1, 1), 1.5), low=np.zeros(1), high=np.full(1, 4.0))
    np.testing.assert_allclose(falls[0, 0], [0.25, 0.125, 0.0, 0.0])


def test_which_steps_and_how_far_are_reported():
    """Levels 4 and 4 of 4, weights 0.75 and 0.25, below 0.5: three steps of the heavier, a fall of 0.5625."""
    falls = step_falls(np.full((1, 1, 2), 4.0), low=np.zeros(2), high=np.full(2, 4.0))
    found = least_steps(falls, np.array([0.75, 0.25]), index=np.array([1.0]), target=0.5)
    assert found.steps[0] == 3
    assert found.by_indicator.tolist() == [[3, 0]]
    assert found.fall[0] == pytest.approx(0.5625)
    assert found.available[0] == 8


def test_to_be_at_a_value_is_not_to_be_below_it():
    """An index of 0.5 that two steps bring to exactly 0.25 needs a third to be below 0.25."""
    falls = step_falls(np.full((1, 1, 2), 2.0), low=np.zeros(2), high=np.full(2, 4.0))
    weights = np.array([0.5, 0.5])
    found = [least_steps(falls, weights, index=np.array([0.5]), target=target).steps[0] for target in (0.25, 0.26)]
    assert found == [3, 2]


def test_below_already_impossible_and_missing():
    """Zero steps where it is below, infinitely many where zero is not below, none told where the index is missing."""
    falls = step_falls(np.full((1, 4, 1), 2.0), low=np.zeros(1), high=np.full(1, 4.0))
    target = np.array([0.6, 0.0, 0.3, np.nan])
    found = least_steps(falls, np.ones(1), index=np.array([0.5, 0.5, np.nan, 0.5]), target=target)
    np.testing.assert_array_equal(found.steps, [0.0, np.inf, np.nan, np.nan])
    assert not found.by_indicator.any()


@pytest.mark.parametrize("seed", range(3))
def test_going_down_steeply_is_exact_where_the_index_is_arithmetic(seed):
    """The heuristic for any index finds the least of an arithmetic one too, without being told."""
    rng = np.random.default_rng(seed)
    scores, weights = codings(rng, 12), np.array([0.5, 0.3, 0.2])
    leaves = np.nanmean(scores, axis=0) / HIGH
    falls = step_falls(scores, low=LOW, high=HIGH)
    expected = least_steps(falls, weights, index=leaves @ weights, target=0.3)
    found = greedy_steps(falls, leaves, index_of=lambda tried, _: tried @ weights, target=0.3)
    np.testing.assert_array_equal(found.steps, expected.steps)
    assert not found.exact


@pytest.mark.parametrize(
    "reducer",
    [geometric_mean, partial(bedrock, gate=0, strength=0.8), minimum],
    ids=["geometric", "bedrock", "minimum"],
)
def test_for_other_indices_it_is_an_upper_bound(reducer):
    """Of every combination none reaches the value with more steps fewer; most are found exactly."""
    rng = np.random.default_rng(22)
    weights = np.array([0.5, 0.3, 0.2])
    scores = codings(rng, 25)
    leaves = np.nanmean(scores, axis=0) / HIGH
    falls = step_falls(scores, low=LOW, high=HIGH)
    fallen = np.concatenate([np.zeros((25, 3, 1)), np.cumsum(falls, axis=-1)], axis=-1)
    found = greedy_steps(falls, leaves, index_of=lambda tried, _: reducer(tried, weights), target=0.2)
    expected = np.full(25, np.inf)
    for steps in product(range(5), range(5), range(3)):
        lowered = np.round(leaves - np.stack([fallen[:, k, step] for k, step in enumerate(steps)], axis=1), 12) + 0.0
        expected = np.where(reducer(lowered, weights) < 0.2 - 1e-9, np.minimum(expected, sum(steps)), expected)
    assert (found.steps >= expected).all()
    assert (found.steps == expected).mean() >= 0.9
    reached = np.array([leaves[u] - [fallen[u, k, found.by_indicator[u, k]] for k in range(3)] for u in range(25)])
    reached = np.round(reached, 12) + 0.0
    assert (reducer(reached, weights)[np.isfinite(found.steps)] < 0.2).all()


def test_shocks_to_one_pillar_by_hand():
    """0.8 and 0.2 equally weighted make 0.5; to 0.3 the first must lose 0.4, the second has not enough."""
    found = pillar_shocks(np.array([[0.8, 0.2], [0.2, 0.2]]), np.array([0.5, 0.5]), target=0.3)
    np.testing.assert_allclose(found, [[0.4, np.inf], [0.0, 0.0]], atol=1e-8)


def test_shocks_equal_the_distance_over_the_weight():
    """For an arithmetic mean the halving gives the closed form, with a target for each year."""
    rng = np.random.default_rng(3)
    pillars, weights, target = rng.random((40, 3)), np.array([0.5, 0.3, 0.2]), rng.uniform(0, 0.6, 40)
    shock = np.maximum((pillars @ weights - target)[:, np.newaxis] / weights, 0.0)
    expected = np.where(shock >= pillars, np.inf, shock)
    found = pillar_shocks(pillars, weights, target=target)
    assert 0 < np.isinf(expected).sum() < expected.size
    np.testing.assert_allclose(found, expected, atol=5e-8)


def test_shocks_to_a_gate_count_twice():
    """Bedrock by its formula: a fall x of the gate from 0.8 at full strength gives (0.8 - x) * (0.5 + 0.5 * 0.6)."""
    reducer = partial(bedrock, gate=0, strength=1.0)
    found = pillar_shocks(np.array([[0.8, 0.6]]), np.array([0.5, 0.5]), target=0.32, reducer=reducer)
    np.testing.assert_allclose(found, [[0.4, np.inf]], atol=1e-7)


def test_missing_pillars_take_no_shock():
    """Weights of those present are scaled up; the missing one has no answer."""
    found = pillar_shocks(np.array([[0.8, np.nan]]), np.array([0.5, 0.5]), target=0.6)
    np.testing.assert_allclose(found, [[0.2, np.nan]], atol=1e-8)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: step_falls(np.full((1, 1, 1), 5.0), low=np.zeros(1), high=np.full(1, 4.0)), "outside"),
        (
            lambda: step_falls(np.ones((1, 1, 1)), low=np.zeros(1), high=np.ones(1), coders="none"),
            "all coders or of one",
        ),
        (lambda: step_falls(np.ones((1, 1, 1)), low=np.zeros(1), high=np.ones(1), direction=np.zeros(1)), "direction"),
        (lambda: least_steps(np.zeros((1, 1, 2)), -np.ones(1), index=np.ones(1), target=0.5), "zero or more"),
        (lambda: least_steps(np.array([[[0.1, 0.2]]]), np.ones(1), index=np.ones(1), target=0.5), "later step"),
    ],
)
def test_what_cannot_be_stepped_is_refused(call, message):
    """Each way of being wrong is told by its cause."""
    with pytest.raises(ValueError, match=message):
        call()
