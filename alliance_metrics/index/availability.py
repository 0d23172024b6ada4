"""How much of each component is there, counted by weight, and whether that is enough for a score."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from alliance_metrics.coding.arrays import Array, BoolArray
from alliance_metrics.index.hierarchy import Hierarchy
from alliance_metrics.index.methods import Bedrock
from alliance_metrics.index.specification import IndexSpec

_ROUNDING = 1e-9


def availability_of(
    hierarchy: Hierarchy, weights: Mapping[int, Array], *, coded: BoolArray, there: BoolArray, spec: IndexSpec
) -> dict[str, Any]:
    """Count by weight what each component rests on; what is not usable below does not count above.

    Parameters
    ----------
    hierarchy
        The tree.
    weights : dict of int to ndarray, shape (n_children,)
        Weights of the children of every node, on the simplex.
    coded, there : ndarray of bool, shape (n_units, n_indicators)
        Where a cell is coded; where it is coded or filled.
    spec
        The specification.

    Returns
    -------
    dict
        ``availability`` and ``filled``, shares of weight [0-1], and ``usable``, each of shape (n_components, n_units).
    """
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
    return {"availability": availability, "filled": filled, "usable": usable}
