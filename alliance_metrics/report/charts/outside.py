"""The index beside measures from outside, and the effect of pressure by the condition."""

from __future__ import annotations

import altair as alt
import pandas as pd

from alliance_metrics.report.charts.axes import interval_words
from alliance_metrics.report.charts.frame import (
    Drawing,
    Picture,
    columns_for,
    layered,
    panel_width,
    picture,
    side_by_side,
    titled,
)
from alliance_metrics.report.charts.marks import Stroke, line_in_interval, rows_of
from alliance_metrics.report.charts.panels import SIGNED, height_of, round_zero, span_axis
from alliance_metrics.report.charts.series import Series, index_name
from alliance_metrics.report.charts.style import FAINT, INK, MUTED, SMALL, Style, romanised, source_line, spoken
from alliance_metrics.report.charts.tables import SavedTables
from alliance_metrics.results.words import ALL

_ROW, _NAMES, _GAP = 15, 300, 20
_SEEN = {True: "not shown to coders", False: "shown to coders"}
_LEAST = 20.0
_LINE_IN = ("condition", "estimate", "lower", "upper", "lower_all", "upper_all", "mean", "support")


def outside(tables: SavedTables, style: Style) -> list[Picture]:
    """Draw how the index agrees with each measure from outside.

    Parameters
    ----------
    tables
        The saved tables.
    style
        The style.

    Returns
    -------
    list of Picture
        One an era: measures down, units across.
    """
    frame = tables.frame("validation.agreement")
    frame = frame[(frame["component"] == index_name(tables)) & frame["estimate"].notna()]
    if frame.empty:
        return []
    frame = frame[frame["form"] == frame["form"].iloc[0]].assign(seen=frame["independent"].astype(bool).map(_SEEN))
    found = []
    for era, rows in frame.groupby("era", sort=False):
        names = [
            _name(name) for kind in _SEEN.values() for name in dict.fromkeys(rows.loc[rows["seen"] == kind, "name"])
        ]
        series = [Series(str(unit), str(era), own) for unit, own in rows.groupby(tables.unit, sort=False)]
        columns = len(series)
        width = panel_width(style, columns=columns, gap=_GAP, left=_NAMES)
        panels = [
            titled(_dots(one, names, style, width=width, first=place == 0), one.unit, over=24)
            for place, one in enumerate(series)
        ]
        within, index = interval_words(rows), spoken(index_name(tables))
        words = (
            f"How {index} agrees with measures from outside{f', {era}' if era else ''}",
            (
                f"Rank correlation of yearly {rows['form'].iloc[0]} in the direction expected, with {within} of the "
                "draws (dots "
                "may lie outside, as noise weakens correlations); grey tick: as far as series as persistent that are "
                "unconnected would reach by chance"
            ),
            f"Dots by measure, one panel a pair. {' '.join(_told(one) for one in series)}",
        )
        body = side_by_side(panels, columns=columns, gap=_GAP)
        file = ("outside", str(era))
        found.append(picture(body, name=file, words=words, source=source_line(tables.record), style=style))
    return found


def _told(one: Series) -> str:
    counts = [
        f"{(own['reading'] == reading).sum()} {reading}"
        for own in [one.rows[one.rows["independent"].astype(bool)]]
        for reading in dict.fromkeys(own["reading"])
    ]
    return f"{one.title}, of measures not shown to coders: {', '.join(counts) or 'none'}."


def _name(measure: object) -> str:
    return romanised(str(measure).replace("_", " "))


def _dots(one: Series, names: list[str], style: Style, *, width: int, first: bool) -> Drawing:
    axis = alt.Axis(
        values=[-1, 0, 1], labelExpr="(datum.value > 0 ? '+' : '') + datum.value", orient="top", domain=False, grid=True
    )
    x = alt.X("estimate:Q", title=None, scale=alt.Scale(domain=[-1, 1], nice=False), axis=axis)
    label = alt.Axis(labels=first, labelFontSize=SMALL, labelLimit=_NAMES - 6, ticks=False, domain=False, grid=True)
    y = alt.Y("name:N", title=None, sort=None, scale=alt.Scale(domain=names), axis=label)
    drawn = one.rows.assign(name=[_name(name) for name in one.rows["name"]])
    base = alt.Chart(rows_of(drawn, ("name", "estimate", "lower", "upper", "reach", "seen")))
    low, reach = x.copy(deep=True), x.copy(deep=True)
    low.shorthand, reach.shorthand = "lower:Q", "reach:Q"
    fill = alt.Fill(
        "seen:N",
        scale=alt.Scale(domain=list(_SEEN.values()), range=[style.palette.series[0], "#FFFFFF"]),
        legend=alt.Legend(title=None, symbolType="circle", symbolStrokeColor=INK, symbolStrokeWidth=1.3),
    )
    dot = base.mark_point(filled=True, stroke=style.palette.series[0], strokeWidth=1.4, size=42, opacity=1)
    views = [
        base.mark_tick(color=FAINT, thickness=2, size=11).encode(x=reach, y=y),
        base.mark_rule(color=style.palette.series[0], strokeWidth=1.4).encode(x=low, x2=alt.X2("upper:Q"), y=y),
        dot.encode(x=x, y=y, fill=fill),
    ]
    return layered(views, width=width, height=_ROW * len(names))


