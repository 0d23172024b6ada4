"""Fragility of a plan's index: the steps are taken in the codings and the index is computed anew."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pandas as pd
import pytest

from alliance_metrics.coding.panel import IndicatorPanel
from alliance_metrics.history.fragility.fragility import is_arithmetic, leaf_weights, plan_least_steps
from alliance_metrics.index.methods import Bedrock, Mean, Normalisation
from alliance_metrics.index.plan import nominal_scores, plan_index
from alliance_metrics.index.specification import IndexSpec

TREE = pd.DataFrame(
    [
        ("p1", "p", "x", 4, 1, "index"),
        ("p2", "p", "x", 4, -1, "index"),
        ("p3", "p", "y", 2, 1, "index"),
        ("q1", "q", "x", 4, 1, "index"),
        ("q2", "q", "x", 4, 1, "diagnostic"),
    ],
    columns=["indicator_id", "pillar", "dimension", "high", "direction", "role"],
).assign(low=0)
HIGH = TREE["high"].to_numpy(dtype=float)
DIRECTION = TREE["direction"].to_numpy(dtype=float)


def made_up_panel():
    """Three coders, eight years, five indicators, drawn at random, one cell and one indicator-year not coded."""
    rng = np.random.default_rng(40)
    rows = [
        {
            "dyad": "A-B",
            "year": 1950 + year,
            "indicator_id": name,
            "coder": coder,
            "score": int(rng.integers(0, high + 1)),
        }
        for year in range(8)
        for name, high in zip(TREE["indicator_id"], TREE["high"], strict=True)
        for coder in ("ann", "bob", "eve")
        if not (year == 3 and name == "p3") and not (year == 5 and name == "p1" and coder == "bob")
    ]
    return IndicatorPanel.from_frame(pd.DataFrame(rows))


def bound(**choices):
    weights = {"p": 2.0, "q1": 3.0}
    return plan_index(made_up_panel(), IndexSpec(TREE, weights=weights, availability_min=0.4, **choices))


def stepped(plan, by_indicator):
    """Index after all coders have gone so many levels to the worse end."""
    steps = DIRECTION * by_indicator
    score = np.clip(plan.panel.score - steps, 0.0, HIGH)
    panel = IndicatorPanel(plan.panel.units, plan.panel.indicators, plan.panel.coders, score, score, score)
    return nominal_scores(plan_index(panel, plan.spec))[-1]


@pytest.mark.parametrize("rule", [Mean("arithmetic"), Mean("geometric"), Bedrock("p", 0.6)])
def test_the_steps_taken_in_the_codings_bring_the_index_below(rule):
    """The index of the changed codings is below the value and has fallen by what is reported."""
    plan = bound(across_pillars=rule)
    index = nominal_scores(plan)[-1]
    found = plan_least_steps(plan, 0.25)
    after = stepped(plan, found.by_indicator)
    assert (after < 0.25)[np.isfinite(found.steps)].all()
    np.testing.assert_allclose(index - after, found.fall, rtol=0, atol=1e-12)
    assert found.exact == (rule == Mean("arithmetic"))


@pytest.mark.slow
@pytest.mark.parametrize("rule", [Mean("arithmetic"), Bedrock("p", 0.6)])
def test_no_other_steps_in_the_codings_are_fewer(rule):
    """Every combination of steps, computed anew: equal for an arithmetic index, at most the bound for another."""
    plan = bound(across_pillars=rule)
    found = plan_least_steps(plan, 0.25)
    fewest = np.full(8, np.inf)
    for steps in product(range(5), range(5), range(3), range(5)):
        reached = stepped(plan, np.tile([*steps, 0], (8, 1))) < 0.25 - 1e-9
        fewest = np.where(reached, np.minimum(fewest, sum(steps)), fewest)
    assert (found.steps >= fewest).all()
    if found.exact:
        np.testing.assert_array_equal(found.steps, fewest)


def test_leaf_weights_are_the_slopes_of_the_index():
    """Raising one indicator's score by 0.1 raises the index by a tenth of its weight, missing siblings shared out."""
    plan = bound()
    weights = leaf_weights(plan)[..., 0]
    np.testing.assert_allclose(weights.sum(axis=1), 1.0)
    np.testing.assert_allclose(weights[0], [1 / 6, 1 / 6, 1 / 3, 1 / 3, 0.0])
    np.testing.assert_allclose(weights[3], [1 / 3, 1 / 3, 0.0, 1 / 3, 0.0])
    leaves = nominal_scores(plan)[:5]
    for place in range(5):
        raised = leaves.copy()
        raised[place] += 0.1
        gain = plan.evaluate(raised, plan.weights, usable=plan.usable)[-1] - nominal_scores(plan)[-1]
        np.testing.assert_allclose(gain, 0.1 * weights[:, place], rtol=0, atol=1e-12)


def test_diagnostic_indicators_offer_no_steps():
    """What does not count cannot break the index."""
    rule = Mean("geometric")
    for plan in (bound(), bound(across_pillars=rule)):
        found = plan_least_steps(plan, 0.1, coders="one")
        assert not found.by_indicator[:, 4].any()
        room = np.where(DIRECTION > 0, plan.panel.score, HIGH - plan.panel.score)[..., :4]
        np.testing.assert_array_equal(found.available, np.nansum(room, axis=(0, 2)))


def test_what_is_arithmetic():
    """Means all the way up with goalposts are; any other rule, or a pooled method, is not."""
    assert is_arithmetic(bound())
    assert not is_arithmetic(bound(within_pillar=Mean("geometric")))
    assert not is_arithmetic(bound(across_pillars=Bedrock("p", 0.5)))
    assert not is_arithmetic(bound(normalisation=Normalisation("minmax")))


def test_methods_in_which_steps_do_not_add_up_are_refused():
    """Pooled methods and the median of coders are named as the cause."""
    with pytest.raises(ValueError, match="moves every unit"):
        plan_least_steps(bound(normalisation=Normalisation("rank")), 0.3)
    with pytest.raises(ValueError, match="combined by mean, not by median"):
        plan_least_steps(bound(combine="median"), 0.3)


def test_a_plan_is_not_changed():
    """Asking leaves the codings as they were."""
    plan = bound(across_pillars=Bedrock("p", 0.5))
    before = replace(plan.panel, score=plan.panel.score.copy()).score
    plan_least_steps(plan, 0.2)
    np.testing.assert_array_equal(plan.panel.score, before)
