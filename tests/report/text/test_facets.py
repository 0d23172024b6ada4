"""Facets as lines for the screen."""

from __future__ import annotations

from pathlib import Path

import pytest

from alliance_metrics.history.facets.analysis import facets_analysis
from alliance_metrics.report.text.facets import render_facets
from alliance_metrics.results.tidy_result import TidyResult
from alliance_metrics.study.drawn_study import draw_study
from alliance_metrics.study.study import open_study


@pytest.fixture(scope="module")
def result() -> TidyResult:
    """Give the facets of the published study with few draws."""
    return facets_analysis(draw_study(open_study("baseline", draws=200)))


def test_each_trajectory_has_a_line_with_its_gap(result: TidyResult) -> None:
    """The line has the mean gap of the index with its interval, and matched dimensions beside it."""
    summary = result.to_frame("gap_summary")
    kept = (summary["dyad"] == "PRC-USSR") & (summary["facets"] == "public_private") & (summary["measure"] == "mean")
    rows = summary[kept & (summary["component"] == "cohesion")].set_index("matched")["estimate"]
    lines = [line for line in render_facets(result).splitlines() if line.startswith("  PRC-USSR 1949-1969: ")]
    assert lines[0].startswith(f"  PRC-USSR 1949-1969: {round(rows[False]):+d} [")
    assert f"{{{round(rows[True]):+d}}}" in lines[0]
    assert len(lines) == 4  # two pairs of facets, two beliefs


def test_it_is_short_and_says_what_the_shares_are(result: TidyResult) -> None:
    """About a screen, no line far too long, and a word on what draws hold."""
    lines = render_facets(result).splitlines()
    assert len(lines) <= 36
    assert max(map(len, lines)) <= 140
    assert any("Draws hold the doubt of codings and weights alone" in line for line in lines)
    assert lines[-1] == "Not done: 2 more, see skipped.csv"


def test_years_stand_as_runs_without_separators(result: TidyResult) -> None:
    """The sure years of the first trajectory are written as a run."""
    first = next(line for line in render_facets(result).splitlines() if line.startswith("  PRC-USSR"))
    assert "above 19" in first
    assert "," not in first.split("above ")[1][:9]


def test_nothing_to_tell_is_told(small: Path) -> None:
    """Without facets the lines say so, and why."""
    text = render_facets(facets_analysis(draw_study(open_study(small))))
    assert text.splitlines() == [
        "No facets could be set side by side.",
        "Not done: facets: the configuration asks for none",
        "Not done: belief: the configuration asks for none",
    ]
