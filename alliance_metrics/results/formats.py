"""Further formats of saved tables: Parquet, Excel, Stata. Text stays text in each."""

from __future__ import annotations

import datetime as dt
import importlib.util
import textwrap
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


Documented = tuple[pd.DataFrame, Mapping[str, Column]]
"""A table, and what each of its columns means."""
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
WRITERS: Mapping[str, Writer] = {
    "parquet": write_parquet,
    "xlsx": write_excel,
    "dta": write_stata,
}
