"""Public against private, core against periphery, belief against the record: facets of the index set side by side."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from alliance_metrics.history.facets import comparisons
from alliance_metrics.history.facets.gaps import SeriesGap, series_gap
from alliance_metrics.history.facets.turns import EARLIER, LASTING, TwoSeries, turn_rows
from alliance_metrics.index.rescaling import SCALE
from alliance_metrics.results.collected import Collected
from alliance_metrics.results.tidy_result import TidyResult
from alliance_metrics.results.words import BELIEF
from alliance_metrics.study.drawn_study import DrawnStudy, Trajectory
from alliance_metrics.study.score import record_of
from alliance_metrics.uncertainty.spans import Span, span_of


def facets_analysis(drawn: DrawnStudy) -> TidyResult:
    """Set facets of the index side by side, and beliefs beside a facet.

    Parameters
    ----------
    drawn
        The study with its draws.

    Returns
    -------
    TidyResult
        The tables.
    """
    found = Collected("facets", key=drawn.study.panel.unit)
    analysis = drawn.study.config.analysis
    if not analysis.facets:
        found.skip("facets", comparisons.NO_FACETS)
    sides = [pair for section in analysis.facets for pair in comparisons.sides_of(drawn, section, found)]
    compared = [*comparisons.facets_compared(sides), *comparisons.beliefs_compared(drawn, analysis.belief, found)]
    for pair in sides:
        for one in drawn.trajectories:
            _add_scores(drawn, pair, one, found)
    for comparison in compared:
        for one in drawn.trajectories:
            _add_comparison(drawn, comparison, one, found)
    found.add("coverage", comparisons.coverage_of(drawn, analysis.facets))
    return found.result(record_of(drawn.study))


def _in_points(span: Span) -> dict[str, Any]:
    return {"lower": SCALE * span.lower, "upper": SCALE * span.upper, "confidence": span.level}


def _sign(span: Span) -> dict[str, Any]:
    return {"above": span.above, "below": span.below, "drawn": span.drawn}


def _add_scores(drawn: DrawnStudy, pair: comparisons.Sides, trajectory: Trajectory, found: Collected) -> None:
    """Add the scores of both facets by year."""
    for side in (pair.one, pair.other):
        for place, component in enumerate(side.components):
            span = span_of(side.scores[place][trajectory.rows], level=drawn.level)
            columns = {
                found.key: trajectory.unit,
                "era": trajectory.era,
                "year": trajectory.years,
                "facets": pair.section.name,
                "value": side.value,
                "matched": side.matched,
                "component": component,
                "estimate": SCALE * side.nominal[place][trajectory.rows],
                **_in_points(span),
                "drawn": span.drawn,
            }
            found.add("facets", pd.DataFrame(columns))


def _add_comparison(
    drawn: DrawnStudy, compared: comparisons.Comparison, trajectory: Trajectory, found: Collected
) -> None:
    """Add the rows of one comparison in one unit and era."""
    pair = compared.within(trajectory)
    about = {
        found.key: trajectory.unit,
        "era": trajectory.era,
        **{name: getattr(compared, name) for name in ("facets", "matched", "component", "one", "other")},
    }
    step = f"{compared.facets} {compared.component or compared.other}, {compared.one}, {trajectory.name}"
    if np.isnan(pair.nominal).any(axis=0).all():
        found.skip(step, "in no year do both have a score")
        return
    gap = series_gap(pair.draws[0], pair.draws[1], pair.years, level=drawn.level)
    columns = {
        **about,
        "year": pair.years,
        "estimate": SCALE * (pair.nominal[0] - pair.nominal[1]),
        **_in_points(gap.gap),
        **_sign(gap.gap),
    }
    if compared.facets == BELIEF:
        columns |= {f"{side}_score": SCALE * pair.nominal[place] for place, side in enumerate(("one", "other"))}
    found.add("beliefs" if compared.facets == BELIEF else "gaps", pd.DataFrame(columns))
    found.add("gap_summary", _summary_rows(about, pair, gap, level=drawn.level))
    if len(pair.years) < LASTING + EARLIER:
        cause = f"no turn can be found in fewer than {LASTING + EARLIER} years, and there are {len(pair.years)}"
        found.skip(f"turns, {trajectory.name}", cause)
        return
    rows = turn_rows(pair, level=drawn.level, rng=drawn.stream("facets", *about.values()))
    found.add("turns", [{**about, **row} for row in rows])


def _summary_rows(about: dict[str, Any], pair: TwoSeries, gap: SeriesGap, *, level: float) -> list[dict[str, Any]]:
    """Sum up a gap over the years: its mean, and where it is greatest and least."""
    nominal = pair.nominal[0] - pair.nominal[1]
    sizes = {**_in_points(gap.gap), **_sign(gap.gap), "confidence": np.full(len(nominal), level)}
    mean = {"measure": "mean", "measured_in": "points", "estimate": SCALE * float(np.nanmean(nominal))}
    rows = [{**about, **mean, **_in_points(gap.mean), **_sign(gap.mean), "share": np.nan}]
    least = series_gap(pair.draws[1], pair.draws[0], pair.years, level=level)
    for name, found, sign in (("greatest", gap, 1.0), ("least", least, -1.0)):
        place = int(np.nanargmax(sign * nominal))
        share, year = float(found.greatest[place]), found.greatest_year
        size = {"measure": name, "measured_in": "points", "estimate": SCALE * float(nominal[place])}
        rows.append({**about, **size, **{key: values[place] for key, values in sizes.items()}, "share": share})
        when = {"measure": f"{name}_year", "measured_in": "year", "estimate": float(pair.years[place])}
        ends = {"lower": year.lower, "upper": year.upper, "confidence": level}
        signless = {"above": np.nan, "below": np.nan, "drawn": year.drawn}
        rows.append({**about, **when, **ends, **signless, "share": share})
    return rows
