"""The options of the command line, each described once; one that means something else in a command stands twice."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from alliance_metrics.commands.console import show_progress

if TYPE_CHECKING:
    from alliance_metrics.study.study import Study

DONE, FAILED = 0, 1
CLAIMS = "claims"
_CONFIG = "name or path of a configuration (default: baseline)"
_SAVED = "name or path of a configuration, or a folder that `score` wrote (default: baseline)"
_OUTPUT = "an output to explain, such as index:PRC-USSR:1960; may be repeated (default: the configuration's)"
_PALETTE = "contrast (default), okabe-ito or grey; all stay legible in grey and to the colour-blind"
_TABLES = "write figures and tables alone into this folder; a page too where --out is given"


def _years(text: str) -> tuple[int, int]:
    first, between, last = text.partition("-")
    if not first.isdecimal() or (between and not last.isdecimal()):
        raise argparse.ArgumentTypeError(f"not a year or two years with a hyphen, such as 1949-1969: {text}")
    years = int(first), int(last if between else first)
    if years[0] > years[1]:
        raise argparse.ArgumentTypeError(f"the first year lies after the last: {text}")
    return years


#: What argparse takes for each option. After a space, the command in which the option differs.
OPTIONS: Mapping[str, Mapping[str, Any]] = {
    "config": {"metavar": "CONFIG", "nargs": "?", "default": "baseline", "help": _CONFIG},
    "config explorer": {"metavar": "CONFIG", "nargs": "?", "default": "baseline", "help": _SAVED},
    "dyad": {"metavar": "DYAD", "help": "id of the dyad, as the dyads table has it"},
    "folder": {"metavar": "DIR", "help": "folder of the data package"},
    "folder new": {"metavar": "DIR", "help": "the folder to make; it must not exist yet, or be empty"},
    "later": {"metavar": "LATER", "type": int, "nargs": "?", "help": "a later year to compare it with instead"},
    "results": {"metavar": "RESULTS", "help": "folder that `score` wrote, such as results/baseline"},
    "year": {"metavar": "YEAR", "type": int, "help": "the year, compared with the one before it"},
    "year place": {"metavar": "YEAR", "type": int, "help": "the year"},
    "--all": {
        "action": "store_true",
        "help": "then reliability, sensitivity, audit and every analysis, each in a folder within the result",
    },
    "--all-claims": {"action": "store_true", "help": "print every claim, not one line for each row of the essay"},
    "--claims": {"metavar": "FILE", "default": CLAIMS, "help": "name or path of a file of claims (default: claims)"},
    "--config": {"metavar": "CONFIG", "default": "baseline", "help": _CONFIG},
    "--data": {"metavar": "DIR", "help": "folder of the data package (default: the configuration's)"},
    "--draws": {"metavar": "N", "type": int, "help": "number of draws (default: the configuration's)"},
    "--dyad": {"metavar": "DYAD", "help": "id of the dyad (default: that whose record ends last)"},
    "--format": {"metavar": "LIST", "default": "csv", "help": "csv (always), and any of parquet,xlsx,dta"},
    "--format charts": {"metavar": "LIST", "default": "png,svg", "help": "any of png,svg,pdf (default: png,svg)"},
    "--into": {"metavar": "FILE", "help": "write the section on reliability into a Markdown file"},
    "--json": {"action": "store_true", "help": "print the tables as JSON instead of the text"},
    "--keep-draws": {
        "action": "store_true",
        "help": "write draws.parquet too: every draw of the index and its pillars",
    },
    "--only": {"metavar": "LIST", "default": "", "help": "kinds of analyses, comma separated (default: all)"},
    "--only charts": {"metavar": "LIST", "default": "", "help": "names of charts, comma separated (default: all)"},
    "--out": {"metavar": "DIR", "help": "folder for the result (default: results/NAME/{name})"},
    "--out check": {"metavar": "FILE", "help": "write every fault and warning, each with its place, as CSV"},
    "--out score": {"metavar": "DIR", "help": "folder for the result (default: results/NAME)"},
    "--out analyse": {
        "metavar": "DIR",
        "help": "folder that gets one folder for each analysis (default: results/NAME)",
    },
    "--out compare": {"metavar": "DIR", "help": "folder for the result (default: results/NAME/comparison)"},
    "--out validate": {"metavar": "DIR", "help": "folder for the result (default: results/NAME/validation)"},
    "--out explain": {"metavar": "DIR", "help": "folder for the tables (default: none are written)"},
    "--out explorer": {"metavar": "FILE", "help": "file to write (default: results/NAME_explorer.html)"},
    "--out charts": {"metavar": "DIR", "help": "folder for the charts (default: RESULTS/charts)"},
    "--out brief": {"metavar": "FILE", "help": "the HTML file (default: RESULTS_brief_DYAD-YEARS.html)"},
    "--output": {"metavar": "TEXT", "action": "append", "default": [], "help": _OUTPUT},
    "--palette": {"metavar": "NAME", "default": "contrast", "help": _PALETTE},
    "--seed": {"metavar": "N", "type": int, "help": "seed of all randomness (default: the configuration's)"},
    "--tables": {"metavar": "DIR", "help": _TABLES},
    "--width": {"metavar": "N", "type": int, "default": 720, "help": "width in pixels, 480-2000 (default: 720)"},
    "--years": {
        "metavar": "FIRST-LAST",
        "type": _years,
        "help": "years shown; they select the era (default: the latest era)",
    },
}

Run = Callable[[argparse.Namespace], int]


def add_command(parser: argparse.ArgumentParser, name: str, *, usage: str, run: Run) -> None:
    """Add the arguments of a command to its parser.

    Parameters
    ----------
    parser
        Parser of the command.
    name
        Name of the command.
    usage
        Names of its arguments, in the order of the help.
    run
        Runs the command and gives its exit code.
    """
    for argument in usage.split():
        settings = OPTIONS.get(f"{argument} {name}", OPTIONS[argument])
        parser.add_argument(argument, **{**settings, "help": settings["help"].format(name=name)})
    parser.set_defaults(run=run)


def open_declared_study(options: argparse.Namespace) -> Study:
    """Open the study that a command names, under the seed and number of draws of its configuration.

    Parameters
    ----------
    options
        The parsed arguments.

    Returns
    -------
    Study
        The study.
    """
    from alliance_metrics.study.study import open_study

    show_progress("reading and checking")
    return open_study(options.config, data=options.data)


def open_named_study(options: argparse.Namespace) -> Study:
    """Open the study that a command names, under the seed and number of draws of the command.

    Parameters
    ----------
    options
        The parsed arguments.

    Returns
    -------
    Study
        The study.
    """
    from alliance_metrics.study.study import with_draws

    draws, seed = getattr(options, "draws", None), getattr(options, "seed", None)
    return with_draws(open_declared_study(options), seed=seed, draws=draws)


def target_of(options: argparse.Namespace, default: Path) -> Path:
    """Find where a command writes.

    Parameters
    ----------
    options
        The parsed arguments.
    default
        Where it writes without ``--out``.

    Returns
    -------
    Path
        File or folder.
    """
    return Path(options.out) if options.out is not None else default


def split_words(text: str) -> tuple[str, ...]:
    """Split a comma-separated list.

    Parameters
    ----------
    text
        The list.

    Returns
    -------
    tuple of str
        Its entries, none empty.
    """
    return tuple(word.strip() for word in text.split(",") if word.strip())
