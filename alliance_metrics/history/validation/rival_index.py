"""A rival index put together again from measures, as far as its rules could be read, and set beside ours."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from alliance_metrics.coding.arrays import Array
from alliance_metrics.history.validation.measures import Measure
from alliance_metrics.history.validation.rank_agreement import mean_ranks
from alliance_metrics.index.rescaling import SCALE
from alliance_metrics.results.collected import Skipped
from alliance_metrics.results.tables import rows_of
from alliance_metrics.study.drawn_study import DrawnStudy, Trajectory

PARTED = 25.0
"""Points of standing from which two indices are said to part in a year."""
WHOLE = "all"
"""The dimension of a row about the rival as a whole."""


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
    return np.asarray(SCALE * (mean_ranks(values) - 0.5) / max(values.shape[-1], 1))


def rebuild_rivals(tables: dict[str, pd.DataFrame], skipped: Skipped) -> list[Rival]:
    """Put every declared rival together from the measures that stand in for its indicators.

    Parameters
    ----------
    tables
        ``rivals``, ``measures`` and ``measures_declared``.
    skipped
        Takes what is lacking.

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
    directions = dict(
        zip(tables["measures_declared"]["measure"], tables["measures_declared"]["direction"], strict=True)
    )
    for name, rows in tables["rivals"].groupby("rival", sort=False):
        skipped.extend(
            [(f"{name}, {row['indicator']}", str(row["lacking"])) for row in rows_of(rows) if row["lacking"]]
        )
        first = rows.iloc[0]
        used = rows[rows["measure"] != ""]
        own = tables["measures"].query("dyad == @first.dyad and @first.first_year <= year <= @first.last_year")
        wide = own.pivot_table(index="year", columns="measure", values="value").reindex(columns=list(used["measure"]))
        wide = wide.dropna()
        if len(wide) < 2 or used.empty:
            skipped.skip(str(name), "no two years in which all of its measures have a value")
            continue
        places = pd.DataFrame(standing_of(wide.to_numpy().T).T, index=wide.index, columns=wide.columns)
        for measure in places:
            places[measure] = places[measure] if directions[measure] > 0 else SCALE - places[measure]
        dimensions = [
            pd.concat([places[list(part["measure"])].mean(axis=1) for _, part in group.groupby("indicator")], axis=1)
            for _, group in used.groupby("dimension")
        ]
        values = pd.concat([part.mean(axis=1) for part in dimensions], axis=1).mean(axis=1)
        published = rows.loc[rows["dimension"] != WHOLE, "indicator"].nunique()
        found.append(Rival(str(name), str(first["dyad"]), values, used["indicator"].nunique(), published))
    return found


def as_measure(rival: Rival, index_id: str) -> Measure:
    """Let a rebuilt rival be compared as measures are.

    Parameters
    ----------
    rival
        The rival.
    index_id
        Id of the index, which it should go with.

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
    tail = (1.0 - drawn.level) / 2.0
    nothing = np.full((2, len(years)), np.nan)
    lower, upper = np.quantile(gaps, [tail, 1.0 - tail], axis=0) if len(gaps) else nothing
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
