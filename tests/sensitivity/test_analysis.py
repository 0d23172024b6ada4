"""The analysis of sensitivity of a small study: its tables agree with one another and with scoring anew."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from alliance_metrics import declare
from alliance_metrics.errors import ConfigError
from alliance_metrics.index.plan import nominal_scores
from alliance_metrics.results.tables import declared_kinds
from alliance_metrics.results.tidy_result import TidyResult
from alliance_metrics.sensitivity.analysis import analyse_sensitivity, asked_outputs
from alliance_metrics.study.study import open_study
from alliance_metrics.uncertainty.draws import draw_index
from tests.small_alliance import write_small_alliance

QUICK = "[sensitivity]\nbases = 32\nreplicates = 4\n"
INPUTS = """[uncertainty]
inputs = [
  { input = "coder_cell" }, { input = "coder_choice" }, { input = "weights" },
  { input = "normalisation", choices = ["goalposts", "minmax"] },
]
"""
ASKED = (
    "index:*:*",
    "trust:AA-BB:1952",
    "change:index:AA-BB:1950:1953",
    "peak:index:AA-BB:1950-1953",
    "break:index:AA-BB:1950-1953",
)


def study_of(small: Path, text: str = "", sensitivity: str = QUICK):
    """Open the small alliance under a configuration that says a little more."""
    config = small.parent / "more.toml"
    config.write_text(f'extends = "small"\nname = "more"\n{text}\n{sensitivity}', encoding="utf-8")
    return open_study(config)


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory):
    """Analyse the small alliance once; give study and result."""
    study = study_of(write_small_alliance(tmp_path_factory.mktemp("small")), INPUTS)
    return study, analyse_sensitivity(study, outputs=ASKED)


def test_every_output_has_a_row_and_every_input_its_effects(done) -> None:
    """Eight outputs, four inputs, three effects, three stages."""
    _, result = done
    assert len(result.to_frame("outputs")) == 8
    assert len(result.to_frame("effects")) == 8 * 4 * 3
    assert len(result.to_frame("convergence")) == 8 * 4 * 3 * 3
    assert result.record["inputs"] == ["coder_cell", "coder_choice", "weights", "normalisation"]
    assert result.record["runs"] == 2**4 * 32 * 4


def test_estimates_are_the_nominal_ones(done) -> None:
    """Scores and changes of the score card; the peak's year; no break in four years."""
    study, result = done
    index = 100 * nominal_scores(study.plan)[-1]
    outputs = result.to_frame("outputs").set_index("output")
    np.testing.assert_allclose(outputs["estimate"][:4], index, atol=1e-9)
    assert outputs.loc["change:index:AA-BB:1950:1953", "estimate"] == pytest.approx(index[3] - index[0], abs=1e-9)
    assert outputs.loc["peak:index:AA-BB:1950-1953", "estimate"] == 1950 + int(np.argmax(index))
    gone = outputs.loc["break:index:AA-BB:1950-1953"]
    assert pd.isna(gone["estimate"])
    assert gone["reason"] == "no run gave a value"
    assert pd.isna(gone["deviation"])
    assert gone["driver"] == ""
    assert gone["left_out_pairs"] == 32 * 4


def test_spread_is_that_of_the_draws(done) -> None:
    """Mean and deviation near those of the ordinary draws of the same inputs."""
    study, result = done
    outputs = result.to_frame("outputs").iloc[:4]
    draws = 100 * draw_index(study.plan, study.config.to_uncertainty()).scores[0]
    np.testing.assert_allclose(outputs["mean"], draws.mean(axis=1), atol=3.0)
    np.testing.assert_allclose(outputs["deviation"], draws.std(axis=1), rtol=0.3)


def test_the_driver_has_the_greatest_share(done) -> None:
    """Of the Shapley shares in the table of effects, which sum to 1; what is in years is said to be."""
    _, result = done
    effects = result.to_frame("effects").query("effect == 'shapley'")
    for row in result.to_frame("outputs").to_dict("records"):
        own = effects[effects["output"] == row["output"]].set_index("input")["estimate"]
        assert row["measured_in"] == ("year" if row["kind"] in {"peak", "low", "break"} else "points")
        if row["reason"]:
            assert own.isna().all()
            continue
        assert own.sum() == pytest.approx(1.0, abs=1e-6)
        assert row["driver"] == own.idxmax()
        assert row["driver_share"] == pytest.approx(own.max(), abs=1e-9)


def test_convergence_ends_with_the_effects(done) -> None:
    """A quarter, half and all of the base pairs; the last is the estimate."""
    _, result = done
    table = result.to_frame("convergence")
    assert sorted(table["base_pairs"].unique()) == [32, 64, 128]
    keys = ["output", "input", "effect"]
    last = table[table["base_pairs"] == 128].set_index(keys)[["estimate", "error"]]
    pd.testing.assert_frame_equal(last, result.to_frame("effects").set_index(keys)[["estimate", "error"]])


