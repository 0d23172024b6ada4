"""Series together: the units of an era, the eras of one pair, eras counted from an event, two facets and their gap."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import altair as alt
import pandas as pd

from alliance_metrics.report.charts import axes, marks
from alliance_metrics.report.charts.frame import LEFT, Drawing, Sketch, layered, panel_width, side_by_side, titled
from alliance_metrics.report.charts.series import (
    Series,
    all_rows,
    declared_events,
    index_series,
    lineages,
    rows_about,
    series_in,
    standing_out,
)
from alliance_metrics.report.charts.style import INK, MUTED, SMALL, TEXT, Style, readable, romanised
from alliance_metrics.report.charts.tables import SavedTables
from alliance_metrics.report.charts.trajectory import labelled_path
from alliance_metrics.report.charts.words import conjoined, described_course, interval_words, scale_words, with_interval

_SCORES, _GAP = 0.36, 0.18  # heights of the panels of scores and of their gap, as shares of the width of a chart
_LEAST = 10.0  # points on either side of no gap that are always shown
_OVER = 6
_ERA = -20  # where the names of eras stand over the years of one pair, in pixels


def era_together(tables: SavedTables, style: Style) -> Iterator[Sketch]:
    """Draw all units of an era in one panel, where they are few enough to tell apart.

    Parameters
    ----------
    tables
        The saved tables.
    style
        The style.

    Yields
    ------
    Sketch
        One an era with two units or more, and no more than the palette has colours.
    """
    index = readable(tables.index)
    series = index_series(tables)
    for era in dict.fromkeys(one.era for one in series):
        group = [one for one in series if one.era == era]
        if not 1 < len(group) <= len(style.palette.series):
            continue
        whole = all_rows(group)
        within, years = interval_words(whole), f"{whole['year'].min():.0f}-{whole['year'].max():.0f}"
        described = " ".join(f"{one.unit} {described_course(one.rows)}." for one in group)
        yield Sketch(
            name=("era-together", era),
            title=f"{index.capitalize()} of {conjoined(one.unit for one in group)}, {years}",
            subtitle=f"Index of {index}{scale_words(whole)} by year; shaded: {within} of the draws",
            alt=f"Line chart by year. {described} In brackets: {within}.",
            body=_lines_together(group, style, column="year", height=int(0.52 * style.width)),
        )


def _lines_together(group: Sequence[Series], style: Style, *, column: str, height: int) -> Drawing:
    """Draw several series in one panel, each named at its last point."""
    whole = all_rows(group)
    width = panel_width(style, columns=1, right=int(8 + 0.56 * TEXT * max(len(one.unit) for one in group)))
    first, last = float(whole[column].min()), float(whole[column].max())
    x, y = axes.year_axis(first, last, width=width, column=column), axes.score_axis(whole)
    views, lines = [], []
    for one, stroke in zip(group, marks.strokes(style.palette), strict=False):
        views += marks.line_in_interval(one.rows, x=x, y=y, stroke=stroke)
        lines.append((one.rows[one.rows["estimate"].notna()], one.unit, stroke))
    views += marks.named_ends(lines, x=x, y=y, ends=axes.score_ends(whole), height=height, size=TEXT)
    return layered(views, width=width, height=height)


def lineage(tables: SavedTables, style: Style) -> Iterator[Sketch]:
    """Draw the eras of one pair of states as one line of years, with a mark where the one ends and the next begins.

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
    index = readable(tables.index)
    size = (panel_width(style, columns=1), int(0.45 * style.width))
    for group in lineages(index_series(tables)):
        whole, units = all_rows(group), list(dict.fromkeys(one.unit for one in group))
        years = min(one.ends[0] for one in group), max(one.ends[1] for one in group)
        views: list[alt.Chart | Drawing] = []
        for one in group:
            events = declared_events(tables.record, unit=one.unit, era=one.era)
            views.append(labelled_path(one, style, size=size, events=events, scale_of=whole, years=years))
        views += _beginnings(group, years=years, width=size[0])
        within = interval_words(whole)
        described = " ".join(f"{one.title} {described_course(one.rows)}." for one in group)
        yield Sketch(
            name=("lineage", "-".join(units)),
            title=f"One pair in {len(group)} eras: {index} of {conjoined(units)}",
            subtitle=f"Index of {index}{scale_words(whole)} by year, on one scale; shaded: {within} of the draws",
            alt=f"Line chart by year, one line an era. {described} In brackets: {within}.",
            body=layered(views, width=size[0], height=size[1]),
        )


def _beginnings(group: Sequence[Series], *, years: tuple[int, int], width: int) -> list[alt.Chart]:
    """Name each era over its first year, and draw a line between eras; say where years between two are not coded."""
    x, views = axes.year_axis(*years, width=width), list[alt.Chart]()
    letters: dict[str, Any] = {"fontSize": TEXT, "fontWeight": "bold", "align": "left", "baseline": "bottom", "y": _ERA}
    for before, one in zip((None, *group), group, strict=False):
        head = alt.Chart(marks.inline([{"year": one.ends[0], "title": romanised(one.title)}]))
        views.append(head.mark_text(**letters, color=INK).encode(x=x, text="title:N"))
        if before is None:
            continue
        edge = alt.Chart(marks.inline([{"year": (before.ends[1] + one.ends[0]) / 2}]))
        if one.ends[0] == before.ends[1] + 1:
            views.append(edge.mark_rule(color=MUTED, strokeWidth=1, y=_ERA).encode(x=x))
        else:
            text = f"{before.ends[1] + 1}-{one.ends[0] - 1} not coded"
            views.append(edge.mark_text(text=text, color=MUTED, fontSize=SMALL + 0.5).encode(x=x))
    return views


