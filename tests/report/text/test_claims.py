"""The scoreboard as lines: one a row of the essay, what goes against it first; on request one a claim."""

from __future__ import annotations

from typing import Any

import pytest

from alliance_metrics.report.text.scoreboard import render_claims
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
        ),
        every=True,
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
    text = render_claims(board(claim("M1", "Trust falls")), every=True)
    assert "\nNo result against the essay (claims contradicted or rivals supported)\n" in text


def test_a_row_without_claims_says_so() -> None:
    """No claim of it was judged."""
    assert "\nT2  War: no claim judged" in render_claims(board(claim("M1", "Trust falls")), every=True)


def test_counts_are_those_of_the_table(text: str) -> None:
    """Three sides by six verdicts; no line for near-tautologies where there is none."""
    lines = text.splitlines()
    start = next(place for place, line in enumerate(lines) if line.startswith("essay "))
    words = ("supported", "leaning", "undecided", "leaning against", "contradicted", "not discriminating")
    assert lines[start - 1] == " " * 18 + "".join(f"{word:>19}" for word in words)
    assert [line.split() for line in lines[start : start + 3]] == [
        ["essay", "1", "0", "0", "1", "1", "0"],
        ["rival", "1", "0", "0", "0", "0", "0"],
        ["open", "0", "0", "1", "0", "0", "0"],
    ]
    assert "near-tautologies" not in text


def counted_row(row: str, side: str = "essay", **counts: int) -> Row:
    return {"row": row, "text": f"Row {row}", "side": side, "claims": sum(counts.values()), **counts}


def test_the_board_is_one_line_a_row_what_goes_against_the_essay_first() -> None:
    """Each finding in words with its counts, none left out that is not zero; the order is that of the findings."""
    rows = [
        counted_row("A", supported=2),
        counted_row("B", supported=1, undecided=2),
        counted_row("C", supported=1, contradicted=1),
        counted_row("C", "rival", leaning=1, undecided=1),
        counted_row("D", leaning_against=1),
        counted_row("E", not_discriminating=2),
        counted_row("F", undecided=1) | {"near_tautologies": 3},
        counted_row("G", "open", supported=1),
        counted_row("H", supported=1),
        counted_row("H", "rival", supported=1),
        {"row": "I", "text": "Row I", "side": ""},
        counted_row("J") | {"near_tautologies": 1},
        counted_row("L", skipped=2),
        counted_row("K", undecided=1),
        counted_row("K", "rival", supported=1),
    ]
    text = render_claims(saved("claims", claims=[claim("A", "It holds")], rows=rows))
    lines = text.partition("results against it first:\n")[2].splitlines()
    assert lines[:-1] == [
        "D   against the essay (1 leaning against) - Row D",
        "K   rivals hold, the essay's claims do not (1 undecided; 1 of 1 rival held) - Row K",
        "C   for and against (1 contradicted, 1 supported; 1 of 2 rivals held) - Row C",
        "H   borne out, rivals too (1 supported; 1 of 1 rival held) - Row H",
        "E   not discriminating (2 not discriminating) - Row E",
        "F   undecided (1 undecided, 3 near-tautological) - Row F",
        "L   not judged (2 skipped) - Row L",
        "A   borne out (2 supported) - Row A",
        "B   borne out in part (2 undecided, 1 supported) - Row B",
        "G   open questions alone (1 open) - Row G",
        "I   no claim - Row I",
        "J   near-tautologies alone (1 near-tautological) - Row J",
    ]
    assert lines[-1].startswith("--all-claims prints every claim")
    assert "It holds" not in text


def test_what_is_counted_apart_is_named() -> None:
    """Near-tautologies in a line of their own, claims with placebos, and sentences without a test."""
    found = board(
        claim("M1", "Trust falls", near_tautology=True),
        claim("M1", "Trust is first", placebos=4, placebos_alike=3, verdict="not discriminating", reason="as 3 of 4"),
        untestable=[{"row": "M1", "sentence": "Trust is felt", "reason": "no series of feeling"}],
    )
    short, whole = render_claims(found), render_claims(found, every=True)
    near = next(line for line in short.splitlines() if line.startswith("near-tautologies"))
    assert near.split() == ["near-tautologies", "1", "0", "0", "0", "0", "0"]
    assert "Placebos: 1 claim with placebos, of which 1 not discriminating." in short
    assert "1 sentence of the essay without a test, each with its reason." in short
    assert "   0.750  supported (near-tautology) - Trust falls" in whole
    assert "   0.750  not discriminating: as 3 of 4 - Trust is first" in whole
    assert "   M1: Trust is felt - no series of feeling" in whole


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
