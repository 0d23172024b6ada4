"""A real browser without a network, in which pages are opened from disk."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from alliance_metrics.explorer.data import ExplorerData, explorer_data
from alliance_metrics.explorer.page import render_explorer
from alliance_metrics.explorer.reading import open_saved
from alliance_metrics.study.study import Study

ARGUMENTS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
PATIENCE = 20_000  # milliseconds until a page that does not come is given up


@dataclass
class Opened:
    """A page that is open, with all that it complained of and asked for."""

    page: Any
    errors: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def set_fragment(self, fragment: str) -> None:
        """Go to a setting by its address, as a reader does who pastes one, and wait for it to be shown."""
        self.page.evaluate(
            """(fragment) => new Promise((resolve) => {
                if (location.hash === `#${fragment}`) return resolve();
                addEventListener("hashchange", () => setTimeout(resolve), { once: true });
                location.hash = fragment;
                return undefined;
            })""",
            fragment or "published=",
        )

    def rows(self) -> list[list[str]]:
        """Give the ranking as it is shown, cell by cell."""
        return self.page.evaluate(
            """[...document.querySelectorAll("#ranks tr")].map((row) =>
                [...row.cells].map((cell) => cell.innerText.trim()))"""
        )

    def saved(self, button: str) -> Path:
        """Press a button that saves a file, and give the file."""
        with self.page.expect_download() as download:
            self.page.click(button)
        return Path(download.value.path())

    def unfold(self) -> None:
        """Open every fold, and those within that are made on opening."""
        for _ in range(3):
            self.page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
            self.page.evaluate("new Promise((resolve) => setTimeout(resolve, 50))")

    def unfold_first(self) -> None:
        """Open the first indicator that is told."""
        self.page.click("#moved > .indicator summary >> nth=0")
        self.page.wait_for_selector("#moved > .indicator .coders")

    def text(self, selector: str) -> str:
        """Give what an element shows."""
        return str(self.page.inner_text(selector))


@dataclass(frozen=True)
class Made:
    """A study, what its page takes along, and the page on disk."""

    study: Study
    data: ExplorerData
    path: Path


@pytest.fixture(scope="package")
def browser() -> Iterator[Any]:
    """Start the system's Chromium; skip where there is none."""
    driver = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        pytest.skip("there is no chromium in this system")
    with driver.sync_playwright() as running:
        started = running.chromium.launch(executable_path=program, args=list(ARGUMENTS))
        yield started
        started.close()


@pytest.fixture
def open_page(browser: Any) -> Iterator[Callable[..., Opened]]:
    """Give what opens a page in a window of its own, where every request beyond the file is blocked and noted."""
    contexts = []

    def opened(path: Path, fragment: str = "", *, width: int = 1280, height: int = 900, **options: Any) -> Opened:
        context = browser.new_context(viewport={"width": width, "height": height}, accept_downloads=True, **options)
        contexts.append(context)
        context.set_offline(True)
        found = Opened(context.new_page())
        address = path.as_uri()

        def judge(route: Any) -> None:
            asked = route.request.url
            if asked.partition("#")[0] == address:
                route.continue_()
            else:
                found.requests.append(asked)
                route.abort()

        context.route("**/*", judge)
        found.page.on("console", lambda message: found.errors.append(f"{message.type}: {message.text}"))
        found.page.on("pageerror", lambda error: found.errors.append(str(error)))
        found.page.goto(f"{address}#{fragment}" if fragment else address)
        if options.get("java_script_enabled", True):
            found.page.wait_for_selector("body[data-ready]", timeout=PATIENCE)
        return found

    yield opened
    for context in contexts:
        context.close()


def page_of(study: Study, folder: Path, data: ExplorerData | None = None) -> Made:
    """Write the page of a study."""
    held = explorer_data(study) if data is None else data
    path = folder / f"{study.config.name}.html"
    path.write_text(render_explorer(held), encoding="utf-8", newline="")
    return Made(study, held, path)


@pytest.fixture(scope="session")
def published(published_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Make the page of the published result."""
    study, card = open_saved(published_folder)
    return page_of(study, tmp_path_factory.mktemp("explorer"), explorer_data(study, card=card))
