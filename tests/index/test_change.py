"""Parts of a change: they sum to it in every tier, they are Shapley values, and what is missing is told apart."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alliance_metrics.errors import ScoringError
from alliance_metrics.index.aggregate import (
    arithmetic_mean,
    bedrock,
    geometric_mean,
    harmonic_mean,
    minimum,
    power_mean,
)
from alliance_metrics.index.change import ChangeNode, ChangeParts, change_parts
from alliance_metrics.index.mazziotta_pareto import adjusted_mazziotta_pareto
from tests.oracles import gated_mean, nested_shares, weighted_geometric_mean, weighted_mean

# Leaves 0-5; dimensions 6 (0, 1), 7 (2, 3), 8 (4, 5); pillars 9 (6, 7), 10 (8); index 11 (9, 10).
CHILDREN = {6: (0, 1), 7: (2, 3), 8: (4, 5), 9: (6, 7), 10: (8,), 11: (9, 10)}
WEIGHTS = {6: (0.3, 0.7), 7: (0.5, 0.5), 8: (0.4, 0.6), 9: (0.6, 0.4), 10: (1.0,), 11: (0.45, 0.55)}
TIERS = ((9, 10), (6, 7, 8), (0, 1, 2, 3, 4, 5))
RULES = {
    "arithmetic": (arithmetic_mean, "additive"),
    "geometric": (geometric_mean, "any"),
    "harmonic": (harmonic_mean, "any"),
    "minimum": (minimum, "any"),
    "cubic": (partial(power_mean, exponent=3.0), "any"),
    "penalised": (partial(adjusted_mazziotta_pareto, sign=-1.0), "any"),
    "bedrock": (partial(bedrock, gate=0, strength=0.6), "linear"),
}
GONE = math.nan
EARLY = (0.9, 0.8, 0.7, 0.5, 0.6, 1.0)
LATE = (0.4, 0.85, 0.7, 0.1, 0.75, 0.2)


def nodes(top: str = "arithmetic", within: str = "arithmetic") -> list[ChangeNode]:
    """Give the tree with one rule across pillars and another below."""
    chosen = {place: RULES[top if place == 11 else within] for place in CHILDREN}
    return [
        ChangeNode(place, below, chosen[place][0], np.array(WEIGHTS[place]), chosen[place][1])
        for place, below in CHILDREN.items()
    ]


def scored(leaves: Sequence[Sequence[float]]) -> np.ndarray:
    """Put leaves of shape (6, n_draws) under nodes that have a score wherever a leaf below has one."""
    whole = np.full((12, len(leaves[0])), np.nan)
    whole[:6] = leaves
    for place, below in CHILDREN.items():
        whole[place] = np.where(np.isnan(whole[list(below)]).all(axis=0), np.nan, 0.0)
    return whole


def parted(early: Sequence[float], late: Sequence[float], tree: list[ChangeNode]) -> ChangeParts:
    """Share out the change between two sets of leaves."""
    ends = (scored(np.array(values, dtype=float).reshape(6, -1)) for values in (early, late))
    return change_parts(tree, *ends)


def slow_mean(name: str, scores: list[float], weights: Sequence[float]) -> float:
    """Aggregate by the oracles, of what is present."""
    if name == "bedrock":
        here = [(s, w) for s, w in zip(scores, weights, strict=True) if not math.isnan(s)]
        total = sum(w for _, w in here)
        return (
            math.nan
            if math.isnan(scores[0])
            else gated_mean([s for s, _ in here], [w / total for _, w in here], 0, 0.6)
        )
    return {"arithmetic": weighted_mean, "geometric": weighted_geometric_mean}[name](scores, weights)


def slow_parts(early: Sequence[float], late: Sequence[float], top: str, within: str) -> dict[str, float]:
    """Try every order of steps, coverage of each node one of them."""

    def there(place: int, leaves: Sequence[float]) -> bool:
        return not math.isnan(leaves[place]) if place < 6 else any(there(c, leaves) for c in CHILDREN[place])

    def both(place: int) -> bool:
        return there(place, early) and there(place, late)

    def scores(place: int, taken: set[str]) -> float:
        if place < 6:
            return (late if str(place) in taken else early)[place]
        seen = late if f"coverage {place}" in taken else early
        below = [scores(c, taken) if both(c) else whole(c, seen) for c in CHILDREN[place]]
        return slow_mean(top if place == 11 else within, below, WEIGHTS[place])

    def whole(place: int, leaves: Sequence[float]) -> float:
        if place < 6:
            return leaves[place]
        if not there(place, leaves):
            return math.nan
        return slow_mean(top if place == 11 else within, [whole(c, leaves) for c in CHILDREN[place]], WEIGHTS[place])

    tree: dict[str, list[str]] = {}
    for place, below in CHILDREN.items():
        here = [str(c) for c in below if both(c)]
        tree[str(place)] = here if len(here) == len(below) else [*here, f"coverage {place}"]
    return nested_shares(tree, "11", lambda taken: scores(11, taken))


def test_an_arithmetic_index_shares_out_weight_times_change() -> None:
    """Leaf 0 falls by 0.5 and weighs 0.45 * 0.6 * 0.3; pillar 9 by 0.45 times the fall of its score."""
    found = parted(EARLY, LATE, nodes())
    assert found.component[0, 0] == pytest.approx(-0.5 * 0.45 * 0.6 * 0.3, abs=1e-15)
    assert found.component[4, 0] == pytest.approx(0.15 * 0.55 * 0.4, abs=1e-15)
    assert found.component[9, 0] == pytest.approx(0.45 * (0.6 * (-0.15 + 0.035) + 0.4 * -0.2), abs=1e-15)
    assert (found.coverage == 0).all()


def test_a_mean_that_loses_a_child_is_shared_out_by_the_weights_of_both_years() -> None:
    """Two leaves alike: one falls from 1 to 0.5, the other (0) goes missing; the mean stands at 0.5 both times.

    The one that is left weighs 1/2 before and 1 after, 3/4 on average, and makes up -3/8; coverage makes up +3/8.
    """
    node = ChangeNode(2, (0, 1), arithmetic_mean, np.array([0.5, 0.5]), "additive")
    before, after = np.array([[1.0], [0.0], [0.5]]), np.array([[0.5], [GONE], [0.5]])
    found = change_parts([node], before, after)
    assert found.component[:, 0].tolist() == [-0.375, 0.0, 0.0]
    assert found.coverage[2, 0] == 0.375


def test_a_bedrock_shares_what_the_gate_lets_through() -> None:
    """Gate 1 to 0 beside a steady 1, weights halves, full strength: the gate makes up its own half and the other's."""
    rule = partial(bedrock, gate=0, strength=1.0)
    node = ChangeNode(2, (0, 1), rule, np.array([0.5, 0.5]), "linear")
    found = change_parts([node], np.array([[1.0], [1.0], [1.0]]), np.array([[0.0], [1.0], [0.0]]))
    assert found.component[:, 0].tolist() == [-1.0, 0.0, -1.0]


