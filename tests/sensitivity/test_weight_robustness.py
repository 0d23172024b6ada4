"""Weights within a radius: held to a general solver, to the corners of the allowed weights and to random search."""

from __future__ import annotations

from itertools import combinations, product

import numpy as np
import pytest
from scipy.optimize import linprog

from alliance_metrics.index.aggregate import arithmetic_mean, bedrock, geometric_mean, harmonic_mean, power_mean
from alliance_metrics.index.methods import Bedrock, BenefitOfTheDoubt, MazziottaPareto, Mean, Outranking, PowerMean
from alliance_metrics.sensitivity.weight_range import (
    WeightNode,
    WeightTree,
    extreme_weights,
    range_weights,
    score_range,
)
from alliance_metrics.sensitivity.weight_robustness import difference_range, reversing_radius, reversing_weights

ARITHMETIC = Mean("arithmetic")
FUNCTIONS = {
    "arithmetic": arithmetic_mean,
    "geometric": geometric_mean,
    "harmonic": harmonic_mean,
    "squares": lambda scores, weights: power_mean(scores, weights, 2.0),
    "inverse squares": lambda scores, weights: power_mean(scores, weights, -2.0),
    "bedrock": lambda scores, weights: bedrock(scores, weights, gate=1, strength=0.7),
}
RULES = {
    "arithmetic": (ARITHMETIC, None),
    "geometric": (Mean("geometric"), None),
    "harmonic": (Mean("harmonic"), None),
    "squares": (PowerMean(2.0), None),
    "inverse squares": (PowerMean(-2.0), None),
    "bedrock": (Bedrock("any", 0.7), 1),
}
FIRST, SECOND = np.array([0.5, 0.3, 0.2]), np.array([0.6, 0.4])
TOP = np.array([0.35, 0.65])


def linear_programme(values, weights, radius):
    """Greatest weighted sum, by a general solver: variables are the weights and their distances from the declared."""
    n = len(values)
    one, zero = np.eye(n), np.zeros((n, n))
    apart = np.vstack([np.hstack([one, -one]), np.hstack([-one, -one]), np.concatenate([np.zeros(n), np.full(n, 0.5)])])
    answer = linprog(
        -np.concatenate([values, zero[0]]),
        A_ub=apart,
        b_ub=np.concatenate([weights, -weights, [radius]]),
        A_eq=[np.concatenate([np.ones(n), zero[0]])],
        b_eq=[1.0],
        bounds=[(0.0, None if weight > 0 else 0.0) for weight in weights] + [(0.0, None)] * n,
        method="highs",
    )
    assert answer.status == 0
    return -answer.fun


def corners(weights, radius):
    """Corners of the allowed weights: every set of n - 1 bounds that meet in one allowed point."""
    used = np.flatnonzero(weights)
    declared, n = weights[used], len(used)
    bounds = [(-np.eye(n)[k], 0.0) for k in range(n)]
    for size in range(1, n):
        for members in combinations(range(n), size):
            row = np.isin(np.arange(n), members).astype(float)
            bounds.append((row, radius + row @ declared))  # mass of no set grows by more than the radius
    found = []
    for chosen in combinations(bounds, n - 1):
        rows = np.array([np.ones(n), *(row for row, _ in chosen)])
        if np.linalg.matrix_rank(rows) == n:
            point = np.linalg.solve(rows, np.array([1.0, *(limit for _, limit in chosen)]))
            if all(row @ point <= limit + 1e-9 for row, limit in bounds):
                full = np.zeros(len(weights))
                full[used] = np.where(np.abs(point) < 1e-12, 0.0, point)
                found.append(full)
    return np.unique(np.round(found, 12), axis=0)


def scattered(weights, radius, *, count, rng):
    """Random allowed weights, many near the corners."""
    aims = rng.dirichlet(np.full(len(weights), 0.2), size=count)
    aims = np.where(weights > 0, aims, 0.0) + 1e-9 * weights
    aims /= aims.sum(axis=1, keepdims=True)
    distance = np.abs(aims - weights).sum(axis=1, keepdims=True) / 2
    return weights + np.minimum(1.0, radius / np.maximum(distance, 1e-12)) * (aims - weights)


