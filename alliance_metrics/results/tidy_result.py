"""Results: tidy tables with the record of how they came about, saved as plain files."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar, Self

import pandas as pd

from alliance_metrics.errors import Fault, ResultError, listed
from alliance_metrics.results.files import (
    RECORD,
    analyses_in,
    changed_files,
    check_formats,
    check_replaceable,
    file_digest,
    read_record,
    to_csv_text,
)
from alliance_metrics.results.folders import replaced_folder
from alliance_metrics.results.tables import Column, Table, declared_kind, declared_kinds

#: Version of the layout of saved results.
SCHEMA = 2
Rows = pd.DataFrame | Sequence[pd.DataFrame] | Sequence[Mapping[str, Any]]
DECIMALS = 10
_KINDS = {"str", "int64", "Int64", "float64", "Float64", "bool", "boolean"}


class TidyResult:
    """Tidy tables under declared columns, and a record of how they came about.

    Parameters
    ----------
    tables
        One frame for each declared table, or its rows: a list of dictionaries, or of frames to stand under one another.
        Columns beyond the declared ones follow them.
    key
        Name of the unit column, which stands first in every table of unit-years.
    record
        Configuration, seed, digests and versions; plain JSON values.
    kind
        Kind of the result, as ``tables.csv`` declares it; a subclass that is of one kind needs none.

    Raises
    ------
    ResultError
        Where a table or column is missing.

    Notes
    -----
    Numbers are held to ten decimals, so that what is in memory is what is on disk.
    """

    KIND: ClassVar[str] = ""

    def __init__(
        self, tables: Mapping[str, Any], *, key: str, record: Mapping[str, Any] | None = None, kind: str | None = None
    ) -> None:
        self.kind = kind or self.KIND
        self._key = key
        self._record = dict(record or {})
        self._tables = {
            name: self._held(table, tables.get(name)) for name, table in declared_kind(self.kind).tables.items()
        }

    def _held(self, table: Table, rows: Rows | None) -> pd.DataFrame:
        declared = table.dtypes(self._key)
        frame = _frame_of(rows, list(declared))
        if frame is not None:
            declared = table.dtypes(self._key, present=frame.columns)
        if frame is None or not set(declared) <= set(frame.columns):
            absent = table.name if frame is None else listed(set(declared) - set(frame.columns))
            raise ResultError([Fault(self.kind, "a table lacks columns", absent, listed(declared), "add them")])
        further = [column for column in frame.columns if column not in declared]
        numeric = {column for column in further if pd.api.types.is_numeric_dtype(frame[column])}
        texts = [column for column in (*declared, *further) if declared.get(column, "str") == "str"]
        texts = [column for column in texts if column not in numeric]
        plain = frame[[*declared, *further]].astype(dict.fromkeys(texts, object))
        held = plain.fillna(dict.fromkeys(texts, "")).astype({**dict.fromkeys(texts, "str"), **declared})
        held = held.reset_index(drop=True)
        floats = held.select_dtypes("float64").columns
        return held.assign(**{column: held[column].round(DECIMALS) + 0.0 for column in floats})

    @property
    def key(self) -> str:
        """Name of the unit column."""
        return self._key

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the tables."""
        return tuple(self._tables)

    @property
    def columns(self) -> dict[str, dict[str, Column]]:
        """What every column means, by table and name; those beyond the declared ones come from the data package."""
        declared = {name: table.meanings(self._key) for name, table in declared_kind(self.kind).tables.items()}
        return {
            name: {
                column: declared[name].get(
                    column, Column(column, str(frame[column].dtype), "", "as in the data package")
                )
                for column in map(str, frame.columns)
            }
            for name, frame in self._tables.items()
        }

    @property
    def record(self) -> dict[str, Any]:
        """How the result came about (a copy)."""
        return dict(json.loads(json.dumps(self._record)))

    def to_frame(self, name: str) -> pd.DataFrame:
        """Give one table.

        Parameters
        ----------
        name
            Name of the table.

        Returns
        -------
        DataFrame
            A copy.
        """
        return self._tables[name].copy()

    def equals(self, other: TidyResult) -> bool:
        """Whether another result has the same tables, to the last decimal kept.

        Parameters
        ----------
        other
            The other result.

        Returns
        -------
        bool
            True where kind, tables, columns and cells are the same.
        """
        same_kind = self.kind == other.kind and self.names == other.names
        return same_kind and all(self._tables[name].equals(other._tables[name]) for name in self.names)

    def __repr__(self) -> str:
        sizes = ", ".join(f"{name} {len(frame)}" for name, frame in self._tables.items())
        return f"{type(self).__name__ if self.KIND else self.kind}({sizes})"

    def save(
        self,
        folder: str | Path,
        *,
        formats: tuple[str, ...] = ("csv",),
        draws: Mapping[str, pd.DataFrame] | None = None,
        pages: Mapping[str, str] | None = None,
    ) -> Path:
        """Write the result as a folder of tables, whole or not at all.

        Parameters
        ----------
        folder
            The folder. A result of this kind that stands there is replaced; anything else is left alone. Results of
            analyses in subfolders are kept.
        formats
            ``csv`` is always written; ``parquet``, ``xlsx`` and ``dta`` (Stata) on request.
        draws
            Large tables that are written as Parquet alone, by file name without its ending.
        pages
            Texts that go with the tables, by file name.

        Returns
        -------
        Path
            The folder.

        Raises
        ------
        ResultError
            Where the folder holds anything that is not an unchanged earlier result, or cannot be written.
        """
        target = Path(folder)
        writers = check_formats(formats)
        large = check_formats(("parquet",)) if draws else []
        check_replaceable(target, kind=self.kind)
        with replaced_folder(target) as content:
            for name, frame in self._tables.items():
                (content / f"{name}.csv").write_text(to_csv_text(frame), encoding="utf-8", newline="")
            for write in writers:
                write({name: (self._tables[name], columns) for name, columns in self.columns.items()}, content)
            for write in large:
                write({name: (frame, {}) for name, frame in (draws or {}).items()}, content)
            for name, text in (pages or {}).items():
                (content / name).write_text(text, encoding="utf-8", newline="")
            self._write_record(content)
            for analysis in analyses_in(target):
                shutil.copytree(analysis, content / analysis.name)
        return target

    def _write_record(self, content: Path) -> None:
        files = {path.name: file_digest(path) for path in sorted(content.iterdir())}
        record = {
            "kind": self.kind,
            "schema": SCHEMA,
            "key": self._key,
            "tables": {
                name: {column: str(kind) for column, kind in frame.dtypes.items()}
                for name, frame in self._tables.items()
            },
            **self._record,
            "files": files,
        }
        text = json.dumps(record, indent=1, ensure_ascii=False, allow_nan=False)
        (content / RECORD).write_text(text + "\n", encoding="utf-8", newline="")

    @classmethod
    def load(cls, folder: str | Path) -> Self:
        """Read a saved result.

        Parameters
        ----------
        folder
            The folder it was saved in.

        Returns
        -------
        TidyResult
            The result, equal to the one saved.

        Raises
        ------
        ResultError
            Where the record is missing or of another kind, or a file is not the one recorded.
        """
        source = Path(folder)
        record = read_record(source)
        kind = record.get("kind")
        kinds = (cls.KIND,) if cls.KIND else tuple(declared_kinds())
        if kind not in kinds or record.get("schema") != SCHEMA:
            found = f"kind {kind!r}, schema {record.get('schema')!r}"
            allowed = f"kind {listed(map(repr, kinds), limit=len(kinds))}, schema {SCHEMA}"
            what, remedy = "another kind of result", "name another folder"
            if kind in kinds:
                what, remedy = "a result of another layout", "make it anew with the command that made it"
            raise ResultError([Fault(str(source), what, found, allowed, remedy)])
        faults = _record_faults(source / RECORD, record) or changed_files(source, record)
        if faults:
            raise ResultError(faults)
        tables = {
            name: pd.read_csv(
                source / f"{name}.csv",
                dtype=kinds,
                keep_default_na=False,
                na_values={column: [""] for column, kind in kinds.items() if kind != "str"},
            )
            for name, kinds in record["tables"].items()
        }
        own = {"kind", "schema", "key", "tables", "files"}
        rest = {name: value for name, value in record.items() if name not in own}
        return cls(tables, key=record["key"], record=rest, kind=kind)


