"""What the doubt about scores comes from: the share of their spread that goes with each uncertain input."""

from __future__ import annotations

from collections.abc import Sequence

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
from alliance_metrics.report.charts.marks import Stroke, apart, line_in_interval, rows_of, strokes
from alliance_metrics.report.charts.series import Series, index_name, series_in
from alliance_metrics.report.charts.style import FAINT, INK, SMALL, Style, source_line, spoken
from alliance_metrics.report.charts.tables import SavedTables

_MOST_PANELS = 12
_HEAD = 6  # pixels from bars up to their title
_SHARE = "shapley"
_ORDERS = ("first", "total")
_SHAPES = ("triangle-right", "triangle-left")


def drivers(tables: SavedTables, style: Style) -> list[Picture]:
    """Draw year by year what share of the spread of the index each uncertain input accounts for.

    Parameters
    ----------
    tables
        The saved tables.
    style
        The style.

    Returns
    -------
    list of Picture
        One picture; none where no score was asked about.
    """
    outputs, effects = tables.frame("sensitivity.outputs"), tables.frame("sensitivity.effects")
    plain = outputs.loc[(outputs["kind"] == "score") & (outputs["component"] == index_name(tables)), "output"]
    shown = effects[(effects["effect"] == _SHARE) & effects["output"].isin(plain) & effects["estimate"].notna()]
    series = [one for one in series_in(shown, tables.unit) if one.ends[0] < one.ends[1]]
    if not series:
        return []
    inputs = [str(name) for name in dict.fromkeys(shown["input"])]
    leading = _leading(shown, inputs, most=len(style.palette.series))
    columns = columns_for(len(series))
    width = panel_width(style, columns=columns, right=_name_room(leading))
    panels = [
        titled(
            _shares_by_year(
                one, leading, style, width=width, first=k % columns == 0, named=_ends_row(k, columns, len(series))
            ),
            one.title,
        )
        for k, one in enumerate(series)
    ]
    within = interval_words(shown)
    told = " ".join(_shares_told(one, inputs) for one in series)
    others = "" if len(leading) == len(inputs) else f"; grey: {len(inputs) - len(leading)} more inputs"
    words = (
        f"What the doubt about {spoken(index_name(tables))} comes from",
        f"Share of the variance over the draws that goes with each input (Shapley); shaded: {within}{others}",
        f"Line charts by year, one a pair and era. {told}",
    )
    body = side_by_side(panels, columns=columns)
    return [picture(body, name=("drivers",), words=words, source=source_line(tables.record), style=style)]


def _ends_row(place: int, columns: int, count: int) -> bool:
    return place % columns == columns - 1 or place == count - 1


def _name_room(names: Sequence[str]) -> int:
    return int(10 + 0.56 * SMALL * max(len(spoken(name)) for name in names))


def _leading(shown: pd.DataFrame, inputs: list[str], *, most: int) -> list[str]:
    """Pick the inputs that have the greatest share anywhere, in the order of the table."""
    order = shown.sort_values("estimate", ascending=False, kind="stable")["input"]
    first = list(dict.fromkeys(str(name) for name in order))[:most]
    return [name for name in inputs if name in first]


def _shares_told(one: Series, inputs: Sequence[str]) -> str:
    last = one.rows[one.rows["year"] == one.ends[1]]
    parts = ", ".join(
        f"{spoken(str(row['input']))} {100 * row['estimate']:.0f}%"
        for row in last.to_dict("records")
        if row["input"] in inputs
    )
    return f"{one.title}, in {one.ends[1]}: {parts}."


def _shares_by_year(
    one: Series, leading: Sequence[str], style: Style, *, width: int, first: bool, named: bool
) -> Drawing:
    height = int(min(0.8 * width, 0.5 * style.width))
    x = year_axis(*one.ends, width=width)
    y = alt.Y(
        "estimate:Q",
        title=None,
        scale=alt.Scale(domain=[0, 1], nice=False),
        axis=alt.Axis(format=".0%", tickCount=5, labels=first),
    )
    views: list[alt.Chart] = []
    ends: list[pd.DataFrame] = []
    words: list[tuple[str, Stroke]] = []
    pens = dict(zip(leading, strokes(style.palette), strict=False))
    for name in dict.fromkeys(one.rows["input"]):
        rows = one.rows[one.rows["input"] == name]
        pen = pens.get(str(name), Stroke(FAINT, width=1.2))
        views += line_in_interval(rows_of(rows, ("year", "estimate", "lower", "upper")), x=x, y=y, stroke=pen)
        if str(name) in pens:
            ends.append(rows.iloc[[-1]])
            words.append((spoken(str(name)), pen))
    if named:
        places = apart([float(row["estimate"].iloc[0]) for row in ends], least=12 / height)
        for row, place, (word, pen) in zip(ends, places, words, strict=True):
            marked = rows_of(row.assign(place=place, word=word), ("year", "place", "word"))
            mark = alt.Chart(marked).mark_text(align="left", dx=5, fontSize=SMALL, fontWeight="bold", color=pen.ink)
            at = alt.Y("place:Q", scale=y["scale"], axis=y["axis"], title=None)
            views.append(mark.encode(x=x, y=at, text=alt.Text("word:N")))
    return layered(views, width=width, height=height)


