"""How far scores and ranks hold: what other weights could make of them, and where each year ranks."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt
import pandas as pd

from alliance_metrics.report.charts.axes import interval_words, scale_words, score_axis, year_axis
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
from alliance_metrics.report.charts.series import Series, index_name, index_series, series_in, standing_out
from alliance_metrics.report.charts.style import MUTED, Style, source_line, spoken
from alliance_metrics.report.charts.tables import SavedTables


def weights(tables: SavedTables, style: Style) -> list[Picture]:
    """Draw the least and greatest index over all weights that are allowed, beside its interval.

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
    frame = tables.frame("sensitivity.weight_ranges")
    series = [one for one in index_series(tables) if one.unit in set(frame[tables.unit])]
    if frame.empty or not series:
        return []
    kinds = [str(kind) for kind in dict.fromkeys(frame["weights"])]
    whole = pd.concat([one.rows for one in series], ignore_index=True)
    columns = columns_for(len(series))
    width = panel_width(style, columns=columns)
    panels: list[Drawing] = []
    told: list[str] = []
    for one in series:
        own = frame[(frame[tables.unit] == one.unit) & (frame["era"] == one.era)]
        first = len(panels) % columns == 0
        panel = _fan(one, own, kinds, style=style, whole=whole, width=width, first=first)
        panels.append(titled(panel, one.title))
        last = own[own["year"] == one.ends[1]].to_dict("records")
        parts = ", ".join(f"{row['least']:.1f} to {row['greatest']:.1f} with {row['weights']}" for row in last)
        told.append(f"{one.title}, in {one.ends[1]}: {parts}.")
    within = interval_words(whole)
    radius = " or ".join(f"{value:g}" for value in dict.fromkeys(frame["radius"]))
    light = f"; light: {', '.join(kinds[1:])}" if kinds[1:] else ""
    subtitle = (
        f"Index{scale_words(whole)}: shaded, least to greatest over all weights within {radius} of the declared ones "
        f"(dark: {kinds[0]}{light}); dotted: {within}"
    )
    words = (
        f"What other weights could make of {spoken(index_name(tables))}",
        subtitle,
        f"Line charts by year, one a pair and era. {' '.join(told)}",
    )
    body = side_by_side(panels, columns=columns)
    return [picture(body, name=("weights",), words=words, source=source_line(tables.record), style=style)]


def _fan(
    one: Series,
    own: pd.DataFrame,
    kinds: Sequence[str],
    *,
    style: Style,
    whole: pd.DataFrame,
    width: int,
    first: bool,
) -> Drawing:
    x = year_axis(*one.ends, width=width)
    views = []
    for place, kind in reversed(list(enumerate(kinds))):
        rows = rows_of(own[own["weights"] == kind], ("year", "least", "greatest"))
        fill = style.palette.ramp[2 if place == 0 else 1]
        band = alt.Chart(rows).mark_area(color=fill, opacity=1)
        views.append(band.encode(x=x, y=score_axis(whole, labels=first, shown="least"), y2=alt.Y2("greatest:Q")))
    base = alt.Chart(rows_of(one.rows, ("year", "estimate", "lower", "upper")))
    for end in ("lower", "upper"):
        edge = base.mark_line(color=MUTED, strokeDash=[1.5, 2.5], strokeWidth=1.1)
        views.append(edge.encode(x=x, y=score_axis(whole, labels=first, shown=end)))
    line = base.mark_line(color=style.palette.ramp[-1], strokeWidth=1.8)
    views.append(line.encode(x=x, y=score_axis(whole, labels=first)))
    return layered(views, width=width, height=int(min(0.8 * width, 0.5 * style.width)))


def ranks(tables: SavedTables, style: Style) -> list[Picture]:
    """Draw the rank of every year among all, with its interval.

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
    frame = tables.frame("score.ranks")
    shown = frame[(frame["tier"] == "index") & frame["estimate"].notna()]
    if shown.empty:
        return []
    series = list(series_in(shown, tables.unit))
    columns = columns_for(len(series))
    width = panel_width(style, columns=columns)
    most = max(2.0, float(shown[["estimate", "upper"]].max().max()))
    panels: list[Drawing] = []
    told: list[str] = []
    for one in series:
        first = len(panels) % columns == 0
        x = year_axis(*one.ends, width=width)
        y = alt.Y(
            "estimate:Q",
            title=None,
            scale=alt.Scale(domain=[1, most], reverse=True, nice=False, zero=False),
            axis=alt.Axis(labels=first, tickCount=5, format="d", values=_rank_ticks(most)),
        )
        lower = alt.Y("lower:Q", title=None, scale=y["scale"], axis=y["axis"])
        base = alt.Chart(rows_of(one.rows, ("year", "estimate", "lower", "upper")))
        bars = base.mark_rule(
            color=style.palette.ramp[1], strokeWidth=min(14.0, max(2.0, 0.62 * width / len(one.rows)))
        )
        spots = base.mark_point(filled=True, size=20, opacity=1, color=style.palette.series[0])
        views = [bars.encode(x=x, y=lower, y2=alt.Y2("upper:Q")), spots.encode(x=x, y=y)]
        panels.append(titled(layered(views, width=width, height=int(min(0.85 * width, 0.5 * style.width))), one.title))
        told.append(_ranks_told(one))
    within = interval_words(shown)
    words = (
        f"Where each year ranks in {spoken(index_name(tables))} among all {len(shown)}",
        f"Rank of the index over all pairs and years, 1 is the highest; bars: {within} of the draws",
        f"Points with bars by year, one panel a pair and era. {' '.join(told)}",
    )
    body = side_by_side(panels, columns=columns)
    return [picture(body, name=("ranks",), words=words, source=source_line(tables.record), style=style)]


def _rank_ticks(most: float) -> list[int]:
    step = next(step for step in (1, 5, 10, 20, 25, 50, 100, 1000, int(most)) if most / step <= 7)
    return [1, *range(step if step > 1 else 2, int(most) + 1, step)]


def _ranks_told(one: Series) -> str:
    stands = standing_out(one.rows)
    best, worst = stands["low"], stands["peak"]
    return (
        f"{one.title}: highest in {best['year']}, rank {best['estimate']:.0f} [{best['lower']:.0f} to "
        f"{best['upper']:.0f}]; lowest in {worst['year']}, rank {worst['estimate']:.0f} [{worst['lower']:.0f} to "
        f"{worst['upper']:.0f}]."
    )
