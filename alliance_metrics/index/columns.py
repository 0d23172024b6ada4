"""Columns of units: turned so that more is better, least, greatest and place among the units."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from alliance_metrics.coding.arrays import Array

_COUNTED = np.uint16
Levels = np.ndarray[Any, np.dtype[Any]]  # uint8


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
    fewest: Array = np.fmin.reduce(values, axis=-2, keepdims=True, initial=np.nan)
    return fewest


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
    most: Array = np.fmax.reduce(values, axis=-2, keepdims=True, initial=np.nan)
    return most


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
    zero = whole == 0
    if not zero.any():
        return part / whole
    with np.errstate(divide="ignore", invalid="ignore"):  # put right in the next lines
        quotient = part / whole
    return np.where(zero & ~np.isnan(part), np.asarray(constant, dtype=quotient.dtype), quotient)


def count_below(values: Array) -> Array:
    """Count for each value how many of its column are below it.

    Small whole numbers, such as levels of a scale, are gone through value by value; others are sorted.

    Parameters
    ----------
    values : ndarray, shape (..., n_units, n_columns)
        Values; NaN where missing. As uint8 they are taken for small whole numbers.

    Returns
    -------
    ndarray, shape (..., n_units, n_columns)
        How many are below, in single precision for whole numbers; NaN where missing.
    """
    return _below_among_levels(values) if values.dtype == np.uint8 else _below_among_many(values)


def _below_among_levels(values: Levels) -> Array:
    kind: type[np.unsignedinteger[Any]]
    kind = next(kind for kind in (np.uint8, np.uint16, np.uint32) if values.shape[-2] <= np.iinfo(kind).max)
    below: Levels = np.zeros_like(values, dtype=kind)
    above: Levels | int = values.shape[-2]
    for level in range(int(values.min(initial=255)), int(values.max(initial=0))):
        higher = (values > level).view(np.uint8)
        rest = np.add.reduce(higher, axis=-2, keepdims=True, dtype=_COUNTED if kind is np.uint8 else np.uint32)
        below += higher * (above - rest).astype(kind)
        above = rest
    return below.astype(np.float32)


def _below_among_many(values: Array) -> Array:
    rows = np.ascontiguousarray(np.swapaxes(values, -1, -2))
    order = np.argsort(rows, axis=-1)  # NaN last
    ranked = np.take_along_axis(rows, order, axis=-1)
    first = np.zeros(rows.shape, dtype=values.dtype)
    begins = ranked[..., 1:] != ranked[..., :-1]
    first[..., 1:] = begins * np.arange(1, rows.shape[-1], dtype=values.dtype)
    np.maximum.accumulate(first, axis=-1, out=first)
    below = np.empty_like(rows)
    np.put_along_axis(below, order, first, axis=-1)
    below[np.isnan(rows)] = np.nan
    return np.swapaxes(below, -1, -2)


def ordered(values: Levels, direction: Array | float) -> Levels:
    """Turn values of which only the order counts so that more is better; small whole numbers stay what they are.

    Parameters
    ----------
    values : ndarray, shape (..., n_units, n_columns)
        Values; NaN where missing. As uint8 they are taken for small whole numbers.
    direction : ndarray, shape (n_columns,), or float
        +1 where more is better, -1 where less is.

    Returns
    -------
    ndarray, shape (..., n_units, n_columns)
        Values in the order in which more is better.
    """
    given = np.asarray(values)
    if given.dtype != np.uint8:
        return turned(given, direction)
    check_direction(direction)
    return np.where(np.asarray(direction) > 0, given, ~given) if np.any(np.asarray(direction) < 0) else given


def column_by_column(function: Callable[[Array], Array], values: Array) -> Array:
    """Apply a function that treats every column alike in the order in which the values lie in memory.

    Parameters
    ----------
    function
        Takes and gives arrays whose last axis but one is the units.
    values : ndarray, shape (..., n_units, n_columns)
        Values.

    Returns
    -------
    ndarray, shape (..., n_units, n_columns)
        What the function gives.
    """
    if values.ndim != 3 or values.strides[0] >= values.strides[-1]:
        return function(values)
    return np.stack([function(column) for column in values.T]).T


def check_direction(direction: Array | float) -> None:
    """Refuse a direction that is neither.

    Parameters
    ----------
    direction : ndarray or float
        The directions.


    Raises
    ------
    ValueError
        Where a direction is neither +1 nor -1.
    """
    if not np.isin(direction, (-1.0, 1.0)).all():
        raise ValueError("every direction must be +1 or -1")


def turned(values: Array, direction: Array | float) -> Array:
    """Turn values so that more is better.

    Parameters
    ----------
    values : ndarray, shape (..., n_units, n_columns)
        Values; NaN where missing.
    direction : ndarray, shape (n_columns,), or float
        +1 where more is better, -1 where less is.

    Returns
    -------
    ndarray, shape (..., n_units, n_columns)
        Values times direction; the values themselves where all directions are +1.

    Raises
    ------
    ValueError
        Where a direction is neither +1 nor -1.
    """
    check_direction(direction)
    given = np.asarray(values)
    given = given if given.dtype.kind == "f" else given.astype(float)
    if np.all(np.asarray(direction) == 1):
        return given
    directed: Array = given * np.asarray(direction, dtype=given.dtype)
    return directed
