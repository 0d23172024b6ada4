"""Why a year stands where it does: parts that sum to the change, down to what coders gave; hostile text stays text."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from itertools import permutations, product
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import alliance_metrics as am
from alliance_metrics.explorer.reading import reading_draws
from alliance_metrics.explorer.setting import plan_under, setting_from_fragment
from alliance_metrics.history.eras.analogues import coder_noise, likeness, nearest_analogues
from alliance_metrics.index.plan import IndexPlan, nominal_scores
from alliance_metrics.study.drawn_study import draw_study
from alliance_metrics.study.study import open_study
from tests.browser.conftest import Made, Opened, page_of
from tests.small_alliance import write_small_alliance

pytestmark = pytest.mark.slow

HOSTILE = (
    '</script><img src=x onerror="document.body.dataset.intruder=1"><svg onload="document.body.dataset.intruder=1">'
    "'\"&amp;{{ 7 * 7 }}\u2028\u2029<!--"
)
BAD_ADDRESSES = ("javascript:document.body.dataset.intruder=1", "data:text/html,<script>1</script>", " java\tscript:1")


@pytest.fixture(scope="module")
def made_up(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Make the page of the made-up alliance."""
    folder = tmp_path_factory.mktemp("n_simulated")
    return page_of(open_study(write_small_alliance(folder)), folder)


def number(text: str) -> float:
    """Read a number as the page writes it."""
    return float(text.replace("\u2212", "-").replace("+", ""))


def parts_of(page: Opened) -> dict[str, list[tuple[str, float]]]:
    """Read the table of parts: for each kind of row its names and parts."""
    rows = page.page.evaluate(
        """[...document.querySelectorAll("#parts tbody tr")].map((row) =>
            [row.className, row.cells[0].innerText, row.cells[3].innerText])"""
    )
    found: dict[str, list[tuple[str, float]]] = {}
    for kind, name, part in rows:
        found.setdefault(kind, []).append((name, number(part)))
    return found


@pytest.mark.parametrize(
    "fragment",
    [
        "year=PRC-USSR/early-cold-war/1960",
        "year=PRC-RUS/post-cold-war/2022&across=geometric",
        "year=PRC-USSR/early-cold-war/1969&across=bedrock&gate=ideology&strength=1",
        "year=USSR-DPRK/early-cold-war/1963&across=minimum&weight.threat=0.2",
        "year=PRC-DPRK/post-cold-war/2018&across=harmonic&only.arena=core&coders=coder_e&weight.utility.domestic=3",
    ],
)
def test_parts_sum_to_the_change(fragment: str, published: Made, open_page: Callable[..., Opened]) -> None:
    """Pillars, dimensions and indicators each sum to what the index rose or fell, whatever the aggregation."""
    page = open_page(published.path, fragment)
    parts = parts_of(page)
    total = parts["whole"][0][1]
    own = re.search(r"went from ([\d.]+) in \d+ to ([\d.]+): (\S+) \(", page.text("#why-summary"))
    assert total == pytest.approx(number(own[3]), abs=0.051)
    assert number(own[2]) - number(own[1]) == pytest.approx(total, abs=0.11)
    for kind in ("pillar", "dimension"):
        assert sum(part for _, part in parts[kind]) == pytest.approx(total, abs=0.005 * len(parts[kind]) + 0.006)
    titles = page.page.evaluate(
        "[...document.querySelectorAll('#moved > .indicator summary')].map((one) => one.innerText)"
    )
    moved = [number(title.split(" \u00b7 ")[0]) for title in titles]
    assert sum(moved) == pytest.approx(total, abs=0.005 * len(moved) + 0.15)
    assert moved == sorted(moved, key=abs, reverse=True)


