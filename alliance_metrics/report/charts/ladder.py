"""The ladder: the latest year of each series among the years of reference pairs, on one scale."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import altair as alt
import pandas as pd

from alliance_metrics.report.charts import axes, marks
from alliance_metrics.report.charts.frame import Drawing, Sketch, layered, panel_width
from alliance_metrics.report.charts.style import FAINT, SMALL, Style, readable
from alliance_metrics.report.charts.tables import SavedTables
from alliance_metrics.report.charts.words import conjoined, interval_words, scale_words

_ROW, _NAMES = 21, 150  # pixels of a row, and of the names before it


def ladder(tables: SavedTables, style: Style) -> Iterator[Sketch]:
    """Draw the latest year of each series among the years of reference pairs.

    Parameters
    ----------
    tables
        The saved tables.
    style
        The style.

    Yields
    ------
    Sketch
        One; none where there are no reference pairs.
    """
    references, own = (_scored(frame, tables.unit) for frame in (tables.references(), tables.frame("score.scores")))
    if references.empty or own.empty:
        return
    latest = own.groupby([tables.unit, "era"], sort=False).tail(1)
    latest = latest.assign(name=latest[tables.unit] + " " + latest["year"].astype(str))
    spans = references.groupby([tables.unit, "era"], sort=False)["year"].agg(["min", "max"])
    years = {pair: f"{row['min']}-{row['max']}" for pair, row in spans.iterrows()}
    pairs = zip(references[tables.unit], references["era"], strict=True)
    references = references.assign(name=[f"{unit} {years[unit, era]}" for unit, era in pairs])
    height = {**references.groupby("name")["estimate"].mean(), **latest.set_index("name")["estimate"]}
    names = sorted(height, key=lambda name: -height[name])
    index, within = readable(tables.index), interval_words(latest)
    told = ", ".join(f"{row['name']} {row['estimate']:.1f}" for row in latest.to_dict("records"))
    yield Sketch(
        name=("ladder",),
        title=f"What the numbers mean: {index} beside reference pairs",
        subtitle=f"Index{scale_words(pd.concat([references, latest]))}; grey: each year of a reference pair; blue: the "
        f"latest year of each series with its {within}. Pairs may differ in their indicators",
        alt=f"Dots in rows, the highest on top. {told}. Between them, the years of {conjoined(years_of(references))}.",
        body=_rows(references, latest, names, style),
    )


def _scored(scores: pd.DataFrame, unit: str) -> pd.DataFrame:
    """Keep the years with an index, in order."""
    index = scores[(scores["tier"] == "index") & scores["estimate"].notna()]
    return index.sort_values([unit, "year"], kind="stable")


def years_of(references: pd.DataFrame) -> list[str]:
    """Give the reference pairs with their years and their range.

    Parameters
    ----------
    references
        Rows with ``name`` and ``estimate``.

    Returns
    -------
    list of str
        One a pair, the highest first.
    """
    ends = references.groupby("name")["estimate"].agg(["mean", "min", "max"]).sort_values("mean", ascending=False)
    return [f"{name} ({row['min']:.0f} to {row['max']:.0f})" for name, row in ends.iterrows()]


def _rows(references: pd.DataFrame, latest: pd.DataFrame, names: list[str], style: Style) -> Drawing:
    axis = alt.Axis(orient="top", values=[0, 25, 50, 75, 100], domain=False, ticks=False)
    ends = axes.score_ends(pd.concat([references, latest]))
    x = alt.X("estimate:Q", title=None, scale=alt.Scale(domain=list(ends), nice=False), axis=axis)
    label: Mapping[str, Any] = {"labelLimit": _NAMES - 6, "labelFontSize": SMALL + 1, "ticks": False, "domain": False}
    y = axes.name_rows("name", names, words=str, **label)
    blue = style.palette.series[0]
    others = alt.Chart(marks.rows_of(references, ("name", "estimate")))
    base = alt.Chart(marks.rows_of(latest, ("name", "estimate", "lower", "upper")))
    value: Mapping[str, Any] = {"align": "left", "dx": 7, "fontWeight": "bold"}
    views = [
        others.mark_point(filled=True, size=26, color=FAINT, opacity=1).encode(x=x, y=y),
        base.mark_rule(color=blue, strokeWidth=2.2).encode(x=axes.on(x, "lower"), x2=alt.X2("upper:Q"), y=y),
        base.mark_point(filled=True, size=60, color=blue, opacity=1).encode(x=x, y=y),
        base.mark_text(**value).encode(x=axes.on(x, "upper"), y=y, text=alt.Text("estimate:Q", format=".1f")),
    ]
    width = panel_width(style, columns=1, left=_NAMES)
    return layered(views, width=width, height=_ROW * len(names))
