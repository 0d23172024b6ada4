"""What the command line says, and to whom: reports, progress, complaints."""

from __future__ import annotations

import contextlib
import os
import sys

_CLEAR = "\r\x1b[K"


class OutputError(Exception):
    """What was to be printed cannot be; without a text where the reader has left, which needs no word."""


def emit(text: str | None = None) -> None:
    """Print a text, and see it off: what waits in a buffer fails when nobody can tell of it any more.

    Parameters
    ----------
    text
        The text; only what is in the buffer where absent.

    Raises
    ------
    OutputError
        Where it cannot be written.
    """
    try:
        if text is not None:
            print(text)
        if sys.stdout is not None:
            sys.stdout.flush()
    except BrokenPipeError as cause:
        raise OutputError from cause
    except OSError as cause:
        raise OutputError(f"the report cannot be written: {cause.strerror}") from cause


def leave_output() -> None:
    """Lead what is left in the buffer nowhere."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def complain(text: str) -> None:
    """Tell what went wrong.

    Parameters
    ----------
    text
        The message.
    """
    if sys.stderr is not None:
        print(f"{_CLEAR if _is_watched() else ''}{text}", file=sys.stderr)


def tell(message: str) -> None:
    """Show what is going on, where somebody is watching.

    Parameters
    ----------
    message
        The step; nothing to take the last one away.
    """
    if _is_watched():
        sys.stderr.write(f"{_CLEAR}{message}")
        sys.stderr.flush()


def can_print(text: str) -> bool:
    """Say whether the terminal has the characters of a text.

    Parameters
    ----------
    text
        The text.

    Returns
    -------
    bool
        Whether it can be printed.
    """
    try:
        text.encode(getattr(sys.stdout, "encoding", None) or "ascii")
    except UnicodeEncodeError:
        return False
    return True


def _is_watched() -> bool:
    return sys.stderr is not None and sys.stderr.isatty()
