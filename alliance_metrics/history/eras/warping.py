"""Two trajectories aligned with time stretched: dynamic time warping, a picture and never a test."""

from __future__ import annotations

import numpy as np
import pandas as pd

from alliance_metrics.coding.arrays import Array, FloatArray, IntArray
from alliance_metrics.errors import counted
from alliance_metrics.results.collected import Collected
from alliance_metrics.study.drawn_study import DrawnStudy
from alliance_metrics.study.lineages import Pairing

_BLOCK = 1 << 21
#: Weight of a step in which both go on; all paths then have the same weight, and the least total is the least mean.
_DIAGONAL = 2.0
#: Which trajectory alone went on in a step; 0 where both did.
_FIRST, _SECOND = 1, 2


def warp(first: FloatArray, second: FloatArray) -> tuple[Array, Array]:
    r"""Align two trajectories in every draw so that they differ least.

    A picture of which stretch of one resembles which of the other. It is never a test: some path is always found, any
    two trajectories that fall can be made to look alike, and the cost has no reference distribution.

    Parameters
    ----------
    first : ndarray, shape (n_components, n_first, n_draws)
        Draws of a trajectory, none missing. [0-1]
    second : ndarray, shape (n_components, n_second, n_draws)
        Draws of another, same components and draws. [0-1]

    Returns
    -------
    matched : ndarray, shape (n_first, n_second)
        Share of the draws in which two places are aligned; among paths of equal cost the one counts whose steps, from
        the end, are diagonal where possible. [0-1]
    total : ndarray, shape (n_draws,)
        Least cost of a path: costs of its places times the weights of its steps.

    Raises
    ------
    ValueError
        Where components or draws differ, or a trajectory is empty.

    Notes
    -----
    With :math:`c_{ij}` the mean squared difference over the components, the least total to each two places is
    :math:`D_{00} = 2 c_{00}` and
    :math:`D_{ij} = \min(D_{i-1,j-1} + 2 c_{ij},\; D_{i-1,j} + c_{ij},\; D_{i,j-1} + c_{ij})`. Exact, by dynamic
    programming.

    References
    ----------
    H. Sakoe and S. Chiba (1978), Dynamic programming algorithm optimization for spoken word recognition, IEEE
    Transactions on Acoustics, Speech, and Signal Processing 26 (orientation).

    Examples
    --------
    >>> matched, total = warp(np.array([[[0.0], [1.0], [1.0]]]), np.array([[[0.0], [0.0], [1.0]]]))
    >>> float(total[0]), np.argwhere(matched).tolist()
    (0.0, [[0, 0], [0, 1], [1, 2], [2, 2]])
    """
    if (
        first.ndim != 3
        or second.ndim != 3
        or first.shape[::2] != second.shape[::2]
        or not first.size
        or not second.size
    ):
        raise ValueError("both trajectories need one place or more, and the same components and draws")
    n_first, n_second, n_draws = first.shape[1], second.shape[1], first.shape[2]
    matched, total = np.zeros((n_first, n_second)), np.empty(n_draws)
    width = max(1, _BLOCK // (n_first * n_second))
    for start in range(0, n_draws, width):
        block = slice(start, start + width)
        total[block], came = _programme(_costs(first[..., block], second[..., block]))
        matched += _walk_back(came)
    return matched / n_draws, total


def _costs(first: FloatArray, second: FloatArray) -> Array:
    """Give the cost of each two places, shape (n_first, n_second, n_draws), component by component."""
    total = np.zeros((first.shape[1], second.shape[1], first.shape[2]))
    for one, other in zip(first, second, strict=True):
        total += (one[:, np.newaxis].astype(np.float64) - other[np.newaxis]) ** 2
    return total / len(first)


def _programme(costs: Array) -> tuple[Array, IntArray]:
    """Find the least total in every draw, and from where each place was reached."""
    n_first, n_second, n_draws = costs.shape
    least = np.full((n_first + 1, n_second + 1, n_draws), np.inf)
    least[0, 0] = 0.0
    came = np.zeros(costs.shape, dtype=np.intp)
    for row, column in np.ndindex(n_first, n_second):
        here = costs[row, column]
        both, alone = least[row, column] + _DIAGONAL * here, (least[row, column + 1], least[row + 1, column])
        ways = np.stack([both, alone[0] + here, alone[1] + here])
        came[row, column] = ways.argmin(axis=0)
        least[row + 1, column + 1] = ways.min(axis=0)
    return least[-1, -1], came


def _walk_back(came: IntArray) -> Array:
    """Follow the paths of all draws at once; count how many go through each place."""
    n_first, n_second, n_draws = came.shape
    every, through = np.arange(n_draws), np.zeros((n_first, n_second))
    row, column = np.full(n_draws, n_first - 1), np.full(n_draws, n_second - 1)
    going = np.ones(n_draws, dtype=bool)
    while going.any():
        np.add.at(through, (row[going], column[going]), 1.0)
        way = came[row, column, every]
        row, column = np.where(way == _SECOND, row, row - 1), np.where(way == _FIRST, column, column - 1)
        going &= (row >= 0) & (column >= 0)
        row, column = np.maximum(row, 0), np.maximum(column, 0)
    return through


def add_warping(drawn: DrawnStudy, pairing: Pairing, found: Collected) -> None:
    """Add the rows of ``warping``: the pillars of two eras aligned, nominally and in every draw.

    The rows are the pairs of years aligned on the nominal path or in some draw; there are none where no pillar is there
    in both eras. Years that lack one of the pillars used are skipped.

    Parameters
    ----------
    drawn
        The study.
    pairing
        The eras compared.
    found
        Takes the rows.
    """
    eras, step = (pairing.later, pairing.earlier), f"warping, {pairing.name}"
    nominal = [drawn.nominal_of(drawn.pillars, one) for one in eras]
    used = [place for place in range(len(drawn.pillars)) if all((~np.isnan(one[place])).any() for one in nominal)]
    kept = [~np.isnan(one[used]).any(axis=0) for one in nominal]
    whole = [drawn.drawn_of(drawn.pillars, one)[used][:, there] for one, there in zip(eras, kept, strict=True)]
    complete = ~(np.isnan(whole[0]).any(axis=(0, 1)) | np.isnan(whole[1]).any(axis=(0, 1)))
    if not used or not all(there.any() for there in kept) or not complete.any():
        found.skip(step, "no pillar is there in both eras and some draw")
        return
    if any(not there.all() for there in kept):
        found.skip(step, "years that lack a pillar are skipped")
    if not complete.all():
        found.skip(step, f"{counted(int((~complete).sum()), 'draw')} that lack a pillar skipped")
    path, _ = warp(*(one[used][:, there, np.newaxis] for one, there in zip(nominal, kept, strict=True)))
    matched, _ = warp(*(one[..., complete] for one in whole))
    on_path = path > 0
    rows, columns = np.nonzero(on_path | (matched > 0))
    years = {"year": pairing.later.years[kept[0]][rows], "other_year": pairing.earlier.years[kept[1]][columns]}
    shares = {"on_path": on_path[rows, columns], "matched": matched[rows, columns]}
    found.add("warping", pairing.label(pd.DataFrame({**years, **shares}), key=found.key))
