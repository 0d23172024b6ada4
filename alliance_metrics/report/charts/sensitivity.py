"""How much scores depend on the uncertainties modelled: drivers of their spread, other weights, ranks."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import Any

import altair as alt
import pandas as pd

from alliance_metrics.report.charts import axes, marks
from alliance_metrics.report.charts.frame import Drawing, Panel, Sketch, small_multiples
from alliance_metrics.report.charts.series import Series, all_rows, index_series, last_rows, rows_about, series_in
from alliance_metrics.report.charts.style import FAINT, INK, MUTED, SMALL, Style, readable
from alliance_metrics.report.charts.tables import SavedTables
from alliance_metrics.report.charts.words import interval_words, scale_words, with_interval

_MOST_PANELS = 12
_HEAD = 6  # pixels from bars up to their title
_SHARE = "shapley"
_ORDERS = ("first", "total")
_SHAPES = ("triangle-right", "triangle-left")
_MOST_RANKS = 7  # numbers beside an axis of ranks, at most


def drivers(tables: SavedTables, style: Style) -> Iterator[Sketch]:
    """Draw year by year what share of the spread of the index each uncertain input accounts for.

    Parameters
    ----------
    tables
        The saved tables.
    style
        The style.

    Yields
    ------
    Sketch
        One; none where no score was asked about.
    """
    outputs, found = tables.frame("sensitivity.outputs"), tables.frame("sensitivity.effects")
    plain = outputs.loc[(outputs["kind"] == "score") & (outputs["component"] == tables.index), "output"]
    shown = found[(found["effect"] == _SHARE) & found["output"].isin(plain) & found["estimate"].notna()]
    series = [one for one in series_in(shown, tables.unit) if one.ends[0] < one.ends[1]]
    if not series:
        return
    inputs = [str(name) for name in dict.fromkeys(shown["input"])]
    leading = _leading(shown, inputs, most=len(style.palette.series))

    def draw(one: Series, panel: Panel) -> Drawing:
        return _shares_by_year(one, leading, style, panel=panel)

    described = " ".join(f"{one.title}, in {one.ends[1]}: {_described_shares(last_rows(one))}." for one in series)
    others = "" if len(leading) == len(inputs) else f"; grey: {len(inputs) - len(leading)} more inputs"
    yield Sketch(
        name=("drivers",),
        title=f"What the uncertainty about {readable(tables.index)} comes from",
        subtitle=f"Share of the variance over the draws due to each input (Shapley); shaded: {interval_words(shown)}"
        f"{others}",
        alt=f"Line charts by year, one a pair and era. {described}",
        body=small_multiples(series, style, draw, title=lambda one: one.title, right=_name_room(leading)),
    )


def _name_room(names: Sequence[str]) -> int:
    return int(10 + 0.56 * SMALL * max(len(readable(name)) for name in names))


def _leading(shown: pd.DataFrame, inputs: list[str], *, most: int) -> list[str]:
    """Pick the inputs that have the greatest share anywhere, in the order of the table."""
    order = shown.sort_values("estimate", ascending=False, kind="stable")["input"]
    first = list(dict.fromkeys(str(name) for name in order))[:most]
    return [name for name in inputs if name in first]


def _described_shares(rows: Sequence[Mapping[Hashable, Any]]) -> str:
    return ", ".join(f"{readable(str(row['input']))} {100 * row['estimate']:.0f}%" for row in rows)


def _shares_by_year(one: Series, leading: Sequence[str], style: Style, *, panel: Panel) -> Drawing:
    height = panel.height()
    x, scale = axes.year_axis(*one.ends, width=panel.width), alt.Scale(domain=[0, 1], nice=False)
    y = alt.Y("estimate:Q", title=None, scale=scale, axis=alt.Axis(format=".0%", tickCount=5, labels=panel.first))
    pens = dict(zip(leading, marks.strokes(style.palette), strict=False))
    views, lines = [], []
    for name, rows in one.rows.groupby("input", sort=False):
        stroke = pens.get(str(name), marks.Stroke(FAINT, width=1.2))
        views += marks.line_in_interval(rows, x=x, y=y, stroke=stroke)
        lines += [(rows, readable(str(name)), stroke)] if str(name) in pens else []
    if panel.last:
        views += marks.named_ends(lines, x=x, y=y, ends=(0.0, 1.0), height=height)
    return panel.layered(views, height=height)


def effects(tables: SavedTables, style: Style) -> Iterator[Sketch]:
    """Draw what drives single outputs: shares of first and total order and their Shapley value.

    Parameters
    ----------
    tables
        The saved tables.
    style
        The style.

    Yields
    ------
    Sketch
        One, of the outputs that are no plain scores where there are any, else of the last year of each series.
    """
    outputs, frame = tables.frame("sensitivity.outputs"), tables.frame("sensitivity.effects")
    varied = outputs[outputs["driver"] != ""]
    asked = varied[varied["kind"] != "score"]
    if asked.empty:
        asked = varied.sort_values("year", kind="stable").groupby([tables.unit, "era"], sort=False).tail(1)
    names = [str(name) for name in asked["output"]][:_MOST_PANELS]
    if not names:
        return

    def draw(name: str, panel: Panel) -> Drawing:
        return _effect_bars(frame[frame["output"] == name], style, panel=panel)

    shares = {name: frame[(frame["output"] == name) & (frame["effect"] == _SHARE)] for name in names}
    described = " ".join(
        f"{_output_name(name)}: {_described_shares(rows.to_dict('records'))}." for name, rows in shares.items()
    )
    room = _name_room([str(name) for name in dict.fromkeys(frame["input"])])
    yield Sketch(
        name=("effects",),
        title="What drives the spread of single results",
        subtitle=f"Share of the variance over the draws by input: bar, Shapley value with {interval_words(frame)}; "
        "marks, alone (first order) and with all its interactions (total order)",
        alt=f"Bars by input, one panel a result. {described}",
        body=small_multiples(names, style, draw, title=_output_name, gap=26, left=room, over=_HEAD),
    )


def _output_name(name: str) -> str:
    return " ".join(readable(part) for part in name.split(":"))


def _effect_bars(own: pd.DataFrame, style: Style, *, panel: Panel) -> Drawing:
    inputs = [str(name) for name in dict.fromkeys(own["input"])]
    least, most = min(0.0, float(own["lower"].min())), max(1.0, float(own["upper"].max()))
    axis = alt.Axis(format=".0%", values=[0, 0.5, 1], grid=True, domain=False, ticks=False)
    scale = alt.Scale(domain=[least, most], nice=False, clamp=True)
    x = alt.X("estimate:Q", title=None, scale=scale, axis=axis)
    y = axes.name_rows("input", inputs, labels=panel.first, labelFontSize=SMALL)
    shares = alt.Chart(marks.rows_of(own[own["effect"] == _SHARE], ("input", *marks.SPAN[1:])))
    orders = alt.Chart(marks.rows_of(own[own["effect"].isin(_ORDERS)], ("input", "effect", "estimate")))
    shapes = alt.Scale(domain=list(_ORDERS), range=list(_SHAPES))
    legend = alt.Legend(title=None, labelExpr="datum.label + ' order'")
    spots = orders.mark_point(filled=True, size=44, color=INK, opacity=1)
    views = [
        shares.mark_bar(color=style.palette.ramp[2], height={"band": 0.6}).encode(x=x, y=y),
        shares.mark_rule(color=INK, strokeWidth=1.6).encode(x=axes.on(x, "lower"), y=y, x2=alt.X2("upper:Q")),
        spots.encode(x=x, y=y, shape=alt.Shape("effect:N", scale=shapes, legend=legend)),
    ]
    return panel.layered(views, height=24 * len(inputs))


def weights(tables: SavedTables, style: Style) -> Iterator[Sketch]:
    """Draw the least and greatest index over all weights that are allowed, beside its interval.

    Parameters
    ----------
    tables
        The saved tables.
    style
        The style.

    Yields
    ------
    Sketch
        One; none where no weights were varied.
    """
    frame = tables.frame("sensitivity.weight_ranges")
    series = [one for one in index_series(tables) if one.unit in set(frame[tables.unit])]
    if not series:
        return
    kinds, whole = [str(kind) for kind in dict.fromkeys(frame["weights"])], all_rows(series)

    def draw(one: Series, panel: Panel) -> Drawing:
        return _fan(one, rows_about(one, frame, unit=tables.unit), kinds, style=style, whole=whole, panel=panel)

    radius = " or ".join(f"{value:g}" for value in dict.fromkeys(frame["radius"]))
    light = f"; light: {', '.join(kinds[1:])}" if kinds[1:] else ""
    yield Sketch(
        name=("weights",),
        title=f"How far other weights could move {readable(tables.index)}",
        subtitle=f"Index{scale_words(whole)}; shaded: lowest to highest over all weights within {radius} of the "
        f"declared ones (dark: {kinds[0]}{light}); dotted: {interval_words(whole)}",
        alt="Line charts by year, one a pair and era. "
        + " ".join(_described_range(one, rows_about(one, frame, unit=tables.unit)) for one in series),
        body=small_multiples(series, style, draw, title=lambda one: one.title),
    )


def _described_range(one: Series, own: pd.DataFrame) -> str:
    last = own[own["year"] == one.ends[1]].to_dict("records")
    parts = ", ".join(f"{row['least']:.1f} to {row['greatest']:.1f} with {row['weights']}" for row in last)
    return f"{one.title}, in {one.ends[1]}: {parts}."


def _fan(
    one: Series, own: pd.DataFrame, kinds: Sequence[str], *, style: Style, whole: pd.DataFrame, panel: Panel
) -> Drawing:
    x, y = axes.year_axis(*one.ends, width=panel.width), axes.score_axis(whole, labels=panel.first)
    views = []
    for place, kind in reversed(list(enumerate(kinds))):
        rows = marks.rows_of(own[own["weights"] == kind], ("year", "least", "greatest"))
        band = alt.Chart(rows).mark_area(color=style.palette.ramp[2 if place == 0 else 1], opacity=1)
        views.append(band.encode(x=x, y=axes.on(y, "least"), y2=alt.Y2("greatest:Q")))
    base = alt.Chart(marks.rows_of(one.rows, marks.SPAN))
    edge = base.mark_line(color=MUTED, strokeDash=[1.5, 2.5], strokeWidth=1.1)
    views += [edge.encode(x=x, y=axes.on(y, end)) for end in ("lower", "upper")]
    views.append(base.mark_line(color=style.palette.ramp[-1], strokeWidth=1.8).encode(x=x, y=y))
    return panel.layered(views, height=panel.height())


def ranks(tables: SavedTables, style: Style) -> Iterator[Sketch]:
    """Draw the rank of every year among all, with its interval.

    Parameters
    ----------
    tables
        The saved tables.
    style
        The style.

    Yields
    ------
    Sketch
        One; none where no year has a rank.
    """
    frame = tables.frame("score.ranks")
    shown = frame[(frame["tier"] == "index") & frame["estimate"].notna()]
    if shown.empty:
        return
    series, most = list(series_in(shown, tables.unit)), max(2.0, float(shown[["estimate", "upper"]].max().max()))

    def draw(one: Series, panel: Panel) -> Drawing:
        x = axes.year_axis(*one.ends, width=panel.width)
        scale = alt.Scale(domain=[1, most], reverse=True, nice=False, zero=False)
        axis = alt.Axis(labels=panel.first, tickCount=5, format="d", values=_rank_ticks(most))
        y = alt.Y("estimate:Q", title=None, scale=scale, axis=axis)
        base = alt.Chart(marks.rows_of(one.rows, marks.SPAN))
        thick = min(14.0, max(2.0, 0.62 * panel.width / len(one.rows)))
        bars = base.mark_rule(color=style.palette.ramp[1], strokeWidth=thick)
        spots = base.mark_point(filled=True, size=20, opacity=1, color=style.palette.series[0])
        views = [bars.encode(x=x, y=axes.on(y, "lower"), y2=alt.Y2("upper:Q")), spots.encode(x=x, y=y)]
        return panel.layered(views, height=panel.height(share=0.85))

    yield Sketch(
        name=("ranks",),
        title=f"Where each year ranks in {readable(tables.index)} among all {len(shown)}",
        subtitle=f"Rank of the index over all pairs and years, 1 is the highest; bars: {interval_words(shown)} of the "
        "draws",
        alt=f"Points with bars by year, one panel a pair and era. {' '.join(_described_ranks(one) for one in series)}",
        body=small_multiples(series, style, draw, title=lambda one: one.title),
    )


def _rank_ticks(most: float) -> list[int]:
    step = next(step for step in (1, 5, 10, 20, 25, 50, 100, 1000, int(most)) if most / step <= _MOST_RANKS)
    return [1, *range(step if step > 1 else 2, int(most) + 1, step)]


def _described_ranks(one: Series) -> str:
    rows = one.rows.to_dict("records")
    best, worst = (pick(rows, key=lambda row: float(row["estimate"])) for pick in (min, max))
    return (
        f"{one.title}: highest in {best['year']}, rank {with_interval(best, '.0f')}; lowest in {worst['year']}, rank "
        f"{with_interval(worst, '.0f')}."
    )
