"""Statements about regularities, of which the years are a sample: leads, joint changes, gates, effects of pressure."""

from __future__ import annotations

from math import log
from typing import Literal

import numpy as np

from alliance_metrics.coding.arrays import Array
from alliance_metrics.history.claims import answers
from alliance_metrics.history.condition.interaction import ConditionFit, condition_design, fit_condition
from alliance_metrics.history.condition.robust_regression import fit_many
from alliance_metrics.history.condition.shuffles import SHUFFLES, condition_power, shuffle_test
from alliance_metrics.history.turning_points import bedrock_strength
from alliance_metrics.history.turning_points.leads import NULLS, lagged_correlations, lead_lag
from alliance_metrics.history.turning_points.persistence import p_value_of, persistence_of, simulated_levels

At = Literal["high", "mean", "low"]

#: True effects for which power is given: a correlation of changes, and the strength of a gate.
TRUE_CORRELATION, TRUE_STRENGTH = 0.7, 0.5
#: True effect of pressure for which power is given: one level of the outcome over the range of pressure. [0-1]
TRUE_EFFECT = 0.25
CORRELATION, STRENGTH = "correlation", "strength"
_SIMULATED, _STUDIED_GATES, _RESAMPLES, _STUDIED = 2000, 60, 200, 200
#: Level of a one-sided test.
_ALPHA = 0.05
_TINY = 1e-12


def leads(
    series: answers.DrawnSeries, other: answers.DrawnSeries, *, most_lag: int = 3, trials: answers.Trials
) -> answers.Answer:
    """Ask whether changes of one series go before changes, the same way, of another.

    Parameters
    ----------
    series, other
        The series, of the same years.
    most_lag
        Greatest lead in either direction. [years]
    trials
        Inputs of the test.

    Returns
    -------
    Answer
        As correlation: the greatest, over leads of the one, of its changes with later changes of the other. P-value: of
        that correlation over all lags at once (`lead_lag`, the null it chooses); against: of the greatest over leads of
        the other. Power: for a true lead of a year with `TRUE_CORRELATION`.

    Notes
    -----
    Holds in a draw where the correlation farthest from zero at any lag but zero is at a lead of the one, and positive.
    """
    scores, whole = answers.whole_draws(series, other)
    _refuse_constant_changes(series, other)
    changes = np.diff(scores, axis=-1)
    seen = lagged_correlations(changes[:, 0], changes[:, 1], most_lag)
    values, holds = _leading(seen, most_lag)
    found = lead_lag(series.nominal, other.nominal, rng=trials.rng, most_lag=most_lag, n_simulated=_SIMULATED)
    estimate, nominal = _leading(found.correlation[np.newaxis], most_lag)
    p_values = found.p_value[NULLS.index(found.null)]
    sides = (slice(most_lag + 1, None), slice(0, most_lag))
    p_value, against = (_p_value_of_best(found.correlation[side], p_values[side]) for side in sides)
    far = int(found.lags[sides[0]][np.nan_to_num(found.correlation[sides[0]], nan=-1.0).argmax()])
    power = float(found.power[list(found.true_leads).index(TRUE_CORRELATION)])
    back = float(np.nan_to_num(found.correlation[sides[1]], nan=-1.0).max())
    unit = "year" if far == 1 else "years"
    both = f"{estimate[0] + 0.0:+.2f}; the other way round at most {back + 0.0:+.2f}; {found.n_years} years"
    text = f"changes of {series.name} with those of {other.name} {far} {unit} later: {both}"
    return answers.tested(
        holds,
        values,
        whole,
        nominal=(float(estimate[0]), float(nominal[0])),
        measured_in=CORRELATION,
        text=text,
        p_values=(p_value, against),
        power=power,
    )


def _refuse_constant_changes(*series: answers.DrawnSeries) -> None:
    """Refuse series whose yearly changes are all the same."""
    constant = [one.name for one in series if np.ptp(np.diff(one.nominal)) < _TINY]
    if constant:
        raise ValueError(f"changes of {', '.join(constant)} do not vary")


def _leading(seen: Array, most_lag: int) -> tuple[Array, Array]:
    """Give the greatest correlation at a lead of the first, and whether it is the farthest from zero of all."""
    known = np.asarray(~np.isnan(seen).all(axis=-1))
    lead = np.nan_to_num(seen[:, most_lag + 1 :], nan=-1.0).max(axis=-1)
    size = np.abs(np.nan_to_num(seen))
    size[:, most_lag] = 0.0
    farthest = size.argmax(axis=-1)
    positive = np.take_along_axis(np.nan_to_num(seen), farthest[:, np.newaxis], axis=-1)[:, 0] > 0
    return np.where(known, lead, np.nan), answers.held_where((farthest > most_lag) & positive, known)


def _p_value_of_best(correlation: Array, p_values: Array) -> float:
    """Give the p-value of the greatest positive correlation; 1 where there is none, NaN where none is known."""
    if np.isnan(correlation).all():
        return float("nan")
    best = int(np.nan_to_num(correlation, nan=-1.0).argmax())
    return float(p_values[best]) if correlation[best] > 0 else 1.0


