"""Ways to normalise and to make many scores one, as a specification names them: which function, with which parameters.

A *pooled* method looks at all units of the panel at once: add a dyad-year, and every score may change.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Literal

import numpy as np

from alliance_metrics.coding.arrays import Array
from alliance_metrics.index import aggregate
from alliance_metrics.index.frontier import benefit_of_the_doubt
from alliance_metrics.index.mazziotta_pareto import CENTRE, adjusted_mazziotta_pareto, mazziotta_pareto
from alliance_metrics.index.outranking import copeland, kemeny
from alliance_metrics.index.shapley import additive_shares, equal_shares, shapley_values

_PIECE = 1 << 22  # elements of one piece of scores handed to a pooled method


@dataclass(frozen=True)
class Normalisation:
    """How indicator values come onto a common scale.

    Parameters
    ----------
    method
        Name of the method; see the functions ``by_...`` of this module.
    within
        Units that are compared with one another: all of the panel, those of one era or those of one year. Goalposts
        compare none.
    target
        For ``target``: the level aimed at, the same for every indicator. [levels]
    unit, year
        For ``reference``: the unit and year that others are measured by.
    centre, deviation
        For ``zscore``: where given, the score of the mean and of one standard deviation more, cut at 0 and 100.
    """

    method: Literal[
        "goalposts", "minmax", "zscore", "rank", "percentile_rank", "borda", "target", "best", "reference"
    ] = "goalposts"
    within: Literal["panel", "era", "year"] = "panel"
    target: float | None = None
    unit: str | None = None
    year: int | None = None
    centre: float | None = None
    deviation: float = 15.0

    @property
    def pooled(self) -> bool:
        """Whether a unit's score depends on the other units."""
        return self.method != "goalposts"

    @property
    def on_unit_interval(self) -> bool:
        """Whether scores lie between 0 and 1."""
        bounded = {"goalposts", "minmax", "percentile_rank", "target", "best"}
        return self.method in bounded or self.centre is not None


@dataclass(frozen=True)
class Mean:
    """Aggregation by a mean or the minimum of each unit's own scores.

    Parameters
    ----------
    method
        ``arithmetic``: a low score is made good by a high one in full. ``geometric``: only in part, and a
        score of zero makes the whole zero. ``harmonic``: even less. ``minimum``: not at all.
    """

    method: Literal["arithmetic", "geometric", "harmonic", "minimum"] = "arithmetic"

    @property
    def pooled(self) -> bool:
        """Whether a unit's score depends on the other units."""
        return False

    def reduce(self, scores: Array, weights: Array) -> Array:
        """Reduce the last axis.

        Parameters
        ----------
        scores : ndarray, shape (n_units, ..., n)
            Scores. [0-1]
        weights : ndarray, shape (n,) or broadcastable to ``scores``
            Weights on the simplex.

        Returns
        -------
        ndarray, shape (n_units, ...)
            The aggregate. [0-1]
        """
        return _MEANS[self.method](scores, weights)

    def shares(self, scores: Array, weights: Array) -> Array:
        """Share the aggregate out among the components by their Shapley values.

        Parameters
        ----------
        scores : ndarray, shape (n_units, n)
            Scores. [0-1]
        weights : ndarray, shape (n,)
            Weights on the simplex.

        Returns
        -------
        ndarray, shape (n_units, n)
            Parts that sum to the aggregate. [0-1]
        """
        if self.method == "arithmetic":
            return additive_shares(scores, weights)
        return equal_shares(self.reduce(scores, weights), scores, weights)


@dataclass(frozen=True)
class PowerMean:
    """Aggregation by a power mean.

    Parameters
    ----------
    exponent
        1 arithmetic, 0 geometric, -1 harmonic; the lower, the less a high score makes good a low one.
    method
        Always ``power``; tells the kinds apart in a configuration.
    """

    exponent: float
    method: Literal["power"] = "power"

    @property
    def pooled(self) -> bool:
        """Whether a unit's score depends on the other units."""
        return False

    def reduce(self, scores: Array, weights: Array) -> Array:
        """Reduce the last axis.

        Parameters
        ----------
        scores, weights
            As in `Mean.reduce`.

        Returns
        -------
        ndarray, shape (n_units, ...)
            The aggregate. [0-1]
        """
        return aggregate.power_mean(scores, weights, self.exponent)

    def shares(self, scores: Array, weights: Array) -> Array:
        """Share the aggregate out among the components by their Shapley values.

        Parameters
        ----------
        scores, weights
            As in `Mean.shares`.

        Returns
        -------
        ndarray, shape (n_units, n)
            Parts that sum to the aggregate. [0-1]
        """
        if self.exponent <= 0:
            return equal_shares(self.reduce(scores, weights), scores, weights)
        return shapley_values(partial(self.reduce, weights=weights), scores)


