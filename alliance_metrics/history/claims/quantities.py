"""Quantities that a claim may be about in place of a component: steps of codings, capability, pressure from outside."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from alliance_metrics.coding.arrays import Array, FloatArray
from alliance_metrics.errors import nearest
from alliance_metrics.history.capability.analysis import states_of
from alliance_metrics.history.capability.figures import figures_of
from alliance_metrics.history.claims import statements
from alliance_metrics.history.claims.answers import DECIMALS, DrawnSeries, format_points
from alliance_metrics.history.fragility.fragility import is_arithmetic, leaf_weights, plan_least_steps, steps_in_draws
from alliance_metrics.history.fragility.inputs import obstacle
from alliance_metrics.index.rescaling import SCALE
from alliance_metrics.results.collected import Skipped
from alliance_metrics.study.drawn_study import DrawnStudy, Trajectory
from alliance_metrics.uncertainty.realisation import realise_piece
from alliance_metrics.uncertainty.rebuild import settled

STEPS, PERCENT = "steps", "percent"
#: Gives nominal and drawn pressure on every unit, for an indicator and the way two states are combined. [0-1]
PressureOf = Callable[[str, statements.Combine], tuple[Array, FloatArray]]
_PIECE = 500  # draws at a time


class UnboundError(ValueError):
    """A claim names what the study lacks, or is true or false whatever the data; the message says which."""


def quantity_series(
    drawn: DrawnStudy, trajectory: Trajectory, quantity: statements.Quantity, *, pressure: PressureOf
) -> DrawnSeries:
    """Give a quantity by year, nominal and in every draw.

    Parameters
    ----------
    drawn
        The study with its draws.
    trajectory
        The years.
    quantity
        Which quantity.
    pressure
        Gives pressure from outside.

    Returns
    -------
    DrawnSeries
        The series in its own unit: steps, percent or points.

    Raises
    ------
    UnboundError
        Where the study cannot give it.
    """
    if isinstance(quantity, statements.StepsQuantity):
        return _steps(drawn, trajectory, quantity)
    if isinstance(quantity, statements.CapabilityQuantity):
        return _capability(drawn, trajectory, quantity)
    name = f"{quantity.indicator} ({quantity.reading})"
    if quantity.reading == "alike":
        most, least = pressure(quantity.indicator, "greatest"), pressure(quantity.indicator, "least")
        nominal, draws = (1.0 - (high - low)[trajectory.rows] for high, low in zip(most, least, strict=True))
    else:
        nominal, draws = (part[trajectory.rows] for part in pressure(quantity.indicator, quantity.reading))
    return _series(name, trajectory, SCALE * nominal, SCALE * draws)


def _series(name: str, trajectory: Trajectory, nominal: Array, draws: Array, **unit: str) -> DrawnSeries:
    rounded = np.round(draws, DECIMALS).astype(np.float32)
    return DrawnSeries(name, trajectory.years, np.round(nominal, DECIMALS), rounded, **unit)


def _steps(drawn: DrawnStudy, trajectory: Trajectory, quantity: statements.StepsQuantity) -> DrawnSeries:
    """Count the fewest steps by all coders together, at the declared weights; one more than all where none suffice."""
    plan, rows, target = drawn.study.plan, trajectory.rows, quantity.below / SCALE
    realised = settled(plan, realise_piece(plan, drawn.study.config.to_uncertainty(), 0)).at(slice(0, 1))
    why = obstacle(plan, realised) or ("" if is_arithmetic(plan) else "the index is not arithmetic")
    if why:
        raise UnboundError(f"steps of codings: {why}")
    try:
        least = plan_least_steps(plan, target)
    except ValueError as cause:
        raise UnboundError(f"steps of codings: {cause}") from cause
    most = least.available[rows].astype(np.float64) + 1.0
    weights = leaf_weights(plan)[rows]
    parts = np.minimum((~np.isnan(plan.panel.score[:, rows])).sum(axis=0), 1).astype(np.int64)
    span = np.asarray(plan.combination.high - plan.combination.low)
    scores = drawn.draws.scores[: plan.hierarchy.n_indicators, rows].transpose(1, 0, 2)
    found = np.empty((len(rows), drawn.n_draws))
    for start in range(0, drawn.n_draws, _PIECE):
        leaves = scores[..., start : start + _PIECE].astype(np.float64)
        index = (np.nan_to_num(leaves) * np.nan_to_num(weights)).sum(axis=1)
        index[np.isnan(least.steps[rows])] = np.nan
        steps = steps_in_draws(
            leaves, weights, parts=parts, span=span, index=index, target=np.full(index.shape, target)
        )
        found[:, start : start + _PIECE] = np.where(np.isinf(steps), most[:, np.newaxis], steps)
    nominal = np.where(np.isinf(least.steps[rows]), most, least.steps[rows])
    name = f"steps of codings to below {format_points(quantity.below)}"
    return _series(name, trajectory, nominal, found, unit=STEPS)


def _capability(drawn: DrawnStudy, trajectory: Trajectory, quantity: statements.CapabilityQuantity) -> DrawnSeries:
    figures = figures_of(drawn.study.package.tables, Skipped())
    states = states_of(drawn, trajectory)
    if states is None:
        raise UnboundError("the table of dyads does not name the two states")
    if quantity.measure not in figures.indicators:
        hint = nearest(quantity.measure, list(figures.indicators))
        raise UnboundError(f"there is no measure of capability '{quantity.measure}'{hint}")
    one, two = (figures.series(state, quantity.measure, trajectory.years) for state in states)
    strong, weak = np.maximum(one, two), np.minimum(one, two)
    index = (drawn.index_id,)
    factors = [np.ones(len(weak)), np.ones((len(weak), drawn.n_draws))]
    if quantity.discounted:
        both = drawn.nominal_of(index, trajectory)[0], drawn.drawn_of(index, trajectory)[0]
        factors = [np.clip(part, 0.0, 1.0).astype(np.float64) for part in both]
    if quantity.coalition is None:
        name, whole = f"the weaker state's {quantity.measure} in percent of the stronger's", strong
    elif quantity.coalition in figures.coalitions:
        name = f"joint {quantity.measure} in percent of that of {quantity.coalition}"
        whole = figures.coalition(quantity.coalition, quantity.measure, trajectory.years)
        for state in states:
            whole = np.where(figures.belongs(state, quantity.coalition, trajectory.years), np.nan, whole)
    else:
        hint = nearest(quantity.coalition, list(figures.coalitions))
        raise UnboundError(f"there is no coalition '{quantity.coalition}'{hint}")
    whole = np.where(whole > 0, whole, np.nan)
    values = []
    for factor in factors:
        own, ally, total = (part if factor.ndim == 1 else part[:, np.newaxis] for part in (strong, weak, whole))
        values.append(100.0 * (factor * ally + (0.0 if quantity.coalition is None else own)) / total)
    if quantity.reading == "lead":
        name, values = f"the lead of the stronger state in {quantity.measure}", [100.0 - part for part in values]
    name += ", discounted by the index" if quantity.discounted else ""
    return _series(name, trajectory, values[0], values[1], unit=PERCENT)
