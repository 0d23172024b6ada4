"""Every number that the documents state is that of the published result."""

from __future__ import annotations

from pathlib import Path

import alliance_metrics as am
from alliance_metrics.report.shown import shown
from alliance_metrics.report.text.terminal import render_score_card
from tests.house.test_docs import METHODS, README, blocks
from tests.house.test_layers import ROOT
from tests.house.test_pages import PAGES
from tests.published import figures


def test_the_command_saves_what_the_function_gives(published_folder: Path) -> None:
    """`score --all` writes the scores that `score` returns, and all its analyses beside them."""
    assert am.load_result(published_folder).equals(am.score("baseline"))
    assert len(am.load_analyses(published_folder)) == 10


def test_the_picture_in_the_readme_is_what_score_prints(published_card: am.ScoreCard) -> None:
    """The lines of the great dyads, in their three eras, stand in the README as the command prints them today."""
    picture = blocks(README, "text")[0]
    printed = render_score_card(shown(published_card))
    assert picture.count("\n") == 9
    assert all(line in printed for line in picture.strip("\n").split("\n"))


def test_figures_in_methods_are_those_of_the_published_index(published_card: am.ScoreCard) -> None:
    """The count of estimates outside their interval, stated on the page on uncertainty, is today's."""
    pillars = published_card.scores.query("tier == 'pillar'")
    outside = pillars[(pillars["estimate"] < pillars["lower"]) | (pillars["estimate"] > pillars["upper"])]
    assert (len(outside), len(pillars)) == (1, 849)
    assert "for one of 849 pillar-years" in METHODS[ROOT / "docs" / "methods" / "uncertainty.md"]


def test_figures_in_docs_are_those_of_the_published_result(published_folder: Path) -> None:
    """Every figure in docs/ is what `score --all` gives today."""
    tables = figures.Tables(published_folder)
    wrong = {
        f"{name}, {figure}": (value, found)
        for name, page in PAGES.items()
        for figure, value in figures.marked(page)
        if (found := figures.FIGURES[figure](tables)) != value
    }
    run = "python -m alliance_metrics score --all && python -m tests.published.figures results/baseline"
    assert wrong == {}, f"run: {run}"
