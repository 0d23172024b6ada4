"""Effects from runs: designs, estimators against slow ones, errors, blocks, refusals."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest

from alliance_metrics.sensitivity.designs import EffectDesign, plan_effects
from alliance_metrics.sensitivity.effects import Effects, EffectSums, shapley_weights
from alliance_metrics.sensitivity.points import base_points, checked_correlation, conditional_points, partition
from alliance_metrics.sensitivity.sobol import convergence, lmg_shares, shapley_effects, sobol_indices

KINDS = ("factorial", "paths", "conditional")
SHARES = ("first", "total", "shapley")


def made_up_runs(design, *, outputs=2, seed=3):
    """Made-up outputs for every mask, shape (replicates, masks, bases, outputs)."""
    shape = (design.replicates, 1 << design.inputs, design.bases, outputs)
    return np.random.default_rng(seed).normal(size=shape)


def summed(design, runs, *, most=1024, backward=False):
    """Sums over all runs, block by block."""
    sums = EffectSums(design)
    blocks = [b for replicate in range(design.replicates) for b in design.blocks(replicate, most=most)]
    for block in reversed(blocks) if backward else blocks:
        part = runs[block.replicate, :, block.start : block.stop]
        sums.add(block.replicate, block.start, {mask: part[mask] for mask in block.masks})
    return sums


def shapley_over_orders(worth, inputs):
    """Shapley values as the mean gain over all orders of arrival."""
    shares = np.zeros(inputs)
    orders = list(permutations(range(inputs)))
    for order in orders:
        mask = 0
        for place in order:
            shares[place] += (worth[mask | 1 << place] - worth[mask]) / len(orders)
            mask |= 1 << place
    return shares


def test_shapley_weights_are_the_mean_over_orders():
    """The matrix times made-up worths of 16 subsets is the mean gain over the 24 orders of 4 inputs."""
    worth = np.random.default_rng(1).normal(size=16)
    np.testing.assert_allclose(shapley_weights(4) @ worth, shapley_over_orders(worth, 4), atol=1e-14)


def test_the_factorial_design_averages_over_every_pair_of_masks():
    """Closed and total effects are those of R(v) = mean of f(m) f(m xor v), summed in plain loops."""
    design = EffectDesign("factorial", 3, 8, 2, 0)
    runs = made_up_runs(design, outputs=1)
    product = [np.mean([runs[:, m] * runs[:, m ^ v] for m in range(8)]) for v in range(8)]
    variance = product[0] - product[7]
    found = summed(design, runs).effects()[-1]
    np.testing.assert_allclose(found.variance, variance, rtol=1e-12)
    for place in range(3):
        closed, total = product[7 ^ 1 << place] - product[7], product[0] - product[1 << place]
        np.testing.assert_allclose(found.first[place], closed / variance, atol=1e-12)
        np.testing.assert_allclose(found.total[place], total / variance, atol=1e-12)
    shares = shapley_over_orders([product[0] - value for value in product], 3) / variance
    np.testing.assert_allclose(found.shapley[:, 0], shares, atol=1e-12)


def test_the_conditional_design_takes_half_squared_differences():
    """Total effects of subsets are mean (f(0) - f(u))^2 / 2; first order is what the rest leaves."""
    design = EffectDesign("conditional", 3, 8, 2, 0)
    runs = made_up_runs(design, outputs=1)
    total = [np.mean((runs[:, 0] - runs[:, mask]) ** 2) / 2 for mask in range(8)]
    found = summed(design, runs).effects()[-1]
    np.testing.assert_allclose(found.variance, total[7], rtol=1e-12)
    np.testing.assert_allclose(found.total[:, 0], [total[m] / total[7] for m in (1, 2, 4)], atol=1e-12)
    np.testing.assert_allclose(found.first[:, 0], [1 - total[m] / total[7] for m in (6, 5, 3)], atol=1e-12)
    np.testing.assert_allclose(found.shapley[:, 0], shapley_over_orders(total, 3) / total[7], atol=1e-12)


def test_the_path_design_sums_products_of_steps():
    """Each estimate is that of the formulas in the notes, pair by pair in plain loops."""
    design = EffectDesign("paths", 3, 4, 2, 5)
    runs = made_up_runs(design, outputs=1)[..., 0]
    first, total, shapley, variance = np.zeros(3), np.zeros(3), np.zeros(3), 0.0
    for replicate in range(2):
        for pair in range(4):
            f = runs[replicate, :, pair]
            variance += ((f[0] - f[7]) ** 2 + sum((f[1 << i] - f[7 ^ 1 << i]) ** 2 for i in range(3))) / 8
            mask = 0
            for i in design.order(replicate, pair):
                up, down = f[1 << i] - f[0], f[7] - f[7 ^ 1 << i]
                first[i] += up * down / 2
                total[i] += (up**2 + down**2) / 4
                shapley[i] += up * (f[mask | 1 << i] - f[mask]) / 2
                mask |= 1 << i
    found = summed(design, runs[..., None]).effects()[-1]
    np.testing.assert_allclose(found.variance, variance / 8, rtol=1e-12)
    np.testing.assert_allclose(found.first[:, 0], first / variance, atol=1e-12)
    np.testing.assert_allclose(found.total[:, 0], total / variance, atol=1e-12)
    np.testing.assert_allclose(found.shapley[:, 0], shapley / shapley.sum(), atol=1e-12)


@pytest.mark.parametrize("kind", KINDS)
def test_the_mean_is_over_the_masks_of_every_pair(kind):
    """The mean of four inputs' runs is the plain mean over the masks that every pair has."""
    design = EffectDesign(kind, 4, 8, 2, 0)
    runs = made_up_runs(design)
    masks = [0, 15, 1, 2, 4, 8, 14, 13, 11, 7] if kind == "paths" else range(16)
    expected = np.mean([runs[:, mask].mean(axis=(0, 1)) for mask in masks], axis=0)
    np.testing.assert_allclose(summed(design, runs).effects()[-1].mean, expected, atol=1e-14)


