"""What holds in each draw: every uncertain input realised, from streams of random numbers or from points in a cube."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

import numpy as np

from alliance_metrics.coding.arrays import Array, IntArray
from alliance_metrics.index.plan import IndexPlan
from alliance_metrics.index.weights import dirichlet_quantiles, dirichlet_weights
from alliance_metrics.uncertainty import inputs
from alliance_metrics.uncertainty.alternatives import candidates_to_leave_out, probabilities_of
from alliance_metrics.uncertainty.coder_draws import PIECE, coder_multiples
from alliance_metrics.uncertainty.randomness import stream


@dataclass(frozen=True, eq=False)
class Realisation:
    """What holds for the whole panel in each draw. What is not drawn is absent.

    Parameters
    ----------
    n_draws
        Number of draws.
    multiples : ndarray, shape (n_coders, n_draws)
        By how much each coder's leaning moves all levels.
    weights : dict of int to ndarray, shape (n_draws, n_children)
        Weights of the children of nodes.
    choices : dict of str to ndarray of int, shape (n_draws,)
        For names of discrete inputs: which choice.
    strength : ndarray, shape (n_draws,)
        Strength of the bedrock. [0-1]
    exponents : dict of str to ndarray, shape (n_draws,)
        For tiers made by power means: the exponent.
    left_out : dict of str to ndarray of int, shape (n_draws,)
        For tiers: which candidate is left out, -1 where none.
    goalposts : ndarray, shape (n_eras, 2, n_draws)
        How far the low and the high end of the scales of each era lie from the codebook's. [levels]
    """

    n_draws: int
    multiples: Array | None = None
    weights: Mapping[int, Array] = field(default_factory=dict)
    choices: Mapping[str, IntArray] = field(default_factory=dict)
    strength: Array | None = None
    exponents: Mapping[str, Array] = field(default_factory=dict)
    left_out: Mapping[str, IntArray] = field(default_factory=dict)
    goalposts: Array | None = None

    def at(self, draws: slice | IntArray) -> Realisation:
        """Take some draws.

        Parameters
        ----------
        draws
            Which.

        Returns
        -------
        Realisation
            Theirs.
        """

        def cut(values: Any) -> Any:  # noqa: ANN401 - a field: arrays end with the draws, those in mappings begin with them
            if isinstance(values, Mapping):
                return {name: own[draws] for name, own in values.items()}
            return None if values is None else values[..., draws]

        n_draws = len(range(*draws.indices(self.n_draws))) if isinstance(draws, slice) else len(draws)
        return Realisation(n_draws, *(cut(getattr(self, own.name)) for own in fields(self)[1:]))


def joined(parts: list[Realisation]) -> Realisation:
    """Put the realisations of different inputs together.

    Parameters
    ----------
    parts
        One or more, of equally many draws, each of other inputs.

    Returns
    -------
    Realisation
        All of them.
    """
    found: dict[str, Any] = {}
    for part in parts:
        for own in fields(part)[1:]:
            value = getattr(part, own.name)
            if isinstance(value, Mapping):
                found[own.name] = {**found.get(own.name, {}), **value}
            elif value is not None:
                found[own.name] = value
    return Realisation(parts[0].n_draws, **found)


def realise_piece(plan: IndexPlan, uncertainty: inputs.Uncertainty, number: int) -> Realisation:
    """Draw every input of one piece of a run but the cells, each from a stream of its own.

    Parameters
    ----------
    plan
        The bound plan.
    uncertainty
        What is uncertain.
    number
        Place of the piece.

    Returns
    -------
    Realisation
        The draws. Discrete choices are put in order: which draw of a piece has which choice means nothing, since all
        else is drawn independently of it.
    """
    parts = [_drawn(entry, plan, uncertainty, number) for entry in uncertainty.inputs]
    whole = joined([Realisation(PIECE), *parts]).at(slice(0, min(PIECE, uncertainty.draws - number * PIECE)))
    if not whole.choices:
        return whole
    order = np.lexsort(list(reversed(list(whole.choices.values()))))
    return replace(whole, choices={name: choice[order] for name, choice in whole.choices.items()})


def _drawn(entry: inputs.UncertainInput, plan: IndexPlan, uncertainty: inputs.Uncertainty, number: int) -> Realisation:
    n_coders, seed = len(plan.panel.coders), uncertainty.seed
    if isinstance(entry, inputs.CoderChoice):
        if n_coders == 1:
            return Realisation(PIECE)
        normals = stream(seed, "coder_choice", number).standard_normal((PIECE, n_coders)).T
        return Realisation(PIECE, multiples=coder_multiples(normals, level=uncertainty.level))
    if isinstance(entry, inputs.WeightDraw) and entry.spread is None:
        weights = {
            node: dirichlet_weights(
                plan.weights[node],
                concentration=entry.concentration,
                count=PIECE,
                rng=stream(seed, "weights", plan.hierarchy.components[node].id, number),
            )
            for node in _nodes_of(entry, plan)
        }
        return Realisation(PIECE, weights=weights)
    points = stream(seed, entry.name, number).random((PIECE, columns_of(entry, plan)))
    return realise_at(entry, plan, points, level=uncertainty.level)


def _nodes_of(entry: inputs.WeightDraw, plan: IndexPlan) -> list[int]:
    tier = inputs.LEVELS.get(entry.level)
    return [node for node in plan.hierarchy.nodes if tier in {None, plan.hierarchy.components[node].tier}]


def _eras(plan: IndexPlan) -> list[str]:
    return list(dict.fromkeys(plan.panel.units["era"]))


def columns_of(entry: inputs.UncertainInput, plan: IndexPlan) -> int:
    """Count the uniform numbers that realise an input in one draw.

    Parameters
    ----------
    entry
        The input.
    plan
        The bound plan.

    Returns
    -------
    int
        How many; zero for cells, which have streams of their own.
    """
    if isinstance(entry, inputs.CoderChoice):
        return len(plan.panel.coders) if len(plan.panel.coders) > 1 else 0
    if isinstance(entry, inputs.WeightDraw):
        weighted = [int((plan.weights[node] > 0).sum()) for node in _nodes_of(entry, plan)]
        return sum(count - 1 if entry.spread is None else count for count in weighted if count > 1)
    if isinstance(entry, inputs.EraGoalposts):
        return 2 * len(_eras(plan))
    return 0 if entry.input == "coder_cell" else 1


def realise_at(entry: inputs.UncertainInput, plan: IndexPlan, points: Array, *, level: float = 0.9) -> Realisation:
    """Realise one input at points of the unit cube.

    Parameters
    ----------
    entry
        The input.
    plan
        The bound plan.
    points : ndarray, shape (n_draws, n_columns)
        Uniform numbers, as many columns as `columns_of` says. (0-1)
    level
        Probability of the intervals to come. [0-1]

    Returns
    -------
    Realisation
        What holds in each draw: the quantiles of the input's distribution at the points.
    """
    n, found = len(points), dict[str, Any]()
    if isinstance(entry, inputs.CoderChoice) and points.shape[1]:
        from scipy.special import ndtri

        found["multiples"] = coder_multiples(ndtri(points.T), level=level)
    if isinstance(entry, inputs.WeightDraw):
        found["weights"] = _weights_at(entry, plan, points)
    if isinstance(entry, inputs.DISCRETE):
        reached = np.cumsum(probabilities_of(entry))[:-1]
        found["choices"] = {entry.name: np.searchsorted(reached, points[:, 0], side="right")}
    if isinstance(entry, inputs.StrengthInput):
        found["strength"] = entry.least + (entry.most - entry.least) * points[:, 0]
    if isinstance(entry, inputs.ExponentInput):
        found["exponents"] = {inputs.LEVELS[entry.level]: entry.least + (entry.most - entry.least) * points[:, 0]}
    if isinstance(entry, inputs.LeaveOut):
        found["left_out"] = {entry.tier: _left_out_at(entry, plan, points[:, 0])}
    if isinstance(entry, inputs.EraGoalposts):
        shifts = entry.reach * (2.0 * points - 1.0)
        found["goalposts"] = np.ascontiguousarray(shifts.T).reshape(-1, 2, n)
    return Realisation(n, **found)


def _left_out_at(entry: inputs.LeaveOut, plan: IndexPlan, points: Array) -> IntArray:
    count = len(candidates_to_leave_out(plan.hierarchy, plan.weights, entry.tier))
    if count == 0 or entry.probability == 0:
        return np.full(len(points), -1, dtype=np.intp)
    share = points / entry.probability
    which = np.minimum((share * count).astype(np.intp), count - 1)
    return np.where(share < 1, which, -1)


def _weights_at(entry: inputs.WeightDraw, plan: IndexPlan, points: Array) -> dict[int, Array]:
    found, used = {}, 0
    for node in _nodes_of(entry, plan):
        declared = plan.weights[node]
        weighted = declared > 0
        count = int(weighted.sum())
        if count == 1:
            continue
        width = count - 1 if entry.spread is None else count
        part = points[:, used : used + width]
        used += width
        if entry.spread is None:
            found[node] = dirichlet_quantiles(declared, part, concentration=entry.concentration)
        else:
            drawn = np.zeros((len(points), len(declared)))
            drawn[:, weighted] = declared[weighted] * (1.0 + entry.spread * (2.0 * part - 1.0))
            found[node] = drawn / drawn.sum(axis=1, keepdims=True)
    return found
