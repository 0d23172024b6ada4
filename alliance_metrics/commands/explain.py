"""The command `explain`: parse, one library call, one report."""

from __future__ import annotations

import argparse
from pathlib import Path

from alliance_metrics.commands.analyses import DONE, Commands
from alliance_metrics.commands.console import emit, tell


def add_explain(commands: Commands[argparse.ArgumentParser]) -> None:
    """Describe the command that explains a change.

    Parameters
    ----------
    commands
        Where commands are added.
    """
    explain = commands.add_parser("explain", help="explain why the index of a dyad moved, down to codings and sources")
    explain.add_argument("dyad", metavar="DYAD", help="id of the dyad, as the dyads table has it")
    explain.add_argument("year", metavar="YEAR", type=int, help="the year, compared with the one before it")
    explain.add_argument("later", metavar="LATER", type=int, nargs="?", help="a later year to compare it with instead")
    explain.add_argument(
        "--config",
        default="baseline",
        metavar="CONFIG",
        help="name or path of a configuration (default: baseline)",
    )
    explain.add_argument("--data", metavar="DIR", help="folder of the data package (default: the configuration's)")
    explain.add_argument("--out", metavar="DIR", help="folder for the tables (default: none are written)")
    explain.add_argument("--seed", type=int, metavar="N", help="seed of all randomness (default: the configuration's)")
    explain.add_argument("--draws", type=int, metavar="N", help="number of draws (default: the configuration's)")
    explain.add_argument("--json", action="store_true", help="print the tables as JSON instead of the text")
    explain.set_defaults(handler=_explain)


def _explain(options: argparse.Namespace) -> int:
    from alliance_metrics.explanation.explanation import Explanation, asked_units, explain_study
    from alliance_metrics.report.text.analysis import render_tables
    from alliance_metrics.report.text.explanation import render_explanation
    from alliance_metrics.results.files import check_replaceable
    from alliance_metrics.study.study import open_study

    tell("reading and checking")
    study = open_study(options.config, data=options.data, seed=options.seed, draws=options.draws)
    year, since = (options.year, None) if options.later is None else (options.later, options.year)
    asked_units(study, options.dyad, year, since=since)
    target = None if options.out is None else Path(options.out)
    if target is not None:
        check_replaceable(target, kind=Explanation.KIND)
    tell("explaining")
    result = explain_study(study, options.dyad, year, since=since)
    place = ""
    if target is not None:
        result.save(target)
        place = f"\n\nResult: {target} (summary.csv, parts.csv, levels.csv, codings.csv, evidence.csv and others)."
    tell("")
    emit(render_tables(result) if options.json else f"{render_explanation(result)}{place}")
    return DONE