def effects(tables: SavedTables, style: Style) -> list[Picture]:
    """Draw what drives single outputs: shares of first and total order and their Shapley value.

    Parameters
    ----------
    tables
        The saved tables.
    style
        The style.

    Returns
    -------
    list of Picture
        One picture, of the outputs that are no plain scores where there are any, else of the last year of each series.
    """
    outputs, frame = tables.frame("sensitivity.outputs"), tables.frame("sensitivity.effects")
    varied = outputs[outputs["driver"] != ""]
    asked = varied[varied["kind"] != "score"]
    if asked.empty:
        asked = varied.sort_values("year", kind="stable").groupby([tables.unit, "era"], sort=False).tail(1)
    names = [str(name) for name in asked["output"]][:_MOST_PANELS]
    if not names:
        return []
    inputs = list(dict.fromkeys(frame["input"]))
    columns, gap = columns_for(len(names)), 26
    left = _name_room([str(name) for name in inputs])
    width = panel_width(style, columns=columns, gap=gap, left=left)
    panels: list[Drawing] = []
    told: list[str] = []
    for name in names:
        own = frame[frame["output"] == name]
        first = len(panels) % columns == 0
        panels.append(titled(_effect_bars(own, style, width=width, first=first), _output_name(name), over=_HEAD))
        shares = own[own["effect"] == _SHARE].to_dict("records")
        parts = ", ".join(f"{spoken(str(row['input']))} {100 * row['estimate']:.0f}%" for row in shares)
        told.append(f"{_output_name(name)}: {parts}.")
    within = interval_words(frame)
    subtitle = (
        f"Share of the variance over the draws by input: bar, Shapley value with {within}; marks, alone (first order) "
        "and with all its interactions (total order)"
    )
    words = (
        "What drives the spread of single results",
        subtitle,
        f"Bars by input, one panel a result. {' '.join(told)}",
    )
    body = side_by_side(panels, columns=columns, gap=gap)
    return [picture(body, name=("effects",), words=words, source=source_line(tables.record), style=style)]


def _output_name(name: str) -> str:
    return " ".join(spoken(part) for part in name.split(":"))


def _effect_bars(own: pd.DataFrame, style: Style, *, width: int, first: bool) -> Drawing:
    inputs = [str(name) for name in dict.fromkeys(own["input"])]
    most = max(1.0, float(own["upper"].max()))
    least = min(0.0, float(own["lower"].min()))
    x = alt.X(
        "estimate:Q",
        title=None,
        scale=alt.Scale(domain=[least, most], nice=False, clamp=True),
        axis=alt.Axis(format=".0%", values=[0, 0.5, 1], grid=True, domain=False, ticks=False),
    )
    axis = alt.Axis(labelExpr="replace(datum.value, regexp('_', 'g'), ' ')", labels=first, labelFontSize=SMALL)
    y = alt.Y("input:N", title=None, sort=None, scale=alt.Scale(domain=inputs), axis=axis)
    shares = alt.Chart(rows_of(own[own["effect"] == _SHARE], ("input", "estimate", "lower", "upper")))
    bars = shares.mark_bar(color=style.palette.ramp[2], height={"band": 0.6}).encode(x=x, y=y)
    lower = x.copy(deep=True)
    lower.shorthand = "lower:Q"
    whiskers = shares.mark_rule(color=INK, strokeWidth=1.6).encode(x=lower, y=y, x2=alt.X2("upper:Q"))
    orders = alt.Chart(rows_of(own[own["effect"].isin(_ORDERS)], ("input", "effect", "estimate")))
    shape = alt.Shape(
        "effect:N",
        scale=alt.Scale(domain=list(_ORDERS), range=list(_SHAPES)),
        legend=alt.Legend(title=None, labelExpr="datum.label + ' order'"),
    )
    marks = orders.mark_point(filled=True, size=44, color=INK, opacity=1).encode(x=x, y=y, shape=shape)
    return layered([bars, whiskers, marks], width=width, height=24 * len(inputs))