def test_a_geometric_mean_that_falls_to_nothing_is_shared_alike() -> None:
    """Both scores from 1 to 0: whichever comes first takes all away, so each makes up half."""
    node = ChangeNode(2, (0, 1), geometric_mean, np.array([0.9, 0.1]), "any")
    found = change_parts([node], np.array([[1.0], [1.0], [1.0]]), np.array([[0.0], [0.0], [0.0]]))
    assert found.component[:, 0] == pytest.approx([-0.5, -0.5, -1.0])


@pytest.mark.parametrize(
    ("early", "late"),
    [
        (EARLY, LATE),
        ((0.9, GONE, 0.7, 0.5, 0.6, 1.0), LATE),
        ((0.9, 0.8, 0.7, 0.5, 0.6, 1.0), (0.4, 0.85, GONE, GONE, 0.75, 0.2)),
        ((0.9, 0.8, 0.7, GONE, GONE, 1.0), (GONE, 0.85, 0.7, 0.1, 0.75, 0.2)),
    ],
    ids=["all there", "one comes in", "a dimension goes", "some come and go"],
)
@pytest.mark.parametrize(
    ("top", "within"),
    [
        ("arithmetic", "arithmetic"),
        ("geometric", "arithmetic"),
        ("geometric", "geometric"),
        ("bedrock", "arithmetic"),
        ("bedrock", "geometric"),
        ("arithmetic", "geometric"),
    ],
)
def test_parts_are_those_of_all_orders_tried(
    early: Sequence[float], late: Sequence[float], top: str, within: str
) -> None:
    """Every leaf and every coverage as an average over all orders that keep what is below one component together."""
    found = parted(early, late, nodes(top, within))
    for step, share in slow_parts(early, late, top, within).items():
        word, _, place = step.rpartition(" ")
        table = found.coverage if word else found.component
        assert table[int(place), 0] == pytest.approx(share, abs=1e-12), step


levels = st.one_of(st.none(), st.sampled_from([0.0, 0.25, 0.5, 1.0]), st.floats(0.0, 1.0))
leaf_sets = st.lists(levels, min_size=6, max_size=6)


@pytest.mark.slow
@pytest.mark.parametrize("top", list(RULES))
@pytest.mark.parametrize("within", [name for name in RULES if name != "bedrock"])
@settings(max_examples=40)
@given(early=leaf_sets, late=leaf_sets)
def test_every_tier_sums_to_the_change(top: str, within: str, early: list[float], late: list[float]) -> None:
    """Components of a tier and coverage at and above it, whatever the rules and whatever is missing."""
    tree = nodes(top, within)
    ends = [scored(np.array([[np.nan if v is None else v] for v in values])) for values in (early, late)]
    if top == "bedrock":
        for scores in ends:
            scores[11, 0] = np.nan if np.isnan(scores[9, 0]) else 0.0
    found = change_parts(tree, *ends)
    whole = [slow_index(tree, scores) for scores in ends]
    if math.isnan(whole[1] - whole[0]):
        assert np.isnan(found.component).all()
        return
    covered = 0.0
    for places, above in zip(TIERS, ((11,), (9, 10), (6, 7, 8)), strict=True):
        covered += found.coverage[list(above), 0].sum()
        assert found.component[list(places), 0].sum() + covered == pytest.approx(
            whole[1] - whole[0], abs=1e-8, rel=1e-12
        )


