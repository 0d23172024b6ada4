"""A data package to checked tables: declaration, files, digests, types and keys."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import pandas as pd

from alliance_metrics.coding.table_keys import check_foreign_key, check_primary_key
from alliance_metrics.coding.table_schema import TableSchema, check_table, parse_schema
from alliance_metrics.errors import DataError, Fault, listed
from alliance_metrics.readers import digest_of, parse_table, parse_text, read_bytes

DESCRIPTOR = "datapackage.json"
DECLARE = "run `python -m alliance_metrics declare FOLDER` if the change is meant; else restore the file"

_CODED = {
    "year": "integer",
    "indicator_id": "string",
    "coder": "string",
    "score": "integer",
    "low": "integer",
    "high": "integer",
    "evidence_ids": "string",
    "note": "string",
}
_ERA = {"era": "string", "first_year": "integer", "last_year": "integer"}
TABLES: Mapping[str, Mapping[str, str]] = {
    "indicators": dict.fromkeys(("indicator_id", "pillar", "dimension", "role"), "string"),
    "levels": {"indicator_id": "string", "level": "integer", "descriptor": "string"},
    "coders": {"coder": "string", "kind": "string"},
    "dyads": {"dyad": "string", **_ERA},
    "codings": {"dyad": "string", **_CODED},
    "events": {"event_id": "string", "dyad": "string", "source_id": "string", "status": "string"},
    "series": {"dyad": "string", "measure": "string", "source_id": "string", "status": "string"},
    "sources": dict.fromkeys(("source_id", "author", "title", "container", "url"), "string"),
    "context_states": {"state": "string", **_ERA},
    "context_indicators": {"indicator_id": "string"},
    "context_levels": {"indicator_id": "string", "level": "integer", "descriptor": "string"},
    "context_codings": {"state": "string", **_CODED},
}
"""Columns, with their types, that the package itself uses of each table it knows."""

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
    """

    folder: Path
    descriptor: Mapping[str, Any]
    tables: Mapping[str, pd.DataFrame]
    digests: Mapping[str, str]


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
    descriptor_path = path / DESCRIPTOR if path.is_dir() else path
    content = read_bytes(descriptor_path, name=str(descriptor_path))
    resources = parse_descriptor(content, name=str(descriptor_path))
    folder = descriptor_path.parent
    parts: dict[str, list[pd.DataFrame]] = {}
    schemas: dict[str, TableSchema] = {}
    digests = {descriptor_path.name: digest_of(content)}
    faults: list[Fault] = []
    for resource in resources:
        table = table_of(resource["name"])
        try:
            schema = parse_schema(resource.get("schema"), where=f"{DESCRIPTOR}, resource '{resource['name']}'")
            faults += _contract_faults(table, schema)
            frame, digest, found = _read_resource(folder, resource, schema)
        except DataError as error:
            faults += error.faults
            continue
        schemas.setdefault(table, schema)
        digests[resource["path"]] = digest
        faults += found
        parts.setdefault(table, []).append(frame)
    tables = {name: _joined(frames) for name, frames in parts.items()}
    faults += _absence_faults(resources, folder) + _key_faults(tables, schemas)
    for name, columns in TABLES.items():
        tables.setdefault(name, pd.DataFrame({column: [] for column in (*columns, "_file", "_line")}, dtype=object))
    return DataPackage(folder, json.loads(content), tables, digests), faults


def table_of(resource_name: str) -> str:
    """Name the table a resource belongs to: what stands before the first dot.

    Parameters
    ----------
    resource_name
        Name of the resource.

    Returns
    -------
    str
        Name of the table.

    Examples
    --------
    >>> table_of("codings.coder_a.prc-ussr_1949_1969")
    'codings'
    """
    return resource_name.split(".", 1)[0]


