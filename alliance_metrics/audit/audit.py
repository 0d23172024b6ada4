"""The audit of an index, step by step of the Handbook: what was done, what the figures say, where it is weak."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pandas as pd

from alliance_metrics.audit.steps import Facts, handbook_steps
from alliance_metrics.coding.arrays import Array
from alliance_metrics.errors import SpecError
from alliance_metrics.index.coherence import (
    component_variances,
    cronbach_alpha,
    distribution,
    effective_sample_size,
    trade_off_rate,
)
from alliance_metrics.index.importance import effective_weights
from alliance_metrics.index.plan import IndexPlan, nominal_scores
from alliance_metrics.index.rescaling import SCALE
from alliance_metrics.index.weights import correlations
from alliance_metrics.results.tables import declared_columns
from alliance_metrics.results.tidy_result import TidyResult
from alliance_metrics.study.score import measure_reliability, record_of, score_study
from alliance_metrics.study.study import Study
from alliance_metrics.uncertainty.randomness import stream
from alliance_metrics.uncertainty.robustness import Variant, ranks_of, scores_of, spaced_scores, variants

REDUNDANT = 0.92
"""Correlation above which two indicators are said to repeat one another, as JRC audits have it (orientation)."""
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
    plan = study.plan
    card = score_study(study, progress=progress)
    scores = nominal_scores(plan)
    tables = {
        "indicators": _indicator_table(study, scores),
        "importance": _importance_table(plan, scores),
        "groups": _group_table(plan, scores),
        "redundant": _redundant_table(plan, scores),
        "trade_offs": _trade_off_table(study, scores),
    }
    index = card.scores[card.scores["tier"] == "index"].reset_index(drop=True)
    failed: list[tuple[str, str, str]] = []
    shifts = pd.concat(list(_shift_tables(study, index, failed)), ignore_index=True)
    tables["shifts"] = shifts.drop(columns=["inside"])
    tables["variants"] = _variant_table(shifts, failed)
    series, _ = pd.factorize(pd.MultiIndex.from_frame(plan.panel.units.iloc[:, :2]))
    facts = Facts(
        study=study,
        tables=tables,
        index=index,
        alpha=measure_reliability(study).to_frame("alpha"),
        worth=effective_sample_size(scores[-1], series.astype(np.int64)),
    )
    tables["steps"] = pd.DataFrame(handbook_steps(facts), columns=_columns("steps"))
    keyed = {name: _keyed(frame, plan.panel.unit) for name, frame in tables.items()}
    return TidyResult(keyed, key=plan.panel.unit, record=record_of(study), kind="audit")


def _columns(table: str) -> list[str]:
    """Name the columns of a table, but for that of units."""
    return declared_columns("audit", table, key="")[1:]


def _keyed(frame: pd.DataFrame, unit: str) -> pd.DataFrame:
    """Give a table about all units an empty unit column, which stands first in every table of a result."""
    return frame if unit in frame.columns else frame.assign(**{unit: ""})


def _indicator_table(study: Study, scores: Array) -> pd.DataFrame:
    plan = study.plan
    n = plan.hierarchy.n_indicators
    components = plan.hierarchy.components
    spread = distribution(scores[:n].T * SCALE)
    table = study.codebook.indicators[["indicator_id", "pillar", "dimension", "role"]].reset_index(drop=True)
    table = table.assign(**{name: getattr(spread, name) for name in spread.__dataclass_fields__})
    place = {component.id: number for number, component in enumerate(components)}
    dimension = [place.get(component.parent) for component in components[:n]]
    pillar = [None if above is None else place.get(components[above].parent) for above in dimension]
    for column, above in (
        ("with_dimension", dimension),
        ("with_pillar", pillar),
        ("with_index", [len(scores) - 1] * n),
    ):
        table[column] = [
            np.nan if other is None else _correlation(scores[one], scores[other]) for one, other in enumerate(above)
        ]
    return table.assign(wrong_way=(table[["with_dimension", "with_pillar", "with_index"]] < 0).any(axis=1))


def _correlation(one: Array, other: Array) -> float:
    both = ~np.isnan(one) & ~np.isnan(other)
    varies = both.sum() > 2 and np.ptp(one[both]) > 0 and np.ptp(other[both]) > 0
    return float(correlations(np.column_stack([one, other]))[0, 1]) if varies else float("nan")


def _importance_table(plan: IndexPlan, scores: Array) -> pd.DataFrame:
    """Set weights among siblings beside shares of importance among siblings."""
    rows = []
    for node in plan.hierarchy.nodes[::-1]:
        children = plan.hierarchy.components[node].children
        found = effective_weights(scores[list(children)].T, scores[node])
        for place, child in enumerate(children):
            component = plan.hierarchy.components[child]
            figures = (plan.weights[node][place], found.share[place], found.linear[place], found.curved[place])
            rows.append((component.tier, component.id, component.parent, *map(float, figures)))
    return pd.DataFrame(rows, columns=_columns("importance"))


def _group_table(plan: IndexPlan, scores: Array) -> pd.DataFrame:
    rows = []
    for node in plan.hierarchy.nodes[::-1]:
        component = plan.hierarchy.components[node]
        below = scores[list(component.children)].T
        variances = component_variances(below)
        above = int((variances * len(variances) > 1.0 + 1e-9).sum())
        rows.append((component.tier, component.id, len(variances), cronbach_alpha(below), float(variances[0]), above))
    return pd.DataFrame(rows, columns=_columns("groups"))


def _redundant_table(plan: IndexPlan, scores: Array) -> pd.DataFrame:
    names = [component.id for component in plan.hierarchy.components[: plan.hierarchy.n_indicators]]
    found = correlations(scores[: len(names)].T)
    rows = [
        (names[one], names[other], float(found[one, other]))
        for one in range(len(names))
        for other in range(one)
        if found[one, other] > REDUNDANT
    ]
    rows.sort(key=lambda row: -row[2])
    return pd.DataFrame(rows, columns=_columns("redundant"))


def _trade_off_table(study: Study, scores: Array) -> pd.DataFrame:
    """Give the rates between pillars at their mean scores, where the aggregation is a mean."""
    exponent = _TRADE_OFF_EXPONENTS.get(study.spec.across_pillars.method)
    top = study.plan.hierarchy.components[-1]
    rows = []
    if exponent is not None:
        names = [study.plan.hierarchy.components[child].id for child in top.children]
        means = np.nanmean(scores[list(top.children)], axis=1)
        weights = study.plan.weights[len(scores) - 1]
        rates = trade_off_rate(means, weights, exponent=exponent)
        pairs = [(one, other) for one in range(len(names)) for other in range(len(names)) if one != other]
        rows = [(names[one], names[other], float(rates[one, other])) for one, other in pairs]
    return pd.DataFrame(rows, columns=_columns("trade_offs"))


def _shift_tables(study: Study, index: pd.DataFrame, failed: list[tuple[str, str, str]]) -> Iterator[pd.DataFrame]:
    """Give each unit's rank under each variant, and whether the variant's index lies within the published interval.

    That is asked only where both are on the codebook's scale.
    A variant that cannot be scored is taken down with its cause.
    """
    estimate = index["estimate"].to_numpy()
    rank = ranks_of(estimate)
    keys = index.iloc[:, :3]

    published = Variant("", "", study.spec, study.panel).on_goalposts

    def table(kind: str, name: str, scores: Array, ranks: Array, *, alike: bool = True) -> pd.DataFrame:
        inside: Array = np.full(len(scores), np.nan)
        if alike and published:
            inside = (
                (scores >= index["lower"].to_numpy() - 1e-9) & (scores <= index["upper"].to_numpy() + 1e-9)
            ).astype(float)
        known = ~np.isnan(ranks) & ~np.isnan(rank)
        frame = keys.assign(kind=kind, variant=name, rank=rank, variant_rank=ranks, shift=ranks - rank, inside=inside)
        return frame[known]

    for variant in variants(study.panel, study.spec):
        try:
            scores = scores_of(variant) * SCALE
        except SpecError as cause:
            failed.append((variant.kind, variant.name, "; ".join(f"{f.what}: {f.found}" for f in cause.faults)))
            continue
        yield table(variant.kind, variant.name, scores, ranks_of(scores), alike=variant.on_goalposts)
    rng = stream(study.config.uncertainty.seed, "audit", "spacing")
    spaced = spaced_scores(study.panel, study.spec, rng=rng) * SCALE
    ranks = ranks_of(spaced)
    worst = np.take_along_axis(ranks, np.abs(ranks - rank).argmax(axis=0)[np.newaxis], axis=0)[0]
    yield table("ordinal steps", "unequal, median of draws", np.median(spaced, axis=0), np.median(ranks, axis=0))
    yield table("ordinal steps", "unequal, farthest draw", np.median(spaced, axis=0), worst)


def _variant_table(shifts: pd.DataFrame, failed: list[tuple[str, str, str]]) -> pd.DataFrame:
    rows: list[tuple[Any, ...]] = []
    for (kind, name), group in shifts.groupby(["kind", "variant"], sort=False):
        away = group["shift"].abs()
        ranks = group[["rank", "variant_rank"]].to_numpy()
        outside = float((1.0 - group["inside"]).mean())
        rows.append((kind, name, away.mean(), away.max(), float(correlations(ranks)[0, 1]), outside, ""))
    nothing = (float("nan"),) * 4
    rows += [(kind, name, *nothing, reason) for kind, name, reason in failed]
    return pd.DataFrame(rows, columns=_columns("variants"))
