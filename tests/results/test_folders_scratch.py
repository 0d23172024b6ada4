"""Draws kept on disk: what is read is what was written, whoever writes it; a full disk is told in one message."""

from __future__ import annotations

import errno
import gc
import os
import warnings

import numpy as np
import pytest

from alliance_metrics.errors import ResultError
from alliance_metrics.results.folders import ScratchFile
from alliance_metrics.uncertainty import workers
from alliance_metrics.uncertainty.workers import each

pytestmark = [
    pytest.mark.skipif(os.name != "posix", reason="written at places of the file as POSIX systems can"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),  # its end has a test of its own
]
SHAPES = [(1, 1, 1), (3, 10, 4), (5, 8, 4), (7, 3, 100), (48, 2049, 2048)]


def numbers(n_columns, n_rows):
    """Give a number to each place, a gap among them."""
    whole = np.arange(n_columns * n_rows, dtype=np.float32).reshape(n_columns, n_rows)
    whole[-1, -1] = np.nan
    return whole


def pieces_of(n_rows, piece):
    """List the first row and the end of each piece."""
    return [(start, min(start + piece, n_rows)) for start in range(0, n_rows, piece)]


@pytest.mark.parametrize("shape", SHAPES)
def test_what_is_read_is_what_was_written(shape):
    """Every column and every run of columns, over whole pieces and the last part."""
    n_columns, n_rows, piece = shape
    whole, store = numbers(n_columns, n_rows), ScratchFile(n_columns, n_rows=n_rows, piece=piece)
    for start, end in reversed(pieces_of(n_rows, piece)):
        store.write(whole[:, start:end], first_row=start)
    for first in range(0, n_columns, 3):
        for last in range(first + 1, n_columns + 1, 5):
            np.testing.assert_array_equal(store.read(first, last), whole[first:last])


def test_columns_may_lie_in_memory_as_they_like():
    """A view turned about is written like a plain array."""
    whole, store = numbers(4, 6), ScratchFile(4, n_rows=6, piece=6)
    store.write(np.asfortranarray(whole), first_row=0)
    np.testing.assert_array_equal(store.read(0, 4), whole)


def test_what_is_read_may_be_changed():
    """Sorting what was read does not reach the file."""
    whole, store = numbers(2, 5), ScratchFile(2, n_rows=5, piece=5)
    store.write(whole[:, ::-1], first_row=0)
    store.read(0, 2).sort(axis=-1)
    np.testing.assert_array_equal(store.read(0, 2), whole[:, ::-1])


@pytest.mark.usefixtures("several_processes")
def test_several_processes_write_their_own_rows(monkeypatch):
    """Three processes, five pieces."""
    monkeypatch.setattr(workers, "processors", lambda: 3)
    whole, store = numbers(6, 45), ScratchFile(6, n_rows=45, piece=10)
    pids = each(lambda p: [store.write(whole[:, p[0] : p[1]], first_row=p[0]), os.getpid()][1], pieces_of(45, 10))
    assert len(set(pids)) == 3
    np.testing.assert_array_equal(store.read(0, 6), whole)


def test_a_disk_that_takes_a_little_at_a_time_gets_everything(monkeypatch):
    """What one call does not write the next does."""
    write = os.pwrite
    monkeypatch.setattr(os, "pwrite", lambda handle, data, offset: write(handle, data[:7], offset))
    whole, store = numbers(3, 10), ScratchFile(3, n_rows=10, piece=4)
    for start, end in pieces_of(10, 4):
        store.write(whole[:, start:end], first_row=start)
    np.testing.assert_array_equal(store.read(0, 3), whole)


@pytest.mark.parametrize("hands", [1, 2])
@pytest.mark.usefixtures("several_processes")
def test_a_full_disk_is_told_in_one_message(monkeypatch, hands):
    """The room that is needed, and the key that would avoid it; from a helper process as from the first."""
    monkeypatch.setattr(workers, "processors", lambda: hands)
    parent = os.getpid()

    def full(*_arguments):
        if hands > 1 and os.getpid() == parent:
            return 1 << 20
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "pwrite", full)
    store = ScratchFile(256, n_rows=8192, piece=4096)
    with pytest.raises(ResultError) as caught:
        each(lambda start: store.write(np.zeros((256, 8), np.float32), first_row=start), [0, 4096])
    assert "draws that exceed block_megabytes cannot be saved" in str(caught.value)
    assert "No space left on device" in str(caught.value)
    assert "8 MB of free space" in str(caught.value)


@pytest.mark.filterwarnings("default::pytest.PytestUnraisableExceptionWarning")
def test_the_file_is_closed_without_a_warning():
    """When the object goes, so does the file, and Python has nothing to complain of."""
    heard = []
    gc.collect()  # what others left
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.showwarning = lambda message, *_: heard.append(str(message))
        ScratchFile(1, n_rows=1, piece=1)
        gc.collect()
    assert heard == []
