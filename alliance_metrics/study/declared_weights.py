"""Weights of components: declared by a configuration, or averaged over the points that experts gave."""

from __future__ import annotations

import numpy as np

from alliance_metrics.coding.codebook import Codebook
from alliance_metrics.config.model import Config
from alliance_metrics.errors import Fault, SpecError, listed
from alliance_metrics.index.hierarchy import Hierarchy, hierarchy_from_frame
from alliance_metrics.index.weights import budget_weights


def known_weights(config: Config, whole: Codebook, kept: Codebook) -> dict[str, float]:
    """Give the weights that a configuration declares or experts gave, without those of components that facets exclude.

    Parameters
    ----------
    config
        The configuration.
    whole, kept
        The codebook, and what the facets leave of it.

    Returns
    -------
    dict
        Weights by id of component; those of unknown components stay, to be refused. [0 or more]

    Raises
    ------
    SpecError
        Where an expert gave no component of a node any points.
    """
    index_id = config.index.id
    tree = hierarchy_from_frame(whole.indicators, index_id=index_id)
    everywhere = {component.id for component in tree.components}
    here = {component.id for component in hierarchy_from_frame(kept.indicators, index_id=index_id).components}
    weights = {**config.weights, **_budgeted_weights(config, tree)}
    return {name: value for name, value in weights.items() if name in here or name not in everywhere}


def _budgeted_weights(config: Config, tree: Hierarchy) -> dict[str, float]:
    """Average over experts the shares of points that they gave the children of a node, where any gave points."""
    points: dict[str, dict[str, float]] = {}
    for entry in config.index.allocations:
        points.setdefault(entry.component, {})[entry.expert] = entry.points
    weights = {name: 1.0 for name in points if name not in {component.id for component in tree.components}}
    for node in tree.nodes:
        children = [tree.components[child].id for child in tree.components[node].children]
        experts = sorted({expert for child in children for expert in points.get(child, {})})
        if not experts:
            continue
        table = np.array([[points.get(child, {}).get(expert, 0.0) for child in children] for expert in experts])
        if (table.sum(axis=1) == 0).any():
            names = [expert for expert, row in zip(experts, table, strict=True) if row.sum() == 0]
            what, allowed = "an expert gave no component any points", f"points among {listed(children)}"
            remedy, key = "give points, or leave the rows out", "index.budget"
            raise SpecError([Fault("weights", what, listed(names), allowed, remedy, column=key)])
        weights |= dict(zip(children, map(float, budget_weights(table)), strict=True))
    return weights
