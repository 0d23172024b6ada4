"""Why the index moved: from year to year, and from the first year to the last, by what each pillar makes up of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

import altair as alt
import pandas as pd

from alliance_metrics.report.charts.axes import interval_words, round_years, scale_words, score_axis, score_ends
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
from alliance_metrics.report.charts.marks import inline, rows_of
from alliance_metrics.report.charts.series import (
    Series,
    index_name,
    index_series,
    pillar_names,
    standing_out,
    told_years,
)
from alliance_metrics.report.charts.style import FAINT, INK, MUTED, SMALL, Style, source_line, spoken
from alliance_metrics.report.charts.tables import SavedTables

_ROOMY = 640  # pixels from which three bridges stand in a row with their numbers apart
_NEEDED = ("year", "estimate", "lower", "upper")


def waterfall(tables: SavedTables, style: Style) -> list[Picture]:
    """Draw the steps by which each pillar's contribution takes the index from one year to the next.

    Parameters
    ----------
    tables
        The saved tables.
    style
        The style.

    Returns
    -------
    list of Picture
        One a unit and era; none where the pillars are more than the palette has colours.
    """
    names, found = pillar_names(tables), []
    index = spoken(index_name(tables))
    if not 1 < len(names) <= len(style.palette.series):
        return []
    for one in index_series(tables):
        steps = [step for pair in _successive(one) for step in steps_between(tables, one, names, years=pair)]
        if not steps:
            continue
        within = interval_words(one.rows)
        title = f"What moved {index} of {one.unit}, {one.ends[0]}-{one.ends[1]}"
        subtitle = (
            f"Index{scale_words(one.rows)}: the steps of a year, one a pillar, lead from the year before by the change "
            f"in what that pillar contributes; shaded: {within} of the index"
        )
        told = f"Waterfall chart by year. The index of {one.title} {told_years(one.rows)} ({within})."
        found.append(
            picture(
                _steps_by_year(one, steps, names, style),
                name=("waterfall", one.unit, one.era),
                words=(title, subtitle, told),
                source=source_line(tables.record),
                style=style,
            )
        )
    return found


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
        One a pillar: ``year``, ``pillar``, ``before`` and ``after`` (what it makes up of the index in each year, as
        saved), and where its bar begins (``start``) and ends (``end``). Nothing where a contribution is missing.
    """
    frame = tables.frame("score.contributions")
    own = frame[(frame[tables.unit] == one.unit) & (frame["era"] == one.era) & (frame["tier"] == "pillar")]
    cells = {(int(row["year"]), row["component"]): float(row["contribution"]) for row in own.to_dict("records")}
    level = float(one.rows.loc[one.rows["year"] == years[0], "estimate"].iloc[0])
    steps = []
    for name in names:
        before, after = (cells.get((year, name), float("nan")) for year in years)
        if pd.isna(before) or pd.isna(after):
            return []
        end = level + after - before
        steps.append(
            {"year": years[1], "pillar": spoken(name), "before": before, "after": after, "start": level, "end": end}
        )
        level = end
    return steps


def _steps_by_year(one: Series, steps: list[dict[str, Any]], names: Sequence[str], style: Style) -> Drawing:
    width, height = panel_width(style, columns=1), int(0.5 * style.width)
    first, last = one.ends
    shown = round_years(first, last, width=width)
    axis = alt.Axis(format="d", values=shown, labelAngle=0, grid=False)
    domain = list(range(first, last + 1))
    x = alt.X("year:O", title=None, axis=axis, scale=alt.Scale(domain=domain, paddingInner=0.12, paddingOuter=0.05))
    words = [spoken(name) for name in names]
    colour = alt.Color(
        "pillar:N",
        scale=alt.Scale(domain=words, range=list(style.palette.series[: len(words)])),
        legend=alt.Legend(title=None, symbolType="square", orient="top"),
    )
    data = rows_of(one.rows, _NEEDED)
    y = score_axis(one.rows, shown="lower")
    band = (
        alt.Chart(data)
        .mark_bar(color=FAINT, opacity=1, fillOpacity=0.45, width={"band": 1.0})
        .encode(x=x, y=y, y2=alt.Y2("upper:Q"))
    )
    bars = (
        alt.Chart(inline(steps))
        .mark_bar(stroke="white", strokeWidth=0.3)
        .encode(
            x=x,
            xOffset=alt.XOffset("pillar:N", scale=alt.Scale(domain=words)),
            y=score_axis(one.rows, shown="start"),
            y2=alt.Y2("end:Q"),
            color=colour,
        )
    )
    ends = (
        alt.Chart(data)
        .mark_tick(color=INK, thickness=1.6, bandSize=1, width={"band": 1.0})
        .encode(x=x, y=score_axis(one.rows, shown="estimate"))
    )
    return layered([band, bars, ends], width=width, height=height)


