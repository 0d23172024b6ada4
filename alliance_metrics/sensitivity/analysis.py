"""The analysis of sensitivity: what drives each output asked about, and what it would take to change the picture."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from alliance_metrics.coding.arrays import Array
from alliance_metrics.errors import ConfigError, Fault, SpecError
from alliance_metrics.index.plan import nominal_scores
from alliance_metrics.index.rescaling import SCALE
from alliance_metrics.results.tidy_result import TidyResult
from alliance_metrics.sensitivity.drivers import Driven, drivers
from alliance_metrics.sensitivity.effects import Effects
from alliance_metrics.sensitivity.outputs import Output, parse_outputs
from alliance_metrics.sensitivity.variance_parts import about, part_table
from alliance_metrics.sensitivity.weight_tables import weight_tables
from alliance_metrics.study.score import record_of
from alliance_metrics.study.study import Study
from alliance_metrics.uncertainty.robustness import left_out, ranks_of, scores_of

EFFECTS = ("first", "total", "shapley")


def analyse_sensitivity(
    study: Study, *, outputs: tuple[str, ...] = (), progress: Callable[[float], None] | None = None
) -> TidyResult:
    """Find what drives a study's outputs.

    Parameters
    ----------
    study
        As `open_study` gives it.
    outputs
        What is asked about, as `FORMS` says; what the configuration asks where empty.
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
    failures: list[tuple[str, int, str]] = []
    driven = drivers(
        study.plan,
        study.config.to_uncertainty(),
        asked,
        bases=section.bases,
        replicates=section.replicates,
        progress=progress,
    )
    failures += [("drivers", number, cause) for cause, number in driven.causes.items()]
    if len(study.panel.coders) == 1 and "coder_choice" in driven.inputs:
        failures.append(("coder_choice", 1, "how far one coder lies from others is unknown, and taken for 0"))
    tables = {
        "outputs": _output_table(study, asked, driven),
        "effects": _effect_table(study, asked, driven),
        "convergence": _convergence_table(study, asked, driven),
        "parts": part_table(study, asked, failures),
        "left_out": _left_out_table(study, failures),
        **weight_tables(study, asked, failures),
    }
    tables["failures"] = pd.DataFrame(failures, columns=["step", "runs", "cause"])
    record = {
        **record_of(study),
        "outputs": [one.name for one in asked],
        "inputs": list(driven.inputs),
        "runs": driven.runs,
    }
    return TidyResult(tables, key=study.panel.unit, record=record, kind="sensitivity")


def asked_outputs(study: Study, outputs: tuple[str, ...] = ()) -> list[Output]:
    """Read what is asked about.

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
    return about(study, outputs).assign(
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


def _effect_table(study: Study, outputs: list[Output], driven: Driven) -> pd.DataFrame:
    effects, level = driven.effects[-1], study.config.uncertainty.level
    estimate, error = _stacked(effects)
    ends = [effects.interval(name, level=level) for name in ("first", "total", "shapley")]
    lower, upper = (np.stack([pair[side] for pair in ends]).transpose(2, 1, 0) for side in (0, 1))
    return _labelled(study, outputs, driven).assign(
        estimate=estimate.ravel(), lower=lower.ravel(), upper=upper.ravel(), confidence=level, error=error.ravel()
    )


def _convergence_table(study: Study, outputs: list[Output], driven: Driven) -> pd.DataFrame:
    parts = []
    for effects in driven.effects:
        estimate, error = _stacked(effects)
        parts.append(
            _labelled(study, outputs, driven).assign(
                base_pairs=effects.bases * effects.replicates, estimate=estimate.ravel(), error=error.ravel()
            )
        )
    return pd.concat(parts, ignore_index=True)


def _stacked(effects: Effects) -> tuple[Array, Array]:
    """Give estimates and errors in the order output, input, effect."""
    estimate = np.stack([effects.first, effects.total, effects.shapley])
    error = np.stack([effects.first_error, effects.total_error, effects.shapley_error])
    return estimate.transpose(2, 1, 0), error.transpose(2, 1, 0)


def _labelled(study: Study, outputs: list[Output], driven: Driven) -> pd.DataFrame:
    n_inputs = len(driven.inputs)
    frame = about(study, outputs, each_times=n_inputs * len(EFFECTS))
    return frame.assign(
        input=np.tile(np.repeat(driven.inputs, len(EFFECTS)), len(outputs)),
        effect=np.tile(EFFECTS, n_inputs * len(outputs)),
    )


def _left_out_table(study: Study, failures: list[tuple[str, int, str]]) -> pd.DataFrame:
    """Score the index without each coder, indicator, dimension and pillar."""
    if study.spec.combine == "model":
        failures.append(("left_out", 1, "the model of coders is not fitted anew for each part left out"))
        return pd.DataFrame()
    estimate = SCALE * nominal_scores(study.plan)[-1]
    rank, tables = ranks_of(estimate), []
    for variant in left_out(study.panel, study.spec):
        try:
            without = SCALE * scores_of(variant)
        except SpecError as error:
            cause = "; ".join(f"{fault.what}: {fault.found}" for fault in error.faults)
            failures.append((f"{variant.kind} {variant.name}", 1, cause))
            continue
        frame = study.panel.units.assign(
            kind=variant.kind.removesuffix(" left out"), left_out=variant.name, estimate=estimate, without=without
        )
        tables.append(frame.assign(shift=without - estimate, rank=rank, rank_without=ranks_of(without)))
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame()
