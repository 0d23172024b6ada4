"""Independent pieces of work on all processors, each piece the same whoever does it.

The arrays worked on are small, so that threads would mostly wait for one another; forked processes do not. They share
memory that is asked for as such, and nothing else comes back but what a task returns. Where the system cannot fork, or
other threads are running, the work is done in turn.
"""

from __future__ import annotations

import math
import mmap
import multiprocessing
import os
import threading
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from typing import Any, Protocol, TypeVar

import numpy as np

from alliance_metrics.coding.arrays import FloatArray
from alliance_metrics.errors import Fault, SpecError

#: Binary places of a megabyte.
_MEGABYTE = 20


class Scratch(Protocol):
    """Interface of a scratch file for draws that do not fit in memory; several processes may write."""

    def write(self, columns: FloatArray, *, first_row: int) -> None:
        """Write some rows of all columns.

        Parameters
        ----------
        columns : ndarray of float32, shape (n_columns, width)
            The rows.
        first_row
            Place of the first.
        """
        ...

    def read(self, first: int, last: int) -> FloatArray:
        """Give all rows of some columns.

        Parameters
        ----------
        first, last
            First column, and the one after the last.

        Returns
        -------
        ndarray of float32, shape (last - first, n_rows)
            The columns.
        """
        ...

    def close(self) -> None:
        """Delete the file."""
        ...


class ScratchMaker(Protocol):
    """Makes scratch files."""

    def __call__(self, n_columns: int, *, n_rows: int, piece: int) -> Scratch:
        """Make one for so many columns and rows, of which a piece is written at a time."""
        ...


Task = TypeVar("Task")
Answer = TypeVar("Answer")


def processors() -> int:
    """Count the processors that may be used.

    Returns
    -------
    int
        One or more.
    """
    if hasattr(os, "sched_getaffinity"):
        return max(1, len(os.sched_getaffinity(0)))
    return os.cpu_count() or 1


def shared_array(shape: tuple[int, ...], kind: type[np.floating[Any]]) -> np.ndarray[Any, Any]:
    """Give an array that processes forked later write into together.

    Parameters
    ----------
    shape
        Its shape.
    kind
        Kind of its numbers.

    Returns
    -------
    ndarray
        Zeros.

    Raises
    ------
    MemoryError
        Where the system does not give so much memory.
    """
    size = math.prod(shape)
    if size == 0:
        return np.zeros(shape, dtype=kind)
    try:
        memory = mmap.mmap(-1, size * np.dtype(kind).itemsize)
    except OSError as cause:
        raise MemoryError from cause
    return np.frombuffer(memory, dtype=kind).reshape(shape)


def draws_array(shape: tuple[int, int, int]) -> FloatArray:
    """Give a shared array for all draws of some components, where the machine can hold it.

    Parameters
    ----------
    shape
        Number of components, units and draws.

    Returns
    -------
    ndarray of float32
        Zeros.

    Raises
    ------
    SpecError
        Where the draws take more than the memory of the machine.
    """
    needed, there = 4 * math.prod(shape), _memory_bytes()
    if there is not None and needed > there:
        what = f"all draws of {shape[0]} components in {shape[1]} units do not fit in memory"
        found = f"{shape[2]} draws take {needed >> _MEGABYTE} MB"
        allowed = f"at most the {there >> _MEGABYTE} MB of this machine"
        remedy = "lower the number of draws, or analyse fewer units; block_megabytes bounds `score` alone"
        raise SpecError([Fault("the draws", what, found, allowed, remedy, column="uncertainty.draws")])
    return shared_array(shape, np.float32)


def _memory_bytes() -> int | None:
    """Give the memory of the machine, where the system says how much it is."""
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        return None


def each(
    task: Callable[[Task], Answer],
    pieces: Sequence[Task],
    *,
    worth_sharing: bool = True,
    progress: Callable[[float], None] | None = None,
) -> list[Answer]:
    """Do a task for every piece.

    Parameters
    ----------
    task
        What is done; writes into shared arrays alone.
    pieces
        What it is done to.
    worth_sharing
        Whether there is enough to do for more than one processor.
    progress
        Called with the share of the work done, as far as this process knows. [0-1]

    Returns
    -------
    list
        What each task returned, in order.

    Raises
    ------
    Exception
        What a task raised, or RuntimeError where a process ended before its work did.
    """
    if not pieces:
        return []
    hands = min(processors(), len(pieces)) if worth_sharing and _may_fork() else 1
    context = multiprocessing.get_context("fork") if hands > 1 else None
    helpers = []
    for hand in range(1, hands):
        assert context is not None  # noqa: S101 - for the type checker
        ours, theirs = context.Pipe(duplex=False)
        helper = context.Process(target=_work, args=(task, pieces[hand::hands], theirs, os.getpid()), daemon=True)
        helper.start()
        theirs.close()
        helpers.append((helper, ours))
    try:
        answers: list[Any] = [None] * len(pieces)
        own = pieces[0::hands]
        for place, piece in enumerate(own):
            answers[place * hands] = task(piece)
            if progress is not None:
                progress((place + 1) / len(own))
        for hand, (_, ours) in enumerate(helpers, start=1):
            answers[hand::hands] = _answers_of(ours)
    finally:
        for helper, ours in helpers:
            ours.close()
            helper.terminate()
            helper.join()
    return answers


def _may_fork() -> bool:
    able = "fork" in multiprocessing.get_all_start_methods() and not multiprocessing.current_process().daemon
    return able and threading.active_count() == 1


def _work(task: Callable[[Task], Any], pieces: Sequence[Task], answer: Connection, parent: int) -> None:
    """Do some of the pieces and send the answers; stop where the parent process has ended."""
    found: list[Any] = []
    try:
        for piece in pieces:
            if os.getppid() != parent:
                return
            found.append(task(piece))
        answer.send((found, None))
    except KeyboardInterrupt:
        return
    except Exception as error:  # noqa: BLE001 - whatever it is, the parent raises it
        answer.send((found, error))
    finally:
        answer.close()


def _answers_of(ours: Connection) -> list[Any]:
    try:
        found, error = ours.recv()
    except EOFError as cause:
        raise RuntimeError("a process that helped with the draws ended before its work was done") from cause
    if error is not None:
        raise error
    return list(found)
