"""The analysis of fragility: its tables say what recoding by hand says."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from alliance_metrics.coding.panel import IndicatorPanel
from alliance_metrics.history.fragility.analysis import fragility_analysis
from alliance_metrics.history.fragility.fragility import pillar_shocks
from alliance_metrics.index.plan import nominal_scores, plan_index
from alliance_metrics.index.rescaling import SCALE
from alliance_metrics.results.tidy_result import TidyResult
from alliance_metrics.study.drawn_study import DrawnStudy, draw_study
from alliance_metrics.study.study import open_study
from tests.small_alliance import write_small_alliance


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> DrawnStudy:
    """Give another alliance, of four years."""
    return draw_study(open_study(write_small_alliance(tmp_path_factory.mktemp("small"))))


@pytest.mark.slow
def test_another_alliance_is_read_with_its_own_names(small: DrawnStudy) -> None:
    """Four years of two coders: steps by hand for the third year, and no year with five after it."""
    result = fragility_analysis(small)
    steps = result.to_frame("steps").query("target == 'threshold' and coders == 'all'")
    # 1953: trust (talks 0.5, secrets 0) = 0.0625, gain (trade 4, friends 1.5) = 0.6875: two to one 0.2708
    assert steps.set_index("year").loc[1953, "index"] == pytest.approx(100 * (2 * 0.0625 + 0.6875) / 3)
    assert steps.set_index("year").loc[1953, "outcome"] == "below already"
    # 1952: trust 0.4375, gain 0.625: 0.5 exactly, not below; one step of secrets or talks lowers it by 1/12
    row = steps.set_index("year").loc[1952]
    assert (row["index"], row["estimate"]) == (pytest.approx(50.0), 1.0)
    assert row["fall"] == pytest.approx(100 * 2 / 3 / 2 / 4)
    assert "comparable years, others" in set(result.to_frame("skipped")["step"])
    assert result.to_frame("forward").empty


@pytest.mark.slow
def test_missing_draws_and_scores_are_passed_over(small: DrawnStudy) -> None:
    """A year without an index has no row and is named; draws without one leave the interval to the others."""
    nominal, scores = small.nominal.copy(), small.draws.scores.copy()
    nominal[-1, 1], scores[-1, 0, :50] = np.nan, np.nan
    holed = DrawnStudy(small.study, nominal, type(small.draws)(small.draws.components, scores), small.trajectories)
    result = fragility_analysis(holed)
    assert ("AA-BB 1950-1953", "no index in 1951") in set(result.to_frame("skipped").itertuples(index=False, name=None))
    assert result.to_frame("shocks").query("year == 1950")["lower"].notna().all()


@pytest.mark.slow
@pytest.mark.parametrize("coders", ["all", "one"])
def test_taking_the_steps_in_the_codings_brings_the_index_below(small: DrawnStudy, coders: str) -> None:
    """After the steps that are listed the index of the changed codings is below the bar, by the fall given."""
    result, panel = fragility_analysis(small), small.study.plan.panel
    taken = result.to_frame("step_indicators").query("coders == @coders")
    rows = result.to_frame("steps").query("coders == @coders and outcome == 'reached'")
    for row in rows.to_dict("records"):
        place, score = panel.units["year"].tolist().index(row["year"]), panel.score.copy()
        own = taken[(taken["year"] == row["year"]) & (taken["target"] == row["target"])]
        for one in own.to_dict("records"):
            column = panel.indicators.index(one["component"])
            cell = score[:, place, column]
            for _ in range(one["steps"]):
                who = slice(None) if coders == "all" else int(np.nanargmax(cell))
                cell[who] = np.maximum(cell[who] - 1, 0)
        stood = IndicatorPanel(panel.units, panel.indicators, panel.coders, score, score, score)
        after = float(SCALE * nominal_scores(plan_index(stood, small.study.spec))[-1, place])
        assert own["steps"].sum() == row["estimate"]
        assert after < row["bar"]
        assert row["index"] - row["fall"] == pytest.approx(after)
    assert len(rows) >= 3


@pytest.mark.slow
def test_shocks_over_draws_are_those_of_each_draw(small: DrawnStudy) -> None:
    """Ends of the interval are shocks of single draws, each with its own pillars; a share of them is finite."""
    row = fragility_analysis(small).to_frame("shocks").query("year == 1950 and component == 'trust'").iloc[0]
    pillars = small.drawn_of(small.pillars, small.trajectories[0])[:, 0, :200].astype(float)
    index = small.drawn_of((small.index_id,), small.trajectories[0])[0, 0, :200].astype(float)
    weight = (index - pillars[1]) / (pillars[0] - pillars[1])
    found = [
        pillar_shocks(pair[np.newaxis], np.array([share, 1 - share]), target=0.5)[0, 0]
        for pair, share in zip(pillars.T, weight, strict=True)
    ]
    ends = np.sort(found)[[9, 189]]
    assert row["enough"] == pytest.approx(np.isfinite(found).mean())
    assert row[["lower", "upper"]].tolist() == pytest.approx((SCALE * ends).tolist(), abs=0.01)


@pytest.mark.slow
def test_the_same_seed_gives_the_same_tables(small: DrawnStudy, tmp_path: Path) -> None:
    """Analysed again, and read back from disk, nothing differs."""
    result = fragility_analysis(small)
    assert fragility_analysis(small).equals(result)
    assert TidyResult.load(result.save(tmp_path / "fragility")).equals(result)