def small_tree(first="arithmetic", second="arithmetic", top="arithmetic", weights=(FIRST, SECOND, TOP)):
    """Five leaves under two nodes (places 5 and 6) under one index (place 7)."""
    children = ((0, 1, 2), (3, 4), (5, 6))
    rules = (RULES[name] for name in (first, second, top))
    nodes = (WeightNode(*parts, *rule) for *parts, rule in zip(children, weights, rules, strict=True))
    return WeightTree(5, tuple(nodes))


def index_of(leaves, weights, rules=("arithmetic",) * 3):
    """Score one unit of the small tree under many weights: leaves shape (5,), weights of shape (count, n)."""
    first = FUNCTIONS[rules[0]](np.broadcast_to(leaves[:3], weights[0].shape), weights[0])
    second = FUNCTIONS[rules[1]](np.broadcast_to(leaves[3:], weights[1].shape), weights[1])
    return FUNCTIONS[rules[2]](np.stack([first, second], axis=-1), weights[2])


def every_corner(radii, weights=(FIRST, SECOND, TOP)):
    """All ways to put every node of the small tree at a corner."""
    each = [corners(declared, radii.get(place, 0.0)) for place, declared in zip((5, 6, 7), weights, strict=True)]
    together = list(product(*each))
    return [np.array([row[node] for row in together]) for node in range(3)]


def problems(count):
    """Random problems with ties, zero weights and the ends of the radius."""
    rng = np.random.default_rng(20)
    for number in range(count):
        n = int(rng.integers(1, 7))
        values = rng.integers(0, 4, n) / 3 if number % 2 else rng.random(n)
        weights = rng.dirichlet(np.ones(n)) * (rng.random(n) > 0.25)
        weights = weights / weights.sum() if weights.sum() > 0 else np.full(n, 1 / n)
        yield values, weights, (0.0, 1.0, rng.random(), 0.3 * rng.random())[number % 4]


# One node


@pytest.mark.slow
def test_the_greatest_sum_is_that_of_a_general_solver():
    """Over 200 problems the value is that of a linear programme, to the solver's 1e-7."""
    for values, weights, radius in problems(200):
        found = extreme_weights(values, weights, radius=radius) @ values
        np.testing.assert_allclose(found, linear_programme(values, weights, radius), atol=1e-7)


def test_extreme_weights_are_allowed():
    """They are zero or more, sum to one, keep declared zeros and stay within the radius."""
    for values, weights, radius in problems(200):
        found = extreme_weights(values, weights, radius=radius)
        assert (found >= 0).all()
        assert (found[weights == 0] == 0).all()
        np.testing.assert_allclose(found.sum(), 1.0, atol=1e-12)
        assert np.abs(found - weights).sum() / 2 <= radius + 1e-11


def test_mass_moves_from_the_least_to_the_greatest():
    """0.3 is taken from 0.1 (all 0.2) and then from 0.4 (0.1 of 0.3) and given to 0.9."""
    found = extreme_weights(np.array([0.9, 0.1, 0.4]), np.array([0.5, 0.2, 0.3]), radius=0.3)
    np.testing.assert_allclose(found, [0.8, 0.0, 0.2], atol=1e-15)


def test_the_whole_simplex_gives_the_greatest_value_all():
    """At radius 1 nothing is left to the others, to the last bit."""
    assert extreme_weights(np.array([0.9, 0.1, 0.4]), np.array([0.5, 0.2, 0.3]), radius=1.0).tolist() == [1, 0, 0]


def test_what_ties_with_the_greatest_keeps_its_weight():
    """No weight moves that gains nothing."""
    found = extreme_weights(np.array([0.7, 0.7, 0.1]), np.array([0.25, 0.25, 0.5]), radius=1.0)
    assert sorted(found.tolist()) == [0.0, 0.25, 0.75]


def test_missing_values_are_as_though_absent():
    """Of weights 0.5, 0.25 and 0.25 the last two become halves before the radius counts."""
    found = extreme_weights(np.array([np.nan, 0.2, 0.8]), np.array([0.5, 0.25, 0.25]), radius=0.1)
    np.testing.assert_allclose(found, [0.0, 0.4, 0.6], atol=1e-15)


def test_nothing_present_gives_no_weights():
    """Where all that has weight is missing the weights are missing, too."""
    assert np.isnan(extreme_weights(np.array([np.nan, 0.2]), np.array([1.0, 0.0]), radius=0.5)).all()


