"""In which components two unit-years differ most, with and without those that are not to be relied on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from alliance_metrics.coding.arrays import Array, BoolArray, IntArray
from alliance_metrics.index.aggregate import arithmetic_mean
from alliance_metrics.uncertainty.coder_draws import Singles
from alliance_metrics.uncertainty.spans import NO_P_VALUE, Span, span_of


@dataclass(frozen=True, eq=False)
class ComponentDifferences:
    """In which components two unit-years differ.

    Parameters
    ----------
    difference : Span of shape (n_components,)
        The one's score less the other's. [-1 to 1]
    order : ndarray of int, shape (n_components,)
        Places of the components, the greatest mean difference of either sign first, those missing last.
    kept_order : ndarray of int, shape (n_kept,)
        The same without the components left out.
    together, together_kept : Span of shape ()
        Weighted mean difference of all components, and of those kept. [-1 to 1]
    apart, apart_kept : Span of shape ()
        Weighted root mean square difference of all components, and of those kept; it is never negative and grows with
        coder noise. [0-1]
    basis
        What the probabilities rest on.
    """

    difference: Span
    order: IntArray
    kept_order: IntArray
    together: Span
    together_kept: Span
    apart: Span
    apart_kept: Span
    basis: str = NO_P_VALUE


def component_differences(
    one: Singles,
    other: Singles,
    *,
    leave_out: BoolArray | None = None,
    weights: Array | None = None,
    level: float = 0.90,
) -> ComponentDifferences:
    """Tell in which components two unit-years differ most, with and without some of them.

    Parameters
    ----------
    one, other : ndarray, shape (n_components, n_draws)
        Draws of the components in each; NaN where missing. [0-1]
    leave_out : ndarray of bool, shape (n_components,), optional
        Components not to be relied on, such as those whose meaning changed between eras.
    weights : ndarray, shape (n_components,), optional
        Weights for the differences of all together; equal where absent. [0 or more]
    level
        Probability of the intervals. (0-1)

    Returns
    -------
    ComponentDifferences
        Differences, their order, and what is left of the whole without some.

    Raises
    ------
    ValueError
        Where shapes differ or every component is left out.
    """
    if one.ndim != 2 or one.shape != other.shape:
        raise ValueError(f"both need the same components and draws, not {one.shape} and {other.shape}")
    kept = np.ones(len(one), dtype=bool) if leave_out is None else ~np.asarray(leave_out, dtype=bool)
    if kept.shape != (len(one),) or not kept.any():
        raise ValueError("some component must be kept, and each said to be left out or not")
    apart = one.astype(np.float64) - other
    found = span_of(apart, level=level)
    size = np.where(np.isnan(found.mean), -1.0, np.abs(found.mean))
    order = np.argsort(-size, kind="stable")
    share = np.ones(len(one)) if weights is None else np.asarray(weights, dtype=np.float64)
    parts = [(apart.T, share), (apart[kept].T, share[kept])]
    together = [span_of(arithmetic_mean(values, weight), level=level) for values, weight in parts]
    distance = [span_of(np.sqrt(arithmetic_mean(values**2, weight)), level=level) for values, weight in parts]
    return ComponentDifferences(
        difference=found,
        order=order,
        kept_order=order[kept[order]],
        together=together[0],
        together_kept=together[1],
        apart=distance[0],
        apart_kept=distance[1],
    )
