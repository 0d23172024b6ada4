"""Coders combined by their model: what it gives the index, what it leaves alone, and where it cannot be fitted."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import alliance_metrics as am
from alliance_metrics.study.study import open_study
from alliance_metrics.uncertainty.draws import draw_index

MODEL = '[coding]\ncombine = "model"\n'


def config_of(small: Path, text: str = "") -> Path:
    """Write a configuration that combines coders by the model."""
    path = small.parent / "model.toml"
    path.write_text(f'extends = "small"\nname = "model"\n{MODEL}{text}', encoding="utf-8")
    return path


@pytest.mark.slow
def test_the_estimate_is_the_posterior_mean_and_lies_near_the_mean_of_coders(small: Path) -> None:
    """On the codebook's scale the indicators are the model's estimates, none a level away from the coders' mean."""
    study = open_study(config_of(small), draws=50)
    levels = am.score(config_of(small), draws=50).to_frame("levels")
    names = list(study.panel.indicators)
    found = levels.pivot_table("estimate", index="year", columns="indicator_id")[names].to_numpy()
    np.testing.assert_allclose(found, study.plan.combination.model.estimate, atol=1e-9)
    assert np.abs(found - study.panel.score.mean(axis=0)).max() < 1


@pytest.mark.slow
def test_intervals_are_those_of_posterior_draws(small: Path) -> None:
    """Estimates lie within their intervals, the same seed gives the same draws, another other ones."""
    one, same, other = (am.score(config_of(small), draws=300, seed=seed) for seed in (1, 1, 2))
    assert one.equals(same)
    assert not one.equals(other)
    levels = one.to_frame("levels")
    assert (levels["lower"] <= levels["upper"]).all()
    inside = (levels["lower"] <= levels["estimate"]) & (levels["estimate"] <= levels["upper"])
    assert inside.mean() > 0.9


def test_without_uncertain_coders_the_model_stands_still(small: Path) -> None:
    """Where neither cells nor coders are drawn every draw is the estimate."""
    study = open_study(config_of(small, "[uncertainty]\ninputs = []\ndraws = 3\n"))
    drawn = draw_index(study.plan, study.config.to_uncertainty()).scores
    np.testing.assert_array_equal(drawn, np.repeat(drawn[..., :1], 3, axis=-1))


@pytest.mark.slow
def test_cells_nobody_coded_stay_missing(small: Path) -> None:
    """The model could fill them from neighbouring years; that is for the treatment of missing cells to say."""
    for coder in ("ann", "bob"):
        path = small.parent / "data" / "codings" / coder / "AA-BB_1950_1953.csv"
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        path.write_text("".join(line for line in lines if ",1951,trade," not in line), encoding="utf-8")
    am.declare(small.parent / "data")
    levels = am.score(config_of(small), draws=20).to_frame("levels").set_index(["year", "indicator_id"])
    assert levels.loc[(1951, "trade"), ["estimate", "lower", "upper"]].isna().all()
    assert levels["estimate"].isna().sum() == 1


@pytest.mark.slow
def test_the_record_gives_each_coders_severity(small: Path, tmp_path: Path) -> None:
    """With interval, and whether the search ended well; other combinations have none."""
    record = am.score(config_of(small), draws=5).record["coder_model"]
    assert set(record["severity"]) == {"ann", "bob"}
    assert sum(coder["estimate"] for coder in record["severity"].values()) == pytest.approx(0, abs=1e-5)
    assert record["converged"] is True
    assert am.score(small, draws=5).record["coder_model"] is None
    assert json.dumps(record)
    assert tmp_path.is_dir()


def test_scores_that_are_no_levels_are_refused_with_the_way_out() -> None:
    """The model is for described levels; measured values are combined otherwise."""
    rows = pd.DataFrame({"dyad": "A-B", "year": [1950, 1951], "indicator_id": "talks", "score": [0.5, 2.25]})
    tree = pd.DataFrame({"indicator_id": ["talks"], "pillar": "p", "dimension": "d", "low": 0, "high": 4})
    with pytest.raises(am.SpecError, match="combine by mean or median"):
        am.cohesion_index(am.IndicatorPanel.from_frame(rows), am.IndexSpec(tree, combine="model"))


@pytest.mark.slow
@pytest.mark.parametrize("text", ['[data]\ncoders = ["ann"]\n', "[data]\nyears = [1951, 1951]\n"])
def test_one_coder_or_one_year_is_enough(small: Path, text: str) -> None:
    """Nothing to compare or to tie: an estimate all the same."""
    assert am.score(config_of(small, text), draws=5).scores["estimate"].notna().all()


@pytest.mark.slow
def test_levels_are_on_the_codebooks_scale_under_any_normalisation(small: Path) -> None:
    """Ranks or standard deviations leave the levels what they are."""
    published = am.score(small, draws=200).to_frame("levels")
    other = small.parent / "other.toml"
    other.write_text('extends = "small"\nname = "other"\n[index]\nnormalisation = "rank"\n', encoding="utf-8")
    found = am.score(other, draws=200).to_frame("levels")
    pd.testing.assert_frame_equal(found, published)
    assert published["nearest"].isin(range(5)).all()
    assert published["estimate"].between(0, 4).all()
