"""Scores from the indicators of one facet, paired with the draws of the study."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from alliance_metrics.history.facets.scores import FacetScores, facet_scores
from alliance_metrics.index.plan import nominal_scores
from alliance_metrics.study.drawn_study import DrawnStudy, draw_study
from alliance_metrics.study.study import open_study
from tests.small_record import open_variant


def scored(drawn: DrawnStudy, column: str, value: str, *, against: str | None = None) -> FacetScores:
    found = facet_scores(drawn, column, value, against=against)
    assert isinstance(found, FacetScores), found
    return found


@pytest.mark.slow
@pytest.mark.parametrize(
    ("config", "column", "value"),
    [("open", "visibility", "public"), ("hidden", "visibility", "private"), ("core", "arena", "core")],
)
def test_nominal_scores_are_those_of_the_configuration_with_that_facet(
    record_drawn: DrawnStudy, record: Path, config: str, column: str, value: str
) -> None:
    """A facet scored here equals the index of the configuration that keeps the facet alone, pillar by pillar."""
    found = scored(record_drawn, column, value)
    plan = open_variant(record, config, draws=1).plan
    expected = nominal_scores(plan)
    for row, component in enumerate(found.components):
        own = expected[plan.hierarchy.place_of(component)]
        assert found.nominal[row] == pytest.approx(own, abs=1e-12, nan_ok=True)


@pytest.mark.slow
def test_a_facet_that_has_every_indicator_gives_back_every_draw(record: Path) -> None:
    """Where the facet leaves nothing out, scores are the study's own, draw by draw."""
    drawn = draw_study(open_variant(record, "core", draws=50))
    found = scored(drawn, "arena", "core")
    own = [drawn.draws.components.index(one) for one in found.components]
    assert found.scores == pytest.approx(drawn.draws.scores[own], abs=1e-6, nan_ok=True)


@pytest.mark.slow
def test_a_facet_that_has_every_indicator_gives_back_every_draw_under_every_doubt(record: Path) -> None:
    """The same where methods, strength and what is left out are drawn too."""
    full = open_variant(record, "doubtful", draws=120).config
    core = full.model_copy(update={"data": full.data.model_copy(update={"facets": {"arena": ("core",)}})})
    drawn = draw_study(open_study(core, data=record.parent / "data"))
    found = scored(drawn, "arena", "core")
    own = [drawn.draws.components.index(one) for one in found.components]
    assert found.scores == pytest.approx(drawn.draws.scores[own], abs=1e-5, nan_ok=True)


def test_a_draw_is_the_weighted_mean_of_its_own_indicators(record_drawn: DrawnStudy) -> None:
    """With a pillar of one dimension the draw can be worked out by hand: weights are those of the draw, rescaled."""
    found = scored(record_drawn, "arena", "periphery")
    plan, draw, unit = record_drawn.study.plan, 37, 11
    node = plan.hierarchy.place_of("profit.others")
    children = [plan.hierarchy.components[child].id for child in plan.hierarchy.components[node].children]
    weights = np.asarray(record_drawn.run.realised(0).weights[node][draw], dtype=float)
    total = held = 0.0
    for child, weight in zip(children, weights, strict=True):
        if child in found.indicators:
            held += weight * float(record_drawn.draws.scores[record_drawn.draws.components.index(child), unit, draw])
            total += weight
    assert float(found.scores[-1, unit, draw]) == pytest.approx(held / total, abs=1e-6)


def test_doubt_that_facets_share_cancels_in_the_gap(record_drawn: DrawnStudy) -> None:
    """Coders' leanings and weights move both facets alike, so the gap is surer than two scores drawn apart."""
    one, other = (scored(record_drawn, "visibility", value).scores[-1].astype(float) for value in ("public", "private"))
    paired = (one - other).std(axis=1)
    apart = np.hypot(one.std(axis=1), other.std(axis=1))
    assert np.median(paired / apart) < 0.98  # about 0.965: cells and residuals, which they do not share, weigh more


