"""Which level each coder's cell really is, and which coders are believed: draws of what coders leave open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from alliance_metrics.coding.panel import IndicatorPanel

Array = np.ndarray[Any, np.dtype[np.float64]]
Thresholds = np.ndarray[Any, np.dtype[np.uint16]]

PIECE = 2048
"""Draws that share one stream of random numbers."""

_STEPS = 1 << 16


@dataclass(frozen=True, eq=False)
class Cells:
    """How the levels of one unit's cells are distributed.

    Parameters
    ----------
    unit
        Place of the unit.
    base : ndarray, shape (n_coders, n_indicators)
        Least level of each cell; NaN where not coded.
    thresholds : ndarray of uint16, shape (n_steps, n_coders, n_indicators)
        For each step up the last of 65,536 equal chances that is too low for it.
    """

    unit: int
    base: Array
    thresholds: Thresholds


def triangular_probabilities(low: int, score: int, high: int) -> Array:
    """Probability of each level of a coder's cell.

    Parameters
    ----------
    low, score, high
        Least level, level given, greatest level.

    Returns
    -------
    ndarray, shape (high - low + 1,)
        Probabilities of the levels from ``low`` to ``high``; the greatest is that of ``score``.

    Notes
    -----
    Discrete triangular with arms of their own length: the mode has mass 1, a level :math:`j` steps away on a side that
    reaches :math:`d` steps has mass :math:`1 - j / (d + 1)`, all divided by their sum. So 2 with range 2-3 gives
    2/3 and 1/3; 2 with range 1-3 gives 1/4, 1/2, 1/4.

    Examples
    --------
    >>> triangular_probabilities(1, 2, 3).tolist()
    [0.25, 0.5, 0.25]
    """
    levels = np.arange(low, high + 1)
    reach = np.where(levels < score, score - low, high - score)
    mass = 1.0 - np.abs(levels - score) / (reach + 1.0)
    return np.asarray(mass / mass.sum())


def resample_coders(n_coders: int, count: int, *, size: int, rng: np.random.Generator) -> Array:
    """Draw which coders are believed.

    Parameters
    ----------
    n_coders
        Number of coders, two or more.
    count
        Number of draws.
    size
        Number of coders in each resample.
    rng
        Source of randomness.

    Returns
    -------
    ndarray, shape (n_coders, count)
        How often each coder is in each draw's resample.

    Notes
    -----
    Resamples are with replacement. With the usual :math:`n` of :math:`n` coders the variance of a mean would come out
    too small by the factor :math:`(n - 1)/n`, a third with three coders; with :math:`n - 1` it is unbiased. That is
    for means: the median of two of three coders is their mean, so for the median all :math:`n` are drawn.

    References
    ----------
    J. N. K. Rao and C. F. J. Wu (1988), Resampling inference with complex survey data, Journal of the American
    Statistical Association 83, 231-241.
    """
    return rng.multinomial(size, np.full(n_coders, 1.0 / n_coders), size=count).T.astype(float)


def cell_distribution(panel: IndicatorPanel, unit: int) -> Cells:
    """Find how the levels of one unit's cells are distributed.

    Parameters
    ----------
    panel
        The panel.
    unit
        Place of the unit.

    Returns
    -------
    Cells
        The distribution; a step a cell does not have is out of reach of every chance.
    """
    score, low, high = (getattr(panel, name)[:, unit] for name in ("score", "low", "high"))
    down, up = np.floor(score - low), np.floor(high - score)
    width = np.nan_to_num(down + up).astype(int)
    thresholds = np.full((width.max(initial=0), *score.shape), _STEPS - 1, dtype=np.uint16)
    for below, above in {*zip(down[width > 0].tolist(), up[width > 0].tolist(), strict=True)}:
        reached = np.cumsum(triangular_probabilities(-int(below), 0, int(above)))[:-1]
        alike = (down == below) & (up == above)
        thresholds[: len(reached), alike] = np.maximum(np.round(_STEPS * reached) - 1, 0)[:, np.newaxis]
    return Cells(unit, score - down, thresholds)


def draw_levels(cells: Cells, *, rng: np.random.Generator) -> Array:
    """Draw one piece of levels.

    Parameters
    ----------
    cells
        How they are distributed.
    rng
        Source of randomness.

    Returns
    -------
    ndarray, shape (n_coders, n_indicators, PIECE)
        Levels; NaN where not coded.
    """
    n_words = cells.base.size * PIECE // 4
    words = rng.integers(0, 1 << 64, size=n_words, dtype=np.uint64)
    chances = words.astype("<u8", copy=False).view(np.uint16).reshape(*cells.base.shape, PIECE)
    steps = np.zeros(chances.shape, dtype=np.uint16)
    for threshold in cells.thresholds:
        steps += chances > threshold[..., np.newaxis]
    return cells.base[..., np.newaxis] + steps
