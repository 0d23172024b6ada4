"""What weights and levels it takes to change the picture: recomputed at what is reported, the picture has changed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from alliance_metrics import declare
from alliance_metrics.coding.panel import IndicatorPanel
from alliance_metrics.index.plan import nominal_scores, plan_index
from alliance_metrics.results.collected import Collected
from alliance_metrics.results.tables import declared_kinds
from alliance_metrics.sensitivity.outputs import parse_outputs
from alliance_metrics.sensitivity.weight_tables import add_weight_tables, weight_tree
from alliance_metrics.study.study import open_study
from tests.small_alliance import SCORES, write_small_alliance

PAIRS = (
    "change:index:AA-BB:1950:1953",
    "gap:index:AA-BB:1950:AA-BB:1952",
    "change:index:AA-BB:1950:1951",
    "gap:index:AA-BB:1951:AA-BB:1951",
)
BEDROCK = '[index]\nacross_pillars = { method = "bedrock", pillar = "trust", strength = 0.6 }'


def study_of(small: Path, text: str = ""):
    """Open the small alliance under a configuration that says a little more."""
    config = small.parent / "more.toml"
    config.write_text(f'extends = "small"\nname = "more"\n{text}\n', encoding="utf-8")
    return open_study(config)


def tables_of(study, *names):
    """Give the tables by name, each as collected, and the failures."""
    found = Collected("sensitivity", key="dyad")
    add_weight_tables(study, parse_outputs(names or PAIRS, study.plan), found)
    tables = {name: found.frame(name) for name in declared_kinds()["sensitivity"].tables}
    return tables, list(tables["failures"].itertuples(index=False, name=None))


def index_at(study, node: str, weights) -> np.ndarray:
    """Score the index with other weights at one node."""
    place = study.plan.hierarchy.place_of(node)
    return nominal_scores(replace(study.plan, weights={**study.plan.weights, place: np.array(weights)}))[-1]


def index_with_level(study, year: int, indicator: str, level: float) -> np.ndarray:
    """Score the index with every coder's level of one cell set to another."""
    panel = study.panel
    unit = int(np.flatnonzero(panel.units["year"] == year)[0])
    score = np.array(panel.score)
    score[:, unit, panel.indicators.index(indicator)] = level
    other = IndicatorPanel(panel.units, panel.indicators, panel.coders, score, score, score)
    return nominal_scores(plan_index(other, study.spec))[-1]


def years_of(name: str) -> tuple[int, int]:
    """Read the two years of a pair: first what is measured, then against what."""
    parts = name.split(":")
    return (int(parts[4]), int(parts[3])) if parts[0] == "change" else (int(parts[3]), int(parts[5]))


@pytest.mark.slow
@pytest.mark.parametrize("text", ["", BEDROCK])
def test_two_years_tie_at_the_weights_that_are_said_to_reverse_them(small: Path, text: str) -> None:
    """The index recomputed at each set of reported weights is the same in both years."""
    study = study_of(small, text)
    tables, failures = tables_of(study)
    assert len(tables["reversing_weights"]), failures  # what cannot be done of all levels can be of one
    for name, group in tables["reversing_weights"].groupby("output"):
        scores = index_at(study, "closeness", group["weight"])
        one, other = (scores[year - 1950] for year in years_of(name))
        assert one == pytest.approx(other, abs=1e-9), name
        assert group["weight"].sum() == pytest.approx(1.0, abs=1e-9)
        declared = study.plan.weights[study.plan.hierarchy.place_of("closeness")]
        np.testing.assert_allclose(group["declared"], declared, atol=1e-12)
        own = tables["reversals"].query("output == @name and weights == 'across pillars'")["reversing_radius"].item()
        assert np.abs(group["weight"] - declared).sum() / 2 == pytest.approx(own, abs=1e-9)


