"""What the explorer shows at a setting, by the engine: the setting scored, variants, intervals that move."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import alliance_metrics as am
from alliance_metrics.errors import ConfigError, ResultError, SpecError
from alliance_metrics.explorer.draws import MISSING, ShippedDraws, ship_draws
from alliance_metrics.explorer.reading import Reading, explorer_reading, published_reading, shown_components
from alliance_metrics.explorer.setting import (
    ReaderSetting,
    check_explorable,
    offered_facets,
    plan_under,
    raw_weights,
    setting_from_fragment,
)
from alliance_metrics.index.methods import Bedrock, Mean
from alliance_metrics.study.score import score_study
from alliance_metrics.study.study import Study, open_study
from tests.small_alliance import write_small_alliance
from tests.small_record import open_variant


@pytest.fixture(scope="module")
def study(record: Path) -> Study:
    """Give the made-up record of two eras with more draws than a page takes along."""
    return open_study(record, draws=300)


@pytest.fixture(scope="module")
def shipped(study: Study) -> ShippedDraws:
    """Give its draws as a page takes them along."""
    return ship_draws(study)


@pytest.fixture(scope="module")
def published(study: Study) -> Reading:
    """Give its published scores."""
    return published_reading(study)


@pytest.mark.slow
def test_the_setting_scored_is_the_score_card(
    record: Path, study: Study, shipped: ShippedDraws, published: Reading
) -> None:
    """Nothing set, estimates and both ends are those of `score` in every cell."""
    scores = am.score(record, draws=300).scores
    reading = explorer_reading(study, ReaderSetting(), shipped=shipped, published=published)
    for row, name in enumerate(reading.components):
        own = scores[scores["component"] == name]
        for column in ("estimate", "lower", "upper"):
            np.testing.assert_allclose(getattr(reading, column)[row], own[column], rtol=0, atol=1e-8)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("variant", "setting"),
    [
        ("product", ReaderSetting(across=Mean("geometric"))),
        ("gated", ReaderSetting(across=Bedrock("creed", 0.5))),
        ("bob", ReaderSetting(coders=("bob",))),
        ("open", ReaderSetting(facets={"visibility": "public"})),
        ("hidden", ReaderSetting(facets={"visibility": "private"})),
        ("core", ReaderSetting(facets={"arena": "core"})),
    ],
)
def test_settings_are_the_variants_scored(
    record: Path, variant: str, setting: ReaderSetting, study: Study, shipped: ShippedDraws, published: Reading
) -> None:
    """A setting gives the estimates of the configuration that makes the same choice."""
    scores = score_study(open_variant(record, variant, draws=2)).scores
    reading = explorer_reading(study, setting, shipped=shipped, published=published)
    for row, name in enumerate(reading.components):
        own = scores.loc[scores["component"] == name, "estimate"]
        np.testing.assert_allclose(reading.estimate[row], own, rtol=0, atol=1e-8)


def test_intervals_come_near_those_of_a_full_run(study: Study, shipped: ShippedDraws, published: Reading) -> None:
    """Under other weights the ends lie within two points, on the mean, of those that a run of its own gives."""
    weights = {"creed": 2.5, "profit.others": 0.0}
    reading = explorer_reading(study, ReaderSetting(weights=weights), shipped=shipped, published=published)
    own = published_reading(open_study(study.config.model_copy(update={"weights": weights}), data=study.package.folder))
    np.testing.assert_allclose(reading.estimate, own.estimate, rtol=0, atol=1e-8)
    for name in ("lower", "upper"):
        assert np.abs(getattr(reading, name) - getattr(own, name)).mean() < 1.0


def test_certain_weights_narrow_the_intervals(study: Study, shipped: ShippedDraws, published: Reading) -> None:
    """Without the doubt of weights nearly every interval is narrower, and every estimate the same."""
    doubted, certain = (
        explorer_reading(study, ReaderSetting(certain=flag), shipped=shipped, published=published)
        for flag in (False, True)
    )
    np.testing.assert_array_equal(doubted.estimate, certain.estimate)
    widths = [reading.upper[0] - reading.lower[0] for reading in (doubted, certain)]
    assert (widths[1] < widths[0]).mean() > 0.9


def test_estimates_lie_within_their_intervals(study: Study, shipped: ShippedDraws, published: Reading) -> None:
    """At a setting of extremes the interval holds the estimate, unless published without it, and keeps to the scale."""
    setting = ReaderSetting(("cy",), Bedrock("danger", 1.0), {"danger": 0.1}, {"visibility": "private"})
    reading = explorer_reading(study, setting, shipped=shipped, published=published)
    inside = (published.lower <= published.estimate) & (published.estimate <= published.upper)
    assert (reading.lower <= reading.estimate)[inside].all()
    assert (reading.upper >= reading.estimate)[inside].all()
    assert reading.lower.min() >= 0.0
    assert reading.upper.max() <= 100.0


def test_shipped_draws_are_the_first_of_the_published(study: Study, shipped: ShippedDraws) -> None:
    """Held in one byte they are off by half a step at most, and weights are those of the same draws."""
    from alliance_metrics.uncertainty.draws import draw_index, start_run

    uncertainty = study.config.to_uncertainty()
    whole = draw_index(study.plan, uncertainty, tiers=("indicator",)).scores[list(shipped.indicators)]
    assert np.abs(shipped.scores() - whole[..., :240]).max() <= 0.5 / 254 + 1e-6
    weights = start_run(study.plan, uncertainty).realised(0).weights
    root = len(study.plan.hierarchy.components) - 1
    children = list(study.plan.hierarchy.components[root].children)
    np.testing.assert_allclose(shipped.factors[children].T / 3, weights[root][:240], rtol=1e-5)


def test_missing_cells_stay_missing(tmp_path: Path) -> None:
    """A cell that nobody coded has the code of a missing one, and no score."""
    path = write_small_alliance(tmp_path)
    for file in (tmp_path / "data" / "codings").rglob("*.csv"):
        rows = [row for row in file.read_text(encoding="utf-8").splitlines() if ",1951,trade," not in row]
        file.write_text("\n".join(rows) + "\n", encoding="utf-8", newline="")
    am.declare(tmp_path / "data")
    found = ship_draws(open_study(path))
    gone = found.codes == MISSING
    assert gone.sum() == gone.shape[-1]
    assert np.isnan(found.scores()[gone]).all()


@pytest.mark.slow
def test_saved_scores_of_other_numbers_are_refused(record: Path, study: Study) -> None:
    """A card whose estimates are not what the engine gives is not taken for the published one."""
    card = score_study(open_variant(record, "product", draws=2))
    with pytest.raises(ResultError, match="the saved scores differ from those this software computes"):
        published_reading(study, card)


@pytest.mark.slow
def test_many_draws_are_summed_up_within_memory(record: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where draws are too many to hold, the intervals are those of holding them."""
    from alliance_metrics.explorer import reading as module

    study = open_study(record, draws=50)
    held = published_reading(study)
    monkeypatch.setattr(module, "_MOST_HELD", 10)
    np.testing.assert_array_equal(published_reading(study).lower, held.lower)
    np.testing.assert_array_equal(published_reading(study).upper, held.upper)


