"""Triangles of states: toward whom each leans, and which side is the weakest."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from alliance_metrics.report.charts.axes import interval_words, scale_words, score_axis, score_ends, year_axis
from alliance_metrics.report.charts.frame import Drawing, Picture, layered, panel_width, picture, side_by_side, titled
from alliance_metrics.report.charts.marks import Stroke, inline, line_in_interval, rows_of, strokes
from alliance_metrics.report.charts.panels import (
    SIGNED,
    SPAN,
    height_of,
    name_room,
    named_ends,
    round_zero,
    span_axis,
    zero_line,
)
from alliance_metrics.report.charts.series import Series, series_in
from alliance_metrics.report.charts.style import MUTED, SMALL, Style, romanised, source_line
from alliance_metrics.report.charts.tables import SavedTables

_LEAST, _GAP, _STRIP = 20.0, 26, 22
_COLUMNS = 3  # a triangle has three states


def tilt(tables: SavedTables, style: Style) -> list[Picture]:
    """Draw by how much each state of a triangle is closer to one of the other two than to the third.

    Parameters
    ----------
    tables
        The saved tables.
    style
        The style.

    Returns
    -------
    list of Picture
        One picture of all triangles.
    """
    frame = tables.frame("triads.tilt")
    frame = frame[frame["estimate"].notna()]
    if frame.empty:
        return []
    span = round_zero(frame, least=_LEAST)
    width = panel_width(style, columns=_COLUMNS, gap=_GAP)
    panels: list[Drawing] = []
    told: list[str] = []
    for triangle in series_in(frame, "triad"):
        for state, rows in triangle.rows.groupby("state", sort=False):
            one = Series(str(state), triangle.era, rows.reset_index(drop=True))
            first = len(panels) % _COLUMNS == 0
            panels.append(titled(_lean(one, span, style, width=width, first=first), one.title))
            last = one.rows.to_dict("records")[-1]
            ends = f"[{last['lower']:+.1f} to {last['upper']:+.1f}]"
            told.append(f"{one.title}: {last['estimate']:+.1f} {ends} toward {last['toward']} in {last['year']}.")
    units = " and ".join(dict.fromkeys(str(name) for name in frame["triad"]))
    within = interval_words(frame)
    words = (
        "Toward whom each state of the triangle leans",
        (
            "Score with the one partner less score with the other, points; above 0: closer to the one named at the "
            "top; "
            f"shaded: {within} of the draws"
        ),
        f"Line charts by year of the triangles {units}, one a state. {' '.join(told)} In brackets: {within}.",
    )
    body = side_by_side(panels, columns=_COLUMNS, gap=_GAP)
    return [picture(body, name=("tilt",), words=words, source=source_line(tables.record), style=style)]


def _lean(one: Series, span: tuple[float, float], style: Style, *, width: int, first: bool) -> Drawing:
    x, y = year_axis(*one.ends, width=width), span_axis(span, labels=first, form=SIGNED)
    views = [zero_line(x, y, one)]
    views += line_in_interval(rows_of(one.rows, SPAN), x=x, y=y, stroke=Stroke(style.palette.series[0], width=2.2))
    row = one.rows.iloc[-1]
    for name, end, baseline, shift in (
        (row["toward"], span[1], "top", 1),
        (row["away"], span[0], "bottom", -4),
    ):
        mark = alt.Chart(inline([{"year": one.ends[0], "at": end, "word": romanised(f"toward {name}")}]))
        place: dict[str, Any] = {"align": "left", "dx": 3, "dy": shift, "baseline": baseline, "fontSize": SMALL + 0.5}
        at = span_axis(span, labels=first, form=SIGNED, shown="at")
        halo: dict[str, Any] = {"stroke": "white", "strokeWidth": 3, "color": "white"}
        for how in (halo, {"color": MUTED}):
            views.append(mark.mark_text(**place, **how).encode(x=x, y=at, text="word:N"))
    return layered(views, width=width, height=height_of(width, style))


def sides(tables: SavedTables, style: Style) -> list[Picture]:
    """Draw the three sides of each triangle, and how likely each is the weakest.

    Parameters
    ----------
    tables
        The saved tables.
    style
        The style.

    Returns
    -------
    list of Picture
        One a triangle and era.
    """
    frame, found = tables.frame("triads.sides"), []
    for one in series_in(frame[frame["estimate"].notna()], "triad"):
        names = [str(name) for name in dict.fromkeys(one.rows["side"])]
        width = style.width - 84 - name_room(names)
        upper = _lines(one, names, style, width=width)
        lower = titled(
            _weakest(one, names, style, width=width),
            "share of draws in which the side is the weakest: the darker the more",
            over=6,
        )
        within = interval_words(one.rows)
        last = one.rows[one.rows["year"] == one.ends[1]].to_dict("records")
        told = "; ".join(
            f"{row['side']} {row['estimate']:.1f} [{row['lower']:.1f} to {row['upper']:.1f}], weakest in "
            f"{100 * row['weakest']:.0f}% of draws"
            for row in last
        )
        words = (
            f"The three sides of the triangle {one.title}",
            (
                f"Index of each pair{scale_words(one.rows)} by year; shaded: {within} of the draws; strip: how surely "
                "each "
                "side is the weakest of the three"
            ),
            f"Line chart and strip by year of {one.title}. In {one.ends[1]}: {told}. In brackets: {within}.",
        )
        body = side_by_side([upper, lower], columns=1, gap=20)
        file = ("triangle", one.unit, one.era)
        found.append(picture(body, name=file, words=words, source=source_line(tables.record), style=style))
    return found


def _lines(one: Series, names: list[str], style: Style, *, width: int) -> Drawing:
    height = int(0.4 * style.width)
    x, y = year_axis(one.ends[0] - 0.5, one.ends[1] + 0.5, width=width), score_axis(one.rows)
    views: list[alt.Chart] = []
    ends: list[tuple[pd.DataFrame, str, Stroke]] = []
    for name, pen in zip(names, strokes(style.palette), strict=False):
        rows = one.rows[one.rows["side"] == name]
        views += line_in_interval(rows_of(rows, SPAN), x=x, y=y, stroke=pen)
        ends.append((rows.iloc[[-1]], romanised(name), pen))
    views += named_ends(ends, x=x, span=score_ends(one.rows), height=height)
    return layered(views, width=width, height=height)


def _weakest(one: Series, names: list[str], style: Style, *, width: int) -> Drawing:
    years = list(range(one.ends[0], one.ends[1] + 1))
    x = alt.X("year:O", title=None, axis=None, scale=alt.Scale(domain=years))
    y = alt.Y("side:N", title=None, sort=None, scale=alt.Scale(domain=names), axis=alt.Axis(ticks=False, domain=False))
    shade = alt.Scale(domain=[0, 1], range=["#F4F4F4", *style.palette.ramp[1:-1]])
    cells = alt.Chart(rows_of(one.rows, ("year", "side", "weakest"))).mark_rect(stroke="white", strokeWidth=0.6)
    drawn = cells.encode(x=x, y=y, color=alt.Color("weakest:Q", scale=shade, legend=None))
    return layered([drawn], width=width, height=_STRIP * len(names))
