"""A specification bound to a panel: what is fixed before any number is computed, and the way up the tree."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from alliance_metrics.coding.panel import IndicatorPanel, combine_coders
from alliance_metrics.errors import Fault, SpecError, listed
from alliance_metrics.index.aggregate import Bedrock, Mean, Reducer, bedrock
from alliance_metrics.index.hierarchy import Hierarchy, declared_weights, hierarchy_from_frame
from alliance_metrics.index.normalise import by_goalposts
from alliance_metrics.index.specification import IndexSpec, check_spec
from alliance_metrics.index.treatment import FillingPlan, plan_filling

Array = np.ndarray[Any, np.dtype[np.float64]]
Mask = np.ndarray[Any, np.dtype[np.bool_]]
Weights = Mapping[int, Array]

_ROUNDING = 1e-9


@dataclass(frozen=True, eq=False)
class IndexPlan:
    """A specification bound to a panel: everything that does not change from draw to draw.

    Parameters
    ----------
    panel
        The panel, its indicators in the order of the tree.
    hierarchy
        The tree.
    weights
        Declared weights of the children of every node, on the simplex.
    reducers
        Aggregation of every node.
    goalposts : ndarray, shape (2, n_indicators)
        Low and high end of each scale.
    filling
        Which missing cells are filled, and from where.
    availability, filled : ndarray, shape (n_components, n_units)
        Share of a component's declared weight that rests on values, and on filled values. [0-1]
    usable : ndarray of bool, shape (n_components, n_units)
        Where enough is there for a score.
    combine
        How coders are combined.
    """

    panel: IndicatorPanel
    hierarchy: Hierarchy
    weights: Weights
    reducers: Mapping[int, Reducer]
    goalposts: Array
    filling: FillingPlan
    availability: Array
    filled: Array
    usable: Mask
    combine: str

    @property
    def pooled(self) -> bool:
        """Whether a unit's score depends on the other units of the panel."""
        return False

    def normalise(self, levels: Array) -> Array:
        """Place combined levels on the common scale.

        Parameters
        ----------
        levels : ndarray, shape (..., n_units, n_indicators)
            Levels after coders are combined; of all units where scores are `pooled`.

        Returns
        -------
        ndarray, same shape
            Scores. [0-1]
        """
        low, high = self.goalposts
        return by_goalposts(levels, low=low, high=high)

    def evaluate(self, leaves: Array, weights: Weights, *, usable: Mask) -> Array:
        """Aggregate up the tree.

        Parameters
        ----------
        leaves : ndarray, shape (n_indicators, n_units, ...)
            Scores of the indicators, filled where planned. [0-1]
        weights : dict of int to ndarray, shape (..., n_children)
            Weights of each node's children; leading axes match those after the units.
        usable : ndarray of bool, shape (n_components, n_units)
            Where a component may be scored.

        Returns
        -------
        ndarray, shape (n_components, n_units, ...)
            Scores of every component; NaN where missing. [0-1]
        """
        scores = np.empty((len(self.hierarchy.components), *leaves.shape[1:]))
        scores[: len(leaves)] = leaves
        for node in self.hierarchy.nodes:
            below = np.moveaxis(scores[list(self.hierarchy.components[node].children)], 0, -1)
            scores[node] = self.reducers[node](below, weights[node])
            if not usable[node].all():
                scores[node][~usable[node]] = np.nan
        return scores