def test_leading_axes_and_radii_of_their_own_give_what_each_gives_alone():
    """A stack of values and radii is solved row by row."""
    rng = np.random.default_rng(3)
    values, radii, weights = rng.random((4, 5, 3)), rng.random((4, 5)), np.array([0.2, 0.3, 0.5])
    found = extreme_weights(values, weights, radius=radii)
    alone = [[extreme_weights(values[i, j], weights, radius=radii[i, j]) for j in range(5)] for i in range(4)]
    np.testing.assert_array_equal(found, alone)


@pytest.mark.parametrize("radius", [-0.1, 1.1, np.nan])
def test_a_radius_out_of_range_is_refused(radius):
    """Distances of weights lie between 0 and 1."""
    with pytest.raises(ValueError) as caught:
        extreme_weights(np.array([0.2, 0.3]), np.array([0.5, 0.5]), radius=radius)
    assert "between 0 and 1" in str(caught.value)


# One unit

COMBINED = [
    ("arithmetic", "arithmetic", "arithmetic"),
    ("geometric", "harmonic", "arithmetic"),
    ("arithmetic", "squares", "geometric"),
    ("inverse squares", "arithmetic", "harmonic"),
    ("arithmetic", "geometric", "bedrock"),
    ("squares", "arithmetic", "inverse squares"),
]
RADII = {5: 0.15, 6: 0.25, 7: 0.2}


def test_a_range_by_hand():
    """Halves of 0.2 and 0.6 with radius 0.25: 0.4 less and plus a quarter of 0.4."""
    tree = WeightTree(2, (WeightNode((0, 1), np.array([0.5, 0.5]), ARITHMETIC),))
    least, greatest = score_range(np.array([[0.2], [0.6]]), tree, radius=0.25)
    np.testing.assert_allclose([least[0, 0], greatest[0, 0]], [0.3, 0.5], atol=1e-15)


@pytest.mark.parametrize("rules", COMBINED)
def test_a_range_ends_at_the_best_and_worst_of_all_corners(rules):
    """Each node's best weights lie at a corner; all combinations of corners give the range, to rounding."""
    leaves = np.random.default_rng(5).random((5, 6))
    leaves[:, 3:] = np.round(leaves[:, 3:] * 3) / 3
    least, greatest = score_range(leaves, small_tree(*rules), radius=RADII)
    for unit in range(6):
        found = index_of(leaves[:, unit], every_corner(RADII), rules)
        np.testing.assert_allclose([least[-1, unit], greatest[-1, unit]], [found.min(), found.max()], atol=1e-10)


@pytest.mark.parametrize("rules", COMBINED)
def test_random_weights_never_leave_the_range_and_come_close_to_its_ends(rules):
    """Of 20,000 random weights none goes beyond, to rounding, and the farthest come within 0.01."""
    rng = np.random.default_rng(6)
    leaves = rng.random((5, 4))
    least, greatest = score_range(leaves, small_tree(*rules), radius=RADII)
    drawn = [
        scattered(weights, RADII[place], count=20_000, rng=rng)
        for place, weights in zip(RADII, (FIRST, SECOND, TOP), strict=True)
    ]
    for unit in range(4):
        found = index_of(leaves[:, unit], drawn, rules)
        assert least[-1, unit] - 1e-12 <= found.min() <= least[-1, unit] + 0.01
        assert greatest[-1, unit] - 0.01 <= found.max() <= greatest[-1, unit] + 1e-12


@pytest.mark.parametrize("rules", COMBINED)
def test_the_weights_of_a_range_give_its_ends(rules):
    """Put into the aggregation functions, they give the least and greatest index."""
    leaves, tree = np.random.default_rng(7).random((5, 6)), small_tree(*rules)
    for ends, weights in zip(
        score_range(leaves, tree, radius=RADII), range_weights(leaves, tree, radius=RADII), strict=True
    ):
        for unit in range(6):
            own = [rows[unit : unit + 1] for rows in weights]
            np.testing.assert_allclose(index_of(leaves[:, unit], own, rules)[0], ends[-1, unit], atol=1e-12)


