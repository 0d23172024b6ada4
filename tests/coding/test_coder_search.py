"""Moves with the covariance at the mode, held to the whole matrix written out."""

from __future__ import annotations

import numpy as np
import pytest

from alliance_metrics.coding.coder_search import Curvature

SHARED, OWN, INDICATORS = 3, 2, 4


def positive(rng, size, count=None):
    root = rng.normal(size=(*([] if count is None else [count]), size, size))
    return root @ np.swapaxes(root, -1, -2) + np.eye(size)


@pytest.fixture
def arrow():
    """A curvature, and the covariance of all parameters by inverting the whole precision."""
    rng = np.random.default_rng(0)
    blocks, cross = positive(rng, OWN, INDICATORS), 0.3 * rng.normal(size=(INDICATORS, OWN, SHARED))
    head = positive(rng, SHARED) + 5 * np.eye(SHARED)
    whole = np.zeros((SHARED + INDICATORS * OWN,) * 2)
    whole[:SHARED, :SHARED] = head
    for k in range(INDICATORS):
        rows = slice(SHARED + k * OWN, SHARED + (k + 1) * OWN)
        whole[rows, rows] = blocks[k]
        whole[rows, :SHARED], whole[:SHARED, rows] = -cross[k], -cross[k].T
    covariance = np.linalg.inv(whole)
    own = np.linalg.inv(blocks)
    cells = rng.normal(size=(SHARED, 2, INDICATORS, 3)), rng.normal(size=(OWN, 2, INDICATORS, 3))
    return Curvature(covariance[:SHARED, :SHARED], own, own @ cross, *cells), covariance


def jacobian(curvature):
    """Write out `directed` as a matrix, one unit vector at a time."""
    columns = []
    for unit in np.eye(SHARED + INDICATORS * OWN):
        shared, own = curvature.directed(unit[:SHARED], unit[SHARED:].reshape(INDICATORS, OWN))
        columns.append(np.concatenate([shared, own.ravel()]))
    return np.stack(columns, axis=1)


def test_moves_have_the_covariance_of_the_inverted_precision(arrow):
    """Independent numbers, turned into moves, vary together as the whole inverse says."""
    curvature, covariance = arrow
    moves = jacobian(curvature)
    assert moves @ moves.T == pytest.approx(covariance)


def test_slopes_are_turned_by_the_transpose(arrow):
    """The slope along a direction is the same before and after turning."""
    curvature, _ = arrow
    rng = np.random.default_rng(1)
    shared, own = rng.normal(size=SHARED), rng.normal(size=(INDICATORS, OWN))
    turned = curvature.redirected(shared, own)
    expected = jacobian(curvature).T @ np.concatenate([shared, own.ravel()])
    assert np.concatenate([turned[0], turned[1].ravel()]) == pytest.approx(expected)


def test_variances_are_sums_over_the_whole_covariance(arrow):
    """Of one cell, and of a mean over indicators, each written out as a' C a."""
    curvature, covariance = arrow
    weights = np.zeros(len(covariance))
    weights[:SHARED] = curvature.by_shared[:, 1, 2, 0]
    weights[SHARED + 2 * OWN : SHARED + 3 * OWN] = curvature.by_own[:, 1, 2, 0]
    assert curvature.cell_variance()[1, 2, 0] == pytest.approx(weights @ covariance @ weights)
    by_shared, by_own = np.array([1.0, -2.0, 0.5]), np.array([0.3, 1.0])
    weights = np.concatenate([by_shared, np.tile(by_own / INDICATORS, INDICATORS)])
    found = curvature.variance_of_means(by_shared[np.newaxis], by_own[np.newaxis])
    assert found == pytest.approx([weights @ covariance @ weights])
