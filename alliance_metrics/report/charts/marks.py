"""Marks that charts share: lines in their intervals with names at their ends, coloured cells, marked events."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt
import pandas as pd

from alliance_metrics.report.charts.axes import on
from alliance_metrics.report.charts.style import DASHES, INK, MUTED, SMALL, TEXT, Palette, Style, romanised

#: Rows as the drawing library takes them.
Rows = dict[str, Any]
#: The columns of a line in its interval.
SPAN = ("year", "estimate", "lower", "upper")
#: The rows of a line by year, its name, and how it is drawn.
Line = tuple[pd.DataFrame, str, "Stroke"]
_BAND = 0.22
_EDGE = 0.15  # share of the axis at either end where a name would jut out
_PALEST = "#F4F4F4"


@dataclass(frozen=True)
class Stroke:
    """How one series is drawn.

    Parameters
    ----------
    colour
        Its colour.
    ink
        The colour of its name.
    dash
        How the line is broken.
    width
        Width of the line, in pixels.
    """

    colour: str
    ink: str = INK
    dash: tuple[int, ...] = DASHES[0]
    width: float = 2.0

    @property
    def pen(self) -> dict[str, Any]:
        """Settings of a line mark."""
        return {"color": self.colour, "strokeDash": list(self.dash), "strokeWidth": self.width}


def strokes(palette: Palette) -> list[Stroke]:
    """Give each series a colour and a line of its own.

    Parameters
    ----------
    palette
        The palette.

    Returns
    -------
    list of Stroke
        One a colour.
    """
    colours = zip(palette.series, palette.inks, DASHES, strict=False)
    return [Stroke(colour, ink=ink, dash=dash) for colour, ink, dash in colours]


def rows_of(frame: pd.DataFrame, columns: Iterable[str]) -> Rows:
    """Hand rows of a table to a drawing, cell by cell.

    Parameters
    ----------
    frame
        The rows.
    columns
        The columns that are drawn.

    Returns
    -------
    dict
        The cells as they are saved; missing ones are null.
    """
    kept = frame[list(columns)]
    plain = kept.astype(object).where(kept.notna(), None)
    return inline([{str(name): value for name, value in row.items()} for row in plain.to_dict("records")])


def inline(rows: Iterable[Mapping[str, Any]]) -> Rows:
    """Hand rows to a drawing.

    Parameters
    ----------
    rows
        The rows.

    Returns
    -------
    dict
        The rows as the library takes them; it would check every cell of a list of its own kind.
    """
    return {"values": [dict(row) for row in rows]}


def line_in_interval(rows: pd.DataFrame, *, x: alt.X, y: alt.Y, stroke: Stroke) -> list[alt.Chart]:
    """Draw a series in its interval.

    Parameters
    ----------
    rows
        Rows with the column of the axis ``x``, ``estimate``, ``lower`` and ``upper``.
    x, y
        The axes.
    stroke
        How it is drawn.

    Returns
    -------
    list of Chart
        The interval, and the line over it.
    """
    base = alt.Chart(rows_of(rows, (_column(x), *SPAN[1:])))
    band = base.mark_area(color=stroke.colour, opacity=1, fillOpacity=_BAND)
    line = base.mark_line(**stroke.pen, strokeJoin="round")
    return [band.encode(x=x, y=on(y, "lower"), y2=alt.Y2("upper:Q")), line.encode(x=x, y=y)]


def named_lines(
    lines: Sequence[Line], *, x: alt.X, y: alt.Y, ends: tuple[float, float], height: int, names: bool = True
) -> list[alt.Chart]:
    """Draw several series in their intervals, each with its name where it ends.

    Parameters
    ----------
    lines
        The lines.
    x, y
        The axes.
    ends
        Ends of the upright axis.
    height
        Height of the panel, in pixels.
    names
        Whether the names are written.

    Returns
    -------
    list of Chart
        Intervals, lines and names.
    """
    views = []
    for rows, _, stroke in lines:
        views += line_in_interval(rows, x=x, y=y, stroke=stroke)
    return [*views, *named_ends(lines, x=x, y=y, ends=ends, height=height)] if names else views


def named_ends(
    lines: Sequence[Line], *, x: alt.X, y: alt.Y, ends: tuple[float, float], height: int, size: float = SMALL
) -> list[alt.Chart]:
    """Write the name of each line at its end, in its colour, so that no name stands on another.

    Parameters
    ----------
    lines
        The lines, of which the last rows are named.
    x, y
        The axes.
    ends
        Ends of the upright axis.
    height
        Height of the panel, in pixels.
    size
        Size of the letters, in pixels.

    Returns
    -------
    list of Chart
        The names.
    """
    lasts = [rows.iloc[[-1]] for rows, _, _ in lines]
    least = int(size + 2) / height * (ends[1] - ends[0])
    places = apart([float(last["estimate"].iloc[0]) for last in lasts], least=least)
    letters: dict[str, Any] = {"align": "left", "dx": round(size / 2), "fontSize": size, "fontWeight": "bold"}
    views = []
    for (_, name, stroke), last, place in zip(lines, lasts, places, strict=True):
        data = rows_of(last.assign(place=place, word=name), (_column(x), "place", "word"))
        views.append(texts(data, x=x, y=on(y, "place"), text=alt.Text("word:N"), color=stroke.ink, **letters))
    return views


def _column(axis: alt.X) -> str:
    return str(axis.shorthand).partition(":")[0]


def name_room(names: Sequence[str]) -> int:
    """Give the room that names at the right need.

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


