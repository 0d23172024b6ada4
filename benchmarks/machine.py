"""What the figures were measured on."""

from __future__ import annotations

import os
import platform
from pathlib import Path

import numpy as np
import pandas as pd
import scipy

from benchmarks.tables import Table


def machine_table() -> Table:
    """Describe processor, memory and versions.

    Returns
    -------
    Table
        One row a fact.
    """
    found = np.show_config(mode="dicts")
    assert isinstance(found, dict)  # noqa: S101 - for the type checker
    blas = found["Build Dependencies"]["blas"]
    simd = found["SIMD Extensions"]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    facts = (
        ("processor", _processor()),
        ("cores that may be used", str(len(os.sched_getaffinity(0)))),
        ("memory", f"{memory:.0f} GB"),
        ("instruction sets numpy uses", ", ".join([*simd["baseline"], *simd["found"]])),
        ("Python", platform.python_version()),
        ("numpy, with", f"{np.__version__}, {blas['name']} {blas['version']}"),
        ("scipy", scipy.__version__),
        ("pandas", pd.__version__),
        ("threads of the BLAS", os.environ.get("OPENBLAS_NUM_THREADS", "not limited")),
    )
    return Table(("what", "on this machine"), facts)


def _processor() -> str:
    """Give the processor's name as the system tells it."""
    told = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
    names = [line.partition(":")[2].strip() for line in told.splitlines() if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()
