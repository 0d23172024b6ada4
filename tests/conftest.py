"""Fixtures shared by all tests, and how tests are divided among processes.

A file of tests stays in one process. Every test that asks for a ``published_`` fixture is slow; such tests stand in
``tests/published`` and ``tests/browser`` alone. The published result whole is computed once for all processes.
"""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import HealthCheck, settings

import alliance_metrics as am
from alliance_metrics.history.analyses import ANALYSES, CLAIMS
from alliance_metrics.history.claims.file_model import read_claims
from alliance_metrics.results.tidy_result import TidyResult
from alliance_metrics.study.drawn_study import DrawnStudy, draw_study
from alliance_metrics.study.study import Study, open_study
from tests.report.brief.brief_result import write_two_eras
from tests.small_alliance import write_small_alliance
from tests.small_eras import write_small_eras
from tests.small_record import write_small_record

ROOT = Path(__file__).resolve().parent.parent
PUBLISHED = "published"

settings.register_profile("default", deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("thorough", deadline=None, max_examples=2000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int | None:
    """Use every processor for the whole suite, and one process for files that are named."""
    return None if config.args_source is pytest.Config.ArgsSource.TESTPATHS else 0


def uses_published_results(item: pytest.Item) -> bool:
    """Whether a test is about the published data or asks for a result of them."""
    asked = getattr(item, "fixturenames", ())
    return ROOT / "tests" / PUBLISHED in item.path.parents or any(name.startswith("published_") for name in asked)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what uses the published results as slow, and begin with the files that hold slow tests.

    One file makes the published result whole early; the others that read it come late, so that none waits for it.
    """
    slow, whole = set(), []
    for item in items:
        if uses_published_results(item):
            item.add_marker(pytest.mark.slow)
        if item.get_closest_marker("slow") is not None:
            slow.add(item.path)
        if "published_folder" in getattr(item, "fixturenames", ()):
            whole.append(item.path)
        if "several_processes" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.filterwarnings("ignore:.*multi-threaded, use of fork:DeprecationWarning"))
    late = set(whole) - set(whole[:1])
    items.sort(key=lambda item: (item.path not in slow, item.path in late))


def pytest_collection_finish() -> None:
    """Spare the collector of garbage the thousands of tests that live to the end."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def root() -> Path:
    """Give the folder of the checkout."""
    return ROOT


@pytest.fixture
def several_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let work be divided among processes, although the test runner may have a thread of its own."""
    count, own = threading.active_count, threading.active_count() - 1
    monkeypatch.setattr(threading, "active_count", lambda: count() - own)


# Made-up studies. What is shared is never changed by a test.


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """Give the configuration of a made-up alliance in a folder of its own."""
    return write_small_alliance(tmp_path)


@pytest.fixture(scope="session")
def small_study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    """Give the made-up alliance, opened."""
    return open_study(write_small_alliance(tmp_path_factory.mktemp("small")))


@pytest.fixture(scope="session")
def small_drawn(small_study: Study) -> DrawnStudy:
    """Give the made-up alliance with its 500 draws."""
    return draw_study(small_study)


@pytest.fixture(scope="session")
def eras_study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    """Give the made-up states in two eras, opened."""
    return open_study(write_small_eras(tmp_path_factory.mktemp("eras")))


@pytest.fixture(scope="session")
def eras_drawn(eras_study: Study) -> DrawnStudy:
    """Give the made-up states in two eras with their 50 draws, all alike because every score is certain."""
    return draw_study(eras_study)


@pytest.fixture(scope="session")
def record(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the configuration of a made-up record of two eras, in a folder with its variants."""
    return write_small_record(tmp_path_factory.mktemp("record"))


@pytest.fixture(scope="session")
def record_drawn(record: Path) -> DrawnStudy:
    """Give the made-up record of two eras with its 100 draws."""
    return draw_study(open_study(record))


# The published study.


class Analyses(Mapping[str, TidyResult]):
    """Every analysis of a drawn study by its kind, each run when it is first asked for."""

    def __init__(self, drawn: DrawnStudy) -> None:
        self._drawn = drawn
        self._done: dict[str, TidyResult] = {}

    def __getitem__(self, kind: str) -> TidyResult:
        if kind not in self._done:
            further = (read_claims(),) if kind == CLAIMS else ()
            self._done[kind] = ANALYSES[kind](self._drawn, *further)
        return self._done[kind]

    def __iter__(self) -> Iterator[str]:
        return iter(ANALYSES)

    def __len__(self) -> int:
        return len(ANALYSES)


@pytest.fixture(scope="session")
def published_study() -> Study:
    """Give the published study, opened with 300 draws."""
    return open_study("baseline", draws=300)


@pytest.fixture(scope="session")
def published_drawn(published_study: Study) -> DrawnStudy:
    """Give the published study with its 300 draws."""
    return draw_study(published_study)


@pytest.fixture(scope="session")
def published_results(published_drawn: DrawnStudy) -> Analyses:
    """Give the analyses of the published study with 300 draws."""
    return Analyses(published_drawn)


@pytest.fixture(scope="session")
def published_card(published_folder: Path) -> am.ScoreCard:
    """Give the published scores, from as many draws as published."""
    return am.load_result(published_folder)


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """Give a folder that all processes share."""
    base = tmp_path_factory.getbasetemp()
    return base if worker_id == "master" else base.parent


@pytest.fixture(scope="session")
def two_eras(shared: Path) -> Path:
    """Give a result with every analysis that a brief shows, of a made-up pair in two eras, made once."""
    folder = shared / "two_eras"
    with FileLock(folder.with_suffix(".lock")):
        if not folder.exists():
            folder.mkdir()
            write_two_eras(folder)
    return folder / "two"


@pytest.fixture(scope="session")
def published_folder(shared: Path) -> Path:
    """Give the folder that `score --all` writes: the published result whole, from as many draws as published."""
    folder = shared / PUBLISHED / "baseline"
    with FileLock(folder.parent.with_suffix(".lock")):
        if not folder.exists():
            folder.parent.mkdir()
            command = [sys.executable, "-m", "alliance_metrics", "score", "--all", "--out", str(folder)]
            environment = {**os.environ, "PYTHONPATH": str(ROOT)}
            subprocess.run(command, check=True, capture_output=True, cwd=folder.parent, env=environment)
    return folder
