"""Units compared over the draws: intervals of ranks, and shares of draws in which one is above another."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np

from alliance_metrics.coding.arrays import Array, FloatArray, IntArray
from alliance_metrics.index.columns import count_below
from alliance_metrics.uncertainty.workers import each

_PAIRED_DRAWS, _RANKED_DRAWS = 4096, 512
_WORTH_SHARING = 1_000_000  # scores below which starting another process takes longer than it saves
#: Decimals to which scores are held when they are compared: less is rounding of single precision.
DIGITS = 6


@dataclass(frozen=True, eq=False)
class Comparisons:
    """How units stand to one another, over the draws.

    Parameters
    ----------
    places
        Places of the components compared.
    lower, median, upper : ndarray, shape (n_places, n_units)
        Quantiles of each unit's rank, the highest score first, ties their mean rank; NaN where it has none.
    above : ndarray, shape (n_units, n_units)
        Share of draws in which the row's index is above the column's; NaN where either has none. [0-1]
    draws
        How many draws were compared: as many as the memory allowed for draws holds.
    """

    places: IntArray
    lower: Array
    median: Array
    upper: Array
    above: Array
    draws: int


def tails_of(level: float) -> tuple[float, float, float]:
    """Give the probabilities below the lower end, the median and the upper end of an interval.

    Parameters
    ----------
    level
        Probability of the interval. [0-1]

    Returns
    -------
    tuple of float
        Probabilities.
    """
    return (1.0 - level) / 2.0, 0.5, (1.0 + level) / 2.0


def quantile_of_sorted(values: FloatArray, tail: float, *, valid: IntArray) -> Array:
    """Give a quantile, linear between order statistics.

    Parameters
    ----------
    values : ndarray, shape (..., n_draws)
        Sorted values, missing ones last.
    tail
        Probability below. [0-1]
    valid : ndarray of int, shape (...)
        How many are not missing.

    Returns
    -------
    ndarray, shape (...)
        The quantile; NaN where none is valid.
    """
    position = tail * np.maximum(valid - 1, 0)
    before = position.astype(np.intp)
    after = np.minimum(before + 1, np.maximum(valid - 1, 0))
    low = np.take_along_axis(values, before[..., np.newaxis], axis=-1)[..., 0].astype(np.float64)
    high = np.take_along_axis(values, after[..., np.newaxis], axis=-1)[..., 0].astype(np.float64)
    return np.where(valid > 0, low + (position - before) * (high - low), np.nan)


def compare_units(kept: FloatArray, places: IntArray, level: float) -> Comparisons:
    """Rank the units in every draw, and compare each two of them by the last component, which is the index.

    Parameters
    ----------
    kept : ndarray of float32, shape (n_places, n_units, n_draws)
        Scores of some components; NaN where missing. [0-1]
    places : ndarray of int, shape (n_places,)
        Places of the components.
    level
        Probability of the intervals of ranks. [0-1]

    Returns
    -------
    Comparisons
        Ranks, and shares of draws in which one unit is above another.
    """
    worth = kept.size >= _WORTH_SHARING
    ends = each(partial(_rank_quantiles, level=level), list(kept), worth_sharing=worth)
    lower, median, upper = (np.stack([rows[place] for rows in ends]) for place in range(3))
    return Comparisons(places, lower, median, upper, _shares_above(kept[-1], worth=worth), kept.shape[-1])


def _rank_quantiles(scores: FloatArray, *, level: float) -> tuple[Array, ...]:
    """Rank the units by one component in every draw, and give the quantiles of each unit's ranks."""
    ranks = np.empty(scores.shape, dtype=np.float32)
    for start in range(0, scores.shape[-1], _RANKED_DRAWS):
        part = slice(start, start + _RANKED_DRAWS)
        held: FloatArray = np.round(scores[:, part].T, DIGITS)[..., np.newaxis]
        below, above = count_below(held)[..., 0], count_below(-held)[..., 0]
        present = (~np.isnan(held[..., 0])).sum(axis=1, keepdims=True)
        ranks[:, part] = ((above + (present - below) + 1) / 2).T
    ranks.sort(axis=-1)
    valid = (~np.isnan(ranks)).sum(axis=-1)
    return tuple(quantile_of_sorted(ranks, tail, valid=valid) for tail in tails_of(level))


def _shares_above(scores: FloatArray, *, worth: bool) -> Array:
    """Give the share of draws in which each row is above each column; missing draws count for neither."""
    starts = range(0, scores.shape[1], _PAIRED_DRAWS)
    counts = each(lambda start: _wins(scores[:, start : start + _PAIRED_DRAWS]), starts, worth_sharing=worth)
    wins, both = (np.sum([pair[place] for pair in counts], axis=0) for place in range(2))
    shares: Array = np.divide(wins, both, out=np.full(wins.shape, np.nan), where=both > 0)
    return shares


def _wins(scores: FloatArray) -> tuple[Array, Array]:
    """Count the draws in which each row is above each column, and those in which both have a score."""
    part = np.round(scores, DIGITS)
    there = ~np.isnan(part)
    both = np.full((len(part), len(part)), float(part.shape[1]))
    if not there.all():
        both = (there.astype(np.float32) @ there.astype(np.float32).T).astype(float)
    wins = np.array([np.count_nonzero(own > part, axis=-1) for own in part], dtype=float)
    return wins, both
