"""The explorer's file: the same bytes from the same data, a strict policy, no part of it open to data."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
from pathlib import Path

import numpy as np
import pytest

from alliance_metrics.commands.cli import main
from alliance_metrics.explorer.data import ExplorerData, explorer_data
from alliance_metrics.explorer.page import MARK, packed, render_explorer
from alliance_metrics.study.study import open_study
from tests.small_alliance import write_small_alliance


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> ExplorerData:
    """Give what the page of the made-up alliance takes along."""
    return explorer_data(open_study(write_small_alliance(tmp_path_factory.mktemp("small"))))


@pytest.fixture(scope="module")
def text(data: ExplorerData) -> str:
    """Give the page of the made-up alliance."""
    return render_explorer(data)


def unpacked(text: str, name: str) -> bytes:
    """Unpack one of the blocks of a page."""
    block = re.search(rf'<script type="text/plain" id="{name}">([A-Za-z0-9+/=]+)</script>', text)
    return gzip.decompress(base64.b64decode(block[1]))


def test_the_same_data_give_the_same_bytes(data: ExplorerData, text: str) -> None:
    """Nothing of the hour or the machine enters a page."""
    assert render_explorer(data) == text


def test_the_policy_names_what_is_there(text: str) -> None:
    """The digests of the policy are those of the one script and the one style; all else is forbidden."""
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', text)[1].replace("&#39;", "'")
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    script = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)
    style = re.findall(r"<style>(.*?)</style>", text, re.DOTALL)
    assert len(script) == len(style) == 1
    for rule, content in (("script-src", script[0]), ("style-src", style[0])):
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert rules.pop(rule) == f"'sha256-{digest}'"
    assert rules == {"default-src": "'none'", "img-src": "blob:", "base-uri": "'none'", "form-action": "'none'"}
    assert "unsafe" not in policy


def test_nothing_is_loaded_from_anywhere(text: str) -> None:
    """No element of the page itself points beyond it."""
    assert re.findall(r"<(?:link|img|iframe|object|embed|base)\b", text) == []
    assert re.findall(r'<[^>]+\b(?:src|href|style|on[a-z]+)="(?!#)', text) == []


def test_texts_and_numbers_are_unpacked_as_they_were(data: ExplorerData, text: str) -> None:
    """Facts come back from the page, and every array at its place."""
    facts, numbers = json.loads(unpacked(text, "study")), unpacked(text, "numbers")
    layout = facts.pop("arrays")
    assert facts == json.loads(json.dumps(data.facts))
    kinds = {"f8": "<f8", "f4": "<f4", "u1": "u1"}
    for name, values in data.arrays.items():
        place = layout[name]
        found = np.frombuffer(numbers, kinds[place["kind"]], values.size, place["offset"]).reshape(place["shape"])
        np.testing.assert_array_equal(found, values)


def test_arrays_begin_at_whole_words() -> None:
    """A block of bytes of odd length is filled up, so that numbers after it can be read in place."""
    layout, content = packed({"a": np.zeros(3, dtype=np.uint8), "b": np.ones(2)})
    assert (layout["b"]["offset"], len(content)) == (8, 24)


def test_no_script_knows_a_name_of_the_data(root: Path) -> None:
    """Pillars, dyads, coders and facet values are data in the templates too."""
    from tests.house.test_names import coded_names

    names = {name for name in coded_names() if len(name) > 3}
    for path in (root / "alliance_metrics" / "report" / "templates").rglob("*.*"):
        words = set(re.findall(r"[A-Za-z][\w-]*", path.read_text(encoding="utf-8")))
        allowed = {"core", "public", "private", "military", "trust", "economic", "personal", "threat", "authority"}
        assert not words & (names - allowed), path.name


def test_scripts_are_short_files(root: Path) -> None:
    """A script has at most 350 lines, as a module has."""
    for path in (root / "alliance_metrics" / "report" / "templates").rglob("*.*"):
        assert len(path.read_text(encoding="utf-8").splitlines()) <= 350, path.name


@pytest.mark.slow
def test_the_command_writes_a_page(small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One call, one page, one line of report; the page replaces an earlier one and nothing else."""
    target = tmp_path / "out" / "page.html"
    for _ in range(2):
        assert main(["explorer", str(small), "--out", str(target), "--draws", "30"]) == 0
    assert capsys.readouterr().out.count(f"{target}: 0.1 MB, one page, opens without a network.\n") == 2
    assert MARK in target.read_text(encoding="utf-8")
    other = tmp_path / "notes.html"
    other.write_text("my notes", encoding="utf-8")
    assert main(["explorer", str(small), "--out", str(other)]) == 1
    assert "another file is there" in capsys.readouterr().err


@pytest.mark.slow
def test_the_command_takes_a_saved_result(
    small: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of a saved result the page is the same, byte for byte, and stands beside its folder."""
    monkeypatch.chdir(small.parent)
    assert main(["score", str(small)]) == 0
    assert main(["explorer", "results/small"]) == 0
    assert "results/small_explorer.html: " in capsys.readouterr().out
    assert main(["explorer", str(small), "--out", "other.html"]) == 0
    assert Path("results/small_explorer.html").read_bytes() == Path("other.html").read_bytes()
    assert main(["score", str(small)]) == 0, "the page does not stand in the way of another result"


@pytest.mark.slow
def test_data_changed_since_are_refused(
    small: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A page of a saved result and of other data is not written."""
    monkeypatch.chdir(small.parent)
    assert main(["score", str(small)]) == 0
    path = Path("data/coders.csv")
    path.write_text(path.read_text(encoding="utf-8").replace("A made-up", "The made-up"), encoding="utf-8", newline="")
    assert main(["declare", "data"]) == 0
    assert main(["explorer", "results/small"]) == 1
    assert "the data are not those recorded" in capsys.readouterr().err
    assert not Path("results/small_explorer.html").exists()


@pytest.mark.slow
def test_seed_and_data_are_taken(small: Path, tmp_path: Path) -> None:
    """Another seed makes another page; data named by hand are the ones read, wherever the configuration looks."""
    pages = [tmp_path / f"{name}.html" for name in ("one", "other", "named")]
    elsewhere = tmp_path / "elsewhere"
    (small.parent / "data").rename(elsewhere)
    for page, seed in zip(pages, ("7", "8", "7"), strict=True):
        assert main(["explorer", str(small), "--data", str(elsewhere), "--out", str(page), "--seed", seed]) == 0
    texts = [page.read_bytes() for page in pages]
    assert texts[0] == texts[2]
    assert texts[0] != texts[1]
