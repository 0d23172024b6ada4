"""Evidence: what codings rest on, and what its own rows must hold."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import pandas as pd

from alliance_metrics.errors import Fault, listed
from alliance_metrics.package.table import FILE, LINE
from alliance_metrics.results.tables import rows_of

SERIES = "series:"
ADDRESSES = ("https://", "http://", "doi:", "ISBN ")
RESTS_ON = ("verified", "literature", "note only")


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


def evidence_index(events: pd.DataFrame, series: pd.DataFrame) -> pd.DataFrame:
    """List everything a coding may cite.

    Parameters
    ----------
    events, series
        The checked evidence tables.

    Returns
    -------
    DataFrame
        Columns ``dyad``, ``evidence_id`` (``series:`` and the measure for a series) and ``status``
        (``verified`` where any row of it is).
    """
    rows = [
        events[["dyad", "event_id", "status"]].rename(columns={"event_id": "evidence_id"}),
        series[["dyad", "status"]].assign(evidence_id=[SERIES + str(name) for name in series["measure"]]),
    ]
    stacked = pd.concat(rows, ignore_index=True).astype(object)
    ranked = stacked.assign(rank=stacked["status"] != RESTS_ON[0]).sort_values("rank", kind="stable")
    return ranked.drop_duplicates(["dyad", "evidence_id"]).drop(columns="rank").reset_index(drop=True)


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
        ``verified`` where any cited row is verified, ``literature`` where all are recalled,
        ``note only`` where none is cited.
    """
    checked = evidence[evidence["status"] == RESTS_ON[0]]
    verified_series = set(zip(checked["dyad"], checked["evidence_id"], strict=True))
    verified_events = {name for name in checked["evidence_id"] if not str(name).startswith(SERIES)}

    def kind(dyad: str, cited: str) -> str:
        if not cited:
            return RESTS_ON[2]
        names = cited.split(" ")
        held = any(name in verified_events or (dyad, name) in verified_series for name in names)
        return RESTS_ON[0] if held else RESTS_ON[1]

    kinds = {pair: kind(*pair) for pair in set(zip(codings["dyad"], codings["evidence_ids"], strict=True))}
    pairs = zip(codings["dyad"], codings["evidence_ids"], strict=True)
    return pd.Series([kinds[pair] for pair in pairs], index=codings.index, dtype=object)
