"""The command that begins an alliance of one's own."""

from __future__ import annotations

import argparse

from alliance_metrics.analysis_commands import DONE, Commands
from alliance_metrics.console import emit


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
    from alliance_metrics.skeleton import new_package

    written = new_package(options.folder)
    emit(
        f"{options.folder}: {len(written)} files. Every coding in them is made up: replace them.\n"
        f"Begin with {options.folder}/README.md; then, in that folder: python -m alliance_metrics score mine"
    )
    return DONE
