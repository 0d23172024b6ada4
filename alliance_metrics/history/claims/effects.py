"""Statements about pressure from outside: that it raises something, and the more the greater a condition."""

from __future__ import annotations

from typing import Literal

import numpy as np

from alliance_metrics.coding.arrays import Array
from alliance_metrics.history.claims.answers import (
    POINTS,
    Answer,
    DrawnSeries,
    Trials,
    held_where,
    spread_out,
    told_points,
    told_span,
    whole_draws,
)
from alliance_metrics.history.condition.interaction import ConditionFit, condition_design, fit_condition
from alliance_metrics.history.condition.robust_regression import fit_many
from alliance_metrics.history.condition.shuffles import SHUFFLES, condition_power, shuffle_test
from alliance_metrics.history.turning_points.persistence import persistence_of, simulated_levels

At = Literal["high", "mean", "low"]

TRUE_EFFECT = 0.25
"""Size of the true effect for which the power is told: one level of the outcome over the range of pressure. [0-1]"""
_PIECE = 1000  # draws at a time
_STUDIED = 200
_LEVEL = 0.90  # of a two-sided test: one in twenty on either side


def effect_grows(outcome: DrawnSeries, pressure: DrawnSeries, condition: DrawnSeries, *, trials: Trials) -> Answer:
    """Ask whether the effect of pressure on an outcome grows with a condition.

    Parameters
    ----------
    outcome, pressure, condition
        The series, of the same years.
    trials
        What the test needs.

    Returns
    -------
    Answer
        In points: how much more the whole range of pressure raises the outcome at the greatest than at the least
        condition of the record (`fit_condition`). Chance, one-sided: circular shifts of what is left without the
        interaction (`shuffle_test`). Power: for a true growth of `TRUE_EFFECT`.
    """
    scores, whole = whole_draws(outcome, pressure, condition)
    own = np.stack([outcome.nominal, pressure.nominal, condition.nominal]) / 100.0
    _refuse_still(own, (outcome, pressure, condition))

    def growth(parts: Array) -> Array:
        slope = _fitted(parts).interaction
        return np.asarray(100.0 * slope * np.ptp(parts[..., 1, :], axis=-1) * np.ptp(parts[..., 2, :], axis=-1))

    values = np.concatenate([growth(piece) for piece in _pieces(scores)])
    estimate = float(growth(own))
    ranges = float(np.ptp(own[1]) * np.ptp(own[2]))
    place = SHUFFLES.index("remainder")
    chances = [
        float(shuffle_test(sign * own[0], own[1], own[2], rng=trials.rng).p_above[place]) for sign in (1.0, -1.0)
    ]
    size = np.array([TRUE_EFFECT / ranges])
    power = condition_power(own[0], own[1], own[2], effects=size, rng=trials.rng, level=_LEVEL, studied=_STUDIED)
    text = (
        f"from least to greatest {condition.name} the effect of the range of {pressure.name} on {outcome.name} changes "
        f"by {told_points(estimate)} points in {told_span(outcome.span)}"
    )
    return Answer(
        spread_out(held_where(values > 0, ~np.isnan(values)), whole),
        spread_out(values, whole),
        float(estimate > 0),
        estimate,
        POINTS,
        text,
        chances[0],
        chances[1],
        float(power[0, place]),
    )


