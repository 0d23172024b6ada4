"""The mix of three pillars through time: a path in a triangle, with the interval of each pillar drawn into it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

import altair as alt
import pandas as pd

from alliance_metrics.report.charts import marks
from alliance_metrics.report.charts.frame import Drawing, Sketch, layered, panel_width
from alliance_metrics.report.charts.series import Series, index_series, rows_about
from alliance_metrics.report.charts.style import FAINT, HAIR, INK, MUTED, SMALL, TEXT, Style, readable
from alliance_metrics.report.charts.tables import SavedTables
from alliance_metrics.report.charts.words import conjoined, interval_words

_CORNERS = 3
_HEIGHT = math.sqrt(3.0) / 2.0
_GRIDS = (0.2, 0.1, 0.05, 0.02)
_LEAST_LINES = 3
_FLOOR_STEP, _TINY = 0.05, 1e-9
_NEARLY_WHOLE = 0.7  # side of a triangle that might as well be the whole one
_LABELS_APART = 0.07  # of the side
_SHARE_LABELS: tuple[dict[str, Any], ...] = (
    {"dx": -4, "dy": 10, "align": "right"},
    {"dx": 6, "align": "left"},
    {"dx": -6, "dy": -2, "align": "right"},
)

Parts = tuple[float, float, float]


def mix(tables: SavedTables, style: Style) -> Iterator[Sketch]:
    """Draw the scores of three pillars as shares of their sum, year by year.

    Parameters
    ----------
    tables
        The saved tables.
    style
        The style.

    Yields
    ------
    Sketch
        One a unit and era; none where there are not just three pillars, or a score lies below zero.
    """
    names, scores = tables.pillars, tables.frame("score.scores")
    if len(names) != _CORNERS:
        return
    words, shown = [readable(name) for name in names], scores[scores["tier"] == "pillar"]
    for one in index_series(tables):
        own = rows_about(one, shown, unit=tables.unit)
        years = _years(one, own, names)
        if len(years) < 2:
            continue
        yield Sketch(
            name=("mix", one.unit, one.era),
            title=f"{one.unit}: the mix of its pillars, {one.ends[0]}-{one.ends[1]}",
            subtitle=f"Scores of {conjoined(words)} as shares of their sum, year by year (darker: later, larger: "
            f"higher index); hairlines: {interval_words(own)} of each pillar, the others held fixed; small triangle, "
            "if any: the part shown",
            alt=f"Triangle with a corner for each of {conjoined(words)}; a path leads through the years of "
            f"{one.title}. {_described_scores(years[0], words)} {_described_scores(years[-1], words)}",
            body=_triangle(years, words, style),
        )


def _described_scores(year: dict[str, Any], words: Sequence[str]) -> str:
    scores = ", ".join(f"{word} {score:.1f}" for word, score in zip(words, year["scores"], strict=True))
    return f"In {year['year']} the scores are {scores}."


def _years(one: Series, own: pd.DataFrame, names: Sequence[str]) -> list[dict[str, Any]]:
    """Pick the years in which all three pillars are scored: their scores and intervals, and the index."""
    ends = ("estimate", "lower", "upper")
    scores, lower, upper = (_by_year(own, end)[list(names)] for end in ends)
    scores = scores[(scores >= 0).all(axis=1) & (scores.sum(axis=1) > 0)]
    index = one.rows.set_index("year")["estimate"]
    return [
        {
            "year": int(year),
            "index": index[year],
            "scores": list(scores.loc[year]),
            "ends": list(zip(lower.loc[year], upper.loc[year], strict=True)),
        }
        for year in scores.index.intersection(index.index)
    ]


def _by_year(rows: pd.DataFrame, end: str) -> pd.DataFrame:
    return rows.pivot_table(index="year", columns="component", values=end, aggfunc="first", dropna=False)


def _share(scores: Sequence[float]) -> Parts:
    whole = sum(scores)
    return scores[0] / whole, scores[1] / whole, scores[2] / whole


def _whiskers(year: dict[str, Any]) -> list[tuple[Parts, Parts]]:
    """Move one pillar through its interval while the other two are held."""
    found = []
    for place, (lower, upper) in enumerate(year["ends"]):
        moved = [[end if k == place else score for k, score in enumerate(year["scores"])] for end in (lower, upper)]
        if not math.isnan(lower) and min(lower, upper) >= 0 and all(sum(scores) > 0 for scores in moved):
            found.append((_share(moved[0]), _share(moved[1])))
    return found


def _at(parts: Parts) -> dict[str, float]:
    """Project three shares to the plane: the first corner at the left, the second at the right, the third on top."""
    return {"x": parts[1] + parts[2] / 2.0, "y": parts[2] * _HEIGHT}


def _triangle(years: list[dict[str, Any]], names: Sequence[str], style: Style) -> Drawing:
    points = [_share(year["scores"]) for year in years]
    whiskers = [pair for year in years for pair in _whiskers(year)]
    every = points + [end for pair in whiskers for end in pair]
    least = [min(parts[k] for parts in every) for k in range(_CORNERS)]
    floors = [math.floor(value / _FLOOR_STEP + _TINY) * _FLOOR_STEP for value in least]
    if 1.0 - sum(floors) > _NEARLY_WHOLE:
        floors = [0.0] * _CORNERS
    side = 1.0 - sum(floors)
    step = next(step for step in _GRIDS if side >= _LEAST_LINES * step or step == _GRIDS[-1])
    width = int(0.72 * panel_width(style, columns=1))
    corners = _corners(floors, side)
    frame = _window(corners)
    layers = [
        *_grid(floors, side, step, frame),
        *_corner_names(corners, names, floors, side, frame),
        *_window_in_whole(corners, side, frame, style),
        _segments([(_at(one), _at(other)) for one, other in whiskers], frame, color=FAINT, strokeWidth=0.8),
        *_path(years, points, side, frame, style),
    ]
    return layered(layers, width=width, height=int(width * _HEIGHT))


def _corners(floors: Sequence[float], side: float) -> list[dict[str, float]]:
    ends = [[floor + side * (k == place) for k, floor in enumerate(floors)] for place in range(_CORNERS)]
    return [_at((left, right, top)) for left, right, top in ends]


def _window(corners: list[dict[str, float]]) -> dict[str, Any]:
    """Give the two hidden axes of the part of the plane that is drawn."""
    ends = {"x": [corners[0]["x"], corners[1]["x"]], "y": [corners[0]["y"], corners[2]["y"]]}
    scales = {axis: alt.Scale(domain=domain, nice=False, zero=False) for axis, domain in ends.items()}
    return {"x": alt.X("x:Q", axis=None, scale=scales["x"]), "y": alt.Y("y:Q", axis=None, scale=scales["y"])}


def _segments(pairs: list[tuple[dict[str, float], dict[str, float]]], frame: dict[str, Any], **pen: Any) -> alt.Chart:  # noqa: ANN401
    rows = [{"x": one["x"], "y": one["y"], "x2": other["x"], "y2": other["y"]} for one, other in pairs]
    ends = {"x2": alt.X2("x2:Q"), "y2": alt.Y2("y2:Q")}
    drawn: alt.Chart = alt.Chart(marks.inline(rows)).mark_rule(**pen).encode(**frame, **ends)
    return drawn


def _grid(floors: Sequence[float], side: float, step: float, frame: dict[str, Any]) -> list[alt.Chart]:
    """Draw lines of equal share, each with its share at its end."""
    lines, labels = [], []
    for place in range(_CORNERS):
        one, other = (place + 1) % _CORNERS, (place + 2) % _CORNERS
        first = math.floor(floors[place] / step + _TINY) + 1
        shares = [count * step for count in range(first, round(1.0 / step))]
        for share in (share for share in shares if share < floors[place] + side - _TINY):
            ends = []
            for far in (one, other):
                values = list(floors)
                values[place], values[far] = share, floors[far] + side - (share - floors[place])
                ends.append(_at((values[0], values[1], values[2])))
            lines.append((ends[0], ends[1]))
            labels.append({**ends[0], "share": f"{100 * share:.0f}%", "place": place})
    corners = _corners(floors, side)
    border = [(corners[k], corners[(k + 1) % _CORNERS]) for k in range(_CORNERS)]
    drawn = [
        _segments(lines, frame, color=HAIR, strokeWidth=0.8),
        _segments(border, frame, color=MUTED, strokeWidth=0.9),
    ]
    for place, side_of_point in enumerate(_SHARE_LABELS):
        own = marks.inline([row for row in labels if row["place"] == place])
        mark = alt.Chart(own).mark_text(fontSize=SMALL, color=MUTED, **side_of_point)
        drawn.append(mark.encode(**frame, text=alt.Text("share:N")))
    return drawn


def _corner_names(
    corners: list[dict[str, float]], names: Sequence[str], floors: Sequence[float], side: float, frame: dict[str, Any]
) -> list[alt.Chart]:
    drawn = []
    for place, dy in enumerate((16, 16, -12)):
        text = f"{names[place]} {100 * (floors[place] + side):.0f}%"
        row = marks.inline([{**corners[place], "name": text}])
        mark = alt.Chart(row).mark_text(fontSize=TEXT, fontWeight="bold", color=INK, dy=dy)
        drawn.append(mark.encode(**frame, text=alt.Text("name:N")))
    return drawn


def _path(
    years: list[dict[str, Any]], points: list[Parts], side: float, frame: dict[str, Any], style: Style
) -> list[alt.Chart]:
    rows = [
        {**_at(parts), "year": year["year"], "index": year["index"]} for year, parts in zip(years, points, strict=True)
    ]
    base = alt.Chart(marks.inline(rows))
    line = base.mark_line(color=MUTED, strokeWidth=1.2).encode(**frame, order=alt.Order("year:Q"))
    ramp = alt.Scale(range=list(style.palette.ramp[1:]), domain=[rows[0]["year"], rows[-1]["year"]])
    size = alt.Scale(range=[18, 130], domain=[0, max(100.0, *(float(row["index"]) for row in rows))])
    spots = base.mark_point(filled=True, opacity=1, stroke="white", strokeWidth=0.7).encode(
        **frame, color=alt.Color("year:Q", scale=ramp, legend=None), size=alt.Size("index:Q", scale=size, legend=None)
    )
    named = _named(rows, points, side)
    middle = sum(row["x"] for row in rows) / len(rows)
    left = _year_labels([row for row in named if row["x"] < middle], frame, dx=-9, align="right")
    right = _year_labels([row for row in named if row["x"] >= middle], frame, dx=9, align="left")
    return [line, spots, *left, *right]


def _year_labels(rows: list[dict[str, Any]], frame: dict[str, Any], **place: Any) -> list[alt.Chart]:  # noqa: ANN401
    """Write years in letters with a white rim, so that they can be read over the path."""
    named = alt.Chart(marks.inline(rows))
    letters: dict[str, Any] = {"fontSize": TEXT, "color": INK, "fontWeight": "bold", **place}
    shown: dict[str, Any] = {**frame, "text": alt.Text("year:Q", format="d")}
    rim = named.mark_text(**letters, stroke="white", strokeWidth=3, strokeOpacity=0.85)
    return [rim.encode(**shown), named.mark_text(**letters).encode(**shown)]


def _named(rows: list[dict[str, Any]], points: list[Parts], side: float) -> list[dict[str, Any]]:
    """Pick the years whose number is written: the first, the last and those farthest out, unless too near another."""
    farthest = [max(range(len(rows)), key=lambda place: points[place][corner]) for corner in range(_CORNERS)]
    picked: list[dict[str, Any]] = []
    for place in (0, len(rows) - 1, *farthest):
        near = [math.dist((rows[place]["x"], rows[place]["y"]), (row["x"], row["y"])) for row in picked]
        if all(distance > _LABELS_APART * side for distance in near):
            picked.append(rows[place])
    return picked


def _window_in_whole(
    corners: list[dict[str, float]], side: float, frame: dict[str, Any], style: Style
) -> list[alt.Chart]:
    """Draw, small and to the right, which part of the whole triangle is shown."""
    if side >= 1.0:
        return []
    scale = 0.2 * side
    origin = {"x": corners[1]["x"] - scale, "y": corners[2]["y"] - scale * _HEIGHT}

    def outline(points: list[dict[str, float]]) -> list[tuple[dict[str, float], dict[str, float]]]:
        moved = [{axis: origin[axis] + scale * point[axis] for axis in ("x", "y")} for point in points]
        return [(moved[k], moved[(k + 1) % _CORNERS]) for k in range(_CORNERS)]

    whole = _corners((0.0, 0.0, 0.0), 1.0)
    return [
        _segments(outline(whole), frame, color=MUTED, strokeWidth=0.8),
        _segments(outline(corners), frame, color=style.palette.series[0], strokeWidth=1.8),
    ]