@pytest.mark.parametrize(
    ("config", "fragment", "unit_year"),
    [
        ("baseline", "", ("PRC-RUS", "post-cold-war", 2022)),
        ("bedrock", "across=bedrock&gate=ideology&strength=0.5", ("PRC-USSR", "early-cold-war", 1960)),
        ("geometric", "across=geometric", ("PRC-RUS", "post-cold-war", 2022)),
        ("coder_e", "coders=coder_e", ("PRC-USSR", "early-cold-war", 1960)),
    ],
)
def test_parts_are_those_of_the_command_explain(
    config: str, fragment: str, unit_year: tuple[str, str, int], published: Made, open_page: Callable[..., Opened]
) -> None:
    """Pillars, dimensions and indicators make up what `explain` says they do, to the two digits shown."""
    unit, era, year = unit_year
    page = open_page(published.path, f"{fragment}&year={unit}/{era}/{year}")
    parts = am.explain(unit, year, config=config, draws=2).to_frame("parts")
    wanted = parts[parts["kind"] == "component"].set_index("component")["estimate"]
    shown = parts_of(page)
    for kind in ("pillar", "dimension"):
        ids = {name.rpartition(".")[2].replace("_", " "): name for name in parts.query("tier == @kind")["component"]}
        assert len(shown[kind]) == len(ids)
        for name, part in shown[kind]:
            assert part == pytest.approx(wanted[ids[name]], abs=0.00501), name
    titles = page.page.evaluate(
        "[...document.querySelectorAll('#moved > .indicator summary')].map((one) => one.innerText)"
    )
    names = {one["name"]: key for key, one in published.data.facts["indicators"].items()}
    for part, name in (re.match(r"(\S+) \u00b7 (.*): level ", title).groups() for title in titles):
        assert number(part) == pytest.approx(wanted[names[name]], abs=0.00501), name


def hybrid_index(plan: IndexPlan, before: Any, after: Any, turned: set[int]) -> float:
    """Score a unit some of whose indicators have their later scores."""
    n_leaves = plan.hierarchy.n_indicators
    leaves = np.array([(after if leaf in turned else before)[leaf] for leaf in range(n_leaves)])[:, np.newaxis]
    everywhere = np.ones((len(plan.hierarchy.components), 1), dtype=bool)
    return float(100 * plan.evaluate(leaves, plan.weights, usable=everywhere)[-1, 0])


def orders_of(plan: IndexPlan, node: int) -> list[list[int]]:
    """List the orders in which indicators may turn so that those below one component follow one another."""
    children = plan.hierarchy.components[node].children
    if not children:
        return [[node]]
    below = {child: orders_of(plan, child) for child in children}
    return [
        [leaf for part in parts for leaf in part]
        for order in permutations(children)
        for parts in product(*(below[child] for child in order))
    ]


@pytest.mark.parametrize("across", ["across=geometric", "across=bedrock&gate=trust&strength=0.7", "across=minimum"])
def test_parts_are_averages_over_all_orders(across: str, made_up: Made, open_page: Callable[..., Opened]) -> None:
    """Each indicator's part is what the index gains when it turns, averaged one by one over every order allowed."""
    fragment = f"{across}&year=AA-BB/1950-1953/1952&weight.gain=1.7"
    plan = plan_under(made_up.study, setting_from_fragment(made_up.study, fragment))
    scores, root = nominal_scores(plan), len(plan.hierarchy.components) - 1
    before, after = scores[:, 1], scores[:, 2]
    gains: dict[int, list[float]] = {}
    for order in orders_of(plan, root):
        for place, leaf in enumerate(order):
            steps = [hybrid_index(plan, before, after, set(order[:size])) for size in (place, place + 1)]
            gains.setdefault(leaf, []).append(steps[1] - steps[0])
    page = open_page(made_up.path, fragment)
    titles = page.page.evaluate(
        "[...document.querySelectorAll('#moved > .indicator summary')].map((one) => one.innerText)"
    )
    shown = {title.split(" \u00b7 ")[1].split(":")[0]: number(title.split(" \u00b7 ")[0]) for title in titles}
    names = made_up.data.facts["indicators"]
    wanted = {names[plan.hierarchy.components[leaf].id]["name"]: float(np.mean(gain)) for leaf, gain in gains.items()}
    assert shown == pytest.approx({name: part for name, part in wanted.items() if name in shown}, abs=0.006)
    assert sum(abs(part) for name, part in wanted.items() if name not in shown) < 0.02
    assert len(shown) >= 3


