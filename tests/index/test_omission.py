"""An index without some of its indicators."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from alliance_metrics.history.eras.meaning import plan_without
from alliance_metrics.index.plan import IndexPlan, nominal_scores, plan_index
from alliance_metrics.study.drawn_study import DrawnStudy
from alliance_metrics.study.study import Study


@pytest.fixture(scope="module")
def study(record_drawn: DrawnStudy) -> Study:
    """Give a made-up study with diagnostics, and dimensions of two indicators."""
    return record_drawn.study


def planned_anew(study: Study, names: set[str]) -> IndexPlan:
    """Plan the index from a codebook that never had the indicators."""
    table = study.spec.indicators
    rest = table[~table["indicator_id"].isin(names)].reset_index(drop=True)
    return plan_index(study.panel, replace(study.spec, indicators=rest))


@pytest.mark.parametrize("count", [1, 2])
def test_scores_are_those_of_a_codebook_without_them(study: Study, count: int) -> None:
    """Whether one indicator or a whole dimension goes, pillars and index are those planned anew."""
    hierarchy = study.plan.hierarchy
    dimension = next(one for one in hierarchy.components if one.tier == "dimension" and len(one.children) == 2)
    names = {hierarchy.components[child].id for child in dimension.children[:count]}
    found, anew = plan_without(study.plan, names), planned_anew(study, names)
    for tier in ("pillar", "index"):
        ours = [place for place, one in enumerate(found.hierarchy.components) if one.tier == tier]
        theirs = [place for place, one in enumerate(anew.hierarchy.components) if one.tier == tier]
        assert nominal_scores(found)[ours] == pytest.approx(nominal_scores(anew)[theirs], nan_ok=True)
        assert found.availability[ours] == pytest.approx(anew.availability[theirs])


def test_what_does_not_count_changes_nothing(study: Study) -> None:
    """Diagnostic and unknown indicators have no weight to take."""
    diagnostic = {one.id for one in study.plan.hierarchy.components if one.role == "diagnostic"}
    found = plan_without(study.plan, {*diagnostic, "nobody"})
    assert diagnostic
    assert np.array_equal(nominal_scores(found), nominal_scores(study.plan), equal_nan=True)


def test_the_given_plan_is_left_as_it_is(study: Study) -> None:
    """Weights of the plan that is given are not touched."""
    before = {node: share.copy() for node, share in study.plan.weights.items()}
    plan_without(study.plan, {study.plan.hierarchy.components[0].id})
    assert all(np.array_equal(before[node], share) for node, share in study.plan.weights.items())


def test_a_pillar_is_not_emptied(study: Study) -> None:
    """A pillar without any indicator is refused by name."""
    components = study.plan.hierarchy.components
    pillar = next(one for one in components if one.tier == "pillar")
    names = {components[leaf].id for child in pillar.children for leaf in components[child].children}
    with pytest.raises(ValueError, match=f"nothing would be left of pillar '{pillar.id}'"):
        plan_without(study.plan, names)
