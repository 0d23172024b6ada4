"""Which function makes each node's score, and which shares it out again."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from alliance_metrics.coding.arrays import Array
from alliance_metrics.errors import Fault, SpecError, listed
from alliance_metrics.index.aggregate import Reducer, bedrock
from alliance_metrics.index.hierarchy import Component, Hierarchy
from alliance_metrics.index.methods import Bedrock, BenefitOfTheDoubt, Mean, PowerMean, Rule
from alliance_metrics.index.shapley import MOST_COMPONENTS, bedrock_shares
from alliance_metrics.index.specification import IndexSpec

Sharer = Callable[[Array, Array], Array]


def reducer_of(hierarchy: Hierarchy, node: int, spec: IndexSpec) -> Reducer:
    """Give the function that makes a node's score.

    Parameters
    ----------
    hierarchy
        The tree.
    node
        Place of the node.
    spec
        The specification.

    Returns
    -------
    callable
        Takes scores and weights of the children.

    Raises
    ------
    SpecError
        Where the rule does not fit the node.
    """
    component = hierarchy.components[node]
    rule = rule_of(component.tier, spec)
    if isinstance(rule, BenefitOfTheDoubt):
        _check_bounds(rule, component)
    if not isinstance(rule, Bedrock):
        return rule.reduce
    return partial(bedrock, gate=gate_of(hierarchy, node, rule), strength=rule.strength)


def gate_of(hierarchy: Hierarchy, node: int, rule: Bedrock) -> int:
    """Find the gate among a node's children.

    Parameters
    ----------
    hierarchy
        The tree.
    node
        Place of the node.
    rule
        The rule.

    Returns
    -------
    int
        Its place among the children.

    Raises
    ------
    SpecError
        Where no indicator under the gate counts.
    """
    children = [hierarchy.components[child].id for child in hierarchy.components[node].children]
    if rule.pillar not in children:
        found = f"'{rule.pillar}' has no indicator that counts here"
        fault = Fault(
            "the index specification", "the gating pillar is empty", found, listed(children), "choose another"
        )
        raise SpecError([fault])
    return children.index(rule.pillar)


def sharers_of(hierarchy: Hierarchy, spec: IndexSpec) -> dict[int, Sharer]:
    """Give what shares out each node's score among its children.

    Parameters
    ----------
    hierarchy
        The tree.
    spec
        The specification.

    Returns
    -------
    dict of int to callable
        Empty where shares mean nothing for any node.
    """
    found = {node: _sharer(hierarchy, node, spec) for node in hierarchy.nodes}
    sharers = {node: sharer for node, sharer in found.items() if sharer is not None}
    return sharers if spec.normalisation.on_unit_interval and len(sharers) == len(found) else {}


def _sharer(hierarchy: Hierarchy, node: int, spec: IndexSpec) -> Sharer | None:
    component = hierarchy.components[node]
    rule = rule_of(component.tier, spec)
    if isinstance(rule, Bedrock):
        return partial(bedrock_shares, gate=gate_of(hierarchy, node, rule), strength=rule.strength)
    if not isinstance(rule, (Mean, PowerMean)):
        return None
    if isinstance(rule, PowerMean) and rule.exponent > 0 and len(component.children) > MOST_COMPONENTS:
        return None
    return rule.shares


def _check_bounds(rule: BenefitOfTheDoubt, component: Component) -> None:
    n = len(component.children)
    if not 0.0 <= rule.lower <= rule.upper <= 1.0 or rule.lower * n > 1.0 or rule.upper * n < 1.0:
        level = {"dimension": "within_dimension", "pillar": "within_pillar", "index": "across_pillars"}[component.tier]
        what = f"shares that cannot sum to 1 over the {n} components of '{component.id}'"
        found, allowed = f"{rule.lower:g} to {rule.upper:g}", f"lower at most {1 / n:g}, upper at least {1 / n:g}"
        fault = Fault("the index specification", what, found, allowed, "widen the bounds", column=level)
        raise SpecError([fault])


def rule_of(tier: str, spec: IndexSpec) -> Rule | Bedrock:
    """Give the aggregation that makes the scores of a tier.

    Parameters
    ----------
    tier
        ``dimension``, ``pillar`` or ``index``.
    spec
        The specification.

    Returns
    -------
    Rule or Bedrock
        The aggregation.
    """
    return {"dimension": spec.within_dimension, "pillar": spec.within_pillar, "index": spec.across_pillars}[tier]
