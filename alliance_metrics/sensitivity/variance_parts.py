"""The variance of a score, shared among the pillars, dimensions or indicators below it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from alliance_metrics.coding.arrays import Array
from alliance_metrics.index.hierarchy import TIERS
from alliance_metrics.results.collected import Collected
from alliance_metrics.sensitivity.outputs import Output, add_failure, rows_about
from alliance_metrics.sensitivity.sobol import lmg_shares
from alliance_metrics.study.study import Study
from alliance_metrics.uncertainty.draws import draw_index

_MOST_DRAWS = 10_000


def add_parts(study: Study, outputs: list[Output], found: Collected) -> None:
    """Share the variance of each score among its children, which are correlated.

    Parameters
    ----------
    study
        The study.
    outputs
        The outputs; only scores of components with children are taken.
    found
        The tables so far. For each score and each of its children the table ``parts`` gets the ``share`` of its
        variance [0-1] and their ``correlation``.
    """
    components = study.plan.hierarchy.components
    wanted = [one for one in outputs if one.kind == "score" and components[one.component].children]
    if not wanted:
        return
    uncertainty = study.config.to_uncertainty()
    fewer = replace(uncertainty, draws=min(uncertainty.draws, _MOST_DRAWS))
    depth = 2 + max(TIERS.index(components[one.component].tier) for one in wanted)
    draws = draw_index(study.plan, fewer, tiers=TIERS[:depth])
    place = {name: row for row, name in enumerate(draws.components)}
    for one in wanted:
        children = [components[child].id for child in components[one.component].children]
        rows = draws.scores[[place[name] for name in [components[one.component].id, *children]], int(one.units[0])]
        known = rows[:, ~np.isnan(rows).any(axis=0)].astype(np.float64)
        if known.shape[1] < 2 * len(rows):
            missing = draws.scores.shape[-1] - known.shape[1]
            add_failure(found, "parts", f"{one.name}: too few draws give scores", runs=missing)
            continue
        shares, correlations = linear_shares(known)
        about = rows_about(study.plan, [one], each_times=len(children))
        found.add("parts", about.assign(component=children, share=shares, correlation=correlations))


def linear_shares(rows: Array) -> tuple[Array, Array]:
    """Share the variance of the first row among the others, by the linear rule that fits the draws best.

    Parameters
    ----------
    rows : ndarray, shape (1 + n, n_draws)
        An aggregate and its components.

    Returns
    -------
    shares : ndarray, shape (n,)
        Shapley (LMG) shares of the variance explained, times the share explained. [0-1]
    correlations : ndarray, shape (n,)
        Correlation of each component with the aggregate; NaN where one does not vary.
    """
    centred = rows - rows.mean(axis=1, keepdims=True)
    whole, parts = centred[0], centred[1:]
    covariance = parts @ parts.T / (rows.shape[1] - 1)
    coefficients = np.linalg.lstsq(parts.T, whole, rcond=None)[0]
    variance = float(whole @ whole) / (rows.shape[1] - 1)
    explained = float(coefficients @ covariance @ coefficients)
    with np.errstate(divide="ignore", invalid="ignore"):
        correlations = parts @ whole / np.sqrt((parts**2).sum(axis=1) * (whole @ whole))
        return lmg_shares(coefficients, covariance) * explained / variance, correlations
