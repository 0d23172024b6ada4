"""The labelled index on panels small enough to work out by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from alliance_metrics.coding.panel import IndicatorPanel
from alliance_metrics.errors import SpecError
from alliance_metrics.index.cohesion import cohesion_index
from alliance_metrics.index.methods import Bedrock, Mean, Normalisation
from alliance_metrics.index.plan import IndexSpec
from alliance_metrics.index.treatment import Treatment

TREE = pd.DataFrame(
    [("p1", "p", "x"), ("p2", "p", "x"), ("p3", "p", "y"), ("q1", "q", "x")],
    columns=["indicator_id", "pillar", "dimension"],
).assign(low=0, high=4)


def panel(cells):
    """Build a one-coder panel of A-B from {year: {indicator: score}}."""
    rows = [
        {"dyad": "A-B", "year": year, "indicator_id": name, "score": score}
        for year, scores in cells.items()
        for name, score in scores.items()
    ]
    return IndicatorPanel.from_frame(pd.DataFrame(rows))


def scores(index, year=1950):
    table = index.to_frame("scores")
    return table[table["year"] == year].set_index("component")


def test_arithmetic_index_worked_by_hand():
    """p1=4, p2=2: x = 75; p3=1: y = 25; p = 50; q1=3: q = 75; index = 62.5."""
    found = scores(cohesion_index(panel({1950: {"p1": 4, "p2": 2, "p3": 1, "q1": 3}}), IndexSpec(TREE)))
    expected = {"cohesion": 62.5, "p": 50, "q": 75, "p.x": 75, "p.y": 25, "q.x": 75, "p1": 100, "p2": 50, "p3": 25}
    assert found["estimate"].to_dict() == {**expected, "q1": 75}


def test_bedrock_index_worked_by_hand():
    """p = 50 gates q = 75 at strength 0.5: q counts 75 x (1 - 0.5 + 0.25) = 56.25; index = 53.125."""
    spec = IndexSpec(TREE, across_pillars=Bedrock("p", 0.5))
    found = scores(cohesion_index(panel({1950: {"p1": 4, "p2": 2, "p3": 1, "q1": 3}}), spec))
    assert found.loc["cohesion", "estimate"] == pytest.approx(53.125)


def test_contributions_under_the_bedrock_share_the_interaction():
    """q gives .5 x 75 x .5 = 18.75 alone; the gated 9.375 is shared: p 25 + 4.6875, q 18.75 + 4.6875."""
    spec = IndexSpec(TREE, across_pillars=Bedrock("p", 0.5))
    index = cohesion_index(panel({1950: {"p1": 4, "p2": 2, "p3": 1, "q1": 3}}), spec)
    parts = index.to_frame("contributions").set_index("component")["contribution"]
    assert parts["p"] == pytest.approx(25 + 4.6875)
    assert parts["q"] == pytest.approx(18.75 + 4.6875)
    assert parts["p.x"] == pytest.approx(0.75 * parts["p"])
    assert parts["p1"] == pytest.approx(parts["p.x"] * 2 / 3)


def test_contributions_under_a_geometric_mean_are_alike():
    """Without any one pillar nothing is left, so each is worth the same."""
    index = cohesion_index(
        panel({1950: {"p1": 4, "p2": 4, "p3": 4, "q1": 1}}), IndexSpec(TREE, across_pillars=Mean("geometric"))
    )
    parts = index.to_frame("contributions").set_index("component")["contribution"]
    assert parts["cohesion"] == pytest.approx(50)
    assert parts["p"] == pytest.approx(parts["q"]) == pytest.approx(25)


def test_a_missing_indicator_is_counted_and_its_weight_shared_out():
    """Without p2 the dimension rests on p1 at availability 0.5; below the least it is missing, and p rests on y."""
    cells = {1950: {"p1": 4, "p3": 1, "q1": 3}}
    lenient = scores(cohesion_index(panel(cells), IndexSpec(TREE, availability_min=0.5)))
    assert lenient.loc["p.x", ["estimate", "availability"]].tolist() == [100, 0.5]
    assert lenient.loc["cohesion", "availability"] == pytest.approx(0.875)
    strict = scores(cohesion_index(panel(cells), IndexSpec(TREE, availability_min=0.6)))
    assert pd.isna(strict.loc["p.x", "estimate"])
    assert strict.loc["p.x", "reason"] == "availability 0.50 is too low; missing: p2"
    assert strict.loc["p", "availability"] == 0.5
    assert strict.loc["p", "reason"] == "availability 0.50 is too low; missing: p.x"
    assert strict.loc["cohesion", "reason"] == "availability 0.50 is too low; missing: p"


def test_a_missing_gate_leaves_no_index():
    """With the gating pillar missing nothing can be gated, however much else is there."""
    spec = IndexSpec(TREE, availability_min=0.1, across_pillars=Bedrock("q", 0.5))
    found = scores(cohesion_index(panel({1950: {"p1": 4, "p2": 4, "p3": 4}}), spec))
    assert pd.isna(found.loc["cohesion", "estimate"])
    assert found.loc["cohesion", "reason"].endswith("missing: q")


def test_filled_cells_are_recorded():
    """A carried value counts, its weight is told in `filled`, and the table says from which year it came."""
    cells = {1950: {"p1": 4, "p2": 2, "p3": 1, "q1": 3}, 1951: {"p1": 4, "p2": 2, "p3": 1}}
    index = cohesion_index(panel(cells), IndexSpec(TREE, treatment=Treatment("carry_forward", 1)))
    found = scores(index, 1951)
    assert found.loc["q", ["estimate", "filled"]].tolist() == [75, 1]
    assert found.loc["cohesion", "filled"] == 0.5
    treated = index.to_frame("treated").to_dict("records")
    assert treated == [
        {"dyad": "A-B", "era": "", "year": 1951, "indicator_id": "q1", "method": "carry_forward",
         "from_year": 1950, "to_year": 1950, "estimate": 75.0}
    ]  # fmt: skip


def test_coders_are_combined_cell_by_cell():
    """Each cell rests on the coders who coded it: mean of 4 and 1, and 3 from the only coder."""
    rows = pd.DataFrame(
        [("A-B", 1950, "p1", "one", 4), ("A-B", 1950, "p1", "two", 1), ("A-B", 1950, "q1", "two", 3)],
        columns=["dyad", "year", "indicator_id", "coder", "score"],
    )
    tree = TREE[TREE["indicator_id"].isin(["p1", "q1"])]
    found = scores(cohesion_index(IndicatorPanel.from_frame(rows), IndexSpec(tree)))
    assert found.loc[["p1", "q1"], "estimate"].tolist() == [62.5, 75.0]


def test_any_unit_column_will_do():
    """Another name of the unit runs through every table."""
    rows = pd.DataFrame({"country": ["X"], "year": [2000], "indicator_id": ["q1"], "score": [2]})
    index = cohesion_index(IndicatorPanel.from_frame(rows, unit="country"), IndexSpec(TREE[TREE["pillar"] == "q"]))
    assert index.to_frame("scores").columns[0] == "country"
    assert index.to_frame("contributions").columns[0] == "country"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"combine": "mode"}, "mean, median"),
        ({"weighting": "equal"}, "nearest known: 'equal_indicators'"),
        ({"availability_min": 1.5}, "0 to 1"),
        ({"across_pillars": Bedrock("r", 0.5)}, "p, q"),
        ({"across_pillars": Bedrock("p", 1.5)}, "0 to 1"),
        ({"within_pillar": Mean("cubic")}, "arithmetic, geometric"),
        ({"normalisation": Normalisation("z")}, "goalposts, minmax"),
        ({"normalisation": Normalisation("target")}, "target = 3"),
        ({"normalisation": Normalisation("minmax", target=3)}, "target = 3"),
        ({"normalisation": Normalisation("reference", unit="A-B")}, "the unit and the year"),
        ({"normalisation": Normalisation("reference", unit="A-B", year=2050)}, "one unit and year of the panel"),
        ({"normalisation": Normalisation("zscore"), "across_pillars": Mean("geometric")}, "arithmetic, minimum"),
        ({"indicators": TREE.assign(direction=0)}, "+1 or -1"),
        ({"indicators": TREE.assign(role="Index")}, "index, diagnostic"),
        ({"indicators": TREE.assign(low=-1), "normalisation": Normalisation("best")}, "low of 0 or more"),
        ({"normalisation": Normalisation("best"), "treatment": Treatment(outliers="transform")}, "compares units"),
        ({"indicators": TREE.assign(pillar=None)}, "no empty cell"),
        ({"indicators": TREE.assign(high=float("inf"))}, "high above low"),
        ({"weights": {"p": "2"}}, "a number"),
        ({"treatment": "linear"}, "Treatment(...)"),
        ({"within_dimension": "geometric"}, "Mean(...)"),
        ({"availability_min": "0.5"}, "a number"),
        ({"treatment": Treatment("spline")}, "none, carry_forward, linear"),
        ({"treatment": Treatment("linear", 0)}, "1 or more"),
        ({"indicators": TREE.drop(columns="high")}, "a column is missing"),
        ({"indicators": TREE.assign(high=0)}, "goalposts are crossed"),
    ],
)
def test_a_specification_that_cannot_hold_is_refused(changes, said):
    """Every impossible choice is refused with what is allowed."""
    spec = IndexSpec(**{"indicators": TREE, **changes})
    with pytest.raises(SpecError) as caught:
        cohesion_index(panel({1950: {"p1": 4, "p2": 2, "p3": 1, "q1": 3}}), spec)
    assert said in str(caught.value)


def test_a_score_outside_the_goalposts_is_refused_with_its_place():
    """A 5 on a scale to 4 is named with dyad, year and coder."""
    with pytest.raises(SpecError) as caught:
        cohesion_index(panel({1950: {"p1": 5, "p2": 2, "p3": 1, "q1": 3}}), IndexSpec(TREE))
    assert "goalposts of 'p1'" in str(caught.value)
    assert "A-B 1950 coder: score = 5" in str(caught.value)
