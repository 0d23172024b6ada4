"""Scores of indicators converted back to the described levels of the codebook."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from alliance_metrics.coding.arrays import Array
from alliance_metrics.index.plan import IndexPlan, plan_index
from alliance_metrics.index.specification import IndexSpec
from alliance_metrics.study.study import Study
from alliance_metrics.uncertainty.inputs import CoderCell, CoderChoice, Uncertainty, WeightDraw


@dataclass(frozen=True, eq=False)
class DescribedLevels:
    """How scores become levels.

    Parameters
    ----------
    plan
        A plan whose scores of indicators are shares of the codebook's scale.
    uncertainty
        What is drawn of them: coders and their ranges.
    redrawn
        Whether plan and draws differ from those of the index, because its scores cannot be turned into levels.
    """

    plan: IndexPlan
    uncertainty: Uncertainty
    redrawn: bool

    def of(self, scores: Array) -> Array:
        """Convert scores to levels of the codebook.

        Parameters
        ----------
        scores : ndarray, shape (n_components, ...)
            Scores under the plan; those of indicators are taken. [0-1]

        Returns
        -------
        ndarray, shape (n_indicators, ...)
            Levels; NaN where missing. [codebook levels]
        """
        n, indicators = self.plan.hierarchy.n_indicators, self.plan.spec.indicators
        shape = (n, *(1,) * (scores.ndim - 1))
        low, high = self.plan.combination.low.reshape(shape), self.plan.combination.high.reshape(shape)
        turned = np.zeros(n, dtype=bool)
        if "direction" in indicators.columns:
            turned = (indicators["direction"] < 0).to_numpy()
        share = np.where(turned.reshape(shape), 1.0 - scores[:n], scores[:n])
        return np.asarray(low + share * (high - low))


def described_levels(study: Study) -> DescribedLevels:
    """Find how a study's scores become levels.

    Parameters
    ----------
    study
        The study.

    Returns
    -------
    DescribedLevels
        The goalposts are inverted. Where the index has another normalisation, or uncertain methods, levels are drawn
        again without them.
    """
    plan, uncertainty = study.plan, study.config.to_uncertainty()
    beyond = [entry for entry in uncertainty.inputs if not isinstance(entry, (CoderCell, CoderChoice, WeightDraw))]
    if study.spec.normalisation.method == "goalposts" and not beyond:
        return DescribedLevels(plan, uncertainty, redrawn=False)
    kept = tuple(entry for entry in uncertainty.inputs if isinstance(entry, (CoderCell, CoderChoice)))
    treatment = replace(study.spec.treatment, outliers="none")
    plain = IndexSpec(study.spec.indicators, combine=study.spec.combine, treatment=treatment, availability_min=0.0)
    return DescribedLevels(plan_index(study.panel, plain), replace(uncertainty, inputs=kept), redrawn=True)


def nearest_levels(levels: Array) -> Array:
    """Give the described level nearest to each.

    Parameters
    ----------
    levels : ndarray, shape (...)
        Levels. [codebook levels]

    Returns
    -------
    ndarray, shape (...)
        Whole numbers, the higher of two that are as near.
    """
    return np.asarray(np.floor(levels + 0.5))