def moves_with(series: answers.DrawnSeries, other: answers.DrawnSeries, *, trials: answers.Trials) -> answers.Answer:
    """Ask whether two series change the same way in the same years.

    Parameters
    ----------
    series, other
        The series, of the same years.
    trials
        Inputs of the test.

    Returns
    -------
    Answer
        As correlation: of the changes of the same year. P-value, one-sided: among pairs of series simulated
        independently, each with its own persistence. Power: for a true correlation of `TRUE_CORRELATION`.
    """
    scores, whole = answers.whole_draws(series, other)
    _refuse_constant_changes(series, other)
    changes = np.diff(scores, axis=-1)
    values = lagged_correlations(changes[:, 0], changes[:, 1], 0)[:, 0]
    pair = np.stack([series.nominal, other.nominal])
    own = np.diff(pair, axis=-1)
    seen = float(lagged_correlations(own[0], own[1], 0)[0])
    rho, n_years = persistence_of(pair), pair.shape[1]
    made = [np.diff(simulated_levels(np.full(_SIMULATED, one), n_years, rng=trials.rng), axis=-1) for one in rho]
    apart = lagged_correlations(made[0], made[1], 0)[:, 0]
    one, two = (part / part.std() for part in made)
    alike = TRUE_CORRELATION * one + np.sqrt(1.0 - TRUE_CORRELATION**2) * two
    together = lagged_correlations(made[0], alike, 0)[:, 0]
    return answers.tested(
        answers.held_where(values > 0, ~np.isnan(values)),
        values,
        whole,
        nominal=(seen, float(seen > 0)),
        measured_in=CORRELATION,
        text=f"changes of {series.name} and {other.name} in the same year: {seen + 0.0:+.2f}; {n_years} years",
        p_values=(p_value_of(apart, seen), p_value_of(-apart, -seen)),
        power=float((together > np.quantile(apart, 1.0 - _ALPHA)).mean()),
    )


def gate_above(
    gate: answers.DrawnSeries, *gated: answers.DrawnSeries, value: float = 0.0, trials: answers.Trials
) -> answers.Answer:
    """Ask whether one series lets others count only as far as it goes itself, more strongly than a value.

    Parameters
    ----------
    gate, *gated
        The series, of the same years.
    value
        The strength. [0-1]
    trials
        Inputs of the test.

    Returns
    -------
    Answer
        As strength: see `estimate_strength`. P-value: the greatest of those of `strength_test`, with and without a
        straight trend, and, for a value above 0, that of the profile likelihood; against: that of the profile for a
        strength above the value, none for 0. Power: for a strength of `TRUE_STRENGTH`.
    """
    scores, whole = answers.whole_draws(gate, *gated)
    fit = bedrock_strength.fit_strength
    values = answers.in_pieces(lambda piece: fit(piece[:, 0] / 100.0, piece[:, 1:] / 100.0)[0], scores)
    own, others = gate.nominal / 100.0, np.stack([one.nominal for one in gated]) / 100.0
    found = bedrock_strength.estimate_strength(own, others, rng=trials.rng, resamples=_RESAMPLES)
    test = bedrock_strength.strength_test(own, others, rng=trials.rng, studied=_STUDIED_GATES)
    over, under = _profile_p_values(found, len(gated), value)
    p_value = max(test.p_value, test.p_trendless)
    text = (
        f"strength {found.estimate:.2f} [{found.profile_lower:.2f}-{found.profile_upper:.2f}] of {gate.name} over "
        f"{' and '.join(one.name for one in gated)} in {answers.format_span(gate.span)}; "
        f"without trend {found.trendless:.2f}"
    )
    return answers.tested(
        (values > value).astype(np.float64),
        values,
        whole,
        nominal=(found.estimate, float(found.estimate > value)),
        measured_in=STRENGTH,
        text=text,
        p_values=(max(p_value, over), under) if value > 0 else (p_value, float("nan")),
        power=float(test.power[list(test.true_strengths).index(TRUE_STRENGTH)]),
    )


def _profile_p_values(found: bedrock_strength.Strength, n_gated: int, value: float) -> tuple[float, float]:
    """Give the one-sided p-values, by the profile likelihood, for a strength above, and not above, a value."""
    from scipy.stats import f

    kept = (1.0 - max(found.persistence, 0.0)) / (1.0 + max(found.persistence, 0.0))
    count = max(n_gated * found.n_years * kept, n_gated + 2.0)
    at = found.profile[int(np.argmin(np.abs(bedrock_strength.GRID - value)))]
    ratio = count * log(max(at, _TINY) / max(float(found.profile.min()), _TINY))
    half = 0.5 * float(f.sf(max(ratio, 0.0), 1, count - n_gated - 1))
    return (half, 1.0 - half) if found.estimate > value else (1.0 - half, half)


