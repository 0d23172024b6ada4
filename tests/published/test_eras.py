"""The comparison of eras of the published study, held against its own draws."""

from __future__ import annotations

import numpy as np
import pytest

from alliance_metrics.history.eras.analysis import comparison_analysis
from alliance_metrics.results.tidy_result import TidyResult
from alliance_metrics.study.drawn_study import DrawnStudy, draw_study
from alliance_metrics.study.study import open_study

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def drawn(published_drawn: DrawnStudy) -> DrawnStudy:
    """Give the published study."""
    return published_drawn


@pytest.fixture(scope="module")
def published(published_results: dict[str, TidyResult]) -> TidyResult:
    """Give its analysis."""
    return published_results["comparison"]


def test_probabilities_of_the_nearest_sum_to_one(published: TidyResult) -> None:
    """In every space each later year has a nearest one in every draw."""
    keys = ["dyad", "era", "year", "other", "other_era", "space", "indicators"]
    sums = published.to_frame("analogues").groupby(keys)["probability"].sum()
    assert sums.to_numpy() == pytest.approx(np.ones(len(sums)))


def test_nearest_years_are_those_found_draw_by_draw(published: TidyResult, drawn: DrawnStudy) -> None:
    """A plain loop over draws finds the nearest year by pillars as often as the table says."""
    later, earlier = drawn.trajectory("PRC-RUS", "post-cold-war"), drawn.trajectory("PRC-USSR", "early-cold-war")
    assert later is not None
    assert earlier is not None
    ones, others = (drawn.drawn_of(drawn.pillars, one).astype(float) for one in (later, earlier))
    spread = np.concatenate([ones, others], axis=1).var(axis=2).mean(axis=1) ** 0.5
    wins = np.zeros(len(earlier.years))
    for draw in range(drawn.n_draws):
        apart = (ones[:, -1, draw][:, np.newaxis] - others[:, :, draw]) / spread[:, np.newaxis]
        wins[(apart**2).sum(axis=0).argmin()] += 1
    rows = published.to_frame("analogues").query("dyad == 'PRC-RUS' and year == 2025 and space == 'pillars'")
    rows = rows[(rows["indicators"] == "all") & (rows["other_era"] == earlier.era)]
    found = rows.set_index("other_year")["probability"]
    assert found.to_numpy() == pytest.approx(wins / drawn.n_draws)


def test_pillars_that_lose_nothing_do_not_move(published: TidyResult, drawn: DrawnStudy) -> None:
    """Where nothing of a pillar changed its meaning, leaving out moves it in no draw: the draws are the same."""
    parents = {one.id: one.parent for one in drawn.study.plan.hierarchy.components}
    touched = {parents[parents[name]] for name in published.record["left_out"]}
    rows = published.to_frame("changed_meaning")
    still = rows[~rows["component"].isin({*touched, drawn.index_id})]
    assert len(touched) < len(drawn.pillars)
    assert (still[["estimate", "lower", "upper"]].abs().to_numpy() < 1e-9).all()


def test_an_estimate_outside_its_interval_is_marked(published: TidyResult) -> None:
    """The mark says what the row's own numbers say."""
    rows = published.to_frame("eras")
    own = (rows["estimate"] < rows["lower"] - 1e-4) | (rows["estimate"] > rows["upper"] + 1e-4)
    assert (rows["outside"] == own).all()
    assert rows["outside"].any()


def test_ranks_follow_the_size_of_differences(published: TidyResult) -> None:
    """Of each pair and tier the first has the greatest difference, whatever its sign."""
    keys = ["dyad", "year", "other_era", "other_year", "reason", "tier"]
    for _, group in published.to_frame("differences").dropna(subset="estimate").groupby(keys):
        sizes = group.sort_values("rank")["estimate"].abs().to_numpy()
        assert (np.diff(sizes) <= 1e-6).all()


@pytest.mark.parametrize("config", ["public_only", "full_uncertainty"])
def test_other_configurations_are_compared(config: str) -> None:
    """Facets that leave indicators out, and methods drawn, give every table; what lacks is told."""
    result = comparison_analysis(draw_study(open_study(config, draws=10)))
    assert not result.to_frame("nearest").empty
    assert result.to_frame("nearest")["probability"].between(0, 1).all()
