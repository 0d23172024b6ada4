"""The answer of a brief: three sentences filled from saved tables, with likelihood words tied to probabilities."""

from __future__ import annotations

import pandas as pd
from markupsafe import Markup

from alliance_metrics.report.brief.cells import EMPTY, SavedRow, SavedRows
from alliance_metrics.report.brief.tables import BriefTables
from alliance_metrics.report.shown import frame_sentence

_MOST_YEARS = 3
_EVEN = 0.5


def answer(tables: BriefTables) -> list[Markup]:
    """Say where the pair stands, what that resembles, and what moved.

    Parameters
    ----------
    tables
        The saved tables.

    Returns
    -------
    list of Markup
        Three sentences, and one more where there are reference pairs; where tables are missing the sentence says so.
    """
    return [one for one in (standing(tables), ladder(tables), likeness(tables), movement(tables)) if one]


def standing(tables: BriefTables) -> Markup:
    """Say how high the index stands, how surely, and where that is in its own record.

    Parameters
    ----------
    tables
        The saved tables.

    Returns
    -------
    Markup
        One sentence.
    """
    now = tables.latest()
    if now is None:
        return Markup("No year shown has a score.")
    own = tables.own("score.scores").where(tier="index").known("estimate")
    level = now.fill(" ({confidence:percent} interval {lower} to {upper})") if pd.notna(now["lower"]) else EMPTY
    stands = "In {year:whole} the {component:name} of {unit} stands at {estimate}{} on a scale of {}"
    meaning = frame_sentence(tables.record).rstrip(".")
    head = now.fill(stands, level, given(f"0 to 100 ({meaning})" if meaning else "0 to 100"))
    others = SavedRows(own.file, own.frame[own.frame["year"] != now["year"]])
    if not len(others):
        return head + Markup(".")
    peak = next(iter(others.ordered("estimate", greatest=True)))
    low = next(iter(others.ordered("estimate")))
    ends = (("highest", peak, now["estimate"] >= peak["estimate"]), ("lowest", low, now["estimate"] <= low["estimate"]))
    for word, other, beyond in ends:
        if beyond:
            place = _against(tables, now, other, f"the next {word}", higher=other is peak)
            return head + Markup(", the {} of the years shown; {}.").format(word, place)
    below = _against(tables, now, peak, "the highest", higher=False)
    return head + Markup("; {}, and {}.").format(below, _against(tables, now, low, "the lowest", higher=True))


def ladder(tables: BriefTables) -> Markup:
    """Say between which years of reference pairs the latest year stands, and how surely.

    Parameters
    ----------
    tables
        The saved tables.

    Returns
    -------
    Markup
        One sentence; empty where there is no reference pair or no score.
    """
    now = tables.latest()
    references = {tuple(one) for one in tables.record.get("references") or ()}
    if now is None or not references:
        return EMPTY
    rows = tables.rows("score.scores").where(tier="index").known("estimate")
    own = pd.MultiIndex.from_frame(rows.frame[[tables.unit, "era"]].astype(str)).isin(references)
    known = SavedRows(rows.file, rows.frame[own])
    ends = (
        ("below", known.frame["estimate"] > now["estimate"], False),
        ("above", known.frame["estimate"] <= now["estimate"], True),
    )
    parts = []
    for word, chosen, greatest in ends:
        nearest = list(SavedRows(known.file, known.frame[chosen]).ordered("estimate", greatest=greatest).first(1))
        share = _pair_share(tables, now, nearest[0], higher=word == "above") if nearest else None
        if nearest and share is not None:
            parts.append(nearest[0].fill(f"{{}} to stand {word} {{unit}} {{year:whole}}, at {{estimate}}", share))
    return Markup("Among the reference pairs it is {}.").format(Markup(", and ").join(parts)) if parts else EMPTY


def given(text: str) -> Markup:
    """Mark a figure that is part of the page and of no table, such as the ends of the scale.

    Parameters
    ----------
    text
        The figure.

    Returns
    -------
    Markup
        The figure in an element that says so.
    """
    return Markup('<span class="given">{}</span>').format(text)


def _against(tables: BriefTables, now: SavedRow, other: SavedRow, what: str, *, higher: bool) -> Markup:
    """Compare two years of the index."""
    named = other.fill(f"{what}, {{year:whole}} at {{estimate}}")
    word = "higher" if higher else "lower"
    share = _pair_share(tables, now, other, higher=higher)
    if share is None:
        return Markup("it is {} than {}").format(word, named)
    return Markup("it is {} to be {} than {}").format(share, word, named)


def _pair_share(tables: BriefTables, now: SavedRow, other: SavedRow, *, higher: bool) -> Markup | None:
    """Find in how many draws one year lies above another, whichever of the two the table names first."""
    every = tables.rows("score.pairs")
    for first, second, is_first in ((now, other, True), (other, now, False)):
        one = {tables.unit: first[tables.unit], "era": first["era"], "year": first["year"]}
        row = every.one(**one, other=second[tables.unit], other_era=second["era"], other_year=second["year"])
        if row is not None:
            return row.likelihood("above" if higher == is_first else "below")
    return None


