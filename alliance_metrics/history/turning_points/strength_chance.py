"""Whether a gate with nothing to say, but the same persistence, would seem as strong."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from alliance_metrics.coding.arrays import Array
from alliance_metrics.history.turning_points.bedrock_strength import fit_strength, without_trend
from alliance_metrics.history.turning_points.persistence import chance_of, made_up_levels, persistence_of, refuse_gaps

_TRUE_STRENGTHS = (0.25, 0.5, 0.75, 1.0)


@dataclass(frozen=True, eq=False)
class StrengthChance:
    """A strength set beside those that unconnected gates of the same persistence give.

    Parameters
    ----------
    share
        Share of the sum of squares that the gate takes away: the statistic. [0-1]
    p_value
        How often a made-up gate, independent of all and with the gate's persistence, mean and deviation, takes away as
        much. [0-1]
    shifted
        How often the gate itself, shifted against the others by any number of years in a circle, does; never below one
        over the number of years. [0-1]
    p_trendless
        `p_value` when a straight line in time is taken from all series first. [0-1]
    typical
        Median strength that made-up gates give, so what "no gate" looks like. [0-1]
    true_strengths, power : ndarray, shape (n_strengths,)
        Strengths made up, and the share of made-up series having them whose `p_value` is at most ``1 - level``.
    persistence
        Of the gate. [-1 to 1]
    level
        One less the chance at which a strength counts as found in `power`. [0-1]
    n_years, n_simulated, studied : int
        Years; made-up gates; made-up series behind each power.
    """

    share: float
    p_value: float
    shifted: float
    p_trendless: float
    typical: float
    true_strengths: Array
    power: Array
    persistence: float
    level: float
    n_years: int
    n_simulated: int
    studied: int


def strength_chance(
    gate: Array,
    gated: Array,
    *,
    rng: np.random.Generator,
    bounded: bool = True,
    level: float = 0.95,
    n_simulated: int = 1000,
    studied: int = 200,
) -> StrengthChance:
    r"""Test a strength of 0 against gates that share nothing with the series but have the gate's persistence.

    Parameters
    ----------
    gate : ndarray, shape (n_years,)
        Score of the gating series. [0-1]
    gated : ndarray, shape (n_gated, n_years)
        Scores of the others. [0-1]
    rng
        Source of random numbers.
    bounded
        Whether scales stay within 0 and 1.
    level
        One less the chance at which a strength counts as found in the power. [0-1]
    n_simulated
        How many gates are made up.
    studied
        How many series are made up for each power; 0 leaves it out.

    Returns
    -------
    StrengthChance
        Chances, what no gate looks like, and the power.

    Raises
    ------
    ValueError
        Where a year is missing.

    Notes
    -----
    Two series that wander look gated by one another, so a test that treats years as independent nearly always finds a
    strength. Made-up gates are autoregressive of one lag with the corrected persistence, cut off at 0 and 1. Under a
    straight trend common to all, the trend itself is the gate's only likeness and no test of this kind is exact; that
    is what `p_trendless` is for. Gated series keep what they share among themselves, since only the gate is made
    up. For the power, series :math:`a_k(1 - \lambda + \lambda g)` get remainders with the residuals' persistence and
    deviation and are tested against gates made up for them.

    *How well it works*, 21 years, two gated series, noise of 0.08, persistence from 0 to 0.9, 200 sets a figure: a
    strength of 0 is found in 3% to 7% by `p_value`, 3% to 11% by `shifted`; one of 0.5 in 70% to 100%. If both
    share a straight trend and no gate, `p_value` finds one in 24% to 50% and `shifted` in 62% to 77%, `p_trendless`
    in 5% to 10%: a strength whose `p_trendless` is not small too may be a trend.
    """
    refuse_gaps(gate, "the gate")
    refuse_gaps(gated, "gated series")
    rho = float(persistence_of(gate))
    gates = _made_up_gates(gate, n_simulated, rng=rng)
    strengths, shares = fit_strength(gates, gated[np.newaxis], bounded=bounded)
    share = float(fit_strength(gate, gated, bounded=bounded)[1])
    circle = np.stack([np.roll(gate, shift) for shift in range(len(gate))])
    shifted = fit_strength(circle, gated[np.newaxis], bounded=bounded)[1]
    level_gate, level_gated = without_trend(gate), without_trend(gated)
    beside = fit_strength(
        _made_up_gates(level_gate, n_simulated, rng=rng, trend=False), level_gated[np.newaxis], bounded=bounded
    )[1]
    power = [
        _power(gate, gated, true, bounded=bounded, level=level, studied=studied, rng=rng) for true in _TRUE_STRENGTHS
    ]
    return StrengthChance(
        share=share,
        p_value=chance_of(shares, share),
        shifted=float((shifted >= share - 1e-12).mean()),
        p_trendless=chance_of(beside, float(fit_strength(level_gate, level_gated, bounded=bounded)[1])),
        typical=float(np.median(strengths)),
        true_strengths=np.array(_TRUE_STRENGTHS),
        power=np.array(power),
        persistence=rho,
        level=level,
        n_years=len(gate),
        n_simulated=n_simulated,
        studied=studied,
    )


def _made_up_gates(gate: Array, count: int, *, rng: np.random.Generator, trend: bool = True) -> Array:
    """Make up gates of a gate's persistence, mean and deviation, shape (count, n_years), with or without a trend."""
    levels = made_up_levels(np.full(count, float(persistence_of(gate))), len(gate), rng=rng)
    if not trend:
        levels = without_trend(levels)
    centred = levels - levels.mean(axis=-1, keepdims=True)
    scaled = centred / np.maximum(centred.std(axis=-1, keepdims=True), 1e-12)
    return np.asarray(np.clip(gate.mean() + gate.std() * scaled, 0.0, 1.0))


def _power(
    gate: Array,
    gated: Array,
    true: float,
    *,
    bounded: bool,
    level: float,
    studied: int,
    rng: np.random.Generator,
) -> float:
    """Give the share of made-up series of a strength that are found to have one."""
    if not studied:
        return float("nan")
    opened = 1.0 - true + true * gate
    scale = np.minimum((gated @ opened) / (opened @ opened), 1.0)
    estimate = float(fit_strength(gate, gated, bounded=bounded)[0])
    fitted = 1.0 - estimate + estimate * gate
    left = gated - ((gated @ fitted) / (fitted @ fitted))[:, np.newaxis] * fitted
    rho = np.broadcast_to(persistence_of(left), (studied, len(gated)))
    noise = left.std(axis=-1)[:, np.newaxis] * made_up_levels(rho, len(gate), rng=rng)
    series = np.clip(scale[:, np.newaxis] * opened + noise, 0.0, 1.0)
    seen = fit_strength(np.broadcast_to(gate, (studied, len(gate))), series, bounded=bounded)[1]
    gates = _made_up_gates(gate, 199, rng=rng)
    found = [
        chance_of(fit_strength(gates, one[np.newaxis], bounded=bounded)[1], float(value)) <= 1.0 - level
        for one, value in zip(series, seen, strict=True)
    ]
    return float(np.mean(found))
