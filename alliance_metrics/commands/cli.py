"""The command line: parse, one library call, write, one report."""

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from alliance_metrics.commands import analyses
from alliance_metrics.commands.console import OutputError, can_print, complain, emit, leave_output, show_progress
from alliance_metrics.commands.options import (
    DONE,
    FAILED,
    Run,
    add_command,
    open_declared_study,
    split_words,
    target_of,
)
from alliance_metrics.commands.report import brief, charts, explain, explorer, place
from alliance_metrics.errors import SHOWN_OFFENDERS, AllianceMetricsError, FaultsError, counted, describe_warnings


def build_parser() -> argparse.ArgumentParser:
    """Describe the command line.

    Returns
    -------
    argparse.ArgumentParser
        The parser; the function that runs a command stands in ``run``.
    """
    parser = argparse.ArgumentParser(
        prog="python -m alliance_metrics",
        description="How cohesive is an alliance, year by year, and how sure are we?",
        epilog="Exit codes: 0 done, 1 an error (message on stderr, nothing half-written), 2 wrong usage.",
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, (run, usage) in _COMMANDS.items():
        summary = str(run.__doc__).partition("\n")[0].rstrip(".")
        add_command(commands.add_parser(name, help=summary[:1].lower() + summary[1:]), name, usage=usage, run=run)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Parameters
    ----------
    arguments
        Words of the command line; those of the process where absent.

    Returns
    -------
    int
        Exit code: 0 done, 1 an error that has a message. Wrong usage exits with 2.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        options = _parsed(arguments)
        run: Run = options.run
        return run(options)
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
    """Score every dyad-year and write the result folder."""
    from alliance_metrics.report.shown import shown
    from alliance_metrics.report.text.terminal import BLOCKS, PLAIN_BLOCKS, render_score_card
    from alliance_metrics.results.files import check_formats, check_replaceable
    from alliance_metrics.results.score_card import ScoreCard
    from alliance_metrics.study.score import drawn_table, score_study
    from alliance_metrics.study.study import with_draws

    formats = split_words(options.format)
    check_formats((*formats, "parquet") if options.keep_draws else formats)
    declared = open_declared_study(options)
    study = with_draws(declared, seed=options.seed, draws=options.draws)
    target = target_of(options, Path("results") / study.config.name)
    check_replaceable(target, kind=ScoreCard.KIND)
    card = score_study(study, progress=lambda share: show_progress(f"scoring {share:.0%}"))
    draws = {"draws": drawn_table(study)} if options.keep_draws else {}
    show_progress("writing")
    card.save(target, formats=formats, draws=draws)
    try:
        blocks = BLOCKS if can_print(BLOCKS) else PLAIN_BLOCKS
        place = (
            f"Data: {study.package.folder}. Result: {target} (scores.csv, contributions.csv, levels.csv, result.json)."
        )
        if study.warnings:
            place += f"\n{counted(len(study.warnings), 'warning')} on the data; `check` lists them."
        emit(f"{render_score_card(shown(card), blocks=blocks)}\n{place}")
    except KeyboardInterrupt:
        complain(f"Interrupted while reporting; the result stands whole in {target}.")
        return FAILED
    if options.all:
        analyses.write_all(declared, target, seed=options.seed, draws=options.draws)
    return DONE


def _check(options: argparse.Namespace) -> int:
    """Check configuration and data, computing nothing; list faults and warnings."""
    from alliance_metrics.results.findings import COLUMNS, findings_text
    from alliance_metrics.results.pages import check_page_replaceable, write_page
    from alliance_metrics.study.study import check

    target = None if options.out is None else Path(options.out)
    if target is not None:
        check_page_replaceable(target, mark=",".join(COLUMNS))
    found = check(options.config, data=options.data)
    if target is not None:
        write_page(target, findings_text(found.faults, found.warnings))
    if found.faults:
        complain(f"{FaultsError(found.faults).describe()}\n{counted(len(found.faults), 'fault')}.")
        return FAILED
    lines = [found.summary]
    if found.warnings:
        lines.insert(0, describe_warnings(found.warnings, limit=SHOWN_OFFENDERS))
        lines.append("Warnings keep nothing from being scored. Every one with its place: check --out FILE.csv")
    emit("\n".join(lines if target is None else [*lines[:-1], f"Every one with its place: {target}"]))
    return DONE


def _cite(options: argparse.Namespace) -> int:
    """Print the citations and licences due for what the result rests on."""
    from alliance_metrics.study.citations import render_citations, software_citation

    study = open_declared_study(options)
    emit(render_citations(study, software=software_citation()))
    return DONE


def _declare(options: argparse.Namespace) -> int:
    """Update datapackage.json to the files beside it."""
    from alliance_metrics.package.declare import declare

    changes = declare(options.folder)
    emit("\n".join(changes) if changes else "nothing changed")
    return DONE


def _new(options: argparse.Namespace) -> int:
    """Make a folder for another alliance, with made-up codings, ready to score."""
    from alliance_metrics.package.skeleton import new_package

    written = new_package(options.folder)
    emit(
        f"{options.folder}: {len(written)} files. Every coding in them is made up: replace them.\n"
        f"Begin with {options.folder}/README.md; then, in that folder: python -m alliance_metrics score mine"
    )
    return DONE


#: Each command: what runs it, whose docstring is its help, and its arguments.
_COMMANDS: Mapping[str, tuple[Run, str]] = {
    "score": (_score, "config --data --out --seed --draws --format --keep-draws --all"),
    "check": (_check, "config --data --out"),
    "cite": (_cite, "config --data"),
    "declare": (_declare, "folder"),
    "reliability": (analyses.reliability, "config --data --out --into"),
    "sensitivity": (analyses.sensitivity, "config --data --out --output --seed"),
    "audit": (analyses.audit, "config --data --out"),
    "compare": (analyses.compare, "config --data --out --seed --draws"),
    "claims": (analyses.claims, "config --data --out --seed --draws --claims --all-claims"),
    "validate": (analyses.validate, "config --data --out --seed --draws"),
    "analyse": (analyses.analyse, "config --data --out --seed --draws --claims --all-claims --only"),
    "explain": (explain, "dyad year later --config --data --out --seed --draws --json"),
    "place": (place, "dyad year --config --data --out --seed --draws --json"),
    "explorer": (explorer, "config --data --out --seed --draws"),
    "charts": (charts, "results --out --only --width --palette --format"),
    "new": (_new, "folder"),
    "brief": (brief, "results --dyad --years --out --tables"),
}
