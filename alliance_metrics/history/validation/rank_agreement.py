"""Rank agreement of two yearly series: correlation, interval, and p-value against unconnected persistent series."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from alliance_metrics.coding.arrays import Array, IntArray
from alliance_metrics.history.turning_points.persistence import MOST, p_value_of, simulated_levels
from alliance_metrics.uncertainty.comparisons import tails_of

#: The values; the values less a straight line in time; changes from one year to the next.
FORMS = ("levels", "trendless", "changes")
#: The true correlation for which power is given.
STRONG = 0.7
#: Fewest values that can be correlated.
FEWEST = 4


@dataclass(frozen=True, eq=False)
class RankedSeries:
    """One series in one form, ranked, with simulated series of the same persistence.

    Parameters
    ----------
    years : ndarray of int, shape (n,)
        The years; of a change, the later one.
    values : ndarray, shape (n,)
        The series in its form.
    unit : ndarray, shape (n,)
        Its ranks about their mean, of length one; 0 throughout where it does not vary.
    simulated : ndarray, shape (sets, n)
        The same of simulated series unconnected with any other.
    drawn : ndarray, shape (n_draws, n)
        The same of each draw; no rows where it is not drawn.
    persistence
        Autocorrelation of its ranks at one year, corrected for few years. [-0.98 to 0.98]
    """

    years: IntArray
    values: Array
    unit: Array
    simulated: Array
    drawn: Array
    persistence: float


@dataclass(frozen=True)
class RankAgreement:
    """How far two series rank the years alike.

    Parameters
    ----------
    n
        Values compared.
    correlation
        Spearman's. [-1 to 1]
    concordance
        Kendall's tau-b. [-1 to 1]
    lower, upper
        Quantiles of the correlation over draws; NaN where neither series is drawn. [-1 to 1]
    draws
        Draws behind them.
    p_value
        Share of simulated series whose absolute correlation is as great: once with simulations of the first series
        against the second, once the reverse; the greater share. [0-1]
    shifted
        The same share among all circular shifts of one against the other, the observed order included. [1/n to 1]
    reach
        Absolute correlation that unconnected series do not exceed with probability `level`. [0-1]
    effective
        Effective number of years: as many independent years would scatter as much.
    power
        Probability that a true correlation of `STRONG` exceeds the reach. [0-1]
    """

    n: int
    correlation: float
    concordance: float
    lower: float
    upper: float
    draws: int
    p_value: float
    shifted: float
    reach: float
    effective: float
    power: float


def unit_ranks(values: Array) -> Array:
    """Give ranks about their mean, of length one, so that a product of two is Spearman's correlation.

    Parameters
    ----------
    values : ndarray, shape (..., n)
        Values, none missing.

    Returns
    -------
    ndarray, shape (..., n)
        Ranks; 0 throughout where the values do not vary.
    """
    from scipy.stats import rankdata

    ranks = rankdata(values, axis=-1) - (values.shape[-1] + 1) / 2.0
    length = np.sqrt((ranks**2).sum(axis=-1, keepdims=True))
    return np.asarray(np.divide(ranks, length, out=np.zeros(ranks.shape), where=length > 0.0))


def in_form(values: Array, years: IntArray, form: str) -> tuple[Array, IntArray]:
    """Transform series into one of the `FORMS`.

    Parameters
    ----------
    values : ndarray, shape (..., n)
        Series, none missing.
    years : ndarray of int, shape (n,)
        Their years, rising; some may be left out.
    form
        One of `FORMS`.

    Returns
    -------
    values : ndarray, shape (..., m)
        The series in that form; changes are taken where two years follow on one another. Both are in shares of the
        range of the series.
    years : ndarray of int, shape (m,)
        Their years.

    Raises
    ------
    ValueError
        Where the form is unknown.
    """
    if form == "levels":
        return values, years
    if form == "changes":
        follows = np.diff(years) == 1
        return _in_range(np.diff(values, axis=-1)[..., follows], values), years[1:][follows]
    if form != "trendless":
        raise ValueError(f"form '{form}'; allowed: {', '.join(FORMS)}")
    time = years - years.mean()
    square = float((time**2).sum())
    slope = (values @ time / square if square > 0.0 else np.zeros(values.shape[:-1]))[..., np.newaxis]
    return _in_range(values - values.mean(axis=-1, keepdims=True) - slope * time, values), years


def _in_range(found: Array, values: Array) -> Array:
    """Divide by the range of the values, and round so that floating-point noise makes no rank."""
    span = np.ptp(values, axis=-1, keepdims=True) if values.shape[-1] else np.zeros((*values.shape[:-1], 1))
    shares = np.divide(found, span, out=np.zeros(found.shape), where=span > 0.0)
    return np.asarray(np.round(shares, 9))


def rank_series(
    values: Array, years: IntArray, *, form: str, sets: int, rng: np.random.Generator, drawn: Array | None = None
) -> RankedSeries:
    r"""Rank a series in one form, and simulate series that share its persistence and nothing else.

    Parameters
    ----------
    values : ndarray, shape (n,)
        The series, none missing.
    years : ndarray of int, shape (n,)
        Its years, rising.
    form
        One of `FORMS`.
    sets
        Number of simulated series.
    rng
        Source of random numbers.
    drawn : ndarray, shape (n_draws, n)
        Draws of it; draws in which a year is missing are left out.

    Returns
    -------
    RankedSeries
        Ranks of the series, of the simulated series and of the draws.

    Notes
    -----
    The autocorrelation :math:`r` of the ranks between years that follow on one another lies too low by about
    :math:`(1 + 3\rho)/n`, and about a straight line by :math:`(2 + 4\rho)/n`; it is solved for :math:`\rho`.
    First-order autoregressive series with that :math:`\rho` are simulated over all years; years missing from the series
    are removed from them too, and in the form ``trendless`` they are detrended as well.

    References
    ----------
    (orientation) Marriott, Pope 1954 and Kendall 1954, Biometrika 41, on the bias.
    """
    own, at = in_form(values, years, form)
    unit = unit_ranks(own)
    rho = _persistence(unit, at, lines=2 if form == "trendless" else 1)
    length = int(at[-1] - at[0]) + 1 if len(at) else 0
    simulated = simulated_levels(np.full(sets, rho), length, rng=rng)[:, at - at[0] if len(at) else at]
    if form == "trendless":
        simulated = in_form(simulated, at, form)[0]
    kept = np.empty((0, len(years))) if drawn is None else drawn[np.isfinite(drawn).all(axis=-1)]
    return RankedSeries(at, own, unit, unit_ranks(simulated), unit_ranks(in_form(kept, years, form)[0]), rho)


def _persistence(unit: Array, years: IntArray, *, lines: int) -> float:
    n, follows = len(unit), np.diff(years) == 1
    pairs = int(follows.sum())
    if n < FEWEST + lines or pairs < FEWEST - 1 or not unit.any():
        return 0.0
    sample = float((unit[1:] * unit[:-1])[follows].sum()) * (n - 1) / pairs
    return float(np.clip((n * sample + lines) / (n - lines - 2), -MOST, MOST))


def rank_agreement(one: RankedSeries, other: RankedSeries, *, level: float) -> RankAgreement:
    r"""Compare how two series rank the years.

    Parameters
    ----------
    one, other
        Two series of the same years in the same form, as `rank_series` gives them.
    level
        Probability of interval and reach. [0-1]

    Returns
    -------
    RankAgreement
        Correlation with interval, p-value, effective years and power; NaN where either does not vary or there are
        fewer than `FEWEST` values.

    Raises
    ------
    ValueError
        Where the years differ.

    Notes
    -----
    Permuting years would test whether years are exchangeable, which persistent series refute without any connection.
    Here each series in turn is held fixed and the other replaced by simulated series of the same persistence; the
    less favourable of the two results is given. The effective number of years is :math:`1 + 1/v`, with :math:`v` the
    greater variance of the simulated correlations, which is :math:`1/(n - 1)` for independent years. For the power a
    true correlation :math:`\rho` is assumed to scatter on Fisher's scale as simulated ones do:
    :math:`\Phi((\operatorname{artanh}\rho - \operatorname{artanh} r) / s)` with the reach :math:`r`.

    *How well it works*, level 0.90, 400 unconnected pairs a figure, 21 years: found in 0.10, 0.08, 0.10 as levels at
    persistence 0, 0.6, 0.9 of both, in 0.12 of pairs of random walks, and in 0.19 where both are one step and nothing
    else. Two series that only trend are found in 0.25 to 0.41 as levels (34 years: up to 0.75), in 0.06 to 0.10 as
    trendless series or changes: therefore `FORMS`. Circular shifts, given beside it, find 0.11, 0.11, 0.16, in 0.22 of
    random walks and 0.46 to 0.51 of trends.

    References
    ----------
    (orientation) Kendall, Rank Correlation Methods, on ties; Bretherton et al. 1999, Journal of Climate 12, on
    effective years.
    """
    from scipy.stats import kendalltau

    if not np.array_equal(one.years, other.years):
        raise ValueError("the two series are of different years")
    n = len(one.unit)
    if n < FEWEST or not one.unit.any() or not other.unit.any():
        return RankAgreement(n, *(4 * (np.nan,)), 0, *(5 * (np.nan,)))
    seen = float(np.clip(one.unit @ other.unit, -1.0, 1.0))
    nulls = (one.simulated @ other.unit, other.simulated @ one.unit)
    reach = max(float(np.quantile(np.abs(part), level)) for part in nulls)
    spread = max(float((part**2).mean()) for part in nulls)
    drawn = np.concatenate([one.drawn @ other.unit, other.drawn @ one.unit])
    lower, _, upper = np.quantile(drawn, tails_of(level)) if len(drawn) else 3 * (np.nan,)
    shifts = np.array([np.roll(one.unit, by) @ other.unit for by in range(n)])
    return RankAgreement(
        n=n,
        correlation=seen,
        concordance=float(kendalltau(one.values, other.values).statistic),
        lower=float(lower),
        upper=float(upper),
        draws=len(drawn),
        p_value=max(p_value_of(np.abs(part), abs(seen)) for part in nulls),
        shifted=float((np.abs(shifts) >= abs(seen) - 1e-12).mean()),
        reach=reach,
        effective=min(1.0 + 1.0 / spread, float(n)),
        power=_power(nulls, reach),
    )


def _power(nulls: tuple[Array, Array], reach: float) -> float:
    """Give the probability that a true correlation of `STRONG` exceeds the reach, at the scatter of simulated ones."""
    scatter = max(float(np.std(np.arctanh(np.clip(part, -0.999, 0.999)))) for part in nulls)
    true, edge, normal = np.arctanh(STRONG), np.arctanh(min(reach, 0.999)), NormalDist()
    return normal.cdf(float(true - edge) / scatter) + normal.cdf(float(-true - edge) / scatter)
