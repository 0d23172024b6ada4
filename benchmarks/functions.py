"""Functions whose shares of variance are known in closed form, and errors of estimates of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True, eq=False)
class Known:
    """A function of independent uniform inputs.

    Parameters
    ----------
    name
        What stands in the tables.
    function
        Takes points, shape (n, n_inputs), and gives values, shape (n,).
    first, total : ndarray, shape (n_inputs,)
        Shares of the variance. [0-1]
    """

    name: str
    function: Callable[[Array], Array]
    first: Array
    total: Array


def ishigami() -> Known:
    r"""Give the function of Ishigami and Homma with its usual coefficients 7 and 0.1.

    Returns
    -------
    Known
        Three inputs; :math:`\sin x_1 + 7 \sin^2 x_2 + 0.1 x_3^4 \sin x_1` of inputs between :math:`-\pi` and
        :math:`\pi`.

    Notes
    -----
    With :math:`a = 7, b = 0.1` the parts of the variance are :math:`V_1 = (1 + b \pi^4 / 5)^2 / 2`,
    :math:`V_2 = a^2 / 8` and :math:`V_{13} = 8 b^2 \pi^8 / 225`.
    """
    peak, slope = 7.0, 0.1

    def function(points: Array) -> Array:
        x = (2.0 * points - 1.0) * np.pi
        return np.asarray(
            np.sin(x[:, 0]) + peak * np.sin(x[:, 1]) ** 2 + slope * x[:, 2] ** 4 * np.sin(x[:, 0]), dtype=np.float64
        )

    one, two = (1.0 + slope * np.pi**4 / 5.0) ** 2 / 2.0, peak**2 / 8.0
    both = 8.0 * slope**2 * np.pi**8 / 225.0
    whole = one + two + both
    return Known(
        "Ishigami, 3 inputs", function, np.array([one, two, 0.0]) / whole, np.array([one + both, two, both]) / whole
    )


def sobol_g() -> Known:
    r"""Give the g function of Sobol' with eight inputs.

    Returns
    -------
    Known
        :math:`\prod_i (|4 x_i - 2| + a_i) / (1 + a_i)` with :math:`a` = 0, 1, 4.5, 9, 99, 99, 99, 99.

    Notes
    -----
    With :math:`v_i = 1 / (3 (1 + a_i)^2)` the variance is :math:`\prod (1 + v_i) - 1`, the first order part
    :math:`v_i`, the total :math:`v_i \prod_{k \ne i} (1 + v_k)`.
    """
    ease = np.array([0.0, 1.0, 4.5, 9.0, 99.0, 99.0, 99.0, 99.0])

    def function(points: Array) -> Array:
        return np.asarray(np.prod((np.abs(4.0 * points - 2.0) + ease) / (1.0 + ease), axis=1), dtype=np.float64)

    parts = 1.0 / (3.0 * (1.0 + ease) ** 2)
    product = np.prod(1.0 + parts)
    return Known(
        "Sobol' g, 8 inputs", function, parts / (product - 1.0), parts * product / (1.0 + parts) / (product - 1.0)
    )


def root_mean_square(estimates: list[Array], truth: Array) -> float:
    """Give the root mean square error of estimates, over repetitions and inputs.

    Parameters
    ----------
    estimates : list of ndarray, shape (n_inputs,)
        One a repetition.
    truth : ndarray, shape (n_inputs,)
        What they should be.

    Returns
    -------
    float
        The error. [0-1]
    """
    return float(np.sqrt(np.mean((np.array(estimates) - truth) ** 2)))
