"""The sections of a brief on the past: eras and analogues, turning points, claims, outside measures."""

from __future__ import annotations

import pandas as pd
from markupsafe import Markup

from alliance_metrics.report.brief.answer import alike, nearest_year
from alliance_metrics.report.brief.cells import EMPTY, SavedRow, SavedRows, record_cell
from alliance_metrics.report.brief.parts import PageTable, Section
from alliance_metrics.report.brief.tables import BriefTables
from alliance_metrics.results.files import RECORD
from alliance_metrics.results.words import NEAR_TAUTOLOGY, NOT_DISCRIMINATING, TEST_LEVEL

_MOST_CLAIMS, _MOST_MEASURES, _MOST_DIFFERENCES, _MOST_EMPTY = 10, 8, 6, 4
_STAR = Markup("*")
_OUTSIDE = Markup("; *: coding uncertainty by itself raises this measure, so the estimate lies outside its interval")


def eras(tables: BriefTables) -> Section | str:
    """Show how the pair compares with its other era.

    Parameters
    ----------
    tables
        The saved tables.

    Returns
    -------
    Section or str
        Chart, tables, and what the likeness rests on.
    """
    found = tables.pairing()
    if found is None:
        return "no other era of this pair of states is in the result."
    rows, _ = found
    one = next(iter(rows))
    sides = ((one[tables.unit], one["era"]), (one["other"], one["other_era"]))
    measured = tables.rows("comparison.eras").where(component=tables.index)
    cells = []
    for measure in dict.fromkeys(measured.frame["measure"]):
        both = [measured.one(measure=measure, **{tables.unit: unit, "era": era}) for unit, era in sides]
        cells.append(_era_row(both, rows.one(component=tables.index, measure=measure)))
    later, earlier = one.fill("{unit} {era:text}"), one.fill("{other:text} {other_era:text}")
    head = ("the index", later, "interval", earlier, "interval", "later is higher")
    shown = tuple(row for row in cells if row)
    starred = any(_STAR in row[k] for row in shown for k in (1, 3))
    caption = Markup("Each record as a whole; later is higher: share of draws{}").format(_OUTSIDE if starred else EMPTY)
    table = PageTable(head, shown, caption)
    nearest = nearest_year(tables, rows)
    words = (_likeness(tables, nearest),) if nearest else ()
    return Section(words=words, tables=(table, *_differences(tables, one)), charts=("lineage",))


def _era_row(both: list[SavedRow | None], difference: SavedRow | None) -> tuple[Markup, ...]:
    known = [row for row in both if row is not None]
    if not known:
        return ()
    name = known[0].cell("measure", "name")
    form = "whole" if known[0]["measured_in"] == "year" else "points"
    unit = EMPTY if form == "whole" else Markup(", {}").format(known[0].cell("measured_in", "text"))
    cells = [part for row in both for part in ((_starred(row, form), row.between(form)) if row else (EMPTY,) * 2)]
    share = EMPTY if difference is None else difference.cell("above", "percent")
    return (name + unit, *cells, share)


def _starred(row: SavedRow, form: str) -> Markup:
    return row.cell("estimate", form) + (_STAR if row["outside"] else EMPTY)


def _likeness(tables: BriefTables, nearest: SavedRow) -> Markup:
    years = [row.fill("{other_year:whole} ({probability:percent})") for row in alike(tables, nearest)]
    text = nearest.fill(
        "By all {space:text}, the years of {other:text} most like {unit} in {year:whole} are {}; in brackets, the "
        "share of draws in which each is the nearest. Coding error alone would put {year:whole} and its nearest year "
        "this far apart {by_noise:percent} of the time.",
        Markup(", ").join(years),
    )
    without = tables.rows("comparison.nearest_moved").like(nearest, *tables.paired, "year", "space").one()
    if without is None or pd.isna(without["other_year_without"]):
        return text
    return text + without.fill(
        " Without the indicators whose meaning changed, the nearest is {other_year_without:whole} "
        "({probability_without:percent})."
    )


def _differences(tables: BriefTables, one: SavedRow) -> tuple[PageTable, ...]:
    every = tables.rows("comparison.differences").like(one, *tables.paired)
    every = every.where(tier="indicator").known("estimate")
    reasons = list(dict.fromkeys(every.frame["reason"]))
    if not reasons:
        return ()
    own = every.where(reason=reasons[0])
    rows = tuple(
        (
            *row.cells("component:name", "estimate:signed", "[points]"),
            Markup("meaning changed") if row["changed_meaning"] else EMPTY,
        )
        for row in own.ordered("rank").first(_MOST_DIFFERENCES)
    )
    caption = next(iter(own)).fill(
        "Where {unit} in {year:whole} differs most from {other:text} in {other_year:whole} ({reason:text}), in points "
        "of each indicator"
    )
    return (PageTable(("indicator", "difference", "interval", ""), rows, caption, texts=(3,)),)


def turning_points(tables: BriefTables) -> Section | str:
    """Show when index and pillars broke, and how often the same would arise by chance.

    Parameters
    ----------
    tables
        The saved tables.

    Returns
    -------
    Section or str
        A table.
    """
    singles = tables.own("turning_points.breaks").where(number=1)
    tests = tables.own("turning_points.break_tests")
    rows = tuple(_break_row(row, tests.one(component=row["component"])) for row in singles)
    if not rows:
        return "no break of this record is dated."
    head = ("", "year of the break", "interval", "shift", "p-value", "power")
    caption = Markup("The best-fitting single break in the mean of each series, over the whole record")
    words = Markup(
        "p-value: how often a series without a break, equally autocorrelated, shifts as clearly by chance. Power: how "
        "often a true step of this size would be found. A p-value above {} is not significant."
    )
    level = next((row.cell("test_level", "percent") for row in tests), Markup("{:.0%}").format(TEST_LEVEL))
    return Section(words=(words.format(level), *_first_turn(tables)), tables=(PageTable(head, rows, caption),))


