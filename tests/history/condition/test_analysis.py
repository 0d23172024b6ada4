"""Whether pressure works only on a condition, asked of a made-up record."""

from __future__ import annotations

import warnings
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from alliance_metrics.history.condition.analysis import EFFECTS, PLACES, condition_analysis
from alliance_metrics.results.tidy_result import TidyResult
from alliance_metrics.study.context_scores import pressure_of
from alliance_metrics.study.drawn_study import DrawnStudy, draw_study
from alliance_metrics.study.study import open_study
from tests.small_record import open_variant

pytestmark = pytest.mark.slow


def without_most(drawn: DrawnStudy, *names: str, **section: object) -> DrawnStudy:
    """Keep some trajectories, and change what is asked, so that a test is quick."""
    config = drawn.study.config
    asked = config.analysis.condition
    assert asked is not None
    analysis = config.analysis.model_copy(update={"condition": asked.model_copy(update=section)})
    study = replace(drawn.study, config=config.model_copy(update={"analysis": analysis}))
    kept = tuple(one for one in drawn.trajectories if not names or one.name in names)
    return replace(drawn, study=study, trajectories=kept)


@pytest.fixture(scope="module")
def result(record_drawn: DrawnStudy) -> TidyResult:
    """Give the analysis of two trajectories of one era and one of another."""
    return condition_analysis(without_most(record_drawn, "AA-BB 1950-1970", "BB-CC 1950-1970", "AA-DD 1990-2010"))


def test_groups_are_everything_each_era_and_each_trajectory(result: TidyResult) -> None:
    """Runs are pooled over all and within an era with more than one; the years say how many there are."""
    tests = result.to_frame("interaction_tests")
    plain = tests[~tests["lagged"]].drop_duplicates(["dyad", "era"])
    assert plain[["dyad", "era", "runs", "n_years"]].to_numpy().tolist() == [
        ["all", "all", 3, 63],
        ["all", "1950-1970", 2, 42],
        ["AA-BB", "1950-1970", 1, 21],
        ["BB-CC", "1950-1970", 1, 21],
        ["AA-DD", "1990-2010", 1, 21],
    ]


def test_the_interaction_is_that_of_plain_least_squares(record_drawn: DrawnStudy, result: TidyResult) -> None:
    """Solved straight from nominal scores, in points."""
    asked = record_drawn.study.config.analysis.condition
    one = record_drawn.trajectory("AA-BB", "1950-1970")
    assert asked is not None
    assert one is not None
    pressed = pressure_of(record_drawn, asked)
    assert not isinstance(pressed, str)
    pressure, creed = pressed[0][one.rows], record_drawn.nominal_of(("creed",), one)[0]
    outcome = record_drawn.nominal_of(("rescue", "drills"), one).mean(axis=0)
    design = np.column_stack([np.ones(21), pressure, creed, pressure * creed])
    expected = 100.0 * np.linalg.lstsq(design, outcome, rcond=None)[0]
    fits = result.to_frame("fits")
    kept = (fits["dyad"] == "AA-BB") & (fits["outcome"] == "mean of outcomes") & ~fits["lagged"]
    found = fits[kept].set_index("coefficient")["estimate"]
    assert found[["pressure", "condition", "interaction"]].to_numpy() == pytest.approx(expected[1:])


def test_effects_stand_at_ten_steps_and_at_the_years_seen(record_drawn: DrawnStudy, result: TidyResult) -> None:
    """Effects at the least and greatest condition are those of the years of the group."""
    one = record_drawn.trajectory("AA-DD", "1990-2010")
    assert one is not None
    creed = 100.0 * record_drawn.nominal_of(("creed",), one)[0]
    effects = result.to_frame("marginal_effects")
    kept = (effects["dyad"] == "AA-DD") & (effects["outcome"] == "drills") & ~effects["lagged"]
    rows = effects[kept]
    assert rows["at"].tolist() == list(PLACES)
    assert rows.set_index("at")["condition"]["least"] == pytest.approx(creed.min())
    assert rows.set_index("at")["condition"]["greatest"] == pytest.approx(creed.max())
    assert (rows["lower_all"] <= rows["lower"]).all()


def test_chances_are_no_smaller_than_the_least_there_can_be(result: TidyResult) -> None:
    """A shift of 21 years cannot have a chance below one in 21, and the table says so."""
    tests = result.to_frame("interaction_tests")
    assert (tests["p_value"] >= tests["least"] - 1e-9).all()
    alone = tests[(tests["dyad"] == "AA-BB") & ~tests["lagged"] & (tests["shuffle"] == "pressure")]
    assert alone["least"].to_numpy() == pytest.approx(1 / 21)
    assert alone["exact"].all()


def test_power_is_told_for_stated_effects_of_single_trajectories(result: TidyResult) -> None:
    """Without an effect few are found; power stands beside every single trajectory alone."""
    power = result.to_frame("power")
    assert set(power["dyad"]) == {"AA-BB", "BB-CC", "AA-DD"}
    assert tuple(power["effect"].unique()) == EFFECTS
    assert power[power["effect"] == 0]["power"].mean() < 0.2  # the stated 0.1, and what few years do to it
    assert power[power["effect"] == max(EFFECTS)]["power"].mean() > power[power["effect"] == 0]["power"].mean()


