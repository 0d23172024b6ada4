"""Triads as lines for the screen: numbers of their tables, and no 'nan'."""

from __future__ import annotations

from typing import Any

import pytest

from alliance_metrics.report.text.likeness import render_triads
from tests.report.text.saved import Row, saved, skips

ABOUT: Row = {"triad": "AA, BB, CC", "era": "1950-1953"}
RECORD = {"neutral": 50.0, "basis": "Basis."}


def leaning(first: int, last: int, toward: str, *span: float) -> Row:
    years = {"state": "AA", "partners": "BB, CC", "first_year": first, "last_year": last}
    estimate, lower, upper = span or (0.0, -1.0, 1.0)
    return {**ABOUT, **years, "toward": toward, "estimate": estimate, "lower": lower, "upper": upper, "confidence": 0.9}


def side(year: int, name: str, weakest: float | None) -> Row:
    return {**ABOUT, "year": year, "side": name, "weakest": weakest}


def balance(year: int, above: float) -> Row:
    return {**ABOUT, "year": year, "measure": "balance", "above": above, "below": 1.0 - above}


def text_of(**tables: Any) -> str:
    everything = {"leanings": [leaning(1950, 1951, "BB", 30.0, 20.0, 40.0)], **tables}
    return render_triads(saved("triads", RECORD, **everything))


def test_each_state_has_its_partner_by_years() -> None:
    """A lean toward the second partner has its numbers turned; one that is likely and not sure keeps a negative end."""
    text = text_of(
        leanings=[
            leaning(1950, 1951, "BB", 30.0, 20.0, 40.0),
            leaning(1952, 1952, ""),
            leaning(1953, 1953, "CC", -3.0, -11.0, 1.0),
        ]
    )
    assert text.splitlines()[:2] == [
        "AA, BB, CC 1950-1953: to which partner each was closer in 90% of draws or more, and by how many points",
        "  AA: 1950-1951 BB by 30 [20 to 40], 1952 undecided, 1953 CC by 3 [-1 to 11]",
    ]


def test_the_weakest_side_is_named_with_how_sure_it_is() -> None:
    """Sure, likely or undecided; years without all three sides are left out."""
    sides = [side(1950, "AA-BB", 0.95), side(1951, "AA-BB", 0.95), side(1952, "AA-BB", 0.6), side(1953, "AA-BB", 0.3)]
    others = [side(1953, "BB-CC", 0.45), side(1954, "BB-CC", None)]
    text = text_of(sides=sides + others)
    assert "Weakest side: 1950-1951 AA-BB, 1952 AA-BB (likely), 1953 BB-CC (undecided)." in text
    assert "Weakest side: no year has all three sides." in text_of()


@pytest.mark.parametrize(
    ("above", "text"),
    [
        ((0.95, 0.95, 0.5), "balanced 1950-1951; undecided in 1 year."),
        ((0.95, 0.05, 0.5, 0.5), "balanced 1950; unbalanced 1951; undecided in 2 years."),
        ((0.5,), "sure in no year; undecided in 1 year."),
    ],
)
def test_balance_is_given_where_it_is_sure(above: tuple[float, ...], text: str) -> None:
    """And the number of other years."""
    rows = [balance(year, share) for year, share in enumerate(above, start=1950)]
    assert f"  Structural balance, with 50 as neutral: {text}" in text_of(triangles=rows).splitlines()


def test_coders_and_basis_are_given() -> None:
    """Language models, and what the record says the shares are."""
    assert "All codings are language-model codings: research inputs, not expert consensus. Basis." in text_of()


def test_no_triangle_is_said_in_words() -> None:
    """One sentence and the cause."""
    text = render_triads(saved("triads", RECORD, skipped=skips(("triads", "one dyad alone"))))
    assert text.startswith("No three dyads of one era join three states")
    assert text.endswith("\nSkipped: triads: one dyad alone")
