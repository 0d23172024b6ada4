"""Time taken and memory used, by this process with its helpers or by one started afresh."""

from __future__ import annotations

import gc
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TypeVar

Answer = TypeVar("Answer")

ROOT = Path(__file__).resolve().parents[1]
_GLANCE = 0.02


@dataclass(frozen=True)
class Timing:
    """How long something took, each time it was done.

    Parameters
    ----------
    wall, cpu
        Seconds by the clock, and of processor time, helpers' included.
    """

    wall: tuple[float, ...]
    cpu: tuple[float, ...]

    @property
    def least_wall(self) -> float:
        """Fewest seconds by the clock."""
        return min(self.wall)

    @property
    def least_cpu(self) -> float:
        """Fewest seconds of processor time."""
        return min(self.cpu)

    @property
    def usual_wall(self) -> float:
        """Median of the seconds by the clock."""
        return median(self.wall)

    @property
    def usual_cpu(self) -> float:
        """Median of the seconds of processor time."""
        return median(self.cpu)


def timed(task: Callable[[], Answer], *, repeats: int) -> tuple[Answer, Timing]:
    """Do something several times over.

    Parameters
    ----------
    task
        What is done.
    repeats
        How often, one or more.

    Returns
    -------
    answer
        What the task returned the last time.
    timing : Timing
        How long it took each time.
    """
    walls, cpus, answers = [], [], list[Answer]()
    for _ in range(repeats):
        answers.clear()  # it may be large
        gc.collect()
        cpu, wall = _cpu_seconds(), time.perf_counter()
        answers.append(task())
        walls.append(time.perf_counter() - wall)
        cpus.append(_cpu_seconds() - cpu)
    return answers[0], Timing(tuple(walls), tuple(cpus))


def seconds(task: Callable[[], object], *, least: float = 0.05, repeats: int = 5) -> float:
    """Time something short: the best of several rounds, each long enough to be told.

    Parameters
    ----------
    task
        What is done.
    least
        Seconds that a round should take.
    repeats
        Number of rounds.

    Returns
    -------
    float
        Seconds of processor time that the task takes once, in this process.
    """
    begun = time.process_time()
    task()
    once = max(time.process_time() - begun, 1e-9)
    times = max(1, int(least / once))
    best = float("inf")
    for _ in range(repeats):
        begun = time.process_time()
        for _ in range(times):
            task()
        best = min(best, (time.process_time() - begun) / times)
    return best


def _cpu_seconds() -> float:
    """Processor time of this process and of the helpers that have ended."""
    every = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(used.ru_utime + used.ru_stime for used in every)


@contextmanager
def one_core() -> Iterator[None]:
    """Keep this process and its helpers on one core.

    Yields
    ------
    None
        Afterwards all cores may be used again.
    """
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(allowed)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, allowed)


@dataclass(frozen=True)
class Fresh:
    """What came of a process started afresh.

    Parameters
    ----------
    wall, cpu
        Seconds by the clock, and of processor time, helpers' included.
    peak
        Most memory of it and its helpers together, what they share counted once, as seen every fiftieth of a second;
        0 unless it was asked for. [bytes]
    told
        What it printed.
    """

    wall: float
    cpu: float
    peak: int
    told: str


def fresh(*arguments: str, watched: bool = False) -> Fresh:
    """Run Python in a process of its own, from the root of the checkout.

    Parameters
    ----------
    *arguments
        What follows the name of the interpreter.
    watched
        Whether to look at the memory, which slows it down a little.

    Returns
    -------
    Fresh
        What it took.

    Raises
    ------
    RuntimeError
        Where it failed.
    """
    before, begun, peak = _children_seconds(), time.perf_counter(), 0
    process = subprocess.Popen(
        [sys.executable, *arguments], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    while watched and process.poll() is None:
        peak = max(peak, _memory_of(process.pid))
        time.sleep(_GLANCE)
    told, _ = process.communicate()
    wall = time.perf_counter() - begun
    if process.returncode:
        raise RuntimeError(f"{' '.join(arguments)} failed:\n{told}")
    return Fresh(wall, _children_seconds() - before, peak, told)


def _children_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _memory_of(process: int) -> int:
    """Add up the memory of a process and its helpers, shared pages shared out."""
    total = 0
    try:
        children = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii").split()
        for line in Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii").splitlines():
            if line.startswith("Pss:"):
                total += 1024 * int(line.split()[1])
    except OSError:  # it has just ended
        return 0
    return total + sum(_memory_of(int(child)) for child in children)
