"""Table Schema: how each table is declared.

The declaration of every table stands once, in ``datapackage.json``. This module reads the part of the
standard that our tables use and refuses the rest by name, so that nothing declared is silently ignored.

References
----------
Data Package standard, "Table Schema", https://datapackage.org/standard/table-schema/
"""

from __future__ import annotations

import math
import re
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from alliance_metrics.errors import DataError, Fault, listed, quoted

_FIELD_KEYS = {"name", "type", "title", "description", "example", "constraints", "format"}
_KINDS = ("string", "integer", "number")
_CONSTRAINTS = {"required", "unique", "enum", "pattern", "minimum", "maximum", "minLength", "maxLength"}
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
    except (ValueError, OverflowError, RecursionError) as error:
        fault = Fault(
            where=where,
            what="the declared schema cannot be used",
            found=str(error) or type(error).__name__,
            allowed="a Table Schema of string, integer and number fields with the constraints "
            + listed(sorted(_CONSTRAINTS)),
            remedy=_DECLARATION_REMEDY,
        )
        raise DataError([fault]) from error


def _parse_schema(descriptor: object) -> TableSchema:
    schema = _mapping(descriptor, "the schema")
    fields = tuple(_parse_field(_mapping(field, "a field")) for field in _list(schema.get("fields"), "fields"))
    names = [field.name for field in fields]
    if not names or len(set(names)) != len(names):
        raise ValueError("fields are missing or named twice")
    if schema.get("missingValues", [""]) != [""]:
        raise ValueError("missingValues must be ['']: only an empty cell is missing")
    primary = _names(schema.get("primaryKey", []), "primaryKey")
    keys = tuple(_parse_foreign_key(key) for key in _list(schema.get("foreignKeys", []), "foreignKeys"))
    for name in (*primary, *(name for key in keys for name in key.fields)):
        if name not in names:
            raise ValueError(f"a key names the unknown field {quoted(name)}")
    return TableSchema(fields, primary, keys)


def _parse_foreign_key(descriptor: object) -> ForeignKey:
    key = _mapping(descriptor, "a foreign key")
    reference = _mapping(key.get("reference"), "the reference of a foreign key")
    table = _text(reference.get("resource", ""), "the resource of a foreign key")
    fields, references = _names(key.get("fields"), "fields"), _names(reference.get("fields"), "fields")
    if not fields or len(fields) != len(references):
        raise ValueError(f"a foreign key of {len(fields)} fields refers to {len(references)}")
    return ForeignKey(fields, table, references)


def _parse_field(field: Mapping[str, Any]) -> Field:
    name = _text(field.get("name"), "the name of a field")
    constraints = _mapping(field.get("constraints", {}), f"the constraints of '{name}'")
    unknown = (set(field) - _FIELD_KEYS) | (set(constraints) - _CONSTRAINTS)
    if unknown:
        raise ValueError(f"field '{name}' uses {sorted(unknown)}, which is not checked here")
    kind = field.get("type", "string")
    if kind not in _KINDS:
        raise ValueError(f"field '{name}' has type {quoted(kind)}")
    if field.get("format", "default") != "default":
        raise ValueError(f"field '{name}' has format {quoted(field['format'])}")
    for key, value in constraints.items():
        if not _is_usable(key, value, kind):
            raise ValueError(f"field '{name}' of type {kind} has the constraint {key} = {quoted(value)}")
    if not name:
        raise ValueError("a field has no name")
    return Field(name, kind, constraints)


def _is_usable(key: str, value: object, kind: str) -> bool:
    """Whether a constraint of a field means something that is checked here."""
    if key in {"required", "unique"}:
        return isinstance(value, bool)
    if key in {"minimum", "maximum"}:
        return kind != "string" and _is_number(value)
    if key == "enum":
        of_kind = _is_text if kind == "string" else _is_number
        return isinstance(value, list) and bool(value) and all(of_kind(entry) for entry in value)
    if key == "pattern":
        return kind == "string" and isinstance(value, str) and _compiles(value)
    return kind == "string" and isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _compiles(pattern: str) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)  # of sets that a later Python may read otherwise
            re.compile(pattern)
    except re.error as cause:
        raise ValueError(f"pattern {quoted(pattern)}: {cause}") from cause
    return True


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def _mapping(value: object, what: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise ValueError(f"{what} is {quoted(value)}, not a set of properties in braces")  # noqa: TRY004 - a file's fault
    return value


def _list(value: object, what: str) -> list[Any]:
    if not isinstance(value, list):
        raise ValueError(f"{what} is {quoted(value)}, not a list")  # noqa: TRY004 - a file's fault
    return value


def _text(value: object, what: str) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{what} is {quoted(value)}, not a text")  # noqa: TRY004 - a file's fault
    return value


def _names(value: object, what: str) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    return tuple(_text(name, f"a name in {what}") for name in _list(value, what))