@pytest.mark.slow
@pytest.mark.parametrize(
    "text", ["", BEDROCK, '[index]\nwithin_pillar = "geometric"', '[index]\nacross_pillars = "harmonic"']
)
def test_two_years_tie_at_the_level_that_is_said_to_reverse_them(small: Path, text: str) -> None:
    """The index recomputed with that cell alone changed is the same in both years."""
    study = study_of(small, text)
    found = tables_of(study)[0]["reversing_levels"]
    assert len(found)
    for row in found.to_dict("records"):
        one, other = years_of(row["output"])
        if one == other:
            continue
        scores = index_with_level(study, one, row["indicator_id"], row["needed"])
        assert scores[one - 1950] == pytest.approx(scores[other - 1950], abs=1e-9), row
        assert row["change"] == pytest.approx(row["needed"] - row["level"], abs=1e-12)


@pytest.mark.slow
def test_no_level_within_the_scale_is_passed_over(small: Path) -> None:
    """The index rises with every level: where the two ends of a scale order the years otherwise, one is reported."""
    study = study_of(small)
    found = tables_of(study)[0]["reversing_levels"]
    plain = nominal_scores(study.plan)[-1]
    for name in PAIRS[:3]:
        one, other = years_of(name)
        for indicator in ("talks", "secrets", "trade", "friends"):
            ends = [
                index_with_level(study, one, indicator, level)[one - 1950] - plain[other - 1950] for level in (0, 4)
            ]
            reported = ((found["output"] == name) & (found["indicator_id"] == indicator)).any()
            assert reported == (ends[0] <= 1e-12 and ends[1] >= -1e-12), (name, indicator, ends)


def test_a_tie_at_the_very_end_of_a_scale_is_reported(tmp_path: Path, monkeypatch) -> None:
    """Alike but for trade, 1 in one year and 4, the greatest there is, in the other: it takes a 4."""
    alike = dict.fromkeys(("talks", "secrets", "belief", "friends"), (2, 2, 0, 4)) | {"trade": (1, 4, 0, 4)}
    for coder in SCORES:
        monkeypatch.setitem(SCORES, coder, alike)
    study = study_of(write_small_alliance(tmp_path))
    found = tables_of(study, "gap:index:AA-BB:1950:AA-BB:1951")[0]["reversing_levels"].set_index("indicator_id")
    assert index_with_level(study, 1950, "trade", 4.0)[0] == pytest.approx(
        index_with_level(study, 1950, "trade", 4.0)[1]
    )
    assert "trade" in found.index
    assert found.loc["trade", "needed"] == pytest.approx(4.0, abs=1e-9)


@pytest.mark.parametrize("method", ["carry_forward", "series_median"])
def test_a_level_that_also_fills_the_other_year_still_makes_them_tie(small: Path, method: str) -> None:
    """Where 1951 takes trade from 1950, changing 1950 changes both; what is reported ties them all the same."""
    for coder in SCORES:
        path = small.parent / "data" / "codings" / coder / "AA-BB_1950_1953.csv"
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        path.write_text("".join(line for line in lines if ",1951,trade," not in line), encoding="utf-8", newline="")
    declare(small.parent / "data")
    study = study_of(small, f'[treatment]\nmethod = "{method}"')
    found = tables_of(study, "gap:index:AA-BB:1950:AA-BB:1951")[0]["reversing_levels"]
    for row in found.to_dict("records"):
        scores = index_with_level(study, 1950, row["indicator_id"], row["needed"])
        assert scores[0] == pytest.approx(scores[1], abs=1e-9), row["indicator_id"]


def test_ranges_hold_the_estimate_and_are_reached_at_the_extreme_weights(small: Path) -> None:
    """At each reported set of weights the index is the reported score, no further off than the radius."""
    study = study_of(small, "[sensitivity]\nradius = 0.2")
    tables, _ = tables_of(study)
    ranges = tables["weight_ranges"]
    assert (ranges["least"] <= ranges["estimate"] + 1e-9).all()
    assert (ranges["estimate"] <= ranges["greatest"] + 1e-9).all()
    across = ranges[ranges["weights"] == "across pillars"].set_index("year")
    everywhere = ranges[ranges["weights"] == "all levels"].set_index("year")
    assert (everywhere["least"] <= across["least"] + 1e-9).all()
    for (year, end), group in tables["weight_extremes"].groupby(["year", "end"]):
        assert np.abs(group["weight"] - group["declared"]).sum() / 2 <= 0.2 + 1e-12
        scores = 100 * index_at(study, "closeness", group["weight"])
        assert scores[year - 1950] == pytest.approx(group["score"].iloc[0], abs=1e-9)
        assert across.loc[year, end] == pytest.approx(group["score"].iloc[0], abs=1e-9)


