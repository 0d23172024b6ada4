"""A plan with everything that is uncertain in it realised, ready to be rebuilt draw by draw."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property, partial

import numpy as np

from alliance_metrics.coding.arrays import FloatArray, IntArray
from alliance_metrics.index.plan import IndexPlan
from alliance_metrics.uncertainty import coder_draws
from alliance_metrics.uncertainty.alternatives import Alternatives
from alliance_metrics.uncertainty.coder_doubt import CoderDoubt, coder_doubt
from alliance_metrics.uncertainty.inputs import CoderCell, Uncertainty
from alliance_metrics.uncertainty.randomness import stream
from alliance_metrics.uncertainty.realisation import Realisation, realise_piece
from alliance_metrics.uncertainty.rebuild import Rebuilt, codes_in, rebuild, settled
from alliance_metrics.uncertainty.workers import each

Progress = Callable[[float], None] | None

_UNITS_AT_ONCE = 8
_MOST_UNITS_AT_ONCE = 64
_PIECES_KEPT = 16
#: Draws times units below which starting another process takes longer than it saves.
_WORTH_SHARING = 300_000


@dataclass(frozen=True, eq=False)
class Run:
    """A plan with everything that is uncertain in it realised, ready to be rebuilt draw by draw.

    Parameters
    ----------
    plan
        The nominal plan.
    uncertainty
        What is uncertain.
    alternatives
        The plans of all combinations of discrete choices.
    """

    plan: IndexPlan
    uncertainty: Uncertainty
    alternatives: Alternatives

    def realised(self, number: int) -> Realisation:
        """Give what holds in each draw of a piece; the latest pieces are kept.

        Parameters
        ----------
        number
            Place of the piece.

        Returns
        -------
        Realisation
            As `settled` gives it.
        """
        kept = self._kept
        if number not in kept:
            if len(kept) >= _PIECES_KEPT:
                kept.clear()
            kept[number] = settled(self.plan, realise_piece(self.plan, self.uncertainty, number))
        return kept[number]

    @cached_property
    def _kept(self) -> dict[int, Realisation]:
        return {}

    @property
    def codes(self) -> IntArray:
        """Combination of discrete choices in each draw."""
        numbers = range(len(self.pieces))
        return np.concatenate([codes_in(self.realised(number), self.alternatives) for number in numbers])

    @cached_property
    def together(self) -> bool:
        """Whether all units must be rebuilt together, because a unit's score may rest on the others."""
        return self.modelled or any(plan.pooled or len(plan.filling) for plan in self.alternatives.plans.values())

    @cached_property
    def gaps(self) -> dict[int, str]:
        """For combinations of choices under which units lack an index that they have nominally: how many, and why."""
        found = {}
        for code, plan in self.alternatives.plans.items():
            count = int((self.plan.usable[-1] & ~plan.usable[-1]).sum())
            if count:
                reason = "too little is there, or the gate is missing"
                found[code] = f"no index in {count} {self.plan.panel.unit}-years: {reason}"
        return found

    @cached_property
    def inputs(self) -> set[str]:
        """Names of the uncertain inputs."""
        return {entry.name for entry in self.uncertainty.inputs}

    @cached_property
    def modelled(self) -> bool:
        """Whether levels come from the model of coders."""
        return self.plan.combination.method == "model" and bool(self.inputs & {"coder_cell", "coder_choice"})

    @cached_property
    def nominal(self) -> FloatArray:
        """Levels at the nominal configuration, shape (n_indicators, n_units, 1)."""
        return self.plan.combination.nominal().T[..., np.newaxis].astype(np.float32)

    @cached_property
    def cells(self) -> list[coder_draws.Cells]:
        """How the levels of each unit's cells are distributed."""
        return [coder_draws.cell_distribution(self.doubt, unit) for unit in range(len(self.plan.panel.units))]

    @cached_property
    def keys(self) -> list[tuple[str, ...]]:
        """What names each unit's stream of random numbers."""
        return [tuple(map(str, row)) for row in self.plan.panel.units.itertuples(index=False, name=None)]

    def levels(self, units: IntArray, piece: slice) -> coder_draws.Levels:
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
        number, width = piece.start // coder_draws.PIECE, piece.stop - piece.start
        if self.modelled:
            source = stream(self.uncertainty.seed, "coder_model", number)
            posterior = self.plan.combination.posterior(coder_draws.PIECE, rng=source)[:, units, :width]
            return coder_draws.Levels(posterior.astype(np.float32))
        if "coder_cell" not in self.inputs:
            levels = coder_draws.Levels(self.nominal[:, units])
        else:
            parts = []
            for unit in units.tolist():
                rng = stream(self.uncertainty.seed, "coder_cell", *self.keys[unit], number)
                drawn = coder_draws.draw_levels(self.cells[unit], width=width, rng=rng)
                parts.append(coder_draws.combined_levels(drawn, method=self.plan.combination.method))
            levels = coder_draws.stacked_levels(parts)
        multiples = self.realised(number).multiples
        if multiples is None:
            return levels
        left = self.residuals(units, "coder_residual", number, width=width)
        return self.leaning(levels.plus(left, ends=self.ends), units, multiples)

    def residuals(self, units: IntArray, *names: object, width: int) -> FloatArray | None:
        """Draw what coders disagree on and neither ranges nor leanings account for.

        Parameters
        ----------
        units : ndarray of int
            Which units.
        *names
            What the streams of random numbers are for; the unit is added.
        width
            Number of draws.

        Returns
        -------
        ndarray of float32, shape (n_indicators, n_units, width), or None
            Residuals; nothing where none are left. [levels]
        """
        left = self.doubt.residuals[:, units]
        if not left.any():
            return None
        drawn = np.zeros((left.shape[2], len(units), width), dtype=np.float32)
        for place, unit in enumerate(units.tolist()):
            rng = stream(self.uncertainty.seed, *names, *self.keys[unit])
            drawn[:, place] = coder_draws.picked_residuals(left[:, place], width=width, rng=rng)
        return drawn

    def leaning(self, levels: coder_draws.Levels, units: IntArray, multiples: FloatArray | None) -> coder_draws.Levels:
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
        shift = coder_draws.Shift(self.leanings[:, :, units], multiples.astype(np.float32), *self.ends)
        return replace(levels, shift=shift)

    @cached_property
    def leanings(self) -> FloatArray:
        """Levels by which each coder lies from the others, shape (n_coders, n_indicators, n_units)."""
        factors = coder_draws.fewer_coders(self.plan.panel, level=self.uncertainty.level)
        return np.ascontiguousarray((factors * self.doubt.leanings).transpose(0, 2, 1), dtype=np.float32)

    @cached_property
    def doubt(self) -> CoderDoubt:
        """What the coders leave open."""
        combination = self.plan.combination
        cells = [entry for entry in self.uncertainty.inputs if isinstance(entry, CoderCell)]
        nodes = self.plan.hierarchy.nodes
        within = {child for node in nodes for child in self.plan.hierarchy.components[node].children}
        return coder_doubt(
            self.plan.panel,
            low=combination.low,
            high=combination.high,
            ranges=bool(cells),
            frequencies=any(entry.frequencies for entry in cells),
            counted=np.array([place in within for place in range(self.plan.hierarchy.n_indicators)]),
        )

    @cached_property
    def ends(self) -> tuple[FloatArray, FloatArray]:
        """Ends of the scales, each of shape (n_indicators, 1, 1)."""
        low, high = self.plan.combination.low, self.plan.combination.high
        return low.astype(np.float32)[:, np.newaxis, np.newaxis], high.astype(np.float32)[:, np.newaxis, np.newaxis]

    def scores(self, units: IntArray, piece: slice, keep: IntArray) -> Rebuilt:
        """Rebuild some units in one piece of draws.

        Parameters
        ----------
        units, piece
            As in `levels`.
        keep : ndarray of int
            Places of the components to keep.

        Returns
        -------
        Rebuilt
            Scores of shape (n_kept, n_units, width).
        """
        return rebuild(
            self.levels(units, piece),
            self.realised(piece.start // coder_draws.PIECE),
            self.alternatives,
            units=units,
            keep=keep,
            fresh=partial(stream, self.uncertainty.seed, "missing_cell", piece.start // coder_draws.PIECE),
        )

    @property
    def pieces(self) -> list[slice]:
        """Draws that share streams."""
        draws = self.uncertainty.draws
        return [slice(start, min(start + coder_draws.PIECE, draws)) for start in range(0, draws, coder_draws.PIECE)]

    @property
    def worth_sharing(self) -> bool:
        """Whether there is enough to do for more than one processor."""
        return self.uncertainty.draws * len(self.plan.panel.units) >= _WORTH_SHARING

    def draws(self, units: IntArray, keep: IntArray) -> tuple[FloatArray, dict[int, str]]:
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

    def draw_together(
        self, put: Callable[[FloatArray, slice], None], *, keep: IntArray | None = None, progress: Progress = None
    ) -> dict[int, str]:
        """Rebuild all units, piece by piece of the draws.

        Parameters
        ----------
        put
            Takes the scores of one piece, shape (n_kept, n_units, width), and which draws they are.
        keep : ndarray of int, optional
            Which components; all where absent.
        progress
            Called with the share of the work done. [0-1]

        Returns
        -------
        dict
            For combinations that failed, why.
        """
        everyone = np.arange(len(self.plan.panel.units))
        wanted = np.arange(len(self.plan.hierarchy.components)) if keep is None else keep

        def task(piece: slice) -> dict[int, str]:
            found = self.scores(everyone, piece, wanted)
            put(found.scores, piece)
            return found.causes

        self.prepare()
        done = each(task, self.pieces, worth_sharing=self.worth_sharing, progress=progress)
        return {code: cause for causes in done for code, cause in causes.items()}

    def prepare(self) -> None:
        """Work out what every process needs, before there are several."""
        if self.modelled:
            _ = self.plan.combination.model
        elif "coder_cell" in self.inputs:
            _ = self.keys, self.cells, self.leanings
        else:
            _ = self.keys, self.nominal, self.leanings
