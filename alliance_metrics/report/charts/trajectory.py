"""The index and its pillars year by year, one series a panel, in their intervals."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import Any

import altair as alt
import pandas as pd

from alliance_metrics.report.charts.axes import interval_words, on, scale_words, score_axis, score_ends, year_axis
from alliance_metrics.report.charts.frame import (
    Drawing,
    Panel,
    Sketch,
    height_of,
    layered,
    panel_width,
    side_by_side,
    small_multiples,
    titled,
)
from alliance_metrics.report.charts.marks import SPAN, Stroke, event_marks, line_in_interval, rows_of, texts
from alliance_metrics.report.charts.series import (
    Series,
    all_rows,
    declared_events,
    described_course,
    index_name,
    index_series,
    labelled_years,
    lineages,
    pillar_names,
    series_in,
)
from alliance_metrics.report.charts.style import FAINT, Style, conjoined, readable
from alliance_metrics.report.charts.tables import SavedTables

_GAP = 28
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
    behind: pd.DataFrame | None = None,
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
        Rows of another series of the same years, drawn in grey behind it.
    scale_of
        Rows that the axis of scores must hold; those of the series where absent.

    Returns
    -------
    Drawing
        The panel.
    """
    held = one.rows if scale_of is None else scale_of
    x, y = year_axis(*one.ends, width=width), score_axis(held, labels=labels)
    layers: list[alt.Chart] = [] if behind is None else [_grey(behind, x, y, width=1.2)]
    layers += event_marks(events, x=x, ends=one.ends)
    stroke = Stroke(style.palette.series[0], width=2.4)
    layers += line_in_interval(rows_of(one.rows, SPAN), x=x, y=y, stroke=stroke)
    near = _LABEL_ROOM * (one.ends[1] - one.ends[0]) / width
    for what, row in labelled_years(one.rows, near=near):
        dot = alt.Chart(rows_of(pd.DataFrame([dict(row)]), SPAN)).mark_point(
            filled=True, opacity=1, size=34, color=stroke.colour
        )
        layers += [dot.encode(x=x, y=y), _value(one, row, what=what, axes=(x, y), ends=score_ends(held))]
    return layered(layers, width=width, height=height)


