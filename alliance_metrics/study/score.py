"""From a configuration to a score card."""

from __future__ import annotations

import importlib.metadata
import platform
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from alliance_metrics.coding.arrays import Array
from alliance_metrics.coding.consistency import BASIS
from alliance_metrics.coding.evidence import rests_on
from alliance_metrics.coding.reliability import Reliability, reliability
from alliance_metrics.config.model import Config
from alliance_metrics.index.cohesion import component_order, index_from_plan, label_rows
from alliance_metrics.index.plan import nominal_scores
from alliance_metrics.index.rescaling import SCALE
from alliance_metrics.package.descriptor import FRAME
from alliance_metrics.package.table import PLACE
from alliance_metrics.results.folders import ScratchFile
from alliance_metrics.results.score_card import ScoreCard
from alliance_metrics.results.tables import rows_of
from alliance_metrics.study.contents import grades_of
from alliance_metrics.study.described_levels import described_levels, nearest_levels
from alliance_metrics.study.score_tables import composition_table, pair_table, rank_table, run_table
from alliance_metrics.study.study import Study, open_study
from alliance_metrics.uncertainty.draws import draw_index, start_run
from alliance_metrics.uncertainty.randomness import stream
from alliance_metrics.uncertainty.summary import intervals, summarise

_JOIN_COLUMNS = ("cow_a", "cow_b")


def score(
    config: str | Path | Config = "baseline",
    *,
    data: str | Path | None = None,
    seed: int | None = None,
    draws: int | None = None,
) -> ScoreCard:
    """Score every dyad-year of a configuration.

    Parameters
    ----------
    config
        Name or path of a configuration, or one already read.
    data
        Folder of the data package; what the configuration says where absent.
    seed, draws
        Seed and number of draws; what the configuration says where absent.

    Returns
    -------
    ScoreCard
        Estimates with intervals, contributions, what was filled, what the cells rest on.

    Raises
    ------
    ConfigError, DataError
        Where configuration or data are not as declared; every fault is listed.

    Examples
    --------
    >>> card = score("bedrock", draws=100)
    >>> index = card.scores.query("tier == 'index' and dyad == 'PRC-USSR'")
    >>> int(index.loc[index["estimate"].idxmin(), "year"])
    1969
    """
    return score_study(open_study(config, data=data, seed=seed, draws=draws))


def score_study(study: Study, *, progress: Callable[[float], None] | None = None) -> ScoreCard:
    """Score a study.

    Parameters
    ----------
    study
        As `open_study` gives it.
    progress
        Called now and then with the share of the work done. [0-1]

    Returns
    -------
    ScoreCard
        As `score` gives it.
    """
    uncertainty = study.config.to_uncertainty()
    run = start_run(study.plan, uncertainty)
    index = index_from_plan(study.plan, nominal_scores(study.plan), treatment=study.spec.treatment)
    summary, comparisons = summarise(run, progress=progress, scratch=ScratchFile)
    order = component_order(study.plan.hierarchy)
    scores = index.to_frame("scores")
    place = list(scores.columns).index("estimate") + 1
    scores.insert(place, "lower", SCALE * summary.lower[order].ravel())
    scores.insert(place + 1, "upper", SCALE * summary.upper[order].ravel())
    scores.insert(place + 2, "confidence", uncertainty.level)
    scores["median"] = SCALE * summary.median[order].ravel()
    scores["deviation"] = SCALE * summary.deviation[order].ravel()
    for name in ("rose", "fell", "drawn"):
        scores[name] = getattr(summary, name)[order].ravel()
    tables = {
        "scores": _with_codes(scores, study.package.tables["dyads"]),
        "contributions": index.to_frame("contributions"),
        "levels": _level_table(study, (summary.lower, summary.median, summary.upper)),
        "treated": index.to_frame("treated"),
        "composition": composition_table(study.plan),
        "cells": cell_counts(study),
        "evidence": event_counts(study),
        "ranks": rank_table(study.plan, nominal_scores(study.plan), comparisons, level=uncertainty.level),
        "pairs": pair_table(study.plan, comparisons),
        "runs": run_table(run, summary.causes),
    }
    return ScoreCard(tables, key=study.panel.unit, record=record_of(study))


