"""Yearly measures from outside, and rival indices rebuilt from measures as far as their rules could be read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from alliance_metrics.coding.arrays import Array
from alliance_metrics.index.rescaling import SCALE
from alliance_metrics.results.collected import Skipped
from alliance_metrics.results.tables import rows_of
from alliance_metrics.study.drawn_study import DrawnStudy, Trajectory
from alliance_metrics.uncertainty.comparisons import tails_of

#: Points of standing from which two indices are said to part in a year.
PARTED = 25.0
#: The dimension of a row about the rival as a whole.
WHOLE = "all"


@dataclass(frozen=True, eq=False)
class Measure:
    """One measure, with what is declared about it.

    Parameters
    ----------
    id, name, family
        Its id, its display name, and the family of measures it belongs to.
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


@dataclass(frozen=True, eq=False)
class Rival:
    """A rival index, rebuilt.

    Parameters
    ----------
    name
        Its id.
    unit
        The unit it was made for.
    series : Series
        Its rebuilt values by year. [0-100]
    indicators, published
        Number of its indicators with a measure, and of all that it has.
    """

    name: str
    unit: str
    series: pd.Series
    indicators: int
    published: int


def standing_of(values: Array) -> Array:
    """Place each year among all years.

    Parameters
    ----------
    values : ndarray, shape (..., n)
        Values, none missing.

    Returns
    -------
    ndarray, shape (..., n)
        Share of years below, and half of those alike. [0-100]

    Examples
    --------
    >>> standing_of(np.array([5.0, 1.0])).tolist()
    [75.0, 25.0]
    """
    from scipy.stats import rankdata

    return np.asarray(SCALE * (rankdata(values, axis=-1) - 0.5) / max(values.shape[-1], 1))


def rebuild_rivals(tables: Mapping[str, pd.DataFrame], skipped: Skipped) -> list[Rival]:
    """Rebuild every declared rival from the measures that stand in for its indicators.

    Parameters
    ----------
    tables
        ``rivals``, ``measures`` and ``measures_declared``.
    skipped
        Lists what is lacking.

    Returns
    -------
    list of Rival
        Those of which anything could be rebuilt.

    Notes
    -----
    Only years in which every available measure has a value are used, so that the make-up does not change. Each measure
    is replaced by its standing among those years, the measures of an indicator are averaged, then the indicators of a
    dimension, then the dimensions, all alike. Nothing but the list of indicators and dimensions is the rival's own:
    where it cuts an indicator into bands that could not be read, the standing takes their place, and no level can be
    compared.
    """
    found = []
    directions = tables["measures_declared"].set_index("measure")["direction"]
    for name, rows in tables["rivals"].groupby("rival", sort=False):
        for row in rows_of(rows[rows["lacking"] != ""]):
            skipped.skip(f"{name}, {row['indicator']}", str(row["lacking"]))
        first = rows.iloc[0]
        used = rows[rows["measure"] != ""]
        own = tables["measures"].query("dyad == @first.dyad and @first.first_year <= year <= @first.last_year")
        wide = own.pivot_table(index="year", columns="measure", values="value").reindex(columns=list(used["measure"]))
        wide = wide.dropna()
        if len(wide) < 2 or used.empty:
            skipped.skip(str(name), "no two years in which all of its measures have a value")
            continue
        places = pd.DataFrame(standing_of(wide.to_numpy().T).T, index=wide.index, columns=wide.columns)
        turned = (directions[places.columns] < 0).to_numpy()
        places.loc[:, turned] = SCALE - places.loc[:, turned]
        dimensions = [
            pd.concat([places[list(part["measure"])].mean(axis=1) for _, part in group.groupby("indicator")], axis=1)
            for _, group in used.groupby("dimension")
        ]
        values = pd.concat([part.mean(axis=1) for part in dimensions], axis=1).mean(axis=1)
        published = rows.loc[rows["dimension"] != WHOLE, "indicator"].nunique()
        found.append(Rival(str(name), str(first["dyad"]), values, used["indicator"].nunique(), published))
    return found


def as_measure(rival: Rival, index_id: str) -> Measure:
    """Turn a rebuilt rival into a measure, so that it is compared like the others.

    Parameters
    ----------
    rival
        The rival.
    index_id
        Id of the index, with which it should agree.

    Returns
    -------
    Measure
        Not independent, since it is made of what coders saw in part, and not counted.
    """
    return Measure(
        id=rival.name,
        name=f"Rival index: {rival.name}, {rival.indicators} of {rival.published} indicators",
        family="rival",
        component=index_id,
        direction=1,
        independent=False,
        counted=False,
        measured_in="mean standing, 0 to 100",
        by_unit={rival.unit: rival.series},
    )


def rival_table(drawn: DrawnStudy, trajectory: Trajectory, rival: Rival, *, draws: Array) -> pd.DataFrame:
    """Set a rival beside the index, year by year.

    Parameters
    ----------
    drawn
        The study.
    trajectory
        Years of the unit the rival was made for.
    rival
        The rival.
    draws : ndarray, shape (n_draws, n_years)
        Draws of the index in the years of the trajectory. [0-1]

    Returns
    -------
    DataFrame
        Rows of ``cooperation_index``: values, standings of both among the years both have, and the gap: the index's
        standing less the rival's, with its interval over draws. ``parted`` where it is `PARTED` or more and the
        interval excludes 0.
    """
    nominal = drawn.nominal_of((drawn.index_id,), trajectory)[0]
    both = np.isin(trajectory.years, rival.series.index) & np.isfinite(nominal)
    years = trajectory.years[both]
    theirs = rival.series.reindex(years).to_numpy(dtype=float)
    whole = draws[np.isfinite(draws[:, both]).all(axis=-1)][:, both]
    gaps = standing_of(whole) - standing_of(theirs)
    nothing = np.full((3, len(years)), np.nan)
    lower, _, upper = np.quantile(gaps, tails_of(drawn.level), axis=0) if len(gaps) else nothing
    gap = standing_of(nominal[both]) - standing_of(theirs)
    return pd.DataFrame(
        {
            drawn.study.panel.unit: trajectory.unit,
            "era": trajectory.era,
            "rival": rival.name,
            "year": years,
            "estimate": theirs,
            "indicators": rival.indicators,
            "indicators_published": rival.published,
            "index": SCALE * nominal[both],
            "standing": standing_of(theirs),
            "index_standing": standing_of(nominal[both]),
            "gap": gap,
            "lower": lower,
            "upper": upper,
            "confidence": drawn.level,
            "parted": (np.abs(gap) >= PARTED) & ((lower > 0.0) | (upper < 0.0)),
        }
    )
