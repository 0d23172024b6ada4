"""A specification bound to a panel: what is fixed before any number is computed, and the way up the tree."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import pandas as pd

from alliance_metrics.coding.arrays import Array, BoolArray
from alliance_metrics.coding.panel import IndicatorPanel, combine_coders
from alliance_metrics.errors import Fault, SpecError
from alliance_metrics.index.aggregate import Reducer, bedrock, power_mean
from alliance_metrics.index.availability import availability_of
from alliance_metrics.index.combination import Combination
from alliance_metrics.index.hierarchy import Hierarchy, declared_weights, hierarchy_from_frame, moved
from alliance_metrics.index.importance import balanced_weights
from alliance_metrics.index.methods import Bedrock, PowerMean
from alliance_metrics.index.node_rules import Sharer, gate_of, reducer_of, rule_of, sharers_of
from alliance_metrics.index.rescaling import bound_normaliser
from alliance_metrics.index.specification import DERIVED_WEIGHTINGS, IndexSpec, check_spec
from alliance_metrics.index.treatment import FillingPlan, plan_filling
from alliance_metrics.index.weights import critic_weights, entropy_weights, principal_component_weights

Weights = Mapping[int, Array]


@dataclass(frozen=True, eq=False)
class IndexPlan:
    """A specification bound to a panel: everything that does not change from draw to draw.

    Parameters
    ----------
    spec
        The specification.
    panel
        The panel, its indicators in the order of the tree.
    hierarchy
        The tree.
    weights
        Declared weights of the children of every node, on the simplex.
    reducers
        Aggregation of every node.
    normalise
        Places levels of shape (..., n_units, n_indicators) on the common scale; of all units where `pooled`.
    pooled
        Whether a unit's score depends on the other units of the panel.
    sharers
        For each node what shares its aggregate out among its children; empty where shares mean nothing, because zero
        does, or where there are too many components to work them out.
    filling
        Which missing cells are filled, and from where.
    availability, filled : ndarray, shape (n_components, n_units)
        Share of a component's declared weight that rests on values, and on filled values. [0-1]
    usable : ndarray of bool, shape (n_components, n_units)
        Where enough is there for a score.
    combination
        How coders are combined.
    """

    spec: IndexSpec
    panel: IndicatorPanel
    hierarchy: Hierarchy
    weights: Weights
    reducers: Mapping[int, Reducer]
    normalise: Callable[[Array], Array]
    pooled: bool
    sharers: Mapping[int, Sharer]
    filling: FillingPlan
    availability: Array
    filled: Array
    usable: BoolArray
    combination: Combination

    def evaluate(
        self, leaves: Array, weights: Weights, *, usable: BoolArray, reducers: Mapping[int, Reducer] | None = None
    ) -> Array:
        """Aggregate up the tree.

        Parameters
        ----------
        leaves : ndarray, shape (n_indicators, n_units, ...)
            Scores of the indicators, filled where planned. [0-1]
        weights : dict of int to ndarray, shape (..., n_children)
            Weights of each node's children; leading axes match those after the units.
        usable : ndarray of bool, shape (n_components, n_units)
            Where a component may be scored.
        reducers
            Aggregation of every node, where it is not the declared one.

        Returns
        -------
        ndarray, shape (n_components, n_units, ...)
            Scores of every component, in the precision of the leaves; NaN where missing. [0-1]
        """
        draws = np.broadcast_shapes(leaves.shape[2:], *(share.shape[:-1] for share in weights.values()))
        scores = np.empty((len(self.hierarchy.components), leaves.shape[1], *draws), dtype=leaves.dtype)
        scores[: len(leaves)] = leaves
        chosen = self.reducers if reducers is None else reducers
        for node in self.hierarchy.nodes:
            below = _rows(scores, self.hierarchy.components[node].children)
            scores[node] = chosen[node](below.transpose(*range(1, below.ndim), 0), weights[node])
            if not usable[node].all():
                scores[node][~usable[node]] = np.nan
        return scores

    def usable_without(self, left_out: Iterable[tuple[int, int]]) -> BoolArray:
        """Say where enough is there for a score when some weights are taken to be zero.

        Parameters
        ----------
        left_out
            For each of them its node and its place among the node's children.

        Returns
        -------
        ndarray of bool, shape (n_components, n_units)
            Where a component may be scored.
        """
        weights = {node: share.copy() for node, share in self.weights.items()}
        for node, position in left_out:
            weights[node][position] = 0.0
            weights[node] /= weights[node].sum() or 1.0
        leaves = slice(0, self.hierarchy.n_indicators)
        there = self.availability[leaves].T > 0
        coded = there & ~(self.filled[leaves].T > 0)
        found: BoolArray = availability_of(self.hierarchy, weights, coded=coded, there=there, spec=self.spec)["usable"]
        return found

    def reducers_with(self, *, strength: Array | None, exponents: Mapping[str, Array]) -> Mapping[int, Reducer]:
        """Give the aggregation of every node with parameters that differ from draw to draw.

        Parameters
        ----------
        strength : ndarray, shape (n_draws,), optional
            Strength of the bedrock, where there is one. [0-1]
        exponents : dict of str to ndarray, shape (n_draws,)
            For tiers whose scores are made by power means: the exponent.

        Returns
        -------
        dict of int to callable
            The aggregations.
        """
        reducers = dict(self.reducers)
        for node in self.hierarchy.nodes:
            tier = self.hierarchy.components[node].tier
            rule = rule_of(tier, self.spec)
            if isinstance(rule, Bedrock) and strength is not None:
                reducers[node] = partial(bedrock, gate=gate_of(self.hierarchy, node, rule), strength=strength)
            if isinstance(rule, PowerMean) and tier in exponents:
                reducers[node] = partial(power_mean, exponent=exponents[tier])
        return reducers


def _rows(scores: Array, places: tuple[int, ...]) -> Array:
    """Take rows, without a copy where they follow one another."""
    if places == tuple(range(places[0], places[0] + len(places))):
        return scores[places[0] : places[0] + len(places)]
    return scores[list(places)]


def plan_index(panel: IndicatorPanel, spec: IndexSpec, *, weights: Weights | None = None) -> IndexPlan:
    """Bind a specification to a panel.

    Parameters
    ----------
    panel, spec
        As in `cohesion_index`.
    weights : dict of int to ndarray, optional
        Weights of the children of every node, where they are not those that the specification declares or derives.

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
    declared = declared_weights(hierarchy, spec.weights, weighting=_declared_form(spec.weighting))
    reducers = {node: reducer_of(hierarchy, node, spec) for node in hierarchy.nodes}
    aligned = panel.select([component.id for component in hierarchy.components[: hierarchy.n_indicators]])
    low, high = spec.indicators[["low", "high"]].to_numpy(dtype=float).T
    _check_goalposts(aligned, np.array([low, high]))
    combination = Combination(aligned, spec.combine, low, high)
    present: BoolArray = np.asarray((~np.isnan(aligned.score)).any(axis=0))
    series, _ = pd.factorize(pd.MultiIndex.from_frame(aligned.units.iloc[:, :2]))
    years = aligned.units["year"].to_numpy(dtype=np.int64)
    filling = plan_filling(
        present,
        series=series.astype(np.int64),
        years=years,
        treatment=spec.treatment,
        shares=_mean_shares(aligned, low, high) if spec.treatment.method == "balanced" else None,
        ends=(low, high),
    )
    if filling.left_out is not None:
        present &= ~filling.left_out
    there = present.copy()
    there[filling.target, filling.column] = True
    rules = [rule_of(tier, spec) for tier in ("dimension", "pillar", "index")]
    plan = IndexPlan(
        spec=spec,
        panel=aligned,
        hierarchy=hierarchy,
        weights=declared if weights is None else weights,
        reducers=reducers,
        normalise=bound_normaliser(spec, aligned.units),
        pooled=any(choice.pooled for choice in (spec.normalisation, spec.treatment, combination, *rules))
        or filling.picked,
        sharers=sharers_of(hierarchy, spec),
        filling=filling,
        combination=combination,
        **availability_of(hierarchy, weights or declared, coded=present, there=there, spec=spec),
    )
    if weights is not None or spec.weighting not in DERIVED_WEIGHTINGS:
        return plan
    derived = _derived_weights(plan, spec.weighting)
    return replace(plan, weights=derived, **availability_of(hierarchy, derived, coded=present, there=there, spec=spec))


