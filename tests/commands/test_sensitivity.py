"""The command `sensitivity` does its job once, says one thing, and ends with the right code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from alliance_metrics.commands.cli import main
from alliance_metrics.results.tables import declared_kinds
from alliance_metrics.sensitivity import analysis as sensitivity_analysis

QUICK = '\n[sensitivity]\nbases = 16\nreplicates = 4\noutputs = ["index:*:*", "change:index:AA-BB:1950:1953"]\n'


@pytest.fixture
def home(small: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in the folder of the made-up alliance, asking for few runs."""
    monkeypatch.chdir(small.parent)
    small.write_text(small.read_text(encoding="utf-8") + QUICK, encoding="utf-8")
    return small.parent


@pytest.fixture
def untouched(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail where anything is computed."""

    def computed(*_arguments: object, **_options: object) -> None:
        pytest.fail("something was computed")

    monkeypatch.setattr(sensitivity_analysis, "drivers", computed)


def files_below(folder: Path) -> dict[str, bytes]:
    """Give every file below a folder with what is in it."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.slow
def test_it_writes_its_folder_and_tells_it(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A table a file within the folder of the score card, the drivers in a few lines, and where they lie."""
    assert main(["sensitivity", "small.toml"]) == 0
    told = capsys.readouterr()
    assert told.err == ""
    assert told.out.startswith("What drives the spread of each output")
    assert told.out.endswith("Result: results/small/sensitivity (outputs.csv, effects.csv, left_out.csv and others).\n")
    expected = {f"small/sensitivity/{name}.csv" for name in declared_kinds()["sensitivity"].tables} | {
        "small/sensitivity/result.json"
    }
    assert set(files_below(home / "results")) == expected


@pytest.mark.slow
def test_the_same_bytes_come_twice(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Run again over its own result, and elsewhere: every file and every line the same."""
    assert main(["sensitivity", "small.toml", "--out", "one"]) == 0
    first = capsys.readouterr().out
    before = files_below(home / "one")
    assert main(["sensitivity", "small.toml", "--out", "one"]) == 0
    assert capsys.readouterr().out == first
    assert main(["sensitivity", "small.toml", "--out", "two"]) == 0
    assert files_below(home / "one") == before
    assert files_below(home / "two") == before


def test_output_says_what_is_asked_about(home: Path) -> None:
    """Given once or more it takes the place of the configuration's."""
    words = ["--output", "peak:index:AA-BB:1950-1953", "--output", "trust:*:1951"]
    assert main(["sensitivity", "small.toml", "--out", "one", *words]) == 0
    record = json.loads((home / "one" / "result.json").read_text(encoding="utf-8"))
    assert record["outputs"] == ["peak:index:AA-BB:1950-1953", "trust:AA-BB:1951"]


@pytest.mark.slow
def test_seed_is_taken(home: Path) -> None:
    """Zero is one; another seed gives other effects."""
    assert main(["sensitivity", "small.toml", "--out", "one", "--seed", "0"]) == 0
    assert main(["sensitivity", "small.toml", "--out", "two", "--seed", "1"]) == 0
    one, two = files_below(home / "one"), files_below(home / "two")
    assert json.loads(one["result.json"])["seed"] == 0
    assert one["effects.csv"] != two["effects.csv"]
    assert one["left_out.csv"] == two["left_out.csv"]


@pytest.mark.slow
def test_it_leaves_the_score_card_around_it_alone(home: Path) -> None:
    """Scored before and after: both results stand."""
    assert main(["score", "small.toml", "--draws", "20"]) == 0
    card = files_below(home / "results" / "small")
    assert main(["sensitivity", "small.toml"]) == 0
    after = files_below(home / "results" / "small")
    assert {name: text for name, text in after.items() if not name.startswith("sensitivity/")} == card
    assert main(["score", "small.toml", "--draws", "20"]) == 0
    assert files_below(home / "results" / "small") == after


@pytest.mark.usefixtures("untouched")
@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--output", "indx:AA-BB:1950"], "sensitivity.outputs: unknown component"),
        (["--output", "index:AA-CC:1950"], "unknown dyad (nearest known: 'AA-BB')"),
        (["--output", "index:AA-BB:1900"], "no such year of 'AA-BB'"),
        (["--output", "peak:index:AA-BB:1950"], "no such era of 'AA-BB'"),
        (["--output", "index"], "an output is not written as one"),
        (["--output", "index:AA-BB:1950", "--output", ""], "an output is not written as one"),
        (["--seed", "-1"], "uncertainty.seed: an invalid value"),
        (["--data", "nowhere"], "nowhere: the file is not there"),
        (["--out", "data"], "data: the folder holds other files"),
        (["--out", "small.toml"], "there is something else where the result folder should be"),
        (["--out", ""], "a result needs a folder of its own"),
    ],
)
def test_a_wrong_word_is_told_before_anything_is_computed(
    home: Path, capsys: pytest.CaptureFixture[str], words: list[str], told: str
) -> None:
    """Code 1, one message, nothing written."""
    before = files_below(home)
    assert main(["sensitivity", "small.toml", *words]) == 1
    found = capsys.readouterr()
    assert found.out == ""
    assert told in found.err
    assert "Traceback" not in found.err
    assert files_below(home) == before


@pytest.mark.usefixtures("untouched")
def test_a_result_of_another_kind_is_not_overwritten(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Neither a score card nor a changed earlier analysis."""
    assert main(["score", "small.toml", "--draws", "20", "--out", "card"]) == 0
    before = files_below(home)
    capsys.readouterr()
    assert main(["sensitivity", "small.toml", "--out", "card"]) == 1
    assert "the folder holds something other than such a result" in capsys.readouterr().err
    assert files_below(home) == before


@pytest.mark.slow
def test_an_earlier_analysis_that_was_changed_is_not_overwritten(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A hand-edited table is somebody's work."""
    assert main(["sensitivity", "small.toml", "--out", "one"]) == 0
    (home / "one" / "outputs.csv").write_text("mine\n", encoding="utf-8")
    capsys.readouterr()
    assert main(["sensitivity", "small.toml", "--out", "one"]) == 1
    assert "not the one recorded" in capsys.readouterr().err
    assert (home / "one" / "outputs.csv").read_text(encoding="utf-8") == "mine\n"


@pytest.mark.usefixtures("untouched")
def test_nothing_uncertain_is_reported(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An empty list of inputs, before anything is computed."""
    config = home / "small.toml"
    text = config.read_text(encoding="utf-8").replace("draws = 500", "draws = 500\ninputs = []")
    config.write_text(text, encoding="utf-8")
    assert main(["sensitivity", "small.toml"]) == 1
    assert "nothing is uncertain, so nothing drives anything" in capsys.readouterr().err
    assert not (home / "results").exists()
