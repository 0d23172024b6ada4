"""The marks that charts share: axes of years and scores, a line in its interval, labels at its end, marked events."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt
import pandas as pd

from alliance_metrics.report.charts.style import DASHES, INK, MUTED, SMALL, TEXT, Palette, romanised

Rows = dict[str, Any]
"""Rows as the drawing library takes them."""
_BAND = 0.22
_EDGE = 0.15  # share of the axis at either end where a name would jut out


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
        The rows as the library takes them; it would look at every cell of a list of its own kind.
    """
    return {"values": [dict(row) for row in rows]}


def line_in_interval(data: Rows, *, x: alt.X, y: alt.Y, stroke: Stroke) -> list[alt.Chart]:
    """Draw a series in its interval.

    Parameters
    ----------
    data
        Rows with ``estimate``, ``lower`` and ``upper``.
    x, y
        The axes.
    stroke
        How it is drawn.

    Returns
    -------
    list of Chart
        The interval, and the line over it.
    """
    base = alt.Chart(data)
    lower = y.copy(deep=True)
    lower.shorthand = "lower:Q"
    band = base.mark_area(color=stroke.colour, opacity=1, fillOpacity=_BAND).encode(x=x, y=lower, y2=alt.Y2("upper:Q"))
    line = base.mark_line(
        color=stroke.colour, strokeDash=list(stroke.dash), strokeWidth=stroke.width, strokeJoin="round"
    ).encode(x=x, y=y)
    return [band, line]


def dots(data: Rows, *, x: alt.X, y: alt.Y, colour: str = INK) -> alt.Chart:
    """Mark single rows with a dot.

    Parameters
    ----------
    data
        The rows.
    x, y
        The axes.
    colour
        The colour.

    Returns
    -------
    Chart
        The dots.
    """
    drawn: alt.Chart = alt.Chart(data).mark_point(filled=True, opacity=1, size=34, color=colour).encode(x=x, y=y)
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
        letters: dict[str, Any] = {
            "color": MUTED,
            "fontSize": SMALL + 0.5,
            "baseline": "bottom",
            "y": -3,
        }
        drawn.append(base.mark_rule(color=MUTED, strokeDash=[2, 2], strokeWidth=1).encode(x=x))
        drawn.append(base.mark_text(**letters, align=align).encode(x=x, text=alt.Text("event:N")))
    return drawn


def declared_events(record: Mapping[str, Any], *, unit: str, era: str) -> list[dict[str, Any]]:
    """List the events that the configuration of a result names for a unit and era.

    Parameters
    ----------
    record
        The record of the score card.
    unit, era
        The unit and era.

    Returns
    -------
    list of dict
        ``year`` and ``event``: the words of the event's id behind its year, or the whole id.
    """
    analysis = (record.get("config") or {}).get("analysis") or {}
    found = []
    for origin in analysis.get("origins") or []:
        if origin.get("dyad") != unit or (origin.get("era") or era) != era:
            continue
        name, year = str(origin.get("event") or ""), int(origin["year"])
        words = (name.partition(str(year))[2] or name).replace("_", " ").strip()
        found.append({"year": year, "event": f"{words} {year}".strip()})
    return found


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
        while len(groups) > 1 and _too_near(groups[-2], groups[-1], least):
            (one, first), (other, second) = groups[-2:]
            share = len(first) / (len(first) + len(second))
            groups[-2:] = [(share * one + (1 - share) * other, first + second)]
    found = [0.0] * len(values)
    for middle, members in groups:
        for step, place in enumerate(members):
            found[place] = middle + least * (step - (len(members) - 1) / 2)
    return found


def _too_near(lower: tuple[float, list[int]], upper: tuple[float, list[int]], least: float) -> bool:
    room = least * (len(lower[1]) + len(upper[1])) / 2
    return upper[0] - lower[0] < room
