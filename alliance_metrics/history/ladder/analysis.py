"""A year beside every year of the reference pairs, each compared on the indicators that both have."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from alliance_metrics.coding.arrays import Array, FloatArray, IntArray
from alliance_metrics.config.model import Config
from alliance_metrics.errors import ConfigError, Fault, SpecError, listed, nearest
from alliance_metrics.history.facets.scores import restricted_scores
from alliance_metrics.index.plan import nominal_scores
from alliance_metrics.index.rescaling import SCALE
from alliance_metrics.results.collected import Collected
from alliance_metrics.results.tidy_result import TidyResult
from alliance_metrics.study.drawn_study import DrawnStudy, draw_study
from alliance_metrics.study.score import record_of
from alliance_metrics.study.study import Study, open_study
from alliance_metrics.uncertainty.spans import span_of

KIND = "ladder"


def place(
    dyad: str,
    year: int,
    config: str | Path | Config = "baseline",
    *,
    data: str | Path | None = None,
    seed: int | None = None,
    draws: int | None = None,
) -> TidyResult:
    """Set a year beside every year of the reference pairs.

    Parameters
    ----------
    dyad
        Id of the pair, or another name of it.
    year
        The year.
    config, data, seed, draws
        As in `score`.

    Returns
    -------
    TidyResult
        The table ``ladder``: index and pillars of the year and of each reference year, on the indicators that both
        have, with intervals and the share of draws in which the year lies above, and below.

    Raises
    ------
    ConfigError, DataError
        Where configuration or data are not as declared, the year is not in them, or there is no reference pair.
    """
    return place_study(open_study(config, data=data, seed=seed, draws=draws), dyad, year)


def place_study(study: Study, dyad: str, year: int) -> TidyResult:
    """Set a year of a study beside every year of its reference pairs.

    Parameters
    ----------
    study
        The study.
    dyad, year
        As in `place`.

    Returns
    -------
    TidyResult
        As `place` gives it.

    Raises
    ------
    ConfigError
        Where the year is not in the study, or it has no reference pairs.

    Notes
    -----
    Both scores of a comparison come from the same draws and the same weights, so that what is uncertain in both alike
    cancels out of their order.
    """
    row = placed_row(study, dyad, year)
    drawn = draw_study(study)
    found = Collected(KIND, key=study.panel.unit)
    known = ~np.isnan(drawn.nominal[_counted(drawn)])
    groups: dict[bytes, list[int]] = {}
    for other in _reference_rows(study):
        if np.isnan(drawn.nominal[-1, other]):
            name = " ".join(str(part) for part in study.panel.units.iloc[other, [0, 2]])
            found.skip(name, "the reference year has no score")
        else:
            groups.setdefault((known[:, row] & known[:, other]).tobytes(), []).append(int(other))
    for others in groups.values():
        _add_rows(drawn, row, np.array(others, dtype=np.intp), found)
    asked = {"unit": str(study.panel.units.iloc[row, 0]), "year": year}
    return found.result({**record_of(study), "asked": asked, "draws": drawn.n_draws})


def placed_row(study: Study, dyad: str, year: int) -> int:
    """Find the year that is asked for.

    Parameters
    ----------
    study
        The study.
    dyad, year
        As in `place`.

    Returns
    -------
    int
        Its place among the units of the panel.

    Raises
    ------
    ConfigError
        Where the pair, or the year, is not in the study, or there is no reference pair.
    """
    units, key = study.panel.units, study.panel.unit
    if not len(_reference_rows(study)):
        what, allowed = "there is no reference pair to place a year beside", "pairs with the role 'reference'"
        raise ConfigError([Fault("place", what, "none", allowed, "give some pairs this role in the table of dyads")])
    unit = study.names.unit(dyad, year)
    own = units[units[key] == unit]
    if own.empty:
        names = list(dict.fromkeys(map(str, units[key])))
        found, allowed = f"'{dyad}'{nearest(dyad, names)}", listed(names, limit=40)
        raise ConfigError([Fault("place", f"unknown {key}", found, allowed, "correct the name")])
    there = own.index[own["year"] == year]
    if there.empty or np.isnan(nominal_scores(study.plan)[-1, there[0]]):
        coded = listed(f"{group['year'].min()}-{group['year'].max()}" for _, group in own.groupby("era", sort=False))
        raise ConfigError([Fault("place", f"no score of '{unit}' in this year", str(year), coded, "name another year")])
    return int(there[0])


def _reference_rows(study: Study) -> IntArray:
    pairs = pd.MultiIndex.from_frame(study.panel.units.iloc[:, :2].astype(str))
    return np.flatnonzero(pairs.isin(study.references))


def _counted(drawn: DrawnStudy) -> list[int]:
    components = drawn.study.plan.hierarchy.components
    return [place for place, one in enumerate(components) if one.tier == "indicator" and one.role == "index"]


def _add_rows(drawn: DrawnStudy, row: int, others: IntArray, found: Collected) -> None:
    """Compare the year with reference years that have the same indicators in common with it."""
    study, units = drawn.study, drawn.study.panel.units
    both = np.isfinite(drawn.nominal[:, row]) & np.isfinite(drawn.nominal[:, others[0]])
    names = [study.plan.hierarchy.components[place].id for place in _counted(drawn) if both[place]]
    kept = study.spec.indicators[study.spec.indicators["indicator_id"].isin(names)]
    step = ", ".join(f"{units.iloc[one, 0]} {units['year'].iloc[one]}" for one in others)
    try:
        scored = restricted_scores(drawn, kept, units=np.array([row, *others], dtype=np.intp))
    except SpecError as error:
        found.skip(step, error.summary)
        return
    if scored.components != (*drawn.pillars, drawn.index_id):
        found.skip(step, "the two have no indicator of some pillar in common")
        return
    for place, component in enumerate(scored.components):
        columns = _compared(SCALE * scored.nominal[place], SCALE * scored.scores[place], level=drawn.level)
        subject = units.iloc[np.full(len(others), row)].reset_index(drop=True)
        other = units.iloc[others].reset_index(drop=True)
        frame = subject.assign(
            other=other.iloc[:, 0], other_era=other["era"], other_year=other["year"], component=component, **columns
        )
        found.add("ladder", frame.assign(n_indicators=len(names)))


def _compared(nominal: Array, draws: FloatArray, *, level: float) -> dict[str, Array | float]:
    """Sum up the draws of the year, of each reference year, and of their order."""
    own, others = span_of(draws[:1], level=level), span_of(draws[1:], level=level)
    apart = span_of(draws[:1] - draws[1:], level=level)
    alike = {"estimate": nominal[0], "lower": own.lower[0], "upper": own.upper[0], "confidence": level}
    ends = {"other_estimate": nominal[1:], "other_lower": others.lower, "other_upper": others.upper}
    return {**alike, **ends, "above": apart.above, "below": apart.below}
