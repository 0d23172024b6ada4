"""The command line: parse, one library call, write, one report."""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from alliance_metrics.errors import AllianceMetricsError, FaultsError

DONE, FAILED = 0, 1
_CLEAR = "\r\x1b[K"


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
    _add_analyses(commands)
    return parser


Commands = argparse._SubParsersAction  # noqa: SLF001 - argparse gives it no public name


def _add_score(commands: Commands[argparse.ArgumentParser]) -> None:
    score = commands.add_parser("score", help="score every dyad-year and write the result folder")
    _add_config(score)
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
    score.set_defaults(handler=_score)


def _add_plain_commands(commands: Commands[argparse.ArgumentParser]) -> None:
    check = commands.add_parser("check", help="check configuration and data, computing nothing; list every fault")
    _add_config(check)
    check.set_defaults(handler=_check)

    cite = commands.add_parser("cite", help="print the citations and licences due for what the result rests on")
    _add_config(cite)
    cite.set_defaults(handler=_cite)

    declare = commands.add_parser("declare", help="bring datapackage.json up to the files beside it")
    declare.add_argument("folder", metavar="DIR", help="folder of the data package")
    declare.set_defaults(handler=_declare)


def _add_analyses(commands: Commands[argparse.ArgumentParser]) -> None:
    reliability = commands.add_parser("reliability", help="measure how far coders agree, by component, dyad and era")
    _add_config(reliability)
    reliability.add_argument("--out", metavar="DIR", help="folder for the result (default: results/NAME/reliability)")
    reliability.add_argument("--into", metavar="FILE", help="write the section on reliability into a Markdown file")
    reliability.set_defaults(handler=_reliability)

    sensitivity = commands.add_parser("sensitivity", help="find what drives an output, and what would change it")
    _add_config(sensitivity)
    sensitivity.add_argument("--out", metavar="DIR", help="folder for the result (default: results/NAME/sensitivity)")
    sensitivity.add_argument(
        "--output",
        action="append",
        default=[],
        metavar="TEXT",
        help="what is asked about, such as index:PRC-USSR:1960; may be repeated (default: the configuration's)",
    )
    sensitivity.add_argument(
        "--seed", type=int, metavar="N", help="seed of all randomness (default: the configuration's)"
    )
    sensitivity.set_defaults(handler=_sensitivity)

    audit = commands.add_parser("audit", help="audit the index by the steps of the OECD/JRC Handbook")
    _add_config(audit)
    audit.add_argument("--out", metavar="DIR", help="folder for the result (default: results/NAME/audit)")
    audit.set_defaults(handler=_audit)


def _add_config(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "config",
        nargs="?",
        default="baseline",
        metavar="CONFIG",
        help="name or path of a configuration (default: baseline)",
    )
    parser.add_argument("--data", metavar="DIR", help="folder of the data package (default: the configuration's)")


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
        _complain(f"{type(error).__name__}: {error}")
    except KeyboardInterrupt:
        _complain("Interrupted: nothing was written; an earlier result is as it was.")
    except MemoryError:
        _complain("MemoryError: not enough memory; lower --draws or block_megabytes.")
    except _OutputError as error:
        _leave_output()
        if str(error):
            _complain(f"OutputError: {error}")
    return FAILED


class _OutputError(Exception):
    """What was to be printed cannot be; without a text where the reader has left, which needs no word."""


def _parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    try:
        return build_parser().parse_args(arguments)
    except SystemExit:
        _print()  # help is still in the buffer
        raise


def _print(text: str | None = None) -> None:
    """Print a text, and see it off: what waits in a buffer fails when nobody can tell of it any more."""
    try:
        if text is not None:
            print(text)
        if sys.stdout is not None:
            sys.stdout.flush()
    except BrokenPipeError as cause:
        raise _OutputError from cause
    except OSError as cause:
        raise _OutputError(f"the report cannot be written: {cause.strerror}") from cause


