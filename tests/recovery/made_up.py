"""Made-up series of known truth, and how far a share may lie from it."""

from __future__ import annotations

import math

import numpy as np


def wandering(rho, n, *, sets, rng):
    """Autoregressive series, shape (sets, n), from their own start of fifty years; mean 0, variance 1."""
    levels = np.zeros((sets, n + 50))
    for year in range(1, n + 50):
        levels[:, year] = rho * levels[:, year - 1] + math.sqrt(1 - rho**2) * rng.standard_normal(sets)
    return levels[:, 50:]


def broken(rho, places, size, *, sets, rng, n=21):
    """Sets of series, shape (sets, len(places), n), each falling by `size` at its place."""
    series = np.stack([wandering(rho, n, sets=sets, rng=rng) for _ in places], axis=1)
    for row, place in enumerate(places):
        series[:, row, place:] -= size
    return series


def within_band(share, count, *, errors=3.5):
    """Range of a share counted in `count` sets: the true one and 3.5 standard errors either way."""
    spread = errors * math.sqrt(share * (1 - share) / count)
    return share - spread, share + spread