@pytest.mark.parametrize("kind", KINDS)
def test_order_and_size_of_blocks_change_no_number(kind):
    """Blocks of 1, 3, 7 or all base pairs, forward or backward, give the same bits."""
    design = EffectDesign(kind, 4, 64, 3, 1)
    runs = made_up_runs(design) * np.array([1.0, 1e6]) + np.array([1 / 3, 1e9])
    expected = summed(design, runs).effects()
    for most, backward in ((1, False), (3, True), (7, False), (64, True)):
        for found, right in zip(summed(design, runs, most=most, backward=backward).effects(), expected, strict=True):
            for name, value in vars(right).items():
                np.testing.assert_array_equal(getattr(found, name), value)


def test_quarter_and_half_are_the_effects_of_shorter_sequences():
    """The first of the three is what a design of a quarter of the base pairs gives, the second that of a half."""
    design = EffectDesign("factorial", 2, 32, 3, 1)
    runs = made_up_runs(design)
    for found, bases in zip(summed(design, runs).effects(), (8, 16, 32), strict=True):
        shorter = summed(EffectDesign("factorial", 2, bases, 3, 1), runs[:, :, :bases]).effects()[-1]
        assert found.bases == bases
        np.testing.assert_allclose(found.shapley, shorter.shapley, rtol=1e-12)
        np.testing.assert_allclose(found.total_error, shorter.total_error, rtol=1e-12)


@pytest.mark.parametrize("kind", KINDS)
def test_shapley_shares_sum_to_one(kind):
    """Whatever the runs, the shares of an output are a whole, to rounding."""
    design = EffectDesign(kind, 5, 16, 2, 0)
    found = summed(design, made_up_runs(design)).effects()
    assert all(np.abs(part.shapley.sum(axis=0) - 1).max() < 1e-12 for part in found)


@pytest.mark.parametrize("inputs", [4, 9])
def test_an_idle_input_has_exactly_no_effect(inputs):
    """An input the function does not look at gets zero, not a small number, and a zero error."""
    found = sobol_indices(lambda x: np.exp(x[:, :-1].sum(axis=1)), inputs, bases=16, replicates=3)
    assert [getattr(found, name)[-1, 0] for name in SHARES] == [0.0, 0.0, 0.0]
    assert found.total_error[-1, 0] == 0.0
    assert found.total[:-1].min() > 0.0


@pytest.mark.parametrize("kind", KINDS)
def test_an_output_that_does_not_vary_has_no_effects(kind):
    """Constant and missing outputs are NaN throughout and leave their neighbour alone; nothing is warned of."""
    design = EffectDesign(kind, 3, 8, 2, 0)
    runs = made_up_runs(design, outputs=4)
    runs[..., 0], runs[..., 1], runs[..., 2] = 0.1, 0.0, np.nan
    found = summed(design, runs).effects()[-1]
    for name in SHARES:
        assert np.isnan(getattr(found, name)[:, :3]).all()
        assert np.isnan(getattr(found, f"{name}_error")[:, :3]).all()
        assert np.isfinite(getattr(found, name)[:, 3]).all()


@pytest.mark.parametrize("kind", KINDS)
def test_a_constant_added_changes_nothing(kind):
    """Outputs a million spreads away from zero have the same effects, to the digits they still hold."""
    design = EffectDesign(kind, 4, 16, 2, 0)
    runs = made_up_runs(design)
    near, far = (summed(design, runs + shift).effects()[-1] for shift in (0.0, 2.0**20))
    for name in SHARES:
        np.testing.assert_allclose(getattr(far, name), getattr(near, name), atol=1e-8)


