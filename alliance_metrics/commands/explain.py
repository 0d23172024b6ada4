"""The command `explain`: parse, one library call, one report."""

from __future__ import annotations

import argparse
from pathlib import Path

from alliance_metrics.commands.console import emit, show_progress
from alliance_metrics.commands.options import DONE, open_named_study


def explain(options: argparse.Namespace) -> int:
    """Explain why the index of a dyad moved, down to codings and sources.

    Parameters
    ----------
    options
        The parsed arguments.

    Returns
    -------
    int
        Exit code.
    """
    from alliance_metrics.explanation.explanation import Explanation, asked_units, explain_study
    from alliance_metrics.report.text.analysis import render_tables
    from alliance_metrics.report.text.explanation import render_explanation
    from alliance_metrics.results.files import check_replaceable

    study = open_named_study(options)
    year, since = (options.year, None) if options.later is None else (options.later, options.year)
    asked_units(study, options.dyad, year, since=since)
    target = None if options.out is None else Path(options.out)
    if target is not None:
        check_replaceable(target, kind=Explanation.KIND)
    show_progress("explaining")
    result = explain_study(study, options.dyad, year, since=since)
    place = ""
    if target is not None:
        result.save(target)
        place = f"\n\nResult: {target} (summary.csv, parts.csv, levels.csv, codings.csv, evidence.csv and others)."
    emit(render_tables(result) if options.json else f"{render_explanation(result)}{place}")
    return DONE
