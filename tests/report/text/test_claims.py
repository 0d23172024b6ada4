"""The scoreboard as lines: results against the essay first, one line a claim."""

from __future__ import annotations

from typing import Any

import pytest

from alliance_metrics.report.text.analysis import render_claims
from alliance_metrics.results.tidy_result import TidyResult
from tests.report.text.saved import HUMANS, Row, saved, skips

ROWS = [{"row": "M1", "text": "Trust comes first"}, {"row": "T1", "text": "Trade ends"}, {"row": "T2", "text": "War"}]


def claim(row: str, statement: str, **about: object) -> Row:
    base: dict[str, Any] = {"row": row, "statement": statement, "side": "essay", "verdict": "supported", "share": 0.75}
    return {**base, "draws": 200, "answer": f"{statement}: 1950", **about}


def board(*claims: Row, **tables: Any) -> TidyResult:
    return saved("claims", claims=list(claims), rows=ROWS, **tables)


@pytest.fixture(scope="module")
def text() -> str:
    """Give a scoreboard of five claims."""
    return render_claims(
        board(
            claim("M1 T1", "Trust falls"),
            claim("M1", "Trust is first", verdict="contradicted", share=0.0, surprise="surprise"),
            claim("M1", "Trade is first", side="rival", verdict="supported", surprise="surprise", note="a rival"),
            claim("T2", "War breaks it", verdict="leaning against", reason="no power", surprise="leans to surprise"),
            claim("T2", "It lasts", side="open", verdict="undecided", share=None, undefined=0.25),
        )
    )


def test_every_claim_stands_once_under_its_first_row(text: str) -> None:
    """With share, verdict, what held it back, and side; a row that is first nowhere points to where its claims are."""
    assert text.partition("All claims, by row of the essay:\n")[2].splitlines() == [
        "M1  Trust comes first",
        "   0.750  supported - Trust falls",
        "   0.000  contradicted - Trust is first",
        "   0.750  supported (rival) - Trade is first",
        "          note: a rival",
        "T1  Trade ends: see M1",
        "T2  War",
        "   0.750  leaning against: no power - War breaks it",
        "     -    undecided (open) - It lasts [no answer in 25% of draws]",
    ]


def test_results_against_the_essay_come_first_with_their_answers(text: str) -> None:
    """Contradicted claims and supported rivals before those that lean, and these before all others."""
    before = text.partition("All claims")[0].splitlines()
    start = before.index("2 results against the essay (claims contradicted or rivals supported)")
    assert before[start + 1 :] == [
        "   0.000  contradicted - Trust is first",
        "          Trust is first: 1950",
        "   0.750  supported (rival) - Trade is first",
        "          Trade is first: 1950",
        "1 result leaning against the essay (short of contradicted or supported)",
        "   0.750  leaning against: no power - War breaks it",
        "          War breaks it: 1950",
    ]


def test_no_result_against_the_essay_is_said() -> None:
    """Rather than left out."""
    text = render_claims(board(claim("M1", "Trust falls")))
    assert "\nNo result against the essay (claims contradicted or rivals supported)\n" in text


def test_a_row_without_claims_says_so() -> None:
    """No claim of it was judged."""
    assert "\nT2  War: no claim judged" in render_claims(board(claim("M1", "Trust falls")))


def test_counts_are_those_of_the_table(text: str) -> None:
    """Three sides by five verdicts."""
    lines = text.splitlines()
    start = next(place for place, line in enumerate(lines) if line.startswith("essay "))
    words = ("supported", "leaning", "undecided", "leaning against", "contradicted")
    assert lines[start - 1] == " " * 9 + "".join(f"{word:>17}" for word in words)
    assert [line.split() for line in lines[start : start + 3]] == [
        ["essay", "1", "0", "0", "1", "1"],
        ["rival", "1", "0", "0", "0", "0"],
        ["open", "0", "0", "1", "0", "0"],
    ]


def test_the_head_says_what_shares_are(text: str) -> None:
    """Draws, whose codings, and what they do not show."""
    head = " ".join(text.splitlines()[:2])
    assert head.startswith("5 claims over 200 draws of language-model codings. A share is the proportion of draws")
    assert "not alternative histories" in head


def test_codings_of_people_are_not_called_those_of_models() -> None:
    """The record names the coders."""
    result = saved("claims", {"coders": HUMANS}, claims=[claim("M1", "Trust falls", draws=1)], rows=ROWS)
    assert render_claims(result).startswith("1 claim over 1 draw of codings. ")


def test_what_was_not_judged_is_given_by_cause() -> None:
    """Claims of another essay: none judged, the first three and how many more."""
    steps = [(f"claim M1.c{k}", "there is no dyad 'AA-ZZ'") for k in range(5)]
    assert render_claims(saved("claims", skipped=skips(*steps))) == (
        "No claim could be judged.\nSkipped: claim M1.c0, claim M1.c1, claim M1.c2 and 2 more: there is no dyad 'AA-ZZ'"
    )