def test_intervals_of_effects_hold_their_estimates(done) -> None:
    """Symmetric about the estimate, of the level of the configuration."""
    _, result = done
    effects = result.to_frame("effects").dropna()
    np.testing.assert_allclose((effects["lower"] + effects["upper"]) / 2, effects["estimate"], atol=1e-8)
    assert (effects["confidence"] == 0.9).all()


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "names"), [("indicator", ["talks", "secrets", "trade"]), ("coder", ["ann", "bob"])])
def test_what_is_left_out_is_scored_as_if_it_had_never_been(tmp_path: Path, kind: str, names: list[str]) -> None:
    """The index without an indicator or coder is that of a package and codebook without it."""
    whole = analyse_sensitivity(study_of(write_small_alliance(tmp_path / "whole")), outputs=("index:AA-BB:1950",))
    table = whole.to_frame("left_out")
    for name in names:
        config = write_small_alliance(tmp_path / name)
        data = config.parent / "data"
        if kind == "coder":
            (data / "codings" / name / "AA-BB_1950_1953.csv").unlink()
            drop(data / "coders.csv", f"{name},")
        else:
            drop(data / "codebook" / "indicators.csv", f"{name},")
            drop(data / "codebook" / "levels.csv", f"{name},")
            for path in (data / "codings").rglob("*.csv"):
                drop(path, f",{name},", within=True)
        declare(data)
        own = table[(table["kind"] == kind) & (table["left_out"] == name)]
        expected = 100 * nominal_scores(open_study(config).plan)[-1]
        np.testing.assert_allclose(own["without"], expected, atol=1e-9, err_msg=name)
        np.testing.assert_allclose(own["shift"], own["without"] - own["estimate"], atol=1e-9)


def drop(path: Path, mark: str, *, within: bool = False) -> None:
    """Take the lines that begin with, or hold, a mark out of a file."""
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if not (mark in line if within else line.startswith(mark))]
    assert len(kept) < len(lines)
    path.write_text("".join(kept), encoding="utf-8", newline="")


def test_everything_that_may_be_left_out_is(done) -> None:
    """Coders, indicators (the diagnostic one, which moves nothing, too), dimensions, pillars; ranks fit the scores."""
    _, result = done
    table = result.to_frame("left_out")
    assert {kind: sorted(group["left_out"].unique()) for kind, group in table.groupby("kind")} == {
        "coder": ["ann", "bob"],
        "indicator": ["belief", "friends", "secrets", "talks", "trade"],
        "dimension": ["gain.goods", "gain.others", "trust.faith"],
        "pillar": ["gain", "trust"],
    }
    assert (table.loc[table["left_out"].isin(["belief", "trust.faith"]), "shift"] == 0).all()
    for _, group in table.groupby(["kind", "left_out"]):
        expected = group["without"].rank(ascending=False, method="average")
        np.testing.assert_array_equal(group["rank_without"], expected)


@pytest.mark.slow
def test_the_same_bytes_come_twice(small: Path) -> None:
    """Saved in two folders, every file is the same, and what is loaded equals what was saved."""
    study = study_of(small, INPUTS)
    folders = [small.parent / name for name in ("one", "other")]
    for folder in folders:
        analyse_sensitivity(study, outputs=ASKED).save(folder)
    names = sorted(path.name for path in folders[0].iterdir())
    assert names == sorted([*(f"{name}.csv" for name in declared_kinds()["sensitivity"].tables), "result.json"])
    assert all((folders[0] / name).read_bytes() == (folders[1] / name).read_bytes() for name in names)
    assert TidyResult.load(folders[0]).equals(analyse_sensitivity(study, outputs=ASKED))


@pytest.mark.slow
def test_another_seed_moves_estimates_and_no_table_that_has_no_chance_in_it(small: Path) -> None:
    """Effects differ; what is left out, ranges and reversals stay."""
    one = analyse_sensitivity(study_of(small, INPUTS), outputs=ASKED)
    other = analyse_sensitivity(study_of(small, INPUTS.replace("inputs", "seed = 8\ninputs", 1)), outputs=ASKED)
    assert not one.to_frame("effects").equals(other.to_frame("effects"))
    for name in ("left_out", "weight_ranges", "weight_extremes", "reversals", "reversing_weights", "reversing_levels"):
        pd.testing.assert_frame_equal(one.to_frame(name), other.to_frame(name))


def test_runs_left_out_of_an_output_have_a_cause_among_the_failures(small: Path) -> None:
    """Choices that contradict themselves in a quarter of the runs."""
    text = """[uncertainty]
inputs = [{ input = "coder_cell" },
  { input = "treatment", choices = ["none", { outliers = "transform" }], probabilities = [0.75, 0.25] }]
"""
    result = analyse_sensitivity(study_of(small, text), outputs=("index:AA-BB:1950",))
    row = result.to_frame("outputs").iloc[0]
    failures = result.to_frame("failures").query("step == 'drivers'")
    assert row["left_out_pairs"] > 0
    assert failures["cause"].str.contains("logarithms do not lie").all()
    assert failures["runs"].sum() == pytest.approx(0.25 * result.record["runs"], rel=0.2)


def test_nothing_uncertain_has_no_drivers(small: Path) -> None:
    """An empty list of inputs is refused in one message that names the key."""
    study = study_of(small, "[uncertainty]\ninputs = []")
    with pytest.raises(ConfigError) as caught:
        analyse_sensitivity(study)
    (fault,) = caught.value.faults
    assert fault.column == "uncertainty.inputs"
    assert "nothing is uncertain" in fault.what


def test_outputs_of_the_configuration_are_asked_where_none_are_given(small: Path) -> None:
    """Those of the file, those of the call instead, and every year of the index where neither says."""
    study = study_of(small, sensitivity=QUICK + 'outputs = ["gain:AA-BB:1953"]')
    assert [one.name for one in asked_outputs(study)] == ["gain:AA-BB:1953"]
    assert [one.name for one in asked_outputs(study, ("trust:AA-BB:1950",))] == ["trust:AA-BB:1950"]
    assert len(asked_outputs(study_of(small))) == 4


def test_progress_rises_to_one(small: Path) -> None:
    """The caller hears of the work done."""
    heard: list[float] = []
    analyse_sensitivity(study_of(small), outputs=("index:AA-BB:1950",), progress=heard.append)
    assert heard == sorted(heard)
    assert heard[-1] == 1.0
