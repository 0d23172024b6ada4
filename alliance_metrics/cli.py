"""The command line: parse, one library call, write, one report."""

from __future__ import annotations

import argparse
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

    check = commands.add_parser("check", help="check configuration and data, computing nothing; list every fault")
    _add_config(check)
    check.set_defaults(handler=_check)

    cite = commands.add_parser("cite", help="print the citations and licences due for what the result rests on")
    _add_config(cite)
    cite.set_defaults(handler=_cite)

    declare = commands.add_parser("declare", help="bring datapackage.json up to the files beside it")
    declare.add_argument("folder", metavar="DIR", help="folder of the data package")
    declare.set_defaults(handler=_declare)
    return parser


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
    options = build_parser().parse_args(arguments)
    handler: Callable[[argparse.Namespace], int] = options.handler
    try:
        return handler(options)
    except AllianceMetricsError as error:
        print(f"{_clear()}{type(error).__name__}: {error}", file=sys.stderr)
    except KeyboardInterrupt:
        print(f"{_clear()}Interrupted: nothing was written; an earlier result is as it was.", file=sys.stderr)
    except MemoryError:
        print(f"{_clear()}MemoryError: not enough memory; lower --draws or block_megabytes.", file=sys.stderr)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return FAILED


def _score(options: argparse.Namespace) -> int:
    from alliance_metrics.pipeline import drawn_table, score_study
    from alliance_metrics.report.terminal import BLOCKS, PLAIN_BLOCKS, render_score_card
    from alliance_metrics.result_files import check_formats, check_replaceable
    from alliance_metrics.study import open_study

    changes = {name: value for name in ("seed", "draws") if (value := getattr(options, name)) is not None}
    formats = tuple(word.strip() for word in options.format.split(",") if word.strip())
    check_formats((*formats, "parquet") if options.keep_draws else formats)
    _tell("reading and checking")
    study = open_study(options.config, data=options.data, **changes)
    target = Path(options.out) if options.out else Path("results") / study.config.name
    check_replaceable(target)
    card = score_study(study, progress=lambda share: _tell(f"scoring {share:.0%}"))
    draws = {"draws": drawn_table(study)} if options.keep_draws else {}
    _tell("writing")
    card.save(target, formats=formats, draws=draws)
    _tell("")
    print(render_score_card(card, blocks=BLOCKS if _can_print(BLOCKS) else PLAIN_BLOCKS))
    print(f"Data: {study.package.folder}. Result: {target} (scores.csv, contributions.csv, result.json).")
    return DONE


def _check(options: argparse.Namespace) -> int:
    from alliance_metrics.study import check

    faults, summary = check(options.config, data=options.data)
    if not faults:
        print(summary)
        return DONE
    print(FaultsError(faults).describe(), file=sys.stderr)
    print(f"{len(faults)} faults.", file=sys.stderr)
    return FAILED


def _cite(options: argparse.Namespace) -> int:
    from alliance_metrics.report.citations import render_citations, software_citation
    from alliance_metrics.study import open_study

    study = open_study(options.config, data=options.data)
    print(render_citations(study, software=software_citation()))
    return DONE


def _declare(options: argparse.Namespace) -> int:
    from alliance_metrics.declaration import declare

    changes = declare(options.folder)
    print("\n".join(changes) if changes else "nothing changed")
    return DONE


def _tell(message: str) -> None:
    """Show what is going on, where somebody is watching."""
    if sys.stderr.isatty():
        sys.stderr.write(f"{_CLEAR}{message}")
        sys.stderr.flush()


def _clear() -> str:
    return _CLEAR if sys.stderr.isatty() else ""


def _can_print(text: str) -> bool:
    try:
        text.encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        return False
    return True
