"""Draws of all units together: the same numbers where nothing depends on the other units, and whatever the block."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from alliance_metrics.study.study import open_study
from alliance_metrics.uncertainty.draws import draw_index
from alliance_metrics.uncertainty.summary import intervals


def plan_of(small: Path, text: str):
    """Bind the small alliance under a configuration that says a little more."""
    config = small.parent / "more.toml"
    config.write_text(f'extends = "small"\nname = "more"\n{text}\n', encoding="utf-8")
    study = open_study(config, draws=5000)
    return study.plan, study.config.to_uncertainty()


def test_scores_that_do_not_depend_on_others_are_the_same_either_way(small: Path) -> None:
    """Drawn unit by unit or all together, in single precision, the draws are the same draws."""
    plan, uncertainty = plan_of(small, "")
    apart = draw_index(plan, uncertainty, tiers=("index", "pillar", "indicator"))
    together = draw_index(replace(plan, pooled=True), uncertainty, tiers=("index", "pillar", "indicator"))
    np.testing.assert_array_equal(apart.scores, together.scores)


@pytest.mark.parametrize(
    "text",
    [
        '[index]\nnormalisation = "minmax"',
        '[index]\nnormalisation = { method = "rank", within = "year" }',
        '[index]\nacross_pillars = "copeland"',
        '[index]\nwithin_dimension = "mazziotta_pareto"',
        '[treatment]\nmethod = "multiple"',
    ],
)
def test_the_block_moves_no_number(small: Path, text: str) -> None:
    """Of pooled methods too."""
    plan, uncertainty = plan_of(small, text)
    wide = intervals(plan, uncertainty)
    narrow = intervals(plan, replace(uncertainty, block_megabytes=1))
    for one, other in zip(wide, narrow, strict=True):
        np.testing.assert_array_equal(one, other)


def test_every_draw_is_normalised_for_itself(small: Path) -> None:
    """Between the least and the greatest of each draw: a 0 and a 1 in every indicator, or 0.5 where none varies."""
    plan, uncertainty = plan_of(small, '[index]\nnormalisation = "minmax"')
    scores = draw_index(plan, uncertainty, tiers=("indicator",)).scores
    least, most = scores.min(axis=1), scores.max(axis=1)
    assert (((least == 0) & (most == 1)) | ((least == 0.5) & (most == 0.5))).all()
    assert ((least == 0) & (most == 1)).mean() > 0.9
