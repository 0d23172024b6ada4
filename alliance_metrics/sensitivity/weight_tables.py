"""How far allowed weights move each year, and what it would take to reverse the order of two."""

from __future__ import annotations

import numpy as np
import pandas as pd

from alliance_metrics.coding.arrays import Array, BoolArray, IntArray
from alliance_metrics.index.methods import Bedrock
from alliance_metrics.index.plan import IndexPlan, nominal_scores
from alliance_metrics.index.rescaling import SCALE
from alliance_metrics.results.collected import Collected
from alliance_metrics.sensitivity.outputs import Output, add_failure, rows_about
from alliance_metrics.sensitivity.weight_range import WeightNode, WeightTree, range_weights, score_range
from alliance_metrics.sensitivity.weight_robustness import difference_range, reversing_radius, reversing_weights
from alliance_metrics.study.study import Study

_HALVINGS = 40
_TIE = 1e-12

#: The tree as far as weights go, and the scores of its leaves.
Weighed = tuple[WeightTree, Array]


def add_weight_tables(study: Study, outputs: list[Output], found: Collected) -> None:
    """Add what allowed weights do to each year, and to the order of pairs of years.

    Parameters
    ----------
    study
        The study.
    outputs
        The outputs; for those that compare the index of two units, what it takes to reverse their order is looked for.
    found
        The tables so far.
    """
    pairs = [one for one in outputs if one.kind in {"change", "gap"} and one.component == _top(study.plan)]
    if pairs:
        _add_reversing_levels(study, pairs, found)
    try:
        weighed = weight_tree(study.plan)
        _add_ranges(study, weighed, found)
    except ValueError as cause:
        add_failure(found, "weight ranges", str(cause))
        return
    for name, nodes in _sets(study.plan).items() if pairs else ():
        try:
            found.add("reversals", _reversals(study, weighed, pairs, nodes=nodes), weights=name)
        except ValueError as cause:
            add_failure(found, f"reversals by weights, {name}", str(cause))
    if pairs:
        try:
            found.add("reversing_weights", _reversing_weights(study, weighed, pairs))
        except ValueError as cause:
            add_failure(found, "reversing weights", str(cause))


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
        Where an aggregation uses no weights.
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


def _top(plan: IndexPlan) -> int:
    return len(plan.hierarchy.components) - 1


def _sets(plan: IndexPlan) -> dict[str, list[int]]:
    """Name the sets of nodes whose weights may move: those of the index alone, or all."""
    return {"across pillars": [_top(plan)], "all levels": list(plan.hierarchy.nodes)}


def _add_ranges(study: Study, weighed: Weighed, found: Collected) -> None:
    """Add the range of each year, and the weights across pillars at which it is lowest and highest."""
    (tree, leaves), plan, radius = weighed, study.plan, study.config.sensitivity.radius
    if not plan.spec.normalisation.on_unit_interval:
        raise ValueError(f"ranges over weights need scores between 0 and 100, not '{plan.spec.normalisation.method}'")
    units = study.panel.units.assign(estimate=SCALE * nominal_scores(plan)[-1])
    for name, nodes in _sets(plan).items():
        least, greatest = score_range(leaves, tree, radius=dict.fromkeys(nodes, radius))
        ends = units.assign(least=SCALE * least[-1], greatest=SCALE * greatest[-1])
        found.add("weight_ranges", ends, weights=name, radius=radius)
    across = {_top(plan): radius}
    extremes = zip(range_weights(leaves, tree, radius=across), score_range(leaves, tree, radius=across), strict=True)
    for end, (weights, score) in zip(("least", "greatest"), extremes, strict=True):
        rows = _with_weights(plan, study.panel.units.assign(score=SCALE * score[-1]), weights[-1])
        found.add("weight_extremes", rows, end=end, radius=radius)


def _with_weights(plan: IndexPlan, rows: pd.DataFrame, weights: Array) -> pd.DataFrame:
    """Repeat each row for every child of the index, with the child's declared weight and another one."""
    top = _top(plan)
    names = [plan.hierarchy.components[child].id for child in plan.hierarchy.components[top].children]
    repeated = rows.loc[rows.index.repeat(len(names))].reset_index(drop=True)
    declared = np.tile(plan.weights[top], len(rows))
    return repeated.assign(component=np.tile(names, len(rows)), declared=declared, weight=weights.ravel())


def _reversals(study: Study, weighed: Weighed, pairs: list[Output], *, nodes: list[int]) -> pd.DataFrame:
    (tree, leaves), (one, other), radius = weighed, _places(pairs), study.config.sensitivity.radius
    scores = SCALE * nominal_scores(study.plan)[-1]
    least, greatest = difference_range(leaves, tree, one=one, other=other, radius=dict.fromkeys(nodes, radius))
    reversing = reversing_radius(leaves, tree, one=one, other=other, nodes=nodes)
    return rows_about(study.plan, pairs).assign(
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


def _reversing_weights(study: Study, weighed: Weighed, pairs: list[Output]) -> pd.DataFrame:
    """Give the weights across pillars nearest to the declared ones at which two years tie."""
    (tree, leaves), (one, other) = weighed, _places(pairs)
    weights = reversing_weights(leaves, tree, one=one, other=other, node=_top(study.plan))
    return _with_weights(study.plan, rows_about(study.plan, pairs), weights).dropna(subset="weight")


def _places(pairs: list[Output]) -> tuple[IntArray, IntArray]:
    first = np.array([int(pair.units[0]) for pair in pairs], dtype=np.int64)
    second = np.array([int(pair.others[0]) for pair in pairs], dtype=np.int64)
    return first, second


def _add_reversing_levels(study: Study, pairs: list[Output], found: Collected) -> None:
    """Add for each indicator the level at which it alone would make the two units of a pair tie."""
    plan = study.plan
    if plan.pooled or len(plan.filling):
        pooled = "a level moves every unit where the method is pooled"
        cause = pooled if plan.pooled else "a level moves other years too where cells are filled from it"
        add_failure(found, "reversals by levels", cause)
        return
    levels, scores = plan.combination.nominal(), nominal_scores(plan)[-1]
    for pair, one, other in zip(pairs, *_places(pairs), strict=True):
        needed = _tying_levels(plan, levels[one], target=scores[other], usable=plan.usable[:, one])
        names = [component.id for component in plan.hierarchy.components[: len(needed)]]
        table = rows_about(plan, [pair], each_times=len(needed)).assign(
            indicator_id=names, level=levels[one], needed=needed, change=needed - levels[one]
        )
        found.add("reversing_levels", table[table["needed"].notna()])


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
