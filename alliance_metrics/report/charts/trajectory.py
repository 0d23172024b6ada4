"""The index and its pillars year by year, one series a panel, in their intervals."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import Any

import altair as alt
import pandas as pd

from alliance_metrics.report.charts import axes, marks
from alliance_metrics.report.charts.frame import Drawing, Panel, Sketch, layered, panel_width, small_multiples
from alliance_metrics.report.charts.series import (
    Series,
    all_rows,
    declared_events,
    index_series,
    series_in,
    standing_out,
)
from alliance_metrics.report.charts.style import FAINT, Style, readable
from alliance_metrics.report.charts.tables import SavedTables
from alliance_metrics.report.charts.words import described_course, interval_words, scale_words

_GAP = 28
_FOOT = 0.08  # share of the axis under which there is no room for a label
_HIGHER = -30  # pixels up to a label beside which another line begins
_LABEL_ROOM = 30.0  # pixels of a value


def labelled_path(
    one: Series,
    style: Style,
    *,
    size: tuple[int, int],
    events: Sequence[Mapping[str, Any]] = (),
    labels: bool = True,
    behind: pd.DataFrame | None = None,
    scale_of: pd.DataFrame | None = None,
    years: tuple[int, int] | None = None,
) -> Drawing:
    """Draw one series in its interval, with its outstanding years labelled.

    Parameters
    ----------
    one
        The series.
    style
        The style.
    size
        Width and height of the panel, in pixels.
    events
        Rows with ``year`` and ``event`` that are marked.
    labels
        Whether the axis of scores is labelled.
    behind
        Rows of another series of the same years, drawn in grey behind it.
    scale_of
        Rows that the axis of scores must hold; those of the series where absent.
    years
        Ends of the axis of years; those of the series where absent.

    Returns
    -------
    Drawing
        The panel.
    """
    held = one.rows if scale_of is None else scale_of
    ends = years or one.ends
    x, y = axes.year_axis(*ends, width=size[0]), axes.score_axis(held, labels=labels)
    layers: list[alt.Chart] = [] if behind is None else [_grey(behind, x, y, width=1.2)]
    layers += marks.event_marks(events, x=x, ends=ends)
    stroke = marks.Stroke(style.palette.series[0], width=2.4)
    layers += marks.line_in_interval(one.rows, x=x, y=y, stroke=stroke)
    near = _LABEL_ROOM * (ends[1] - ends[0]) / size[0]
    for what, row in labelled_years(one.rows, near=near):
        dot = alt.Chart(marks.rows_of(pd.DataFrame([dict(row)]), marks.SPAN)).mark_point(
            filled=True, opacity=1, size=34, color=stroke.colour
        )
        value = _value(one, row, what=what, x=x, y=y, ends=axes.score_ends(held), followed=ends[1] > one.ends[1])
        layers += [dot.encode(x=x, y=y), value]
    return layered(layers, width=size[0], height=size[1])


def labelled_years(rows: pd.DataFrame, *, near: float) -> list[tuple[str, Mapping[Hashable, Any]]]:
    """Pick the years that get a label, so that no label stands on another.

    Parameters
    ----------
    rows
        Rows with ``year`` and ``estimate``.
    near
        Years within which a second label would stand on the first.

    Returns
    -------
    list of tuple
        What the year is (``peak``, ``low``, ``first``, ``last``) and its row; the highest and lowest come first.
    """
    picked: list[tuple[str, Mapping[Hashable, Any]]] = []
    stands = standing_out(rows)
    for what in [word for word in ("peak", "low", "last", "first") if word in stands]:
        row = stands[what]
        if all(abs(int(row["year"]) - int(other["year"])) > near for _, other in picked):
            picked.append((what, row))
    return picked


def _value(
    one: Series,
    row: Mapping[Hashable, Any],
    *,
    what: str,
    x: alt.X,
    y: alt.Y,
    ends: tuple[float, float],
    followed: bool,
) -> alt.Chart:
    """Write the score of a year above or below its interval, where neither its line nor one that follows runs."""
    next_to = one.rows.loc[(one.rows["year"] - int(row["year"])).abs() == 1, "estimate"]
    falls_away = bool((next_to <= row["estimate"]).all())
    no_room = bool(row["lower"] - ends[0] < _FOOT * (ends[1] - ends[0]))
    last = no_room and not falls_away and int(row["year"]) == one.ends[1]
    at_end = last and not followed
    above = what == "peak" or (what != "low" and falls_away) or no_room
    side = row["upper"] if above else row["lower"]
    placed = pd.DataFrame([{**row, "place": row["estimate"] if pd.isna(side) else side}])
    align = "left" if at_end else _towards_middle(one, int(row["year"]))
    letters: dict[str, Any] = {
        "dy": _HIGHER if last and not at_end else -9 if above else 11,
        "dx": 6 if at_end else 0,
        "align": align,
        "fontWeight": "bold",
    }
    data, text = marks.rows_of(placed, ("year", "estimate", "place")), alt.Text("estimate:Q", format=".1f")
    return marks.texts(data, x=x, y=axes.on(y, "place"), text=text, **letters)


def _towards_middle(one: Series, year: int) -> str:
    first, last = one.ends
    return "left" if year - first <= 1 else "right" if last - year <= 1 else "center"


def _grey(rows: pd.DataFrame, x: alt.X, y: alt.Y, *, width: float) -> alt.Chart:
    line = alt.Chart(marks.rows_of(rows, marks.SPAN)).mark_line(color=FAINT, strokeWidth=width)
    drawn: alt.Chart = line.encode(x=x, y=y)
    return drawn


def trajectory(tables: SavedTables, style: Style) -> Iterator[Sketch]:
    """Draw the index of each unit and era with its interval, and mark what the configuration names.

    Parameters
    ----------
    tables
        The saved tables.
    style
        The style.

    Yields
    ------
    Sketch
        One a unit and era.
    """
    index, size = readable(tables.index), (panel_width(style, columns=1), int(0.5 * style.width))
    for one in index_series(tables):
        events = declared_events(tables.record, unit=one.unit, era=one.era)
        within = interval_words(one.rows)
        text = f"Line chart by year. The {index} index of {one.title} {described_course(one.rows)} ({within})."
        yield Sketch(
            name=("trajectory", one.unit, one.era),
            title=f"{one.unit}: {index}, {one.ends[0]}-{one.ends[1]}",
            subtitle=f"Index of {index}{scale_words(one.rows)} by year; shaded: {within} of the draws",
            alt=text + "".join(f" Marked: {event['event']}." for event in events),
            body=labelled_path(one, style, size=size, events=events),
        )


def pillars(tables: SavedTables, style: Style) -> Iterator[Sketch]:
    """Draw each pillar of each unit and era, all on one scale.

    Parameters
    ----------
    tables
        The saved tables.
    style
        The style.

    Yields
    ------
    Sketch
        One a unit and era.
    """
    scores, index = tables.frame("score.scores"), readable(tables.index)
    courses = {(one.unit, one.era): one.rows for one in index_series(tables)}
    for whole in series_in(scores[scores["tier"] == "pillar"], tables.unit):
        behind = courses.get((whole.unit, whole.era))
        if behind is None:
            continue
        names = [name for name in tables.pillars if name in set(whole.rows["component"])]

        def draw(name: str, panel: Panel, whole: Series = whole, behind: pd.DataFrame = behind) -> Drawing:
            one, size = _of_pillar(whole, name), (panel.width, panel.height(share=1.0))
            return labelled_path(one, style, size=size, labels=panel.first, behind=behind, scale_of=whole.rows)

        within = interval_words(whole.rows)
        described = " ".join(f"{readable(name)} {described_course(_of_pillar(whole, name).rows)}." for name in names)
        yield Sketch(
            name=("pillars", whole.unit, whole.era),
            title=f"The {len(names)} pillars of {index}: {whole.title}",
            subtitle=f"Score of each pillar{scale_words(whole.rows)} by year; shaded: {within} of the draws; "
            "grey: the index",
            alt=f"Line charts by year of {whole.title}, one a pillar. {described} In brackets: {within}.",
            body=small_multiples(names, style, draw, title=readable, gap=_GAP),
        )


def _of_pillar(whole: Series, name: str) -> Series:
    rows = whole.rows[whole.rows["component"] == name]
    return Series(whole.unit, whole.era, rows.reset_index(drop=True))


def every_series(tables: SavedTables, style: Style) -> Iterator[Sketch]:
    """Draw every unit and era in a panel of its own on one scale, the others of its era behind it in grey.

    Parameters
    ----------
    tables
        The saved tables.
    style
        The style.

    Yields
    ------
    Sketch
        One; none where there is one series alone.
    """
    index, series = readable(tables.index), index_series(tables)
    if len(series) < 2:
        return
    whole = all_rows(series)

    def draw(one: Series, panel: Panel) -> Drawing:
        x, y = axes.year_axis(*one.ends, width=panel.width), axes.score_axis(whole, labels=panel.first)
        others = [other.rows for other in series if other.era == one.era and other.unit != one.unit]
        stroke = marks.Stroke(style.palette.series[0], width=2.2)
        views = [_grey(rows, x, y, width=1) for rows in others]
        views += marks.line_in_interval(one.rows, x=x, y=y, stroke=stroke)
        return panel.layered(views, height=panel.height(share=0.72))

    within = interval_words(whole)
    described = " ".join(f"{one.title} {described_course(one.rows)}." for one in series)
    yield Sketch(
        name=("small-multiples",),
        title=f"{index.capitalize()} of {len(series)} pairs and eras on one scale",
        subtitle=f"Index of {index}{scale_words(whole)} by year; shaded: {within} of the draws; "
        "grey: the other pairs of the era",
        alt=f"Small line charts by year. {described} In brackets: {within}.",
        body=small_multiples(series, style, draw, title=lambda one: one.title),
    )
