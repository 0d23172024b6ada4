"""How much an ally adds: shares of capability, the ally's share discounted, and Lanchester's two readings.

Takes yearly capabilities of any kind that may be added up over states, such as shares of the world's material
capabilities. They measure what a state could draw on, not forces at a front.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from alliance_metrics.coding.arrays import Array, BoolArray, IntArray


@dataclass(frozen=True, eq=False)
class Readings:
    """A side's strength over its opponent's, alone and with its ally, each array of the shape of what was given.

    Parameters
    ----------
    linear_alone, linear_joint
        By Lanchester's linear law. [ratio, 1 is parity]
    square_alone, square_joint
        By his square law, both fighting together as one force. [ratio, 1 is parity]
    square_apart
        By his square law where the two fight apart, one after the other: their squares add. [ratio, 1 is parity]
    square_expected
        By his square law where the ally comes whole with the probability, or not at all: the mean of the two. [ratio]
    linear_added, square_added
        Joint reading less the reading alone. [ratio]
    concentration
        What fighting together adds to fighting apart, by the square law. [ratio]
    """

    linear_alone: Array
    linear_joint: Array
    square_alone: Array
    square_joint: Array
    square_apart: Array
    square_expected: Array

    @property
    def linear_added(self) -> Array:
        """What the alliance adds by the linear law."""
        return self.linear_joint - self.linear_alone

    @property
    def square_added(self) -> Array:
        """What the alliance adds by the square law."""
        return self.square_joint - self.square_alone

    @property
    def concentration(self) -> Array:
        """What fighting together adds to fighting apart."""
        return self.square_joint - self.square_apart


def membership(intervals: Sequence[tuple[int, int, int]], years: IntArray, *, n_states: int) -> BoolArray:
    """Find which states belong to a coalition in which years.

    Parameters
    ----------
    intervals
        For each spell its state's place, first and last year, both included; a state may have several, which may
        overlap.
    years : ndarray of int, shape (n_years,)
        Calendar years.
    n_states
        Number of states.

    Returns
    -------
    ndarray of bool, shape (n_states, n_years)
        Who belongs when.

    Raises
    ------
    ValueError
        Where a spell ends before it begins or its state does not exist.

    Examples
    --------
    >>> membership([(0, 1949, 1950), (1, 1950, 1951)], np.array([1949, 1950, 1951]), n_states=2).astype(int)
    array([[1, 1, 0],
           [0, 1, 1]])
    """
    when, belongs = np.asarray(years), np.zeros((n_states, len(years)), dtype=bool)
    for state, first, last in intervals:
        if not 0 <= state < n_states or last < first:
            raise ValueError(
                f"a spell needs a state below {n_states} and may not end before it begins: {state}, {first}-{last}"
            )
        belongs[state] |= (when >= first) & (when <= last)
    return belongs


def joint_share(capability: Array, members: BoolArray, *, total: Array | float | None = None) -> Array:
    r"""Give the share of some states, taken together, by year.

    Parameters
    ----------
    capability : ndarray, shape (n_states, n_years)
        Capability; NaN where missing. [0 or more]
    members : ndarray of bool, shape (n_states,) or (n_states, n_years)
        Who counts, by year where that changes.
    total : ndarray, shape (n_years,), or float, optional
        Of what the share is taken: 1 where capabilities are shares of the world already. The sum over all states given
        where absent.

    Returns
    -------
    ndarray, shape (n_years,)
        The share; NaN where a member's capability is missing (or anyone's, where the total is their sum), or there is
        no total. [0-1]

    Raises
    ------
    ValueError
        Where a capability is negative or shapes do not fit.

    Notes
    -----
    :math:`\sum_{i \in M_t} c_{it} / C_t`. Shares of a whole fall when others join the whole: with few states in the
    record its early years are not comparable with later ones.

    Examples
    --------
    >>> float(joint_share(np.array([[2.0], [3.0], [5.0]]), np.array([True, True, False]))[0])
    0.5
    """
    held = np.asarray(capability, dtype=np.float64)
    belongs = np.asarray(members, dtype=bool)
    belongs = belongs[:, np.newaxis] if belongs.ndim == 1 else belongs
    if held.ndim != 2 or belongs.shape not in {held.shape, (len(held), 1)}:
        raise ValueError(f"members must be given for each of {len(held)} states, or for each state and year")
    if (held < 0).any():
        raise ValueError("a capability is zero or more")
    part = np.where(belongs, held, 0.0).sum(axis=0)
    whole = held.sum(axis=0) if total is None else np.broadcast_to(np.asarray(total, dtype=np.float64), part.shape)
    return _ratio(part, whole)


def discounted_share(own: Array, ally: Array, probability: Array | float, *, total: Array | float = 1.0) -> Array:
    r"""Give the share a side can count on: its own and as much of its ally's as it can rely on.

    Parameters
    ----------
    own, ally : ndarray, shape (...)
        Capability of the side and of its ally. [0 or more]
    probability : ndarray broadcastable to them, or float
        How far the ally can be counted on, such as an index of cohesion; draws may be its leading axes. [0-1]
    total : ndarray broadcastable to them, or float
        Of what the share is taken.

    Returns
    -------
    ndarray, shape (...)
        The share; NaN where anything is missing. [0-1]

    Raises
    ------
    ValueError
        Where a capability is negative or the probability lies outside 0 and 1.

    Notes
    -----
    :math:`(c_a + p\,c_b) / C`. If :math:`p` is the probability that the ally comes with all it has, this is the
    expected share. An index of cohesion is not such a probability: it is used like one, and the reading is no better
    than that.

    Examples
    --------
    >>> float(discounted_share(np.array(0.2), np.array(0.4), 0.5))
    0.4
    """
    one, other, chance = _checked(own, ally, probability)
    return _ratio(one + chance * other, np.asarray(total, dtype=np.float64))


def lanchester_readings(
    own: Array,
    ally: Array,
    opponent: Array,
    *,
    probability: Array | float = 1.0,
    quality: tuple[float, float, float] = (1.0, 1.0, 1.0),
) -> Readings:
    r"""Read an alliance's strength against an opponent by Lanchester's linear and square laws.

    Parameters
    ----------
    own, ally, opponent : ndarray, shape (...)
        Capabilities of the side, its ally and those against it, in one unit. [0 or more]
    probability : ndarray broadcastable to them, or float
        As in `discounted_share`. [0-1]
    quality
        What a unit of capability of each of the three is worth in effective strength. [above 0]

    Returns
    -------
    Readings
        Ratios of strength, alone and joint; NaN where anything is missing or the opponent has nothing.

    Raises
    ------
    ValueError
        Where a capability is negative, a quality is not positive or the probability lies outside 0 and 1.

    Notes
    -----
    With effective strengths (capability times quality) :math:`a, b, m` and factor :math:`p`:

    - linear law (duels, unaimed fire: strength adds): :math:`(a + p b) / m`;
    - square law (aimed fire, each can be struck by all: strength goes with the square of numbers), fighting together:
      :math:`((a + p b) / m)^2`;
    - square law, fighting apart, one after the other: :math:`(a^2 + (p b)^2) / m^2`, less than together by
      :math:`2 p a b / m^2`. The opponent is left with :math:`\sqrt{m^2 - a^2}` by the first, so that squares add;
    - square law, the ally comes whole or not at all: :math:`(1 - p)` times the ratio alone and :math:`p` times that
      with all of the ally, never less than the reading with a sure share :math:`p`.

    Alone, :math:`b = 0`. Above 1 the side outlasts its opponent if both fight to the end under that law. Limits: two
    homogeneous sides at one place, no reserves, distance, terrain, supply, nuclear weapons or will. Measured national
    capability is not force at a front, and empirical battles fit neither law well. The readings bracket what an
    ally adds; neither forecasts a war.

    References
    ----------
    F. W. Lanchester (1916), Aircraft in Warfare, chapters 5 and 6 (orientation).

    Examples
    --------
    >>> found = lanchester_readings(np.array(3.0), np.array(1.0), np.array(4.0))
    >>> float(found.linear_joint), float(found.square_joint), float(found.square_apart)
    (1.0, 1.0, 0.625)
    """
    one, other, chance = _checked(own, ally, probability)
    against = np.asarray(opponent, dtype=np.float64)
    if (against < 0).any() or not all(value > 0 for value in quality):
        raise ValueError("a capability is zero or more, and a quality above zero")
    mine, theirs, enemy = quality[0] * one, quality[1] * other, quality[2] * against
    alone, part, whole = (_ratio(value, enemy) for value in (mine, chance * theirs, mine + theirs))
    return Readings(
        linear_alone=alone,
        linear_joint=alone + part,
        square_alone=alone**2,
        square_joint=(alone + part) ** 2,
        square_apart=alone**2 + part**2,
        square_expected=(1.0 - chance) * alone**2 + chance * whole**2,
    )


def _checked(own: Array, ally: Array, probability: Array | float) -> tuple[Array, Array, Array]:
    one, other, chance = (np.asarray(value, dtype=np.float64) for value in (own, ally, probability))
    if (one < 0).any() or (other < 0).any():
        raise ValueError("a capability is zero or more")
    if ((chance < 0) | (chance > 1)).any():
        raise ValueError("the factor that discounts an ally lies between 0 and 1")
    return one, other, chance


def _ratio(part: Array, whole: Array) -> Array:
    """Divide, NaN where there is nothing to divide by."""
    part, whole = np.broadcast_arrays(part, whole)
    quotient: Array = np.divide(part, whole, out=np.full(part.shape, np.nan), where=whole > 0)
    return quotient
