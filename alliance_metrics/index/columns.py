"""Columns of units: least, greatest and place among the units, missing values left out."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[np.float64]]


def least(values: Array) -> Array:
    """Give the least value of each column.

    Parameters
    ----------
    values : ndarray, shape (..., n_units, n_columns)
        Values; NaN where missing.

    Returns
    -------
    ndarray, shape (..., 1, n_columns)
        The least; NaN where there is none.
    """
    return -greatest(-values)


def greatest(values: Array) -> Array:
    """Give the greatest value of each column.

    Parameters
    ----------
    values : ndarray, shape (..., n_units, n_columns)
        Values; NaN where missing.

    Returns
    -------
    ndarray, shape (..., 1, n_columns)
        The greatest; NaN where there is none.
    """
    filled = np.where(np.isnan(values), -np.inf, values)
    most: Array = filled.max(axis=-2, keepdims=True, initial=-np.inf)
    return np.where(np.isneginf(most), np.nan, most)


def share(part: Array, whole: Array, *, constant: float) -> Array:
    """Divide; where the whole is zero the answer is a constant.

    Parameters
    ----------
    part, whole : ndarray, broadcastable to one another
        What is divided, and by what; NaN where missing.
    constant
        The answer where the whole is zero.

    Returns
    -------
    ndarray
        The share; NaN where the part is missing.
    """
    zero = np.broadcast_to(whole == 0, np.broadcast_shapes(part.shape, whole.shape))
    quotient = np.divide(part, whole, out=np.full(zero.shape, constant), where=~zero)
    return np.where(np.isnan(part), np.nan, quotient)


def places(values: Array) -> tuple[Array, Array]:
    """Count for each value how many of its column are below it, and how many are equal to it.

    A sort, and from each place the first and the last place of the run of ties it stands in.

    Parameters
    ----------
    values : ndarray, shape (..., n_units, n_columns)
        Values; NaN where missing.

    Returns
    -------
    below, alike : ndarray, shape (..., n_units, n_columns)
        How many are below, and how many are equal, itself included; NaN where missing.
    """
    order = np.argsort(values, axis=-2, kind="stable")  # NaN last
    ranked = np.take_along_axis(values, order, axis=-2)
    n_units = values.shape[-2]
    place = np.arange(n_units, dtype=float)[:, np.newaxis]
    begins = np.ones(values.shape, dtype=bool)
    begins[..., 1:, :] = ranked[..., 1:, :] != ranked[..., :-1, :]
    first = np.maximum.accumulate(np.where(begins, place, 0.0), axis=-2)
    ends = np.ones(values.shape, dtype=bool)
    ends[..., :-1, :] = begins[..., 1:, :]
    last = np.minimum.accumulate(np.where(ends, place, n_units)[..., ::-1, :], axis=-2)[..., ::-1, :]
    below, alike = np.empty(values.shape), np.empty(values.shape)
    np.put_along_axis(below, order, first, axis=-2)
    np.put_along_axis(alike, order, last - first + 1.0, axis=-2)
    missing = np.isnan(values)
    return np.where(missing, np.nan, below), np.where(missing, np.nan, alike)
