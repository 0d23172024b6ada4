"""What the command line prints: reports, progress and error messages."""

from __future__ import annotations

import contextlib
import os
import sys

_CLEAR = "\r\x1b[K"


class OutputError(Exception):
    """A report cannot be printed; without a message where its reader closed the pipe, which is no error to report."""


def emit(text: str | None = None) -> None:
    """Print a report in place of the progress, and flush it, so that a failure to write shows here and not at exit.

    Parameters
    ----------
    text
        The report; where absent, only the buffer is flushed.

    Raises
    ------
    OutputError
        Where it cannot be written.
    """
    try:
        if text is not None:
            show_progress("")
            print(text)
        if sys.stdout is not None:
            sys.stdout.flush()
    except BrokenPipeError as cause:
        raise OutputError from cause
    except OSError as cause:
        raise OutputError(f"the report cannot be written: {cause.strerror}") from cause


def leave_output() -> None:
    """Discard what is left in the output buffer."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def complain(text: str) -> None:
    """Print an error message.

    Parameters
    ----------
    text
        The message.
    """
    if sys.stderr is not None:
        print(f"{_CLEAR if _is_watched() else ''}{text}", file=sys.stderr)


def show_progress(message: str) -> None:
    """Show the present step on a terminal; elsewhere print nothing.

    Parameters
    ----------
    message
        The step; an empty text removes the last one.
    """
    if _is_watched():
        sys.stderr.write(f"{_CLEAR}{message}")
        sys.stderr.flush()


def can_print(text: str) -> bool:
    """Say whether standard output can encode a text.

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
