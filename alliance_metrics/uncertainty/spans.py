"""Summary of draws of a quantity: mean, interval, and shares of draws above and below zero."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from alliance_metrics.coding.arrays import Array, FloatArray
from alliance_metrics.index.rescaling import SCALE
from alliance_metrics.uncertainty.comparisons import DIGITS, quantile_of_sorted, tails_of

#: Printed beside every comparison of eras: two eras are two cases, not two samples.
NO_P_VALUE = "Probabilities are shares of draws: they come from measurement uncertainty alone. No p-value is given."


@dataclass(frozen=True, eq=False)
class Span:
    """Summary of the draws of some quantities, each array of their shape without the draws.

    Parameters
    ----------
    mean, lower, median, upper
        Mean of the draws, and their equal-tailed quantiles and median, linear between order statistics; NaN where no
        draw gives a value.
    above, below
        Share of the draws that give a value in which it is above, or below, zero; draws that round to zero at six
        decimals are neither. NaN where no draw gives a value. [0-1]
    drawn
        Share of draws that give a value. [0-1]
    level
        Probability between lower and upper. [0-1]
    """

    mean: Array
    lower: Array
    median: Array
    upper: Array
    above: Array
    below: Array
    drawn: Array
    level: float


def span_of(values: FloatArray, *, level: float) -> Span:
    """Sum up draws.

    Parameters
    ----------
    values : ndarray, shape (..., n_draws)
        The quantity in each draw; NaN where it has no value.
    level
        Probability of the interval. (0-1)

    Returns
    -------
    Span
        Summary of each quantity.

    Raises
    ------
    ValueError
        Where there is no draw, or the level does not lie between 0 and 1.

    Examples
    --------
    >>> found = span_of(np.array([-1.0, 1.0, 2.0, 2.0]), level=0.5)
    >>> float(found.mean), float(found.above), float(found.below)
    (1.0, 0.75, 0.25)
    """
    draws = np.sort(np.asarray(values, dtype=np.float64), axis=-1)
    if not draws.shape[-1]:
        raise ValueError("there are no draws to sum up")
    if not 0.0 < level < 1.0:
        raise ValueError(f"the level of an interval lies between 0 and 1, not at {level}")
    valid = (~np.isnan(draws)).sum(axis=-1)
    lower, median, upper = (quantile_of_sorted(draws, tail, valid=valid) for tail in tails_of(level))
    held = np.round(draws, DIGITS)
    shares = [
        share_of(np.asarray(count, dtype=np.float64), valid)
        for count in (np.nansum(draws, axis=-1), (held > 0).sum(axis=-1), (held < 0).sum(axis=-1))
    ]
    drawn = np.asarray(valid / draws.shape[-1])
    return Span(shares[0], lower, median, upper, shares[1], shares[2], drawn, level)


def share_of(part: Array, whole: Array) -> Array:
    """Divide where there is something to divide by.

    Parameters
    ----------
    part, whole : ndarray, shape (...)
        What is divided, and by what.

    Returns
    -------
    ndarray, shape (...)
        The quotient; NaN where the whole is zero.
    """
    part, whole = np.broadcast_arrays(np.asarray(part, dtype=np.float64), np.asarray(whole, dtype=np.float64))
    quotient: Array = np.divide(part, whole, out=np.full(part.shape, np.nan), where=whole != 0)
    return quotient


def interval_columns(
    estimate: Array, span: Span, *, scale: Array | float = SCALE, signed: bool = True
) -> dict[str, Array | float]:
    """Lay out estimates and their intervals as columns of a table.

    Parameters
    ----------
    estimate : ndarray, shape (n,)
        Estimates from nominal scores.
    span
        The same quantities over the draws; as many.
    scale
        What both are multiplied by.
    signed
        Whether the shares of draws above and below zero are given.

    Returns
    -------
    dict of str to ndarray
        ``estimate``, ``lower``, ``upper``, ``confidence`` and, where signed, ``above`` and ``below``.
    """
    columns: dict[str, Array | float] = {
        "estimate": scale * np.ravel(estimate),
        "lower": scale * span.lower.ravel(),
        "upper": scale * span.upper.ravel(),
        "confidence": span.level,
    }
    if signed:
        columns |= {"above": span.above.ravel(), "below": span.below.ravel()}
    return columns
