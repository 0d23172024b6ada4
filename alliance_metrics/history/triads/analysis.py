"""Triads: toward whom each of three states leans, how the triangle holds together, which of its sides is weakest."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations, groupby
from typing import Any

import numpy as np
import pandas as pd

from alliance_metrics.coding.arrays import Array, IntArray
from alliance_metrics.history.triads.triads import NEUTRAL, Triad, align_sides, triad
from alliance_metrics.index.rescaling import SCALE
from alliance_metrics.results.collected import Skipped
from alliance_metrics.results.tables import rows_of
from alliance_metrics.results.tidy_result import TidyResult
from alliance_metrics.study.drawn_study import DrawnStudy, Trajectory
from alliance_metrics.study.score import record_of
from alliance_metrics.uncertainty.spans import NO_P_VALUE, Span, interval_columns, span_of

_ABOUT = {"triad": "str", "era": "str"}
_INTERVAL = {"estimate": "float64", "lower": "float64", "upper": "float64", "confidence": "float64"}
_SIDES = 3


@dataclass(frozen=True, eq=False)
class Triangle:
    """Three dyads of three states in one era.

    Parameters
    ----------
    era
        The era.
    states
        The three states, in the order in which the dyads name them.
    sides
        The trajectories of the dyads.
    pairs
        For each side the places of its two states.
    """

    era: str
    states: tuple[str, ...]
    sides: tuple[Trajectory, ...]
    pairs: tuple[tuple[int, int], ...]

    @property
    def name(self) -> str:
        """The three states, as reports call them."""
        return ", ".join(self.states)


def triads_analysis(drawn: DrawnStudy, *, progress: Callable[[float], None] | None = None) -> TidyResult:
    """Describe every triangle of states.

    Parameters
    ----------
    drawn
        The study with its draws.
    progress
        Called now and then with the share of the work done. [0-1]

    Returns
    -------
    TidyResult
        The tables.
    """
    skipped = Skipped()
    found = triangles(drawn)
    if not found:
        skipped.skip("triads", "no three dyads of one era join three states")
    frames: dict[str, list[pd.DataFrame]] = {}
    for place, triangle in enumerate(found, start=1):
        for name, frame in _described(drawn, triangle, skipped).items():
            labelled = frame.assign(triad=triangle.name, era=triangle.era)
            frames.setdefault(name, []).append(labelled)
        if progress is not None:
            progress(place / len(found))
    tables: dict[str, Any] = {
        name: frames.get(name, []) for name in ("tilt", "leanings", "triangles", "hostile", "sides")
    }
    tables["skipped"] = skipped.rows
    record = {**record_of(drawn.study), "basis": NO_P_VALUE, "neutral": SCALE * NEUTRAL}
    return TidyResult(tables, key=drawn.study.panel.unit, record=record, kind="triads")


def triangles(drawn: DrawnStudy) -> list[Triangle]:
    """List the triangles of a study.

    Parameters
    ----------
    drawn
        The study.

    Returns
    -------
    list of Triangle
        Every three trajectories of one era whose dyads join three states, in the order of the panel.
    """
    key = drawn.study.panel.unit
    rows = rows_of(drawn.study.package.tables["dyads"])
    named = {(str(row[key]), str(row["era"])): (str(row["state_a"]), str(row["state_b"])) for row in rows}
    found = []
    for three in combinations(drawn.trajectories, _SIDES):
        ends = [named[one.unit, one.era] for one in three]
        states = tuple(dict.fromkeys(state for pair in ends for state in pair))
        joins = {frozenset(pair) for pair in ends}
        if len({one.era for one in three}) == 1 and len(states) == len(joins) == _SIDES:
            pairs = tuple((states.index(one), states.index(other)) for one, other in ends)
            found.append(Triangle(three[0].era, states, three, pairs))
    return found


def _described(drawn: DrawnStudy, triangle: Triangle, skipped: Skipped) -> dict[str, pd.DataFrame]:
    years_of = [one.years for one in triangle.sides]
    index = (drawn.index_id,)
    years, sides = align_sides(years_of, [drawn.drawn_of(index, one)[0] for one in triangle.sides])
    nominal = align_sides(years_of, [drawn.nominal_of(index, one)[0][:, np.newaxis] for one in triangle.sides])[1]
    point, found = triad(nominal, triangle.pairs), triad(sides, triangle.pairs, level=drawn.level)
    lacking = years[np.isnan(nominal).any(axis=(0, 2))].tolist()
    if lacking:
        listed = ", ".join(map(str, lacking))
        skipped.skip(f"triangle {triangle.name} {triangle.era}", f"a side has no index in {listed}")
    return {
        "tilt": _tilt_rows(triangle, years, point, found),
        "leanings": _leaning_rows(triangle, years, found, (nominal, sides)),
        "triangles": _triangle_rows(years, point, found),
        "hostile": _hostile_rows(years, point, found),
        "sides": _side_rows(triangle, years, (nominal, sides), found),
    }


def _tilt_rows(triangle: Triangle, years: IntArray, point: Triad, found: Triad) -> pd.DataFrame:
    partners, count = _partners(triangle, found), len(years)
    return pd.DataFrame(
        {
            "year": np.tile(years, _SIDES),
            "state": np.repeat(triangle.states, count),
            "toward": np.repeat([one for one, _ in partners], count),
            "away": np.repeat([other for _, other in partners], count),
            **interval_columns(point.tilt.mean, found.tilt),
        }
    )


def _leaning_rows(triangle: Triangle, years: IntArray, found: Triad, scores: tuple[Array, Array]) -> pd.DataFrame:
    """Put years that follow one another together where a state surely leans the same way, or neither way is sure."""
    rows = []
    for state, (one, other) in enumerate(_partners(triangle, found)):
        nominal, draws = (_tilts(triangle, state, found, side) for side in scores)
        sure = np.where(found.tilt.above[state] >= found.tilt.level, 1, 0)
        sure = np.where(found.tilt.below[state] >= found.tilt.level, -1, sure)
        known = np.flatnonzero(~np.isnan(found.tilt.mean[state]))
        for lean, group in _runs(known, sure, years):
            span = span_of(draws[group].mean(axis=0), level=found.tilt.level)
            columns = interval_columns(nominal[group].mean(axis=0), span)
            single = {name: float(np.ravel(column)[0]) for name, column in columns.items()}
            leans = {1: (one, other), -1: (other, one), 0: ("", "")}[lean]
            about = {"state": triangle.states[state], "first_year": int(years[group[0]])}
            about |= {"last_year": int(years[group[-1]]), "toward": leans[0], "away": leans[1]}
            rows.append({**about, "partners": f"{one}, {other}", **single})
    return pd.DataFrame(rows)


def _runs(known: Any, sure: Any, years: Any) -> list[tuple[int, Any]]:  # noqa: ANN401 - arrays of whole numbers
    """Give the places of years that follow one another and lean alike."""
    keyed = [(int(sure[place]), int(years[place]) - count, int(place)) for count, place in enumerate(known)]
    runs = groupby(keyed, key=lambda one: one[:2])
    return [(lean, np.array([place for _, _, place in group])) for (lean, _), group in runs]


def _tilts(triangle: Triangle, state: int, found: Triad, sides: Array) -> Array:
    """Give the tilt of one state, shape (n_years, n_draws)."""
    place = {frozenset(pair): side for side, pair in enumerate(triangle.pairs)}
    one, other = found.partners[state].tolist()
    return np.asarray(sides[place[frozenset((state, one))]] - sides[place[frozenset((state, other))]])


def _partners(triangle: Triangle, found: Triad) -> list[tuple[str, str]]:
    return [(triangle.states[one], triangle.states[other]) for one, other in found.partners.tolist()]


def _triangle_rows(years: IntArray, point: Triad, found: Triad) -> pd.DataFrame:
    frames = []
    for measure in ("mean", "least", "spread", "balance"):
        span: Span = getattr(found, measure)
        scale = 1.0 if measure == "balance" else SCALE
        columns = interval_columns(getattr(point, measure).mean, span, scale=scale)
        frames.append(pd.DataFrame({"year": years, "measure": measure, **columns}))
    return pd.concat(frames, ignore_index=True)


def _hostile_rows(years: IntArray, point: Triad, found: Triad) -> pd.DataFrame:
    numbers = np.repeat(np.arange(len(found.hostile)), len(years))
    return pd.DataFrame(
        {
            "year": np.tile(years, len(found.hostile)),
            "sides": numbers,
            "estimate": point.hostile.ravel(),
            "probability": found.hostile.ravel(),
        }
    ).sort_values(["year", "sides"], kind="stable")


def _side_rows(triangle: Triangle, years: IntArray, scores: tuple[Array, Array], found: Triad) -> pd.DataFrame:
    names: Sequence[str] = [one.unit for one in triangle.sides]
    return pd.DataFrame(
        {
            "year": np.tile(years, _SIDES),
            "side": np.repeat(names, len(years)),
            **interval_columns(scores[0][..., 0], span_of(scores[1], level=found.tilt.level), signed=False),
            "weakest": found.weakest.ravel(),
        }
    )
