"""Statements about regularities, of which the years are a sample: one series leads, moves with, or gates others."""

from __future__ import annotations

from math import log

import numpy as np

from alliance_metrics.coding.arrays import Array
from alliance_metrics.history.claims.answers import (
    Answer,
    DrawnSeries,
    Trials,
    held_where,
    spread_out,
    told_span,
    whole_draws,
)
from alliance_metrics.history.turning_points.bedrock_strength import (
    GRID,
    Strength,
    estimate_strength,
    fit_strength,
    strength_test,
)
from alliance_metrics.history.turning_points.leads import NULLS, lagged_correlations, lead_lag
from alliance_metrics.history.turning_points.persistence import p_value_of, persistence_of, simulated_levels

TRUE_CORRELATION, TRUE_STRENGTH = 0.7, 0.5
"""Sizes of the true effects for which the power is told: a correlation of changes, the strength of a gate."""
CORRELATION, STRENGTH = "correlation", "strength"
_MADE_UP, _STUDIED, _RESAMPLES = 2000, 60, 200
_LEVEL = 0.95
_PIECE = 1000  # draws at a time
_TINY = 1e-12


def leads(series: DrawnSeries, other: DrawnSeries, *, most_lag: int = 3, trials: Trials) -> Answer:
    """Ask whether changes of one series go before changes, the same way, of another.

    Parameters
    ----------
    series, other
        The series, of the same years.
    most_lag
        Greatest lead either way. [years]
    trials
        What the test needs.

    Returns
    -------
    Answer
        As correlation: the greatest, over leads of the one, of its changes with later changes of the other. Chance: of
        that correlation over all lags at once (`lead_lag`, the null it chooses); against: of the greatest over leads of
        the other. Power: for a true lead of a year with `TRUE_CORRELATION`.

    Notes
    -----
    Holds in a draw where the correlation farthest from zero at any lag but zero is at a lead of the one, and positive.
    """
    scores, whole = whole_draws(series, other)
    _refuse_still(series, other)
    changes = np.diff(scores, axis=-1)
    seen = lagged_correlations(changes[:, 0], changes[:, 1], most_lag)
    values, holds = _leading(seen, most_lag)
    found = lead_lag(series.nominal, other.nominal, rng=trials.rng, most_lag=most_lag, n_simulated=_MADE_UP)
    estimate, nominal = _leading(found.correlation[np.newaxis], most_lag)
    chances = found.p_value[NULLS.index(found.null)]
    sides = (slice(most_lag + 1, None), slice(0, most_lag))
    p_value, against = (_chance_of_best(found.correlation[side], chances[side]) for side in sides)
    far = int(found.lags[sides[0]][np.nan_to_num(found.correlation[sides[0]], nan=-1.0).argmax()])
    power = float(found.power[list(found.true_leads).index(TRUE_CORRELATION)])
    back = float(np.nan_to_num(found.correlation[sides[1]], nan=-1.0).max())
    unit = "year" if far == 1 else "years"
    text = (
        f"changes of {series.name} with those of {other.name} {far} {unit} later: {_told(estimate[0])}; the other way "
        f"round at most {_told(back)}; {found.n_years} years"
    )
    return Answer(
        spread_out(holds, whole),
        spread_out(values, whole),
        float(nominal[0]),
        float(estimate[0]),
        CORRELATION,
        text,
        p_value,
        against,
        power,
    )


def _refuse_still(*series: DrawnSeries) -> None:
    """Refuse series whose yearly changes are all the same."""
    still = [one.name for one in series if np.ptp(np.diff(one.nominal)) < _TINY]
    if still:
        raise ValueError(f"changes of {', '.join(still)} do not vary")


def _leading(seen: Array, most_lag: int) -> tuple[Array, Array]:
    """Give the greatest correlation at a lead of the first, and whether it is the farthest from zero of all."""
    known = np.asarray(~np.isnan(seen).all(axis=-1))
    lead = np.nan_to_num(seen[:, most_lag + 1 :], nan=-1.0).max(axis=-1)
    size = np.abs(np.nan_to_num(seen))
    size[:, most_lag] = 0.0
    farthest = size.argmax(axis=-1)
    positive = np.take_along_axis(np.nan_to_num(seen), farthest[:, np.newaxis], axis=-1)[:, 0] > 0
    return np.where(known, lead, np.nan), held_where((farthest > most_lag) & positive, known)


def _chance_of_best(correlation: Array, chances: Array) -> float:
    """Give the chance of the greatest positive correlation; 1 where there is none, NaN where none is known."""
    if np.isnan(correlation).all():
        return float("nan")
    best = int(np.nan_to_num(correlation, nan=-1.0).argmax())
    return float(chances[best]) if correlation[best] > 0 else 1.0


