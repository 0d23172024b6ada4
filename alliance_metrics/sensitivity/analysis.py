"""Sensitivity analysis: what drives each output, and which weights and levels would change the order of years."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np
import pandas as pd

from alliance_metrics.coding.arrays import Array
from alliance_metrics.errors import ConfigError, Fault, SpecError
from alliance_metrics.index.plan import nominal_scores
from alliance_metrics.index.rescaling import SCALE
from alliance_metrics.results.collected import Collected
from alliance_metrics.results.tidy_result import TidyResult
from alliance_metrics.sensitivity.drivers import Driven, drivers
from alliance_metrics.sensitivity.outputs import Output, add_failure, parse_outputs, rows_about
from alliance_metrics.sensitivity.variance_parts import add_parts
from alliance_metrics.sensitivity.weight_tables import add_weight_tables
from alliance_metrics.study.score import record_of
from alliance_metrics.study.study import Study
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
        return parse_outputs(outputs or study.config.sensitivity.outputs, study.plan)
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
