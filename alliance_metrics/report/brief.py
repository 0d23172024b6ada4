"""A brief: one page that answers, then doubts, then says how; every figure in it is a cell of a saved table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import jinja2
from markupsafe import Markup

from alliance_metrics.report.brief_answer import answer
from alliance_metrics.report.brief_basis import citations, coding, method
from alliance_metrics.report.brief_cells import record_cell
from alliance_metrics.report.brief_parts import Section
from alliance_metrics.report.brief_past import claims, eras, outside, turning_points
from alliance_metrics.report.brief_pictures import brief_pictures, drawings
from alliance_metrics.report.brief_sections import doubt, moved, pillars, trajectory
from alliance_metrics.report.brief_tables import BriefTables
from alliance_metrics.report.brief_words import SCALE, SCALE_SOURCE
from alliance_metrics.report.chart_frame import Picture
from alliance_metrics.report.chart_style import Style

SECTIONS: tuple[Callable[[BriefTables], Section], ...] = (
    trajectory,
    pillars,
    moved,
    doubt,
    eras,
    turning_points,
    claims,
    outside,
    method,
    coding,
    citations,
)
"""What the page shows, in this order, after the answer."""
MARK = Markup('<meta name="generator" content="alliance_metrics brief">')
"""Text by which a page is known as a brief."""
_TEMPLATE = "brief.html"


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
    sections = [section(tables) for section in SECTIONS]
    wanted = [name for section in sections for name in section.charts]
    pictures = brief_pictures(tables, wanted, style)
    page = _environment().get_template(_TEMPLATE).render(
        mark=MARK,
        head=_head(tables),
        title=f"{tables.subject.unit} {tables.subject.first}-{tables.subject.last}",
        answer=answer(tables),
        sections=sections,
        drawings=drawings(pictures),
        passed_over=tables.passed_over,
        scale=SCALE,
        scale_source=SCALE_SOURCE,
    )  # fmt: skip
    left_out = tuple(section.title for section in sections if section.left_out)
    return Brief(page=page, pictures=pictures, left_out=left_out)


def _environment() -> jinja2.Environment:

    loader = jinja2.PackageLoader("alliance_metrics.report", "templates")
    return jinja2.Environment(loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True)


def _head(tables: BriefTables) -> dict[str, object]:
    rows = list(tables.own("score.scores").where(tier="index").ordered("year"))
    first, last = rows[0], rows[-1]
    return {
        "unit": first.told(tables.unit, "text"),
        "era": first.told("era", "text"),
        "index": first.told("component", "name"),
        "first": first.told("year", "whole"),
        "last": last.told("year", "whole"),
        "data": record_cell(tables.record, "data", "name"),
        "version": record_cell(tables.record, "data", "version"),
    }
