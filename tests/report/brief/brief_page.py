"""A brief taken apart: its text outside pictures, and the cells it says its figures are."""

from __future__ import annotations

import csv
import json
import re
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

VOID = {"meta", "link", "br", "img", "hr", "input"}
GIVEN = {"0 to 100", "over 99%", "90 to 99%", "66 to 90%", "33 to 66%", "10 to 33%", "1 to 10%", "under 1%"}
"""Figures that are part of the page: the ends of the scale, and the key to the words."""
PLACES = {"whole": 0, "points": 1, "signed": 1, "size": 1, "hundredths": 2, "correlation": 2, "percent": 0}


@dataclass(frozen=True)
class Shown:
    """One figure as it stands in the page."""

    place: str
    form: str
    text: str


@dataclass
class Page(HTMLParser):
    """A page: every element's name, text outside cells and pictures, cells, and what is said to be given."""

    cells: list[Shown] = field(default_factory=list)
    given: list[str] = field(default_factory=list)
    plain: list[str] = field(default_factory=list)
    elements: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)
    headings: list[str] = field(default_factory=list)
    _open: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append((tag, dict(attrs)))
        if dict(attrs).get("data-cell"):
            self.cells.append(Shown(str(dict(attrs)["data-cell"]), str(dict(attrs)["data-form"]), ""))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        names = [name for name, _ in self._open]
        if {"svg", "style", "title"} & set(names):
            return
        inner = self._open[-1][1] if self._open else {}
        if inner.get("data-cell"):
            last = self.cells.pop()
            self.cells.append(Shown(last.place, last.form, last.text + data))
        elif inner.get("class") == "given":
            self.given.append(data)
        else:
            self.plain.append(data)
        if names and names[-1] == "h2":
            self.headings.append(data)


def parsed(text: str) -> Page:
    """Take a page apart."""
    page = Page()
    page.feed(text)
    return page


def told(text: str) -> str:
    """Give the text of a page outside its pictures, with single spaces."""
    bare = re.sub(r"<(svg|style|title)\b.*?</\1>", " ", text, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", "", bare).split())


def cell_of(folder: Path, place: str) -> str:
    """Read the cell that a place names, as the text that stands in the file."""
    file, row, column = place.split(":", 2)
    if file.endswith(".json"):
        value = json.loads((folder / file).read_text(encoding="utf-8"))
        for key in column.split("/"):
            value = value[int(key)] if isinstance(value, list) else value[key]
        return str(value)
    path = folder / file
    return _rows(path, path.stat().st_mtime_ns)[int(row) - 1][column]


@cache
def _rows(path: Path, _changed: int) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def faults(text: str, folder: Path) -> list[str]:
    """List every number of a page that is no cell of a saved table, or not the one it says it is."""
    page = parsed(text)
    loose = [part for part in page.plain if re.search(r"\d", part)]
    found = [f"no cell: {' '.join(part.split())}" for part in loose]
    found += [f"not given: {part}" for part in page.given if part not in GIVEN]
    for shown in page.cells:
        cell = cell_of(folder, shown.place)
        if not _agrees(shown, cell):
            found.append(f"{shown.place} is {cell!r}, shown as {shown.text!r} ({shown.form})")
    return found


def _agrees(shown: Shown, cell: str) -> bool:
    if shown.form not in PLACES:
        digits = "".join(re.findall(r"\d", shown.text))
        return shown.text == cell if shown.form == "text" else digits in "".join(re.findall(r"\d", cell))
    if cell == "":
        return shown.text == "\N{EN DASH}"
    value = Decimal(cell)
    if shown.form == "percent":
        if shown.text in {"<1%", ">99%"}:
            low, high = (Decimal(0), Decimal("0.005")) if shown.text == "<1%" else (Decimal("0.995"), Decimal(1))
            return low <= value <= high and value not in {0, 1}
        value = 100 * value
    number = shown.text.removesuffix("%").replace("\N{MINUS SIGN}", "-")
    places = len(number.partition(".")[2])
    value = abs(value) if shown.form == "size" else value
    return places == PLACES[shown.form] and abs(Decimal(number) - value) <= Decimal("0.5").scaleb(-places)