def test_pooled_answers_are_told_without_each_run(result: TidyResult) -> None:
    """So that one can see on which run of years a pooled answer hangs."""
    without = result.to_frame("without")
    whole = without[(without["era"] == "all") & ~without["lagged"]]
    assert whole["without"].tolist() == ["AA-BB 1950-1970", "BB-CC 1950-1970", "AA-DD 1990-2010"]
    assert whole["n_years"].tolist() == [42, 42, 42]


def test_an_outcome_that_is_part_of_the_condition_is_refused(record_drawn: DrawnStudy) -> None:
    """It would be explained by itself."""
    circular = without_most(record_drawn, "AA-BB 1950-1970", outcomes=("sermons", "no_such"))
    found = condition_analysis(circular)
    told = found.to_frame("skipped").set_index("step")["cause"]
    assert told["outcome sermons"] == "it is a part of the condition 'creed'"
    assert "no component 'no_such'" in told["outcome no_such"]
    assert found.to_frame("fits").empty


def test_years_without_pressure_are_left_out_and_told(record_drawn: DrawnStudy) -> None:
    """Only the longest stretch of years with everything counts."""
    package = record_drawn.study.package
    codings = package.tables["context_codings"]
    tables = {**package.tables, "context_codings": codings[~((codings["state"] == "BB") & (codings["year"] == 1953))]}
    fewer = replace(record_drawn, study=replace(record_drawn.study, package=replace(package, tables=tables)))
    found = condition_analysis(without_most(fewer, "AA-BB 1950-1970", outcomes=("drills",)))
    told = found.to_frame("skipped").set_index("step")["cause"]
    assert told["condition, AA-BB 1950-1970"].startswith("4 years left out")
    assert set(found.to_frame("fits")["n_years"]) == {17, 16}


def test_nothing_to_ask_gives_empty_tables_and_the_cause(small: Path, record_drawn: DrawnStudy) -> None:
    """An alliance without codings of states, no section, and unknown names are told."""
    alone = draw_study(open_study(small))
    assert condition_analysis(alone).to_frame("skipped")["cause"].tolist() == ["the configuration asks for none"]
    for change, cause in (
        ({"pressure": "heat"}, "no context indicator 'heat'"),
        ({"condition": "creeed"}, "no component 'creeed' (nearest known: 'creed')"),
    ):
        found = condition_analysis(without_most(record_drawn, **change))
        assert cause in found.to_frame("skipped")["cause"].iloc[0]
        assert found.to_frame("fits").empty


@pytest.mark.slow
@pytest.mark.parametrize("config", ["ann", "doubtful", "open"])
def test_other_configurations_do_what_they_can(record: Path, config: str) -> None:
    """One coder, drawn methods and filtered facets leave models to fit."""
    drawn = without_most(draw_study(open_variant(record, config, draws=24)), "AA-BB 1950-1970")
    assert len(condition_analysis(drawn).to_frame("fits"))


def test_saved_and_loaded_it_is_the_same_and_the_seed_fixes_it(record_drawn: DrawnStudy, tmp_path: Path) -> None:
    """The tables survive a folder, and a second run gives the same."""
    few = without_most(record_drawn, "AA-BB 1950-1970", outcomes=("drills",))
    found = condition_analysis(few)
    assert TidyResult.load(found.save(tmp_path / "condition")).equals(found)
    assert condition_analysis(few).equals(found)


def test_too_short_runs_are_left_out_and_told(record_drawn: DrawnStudy) -> None:
    """Five years hold no model with the outcome of the year before: neither alone nor pooled, and the rest goes on."""
    short = tuple(
        replace(one, rows=one.rows[:5], years=one.years[:5]) if one.era == "1950-1970" else one
        for one in record_drawn.trajectories
        if one.unit in {"AA-BB", "BB-CC", "AA-DD"}
    )
    found = condition_analysis(without_most(replace(record_drawn, trajectories=short)))
    told = found.to_frame("skipped").set_index("step")["cause"]
    assert told["condition, AA-BB 1950-1970"] == "7 years in a row or more are needed, and there are 5"
    assert set(found.to_frame("interaction_tests")["dyad"]) == {"AA-DD"}


@pytest.mark.parametrize("years", range(1, 9))
def test_any_number_of_years_is_analysed_or_told(record_drawn: DrawnStudy, years: int) -> None:
    """Records of one to eight years give tables or causes, in silence."""
    cut = tuple(replace(one, rows=one.rows[-years:], years=one.years[-years:]) for one in record_drawn.trajectories[:2])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = condition_analysis(without_most(replace(record_drawn, trajectories=cut), outcomes=("drills",)))
    assert len(found.to_frame("fits")) or len(found.to_frame("skipped"))