def _mean_shares(panel: IndicatorPanel, low: Array, high: Array) -> Array:
    """Give the mean level over coders as a share of each scale, whatever else combines coders."""
    levels = combine_coders(panel.score, np.ones((len(panel.coders), 1, 1)), method="mean")
    return np.asarray((levels - low) / (high - low))


def with_tree(plan: IndexPlan, moves: Mapping[str, str]) -> IndexPlan:
    """Bind the same specification to a tree in which some dimensions stand under other pillars.

    Parameters
    ----------
    plan
        The plan.
    moves
        As in `moved`.

    Returns
    -------
    IndexPlan
        The plan of that tree, without sharers; every component keeps its place, and declared weights follow it.

    Raises
    ------
    SpecError
        Where a move cannot be made, or weights are derived from the data.
    """
    if plan.spec.weighting in DERIVED_WEIGHTINGS:
        what, allowed = "weights derived from the data belong to one tree", "declared or equal_indicators"
        found = plan.spec.weighting
        raise SpecError([Fault("the tree", what, found, allowed, "choose another weighting", column="weighting")])
    hierarchy = moved(plan.hierarchy, moves)
    weights = declared_weights(hierarchy, plan.spec.weights, weighting=_declared_form(plan.spec.weighting))
    there = plan.availability[: hierarchy.n_indicators].T > 0
    coded = there & ~(plan.filled[: hierarchy.n_indicators].T > 0)
    return replace(
        plan,
        hierarchy=hierarchy,
        weights=weights,
        reducers={node: reducer_of(hierarchy, node, plan.spec) for node in hierarchy.nodes},
        sharers={},
        **availability_of(hierarchy, weights, coded=coded, there=there, spec=plan.spec),
    )


