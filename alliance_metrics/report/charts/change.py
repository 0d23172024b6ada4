"""Why the index moved: from year to year, and from the first year to the last, by what each pillar contributes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import altair as alt
import pandas as pd

from alliance_metrics.report.charts import axes, marks
from alliance_metrics.report.charts.frame import Drawing, Panel, Sketch, layered, panel_width, small_multiples
from alliance_metrics.report.charts.series import Series, all_rows, index_series, rows_about, standing_out
from alliance_metrics.report.charts.style import FAINT, INK, MUTED, SMALL, Style, readable
from alliance_metrics.report.charts.tables import SavedTables
from alliance_metrics.report.charts.words import described_course, interval_words, scale_words

_ROOMY = 640  # pixels from which three bridges stand in a row with their numbers apart


def waterfall(tables: SavedTables, style: Style) -> Iterator[Sketch]:
    """Draw the steps by which each pillar's contribution takes the index from one year to the next.

    Parameters
    ----------
    tables
        The saved tables.
    style
        The style.

    Yields
    ------
    Sketch
        One a unit and era; none where the pillars are more than the palette has colours.
    """
    names, index = tables.pillars, readable(tables.index)
    if not 1 < len(names) <= len(style.palette.series):
        return
    for one in index_series(tables):
        steps = [step for pair in _successive(one) for step in steps_between(tables, one, names, years=pair)]
        if not steps:
            continue
        within = interval_words(one.rows)
        yield Sketch(
            name=("waterfall", one.unit, one.era),
            title=f"What moved {index} of {one.unit}, {one.ends[0]}-{one.ends[1]}",
            subtitle=f"Index{scale_words(one.rows)} with {within}; coloured steps: how much each pillar raised or "
            "lowered it that year",
            alt=f"Waterfall chart by year. The index of {one.title} {described_course(one.rows)} ({within}).",
            body=_steps_by_year(one, steps, names, style),
        )


def _successive(one: Series) -> Iterator[tuple[int, int]]:
    years = [int(year) for year in one.rows.loc[one.rows["estimate"].notna(), "year"]]
    yield from ((before, after) for before, after in pairwise(years) if after - before == 1)


def steps_between(
    tables: SavedTables, one: Series, names: Sequence[str], *, years: tuple[int, int]
) -> list[dict[str, Any]]:
    """Place the steps that lead from the index of one year to that of another.

    Parameters
    ----------
    tables
        The saved tables.
    one
        The index of a unit and era.
    names
        The pillars, in the order of the steps.
    years
        The two years.

    Returns
    -------
    list of dict
        One a pillar: ``year``, ``pillar``, ``before`` and ``after`` (its contribution to the index in each year, as
        saved), and where its bar begins (``start``) and ends (``end``). Nothing where a contribution is missing.
    """
    frame = tables.frame("score.contributions")
    own = rows_about(one, frame[frame["tier"] == "pillar"], unit=tables.unit)
    cells = {(int(row["year"]), row["component"]): float(row["contribution"]) for row in own.to_dict("records")}
    level = float(one.rows.loc[one.rows["year"] == years[0], "estimate"].iloc[0])
    steps = []
    for name in names:
        before, after = (cells.get((year, name), float("nan")) for year in years)
        if pd.isna(before) or pd.isna(after):
            return []
        end = level + after - before
        steps.append(
            {"year": years[1], "pillar": readable(name), "before": before, "after": after, "start": level, "end": end}
        )
        level = end
    return steps


def _steps_by_year(one: Series, steps: list[dict[str, Any]], names: Sequence[str], style: Style) -> Drawing:
    width, height = panel_width(style, columns=1), int(0.5 * style.width)
    first, last = one.ends
    axis = alt.Axis(format="d", values=axes.round_years(first, last, width=width), labelAngle=0, grid=False)
    scale = alt.Scale(domain=list(range(first, last + 1)), paddingInner=0.12, paddingOuter=0.05)
    x, y = alt.X("year:O", title=None, axis=axis, scale=scale), axes.score_axis(one.rows)
    words = [readable(name) for name in names]
    colours = alt.Scale(domain=words, range=list(style.palette.series[: len(words)]))
    legend = alt.Legend(title=None, symbolType="square", orient="top")
    colour = alt.Color("pillar:N", scale=colours, legend=legend)
    base = alt.Chart(marks.rows_of(one.rows, marks.SPAN))
    band = base.mark_bar(color=FAINT, opacity=1, fillOpacity=0.45, width={"band": 1.0})
    bars = alt.Chart(marks.inline(steps)).mark_bar(stroke="white", strokeWidth=0.3)
    ends = base.mark_tick(color=INK, thickness=1.6, bandSize=1, width={"band": 1.0})
    within_year = alt.XOffset("pillar:N", scale=alt.Scale(domain=words))
    views = [
        band.encode(x=x, y=axes.on(y, "lower"), y2=alt.Y2("upper:Q")),
        bars.encode(x=x, xOffset=within_year, y=axes.on(y, "start"), y2=alt.Y2("end:Q"), color=colour),
        ends.encode(x=x, y=y),
    ]
    return layered(views, width=width, height=height)


class _Bridge(NamedTuple):
    """A series with the two years and the steps between them."""

    one: Series
    years: tuple[int, int]
    steps: list[dict[str, Any]]


def first_to_last(tables: SavedTables, style: Style) -> Iterator[Sketch]:
    """Draw for each unit and era how the pillars lead from the index of the first year to that of the last.

    Parameters
    ----------
    tables
        The saved tables.
    style
        The style.

    Yields
    ------
    Sketch
        One; none where no series has two scored years.
    """
    names, index = tables.pillars, readable(tables.index)
    series = [one for one in index_series(tables) if standing_out(one.rows)]
    bridges = []
    for one in series:
        stands = standing_out(one.rows)
        years = (int(stands["first"]["year"]), int(stands["last"]["year"]))
        steps = steps_between(tables, one, names, years=years) if years[0] < years[1] else []
        bridges += [_Bridge(one, years, steps)] if steps else []
    if not bridges:
        return
    whole = all_rows(series)

    def draw(bridge: _Bridge, panel: Panel) -> Drawing:
        return _bridge_panel(bridge, whole, style, panel=panel)

    within = interval_words(whole)
    described = []
    for one, _, steps in bridges:
        parts = ", ".join(f"{step['pillar']} {step['before']:.1f} to {step['after']:.1f}" for step in steps)
        described.append(f"{one.title} {described_course(one.rows)}; contributions: {parts}.")
    most = 3 if style.width >= _ROOMY else 2
    yield Sketch(
        name=("first-to-last",),
        title=f"How the pillars took {index} from the first year to the last",
        subtitle=f"Index{scale_words(whole)} of the first and last year with {within}; between them, each pillar's "
        "contribution then and now",
        alt=f"Waterfall charts, one a pair and era. {' '.join(described)}",
        body=small_multiples(bridges, style, draw, title=lambda bridge: bridge.one.title, most=most, gap=26, step=18),
    )


def _bridge_panel(bridge: _Bridge, whole: pd.DataFrame, style: Style, *, panel: Panel) -> Drawing:
    """Draw two columns for the years and, between them, a step for each pillar."""
    rows, (first, last) = bridge.one.rows, bridge.years
    ends = rows[rows["year"].isin(bridge.years)].assign(base=axes.score_ends(whole)[0])
    ends = ends.assign(name=ends["year"].astype(str))
    order = [str(first), *(step["pillar"] for step in bridge.steps), str(last)]
    scale = alt.Scale(domain=order, paddingInner=0.25, paddingOuter=0.1)
    axis = alt.Axis(labelAngle=0, labelLimit=70, labelFontSize=SMALL, ticks=False)
    x, y = alt.X("name:N", sort=None, title=None, scale=scale, axis=axis), axes.score_axis(whole, labels=panel.first)
    base = alt.Chart(marks.rows_of(ends, ("name", "estimate", "lower", "upper", "base")))
    values = base.mark_text(dy=-7, fontWeight="bold", fontSize=SMALL + 1, color=INK)
    placed = [
        {**step, "name": step["pillar"], "top": max(step["start"], step["end"])}
        | {"then": f"{step['before']:.1f}", "now": f"to {step['after']:.1f}"}
        for step in bridge.steps
    ]
    bars = alt.Chart(marks.inline(placed))
    views = [
        base.mark_bar(color=MUTED).encode(x=x, y=y, y2=alt.Y2("base:Q")),
        base.mark_rule(color=INK, strokeWidth=1.3).encode(x=x, y=axes.on(y, "lower"), y2=alt.Y2("upper:Q")),
        values.encode(x=x, y=axes.on(y, "upper"), text=alt.Text("estimate:Q", format=".1f")),
        bars.mark_bar(color=style.palette.series[0]).encode(x=x, y=axes.on(y, "start"), y2=alt.Y2("end:Q")),
    ]
    for field, dy in (("then", -18), ("now", -7)):
        letters = bars.mark_text(dy=dy, fontSize=SMALL - 0.5, color=INK)
        views.append(letters.encode(x=x, y=axes.on(y, "top"), text=alt.Text(f"{field}:N")))
    return panel.layered(views, height=panel.height(share=0.95))
