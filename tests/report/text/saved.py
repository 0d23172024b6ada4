"""Small results written by hand: what an analysis would save, without running it. Nothing in them is real."""

from __future__ import annotations

from typing import Any

from alliance_metrics.results.tables import declared_kinds
from alliance_metrics.results.tidy_result import TidyResult

Row = dict[str, Any]
MODELS = [{"coder": "m_one", "kind": "language_model"}, {"coder": "m_two", "kind": "language_model"}]
HUMANS = [{"coder": "ann", "kind": "human"}, {"coder": "bob", "kind": "human"}]
BLANK = {"str": "", "bool": False, "int64": 0, "float64": 0.0}


def saved(kind: str, record: Row | None = None, **tables: list[Row]) -> TidyResult:
    """Give a result; columns that are not named are blank, tables that are not named are empty."""
    frames = {}
    for name, table in declared_kinds()[kind].tables.items():
        blank = {column: BLANK.get(dtype) for column, dtype in table.dtypes("dyad").items()}
        frames[name] = [{**blank, **row} for row in tables.pop(name, [])]
    assert not tables
    return TidyResult(frames, key="dyad", record={"coders": MODELS, **(record or {})}, kind=kind)


def skips(*steps: tuple[str, str]) -> list[Row]:
    """Give the rows of steps that were skipped."""
    return [{"step": step, "cause": cause} for step, cause in steps]
