"""Which year of another era each year is nearest to at the published setting, over all draws."""

from __future__ import annotations

from typing import Any

import numpy as np

from alliance_metrics.inference.analogues import coder_noise, nearest_analogues
from alliance_metrics.inference.uncertainty import draw_index
from alliance_metrics.study import Study

_DECIMALS = 6


def published_nearest(study: Study, trajectories: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Share the draws of the published run among the years of another era of the same pair.

    The page carries a few hundred draws, which would put years that are close in another order than `compare` does.

    Parameters
    ----------
    study
        The study.
    trajectories
        Lines of the page: ``lineage`` and ``rows`` of each.

    Returns
    -------
    list of dict
        One for each line and other line of its lineage: their numbers ``line`` and ``partner``, the number of
        ``draws``, and ``shares``: for each year of the line, the share of draws [0-1] in which each year of the partner
        is the nearest by pillars; empty where none can be compared.
    """
    pairs = [
        (one, other)
        for one, line in enumerate(trajectories)
        for other, partner in enumerate(trajectories)
        if one != other and line["lineage"] == partner["lineage"]
    ]
    if not pairs:
        return []
    drawn = draw_index(study.plan, study.config.to_uncertainty(), tiers=("pillar",)).scores
    weights = np.asarray(study.plan.weights[len(study.plan.hierarchy.components) - 1])
    found = []
    for one, other in pairs:
        here, there = (drawn[:, trajectories[number]["rows"]] for number in (one, other))
        shares = nearest_analogues(here, there, coder_noise(here, there), weights=weights).probability
        told = [[] if np.isnan(row).any() else np.round(row, _DECIMALS).tolist() for row in shares]
        found.append({"line": one, "partner": other, "draws": int(drawn.shape[-1]), "shares": told})
    return found
