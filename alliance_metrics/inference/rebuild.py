"""The whole index rebuilt for many draws at once: levels in, scores of every component out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np

from alliance_metrics.index.plan import IndexPlan
from alliance_metrics.inference.alternatives import Alternatives, candidates_to_leave_out, codes_of
from alliance_metrics.inference.coder_draws import Levels, Places, Singles
from alliance_metrics.inference.realisation import Realisation

Whole = np.ndarray[Any, np.dtype[np.intp]]

_CACHED = 1 << 13
"""Scores of one component that are worked on at once: so many that they stay in the processor's nearest cache."""
_NORMALISED = 1 << 15
"""Values of one indicator that are normalised at once: likewise, in the next cache."""
_LEAST_DRAWS, _MOST_DRAWS = 32, 1024
_ORDERED = ("rank", "percentile_rank", "borda")  # only the order of levels counts


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

    scores: Singles
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
        The same, with nothing more to be left out.
    """
    weights: dict[int, Singles] = {
        node: np.array(share, dtype=np.float32) for node, share in realisation.weights.items()
    }
    for tier, which in realisation.left_out.items():
        for index, (_, node, position) in enumerate(candidates_to_leave_out(plan.hierarchy, plan.weights, tier)):
            rows = np.flatnonzero(which == index)
            if not len(rows):
                continue
            if node not in weights:
                weights[node] = np.tile(plan.weights[node].astype(np.float32), (realisation.n_draws, 1))
            weights[node][rows, position] = 0.0
            rest = weights[node][rows]
            total = rest.sum(axis=1, keepdims=True)
            weights[node][rows] = np.divide(rest, total, out=np.zeros_like(rest), where=total > 0)
    return replace(realisation, weights=weights, left_out={})


def codes_in(realisation: Realisation, alternatives: Alternatives) -> Whole:
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
    units: slice | Places,
    keep: Places,
    rng: np.random.Generator | None = None,
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
    rng
        Source of randomness for donors that are picked.

    Returns
    -------
    Rebuilt
        Their scores.
    """
    n_units = levels.values.shape[1]
    kept = np.empty((len(keep), n_units, realisation.n_draws), dtype=np.float32)
    causes: dict[int, str] = {}
    width = min(max(_NORMALISED // n_units, _LEAST_DRAWS), _MOST_DRAWS)
    for code, draws in _chunks(codes_in(realisation, alternatives), width=width):
        plan = alternatives.plans.get(code)
        if plan is None:
            causes[code] = alternatives.causes[code]
            kept[..., draws] = np.nan
            continue
        try:
            part = realisation.at(draws)
            leaves = _leaves(plan, levels.at(draws), part, units=units, rng=rng)
            for rows, scores in _scores(plan, leaves, part, units=units):
                kept[:, rows, draws] = scores if len(keep) == len(scores) else scores[keep]
        except ValueError as cause:
            causes[code] = str(cause)
            kept[..., draws] = np.nan
    return Rebuilt(kept, causes)


def _chunks(codes: Whole, *, width: int) -> Iterator[tuple[int, slice | Whole]]:
    """Cut draws into runs of one combination and at most so many; slices where they follow one another."""
    ends = np.flatnonzero(np.diff(codes)) + 1
    groups: list[tuple[int, slice | Whole]]
    if len(ends) < len(np.unique(codes)):
        edges = [0, *ends.tolist(), len(codes)]
        groups = [(int(codes[edge]), slice(edge, end)) for edge, end in pairwise(edges)]
    else:
        groups = [(int(code), np.flatnonzero(codes == code)) for code in np.unique(codes)]
    for code, group in groups:
        if isinstance(group, slice):
            for start in range(group.start, group.stop, width):
                yield code, slice(start, min(start + width, group.stop))
        else:
            for start in range(0, len(group), width):
                yield code, group[start : start + width]


def _scores(
    plan: IndexPlan, leaves: Singles, realisation: Realisation, *, units: slice | Places
) -> Iterator[tuple[slice, Singles]]:
    """Aggregate, some units at a time unless the aggregation compares them."""
    weights: dict[int, Singles] = {
        node: realisation.weights.get(node, share.astype(np.float32)[np.newaxis])
        for node, share in plan.weights.items()
    }
    reducers = None
    if realisation.strength is not None or realisation.exponents:
        reducers = plan.reducers_with(strength=_single(realisation.strength), exponents=realisation.exponents)
    usable, n_units = plan.usable[:, units], leaves.shape[1]
    step = n_units if plan.spec.compares_units else max(1, _CACHED // realisation.n_draws)
    for start in range(0, n_units, step):
        rows = slice(start, min(start + step, n_units))
        yield rows, plan.evaluate(leaves[:, rows], weights, usable=usable[:, rows], reducers=reducers)


def _leaves(
    plan: IndexPlan,
    levels: Levels,
    realisation: Realisation,
    *,
    units: slice | Places,
    rng: np.random.Generator | None,
) -> Singles:
    choice, plain = plan.spec.normalisation, plan.spec.treatment.outliers == "none" and not len(plan.filling)
    if choice.method in _ORDERED and plain and levels.divisor and not levels.shift and realisation.goalposts is None:
        values = levels.values  # all divided by the same
    else:
        values = levels.in_levels()
        if realisation.goalposts is not None:
            values = _moved(plan, values, realisation.goalposts, units=units)
    ordered = values.transpose(2, 1, 0)
    if len(plan.filling):
        ordered = plan.filling.apply(ordered, rng=rng)
    return np.asarray(plan.normalise(ordered).transpose(2, 1, 0), dtype=np.float32)


def _moved(plan: IndexPlan, values: Singles, goalposts: Any, *, units: slice | Places) -> Singles:  # noqa: ANN401
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
