"""The brief: every figure a cell, every word bound to its share, hostile text harmless, what is missing said."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from alliance_metrics.report.brief.page import SECTIONS, make_brief
from alliance_metrics.report.brief.tables import read_brief_tables
from alliance_metrics.report.charts.style import chosen_style
from alliance_metrics.results.score_card import ScoreCard
from alliance_metrics.results.tidy_result import TidyResult
from tests.report.brief.brief_page import faults, parsed, told
from tests.report.made_up_result import write_made_up_result

pytestmark = pytest.mark.slow

HOSTILE = "<script>alert('1')</script> & \"<img src=x onerror=alert(2)>"
TITLES = [
    "The index through time",
    "The pillars",
    "What moved it",
    "What drives the uncertainty",
    "Two eras, and the years most alike",
    "Turning points",
    "Claims tested in the draws",
    "Checks against outside measures",
    "Method",
    "Who coded it, and on what evidence",
    "What to cite",
]
WORDS = (
    (0.99, "virtually certain"),
    (0.90, "very likely"),
    (0.66, "likely"),
    (0.33, "about as likely as not"),
    (0.10, "unlikely"),
    (0.01, "very unlikely"),
    (0.0, "exceptionally unlikely"),
)


@pytest.fixture(scope="session")
def result(two_eras: Path) -> Path:
    """Give a result with every analysis."""
    return two_eras


@pytest.fixture
def made_up(tmp_path: Path) -> Path:
    """Save a made-up result without any comparison, claims or checks."""
    return write_made_up_result(tmp_path / "made-up")


@pytest.fixture
def no_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the charts out, which take longest, where a test reads the text alone."""
    monkeypatch.setattr("alliance_metrics.report.brief.page.brief_pictures", lambda *_: {})


def page_of(folder: Path, dyad: str | None = None, years: tuple[int, int] | None = None) -> str:
    """Make the page."""
    return make_brief(read_brief_tables(folder, dyad=dyad, years=years), chosen_style("contrast", width=720)).page


@pytest.fixture(scope="module")
def earlier(result: Path) -> str:
    """Make the page of the earlier era."""
    return page_of(result, "AA-BB")


@pytest.fixture(scope="module")
def page(result: Path) -> str:
    """Make the page of the later era."""
    return page_of(result)


def test_data_and_licence_due_are_named(page: str) -> None:
    """What is to be cited, and where the works of evidence are listed."""
    text = told(page)
    assert "Licence of the data: No rights reserved, https://licences.example/" in text
    assert "cite two lists every one, with the licences to state." in text


def test_the_title_names_pair_and_years(page: str) -> None:
    """What the window shows."""
    assert "<title>AA-DD 1990-2010: a brief</title>" in page


def test_every_number_of_the_page_is_a_cell(page: str, result: Path) -> None:
    """In text and tables, at the rounding shown; the page has hundreds of them."""
    assert faults(page, result) == []
    assert len(parsed(page).cells) > 300


def test_every_number_of_the_earlier_era_is_a_cell(earlier: str, result: Path) -> None:
    """Where the pair is the one that a later one is set against."""
    assert faults(earlier, result) == []


@pytest.mark.usefixtures("no_pictures")
def test_every_number_of_some_years_is_a_cell(result: Path) -> None:
    """Where the page ends before the record does."""
    assert faults(page_of(result, "AA-DD", (1994, 2004)), result) == []


def test_a_loose_number_would_be_found(page: str, result: Path) -> None:
    """The test above tells a number that is no cell."""
    assert faults(page.replace("<h2>Method</h2>", "<h2>Method 7</h2>"), result) == ["no cell: Method 7"]


def test_a_number_of_another_cell_would_be_found(page: str, result: Path) -> None:
    """The test above tells a figure that is not the one its address names."""
    wrong = re.sub(r'(data-form="points">)\d+\.\d', r"\g<1>1.9", page, count=1)
    (fault,) = faults(wrong, result)
    assert "shown as '1.9' (points)" in fault


def test_sections_stand_in_their_order(page: str) -> None:
    """The answer first, then charts, doubt, past, method, citations."""
    assert parsed(page).headings == TITLES
    assert page.index('class="answer"') < page.index("<h2")
    assert len(SECTIONS) == len(TITLES)