def measure_reliability(study: Study) -> Reliability:
    """Measure how far the coders of a study agree.

    Parameters
    ----------
    study
        As `open_study` gives it.

    Returns
    -------
    Reliability
        Alpha, pairs of coders, disputed cells with their notes, drift.
    """
    uncertainty = study.config.uncertainty
    streams = partial(stream, uncertainty.seed, "reliability")
    found = reliability(study.panel, study.codebook.indicators, streams=streams, level=uncertainty.level)
    tables = {name: found.to_frame(name) for name in found.names}
    keys = [study.panel.unit, "era", "year", "indicator_id", "coder"]
    notes = study.codings[[*keys, "evidence_ids", "note"]]
    tables["disputes"] = tables["disputes"].merge(notes, on=keys, how="left", validate="one_to_one")
    return Reliability(tables, key=study.panel.unit, record=record_of(study))


def drawn_table(study: Study, *, tiers: tuple[str, ...] = ("index", "pillar")) -> pd.DataFrame:
    """Give every draw of some tiers as tidy rows.

    Parameters
    ----------
    study
        The study.
    tiers
        Which tiers.

    Returns
    -------
    DataFrame
        The unit column, ``era``, ``year``, ``component``, ``draw`` (from 0) and ``score``. [0-100]
    """
    draws = draw_index(study.plan, study.config.to_uncertainty(), tiers=tiers)
    n_components, n_units, n_draws = draws.scores.shape
    rows = np.tile(np.repeat(np.arange(n_units), n_draws), n_components)
    texts = [study.panel.unit, "era"]
    units = study.panel.units.astype(dict.fromkeys(texts, "category"))
    frame = units.iloc[rows].reset_index(drop=True)
    component = np.repeat(np.arange(n_components), n_units * n_draws)
    return frame.assign(
        component=np.asarray(draws.components, dtype=object)[component],
        draw=np.tile(np.arange(n_draws, dtype=np.int32), n_components * n_units),
        score=SCALE * draws.scores.ravel(),
    )


def _level_table(study: Study, ends: tuple[Array, Array, Array]) -> pd.DataFrame:
    """Give every indicator with its interval on the codebook's own scale, and the described level nearest to it."""
    described = described_levels(study)
    plan = described.plan
    if described.redrawn:
        ends = intervals(plan, described.uncertainty)
    estimate, one, other = (described.of(scores) for scores in (nominal_scores(plan), ends[0], ends[2]))
    table = label_rows(plan, list(range(plan.hierarchy.n_indicators))).rename(columns={"component": "indicator_id"})
    return table.drop(columns=["tier", "parent"]).assign(
        estimate=estimate.ravel(),
        lower=np.minimum(one, other).ravel(),
        upper=np.maximum(one, other).ravel(),
        confidence=described.uncertainty.level,
        nearest=nearest_levels(estimate).ravel(),
    )


def _with_codes(scores: pd.DataFrame, dyads: pd.DataFrame) -> pd.DataFrame:
    """Add country codes where the dyads table has them, so that the table joins to other dyad-year data."""
    present = [name for name in _JOIN_COLUMNS if name in dyads.columns]
    codes = dyads[["dyad", "era", *present]].drop_duplicates(["dyad", "era"])
    return scores.merge(codes, on=["dyad", "era"], how="left", validate="many_to_one") if present else scores


def cell_counts(study: Study) -> pd.DataFrame:
    """Count coded cells by dyad-era, coder and what they rest on.

    Parameters
    ----------
    study
        The study.

    Returns
    -------
    DataFrame
        ``dyad``, ``era``, ``coder``, ``coder_kind``, ``rests_on``, ``basis`` where the codings have one, ``cells``.
    """
    coded = study.codings[study.codings["score"].notna()]
    kinds = study.package.tables["coders"].set_index("coder")["kind"]
    framed = coded[["dyad", "era", "coder"]].assign(
        coder_kind=coded["coder"].map(kinds), rests_on=rests_on(coded, study.evidence)
    )
    if BASIS in coded.columns:
        framed[BASIS] = coded[BASIS]
    keys = list(framed.columns)
    return framed.groupby(keys, sort=False).size().rename("cells").reset_index()


