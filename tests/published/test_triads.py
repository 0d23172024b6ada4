"""Triads of the published study, held against their draws."""

from __future__ import annotations

import numpy as np
import pytest

from alliance_metrics.history.triads.analysis import triangles
from alliance_metrics.results.tidy_result import TidyResult
from alliance_metrics.study.drawn_study import DrawnStudy

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def drawn(published_drawn: DrawnStudy) -> DrawnStudy:
    """Give the published study."""
    return published_drawn


@pytest.fixture(scope="module")
def published(published_results: dict[str, TidyResult]) -> TidyResult:
    """Give its analysis."""
    return published_results["triads"]


def test_shares_are_those_of_the_draws(published: TidyResult, drawn: DrawnStudy) -> None:
    """A plain count over draws gives the tilt's share, and the weakest side's."""
    for triangle in triangles(drawn):
        index = {one.unit: drawn.drawn_of((drawn.index_id,), one)[0].astype(float) for one in triangle.sides}
        rows = published.to_frame("sides")
        rows = rows[(rows["era"] == triangle.era) & (rows["year"] == int(triangle.sides[0].years[-1]))]
        last = np.stack([index[name][-1] for name in rows["side"]])
        share = np.bincount(last.argmin(axis=0), minlength=3) / drawn.n_draws
        assert rows["weakest"].to_numpy() == pytest.approx(share)
        tilt = published.to_frame("tilt")
        own = tilt[(tilt["era"] == triangle.era) & (tilt["year"] == int(triangle.sides[0].years[0]))].iloc[0]
        names = [one.unit for one, pair in zip(triangle.sides, triangle.pairs, strict=True) if 0 in pair]
        assert own["above"] == pytest.approx((index[names[0]][0] > index[names[1]][0]).mean())


def test_leanings_cover_every_year_once(published: TidyResult) -> None:
    """Spans of one state follow one another without gap or overlap."""
    for _, group in published.to_frame("leanings").groupby(["triad", "era", "state"]):
        first, last = group["first_year"].to_numpy(), group["last_year"].to_numpy()
        assert (first[1:] == last[:-1] + 1).all()
