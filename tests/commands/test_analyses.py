"""The commands that ask the past do their job once, say what they found, and end with the right code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import alliance_metrics as am
from alliance_metrics.commands.cli import main
from alliance_metrics.history.analyses import ANALYSES, load_analyses

pytestmark = pytest.mark.slow


@pytest.fixture
def home(small: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in the folder of the made-up alliance."""
    monkeypatch.chdir(small.parent)
    return small.parent


def files_below(folder: Path) -> dict[str, bytes]:
    """Give every file below a folder with what is in it."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_analyse_writes_a_folder_for_each_analysis(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Every kind stands in its own folder, can be loaded again, and its place is told."""
    assert main(["analyse", "small.toml", "--draws", "40"]) == 0
    told = capsys.readouterr()
    assert told.err == ""
    assert {path.name for path in (home / "results" / "small").iterdir()} == set(ANALYSES)
    assert [line for line in told.out.splitlines() if line.startswith("Result: ")] == [
        f"Result: results/small/{kind}." for kind in ANALYSES
    ]
    assert list(load_analyses(home / "results" / "small")) == list(ANALYSES)


def test_the_same_bytes_come_twice(home: Path) -> None:
    """Run again, over its own result and elsewhere: every file the same."""
    assert main(["analyse", "small.toml", "--draws", "40", "--out", "one"]) == 0
    before = files_below(home / "one")
    assert main(["analyse", "small.toml", "--draws", "40", "--out", "one"]) == 0
    assert main(["analyse", "small.toml", "--draws", "40", "--out", "two"]) == 0
    assert files_below(home / "one") == before
    assert files_below(home / "two") == before


def test_only_keeps_to_some_and_moves_none(home: Path) -> None:
    """An analysis alone gives the bytes it gives among all."""
    assert main(["analyse", "small.toml", "--draws", "40", "--out", "all"]) == 0
    assert main(["analyse", "small.toml", "--draws", "40", "--out", "some", "--only", "fragility, triads"]) == 0
    some, everything = files_below(home / "some"), files_below(home / "all")
    assert {name.split("/")[0] for name in some} == {"fragility", "triads"}
    assert some == {name: everything[name] for name in some}


def test_an_unknown_kind_is_told_with_the_nearest(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A misspelt analysis ends with code 1 and what is allowed, before anything is computed."""
    assert main(["analyse", "small.toml", "--only", "fragilty"]) == 1
    error = capsys.readouterr().err
    assert "unknown analysis" in error
    assert "'fragilty' (nearest known: 'fragility')" in error
    assert not (home / "results").exists()


@pytest.mark.parametrize(
    ("command", "kind"), [("compare", "comparison"), ("claims", "claims"), ("validate", "validation")]
)
def test_one_analysis_has_a_command_of_its_own(home: Path, command: str, kind: str) -> None:
    """Such a command writes what `analyse` writes of that kind."""
    assert main([command, "small.toml", "--draws", "40", "--out", "alone"]) == 0
    assert main(["analyse", "small.toml", "--draws", "40", "--out", "all", "--only", kind]) == 0
    assert files_below(home / "alone") == files_below(home / "all" / kind)


def test_seed_and_draws_are_taken(home: Path) -> None:
    """Both stand in the record; zero is a seed."""
    assert main(["compare", "small.toml", "--draws", "30", "--seed", "0", "--out", "one"]) == 0
    record = json.loads((home / "one" / "result.json").read_text(encoding="utf-8"))
    assert (record["seed"], record["config"]["uncertainty"]["draws"]) == (0, 30)


def test_a_folder_of_something_else_is_left_alone(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A place that holds other files is refused before anything is computed."""
    (home / "mine").mkdir()
    (home / "mine" / "notes.txt").write_text("keep", encoding="utf-8")
    assert main(["compare", "small.toml", "--draws", "30", "--out", "mine"]) == 1
    assert "the folder holds other files" in capsys.readouterr().err
    assert files_below(home / "mine") == {"notes.txt": b"keep"}


def test_score_with_all_runs_everything_into_one_folder(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The score card keeps its tables, and each analysis stands in a folder within."""
    small = home / "small.toml"
    quick = '\n[sensitivity]\nbases = 16\nreplicates = 4\noutputs = ["index:*:*"]\n'
    small.write_text(small.read_text(encoding="utf-8") + quick, encoding="utf-8")
    assert main(["score", "small.toml", "--draws", "40", "--all"]) == 0
    assert capsys.readouterr().err == ""
    folder = home / "results" / "small"
    assert {path.name for path in folder.iterdir() if path.is_dir()} == {
        *ANALYSES,
        "audit",
        "reliability",
        "sensitivity",
    }
    assert am.load_result(folder).scores.shape[0] > 0
    assert main(["score", "small.toml", "--draws", "40"]) == 0
    assert (folder / "comparison" / "result.json").is_file()


def test_the_library_gives_the_same_results(home: Path) -> None:
    """`am.analyse` gives what the command writes."""
    assert main(["analyse", "small.toml", "--draws", "40", "--out", "all"]) == 0
    given = am.analyse("small.toml", draws=40)
    saved = load_analyses(home / "all")
    assert all(given[kind].equals(saved[kind]) for kind in ANALYSES)


@pytest.mark.usefixtures("home")
def test_an_unknown_kind_cannot_steer_the_screen(capsys: pytest.CaptureFixture[str]) -> None:
    """Signs that are not seen are told by their numbers."""
    assert main(["analyse", "small.toml", "--only", "\x1b[31mfacets"]) == 1
    assert "'\\x1b[31mfacets'" in capsys.readouterr().err
