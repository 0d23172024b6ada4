"""Draws follow the distributions they are said to follow."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from alliance_metrics.coding.panel import IndicatorPanel
from alliance_metrics.index.plan import IndexSpec, plan_index
from alliance_metrics.inference.coder_draws import resample_coders, triangular_probabilities
from alliance_metrics.inference.inputs import CoderCell, CoderChoice, Uncertainty, WeightDraw
from alliance_metrics.inference.summary import intervals
from alliance_metrics.inference.uncertainty import draw_index

DRAWS = 60_000
SAMPLING = 5 / np.sqrt(DRAWS)  # five standard errors of a share, at most


def plan(rows, *, low=0, high=4, **spec):
    frame = pd.DataFrame(rows, columns=["dyad", "year", "indicator_id", "coder", "score", "low", "high"])
    names = list(dict.fromkeys(frame["indicator_id"]))
    tree = pd.DataFrame({"indicator_id": names, "pillar": names, "dimension": "d", "low": low, "high": high})
    tree["pillar"] = ["pillar_" + name for name in names]
    return plan_index(IndicatorPanel.from_frame(frame), IndexSpec(tree, **spec))


def shares(draws):
    values, counts = np.unique(np.round(draws * 4, 6), return_counts=True)
    return dict(zip(values.tolist(), (counts / draws.size).tolist(), strict=True))


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ((2, 2, 2), [1.0]),
        ((2, 2, 3), [2 / 3, 1 / 3]),
        ((2, 3, 3), [1 / 3, 2 / 3]),
        ((1, 2, 3), [1 / 4, 1 / 2, 1 / 4]),
        ((1, 3, 3), [1 / 6, 1 / 3, 1 / 2]),
        ((1, 1, 3), [1 / 2, 1 / 3, 1 / 6]),
        ((0, 2, 3), [2 / 15, 4 / 15, 2 / 5, 1 / 5]),
    ],
)
def test_cell_probabilities_worked_by_hand(cell, expected):
    """Mass 1 at the score, falling in equal steps to nothing one step beyond each end of the range."""
    low, score, high = cell
    np.testing.assert_allclose(triangular_probabilities(low, score, high), expected, atol=1e-12)


def test_cells_are_drawn_with_the_stated_probabilities():
    """Each cell's levels come up as often as they should, each cell for itself."""
    rows = [
        ("A-B", 1950, "a", "c", 2, 1, 3),
        ("A-B", 1950, "b", "c", 3, 1, 3),
        ("A-B", 1950, "d", "c", 4, 4, 4),
    ]
    bound = plan(rows)
    drawn = draw_index(bound, Uncertainty(seed=3, draws=DRAWS, inputs=(CoderCell(),)), tiers=("indicator",))
    found = dict(zip(drawn.components, drawn.scores[:, 0], strict=True))
    assert shares(found["a"]) == pytest.approx({1: 1 / 4, 2: 1 / 2, 3: 1 / 4}, abs=SAMPLING)
    assert shares(found["b"]) == pytest.approx({1: 1 / 6, 2: 1 / 3, 3: 1 / 2}, abs=SAMPLING)
    assert shares(found["d"]) == {4: 1.0}
    assert abs(np.corrcoef(found["a"], found["b"])[0, 1]) < SAMPLING


def test_no_draw_leaves_the_range_of_its_cell():
    """Among half a million draws of certain and uncertain cells side by side not one steps outside."""
    rows = [("A-B", year, "a", "c", 2, 2, 2) for year in range(1950, 1954)]
    rows += [("A-B", year, "b", "c", 2, 1, 4) for year in range(1950, 1954)]
    drawn = draw_index(plan(rows), Uncertainty(seed=4, draws=65_536, inputs=(CoderCell(),)), tiers=("indicator",))
    assert set(shares(drawn.scores[0])) == {2.0}
    assert set(shares(drawn.scores[1])) == {1.0, 2.0, 3.0, 4.0}


def test_coders_are_resampled_one_fewer_than_there_are():
    """With three coders two are drawn: each draw is one coder (1/3) or the mean of two (2/3)."""
    rows = [("A-B", 1950, "a", coder, score, score, score) for coder, score in (("x", 0), ("y", 2), ("z", 4))]
    drawn = draw_index(plan(rows), Uncertainty(seed=5, draws=DRAWS, inputs=(CoderChoice(),)))
    expected = {0: 1 / 9, 1: 2 / 9, 2: 1 / 3, 3: 2 / 9, 4: 1 / 9}
    assert shares(drawn.scores[0, 0]) == pytest.approx(expected, abs=SAMPLING)


@pytest.mark.parametrize("n_coders", [2, 3, 4, 12])
def test_resampling_gives_the_unbiased_variance_of_a_mean(n_coders):
    """Over resamples the mean's variance is s^2/n, s^2 with n - 1 below the line."""
    scores = np.arange(n_coders, dtype=float) ** 2
    counts = resample_coders(n_coders, 200_000, size=n_coders - 1, rng=np.random.default_rng(6))
    means = (counts * scores[:, np.newaxis]).sum(axis=0) / counts.sum(axis=0)
    assert means.var() == pytest.approx(scores.var(ddof=1) / n_coders, rel=0.02)


