"""The sections of a brief on the present (trajectory, pillars, what moved, what is uncertain) and on method."""

from __future__ import annotations

import pandas as pd
from markupsafe import Markup

from alliance_metrics.report.brief.answer import given
from alliance_metrics.report.brief.cells import EMPTY, SavedRow, SavedRows, record_cell
from alliance_metrics.report.brief.parts import PageTable, Section, template
from alliance_metrics.report.brief.tables import BriefTables

_MOST_MOVED, _MOST_LEFT_OUT = 6, 6
_COMPONENT = "component"
_NO_SCORE = "no year shown has a score."


def trajectory(tables: BriefTables) -> Section | str:
    """Show the index through time, and its latest year among the reference pairs, where there are any.

    Parameters
    ----------
    tables
        The saved tables.

    Returns
    -------
    Section or str
        The charts.
    """
    charts = ("trajectory", "ladder") if tables.record.get("references") else ("trajectory",)
    return Section(charts=charts) if tables.latest() else _NO_SCORE


def pillars(tables: BriefTables) -> Section | str:
    """Show the pillars, and what each contributes to the index.

    Parameters
    ----------
    tables
        The saved tables.

    Returns
    -------
    Section or str
        Chart and table.
    """
    now = tables.latest()
    if now is None:
        return _NO_SCORE
    scores = tables.own("score.scores").where(year=now["year"], role="index")
    parts = tables.own("score.contributions").where(year=now["year"])
    rows = []
    for row in (*scores.where(tier="index"), *scores.where(tier="pillar")):
        part = parts.one(tier=row["tier"], component=row["component"])
        shares = part.cells("weight:hundredths", "contribution") if part else (EMPTY, EMPTY)
        rows.append((*row.cells("component:name", "estimate", "[points]"), *shares))
    head = ("", "score", "interval", "weight", "points of the index")
    return Section(tables=(PageTable(head, tuple(rows), now.fill("In {year:whole}")),), charts=("pillars",))


def moved(tables: BriefTables) -> Section | str:
    """Show what moved the index into the latest year.

    Parameters
    ----------
    tables
        The saved tables.

    Returns
    -------
    Section or str
        Tables of pillars and of the dimensions that moved most.
    """
    now = tables.latest()
    before = tables.before(now) if now else None
    if now is None or before is None:
        return "no two years shown have a score."
    if tables.has("explanation"):
        return _explained(tables)
    scores = tables.own("score.scores").where(role="index")
    pairs = [
        (old, new)
        for new in scores.where(year=now["year"]).known("estimate")
        for old in scores.where(year=before["year"], tier=new["tier"], component=new["component"]).known("estimate")
    ]
    pillar_rows = [pair for pair in pairs if pair[1]["tier"] in {"index", "pillar"}]
    deeper = [pair for pair in pairs if pair[1]["tier"] == "dimension" and pair[0]["estimate"] != pair[1]["estimate"]]
    deeper.sort(key=lambda pair: -abs(pair[1]["estimate"] - pair[0]["estimate"]))
    rows = [_move_row(tables, old, new) for old, new in (*pillar_rows, *deeper[:_MOST_MOVED])]
    years = (before.cell("year", "whole"), now.cell("year", "whole"))
    head = ("", "before", "after", "rose", "fell", "points of the index before", "after")
    caption = Markup("From {} to {}: index, pillars, and the dimensions that moved most").format(*years)
    words = Markup(
        "Scores of both years, shares of draws in which each rose or fell, and what each pillar contributes to the "
        "index. No explanation of this year is saved; <code>explain</code> divides the change exactly, down to "
        "codings, evidence and sources."
    )
    return Section(words=(words,), tables=(PageTable(head, tuple(rows), caption),), charts=("waterfall",))