def _declared_form(weighting: str) -> str:
    return "equal_indicators" if weighting == "equal_indicators" else "declared"


def _derived_weights(plan: IndexPlan, weighting: str) -> Weights:
    """Derive the weights of each node's children from their nominal scores, from the leaves up."""
    weights: dict[int, Array] = dict(plan.weights)
    for node in plan.hierarchy.nodes:
        scores = nominal_scores(replace(plan, weights=weights))
        below = scores[list(plan.hierarchy.components[node].children)].T
        if below.shape[1] > 1:
            try:
                weights[node] = _weights_from(below, weights[node], weighting)
            except ValueError as cause:
                what = f"weights by '{weighting}' cannot be derived for '{plan.hierarchy.components[node].id}'"
                allowed = "scores from which they can, or another weighting"
                fault = Fault(
                    "the index specification", what, str(cause), allowed, "choose another", column="weighting"
                )
                raise SpecError([fault]) from cause
    return weights


def _weights_from(scores: Array, declared: Array, weighting: str) -> Array:
    if weighting == "balanced":
        return balanced_weights(scores, declared)[0]
    used = declared > 0
    derived = np.zeros(len(declared))
    if weighting == "entropy":
        derived[used] = entropy_weights(scores[:, used])
    elif weighting == "critic":
        derived[used] = critic_weights(scores[:, used])
    else:
        method = "loadings_squared" if weighting == "principal_components" else weighting
        derived[used] = principal_component_weights(scores[:, used], method=method)
    return derived


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
    leaves = plan.normalise(plan.filling.apply(plan.combination.nominal())).T
    return plan.evaluate(leaves, plan.weights, usable=plan.usable)


def rebind(plan: IndexPlan, spec: IndexSpec) -> IndexPlan:
    """Bind a specification that makes other choices of method to the panel of a plan, keeping the plan's weights.

    Parameters
    ----------
    plan
        The plan.
    spec
        Its specification with other choices of normalisation, aggregation or treatment.

    Returns
    -------
    IndexPlan
        The plan under those choices, with the weights and the combination of coders of the given one; without sharers.

    Raises
    ------
    SpecError
        Where the specification contradicts itself or the panel.
    """
    if spec.treatment != plan.spec.treatment:
        bound = plan_index(plan.panel, spec, weights=plan.weights)
        return replace(bound, combination=plan.combination)
    check_spec(spec)
    rules = [rule_of(tier, spec) for tier in ("dimension", "pillar", "index")]
    there = plan.usable[: plan.hierarchy.n_indicators].T
    coded = there & ~(plan.filled[: plan.hierarchy.n_indicators].T > 0)
    choices = (spec.normalisation, spec.treatment, plan.combination, *rules)
    return replace(
        plan,
        spec=spec,
        reducers={node: reducer_of(plan.hierarchy, node, spec) for node in plan.hierarchy.nodes},
        normalise=bound_normaliser(spec, plan.panel.units),
        pooled=any(choice.pooled for choice in choices) or plan.filling.picked,
        sharers={},
        **availability_of(plan.hierarchy, plan.weights, coded=coded, there=there, spec=spec),
    )
