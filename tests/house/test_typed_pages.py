"""The pages of docs/ that can be typed: every command and snippet runs in order, and prints what the page says."""

from __future__ import annotations

import contextlib
import io
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd
import pytest

import alliance_metrics as am
from alliance_metrics.results.tables import declared_kinds
from tests.house.test_layers import ROOT
from tests.house.test_pages import FENCED, PAGES

FEW = "20"  # draws, where a page asks for the thousands of the published result

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name != "posix" or not shutil.which("bash"), reason="the commands are written for a shell"),
]


@dataclass
class Reader:
    """Somebody who types a page from top to bottom, in a folder of their own."""

    home: Path
    here: Path = field(init=False)
    printed: str = ""

    def __post_init__(self) -> None:
        self.here = self.home
        program = self.home / ".bin" / "python"
        program.parent.mkdir()
        program.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
        program.chmod(0o755)
        self.environment = {
            **os.environ,
            "PATH": f"{program.parent}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
            "PYTHONIOENCODING": "utf-8",
        }

    def shell(self, block: str) -> None:
        """Type commands; scores and analyses of the published index are made with few draws."""
        script = re.sub(
            r"^(python -m alliance_metrics (?:score|analyse)(?! \w).*)$",
            rf"\1 --draws {FEW}",
            block,
            flags=re.MULTILINE,
        )
        ended = self._run(["bash", "-e", "-c", f'{script}\npwd > "{self.home}/.here"'])
        self.printed = ended.stdout
        self.here = Path((self.home / ".here").read_text().strip())

    def python(self, block: str) -> None:
        """Run a snippet."""
        printed = io.StringIO()
        with contextlib.chdir(self.here), contextlib.redirect_stdout(printed):
            exec(compile(block, "snippet", "exec"), {"__name__": "__main__"})  # noqa: S102 - a page of our own
        self.printed = printed.getvalue()

    def text(self, block: str) -> None:
        """Compare what stands in the page with what the last command printed."""
        lines = [line for line in block.splitlines() if line.strip()]
        printed = self.printed.splitlines()
        assert [line for line in lines if line not in printed] == [], self.printed

    def _run(self, command: list[str]) -> subprocess.CompletedProcess[str]:
        ended = subprocess.run(
            command, cwd=self.here, env=self.environment, check=False, capture_output=True, text=True, encoding="utf-8"
        )
        assert ended.returncode == 0, f"{command[-1]}\n{ended.stdout[-2000:]}\n{ended.stderr[-4000:]}"
        return ended


def typed(page: str, reader: Reader) -> Reader:
    """Type a whole page."""
    actions = {"sh": reader.shell, "python": reader.python, "text": reader.text}
    for language, block in FENCED.findall(page):
        if language in actions:
            actions[language](block)
    return reader


@pytest.fixture(scope="module")
def own_alliance(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Follow the page on an alliance of one's own to its end."""
    return typed(PAGES["own_alliance"], Reader(tmp_path_factory.mktemp("own"))).here


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Follow the page on results to its end."""
    return typed(PAGES["results"], Reader(tmp_path_factory.mktemp("results"))).here / "results" / "baseline"


def test_an_alliance_of_ones_own_by_the_page(own_alliance):
    """Every command, snippet and printed line of the page holds, in order, from an empty folder on."""
    assert {path.name for path in (own_alliance / "results").iterdir()} == {"mine", "gated"}


def test_a_new_folder_by_its_own_page(tmp_path):
    """What the README within a new folder says can be typed there."""
    am.new_package(tmp_path / "mine")
    reader = Reader(tmp_path)
    reader.here = tmp_path / "mine"
    typed((reader.here / "README.md").read_text(encoding="utf-8"), reader)
    assert reader.printed == "nothing changed\n"
    assert len(am.load_analyses(reader.here / "results" / "mine")) == 10


def test_an_empty_form_moves_no_score(own_alliance):
    """What the page says of the form: no estimate moves, and intervals of the index as little as with another seed."""
    config = own_alliance / "configs" / "mine.toml"
    after = am.score(config).scores
    shutil.rmtree(own_alliance / "data" / "codings" / "ann")
    am.declare(own_alliance / "data")
    before = am.score(config).scores
    assert after["estimate"].equals(before["estimate"])
    index = before["tier"] == "index"
    for end in ("lower", "upper"):
        moved = (after.loc[index, end] - before.loc[index, end]).abs().max()
        assert moved < 1.5  # between eight seeds they moved by up to 1.2


def test_the_results_by_the_page(results):
    """Every command and snippet of the page on results runs, in order."""
    assert set(am.load_analyses(results)) == {"facets", "comparison", "claims"}


def test_stata_files_read_back(results):
    """Every cell of every .dta file is that of the CSV beside it."""
    read = 0
    for path in results.glob("*.dta"):
        back, card = pd.read_stata(path), am.load_result(results).to_frame(path.stem)
        assert list(back.columns) == list(card.columns)
        for column in card.columns:
            numeric = pd.api.types.is_numeric_dtype(card[column])
            wanted = card[column].astype(float) if numeric else card[column]
            found = back[column].astype(float) if numeric else back[column].fillna("")
            assert found.tolist() == pytest.approx(wanted.tolist(), abs=0, nan_ok=True), (path.name, column)
        read += 1
    assert read == len(declared_kinds()["score"].tables)
