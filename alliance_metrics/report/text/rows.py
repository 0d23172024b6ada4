"""Rows of a result picked for a text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from alliance_metrics.results.tables import rows_of

Row = Mapping[str, Any]


def series_of(frame: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    """Split a table by unit and era.

    Parameters
    ----------
    frame
        The table; its first column is the unit.

    Yields
    ------
    tuple
        Name of the series, and its rows.
    """
    for (unit, era), group in frame.groupby([str(frame.columns[0]), "era"], sort=False):
        yield f"{unit} {era}".strip(), group


def where(frame: pd.DataFrame, **values: object) -> pd.DataFrame:
    """Keep the rows in which columns hold these values.

    Parameters
    ----------
    frame
        The table.
    values
        Value by column.

    Returns
    -------
    DataFrame
        The rows.
    """
    for column, value in values.items():
        frame = frame[frame[column] == value]
    return frame


def alike(frame: pd.DataFrame, row: Row, *columns: str) -> pd.DataFrame:
    """Keep the rows that agree with a row in some columns.

    Parameters
    ----------
    frame
        The table; its first column is the unit, which is always compared.
    row
        The row.
    columns
        The other columns compared; the era where none is named.

    Returns
    -------
    DataFrame
        The rows.
    """
    return where(frame, **{name: row[name] for name in (str(frame.columns[0]), *(columns or ("era",)))})


def first_row(frame: pd.DataFrame) -> dict[str, Any] | None:
    """Give the first row, if there is one.

    Parameters
    ----------
    frame
        The table.

    Returns
    -------
    dict or None
        Values by column.
    """
    return next(iter(rows_of(frame.head(1))), None)


def missing(value: object) -> bool:
    """Say whether a cell is empty.

    Parameters
    ----------
    value
        The cell.

    Returns
    -------
    bool
        Whether nothing stands in it.
    """
    return bool(pd.isna(value))  # type: ignore[call-overload]
