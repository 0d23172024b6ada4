"""A study with every draw of every component."""

from __future__ import annotations

import numpy as np
import pytest

from alliance_metrics.index.rescaling import SCALE
from alliance_metrics.study.drawn_study import DrawnStudy, draw_study
from alliance_metrics.study.score import score_study
from alliance_metrics.study.study import Study, open_study


@pytest.fixture(scope="module")
def study() -> Study:
    """Give the published study with few draws."""
    return open_study("baseline", draws=300)


@pytest.fixture(scope="module")
def drawn(study: Study) -> DrawnStudy:
    """Give all its draws."""
    return draw_study(study)


def test_draws_are_those_of_the_score_card(study: Study, drawn: DrawnStudy) -> None:
    """Quantiles of the draws are the published interval, so that analyses and scores speak of the same draws."""
    scores = score_study(study).scores.query("tier == 'index'")
    for one in drawn.trajectories:
        row = scores[(scores["dyad"] == one.unit) & (scores["era"] == one.era)]
        ends = SCALE * np.quantile(drawn.drawn_of((drawn.index_id,), one)[0].astype(float), [0.05, 0.95], axis=-1)
        assert ends == pytest.approx(row[["lower", "upper"]].to_numpy().T, abs=1e-4)  # draws in single precision
        assert SCALE * drawn.nominal_of((drawn.index_id,), one)[0] == pytest.approx(row["estimate"].to_numpy())


def test_every_dyad_year_stands_in_one_trajectory(study: Study, drawn: DrawnStudy) -> None:
    """Trajectories part the panel, and their years rise."""
    rows = np.concatenate([one.rows for one in drawn.trajectories])
    assert sorted(rows) == list(range(len(study.panel.units)))
    assert all((np.diff(one.years) > 0).all() for one in drawn.trajectories)


def test_unknown_component_is_named_with_the_nearest_known(drawn: DrawnStudy) -> None:
    """What is not there is told apart from what is."""
    assert drawn.place("ideolgy") is None
    assert drawn.absence("ideolgy") == "there is no component 'ideolgy' (nearest known: 'ideology')"
    assert drawn.trajectory("PRC-USSR", "1992-2025") is None


def test_streams_depend_on_seed_and_names(drawn: DrawnStudy) -> None:
    """The same names give the same numbers, other names others."""
    assert drawn.stream("a", 1).random() == drawn.stream("a", 1).random()
    assert drawn.stream("a", 1).random() != drawn.stream("a", 2).random()
