"""Which past years each year resembles, and how two eras lie beside one another when time is stretched."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import altair as alt
import pandas as pd

from alliance_metrics.report.charts.axes import round_years
from alliance_metrics.report.charts.frame import LEFT, RIGHT, Drawing, Picture, layered, picture, side_by_side, titled
from alliance_metrics.report.charts.marks import inline, rows_of
from alliance_metrics.report.charts.series import index_series
from alliance_metrics.report.charts.style import FAINT, INK, MUTED, SMALL, Style, source_line, spoken
from alliance_metrics.report.charts.tables import SavedTables

_PAIRED = ("era", "other", "other_era")
_CELL = 11  # pixels a past year has in height
_SIDE, _OVER = 46, 8
_TOP = 0.56  # where the upper course begins, as a share of the height
_HIGH = 1.0 - _TOP
_SCALE = 100.0


def _pairings(frame: pd.DataFrame, unit: str) -> Iterator[tuple[Mapping[str, str], pd.DataFrame]]:
    keys = [unit, *_PAIRED]
    for about, rows in frame.groupby(keys, sort=False):
        names = dict(zip(("unit", *_PAIRED), (str(part) for part in about), strict=True))
        later, earlier = f"{names['unit']} {names['era']}", f"{names['other']} {names['other_era']}"
        yield {**names, "later": later, "earlier": earlier}, rows


def analogues(tables: SavedTables, style: Style) -> list[Picture]:
    """Draw for each later year how likely each earlier year is the one most like it.

    Parameters
    ----------
    tables
        The saved tables.
    style
        The style.

    Returns
    -------
    list of Picture
        One a pair of eras.
    """
    every, nearest = tables.frame("comparison.analogues"), tables.frame("comparison.nearest")
    every, nearest = (_whole(frame) for frame in (every, nearest))
    found = []
    best = {tuple(names.values()): rows for names, rows in _pairings(nearest, tables.unit)}
    for names, rows in _pairings(every, tables.unit):
        own = best.get(tuple(names.values()), nearest.iloc[:0])
        spaces = [str(space) for space in dict.fromkeys(rows["space"])]
        panels = [
            titled(
                _map(rows[rows["space"] == space], own[own["space"] == space], style, last=space == spaces[-1]),
                f"by {spoken(space)}",
                over=_OVER,
            )
            for space in spaces
        ]
        told = " ".join(_nearest_told(own[own["space"] == space], space) for space in spaces)
        words = (
            f"Which years of {names['earlier']} each year of {names['later']} resembles",
            (
                "Shaded: probability over the draws that the earlier year (up) is the nearest to the later year "
                "(across), "
                "the darker the likelier; full dot: nearest, within the noise of two codings of one year; hollow: the "
                "nearest "
                "there is, but beyond that noise"
            ),
            f"Map of later by earlier years, {names['later']} against {names['earlier']}. {told}",
        )
        found.append(
            picture(
                side_by_side(panels, columns=1, gap=16),
                name=("analogues", names["unit"], names["era"], names["other"], names["other_era"]),
                words=words,
                source=source_line(tables.record),
                style=style,
            )
        )
    return found


def _whole(frame: pd.DataFrame) -> pd.DataFrame:
    """Keep the rows of the first choice of indicators, which is all of them."""
    return frame if frame.empty else frame[frame["indicators"] == frame["indicators"].iloc[0]]


def _nearest_told(own: pd.DataFrame, space: str) -> str:
    rows = own[own["other_year"].notna()].to_dict("records")
    if not rows:
        return f"By {spoken(space)} no year has a nearest one."
    last = rows[-1]
    where = "beyond" if last["beyond_noise"] else "within"
    return (
        f"By {spoken(space)} {last['year']} is nearest to {last['other_year']} "
        f"({100 * last['probability']:.0f}% of draws), {where} noise."
    )


def _map(rows: pd.DataFrame, own: pd.DataFrame, style: Style, *, last: bool) -> Drawing:
    across = sorted(int(year) for year in set(rows["year"]))
    up = sorted((int(year) for year in set(rows["other_year"])), reverse=True)
    width, height = style.width - _SIDE - RIGHT, _CELL * len(up)
    shown = [round_years(across[0], across[-1], width=width), round_years(up[-1], up[0], width=2.2 * height)]
    x = alt.X(
        "year:O",
        title=None,
        scale=alt.Scale(domain=across),
        axis=alt.Axis(format="d", values=shown[0], labelAngle=0, labels=last, ticks=last, domain=False),
    )
    y = alt.Y("other_year:O", title=None, scale=alt.Scale(domain=up), axis=alt.Axis(format="d", values=shown[1]))
    shade = alt.Scale(domain=[0, 1], range=["#F4F4F4", *style.palette.ramp[1:-1]])
    legend = alt.Legend(title="probability", format=".0%", titleOrient="left", gradientLength=120, values=[0, 0.5, 1])
    cells = alt.Chart(rows_of(rows, ("year", "other_year", "probability")))
    views = [
        cells.mark_rect(stroke="white", strokeWidth=0.6).encode(
            x=x, y=y, color=alt.Color("probability:Q", scale=shade, legend=legend)
        )
    ]
    known = own[own["other_year"].notna()]
    for beyond, fill in ((False, INK), (True, "white")):
        some = known[known["beyond_noise"].astype(bool) == beyond]
        dot = alt.Chart(rows_of(some, ("year", "other_year", "probability"))).mark_point(
            filled=True, fill=fill, stroke=INK, strokeWidth=1.4, size=36, opacity=1
        )
        views.append(dot.encode(x=x, y=y))
    return layered(views, width=width, height=height)


def alignment(tables: SavedTables, style: Style) -> list[Picture]:
    """Draw two courses with the years that an alignment in stretched time matches.

    Parameters
    ----------
    tables
        The saved tables.
    style
        The style.

    Returns
    -------
    list of Picture
        One a pair of eras.
    """
    courses = {(one.unit, one.era): one.rows for one in index_series(tables)}
    found = []
    for names, rows in _pairings(tables.frame("comparison.warping"), tables.unit):
        later = courses.get((names["unit"], names["era"]))
        earlier = courses.get((names["other"], names["other_era"]))
        path = rows[rows["on_path"].astype(bool)]
        if later is None or earlier is None or path.empty or len(later) < 2 or len(earlier) < 2:
            continue
        first, last = path.iloc[0], path.iloc[-1]
        words = (
            f"{names['later']} laid beside {names['earlier']}",
            (
                "Index (0-100) of both eras; lines join years that dynamic time warping of the pillars matches, the "
                "darker the more draws match them. A picture of two courses, no test: any two courses can be laid so"
            ),
            (
                f"Two line charts joined by {len(path)} lines, from {first['year']} matched with "
                f"{first['other_year']} to "
                f"{last['year']} matched with {last['other_year']}. {names['later']} above, {names['earlier']} below."
            ),
        )
        body = side_by_side([_courses(later, earlier, path, names=names, style=style)], columns=1)
        file = ("alignment", names["unit"], names["era"], names["other"], names["other_era"])
        found.append(picture(body, name=file, words=words, source=source_line(tables.record), style=style))
    return found


def _laid(rows: pd.DataFrame, *, floor: float) -> pd.DataFrame:
    """Place the years of a course from the left to the right edge, and its scores over a floor."""
    first, last = rows["year"].min(), rows["year"].max()
    across, up = (rows["year"] - first) / (last - first), floor + _HIGH * rows["estimate"] / _SCALE
    return rows.assign(
        across=across, up=up, low=floor + _HIGH * rows["lower"] / _SCALE, high=floor + _HIGH * rows["upper"] / _SCALE
    )


def _courses(
    later: pd.DataFrame, earlier: pd.DataFrame, path: pd.DataFrame, *, names: Mapping[str, str], style: Style
) -> Drawing:
    width, height = style.width - LEFT - RIGHT, int(0.62 * style.width)
    x = alt.X("across:Q", axis=None, scale=alt.Scale(domain=[0, 1], nice=False))
    y = alt.Y("up:Q", axis=None, scale=alt.Scale(domain=[0, 1], nice=False))
    above, below = _laid(later, floor=_TOP), _laid(earlier, floor=0.0)
    ends = [course.set_index("year")[["across", "up"]] for course in (above, below)]
    known = path[path["year"].isin(ends[0].index) & path["other_year"].isin(ends[1].index)]
    links: list[dict[str, Any]] = []
    for row in known.to_dict("records"):
        one, other = ends[0].loc[row["year"]], ends[1].loc[row["other_year"]]
        link = {name: row[name] for name in ("year", "other_year", "matched")}
        links.append({**link, "across": one["across"], "up": one["up"], "to": other["across"], "down": other["up"]})
    shade = alt.Color("matched:Q", scale=alt.Scale(domain=[0, 1], range=["#EBEBEB", "#8C8C8C"]), legend=None)
    joined = alt.Chart(inline(links)).mark_rule(strokeWidth=0.9)
    views: list[alt.Chart] = [joined.encode(x=x, y=y, x2=alt.X2("to:Q"), y2=alt.Y2("down:Q"), color=shade)]
    for course, name, pen, over in (
        (above, names["later"], 0, True),
        (below, names["earlier"], 1, False),
    ):
        views += _course(
            course, x=x, y=y, colours=(style.palette.series[pen], style.palette.inks[pen]), name=name, edge=float(over)
        )
        views += _rulers(course, x=x, y=y, floor=_TOP if over else 0.0, over=over, width=width)
    return layered(views, width=width, height=height)


def _course(
    course: pd.DataFrame, *, x: alt.X, y: alt.Y, colours: tuple[str, str], name: str, edge: float
) -> list[alt.Chart]:
    base = alt.Chart(rows_of(course, ("year", "across", "up", "low", "high", "estimate", "lower", "upper")))
    low = y.copy(deep=True)
    low.shorthand = "low:Q"
    word = alt.Chart(inline([{"across": 0, "up": edge, "name": name}]))
    letters = word.mark_text(align="left", dy=-30 if edge else 32, fontWeight="bold", color=colours[1])
    return [
        base.mark_area(color=colours[0], opacity=1, fillOpacity=0.2).encode(x=x, y=low, y2=alt.Y2("high:Q")),
        base.mark_line(color=colours[0], strokeWidth=2.2).encode(x=x, y=y),
        letters.encode(x=x, y=y, text=alt.Text("name:N")),
    ]


def _rulers(course: pd.DataFrame, *, x: alt.X, y: alt.Y, floor: float, over: bool, width: int) -> list[alt.Chart]:
    """Write the years of a course at its outer side, and the ends and middle of its scale at the left."""
    first, last = int(course["year"].iloc[0]), int(course["year"].iloc[-1])
    edge = floor + _HIGH if over else floor
    years = [
        {"year": year, "across": (year - first) / (last - first), "up": edge}
        for year in round_years(first, last, width=width)
    ]
    scores = [{"score": int(_SCALE * share), "across": 0, "up": floor + _HIGH * share} for share in (0.0, 0.5, 1.0)]
    letters: dict[str, Any] = {"color": MUTED, "fontSize": SMALL + 0.5}
    at = alt.Chart(inline(years)).mark_text(dy=-12 if over else 14, **letters)
    beside = alt.Chart(inline(scores)).mark_text(align="right", dx=-8, **letters)
    edges = alt.Chart(inline([{"up": edge}])).mark_rule(color=FAINT)
    return [
        edges.encode(y=y),
        at.encode(x=x, y=y, text=alt.Text("year:Q", format="d")),
        beside.encode(x=x, y=y, text=alt.Text("score:Q", format="d")),
    ]
