"""The tables of every result, declared once in ``tables.csv``: columns in their order, types, units and meanings.

A row that names a result, a table and a column puts the column in the table. Type, unit and meaning that it leaves
empty are those of the row for the whole result (no table), or else of the row for all results (no result either). A row
without a column explains a table, or a result; for a result that `analyse` computes its type names the function, as
``module:function`` of this package. The column ``{unit}`` bears the name of the unit of the panel. A column
whose type ends in a question mark stands in the table only where the data have what it holds.
"""

from __future__ import annotations

import csv
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from alliance_metrics.errors import Fault, ResultError, listed, nearest, quoted

_DECLARATION = Path(__file__).with_name("tables.csv")
UNIT = "{unit}"


@dataclass(frozen=True)
class Column:
    """A declared column.

    Parameters
    ----------
    name
        Its name; ``{unit}`` for the column of units.
    type
        Its pandas dtype, such as ``float64``.
    unit
        Unit or range of its values; empty for texts.
    meaning
        What it says, in a sentence.
    optional
        Whether the table may lack it.
    """

    name: str
    type: str
    unit: str
    meaning: str
    optional: bool = False


@dataclass(frozen=True)
class Table:
    """A declared table.

    Parameters
    ----------
    name
        Its name, and that of its file.
    meaning
        What its rows are.
    columns
        Its columns, in order.
    """

    name: str
    meaning: str
    columns: tuple[Column, ...]

    def dtypes(self, key: str, *, present: Collection[str] = ()) -> dict[str, str]:
        """Give the columns with their types.

        Parameters
        ----------
        key
            Name of the column of units.
        present
            Columns at hand; of the columns that the table may lack these are given.

        Returns
        -------
        dict
            Dtypes by column, in order.
        """
        kept = [column for column in self.columns if not column.optional or column.name in present]
        return {key if column.name == UNIT else column.name: column.type for column in kept}

    def meanings(self, key: str) -> dict[str, Column]:
        """Give the columns with what they mean.

        Parameters
        ----------
        key
            Name of the column of units.

        Returns
        -------
        dict
            Declarations by column, in order.
        """
        named = (replace(column, name=key) if column.name == UNIT else column for column in self.columns)
        return {column.name: column for column in named}


@dataclass(frozen=True)
class Kind:
    """A declared kind of result.

    Parameters
    ----------
    name
        Its name, and that of its folder beside a score card.
    meaning
        What the result is.
    tables
        Its tables, by name.
    function
        The function that computes it, as ``module:function`` of this package; empty where it is no analysis.
    """

    name: str
    meaning: str
    tables: Mapping[str, Table]
    function: str


@cache
def declared_kinds() -> Mapping[str, Kind]:
    """Read the declaration of all results.

    Returns
    -------
    dict
        Kinds of results by name, in the order in which they are declared.
    """
    with _DECLARATION.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    shared = {(row["kind"], row["column"]): row for row in rows if not row["table"]}
    tables: dict[str, dict[str, Table]] = {}
    for row in rows:
        kind, name = row["kind"], row["table"]
        if kind and name and not row["column"]:
            tables.setdefault(kind, {})[name] = Table(name, row["meaning"], ())
        elif kind and name:
            table = tables[kind][name]
            tables[kind][name] = replace(table, columns=(*table.columns, _resolved(row, shared)))
    named = {kind: shared[kind, ""] for kind in tables}
    return {kind: Kind(kind, row["meaning"], tables[kind], row["type"]) for kind, row in named.items()}


def declared_kind(name: str) -> Kind:
    """Find the declaration of one kind of result.

    Parameters
    ----------
    name
        Its name.

    Returns
    -------
    Kind
        The declaration.

    Raises
    ------
    ResultError
        Where ``tables.csv`` does not declare it.
    """
    known = declared_kinds()
    if name not in known:
        allowed, remedy = listed(known, limit=len(known)), "correct the kind, or declare its tables"
        found = f"{quoted(name)}{nearest(name, known)}"
        raise ResultError([Fault(_DECLARATION.name, "this kind of result is not declared", found, allowed, remedy)])
    return known[name]


def declared_columns(kind: str, table: str, *, key: str, present: Collection[str] = ()) -> list[str]:
    """Name the columns of a table.

    Parameters
    ----------
    kind
        Kind of the result.
    table
        The table.
    key
        Name of the column of units.
    present
        Columns at hand; of the columns that the table may lack these are named.

    Returns
    -------
    list of str
        The columns, in order.
    """
    return list(declared_kind(kind).tables[table].dtypes(key, present=present))


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


def _resolved(row: Mapping[str, str], shared: Mapping[tuple[str, str], Mapping[str, str]]) -> Column:
    """Fill what a row leaves empty from the rows for its result and for all results."""
    name = row["column"]
    known = [row, shared.get((row["kind"], name), {}), shared.get(("", name), {})]
    kind, unit, meaning = (next(filter(None, (one.get(of) for one in known)), "") for of in ("type", "unit", "meaning"))
    return Column(name, kind.removesuffix("?"), unit, meaning, optional=kind.endswith("?"))
