"""Tables: the text of a file, checked against its declaration column by column."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from alliance_metrics.errors import Fault, listed, nearest
from alliance_metrics.package.table_schema import Field, ForeignKey, TableSchema

FILE = "_file"
LINE = "_line"
PLACE = (FILE, LINE)

_INTEGER = re.compile(r"[+-]?[0-9]{1,18}", re.ASCII)
_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,3})?", re.ASCII)
_REMEDY = "correct the cell, then run `check` again"


@dataclass(frozen=True)
class RawTable:
    """The cells of one file as text, before any meaning is read into them.

    Parameters
    ----------
    file
        Name used in messages.
    header
        Column names as they stand.
    columns
        One list of texts for each name of the header.
    lines
        Line of the file on which each row begins.
    """

    file: str
    header: tuple[str, ...]
    columns: tuple[list[str], ...]
    lines: list[int]


def check_table(raw: RawTable, schema: TableSchema) -> tuple[pd.DataFrame, list[Fault]]:
    """Turn the text of one file into typed columns, listing every fault.

    Parameters
    ----------
    raw
        The text.
    schema
        Its declaration.

    Returns
    -------
    frame : DataFrame
        The declared columns and the place of each row (``_file``, ``_line``); empty where the header is wrong.
        Text columns hold ``""`` where a cell is empty, number columns NaN, integer columns ``<NA>``. A row with a
        cell that cannot be read is left out, so that no second fault is made of it.
    faults : list of Fault
        Everything found, in the order of the declaration.
    """
    faults = _check_header(raw, schema)
    if faults:
        return pd.DataFrame(), faults
    columns: dict[str, Any] = {}
    read = np.ones(len(raw.lines), dtype=bool)
    for field, cells in zip(schema.fields, raw.columns, strict=True):
        columns[field.name], own, found = _check_column(raw, field, cells)
        read &= own
        faults += found
    frame = pd.DataFrame(columns)
    frame[FILE] = raw.file
    frame[LINE] = np.asarray(raw.lines, dtype=np.int64)
    return (frame if read.all() else frame[read].reset_index(drop=True)), faults


def _check_header(raw: RawTable, schema: TableSchema) -> list[Fault]:
    names, header = schema.names, raw.header
    if header == names:
        return []
    allowed = f"exactly the columns {','.join(names)}"

    def fault(what: str, found: str) -> Fault:
        return Fault(raw.file, what, found, allowed, "correct the header line", line=1, column="header")

    if len(header) == 1 and any(mark in header[0] for mark in ";\t|"):
        return [fault("the file does not seem to be comma separated", repr(header[0]))]
    repeated = sorted({name for name in header if header.count(name) > 1})
    missing = [name for name in names if name not in header]
    extra = [name for name in header if name not in names]
    faults = [fault("a column stands twice", f"'{name}'") for name in repeated]
    faults += [fault("a column is missing", f"no '{name}'") for name in missing]
    faults += [fault("a column is not declared", f"{name!r}{nearest(name, missing)}") for name in dict.fromkeys(extra)]
    return faults or [fault("the columns stand in another order", ",".join(header))]


def _check_column(raw: RawTable, field: Field, cells: list[str]) -> tuple[Any, Any, list[Fault]]:
    """Check each distinct text once, then list every cell with a bad one; mark the cells that can be read."""
    meanings: dict[str, Any] = {}
    bad: dict[str, tuple[str, str]] = {}
    for text in dict.fromkeys(cells):
        meaning, complaint = _read_cell(text, field)
        meanings[text] = meaning
        if complaint is not None:
            bad[text] = complaint
    faults = [
        Fault(raw.file, bad[text][0], repr(text) if text else "an empty cell", bad[text][1], _REMEDY, line, field.name)
        for text, line in zip(cells, raw.lines, strict=True)
        if text in bad
    ]
    if field.constraints.get("unique"):
        faults += _repeats(raw, field, cells)
    values = [meanings[text] for text in cells]
    unread = {text for text in bad if text == "" or meanings[text] is None}
    read = np.array([text not in unread for text in cells], dtype=bool)
    if field.type == "integer":
        return pd.array(values, dtype="Int64" if None in meanings.values() else "int64"), read, faults
    if field.type == "number":
        return np.array([math.nan if value is None else value for value in values], dtype=np.float64), read, faults
    return cells, read, faults


def _repeats(raw: RawTable, field: Field, cells: list[str]) -> list[Fault]:
    first: dict[str, int] = {}
    faults = []
    for text, line in zip(cells, raw.lines, strict=True):
        if text and text in first:
            found = f"{text!r} stands on line {first[text]} already"
            faults.append(Fault(raw.file, "a value stands twice", found, "each value once", _REMEDY, line, field.name))
        first.setdefault(text, line)
    return faults


def _read_cell(text: str, field: Field) -> tuple[Any, tuple[str, str] | None]:
    """Give the value of one text, and what is wrong with it, if anything."""
    if text == "":
        complaint = ("the cell may not be empty", "a value") if field.required else None
        return (text if field.type == "string" else None), complaint
    read = _READERS[field.type]
    value = read(text)
    if value is None:
        return None, (f"not {_ALLOWED[field.type][0]}", _ALLOWED[field.type][1])
    return value, _constraint_complaint(value, text, field.constraints)


def _constraint_complaint(value: Any, text: str, constraints: Mapping[str, Any]) -> tuple[str, str] | None:  # noqa: ANN401
    if "enum" in constraints and value not in constraints["enum"]:
        return "not one of the allowed values", "one of " + listed(constraints["enum"])
    low, high = constraints.get("minimum", -math.inf), constraints.get("maximum", math.inf)
    if not isinstance(value, str) and not low <= value <= high:
        return "outside the allowed range", f"{low} to {high}"
    if "pattern" in constraints and not re.fullmatch(constraints["pattern"], text):
        return "not of the allowed form", f"the form {constraints['pattern']}"
    if not constraints.get("minLength", 0) <= len(text) <= constraints.get("maxLength", len(text)):
        bounds = f"{constraints.get('minLength', 0)} to {constraints.get('maxLength', 'any number of')}"
        return "too short or too long", f"{bounds} characters"
    return None


def _read_integer(text: str) -> int | None:
    return int(text) if _INTEGER.fullmatch(text) else None


def _read_number(text: str) -> float | None:
    value = float(text) if _NUMBER.fullmatch(text) else math.nan
    return value if math.isfinite(value) else None


def _read_string(text: str) -> str:
    return text


_READERS: Mapping[str, Callable[[str], Any]] = {
    "string": _read_string,
    "integer": _read_integer,
    "number": _read_number,
}
_ALLOWED = {
    "integer": ("a whole number", "digits 0-9 only, such as 3; no point, space or other digits"),
    "number": ("a number", "digits with a decimal point, such as 2.5; no comma, space, nan or inf"),
}


def check_primary_key(frame: pd.DataFrame, key: tuple[str, ...]) -> list[Fault]:
    """Find rows that repeat the key of an earlier row.

    Parameters
    ----------
    frame
        A checked table, possibly of several files.
    key
        Names of the key columns.

    Returns
    -------
    list of Fault
        One for each repeated row, naming the row it repeats.
    """
    if not key or frame.empty:
        return []
    columns = list(key)
    repeated = frame.duplicated(columns, keep="first")
    if not repeated.any():
        return []
    first = frame.drop_duplicates(columns).set_index(columns)
    faults = []
    for row in frame.loc[repeated, [*columns, *PLACE]].itertuples(index=False):
        values = tuple(row)[: len(columns)]
        origin = first.loc[values if len(columns) > 1 else values[0]]
        found = f"{' '.join(map(str, values))} stands in {origin[FILE]} line {origin[LINE]} already"
        faults.append(
            Fault(
                where=str(row[-2]),
                what="the same key stands twice",
                found=found,
                allowed=f"one row for each {', '.join(columns)}",
                remedy="remove one of the rows, or correct its key",
                line=int(row[-1]),
                column="+".join(columns),
            )
        )
    return faults


def check_foreign_key(frame: pd.DataFrame, key: ForeignKey, target: pd.DataFrame) -> list[Fault]:
    """Find rows whose key stands in no row of the table it refers to.

    Parameters
    ----------
    frame
        The table that refers.
    key
        The declared foreign key.
    target
        The table referred to.

    Returns
    -------
    list of Fault
        One for each orphan row. A row whose key is wholly empty refers to nothing and is no orphan.
    """
    columns = list(key.fields)
    if frame.empty or any(name not in target.columns for name in key.references):
        return []
    known = set(target[list(key.references)].itertuples(index=False, name=None))
    pairs = list(frame[columns].itertuples(index=False, name=None))
    orphans = {pair for pair in set(pairs) if pair not in known and any(value != "" for value in pair)}
    if not orphans:
        return []
    words = sorted({str(pair[0]) for pair in known})
    return [
        Fault(
            where=str(file),
            what=f"unknown {' '.join(columns)}",
            found=f"{' '.join(map(repr, pair))}{nearest(str(pair[0]), words)}",
            allowed=f"a value of {', '.join(key.references)} in the table '{key.table}': {listed(words)}",
            remedy=f"correct the cell, or add the row to '{key.table}'",
            line=int(line),
            column="+".join(columns),
        )
        for pair, file, line in zip(pairs, frame[FILE], frame[LINE], strict=True)
        if pair in orphans
    ]
