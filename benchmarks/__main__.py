"""Measure everything and write the report: ``python -m benchmarks`` from the root of a checkout."""

from __future__ import annotations

import os

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # before numpy loads: threads that wait for work would be counted as work

import argparse
import sys
import time
from pathlib import Path

from benchmarks.report import NAMES, measured, render_report
from benchmarks.sizes import FULL, QUICK


def main() -> int:
    """Measure and write.

    Returns
    -------
    int
        0, when it is done.
    """
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure everything, write the report.")
    parser.add_argument("--quick", action="store_true", help="next to nothing of everything, to see that it runs")
    parser.add_argument("--only", choices=NAMES, action="append", help="one part alone, printed and not written")
    parser.add_argument("--out", metavar="FILE", type=Path, default=Path(__file__).with_name("README.md"))
    options = parser.parse_args()
    begun = time.perf_counter()

    def tell(name: str) -> None:
        sys.stderr.write(f"{time.perf_counter() - begun:6.1f} s  {name}\n")

    sections = measured(QUICK if options.quick else FULL, only=tuple(options.only or NAMES), tell=tell)
    tell("done")
    if options.only or options.quick:
        print("\n\n".join(section.render() for section in sections))
    else:
        options.out.write_text(render_report(sections), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
