"""From several coders' levels to one: a mean, a median, or the model of coders."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from alliance_metrics.coding.arrays import Array
from alliance_metrics.coding.coder_model import CoderModel, coder_model
from alliance_metrics.coding.panel import IndicatorPanel, combine_coders
from alliance_metrics.errors import Fault, SpecError

METHODS = ("mean", "median", "model")
#: Draws of the model's parameters in each piece of draws.
_PARAMETER_DRAWS = 8


@dataclass(frozen=True, eq=False)
class Combination:
    """How the coders of a panel become one level a cell.

    Parameters
    ----------
    panel
        The panel.
    method
        ``mean``, ``median`` or ``model``.
    low, high : ndarray, shape (n_indicators,)
        Ends of each scale. [levels]
    """

    panel: IndicatorPanel
    method: str
    low: Array
    high: Array

    @property
    def pooled(self) -> bool:
        """Whether a unit's level depends on the other units."""
        return self.method == "model"

    @cached_property
    def model(self) -> CoderModel:
        """The model of coders, fitted when first asked for."""
        units = self.panel.units
        series, _ = pd.factorize(pd.MultiIndex.from_frame(units.iloc[:, :2]))
        years = units["year"].to_numpy(dtype=np.intp)
        try:
            return coder_model(
                self.panel.score, low_level=self.low, high_level=self.high, series=series.astype(np.intp), years=years
            )
        except ValueError as cause:
            what, allowed = (
                "the model of coders cannot be fitted",
                "whole levels of described scales, some of them coded",
            )
            fault = Fault("the panel", what, str(cause), allowed, "combine by mean or median", column="combine")
            raise SpecError([fault]) from cause

    def nominal(self) -> Array:
        """Combine the scores as given.

        Returns
        -------
        ndarray, shape (n_units, n_indicators)
            One level a cell; NaN where no coder gave one. [levels]

        Raises
        ------
        SpecError
            Where the model cannot be fitted.
        """
        if self.method == "model":
            return np.where(self.model.coded, self.model.estimate, np.nan)
        return combine_coders(self.panel.score, np.ones((len(self.panel.coders), 1, 1)), method=self.method)

    def posterior(self, count: int, *, rng: np.random.Generator) -> Array:
        """Draw every cell from the model.

        Parameters
        ----------
        count
            Number of draws.
        rng
            Source of randomness.

        Returns
        -------
        ndarray, shape (n_indicators, n_units, count)
            Levels; NaN where no coder gave one. [levels]
        """
        drawn = self.model.draw(count, rng=rng, parameter_draws=_PARAMETER_DRAWS).astype(np.float64)
        drawn[~self.model.coded] = np.nan
        return drawn.transpose(1, 0, 2)
