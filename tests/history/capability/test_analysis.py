"""The analysis of capability: its tables against figures worked out by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from alliance_metrics import declare
from alliance_metrics.history.capability.analysis import capability_analysis
from alliance_metrics.index.rescaling import SCALE
from alliance_metrics.results.tidy_result import TidyResult
from alliance_metrics.study.drawn_study import DrawnStudy, draw_study
from alliance_metrics.study.study import open_study
from tests.small_alliance import write_small_alliance

CAPABILITIES = """state,cow,kind,year,indicator,value,unit,members,absent,source_id,status
AA,901,state,1950,steel,6,tons,1,0,chronicle,verified
BB,902,state,1950,steel,3,tons,1,0,chronicle,verified
CC,903,state,1950,steel,8,tons,1,0,chronicle,verified
world,,world,1950,steel,30,tons,9,0,chronicle,derived
AA,901,state,1951,steel,6,tons,1,0,chronicle,verified
"""
COALITIONS = """coalition,state,cow,first_year,last_year,basis,source_id,status
rivals,CC,903,1940,,a made-up treaty,chronicle,verified
club,AA,901,1940,,a made-up club,chronicle,verified
"""


@pytest.fixture(scope="module")
def drawn() -> DrawnStudy:
    """Give the published study with few draws."""
    return draw_study(open_study("baseline", draws=300))


@pytest.fixture(scope="module")
def result(drawn: DrawnStudy) -> TidyResult:
    """Analyse it once."""
    return capability_analysis(drawn)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> tuple[DrawnStudy, TidyResult]:
    """Give another alliance, with one measure in one whole year and two coalitions."""
    config = write_small_alliance(tmp_path_factory.mktemp("small"))
    folder = config.parent / "data" / "capabilities"
    folder.mkdir()
    (folder / "national_capabilities.csv").write_text(CAPABILITIES, encoding="utf-8", newline="")
    (folder / "coalitions.csv").write_text(COALITIONS, encoding="utf-8", newline="")
    declare(config.parent / "data")
    study = draw_study(open_study(config))
    return study, capability_analysis(study)


def one_row(frame: pd.DataFrame, **keys: str) -> pd.Series:
    """Give the single row with these keys."""
    for column, value in keys.items():
        frame = frame[frame[column] == value]
    assert len(frame) == 1
    return frame.iloc[0]


def test_shares_by_hand(small) -> None:
    """6 and 3 of 30 in the world; 6, 3 and 8 of 17 with the rivals; only 1950 is complete."""
    shares = small[1].to_frame("shares")
    assert one_row(shares, whole="world", side="joint")["estimate"] == pytest.approx(0.3)
    assert one_row(shares, whole="rivals", side="AA")["estimate"] == pytest.approx(6 / 17)
    assert one_row(shares, whole="rivals", side="rivals")["estimate"] == pytest.approx(8 / 17)
    assert set(shares["year"]) == {1950}


def test_the_index_discounts_the_ally(small) -> None:
    """AA counts on 6 and as much of 3 as the index of 1950 says, nominally and at the ends of its interval."""
    study, result = small
    one = study.trajectories[0]
    index = study.nominal_of((study.index_id,), one)[0, 0]
    ends = np.quantile(study.drawn_of((study.index_id,), one)[0, 0].astype(float), [0.05, 0.95])
    row = one_row(result.to_frame("discounted"), whole="world", side="AA")
    assert row[["alone", "full"]].tolist() == pytest.approx([0.2, 0.3])
    assert row["estimate"] == pytest.approx((6 + 3 * index) / 30)
    assert row[["lower", "upper"]].tolist() == pytest.approx([(6 + 3 * end) / 30 for end in ends])
    added = one_row(result.to_frame("added"), whole="world")
    assert (added["strongest"], added["times"]) == ("AA", 1.5)
    assert added[["alone", "full", "estimate"]].tolist() == pytest.approx([0.2, 0.1, 0.1 * index])


def test_lanchester_by_hand(small) -> None:
    """9 against 8 outlasts by both laws together; one after the other 36 and 9 do not make 64."""
    study, result = small
    rows = result.to_frame("lanchester")
    joint = one_row(rows, side="joint", law="linear")
    assert (joint["estimate"], joint["outlasts"]) == (pytest.approx(9 / 8), "alliance")
    assert one_row(rows, side="joint", law="square", counted="joint")["estimate"] == pytest.approx(81 / 64)
    apart = one_row(rows, side="joint", counted="apart")
    assert (apart["estimate"], apart["outlasts"]) == (pytest.approx(45 / 64), "opponent")
    discounted = one_row(rows, side="AA", law="linear", counted="discounted")
    draws = study.drawn_of((study.index_id,), study.trajectories[0])[0, 0]
    assert discounted["probability"] == pytest.approx((draws > 2 / 3).mean())  # 6 + 3 p is above 8 where p is above 2/3
    whole = one_row(rows, side="AA", counted="all_or_nothing")
    index = study.nominal_of((study.index_id,), study.trajectories[0])[0, 0]
    assert whole["estimate"] == pytest.approx(((1 - index) * 36 + index * 81) / 64)


def test_what_is_missing_is_named(small) -> None:
    """Years without figures, and a coalition to which one of the two belongs, are passed over and told."""
    told = set(small[1].to_frame("skipped").itertuples(index=False, name=None))
    assert ("AA-BB 1950-1953: steel", "no figures of BB in 1951-1953") in told
    assert ("AA-BB 1950-1953 against club", "AA belongs to it") in told
    assert set(small[1].to_frame("lanchester")["opponent"]) == {"rivals"}


def test_data_without_capabilities_give_empty_tables(tmp_path: Path) -> None:
    """The tables are there with their columns, and the reason stands in not_done."""
    result = capability_analysis(draw_study(open_study(write_small_alliance(tmp_path), draws=20)))
    assert all(result.to_frame(name).empty for name in result.names if name != "skipped")
    assert result.to_frame("skipped")["cause"].tolist() == ["the data have no table of capabilities"]


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


def test_an_index_that_is_no_share_does_not_discount(tmp_path: Path) -> None:
    """Standardised scores leave shares and full additions, and no discount."""
    config = tmp_path / "standard.toml"
    config.write_text(
        'schema = 1\nextends = "baseline"\nname = "standard"\n[index]\nnormalisation = "zscore"\n', encoding="utf-8"
    )
    result = capability_analysis(draw_study(open_study(config, draws=20)))
    assert result.to_frame("added")["full"].notna().all()
    assert result.to_frame("added")["estimate"].isna().all()
    assert "is no factor" in result.to_frame("skipped")["cause"].iloc[0]


def test_the_same_seed_gives_the_same_tables(drawn: DrawnStudy, result: TidyResult, tmp_path: Path) -> None:
    """Analysed again, and read back from disk, nothing differs."""
    assert capability_analysis(drawn).equals(result)
    result.save(tmp_path / "capability")
    assert TidyResult.load(tmp_path / "capability").equals(result)


def test_index_stands_behind_the_discount_of_every_year(drawn: DrawnStudy, result: TidyResult) -> None:
    """From the three shares the index comes back, year by year."""
    one = drawn.trajectories[0]
    rows = result.to_frame("discounted").query("whole == 'world' and indicator == 'cinc'")
    rows = rows[(rows["dyad"] == one.unit) & (rows["era"] == one.era)]
    side = rows[rows["side"] == rows["side"].iloc[0]]
    index = (side["estimate"] - side["alone"]) / (side["full"] - side["alone"])
    assert SCALE * index.to_numpy() == pytest.approx(SCALE * drawn.nominal_of((drawn.index_id,), one)[0], abs=1e-5)
