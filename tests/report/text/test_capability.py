"""Capability on the screen: hand-made tables give the lines written here."""

from __future__ import annotations

from alliance_metrics.report.text.strength import render_capability
from tests.report.text.saved import Row, saved, skips

ABOUT = {"dyad": "AA-BB", "era": "1950-1951"}
SPAN = {"lower": 0.0625, "upper": 0.125}


def added(year: int, *, full: float, estimate: float | None, indicator: str = "ships", **about: str) -> Row:
    span = SPAN if estimate is not None else {"estimate": None, "lower": None, "upper": None}
    row = {**ABOUT, **about, "year": year, "indicator": indicator, "whole": "world", "strongest": "BB"}
    return {**row, "alone": 0.25, "full": full, "estimate": estimate, **span}


def law(year: int, indicator: str, joint: float, discounted: float, **about: str) -> list[Row]:
    row = {**ABOUT, **about, "year": year, "indicator": indicator, "opponent": "league", "law": "linear"}
    return [
        {**row, "side": "joint", "counted": "full", "estimate": joint},
        {**row, "side": "BB", "counted": "discounted", "estimate": discounted},
        {**row, "side": "joint", "law": "square", "estimate": 99.0},
    ]


def test_three_lines_give_share_ally_and_coalition() -> None:
    """The year of the greatest addition, the last year, and the years above the coalition by every measure."""
    laws = [*law(1950, "ships", 0.75, 0.5), *law(1951, "ships", 1.5, 1.25), *law(1950, "guns", 2.0, 0.5)]
    result = saved(
        "capability",
        added=[
            added(1950, full=0.125, estimate=0.09375),
            added(1951, full=0.0625, estimate=0.03125),
            {**added(1950, full=0.9, estimate=0.9), "whole": "league"},
        ],
        lanchester=[*laws, *law(1950, "ships", 9.0, 9.0, era="1999")],
    )
    lines = render_capability(result).splitlines()
    assert lines[1:4] == [
        "AA-BB 1950-1951, ships: most in 1950: BB alone 25.0% of the world, both 37.5%;",
        "    the ally adds 12.5 points, 9.4 [6.2-12.5] when scaled by cohesion; in 1951: 6.2, 3.1 [6.2-12.5].",
        (
            "    Both are 0.75-1.50 times league; stronger in 1 of 2 years (ships), 1 of 1 (guns); "
            "scaled by cohesion in 1, 0."
        ),
    ]
    assert "Neither Lanchester law forecasts a war" in " ".join(lines)


def test_a_year_without_a_score_is_unknown() -> None:
    """The ally's full share stands, and its scaled share is not known."""
    text = render_capability(saved("capability", added=[added(1950, full=0.125, estimate=None)]))
    assert "the ally adds 12.5 points, unknown when scaled by cohesion; in 1950: 12.5, unknown." in text


def test_one_year_is_one_year() -> None:
    """A record of one year has its noun in the singular."""
    result = saved("capability", added=[added(1950, full=0.1, estimate=0.1)], lanchester=law(1950, "ships", 0.5, 0.5))
    assert "stronger in 0 of 1 year (ships)" in render_capability(result)


def test_more_than_six_series_end_with_their_number() -> None:
    """The table has the rest."""
    rows = [added(1950, full=0.1, estimate=0.1, era=f"era {k}") for k in range(8)]
    assert "\nand 2 more, see added.csv\n" in render_capability(saved("capability", added=rows))


def test_data_without_capabilities_say_so() -> None:
    """A sentence and the cause."""
    text = render_capability(saved("capability", skipped=skips(("capability", "the data have no table"))))
    assert text == "No capability of two allies could be compared.\nSkipped: capability: the data have no table"
