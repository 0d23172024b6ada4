"""Draws follow the distributions they are said to follow."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from alliance_metrics.coding.panel import IndicatorPanel
from alliance_metrics.errors import SpecError
from alliance_metrics.index.plan import IndexSpec, plan_index
from alliance_metrics.uncertainty.coder_doubt import triangular_probabilities
from alliance_metrics.uncertainty.coder_draws import coder_multiples
from alliance_metrics.uncertainty.draws import draw_index
from alliance_metrics.uncertainty.inputs import CoderCell, CoderChoice, Uncertainty, WeightDraw
from alliance_metrics.uncertainty.summary import intervals

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
    rows = [("A-B", 1950, "a", "c", 2, 1, 3), ("A-B", 1950, "b", "c", 3, 1, 3), ("A-B", 1950, "d", "c", 4, 4, 4)]
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


def three_coders(years=(1950, 1951), names=("a", "b"), scores=(1, 2, 3)):
    return [
        ("A-B", year, name, coder, score, score, score)
        for year in years
        for name in names
        for coder, score in zip("xyz", scores, strict=False)
    ]


def test_coders_differ_from_all_such_coders_as_their_spread_says():
    """Scores 1, 2, 3 of three coders, in the middle of the scale: the mean moves by t/z times 1 / sqrt(3) levels."""
    drawn = draw_index(plan(three_coders()), Uncertainty(seed=5, draws=DRAWS, inputs=(CoderChoice(),)))
    levels = 4 * drawn.scores[0, 0].astype(float)
    widening = 2.919986 / 1.644854  # Student's t with 2 degrees of freedom and the normal, at 95%
    inside = (levels > 0) & (levels < 4)
    assert inside.mean() > 0.93
    assert levels.mean() == pytest.approx(2.0, abs=SAMPLING * 4)
    quartiles = np.quantile(levels, [0.25, 0.75])
    np.testing.assert_allclose(quartiles, 2.0 + np.array([-0.67449, 0.67449]) * widening / np.sqrt(3), atol=0.02)


def test_an_interval_of_coders_alone_is_students():
    """The 90% interval of the mean of 1.8, 2.0 and 2.2 reaches as far as Student's t says."""
    rows = [(d, y, i, c, s, s, s) for d, y, i, c, s in (("A-B", 1950, "a", c, s) for c, s in (("x", 2), ("y", 2)))]
    rows += [("A-B", 1950, "a", "z", 3, 3, 3)]
    lower, _, upper = intervals(plan(rows), Uncertainty(seed=4, draws=DRAWS, inputs=(CoderChoice(),)))
    mean, spread = 7 / 3, np.sqrt(1 / 3)
    reach = 2.919986 * spread / np.sqrt(3)
    np.testing.assert_allclose([4 * lower[-1, 0], 4 * upper[-1, 0]], [mean - reach, mean + reach], atol=0.03)


def test_one_draw_has_the_same_coders_everywhere():
    """A severe coder is severe in every cell: two indicators of the same coders move together, in every year."""
    uncertainty = Uncertainty(seed=7, draws=500, inputs=(CoderChoice(),))
    drawn = draw_index(plan(three_coders()), uncertainty, tiers=("indicator",))
    np.testing.assert_array_equal(drawn.scores[0, 0], drawn.scores[1, 1])
    assert drawn.scores[0, 0].std() > 0


def test_a_tendency_lasts_and_a_slip_does_not():
    """Coders who differ the one way in one year and the other way in the next: each year moves for itself, by s^2/n."""
    rows = three_coders(years=(1950,), names=("a",)) + three_coders(years=(1951,), names=("a",), scores=(3, 2, 1))
    drawn = draw_index(plan(rows), Uncertainty(seed=7, draws=DRAWS, inputs=(CoderChoice(),)))
    levels = 4 * drawn.scores[0].astype(float)
    np.testing.assert_allclose(levels.var(axis=1), 1 / 3, rtol=0.02)
    assert abs(np.corrcoef(levels)[0, 1]) < 4 / np.sqrt(DRAWS)


