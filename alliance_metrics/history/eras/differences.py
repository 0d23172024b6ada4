"""In which components two unit-years differ most, with and without those whose meaning changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from alliance_metrics.coding.arrays import Array, BoolArray, FloatArray, IntArray
from alliance_metrics.history.eras.meaning import Reduced, counted_indicators
from alliance_metrics.index.aggregate import arithmetic_mean
from alliance_metrics.results.collected import Collected, Skipped
from alliance_metrics.results.words import ALL, INDICATORS, WITHOUT
from alliance_metrics.study.drawn_study import DrawnStudy, Trajectory
from alliance_metrics.study.lineages import Pairing
from alliance_metrics.uncertainty.spans import NO_P_VALUE, Span, interval_columns, span_of

#: Unit, era and year.
UnitYear = tuple[str, str, int]


@dataclass(frozen=True, eq=False)
class ComponentDifferences:
    """In which components two unit-years differ.

    Parameters
    ----------
    difference : Span of shape (n_components,)
        The one's score less the other's. [-1 to 1]
    together, together_kept : Span of shape ()
        Mean difference of all components, and of those kept. [-1 to 1]
    apart, apart_kept : Span of shape ()
        Root mean square difference of all components, and of those kept; it is never negative and grows with coder
        noise. [0-1]
    basis
        What the probabilities rest on.
    """

    difference: Span
    together: Span
    together_kept: Span
    apart: Span
    apart_kept: Span
    basis: str = NO_P_VALUE


def component_differences(
    one: FloatArray, other: FloatArray, *, leave_out: BoolArray | None = None, level: float = 0.90
) -> ComponentDifferences:
    """Compare the components of two unit-years, with and without some of them.

    Parameters
    ----------
    one, other : ndarray, shape (n_components, n_draws)
        Draws of the components in each; NaN where missing. [0-1]
    leave_out : ndarray of bool, shape (n_components,), optional
        Components not to be relied on, such as those whose meaning changed between eras.
    level
        Probability of the intervals. (0-1)

    Returns
    -------
    ComponentDifferences
        Differences by component, and the overall difference with and without those left out.

    Raises
    ------
    ValueError
        Where shapes differ or every component is left out.
    """
    if one.ndim != 2 or one.shape != other.shape:
        raise ValueError(f"both need the same components and draws, not {one.shape} and {other.shape}")
    kept = np.ones(len(one), dtype=bool) if leave_out is None else ~np.asarray(leave_out, dtype=bool)
    if kept.shape != (len(one),) or not kept.any():
        raise ValueError("some component must be kept, and each said to be left out or not")
    apart = one.astype(np.float64) - other
    found = span_of(apart, level=level)
    parts = [(values.T, np.ones(values.shape[0])) for values in (apart, apart[kept])]
    together = [span_of(arithmetic_mean(values, weight), level=level) for values, weight in parts]
    distance = [span_of(np.sqrt(arithmetic_mean(values**2, weight)), level=level) for values, weight in parts]
    return ComponentDifferences(
        difference=found, together=together[0], together_kept=together[1], apart=distance[0], apart_kept=distance[1]
    )


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
        Why they are compared.
    """

    one: Trajectory
    place: int
    other: Trajectory
    other_place: int
    reason: str


