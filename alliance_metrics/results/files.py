"""The files of a saved result: CSV, Parquet, Excel and Stata, and whether they are still the ones recorded."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import importlib.util
import json
import textwrap
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Literal

import pandas as pd

from alliance_metrics.errors import Fault, ResultError, listed, quoted
from alliance_metrics.results.tables import Column

_LIBRARY = {"parquet": ("pyarrow", "parquet"), "xlsx": ("xlsxwriter", "excel")}
_WRITTEN = dt.datetime(2000, 1, 1)  # noqa: DTZ001 - a fixed stamp: same tables, same bytes; Stata's has no time zone


def missing_library(name: str) -> list[tuple[str, str]]:
    """Name the library a format needs, where it is not installed.

    Parameters
    ----------
    name
        The format.

    Returns
    -------
    list of (str, str)
        The library and the extra that installs it; empty where nothing is missing.
    """
    needed = _LIBRARY.get(name)
    return [needed] if needed and importlib.util.find_spec(needed[0]) is None else []


#: A table, and what each of its columns means.
Documented = tuple[pd.DataFrame, Mapping[str, Column]]
_LONGEST_LABEL = 80  # characters Stata allows


def write_parquet(tables: Mapping[str, Documented], folder: Path) -> None:
    """Write one Parquet file a table.

    Parameters
    ----------
    tables
        The tables by name.
    folder
        Where to.
    """
    for name, (frame, _) in tables.items():
        frame.to_parquet(folder / f"{name}.parquet", index=False)


def write_excel(tables: Mapping[str, Documented], folder: Path) -> None:
    """Write one workbook with a sheet a table and a dictionary of all columns; a text such as ``=1+1`` stays a text.

    Parameters
    ----------
    tables
        The tables by name.
    folder
        Where to.
    """
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    path = folder / "result.xlsx"
    with pd.ExcelWriter(path, engine="xlsxwriter", engine_kwargs={"options": options}) as book:
        book.book.set_properties({"created": _WRITTEN})
        rows = [
            {"table": table, "column": name, "type": column.type, "unit": column.unit, "meaning": column.meaning}
            for table, (_, columns) in tables.items()
            for name, column in columns.items()
        ]
        for name, frame in (
            ("dictionary", pd.DataFrame(rows)),
            *((name, frame) for name, (frame, _) in tables.items()),
        ):
            frame.to_excel(book, sheet_name=name, index=False, freeze_panes=(1, 0))


def write_stata(tables: Mapping[str, Documented], folder: Path) -> None:
    """Write one Stata file a table; the labels of its variables are the meanings of its columns, cut at a word.

    Parameters
    ----------
    tables
        The tables by name.
    folder
        Where to.
    """
    for name, (frame, columns) in tables.items():
        texts = [column for column in frame.columns if not pd.api.types.is_numeric_dtype(frame[column])]
        frame.astype(dict.fromkeys(texts, object)).to_stata(
            folder / f"{name}.dta",
            write_index=False,
            version=118,
            time_stamp=_WRITTEN,
            variable_labels={
                column: textwrap.shorten(declared.meaning, _LONGEST_LABEL, placeholder=" ...")
                for column, declared in columns.items()
            },
        )


Writer = Callable[[Mapping[str, Documented], Path], None]
WRITERS: Mapping[str, Writer] = {"parquet": write_parquet, "xlsx": write_excel, "dta": write_stata}


RECORD = "result.json"
GONE = "the file is missing"
FORMATS = ("csv", "parquet", "xlsx", "dta")


def to_csv_text(frame: pd.DataFrame) -> str:
    """Give a table as CSV.

    Parameters
    ----------
    frame
        The table.

    Returns
    -------
    str
        Comma separated, lines ending in LF, numbers with a point; missing values are empty.
    """
    texts = [column for column in frame.columns if not pd.api.types.is_numeric_dtype(frame[column])]
    # a lone carriage return would be left bare, and end the row for most readers
    odd = any(frame[column].str.contains("\r", regex=False).any() for column in texts)
    quoting: Literal[0, 2] = csv.QUOTE_NONNUMERIC if odd else csv.QUOTE_MINIMAL
    return str(frame.to_csv(index=False, lineterminator="\n", quoting=quoting))


def check_formats(formats: tuple[str, ...]) -> list[Writer]:
    """Find the writers of some formats, before anything is computed.

    Parameters
    ----------
    formats
        Names of formats.

    Returns
    -------
    list of callable
        Writers of the formats beyond CSV.

    Raises
    ------
    ResultError
        Where a format is unknown, or its library is not installed.
    """
    unknown = [name for name in formats if name not in FORMATS]
    if unknown:
        fault = Fault("--format", "unknown format", listed(unknown), listed(FORMATS), "choose from these")
        raise ResultError([fault])
    wanted = [name for name in FORMATS[1:] if name in formats]
    faults = [
        Fault(
            "--format",
            f"'{name}' needs a library that is not installed",
            library,
            "an installed library",
            f"pip install 'alliance-metrics[{extra}]'",
        )
        for name in wanted
        for library, extra in missing_library(name)
    ]
    if faults:
        raise ResultError(faults)
    return [WRITERS[name] for name in wanted]


def check_replaceable(target: Path, *, kind: str) -> None:
    """Check that writing a result here overwrites nothing but an unchanged earlier result.

    Parameters
    ----------
    target
        The folder a result is to be written to.
    kind
        Kind of the result.

    Raises
    ------
    ResultError
        Where it is a file, or holds anything but an unchanged earlier result of the same kind.
    """
    remedy = "move it elsewhere, or choose another folder with --out"
    if target.name in {"", ".."}:
        what, found = "a result needs a folder of its own", f"'{target}'"
        raise ResultError([Fault("--out", what, found, "the name of a folder", "name one, such as results/mine")])
    try:
        present = _entries(target)
    except NotADirectoryError as cause:
        what = "there is something else where the result folder should be"
        raise ResultError([Fault(str(target), what, "a file or a link", "a folder, or nothing", remedy)]) from cause
    except (OSError, ValueError) as cause:  # ValueError: a name no folder can have
        found = str(getattr(cause, "strerror", None) or cause)
        raise ResultError([Fault(str(target), "no result can be written here", found, "a folder", remedy)]) from cause
    allowed = "nothing, or an unchanged earlier result"
    analyses = analyses_in(target)
    faults = [fault for analysis in analyses for fault in _unexpected(analysis, read_record(analysis), remedy)]
    names = tuple(f"{analysis.name}/" for analysis in analyses)
    present = [name for name in present if not name.startswith(names)]
    if present and RECORD not in present:
        what = "the folder holds other files"
        raise ResultError([Fault(str(target), what, listed(present, limit=5), allowed, remedy)])
    if present:
        record = read_record(target)
        if record.get("kind") != kind:
            what, found = "the folder holds something other than such a result", f"kind {quoted(record.get('kind'))}"
            raise ResultError([Fault(str(target), what, found, f"{allowed} of kind '{kind}'", remedy)])
        faults = _unexpected(target, record, remedy, leaving=names) + faults
    if faults:
        raise ResultError(faults)


def analyses_in(folder: Path) -> list[Path]:
    """List the results of analyses that stand within the folder of a result.

    Parameters
    ----------
    folder
        The folder.

    Returns
    -------
    list of Path
        Its subfolders that hold a record of their own, in order of name.
    """
    below = folder.iterdir() if folder.is_dir() else ()
    return sorted(path for path in below if not path.is_symlink() and (path / RECORD).is_file())


def _unexpected(folder: Path, record: Mapping[str, Any], remedy: str, *, leaving: tuple[str, ...] = ()) -> list[Fault]:
    """Find what would be lost if a result were replaced."""
    known = {RECORD, *record.get("files", {})}
    allowed = "nothing, or an unchanged earlier result"
    faults = [
        Fault(str(folder), "a file is not part of the earlier result", name, allowed, remedy)
        for name in _entries(folder)
        if name not in known and not name.startswith(leaving)
    ]
    return faults + [fault for fault in changed_files(folder, record) if fault.found != GONE]


def _entries(target: Path) -> list[str]:
    """List the files below a folder; none where the folder does not exist."""
    if target.is_symlink():
        raise NotADirectoryError
    try:
        target.stat()
    except (FileNotFoundError, NotADirectoryError):  # the latter: below a file, where nothing can be
        return []
    if not target.is_dir():
        raise NotADirectoryError
    below = (path for path in target.rglob("*") if path.is_symlink() or not path.is_dir())
    return sorted(path.relative_to(target).as_posix() for path in below)


def read_record(folder: Path) -> dict[str, Any]:
    """Read ``result.json``.

    Parameters
    ----------
    folder
        Folder of a result.

    Returns
    -------
    dict
        The record.

    Raises
    ------
    ResultError
        Where there is none, or it is damaged.
    """
    path = folder / RECORD
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as cause:
        what = "no result can be read here"
        found = f"{type(cause).__name__}: {path}"
        allowed = "a folder that `score` wrote, with its result.json"
        raise ResultError([Fault(str(folder), what, found, allowed, "name such a folder, or run `score`")]) from cause
    if not isinstance(record, dict) or not isinstance(record.get("files", {}), dict):
        raise ResultError([Fault(str(path), "the record is damaged", str(record)[:60], "a result.json", "run `score`")])
    return record


def changed_files(folder: Path, record: Mapping[str, Any]) -> list[Fault]:
    """List the files of a result that are not the ones recorded.

    Parameters
    ----------
    folder
        Folder of the result.
    record
        Its record.

    Returns
    -------
    list of Fault
        One for each file that is gone or was changed.
    """
    faults = []
    for name, digest in record.get("files", {}).items():
        path = folder / name
        try:
            found = file_digest(path)
        except FileNotFoundError:
            found = GONE
        except OSError as cause:
            found = cause.strerror or str(cause)
        if found != digest:
            faults.append(
                Fault(
                    str(path),
                    "the file is not the one recorded",
                    found,
                    str(digest),
                    "run `score` again, or move the changed folder away",
                )
            )
    return faults


def file_digest(path: Path) -> str:
    """Give the SHA-256 digest of a file.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    str
        ``sha256:`` and 64 hexadecimal digits.
    """
    return "sha256:" + hashlib.sha256(path.read_bytes()).hexdigest()
