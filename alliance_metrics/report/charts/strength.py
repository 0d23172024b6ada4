"""What two allies could draw on together, and how little would bring their index down."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from alliance_metrics.report.charts.axes import interval_words, year_axis
from alliance_metrics.report.charts.frame import Drawing, Picture, layered, picture
from alliance_metrics.report.charts.marks import Stroke, line_in_interval, rows_of, strokes
from alliance_metrics.report.charts.panels import SPAN, height_of, name_room, named_ends, panels_of, span_axis
from alliance_metrics.report.charts.series import Series, index_name, series_in
from alliance_metrics.report.charts.style import DASHES, INK, MUTED, Style, source_line, spoken
from alliance_metrics.report.charts.tables import SavedTables

_ALONE, _DISCOUNTED, _TOGETHER = "stronger alone", "discounted", "together"


def capability(tables: SavedTables, style: Style) -> list[Picture]:
    """Draw the share of the stronger ally alone, of both together, and of both as far as the index says.

    Parameters
    ----------
    tables
        The saved tables.
    style
        The style.

    Returns
    -------
    list of Picture
        One a measure.
    """
    shares, ends = tables.frame("capability.shares"), tables.frame("capability.discounted")
    added = tables.frame("capability.added")
    if added.empty:
        return []
    wholes = list(dict.fromkeys(added["whole"]))[:2]
    found = []
    for (measure, whole), rows in added.groupby(["indicator", "whole"], sort=False):
        if whole not in wholes:
            continue
        strongest = rows[[tables.unit, "era", "year", "indicator", "whole", "strongest"]]
        own = ends.merge(strongest.rename(columns={"strongest": "side"}))
        measured = shares[(shares["indicator"] == measure) & (shares["whole"] == whole)]
        found.append(_capability_picture(tables, style, own, measured=measured, measure=spoken(str(measure))))
    return found


def _capability_picture(
    tables: SavedTables, style: Style, own: pd.DataFrame, *, measured: pd.DataFrame, measure: str
) -> Picture:
    series = list(series_in(own, tables.unit))
    whole = str(own["whole"].iloc[0])
    coalition = whole if whole in set(measured["side"]) else ""
    shown = measured[measured["side"] == coalition]
    most = max(float(own[["full", "upper"]].max().max()), float(shown["estimate"].max()) if coalition else 0.0)
    span = (0.0, 1.05 * most)

    def panel(one: Series, *, width: int, first: bool, last: bool) -> Drawing:
        rest = shown[(shown[tables.unit] == one.unit) & (shown["era"] == one.era)].sort_values("year", kind="stable")
        return _shares(one, rest, style, span=span, width=width, first=first, last=last, coalition=spoken(coalition))

    of = "what the allies and that coalition have together" if coalition else f"the {spoken(whole)}"
    names = [_ALONE, _DISCOUNTED, _TOGETHER, spoken(coalition)]
    within, index = interval_words(own), spoken(index_name(tables))
    told = " ".join(_told(one) for one in series)
    against = f"; dotted grey: {spoken(coalition)}" if coalition else ""
    words = (
        f"What the allies could draw on: {measure}{f', beside coalition {spoken(coalition)!r}' if coalition else ''}",
        (
            f"Share of {measure} of {of}, in years on record: the stronger ally alone, both in full, and both as far "
            f"as {index} says "
            "(shaded: "
            f"{within}){against}. The index is read as a share here; it is no probability"
        ),
        f"Line charts by year, one a pair and era. {told} In brackets: {within}.",
    )
    body = panels_of(series, style, panel, right=name_room(names))
    return picture(
        body, name=("capability", measure, whole), words=words, source=source_line(tables.record), style=style
    )


def _told(one: Series) -> str:
    row = one.rows.to_dict("records")[-1]
    return (
        f"{one.title}, in {row['year']}: {row['side']} alone {100 * row['alone']:.1f}%, discounted "
        f"{100 * row['estimate']:.1f}% [{100 * row['lower']:.1f} to {100 * row['upper']:.1f}], together "
        f"{100 * row['full']:.1f}%."
    )


def _shares(
    one: Series,
    rest: pd.DataFrame,
    style: Style,
    *,
    span: tuple[float, float],
    width: int,
    first: bool,
    last: bool,
    coalition: str,
) -> Drawing:
    height = height_of(width, style)
    x, y = year_axis(*one.ends, width=width), span_axis(span, labels=first, form=".0%")
    pens = strokes(style.palette)
    data = rows_of(one.rows, (*SPAN, "alone", "full"))
    views: list[alt.Chart] = []
    ends = []
    tail = one.rows.iloc[[-1]]
    if len(rest):
        pen = Stroke(MUTED, ink=MUTED, dash=(1, 2), width=1.6)
        views.append(alt.Chart(rows_of(rest, ("year", "estimate"))).mark_line(**_pen(pen)).encode(x=x, y=y))
        ends.append((rest.iloc[[-1]], coalition, pen))
    for column, word, pen in (("alone", _ALONE, pens[1]), ("full", _TOGETHER, Stroke(INK, dash=DASHES[3], width=1.6))):
        at = span_axis(span, labels=first, form=".0%", shown=column)
        views.append(alt.Chart(data).mark_line(**_pen(pen)).encode(x=x, y=at))
        ends.append((tail.assign(estimate=tail[column]), word, pen))
    main = Stroke(pens[0].colour, ink=pens[0].ink, dash=DASHES[0], width=2.2)
    views += line_in_interval(data, x=x, y=y, stroke=main)
    ends.append((tail, _DISCOUNTED, main))
    if last:
        views += named_ends(ends, x=x, span=span, height=height)
    return layered(views, width=width, height=height)


def _pen(pen: Stroke) -> dict[str, Any]:
    return {"color": pen.colour, "strokeDash": list(pen.dash), "strokeWidth": pen.width}


def fragility(tables: SavedTables, style: Style) -> list[Picture]:
    """Draw how many steps down would bring the index below a threshold.

    Parameters
    ----------
    tables
        The saved tables.
    style
        The style.

    Returns
    -------
    list of Picture
        One a threshold.
    """
    frame = tables.frame("fragility.steps")
    frame = frame[(frame["target"] == "threshold") & frame["estimate"].notna()]
    found = []
    for bar, rows in frame.groupby("bar", sort=False):
        series = list(series_in(rows, tables.unit))
        kinds = [str(kind) for kind in dict.fromkeys(rows["coders"])]
        words = {kind: f"by {kind} coder{'s'[: kind == 'all']}" for kind in kinds}
        span = (0.0, 1.05 * float(rows[["estimate", "upper"]].max().max()))

        def panel(
            one: Series,
            *,
            width: int,
            first: bool,
            last: bool,
            words: dict[str, str] = words,
            span: tuple[float, float] = span,
        ) -> Drawing:
            return _steps(one, words, style, span=span, width=width, first=first, last=last)

        index, within = spoken(index_name(tables)), interval_words(rows)
        told = " ".join(_steps_told(one, words) for one in series)
        said = (
            f"How little would have brought {index} below {bar:g}",
            (
                f"Least number of steps of one level down, on any indicator, that suffice; 0: below already; shaded: "
                f"{within} of the draws"
            ),
            f"Line charts by year, one a pair and era. {told} In brackets: {within}.",
        )
        body = panels_of(series, style, panel, right=name_room(list(words.values())))
        file = ("fragility", f"{bar:g}")
        found.append(picture(body, name=file, words=said, source=source_line(tables.record), style=style))
    return found


def _steps_told(one: Series, words: dict[str, str]) -> str:
    last = one.rows[one.rows["year"] == one.ends[1]].to_dict("records")
    parts = ", ".join(
        f"{row['estimate']:.0f} [{row['lower']:.0f} to {row['upper']:.0f}] {words[str(row['coders'])]}" for row in last
    )
    return f"{one.title}, in {one.ends[1]}: {parts}."


def _steps(
    one: Series,
    words: dict[str, str],
    style: Style,
    *,
    span: tuple[float, float],
    width: int,
    first: bool,
    last: bool,
) -> Drawing:
    height = height_of(width, style)
    x, y = year_axis(*one.ends, width=width), span_axis(span, labels=first, form="d")
    views: list[alt.Chart] = []
    ends = []
    for (kind, word), pen in zip(words.items(), strokes(style.palette), strict=False):
        rows = one.rows[one.rows["coders"] == kind]
        if rows.empty:
            continue
        views += line_in_interval(rows_of(rows, SPAN), x=x, y=y, stroke=pen)
        ends.append((rows.iloc[[-1]], word, pen))
    if last:
        views += named_ends(ends, x=x, span=span, height=height)
    return layered(views, width=width, height=height)
