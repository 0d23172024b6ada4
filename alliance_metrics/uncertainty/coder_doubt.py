"""What coders leave open: how likely each level of a cell is, what of it they share, how far they lean."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from alliance_metrics.coding.arrays import Array, BoolArray, IntArray
from alliance_metrics.coding.panel import IndicatorPanel

#: Levels of a scale up to which it is counted how often each was given.
_MOST_LEVELS = 1000


@dataclass(frozen=True, eq=False)
class CoderDoubt:
    """What the coders of a panel leave open.

    Parameters
    ----------
    base : ndarray, shape (n_coders, n_units, n_indicators)
        Least level of each cell; NaN where not coded. [levels]
    reached : ndarray, shape (n_steps, n_coders, n_units, n_indicators)
        Probability that a cell's level is at most so many steps above its base. [0-1]
    shared : ndarray, shape (n_units,)
        Share of draws in which all coders err alike in a cell. [0-1]
    leanings : ndarray, shape (n_coders, n_units, n_indicators)
        As `coder_leanings` gives them. [levels]
    residuals : ndarray, shape (n_coders, n_units, n_indicators)
        Disagreement that neither ranges nor leanings account for; one of a cell's, picked at random, moves its level.
        [levels]
    """

    base: Array
    reached: Array
    shared: Array
    leanings: Array
    residuals: Array


def triangular_masses(down: Array, up: Array) -> Array:
    """Weigh the levels of cells by their distance from the level given.

    Parameters
    ----------
    down, up : ndarray, shape (...)
        Whole steps to the least and to the greatest level; NaN where not coded.

    Returns
    -------
    ndarray, shape (n_levels, ...)
        Masses from the least level up, the greatest at the level given; zero beyond the range.

    Notes
    -----
    Discrete triangular with arms of their own length: the level given has mass 1, a level :math:`j` steps away on a
    side that reaches :math:`d` steps has mass :math:`1 - j / (d + 1)`. So 2 with range 2-3 has masses 1 and 1/2; 2
    with range 1-3 has 1/2, 1, 1/2.

    References
    ----------
    C. C. Kokonendji, T. Senga Kiesse and S. S. Zocchi (2007), Discrete triangular distributions and non-parametric
    estimation for probability mass function, Journal of Nonparametric Statistics 19, 241-254, for the symmetric form.

    Examples
    --------
    >>> triangular_masses(np.array(1.0), np.array(1.0)).tolist()
    [0.5, 1.0, 0.5]
    """
    width = np.nan_to_num(down + up)
    steps = np.arange(int(width.max(initial=0)) + 1).reshape(-1, *([1] * np.ndim(down)))
    away = np.abs(steps - down)
    arm = np.where(steps < down, down, up)
    return np.where(steps <= width, 1.0 - away / (arm + 1.0), 0.0)


def triangular_probabilities(low: int, score: int, high: int) -> Array:
    """Give the probability of each level of one cell, where no level is likelier than another beforehand.

    Parameters
    ----------
    low, score, high
        Least level, level given, greatest level.

    Returns
    -------
    ndarray, shape (high - low + 1,)
        Probabilities of the levels from ``low`` to ``high``; the greatest is that of ``score``.

    Examples
    --------
    >>> triangular_probabilities(1, 2, 3).tolist()
    [0.25, 0.5, 0.25]
    """
    masses = triangular_masses(np.array(float(score - low)), np.array(float(high - score)))
    return np.asarray(masses / masses.sum())


def level_frequencies(scores: Array, *, low: Array, high: Array) -> Array:
    """Count how often each level of each indicator was given, and once more for each.

    Parameters
    ----------
    scores : ndarray, shape (n_coders, n_years, n_indicators)
        Levels of one unit and era; NaN where not coded.
    low, high : ndarray, shape (n_indicators,)
        Ends of each scale. [levels]

    Returns
    -------
    ndarray, shape (n_indicators, n_levels)
        Counts, all alike where a scale has no whole levels or too many to count.
    """
    span = high - low
    if (span != np.floor(span)).any() or (low != np.floor(low)).any() or span.max(initial=0) > _MOST_LEVELS:
        return np.ones((len(low), 1))
    counts = np.ones((len(low), int(span.max(initial=0)) + 1))
    for indicator in range(len(low)):
        given = scores[..., indicator] - low[indicator]
        whole = given[~np.isnan(given) & (given == np.floor(given))].astype(np.intp)
        counts[indicator] += np.bincount(whole, minlength=counts.shape[1])[: counts.shape[1]]
    return counts


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
    in the middle, none at an end, as for a shift on a logistic scale. The tendency is the sum of the distances over the
    sum of the room, so that the mean distance is kept.
    """
    coded = ~np.isnan(panel.score)
    several = coded & (coded.sum(axis=0) > 1)
    known = np.where(coded, panel.score, 0.0)
    mean = known.sum(axis=0) / np.maximum(coded.sum(axis=0), 1)
    share = (mean - low) / (high - low)
    room = 4.0 * share * (1.0 - share)
    away = np.where(several, known - mean, 0.0)
    leanings = np.zeros(away.shape)
    for rows in series_of(panel):
        size = (several[:, rows] * room[rows]).sum(axis=1, keepdims=True)
        distance = away[:, rows].sum(axis=1, keepdims=True)
        tendency = np.divide(distance, size, out=np.zeros(distance.shape), where=size > 0)
        leanings[:, rows] = tendency * room[rows]
    return leanings


