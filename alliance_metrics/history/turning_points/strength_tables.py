"""How strongly one component gates the pillars, how significantly, and what is not identified: the tables."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from alliance_metrics.coding.arrays import Array
from alliance_metrics.coding.panel import IndicatorPanel
from alliance_metrics.errors import SpecError
from alliance_metrics.history.turning_points import bedrock_strength
from alliance_metrics.index.plan import nominal_scores, plan_index
from alliance_metrics.results.collected import Skipped
from alliance_metrics.study.complete_series import (
    CompleteSeries,
    Row,
    complete_series,
    longest_run,
    record_gaps,
    scored_components,
    try_step,
)
from alliance_metrics.study.drawn_study import DrawnStudy, Trajectory
from alliance_metrics.uncertainty.comparisons import tails_of

_ROUNDING = 1e-5  # of single precision: scores beyond 0 and 1 by less are brought back
_STUDIED = 100  # simulated series behind each power
#: True strength whose power stands beside every test.
STATED_STRENGTH = 0.5


def gated_pillars(drawn: DrawnStudy, gate: str) -> tuple[str, ...]:
    """List the pillars that a component may gate: all but itself and the one it belongs to.

    Parameters
    ----------
    drawn
        The study.
    gate
        Id of the gate.

    Returns
    -------
    tuple of str
        Ids of pillars.
    """
    parents = {one.id: one.parent for one in drawn.study.plan.hierarchy.components}
    line = {gate}
    while gate := parents.get(gate, ""):
        line.add(gate)
    return tuple(name for name in drawn.pillars if name not in line)


def strength_tables(
    drawn: DrawnStudy, trajectory: Trajectory, gate: str, *, skipped: Skipped
) -> Mapping[str, list[Row]]:
    """Estimate how far the pillars count only as the gate lets them, and test it.

    Parameters
    ----------
    drawn
        The study.
    trajectory
        The years.
    gate
        Id of the gate, known.
    skipped
        Lists what could not be done.

    Returns
    -------
    dict of str to list
        Rows by table but for those by coder, without unit and era.
    """
    step = f"{trajectory.name}: strength of {gate}"
    gated = scored_components(drawn, gated_pillars(drawn, gate), trajectory)
    if not gated:
        skipped.skip(step, "no pillar that it could gate has scores")
        return {}
    series = complete_series(drawn, (gate, *gated), trajectory)
    record_gaps(f"strength of {gate}", series, trajectory, skipped=skipped)
    if not series.n_years:
        return {}
    names = (trajectory.unit, trajectory.era)
    nominal = _held(series.nominal)
    found = try_step(
        step,
        lambda: bedrock_strength.estimate_strength(
            nominal[0], nominal[1:], rng=drawn.stream("turning_points", "strength", *names), level=drawn.level
        ),
        skipped=skipped,
    )
    if found is None:
        return {}
    p_value = bedrock_strength.strength_test(
        nominal[0], nominal[1:], rng=drawn.stream("turning_points", "strength_chance", *names), studied=_STUDIED
    )
    scales = [
        {"component": gate, "other": name, "estimate": scale} for name, scale in zip(gated, found.scale, strict=True)
    ]
    return {
        "strength": [{"component": gate, **_estimated(found, series, level=drawn.level)}],
        "strength_scales": scales,
        **_tested(p_value, gate),
    }


def _held(scores: Array) -> Array:
    """Bring back what rounding alone put beyond 0 and 1."""
    near = (scores > -_ROUNDING) & (scores < 1.0 + _ROUNDING)
    return np.where(near, np.clip(scores, 0.0, 1.0), scores)


def _estimated(found: bedrock_strength.Strength, series: CompleteSeries, *, level: float) -> Row:
    quantiles = np.full(3, np.nan)
    if len(series.draws):
        draws = _held(series.draws)
        fits = bedrock_strength.fit_strength(draws[:, 0], draws[:, 1:])[0]
        quantiles = np.quantile(fits, tails_of(level))
    return {
        "estimate": found.estimate,
        "lower": found.profile_lower,
        "upper": found.profile_upper,
        "confidence": found.level,
        **{f"drawn_{end}": value for end, value in zip(("lower", "median", "upper"), quantiles.tolist(), strict=True)},
        **{
            name: getattr(found, name)
            for name in ("bootstrap_lower", "bootstrap_upper", "share", "trendless", "trendless_share")
        },
        **{name: getattr(found, name) for name in ("gate_range", "persistence", "n_years", "resamples")},
        "draws": len(series.draws),
    }


def _tested(found: bedrock_strength.StrengthTest, gate: str) -> dict[str, list[Row]]:
    row = {
        "component": gate,
        **{name: getattr(found, name) for name in ("share", "p_value", "shifted", "p_trendless", "typical")},
        "p_adjusted": np.nan,
        "power": float(np.interp(STATED_STRENGTH, found.true_strengths, found.power)),
        "true_strength": STATED_STRENGTH,
        "test_level": 1.0 - found.level,
        **{name: getattr(found, name) for name in ("persistence", "n_years", "n_simulated")},
    }
    powers = [
        {
            "component": gate,
            "true_strength": true,
            "power": power,
            "n_years": found.n_years,
            "n_simulated": found.studied,
        }
        for true, power in zip(found.true_strengths.tolist(), found.power.tolist(), strict=True)
    ]
    return {"strength_tests": [row], "strength_power": powers}


def strength_by_coders(drawn: DrawnStudy, gate: str, *, skipped: Skipped) -> list[Row]:
    """Fit the strength with the gate as one coder scores it and the gated pillars as another does.

    A bias of one coder in one year moves all that this coder scores together and looks like a gate; it does not move
    what another coder scores.

    Parameters
    ----------
    drawn
        The study.
    gate
        Id of the gate, known.
    skipped
        Lists what could not be done.

    Returns
    -------
    list of dict
        Rows of ``strength_coders``: one a trajectory and pair of coders, each coder with themselves included.
    """
    panel, spec = drawn.study.panel, drawn.study.spec
    step = f"strength of {gate} by coders"
    if len(panel.coders) < 2 or spec.combine == "model":
        one = len(panel.coders) < 2
        skipped.skip(step, "there is one coder" if one else "a model of coders takes the place of each")
        return []
    places = [drawn.draws.components.index(name) for name in (gate, *gated_pillars(drawn, gate))]
    scores: list[Array] = []
    try:
        for place, coder in enumerate(panel.coders):
            arrays = (getattr(panel, name)[[place]] for name in ("score", "low", "high"))
            alone = IndicatorPanel(panel.units, panel.indicators, (coder,), *arrays)
            scores.append(nominal_scores(plan_index(alone, spec))[places])
    except SpecError as error:
        skipped.skip(step, "; ".join(f"{fault.what}: {fault.found}" for fault in error.faults))
        return []
    return [
        {panel.unit: one.unit, "era": one.era, "component": gate, **row}
        for one in drawn.trajectories
        for row in _crossed(np.stack(scores)[:, :, one.rows], one, panel.coders)
    ]


def _crossed(scores: Array, trajectory: Trajectory, coders: tuple[str, ...]) -> list[Row]:
    """Fit every pair of coders in the years that all coders scored."""
    scored = np.asarray(np.isfinite(scores).any(axis=(0, 2)))
    if not scored[0] or not scored[1:].any():
        return []
    kept = longest_run(trajectory.years, np.asarray(np.isfinite(scores[:, scored]).all(axis=(0, 1))))
    held = _held(scores[:, scored][..., kept])
    if held.shape[-1] < 6 or held.min() < 0.0 or held.max() > 1.0:
        return []
    rows: list[Row] = []
    for i, gate_coder in enumerate(coders):
        for j, gated_coder in enumerate(coders):
            estimate, share = bedrock_strength.fit_strength(held[i, 0], held[j, 1:])
            key = {"gate_coder": gate_coder, "gated_coder": gated_coder}
            rows.append({**key, "estimate": float(estimate), "share": float(share), "n_years": held.shape[-1]})
    return rows


def not_identified_table(drawn: DrawnStudy, gate: str | None) -> list[Row]:
    """List what these years cannot identify, however many draws there are.

    Parameters
    ----------
    drawn
        The study.
    gate
        Id of the gate; None where there is none.

    Returns
    -------
    list of dict
        Rows of ``not_identified``.
    """
    coders = drawn.study.panel.coders
    shared = "one coder" if len(coders) == 1 else f"the same {len(coders)} coders"
    rows = [
        ("break", "a break and a slide of a few years differ too little to be told apart in so few years"),
        ("order", "turns in the same calendar year have no order: the codings are yearly"),
        ("lead", "what moves all parts a year apart looks like a lead, and a lead shows no cause"),
    ]
    if gate:
        rows += [
            (f"strength of {gate}", "a cause that moves gate and gated alike gives the same years as a gate does"),
            (f"strength of {gate}", f"{shared} scored gate and gated, and their leanings in a year look like a gate"),
            (f"strength of {gate}", "a gated part that moves the gate fits as well: the years have no direction"),
            (
                f"strength of {gate}",
                "full strength with a low scale and less with a higher differ only as far as the gate varies",
            ),
        ]
    return [{"subject": subject, "cause": cause} for subject, cause in rows]
