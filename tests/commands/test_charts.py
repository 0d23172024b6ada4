"""The command that draws: where it writes, what it tells, and what it leaves alone."""

from __future__ import annotations

import json

import pytest

from alliance_metrics.commands.cli import main
from tests.report.made_up_result import write_made_up_result
from tests.small_alliance import write_small_alliance

pytestmark = pytest.mark.slow


@pytest.fixture
def result(tmp_path):
    """Save the made-up result."""
    return write_made_up_result(tmp_path / "made-up")


def test_charts_stand_in_the_folder_of_the_result(result, capsys):
    """Without --out they go into its subfolder, in both usual forms, with their index."""
    assert main(["charts", str(result), "--only", "ranks"]) == 0
    names = sorted(path.name for path in (result / "charts").iterdir())
    assert names == ["charts.json", "ranks.png", "ranks.svg", "result.json"]
    assert capsys.readouterr().out == (f"1 chart in {result / 'charts'} (png, svg; charts.json has a text for each).\n")


def test_a_chosen_folder_form_and_palette(result, tmp_path):
    """Options reach the files and the record."""
    out = tmp_path / "elsewhere"
    options = ["--out", str(out), "--only", "ranks", "--format", "svg", "--palette", "grey", "--width", "600"]
    assert main(["charts", str(result), *options]) == 0
    record = json.loads((out / "result.json").read_text(encoding="utf-8"))
    assert list(record["files"]) == ["charts.json", "ranks.svg"]
    assert (record["palette"], record["width"], record["only"]) == ("grey", 600, ["ranks"])
    assert record["data"] == {"name": "made-up-data", "version": "0.9.1"}


def test_what_is_not_drawn_is_listed(result, capsys):
    """A chart without its analysis is a line of the report."""
    for path in (result / "sensitivity").iterdir():
        path.unlink()
    (result / "sensitivity").rmdir()
    assert main(["charts", str(result), "--only", "ranks,effects", "--format", "svg"]) == 0
    assert "effects: not drawn; it needs sensitivity.outputs, sensitivity.effects" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--only", "rank"], "nearest known: 'ranks'"),
        (["--palette", "rainbow"], "unknown palette"),
        (["--width", "10"], "480 to 2000 pixels"),
        (["--format", "gif"], "png, svg, pdf"),
    ],
)
def test_a_wrong_option_is_refused_and_nothing_is_written(result, capsys, options, said):
    """One message, exit code 1, no folder."""
    assert main(["charts", str(result), *options]) == 1
    assert said in capsys.readouterr().err
    assert not (result / "charts").exists()


def test_a_folder_without_a_result_is_refused(tmp_path, capsys):
    """No result, no charts, and what to do about it."""
    assert main(["charts", str(tmp_path)]) == 1
    assert "name such a folder, or run `score`" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_changed_result_is_refused(result, capsys):
    """Charts are drawn from what was saved, not from what somebody edited."""
    (result / "scores.csv").write_text("changed", encoding="utf-8")
    assert main(["charts", str(result)]) == 1
    assert "the file is not the one recorded" in capsys.readouterr().err


def test_the_folder_of_the_result_itself_is_left_alone(result, capsys):
    """--out may not be the result: it is not a folder of charts."""
    before = sorted(path.name for path in result.iterdir())
    assert main(["charts", str(result), "--out", str(result), "--only", "ranks"]) == 1
    assert "of kind 'charts'" in capsys.readouterr().err
    assert sorted(path.name for path in result.iterdir()) == before


def test_a_new_score_keeps_the_charts_and_new_charts_replace_them(tmp_path, monkeypatch, capsys):
    """Charts within a result survive its next `score`, as analyses do; drawing again takes their place."""
    config = write_small_alliance(tmp_path)
    monkeypatch.chdir(tmp_path)
    assert main(["score", str(config)]) == 0
    assert main(["charts", "results/small", "--only", "trajectory", "--format", "svg"]) == 0
    drawn = (tmp_path / "results/small/charts/trajectory_AA-BB_1950-1953.svg").read_bytes()
    assert main(["score", str(config), "--seed", "8"]) == 0
    assert (tmp_path / "results/small/charts/trajectory_AA-BB_1950-1953.svg").read_bytes() == drawn
    assert main(["charts", "results/small", "--only", "trajectory", "--format", "svg"]) == 0
    assert (tmp_path / "results/small/charts/trajectory_AA-BB_1950-1953.svg").read_bytes() != drawn
    assert capsys.readouterr().err == ""


def test_charts_somebody_changed_stop_a_new_score(tmp_path, monkeypatch, capsys):
    """A picture worked on within a result is not carried off silently: `score` tells of it."""
    config = write_small_alliance(tmp_path)
    monkeypatch.chdir(tmp_path)
    assert main(["score", str(config)]) == 0
    assert main(["charts", "results/small", "--only", "trajectory", "--format", "svg"]) == 0
    (tmp_path / "results/small/charts/trajectory_AA-BB_1950-1953.svg").write_text("mine", encoding="utf-8")
    assert main(["score", str(config)]) == 1
    assert "the file is not the one recorded" in capsys.readouterr().err


def test_the_same_result_gives_the_same_bytes(result, tmp_path):
    """PNG, SVG, index and record are the same in another folder."""
    folders = [tmp_path / "one", tmp_path / "two"]
    for folder in folders:
        assert main(["charts", str(result), "--out", str(folder), "--only", "ranks"]) == 0
    first, second = ({path.name: path.read_bytes() for path in folder.iterdir()} for folder in folders)
    assert first == second
