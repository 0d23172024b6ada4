"""Imports point one way: folders stand in one order, and inside a folder there is no circle."""

from __future__ import annotations

import ast
import functools
import graphlib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "alliance_metrics"

FOLDERS = (
    "errors",
    "results",
    "package",
    "coding",
    "index",
    "uncertainty",
    "config",
    "study",
    "sensitivity",
    "explanation",
    "audit",
    "history",
    "inference",
    "report",
    "explorer",
    "commands",
    "__main__",
)
"""A folder imports only from folders before it."""
ARRAYS_ALONE = ("index", "uncertainty", "sensitivity", "history", "explanation", "coding")
"""Folders of the numeric core. Their modules know no labels, but for those that put labels on."""
LABELS = {
    "index": {"coherence", "cohesion", "combination", "hierarchy", "plan", "rescaling", "specification"},
    "coding": {"codebook", "consistency", "evidence", "panel", "reliability", "rules"},
}
"""Modules of the numeric core that take or give labelled tables, or use pandas for its statistics."""
MAY_OPEN = {
    "results.files",
    "results.folders",
    "results.pages",
    "results.tables",
    "results.tidy_result",
    "package.declare",
    "package.files",
    "package.reader",
    "package.skeleton",
    "config.reader",
    "report.brief.files",
    "report.charts.files",
}
REPORT_READS = {"report", "results", "errors"}
PRINTS = "commands.console"


def module_name(path: Path) -> str:
    return ".".join(path.relative_to(PACKAGE).with_suffix("").parts)


MODULES = {module_name(path): path for path in PACKAGE.rglob("*.py") if path.name != "__init__.py"}
TREES = {name: ast.parse(path.read_text(encoding="utf-8")) for name, path in MODULES.items()}


@functools.cache
def nodes(tree: ast.AST) -> list[ast.AST]:
    """List every node of a file."""
    return list(ast.walk(tree))


@functools.cache
def imports(tree: ast.AST) -> set[str]:
    """List the package's own modules that a file imports, wherever in it."""
    found = set()
    for node in nodes(tree):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("alliance_metrics"):
            base = node.module.removeprefix("alliance_metrics").lstrip(".")
            names = [f"{base}.{alias.name}".lstrip(".") for alias in node.names]
            found |= {name if name in MODULES else base for name in names}
        if isinstance(node, ast.Import):
            found |= {a.name.removeprefix("alliance_metrics.") for a in node.names if a.name.startswith("alliance_m")}
    return found - {""}


def folder(module: str) -> str:
    return module.partition(".")[0]


@pytest.mark.slow
def test_folders_import_from_folders_before_them():
    """No import runs against the order of folders, and every folder has its place in it."""
    assert {folder(name) for name in MODULES} | {"inference"} == set(FOLDERS)
    place = {name: number for number, name in enumerate(FOLDERS)}
    against = {
        (name, other)
        for name, tree in TREES.items()
        for other in imports(tree)
        if place[folder(other)] > place[folder(name)]
    }
    assert not against


def test_no_circle_of_modules():
    """Modules can be put in an order in which each imports only from those before it."""
    graphlib.TopologicalSorter({name: imports(tree) for name, tree in TREES.items()}).prepare()


def test_questions_about_the_past_have_no_circle():
    """The folders of the history, one a question, can be put in an order as well."""
    question = {name: ".".join(name.split(".")[:2]) for name in MODULES if name.startswith("history.")}
    graph: dict[str, set[str]] = {}
    for name, place in question.items():
        graph.setdefault(place, set()).update(
            question[other] for other in imports(TREES[name]) if question.get(other, place) != place
        )
    graphlib.TopologicalSorter(graph).prepare()


def test_the_report_reads_saved_results_alone():
    """No analysis, study or index stands behind a chart, a text or the brief."""
    for name, tree in TREES.items():
        if folder(name) == "report":
            assert {folder(other) for other in imports(tree)} <= REPORT_READS, name


def labelled(name: str) -> bool:
    """Whether a module of the numeric core may know labelled tables."""
    first, last = name.split(".", maxsplit=1)[0], name.rsplit(".", maxsplit=1)[-1]
    return last in LABELS.get(first, set()) or first in {"history", "sensitivity", "explanation"}


def test_the_numeric_core_knows_no_labels():
    """Numeric modules import the standard library, numpy and scipy, and no pandas."""
    for name, tree in TREES.items():
        if folder(name) in ARRAYS_ALONE and not labelled(name):
            roots = {a.name.split(".")[0] for n in nodes(tree) if isinstance(n, ast.Import) for a in n.names}
            assert "pandas" not in roots, name


@functools.cache
def calls(tree: ast.AST) -> set[str]:
    """List the names of functions and methods a file calls."""
    names = set()
    for node in nodes(tree):
        if isinstance(node, ast.Call):
            names.add(node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", ""))
    return names


def test_files_are_opened_at_the_edge_alone():
    """Only readers, results and their neighbours touch files."""
    opening = {"open", "read_text", "write_text", "read_bytes_", "write_bytes", "read_csv", "to_csv", "mkdir"}
    for name, tree in TREES.items():
        allowed = {"open"} if name == PRINTS else set()  # it opens the null device after a broken pipe
        if name not in MAY_OPEN:
            assert not (calls(tree) & opening) - allowed, name


def test_only_the_command_line_prints():
    """One module writes to the screen."""
    assert [name for name, tree in TREES.items() if "print" in calls(tree)] == [PRINTS]


def test_no_module_knows_the_time():
    """No module asks for the time of day: the same inputs give the same bytes."""
    for name, tree in TREES.items():
        assert not calls(tree) & {"now", "today", "utcnow", "time", "localtime"}, name
