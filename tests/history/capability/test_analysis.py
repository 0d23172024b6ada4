"""The analysis of capability: its tables against figures worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from alliance_metrics import declare
from alliance_metrics.history.capability.analysis import capability_analysis
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


def test_declared_breaks_are_listed(tmp_path: Path) -> None:
    """Breaks of the two states' figures, or of all, from the second year on; others, and other measures, are not."""
    config = write_small_alliance(tmp_path)
    data = config.parent / "data"
    (data / "capabilities").mkdir()
    lines = ("steel,AA,1951,New rates", "steel,,1953,New form", "steel,AA,1950,Old rates", "steel,CC,1952,New rates")
    breaks = "\n".join(["measure,unit,year,note", *lines, "trade_total,AA-BB,1951,New list", ""])
    files = {"capabilities/national_capabilities": CAPABILITIES, "capabilities/coalitions": COALITIONS}
    for name, text in {**files, "evidence/series_breaks": breaks}.items():
        (data / f"{name}.csv").write_text(text, encoding="utf-8", newline="")
    declare(data)
    found = capability_analysis(draw_study(open_study(config, draws=5))).to_frame("breaks")
    assert found[["dyad", "year", "indicator", "side", "note"]].to_numpy().tolist() == [
        ["AA-BB", 1951, "steel", "AA", "New rates"],
        ["AA-BB", 1953, "steel", "", "New form"],
    ]


def test_an_index_that_is_no_share_does_not_discount(small) -> None:
    """Scores beyond the scale leave shares and full additions, and no discount."""
    study, _ = small
    result = capability_analysis(replace(study, nominal=study.nominal + 1.0))
    assert result.to_frame("added")["full"].notna().all()
    assert result.to_frame("added")["estimate"].isna().all()
    assert "is no factor" in result.to_frame("skipped")["cause"].iloc[0]


def test_the_same_draws_give_the_same_tables(small, tmp_path: Path) -> None:
    """Analysed again, and read back from disk, nothing differs."""
    study, result = small
    assert capability_analysis(study).equals(result)
    assert TidyResult.load(result.save(tmp_path / "capability")).equals(result)
