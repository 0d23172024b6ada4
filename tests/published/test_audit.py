"""The audit of the published index."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import alliance_metrics as am
from alliance_metrics.index.plan import nominal_scores
from alliance_metrics.results.tidy_result import TidyResult
from alliance_metrics.study.score import measure_reliability
from alliance_metrics.study.study import open_study
from alliance_metrics.uncertainty.robustness import ranks_of, scores_of, spaced_scores, variants


@pytest.fixture(scope="module")
def audited(published_folder: Path, root: Path) -> tuple[TidyResult, object]:
    """Give the audit of the published index, and the study it is of."""
    study = open_study(root / "configs" / "baseline.toml", data=root / "data", draws=50)
    return TidyResult.load(published_folder / "audit"), study


def test_every_step_of_the_handbook_has_a_flag(audited) -> None:
    """Ten steps in order, each with what was done, a finding and a flag; what is not there yet says so."""
    steps = audited[0].to_frame("steps")
    assert steps["step"].tolist() == list(range(1, 11))
    assert (steps[["title", "done", "finding"]] != "").all().all()
    assert set(steps["flag"]) == {"holds", "weak", "not done"}
    assert steps.set_index("title").loc["links to other indicators", "flag"] == "not done"


def test_weak_coding_is_named(audited) -> None:
    """The indicators on which coders agree least stand in the finding, by name, era and figure."""
    finding = audited[0].to_frame("steps").set_index("step").loc[2, "finding"]
    found = measure_reliability(audited[1]).to_frame("alpha")
    weak = found[(found["scope"] == "indicator") & (found["era"] != "") & (found["dyad"] == "")].dropna(
        subset="estimate"
    )
    least = weak.loc[weak["estimate"].idxmin()]
    assert f"{least['component']} {least['era']} ({least['estimate']:.2f})" in finding


def test_importance_stands_beside_weight_and_sums_to_one_among_siblings(audited) -> None:
    """In each node both sum to one, and every component stands there once."""
    table = audited[0].to_frame("importance")
    sums = table.groupby("parent")[["nominal", "importance"]].sum()
    np.testing.assert_allclose(sums, 1, atol=1e-9)
    assert table["component"].is_unique


def test_shifts_are_those_of_the_variant_scored_by_itself(audited, root: Path) -> None:
    """The rank under a geometric mean across pillars is the rank in the result of the geometric configuration."""
    shifts = audited[0].to_frame("shifts").query("kind == 'across pillars' and variant == 'geometric'")
    card = am.score(root / "configs" / "geometric.toml", data=root / "data", draws=1)
    index = card.scores.query("tier == 'index'")
    np.testing.assert_array_equal(shifts["variant_rank"], ranks_of(index["estimate"].to_numpy()))
    alone = audited[0].to_frame("shifts").query("kind == 'weighting' and variant == 'equal_indicators'")
    index = am.score(root / "configs" / "equal_weights.toml", data=root / "data", draws=1).scores.query(
        "tier == 'index'"
    )
    np.testing.assert_array_equal(alone["variant_rank"], ranks_of(index["estimate"].to_numpy()))


def test_a_coder_left_out_is_the_index_of_the_others(audited, root: Path) -> None:
    """Leaving one coder out ranks years as the others alone do."""
    study = audited[1]
    gone = study.panel.coders[0]
    config = replace_coders(study, [name for name in study.panel.coders if name != gone])
    index = am.score(config, data=root / "data").scores.query("tier == 'index'")
    shifts = audited[0].to_frame("shifts").query(f"kind == 'coder left out' and variant == '{gone}'")
    np.testing.assert_array_equal(shifts["variant_rank"], ranks_of(index["estimate"].to_numpy()))


def replace_coders(study, names):
    """Give the study's configuration with some coders only and one draw."""
    config = study.config
    return config.model_copy(
        update={
            "data": config.data.model_copy(update={"coders": tuple(names)}),
            "uncertainty": config.uncertainty.model_copy(update={"draws": 1}),
        }
    )


def test_equal_steps_are_one_of_the_spacings_and_order_is_kept(audited) -> None:
    """Ends and order of every scale stay: all-0 stays 0, all-4 stays 100, and a higher level never scores lower."""
    study = audited[1]
    rng = np.random.default_rng(1)
    for level, expected in ((0.0, 0.0), (4.0, 1.0)):
        whole = np.full_like(study.panel.score, level)
        panel = replace(study.panel, score=whole, low=whole, high=whole)
        np.testing.assert_allclose(spaced_scores(panel, study.spec, rng=rng, count=3), expected)
    one, two = (np.full_like(study.panel.score, level) for level in (1.0, 2.0))
    low, high = (
        spaced_scores(replace(study.panel, score=x, low=x, high=x), study.spec, rng=np.random.default_rng(3), count=5)
        for x in (one, two)
    )
    assert (low < high).all()


def test_no_variant_is_the_published_choice(audited) -> None:
    """Every variant changes something, and none stands twice; the panel's own ends only where some scale is unused."""
    study = audited[1]
    published = nominal_scores(study.plan)[-1]
    names = [(variant.kind, variant.name) for variant in variants(study.panel, study.spec)]
    assert len(set(names)) == len(names) >= 35
    same = {
        variant.name
        for variant in variants(study.panel, study.spec)
        if variant.name != "model" and np.array_equal(scores_of(variant), published, equal_nan=True)
    }
    counted = study.spec.indicators["role"].eq("index").to_numpy()
    leaves = nominal_scores(study.plan)[: study.plan.hierarchy.n_indicators][counted]
    every_end = (np.nanmax(leaves, axis=1) - np.nanmin(leaves, axis=1) == 1).all()
    assert same <= ({"minmax"} if every_end else set())
    table = audited[0].to_frame("variants").set_index(["kind", "variant"])
    assert table.loc[("coders combined", "model"), "mean_shift"] > 0


def test_only_what_is_on_the_same_scale_is_set_beside_the_interval(audited) -> None:
    """Ranks can be compared on any scale, values only on the codebook's: outranking has no share outside."""
    table = audited[0].to_frame("variants").set_index(["kind", "variant"])
    assert np.isnan(table.loc[("across pillars", "copeland"), "outside"])
    assert np.isnan(table.loc[("normalisation", "percentile_rank"), "outside"])
    assert 0 <= table.loc[("across pillars", "geometric"), "outside"] <= 1
    assert table["mean_shift"].notna().all()
    finding = audited[0].to_frame("steps").set_index("step").loc[7, "finding"]
    assert "farthest" not in finding
