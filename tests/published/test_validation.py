"""The published index beside measures from outside: numbers held to scipy."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from alliance_metrics.history.validation.analysis import READINGS, validation_analysis
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
    return published_results["validation"]


def row_of(result: TidyResult, unit: str, era: str, measure: str, **more: str) -> pd.Series:
    """Give the one row of the agreement of a measure."""
    frame = result.to_frame("agreement")
    keep = (frame["dyad"] == unit) & (frame["era"] == era) & (frame["measure"] == measure)
    for name, value in {"form": "levels", **more}.items():
        keep &= frame[name] == value
    (row,) = frame[keep].to_dict("records")
    return pd.Series(row)


@pytest.mark.parametrize(
    ("measure", "component", "sign"),
    [
        ("polyarchy_distance", "ideology", -1),
        ("arms_transfers", "cohesion", 1),
        ("vote_distance", "strategy_world", -1),
    ],
)
def test_estimates_are_scipys_in_the_direction_declared(drawn, result, measure, component, sign):
    """Spearman's correlation of the published scores with the published figures, times the declared sign."""
    measures = drawn.study.package.tables["measures"].query("measure == @measure and dyad == 'PRC-RUS'")
    own = drawn.trajectory("PRC-RUS", "post-cold-war")
    scores = pd.Series(drawn.nominal_of((component,), own)[0], index=own.years)
    both = measures.set_index("year")["value"].loc[1992:]
    expected = sign * stats.spearmanr(both, scores.loc[both.index]).statistic
    row = row_of(result, "PRC-RUS", "post-cold-war", measure, component=component)
    assert row["estimate"] == pytest.approx(expected)
    assert row["years"] == len(both)
    assert row["sign_met"] == (expected > 0)


def test_each_measure_meets_the_index_the_pillars_and_what_it_should_go_with(drawn, result):
    """Five components in three forms, one of them declared."""
    frame = result.to_frame("agreement").query(
        "dyad == 'PRC-USSR' and era == 'early-cold-war' and measure == 'arms_transfers'"
    )
    assert len(frame) == 15
    assert set(frame["component"]) == {drawn.index_id, *drawn.pillars, "military_cooperation"}
    assert set(frame.loc[frame["declared"], "component"]) == {"military_cooperation"}


def test_numbers_keep_their_bounds(result):
    """Shares lie in 0-1, intervals are ordered, n worth is at most n, changes are one fewer where years are whole."""
    frame = result.to_frame("agreement").dropna(subset="estimate")
    shares = frame[["p_value", "p_shifted", "reach", "power"]].to_numpy()
    assert shares.min() >= 0
    assert shares.max() <= 1
    assert (frame["lower"] <= frame["upper"]).all()
    assert (frame["effective_years"] <= frame["years"]).all()
    assert set(result.to_frame("agreement")["reading"]) <= set(READINGS)
    assert row_of(result, "PRC-RUS", "post-cold-war", "arms_transfers", tier="index", form="changes")["years"] == 33


def test_what_does_not_vary_or_is_too_short_is_said_so(result):
    """Rivalry of PRC-DPRK is never; four years of events are too few to say; one year is not compared at all."""
    still = row_of(result, "PRC-DPRK", "early-cold-war", "rivalry", tier="index")
    assert (still["reading"], np.isnan(still["estimate"])) == ("does not vary", True)
    short = row_of(result, "PRC-USSR", "early-cold-war", "event_balance", tier="index")
    assert (short["reading"], short["years"]) == ("too short", 4)
    steps = dict(result.to_frame("skipped").itertuples(index=False, name=None))
    assert steps["event_balance, PRC-RUS post-cold-war"] == "1 year has a value; 4 or more are needed"


def test_summary_counts_the_counted_measures_of_the_agreement(result):
    """Readings by era against the index add up, variants left out."""
    agreement = result.to_frame("agreement").query("tier == 'index' and form == 'levels' and counted and independent")
    summary = result.to_frame("summary").query("dyad == 'all' and against == 'index' and form == 'levels'")
    for era, own in agreement.groupby("era"):
        (row,) = summary[summary["independent"] & (summary["era"] == era)].to_dict("records")
        assert row["measures"] == len(own)
        assert {name: row[name.replace(" ", "_")] for name in READINGS} == {
            name: (own["reading"] == name).sum() for name in READINGS
        }
        tested = (~own["reading"].isin(["too short", "does not vary"])).sum()
        assert row["agrees_expected"] == pytest.approx(0.05 * tested)


def test_standing_is_high_where_the_year_is_cohesive_by_the_measure(result):
    """The farthest vote distance stands lowest."""
    years = result.to_frame("years").query("dyad == 'PRC-RUS' and measure == 'vote_distance'")
    assert years["standing"].idxmin() == years["value"].idxmax()
    assert years["standing"].between(0, 100).all()


def test_the_rival_stands_beside_the_index_with_what_it_lacks(result):
    """Four of six indicators, 1992-2014; bands and weights unread; gaps are differences of standings."""
    table = result.to_frame("cooperation_index")
    assert table["year"].tolist() == list(range(1992, 2015))
    assert set(zip(table["indicators"], table["indicators_published"], strict=True)) == {(4, 6)}
    assert table["gap"].to_numpy() == pytest.approx((table["index_standing"] - table["standing"]).to_numpy())
    assert any(step.endswith("bands and weights") for step in result.to_frame("skipped")["step"])


def test_a_filtered_configuration_says_what_it_lacks(result):
    """What the filter took away is told, and the rest is done; without a filter nothing lacks."""
    found = validation_analysis(draw_study(open_study("private_only", draws=10)))
    assert len(found.to_frame("agreement")) > 500
    lacking = [one.to_frame("skipped")["cause"].str.contains("there is no component").any() for one in (found, result)]
    assert lacking == [True, False]
