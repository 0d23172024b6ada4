"""The sections of a brief on the present: trajectory, pillars, what moved, what is uncertain."""

from __future__ import annotations

import pandas as pd
from markupsafe import Markup

from alliance_metrics.report.brief.cells import EMPTY, SavedRow, SavedRows
from alliance_metrics.report.brief.parts import PageTable, Section, missing, nothing
from alliance_metrics.report.brief.tables import BriefTables

_MOST_MOVED, _MOST_LEFT_OUT = 6, 6
_COMPONENT = "component"
_NO_SCORE = "no year shown has a score."


def trajectory(tables: BriefTables) -> Section:
    """Show the index through time.

    Parameters
    ----------
    tables
        The saved tables.

    Returns
    -------
    Section
        The chart.
    """
    title = "The index through time"
    return Section(title, charts=("trajectory",)) if tables.latest() else nothing(title, _NO_SCORE)


def pillars(tables: BriefTables) -> Section:
    """Show the pillars, and what each contributes to the index.

    Parameters
    ----------
    tables
        The saved tables.

    Returns
    -------
    Section
        Chart and table.
    """
    title, now = "The pillars", tables.latest()
    if now is None:
        return nothing(title, _NO_SCORE)
    scores = tables.own("score.scores").where(year=now["year"], role="index")
    made_up = tables.own("score.contributions").where(year=now["year"])
    rows = []
    for row in (*scores.where(tier="index"), *scores.where(tier="pillar")):
        part = made_up.one(tier=row["tier"], component=row["component"])
        shares = [part.cell(column, form) for column, form in _PARTS] if part else [EMPTY] * len(_PARTS)
        rows.append((row.cell("component", "name"), row.cell("estimate"), row.between(), *shares))
    head = ("", "score", "interval", "weight", "points of the index")
    return Section(title, tables=(PageTable(head, tuple(rows), _in_year(now)),), charts=("pillars",))


_PARTS = (("weight", "hundredths"), ("contribution", "points"))


def _in_year(now: SavedRow) -> Markup:
    return Markup("In {}").format(now.cell("year", "whole"))


def moved(tables: BriefTables) -> Section:
    """Show what moved the index into the latest year.

    Parameters
    ----------
    tables
        The saved tables.

    Returns
    -------
    Section
        Tables of pillars and of the dimensions that moved most.
    """
    title, now = "What moved it", tables.latest()
    before = tables.before(now) if now else None
    if now is None or before is None:
        return nothing(title, "no two years shown have a score.")
    if tables.has("explanation"):
        return _explained(tables, title)
    scores = tables.own("score.scores").where(role="index")
    pairs = [
        (old, new)
        for new in scores.where(year=now["year"]).known("estimate")
        for old in scores.where(year=before["year"], tier=new["tier"], component=new["component"]).known("estimate")
    ]
    pillar_rows = [pair for pair in pairs if pair[1]["tier"] in {"index", "pillar"}]
    deeper = [pair for pair in pairs if pair[1]["tier"] == "dimension" and pair[0]["estimate"] != pair[1]["estimate"]]
    deeper.sort(key=lambda pair: -abs(pair[1]["estimate"] - pair[0]["estimate"]))
    told = [_move_row(tables, old, new) for old, new in (*pillar_rows, *deeper[:_MOST_MOVED])]
    years = (before.cell("year", "whole"), now.cell("year", "whole"))
    head = ("", "before", "after", "rose", "fell", "points of the index before", "after")
    caption = Markup("From {} to {}: index, pillars, and the dimensions that moved most").format(*years)
    words = Markup(
        "Scores of both years, shares of draws in which each rose or fell, and what each pillar contributes to the "
        "index. No explanation of this year is saved; <code>explain</code> divides the change exactly, down to "
        "codings, evidence and sources."
    )
    return Section(title, words=(words,), tables=(PageTable(head, tuple(told), caption),), charts=("waterfall",))


