"""The whole index rebuilt for many draws at once: levels in, scores of every component out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np

from alliance_metrics.coding.arrays import Array, BoolArray, FloatArray, IntArray
from alliance_metrics.errors import ScoringError
from alliance_metrics.index.plan import IndexPlan
from alliance_metrics.uncertainty.alternatives import Alternatives, candidates_to_leave_out, codes_of
from alliance_metrics.uncertainty.coder_draws import Levels
from alliance_metrics.uncertainty.realisation import Realisation

#: Scores of one component that are worked on at once: so many that they stay in the processor's nearest cache.
_CACHED = 1 << 13
#: Values of one indicator that are normalised at once: likewise, in the next cache.
_NORMALISED = 1 << 15
_LEAST_DRAWS, _MOST_DRAWS = 32, 1024
_RELATIVE = ("rank", "percentile_rank", "borda", "minmax", "zscore")  # levels count only beside one another


@dataclass(frozen=True, eq=False)
class Rebuilt:
    """Scores of some components in some units.

    Parameters
    ----------
    scores : ndarray of float32, shape (n_kept, n_units, n_draws)
        Scores; NaN where missing, and in draws that failed. [0-1]
    causes
        For combinations of choices that failed: why.
    """

    scores: FloatArray
    causes: dict[int, str]


def settled(plan: IndexPlan, realisation: Realisation) -> Realisation:
    """Apply what is left out to the weights, and hold weights in single precision.

    Parameters
    ----------
    plan
        The bound plan.
    realisation
        What holds in each draw.

    Returns
    -------
    Realisation
        The same, with weights of zero for what is left out.
    """
    weights: dict[int, FloatArray] = {
        node: np.array(share, dtype=np.float32) for node, share in realisation.weights.items()
    }
    for tier, which in realisation.left_out.items():
        for index, (_, node, position) in enumerate(candidates_to_leave_out(plan.hierarchy, plan.weights, tier)):
            rows = np.flatnonzero(which == index)
            if not len(rows):
                continue
            if node not in weights:
                weights[node] = np.tile(plan.weights[node].astype(np.float32), (realisation.n_draws, 1))
            before = weights[node][rows]  # kept where nothing else is left of a pillar
            weights[node][rows, position] = 0.0
            rest = weights[node][rows]
            total = rest.sum(axis=1, keepdims=True)
            weights[node][rows] = np.divide(rest, total, out=before, where=total > 0)
    return replace(realisation, weights=weights)


def codes_in(realisation: Realisation, alternatives: Alternatives) -> IntArray:
    """Give the combination of discrete choices in each draw.

    Parameters
    ----------
    realisation
        What holds in each draw.
    alternatives
        The plans; their inputs say how codes are counted.

    Returns
    -------
    ndarray of int, shape (n_draws,)
        Codes; all zero where there is no discrete input.
    """
    if not alternatives.inputs:
        return np.zeros(realisation.n_draws, dtype=np.intp)
    return codes_of(alternatives.inputs, [realisation.choices[entry.name] for entry in alternatives.inputs])


def rebuild(
    levels: Levels,
    realisation: Realisation,
    alternatives: Alternatives,
    *,
    units: slice | IntArray,
    keep: IntArray,
    fresh: Callable[..., np.random.Generator] | None = None,
) -> Rebuilt:
    """Rebuild the scores of some units.

    Parameters
    ----------
    levels
        Combined levels of those units, draw by draw, or one for all draws.
    realisation
        What else holds in each draw, as `settled` gives it.
    alternatives
        The plans.
    units
        Which units; all of the panel, in its order, where a plan is pooled or fills cells.
    keep : ndarray of int
        Places of the components to keep.
    fresh
        Gives the source of randomness for filled cells, from its beginning and by the names it is given: every
        combination of choices picks the same.

    Returns
    -------
    Rebuilt
        Their scores.
    """
    n_units = levels.values.shape[1]
    kept = np.empty((len(keep), n_units, realisation.n_draws), dtype=np.float32)
    causes: dict[int, str] = {}
    width = min(max(_NORMALISED // n_units, _LEAST_DRAWS), _MOST_DRAWS)
    gaps = any(not plan.usable.all() for plan in alternatives.plans.values())
    left_out = _left_out(realisation) if gaps else None  # where all is there, weights say all about it
    picked: dict[int, Array | None] = {}
    for code, without, draws in _chunks(codes_in(realisation, alternatives), left_out, width=width):
        plan = alternatives.plans.get(code)
        if plan is None:
            causes[code] = alternatives.causes[code]
            kept[..., draws] = np.nan
            continue
        usable = plan.usable
        if without is not None and not usable.all():
            usable = _usable(alternatives.nominal, plan, realisation, without)
        try:
            part = realisation.at(draws)
            part = replace(part, weights=alternatives.weights(code, part.weights))
            if code not in picked:
                picked[code] = _picks(plan, realisation.n_draws, fresh)
            picks = picked[code]
            chosen = None if picks is None else picks[draws]
            leaves = _leaves(plan, levels.at(draws), part, units=units, picks=chosen)
            for rows, scores in _scores(plan, leaves, part, usable=usable[:, units]):
                kept[:, rows, draws] = scores if len(keep) == len(scores) else scores[keep]
        except ScoringError as cause:
            causes[code] = str(cause)
            kept[..., draws] = np.nan
    return Rebuilt(kept, causes)


def _left_out(realisation: Realisation) -> IntArray | None:
    """Give in each draw a number for what is left out together, nothing where nothing may be."""
    if not realisation.left_out:
        return None
    which = np.stack(list(realisation.left_out.values()))
    return np.asarray(np.unique(which, axis=1, return_inverse=True)[1].reshape(-1), dtype=np.intp)


def _usable(nominal: IndexPlan, plan: IndexPlan, realisation: Realisation, draw: int) -> BoolArray:
    """Say where enough is there without what a draw leaves out, wherever it stands in the tree."""
    parents = {child: node for node in plan.hierarchy.nodes for child in plan.hierarchy.components[node].children}
    places = []
    for tier, which in realisation.left_out.items():
        if which[draw] >= 0:
            _, node, position = candidates_to_leave_out(nominal.hierarchy, nominal.weights, tier)[which[draw]]
            child = nominal.hierarchy.components[node].children[position]
            own = parents[child]
            places.append((own, plan.hierarchy.components[own].children.index(child)))
    return plan.usable_without(places)


def _picks(plan: IndexPlan, n_draws: int, fresh: Callable[..., np.random.Generator] | None) -> Array | None:
    """Draw the uniform numbers of filled cells: a stream for each gap, so that no other dyad moves them."""
    moves = plan.filling.moves
    if fresh is None or not (plan.filling.picked or moves is not None):
        return None
    if moves is None:
        return fresh().random((n_draws, len(plan.filling)))
    units = [tuple(map(str, row)) for row in plan.panel.units.itertuples(index=False, name=None)]
    picks = np.empty((n_draws, len(moves.donor)))
    for place, (donor, column, later) in enumerate(zip(moves.donor, moves.column, moves.later, strict=True)):
        names = (*units[donor], plan.panel.indicators[column], "after" if later else "before")
        picks[:, place] = fresh(*names).random(n_draws)
    return picks


def _chunks(
    codes: IntArray, without: IntArray | None, *, width: int
) -> Iterator[tuple[int, int | None, slice | IntArray]]:
    """Cut draws into runs alike in their choices and in what they leave out, at most so many at once.

    Slices where the draws follow one another. The second number is one draw of the run, where anything is left out.
    """
    keys = codes if without is None else codes * (int(without.max(initial=0)) + 1) + without
    ends = np.flatnonzero(np.diff(keys)) + 1
    groups: list[slice | IntArray]
    if len(ends) < len(np.unique(keys)):
        groups = [slice(edge, end) for edge, end in pairwise([0, *ends.tolist(), len(keys)])]
    else:
        groups = [np.flatnonzero(keys == key) for key in np.unique(keys)]
    for group in groups:
        first = group.start if isinstance(group, slice) else int(group[0])
        last = group.stop if isinstance(group, slice) else len(group)
        for start in range(group.start if isinstance(group, slice) else 0, last, width):
            part = slice(start, min(start + width, last))
            draws = part if isinstance(group, slice) else group[part]
            yield int(codes[first]), None if without is None else first, draws


def _scores(
    plan: IndexPlan, leaves: FloatArray, realisation: Realisation, *, usable: BoolArray
) -> Iterator[tuple[slice, FloatArray]]:
    """Aggregate, some units at a time unless the aggregation compares them."""
    weights: dict[int, FloatArray] = {
        node: realisation.weights.get(node, share.astype(np.float32)[np.newaxis])
        for node, share in plan.weights.items()
    }
    reducers = None
    if realisation.strength is not None or realisation.exponents:
        reducers = plan.reducers_with(strength=_single(realisation.strength), exponents=realisation.exponents)
        leaves = np.broadcast_to(leaves, (*leaves.shape[:2], realisation.n_draws))
    n_units = leaves.shape[1]
    step = n_units if plan.spec.compares_units else max(1, _CACHED // realisation.n_draws)
    for start in range(0, n_units, step):
        rows = slice(start, min(start + step, n_units))
        yield rows, plan.evaluate(leaves[:, rows], weights, usable=usable[:, rows], reducers=reducers)


def _leaves(
    plan: IndexPlan, levels: Levels, realisation: Realisation, *, units: slice | IntArray, picks: Array | None
) -> FloatArray:
    choice, plain = plan.spec.normalisation, plan.spec.treatment.outliers == "none" and not len(plan.filling)
    if choice.method in _RELATIVE and plain and levels.divisor and not levels.shift and realisation.goalposts is None:
        values = levels.values  # all divided by the same
    else:
        values = levels.in_levels()
        if realisation.goalposts is not None:
            values = _moved(plan, values, realisation.goalposts, units=units)
    if picks is not None:
        values = np.broadcast_to(values, (*values.shape[:2], len(picks)))
    ordered = values.transpose(2, 1, 0)
    if len(plan.filling):
        ordered = plan.filling.apply(ordered, picks=picks)
    return np.asarray(plan.normalise(ordered).transpose(2, 1, 0), dtype=np.float32)


def _moved(plan: IndexPlan, values: FloatArray, goalposts: Any, *, units: slice | IntArray) -> FloatArray:  # noqa: ANN401
    """Measure levels between the goalposts of their era, and put them back on the codebook's scale."""
    eras = plan.panel.units["era"]
    places = {era: place for place, era in enumerate(dict.fromkeys(eras))}
    own = np.array([places[era] for era in eras])[units]
    low = plan.combination.low[:, np.newaxis, np.newaxis]
    span = plan.combination.high[:, np.newaxis, np.newaxis] - low
    down, up = goalposts[own, 0][np.newaxis], goalposts[own, 1][np.newaxis]
    share = np.clip((values - low - down) / (span + up - down), 0.0, 1.0)
    return np.asarray(low + span * share, dtype=np.float32)


def _single(values: Any) -> Any:  # noqa: ANN401
    return None if values is None else np.asarray(values, dtype=np.float32)
