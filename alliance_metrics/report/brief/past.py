"""The sections of a brief on the past: eras and analogues, turning points, claims, checks from outside."""

from __future__ import annotations

import pandas as pd
from markupsafe import Markup

from alliance_metrics.report.brief.answer import alike, nearest_year
from alliance_metrics.report.brief.cells import EMPTY, SavedRow, SavedRows
from alliance_metrics.report.brief.parts import PageTable, Section, missing, nothing
from alliance_metrics.report.brief.tables import BriefTables
from alliance_metrics.results.words import TEST_LEVEL

_MOST_CLAIMS, _MOST_MEASURES, _MOST_DIFFERENCES = 10, 8, 6
_STAR = Markup("*")
_OUTSIDE = Markup(
    "; *: the doubt of the codings itself adds to this measure, so that the estimate lies outside its interval"
)


def eras(tables: BriefTables) -> Section:
    """Show how the pair compares with its other era.

    Parameters
    ----------
    tables
        The saved tables.

    Returns
    -------
    Section
        Chart, tables, and what the likeness rests on.
    """
    title = "Two eras, and the years most alike"
    absent = missing(tables, title, ("comparison",))
    found = tables.pairing()
    if absent or found is None:
        return absent or nothing(title, "no other era of this pair of states is in the result.")
    rows, _ = found
    one = next(iter(rows))
    sides = [(str(one[tables.unit]), str(one["era"])), (str(one["other"]), str(one["other_era"]))]
    measured = tables.rows("comparison.eras").where(component=tables.index)
    told = []
    for measure in dict.fromkeys(measured.frame["measure"]):
        both = [measured.one(measure=measure, **{tables.unit: unit, "era": era}) for unit, era in sides]
        told.append(_era_row(both, rows.one(component=tables.index, measure=measure)))
    later = Markup("{} {}").format(one.told(tables.unit, "text"), one.told("era", "text"))
    earlier = Markup("{} {}").format(one.told("other", "text"), one.told("other_era", "text"))
    head = (Markup("the index"), later, Markup("interval"), earlier, Markup("interval"), Markup("later is higher"))
    rows_told = tuple(row for row in told if row)
    starred = any(_STAR in row[k] for row in rows_told for k in (1, 3))
    caption = Markup("Both records, each as a whole; later is higher: share of draws{}").format(
        _OUTSIDE if starred else EMPTY
    )
    table = PageTable(head, rows_told, caption)
    nearest = nearest_year(tables, rows)
    words = (_likeness(tables, nearest),) if nearest else ()
    return Section(title, words=words, tables=(table, *_differences(tables, one)), charts=("lineage",))


def _era_row(both: list[SavedRow | None], difference: SavedRow | None) -> tuple[Markup, ...]:
    known = [row for row in both if row is not None]
    if not known:
        return ()
    name = known[0].told("measure", "name")
    form = "whole" if known[0]["measured_in"] == "year" else "points"
    unit = EMPTY if form == "whole" else Markup(", {}").format(known[0].told("measured_in", "text"))
    cells = [part for row in both for part in ((_starred(row, form), row.between(form)) if row else (EMPTY,) * 2)]
    share = EMPTY if difference is None else difference.told("above", "percent")
    return (name + unit, *cells, share)


def _starred(row: SavedRow, form: str) -> Markup:
    return row.told("estimate", form) + (_STAR if row["outside"] else EMPTY)


def _likeness(tables: BriefTables, nearest: SavedRow) -> Markup:
    years = Markup(", ").join(
        Markup("{} ({})").format(row.told("other_year", "whole"), row.told("probability", "percent"))
        for row in alike(tables, nearest)
    )
    told = Markup(
        "Taken by all {}, the years of {} most like {} in {} are {}; in brackets, the share of draws in which each is "
        "the nearest. Two codings of one and the same year would lie as far apart as {} and its nearest with "
        "probability {}."
    ).format(
        nearest.told("space", "text"), nearest.told("other", "text"), nearest.told(tables.unit, "text"),
        nearest.told("year", "whole"), years,
        nearest.told("year", "whole"), nearest.told("by_noise", "percent"),
    )  # fmt: skip
    keys = ("era", "other", "other_era", "year", "space", tables.unit)
    without = tables.rows("comparison.nearest_moved").one(**{key: nearest[key] for key in keys})
    if without is None or pd.isna(without["other_year_without"]):
        return told
    return told + Markup(" Without the indicators whose meaning changed the nearest is {} ({}).").format(
        without.told("other_year_without", "whole"), without.told("probability_without", "percent")
    )


