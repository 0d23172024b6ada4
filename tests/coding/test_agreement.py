"""Agreement of coders: Krippendorff's own examples, a referee's figures, and cases without an answer."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from alliance_metrics.coding.agreement import alpha_interval, krippendorff_alpha, share_agreed, weighted_kappa

NAN = np.nan
# The worked examples of Krippendorff's "Computing Krippendorff's alpha-reliability": two observers and a dichotomy, two
# observers and five categories, four observers with gaps.
DICHOTOMY = np.array([[0, 1, 0, 0, 0, 0, 0, 0, 1, 0], [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]], dtype=float)
CATEGORIES = np.array([[1, 1, 2, 2, 4, 3, 3, 3, 5, 4, 4, 1], [2, 1, 2, 2, 2, 3, 3, 3, 5, 4, 4, 4]], dtype=float)
FOUR = np.array(
    [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, NAN, NAN, NAN],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, NAN, 3],
        [NAN, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, NAN],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, NAN],
    ]
)


@pytest.mark.parametrize(
    ("levels", "metric", "expected"),
    [
        (DICHOTOMY, "nominal", 0.095),
        (CATEGORIES, "nominal", 0.692),
        (FOUR, "nominal", 0.743),
        (FOUR, "ordinal", 0.815),
        (FOUR, "interval", 0.849),
    ],
)
def test_alpha_is_that_of_the_worked_examples(levels, metric, expected):
    """As printed, to three digits."""
    assert krippendorff_alpha(levels, metric=metric) == pytest.approx(expected, abs=0.0005)


@given(
    arrays(float, (4, 9), elements=st.sampled_from([0.0, 1.0, 2.0, 3.0, 4.0, NAN])),
    st.sampled_from(["nominal", "ordinal", "interval"]),
)
def test_alpha_of_the_resamples_is_the_point_value(levels, metric):
    """Of two equal blocks every resample is the whole: both ends of the interval are alpha, for any gaps and levels."""
    twice, blocks = np.hstack([levels, levels]), np.repeat([0, 1], levels.shape[1])
    ends = alpha_interval(twice, blocks=blocks, rng=np.random.default_rng(1), metric=metric, resamples=10)
    alpha = krippendorff_alpha(twice, metric=metric)
    np.testing.assert_allclose(ends, [alpha, alpha], atol=1e-9)
    pairable = levels[:, (~np.isnan(levels)).sum(axis=0) > 1]
    assert np.isnan(alpha) == (len(np.unique(pairable[~np.isnan(pairable)])) < 2)


def test_alpha_has_no_answer_without_pairs_or_variation():
    """One coder, no common item, or one level only."""
    for levels in ([[1.0, 2.0]], [[1.0, NAN], [NAN, 2.0]], [[3.0, 3.0], [3.0, 3.0]]):
        assert np.isnan(krippendorff_alpha(np.array(levels)))
    with pytest.raises(ValueError, match="nominal, ordinal, interval"):
        krippendorff_alpha(DICHOTOMY, metric="ratio")


def test_the_interval_holds_alpha_and_widens_with_blocks():
    """Items drawn in runs that are all alike tell less than as many items drawn one by one."""
    rng = np.random.default_rng(2)
    truth = np.repeat(rng.integers(0, 5, 30), 5)
    slip = np.repeat(rng.random(30) < 0.3, 5)
    levels = np.array([truth, np.where(slip, np.minimum(truth + 1, 4), truth)], dtype=float)
    runs, single = np.repeat(np.arange(30), 5), np.arange(150)
    wide = alpha_interval(levels, blocks=runs, rng=np.random.default_rng(1))
    narrow = alpha_interval(levels, blocks=single, rng=np.random.default_rng(1))
    assert wide[0] < krippendorff_alpha(levels) < wide[1]
    # five items that always agree or differ together count for one: the interval is the root of five wider
    assert (wide[1] - wide[0]) / (narrow[1] - narrow[0]) == pytest.approx(np.sqrt(5), rel=0.15)


@pytest.mark.slow
def test_the_interval_covers_the_alpha_of_the_population():
    """Of 200 studies of 60 items 90% intervals hold the alpha of a very large one in 84 to 96 of 100."""
    rng = np.random.default_rng(9)

    def study(n):
        truth = rng.integers(0, 5, n)
        slips = rng.choice([-1, 0, 1], p=[0.1, 0.8, 0.1], size=(3, n))
        return np.clip(truth + slips, 0, 4).astype(float)

    population = krippendorff_alpha(study(200_000))
    held = 0
    for _ in range(200):
        lower, upper = alpha_interval(study(60), blocks=np.arange(60), rng=rng, resamples=400)
        held += lower <= population <= upper
    assert 168 <= held <= 192


def test_an_interval_needs_two_blocks():
    """One block drawn over and over says nothing of what another study would give."""
    assert np.isnan(alpha_interval(FOUR, blocks=np.zeros(12, dtype=int), rng=np.random.default_rng(0))).all()


def test_blocks_without_a_pair_are_not_drawn():
    """Two equal blocks vary as one does not; a third that only one coder coded changes neither end."""
    pairs = np.array([[1.0, 2.0, 1.0, 2.0], [1.0, 2.0, 2.0, 2.0]])
    levels = np.hstack([pairs, pairs, [[1.0, 2.0], [NAN, NAN]]])
    ends = alpha_interval(levels, blocks=np.repeat([0, 1, 2], [4, 4, 2]), rng=np.random.default_rng(1))
    np.testing.assert_allclose(ends, krippendorff_alpha(levels), atol=1e-12)
    one_block = np.hstack([pairs, [[1.0, 2.0], [NAN, NAN]]])
    assert np.isnan(alpha_interval(one_block, blocks=np.repeat([0, 1], [4, 2]), rng=np.random.default_rng(1))).all()


@pytest.mark.parametrize(
    ("resamples", "defined"), [([[1, 1], [2, 0], [0, 2]], False), ([[1, 1], [1, 1], [2, 0]], True)]
)
def test_an_interval_needs_half_of_the_resamples_to_vary(resamples, defined):
    """Of two blocks with one level each only the resample of both has an alpha: one of three is too few."""
    levels = np.array([[1.0, 1.0, 2.0, 2.0], [1.0, 1.0, 2.0, 2.0]])
    rng = SimpleNamespace(multinomial=lambda *_, size: np.array(resamples)[:size])
    ends = alpha_interval(levels, blocks=np.array([0, 0, 1, 1]), rng=rng, resamples=3)
    assert ends == ((1.0, 1.0) if defined else pytest.approx((NAN, NAN), nan_ok=True))


def test_kappa_takes_the_distance_of_levels_not_of_their_ranks():
    """Levels 0, 1 and 4, one disagreement, of 0 and 4: squared differences of all pairs sum to 2 x 33, 19 and 25."""
    expected = 1 - (16 / 4) / ((66 + 19 + 25) / 16)
    assert weighted_kappa(np.array([0.0, 0, 1, 4]), np.array([0.0, 4, 1, 4])) == pytest.approx(expected)


def test_kappa_worked_by_hand():
    """Levels 0, 1, 2 against 0, 2, 2: mean square 1/3; by chance 2/3 + 8/9 + 1/9 = 5/3; kappa 0.8."""
    assert weighted_kappa(np.array([0.0, 1, 2, NAN]), np.array([0.0, 2, 2, 1])) == pytest.approx(0.8)
    assert np.isnan(weighted_kappa(np.array([1.0, 1.0]), np.array([1.0, 1.0])))
    assert np.isnan(weighted_kappa(np.array([NAN]), np.array([1.0])))


def test_agreement_counts_items_that_two_coders_have():
    """Four observers, eleven items with two or more levels, eight on which all agree."""
    assert share_agreed(FOUR) == pytest.approx(8 / 11)
    assert np.isnan(share_agreed(FOUR[:1]))
