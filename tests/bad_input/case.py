"""One way of being wrong: the edits that spoil a valid alliance, and what must be said about it."""

from __future__ import annotations

import contextlib
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alliance_metrics import declare
from alliance_metrics.errors import AllianceMetricsError, Fault
from tests.bad_input.constants import CONFIGURATION, DESCRIPTOR
from tests.bad_input.edits import AnyEdit, Cell, Line


@dataclass(frozen=True)
class Case:
    """A valid alliance, spoiled by one edit or more, and the fault expected of it.

    ``where``, ``what``, ``found`` and ``allowed`` are phrases the fault must hold; an empty phrase asks for nothing.
    Without ``where``, the fault lies in the file of the first edit.
    """

    name: str
    edits: AnyEdit | tuple[AnyEdit, ...]
    line: int | None
    column: str | None
    what: str
    found: str = ""
    allowed: str = ""
    where: str = ""
    times: int = 0
    declared: bool = True

    def __str__(self) -> str:
        """Name the spoiled file and what is wrong with it."""
        return f"{Path(self.each_edit[0].file).name}-{self.name}"

    @property
    def each_edit(self) -> tuple[AnyEdit, ...]:
        """The edits, also where there is one alone."""
        return self.edits if isinstance(self.edits, tuple) else (self.edits,)

    @property
    def place(self) -> str:
        """What the fault's ``where`` must hold."""
        return self.where or self.each_edit[0].file.removeprefix("data/")

    def spoil(self, folder: Path) -> None:
        """Make the edits in a folder."""
        for edit in self.each_edit:
            edit.spoil(folder)

    def put_in_place(self, template: Path, folder: Path) -> Path:
        """Copy a valid alliance and spoil it; give its configuration."""
        shutil.copytree(template, folder, dirs_exist_ok=True)
        self.spoil(folder)
        if self.declared and DESCRIPTOR not in {edit.file for edit in self.each_edit}:
            with contextlib.suppress(AllianceMetricsError):
                declare(folder / "data")
        return folder / CONFIGURATION

    def describes(self, fault: Fault) -> bool:
        """Whether a fault is the one expected."""
        phrases = (self.place, self.what, self.found, self.allowed)
        texts = (fault.where, fault.what, fault.found, fault.allowed)
        told = all(phrase in text for phrase, text in zip(phrases, texts, strict=True))
        return told and (fault.line, fault.column) == (self.line, self.column)

    def is_of_the_same_kind(self, fault: Fault) -> bool:
        """Whether a fault is like the one expected, on whatever line."""
        return self.place in fault.where and self.what in fault.what and fault.column == self.column


def cell(name: str, file: str, line: int, column: str, text: str, *fault: str, **more: Any) -> Case:
    """Give a case whose fault lies in the cell that is wrong."""
    return Case(name, Cell(file, line, column, text), line, column, *fault, **more)


def added(name: str, file: str, line: int, text: str, column: str | None, *fault: str, **more: Any) -> Case:
    """Give a case whose fault lies in the line that is added."""
    return Case(name, Line(file, line, text), line, column, *fault, **more)
