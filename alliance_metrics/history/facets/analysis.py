"""Public against private, core against periphery, belief against the record: facets of the index set side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pandas as pd

from alliance_metrics.history.facets.comparisons import (
    NO_FACETS,
    Comparison,
    Sides,
    beliefs_compared,
    coverage_of,
    facets_compared,
    sides_of,
)
from alliance_metrics.history.facets.gaps import SeriesGap, series_gap
from alliance_metrics.history.facets.turns import EARLIER, LASTING, TwoSeries, turn_rows
from alliance_metrics.index.rescaling import SCALE
from alliance_metrics.results.collected import Skipped
from alliance_metrics.results.tidy_result import TidyResult
from alliance_metrics.results.words import BELIEF
from alliance_metrics.study.drawn_study import DrawnStudy, Trajectory
from alliance_metrics.study.score import record_of
from alliance_metrics.uncertainty.spans import Span, span_of

_ABOUT = {"era": "str", "facets": "str", "matched": "bool", "component": "str", "one": "str", "other": "str"}
_SPAN = dict.fromkeys(("estimate", "lower", "upper", "confidence"), "float64")
_SIGN = dict.fromkeys(("above", "below", "drawn"), "float64")
_ONSETS = {
    f"{what}_{side}{end}": "float64"
    for side in ("one", "other")
    for what, ends in (("onset", ("", "_lower", "_upper")), ("turned", ("",)), ("margin", ("",)))
    for end in ends
}
_SHARES = dict.fromkeys(("before", "together", "after", "neither", "p_value", "power", "drawn"), "float64")


def facets_analysis(drawn: DrawnStudy, *, progress: Callable[[float], None] | None = None) -> TidyResult:
    """Set facets of the index side by side, and beliefs beside a facet.

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
    asked = drawn.study.config.analysis
    if not asked.facets:
        skipped.skip("facets", NO_FACETS)
    sides = [pair for section in asked.facets for pair in sides_of(drawn, section, skipped)]
    compared = [*facets_compared(sides), *beliefs_compared(drawn, asked.belief, skipped)]
    parts: dict[str, list[pd.DataFrame]] = {
        name: [] for name in ("facets", "gaps", "gap_summary", "turns", "beliefs", "coverage")
    }
    parts["facets"] = [_score_table(drawn, pair, one) for pair in sides for one in drawn.trajectories]
    for number, comparison in enumerate(compared):
        for one in drawn.trajectories:
            for name, frame in _tables_of(drawn, comparison, one, skipped):
                parts[name].append(frame)
        if progress is not None:
            progress((number + 1) / len(compared))
    parts["coverage"] = [coverage_of(drawn, asked.facets)]
    tables: dict[str, Any] = {name: [frame for frame in frames if len(frame)] for name, frames in parts.items()}
    tables["skipped"] = skipped.rows
    return TidyResult(tables, key=drawn.study.panel.unit, record=record_of(drawn.study), kind="facets")


def _head(drawn: DrawnStudy, trajectory: Trajectory) -> dict[str, str]:
    return {drawn.study.panel.unit: trajectory.unit, "era": trajectory.era}


def _in_points(span: Span) -> dict[str, Any]:
    return {"lower": SCALE * span.lower, "upper": SCALE * span.upper, "confidence": span.level}


def _sign(span: Span) -> dict[str, Any]:
    return {"above": span.above, "below": span.below, "drawn": span.drawn}


def _score_table(drawn: DrawnStudy, pair: Sides, trajectory: Trajectory) -> pd.DataFrame:
    """Give the scores of both facets by year."""
    frames = []
    for side in (pair.one, pair.other):
        for place, component in enumerate(side.components):
            span = span_of(side.scores[place][trajectory.rows], level=drawn.level)
            columns = {
                **_head(drawn, trajectory),
                "year": trajectory.years,
                "facets": pair.section.name,
                "value": side.value,
                "matched": side.matched,
                "component": component,
                "estimate": SCALE * side.nominal[place][trajectory.rows],
                **_in_points(span),
                "drawn": span.drawn,
            }
            frames.append(pd.DataFrame(columns))
    return pd.concat(frames, ignore_index=True)


def _tables_of(
    drawn: DrawnStudy, compared: Comparison, trajectory: Trajectory, skipped: Skipped
) -> Iterator[tuple[str, pd.DataFrame]]:
    """Give the rows of one comparison in one unit and era."""
    pair = compared.within(trajectory)
    about = {
        **_head(drawn, trajectory),
        **{name: getattr(compared, name) for name in ("facets", "matched", "component", "one", "other")},
    }
    step = f"{compared.facets} {compared.component or compared.other}, {compared.one}, {trajectory.name}"
    if np.isnan(pair.nominal).any(axis=0).all():
        skipped.skip(step, "in no year do both have a score")
        return
    gap = series_gap(pair.draws[0], pair.draws[1], pair.years, level=drawn.level)
    yield from _gap_tables(about, pair, gap, belief=compared.facets == BELIEF)
    yield "gap_summary", pd.DataFrame(_summary_rows(about, pair, gap, level=drawn.level))
    if len(pair.years) < LASTING + EARLIER:
        cause = f"no turn can be told in fewer than {LASTING + EARLIER} years, and there are {len(pair.years)}"
        skipped.skip(f"turns, {trajectory.name}", cause)
        return
    rng = drawn.stream("facets", *about.values())
    rows = turn_rows(pair, level=drawn.level, rng=rng)
    yield "turns", pd.DataFrame([{**about, **row} for row in rows])


def _gap_tables(
    about: dict[str, Any], pair: TwoSeries, gap: SeriesGap, *, belief: bool
) -> Iterator[tuple[str, pd.DataFrame]]:
    columns = {
        **about,
        "year": pair.years,
        "estimate": SCALE * (pair.nominal[0] - pair.nominal[1]),
        **_in_points(gap.gap),
        **_sign(gap.gap),
    }
    if belief:
        scores = {f"{side}_score": SCALE * pair.nominal[place] for place, side in enumerate(("one", "other"))}
        yield "beliefs", pd.DataFrame({**columns, **scores})
    else:
        yield "gaps", pd.DataFrame(columns)


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
