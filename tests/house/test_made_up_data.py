"""Tests of code run on made-up studies, so that new codings break none of them."""

from __future__ import annotations

import ast
import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.test_layers import ROOT, nodes

FREE = ("published", "house", "browser")
"""Folders of tests whose subject is the published data, or the documents and pages that show them."""
EXCEPTIONS = {
    "conftest.py": "computes the published results that the free folders share",
    "package/test_skeleton.py": "the made-up years of the skeleton are of a pair that the published data have too",
    "test_wheel.py": "the installed package must bring the published data along",
}
"""Other files that may open the published study, each with its reason."""
OPENERS = {"open_study", "score", "analyse", "explain"}
TESTS = ROOT / "tests"


def real_dyads() -> set[str]:
    """List the dyads of the published data."""
    with (ROOT / "data" / "dyads.csv").open(encoding="utf-8", newline="") as file:
        return {row["dyad"] for row in csv.DictReader(file)}


def own_texts(tree: ast.AST) -> Iterator[str]:
    """List the texts of a file that are not docstrings."""
    docs = {id(one.value) for one in nodes(tree) if isinstance(one, ast.Expr)}
    for one in nodes(tree):
        if isinstance(one, ast.Constant) and isinstance(one.value, str) and id(one) not in docs:
            yield one.value


def opens_published(one: ast.AST) -> bool:
    """Whether a piece of code opens a published configuration with its own data, or reads the published files."""
    if isinstance(one, ast.arg):
        return one.arg.startswith("published_")
    if isinstance(one, ast.BinOp) and isinstance(one.left, ast.Name) and isinstance(one.right, ast.Constant):
        return one.left.id.lower() == "root" and one.right.value in {"data", "configs"}
    if not isinstance(one, ast.Call) or any(keyword.arg == "data" for keyword in one.keywords):
        return False
    name = one.func.attr if isinstance(one.func, ast.Attribute) else getattr(one.func, "id", "")
    published = {path.stem for path in (ROOT / "configs").glob("*.toml")}
    first = one.args[0] if one.args else ast.Constant("baseline")
    return name in OPENERS and isinstance(first, ast.Constant) and first.value in published


def findings(path: Path) -> list[str]:
    """List what a file of tests says of the published data, with the lines."""
    tree, dyads = ast.parse(path.read_text(encoding="utf-8")), real_dyads()
    named = sorted({dyad for text in own_texts(tree) for dyad in dyads if dyad in text})
    return named + [f"line {line}" for line in sorted({one.lineno for one in nodes(tree) if opens_published(one)})]


@pytest.mark.slow
def test_other_tests_know_no_published_data():
    """No test of code names a real dyad or opens the published study: it belongs in tests/published."""
    paths = {path.relative_to(TESTS).as_posix(): path for path in sorted(TESTS.rglob("*.py"))}
    assert [name for name in sorted(EXCEPTIONS) if not findings(paths[name])] == [], "no exception any more"
    found = {
        name: facts
        for name, path in paths.items()
        if name.partition("/")[0] not in FREE and name not in EXCEPTIONS and (facts := findings(path))
    }
    assert found == {}


def test_what_is_looked_for_is_found(tmp_path):
    """Each way of reaching the published data is seen, and none where the data are one's own."""
    dyad = min(real_dyads())
    path = tmp_path / "test_some.py"
    for text in (
        f'x = "{dyad} 1950"',
        'open_study("baseline", draws=3)',
        "am.score()",
        'root / "data" / "coders.csv"',
        "def test_it(published_card): ...",
    ):
        path.write_text(text, encoding="utf-8")
        assert len(findings(path)) == 1, text
    for text in (
        f'"""About {dyad}."""',
        'am.score("baseline", data=own)',
        "open_study(small)",
        'small.parent / "data"',
    ):
        path.write_text(text, encoding="utf-8")
        assert findings(path) == [], text