def series_of(panel: IndicatorPanel) -> list[IntArray]:
    """List the rows of each unit and era.

    Parameters
    ----------
    panel
        The panel.

    Returns
    -------
    list of ndarray of int
        Places of the rows that belong together.
    """
    keys = list(panel.units.iloc[:, :2].itertuples(index=False, name=None))
    rows: dict[Any, list[int]] = {}
    for place, key in enumerate(keys):
        rows.setdefault(key, []).append(place)
    return [np.array(places, dtype=np.intp) for places in rows.values()]


def coder_doubt(
    panel: IndicatorPanel,
    *,
    low: Array,
    high: Array,
    ranges: bool,
    frequencies: bool = False,
    counted: BoolArray | None = None,
) -> CoderDoubt:
    r"""Find what the coders of a panel leave open.

    Parameters
    ----------
    panel
        The panel.
    low, high : ndarray, shape (n_indicators,)
        Ends of each scale. [levels]
    ranges
        Whether the ranges of cells are to be drawn; otherwise disagreement alone says how sure coders are.
    frequencies
        Whether a level is as likely beforehand as it was given for the indicator in the unit and era; otherwise all
        levels are alike.
    counted : ndarray of bool, shape (n_indicators,), optional
        Indicators from which it is found what coders share: those that count in the index. All where absent.

    Returns
    -------
    CoderDoubt
        Everything that does not change from draw to draw.

    Notes
    -----
    A level's probability is its triangular mass, scaled to sum 1. With ``frequencies`` it is that times the count of
    `level_frequencies`: near an end of a scale that an indicator seldom leaves, a range that opens inward is then
    seldom taken up. That mends the lean of intervals there, and moves levels in years of change toward usual ones.

    Let :math:`s^2` be the mean variance of a cell's level given one coding, and :math:`w` the mean variance between
    coders of its mean, leanings taken off. If every range is right, the mean of :math:`n` coders errs with the variance
    :math:`s^2 - w (n - 1) / n`, whatever part of the doubt they share: :math:`s^2 / n` where each errs for itself and
    :math:`w = s^2`, :math:`s^2` where they read the same evidence, err alike and :math:`w = 0`. A share
    :math:`\rho = 1 - w / s^2` of draws in which all coders take one random number gives just that. Where
    :math:`w > s^2` the ranges are too narrow, and residuals add :math:`(w - s^2) / n`. Both are found for each
    unit and era.
    """
    counted = np.ones(len(low), dtype=bool) if counted is None else counted
    coded = ~np.isnan(panel.score)
    down, up = np.floor(panel.score - panel.low), np.floor(panel.high - panel.score)
    if not ranges:
        down, up = np.where(coded, 0.0, np.nan), np.where(coded, 0.0, np.nan)
    base, masses = panel.score - down, triangular_masses(down, up)
    leanings = coder_leanings(panel, low=low, high=high)
    shared, residuals = np.zeros(len(panel.units)), np.zeros(panel.score.shape)
    for rows in series_of(panel) if frequencies else ():
        counts = level_frequencies(panel.score[:, rows], low=low, high=high)
        place = np.nan_to_num(base[:, rows] - low).astype(np.intp) + np.arange(len(masses)).reshape(-1, 1, 1, 1)
        masses[:, :, rows] *= counts[np.arange(len(low)), np.clip(place, 0, counts.shape[1] - 1)]
    total = masses.sum(axis=0)
    probabilities = masses / np.where(total > 0, total, 1.0)
    steps = np.arange(len(probabilities)).reshape(-1, 1, 1, 1)
    mean = base + (probabilities * steps).sum(axis=0)
    variance = (probabilities * (base + steps - mean) ** 2).sum(axis=0)
    for rows in series_of(panel):
        shared[rows], residuals[:, rows] = _shared(mean[:, rows], variance[:, rows], leanings[:, rows], counted)
    return CoderDoubt(base, np.cumsum(probabilities, axis=0)[:-1], shared, leanings, residuals)


def _shared(mean: Array, variance: Array, leanings: Array, counted: BoolArray) -> tuple[float, Array]:
    """Give the share of doubt that coders of one unit and era share, and the disagreement that is left over."""
    coded = ~np.isnan(mean)
    count = coded.sum(axis=0)
    several = coded & (count > 1)
    asked = several & counted
    if not asked.any():
        return 0.0, np.zeros(mean.shape)
    centre = np.where(coded, mean, 0.0).sum(axis=0) / np.maximum(count, 1)
    residuals = np.where(several, mean - centre - leanings, 0.0)
    inside = float(variance[asked].mean())
    between = float(((residuals**2).sum(axis=0) / np.maximum(count - 1, 1))[(count > 1) & counted].mean())
    unexplained = max(0.0, 1.0 - inside / between) if between > 0 else 0.0
    picked_among = len(mean) / np.maximum(count, 1)  # one of all coders is picked, and some did not code the cell
    scale = np.sqrt(unexplained * picked_among / np.maximum(count - 1, 1))
    return (max(0.0, 1.0 - between / inside) if inside > 0 else 0.0), residuals * scale
