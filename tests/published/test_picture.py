"""The picture in the README is the one the data give today."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from alliance_metrics.commands.cli import build_parser
from alliance_metrics.report.charts.catalogue import draw_charts
from alliance_metrics.report.charts.files import rendered
from alliance_metrics.report.charts.style import chosen_style
from alliance_metrics.report.charts.tables import read_tables

ROOT = Path(__file__).resolve().parents[2]
PICTURE = ROOT / "docs" / "pictures" / "lineage.svg"


def words_and_shapes(svg: str) -> tuple[list[str], list[str]]:
    """Give what a picture says and the outlines it draws; where a label sits depends on the fonts of the machine."""
    root = ET.fromstring(svg)  # noqa: S314 - our own file
    words = sorted("".join(node.itertext()) for node in root.iter("{http://www.w3.org/2000/svg}text"))
    containers = {"line mark container", "area mark container"}
    shapes = sorted(
        node.get("d", "")
        for group in root.iter("{http://www.w3.org/2000/svg}g")
        if group.get("aria-roledescription") in containers
        for node in group.iter("{http://www.w3.org/2000/svg}path")
    )
    return words, shapes


@pytest.fixture(scope="module")
def drawn(published_folder: Path) -> str:
    """Draw it anew from today's result."""
    folder = published_folder
    options = build_parser().parse_args(["charts", str(folder)])
    pictures = draw_charts(
        read_tables(folder), chosen_style(options.palette, width=options.width), only=("lineage",)
    ).pictures
    chosen = next(one for _, one in pictures if "PRC-USSR" in one.name and "PRC-RUS" in one.name)
    return rendered(chosen, formats=("svg",))["svg"].decode()


def test_the_readme_shows_the_picture_of_todays_numbers(drawn: str) -> None:
    """Words and outlines are those of `charts` on the published result."""
    shown = words_and_shapes(PICTURE.read_text(encoding="utf-8"))
    assert len(shown[1]) >= 4  # a line and a band in each of two eras
    assert shown == words_and_shapes(drawn)
    assert "docs/pictures/lineage.svg" in (ROOT / "README.md").read_text(encoding="utf-8")
