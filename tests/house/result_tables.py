"""The tables of every result as docs/results.md lists them.

``python -m tests.house.result_tables`` brings the page up to the tables that the package declares.
"""

from __future__ import annotations

import csv
import inspect
import re
from itertools import groupby

from alliance_metrics.audit.audit import Audit
from alliance_metrics.coding.reliability import Reliability
from alliance_metrics.explanation.explanation import Explanation
from alliance_metrics.history.analyses import ANALYSES
from alliance_metrics.results.folders import replaced_section
from alliance_metrics.results.score_card import ScoreCard
from alliance_metrics.results.tidy_result import TidyResult
from alliance_metrics.sensitivity.analysis import Sensitivity
from tests.house.test_layers import ROOT

PAGE = ROOT / "docs" / "results.md"
COLUMNS = ROOT / "docs" / "columns.csv"
BEGIN, END = "<!-- tables: begin -->", "<!-- tables: end -->"
UNIT = "dyad"
_KINDS = {"str": "text", "int64": "whole", "Int64": "whole", "float64": "number", "bool": "yes/no", "boolean": "yes/no"}


def results() -> list[type[TidyResult]]:
    """List every kind of result, in the order they are written."""
    return [ScoreCard, Reliability, Sensitivity, Audit, *(one.result for one in ANALYSES.values()), Explanation]


def columns_of(result: type[TidyResult], table: str) -> dict[str, str]:
    """Name the columns of a table with their types."""
    return {**({} if table in result.UNKEYED else {UNIT: "str"}), **result.TABLES[table]}


def meanings() -> dict[tuple[str, str], str]:
    """Read what columns mean, by where (nothing, a result, or a result and table) and name."""
    with COLUMNS.open(encoding="utf-8", newline="") as file:
        return {(row["where"], row["column"]): row["meaning"] for row in csv.DictReader(file)}


def prose(result: type[TidyResult]) -> str:
    """Give what the class says of its tables, as Markdown."""
    return re.sub(r"``([^`]+)``", r"`\1`", inspect.cleandoc(result.__doc__ or ""))


def place_of(result: type[TidyResult], table: str, column: str, known: dict[tuple[str, str], str]) -> str | None:
    """Say where a column is explained: the nearest place, or ``prose``; None where nowhere."""
    for where in (f"{result.KIND}.{table}", result.KIND, ""):
        if (where, column) in known:
            return where
    return "prose" if f"`{column}`" in prose(result) else None


def render_tables() -> str:
    """Give the whole section, with its marks."""
    known = meanings()
    common = [(column, text) for (where, column), text in known.items() if not where]
    lines = [BEGIN, "", "### Columns found in many tables", "", *_glossary(common), ""]
    for result in results():
        folder = "" if result is ScoreCard else f"{result.KIND}/"
        lines += [f"### `{folder or 'the folder itself'}`".replace("`the folder itself`", "The folder itself"), ""]
        lines += [prose(result), "", "| table | columns |", "|---|---|"]
        lines += [f"| `{folder}{table}.csv` | {_columns(columns_of(result, table))} |" for table in result.TABLES]
        own = [
            (f"{column}` (`{where.split('.')[1]}`)" if "." in where else f"{column}`", text)
            for (where, column), text in known.items()
            if where.split(".")[0] == result.KIND
        ]
        if own:
            lines += ["", "| column | meaning |", "|---|---|", *(f"| `{name} | {text} |" for name, text in own)]
        lines.append("")
    return "\n".join([*lines, END])


def _glossary(rows: list[tuple[str, str]]) -> list[str]:
    return ["| column | meaning |", "|---|---|", *(f"| `{column}` | {text} |" for column, text in rows)]


def _columns(columns: dict[str, str]) -> str:
    """List columns in their order, those of one type that follow one another together."""
    runs = groupby(columns.items(), key=lambda item: _KINDS[item[1]])
    return "; ".join(f"{' '.join(f'`{name}`' for name, _ in run)} {kind}" for kind, run in runs)


if __name__ == "__main__":
    replaced_section(PAGE, begin=BEGIN, end=END, text=render_tables())
