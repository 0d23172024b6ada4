"""The change between two units in every draw, and what it is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from alliance_metrics.coding.arrays import Array, FloatArray, IntArray
from alliance_metrics.errors import ScoringError
from alliance_metrics.index.aggregate import Reducer
from alliance_metrics.index.change import ChangeNode, ChangeParts, Kind, change_parts
from alliance_metrics.index.methods import Bedrock, Mean, PowerMean
from alliance_metrics.index.node_rules import rule_of
from alliance_metrics.index.plan import IndexPlan
from alliance_metrics.uncertainty.coder_draws import PIECE
from alliance_metrics.uncertainty.inputs import ExponentInput
from alliance_metrics.uncertainty.realisation import Realisation
from alliance_metrics.uncertainty.rebuild import codes_in
from alliance_metrics.uncertainty.run import Run
from alliance_metrics.uncertainty.workers import draws_array

#: Draws whose parts are worked out where orders must be tried.
MOST_TRIED = 2000
#: Of those, draws at once: their states of the tree stand in memory together.
_AT_ONCE = 128


def drawn_ends(run: Run, units: IntArray) -> FloatArray:
    """Draw every component of some units.

    Parameters
    ----------
    run
        The run.
    units : ndarray of int
        Which units.

    Returns
    -------
    ndarray of float32, shape (n_components, n_units, n_draws)
        The same draws as with all units. [0-1]
    """
    keep = np.arange(len(run.plan.hierarchy.components))
    if not run.together:
        return run.draws(units, keep)[0]
    whole = draws_array((len(keep), len(units), run.uncertainty.draws))

    def put(scores: FloatArray, draws: slice) -> None:
        whole[..., draws] = scores[:, units]

    run.draw_together(put, keep=keep)
    return whole


def change_nodes(plan: IndexPlan, realisation: Realisation | None = None) -> list[ChangeNode]:
    """Give the nodes of a plan as `change_parts` takes them.

    Parameters
    ----------
    plan
        The plan.
    realisation
        What holds in some draws, where it is not what is declared.

    Returns
    -------
    list of ChangeNode
        Children before parents.

    Raises
    ------
    ScoringError
        Where an aggregation compares units, so that no unit's change has parts of its own.
    """
    if plan.spec.compares_units:
        raise ScoringError("an aggregation compares units with one another: a change of one has no parts of its own")
    reducers: Mapping[int, Reducer] = plan.reducers
    weights: Mapping[int, Array] = {}
    varying: set[str] = set()
    if realisation is not None:
        weights, varying = realisation.weights, set(realisation.exponents)
        reducers = plan.reducers_with(strength=realisation.strength, exponents=realisation.exponents)
    return [
        ChangeNode(
            node,
            plan.hierarchy.components[node].children,
            reducers[node],
            np.asarray(weights.get(node, plan.weights[node]), dtype=np.float64),
            _kind_of(plan, plan.hierarchy.components[node].tier, varying),
        )
        for node in plan.hierarchy.nodes
    ]


def is_additive(plan: IndexPlan) -> bool:
    """Say whether the index is a mean of means throughout, so that a part is weight times change.

    Parameters
    ----------
    plan
        The plan.

    Returns
    -------
    bool
        Whether it is.
    """
    tiers = {plan.hierarchy.components[node].tier for node in plan.hierarchy.nodes}
    return all(_kind_of(plan, tier, set()) == "additive" for tier in tiers)


def _kind_of(plan: IndexPlan, tier: str, varying: set[str]) -> Kind:
    rule = rule_of(tier, plan.spec)
    if isinstance(rule, Bedrock):
        return "linear"
    arithmetic = isinstance(rule, Mean) and rule.method == "arithmetic"
    return "additive" if arithmetic or (rule == PowerMean(1.0) and tier not in varying) else "any"


def drawn_parts(run: Run, scores: FloatArray) -> tuple[ChangeParts, IntArray]:
    """Share the change between two units out in every draw, or in evenly spaced ones where orders must be tried.

    Parameters
    ----------
    run
        The run.
    scores : ndarray, shape (n_components, 2, n_draws)
        Draws of the earlier and the later unit, as `drawn_ends` gives them.

    Returns
    -------
    parts : ChangeParts
        Parts, shape (n_components, n_used); NaN where a draw has none. [0-1]
    used : ndarray of int, shape (n_used,)
        Which draws.

    Raises
    ------
    ScoringError
        Where there are too many orders to try.
    """
    used = np.arange(scores.shape[-1])
    tried = any(_is_tried(run, plan) for plan in run.alternatives.plans.values())
    if tried and len(used) > MOST_TRIED:
        used = np.unique(np.linspace(0, len(used) - 1, MOST_TRIED).round().astype(np.intp))
    component = np.full((len(scores), len(used)), np.nan)
    coverage = component.copy()
    for number, piece in enumerate(run.pieces):
        realisation = run.realised(number)
        codes = codes_in(realisation, run.alternatives)
        inside = np.flatnonzero((used >= piece.start) & (used < piece.stop))
        for some in _alike(inside, codes[used[inside] - piece.start], _AT_ONCE if tried else PIECE):
            code = int(codes[used[some[0]] - piece.start])
            plan = run.alternatives.plans.get(code)
            if plan is None or plan.spec.compares_units:
                continue
            part = realisation.at(used[some] - piece.start)
            nodes = change_nodes(plan, replace(part, weights=run.alternatives.weights(code, part.weights)))
            ends = scores[..., used[some]]
            found = change_parts(nodes, ends[:, 0], ends[:, 1])
            component[:, some], coverage[:, some] = found.component, found.coverage
    return ChangeParts(component, coverage), used


def _is_tried(run: Run, plan: IndexPlan) -> bool:
    tiers = {plan.hierarchy.components[node].tier for node in plan.hierarchy.nodes}
    varying = any(isinstance(entry, ExponentInput) for entry in run.uncertainty.inputs)
    return varying or any(_kind_of(plan, tier, set()) == "any" for tier in tiers)


def _alike(places: IntArray, codes: IntArray, most: int) -> list[IntArray]:
    """Cut places into lots of one code and of at most so many."""
    lots = [places[codes == code] for code in np.unique(codes)]
    return [lot[start : start + most] for lot in lots for start in range(0, len(lot), most)]
