"""A data package to checked tables: declaration, files, digests, types and keys."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

import pandas as pd

from alliance_metrics.errors import DataError, Fault, listed
from alliance_metrics.package.descriptor import DESCRIPTOR, is_table, parse_descriptor, table_of
from alliance_metrics.package.files import digest_of, parse_table, parse_text, read_bytes
from alliance_metrics.package.table import PLACE, check_foreign_key, check_primary_key, check_table
from alliance_metrics.package.table_schema import ForeignKey, TableSchema, parse_schema

DECLARE = "run `python -m alliance_metrics declare FOLDER` if the change is meant; else restore the file"

_CODED = {
    "year": "integer!",
    "indicator_id": "string!",
    "coder": "string!",
    "score": "integer",
    "low": "integer",
    "high": "integer",
    "evidence_ids": "string",
    "note": "string",
}
_ERA = {"era": "string!", "first_year": "integer!", "last_year": "integer!"}
_LEVEL = {"indicator_id": "string!", "level": "integer!", "descriptor": "string!"}
#: Columns, with their types (``!``: never empty), that the package itself uses of each table it knows.
TABLES: Mapping[str, Mapping[str, str]] = {
    "indicators": dict.fromkeys(("indicator_id", "pillar", "dimension", "role"), "string!"),
    "levels": _LEVEL,
    "coders": {"coder": "string!", "kind": "string!"},
    "dyads": {"dyad": "string!", **_ERA},
    "eras": {"era": "string!", "aliases": "string"},
    "codings": {"dyad": "string!", **_CODED},
    "events": dict.fromkeys(("event_id", "date", "dyad", "source_id", "status"), "string!"),
    "series": dict.fromkeys(("dyad", "measure", "source_id", "status"), "string!"),
    "sources": {
        "source_id": "string!",
        "author": "string",
        "year": "integer",
        "title": "string!",
        "container": "string",
        "url": "string",
    },
    "capabilities": {
        **dict.fromkeys(("state", "kind", "indicator", "source_id"), "string!"),
        "year": "integer!",
        "value": "number!",
        "members": "integer",
        "absent": "integer",
    },
    "coalitions": {"coalition": "string!", "state": "string!", "first_year": "integer!", "last_year": "integer"},
    "context_states": {"state": "string!", **_ERA},
    "context_indicators": {"indicator_id": "string!"},
    "context_levels": _LEVEL,
    "context_codings": {"state": "string!", **_CODED},
    "measures_declared": {
        **dict.fromkeys(("measure", "name", "family", "component", "independent", "counted"), "string!"),
        "direction": "integer!",
    },
    "measures": {"dyad": "string!", "year": "integer!", "measure": "string!", "value": "number!", "unit": "string!"},
    "rivals": {
        **dict.fromkeys(("rival", "dyad", "dimension", "indicator"), "string!"),
        **dict.fromkeys(("part", "first_year", "last_year"), "integer!"),
        **dict.fromkeys(("measure", "lacking"), "string"),
    },
}

REQUIRED = ("indicators", "levels", "coders", "dyads", "codings")


@dataclass(frozen=True)
class DataPackage:
    """The checked tables of one data package.

    Parameters
    ----------
    folder
        Where it lies.
    descriptor
        Its declaration, as parsed.
    tables
        One frame for each table; files of one table (``codings.*``) stand in one frame, with the place of
        each row in ``_file`` and ``_line``. A table the package does not have is an empty frame.
    digests
        SHA-256 of every file read, by its path in the package.
    unsound
        Tables with faults of their own, or missing; rows that refer to them are not checked.
    """

    folder: Path
    descriptor: Mapping[str, Any]
    tables: Mapping[str, pd.DataFrame]
    digests: Mapping[str, str]
    unsound: frozenset[str]


@dataclass
class _Table:
    """What has been read of one table so far."""

    frames: list[pd.DataFrame] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    schema: TableSchema | None = None
    rows_lost: bool = False

    def whole(self) -> pd.DataFrame:
        """Give every row that could be read.

        Returns
        -------
        DataFrame
            The rows of all files, with their places; without columns where no file could be read.
        """
        frames = [frame for frame in self.frames if not frame.columns.empty]
        return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()


def read_data_package(path: Path) -> tuple[DataPackage, list[Fault]]:
    """Read a data package and check it against its own declaration.

    Parameters
    ----------
    path
        The descriptor, or the folder that holds it.

    Returns
    -------
    package : DataPackage
        What could be read.
    faults : list of Fault
        Every fault of every file.

    Raises
    ------
    DataError
        Where the descriptor itself cannot be used.
    """
    descriptor_path = path / DESCRIPTOR if os.path.isdir(path) else path  # noqa: PTH112 - never raises
    content = read_bytes(descriptor_path, name=str(descriptor_path))
    resources = parse_descriptor(content, name=str(descriptor_path))
    folder = descriptor_path.parent
    digests = {descriptor_path.name: digest_of(content)}
    read: dict[str, _Table] = {}
    for resource in resources:
        _read_resource(folder, resource, read.setdefault(table_of(resource["name"]), _Table()), digests)
    faults = [fault for table in read.values() for fault in table.faults]
    faults += _absence_faults(resources, folder) + _key_faults(read)
    unsound = {name for name, table in read.items() if table.faults} | {name for name in REQUIRED if name not in read}
    tables = {name: table.whole() for name, table in read.items()}
    for name, columns in TABLES.items():
        if name not in read:
            tables[name] = pd.DataFrame({column: [] for column in (*columns, *PLACE)}, dtype=object)
    return DataPackage(folder, json.loads(content), tables, digests, frozenset(unsound)), faults


def _read_resource(folder: Path, resource: Mapping[str, Any], table: _Table, digests: dict[str, str]) -> None:
    """Read one file into its table, and record its digest."""
    name = str(resource["path"])
    where = f"{DESCRIPTOR}, resource '{resource['name']}'"
    lacking = _contract_faults(table_of(str(resource["name"])), resource.get("schema"))
    table.faults += lacking
    try:
        schema = parse_schema(resource.get("schema"), where=where)
        content = read_bytes(folder / name, name=name)
        digests[name] = digest_of(content)
        raw = parse_table(parse_text(content, name=name), name=name)
        frame, faults = check_table(raw, schema)
    except DataError as error:
        table.faults += error.faults
        table.rows_lost = True
        return
    table.faults += faults
    table.rows_lost |= len(frame) < len(raw.lines)
    table.schema = table.schema or schema
    if not lacking:
        table.frames.append(frame)
    declared = {"hash": digests[name], "bytes": len(content)}
    changed = [key for key, value in declared.items() if resource.get(key, value) != value]
    if changed and not faults:
        found = ", ".join(f"{key} {declared[key]} where {resource[key]} is declared" for key in changed)
        table.faults.append(Fault(name, "the file differs from its declaration", found, "the declared bytes", DECLARE))


def _contract_faults(table: str, schema: object) -> list[Fault]:
    """Find columns that scoring needs and that are not declared as it needs them."""
    fields = schema.get("fields") if isinstance(schema, dict) else None
    declared = {}
    for entry in fields if isinstance(fields, list) else ():
        if isinstance(entry, dict) and isinstance(entry.get("name"), str):
            constraints = entry.get("constraints")
            required = isinstance(constraints, dict) and constraints.get("required") is True
            declared[entry["name"]] = f"{entry.get('type', 'string')}{'!' if required else ''}"
    return [
        Fault(
            where=DESCRIPTOR,
            what=f"the schema of the table '{table}' lacks what scoring needs",
            found=f"'{name}' is {_described(declared[name]) if name in declared else 'not declared'}",
            allowed=f"'{name}' declared as {_described(kind)}",
            remedy="take the schema of the published data package",
        )
        for name, kind in TABLES.get(table, {}).items()
        if declared.get(name) not in {kind, kind.removesuffix("!") + "!"}
    ]


def _described(kind: str) -> str:
    return f"{kind.removesuffix('!')}, required" if kind.endswith("!") else kind


def _absence_faults(resources: list[dict[str, Any]], folder: Path) -> list[Fault]:
    present = {table_of(resource["name"]) for resource in resources}
    faults = [
        Fault(DESCRIPTOR, "a table is missing", f"no resource '{name}'", listed(REQUIRED), "add the table")
        for name in REQUIRED
        if name not in present
    ]
    declared = {resource["path"] for resource in resources}
    on_disk = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if is_table(path))
    return faults + [
        Fault(name, "the file is not declared in datapackage.json", name, "declared files only", DECLARE)
        for name in on_disk
        if name not in declared and not any(part.startswith(".") for part in PurePosixPath(name).parts)
    ]


def _key_faults(read: Mapping[str, _Table]) -> list[Fault]:
    faults: list[Fault] = []
    for name, table in read.items():
        if table.schema is None:
            continue
        frame = table.whole()
        if not frame.columns.empty:
            faults += check_primary_key(frame, table.schema.primary_key)
        for key in table.schema.foreign_keys:
            target = read.get(key.table or name)
            complaint = _reference_complaint(name, key, target)
            if complaint:
                allowed = "tables and columns of this package"
                what = "a foreign key refers to what is not declared"
                faults.append(Fault(DESCRIPTOR, what, complaint, allowed, "correct the key, or add the table"))
            elif target is not None and not _is_in_doubt(target, key) and not frame.columns.empty:
                faults += check_foreign_key(frame, key, target.whole())
    return faults


def _reference_complaint(name: str, key: ForeignKey, target: _Table | None) -> str:
    if target is None:
        return f"'{name}' refers to the table '{key.table}'"
    known = target.schema.names if target.schema is not None else key.references
    unknown = [column for column in key.references if column not in known]
    return f"'{name}' refers to {listed(unknown)} of '{key.table}'" if unknown else ""


def _is_in_doubt(target: _Table, key: ForeignKey) -> bool:
    """Whether some keys of a table are unknown: a row cannot be read, or a key itself is faulty."""
    return target.rows_lost or bool({fault.column for fault in target.faults} & {*key.references, "header"})