def test_without_a_radius_the_range_is_the_declared_score():
    """Both ends of every node's range are its score, whatever the rule, the minimum included."""
    leaves = np.random.default_rng(8).random((3, 5))
    nodes = (
        WeightNode((0, 1), np.array([0.5, 0.5]), Mean("minimum")),
        WeightNode((3, 2), np.array([0.5, 0.5]), ARITHMETIC),
    )
    for ends in score_range(leaves, WeightTree(3, nodes), radius={}):
        np.testing.assert_allclose(ends[0], leaves[:2].min(axis=0), atol=1e-15)
        np.testing.assert_allclose(ends[1], (leaves[:2].min(axis=0) + leaves[2]) / 2, atol=1e-15)


@pytest.mark.parametrize("rule", [Mean("geometric"), Mean("harmonic"), PowerMean(-2.0)])
@pytest.mark.parametrize(
    ("weights", "radius", "greatest"),
    [
        ([0.2, 0.0, 0.8], 0.19, 0.0),
        ([0.2, 0.0, 0.8], 0.2, 0.5),
        ([0.1, 0.2, 0.7], 0.29, 0.0),
        ([0.1, 0.2, 0.7], 0.3, 0.5),
        ([0.0, 0.0, 1.0], 0.0, 0.5),
    ],
)
def test_a_zero_counts_until_all_its_weight_can_move(rule, weights, radius, greatest):
    """Scores of 0, 0 and 0.5: the mean is zero unless the radius takes all weight off the zeros."""
    tree = WeightTree(3, (WeightNode((0, 1, 2), np.array(weights), rule),))
    found = score_range(np.array([[0.0], [0.0], [0.5]]), tree, radius=radius)
    np.testing.assert_allclose(found[1][0, 0], greatest, atol=1e-12)


def test_a_gate_that_rises_lets_the_others_count_for_more():
    """Gate 0.4 to 0.6 (its own weights 0.5 +- 0.1), other pillar 1, halves, strength 1: 0.4 and 0.6 in all."""
    nodes = (
        WeightNode((0, 1), np.array([0.5, 0.5]), ARITHMETIC),
        WeightNode((3, 2), np.array([0.5, 0.5]), Bedrock("any", 1.0), gate=0),
    )
    least, greatest = score_range(np.array([[0.0], [1.0], [1.0]]), WeightTree(3, nodes), radius={3: 0.1})
    np.testing.assert_allclose([least[1, 0], greatest[1, 0]], [0.4, 0.6], atol=1e-15)


def test_a_missing_leaf_is_as_though_the_tree_had_none():
    """A unit without the third leaf has the range of a tree whose first node has two children of weights 5 to 3."""
    leaves = np.array([[0.1], [0.5], [np.nan], [0.3], [0.9]])
    reduced = small_tree(weights=(np.array([0.625, 0.375, 0.0]), SECOND, TOP))
    known = np.nan_to_num(leaves)
    for found, expected in zip(
        score_range(leaves, small_tree(), radius=0.2), score_range(known, reduced, radius=0.2), strict=True
    ):
        np.testing.assert_allclose(found, expected, atol=1e-15)


def test_a_missing_gate_leaves_no_index():
    """Without the gate there is no score under bedrock, whatever the weights."""
    leaves = np.array([[0.1], [0.5], [0.2], [np.nan], [np.nan]])
    least, greatest = score_range(leaves, small_tree(top="bedrock"), radius=0.2)
    assert np.isnan([least[2, 0], greatest[2, 0]]).all()
    assert np.isfinite([least[0, 0], greatest[0, 0]]).all()


# What cannot be


@pytest.mark.parametrize("rule", [Mean("minimum"), PowerMean(np.inf), PowerMean(-np.inf)])
def test_the_minimum_takes_no_radius(rule):
    """Weights that count only as zero or not have no range."""
    tree = WeightTree(2, (WeightNode((0, 1), np.array([0.5, 0.5]), rule),))
    with pytest.raises(ValueError) as caught:
        score_range(np.array([[0.2], [0.6]]), tree, radius=0.1)
    assert "node 2" in str(caught.value)
    assert "give it no radius" in str(caught.value)


@pytest.mark.parametrize("rule", [MazziottaPareto(), Outranking(), BenefitOfTheDoubt()])
def test_rules_that_do_not_rise_with_every_score_are_refused(rule):
    """A penalty for unevenness, contests and weights of a unit's own choice are not taken."""
    with pytest.raises(ValueError) as caught:
        WeightTree(2, (WeightNode((0, 1), np.array([0.5, 0.5]), rule),))
    assert rule.method in str(caught.value)


