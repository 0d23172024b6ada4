"""How far allowed weights move each year, and what it would take to reverse the order of two."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from alliance_metrics.coding.arrays import Array, BoolArray
from alliance_metrics.index.methods import Bedrock
from alliance_metrics.index.plan import IndexPlan, nominal_scores
from alliance_metrics.index.rescaling import SCALE
from alliance_metrics.sensitivity.outputs import Output
from alliance_metrics.sensitivity.weight_range import WeightNode, WeightTree, range_weights, score_range
from alliance_metrics.sensitivity.weight_robustness import difference_range, reversing_radius, reversing_weights
from alliance_metrics.study.study import Study

Failures = list[tuple[str, int, str]]

_HALVINGS = 40
_TIE = 1e-12


def weight_tables(study: Study, outputs: list[Output], failures: Failures) -> dict[str, pd.DataFrame]:
    """Give what allowed weights do to each year, and to the order of the years asked about.

    Parameters
    ----------
    study
        The study.
    outputs
        Those that compare two units are asked what would reverse them.
    failures
        Where what cannot be done is told, with its cause.

    Returns
    -------
    dict of str to DataFrame
        The tables of weights and reversals.
    """
    radius = study.config.sensitivity.radius
    found: dict[str, pd.DataFrame] = dict.fromkeys(
        ("weight_ranges", "weight_extremes", "reversals", "reversing_weights", "reversing_levels"), pd.DataFrame()
    )
    pairs = [one for one in outputs if one.kind in {"change", "gap"} and one.component == _top(study.plan)]
    found["reversing_levels"] = _reversing_levels(study, pairs, failures)
    try:
        tree, leaves = weight_tree(study.plan)
        _check_plain(study.plan)
        found["weight_ranges"] = _ranges(study, tree, leaves, radius)
        found["weight_extremes"] = _extremes(study, tree, leaves, radius)
    except ValueError as cause:
        failures.append(("weight ranges", 1, str(cause)))
        return found
    if pairs:
        tables = []
        for name, nodes in _sets(study.plan).items():
            try:
                tables.append(_reversals(study, tree, leaves, pairs, weights=(name, nodes)))
            except ValueError as cause:
                failures.append((f"reversals by weights, {name}", 1, str(cause)))
        found["reversals"] = pd.concat(tables, ignore_index=True) if tables else found["reversals"]
        try:
            found["reversing_weights"] = _reversing_weights(study, tree, leaves, pairs)
        except ValueError as cause:
            failures.append(("reversing weights", 1, str(cause)))
    return found


def weight_tree(plan: IndexPlan) -> tuple[WeightTree, Array]:
    """Give the tree as far as weights go, and the scores of its leaves.

    Parameters
    ----------
    plan
        The bound plan.

    Returns
    -------
    tree : WeightTree
        The tree; its places are those of the hierarchy.
    leaves : ndarray, shape (n_indicators, n_units)
        Nominal scores; NaN under what cannot be scored. [0-1]

    Raises
    ------
    ValueError
        Where an aggregation has no weights to speak of.
    """
    nodes = []
    for node in plan.hierarchy.nodes:
        component = plan.hierarchy.components[node]
        level = {"dimension": "within_dimension", "pillar": "within_pillar", "index": "across_pillars"}[component.tier]
        rule = getattr(plan.spec, level)
        children = [plan.hierarchy.components[child].id for child in component.children]
        gate = children.index(rule.pillar) if isinstance(rule, Bedrock) else None
        nodes.append(WeightNode(component.children, plan.weights[node], rule, gate))
    leaves = nominal_scores(plan)[: plan.hierarchy.n_indicators].copy()
    for node in plan.hierarchy.nodes:
        for leaf in _leaves_under(plan, node):
            leaves[leaf, ~plan.usable[node]] = np.nan
    return WeightTree(plan.hierarchy.n_indicators, tuple(nodes)), leaves


def _leaves_under(plan: IndexPlan, place: int) -> list[int]:
    children = plan.hierarchy.components[place].children
    return [leaf for child in children for leaf in _leaves_under(plan, child)] if children else [place]


def _check_plain(plan: IndexPlan) -> None:
    if not plan.spec.normalisation.on_unit_interval:
        raise ValueError(f"ranges over weights need scores between 0 and 100, not '{plan.spec.normalisation.method}'")


def _top(plan: IndexPlan) -> int:
    return len(plan.hierarchy.components) - 1


def _sets(plan: IndexPlan) -> dict[str, list[int]]:
    """Name the sets of nodes whose weights may move: those of the index alone, or all."""
    return {"across pillars": [_top(plan)], "all levels": list(plan.hierarchy.nodes)}


def _ranges(study: Study, tree: WeightTree, leaves: Array, radius: float) -> pd.DataFrame:
    estimate, tables = SCALE * nominal_scores(study.plan)[-1], []
    for name, nodes in _sets(study.plan).items():
        least, greatest = score_range(leaves, tree, radius=dict.fromkeys(nodes, radius))
        frame = study.panel.units.assign(weights=name, radius=radius, estimate=estimate)
        tables.append(frame.assign(least=SCALE * least[-1], greatest=SCALE * greatest[-1]))
    return pd.concat(tables, ignore_index=True)


def _extremes(study: Study, tree: WeightTree, leaves: Array, radius: float) -> pd.DataFrame:
    """Give the weights across pillars at which each year is lowest and highest."""
    top, tables = _top(study.plan), []
    components = study.plan.hierarchy.components
    names = [components[child].id for child in components[top].children]
    ends = range_weights(leaves, tree, radius={top: radius})
    scores = score_range(leaves, tree, radius={top: radius})
    for end, weights, score in zip(("least", "greatest"), ends, scores, strict=True):
        units = study.panel.units.loc[study.panel.units.index.repeat(len(names))].reset_index(drop=True)
        n_units = len(study.panel.units)
        tables.append(
            units.assign(
                end=end,
                component=np.tile(names, n_units),
                declared=np.tile(study.plan.weights[top], n_units),
                weight=weights[-1].ravel(),
                radius=radius,
                score=SCALE * np.repeat(score[-1], len(names)),
            )
        )
    return pd.concat(tables, ignore_index=True)


def _about(study: Study, pairs: list[Output]) -> pd.DataFrame:
    frame = study.panel.units.iloc[[int(one.units[0]) for one in pairs]].reset_index(drop=True)
    return frame.assign(output=[one.name for one in pairs])


def _reversals(
    study: Study, tree: WeightTree, leaves: Array, pairs: list[Output], *, weights: tuple[str, list[int]]
) -> pd.DataFrame:
    one, other = _places(pairs)
    (name, nodes), radius = weights, study.config.sensitivity.radius
    scores = SCALE * nominal_scores(study.plan)[-1]
    least, greatest = difference_range(leaves, tree, one=one, other=other, radius=dict.fromkeys(nodes, radius))
    reversing = reversing_radius(leaves, tree, one=one, other=other, nodes=nodes)
    return _about(study, pairs).assign(
        weights=name,
        difference=scores[one] - scores[other],
        radius=radius,
        least=SCALE * least,
        greatest=SCALE * greatest,
        reversing_radius=reversing,
        verdict=[_verdict(at, low) for at, low in zip(reversing, least, strict=True)],
    )


def _verdict(radius: float, least: float) -> str:
    if np.isnan(least):
        return "cannot be compared: the two miss different components"
    if np.isnan(radius):
        return "no weights reverse it"
    return "a tie" if radius == 0 else "weights at this radius make it a tie"


def _reversing_weights(study: Study, tree: WeightTree, leaves: Array, pairs: list[Output]) -> pd.DataFrame:
    """Give the weights across pillars nearest to the declared ones at which two years tie."""
    one, other = _places(pairs)
    top = _top(study.plan)
    components = study.plan.hierarchy.components
    names = [components[child].id for child in components[top].children]
    weights = reversing_weights(leaves, tree, one=one, other=other, node=top)
    frame = _about(study, pairs)
    frame = frame.loc[frame.index.repeat(len(names))].reset_index(drop=True)
    declared = np.tile(study.plan.weights[top], len(pairs))
    frame = frame.assign(component=np.tile(names, len(pairs)), declared=declared, weight=weights.ravel())
    return frame[frame["weight"].notna()].reset_index(drop=True)


def _places(pairs: list[Output]) -> tuple[Any, Any]:
    first = np.array([int(pair.units[0]) for pair in pairs], dtype=np.int64)
    second = np.array([int(pair.others[0]) for pair in pairs], dtype=np.int64)
    return first, second


def _reversing_levels(study: Study, pairs: list[Output], failures: Failures) -> pd.DataFrame:
    """Give for each indicator the level at which it alone would make the two units of a pair tie."""
    plan, tables = study.plan, []
    if plan.pooled:
        if pairs:
            failures.append(("reversals by levels", 1, "a level moves every unit where the method is pooled"))
        return pd.DataFrame()
    if len(plan.filling):
        if pairs:
            failures.append(("reversals by levels", 1, "a level moves other years too where cells are filled from it"))
        return pd.DataFrame()
    levels = plan.combination.nominal()
    scores = nominal_scores(plan)[-1]
    for pair in pairs:
        one, other = int(pair.units[0]), int(pair.others[0])
        needed = _tying_levels(plan, levels[one], target=scores[other], usable=plan.usable[:, one])
        table = _about(study, [pair])
        table = (
            table.loc[table.index.repeat(len(needed))]
            .reset_index(drop=True)
            .assign(
                indicator_id=[component.id for component in plan.hierarchy.components[: len(needed)]],
                level=levels[one],
                needed=needed,
                change=needed - levels[one],
            )
        )
        tables.append(table[table["needed"].notna()])
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame()


def _tying_levels(plan: IndexPlan, levels: Array, *, target: float, usable: BoolArray) -> Array:
    """Halve, for every indicator at once, the span of levels in which the index reaches a target; it is monotone."""
    n = len(levels)

    def index_at(values: Array) -> Array:
        tried = np.tile(levels, (n, 1))
        tried[np.arange(n), np.arange(n)] = values
        leaves = plan.normalise(tried).T
        return np.asarray(plan.evaluate(leaves, plan.weights, usable=np.tile(usable[:, np.newaxis], (1, n)))[-1])

    low, high = plan.combination.low.copy(), plan.combination.high.copy()
    below, above = index_at(low) - target, index_at(high) - target
    ends = np.where(np.abs(below) <= _TIE, low, np.where(np.abs(above) <= _TIE, high, np.nan))
    crosses = np.sign(below) * np.sign(above) < 0
    rising = below < above
    for _ in range(_HALVINGS):
        middle = (low + high) / 2.0
        upper_half = (index_at(middle) < target) == rising
        low, high = np.where(upper_half, middle, low), np.where(upper_half, high, middle)
    needed = np.where(crosses, (low + high) / 2.0, np.where(np.abs(below - above) <= _TIE, np.nan, ends))
    return np.where(np.isnan(levels), np.nan, needed)
