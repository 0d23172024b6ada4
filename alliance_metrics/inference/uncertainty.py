"""How sure we are: the whole index rebuilt for every draw of what is uncertain in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np

from alliance_metrics.index.plan import IndexPlan
from alliance_metrics.inference.alternatives import Alternatives, bind_alternatives, check_inputs, discrete_inputs
from alliance_metrics.inference.coder_draws import (
    PIECE,
    Cells,
    Levels,
    Places,
    Singles,
    cell_distribution,
    combined_levels,
    draw_levels,
    stacked_levels,
)
from alliance_metrics.inference.inputs import Uncertainty
from alliance_metrics.inference.randomness import stream
from alliance_metrics.inference.realisation import Realisation, realise
from alliance_metrics.inference.rebuild import Rebuilt, codes_in, rebuild, settled
from alliance_metrics.inference.workers import each, processors, shared_array

Progress = Callable[[float], None] | None

_UNITS_AT_ONCE = 8
_MOST_UNITS_AT_ONCE = 64
_WORTH_SHARING = 300_000
"""Draws times units below which starting another process takes longer than it saves."""


class Scratch(Protocol):
    """A place for draws that do not fit the memory allowed; several processes may write."""

    def write(self, columns: Singles, *, first_row: int) -> None:
        """Keep some rows of all columns.

        Parameters
        ----------
        columns : ndarray of float32, shape (n_columns, width)
            The rows.
        first_row
            Place of the first.

        Returns
        -------
        None
            They are kept.
        """
        ...

    def read(self, first: int, last: int) -> Singles:
        """Give all rows of some columns.

        Parameters
        ----------
        first, last
            First column, and the one after the last.

        Returns
        -------
        ndarray of float32, shape (last - first, n_rows)
            The columns.
        """
        ...


class ScratchMaker(Protocol):
    """Gives a place for draws."""

    def __call__(self, n_columns: int, *, n_rows: int, piece: int) -> Scratch:
        """Give one for so many columns and rows, of which a piece is written at a time."""
        ...


@dataclass(frozen=True, eq=False)
class Draws:
    """Scores of some components in every unit, draw by draw.

    Parameters
    ----------
    components
        Ids, in the order of the first axis.
    scores : ndarray of float32, shape (n_components, n_units, n_draws)
        Scores; NaN where missing. [0-1]
    """

    components: tuple[str, ...]
    scores: Singles


@dataclass(frozen=True, eq=False)
class Run:
    """A plan with everything that is uncertain in it realised, ready to be rebuilt draw by draw.

    Parameters
    ----------
    plan
        The nominal plan.
    uncertainty
        What is uncertain.
    realisation
        What holds in each draw.
    alternatives
        The plans of all combinations of discrete choices.
    """

    plan: IndexPlan
    uncertainty: Uncertainty
    realisation: Realisation
    alternatives: Alternatives

    @cached_property
    def together(self) -> bool:
        """Whether all units must be rebuilt together, because a unit's score may rest on the others."""
        return self.modelled or any(plan.pooled or len(plan.filling) for plan in self.alternatives.plans.values())

    @cached_property
    def inputs(self) -> set[str]:
        """Names of the uncertain inputs."""
        return {entry.name for entry in self.uncertainty.inputs}

    @cached_property
    def modelled(self) -> bool:
        """Whether levels come from the model of coders."""
        return self.plan.combination.method == "model" and bool(self.inputs & {"coder_cell", "coder_choice"})

    @cached_property
    def nominal(self) -> Singles:
        """Levels at the nominal configuration, shape (n_indicators, n_units, 1)."""
        return self.plan.combination.nominal().T[..., np.newaxis].astype(np.float32)

    @cached_property
    def cells(self) -> list[Cells]:
        """How the levels of each unit's cells are distributed."""
        return [cell_distribution(self.plan.panel, unit) for unit in range(len(self.plan.panel.units))]

    @cached_property
    def keys(self) -> list[tuple[str, ...]]:
        """What names each unit's stream of random numbers."""
        return [tuple(map(str, row)) for row in self.plan.panel.units.itertuples(index=False, name=None)]

    def levels(self, units: Places, piece: slice) -> Levels:
        """Draw the combined levels of some units in one piece of draws.

        Parameters
        ----------
        units : ndarray of int
            Which units.
        piece
            Which draws: a whole `PIECE`, or the last one's part.

        Returns
        -------
        Levels
            Levels.
        """
        number, width = piece.start // PIECE, piece.stop - piece.start
        if self.modelled:
            source = stream(self.uncertainty.seed, "coder_model", number)
            posterior = self.plan.combination.posterior(PIECE, rng=source)[:, units, :width]
            return Levels(posterior.astype(np.float32))
        if not self.inputs & {"coder_cell", "coder_choice"}:
            return Levels(self.nominal[:, units])
        given = self.realisation.belief
        belief = np.ones((len(self.plan.panel.coders), width)) if given is None else given[:, piece]
        parts = []
        for unit in units.tolist():
            drawn = "coder_cell" in self.inputs
            rng = stream(self.uncertainty.seed, "coder_cell", *self.keys[unit], number) if drawn else None
            levels = draw_levels(self.cells[unit], width=width, rng=rng)
            parts.append(combined_levels(levels, belief, method=self.plan.combination.method))
        return stacked_levels(parts)

    def scores(self, units: Places, piece: slice, keep: Places) -> Rebuilt:
        """Rebuild some units in one piece of draws.

        Parameters
        ----------
        units, piece
            As in `levels`.
        keep : ndarray of int
            Places of the components to keep.

        Returns
        -------
        ndarray of float32, shape (n_kept, n_units, width)
        """
        rng = stream(self.uncertainty.seed, "missing_cell", piece.start // PIECE)
        return rebuild(
            self.levels(units, piece),
            self.realisation.at(piece),
            self.alternatives,
            units=units,
            keep=keep,
            rng=rng,
        )

    @property
    def pieces(self) -> list[slice]:
        """Draws that share streams."""
        draws = self.uncertainty.draws
        return [slice(start, min(start + PIECE, draws)) for start in range(0, draws, PIECE)]

    @property
    def worth_sharing(self) -> bool:
        """Whether there is enough to do for more than one processor."""
        return self.uncertainty.draws * len(self.plan.panel.units) >= _WORTH_SHARING

    def draws(self, units: Places, keep: Places) -> tuple[Singles, dict[int, str]]:
        """Rebuild some units in every draw, where units need not be rebuilt together.

        Parameters
        ----------
        units, keep : ndarray of int
            Which units, and components.

        Returns
        -------
        scores : ndarray of float32, shape (n_kept, n_units, n_draws)
            Scores; NaN where missing or failed. [0-1]
        causes : dict
            For combinations that failed, why.
        """
        size = min(_MOST_UNITS_AT_ONCE, _UNITS_AT_ONCE * len(self.alternatives.plans) or 1)
        whole = np.empty((len(keep), len(units), self.uncertainty.draws), dtype=np.float32)
        causes: dict[int, str] = {}
        for start in range(0, len(units), size):
            some = slice(start, start + size)
            for piece in self.pieces:
                found = self.scores(units[some], piece, keep)
                whole[:, some, piece] = found.scores
                causes |= found.causes
        return whole, causes

    def draw_together(self, put: Callable[[Singles, slice], None], *, progress: Progress = None) -> dict[int, str]:
        """Rebuild all components of all units, piece by piece of the draws.

        Parameters
        ----------
        put
            Takes the scores of one piece, shape (n_components, n_units, width), and which draws they are.
        progress
            Called with the share of the work done. [0-1]

        Returns
        -------
        dict
            For combinations that failed, why.
        """
        everyone = np.arange(len(self.plan.panel.units))
        everything = np.arange(len(self.plan.hierarchy.components))

        def task(piece: slice) -> dict[int, str]:
            found = self.scores(everyone, piece, everything)
            put(found.scores, piece)
            return found.causes

        self.prepare()
        told = each(task, self.pieces, worth_sharing=self.worth_sharing, progress=progress)
        return {code: cause for causes in told for code, cause in causes.items()}

    def prepare(self) -> None:
        """Work out what every process needs, before there are several.

        Returns
        -------
        None
            It is kept.
        """
        _ = self.plan.combination.model if self.modelled else (self.nominal, self.keys, self.cells)


def start_run(plan: IndexPlan, uncertainty: Uncertainty) -> Run:
    """Realise everything that is uncertain.

    Parameters
    ----------
    plan
        The bound plan.
    uncertainty
        What is uncertain.

    Returns
    -------
    Run
        Ready to be rebuilt.

    Raises
    ------
    SpecError
        Where an uncertain input contradicts itself or the plan.
    """
    check_inputs(plan, uncertainty.inputs)
    realisation = settled(plan, realise(plan, uncertainty))
    discrete = discrete_inputs(uncertainty.inputs)
    unbound = Alternatives(discrete, {}, {})
    return Run(plan, uncertainty, realisation, bind_alternatives(plan, discrete, codes_in(realisation, unbound)))


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
    run = start_run(plan, uncertainty)
    components, n_units = plan.hierarchy.components, len(plan.panel.units)
    keep = np.array([place for place, component in enumerate(components) if component.tier in tiers], dtype=np.intp)
    whole = shared_array((len(keep), n_units, uncertainty.draws), np.float32)

    def part(units: Places) -> None:
        whole[:, units], _ = run.draws(units, keep)

    def put(scores: Singles, draws: slice) -> None:
        whole[..., draws] = scores[keep]

    if run.together:
        run.draw_together(put)
    else:
        run.prepare()
        each(part, np.array_split(np.arange(n_units), min(n_units, processors())), worth_sharing=run.worth_sharing)
    return Draws(tuple(components[place].id for place in keep), whole)
