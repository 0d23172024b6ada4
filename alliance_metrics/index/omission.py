"""The same plan with some indicators given no weight, as if the index had been built without them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any

import numpy as np

from alliance_metrics.index.availability import availability_of
from alliance_metrics.index.hierarchy import Hierarchy
from alliance_metrics.index.plan import IndexPlan, Weights

Mask = np.ndarray[Any, np.dtype[np.bool_]]


def plan_without(plan: IndexPlan, indicators: Collection[str]) -> IndexPlan:
    r"""Take the weight from some indicators and give it to their siblings.

    The tree stays as it is, so that draws of everything else are those of the whole index and the two can be set
    beside one another draw by draw.

    Parameters
    ----------
    plan
        The bound plan.
    indicators
        Ids of indicators; those that do not count or are unknown change nothing.

    Returns
    -------
    IndexPlan
        The plan, without sharers. A dimension of which nothing is left has no weight either.

    Raises
    ------
    ValueError
        Where nothing would be left of a pillar.

    Notes
    -----
    What is left of a node keeps its proportions: :math:`w_k / \sum_{j \text{ kept}} w_j`.
    """
    weights = {node: share.copy() for node, share in plan.weights.items()}
    components = plan.hierarchy.components
    for node in plan.hierarchy.nodes:
        gone = _gone(plan.hierarchy, node, frozenset(indicators), weights=plan.weights)
        rest = np.where(gone, 0.0, weights[node])
        if rest.sum() > 0:
            weights[node] = rest / rest.sum()
        elif components[node].tier != "dimension" and weights[node].sum() > 0:
            raise ValueError(f"nothing would be left of {components[node].tier} '{components[node].id}'")
    there = plan.usable[: plan.hierarchy.n_indicators].T
    coded = there & ~(plan.filled[: plan.hierarchy.n_indicators].T > 0)
    counted = availability_of(plan.hierarchy, weights, coded=coded, there=there, spec=plan.spec)
    return replace(plan, weights=weights, sharers={}, **counted)


def _gone(hierarchy: Hierarchy, node: int, indicators: frozenset[str], *, weights: Weights) -> Mask:
    """Say which children of a node are left out, or have nothing left that counts."""
    found = []
    for child in hierarchy.components[node].children:
        component = hierarchy.components[child]
        if not component.children:
            found.append(component.id in indicators)
            continue
        below = _gone(hierarchy, child, indicators, weights=weights)
        found.append(bool(component.tier == "dimension" and not (weights[child] > 0)[~below].any()))
    return np.array(found, dtype=bool)
