"""The command line: parse, one library call, write, one report."""

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from alliance_metrics.commands.analyses import DONE, FAILED, Commands, add_analyses, add_config
from alliance_metrics.commands.console import OutputError, can_print, complain, emit, leave_output, tell
from alliance_metrics.commands.explain import add_explain
from alliance_metrics.commands.explorer import add_explorer
from alliance_metrics.commands.report import add_brief, add_charts
from alliance_metrics.errors import AllianceMetricsError, FaultsError


def build_parser() -> argparse.ArgumentParser:
    """Describe the command line.

    Returns
    -------
    argparse.ArgumentParser
        The parser; each command's handler stands in ``handler``.
    """
    parser = argparse.ArgumentParser(
        prog="python -m alliance_metrics",
        description="How cohesive is an alliance, year by year, and how sure are we?",
        epilog="Exit codes: 0 done, 1 an error (told on stderr, nothing half-written), 2 wrong usage.",
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _add_score(commands)
    _add_plain_commands(commands)
    add_analyses(commands)
    add_explain(commands)
    add_explorer(commands)
    add_charts(commands)
    add_new(commands)
    add_brief(commands)
    return parser


def _add_score(commands: Commands[argparse.ArgumentParser]) -> None:
    score = commands.add_parser("score", help="score every dyad-year and write the result folder")
    add_config(score)
    score.add_argument("--out", metavar="DIR", help="folder for the result (default: results/NAME)")
    score.add_argument("--seed", type=int, metavar="N", help="seed of all randomness (default: the configuration's)")
    score.add_argument("--draws", type=int, metavar="N", help="number of draws (default: the configuration's)")
    score.add_argument(
        "--format",
        default="csv",
        metavar="LIST",
        help="csv (always), and any of parquet,xlsx,dta, comma separated",
    )
    score.add_argument(
        "--keep-draws",
        action="store_true",
        help="write draws.parquet too: every draw of the index and its pillars",
    )
    score.add_argument(
        "--all",
        action="store_true",
        help="then reliability, sensitivity, audit and every analysis, each in a folder within the result",
    )
    score.set_defaults(handler=_score)


def _add_plain_commands(commands: Commands[argparse.ArgumentParser]) -> None:
    check = commands.add_parser("check", help="check configuration and data, computing nothing; list every fault")
    add_config(check)
    check.set_defaults(handler=_check)

    cite = commands.add_parser("cite", help="print the citations and licences due for what the result rests on")
    add_config(cite)
    cite.set_defaults(handler=_cite)

    declare = commands.add_parser("declare", help="bring datapackage.json up to the files beside it")
    declare.add_argument("folder", metavar="DIR", help="folder of the data package")
    declare.set_defaults(handler=_declare)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Parameters
    ----------
    arguments
        Words of the command line; those of the process where absent.

    Returns
    -------
    int
        Exit code: 0 done, 1 an error of ours. Wrong usage exits with 2.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        options = _parsed(arguments)
        handler: Callable[[argparse.Namespace], int] = options.handler
        return handler(options)
    except AllianceMetricsError as error:
        complain(f"{type(error).__name__}: {error}")
    except KeyboardInterrupt:
        complain("Interrupted: nothing was written; an earlier result is as it was.")
    except MemoryError:
        remedies = "lower --draws, run single analyses with --only, or lower block_megabytes (score alone)"
        complain(f"MemoryError: not enough memory; {remedies}.")
    except OutputError as error:
        leave_output()
        if str(error):
            complain(f"OutputError: {error}")
    return FAILED


def _parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    try:
        return build_parser().parse_args(arguments)
    except SystemExit:
        emit()  # help is still in the buffer
        raise


def _score(options: argparse.Namespace) -> int:
    from alliance_metrics.report.text.terminal import BLOCKS, PLAIN_BLOCKS, render_score_card
    from alliance_metrics.results.files import check_formats, check_replaceable
    from alliance_metrics.results.score_card import ScoreCard
    from alliance_metrics.study.score import drawn_table, score_study
    from alliance_metrics.study.study import open_study

    changes = {name: value for name in ("seed", "draws") if (value := getattr(options, name)) is not None}
    formats = tuple(word.strip() for word in options.format.split(",") if word.strip())
    check_formats((*formats, "parquet") if options.keep_draws else formats)
    tell("reading and checking")
    study = open_study(options.config, data=options.data, **changes)
    target = Path(options.out) if options.out is not None else Path("results") / study.config.name
    check_replaceable(target, kind=ScoreCard.KIND)
    card = score_study(study, progress=lambda share: tell(f"scoring {share:.0%}"))
    draws = {"draws": drawn_table(study)} if options.keep_draws else {}
    tell("writing")
    card.save(target, formats=formats, draws=draws)
    tell("")
    try:
        blocks = BLOCKS if can_print(BLOCKS) else PLAIN_BLOCKS
        place = (
            f"Data: {study.package.folder}. Result: {target} (scores.csv, contributions.csv, levels.csv, result.json)."
        )
        emit(f"{render_score_card(card, blocks=blocks)}\n{place}")
    except KeyboardInterrupt:
        complain(f"Interrupted while reporting; the result stands whole in {target}.")
        return FAILED
    return _everything_else(options, target) if options.all else DONE


def _everything_else(options: argparse.Namespace, target: Path) -> int:
    """Run every other analysis of a configuration into the folder of its score card."""
    data = ["--data", options.data] if options.data is not None else []
    seed = ["--seed", str(options.seed)] if options.seed is not None else []
    draws = ["--draws", str(options.draws)] if options.draws is not None else []
    for words in (
        ["reliability", "--out", str(target / "reliability")],
        ["sensitivity", "--out", str(target / "sensitivity"), *seed],
        ["audit", "--out", str(target / "audit")],
        ["analyse", "--out", str(target), *seed, *draws],
    ):
        emit("")
        further = _parsed([*words, *data, "--", options.config])
        handler: Callable[[argparse.Namespace], int] = further.handler
        if handler(further) == FAILED:
            return FAILED
    return DONE


def _check(options: argparse.Namespace) -> int:
    from alliance_metrics.study.study import check

    faults, summary = check(options.config, data=options.data)
    if not faults:
        emit(summary)
        return DONE
    count = "1 fault." if len(faults) == 1 else f"{len(faults)} faults."
    complain(f"{FaultsError(faults).describe()}\n{count}")
    return FAILED


def _cite(options: argparse.Namespace) -> int:
    from alliance_metrics.study.citations import render_citations, software_citation
    from alliance_metrics.study.study import open_study

    study = open_study(options.config, data=options.data)
    emit(render_citations(study, software=software_citation()))
    return DONE


def _declare(options: argparse.Namespace) -> int:
    from alliance_metrics.package.declare import declare

    changes = declare(options.folder)
    emit("\n".join(changes) if changes else "nothing changed")
    return DONE


def add_new(commands: Commands[argparse.ArgumentParser]) -> None:
    """Describe the command.

    Parameters
    ----------
    commands
        Where commands are added.
    """
    new = commands.add_parser("new", help="make a folder for another alliance, with made-up codings, ready to score")
    new.add_argument("folder", metavar="DIR", help="the folder to make; it must not be there yet, or be empty")
    new.set_defaults(handler=_new)


def _new(options: argparse.Namespace) -> int:
    from alliance_metrics.package.skeleton import new_package

    written = new_package(options.folder)
    emit(
        f"{options.folder}: {len(written)} files. Every coding in them is made up: replace them.\n"
        f"Begin with {options.folder}/README.md; then, in that folder: python -m alliance_metrics score mine"
    )
    return DONE