def test_ranges_that_account_for_the_disagreement_leave_nothing_over():
    """Where coders' ranges hold all they differ by, the choice of coders moves nothing beside them."""
    rows = [("A-B", 1950, "a", c, s, 1, 3) for c, s in (("x", 1), ("y", 2), ("z", 3))]
    rows += [("A-B", 1951, "a", c, s, 1, 3) for c, s in (("x", 3), ("y", 2), ("z", 1))]
    alone, beside = (
        draw_index(plan(rows), Uncertainty(seed=7, draws=4000, inputs=inputs)).scores
        for inputs in ((CoderCell(),), (CoderCell(), CoderChoice()))
    )
    np.testing.assert_allclose(alone, beside, atol=1e-6)


def agreeing(n_coders=3, years=20, names="abcdefgh", low=1, high=3):
    return [
        ("A-B", 1950 + year, name, f"c{coder}", 2, low, high)
        for year in range(years)
        for name in names
        for coder in range(n_coders)
    ]


def test_coders_who_agree_share_their_doubt():
    """All coders give 2 in a range of 1-3: the mean errs as one of them does, 1/2 of a level squared, not a third."""
    bound = plan(agreeing())
    drawn = draw_index(bound, Uncertainty(seed=2, draws=20_000, inputs=(CoderCell(),)), tiers=("indicator",))
    np.testing.assert_allclose((4 * drawn.scores[:, 3].astype(float)).var(axis=1), 0.5, rtol=0.05)


def test_coders_who_differ_as_their_ranges_say_err_each_for_itself():
    """Levels of coders drawn from the triangle of 1-3: the mean errs with a third of the variance."""
    rng = np.random.default_rng(3)
    rows = [
        (d, y, i, c, s := int(rng.choice([1, 2, 3], p=[0.25, 0.5, 0.25])), s - 1, s + 1)
        for d, y, i, c, *_ in agreeing()
    ]
    drawn = draw_index(plan(rows), Uncertainty(seed=2, draws=20_000, inputs=(CoderCell(),)), tiers=("indicator",))
    variance = (4 * drawn.scores.astype(float)).var(axis=2).mean()
    assert 0.15 < variance < 0.23  # 1/6, and what chance leaves of w


def test_levels_given_more_often_are_likelier_where_asked():
    """A range of 3-4 about 4, given in all of 20 years: 4 with 2 x 21 against 1 x 1, not 2 against 1."""
    rows = [("A-B", 1950 + year, "a", "x", 4, 3, 4) for year in range(20)]
    for entry, expected in ((CoderCell(), 2 / 3), (CoderCell(frequencies=True), 42 / 43)):
        drawn = draw_index(plan(rows), Uncertainty(seed=2, draws=20_000, inputs=(entry,)))
        assert (drawn.scores[0, 0] == 1.0).mean() == pytest.approx(expected, abs=0.015)


def test_no_coder_is_severe_where_the_scale_ends():
    """A tendency moves a level in the middle of the scale, and none where all coders gave the least or the greatest."""
    rows = three_coders(years=(1950,), names=("a",))
    rows += [("A-B", year, "a", c, s, s, s) for year, s in ((1951, 0), (1952, 4)) for c in "xyz"]
    drawn = draw_index(plan(rows), Uncertainty(seed=7, draws=500, inputs=(CoderChoice(),)))
    assert np.ptp(drawn.scores[0], axis=1)[1:].tolist() == [0.0, 0.0]
    assert np.ptp(drawn.scores[0], axis=1)[0] > 0.5


