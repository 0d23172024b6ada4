"""How far a comparison of eras rests on indicators whose meaning changed between them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from alliance_metrics.coding.arrays import Array, BoolArray, FloatArray
from alliance_metrics.index.availability import availability_of
from alliance_metrics.index.hierarchy import Hierarchy
from alliance_metrics.index.plan import IndexPlan, Weights, nominal_scores
from alliance_metrics.index.rescaling import SCALE
from alliance_metrics.results.collected import Skipped
from alliance_metrics.study.drawn_study import DrawnStudy, Trajectory
from alliance_metrics.study.lineages import Pairing
from alliance_metrics.uncertainty.draws import draw_index
from alliance_metrics.uncertainty.spans import Span, interval_columns, share_of, span_of


def plan_without(plan: IndexPlan, indicators: Collection[str]) -> IndexPlan:
    r"""Move the weight of some indicators to their siblings.

    The tree stays as it is, so that all other draws are those of the whole index and the two can be compared draw by
    draw.

    Parameters
    ----------
    plan
        The bound plan.
    indicators
        Ids of indicators; those that do not count or are unknown change nothing.

    Returns
    -------
    IndexPlan
        The plan, without sharers. A dimension of which nothing is left has no weight either.

    Raises
    ------
    ValueError
        Where nothing would be left of a pillar.

    Notes
    -----
    What is left of a node keeps its proportions: :math:`w_k / \sum_{j \text{ kept}} w_j`.
    """
    weights = {node: share.copy() for node, share in plan.weights.items()}
    components = plan.hierarchy.components
    for node in plan.hierarchy.nodes:
        gone = _gone(plan.hierarchy, node, frozenset(indicators), weights=plan.weights)
        rest = np.where(gone, 0.0, weights[node])
        if rest.sum() > 0:
            weights[node] = rest / rest.sum()
        elif components[node].tier != "dimension" and weights[node].sum() > 0:
            raise ValueError(f"nothing would be left of {components[node].tier} '{components[node].id}'")
    there = plan.usable[: plan.hierarchy.n_indicators].T
    coded = there & ~(plan.filled[: plan.hierarchy.n_indicators].T > 0)
    counted = availability_of(plan.hierarchy, weights, coded=coded, there=there, spec=plan.spec)
    return replace(plan, weights=weights, sharers={}, **counted)


def _gone(hierarchy: Hierarchy, node: int, indicators: frozenset[str], *, weights: Weights) -> BoolArray:
    """Mark the children of a node that are left out, or of which nothing counts any more."""
    found = []
    for child in hierarchy.components[node].children:
        component = hierarchy.components[child]
        if not component.children:
            found.append(component.id in indicators)
            continue
        below = _gone(hierarchy, child, indicators, weights=weights)
        found.append(bool(component.tier == "dimension" and not (weights[child] > 0)[~below].any()))
    return np.array(found, dtype=bool)


@dataclass(frozen=True, eq=False)
class Reduced:
    """The index without the indicators whose meaning changed.

    Parameters
    ----------
    left_out
        Ids of those indicators.
    drawn
        Pillars and index without them, draw by draw; nothing where they cannot be left out.
    """

    left_out: frozenset[str]
    drawn: DrawnStudy | None


def counted_indicators(drawn: DrawnStudy) -> tuple[str, ...]:
    """List the indicators that count in the index.

    Parameters
    ----------
    drawn
        The study.

    Returns
    -------
    tuple of str
        Their ids; diagnostic ones are not among them.
    """
    components = drawn.study.plan.hierarchy.components
    return tuple(one.id for one in components if one.tier == "indicator" and one.role == "index")


def draw_reduced(drawn: DrawnStudy, skipped: Skipped) -> Reduced:
    """Draw the index once more, without the indicators whose meaning changed between the eras.

    Parameters
    ----------
    drawn
        The study.
    skipped
        Lists what cannot be left out, with its cause.

    Returns
    -------
    Reduced
        Pillars and index under the same draws of cells, coders, methods and of all weights but those of dimensions
        from which something is left out.
    """
    left_out = _named(drawn, skipped)
    study = drawn.study
    if not left_out:
        skipped.skip("without changed meaning", "no counted indicator is named in analysis.changed_meaning")
        return Reduced(left_out, None)
    try:
        plan = plan_without(study.plan, left_out)
    except ValueError as error:
        skipped.skip("without changed meaning", f"{error} without {', '.join(sorted(left_out))}")
        return Reduced(left_out, None)
    draws = draw_index(plan, study.config.to_uncertainty(), tiers=("pillar", "index"))
    nominal = nominal_scores(plan)[[plan.hierarchy.place_of(one) for one in draws.components]]
    return Reduced(left_out, replace(drawn, study=replace(study, plan=plan), nominal=nominal, draws=draws))


def _named(drawn: DrawnStudy, skipped: Skipped) -> frozenset[str]:
    """Give the counted indicators that are named, one by one or by their dimension."""
    components = {one.id: one for one in drawn.study.plan.hierarchy.components}
    counted, found = frozenset(counted_indicators(drawn)), set[str]()
    for name in drawn.study.config.analysis.changed_meaning:
        if name not in components:
            skipped.skip("without changed meaning", drawn.absence(name))
            continue
        below = {one.id for one in components.values() if one.parent == name} | {name}
        if components[name].tier not in {"indicator", "dimension"} or not below & counted:
            skipped.skip("without changed meaning", f"'{name}' is no counted indicator and no dimension of such")
            continue
        found |= below & counted
    return frozenset(found)


def changed_meaning_rows(drawn: DrawnStudy, reduced: DrawnStudy, pairing: Pairing) -> pd.DataFrame:
    """Compare pillars and index with and without the indicators whose meaning changed.

    Parameters
    ----------
    drawn, reduced
        The study with all indicators, and without those.
    pairing
        The eras compared.

    Returns
    -------
    DataFrame
        The mean level of the later era and of the earlier, their difference, and the score of every year of the later;
        of each the change that leaving out makes.
    """
    components = (*drawn.pillars, drawn.index_id)
    (later, later_nominal), (earlier, earlier_nominal) = (
        _both(drawn, reduced, components, one) for one in (pairing.later, pairing.earlier)
    )
    levels = [_mean(later), _mean(earlier)]
    nominal = [_mean(later_nominal[..., np.newaxis])[..., 0], _mean(earlier_nominal[..., np.newaxis])[..., 0]]
    shifts = [with_and_without[1] - with_and_without[0] for with_and_without in levels]
    apart = (levels[0][1] - levels[1][1]) - (levels[0][0] - levels[1][0])
    years, n_components = pairing.later.years, len(components)
    moved = (later[1].astype(np.float64) - later[0]).reshape(-1, later[0].shape[-1])
    frames = [
        _rows("level", components, nominal[0], span_of(shifts[0], level=drawn.level)),
        _rows("other_level", components, nominal[1], span_of(shifts[1], level=drawn.level)),
        _rows("level_difference", components, nominal[0] - nominal[1], span_of(apart, level=drawn.level)),
        _rows(
            "score",
            [one for one in components for _ in years],
            later_nominal.reshape(2, -1),
            span_of(moved, level=drawn.level),
        ),
    ]
    frame = pd.concat(frames, ignore_index=True)
    yearly = np.tile(years, n_components)
    frame["year"] = pd.array([*[pd.NA] * (len(frame) - len(yearly)), *yearly], dtype="Int64")
    return pairing.label(frame, key=drawn.study.panel.unit)


def _both(
    drawn: DrawnStudy, reduced: DrawnStudy, components: tuple[str, ...], one: Trajectory
) -> tuple[tuple[FloatArray, FloatArray], Array]:
    """Give draws and nominal scores with all indicators, and without some."""
    draws = drawn.drawn_of(components, one), reduced.drawn_of(components, one)
    return draws, np.stack([drawn.nominal_of(components, one), reduced.nominal_of(components, one)])


def _mean(pair: Iterable[FloatArray]) -> Array:
    """Average over the years; shape (2, n_components, n_draws)."""
    return np.stack([share_of(np.nansum(one, axis=1, dtype=np.float64), (~np.isnan(one)).sum(axis=1)) for one in pair])


def _rows(quantity: str, components: Sequence[str], nominal: Array, shift: Span) -> pd.DataFrame:
    scores = {"with_all": SCALE * nominal[0], "without": SCALE * nominal[1]}
    columns = interval_columns(nominal[1] - nominal[0], shift)
    return pd.DataFrame({"quantity": quantity, "component": list(components), **scores, **columns})
