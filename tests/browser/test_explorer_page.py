"""The explorer as readers meet it: offline, by keyboard, on a phone, cited by its address, saved as a picture."""

from __future__ import annotations

import re
import struct
import time
import tomllib
from collections.abc import Callable
from urllib.parse import parse_qsl

import numpy as np
import pytest

from alliance_metrics.config.model import parse_config
from alliance_metrics.explorer.reading import explorer_reading
from alliance_metrics.explorer.setting import ReaderSetting
from alliance_metrics.study.score import score_study
from alliance_metrics.study.study import open_study
from tests.browser.conftest import Made, Opened
from tests.browser.settings import fragment_at_random

MOST_BYTES = 3_000_000
SETTING = "across=bedrock&gate=ideology&strength=0.6&weight.utility=0.4&coders=coder_d+coder_f&only.visibility=public"


COLOURS = """[...document.querySelectorAll("body *")]
    .filter((one) => one.checkVisibility() && one.tagName !== "OPTION" && !one.disabled)
    .filter((one) => [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim()))
    .map((one) => {
        let below = one;
        while (below && getComputedStyle(below).backgroundColor === "rgba(0, 0, 0, 0)") below = below.parentElement;
        const style = getComputedStyle(one);
        const ground = below ? getComputedStyle(below).backgroundColor : "rgb(255, 255, 255)";
        return [one.namespaceURI.endsWith("svg") ? style.fill : style.color, ground].join("|");
    })"""
"""Colour of each text that is seen, and of what it stands on."""


def headline(page: Opened) -> str:
    """Give the first sentence of the answer."""
    return page.text("#headline")


def unread(page: Opened) -> str:
    """Give what the page says it did not understand, empty where it is silent."""
    return page.text("#notice") if page.page.is_visible("#notice") else ""


def test_the_page_opens_without_network_or_complaint(published: Made, open_page: Callable[..., Opened]) -> None:
    """Opened from disk and used, it asks for nothing, logs nothing and breaks no rule of its own policy."""
    page = open_page(published.path, SETTING)
    page.unfold()
    page.saved("#csv")
    page.saved("#png")
    assert (page.errors, page.requests) == ([], [])
    assert headline(page).startswith("PRC-RUS 2025: cohesion ")


def test_the_page_is_small_and_soon_there(published: Made, open_page: Callable[..., Opened]) -> None:
    """Under 3 MB, and shown within five seconds on this machine."""
    assert published.path.stat().st_size < MOST_BYTES
    begun = time.perf_counter()
    open_page(published.path)
    assert time.perf_counter() - begun < 5.0


def test_the_policy_stops_what_is_not_ours(published: Made, open_page: Callable[..., Opened]) -> None:
    """Neither an added script nor an evaluated text nor a fetch gets through."""
    page = open_page(published.path)
    ran = page.page.evaluate(
        """async () => {
            const script = document.createElement("script");
            script.textContent = "document.body.dataset.intruder = 'ran'";
            document.body.append(script);
            await new Promise((resolve) => setTimeout(resolve)); // what a debugger evaluates itself is under no policy
            let evaluated = "no";
            try { evaluated = (0, eval)("'yes'"); } catch { evaluated = "stopped"; }
            const fetched = await fetch("https://example.org/").then(() => "yes", () => "stopped");
            return [document.body.dataset.intruder ?? "stopped", evaluated, fetched];
        }"""
    )
    assert ran == ["stopped", "stopped", "stopped"]
    assert page.requests == []


def test_a_slider_moves_by_keyboard(published: Made, open_page: Callable[..., Opened]) -> None:
    """The arrow key on a focused weight changes weight, index and address."""
    page = open_page(published.path)
    before, place = headline(page), published.study.plan.hierarchy.place_of("ideology")
    page.page.focus(f"#weight-{place}")
    for _ in range(5):
        page.page.keyboard.press("ArrowRight")
    page.page.wait_for_selector(f"#weight-{place}-value:has-text('1.5')")
    assert "weight.ideology=1.5" in page.page.url
    reading = explorer_reading(
        published.study,
        ReaderSetting(weights={"ideology": 1.5}),
        shipped=published.data.shipped,
        published=published.data.published,
    )
    row = published.study.panel.units.query("dyad == 'PRC-RUS' and year == 2025").index[0]
    assert headline(page) != before
    assert f"cohesion {reading.estimate[0, row]:.1f} (" in headline(page)
    assert page.text(f"#weight-{place}-value") == "1.5 \u00b7 43%"


