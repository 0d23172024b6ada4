"""The tree of components and the weights in it."""

from __future__ import annotations

import pandas as pd
import pytest

from alliance_metrics.errors import SpecError
from alliance_metrics.index.hierarchy import declared_weights, hierarchy_from_frame

ROWS = [
    ("a1", "a", "x", "index"),
    ("a2", "a", "x", "index"),
    ("a3", "a", "y", "index"),
    ("b1", "b", "x", "index"),
    ("b2", "b", "z", "diagnostic"),
]
FRAME = pd.DataFrame(ROWS, columns=["indicator_id", "pillar", "dimension", "role"])


@pytest.fixture
def tree():
    return hierarchy_from_frame(FRAME, index_id="whole")


def by_id(tree, weights):
    return {
        tree.components[child].id: round(float(weight), 6)
        for node, shares in weights.items()
        for child, weight in zip(tree.components[node].children, shares, strict=True)
    }


def test_components_stand_children_before_parents(tree):
    """Indicators, dimensions under their pillar's name, pillars, then the index."""
    expected = ["a1", "a2", "a3", "b1", "b2", "a.x", "a.y", "b.x", "a", "b", "whole"]
    assert [component.id for component in tree.components] == expected


def test_a_dimension_of_diagnostic_indicators_alone_does_not_enter(tree):
    """b.z holds only a diagnostic indicator: it is no component, though its indicator names it as parent."""
    assert "b.z" not in [component.id for component in tree.components]
    assert tree.components[4].parent == "b.z"
    assert tree.components[4].role == "diagnostic"


def test_unstated_weights_are_equal_among_siblings(tree):
    """Every node's children share alike where nothing is declared."""
    found = by_id(tree, declared_weights(tree, {}, weighting="declared"))
    assert found == {"a1": 0.5, "a2": 0.5, "a3": 1, "b1": 1, "a.x": 0.5, "a.y": 0.5, "b.x": 1, "a": 0.5, "b": 0.5}


def test_weights_are_declared_at_any_level(tree):
    """Pillars, dimensions and indicators take weights by their ids."""
    found = by_id(tree, declared_weights(tree, {"a": 3, "a.y": 1, "a.x": 3, "a1": 0}, weighting="declared"))
    assert found["a"] == 0.75
    assert found["a.x"] == 0.75
    assert (found["a1"], found["a2"]) == (0, 1)


def test_equal_indicators_weigh_alike_whatever_their_dimension(tree):
    """Each of the four indicators that count makes up a quarter of the index."""
    found = by_id(tree, declared_weights(tree, {}, weighting="equal_indicators"))
    shares = {"a1": found["a"] * found["a.x"] * found["a1"], "a3": found["a"] * found["a.y"] * found["a3"]}
    assert shares == pytest.approx({"a1": 0.25, "a3": 0.25}, abs=1e-5)  # weights above are rounded to six digits
    assert found["b"] == 0.25


@pytest.mark.parametrize(
    ("weights", "weighting", "said"),
    [
        ({"a.yy": 1}, "declared", "nearest known: 'a.y'"),
        ({"b2": 1}, "declared", "unknown component"),
        ({"whole": 1}, "declared", "unknown component"),
        ({"a": -1}, "declared", "negative"),
        ({"a": float("nan")}, "declared", "not finite"),
        ({"a1": 0, "a2": 0}, "declared", "all weights of a node are zero"),
        ({"a": 2}, "equal_indicators", "would be ignored"),
    ],
)
def test_weights_that_cannot_hold_are_refused(tree, weights, weighting, said):
    """Unknown, negative, missing, all-zero and ineffective weights are refused with the reason."""
    with pytest.raises(SpecError) as caught:
        declared_weights(tree, weights, weighting=weighting)
    assert said in str(caught.value)


def test_one_id_for_two_components_is_refused():
    """An indicator named like a pillar could not be told apart in results."""
    doubled = FRAME.assign(indicator_id=["a", "a2", "a3", "b1", "b2"])
    with pytest.raises(SpecError) as caught:
        hierarchy_from_frame(doubled, index_id="whole")
    assert "a named twice" in str(caught.value)


def test_a_tree_without_counting_indicators_is_refused():
    """Diagnostic indicators alone make no index."""
    with pytest.raises(SpecError) as caught:
        hierarchy_from_frame(FRAME.assign(role="diagnostic"), index_id="whole")
    assert "no indicator of role 'index'" in str(caught.value)
