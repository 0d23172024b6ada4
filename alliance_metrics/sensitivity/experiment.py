"""Two independent realisations of everything that is uncertain, and the cells at both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from alliance_metrics.coding.arrays import Array, FloatArray, IntArray
from alliance_metrics.index.plan import IndexPlan
from alliance_metrics.sensitivity.designs import EffectDesign
from alliance_metrics.sensitivity.outputs import Output
from alliance_metrics.sensitivity.points import base_points
from alliance_metrics.uncertainty.coder_draws import PIECE, Levels, combined_levels, draw_levels, stacked_levels
from alliance_metrics.uncertainty.inputs import UncertainInput
from alliance_metrics.uncertainty.randomness import stream
from alliance_metrics.uncertainty.realisation import Realisation, columns_of, joined, realise_at
from alliance_metrics.uncertainty.run import Run


@dataclass(frozen=True, eq=False)
class Experiment:
    """The index as a function of two independent realisations of every input, mixed.

    Parameters
    ----------
    run
        The run: plan, uncertainty and alternatives.
    groups
        The inputs, those that are drawn as one together.
    outputs
        The outputs.
    design
        Which points are run.
    """

    run: Run
    groups: tuple[tuple[UncertainInput, ...], ...]
    outputs: Sequence[Output]
    design: EffectDesign

    @property
    def plan(self) -> IndexPlan:
        """The nominal plan."""
        return self.run.plan

    @cached_property
    def units(self) -> IntArray:
        """Units that must be rebuilt: those of the outputs, or all where they are rebuilt together."""
        if self.run.together:
            return np.arange(len(self.plan.panel.units))
        return np.unique(np.concatenate([np.concatenate([one.units, one.others]) for one in self.outputs]))

    @cached_property
    def keep(self) -> IntArray:
        """Components that must be kept."""
        return np.unique([one.component for one in self.outputs])

    @cached_property
    def local(self) -> list[Output]:
        """The outputs, with places counted among the units and components that are kept."""
        return [
            replace(
                one,
                component=int(np.searchsorted(self.keep, one.component)),
                units=np.searchsorted(self.units, one.units),
                others=np.searchsorted(self.units, one.others),
            )
            for one in self.outputs
        ]

    def parts(self, replicate: int) -> list[tuple[Realisation, Realisation]]:
        """Realise every group of inputs at both points of each base pair.

        Parameters
        ----------
        replicate
            Place of the replicate.

        Returns
        -------
        list of pair of Realisation
            For each group what holds at the first and at the second points.
        """
        widths = [sum(columns_of(entry, self.plan) for entry in group) for group in self.groups]
        both = base_points(self.design, columns=max(1, sum(widths)), replicate=replicate)
        found, used, level = [], 0, self.run.uncertainty.level
        for group in self.groups:
            sides = []
            for points in both:
                at, own = used, [Realisation(len(points))]
                for entry in group:
                    width = columns_of(entry, self.plan)
                    own.append(realise_at(entry, self.plan, points[:, at : at + width], level=level))
                    at += width
                sides.append(joined(own))
            used = at
            found.append((sides[0], sides[1]))
        return found

    def side_of(self, kinds: tuple[type[UncertainInput], ...], mask: int) -> int:
        """Say from which point of the pair an input comes.

        Parameters
        ----------
        kinds
            Kinds of the input.
        mask
            Which groups come from the second point.

        Returns
        -------
        int
            0 for the first point, 1 for the second.
        """
        for place, group in enumerate(self.groups):
            if any(isinstance(entry, kinds) for entry in group):
                return mask >> place & 1
        return 0


class CellsOfPiece:
    """Levels of every coder's cells at both points of the base pairs of one piece.

    Parameters
    ----------
    experiment
        The experiment.
    number
        Place of the piece.
    """

    def __init__(self, experiment: Experiment, number: int) -> None:
        self._experiment = experiment
        self.number = number

    def combined(self, sides: tuple[int, int], multiples: Array | None, rows: slice) -> Levels:
        """Combine the coders' levels, moved by their leanings and what else they disagree on.

        Parameters
        ----------
        sides
            From which point cells and coders come, 0 or 1 each.
        multiples : ndarray, shape (n_coders, width), optional
            By how much each coder's leaning moves all levels.
        rows
            Which base pairs, counted within the piece.

        Returns
        -------
        Levels
            Combined levels.
        """
        run, units = self._experiment.run, self._experiment.units
        if run.modelled:
            return Levels(self._modelled[sides[0]][..., rows])
        levels = Levels(run.nominal[:, units])
        if "coder_cell" in run.inputs:
            method = run.plan.combination.method
            drawn = [combined_levels(unit[..., rows], method=method) for unit in self._drawn[sides[0]]]
            levels = stacked_levels(drawn)
        if multiples is None:
            return levels
        left = self._residuals[sides[1]]
        return run.leaning(levels.plus(None if left is None else left[..., rows], ends=run.ends), units, multiples)

    @cached_property
    def _residuals(self) -> list[FloatArray | None]:
        run, units = self._experiment.run, self._experiment.units
        names = [("sensitivity", "coder_residual", side, self.number) for side in (0, 1)]
        return [run.residuals(units, *own, width=PIECE) for own in names]

    @cached_property
    def _drawn(self) -> tuple[list[Any], list[Any]]:
        run = self._experiment.run
        both: tuple[list[Any], list[Any]] = ([], [])
        for side, levels in enumerate(both):
            for unit in self._experiment.units.tolist():
                key = (run.uncertainty.seed, "sensitivity", "coder_cell", side, *run.keys[unit], self.number)
                levels.append(draw_levels(run.cells[unit], width=PIECE, rng=stream(*key)))
        return both

    @cached_property
    def _modelled(self) -> list[FloatArray]:
        run = self._experiment.run
        keys = [(run.uncertainty.seed, "sensitivity", "coder_model", side, self.number) for side in (0, 1)]
        drawn = [run.plan.combination.posterior(PIECE, rng=stream(*key)) for key in keys]
        return [levels[:, self._experiment.units].astype(np.float32) for levels in drawn]
