"""Drivers of an output: the index rebuilt at designed points, its variance shared among the uncertain inputs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from alliance_metrics.coding.arrays import Array, IntArray
from alliance_metrics.errors import listed
from alliance_metrics.index.plan import IndexPlan
from alliance_metrics.sensitivity.designs import Block, plan_effects
from alliance_metrics.sensitivity.effects import Effects, EffectSums
from alliance_metrics.sensitivity.experiment import CellsOfPiece, Experiment
from alliance_metrics.sensitivity.outputs import Output
from alliance_metrics.uncertainty.alternatives import bind_alternatives, check_inputs, discrete_inputs, possible_codes
from alliance_metrics.uncertainty.coder_draws import PIECE, Levels
from alliance_metrics.uncertainty.inputs import CoderCell, CoderChoice, UncertainInput, Uncertainty
from alliance_metrics.uncertainty.randomness import stream
from alliance_metrics.uncertainty.realisation import Realisation, joined
from alliance_metrics.uncertainty.rebuild import codes_in, rebuild, settled
from alliance_metrics.uncertainty.run import Progress, Run
from alliance_metrics.uncertainty.workers import each

#: Standard deviation below which an output does not vary. [points, or years]
_ROUNDING = 1e-4
#: Name of what coders leave open, cells and choice together, where the model of coders draws both.
MODEL = "coder_model"


@dataclass(frozen=True, eq=False)
class Driven:
    """How the variance of outputs is shared among uncertain inputs.

    Parameters
    ----------
    inputs
        Names of the inputs, in the order of the effects.
    effects
        From a quarter, half and all of the base pairs.
    failed
        For each output the number of base pairs left out, because a run of theirs gave no value.
    runs
        Number of runs.
    causes
        Why runs failed, with how many did.
    """

    inputs: tuple[str, ...]
    effects: tuple[Effects, Effects, Effects]
    failed: IntArray
    runs: int
    causes: dict[str, int]


def drivers(
    plan: IndexPlan,
    uncertainty: Uncertainty,
    outputs: Sequence[Output],
    *,
    bases: int = 256,
    replicates: int = 16,
    progress: Progress = None,
) -> Driven:
    """Share the variance of outputs out among the uncertain inputs.

    Parameters
    ----------
    plan
        The bound plan.
    uncertainty
        What is uncertain, and the seed; each input is one group, however many numbers it is made of.
    outputs
        The outputs, one or more.
    bases
        Base pairs in each replicate: a power of two, 4 or more.
    replicates
        Independent repetitions, two or more; their spread gives the errors.
    progress
        Called with the share of the work done. [0-1]

    Returns
    -------
    Driven
        First order, total order and Shapley shares of every input.

    Raises
    ------
    SpecError
        Where an uncertain input contradicts itself or the plan.

    Notes
    -----
    Inputs are independent of one another; what depends on one another is one input: the weights of a node, which sum
    to 1, the coders' leanings. Cells have streams of their own, everything else comes from
    points of scrambled Sobol' sequences; see `EffectSums` for the estimators.
    """
    check_inputs(plan, uncertainty.inputs)
    groups = _groups(plan, uncertainty.inputs)
    design = plan_effects(len(groups), bases=bases, replicates=replicates, seed=uncertainty.seed)
    discrete = discrete_inputs(uncertainty.inputs)
    run = Run(plan, uncertainty, bind_alternatives(plan, discrete, possible_codes(discrete)))
    experiment = Experiment(run, groups, outputs, design)
    run.prepare()
    step = max(1, PIECE // bases)  # replicates whose cells fill one piece of draws
    pieces = [list(range(first, min(first + step, replicates))) for first in range(0, replicates, step)]
    done = each(partial(_runs_of, experiment), pieces, progress=progress)
    sums = EffectSums(design)
    causes: Counter[str] = Counter()
    for part in done:
        sums.merge(part.sums)
        causes.update(part.causes)
    failed = np.sum([part.failed for part in done], axis=0)
    names = tuple(MODEL if len(group) > 1 else group[0].name for group in groups)
    first, second, whole = (_without_rounding(effects) for effects in sums.effects())
    return Driven(names, (first, second, whole), failed, sum(part.runs for part in done), causes)


def _without_rounding(effects: Effects) -> Effects:
    """Take the effects of outputs that move by no more than the rounding of single precision for unknown."""
    still = ~(np.sqrt(effects.variance) > _ROUNDING)
    if not still.any():
        return effects
    names = [f"{name}{suffix}" for name in ("first", "total", "shapley") for suffix in ("", "_error")]
    unknown: dict[str, Any] = {name: np.where(still, np.nan, getattr(effects, name)) for name in names}
    return replace(effects, **unknown)


def _groups(plan: IndexPlan, inputs: Sequence[UncertainInput]) -> tuple[tuple[UncertainInput, ...], ...]:
    """Put each input into a group of its own; the model of coders draws cells and coders as one."""
    if plan.combination.method != "model":
        return tuple((entry,) for entry in inputs)
    coders = tuple(entry for entry in inputs if isinstance(entry, (CoderCell, CoderChoice)))
    others = tuple((entry,) for entry in inputs if entry not in coders)
    return (coders, *others) if coders else others


@dataclass(frozen=True, eq=False)
class _Part:
    """Sums, failures and runs of some replicates."""

    sums: EffectSums
    failed: IntArray
    runs: int
    causes: Counter[str]


def _runs_of(experiment: Experiment, replicates: list[int]) -> _Part:
    """Run some replicates, whose cells share pieces of draws."""
    sums, bases = EffectSums(experiment.design), experiment.design.bases
    failed, causes, runs = np.zeros(len(experiment.outputs), dtype=np.intp), Counter[str](), 0
    cells = CellsOfPiece(experiment, replicates[0] * bases // PIECE)
    for replicate in replicates:
        parts = experiment.parts(replicate)
        for block in experiment.design.blocks(replicate, most=PIECE):
            number, offset = divmod(replicate * bases + block.start, PIECE)
            if number != cells.number:
                cells = CellsOfPiece(experiment, number)
            values = _block_values(experiment, block, parts=parts, cells=cells, offset=offset, causes=causes)
            runs += len(values) * (block.stop - block.start)
            failed += _blanked(values)
            sums.add(replicate, block.start, values)
    return _Part(sums, failed, runs, causes)


def _block_values(
    experiment: Experiment,
    block: Block,
    *,
    parts: list[tuple[Realisation, Realisation]],
    cells: CellsOfPiece,
    offset: int,
    causes: Counter[str],
) -> dict[int, Array]:
    """Rebuild the index at every mask of a block of base pairs."""
    own, known, values = slice(block.start, block.stop), dict[tuple[int, int], Levels](), dict[int, Array]()
    rows, run = slice(offset, offset + block.stop - block.start), experiment.run
    for mask in block.masks:
        chosen = [pair[mask >> place & 1].at(own) for place, pair in enumerate(parts)]
        realisation = settled(run.plan, joined(chosen))
        drawn = (CoderCell, CoderChoice) if run.modelled else (CoderCell,)
        sides = (experiment.side_of(drawn, mask), experiment.side_of((CoderChoice,), mask))
        if sides not in known:
            known[sides] = cells.combined(sides, realisation.multiples, rows)
        fresh = partial(stream, run.uncertainty.seed, "sensitivity", "missing_cell", block.replicate, block.start)
        found = rebuild(
            known[sides], realisation, run.alternatives, units=experiment.units, keep=experiment.keep, fresh=fresh
        )
        values[mask] = np.column_stack([one.values(found.scores) for one in experiment.local])
        _count_failures(experiment, realisation, found.causes, values[mask], causes)
    return values


def _count_failures(
    experiment: Experiment, realisation: Realisation, failed: dict[int, str], values: Array, causes: Counter[str]
) -> None:
    """Count runs that failed, and runs that gave no value for an output, by the choices they ran."""
    missing = np.isnan(values).any(axis=1)
    if not missing.any():
        return
    alternatives = experiment.run.alternatives
    codes = codes_in(realisation, alternatives)
    for code in np.unique(codes[missing]).tolist():
        lacking = np.isnan(values[codes == code]).any(axis=0)
        names = [one.name for one, lacks in zip(experiment.outputs, lacking, strict=True) if lacks]
        reason = failed.get(code, f"a score is missing for {listed(names)}")
        chosen = alternatives.describe(code)
        text = f"{chosen}: {reason}" if chosen else reason
        causes[text] += int((missing & (codes == code)).sum())


def _blanked(values: dict[int, Array]) -> IntArray:
    """Count base pairs with a run without a value, and take them out: alike at every mask they add nothing."""
    missing = np.zeros(next(iter(values.values())).shape, dtype=bool)
    for found in values.values():
        missing |= np.isnan(found)
    if missing.any():
        for found in values.values():
            found[missing] = 0.0
    return np.asarray(missing.sum(axis=0), dtype=np.intp)