def parse_descriptor(content: bytes, *, name: str) -> list[dict[str, Any]]:
    """Parse ``datapackage.json``.

    Parameters
    ----------
    content
        Its bytes.
    name
        What messages call it.

    Returns
    -------
    list of dict
        Its resources, each with a name and a relative path.

    Raises
    ------
    DataError
        Where it is not JSON, or lists no usable resources.
    """

    def fault(found: str, line: int | None = None) -> DataError:
        allowed = "a Data Package descriptor: JSON with a list of resources, each with name, path and schema"
        return DataError([Fault(name, "the descriptor cannot be used", found, allowed, "correct the file", line)])

    try:
        descriptor = json.loads(content.decode("utf-8"))
    except json.JSONDecodeError as cause:
        raise fault(cause.msg, cause.lineno) from cause
    except (UnicodeDecodeError, RecursionError, ValueError) as cause:
        raise fault(str(cause)) from cause
    resources = descriptor.get("resources") if isinstance(descriptor, dict) else None
    if not isinstance(resources, list) or not resources:
        raise fault("no resources are listed")
    names: set[str] = set()
    for resource in resources:
        texts = [resource.get(key) for key in ("name", "path")] if isinstance(resource, dict) else [None]
        if not all(isinstance(text, str) and text for text in texts):
            raise fault(f"a resource without name or path: {str(resource)[:80]}")
        parts = PurePosixPath(resource["path"])
        if parts.is_absolute() or ".." in parts.parts:
            raise fault(f"resource '{resource['name']}' points outside the package: {resource['path']}")
        if resource["name"] in names:
            raise fault(f"resource '{resource['name']}' is listed twice")
        names.add(resource["name"])
    return resources


def _read_resource(
    folder: Path, resource: Mapping[str, Any], schema: TableSchema
) -> tuple[pd.DataFrame, str, list[Fault]]:
    name = str(resource["path"])
    content = read_bytes(folder / name, name=name)
    digest = digest_of(content)
    frame, faults = check_table(parse_table(parse_text(content, name=name), name=name), schema)
    declared = {"hash": digest, "bytes": len(content)}
    changed = [key for key, value in declared.items() if resource.get(key, value) != value]
    if changed and not faults:
        found = ", ".join(f"{key} {declared[key]} where {resource[key]} is declared" for key in changed)
        faults.append(Fault(name, "the file is not the one declared", found, "the declared bytes", DECLARE))
    return frame, digest, faults


def _contract_faults(table: str, schema: TableSchema) -> list[Fault]:
    types = {field.name: field.type for field in schema.fields}
    return [
        Fault(
            where=DESCRIPTOR,
            what=f"the schema of the table '{table}' lacks what scoring needs",
            found=f"'{name}' is {types.get(name, 'not declared')}",
            allowed=f"'{name}' declared as {kind}",
            remedy="take the schema of the published data package",
        )
        for name, kind in TABLES.get(table, {}).items()
        if types.get(name) != kind
    ]


def _absence_faults(resources: list[dict[str, Any]], folder: Path) -> list[Fault]:
    present = {table_of(resource["name"]) for resource in resources}
    faults = [
        Fault(DESCRIPTOR, "a table is missing", f"no resource '{name}'", listed(REQUIRED), "add the table")
        for name in REQUIRED
        if name not in present
    ]
    declared = {resource["path"] for resource in resources}
    on_disk = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.csv") if path.is_file())
    return faults + [
        Fault(name, "the file is not declared in datapackage.json", name, "declared files only", DECLARE)
        for name in on_disk
        if name not in declared and not any(part.startswith(".") for part in PurePosixPath(name).parts)
    ]


def _joined(frames: list[pd.DataFrame]) -> pd.DataFrame:
    whole = [frame for frame in frames if not frame.columns.empty]
    return pd.concat(whole, ignore_index=True) if whole else pd.DataFrame()


def _key_faults(tables: Mapping[str, pd.DataFrame], schemas: Mapping[str, TableSchema]) -> list[Fault]:
    faults: list[Fault] = []
    for name, schema in schemas.items():
        frame = tables[name]
        if frame.columns.empty:
            continue
        faults += check_primary_key(frame, schema.primary_key)
        for key in schema.foreign_keys:
            target = tables.get(key.table or name, pd.DataFrame())
            faults += check_foreign_key(frame, key, target)
    return faults
