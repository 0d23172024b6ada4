"""The brief in a real browser: four to six pages of A4 in print, readable on a phone, silent, asking for nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from alliance_metrics.commands.cli import main
from tests.browser.conftest import Opened

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def briefs(two_eras: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Write the briefs of both eras of one pair."""
    folder = tmp_path_factory.mktemp("briefs")
    pages = {dyad: folder / f"{dyad}.html" for dyad in ("AA-BB", "AA-DD")}
    for dyad, path in pages.items():
        assert main(["brief", str(two_eras), "--dyad", dyad, "--out", str(path)]) == 0
    return pages


@pytest.mark.parametrize("dyad", ["AA-BB", "AA-DD"])
def test_it_prints_on_four_to_six_pages(
    briefs: dict[str, Path], dyad: str, open_page: Callable[..., Opened], tmp_path: Path
) -> None:
    """By the page's own paper and margins, with nothing wider than the paper."""
    page: Any = open_page(briefs[dyad], java_script_enabled=False).page
    data = page.pdf(path=tmp_path / "brief.pdf", prefer_css_page_size=True, print_background=True)
    assert 4 <= len(re.findall(rb"/Type\s*/Page(?![a-z])", data)) <= 6
    box = re.search(rb"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)", data)
    assert [round(float(box[k])) for k in (1, 2)] == [595, 842] or [round(float(box[k])) for k in (1, 2)] == [596, 842]


@pytest.mark.parametrize("width", [380, 1280])
def test_it_fits_the_window(briefs: dict[str, Path], width: int, browser: Any) -> None:
    """On a phone too: only tables scroll, each in its own frame."""
    context = browser.new_context(viewport={"width": width, "height": 800}, offline=True)
    page = context.new_page()
    page.goto(briefs["AA-DD"].as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    context.close()


def test_it_complains_of_nothing_and_asks_for_nothing(briefs: dict[str, Path], browser: Any) -> None:
    """No message in the console, no request but for the page itself."""
    context = browser.new_context(offline=True)
    page = context.new_page()
    errors: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: errors.append(message.text))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(briefs["AA-DD"].as_uri())
    assert (errors, asked) == ([], [briefs["AA-DD"].as_uri()])
    context.close()


def test_every_picture_is_seen_and_told(briefs: dict[str, Path], browser: Any) -> None:
    """As wide as the text, with a name for those who cannot see it."""
    context = browser.new_context(viewport={"width": 900, "height": 800}, offline=True)
    page = context.new_page()
    page.goto(briefs["AA-DD"].as_uri())
    widths = page.evaluate("[...document.querySelectorAll('figure > svg')].map((one) => one.clientWidth)")
    names = page.evaluate("[...document.querySelectorAll('figure > svg > title')].map((one) => one.textContent)")
    assert len(widths) == len(names) == 4
    assert all(width > 600 for width in widths)
    assert all(names)
    context.close()