def test_the_error_of_two_replicates_is_half_their_distance():
    """With two replicates, leaving out one leaves the other's ratio: the jackknife is half their difference."""
    design = EffectDesign("factorial", 2, 8, 2, 0)
    runs = made_up_runs(design)
    found = summed(design, runs).effects()[-1]
    apart = [summed(design, runs[[r, r]]).effects()[-1] for r in range(2)]
    for name in SHARES:
        distance = np.abs(getattr(apart[0], name) - getattr(apart[1], name))
        np.testing.assert_allclose(getattr(found, f"{name}_error"), distance / 2, atol=1e-13)


def test_intervals_reach_as_far_as_the_table_of_t():
    """With 16 replicates a 90% interval reaches 1.753 standard errors to each side (t table, 15 degrees of freedom)."""
    one = np.ones((1, 1))
    effects = Effects(one, one, one, 0.1 * one, 0.2 * one, 0.3 * one, one[0], one[0], bases=4, replicates=16)
    lower, upper = effects.interval("total", level=0.9)
    np.testing.assert_allclose([lower[0, 0], upper[0, 0]], [1 - 0.2 * 1.753, 1 + 0.2 * 1.753], atol=1e-4)


def test_few_inputs_are_tried_in_every_subset_and_many_along_paths():
    """Seven inputs need 128 masks a base pair, eight need 23."""
    assert len(plan_effects(7).masks(0, 0)) == 128
    assert len(plan_effects(8).masks(0, 0)) == 3 * 8 - 1


def test_each_order_comes_again_reversed():
    """The second chunk follows the first one's order backward, the third another order."""
    design = plan_effects(12, bases=64)
    first, second, third = (design.order(0, start) for start in (0, design.chunk, 2 * design.chunk))
    assert sorted(first) == list(range(12))
    assert second == first[::-1]
    assert third not in (first, second)


def test_blocks_hold_every_base_pair_once_and_follow_one_order():
    """Blocks of at most 3 of 64 base pairs follow one another and stay within chunks of 4."""
    blocks = list(plan_effects(9, bases=64).blocks(1, most=3))
    assert [pair for block in blocks for pair in range(block.start, block.stop)] == list(range(64))
    assert all(block.start // 4 == (block.stop - 1) // 4 for block in blocks)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"inputs": 0}, "one or more inputs"),
        ({"bases": 2}, "power of two"),
        ({"bases": 48}, "power of two"),
        ({"replicates": 1}, "two or more replicates"),
        ({"inputs": 8, "correlated": True}, "at most 7"),
    ],
)
def test_impossible_designs_are_refused(changes, said):
    """No inputs, odd lengths, a single replicate and too many correlated inputs are refused."""
    with pytest.raises(ValueError) as caught:
        plan_effects(**{"inputs": 3, **changes})
    assert said in str(caught.value)


def test_runs_that_lack_are_reported():
    """A missing mask, a block over two orders, and base pairs never or twice added are refused."""
    design = EffectDesign("paths", 4, 64, 2, 0)
    runs = made_up_runs(design)
    sums = EffectSums(design)
    with pytest.raises(ValueError, match=r"runs of masks \[0, 1"):
        sums.add(0, 0, {15: runs[0, 15, :4]})
    with pytest.raises(ValueError, match="more than one order"):
        sums.add(0, 0, {mask: runs[0, mask, :8] for mask in range(16)})
    with pytest.raises(ValueError, match="lack or came twice"):
        sums.effects()
    twice = summed(design, runs)
    twice.add(1, 4, {mask: runs[1, mask, 4:8] for mask in range(16)})
    with pytest.raises(ValueError, match=r"replicates \[1\]"):
        twice.effects()


@pytest.mark.parametrize("groups", [[[0], [2]], [[0, 1], [1]], [[0], []]])
def test_groups_must_share_out_the_columns(groups):
    """A column left out, one in two groups and an empty group are refused."""
    with pytest.raises(ValueError, match="once and none be empty"):
        partition(groups)


def test_base_points_are_independent_and_never_at_an_end():
    """Another replicate has other points; all lie inside the unit cube, where quantiles are finite."""
    design = plan_effects(2, bases=256)
    first, second = base_points(design, columns=2, replicate=0)
    other, _ = base_points(design, columns=2, replicate=1)
    assert not (first == second).any()
    assert not (first == other).any()
    assert min(first.min(), second.min()) > 0.0
    assert max(first.max(), second.max()) < 1.0


