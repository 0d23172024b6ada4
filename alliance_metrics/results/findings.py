"""Faults and warnings as a table that can be sorted and counted."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from alliance_metrics.errors import Fault

COLUMNS = ("severity", "file", "line", "column", "what", "found", "allowed", "remedy")


def findings_text(faults: Iterable[Fault], warnings: Iterable[Fault]) -> str:
    """Give faults and warnings as CSV.

    Parameters
    ----------
    faults, warnings
        What was found.

    Returns
    -------
    str
        A header and a row for each fault, then for each warning; a line or column that means nothing is empty.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for severity, found in (("fault", faults), ("warning", warnings)):
        writer.writerows(
            (severity, one.where, one.line, one.column, one.what, one.found, one.allowed, one.remedy) for one in found
        )
    return text.getvalue()
