"""No module knows what a pillar, dyad, era or indicator is called; words are those of the house."""

from __future__ import annotations

import ast
import csv
import re

import pytest

from alliance_metrics.package.contract import WORDS
from tests.house.test_layers import ROOT, TREES, nodes

FORBIDDEN_PREFIXES = ("get_", "do_", "process_", "handle_")
FORBIDDEN_MODULES = {"utils", "helpers", "common", "misc", "manager"}


def coded_names() -> set[str]:
    """List every name that is data: pillars, dimensions, indicators, dyads, states, eras, coders, facet values.

    Words that the contract of the data package declares, such as roles of dyads, are the program's own.
    """
    names: set[str] = set()
    with (ROOT / "data/codebook/indicators.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            names |= {row["indicator_id"], row["pillar"], f"{row['pillar']}.{row['dimension']}", row["dimension"]}
            names |= {row["visibility"], row["arena"]}
    with (ROOT / "data/dyads.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            names |= {row["dyad"], row["state_a"], row["state_b"], row["era"], row["lineage"]}
    with (ROOT / "data/coders.csv").open(encoding="utf-8", newline="") as file:
        names |= {row["coder"] for row in csv.DictReader(file)}
    return names - {word for words in WORDS.values() for word in words}


def strings_in_code(tree: ast.AST) -> set[str]:
    """List string literals that are not docstrings, and identifiers."""
    docs = set()
    for node in nodes(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list):
            docs |= {id(n.value) for n in body if isinstance(n, ast.Expr) and isinstance(n.value, ast.Constant)}
    found = set()
    for node in nodes(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
            found.add(node.value)
        if isinstance(node, ast.Name):
            found.add(node.id)
        if isinstance(node, ast.arg | ast.keyword) and node.arg:
            found.add(node.arg)
    return found


@pytest.mark.slow
def test_no_module_knows_a_coded_name():
    """Pillars, dimensions, indicators, dyads, eras, coders and facet values are data."""
    coded = coded_names()
    for name, tree in TREES.items():
        assert not strings_in_code(tree) & coded, name


def test_functions_and_modules_are_named_for_what_they_give():
    """No get_, do_, process_, handle_; no utils, helpers, common, misc, manager."""
    for name, tree in TREES.items():
        functions = [node.name for node in nodes(tree) if isinstance(node, ast.FunctionDef)]
        assert not [f for f in functions if f.lstrip("_").startswith(FORBIDDEN_PREFIXES)], name
        assert not set(name.split(".")) & FORBIDDEN_MODULES, name


def test_public_names_are_in_the_nomenclature():
    """Every public function and class of the package root is explained in NOMENCLATURE.md."""
    import alliance_metrics

    text = (ROOT / "NOMENCLATURE.md").read_text(encoding="utf-8")
    assert not [name for name in alliance_metrics.__all__ if not re.search(rf"`{name}`", text)]
