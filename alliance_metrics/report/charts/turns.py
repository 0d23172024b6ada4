"""When trajectories turned: the single break of index and pillars with the interval of its date."""

from __future__ import annotations

import altair as alt
import pandas as pd

from alliance_metrics.report.charts.axes import interval_words, year_axis
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
from alliance_metrics.report.charts.marks import rows_of
from alliance_metrics.report.charts.series import Series, index_name, series_in
from alliance_metrics.report.charts.style import INK, SMALL, Style, source_line, spoken
from alliance_metrics.report.charts.tables import SavedTables

_CELLS = ("component", "estimate", "lower", "upper", "shift", "p_value", "bar")
_ROW, _STRIP, _OVER, _GAP = 34, 11, 8, 26
_RARE = "isValid(datum.p_value) && datum.p_value <= datum.bar"
_TIPS = {"lower": "triangle-left", "upper": "triangle-right"}
_NAMES = 92  # pixels left of a panel for the names of components


def breaks(tables: SavedTables, style: Style) -> list[Picture]:
    """Draw the year of the single break of every component, its interval, and the share of draws by year.

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
    frame, shares = tables.frame("turning_points.breaks"), tables.frame("turning_points.break_years")
    keys = [tables.unit, "era", "component"]
    tests = tables.frame("turning_points.break_tests")[[*keys, "p_value", "test_level"]].rename(
        columns={"test_level": "bar"}
    )
    single = frame[frame["number"] == 1].merge(tests, on=keys, how="left")
    if single.empty:
        return []
    columns = columns_for(single.groupby([tables.unit, "era"]).ngroups)
    width = panel_width(style, columns=columns, gap=_GAP, left=_NAMES)
    panels: list[Drawing] = []
    told: list[str] = []
    for one in series_in(shares, tables.unit):
        own = single[(single[tables.unit] == one.unit) & (single["era"] == one.era)]
        if own.empty:
            continue
        first = len(panels) % columns == 0
        panels.append(titled(_panel(one, own, style, width=width, first=first), one.title, over=_OVER))
        told.append(f"{one.title}: {_told(own, index_name(tables))}.")
    bars = ", ".join(f"{value:g}" for value in dict.fromkeys(tests["bar"].dropna())) or "none"
    subtitle = (
        "Year of the one break that fits best: mark, estimate (up: a rise, down: a fall), with "
        f"{interval_words(single)} "
        "(arrow: open beyond the years on record); "
        f"full mark: chance of {bars} or less in series that merely persist, hollow: not told from these; strip: share "
        "of draws with the break in that year, the darker the more"
    )
    words = ("When index and pillars turned", subtitle, f"Dots by component over years. {' '.join(told)}")
    body = side_by_side(panels, columns=columns, gap=_GAP)
    return [picture(body, name=("breaks",), words=words, source=source_line(tables.record), style=style)]


def _told(own: pd.DataFrame, index: str) -> str:
    rows = own[own["component"] == index].to_dict("records") or own.to_dict("records")[:1]
    return ", ".join(
        f"{spoken(str(row['component']))} {row['shift']:+.1f} in {row['estimate']} [{row['lower']} to {row['upper']}], "
        + ("not tested" if pd.isna(row["p_value"]) else f"chance {row['p_value']:.3f}")
        for row in rows
    )


def _panel(one: Series, own: pd.DataFrame, style: Style, *, width: int, first: bool) -> Drawing:
    names = [str(name) for name in own["component"]]
    height = _ROW * len(names)
    x = year_axis(one.ends[0] - 0.5, one.ends[1] + 0.5, width=width)
    words = " : ".join(f"datum.value === {name!r} ? {spoken(name)!r}" for name in names)
    axis = alt.Axis(
        labels=first, labelExpr=f"{words} : datum.value", ticks=False, domain=False, labelFontSize=SMALL + 1
    )
    y = alt.Y("component:N", title=None, sort=None, scale=alt.Scale(domain=names), axis=axis)
    data = rows_of(one.rows[one.rows["share"] > 0], ("year", "component", "share"))
    shade = alt.Color(
        "share:Q", scale=alt.Scale(domain=[0, 1], range=["#F4F4F4", *style.palette.ramp[1:-1]]), legend=None
    )
    strip = (
        alt.Chart(data)
        .mark_bar(height=_STRIP, yOffset=9, clip=True)
        .transform_calculate(start="datum.year - 0.5", end="datum.year + 0.5")
        .encode(x=x.copy(deep=True), y=y, color=shade)
    )
    left = x.copy(deep=True)
    left.shorthand = "start:Q"
    strip = strip.encode(x=left, x2=alt.X2("end:Q"))
    drawn = rows_of(own, (*_CELLS, "lower_beyond_record", "upper_beyond_record"))
    base = alt.Chart(drawn)
    low, at = x.copy(deep=True), x.copy(deep=True)
    low.shorthand, at.shorthand = "lower:Q", "estimate:Q"
    line = base.mark_rule(color=INK, strokeWidth=1.5, yOffset=-5, y2Offset=-5, clip=True).encode(
        x=low, x2=alt.X2("upper:Q"), y=y
    )
    views = [strip, line]
    for end in ("lower", "upper"):
        over = base.transform_filter(f"datum.{end}_beyond_record")
        tip = over.mark_point(filled=True, color=INK, size=34, opacity=1, shape=_TIPS[end], yOffset=-5)
        edge = x.copy(deep=True)
        edge.shorthand = f"{end}:Q"
        views.append(tip.encode(x=edge, y=y))
    for shape, sign in (("triangle-up", ">="), ("triangle-down", "<")):
        for fill, test in ((INK, _RARE), ("white", f"!({_RARE})")):
            mark = base.transform_filter(f"datum.shift {sign} 0 && {test}")
            views.append(
                mark.mark_point(
                    filled=True, fill=fill, stroke=INK, strokeWidth=1.4, size=70, opacity=1, shape=shape, yOffset=-5
                ).encode(x=at, y=y)
            )
    return layered(views, width=width, height=height)
