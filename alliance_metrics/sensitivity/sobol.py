"""Which inputs drive a function: Sobol' indices and Shapley effects of any function, shares of a linear one."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from alliance_metrics.coding.arrays import Array
from alliance_metrics.sensitivity.designs import plan_effects
from alliance_metrics.sensitivity.effects import Effects, EffectSums, shapley_weights
from alliance_metrics.sensitivity.points import (
    base_points,
    checked_correlation,
    columns_of,
    conditional_points,
    mixed_points,
    partition,
)

Function = Callable[[Array], Array]

#: With more, trying all sets of components takes too long.
MOST_COMPONENTS = 14

_BLOCK = 1024
_NO_PIVOT = 1e-12
_STILL = 1e-18


def sobol_indices(
    function: Function, groups: int | Sequence[Sequence[int]], *, bases: int = 1024, seed: int = 0, replicates: int = 16
) -> Effects:
    """Share out the variance of a function of independent inputs.

    Parameters
    ----------
    function
        Takes points, shape (n, n_columns), within (0-1), and gives outputs, shape (n,) or (n, n_outputs).
    groups
        Number of columns, each an input of its own; or the places of the columns of each input, each column once.
    bases
        Base pairs in each replicate: a power of two, 4 or more. Runs are ``bases * replicates`` times :math:`2^k` for
        up to 7 inputs, times :math:`3k - 1` for more.
    seed
        Seed of the points.
    replicates
        Independent repetitions, two or more.

    Returns
    -------
    Effects
        First order, total order and Shapley shares, with standard errors.

    Examples
    --------
    >>> effects = sobol_indices(lambda x: 3 * x[:, 0] + 4 * x[:, 1], 2, bases=64)
    >>> effects.first[:, 0].round(2).tolist()
    [0.36, 0.64]
    """
    return convergence(function, groups, bases=bases, seed=seed, replicates=replicates)[-1]


def shapley_effects(
    function: Function,
    groups: int | Sequence[Sequence[int]],
    *,
    correlation: Array | None = None,
    bases: int = 1024,
    seed: int = 0,
    replicates: int = 16,
) -> Effects:
    """Share out the variance of a function whose inputs may be correlated; without correlation as `sobol_indices`.

    Parameters
    ----------
    function
        Takes points, shape (n, n_columns), within (0-1), and gives outputs, shape (n,) or (n, n_outputs).
    groups
        Number of columns, or the places of the columns of each input.
    correlation : ndarray, shape (n_columns, n_columns), optional
        Correlations of the normal scores of the columns under a Gaussian copula; margins stay uniform. [-1 to 1]
        At most 7 inputs. The first order is then all that knowing the input explains, including what it has in common
        with the others; the total order is what it adds once the others are known, and may be the smaller.
    bases
        Base pairs in each replicate: a power of two, 4 or more.
    seed
        Seed of the points.
    replicates
        Independent repetitions, two or more.

    Returns
    -------
    Effects
        First order, total order and Shapley shares, with standard errors.

    Raises
    ------
    ValueError
        Where the correlations are not such a matrix, or there are more than 7 correlated inputs.
    """
    return convergence(function, groups, correlation=correlation, bases=bases, seed=seed, replicates=replicates)[-1]


def convergence(
    function: Function,
    groups: int | Sequence[Sequence[int]],
    *,
    correlation: Array | None = None,
    bases: int = 1024,
    seed: int = 0,
    replicates: int = 16,
) -> tuple[Effects, Effects, Effects]:
    """Share out the variance from the first quarter, half and all of the base pairs, by the same runs.

    Parameters
    ----------
    function
        Takes points, shape (n, n_columns), within (0-1), and gives outputs, shape (n,) or (n, n_outputs).
    groups
        Number of columns, or the places of the columns of each input.
    correlation : ndarray, shape (n_columns, n_columns), optional
        As in `shapley_effects`.
    bases
        Base pairs in each replicate: a power of two, 4 or more.
    seed
        Seed of the points.
    replicates
        Independent repetitions, two or more.

    Returns
    -------
    tuple of three Effects
        The last is what `sobol_indices` or `shapley_effects` give.
    """
    inputs = partition(groups)
    columns = sum(len(group) for group in inputs)
    design = plan_effects(
        len(inputs), bases=bases, replicates=replicates, seed=seed, correlated=correlation is not None
    )
    matrix = None if correlation is None else checked_correlation(correlation, columns)
    sums = EffectSums(design)
    for replicate in range(replicates):
        first, second = base_points(design, columns=columns, replicate=replicate)
        for block in design.blocks(replicate, most=_BLOCK):
            pair = first[block.start : block.stop], second[block.start : block.stop]
            values = {}
            for mask in block.masks:
                if matrix is None:
                    points = mixed_points(*pair, groups=inputs, mask=mask)
                else:
                    points = conditional_points(*pair, taken=columns_of(inputs, mask), correlation=matrix)
                values[mask] = _outputs(function, points)
            sums.add(replicate, block.start, values)
    return sums.effects()


def _outputs(function: Function, points: Array) -> Array:
    """Run the function and give its outputs one column each."""
    values = np.asarray(function(points), dtype=np.float64)
    if values.ndim not in {1, 2} or len(values) != len(points):
        raise ValueError(f"function gave shape {values.shape} for {len(points)} points: one row a point is needed")
    return values.reshape(len(points), -1)


def lmg_shares(coefficients: Array, covariance: Array) -> Array:
    r"""Share out the variance of a linear function of correlated components, exactly.

    Parameters
    ----------
    coefficients : ndarray, shape (..., k)
        Coefficients b of the function :math:`b'x`; at most 14.
    covariance : ndarray, shape (..., k, k)
        Covariances of the components x; may be singular.

    Returns
    -------
    ndarray, shape (..., k)
        Shapley shares, which sum to 1; NaN where :math:`b'x` does not vary. [0-1]

    Raises
    ------
    ValueError
        Where there are more than 14 components.

    Notes
    -----
    The worth of a set of components is the variance that their best linear predictor explains. It grows, when a
    component joins, by its squared covariance with :math:`b'x` over its own variance, both given the components
    already in; all sets are built up so, one component at a time, and a component the others determine adds nothing.

    References
    ----------
    R. H. Lindeman, P. F. Merenda and R. Z. Gold (1980), Introduction to Bivariate and Multivariate Analysis; A. B. Owen
    and C. Prieur (2017), On Shapley value for measuring importance of dependent inputs, SIAM/ASA Journal on Uncertainty
    Quantification 5 (orientation, both).
    """
    slopes, spread = np.asarray(coefficients, dtype=np.float64), np.asarray(covariance, dtype=np.float64)
    count = slopes.shape[-1]
    if count > MOST_COMPONENTS:
        raise ValueError(f"all subsets are tried of at most {MOST_COMPONENTS} components, not {count}")
    joint = (spread @ slopes[..., None])[..., 0]
    own = np.diagonal(spread, axis1=-2, axis2=-1)
    worth = _explained(np.broadcast_to(spread, (*joint.shape, count)), joint)
    whole = worth[-1]
    ceiling = (np.abs(slopes) * np.sqrt(np.maximum(own, 0.0))).sum(axis=-1) ** 2
    varies = whole > _STILL * ceiling
    shares = np.moveaxis(np.tensordot(shapley_weights(count), worth, axes=1), 0, -1)
    return np.asarray(np.where(varies[..., None], shares / np.where(varies, whole, 1.0)[..., None], np.nan))


def _explained(spread: Array, joint: Array) -> Array:
    """Give the variance explained by each set of components, shape (2**k, ...): bit i of the place is component i."""
    worth = np.zeros((1, *joint.shape[:-1]))
    spread, joint = spread[None], joint[None]
    own = np.diagonal(spread, axis1=-2, axis2=-1)
    for place in range(joint.shape[-1]):
        pivot, shared = spread[..., 0, 0], joint[..., 0]
        usable = pivot > _NO_PIVOT * own[..., place]
        inverse = np.where(usable, 1.0 / np.where(usable, pivot, 1.0), 0.0)
        worth = np.concatenate([worth, worth + shared**2 * inverse])
        column = spread[..., 1:, 0]
        rest, left = spread[..., 1:, 1:], joint[..., 1:]
        outer = column[..., :, None] * column[..., None, :] * inverse[..., None, None]
        spread = np.concatenate([rest, rest - outer])
        joint = np.concatenate([left, left - column * (shared * inverse)[..., None]])
    return worth