def test_one_draw_believes_the_same_coders_everywhere():
    """A severe coder is severe in every cell: two indicators of the same coders move together."""
    rows = [
        ("A-B", year, name, coder, score, score, score)
        for year in (1950, 1951)
        for name in ("a", "b")
        for coder, score in (("x", 1), ("y", 2), ("z", 4))
    ]
    drawn = draw_index(plan(rows), Uncertainty(seed=7, draws=500, inputs=(CoderChoice(),)), tiers=("indicator",))
    np.testing.assert_array_equal(drawn.scores[0, 0], drawn.scores[1, 1])
    assert drawn.scores[0, 0].std() > 0


def test_a_coder_who_left_a_cell_empty_is_not_missed_there():
    """Where none of the believed coders coded the cell, those who did count alike; nothing goes missing."""
    rows = [("A-B", 1950, "a", "x", 1, 1, 1), ("A-B", 1950, "b", "x", 0, 0, 0), ("A-B", 1950, "b", "y", 4, 4, 4)]
    drawn = draw_index(plan(rows), Uncertainty(seed=8, draws=500, inputs=(CoderChoice(),)), tiers=("indicator",))
    assert set(shares(drawn.scores[0])) == {1.0}
    assert set(shares(drawn.scores[1])) == {0.0, 4.0}


def test_weights_move_the_index_and_no_indicator():
    """With weights alone uncertain, indicators stand still and the index spreads as the weights do."""
    rows = [("A-B", 1950, "a", "x", 4, 4, 4), ("A-B", 1950, "b", "x", 0, 0, 0)]
    kinds = Uncertainty(seed=9, draws=DRAWS, inputs=(WeightDraw(concentration=10.0),))
    bound = plan(rows)
    index = draw_index(bound, kinds).scores[0, 0]
    assert index.mean() == pytest.approx(0.5, abs=SAMPLING)
    assert index.std() == pytest.approx(np.sqrt(0.25 / 21), rel=0.02)  # sqrt(w(1-w)/(cn+1)), w = 1/2, cn = 20
    leaves = draw_index(bound, kinds, tiers=("indicator",)).scores
    assert np.ptp(leaves, axis=2).max() == 0.0


def test_draws_of_a_longer_run_begin_with_those_of_a_shorter_one_for_cells():
    """More draws add to the earlier ones: the first 3,000 of 10,000 are the same."""
    bound = plan([("A-B", 1950, "a", "c", 2, 1, 3)])
    short, long = (
        draw_index(bound, Uncertainty(seed=1, draws=count, inputs=(CoderCell(),))).scores for count in (3000, 10_000)
    )
    np.testing.assert_array_equal(short[0, 0], long[0, 0, :3000])


def test_adding_a_dyad_moves_no_number_of_another():
    """Each unit has streams of its own."""
    own = [("A-B", year, "a", coder, 2, 1, 3) for year in (1950, 1951) for coder in ("x", "y")]
    other = [("A-C", year, "a", coder, 3, 1, 4) for year in (1950, 1951) for coder in ("x", "y")]
    kinds = Uncertainty(seed=2, draws=1000)
    alone, beside = draw_index(plan(own), kinds).scores, draw_index(plan(own + other), kinds).scores
    np.testing.assert_array_equal(alone[0], beside[0, :2])


def test_another_seed_gives_other_draws_and_zero_is_a_seed():
    """Seeds 0 and 1 differ; seed 0 repeats itself."""
    bound = plan([("A-B", 1950, "a", "c", 2, 1, 3)])
    zero, again, one = (draw_index(bound, Uncertainty(seed=seed, draws=500)).scores for seed in (0, 0, 1))
    np.testing.assert_array_equal(zero, again)
    assert (zero != one).any()


def test_interval_ends_are_quantiles_of_the_draws():
    """Lower, median and upper are what numpy's quantile gives of the kept draws."""
    rows = [("A-B", 1950, name, "c", 2, 1, 3) for name in "abcde"]
    bound, kinds = plan(rows), Uncertainty(seed=11, draws=777, level=0.8)
    kept = draw_index(bound, kinds).scores[0, 0]
    ends = [float(each[-1, 0]) for each in intervals(bound, kinds)]
    np.testing.assert_allclose(ends, np.quantile(kept, [0.1, 0.5, 0.9]), atol=1e-6)  # draws are kept as float32


def test_one_draw_is_its_own_interval():
    """A single draw gives an interval of no width."""
    bound = plan([("A-B", 1950, "a", "c", 2, 1, 3)])
    lower, median, upper = intervals(bound, Uncertainty(draws=1))
    np.testing.assert_array_equal(lower, upper)
    np.testing.assert_array_equal(lower, median)


def test_progress_ends_at_one():
    """The caller hears of the work done, rising to all of it."""
    heard = []
    rows = [("A-B", year, "a", "c", 2, 1, 3) for year in range(1950, 1960)]
    intervals(plan(rows), replace(Uncertainty(), draws=40_000, block_megabytes=1), progress=heard.append)
    assert heard == sorted(heard)
    assert heard[-1] == 1.0
    assert len(heard) == 20  # two years and half of the components at a time
