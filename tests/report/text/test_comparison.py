"""A comparison of eras as lines for the screen: numbers of its tables, and no 'nan'."""

from __future__ import annotations

from pathlib import Path

import pytest

from alliance_metrics.history.eras.analysis import comparison_analysis
from alliance_metrics.report.text.likeness import render_comparison
from alliance_metrics.study.drawn_study import draw_study
from alliance_metrics.study.study import open_study
from alliance_metrics.uncertainty.spans import NO_P_VALUE
from tests.report.text.saved import saved, skips
from tests.small_eras import write_small_eras


def compared(folder: Path, **arguments: object) -> str:
    """Compare the made-up eras, lines joined."""
    drawn = draw_study(open_study(write_small_eras(folder)))
    return " ".join(render_comparison(comparison_analysis(drawn, **arguments)).split())


@pytest.fixture(scope="module")
def text(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Compare the made-up eras, and one pair of years asked for."""
    asked = ((("AA-DD", "1960-1962", 1961), ("AA-BB", "1950-1953", 1951)),)
    return compared(tmp_path_factory.mktemp("eras"), pairs=asked)


def test_the_answer_by_hand(text: str) -> None:
    """Levels, nearest year, coding error, changed meaning, largest differences: as worked out for the tables."""
    assert (
        "AA-DD 1960-1962 compared with AA-BB 1950-1953: mean index 36.1 and 56.2, "
        "difference -20.1 [-20.1 to -20.1] (100%)"
    ) in text
    assert "Most like 1962 by indicators: 1953 (100%), " in text
    assert "; 1953 is within coding error (100%); it is the first or last year of its era." in text
    assert "Without the 1 indicator whose meaning changed: nearest by " in text
    assert "index difference changed by -2.8 [-2.8 to -2.8]" in text
    assert "Largest differences, 1962 minus 1950 (latest against peak): talks* -100 [-100 to -100]" in text
    assert "(* meaning changed)" in text


def test_a_pair_asked_for_is_given(text: str) -> None:
    """Beside the usual pair."""
    assert "Largest differences, 1961 minus 1951 (asked for): talks* -50 [-50 to -50]" in text


def test_uncertainty_and_basis_are_given(text: str) -> None:
    """No p-value, and who the coders are: here humans, of whom nothing is claimed."""
    assert NO_P_VALUE in text
    assert "Two eras are two cases." in text
    assert "language-model" not in text


def test_nothing_to_compare_is_said_in_words() -> None:
    """One era alone gives one sentence and the cause."""
    result = saved(
        "comparison", {"left_out": [], "basis": "Basis."}, skipped=skips(("eras of aa-bb", "it has one era"))
    )
    assert render_comparison(result) == (
        "No two eras of one pair of states could be compared.\nSkipped: eras of aa-bb: it has one era"
    )


def test_a_year_farther_than_coding_error_is_said_to_be() -> None:
    """And a difference that falls is given by the share of draws in which it falls."""
    about = {"dyad": "AA-DD", "era": "1960", "lineage": "aa", "other": "AA-BB", "other_era": "1950"}
    levels = [
        {"dyad": "AA-DD", "era": "1960", "measure": "level", "estimate": 40.0},
        {"dyad": "AA-BB", "era": "1950", "measure": "level", "estimate": 60.0},
    ]
    span = {"estimate": -20.0, "lower": -25.0, "upper": 1.0, "above": 0.0625, "below": 0.9375}
    near = {**about, "year": 1960, "space": "indicators", "indicators": "all", "other_year": 1950}
    noise = {"by_noise": 0.0625, "beyond_noise": True, "at_edge": False}
    result = saved(
        "comparison",
        {"left_out": [], "basis": "Basis."},
        eras=levels,
        era_differences=[{**about, **span, "measure": "level"}],
        nearest=[{**near, **noise, "probability": 0.75}],
        analogues=[{**near, "probability": 0.75}],
    )
    assert render_comparison(result).splitlines()[:4] == [
        "AA-DD 1960 compared with AA-BB 1950: mean index 40.0 and 60.0, difference -20.0 [-25.0 to 1.0] (94%)",
        "  Most like 1960 by indicators: 1950 (75%); 1950 differs by more than coding error (6%).",
        "  By pillars no year has a nearest one.",
        "In parentheses: the share of draws in which a difference has this sign, or a year is the nearest;",
    ]
    assert "All codings are language-model codings" in " ".join(render_comparison(result).split())