@pytest.mark.parametrize(
    ("nodes", "said"),
    [
        ([WeightNode((0, 3), SECOND, ARITHMETIC)], "must stand before it"),
        ([WeightNode((), np.array([]), ARITHMETIC)], "must have children"),
        ([WeightNode((0, 1), SECOND, ARITHMETIC), WeightNode((3, 1), SECOND, ARITHMETIC)], "no leaf of two"),
        ([WeightNode((0, 1), SECOND, ARITHMETIC), WeightNode((2,), np.ones(1), ARITHMETIC)], "child of exactly one"),
        ([WeightNode((0, 1), FIRST, ARITHMETIC)], "one weight for each"),
        ([WeightNode((0, 1), np.zeros(2), ARITHMETIC)], "all be zero"),
        ([WeightNode((0, 1), SECOND, Bedrock("any", 0.5))], "gate None"),
        ([WeightNode((0, 1), SECOND, Bedrock("any", 0.5), gate=2)], "choose 0 to 1"),
    ],
)
def test_what_is_no_tree_is_refused(nodes, said):
    """Places, weights and gates must fit together."""
    with pytest.raises(ValueError) as caught:
        WeightTree(3, tuple(nodes))
    assert said in str(caught.value)


@pytest.mark.parametrize(("radius", "said"), [({9: 0.1}, "[9]"), ({5: 1.5}, "node 5 is 1.5"), (-0.1, "node 5")])
def test_radii_must_be_of_nodes_and_in_range(radius, said):
    """An unknown place and a radius out of range are named."""
    with pytest.raises(ValueError) as caught:
        score_range(np.full((5, 1), 0.5), small_tree(), radius=radius)
    assert said in str(caught.value)


# Two units


def pair(first, second):
    return {"leaves": np.array([first, second]).T, "one": np.array([0]), "other": np.array([1])}


def test_a_range_of_a_difference_by_hand():
    """Gaps of 0.4 and -0.2 at halves, radius 0.25: 0.1 less and plus a quarter of 0.6."""
    tree = WeightTree(2, (WeightNode((0, 1), np.array([0.5, 0.5]), ARITHMETIC),))
    least, greatest = difference_range(tree=tree, **pair([0.8, 0.3], [0.4, 0.5]), radius=0.25)
    np.testing.assert_allclose([least[0], greatest[0]], [-0.05, 0.25], atol=1e-15)


@pytest.mark.parametrize(
    ("rules", "radii"),
    [
        (("arithmetic", "arithmetic", "arithmetic"), RADII),
        (("arithmetic", "geometric", "arithmetic"), {5: 0.3, 7: 0.2}),
        (("geometric", "harmonic", "bedrock"), {7: 0.3}),
        (("bedrock", "squares", "arithmetic"), {5: 0.3, 7: 0.2}),
        (("geometric", "arithmetic", "harmonic"), {}),
    ],
)
def test_a_difference_ranges_between_the_corners(rules, radii):
    """Each node's best weights lie at a corner, the same for both units; all combinations of corners give the range."""
    leaves, one, other = np.random.default_rng(9).random((5, 6)), np.array([0, 1, 2]), np.array([3, 4, 5])
    least, greatest = difference_range(leaves, small_tree(*rules), one=one, other=other, radius=radii)
    together = every_corner(radii)
    for place in range(3):
        found = index_of(leaves[:, place], together, rules) - index_of(leaves[:, place + 3], together, rules)
        np.testing.assert_allclose([least[place], greatest[place]], [found.min(), found.max()], atol=1e-10)


def test_random_weights_of_both_units_never_leave_the_range_of_their_difference():
    """Of 20,000 random weights none goes beyond, to rounding, and the farthest come within 0.01."""
    rng = np.random.default_rng(10)
    leaves, tree = rng.random((5, 2)), small_tree()
    least, greatest = difference_range(leaves, tree, one=np.array([0]), other=np.array([1]), radius=RADII)
    drawn = [
        scattered(weights, RADII[place], count=20_000, rng=rng)
        for place, weights in zip(RADII, (FIRST, SECOND, TOP), strict=True)
    ]
    found = index_of(leaves[:, 0], drawn) - index_of(leaves[:, 1], drawn)
    assert least[0] - 1e-12 <= found.min() <= least[0] + 0.01
    assert greatest[0] - 0.01 <= found.max() <= greatest[0] + 1e-12


