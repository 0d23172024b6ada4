"""Figures of national capability and declared coalitions, from the tables of a data package to series by year."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from alliance_metrics.coding.arrays import Array, BoolArray, IntArray
from alliance_metrics.index.capability import joint_share, membership
from alliance_metrics.results.collected import Skipped
from alliance_metrics.results.tables import rows_of
from alliance_metrics.results.words import WORLD

STATE, COALITION = "state", "coalition"


@dataclass(frozen=True)
class Spell:
    """One stay of a state in a coalition.

    Parameters
    ----------
    state
        Id of the member.
    first, last
        First and last calendar year, both included.
    """

    state: str
    first: int
    last: int


@dataclass(frozen=True, eq=False)
class Figures:
    """Capabilities by kind, name, indicator and year, and who belongs to which coalition.

    Parameters
    ----------
    values
        A figure for each kind, name, indicator and year.
    absent
        For the same keys, how many states are missing from a sum.
    indicators
        Ids of the measures, in the order of the table.
    coalitions
        Spells of each coalition, in the order of the table.
    """

    values: Mapping[tuple[str, str, str, int], float]
    absent: Mapping[tuple[str, str, str, int], int]
    indicators: tuple[str, ...]
    coalitions: Mapping[str, tuple[Spell, ...]]

    def series(self, state: str, indicator: str, years: IntArray) -> Array:
        """Give the figures of one state.

        Parameters
        ----------
        state, indicator
            Their ids.
        years : ndarray of int, shape (n_years,)
            Calendar years.

        Returns
        -------
        ndarray, shape (n_years,)
            Figures; NaN where there are none. [unit of the measure]
        """
        return self._found(STATE, state, indicator, years)

    def world(self, indicator: str, years: IntArray) -> Array:
        """Give the sums over all states on record.

        Parameters
        ----------
        indicator
            Id of the measure.
        years : ndarray of int, shape (n_years,)
            Calendar years.

        Returns
        -------
        ndarray, shape (n_years,)
            Sums; NaN where the table has none. [unit of the measure]
        """
        found = list({key[1] for key in self.values if key[0] == WORLD})
        return self._found(WORLD, found[0], indicator, years) if len(found) == 1 else np.full(len(years), np.nan)

    def coalition(self, name: str, indicator: str, years: IntArray) -> Array:
        """Give the sums over the members of a coalition.

        Parameters
        ----------
        name, indicator
            Their ids.
        years : ndarray of int, shape (n_years,)
            Calendar years.

        Returns
        -------
        ndarray, shape (n_years,)
            The sum that the table has, else that of the members' own figures; NaN where one of them has none or there
            is no member. [unit of the measure]
        """
        states = list(dict.fromkeys(spell.state for spell in self.coalitions[name]))
        spells = [(states.index(spell.state), spell.first, spell.last) for spell in self.coalitions[name]]
        belongs = membership(spells, years, n_states=len(states))
        own = np.array([self.series(state, indicator, years) for state in states])
        summed = np.where(belongs.any(axis=0), joint_share(own, belongs, total=1.0), np.nan)
        declared = self._found(COALITION, name, indicator, years)
        return np.where(np.isnan(declared), summed, declared)

    def belongs(self, state: str, name: str, years: IntArray) -> BoolArray:
        """Mark the years in which a state is a member of a coalition.

        Parameters
        ----------
        state, name
            Ids of the state and of the coalition.
        years : ndarray of int, shape (n_years,)
            Calendar years.

        Returns
        -------
        ndarray of bool, shape (n_years,)
            True where it is a member.
        """
        spells = [(0, spell.first, spell.last) for spell in self.coalitions[name] if spell.state == state]
        inside: BoolArray = membership(spells, years, n_states=1)[0]
        return inside

    def lacking(self, name: str, indicator: str, years: IntArray) -> tuple[int, IntArray]:
        """Find the years in which a coalition's sum lacks members.

        Parameters
        ----------
        name, indicator
            Their ids.
        years : ndarray of int, shape (n_years,)
            Calendar years.

        Returns
        -------
        most : int
            Greatest number of members without a figure in a year.
        where : ndarray of int
            The years in which there are any.
        """
        counts = np.array([self.absent.get((COALITION, name, indicator, int(year)), 0) for year in years], dtype=int)
        return int(counts.max(initial=0)), np.asarray(years[counts > 0], dtype=np.intp)

    def _found(self, kind: str, name: str, indicator: str, years: IntArray) -> Array:
        found = [self.values.get((kind, name, indicator, int(year)), np.nan) for year in years]
        return np.array(found, dtype=np.float64)


def figures_of(tables: Mapping[str, pd.DataFrame], skipped: Skipped) -> Figures:
    """Take capabilities and coalitions from the tables of a data package.

    Parameters
    ----------
    tables
        The checked tables, ``capabilities`` and ``coalitions`` among them.
    skipped
        Rows that cannot be used, and why, are added here.

    Returns
    -------
    Figures
        What the tables have; nothing where they are empty.
    """
    values: dict[tuple[str, str, str, int], float] = {}
    absent: dict[tuple[str, str, str, int], int] = {}
    for row in rows_of(tables["capabilities"]):
        key = (str(row["kind"]), str(row["state"]), str(row["indicator"]), int(row["year"]))
        if not 0 <= float(row["value"]) < np.inf:
            skipped.skip(f"{key[2]} of {key[1]}, {key[3]}", f"a capability is zero or more, not {row['value']}")
            continue
        values[key] = float(row["value"])
        absent[key] = 0 if pd.isna(row["absent"]) else int(row["absent"])
    return Figures(
        values, absent, tuple(dict.fromkeys(key[2] for key in values)), _coalitions(tables["coalitions"], skipped)
    )


def _coalitions(table: pd.DataFrame, skipped: Skipped) -> dict[str, tuple[Spell, ...]]:
    found: dict[str, list[Spell]] = {}
    for row in rows_of(table):
        name, first = str(row["coalition"]), int(row["first_year"])
        last = np.iinfo(np.int32).max if pd.isna(row["last_year"]) else int(row["last_year"])
        if last < first:
            skipped.skip(f"{row['state']} in {name}", f"its stay ends in {last}, before it begins in {first}")
            continue
        found.setdefault(name, []).append(Spell(str(row["state"]), first, last))
    return {name: tuple(spells) for name, spells in found.items()}
