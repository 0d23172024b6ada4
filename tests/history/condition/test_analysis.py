"""Whether pressure works only on a condition, asked of the published study and of others."""

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
def drawn() -> DrawnStudy:
    """Give the published study with few draws."""
    return draw_study(open_study("baseline", draws=200))


@pytest.fixture(scope="module")
def result(drawn: DrawnStudy) -> TidyResult:
    """Give the analysis of two trajectories of one era and one of another."""
    return condition_analysis(without_most(drawn, "PRC-USSR 1949-1969", "USSR-DPRK 1949-1969", "PRC-RUS 1992-2025"))


def test_groups_are_everything_each_era_and_each_trajectory(result: TidyResult) -> None:
    """Runs are pooled over all and within an era with more than one; the years say how many there are."""
    tests = result.to_frame("interaction_tests")
    plain = tests[~tests["lagged"]].drop_duplicates(["dyad", "era"])
    assert plain[["dyad", "era", "runs", "n_years"]].to_numpy().tolist() == [
        ["all", "all", 3, 76],
        ["all", "1949-1969", 2, 42],
        ["PRC-USSR", "1949-1969", 1, 21],
        ["USSR-DPRK", "1949-1969", 1, 21],
        ["PRC-RUS", "1992-2025", 1, 34],
    ]


def test_the_interaction_is_that_of_plain_least_squares(drawn: DrawnStudy, result: TidyResult) -> None:
    """Solved straight from nominal scores, in points."""
    asked = drawn.study.config.analysis.condition
    one = drawn.trajectory("PRC-USSR", "1949-1969")
    assert asked is not None
    assert one is not None
    pressed = pressure_of(drawn, asked)
    assert not isinstance(pressed, str)
    pressure, ideology = pressed[0][one.rows], drawn.nominal_of(("ideology",), one)[0]
    outcome = drawn.nominal_of(("military_cooperation", "crisis_support"), one).mean(axis=0)
    design = np.column_stack([np.ones(21), pressure, ideology, pressure * ideology])
    expected = 100.0 * np.linalg.lstsq(design, outcome, rcond=None)[0]
    fits = result.to_frame("fits")
    kept = (fits["dyad"] == "PRC-USSR") & (fits["outcome"] == "mean of outcomes") & ~fits["lagged"]
    found = fits[kept].set_index("coefficient")["estimate"]
    assert found[["pressure", "condition", "interaction"]].to_numpy() == pytest.approx(expected[1:])


def test_effects_stand_at_ten_steps_and_at_the_years_seen(drawn: DrawnStudy, result: TidyResult) -> None:
    """Effects at the least and greatest condition are those of the years of the group."""
    one = drawn.trajectory("PRC-RUS", "1992-2025")
    assert one is not None
    ideology = 100.0 * drawn.nominal_of(("ideology",), one)[0]
    effects = result.to_frame("marginal_effects")
    kept = (effects["dyad"] == "PRC-RUS") & (effects["outcome"] == "crisis_support") & ~effects["lagged"]
    rows = effects[kept]
    assert rows["at"].tolist() == list(PLACES)
    assert rows.set_index("at")["condition"]["least"] == pytest.approx(ideology.min())
    assert rows.set_index("at")["condition"]["greatest"] == pytest.approx(ideology.max())
    assert (rows["lower_all"] <= rows["lower"]).all()


def test_chances_are_no_smaller_than_the_least_there_can_be(result: TidyResult) -> None:
    """A shift of 21 years cannot have a chance below one in 21, and the table says so."""
    tests = result.to_frame("interaction_tests")
    assert (tests["p_value"] >= tests["least"] - 1e-9).all()
    alone = tests[(tests["dyad"] == "PRC-USSR") & ~tests["lagged"] & (tests["shuffle"] == "pressure")]
    assert alone["least"].to_numpy() == pytest.approx(1 / 21)
    assert alone["exact"].all()


def test_power_is_told_for_stated_effects_of_single_trajectories(result: TidyResult) -> None:
    """Without an effect few are found; power stands beside every single trajectory alone."""
    power = result.to_frame("power")
    assert set(power["dyad"]) == {"PRC-USSR", "USSR-DPRK", "PRC-RUS"}
    assert tuple(power["effect"].unique()) == EFFECTS
    assert power[power["effect"] == 0]["power"].mean() < 0.2  # the stated 0.1, and what few years do to it
    assert power[power["effect"] == max(EFFECTS)]["power"].mean() > power[power["effect"] == 0]["power"].mean()


