"""The scoreboard as lines: surprises first, one line a claim, every number of a table."""

from __future__ import annotations

import re

import pytest

from alliance_metrics.history.claims.analysis import claims_analysis
from alliance_metrics.history.claims.file_model import read_claims
from alliance_metrics.report.text.claims import render_claims
from alliance_metrics.results.tidy_result import TidyResult
from alliance_metrics.study.drawn_study import draw_study
from alliance_metrics.study.study import open_study
from tests.small_alliance import write_small_alliance


@pytest.fixture(scope="module")
def board() -> TidyResult:
    """Give the published scoreboard over few draws."""
    return claims_analysis(draw_study(open_study("baseline", draws=200)), read_claims())


def test_every_claim_stands_once_under_its_first_row(board: TidyResult) -> None:
    """With its share and verdict, after the lines that tell surprises."""
    text = render_claims(board)
    _, _, listed = text.partition("Every claim, by row of the essay:\n")
    for row in board.to_frame("claims").to_dict("records"):
        (line,) = [line for line in listed.split("\n") if line.endswith(f" - {row['statement']}")]
        assert line.startswith(f"   {row['share']:.3f}  {row['verdict']}")
        assert (row["side"] == "essay") == (f"({row['side']})" not in line)
        above = listed[: listed.index(line)].split("\n")
        heading = next(one for one in reversed(above) if one and not one.startswith(" "))
        assert heading.split()[0] == row["row"].split()[0]


def test_surprises_come_first_with_their_answers(board: TidyResult) -> None:
    """Contradicted claims and supported rivals before those that lean, and these before all others."""
    text = render_claims(board)
    claims = board.to_frame("claims")
    _, _, told = text.partition("Against the essay")
    before, _, rest = told.partition("Leaning against the essay")
    for mark, part in (("surprise", before), ("leans to surprise", rest.partition("Every claim")[0])):
        own = claims[claims["surprise"] == mark]
        assert all(row["answer"] in part for row in own.to_dict("records"))
        assert len(re.findall(r"^ {10}\w.*\d", part, re.MULTILINE)) == len(own)


def test_counts_are_those_of_the_table(board: TidyResult) -> None:
    """Three sides by five verdicts."""
    claims = board.to_frame("claims")
    for side in ("essay", "rival", "open"):
        line = re.search(rf"^{side} +((?:\d+ *){{5}})$", render_claims(board), re.MULTILINE)
        own = claims.loc[claims["side"] == side, "verdict"]
        verdicts = ("supported", "leaning", "undecided", "leaning against", "contradicted")
        assert [int(word) for word in line[1].split()] == [int((own == verdict).sum()) for verdict in verdicts]


def test_the_head_says_what_shares_are(board: TidyResult) -> None:
    """Draws, whose codings, and what they do not tell."""
    head = render_claims(board).split("\n")[0]
    assert head.startswith(f"{len(read_claims().claim)} claims over 200 draws of language-model codings.")
    assert "not how history might have gone" in head


def test_what_was_not_judged_is_told_by_cause(tmp_path) -> None:
    """Claims of another essay: none judged, the first three and how many more."""
    study = draw_study(open_study(write_small_alliance(tmp_path), draws=20))
    text = render_claims(claims_analysis(study, read_claims()))
    assert text.startswith("None of the claims could be judged.\nNot done: M1.ideology_falls, ")
    assert "there is no dyad 'PRC-USSR'" in text
    assert " more: " in text


def test_one_claim_is_one(board: TidyResult) -> None:
    """A count of one has its noun in the singular."""
    tables = {name: board.to_frame(name) for name in board.names}
    tables["claims"] = tables["claims"].head(1).assign(draws=1)
    text = render_claims(TidyResult(tables, kind="claims", key="dyad", record=board.record))
    assert text.startswith("1 claim over 1 draw of ")
