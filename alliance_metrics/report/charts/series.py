"""What a chart picks from the tables: series by unit and era, their outstanding years, eras of one pair, events."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from alliance_metrics.report.charts.tables import SavedTables


@dataclass(frozen=True)
class Series:
    """The rows of one unit in one era, year by year.

    Parameters
    ----------
    unit, era
        Their names; an era may be empty.
    rows
        The rows in order of year.
    """

    unit: str
    era: str
    rows: pd.DataFrame

    @property
    def title(self) -> str:
        """Unit and era in one."""
        return f"{self.unit} {self.era}".strip()

    @property
    def ends(self) -> tuple[int, int]:
        """First and last year."""
        return int(self.rows["year"].iloc[0]), int(self.rows["year"].iloc[-1])


def series_in(frame: pd.DataFrame, unit: str) -> Iterator[Series]:
    """Take a table apart by unit and era.

    Parameters
    ----------
    frame
        A table with ``era`` and ``year``.
    unit
        Name of its column of units.

    Yields
    ------
    Series
        One a unit and era, in order of appearance.
    """
    for (name, era), rows in frame.groupby([unit, "era"], sort=False):
        yield Series(str(name), str(era), rows.sort_values("year", kind="stable").reset_index(drop=True))


def rows_about(series: Series, frame: pd.DataFrame, *, unit: str) -> pd.DataFrame:
    """Keep the rows of another table about the unit and era of a series.

    Parameters
    ----------
    series
        The series.
    frame
        A table with ``era``.
    unit
        Name of its column of units.

    Returns
    -------
    DataFrame
        Its rows about the same unit and era.
    """
    return frame[(frame[unit] == series.unit) & (frame["era"] == series.era)]


def all_rows(series: Iterable[Series]) -> pd.DataFrame:
    """Put the rows of several series together.

    Parameters
    ----------
    series
        The series.

    Returns
    -------
    DataFrame
        All rows.
    """
    return pd.concat([one.rows for one in series], ignore_index=True)


def index_series(tables: SavedTables) -> list[Series]:
    """List the index of every unit and era that has a score.

    Parameters
    ----------
    tables
        The saved tables.

    Returns
    -------
    list of Series
        Rows of the index alone.
    """
    scores = tables.frame("score.scores")
    found = series_in(scores[scores["tier"] == "index"], tables.unit)
    return [series for series in found if series.rows["estimate"].notna().any()]


def standing_out(rows: pd.DataFrame) -> dict[str, Mapping[Hashable, Any]]:
    """Pick the first, highest, lowest and last of some years.

    Parameters
    ----------
    rows
        Rows with ``year`` and ``estimate``.

    Returns
    -------
    dict
        The row of ``first``, ``peak``, ``low`` and ``last``; none where nothing is scored.
    """
    scored = rows[rows["estimate"].notna()].to_dict("records")
    if not scored:
        return {}
    return {
        "first": scored[0],
        "peak": max(scored, key=lambda row: float(row["estimate"])),
        "low": min(scored, key=lambda row: float(row["estimate"])),
        "last": scored[-1],
    }


def last_rows(series: Series) -> list[dict[Hashable, Any]]:
    """List the rows of the last year of a series.

    Parameters
    ----------
    series
        The series, which may have several rows a year.

    Returns
    -------
    list of dict
        Their cells by column.
    """
    return series.rows[series.rows["year"] == series.ends[1]].to_dict("records")


def lineages(series: list[Series]) -> list[list[Series]]:
    """Bring together the eras of one pair of states.

    Parameters
    ----------
    series
        Series whose rows may have ``cow_a`` and ``cow_b``, the numbers of the two states.

    Returns
    -------
    list of list of Series
        Those that are one pair, whatever its states were called, and have more than one era; by the unit's name
        where there are no numbers.
    """
    groups: dict[tuple[str, ...], list[Series]] = {}
    for one in series:
        numbers = [str(one.rows[name].iloc[0]) for name in ("cow_a", "cow_b") if name in one.rows.columns]
        groups.setdefault(tuple(numbers) if len(numbers) == 2 else (one.unit,), []).append(one)
    return [group for group in groups.values() if len(group) > 1]


def declared_events(record: Mapping[str, Any], *, unit: str, era: str) -> list[dict[str, Any]]:
    """List the events that the configuration of a result names for a unit and era.

    Parameters
    ----------
    record
        The record of the score card.
    unit, era
        The unit and era.

    Returns
    -------
    list of dict
        ``year`` and ``event``: the words of the event's id behind its year, or the whole id.
    """
    analysis = (record.get("config") or {}).get("analysis") or {}
    found = []
    for origin in analysis.get("origins") or []:
        if origin.get("dyad") != unit or (origin.get("era") or era) != era:
            continue
        name, year = str(origin.get("event") or ""), int(origin["year"])
        words = (name.partition(str(year))[2] or name).replace("_", " ").strip()
        found.append({"year": year, "event": f"{words} {year}".strip()})
    return found
