"""Two trajectories aligned with time stretched: dynamic time warping, a picture and never a test."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from alliance_metrics.coding.arrays import Array, IntArray
from alliance_metrics.errors import counted
from alliance_metrics.results.collected import Collected
from alliance_metrics.study.drawn_study import DrawnStudy
from alliance_metrics.study.lineages import Pairing
from alliance_metrics.uncertainty.coder_draws import Singles

Cost = Literal["squared", "absolute"]

_BLOCK = 1 << 21
_AHEAD, _FIRST, _SECOND = 0, 1, 2
"""Where a step came from: both go on, the first goes on, the second goes on."""


@dataclass(frozen=True, eq=False)
class Warping:
    """The alignment of two trajectories at least cost.

    Parameters
    ----------
    path : ndarray of int, shape (n_steps, 2)
        Aligned places in the first and in the second, from (0, 0) to the last of both.
    total
        Least cost of a path: costs of its places times the weights of its steps.
    normalised
        Total cost over the sum of the weights of its steps: mean cost a step.
    costs : ndarray, shape (n_first, n_second)
        Cost of aligning each two places.
    """

    path: IntArray
    total: float
    normalised: float
    costs: Array


@dataclass(frozen=True, eq=False)
class WarpingDraws:
    """The alignments of two trajectories, draw by draw.

    Parameters
    ----------
    matched : ndarray, shape (n_first, n_second)
        Share of draws whose path goes through the two places. [0-1]
    total, normalised : ndarray, shape (n_draws,)
        As in `Warping`, in each draw.
    """

    matched: Array
    total: Array
    normalised: Array


def warp(
    first: Singles,
    second: Singles,
    *,
    cost: Cost = "squared",
    window: int | None = None,
    diagonal: float = 2.0,
) -> Warping:
    r"""Align two trajectories so that they differ least.

    A picture of which stretch of one resembles which of the other. It is never a test: some path is always found, any
    two trajectories that fall can be made to look alike, and the cost has no reference distribution.

    Parameters
    ----------
    first : ndarray, shape (n_components, n_first)
        A trajectory; NaN where missing. [0-1]
    second : ndarray, shape (n_components, n_second)
        Another, of the same components. [0-1]
    cost
        Mean over the components both have of the squared or absolute difference.
    window
        Greatest distance between aligned places; any where absent. [places]
    diagonal
        Weight of a step in which both go on; one in which only one does has weight 1. With 2 every path has the same
        weight, the sum of the lengths, so that the least total is the least mean; with 1 long detours cost more. [1-2]

    Returns
    -------
    Warping
        The path and its cost; among paths of equal cost that whose steps, from the end, are diagonal where possible.

    Raises
    ------
    ValueError
        Where components differ, a trajectory is empty, no component is shared by two places, the window is too
        narrow to hold a path, or a choice is unknown.

    Notes
    -----
    With costs :math:`c_{ij}` the least total to each two places is :math:`D_{00} = d\,c_{00}` and
    :math:`D_{ij} = \min(D_{i-1,j-1} + d\,c_{ij},\; D_{i-1,j} + c_{ij},\; D_{i,j-1} + c_{ij})`, :math:`d` the weight of
    the diagonal. Exact, by dynamic programming. Only places with :math:`|i - j|` up to the window are allowed.

    References
    ----------
    H. Sakoe and S. Chiba (1978), Dynamic programming algorithm optimization for spoken word recognition, IEEE
    Transactions on Acoustics, Speech, and Signal Processing 26 (orientation).

    Examples
    --------
    >>> found = warp(np.array([[0.0, 1.0, 1.0]]), np.array([[0.0, 0.0, 1.0]]))
    >>> found.total, found.path.tolist()
    (0.0, [[0, 0], [0, 1], [1, 2], [2, 2]])
    """
    costs = _costs(np.asarray(first)[..., np.newaxis], np.asarray(second)[..., np.newaxis], cost)
    _check(costs, window=window, diagonal=diagonal)
    total, came = _programme(costs, window=window, diagonal=diagonal)
    steps = _path(came)
    going_on = np.diff(np.vstack([[-1, -1], steps]), axis=0).sum(axis=1)
    weight = float(np.where(going_on == 2, diagonal, 1.0).sum())
    return Warping(steps, float(total[0]), float(total[0]) / weight, costs[..., 0])


def warp_draws(
    first: Singles,
    second: Singles,
    *,
    cost: Cost = "squared",
    window: int | None = None,
    diagonal: float = 2.0,
) -> WarpingDraws:
    """Align two trajectories in every draw: a picture with its uncertainty, and no more a test.

    Parameters
    ----------
    first : ndarray, shape (n_components, n_first, n_draws)
        Draws of a trajectory; NaN where missing. [0-1]
    second : ndarray, shape (n_components, n_second, n_draws)
        Draws of another, same components and draws. [0-1]
    cost, window, diagonal
        As in `warp`.

    Returns
    -------
    WarpingDraws
        Share of the draws in which each two places are aligned, and the costs.

    Raises
    ------
    ValueError
        As in `warp`; where the numbers of draws differ.
    """
    n_first, n_second, n_draws = first.shape[1], second.shape[1], first.shape[2]
    if second.shape[2] != n_draws:
        raise ValueError(f"both trajectories need the same draws, not {n_draws} and {second.shape[2]}")
    matched, total, normalised = np.zeros((n_first, n_second)), np.empty(n_draws), np.empty(n_draws)
    width = max(1, _BLOCK // max(1, n_first * n_second))
    for start in range(0, n_draws, width):
        block = slice(start, start + width)
        costs = _costs(first[..., block], second[..., block], cost)
        _check(costs, window=window, diagonal=diagonal)
        total[block], came = _programme(costs, window=window, diagonal=diagonal)
        through, weight = _walk_back(came, diagonal)
        matched += through
        normalised[block] = total[block] / weight
    return WarpingDraws(matched / n_draws, total, normalised)


def _costs(first: Singles, second: Singles, cost: Cost) -> Array:
    """Give the cost of each two places, shape (n_first, n_second, n_draws), component by component."""
    if first.ndim != 3 or second.ndim != 3 or len(first) != len(second) or not len(first):
        raise ValueError("both trajectories must be components x places, of the same components")
    if cost not in {"squared", "absolute"}:
        raise ValueError(f"the cost of a difference is squared or absolute, not '{cost}'")
    shape = (first.shape[1], second.shape[1], first.shape[2])
    total, count = np.zeros(shape), np.zeros(shape)
    gaps = bool(np.isnan(first).any() or np.isnan(second).any())
    for one, other in zip(first, second, strict=True):
        apart = one[:, np.newaxis].astype(np.float64) - other[np.newaxis]
        there = ~np.isnan(apart) if gaps else np.ones((), dtype=bool)
        np.square(apart, out=apart) if cost == "squared" else np.abs(apart, out=apart)
        total += np.where(there, apart, 0.0) if gaps else apart
        count += there
    if not count.all():
        raise ValueError("two places have no component in common: leave such years out")
    return total / count


def _check(costs: Array, *, window: int | None, diagonal: float) -> None:
    n_first, n_second, _ = costs.shape
    if not n_first or not n_second:
        raise ValueError("a trajectory needs at least one place")
    if not 1.0 <= diagonal <= 2.0:
        raise ValueError(f"the weight of a diagonal step lies between 1 and 2, not at {diagonal}")
    if window is not None and window < abs(n_first - n_second):
        least = f"allow {abs(n_first - n_second)} or more"
        raise ValueError(f"a window of {window} holds no path between {n_first} and {n_second} places: {least}")


def _programme(costs: Array, *, window: int | None, diagonal: float) -> tuple[Array, IntArray]:
    """Find the least total in every draw, and where each place was reached from."""
    n_first, n_second, n_draws = costs.shape
    least = np.full((n_first + 1, n_second + 1, n_draws), np.inf)
    least[0, 0] = 0.0
    came = np.zeros(costs.shape, dtype=np.intp)
    reach = max(n_first, n_second) if window is None else window
    for row in range(n_first):
        for column in range(max(0, row - reach), min(n_second, row + reach + 1)):
            here = costs[row, column]
            before = (
                least[row, column] + diagonal * here,
                least[row, column + 1] + here,
                least[row + 1, column] + here,
            )
            ways = np.stack(before)
            came[row, column] = ways.argmin(axis=0)
            least[row + 1, column + 1] = ways.min(axis=0)
    return least[-1, -1], came


def _path(came: IntArray) -> IntArray:
    """Follow the path of a single draw from its end."""
    row, column = came.shape[0] - 1, came.shape[1] - 1
    steps = [(row, column)]
    while row or column:
        way = came[row, column, 0]
        row, column = row - (way != _SECOND), column - (way != _FIRST)
        steps.append((row, column))
    return np.array(steps[::-1], dtype=np.intp)


def _walk_back(came: IntArray, diagonal: float) -> tuple[Array, Array]:
    """Follow the paths of all draws at once; give how many go through each place, and the weight of each path."""
    n_first, n_second, n_draws = came.shape
    every, through = np.arange(n_draws), np.zeros((n_first, n_second))
    row, column = np.full(n_draws, n_first - 1), np.full(n_draws, n_second - 1)
    weight, going = np.zeros(n_draws), np.ones(n_draws, dtype=bool)
    while going.any():
        np.add.at(through, (row[going], column[going]), 1.0)
        way = came[row, column, every]
        weight[going] += np.where(way[going] == _AHEAD, diagonal, 1.0)
        row, column = np.where(way == _SECOND, row, row - 1), np.where(way == _FIRST, column, column - 1)
        going &= (row >= 0) & (column >= 0)
        row, column = np.maximum(row, 0), np.maximum(column, 0)
    return through, weight


def add_warping(drawn: DrawnStudy, pairing: Pairing, found: Collected) -> None:
    """Add the rows of ``warping``: the pillars of two eras aligned, nominally and in every draw.

    The rows are the pairs of years aligned on the nominal path or in some draw; there are none where no pillar is there
    in both eras. Years that lack one of the pillars used are passed over.

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
        found.skip(step, "years that lack a pillar are passed over")
    if not complete.all():
        found.skip(step, f"{counted(int((~complete).sum()), 'draw')} that lack a pillar passed over")
    path = warp(*(one[used][:, there] for one, there in zip(nominal, kept, strict=True))).path
    matched = warp_draws(*(one[..., complete] for one in whole)).matched
    on_path = np.zeros(matched.shape, dtype=bool)
    on_path[tuple(path.T)] = True
    rows, columns = np.nonzero(on_path | (matched > 0))
    years = {"year": pairing.later.years[kept[0]][rows], "other_year": pairing.earlier.years[kept[1]][columns]}
    shares = {"on_path": on_path[rows, columns], "matched": matched[rows, columns]}
    found.add("warping", pairing.label(pd.DataFrame({**years, **shares}), key=found.key))