def test_multiples_sum_to_zero_and_have_the_variance_of_a_mean():
    """Over draws the shift along leanings d has variance (t/z)^2 s^2/n, s^2 with n - 1 below the line."""
    for n_coders, t in ((2, 6.313752), (3, 2.919986), (12, 1.795885)):
        leanings = np.arange(n_coders, dtype=float) ** 2
        normals = np.random.default_rng(6).standard_normal((n_coders, 200_000))
        multiples = coder_multiples(normals, level=0.9)
        np.testing.assert_allclose(multiples.sum(axis=0), 0.0, atol=1e-9)
        expected = (t / 1.644854) ** 2 * leanings.var(ddof=1) / n_coders
        assert (leanings @ multiples).var() == pytest.approx(expected, rel=0.02)


def test_two_coders_of_a_panel_of_three_reach_as_far_as_two_alone():
    """Where the third coder coded another dyad only, the shift is that of two coders, their t and their n."""
    two = three_coders(years=(1950,), names=("a",), scores=(1, 3))
    elsewhere = [("C-D", 1950, "a", coder, 2, 2, 2) for coder in "xyz"]
    uncertainty = Uncertainty(seed=7, draws=DRAWS, inputs=(CoderChoice(),))
    alone, beside = (draw_index(plan(rows), uncertainty).scores[0, 0] for rows in (two, two + elsewhere))
    quartiles = [np.quantile(levels.astype(float), [0.3, 0.7]) for levels in (alone, beside)]
    np.testing.assert_allclose(quartiles[0], quartiles[1], atol=0.02)


def test_residuals_of_two_coders_of_three_keep_their_variance():
    """Slips of two coders, the third absent: s^2/n with n = 2, whoever is picked."""
    rows = three_coders(years=(1950,), names=("a",), scores=(1, 3))
    rows += three_coders(years=(1951,), names=("a",), scores=(3, 1))
    rows += [("C-D", 1950, "a", coder, 2, 2, 2) for coder in "xyz"]
    drawn = draw_index(plan(rows), Uncertainty(seed=7, draws=DRAWS, inputs=(CoderChoice(),)))
    np.testing.assert_allclose((4 * drawn.scores[0, :2].astype(float)).var(axis=1), 1.0, rtol=0.03)


def test_a_coder_who_left_a_cell_empty_is_not_missed_there():
    """An indicator that one coder alone coded has no tendency and does not move; nothing goes missing."""
    rows = [("A-B", 1950, "a", "x", 1, 1, 1), ("A-B", 1950, "b", "x", 1, 1, 1), ("A-B", 1950, "b", "y", 3, 3, 3)]
    drawn = draw_index(plan(rows), Uncertainty(seed=8, draws=500, inputs=(CoderChoice(),)), tiers=("indicator",))
    assert set(shares(drawn.scores[0])) == {1.0}
    assert not np.isnan(drawn.scores).any()
    assert np.ptp(drawn.scores[1]) > 0


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


@pytest.mark.slow
def test_progress_ends_at_one():
    """The caller hears of the work done, rising to all of it."""
    heard = []
    rows = [("A-B", year, "a", "c", 2, 1, 3) for year in range(1950, 1960)]
    intervals(plan(rows), replace(Uncertainty(), draws=40_000, block_megabytes=1), progress=heard.append)
    assert heard == sorted(heard)
    assert heard[-1] == 1.0
    assert len(heard) == 20  # two years and half of the components at a time


def test_draws_that_exceed_the_memory_of_the_machine_are_refused_before_they_are_made():
    """A million million draws of two pillars and the index in one year take 12 TB, whatever block_megabytes says."""
    rows = [("A-B", 1950, "a", "c", 2, 1, 3), ("A-B", 1950, "b", "c", 3, 1, 3)]
    for megabytes in (1, 1 << 20):
        uncertainty = Uncertainty(draws=10**12, block_megabytes=megabytes)
        with pytest.raises(SpecError) as caught:
            draw_index(plan(rows), uncertainty, tiers=("index", "pillar"))
        (fault,) = caught.value.faults
        assert fault.what == "all draws of 3 components in 1 units do not fit in memory"
        assert fault.found == "1000000000000 draws take 11444091 MB"
        assert "MB of this machine" in fault.allowed
        assert "lower the number of draws" in fault.remedy