@dataclass(frozen=True)
class MazziottaPareto:
    """Aggregation that takes off (or adds) a penalty for unevenness; see `mazziotta_pareto`.

    Parameters
    ----------
    penalty
        ``minus`` where unevenness should lower the score, ``plus`` where it should raise it.
    method
        ``mazziotta_pareto`` standardises over the panel, so that it is pooled; ``adjusted_mazziotta_pareto`` rests on
        the goalposts and is not.
    """

    penalty: Literal["minus", "plus"] = "minus"
    method: Literal["mazziotta_pareto", "adjusted_mazziotta_pareto"] = "adjusted_mazziotta_pareto"

    @property
    def pooled(self) -> bool:
        """Whether a unit's score depends on the other units."""
        return self.method == "mazziotta_pareto"

    def reduce(self, scores: Array, weights: Array) -> Array:
        """Reduce the last axis.

        Parameters
        ----------
        scores, weights
            As in `Mean.reduce`; every unit of the panel where the method is pooled.

        Returns
        -------
        ndarray, shape (n_units, ...)
            The aggregate, a hundredth of its usual scale: 1 is the mean of the panel (or the middle of the goalposts).
        """
        sign = {"minus": -1.0, "plus": 1.0}[self.penalty]
        if self.method == "adjusted_mazziotta_pareto":
            return adjusted_mazziotta_pareto(scores, weights, sign=sign) / CENTRE

        def standardised(values: Array, shares: Array) -> Array:
            return mazziotta_pareto(values, shares, sign=sign) / CENTRE

        return _over_units(standardised, scores, weights, size=scores.shape[0] * scores.shape[-1])


@dataclass(frozen=True)
class Outranking:
    """Aggregation by pairwise contests among all units; see `copeland` and `kemeny`.

    Parameters
    ----------
    method
        ``copeland``: contests won less contests lost. ``kemeny``: place in the order that contradicts them least.
    """

    method: Literal["copeland", "kemeny"] = "copeland"

    @property
    def pooled(self) -> bool:
        """Whether a unit's score depends on the other units."""
        return True

    def reduce(self, scores: Array, weights: Array) -> Array:
        """Reduce the last axis.

        Parameters
        ----------
        scores, weights
            As in `Mean.reduce`, of every unit of the panel.

        Returns
        -------
        ndarray, shape (n_units, ...)
            The aggregate. [0-1]
        """
        function = {"copeland": copeland, "kemeny": kemeny}[self.method]
        return _over_units(function, scores, weights, size=scores.shape[0] ** 2 * scores.shape[-1])


@dataclass(frozen=True)
class BenefitOfTheDoubt:
    """Aggregation in which each unit has the weights that suit it best; see `benefit_of_the_doubt`.

    Parameters
    ----------
    lower, upper
        Least and greatest share of its score that a unit may draw from one component. [0-1]
    method
        Always ``benefit_of_the_doubt``; tells the kinds apart in a configuration.
    """

    lower: float = 0.0
    upper: float = 1.0
    method: Literal["benefit_of_the_doubt"] = "benefit_of_the_doubt"

    @property
    def pooled(self) -> bool:
        """Whether a unit's score depends on the other units."""
        return True

    def reduce(self, scores: Array, weights: Array) -> Array:
        """Reduce the last axis.

        Parameters
        ----------
        scores, weights
            As in `Mean.reduce`, of every unit of the panel; a component of weight zero is left out.

        Returns
        -------
        ndarray, shape (n_units, ...)
            The aggregate. [0-1]
        """

        def frontier(values: Array, shares: Array) -> Array:
            return benefit_of_the_doubt(values, shares, lower=self.lower, upper=self.upper)

        return _over_units(frontier, scores, weights, size=scores.shape[0] * scores.shape[-1])


@dataclass(frozen=True)
class Bedrock:
    """Aggregation in which one pillar gates the others.

    Parameters
    ----------
    pillar
        Id of the gating component.
    strength
        How far the others count only as the gate lets them. [0-1]
    method
        Always ``bedrock``; tells the kinds apart in a configuration.
    """

    pillar: str
    strength: float
    method: Literal["bedrock"] = "bedrock"

    @property
    def pooled(self) -> bool:
        """Whether a unit's score depends on the other units."""
        return False


#: What aggregates at any level of the tree; across pillars `Bedrock` may, too.
Rule = Mean | PowerMean | MazziottaPareto | Outranking | BenefitOfTheDoubt

_MEANS: dict[str, aggregate.Reducer] = {
    "arithmetic": aggregate.arithmetic_mean,
    "geometric": aggregate.geometric_mean,
    "harmonic": aggregate.harmonic_mean,
    "minimum": aggregate.minimum,
}


def _over_units(function: Callable[[Array, Array], Array], scores: Array, weights: Array, *, size: int) -> Array:
    """Hand every unit of a draw to a function of shape (..., n_units, n), some draws at a time."""
    by_draw = np.moveaxis(scores, 0, -2)
    if by_draw.ndim == 2:
        return function(by_draw, weights.reshape(-1))
    shares = np.broadcast_to(weights, (len(by_draw), scores.shape[-1]))[:, np.newaxis, :]
    step = max(1, _PIECE // size)
    reduced = np.empty(by_draw.shape[:-1])
    for start in range(0, len(by_draw), step):
        piece = slice(start, start + step)
        reduced[piece] = function(by_draw[piece], shares[piece])
    return np.moveaxis(reduced, -1, 0)
