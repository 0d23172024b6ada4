"""A plan with everything that is uncertain in it realised, ready to be rebuilt draw by draw."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Protocol

import numpy as np

from alliance_metrics.index.plan import IndexPlan
from alliance_metrics.inference.alternatives import Alternatives
from alliance_metrics.inference.coder_draws import (
    PIECE,
    Cells,
    Levels,
    Places,
    Shift,
    Singles,
    cell_distribution,
    coder_leanings,
    combined_levels,
    draw_levels,
    stacked_levels,
)
from alliance_metrics.inference.inputs import Uncertainty
from alliance_metrics.inference.randomness import stream
from alliance_metrics.inference.realisation import Realisation
from alliance_metrics.inference.rebuild import Rebuilt, rebuild
from alliance_metrics.inference.workers import each

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
        levels = Levels(self.nominal[:, units])
        if "coder_cell" in self.inputs:
            parts = []
            for unit in units.tolist():
                rng = stream(self.uncertainty.seed, "coder_cell", *self.keys[unit], number)
                drawn = draw_levels(self.cells[unit], width=width, rng=rng)
                parts.append(combined_levels(drawn, method=self.plan.combination.method))
            levels = stacked_levels(parts)
        multiples = self.realisation.multiples
        return self.leaning(levels, units, None if multiples is None else multiples[:, piece])

    def leaning(self, levels: Levels, units: Places, multiples: Singles | None) -> Levels:
        """Move levels by the coders' leanings.

        Parameters
        ----------
        levels
            Combined levels of some units.
        units : ndarray of int
            Which units.
        multiples : ndarray, shape (n_coders, n_draws), optional
            By how much each coder's leaning moves all levels; not at all where absent.

        Returns
        -------
        Levels
            The levels.
        """
        if multiples is None:
            return levels
        shift = Shift(self.leanings[:, :, units], multiples.astype(np.float32), *self.ends)
        return replace(levels, shift=shift)

    @cached_property
    def leanings(self) -> Singles:
        """Levels by which each coder lies from the others, shape (n_coders, n_indicators, n_units)."""
        combination = self.plan.combination
        found = coder_leanings(self.plan.panel, low=combination.low, high=combination.high)
        return np.ascontiguousarray(found.transpose(0, 2, 1), dtype=np.float32)

    @cached_property
    def ends(self) -> tuple[Singles, Singles]:
        """Ends of the scales, each of shape (n_indicators, 1, 1)."""
        low, high = self.plan.combination.low, self.plan.combination.high
        return low.astype(np.float32)[:, np.newaxis, np.newaxis], high.astype(np.float32)[:, np.newaxis, np.newaxis]

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
        _ = self.plan.combination.model if self.modelled else (self.nominal, self.keys, self.cells, self.leanings)
