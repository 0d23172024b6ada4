"""The interaction model fitted to units of one era, of all eras, and over draws, from arrays of the whole panel."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from alliance_metrics.coding.arrays import Array, BoolArray, IntArray
from alliance_metrics.errors import counted
from alliance_metrics.history.condition import interaction
from alliance_metrics.study.complete_series import longest_run
from alliance_metrics.uncertainty.comparisons import tails_of

#: Draws, at even distances, in which the model is fitted: enough for a mean and a deviation.
_MOST_DRAWS = 1000
_AT_ONCE = 250
#: Years a run needs: one more than the coefficients with the outcome of the year before, and that year.
LEAST_YEARS = 7
_HALF_STEP = 0.05


@dataclass(frozen=True, eq=False)
class Group:
    """Years that one model is fitted to.

    Parameters
    ----------
    unit, era
        What they are the years of; `ALL` where they are of all.
    rows : ndarray of int, shape (n_years,)
        Places of the unit-years, run after run.
    runs : ndarray of int, shape (n_years,)
        Run of years each belongs to.
    """

    unit: str
    era: str
    rows: IntArray
    runs: IntArray

    @property
    def n_runs(self) -> int:
        """Number of runs of years."""
        return len(np.unique(self.runs))


@dataclass(frozen=True, eq=False)
class ConditionData:
    """Outcome, pressure and condition in the same years.

    Parameters
    ----------
    outcome, pressure, condition : ndarray, shape (..., n_years)
        Scores; leading axes are draws. [0-1]
    """

    outcome: Array
    pressure: Array
    condition: Array


@dataclass(frozen=True, eq=False)
class Fitted:
    """The model fitted to the nominal scores and over draws.

    Parameters
    ----------
    nominal
        The fit to nominal scores.
    errors : ndarray, shape (2, n_coefficients)
        Standard errors of its coefficients: HC3, then HAC.
    drawn : tuple of OverDraws
        Each coefficient over draws.
    effect
        Effect of pressure at values of the condition, of the nominal fit.
    effects : tuple of OverDraws
        The same over draws.
    band : ndarray, shape (n_values,)
        Half width of the band that holds at all values at once, from codings and years together.
    support : ndarray of int, shape (n_values,)
        Years whose nominal condition lies within half a step of a scale cut in ten.
    """

    nominal: interaction.ConditionFit
    errors: Array
    drawn: tuple[interaction.OverDraws, ...]
    effect: interaction.MarginalEffect
    effects: tuple[interaction.OverDraws, ...]
    band: Array
    support: IntArray


def kept_years(complete: BoolArray, years: IntArray) -> tuple[slice, list[str]]:
    """Find the years of a trajectory that a model can be fitted to.

    Parameters
    ----------
    complete : ndarray of bool, shape (n_years,)
        Where everything is there.
    years : ndarray of int, shape (n_years,)
        Years, rising.

    Returns
    -------
    slice, list of str
        The longest stretch, empty where it is shorter than `LEAST_YEARS`; and why years are left out.
    """
    run = longest_run(years, complete)
    number, causes = run.stop - run.start, []
    if number < len(years):
        gone = counted(len(years) - number, "year")
        causes.append(f"{gone} left out: only the longest stretch without a missing year counts")
    if number < LEAST_YEARS:
        causes.append(f"{LEAST_YEARS} years in a row or more are needed, and there are {number}")
        return slice(0, 0), causes
    return run, causes


def fit_group(
    nominal: ConditionData, drawn: ConditionData, group: Group, *, lagged: bool, values: Array, level: float
) -> Fitted | str:
    r"""Fit the model to nominal scores and in every draw.

    Parameters
    ----------
    nominal
        Nominal scores of the group's years.
    drawn
        Draws of them, each of shape (n_draws, n_years).
    group
        The years.
    lagged
        Whether the outcome of the year before is a regressor.
    values : ndarray, shape (n_values,)
        Values of the condition at which the effect is given. [0-1]
    level
        Probability of the intervals. [0-1]

    Returns
    -------
    Fitted or str
        The fits; where there can be none, the cause.

    Notes
    -----
    The standard error of a coefficient in a draw is the greater of HC3 and HAC. Draws blur the regressors, which pulls
    coefficients towards 0, so means over draws lie nearer to 0 than the nominal estimate.
    """
    given: dict[str, Any] = {"eras": group.runs, "lagged": lagged, "level": level}
    try:
        own = interaction.fit_condition(nominal.outcome, nominal.pressure, nominal.condition, **given)
    except ValueError as cause:
        return str(cause)
    if np.isnan(own.fit.coefficients).any():
        return "pressure, condition and their product do not vary apart"
    effect = interaction.marginal_effect(own, values)
    parts = [
        _parts(interaction.fit_condition(part.outcome, part.pressure, part.condition, **given), values)
        for part in _blocks(drawn)
    ]
    if not parts:
        return "no draw is complete"
    coefficients, errors, moved, moved_errors = (np.concatenate(part) for part in zip(*parts, strict=True))
    df = own.fit.df
    try:
        over = tuple(_over(coefficients, errors, df=df, level=level))
        effects = tuple(_over(moved, moved_errors, df=df, level=level))
    except ValueError as cause:
        return str(cause)
    from scipy.stats import f

    wide = float(np.sqrt(2.0 * f.ppf(level, 2, df)))
    band = np.array([wide * one.error for one in effects])
    support = (np.abs(own.condition[:, np.newaxis] - values) <= _HALF_STEP + 1e-9).sum(axis=0)
    return Fitted(own, _errors_of(own), over, effect, effects, band, support)


def _over(estimates: Array, errors: Array, *, df: int, level: float) -> Iterator[interaction.OverDraws]:
    for estimate, error in zip(estimates.T, errors.T, strict=True):
        yield interaction.over_draws(estimate, error, df=df, level=level)


def _blocks(drawn: ConditionData) -> Iterator[ConditionData]:
    """Give some draws at a time, only those in which everything is there."""
    parts = (drawn.outcome, drawn.pressure, drawn.condition)
    whole = np.flatnonzero(~np.isnan(sum(part.sum(axis=-1) for part in parts)))
    for start in range(0, len(whole), _AT_ONCE):
        yield ConditionData(*(part[whole[start : start + _AT_ONCE]] for part in parts))


def _errors_of(found: interaction.ConditionFit) -> Array:
    """Give both standard errors of every coefficient, shape (2, ..., n_coefficients)."""
    both = (found.fit.hc3, found.fit.hac)
    return np.stack([np.sqrt(np.maximum(np.diagonal(part, axis1=-2, axis2=-1), 0.0)) for part in both])


def _parts(found: interaction.ConditionFit, values: Array) -> tuple[Array, Array, Array, Array]:
    """Give coefficients, effects at values of the condition, and the greater of both errors of each."""
    from scipy.stats import t as student

    reach = float(student.ppf(tails_of(found.level)[2], found.fit.df))
    effects = [
        interaction.marginal_effect(found, values, errors="hc3"),
        interaction.marginal_effect(found, values, errors="hac"),
    ]
    error = np.maximum(*((effect.upper - effect.estimate) / reach for effect in effects))
    return found.fit.coefficients, _errors_of(found).max(axis=0), effects[0].estimate, error


def draws_taken(n_draws: int) -> IntArray:
    """Say in which draws the model is fitted.

    Parameters
    ----------
    n_draws
        Number of draws.

    Returns
    -------
    ndarray of int
        Places of at most 1,000, at even distances.
    """
    count = min(n_draws, _MOST_DRAWS)
    return np.asarray(np.arange(count) * n_draws // max(count, 1), dtype=np.intp)