def test_pooled_answers_are_told_without_each_run(result: TidyResult) -> None:
    """So that one can see on which run of years a pooled answer hangs."""
    without = result.to_frame("without")
    whole = without[(without["era"] == "all") & ~without["lagged"]]
    assert whole["without"].tolist() == ["PRC-USSR 1949-1969", "USSR-DPRK 1949-1969", "PRC-RUS 1992-2025"]
    assert whole["n_years"].tolist() == [55, 55, 42]


def test_an_outcome_that_is_part_of_the_condition_is_refused(drawn: DrawnStudy) -> None:
    """It would be explained by itself."""
    circular = without_most(drawn, "PRC-USSR 1949-1969", outcomes=("doctrine_public", "no_such"))
    found = condition_analysis(circular)
    told = found.to_frame("skipped").set_index("step")["cause"]
    assert told["outcome doctrine_public"] == "it is a part of the condition 'ideology'"
    assert "no component 'no_such'" in told["outcome no_such"]
    assert found.to_frame("fits").empty


def test_years_without_pressure_are_left_out_and_told(drawn: DrawnStudy) -> None:
    """Only the longest stretch of years with everything counts."""
    package = drawn.study.package
    codings = package.tables["context_codings"]
    tables = {
        **package.tables,
        "context_codings": codings[~((codings["state"] == "USSR") & (codings["year"] == 1952))],
    }
    fewer = replace(drawn, study=replace(drawn.study, package=replace(package, tables=tables)))
    found = condition_analysis(without_most(fewer, "PRC-USSR 1949-1969", outcomes=("crisis_support",)))
    told = found.to_frame("skipped").set_index("step")["cause"]
    assert told["condition, PRC-USSR 1949-1969"].startswith("4 years left out")
    assert set(found.to_frame("fits")["n_years"]) == {17, 16}


def test_nothing_to_ask_gives_empty_tables_and_the_cause(small: Path, drawn: DrawnStudy) -> None:
    """An alliance without codings of states, no section, and unknown names are told."""
    alone = draw_study(open_study(small))
    assert condition_analysis(alone).to_frame("skipped")["cause"].tolist() == ["the configuration asks for none"]
    for change, cause in (
        ({"pressure": "heat"}, "no context indicator 'heat'"),
        ({"condition": "idealogy"}, "no component 'idealogy' (nearest known: 'ideology')"),
    ):
        found = condition_analysis(without_most(drawn, **change))
        assert cause in found.to_frame("skipped")["cause"].iloc[0]
        assert found.to_frame("fits").empty


@pytest.mark.parametrize("config", ["coder_a", "full_uncertainty", "public_only"])
def test_other_configurations_do_what_they_can(config: str) -> None:
    """One coder, drawn methods and filtered facets leave models to fit."""
    drawn = without_most(draw_study(open_study(config, draws=24)), "PRC-USSR 1949-1969")
    assert len(condition_analysis(drawn).to_frame("fits"))


def test_saved_and_loaded_it_is_the_same_and_the_seed_fixes_it(drawn: DrawnStudy, tmp_path: Path) -> None:
    """The tables survive a folder, and a second run gives the same."""
    few = without_most(drawn, "PRC-USSR 1949-1969", outcomes=("crisis_support",))
    found = condition_analysis(few)
    assert TidyResult.load(found.save(tmp_path / "condition")).equals(found)
    assert condition_analysis(few).equals(found)


def test_too_short_runs_are_left_out_and_told(drawn: DrawnStudy) -> None:
    """Five years hold no model with the outcome of the year before: neither alone nor pooled, and the rest goes on."""
    short = tuple(
        replace(one, rows=one.rows[:5], years=one.years[:5]) if one.era == "1949-1969" else one
        for one in drawn.trajectories
        if one.unit in {"PRC-USSR", "USSR-DPRK", "PRC-RUS"}
    )
    found = condition_analysis(without_most(replace(drawn, trajectories=short)))
    told = found.to_frame("skipped").set_index("step")["cause"]
    assert told["condition, PRC-USSR 1949-1969"] == "7 years in a row or more are needed, and there are 5"
    assert set(found.to_frame("interaction_tests")["dyad"]) == {"PRC-RUS"}


@pytest.mark.parametrize("years", range(1, 9))
def test_any_number_of_years_is_analysed_or_told(drawn: DrawnStudy, years: int) -> None:
    """Records of one to eight years give tables or causes, in silence."""
    cut = tuple(replace(one, rows=one.rows[-years:], years=one.years[-years:]) for one in drawn.trajectories[:2])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = condition_analysis(without_most(replace(drawn, trajectories=cut), outcomes=("crisis_support",)))
    assert len(found.to_frame("fits")) or len(found.to_frame("skipped"))
