"""Capability of the published study, against the published record."""

from __future__ import annotations

import pandas as pd
import pytest

from alliance_metrics.index.rescaling import SCALE
from alliance_metrics.results.tidy_result import TidyResult
from alliance_metrics.study.drawn_study import DrawnStudy

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def drawn(published_drawn: DrawnStudy) -> DrawnStudy:
    """Give the published study."""
    return published_drawn


@pytest.fixture(scope="module")
def result(published_results: dict[str, TidyResult]) -> TidyResult:
    """Give its analysis."""
    return published_results["capability"]


def one_row(frame: pd.DataFrame, **keys: str) -> pd.Series:
    """Give the single row with these keys."""
    for column, value in keys.items():
        frame = frame[frame[column] == value]
    assert len(frame) == 1
    return frame.iloc[0]


def test_published_shares_are_those_of_the_record(result: TidyResult) -> None:
    """1955, National Material Capabilities: 0.179 and 0.091 of a world of 1.004; the coalition 0.504."""
    rows = result.to_frame("shares").query("dyad == 'PRC-USSR' and year == 1955 and indicator == 'cinc'")
    world = rows[rows["whole"] == "world"].set_index("side")["estimate"]
    assert world["USSR"] == pytest.approx(0.17916556 / 1.00445739)
    assert world["joint"] == pytest.approx((0.17916556 + 0.09134392) / 1.00445739)
    against = one_row(rows, whole="us_led", side="us_led")["estimate"]
    assert against == pytest.approx(0.50362204 / (0.50362204 + 0.17916556 + 0.09134392))


def test_joint_is_the_sum_and_discounts_lie_between(result: TidyResult) -> None:
    """In every row of the published study."""
    shares = result.to_frame("shares").pivot_table(
        index=["dyad", "year", "indicator", "whole"], columns="side", values="estimate"
    )
    pairs = shares.loc[shares.index.get_level_values("dyad") == "PRC-RUS"]
    assert (pairs["PRC"] + pairs["RUS"]).to_numpy() == pytest.approx(pairs["joint"].to_numpy())
    discounted = result.to_frame("discounted")
    for column in ("estimate", "lower", "upper"):
        assert (discounted["alone"] <= discounted[column]).all()
        assert (discounted[column] <= discounted["full"]).all()
    assert (discounted["lower"] <= discounted["upper"]).all()


def test_years_after_the_record_are_not_guessed(result: TidyResult) -> None:
    """The record ends in 2022: nothing is carried forward, and not_done says so for both states."""
    assert result.to_frame("shares")["year"].max() == 2022
    late = result.to_frame("skipped").query("step.str.startswith('PRC-RUS')")["cause"]
    assert set(late) == {"no figures of PRC in 2023-2025", "no figures of RUS in 2023-2025"}


def test_index_stands_behind_the_discount_of_every_year(drawn: DrawnStudy, result: TidyResult) -> None:
    """From the three shares the index comes back, year by year."""
    one = drawn.trajectories[0]
    rows = result.to_frame("discounted").query("whole == 'world' and indicator == 'cinc'")
    rows = rows[(rows["dyad"] == one.unit) & (rows["era"] == one.era)]
    side = rows[rows["side"] == rows["side"].iloc[0]]
    index = (side["estimate"] - side["alone"]) / (side["full"] - side["alone"])
    assert SCALE * index.to_numpy() == pytest.approx(SCALE * drawn.nominal_of((drawn.index_id,), one)[0], abs=1e-5)
