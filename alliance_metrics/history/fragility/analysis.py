"""The analysis of fragility: how little would have brought each year's index down, and what then followed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from alliance_metrics.coding.arrays import Array
from alliance_metrics.history.fragility.comparable_years import ForwardReading, forward_reading, greatest_falls
from alliance_metrics.history.fragility.fragility import Coders, LeastSteps, pillar_shocks
from alliance_metrics.history.fragility.in_draws import ordered_interval, shocks_in_draws
from alliance_metrics.history.fragility.plan_fragility import plan_least_steps
from alliance_metrics.history.fragility.tables import Fragile, fragile_study, series_numbers
from alliance_metrics.index.rescaling import SCALE
from alliance_metrics.results.collected import Skipped
from alliance_metrics.results.tidy_result import TidyResult
from alliance_metrics.study.drawn_study import DrawnStudy
from alliance_metrics.study.score import record_of

CODERS: tuple[Coders, ...] = ("all", "one")
COMPARED = {"others": False, "all": True}
"""Whether comparable years may be of the same unit and era."""
_OUTCOMES = ("below already", "reached", "out of reach")
_TARGET = {"era": "str", "year": "int64", "target": "str", "bar": "float64"}
_DRAWN = {"lower": "float64", "upper": "float64", "confidence": "float64", "draws": "int64"}


def fragility_analysis(drawn: DrawnStudy, *, progress: Callable[[float], None] | None = None) -> TidyResult:
    """Work out how little would have brought each year's index down, and what followed in years like it.

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
    told = progress or (lambda _: None)
    skipped = Skipped()
    fragile = fragile_study(drawn, skipped)
    steps, indicators = _step_tables(fragile, skipped)
    told(0.5)
    shocks = _shock_table(fragile, skipped)
    told(0.75)
    forward = _forward_table(fragile, skipped)
    tables: dict[str, Any] = {"steps": steps, "step_indicators": indicators, "shocks": shocks, "forward": forward}
    tables["skipped"] = skipped.rows
    study = drawn.study
    section = study.config.analysis.fragility
    record = {
        **record_of(study),
        "draws_used": fragile.n_draws,
        "horizon": section.horizon,
        "neighbours": section.neighbours,
    }
    return TidyResult(tables, key=study.panel.unit, record=record, kind="fragility")


def _step_tables(fragile: Fragile, skipped: Skipped) -> tuple[pd.DataFrame, pd.DataFrame]:
    steps, indicators = [pd.DataFrame()], [pd.DataFrame()]
    for coders in CODERS:
        for target, bar, *bars in fragile.targets():
            try:
                found = plan_least_steps(fragile.plan, bar, coders=coders)
            except ValueError as cause:
                skipped.skip(f"steps of codings, {coders}", str(cause))
                break
            about = fragile.about(target, bar).assign(coders=coders)
            numbers = _step_numbers(fragile, found, bars=(bars[0], bars[1]), coders=coders)
            there = ~np.isnan(found.steps)
            steps.append(about.assign(**numbers)[there])
            unit, column = np.nonzero(found.by_indicator)
            names = np.asarray(fragile.drawn.draws.components, dtype=object)[column]
            indicators.append(about.iloc[unit].assign(component=names, steps=found.by_indicator[unit, column]))
    return pd.concat(steps), pd.concat(indicators)


def _step_numbers(fragile: Fragile, found: LeastSteps, *, bars: tuple[Array, Array], coders: str) -> dict[str, Any]:
    every, codings = fragile.steps(bars, coders=coders)
    numbers = fragile.summary(every, carried=fragile.leaf_weights is not None)
    declared = fragile.summary(codings, carried=fragile.leaf_weights is not None)
    return {
        "outcome": _outcomes(found.steps),
        "estimate": _finite(found.steps),
        **{name: declared[name] for name in ("lower", "upper", "confidence", "draws")},
        "lower_weights": numbers["lower"],
        "upper_weights": numbers["upper"],
        "below": numbers["below"],
        "enough": numbers["enough"],
        "exact": found.exact,
        "available": found.available,
        "index": SCALE * fragile.nominal_index,
        "fall": SCALE * found.fall,
    }


