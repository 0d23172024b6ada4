"""Charts of the pillars: each in a panel of its own, with the index behind it."""

from __future__ import annotations

import altair as alt

from alliance_metrics.report.chart_axes import interval_words, scale_words, score_axis, year_axis
from alliance_metrics.report.chart_frame import (
    Drawing,
    Picture,
    columns_for,
    panel_width,
    picture,
    side_by_side,
    titled,
)
from alliance_metrics.report.chart_marks import rows_of
from alliance_metrics.report.chart_path import CELLS, labelled_path
from alliance_metrics.report.chart_series import index_name, index_series, pillar_names, series_in, told_years
from alliance_metrics.report.chart_style import FAINT, Style, source_line, spoken
from alliance_metrics.report.chart_tables import SavedTables

_GAP = 28


def pillars(tables: SavedTables, style: Style) -> list[Picture]:
    """Draw each pillar of each unit and era, all on one scale.

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
    scores, names, found = tables.frame("score.scores"), pillar_names(tables), []
    index = spoken(index_name(tables))
    by_place = {(one.unit, one.era): one for one in index_series(tables)}
    columns = columns_for(len(names))
    width = panel_width(style, columns=columns, gap=_GAP)
    for whole in series_in(scores[scores["tier"] == "pillar"], tables.unit):
        own = by_place.get((whole.unit, whole.era))
        if own is None:
            continue
        panels: list[Drawing] = []
        told: list[str] = []
        for place, name in enumerate(names):
            rows = whole.rows[whole.rows["component"] == name].reset_index(drop=True)
            one = type(whole)(whole.unit, whole.era, rows)
            if rows.empty:
                continue
            labels = place % columns == 0
            x, y = year_axis(*own.ends, width=width), score_axis(whole.rows, labels=labels)
            behind = alt.Chart(rows_of(own.rows, CELLS)).mark_line(color=FAINT, strokeWidth=1.2).encode(x=x, y=y)
            panel = labelled_path(
                one,
                style,
                width=width,
                height=int(min(width, 0.5 * style.width)),
                labels=labels,
                behind=[behind],
                scale_of=whole.rows,
            )
            panels.append(titled(panel, spoken(name)))
            told.append(f"{spoken(name)} {told_years(rows)}.")
        within = interval_words(whole.rows)
        title = f"The {len(panels)} pillars of {index}: {whole.title}"
        subtitle = (
            f"Score of each pillar{scale_words(whole.rows)} by year; shaded: {within} of the draws; grey: the index"
        )
        words = (
            title,
            subtitle,
            f"Line charts by year of {whole.title}, one a pillar. {' '.join(told)} In brackets: {within}.",
        )
        found.append(
            picture(
                side_by_side(panels, columns=columns, gap=_GAP),
                name=("pillars", whole.unit, whole.era),
                words=words,
                source=source_line(tables.record),
                style=style,
            )
        )
    return found
