"""The texts behind the numbers of a page: described levels, codings with their notes, evidence and sources."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from alliance_metrics.coding.evidence import SERIES
from alliance_metrics.results.tables import rows_of
from alliance_metrics.study.study import Study

Rows = list[dict[str, Any]]

_SOURCE_COLUMNS = ("author", "year", "title", "container", "type", "url", "archive_ref", "note")
_FIGURE_COLUMNS = ("year", "value", "unit", "status", "source_id", "locator", "url", "note")


def described_indicators(study: Study) -> dict[str, Any]:
    """Give question and described levels of every indicator.

    Parameters
    ----------
    study
        The study.

    Returns
    -------
    dict
        For each indicator ``name``, ``question``, ``direction`` (+1, or -1 where less is better) and ``levels``, the
        descriptor of each level.
    """
    levels: dict[str, dict[str, str]] = {}
    for row in rows_of(study.codebook.levels):
        levels.setdefault(str(row["indicator_id"]), {})[str(int(row["level"]))] = str(row["descriptor"])
    return {
        str(row["indicator_id"]): {
            "name": _text(row.get("name")) or str(row["indicator_id"]),
            "question": _text(row.get("question")),
            "direction": int(row.get("direction", 1)),
            "levels": levels.get(str(row["indicator_id"]), {}),
        }
        for row in rows_of(study.spec.indicators)
    }


def coding_columns(study: Study) -> dict[str, Any]:
    """Give the codings with their notes and the evidence they cite.

    Parameters
    ----------
    study
        The study.

    Returns
    -------
    dict
        ``notes``, each text once; ``evidence``, as `evidence_entries` gives it; and ``rows``, columns of equal length:
        places of ``unit``, ``indicator`` and ``coder`` in the panel, ``score``, ``low``, ``high`` [levels], place of
        the ``note`` and places of what is ``cited``.
    """
    panel, coded = study.panel, study.codings[study.codings["score"].notna()]
    units = {unit: place for place, unit in enumerate(panel.units.itertuples(index=False, name=None))}
    indicators = {component.id: place for place, component in enumerate(study.plan.hierarchy.components)}
    notes: dict[str, int] = {}
    cited: dict[tuple[str, str], int] = {}
    columns: dict[str, list[Any]] = {
        name: [] for name in ("unit", "indicator", "coder", "score", "low", "high", "note", "cited")
    }
    for row in rows_of(coded):
        unit = str(row[panel.unit])
        names = [_key_of(unit, name) for name in _text(row["evidence_ids"]).split()]
        columns["unit"].append(units[unit, row["era"], int(row["year"])])
        columns["indicator"].append(indicators[str(row["indicator_id"])])
        columns["coder"].append(panel.coders.index(str(row["coder"])))
        for name in ("score", "low", "high"):
            columns[name].append(float(row[name]))
        columns["note"].append(notes.setdefault(_text(row["note"]), len(notes)))
        columns["cited"].append([cited.setdefault(key, len(cited)) for key in names])
    return {"notes": list(notes), "evidence": evidence_entries(study, cited), "rows": columns}


def _key_of(unit: str, name: str) -> tuple[str, str]:
    """Identify a measured series by unit and name; an event has one id wherever it is cited."""
    return (unit, name) if name.startswith(SERIES) else ("", name)


def evidence_entries(study: Study, cited: Iterable[tuple[str, str]]) -> Rows:
    """Give the rows of evidence that are cited.

    Parameters
    ----------
    study
        The study.
    cited
        For each its unit (empty for an event) and id.

    Returns
    -------
    list of dict
        In that order: an event with ``when``, ``title``, ``text``, ``status``, ``source``, ``locator`` and ``url``; a
        series with its ``figures``, one a year. An id without a row has its ``id`` alone.
    """
    tables = study.package.tables
    events = {str(row["event_id"]): row for row in rows_of(tables["events"])}
    figures: dict[tuple[str, str], Rows] = {}
    for row in rows_of(tables["series"]):
        key = (str(row["dyad"]), SERIES + str(row["measure"]))
        figures.setdefault(key, []).append({name: _plain(row.get(name)) for name in _FIGURE_COLUMNS})
    found = []
    for unit, name in cited:
        entry: dict[str, Any] = {"id": name}
        if (unit, name) in figures:
            entry["figures"] = figures[unit, name]
        elif name in events:
            entry |= _event(events[name])
        found.append(entry)
    return found


def _event(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "when": _text(row["date"]),
        "title": _text(row.get("title")),
        "text": _text(row.get("description")),
        "status": _text(row["status"]),
        "source": _text(row["source_id"]),
        "locator": _text(row.get("locator")),
        "url": _text(row.get("url")),
    }


def named_sources(study: Study, entries: Rows) -> dict[str, Any]:
    """Give the sources that rows of evidence come from.

    Parameters
    ----------
    study
        The study.
    entries
        As `evidence_entries` gives them.

    Returns
    -------
    dict
        For each id its row of the table of sources, empty cells left out.
    """
    wanted = {entry["source"] for entry in entries if "source" in entry}
    wanted |= {figure["source_id"] for entry in entries for figure in entry.get("figures", ())}
    return {
        str(row["source_id"]): {
            name: _plain(row[name]) for name in _SOURCE_COLUMNS if name in row and _text(row[name]) != ""
        }
        for row in rows_of(study.package.tables["sources"])
        if row["source_id"] in wanted
    }


def _text(value: Any) -> str:  # noqa: ANN401 - a cell
    return str(value) if isinstance(value, str) or not (value is None or bool(pd.isna(value))) else ""


def _plain(value: Any) -> Any:  # noqa: ANN401 - a cell, to what JSON holds
    if isinstance(value, str):
        return value
    if value is None or bool(pd.isna(value)):
        return ""
    return int(value) if float(value).is_integer() else float(value)
