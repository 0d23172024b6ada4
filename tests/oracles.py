"""Slow and obvious versions of fast code, written from the formulas."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence

import numpy as np


def weighted_mean(scores: Sequence[float], weights: Sequence[float]) -> float:
    """Weighted arithmetic mean of what is present."""
    pairs = [(s, w) for s, w in zip(scores, weights, strict=True) if not math.isnan(s)]
    total = math.fsum(w for _, w in pairs)
    return math.fsum(s * w for s, w in pairs) / total if total else math.nan


def weighted_geometric_mean(scores: Sequence[float], weights: Sequence[float]) -> float:
    """Weighted geometric mean of what is present, by logarithms."""
    pairs = [(s, w) for s, w in zip(scores, weights, strict=True) if not math.isnan(s) and w > 0]
    if not pairs:
        return math.nan
    if any(s == 0 for s, _ in pairs):
        return 0.0
    total = math.fsum(w for _, w in pairs)
    return math.exp(math.fsum(w * math.log(s) for s, w in pairs) / total)


def gated_mean(scores: Sequence[float], weights: Sequence[float], gate: int, strength: float) -> float:
    """Bedrock aggregation by its formula, everything present, weights summing to 1."""
    g = scores[gate]
    others = (
        w * s * (1 - strength + strength * g) for k, (s, w) in enumerate(zip(scores, weights, strict=True)) if k != gate
    )
    return weights[gate] * g + math.fsum(others)


def shapley(value: Callable[[Sequence[float]], float], scores: Sequence[float]) -> list[float]:
    """Shapley values as the mean marginal worth over all orders of arrival."""
    count = len(scores)
    shares = [0.0] * count
    orders = list(itertools.permutations(range(count)))
    for order in orders:
        present = [0.0] * count
        before = value(present)
        for child in order:
            present[child] = scores[child]
            after = value(present)
            shares[child] += (after - before) / len(orders)
            before = after
    return shares


def weighted_median(values: Sequence[float], counts: Sequence[int]) -> float:
    """Median of the list in which each value stands as often as its count says."""
    spread = sorted(v for v, n in zip(values, counts, strict=True) for _ in range(n) if not math.isnan(v))
    if not spread:
        return math.nan
    middle = len(spread) // 2
    return spread[middle] if len(spread) % 2 else (spread[middle - 1] + spread[middle]) / 2


def cohesion(
    cells: dict[tuple[str, str], float],
    tree: dict[str, dict[str, list[str]]],
    pillar_weights: dict[str, float],
    *,
    high: float,
) -> float:
    """Index of one dyad-year from (coder, indicator) scores: means of means of means, on 0-100."""
    pillars = []
    for pillar, dimensions in tree.items():
        means = []
        for indicators in dimensions.values():
            scores = []
            for indicator in indicators:
                given = [score for (_, name), score in cells.items() if name == indicator]
                scores.append(math.fsum(given) / len(given) / high)
            means.append(math.fsum(scores) / len(scores))
        pillars.append((math.fsum(means) / len(means), pillar_weights[pillar]))
    return 100 * math.fsum(s * w for s, w in pillars) / math.fsum(w for _, w in pillars)


def best_partition(y: list[float], *, breaks: int, minimum: int, degree: int) -> tuple[float, tuple[int, ...]]:
    """Least residual sum of squares over all partitions, tried one by one, and the first places of the new segments."""
    found = (math.inf, ())
    for places in itertools.combinations(range(minimum, len(y) - minimum + 1), breaks):
        ends = [0, *places, len(y)]
        if min(last - first for first, last in itertools.pairwise(ends)) < minimum:
            continue
        squares = []
        for first, last in itertools.pairwise(ends):
            line = np.polynomial.Polynomial.fit(range(first, last), y[first:last], degree)
            squares += [(y[year] - line(year)) ** 2 for year in range(first, last)]
        found = min(found, (math.fsum(squares), places))
    return found


def nested_shares(tree: dict[str, list[str]], root: str, value: Callable[[set[str]], float]) -> dict[str, float]:
    """Mean gain at each step over all orders in which the steps below one place of a tree follow one another.

    ``tree`` names what stands below each place; what stands below nothing is a step. ``value`` is worth after a set of
    steps.
    """

    def orders(place: str) -> list[list[str]]:
        if place not in tree:
            return [[place]]
        found = []
        for arrangement in itertools.permutations(tree[place]):
            parts = itertools.product(*(orders(child) for child in arrangement))
            found += [list(itertools.chain(*part)) for part in parts]
        return found

    every = orders(root)
    shares = dict.fromkeys(every[0], 0.0)
    for order in every:
        taken: set[str] = set()
        before = value(taken)
        for step in order:
            taken.add(step)
            after = value(taken)
            shares[step] += (after - before) / len(every)
            before = after
    return shares
