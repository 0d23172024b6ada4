"""The citations and licences due for what a result rests on."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from alliance_metrics.coding.evidence import SERIES
from alliance_metrics.package.files import bundled_folder, read_bytes
from alliance_metrics.results.tables import rows_of
from alliance_metrics.study.contents import grades_of
from alliance_metrics.study.study import Study

_EVIDENCE = ("events", "series", "sources")


def cited_sources(study: Study) -> pd.DataFrame:
    """List the sources that the codings of a study rest on.

    Parameters
    ----------
    study
        The study.

    Returns
    -------
    DataFrame
        The sources table's columns, with one column for each grade of evidence: how many cited rows of that status
        come from the source. Ordered by author and year.
    """
    tables = study.package.tables
    pairs = {
        (dyad, name)
        for dyad, cited in set(zip(study.codings["dyad"], study.codings["evidence_ids"], strict=True))
        for name in cited.split()
    }
    events = tables["events"][tables["events"]["event_id"].isin({name for _, name in pairs})]
    keys = zip(tables["series"]["dyad"], tables["series"]["measure"], strict=True)
    measured = [(dyad, f"{SERIES}{measure}") in pairs for dyad, measure in keys]
    series = tables["series"][np.array(measured, dtype=bool)]
    rows = pd.concat([events[["source_id", "status"]], series[["source_id", "status"]]])
    counts = pd.crosstab(rows["source_id"], rows["status"]).reindex(columns=grades_of(study.package), fill_value=0)
    sources = tables["sources"].merge(counts, left_on="source_id", right_index=True, how="inner")
    return sources.sort_values(["author", "year", "title"], kind="stable").reset_index(drop=True)


def further_sources(study: Study) -> pd.DataFrame:
    """List the sources of figures that the codings do not rest on, but analyses of the past do.

    Parameters
    ----------
    study
        The study.

    Returns
    -------
    DataFrame
        The sources table's columns, with ``rows``: how many rows of which tables come from the source, in words.
        Ordered by author and year.
    """
    tables = study.package.tables
    counted: dict[str, list[str]] = {}
    for name, frame in tables.items():
        if name in _EVIDENCE or "source_id" not in frame.columns:
            continue
        for source, rows in frame["source_id"].value_counts().sort_index().items():
            counted.setdefault(str(source), []).append(f"{rows} in {name}")
    table = pd.DataFrame(
        {"source_id": list(counted), "rows": [", ".join(parts) for parts in counted.values()]}, dtype=str
    )
    sources = tables["sources"].merge(table, on="source_id", how="inner")
    return sources.sort_values(["author", "year", "title"], kind="stable").reset_index(drop=True)


def software_citation() -> str:
    """Give the citation of the software, from CITATION.cff.

    Returns
    -------
    str
        Title, version, year and licence.

    Raises
    ------
    DataError
        Where the citation file is missing from the installation.
    """
    text = read_bytes(bundled_folder() / "CITATION.cff", name="CITATION.cff").decode("utf-8")
    facts = dict(re.findall(r'^(title|version|date-released|license): *"?([^"\n]+)"?$', text, re.MULTILINE))
    authors = re.findall(r'^ *- name: *"?([^"\n]+)"?$', text, re.MULTILINE)
    named, year = ", ".join(authors), facts["date-released"][:4]
    return f"{named} ({year}). {facts['title']}, version {facts['version']}. {facts['license']} licence."


def render_citations(study: Study, *, software: str) -> str:
    """Give the citations and licences due, as text.

    Parameters
    ----------
    study
        The study.
    software
        Citation of the software.

    Returns
    -------
    str
        Lines of text.
    """
    descriptor = study.package.descriptor
    sources = cited_sources(study)
    further = further_sources(study)
    coders = study.package.tables["coders"]
    grades = grades_of(study.package)
    chosen = coders[coders["coder"].isin(study.panel.coders)]
    lines = [
        f"What the result of '{study.config.name}' rests on, and what is due for it",
        "",
        "Software",
        f"  {software}",
        "",
        "Data",
        f"  {descriptor.get('title', descriptor.get('name'))}, version {descriptor.get('version', 'not stated')}",
        *(f"  Licence: {_titled(entry)}" for entry in descriptor.get("licenses", [])),
        *(f"  Source: {_titled(entry)}" for entry in descriptor.get("sources", [])),
        "",
        "Coders",
        *(f"  {row['coder']} ({row['kind'].replace('_', ' ')})" for row in rows_of(chosen)),
        "",
        f"Evidence: {len(sources)} sources, with the number of rows of evidence cited from each",
        f"  ({'; '.join(f'{name}: {meaning}' for name, meaning in _meanings(grades).values() if meaning)})",
        *(f"  {_reference(row)} [{_counted(row, grades)}]" for row in rows_of(sources)),
    ]
    if len(further):
        lines += [
            "",
            f"Figures that analyses set beside the index: {len(further)} sources, with the number of rows from each",
            "  (terms of use differ from those above: see LICENSE.md of the data; cite what a figure comes from)",
            *(f"  {_reference(row)} [{row['rows']}]" for row in rows_of(further)),
        ]
    return "\n".join(lines)


def _meanings(grades: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Give each grade of evidence the word it goes by and what it means, as far as it is a usual one."""
    read = "read at the source or a citable copy" if "copy" in grades else "read at the source or a copy"
    known = {
        "verified": ("verified", read),
        "copy": ("copy", "read in a copy that cannot be cited"),
        "literature": ("recalled", "from the literature, not looked up"),
    }
    return {grade: known.get(grade, (grade, "")) for grade in grades}


def _counted(row: Mapping[str, Any], grades: Sequence[str]) -> str:
    return ", ".join(f"{row[grade]} {name}" for grade, (name, _) in _meanings(grades).items() if row[grade])


def _titled(entry: Mapping[str, Any]) -> str:
    name = str(entry.get("title") or entry.get("name") or "not named")
    return f"{name}, {entry['path']}" if entry.get("path") else name


def _reference(row: Mapping[str, Any]) -> str:
    year = "n.d." if pd.isna(row["year"]) else str(row["year"])
    parts = [f"{row['author'] or 'Unknown author'} ({year})", row["title"], row["container"]]
    address = row["url"] or row.get("archive_ref", "")
    named = ". ".join(str(part).rstrip(".") for part in parts if part)
    return " ".join(part for part in (f"{named}.", address) if part)
