"""What two allies could draw on together, and how little would bring their index down."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import altair as alt
import numpy as np
import pandas as pd

from alliance_metrics.report.charts import axes, marks
from alliance_metrics.report.charts.frame import Drawing, Panel, Sketch, small_multiples
from alliance_metrics.report.charts.series import Series, last_rows, rows_about, series_in
from alliance_metrics.report.charts.style import INK, MUTED, Style, readable
from alliance_metrics.report.charts.tables import SavedTables
from alliance_metrics.report.charts.words import interval_words, with_interval

_GAP, _MOST = 26, 0.36
_TOGETHER_DASH = (9, 3, 2, 3)
_ALONE, _DISCOUNTED, _TOGETHER = "stronger alone", "discounted", "together"


def capability(tables: SavedTables, style: Style) -> Iterator[Sketch]:
    """Draw the share of the stronger ally alone, of both together, and of both with the junior ally's discounted.

    Parameters
    ----------
    tables
        The saved tables.
    style
        The style.

    Yields
    ------
    Sketch
        One a measure and whole that it is a share of.
    """
    shares, ends = tables.frame("capability.shares"), tables.frame("capability.discounted")
    breaks = tables.frame("capability.breaks")
    added = tables.frame("capability.added")
    wholes = list(dict.fromkeys(added["whole"]))[:2]
    for (measure, whole), rows in added.groupby(["indicator", "whole"], sort=False):
        if whole in wholes:
            strongest = rows[[tables.unit, "era", "year", "indicator", "whole", "strongest"]]
            own = ends.merge(strongest.rename(columns={"strongest": "side"}))
            measured = shares[(shares["indicator"] == measure) & (shares["whole"] == whole)]
            broken = breaks[breaks["indicator"] == measure]
            yield _capability_sketch(tables, style, own, measured=measured, broken=broken)


def _capability_sketch(
    tables: SavedTables, style: Style, own: pd.DataFrame, *, measured: pd.DataFrame, broken: pd.DataFrame
) -> Sketch:
    measure = readable(str(own["indicator"].iloc[0]))
    series, whole = list(series_in(own, tables.unit)), str(own["whole"].iloc[0])
    coalition = whole if whole in set(measured["side"]) else ""
    rivals, shown = readable(coalition), measured[measured["side"] == coalition]
    most = max(float(own[["full", "upper"]].max().max()), float(shown["estimate"].max()) if coalition else 0.0)
    span = (0.0, 1.05 * most)

    def draw(one: Series, panel: Panel) -> Drawing:
        rest = rows_about(one, shown, unit=tables.unit).sort_values("year", kind="stable")
        years = list(rows_about(one, broken, unit=tables.unit)["year"])
        return _shares(one, rest, style, span=span, panel=panel, coalition=rivals, breaks=years)

    within, index = interval_words(own), readable(tables.index)
    of = f"combined {measure} (the allies and {rivals})" if coalition else f"{measure} ({readable(whole)})"
    against = f"; dotted grey: {rivals}" if coalition else ""
    described = " ".join(_described_shares(one) for one in series)
    gaps = sorted(
        {f"{row['side'] or 'all states'} in {row['year']}: {row['note']}" for row in broken.to_dict("records")}
    )
    gap = f". Gap: the source breaks ({'; '.join(gaps)})" if gaps else ""
    room = marks.name_room([_ALONE, _DISCOUNTED, _TOGETHER, rivals])
    return Sketch(
        name=("capability", measure, whole),
        title=f"What the allies could draw on: {measure}{f', beside coalition {rivals!r}' if coalition else ''}",
        subtitle=f"Allies' share of {of}, years on record: the stronger ally alone, both in full, and both with the "
        f"junior ally's share scaled by {index} (shaded: {within}){against}. Scaling reads the index as a fraction; it "
        f"is not a probability{gap}",
        alt=f"Line charts by year, one a pair and era. {described} In brackets: {within}.",
        body=small_multiples(series, style, draw, title=lambda one: one.title, gap=_GAP, right=room),
    )


def _described_shares(one: Series) -> str:
    row = last_rows(one)[-1]
    return (
        f"{one.title}, in {row['year']}: {row['side']} alone {100 * row['alone']:.1f}%, discounted "
        f"{with_interval(row, percent=True)}, together {100 * row['full']:.1f}%."
    )


def _shares(
    one: Series,
    rest: pd.DataFrame,
    style: Style,
    *,
    span: tuple[float, float],
    panel: Panel,
    coalition: str,
    breaks: Sequence[int],
) -> Drawing:
    height = panel.height(most=_MOST)
    x, y = axes.year_axis(*one.ends, width=panel.width), axes.span_axis(span, labels=panel.first, form=".0%")
    first, second, *_ = marks.strokes(style.palette)
    tail, parts = one.rows.iloc[[-1]], _parts(one.rows, breaks)
    views, lines = [], []
    if len(rest):
        grey = marks.Stroke(MUTED, ink=MUTED, dash=(1, 2), width=1.6)
        drawn = [alt.Chart(marks.rows_of(part, ("year", "estimate"))) for part in _parts(rest, breaks)]
        views += [chart.mark_line(**grey.pen).encode(x=x, y=y) for chart in drawn]
        lines.append((rest, coalition, grey))
    both = marks.Stroke(INK, dash=_TOGETHER_DASH, width=1.6)
    for column, name, stroke in (("alone", _ALONE, second), ("full", _TOGETHER, both)):
        for part in parts:
            data = alt.Chart(marks.rows_of(part, ("year", "alone", "full")))
            views.append(data.mark_line(**stroke.pen).encode(x=x, y=axes.on(y, column)))
        lines.append((tail.assign(estimate=tail[column]), name, stroke))
    main = marks.Stroke(first.colour, ink=first.ink, width=2.2)
    for part in parts:
        views += marks.line_in_interval(part, x=x, y=y, stroke=main)
    lines.append((tail, _DISCOUNTED, main))
    if panel.last:
        views += marks.named_ends(lines, x=x, y=y, ends=span, height=height)
    return panel.layered(views, height=height)


def _parts(rows: pd.DataFrame, breaks: Sequence[int]) -> list[pd.DataFrame]:
    """Take a series apart where its source breaks, so that no line joins figures that do not compare."""
    since = np.searchsorted(sorted(breaks), rows["year"], side="right")
    return [part for _, part in rows.groupby(since)]


def fragility(tables: SavedTables, style: Style) -> Iterator[Sketch]:
    """Draw how many steps down would bring the index below a threshold.

    Parameters
    ----------
    tables
        The saved tables.
    style
        The style.

    Yields
    ------
    Sketch
        One a threshold.
    """
    frame, index = tables.frame("fragility.steps"), readable(tables.index)
    frame = frame[(frame["target"] == "threshold") & frame["estimate"].notna()]
    for bar, rows in frame.groupby("bar", sort=False):
        series, within = list(series_in(rows, tables.unit)), interval_words(rows)
        kinds = [str(kind) for kind in dict.fromkeys(rows["coders"])]
        words = {kind: f"by {kind} coder{'s'[: kind == 'all']}" for kind in kinds}
        span = (0.0, 1.05 * float(rows[["estimate", "upper"]].max().max()))

        def draw(one: Series, panel: Panel, words: dict[str, str] = words, span: tuple[float, float] = span) -> Drawing:
            return _steps(one, words, style, span=span, panel=panel)

        described = " ".join(_described_steps(one, words) for one in series)
        room = marks.name_room(list(words.values()))
        yield Sketch(
            name=("fragility", f"{bar:g}"),
            title=f"How little would have brought {index} below {bar:g}",
            subtitle="Smallest number of one-level downward steps, on any indicators, that would suffice; 0: already "
            f"below; shaded: {within} of the draws",
            alt=f"Line charts by year, one a pair and era. {described} In brackets: {within}.",
            body=small_multiples(series, style, draw, title=lambda one: one.title, gap=_GAP, right=room),
        )


def _described_steps(one: Series, words: dict[str, str]) -> str:
    parts = ", ".join(f"{with_interval(row, '.0f')} {words[str(row['coders'])]}" for row in last_rows(one))
    return f"{one.title}, in {one.ends[1]}: {parts}."


def _steps(one: Series, words: dict[str, str], style: Style, *, span: tuple[float, float], panel: Panel) -> Drawing:
    height = panel.height(most=_MOST)
    x, y = axes.year_axis(*one.ends, width=panel.width), axes.span_axis(span, labels=panel.first, form="d")
    lines = [
        (rows, word, stroke)
        for (kind, word), stroke in zip(words.items(), marks.strokes(style.palette), strict=False)
        if len(rows := one.rows[one.rows["coders"] == kind])
    ]
    views = marks.named_lines(lines, x=x, y=y, ends=span, height=height, names=panel.last)
    return panel.layered(views, height=height)