def slow_index(tree: list[ChangeNode], scores: np.ndarray) -> float:
    """Aggregate node by node, one unit."""
    whole = scores[:, 0].copy()
    for node in tree:
        found = node.reduce(whole[list(node.children)][np.newaxis], node.weights)[0]
        whole[node.place] = np.nan if np.isnan(whole[node.place]) else found
    return float(whole[11])


@pytest.mark.parametrize("top", list(RULES))
def test_told_backwards_every_part_has_the_other_sign(top: str) -> None:
    """From the later to the earlier unit: minus each part, coverage included."""
    early, late = (0.9, GONE, 0.7, 0.5, 0.6, 1.0), (0.4, 0.85, 0.7, GONE, 0.75, 0.2)
    there, back = parted(early, late, nodes(top)), parted(late, early, nodes(top))
    assert there.component == pytest.approx(-back.component, abs=1e-12)
    assert there.coverage == pytest.approx(-back.coverage, abs=1e-12)


@pytest.mark.parametrize("top", list(RULES))
def test_no_change_has_no_parts(top: str) -> None:
    """The same scores twice, some missing both times."""
    leaves = (0.9, GONE, 0.7, 0.5, 0.6, 1.0)
    found = parted(leaves, leaves, nodes(top))
    assert (found.component == 0).all()
    assert (found.coverage == 0).all()


def test_what_does_not_move_has_no_part_and_takes_nothing_from_others() -> None:
    """Leaf 2 stands still in a geometric index; with it at another height the parts of others differ, its own is 0."""
    found = parted(EARLY, LATE, nodes("geometric", "geometric"))
    assert found.component[2, 0] == 0.0
    assert found.component[3, 0] < 0


def test_draws_are_shared_out_each_for_itself() -> None:
    """Three draws at once, with weights of their own and other gaps in each, as one by one."""
    rng = np.random.default_rng(5)
    early, late = rng.random((6, 3)), rng.random((6, 3))
    early[1, 1], late[3, 2], late[0, 1] = np.nan, np.nan, np.nan
    weights = {place: rng.dirichlet(np.ones(len(below)), size=3) for place, below in CHILDREN.items()}

    def tree(draws: slice) -> list[ChangeNode]:
        return [
            ChangeNode(n.place, n.children, n.reduce, weights[n.place][draws], n.kind)
            for n in nodes("geometric", "arithmetic")
        ]

    together = change_parts(tree(slice(None)), scored(early), scored(late))
    for draw in range(3):
        own = slice(draw, draw + 1)
        alone = change_parts(tree(own), scored(early[:, own]), scored(late[:, own]))
        assert together.component[:, own] == pytest.approx(alone.component, abs=1e-14)
        assert together.coverage[:, own] == pytest.approx(alone.coverage, abs=1e-14)


def test_a_linear_or_additive_node_told_as_any_gives_the_same() -> None:
    """Closed forms and all orders tried agree."""
    early, late = (0.9, GONE, 0.7, 0.5, 0.6, 1.0), (0.4, 0.85, 0.7, GONE, 0.75, 0.2)
    known = nodes("bedrock")
    blind = [ChangeNode(n.place, n.children, n.reduce, n.weights, "any") for n in known]
    one, other = parted(early, late, known), parted(early, late, blind)
    assert one.component == pytest.approx(other.component, abs=1e-12)
    assert one.coverage == pytest.approx(other.coverage, abs=1e-12)


def test_a_missing_index_has_no_parts() -> None:
    """All leaves gone in the second unit."""
    found = parted(EARLY, (GONE,) * 6, nodes())
    assert np.isnan(found.component).all()


def test_too_many_orders_are_refused() -> None:
    """Twenty children of a geometric mean; an arithmetic one has a closed form and takes them."""
    rng = np.random.default_rng(1)
    before, after = rng.random((21, 1)), rng.random((21, 1))
    weights = np.full(20, 0.05)
    many = ChangeNode(20, tuple(range(20)), geometric_mean, weights, "any")
    with pytest.raises(ScoringError, match="there are 524288 states of the tree to try for one component"):
        change_parts([many], before, after)
    found = change_parts([ChangeNode(20, tuple(range(20)), arithmetic_mean, weights, "additive")], before, after)
    assert found.component[:20].sum() == pytest.approx(found.component[20, 0])