def _break_row(row: SavedRow, test: SavedRow | None) -> tuple[Markup, ...]:
    any_year = row["lower_beyond_record"] and row["upper_beyond_record"]
    span = Markup("any year") if any_year else row.between("whole")
    tested = (EMPTY, EMPTY) if test is None else test.cells("p_value:percent", "power:percent")
    return (*row.cells("component:name", "estimate:whole"), span, row.cell("shift", "signed"), *tested)


def _first_turn(tables: BriefTables) -> list[Markup]:
    """Say which pillar most often turned first, by each reading, and in how many draws."""
    order = tables.own("turning_points.order").known("first")
    found = []
    for reading in dict.fromkeys(order.frame["reading"]):
        own = order.where(reading=reading).ordered("first", greatest=True)
        row = own.one()
        if row is None or row["first"] == 0.0:
            continue
        found.append(
            row.fill(
                "by {reading:text}, {component:name} in {first:percent} of the draws ({first_alone:percent} alone, "
                "otherwise tied; a {turn:text})"
            )
        )
    return [Markup("What turned first: {}.").format(Markup("; ").join(found))] if found else []


def claims(tables: BriefTables) -> Section | str:
    """Show the verdicts on declared claims about the pair, those against expectation first.

    Parameters
    ----------
    tables
        The saved tables.

    Returns
    -------
    Section or str
        A table.
    """
    own = tables.own("claims.claims")
    if not len(own):
        return "no declared claim is about this record."
    frame = own.frame
    marks = [mark for mark in dict.fromkeys(frame["surprise"].sort_values(key=lambda text: text.str.len())) if mark]
    rank = frame["surprise"].map({mark: place for place, mark in enumerate(marks)}).fillna(len(marks))
    decided = (frame["share"].fillna(0.5) - 0.5).abs() * (frame["reason"] == "")
    order = pd.DataFrame({"rank": rank, "decided": -decided}).sort_values(["rank", "decided"], kind="stable").index
    shown = SavedRows(own.file, frame.loc[order]).first(_MOST_CLAIMS)
    rows = tuple((*row.cells("statement:text", "answer:text", "share:percent"), _verdict(row)) for row in shown)
    words = [Markup("Share: in how many draws the claim holds. It shows how much the answer depends on uncertainty in "
                    "the index; it is not the probability that the claim is true.")]  # fmt: skip
    if not marks:
        words.append(Markup("No verdict on this record goes against what was expected."))
    if len(own) > len(shown):
        first = "Unexpected verdicts and then the clearest" if marks else "The clearest verdicts"
        words.append(Markup("{} are shown; all are in <code>{}</code>.").format(first, own.file))
    empty = own.where(verdict=NOT_DISCRIMINATING)
    if len(empty):
        listed = Markup("; ").join(row.cell("statement", "text") for row in empty.first(_MOST_EMPTY))
        words.append(
            Markup("Not discriminating, because placebos have the same verdict, among them: {}.").format(listed)
        )
    head = ("claim", "answer of the index", "share", "verdict")
    return Section(words=(Markup(" ").join(words),), tables=(PageTable(head, rows, texts=(1, 3)),))


def _verdict(row: SavedRow) -> Markup:
    parts = [row.cell("verdict", "text")]
    parts += [Markup("({})").format(row.cell(name, "text")) for name in ("reason", "surprise") if row[name]]
    parts += [Markup("({})").format(NEAR_TAUTOLOGY)] if row["near_tautology"] else []
    return Markup(" ").join(parts)


def outside(tables: BriefTables) -> Section | str:
    """Show which measures from outside agree with the index, and which do not.

    Parameters
    ----------
    tables
        The saved tables.

    Returns
    -------
    Section or str
        A count and a table.
    """
    every = tables.own("validation.agreement")
    own = every.where(tier="index", counted=True, independent=True)
    levels = SavedRows(own.file, own.where(form="levels").known("estimate").frame)
    if not len(levels):
        return "no outside measure can be compared with this record."
    counts = tables.own("validation.summary").where(against="index", independent=True)
    words = [_counted(row) for row in (counts.one(form="levels"), counts.one(form="trendless")) if row is not None]
    rows = []
    for row in levels.ordered("p_value").first(_MOST_MEASURES):
        plain = own.where(form="trendless").one(measure=row["measure"])
        rest = (EMPTY, EMPTY) if plain is None else plain.cells("estimate:correlation", "reading:text")
        own_cells = row.cells("name:text", "estimate:correlation", "[correlation]", "p_value:percent", "reading:text")
        rows.append((*own_cells, *rest))
    head = ("measure", "correlation", "interval", "p-value", "reading", "trend removed", "reading")
    caption = Markup(
        "Rank correlations of the index with measures its coders had not seen; + is the expected direction"
    )
    place, result = tables.results["validation"]
    record = result.record
    lines = range(len(record.get("credits") or ()))
    owed = [record_cell(record, "credits", str(line), file=f"{place}{RECORD}") for line in lines]
    return Section(
        words=(Markup(" ").join(words), *owed), tables=(PageTable(head, tuple(rows), caption, texts=(4, 6)),)
    )


def _counted(row: SavedRow) -> Markup:
    head = "As measured" if row["form"] == "levels" else "With the trend removed"
    return row.fill(
        head
        + ", of {measures:whole} measures {agrees:whole} agree, {leans_with:whole} lean with it, {leans_against:whole} "
        "lean against it, {disagrees:whole} disagree; {agrees_expected} would agree by chance."
    )
