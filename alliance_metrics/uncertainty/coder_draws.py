"""Which level each coder's cell really is, and how far coders lean: draws of what coders leave open."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from alliance_metrics.coding.arrays import Array, FloatArray, IntArray
from alliance_metrics.coding.panel import IndicatorPanel, combine_coders
from alliance_metrics.uncertainty.coder_doubt import CoderDoubt, series_of

Thresholds = np.ndarray[Any, np.dtype[np.uint16]]
#: Draws that share one stream of random numbers.
PIECE = 2048

_STEPS = 1 << 16
_ROUNDING = 1e-9
#: Greatest whole number of one byte.
_SMALL = 255


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
        For each step up the last of 65,536 equally likely numbers that is too low for it.
    shared
        How many of 65,536 draws take one random number for all coders.
    """

    unit: int
    base: Array
    thresholds: Thresholds
    shared: int = 0


@dataclass(frozen=True, eq=False)
class Shift:
    """How the coders' leanings move levels; nothing is moved beyond the ends of a scale.

    Parameters
    ----------
    leanings : ndarray of float32, shape (n_coders, n_indicators, n_units)
        As `CoderDoubt` holds them, indicators before units. [levels]
    multiples : ndarray of float32, shape (n_coders, n_draws)
        As `coder_multiples` gives them.
    low, high : ndarray of float32, shape (n_indicators, 1, 1)
        Ends of each scale. [levels]
    """

    leanings: FloatArray
    multiples: FloatArray
    low: FloatArray
    high: FloatArray


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

    def at(self, draws: slice | IntArray) -> Levels:
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

    def plus(self, residuals: FloatArray | None, *, ends: tuple[FloatArray, FloatArray]) -> Levels:
        """Add to the levels of each draw; nothing is moved beyond the ends of a scale.

        Parameters
        ----------
        residuals : ndarray of float32, shape (n_indicators, n_units, n_draws), or None
            What is added. [levels]
        ends : tuple of ndarray, shape (n_indicators, 1, 1)
            Ends of each scale. [levels]

        Returns
        -------
        Levels
            The levels.
        """
        return self if residuals is None else Levels(np.clip(self.in_levels() + residuals, *ends))

    def in_levels(self) -> FloatArray:
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
    return np.asarray(_reach(len(normals), level) * (normals - normals.mean(axis=0)))


def _reach(n_coders: int, level: float) -> float:
    """Give the widening for few coders over the root of n (n - 1)."""
    from scipy.special import ndtri, stdtrit

    tail = (1.0 + level) / 2.0
    return float(stdtrit(n_coders - 1, tail) / ndtri(tail)) / float(np.sqrt(n_coders * (n_coders - 1)))


def fewer_coders(panel: IndicatorPanel, *, level: float) -> Array:
    """Give by how much leanings count more where not all coders of the panel coded.

    Parameters
    ----------
    panel
        The panel.
    level
        Probability of the intervals to come. [0-1]

    Returns
    -------
    ndarray, shape (n_units, n_indicators)
        What the multiples of `coder_multiples` would be for the coders who coded the indicator in the unit and era,
        over what they are for all coders; 1 where all did, or fewer than two.
    """
    n_coders = len(panel.coders)
    factors = np.ones(panel.score.shape[1:])
    for rows in series_of(panel):
        present = (~np.isnan(panel.score[:, rows])).any(axis=1).sum(axis=0)
        for count in set(present.tolist()) - {0, 1, n_coders}:
            factors[np.ix_(rows, np.flatnonzero(present == count))] = _reach(count, level) / _reach(n_coders, level)
    return factors


def cell_distribution(doubt: CoderDoubt, unit: int) -> Cells:
    """Give how the levels of one unit's cells are drawn.

    Parameters
    ----------
    doubt
        What coders leave open.
    unit
        Place of the unit.

    Returns
    -------
    Cells
        The distribution; a step a cell does not have is out of reach of every random number.
    """
    reached = doubt.reached[:, :, unit]
    reached = reached[: int((reached < 1.0 - _ROUNDING).any(axis=(1, 2)).sum())]
    taken = np.where(np.isnan(doubt.base[:, unit]), 1.0, reached)
    thresholds = np.maximum(np.round(_STEPS * taken) - 1, 0).astype(np.uint16)
    return Cells(unit, doubt.base[:, unit], thresholds, round(_STEPS * float(doubt.shared[unit])))


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
    n_coders, n_indicators = cells.base.shape
    sharing = n_coders > 1 and cells.shared > 0
    uniforms = _uniforms((n_coders + sharing, n_indicators), rng=rng)[..., :width]
    if sharing:
        alike = (uniforms[-1] < min(cells.shared, _STEPS - 1)).astype(np.uint16) * np.uint16(_STEPS - 1)
        uniforms = uniforms[:-1]
        uniforms[1:] ^= (uniforms[1:] ^ uniforms[0]) & alike  # the first coder's random number where they share one
    steps = (uniforms > cells.thresholds[0][..., np.newaxis]).view(np.uint8)
    for threshold in cells.thresholds[1:]:
        steps += (uniforms > threshold[..., np.newaxis]).view(np.uint8)
    return np.asarray(steps + base)


def _uniforms(shape: tuple[int, ...], *, rng: np.random.Generator) -> Thresholds:
    """Draw a piece of uniform whole numbers below 65,536."""
    words = np.asarray(rng.bit_generator.random_raw(int(np.prod(shape)) * PIECE // 4))
    return words.astype("<u8", copy=False).view(np.uint16).reshape(*shape, PIECE)


def picked_residuals(residuals: Array, *, width: int, rng: np.random.Generator) -> FloatArray:
    """Pick for each cell and draw the residual of one coder.

    Parameters
    ----------
    residuals : ndarray, shape (n_coders, n_indicators)
        Disagreement left over. [levels]
    width
        Number of draws, at most `PIECE`.
    rng
        Source of randomness.

    Returns
    -------
    ndarray of float32, shape (n_indicators, width)
        Residuals. [levels]
    """
    uniforms = _uniforms(residuals.shape[1:], rng=rng)[..., :width]
    picks = (uniforms.astype(np.uint32) * len(residuals)) >> 16
    picked = np.zeros(picks.shape, dtype=np.float32)
    for coder, residual in enumerate(residuals.astype(np.float32)):
        picked += (picks == coder) * residual[:, np.newaxis]
    return picked


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
