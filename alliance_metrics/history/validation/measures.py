"""Yearly measures from outside, with what is declared of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from alliance_metrics.results.tables import rows_of


@dataclass(frozen=True, eq=False)
class Measure:
    """One measure.

    Parameters
    ----------
    id, name, family
        Its id, its name for people, and the kind of measures it belongs to.
    component
        Id of the component of the index it should go with.
    direction
        1 where more of it should go with more cohesion, -1 where with less.
    independent
        Whether coders were not shown it, nor another series of the same facts.
    counted
        Whether it counts in a summary: variants and parts of another do not.
    measured_in
        Its unit of measurement.
    by_unit : mapping of str to Series
        Its values by year, for each unit.
    """

    id: str
    name: str
    family: str
    component: str
    direction: int
    independent: bool
    counted: bool
    measured_in: str
    by_unit: Mapping[str, pd.Series]


def measures_of(tables: Mapping[str, pd.DataFrame]) -> list[Measure]:
    """Read the measures of a data package.

    Parameters
    ----------
    tables
        Its tables; of these ``measures`` and ``measures_declared``.

    Returns
    -------
    list of Measure
        Those with a value, in the order in which they are declared.
    """
    groups = {str(name): part for name, part in tables["measures"].groupby("measure", sort=False)}
    found = []
    for row in rows_of(tables["measures_declared"]):
        own = groups.get(str(row["measure"]))
        if own is None:
            continue
        found.append(
            Measure(
                id=str(row["measure"]),
                name=str(row["name"]),
                family=str(row["family"]),
                component=str(row["component"]),
                direction=int(row["direction"]),
                independent=row["independent"] == "true",
                counted=row["counted"] == "true",
                measured_in=str(own["unit"].iloc[0]),
                by_unit={
                    str(unit): part.set_index("year")["value"].astype(float).sort_index()
                    for unit, part in own.groupby("dyad")
                },
            )
        )
    return found