def test_matched_facets_have_the_same_dimensions(record_drawn: DrawnStudy) -> None:
    """Matched to private indicators, public ones of a dimension without private ones do not count."""
    found = scored(record_drawn, "visibility", "public", against="private")
    rows = record_drawn.study.codebook.indicators.set_index("indicator_id")
    private = rows[(rows["role"] == "index") & (rows["visibility"] == "private")]
    shared = set(zip(private["pillar"], private["dimension"], strict=True))
    kept = rows.loc[list(found.indicators)]
    assert set(zip(kept["pillar"], kept["dimension"], strict=True)) <= shared
    assert len(found.indicators) < len(scored(record_drawn, "visibility", "public").indicators)


def test_a_facet_in_one_dimension_matched_leaves_one_pillar(record_drawn: DrawnStudy) -> None:
    """The pillars a facet does not have are not among its components."""
    found = scored(record_drawn, "arena", "periphery", against="core")
    assert found.components == ("profit", record_drawn.index_id)
    assert found.nominal[0] == pytest.approx(found.nominal[1], nan_ok=True)


def test_what_cannot_be_scored_says_why(record_drawn: DrawnStudy) -> None:
    """An unknown column, an unknown value and an empty match are told as causes."""
    assert "no column 'visibilty' (nearest known: 'visibility')" in str(
        facet_scores(record_drawn, "visibilty", "public")
    )
    assert "has the value 'secret'" in str(facet_scores(record_drawn, "visibility", "secret"))


def test_facets_without_a_common_dimension_cannot_be_matched(small: Path) -> None:
    """Where no dimension has both, the cause is given in place of scores."""
    found = facet_scores(draw_study(open_study(small)), "arena", "periphery", against="core")
    assert found == "no dimension has indicators of both 'periphery' and 'core' of 'arena'"


def test_declared_weights_of_pillars_hold_in_the_facet(small: Path) -> None:
    """Public scores of a made-up alliance whose first pillar counts twice, by hand."""
    drawn = draw_study(open_study(small))
    found = scored(drawn, "visibility", "public")
    talks, goods, others = 4 / 4, 1 / 4, 2 / 4  # first year, both coders' mean over 4 levels
    assert found.nominal[-1, 0] == pytest.approx((2 * talks + (goods + others) / 2) / 3)


def test_a_gate_that_the_facet_lacks_is_a_cause(record: Path) -> None:
    """Under a bedrock aggregation a facet without the gating pillar has no index."""
    bedrock = draw_study(open_variant(record, "gated", draws=20))
    assert "gating pillar" in str(facet_scores(bedrock, "arena", "periphery"))
    assert isinstance(facet_scores(bedrock, "arena", "core"), FacetScores)


@pytest.mark.slow
def test_a_choice_of_method_that_does_not_fit_is_told_and_its_draws_are_missing(record: Path) -> None:
    """Draws in which the bedrock is chosen are missing for a facet without the gate."""
    drawn = draw_study(open_variant(record, "doubtful", draws=90))
    found = scored(drawn, "arena", "periphery")
    share = np.isnan(found.scores[-1]).mean()
    assert len(found.causes) == 2  # one for either normalisation
    assert 0.2 < share < 0.5  # a third of draws choose the bedrock


def test_the_same_seed_gives_the_same_bytes(record_drawn: DrawnStudy) -> None:
    """Facets draw no numbers of their own."""
    again = replace(record_drawn)
    one, other = scored(record_drawn, "visibility", "private"), scored(again, "visibility", "private")
    assert one.scores.tobytes() == other.scores.tobytes()


@pytest.mark.slow
@pytest.mark.parametrize("config", ["alike", "product"])
def test_nominal_scores_follow_the_configuration_in_weights_and_method(record: Path, config: str) -> None:
    """Under other weights and means a facet equals the same configuration with that facet alone."""
    settled = open_variant(record, config, draws=40)
    found = scored(draw_study(settled), "visibility", "public")
    only = settled.config.data.model_copy(update={"facets": {"visibility": ("public",)}})
    plan = open_study(settled.config.model_copy(update={"data": only}), data=record.parent / "data").plan
    expected = nominal_scores(plan)[plan.hierarchy.place_of(found.components[-1])]
    assert found.nominal[-1] == pytest.approx(expected, abs=1e-12, nan_ok=True)
    assert np.nanmean(found.scores[-1]) == pytest.approx(np.nanmean(expected), abs=0.03)  # draws lie about it
