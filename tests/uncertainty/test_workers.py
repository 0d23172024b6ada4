"""Work shared among processes: the same answers in order, whoever works; what goes wrong in one is told in all."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading

import numpy as np
import pytest

from alliance_metrics.errors import Fault, ResultError
from alliance_metrics.uncertainty import workers
from alliance_metrics.uncertainty.workers import each, processors, shared_array

pytestmark = pytest.mark.usefixtures("several_processes")
POSIX = pytest.mark.skipif(os.name != "posix", reason="processes are forked on POSIX systems")


@pytest.fixture(params=[1, 2, 3, 8])
def hands(request, monkeypatch):
    """Pretend to so many processors."""
    monkeypatch.setattr(workers, "processors", lambda: request.param)
    return request.param


@pytest.fixture
def two(monkeypatch):
    """Pretend to two processors."""
    monkeypatch.setattr(workers, "processors", lambda: 2)


def here_only(parent):
    """Tell whether this is the process that started it all."""
    return os.getpid() == parent


def test_without_pieces_there_are_no_answers():
    """Nothing to do is done."""
    assert each(lambda piece: piece, []) == []


@pytest.mark.parametrize("count", [1, 2, 7])
@pytest.mark.usefixtures("hands")
def test_answers_come_in_order(count):
    """Each piece's answer in its place, also where there are fewer pieces than processors."""
    assert each(lambda piece: piece * piece, range(count)) == [piece * piece for piece in range(count)]


@POSIX
def test_several_processes_work(hands):
    """As many as there are processors, at most one a piece, this one among them."""
    found = each(lambda _: os.getpid(), range(5))
    assert len(set(found)) == min(hands, 5)
    assert os.getpid() in found


@POSIX
@pytest.mark.usefixtures("two")
def test_what_is_not_worth_sharing_is_done_here():
    """One process alone."""
    assert set(each(lambda _: os.getpid(), range(4), worth_sharing=False)) == {os.getpid()}


@POSIX
@pytest.mark.usefixtures("two")
def test_beside_another_thread_no_process_is_forked():
    """Forking with threads running may hang; the work is done in turn."""
    stop = threading.Event()
    thread = threading.Thread(target=stop.wait)
    thread.start()
    try:
        assert set(each(lambda _: os.getpid(), range(4))) == {os.getpid()}
    finally:
        stop.set()
        thread.join()


@pytest.mark.usefixtures("hands")
def test_all_write_into_one_shared_array():
    """What each process writes stands in the array afterwards."""
    whole = shared_array((9, 3), np.float32)

    def task(piece):
        whole[piece] = piece + 0.5

    each(task, range(9))
    np.testing.assert_array_equal(whole, np.tile(np.arange(9)[:, np.newaxis] + 0.5, (1, 3)))


def test_memory_the_system_refuses_is_a_memory_error(monkeypatch):
    """What the system says in its own words reaches the user as a lack of memory."""

    def refused(*_):
        raise OSError(12, "Cannot allocate memory")

    monkeypatch.setattr(workers.mmap, "mmap", refused)
    with pytest.raises(MemoryError):
        shared_array((2, 3), np.float32)


@pytest.mark.parametrize("shape", [(0,), (3, 0), (2, 3), ()])
def test_a_shared_array_begins_with_zeros(shape):
    """Of any shape, an empty one too."""
    found = shared_array(shape, np.float64)
    assert found.shape == shape
    assert found.dtype == np.float64
    assert not found.any()


@pytest.mark.parametrize("wrong", range(4))
@pytest.mark.usefixtures("hands")
def test_what_a_task_raises_is_raised_here(wrong):
    """Whichever piece it is and whichever process does it, kind and message arrive."""

    def task(piece):
        if piece == wrong:
            raise KeyError(f"piece {piece}")
        return piece

    with pytest.raises(KeyError) as caught:
        each(task, range(4))
    assert caught.value.args == (f"piece {wrong}",)


@POSIX
@pytest.mark.usefixtures("two")
def test_an_error_with_faults_arrives_with_its_faults():
    """A full disk is told by a helper as by the first process: the same error, with the same faults."""
    parent, fault = os.getpid(), Fault("disk", "full", "0 bytes", "some room", "free some")

    def task(piece):
        if not here_only(parent):
            raise ResultError([fault])
        return piece

    with pytest.raises(ResultError) as caught:
        each(task, range(2))
    assert caught.value.faults == (fault,)


@POSIX
@pytest.mark.usefixtures("two")
def test_a_helper_that_is_killed_is_reported():
    """No hang and no half answer: RuntimeError."""
    parent = os.getpid()

    def task(piece):
        if not here_only(parent):
            os.kill(os.getpid(), signal.SIGKILL)
        return piece

    with pytest.raises(RuntimeError) as caught:
        each(task, range(4))
    assert "ended before its work was done" in str(caught.value)


@POSIX
@pytest.mark.usefixtures("two")
def test_answers_larger_than_a_pipe_holds_arrive():
    """Two megabytes from the helper."""
    found = each(lambda piece: np.full(250_000, float(piece)), range(2))
    assert [float(array.sum()) for array in found] == [0.0, 250_000.0]


@pytest.mark.usefixtures("hands")
def test_progress_rises_to_one():
    """The share of this process's own work, never falling, the whole at last."""
    heard: list[float] = []
    each(lambda piece: piece, range(6), progress=heard.append)
    assert heard == sorted(heard)
    assert heard[-1] == 1.0


@POSIX
@pytest.mark.usefixtures("two")
def test_no_helper_is_left_behind_where_this_process_fails():
    """An error here ends the helpers, though they would work on."""
    import multiprocessing
    import time

    parent = os.getpid()

    def task(_piece):
        if here_only(parent):
            raise ValueError("here")
        time.sleep(30)

    with pytest.raises(ValueError) as caught:
        each(task, range(2))
    assert str(caught.value) == "here"
    assert multiprocessing.active_children() == []


def test_there_is_a_processor():
    """One or more."""
    assert processors() >= 1


def in_a_daemon(pieces):
    return each(lambda piece: piece + 1, pieces)


def test_a_process_that_may_have_no_children_works_in_turn():
    """Workers of a pool are daemons, which must not fork: the work is done all the same."""
    with multiprocessing.get_context("fork").Pool(1) as pool:
        assert pool.map(in_a_daemon, [[1, 2, 3]]) == [[2, 3, 4]]
