"""The recipes of CONTRIBUTING.md, followed from the page on a copy: each works, and touches few files."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

import alliance_metrics as am
from tests.house.test_layers import ROOT
from tests.small_alliance import write_small_alliance
from tests.small_eras import write_small_eras

PAGE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
STEP = re.compile(
    r"^(?:(End of|In|New file) `([^`\n]+)`[^\n]*|(Run this) [^\n]*):$|^```(csv|diff|py|sh)\n(.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
MOST_FILES = 5  # and the two pages that list all tables, which a command writes
pytestmark = pytest.mark.slow


def section(heading: str) -> str:
    """Give the text of the page under one heading."""
    return PAGE.split(f"\n## {heading}\n")[1].split("\n## ")[0]


def changed(text: str, hunk: str) -> str:
    """Put the new lines of a hunk where its old ones stand, once."""
    lines = hunk.splitlines(keepends=True)
    old = "".join(line[1:] for line in lines if not line.startswith("+"))
    assert text.count(old) == 1, hunk
    return text.replace(old, "".join(line[1:] for line in lines if not line.startswith("-")))


def run(words: list[str], here: Path, *, package: Path = ROOT) -> str:
    """Run Python in a folder, with the package of a folder."""
    environment = {**os.environ, "PYTHONPATH": str(package)}
    ended = subprocess.run(
        [sys.executable, *words], cwd=here, env=environment, check=False, capture_output=True, text=True
    )
    assert ended.returncode == 0, f"{words}\n{ended.stdout[-2000:]}\n{ended.stderr[-3000:]}"
    return ended.stdout


def follow(heading: str, home: Path) -> set[str]:
    """Make the edits of a recipe and name the files they touch; its commands are left to the test."""
    how, name, files = "", "", set()
    for edit, path, script, language, block in STEP.findall(section(heading)):
        if not language:
            how, name = edit or script, path
            files |= {path} - {""}
        elif how == "Run this" and language == "py":
            run(["-c", block], home)
        elif how == "In" and language == "diff":
            (home / name).write_text(changed((home / name).read_text(encoding="utf-8"), block), encoding="utf-8")
        elif how in {"End of", "New file"} and language in {"csv", "py"}:
            assert (home / name).exists() == (how == "End of"), name
            with (home / name).open("a", encoding="utf-8", newline="") as file:
                file.write(block)
        else:
            assert language == "sh", (heading, how, language)
    return files


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """Copy the package with its tests, documents and configurations."""
    home = tmp_path / "package"
    for name in ("alliance_metrics", "configs", "data", "docs", "tests"):
        shutil.copytree(ROOT / name, home / name, ignore=shutil.ignore_patterns("__pycache__", "bad_input", "golden"))
    shutil.copy(ROOT / "pyproject.toml", home)
    return home


def run_tests(package: Path, path: str) -> None:
    """Run one file of tests of a copy."""
    run(["-m", "pytest", "-q", "-p", "no:cacheprovider", path], package, package=package)


def test_an_indicator_is_added_by_the_page(tmp_path):
    """A new indicator without codings is checked, listed, and moves no score."""
    study = tmp_path / "mine"
    am.new_package(study)
    before = am.score(study / "configs" / "mine.toml", draws=50).scores
    files = follow("Add an indicator", study)
    assert files == {"data/codebook/indicators.csv", "data/codebook/levels.csv"}
    run(["-m", "alliance_metrics", "declare", "data"], study)
    assert "no faults" in run(["-m", "alliance_metrics", "check", "mine"], study)
    after = am.score(study / "configs" / "mine.toml", draws=50).scores
    assert "visits" in set(after["component"])
    index = [frame.loc[frame["tier"] == "index", "estimate"].tolist() for frame in (before, after)]
    assert index[0] == index[1]


def test_a_method_is_added_by_the_page(package, tmp_path):
    """A new weighting passes its own test, and a configuration may name it."""
    assert len(follow("Add a method", package)) == 6
    run_tests(package, "tests/index/test_deviation_weights.py")
    config = write_small_alliance(tmp_path)
    text = config.read_text(encoding="utf-8").replace("[index]", '[index]\nweighting = "deviation"')
    config.write_text(text, encoding="utf-8")
    run(["-m", "alliance_metrics", "score", config.name, "--draws", "20"], tmp_path, package=package)
    weights = pd.read_csv(tmp_path / "results" / "small" / "contributions.csv").query("tier == 'pillar'")["weight"]
    assert weights.between(0, 1).all()
    assert weights.nunique() == 2
    (command,) = re.findall(r'^python -c "(.+)" >', section("Add a method"), re.MULTILINE)
    assert '"deviation"' in run(["-c", command], package, package=package)


def test_an_analysis_a_column_and_a_chart_are_added_by_the_page(package, tmp_path):
    """A new analysis, a new column and a chart of it: each touches few files, passes its test, is listed and works."""
    for heading, test in (
        ("Add an analysis", "history"),
        ("Add a column", "history"),
        ("Add a chart", "report/charts"),
    ):
        assert len(follow(heading, package)) < MOST_FILES
        run_tests(package, f"tests/{test}/test_swings.py")
    run(["-m", "tests.house.result_tables"], package, package=package)
    assert "swings/swings.csv" in (package / "docs" / "results.md").read_text(encoding="utf-8")
    config = write_small_eras(tmp_path)
    run(["-m", "alliance_metrics", "score", config.name], tmp_path, package=package)
    shown = run(["-m", "alliance_metrics", "analyse", config.name, "--only", "swings"], tmp_path, package=package)
    saved = pd.read_csv(tmp_path / "results" / "eras" / "swings" / "swings.csv")
    assert saved["n_years"].tolist() == [4, 4, 3, 3]
    assert "AA-BB" in shown
    run(["-m", "alliance_metrics", "charts", "results/eras", "--only", "swings"], tmp_path, package=package)
    assert [path.stem for path in (tmp_path / "results" / "eras" / "charts").glob("*.svg")] == ["swings"]
