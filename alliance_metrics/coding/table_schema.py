"""Table Schema, checked on whole columns.

The declaration of every table stands once, in ``datapackage.json``. This module reads the part of the
standard that our tables use and refuses the rest by name, so that nothing declared is silently ignored.

References
----------
Data Package standard, "Table Schema", https://datapackage.org/standard/table-schema/
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from alliance_metrics.errors import DataError, Fault, listed, nearest

FILE = "_file"
LINE = "_line"
PLACE = (FILE, LINE)

_INTEGER = re.compile(r"[+-]?[0-9]{1,18}", re.ASCII)
_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,3})?", re.ASCII)
_FIELD_KEYS = {"name", "type", "title", "description", "example", "constraints", "format"}
_CONSTRAINTS = {"required", "unique", "enum", "pattern", "minimum", "maximum", "minLength", "maxLength"}
_REMEDY = "correct the cell, then run `check` again"
_DECLARATION_REMEDY = "correct datapackage.json"


@dataclass(frozen=True)
class Field:
    """One declared column."""

    name: str
    type: str
    constraints: Mapping[str, Any]

    @property
    def required(self) -> bool:
        """Whether an empty cell is a fault."""
        return bool(self.constraints.get("required", False))


@dataclass(frozen=True)
class ForeignKey:
    """Columns whose values must stand in columns of another table."""

    fields: tuple[str, ...]
    table: str
    references: tuple[str, ...]


@dataclass(frozen=True)
class TableSchema:
    """The declaration of one table."""

    fields: tuple[Field, ...]
    primary_key: tuple[str, ...]
    foreign_keys: tuple[ForeignKey, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Column names in declared order."""
        return tuple(field.name for field in self.fields)


def rows_of(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Give the rows of a table one by one.

    Parameters
    ----------
    frame
        The table.

    Returns
    -------
    list of dict
        For each row its cells by column.
    """
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]


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


def parse_schema(descriptor: object, *, where: str) -> TableSchema:
    """Read a Table Schema descriptor.

    Parameters
    ----------
    descriptor
        The ``schema`` property of a resource.
    where
        Name of the resource, for messages.

    Returns
    -------
    TableSchema
        The declaration.

    Raises
    ------
    DataError
        Where the descriptor is malformed or uses what this package does not check.
    """
    try:
        return _parse_schema(descriptor)
    except (KeyError, TypeError, ValueError, AttributeError, re.error) as error:
        fault = Fault(
            where=where,
            what="the declared schema cannot be used",
            found=str(error) or type(error).__name__,
            allowed="a Table Schema of string, integer and number fields with the constraints "
            + listed(sorted(_CONSTRAINTS)),
            remedy=_DECLARATION_REMEDY,
        )
        raise DataError([fault]) from error


def _parse_schema(descriptor: Any) -> TableSchema:  # noqa: ANN401 - parsed JSON
    fields = tuple(_parse_field(field) for field in descriptor["fields"])
    names = [field.name for field in fields]
    if not names or len(set(names)) != len(names):
        raise ValueError("fields are missing or named twice")
    if list(descriptor.get("missingValues", [""])) != [""]:
        raise ValueError("missingValues must be ['']: only an empty cell is missing")
    keys = tuple(
        ForeignKey(
            fields=_as_names(key["fields"]),
            table=str(key["reference"].get("resource", "")),
            references=_as_names(key["reference"]["fields"]),
        )
        for key in descriptor.get("foreignKeys", [])
    )
    schema = TableSchema(fields, _as_names(descriptor.get("primaryKey", [])), keys)
    used = [*schema.primary_key, *(name for key in keys for name in key.fields)]
    for name in used:
        if name not in names:
            raise ValueError(f"a key names the unknown field '{name}'")
    return schema


def _parse_field(field: Mapping[str, Any]) -> Field:
    unknown = set(field) - _FIELD_KEYS
    constraints = dict(field.get("constraints", {}))
    unknown |= set(constraints) - _CONSTRAINTS
    if unknown:
        raise ValueError(f"field '{field.get('name')}' uses {sorted(unknown)}, which is not checked here")
    if field.get("type", "string") not in {"string", "integer", "number"}:
        raise ValueError(f"field '{field['name']}' has type '{field['type']}'")
    if field.get("format", "default") != "default":
        raise ValueError(f"field '{field['name']}' has format '{field['format']}'")
    if "pattern" in constraints:
        re.compile(constraints["pattern"])
    return Field(str(field["name"]), str(field.get("type", "string")), constraints)


def _as_names(value: str | Sequence[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


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
        Text columns hold ``""`` where a cell is empty, number columns NaN, integer columns ``<NA>``.
    faults : list of Fault
        Everything found, in the order of the declaration.
    """
    faults = _check_header(raw, schema)
    if faults:
        return pd.DataFrame(), faults
    columns: dict[str, Any] = {}
    for field, cells in zip(schema.fields, raw.columns, strict=True):
        columns[field.name], found = _check_column(raw, field, cells)
        faults += found
    frame = pd.DataFrame(columns)
    frame[FILE] = raw.file
    frame[LINE] = np.asarray(raw.lines, dtype=np.int64)
    return frame, faults


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


def _check_column(raw: RawTable, field: Field, cells: list[str]) -> tuple[Any, list[Fault]]:
    """Check each distinct text once, then point to every cell that holds a bad one."""
    meanings: dict[str, Any] = {}
    bad: dict[str, tuple[str, str]] = {}
    for text in dict.fromkeys(cells):
        meaning, complaint = _read_cell(text, field)
        meanings[text] = meaning
        if complaint is not None:
            bad[text] = complaint
    faults = [
        Fault(
            raw.file,
            bad[text][0],
            repr(text) if text else "an empty cell",
            bad[text][1],
            _REMEDY,
            line,
            field.name,
        )
        for text, line in zip(cells, raw.lines, strict=True)
        if text in bad
    ]
    if field.constraints.get("unique"):
        faults += _repeats(raw, field, cells)
    values = [meanings[text] for text in cells]
    if field.type == "integer":
        return pd.array(values, dtype="Int64" if None in meanings.values() else "int64"), faults
    if field.type == "number":
        return np.array([math.nan if value is None else value for value in values], dtype=np.float64), faults
    return cells, faults


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
    """Give the meaning of one text, and the complaint about it if there is one."""
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
    if ("minimum" in constraints or "maximum" in constraints) and not low <= value <= high:
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