def _value(
    one: Series, row: Mapping[Hashable, Any], *, what: str, axes: tuple[alt.X, alt.Y], ends: tuple[float, float]
) -> alt.Chart:
    """Write the score of a year above or below its interval, where the line does not run."""
    next_to = one.rows.loc[(one.rows["year"] - int(row["year"])).abs() == 1, "estimate"]
    falls_away = bool((next_to <= row["estimate"]).all())
    no_room = bool(row["lower"] - ends[0] < _FOOT * (ends[1] - ends[0]))
    at_end = no_room and not falls_away and int(row["year"]) == one.ends[1]
    above = what == "peak" or (what != "low" and falls_away) or no_room
    side = row["upper"] if above else row["lower"]
    placed = pd.DataFrame([{**row, _PLACE: row["estimate"] if pd.isna(side) else side}])
    return texts(
        rows_of(placed, ("year", "estimate", _PLACE)),
        x=axes[0],
        y=on(axes[1], _PLACE),
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


def _grey(rows: pd.DataFrame, x: alt.X, y: alt.Y, *, width: float) -> alt.Chart:
    drawn: alt.Chart = alt.Chart(rows_of(rows, SPAN)).mark_line(color=FAINT, strokeWidth=width).encode(x=x, y=y)
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
    index, width = readable(index_name(tables)), panel_width(style, columns=1)
    for one in index_series(tables):
        events = declared_events(tables.record, unit=one.unit, era=one.era)
        within = interval_words(one.rows)
        text = f"Line chart by year. The {index} index of {one.title} {described_course(one.rows)} ({within})."
        yield Sketch(
            name=("trajectory", one.unit, one.era),
            title=f"{one.unit}: {index}, {one.ends[0]}-{one.ends[1]}",
            subtitle=f"Index of {index}{scale_words(one.rows)} by year; shaded: {within} of the draws",
            alt=text + "".join(f" Marked: {event['event']}." for event in events),
            body=labelled_path(one, style, width=width, height=int(0.5 * style.width), events=events),
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
    scores, index = tables.frame("score.scores"), readable(index_name(tables))
    courses = {(one.unit, one.era): one.rows for one in index_series(tables)}
    for whole in series_in(scores[scores["tier"] == "pillar"], tables.unit):
        behind = courses.get((whole.unit, whole.era))
        if behind is None:
            continue
        of_pillar = {
            name: Series(whole.unit, whole.era, rows.reset_index(drop=True))
            for name in pillar_names(tables)
            if len(rows := whole.rows[whole.rows["component"] == name])
        }

        def draw(
            name: str,
            panel: Panel,
            *,
            series: Mapping[str, Series] = of_pillar,
            scale_of: pd.DataFrame = whole.rows,
            behind: pd.DataFrame = behind,
        ) -> Drawing:
            height = height_of(panel.width, style, share=1.0)
            options: dict[str, Any] = {"labels": panel.first, "behind": behind, "scale_of": scale_of}
            return labelled_path(series[name], style, width=panel.width, height=height, **options)

        within = interval_words(whole.rows)
        courses_of = " ".join(f"{readable(name)} {described_course(one.rows)}." for name, one in of_pillar.items())
        yield Sketch(
            name=("pillars", whole.unit, whole.era),
            title=f"The {len(of_pillar)} pillars of {index}: {whole.title}",
            subtitle=f"Score of each pillar{scale_words(whole.rows)} by year; shaded: {within} of the draws; "
            "grey: the index",
            alt=f"Line charts by year of {whole.title}, one a pillar. {courses_of} In brackets: {within}.",
            body=small_multiples(list(of_pillar), style, draw, title=readable, gap=_GAP),
        )


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
    index, series = readable(index_name(tables)), index_series(tables)
    if len(series) < 2:
        return
    whole = all_rows(series)

    def draw(one: Series, panel: Panel) -> Drawing:
        x, y = year_axis(*one.ends, width=panel.width), score_axis(whole, labels=panel.first)
        others = [other.rows for other in series if other.era == one.era and other.unit != one.unit]
        stroke = Stroke(style.palette.series[0], width=2.2)
        views = [_grey(rows, x, y, width=1) for rows in others]
        views += line_in_interval(rows_of(one.rows, SPAN), x=x, y=y, stroke=stroke)
        return layered(views, width=panel.width, height=height_of(panel.width, style, share=0.72))

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


def lineage(tables: SavedTables, style: Style) -> Iterator[Sketch]:
    """Draw the eras of one pair of states side by side on one scale, a year as wide in each.

    Parameters
    ----------
    tables
        The saved tables.
    style
        The style.

    Yields
    ------
    Sketch
        One a pair with more than one era.
    """
    index, gap = readable(index_name(tables)), 26
    for group in lineages(index_series(tables)):
        whole, units = all_rows(group), list(dict.fromkeys(one.unit for one in group))
        years = [one.ends[1] - one.ends[0] + 1 for one in group]
        room = panel_width(style, columns=1) - gap * (len(group) - 1)
        panels = []
        for place, one in enumerate(group):
            events = declared_events(tables.record, unit=one.unit, era=one.era)
            width, height = int(room * years[place] / sum(years)), int(0.45 * style.width)
            panel = labelled_path(one, style, width=width, height=height, events=events, labels=place == 0)
            panels.append(titled(panel, one.title))
        within = interval_words(whole)
        described = " ".join(f"{one.title} {described_course(one.rows)}." for one in group)
        yield Sketch(
            name=("lineage", "-".join(units)),
            title=f"One pair in {len(group)} eras: {index} of {conjoined(units)}",
            subtitle=f"Index of {index}{scale_words(whole)} by year, on one scale; shaded: {within} of the draws",
            alt=f"Line charts side by side. {described} In brackets: {within}.",
            body=side_by_side(panels, columns=len(panels), gap=gap),
        )
