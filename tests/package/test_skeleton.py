"""A new package checks, scores and is analysed at once, says everywhere that it is made up, and overwrites nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

import alliance_metrics as am
from alliance_metrics.commands.cli import main
from alliance_metrics.errors import DataError
from alliance_metrics.package.skeleton import skeleton_files
from tests.commands.test_cli import tree

pytestmark = pytest.mark.slow

ERA = "2091-2100 (made up)"


@pytest.fixture
def mine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a new package, and work in it."""
    folder = tmp_path / "mine"
    am.new_package(folder)
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture(scope="module")
def analysed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Take a new package through every step of the command line, as a reader would."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(home)
        assert main(["new", "mine"]) == 0
        patch.chdir(home / "mine")
        for words in (["declare", "data"], ["check", "mine"], ["score", "mine", "--all", "--draws", "200"]):
            assert main(words) == 0, words
    return home / "mine" / "results" / "mine"


def test_new_tells_what_it_made(tmp_path, monkeypatch, capsys):
    """The command says how many files there are, that they are made up, and what to do next."""
    monkeypatch.chdir(tmp_path)
    assert main(["new", "mine"]) == 0
    told = capsys.readouterr()
    assert told.out == (
        "mine: 15 files. Every coding in them is made up: replace them.\n"
        "Begin with mine/README.md; then, in that folder: python -m alliance_metrics score mine\n"
    )
    assert told.err == ""


def test_the_folder_holds_the_files_of_the_package(mine):
    """What is written is what the package brings along, byte for byte, and is listed."""
    files = skeleton_files()
    assert {name: (mine / name).read_bytes() for name in tree(mine)} == files
    assert am.new_package(mine.parent / "second") == sorted(files)


@pytest.mark.usefixtures("mine")
def test_a_new_package_is_declared(capsys):
    """Sizes and digests in the declaration are those of the files: `declare` finds nothing to change."""
    assert main(["declare", "data"]) == 0
    assert capsys.readouterr().out == "nothing changed\n"


@pytest.mark.usefixtures("mine")
def test_a_new_package_has_no_fault(capsys):
    """`check` accepts it: 9 indicators, 45 levels, 3 coders, 1 dyad, 270 codings, 5 rows of evidence."""
    assert main(["check", "mine"]) == 0
    assert capsys.readouterr().out == "configs/../data/datapackage.json: 10 files, 333 rows, and mine: no faults.\n"


def test_a_new_package_is_scored_by_hand(mine):
    """The index of 2091 is the mean of three pillars, worked out from the codings with pencil and paper."""
    card = am.score("mine", draws=20)
    found = card.scores.query("year == 2091").set_index("component")["estimate"]
    purpose = (1.0 + 1.0) / 2 * 100  # aims: 4 and 4 of all three coders; standing: 4
    threat = (1.0 + 1.0) / 2 * 100  # assessment: 4 and 4; commitment: 4
    gain = (0.75 + (3 + 4 + 3) / 12) / 2 * 100  # trade_terms: 3; wider_forums: 3, 4, 3
    assert found["purpose"] == pytest.approx(purpose)
    assert found["threat"] == pytest.approx(threat)
    assert found["gain"] == pytest.approx(gain)
    assert found["cohesion"] == pytest.approx((purpose + threat + gain) / 3)
    assert mine.name == "mine"


def test_every_analysis_runs(analysed):
    """`score --all` leaves a folder for each analysis, each of them a whole result."""
    assert set(am.load_analyses(analysed)) == {
        "turning_points",
        "recovery",
        "facets",
        "condition",
        "triads",
        "fragility",
        "capability",
        "comparison",
        "claims",
        "validation",
    }
    assert {"reliability", "sensitivity", "audit"} <= {path.name for path in analysed.iterdir()}


def test_every_claim_is_judged(analysed):
    """None of the five claims of the skeleton is passed over, and one goes against the text that is tested."""
    claims = am.load_analyses(analysed)["claims"]
    verdicts = claims.to_frame("claims").set_index("id")["verdict"]
    assert len(verdicts) == 5
    assert claims.to_frame("skipped").empty
    assert verdicts["A1.purpose_falls"] == "supported"
    assert verdicts["A2.threat_holds"] == "contradicted"


