"""Codings against what they must agree with: levels, eras, coders, evidence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from alliance_metrics.coding.evidence import SERIES, fault_at
from alliance_metrics.errors import Fault, listed, nearest
from alliance_metrics.package.table import FILE
from alliance_metrics.results.tables import rows_of

RANGE = ("low", "score", "high")
#: Column that says what a score rests on; a package may have it.
BASIS = "basis"


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


@dataclass(frozen=True)
class Against:
    """The tables that codings are checked against; None where a table has a fault of its own.

    Parameters
    ----------
    units
        Declared units with ``era``, ``first_year``, ``last_year``.
    levels
        The described levels.
    evidence
        Citable evidence as `evidence_index` gives it.
    """

    units: pd.DataFrame | None
    levels: pd.DataFrame | None
    evidence: pd.DataFrame | None


def coding_faults(codings: pd.DataFrame, coding: Coding, against: Against) -> list[Fault]:
    """List what a type check of single cells cannot see.

    Parameters
    ----------
    codings
        The coded cells, with the place of each row.
    coding
        Which kind they are.
    against
        What they are checked against.

    Returns
    -------
    list of Fault
        Levels that are not described, ``low <= score <= high`` broken, half-empty cells, empty cells without a note
        (but not rows that a coder has not touched, where the codings have a basis), years outside every era of the
        unit, coders in another coder's folder, unknown evidence.
    """
    if codings.empty:
        return []
    faults = _order_faults(codings, coding) + _coder_faults(codings, coding)
    if against.levels is not None:
        faults += _level_faults(codings, coding, against.levels)
    if against.units is not None:
        faults += _year_faults(codings, coding, against.units)
    if against.evidence is not None:
        faults += _evidence_faults(codings, coding, against.evidence)
    return faults


def _key(row: Mapping[str, object], coding: Coding) -> str:
    return f"{row[coding.unit]} {row['year']} {row['indicator_id']} {row['coder']}"


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
                fault_at(row, "not a described level", found, allowed=allowed, remedy="correct the cell", column=column)
            )
    return faults


def _order_faults(codings: pd.DataFrame, coding: Coding) -> list[Fault]:
    numbers = codings[list(RANGE)].to_numpy(dtype=float, na_value=np.nan)
    missing = np.isnan(numbers)
    partly = missing.any(axis=1) & ~missing.all(axis=1)
    with np.errstate(invalid="ignore"):
        crossed = (numbers[:, 0] > numbers[:, 1]) | (numbers[:, 1] > numbers[:, 2])
    silent = missing.all(axis=1) & (codings["note"] == "").to_numpy() & ~is_blank(codings).to_numpy()
    faults = []
    for mask, what, allowed, remedy in (
        (crossed, "the range does not hold the score", "low <= score <= high", "correct the three cells"),
        (partly, "a cell is half empty", "low, score and high all filled or all empty", "fill or empty all three"),
        (silent, "a missing score has no reason", "a note saying why there is no score", "say why in the note"),
    ):
        for row in rows_of(codings[mask]):
            found = f"{_key(row, coding)}: low {row['low']}, score {row['score']}, high {row['high']}"
            faults.append(fault_at(row, what, found, allowed=allowed, remedy=remedy, column="low+score+high"))
    return faults


def is_blank(codings: pd.DataFrame) -> pd.Series:
    """Say which rows a coder has not touched: no score, range, basis, evidence or note.

    Parameters
    ----------
    codings
        The coded cells.

    Returns
    -------
    Series of bool
        True for such rows; always False where the codings have no basis.
    """
    if BASIS not in codings.columns:
        return pd.Series(data=False, index=codings.index)
    texts = (codings[[BASIS, "evidence_ids", "note"]] == "").all(axis=1)
    return codings[list(RANGE)].isna().all(axis=1) & texts


def _year_faults(codings: pd.DataFrame, coding: Coding, units: pd.DataFrame) -> list[Fault]:
    eras = era_of(codings, units, unit=coding.unit)
    known = codings[coding.unit].isin(units[coding.unit])
    faults = []
    for row in rows_of(codings[(eras == "").to_numpy() & known.to_numpy()]):
        own = units[units[coding.unit] == row[coding.unit]]
        spans = [f"{first}-{last}" for first, last in zip(own["first_year"], own["last_year"], strict=True)]
        what, remedy = "a year outside every era of its unit", "correct the year, or declare the era"
        allowed = f"{row[coding.unit]} {listed(spans)}"
        faults.append(fault_at(row, what, _key(row, coding), allowed=allowed, remedy=remedy, column="year"))
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
    rows, found = rows_of(units), []
    for place, row in enumerate(rows):
        span = f"{row[unit]} {row['first_year']}-{row['last_year']}"
        if row["first_year"] > row["last_year"]:
            found.append((row, "an era ends before it begins", span, "first_year <= last_year"))
        for other in rows[:place]:
            same = other[unit] == row[unit]
            if same and row["first_year"] <= other["last_year"] and other["first_year"] <= row["last_year"]:
                overlap = f"{span} overlaps {other['first_year']}-{other['last_year']}"
                found.append((row, "two eras of one unit share years", overlap, "one era for each year"))
    return [
        fault_at(row, what, said, allowed=allowed, remedy="correct the years", column="first_year")
        for row, what, said, allowed in found
    ]


def _coder_faults(codings: pd.DataFrame, coding: Coding) -> list[Fault]:
    folder_of = {file: file.split("/")[-2] if "/" in file else "" for file in set(codings[FILE])}
    folders = codings[FILE].map(folder_of)
    return [
        fault_at(
            row,
            "a coder's rows stand in another coder's folder",
            _key(row, coding),
            allowed=f"'{folder_of[row[FILE]]}' in {coding.folder}/{folder_of[row[FILE]]}/",
            remedy="move the rows, or correct the coder",
            column="coder",
        )
        for row in rows_of(codings[codings["coder"] != folders])
    ]


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
                what, allowed = "a series of another dyad", "a measure that series.csv holds for the same dyad"
                found = f"{_key(row, coding)} cites {name!r}"
            else:
                continue
            remedy = "correct the id, or add the evidence"
            faults.append(fault_at(row, what, found, allowed=allowed, remedy=remedy, column="evidence_ids"))
    return faults
