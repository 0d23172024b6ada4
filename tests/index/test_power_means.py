"""Power means whose exponents differ from draw to draw are those of each exponent for itself."""

from __future__ import annotations

import math

import numpy as np
import pytest

from alliance_metrics.index.aggregate import arithmetic_mean, geometric_mean, power_mean

EXPONENTS = np.array([-100.0, -2.5, -1.0, -1e-3, -1e-9, 0.0, 1e-9, 1e-3, 0.5, 1.0, 2.0, 100.0])


def slow_mean(scores, weights, exponent):
    """Give a power mean by its formula, over what is there and has weight."""
    pairs = [(s, w) for s, w in zip(scores, weights, strict=True) if w > 0 and not math.isnan(s)]
    if not pairs:
        return math.nan
    total = math.fsum(w for _, w in pairs)
    if exponent < 1e-6 and any(s == 0 for s, _ in pairs):
        return 0.0
    if abs(exponent) < 1e-6:
        return math.exp(math.fsum(w * math.log(s) for s, w in pairs) / total)
    most = max(s for s, _ in pairs)
    if most == 0:
        return 0.0
    return most * (math.fsum(w * (s / most) ** exponent for s, w in pairs) / total) ** (1 / exponent)


@pytest.fixture(scope="module")
def scores():
    """Make up scores of six units and three components in as many draws as exponents; with zeros and gaps."""
    given = np.random.default_rng(2).random((6, len(EXPONENTS), 3))
    given[1, :, 0], given[2] = 0.0, 0.0
    given[3, :, 1], given[4] = np.nan, np.nan
    given[5, :, 2] = 0.0
    return given


@pytest.mark.parametrize("weights", [[0.5, 0.3, 0.2], [0.5, 0.5, 0.0]])
def test_each_draw_has_the_mean_of_its_own_exponent(scores, weights):
    """Against the formula and against the function for one exponent; exponents next to zero are the geometric mean."""
    weights = np.array(weights)
    found = power_mean(scores, weights, EXPONENTS)
    assert found.shape == scores.shape[:2]
    for draw, exponent in enumerate(EXPONENTS.tolist()):
        expected = [slow_mean(row.tolist(), weights.tolist(), exponent) for row in scores[:, draw]]
        np.testing.assert_allclose(found[:, draw], expected, rtol=1e-6, err_msg=str(exponent))
        alone = power_mean(scores[:, draw], weights, exponent)
        np.testing.assert_allclose(found[:, draw], alone, rtol=1e-9, err_msg=str(exponent))


def test_single_precision_and_weights_of_each_draw_are_taken():
    """Scores and weights in single precision, weights by draw: the formula to six digits."""
    rng = np.random.default_rng(3)
    exponents = EXPONENTS[np.abs(EXPONENTS) != 1e-3]
    scores = rng.random((4, len(exponents), 3)).astype(np.float32)
    weights = rng.dirichlet(np.ones(3), len(exponents)).astype(np.float32)
    found = power_mean(scores, weights, exponents)
    for unit in range(4):
        for draw, exponent in enumerate(exponents.tolist()):
            expected = slow_mean(scores[unit, draw].tolist(), weights[draw].tolist(), exponent)
            assert found[unit, draw] == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("exponent", [1e-3, 1e-4, 1e-5, 1e-6, 1e-7])
def test_next_to_zero_single_precision_still_gives_a_mean(exponent):
    """Within a thousandth of the geometric mean, to which the true mean is that near and nearer."""
    rng = np.random.default_rng(5)
    scores = (0.2 + 0.8 * rng.random((200, 3))).astype(np.float32)
    weights = rng.dirichlet(np.full(3, 5.0), 200).astype(np.float32)
    expected = [slow_mean(row, share, 0.0) for row, share in zip(scores.tolist(), weights.tolist(), strict=True)]
    for sign in (-1.0, 1.0):
        found = power_mean(scores, weights, np.full(200, sign * exponent))
        np.testing.assert_allclose(found, expected, rtol=1e-3)


def test_whole_numbers_are_exponents():
    """An array of integers, one of them 1: arithmetic, and 0: geometric."""
    scores, weights = np.array([[[0.2, 0.8], [0.2, 0.8]]]), np.array([0.5, 0.5])
    found = power_mean(scores, weights, np.array([1, 0]))
    expected = [arithmetic_mean(scores[0, 0], weights), geometric_mean(scores[0, 1], weights)]
    np.testing.assert_allclose(found[0], expected, rtol=1e-12)


def test_the_mean_rises_with_the_exponent():
    """From near the least to near the greatest."""
    found = power_mean(np.tile([0.1, 0.4, 0.9], (1, len(EXPONENTS), 1)), np.full(3, 1 / 3), EXPONENTS)[0]
    assert (np.diff(found) >= -1e-8).all()
    assert 0.1 <= found[0] < 0.11
    assert 0.88 < found[-1] <= 0.9


def test_arrays_that_are_given_are_not_changed(scores):
    """Neither scores nor exponents."""
    given, exponents = scores.copy(), EXPONENTS.copy()
    power_mean(given, np.full(3, 1 / 3), exponents)
    np.testing.assert_array_equal(given, scores)
    np.testing.assert_array_equal(exponents, EXPONENTS)


@pytest.mark.parametrize(
    ("scores", "exponents", "said"),
    [
        ([[0.5, -0.1]], [0.5], "zero or more"),
        ([[0.5, 0.1]], [np.nan], "finite"),
        ([[0.5, 0.1]], [np.inf], "finite"),
        ([[np.nan, -0.1]], [2.0], "zero or more"),
    ],
)
def test_what_has_no_mean_is_refused(scores, exponents, said):
    """Negative scores, beside a gap too; exponents that are no finite numbers."""
    with pytest.raises(ValueError) as caught:
        power_mean(np.array(scores), np.array([0.5, 0.5]), np.array(exponents))
    assert said in str(caught.value)
