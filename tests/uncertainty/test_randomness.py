"""Streams of random numbers."""

from __future__ import annotations

import numpy as np

from alliance_metrics.uncertainty.randomness import stream


def test_a_stream_depends_on_seed_and_names_alone():
    """The same seed and names give the same numbers, now and in another process."""
    assert stream(1949, "coder_choice").integers(0, 1 << 32, 3).tolist() == [4063840153, 1326789802, 3750289089]


def test_names_are_not_glued_together():
    """("ab", "c") and ("a", "bc") are two purposes."""
    one, other = (stream(0, *names).random(4) for names in (("ab", "c"), ("a", "bc")))
    assert (one != other).all()


def test_streams_of_neighbouring_seeds_are_unrelated():
    """Seeds 0 to 199 give first numbers spread over the unit interval."""
    first = np.sort([stream(seed, "x").random() for seed in range(200)])
    assert np.abs(first - (np.arange(200) + 0.5) / 200).max() < 0.12  # Kolmogorov bound at 200, 1 in 200