def test_every_control_is_reached_and_named(published: Made, open_page: Callable[..., Opened]) -> None:
    """Each control has a label or a name of its own, and Tab goes from answer to setting, why and ranks."""
    page = open_page(published.path)
    nameless = page.page.evaluate(
        """[...document.querySelectorAll("input, select, button, [tabindex='0']")].filter((one) =>
            !one.labels?.length && !one.textContent.trim() && !one.getAttribute("aria-label")
            && !one.getAttribute("aria-labelledby")).map((one) => one.outerHTML)"""
    )
    assert nameless == []
    visited = []
    for _ in range(60):
        page.page.keyboard.press("Tab")
        found = page.page.evaluate(
            "document.activeElement.closest('.skip, #answer, #controls, #why, #ranking, #about')?.id ?? ''"
        )
        if not visited or visited[-1] != found:
            visited.append(found)
    assert [one for one in visited if one] == ["answer", "controls", "why", "ranking"]


def test_a_year_is_chosen_by_keyboard(published: Made, open_page: Callable[..., Opened]) -> None:
    """From the chosen point arrows lead along the line and to another; Enter explains the year."""
    page = open_page(published.path)
    page.page.focus("#chart [tabindex='0']")
    page.page.keyboard.press("ArrowLeft")
    assert page.page.evaluate("document.activeElement.getAttribute('aria-label')").startswith("PRC-RUS 2024: ")
    page.page.keyboard.press("ArrowDown")
    assert page.page.evaluate("document.activeElement.getAttribute('aria-label')").startswith("PRC-DPRK 2024: ")
    page.page.keyboard.press("Enter")
    assert page.text("#why-title") == "Why: PRC-DPRK 2024"
    assert page.page.evaluate("document.activeElement.id") == "why-title"


def test_a_year_is_chosen_by_pointer(published: Made, open_page: Callable[..., Opened]) -> None:
    """A click on a point, and on a year of the ranking, explains that year."""
    page = open_page(published.path)
    row = published.study.panel.units.query("dyad == 'PRC-USSR' and year == 1956").index[0]
    page.page.click(f"#chart [data-row='{row}'] .target")
    assert page.text("#why-title") == "Why: PRC-USSR 1956"
    page.page.click("#ranks button >> nth=0")
    assert page.text("#why-title") == "Why: {} {}".format(*page.rows()[0][1:3])


def test_the_address_brings_back_the_setting(published: Made, open_page: Callable[..., Opened]) -> None:
    """Settings at random, opened anew by the address that the page gives, show the same rows and the same address."""
    rng, page = np.random.default_rng(3), open_page(published.path)
    for _ in range(3):
        page.set_fragment(fragment_at_random(published, rng))
        if page.page.is_visible("#fault"):
            continue
        address, rows = page.page.input_value("#address"), page.rows()
        again = open_page(published.path, address.partition("#")[2])
        assert (again.page.input_value("#address"), again.rows()) == (address, rows)
        assert unread(again) == ""
        assert dict(parse_qsl(address.partition("#")[2]))["data"] == published.data.facts["data"]["digest"]


def test_what_an_address_says_wrongly_is_reported(published: Made, open_page: Callable[..., Opened]) -> None:
    """Unknown names, weights below zero, numbers that are none and other data are told, and nothing is changed."""
    wrong = "weight.nobody=1&weight.threat=-1&coders=x&only.visibility=y&across=bedrock&gate=threat&strength=2&data=0"
    page = open_page(published.path, wrong)
    told = unread(page)
    for part in (
        "weight.nobody=1",
        "weight.threat=-1",
        "coders=x",
        "only.visibility=y",
        "across=bedrock",
        "other data",
    ):
        assert part in told
    assert page.text("#words") == "Setting: as published."
    assert page.errors == []


def test_reset_brings_back_the_published_numbers(published: Made, open_page: Callable[..., Opened]) -> None:
    """After any setting the button restores rows, sliders and a bare address."""
    page = open_page(published.path)
    rows = page.rows()
    page.set_fragment(SETTING)
    assert page.rows() != rows
    page.page.click("#reset")
    assert page.rows() == rows
    assert "#" not in page.page.url
    assert page.page.input_value("#across") == "arithmetic"
    assert page.page.is_disabled("#reset")


