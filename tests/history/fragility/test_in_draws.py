"""Fragility draw by draw is the fragility of each draw by itself."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from alliance_metrics.coding.panel import IndicatorPanel
from alliance_metrics.history.fragility.fragility import leaf_weights, least_steps, step_falls, steps_in_draws
from alliance_metrics.history.fragility.inputs import ordered_interval
from alliance_metrics.index.plan import plan_index
from alliance_metrics.index.specification import IndexSpec

SPAN = np.array([4.0, 4.0, 2.0])
TREE = pd.DataFrame(
    [("p1", "p", "x", "index"), ("p2", "p", "y", "index"), ("q1", "q", "x", "index"), ("q2", "q", "x", "diagnostic")],
    columns=["indicator_id", "pillar", "dimension", "role"],
).assign(low=0, high=4)


@pytest.mark.parametrize("coders", ["all", "one"])
def test_whole_levels_need_the_steps_that_are_counted_one_by_one(coders):
    """Two coders who agree, 200 simulated draws with weights of their own: the same as `least_steps` in each."""
    rng = np.random.default_rng(8)
    levels = rng.integers(0, SPAN + 1, (200, 3)).astype(float)
    weights = rng.dirichlet(np.ones(3), 200)
    index, target = (levels / SPAN * weights).sum(axis=1), rng.random(200)
    expected = [
        least_steps(
            step_falls(np.stack([level, level])[:, np.newaxis], low=np.zeros(3), high=SPAN, coders=coders),
            weight,
            index=one[np.newaxis],
            target=aim,
        ).steps[0]
        for level, weight, one, aim in zip(levels, weights, index, target, strict=True)
    ]
    found = steps_in_draws(
        (levels / SPAN).T[np.newaxis],
        weights.T[np.newaxis],
        parts=np.full((1, 3), 1 if coders == "all" else 2),
        span=SPAN,
        index=index[np.newaxis],
        target=target[np.newaxis],
    )
    assert found[0].tolist() == expected
    assert len(set(expected)) > 4


def test_part_of_a_level_is_a_step_of_its_own():
    """At 1.5 levels of 4 with weight 1, to fall from 0.375 below 0.10 takes two steps: 0.25, then the half level."""
    found = steps_in_draws(
        np.array([[[0.375]]]),
        np.ones((1, 1, 1)),
        parts=np.array([[1]]),
        span=np.array([4.0]),
        index=np.array([[0.375]]),
        target=np.array([[0.10]]),
    )
    assert found.tolist() == [[2.0]]


def test_what_needs_no_step_cannot_be_reached_or_is_missing_are_told_apart():
    """Below already 0, below zero infinite, without index or indicator NaN and infinite."""
    found = steps_in_draws(
        np.array([[[0.5, 0.5, 0.5, np.nan]]]),
        np.ones((1, 1, 4)),
        parts=np.array([[1]]),
        span=np.array([4.0]),
        index=np.array([[0.5, 0.5, np.nan, 0.5]]),
        target=np.array([[0.6, 0.0, 0.1, 0.4]]),
    )
    assert found.tolist()[0][:2] == [0.0, np.inf]
    assert np.isnan(found[0, 2])
    assert found[0, 3] == np.inf


def test_an_index_at_the_bar_is_not_below_it():
    """Exactly two steps lead to the bar, so that a third is needed."""
    found = steps_in_draws(
        np.array([[[1.0]]]),
        np.ones((1, 1, 1)),
        parts=np.array([[1]]),
        span=np.array([4.0]),
        index=np.array([[1.0]]),
        target=np.array([[0.5]]),
    )
    assert found.tolist() == [[3.0]]


def bound_plan():
    """One coder, two years; in the second one indicator is not coded."""
    rows = [
        {"dyad": "A-B", "year": 1950 + year, "indicator_id": name, "coder": "ann", "score": 2 + year}
        for year in range(2)
        for name in TREE["indicator_id"]
        if not (year and name == "p2")
    ]
    return plan_index(
        IndicatorPanel.from_frame(pd.DataFrame(rows)), IndexSpec(TREE, weights={"p": 3.0}, availability_min=0.4)
    )


def test_declared_weights_give_the_weights_of_the_plan():
    """Without drawn weights every draw has the nominal ones, shared out where an indicator is missing."""
    plan = bound_plan()
    found = leaf_weights(plan, n_draws=2)
    np.testing.assert_array_equal(found[..., 1], found[..., 0])
    assert found[:, :, 0].tolist() == [[0.375, 0.375, 0.25, 0.0], [0.75, 0.0, 0.25, 0.0]]


def test_drawn_weights_of_pillars_reach_the_indicators():
    """With pillars at 0.5 and 0.5, then 0.8 and 0.2, an indicator alone in its pillar has that weight."""
    plan = bound_plan()
    top = plan.hierarchy.nodes[-1]
    found = leaf_weights(plan, {top: np.array([[0.5, 0.5], [0.8, 0.2]])}, n_draws=2)
    whole = np.array([[0.25, 0.25, 0.5, 0.0], [0.4, 0.4, 0.2, 0.0]])
    lacking = np.array([[0.5, 0.0, 0.5, 0.0], [0.8, 0.0, 0.2, 0.0]])
    np.testing.assert_allclose(found.transpose(0, 2, 1), [whole, lacking], rtol=1e-9)


def test_interval_has_drawn_values_for_ends():
    """Of 20 draws the 5% and 95% points are the first and the nineteenth; infinite ones count, missing ones do not."""
    values = np.array([*range(18), np.inf, np.inf, np.nan])
    most, half = ordered_interval(values, level=0.9), ordered_interval(values[:18], level=0.5)
    assert most == (0.0, np.inf)
    assert half == (4.0, 13.0)
    assert np.isnan(ordered_interval(np.array([np.nan]), level=0.9)).all()
