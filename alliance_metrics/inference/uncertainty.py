"""How sure we are: the whole index rebuilt for every draw of what is uncertain in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from alliance_metrics.coding.panel import combine_coders
from alliance_metrics.index.plan import IndexPlan
from alliance_metrics.index.weights import dirichlet_weights
from alliance_metrics.inference.coder_draws import PIECE, Cells, cell_distribution, draw_levels, resample_coders
from alliance_metrics.inference.randomness import stream

Array = np.ndarray[Any, np.dtype[np.float64]]

_MEGABYTE = 1 << 20


@dataclass(frozen=True)
class CoderCell:
    """Which level a coder's cell really is: between the coder's low and high, most often the score."""

    input: Literal["coder_cell"] = "coder_cell"


@dataclass(frozen=True)
class CoderChoice:
    """Which coders are believed: one resample of coders a draw, the same in every cell."""

    input: Literal["coder_choice"] = "coder_choice"


@dataclass(frozen=True)
class WeightDraw:
    """Which weights hold: at every node of the tree, around the declared ones.

    Parameters
    ----------
    input
        Tells the kinds apart in a configuration.
    concentration
        Closeness to the declared weights; above zero. See `dirichlet_weights`.
    """

    input: Literal["weights"] = "weights"
    concentration: float = 10.0


UncertainInput = CoderCell | CoderChoice | WeightDraw


@dataclass(frozen=True)
class Uncertainty:
    """What is uncertain, and how it is drawn.

    Parameters
    ----------
    seed
        Seed of all randomness, zero or more.
    draws
        Number of draws, one or more.
    level
        Probability of the intervals. [0-1]
    inputs
        What is uncertain; nothing else is drawn.
    block_megabytes
        Bound on the memory for draws held at once, but never less than one dyad-year's. It moves no number.
    """

    seed: int = 1949
    draws: int = 10_000
    level: float = 0.90
    inputs: tuple[UncertainInput, ...] = (CoderCell(), CoderChoice(), WeightDraw())
    block_megabytes: int = 64


@dataclass(frozen=True, eq=False)
class Draws:
    """Scores of every component in every unit, draw by draw.

    Parameters
    ----------
    components
        Ids, in the order of the first axis.
    scores : ndarray of float32, shape (n_components, n_units, n_draws)
        Scores; NaN where missing. [0-1]
    """

    components: tuple[str, ...]
    scores: np.ndarray[Any, np.dtype[np.float32]]


@dataclass(frozen=True, eq=False)
class _Realisation:
    """What holds for the whole panel in each draw."""

    belief: Array
    weights: Mapping[int, Array]
    cells: bool
    coders: bool


def draw_index(plan: IndexPlan, uncertainty: Uncertainty, *, tiers: tuple[str, ...] = ("index",)) -> Draws:
    """Rebuild the index for every draw and keep some tiers whole.

    Parameters
    ----------
    plan
        The bound plan.
    uncertainty
        What is uncertain.
    tiers
        Which tiers to keep.

    Returns
    -------
    Draws
        Every draw of the components of those tiers.
    """
    places = [place for place, component in enumerate(plan.hierarchy.components) if component.tier in tiers]
    kept = np.empty((len(places), len(plan.panel.units), uncertainty.draws), dtype=np.float32)
    for block, scores in drawn_blocks(plan, uncertainty):
        kept[:, block] = scores[places]
    return Draws(tuple(plan.hierarchy.components[place].id for place in places), kept)


def intervals(
    plan: IndexPlan, uncertainty: Uncertainty, *, progress: Callable[[float], None] | None = None
) -> tuple[Array, Array, Array]:
    """Give the interval of every component in every unit.

    Parameters
    ----------
    plan
        The bound plan.
    uncertainty
        What is uncertain, and the level.
    progress
        Called after each block with the share of the work done. [0-1]

    Returns
    -------
    lower, median, upper : ndarray, shape (n_components, n_units)
        Equal-tailed quantiles of the draws and their median, linear between order statistics; NaN where the
        component is missing. [0-1]
    """
    tails = ((1.0 - uncertainty.level) / 2.0, 0.5, (1.0 + uncertainty.level) / 2.0)
    ends = np.empty((len(tails), len(plan.hierarchy.components), len(plan.panel.units)))
    for block, scores in drawn_blocks(plan, uncertainty):
        scores.sort(axis=-1)
        for place, tail in enumerate(tails):
            ends[place, :, block] = _quantile_of_sorted(scores, tail)
        if progress is not None:
            progress(block.stop / len(plan.panel.units))
    return ends[0], ends[1], ends[2]


def _quantile_of_sorted(values: Array, tail: float) -> Array:
    position = tail * (values.shape[-1] - 1)
    before = int(position)
    after = min(before + 1, values.shape[-1] - 1)
    share = position - before
    return np.asarray(values[..., before] + share * (values[..., after] - values[..., before]))


def drawn_blocks(plan: IndexPlan, uncertainty: Uncertainty) -> Iterator[tuple[slice, Array]]:
    """Rebuild the index for every draw, some units at a time.

    Parameters
    ----------
    plan
        The bound plan.
    uncertainty
        What is uncertain.

    Yields
    ------
    block : slice
        Which units.
    scores : ndarray, shape (n_components, n_block, n_draws)
        Scores of every component; NaN where missing. The receiver may change it. [0-1]
    """
    realisation = _realise(plan, uncertainty)
    if plan.pooled:
        yield from _pooled_blocks(plan, uncertainty, realisation)
        return
    for block in _unit_blocks(plan, uncertainty):
        yield block, _draw_block(plan, uncertainty, realisation, block)


def _unit_blocks(plan: IndexPlan, uncertainty: Uncertainty) -> Iterator[slice]:
    bytes_of_unit = 8 * uncertainty.draws * (len(plan.hierarchy.components) + plan.hierarchy.n_indicators)
    size = max(1, uncertainty.block_megabytes * _MEGABYTE // bytes_of_unit)
    n_units = len(plan.panel.units)
    for start in range(0, n_units, size):
        yield slice(start, min(start + size, n_units))


def _pieces(draws: int) -> Iterator[slice]:
    for start in range(0, draws, PIECE):
        yield slice(start, min(start + PIECE, draws))


def _pooled_blocks(
    plan: IndexPlan, uncertainty: Uncertainty, realisation: _Realisation
) -> Iterator[tuple[slice, Array]]:
    """Rebuild all units together, some draws at a time, where a unit's score depends on the other units.

    Every draw is kept, in single precision, until its unit's turn comes: quantiles need all draws of a unit.
    """
    n_units = len(plan.panel.units)
    whole = np.empty((len(plan.hierarchy.components), n_units, uncertainty.draws), dtype=np.float32)
    modelled = plan.combination.method == "model"
    cells = [] if modelled else [cell_distribution(plan.panel, unit) for unit in range(n_units)]
    for piece in _pieces(uncertainty.draws):
        if modelled:
            levels = _modelled_piece(plan, uncertainty, realisation, piece)
        else:
            levels = np.empty((plan.hierarchy.n_indicators, n_units, piece.stop - piece.start))
            for unit in range(n_units):
                levels[:, unit] = _draw_piece(plan, uncertainty, realisation, cells=cells[unit], piece=piece)
        weights = {node: share[piece] if len(share) > 1 else share for node, share in realisation.weights.items()}
        rng = stream(uncertainty.seed, "missing_cell", piece.start // PIECE)
        leaves = plan.normalise(plan.filling.apply(levels.transpose(2, 1, 0), rng=rng)).transpose(2, 1, 0)
        whole[..., piece] = plan.evaluate(leaves, weights, usable=plan.usable)
    for block in _unit_blocks(plan, uncertainty):
        yield block, whole[:, block].astype(np.float64)


def _modelled_piece(plan: IndexPlan, uncertainty: Uncertainty, realisation: _Realisation, piece: slice) -> Array:
    """Draw one piece from the model of coders, which holds all that coders leave open; fixed where none is drawn."""
    width = piece.stop - piece.start
    if not realisation.cells and not realisation.coders:
        return np.repeat(plan.combination.nominal().T[..., np.newaxis], width, axis=2)
    rng = stream(uncertainty.seed, "coder_model", piece.start // PIECE)
    return plan.combination.posterior(PIECE, rng=rng)[..., :width]


def _realise(plan: IndexPlan, uncertainty: Uncertainty) -> _Realisation:
    kinds = {entry.input: entry for entry in uncertainty.inputs}
    n_coders, draws, seed = len(plan.panel.coders), uncertainty.draws, uncertainty.seed
    belief: Array = np.ones((n_coders, draws))
    if "coder_choice" in kinds and n_coders > 1:
        size = n_coders - 1 if plan.combination.method == "mean" else n_coders
        belief = resample_coders(n_coders, draws, size=size, rng=stream(seed, "coder_choice"))
    weights = {node: share[np.newaxis, :] for node, share in plan.weights.items()}
    drawn = kinds.get("weights")
    if isinstance(drawn, WeightDraw):
        for node, share in plan.weights.items():
            rng = stream(seed, "weights", plan.hierarchy.components[node].id)
            weights[node] = dirichlet_weights(share, concentration=drawn.concentration, count=draws, rng=rng)
    return _Realisation(belief, weights, cells="coder_cell" in kinds, coders="coder_choice" in kinds)


def _draw_block(plan: IndexPlan, uncertainty: Uncertainty, realisation: _Realisation, block: slice) -> Array:
    """Rebuild some units; each is normalised on its own, and filled after, which comes to the same: both are affine."""
    rows, filling = plan.filling.within(np.arange(block.start, block.stop))
    leaves = np.empty((plan.hierarchy.n_indicators, len(rows), uncertainty.draws))
    for place, unit in enumerate(rows):
        cells = cell_distribution(plan.panel, int(unit))
        for piece in _pieces(uncertainty.draws):
            levels = _draw_piece(plan, uncertainty, realisation, cells=cells, piece=piece)
            leaves[:, place, piece] = plan.normalise(levels.T).T
    if len(filling):
        leaves = filling.apply(leaves.transpose(2, 1, 0)).transpose(2, 1, 0)
    own = leaves[:, : block.stop - block.start]
    return plan.evaluate(own, realisation.weights, usable=plan.usable[:, block])


def _draw_piece(
    plan: IndexPlan, uncertainty: Uncertainty, realisation: _Realisation, *, cells: Cells, piece: slice
) -> Array:
    """Draw one unit's combined levels, shape (n_indicators, n_draws): each piece has a stream of its own."""
    panel, width = plan.panel, piece.stop - piece.start
    levels = np.repeat(panel.score[:, cells.unit, :, np.newaxis], width, axis=2)
    if realisation.cells and len(cells.thresholds):
        key = [str(value) for value in panel.units.iloc[cells.unit]]
        rng = stream(uncertainty.seed, "coder_cell", *key, piece.start // PIECE)
        levels = draw_levels(cells, rng=rng)[..., :width]
    return combine_coders(levels, realisation.belief[:, np.newaxis, piece], method=plan.combination.method)
