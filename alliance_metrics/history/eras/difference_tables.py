"""Tables of differences: in which components two unit-years differ most, and which of them changed their meaning."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from alliance_metrics.coding.arrays import Array, BoolArray, IntArray
from alliance_metrics.history.eras.differences import ComponentDifferences, component_differences
from alliance_metrics.history.eras.meaning_tables import Reduced, counted_indicators
from alliance_metrics.results.collected import Skipped
from alliance_metrics.results.words import ALL, INDICATORS, WITHOUT
from alliance_metrics.study.drawn_study import DrawnStudy, Trajectory
from alliance_metrics.study.lineages import Pairing
from alliance_metrics.uncertainty.coder_draws import Singles
from alliance_metrics.uncertainty.spans import Span, interval_columns

UnitYear = tuple[str, str, int]
"""Unit, era and year."""


@dataclass(frozen=True)
class Pair:
    """Two unit-years.

    Parameters
    ----------
    one, other
        Their trajectories.
    place, other_place
        The years' places in them.
    reason
        Why they are set beside one another.
    """

    one: Trajectory
    place: int
    other: Trajectory
    other_place: int
    reason: str


def default_pairs(drawn: DrawnStudy, pairings: Sequence[Pairing], nearest: pd.DataFrame) -> list[Pair]:
    """List the two years that are set beside one another where nothing else is asked.

    Parameters
    ----------
    drawn
        The study.
    pairings
        The eras compared.
    nearest
        Table of the nearest years.

    Returns
    -------
    list of Pair
        For each two eras the latest year with an index against the earlier era's peak, and every later year against
        the nearest earlier one by all indicators.
    """
    key, found = drawn.study.panel.unit, []
    by_all = nearest[(nearest["space"] == INDICATORS) & (nearest["indicators"] == ALL)].dropna(subset="other_year")
    for pairing in pairings:
        late, early = (drawn.nominal_of((drawn.index_id,), one)[0] for one in (pairing.later, pairing.earlier))
        if not np.isnan(late).all() and not np.isnan(early).all():
            latest, peak = int(np.flatnonzero(~np.isnan(late))[-1]), int(np.nanargmax(early))
            found.append(Pair(pairing.later, latest, pairing.earlier, peak, "latest against peak"))
        own = by_all[(by_all[key] == pairing.later.unit) & (by_all["era"] == pairing.later.era)]
        own = own[(own["other"] == pairing.earlier.unit) & (own["other_era"] == pairing.earlier.era)]
        for year, other_year in zip(own["year"], own["other_year"], strict=True):
            places = (_place(pairing.later, int(year)), _place(pairing.earlier, int(other_year)))
            found.append(Pair(pairing.later, places[0], pairing.earlier, places[1], "nearest analogue"))
    return found


def asked_pairs(drawn: DrawnStudy, pairs: Sequence[tuple[UnitYear, UnitYear]], skipped: Skipped) -> list[Pair]:
    """Find the two years that somebody asked about.

    Parameters
    ----------
    drawn
        The study.
    pairs
        For each the two unit-years: unit, era, year.
    skipped
        Where those that are not there are told.

    Returns
    -------
    list of Pair
        Those that are there.
    """
    found = []
    for both in pairs:
        trajectories = [drawn.trajectory(unit, era) for unit, era, _ in both]
        absent = [
            f"{unit} {era} {year}"
            for (unit, era, year), one in zip(both, trajectories, strict=True)
            if one is None or year not in one.years
        ]
        if absent:
            skipped.skip("differences of a pair asked for", f"there is no {' and no '.join(absent)}")
            continue
        one, other = (trajectory for trajectory in trajectories if trajectory is not None)
        found.append(Pair(one, _place(one, both[0][2]), other, _place(other, both[1][2]), "asked for"))
    return found


def difference_tables(drawn: DrawnStudy, pairs: Sequence[Pair], reduced: Reduced, skipped: Skipped) -> dict[str, Any]:
    """Tell in which components each two unit-years differ most.

    Parameters
    ----------
    drawn
        The study.
    pairs
        The two unit-years.
    reduced
        Which indicators changed their meaning.
    skipped
        Lists what could not be done.

    Returns
    -------
    dict
        The rows of ``differences`` and ``pairs``.
    """
    counted, key = counted_indicators(drawn), drawn.study.panel.unit
    tiers = (("indicator", counted), ("pillar", drawn.pillars), ("index", (drawn.index_id,)))
    changed = np.array([name in reduced.left_out for name in counted])
    if changed.all():
        skipped.skip("differences without changed meaning", "every counted indicator is named")
    leave_out = changed if changed.any() and not changed.all() else None
    frames, totals = [], []
    for pair in pairs:
        about = _named(pair, key)
        for tier, components in tiers:
            nominal, draws = _nominal(drawn, components, pair), _drawn(drawn, components, pair)
            omitted = leave_out if tier == "indicator" else None
            found = component_differences(*draws, leave_out=omitted, level=drawn.level)
            labels = {"tier": tier, "component": list(components), "rank": _ranks(nominal)}
            flagged = changed if tier == "indicator" else False
            columns = {**about, **labels, **interval_columns(nominal, found.difference), "changed_meaning": flagged}
            frames.append(pd.DataFrame(columns).sort_values("rank", kind="stable"))
            if tier == "indicator":
                totals += [{**about, **row} for row in _totals(found, nominal, omitted)]
    return {"differences": frames, "pairs": totals}


def _place(trajectory: Trajectory, year: int) -> int:
    return int(np.flatnonzero(trajectory.years == year)[0])


def _named(pair: Pair, key: str) -> dict[str, Any]:
    return {
        key: pair.one.unit,
        "era": pair.one.era,
        "year": int(pair.one.years[pair.place]),
        "other": pair.other.unit,
        "other_era": pair.other.era,
        "other_year": int(pair.other.years[pair.other_place]),
        "reason": pair.reason,
    }


def _nominal(drawn: DrawnStudy, components: tuple[str, ...], pair: Pair) -> Array:
    one, other = drawn.nominal_of(components, pair.one), drawn.nominal_of(components, pair.other)
    return np.asarray(one[:, pair.place] - other[:, pair.other_place])


def _drawn(drawn: DrawnStudy, components: tuple[str, ...], pair: Pair) -> tuple[Singles, Singles]:
    """Take the draws of two single years, and copy no more."""
    places = np.array([drawn.draws.components.index(one) for one in components], dtype=np.intp)
    scores = drawn.draws.scores
    return scores[places, pair.one.rows[pair.place]], scores[places, pair.other.rows[pair.other_place]]


def _ranks(nominal: Array) -> IntArray:
    """Rank by size, the greatest difference first, missing ones last; equal ones in the order of the codebook."""
    size = np.where(np.isnan(nominal), -1.0, np.abs(nominal))
    ranks = np.empty(len(nominal), dtype=np.intp)
    ranks[np.argsort(-np.round(size, 9), kind="stable")] = np.arange(1, len(nominal) + 1)
    return ranks


def _totals(found: ComponentDifferences, nominal: Array, omitted: BoolArray | None) -> list[dict[str, Any]]:
    rows = [_total("together", ALL, found.together, nominal), _total("apart", ALL, found.apart, nominal)]
    if omitted is not None:
        rows.append(_total("together", WITHOUT, found.together_kept, nominal[~omitted]))
        rows.append(_total("apart", WITHOUT, found.apart_kept, nominal[~omitted]))
    return rows


def _total(measure: str, indicators: str, span: Span, nominal: Array) -> dict[str, Any]:
    there = nominal[~np.isnan(nominal)]
    estimate = np.nan
    if len(there):
        estimate = float(there.mean() if measure == "together" else np.sqrt((there**2).mean()))
    columns = interval_columns(np.array([estimate]), span)
    single = {name: float(np.ravel(column)[0]) for name, column in columns.items()}
    return {"measure": measure, "indicators": indicators, **single}
