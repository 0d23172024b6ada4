"""The index beside measures from outside: numbers held to scipy, and everything passed over told."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from alliance_metrics import declare
from alliance_metrics.history.validation.analysis import reading_of, validation_analysis
from alliance_metrics.history.validation.rank_agreement import RankAgreement
from alliance_metrics.study.drawn_study import draw_study
from alliance_metrics.study.study import open_study

DECLARED = "measure,name,family,component,direction,independent,counted,shown_as,reason,coverage,missing_rule\n"
MEASURES = "dyad,year,measure,value,unit,source_id,status,licence_class,url\n"


@pytest.mark.parametrize(
    ("correlation", "p_value", "ends", "direction", "n", "word"),
    [
        (0.8, 0.1, (0.2, 0.9), 1, 20, "agrees"),
        (0.8, 0.11, (0.2, 0.9), 1, 20, "leans with"),
        (0.8, 0.01, (-0.1, 0.9), 1, 20, "leans with"),
        (0.8, 0.01, (0.2, 0.9), -1, 20, "disagrees"),
        (-0.3, 0.5, (-0.5, -0.1), 1, 20, "leans against"),
        (0.8, 0.01, (np.nan, np.nan), 1, 20, "leans with"),
        (0.9, 0.01, (0.2, 0.9), 1, 7, "too short"),
        (np.nan, np.nan, (np.nan, np.nan), 1, 20, "does not vary"),
    ],
)
def test_readings(correlation, p_value, ends, direction, n, word):
    """A find needs a small chance and an interval on one side; else it leans."""
    found = RankAgreement(n, correlation, 0.0, *ends, 10, p_value, 0.1, 0.5, 10.0, 0.5)
    assert reading_of(found, direction=direction, level=0.9) == word


def test_a_package_without_measures_has_empty_tables_and_says_why(small: Path):
    """Nothing to compare, and no error."""
    found = validation_analysis(draw_study(open_study(small)))
    assert [len(found.to_frame(name)) for name in ("agreement", "years", "summary", "cooperation_index")] == [0] * 4
    assert found.to_frame("skipped")["cause"].tolist() == ["the data package has no measures from outside"]


@pytest.mark.slow
def test_another_alliance_with_measures_of_its_own(small: Path):
    """What rises with the score correlates 1, turned round where so declared; unknown components are named."""
    folder = small.parent / "data/measures"
    folder.mkdir()
    told = (
        "grain,Grain,trade,trade,1,true,true,,why,when,missing\n"
        "haste,Haste,noise,trsut,-1,true,true,,why,when,missing\n"
    )
    (folder / "measures_declared.csv").write_text(DECLARED + told, encoding="utf-8")
    rows = [
        f"AA-BB,{1950 + t},{name},{value},tons,chronicle,verified,A,\n"
        for name, values in (("grain", (1, 2, 3, 4)), ("haste", (1, 2, 3, 4)))
        for t, value in enumerate(values)
    ]
    (folder / "measures.csv").write_text(MEASURES + "".join(rows), encoding="utf-8")
    declare(small.parent / "data")
    found = validation_analysis(draw_study(open_study(small)))
    frame = found.to_frame("agreement").query("form == 'levels'").set_index(["measure", "component"])["estimate"]
    assert frame["grain", "trade"] == pytest.approx(1.0)
    assert frame["grain", "trust"] == pytest.approx(-(0.9**0.5))  # ranks 3.5 3.5 2 1 against 1 2 3 4
    assert frame["haste", "trust"] == pytest.approx(0.9**0.5)
    assert set(found.to_frame("agreement")["reading"]) == {"too short"}
    assert validation_analysis(draw_study(open_study(small))).equals(found)
    causes = found.to_frame("skipped").set_index("step")["cause"]
    assert causes["haste against what it should go with"] == "there is no component 'trsut' (nearest known: 'trust')"
