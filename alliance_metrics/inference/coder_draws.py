"""Which level each coder's cell really is, and how far coders lean: draws of what coders leave open."""

from __future__ import annotations

from dataclasses import dataclass, replace
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
    """

    unit: int
    base: Array
    thresholds: Thresholds


@dataclass(frozen=True, eq=False)
class Shift:
    """How the coders' leanings move levels; nothing is moved beyond the ends of a scale.

    Parameters
    ----------
    leanings : ndarray of float32, shape (n_coders, n_indicators, n_units)
        As `coder_leanings` gives them, indicators first. [levels]
    multiples : ndarray of float32, shape (n_coders, n_draws)
        As `coder_multiples` gives them.
    low, high : ndarray of float32, shape (n_indicators, 1, 1)
        Ends of each scale. [levels]
    """

    leanings: Singles
    multiples: Singles
    low: Singles
    high: Singles


@dataclass(frozen=True, eq=False)
class Levels:
    """Combined levels of some units, draw by draw.

    Parameters
    ----------
    values : ndarray of float32 or uint8, shape (n_indicators, n_units, n_draws)
        Levels; NaN where missing. As uint8: sums over the coders.
    divisor
        What sums are divided by.
    shift
        What moves the levels of each draw.
    """

    values: np.ndarray[Any, Any]
    divisor: int | None = None
    shift: Shift | None = None

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
        values = self.values if self.values.shape[-1] == 1 else self.values[..., draws]
        shift = self.shift and replace(self.shift, multiples=self.shift.multiples[:, draws])
        return Levels(values, self.divisor, shift)

    def in_levels(self) -> Singles:
        """Give levels on the codebook's scale.

        Returns
        -------
        ndarray of float32, shape (n_indicators, n_units, n_draws)
            Levels; NaN where missing. [levels]
        """
        levels = self.values if self.divisor is None else self.values / np.float32(self.divisor)
        if self.shift is None:
            return np.asarray(levels, dtype=np.float32)
        moved = np.array(np.broadcast_to(levels, (*levels.shape[:2], self.shift.multiples.shape[1])), dtype=np.float32)
        for leaning, multiple in zip(self.shift.leanings, self.shift.multiples, strict=True):
            moved += leaning[..., np.newaxis] * multiple
        return np.clip(moved, self.shift.low, self.shift.high, out=moved)


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


def coder_leanings(panel: IndicatorPanel, *, low: Array, high: Array) -> Array:
    r"""Find how far each coder's severity moves each cell.

    Parameters
    ----------
    panel
        The panel.
    low, high : ndarray, shape (n_indicators,)
        Ends of each scale. [levels]

    Returns
    -------
    ndarray, shape (n_coders, n_units, n_indicators)
        Distance from the mean of the coders that a coder's lasting tendency on the indicator makes; zero where no two
        coders coded it in any year of the unit and era. [levels]

    Notes
    -----
    A coder's distance from the mean of the coders is taken to be a tendency, the same in all years of a unit and era,
    times the room the scale leaves, :math:`f = 4 p (1 - p)` at the share :math:`p` of the way between its ends: one
    in the middle, none at an end, as for a shift on a logistic scale. The tendency is estimated by least squares.
    """
    coded = ~np.isnan(panel.score)
    several = coded & (coded.sum(axis=0) > 1)
    known = np.where(coded, panel.score, 0.0)
    mean = known.sum(axis=0) / np.maximum(coded.sum(axis=0), 1)
    share = (mean - low) / (high - low)
    room = 4.0 * share * (1.0 - share)
    away = np.where(several, known - mean, 0.0)
    leanings = np.zeros(away.shape)
    for series in dict.fromkeys(panel.units.iloc[:, :2].itertuples(index=False, name=None)):
        rows = np.flatnonzero((panel.units.iloc[:, 0] == series[0]) & (panel.units["era"] == series[1]))
        size = (several[:, rows] * room[rows] ** 2).sum(axis=1, keepdims=True)
        product = (away[:, rows] * room[rows]).sum(axis=1, keepdims=True)
        tendency = np.divide(product, size, out=np.zeros(product.shape), where=size > 0)
        leanings[:, rows] = tendency * room[rows]
    return leanings


def coder_multiples(normals: Array, *, level: float) -> Array:
    r"""Give by how much each coder's leaning moves all levels, in each draw.

    Parameters
    ----------
    normals : ndarray, shape (n_coders, n_draws)
        Standard normal numbers; two coders or more.
    level
        Probability of the intervals to come. [0-1]

    Returns
    -------
    ndarray, shape (n_coders, n_draws)
        Multiples that sum to zero in each draw.

    Notes
    -----
    With leanings :math:`d_c` of :math:`n` coders and standard normal :math:`z_c` the shift is
    :math:`\kappa \sum_c (z_c - \bar z) d_c / \sqrt{n (n - 1)}`: normal about zero with the variance
    :math:`\kappa^2 s^2 / n` of the mean of :math:`n` coders, :math:`s^2` their own. A coder drawn as right is
    right on every indicator in every year of that draw. Because :math:`s` is known from few coders,
    :math:`\kappa = t_{n-1} / z` at the level's tail, so that an interval of normal draws reaches as far as Student's t.

    References
    ----------
    Student (1908), The probable error of a mean, Biometrika 6, 1-25 (orientation).

    Examples
    --------
    >>> coder_multiples(np.array([[1.0], [-1.0]]), level=0.9).round(2).ravel().tolist()
    [2.71, -2.71]
    """
    from scipy.special import ndtri, stdtrit

    n = len(normals)
    tail = (1.0 + level) / 2.0
    widening = float(stdtrit(n - 1, tail) / ndtri(tail))
    return np.asarray(widening * (normals - normals.mean(axis=0)) / np.sqrt(n * (n - 1)))


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


def draw_levels(cells: Cells, *, width: int, rng: np.random.Generator) -> np.ndarray[Any, Any]:
    """Draw the levels of one unit's cells.

    Parameters
    ----------
    cells
        How they are distributed.
    width
        Number of draws, at most `PIECE`.
    rng
        Source of randomness.

    Returns
    -------
    ndarray of uint8 or float64, shape (n_coders, n_indicators, width)
        Levels; NaN where not coded. Small whole numbers where all are.
    """
    given = cells.base
    most = _SMALL - len(cells.thresholds)
    small = bool(((given >= 0) & (given <= most) & (given == np.floor(given))).all())
    base = given.astype(np.uint8 if small else np.float64)[..., np.newaxis]
    if not len(cells.thresholds):
        return np.repeat(base, width, axis=-1)
    n_words = cells.base.size * PIECE // 4
    words = rng.integers(0, 1 << 64, size=n_words, dtype=np.uint64)
    chances = words.astype("<u8", copy=False).view(np.uint16).reshape(*cells.base.shape, PIECE)[..., :width]
    steps = (chances > cells.thresholds[0][..., np.newaxis]).view(np.uint8)
    for threshold in cells.thresholds[1:]:
        steps += (chances > threshold[..., np.newaxis]).view(np.uint8)
    return np.asarray(steps + base)


def combined_levels(levels: np.ndarray[Any, Any], *, method: str) -> Levels:
    """Combine the drawn levels of one unit's cells over the coders, each counting alike.

    Parameters
    ----------
    levels : ndarray of uint8 or float64, shape (n_coders, n_indicators, width)
        As `draw_levels` gives them.
    method
        ``mean`` or ``median``.

    Returns
    -------
    Levels
        Of shape (n_indicators, 1, width).
    """
    n_coders = len(levels)
    if method == "mean" and levels.dtype == np.uint8 and n_coders * int(levels.max(initial=0)) <= _SMALL:
        return Levels(levels.sum(axis=0, dtype=np.uint8)[:, np.newaxis], n_coders)
    combined = combine_coders(levels.astype(np.float64), np.ones((n_coders, 1, 1)), method=method)
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
