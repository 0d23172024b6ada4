"""Sensitivity analysis: what drives each output, and which weights and levels would change the order of years."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Literal

import numpy as np
import pandas as pd

from alliance_metrics.coding.arrays import Array
from alliance_metrics.errors import ConfigError, Fault, SpecError
from alliance_metrics.index.hierarchy import TIERS
from alliance_metrics.index.plan import nominal_scores
from alliance_metrics.index.rescaling import SCALE
from alliance_metrics.results.collected import Collected
from alliance_metrics.results.tidy_result import TidyResult
from alliance_metrics.sensitivity.drivers import Driven, drivers
from alliance_metrics.sensitivity.outputs import Output, add_failure, parse_outputs, rows_about
from alliance_metrics.sensitivity.sobol import lmg_shares
from alliance_metrics.sensitivity.weight_tables import add_weight_tables
from alliance_metrics.study.drawn_study import references_left_out
from alliance_metrics.study.score import record_of
from alliance_metrics.study.study import Study
from alliance_metrics.uncertainty.draws import draw_index
from alliance_metrics.uncertainty.robustness import left_out, ranks_of, scores_of

EFFECTS: tuple[Literal["first", "total", "shapley"], ...] = ("first", "total", "shapley")


def analyse_sensitivity(
    study: Study, *, outputs: tuple[str, ...] = (), progress: Callable[[float], None] | None = None
) -> TidyResult:
    """Find what drives a study's outputs.

    Parameters
    ----------
    study
        As `open_study` gives it.
    outputs
        Names of outputs, written as in `FORMS`; those of the configuration where empty.
    progress
        Called now and then with the share of the work done. [0-1]

    Returns
    -------
    TidyResult
        The tables.

    Raises
    ------
    ConfigError
        Where an output is not one.
    """
    section = study.config.sensitivity
    asked = asked_outputs(study, outputs)
    found = Collected("sensitivity", key=study.panel.unit)
    driven = drivers(
        study.plan,
        study.config.to_uncertainty(),
        asked,
        bases=section.bases,
        replicates=section.replicates,
        progress=progress,
    )
    for cause, runs in driven.causes.items():
        add_failure(found, "drivers", cause, runs=runs)
    if len(study.panel.coders) == 1 and "coder_choice" in driven.inputs:
        add_failure(found, "coder_choice", "how far one coder lies from others is unknown, and taken for 0")
    found.add("outputs", _output_table(study, asked, driven))
    _add_effects(study, asked, driven, found)
    add_parts(study, asked, found)
    _add_left_out(study, found)
    add_weight_tables(study, asked, found)
    names = {"outputs": [one.name for one in asked], "inputs": list(driven.inputs), "runs": driven.runs}
    return found.result({**record_of(study), **names})


def asked_outputs(study: Study, outputs: tuple[str, ...] = ()) -> list[Output]:
    """Read the names of the outputs.

    Parameters
    ----------
    study
        The study.
    outputs
        Names; those of the configuration where empty.

    Returns
    -------
    list of Output
        The outputs.

    Raises
    ------
    ConfigError
        Listing every name that cannot be read, or where nothing is uncertain.
    """
    if not study.config.uncertainty.inputs:
        what, allowed = "nothing is uncertain, so nothing drives anything", "one or more uncertain inputs"
        place = f"configuration '{study.config.name}'"
        raise ConfigError([Fault(place, what, "inputs = []", allowed, "name some", column="uncertainty.inputs")])
    try:
        texts = map(study.names.text, outputs or study.config.sensitivity.outputs)
        return parse_outputs(texts, study.plan, left_out=references_left_out(study))
    except SpecError as error:
        raise ConfigError(error.faults) from error


def _output_table(study: Study, outputs: list[Output], driven: Driven) -> pd.DataFrame:
    effects, scores = driven.effects[-1], nominal_scores(study.plan)[..., np.newaxis]
    components = study.plan.hierarchy.components
    still = np.isnan(effects.shapley).any(axis=0)
    chief = np.where(still, 0, np.nan_to_num(effects.shapley).argmax(axis=0))
    valid = effects.bases * effects.replicates - driven.failed
    counted = effects.variance * effects.bases * effects.replicates / np.maximum(valid, 1)
    mean = effects.mean * effects.bases * effects.replicates / np.maximum(valid, 1)
    return rows_about(study.plan, outputs).assign(
        kind=[one.kind for one in outputs],
        component=[components[one.component].id for one in outputs],
        measured_in=["year" if one.kind in {"peak", "low", "break"} else "points" for one in outputs],
        estimate=[float(one.values(scores)[0]) for one in outputs],
        mean=np.where(valid > 0, mean, np.nan),
        deviation=np.where(valid > 0, np.sqrt(np.maximum(counted, 0.0)), np.nan),
        driver=np.where(still, "", np.asarray(driven.inputs, dtype=object)[chief]),
        driver_share=np.where(still, np.nan, np.take_along_axis(effects.shapley, chief[np.newaxis], axis=0)[0]),
        left_out_pairs=driven.failed,
        reason=np.select(
            [valid <= 0, still, np.isnan(effects.shapley_error).any(axis=0)],
            ["no run gave a value", "it does not vary", "too few replicates vary: errors are unknown"],
            default="",
        ),
    )


def _add_effects(study: Study, outputs: list[Output], driven: Driven, found: Collected) -> None:
    """Add the effects, and how far they have settled from a quarter, half and all of the base pairs."""
    level, n_inputs = study.config.uncertainty.level, len(driven.inputs)
    labelled = rows_about(study.plan, outputs, each_times=n_inputs * len(EFFECTS)).assign(
        input=np.tile(np.repeat(driven.inputs, len(EFFECTS)), len(outputs)),
        effect=np.tile(EFFECTS, n_inputs * len(outputs)),
    )
    for effects in driven.effects:
        labelled["estimate"] = _in_rows([getattr(effects, name) for name in EFFECTS])
        labelled["error"] = _in_rows([getattr(effects, f"{name}_error") for name in EFFECTS])
        found.add("convergence", labelled, base_pairs=effects.bases * effects.replicates)
    ends = [driven.effects[-1].interval(name, level=level) for name in EFFECTS]
    lower, upper = (_in_rows([pair[side] for pair in ends]) for side in (0, 1))
    found.add("effects", labelled.assign(lower=lower, upper=upper), confidence=level)


def _in_rows(values: list[Array]) -> Array:
    """Lay out the values of the effects, each of shape (n_inputs, n_outputs), by output, input and effect."""
    return np.stack(values).transpose(2, 1, 0).ravel()


def _add_left_out(study: Study, found: Collected) -> None:
    """Score the index without each coder, indicator, dimension and pillar."""
    if study.spec.combine == "model":
        add_failure(found, "left_out", "the model of coders is not fitted anew for each part left out")
        return
    estimate = SCALE * nominal_scores(study.plan)[-1]
    units = study.panel.units.assign(estimate=estimate, rank=ranks_of(estimate))
    for variant in left_out(study.panel, study.spec):
        try:
            without = SCALE * scores_of(variant)
        except SpecError as error:
            add_failure(found, f"{variant.kind} {variant.name}", error.summary)
            continue
        moved = units.assign(without=without, shift=without - estimate, rank_without=ranks_of(without))
        found.add("left_out", moved, kind=variant.kind.removesuffix(" left out"), left_out=variant.name)


_MOST_DRAWS = 10_000


def add_parts(study: Study, outputs: list[Output], found: Collected) -> None:
    """Share the variance of each score among its children, which are correlated.

    Parameters
    ----------
    study
        The study.
    outputs
        The outputs; only scores of components with children are taken.
    found
        The tables so far. For each score and each of its children the table ``parts`` gets the ``share`` of its
        variance [0-1] and their ``correlation``.
    """
    components = study.plan.hierarchy.components
    wanted = [one for one in outputs if one.kind == "score" and components[one.component].children]
    if not wanted:
        return
    uncertainty = study.config.to_uncertainty()
    fewer = replace(uncertainty, draws=min(uncertainty.draws, _MOST_DRAWS))
    depth = 2 + max(TIERS.index(components[one.component].tier) for one in wanted)
    draws = draw_index(study.plan, fewer, tiers=TIERS[:depth])
    place = {name: row for row, name in enumerate(draws.components)}
    for one in wanted:
        children = [components[child].id for child in components[one.component].children]
        rows = draws.scores[[place[name] for name in [components[one.component].id, *children]], int(one.units[0])]
        known = rows[:, ~np.isnan(rows).any(axis=0)].astype(np.float64)
        if known.shape[1] < 2 * len(rows):
            missing = draws.scores.shape[-1] - known.shape[1]
            add_failure(found, "parts", f"{one.name}: too few draws give scores", runs=missing)
            continue
        shares, correlations = linear_shares(known)
        about = rows_about(study.plan, [one], each_times=len(children))
        found.add("parts", about.assign(component=children, share=shares, correlation=correlations))


def linear_shares(rows: Array) -> tuple[Array, Array]:
    """Share the variance of the first row among the others, by the linear rule that fits the draws best.

    Parameters
    ----------
    rows : ndarray, shape (1 + n, n_draws)
        An aggregate and its components.

    Returns
    -------
    shares : ndarray, shape (n,)
        Shapley (LMG) shares of the variance explained, times the share explained. [0-1]
    correlations : ndarray, shape (n,)
        Correlation of each component with the aggregate; NaN where one does not vary.
    """
    centred = rows - rows.mean(axis=1, keepdims=True)
    whole, parts = centred[0], centred[1:]
    covariance = parts @ parts.T / (rows.shape[1] - 1)
    coefficients = np.linalg.lstsq(parts.T, whole, rcond=None)[0]
    variance = float(whole @ whole) / (rows.shape[1] - 1)
    explained = float(coefficients @ covariance @ coefficients)
    with np.errstate(divide="ignore", invalid="ignore"):
        correlations = parts @ whole / np.sqrt((parts**2).sum(axis=1) * (whole @ whole))
        return lmg_shares(coefficients, covariance) * explained / variance, correlations
