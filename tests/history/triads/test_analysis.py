"""Triads: a made-up triangle worked out by hand, and the published ones held against their draws."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from alliance_metrics.history.triads.analysis import triads_analysis, triangles
from alliance_metrics.results.tidy_result import TidyResult
from alliance_metrics.study.drawn_study import DrawnStudy, draw_study
from alliance_metrics.study.study import open_study
from alliance_metrics.uncertainty.draws import Draws
from tests.small_eras import write_small_eras


@pytest.fixture(scope="module")
def sure(tmp_path_factory: pytest.TempPathFactory) -> TidyResult:
    """Give the triangle whose every score is certain."""
    return triads_analysis(draw_study(open_study(write_small_eras(tmp_path_factory.mktemp("triad")))))


def test_triangles_are_found_in_the_data(sure: TidyResult) -> None:
    """AA-BB, AA-CC and BB-CC of one era join three states; AA-DD of another era joins none of them."""
    assert set(map(tuple, sure.to_frame("tilt")[["triad", "era"]].to_numpy())) == {("AA, BB, CC", "1950-1953")}


def test_tilts_by_hand(sure: TidyResult) -> None:
    """AA: 100 - 25, then level; BB: 100 - 50, 0, 50 - 100, and nothing in 1953, when BB-CC is not coded."""
    rows = sure.to_frame("tilt")
    found = {state: group["estimate"].tolist() for state, group in rows.groupby("state")}
    assert found["AA"] == pytest.approx([75.0, 0.0, 0.0, 0.0])
    assert found["BB"] == pytest.approx([50.0, 0.0, -50.0, np.nan], nan_ok=True)
    assert found["CC"] == pytest.approx([-25.0, 0.0, -50.0, np.nan], nan_ok=True)
    partners = rows.drop_duplicates("state").set_index("state")[["toward", "away"]]
    assert partners.to_numpy().tolist() == [["BB", "CC"], ["AA", "CC"], ["AA", "BB"]]


def test_leanings_put_like_years_together(sure: TidyResult) -> None:
    """AA leans to BB in 1950 and then neither way; BB to AA, neither, to CC: three spans."""
    rows = sure.to_frame("leanings")
    spans = rows[["state", "first_year", "last_year", "toward"]].to_numpy().tolist()
    assert spans[:2] == [["AA", 1950, 1950, "BB"], ["AA", 1951, 1953, ""]]
    assert spans[2:5] == [["BB", 1950, 1950, "AA"], ["BB", 1951, 1951, ""], ["BB", 1952, 1952, "CC"]]


def test_triangle_by_hand(sure: TidyResult) -> None:
    """1952: sides 50, 50 and 100 have mean 66.7, least 50, spread 50, and no balance, two sides being neutral."""
    rows = sure.to_frame("triangles").query("year == 1952").set_index("measure")["estimate"]
    assert rows.to_dict() == pytest.approx({"mean": 200 / 3, "least": 50.0, "spread": 50.0, "balance": 0.0})


def test_balance_of_three_friends(sure: TidyResult) -> None:
    """Three sides of 75 are three ties of a half: balance a half, surely above zero."""
    row = sure.to_frame("triangles").query("year == 1951 and measure == 'balance'").iloc[0]
    assert (row["estimate"], row["above"]) == pytest.approx((0.5, 1.0))


def test_weakest_side_is_shared_by_equal_ones(sure: TidyResult) -> None:
    """1950: AA-CC alone; 1951 all alike; 1952 two of three; 1953 unknown."""
    rows = sure.to_frame("sides").pivot_table(index="year", columns="side", values="weakest", dropna=False)
    assert rows.loc[1950].tolist() == [0.0, 1.0, 0.0]
    assert rows.loc[1951].tolist() == pytest.approx([1 / 3] * 3)
    assert rows.loc[1952].tolist() == [0.5, 0.5, 0.0]


def test_hostile_sides_are_counted(sure: TidyResult) -> None:
    """In 1950 only the side of 25 is below neutral; the one at 50 is not."""
    rows = sure.to_frame("hostile").query("year == 1950").set_index("sides")["probability"]
    assert rows.to_dict() == {0: 0.0, 1: 1.0, 2: 0.0, 3: 0.0}


def test_years_that_lack_a_side_are_reported(sure: TidyResult) -> None:
    """BB-CC ends a year early."""
    row = sure.to_frame("skipped").iloc[0]
    assert row.tolist() == ["triangle AA, BB, CC 1950-1953", "a side has no index in 1953"]


def test_no_triangle_is_reported(small: Path) -> None:
    """One dyad makes no triangle: every table is empty but that of what was not done."""
    result = triads_analysis(draw_study(open_study(small)))
    assert result.to_frame("tilt").empty
    assert result.to_frame("skipped")["cause"].tolist() == ["no three dyads of one era join three states"]


@pytest.fixture(scope="module")
def noisy(tmp_path_factory: pytest.TempPathFactory) -> DrawnStudy:
    """Give the made-up states with draws about the certain scores."""
    drawn = draw_study(open_study(write_small_eras(tmp_path_factory.mktemp("noisy"))))
    shape = (*drawn.nominal.shape, 50)
    scores = drawn.nominal[..., np.newaxis] + np.random.default_rng(3).normal(0, 0.2, shape)
    return replace(drawn, draws=Draws(drawn.draws.components, np.clip(scores, 0, 1).astype(np.float32)))


def test_shares_are_those_of_the_draws(noisy: DrawnStudy) -> None:
    """A plain count over draws gives the weakest side, and how often a state tilts to its first partner."""
    (triangle,) = triangles(noisy)
    index = {one.unit: noisy.drawn_of((noisy.index_id,), one)[0].astype(float) for one in triangle.sides}
    result = triads_analysis(noisy)
    rows = result.to_frame("sides").query("year == 1951")
    share = np.bincount(np.stack([index[name][1] for name in rows["side"]]).argmin(axis=0), minlength=3) / 50
    assert rows["weakest"].to_numpy() == pytest.approx(share)
    own = result.to_frame("tilt").query("year == 1951 and state == 'AA'").iloc[0]
    assert own["above"] == pytest.approx((index["AA-BB"][1] > index["AA-CC"][1]).mean())
    assert 0 < own["above"] < 1


def test_leanings_cover_every_year_once(noisy: DrawnStudy) -> None:
    """Spans of one state follow one another without gap or overlap."""
    for _, group in triads_analysis(noisy).to_frame("leanings").groupby("state"):
        assert (group["first_year"].to_numpy()[1:] == group["last_year"].to_numpy()[:-1] + 1).all()


def test_same_draws_same_tables(noisy: DrawnStudy, tmp_path: Path) -> None:
    """The analysis itself draws nothing, and a saved result is the one in memory."""
    result = triads_analysis(noisy)
    assert triads_analysis(noisy).equals(result)
    assert TidyResult.load(result.save(tmp_path / "triads")).equals(result)