def _differences(tables: BriefTables, one: SavedRow) -> tuple[PageTable, ...]:
    keys = {key: one[key] for key in (tables.unit, "era", "other", "other_era")}
    every = tables.rows("comparison.differences").where(**keys, tier="indicator").known("estimate")
    reasons = list(dict.fromkeys(every.frame["reason"]))
    if not reasons:
        return ()
    own = every.where(reason=reasons[0])
    rows = tuple(
        (
            row.told("component", "name"),
            row.told("estimate", "signed"),
            row.between("points"),
            Markup("meaning changed") if row["changed_meaning"] else EMPTY,
        )
        for row in own.ordered("rank").first(_MOST_DIFFERENCES)
    )
    first = next(iter(own))
    caption = Markup("Where {} in {} differs most from {} in {} ({}), points of an indicator").format(
        first.told(tables.unit, "text"), first.told("year", "whole"),
        first.told("other", "text"), first.told("other_year", "whole"), first.told("reason", "text"),
    )  # fmt: skip
    return (PageTable(("indicator", "difference", "interval", ""), rows, caption, texts=(3,)),)


def turning_points(tables: BriefTables) -> Section:
    """Show when index and pillars broke, and whether mere persistence would do as much.

    Parameters
    ----------
    tables
        The saved tables.

    Returns
    -------
    Section
        A table.
    """
    title = "Turning points"
    absent = missing(tables, title, ("turning_points",))
    if absent:
        return absent
    singles = tables.own("turning_points.breaks").where(number=1)
    tests = tables.own("turning_points.break_tests")
    rows = tuple(_break_row(row, tests.one(component=row["component"])) for row in singles)
    if not rows:
        return nothing(title, "no break of this record is dated.")
    head = ("", "year of the break", "interval", "shift", "p_value", "power")
    caption = Markup("The one break in the mean that fits each series best, over the whole record")
    words = Markup(
        "Chance: how often a series that merely persists breaks as clearly. Power: how often a true step of the size "
        "seen would be told from it. A chance above {} is no finding."
    )
    level = next((row.told("test_level", "percent") for row in tests), Markup("{:.0%}").format(TEST_LEVEL))
    return Section(title, words=(words.format(level), *_first_turn(tables)), tables=(PageTable(head, rows, caption),))


def _break_row(row: SavedRow, test: SavedRow | None) -> tuple[Markup, ...]:
    any_year = row["lower_beyond_record"] and row["upper_beyond_record"]
    span = Markup("any year") if any_year else row.between("whole")
    tested = [EMPTY] * 2 if test is None else [test.told(name, "percent") for name in ("p_value", "power")]
    return (row.told("component", "name"), row.told("estimate", "whole"), span, row.told("shift", "signed"), *tested)


def _first_turn(tables: BriefTables) -> list[Markup]:
    """Tell which pillar most often turned first, by either reading, and in how many draws."""
    order = tables.own("turning_points.order").known("first")
    told = []
    for reading in dict.fromkeys(order.frame["reading"]):
        own = order.where(reading=reading).ordered("first", greatest=True)
        row = next(iter(own), None)
        if row is None or row["first"] == 0.0:
            continue
        told.append(
            Markup("by {}, {} in {} of the draws ({} alone, else tied), as a {}").format(
                row.told("reading", "text"), row.told("component", "name"), row.told("first", "percent"),
                row.told("first_alone", "percent"), row.told("turn", "text"),
            )
        )  # fmt: skip
    return [Markup("What turned first: {}.").format(Markup("; ").join(told))] if told else []


