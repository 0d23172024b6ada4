"""When a series fell: the first year clearly below its own earlier mean, and the best single fall in mean."""

from __future__ import annotations

import numpy as np

from alliance_metrics.coding.arrays import Array, IntArray

#: Median of the absolute value of a standard normal variable.
_HALF_NORMAL = 0.6744897501960817
#: First year clearly below the earlier mean; first year of the lower of two segments.
READINGS = ("onset", "break")


def pooled_noise(series: Array) -> Array:
    r"""Give the noise of single years, one figure for all series of a draw.

    Parameters
    ----------
    series : ndarray, shape (..., n_series, n_years)
        Values.

    Returns
    -------
    ndarray, shape (...)
        Standard deviation of the noise, in units of the values.

    Notes
    -----
    The median of the absolute yearly changes over all series and years, divided by :math:`0.6745\sqrt 2`: if a series
    is a level and independent noise, its changes have twice the noise's variance, and a few great falls do not move a
    median. Of a series that wanders (autocorrelation near 1) it is the size of a year's step, not of its swings.
    """
    changes = np.abs(np.diff(series, axis=-1))
    flat = changes.reshape(*changes.shape[:-2], -1)
    return np.asarray(np.median(flat, axis=-1) / (_HALF_NORMAL * np.sqrt(2.0)))


def onset_years(series: Array, years: IntArray, margin: Array | float, *, lasting: int = 2, earlier: int = 3) -> Array:
    r"""Date the first year in which a series lies clearly below its own earlier mean, and stays there.

    Parameters
    ----------
    series : ndarray, shape (..., n_years)
        Values by year; NaN gives NaN.
    years : ndarray of int, shape (n_years,)
        Years, in order.
    margin
        How far below counts as clearly; a number, or an array that broadcasts against the leading axes. [units of the
        values, above 0 or 0]
    lasting
        In how many years in a row, the first among them, the series lies below. [1 or more]
    earlier
        Fewest earlier years that make a mean. [1 or more]

    Returns
    -------
    ndarray, shape (...)
        Year; NaN where there is none. A fall in the last ``lasting - 1`` years cannot be shown to last and is none.

    Raises
    ------
    ValueError
        Where `lasting` or `earlier` is below 1.

    Notes
    -----
    First :math:`t` with :math:`\max(y_t, \dots, y_{t+m-1}) < \frac{1}{t-1}\sum_{s<t} y_s - d`.
    """
    if lasting < 1 or earlier < 1:
        raise ValueError(f"lasting = {lasting} and earlier = {earlier}; both are counts of years, 1 or more")
    n = series.shape[-1]
    if n < earlier + lasting:
        return np.full(series.shape[:-1], np.nan)
    means = np.cumsum(series, axis=-1) / np.arange(1, n + 1)
    highest = np.lib.stride_tricks.sliding_window_view(series, lasting, axis=-1).max(axis=-1)
    depth = means[..., earlier - 1 : n - lasting] - highest[..., earlier:]
    below = depth > np.asarray(margin, dtype=np.float64)[..., np.newaxis] + 1e-9
    found = np.where(below.any(axis=-1), years[earlier:][np.argmax(below, axis=-1)].astype(float), np.nan)
    return np.where(np.isnan(series).any(axis=-1), np.nan, found)


def fall_years(series: Array, years: IntArray, *, segment: int = 3) -> tuple[Array, Array]:
    r"""Date the one fall in mean that fits each series best.

    Parameters
    ----------
    series : ndarray, shape (..., n_years)
        Values by year; NaN gives NaN.
    years : ndarray of int, shape (n_years,)
        Years, in order.
    segment
        Fewest years on either side. [1 or more]

    Returns
    -------
    years : ndarray, shape (...)
        First year of the lower segment; NaN where no split has the lower mean after it. A tie goes to the earliest.
    sizes : ndarray, shape (...)
        Mean before less mean after, in units of the values; NaN likewise.

    Notes
    -----
    Every split is tried. The sum of squares about the two means is least where
    :math:`n_1 n_2 (\bar y_1 - \bar y_2)^2` is greatest; splits with :math:`\bar y_1 \le \bar y_2` are no falls. It
    dates a fall and does not say that there is one: nearly every series has a split with the lower mean after it.
    """
    n = series.shape[-1]
    if n < 2 * segment:
        return np.full(series.shape[:-1], np.nan), np.full(series.shape[:-1], np.nan)
    splits = slice(segment - 1, n - segment)
    counts = np.arange(1, n + 1, dtype=float)[splits]
    reached = np.cumsum(series, axis=-1)
    total = reached[..., -1:]
    drop = reached[..., splits] / counts - (total - reached[..., splits]) / (n - counts)
    gain = np.where(drop > 1e-9, np.round(counts * (n - counts) * drop**2, 10), -1.0)
    best = np.argmax(gain, axis=-1)
    falls = np.take_along_axis(gain, best[..., np.newaxis], axis=-1)[..., 0] > 0
    falls &= ~np.isnan(total[..., 0])
    sizes = np.take_along_axis(drop, best[..., np.newaxis], axis=-1)[..., 0]
    return np.where(falls, years[segment:][best], np.nan), np.where(falls, sizes, np.nan)


def read_falls(
    series: Array,
    years: IntArray,
    reading: str,
    *,
    threshold: float = 2.0,
    points: float | None = None,
    lasting: int = 2,
    segment: int = 3,
) -> Array:
    """Date the fall of every series in every draw, by one of the two readings.

    Parameters
    ----------
    series : ndarray, shape (..., n_series, n_years)
        Values.
    years : ndarray of int, shape (n_years,)
        Years, in order.
    reading
        One of `READINGS`.
    threshold
        Of the onset: how many times the pooled noise counts as clearly below. [0 or more]
    points
        Of the onset: how far below counts, in units of the values, in place of `threshold`.
    lasting
        Of the onset: years in a row below.
    segment
        Fewest years on either side of a break; of the onset, fewest earlier years.

    Returns
    -------
    ndarray, shape (..., n_series)
        Years; NaN where a series did not fall.

    Raises
    ------
    ValueError
        Where the reading is unknown.
    """
    if reading not in READINGS:
        raise ValueError(f"reading '{reading}'; it is one of {', '.join(READINGS)}")
    if reading == "break":
        return fall_years(series, years, segment=segment)[0]
    margin = threshold * pooled_noise(series)[..., np.newaxis] if points is None else np.asarray(points)
    return onset_years(series, years, margin, lasting=lasting, earlier=segment)
