"""The texts of the published result: each fits a screen, misses no number, and names the language models."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import alliance_metrics as am
from alliance_metrics.report.text.analysis import RENDERERS, render_analysis
from alliance_metrics.report.text.terminal import render_score_card
from alliance_metrics.results.tidy_result import TidyResult

MOST_LINES = {"claims": 250, "turning_points": 55, "comparison": 75, "validation": 55, "recovery": 50}
NAMED = ("language model", "language-model")


@pytest.fixture(scope="module")
def analyses(published_folder: Path) -> dict[str, TidyResult]:
    """Give the published analyses."""
    return am.load_analyses(published_folder)


@pytest.mark.parametrize("kind", RENDERERS)
def test_a_text_fits_a_screen_and_misses_no_number(analyses: dict[str, TidyResult], kind: str) -> None:
    """Beside what was skipped: few lines, of a width that a terminal has; the scoreboard has a line a claim."""
    lines = render_analysis(analyses[kind]).partition("\nSkipped: ")[0].splitlines()
    assert len(lines) <= MOST_LINES.get(kind, 36)
    assert max(map(len, lines)) <= (280 if kind == "claims" else 150)
    assert not re.search(r"\b(nan|NaN|None|<NA>)\b", "\n".join(lines))


@pytest.mark.parametrize("kind", sorted(RENDERERS.keys() - {"facets", "capability"}))
def test_language_models_are_named(analyses: dict[str, TidyResult], kind: str) -> None:
    """Wherever a text speaks of codings."""
    text = " ".join(render_analysis(analyses[kind]).split())
    assert any(words in text for words in NAMED)


def test_the_score_card_names_its_language_models(published_card: am.ScoreCard) -> None:
    """In its last line."""
    lines = render_score_card(published_card).splitlines()
    assert lines[0] == "baseline: cohesion 0-100, 187 dyad-years, 96 of reference pairs, 90% intervals in brackets"
    assert lines[-1].startswith("Coders: 3 language models (coder_d, coder_e, coder_f).")
