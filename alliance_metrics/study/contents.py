"""What spans the rows and tables of a data package, checked together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from alliance_metrics.coding import codebook as books
from alliance_metrics.coding.codebook import Codebook
from alliance_metrics.coding.consistency import Against, Coding, coding_faults, unit_faults
from alliance_metrics.coding.evidence import (
    address_faults,
    event_faults,
    evidence_index,
    fault_at,
    ranked_grades,
    source_faults,
)
from alliance_metrics.coding.rules import Ground, rule_faults, rule_warnings
from alliance_metrics.errors import Fault, listed, nearest
from alliance_metrics.package.descriptor import DESCRIPTOR, REFUSED_HOSTS, THEORY_SOURCES, declared_words
from alliance_metrics.package.reader import DataPackage
from alliance_metrics.results.tables import rows_of
from alliance_metrics.study.names import era_faults

DYAD_CODING = Coding(unit="dyad", folder="codings")
STATE_CODING = Coding(unit="state", folder="context")


@dataclass(frozen=True)
class Contents:
    """What a package holds, checked as a whole.

    Parameters
    ----------
    codebook
        Its codebook.
    faults
        What contradicts another row or table.
    warnings
        What a reader should look at, and what does not keep the package from being scored.
    """

    codebook: Codebook
    faults: list[Fault]
    warnings: list[Fault]


def grades_of(package: DataPackage) -> tuple[str, ...]:
    """Give the grades of evidence of a package, the best first.

    Parameters
    ----------
    package
        The package.

    Returns
    -------
    tuple of str
        The words that ``status`` may hold in its events, then in its series, in the order declared.
    """
    return ranked_grades(*(declared_words(package.descriptor, table, "status") for table in ("events", "series")))


def check_contents(package: DataPackage) -> Contents:
    """Check what spans rows and tables, as far as the tables concerned are free of faults themselves.

    Parameters
    ----------
    package
        The package.

    Returns
    -------
    Contents
        Codebook, faults and warnings.
    """
    tables = {name: frame for name, frame in package.tables.items() if name not in package.unsound}
    codebook, faults = Codebook(pd.DataFrame(), pd.DataFrame()), event_faults(package.tables["events"])
    faults += source_faults(package.tables["sources"])
    if "indicators" in tables and "levels" in tables:
        codebook, found = books.from_tables(tables["indicators"], tables["levels"])
        faults += found
    if "eras" in tables and "dyads" in tables:
        faults += era_faults(tables["eras"], tables["dyads"])
    evidence = None
    if "events" in tables and "series" in tables:
        evidence = evidence_index(tables["events"], tables["series"], grades_of(package))
    for coding, units, levels, codings in (
        (DYAD_CODING, "dyads", "levels", "codings"),
        (STATE_CODING, "context_states", "context_levels", "context_codings"),
    ):
        faults += unit_faults(package.tables[units], unit=coding.unit)
        against = Against(tables.get(units), tables.get(levels), evidence)
        faults += coding_faults(package.tables[codings], coding, against)
    faults += _citable_faults(package, tables) + _break_faults(package)
    needed = ("codings", "indicators", "dyads", "events", "series")
    if any(name not in tables for name in needed):
        return Contents(codebook, faults, [])
    theory = package.descriptor.get(THEORY_SOURCES, [])
    words = declared_words(package.descriptor, "events", "visibility")
    ground = Ground(
        tables["indicators"], tables["dyads"], tables["events"], tables["series"], theory, "".join(words[:1])
    )
    faults += rule_faults(tables["codings"], ground)
    return Contents(codebook, faults, [] if faults else rule_warnings(tables["codings"], ground))


def _citable_faults(package: DataPackage, tables: Mapping[str, pd.DataFrame]) -> list[Fault]:
    """Check addresses where the package lists refused hosts, and that its theory sources are among its sources."""
    faults = []
    if REFUSED_HOSTS in package.descriptor:
        for frame in tables.values():
            if "url" in frame.columns:
                faults += address_faults(frame, package.descriptor[REFUSED_HOSTS])
    if "sources" not in tables:
        return faults
    known = list(tables["sources"]["source_id"])
    what, allowed = "the theory under test is no known source", f"a source_id of the table 'sources': {listed(known)}"
    return faults + [
        Fault(DESCRIPTOR, what, f"{name!r}{nearest(name, known)}", allowed, "correct the id", column=THEORY_SOURCES)
        for name in package.descriptor.get(THEORY_SOURCES, [])
        if name not in known
    ]


def _break_faults(package: DataPackage) -> list[Fault]:
    """Find breaks declared for series or units that the package does not have."""
    tables = package.tables
    breaks = tables["series_breaks"]
    if breaks.empty:
        return []
    measures, units = _named(tables, "measure", "indicator"), _named(tables, "dyad", "state", "state_a", "state_b")
    faults = []
    for column, known, table in (("measure", measures, "a series"), ("unit", {*units, ""}, "a dyad or state")):
        allowed = f"{table} of this package: {listed(sorted(known - {''}))}{'; empty for all' * (column == 'unit')}"
        faults += [
            fault_at(
                row,
                f"a break of {table} that is not there",
                f"{row[column]!r}{nearest(str(row[column]), known)}",
                allowed=allowed,
                remedy="correct the cell",
                column=column,
            )
            for row in rows_of(breaks[~breaks[column].isin(known)])
        ]
    return faults


def _named(tables: Mapping[str, pd.DataFrame], *columns: str) -> set[str]:
    """Collect the names in some columns of the tables of figures and dyads."""
    frames = [tables[name] for name in ("series", "capabilities", "measures", "dyads")]
    return {str(name) for frame in frames for column in columns if column in frame.columns for name in frame[column]}