def event_time(tables: SavedTables, style: Style) -> Iterator[Sketch]:
    """Draw the eras of one pair on the years since the event that the configuration names for each.

    Parameters
    ----------
    tables
        The saved tables.
    style
        The style.

    Yields
    ------
    Sketch
        One a pair for which two eras or more have an event.
    """
    index = readable(tables.index)
    for group in lineages(index_series(tables)):
        aligned, names = [], []
        for one in group:
            events = declared_events(tables.record, unit=one.unit, era=one.era)
            if events:
                rows = one.rows.assign(since=one.rows["year"] - events[0]["year"])
                aligned.append(Series(one.unit, one.era, rows))
                names.append(str(events[0]["event"]))
        if not 1 < len(aligned) <= len(style.palette.series):
            continue
        whole, units = all_rows(aligned), [one.unit for one in aligned]
        lines = _lines_together(aligned, style, column="since", height=int(0.5 * style.width))
        x = axes.year_axis(float(whole["since"].min()), float(whole["since"].max()), width=style.width, column="since")
        rule = alt.Chart(marks.inline([{"since": 0}])).mark_rule(color=MUTED, strokeDash=[2, 2]).encode(x=x)
        within, pairs = interval_words(whole), zip(aligned, names, strict=True)
        described = " ".join(f"{one.title}, counted from {name}, {described_course(one.rows)}." for one, name in pairs)
        since = conjoined(f"{event} ({unit})" for event, unit in zip(names, units, strict=True))
        yield Sketch(
            name=("event-time", "-".join(dict.fromkeys(units))),
            title=f"{index.capitalize()} of {conjoined(units)}, years since an event",
            subtitle=f"Index of {index}{scale_words(whole)} by years since {since}; shaded: {within} of the draws",
            alt=f"Line chart by years since an event. {described} In brackets: {within}.",
            body=layered([rule, lines], width=lines["width"], height=lines["height"]),
        )


def facets(tables: SavedTables, style: Style) -> Iterator[Sketch]:
    """Draw the scores of two facets of the index and the gap between them.

    Parameters
    ----------
    tables
        The saved tables.
    style
        The style.

    Yields
    ------
    Sketch
        One a pair of facets, unit and era.
    """
    scores, gaps = (
        frame[(frame["component"] == tables.index) & ~frame["matched"].astype(bool)]
        for frame in (tables.frame("facets.facets"), tables.frame("facets.gaps"))
    )
    for (pair, *sides), rows in gaps.groupby(["facets", "one", "other"], sort=False):
        one, other = (readable(str(side)) for side in sides)
        span = axes.ends_around_zero(rows, least=_LEAST)
        for gap in series_in(rows[rows["estimate"].notna()], tables.unit):
            own = rows_about(gap, scores[scores["facets"] == pair], unit=tables.unit)
            own = own.sort_values("year", kind="stable")
            width, within = style.width - LEFT - marks.name_room([one, other]), interval_words(gap.rows)
            upper = _facet_scores(own, gap, [str(side) for side in sides], style=style, width=width)
            x, y = axes.year_axis(*gap.ends, width=width), axes.span_axis(span, form=axes.SIGNED)
            views = marks.line_in_interval(gap.rows, x=x, y=y, stroke=marks.Stroke(MUTED, width=2.0))
            views.insert(0, marks.zero_line(x, y, years=gap.ends))
            lower = layered(views, width=width, height=int(_GAP * style.width))
            lower = titled(lower, f"{one} minus {other}, points", over=_OVER)
            yield Sketch(
                name=("-".join(str(side) for side in sides), gap.unit, gap.era),
                title=f"{one.capitalize()} against {other} {readable(tables.index)}: {gap.title}",
                subtitle=f"Index from the {one} and from the {other} indicators alone{scale_words(own)}, and the gap "
                f"between the two; shaded: {within} of the draws",
                alt=f"Two line charts by year of {gap.title}. {one} minus {other} is {_described_gap(gap)}. "
                f"In brackets: {within}.",
                body=side_by_side([upper, lower], columns=1, gap=26),
            )


def _described_gap(gap: Series) -> str:
    stands, named = standing_out(gap.rows), {"peak": "highest", "low": "lowest", "last": "last"}
    picked = [(name, stands[what]) for what, name in named.items()]
    return "; ".join(f"{name} in {row['year']} at {with_interval(row, '+.1f')}" for name, row in picked)


def _facet_scores(own: pd.DataFrame, gap: Series, sides: Sequence[str], *, style: Style, width: int) -> Drawing:
    height = int(_SCORES * style.width)
    lines = [
        (rows, readable(side), stroke)
        for side, stroke in zip(sides, marks.strokes(style.palette), strict=False)
        if len(rows := own[(own["value"] == side) & own["estimate"].notna()])
    ]
    x, y = axes.year_axis(*gap.ends, width=width), axes.score_axis(own)
    views = marks.named_lines(lines, x=x, y=y, ends=axes.score_ends(own), height=height)
    return layered(views, width=width, height=height)