def test_units_that_miss_the_same_are_compared_over_the_rest():
    """Both without the third leaf: the range of a tree whose first node has two children of weights 5 to 3."""
    both = pair([0.1, 0.5, np.nan, 0.3, 0.9], [0.4, 0.2, np.nan, 0.6, 0.1])
    known = {**both, "leaves": np.nan_to_num(both["leaves"])}
    reduced = small_tree(weights=(np.array([0.625, 0.375, 0.0]), SECOND, TOP))
    np.testing.assert_allclose(
        difference_range(tree=small_tree(), **both, radius=0.2),
        difference_range(tree=reduced, **known, radius=0.2),
        atol=1e-15,
    )


@pytest.mark.parametrize(
    ("radius", "compared"), [({5: 0.1}, False), ({6: 0.1}, True), ({7: 0.1}, True), ({5: 0.1, 7: 0.1}, False)]
)
def test_units_that_miss_different_leaves_are_compared_where_their_weights_stay(radius, compared):
    """One unit has no third leaf: only a radius of the node above it stands in the way."""
    found = difference_range(
        tree=small_tree(), **pair([0.1, 0.5, np.nan, 0.3, 0.9], [0.4, 0.2, 0.7, 0.6, 0.1]), radius=radius
    )
    assert np.isfinite(found).all() == compared
    assert np.isnan(found).any() != compared


def test_what_is_missing_without_weight_stands_in_no_way():
    """The third leaf has a weight of zero, so that one unit may lack it."""
    tree = small_tree(weights=(np.array([0.7, 0.3, 0.0]), SECOND, TOP))
    lacking = pair([0.1, 0.5, np.nan, 0.3, 0.9], [0.4, 0.2, 0.7, 0.6, 0.1])
    complete = pair([0.1, 0.5, 0.2, 0.3, 0.9], [0.4, 0.2, 0.7, 0.6, 0.1])
    np.testing.assert_allclose(
        difference_range(tree=tree, **lacking, radius=0.2), difference_range(tree=tree, **complete, radius=0.2)
    )


def test_a_node_without_weight_stands_in_no_way():
    """The first node has a weight of zero, so that the two may miss different leaves below it."""
    tree = small_tree(weights=(FIRST, SECOND, np.array([0.0, 1.0])))
    given = pair([0.1, 0.5, np.nan, 0.3, 0.9], [0.4, 0.2, 0.7, 0.6, 0.1])
    least, greatest = difference_range(tree=tree, **given, radius=0.1)
    np.testing.assert_allclose([least[0], greatest[0]], [0.03, 0.25], atol=1e-15)


@pytest.mark.parametrize(
    ("rules", "radius", "said"),
    [
        (("arithmetic", "arithmetic", "bedrock"), {5: 0.1}, "node 7 (bedrock) stands above"),
        (("arithmetic", "arithmetic", "geometric"), {6: 0.1}, "node 7 (geometric) stands above"),
        (("geometric", "arithmetic", "arithmetic"), 0.1, "node 5 (geometric) has a radius"),
    ],
)
def test_differences_that_do_not_add_up_are_refused(rules, radius, said):
    """Where the difference of two units is no sum over children the message names the node."""
    with pytest.raises(ValueError) as caught:
        difference_range(tree=small_tree(*rules), **pair([0.5] * 5, [0.4] * 5), radius=radius)
    assert said in str(caught.value)


# What turns two about


def test_a_reversing_radius_by_hand():
    """Gaps of 0.4 and -0.2 at halves are 0.1 in all: a sixth moved from the first to the second takes it away."""
    tree = WeightTree(2, (WeightNode((0, 1), np.array([0.5, 0.5]), ARITHMETIC),))
    given = {"tree": tree, **pair([0.8, 0.3], [0.4, 0.5])}
    np.testing.assert_allclose(reversing_radius(**given, nodes=[2]), [1 / 6], atol=1e-14)
    np.testing.assert_allclose(reversing_weights(**given, node=2), [[1 / 3, 2 / 3]], atol=1e-14)


