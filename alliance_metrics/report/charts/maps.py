"""Maps by year: levels of indicators, where coders differ, how much evidence there is, how much of a score is coded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import altair as alt
import pandas as pd

from alliance_metrics.report.charts import axes, marks
from alliance_metrics.report.charts.frame import Drawing, Panel, Sketch, layered, side_by_side, small_multiples, titled
from alliance_metrics.report.charts.series import Series, rows_about, series_in
from alliance_metrics.report.charts.style import INK, PALE, SMALL, Style, readable, romanised
from alliance_metrics.report.charts.tables import SavedTables
from alliance_metrics.report.charts.words import interval_words

_NAMES = 168  # pixels for the names of indicators
_ROW = 13  # pixels of a row
_HEAD = 4  # pixels from a map up to its title
_WIDE = 2.0  # levels: an interval at least so wide gets a mark
_WORTH_A_NUMBER = 2.0  # levels: coders so far apart get a number
_LEAST_LABEL = 0.12  # share of the longest bar under which a count does not fit into its part
_SMALL_NAMES, _SMALL_ROW, _SMALL_HEAD = 62, 17, 6  # pixels in maps and bars that stand side by side

#: The two axes of a map, as encodings.
Place = dict[str, Any]


def levels(tables: SavedTables, style: Style) -> Iterator[Sketch]:
    """Draw the level of every indicator in every year.

    Parameters
    ----------
    tables
        The saved tables.
    style
        The style.

    Yields
    ------
    Sketch
        One a unit and era.
    """
    frame, order = tables.frame("score.levels"), indicators_by_pillar(tables)
    scale = alt.Scale(domain=[float(frame["lower"].min()), float(frame["upper"].max())], range=list(style.palette.ramp))
    colour = alt.Color("estimate:Q", scale=scale, legend=marks.quantity_legend("level", tickCount=4))
    for one in series_in(frame, tables.unit):
        known = one.rows[one.rows["estimate"].notna()]
        if known.empty:
            continue
        wide = known[known["upper"] - known["lower"] >= _WIDE]

        def draw(
            place: Place, names: Sequence[str], known: pd.DataFrame = known, wide: pd.DataFrame = wide
        ) -> list[alt.Chart]:
            shown, marked = (rows[rows["indicator_id"].isin(names)] for rows in (known, wide))
            dots = alt.Chart(marks.rows_of(marked, ("year", "indicator_id"))).mark_point(
                filled=True, size=12, color="white", stroke=INK, strokeWidth=0.7, opacity=1
            )
            data = marks.rows_of(shown, ("year", "indicator_id", "estimate"))
            return [marks.cells(data, **place, colour=colour), dots.encode(**place)]

        within, count = interval_words(known), sum(len(names) for names in order.values())
        least, most = known["estimate"].min(), known["estimate"].max()
        yield Sketch(
            name=("levels", one.unit, one.era),
            title=f"Level of every indicator: {one.title}",
            subtitle="Mean over coders on the codebook's scale: darker is higher; white: not coded; dot: "
            f"{within} at least {_WIDE:.0f} levels wide",
            alt=f"Map of {count} indicators by year, {one.title}. {len(known)} cells have a level, from {least:.1f} to "
            f"{most:.1f}; in {len(wide)} of them the {within} is at least {_WIDE:.0f} levels wide.",
            body=_by_pillar(one, order, style, draw),
        )


def _by_pillar(
    one: Series, order: Mapping[str, list[str]], style: Style, draw: Callable[[Place, Sequence[str]], list[alt.Chart]]
) -> Drawing:
    """Draw one map a pillar, indicators by years, below one another."""
    panels, width = [], style.width - _NAMES
    for pillar, names in order.items():
        x = axes.year_columns(*one.ends, width=width, labels=pillar == list(order)[-1])
        y = axes.name_rows("indicator_id", names, labelLimit=_NAMES - 8, labelFontSize=SMALL)
        views = draw({"x": x, "y": y}, names)
        panels.append(titled(layered(views, width=width, height=_ROW * len(names)), readable(pillar), over=_HEAD))
    return side_by_side(panels, columns=1, gap=6)


def indicators_by_pillar(tables: SavedTables) -> dict[str, list[str]]:
    """List the indicators below each pillar.

    Parameters
    ----------
    tables
        The saved tables.

    Returns
    -------
    dict
        Pillars with their indicators, in the order of the codebook.
    """
    scores = tables.frame("score.scores")
    places = scores[["tier", "component", "parent"]].drop_duplicates()
    above = dict(zip(places["component"], places["parent"], strict=True))
    order: dict[str, list[str]] = {name: [] for name in tables.pillars}
    for name in places.loc[places["tier"] == "indicator", "component"]:
        order.setdefault(_pillar_above(str(name), above, order), []).append(str(name))
    return {name: found for name, found in order.items() if found}


def _pillar_above(name: str, above: Mapping[str, str], pillars: Mapping[str, list[str]]) -> str:
    while name not in pillars and above.get(name):
        name = str(above[name])
    return name


def disputes(tables: SavedTables, style: Style) -> Iterator[Sketch]:
    """Draw by how many levels coders differ on every indicator in every year.

    Parameters
    ----------
    tables
        The saved tables.
    style
        The style.

    Yields
    ------
    Sketch
        One a unit and era in which any cell is in dispute.
    """
    frame, order = tables.frame("reliability.disputes"), indicators_by_pillar(tables)
    spreads, colours = sorted(set(frame["spread"])), list(style.palette.ramp[2:])
    steps = alt.Scale(domain=spreads, range=[colours[min(k, len(colours) - 1)] for k in range(len(spreads))])
    legend = alt.Legend(title="levels apart", symbolType="square", titleOrient="left")
    colour = alt.Color("spread:O", scale=steps, legend=legend)
    keys = [tables.unit, "era", "year", "indicator_id"]
    for one in series_in(tables.frame("score.levels"), tables.unit):
        own = rows_about(one, frame, unit=tables.unit).drop_duplicates(keys)
        if own.empty:
            continue
        known = one.rows[one.rows["estimate"].notna()]

        def draw(
            place: Place, names: Sequence[str], known: pd.DataFrame = known, own: pd.DataFrame = own
        ) -> list[alt.Chart]:
            coded, differing = (rows[rows["indicator_id"].isin(names)] for rows in (known, own))
            columns = ("year", "indicator_id", "spread")
            far = alt.Chart(marks.rows_of(differing[differing["spread"] >= _WORTH_A_NUMBER], columns))
            number = far.mark_text(fontSize=SMALL - 1, fontWeight="bold", color="white")
            return [
                marks.cells(marks.rows_of(coded, columns[:2]), **place, color=PALE),
                marks.cells(marks.rows_of(differing, columns), **place, colour=colour),
                number.encode(**place, text=alt.Text("spread:Q", format="d")),
            ]

        counts = sorted(Counter(float(spread) for spread in own["spread"]).items())
        counted = ", ".join(f"{count} by {spread:.0f} level{'s'[: spread > 1]}" for spread, count in counts)
        yield Sketch(
            name=("disputes", one.unit, one.era),
            title=f"Where coders differ: {one.title}",
            subtitle="Highest minus lowest level that coders gave a cell; pale: all coders agree; white: not coded",
            alt=f"Map of {one.title} by year. Coders differ on {len(own)} of {len(known)} cells, {counted}.",
            body=_by_pillar(one, order, style, draw),
        )


def _beside(
    series: Sequence[Series], style: Style, draw: Callable[[Series, Panel], Drawing], *, shared: Sequence[str] = ()
) -> Drawing:
    """Draw one small map or chart of bars a series, two in a row, with names at the left of each."""
    room: dict[str, Any] = {"gap": 30, "step": _SMALL_NAMES + 14, "left": _SMALL_NAMES, "over": _SMALL_HEAD}
    return small_multiples(series, style, draw, title=lambda one: one.title, most=2, shared=shared, **room)


def _small_axes(one: Series, column: str, names: Sequence[str], *, width: int) -> Place:
    y = axes.name_rows(column, names, labelFontSize=SMALL, labelLimit=_SMALL_NAMES)
    return {"x": axes.year_columns(*one.ends, width=width), "y": y}


def evidence_density(tables: SavedTables, style: Style) -> Iterator[Sketch]:
    """Draw how many events are on record in each year, by pillar.

    Parameters
    ----------
    tables
        The saved tables.
    style
        The style.

    Yields
    ------
    Sketch
        One; none where no event is on record.
    """
    counts = tables.frame("score.evidence")
    if counts.empty or not counts["events"].any():
        return
    names, series = tables.pillars, list(series_in(counts, tables.unit))
    scale = alt.Scale(domain=[0, int(counts["events"].max())], range=list(style.palette.ramp))
    colour = alt.Color("events:Q", scale=scale, legend=marks.quantity_legend("events", format="d", tickCount=4))

    def draw(one: Series, panel: Panel) -> Drawing:
        place = _small_axes(one, "pillar", names, width=panel.width)
        view = marks.cells(marks.rows_of(one.rows, ("year", "pillar", "events")), **place, colour=colour)
        return panel.layered([view], height=_SMALL_ROW * len(names))

    most = [(one.title, one.rows.iloc[int(one.rows["events"].to_numpy().argmax())]) for one in series]
    described = " ".join(
        f"{title}: most, {row['events']}, for {readable(str(row['pillar']))} in {row['year']}." for title, row in most
    )
    yield Sketch(
        name=("evidence-density",),
        title="How much evidence there is, year by year",
        subtitle="Events on record by the pillar they are filed under: darker is more; yearly figures are not counted",
        alt=f"Maps of pillars by year, one a pair and era. {described}",
        body=_beside(series, style, draw),
    )


def evidence(tables: SavedTables, style: Style) -> Iterator[Sketch]:
    """Draw for each unit and era, coder by coder, what coded cells rest on.

    Parameters
    ----------
    tables
        The saved tables.
    style
        The style.

    Yields
    ------
    Sketch
        One; none where no cell is coded.
    """
    counts = tables.frame("score.cells")
    if counts.empty:
        return
    keys = [tables.unit, "era", "coder", "rests_on"]
    counts = counts.groupby(keys, sort=False)["cells"].sum().reset_index()
    kinds = [str(kind) for kind in dict.fromkeys(counts["rests_on"])]
    ramp, most = list(reversed(style.palette.ramp)), int(counts["cells"].max())
    colours = [ramp[min(1 + k, len(ramp) - 1)] for k in range(len(kinds))]
    scale, legend = alt.Scale(domain=kinds, range=colours), alt.Legend(title=None, symbolType="square")
    series = [
        Series(str(unit), str(era), rows) for (unit, era), rows in counts.groupby([tables.unit, "era"], sort=False)
    ]
    columns = ("coder", "rests_on", "cells", "rank")
    letters: dict[str, Any] = {"color": "white", "align": "left", "dx": 5, "fontSize": SMALL}

    def draw(one: Series, panel: Panel) -> Drawing:
        coders = [str(coder) for coder in dict.fromkeys(one.rows["coder"])]
        y = axes.name_rows("coder", coders, words=_coder_name, labelFontSize=SMALL, labelLimit=_SMALL_NAMES)
        x = alt.X("cells:Q", title=None, stack="zero", axis=alt.Axis(tickCount=4, grid=True, format="d", domain=False))
        ranked = one.rows.assign(rank=[kinds.index(str(kind)) for kind in one.rows["rests_on"]])
        colour = alt.Color("rests_on:N", scale=scale, legend=legend)
        bars = alt.Chart(marks.rows_of(ranked, columns)).mark_bar(stroke="white", strokeWidth=0.5)
        large = ranked[(ranked["rank"] == 0) & (ranked["cells"] >= _LEAST_LABEL * most)]
        numbers = alt.Chart(marks.rows_of(large, columns[:-1])).mark_text(**letters)
        views = [
            bars.encode(x=x, y=y, order=alt.Order("rank:Q"), color=colour),
            numbers.encode(x=alt.XDatum(0), y=y, text=alt.Text("cells:Q", format="d")),
        ]
        return panel.layered(views, height=_SMALL_ROW * len(coders))

    described = []
    for one in series:
        parts = [f"{row['coder']} {row['cells']} {row['rests_on']}" for row in one.rows.to_dict("records")]
        described.append(f"{one.title}: {', '.join(parts)}.")
    yield Sketch(
        name=("evidence",),
        title="What the coded cells rest on",
        subtitle=f"Number of cells by the evidence a coder cites; the number in a bar counts '{romanised(kinds[0])}'",
        alt=f"Stacked bars, one a coder, for each pair and era. {' '.join(described)}",
        body=_beside(series, style, draw, shared=("x",)),
    )


def _coder_name(coder: str) -> str:
    return coder.replace("_", " ")


def availability(tables: SavedTables, style: Style) -> Iterator[Sketch]:
    """Draw how much of the index and of each pillar rests on coded values.

    Parameters
    ----------
    tables
        The saved tables.
    style
        The style.

    Yields
    ------
    Sketch
        One; none where all is coded, for there is nothing to see then.
    """
    scores = tables.frame("score.scores")
    shown = scores[scores["tier"].isin(["index", "pillar"]) & (scores["role"] == "index")]
    short = shown[(shown["availability"] < 1) | (shown["filled"] > 0) | shown["availability"].isna()]
    if short.empty:
        return
    names, series = [tables.index, *tables.pillars], list(series_in(shown, tables.unit))
    scale = alt.Scale(domain=[0, 1], range=list(reversed(style.palette.ramp)))
    colour = alt.Color("availability:Q", scale=scale, legend=marks.quantity_legend("share", format=".0%"))

    def draw(one: Series, panel: Panel) -> Drawing:
        place = _small_axes(one, "component", names, width=panel.width)
        crosses = alt.Chart(marks.rows_of(one.rows[one.rows["filled"] > 0], ("year", "component"))).mark_point(
            shape="cross", size=16, filled=True, color="white", stroke=INK, strokeWidth=0.5, opacity=1
        )
        data = marks.rows_of(one.rows, ("year", "component", "availability"))
        views = [marks.cells(data, **place, colour=colour), crosses.encode(**place)]
        return panel.layered(views, height=_SMALL_ROW * len(names))

    yield Sketch(
        name=("availability",),
        title="How much of each score is coded",
        subtitle="Share of a component's weight that is coded: pale, all of it; cross: partly filled from other years",
        alt="Maps of the index and its pillars by year, one a pair and era. "
        + " ".join(f"{one.title}: {_described_availability(one.rows)}." for one in series),
        body=_beside(series, style, draw),
    )


def _described_availability(rows: pd.DataFrame) -> str:
    known = rows[rows["availability"].notna()]
    if known.empty:
        return "not known"
    least = known.iloc[int(known["availability"].to_numpy().argmin())]
    if least["availability"] >= 1:
        return "all is coded"
    return f"least {100 * least['availability']:.0f}%, for {readable(str(least['component']))} in {least['year']}"
