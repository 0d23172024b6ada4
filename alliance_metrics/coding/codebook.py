"""The codebook: what is coded, on which scale, and where it stands in the tree."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from alliance_metrics.coding.evidence import fault_at
from alliance_metrics.errors import Fault, listed, nearest
from alliance_metrics.package.table import FILE, LINE
from alliance_metrics.results.tables import rows_of

ROLES = ("index", "diagnostic")
_COLUMNS = ("indicator_id", "pillar", "dimension", "role")


@dataclass(frozen=True, eq=False)
class Codebook:
    """Indicators with their place in the tree, and the described levels of each.

    Parameters
    ----------
    indicators
        One row an indicator: ``indicator_id``, ``pillar``, ``dimension``, ``role`` (``index`` or
        ``diagnostic``), the goalposts ``low`` and ``high`` (least and greatest described level), and facets.
    levels
        One row a level: ``indicator_id``, ``level``, ``descriptor``.
    """

    indicators: pd.DataFrame
    levels: pd.DataFrame

    def restricted_to(self, indicator_ids: list[str]) -> Codebook:
        """Give the codebook of some of the indicators.

        Parameters
        ----------
        indicator_ids
            The indicators to keep.

        Returns
        -------
        Codebook
            The same codebook without the others, in the same order.
        """
        keep = self.indicators["indicator_id"].isin(indicator_ids)
        kept_levels = self.levels["indicator_id"].isin(indicator_ids)
        return Codebook(self.indicators[keep].reset_index(drop=True), self.levels[kept_levels].reset_index(drop=True))


def from_tables(indicators: pd.DataFrame, levels: pd.DataFrame) -> tuple[Codebook, list[Fault]]:
    """Build the codebook from its two tables.

    Parameters
    ----------
    indicators, levels
        The checked tables of those names, with the place of each row.

    Returns
    -------
    codebook : Codebook
        The codebook, goalposts taken from the described levels.
    faults : list of Fault
        Indicators without levels, levels with gaps, unknown roles, names used for two things.
    """
    described = levels.groupby("indicator_id", sort=False)["level"].agg(["min", "max", "nunique"])
    ends = described.reindex(indicators["indicator_id"])
    faults = _role_faults(indicators) + _name_faults(indicators)
    for row, low, high, count in zip(rows_of(indicators), ends["min"], ends["max"], ends["nunique"], strict=True):
        if pd.isna(low) or high <= low or count != high - low + 1:
            found = "no level" if pd.isna(low) else f"{int(count)} levels from {int(low)} to {int(high)}"
            what = "an indicator's levels are not all described"
            allowed = "two or more whole-number levels without a gap, each described once"
            remedy, said = "describe the levels in the levels table", f"'{row['indicator_id']}' has {found}"
            faults.append(fault_at(row, what, said, allowed=allowed, remedy=remedy, column="indicator_id"))
    framed = indicators.drop(columns=[FILE, LINE]).assign(
        low=ends["min"].to_numpy(dtype=float, na_value=float("nan")),
        high=ends["max"].to_numpy(dtype=float, na_value=float("nan")),
    )
    return Codebook(framed, levels.drop(columns=[FILE, LINE])), faults


def rearranged(codebook: Codebook, tree: Mapping[str, str]) -> tuple[Codebook, list[tuple[str, str, str]]]:
    """Move dimensions to other pillars and indicators to other dimensions.

    Parameters
    ----------
    codebook
        The codebook.
    tree
        Id of the new parent by the id of what is moved.

    Returns
    -------
    codebook : Codebook
        The codebook with the columns ``pillar`` and ``dimension`` of where each indicator now stands, and
        ``dimension_id``: what is moved keeps its id, so that weights and claims that name it follow.
    faults : list of tuple of str
        For each move that cannot be made: what was moved, what is wrong with it, and what is allowed.
    """
    if not tree:
        return codebook, []
    before = codebook.indicators
    table = before.assign(dimension_id=before["pillar"].astype(str) + "." + before["dimension"].astype(str))
    counts = (before["role"] == "index").to_numpy()
    filled = set(table.loc[counts, ["pillar", "dimension_id"]].to_numpy().ravel())
    pillars, dimensions = dict.fromkeys(table["pillar"]), dict.fromkeys(table["dimension_id"])
    indicators, faults = set(table["indicator_id"]), []
    for name, parent in sorted(tree.items(), key=lambda move: move[0] not in dimensions):
        own = table["dimension_id" if name in dimensions else "indicator_id"] == name
        if name not in dimensions and name not in indicators:
            known = [*dimensions, *table["indicator_id"]]
            faults.append((name, f"nothing of this name can be moved{nearest(name, known)}", listed(known, limit=60)))
        elif parent not in (pillars if name in dimensions else dimensions):
            kind, allowed = ("a pillar", pillars) if name in dimensions else ("a dimension", dimensions)
            what = f"its new parent '{parent}' is not {kind}{nearest(parent, list(allowed))}"
            faults.append((name, what, listed(allowed, limit=40)))
        elif name in dimensions:
            table.loc[own, "pillar"] = parent
        else:
            there = table[table["dimension_id"] == parent].iloc[0]
            for column in ("pillar", "dimension", "dimension_id"):
                table.loc[own, column] = there[column]
    left = set(table.loc[counts, ["pillar", "dimension_id"]].to_numpy().ravel())
    faults += [
        (str(name), "nothing that counts would be left of it", "moves that leave some") for name in filled - left
    ]
    return Codebook(table, codebook.levels), faults


def _role_faults(indicators: pd.DataFrame) -> list[Fault]:
    allowed, remedy = " or ".join(ROLES), "correct the cell"
    return [
        fault_at(row, "unknown role", repr(row["role"]), allowed=allowed, remedy=remedy, column="role")
        for row in rows_of(indicators)
        if row["role"] not in ROLES
    ]


def _name_faults(indicators: pd.DataFrame) -> list[Fault]:
    """Find ids that would name two components: results and weights call components by id alone."""
    faults = []
    pillars = set(indicators["pillar"])
    for row in rows_of(indicators):
        for column in _COLUMNS[:3]:
            name = str(row[column])
            doubled = column == "indicator_id" and name in pillars
            if "." in name or doubled or not name:
                what = "an id names two components" if doubled else "an id holds a dot or is empty"
                allowed = "ids without dots, indicators named unlike pillars"
                faults.append(fault_at(row, what, repr(name), allowed=allowed, remedy="rename it", column=column))
    return faults
