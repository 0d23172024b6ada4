"""Weights against numbers that others published."""

from __future__ import annotations

import numpy as np

from alliance_metrics.index.weights import critic_weights, entropy_weights

FIRMS = np.array(
    [
        [61.0, 1.08, 4.33],
        [20.7, 0.26, 4.34],
        [16.3, 1.98, 2.53],
        [9.0, 3.29, 1.65],
        [5.4, 2.77, 2.33],
        [4.0, 4.12, 1.21],
        [-6.1, 3.52, 2.10],
        [-34.6, 3.31, 0.98],
    ]
)


def test_critic_weights_of_the_eight_firms():
    """Diakoulaki, Mavrotas and Papayannakis (1995); data and weights as in scikit-criteria's test_weighters.py."""
    np.testing.assert_allclose(critic_weights(FIRMS), [0.20222554, 0.48090173, 0.31687273], atol=1e-8)


def test_entropy_weights_of_two_by_two():
    """scikit-criteria, tests/preprocessing/test_weighters.py: 1, 4 and 2, 16 weigh 0.358889 and 0.641111."""
    np.testing.assert_allclose(entropy_weights(np.array([[1.0, 2.0], [4.0, 16.0]])), [0.358889, 0.641111], atol=1e-6)