def _explained(tables: BriefTables) -> Section:
    """Show the parts of the change, and the indicators that moved, from the tables of an explanation."""
    parts, levels = tables.own("explanation.parts"), tables.own("explanation.levels").where(moved=True)
    deeper = SavedRows(parts.file, parts.where(tier="dimension").frame.query("estimate != 0"))
    chosen = (*parts.where(tier="index"), *parts.where(tier="pillar"))
    chosen += tuple(deeper.ordered("estimate", greatest=True, size=True).first(_MOST_MOVED))
    rows = tuple(
        row.cells(
            "component:name", f"{'tier' if row['kind'] == _COMPONENT else 'kind'}:text", "estimate:signed", "[signed]",
            "rose:percent", "fell:percent",
        )
        for row in chosen
    )  # fmt: skip
    what = (
        "From {since:whole} to {year:whole}: points that each pillar, and each dimension that moved, adds to the index"
    )
    caption = chosen[0].fill(what)
    found = [PageTable(("", "type", "points", "interval", "rose", "fell"), rows, caption, texts=(1,))]
    moves = levels.ordered("change", size=True, greatest=True).first(_MOST_MOVED)
    words = tuple(
        (row.cell("name", "text"), row.fill("{before}: {words_before:text}"), row.fill("{after}: {words_after:text}"))
        for row in moves
    )
    if words:
        head = ("indicator", "before", "after")
        found.append(PageTable(head, words, Markup("Indicators that moved, in the codebook's words"), texts=(1, 2)))
    text = Markup(
        "<code>explain</code> shows what each coder gave, and the evidence and sources behind it; its tables are saved."
    )
    return Section(words=(text,), tables=tuple(found), charts=("waterfall",))


def _move_row(tables: BriefTables, old: SavedRow, new: SavedRow) -> tuple[Markup, ...]:
    every = tables.own("score.contributions").where(tier=new["tier"], component=new["component"])
    parts = [every.one(year=row["year"]) for row in (old, new)]
    points = [part.cell("contribution") if part else EMPTY for part in parts]
    return (
        new.cell("component", "name"),
        old.cell("estimate"),
        *new.cells("estimate", "rose:percent", "fell:percent"),
        *points,
    )


def doubt(tables: BriefTables) -> Section | str:
    """Show what makes the latest score uncertain, and what leaving something out would change.

    Parameters
    ----------
    tables
        The saved tables.

    Returns
    -------
    Section or str
        Tables.
    """
    now = tables.latest()
    if now is None:
        return _NO_SCORE
    outputs = tables.own("sensitivity.outputs").where(year=now["year"], kind="score", component=tables.index)
    output = outputs.one()
    if output is None:
        return "the analysis does not cover the index in the latest year."
    effects = tables.own("sensitivity.effects").where(output=output["output"], effect="shapley")
    shown = effects.known("estimate").ordered("estimate", greatest=True)
    drivers = tuple(row.cells("input:input", "estimate:percent", "[percent]") for row in shown)
    words = now.fill(
        "Over the draws the index of {year:whole} has a standard deviation of {} points. ", output.cell("deviation")
    )
    caption = Markup("Share of that variance by source of uncertainty (Shapley effects)")
    found = (PageTable(("", "share", "interval"), drivers, caption),) if drivers else ()
    return Section(words=(words + _weight_sentence(tables, now),), tables=(*found, *_left_out(tables, now)))


def _weight_sentence(tables: BriefTables, now: SavedRow) -> Markup:
    ranges = tables.own("sensitivity.weight_ranges").where(year=now["year"]).known("least")
    each = Markup(", at ").join(row.fill("{least} to {greatest} ({weights:text})") for row in ranges)
    if not each:
        return EMPTY
    return next(iter(ranges)).fill("Weights up to {radius:hundredths} from the declared ones would put it at {}.", each)


def _left_out(tables: BriefTables, now: SavedRow) -> tuple[PageTable, ...]:
    shifts = tables.own("sensitivity.left_out").where(year=now["year"]).known("shift")
    shifts = SavedRows(shifts.file, shifts.frame[shifts.frame["shift"] != 0.0])
    columns = ("left_out:name", "kind:text", "without", "shift:signed", "rank:whole")
    rows = tuple(
        (*row.cells(*columns), row.cell("rank_without", "whole") if pd.notna(row["rank_without"]) else EMPTY)
        for row in shifts.ordered("shift", greatest=True, size=True).first(_MOST_LEFT_OUT)
    )
    head = ("left out", "type", "index without it", "shift", "rank", "rank without it")
    caption = Markup("What changes the index most when left out; ranks among all scored years")
    return (PageTable(head, rows, caption, texts=(1,)),) if rows else ()