def test_a_year_is_told_down_to_its_sources(published: Made, open_page: Callable[..., Opened]) -> None:
    """An indicator that moved shows levels described, each coder's score and note, evidence with status and links."""
    page = open_page(published.path, "year=PRC-USSR/early-cold-war/1960")
    block = page.page.locator("#moved > .indicator").first
    page.unfold_first()
    text = block.inner_text()
    for words in (
        "1959: level",
        "1960: level",
        "nearest to",
        "coder_d gave",
        "coder_e gave",
        "coder_f gave",
        "Evidence cited",
    ):
        assert words in text
    assert re.search(r"(verified: read at the source or a copy|literature: recalled from the literature)", text)
    links = page.page.evaluate("[...document.querySelectorAll('#moved a')].map((one) => [one.protocol, one.rel])")
    assert links
    assert {tuple(link) for link in links} <= {("https:", "noopener noreferrer"), ("http:", "noopener noreferrer")}


def test_the_first_year_is_told_without_a_change(published: Made, open_page: Callable[..., Opened]) -> None:
    """There is nothing before the first year of a line; how it was coded is told all the same."""
    page = open_page(published.path, "year=PRC-RUS/post-cold-war/1992")
    assert "is the first year of its line" in page.text("#why-summary")
    assert page.page.locator("#moved > .indicator").count() == 28


@pytest.mark.parametrize(
    "fragment",
    [
        "year=PRC-RUS/post-cold-war/2025",
        "year=PRC-RUS/post-cold-war/2000&weight.threat=0",
        "across=geometric&certain=&against=RUS-DPRK/post-cold-war",
    ],
)
def test_resemblance_is_that_of_the_engine(fragment: str, published: Made, open_page: Callable[..., Opened]) -> None:
    """The year told as nearest, and in how many draws, are those of the package's own analogues on the same draws."""
    study = published.study
    page = open_page(published.path, fragment)
    setting = setting_from_fragment(study, fragment)
    plan = plan_under(study, setting)
    drawn = reading_draws(study, plan, setting, shipped=published.data.shipped)
    pillars = [place for place, one in enumerate(plan.hierarchy.components) if one.tier == "pillar"]
    units, year = study.panel.units, int(dict(re.findall(r"(year)=.*?/(\d{4})(?=&|$)", fragment)).get("year", 2025))
    partner = ("RUS-DPRK", "post-cold-war") if "against" in fragment else ("PRC-USSR", "late-cold-war")
    own, other = (
        np.flatnonzero(((units["dyad"] == dyad) & (units["era"] == era)).to_numpy())
        for dyad, era in (("PRC-RUS", "post-cold-war"), partner)
    )
    groups = [drawn[np.ix_(pillars, rows)] for rows in (own, other)]
    weights = np.asarray(plan.weights[len(plan.hierarchy.components) - 1])
    noise = coder_noise(*groups)
    if fragment == "year=PRC-RUS/post-cold-war/2025":  # as published: over all draws, and not those the page carries
        whole = draw_study(study)
        named = [whole.trajectory(*pair) for pair in (("PRC-RUS", "post-cold-war"), partner)]
        every = [whole.drawn_of(whole.pillars, one) for one in named]
        found = nearest_analogues(*every, coder_noise(*every), weights=weights)
    else:
        found = nearest_analogues(*groups, noise, weights=weights)
    n_draws = 10_000 if fragment == "year=PRC-RUS/post-cold-war/2025" else 240
    row = list(units["year"].to_numpy()[own]).index(year)
    years, shares = units["year"].to_numpy()[other], found.probability[row]
    best = int(shares.argmax())
    times = f"{round(n_draws * shares[best])} of {n_draws} draws"
    text = page.text("#likeness")
    if shares[best] >= 0.5:
        assert f"are most like {partner[0]} {years[best]}: nearest in {times}" in text
    else:
        assert f"none is nearest in half of the draws, most often {years[best]} ({times})" in text
    if len(set(weights)) == 1:
        held = likeness(groups[0][:, row], groups[1][:, best], noise, level=study.config.uncertainty.level)
        assert ("The nearest year is not close" in text) == (held.distance > held.reach)


