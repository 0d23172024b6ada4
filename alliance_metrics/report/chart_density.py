"""How much evidence there is: events on record by year and pillar."""

from __future__ import annotations

import altair as alt

from alliance_metrics.report.chart_axes import round_years
from alliance_metrics.report.chart_frame import Drawing, Picture, layered, panel_width, picture, side_by_side, titled
from alliance_metrics.report.chart_marks import rows_of
from alliance_metrics.report.chart_series import pillar_names, series_in
from alliance_metrics.report.chart_style import SMALL, Style, source_line, spoken
from alliance_metrics.report.chart_tables import SavedTables

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
