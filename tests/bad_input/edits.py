"""The edits that spoil a valid alliance."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from tests.bad_input.constants import DESCRIPTOR

ABOUT_A_FILE = {"profile", "format", "mediatype", "encoding", "dialect", "bytes", "hash"}
NOT_NEEDED = {"$schema", "version", "title", "description", *ABOUT_A_FILE}
REMOVED = object()


def as_bytes(text: str | bytes) -> bytes:
    """Encode a text, unless the case writes its bytes itself."""
    return text if isinstance(text, bytes) else text.encode()


@dataclass(frozen=True)
class Edit:
    """Another text in place of one that stands in the file as often as declared."""

    file: str
    old: str
    new: str | bytes
    times: int = 1

    def spoil(self, folder: Path) -> None:
        """Edit the file in a folder."""
        path, old = folder / self.file, self.old.encode()
        content = path.read_bytes()
        if content.count(old) != self.times:
            message = f"{self.file}: {self.old!r} stands there {content.count(old)} times, not {self.times}"
            raise LookupError(message)
        path.write_bytes(content.replace(old, as_bytes(self.new)))


@dataclass(frozen=True)
class Cell:
    """Another text in one cell of a table whose cells hold no comma."""

    file: str
    line: int
    column: str
    text: str | bytes

    def spoil(self, folder: Path) -> None:
        """Edit the table in a folder."""
        path = folder / self.file
        lines = [line.split(b",") for line in path.read_bytes().split(b"\n")]
        lines[self.line - 1][lines[0].index(self.column.encode())] = as_bytes(self.text)
        path.write_bytes(b"\n".join(map(b",".join, lines)))


@dataclass(frozen=True)
class Line:
    """One line more; ``line`` is the number it has."""

    file: str
    line: int
    text: str | bytes

    def spoil(self, folder: Path) -> None:
        """Insert the line in a folder's file."""
        path = folder / self.file
        lines = path.read_bytes().split(b"\n")
        lines.insert(self.line - 1, as_bytes(self.text))
        path.write_bytes(b"\n".join(lines))


@dataclass(frozen=True)
class Whole:
    """A whole file, new or in place of one."""

    file: str
    content: str | bytes

    def spoil(self, folder: Path) -> None:
        """Write the file in a folder."""
        (folder / self.file).write_bytes(as_bytes(self.content))


@dataclass(frozen=True)
class Gone:
    """A file that is taken away."""

    file: str

    def spoil(self, folder: Path) -> None:
        """Remove the file from a folder."""
        (folder / self.file).unlink()


@dataclass(frozen=True)
class Patch:
    """A descriptor of names, paths and schemas alone, in which one value is set, added or removed.

    The steps of ``path`` are keys; an item of a list is named by its ``name`` or position, a new last item by ``-``.
    """

    path: str
    value: object = REMOVED
    file: ClassVar[str] = DESCRIPTOR

    def spoil(self, folder: Path) -> None:
        """Patch the descriptor in a folder."""
        path = folder / self.file
        values = json.loads(path.read_bytes(), object_hook=needed)
        *steps, last = self.path.split("/")
        place = values
        for step in steps:
            place = place[key_of(place, step)]
        if self.value is REMOVED:
            del place[key_of(place, last)]
        elif last == "-":
            place.append(self.value)
        else:
            place[key_of(place, last)] = self.value
        path.write_text(json.dumps(values))


def needed(values: dict) -> dict:
    """Keep what the data cannot be read without."""
    return {key: value for key, value in values.items() if key not in NOT_NEEDED}


def key_of(place: dict | list, step: str) -> str | int:
    """Give the key of an object or the position in a list that a step names."""
    if isinstance(place, dict):
        return step
    return int(step) if step.isdigit() else [item["name"] for item in place].index(step)


AnyEdit = Edit | Cell | Line | Whole | Gone | Patch
