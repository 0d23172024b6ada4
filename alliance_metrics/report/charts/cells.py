"""Maps of indicators by year: their levels, and how far coders differ on them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import altair as alt
import pandas as pd

from alliance_metrics.report.charts.axes import interval_words, round_years
from alliance_metrics.report.charts.frame import Drawing, Picture, layered, picture, side_by_side, titled
from alliance_metrics.report.charts.marks import rows_of
from alliance_metrics.report.charts.series import Series, pillar_names, series_in
from alliance_metrics.report.charts.style import INK, PALE, SMALL, Style, source_line, spoken
from alliance_metrics.report.charts.tables import SavedTables

_NAMES = 168  # pixels for the names of indicators
_ROW = 13  # pixels of a row
_HEAD = 4  # pixels from a map up to its title
_WIDE = 2.0  # levels: an interval at least so wide gets a mark
_WORTH_A_NUMBER = 2.0  # levels: coders so far apart are told by number


def levels(tables: SavedTables, style: Style) -> list[Picture]:
    """Draw the level of every indicator in every year.

    Parameters
    ----------
    tables
        The saved tables.
    style
        The style.

    Returns
    -------
    list of Picture
        One a unit and era.
    """
    frame, found = tables.frame("score.levels"), []
    order = indicators_by_pillar(tables)
    low, high = float(frame["lower"].min()), float(frame["upper"].max())
    scale = alt.Scale(domain=[low, high], range=list(style.palette.ramp))
    for one in series_in(frame, tables.unit):
        known = one.rows[one.rows["estimate"].notna()]
        if known.empty:
            continue
        wide = known[known["upper"] - known["lower"] >= _WIDE]
        colour = alt.Color(
            "estimate:Q",
            scale=scale,
            legend=alt.Legend(title="level", gradientLength=120, gradientThickness=8, titleOrient="left", tickCount=4),
        )
        panels: list[Drawing] = []
        for pillar, names in order.items():
            grid = _Grid(one, names, style, last=pillar == list(order)[-1])
            shown = rows_of(known[known["indicator_id"].isin(names)], ("year", "indicator_id", "estimate"))
            cells = alt.Chart(shown).mark_rect(stroke="white", strokeWidth=0.8).encode(x=grid.x, y=grid.y, color=colour)
            marked = rows_of(wide[wide["indicator_id"].isin(names)], ("year", "indicator_id"))
            dots = (
                alt.Chart(marked)
                .mark_point(filled=True, size=12, color="white", stroke=INK, strokeWidth=0.7, opacity=1)
                .encode(x=grid.x, y=grid.y)
            )
            panels.append(
                titled(layered([cells, dots], width=grid.width, height=grid.height), spoken(pillar), over=_HEAD)
            )
        within = interval_words(known)
        title = f"Level of every indicator: {one.title}"
        subtitle = (
            f"Mean over coders on the codebook's scale, dark is high; white: not coded; "
            f"dot: {within} of {_WIDE:.0f} levels or more"
        )
        told = (
            f"Map of {sum(len(names) for names in order.values())} indicators by year, {one.title}. "
            f"{len(known)} cells have a level, from {known['estimate'].min():.1f} to {known['estimate'].max():.1f}; "
            f"in {len(wide)} of them the {within} is {_WIDE:.0f} levels wide or more."
        )
        found.append(
            picture(
                side_by_side(panels, columns=1, gap=6),
                name=("levels", one.unit, one.era),
                words=(title, subtitle, told),
                source=source_line(tables.record),
                style=style,
            )
        )
    return found


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
    order: dict[str, list[str]] = {name: [] for name in pillar_names(tables)}
    for name in places.loc[places["tier"] == "indicator", "component"]:
        order.setdefault(_pillar_above(str(name), above, order), []).append(str(name))
    return {name: found for name, found in order.items() if found}


def _pillar_above(name: str, above: Mapping[str, str], pillars: Mapping[str, list[str]]) -> str:
    while name not in pillars and above.get(name):
        name = str(above[name])
    return name


class _Grid:
    """The rows and columns of a map: indicators of a pillar by years."""

    def __init__(self, one: Series, names: Sequence[str], style: Style, *, last: bool) -> None:
        first_year, last_year = one.ends
        self.width, self.height = style.width - _NAMES, _ROW * len(names)
        shown = round_years(first_year, last_year, width=self.width)
        axis = alt.Axis(format="d", values=shown, labelAngle=0, labels=last, ticks=last, domain=False)
        words = " : ".join(f"datum.value === {name!r} ? {spoken(name)!r}" for name in names)
        self.x = alt.X("year:O", title=None, axis=axis, scale=alt.Scale(domain=list(range(first_year, last_year + 1))))
        self.y = alt.Y(
            "indicator_id:N",
            title=None,
            sort=None,
            scale=alt.Scale(domain=list(names)),
            axis=alt.Axis(labelExpr=f"{words} : datum.value", labelLimit=_NAMES - 8, labelFontSize=SMALL),
        )


def disputes(tables: SavedTables, style: Style) -> list[Picture]:
    """Draw by how many levels coders differ on every indicator in every year.

    Parameters
    ----------
    tables
        The saved tables.
    style
        The style.

    Returns
    -------
    list of Picture
        One a unit and era in which any cell is in dispute.
    """
    frame, coded = tables.frame("reliability.disputes"), tables.frame("score.levels")
    order, found = indicators_by_pillar(tables), []
    spreads = sorted(set(frame["spread"]))
    colours = list(style.palette.ramp[2:])
    steps = alt.Scale(domain=spreads, range=[colours[min(k, len(colours) - 1)] for k in range(len(spreads))])
    keys = [tables.unit, "era", "year", "indicator_id"]
    for one in series_in(coded, tables.unit):
        own = frame[(frame[tables.unit] == one.unit) & (frame["era"] == one.era)].drop_duplicates(keys)
        if own.empty:
            continue
        known = one.rows[one.rows["estimate"].notna()]
        legend = alt.Legend(title="levels apart", symbolType="square", titleOrient="left")
        panels = [
            _dispute_panel(
                _Grid(one, names, style, last=pillar == list(order)[-1]),
                known[known["indicator_id"].isin(names)],
                own[own["indicator_id"].isin(names)],
                colour=alt.Color("spread:O", scale=steps, legend=legend),
                title=spoken(pillar),
            )
            for place, (pillar, names) in enumerate(order.items())
        ]
        counts = own["spread"].value_counts().sort_index()
        told = ", ".join(f"{count} by {spread:.0f}" for spread, count in counts.items())
        title = f"Where coders differ: {one.title}"
        subtitle = "Greatest less least level given by any coder to a cell; pale: all coders alike; white: not coded"
        words = (
            title,
            subtitle,
            f"Map of indicators by year, {one.title}. Of {len(known)} cells coders differ on {told} levels.",
        )
        found.append(
            picture(
                side_by_side(panels, columns=1, gap=6),
                name=("disputes", one.unit, one.era),
                words=words,
                source=source_line(tables.record),
                style=style,
            )
        )
    return found


def _dispute_panel(grid: _Grid, known: pd.DataFrame, own: pd.DataFrame, *, colour: alt.Color, title: str) -> Drawing:
    alike = alt.Chart(rows_of(known, ("year", "indicator_id"))).mark_rect(color=PALE, stroke="white", strokeWidth=0.8)
    cells = alt.Chart(rows_of(own, ("year", "indicator_id", "spread"))).mark_rect(stroke="white", strokeWidth=0.8)
    far = alt.Chart(rows_of(own[own["spread"] >= _WORTH_A_NUMBER], ("year", "indicator_id", "spread")))
    number = far.mark_text(fontSize=SMALL - 1, fontWeight="bold", color="white")
    place = {"x": grid.x, "y": grid.y}
    views = [
        alike.encode(**place),
        cells.encode(**place, color=colour),
        number.encode(**place, text=alt.Text("spread:Q", format="d")),
    ]
    return titled(layered(views, width=grid.width, height=grid.height), title, over=_HEAD)
