"""Keys of tables: no row twice, no row that refers to nothing."""

from __future__ import annotations

import pandas as pd

from alliance_metrics.coding.table import FILE, LINE, PLACE
from alliance_metrics.coding.table_schema import ForeignKey
from alliance_metrics.errors import Fault, listed, nearest


def check_primary_key(frame: pd.DataFrame, key: tuple[str, ...]) -> list[Fault]:
    """Find rows that repeat the key of an earlier row.

    Parameters
    ----------
    frame
        A checked table, possibly of several files.
    key
        Names of the key columns.

    Returns
    -------
    list of Fault
        One for each repeated row, naming the row it repeats.
    """
    if not key or frame.empty:
        return []
    columns = list(key)
    repeated = frame.duplicated(columns, keep="first")
    if not repeated.any():
        return []
    first = frame.drop_duplicates(columns).set_index(columns)
    faults = []
    for row in frame.loc[repeated, [*columns, *PLACE]].itertuples(index=False):
        values = tuple(row)[: len(columns)]
        origin = first.loc[values if len(columns) > 1 else values[0]]
        found = f"{' '.join(map(str, values))} stands in {origin[FILE]} line {origin[LINE]} already"
        faults.append(
            Fault(
                where=str(row[-2]),
                what="the same key stands twice",
                found=found,
                allowed=f"one row for each {', '.join(columns)}",
                remedy="remove one of the rows, or correct its key",
                line=int(row[-1]),
                column="+".join(columns),
            )
        )
    return faults


def check_foreign_key(frame: pd.DataFrame, key: ForeignKey, target: pd.DataFrame) -> list[Fault]:
    """Find rows whose key stands in no row of the table it refers to.

    Parameters
    ----------
    frame
        The table that refers.
    key
        The declared foreign key.
    target
        The table referred to.

    Returns
    -------
    list of Fault
        One for each orphan row. A row whose key is wholly empty refers to nothing and is no orphan.
    """
    columns = list(key.fields)
    if frame.empty or any(name not in target.columns for name in key.references):
        return []
    known = set(target[list(key.references)].itertuples(index=False, name=None))
    pairs = list(frame[columns].itertuples(index=False, name=None))
    orphans = {pair for pair in set(pairs) if pair not in known and any(value != "" for value in pair)}
    if not orphans:
        return []
    words = sorted({str(pair[0]) for pair in known})
    return [
        Fault(
            where=str(file),
            what=f"unknown {' '.join(columns)}",
            found=f"{' '.join(map(repr, pair))}{nearest(str(pair[0]), words)}",
            allowed=f"a value of {', '.join(key.references)} in the table '{key.table}': {listed(words)}",
            remedy=f"correct the cell, or add the row to '{key.table}'",
            line=int(line),
            column="+".join(columns),
        )
        for pair, file, line in zip(pairs, frame[FILE], frame[LINE], strict=True)
        if pair in orphans
    ]
