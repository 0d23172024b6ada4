"""Changes of the published index, explained under every published configuration."""

from __future__ import annotations

import pandas as pd
import pytest

from alliance_metrics.explanation.explanation import Explanation, explain_study
from alliance_metrics.study.score import score_study
from alliance_metrics.study.study import Study, open_study

PUBLISHED = ("baseline", "geometric", "bedrock", "public_only", "full_uncertainty")


def sums(result: Explanation, column: str = "estimate") -> list[float]:
    """Give the sum of the parts of every tier."""
    return result.to_frame("parts").groupby("tier")[column].sum().tolist()


@pytest.fixture(scope="module", params=PUBLISHED)
def scored(request: pytest.FixtureRequest) -> tuple[Study, pd.DataFrame]:
    """Give a published study with few draws, and its scores."""
    study = open_study(request.param, draws=50)
    return study, score_study(study).scores


@pytest.mark.parametrize(("dyad", "year"), [("PRC-USSR", 1960), ("PRC-RUS", 2022)])
def test_published_configurations_are_explained(scored: tuple[Study, pd.DataFrame], dyad: str, year: int) -> None:
    """Tiers sum, and before and after are the estimates of the score card, with its intervals."""
    study, card = scored
    result = explain_study(study, dyad, year)
    summary = result.to_frame("summary")
    assert sums(result) == pytest.approx([summary["change"].iloc[0]] * 4, abs=1e-8)
    scores = card.query("dyad == @dyad").set_index(["component", "year"])
    for end, at in (("before", year - 1), ("after", year)):
        own = scores.xs(at, level="year").loc[summary["component"]]
        assert summary[end].to_numpy() == pytest.approx(own["estimate"].to_numpy(), abs=1e-8, nan_ok=True)
        for side in ("lower", "upper"):
            found = summary[f"{end}_{side}"].to_numpy()
            assert found == pytest.approx(own[side].to_numpy(), abs=2e-4, nan_ok=True)  # draws in single precision
    fell = scores.xs(year, level="year").loc[summary["component"], "fell"]
    assert summary["fell"].to_numpy() == pytest.approx(
        fell.to_numpy(), abs=0.01, nan_ok=True
    )  # ties are judged at six decimals


def test_years_of_two_eras_may_be_compared(published_study: Study) -> None:
    """PRC-DPRK 1969 with 1992, where both are named."""
    result = explain_study(published_study, "PRC-DPRK", 1992, since=1969)
    assert sums(result) == pytest.approx([result.to_frame("summary")["change"].iloc[0]] * 4, abs=1e-8)
