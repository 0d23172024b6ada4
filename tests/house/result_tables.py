"""The pages that list the tables of every result, made from the declaration of the package.

``python -m tests.house.result_tables`` brings docs/results.md and docs/columns.csv up to it.
"""

from __future__ import annotations

import csv
import io
from itertools import groupby

from alliance_metrics.results import tables as declaration
from alliance_metrics.results.folders import replaced_section
from alliance_metrics.results.tables import Column, Kind, Table, declared_kinds
from tests.house.test_layers import PACKAGE, ROOT

PAGE = ROOT / "docs" / "results.md"
COLUMNS = ROOT / "docs" / "columns.csv"
BEGIN, END = "<!-- tables: begin -->", "<!-- tables: end -->"
UNIT = "dyad"
ENGINE = "cohesion_index"  # of the library alone: no command saves it
_TEXTS = ("unit", "meaning")
_TYPES = {"str": "text", "int64": "whole", "Int64": "whole", "float64": "number", "bool": "yes/no", "boolean": "yes/no"}


def kinds() -> list[Kind]:
    """List every kind of result that a command writes."""
    return [kind for kind in declared_kinds().values() if kind.name != ENGINE]


def render_columns() -> str:
    """Give docs/columns.csv: every column of every table with its type, unit or range, and meaning."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("kind", "table", "column", "type", "unit", "meaning"))
    for kind in kinds():
        for table in kind.tables.values():
            for name, column in table.meanings(UNIT).items():
                writer.writerow((kind.name, table.name, name, _TYPES[column.type], column.unit, column.meaning))
    return text.getvalue()


def declared_rows() -> list[dict[str, str]]:
    """Read the declaration row by row, as it stands."""
    with (PACKAGE / "results" / "tables.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _own_rows() -> list[dict[str, str]]:
    """List the rows that say something of a column, with what they inherit filled in."""
    rows = declared_rows()
    shared = {(row["kind"], row["column"]): row for row in rows if not row["table"]}
    found = []
    for row in rows:
        if row["column"] and (row["unit"] or row["meaning"]) and row["kind"] != ENGINE:
            chain = [row, shared.get((row["kind"], row["column"]), row), shared.get(("", row["column"]), row)]
            found.append({**row, **{of: next(filter(None, (one[of] for one in chain)), "") for of in _TEXTS}})
    return found


def render_tables() -> str:
    """Give the section of docs/results.md, with its marks."""
    rows = _own_rows()
    common = [row for row in rows if not row["kind"]]
    lines = [BEGIN, "", "### Columns found in many tables", "", *_glossary(common), ""]
    for kind in kinds():
        folder = "" if kind.name == "score" else f"{kind.name}/"
        lines += [f"### `{folder}`" if folder else "### The folder itself", "", _marked(kind.meaning), ""]
        lines += ["| table | rows | columns |", "|---|---|---|"]
        lines += [_table_line(folder, table) for table in kind.tables.values()]
        own = [row for row in rows if row["kind"] == kind.name]
        lines += ["", *_glossary(own), ""] if own else [""]
    return "\n".join([*lines, END])


def _marked(text: str) -> str:
    return text.replace("``", "`")


def _table_line(folder: str, table: Table) -> str:
    return (
        f"| `{folder}{table.name}.csv` | {_marked(table.meaning)} | {_columns(list(table.meanings(UNIT).values()))} |"
    )


def _glossary(rows: list[dict[str, str]]) -> list[str]:
    def line(row: dict[str, str]) -> str:
        name = f"`{row['column'].replace(declaration.UNIT, UNIT)}`" + (f" (`{row['table']}`)" if row["table"] else "")
        return f"| {name} | {row['unit']} | {_marked(row['meaning'])} |"

    return ["| column | unit or range | meaning |", "|---|---|---|", *map(line, rows)]


def _columns(columns: list[Column]) -> str:
    """List columns in their order, those of one type that follow one another together."""
    runs = groupby(columns, key=lambda column: _TYPES[column.type])
    return "; ".join(f"{' '.join(f'`{column.name}`' for column in run)} {kind}" for kind, run in runs)


if __name__ == "__main__":
    COLUMNS.write_text(render_columns(), encoding="utf-8", newline="")
    replaced_section(PAGE, begin=BEGIN, end=END, text=render_tables())
