"""Effects of inputs on outputs from evaluated runs: first order, total order and Shapley shares of the variance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import factorial
from typing import Literal

import numpy as np

from alliance_metrics.coding.arrays import Array, IntArray
from alliance_metrics.sensitivity.designs import EffectDesign, path_masks

#: An output whose variance is a smaller part of its mean square moves by rounding alone.
_STILL = 1e-26


@dataclass(frozen=True, eq=False)
class Effects:
    """How the variance of outputs is shared among inputs.

    Parameters
    ----------
    first, total, shapley : ndarray, shape (n_inputs, n_outputs)
        Shares of the variance; NaN where an output does not vary. First order: what an input does alone. Total order:
        alone and together with others. Shapley: what it does together with others is shared equally, so that the
        shares sum to 1. [0-1; an estimate may stray outside by its error]
    first_error, total_error, shapley_error : ndarray, shape (n_inputs, n_outputs)
        Standard errors.
    mean, variance : ndarray, shape (n_outputs,)
        Of the outputs, in their units and units squared.
    bases, replicates : int
        Base pairs in each replicate, and independent replicates, behind the estimates.
    """

    first: Array
    total: Array
    shapley: Array
    first_error: Array
    total_error: Array
    shapley_error: Array
    mean: Array
    variance: Array
    bases: int
    replicates: int

    def interval(self, effect: Literal["first", "total", "shapley"], *, level: float = 0.9) -> tuple[Array, Array]:
        """Give the interval of an effect by Student's t, with one degree of freedom less than replicates.

        Parameters
        ----------
        effect
            Which of the three.
        level
            Probability between the two ends. [0-1]

        Returns
        -------
        lower, upper : ndarray, shape (n_inputs, n_outputs)
            Ends; not cut at 0 and 1.
        """
        from scipy.special import stdtrit

        estimate, error = getattr(self, effect), getattr(self, f"{effect}_error")
        reach = float(stdtrit(self.replicates - 1, (1.0 + level) / 2.0)) * error
        return estimate - reach, estimate + reach


def shapley_weights(inputs: int) -> Array:
    r"""Give the matrix that turns worths of all subsets into Shapley values.

    Parameters
    ----------
    inputs
        Number of inputs k.

    Returns
    -------
    ndarray, shape (k, 2**k)
        The column of a subset u, as a bit mask, holds :math:`(|u|-1)!\,(k-|u|)!/k!` for an input within it, and
        :math:`-|u|!\,(k-|u|-1)!/k!` for one outside.
    """
    members = _members(inputs)
    weight = np.array([factorial(size) * factorial(inputs - size - 1) / factorial(inputs) for size in range(inputs)])
    size = members.sum(axis=0)
    joined, apart = weight[np.maximum(size - 1, 0)], weight[np.minimum(size, inputs - 1)]
    return np.asarray(np.where(members == 1, joined, -apart), dtype=np.float64)


def _members(inputs: int) -> IntArray:
    """Find which inputs (rows) are in which mask (columns): 1 or 0."""
    return np.arange(1 << inputs)[None, :] >> np.arange(inputs)[:, None] & 1


class EffectSums:
    r"""Sums over base pairs, block by block, from which the effects follow; memory does not grow with base pairs.

    Parameters
    ----------
    design
        Which runs there are.

    Notes
    -----
    Every summand is a product of differences between runs of one base pair, so that a constant added to an output
    changes nothing and no centre need be known beforehand. With f(u) the run of mask u:

    - ``factorial``: squares of the Walsh coefficients :math:`w_s = 2^{-k} \sum_u (-1)^{|s \cap u|} f(u)`. The mean of
      :math:`(f(u) - f(u \triangle v))^2 / 2` over all u is :math:`T(v) = 2 \sum_{|s \cap v|\ odd} w_s^2`, the total
      effect of v, and the variance is :math:`T(all)`. So the first order is
      :math:`2 \sum_{s \ni i} (-1)^{|s|+1} w_s^2`, the total order :math:`2 \sum_{s \ni i} w_s^2`, and the Shapley value
      :math:`2 \sum_{s \ni i,\ |s|\ odd} w_s^2 / |s|`.
    - ``paths``, with f(-i) the run of all but i: first order :math:`(f(i) - f(0))(f(all) - f(-i)) / 2`, total order
      :math:`((f(i) - f(0))^2 + (f(all) - f(-i))^2) / 4`, and variance the mean of :math:`(f(0) - f(all))^2 / 2` and
      of :math:`(f(i) - f(-i))^2 / 2` over all i. Shapley: :math:`(f(i) - f(0))(f(u + i) - f(u)) / 2` where a step of
      the path adds i to u, divided by the sum of these over inputs instead of the variance, so that shares sum to 1.
      (The products of a step with :math:`f(0) - f(all)`, which sum to the variance of the pair, have the same mean and
      vary more, most so for weak inputs.)
    - ``conditional``: :math:`T(v) = (f(0) - f(v))^2 / 2`.

    Sums carry their rounding error along, so that order and size of blocks do not show in the effects.

    References
    ----------
    A. Saltelli and others (2010), Computer Physics Communications 181; M. J. W. Jansen (1999), same journal 117, total
    order; A. B. Owen (2014), SIAM/ASA Journal on Uncertainty Quantification 2, Shapley; E. Song, B. L. Nelson and
    J. Staum (2016), same journal 4, correlated inputs; T. Goda (2021), Reliability Engineering and System Safety 209,
    paths (orientation, all).
    """

    def __init__(self, design: EffectDesign) -> None:
        self._design = design
        self._ends = (design.bases // 4, design.bases // 2, design.bases)
        self._counts = np.zeros((3, design.replicates), dtype=np.int64)
        self._sums: Array | None = None
        self._lost: Array = np.zeros(0)

    def add(self, replicate: int, start: int, values: Mapping[int, Array]) -> None:
        """Take in the runs of a block of base pairs.

        Parameters
        ----------
        replicate
            Place of the replicate.
        start
            First base pair of the block.
        values : mapping from mask to ndarray, shape (n, n_outputs)
            Outputs of every mask that `EffectDesign.masks` names; others are not looked at.

        Raises
        ------
        ValueError
            Where the block reaches beyond its chunk or a mask is missing.
        """
        design = self._design
        missing = set(design.masks(replicate, start)) - set(values)
        if missing:
            raise ValueError(
                f"replicate {replicate}, base pair {start}: runs of masks {sorted(missing)[:5]} are missing"
            )
        stop = start + len(values[0])
        if stop > (start // design.chunk + 1) * design.chunk:
            raise ValueError(f"replicate {replicate}: base pairs {start} to {stop - 1} follow more than one order")
        with np.errstate(all="ignore"):
            rows = _summands(design, (replicate, start), values)
            if self._sums is None:
                self._sums = np.zeros((3, design.replicates, rows.shape[1], rows.shape[2]))
                self._lost = np.zeros(self._sums.shape)
            for part, end in enumerate(self._ends):
                begin = self._ends[part - 1] if part else 0
                inside = rows[max(begin - start, 0) : max(end - start, 0)]
                if len(inside):
                    place = (part, replicate)
                    high, low = _folded(inside)
                    self._sums[place], rounding = _exact_sum(self._sums[place], high)
                    self._lost[place] += low + rounding
                    self._counts[place] += len(inside)

    def merge(self, other: EffectSums) -> None:
        """Take in what another has summed up of other replicates.

        Parameters
        ----------
        other
            Sums of the same design, over replicates that this one has nothing of.
        """
        if other._sums is None:
            return
        if self._sums is None:
            self._sums, self._lost = np.zeros_like(other._sums), np.zeros_like(other._lost)
        self._sums = self._sums + other._sums
        self._lost = self._lost + other._lost
        self._counts += other._counts

    def effects(self) -> tuple[Effects, Effects, Effects]:
        """Give the effects from the first quarter, the first half and all of the base pairs of each replicate.

        Returns
        -------
        tuple of three Effects
            The last is the estimate; how it differs from the others tells how far it has settled.

        Raises
        ------
        ValueError
            Where base pairs were not added, or more than once.
        """
        wanted = np.diff(self._ends, prepend=0)[:, None]
        if self._sums is None or (self._counts != wanted).any():
            faulty = np.flatnonzero((self._counts != wanted).any(axis=0))
            raise ValueError(f"base pairs lack or came twice in replicates {faulty[:5].tolist()}")
        with np.errstate(all="ignore"):
            rows = np.cumsum(self._sums + self._lost, axis=0)
            first, second, whole = (_effects(self._design, rows[part], bases=self._ends[part]) for part in range(3))
        return first, second, whole


def _exact_sum(one: Array, other: Array) -> tuple[Array, Array]:
    """Add two arrays and give the rounding error beside the sum (Knuth's two-sum)."""
    total = one + other
    part = total - one
    return total, (one - (total - part)) + (other - part)


def _folded(rows: Array) -> tuple[Array, Array]:
    """Sum over the first axis, pair by pair, with the rounding error beside the sum."""
    high, low = rows, np.zeros(rows.shape)
    while len(high) > 1:
        if len(high) % 2:
            blank = np.zeros((1, *rows.shape[1:]))
            high, low = np.concatenate([high, blank]), np.concatenate([low, blank])
        high, rounding = _exact_sum(high[0::2], high[1::2])
        low = low[0::2] + low[1::2] + rounding
    return high[0], low[0]


def _summands(design: EffectDesign, place: tuple[int, int], values: Mapping[int, Array]) -> Array:
    """Give what is summed over base pairs, shape (n, n_rows, n_outputs); row 0 is the mean over masks."""
    if design.kind == "paths":
        return _path_summands(design.inputs, design.order(*place), values)
    runs = np.stack([np.asarray(values[mask], dtype=np.float64) for mask in range(1 << design.inputs)], axis=1)
    spectrum = _walsh(runs)
    rows = spectrum**2 if design.kind == "factorial" else (runs[:, :1] - runs) ** 2 / 2.0
    rows[:, 0] = spectrum[:, 0]
    return np.asarray(rows)


def _walsh(runs: Array) -> Array:
    """Transform the second axis, of length a power of two, to Walsh coefficients; equal halves cancel exactly."""
    pairs, length, outputs = runs.shape
    spectrum, step = runs, 1
    while step < length:
        halves = spectrum.reshape(pairs, length // (2 * step), 2, step, outputs)
        one, other = halves[:, :, 0], halves[:, :, 1]
        spectrum = np.stack([one + other, one - other], axis=2).reshape(runs.shape)
        step *= 2
    return np.asarray(spectrum / length)


def _path_summands(inputs: int, order: tuple[int, ...], values: Mapping[int, Array]) -> Array:
    """Give the summands of paths: mean, then first, total and Shapley of each input, then variance."""
    runs = {mask: np.asarray(value, dtype=np.float64) for mask, value in values.items()}
    every = (1 << inputs) - 1
    none, whole = runs[0], runs[every]
    alone, apart = ([runs[1 << i] for i in range(inputs)], [runs[every ^ 1 << i] for i in range(inputs)])
    steps = [(one - none, whole - other) for one, other in zip(alone, apart, strict=True)]
    variance = sum(
        ((one - other) ** 2 / 2.0 for one, other in zip(alone, apart, strict=True)), (none - whole) ** 2 / 2.0
    )
    masks = path_masks(order)
    shapley = dict.fromkeys(range(inputs), none)
    for place, before, after in zip(order, masks[:-1], masks[1:], strict=True):
        shapley[place] = steps[place][0] * (runs[after] - runs[before]) / 2.0
    rows = [
        sum([*alone, *apart, whole], none) / (2 * inputs + 2),
        *(up * down / 2.0 for up, down in steps),
        *((up**2 + down**2) / 4.0 for up, down in steps),
        *shapley.values(),
        variance / (inputs + 1),
    ]
    return np.stack(rows, axis=1)


def _numerators(design: EffectDesign) -> Array:
    """Give the matrix from summed rows to first, total, Shapley, variance and the variance that Shapley sums to."""
    inputs = design.inputs
    if design.kind == "paths":
        unit = np.eye(3 * inputs + 1, 3 * inputs + 2, k=1)
        return np.concatenate([unit, unit[2 * inputs : 3 * inputs].sum(axis=0, keepdims=True)])
    members = _members(inputs)
    size = members.sum(axis=0)
    if design.kind == "factorial":
        odd = size % 2
        shapley = 2.0 * members * odd / np.maximum(size, 1)
        rows = [2.0 * members * (2 * odd - 1), 2.0 * members, shapley, 2.0 * odd[None], 2.0 * odd[None]]
    else:
        unit = np.eye(1 << inputs)
        whole, alone = unit[-1:], 1 << np.arange(inputs)
        rows = [whole - unit[-1 - alone], unit[alone], shapley_weights(inputs), whole, whole]
    matrix = np.concatenate(rows, dtype=np.float64)
    matrix[:, 0] = 0.0  # row 0 is the mean
    return matrix


def _effects(design: EffectDesign, rows: Array, *, bases: int) -> Effects:
    """Turn the sums of each replicate, shape (replicates, n_rows, n_outputs), into effects with jackknifed errors."""
    count, inputs = len(rows), design.inputs
    numerators = _numerators(design) @ rows
    parts = np.repeat(numerators[:, -2:], (2 * inputs, inputs), axis=1)
    above, below = numerators[:, :-2].sum(axis=0), parts.sum(axis=0)
    variance = numerators[:, -2].sum(axis=0) / (count * bases)
    mean = rows[:, 0].sum(axis=0) / (count * bases)
    varies = variance > _STILL * (variance + mean**2)
    estimate = np.where(varies, above / below, np.nan)
    without = (above - numerators[:, :-2]) / (below - parts)
    spread = ((without - without.mean(axis=0)) ** 2).sum(axis=0)
    error = np.where(varies, np.sqrt(spread * (count - 1) / count), np.nan)
    shares = dict(zip(("first", "total", "shapley"), np.split(estimate, 3), strict=True))
    errors = dict(zip(("first_error", "total_error", "shapley_error"), np.split(error, 3), strict=True))
    return Effects(**shares, **errors, mean=mean, variance=variance, bases=bases, replicates=count)
