"""Where in the unit cube a function is run: base pairs, points mixed of two, and points of correlated inputs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from alliance_metrics.coding.arrays import Array
from alliance_metrics.sensitivity.designs import EffectDesign
from alliance_metrics.uncertainty.randomness import stream

Groups = tuple[tuple[int, ...], ...]

_HALF_STEP = 2.0**-31  # points of the sequence are multiples of 2**-30
_TOLERANCE = 1e-9


def partition(groups: int | Sequence[Sequence[int]]) -> Groups:
    """Read which columns make up each input.

    Parameters
    ----------
    groups
        Number of columns, each an input of its own; or the places of the columns of each input.

    Returns
    -------
    tuple of tuple of int
        Places of the columns of each input.

    Raises
    ------
    ValueError
        Where the groups do not hold each column just once.
    """
    if isinstance(groups, int):
        return tuple((place,) for place in range(groups))
    found = tuple(tuple(int(place) for place in group) for group in groups)
    places = sorted(place for group in found for place in group)
    if not all(found) or places != list(range(len(places))):
        raise ValueError(f"groups must hold each of the columns 0, 1, ... once and none be empty: {found}")
    return found


def base_points(design: EffectDesign, *, columns: int, replicate: int) -> tuple[Array, Array]:
    """Draw the base pairs of a replicate: two halves of one scrambled Sobol' sequence.

    Parameters
    ----------
    design
        What to run.
    columns
        Number of columns of the unit cube.
    replicate
        Place of the replicate; each is scrambled anew.

    Returns
    -------
    first, second : ndarray, shape (bases, columns)
        A and B; never quite 0 or 1, so that quantiles of any distribution are finite. (0-1)

    References
    ----------
    A. B. Owen (1998), Scrambling Sobol' and Niederreiter-Xing points, Journal of Complexity 14 (orientation).
    """
    from scipy.stats.qmc import Sobol

    rng = stream(design.seed, "sensitivity", replicate)
    points = Sobol(2 * columns, scramble=True, rng=rng).random(design.bases) + _HALF_STEP
    return points[:, :columns], points[:, columns:]


def mixed_points(first: Array, second: Array, *, groups: Groups, mask: int) -> Array:
    """Take the inputs of a mask from B and the others from A.

    Parameters
    ----------
    first, second : ndarray, shape (n, n_columns)
        A and B.
    groups
        Columns of each input.
    mask
        Bit i stands for input i.

    Returns
    -------
    ndarray, shape (n, n_columns)
        The points; A and B stay as they are.
    """
    points = first.copy()
    taken = columns_of(groups, mask)
    points[:, taken] = second[:, taken]
    return points


def columns_of(groups: Groups, mask: int) -> list[int]:
    """List the columns of the inputs of a mask.

    Parameters
    ----------
    groups
        Columns of each input.
    mask
        Bit i stands for input i.

    Returns
    -------
    list of int
        Places of columns.
    """
    return [column for place, group in enumerate(groups) if mask >> place & 1 for column in group]


def checked_correlation(correlation: Array, columns: int) -> Array:
    """Refuse what is not a matrix of correlations.

    Parameters
    ----------
    correlation : ndarray, shape (columns, columns)
        Correlations of the normal scores of the columns. [-1 to 1]
    columns
        Number of columns.

    Returns
    -------
    ndarray, shape (columns, columns)
        The same.

    Raises
    ------
    ValueError
        Where shape, symmetry, diagonal or eigenvalues are wrong.
    """
    matrix = np.asarray(correlation, dtype=np.float64)
    if matrix.shape != (columns, columns):
        raise ValueError(f"correlation has shape {matrix.shape}, the columns need {(columns, columns)}")
    alike = np.isfinite(matrix).all() and np.allclose(matrix, matrix.T, rtol=0, atol=_TOLERANCE)
    if not alike or not np.allclose(np.diag(matrix), 1.0, rtol=0, atol=_TOLERANCE):
        raise ValueError("correlation must be finite and symmetric with ones on its diagonal")
    if np.linalg.eigvalsh(matrix).min() < -_TOLERANCE:
        raise ValueError("correlation must have no negative eigenvalue: no variables are correlated so")
    return matrix


def conditional_points(first: Array, second: Array, *, taken: Sequence[int], correlation: Array) -> Array:
    """Draw correlated points and draw some of their columns again given the others, under a Gaussian copula.

    Parameters
    ----------
    first, second : ndarray, shape (n, n_columns)
        Independent points A and B. (0-1)
    taken
        Columns drawn again with the help of B; the others are those that A gives.
    correlation : ndarray, shape (n_columns, n_columns)
        Correlations of the normal scores; may be singular.

    Returns
    -------
    ndarray, shape (n, n_columns)
        Points whose columns have uniform margins. (0-1)
    """
    from scipy.special import ndtr, ndtri

    scores = ndtri(first) @ _root(correlation)
    if len(taken):
        kept = [column for column in range(len(correlation)) if column not in set(taken)]
        slope = correlation[np.ix_(taken, kept)] @ np.linalg.pinv(
            correlation[np.ix_(kept, kept)], rcond=_TOLERANCE, hermitian=True
        )
        left = correlation[np.ix_(taken, taken)] - slope @ correlation[np.ix_(kept, taken)]
        scores[:, taken] = scores[:, kept] @ slope.T + ndtri(second[:, taken]) @ _root(left)
    return np.clip(ndtr(scores), 2.0**-53, 1.0 - 2.0**-53)


def _root(covariance: Array) -> Array:
    """Give the symmetric square root, negative eigenvalues from rounding taken as zero."""
    values, vectors = np.linalg.eigh(covariance)
    return np.asarray(vectors * np.sqrt(np.maximum(values, 0.0)) @ vectors.T)
