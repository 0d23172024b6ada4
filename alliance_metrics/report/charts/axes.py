"""The axes that charts share: years in whole numbers, scores from 0 to 100, and the words that name their scale."""

from __future__ import annotations

import math

import altair as alt
import pandas as pd

_FLOOR, _CEILING = 0.0, 100.0
_STEPS = (1, 2, 5, 10, 20, 50, 100)
_YEAR_ROOM = 52  # pixels of a year's label and of the room around it


def year_axis(first: float, last: float, *, width: float, labels: bool = True, shown: str = "year") -> alt.X:
    """Give the axis of years: whole numbers without separators, from the first year to the last.

    Parameters
    ----------
    first, last
        Ends of the axis.
    width
        Its length, in pixels.
    labels
        Whether years are written beside it.
    shown
        The column.

    Returns
    -------
    X
        The axis.
    """
    axis = alt.Axis(format="d", values=round_years(first, last, width=width), labels=labels)
    return alt.X(f"{shown}:Q", title=None, axis=axis, scale=alt.Scale(domain=[first, last], nice=False))


def round_years(first: float, last: float, *, width: float) -> list[int]:
    """List the round years that are written beside an axis.

    Parameters
    ----------
    first, last
        Ends of the axis.
    width
        Its length, in pixels.

    Returns
    -------
    list of int
        Years at an even step, as many as there is room for.

    Examples
    --------
    >>> round_years(1949, 1969, width=300)
    [1950, 1955, 1960, 1965]
    >>> round_years(2000, 2000, width=300)
    [2000]
    """
    span = max(last - first, 1)
    step = next((step for step in _STEPS if span / step * _YEAR_ROOM <= width), _STEPS[-1])
    return [year for year in range(math.ceil(first), math.floor(last) + 1) if year % step == 0] or [math.ceil(first)]


def score_axis(frame: pd.DataFrame, *, labels: bool = True, shown: str = "estimate") -> alt.Y:
    """Give the axis of scores: 0 to 100 where all lie there, else from the least to the greatest.

    Parameters
    ----------
    frame
        Rows with ``lower``, ``upper`` and ``estimate``.
    labels
        Whether values are written beside it.
    shown
        The column.

    Returns
    -------
    Y
        The axis.
    """
    low, high = score_ends(frame)
    scale = alt.Scale(domain=[low, high], nice=(low, high) != (_FLOOR, _CEILING), zero=False)
    return alt.Y(f"{shown}:Q", title=None, axis=alt.Axis(labels=labels, tickCount=5), scale=scale)


def score_ends(frame: pd.DataFrame) -> tuple[float, float]:
    """Pick the ends of the axis of scores.

    Parameters
    ----------
    frame
        Rows with ``lower``, ``upper`` and ``estimate``.

    Returns
    -------
    tuple of float
        0 and 100 where all lie there, else the least and the greatest.
    """
    cells = frame[["lower", "upper", "estimate"]]
    least, most = cells.min().min(), cells.max().max()
    if pd.isna(least) or (least >= _FLOOR and most <= _CEILING):
        return _FLOOR, _CEILING
    return float(least), float(most)


def scale_words(frame: pd.DataFrame) -> str:
    """Name the scale of scores, where it is the usual one.

    Parameters
    ----------
    frame
        Rows with ``lower``, ``upper`` and ``estimate``.

    Returns
    -------
    str
        ``" (0-100)"`` or nothing.
    """
    return " (0-100)" if score_ends(frame) == (_FLOOR, _CEILING) else ""


def interval_words(frame: pd.DataFrame) -> str:
    """Name the interval of some rows.

    Parameters
    ----------
    frame
        Rows with ``level``.

    Returns
    -------
    str
        Such as ``90% interval``.
    """
    known = frame["confidence"].dropna()
    return "interval" if known.empty else f"{100 * float(known.iloc[0]):.6g}% interval"
