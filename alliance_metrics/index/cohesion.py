"""The index with its labels: a panel and a specification give the score of every component in every dyad-year."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
import pandas as pd

from alliance_metrics.coding.arrays import Array
from alliance_metrics.coding.panel import IndicatorPanel
from alliance_metrics.index.hierarchy import TIERS, Component, Hierarchy
from alliance_metrics.index.plan import IndexPlan, nominal_scores, plan_index
from alliance_metrics.index.rescaling import SCALE, without_outliers
from alliance_metrics.index.specification import IndexSpec
from alliance_metrics.index.treatment import Treatment
from alliance_metrics.results.tidy_result import TidyResult


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


class CohesionIndex(TidyResult):
    """Scores of every component, their contributions to the index, and what was filled.

    ``to_frame("scores")`` has one row a component and dyad-year; ``contributions`` sum to the index in each
    tier; ``treated`` lists filled cells.
    """

    KIND: ClassVar[str] = "cohesion_index"


def cohesion_index(panel: IndicatorPanel, spec: IndexSpec) -> CohesionIndex:
    """Score a panel: coders combined, normalised, aggregated, with the contribution of every component.

    Parameters
    ----------
    panel
        Scores of coders for units and indicators.
    spec
        Every choice on the way.

    Returns
    -------
    CohesionIndex
        Scores on 0-100.

    Raises
    ------
    SpecError
        Where the specification contradicts itself or the panel.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = pd.DataFrame({"dyad": "A-B", "year": [1950, 1950], "indicator_id": ["talks", "trade"], "score": [4, 1]})
    >>> tree = pd.DataFrame(
    ...     {"indicator_id": ["talks", "trade"], "pillar": ["trust", "gain"], "dimension": "all", "low": 0, "high": 4}
    ... )
    >>> index = cohesion_index(IndicatorPanel.from_frame(rows), IndexSpec(tree))
    >>> print(*index.to_frame("scores").loc[0, ["component", "estimate"]])
    cohesion 62.5
    """
    plan = plan_index(panel, spec)
    return index_from_plan(plan, nominal_scores(plan), treatment=spec.treatment)


def index_from_plan(plan: IndexPlan, scores: Array, *, treatment: Treatment) -> CohesionIndex:
    """Put labels on nominal scores.

    Parameters
    ----------
    plan
        The bound plan.
    scores : ndarray, shape (n_components, n_units)
        As `nominal_scores` gives them.
    treatment
        What was done with missing cells.

    Returns
    -------
    CohesionIndex
        The tidy tables.
    """
    order = component_order(plan.hierarchy)
    labelled = label_rows(plan, order)
    table = labelled.assign(
        estimate=SCALE * scores[order].ravel(),
        availability=plan.availability[order].ravel(),
        filled=plan.filled[order].ravel(),
        role=np.repeat([plan.hierarchy.components[place].role for place in order], scores.shape[1]),
        reason=_reasons(plan, order).ravel(),
    )
    tables = {
        "scores": table,
        "contributions": _contribution_table(plan, scores),
        "treated": _treated_table(plan, scores, treatment),
    }
    return CohesionIndex(tables, key=plan.panel.unit)


def component_order(hierarchy: Hierarchy) -> list[int]:
    """Give the order in which people read: index, pillars, dimensions, indicators.

    Parameters
    ----------
    hierarchy
        The tree.

    Returns
    -------
    list of int
        Places of all components.
    """
    places = range(len(hierarchy.components))
    return sorted(places, key=lambda place: TIERS.index(hierarchy.components[place].tier))


def label_rows(plan: IndexPlan, places: list[int]) -> pd.DataFrame:
    """Give the key columns of a table with one row a component and unit, components outermost.

    Parameters
    ----------
    plan
        The bound plan.
    places
        Places of the components.

    Returns
    -------
    DataFrame
        The unit column, ``era``, ``year``, ``tier``, ``component``, ``parent``.
    """
    count = len(plan.panel.units)
    chosen = [plan.hierarchy.components[place] for place in places]
    frame = pd.concat([plan.panel.units] * len(places), ignore_index=True)
    return frame.assign(
        tier=np.repeat([component.tier for component in chosen], count),
        component=np.repeat([component.id for component in chosen], count),
        parent=np.repeat([component.parent for component in chosen], count),
    )


def _reasons(plan: IndexPlan, order: list[int]) -> np.ndarray[Any, Any]:
    reasons = np.full(plan.usable.shape, "", dtype=object)
    for place, unit in zip(*np.nonzero(~plan.usable), strict=True):
        if plan.hierarchy.components[place].tier == "indicator":
            reasons[place, unit] = _absence(plan, place, unit)
        else:
            reasons[place, unit] = _missing_reason(plan, plan.hierarchy.components[place], place, unit)
    return reasons[order]


def _absence(plan: IndexPlan, place: int, unit: int) -> str:
    coded = (~np.isnan(plan.panel.score[:, unit, place])).any()
    return "left out of all years: a gap in the dyad and era cannot be filled" if coded else "no coder gave a score"


def _missing_reason(plan: IndexPlan, component: Component, place: int, unit: int) -> str:
    absent = [plan.hierarchy.components[child].id for child in component.children if not plan.usable[child, unit]]
    return f"availability {plan.availability[place, unit]:.2f} is too low; missing: {' '.join(absent)}"


def _contribution_table(plan: IndexPlan, scores: Array) -> pd.DataFrame:
    if plan.sharers:
        weight, contribution = contributions(plan, scores)
    else:
        weight = contribution = np.full(scores.shape, np.nan)
    places = [place for place in component_order(plan.hierarchy) if plan.hierarchy.components[place].role == "index"]
    table = label_rows(plan, places).assign(
        estimate=SCALE * scores[places].ravel(),
        weight=weight[places].ravel(),
        contribution=SCALE * contribution[places].ravel(),
    )
    scored = np.tile(plan.usable[-1], len(places)) & ~np.isnan(scores[places].ravel())
    scored &= bool(plan.sharers)
    return table[scored].reset_index(drop=True)


def _treated_table(plan: IndexPlan, scores: Array, treatment: Treatment) -> pd.DataFrame:
    filling, units = plan.filling, plan.panel.units
    years = units["year"].to_numpy()
    frame = units.iloc[filling.target].reset_index(drop=True)
    names = np.asarray(plan.panel.indicators, dtype=object)
    filled = frame.assign(
        indicator_id=names[filling.column],
        method=treatment.method,
        from_year=years[filling.before],
        to_year=years[filling.after],
        estimate=SCALE * scores[filling.column, filling.target],
    )
    if treatment.outliers == "none":
        return filled
    found = without_outliers(filling.apply(plan.combination.nominal()), treatment)
    unit, column = np.nonzero(found.treated)
    drawn_in = units.iloc[unit].reset_index(drop=True)
    drawn_in = drawn_in.assign(
        indicator_id=names[column],
        method=found.outcome[column],
        from_year=years[unit],
        to_year=years[unit],
        estimate=SCALE * scores[column, unit],
    )
    return pd.concat([filled, drawn_in], ignore_index=True)
