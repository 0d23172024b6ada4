"""Fragility of the published study: its tables say what recoding by hand says."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from alliance_metrics.coding.panel import IndicatorPanel
from alliance_metrics.history.fragility.analysis import fragility_analysis
from alliance_metrics.index.plan import nominal_scores, plan_index
from alliance_metrics.index.rescaling import SCALE
from alliance_metrics.results.tidy_result import TidyResult
from alliance_metrics.study.drawn_study import DrawnStudy, draw_study
from alliance_metrics.study.study import open_study

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def drawn(published_drawn: DrawnStudy) -> DrawnStudy:
    """Give the published study."""
    return published_drawn


@pytest.fixture(scope="module")
def result(published_results: dict[str, TidyResult]) -> TidyResult:
    """Give its analysis."""
    return published_results["fragility"]


def stepped(drawn: DrawnStudy, row: dict, indicators: pd.DataFrame) -> float:
    """Take the steps of one row in the codings themselves and score the panel anew. [0-100]"""
    panel, place = drawn.study.plan.panel, int(row["unit"])
    score = panel.score.copy()
    for one in indicators.to_dict("records"):
        column = panel.indicators.index(one["component"])
        score[:, place, column] = np.maximum(score[:, place, column] - one["steps"], 0.0)
    stood = IndicatorPanel(panel.units, panel.indicators, panel.coders, score, score, score)
    return float(SCALE * nominal_scores(plan_index(stood, drawn.study.spec))[-1, place])


def test_taking_the_steps_in_the_codings_brings_the_index_below(drawn: DrawnStudy, result: TidyResult) -> None:
    """Every sixth row: after the steps the index is below the bar, by the fall that is told."""
    steps, taken = result.to_frame("steps"), result.to_frame("step_indicators")
    units = drawn.study.panel.units.assign(unit=range(len(drawn.study.panel.units)))
    rows = steps[(steps["coders"] == "all") & (steps["outcome"] == "reached")].merge(units, on=["dyad", "era", "year"])
    for row in rows.iloc[::6].to_dict("records"):
        own = taken[
            (taken["dyad"] == row["dyad"])
            & (taken["year"] == row["year"])
            & (taken["target"] == row["target"])
            & (taken["coders"] == "all")
        ]
        after = stepped(drawn, row, own)
        assert own["steps"].sum() == row["estimate"]
        assert after < row["bar"]
        assert row["index"] - row["fall"] == pytest.approx(after)
    assert len(rows.iloc[::6]) > 20


def test_one_coder_needs_between_one_and_three_times_the_steps_of_three(result: TidyResult) -> None:
    """Three coders stepping together do at most what three single steps do, and at least what one does."""
    steps = result.to_frame("steps")
    wide = steps.pivot_table(index=["dyad", "year", "target"], columns="coders", values="estimate")
    assert (wide["one"] >= wide["all"]).all()
    assert (wide["one"] <= 3 * wide["all"]).all()


def test_interval_holds_the_estimate_in_most_years(result: TidyResult) -> None:
    """Codings drawn about those given, at the same weights: nine in ten intervals hold the nominal steps."""
    steps = result.to_frame("steps")
    held = (steps["lower"] <= steps["estimate"]) & (steps["estimate"] <= steps["upper"])
    assert held.mean() > 0.9
    assert set(steps["draws"]) == {200}


def test_drawn_weights_need_no_more_steps(result: TidyResult) -> None:
    """Uneven weights have heavier indicators to take first: the interval ends lower, hardly ever higher."""
    high = result.to_frame("steps").query("target == 'threshold' and estimate > 5")
    assert (high["upper_weights"] <= high["upper"] + 1).mean() > 0.95
    assert (high["lower_weights"] < high["lower"]).mean() > 0.9


def test_a_fall_that_came_is_told_in_steps(result: TidyResult) -> None:
    """Where the next year is not higher some step is needed, else none; the last year of a series has no row."""
    steps = result.to_frame("steps").query("target == 'next_year' and coders == 'all'")
    assert ((steps["bar"] < steps["index"] + 1e-7) == (steps["estimate"] > 0)).all()
    last = result.to_frame("steps").query("target == 'threshold'").groupby(["dyad", "era"])["year"].max()
    assert not set(last.items()) & set(zip(zip(steps["dyad"], steps["era"], strict=True), steps["year"], strict=True))


def test_shock_is_the_distance_over_the_weight(result: TidyResult) -> None:
    """Three pillars of one third each: thrice the distance, or out of reach where the pillar has less than that."""
    shocks = result.to_frame("shocks").query("target == 'threshold'")
    index = result.to_frame("steps").query("target == 'threshold' and coders == 'all'")[["dyad", "year", "index"]]
    merged = shocks.merge(index, on=["dyad", "year"])
    reached = merged[merged["outcome"] == "reached"]
    assert reached["estimate"].to_numpy() == pytest.approx(3 * (reached["index"] - 50).to_numpy(), abs=1e-4)
    assert (merged[merged["outcome"] == "out of reach"]["index"] > 50).all()
    assert (merged[merged["outcome"] == "below already"]["index"] < 50).all()
    assert len(reached) > 30


def test_forward_reading_says_what_followed(drawn: DrawnStudy, result: TidyResult) -> None:
    """What followed a year is its index less the least of the five after it; other series alone are compared."""
    one = drawn.trajectories[0]
    index = SCALE * drawn.nominal_of((drawn.index_id,), one)[0]
    forward = result.to_frame("forward")
    own = forward[(forward["dyad"] == one.unit) & (forward["era"] == one.era) & (forward["compared"] == "others")]
    expected = [index[year] - index[year + 1 : year + 6].min() for year in range(len(index) - 5)]
    assert own["followed"].to_numpy()[: len(expected)] == pytest.approx(np.array(expected), abs=1e-6)
    assert own["followed"].iloc[len(expected) :].isna().all()
    years = {f"{one.unit} {year}" for year in one.years}
    assert not any(years & set(names.split("; ")) for names in own["comparable"])
    every = forward[forward["compared"] == "all"]["comparable"]
    assert any(years & set(names.split("; ")) for names in every)
    assert (forward["cases"] == 10).all()


def test_methods_that_differ_from_draw_to_draw_leave_nominal_values() -> None:
    """Under every uncertainty there is no interval, and the result says so."""
    result = fragility_analysis(draw_study(open_study("full_uncertainty", draws=10)))
    assert result.to_frame("steps")["lower"].isna().all()
    assert set(result.to_frame("steps")["draws"]) == {0}
    assert "methods differ" in result.to_frame("skipped")["cause"].iloc[0]


@pytest.mark.parametrize("config", ["bedrock", "public_only"])
def test_other_configurations_are_analysed(config: str) -> None:
    """A gate (steps an upper bound), facets that drop indicators, one coder: every year has its steps."""
    result = fragility_analysis(draw_study(open_study(config, draws=10)))
    steps = result.to_frame("steps")
    assert len(steps) == 2 * (187 + 180)
    assert set(steps["exact"]) == {config != "bedrock"}
    assert steps["lower"].isna().all() == (config == "bedrock")
