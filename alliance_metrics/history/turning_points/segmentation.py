"""A series cut into segments so that regressions within them leave the least, over every partition."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from alliance_metrics.coding.arrays import Array, IntArray

#: Least length of a segment as a share of the record, as in R strucchange (`breakpoints`, argument h).
SHARE_OF_RECORD = 0.15
_LWZ_FACTOR, _LWZ_POWER = 0.299, 2.1  # Liu, Wu and Zidek (1997), as in R mbreaks (`doorder`)
_ROUNDING = 1e-12
_PIECE = 1024  # draws at a time: their squares stay within some megabytes


@dataclass(frozen=True, eq=False)
class Partitions:
    """The best partition of each number of breaks.

    Parameters
    ----------
    residual : ndarray, shape (..., most + 1)
        Residual sum of squares with 0, 1, ... breaks.
    breaks : tuple of ndarray of int, each of shape (..., number of breaks)
        Places of the first observation of each new segment, with 1, 2, ... breaks.
    """

    residual: Array
    breaks: tuple[IntArray, ...]


def checked_series(y: Array, years: Sequence[int] | IntArray) -> tuple[Array, IntArray]:
    """Refuse a series that has gaps or whose years do not follow one another.

    Parameters
    ----------
    y : ndarray, shape (n_years,)
        The series.
    years : sequence of int, shape (n_years,)
        Its years.

    Returns
    -------
    y : ndarray, shape (n_years,)
        The series as numbers.
    years : ndarray of int, shape (n_years,)
        The years.

    Raises
    ------
    ValueError
        Naming the first offenders.
    """
    series, calendar = np.asarray(y, dtype=float), consecutive(years)
    if series.shape != calendar.shape:
        raise ValueError(f"a series with one value for each of {len(calendar)} years is needed, not {series.shape}")
    missing = calendar[~np.isfinite(series)]
    if len(missing):
        raise ValueError(f"{len(missing)} years have no value: {missing[:5].tolist()}; take a span without gaps")
    return series, calendar


def consecutive(years: Sequence[int] | IntArray) -> IntArray:
    """Refuse years that do not follow one another.

    Parameters
    ----------
    years : sequence of int, shape (n_years,)
        Years.

    Returns
    -------
    ndarray of int, shape (n_years,)
        The same.

    Raises
    ------
    ValueError
        Naming the first offenders.
    """
    calendar = np.asarray(years, dtype=np.intp)
    if calendar.ndim != 1 or len(calendar) < 2:
        raise ValueError(f"two years or more are needed, not {calendar.tolist()}")
    wrong = calendar[1:][np.diff(calendar) != 1]
    if len(wrong):
        raise ValueError(f"years must follow one another: {wrong[:5].tolist()} do not follow the year before")
    return calendar


def regressors(n_years: int, *, trend: bool) -> Array:
    """Give the regressors of a mean or of a linear trend.

    Parameters
    ----------
    n_years
        Length of the record.
    trend
        Whether each segment has a slope of its own, and not a mean alone.

    Returns
    -------
    ndarray, shape (n_years, 1 or 2)
        A column of ones and, with a trend, the years counted from the middle of the record.
    """
    ones = np.ones(n_years)
    return np.column_stack([ones, np.arange(n_years) - (n_years - 1) / 2]) if trend else ones[:, np.newaxis]


def segment_length(minimum: float, *, n_years: int, n_regressors: int) -> int:
    """Read the least length of a segment.

    Parameters
    ----------
    minimum
        Observations, or, below 1, a share of the record, rounded down.
    n_years, n_regressors
        Length of the record, and how many coefficients each segment has.

    Returns
    -------
    int
        Observations; with a share, one more than coefficients at least.

    Raises
    ------
    ValueError
        Where it does not exceed the number of coefficients, or two segments do not fit the record.
    """
    found = max(math.floor(minimum * n_years), n_regressors + 1) if 0 < minimum < 1 else int(minimum)
    if found != minimum and not 0 < minimum < 1:
        raise ValueError(f"the least length of a segment is a whole number or a share below 1, not {minimum}")
    if not n_regressors < found <= n_years // 2:
        raise ValueError(f"a segment needs {n_regressors + 1} to {n_years // 2} of {n_years} observations, not {found}")
    return found


def segment_squares(y: Array, design: Array, *, minimum: int) -> Array:
    """Give the residual sum of squares of every segment.

    Parameters
    ----------
    y : ndarray, shape (..., n_years)
        The series, without gaps.
    design : ndarray, shape (n_years, n_regressors)
        Regressors, which every series has in common.
    minimum
        Least length of a segment; more than there are regressors.

    Returns
    -------
    ndarray, shape (..., n_years, n_years)
        By first and last observation of the segment; infinite where it is shorter than `minimum`.

    Notes
    -----
    Each year added to a segment adds the square of its recursive residual (Brown, Durbin and Evans 1975): its distance
    from what the years before predict, over the root of ``1 + x' (X'X)^-1 x``. The weights of the years in it depend on
    the regressors alone, so that all series share them.
    """
    n_years, n_regressors = design.shape
    found = np.full((*y.shape, n_years), np.inf)
    running = np.zeros((*y.shape[:-1], n_years - n_regressors + 1))
    for before in range(n_regressors, n_years):
        starts = np.arange(n_years - before)
        weights = _recursive_weights(design, before)
        windows = np.lib.stride_tricks.sliding_window_view(y, before + 1, axis=-1)
        added = np.einsum("...wm,wm->...w", windows, weights)
        running = running[..., : len(starts)] + added**2
        if before + 1 >= minimum:
            found[..., starts, starts + before] = running
    return found


def _recursive_weights(design: Array, before: int) -> Array:
    """Give the weights of the recursive residual after `before` years, by first year, shape (n_starts, before + 1)."""
    windows = np.lib.stride_tricks.sliding_window_view(design, before + 1, axis=0).swapaxes(1, 2)
    earlier, latest = windows[:, :before], windows[:, before]
    moments = earlier.swapaxes(1, 2) @ earlier
    leverage = np.linalg.solve(moments, latest[..., np.newaxis])
    weights = np.concatenate([-(earlier @ leverage)[..., 0], np.ones((len(windows), 1))], axis=1)
    spread: Array = 1.0 + (latest[:, np.newaxis] @ leverage)[:, 0]
    return np.asarray(weights / np.sqrt(spread))


def best_partitions(squares: Array, *, most: int) -> Partitions:
    """Find the partition with the least residual sum of squares, for each number of breaks.

    Parameters
    ----------
    squares : ndarray, shape (..., n_years, n_years)
        As `segment_squares` gives them.
    most
        Greatest number of breaks; that many segments and one more must fit the record.

    Returns
    -------
    Partitions
        Of ties the earliest.

    Notes
    -----
    With m breaks the best partition up to year j is, for some i, the best one with m - 1 breaks up to year i and one
    segment from i + 1 to j (Bai and Perron 2003). Nothing is approximated.
    """
    best, choices = squares[..., 0, :], []
    residual = [best[..., -1]]
    for _ in range(most):
        sums = best[..., :-1, np.newaxis] + squares[..., 1:, :]
        choice = sums.argmin(axis=-2)
        best = np.take_along_axis(sums, choice[..., np.newaxis, :], axis=-2)[..., 0, :]
        choices.append(choice)
        residual.append(best[..., -1])
    breaks = tuple(_traced(choices[: number + 1]) for number in range(most))
    return Partitions(np.stack(residual, axis=-1), breaks)


def _traced(choices: list[IntArray]) -> IntArray:
    """Follow the choices from the last segment to the first."""
    last = choices[-1][..., -1]
    found = [last]
    for choice in reversed(choices[:-1]):
        last = np.take_along_axis(choice, last[..., np.newaxis], axis=-1)[..., 0]
        found.append(last)
    return np.stack(found[::-1], axis=-1) + 1


def information_criteria(residual: Array, *, n_years: int, n_regressors: int) -> dict[str, Array]:
    """Give the criteria by which the number of breaks is chosen, the least the best.

    Parameters
    ----------
    residual : ndarray, shape (..., most + 1)
        Residual sum of squares with 0, 1, ... breaks.
    n_years, n_regressors
        Length of the record, and how many coefficients each segment has.

    Returns
    -------
    dict of str to ndarray, shape (..., most + 1)
        ``bic`` and ``lwz``; minus infinity where nothing is left.

    Notes
    -----
    With T years, m breaks and q coefficients a segment:

    - ``bic = T (ln S + 1 - ln T + ln 2 pi) + ln T (q + 1)(m + 1)``: R strucchange counts q coefficients for each of the
      m + 1 segments, m dates and one variance.
    - ``lwz = ln(S / (T - p)) + 0.299 (ln T)^2.1 m (q + 1) / T`` with ``p = (m + 1) q + m``, as in R mbreaks.
    """
    breaks = np.arange(residual.shape[-1])
    known = residual > _ROUNDING * np.maximum(residual[..., :1], np.finfo(float).tiny)
    logarithm = np.log(residual, where=known, out=np.full(residual.shape, -np.inf))
    likelihood = n_years * (logarithm + 1.0 - math.log(n_years) + math.log(2.0 * math.pi))
    bic = likelihood + math.log(n_years) * (n_regressors + 1) * (breaks + 1)
    free = n_years - (breaks + 1) * n_regressors - breaks
    penalty = _LWZ_FACTOR * math.log(n_years) ** _LWZ_POWER * (n_regressors + 1) / n_years
    lwz = logarithm - np.log(np.maximum(free, 1)) + penalty * breaks
    return {"bic": bic, "lwz": lwz}


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
