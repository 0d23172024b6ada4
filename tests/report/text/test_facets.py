"""Facets as lines for the screen."""

from __future__ import annotations

from typing import Any

import pytest

from alliance_metrics.report.text.likeness import render_facets
from alliance_metrics.results.tidy_result import TidyResult
from tests.report.text.saved import saved, skips

ABOUT = {"dyad": "AA-BB", "era": "1950-1969", "facets": "open_hidden", "one": "open", "other": "hidden"}
SURE = (*range(1950, 1954), 1957, 1960)


def analysed(years: tuple[int, ...] = SURE, *, before: tuple[float, float] = (0.25, 0.5)) -> TidyResult:
    """Give the gap of two facets, sure in some years."""
    gap = {**ABOUT, "component": "closeness"}
    span = {"estimate": 12.6, "lower": -0.3, "upper": 16.0, "above": 0.97, "below": 0.0}
    turns = [
        {**gap, "direction": "fall", "reading": reading, "turned_one": 0.75, "turned_other": 0.75}
        | {"before": share, "after": 0.125}
        for reading, share in zip(("own margin", "same margin"), before, strict=True)
    ]
    few = {**gap, "direction": "rise", "reading": "own margin", "turned_one": 0.25, "turned_other": 0.75}
    tables: dict[str, Any] = {
        "facets": [{**ABOUT, "component": "trust"}, {**ABOUT, "component": "closeness"}],
        "gaps": [{**gap, "year": year, "above": float(year in years), "below": 0.0} for year in range(1950, 1970)],
        "gap_summary": [
            {**gap, **span, "measure": "mean"},
            {**gap, **span, "measure": "mean", "matched": True, "estimate": 8.0},
            {**gap, **span, "measure": "mean", "component": "trust"},
            {**gap, **span, "measure": "greatest"},
        ],
        "turns": [*turns, few],
    }
    return saved("facets", **tables)


def test_each_series_has_a_line_with_its_gap() -> None:
    """Mean gap with interval, matched dimensions, years, and which turned first where both mostly turned."""
    assert render_facets(analysed()).splitlines()[:2] == [
        "open minus hidden, mean gap: clearly positive in 1, clearly negative in 0 of 1 series",
        (
            "  AA-BB 1950-1969: +13 [0 to +16] {+8}; positive 1950-1953 and 2 more years; "
            "first to fall: open 25-50%, hidden 12% (undecided)"
        ),
    ]


@pytest.mark.parametrize(
    ("years", "text"), [((), "clear in no year"), ((1951,), "positive 1951"), ((1951, 1952, 1960), "1951-1952, 1960")]
)
def test_sure_years_stand_as_runs(years: tuple[int, ...], text: str) -> None:
    """Or no year is clear."""
    assert f"{text}; first" in render_facets(analysed(years))


def test_a_clear_order_is_not_undecided() -> None:
    """Where one is first in at least 80% of draws by both margins."""
    assert "first to fall: open 81-90%, hidden 12%\n" in render_facets(analysed(before=(0.9, 0.81)))


def test_shares_are_explained() -> None:
    """And what draws cover."""
    assert "Draws cover uncertainty in codings and weights only." in " ".join(render_facets(analysed()).split())


def test_nothing_to_compare_is_said_in_words() -> None:
    """Without facets the lines say so, and why."""
    result = saved("facets", skipped=skips(("facets", "none asked for"), ("belief", "none asked for")))
    assert render_facets(result) == "No facets could be compared.\nSkipped: facets, belief: none asked for"
