"""A series in its interval with the years that stand out labelled: the body of most charts of a trajectory."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import altair as alt
import pandas as pd

from alliance_metrics.report.chart_axes import score_axis, score_ends, year_axis
from alliance_metrics.report.chart_frame import Drawing, layered
from alliance_metrics.report.chart_marks import Stroke, dots, event_marks, line_in_interval, rows_of, texts
from alliance_metrics.report.chart_series import Series, labelled_years
from alliance_metrics.report.chart_style import Style

CELLS = ("year", "estimate", "lower", "upper")
_FOOT = 0.08  # share of the axis under which there is no room for a label
_LABEL_ROOM = 30.0  # pixels of a value
_PLACE = "place"


def labelled_path(
    one: Series,
    style: Style,
    *,
    width: int,
    height: int,
    events: Sequence[Mapping[str, Any]] = (),
    labels: bool = True,
    behind: Sequence[alt.Chart] = (),
    scale_of: pd.DataFrame | None = None,
) -> Drawing:
    """Draw one series in its interval, with its outstanding years labelled.

    Parameters
    ----------
    one
        The series.
    style
        The style.
    width, height
        Size of the panel, in pixels.
    events
        Rows with ``year`` and ``event`` that are marked.
    labels
        Whether the axis of scores is labelled.
    behind
        Drawings that stand behind the series.
    scale_of
        Rows that the axis of scores must hold; those of the series where absent.

    Returns
    -------
    Drawing
        The panel.
    """
    held = one.rows if scale_of is None else scale_of
    x, y = year_axis(*one.ends, width=width), score_axis(held, labels=labels)
    data = rows_of(one.rows, CELLS)
    layers: list[alt.Chart] = [*behind, *event_marks(events, x=x, ends=one.ends)]
    layers += line_in_interval(data, x=x, y=y, stroke=Stroke(style.palette.series[0], width=2.4))
    near = _LABEL_ROOM * (one.ends[1] - one.ends[0]) / width
    for what, row in labelled_years(one.rows, near=near):
        marked = rows_of(pd.DataFrame([dict(row)]), CELLS)
        layers.append(dots(marked, x=x, y=y, colour=style.palette.series[0]))
        layers.append(_value(one, row, what=what, axes=(x, score_axis(held, labels=labels, shown=_PLACE)), held=held))
    return layered(layers, width=width, height=height)


def _value(
    one: Series, row: Mapping[Hashable, Any], *, what: str, axes: tuple[alt.X, alt.Y], held: pd.DataFrame
) -> alt.Chart:
    """Write the score of a year above or below its interval, where the line does not run."""
    low, high = score_ends(held)
    next_to = one.rows.loc[(one.rows["year"] - int(row["year"])).abs() == 1, "estimate"]
    falls_away = bool((next_to <= row["estimate"]).all())
    no_room = bool(row["lower"] - low < _FOOT * (high - low))
    at_end = no_room and not falls_away and int(row["year"]) == one.ends[1]
    above = what == "peak" or (what != "low" and falls_away) or no_room
    side = row["upper"] if above else row["lower"]
    marked = rows_of(
        pd.DataFrame([{**row, _PLACE: row["estimate"] if pd.isna(side) else side}]), ("year", "estimate", _PLACE)
    )
    return texts(
        marked,
        x=axes[0],
        y=axes[1],
        text=alt.Text("estimate:Q", format=".1f"),
        dy=-9 if above else 11,
        dx=6 if at_end else 0,
        align="left" if at_end else _towards_middle(one, int(row["year"])),
        fontWeight="bold",
    )


def _towards_middle(one: Series, year: int) -> str:
    first, last = one.ends
    if year - first <= 1:
        return "left"
    return "right" if last - year <= 1 else "center"
