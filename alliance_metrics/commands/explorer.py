"""The command `explorer`: parse, one library call, write, one line of report."""

from __future__ import annotations

import argparse
from pathlib import Path

from alliance_metrics.commands.console import emit, show_progress
from alliance_metrics.commands.options import DONE, open_named_study, target_of

_MEGABYTE = 1e6


def explorer(options: argparse.Namespace) -> int:
    """Write a page on which readers try their own weights, offline.

    Parameters
    ----------
    options
        The parsed arguments.

    Returns
    -------
    int
        Exit code.
    """
    from alliance_metrics.explorer.data import explorer_data
    from alliance_metrics.explorer.page import MARK, render_explorer
    from alliance_metrics.explorer.reading import open_saved, saved_folder
    from alliance_metrics.results.pages import check_page_replaceable, write_page

    folder, card = saved_folder(options.config), None
    if folder is None:
        study = open_named_study(options)
        usual = Path("results") / f"{study.config.name}_explorer.html"
    else:
        show_progress("reading and checking")
        study, card = open_saved(folder, data=options.data, seed=options.seed, draws=options.draws)
        usual = folder.parent / f"{folder.name}_explorer.html"
    target = target_of(options, usual)
    check_page_replaceable(target, mark=MARK)
    show_progress("drawing")
    text = render_explorer(explorer_data(study, card=card))
    write_page(target, text)
    emit(f"{target}: {len(text.encode('utf-8')) / _MEGABYTE:.1f} MB, one page, opens without a network.")
    return DONE
