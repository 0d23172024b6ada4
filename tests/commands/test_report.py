"""The command `brief` does its job once, says where the page is, and ends with the right code."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from alliance_metrics.commands.cli import main
from tests.report.made_up_result import write_made_up_result
from tests.small_eras import write_small_eras

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Save a made-up result once."""
    return write_made_up_result(tmp_path_factory.mktemp("brief") / "made-up")


@pytest.fixture
def home(saved: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in a folder that holds the result."""
    shutil.copytree(saved, tmp_path / "made-up")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def files_below(folder: Path) -> dict[str, bytes]:
    """Give every file below a folder with what is in it."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_page_stands_beside_the_result(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The result folder is as it was, and the last line says where the page is and how large."""
    before = files_below(home / "made-up")
    assert main(["brief", "made-up"]) == 0
    told = capsys.readouterr()
    assert told.err == ""
    place = home / "made-up_brief_AA-BD-2000-2006.html"
    size = f"{place.stat().st_size / 1000:.0f}"
    assert told.out.splitlines()[-1] == f"Brief: {place} ({size} kB)."
    assert files_below(home / "made-up") == before


def test_sections_left_out_are_named(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """So that nobody takes a short page for the whole."""
    assert main(["brief", "made-up"]) == 0
    assert (
        "Left out because tables are missing: Two eras, and the years most alike, Turning points, "
        in capsys.readouterr().out
    )
    assert home.is_dir()


def test_pair_years_and_place_are_taken(home: Path) -> None:
    """The page is about those years, and stands where it is told to."""
    assert main(["brief", "made-up", "--dyad", "AA-CC", "--years", "1951-1953", "--out", "deep/er.html"]) == 0
    assert "<title>AA-CC 1951-1953: a brief</title>" in (home / "deep" / "er.html").read_text(encoding="utf-8")


def test_an_earlier_brief_is_replaced_and_nothing_else(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file that is no brief is left alone."""
    assert main(["brief", "made-up", "--out", "brief.html"]) == 0
    assert main(["brief", "made-up", "--out", "brief.html", "--dyad", "AA-BB"]) == 0
    (home / "mine.html").write_text("<p>mine</p>", encoding="utf-8")
    assert main(["brief", "made-up", "--out", "mine.html"]) == 1
    assert "another file is there" in capsys.readouterr().err
    assert (home / "mine.html").read_text(encoding="utf-8") == "<p>mine</p>"


def test_figures_and_tables_alone_are_a_folder(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Pictures in two forms, the tables the page shows cells of, about the pair alone, and a record of digests."""
    assert main(["brief", "made-up", "--tables", "parts"]) == 0
    assert capsys.readouterr().out.splitlines()[-1].endswith(" in parts: figures as PNG and SVG, tables as CSV.")
    names = sorted(path.name for path in (home / "parts").iterdir())
    assert [name for name in names if name.endswith(".svg")] == [
        "ladder.svg", "pillars_AA-BD_2000-2006.svg", "trajectory_AA-BD_2000-2006.svg", "waterfall_AA-BD_2000-2006.svg",
    ]  # fmt: skip
    assert {"scores.csv", "contributions.csv", "sensitivity-effects.csv"} <= set(names)
    lines = (home / "parts" / "scores.csv").read_text(encoding="utf-8").splitlines()
    assert {line.split(",")[0] for line in lines[1:]} == {"AA-BD"}
    record = json.loads((home / "parts" / "result.json").read_text(encoding="utf-8"))
    assert set(record["files"]) == set(names) - {"result.json"}
    assert not list(home.glob("*.html"))


def test_the_folder_of_tables_is_replaced_but_no_other(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Run twice it is the same; a folder that holds anything else is refused."""
    assert main(["brief", "made-up", "--tables", "parts"]) == 0
    first = files_below(home / "parts")
    assert main(["brief", "made-up", "--tables", "parts"]) == 0
    assert files_below(home / "parts") == first
    (home / "other").mkdir()
    (home / "other" / "notes.txt").write_text("mine", encoding="utf-8")
    assert main(["brief", "made-up", "--tables", "other"]) == 1
    assert "the folder holds other files" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--dyad", "AA-BC"], "--dyad: the result scores no such pair"),
        (["--years", "1900-1910"], "--years: no record lies in these years"),
        (["--dyad", "AA-CC", "--years", "1950-2006"], "--years: these years lie in more than one era"),
    ],
)
@pytest.mark.usefixtures("home")
def test_what_is_not_scored_is_refused(words: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    """With what is there to choose from."""
    assert main(["brief", "made-up", *words]) == 1
    assert message in capsys.readouterr().err


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize("years", ["1960-1950", "then", "1950-"])
def test_years_that_are_none_are_wrong_usage(years: str) -> None:
    """The command line says so itself."""
    with pytest.raises(SystemExit) as ended:
        main(["brief", "made-up", "--years", years])
    assert ended.value.code == 2


def test_a_folder_without_a_result_is_refused(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is written."""
    (home / "empty").mkdir()
    assert main(["brief", "empty"]) == 1
    assert "no result can be read here" in capsys.readouterr().err
    assert not list(home.glob("*.html"))


def test_the_result_folder_is_all_that_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With data and configuration gone the page is the same."""
    config = write_small_eras(tmp_path)
    monkeypatch.chdir(tmp_path)
    assert main(["score", str(config), "--out", "res"]) == 0
    assert main(["brief", "res", "--out", "one.html"]) == 0
    shutil.rmtree(tmp_path / "data")
    config.unlink()
    assert main(["brief", "res", "--out", "two.html"]) == 0
    assert (tmp_path / "one.html").read_bytes() == (tmp_path / "two.html").read_bytes()


def test_the_first_sentence_of_a_certain_record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Levels 4, 3, 2 and 0 of 4 in 1950-1953: the last is the lowest, in every draw."""
    config = write_small_eras(tmp_path)
    monkeypatch.chdir(tmp_path)
    assert main(["score", str(config), "--out", "res"]) == 0
    assert main(["brief", "res", "--dyad", "AA-BB", "--out", "one.html"]) == 0
    sentence = re.search(r"<li>(.*?)</li>", (tmp_path / "one.html").read_text(encoding="utf-8"), re.DOTALL)[1]
    assert re.sub(r"<[^>]+>", "", sentence).strip() == (
        "In 1953 the closeness of AA-BB stands at 0.0 (90% interval 0.0 to 0.0) on a scale of 0 to 100, the lowest of "
        "the years shown; it is virtually certain (100%) to be lower than the next lowest, 1952 at 50.0."
    )
