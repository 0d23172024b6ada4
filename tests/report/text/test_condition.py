"""The condition as lines for the screen."""

from __future__ import annotations

from typing import Any

from alliance_metrics.report.text.change import render_condition
from alliance_metrics.results.tidy_result import TidyResult
from tests.report.text.saved import Row, saved, skips

GROUPS = (("all", "all"), ("all", "1950-1953"), ("AA-BB", "1950-1953"))
RECORD = {"config": {"analysis": {"condition": {"pressure": "storms", "condition": "faith"}}}}


def analysed(*suggestive: tuple[str, str]) -> TidyResult:
    """Give an analysis of three groups of years in which these have a suggestive finding."""
    fits, tests, without, power = [], [], [], []
    for place, (dyad, era) in enumerate(GROUPS):
        about: Row = {"dyad": dyad, "era": era, "outcome": "talks", "n_years": 4 + place}
        span = {"estimate": 10.0 * place - 5.0, "lower": -20.0, "upper": 30.0, "mean": 12.0}
        fits.append({**about, "coefficient": "interaction", **span})
        fits.append({**about, "coefficient": "pressure", "estimate": 777.0})
        finding = "suggestive" if (dyad, era) in suggestive else "not found"
        for lagged in (False, True):
            p_values = (0.25, 0.5) if lagged else (0.125, 0.0625)
            tests += [{**about, "lagged": lagged, "p_value": p, "finding": finding} for p in p_values]
        if dyad == "all":
            without += [{**about, "without": name, "p_value": p} for name, p in (("AA-BB", 0.75), ("CC", 0.25))]
        else:
            power += [{**about, "effect": effect, "power": effect / 250.0} for effect in (100.0, 200.0)]
    tables: dict[str, Any] = {"fits": fits, "interaction_tests": tests, "without": without, "power": power}
    return saved("condition", RECORD, **tables)


def test_the_answer_stands_first() -> None:
    """The question in the names of the configuration, then where the effect is found and where not."""
    none = render_condition(analysed()).splitlines()
    assert none[0] == "Does storms bring the two sides together more where faith is higher?"
    assert none[1] == "Not found in any of 3 groups of years."
    some = render_condition(analysed(("all", "all"))).splitlines()
    assert some[1] == "Suggestive in all series pooled; not found in the other 2 of 3 groups of years."


def test_a_pooled_finding_is_given_without_the_series_it_depends_on_most() -> None:
    """The greatest p-value, and only of a finding that is suggestive."""
    lines = [line for line in render_condition(analysed(("all", "all"))).splitlines() if line.startswith("Without")]
    assert lines == ["Without AA-BB the p-value of all series pooled is 0.75."]
    assert "\nWithout" not in render_condition(analysed())


def test_each_group_has_estimate_interval_p_values_years_and_power() -> None:
    """Pooled groups have no power; the p-value is the larger of two."""
    lines = render_condition(analysed()).splitlines()
    start = next(place for place, line in enumerate(lines) if line.endswith("power"))
    assert [line.split() for line in lines[start + 1 : start + 4]] == [
        ["all", "series", "pooled", "-5", "+12", "[-20", "to", "+30]", "0.12", "0.50", "4"],
        ["1950-1953", "pooled", "+5", "+12", "[-20", "to", "+30]", "0.12", "0.50", "5"],
        ["AA-BB", "1950-1953", "+15", "+12", "[-20", "to", "+30]", "0.12", "0.50", "6", "0.80"],
    ]


def test_limits_are_given() -> None:
    """Outcomes belong to the index, the coders are the same, and of what kind; the effect that power is for."""
    text = " ".join(render_condition(analysed()).split())
    assert "Outcomes are indicators of the index" in text
    assert "coded by the same coders (language model)" in text
    assert "share of true interactions of 200 points detected" in text


def test_no_condition_is_said_in_words() -> None:
    """Without a section of the configuration."""
    result = saved("condition", skipped=skips(("condition", "the configuration asks for none")))
    assert render_condition(result).splitlines() == [
        "Whether pressure works only on a condition was not tested.",
        "Skipped: condition: the configuration asks for none",
    ]
