"""Which level each coder's cell really is, and which coders are believed: draws of what coders leave open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from alliance_metrics.coding.panel import IndicatorPanel, combine_coders

Array = np.ndarray[Any, np.dtype[np.float64]]
Singles = np.ndarray[Any, np.dtype[Any]]  # float32; the formulas are written for either precision
Thresholds = np.ndarray[Any, np.dtype[np.uint16]]
Places = np.ndarray[Any, np.dtype[np.intp]]

PIECE = 2048
"""Draws that share one stream of random numbers."""

_STEPS = 1 << 16
_SMALL = 255
"""Greatest whole number of one byte."""


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
    score : ndarray, shape (n_coders, n_indicators)
        Levels as given.
    """

    unit: int
    base: Array
    thresholds: Thresholds
    score: Array


@dataclass(frozen=True, eq=False)
class Levels:
    """Combined levels of some units, draw by draw.

    Parameters
    ----------
    values : ndarray of float32 or uint8, shape (n_indicators, n_units, n_draws)
        Levels; NaN where missing. As uint8: sums over the coders believed.
    divisor : ndarray of float32, shape (n_draws,), optional
        What sums are divided by.
    """

    values: np.ndarray[Any, Any]
    divisor: Singles | None = None

    def at(self, draws: slice | Places) -> Levels:
        """Take some draws.

        Parameters
        ----------
        draws
            Which; all share one value where there is but one.

        Returns
        -------
        Levels
            Theirs.
        """
        if self.values.shape[-1] == 1:
            return self
        return Levels(self.values[..., draws], None if self.divisor is None else self.divisor[draws])

    def in_levels(self) -> Singles:
        """Give levels on the codebook's scale.

        Returns
        -------
        ndarray of float32, shape (n_indicators, n_units, n_draws)
            Levels; NaN where missing. [levels]
        """
        if self.divisor is None:
            return self.values
        return np.asarray(self.values / self.divisor, dtype=np.float32)


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


def believed_coders(points: Array, *, n_coders: int) -> Array:
    """Give the coders believed at points of the unit cube: each column picks one.

    Parameters
    ----------
    points : ndarray, shape (n_draws, size)
        Uniform numbers. [0-1)
    n_coders
        Number of coders.

    Returns
    -------
    ndarray, shape (n_coders, n_draws)
        How often each coder is in each draw's resample.
    """
    picked = np.minimum((points * n_coders).astype(np.intp), n_coders - 1)
    return np.asarray((picked == np.arange(n_coders)[:, np.newaxis, np.newaxis]).sum(axis=-1), dtype=float)


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
    return Cells(unit, score - down, thresholds, score)


def draw_levels(cells: Cells, *, width: int, rng: np.random.Generator | None) -> np.ndarray[Any, Any]:
    """Draw the levels of one unit's cells.

    Parameters
    ----------
    cells
        How they are distributed.
    width
        Number of draws, at most `PIECE`.
    rng
        Source of randomness; without it levels are as given.

    Returns
    -------
    ndarray of uint8 or float64, shape (n_coders, n_indicators, width)
        Levels; NaN where not coded. Small whole numbers where all are.
    """
    given = cells.base if rng is not None else cells.score
    most = _SMALL - len(cells.thresholds)
    small = bool(((given >= 0) & (given <= most) & (given == np.floor(given))).all())
    base = given.astype(np.uint8 if small else np.float64)[..., np.newaxis]
    if rng is None or not len(cells.thresholds):
        return np.repeat(base, width, axis=-1)
    n_words = cells.base.size * PIECE // 4
    words = rng.integers(0, 1 << 64, size=n_words, dtype=np.uint64)
    chances = words.astype("<u8", copy=False).view(np.uint16).reshape(*cells.base.shape, PIECE)[..., :width]
    steps = (chances > cells.thresholds[0][..., np.newaxis]).view(np.uint8)
    for threshold in cells.thresholds[1:]:
        steps += (chances > threshold[..., np.newaxis]).view(np.uint8)
    return np.asarray(steps + base)


def combined_levels(levels: np.ndarray[Any, Any], belief: Array, *, method: str) -> Levels:
    """Combine the drawn levels of one unit's cells over the coders believed.

    Parameters
    ----------
    levels : ndarray of uint8 or float64, shape (n_coders, n_indicators, width)
        As `draw_levels` gives them.
    belief : ndarray, shape (n_coders, width)
        How often each coder is believed.
    method
        ``mean`` or ``median``.

    Returns
    -------
    Levels
        Of shape (n_indicators, 1, width).
    """
    total = belief.sum(axis=0)
    if method == "mean" and levels.dtype == np.uint8 and total.min() > 0 and total.max() * int(levels.max()) <= _SMALL:
        shares = belief.astype(np.uint8)
        sums = levels[0] * shares[0]
        for level, share in zip(levels[1:], shares[1:], strict=True):
            sums += level * share
        return Levels(sums[:, np.newaxis], total.astype(np.float32))
    combined = combine_coders(levels.astype(np.float64), belief[:, np.newaxis], method=method)
    return Levels(combined[:, np.newaxis].astype(np.float32))


def stacked_levels(parts: list[Levels]) -> Levels:
    """Put the levels of several units side by side.

    Parameters
    ----------
    parts
        One or more, each of shape (n_indicators, 1, width).

    Returns
    -------
    Levels
        Of shape (n_indicators, n_units, width).
    """
    if all(part.divisor is not None for part in parts):
        return Levels(np.concatenate([part.values for part in parts], axis=1), parts[0].divisor)
    return Levels(np.concatenate([part.in_levels() for part in parts], axis=1))
