"""From codings to finished intervals: the library call, the commands, and what starting them costs."""

from __future__ import annotations

import tempfile
from pathlib import Path

from alliance_metrics.uncertainty.draws import start_run
from alliance_metrics.uncertainty.inputs import Uncertainty
from alliance_metrics.uncertainty.summary import Summary, summarise
from benchmarks.panel import WEIGHTS_CODERS, made_up_plan
from benchmarks.sizes import Sizes
from benchmarks.tables import Cell, Section, Table
from benchmarks.timing import Timing, fresh, one_core, timed

_MEGABYTE = 1 << 20


def finished_section(sizes: Sizes) -> Section:
    """Time finished intervals and whole commands.

    Parameters
    ----------
    sizes
        How much is measured.

    Returns
    -------
    Section
        The tables.
    """
    plan = made_up_plan(sizes.dyad_years)
    uncertainty = Uncertainty(seed=1, draws=sizes.finished_draws, inputs=WEIGHTS_CODERS.inputs)

    def finish() -> Summary:
        return summarise(start_run(plan, uncertainty))[0]

    with one_core():
        summary, one = timed(finish, repeats=3)
    _, every = timed(finish, repeats=3)
    n_components, n_units = summary.lower.shape
    rows = [
        (cores, sizes.finished_draws, n_units, n_components, *_four(timing))
        for cores, timing in (("one", one), ("all", every))
    ]
    columns = ("cores", "draws", "dyad-years", "components", "wall s, best", "wall s, median", "CPU s, best")
    return Section(
        "To finished intervals",
        (
            (
                f"`summarise`, with {WEIGHTS_CODERS.name} uncertain: intervals, medians, deviations, shares of draws "
                "that rose or fell of every component in every dyad-year, ranks of index and pillars, and each pair of "
                "dyad-years compared."
            ),
            Table((*columns, "CPU s, median"), tuple(rows)),
            (
                "Whole commands on the published data, in a process of their own; memory is that of the process and "
                "its helpers, what they share counted once."
            ),
            Table(("command", "cores", "draws", "wall s", "CPU s", "peak memory, MB"), (*_command_rows(sizes),)),
        ),
    )


def _four(timing: Timing) -> tuple[float, float, float, float]:
    return timing.least_wall, timing.usual_wall, timing.least_cpu, timing.usual_cpu


def _command_rows(sizes: Sizes) -> list[tuple[Cell, ...]]:
    rows = list[tuple[Cell, ...]]()
    with tempfile.TemporaryDirectory() as folder:
        out = str(Path(folder) / "result")
        words = ("-m", "alliance_metrics", "score", "--draws", str(sizes.command_draws), "--out", out)
        with one_core():
            rows.append(("score", "one", sizes.command_draws, *_three(words, sizes)))
        rows.append(("score", "all", sizes.command_draws, *_three(words, sizes)))
    return rows


def _three(words: tuple[str, ...], sizes: Sizes) -> tuple[float, float, float]:
    """Give wall and CPU seconds of the better of two runs, and the peak memory of one more, which is watched."""
    watched = fresh(*words, watched=True)
    unwatched = [fresh(*words) for _ in range(2)] if sizes.starts > 1 else [watched]
    best = min(unwatched, key=lambda one: one.wall)
    return best.wall, best.cpu, watched.peak / _MEGABYTE


def starting_section(sizes: Sizes) -> Section:
    """Time what is loaded before anything is done.

    Parameters
    ----------
    sizes
        How much is measured.

    Returns
    -------
    Section
        The table.
    """
    words = {
        "an interpreter that does nothing": ("-c", "pass"),
        "`import alliance_metrics`": ("-c", "import alliance_metrics"),
        "`python -m alliance_metrics --help`": ("-m", "alliance_metrics", "--help"),
        "`import numpy`": ("-c", "import numpy"),
        "`import pandas`": ("-c", "import pandas"),
        "everything `score` loads": ("-c", "import alliance_metrics; alliance_metrics.score"),
        "`python -m alliance_metrics check`": ("-m", "alliance_metrics", "check"),
    }
    rows = list[tuple[Cell, ...]]()
    for name, arguments in words.items():
        found = sorted(fresh(*arguments).wall for _ in range(sizes.starts))
        modules = fresh("-c", f"{_loading(arguments)}import sys; print(len(sys.modules))").told.split()[-1]
        rows.append((name, sizes.starts, 1e3 * found[0], 1e3 * found[len(found) // 2], int(modules)))
    return Section(
        "What starting costs",
        (
            "Processes of their own, modules compiled before; the number of modules tells what was loaded.",
            Table(("what", "repeats", "wall ms, best", "wall ms, median", "modules loaded"), tuple(rows)),
        ),
    )


def _loading(arguments: tuple[str, ...]) -> str:
    """Give the statements that load what a command does."""
    if arguments[0] == "-c":
        return f"{arguments[1]}\n"
    run = f"from alliance_metrics.commands.cli import main; main({list(arguments[2:])!r})"
    return f"try:\n    {run}\nexcept SystemExit:\n    pass\n"
