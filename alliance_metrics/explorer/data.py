"""The data of the explorer page: plain values for JSON, and arrays of numbers."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np

from alliance_metrics.errors import ScoringError, SpecError
from alliance_metrics.explorer.draws import MISSING, SHIPPED, ShippedDraws, ship_draws
from alliance_metrics.explorer.reading import Reading, published_reading
from alliance_metrics.explorer.setting import MEANS, check_explorable, offered_facets, panel_of, raw_weights
from alliance_metrics.explorer.texts import coding_columns, described_indicators, named_sources
from alliance_metrics.history.eras.analogues import coder_noise, nearest_analogues
from alliance_metrics.index.methods import Bedrock, Mean, PowerMean
from alliance_metrics.index.plan import nominal_scores, plan_index
from alliance_metrics.package.table import PLACE
from alliance_metrics.report.shown import frame_sentence
from alliance_metrics.results.score_card import ScoreCard
from alliance_metrics.results.tables import rows_of
from alliance_metrics.study.drawn_study import trajectories_of
from alliance_metrics.study.score import record_of
from alliance_metrics.study.study import Study
from alliance_metrics.uncertainty.draws import draw_index

Numbers = np.ndarray[Any, np.dtype[Any]]

SCHEMA = 1
_MOST_SUBSETS = 4
_DIGITS = 12
_DECIMALS = 6


def published_nearest(study: Study, lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Count, for each year, how often each year of another era of the same pair is nearest in the published draws.

    The page carries a few hundred draws, which could rank close years in another order than `compare` does.

    Parameters
    ----------
    study
        The study.
    lines
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
        for one, line in enumerate(lines)
        for other, partner in enumerate(lines)
        if one != other and line["lineage"] == partner["lineage"]
    ]
    if not pairs:
        return []
    drawn = draw_index(study.plan, study.config.to_uncertainty(), tiers=("pillar",)).scores
    weights = np.asarray(study.plan.weights[len(study.plan.hierarchy.components) - 1])
    found = []
    for one, other in pairs:
        here, there = (drawn[:, lines[number]["rows"]] for number in (one, other))
        shares = nearest_analogues(here, there, coder_noise(here, there), weights=weights).probability
        rounded = [[] if np.isnan(row).any() else np.round(row, _DECIMALS).tolist() for row in shares]
        found.append({"line": one, "partner": other, "draws": int(drawn.shape[-1]), "shares": rounded})
    return found


@dataclass(frozen=True, eq=False)
class ExplorerData:
    """The data of an explorer page.

    Parameters
    ----------
    facts
        Names, rules, texts: values that JSON holds.
    arrays
        Numbers by name: ``leaves`` and ``levels`` of shape (n_sets, n_indicators, n_units), the scores [0-1] and
        combined levels of the indicators under each set of coders, NaN where missing; ``there``, where one counts as
        coded or filled; ``draws`` and ``factors`` of `ShippedDraws`; ``published`` of shape (3, n_components, n_units),
        estimate, lower and upper. [0-100]
    shipped, published
        Sources of the draws and of the published scores.
    """

    facts: Mapping[str, Any]
    arrays: Mapping[str, Numbers]
    shipped: ShippedDraws
    published: Reading


def explorer_data(study: Study, *, card: ScoreCard | None = None, draws: int = SHIPPED) -> ExplorerData:
    """Collect the data of an explorer page.

    Parameters
    ----------
    study
        The study.
    card
        Its saved scores; computed anew where absent.
    draws
        Most draws that the page carries.

    Returns
    -------
    ExplorerData
        Plain values and arrays.

    Raises
    ------
    ConfigError
        Where a page cannot calculate the index of this configuration.
    ResultError
        Where the saved scores are not those of these data.
    """
    check_explorable(study)
    published = published_reading(study, card)
    shipped = ship_draws(study, count=draws)
    sets, arrays = _coder_arrays(study)
    codings = coding_columns(study)
    lines = _lines(study)
    facts = {
        "schema": SCHEMA,
        **_about(study),
        **_tree(study),
        "units": lines,
        "nearest": published_nearest(study, lines),
        "coders": _coders(study),
        "coder_sets": [list(one) for one in sets],
        "indicators": described_indicators(study),
        "facets": {column: list(values) for column, values in offered_facets(study).items()},
        "draws": {
            "indicators": list(shipped.indicators),
            "count": shipped.codes.shape[-1],
            "missing": MISSING,
            "least": shipped.least,
            "step": shipped.step,
        },
        "published": list(published.components),
        "codings": codings,
        "sources": named_sources(study, codings["evidence"]),
    }
    arrays |= {
        "draws": shipped.codes,
        "factors": shipped.factors,
        "published": np.stack([published.estimate, published.lower, published.upper]),
    }
    return ExplorerData(facts, arrays, shipped, published)


def _about(study: Study) -> dict[str, Any]:
    """Describe the configuration, data and software of the page."""
    record, section = record_of(study), study.config.uncertainty
    digests = "\n".join(f"{name} {digest}" for name, digest in record["data"]["digests"].items())
    data = {key: record["data"][key] or "" for key in ("name", "version", "title")}
    return {
        "name": study.config.name,
        "description": study.config.description,
        "key": study.panel.unit,
        "data": {**data, "digest": hashlib.sha256(digests.encode()).hexdigest()[:_DIGITS]},
        "software": record["versions"]["alliance-metrics"],
        "level": section.level,
        "seed": section.seed,
        "published_draws": section.draws,
        "combine": study.spec.combine,
        "inputs": [entry.name for entry in study.config.to_uncertainty().inputs],
        "frame": frame_sentence(record),
        "bounded": study.spec.normalisation.on_unit_interval,
        "availability_min": study.spec.availability_min,
        "base_facets": {column: list(values) for column, values in study.config.data.facets.items()},
        "declared": study.config.index.weighting == "declared",
    }


def _tree(study: Study) -> dict[str, Any]:
    hierarchy, raw, spec = study.plan.hierarchy, raw_weights(study), study.spec
    columns = offered_facets(study)
    facets = {row["indicator_id"]: {name: str(row[name]) for name in columns} for row in rows_of(spec.indicators)}
    components = [
        {
            "id": component.id,
            "tier": component.tier,
            "parent": component.parent,
            "role": component.role,
            "children": list(component.children),
            "weight": raw.get(component.id, 0.0),
            **({"facets": facets[component.id]} if component.tier == "indicator" else {}),
        }
        for component in hierarchy.components
    ]
    pillars = [component.id for component in hierarchy.components if component.tier == "pillar"]
    across, gate = spec.across_pillars, study.config.analysis.gate
    offered = [*MEANS, "bedrock"] if spec.normalisation.on_unit_interval else ["arithmetic", "minimum"]
    if isinstance(across, PowerMean):
        offered.append(across.method)
    return {
        "components": components,
        "within_dimension": _rule(spec.within_dimension),
        "within_pillar": _rule(spec.within_pillar),
        "across_pillars": _rule(across),
        "offered": offered,
        "gate": across.pillar if isinstance(across, Bedrock) else gate if gate in pillars else pillars[0],
    }


def _rule(rule: Any) -> dict[str, Any]:  # noqa: ANN401 - one of the rules a page knows
    if isinstance(rule, PowerMean):
        return {"method": rule.method, "exponent": rule.exponent}
    if isinstance(rule, Bedrock):
        return {"method": rule.method, "gate": rule.pillar, "strength": rule.strength}
    return {"method": Mean(rule.method).method}


def _lines(study: Study) -> list[dict[str, Any]]:
    """List every unit and era with its years and the positions of its rows, in the order of the panel."""
    key, dyads = study.panel.unit, rows_of(study.package.tables["dyads"])
    lineage = {(str(row[key]), str(row["era"])): str(row.get("lineage", row[key])) for row in dyads}
    years = {era: about["years"] for era, about in record_of(study)["eras"].items()}
    return [
        {
            "unit": one.unit,
            "era": one.era,
            "era_years": years.get(one.era, one.era),
            "lineage": lineage[one.unit, one.era],
            "rows": one.rows.tolist(),
            "years": one.years.tolist(),
        }
        for one in trajectories_of(study)
    ]


def _coders(study: Study) -> list[dict[str, str]]:
    table = study.package.tables["coders"].drop(columns=list(PLACE)).set_index("coder", drop=False)
    return rows_of(table.loc[list(study.panel.coders)].astype(object).fillna("").astype(str))


def coder_sets(n_coders: int, *, alone: bool = False) -> list[tuple[int, ...]]:
    """List the sets of coders that a reader may choose.

    Parameters
    ----------
    n_coders
        Number of coders.
    alone
        Whether only all of them together are offered.

    Returns
    -------
    list of tuple of int
        All coders first. Every set where coders are few; else all, all but one, and each alone.

    Examples
    --------
    >>> coder_sets(2)
    [(0, 1), (0,), (1,)]
    >>> len(coder_sets(5))
    11
    """
    everyone = tuple(range(n_coders))
    if alone or n_coders == 1:
        return [everyone]
    sizes = range(n_coders, 0, -1) if n_coders <= _MOST_SUBSETS else (n_coders, n_coders - 1, 1)
    return [one for size in sizes for one in combinations(everyone, size)]


def _coder_arrays(study: Study) -> tuple[list[tuple[int, ...]], dict[str, Numbers]]:
    """Score the indicators under each set of coders; sets that cannot be scored are not offered."""
    plan, coders = study.plan, study.panel.coders
    n_leaves = plan.hierarchy.n_indicators
    sets, found = [], dict[str, list[Numbers]](leaves=[], levels=[], there=[])
    for one in coder_sets(len(coders), alone=study.spec.combine == "model"):
        try:
            panel = panel_of(study.panel, tuple(coders[place] for place in one))
            own = plan if len(one) == len(coders) else plan_index(panel, study.spec, weights=plan.weights)
            leaves = nominal_scores(own)[:n_leaves]
        except (SpecError, ScoringError):
            if len(one) == len(coders):
                raise
            continue
        sets.append(one)
        found["leaves"].append(leaves)
        found["levels"].append(own.combination.nominal().T)
        found["there"].append(own.usable[:n_leaves].astype(np.uint8))
    return sets, {name: np.stack(values) for name, values in found.items()}
