"""The command `explain` does its job once, says one thing, and ends with the right code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from alliance_metrics.commands.cli import main
from alliance_metrics.explanation import explanation
from alliance_metrics.results.tables import declared_kinds


@pytest.fixture
def home(small: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in the folder of the made-up alliance."""
    monkeypatch.chdir(small.parent)
    return small.parent


def files_below(folder: Path) -> dict[str, bytes]:
    """Give every file below a folder with what is in it."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_it_tells_and_writes_nothing_unasked(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The year before, where one year is named."""
    before = files_below(home)
    assert main(["explain", "AA-BB", "1952", "--config", "small.toml"]) == 0
    told = capsys.readouterr()
    assert told.err == ""
    assert told.out.startswith("The index (closeness) of AA-BB stood at ")
    assert " in 1951 and at " in told.out.replace("\n", " ")
    assert files_below(home) == before


@pytest.mark.usefixtures("home")
def test_two_years_are_the_earlier_and_the_later(capsys: pytest.CaptureFixture[str]) -> None:
    """1950 to 1953."""
    assert main(["explain", "AA-BB", "1950", "1953", "--config", "small.toml"]) == 0
    told = capsys.readouterr().out.replace("\n", " ")
    assert " in 1950 " in told
    assert " in 1953" in told


@pytest.mark.slow
def test_out_is_a_folder_of_tables(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A table a file, the same bytes twice, and the last line says where."""
    words = ["explain", "AA-BB", "1952", "--config", "small.toml", "--out"]
    assert main([*words, "one"]) == 0
    assert capsys.readouterr().out.endswith(
        "\n\nResult: one (summary.csv, parts.csv, levels.csv, codings.csv, evidence.csv and others).\n"
    )
    first = files_below(home / "one")
    assert set(first) == {f"{name}.csv" for name in declared_kinds()["explanation"].tables} | {"result.json"}
    assert main([*words, "one"]) == 0
    assert main([*words, "two"]) == 0
    assert files_below(home / "one") == first
    assert files_below(home / "two") == first


def test_json_is_all_that_is_printed(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One object, also where tables are written."""
    words = ["explain", "AA-BB", "1952", "--config", "small.toml", "--json", "--out", "one"]
    assert main(words) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["kind"] == "explanation"
    assert set(found["tables"]) == set(declared_kinds()["explanation"].tables)
    assert (home / "one" / "parts.csv").exists()


def test_seed_draws_and_data_are_taken(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """As the record says."""
    (home / "data").rename(home / "elsewhere")
    words = ["--config", "small.toml", "--data", "elsewhere", "--seed", "0", "--draws", "40", "--json"]
    assert main(["explain", "AA-BB", "1952", *words]) == 0
    record = json.loads(capsys.readouterr().out)["record"]
    assert (record["seed"], record["draws"]) == (0, 40)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["AA-CC", "1952"], "unknown dyad\n  'AA-CC' (nearest known: 'AA-BB')"),
        (["AA-BB", "1960"], "no such year of 'AA-BB'\n  1960\n  allowed: years coded: 1950-1953"),
        (["AA-BB", "1950"], "no earlier year of the same era has a score"),
        (["AA-BB", "1953", "1950"], "the later year does not come after the earlier"),
        (["AA-BB", "1952", "--data", "nowhere"], "nowhere: the file is not there"),
        (["AA-BB", "1952", "--draws", "0"], "uncertainty.draws: an invalid value"),
        (["AA-BB", "1952", "--out", "data"], "data: the folder holds other files"),
        (["AA-BB", "1952", "--out", ""], "a result needs a folder of its own"),
    ],
)
def test_a_wrong_word_is_told_before_anything_is_computed(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, words: list[str], told: str
) -> None:
    """Code 1, one message, nothing written."""

    def computed(*_arguments: object, **_options: object) -> None:
        pytest.fail("something was computed")

    monkeypatch.setattr(explanation, "drawn_ends", computed)
    before = files_below(home)
    assert main(["explain", *words, "--config", "small.toml"]) == 1
    found = capsys.readouterr()
    assert found.out == ""
    assert told in found.err
    assert "Traceback" not in found.err
    assert files_below(home) == before


@pytest.mark.parametrize("words", [[], ["AA-BB"], ["AA-BB", "nineteen"], ["AA-BB", "1950", "1951", "1952"]])
def test_wrong_usage_ends_with_two(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """No dyad, no year, no number, a year too many."""
    with pytest.raises(SystemExit) as caught:
        main(["explain", *words])
    assert caught.value.code == 2
    assert "usage:" in capsys.readouterr().err
