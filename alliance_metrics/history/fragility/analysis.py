"""The analysis of fragility: how little would have brought each year's index down, and what then followed."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from alliance_metrics.coding.arrays import Array
from alliance_metrics.history.fragility.comparable_years import forward_reading, greatest_falls
from alliance_metrics.history.fragility.fragility import Coders, LeastSteps, pillar_shocks, plan_least_steps
from alliance_metrics.history.fragility.inputs import FragilityInputs, finite_or_nan, fragility_inputs, ordered_interval
from alliance_metrics.index.rescaling import SCALE
from alliance_metrics.results.collected import Collected
from alliance_metrics.results.tidy_result import TidyResult
from alliance_metrics.study.drawn_study import DrawnStudy
from alliance_metrics.study.score import record_of
from alliance_metrics.uncertainty.spans import interval_columns

CODERS: tuple[Coders, ...] = ("all", "one")
#: Whether comparable years may be of the same unit and era.
COMPARED = {"others": False, "all": True}


def fragility_analysis(drawn: DrawnStudy) -> TidyResult:
    """Work out how little would have brought each year's index down, and what followed in years like it.

    Parameters
    ----------
    drawn
        The study with its draws.

    Returns
    -------
    TidyResult
        The tables.
    """
    study = drawn.study
    found = Collected("fragility", key=study.panel.unit)
    inputs = fragility_inputs(drawn, found)
    _add_steps(inputs, found)
    _add_shocks(inputs, found)
    _add_comparable_years(inputs, found)
    section = study.config.analysis.fragility
    settings = {"draws_used": inputs.n_draws, "horizon": section.horizon, "neighbours": section.neighbours}
    return found.result({**record_of(study), **settings})


def _add_steps(inputs: FragilityInputs, found: Collected) -> None:
    for coders in CODERS:
        for target, bar, *bars in inputs.targets():
            try:
                least = plan_least_steps(inputs.plan, bar, coders=coders)
            except ValueError as cause:
                found.skip(f"steps of codings, {coders}", str(cause))
                break
            about = inputs.about(target, bar).assign(coders=coders)
            numbers = _step_numbers(inputs, least, bars=(bars[0], bars[1]), coders=coders)
            found.add("steps", about.assign(**numbers)[inputs.analysed & ~np.isnan(least.steps)])
            unit, column = np.nonzero(least.by_indicator * inputs.analysed[:, np.newaxis])
            names = np.asarray(inputs.drawn.draws.components, dtype=object)[column]
            found.add(
                "step_indicators", about.iloc[unit].assign(component=names, steps=least.by_indicator[unit, column])
            )


def _step_numbers(
    inputs: FragilityInputs, least: LeastSteps, *, bars: tuple[Array, Array], coders: str
) -> dict[str, Any]:
    carried = inputs.leaf_weights is not None
    drawn, declared = (inputs.summary(values, carried=carried) for values in inputs.steps(bars, coders=coders))
    return {
        "outcome": _outcomes(least.steps),
        "estimate": finite_or_nan(least.steps),
        **{name: declared[name] for name in ("lower", "upper", "confidence", "draws")},
        "lower_weights": drawn["lower"],
        "upper_weights": drawn["upper"],
        "below": drawn["below"],
        "enough": drawn["enough"],
        "exact": least.exact,
        "available": least.available,
        "index": SCALE * inputs.nominal_index,
        "fall": SCALE * least.fall,
    }


def _add_shocks(inputs: FragilityInputs, found: Collected) -> None:
    if inputs.no_shocks:
        found.skip("shocks to a pillar", inputs.no_shocks)
        return
    reducer, declared = inputs.plan.reducers[inputs.top], inputs.plan.weights[inputs.top]
    for target, bar, bars, _ in inputs.targets():
        nominal = pillar_shocks(inputs.nominal_pillars, declared, target=bar, reducer=reducer)
        drawn = np.full((*nominal.shape, max(inputs.n_draws, 1)), np.nan)
        if inputs.pillar_weights is not None:
            weights = np.broadcast_to(inputs.pillar_weights, (inputs.n_draws, nominal.shape[1]))
            for draw, weight in enumerate(weights):
                pillars = inputs.pillars[..., draw]
                drawn[..., draw] = pillar_shocks(pillars, weight, target=bars[:, draw], reducer=reducer)
        numbers = inputs.summary(SCALE * drawn, carried=inputs.pillar_weights is not None)
        any_pillar = np.asarray(np.isfinite(nominal).any(axis=1))
        for place, pillar in enumerate(inputs.pillar_ids):
            shocks = nominal[:, place]
            frame = inputs.about(target, bar).assign(
                component=pillar,
                outcome=_outcomes(shocks),
                estimate=SCALE * finite_or_nan(shocks),
                **{name: values[:, place] if np.ndim(values) else values for name, values in numbers.items()},
                any_pillar=any_pillar,
            )
            found.add("shocks", frame[inputs.analysed & ~np.isnan(shocks)].drop(columns="below"))


def _add_comparable_years(inputs: FragilityInputs, found: Collected) -> None:
    drawn, units = inputs.drawn, inputs.drawn.study.panel.units
    section, about = drawn.study.config.analysis.fragility, inputs.years_and_series
    index = np.where(inputs.analysed, inputs.nominal_index, np.nan)
    drawn_index = np.where(inputs.analysed[:, np.newaxis], inputs.index, np.nan)
    followed = greatest_falls(index, *about, horizon=section.horizon)
    names = units[drawn.study.panel.unit].astype(str) + " " + units["year"].astype(str)

    read = partial(
        forward_reading,
        years=about[0],
        series=about[1],
        horizon=section.horizon,
        neighbours=section.neighbours,
        level=drawn.level,
    )
    for compared, own in COMPARED.items():
        reading = read(index, own_series=own)
        medians = [read(levels, own_series=own).summary.median for levels in drawn_index.T]
        lower, upper = ordered_interval(np.array(medians).T, level=drawn.level)
        there = reading.number > 0
        if not there.any():
            found.skip(f"comparable years, {compared}", f"no year is followed by {section.horizon} on record")
        frame = units.assign(
            compared=compared,
            **interval_columns(reading.summary.median, reading.summary, signed=False),
            median_lower=SCALE * lower,
            median_upper=SCALE * upper,
            draws=inputs.n_draws,
            fell=reading.summary.above,
            cases=reading.number,
            series=reading.series,
            reach=SCALE * reading.reach,
            followed=SCALE * followed,
            comparable=["; ".join(names.iloc[row[row >= 0]]) for row in reading.neighbours],
        )
        found.add("forward", frame[there])


def _outcomes(values: Array) -> list[str]:
    """Say of each value whether the index is below already, or whether the value can be reached."""
    return ["below already" if value == 0 else "out of reach" if np.isinf(value) else "reached" for value in values]
