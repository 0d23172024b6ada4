"""What is coded of states by themselves, put together for pairs of states."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from alliance_metrics.config.analysis import ConditionSection
from alliance_metrics.study.context_scores import ContextDraws, context_draws, pressure_of
from alliance_metrics.study.drawn_study import DrawnStudy, draw_study
from alliance_metrics.study.study import open_study


@pytest.fixture(scope="module")
def drawn() -> DrawnStudy:
    """Give the published study with few draws."""
    return draw_study(open_study("baseline", draws=300))


def section(drawn: DrawnStudy, **changes: object) -> ConditionSection:
    asked = drawn.study.config.analysis.condition
    assert asked is not None
    return asked.model_copy(update=changes)


def coded(root: Path, state: str, year: int) -> float:
    """Average the coders' levels straight from their files. [0-1]"""
    levels = []
    for path in sorted((root / "data" / "context").glob("coder_*/external_pressure.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            levels += [
                int(row["score"]) for row in csv.DictReader(file) if (row["state"], row["year"]) == (state, str(year))
            ]
    assert len(levels) == 3
    return float(np.mean(levels)) / 4.0


@pytest.mark.parametrize(("combine", "together"), [("mean", np.mean), ("least", np.min), ("greatest", np.max)])
@pytest.mark.parametrize(
    ("dyad", "states", "year"), [("PRC-USSR", ("PRC", "USSR"), 1958), ("RUS-DPRK", ("RUS", "DPRK"), 2024)]
)
def test_pressure_of_a_pair_is_that_on_its_two_states(
    drawn: DrawnStudy, root: Path, combine: str, together, dyad: str, states: tuple[str, str], year: int
) -> None:
    """Nominal pressure is the mean, least or greatest of the two states' mean codings."""
    found = pressure_of(drawn, section(drawn, combine=combine))
    assert not isinstance(found, str)
    units = drawn.study.panel.units
    row = int(np.flatnonzero((units["dyad"] == dyad) & (units["year"] == year))[0])
    assert found[0][row] == pytest.approx(together([coded(root, state, year) for state in states]))


def test_draws_of_pressure_lie_about_the_nominal(drawn: DrawnStudy) -> None:
    """Draws are between 0 and 1, vary in nearly every year, and their mean is near the nominal."""
    found = pressure_of(drawn, section(drawn))
    assert not isinstance(found, str)
    nominal, draws = found
    assert draws.dtype == np.float32
    assert draws.shape == (len(nominal), 300)
    assert ((draws >= 0) & (draws <= 1)).all()
    assert (draws.std(axis=1) > 0).mean() > 0.9
    assert np.abs(draws.mean(axis=1) - nominal).max() < 0.12  # half a level: ranges and leanings are one-sided at times


def test_coders_lean_alike_in_pressure_and_in_cohesion(drawn: DrawnStudy) -> None:
    """A coder drawn as right is right in both: without doubt of cells, draws are told by the study's own multiples."""
    found = context_draws(drawn)
    assert isinstance(found, ContextDraws)
    multiples = np.asarray(drawn.run.realised(0).multiples)
    design = np.column_stack([np.ones(300), multiples[:2].T])
    explained = []
    for series in found.scores[0].astype(float):
        if series.std() > 0:
            left = series - design @ np.linalg.lstsq(design, series, rcond=None)[0]
            explained.append(1.0 - left.var() / series.var())
    assert np.mean(explained) > 0.1  # two random regressors would explain 0.7%


def test_a_state_that_is_not_coded_leaves_its_pairs_missing(drawn: DrawnStudy) -> None:
    """Years without a coding of one state are missing, nominally and in every draw; others stay as they are."""
    package = drawn.study.package
    codings = package.tables["context_codings"]
    without = codings[~((codings["state"] == "USSR") & (codings["year"] == 1955))]
    tables = {**package.tables, "context_codings": without}
    fewer = replace(drawn, study=replace(drawn.study, package=replace(package, tables=tables)))
    whole, found = pressure_of(drawn, section(drawn)), pressure_of(fewer, section(drawn))
    assert not isinstance(found, str)
    assert not isinstance(whole, str)
    units = drawn.study.panel.units
    gone = ((units["year"] == 1955) & units["dyad"].isin(["PRC-USSR", "USSR-DPRK"])).to_numpy()
    assert np.isnan(found[0][gone]).all()
    assert np.isnan(found[1][gone]).all()
    assert found[0][~gone] == pytest.approx(whole[0][~gone])


def test_one_coder_is_followed_alone() -> None:
    """Under a configuration with one coder pressure is that coder's."""
    alone = draw_study(open_study("coder_a", draws=20))
    found = context_draws(alone)
    assert isinstance(found, ContextDraws)
    assert found.panel.coders == ("coder_a",)


@pytest.mark.parametrize("config", [pytest.param("coder_model", marks=pytest.mark.slow), "full_uncertainty"])
def test_other_configurations_draw_the_context_too(config: str) -> None:
    """The model of coders and doubt of methods leave pressure between 0 and 1."""
    found = context_draws(draw_study(open_study(config, draws=12)))
    assert isinstance(found, ContextDraws)
    assert ((found.scores >= 0) & (found.scores <= 1)).all()


def test_causes_are_told(drawn: DrawnStudy, small: Path) -> None:
    """No codings of states, an unknown indicator, and dyads without names of states give the cause."""
    assert context_draws(draw_study(open_study(small))) == "nothing is coded of states by themselves"
    unknown = pressure_of(drawn, section(drawn, pressure="external_presure"))
    assert unknown == "there is no context indicator 'external_presure' (nearest known: 'external_pressure')"
    package = drawn.study.package
    tables = {**package.tables, "dyads": package.tables["dyads"].drop(columns="state_b")}
    nameless = replace(drawn, study=replace(drawn.study, package=replace(package, tables=tables)))
    assert "no column state_b" in str(pressure_of(nameless, section(drawn)))
