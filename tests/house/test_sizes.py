"""Modules and functions stay small enough to be read; public ones say what they take and give."""

from __future__ import annotations

import ast
import re

import pytest

from tests.house.test_layers import MODULES

MOST_LINES = 350
MOST_BODY = 50
MOST_POSITIONAL = 4  # three and self


def functions(source: str) -> list[ast.FunctionDef]:
    return [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef)]


@pytest.mark.parametrize("name", sorted(MODULES))
def test_modules_are_short(name):
    """A module has at most 350 lines."""
    assert len(MODULES[name].read_text(encoding="utf-8").splitlines()) <= MOST_LINES


@pytest.mark.parametrize("name", sorted(MODULES))
def test_function_bodies_are_short(name):
    """A body, its docstring apart, has at most 50 lines."""
    for function in functions(MODULES[name].read_text(encoding="utf-8")):
        body = function.body[1:] if ast.get_docstring(function) else function.body
        lines = (function.end_lineno or 0) - body[0].lineno + 1 if body else 0
        assert lines <= MOST_BODY, function.name


@pytest.mark.parametrize("name", sorted(MODULES))
def test_few_arguments_are_positional(name):
    """Public functions take at most three positional arguments (and self); the rest are named by the caller."""
    for function in functions(MODULES[name].read_text(encoding="utf-8")):
        if not function.name.startswith("_"):
            assert len(function.args.args) <= MOST_POSITIONAL, function.name


@pytest.mark.parametrize("name", sorted(MODULES))
def test_public_docstrings_name_every_parameter_and_the_return(name):
    """Numpydoc: each parameter of a public function stands in its docstring, as do Returns or Yields."""
    tree = ast.parse(MODULES[name].read_text(encoding="utf-8"))
    public = [
        node
        for parent in [tree, *(n for n in tree.body if isinstance(n, ast.ClassDef))]
        for node in parent.body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
    ]
    for function in public:
        if any(isinstance(d, ast.Name) and d.id in {"property", "cached_property"} for d in function.decorator_list):
            continue
        text = ast.get_docstring(function) or ""
        every = [*function.args.args, *function.args.kwonlyargs]
        for argument in every:
            if argument.arg not in {"self", "cls"}:
                assert re.search(rf"\b{argument.arg}\b", text.partition("Returns")[0]), (function.name, argument.arg)
        gives = not (isinstance(function.returns, ast.Constant) and function.returns.value is None)
        short = len(text.splitlines()) == 1 and isinstance(function.body[-1], ast.Expr)  # a protocol's method
        if gives and not short:
            assert re.search(r"^(Returns|Yields)\n-+$", text, re.MULTILINE), function.name
