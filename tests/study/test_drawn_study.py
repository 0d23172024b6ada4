"""A study with every draw of every component."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from alliance_metrics.errors import ConfigError
from alliance_metrics.index.rescaling import SCALE
from alliance_metrics.study.drawn_study import DrawnStudy, draw_study, trajectories_of
from alliance_metrics.study.score import score_study
from alliance_metrics.study.study import Study, open_study, with_draws
from tests.small_alliance import write_small_alliance
from tests.small_eras import write_small_eras


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    """Give the made-up alliance with few draws."""
    return open_study(write_small_alliance(tmp_path_factory.mktemp("small")), draws=300)


@pytest.fixture(scope="module")
def drawn(study: Study) -> DrawnStudy:
    """Give all its draws."""
    return draw_study(study)


def test_draws_are_those_of_the_score_card(study: Study, drawn: DrawnStudy) -> None:
    """Quantiles of the draws are the interval of the score card, so that analyses and scores have the same draws."""
    scores = score_study(study).scores.query("tier == 'index'")
    for one in drawn.trajectories:
        row = scores[(scores["dyad"] == one.unit) & (scores["era"] == one.era)]
        ends = SCALE * np.quantile(drawn.drawn_of((drawn.index_id,), one)[0].astype(float), [0.05, 0.95], axis=-1)
        assert ends == pytest.approx(row[["lower", "upper"]].to_numpy().T, abs=1e-4)  # draws in single precision
        assert SCALE * drawn.nominal_of((drawn.index_id,), one)[0] == pytest.approx(row["estimate"].to_numpy())


def test_every_dyad_year_stands_in_one_trajectory(tmp_path: Path) -> None:
    """Trajectories partition the panel in the order of its dyads and eras, and their years rise."""
    eras = open_study(write_small_eras(tmp_path))
    found = trajectories_of(eras)
    assert [one.name for one in found] == ["AA-BB 1950-1953", "AA-CC 1950-1953", "BB-CC 1950-1953", "AA-DD 1960-1962"]
    assert sorted(np.concatenate([one.rows for one in found])) == list(range(len(eras.panel.units)))
    assert [one.years.tolist() for one in found[2:]] == [[1950, 1951, 1952], [1960, 1961, 1962]]


def test_another_seed_and_number_of_draws_of_an_open_study(study: Study) -> None:
    """Both change the configuration alone; absent ones stay, and a number out of range is refused."""
    changed = with_draws(study, seed=0, draws=20)
    assert (changed.config.uncertainty.seed, changed.config.uncertainty.draws) == (0, 20)
    assert changed.plan is study.plan
    assert with_draws(study, seed=0).config.uncertainty.draws == 300
    assert with_draws(study).config == study.config
    with pytest.raises(ConfigError, match="greater than or equal to 1"):
        with_draws(study, draws=0)


def test_unknown_component_is_named_with_the_nearest_known(drawn: DrawnStudy) -> None:
    """Neither a component nor a trajectory is found that the study lacks."""
    assert drawn.place("trsut") is None
    assert drawn.absence("trsut") == "there is no component 'trsut' (nearest known: 'trust')"
    assert drawn.trajectory("AA-BB", "1992-2025") is None


def test_streams_depend_on_seed_and_names(drawn: DrawnStudy) -> None:
    """The same names give the same numbers, other names others."""
    assert drawn.stream("a", 1).random() == drawn.stream("a", 1).random()
    assert drawn.stream("a", 1).random() != drawn.stream("a", 2).random()
