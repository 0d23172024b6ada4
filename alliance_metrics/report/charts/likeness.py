"""Which past years each year resembles, and how two eras compare when time is stretched."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import altair as alt
import pandas as pd

from alliance_metrics.report.charts import axes, marks
from alliance_metrics.report.charts.frame import LEFT, RIGHT, Drawing, Sketch, layered, side_by_side, titled
from alliance_metrics.report.charts.series import index_series
from alliance_metrics.report.charts.style import FAINT, INK, MUTED, SMALL, Style, readable
from alliance_metrics.report.charts.tables import SavedTables

_PAIRED = ("era", "other", "other_era")
_CELL = 11  # pixels a past year has in height
_SIDE, _OVER = 46, 8
_TOP = 0.56  # where the upper course begins, as a share of the height
_HIGH = 1.0 - _TOP
_SCALE = 100.0
_DOT: dict[str, Any] = {"filled": True, "stroke": INK, "strokeWidth": 1.4, "size": 36, "opacity": 1}


def _pairings(frame: pd.DataFrame, unit: str) -> Iterator[tuple[tuple[str, ...], pd.DataFrame]]:
    for about, rows in frame.groupby([unit, *_PAIRED], sort=False):
        yield tuple(str(part) for part in about), rows


def analogues(tables: SavedTables, style: Style) -> Iterator[Sketch]:
    """Draw for each later year how likely each earlier year is the one most like it.

    Parameters
    ----------
    tables
        The saved tables.
    style
        The style.

    Yields
    ------
    Sketch
        One a pair of eras.
    """
    every, nearest = (_all_indicators(tables.frame(f"comparison.{name}")) for name in ("analogues", "nearest"))
    best = dict(_pairings(nearest, tables.unit))
    for about, rows in _pairings(every, tables.unit):
        own = best.get(about, nearest.iloc[:0])
        later, earlier = f"{about[0]} {about[1]}", f"{about[2]} {about[3]}"
        panels, described = [], []
        spaces = list(dict.fromkeys(rows["space"]))
        for space in spaces:
            dots = own[own["space"] == space]
            panel = _map(rows[rows["space"] == space], dots, style, last=space == spaces[-1])
            panels.append(titled(panel, f"by {readable(str(space))}", over=_OVER))
            described.append(f"By {readable(str(space))} {_described_nearest(dots)}.")
        yield Sketch(
            name=("analogues", *about),
            title=f"Which years of {earlier} each year of {later} resembles",
            subtitle="Shaded: probability over the draws that the earlier year (up) is the nearest to the later year "
            "(across), darker is likelier; full dot: nearest year, no farther than two codings of the same year can "
            "lie apart; hollow dot: nearest year, but farther than that coding noise",
            alt=f"Map of later by earlier years, {later} against {earlier}. {' '.join(described)}",
            body=side_by_side(panels, columns=1, gap=16),
        )


def _all_indicators(frame: pd.DataFrame) -> pd.DataFrame:
    """Keep the rows of the first choice of indicators, which is all of them."""
    return frame if frame.empty else frame[frame["indicators"] == frame["indicators"].iloc[0]]


def _described_nearest(own: pd.DataFrame) -> str:
    rows = own[own["other_year"].notna()].to_dict("records")
    if not rows:
        return "no year has a nearest one"
    last = rows[-1]
    noise = f"{'beyond' if last['beyond_noise'] else 'within'} coding noise"
    return f"{last['year']} is nearest to {last['other_year']} ({100 * last['probability']:.0f}% of draws), {noise}"


def _map(rows: pd.DataFrame, own: pd.DataFrame, style: Style, *, last: bool) -> Drawing:
    up = sorted((int(year) for year in set(rows["other_year"])), reverse=True)
    width, height = style.width - _SIDE - RIGHT, _CELL * len(up)
    x = axes.year_columns(int(rows["year"].min()), int(rows["year"].max()), width=width, labels=last)
    axis = alt.Axis(format="d", values=axes.round_years(up[-1], up[0], width=2.2 * height))
    y = alt.Y("other_year:O", title=None, scale=alt.Scale(domain=up), axis=axis)
    legend = marks.quantity_legend("probability", format=".0%", values=[0, 0.5, 1], gradientThickness=16)
    columns = ("year", "other_year", "probability")
    colour = marks.probability_colour("probability", style, legend=legend)
    views = [marks.cells(marks.rows_of(rows, columns), x=x, y=y, colour=colour, strokeWidth=0.6)]
    known = own[own["other_year"].notna()]
    for beyond, fill in ((False, INK), (True, "white")):
        some = known[known["beyond_noise"].astype(bool) == beyond]
        dot = alt.Chart(marks.rows_of(some, columns)).mark_point(**{**_DOT, "fill": fill})
        views.append(dot.encode(x=x, y=y))
    return layered(views, width=width, height=height)


def alignment(tables: SavedTables, style: Style) -> Iterator[Sketch]:
    """Draw two courses with the years that an alignment in stretched time matches.

    Parameters
    ----------
    tables
        The saved tables.
    style
        The style.

    Yields
    ------
    Sketch
        One a pair of eras.
    """
    courses = {(one.unit, one.era): one.rows for one in index_series(tables)}
    for about, rows in _pairings(tables.frame("comparison.warping"), tables.unit):
        later, earlier = courses.get((about[0], about[1])), courses.get((about[2], about[3]))
        path = rows[rows["on_path"].astype(bool)]
        if later is None or earlier is None or path.empty or len(later) < 2 or len(earlier) < 2:
            continue
        upper, lower, first, last = " ".join(about[:2]), " ".join(about[2:]), path.iloc[0], path.iloc[-1]
        yield Sketch(
            name=("alignment", *about),
            title=f"{upper} laid beside {lower}",
            subtitle="Index (0-100) of both eras; lines join years that dynamic time warping of the pillars matches, "
            "darker where more draws match them. An illustration, not a test: any two courses can be aligned like this",
            alt=f"Two line charts joined by {len(path)} lines, from {first['year']} matched with "
            f"{first['other_year']} to {last['year']} matched with {last['other_year']}. {upper} above, {lower} below.",
            body=side_by_side([_courses((later, upper), (earlier, lower), path, style=style)], columns=1),
        )


def _laid_out(rows: pd.DataFrame, *, floor: float) -> pd.DataFrame:
    """Place the years of a course from the left to the right edge, and its scores over a floor."""
    first, last = rows["year"].min(), rows["year"].max()
    up, low, high = (floor + _HIGH * rows[column] / _SCALE for column in ("estimate", "lower", "upper"))
    return rows.assign(across=(rows["year"] - first) / (last - first), up=up, low=low, high=high)


def _courses(
    later: tuple[pd.DataFrame, str], earlier: tuple[pd.DataFrame, str], path: pd.DataFrame, *, style: Style
) -> Drawing:
    width, height = style.width - LEFT - RIGHT, int(0.62 * style.width)
    x = alt.X("across:Q", axis=None, scale=alt.Scale(domain=[0, 1], nice=False))
    y = alt.Y("up:Q", axis=None, scale=alt.Scale(domain=[0, 1], nice=False))
    above, below = _laid_out(later[0], floor=_TOP), _laid_out(earlier[0], floor=0.0)
    starts = above[["year", "across", "up"]]
    ends = below[["year", "across", "up"]].set_axis(["other_year", "to", "down"], axis=1)
    links = path[["year", "other_year", "matched"]].merge(starts, on="year").merge(ends, on="other_year")
    shade = alt.Color("matched:Q", scale=alt.Scale(domain=[0, 1], range=["#EBEBEB", "#8C8C8C"]), legend=None)
    joined = alt.Chart(marks.rows_of(links, links.columns)).mark_rule(strokeWidth=0.9)
    views: list[alt.Chart] = [joined.encode(x=x, y=y, x2=alt.X2("to:Q"), y2=alt.Y2("down:Q"), color=shade)]
    for pen, (course, name) in enumerate(((above, later[1]), (below, earlier[1]))):
        colours = (style.palette.series[pen], style.palette.inks[pen])
        views += _course(course, x=x, y=y, colours=colours, name=name, edge=1.0 - pen)
        views += _rulers(course, x=x, y=y, floor=0.0 if pen else _TOP, over=not pen, width=width)
    return layered(views, width=width, height=height)


def _course(
    course: pd.DataFrame, *, x: alt.X, y: alt.Y, colours: tuple[str, str], name: str, edge: float
) -> list[alt.Chart]:
    base = alt.Chart(marks.rows_of(course, ("year", "across", "up", "low", "high", "estimate", "lower", "upper")))
    word = alt.Chart(marks.inline([{"across": 0, "up": edge, "name": name}]))
    letters = word.mark_text(align="left", dy=-30 if edge else 32, fontWeight="bold", color=colours[1])
    band = base.mark_area(color=colours[0], opacity=1, fillOpacity=0.2)
    return [
        band.encode(x=x, y=axes.on(y, "low"), y2=alt.Y2("high:Q")),
        base.mark_line(color=colours[0], strokeWidth=2.2).encode(x=x, y=y),
        letters.encode(x=x, y=y, text=alt.Text("name:N")),
    ]


def _rulers(course: pd.DataFrame, *, x: alt.X, y: alt.Y, floor: float, over: bool, width: int) -> list[alt.Chart]:
    """Write the years of a course at its outer side, and the ends and middle of its scale at the left."""
    first, last = int(course["year"].iloc[0]), int(course["year"].iloc[-1])
    edge = floor + _HIGH if over else floor
    years = [
        {"year": year, "across": (year - first) / (last - first), "up": edge}
        for year in axes.round_years(first, last, width=width)
    ]
    scores = [{"score": int(_SCALE * share), "across": 0, "up": floor + _HIGH * share} for share in (0.0, 0.5, 1.0)]
    letters: dict[str, Any] = {"color": MUTED, "fontSize": SMALL + 0.5}
    at = alt.Chart(marks.inline(years)).mark_text(dy=-12 if over else 14, **letters)
    beside = alt.Chart(marks.inline(scores)).mark_text(align="right", dx=-8, **letters)
    edges = alt.Chart(marks.inline([{"up": edge}])).mark_rule(color=FAINT)
    return [
        edges.encode(y=y),
        at.encode(x=x, y=y, text=alt.Text("year:Q", format="d")),
        beside.encode(x=x, y=y, text=alt.Text("score:Q", format="d")),
    ]
