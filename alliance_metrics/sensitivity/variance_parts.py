"""Which part of a score its doubt comes from: variance shared among pillars, dimensions or indicators below it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from alliance_metrics.coding.arrays import Array
from alliance_metrics.sensitivity.outputs import Output
from alliance_metrics.sensitivity.sobol import lmg_shares
from alliance_metrics.study.study import Study
from alliance_metrics.uncertainty.draws import draw_index

ABOUT = {"era": "str", "year": "int64", "output": "str"}
"""Columns that name an output, after the unit."""
_MOST_DRAWS = 10_000


def about(study: Study, outputs: list[Output], *, each_times: int = 1) -> pd.DataFrame:
    """Name outputs: the unit, era and year they are first about, and their name.

    Parameters
    ----------
    study
        The study.
    outputs
        The outputs.
    each_times
        Rows for each.

    Returns
    -------
    DataFrame
        Unit column, ``era``, ``year``, ``output``.
    """
    first = np.repeat([int(one.units[0]) for one in outputs], each_times)
    frame = study.panel.units.iloc[first].reset_index(drop=True)
    return frame.assign(output=np.repeat([one.name for one in outputs], each_times))


def part_table(study: Study, outputs: list[Output], failures: list[tuple[str, int, str]]) -> pd.DataFrame:
    """Share the variance of each score asked about among its children, which are correlated.

    Parameters
    ----------
    study
        The study.
    outputs
        What is asked about; scores that are made of others are looked at.
    failures
        Where what cannot be done is told, with its cause.

    Returns
    -------
    DataFrame
        For each score and each of its children the ``share`` of its variance [0-1] and their ``correlation``.
    """
    asked = [one for one in outputs if one.kind == "score" and study.plan.hierarchy.components[one.component].children]
    empty = about(study, []).assign(component="", share=0.0, correlation=0.0)
    if not asked:
        return empty
    uncertainty = study.config.to_uncertainty()
    fewer = replace(uncertainty, draws=min(uncertainty.draws, _MOST_DRAWS))
    tiers = ("index", "pillar", "dimension", "indicator")
    draws = draw_index(study.plan, fewer, tiers=tiers[: _depth(study, asked)])
    place = {name: row for row, name in enumerate(draws.components)}
    components, tables = study.plan.hierarchy.components, []
    for one in asked:
        children = [components[child].id for child in components[one.component].children]
        rows = draws.scores[[place[name] for name in [components[one.component].id, *children]], int(one.units[0])]
        known = rows[:, ~np.isnan(rows).any(axis=0)].astype(np.float64)
        if known.shape[1] < 2 * len(rows):
            failures.append(
                ("parts", draws.scores.shape[-1] - known.shape[1], f"{one.name}: too few draws give scores")
            )
            continue
        shares, correlations = linear_shares(known)
        tables.append(
            about(study, [one], each_times=len(children)).assign(
                component=children, share=shares, correlation=correlations
            )
        )
    return pd.concat(tables, ignore_index=True) if tables else empty


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


def _depth(study: Study, outputs: list[Output]) -> int:
    tiers = [study.plan.hierarchy.components[one.component].tier for one in outputs]
    return 2 + max(("index", "pillar", "dimension").index(tier) for tier in tiers)
