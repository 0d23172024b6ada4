"""Codings against what they rest on: levels, eras, coders, evidence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from alliance_metrics.coding.table_schema import FILE, LINE, rows_of
from alliance_metrics.errors import Fault, listed, nearest

SERIES = "series:"
RANGE = ("low", "score", "high")
RESTS_ON = ("verified", "literature", "note only")


@dataclass(frozen=True)
class Coding:
    """Names under which one kind of coding is checked.

    Parameters
    ----------
    unit
        Column of the coded unit: ``dyad`` or ``state``.
    folder
        Folder whose subfolders are named for coders.
    """

    unit: str
    folder: str


def coding_faults(
    codings: pd.DataFrame,
    coding: Coding,
    *,
    units: pd.DataFrame,
    levels: pd.DataFrame,
    evidence: pd.DataFrame,
) -> list[Fault]:
    """List what a type check of single cells cannot see.

    Parameters
    ----------
    codings
        The coded cells, with the place of each row.
    coding
        Which kind they are.
    units
        Declared units with ``era``, ``first_year``, ``last_year``.
    levels
        The described levels.
    evidence
        Citable evidence as `evidence_index` gives it.

    Returns
    -------
    list of Fault
        Levels that are not described, ``low <= score <= high`` broken, half-empty cells, empty cells without
        a note, years outside every era of the unit, coders in another coder's folder, unknown evidence.
    """
    if codings.empty:
        return []
    return [
        *_level_faults(codings, coding, levels),
        *_order_faults(codings, coding),
        *_year_faults(codings, coding, units),
        *_coder_faults(codings, coding),
        *_evidence_faults(codings, coding, evidence),
    ]


def _key(row: Mapping[str, object], coding: Coding) -> str:
    return f"{row[coding.unit]} {row['year']} {row['indicator_id']} {row['coder']}"


def _at(row: Mapping[str, object], what: str, found: str, *, allowed: str, remedy: str, column: str) -> Fault:
    return Fault(str(row[FILE]), what, found, allowed, remedy, int(str(row[LINE])), column)


def _level_faults(codings: pd.DataFrame, coding: Coding, levels: pd.DataFrame) -> list[Fault]:
    described = {name: set(group) for name, group in levels.groupby("indicator_id")["level"]}
    known = set(levels[["indicator_id", "level"]].itertuples(index=False, name=None))
    faults = []
    for column in RANGE:
        pairs = zip(codings["indicator_id"], codings[column], strict=True)
        bad = [not pd.isna(level) and (name, level) not in known and name in described for name, level in pairs]
        for row in rows_of(codings[np.asarray(bad, dtype=bool)]):
            allowed = f"a described level of '{row['indicator_id']}': {listed(sorted(described[row['indicator_id']]))}"
            found = f"{_key(row, coding)} = {row[column]}"
            faults.append(
                _at(
                    row,
                    "not a described level",
                    found,
                    allowed=allowed,
                    remedy="correct the cell",
                    column=column,
                )
            )
    return faults


def _order_faults(codings: pd.DataFrame, coding: Coding) -> list[Fault]:
    numbers = codings[list(RANGE)].to_numpy(dtype=float, na_value=np.nan)
    missing = np.isnan(numbers)
    partly = missing.any(axis=1) & ~missing.all(axis=1)
    with np.errstate(invalid="ignore"):
        crossed = (numbers[:, 0] > numbers[:, 1]) | (numbers[:, 1] > numbers[:, 2])
    silent = missing.all(axis=1) & (codings["note"] == "").to_numpy()
    faults = []
    for mask, what, allowed, remedy in (
        (crossed, "the range does not hold the score", "low <= score <= high", "correct the three cells"),
        (
            partly,
            "a cell is half empty",
            "low, score and high all filled or all empty",
            "fill or empty all three",
        ),
        (
            silent,
            "a missing score has no reason",
            "a note saying why there is no score",
            "say why in the note",
        ),
    ):
        for row in rows_of(codings[mask]):
            found = f"{_key(row, coding)}: low {row['low']}, score {row['score']}, high {row['high']}"
            faults.append(_at(row, what, found, allowed=allowed, remedy=remedy, column="low+score+high"))
    return faults


def _year_faults(codings: pd.DataFrame, coding: Coding, units: pd.DataFrame) -> list[Fault]:
    eras = era_of(codings, units, unit=coding.unit)
    known = codings[coding.unit].isin(units[coding.unit])
    faults = []
    for row in rows_of(codings[(eras == "").to_numpy() & known.to_numpy()]):
        own = units[units[coding.unit] == row[coding.unit]]
        spans = [f"{first}-{last}" for first, last in zip(own["first_year"], own["last_year"], strict=True)]
        faults.append(
            _at(
                row,
                "a year outside every era of its unit",
                _key(row, coding),
                allowed=f"{row[coding.unit]} {listed(spans)}",
                remedy="correct the year, or declare the era",
                column="year",
            )
        )
    return faults


def era_of(frame: pd.DataFrame, units: pd.DataFrame, *, unit: str) -> pd.Series:
    """Name the era each row's year belongs to.

    Parameters
    ----------
    frame
        Rows with the unit column and ``year``.
    units
        Declared units with ``era``, ``first_year``, ``last_year``, both ends included.
    unit
        Name of the unit column.

    Returns
    -------
    Series of str
        The era, or an empty string where no era of the unit holds the year.
    """
    eras = pd.Series("", index=frame.index, dtype=object)
    for row in rows_of(units):
        inside = (frame[unit] == row[unit]) & frame["year"].between(row["first_year"], row["last_year"])
        eras[inside.to_numpy(dtype=bool, na_value=False)] = row["era"]
    return eras


def unit_faults(units: pd.DataFrame, *, unit: str) -> list[Fault]:
    """Find eras that end before they begin, or that share a year with another era of the same unit.

    Parameters
    ----------
    units
        Declared units with their eras, with the place of each row.
    unit
        Name of the unit column.

    Returns
    -------
    list of Fault
        One for each such row: a unit-year belongs to one era.
    """
    faults = []
    rows = rows_of(units)
    for place, row in enumerate(rows):
        span = f"{row[unit]} {row['first_year']}-{row['last_year']}"
        if row["first_year"] > row["last_year"]:
            faults.append(
                _at(
                    row,
                    "an era ends before it begins",
                    span,
                    allowed="first_year <= last_year",
                    remedy="correct the years",
                    column="first_year",
                )
            )
        for other in rows[:place]:
            same = other[unit] == row[unit]
            if same and row["first_year"] <= other["last_year"] and other["first_year"] <= row["last_year"]:
                found = f"{span} overlaps {other['first_year']}-{other['last_year']}"
                faults.append(
                    _at(
                        row,
                        "two eras of one unit share years",
                        found,
                        allowed="one era for each year",
                        remedy="correct the years",
                        column="first_year",
                    )
                )
    return faults


def _coder_faults(codings: pd.DataFrame, coding: Coding) -> list[Fault]:
    folder_of = {file: file.split("/")[-2] if "/" in file else "" for file in set(codings[FILE])}
    folders = codings[FILE].map(folder_of)
    return [
        _at(
            row,
            "a coder's rows stand in another coder's folder",
            _key(row, coding),
            allowed=f"'{folder_of[row[FILE]]}' in {coding.folder}/{folder_of[row[FILE]]}/",
            remedy="move the rows, or correct the coder",
            column="coder",
        )
        for row in rows_of(codings[codings["coder"] != folders])
    ]


def evidence_index(events: pd.DataFrame, series: pd.DataFrame) -> pd.DataFrame:
    """List everything a coding may cite.

    Parameters
    ----------
    events, series
        The checked evidence tables.

    Returns
    -------
    DataFrame
        Columns ``dyad``, ``evidence_id`` (``series:`` and the measure for a series) and ``status``
        (``verified`` where any row of it is).
    """
    rows = [
        events[["dyad", "event_id", "status"]].rename(columns={"event_id": "evidence_id"}),
        series[["dyad", "status"]].assign(evidence_id=[SERIES + str(name) for name in series["measure"]]),
    ]
    stacked = pd.concat(rows, ignore_index=True).astype(object)
    ranked = stacked.assign(rank=stacked["status"] != RESTS_ON[0]).sort_values("rank", kind="stable")
    return ranked.drop_duplicates(["dyad", "evidence_id"]).drop(columns="rank").reset_index(drop=True)


def _evidence_faults(codings: pd.DataFrame, coding: Coding, evidence: pd.DataFrame) -> list[Fault]:
    everywhere = set(evidence["evidence_id"])
    measured = {
        (dyad, name)
        for dyad, name in zip(evidence["dyad"], evidence["evidence_id"], strict=True)
        if str(name).startswith(SERIES)
    }
    check_unit = coding.unit == "dyad"
    faults = []
    for row in rows_of(codings[codings["evidence_ids"] != ""]):
        for name in row["evidence_ids"].split(" "):
            if name not in everywhere:
                what, allowed = (
                    "unknown evidence id",
                    "an event_id of events.csv, or series: and a measure of series.csv",
                )
                found = f"{_key(row, coding)} cites {name!r}{nearest(name, everywhere)}"
            elif check_unit and name.startswith(SERIES) and (row["dyad"], name) not in measured:
                what, allowed = (
                    "a series of another dyad",
                    "a measure that series.csv holds for the same dyad",
                )
                found = f"{_key(row, coding)} cites {name!r}"
            else:
                continue
            faults.append(
                _at(
                    row,
                    what,
                    found,
                    allowed=allowed,
                    remedy="correct the id, or add the evidence",
                    column="evidence_ids",
                )
            )
    return faults


def rests_on(codings: pd.DataFrame, evidence: pd.DataFrame) -> pd.Series:
    """Say for each coded cell what it rests on.

    Parameters
    ----------
    codings
        Coded cells of dyads.
    evidence
        As `evidence_index` gives it.

    Returns
    -------
    Series of str
        ``verified`` where any cited row is verified, ``literature`` where all are recalled,
        ``note only`` where none is cited.
    """
    checked = evidence[evidence["status"] == RESTS_ON[0]]
    verified_series = set(zip(checked["dyad"], checked["evidence_id"], strict=True))
    verified_events = {name for name in checked["evidence_id"] if not str(name).startswith(SERIES)}

    def kind(dyad: str, cited: str) -> str:
        if not cited:
            return RESTS_ON[2]
        names = cited.split(" ")
        held = any(name in verified_events or (dyad, name) in verified_series for name in names)
        return RESTS_ON[0] if held else RESTS_ON[1]

    kinds = {pair: kind(*pair) for pair in set(zip(codings["dyad"], codings["evidence_ids"], strict=True))}
    pairs = zip(codings["dyad"], codings["evidence_ids"], strict=True)
    return pd.Series([kinds[pair] for pair in pairs], index=codings.index, dtype=object)
