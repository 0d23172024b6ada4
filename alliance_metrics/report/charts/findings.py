"""Findings about the past: when series broke, how the index agrees with outside measures, what pressure does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import altair as alt
import pandas as pd

from alliance_metrics.report.charts import axes, marks
from alliance_metrics.report.charts.frame import Drawing, Panel, Sketch, small_multiples
from alliance_metrics.report.charts.series import Series, rows_about, series_in
from alliance_metrics.report.charts.style import FAINT, INK, MUTED, SMALL, Style, readable, romanised
from alliance_metrics.report.charts.tables import SavedTables
from alliance_metrics.report.charts.words import interval_words, with_interval
from alliance_metrics.results.words import ALL

_BEYOND = ("lower_beyond_record", "upper_beyond_record")
_DATED = ("component", "estimate", "lower", "upper", "shift", "p_value", "bar", *_BEYOND)
_BREAK_ROW, _STRIP, _OVER, _BREAK_GAP = 34, 11, 8, 26
_RARE = "isValid(datum.p_value) && datum.p_value <= datum.bar"
_TIPS = {"lower": "triangle-left", "upper": "triangle-right"}
_COMPONENTS, _MEASURES = 92, 300  # pixels left of a panel for the names of components, of measures
_ROW, _GAP = 15, 20
_SEEN = {True: "not shown to coders", False: "shown to coders"}
_LEAST = 20.0
_EFFECT = ("condition", "lower_all", "upper_all", "mean", "support")


def breaks(tables: SavedTables, style: Style) -> Iterator[Sketch]:
    """Draw the year of the single break of every component, its interval, and the share of draws by year.

    Parameters
    ----------
    tables
        The saved tables.
    style
        The style.

    Yields
    ------
    Sketch
        One; none where no break is dated.
    """
    frame, keys = tables.frame("turning_points.breaks"), [tables.unit, "era", "component"]
    tests = tables.frame("turning_points.break_tests")[[*keys, "p_value", "test_level"]]
    tests = tests.rename(columns={"test_level": "bar"})
    single = frame[frame["number"] == 1].merge(tests, on=keys, how="left")
    dated = {
        one.title: (one, own)
        for one in series_in(tables.frame("turning_points.break_years"), tables.unit)
        if len(own := rows_about(one, single, unit=tables.unit))
    }
    if not dated:
        return

    def draw(title: str, panel: Panel) -> Drawing:
        return _break_panel(*dated[title], style, panel=panel)

    levels = ", ".join(f"{value:g}" for value in dict.fromkeys(tests["bar"].dropna())) or "none"
    yield Sketch(
        name=("breaks",),
        title="When index and pillars turned",
        subtitle="Year of the single break that fits best: mark, estimate (up: a rise, down: a fall), with "
        f"{interval_words(single)} (arrow: open beyond the years on record); full mark: p-value at most {levels} "
        "against autocorrelated series without a break, hollow: not significant; strip: share of draws with the "
        "break in that year, darker is more",
        alt="Dots by component over years. "
        + " ".join(f"{title}: {_described_breaks(own, tables.index)}." for title, (_, own) in dated.items()),
        body=small_multiples(list(dated), style, draw, title=str, gap=_BREAK_GAP, left=_COMPONENTS, over=_OVER),
    )


def _described_breaks(own: pd.DataFrame, index: str) -> str:
    rows = own[own["component"] == index].to_dict("records") or own.to_dict("records")[:1]
    return ", ".join(
        f"{readable(str(row['component']))} {row['shift']:+.1f} in {with_interval(row, '.0f')}, "
        + ("not tested" if pd.isna(row["p_value"]) else f"p-value {row['p_value']:.3f}")
        for row in rows
    )


def _break_panel(one: Series, own: pd.DataFrame, style: Style, *, panel: Panel) -> Drawing:
    names = [str(name) for name in own["component"]]
    x = axes.year_axis(one.ends[0] - 0.5, one.ends[1] + 0.5, width=panel.width)
    y = axes.name_rows("component", names, labels=panel.first, ticks=False, domain=False, labelFontSize=SMALL + 1)
    shares = alt.Chart(marks.rows_of(one.rows[one.rows["share"] > 0], ("year", "component", "share")))
    strip = shares.mark_bar(height=_STRIP, yOffset=9, clip=True).transform_calculate(
        start="datum.year - 0.5", end="datum.year + 0.5"
    )
    base = alt.Chart(marks.rows_of(own, _DATED))
    line = base.mark_rule(color=INK, strokeWidth=1.5, yOffset=-5, y2Offset=-5, clip=True)
    colour = marks.probability_colour("share", style)
    views = [
        strip.encode(x=axes.on(x, "start"), x2=alt.X2("end:Q"), y=y, color=colour),
        line.encode(x=axes.on(x, "lower"), x2=alt.X2("upper:Q"), y=y),
    ]
    for end, shape in _TIPS.items():
        tip = base.transform_filter(f"datum.{end}_beyond_record").mark_point(
            filled=True, color=INK, size=34, opacity=1, shape=shape, yOffset=-5
        )
        views.append(tip.encode(x=axes.on(x, end), y=y))
    for shape, sign in (("triangle-up", ">="), ("triangle-down", "<")):
        for fill, test in ((INK, _RARE), ("white", f"!({_RARE})")):
            mark = base.transform_filter(f"datum.shift {sign} 0 && {test}").mark_point(
                filled=True, fill=fill, stroke=INK, strokeWidth=1.4, size=70, opacity=1, shape=shape, yOffset=-5
            )
            views.append(mark.encode(x=axes.on(x, "estimate"), y=y))
    return panel.layered(views, height=_BREAK_ROW * len(names))


def outside(tables: SavedTables, style: Style) -> Iterator[Sketch]:
    """Draw how the index agrees with each measure from outside.

    Parameters
    ----------
    tables
        The saved tables.
    style
        The style.

    Yields
    ------
    Sketch
        One an era: measures down, units across.
    """
    frame = tables.frame("validation.agreement")
    frame = frame[(frame["component"] == tables.index) & frame["estimate"].notna()]
    if frame.empty:
        return
    frame = frame[frame["form"] == frame["form"].iloc[0]].assign(seen=frame["independent"].astype(bool).map(_SEEN))
    for era, rows in frame.groupby("era", sort=False):
        ordered = rows.sort_values("independent", ascending=False, kind="stable")
        names = list(dict.fromkeys(_measure(name) for name in ordered["name"]))
        series = [Series(str(unit), str(era), own) for unit, own in rows.groupby(tables.unit, sort=False)]

        def draw(one: Series, panel: Panel, names: list[str] = names) -> Drawing:
            return _agreement(one, names, style, panel=panel)

        yield Sketch(
            name=("outside", str(era)),
            title=f"How {readable(tables.index)} agrees with measures from outside{f', {era}' if era else ''}",
            subtitle=f"Rank correlation of yearly {rows['form'].iloc[0]}, positive in the expected direction, with "
            f"{interval_words(rows)} of the draws (dots may lie outside it, as noise weakens correlations); grey tick: "
            "what unrelated, equally persistent series would reach by chance",
            alt=f"Dots by measure, one panel a pair. {' '.join(_described_agreement(one) for one in series)}",
            body=small_multiples(
                series, style, draw, title=lambda one: one.unit, most=len(series), gap=_GAP, left=_MEASURES, over=24
            ),
        )


def _described_agreement(one: Series) -> str:
    counts = one.rows.loc[one.rows["independent"].astype(bool), "reading"].value_counts(sort=False)
    counted = ", ".join(f"{count} {reading}" for reading, count in counts.items())
    return f"{one.title}, of measures not shown to coders: {counted or 'none'}."


def _measure(name: object) -> str:
    return romanised(str(name).replace("_", " "))


def _agreement(one: Series, names: Sequence[str], style: Style, *, panel: Panel) -> Drawing:
    signed = "(datum.value > 0 ? '+' : '') + datum.value"
    axis = alt.Axis(values=[-1, 0, 1], labelExpr=signed, orient="top", domain=False, grid=True)
    x = alt.X("estimate:Q", title=None, scale=alt.Scale(domain=[-1, 1], nice=False), axis=axis)
    label = {"labels": panel.first, "labelFontSize": SMALL, "labelLimit": _MEASURES - 6, "grid": True}
    y = axes.name_rows("name", names, words=str, **label, ticks=False, domain=False)
    drawn = one.rows.assign(name=[_measure(name) for name in one.rows["name"]])
    base = alt.Chart(marks.rows_of(drawn, ("name", "estimate", "lower", "upper", "reach", "seen")))
    blue = style.palette.series[0]
    legend = alt.Legend(title=None, symbolType="circle", symbolStrokeColor=INK, symbolStrokeWidth=1.3)
    fills = alt.Scale(domain=list(_SEEN.values()), range=[blue, "#FFFFFF"])
    dot = base.mark_point(filled=True, stroke=blue, strokeWidth=1.4, size=42, opacity=1)
    views = [
        base.mark_tick(color=FAINT, thickness=2, size=11).encode(x=axes.on(x, "reach"), y=y),
        base.mark_rule(color=blue, strokeWidth=1.4).encode(x=axes.on(x, "lower"), x2=alt.X2("upper:Q"), y=y),
        dot.encode(x=x, y=y, fill=alt.Fill("seen:N", scale=fills, legend=legend)),
    ]
    return panel.layered(views, height=_ROW * len(names))


def condition(tables: SavedTables, style: Style) -> Iterator[Sketch]:
    """Draw the effect of pressure at values of the condition.

    Parameters
    ----------
    tables
        The saved tables.
    style
        The style.

    Yields
    ------
    Sketch
        One, of the first outcome without its own past.
    """
    frame = tables.frame("condition.marginal_effects")
    frame = frame[(frame["at"] == "grid") & ~frame["lagged"].astype(bool)]
    if frame.empty:
        return
    outcome = str(frame["outcome"].iloc[0])
    frame = frame[frame["outcome"] == outcome]
    groups = {
        _group(str(unit), str(era)): rows.sort_values("condition", kind="stable")
        for (unit, era), rows in frame.groupby([tables.unit, "era"], sort=False)
    }
    span = axes.ends_around_zero(frame[frame["support"] > 0], least=_LEAST)
    most = int(frame["support"].max())

    def draw(name: str, panel: Panel) -> Drawing:
        return _effect(groups[name], span, style, panel=panel, most=most)

    asked = ((tables.record.get("config") or {}).get("analysis") or {}).get("condition") or {}
    pressure, gate = (readable(str(asked.get(name, name))) for name in ("pressure", "condition"))
    described = " ".join(f"{name}: {_described_effect(rows)}." for name, rows in groups.items())
    yield Sketch(
        name=("condition",),
        title=f"Effect of {pressure} at each level of {gate}",
        subtitle=f"Points by which {readable(outcome)} changes over the whole range of {pressure}, by value of {gate} "
        f"(across); line: nominal codings, dotted: mean of the draws, shaded: its {interval_words(frame)}, dashed: "
        "simultaneous band for all values; grey dots at the foot: years near the value, larger is more - without dots "
        "the line is extrapolated",
        alt=f"Line charts over {gate}, one a group. {described}",
        body=small_multiples(list(groups), style, draw, title=str, gap=_GAP),
    )


def _group(unit: str, era: str) -> str:
    if era == ALL:
        return "all series pooled"
    return f"{era} pooled" if unit == ALL else f"{unit} {era}"


def _described_effect(rows: pd.DataFrame) -> str:
    ends = rows.iloc[[0, -1]].to_dict("records")
    return " and ".join(f"{with_interval(row, '+.1f')} at {row['condition']:g}" for row in ends)


def _effect(rows: pd.DataFrame, span: tuple[float, float], style: Style, *, panel: Panel, most: int) -> Drawing:
    height = panel.height(most=0.36)
    scale, axis = alt.Scale(domain=[0, 100], nice=False), alt.Axis(values=[0, 25, 50, 75, 100])
    x = alt.X("condition:Q", title=None, scale=scale, axis=axis)
    y = axes.span_axis(span, labels=panel.first, form=axes.SIGNED)
    zero = alt.Chart(marks.inline([{"zero": 0}])).mark_rule(color=MUTED, strokeWidth=1)
    inner = marks.line_in_interval(rows, x=x, y=y, stroke=marks.Stroke(style.palette.series[0]))
    for view in inner:
        view.mark.clip = True  # an extrapolated line may leave the panel
    views, base = [zero.encode(y=axes.on(y, "zero")), *inner], alt.Chart(marks.rows_of(rows, _EFFECT))
    for column, dash, colour in (("lower_all", [4, 3], MUTED), ("upper_all", [4, 3], MUTED), ("mean", [1, 2], INK)):
        edge = base.mark_line(strokeDash=dash, strokeWidth=1.1, color=colour, clip=True)
        views.append(edge.encode(x=x, y=axes.on(y, column)))
    sized = base.mark_point(shape="circle", filled=True, color=FAINT, opacity=1).transform_filter("datum.support > 0")
    area = alt.Size("support:Q", scale=alt.Scale(domain=[0, most], range=[0, 160]), legend=None)
    views.append(sized.encode(x=x, y=alt.value(height - 9), size=area))
    return panel.layered(views, height=height)
