"""Further forms of saved tables: Parquet, Excel, Stata. Text stays text in each."""

from __future__ import annotations

import datetime as dt
import importlib.util
from collections.abc import Callable, Mapping
from pathlib import Path

import pandas as pd

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


Labels = Mapping[str, Mapping[str, Column]]
"""Declarations of columns by table and name."""
_LONGEST_LABEL = 80  # characters Stata allows


def write_parquet(tables: Mapping[str, pd.DataFrame], folder: Path, suffix: str, labels: Labels) -> None:  # noqa: ARG001
    """Write one Parquet file a table.

    Parameters
    ----------
    tables
        The tables.
    folder
        Where to.
    suffix
        Ending of the file names.
    labels
        What columns mean.
    """
    for name, frame in tables.items():
        frame.to_parquet(folder / f"{name}.{suffix}", index=False)


def write_excel(tables: Mapping[str, pd.DataFrame], folder: Path, suffix: str, labels: Labels) -> None:
    """Write one workbook with a sheet a table and a dictionary of all columns; a text such as ``=1+1`` stays a text.

    Parameters
    ----------
    tables
        The tables.
    folder
        Where to.
    suffix
        Ending of the file name.
    labels
        What columns mean.
    """
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    path = folder / f"result.{suffix}"
    with pd.ExcelWriter(path, engine="xlsxwriter", engine_kwargs={"options": options}) as book:
        book.book.set_properties({"created": _WRITTEN})
        words = [
            {"table": table, "column": name, "type": column.type, "unit": column.unit, "meaning": column.meaning}
            for table, columns in labels.items()
            for name, column in columns.items()
        ]
        pd.DataFrame(words).to_excel(book, sheet_name="dictionary", index=False, freeze_panes=(1, 0))
        for name, frame in tables.items():
            frame.to_excel(book, sheet_name=name, index=False, freeze_panes=(1, 0))


def write_stata(tables: Mapping[str, pd.DataFrame], folder: Path, suffix: str, labels: Labels) -> None:
    """Write one Stata file a table.

    Parameters
    ----------
    tables
        The tables.
    folder
        Where to.
    suffix
        Ending of the file names.
    labels
        What columns mean.
    """
    for name, frame in tables.items():
        texts = [column for column in frame.columns if not pd.api.types.is_numeric_dtype(frame[column])]
        plain = frame.astype(dict.fromkeys(texts, object))
        meanings = {column: labels[name][column].meaning[:_LONGEST_LABEL] for column in labels[name] if column in frame}
        plain.to_stata(
            folder / f"{name}.{suffix}",
            write_index=False,
            version=118,
            time_stamp=_WRITTEN,
            variable_labels=meanings,
        )


WRITERS: Mapping[str, Callable[[Mapping[str, pd.DataFrame], Path, str, Labels], None]] = {
    "parquet": write_parquet,
    "xlsx": write_excel,
    "dta": write_stata,
}
