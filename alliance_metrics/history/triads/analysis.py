"""Triads: toward whom each of three states leans, how the triangle holds together, which of its sides is weakest."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations, groupby

import numpy as np
import pandas as pd

from alliance_metrics.coding.arrays import Array, IntArray
from alliance_metrics.history.triads.triads import NEUTRAL, Triad, align_sides, tilts_of, triad
from alliance_metrics.index.rescaling import SCALE
from alliance_metrics.results.collected import Collected
from alliance_metrics.results.tables import rows_of
from alliance_metrics.results.tidy_result import TidyResult
from alliance_metrics.study.drawn_study import DrawnStudy, Trajectory
from alliance_metrics.study.score import record_of
from alliance_metrics.uncertainty.spans import NO_P_VALUE, interval_columns, span_of

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


def triads_analysis(drawn: DrawnStudy) -> TidyResult:
    """Describe every triangle of states.

    Parameters
    ----------
    drawn
        The study with its draws.

    Returns
    -------
    TidyResult
        The tables.
    """
    found = Collected("triads", key=drawn.study.panel.unit)
    every = triangles(drawn)
    if not every:
        found.skip("triads", "no three dyads of one era join three states")
    for triangle in every:
        _describe(drawn, triangle, found)
    return found.result({**record_of(drawn.study), "basis": NO_P_VALUE, "neutral": SCALE * NEUTRAL})


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


def _describe(drawn: DrawnStudy, triangle: Triangle, found: Collected) -> None:
    """Add the rows of one triangle."""
    years_of, index = [one.years for one in triangle.sides], (drawn.index_id,)
    years, sides = align_sides(years_of, [drawn.drawn_of(index, one)[0] for one in triangle.sides])
    nominal = align_sides(years_of, [drawn.nominal_of(index, one)[0][:, np.newaxis] for one in triangle.sides])[1]
    point, spans = triad(nominal, triangle.pairs), triad(sides, triangle.pairs, level=drawn.level)
    lacking = years[np.isnan(nominal).any(axis=(0, 2))].tolist()
    if lacking:
        cause = f"a side has no index in {', '.join(map(str, lacking))}"
        found.skip(f"triangle {triangle.name} {triangle.era}", cause)
    tables = {
        "tilt": _tilt_rows(triangle, years, point, spans),
        "leanings": _leaning_rows(triangle, years, spans, (nominal, sides)),
        "triangles": _triangle_rows(years, point, spans),
        "hostile": _hostile_rows(years, point, spans),
        "sides": _side_rows(triangle, years, (nominal, sides), spans),
    }
    for name, frame in tables.items():
        found.add(name, frame, triad=triangle.name, era=triangle.era)


def _tilt_rows(triangle: Triangle, years: IntArray, point: Triad, spans: Triad) -> pd.DataFrame:
    partners, count = np.array(_partners(triangle, spans)), len(years)
    return pd.DataFrame(
        {
            "year": np.tile(years, _SIDES),
            "state": np.repeat(triangle.states, count),
            "toward": np.repeat(partners[:, 0], count),
            "away": np.repeat(partners[:, 1], count),
            **interval_columns(point.tilt.mean, spans.tilt),
        }
    )


def _leaning_rows(triangle: Triangle, years: IntArray, spans: Triad, scores: tuple[Array, Array]) -> pd.DataFrame:
    """Join consecutive years in which a state surely leans the same way, or in which neither way is sure."""
    frames = []
    nominal, draws = (tilts_of(side, triangle.pairs) for side in scores)
    for state, (one, other) in enumerate(_partners(triangle, spans)):
        sure = np.where(spans.tilt.above[state] >= spans.tilt.level, 1, 0)
        sure = np.where(spans.tilt.below[state] >= spans.tilt.level, -1, sure)
        known = np.flatnonzero(~np.isnan(spans.tilt.mean[state]))
        for lean, group in _runs(known, sure, years):
            span = span_of(draws[state, group].mean(axis=0)[np.newaxis], level=spans.tilt.level)
            toward, away = {1: (one, other), -1: (other, one), 0: ("", "")}[lean]
            about = {"state": triangle.states[state], "first_year": years[group[0]], "last_year": years[group[-1]]}
            about |= {"toward": toward, "away": away, "partners": f"{one}, {other}"}
            frames.append(pd.DataFrame({**about, **interval_columns(nominal[state, group].mean(axis=0), span)}))
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()


def _runs(known: IntArray, sure: IntArray, years: IntArray) -> list[tuple[int, IntArray]]:
    """Give the positions of consecutive years that lean alike."""
    keyed = [(int(sure[place]), int(years[place]) - count, int(place)) for count, place in enumerate(known)]
    runs = groupby(keyed, key=lambda one: one[:2])
    return [(lean, np.array([place for _, _, place in group])) for (lean, _), group in runs]


def _partners(triangle: Triangle, spans: Triad) -> list[tuple[str, str]]:
    return [(triangle.states[one], triangle.states[other]) for one, other in spans.partners.tolist()]


def _triangle_rows(years: IntArray, point: Triad, spans: Triad) -> pd.DataFrame:
    frames = []
    for measure in ("mean", "least", "spread", "balance"):
        scale = 1.0 if measure == "balance" else SCALE
        columns = interval_columns(getattr(point, measure).mean, getattr(spans, measure), scale=scale)
        frames.append(pd.DataFrame({"year": years, "measure": measure, **columns}))
    return pd.concat(frames, ignore_index=True)


def _hostile_rows(years: IntArray, point: Triad, spans: Triad) -> pd.DataFrame:
    columns = {
        "year": np.repeat(years, len(spans.hostile)),
        "sides": np.tile(np.arange(len(spans.hostile)), len(years)),
        "estimate": point.hostile.T.ravel(),
        "probability": spans.hostile.T.ravel(),
    }
    return pd.DataFrame(columns)


def _side_rows(triangle: Triangle, years: IntArray, scores: tuple[Array, Array], spans: Triad) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "year": np.tile(years, _SIDES),
            "side": np.repeat([one.unit for one in triangle.sides], len(years)),
            **interval_columns(scores[0][..., 0], span_of(scores[1], level=spans.tilt.level), signed=False),
            "weakest": spans.weakest.ravel(),
        }
    )
