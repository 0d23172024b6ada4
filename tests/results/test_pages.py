"""Pages are written whole or not at all, and over nothing but their like."""

from __future__ import annotations

from pathlib import Path

import pytest

from alliance_metrics.errors import ResultError
from alliance_metrics.results.pages import check_page_replaceable, write_page

MARK = "<meta ours>"


def test_a_page_is_replaced_by_its_like(tmp_path: Path) -> None:
    """Folders are made on the way, an earlier page gives way, and nothing else is left behind."""
    target = tmp_path / "new" / "page.html"
    for text in (f"{MARK} one", f"{MARK} two"):
        check_page_replaceable(target, mark=MARK)
        write_page(target, text)
    assert target.read_text(encoding="utf-8") == f"{MARK} two"
    assert list(target.parent.iterdir()) == [target]


def test_another_file_is_left_alone(tmp_path: Path) -> None:
    """What is not such a page is not written over."""
    target = tmp_path / "notes.html"
    target.write_text("my notes", encoding="utf-8")
    with pytest.raises(ResultError, match="another file is there"):
        check_page_replaceable(target, mark=MARK)


def test_a_folder_is_reported(tmp_path: Path) -> None:
    """A folder is not a page."""
    with pytest.raises(ResultError, match="the page cannot be written"):
        check_page_replaceable(tmp_path, mark=MARK)


@pytest.mark.parametrize("name", ["file/page.html", "a\0b"])
def test_an_impossible_place_is_reported(name: str, tmp_path: Path) -> None:
    """Below a file, where no folder can be made, and under a name no file can have, nothing is written."""
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(ResultError, match="the page cannot be written"):
        write_page(tmp_path / name, MARK)
