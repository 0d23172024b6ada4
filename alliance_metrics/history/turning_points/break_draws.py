"""The best partitions of every draw of a series, for every number of breaks at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from alliance_metrics.coding.arrays import Array, IntArray
from alliance_metrics.history.turning_points.segmentation import (
    SHARE_OF_RECORD,
    best_partitions,
    consecutive,
    information_criteria,
    regressors,
    segment_length,
    segment_squares,
)

_PIECE = 1024  # draws at a time: their squares stay within some megabytes
_ROUNDING = 1e-12


@dataclass(frozen=True, eq=False)
class DrawnPartitions:
    """Best partitions of each draw.

    Parameters
    ----------
    residual : ndarray, shape (n_draws, most + 1)
        Residual sum of squares with 0, 1, ... breaks; NaN for a draw that lacks a year.
    break_years : tuple of ndarray, each of shape (n_draws, number of breaks)
        First year of each new segment, with 1, 2, ... breaks; NaN for a draw that lacks a year or does not vary.
    n_years, n_regressors
        Length of the record, and how many coefficients each segment has.
    """

    residual: Array
    break_years: tuple[Array, ...]
    n_years: int
    n_regressors: int

    def number_shares(self, criterion: str) -> Array:
        """Give the share of draws in which a criterion chooses each number of breaks.

        Parameters
        ----------
        criterion
            ``bic`` or ``lwz``.

        Returns
        -------
        ndarray, shape (most + 1,)
            Shares of the draws that have every year; NaN where none has. [0-1]
        """
        whole = self.residual[~np.isnan(self.residual).any(axis=1)]
        if not len(whole):
            return np.full(self.residual.shape[1], np.nan)
        criteria = information_criteria(whole, n_years=self.n_years, n_regressors=self.n_regressors)
        chosen = criteria[criterion].argmin(axis=1)
        return np.asarray(np.bincount(chosen, minlength=self.residual.shape[1]) / len(whole))


def partition_draws(
    draws: Array,
    *,
    years: Sequence[int] | IntArray,
    most: int,
    trend: bool = False,
    minimum_segment: float = SHARE_OF_RECORD,
) -> DrawnPartitions:
    """Find the best partitions of every draw of a series, up to a number of breaks.

    Parameters
    ----------
    draws : ndarray, shape (n_draws, n_years)
        The series in each draw.
    years : sequence of int, shape (n_years,)
        Consecutive years.
    most
        Greatest number of breaks; that many segments and one more must fit the record.
    trend, minimum_segment
        As in `date_breaks`.

    Returns
    -------
    DrawnPartitions
        Residuals and dates.

    Raises
    ------
    ValueError
        Where years are not consecutive, or the draws have another number of them.
    """
    calendar, drawn = consecutive(years), np.asarray(draws, dtype=float)
    if drawn.ndim != 2 or drawn.shape[1] != len(calendar):
        raise ValueError(f"draws of {len(calendar)} years each are needed, not an array of shape {drawn.shape}")
    design = regressors(len(calendar), trend=trend)
    minimum = segment_length(minimum_segment, n_years=len(calendar), n_regressors=design.shape[1])
    residual = np.full((len(drawn), most + 1), np.nan)
    found = tuple(np.full((len(drawn), number), np.nan) for number in range(1, most + 1))
    for start in range(0, len(drawn), _PIECE):
        piece = drawn[start : start + _PIECE]
        whole = np.flatnonzero(np.isfinite(piece).all(axis=1))
        squares = segment_squares(piece[whole] - piece[whole].mean(axis=1, keepdims=True), design, minimum=minimum)
        partitions = best_partitions(squares, most=most)
        varies = squares[:, 0, -1] > _ROUNDING * (piece[whole] ** 2).sum(axis=1)
        residual[start + whole] = partitions.residual
        for held, places in zip(found, partitions.breaks, strict=True):
            held[start + whole[varies]] = calendar[0] + places[varies]
    return DrawnPartitions(residual, found, len(calendar), design.shape[1])
