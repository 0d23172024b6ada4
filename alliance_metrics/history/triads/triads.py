"""Three dyads of three states by year: toward whom each state leans, balance of the triangle, its weakest side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from alliance_metrics.coding.arrays import Array, FloatArray, IntArray
from alliance_metrics.uncertainty.comparisons import DIGITS
from alliance_metrics.uncertainty.spans import NO_P_VALUE, Span, share_of, span_of

#: Middle of the scale: above it a side counts as friendly, below as hostile.
NEUTRAL = 0.5
#: The two other states of each of the three.
_PARTNERS = ((1, 2), (0, 2), (0, 1))


@dataclass(frozen=True, eq=False)
class Triad:
    """A triangle of states by year.

    Parameters
    ----------
    partners : ndarray of int, shape (3, 2)
        For each state the two others, lower number first.
    tilt : Span of shape (3, n_years)
        For each state its cohesion with the first of its partners less that with the second. [-1 to 1]
    mean, least, spread : Span of shape (n_years,)
        Mean and least of the three sides, and the greatest less the least. [0-1]
    balance : Span of shape (n_years,)
        Signed balance of the triangle; its ``above`` is the share of draws in which it is balanced. [-1 to 1]
    hostile : ndarray, shape (4, n_years)
        Share of draws in which none, one, two or all three sides are below neutral; NaN where a side is missing. [0-1]
    weakest : ndarray, shape (3, n_years)
        Share of draws in which a side is the weakest, in the order of the sides; ties are shared equally. [0-1]
    basis
        What the probabilities rest on.
    """

    partners: IntArray
    tilt: Span
    mean: Span
    least: Span
    spread: Span
    balance: Span
    hostile: Array
    weakest: Array
    basis: str = NO_P_VALUE


def align_sides(years: Sequence[IntArray], scores: Sequence[FloatArray]) -> tuple[IntArray, Array]:
    """Bring series with different years onto the same ones.

    Parameters
    ----------
    years : sequence of ndarray of int, each of shape (n_years,)
        Years of each series, each once.
    scores : sequence of ndarray, each of shape (n_years, n_draws)
        Their draws. [0-1]

    Returns
    -------
    years : ndarray of int, shape (n_years,)
        Every year that any of them has, rising.
    scores : ndarray, shape (n_series, n_years, n_draws)
        The draws; NaN in years that a series does not have. [0-1]

    Raises
    ------
    ValueError
        Where years stand twice, or years or draws do not fit.
    """
    if len({one.shape[1] for one in scores}) != 1 or [len(one) for one in years] != [len(one) for one in scores]:
        raise ValueError("each series needs as many years as rows, and all the same draws")
    if any(len(np.unique(one)) < len(one) for one in years):
        raise ValueError("a year stands twice in a series")
    every = np.unique(np.concatenate(years))
    aligned = np.full((len(scores), len(every), scores[0].shape[1]), np.nan)
    for place, (when, draws) in enumerate(zip(years, scores, strict=True)):
        aligned[place, np.searchsorted(every, when)] = draws
    return every, aligned


def triad(
    sides: FloatArray, pairs: Sequence[tuple[int, int]], *, neutral: float = NEUTRAL, level: float = 0.90
) -> Triad:
    r"""Describe a triangle of states by year.

    Parameters
    ----------
    sides : ndarray, shape (3, n_years, n_draws)
        Draws of the cohesion of each dyad; NaN where missing. [0-1]
    pairs
        For each side the two states it joins, numbered 0, 1 and 2.
    neutral
        Score above which a side is friendly and below which it is hostile. (0-1)
    level
        Probability of the intervals. (0-1)

    Returns
    -------
    Triad
        Tilts, balance and weakest side with intervals. A tilt is given wherever its two sides are there, the rest
        where all three are.

    Raises
    ------
    ValueError
        Where there are not three sides that join three states, or neutral does not lie between 0 and 1.

    Notes
    -----
    Each side is turned into a tie between -1 and 1, :math:`r = (s - n) / (1 - n)` above neutral :math:`n` and
    :math:`(s - n) / n` below. Balance is :math:`B = \sqrt[3]{r_1 r_2 r_3}`, the real root: its sign is Heider's
    (positive where all are friends or two share an enemy), its size the geometric mean strength of the ties, so that a
    triangle with a neutral side is neither. B alone does not distinguish three friends from one friendship and two
    enmities: read it beside ``hostile``. The sign depends on the choice of neutral.

    References
    ----------
    F. Heider (1946), Attitudes and cognitive organization, Journal of Psychology 21 (orientation).
    D. Cartwright and F. Harary (1956), Structural balance, Psychological Review 63 (orientation).

    Examples
    --------
    >>> sides = np.array([[[1.0]], [[0.0]], [[0.0]]])
    >>> float(triad(sides, [(0, 1), (0, 2), (1, 2)]).balance.mean[0])
    1.0
    """
    _check(sides, pairs, neutral)
    scores = np.asarray(sides, dtype=np.float64)
    whole = np.where(np.isnan(scores).any(axis=0), np.nan, scores)
    least, greatest = whole.min(axis=0), whole.max(axis=0)
    return Triad(
        partners=np.array(_PARTNERS, dtype=np.intp),
        tilt=span_of(tilts_of(scores, pairs), level=level),
        mean=span_of(whole.mean(axis=0), level=level),
        least=span_of(least, level=level),
        spread=span_of(greatest - least, level=level),
        balance=span_of(signed_balance(whole, neutral=neutral), level=level),
        hostile=_hostile(whole, neutral),
        weakest=_weakest(whole),
    )


def tilts_of(sides: Array, pairs: Sequence[tuple[int, int]]) -> Array:
    """Give the tilt of each state: its cohesion with its first partner less that with its second.

    Parameters
    ----------
    sides : ndarray, shape (3, n_years, n_draws)
        Cohesion of each dyad; NaN where missing. [0-1]
    pairs
        As in `triad`.

    Returns
    -------
    ndarray, shape (3, n_years, n_draws)
        Tilt of each state; NaN where one of its two sides is missing. [-1 to 1]
    """
    place = {frozenset(pair): side for side, pair in enumerate(pairs)}
    ends = [
        (place[frozenset((state, one))], place[frozenset((state, two))]) for state, (one, two) in enumerate(_PARTNERS)
    ]
    return np.stack([sides[one] - sides[other] for one, other in ends])


def signed_balance(sides: FloatArray, *, neutral: float = NEUTRAL) -> Array:
    """Give the signed balance of triangles.

    Parameters
    ----------
    sides : ndarray, shape (3, ...)
        Cohesion of the three dyads; NaN where missing. [0-1]
    neutral
        As in `triad`.

    Returns
    -------
    ndarray, shape (...)
        Balance, by the formula in `triad`; NaN where a side is missing. [-1 to 1]
    """
    scores = np.asarray(sides, dtype=np.float64)
    ties = np.where(scores > neutral, (scores - neutral) / (1.0 - neutral), (scores - neutral) / neutral)
    return np.asarray(np.cbrt(ties.prod(axis=0)))


def _hostile(whole: Array, neutral: float) -> Array:
    """Give the shares of draws with 0 to 3 sides below neutral."""
    known = ~np.isnan(whole[0])
    count = (np.round(whole, DIGITS) < neutral).sum(axis=0)
    return np.stack([share_of(((count == number) & known).sum(axis=-1), known.sum(axis=-1)) for number in range(4)])


def _weakest(whole: Array) -> Array:
    held = np.round(whole, DIGITS)
    ties = held == held.min(axis=0)
    known = ~np.isnan(whole[0])
    return share_of((ties / np.maximum(ties.sum(axis=0), 1)).sum(axis=-1), known.sum(axis=-1))


def _check(sides: FloatArray, pairs: Sequence[tuple[int, int]], neutral: float) -> None:
    if sides.ndim != 3 or len(sides) != 3 or len(pairs) != 3:
        raise ValueError("a triad has three sides, each of years x draws, and a pair of states for each")
    if {frozenset(pair) for pair in pairs} != {frozenset(pair) for pair in ((0, 1), (0, 2), (1, 2))}:
        raise ValueError(f"the pairs must join the states 0, 1 and 2, each two of them once: {list(pairs)}")
    if not 0.0 < neutral < 1.0:
        raise ValueError(f"neutral lies between 0 and 1, not at {neutral}")