def test_every_table_of_a_result_says_made_up(analysed):
    """Every era named in any table is one that says it is made up; an empty one stands for all eras together."""
    seen = 0
    for path in analysed.rglob("*.csv"):
        frame = pd.read_csv(path, keep_default_na=False)
        if "era" in frame and len(frame):
            seen += 1
            assert ERA in set(frame["era"]) <= {ERA, ""}, path
    assert seen > 20


def test_the_printed_scores_say_made_up(mine, capsys):
    """The report of `score` marks trajectory and coders, and warns in its last sentence but one."""
    assert main(["score", "mine", "--draws", "20"]) == 0
    told = capsys.readouterr().out
    assert f"\nUSA-ROK {ERA} " in told
    assert "Coders: 3 made-up coders (made_up_a, made_up_b, made_up_c)." in told
    assert "The codings are invented examples: they show the format and say nothing about the states named." in told
    assert "not expert consensus" not in told
    assert tree(mine / "results")


def test_every_row_of_codings_and_evidence_says_made_up(mine):
    """Coders, notes, events, figures and sources each say in their own row that they are made up."""
    codings = [pd.read_csv(path) for path in (mine / "data" / "codings").rglob("*.csv")]
    assert sum(map(len, codings)) == 270
    assert all(
        (frame["note"] == "made up").all() and frame["coder"].str.startswith("made_up").all() for frame in codings
    )
    assert all((frame["year"] > 2090).all() for frame in codings)
    assert set(pd.read_csv(mine / "data/coders.csv")["kind"]) == {"made_up"}
    assert pd.read_csv(mine / "data/evidence/events.csv")["title"].str.startswith("Made up").all()
    assert set(pd.read_csv(mine / "data/evidence/series.csv")["note"]) == {"made up"}
    assert pd.read_csv(mine / "data/evidence/sources.csv")["title"].str.startswith("Made up").all()


def test_a_name_of_ones_own_declares_and_scores(mine):
    """With the made-up pair replaced by another one the folder declares, checks and scores without further change."""
    dyads = mine / "data" / "dyads.csv"
    dyads.write_text(dyads.read_text().replace("USA-ROK,USA,ROK,2,732,USA,KOR", "UK-FRA,UK,FRA,200,220,GBR,FRA"))
    for path in [*(mine / "data" / "codings").rglob("*.csv"), *(mine / "data" / "evidence").glob("*.csv")]:
        path.write_text(path.read_text().replace("USA-ROK", "UK-FRA"))
        path.rename(path.with_name(path.name.replace("USA-ROK", "UK-FRA")))
    assert am.declare("data")
    assert set(am.score("mine", draws=20).scores["dyad"]) == {"UK-FRA"}


def test_the_schema_is_the_published_one_but_for_two_columns(root, mine):
    """Only who coded, and what ids of claims look like, is freer than in the published package."""

    def fields(path: Path) -> dict[tuple[str, str], dict]:
        resources = json.loads(path.read_text(encoding="utf-8"))["resources"]
        return {
            (resource["name"].split(".")[0], field["name"]): field.get("constraints", {})
            for resource in resources
            for field in resource["schema"]["fields"]
        }

    own, published = fields(mine / "data/datapackage.json"), fields(root / "data/datapackage.json")
    assert {key for key in own if own[key] != published[key]} == {("coders", "kind"), ("indicators", "claim_ids")}


@pytest.mark.parametrize("name", ["notes.txt", ".hidden"])
def test_a_folder_with_files_is_refused(tmp_path, name):
    """What stands there stays, hidden or not, and nothing is added."""
    (tmp_path / name).write_text("mine")
    with pytest.raises(DataError, match="the folder holds files"):
        am.new_package(tmp_path)
    assert tree(tmp_path) == [name]


