"""Evidence: what codings rest on, and what its own rows must hold."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from urllib.parse import parse_qsl, urlsplit

import pandas as pd

from alliance_metrics.errors import Fault, listed
from alliance_metrics.package.table import FILE, LINE
from alliance_metrics.results.tables import rows_of

SERIES = "series:"
ADDRESSES = ("https://", "http://", "doi:", "ISBN ")
#: Grades of evidence, the best first, where a package does not declare them.
USUAL_GRADES = ("verified", "copy", "literature")
#: What a cell rests on that cites no evidence.
NOTE_ONLY = "note only"
_SEARCH_PATH = re.compile(r"/search([-_]?results?)?(\.\w+)?(/|$)", re.IGNORECASE)
_SEARCH_KEYS = {"q", "query", "s", "search"}


def fault_at(row: Mapping[str, object], what: str, found: str, *, allowed: str, remedy: str, column: str) -> Fault:
    """Make a fault of a row of a checked table.

    Parameters
    ----------
    row
        The row, with its place.
    what, found, allowed, remedy, column
        As in `Fault`.

    Returns
    -------
    Fault
        The fault, in the row's file and line.
    """
    return Fault(str(row[FILE]), what, found, allowed, remedy, int(str(row[LINE])), column)


def event_faults(events: pd.DataFrame) -> list[Fault]:
    """Find days that no calendar has.

    Parameters
    ----------
    events
        The checked events, with the place of each row.

    Returns
    -------
    list of Fault
        One for each such date, 30 February for one.
    """
    if events.empty:
        return []
    whole = events[events["date"].str.len() == len("1950-02-14")]
    return [
        fault_at(
            row, "there is no such day", str(row["date"]), allowed="a day", remedy="correct the date", column="date"
        )
        for row in rows_of(whole)
        if not _is_day(str(row["date"]))
    ]


def _is_day(text: str) -> bool:
    try:
        dt.date.fromisoformat(text)
    except ValueError:
        return False
    return True


def source_faults(sources: pd.DataFrame) -> list[Fault]:
    """Find addresses that a page may not link to.

    Parameters
    ----------
    sources
        The checked sources, with the place of each row.

    Returns
    -------
    list of Fault
        One for each address that is neither of the web nor a known kind of identifier.
    """
    if sources.empty:
        return []
    odd = sources[(sources["url"] != "") & ~sources["url"].str.startswith(ADDRESSES)]
    allowed = f"an address that begins with one of {listed(ADDRESSES)}"
    return [
        fault_at(row, "not an address", repr(row["url"]), allowed=allowed, remedy="correct the address", column="url")
        for row in rows_of(odd)
    ]


def address_faults(table: pd.DataFrame, hosts: Sequence[str]) -> list[Fault]:
    """Find addresses that nobody can cite.

    Parameters
    ----------
    table
        A checked table with the column ``url``, with the place of each row.
    hosts
        Hosts that hold staging copies, mirrors or dumps; their subdomains count as well.

    Returns
    -------
    list of Fault
        One for each address on such a host, and for each page of search results.
    """
    complaints = {url: found for url in set(table["url"]) if (found := _address_complaint(str(url), hosts))}
    allowed = "the address of a page that stays and that others can cite, or an empty cell"
    remedy = "give the canonical address, or leave the cell empty and name the work in source and locator"
    return [
        fault_at(row, complaints[row["url"]], repr(row["url"]), allowed=allowed, remedy=remedy, column="url")
        for row in rows_of(table[table["url"].isin(complaints)])
    ]


def _address_complaint(url: str, hosts: Sequence[str]) -> str:
    """Say why an address cannot be cited, or nothing."""
    if not url.startswith(ADDRESSES[:2]):
        return ""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").removeprefix("www.")
        keys = {key.lower() for key, _ in parse_qsl(parts.query)}
    except ValueError:
        return "the address cannot be read"
    if any(f".{host}".endswith(f".{one.lower().removeprefix('www.')}") for one in hosts):
        return "the address is on a host whose pages are not cited"
    searched = _SEARCH_PATH.search(parts.path) or (parts.path in {"", "/"} and keys & _SEARCH_KEYS)
    return "the address is a page of search results" if searched else ""


def ranked_grades(*declared: Sequence[str]) -> tuple[str, ...]:
    """Put the grades of evidence in order.

    Parameters
    ----------
    *declared
        For each table of evidence the words that its ``status`` may hold, the best grade first; empty where the
        package does not say.

    Returns
    -------
    tuple of str
        Every grade once, the best first; the usual ones where none is declared.
    """
    return tuple(dict.fromkeys(grade for words in declared for grade in words)) or USUAL_GRADES


def evidence_index(events: pd.DataFrame, series: pd.DataFrame, grades: Sequence[str]) -> pd.DataFrame:
    """List everything a coding may cite.

    Parameters
    ----------
    events, series
        The checked evidence tables.
    grades
        The grades of evidence, the best first.

    Returns
    -------
    DataFrame
        Columns ``dyad``, ``evidence_id`` (``series:`` and the measure for a series), ``status`` (the best of any row)
        and ``grade`` (place of the status among the grades, from 0).
    """
    rows = [
        events[["dyad", "event_id", "status"]].rename(columns={"event_id": "evidence_id"}),
        series[["dyad", "status"]].assign(evidence_id=[SERIES + str(name) for name in series["measure"]]),
    ]
    stacked = pd.concat(rows, ignore_index=True).astype(object)
    known = [*grades, *sorted(set(stacked["status"]) - set(grades))]
    ranked = stacked.assign(grade=stacked["status"].map(known.index)).astype({"grade": "int64"})
    best = ranked.sort_values("grade", kind="stable").drop_duplicates(["dyad", "evidence_id"])
    return best.reset_index(drop=True)


def citations_of(codings: pd.DataFrame) -> pd.DataFrame:
    """Give each citation of each cell a row.

    Parameters
    ----------
    codings
        Coded cells, with a unique index.

    Returns
    -------
    DataFrame
        The column ``evidence_id``; the index is that of the cells, once for each citation.
    """
    cited = codings["evidence_ids"].astype(object).str.split(" ").explode()
    return cited[cited != ""].to_frame("evidence_id")


def rests_on(codings: pd.DataFrame, evidence: pd.DataFrame) -> pd.Series:
    """Say for each coded cell what it rests on.

    Parameters
    ----------
    codings
        Coded cells of dyads.
    evidence
        As `evidence_index` gives it.

    Returns
    -------
    Series of str
        The best grade of the evidence cited; ``note only`` where none is cited.
    """
    own = codings[["dyad", "evidence_ids"]].reset_index(drop=True)
    cited = citations_of(own)
    keys = cited.assign(dyad=own["dyad"].reindex(cited.index))
    series = evidence[evidence["evidence_id"].str.startswith(SERIES)]
    of_series = keys.merge(series, on=["dyad", "evidence_id"], how="left").set_axis(keys.index)["grade"]
    of_events = evidence[~evidence["evidence_id"].str.startswith(SERIES)].groupby("evidence_id")["grade"].min()
    best = of_series.fillna(cited["evidence_id"].map(of_events)).groupby(level=0).min()
    words = evidence.drop_duplicates("grade").set_index("grade")["status"]
    return best.map(words).reindex(own.index, fill_value=NOTE_ONLY).set_axis(codings.index).astype(object)
