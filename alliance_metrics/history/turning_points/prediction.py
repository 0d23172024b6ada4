"""Whether earlier changes of some series predict the change of another in a year left out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from alliance_metrics.coding.arrays import Array
from alliance_metrics.history.turning_points import persistence


@dataclass(frozen=True, eq=False)
class Prediction:
    """Errors of leave-one-year-out prediction of each series' change, set against simpler predictions.

    Parameters
    ----------
    ratio : ndarray, shape (n_series,)
        Root mean square error of the prediction by all the others' changes of the year before, over that of the mean
        of the other years; below 1 the others help. NaN where the change does not vary or a fit is not defined.
    own : ndarray, shape (n_series,)
        The same by the series' own change of the year before.
    beyond_own : ndarray, shape (n_series,)
        Error by own and others' changes over that by own alone; below 1 the others add to its own past.
    single : ndarray, shape (n_series, n_series)
        Like `ratio` by one other series alone: the row's change predicted by the column's; NaN on the diagonal.
    p_value, p_beyond_own : ndarray, shape (n_series,)
        Share of simulated sets in which `ratio` and `beyond_own` are as low: sets whose series have the persistence and
        the same-year correlation of these, and no lead. Each for itself, not over all series at once. [0-1]
    n_years, predicted, n_simulated : int
        Years; years predicted, one by one; simulated sets.
    """

    ratio: Array
    own: Array
    beyond_own: Array
    single: Array
    p_value: Array
    p_beyond_own: Array
    n_years: int
    predicted: int
    n_simulated: int


def left_out_error(outcome: Array, regressors: Array) -> Array:
    r"""Give the root mean square error of predicting each year by a line fitted to all the other years.

    Parameters
    ----------
    outcome : ndarray, shape (..., n)
        What is predicted.
    regressors : ndarray, shape (..., n, n_regressors)
        What predicts it; a constant is added, and without regressors the mean of the other years is left.

    Returns
    -------
    ndarray, shape (...)
        Error in units of the outcome; NaN where regressors are not independent, or one year alone fixes a coefficient.

    Notes
    -----
    Least squares without year :math:`i` misses it by :math:`e_i / (1 - h_i)`, with residual and leverage of the whole
    fit; so no fit is repeated.
    """
    design = np.concatenate([np.ones((*regressors.shape[:-1], 1)), regressors], axis=-1)
    basis, sizes, _ = np.linalg.svd(design, full_matrices=False)
    whole = sizes[..., -1] > 1e-10 * sizes[..., 0]
    fitted = np.einsum("...nk,...k->...n", basis, np.einsum("...nk,...n->...k", basis, outcome))
    rest = np.broadcast_to(1.0 - (basis**2).sum(axis=-1), fitted.shape)
    missed = np.divide(outcome - fitted, rest, out=np.full(rest.shape, np.nan), where=rest > 1e-9)
    return np.where(whole, np.sqrt((missed**2).mean(axis=-1)), np.nan)


def prediction_ratios(series: Array) -> tuple[Array, Array, Array]:
    """Compare errors for each series, predicted by the others, by its own past, and by both.

    Parameters
    ----------
    series : ndarray, shape (..., n_series, n_years)
        Levels by year.

    Returns
    -------
    tuple of three ndarrays, shape (..., n_series)
        `ratio`, `own` and `beyond_own` of `Prediction`.
    """
    changes = np.diff(series, axis=-1)
    before, now = np.swapaxes(changes[..., :-1], -1, -2), changes[..., 1:]
    places = np.arange(series.shape[-2])
    found = []
    for target in places:
        outcome = now[..., target, :]
        mean = left_out_error(outcome, before[..., :0])
        others = left_out_error(outcome, before[..., places[places != target]])
        own = left_out_error(outcome, before[..., [target]])
        found.append((_over(others, mean), _over(own, mean), _over(left_out_error(outcome, before), own)))
    ratio, alone, beyond = (np.stack(part, axis=-1) for part in zip(*found, strict=True))
    return ratio, alone, beyond


def predict_changes(series: Array, *, rng: np.random.Generator, n_simulated: int = 1000) -> Prediction:
    """Predict each series' yearly change by the others' changes of the year before, each year left out once.

    Parameters
    ----------
    series : ndarray, shape (n_series, n_years)
        Levels by year.
    rng
        Source of random numbers.
    n_simulated
        Simulated sets of series without a lead.

    Returns
    -------
    Prediction
        Ratios of errors and their p-values.

    Raises
    ------
    ValueError
        Where a year is missing, or there are fewer than two series or too few years for a line.

    Notes
    -----
    Years after the one left out are used too: this tests whether a rule holds outside the years it was made from, not
    whether it could have been known then. Series that move together in the same year and go on as they began predict
    one another without leading: `ratio` then is low because `own` is, and `beyond_own` is the one to read.
    """
    persistence.refuse_gaps(series, "series to be foretold")
    count, n = series.shape
    if count < 2 or n - 2 < count + 3:
        raise ValueError(f"{count} series of {n} years; two series and {count + 5} years or more are needed")
    ratio, own, beyond = prediction_ratios(series)
    alike = persistence.correlation_of(np.diff(series, axis=-1))
    sets = persistence.jointly_simulated(persistence.persistence_of(series), alike, n, sets=n_simulated, rng=rng)
    simulated, _, beyond_simulated = prediction_ratios(sets)
    return Prediction(
        ratio=ratio,
        own=own,
        beyond_own=beyond,
        single=_one_by_one(series),
        p_value=_as_low(simulated, ratio),
        p_beyond_own=_as_low(beyond_simulated, beyond),
        n_years=n,
        predicted=n - 2,
        n_simulated=n_simulated,
    )


def prediction_power(
    series: Array, *, true_lead: float, rng: np.random.Generator, n_simulated: int = 300, level: float = 0.95
) -> Array:
    """Give how often a true lead of one year of one other series would be found beyond a series' own past.

    Parameters
    ----------
    series : ndarray, shape (n_series, n_years)
        Levels by year, whose persistence and same-year correlation simulated sets have.
    true_lead
        Correlation of a series' change with that of the one it follows, the year before. [-1 to 1]
    rng
        Source of random numbers.
    n_simulated
        How many sets, without a lead and for each pair.
    level
        One less the significance level of the test. [0-1]

    Returns
    -------
    ndarray, shape (n_series,)
        Share of the sets in which `beyond_own` of the series is as low as it is in a share ``1 - level`` of
        the sets without a lead; mean over the others as the one it follows. [0-1]
    """
    count, n = series.shape
    rho, alike = persistence.persistence_of(series), persistence.correlation_of(np.diff(series, axis=-1))
    without = prediction_ratios(persistence.jointly_simulated(rho, alike, n, sets=n_simulated, rng=rng))[2]
    bar = np.quantile(without, 1.0 - level, axis=0, method="lower")
    spread = np.sqrt(2.0 * (1.0 - rho))  # standard deviation of the changes of a level of variance 1
    found = np.zeros(count)
    for target in range(count):
        for leader in (place for place in range(count) if place != target):
            changes = np.diff(persistence.jointly_simulated(rho, alike, n + 1, sets=n_simulated, rng=rng), axis=-1)
            moved = changes[..., 1:].copy()
            followed = true_lead * changes[:, leader, :-1] / spread[leader] * spread[target]
            moved[:, target] = followed + np.sqrt(1.0 - true_lead**2) * moved[:, target]
            levels = np.concatenate([np.zeros((n_simulated, count, 1)), np.cumsum(moved, axis=-1)], axis=-1)
            found[target] += (prediction_ratios(levels)[2][:, target] <= bar[target]).mean()
    return np.asarray(found / (count - 1))


def _one_by_one(series: Array) -> Array:
    """Compare errors for each series, the row, predicted by one other, the column, with those of the mean."""
    changes = np.diff(series, axis=-1)
    single = np.full((len(series), len(series)), np.nan)
    for target, row in enumerate(changes[:, 1:]):
        mean = left_out_error(row, changes[:0, :-1].T)
        for other in range(len(series)):
            if other != target:
                single[target, other] = _over(left_out_error(row, changes[[other], :-1].T), mean)
    return single


def _over(above: Array, below: Array) -> Array:
    """Divide errors; NaN where the lower one is 0, so that nothing is left to predict."""
    return np.asarray(np.divide(above, below, out=np.full(np.shape(below), np.nan), where=below > 1e-9))


def _as_low(n_simulated: Array, seen: Array) -> Array:
    """Give the share of simulated ratios as low as those seen, which count as one of them; NaN where none is seen."""
    share = (1 + (n_simulated <= seen + 1e-12).sum(axis=0)) / (1 + len(n_simulated))
    return np.where(np.isnan(seen), np.nan, share)