def test_a_refusal_is_one_message_and_code_1(tmp_path, monkeypatch, capsys):
    """The command says where, what, what is allowed and what to do."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "a.csv").write_text("a\n")
    assert main(["new", "full"]) == 1
    assert capsys.readouterr().err == (
        "DataError: full: the folder holds files\n  a.csv\n  allowed: a new or empty folder\n"
        "  do: name a folder that is not there yet\n"
    )


def test_an_empty_folder_is_filled(tmp_path):
    """A folder that is there and empty is as good as none."""
    (tmp_path / "empty").mkdir()
    am.new_package(tmp_path / "empty")
    assert (tmp_path / "empty" / "configs" / "mine.toml").is_file()


def test_folders_above_are_made(tmp_path):
    """A place in a folder that is not there yet is made with it."""
    am.new_package(tmp_path / "a" / "b")
    assert (tmp_path / "a" / "b" / "README.md").is_file()


@pytest.mark.parametrize("make", ["file", "link"])
def test_a_file_or_link_is_left_alone(tmp_path, make):
    """Neither a file nor a link, even to an empty folder, is taken for a folder."""
    target = tmp_path / "target"
    if make == "file":
        target.write_text("mine")
    else:
        (tmp_path / "elsewhere").mkdir()
        target.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(DataError, match="there is something other than a folder here"):
        am.new_package(target)
    assert target.is_symlink() == (make == "link")
    assert tree(tmp_path / "elsewhere") == []


@pytest.mark.parametrize("word", [".", "..", ""])
def test_the_folder_one_stands_in_is_refused(tmp_path, monkeypatch, word):
    """Replacing the working folder would leave the reader's shell in a folder that is gone."""
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    with pytest.raises(DataError, match=r"the working folder|the folder holds files"):
        am.new_package(word)
    assert tree(tmp_path) == []


@pytest.mark.parametrize("word", ["a\0b", "x" * 300])
def test_a_name_no_folder_can_have_is_refused(tmp_path, monkeypatch, word):
    """An impossible name is our error, not a traceback."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(DataError):
        am.new_package(word)


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="needs a folder that may not be written")
def test_a_folder_that_may_not_be_written_is_reported(tmp_path):
    """The message speaks of a folder, not of a result."""
    tmp_path.chmod(0o500)
    with pytest.raises(DataError, match="the folder cannot be created"):
        am.new_package(tmp_path / "mine")


def test_a_file_in_the_way_of_the_path_is_reported(tmp_path):
    """Below a file no folder can be made; nothing is left behind."""
    (tmp_path / "file").write_text("mine")
    with pytest.raises(DataError):
        am.new_package(tmp_path / "file" / "mine")
    assert tree(tmp_path) == ["file"]


def test_nothing_half_written_when_the_disk_fails(tmp_path, monkeypatch):
    """Where writing fails midway no folder appears."""
    written = []

    def failing(path: Path, content: bytes) -> int:
        written.append(path)
        if len(written) == 5:
            raise OSError(28, "No space left on device")
        return len(content)

    monkeypatch.setattr(Path, "write_bytes", failing)
    with pytest.raises(DataError, match="the disk is full"):
        am.new_package(tmp_path / "mine")
    assert len(written) == 5
    assert list(tmp_path.iterdir()) == []


def test_missing_files_of_the_package_are_reported(tmp_path, monkeypatch):
    """An installation without the skeleton says so."""
    monkeypatch.setattr("alliance_metrics.package.skeleton.bundled_folder", lambda: tmp_path)
    with pytest.raises(DataError, match="the skeleton is not there"):
        am.new_package(tmp_path / "mine")


def test_the_program_makes_a_folder_and_scores_it(tmp_path):
    """The two commands a reader types work as a program, one after the other."""
    program = (sys.executable, "-m", "alliance_metrics")
    subprocess.run([*program, "new", "mine"], cwd=tmp_path, check=True, capture_output=True)
    command = [*program, "score", "mine", "--draws", "20"]
    ended = subprocess.run(command, cwd=tmp_path / "mine", check=True, capture_output=True, text=True)
    assert ended.stderr == ""
    assert ended.stdout.startswith("mine: cohesion 0-100, 10 dyad-years, 90% intervals in brackets\n")