def effect_grows(
    outcome: answers.DrawnSeries,
    pressure: answers.DrawnSeries,
    condition: answers.DrawnSeries,
    *,
    trials: answers.Trials,
) -> answers.Answer:
    """Ask whether the effect of pressure on an outcome grows with a condition.

    Parameters
    ----------
    outcome, pressure, condition
        The series, of the same years.
    trials
        Inputs of the test.

    Returns
    -------
    Answer
        In points: how much more the whole range of pressure raises the outcome at the greatest than at the least
        condition of the record (`fit_condition`). P-value, one-sided: circular shifts of the residuals without the
        interaction (`shuffle_test`). Power: for a true growth of `TRUE_EFFECT`.
    """
    outcome, pressure, condition = answers.without_open_ends(outcome, pressure, condition)
    scores, whole = answers.whole_draws(outcome, pressure, condition)
    own = _nominal_parts(outcome, pressure, condition)

    def growth(parts: Array) -> Array:
        slope = _fitted(parts).interaction
        return np.asarray(100.0 * slope * np.ptp(parts[..., 1, :], axis=-1) * np.ptp(parts[..., 2, :], axis=-1))

    values, estimate = answers.in_pieces(lambda piece: growth(piece / 100.0), scores), float(growth(own))
    place = SHUFFLES.index("remainder")
    p_values = [shuffle_test(sign * own[0], own[1], own[2], rng=trials.rng).p_above[place] for sign in (1.0, -1.0)]
    size = np.array([TRUE_EFFECT / (np.ptp(own[1]) * np.ptp(own[2]))])
    two_sided = 1.0 - 2.0 * _ALPHA
    power = condition_power(own[0], own[1], own[2], effects=size, rng=trials.rng, level=two_sided, studied=_STUDIED)
    return answers.tested(
        answers.held_where(values > 0, ~np.isnan(values)),
        values,
        whole,
        nominal=(estimate, float(estimate > 0)),
        measured_in=answers.POINTS,
        text=f"from least to greatest {condition.name} the effect of the range of {pressure.name} on {outcome.name} "
        f"changes by {answers.format_points(estimate)} points in {answers.format_span(outcome.span)}",
        p_values=(float(p_values[0]), float(p_values[1])),
        power=float(power[0, place]),
    )


def effect_positive(
    outcome: answers.DrawnSeries,
    pressure: answers.DrawnSeries,
    condition: answers.DrawnSeries,
    *,
    at: At = "mean",
    trials: answers.Trials,
) -> answers.Answer:
    """Ask whether pressure raises an outcome where a condition is high, low, or as it is on average.

    Parameters
    ----------
    outcome, pressure, condition
        The series, of the same years.
    at
        At the greatest, mean or least condition of the record.
    trials
        Inputs of the test.

    Returns
    -------
    Answer
        In points: how much the whole range of pressure raises the outcome there. P-value, one-sided: all circular
        shifts of pressure, by the t value, so never below one over the number of years. Power: for a true effect of
        `TRUE_EFFECT`, alike at every condition.
    """
    outcome, pressure, condition = answers.without_open_ends(outcome, pressure, condition)
    scores, whole = answers.whole_draws(outcome, pressure, condition)
    own = _nominal_parts(outcome, pressure, condition)

    def raised(parts: Array) -> Array:
        return np.asarray(100.0 * _effect(parts, at)[0] * np.ptp(parts[..., 1, :], axis=-1))

    values, estimate = answers.in_pieces(lambda piece: raised(piece / 100.0), scores), float(raised(own))
    where = {"high": "the greatest", "mean": "the mean", "low": "the least"}[at]
    reversed_outcome = own * np.array([[-1.0], [1.0], [1.0]])
    return answers.tested(
        answers.held_where(values > 0, ~np.isnan(values)),
        values,
        whole,
        nominal=(estimate, float(estimate > 0)),
        measured_in=answers.POINTS,
        text=f"at {where} {condition.name} the range of {pressure.name} changes {outcome.name} by "
        f"{answers.format_points(estimate)} points in {answers.format_span(outcome.span)}",
        p_values=(float(_shift_p_value(own, at)), float(_shift_p_value(reversed_outcome, at))),
        power=_effect_power(own, at, trials),
    )


def _nominal_parts(*series: answers.DrawnSeries) -> Array:
    """Stack nominal scores, shape (n_series, n_years); refuse series that do not vary."""
    own = np.stack([one.nominal for one in series]) / 100.0
    constant = [one.name for one, row in zip(series, own, strict=True) if np.ptp(row) < 1e-9]
    if constant:
        raise ValueError(f"{', '.join(constant)} does not vary")
    return own


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


def _shift_p_value(parts: Array, at: At) -> Array:
    """Give the share of circular shifts of pressure with a t value as high, shape (...)."""
    n = parts.shape[-1]
    seen = _effect(parts, at)[1]
    above = np.zeros(seen.shape)
    for shift in range(n):
        moved = parts.copy()
        moved[..., 1, :] = np.roll(parts[..., 1, :], shift, axis=-1)
        above += _effect(moved, at)[1] >= seen - 1e-9
    return np.asarray(above / n)


def _effect_power(own: Array, at: At, trials: answers.Trials) -> float:
    """Give the share of simulated outcomes with a true effect in which the shifts find it."""
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
    return float((_shift_p_value(parts, at) <= _ALPHA + 1e-9).mean())
