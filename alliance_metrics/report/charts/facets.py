"""Two facets of the index side by side: what is shown and what is kept, what matters most and what is at the edge."""

from __future__ import annotations

import altair as alt
import pandas as pd

from alliance_metrics.report.charts.axes import interval_words, scale_words, score_axis, score_ends, year_axis
from alliance_metrics.report.charts.frame import LEFT, Drawing, Picture, layered, picture, side_by_side, titled
from alliance_metrics.report.charts.marks import Stroke, line_in_interval, rows_of, strokes
from alliance_metrics.report.charts.panels import SIGNED, SPAN, name_room, named_ends, round_zero, span_axis, zero_line
from alliance_metrics.report.charts.series import Series, index_name, series_in
from alliance_metrics.report.charts.style import MUTED, Style, source_line, spoken
from alliance_metrics.report.charts.tables import SavedTables

_SCORES, _GAP = 0.36, 0.18  # heights of the two panels, as shares of the width of a chart
_LEAST = 10.0  # points on either side of no gap that are always shown
_OVER = 6


def facets(tables: SavedTables, style: Style) -> list[Picture]:
    """Draw the scores of two facets of the index and the gap between them.

    Parameters
    ----------
    tables
        The saved tables.
    style
        The style.

    Returns
    -------
    list of Picture
        One a pair of facets, unit and era.
    """
    index = index_name(tables)
    scores, gaps = (
        frame[(frame["component"] == index) & ~frame["matched"].astype(bool)]
        for frame in (tables.frame("facets.facets"), tables.frame("facets.gaps"))
    )
    found = []
    for (pair, one, other), rows in gaps.groupby(["facets", "one", "other"], sort=False):
        span = round_zero(rows, least=_LEAST)
        sides = (str(one), str(other))
        for gap in series_in(rows[rows["estimate"].notna()], tables.unit):
            own = scores[
                (scores["facets"] == pair) & (scores[tables.unit] == gap.unit) & (scores["era"] == gap.era)
            ].sort_values("year", kind="stable")
            found.append(_pair_picture(tables, style, own, gap=gap, sides=sides, span=span))
    return found


def _pair_picture(
    tables: SavedTables,
    style: Style,
    own: pd.DataFrame,
    *,
    gap: Series,
    sides: tuple[str, str],
    span: tuple[float, float],
) -> Picture:
    names = [spoken(side) for side in sides]
    width = style.width - LEFT - name_room(names)
    upper = _scores_panel(own, gap, sides, style=style, width=width)
    lower = titled(_gap_panel(gap, span, style, width=width), f"{names[0]} less {names[1]}, points", over=_OVER)
    index, within = spoken(index_name(tables)), interval_words(gap.rows)
    words = (
        f"{names[0].capitalize()} against {names[1]} {index}: {gap.title}",
        (
            f"Index of the {names[0]} and of the {names[1]} indicators alone{scale_words(own)}, and the gap between "
            "the "
            f"two; shaded: {within} of the draws"
        ),
        f"Two line charts by year of {gap.title}. {_told(gap, names)} In brackets: {within}.",
    )
    return picture(
        side_by_side([upper, lower], columns=1, gap=26),
        name=("-".join(sides), gap.unit, gap.era),
        words=words,
        source=source_line(tables.record),
        style=style,
    )


def _told(gap: Series, names: list[str]) -> str:
    rows = gap.rows.to_dict("records")
    picked = (
        ("widest above", max(rows, key=lambda row: float(row["estimate"]))),
        ("lowest", min(rows, key=lambda row: float(row["estimate"]))),
        ("last", rows[-1]),
    )
    told = "; ".join(
        f"{what} in {row['year']} at {row['estimate']:+.1f} [{row['lower']:+.1f} to {row['upper']:+.1f}]"
        for what, row in picked
    )
    return f"{names[0]} less {names[1]} is {told}."


def _scores_panel(own: pd.DataFrame, gap: Series, sides: tuple[str, str], *, style: Style, width: int) -> Drawing:
    height = int(_SCORES * style.width)
    x, y = year_axis(*gap.ends, width=width), score_axis(own)
    views: list[alt.Chart] = []
    ends: list[tuple[pd.DataFrame, str, Stroke]] = []
    for side, pen in zip(sides, strokes(style.palette), strict=False):
        rows = own[(own["value"] == side) & own["estimate"].notna()]
        if rows.empty:
            continue
        views += line_in_interval(rows_of(rows, SPAN), x=x, y=y, stroke=pen)
        ends.append((rows.iloc[[-1]], spoken(side), pen))
    views += named_ends(ends, x=x, span=score_ends(own), height=height)
    return layered(views, width=width, height=height)


def _gap_panel(gap: Series, span: tuple[float, float], style: Style, *, width: int) -> Drawing:
    x, y = year_axis(*gap.ends, width=width), span_axis(span, form=SIGNED)
    views = line_in_interval(rows_of(gap.rows, SPAN), x=x, y=y, stroke=Stroke(MUTED, width=2.0))
    return layered([zero_line(x, y, gap), *views], width=width, height=int(_GAP * style.width))