def with_hostile_texts(value: Any, key: str = "") -> Any:
    """Put hostile text in place of every text that comes from data, and addresses that must not be followed."""
    if isinstance(value, dict):
        return {name: with_hostile_texts(one, name) for name, one in value.items()}
    if isinstance(value, list):
        return [with_hostile_texts(one, key) for one in value]
    if key == "url":
        return BAD_ADDRESSES[len(str(value)) % len(BAD_ADDRESSES)]
    return HOSTILE if isinstance(value, str) and key not in {"id", "source", "source_id", "coder"} else value


@pytest.fixture(scope="module")
def hostile(made_up: Made, tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Make a page whose every name, note, row of evidence and address is an attack."""
    facts = dict(made_up.data.facts)
    for name in ("codings", "sources", "coders", "indicators", "data"):
        facts[name] = with_hostile_texts(facts[name])
    facts["sources"] = {HOSTILE if name == "none" else name: one for name, one in facts["sources"].items()}
    facts["units"] = [{**one, "unit": HOSTILE, "era": HOSTILE} for one in facts["units"]]
    facts |= {"name": HOSTILE, "description": HOSTILE, "key": HOSTILE}
    folder = tmp_path_factory.mktemp("hostile")
    return page_of(made_up.study, folder, replace(made_up.data, facts=facts))


def test_hostile_text_stays_text(hostile: Made, open_page: Callable[..., Opened]) -> None:
    """Nothing in it runs, loads, links or becomes an element; it stands there to be read."""
    page = open_page(hostile.path)
    page.unfold()
    page.saved("#csv")
    page.saved("#png")
    assert page.page.evaluate("document.body.dataset.intruder ?? 'none'") == "none"
    assert (page.errors, page.requests) == ([], [])
    assert page.page.locator("img, svg[onload], a[href]:not(.skip)").count() == 0
    assert page.page.evaluate("document.scripts.length") == 3
    for place in ("#headline", "#moved", "#about", "#ranks"):
        assert '</script><img src=x onerror="document' in page.text(place)


def test_no_hostile_letter_stands_raw_in_the_file(hostile: Made) -> None:
    """Of the file itself no element or attribute is made of data: all its angle brackets are escaped or packed."""
    text = Path(hostile.path).read_text(encoding="utf-8")
    assert "<img" not in text
    assert "<svg onload" not in text
    assert text.count("</script>") == 3


@pytest.mark.parametrize(
    ("given", "followed"),
    [
        ("https://example.org/a?b=c", "https://example.org/a?b=c"),
        ("http://example.org", "http://example.org/"),
        ("doi:10.1000/182", "https://doi.org/10.1000/182"),
        ("ISBN 978-1-4696-2376-4", ""),
        ("javascript:alert(1)", ""),
        ("JaVaScRiPt:alert(1)", ""),
        ("data:text/html,x", ""),
        ("file:///etc/passwd", ""),
        ("//example.org", ""),
    ],
)
def test_only_addresses_of_the_web_are_links(
    given: str, followed: str, made_up: Made, tmp_path: Path, open_page: Callable[..., Opened]
) -> None:
    """The source of a row of evidence is a link where its address is http, https or doi, else text."""
    facts = dict(made_up.data.facts)
    facts["sources"] = {name: {**one, "url": given} for name, one in facts["sources"].items()}
    made = page_of(made_up.study, tmp_path, replace(made_up.data, facts=facts))
    page = open_page(made.path, "year=AA-BB/1950-1953/1950")
    page.unfold_first()
    links = page.page.evaluate("[...document.querySelectorAll('#moved a')].map((one) => one.href)")
    assert set(links) == ({followed} if followed else set())
    assert "A made-up chronicle" in page.text("#moved")
