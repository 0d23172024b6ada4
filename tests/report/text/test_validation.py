"""Agreement with measures from outside as lines for the screen: the tables' own numbers, disagreement first."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from alliance_metrics.history.validation.analysis import validation_analysis
from alliance_metrics.report.text.validation import render_validation
from alliance_metrics.results.tidy_result import TidyResult
from alliance_metrics.study.drawn_study import draw_study
from alliance_metrics.study.study import open_study


@pytest.fixture(scope="module")
def result() -> TidyResult:
    """Give the published analysis with few draws."""
    return validation_analysis(draw_study(open_study("baseline", draws=200)))


def test_counts_are_those_of_the_summary(result):
    """The first line of each era gives the readings of independent measures against the index."""
    text = render_validation(result)
    rows = result.to_frame("summary").query("dyad == 'all' and independent and against == 'index' and form == 'levels'")
    for row in rows.to_dict("records"):
        told = (
            f"{row['era']}, independent measures: {row['agrees']} agree, {row['leans_with']} lean with, "
            f"{row['leans_against']} lean against, {row['disagrees']} disagree"
        )
        assert told in text


def test_disagreement_stands_before_agreement(result):
    """In each era no line that disagrees follows one that agrees, and every one is an independent measure."""
    blocks = re.split(r"^\d{4}-\d{4}, ", render_validation(result), flags=re.MULTILINE)[1:]
    independent = set(result.to_frame("agreement").query("independent")["measure"])
    for block in blocks:
        words = re.findall(r"^    (agrees|disagrees): \S+ (\S+)", block, re.MULTILINE)
        assert [word for word, _ in words] == sorted((word for word, _ in words), reverse=True)
        assert {measure for _, measure in words} <= independent


def test_it_fits_a_screen_and_shows_no_missing_number(result):
    """At most 30 lines of 120 characters, none with 'nan'."""
    lines = render_validation(result).splitlines()
    assert len(lines) <= 30
    assert max(map(len, lines)) <= 120
    assert not [line for line in lines if re.search(r"\bnan\b", line)]


def test_it_says_what_it_is_and_what_the_rival_is(result):
    """Codings by language models, suggestive, a stand-in of four of six indicators."""
    text = render_validation(result)
    for told in ("language-model", "Suggestive", "a stand-in from 4 of 6 indicators", "had seen"):
        assert told in text


def test_without_measures_it_says_so(small: Path):
    """One sentence."""
    text = render_validation(validation_analysis(draw_study(open_study(small))))
    assert text.endswith("the data package has no measures from outside.")
