"""Turning points as lines for the screen: every number is one of the tables, with its uncertainty beside it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from alliance_metrics.history.turning_points.analysis import turning_points_analysis
from alliance_metrics.report.text.change import render_turning_points
from alliance_metrics.study.drawn_study import draw_study
from alliance_metrics.study.study import open_study
from tests.report.text.saved import HUMANS, Row, saved

ABOUT: Row = {"dyad": "AA-BB", "era": "1950-1970"}
RECORD = {"config": {"index": {"id": "closeness"}, "uncertainty": {"level": 0.9}}}
BREAK: Row = {**ABOUT, "component": "closeness", "number": 1, "estimate": 1960, "lower": 1958, "upper": 1962}
TEST: Row = {**ABOUT, "component": "closeness", "p_value": 0.0625, "p_adjusted": 0.5, "test_level": 0.05}
ORDER: Row = {**ABOUT, "turn": "fall", "reading": "onset"}


def text_of(record: Row | None = None, *, shift: float = -30.0, test: Row | None = None, **tables: Any) -> str:
    """Give the text of one trajectory, lines joined."""
    everything = {
        "breaks": [{**BREAK, "shift": shift}, {**BREAK, "component": "trust", "shift": 99.0}],
        "break_tests": [{**TEST, "n_years": 21, "power": 0.75, **(test or {})}],
        **tables,
    }
    return " ".join(render_turning_points(saved("turning_points", RECORD | (record or {}), **everything)).split())


def test_each_trajectory_has_its_break_with_interval_p_value_n_and_power() -> None:
    """Of the index alone; what is not significant is said to be so."""
    expected = "AA-BB 1950-1970: closeness -30.0 in 1960 [1958-1962], not significant: p=0.062, n=21, power=0.75 "
    assert expected in text_of()


def test_a_significant_break_is_suggestive_and_no_more() -> None:
    """At the level of the test."""
    assert "[1958-1962], suggestive: p=0.050," in text_of(test={"p_value": 0.05})


def test_a_break_may_be_dated_to_any_year_or_not_tested() -> None:
    """Where both ends lie beyond the record, or no test is saved."""
    row = {**BREAK, "shift": 10.0, "lower_beyond_record": True, "upper_beyond_record": True}
    text = text_of(breaks=[row], break_tests=[])
    assert "closeness +10.0 in 1960 [any year], not tested" in text
    assert "No break is tested." in text


def test_the_head_explains_significance_and_power() -> None:
    """In the terms of the test, with its level and that of the intervals."""
    text = text_of()
    assert text.startswith(
        "When each trajectory turned, with 90% intervals. Not significant: over 5% of simulated series without a "
        "break, equally autocorrelated, show a break at least this clear. Power: how often a true step of this "
        "size would be found."
    )


@pytest.mark.slow
@pytest.mark.parametrize(("shift", "turn", "word"), [(-30.0, "fall", "fell"), (30.0, "rise", "rose")])
def test_what_turned_first_is_given_by_each_reading(shift: float, turn: str, word: str) -> None:
    """The part with the greatest share of draws, in the direction in which the index turned, with its test."""
    about = {**ORDER, "turn": turn}
    rows = [
        {**about, "component": "gain", "first": 0.25, "first_alone": 0.125, "first_shared": 0.25},
        {**about, "component": "trust", "first": 0.75, "first_alone": 0.625, "first_shared": 0.25},
        {**about, "reading": "break", "component": "gain", "first": 0.0},
        {**about, "turn": "other", "component": "gain", "first": 1.0},
    ]
    tests = [{**about, "first": "trust", "lead": 1.0, "p_value": 0.25}]
    text = text_of(shift=shift, order=rows, order_tests=tests)
    assert f"{word} first by onset: trust (62% alone, 25% tied); in the estimates trust by 1 year, p=0.250 " in text
    assert f"{word} first by break: none in any draw" in text


def test_a_tie_of_the_estimates_is_said_to_be() -> None:
    """Where nothing is first alone."""
    rows = [{**ORDER, "component": "trust", "first": 1.0, "first_alone": 1.0}]
    text = text_of(order=rows, order_tests=[{**ORDER, "first": "", "lead": None, "p_value": None}])
    assert "fell first by onset: trust (100% alone, 0% tied); in the estimates a tie" in text


def test_breaks_are_counted_beside_the_number_expected_without_any() -> None:
    """Found, tested, expected, and found after adjustment."""
    rows = [TEST, {**TEST, "component": "trust", "p_value": 0.01, "p_adjusted": 0.02}]
    assert (
        "Breaks of index and pillars: 1 of 2 suggestive, where about 0.1 are expected without any break; "
        "1 after adjustment for the number of tests."
    ) in text_of(break_tests=rows)


@pytest.mark.slow
def test_leads_are_counted_and_a_suggestive_one_is_named() -> None:
    """Who, before whom, by how many years, where, how strongly; predictions that could be tested."""
    lead = {**ABOUT, "component": "trust", "other": "gain", "lag": 1, "estimate": 0.875, "confidence": 0.95}
    power = {"true_lead": 0.7, "finding": "suggestive", "power": 0.5}
    rows = [{**lead, **power}, {**lead, **power, "finding": "not found", "power": 0.75}]
    predictions = [{"p_value": p, "p_adjusted": q} for p, q in ((0.01, 0.1), (0.5, 0.5), (None, None))]
    text = text_of(lead_findings=rows, prediction=predictions)
    assert (
        "Leads between pillars: 1 of 2 pairs suggestive, where about 0.1 are expected by chance (a true lead of "
        "correlation 0.7 would be found in 50% to 75%); trust before gain by 1 year in AA-BB 1950-1970 (0.88). "
        "One pillar helps to predict another in 1 of 2 tests, 0 after adjustment."
    ) in text
    assert "No lead is tested." in text_of()


@pytest.mark.slow
def test_the_gate_has_its_interval_and_what_cannot_be_known() -> None:
    """Strength of each trajectory, and that coders or a common cause may make it."""
    strength = {**ABOUT, "component": "trust", "estimate": 0.875, "lower": 0.5, "upper": 1.0}
    test = {**ABOUT, "p_value": 0.01, "p_trendless": 0.5, "test_level": 0.05, "power": 0.96875}
    text = text_of(strength=[strength], strength_tests=[test])
    assert (
        "Strength of trust as a gate, 0-1: AA-BB 1950-1970 0.88 [0.50-1.00]. Larger than for a simulated "
        "gate unrelated to the pillars in 1 of 1, with trends removed in 0 (power 0.97 or more)."
    ) in text
    assert "cannot be distinguished from a common cause, or from coders who err in the same direction" in text
    assert "No strength of a gate is estimated." in text_of()


@pytest.mark.slow
def test_language_models_are_named_and_people_are_not_called_so() -> None:
    """By the record."""
    assert "All codings are language-model codings: research inputs" in text_of()
    assert "language-model" not in text_of({"coders": HUMANS})


@pytest.mark.slow
def test_another_alliance_is_shown_without_what_it_lacks(small: Path) -> None:
    """Four years by two human coders: lines fit, what was skipped is listed, and no number is missing."""
    lines = render_turning_points(turning_points_analysis(draw_study(open_study(small)))).splitlines()
    assert max(map(len, lines)) <= 100
    assert any(line.startswith("AA-BB 1950-1953: closeness -30.2 in 1952") for line in lines)
    assert {"No lead is tested.", "No strength of a gate is estimated."} <= set(lines)
    assert any(line.startswith("Skipped: ") for line in lines)
    assert not {"nan", "None", "<NA>"} & set(" ".join(lines).split())
