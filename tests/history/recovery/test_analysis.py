"""The bottom of a line of years and what rose first from there: a made-up record with a rise put into it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from alliance_metrics.history.recovery.analysis import recovery_analysis
from alliance_metrics.report.text.change import render_recovery
from alliance_metrics.results.tidy_result import TidyResult
from alliance_metrics.study.drawn_study import DrawnStudy, Trajectory
from alliance_metrics.uncertainty.draws import Draws

BOTTOM = 1958


def with_rises(drawn: DrawnStudy, rises: dict[str, int]) -> DrawnStudy:
    """Let the first trajectory fall to its bottom in 1958, and each component rise again in a year of its own."""
    first = drawn.trajectories[0]
    nominal, draws = drawn.nominal.copy(), drawn.draws.scores.copy()
    for place, component in enumerate(drawn.study.plan.hierarchy.components):
        year = rises.get(component.id, 1964)
        series = np.where((first.years <= BOTTOM - 3) | (first.years >= year), 0.8, 0.3)
        if component.tier == "index":
            series = np.where(first.years == BOTTOM, 0.25, series)
        nominal[place, first.rows] = series
        draws[place, first.rows] = series[:, np.newaxis]
    return replace(
        drawn, nominal=nominal, draws=Draws(drawn.draws.components, draws), trajectories=drawn.trajectories[:1]
    )


@pytest.fixture(scope="module")
def result(record_drawn: DrawnStudy) -> TidyResult:
    """Give the recovery of a line whose creed rises before its profit, and that before its danger."""
    return recovery_analysis(with_rises(record_drawn, {"creed": 1962, "profit": 1963, "creed.rites": 1962}))


def test_the_bottom_is_the_year_put_in(result: TidyResult) -> None:
    """In every draw; with the score of that year."""
    (row,) = result.to_frame("bottoms").to_dict("records")
    assert (row["year"], row["share"], row["nominal"], row["estimate"]) == (BOTTOM, 1.0, True, 25.0)
    assert (row["first_year"], row["last_year"]) == (1950, 1970)


def test_parts_rise_in_the_years_put_in(result: TidyResult) -> None:
    """Nominally and in the draws; the first alone in each draw."""
    rows = result.to_frame("returns").query("tier == 'pillar'").set_index("component")
    assert rows["estimate"].to_dict() == {"creed": 1962, "danger": 1964, "profit": 1963}
    assert rows["median"].to_dict() == rows["estimate"].to_dict()
    assert rows["first_alone"].to_dict() == {"creed": 1.0, "danger": 0.0, "profit": 0.0}
    dimensions = result.to_frame("returns").query("tier == 'dimension'").set_index("component")
    assert dimensions["median"].nunique() == 2
    assert dimensions.loc["creed.rites", "first_alone"] == 1.0


def test_which_rose_before_which_is_told_for_each_pair(result: TidyResult) -> None:
    """Each pair once; ties are neither before nor after."""
    rows = result.to_frame("before").query("tier == 'pillar'").set_index(["component", "other"])
    assert rows["before"].to_dict() == {("creed", "danger"): 1, ("creed", "profit"): 1, ("danger", "profit"): 0}
    assert rows.loc[("danger", "profit"), "after"] == 1
    dimensions = result.to_frame("before").query("tier == 'dimension'")
    tied = dimensions[(dimensions["component"] != "creed.rites") & (dimensions["other"] != "creed.rites")]
    assert (tied[["before", "after"]] == 0).all().all()


def test_the_text_names_them_in_their_order(result: TidyResult) -> None:
    """The bottom, then the pillars from the first to rise."""
    text = " ".join(render_recovery(result).split())
    assert "AA-BB, 1950-1970: lowest in 1958 at 25.0 (lowest year of the draws: 1958 in 100%)" in text
    assert "Rose, by pillar: creed 1962 [1962-1962], first in 100%; profit 1963" in text
    assert "3 of 3 pairs are in one order" in text


def test_a_line_that_ends_at_its_bottom_is_skipped(record_drawn: DrawnStudy) -> None:
    """Its bottom is told; nothing is said of a return."""
    first = record_drawn.trajectories[0]
    cut = Trajectory(first.unit, first.era, first.rows[: BOTTOM - 1950 + 1], first.years[: BOTTOM - 1950 + 1])
    found = recovery_analysis(replace(with_rises(record_drawn, {}), trajectories=(cut,)))
    assert found.to_frame("bottoms")["year"].tolist() == [BOTTOM]
    assert found.to_frame("returns").empty
    assert found.to_frame("skipped")["cause"].tolist() == [f"0 years after the lowest, {BOTTOM}; 5 are needed"]


def test_eras_that_follow_one_another_are_one_line(record_drawn: DrawnStudy) -> None:
    """Cut in two, a trajectory gives the same answer as whole."""
    study = with_rises(record_drawn, {"creed": 1962})
    (whole,) = study.trajectories
    early, late = (
        Trajectory(whole.unit, whole.era, whole.rows[part], whole.years[part]) for part in (slice(12), slice(12, None))
    )
    one, two = (recovery_analysis(replace(study, trajectories=some)) for some in ((whole,), (early, late)))
    for name in ("bottoms", "returns", "before"):
        assert one.to_frame(name).equals(two.to_frame(name)), name