def default_pairs(drawn: DrawnStudy, pairings: Sequence[Pairing], nearest: pd.DataFrame) -> list[Pair]:
    """List the pairs of years that are compared by default.

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
    for pairing in pairings:
        one, other = pairing.later, pairing.earlier
        late, early = (drawn.nominal_of((drawn.index_id,), era)[0] for era in (one, other))
        if not np.isnan(late).all() and not np.isnan(early).all():
            latest, peak = int(np.flatnonzero(~np.isnan(late))[-1]), int(np.nanargmax(early))
            found.append(Pair(one, latest, other, peak, "latest against peak"))
        keys = [key, "era", "other", "other_era", "space", "indicators"]
        wanted = [one.unit, one.era, other.unit, other.era, INDICATORS, ALL]
        own = nearest[(nearest[keys] == wanted).all(axis=1)].dropna(subset="other_year")
        for year, other_year in zip(own["year"], own["other_year"], strict=True):
            found.append(Pair(one, _place(one, year), other, _place(other, other_year), "nearest analogue"))
    return found


def chosen_pairs(drawn: DrawnStudy, pairs: Sequence[tuple[UnitYear, UnitYear]], skipped: Skipped) -> list[Pair]:
    """Find the pairs of years that were requested.

    Parameters
    ----------
    drawn
        The study.
    pairs
        For each the two unit-years: unit, era, year.
    skipped
        Lists those that do not exist.

    Returns
    -------
    list of Pair
        Those that exist.
    """
    found = []
    for both in pairs:
        known = [(drawn.trajectory(unit, era), year) for unit, era, year in both]
        there = [(one, _place(one, year)) for one, year in known if one is not None and year in one.years]
        if len(there) == len(both):
            found.append(Pair(*there[0], *there[1], "asked for"))
            continue
        absent = [
            " ".join(map(str, names))
            for names, (one, year) in zip(both, known, strict=True)
            if one is None or year not in one.years
        ]
        skipped.skip("differences of a pair asked for", f"there is no {' and no '.join(absent)}")
    return found


def add_differences(drawn: DrawnStudy, pairs: Sequence[Pair], reduced: Reduced, found: Collected) -> None:
    """Add the rows of ``differences`` and ``pairs``: in which components each two unit-years differ most.

    Parameters
    ----------
    drawn
        The study.
    pairs
        The two unit-years.
    reduced
        Which indicators changed their meaning.
    found
        Takes the rows.
    """
    counted, key = counted_indicators(drawn), drawn.study.panel.unit
    tiers = (("indicator", counted), ("pillar", drawn.pillars), ("index", (drawn.index_id,)))
    changed = np.array([name in reduced.left_out for name in counted])
    if changed.all():
        found.skip("differences without changed meaning", "every counted indicator is named")
    leave_out = changed if changed.any() and not changed.all() else None
    for pair in pairs:
        about = _named(pair, key)
        for tier, components in tiers:
            nominal, draws = _nominal(drawn, components, pair), _drawn(drawn, components, pair)
            omitted, flagged = (leave_out, changed) if tier == "indicator" else (None, False)
            apart = component_differences(*draws, leave_out=omitted, level=drawn.level)
            labels = {"tier": tier, "component": list(components), "rank": _ranks(nominal)}
            columns = {**labels, **interval_columns(nominal, apart.difference), "changed_meaning": flagged}
            found.add("differences", pd.DataFrame(columns).sort_values("rank", kind="stable"), **about)
            if tier == "indicator":
                found.add("pairs", _totals(apart, nominal, omitted), **about)


def _place(trajectory: Trajectory, year: int) -> int:
    return int(np.searchsorted(trajectory.years, year))


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


def _drawn(drawn: DrawnStudy, components: tuple[str, ...], pair: Pair) -> tuple[FloatArray, FloatArray]:
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


def _totals(apart: ComponentDifferences, nominal: Array, omitted: BoolArray | None) -> pd.DataFrame:
    frames = [_total("together", ALL, apart.together, nominal), _total("apart", ALL, apart.apart, nominal)]
    if omitted is not None:
        frames.append(_total("together", WITHOUT, apart.together_kept, nominal[~omitted]))
        frames.append(_total("apart", WITHOUT, apart.apart_kept, nominal[~omitted]))
    return pd.concat(frames, ignore_index=True)


def _total(measure: str, indicators: str, span: Span, nominal: Array) -> pd.DataFrame:
    there = nominal[~np.isnan(nominal)]
    estimate = np.nan
    if len(there):
        estimate = float(there.mean() if measure == "together" else np.sqrt((there**2).mean()))
    return pd.DataFrame({"measure": measure, "indicators": indicators, **interval_columns(np.array([estimate]), span)})
