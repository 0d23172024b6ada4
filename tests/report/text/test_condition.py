"""The condition as lines for the screen."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from alliance_metrics.history.condition.analysis import condition_analysis
from alliance_metrics.report.text.condition import render_condition
from alliance_metrics.results.tidy_result import TidyResult
from alliance_metrics.study.drawn_study import draw_study
from alliance_metrics.study.study import open_study


@pytest.fixture(scope="module")
def result() -> TidyResult:
    """Give the analysis of two trajectories of the published study."""
    drawn = draw_study(open_study("baseline", draws=100))
    kept = tuple(one for one in drawn.trajectories if one.unit in {"PRC-USSR", "PRC-RUS"})
    return condition_analysis(replace(drawn, trajectories=kept))


def changed(result: TidyResult, name: str, **columns: object) -> TidyResult:
    tables = {one: result.to_frame(one) for one in result.names}
    tables[name] = tables[name].assign(**columns)
    return TidyResult(tables, kind="condition", key="dyad", record=result.record)


def test_the_answer_stands_first(result: TidyResult) -> None:
    """The question in the names of the configuration, then where it is found and where not."""
    none = render_condition(changed(result, "interaction_tests", finding="not found")).splitlines()
    assert none[0] == "Does external_pressure bring the two sides together more where ideology is higher?"
    assert none[1] == "Not found in any of 3 groups of years."
    tests = result.to_frame("interaction_tests")
    finding = pd.Series("not found", index=tests.index).mask(tests["dyad"] == "all", "suggestive")
    some = render_condition(changed(result, "interaction_tests", finding=finding)).splitlines()
    assert some[1] == "Suggestive in everything pooled; not found in the other 2 of 3 groups of years."
    assert any(line.startswith("Without ") and "everything pooled rises to" in line for line in some)


def test_each_group_has_estimate_interval_chance_years_and_power(result: TidyResult) -> None:
    """The line of a trajectory has its figures; pooled ones have no power."""
    fits = result.to_frame("fits")
    row = fits[(fits["dyad"] == "PRC-USSR") & (fits["coefficient"] == "interaction") & ~fits["lagged"]].iloc[0]
    lines = render_condition(result).splitlines()
    line = next(line for line in lines if line.startswith("PRC-USSR 1949-1969"))
    assert f"{row['estimate']:+.0f}" in line
    assert f"[{row['lower']:+.0f} to {row['upper']:+.0f}]" in line
    assert line.split()[-2] == "21"
    assert next(line for line in lines if line.startswith("everything pooled")).split()[-1] == "55"


def test_limits_are_told(result: TidyResult) -> None:
    """That outcomes belong to the index, that coders are the same, and of what kind."""
    text = render_condition(result)
    assert "Outcomes are indicators of the" in text
    assert "by the same coders (language model)" in text
    assert max(map(len, text.splitlines())) <= 120


def test_nothing_to_tell_is_told(small: Path) -> None:
    """Without a section the lines say so."""
    assert render_condition(condition_analysis(draw_study(open_study(small)))).splitlines() == [
        "Whether pressure works only on a condition could not be asked.",
        "Not done: condition: the configuration asks for none",
    ]


def test_a_cause_is_told_once(result: TidyResult) -> None:
    """Five steps left undone for one cause, and one for another, make two lines."""
    steps = pd.DataFrame({"step": [*"abcde", "f"], "cause": [*["too few years"] * 5, "no pressure"]})
    tables = {one: result.to_frame(one) for one in result.names} | {"skipped": steps}
    lines = render_condition(TidyResult(tables, kind="condition", key="dyad", record=result.record)).splitlines()
    assert [line for line in lines if line.startswith("Not done")] == [
        "Not done: a, b, c and 2 more: too few years",
        "Not done: f: no pressure",
    ]
