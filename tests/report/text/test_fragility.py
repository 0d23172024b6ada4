"""Fragility on the screen."""

from __future__ import annotations

import re
from typing import Any

from alliance_metrics.report.text.strength import render_fragility
from alliance_metrics.results.tidy_result import TidyResult
from tests.report.text.saved import Row, saved, skips

ABOUT: Row = {"dyad": "AA-BB", "era": "1950-1953", "year": 1951, "target": "threshold", "bar": 50.0}
STEPS: Row = {**ABOUT, "index": 81.25, "available": 9, "exact": True, "draws": 20, "confidence": 0.9}


def analysed(*, all_coders: Row | None = None, **tables: Any) -> TidyResult:
    """Give the steps of a peak in 1951 and of a lower year, with shocks and what followed."""
    steps = [
        {**STEPS, "coders": "all", "outcome": "reached", "estimate": 3.0, "lower": 2.0, "upper": 4.0}
        | (all_coders or {}),
        {**STEPS, "coders": "one", "outcome": "reached", "estimate": 8.0, "lower": 7.0, "upper": None},
        {**STEPS, "coders": "all", "outcome": "below already", "year": 1953, "index": 30.0},
    ]
    forward = {**ABOUT, "compared": "others", "estimate": 18.5, "lower": -4.5, "upper": 30.0, "cases": 10, "series": 2}
    everything: dict[str, Any] = {
        "steps": steps,
        "shocks": [
            {**ABOUT, "component": "trust", "outcome": "reached", "estimate": 40.0},
            {**ABOUT, "component": "gain", "outcome": "reached", "estimate": 60.0},
        ],
        "forward": [{**forward, "reach": 8.25, "followed": None}],
        **tables,
    }
    return saved("fragility", {"horizon": 5}, **everything)


def test_the_highest_year_has_steps_shocks_and_what_followed() -> None:
    """All coders, one coder, one pillar, similar years; numbers are those of the tables."""
    assert render_fragility(analysed()).splitlines()[1:4] == [
        "AA-BB 1950-1953: 1951, index 81.2. Below 50: 3 [2-4] steps down by all coders",
        "    (8 [7-none suffices] by one) of 9 possible; one pillar alone: trust by 40 points.",
        (
            "    After 10 similar years of 2 series (index within 8.2), the fall in 5 years: 18.5 [-4.5 to 30.0]; "
            "here: not yet known"
        ),
    ]


def test_intervals_are_explained_with_who_coded() -> None:
    """Draws, coders, weights."""
    text = " ".join(render_fragility(analysed()).split())
    assert "Intervals: 90% of 20 draws of the codings (by language model), at the declared weights" in text
    assert "they are not forecasts" in text


def test_no_single_shock_may_suffice() -> None:
    """Where no pillar's fall reaches the threshold."""
    assert "possible; no single pillar's fall suffices." in render_fragility(analysed(shocks=[]))


def test_bounds_are_named() -> None:
    """Steps that are not exact are an upper bound."""
    text = render_fragility(analysed(all_coders={"exact": False, "draws": 0}))
    assert "Below 50: at most 3 steps down by all coders" in text


def test_out_of_reach_is_said() -> None:
    """In place of steps."""
    assert "Below 50: out of reach\n    of 9 possible" in render_fragility(
        analysed(all_coders={"outcome": "out of reach"})
    )


def test_one_is_one() -> None:
    """Counts of one have their nouns in the singular."""
    row = {**ABOUT, "estimate": 0.0, "lower": 0.0, "upper": 0.0, "cases": 1, "series": 1, "reach": 1.0, "followed": 2.5}
    one = {"estimate": 1.0, "lower": None, "upper": None}
    steps = [{**STEPS, "coders": "all", "outcome": "reached", "draws": 1, **one}]
    result = saved("fragility", {"horizon": 1}, steps=steps, forward=[row])
    text = render_fragility(result)
    assert "1 step down" in text
    assert (
        "After 1 similar year of 1 series (index within 1.0), the fall in 1 year: none [0.0 to 0.0]; here: 2.5" in text
    )
    assert " of 1 draw of the codings" in text
    assert not re.search(r"\b1 (years|draws|steps)\b", text)


def test_what_was_skipped_is_said() -> None:
    """With or without steps."""
    rows = skips(("comparable years, others", "no year is followed by 5 on record"))
    end = "Skipped: comparable years, others: no year is followed by 5 on record"
    assert render_fragility(analysed(skipped=rows)).endswith(f"\n{end}")
    none = "No steps could be computed; shocks.csv and forward.csv have the rest."
    assert render_fragility(saved("fragility", skipped=rows)) == f"{none}\n{end}"