def test_a_tie_needs_no_change():
    """Units with the same index are tied at the declared weights."""
    tree = WeightTree(2, (WeightNode((0, 1), np.array([0.5, 0.5]), ARITHMETIC),))
    given = {"tree": tree, **pair([0.7, 0.1], [0.1, 0.7])}
    assert reversing_radius(**given, nodes=[2]).tolist() == [0.0]
    assert reversing_weights(**given, node=2).tolist() == [[0.5, 0.5]]


@pytest.mark.parametrize("nodes", [[7], [5, 6, 7]])
def test_no_weights_turn_about_a_unit_that_is_ahead_in_all(nodes):
    """Where every score is higher the order stands at any weights: there is no radius."""
    given = {"tree": small_tree(), **pair([0.8, 0.9, 0.7, 0.8, 0.9], [0.2, 0.3, 0.4, 0.3, 0.1])}
    assert np.isnan(reversing_radius(**given, nodes=nodes)).all()
    assert np.isnan(reversing_weights(**given, node=7)).all()


@pytest.mark.parametrize("nodes", [[3], [3, 4]])
def test_a_tie_but_for_rounding_is_a_tie(nodes):
    """The same three scores in another order have one mean, whatever the last bit says."""
    tree = WeightTree(
        3, (WeightNode((0, 1, 2), np.full(3, 1 / 3), ARITHMETIC), WeightNode((3,), np.ones(1), ARITHMETIC))
    )
    assert reversing_radius(tree=tree, **pair([0.3, 0.1, 0.2], [0.2, 0.3, 0.1]), nodes=nodes).tolist() == [0.0]


@pytest.mark.parametrize("level", [([0.3, 0.1], [0.1, 0.4]), ([0.1, 0.4], [0.3, 0.1])])
@pytest.mark.parametrize("nodes", [[7], [5, 7]])
def test_all_weight_on_what_ties_is_a_tie(nodes, level):
    """Ahead in the first node, level but for rounding in the second, whose weight is 0.65: 0.35 has to move there."""
    given = {"tree": small_tree(), **pair([0.8, 0.8, 0.8, *level[0]], [0.2, 0.2, 0.2, *level[1]])}
    np.testing.assert_allclose(reversing_radius(**given, nodes=nodes), [0.35], atol=1e-9)


@pytest.mark.slow
def test_the_reversing_radius_of_one_node_is_that_of_a_general_solver():
    """The least distance at which the weighted gaps sum to zero or less, by a linear programme, or none."""
    rng = np.random.default_rng(11)
    outcomes = set()
    for number in range(150):
        n = int(rng.integers(2, 6))
        values = (rng.integers(0, 4, (n, 2)) / 3) if number % 2 else rng.random((n, 2))
        weights = rng.dirichlet(np.ones(n))
        gaps = values[:, 0] - values[:, 1]
        gaps = gaps if gaps @ weights > 0 else -gaps
        one, zero = np.eye(n), np.zeros(n)
        answer = linprog(
            np.concatenate([zero, np.full(n, 0.5)]),
            A_ub=np.vstack([np.hstack([one, -one]), np.hstack([-one, -one]), np.concatenate([gaps, zero])]),
            b_ub=np.concatenate([weights, -weights, [0.0]]),
            A_eq=[np.concatenate([np.ones(n), zero])],
            b_eq=[1.0],
            method="highs",
        )
        tree = WeightTree(n, (WeightNode(tuple(range(n)), weights, ARITHMETIC),))
        found = reversing_radius(values, tree, one=np.array([0]), other=np.array([1]), nodes=[n])
        outcomes.add(answer.status)
        np.testing.assert_allclose(found, [answer.fun if answer.status == 0 else np.nan], atol=1e-6)
    assert outcomes == {0, 2}  # solved, and no such weights


