"""The commands take the published data where there are no others, and find them sound."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

from alliance_metrics.commands.cli import main


@pytest.fixture(autouse=True)
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_every_declared_year_is_scored(empty: Path, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Every year of every era that the table of dyads declares has a score, and only the result is written."""
    assert main(["score", "--draws", "20"]) == 0
    told = capsys.readouterr()
    assert told.err == ""
    declared = pd.read_csv(root / "data" / "dyads.csv")
    spans = declared["last_year"] - declared["first_year"] + 1
    subjects = spans[declared["role"] == "subject"].sum()
    years = {(row.dyad, row.era): row.last_year - row.first_year + 1 for row in declared.itertuples()}
    assert f", {subjects} dyad-years, " in told.out.partition("\n")[0]
    index = pd.read_csv(empty / "results" / "baseline" / "scores.csv").query("tier == 'index'")
    assert index.groupby(["dyad", "era"]).size().to_dict() == years
    assert index["estimate"].notna().all()
    assert [path.name for path in empty.iterdir()] == ["results"]


def test_they_are_sound(empty: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """No fault is found, and checking writes nothing."""
    assert main(["check"]) == 0
    assert " rows, and baseline: no faults, 252 warnings.\n" in capsys.readouterr().out
    assert list(empty.iterdir()) == []


def test_every_source_listed_has_evidence(capsys: pytest.CaptureFixture[str]) -> None:
    """Every source that is due has a row of evidence behind it; the licence and the coders' kind are named."""
    assert main(["cite"]) == 0
    text = capsys.readouterr().out
    sources = int(re.search(r"^Evidence: (\d+) sources", text, re.MULTILINE)[1])
    counts = re.findall(r"\[(?:\d+ (?:verified|copy|recalled)(?:, )?)+\]$", text, re.MULTILINE)
    assert len(counts) == sources
    assert "\n  Licence: Creative Commons Attribution 4.0 International, " in text
    assert " (language model)\n" in text
