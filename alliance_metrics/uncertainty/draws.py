"""How sure we are: the whole index rebuilt for every draw of what is uncertain in it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from alliance_metrics.coding.arrays import FloatArray, IntArray
from alliance_metrics.index.plan import IndexPlan
from alliance_metrics.uncertainty.alternatives import bind_alternatives, check_inputs, discrete_inputs, possible_codes
from alliance_metrics.uncertainty.inputs import Uncertainty
from alliance_metrics.uncertainty.run import Run
from alliance_metrics.uncertainty.workers import draws_array, each, processors


@dataclass(frozen=True, eq=False)
class Draws:
    """Scores of some components in every unit, draw by draw.

    Parameters
    ----------
    components
        Ids, in the order of the first axis.
    scores : ndarray of float32, shape (n_components, n_units, n_draws)
        Scores; NaN where missing. [0-1]
    """

    components: tuple[str, ...]
    scores: FloatArray


def start_run(plan: IndexPlan, uncertainty: Uncertainty) -> Run:
    """Realise everything that is uncertain.

    Parameters
    ----------
    plan
        The bound plan.
    uncertainty
        What is uncertain.

    Returns
    -------
    Run
        Ready to be rebuilt.

    Raises
    ------
    SpecError
        Where an uncertain input contradicts itself or the plan.
    """
    check_inputs(plan, uncertainty.inputs)
    discrete = discrete_inputs(uncertainty.inputs)
    return Run(plan, uncertainty, bind_alternatives(plan, discrete, possible_codes(discrete)))


def draw_index(plan: IndexPlan, uncertainty: Uncertainty, *, tiers: tuple[str, ...] = ("index",)) -> Draws:
    """Rebuild the index for every draw and keep some tiers whole.

    Parameters
    ----------
    plan
        The bound plan.
    uncertainty
        What is uncertain.
    tiers
        Which tiers to keep.

    Returns
    -------
    Draws
        Every draw of the components of those tiers.

    Raises
    ------
    SpecError
        Where an uncertain input contradicts itself or the plan, or the draws do not fit in memory.

    Notes
    -----
    All draws are held at once: 4 bytes for each component, unit and draw. ``block_megabytes`` does not bound them.
    """
    run = start_run(plan, uncertainty)
    components, n_units = plan.hierarchy.components, len(plan.panel.units)
    keep = np.array([place for place, component in enumerate(components) if component.tier in tiers], dtype=np.intp)
    whole = draws_array((len(keep), n_units, uncertainty.draws))

    def part(units: IntArray) -> None:
        whole[:, units], _ = run.draws(units, keep)

    def put(scores: FloatArray, draws: slice) -> None:
        whole[..., draws] = scores

    if run.together:
        run.draw_together(put, keep=keep)
    else:
        run.prepare()
        each(part, np.array_split(np.arange(n_units), min(n_units, processors())), worth_sharing=run.worth_sharing)
    return Draws(tuple(components[place].id for place in keep), whole)