def test_columns_that_are_kept_stay_and_the_others_follow_them():
    """Drawn again, column 1 has with column 0 the correlation .8 it had; columns 0 and 2 do not move."""
    from scipy.special import ndtri

    correlation = np.array([[1.0, 0.8, 0.0], [0.8, 1.0, 0.0], [0.0, 0.0, 1.0]])
    design = plan_effects(3, bases=4096, correlated=True)
    pair = base_points(design, columns=3, replicate=0)
    before = conditional_points(*pair, taken=[], correlation=correlation)
    after = conditional_points(*pair, taken=[1], correlation=correlation)
    np.testing.assert_array_equal(after[:, [0, 2]], before[:, [0, 2]])
    for points in (before, after):
        # a quasi-random mean of 4096 products errs by far less than the 1/64 of random ones
        np.testing.assert_allclose(np.corrcoef(ndtri(points).T), correlation, atol=0.01)
    # given column 0, old and new column 1 share .8 squared of their variance
    np.testing.assert_allclose(np.corrcoef(ndtri(before[:, 1]), ndtri(after[:, 1]))[0, 1], 0.64, atol=0.02)


@pytest.mark.parametrize(
    ("matrix", "said"),
    [
        ([[1.0]], "shape"),
        ([[1.0, 0.5], [0.4, 1.0]], "symmetric"),
        ([[2.0, 0.5], [0.5, 1.0]], "ones on its diagonal"),
        ([[1.0, np.nan], [np.nan, 1.0]], "finite"),
        ([[1.0, 1.5], [1.5, 1.0]], "negative eigenvalue"),
    ],
)
def test_what_is_no_correlation_is_refused(matrix, said):
    """Wrong shapes, lopsided, unscaled, missing and impossible correlations are refused."""
    with pytest.raises(ValueError) as caught:
        checked_correlation(np.array(matrix), 2)
    assert said in str(caught.value)


def test_a_function_must_give_a_row_a_point():
    """A single number for many points is refused."""
    with pytest.raises(ValueError, match="one row a point"):
        sobol_indices(lambda x: x.sum(), 2, bases=4)


def test_the_last_of_the_convergence_is_the_estimate():
    """The three rest on a quarter, half and all base pairs of the same runs; seeds differ, the same seed does not."""

    def curve(x):
        return np.column_stack([x[:, 0] * x[:, 1], x[:, 1]])

    parts = convergence(curve, 2, bases=16, seed=4)
    assert [part.bases for part in parts] == [4, 8, 16]
    same, other = (shapley_effects(curve, 2, bases=16, seed=seed) for seed in (4, 5))
    np.testing.assert_array_equal(parts[-1].shapley, same.shapley)
    assert (parts[-1].shapley[:, 0] != other.shapley[:, 0]).all()


def explained(coefficients, covariance, members):
    """Variance that the best linear predictor from some components explains, by the pseudo-inverse."""
    joint = (covariance @ coefficients)[members]
    return joint @ np.linalg.pinv(covariance[np.ix_(members, members)], rcond=1e-10) @ joint


@pytest.mark.parametrize("rank", [4, 2])
def test_shares_of_a_linear_function_are_the_mean_over_orders(rank):
    """For covariances of full and of lower rank, stacked, shares equal gains of explained variance over all orders."""
    rng = np.random.default_rng(8)
    coefficients, root = rng.normal(size=(3, 4)), rng.normal(size=(3, 4, rank))
    covariance = root @ root.swapaxes(1, 2)
    found = lmg_shares(coefficients, covariance)
    for place in range(3):
        b, s = coefficients[place], covariance[place]
        worth = [explained(b, s, [i for i in range(4) if mask >> i & 1]) for mask in range(16)]
        np.testing.assert_allclose(found[place], shapley_over_orders(worth, 4) / (b @ s @ b), atol=1e-9)
    np.testing.assert_allclose(found.sum(axis=-1), 1.0, atol=1e-12)


def test_shares_of_no_variance_are_missing():
    """A difference of two equal components does not vary, nor does a sum of constants; the next one does."""
    covariance = np.array([[[1.0, 1.0], [1.0, 1.0]], [[0.0, 0.0], [0.0, 0.0]], [[1.0, 0.0], [0.0, 3.0]]])
    found = lmg_shares(np.array([[1.0, -1.0], [1.0, 1.0], [1.0, 1.0]]), covariance)
    assert np.isnan(found[:2]).all()
    np.testing.assert_allclose(found[2], [0.25, 0.75])


def test_fifteen_components_are_too_many():
    """Beyond 14 components the subsets are not tried."""
    with pytest.raises(ValueError, match="at most 14 components, not 15"):
        lmg_shares(np.ones(15), np.eye(15))
