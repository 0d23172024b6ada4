"""A comparison of eras as lines for the screen: numbers of its tables, and no 'nan'."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from alliance_metrics.history.eras.analysis import comparison_analysis
from alliance_metrics.report.text.comparison import render_comparison
from alliance_metrics.study.drawn_study import draw_study
from alliance_metrics.study.study import open_study
from alliance_metrics.uncertainty.spans import NO_P_VALUE
from tests.small_eras import CONFIG, write_small_eras


def told(folder: Path, config: str = CONFIG, **arguments: object) -> str:
    """Tell the comparison of the made-up eras, its lines joined."""
    drawn = draw_study(open_study(write_small_eras(folder, config=config)))
    return " ".join(render_comparison(comparison_analysis(drawn, **arguments)).split())


def test_the_answer_by_hand(tmp_path: Path) -> None:
    """Levels, nearest year, noise, what changed meaning moves, what differs: each as worked out for the tables."""
    text = told(tmp_path)
    assert "AA-DD 1960-1962 against AA-BB 1950-1953: index 36.1 against 56.2, -20.1 [-20.1 to -20.1] (100%)" in text
    assert "1962 by indicators, nearest: 1953 (100%), " in text
    assert "1953 within noise (100%), first or last of its era." in text
    assert "index difference moved by -2.8 [-2.8 to -2.8]" in text
    assert "1962 less 1950 (latest against peak): talks* -100 [-100 to -100]" in text


def test_a_pair_asked_for_is_told(tmp_path: Path) -> None:
    """Beside the usual pair."""
    text = told(tmp_path, pairs=((("AA-DD", "1960-1962", 1961), ("AA-BB", "1950-1953", 1951)),))
    assert "1961 less 1951 (asked for): talks* -50 [-50 to -50]" in text


def test_doubt_and_basis_are_told(tmp_path: Path) -> None:
    """No p-value, and what the coders are: here humans, of whom nothing is claimed."""
    text = told(tmp_path)
    assert NO_P_VALUE in text
    assert "Two eras are two cases." in text
    assert "language-model" not in text


def test_nothing_to_compare_is_told_in_words(small: Path) -> None:
    """One era alone gives one sentence and what was not done."""
    text = render_comparison(comparison_analysis(draw_study(open_study(small))))
    assert text.startswith("No two eras of one pair of states could be set beside one another.")
    assert "Not done: eras of aa-bb: AA-BB 1950-1953 is its only era in this study." in text


@pytest.mark.parametrize("config", ["baseline", "private_only"])
def test_the_published_study_fits_a_screen(config: str) -> None:
    """At most about 25 lines of 100 characters beside what was not done; language models are named; no 'nan'."""
    text = render_comparison(comparison_analysis(draw_study(open_study(config, draws=100))))
    lines = text.partition("\nNot done")[0].splitlines()
    assert len(lines) <= 28
    assert max(map(len, text.splitlines())) <= 100
    assert not re.search(r"\bnan\b|<NA>", text)
    assert "language-model codings" in text