def test_the_answer_is_three_sentences(page: str) -> None:
    """Level, likeness, movement."""
    block = re.search(r'<section class="answer".*?</section>', page, re.DOTALL)[0]
    sentences = [told(item) for item in re.findall(r"<li>(.*?)</li>", block, re.DOTALL)]
    assert [sentence.split()[0] for sentence in sentences] == ["In", "Averaged", "The"]
    assert all(sentence.endswith(".") for sentence in sentences)
    assert "% interval" in sentences[0]
    assert "AA-BB 1950-1970" in sentences[1]
    assert "since 2009 it is " in sentences[2]


@pytest.mark.parametrize("which", ["page", "earlier"])
def test_words_are_those_of_the_shares_beside_them(request: pytest.FixtureRequest, result: Path, which: str) -> None:
    """Each word of likelihood in the answer stands before a share within its bounds."""
    block = re.search(r'<section class="answer".*?</section>', request.getfixturevalue(which), re.DOTALL)[0]
    pairs = re.findall(r'<b class="word">([a-z ]+)</b> \(<span data-cell="([^"]+)"', block)
    assert len(pairs) >= 3
    for word, place in pairs:
        file, row, column = place.split(":")
        lines = (result / file).read_text(encoding="utf-8").splitlines()
        share = float(lines[int(row)].split(",")[lines[0].split(",").index(column)])
        assert word == next(name for least, name in WORDS if share >= least)


def test_the_page_stands_alone(page: str) -> None:
    """No script, nothing loaded, no link out; pictures are drawn in it and have titles and descriptions."""
    page_parts = parsed(page)
    names = [name for name, _ in page_parts.elements]
    assert not {"script", "link", "img", "iframe", "object", "a"} & set(names)
    held = [(name, key) for name, attributes in page_parts.elements for key in attributes]
    assert not [pair for pair in held if pair[1] in {"src", "href", "xlink:href"} or pair[1].startswith("on")]
    assert not re.search(r"url\((?!#)|@import", page)
    pictures = [attributes for name, attributes in page_parts.elements if name == "svg" and attributes.get("role")]
    assert len(pictures) == 4
    assert all(picture["aria-labelledby"] for picture in pictures)
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) == len(set(ids))


@pytest.mark.usefixtures("no_pictures")
def test_hostile_text_stays_text(result: Path, tmp_path: Path) -> None:
    """A claim and a coder that bring elements along are shown as they are written."""
    folder = tmp_path / "two"
    shutil.copytree(result, folder)
    card = ScoreCard.load(folder)
    coders = [{**coder, "description": HOSTILE} for coder in card.record["coders"]]
    tables = {name: card.to_frame(name) for name in card.names}
    ScoreCard(tables, key="dyad", record={**card.record, "coders": coders}).save(folder)
    claims = TidyResult.load(folder / "claims")
    frames = {name: claims.to_frame(name) for name in claims.names}
    frames["claims"] = frames["claims"].assign(statement=HOSTILE, answer=HOSTILE)
    TidyResult(frames, kind="claims", key="dyad", record=claims.record).save(folder / "claims")
    page = page_of(folder)
    names = [name for name, _ in parsed(page).elements]
    assert "script" not in names
    assert "img" not in names
    shown = [cell.text for cell in parsed(page).cells if "alert" in cell.text]
    assert len(shown) > 10
    assert set(shown) == {HOSTILE}
    assert faults(page, folder) == []


def test_claims_that_do_not_discriminate_are_named(result: Path, tmp_path: Path) -> None:
    """In a sentence of their own, since they are neither unexpected nor clear."""
    folder = tmp_path / "two"
    shutil.copytree(result, folder)
    claims = TidyResult.load(folder / "claims")
    frames = {name: claims.to_frame(name) for name in claims.names}
    frames["claims"] = frames["claims"].assign(verdict="not discriminating", near_tautology=True)
    TidyResult(frames, kind="claims", key="dyad", record=claims.record).save(folder / "claims")
    page = page_of(folder)
    own = re.search(r"placebos have the same verdict, among them: (.+?)[;.]", told(page))
    assert own
    assert own[1] in set(frames["claims"]["statement"])
    assert re.search(r"not discriminating( \([^)]*\))* \(near-tautology\)", told(page))
    assert faults(page, folder) == []


