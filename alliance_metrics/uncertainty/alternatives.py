"""Discrete choices made otherwise: every combination of them that is drawn, bound to the panel once."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from alliance_metrics.coding.arrays import Array, FloatArray, IntArray
from alliance_metrics.errors import Fault, SpecError, listed, nearest
from alliance_metrics.index.hierarchy import Hierarchy
from alliance_metrics.index.methods import Bedrock, MazziottaPareto, PowerMean
from alliance_metrics.index.plan import IndexPlan, Weights, rebind, with_tree
from alliance_metrics.index.specification import IndexSpec
from alliance_metrics.uncertainty.inputs import (
    DISCRETE,
    LEVELS,
    AggregationInput,
    Discrete,
    EraGoalposts,
    ExponentInput,
    NormalisationInput,
    StrengthInput,
    TreeInput,
    UncertainInput,
)

_ROUNDING = 1e-9


@dataclass(frozen=True, eq=False)
class Alternatives:
    """Plans under the combinations of discrete choices.

    Parameters
    ----------
    inputs
        The discrete inputs, in the order in which codes count them.
    plans
        Plan of each code that can be scored.
    causes
        For each code that cannot: why.
    nominal
        The plan of the nominal configuration.
    """

    inputs: tuple[Discrete, ...]
    plans: Mapping[int, IndexPlan]
    causes: Mapping[int, str]
    nominal: IndexPlan

    def weights(self, code: int, weights: Mapping[int, FloatArray]) -> Mapping[int, FloatArray]:
        r"""Let drawn weights follow components that stand elsewhere in the tree of an alternative.

        Parameters
        ----------
        code
            The code of the alternative.
        weights : dict of int to ndarray, shape (..., n_children)
            Drawn weights of nodes of the nominal tree.

        Returns
        -------
        dict of int to ndarray
            Drawn weights of nodes of the alternative's tree.

        Notes
        -----
        A component :math:`k` with the drawn weight :math:`v_k` among its siblings in the nominal tree, whose nominal
        weight there is :math:`u_k`, has among its siblings in the other tree a weight proportional to
        :math:`u'_k v_k / u_k`, with the nominal weight :math:`u'_k` there. Where siblings are left out, :math:`u_k` is
        divided by what is left, so that nobody gains in another pillar from what is left out of the first.
        """
        plan = self.plans[code]
        return followed(self.nominal, plan, weights) if plan.hierarchy is not self.nominal.hierarchy else weights

    def describe(self, code: int) -> str:
        """Say what a code stands for.

        Parameters
        ----------
        code
            The code.

        Returns
        -------
        str
            ``input = choice`` for every discrete input; empty where there is none.
        """
        chosen = zip(self.inputs, choices_of(self.inputs, code), strict=True)
        return "; ".join(f"{entry.name} = {_described(entry.choices[place])}" for entry, place in chosen)


def discrete_inputs(inputs: Iterable[UncertainInput]) -> tuple[Discrete, ...]:
    """Give the inputs that are choices among methods.

    Parameters
    ----------
    inputs
        All uncertain inputs.

    Returns
    -------
    tuple
        The discrete ones.
    """
    return tuple(entry for entry in inputs if isinstance(entry, DISCRETE))


def probabilities_of(entry: Discrete) -> tuple[float, ...]:
    """Give the probability of every choice.

    Parameters
    ----------
    entry
        The input.

    Returns
    -------
    tuple of float
        Probabilities. [0-1]
    """
    return entry.probabilities or (1.0 / len(entry.choices),) * len(entry.choices)


def codes_of(inputs: tuple[Discrete, ...], choices: list[IntArray]) -> IntArray:
    """Give each combination of choices a number.

    Parameters
    ----------
    inputs
        The discrete inputs.
    choices : list of ndarray of int, shape (n_draws,)
        For each input which choice holds in each draw.

    Returns
    -------
    ndarray of int, shape (n_draws,)
        One code for each combination.
    """
    return np.asarray(
        np.ravel_multi_index(tuple(choices), tuple(len(entry.choices) for entry in inputs)), dtype=np.intp
    )


def possible_codes(inputs: tuple[Discrete, ...]) -> IntArray:
    """List the codes of all combinations that may be drawn.

    Parameters
    ----------
    inputs
        The discrete inputs.

    Returns
    -------
    ndarray of int
        Codes in rising order.
    """
    probabilities = np.ones(1)
    for entry in inputs:
        probabilities = np.outer(probabilities, probabilities_of(entry)).ravel()
    return np.flatnonzero(probabilities > 0)


def choices_of(inputs: tuple[Discrete, ...], code: int) -> tuple[int, ...]:
    """Give the choices that a code stands for.

    Parameters
    ----------
    inputs
        The discrete inputs.
    code
        The code.

    Returns
    -------
    tuple of int
        For each input which choice.
    """
    if not inputs:
        return ()
    return tuple(int(place) for place in np.unravel_index(code, tuple(len(entry.choices) for entry in inputs)))


def bind_alternatives(plan: IndexPlan, inputs: tuple[Discrete, ...], codes: IntArray) -> Alternatives:
    """Bind every combination of choices that is drawn.

    Parameters
    ----------
    plan
        The plan of the nominal configuration.
    inputs
        The discrete inputs.
    codes : ndarray of int
        Codes that are drawn.

    Returns
    -------
    Alternatives
        Plans, and for combinations that contradict themselves the reason. Weights, and the model of coders where it is
        used, are those of the nominal plan throughout.
    """
    plans: dict[int, IndexPlan] = {}
    causes: dict[int, str] = {}
    for code in np.unique(codes).tolist():
        if not inputs:
            plans[code] = plan
            continue
        try:
            chosen = choices_of(inputs, code)
            bound = rebind(plan, _changed(plan.spec, inputs, chosen))
            plans[code] = with_tree(bound, _moves(inputs, chosen)) if _moves(inputs, chosen) else bound
        except SpecError as error:
            causes[code] = error.summary
    return Alternatives(inputs, plans, causes, plan)


def followed(nominal: IndexPlan, plan: IndexPlan, weights: Mapping[int, FloatArray]) -> dict[int, FloatArray]:
    """Let drawn weights follow components into a tree in which some stand under other nodes.

    Parameters
    ----------
    nominal, plan
        Plans of the two trees, whose components have the same places.
    weights : dict of int to ndarray, shape (..., n_children)
        Drawn weights of nodes of the nominal tree.

    Returns
    -------
    dict of int to ndarray
        Drawn weights of nodes of the other; see `Alternatives.weights`.
    """
    multiples: dict[int, FloatArray] = {}
    for node, drawn in weights.items():
        declared = nominal.weights[node]
        left = ((drawn > 0) * declared).sum(axis=-1, keepdims=True).astype(drawn.dtype)  # 1 where nothing is left out
        ratio = left * np.divide(drawn, declared, out=np.zeros(drawn.shape, dtype=drawn.dtype), where=declared > 0)
        multiples |= {
            child: ratio[..., place] for place, child in enumerate(nominal.hierarchy.components[node].children)
        }
    found = dict(weights)
    for node in plan.hierarchy.nodes:
        children = plan.hierarchy.components[node].children
        if children == nominal.hierarchy.components[node].children or not multiples.keys() & set(children):
            continue
        some = next(multiples[child] for child in children if child in multiples)
        shares = [np.asarray(multiples.get(child, np.ones_like(some))) for child in children]
        raw = plan.weights[node].astype(some.dtype) * np.stack(shares, axis=-1)
        total = raw.sum(axis=-1, keepdims=True)
        found[node] = np.divide(
            raw, total, out=np.broadcast_to(plan.weights[node], raw.shape).astype(some.dtype), where=total > 0
        )
    return found


def _moves(inputs: tuple[Discrete, ...], chosen: tuple[int, ...]) -> Mapping[str, str]:
    """Give the moves that a combination of choices makes in the tree."""
    pairs = zip(inputs, chosen, strict=True)
    return next((entry.choices[place] for entry, place in pairs if isinstance(entry, TreeInput)), {})


def _changed(spec: IndexSpec, inputs: tuple[Discrete, ...], chosen: tuple[int, ...]) -> IndexSpec:
    changes: dict[str, Any] = {}
    for entry, place in zip(inputs, chosen, strict=True):
        if isinstance(entry, TreeInput):
            continue
        changes[entry.level if isinstance(entry, AggregationInput) else entry.input] = entry.choices[place]
    return replace(spec, **changes)


def _described(choice: Any) -> str:  # noqa: ANN401 - any of the choices
    """Name a method with what was chosen beside it, or where dimensions stand."""
    if isinstance(choice, Mapping):
        return ", ".join(f"{name} under {pillar}" for name, pillar in choice.items()) or "as configured"
    plain = {field.name: getattr(choice, field.name) for field in fields(choice)}
    method = plain.pop("method")
    usual = {field.name: field.default for field in fields(choice)}
    beside = [f"{name} {value}" for name, value in plain.items() if value != usual[name]]
    return " ".join([method, *beside])


def check_inputs(plan: IndexPlan, inputs: Iterable[UncertainInput]) -> None:
    """Refuse uncertain inputs that contradict themselves, one another or the plan.

    Parameters
    ----------
    plan
        The bound plan.
    inputs
        What is uncertain.


    Raises
    ------
    SpecError
        Listing every contradiction.
    """
    given = list(inputs)
    names = [entry.name for entry in given]
    faults = [
        _input_fault("an uncertain input stands twice", name, "each input once")
        for name in dict.fromkeys(names)
        if names.count(name) > 1
    ]
    levels = [entry.level for entry in given if entry.input == "weights"]
    if "all" in levels and len(set(levels)) > 1:
        faults.append(_input_fault("weights stand at all levels and at one", listed(levels), "all, or single levels"))
    for entry in given:
        if isinstance(entry, DISCRETE):
            faults += _choice_faults(entry)
        if isinstance(entry, TreeInput):
            faults += _tree_faults(plan, entry)
    faults += _parameter_faults(plan, given)
    if faults:
        raise SpecError(faults)


def _tree_faults(plan: IndexPlan, entry: TreeInput) -> list[Fault]:
    dimensions = [one.id for one in plan.hierarchy.components if one.tier == "dimension"]
    faults = []
    for choice in entry.choices:
        unknown = [name for name in choice if name not in dimensions]
        if unknown:
            what = "only a dimension that counts can be moved"
            faults.append(
                _input_fault(
                    what, listed(f"{name}{nearest(name, dimensions)}" for name in unknown), listed(dimensions, limit=30)
                )
            )
            continue
        try:
            with_tree(plan, choice)
        except SpecError as error:
            faults += [replace(fault, column="uncertainty.inputs") for fault in error.faults]
    return faults


def _choice_faults(entry: Discrete) -> list[Fault]:
    if not entry.choices:
        return [_input_fault(f"'{entry.name}' has no choices", "none", "one or more choices")]
    faults = []
    if entry.probabilities and (
        len(entry.probabilities) != len(entry.choices)
        or min(entry.probabilities) < 0
        or not math.isclose(sum(entry.probabilities), 1.0, abs_tol=_ROUNDING)
    ):
        what = f"probabilities of '{entry.name}' do not fit its {len(entry.choices)} choices"
        faults.append(_input_fault(what, listed(entry.probabilities), "one for each choice, summing to 1"))
    if isinstance(entry, AggregationInput) and entry.level != "across_pillars":
        gated = [choice.method for choice in entry.choices if isinstance(choice, Bedrock)]
        if gated:
            faults.append(_input_fault(f"a bedrock {entry.level}", listed(gated), "a bedrock across pillars alone"))
    if isinstance(entry, AggregationInput):
        scaled = [choice.method for choice in entry.choices if isinstance(choice, MazziottaPareto)]
        if scaled and len(entry.choices) > 1:
            what = "an aggregation with a scale of its own cannot be one choice of several"
            faults.append(_input_fault(what, listed(scaled), "aggregations whose scores lie between 0 and 100"))
    if isinstance(entry, NormalisationInput):
        free = [choice.method for choice in entry.choices if not choice.on_unit_interval]
        if free:
            what = "a normalisation whose scores do not lie between 0 and 100 cannot be one choice of several"
            allowed = "goalposts, minmax, percentile_rank, target, best, or zscore with centre and deviation"
            faults.append(_input_fault(what, listed(free), allowed))
    return faults


def _parameter_faults(plan: IndexPlan, inputs: list[UncertainInput]) -> list[Fault]:
    faults = []
    nominal = plan.spec.normalisation
    if not nominal.on_unit_interval and any(isinstance(entry, NormalisationInput) for entry in inputs):
        what = "normalisations to choose from, beside a nominal one whose scores do not lie between 0 and 100"
        faults.append(_input_fault(what, nominal.method, "a nominal normalisation on their scale"))
    rules: dict[str, list[Any]] = {level: [getattr(plan.spec, level)] for level in LEVELS}
    for entry in inputs:
        if isinstance(entry, AggregationInput):
            rules[entry.level] = list(entry.choices)
    for entry in inputs:
        if isinstance(entry, StrengthInput) and not any(isinstance(rule, Bedrock) for rule in rules["across_pillars"]):
            what = "a strength without a bedrock is no input"
            faults.append(_input_fault(what, "across_pillars", "bedrock across pillars, or among its choices"))
        if isinstance(entry, ExponentInput) and not any(isinstance(rule, PowerMean) for rule in rules[entry.level]):
            what = "an exponent without a power mean is no input"
            faults.append(_input_fault(what, entry.level, "a power mean at that level, or among its choices"))
        if isinstance(entry, (StrengthInput, ExponentInput)) and entry.least > entry.most:
            faults.append(_input_fault("ends are crossed", f"{entry.least:g} to {entry.most:g}", "least, then most"))
        if isinstance(entry, EraGoalposts):
            narrowest = float(np.min(plan.combination.high - plan.combination.low))
            if not 0 <= entry.reach < narrowest / 2:
                what = "goalposts of eras may cross"
                faults.append(_input_fault(what, f"reach {entry.reach:g}", f"0 to less than {narrowest / 2:g} levels"))
    return faults


def _input_fault(what: str, found: str, allowed: str) -> Fault:
    return Fault("the uncertain inputs", what, found, allowed, "correct it", column="uncertainty.inputs")


def candidates_to_leave_out(hierarchy: Hierarchy, weights: Weights, tier: str) -> list[tuple[int, int, int]]:
    """List what may be left out without emptying a pillar.

    Parameters
    ----------
    hierarchy
        The tree.
    weights
        Declared weights of every node's children.
    tier
        ``indicator`` or ``dimension``.

    Returns
    -------
    list of tuple of int
        For each: its place, the node whose weights change, and the place of the weight that becomes zero: where it is
        alone in its dimension, that of the dimension.
    """
    parents = {child: node for node in hierarchy.nodes for child in hierarchy.components[node].children}
    found = []
    for place, component in enumerate(hierarchy.components):
        if component.tier != tier or place not in parents:
            continue
        child, node = place, parents[place]
        while hierarchy.components[node].tier == "dimension" and _weighted(weights[node]) == 1:
            child, node = node, parents[node]
        position = hierarchy.components[node].children.index(child)
        if weights[parents[place]][hierarchy.components[parents[place]].children.index(place)] > 0 and (
            _weighted(weights[node]) > 1 and weights[node][position] > 0
        ):
            found.append((place, node, position))
    return found


def _weighted(weights: Array) -> int:
    return int((weights > 0).sum())
