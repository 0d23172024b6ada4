"""What each component makes up of the index: parts that sum to it, in every tier."""

from __future__ import annotations

from typing import Any

import numpy as np

from alliance_metrics.index.plan import IndexPlan

Array = np.ndarray[Any, np.dtype[np.float64]]


def contributions(plan: IndexPlan, scores: Array) -> tuple[Array, Array]:
    """Share the index out among its components, tier by tier, down the tree.

    Parameters
    ----------
    plan
        The bound plan.
    scores : ndarray, shape (n_components, n_units)
        Scores of every component. [0-1]

    Returns
    -------
    weight : ndarray, shape (n_components, n_units)
        Weight with which a component enters the index, those of missing siblings shared out. [0-1]
    contribution : ndarray, shape (n_components, n_units)
        Part of the index it makes up; in each tier the parts sum to the index. [0-1]

    Notes
    -----
    The index is shared among the pillars by their Shapley values (for an arithmetic mean weight times score; see
    `index.shapley`). Each pillar's part is shared among its dimensions, and theirs among indicators, in proportion to
    the Shapley values within it.
    """
    weight, contribution = np.zeros(scores.shape), np.zeros(scores.shape)
    weight[-1], contribution[-1] = 1.0, scores[-1]
    for node in reversed(plan.hierarchy.nodes):
        children = list(plan.hierarchy.components[node].children)
        below = scores[children].T
        parts = plan.sharers[node](below, plan.weights[node]).T
        present = ~np.isnan(scores[children])
        share = plan.weights[node][:, np.newaxis] * present
        total = share.sum(axis=0)
        weight[children] = weight[node] * np.divide(share, total, out=np.zeros(share.shape), where=total > 0)
        value = parts.sum(axis=0)
        of_node = np.divide(parts, value, out=np.zeros(parts.shape), where=value > 0)
        contribution[children] = of_node * np.nan_to_num(contribution[node])
    return weight, contribution
