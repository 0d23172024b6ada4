"""What charts of analyses share: one panel a unit and era, bounds that hold whole intervals, names at ends of lines."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any

import altair as alt
import pandas as pd

from alliance_metrics.report.charts.axes import score_axis, score_ends, year_axis
from alliance_metrics.report.charts.frame import RIGHT, Drawing, columns_for, layered, panel_width, side_by_side, titled
from alliance_metrics.report.charts.marks import Stroke, apart, dots, event_marks, line_in_interval, rows_of, texts
from alliance_metrics.report.charts.series import Series, labelled_years
from alliance_metrics.report.charts.style import MUTED, SMALL, Style

CELLS = ("year", "estimate", "lower", "upper")
_FOOT = 0.08  # share of the axis under which there is no room for a label
_LABEL_ROOM = 30.0  # pixels of a value
_PLACE = "place"


def labelled_path(
    one: Series,
    style: Style,
    *,
    width: int,
    height: int,
    events: Sequence[Mapping[str, Any]] = (),
    labels: bool = True,
    behind: Sequence[alt.Chart] = (),
    scale_of: pd.DataFrame | None = None,
) -> Drawing:
    """Draw one series in its interval, with its outstanding years labelled.

    Parameters
    ----------
    one
        The series.
    style
        The style.
    width, height
        Size of the panel, in pixels.
    events
        Rows with ``year`` and ``event`` that are marked.
    labels
        Whether the axis of scores is labelled.
    behind
        Drawings that stand behind the series.
    scale_of
        Rows that the axis of scores must hold; those of the series where absent.

    Returns
    -------
    Drawing
        The panel.
    """
    held = one.rows if scale_of is None else scale_of
    x, y = year_axis(*one.ends, width=width), score_axis(held, labels=labels)
    data = rows_of(one.rows, CELLS)
    layers: list[alt.Chart] = [*behind, *event_marks(events, x=x, ends=one.ends)]
    layers += line_in_interval(data, x=x, y=y, stroke=Stroke(style.palette.series[0], width=2.4))
    near = _LABEL_ROOM * (one.ends[1] - one.ends[0]) / width
    for what, row in labelled_years(one.rows, near=near):
        marked = rows_of(pd.DataFrame([dict(row)]), CELLS)
        layers.append(dots(marked, x=x, y=y, colour=style.palette.series[0]))
        layers.append(_value(one, row, what=what, axes=(x, score_axis(held, labels=labels, shown=_PLACE)), held=held))
    return layered(layers, width=width, height=height)


def _value(
    one: Series, row: Mapping[Hashable, Any], *, what: str, axes: tuple[alt.X, alt.Y], held: pd.DataFrame
) -> alt.Chart:
    """Write the score of a year above or below its interval, where the line does not run."""
    low, high = score_ends(held)
    next_to = one.rows.loc[(one.rows["year"] - int(row["year"])).abs() == 1, "estimate"]
    falls_away = bool((next_to <= row["estimate"]).all())
    no_room = bool(row["lower"] - low < _FOOT * (high - low))
    at_end = no_room and not falls_away and int(row["year"]) == one.ends[1]
    above = what == "peak" or (what != "low" and falls_away) or no_room
    side = row["upper"] if above else row["lower"]
    marked = rows_of(
        pd.DataFrame([{**row, _PLACE: row["estimate"] if pd.isna(side) else side}]), ("year", "estimate", _PLACE)
    )
    return texts(
        marked,
        x=axes[0],
        y=axes[1],
        text=alt.Text("estimate:Q", format=".1f"),
        dy=-9 if above else 11,
        dx=6 if at_end else 0,
        align="left" if at_end else _towards_middle(one, int(row["year"])),
        fontWeight="bold",
    )


def _towards_middle(one: Series, year: int) -> str:
    first, last = one.ends
    if year - first <= 1:
        return "left"
    return "right" if last - year <= 1 else "center"


SPAN = ("year", "estimate", "lower", "upper")
SIGNED = "signed"
"""A form of values on an axis: whole numbers, those above zero with a plus."""
_LINE = 12  # pixels a label needs in height


def panels_of(
    series: Sequence[Series],
    style: Style,
    draw: Callable[..., Drawing],
    *,
    gap: int = 26,
    right: int = RIGHT,
    most: int = 3,
) -> Drawing:
    """Draw one panel a series, in rows.

    Parameters
    ----------
    series
        The series.
    style
        The style.
    draw
        Takes a series, and ``width`` (pixels), ``first`` (the panel begins a row) and ``last`` (it ends one).
    gap
        Room between panels, in pixels.
    right
        Room at the right of the picture, in pixels.
    most
        Panels in a row at most.

    Returns
    -------
    Drawing
        The panels, each under the name of its series.
    """
    columns = columns_for(len(series), most=most)
    width = panel_width(style, columns=columns, gap=gap, right=right)
    panels = []
    for place, one in enumerate(series):
        last = place % columns == columns - 1 or place == len(series) - 1
        panels.append(titled(draw(one, width=width, first=place % columns == 0, last=last), one.title))
    return side_by_side(panels, columns=columns, gap=gap)


def height_of(width: float, style: Style) -> int:
    """Say how high a panel of a width is.

    Parameters
    ----------
    width
        Pixels.
    style
        The style.

    Returns
    -------
    int
        Pixels.
    """
    return int(min(0.8 * width, 0.36 * style.width))


def round_zero(rows: pd.DataFrame, *, least: float, columns: Sequence[str] = SPAN[1:]) -> tuple[float, float]:
    """Give ends of an axis that hold zero, all cells, and some room on either side.

    Parameters
    ----------
    rows
        The rows.
    least
        How far the axis goes from zero at least.
    columns
        The cells it must hold.

    Returns
    -------
    tuple of float
        The ends.
    """
    cells = rows[list(columns)]
    return min(-least, float(cells.min().min())), max(least, float(cells.max().max()))


def span_axis(ends: tuple[float, float], *, labels: bool = True, form: str = "", shown: str = "estimate") -> alt.Y:
    """Give an upright axis between two ends.

    Parameters
    ----------
    ends
        The ends.
    labels
        Whether values are written beside it.
    form
        How values are written, or ``SIGNED``; as they are where empty.
    shown
        The column.

    Returns
    -------
    Y
        The axis.
    """
    told: dict[str, Any] = (
        {"labelExpr": "(datum.value > 0 ? '+' : '') + format(datum.value, '.0f')"} if form == SIGNED else {}
    )
    axis = alt.Axis(labels=labels, tickCount=5, **(told or ({"format": form} if form else {})))
    return alt.Y(f"{shown}:Q", title=None, axis=axis, scale=alt.Scale(domain=list(ends), nice=False, zero=False))


def zero_line(x: alt.X, y: alt.Y, one: Series) -> alt.Chart:
    """Draw the line of no difference.

    Parameters
    ----------
    x, y
        The axes.
    one
        The series, whose ends the line joins.

    Returns
    -------
    Chart
        The line.
    """
    data = {"values": [{"year": year, "zero": 0} for year in one.ends]}
    at = y.copy(deep=True)
    at.shorthand = "zero:Q"
    drawn: alt.Chart = alt.Chart(data).mark_line(color=MUTED, strokeWidth=1).encode(x=x, y=at)
    return drawn


def named_ends(
    ends: Sequence[tuple[pd.DataFrame, str, Stroke]], *, x: alt.X, span: tuple[float, float], height: int
) -> list[alt.Chart]:
    """Write the name of each line at its end, in its colour, so that no name stands on another.

    Parameters
    ----------
    ends
        The last row of each line, its name, and how it is drawn.
    x
        The axis of years.
    span
        Ends of the upright axis.
    height
        Height of the panel, in pixels.

    Returns
    -------
    list of Chart
        The names.
    """
    if not ends:
        return []
    least = _LINE / height * (span[1] - span[0])
    places = apart([float(row["estimate"].iloc[0]) for row, _, _ in ends], least=least)
    drawn = []
    for (row, word, pen), place in zip(ends, places, strict=True):
        data = rows_of(row.assign(place=place, word=word), ("year", "place", "word"))
        mark = alt.Chart(data).mark_text(align="left", dx=5, fontSize=SMALL, fontWeight="bold", color=pen.ink)
        drawn.append(mark.encode(x=x, y=span_axis(span, shown="place"), text=alt.Text("word:N")))
    return drawn


def name_room(names: Sequence[str]) -> int:
    """Say how much room names at the right need.

    Parameters
    ----------
    names
        The names.

    Returns
    -------
    int
        Pixels.
    """
    return int(12 + 0.58 * SMALL * max((len(name) for name in names), default=0))
