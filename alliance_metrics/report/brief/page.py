"""A brief: one page that answers, then doubts, then says how; every figure in it is a cell of a saved table."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd
from markupsafe import Markup

from alliance_metrics.report.brief import past, sections
from alliance_metrics.report.brief.answer import answer
from alliance_metrics.report.brief.cells import SCALE, SCALE_SOURCE, record_cell
from alliance_metrics.report.brief.parts import Section, made_section, template
from alliance_metrics.report.brief.tables import BriefTables
from alliance_metrics.report.charts.catalogue import CHARTS
from alliance_metrics.report.charts.files import rendered
from alliance_metrics.report.charts.frame import Picture
from alliance_metrics.report.charts.style import Style
from alliance_metrics.report.charts.tables import DRAWN, SavedTables
from alliance_metrics.results.tidy_result import TidyResult

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
    references = [(str(unit), str(era)) for unit, era in tables.record.get("references") or ()]
    among = narrowed(tables, [tables.subject.pair, *references], years=False)
    sources = {**dict.fromkeys(_OF_BOTH_ERAS, beside), "ladder": among}
    found = {}
    for name in names:
        chart = CHARTS[name]
        source = sources.get(name, alone)
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
        if kind in DRAWN
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
    return type(result)(frames, key=tables.unit, record=result.record, kind=result.kind)


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


#: What the page shows after the answer: title, function, and the kinds of result it needs, in this order.
SECTIONS: tuple[tuple[str, Callable[[BriefTables], Section | str], tuple[str, ...]], ...] = (
    ("The index through time", sections.trajectory, ()),
    ("The pillars", sections.pillars, ()),
    ("What moved it", sections.moved, ()),
    ("What drives the uncertainty", sections.doubt, ("sensitivity",)),
    ("Two eras, and the years most alike", past.eras, ("comparison",)),
    ("Turning points", past.turning_points, ("turning_points",)),
    ("Claims tested in the draws", past.claims, ("claims",)),
    ("Checks against outside measures", past.outside, ("validation",)),
    ("Method", sections.method, ()),
    ("Who coded it, and on what evidence", sections.coding, ()),
    ("What to cite", sections.citations, ()),
)
#: Text by which a page is known as a brief.
MARK = Markup('<meta name="generator" content="alliance_metrics brief">')


@dataclass(frozen=True)
class Brief:
    """A brief.

    Parameters
    ----------
    page
        The HTML.
    pictures
        Its charts by name.
    left_out
        Titles of the sections that are not there.
    """

    page: str
    pictures: dict[str, Picture]
    left_out: tuple[str, ...]


def make_brief(tables: BriefTables, style: Style) -> Brief:
    """Make a brief from saved tables.

    Parameters
    ----------
    tables
        The saved tables, and what the brief is about.
    style
        The style of its charts.

    Returns
    -------
    Brief
        The page and its charts.
    """
    made = [made_section(tables, title, compose, needs=needs) for title, compose, needs in SECTIONS]
    wanted = [name for section in made for name in section.charts]
    pictures = brief_pictures(tables, wanted, style)
    page = template("brief.html").render(
        mark=MARK,
        head=_head(tables),
        title=f"{tables.subject.unit} {tables.subject.first}-{tables.subject.last}",
        answer=answer(tables),
        sections=made,
        drawings=drawings(pictures),
        skipped=tables.skipped,
        scale=SCALE,
        scale_source=SCALE_SOURCE,
    )  # fmt: skip
    left_out = tuple(section.title for section in made if section.left_out)
    return Brief(page=page, pictures=pictures, left_out=left_out)


def _head(tables: BriefTables) -> dict[str, object]:
    rows = list(tables.own("score.scores").where(tier="index").ordered("year"))
    first, last = rows[0], rows[-1]
    return {
        "unit": first.cell(tables.unit, "text"),
        "era": first.cell("era", "text"),
        "index": first.cell("component", "name"),
        "first": first.cell("year", "whole"),
        "last": last.cell("year", "whole"),
        "data": record_cell(tables.record, "data", "name"),
        "version": record_cell(tables.record, "data", "version"),
    }