def claims(tables: BriefTables) -> Section:
    """Show the verdicts on declared claims about the pair, surprises first.

    Parameters
    ----------
    tables
        The saved tables.

    Returns
    -------
    Section
        A table.
    """
    title = "Claims held against the draws"
    absent = missing(tables, title, ("claims",))
    if absent:
        return absent
    own = tables.own("claims.claims")
    if not len(own):
        return nothing(title, "no declared claim is about this record.")
    frame = own.frame
    marks = [mark for mark in dict.fromkeys(frame["surprise"].sort_values(key=lambda text: text.str.len())) if mark]
    rank = frame["surprise"].map({mark: place for place, mark in enumerate(marks)}).fillna(len(marks))
    decided = (frame["share"].fillna(0.5) - 0.5).abs() * (frame["reason"] == "")
    order = pd.DataFrame({"rank": rank, "decided": -decided}).sort_values(["rank", "decided"], kind="stable").index
    shown = SavedRows(own.file, frame.loc[order]).first(_MOST_CLAIMS)
    rows = tuple(
        (
            row.told("statement", "text"),
            row.told("answer", "text"),
            row.told("share", "percent"),
            _verdict(row),
        )
        for row in shown
    )
    words = [Markup("Share: in how many draws the claim holds. It tells how far the answer hangs on what is doubtful "
                    "in the index, and is no chance that the claim is true.")]  # fmt: skip
    if not marks:
        words.append(Markup("None of the verdicts on this record is a surprise."))
    if len(own) > len(shown):
        words.append(Markup("Surprises and the clearest verdicts are shown; all stand in <code>{}</code>.").format(
            own.file))  # fmt: skip
    head = ("claim", "answer of the index", "share", "verdict")
    return Section(title, words=(Markup(" ").join(words),), tables=(PageTable(head, rows, texts=(1, 3)),))


def _verdict(row: SavedRow) -> Markup:
    parts = [row.told("verdict", "text")]
    parts += [Markup("({})").format(row.told(name, "text")) for name in ("reason", "surprise") if row[name]]
    return Markup(" ").join(parts)


def outside(tables: BriefTables) -> Section:
    """Show which measures from outside agree with the index, and which do not.

    Parameters
    ----------
    tables
        The saved tables.

    Returns
    -------
    Section
        A count and a table.
    """
    title = "Checks from outside"
    absent = missing(tables, title, ("validation",))
    if absent:
        return absent
    every = tables.own("validation.agreement")
    own = every.where(tier="index", counted=True, independent=True)
    levels = SavedRows(own.file, own.where(form="levels").known("estimate").frame)
    if not len(levels):
        return nothing(title, "no measure from outside can be set beside this record.")
    counts = tables.own("validation.summary").where(against="index", independent=True)
    words = [_counted(row) for row in (counts.one(form="levels"), counts.one(form="trendless")) if row is not None]
    rows = []
    for row in levels.ordered("p_value").first(_MOST_MEASURES):
        plain = own.where(form="trendless").one(measure=row["measure"])
        rest = [EMPTY] * 2 if plain is None else [plain.told("estimate", "correlation"), plain.told("reading", "text")]
        rows.append(
            (
                row.told("name", "text"),
                row.told("estimate", "correlation"),
                row.between("correlation"),
                row.told("p_value", "percent"),
                row.told("reading", "text"),
                *rest,
            )
        )
    head = ("measure", "correlation", "interval", "p_value", "reading", "trend taken away", "reading")
    caption = Markup("Rank correlations of the index with measures its coders had not seen, + as expected")
    return Section(
        title, words=(Markup(" ").join(words),), tables=(PageTable(head, tuple(rows), caption, texts=(4, 6)),)
    )


def _counted(row: SavedRow) -> Markup:
    parts = [
        Markup("{} {}").format(row.told(name, "whole"), word)
        for name, word in (
            ("agrees", "agree"),
            ("leans_with", "lean with it"),
            ("leans_against", "lean against it"),
            ("disagrees", "disagree"),
        )
    ]
    head = "As they stand" if row["form"] == "levels" else "With the trend taken away"
    return Markup("{}, of {} measures {}; {} would agree by chance.").format(
        head, row.told("measures", "whole"), Markup(", ").join(parts), row.told("agrees_expected")
    )