def test_names_that_are_hostile_stay_text(made_up: Path) -> None:
    """Of the pair of states itself, in title, sentences and pictures."""
    card = ScoreCard.load(made_up)
    frames = {name: card.to_frame(name) for name in card.names}
    renamed = {
        name: frame.assign(dyad=frame["dyad"].replace("AA-BD", HOSTILE)) if "dyad" in frame else frame
        for name, frame in frames.items()
    }
    ScoreCard(renamed, key="dyad", record=card.record).save(made_up)
    page = page_of(made_up, HOSTILE)
    assert not {"script", "img"} & {name for name, _ in parsed(page).elements}
    assert faults(page, made_up) == []


@pytest.mark.usefixtures("no_pictures")
def test_missing_tables_are_one_line_with_the_command(made_up: Path) -> None:
    """Each section that cannot be shown says what would save its tables."""
    page = page_of(made_up)
    lines = [told(line) for line in re.findall(r'<p class="left-out">.*?</p>', page)]
    assert [line.partition(". ")[0] for line in lines] == TITLES[4:8]
    for line, command in zip(lines, ("compare", "analyse --only turning_points", "claims", "validate"), strict=True):
        assert f"its tables are not saved; run {command} or score --all to save them" in line
    assert faults(page, made_up) == []


@pytest.mark.usefixtures("no_pictures")
def test_an_answer_without_other_tables_is_honest(made_up: Path) -> None:
    """It says that there is no other era to compare, and still gives the last move."""
    text = told(page_of(made_up))
    assert "The result has no other era of this pair of states to compare." in text
    assert re.search(r"[Ss]ince 2005 it is ", text)


def test_the_latest_record_is_taken_where_no_pair_is_named(made_up: Path) -> None:
    """Of those that end last the first."""
    subject = read_brief_tables(made_up).subject
    assert (subject.unit, subject.era, subject.first, subject.last) == ("AA-BD", "2000-2006", 2000, 2006)


def test_years_pick_the_era_of_a_pair(made_up: Path) -> None:
    """A pair with two eras is shown in the one that the years lie in."""
    subject = read_brief_tables(made_up, dyad="AA-CC", years=(1951, 1953)).subject
    assert (subject.era, subject.first, subject.last) == ("1950-1955", 1951, 1953)


def test_an_explanation_of_the_latest_year_is_shown(page: str, earlier: str, result: Path) -> None:
    """Its parts stand in the page of that year, and in no page of another."""
    assert "why/parts.csv:" in page
    assert not read_brief_tables(result, dyad="AA-DD", years=(1990, 2006)).has("explanation")
    assert "No explanation of this year is saved" in earlier


@pytest.mark.usefixtures("no_pictures")
def test_a_damaged_analysis_is_skipped_and_named(result: Path, tmp_path: Path) -> None:
    """The rest of the page is as it was."""
    folder = tmp_path / "two"
    shutil.copytree(result, folder)
    (folder / "claims" / "claims.csv").write_text("dyad\n", encoding="utf-8")
    text = told(page_of(folder))
    assert "claims/ was skipped: it is damaged (the file is not the one recorded)." in text
    assert "Claims tested in the draws. Left out" in text


@pytest.mark.usefixtures("no_pictures")
def test_an_analysis_of_another_seed_is_skipped(result: Path, tmp_path: Path) -> None:
    """Tables that were made from something else are not set beside the score card."""
    folder = tmp_path / "two"
    shutil.copytree(result, folder)
    claims = TidyResult.load(folder / "claims")
    frames = {name: claims.to_frame(name) for name in claims.names}
    TidyResult(frames, kind="claims", key="dyad", record={**claims.record, "seed": 1}).save(folder / "claims")
    assert "claims/ was skipped: it was made from other data, or with another configuration." in told(page_of(folder))


def test_the_same_tables_give_the_same_page(page: str, result: Path) -> None:
    """Byte by byte."""
    assert page_of(result) == page