def test_a_setting_that_leaves_nothing_is_reported(published: Made, open_page: Callable[..., Opened]) -> None:
    """All pillars at zero is no index: the page says so and keeps what it showed."""
    page = open_page(published.path)
    rows = page.rows()
    page.set_fragment("weight.ideology=0&weight.threat=0&weight.utility=0")
    assert page.text("#fault").startswith("Every weight under cohesion is zero.")
    assert page.rows() == rows


def test_a_setting_is_a_configuration_of_the_package(published: Made, open_page: Callable[..., Opened]) -> None:
    """The file that the page offers gives, scored by the package, the scores that the page shows."""
    page = open_page(published.path, SETTING)
    page.page.click("summary:has-text('This setting as a configuration file')")
    values = tomllib.loads(page.text("#file"))
    base = published.study.config.model_dump(mode="json", by_alias=True, exclude_none=True)
    assert (values.pop("extends"), values.pop("schema")) == ("baseline", 1)
    merged = {**base, **{key: {**base[key], **part} for key, part in values.items() if isinstance(part, dict)}}
    study = open_study(parse_config({**merged, "name": values["name"]}, name="page"), draws=10)
    scores = score_study(study).scores.query("tier == 'index' and era != 'reference'")
    wanted = {(row["dyad"], str(row["year"])): f"{row['estimate']:.1f}" for row in scores.to_dict("records")}
    assert {(row[1], row[2]): row[3] for row in page.rows()} == wanted


def test_a_picture_is_saved(published: Made, open_page: Callable[..., Opened]) -> None:
    """The PNG is twice 1000 pixels wide and not empty."""
    page = open_page(published.path, "weight.threat=2")
    content = page.saved("#png").read_bytes()
    assert content.startswith(b"\x89PNG\r\n")
    assert struct.unpack(">I", content[16:20])[0] == 2000
    assert len(content) > 50_000


@pytest.mark.parametrize("width", [360, 800, 1280])
def test_nothing_is_wider_than_the_window(width: int, published: Made, open_page: Callable[..., Opened]) -> None:
    """On a phone, a tablet and a desk the page scrolls down alone, with folds open."""
    page = open_page(published.path, SETTING, width=width, height=740)
    page.unfold()
    assert page.page.evaluate("document.documentElement.scrollWidth") == width


def test_on_a_phone_the_score_stays_in_sight(published: Made, open_page: Callable[..., Opened]) -> None:
    """At the sliders, where the headline is out of sight, a bar tells the score."""
    page = open_page(published.path, width=360, height=740)
    assert not page.page.is_visible("#bar")
    page.page.evaluate("document.querySelector('#weights').scrollIntoView()")
    page.page.wait_for_selector("#bar", state="visible")
    assert page.text("#bar").startswith("PRC-RUS 2025: ")


def test_without_scripts_the_page_says_what_it_needs(published: Made, open_page: Callable[..., Opened]) -> None:
    """A reader whose browser runs no scripts is told so, and where the numbers are."""
    page = open_page(published.path, java_script_enabled=False)
    assert "scores.csv" in page.text("noscript")


def test_who_coded_stands_at_the_top(published: Made, open_page: Callable[..., Opened]) -> None:
    """The page says before any number that language models coded."""
    page = open_page(published.path)
    assert page.text("#coded") == "All codings are language-model codings: research inputs, not expert consensus."
    assert page.page.evaluate("document.querySelector('#coded').getBoundingClientRect().bottom < 300")


def test_changes_are_told_to_those_who_listen(published: Made, open_page: Callable[..., Opened]) -> None:
    """The live region has the new headline once sliders rest."""
    page = open_page(published.path)
    page.set_fragment("weight.threat=3")
    page.page.wait_for_selector("#live:has-text('As published: ')", state="attached")
    assert page.text("#headline") in page.page.text_content("#live")


def test_contrast_of_text_is_readable(published: Made, open_page: Callable[..., Opened]) -> None:
    """Every text has a contrast of 4.5 to 1 or more against what it stands on."""
    page = open_page(published.path, "weight.threat=3&year=PRC-USSR/early-cold-war/1960")
    page.unfold()
    colours = page.page.evaluate(COLOURS)
    pairs = {tuple(colour.split("|")) for colour in colours}
    assert len(pairs) >= 6
    assert {pair: contrast(*pair) for pair in pairs if contrast(*pair) < 4.5} == {}


def contrast(one: str, other: str) -> float:
    """Give the ratio of luminances of two colours, as the Web Content Accessibility Guidelines define it."""

    def luminance(colour: str) -> float:
        shares = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
        linear = [share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares]
        return float(np.dot(linear, [0.2126, 0.7152, 0.0722]))

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)