def test_no_weights_within_the_radius_leave_the_range(small: Path) -> None:
    """Of 101 allowed weights across two pillars none gives less or more than is said, and the outermost just that."""
    study = study_of(small, "[sensitivity]\nradius = 0.15")
    ranges = tables_of(study)[0]["weight_ranges"].query("weights == 'across pillars'")
    scores = np.array(
        [100 * index_at(study, "closeness", [w, 1 - w]) for w in np.linspace(2 / 3 - 0.15, 2 / 3 + 0.15, 101)]
    )
    np.testing.assert_allclose(scores.min(axis=0), ranges["least"], atol=1e-9)
    np.testing.assert_allclose(scores.max(axis=0), ranges["greatest"], atol=1e-9)


def test_verdicts_agree_with_the_numbers_beside_them(small: Path) -> None:
    """No radius, no reversal; radius zero, a tie; the difference is that of the estimates."""
    study = study_of(small)
    found = tables_of(study)[0]["reversals"]
    scores = 100 * nominal_scores(study.plan)[-1]
    for row in found.to_dict("records"):
        one, other = years_of(row["output"])
        assert row["difference"] == pytest.approx(scores[one - 1950] - scores[other - 1950], abs=1e-9)
        assert row["least"] - 1e-9 <= row["difference"] <= row["greatest"] + 1e-9
        if pd.isna(row["reversing_radius"]):
            assert row["verdict"] == "no weights reverse it"
        else:
            assert (row["verdict"] == "a tie") == (row["reversing_radius"] == 0) == (one == other)


def test_an_aggregation_without_weights_has_no_ranges_and_says_so(small: Path) -> None:
    """Contests among units: no ranges, one failure; a scale without ends likewise."""
    for text, said in (
        ('[index]\nacross_pillars = "copeland"', "copeland"),
        ('[index]\nnormalisation = "zscore"', "ranges over weights need scores between 0 and 100"),
    ):
        study = study_of(small, text)
        tables, failures = tables_of(study)
        assert tables["weight_ranges"].empty
        assert tables["reversals"].empty
        assert tables["reversing_levels"].empty
        assert any(step == "weight ranges" and said in cause for step, _, cause in failures)
        assert any(step == "reversals by levels" for step, _, _ in failures)


def test_reversals_that_do_not_add_up_are_listed_and_ranges_kept(small: Path) -> None:
    """Under a geometric mean the range of each year stands, and the order of two is listed among the failures."""
    tables, failures = tables_of(study_of(small, '[index]\nacross_pillars = "geometric"'))
    assert len(tables["weight_ranges"]) == 8
    assert tables["reversals"].empty
    steps = ["reversals by weights, across pillars", "reversals by weights, all levels", "reversing weights"]
    assert [step for step, *_ in failures] == steps


def test_without_pairs_nothing_is_asked_about_order(small: Path) -> None:
    """Scores, peaks and gaps of pillars ask for no reversal: those tables have no rows."""
    study = study_of(small)
    tables, failures = tables_of(study, "index:AA-BB:1950", "gap:trust:AA-BB:1950:AA-BB:1951")
    assert failures == []
    for name in ("reversals", "reversing_weights", "reversing_levels"):
        assert tables[name].empty


def test_the_tree_of_weights_gives_the_index(small: Path) -> None:
    """Leaves and weights as handed over are those the plan scores with."""
    study = study_of(small)
    tree, leaves = weight_tree(study.plan)
    assert tree.top == len(study.plan.hierarchy.components) - 1
    np.testing.assert_allclose(leaves, nominal_scores(study.plan)[: len(leaves)], atol=1e-12)
