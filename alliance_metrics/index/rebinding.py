"""The same panel under other choices of method, with what does not change taken over."""

from __future__ import annotations

from dataclasses import replace

from alliance_metrics.index.availability import availability_of
from alliance_metrics.index.node_rules import reducer_of, rule_of
from alliance_metrics.index.plan import IndexPlan, plan_index
from alliance_metrics.index.rescaling import bound_normaliser
from alliance_metrics.index.specification import IndexSpec, check_spec


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
