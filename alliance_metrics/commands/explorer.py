"""The command that writes the explorer: parse, one library call, write, one line of report."""

from __future__ import annotations

import argparse
from pathlib import Path

from alliance_metrics.commands.analyses import DONE, Commands
from alliance_metrics.commands.console import emit, tell

_MEGABYTE = 1e6


def add_explorer(commands: Commands[argparse.ArgumentParser]) -> None:
    """Describe the command.

    Parameters
    ----------
    commands
        Where commands are added.
    """
    explorer = commands.add_parser("explorer", help="write a page on which readers try their own weights, offline")
    explorer.add_argument(
        "config",
        nargs="?",
        default="baseline",
        metavar="CONFIG",
        help="name or path of a configuration, or a folder that `score` wrote (default: baseline)",
    )
    explorer.add_argument("--data", metavar="DIR", help="folder of the data package (default: the configuration's)")
    explorer.add_argument("--out", metavar="FILE", help="file to write (default: results/NAME_explorer.html)")
    explorer.add_argument("--seed", type=int, metavar="N", help="seed of all randomness (default: the configuration's)")
    explorer.add_argument("--draws", type=int, metavar="N", help="number of draws (default: the configuration's)")
    explorer.set_defaults(handler=_explorer)


def _explorer(options: argparse.Namespace) -> int:
    from alliance_metrics.explorer.data import explorer_data
    from alliance_metrics.explorer.page import MARK, render_explorer
    from alliance_metrics.explorer.reading import open_saved, saved_folder
    from alliance_metrics.results.pages import check_page_replaceable, write_page
    from alliance_metrics.study.study import open_study

    tell("reading and checking")
    folder, card = saved_folder(options.config), None
    if folder is None:
        study = open_study(options.config, data=options.data, seed=options.seed, draws=options.draws)
        usual = Path("results") / f"{study.config.name}_explorer.html"
    else:
        study, card = open_saved(folder, data=options.data, seed=options.seed, draws=options.draws)
        usual = folder.parent / f"{folder.name}_explorer.html"
    target = Path(options.out) if options.out is not None else usual
    check_page_replaceable(target, mark=MARK)
    tell("drawing")
    text = render_explorer(explorer_data(study, card=card))
    write_page(target, text)
    tell("")
    emit(f"{target}: {len(text.encode('utf-8')) / _MEGABYTE:.1f} MB, one page, opens without a network.")
    return DONE