def event_counts(study: Study) -> pd.DataFrame:
    """Count the events on record by dyad-year and pillar.

    Parameters
    ----------
    study
        The study.

    Returns
    -------
    DataFrame
        The unit column, ``era``, ``year``, ``pillar``, number of ``events`` and of those of the best grade
        (``verified``); a row for every year of the panel and every pillar, without events too. Without rows where no
        events are on record.
    """
    key, units, events = study.panel.unit, study.panel.units, study.package.tables["events"]
    best = grades_of(study.package)[0]
    if events.empty or "pillar" not in events.columns:
        return pd.DataFrame(columns=[key, "era", "year", "pillar", "events", "verified"])
    pillars = [one.id for one in study.plan.hierarchy.components if one.tier == "pillar"]
    grid = units.merge(pd.DataFrame({"pillar": pillars}), how="cross")
    dated = pd.DataFrame(
        {
            key: events["dyad"],
            "year": pd.to_numeric(events["date"].str.slice(0, 4)),
            "pillar": events["pillar"],
            "events": 1,
            "verified": (events["status"] == best).astype("int64"),
        }
    )
    counted = dated.groupby([key, "year", "pillar"], as_index=False)[["events", "verified"]].sum()
    return grid.merge(counted, on=[key, "year", "pillar"], how="left").fillna({"events": 0, "verified": 0})


def record_of(study: Study) -> dict[str, Any]:
    """Give the record of a result: how it was made.

    Parameters
    ----------
    study
        The study.

    Returns
    -------
    dict
        Configuration, seed, digests of the data, coders, weights and versions.
    """
    libraries = ("alliance-metrics", "numpy", "pandas", "pydantic")
    versions = {name: _version_of(name) for name in libraries}
    return {
        "name": study.config.name,
        "config": study.config.model_dump(mode="json", by_alias=True),
        "seed": study.config.uncertainty.seed,
        "data": {
            "name": study.package.descriptor.get("name"),
            "version": study.package.descriptor.get("version"),
            "title": study.package.descriptor.get("title"),
            "licenses": study.package.descriptor.get("licenses") or [],
            "frame": study.package.descriptor.get(FRAME) or {},
            "digests": dict(sorted(study.package.digests.items())),
        },
        "names": dict(study.names.others),
        "references": [list(one) for one in study.references],
        "eras": _era_record(study),
        "coders": study.package.tables["coders"]
        .query("coder in @coders", local_dict={"coders": list(study.panel.coders)})
        .drop(columns=list(PLACE))
        .to_dict("records"),
        "indicators": {
            component.id: component.parent
            for component in study.plan.hierarchy.components
            if component.tier == "indicator"
        },
        "weights": {
            study.plan.hierarchy.components[child].id: float(np.round(weight, 10))
            for node, weights in study.plan.weights.items()
            for child, weight in zip(study.plan.hierarchy.components[node].children, weights, strict=True)
        },
        "coder_model": _coder_model_record(study),
        "versions": {**versions, "python": platform.python_version()},
    }


def _era_record(study: Study) -> dict[str, dict[str, Any]]:
    """Give the units of each era that are no reference pairs, and the years from the first to the last of them."""
    table = study.package.tables["dyads"]
    key = study.panel.unit
    subjects = [(str(row[key]), str(row["era"])) not in study.references for row in rows_of(table)]
    found = {}
    for era, own in table[subjects].groupby("era", sort=False):
        years = f"{own['first_year'].min()}-{own['last_year'].max()}"
        found[str(era)] = {"years": years, "units": list(map(str, own[key]))}
    return found


def _coder_model_record(study: Study) -> dict[str, Any] | None:
    """Give the severity of each coder, where coders are combined by the model."""
    if study.config.coding.combine != "model":
        return None
    model = study.plan.combination.model
    named = zip(study.panel.coders, model.severity, model.severity_lower, model.severity_upper, strict=True)
    severity = {
        coder: {"estimate": round(float(at), 6), "lower": round(float(low), 6), "upper": round(float(high), 6)}
        for coder, at, low, high in named
    }
    return {"severity": severity, "level": model.level, "converged": model.converged, "reason": model.reason}


def _version_of(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return "run from a checkout"