def likeness(tables: BriefTables) -> Markup:
    """Say how the pair compares with its other era, and which year there is most like its latest.

    Parameters
    ----------
    tables
        The saved tables.

    Returns
    -------
    Markup
        One sentence.
    """
    found = tables.pairing()
    if found is None:
        return Markup("The result has no other era of this pair of states to compare.")
    rows, is_later = found
    level = rows.one(component=tables.index, measure="level")
    parts = []
    if level is not None and pd.notna(level["estimate"]):
        up = level["estimate"] >= 0
        sides = ["{unit} {era:text}", "{other:text} {other_era:text}"]
        subject, other = sides if is_later else reversed(sides)
        word = "higher" if up == is_later else "lower"
        text = f"Averaged over the whole record, {subject} is {{}} to be {word} than {other}, by {{estimate:size}} "
        text += "points {}"
        parts.append(level.fill(text, level.likelihood("above" if up else "below"), _apart(level)))
    nearest = nearest_year(tables, rows)
    if nearest is not None:
        parts.append(_nearest_sentence(tables, nearest))
    return Markup("; ").join(parts) + Markup(".") if parts else Markup("Neither era has an index to compare.")


def _apart(level: SavedRow) -> Markup:
    """Give the interval of a distance; where its sign is open, with signs."""
    lower, upper = level["lower"], level["upper"]
    if pd.isna(lower) or lower <= 0.0 <= upper:
        return level.between("signed")
    return level.between("size", ends=("lower", "upper") if lower > 0.0 else ("upper", "lower"))


def nearest_year(tables: BriefTables, pairing: SavedRows) -> SavedRow | None:
    """Give the year of the earlier era that the latest year of the later one is most like, by all its indicators.

    Parameters
    ----------
    tables
        The saved tables.
    pairing
        Rows that name the two eras.

    Returns
    -------
    SavedRow or None
        The row of ``nearest``.
    """
    one = next(iter(pairing))
    every = tables.rows("comparison.nearest").like(one, *tables.paired).where(indicators="all").known("other_year")
    spaces = list(dict.fromkeys(every.frame["space"]))
    rows = list(every.where(space=spaces[0]).ordered("year")) if spaces else []
    now = tables.latest()
    if (one[tables.unit], one["era"]) == tables.subject.pair and now is not None:
        rows = [row for row in rows if row["year"] <= now["year"]]
    return rows[-1] if rows else None


def alike(tables: BriefTables, nearest: SavedRow) -> SavedRows:
    """Give the years most like a year, from the likeliest.

    Parameters
    ----------
    tables
        The saved tables.
    nearest
        A row of ``nearest``.

    Returns
    -------
    SavedRows
        Rows of ``analogues``.
    """
    rows = tables.rows("comparison.analogues").like(nearest, *tables.paired, "year", "space", "indicators")
    return rows.ordered("probability", greatest=True).first(_MOST_YEARS)


def _nearest_sentence(tables: BriefTables, nearest: SavedRow) -> Markup:
    if nearest["probability"] >= _EVEN:
        text = nearest.fill(
            "{unit} in {year:whole} is {} to resemble {other:text} in {other_year:whole} more than any other year of "
            "that record",
            nearest.likelihood("probability"),
        )
    else:
        shares = Markup(", ").join(
            row.fill("{other_year:whole} in {probability:percent}") for row in alike(tables, nearest)
        )
        text = nearest.fill(
            "no single year of {other:text} {other_era:text} is clearly the most like {unit} in {year:whole}; the "
            "closest are {} of the draws",
            shares,
        )
    if pd.isna(nearest["beyond_noise"]):
        return text
    if nearest["beyond_noise"]:
        return text + nearest.fill("; even the closest year, {other_year:whole}, differs by more than coding error")
    return text + nearest.fill("; {other_year:whole} differs by no more than coding error")


def movement(tables: BriefTables) -> Markup:
    """Say what broke, how surely that is a break, and what moved last.

    Parameters
    ----------
    tables
        The saved tables.

    Returns
    -------
    Markup
        One sentence.
    """
    first = _break_sentence(tables)
    parts = [part for part in (first, _last_change(tables, begins=not first)) if part]
    return Markup("; ").join(parts) + Markup(".") if parts else Markup("These tables do not show what moved.")


def _break_sentence(tables: BriefTables) -> Markup:
    if not tables.has("turning_points"):
        return EMPTY
    single = tables.own("turning_points.breaks").one(component=tables.index, number=1)
    test = tables.own("turning_points.break_tests").one(component=tables.index)
    if single is None:
        return Markup("The index has no dated break")
    word = "fall" if single["shift"] < 0 else "rise"
    best = "The best-fitting single break in the record is a {} of {shift:size} points in {estimate:whole} {}"
    text = single.fill(best, word, break_span(single))
    if test is None:
        return text
    found = test["p_value"] <= test["test_level"]
    but, only = ("and", "only ") if found else ("but", "")
    return text + test.fill(f", {but} a shift this large would arise by chance {only}{{p_value:percent}} of the time")


def break_span(single: SavedRow) -> Markup:
    """Give the interval of a break.

    Parameters
    ----------
    single
        A row of ``breaks``.

    Returns
    -------
    Markup
        Its interval, or that it may be any year.
    """
    if single["lower_beyond_record"] and single["upper_beyond_record"]:
        return Markup("(it may be any year of the record)")
    return single.between("whole")


def _last_change(tables: BriefTables, *, begins: bool) -> Markup:
    now = tables.latest()
    before = None if now is None else tables.before(now)
    if now is None or before is None or pd.isna(now["rose"]):
        return EMPTY
    fell = now["estimate"] < before["estimate"]
    share = now.likelihood("fell" if fell else "rose")
    word = "fallen" if fell else "risen"
    start = before.fill(
        f"{'S' if begins else 's'}ince {{year:whole}} it is {{}} to have {{}}, from {{estimate}} to ", share, word
    )
    return start + now.cell("estimate")
