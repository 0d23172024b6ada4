"""One way of being wrong: the faulty file, where it goes, and what must be said about it."""

from __future__ import annotations

import contextlib
import shutil
from dataclasses import dataclass
from pathlib import Path

from alliance_metrics import declare
from alliance_metrics.errors import AllianceMetricsError, Fault

HERE = Path(__file__).resolve().parent
CONFIGURATION = "small.toml"
DESCRIPTOR = "data/datapackage.json"


@dataclass(frozen=True)
class Case:
    """A faulty file and the fault expected of it.

    ``where``, ``what``, ``found`` and ``allowed`` are phrases the fault must hold; an empty phrase asks for nothing.
    Without ``where``, the fault lies in the file that was put in place.
    """

    file: str
    replaces: str
    line: int | None
    column: str | None
    what: str
    found: str = ""
    allowed: str = ""
    where: str = ""
    times: int = 0
    declared: bool = True
    beside: tuple[tuple[str, str], ...] = ()
    removes: tuple[str, ...] = ()

    @property
    def place(self) -> str:
        """What the fault's ``where`` must hold."""
        return self.where or self.replaces.removeprefix("data/")

    def put_in_place(self, template: Path, folder: Path) -> Path:
        """Copy a valid alliance and spoil it; give its configuration."""
        shutil.copytree(template, folder, dirs_exist_ok=True)
        for name in self.removes:
            (folder / name).unlink()
        for source, target in (*self.beside, (self.file, self.replaces)):
            shutil.copyfile(HERE / source, folder / target)
        if self.declared and not self.file.endswith(".json"):
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
