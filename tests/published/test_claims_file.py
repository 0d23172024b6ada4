"""The published file of claims."""

from __future__ import annotations

from collections import Counter

from alliance_metrics.history.claims.file_model import read_claims
from alliance_metrics.history.claims.verdicts import DATED, RECORDED, REGULAR
from alliance_metrics.results.words import SIDES


def _other(claim):
    return getattr(claim, "other", None)


def test_the_published_claims_cover_every_row_of_the_essay() -> None:
    """M1 to M5, T1 to T14, P1 to P4, Q1 to Q3, each with a claim; the three questions and all else in its side."""
    claims = read_claims()
    essay = [*(f"M{i}" for i in range(1, 6)), *(f"T{i}" for i in range(1, 15))]
    essay += [*(f"P{i}" for i in range(1, 5)), *(f"Q{i}" for i in range(1, 4))]
    assert list(claims.rows) == essay
    assert {row for claim in claims.claim for row in claim.rows} == set(essay)


def test_the_published_claims_can_embarrass() -> None:
    """45 claims or more, twelve rivals or more, every dyad of the DPRK, three eras, every kind."""
    claims = read_claims().claim
    sides = Counter(claim.side for claim in claims)
    assert len(claims) >= 45
    assert set(sides) == set(SIDES)
    assert sides["rival"] >= 12
    assert len({(claim.dyad, claim.era) for claim in claims}) >= 5
    units = {(claim.dyad, claim.era) for claim in claims}
    units |= {(other.dyad or claim.dyad, other.era or claim.era) for claim in claims if (other := _other(claim))}
    assert len(units) == 7
    known = set(RECORDED) | set(DATED) | set(REGULAR)
    assert not known - {claim.kind for claim in claims}


def test_statements_say_each_thing_once() -> None:
    """No two published claims have the same words or ask the same."""
    claims = read_claims().claim
    assert len({claim.statement for claim in claims}) == len(claims)
    asked = [claim.model_dump_json(exclude={"id", "rows", "side", "statement", "note"}) for claim in claims]
    assert len(set(asked)) == len(asked)
