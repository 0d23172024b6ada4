"""Triads as lines for the screen: numbers of their tables, and no 'nan'."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

from alliance_metrics.history.triads.analysis import triads_analysis
from alliance_metrics.report.text.triads import _balance, render_triads
from alliance_metrics.report.text.years import interval, percent, told_years
from alliance_metrics.results.tidy_result import TidyResult
from alliance_metrics.study.drawn_study import draw_study
from alliance_metrics.study.study import open_study
from tests.small_eras import write_small_eras


@pytest.fixture
def text(tmp_path: Path) -> str:
    """Tell the made-up triangle."""
    return render_triads(triads_analysis(draw_study(open_study(write_small_eras(tmp_path)))))


def test_leanings_are_told_toward_the_partner(text: str) -> None:
    """A lean toward the second partner has its numbers turned: 50 toward CC, not -50."""
    assert "  BB: 1950 toward AA 50 [50 to 50], 1951 unsure, 1952 toward CC 50 [50 to 50]" in text.splitlines()


def test_an_interval_that_holds_zero_keeps_its_sign() -> None:
    """A lean that is likely and not sure has an end below zero, and it is told as such."""
    result = triads_analysis(draw_study(open_study("baseline", draws=300)))
    rows = result.to_frame("leanings")
    row = rows[rows["toward"] != ""].iloc[[0]].assign(estimate=-3.0, lower=-11.0, upper=1.0)
    row = row.assign(toward=row["partners"].str.split(", ").str[1])
    tables = {name: result.to_frame(name) for name in result.names}
    told = render_triads(TidyResult({**tables, "leanings": row}, kind="triads", key="dyad", record=result.record))
    assert re.search(r"toward \S+ 3 \[-1 to 11\]", told)


def test_weakest_side_and_balance_are_told(text: str) -> None:
    """The side in years, with how surely; balance where it is sure."""
    told = " ".join(text.split())
    assert "Weakest side: 1950 AA-CC, 1951-1952 AA-BB (undecided)." in told
    assert "Balance with neutral at 50: balanced 1951; unsure in 3 years." in told


def test_no_triangle_is_told_in_words(small: Path) -> None:
    """One dyad gives a sentence and no table."""
    told = render_triads(triads_analysis(draw_study(open_study(small))))
    assert told.startswith("No three dyads of one era join three states")


def test_the_published_study_fits_a_screen() -> None:
    """At most about 25 lines of 100 characters; language models are named; no 'nan'."""
    told = render_triads(triads_analysis(draw_study(open_study("baseline", draws=100))))
    assert len(told.splitlines()) <= 30
    assert max(map(len, told.splitlines())) <= 100
    assert not re.search(r"\bnan\b", told)
    assert "language-model codings" in told


def test_years_and_shares_are_written_alike() -> None:
    """Years that follow one another are a span; a share that is not quite all is not told as all."""
    assert told_years([1949, 1951, 1952]) == "1949, 1951-1952"
    assert [percent(share) for share in (0.0, 0.004, 0.25, 0.996, 1.0)] == ["0%", "under 1%", "25%", "over 99%", "100%"]
    assert interval(-1.44, 2.0) == "[-1.4 to 2.0]"


def test_one_unsure_year_is_one_year() -> None:
    """A count of one has its noun in the singular."""
    rows = {"measure": "balance", "year": [1950, 1951], "above": [1.0, 0.5], "below": [0.0, 0.5]}
    assert _balance(pd.DataFrame(rows), 0.9, 50.0).endswith("balanced 1950; unsure in 1 year.")
