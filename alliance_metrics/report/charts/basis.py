"""What scores rest on: evidence behind the coded cells, and how much of each score is coded at all."""

from __future__ import annotations

import altair as alt
import pandas as pd

from alliance_metrics.report.charts.axes import round_years
from alliance_metrics.report.charts.frame import Drawing, Picture, layered, panel_width, picture, side_by_side, titled
from alliance_metrics.report.charts.marks import rows_of
from alliance_metrics.report.charts.series import pillar_names, series_in
from alliance_metrics.report.charts.style import INK, SMALL, Style, romanised, source_line, spoken
from alliance_metrics.report.charts.tables import SavedTables

_COLUMNS = 2
_ROW = 20
_NAMES = 62
_HEAD = 6  # pixels from a map up to its title


def evidence_density(tables: SavedTables, style: Style) -> list[Picture]:
    """Draw how many events are on record in each year, by pillar.

    Parameters
    ----------
    tables
        The saved tables.
    style
        The style.

    Returns
    -------
    list of Picture
        One picture; none where no event is on record.
    """
    counts = tables.frame("score.evidence")
    if counts.empty or not counts["events"].any():
        return []
    names = pillar_names(tables)
    columns = min(_COLUMNS, counts.groupby([tables.unit, "era"], sort=False).ngroups)
    gap = _NAMES + 14
    width = panel_width(style, columns=columns, gap=gap, left=_NAMES)
    scale = alt.Scale(domain=[0, int(counts["events"].max())], range=list(style.palette.ramp))
    legend = alt.Legend(
        title="events", format="d", gradientLength=120, gradientThickness=8, titleOrient="left", tickCount=4
    )
    words = " : ".join(f"datum.value === {name!r} ? {spoken(name)!r}" for name in names)
    named = alt.Axis(labelExpr=f"{words} : datum.value", labelFontSize=SMALL, labelLimit=_NAMES)
    y = alt.Y("pillar:N", title=None, sort=None, scale=alt.Scale(domain=names), axis=named)
    panels: list[Drawing] = []
    told: list[str] = []
    for one in series_in(counts, tables.unit):
        axis = alt.Axis(format="d", values=round_years(*one.ends, width=width), labelAngle=0, domain=False)
        x = alt.X("year:O", title=None, axis=axis, scale=alt.Scale(domain=list(range(one.ends[0], one.ends[1] + 1))))
        cells = alt.Chart(rows_of(one.rows, ("year", "pillar", "events"))).mark_rect(stroke="white", strokeWidth=0.8)
        drawn = cells.encode(x=x, y=y, color=alt.Color("events:Q", scale=scale, legend=legend))
        panels.append(titled(layered([drawn], width=width, height=_ROW * len(names)), one.title, over=_HEAD))
        most = max(one.rows.to_dict("records"), key=lambda row: int(row["events"]))
        told.append(f"{one.title}: most, {most['events']}, for {spoken(str(most['pillar']))} in {most['year']}.")
    spoken_of = (
        "How much evidence there is, year by year",
        "Events on record by the pillar they are filed under: dark is many; yearly figures are not counted",
        f"Maps of pillars by year, one a pair and era. {' '.join(told)}",
    )
    body = side_by_side(panels, columns=columns, gap=max(30, gap - _NAMES))
    return [picture(body, name=("evidence-density",), words=spoken_of, source=source_line(tables.record), style=style)]


_COLUMNS = 2
_ROW = 17
_NAMES = 62
_HEAD = 6  # pixels from a drawing up to its title
_WORDS = "replace(datum.value, regexp('_', 'g'), ' ')"
_WHOLE = 1.0
_LEAST_LABEL = 0.12  # share of the longest bar under which a count does not fit into its part


