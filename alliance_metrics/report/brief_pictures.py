"""The charts of a brief: drawn from the tables of one pair of states alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from alliance_metrics.report.brief_tables import SCORE, BriefTables
from alliance_metrics.report.chart_files import rendered
from alliance_metrics.report.chart_frame import Picture
from alliance_metrics.report.chart_style import Style
from alliance_metrics.report.chart_tables import KINDS, SavedTables
from alliance_metrics.report.charts import CHARTS
from alliance_metrics.results import TidyResult

Series = tuple[str, str]


def brief_pictures(tables: BriefTables, names: Sequence[str], style: Style) -> dict[str, Picture]:
    """Draw charts of the pair a brief is about.

    Parameters
    ----------
    tables
        The saved tables.
    names
        Names of the charts.
    style
        The style.

    Returns
    -------
    dict
        The first picture of each chart by its name; none of a chart whose tables are missing or hold nothing for it.
    """
    alone = narrowed(tables, [tables.subject.pair], years=True)
    beside = narrowed(tables, _both_eras(tables), years=False)
    found = {}
    for name in names:
        chart = CHARTS[name]
        source = beside if name in _OF_BOTH_ERAS else alone
        pictures = [] if source.missing(chart.needs) else chart.draw(source, style)
        if pictures:
            found[name] = pictures[0]
    return found


_OF_BOTH_ERAS = ("lineage", "event-time")


def _both_eras(tables: BriefTables) -> list[Series]:
    found = tables.pairing()
    if found is None:
        return [tables.subject.pair]
    one = next(iter(found[0]))
    return [(str(one["other"]), str(one["other_era"])), (str(one[tables.unit]), str(one["era"]))]


def narrowed(tables: BriefTables, series: Sequence[Series], *, years: bool) -> SavedTables:
    """Keep of the tables what is about some series.

    Parameters
    ----------
    tables
        The saved tables.
    series
        Unit and era of each.
    years
        Whether the years shown alone are kept.

    Returns
    -------
    SavedTables
        Tables as charts take them.
    """
    results = {
        kind: _kept(result, tables, series, years=years)
        for kind, (_, result) in tables.results.items()
        if kind in KINDS or kind == SCORE
    }
    return SavedTables(results)


def _kept(result: TidyResult, tables: BriefTables, series: Sequence[Series], *, years: bool) -> TidyResult:
    frames = {}
    for name in result.names:
        frame = result.to_frame(name)
        if {tables.unit, "era"} <= set(frame.columns):
            pairs = pd.MultiIndex.from_frame(frame[[tables.unit, "era"]])
            frame = frame[pairs.isin(list(series))]
            if years and "year" in frame and frame["year"].notna().all():
                frame = frame[frame["year"].between(tables.subject.first, tables.subject.last)]
        frames[name] = frame
    return type(result)(frames, key=tables.unit, record=result.record)


def drawings(pictures: Mapping[str, Picture]) -> dict[str, str]:
    """Render pictures for a page.

    Parameters
    ----------
    pictures
        Pictures by name of the chart.

    Returns
    -------
    dict
        An SVG for each, with title and description.
    """
    return {name: rendered(picture, formats=("svg",))["svg"].decode("utf-8") for name, picture in pictures.items()}