def condition(tables: SavedTables, style: Style) -> list[Picture]:
    """Draw the effect of pressure at values of the condition.

    Parameters
    ----------
    tables
        The saved tables.
    style
        The style.

    Returns
    -------
    list of Picture
        One picture, of the first outcome without its own past.
    """
    frame = tables.frame("condition.marginal_effects")
    frame = frame[(frame["at"] == "grid") & ~frame["lagged"].astype(bool)]
    if frame.empty:
        return []
    outcome = str(frame["outcome"].iloc[0])
    frame = frame[frame["outcome"] == outcome]
    groups = [
        (_group(str(unit), str(era)), rows.sort_values("condition", kind="stable"))
        for (unit, era), rows in frame.groupby([tables.unit, "era"], sort=False)
    ]
    span = round_zero(frame[frame["support"] > 0], least=_LEAST, columns=("estimate", "lower", "upper"))
    asked = ((tables.record.get("config") or {}).get("analysis") or {}).get("condition") or {}
    pressure, gate = (spoken(str(asked.get(name, name))) for name in ("pressure", "condition"))
    columns = columns_for(len(groups))
    width = panel_width(style, columns=columns, gap=_GAP)
    most = int(frame["support"].max())
    panels = [
        titled(_effect(rows, span, style, width=width, first=place % columns == 0, most=most), name)
        for place, (name, rows) in enumerate(groups)
    ]
    within = interval_words(frame)
    words = (
        f"What {pressure} does at each level of {gate}",
        (
            f"Points by which {spoken(outcome)} changes over the whole range of {pressure}, at values of {gate} "
            "across; "
            f"line: nominal codings, dotted: mean of the draws, shaded: its {within}, dashed: the band for all values "
            "together; "
            "grey dots at the foot: years near the value, the larger the more - without them the line is only drawn on"
        ),
        f"Line charts over {gate}, one a group. {' '.join(_effect_told(name, rows) for name, rows in groups)}",
    )
    body = side_by_side(panels, columns=columns, gap=_GAP)
    return [picture(body, name=("condition",), words=words, source=source_line(tables.record), style=style)]


def _group(unit: str, era: str) -> str:
    if era == ALL:
        return "everything pooled"
    return f"{era} pooled" if unit == ALL else f"{unit} {era}"


def _effect_told(name: str, rows: pd.DataFrame) -> str:
    first, last = rows.to_dict("records")[0], rows.to_dict("records")[-1]
    told = " and ".join(
        f"{row['estimate']:+.1f} [{row['lower']:+.1f} to {row['upper']:+.1f}] at {row['condition']:g}"
        for row in (first, last)
    )
    return f"{name}: {told}."


def _effect(
    rows: pd.DataFrame, span: tuple[float, float], style: Style, *, width: int, first: bool, most: int
) -> Drawing:
    height = height_of(width, style)
    x = alt.X(
        "condition:Q",
        title=None,
        scale=alt.Scale(domain=[0, 100], nice=False),
        axis=alt.Axis(values=[0, 25, 50, 75, 100]),
    )

    def y(shown: str) -> alt.Y:
        return span_axis(span, labels=first, form=SIGNED, shown=shown)

    base = alt.Chart(rows_of(rows, _LINE_IN))
    views = line_in_interval(rows_of(rows, _LINE_IN), x=x, y=y("estimate"), stroke=Stroke(style.palette.series[0]))
    for view in views:
        view.mark.clip = True  # what is only drawn on may leave the panel
    for column, dash, colour in (("lower_all", [4, 3], MUTED), ("upper_all", [4, 3], MUTED), ("mean", [1, 2], INK)):
        views.append(base.mark_line(strokeDash=dash, strokeWidth=1.1, color=colour, clip=True).encode(x=x, y=y(column)))
    zero = alt.Chart({"values": [{"zero": 0}]}).mark_rule(color=MUTED, strokeWidth=1)
    sized = base.mark_point(shape="circle", filled=True, color=FAINT, opacity=1).transform_filter("datum.support > 0")
    views.insert(0, zero.encode(y=y("zero")))
    area = alt.Size("support:Q", scale=alt.Scale(domain=[0, most], range=[0, 160]), legend=None)
    views.append(sized.encode(x=x, y=alt.value(height - 9), size=area))
    return layered(views, width=width, height=height)