def test_index_and_pillars_are_shown(study: Study) -> None:
    """The index comes first, then the pillars of the codebook."""
    assert list(shown_components(study.plan)) == ["closeness", "creed", "danger", "profit"]


def test_a_fragment_is_read(study: Study) -> None:
    """Everything that moves a number is read from an address; what only chooses a view is passed over."""
    text = "#coders=ann+cy&across=bedrock&gate=danger&strength=0.25&weight.creed=2&only.arena=core"
    found = setting_from_fragment(study, f"{text}&weights=certain&show=danger&line=none&data=1")
    assert found == ReaderSetting(
        ("ann", "cy"), Bedrock("danger", 0.25), {"creed": 2.0}, {"arena": "core"}, certain=True
    )
    assert setting_from_fragment(study, "") == ReaderSetting()


@pytest.mark.parametrize(
    ("fragment", "complaint"),
    [
        ("coders=nobody", "unknown coder\n  'nobody'\n"),
        ("weight.nothing=1", "unknown component\n  'nothing'\n"),
        ("weight.danger=much", "not a number\n  'much'\n"),
        ("only.colour=red", "unknown column of the codebook\n  'colour'\n"),
        ("only.arena=red", "unknown value of arena\n  'red'\n"),
        ("across=best", "unknown aggregation\n  'best'\n"),
        ("across=bedrock&gate=nothing&strength=1", "unknown gate\n  'nothing'\n"),
        ("across=bedrock&gate=danger&strength=", "not a number\n  ''\n"),
    ],
)
def test_a_fragment_with_unknown_names_is_refused(fragment: str, complaint: str, study: Study) -> None:
    """Each wrong part is told with what is allowed."""
    with pytest.raises(SpecError, match="the setting of the explorer") as refused:
        setting_from_fragment(study, fragment)
    assert complaint in str(refused.value)


def test_a_gate_without_indicators_is_refused(tmp_path: Path) -> None:
    """A facet that empties the gate leaves no bedrock."""
    path = write_small_alliance(tmp_path)
    facets = '[analysis]\nfacets = [{ name = "a", column = "arena", one = "core", other = "periphery" }]\n'
    path.write_text(path.read_text(encoding="utf-8") + "\n" + facets, encoding="utf-8", newline="")
    study = open_study(path)
    assert offered_facets(study) == {"arena": ("core", "periphery")}
    with pytest.raises(SpecError, match="unknown gating pillar"):
        plan_under(study, ReaderSetting(across=Bedrock("trust", 1.0), facets={"arena": "periphery"}))


def test_weights_that_were_derived_are_told_as_shares(record: Path, study: Study) -> None:
    """Under equal indicators a pillar's weight is its share times the number of pillars."""
    weights = raw_weights(open_variant(record, "alike", draws=2))
    assert weights["creed"] == pytest.approx(3 * 3 / 11)
    assert raw_weights(study)["creed"] == 1.0


def test_an_aggregation_that_compares_units_is_refused(study: Study) -> None:
    """A page works out each year for itself; contests among years it cannot."""
    section = study.config.index.model_copy(update={"across_pillars": _copeland()})
    pooled = open_study(study.config.model_copy(update={"index": section}), data=study.package.folder)
    with pytest.raises(ConfigError, match="the explorer cannot calculate this aggregation\n  'copeland'"):
        check_explorable(pooled)


def _copeland() -> object:
    from alliance_metrics.config.index import OutrankingChoice

    return OutrankingChoice(method="copeland")
