"""Benefit of the doubt: every unit with the weights that suit it best."""

from __future__ import annotations

import numpy as np

from alliance_metrics.coding.arrays import Array
from alliance_metrics.errors import ScoringError


def benefit_of_the_doubt(scores: Array, weights: Array, *, lower: float = 0.0, upper: float = 1.0) -> Array:
    r"""Score each unit with its own best weights, under which no unit may exceed 1.

    Parameters
    ----------
    scores : ndarray, shape (..., n_units, n)
        Scores, zero or more; NaN where missing, which gains a unit nothing.
    weights : ndarray, shape (n,) or (..., 1, n)
        Only whether they are above zero counts: a component without weight is left out.
    lower, upper
        Least and greatest share of a unit's score that may come from one component. [0-1]

    Returns
    -------
    ndarray, shape (..., n_units)
        1 for a unit that some weights make the best; NaN where nothing with weight is present. With a lower bound above
        zero, a unit with a zero in any component gets 0. [0-1]

    Raises
    ------
    ValueError
        Where a score is negative, or the bounds leave no shares that sum to 1.

    Notes
    -----
    For unit :math:`u`: maximise :math:`\sum_k v_k s_{uk}` over :math:`v \ge 0` with :math:`\sum_k v_k s_{jk} \le 1` for
    every unit :math:`j` and :math:`lower \cdot y_u \le v_k s_{uk} \le upper \cdot y_u`, :math:`y_u` the score itself:
    one linear programme a unit.

    References
    ----------
    L. Cherchye, W. Moesen, N. Rogge and T. Van Puyenbroeck (2007), An introduction to "benefit of the doubt" composite
    indicators, Social Indicators Research 82, 111-145 (orientation).

    Examples
    --------
    >>> scores = np.array([[1.0, 0.2], [0.2, 1.0], [0.5, 0.5]])
    >>> benefit_of_the_doubt(scores, np.array([0.5, 0.5])).round(6).tolist()
    [1.0, 1.0, 0.833333]
    """
    if (scores < 0).any():
        raise ScoringError("benefit of the doubt needs scores of zero or more")
    leading = np.broadcast_shapes(scores.shape[:-2], weights.shape[:-2])
    every = np.broadcast_to(scores, (*leading, *scores.shape[-2:])).reshape(-1, *scores.shape[-2:])
    counted = np.broadcast_to(weights > 0, (*leading, 1, scores.shape[-1])).reshape(-1, scores.shape[-1])
    scored = [_frontier_of_one(one[:, kept], lower, upper) for one, kept in zip(every, counted, strict=True)]
    return np.array(scored).reshape(*leading, scores.shape[-2])


def _frontier_of_one(scores: Array, lower: float, upper: float) -> Array:
    n = scores.shape[-1]
    if not 0.0 <= lower <= upper <= 1.0 or lower * n > 1.0 or upper * n < 1.0:
        raise ValueError(f"shares between {lower} and {upper} cannot sum to 1 over {n} components")
    known = np.nan_to_num(scores)
    best = known.max(axis=0, initial=0.0)
    scaled = np.divide(known, best, out=np.zeros(known.shape), where=best > 0)  # weights of like size for the solver
    scored = np.array([_best_score(scaled, unit, lower, upper) for unit in range(len(scores))])
    return np.where(np.isnan(scores).all(axis=-1), np.nan, scored)


def _best_score(scores: Array, unit: int, lower: float, upper: float) -> float:
    from scipy.optimize import linprog

    own = scores[unit]
    n = len(own)
    rows, ends = [scores], [np.ones(len(scores))]
    if lower > 0:
        rows, ends = [*rows, lower * own[np.newaxis, :] - np.diag(own)], [*ends, np.zeros(n)]
    if upper < 1:
        rows, ends = [*rows, np.diag(own) - upper * own[np.newaxis, :]], [*ends, np.zeros(n)]
    answer = linprog(-own, A_ub=np.vstack(rows), b_ub=np.concatenate(ends), bounds=(0, None), method="highs")
    if answer.fun is None:
        raise ScoringError(f"no best weights were found: {answer.message}")
    return float(min(1.0, max(0.0, -answer.fun)))