def _explained(tables: BriefTables, title: str) -> Section:
    """Show the parts of the change, and the indicators that moved, from the tables of an explanation."""
    parts, levels = tables.own("explanation.parts"), tables.own("explanation.levels").where(moved=True)
    deeper = SavedRows(parts.file, parts.where(tier="dimension").frame.query("estimate != 0"))
    chosen = (*parts.where(tier="index"), *parts.where(tier="pillar"))
    chosen += tuple(deeper.ordered("estimate", greatest=True, size=True).first(_MOST_MOVED))
    rows = tuple(
        (
            row.cell("component", "name"),
            row.cell("tier" if row["kind"] == _COMPONENT else "kind", "text"),
            row.cell("estimate", "signed"),
            row.between("signed"),
            row.cell("rose", "percent"),
            row.cell("fell", "percent"),
        )
        for row in chosen
    )
    one = chosen[0]
    years = Markup("From {} to {}").format(one.cell("since", "whole"), one.cell("year", "whole"))
    caption = Markup("{}: points that each pillar, and each dimension that moved, adds to the index").format(years)
    found = [PageTable(("", "type", "points", "interval", "rose", "fell"), rows, caption, texts=(1,))]
    moves = levels.ordered("change", size=True, greatest=True).first(_MOST_MOVED)
    words = tuple((row.cell("name", "text"), *(_level(row, end) for end in ("before", "after"))) for row in moves)
    if words:
        head = ("indicator", "before", "after")
        found.append(PageTable(head, words, Markup("Indicators that moved, in the codebook's words"), texts=(1, 2)))
    told = Markup(
        "<code>explain</code> shows what each coder gave, and the evidence and sources behind it; its tables are saved."
    )
    return Section(title, words=(told,), tables=tuple(found), charts=("waterfall",))


def _level(row: SavedRow, end: str) -> Markup:
    return Markup("{}: {}").format(row.cell(end, "points"), row.cell(f"words_{end}", "text"))


def _move_row(tables: BriefTables, old: SavedRow, new: SavedRow) -> tuple[Markup, ...]:
    parts = tables.own("score.contributions").where(tier=new["tier"], component=new["component"])
    made_up = [parts.one(year=row["year"]) for row in (old, new)]
    shares = [new.cell(column, "percent") for column in ("rose", "fell")]
    points = [part.cell("contribution") if part else EMPTY for part in made_up]
    return (new.cell("component", "name"), old.cell("estimate"), new.cell("estimate"), *shares, *points)


def doubt(tables: BriefTables) -> Section:
    """Show what makes the latest score uncertain, and what leaving something out would change.

    Parameters
    ----------
    tables
        The saved tables.

    Returns
    -------
    Section
        Tables.
    """
    title, now = "What drives the uncertainty", tables.latest()
    absent = missing(tables, title, ("sensitivity",))
    if absent or now is None:
        return absent or nothing(title, _NO_SCORE)
    outputs = tables.own("sensitivity.outputs").where(year=now["year"], kind="score", component=tables.index)
    output = next(iter(outputs), None)
    if output is None:
        return nothing(title, "the analysis does not cover the index in the latest year.")
    effects = tables.own("sensitivity.effects").where(output=output["output"], effect="shapley")
    shown = effects.known("estimate").ordered("estimate", greatest=True)
    drivers = tuple(
        (row.cell("input", "input"), row.cell("estimate", "percent"), row.between("percent")) for row in shown
    )
    words = Markup("Over the draws the index of {} has a standard deviation of {} points. ").format(
        now.cell("year", "whole"), output.cell("deviation")
    )
    caption = Markup("Share of that variance by source of uncertainty (Shapley effects)")
    found = (PageTable(("", "share", "interval"), drivers, caption),) if drivers else ()
    return Section(title, words=(words + _weights_told(tables, now),), tables=(*found, *_left_out(tables, now)))


def _weights_told(tables: BriefTables, now: SavedRow) -> Markup:
    told = [
        Markup("{} to {} ({})").format(row.cell("least"), row.cell("greatest"), row.cell("weights", "text"))
        for row in tables.own("sensitivity.weight_ranges").where(year=now["year"]).known("least")
    ]
    if not told:
        return EMPTY
    radius = next(iter(tables.own("sensitivity.weight_ranges").where(year=now["year"]))).cell("radius", "hundredths")
    return Markup("Weights up to {} from the declared ones would put it at {}.").format(
        radius, Markup(", at ").join(told)
    )


def _left_out(tables: BriefTables, now: SavedRow) -> tuple[PageTable, ...]:
    shifts = tables.own("sensitivity.left_out").where(year=now["year"]).known("shift")
    shifts = SavedRows(shifts.file, shifts.frame[shifts.frame["shift"] != 0.0])
    rows = tuple(
        (
            row.cell("left_out", "name"),
            row.cell("kind", "text"),
            row.cell("without"),
            row.cell("shift", "signed"),
            row.cell("rank", "whole"),
            row.cell("rank_without", "whole") if pd.notna(row["rank_without"]) else EMPTY,
        )
        for row in shifts.ordered("shift", greatest=True, size=True).first(_MOST_LEFT_OUT)
    )
    head = ("left out", "type", "index without it", "shift", "rank", "rank without it")
    caption = Markup("What changes the index most when left out; ranks among all scored years")
    return (PageTable(head, rows, caption, texts=(1,)),) if rows else ()
