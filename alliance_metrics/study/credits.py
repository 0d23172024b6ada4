"""Whom figures from outside are owed to, and under which terms: one line for each kind of terms."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd

from alliance_metrics.package.descriptor import table_of
from alliance_metrics.results.tables import rows_of
from alliance_metrics.study.study import Study

LICENCE_CLASS = "licence_class"


def credits_of(study: Study, table: str) -> list[str]:
    """Name the sources of a table of figures, by their terms.

    Parameters
    ----------
    study
        The study.
    table
        Name of a table of the package with a column ``source_id``; those of units that the study does not score are
        left out where the table has the unit column.

    Returns
    -------
    list of str
        For each kind of terms one line: the terms, then title and year of every source; none where the package has no
        such table. Terms are those of the class
        in the column ``licence_class``, as the descriptor words them, else the licence of the table itself.
    """
    rows, key = study.package.tables[table], study.panel.unit
    if rows.empty:
        return []
    if key in rows.columns:
        rows = rows[rows[key].isin(set(study.panel.units[key]))]
    named = study.package.tables["sources"].set_index("source_id")
    meanings, licence = _class_meanings(study, table), _licence(study, table)
    found: dict[str, dict[str, None]] = {}
    columns = ["source_id", LICENCE_CLASS] if LICENCE_CLASS in rows.columns else ["source_id"]
    for row in rows_of(rows[columns].drop_duplicates()):
        if row["source_id"] in named.index:
            letter = str(row.get(LICENCE_CLASS, ""))
            found.setdefault(meanings.get(letter, licence), {})[_short(named.loc[row["source_id"]])] = None
    return [f"{terms}: {'; '.join(sorted(titles))}." for terms, titles in found.items()]


def _short(source: pd.Series) -> str:
    """Give the title of a source up to its first comma or bracket, and its year."""
    title = re.split(r"[,(]", str(source["title"]))[0].strip()
    return title if pd.isna(source["year"]) else f"{title} {source['year']}"


def _resource(study: Study, table: str) -> dict[str, Any]:
    return next((dict(one) for one in study.package.descriptor["resources"] if table_of(one["name"]) == table), {})


def _licence(study: Study, table: str) -> str:
    """Give the terms that hold for a table as a whole."""
    licences = _resource(study, table).get("licenses") or study.package.descriptor.get("licenses") or []
    return "; ".join(str(one.get("title") or one.get("name") or "") for one in licences) or "terms not stated"


def _class_meanings(study: Study, table: str) -> dict[str, str]:
    """Read what each class of terms means from the description of its column: ``A: words; B: words``."""
    schema = _resource(study, table).get("schema") or {}
    fields = schema.get("fields", []) if isinstance(schema, dict) else []
    text = next((str(one.get("description", "")) for one in fields if one.get("name") == LICENCE_CLASS), "")
    pairs = re.findall(r"(\w+): ([^;.]+)", text)
    return {letter: words.strip().capitalize() for letter, words in pairs}