def zero_line(x: alt.X, y: alt.Y, *, years: tuple[int, int]) -> alt.Chart:
    """Draw the line of no difference.

    Parameters
    ----------
    x, y
        The axes.
    years
        First and last year of the line.

    Returns
    -------
    Chart
        The line.
    """
    data = inline([{"year": year, "zero": 0} for year in years])
    drawn: alt.Chart = alt.Chart(data).mark_line(color=MUTED, strokeWidth=1).encode(x=x, y=on(y, "zero"))
    return drawn


def texts(data: Rows, *, x: alt.X, y: alt.Y, text: alt.Text, **marks: Any) -> alt.Chart:  # noqa: ANN401
    """Write a text at each row.

    Parameters
    ----------
    data
        The rows.
    x, y
        The axes.
    text
        What is written.
    **marks
        How: ``dx``, ``dy``, ``align``, ``color`` and the like.

    Returns
    -------
    Chart
        The texts.
    """
    letters: dict[str, Any] = {"fontSize": TEXT, "color": INK, **marks}
    drawn: alt.Chart = alt.Chart(data).mark_text(**letters).encode(x=x, y=y, text=text)
    return drawn


def cells(data: Rows, *, x: alt.X, y: alt.Y, colour: alt.Color | None = None, **marks: Any) -> alt.Chart:  # noqa: ANN401
    """Draw the coloured cells of a map.

    Parameters
    ----------
    data
        One row a cell.
    x, y
        The axes.
    colour
        The colour by quantity; none where one colour is given among the marks.
    **marks
        Further settings of the rectangles.

    Returns
    -------
    Chart
        The cells.
    """
    encoded = {"color": colour} if colour is not None else {}
    settings: dict[str, Any] = {"stroke": "white", "strokeWidth": 0.8, **marks}
    drawn: alt.Chart = alt.Chart(data).mark_rect(**settings).encode(x=x, y=y, **encoded)
    return drawn


def quantity_legend(title: str, **settings: Any) -> alt.Legend:  # noqa: ANN401 - settings of the library
    """Give the legend of a colour ramp.

    Parameters
    ----------
    title
        What the colours stand for.
    **settings
        Further settings, such as ``format``.

    Returns
    -------
    Legend
        The legend.
    """
    usual = {"gradientLength": 120, "gradientThickness": 8, "titleOrient": "left"}
    return alt.Legend(**{"title": title, **usual, **settings})


def probability_colour(column: str, style: Style, *, legend: alt.Legend | None = None) -> alt.Color:
    """Shade by probability: the darker the likelier.

    Parameters
    ----------
    column
        A column of probabilities. [0-1]
    style
        The style.
    legend
        The legend; none where absent.

    Returns
    -------
    Color
        The encoding.
    """
    shades = alt.Scale(domain=[0, 1], range=[_PALEST, *style.palette.ramp[1:-1]])
    return alt.Color(f"{column}:Q", scale=shades, legend=legend)


def event_marks(events: Sequence[Mapping[str, Any]], *, x: alt.X, ends: tuple[float, float]) -> list[alt.Chart]:
    """Mark events by a thin line with their name over the drawing.

    Parameters
    ----------
    events
        Rows with ``year`` and ``event``.
    x
        The axis of years.
    ends
        Its ends; an event beyond them is not drawn.

    Returns
    -------
    list of Chart
        Lines and names; none where there is no event.
    """
    drawn = []
    for event in events:
        share = (float(event["year"]) - ends[0]) / max(1.0, ends[1] - ends[0])
        if not 0.0 <= share <= 1.0:
            continue
        base = alt.Chart(inline([{**event, "event": romanised(str(event["event"]))}]))
        align: Any = "left" if share < _EDGE else "right" if share > 1.0 - _EDGE else "center"
        letters: dict[str, Any] = {"color": MUTED, "fontSize": SMALL + 0.5, "baseline": "bottom", "y": -3}
        drawn.append(base.mark_rule(color=MUTED, strokeDash=[2, 2], strokeWidth=1).encode(x=x))
        drawn.append(base.mark_text(**letters, align=align).encode(x=x, text=alt.Text("event:N")))
    return drawn


def apart(values: Sequence[float], *, least: float) -> list[float]:
    """Move labels apart that would stand on one another.

    Parameters
    ----------
    values
        Where the labels want to stand, on the axis's own scale.
    least
        Least distance between two.

    Returns
    -------
    list of float
        Where they stand, in the order given.

    Examples
    --------
    >>> apart([10.0, 50.0, 12.0], least=6.0)
    [8.0, 50.0, 14.0]
    """
    order = sorted(range(len(values)), key=lambda place: values[place])
    groups: list[tuple[float, list[int]]] = []
    for place in order:
        groups.append((values[place], [place]))
        while len(groups) > 1:
            (one, first), (other, second) = groups[-2:]
            if other - one >= least * (len(first) + len(second)) / 2:
                break
            share = len(first) / (len(first) + len(second))
            groups[-2:] = [(share * one + (1 - share) * other, first + second)]
    found = [0.0] * len(values)
    for middle, members in groups:
        for step, place in enumerate(members):
            found[place] = middle + least * (step - (len(members) - 1) / 2)
    return found
