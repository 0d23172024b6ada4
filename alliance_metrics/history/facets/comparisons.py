"""Which series are set side by side: two facets of the index, beliefs and a facet, the beliefs of two sides."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from alliance_metrics.coding.arrays import Array, FloatArray
from alliance_metrics.config.analysis import BeliefSection, FacetSection
from alliance_metrics.history.facets.scores import FacetScores, facet_scores
from alliance_metrics.history.facets.turns import TwoSeries
from alliance_metrics.index.hierarchy import dimension_ids
from alliance_metrics.results.collected import Skipped
from alliance_metrics.results.words import BELIEF
from alliance_metrics.study.drawn_study import DrawnStudy, Trajectory

NO_FACETS = "the configuration asks for none"


@dataclass(frozen=True, eq=False)
class Comparison:
    """Two series of every unit.

    Parameters
    ----------
    facets
        Name of the pair of facets; `BELIEF` for beliefs.
    matched
        Whether only dimensions count that have indicators of both.
    component
        The component compared; empty for the beliefs of two sides.
    one, other
        What the series are called.
    nominal : ndarray, shape (2, n_units)
        Nominal scores. [0-1]
    draws : tuple of two ndarray of float32, shape (n_units, n_draws)
        Draws. [0-1]
    """

    facets: str
    matched: bool
    component: str
    one: str
    other: str
    nominal: Array
    draws: tuple[FloatArray, FloatArray]

    def within(self, trajectory: Trajectory) -> TwoSeries:
        """Give both series in the years of one trajectory.

        Parameters
        ----------
        trajectory
            The years.

        Returns
        -------
        TwoSeries
            The series.
        """
        draws = np.stack([series[trajectory.rows] for series in self.draws])
        return TwoSeries(trajectory.years, self.nominal[:, trajectory.rows], draws)


@dataclass(frozen=True, eq=False)
class Sides:
    """Both facets of a pair.

    Parameters
    ----------
    section
        The pair.
    one, other
        Their scores.
    """

    section: FacetSection
    one: FacetScores
    other: FacetScores


def sides_of(drawn: DrawnStudy, section: FacetSection, skipped: Skipped) -> list[Sides]:
    """Score both facets of a pair, with all their indicators and with matched dimensions alone.

    Parameters
    ----------
    drawn
        The study with its draws.
    section
        The pair.
    skipped
        Lists what cannot be done, and why.

    Returns
    -------
    list of Sides
        Those that can be scored.
    """
    found = []
    for matched in (False, True):
        against = section.other if matched else None
        one = facet_scores(drawn, section.column, section.one, against=against)
        other = facet_scores(drawn, section.column, section.other, against=section.one if matched else None)
        step = f"facets {section.name}{', matched' if matched else ''}"
        if isinstance(one, str) or isinstance(other, str):
            causes = [cause for cause in (one, other) if isinstance(cause, str)]
            skipped.extend([(step, cause) for cause in (causes[:1] if matched else dict.fromkeys(causes))])
            continue
        for side in (one, other):
            skipped.extend([(step, f"draws of '{side.value}' are missing: {cause}") for cause in side.causes])
        skipped.extend([(f"{step}, {component}", cause) for component, cause in _uncompared(drawn, one, other)])
        found.append(Sides(section, one, other))
    return found


def _uncompared(drawn: DrawnStudy, one: FacetScores, other: FacetScores) -> list[tuple[str, str]]:
    """Say for each pillar that only one facet has, or neither, why it is not compared."""
    found = []
    for component in drawn.pillars:
        lacking = [side.value for side in (one, other) if component not in side.components]
        if lacking and one.matched:
            found.append((component, "no dimension there has indicators of both"))
        elif lacking:
            named = " and ".join(f"'{value}'" for value in lacking)
            found.append((component, f"no indicator of {named} there, so it has no counterpart"))
    return found


def facets_compared(sides: list[Sides]) -> list[Comparison]:
    """Set both facets side by side in every component that both have.

    Parameters
    ----------
    sides
        The scores.

    Returns
    -------
    list of Comparison
        One a component.
    """
    return [
        Comparison(
            facets=pair.section.name,
            matched=pair.one.matched,
            component=component,
            one=pair.section.one,
            other=pair.section.other,
            nominal=np.stack([side.nominal[side.components.index(component)] for side in (pair.one, pair.other)]),
            draws=(
                pair.one.scores[pair.one.components.index(component)],
                pair.other.scores[pair.other.components.index(component)],
            ),
        )
        for pair in sides
        for component in pair.one.components
        if component in pair.other.components
    ]


def beliefs_compared(drawn: DrawnStudy, section: BeliefSection | None, skipped: Skipped) -> list[Comparison]:
    """Set beliefs beside the score of a facet, and beside one another.

    Parameters
    ----------
    drawn
        The study with its draws.
    section
        Which indicators and which facet.
    skipped
        Lists what cannot be done, and why.

    Returns
    -------
    list of Comparison
        Each indicator with the index of the facet, then each pair of indicators.
    """
    if section is None:
        skipped.skip(BELIEF, NO_FACETS)
        return []
    known = [name for name in section.indicators if name in drawn.of_tier("indicator")]
    skipped.extend([(f"{BELIEF} {name}", drawn.absence(name)) for name in section.indicators if name not in known])
    series = {name: _series_of(drawn, name) for name in known}
    pairs = [("", one, other, series[one], series[other]) for one, other in combinations(known, 2)]
    facet = facet_scores(drawn, section.column, section.value)
    if isinstance(facet, str):
        skipped.skip(f"{BELIEF} against {section.value}", facet)
    else:
        skipped.extend([(f"{BELIEF} against {section.value}", f"draws are missing: {cause}") for cause in facet.causes])
        scored = (facet.nominal[-1], facet.scores[-1])
        pairs = [*((facet.components[-1], name, section.value, series[name], scored) for name in known), *pairs]
    return [
        Comparison(
            facets=BELIEF,
            matched=False,
            component=component,
            one=one,
            other=other,
            nominal=np.stack([first[0], second[0]]),
            draws=(first[1], second[1]),
        )
        for component, one, other, first, second in pairs
    ]


def _series_of(drawn: DrawnStudy, name: str) -> tuple[Array, FloatArray]:
    place = drawn.draws.components.index(name)
    return drawn.nominal[place], drawn.draws.scores[place]


def coverage_of(drawn: DrawnStudy, sections: tuple[FacetSection, ...]) -> pd.DataFrame:
    """Count in each dimension the indicators of each facet, and their counterparts of the other.

    Parameters
    ----------
    drawn
        The study.
    sections
        The pairs of facets.

    Returns
    -------
    DataFrame
        ``facets``, ``value``, ``component`` (the dimension), ``indicators`` and ``counterparts``.
    """
    rows = drawn.study.spec.indicators
    counted = rows[rows["role"] == "index"]
    dimensions = dimension_ids(counted)
    found = []
    for section in sections:
        if section.column not in counted.columns:
            continue
        values = counted[section.column].astype(str)
        for value, against in ((section.one, section.other), (section.other, section.one)):
            for dimension in dict.fromkeys(dimensions[values == value]):
                own, others = (int(((values == one) & (dimensions == dimension)).sum()) for one in (value, against))
                found.append((section.name, value, dimension, own, others))
    return pd.DataFrame(found, columns=["facets", "value", "component", "indicators", "counterparts"])