def _shock_table(fragile: Fragile, skipped: Skipped) -> pd.DataFrame:
    tables = [pd.DataFrame()]
    if fragile.no_shocks:
        skipped.skip("shocks to a pillar", fragile.no_shocks)
        return tables[0]
    reducer, weights = fragile.plan.reducers[fragile.top], fragile.plan.weights[fragile.top]
    for target, bar, bars, _ in fragile.targets():
        found = pillar_shocks(fragile.nominal_pillars, weights, target=bar, reducer=reducer)
        drawn = np.full((*found.shape, max(fragile.n_draws, 1)), np.nan)
        if fragile.pillar_weights is not None:
            drawn = shocks_in_draws(fragile.pillars, fragile.pillar_weights, target=bars, reducer=reducer)
        numbers = fragile.summary(drawn, carried=fragile.pillar_weights is not None)
        any_pillar = np.asarray(np.isfinite(found).any(axis=1))
        for place, pillar in enumerate(fragile.pillar_ids):
            own = {name: values[:, place] if np.ndim(values) else values for name, values in numbers.items()}
            own |= {name: SCALE * own[name] for name in ("lower", "upper")}
            frame = fragile.about(target, bar).assign(
                component=pillar,
                outcome=_outcomes(found[:, place]),
                estimate=SCALE * _finite(found[:, place]),
                **own,
                any_pillar=any_pillar,
            )
            tables.append(frame[~np.isnan(found[:, place])])
    return pd.concat(tables).drop(columns="below", errors="ignore")


def _forward_table(fragile: Fragile, skipped: Skipped) -> pd.DataFrame:
    drawn, tables = fragile.drawn, [pd.DataFrame()]
    section, units = drawn.study.config.analysis.fragility, drawn.study.panel.units
    years, series = units["year"].to_numpy(), series_numbers(drawn)
    followed = greatest_falls(fragile.nominal_index, years, series, horizon=section.horizon)
    names = units[drawn.study.panel.unit].astype(str) + " " + units["year"].astype(str)

    def read(levels: Array, *, own: bool) -> ForwardReading:
        return forward_reading(
            levels,
            years,
            series,
            horizon=section.horizon,
            neighbours=section.neighbours,
            own_series=own,
            level=drawn.level,
        )

    for compared, own in COMPARED.items():
        found = read(fragile.nominal_index, own=own)
        medians = [read(levels, own=own).summary.median for levels in fragile.index.T]
        lower, upper = ordered_interval(np.array(medians).T, level=drawn.level)
        there = found.number > 0
        if not there.any():
            skipped.skip(f"comparable years, {compared}", f"no year is followed by {section.horizon} on record")
        frame = units.assign(
            compared=compared,
            estimate=SCALE * found.summary.median,
            lower=SCALE * found.summary.lower,
            upper=SCALE * found.summary.upper,
            confidence=drawn.level,
            median_lower=SCALE * lower,
            median_upper=SCALE * upper,
            draws=fragile.n_draws,
            fell=found.summary.above,
            cases=found.number,
            series=found.series,
            reach=SCALE * found.reach,
            followed=SCALE * followed,
            comparable=["; ".join(names.iloc[row[row >= 0]]) for row in found.neighbours],
        )
        tables.append(frame[there])
    return pd.concat(tables)


def _outcomes(values: Array) -> list[str]:
    """Say of each value what came out: below already, reached, or out of reach."""
    return [_OUTCOMES[0 if value == 0 else 2 if np.isinf(value) else 1] for value in values]


def _finite(values: Array) -> Array:
    return np.where(np.isinf(values), np.nan, values)
