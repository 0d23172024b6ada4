"""Triangles of states: which partner each state is closer to, and which side is the weakest."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import altair as alt

from alliance_metrics.report.charts import axes, marks
from alliance_metrics.report.charts.frame import Drawing, Panel, Sketch, layered, side_by_side, small_multiples, titled
from alliance_metrics.report.charts.series import Series, last_rows, series_in
from alliance_metrics.report.charts.style import MUTED, SMALL, Style, romanised
from alliance_metrics.report.charts.tables import SavedTables
from alliance_metrics.report.charts.words import interval_words, scale_words, with_interval

_LEAST, _GAP, _STRIP = 20.0, 26, 22
_STRIP_TITLE = "share of draws in which the side is the weakest: darker is more"


def tilt(tables: SavedTables, style: Style) -> Iterator[Sketch]:
    """Draw by how much each state of a triangle is closer to one of the other two than to the third.

    Parameters
    ----------
    tables
        The saved tables.
    style
        The style.

    Yields
    ------
    Sketch
        One of all triangles.
    """
    frame = tables.frame("triads.tilt")
    frame = frame[frame["estimate"].notna()]
    if frame.empty:
        return
    span = axes.ends_around_zero(frame, least=_LEAST)
    states = [
        Series(str(state), triangle.era, rows.reset_index(drop=True))
        for triangle in series_in(frame, "triad")
        for state, rows in triangle.rows.groupby("state", sort=False)
    ]

    def draw(one: Series, panel: Panel) -> Drawing:
        return _tilt_panel(one, span, style, panel=panel)

    within, triangles = interval_words(frame), " and ".join(dict.fromkeys(str(name) for name in frame["triad"]))
    lasts = [(one.title, last_rows(one)[-1]) for one in states]
    described = " ".join(
        f"{title}: {with_interval(row, '+.1f')} toward {row['toward']} in {row['year']}." for title, row in lasts
    )
    yield Sketch(
        name=("tilt",),
        title="Which partner each state of the triangle is closer to",
        subtitle="Score with one partner minus score with the other, in points; above 0: closer to the partner named "
        f"at the top; shaded: {within} of the draws",
        alt=f"Line charts by year of the triangles {triangles}, one a state. {described} In brackets: {within}.",
        body=small_multiples(states, style, draw, title=lambda one: one.title, gap=_GAP),
    )


def _tilt_panel(one: Series, span: tuple[float, float], style: Style, *, panel: Panel) -> Drawing:
    x, y = axes.year_axis(*one.ends, width=panel.width), axes.span_axis(span, labels=panel.first, form=axes.SIGNED)
    stroke = marks.Stroke(style.palette.series[0], width=2.2)
    views = [marks.zero_line(x, y, years=one.ends), *marks.line_in_interval(one.rows, x=x, y=y, stroke=stroke)]
    row = one.rows.iloc[-1]
    for name, end, baseline, shift in ((row["toward"], span[1], "top", 1), (row["away"], span[0], "bottom", -4)):
        mark = alt.Chart(marks.inline([{"year": one.ends[0], "at": end, "word": romanised(f"toward {name}")}]))
        place: dict[str, Any] = {"align": "left", "dx": 3, "dy": shift, "baseline": baseline, "fontSize": SMALL + 0.5}
        halo: dict[str, Any] = {"stroke": "white", "strokeWidth": 3, "color": "white"}
        words = [mark.mark_text(**place, **how) for how in (halo, {"color": MUTED})]
        views += [word.encode(x=x, y=axes.on(y, "at"), text="word:N") for word in words]
    return panel.layered(views, height=panel.height(most=0.36))


def sides(tables: SavedTables, style: Style) -> Iterator[Sketch]:
    """Draw the three sides of each triangle, and how likely each is the weakest.

    Parameters
    ----------
    tables
        The saved tables.
    style
        The style.

    Yields
    ------
    Sketch
        One a triangle and era.
    """
    frame = tables.frame("triads.sides")
    for one in series_in(frame[frame["estimate"].notna()], "triad"):
        names = [str(name) for name in dict.fromkeys(one.rows["side"])]
        width = style.width - 84 - marks.name_room(names)
        strip = titled(_weakest(one, names, style, width=width), _STRIP_TITLE, over=6)
        within = interval_words(one.rows)
        parts = [(row["side"], with_interval(row), 100 * row["weakest"]) for row in last_rows(one)]
        described = "; ".join(f"{side} {score}, weakest in {share:.0f}% of draws" for side, score, share in parts)
        yield Sketch(
            name=("triangle", one.unit, one.era),
            title=f"The three sides of the triangle {one.title}",
            subtitle=f"Index of each pair{scale_words(one.rows)} by year; shaded: {within} of the draws; strip: how "
            "often each is the weakest",
            alt=f"Line chart and strip by year of {one.title}. In {one.ends[1]}: {described}. In brackets: {within}.",
            body=side_by_side([_three_lines(one, names, style, width=width), strip], columns=1, gap=20),
        )


def _three_lines(one: Series, names: list[str], style: Style, *, width: int) -> Drawing:
    height = int(0.4 * style.width)
    x, y = axes.year_axis(one.ends[0] - 0.5, one.ends[1] + 0.5, width=width), axes.score_axis(one.rows)
    lines = [
        (one.rows[one.rows["side"] == name], romanised(name), stroke)
        for name, stroke in zip(names, marks.strokes(style.palette), strict=False)
    ]
    views = marks.named_lines(lines, x=x, y=y, ends=axes.score_ends(one.rows), height=height)
    return layered(views, width=width, height=height)


def _weakest(one: Series, names: list[str], style: Style, *, width: int) -> Drawing:
    x = axes.year_columns(*one.ends, width=width)
    x["axis"] = None
    y = axes.name_rows("side", names, words=romanised, ticks=False, domain=False)
    colour = marks.probability_colour("weakest", style)
    drawn = marks.cells(marks.rows_of(one.rows, ("year", "side", "weakest")), x=x, y=y, colour=colour, strokeWidth=0.6)
    return layered([drawn], width=width, height=_STRIP * len(names))