def evidence(tables: SavedTables, style: Style) -> list[Picture]:
    """Draw for each unit and era, coder by coder, what coded cells rest on.

    Parameters
    ----------
    tables
        The saved tables.
    style
        The style.

    Returns
    -------
    list of Picture
        One picture.
    """
    cells = tables.frame("score.cells")
    if cells.empty:
        return []
    kinds = [str(kind) for kind in dict.fromkeys(cells["rests_on"])]
    ramp = list(reversed(style.palette.ramp))
    colours = [ramp[min(1 + k, len(ramp) - 1)] for k in range(len(kinds))]
    columns = min(_COLUMNS, cells.groupby([tables.unit, "era"], sort=False).ngroups)
    gap = _NAMES + 14
    width = panel_width(style, columns=columns, gap=gap, left=_NAMES)
    most = int(cells["cells"].max())
    panels: list[Drawing] = []
    told: list[str] = []
    legend = alt.Legend(title=None, symbolType="square")
    for (unit, era), own in cells.groupby([tables.unit, "era"], sort=False):
        title = f"{unit} {era}".strip()
        data = rows_of(own.assign(rank=[kinds.index(str(kind)) for kind in own["rests_on"]]), _CELLS)
        y = alt.Y(
            "coder:N", title=None, sort=None, axis=alt.Axis(labelExpr=_WORDS, labelFontSize=SMALL, labelLimit=_NAMES)
        )
        x = alt.X("cells:Q", title=None, stack="zero", axis=alt.Axis(tickCount=4, grid=True, format="d", domain=False))
        base = alt.Chart(data)
        bars = base.mark_bar(stroke="white", strokeWidth=0.5).encode(
            x=x,
            y=y,
            order=alt.Order("rank:Q"),
            color=alt.Color("rests_on:N", scale=alt.Scale(domain=kinds, range=colours), legend=legend),
        )
        first = own[own["rests_on"] == kinds[0]]
        large = rows_of(first[first["cells"] >= _LEAST_LABEL * most], _CELLS[:-1])
        counts = (
            alt.Chart(large)
            .mark_text(color="white", align="left", dx=5, fontSize=SMALL)
            .encode(x=alt.XDatum(0), y=y, text=alt.Text("cells:Q", format="d"))
        )
        height = _ROW * own["coder"].nunique()
        panels.append(titled(layered([bars, counts], width=width, height=height), title, over=_HEAD))
        parts = ", ".join(f"{row['coder']} {row['cells']} {row['rests_on']}" for row in own.to_dict("records"))
        told.append(f"{title}: {parts}.")
    words = (
        "What the coded cells rest on",
        f"Number of cells by the evidence a coder cites; the number in a bar counts '{romanised(kinds[0])}'",
        f"Stacked bars, one a coder, for each pair and era. {' '.join(told)}",
    )
    body = side_by_side(panels, columns=columns, gap=max(30, gap - _NAMES), shared=("x",))
    return [picture(body, name=("evidence",), words=words, source=source_line(tables.record), style=style)]


_CELLS = ("coder", "rests_on", "cells", "rank")


def availability(tables: SavedTables, style: Style) -> list[Picture]:
    """Draw how much of the index and of each pillar rests on coded values.

    Parameters
    ----------
    tables
        The saved tables.
    style
        The style.

    Returns
    -------
    list of Picture
        One picture; none where all is coded, for there is nothing to see then.
    """
    scores = tables.frame("score.scores")
    shown = scores[scores["tier"].isin(["index", "pillar"]) & (scores["role"] == "index")]
    short = shown[(shown["availability"] < _WHOLE) | (shown["filled"] > 0) | shown["availability"].isna()]
    if short.empty:
        return []
    names = [*dict.fromkeys(shown.loc[shown["tier"] == "index", "component"]), *pillar_names(tables)]
    names = [str(name) for name in names]
    columns = min(_COLUMNS, shown.groupby([tables.unit, "era"], sort=False).ngroups)
    gap = _NAMES + 14
    width = panel_width(style, columns=columns, gap=gap, left=_NAMES)
    scale = alt.Scale(domain=[0, 1], range=list(reversed(style.palette.ramp)))
    panels: list[Drawing] = []
    told: list[str] = []
    for one in series_in(shown, tables.unit):
        legend = alt.Legend(title="share", format=".0%", gradientLength=120, gradientThickness=8, titleOrient="left")
        axis = alt.Axis(format="d", values=round_years(*one.ends, width=width), labelAngle=0, domain=False)
        x = alt.X("year:O", title=None, axis=axis, scale=alt.Scale(domain=list(range(one.ends[0], one.ends[1] + 1))))
        words = " : ".join(f"datum.value === {name!r} ? {spoken(name)!r}" for name in names)
        named = alt.Axis(labelExpr=f"{words} : datum.value", labelFontSize=SMALL, labelLimit=_NAMES)
        y = alt.Y("component:N", title=None, sort=None, scale=alt.Scale(domain=names), axis=named)
        cells = alt.Chart(rows_of(one.rows, ("year", "component", "availability"))).mark_rect(
            stroke="white", strokeWidth=0.8
        )
        colour = alt.Color("availability:Q", scale=scale, legend=legend)
        filled = one.rows[one.rows["filled"] > 0]
        crosses = alt.Chart(rows_of(filled, ("year", "component"))).mark_point(
            shape="cross", size=16, filled=True, color="white", stroke=INK, strokeWidth=0.5, opacity=1
        )
        views = [cells.encode(x=x, y=y, color=colour), crosses.encode(x=x, y=y)]
        panels.append(titled(layered(views, width=width, height=_ROW * len(names)), one.title, over=_HEAD))
        told.append(_availability_told(one.title, one.rows))
    words_told = (
        "How much of each score is coded",
        "Share of a component's weight that is coded: pale, all of it; cross: a part is filled from other years",
        f"Maps of the index and its pillars by year, one a pair and era. {' '.join(told)}",
    )
    body = side_by_side(panels, columns=columns, gap=max(30, gap - _NAMES))
    return [picture(body, name=("availability",), words=words_told, source=source_line(tables.record), style=style)]


def _availability_told(title: str, rows: pd.DataFrame) -> str:
    known = rows[rows["availability"].notna()].to_dict("records")
    if not known:
        return f"{title}: not known."
    least = min(known, key=lambda row: float(row["availability"]))
    if least["availability"] >= _WHOLE:
        return f"{title}: all is coded."
    return (
        f"{title}: least {100 * least['availability']:.0f}%, for {spoken(str(least['component']))} in {least['year']}."
    )