def some_pairs(seed, count=60):
    """Random units on coarse and fine scores, some leaves missing in both units of a pair."""
    rng = np.random.default_rng(seed)
    leaves = rng.random((5, 2 * count))
    leaves[:, : count // 2] = np.round(leaves[:, : count // 2] * 4) / 4
    leaves[:, count : count + count // 2] = np.round(leaves[:, count : count + count // 2] * 4) / 4
    lost = rng.random((5, count)) < 0.1
    leaves[:, :count][lost] = np.nan
    leaves[:, count:][lost] = np.nan
    return {"leaves": leaves, "one": np.arange(count), "other": np.arange(count, 2 * count)}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("rules", "nodes"),
    [
        (("arithmetic",) * 3, [5]),
        (("arithmetic",) * 3, [7]),
        (("bedrock", "squares", "arithmetic"), [5]),
        (("geometric", "harmonic", "bedrock"), [7]),
        (("arithmetic", "geometric", "arithmetic"), [5, 7]),
        (("arithmetic",) * 3, [5, 6, 7]),
    ],
)
def test_the_range_first_holds_zero_at_the_reversing_radius(rules, nodes):
    """Within 1e-9 of it the range of the difference begins to hold zero; without one it never does."""
    tree, given = small_tree(*rules), some_pairs(12)
    found = reversing_radius(tree=tree, **given, nodes=nodes)
    solved = np.flatnonzero(found > 0)
    never = np.flatnonzero(np.isnan(found))
    assert len(solved) > 10
    for place in [*solved, *never]:
        own = {"leaves": given["leaves"], "one": given["one"][[place]], "other": given["other"][[place]]}
        aim = found[place] if place in solved else 1.0
        outer = difference_range(tree=tree, **own, radius=dict.fromkeys(nodes, min(aim + 1e-9, 1.0)))
        holds = outer[0][0] <= 1e-12 and outer[1][0] >= -1e-12
        assert holds == (place in solved)
        if place in solved:
            inner = difference_range(tree=tree, **own, radius=dict.fromkeys(nodes, max(aim - 1e-9, 0.0)))
            assert inner[0][0] > 0 or inner[1][0] < 0


def test_halving_and_solving_agree():
    """A second node with one child adds nothing, but is solved by halving: to 1e-10."""
    nodes = (
        WeightNode((0, 1, 2), FIRST, ARITHMETIC),
        WeightNode((3,), np.ones(1), ARITHMETIC),
        WeightNode((5, 6), TOP, ARITHMETIC),
    )
    tree, given = WeightTree(5, nodes), some_pairs(13)
    np.testing.assert_allclose(
        reversing_radius(tree=tree, **given, nodes=[5]), reversing_radius(tree=tree, **given, nodes=[5, 6]), atol=1e-10
    )


def test_reversing_weights_make_a_tie_at_the_reversing_radius():
    """Put into the mean across nodes they give both units one index, and their distance is the radius."""
    leaves = np.random.default_rng(14).random((5, 80))
    one, other, tree = np.arange(40), np.arange(40, 80), small_tree()
    radius = reversing_radius(leaves, tree, one=one, other=other, nodes=[7])
    weights = reversing_weights(leaves, tree, one=one, other=other, node=7)
    there = ~np.isnan(radius)
    scores = np.stack([arithmetic_mean(leaves[:3].T, FIRST), arithmetic_mean(leaves[3:].T, SECOND)], axis=-1)
    assert 0 < there.sum() < 40
    assert np.isnan(weights[~there]).all()
    np.testing.assert_allclose(
        arithmetic_mean(scores[one], weights)[there], arithmetic_mean(scores[other], weights)[there], atol=1e-12
    )
    np.testing.assert_allclose(np.abs(weights - TOP).sum(axis=1)[there] / 2, radius[there], atol=1e-12)


def test_order_of_the_two_units_does_not_matter():
    """What turns one about against the other turns the other about against the one."""
    given = some_pairs(15)
    turned = {**given, "one": given["other"], "other": given["one"]}
    np.testing.assert_allclose(
        reversing_radius(tree=small_tree(), **given, nodes=[7]),
        reversing_radius(tree=small_tree(), **turned, nodes=[7]),
        atol=1e-14,
    )


def test_units_that_miss_different_leaves_have_no_reversing_radius():
    """Units that cannot be compared give NaN for radius and weights."""
    given = {"tree": small_tree(), **pair([0.1, 0.5, np.nan, 0.3, 0.9], [0.4, 0.2, 0.7, 0.6, 0.1])}
    assert np.isnan(reversing_radius(**given, nodes=[5])).all()
    assert np.isnan(reversing_weights(**given, node=5)).all()


def test_one_node_or_more_must_be_named():
    """Without a node nothing can change."""
    with pytest.raises(ValueError) as caught:
        reversing_radius(tree=small_tree(), **pair([0.5] * 5, [0.4] * 5), nodes=[])
    assert "name one node or more" in str(caught.value)
