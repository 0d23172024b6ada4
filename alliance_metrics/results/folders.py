"""Folders that change whole or not at all.

A folder is written beside its place under another name, flushed to disk, and then takes its place in one step. Where
the system can exchange two names (Linux, macOS) the earlier folder is never absent, not even for an instant.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from alliance_metrics.errors import Fault, ResultError

_PARTIAL = ".partial-"
_EARLIER = "earlier"
_AT_FDCWD = -100
_LINUX_EXCHANGE = 2
_DARWIN_SWAP = 2


@contextlib.contextmanager
def replaced_folder(target: Path) -> Iterator[Path]:
    """Give a folder to write into, which replaces ``target`` if the block ends without an error.

    Parameters
    ----------
    target
        The folder to make or replace.

    Yields
    ------
    Path
        An empty folder on the same disk.

    Raises
    ------
    ResultError
        Where nothing can be written there. ``target`` is then as it was.
    """
    parent = target.parent
    with _as_result_error(target):
        parent.mkdir(parents=True, exist_ok=True)
        with _locked(parent, wait=True):
            _remove_abandoned(target)
            staging = Path(tempfile.mkdtemp(prefix=f".{target.name}{_PARTIAL}", dir=parent))
            lock = _lock(staging, wait=False)
    try:
        with _as_result_error(target):
            content = staging / target.name
            content.mkdir()
            yield content
            for path in sorted(content.rglob("*")):
                _flush(path)
            _take_place(content, target)
            _flush(parent)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
        _unlock(lock)


def replaced_section(target: Path, *, begin: str, end: str, text: str) -> None:
    """Replace the section between two marks of a text file, whole or not at all.

    Parameters
    ----------
    target
        The file.
    begin, end
        The marks, each on a line of its own.
    text
        The new text, marks included.

    Raises
    ------
    ResultError
        Where the file cannot be read or written, or does not hold both marks in order.
    """
    with _as_result_error(target):
        whole = target.read_text(encoding="utf-8")
        first, last = whole.find(begin), whole.find(end)
        if first < 0 or last < first:
            what, allowed = "the file does not mark where the section goes", f"{begin} and, further down, {end}"
            remedy = "put both marks where the section is to stand"
            raise ResultError([Fault(str(target), what, "no such marks", allowed, remedy)])
        replace_text(target, whole[:first] + text + whole[last + len(end) :])


def replace_text(target: Path, text: str) -> None:
    """Write a text file, whole or not at all.

    Parameters
    ----------
    target
        The file; its folder exists.
    text
        The text.

    Raises
    ------
    OSError
        Where it cannot be written. What was there is then as it was.
    """
    with tempfile.TemporaryDirectory(prefix=f".{target.name}{_PARTIAL}", dir=target.parent) as folder:
        staged = Path(folder) / target.name
        staged.write_text(text, encoding="utf-8", newline="")
        _flush(staged)
        staged.replace(target)


@contextlib.contextmanager
def _as_result_error(target: Path) -> Iterator[None]:
    try:
        yield
    except OSError as cause:
        full = cause.errno in {errno.ENOSPC, errno.EDQUOT}
        fault = Fault(
            where=str(target),
            what="the disk is full" if full else "the result cannot be written",
            found=f"{cause.strerror or cause}: {cause.filename or target.parent}",
            allowed="a folder in which files can be created, on a disk with free space",
            remedy="free some space" if full else "choose another folder with --out, or correct its permissions",
        )
        raise ResultError([fault]) from cause


def _flush(path: Path) -> None:
    """Flush a file or folder to disk; some systems cannot open a folder, and need not."""
    try:
        handle = os.open(path, os.O_RDONLY)
    except PermissionError:
        if path.is_dir():
            return
        raise
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _take_place(content: Path, target: Path) -> None:
    if not target.exists():
        content.rename(target)
        return
    if _exchange(content, target):
        return
    earlier = content.parent / _EARLIER
    target.rename(earlier)
    try:
        content.rename(target)
    except OSError:
        earlier.rename(target)
        raise


def _exchange(one: Path, other: Path) -> bool:
    """Swap two names in one step; False where the system cannot."""
    library = ctypes.CDLL(None, use_errno=True) if os.name == "posix" else None
    first, second = os.fsencode(one), os.fsencode(other)
    if sys.platform == "darwin" and hasattr(library, "renamex_np"):
        status = library.renamex_np(first, second, _DARWIN_SWAP)
    elif library is not None and hasattr(library, "renameat2"):
        status = library.renameat2(_AT_FDCWD, first, _AT_FDCWD, second, _LINUX_EXCHANGE)
    else:
        return False
    return bool(status == 0)


def _lock(folder: Path, *, wait: bool) -> int | None:
    """Lock a folder for as long as this process lives; None where it is locked already, or cannot be locked."""
    if os.name != "posix":
        return None
    import fcntl

    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except OSError:
        os.close(handle)
        return None
    return handle


def _unlock(handle: int | None) -> None:
    if handle is not None:
        os.close(handle)


@contextlib.contextmanager
def _locked(folder: Path, *, wait: bool) -> Iterator[bool]:
    handle = _lock(folder, wait=wait)
    try:
        yield handle is not None
    finally:
        _unlock(handle)


def _remove_abandoned(target: Path) -> None:
    """Restore and remove what a killed run left behind; the folder of a run that still lives is locked, and stays.

    The caller holds the lock of the parent, so that no folder is removed between its creation and its locking.
    """
    prefix = f".{target.name}{_PARTIAL}"
    for staging in sorted(path for path in target.parent.iterdir() if path.name.startswith(prefix)):
        with _locked(staging, wait=False) as ours:
            if not ours:
                continue
            if not target.exists() and (staging / _EARLIER).is_dir():
                (staging / _EARLIER).rename(target)
            shutil.rmtree(staging, ignore_errors=True)


class ScratchFile:
    """Large columns of numbers kept on disk because they exceed the memory allowed.

    The file has no name and is gone with the process. Several processes may write, each its own rows.

    Parameters
    ----------
    n_columns
        Number of columns.
    n_rows
        Rows of each.
    piece
        Rows that are written together, but for the last ones.
    """

    def __init__(self, n_columns: int, *, n_rows: int, piece: int) -> None:
        self._shape = (n_columns, n_rows, piece)
        self._file = tempfile.TemporaryFile(prefix="alliance_metrics-")  # noqa: SIM115 - held as long as this object

    def write(self, columns: np.ndarray[Any, np.dtype[np.float32]], *, first_row: int) -> None:
        """Keep some rows of all columns.

        Parameters
        ----------
        columns : ndarray of float32, shape (n_columns, width)
            The rows.
        first_row
            Place of the first.

        Raises
        ------
        ResultError
            Where the disk has no room.
        """
        left = memoryview(np.ascontiguousarray(columns).view(np.uint8).reshape(-1).data)
        offset = first_row * self._shape[0] * columns.itemsize
        try:
            while left:
                written = os.pwrite(self._file.fileno(), left, offset)
                left, offset = left[written:], offset + written
        except OSError as cause:
            allowed = f"{4 * self._shape[0] * self._shape[1] >> 20} MB of free space, or a larger block_megabytes"
            what, remedy = "draws that exceed block_megabytes cannot be saved", "free some space, or use fewer draws"
            raise ResultError([Fault(tempfile.gettempdir(), what, str(cause), allowed, remedy)]) from cause

    def read(self, first: int, last: int) -> np.ndarray[Any, np.dtype[np.float32]]:
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
        n_columns, n_rows, piece = self._shape
        found = np.empty((last - first, n_rows), dtype=np.float32)
        for start in range(0, n_rows, piece):
            width = min(piece, n_rows - start)
            offset = found.itemsize * (start * n_columns + first * width)
            data = os.pread(self._file.fileno(), found.itemsize * (last - first) * width, offset)
            found[:, start : start + width] = np.frombuffer(data, dtype=np.float32).reshape(last - first, width)
        return found

    def __del__(self) -> None:
        if hasattr(self, "_file"):  # absent where creation was interrupted
            self.close()

    def close(self) -> None:
        """Release the space on the disk."""
        self._file.close()