def _leave_output() -> None:
    """Lead what is left in the buffer nowhere."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _complain(text: str) -> None:
    if sys.stderr is not None:
        print(f"{_CLEAR if _is_watched() else ''}{text}", file=sys.stderr)


def _score(options: argparse.Namespace) -> int:
    from alliance_metrics.pipeline import drawn_table, score_study
    from alliance_metrics.report.terminal import BLOCKS, PLAIN_BLOCKS, render_score_card
    from alliance_metrics.result_files import check_formats, check_replaceable
    from alliance_metrics.score_card import ScoreCard
    from alliance_metrics.study import open_study

    changes = {name: value for name in ("seed", "draws") if (value := getattr(options, name)) is not None}
    formats = tuple(word.strip() for word in options.format.split(",") if word.strip())
    check_formats((*formats, "parquet") if options.keep_draws else formats)
    _tell("reading and checking")
    study = open_study(options.config, data=options.data, **changes)
    target = Path(options.out) if options.out is not None else Path("results") / study.config.name
    check_replaceable(target, kind=ScoreCard.KIND)
    card = score_study(study, progress=lambda share: _tell(f"scoring {share:.0%}"))
    draws = {"draws": drawn_table(study)} if options.keep_draws else {}
    _tell("writing")
    card.save(target, formats=formats, draws=draws)
    _tell("")
    try:
        blocks = BLOCKS if _can_print(BLOCKS) else PLAIN_BLOCKS
        place = (
            f"Data: {study.package.folder}. Result: {target} (scores.csv, contributions.csv, levels.csv, result.json)."
        )
        _print(f"{render_score_card(card, blocks=blocks)}\n{place}")
    except KeyboardInterrupt:
        _complain(f"Interrupted while reporting; the result stands whole in {target}.")
        return FAILED
    return DONE


def _check(options: argparse.Namespace) -> int:
    from alliance_metrics.study import check

    faults, summary = check(options.config, data=options.data)
    if not faults:
        _print(summary)
        return DONE
    count = "1 fault." if len(faults) == 1 else f"{len(faults)} faults."
    _complain(f"{FaultsError(faults).describe()}\n{count}")
    return FAILED


def _cite(options: argparse.Namespace) -> int:
    from alliance_metrics.report.citations import render_citations, software_citation
    from alliance_metrics.study import open_study

    study = open_study(options.config, data=options.data)
    _print(render_citations(study, software=software_citation()))
    return DONE


def _reliability(options: argparse.Namespace) -> int:
    from alliance_metrics.coding.reliability import Reliability
    from alliance_metrics.pipeline import measure_reliability
    from alliance_metrics.report.reliability_text import BEGIN, END, render_reliability, render_section
    from alliance_metrics.result_files import check_replaceable
    from alliance_metrics.storage import replaced_section
    from alliance_metrics.study import open_study

    _tell("reading and checking")
    study = open_study(options.config, data=options.data)
    target = Path(options.out) if options.out is not None else Path("results") / study.config.name / Reliability.KIND
    check_replaceable(target, kind=Reliability.KIND)
    _tell("measuring")
    result = measure_reliability(study)
    if options.into:
        replaced_section(Path(options.into), begin=BEGIN, end=END, text=render_section(result))
    result.save(target)
    _tell("")
    _print(f"{render_reliability(result)}\nResult: {target} (alpha.csv, pairs.csv, disputes.csv, drift.csv).")
    return DONE


def _audit(options: argparse.Namespace) -> int:
    from alliance_metrics.audit import Audit, audit_study
    from alliance_metrics.report.audit_text import render_audit, render_audit_page
    from alliance_metrics.result_files import check_replaceable
    from alliance_metrics.study import open_study

    _tell("reading and checking")
    study = open_study(options.config, data=options.data)
    target = Path(options.out) if options.out is not None else Path("results") / study.config.name / Audit.KIND
    check_replaceable(target, kind=Audit.KIND)
    result = audit_study(study, progress=lambda share: _tell(f"scoring {share:.0%}"))
    result.save(target, pages={"audit.md": render_audit_page(result)})
    _tell("")
    _print(f"{render_audit(result)}\nResult: {target} (audit.md, steps.csv, importance.csv, variants.csv and others).")
    return DONE


def _sensitivity(options: argparse.Namespace) -> int:
    from alliance_metrics.report.sensitivity_text import render_sensitivity
    from alliance_metrics.result_files import check_replaceable
    from alliance_metrics.sensitivity_analysis import Sensitivity, analyse_sensitivity, asked_outputs
    from alliance_metrics.study import open_study

    _tell("reading and checking")
    study = open_study(options.config, data=options.data, seed=options.seed)
    wanted = tuple(options.output)
    asked_outputs(study, wanted)
    target = Path(options.out) if options.out is not None else Path("results") / study.config.name / Sensitivity.KIND
    check_replaceable(target, kind=Sensitivity.KIND)
    result = analyse_sensitivity(study, outputs=wanted, progress=lambda share: _tell(f"rebuilding {share:.0%}"))
    result.save(target)
    _tell("")
    _print(f"{render_sensitivity(result)}\nResult: {target} (outputs.csv, effects.csv, left_out.csv and others).")
    return DONE


def _declare(options: argparse.Namespace) -> int:
    from alliance_metrics.declaration import declare

    changes = declare(options.folder)
    _print("\n".join(changes) if changes else "nothing changed")
    return DONE


def _tell(message: str) -> None:
    """Show what is going on, where somebody is watching."""
    if _is_watched():
        sys.stderr.write(f"{_CLEAR}{message}")
        sys.stderr.flush()


def _is_watched() -> bool:
    return sys.stderr is not None and sys.stderr.isatty()


def _can_print(text: str) -> bool:
    try:
        text.encode(getattr(sys.stdout, "encoding", None) or "ascii")
    except UnicodeEncodeError:
        return False
    return True