def method(tables: BriefTables) -> Section:
    """Say in a few lines how the numbers are computed.

    Parameters
    ----------
    tables
        The saved tables.

    Returns
    -------
    Section
        Lines of text.
    """
    uncertain = (tables.record.get("config") or {}).get("uncertainty") or {}
    inputs = len(uncertain.get("inputs") or [])
    return Section(words=_lines("method.html", tables, scale=given("0 to 100"), inputs=inputs))


def _lines(name: str, tables: BriefTables, **values: object) -> tuple[Markup, ...]:
    """Fill a template of one sentence a line with entries of the record."""

    def entry(way: str, form: str = "text") -> Markup:
        return record_cell(tables.record, *way.split("/"), form=form)

    def config(way: str, form: str = "name") -> Markup:
        return entry(f"config/{way}", form)

    text = template(name).render(entry=entry, config=config, **values)
    return tuple(Markup(line) for line in text.splitlines())  # noqa: S704 - the template escapes what it fills in


_READ = "its source or in a copy (verified)"


def coding(tables: BriefTables) -> Section:
    """Say who coded, on what evidence, and how far coders agree.

    Parameters
    ----------
    tables
        The saved tables.

    Returns
    -------
    Section
        A table of cells, the coders, and their agreement.
    """
    record, cells = tables.record, tables.own("score.cells")
    kinds = list(dict.fromkeys(cells.frame["rests_on"]))
    named = ["coder", *(["basis"] if "basis" in cells.frame.columns else [])]
    rows = []
    for values in dict.fromkeys(cells.frame[named].itertuples(index=False, name=None)):
        own = cells.where(**dict(zip(named, values, strict=True)))
        first = next(iter(own))
        counts = [own.one(rests_on=kind) for kind in kinds]
        cells_of = [row.cell("cells", "whole") if row else Markup("none") for row in counts]
        based = first.cells("basis:text") if "basis" in named else ()
        rows.append((*first.cells("coder:text", "coder_kind:name"), *based, *cells_of))
    firsts = [next(iter(cells.where(rests_on=kind))) for kind in kinds]
    kinds_of = (row.cell("rests_on", "text") for row in firsts)
    head = ("coder", "type", *named[1:], *kinds_of)
    read = "its source (verified), in a copy that cannot be cited (copy)" if "copy" in kinds else _READ
    caption = Markup("Coded cells of this record by what they rest on: evidence read at {}, recalled from the "
                     "literature (literature), or only a note").format(read)  # fmt: skip
    words = _lines("coders.html", tables, coders=len(record.get("coders") or []), agreement=_agreement(tables))
    table = (PageTable(head, tuple(rows), caption, texts=tuple(range(1, len(named) + 1))),) if rows else ()
    return Section(words=(Markup(" ").join(words),), tables=table)


def _agreement(tables: BriefTables) -> Markup:
    if not tables.has("reliability"):
        return Markup("Their agreement is not saved here; <code>reliability</code> measures it.")
    row = tables.own("reliability.alpha").known("estimate").one(scope="overall")
    if row is None:
        return EMPTY
    text = (
        "On this record Krippendorff's alpha is {estimate:hundredths} {}; coders gave the same level in "
        "{agreement:percent} of the cells."
    )
    return row.fill(text, row.between("hundredths"))


def citations(tables: BriefTables) -> Section:
    """Say what is to be cited.

    Parameters
    ----------
    tables
        The saved tables.

    Returns
    -------
    Section
        Data and software; where the works of evidence are listed.
    """
    data = tables.record.get("data") or {}
    licences = [
        [f"data/licenses/{k}/{part}" for part in ("title", "path") if one.get(part)]
        for k, one in enumerate(data.get("licenses") or [])
    ]
    return Section(words=_lines("citations.html", tables, data={"title": data.get("title")}, licences=licences))
