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
from tests.small_record import open_variant


def section(record_drawn: DrawnStudy, **changes: object) -> ConditionSection:
    asked = record_drawn.study.config.analysis.condition
    assert asked is not None
    return asked.model_copy(update=changes)


def coded(record: Path, state: str, year: int) -> float:
    """Average the coders' levels straight from their files. [0-1]"""
    levels = []
    for path in (record.parent / "data" / "context").glob("*/storm.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            levels += [
                int(row["score"]) for row in csv.DictReader(file) if (row["state"], row["year"]) == (state, str(year))
            ]
    assert len(levels) == 3
    return float(np.mean(levels)) / 4.0


@pytest.mark.parametrize(("combine", "together"), [("mean", np.mean), ("least", np.min), ("greatest", np.max)])
@pytest.mark.parametrize(("dyad", "states", "year"), [("AA-BB", ("AA", "BB"), 1958), ("DD-CC", ("DD", "CC"), 2010)])
def test_pressure_of_a_pair_is_that_on_its_two_states(
    record_drawn: DrawnStudy, record: Path, combine: str, together, dyad: str, states: tuple[str, str], year: int
) -> None:
    """Nominal pressure is the mean, least or greatest of the two states' mean codings."""
    found = pressure_of(record_drawn, section(record_drawn, combine=combine))
    assert not isinstance(found, str)
    units = record_drawn.study.panel.units
    row = int(np.flatnonzero((units["dyad"] == dyad) & (units["year"] == year))[0])
    assert found[0][row] == pytest.approx(together([coded(record, state, year) for state in states]))


def test_draws_of_pressure_lie_about_the_nominal(record_drawn: DrawnStudy) -> None:
    """Draws are between 0 and 1, vary in nearly every year, and their mean is near the nominal."""
    found = pressure_of(record_drawn, section(record_drawn))
    assert not isinstance(found, str)
    nominal, draws = found
    assert draws.dtype == np.float32
    assert draws.shape == (len(nominal), 100)
    assert ((draws >= 0) & (draws <= 1)).all()
    assert (draws.std(axis=1) > 0).mean() > 0.9
    assert np.abs(draws.mean(axis=1) - nominal).max() < 0.12  # half a level: ranges and leanings are one-sided at times


def test_coders_lean_alike_in_pressure_and_in_cohesion(record_drawn: DrawnStudy) -> None:
    """A coder drawn as right is right in both: without doubt of cells, draws are told by the study's own multiples."""
    found = context_draws(record_drawn)
    assert isinstance(found, ContextDraws)
    multiples = np.asarray(record_drawn.run.realised(0).multiples)
    design = np.column_stack([np.ones(100), multiples[:2].T])
    explained = []
    for series in found.scores[0].astype(float):
        if series.std() > 0:
            left = series - design @ np.linalg.lstsq(design, series, rcond=None)[0]
            explained.append(1.0 - left.var() / series.var())
    assert np.mean(explained) > 0.1  # two random regressors would explain 2%


def test_a_state_that_is_not_coded_leaves_its_pairs_missing(record_drawn: DrawnStudy) -> None:
    """Years without a coding of one state are missing, nominally and in every draw; others stay as they are."""
    package = record_drawn.study.package
    codings = package.tables["context_codings"]
    without = codings[~((codings["state"] == "BB") & (codings["year"] == 1955))]
    tables = {**package.tables, "context_codings": without}
    fewer = replace(record_drawn, study=replace(record_drawn.study, package=replace(package, tables=tables)))
    whole, found = pressure_of(record_drawn, section(record_drawn)), pressure_of(fewer, section(record_drawn))
    assert not isinstance(found, str)
    assert not isinstance(whole, str)
    units = record_drawn.study.panel.units
    gone = ((units["year"] == 1955) & units["dyad"].isin(["AA-BB", "BB-CC"])).to_numpy()
    assert np.isnan(found[0][gone]).all()
    assert np.isnan(found[1][gone]).all()
    assert found[0][~gone] == pytest.approx(whole[0][~gone])


def test_one_coder_is_followed_alone(record: Path) -> None:
    """Under a configuration with one coder pressure is that coder's."""
    alone = draw_study(open_variant(record, "ann", draws=20))
    found = context_draws(alone)
    assert isinstance(found, ContextDraws)
    assert found.panel.coders == ("ann",)


@pytest.mark.parametrize("config", [pytest.param("modelled", marks=pytest.mark.slow), "doubtful"])
def test_other_configurations_draw_the_context_too(record: Path, config: str) -> None:
    """The model of coders and doubt of methods leave pressure between 0 and 1."""
    found = context_draws(draw_study(open_variant(record, config, draws=12)))
    assert isinstance(found, ContextDraws)
    assert ((found.scores >= 0) & (found.scores <= 1)).all()


def test_causes_are_reported(record_drawn: DrawnStudy, small: Path) -> None:
    """No codings of states, an unknown indicator, and dyads without names of states give the cause."""
    assert context_draws(draw_study(open_study(small))) == "nothing is coded of states by themselves"
    unknown = pressure_of(record_drawn, section(record_drawn, pressure="strom"))
    assert unknown == "there is no context indicator 'strom' (nearest known: 'storm')"
    package = record_drawn.study.package
    tables = {**package.tables, "dyads": package.tables["dyads"].drop(columns="state_b")}
    nameless = replace(record_drawn, study=replace(record_drawn.study, package=replace(package, tables=tables)))
    assert "no column state_b" in str(pressure_of(nameless, section(record_drawn)))