def moves_with(series: DrawnSeries, other: DrawnSeries, *, trials: Trials) -> Answer:
    """Ask whether two series change the same way in the same years.

    Parameters
    ----------
    series, other
        The series, of the same years.
    trials
        What the test needs.

    Returns
    -------
    Answer
        As correlation: of the changes of the same year. Chance, one-sided: among pairs of series made up apart, each
        with its own persistence. Power: for a true correlation of `TRUE_CORRELATION`.
    """
    scores, whole = whole_draws(series, other)
    _refuse_still(series, other)
    changes = np.diff(scores, axis=-1)
    values = lagged_correlations(changes[:, 0], changes[:, 1], 0)[:, 0]
    pair = np.stack([series.nominal, other.nominal])
    own = np.diff(pair, axis=-1)
    seen = float(lagged_correlations(own[0], own[1], 0)[0])
    rho, n_years = persistence_of(pair), pair.shape[1]
    made = [np.diff(simulated_levels(np.full(_MADE_UP, one), n_years, rng=trials.rng), axis=-1) for one in rho]
    apart = lagged_correlations(made[0], made[1], 0)[:, 0]
    alike = TRUE_CORRELATION * _standard(made[0]) + np.sqrt(1.0 - TRUE_CORRELATION**2) * _standard(made[1])
    together = lagged_correlations(made[0], alike, 0)[:, 0]
    return Answer(
        spread_out(held_where(values > 0, ~np.isnan(values)), whole),
        spread_out(values, whole),
        float(seen > 0),
        seen,
        CORRELATION,
        f"changes of {series.name} and {other.name} in the same year: {_told(seen)}; {n_years} years",
        p_value_of(apart, seen),
        p_value_of(-apart, -seen),
        float((together > np.quantile(apart, _LEVEL)).mean()),
    )


def _standard(changes: Array) -> Array:
    return np.asarray(changes / changes.std())


def gate_above(gate: DrawnSeries, *gated: DrawnSeries, value: float = 0.0, trials: Trials) -> Answer:
    """Ask whether one series lets others count only as far as it goes itself, more strongly than a value.

    Parameters
    ----------
    gate, *gated
        The series, of the same years.
    value
        The strength. [0-1]
    trials
        What the test needs.

    Returns
    -------
    Answer
        As strength: see `estimate_strength`. Chance: the greatest of that of `strength_test`, with and without a
        straight trend, and, for a value above 0, that of a strength so low by its profile likelihood; against: that of
        a strength above the value by the profile, none for 0. Power: for a strength of `TRUE_STRENGTH`.
    """
    scores, whole = whole_draws(gate, *gated)
    pieces = [scores[start : start + _PIECE] / 100.0 for start in range(0, len(scores), _PIECE)]
    values = np.concatenate([fit_strength(piece[:, 0], piece[:, 1:])[0] for piece in pieces])
    own, others = gate.nominal / 100.0, np.stack([one.nominal for one in gated]) / 100.0
    found = estimate_strength(own, others, rng=trials.rng, resamples=_RESAMPLES)
    tested = strength_test(own, others, rng=trials.rng, studied=_STUDIED)
    over, under = _profile_chances(found, len(gated), value)
    p_value = max(tested.p_value, tested.p_trendless)
    text = (
        f"strength {found.estimate:.2f} [{found.profile_lower:.2f}-{found.profile_upper:.2f}] of {gate.name} over "
        f"{' and '.join(one.name for one in gated)} in {told_span(gate.span)}; without trend {found.trendless:.2f}"
    )
    return Answer(
        spread_out((values > value).astype(np.float64), whole),
        spread_out(values, whole),
        float(found.estimate > value),
        found.estimate,
        STRENGTH,
        text,
        max(p_value, over) if value > 0 else p_value,
        under if value > 0 else float("nan"),
        float(tested.power[list(tested.true_strengths).index(TRUE_STRENGTH)]),
    )


def _profile_chances(found: Strength, n_gated: int, value: float) -> tuple[float, float]:
    """Give the one-sided chances, by the profile likelihood, that the strength is not above, and is above, a value."""
    from scipy.stats import f

    kept = (1.0 - max(found.persistence, 0.0)) / (1.0 + max(found.persistence, 0.0))
    count = max(n_gated * found.n_years * kept, n_gated + 2.0)
    at = found.profile[int(np.argmin(np.abs(GRID - value)))]
    ratio = count * log(max(at, _TINY) / max(float(found.profile.min()), _TINY))
    half = 0.5 * float(f.sf(max(ratio, 0.0), 1, count - n_gated - 1))
    return (half, 1.0 - half) if found.estimate > value else (1.0 - half, half)


def _told(correlation: float) -> str:
    return f"{correlation + 0.0:+.2f}"
