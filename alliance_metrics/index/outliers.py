"""Outliers that would dominate the scale: found, winsorised or transformed, each on record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from alliance_metrics.coding.arrays import Array, BoolArray, IntArray
from alliance_metrics.index.coherence import skewness_and_kurtosis
from alliance_metrics.index.treatment import Transform

Words = np.ndarray[Any, np.dtype[np.str_]]

_MOST_SKEWNESS = 2.0  # JRC practice, see `outlier_test`
_MOST_KURTOSIS = 3.5
_SHIFT = 0.01  # of the range: keeps the least value off the logarithm of zero, as COINr does
_POWERS = (-5.0, 5.0)  # exponents tried for Box-Cox


@dataclass(frozen=True, eq=False)
class OutlierTest:
    """Whether each indicator has no outliers, by its shape.

    Parameters
    ----------
    skewness, kurtosis : ndarray, shape (..., n_indicators)
        Skewness and excess kurtosis; NaN where undefined.
    passed : ndarray of bool, shape (..., n_indicators)
        True where one of the two is within its bound, or neither is defined.
    """

    skewness: Array
    kurtosis: Array
    passed: BoolArray


@dataclass(frozen=True, eq=False)
class Winsorised:
    """Values with the outermost drawn in, and which those were.

    Parameters
    ----------
    values : ndarray, shape (..., n_units, n_indicators)
        Values after.
    treated : ndarray of bool, shape (..., n_units, n_indicators)
        True where a value was drawn in.
    """

    values: Array
    treated: BoolArray

    def cells(self) -> IntArray:
        """List the treated cells.

        Returns
        -------
        ndarray of int, shape (n_treated, n_axes)
            Place of each cell on the axes of ``values``, unit and indicator last.
        """
        return np.argwhere(self.treated)


@dataclass(frozen=True, eq=False)
class TreatedOutliers:
    """Values after treatment of outliers, and what was done to each indicator and cell.

    Parameters
    ----------
    values : ndarray, shape (..., n_units, n_indicators)
        Values after.
    outcome : ndarray of str, shape (..., n_indicators)
        ``passed``: no outliers, nothing done. ``winsorised``: some cells drawn in. ``transformed``: all cells moved to
        a logarithmic scale, so goalposts must follow. ``untreated``: neither helped, left as it was.
    treated : ndarray of bool, shape (..., n_units, n_indicators)
        True where a cell is not what it was.
    before, after : OutlierTest
        The test of the values given and of the values returned.
    """

    values: Array
    outcome: Words
    treated: BoolArray
    before: OutlierTest
    after: OutlierTest


def outlier_test(
    values: Array, *, most_skewness: float = _MOST_SKEWNESS, most_kurtosis: float = _MOST_KURTOSIS
) -> OutlierTest:
    """Test each indicator for outliers by skewness and kurtosis together.

    Parameters
    ----------
    values : ndarray, shape (..., n_units, n_indicators)
        Values; NaN where missing.
    most_skewness
        Greatest skewness, of either sign, that passes.
    most_kurtosis
        Greatest excess kurtosis that passes.

    Returns
    -------
    OutlierTest
        The two statistics and whether the indicator passes.

    Notes
    -----
    An indicator passes if |skewness| <= 2 or excess kurtosis <= 3.5: outliers make both great, and skewness alone is
    no outlier. An indicator with too few values, or one that never varies, passes.

    References
    ----------
    European Commission JRC practice as in COINr (R package), function ``check_SkewKurt`` in ``R/treat.R`` (opened);
    there the bounds themselves fail.

    Examples
    --------
    >>> values = np.array([1.0, 2, 3, 4, 5, 6, 7, 8, 9, 100])[:, np.newaxis]
    >>> outlier_test(values).passed.tolist()
    [False]
    """
    skew, excess = skewness_and_kurtosis(values)
    failed = (np.abs(skew) > most_skewness) & (excess > most_kurtosis)  # NaN fails neither
    return OutlierTest(skew, excess, ~failed)


def winsorise(
    values: Array, *, most: int = 5, most_skewness: float = _MOST_SKEWNESS, most_kurtosis: float = _MOST_KURTOSIS
) -> Winsorised:
    """Draw the outermost values in, one by one, until the indicator passes the test.

    Parameters
    ----------
    values : ndarray, shape (..., n_units, n_indicators)
        Values; NaN where missing.
    most
        Most cells of an indicator that may be drawn in.
    most_skewness, most_kurtosis
        Bounds of `outlier_test`.

    Returns
    -------
    Winsorised
        Values after and which cells were drawn in. An indicator that passes is left alone; one that fails even so is
        drawn in as far as ``most`` allows.

    Raises
    ------
    ValueError
        Where ``most`` is negative.

    Notes
    -----
    Each step takes the end the skewness points to and gives its value (all that are tied there) the next value
    inward. A step that would treat more than ``most`` cells, or leave a single value, is not taken.

    References
    ----------
    COINr (R package), function ``winsorise`` in ``R/treat.R`` (opened). There ties may overrun the limit.

    Examples
    --------
    >>> values = np.array([1.0, 2, 3, 4, 5, 6, 7, 8, 9, 100])[:, np.newaxis]
    >>> found = winsorise(values)
    >>> found.values[-1].tolist(), found.cells().tolist()
    ([9.0], [[9, 0]])
    """
    if most < 0:
        raise ValueError(f"the number of cells that may be drawn in must be zero or more, not {most}")
    current, here = np.array(values, dtype=float), ~np.isnan(values)
    going = np.ones((*values.shape[:-2], values.shape[-1]), dtype=bool)
    for _ in range(most):
        test = outlier_test(current, most_skewness=most_skewness, most_kurtosis=most_kurtosis)
        high = (test.skewness >= 0)[..., np.newaxis, :]
        outward = np.where(here, np.where(high, current, -current), -np.inf)
        end = outward.max(axis=-2, keepdims=True)
        at_end = here & (outward == end)
        inward = np.where(at_end, -np.inf, outward)
        following = inward.max(axis=-2, keepdims=True)
        beyond = inward < following
        single = ~(beyond & here & ~at_end).any(axis=-2)
        drawn = np.where(at_end, np.where(high, following, -following), current)
        many = (here & (drawn != values)).sum(axis=-2) > most
        going &= ~test.passed & ~single & ~many
        if not going.any():
            break
        current = np.where(going[..., np.newaxis, :], drawn, current)
    return Winsorised(current, here & (current != values))


def log_transform(values: Array, *, kind: Transform = "directed") -> Array:
    r"""Draw a long tail in by a logarithm, keeping every rank.

    Parameters
    ----------
    values : ndarray, shape (..., n_units, n_indicators)
        Values; NaN where missing.
    kind
        With range :math:`d = \max - \min`:
        ``shifted``: :math:`\log(x - \min + 0.01 d)`.
        ``shifted_one``: :math:`\log(x - \min + 1)`, which depends on the unit of measurement.
        ``directed``: as ``shifted`` where the long tail is the upper one, else :math:`-\log(\max - x + 0.01 d)`.
        ``box_cox``: :math:`(z^\lambda - 1) / \lambda` of :math:`z = (x - \min) / d + 0.01`, with the most likely
        :math:`\lambda` between -5 and 5 for each indicator.

    Returns
    -------
    ndarray, shape (..., n_units, n_indicators)
        Values after, on another scale. An indicator that never varies is left as it is.

    Raises
    ------
    ValueError
        For an unknown kind.

    References
    ----------
    COINr (R package), functions ``log_CT``, ``log_CT_orig``, ``log_CT_plus`` in ``R/treat.R`` (opened); G. E. P. Box
    and D. R. Cox (1964), An analysis of transformations, Journal of the Royal Statistical Society B 26 (orientation).

    Examples
    --------
    >>> values = np.array([[0.0], [9.0], [99.0]])
    >>> log_transform(values, kind="shifted_one").round(4).ravel().tolist()
    [0.0, 2.3026, 4.6052]
    """
    here = ~np.isnan(values)
    low = np.where(here, values, np.inf).min(axis=-2, keepdims=True)
    high = np.where(here, values, -np.inf).max(axis=-2, keepdims=True)
    varies = high > low
    low, high = np.where(varies, low, 0.0), np.where(varies, high, 1.0)
    above, below = np.where(varies, values - low, 0.0), np.where(varies, high - values, 0.0)
    shift = _SHIFT * (high - low)
    if kind == "shifted":
        moved = np.log(above + shift)
    elif kind == "shifted_one":
        moved = np.log(above + 1.0)
    elif kind == "directed":
        left = skewness_and_kurtosis(values)[0] < 0
        moved = np.where(left[..., np.newaxis, :], -np.log(below + shift), np.log(above + shift))
    elif kind == "box_cox":
        moved = _box_cox(above / (high - low) + _SHIFT, varies[..., 0, :])
    else:
        raise ValueError(f"kind must be shifted, shifted_one, directed or box_cox, not {kind!r}")
    return np.where(varies, moved, values)


def treat_outliers(
    values: Array,
    *,
    most: int = 5,
    kind: Transform = "directed",
    most_skewness: float = _MOST_SKEWNESS,
    most_kurtosis: float = _MOST_KURTOSIS,
) -> TreatedOutliers:
    """Treat the outliers of each indicator, as little as will do.

    Parameters
    ----------
    values : ndarray, shape (..., n_units, n_indicators)
        Values; NaN where missing.
    most
        Most cells of an indicator that may be winsorised.
    kind
        Transformation of `log_transform` that is tried next.
    most_skewness, most_kurtosis
        Bounds of `outlier_test`.

    Returns
    -------
    TreatedOutliers
        Values after, the outcome for each indicator, the cells changed and the tests before and after.

    Raises
    ------
    ValueError
        As `winsorise` and `log_transform` do.

    Notes
    -----
    Test; if it fails, winsorise; if it fails still, transform the values as given; if that does not pass either, leave
    the indicator as it was. COINr keeps the transformed values in that last case; here nothing is changed that the
    change does not mend. The transformation is ``directed`` by default, since COINr's ``log_CT`` makes a long lower
    tail longer.

    Examples
    --------
    >>> values = np.array([1.0, 2, 3, 4, 5, 6, 7, 8, 9, 100])[:, np.newaxis]
    >>> treat_outliers(values).outcome.tolist()
    ['winsorised']
    """
    bounds = {"most_skewness": most_skewness, "most_kurtosis": most_kurtosis}
    before = outlier_test(values, **bounds)
    drawn = winsorise(values, most=most, **bounds).values
    drawn_passes = outlier_test(drawn, **bounds).passed
    in_need = np.where((before.passed | drawn_passes)[..., np.newaxis, :], np.nan, values)
    moved = log_transform(in_need, kind=kind)
    moved_passes = outlier_test(moved, **bounds).passed
    chosen = [before.passed, drawn_passes, moved_passes]
    outcome = np.select(chosen, ["passed", "winsorised", "transformed"], default="untreated")
    after = np.select([mask[..., np.newaxis, :] for mask in chosen], [values, drawn, moved], default=values)
    treated = ~np.isnan(values) & (after != values)
    return TreatedOutliers(after, np.asarray(outcome), treated, before, outlier_test(after, **bounds))


def _box_cox(positive: Array, varies: BoolArray) -> Array:
    """Transform each indicator by the exponent that makes it most like a normal sample."""
    from scipy.optimize import minimize_scalar
    from scipy.special import boxcox

    moved = np.log(positive)
    for place in zip(*np.nonzero(varies), strict=True):
        cell = (*place[:-1], slice(None), place[-1])
        column = positive[cell]
        known = column[~np.isnan(column)]

        def unlikelihood(power: float, known: Array = known) -> float:
            spread = float(np.var(boxcox(known, power)))
            return len(known) / 2 * float(np.log(spread)) - (power - 1) * float(np.log(known).sum())

        best = minimize_scalar(unlikelihood, bounds=_POWERS, method="bounded", options={"xatol": 1e-8})
        moved[cell] = boxcox(column, float(best.x))
    return moved