def effect_positive(
    outcome: DrawnSeries, pressure: DrawnSeries, condition: DrawnSeries, *, at: At = "mean", trials: Trials
) -> Answer:
    """Ask whether pressure raises an outcome where a condition is high, low, or as it is on average.

    Parameters
    ----------
    outcome, pressure, condition
        The series, of the same years.
    at
        At the greatest, mean or least condition of the record.
    trials
        What the test needs.

    Returns
    -------
    Answer
        In points: how much the whole range of pressure raises the outcome there. Chance, one-sided: all circular shifts
        of pressure, by the t value, so never below one over the number of years. Power: for a true effect of
        `TRUE_EFFECT`, alike at every condition.
    """
    scores, whole = whole_draws(outcome, pressure, condition)
    own = np.stack([outcome.nominal, pressure.nominal, condition.nominal]) / 100.0
    _refuse_still(own, (outcome, pressure, condition))

    def raised(parts: Array) -> Array:
        return np.asarray(100.0 * _effect(parts, at)[0] * np.ptp(parts[..., 1, :], axis=-1))

    values = np.concatenate([raised(piece) for piece in _pieces(scores)])
    estimate = float(raised(own))
    chances = [float(_shift_chance(own * np.array([[sign], [1.0], [1.0]]), at)) for sign in (1.0, -1.0)]
    where = {"high": "the greatest", "mean": "the mean", "low": "the least"}[at]
    text = (
        f"at {where} {condition.name} the range of {pressure.name} changes {outcome.name} by {told_points(estimate)} "
        f"points in {told_span(outcome.span)}"
    )
    return Answer(
        spread_out(held_where(values > 0, ~np.isnan(values)), whole),
        spread_out(values, whole),
        float(estimate > 0),
        estimate,
        POINTS,
        text,
        chances[0],
        chances[1],
        _effect_power(own, at, trials),
    )


def _pieces(scores: Array) -> list[Array]:
    return [scores[start : start + _PIECE] / 100.0 for start in range(0, len(scores), _PIECE)]


def _refuse_still(own: Array, series: tuple[DrawnSeries, ...]) -> None:
    still = [one.name for one, row in zip(series, own, strict=True) if np.ptp(row) < 1e-9]
    if still:
        raise ValueError(f"{', '.join(still)} does not vary")


def _fitted(parts: Array) -> ConditionFit:
    return fit_condition(parts[..., 0, :], parts[..., 1, :], parts[..., 2, :])


def _effect(parts: Array, at: At) -> tuple[Array, Array]:
    """Give the effect of one unit of pressure, and its t value by errors robust against unequal variances."""
    found = _fitted(parts)
    condition = parts[..., 2, :]
    value = {"high": condition.max(axis=-1), "mean": condition.mean(axis=-1), "low": condition.min(axis=-1)}[at]
    one, three = found.names.index("pressure"), found.names.index("interaction")
    coefficients, spread = found.fit.coefficients, found.fit.hc3
    effect = coefficients[..., one] + value * coefficients[..., three]
    variance = spread[..., one, one] + 2.0 * value * spread[..., one, three] + value**2 * spread[..., three, three]
    error = np.sqrt(np.maximum(variance, 0.0))
    return effect, np.divide(effect, error, out=np.zeros(effect.shape), where=error > 1e-12)


def _shift_chance(parts: Array, at: At) -> Array:
    """Give the share of circular shifts of pressure with a t value as high, shape (...)."""
    n = parts.shape[-1]
    seen = _effect(parts, at)[1]
    above = np.zeros(seen.shape)
    for shift in range(n):
        moved = parts.copy()
        moved[..., 1, :] = np.roll(parts[..., 1, :], shift, axis=-1)
        above += _effect(moved, at)[1] >= seen - 1e-9
    return np.asarray(above / n)


def _effect_power(own: Array, at: At, trials: Trials) -> float:
    """Give the share of made-up outcomes with a true effect in which the shifts find it."""
    n = own.shape[-1]
    outcome, pressure, condition = own
    design, _ = condition_design(pressure, condition, np.zeros(n, dtype=np.intp))
    left = fit_many(design, outcome).residuals
    spread = left.std() * np.sqrt(n / (n - design.shape[-1]))
    noise = spread * simulated_levels(np.full(_STUDIED, float(persistence_of(left))), n, rng=trials.rng)
    plain = np.column_stack([np.ones(n), condition])
    basis = np.linalg.qr(plain)[0]
    made = basis @ (basis.T @ outcome) + TRUE_EFFECT * (pressure - pressure.mean()) / np.ptp(pressure) + noise
    parts = np.stack([made, np.broadcast_to(pressure, made.shape), np.broadcast_to(condition, made.shape)], axis=1)
    return float((_shift_chance(parts, at) <= (1.0 - _LEVEL) / 2.0 + 1e-9).mean())
