"""The study behind a saved result: the same configuration and the same data, or a refusal."""

from __future__ import annotations

from pathlib import Path

import pytest

import alliance_metrics as am
from alliance_metrics.errors import ResultError
from alliance_metrics.explorer.reading import open_saved, saved_folder
from alliance_metrics.study.study import open_study


@pytest.fixture
def saved(small: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Score the made-up alliance and save it beside its data."""
    monkeypatch.chdir(small.parent)
    am.score(small, draws=30).save(small.parent / "results")
    return small.parent / "results"


def test_configuration_and_scores_come_back(saved: Path, small: Path) -> None:
    """The study has the configuration of the record, with the draws of that run."""
    study, card = open_saved(saved)
    assert study.config == open_study(small, draws=30).config
    assert card.equals(am.load_result(saved))


def test_other_data_are_refused(saved: Path) -> None:
    """A coding changed since, declared or not, is not what the scores came from."""
    path = saved.parent / "data" / "codings" / "ann" / "AA-BB_1950_1953.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("made up", "made anew"), encoding="utf-8", newline="")
    am.declare(saved.parent / "data")
    with pytest.raises(ResultError, match="the data are not those recorded\n  codings/ann") as refused:
        open_saved(saved)
    assert "run `score` again" in str(refused.value)


def test_a_seed_of_its_own_is_refused(saved: Path) -> None:
    """A saved result has its seed; another makes another result."""
    with pytest.raises(ResultError, match="a saved result keeps its seed and draws"):
        open_saved(saved, seed=1)


def test_only_a_folder_with_a_record_is_a_result(saved: Path, small: Path) -> None:
    """A configuration's name, its path and any other folder are none."""
    assert saved_folder(str(saved)) == saved
    assert saved_folder(str(small)) is None
    assert saved_folder(str(small.parent)) is None
    assert saved_folder("base\0line") is None
