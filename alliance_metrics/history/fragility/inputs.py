"""Inputs of the analysis of fragility: targets, nominal scores, and as many draws as are affordable."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from alliance_metrics.coding.arrays import Array, BoolArray, IntArray
from alliance_metrics.history.fragility.comparable_years import years_after
from alliance_metrics.history.fragility.fragility import is_arithmetic, leaf_weights, steps_in_draws
from alliance_metrics.index.plan import IndexPlan
from alliance_metrics.index.rescaling import SCALE
from alliance_metrics.results.collected import Skipped
from alliance_metrics.study.drawn_study import DrawnStudy
from alliance_metrics.uncertainty.comparisons import tails_of
from alliance_metrics.uncertainty.realisation import Realisation, realise_piece
from alliance_metrics.uncertainty.rebuild import settled
from alliance_metrics.uncertainty.spans import share_of

#: Draws in which steps and shocks are computed; each draw sorts the steps anew.
MOST_DRAWS = 200
THRESHOLD, NEXT_YEAR = "threshold", "next_year"


@dataclass(frozen=True, eq=False)
class FragilityInputs:
    """A study prepared for the analysis of its fragility.

    Parameters
    ----------
    drawn
        The study with all draws.
    top
        Place of the index in the tree.
    pillar_ids
        Ids of the components just below the index.
    nominal_index : ndarray, shape (n_units,)
        The index. [0-1]
    nominal_pillars : ndarray, shape (n_units, n_pillars)
        Those components. [0-1]
    leaves : ndarray, shape (n_units, n_indicators, n_draws)
        Scores of the indicators in the first draws. [0-1]
    pillars : ndarray, shape (n_units, n_pillars, n_draws)
        Scores of the pillars in them. [0-1]
    index : ndarray, shape (n_units, n_draws)
        The index in them. [0-1]
    leaf_weights : ndarray, shape (n_units, n_indicators, n_draws), or None
        Weights of the indicators in them; nothing where steps cannot be carried over draws.
    declared_weights : ndarray, shape (n_units, n_indicators, 1), or None
        The same as declared.
    pillar_weights : ndarray, shape (n_draws, n_pillars) or (n_pillars,), or None
        Weights of the pillars in them; nothing where shocks cannot be carried over draws.
    """

    drawn: DrawnStudy
    top: int
    pillar_ids: tuple[str, ...]
    nominal_index: Array
    nominal_pillars: Array
    leaves: Array
    pillars: Array
    index: Array
    leaf_weights: Array | None
    declared_weights: Array | None
    pillar_weights: Array | None

    @property
    def plan(self) -> IndexPlan:
        """The bound plan."""
        return self.drawn.study.plan

    @property
    def n_draws(self) -> int:
        """Number of draws used."""
        return int(self.index.shape[-1])

    @property
    def no_shocks(self) -> str:
        """Why a pillar cannot be lowered by itself; empty where it can."""
        if self.plan.spec.compares_units:
            return "the aggregation compares units: a pillar of one moves the index of others"
        if not self.plan.spec.normalisation.on_unit_interval:
            return "scores do not lie between 0 and 100"
        return ""

    def parts(self, coders: str) -> IntArray:
        """Count the steps that make up one level of each cell.

        Parameters
        ----------
        coders
            ``all`` or ``one``; see `step_falls`.

        Returns
        -------
        ndarray of int, shape (n_units, n_indicators)
            Steps a level; 0 where nobody coded.
        """
        count = (~np.isnan(self.plan.panel.score)).sum(axis=0)
        return np.asarray(np.minimum(count, 1) if coders == "all" else count, dtype=np.int64)

    @cached_property
    def index_as_declared(self) -> Array:
        """The index of the drawn codings at the declared weights: shape (n_units, n_draws), NaN where missing."""
        if self.declared_weights is None:
            return np.full(self.index.shape, np.nan)
        weights = np.nan_to_num(self.declared_weights)
        summed = (np.nan_to_num(self.leaves) * weights).sum(axis=1)
        return np.where(np.isnan(self.nominal_index)[:, np.newaxis], np.nan, summed)

    def steps(self, bars: tuple[Array, Array], *, coders: str) -> tuple[Array, Array]:
        """Find the fewest steps in each draw.

        Parameters
        ----------
        bars : tuple of ndarray, shape (n_units, n_draws)
            What the index is to fall below, at drawn and at declared weights. [0-1]
        coders
            ``all`` or ``one``; see `step_falls`.

        Returns
        -------
        drawn, declared : ndarray, shape (n_units, n_draws)
            Steps at drawn and at declared weights; NaN where they cannot be carried over draws.
        """
        found = np.full((2, *self.index.shape), np.nan)
        parts, span = self.parts(coders), np.asarray(self.plan.combination.high - self.plan.combination.low)
        weights, index = (self.leaf_weights, self.declared_weights), (self.index, self.index_as_declared)
        for side, (weight, bar) in enumerate(zip(weights, bars, strict=True)):
            for rows in (one.rows for one in self.drawn.trajectories):
                if weight is not None:
                    leaves, own, at = self.leaves[rows], weight[rows], index[side][rows]
                    steps = steps_in_draws(leaves, own, parts=parts[rows], span=span, index=at, target=bar[rows])
                    found[side, rows] = steps
        return found[0], found[1]

    def targets(self) -> Iterator[tuple[str, Array, Array, Array]]:
        """Give what the index is to fall below.

        Yields
        ------
        name : str
            What kind of target it is.
        bar : ndarray, shape (n_units,)
            Its nominal value; NaN where there is none. [0-1]
        bars, declared : ndarray, shape (n_units, n_draws)
            Its value in each draw, and in each draw of the codings at the declared weights. [0-1]
        """
        for threshold in self.drawn.study.config.analysis.fragility.thresholds:
            share = threshold / SCALE
            bars = np.full(self.index.shape, share)
            yield THRESHOLD, np.full(self.nominal_index.shape, share), bars, bars
        rows = years_after(*self.years_and_series, horizon=1)[:, 0]
        there, columns = rows >= 0, (self.nominal_index, self.index, self.index_as_declared)
        nominal, drawn, declared = (np.where(there, values.T[..., rows], np.nan).T for values in columns)
        yield NEXT_YEAR, nominal, drawn, declared

    @cached_property
    def analysed(self) -> BoolArray:
        """Which units are analysed, shape (n_units,): all but the reference pairs that the configuration leaves out."""
        found = np.zeros(len(self.nominal_index), dtype=bool)
        for one in self.drawn.trajectories:
            found[one.rows] = True
        return found

    @cached_property
    def years_and_series(self) -> tuple[IntArray, IntArray]:
        """Calendar year of each unit, and number of the trajectory it belongs to: both of shape (n_units,)."""
        units = self.drawn.study.panel.units
        series = units.groupby([self.drawn.study.panel.unit, "era"], sort=False).ngroup()
        return units["year"].to_numpy(), series.to_numpy()

    def about(self, target: str, bar: Array) -> pd.DataFrame:
        """Give the keys of a table of targets.

        Parameters
        ----------
        target
            What kind it is.
        bar : ndarray, shape (n_units,)
            Its nominal value. [0-1]

        Returns
        -------
        DataFrame
            The units, ``target`` and ``bar``. [0-100]
        """
        return self.drawn.study.panel.units.assign(target=target, bar=SCALE * bar)

    def summary(self, values: Array, *, carried: bool) -> dict[str, Any]:
        """Sum up draws of steps or shocks.

        Parameters
        ----------
        values : ndarray, shape (..., n_draws)
            The draws; infinite where out of reach, NaN where there is no value.
        carried
            Whether there are draws at all.

        Returns
        -------
        dict
            ``lower``, ``upper`` (NaN where infinite), ``confidence``, ``draws``, and the shares of draws with a value
            in which it is zero (``below``) and in which it is finite (``enough``).
        """
        lower, upper = ordered_interval(values, level=self.drawn.level)
        valid = (~np.isnan(values)).sum(axis=-1)
        return {
            "lower": finite_or_nan(lower),
            "upper": finite_or_nan(upper),
            "confidence": self.drawn.level,
            "draws": self.n_draws if carried else 0,
            "below": share_of((values == 0).sum(axis=-1), valid),
            "enough": share_of(np.isfinite(values).sum(axis=-1), valid),
        }


def fragility_inputs(drawn: DrawnStudy, skipped: Skipped) -> FragilityInputs:
    """Prepare a study for the analysis of its fragility.

    Parameters
    ----------
    drawn
        The study with its draws.
    skipped
        What cannot be done, and why, is added here.

    Returns
    -------
    FragilityInputs
        Targets, nominal scores and the first draws.
    """
    plan = drawn.study.plan
    top = plan.hierarchy.nodes[-1]
    children = list(plan.hierarchy.components[top].children)
    n_draws, n_indicators = min(MOST_DRAWS, drawn.n_draws), plan.hierarchy.n_indicators
    first = drawn.draws.scores[..., :n_draws].astype(np.float64)
    realised = settled(plan, realise_piece(plan, drawn.study.config.to_uncertainty(), 0)).at(slice(0, n_draws))
    why = obstacle(plan, realised)
    if why:
        skipped.skip("intervals of steps and shocks", why)
    elif not is_arithmetic(plan):
        skipped.skip("intervals of steps", "the index is not arithmetic: nominal steps alone, an upper bound")
    missing = np.isnan(drawn.nominal[top])
    for one in drawn.trajectories:
        years = one.years[missing[one.rows]]
        if len(years):
            skipped.skip(one.name, f"no index in {', '.join(map(str, years))}")
    drawn_weights = declared_weights = None
    if not why and is_arithmetic(plan):
        declared_weights = leaf_weights(plan)
        drawn_weights = leaf_weights(plan, realised.weights, n_draws=n_draws)
    return FragilityInputs(
        drawn=drawn,
        top=top,
        pillar_ids=tuple(plan.hierarchy.components[child].id for child in children),
        nominal_index=drawn.nominal[top],
        nominal_pillars=drawn.nominal[children].T,
        leaves=first[:n_indicators].transpose(1, 0, 2),
        pillars=first[children].transpose(1, 0, 2),
        index=first[top],
        leaf_weights=drawn_weights,
        declared_weights=declared_weights,
        pillar_weights=None if why else np.asarray(realised.weights.get(top, plan.weights[top])),
    )


def obstacle(plan: IndexPlan, realised: Realisation) -> str:
    """Give the reason why draws cannot be traced back to levels and weights.

    Parameters
    ----------
    plan
        The bound plan.
    realised
        What differs from draw to draw.

    Returns
    -------
    str
        The reason; empty where they can.
    """
    if plan.pooled:
        return "a level moves every unit: the method is pooled"
    if realised.choices or realised.strength is not None or realised.exponents:
        return "methods differ from draw to draw: nominal values alone"
    if realised.goalposts is not None:
        return "goalposts differ from draw to draw: nominal values alone"
    return ""


def ordered_interval(values: Array, *, level: float) -> tuple[Array, Array]:
    """Give an equal-tailed interval whose ends are values that were drawn, infinite ones among them.

    Parameters
    ----------
    values : ndarray, shape (..., n_draws)
        The draws; NaN where there is no value.
    level
        Probability of the interval. (0-1)

    Returns
    -------
    lower, upper : ndarray, shape (...)
        The least drawn values that at least the tail's share of the draws do not exceed; NaN where there is no value.

    Examples
    --------
    >>> lower, upper = ordered_interval(np.array([3.0, 1.0, np.inf, 2.0]), level=0.5)
    >>> float(lower), float(upper)
    (1.0, 3.0)
    """
    ordered = np.sort(np.asarray(values, dtype=np.float64), axis=-1)
    valid = (~np.isnan(ordered)).sum(axis=-1)
    places = (np.ceil(np.round(tail * valid, 9)).astype(np.intp) - 1 for tail in tails_of(level))
    lower, _, upper = (
        np.take_along_axis(ordered, np.maximum(place, 0)[..., np.newaxis], axis=-1)[..., 0] for place in places
    )
    return lower, upper


def finite_or_nan(values: Array) -> Array:
    """Replace infinite values.

    Parameters
    ----------
    values : ndarray, shape (...)
        Values, some of them infinite.

    Returns
    -------
    ndarray, shape (...)
        The values; NaN where infinite.
    """
    return np.where(np.isinf(values), np.nan, values)
