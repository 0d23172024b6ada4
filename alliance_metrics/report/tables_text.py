"""The tables of a result as JSON."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd

from alliance_metrics.coding.table import rows_of
from alliance_metrics.results import TidyResult


def render_tables(result: TidyResult) -> str:
    """Give a result as one JSON object.

    Parameters
    ----------
    result
        Any result.

    Returns
    -------
    str
        ``kind``, ``record`` and ``tables``: for each table a list of rows by column; what is missing is null.
    """
    tables = {name: [_plain(row) for row in rows_of(result.to_frame(name))] for name in result.names}
    whole = {"kind": result.KIND, "record": result.record, "tables": tables}
    return json.dumps(whole, indent=1, ensure_ascii=False, allow_nan=False)


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {name: None if pd.isna(value) else value for name, value in row.items()}
