"""The tree of components: indicators under dimensions under pillars under one index."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from alliance_metrics.coding.arrays import Array
from alliance_metrics.errors import Fault, SpecError, listed, nearest
from alliance_metrics.index.importance import on_simplex

LARGEST_WEIGHT = 1e9
TIERS = ("index", "pillar", "dimension", "indicator")


@dataclass(frozen=True)
class Component:
    """One place in the tree.

    Parameters
    ----------
    id
        As in the codebook; a dimension carries its pillar, ``pillar.dimension``.
    tier
        ``index``, ``pillar``, ``dimension`` or ``indicator``.
    parent
        Id of the component above; empty for the index.
    role
        ``index``, or ``diagnostic`` for an indicator that is reported and does not count.
    children
        Places of the components below, counted in `Hierarchy.components`.
    """

    id: str
    tier: str
    parent: str
    role: str
    children: tuple[int, ...]


@dataclass(frozen=True)
class Hierarchy:
    """The whole tree, children before parents.

    Parameters
    ----------
    components
        Indicators first, in codebook order, then dimensions, pillars and the index, which is last.
    """

    components: tuple[Component, ...]

    @property
    def n_indicators(self) -> int:
        """Number of leaves, diagnostic ones included."""
        return sum(component.tier == "indicator" for component in self.components)

    @property
    def nodes(self) -> tuple[int, ...]:
        """Places of the components that have children, children before parents."""
        return tuple(place for place, component in enumerate(self.components) if component.children)

    def place_of(self, component_id: str) -> int:
        """Find a component.

        Parameters
        ----------
        component_id
            Its id.

        Returns
        -------
        int
            Its place.
        """
        return [component.id for component in self.components].index(component_id)


def dimension_ids(indicators: pd.DataFrame) -> pd.Series:
    """Give the id of the dimension of every indicator.

    Parameters
    ----------
    indicators
        Columns ``pillar`` and ``dimension``; ``dimension_id`` as well where dimensions have been moved.

    Returns
    -------
    Series of str
        ``pillar.dimension`` where a dimension stands where the codebook has it; a moved one keeps its id.
    """
    if "dimension_id" in indicators.columns:
        return indicators["dimension_id"].astype(str)
    return indicators["pillar"].astype(str) + "." + indicators["dimension"].astype(str)


def hierarchy_from_frame(indicators: pd.DataFrame, *, index_id: str) -> Hierarchy:
    """Build the tree from the codebook's rows.

    Parameters
    ----------
    indicators
        Columns ``indicator_id``, ``pillar``, ``dimension``; if there are diagnostic ones, ``role``; if dimensions have
        been moved, ``dimension_id``.
    index_id
        Id of the index itself.

    Returns
    -------
    Hierarchy
        The tree. A dimension or pillar of diagnostic indicators alone does not enter it.

    Raises
    ------
    SpecError
        Where no indicator counts, or one id names two components.
    """
    roles = indicators["role"] if "role" in indicators.columns else pd.Series("index", index=indicators.index)
    rows = [
        (str(name), str(pillar), dimension, str(role))
        for name, pillar, dimension, role in zip(
            indicators["indicator_id"], indicators["pillar"], dimension_ids(indicators), roles, strict=True
        )
    ]
    counted = [row for row in rows if row[3] == "index"]
    pillars = list(dict.fromkeys(row[1] for row in counted))
    dimensions = list(dict.fromkeys((row[2], row[1]) for row in sorted(counted, key=lambda row: pillars.index(row[1]))))
    ids = [*(row[0] for row in rows), *(dimension for dimension, _ in dimensions), *pillars, index_id]
    doubled = sorted({name for name in ids if ids.count(name) > 1})
    if not counted or doubled:
        found = f"{listed(doubled)} named twice" if doubled else "no indicator of role 'index'"
        what, allowed = "the tree cannot be built", "one or more indicators that count, every id once"
        column = "index.id" if index_id in doubled else None
        raise SpecError([Fault("the codebook", what, found, allowed, "rename or add", column=column)])
    components = [Component(name, "indicator", parent, role, ()) for name, _, parent, role in rows]
    first = len(components)
    for dimension, pillar in dimensions:
        below = tuple(place for place, row in enumerate(rows) if row[2] == dimension and row[3] == "index")
        components.append(Component(dimension, "dimension", pillar, "index", below))
    for pillar in pillars:
        below = tuple(first + place for place, pair in enumerate(dimensions) if pair[1] == pillar)
        components.append(Component(pillar, "pillar", index_id, "index", below))
    top = tuple(range(len(components) - len(pillars), len(components)))
    return Hierarchy((*components, Component(index_id, "index", "", "index", top)))


def moved(hierarchy: Hierarchy, moves: Mapping[str, str]) -> Hierarchy:
    """Put dimensions under other pillars; every component keeps its place and its id.

    Parameters
    ----------
    hierarchy
        The tree.
    moves
        For ids of dimensions the id of the pillar each is put under. Dimensions that the tree does not have are
        passed over.

    Returns
    -------
    Hierarchy
        The tree with those moves.

    Raises
    ------
    SpecError
        Where a pillar is not in the tree, or would be left without a dimension.
    """
    pillars = [one.id for one in hierarchy.components if one.tier == "pillar"]
    new = {one.id: moves[one.id] for one in hierarchy.components if one.tier == "dimension" and one.id in moves}
    parents = [new.get(one.id, one.parent) for one in hierarchy.components]
    faults = [
        Fault("the tree", f"'{name}' cannot be moved", pillar, listed(pillars), "name a pillar", column="tree")
        for name, pillar in new.items()
        if pillar not in pillars
    ]
    components = []
    for one, parent in zip(hierarchy.components, parents, strict=True):
        below = one.children
        if one.tier == "pillar":
            below = tuple(
                place
                for place, child in enumerate(hierarchy.components)
                if child.tier == "dimension" and parents[place] == one.id
            )
            if not below:
                what = "nothing that counts would be left of a pillar"
                faults.append(Fault("the tree", what, one.id, "a dimension or more", "move less", column="tree"))
        components.append(replace(one, parent=parent, children=below))
    if faults:
        raise SpecError(faults)
    return Hierarchy(tuple(components))


def declared_weights(hierarchy: Hierarchy, weights: Mapping[str, float], *, weighting: str) -> dict[int, Array]:
    """Turn declared weights into weights among the children of every node.

    Parameters
    ----------
    hierarchy
        The tree.
    weights
        Weight of any component that is not the index, by id; 1 where none is declared. [0 to 1e9]
    weighting
        ``declared``, or ``equal_indicators``: every indicator counts alike, whatever its dimension, so that a
        dimension or pillar counts as many times as it has indicators.

    Returns
    -------
    dict of int to ndarray
        For the place of each node the weights of its children, on the simplex.

    Raises
    ------
    SpecError
        Where a weight is out of range or for an unknown component; where all children of a node have
        weight zero; where declared weights would be ignored.
    """
    faults = _weight_faults(hierarchy, weights, weighting)
    if faults:
        raise SpecError(faults)
    leaves: dict[int, int] = {}
    for place, component in enumerate(hierarchy.components):
        leaves[place] = sum(leaves[child] for child in component.children) or 1
    shares: dict[int, Array] = {}
    for node in hierarchy.nodes:
        children = hierarchy.components[node].children
        if weighting == "equal_indicators":
            raw = [float(leaves[child]) for child in children]
        else:
            raw = [float(weights.get(hierarchy.components[child].id, 1.0)) for child in children]
        shares[node] = on_simplex(np.array(raw))
    return shares


def _weight_faults(hierarchy: Hierarchy, weights: Mapping[str, float], weighting: str) -> list[Fault]:
    counted = [component for component in hierarchy.components if component.role == "index" and component.parent]
    known = [component.id for component in counted]

    def fault(what: str, found: str, allowed: str, remedy: str = "correct the weight") -> Fault:
        return Fault("weights", what, found, allowed, remedy, column="weights")

    faults = [
        fault(
            "a weight for an unknown component",
            f"'{name}' = {weights[name]}{nearest(name, known)}",
            f"components of this index that count: {listed(known, limit=60)}",
        )
        for name in weights
        if name not in known
    ]
    faults += [
        fault("a weight is negative, not finite or too large", f"'{name}' = {value}", f"zero to {LARGEST_WEIGHT:g}")
        for name, value in weights.items()
        if not 0 <= value <= LARGEST_WEIGHT
    ]
    if weighting == "equal_indicators":
        return faults + [
            fault(
                "a declared weight would be ignored",
                f"'{name}' = {value}",
                "no weights other than 1 where weighting is 'equal_indicators'",
                "remove it, or choose 'declared'",
            )
            for name, value in weights.items()
            if value != 1
        ]
    for node in hierarchy.nodes:
        children = [hierarchy.components[child].id for child in hierarchy.components[node].children]
        if all(weights.get(child, 1) == 0 for child in children):
            found = f"{listed(children)} = 0"
            allowed = f"one or more above zero under '{hierarchy.components[node].id}'"
            faults.append(fault("all weights of a node are zero", found, allowed))
    return faults
