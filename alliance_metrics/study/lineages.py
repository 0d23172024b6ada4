"""Which trajectories are compared: those of one pair of states through time, the later with the earlier."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import pandas as pd

from alliance_metrics.results.collected import Skipped
from alliance_metrics.results.tables import rows_of
from alliance_metrics.study.drawn_study import DrawnStudy, Trajectory


@dataclass(frozen=True, eq=False)
class Pairing:
    """Two eras of one pair of states.

    Parameters
    ----------
    lineage
        Id that identifies the pair of states through time.
    earlier, later
        The trajectories; the earlier ends before the later begins.
    """

    lineage: str
    earlier: Trajectory
    later: Trajectory

    @property
    def name(self) -> str:
        """Both trajectories, the later first."""
        return f"{self.later.name} against {self.earlier.name}"

    def label(self, frame: pd.DataFrame, *, key: str) -> pd.DataFrame:
        """Name both trajectories in every row of a table.

        Parameters
        ----------
        frame
            The table.
        key
            Name of the unit column.

        Returns
        -------
        DataFrame
            The table with the unit column and the columns of `PAIRED`.
        """
        named = {key: self.later.unit, "era": self.later.era, "lineage": self.lineage}
        return frame.assign(**named, other=self.earlier.unit, other_era=self.earlier.era)


def lineages(drawn: DrawnStudy) -> dict[str, list[Trajectory]]:
    """Give the trajectories of each pair of states, from the earliest.

    Parameters
    ----------
    drawn
        The study.

    Returns
    -------
    dict
        For each lineage of the table of dyads its trajectories.
    """
    key = drawn.study.panel.unit
    rows = rows_of(drawn.study.package.tables["dyads"])
    named = {(str(row[key]), str(row["era"])): str(row["lineage"]) for row in rows}
    found: dict[str, list[Trajectory]] = {}
    for one in drawn.trajectories:
        found.setdefault(named[one.unit, one.era], []).append(one)
    return {lineage: sorted(some, key=lambda one: int(one.years[0])) for lineage, some in found.items()}


def pairings(drawn: DrawnStudy, skipped: Skipped) -> list[Pairing]:
    """List the eras that are compared.

    Parameters
    ----------
    drawn
        The study.
    skipped
        Lists what is not compared, with its cause.

    Returns
    -------
    list of Pairing
        Every two trajectories of a lineage of which one ends before the other begins.
    """
    found = []
    for lineage, some in lineages(drawn).items():
        if len(some) == 1:
            skipped.skip(f"eras of {lineage}", f"{some[0].name} is its only era in this study")
        for earlier, later in combinations(some, 2):
            if earlier.years[-1] < later.years[0]:
                found.append(Pairing(lineage, earlier, later))
            else:
                skipped.skip(f"eras of {lineage}", f"{later.name} begins before {earlier.name} ends")
    return found
