"""A made-up score card with its analyses: two pairs in two eras, three pillars. Nothing in it is real."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from alliance_metrics.coding.reliability import Reliability
from alliance_metrics.results.score_card import ScoreCard
from alliance_metrics.results.tables import declared_columns, declared_kinds
from alliance_metrics.results.tidy_result import TidyResult

SERIES = (
    ("AA-BB", "1950-1955", range(1950, 1956), (1, 2)),
    ("AA-CC", "1950-1955", range(1950, 1956), (1, 3)),
    ("AA-BD", "2000-2006", range(2000, 2007), (1, 2)),
    ("AA-CC", "2000-2006", range(2000, 2007), (1, 3)),
)
REFERENCES = (("AB-CD", "window", range(1970, 1974), (5, 6)),)
PILLARS = ("trust", "gain", "fear_shared")
PLACES = {
    "talks": "trust.contact",
    "secrets": "trust.contact",
    "trade": "gain.goods",
    "watch_kept": "fear_shared.watch",
}
RECORD: dict[str, Any] = {
    "name": "made-up",
    "seed": 7,
    "references": [["AB-CD", "window"]],
    "data": {"name": "made-up-data", "version": "0.9.1"},
    "coders": [{"coder": "m_one", "kind": "language_model"}, {"coder": "m_two", "kind": "language_model"}],
    "config": {
        "analysis": {
            "origins": [
                {"dyad": "AA-BB", "era": "1950-1955", "year": 1952, "event": "aa_bb_1952_pact"},
                {"dyad": "AA-BD", "era": "2000-2006", "year": 2003, "event": "aa_bd_2003_charter"},
            ]
        }
    },
}


def pillar_score(unit: int, year: int, pillar: int) -> float:
    """Give a made-up score between 0 and 100 with digits that nothing else has."""
    return 20.125 + (13.37 * (unit + 1) * (pillar + 2) + 7.11 * (year % 10) * (pillar + 1)) % 60.0


def component_rows() -> pd.DataFrame:
    """Give one row a component and year: the index, its pillars, dimensions and indicators."""
    rows = []
    for unit, (name, era, years, numbers) in enumerate((*SERIES, *REFERENCES)):
        for year in years:
            scores = [pillar_score(unit, year, k) for k in range(len(PILLARS))]
            index = round(sum(scores) / len(scores), 10)
            rows.append((name, era, year, "index", "closeness", "", index, *numbers))
            places = [
                ("pillar", pillar, "closeness", round(one, 10)) for pillar, one in zip(PILLARS, scores, strict=True)
            ]
            places += [("dimension", place, place.split(".")[0], 50.5) for place in dict.fromkeys(PLACES.values())]
            places += [("indicator", indicator, place, 50.25) for indicator, place in PLACES.items()]
            rows += [(name, era, year, *place, *numbers) for place in places]
    columns = ["dyad", "era", "year", "tier", "component", "parent", "estimate", "cow_a", "cow_b"]
    return pd.DataFrame(rows, columns=columns)


def made_up_card(*, filled: float = 0.0, availability: float = 0.75) -> ScoreCard:
    """Give the score card."""
    frame = component_rows()
    spread = {"lower": frame["estimate"] - 3.25, "upper": frame["estimate"] + 4.5, "confidence": 0.9}
    rest = {"availability": availability, "filled": filled, "role": "index", "reason": "", "deviation": 2.0}
    draws = {"median": frame["estimate"] + 0.5, "rose": 0.6, "fell": 0.4, "drawn": 1.0}
    scores = frame.assign(**spread, **rest, **draws)
    pillars = scores[scores["tier"] == "pillar"]
    contributions = pillars.assign(weight=1 / 3, contribution=pillars["estimate"] / 3)
    index = scores[scores["tier"] == "index"]
    ordered = index["estimate"].rank(ascending=False)
    ranks = index.assign(estimate=ordered, lower=ordered - 0.75, upper=ordered + 1.5, median=ordered, draws=100)
    levels = scores[scores["tier"] == "indicator"].rename(columns={"component": "indicator_id"})
    levels = levels.assign(estimate=2.375 + 0.01 * (levels["year"] % 7), nearest=2.0, lower=1.5, upper=3.125)
    levels.loc[levels["indicator_id"] == "trade", "upper"] = 3.875
    cells = [(name, era, coder, kind, count) for name, era, _, _ in SERIES for coder, kind, count in _counts()]
    tables = {
        "scores": scores,
        "contributions": contributions[declared_columns("score", "contributions", key="dyad")],
        "levels": levels[declared_columns("score", "levels", key="dyad")],
        "treated": pd.DataFrame(columns=declared_columns("score", "treated", key="dyad")),
        "composition": pd.DataFrame(columns=declared_columns("score", "composition", key="dyad")),
        "cells": pd.DataFrame(cells, columns=["dyad", "era", "coder", "rests_on", "cells"]).assign(
            coder_kind="language_model"
        ),
        "evidence": _events(),
        "ranks": ranks[declared_columns("score", "ranks", key="dyad")],
        "pairs": pd.DataFrame(columns=declared_columns("score", "pairs", key="dyad")),
        "runs": pd.DataFrame([(0, 99, "", "scored", "")], columns=declared_columns("score", "runs", key="dyad")),
    }
    return ScoreCard(tables, key="dyad", record=RECORD)


def _counts() -> list[tuple[str, str, int]]:
    return [("m_one", "read", 17), ("m_one", "recalled", 7), ("m_two", "read", 19), ("m_two", "recalled", 5)]


def _events() -> pd.DataFrame:
    rows = [
        (name, era, year, pillar, 3 + (year + place) % 5, 2)
        for name, era, years, _ in SERIES
        for year in years
        for place, pillar in enumerate(PILLARS)
    ]
    return pd.DataFrame(rows, columns=declared_columns("score", "evidence", key="dyad"))


def made_up_reliability() -> Reliability:
    """Give an analysis of reliability with a few disputed cells."""
    rows = []
    for name, era, years, _ in SERIES:
        for year, indicator, spread in ((years[0], "talks", 1.0), (years[1], "trade", 2.0)):
            for coder, score in (("m_one", 1.0), ("m_two", 1.0 + spread)):
                rows.append((name, era, year, indicator, spread, coder, score, 0.0, 4.0))
    tables = {name: [] for name in declared_kinds()["reliability"].tables}
    tables["disputes"] = pd.DataFrame(rows, columns=declared_columns("reliability", "disputes", key="dyad"))
    return Reliability(tables, key="dyad", record=RECORD)


def made_up_sensitivity() -> TidyResult:
    """Give an analysis of sensitivity of every index score."""
    outputs, effects, ranges = [], [], []
    for unit, (name, era, years, _) in enumerate(SERIES):
        for year in years:
            output = f"index:{name}:{year}"
            key = (name, era, year, output)
            outputs.append((*key, "score", "closeness", "points", 50.0, 50.0, 2.0, "cell_doubt", 0.6, 0, ""))
            for place, one in enumerate(("cell_doubt", "weights")):
                share = 0.55 + 0.01 * (year % 7) + 0.005 * unit - 0.3 * place
                for effect, shift in (("first", -0.05), ("total", 0.07), ("shapley", 0.01)):
                    value = share + shift
                    effects.append((*key, one, effect, value, value - 0.0125, value + 0.0175, 0.9, 0.01))
            for place, kind in enumerate(("pillars", "all")):
                ranges.append((name, era, year, kind, 0.1, 50.0, 44.0625 - 3 * place, 55.1875 + 3 * place))
    tables = {name: [] for name in declared_kinds()["sensitivity"].tables}
    tables["outputs"] = pd.DataFrame(outputs, columns=declared_columns("sensitivity", "outputs", key="dyad"))
    tables["effects"] = pd.DataFrame(effects, columns=declared_columns("sensitivity", "effects", key="dyad"))
    tables["weight_ranges"] = pd.DataFrame(ranges, columns=declared_columns("sensitivity", "weight_ranges", key="dyad"))
    return TidyResult(tables, kind="sensitivity", key="dyad", record=RECORD)


def write_made_up_result(folder: Path) -> Path:
    """Save score card and analyses as the commands do.

    Returns
    -------
    Path
        Folder of the score card.
    """
    made_up_card().save(folder)
    made_up_reliability().save(folder / "reliability")
    made_up_sensitivity().save(folder / "sensitivity")
    return folder
