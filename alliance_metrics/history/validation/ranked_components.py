"""The components of one trajectory, ranked over chosen years, each only once."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from alliance_metrics.coding.arrays import Array
from alliance_metrics.history.validation.rank_agreement import RankedSeries, rank_series
from alliance_metrics.study.drawn_study import DrawnStudy, Trajectory

SETS, MOST_DRAWS = 999, 2000
"""Series made up for each comparison; draws behind the intervals, spread over all draws."""


@dataclass(frozen=True, eq=False)
class RankedComponents:
    """One trajectory, and what has been ranked of it.

    Parameters
    ----------
    drawn
        The study.
    trajectory
        The years of one unit in one era.
    """

    drawn: DrawnStudy
    trajectory: Trajectory
    _held: dict[Hashable, RankedSeries] = field(default_factory=dict)

    def nominal(self, component: str) -> Array:
        """Give the nominal scores of a component.

        Parameters
        ----------
        component
            Its id.

        Returns
        -------
        ndarray, shape (n_years,)
            Scores; NaN where missing. [0-1]
        """
        return np.asarray(self.drawn.nominal_of((component,), self.trajectory)[0])

    def draws(self, component: str) -> Array:
        """Give draws of a component.

        Parameters
        ----------
        component
            Its id.

        Returns
        -------
        ndarray, shape (n_draws, n_years)
            At most `MOST_DRAWS` of them; NaN where missing. [0-1]
        """
        every = self.drawn.drawn_of((component,), self.trajectory)[0]
        kept = np.linspace(0, every.shape[-1] - 1, min(MOST_DRAWS, every.shape[-1])).astype(np.intp)
        return np.asarray(every[:, kept].T, dtype=np.float64)

    def ranked(self, component: str, years: pd.Index[Any], form: str) -> RankedSeries:
        """Rank a component.

        Parameters
        ----------
        component
            Its id.
        years
            Years of the trajectory in which it is scored, rising.
        form
            One of `FORMS`.

        Returns
        -------
        RankedSeries
            Its ranks, those of made-up series and of draws.
        """
        place = np.searchsorted(self.trajectory.years, years.to_numpy())
        key = ("component", component, form, *map(int, years))
        if key not in self._held:
            scores, drawn = self.nominal(component)[place], self.draws(component)[:, place]
            self._held[key] = self._ranked(key, scores, drawn=drawn)
        return self._held[key]

    def ranked_measure(self, measure: str, values: pd.Series, form: str) -> RankedSeries:
        """Rank a measure.

        Parameters
        ----------
        measure
            Its id.
        values : Series
            Its values by year, rising.
        form
            One of `FORMS`.

        Returns
        -------
        RankedSeries
            Its ranks, and those of made-up series.
        """
        key = ("measure", measure, form, *map(int, values.index))
        if key not in self._held:
            self._held[key] = self._ranked(key, values.to_numpy(dtype=float), drawn=None)
        return self._held[key]

    def _ranked(self, key: tuple[Any, ...], values: Array, *, drawn: Array | None) -> RankedSeries:
        rng = self.drawn.stream("validation", self.trajectory.unit, self.trajectory.era, *key)
        years = np.array(key[3:], dtype=np.intp)
        return rank_series(values, years, form=str(key[2]), sets=SETS, rng=rng, drawn=drawn)
