"""Modules and functions stay small enough to be read; public ones say what they take and give."""

from __future__ import annotations

import ast
import io
import re
import tokenize

import pytest

from tests.house.test_layers import MODULES, TREES, nodes

MOST_LINES = 220  # of code: docstrings, comments and blank lines are no reason to cut a concept apart
MOST_BODY = 45
MOST_POSITIONAL = 4  # three and self

_NO_CODE = {tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER, tokenize.COMMENT}


def functions(tree: ast.AST) -> list[ast.FunctionDef]:
    return [node for node in nodes(tree) if isinstance(node, ast.FunctionDef)]


def code_lines(source: str, tree: ast.AST) -> set[int]:
    """Number the lines that hold code: all but docstrings, comments and blank lines."""
    lines: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type not in _NO_CODE:
            lines.update(range(token.start[0], token.end[0] + 1))
    for node in nodes(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node) is not None:
            lines.difference_update(range(node.body[0].lineno, (node.body[0].end_lineno or 0) + 1))
    return lines


@pytest.fixture(scope="module")
def code() -> dict[str, set[int]]:
    """Give the lines of code of every module."""
    return {name: code_lines(path.read_text(encoding="utf-8"), TREES[name]) for name, path in MODULES.items()}


def test_modules_are_short(code: dict[str, set[int]]):
    """A module has at most 220 lines of code."""
    assert {name: len(lines) for name, lines in code.items() if len(lines) > MOST_LINES} == {}


def test_functions_are_short(code: dict[str, set[int]]):
    """A function has at most 45 lines of code."""
    for name, tree in TREES.items():
        for function in functions(tree):
            lines = code[name] & set(range(function.lineno, (function.end_lineno or 0) + 1))
            assert len(lines) <= MOST_BODY, (name, function.name)


def test_few_arguments_are_positional():
    """Public functions take at most three positional arguments (and self); the rest are named by the caller."""
    for name, tree in TREES.items():
        for function in functions(tree):
            if not function.name.startswith("_"):
                assert len(function.args.args) <= MOST_POSITIONAL, (name, function.name)


def undocumented(function: ast.FunctionDef) -> list[str]:
    """List what the docstring of a public function leaves out: parameters, and what it gives."""
    if any(isinstance(d, ast.Name) and d.id in {"property", "cached_property"} for d in function.decorator_list):
        return []
    text = ast.get_docstring(function) or ""
    names = [argument.arg for argument in (*function.args.args, *function.args.kwonlyargs)]
    taken = text.partition("Returns")[0]
    missing = [name for name in names if name not in {"self", "cls"} and not re.search(rf"\b{name}\b", taken)]
    gives = not (isinstance(function.returns, ast.Constant) and function.returns.value is None)
    short = len(text.splitlines()) == 1 and isinstance(function.body[-1], ast.Expr)  # a protocol's method
    stated = re.search(r"^(Returns|Yields)\n-+$", text, re.MULTILINE)
    return [*missing, *(["Returns"] if gives and not short and not stated else [])]


def test_public_docstrings_name_every_parameter_and_the_return():
    """Numpydoc: each parameter of a public function stands in its docstring, as do Returns or Yields."""
    for name, tree in TREES.items():
        for parent in [tree, *(n for n in tree.body if isinstance(n, ast.ClassDef))]:
            for node in parent.body:
                if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                    assert undocumented(node) == [], (name, node.name)
