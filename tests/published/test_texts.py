"""The texts of the published result: each fits a screen, misses no number, and names the language models."""

from __future__ import annotations

import re

import pytest

import alliance_metrics as am
from alliance_metrics.explanation.explanation import Explanation, explain
from alliance_metrics.report.text.analysis import RENDERERS, render_analysis
from alliance_metrics.report.text.explanation import render_explanation
from alliance_metrics.report.text.terminal import render_score_card
from alliance_metrics.results.tidy_result import TidyResult

MOST_LINES = {"claims": 250, "turning_points": 45}
NAMED = ("language model", "language-model")


@pytest.mark.parametrize("kind", RENDERERS)
def test_a_text_fits_a_screen_and_misses_no_number(published_results: dict[str, TidyResult], kind: str) -> None:
    """Beside what was skipped: few lines, of a width that a terminal has; the scoreboard has a line a claim."""
    lines = render_analysis(published_results[kind]).partition("\nSkipped: ")[0].splitlines()
    assert len(lines) <= MOST_LINES.get(kind, 36)
    assert max(map(len, lines)) <= (230 if kind == "claims" else 140)
    assert not re.search(r"\b(nan|NaN|None|<NA>)\b", "\n".join(lines))


@pytest.mark.parametrize("kind", sorted(RENDERERS.keys() - {"facets", "capability"}))
def test_language_models_are_named(published_results: dict[str, TidyResult], kind: str) -> None:
    """Wherever a text speaks of codings."""
    text = " ".join(render_analysis(published_results[kind]).split())
    assert any(words in text for words in NAMED)


def test_the_score_card_names_its_language_models(published_card: am.ScoreCard) -> None:
    """In its last line."""
    lines = render_score_card(published_card).splitlines()
    assert lines[0] == "baseline: cohesion 0-100, 165 dyad-years, 90% intervals in brackets"
    assert lines[-1].startswith("Coders: 3 language models (coder_a, coder_b, coder_c).")


@pytest.fixture(scope="module")
def split() -> Explanation:
    """Explain the fall of 1960."""
    return explain("PRC-USSR", 1960, draws=400)


@pytest.fixture(scope="module")
def text(split: Explanation) -> str:
    """Give its text, lines joined."""
    return " ".join(render_explanation(split).split())


def test_those_named_as_citing_do_cite(split: Explanation, text: str) -> None:
    """The coders of the cells shown: who cites an event for another indicator alone is not among them."""
    entry = text.split("Yudin praises China's article on Tibet")[1]
    codings = split.to_frame("codings")
    own = codings[codings["evidence_ids"].str.contains("yudin", regex=False)]
    assert set(own["coder"]) == {"coder_a", "coder_b", "coder_c"}
    assert entry.split(" Cited by ")[1].startswith("coder_a. ")


def test_one_event_cited_is_later_than_both_years(text: str) -> None:
    """A coder of 1960 cites the congress of October 1961."""
    assert re.search(r"1961-10-17 [^\[]*\[verified\] \(dated after 1960\)", text)
    assert text.count("(dated after 1960)") == 1


def test_pillars_have_their_percent_of_a_settled_change(split: Explanation, text: str) -> None:
    """All three fell with the index."""
    parts = split.to_frame("parts").query("tier == 'pillar'")
    for row in parts.to_dict("records"):
        share = 100 * row["estimate"] / parts["estimate"].sum()
        assert re.search(rf"{row['component']} {row['estimate']:.1f} \[[^\]]*\] {share:.0f}% own score", text)
