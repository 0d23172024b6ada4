"""What the program needs of each table it knows, and what it uses where a package has it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from alliance_metrics.errors import Fault, listed
from alliance_metrics.package.descriptor import DESCRIPTOR
from alliance_metrics.package.table import FILE, LINE

_CODED = {
    "year": "integer!",
    "indicator_id": "string!",
    "coder": "string!",
    "score": "integer",
    "low": "integer",
    "high": "integer",
    "evidence_ids": "string",
    "note": "string",
}
_ERA = {"era": "string!", "first_year": "integer!", "last_year": "integer!"}
_LEVEL = {"indicator_id": "string!", "level": "integer!", "descriptor": "string!"}
#: Columns, with their types (``!``: never empty), that the package itself uses of each table it knows.
TABLES: Mapping[str, Mapping[str, str]] = {
    "indicators": dict.fromkeys(("indicator_id", "pillar", "dimension", "role"), "string!"),
    "levels": _LEVEL,
    "coders": {"coder": "string!", "kind": "string!"},
    "dyads": {"dyad": "string!", **_ERA},
    "codings": {"dyad": "string!", **_CODED},
    "events": dict.fromkeys(("event_id", "date", "dyad", "source_id", "status"), "string!"),
    "series": dict.fromkeys(("dyad", "measure", "source_id", "status"), "string!"),
    "sources": {
        "source_id": "string!",
        "author": "string",
        "year": "integer",
        "title": "string!",
        "container": "string",
        "url": "string",
    },
    "capabilities": {
        **dict.fromkeys(("state", "kind", "indicator", "source_id"), "string!"),
        "year": "integer!",
        "value": "number!",
        "members": "integer",
        "absent": "integer",
    },
    "coalitions": {"coalition": "string!", "state": "string!", "first_year": "integer!", "last_year": "integer"},
    "context_states": {"state": "string!", **_ERA},
    "context_indicators": {"indicator_id": "string!"},
    "context_levels": _LEVEL,
    "context_codings": {"state": "string!", **_CODED},
    "measures_declared": {
        **dict.fromkeys(("measure", "name", "family", "component", "independent", "counted"), "string!"),
        "direction": "integer!",
    },
    "measures": {"dyad": "string!", "year": "integer!", "measure": "string!", "value": "number!", "unit": "string!"},
    "eras": {"era": "string!", "aliases": "string"},
    "series_breaks": {"measure": "string!", "unit": "string", "year": "integer!", "note": "string!"},
    "rivals": {
        **dict.fromkeys(("rival", "dyad", "dimension", "indicator"), "string!"),
        **dict.fromkeys(("part", "first_year", "last_year"), "integer!"),
        **dict.fromkeys(("measure", "lacking"), "string"),
    },
}

REQUIRED = ("indicators", "levels", "coders", "dyads", "codings")
#: Columns of these tables that the program uses where a package declares them.
OPTIONAL: Mapping[str, Mapping[str, str]] = {
    "indicators": {"visibility": "string!", "timing": "string!", "rule": "string"},
    "dyads": {"name_a": "string!", "name_b": "string!", "role": "string!"},
    "codings": {"basis": "string"},
    "events": {"visibility": "string!"},
    "series": {"year": "integer!"},
}
#: The words that may stand in a column.
WORDS: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("indicators", "timing"): ("state", "flow"),
    ("dyads", "role"): ("subject", "reference"),
    ("codings", "basis"): ("direct", "carried", "inferred", "recalled"),
}


def contract_faults(table: str, schema: object) -> list[Fault]:
    """Find columns that are not declared as the program reads them.

    Parameters
    ----------
    table
        Name of the table.
    schema
        Its declaration, of whatever form.

    Returns
    -------
    list of Fault
        One for each column that is needed and missing, or declared otherwise.
    """
    declared = _declared_kinds(schema)
    further = {name: kind for name, kind in OPTIONAL.get(table, {}).items() if name in declared}
    return [
        Fault(
            where=DESCRIPTOR,
            what=f"the schema of the table '{table}' lacks what scoring needs",
            found=f"'{name}' is {_described(declared[name]) if name in declared else 'not declared'}",
            allowed=f"'{name}' declared as {_described(kind)}",
            remedy="take the schema of the published data package",
        )
        for name, kind in {**TABLES.get(table, {}), **further}.items()
        if declared.get(name) not in {kind, kind.removesuffix("!") + "!"}
    ]


def _declared_kinds(schema: object) -> dict[str, str]:
    fields = schema.get("fields") if isinstance(schema, dict) else None
    declared = {}
    for entry in fields if isinstance(fields, list) else ():
        if isinstance(entry, dict) and isinstance(entry.get("name"), str):
            constraints = entry.get("constraints")
            required = isinstance(constraints, dict) and constraints.get("required") is True
            declared[entry["name"]] = f"{entry.get('type', 'string')}{'!' if required else ''}"
    return declared


def _described(kind: str) -> str:
    return f"{kind.removesuffix('!')}, required" if kind.endswith("!") else kind


def word_faults(table: str, frame: pd.DataFrame) -> list[Fault]:
    """Find cells with a word that the program does not know.

    Parameters
    ----------
    table
        Name of the table.
    frame
        Its checked rows, with their places.

    Returns
    -------
    list of Fault
        One for each such cell; an empty cell holds no word.
    """
    faults = []
    for (name, column), words in WORDS.items():
        if name != table or column not in frame.columns:
            continue
        odd = frame[~frame[column].isin([*words, ""])]
        what, allowed, remedy = "not one of the known words", listed(words), "correct the cell, then run `check` again"
        faults += [
            Fault(str(file), what, repr(word), allowed, remedy, int(line), column)
            for word, file, line in zip(odd[column], odd[FILE], odd[LINE], strict=True)
        ]
    return faults


def known_field(table: str, column: str) -> dict[str, Any] | None:
    """Declare a column that a package may have beside those of the published one.

    Parameters
    ----------
    table
        Name of the table.
    column
        Name of the column.

    Returns
    -------
    dict or None
        The field of a Table Schema; None where the program does not know the column.
    """
    kind = {**TABLES.get(table, {}), **OPTIONAL.get(table, {})}.get(column)
    if kind is None:
        return None
    field: dict[str, Any] = {"name": column, "type": kind.removesuffix("!")}
    constraints: dict[str, Any] = {"required": True} if kind.endswith("!") else {}
    if (table, column) in WORDS:
        constraints["enum"] = list(WORDS[table, column])
    return {**field, "constraints": constraints} if constraints else field
