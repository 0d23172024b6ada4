"""Which rows a chart picks: the years of one unit and era, the years that stand out, the units that are one pair."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from alliance_metrics.report.charts.tables import SavedTables

_PAIR = 2  # dyads share their two states, whatever these are called


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


def index_name(tables: SavedTables) -> str:
    """Give the id of the index.

    Parameters
    ----------
    tables
        The saved tables.

    Returns
    -------
    str
        Its id.
    """
    scores = tables.frame("score.scores")
    return str(scores.loc[scores["tier"] == "index", "component"].iloc[0])


def pillar_names(tables: SavedTables) -> list[str]:
    """List the ids of the pillars.

    Parameters
    ----------
    tables
        The saved tables.

    Returns
    -------
    list of str
        Ids, in the order of the codebook.
    """
    scores = tables.frame("score.scores")
    return list(dict.fromkeys(scores.loc[scores["tier"] == "pillar", "component"].astype(str)))


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


def labelled_years(rows: pd.DataFrame, *, near: float) -> list[tuple[str, Mapping[Hashable, Any]]]:
    """Pick the years that get a label, so that no label stands on another.

    Parameters
    ----------
    rows
        Rows with ``year`` and ``estimate``.
    near
        Years within which a second label would stand on the first.

    Returns
    -------
    list of tuple
        What the year is (``peak``, ``low``, ``first``, ``last``) and its row; the highest and lowest come first.
    """
    picked: list[tuple[str, Mapping[Hashable, Any]]] = []
    stands = standing_out(rows)
    for what in [word for word in ("peak", "low", "last", "first") if word in stands]:
        row = stands[what]
        if all(abs(int(row["year"]) - int(other["year"])) > near for _, other in picked):
            picked.append((what, row))
    return picked


def told_years(rows: pd.DataFrame) -> str:
    """Tell the first, highest, lowest and last year in words.

    Parameters
    ----------
    rows
        Rows with ``year``, ``estimate``, ``lower`` and ``upper``.

    Returns
    -------
    str
        One sentence without a subject.
    """
    stands = standing_out(rows)
    if not stands:
        return "has no score"
    first, peak, low, last = (stands[what] for what in ("first", "peak", "low", "last"))
    return (
        f"begins {first['year']} at {_told(first)}, is highest in {peak['year']} at {_told(peak)}, "
        f"lowest in {low['year']} at {_told(low)}, and ends {last['year']} at {_told(last)}"
    )


def _told(row: Mapping[Hashable, Any]) -> str:
    if pd.isna(row["lower"]):
        return f"{row['estimate']:.1f}"
    return f"{row['estimate']:.1f} [{row['lower']:.1f} to {row['upper']:.1f}]"


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
        groups.setdefault(tuple(numbers) if len(numbers) == _PAIR else (one.unit,), []).append(one)
    return [group for group in groups.values() if len(group) > 1]
