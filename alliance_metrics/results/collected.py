"""The rows of a result, collected while an analysis runs, and the steps it skips."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from alliance_metrics.results.tables import declared_columns, declared_kind
from alliance_metrics.results.tidy_result import TidyResult

SKIPPED = "skipped"


class Skipped:
    """Steps that could not be done, each with its cause; a step skipped twice for one cause is listed once."""

    def __init__(self) -> None:
        self._steps: dict[tuple[str, str], None] = {}

    def skip(self, step: str, cause: str) -> None:
        """List a step that could not be done.

        Parameters
        ----------
        step
            The step.
        cause
            Why it could not be done.
        """
        self._steps[step, cause] = None

    def extend(self, steps: Iterable[tuple[str, str]]) -> None:
        """List several steps.

        Parameters
        ----------
        steps
            Each step with its cause.
        """
        self._steps |= dict.fromkeys(steps)

    @property
    def steps(self) -> list[tuple[str, str]]:
        """Steps with their causes, in the order in which they were skipped."""
        return list(self._steps)

    @property
    def rows(self) -> list[dict[str, str]]:
        """Rows of the table ``skipped``, in the order in which the steps were skipped."""
        return [{"step": step, "cause": cause} for step, cause in self._steps]


class Collected(Skipped):
    """The tables of one result while they are being filled.

    Parameters
    ----------
    kind
        Kind of the result, as ``tables.csv`` declares it.
    key
        Name of the column of units.
    """

    def __init__(self, kind: str, *, key: str) -> None:
        super().__init__()
        self.kind = kind
        self.key = key
        self._rows: dict[str, list[pd.DataFrame]] = {}

    def add(self, table: str, rows: pd.DataFrame | Iterable[Mapping[str, Any]], **labels: str | float) -> None:
        """Add rows to a table.

        Parameters
        ----------
        table
            Its name.
        rows
            A frame, or one dictionary a row.
        **labels
            Columns that hold one value in all these rows.
        """
        frame = rows if isinstance(rows, pd.DataFrame) else pd.DataFrame(list(rows))
        if len(frame):
            self._rows.setdefault(table, []).append(frame.assign(**labels))

    def frame(self, table: str) -> pd.DataFrame:
        """Give the rows of a table so far.

        Parameters
        ----------
        table
            Its name.

        Returns
        -------
        DataFrame
            The rows, under one another; the declared columns where there are none.
        """
        rows = self._rows.get(table)
        if rows is None:
            return pd.DataFrame(columns=declared_columns(self.kind, table, key=self.key))
        return pd.concat(rows, ignore_index=True)

    def result(self, record: Mapping[str, Any]) -> TidyResult:
        """Give the result; a table without rows is empty.

        Parameters
        ----------
        record
            How the result came about.

        Returns
        -------
        TidyResult
            The tables as declared.

        Raises
        ------
        ResultError
            Where the rows of a table lack a declared column.
        """
        tables = {name: self.frame(name) for name in declared_kind(self.kind).tables}
        return TidyResult({**tables, SKIPPED: self.rows}, key=self.key, record=record, kind=self.kind)
