"""The whole report: every part measured in turn, under one heading."""

from __future__ import annotations

from collections.abc import Callable

from benchmarks.estimators import estimators_section
from benchmarks.finished import finished_section, starting_section
from benchmarks.limits import limits_section
from benchmarks.machine import machine_table
from benchmarks.memory import memory_section
from benchmarks.rebuilds import rebuilds_section
from benchmarks.scaling import scaling_section
from benchmarks.sizes import Sizes
from benchmarks.stages import stages_section
from benchmarks.tables import Section

_BEGINNING = """\
# Benchmarks

Everything on this page is written by one command, run from the root of a checkout with nothing else running:

```sh
.venv-test/bin/python -m benchmarks
```

It takes some minutes and replaces the page whole. `--quick` measures next to nothing of everything, to see that it
runs; `--only PART` prints one part. Linux only: cores are chosen, and memory is read, as that system has it."""

NAMES = ("rebuilds", "limits", "stages", "finished", "growth", "memory", "estimators", "starting")


def measured(
    sizes: Sizes, *, only: tuple[str, ...] = NAMES, tell: Callable[[str], None] | None = None
) -> list[Section]:
    """Measure all parts, or some.

    Parameters
    ----------
    sizes
        How much is measured.
    only
        Which of `NAMES`.
    tell
        Called with the name of each part before it is measured.

    Returns
    -------
    list of Section
        The machine, then the parts in order.
    """
    found = [Section("Machine", (machine_table(),))]
    rates = dict[str, float]()
    for name in NAMES:
        if name not in only and not (name == "rebuilds" and "limits" in only):
            continue
        if tell is not None:
            tell(name)
        if name == "rebuilds":
            section, rates = rebuilds_section(sizes)
        elif name == "limits":
            section = limits_section(sizes, rates)
        else:
            section = _OTHERS[name](sizes)
        found.append(section)
    return found


_OTHERS: dict[str, Callable[[Sizes], Section]] = {
    "stages": stages_section,
    "finished": finished_section,
    "growth": scaling_section,
    "memory": memory_section,
    "estimators": estimators_section,
    "starting": starting_section,
}


def render_report(sections: list[Section]) -> str:
    """Put the parts together.

    Parameters
    ----------
    sections
        The parts.

    Returns
    -------
    str
        The page.
    """
    return "\n\n".join([_BEGINNING, *(section.render() for section in sections)]) + "\n"
