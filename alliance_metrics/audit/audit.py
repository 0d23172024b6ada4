"""The audit of an index, step by step of the Handbook: what was done, what the figures say, where it is weak."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import permutations

import numpy as np
import pandas as pd

from alliance_metrics.audit.steps import Facts, Row, handbook_steps
from alliance_metrics.coding.arrays import Array
from alliance_metrics.errors import SpecError
from alliance_metrics.index import coherence
from alliance_metrics.index.importance import correlations, effective_weights
from alliance_metrics.index.plan import IndexPlan, nominal_scores
from alliance_metrics.index.rescaling import SCALE
from alliance_metrics.results.collected import Collected
from alliance_metrics.results.tidy_result import TidyResult
from alliance_metrics.study.score import measure_reliability, record_of, score_study
from alliance_metrics.study.study import Study
from alliance_metrics.uncertainty.randomness import stream
from alliance_metrics.uncertainty.robustness import Variant, ranks_of, scores_of, spaced_scores, variants

#: Correlation above which two indicators are said to repeat one another, as JRC audits have it (orientation).
REDUNDANT = 0.92
_ROUNDING = 1e-9
_UNKNOWN = dict.fromkeys(("mean_shift", "greatest_shift", "rank_correlation", "outside"), np.nan)
_TRADE_OFF_EXPONENTS = {"arithmetic": 1.0, "geometric": 0.0, "harmonic": -1.0}


def audit_study(study: Study, *, progress: Callable[[float], None] | None = None) -> TidyResult:
    """Audit the index of a study.

    Parameters
    ----------
    study
        As `open_study` gives it.
    progress
        Called now and then with the share of the work done. [0-1]

    Returns
    -------
    TidyResult
        The tables.
    """
    plan, about_all = study.plan, {study.panel.unit: ""}
    card = score_study(study, progress=progress)
    index = card.scores[card.scores["tier"] == "index"].reset_index(drop=True)
    scores = nominal_scores(plan)
    found = Collected("audit", key=study.panel.unit)
    found.add("indicators", _indicator_table(study, scores), **about_all)
    found.add("importance", _importance_rows(plan, scores), **about_all)
    found.add("groups", _group_rows(plan, scores), **about_all)
    found.add("redundant", _redundant_rows(plan, scores), **about_all)
    found.add("trade_offs", _trade_off_rows(study, scores), **about_all)
    _add_variants(study, index, found)
    series, _ = pd.factorize(pd.MultiIndex.from_frame(plan.panel.units.iloc[:, :2]))
    facts = Facts(
        study=study,
        tables=found.result({}),
        index=index,
        alpha=measure_reliability(study).to_frame("alpha"),
        worth=coherence.effective_sample_size(scores[-1], series.astype(np.int64)),
    )
    found.add("steps", handbook_steps(facts), **about_all)
    return found.result(record_of(study))


def _indicator_table(study: Study, scores: Array) -> pd.DataFrame:
    plan = study.plan
    n = plan.hierarchy.n_indicators
    components = plan.hierarchy.components
    spread = coherence.distribution(scores[:n].T * SCALE)
    table = study.codebook.indicators[["indicator_id", "pillar", "dimension", "role"]].reset_index(drop=True)
    table = table.assign(**{name: getattr(spread, name) for name in spread.__dataclass_fields__})
    place = {component.id: number for number, component in enumerate(components)}
    dimension = [place.get(component.parent) for component in components[:n]]
    pillar = [None if above is None else place.get(components[above].parent) for above in dimension]
    groups: dict[str, list[int | None]] = {
        "with_dimension": dimension,
        "with_pillar": pillar,
        "with_index": [len(scores) - 1] * n,
    }
    for column, above in groups.items():
        table[column] = [
            np.nan if other is None else _correlation(scores[one], scores[other]) for one, other in enumerate(above)
        ]
    return table.assign(wrong_way=(table[list(groups)] < 0).any(axis=1))


def _correlation(one: Array, other: Array) -> float:
    both = ~np.isnan(one) & ~np.isnan(other)
    varies = both.sum() > 2 and np.ptp(one[both]) > 0 and np.ptp(other[both]) > 0
    return float(correlations(np.column_stack([one, other]))[0, 1]) if varies else float("nan")


def _importance_rows(plan: IndexPlan, scores: Array) -> Iterator[Row]:
    """Set weights among siblings beside shares of importance among siblings."""
    for node in plan.hierarchy.nodes[::-1]:
        children = plan.hierarchy.components[node].children
        found = effective_weights(scores[list(children)].T, scores[node])
        for place, child in enumerate(children):
            component = plan.hierarchy.components[child]
            yield {
                "tier": component.tier,
                "component": component.id,
                "parent": component.parent,
                "nominal": plan.weights[node][place],
                "importance": found.share[place],
                "linear": found.linear[place],
                "curved": found.curved[place],
            }


def _group_rows(plan: IndexPlan, scores: Array) -> Iterator[Row]:
    for node in plan.hierarchy.nodes[::-1]:
        component = plan.hierarchy.components[node]
        below = scores[list(component.children)].T
        variances = coherence.component_variances(below)
        yield {
            "tier": component.tier,
            "component": component.id,
            "children": len(variances),
            "alpha": coherence.cronbach_alpha(below),
            "first_component": float(variances[0]),
            "above_one": int((variances * len(variances) > 1.0 + 1e-9).sum()),
        }


def _redundant_rows(plan: IndexPlan, scores: Array) -> list[Row]:
    names = [component.id for component in plan.hierarchy.components[: plan.hierarchy.n_indicators]]
    found = correlations(scores[: len(names)].T)
    rows: list[Row] = [
        {"indicator_id": names[one], "other": names[other], "correlation": float(found[one, other])}
        for one, other in zip(*np.tril_indices(len(names), k=-1), strict=True)
        if found[one, other] > REDUNDANT
    ]
    return sorted(rows, key=lambda row: -float(row["correlation"]))


def _trade_off_rows(study: Study, scores: Array) -> list[Row]:
    """Give the rates between pillars at their mean scores, where the aggregation is a mean."""
    exponent = _TRADE_OFF_EXPONENTS.get(study.spec.across_pillars.method)
    if exponent is None:
        return []
    children = study.plan.hierarchy.components[-1].children
    names = [study.plan.hierarchy.components[child].id for child in children]
    means = np.nanmean(scores[list(children)], axis=1)
    rates = coherence.trade_off_rate(means, study.plan.weights[len(scores) - 1], exponent=exponent)
    return [
        {"component": names[one], "other": names[other], "rate": float(rates[one, other])}
        for one, other in permutations(range(len(names)), 2)
    ]


def _add_variants(study: Study, index: pd.DataFrame, found: Collected) -> None:
    """Add each unit's rank under each variant, and how far ranks and scores move under it.

    The share of years whose index leaves the published interval is given only where both are on the codebook's scale.
    A variant that cannot be scored is listed with its cause.
    """
    lower, upper, rank = index["lower"].to_numpy(), index["upper"].to_numpy(), ranks_of(index["estimate"].to_numpy())
    published = Variant("", "", study.spec, study.panel).on_goalposts
    about_all = {study.panel.unit: ""}

    def add(kind: str, name: str, scores: Array, ranks: Array, *, alike: bool = True) -> None:
        known = ~np.isnan(ranks) & ~np.isnan(rank)
        if not known.any():
            return
        table = index.loc[known, list(index.columns[:3])].assign(rank=rank[known], variant_rank=ranks[known])
        shift = table["variant_rank"] - table["rank"]
        found.add("shifts", table.assign(shift=shift), kind=kind, variant=name)
        outside = (scores < lower - _ROUNDING) | (scores > upper + _ROUNDING)
        measures = {
            "mean_shift": shift.abs().mean(),
            "greatest_shift": shift.abs().max(),
            "rank_correlation": float(correlations(table[["rank", "variant_rank"]].to_numpy())[0, 1]),
            "outside": float(outside[known].mean()) if alike and published else np.nan,
        }
        found.add("variants", [{"kind": kind, "variant": name, **measures, "reason": ""}], **about_all)

    failed = []
    for variant in variants(study.panel, study.spec):
        try:
            scores = scores_of(variant) * SCALE
        except SpecError as error:
            failed.append({"kind": variant.kind, "variant": variant.name, **_UNKNOWN, "reason": error.summary})
            continue
        add(variant.kind, variant.name, scores, ranks_of(scores), alike=variant.on_goalposts)
    rng = stream(study.config.uncertainty.seed, "audit", "spacing")
    spaced = spaced_scores(study.panel, study.spec, rng=rng) * SCALE
    ranks = ranks_of(spaced)
    worst = np.take_along_axis(ranks, np.abs(ranks - rank).argmax(axis=0)[np.newaxis], axis=0)[0]
    add("ordinal steps", "unequal, median of draws", np.median(spaced, axis=0), np.median(ranks, axis=0))
    add("ordinal steps", "unequal, farthest draw", np.median(spaced, axis=0), worst)
    found.add("variants", failed, **about_all)