def first_to_last(tables: SavedTables, style: Style) -> list[Picture]:
    """Draw for each unit and era how the pillars lead from the index of the first year to that of the last.

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
    names, index = pillar_names(tables), spoken(index_name(tables))
    panels: list[Drawing] = []
    told: list[str] = []
    series = [one for one in index_series(tables) if standing_out(one.rows)]
    columns = columns_for(len(series), most=3 if style.width >= _ROOMY else 2)
    width = panel_width(style, columns=columns)
    whole = pd.concat([one.rows for one in series], ignore_index=True) if series else pd.DataFrame()
    for one in series:
        stands = standing_out(one.rows)
        years = (int(stands["first"]["year"]), int(stands["last"]["year"]))
        steps = steps_between(tables, one, names, years=years) if years[0] < years[1] else []
        if not steps:
            continue
        labels = len(panels) % columns == 0
        panels.append(
            titled(_bridge(one, steps, years, whole=whole, style=style, width=width, labels=labels), one.title)
        )
        parts = ", ".join(f"{step['pillar']} {step['before']:.1f} to {step['after']:.1f}" for step in steps)
        told.append(f"{one.title} {told_years(one.rows)}; contributions: {parts}.")
    if not panels:
        return []
    within = interval_words(whole)
    title = f"How the pillars took {index} from the first year to the last"
    subtitle = (
        f"Index{scale_words(whole)} of the first and last year with {within}; between them, what each pillar "
        "contributed and contributes"
    )
    words = (title, subtitle, f"Waterfall charts, one a pair and era. {' '.join(told)}")
    return [
        picture(
            side_by_side(panels, columns=columns, gap=26),
            name=("first-to-last",),
            words=words,
            source=source_line(tables.record),
            style=style,
        )
    ]


def _bridge(
    one: Series,
    steps: list[dict[str, Any]],
    years: tuple[int, int],
    *,
    whole: pd.DataFrame,
    style: Style,
    width: int,
    labels: bool,
) -> Drawing:
    """Draw two columns for the years and, between them, a step for each pillar."""
    ends = one.rows[one.rows["year"].isin(years)].assign(base=score_ends(whole)[0])
    ends = ends.assign(name=ends["year"].astype(str))
    order = [str(years[0]), *(step["pillar"] for step in steps), str(years[1])]
    x = alt.X(
        "name:N",
        sort=None,
        title=None,
        scale=alt.Scale(domain=order, paddingInner=0.25, paddingOuter=0.1),
        axis=alt.Axis(labelAngle=0, labelLimit=70, labelFontSize=SMALL, ticks=False),
    )
    rows = rows_of(ends, ("name", "estimate", "lower", "upper", "base"))
    base = alt.Chart(rows)
    y = score_axis(whole, labels=labels)
    columns = base.mark_bar(color=MUTED).encode(x=x, y=y, y2=alt.Y2("base:Q"))
    whiskers = base.mark_rule(color=INK, strokeWidth=1.3).encode(
        x=x, y=score_axis(whole, labels=labels, shown="lower"), y2=alt.Y2("upper:Q")
    )
    values = base.mark_text(dy=-7, fontWeight="bold", fontSize=SMALL + 1, color=INK).encode(
        x=x, y=score_axis(whole, labels=labels, shown="upper"), text=alt.Text("estimate:Q", format=".1f")
    )
    placed = [
        {
            **step,
            "name": step["pillar"],
            "top": max(step["start"], step["end"]),
            "then": f"{step['before']:.1f}",
            "now": f"to {step['after']:.1f}",
        }
        for step in steps
    ]
    bars = alt.Chart(inline(placed))
    moved = bars.mark_bar(color=style.palette.series[0]).encode(
        x=x, y=score_axis(whole, labels=labels, shown="start"), y2=alt.Y2("end:Q")
    )
    top = score_axis(whole, labels=labels, shown="top")
    told = [
        bars.mark_text(dy=dy, fontSize=SMALL - 0.5, color=INK).encode(x=x, y=top, text=alt.Text(f"{field}:N"))
        for field, dy in (("then", -18), ("now", -7))
    ]
    return layered(
        [columns, whiskers, values, moved, *told], width=width, height=int(min(0.95 * width, 0.5 * style.width))
    )