def plan_index(panel: IndicatorPanel, spec: IndexSpec) -> IndexPlan:
    """Bind a specification to a panel.

    Parameters
    ----------
    panel, spec
        As in `cohesion_index`.

    Returns
    -------
    IndexPlan
        The bound plan.

    Raises
    ------
    SpecError
        Where the specification contradicts itself or the panel.
    """
    check_spec(spec)
    hierarchy = hierarchy_from_frame(spec.indicators, index_id=spec.index_id)
    weights = declared_weights(hierarchy, spec.weights, weighting=spec.weighting)
    reducers = {node: _reducer(hierarchy, node, spec) for node in hierarchy.nodes}
    goalposts = spec.indicators[["low", "high"]].to_numpy(dtype=float).T
    aligned = panel.select([component.id for component in hierarchy.components[: hierarchy.n_indicators]])
    _check_goalposts(aligned, goalposts)
    present: Mask = np.asarray((~np.isnan(aligned.score)).any(axis=0))
    series, _ = pd.factorize(pd.MultiIndex.from_frame(aligned.units.iloc[:, :2]))
    years = aligned.units["year"].to_numpy(dtype=np.int64)
    filling = plan_filling(present, series=series.astype(np.int64), years=years, treatment=spec.treatment)
    there = present.copy()
    there[filling.target, filling.column] = True
    availability, filled, usable = _availability(hierarchy, weights, coded=present, there=there, spec=spec)
    return IndexPlan(
        aligned, hierarchy, weights, reducers, goalposts, filling, availability, filled, usable, spec.combine
    )


def _check_goalposts(panel: IndicatorPanel, goalposts: Array) -> None:
    faults = []
    for name in ("score", "low", "high"):
        values = getattr(panel, name)
        with np.errstate(invalid="ignore"):
            outside = (values < goalposts[0]) | (values > goalposts[1])
        for coder, unit, column in zip(*np.nonzero(outside), strict=True):
            row = panel.units.iloc[unit]
            found = f"{row.iloc[0]} {row['year']} {panel.coders[coder]}: {name} = {values[coder, unit, column]:g}"
            allowed = f"{goalposts[0, column]:g} to {goalposts[1, column]:g}"
            what = f"a value outside the goalposts of '{panel.indicators[column]}'"
            faults.append(Fault("the panel", what, found, allowed, "correct the value or the goalposts"))
    if faults:
        raise SpecError(faults)


def _reducer(hierarchy: Hierarchy, node: int, spec: IndexSpec) -> Reducer:
    component = hierarchy.components[node]
    by_tier = {"dimension": spec.within_dimension, "pillar": spec.within_pillar, "index": spec.across_pillars}
    rule = by_tier[component.tier]
    if isinstance(rule, Mean):
        return rule.reduce
    children = [hierarchy.components[child].id for child in component.children]
    if rule.pillar not in children:
        found = f"'{rule.pillar}' has no indicator that counts here"
        fault = Fault(
            "the index specification", "the gating pillar is empty", found, listed(children), "choose another"
        )
        raise SpecError([fault])
    return partial(bedrock, gate=children.index(rule.pillar), strength=rule.strength)


def _availability(
    hierarchy: Hierarchy, weights: Weights, *, coded: Mask, there: Mask, spec: IndexSpec
) -> tuple[Array, Array, Mask]:
    """Count by weight what each component rests on; what is not usable below does not count above."""
    shape = (len(hierarchy.components), len(coded))
    availability, filled, usable = np.zeros(shape), np.zeros(shape), np.zeros(shape, dtype=bool)
    leaves = slice(0, hierarchy.n_indicators)
    availability[leaves], filled[leaves], usable[leaves] = there.T, (there & ~coded).T, there.T
    for node in hierarchy.nodes:
        children = list(hierarchy.components[node].children)
        share = weights[node][:, np.newaxis] * usable[children]
        availability[node] = (share * availability[children]).sum(axis=0)
        filled[node] = (share * filled[children]).sum(axis=0)
        usable[node] = (availability[node] >= spec.availability_min - _ROUNDING) & (share.sum(axis=0) > 0)
        if isinstance(spec.across_pillars, Bedrock) and hierarchy.components[node].tier == "index":
            usable[node] &= usable[hierarchy.place_of(spec.across_pillars.pillar)]
    return availability, filled, usable


def nominal_scores(plan: IndexPlan) -> Array:
    """Score the panel at the declared weights, every coder believed alike, every score as given.

    Parameters
    ----------
    plan
        The bound plan.

    Returns
    -------
    ndarray, shape (n_components, n_units)
        Scores; NaN where missing. [0-1]
    """
    levels = combine_coders(plan.panel.score, np.ones((len(plan.panel.coders), 1, 1)), method=plan.combine)
    leaves = plan.normalise(plan.filling.apply(levels)).T
    return plan.evaluate(leaves, plan.weights, usable=plan.usable)
