"""Pages that are written whole or not at all, and over nothing but an earlier page of their kind."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from alliance_metrics.errors import Fault, ResultError
from alliance_metrics.results.folders import replace_text

#: Bytes at the start of a page that hold its mark.
_HEAD = 4096


def check_page_replaceable(target: Path, *, mark: str) -> None:
    """Refuse to write a page over a file that is not such a page.

    Parameters
    ----------
    target
        The file.
    mark
        Text that every such page has near its beginning.

    Raises
    ------
    ResultError
        Where something else is there, or what is there cannot be read.
    """
    with _as_result_error(target):
        if not target.exists():
            return
        with target.open("rb") as file:
            begins = file.read(_HEAD)
    if mark.encode() not in begins:
        what, allowed = "another file is there", "nothing, or an earlier page of this kind"
        raise ResultError([Fault(str(target), what, target.name, allowed, "choose another file with --out")])


def write_page(target: Path, text: str) -> None:
    """Write a page, whole or not at all.

    Parameters
    ----------
    target
        The file; one that is there is replaced.
    text
        The page.

    Raises
    ------
    ResultError
        Where it cannot be written. What was there is then as it was.
    """
    with _as_result_error(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        replace_text(target, text)


@contextlib.contextmanager
def _as_result_error(target: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError) as cause:  # ValueError: a name no file can have
        found = str(getattr(cause, "strerror", None) or cause)
        allowed, remedy = "a file in a folder in which files can be created", "choose another file with --out"
        raise ResultError([Fault(str(target), "the page cannot be written", found, allowed, remedy)]) from cause
