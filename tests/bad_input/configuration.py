"""Cases of a faulty configuration: a text of the valid one is changed, or more is put at the end of a section."""

from __future__ import annotations

from functools import partial
from typing import Any

from tests.bad_input.case import Case
from tests.bad_input.constants import CONFIGURATION
from tests.bad_input.edits import AnyEdit, Edit

BOUND = "configuration 'small'"  # where a fault lies that the data alone show
HUGE = "0x" + 5000 * "f"


def toml(
    name: str,
    edits: AnyEdit | tuple[AnyEdit, ...],
    column: str | None,
    *fault: str,
    line: int | None = None,
    **more: Any,
) -> Case:
    """Give a case whose fault has a key, and no line unless it is given."""
    return Case(name, edits, line, column, *fault, **more)


def changed(name: str, old: str, new: str, *fault: str | None, **more: Any) -> Case:
    """Give a case of another text in the configuration."""
    return toml(name, Edit(CONFIGURATION, old, new), *fault, **more)


def put_below(last: str, name: str, text: str, *fault: str | None, **more: Any) -> Case:
    """Give a case of more text below a line of the configuration."""
    return changed(name, f"{last}\n", f"{last}\n{text}\n", *fault, **more)


on_top = partial(put_below, "schema = 1")
data = partial(put_below, 'package = "data/datapackage.json"')
index = partial(put_below, 'id = "closeness"')
weights = partial(put_below, "gain = 1")
uncertainty = partial(put_below, "seed = 7")
