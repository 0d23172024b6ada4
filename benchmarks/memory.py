"""How much memory intervals take, whatever the number of draws."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

from alliance_metrics.uncertainty.draws import start_run
from alliance_metrics.uncertainty.inputs import Uncertainty
from alliance_metrics.uncertainty.summary import summarise
from benchmarks.panel import WEIGHTS, made_up_plan
from benchmarks.sizes import Sizes
from benchmarks.tables import Cell, Section, Table
from benchmarks.timing import ROOT

_KILOBYTES_IN_MEGABYTE = 1024


def memory_section(sizes: Sizes) -> Section:
    """Measure the peak memory of `summarise`.

    Parameters
    ----------
    sizes
        How much is measured.

    Returns
    -------
    Section
        The table.
    """
    cores = sorted(os.sched_getaffinity(0))
    rows, waiting = list[tuple[Cell, ...]](), list(sizes.memory)
    while waiting:
        some, waiting = waiting[: len(cores)], waiting[len(cores) :]
        started = [_started(core, *run) for core, run in zip(cores, some, strict=False)]
        for run, process in zip(some, started, strict=True):
            rows.append((*run, *_told_by(process)))
    columns = ("dyad-years", "draws", "block_megabytes", "with the data loaded, MB", "more to start the run, MB")
    return Section(
        "Memory",
        (
            (
                f"`summarise` with {WEIGHTS.name} uncertain, each run in a process of its own that stays on one core: "
                "the greatest resident memory of the process, as the system counts it. The longest runs are, for time, "
                "on fewer dyad-years, though on so many that the draws compared with one another fill the bound."
            ),
            Table((*columns, "more at the peak, MB", "wall s"), tuple(rows)),
        ),
    )


def _started(core: int, dyad_years: int, draws: int, megabytes: int) -> subprocess.Popen[str]:
    words = [str(word) for word in (core, dyad_years, draws, megabytes)]
    command = [sys.executable, "-m", "benchmarks.memory", *words]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def _told_by(process: subprocess.Popen[str]) -> tuple[float, float, float, float]:
    told, _ = process.communicate()
    if process.returncode:
        raise RuntimeError(f"a run whose memory was measured failed: {process.args}")
    loaded, started, peak, wall = json.loads(told)
    return loaded, started - loaded, peak - loaded, wall


def _peak() -> float:
    """Give the greatest resident memory of this process so far, in MB."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / _KILOBYTES_IN_MEGABYTE
    raise RuntimeError("the system does not tell the greatest memory of a process")


def _measure(core: int, dyad_years: int, draws: int, megabytes: int) -> None:
    """Sum up draws, and print how much memory there was before, after the start and at the peak."""
    os.sched_setaffinity(0, {core})
    plan = made_up_plan(dyad_years)
    summarise(start_run(plan, Uncertainty(seed=1, draws=1, inputs=WEIGHTS.inputs)))
    loaded, begun = _peak(), time.perf_counter()
    run = start_run(plan, Uncertainty(seed=1, draws=draws, inputs=WEIGHTS.inputs, block_megabytes=megabytes))
    started = _peak()
    summarise(run)
    print(json.dumps([loaded, started, _peak(), time.perf_counter() - begun]))


if __name__ == "__main__":
    _measure(*map(int, sys.argv[1:]))