def _frame_of(rows: Rows | None, columns: list[str]) -> pd.DataFrame | None:
    """Put rows under one another; no rows make an empty table of the columns declared."""
    if rows is None:
        return None
    if not len(rows):
        return pd.DataFrame(columns=columns)
    if isinstance(rows, pd.DataFrame):
        return rows
    frames = [row for row in rows if isinstance(row, pd.DataFrame)]
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(rows)


def _record_faults(path: Path, record: Mapping[str, Any]) -> list[Fault]:
    """Find what a record lacks or misstates about its tables."""
    key, tables, files = (record.get(name) for name in ("key", "tables", "files"))

    def fault(found: str, allowed: str) -> list[Fault]:
        return [Fault(str(path), "the record is damaged", found, allowed, "run `score` again")]

    if not isinstance(key, str) or not isinstance(tables, dict) or not isinstance(files, dict):
        return fault("no key, tables or files", "the record as it was written")
    declared = declared_kind(record["kind"]).tables
    if set(tables) != set(declared) or not {f"{name}.csv" for name in tables} <= set(files):
        return fault(f"tables {listed(tables)}", f"the tables {listed(declared)}, each with its file")
    for name, table in declared.items():
        kinds, needed = tables[name], table.dtypes(key)
        if not isinstance(kinds, dict) or {column: kinds.get(column) for column in needed} != needed:
            return fault(f"columns of '{name}'", listed(f"{column} ({kind})" for column, kind in needed.items()))
        if not set(kinds.values()) <= _KINDS:
            return fault(f"'{name}' of {listed(set(kinds.values()) - _KINDS)}", listed(sorted(_KINDS)))
    return []
