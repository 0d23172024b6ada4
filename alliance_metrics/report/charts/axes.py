"""Axes that charts share: years, scores, signed values, names in rows."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import altair as alt
import pandas as pd

from alliance_metrics.report.charts.style import readable

#: Ends of the usual scale of scores.
WHOLE_SCALE = 0.0, 100.0
_QUARTERS = [0, 25, 50, 75, 100]
_STEPS = (1, 2, 5, 10, 20, 50, 100)
_YEAR_ROOM = 52  # pixels of a year's label and of the room around it
_BOUNDS = ("estimate", "lower", "upper")
#: A number format for an axis: whole numbers, those above zero with a plus.
SIGNED = "signed"
_Axis = TypeVar("_Axis", alt.X, alt.Y)


def on(axis: _Axis, column: str) -> _Axis:
    """Show another column on the same axis.

    Parameters
    ----------
    axis
        The axis.
    column
        The column of numbers.

    Returns
    -------
    X or Y
        A copy of the axis with that column.
    """
    copied = axis.copy(deep=True)
    copied.shorthand = f"{column}:Q"
    return copied


def year_axis(first: float, last: float, *, width: float, labels: bool = True, column: str = "year") -> alt.X:
    """Give the axis of years: whole numbers without separators, from the first year to the last.

    Parameters
    ----------
    first, last
        Ends of the axis.
    width
        Its length, in pixels.
    labels
        Whether years are written beside it.
    column
        The column shown.

    Returns
    -------
    X
        The axis.
    """
    axis = alt.Axis(format="d", values=round_years(first, last, width=width), labels=labels)
    return alt.X(f"{column}:Q", title=None, axis=axis, scale=alt.Scale(domain=[first, last], nice=False))


def year_columns(first: int, last: int, *, width: float, labels: bool = True) -> alt.X:
    """Give an axis with one column a year, for maps.

    Parameters
    ----------
    first, last
        First and last year.
    width
        Length of the axis, in pixels.
    labels
        Whether years are written below it.

    Returns
    -------
    X
        The axis.
    """
    shown = round_years(first, last, width=width)
    axis = alt.Axis(format="d", values=shown, labelAngle=0, labels=labels, ticks=labels, domain=False)
    return alt.X("year:O", title=None, axis=axis, scale=alt.Scale(domain=list(range(first, last + 1))))


def name_rows(column: str, names: Sequence[str], *, words: Callable[[str], str] = readable, **axis: Any) -> alt.Y:  # noqa: ANN401
    """Give an axis with one row a name, from the top.

    Parameters
    ----------
    column
        The column of names.
    names
        The names in order.
    words
        Gives the label of a name.
    **axis
        Further settings of the axis, such as ``labelLimit``.

    Returns
    -------
    Y
        The axis.
    """
    cases = " : ".join(f"datum.value === {name!r} ? {words(name)!r}" for name in names)
    label = alt.Axis(**{"labelExpr": f"{cases} : datum.value", **axis})
    return alt.Y(f"{column}:N", title=None, sort=None, scale=alt.Scale(domain=list(names)), axis=label)


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


def score_axis(frame: pd.DataFrame, *, labels: bool = True) -> alt.Y:
    """Give the axis of scores: 0 to 100 where all lie there, else from the least to the greatest.

    Parameters
    ----------
    frame
        Rows with ``lower``, ``upper`` and ``estimate``.
    labels
        Whether values are written beside it.

    Returns
    -------
    Y
        The axis.
    """
    low, high = score_ends(frame)
    scale = alt.Scale(domain=[low, high], nice=(low, high) != WHOLE_SCALE, zero=False)
    ticks = {"values": _QUARTERS} if (low, high) == WHOLE_SCALE else {"tickCount": 5}
    return alt.Y("estimate:Q", title=None, axis=alt.Axis(labels=labels, **ticks), scale=scale)


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
    cells = frame[list(_BOUNDS)]
    least, most = cells.min().min(), cells.max().max()
    if pd.isna(least) or (least >= WHOLE_SCALE[0] and most <= WHOLE_SCALE[1]):
        return WHOLE_SCALE
    return float(least), float(most)


def ends_around_zero(rows: pd.DataFrame, *, least: float) -> tuple[float, float]:
    """Give the ends of an axis that holds zero, all estimates and their intervals.

    Parameters
    ----------
    rows
        Rows with ``lower``, ``upper`` and ``estimate``.
    least
        How far the axis reaches on either side of zero at least.

    Returns
    -------
    tuple of float
        The ends.
    """
    cells = rows[list(_BOUNDS)]
    return min(-least, float(cells.min().min())), max(least, float(cells.max().max()))


def span_axis(ends: tuple[float, float], *, labels: bool = True, form: str = "") -> alt.Y:
    """Give an upright axis between two ends.

    Parameters
    ----------
    ends
        The ends.
    labels
        Whether values are written beside it.
    form
        Number format of the values, or ``SIGNED``; the library's own where empty.

    Returns
    -------
    Y
        The axis.
    """
    written: dict[str, Any] = {"format": form} if form else {}
    if form == SIGNED:
        written = {"labelExpr": "(datum.value > 0 ? '+' : '') + format(datum.value, '.0f')"}
    axis = alt.Axis(labels=labels, tickCount=5, **written)
    return alt.Y("estimate:Q", title=None, axis=axis, scale=alt.Scale(domain=list(ends), nice=False, zero=False))
