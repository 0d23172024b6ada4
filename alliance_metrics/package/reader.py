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
from alliance_metrics.package.contract import REQUIRED, TABLES, contract_faults, word_faults
from alliance_metrics.package.descriptor import DESCRIPTOR, is_table, parse_descriptor, table_of
from alliance_metrics.package.files import digest_of, parse_table, parse_text, read_bytes
from alliance_metrics.package.table import PLACE, check_foreign_key, check_primary_key, check_table
from alliance_metrics.package.table_schema import ForeignKey, TableSchema, parse_schema

DECLARE = "run `python -m alliance_metrics declare FOLDER` if the change is meant; else restore the file"


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
        if not frames:
            return pd.DataFrame()
        joined = pd.concat(frames, ignore_index=True)
        lacking = [name for name in joined.columns if any(name not in frame.columns for frame in frames)]
        texts = joined[lacking].select_dtypes(exclude="number").columns
        return joined.fillna(dict.fromkeys(texts, "")) if len(texts) else joined


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
    lacking = contract_faults(table_of(str(resource["name"])), resource.get("schema"))
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
    faults = faults or word_faults(table_of(str(resource["name"])), frame)
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
