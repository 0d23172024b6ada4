"""The tables of data/README.md and CHANGELOG.md are those of the data and of the published result."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.published.data_page import PAGES, SECTION, SECTIONS

STANDING = [(page, found[2]) for page in PAGES for found in SECTION.finditer(page.read_text(encoding="utf-8"))]
OWN = [(page, name) for page, name in STANDING if name in SECTIONS]


def test_every_section_stands_in_a_page():
    """Each once."""
    assert sorted(name for _, name in OWN) == sorted(SECTIONS)


@pytest.mark.slow
@pytest.mark.parametrize(("page", "name"), OWN, ids=[name for _, name in OWN])
def test_each_table_is_current(page: Path, name: str, published_folder: Path):
    """As ``python -m tests.published.data_page RESULTS`` writes it."""
    text = next(found[3] for found in SECTION.finditer(page.read_text(encoding="utf-8")) if found[2] == name)
    assert text == SECTIONS[name](published_folder)
