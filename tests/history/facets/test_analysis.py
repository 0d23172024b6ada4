"""Facets of the index set side by side."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from alliance_metrics.history.facets.analysis import facets_analysis
from alliance_metrics.history.facets.scores import FacetScores, facet_scores
from alliance_metrics.results.tidy_result import TidyResult
from alliance_metrics.study.drawn_study import DrawnStudy, draw_study
from alliance_metrics.study.score import score_study
from alliance_metrics.study.study import open_study
from tests.small_record import open_variant

ASKED = """
[analysis]
facets = [
  { name = "openness", column = "visibility", one = "public", other = "private" },
  { name = "place", column = "arena", one = "core", other = "periphery" },
  { name = "odd", column = "nowhere", one = "here", other = "there" },
]
[analysis.belief]
indicators = ["belief", "faith"]
column = "visibility"
value = "private"
"""


@pytest.fixture(scope="module")
def drawn(record_drawn: DrawnStudy) -> DrawnStudy:
    """Give two trajectories of the made-up record, one that falls and one that rises."""
    return replace(record_drawn, trajectories=(record_drawn.trajectories[0], record_drawn.trajectories[3]))


@pytest.fixture(scope="module")
def result(drawn: DrawnStudy) -> TidyResult:
    """Give its facets."""
    return facets_analysis(drawn)


def index_gaps(result: TidyResult, dyad: str, *, matched: bool = False) -> pd.DataFrame:
    frame = result.to_frame("gaps")
    kept = (frame["dyad"] == dyad) & (frame["facets"] == "openness") & (frame["component"] == "closeness")
    return frame[kept & (frame["matched"] == matched)]


def estimates(record: Path, config: str, dyad: str, era: str) -> np.ndarray:
    frame = score_study(open_variant(record, config, draws=1)).scores
    kept = (frame["tier"] == "index") & (frame["dyad"] == dyad) & (frame["era"] == era)
    return frame[kept]["estimate"].to_numpy()


@pytest.mark.slow
def test_the_gap_is_that_between_two_configurations(record: Path, result: TidyResult) -> None:
    """Public less private equals the index of `open` less that of `hidden`, year by year."""
    public, private = (estimates(record, config, "AA-BB", "1950-1970") for config in ("open", "hidden"))
    assert index_gaps(result, "AA-BB")["estimate"].to_numpy() == pytest.approx(public - private, abs=1e-8)


def test_intervals_and_probabilities_are_those_of_paired_draws(drawn: DrawnStudy, result: TidyResult) -> None:
    """The interval is that of the difference within draws, not of two scores apart."""
    sides = [facet_scores(drawn, "visibility", value) for value in ("public", "private")]
    assert all(isinstance(side, FacetScores) for side in sides)
    one = drawn.trajectory("AA-DD", "1990-2010")
    assert one is not None
    public, private = (side.scores[-1][one.rows].astype(float) for side in sides if isinstance(side, FacetScores))
    gap = 100.0 * (public - private)
    rows = index_gaps(result, "AA-DD")
    assert rows["lower"].to_numpy() == pytest.approx(np.quantile(gap, 0.05, axis=1), abs=1e-4)
    assert rows["upper"].to_numpy() == pytest.approx(np.quantile(gap, 0.95, axis=1), abs=1e-4)
    assert rows["above"].to_numpy() == pytest.approx((gap > 1e-4).mean(axis=1), abs=0.005)


def test_the_mean_gap_is_the_mean_over_years(result: TidyResult) -> None:
    """The summary's mean, greatest and its year follow from the gaps by year."""
    rows = index_gaps(result, "AA-BB", matched=True)
    frame = result.to_frame("gap_summary")
    kept = (frame["dyad"] == "AA-BB") & (frame["facets"] == "openness") & (frame["component"] == "closeness")
    told = frame[kept & frame["matched"]].set_index("measure")["estimate"]
    assert told["mean"] == pytest.approx(rows["estimate"].mean())
    assert told["greatest"] == pytest.approx(rows["estimate"].max())
    assert told["greatest_year"] == rows.set_index("year")["estimate"].idxmax()
    assert told["least_year"] == rows.set_index("year")["estimate"].idxmin()


@pytest.mark.slow
def test_belief_is_set_beside_private_cohesion(drawn: DrawnStudy, record: Path, result: TidyResult) -> None:
    """Belief of the first side in 1956: the mean level of the coders' files, less the private index of that year."""
    frame = result.to_frame("beliefs")
    kept = (frame["dyad"] == "AA-BB") & (frame["year"] == 1956) & (frame["one"] == "belief_a")
    row = frame[kept & (frame["other"] == "private")].iloc[0]
    private = estimates(record, "hidden", "AA-BB", "1950-1970")[1956 - 1950]
    codings = drawn.study.package.tables["codings"]
    own = codings.query("dyad == 'AA-BB' and year == 1956 and indicator_id == 'belief_a'")
    believed = 25.0 * own["score"].to_numpy(dtype=float).mean()
    assert len(own) == 3
    assert row["one_score"] == pytest.approx(believed)
    assert row["estimate"] == pytest.approx(believed - private)


def test_beliefs_of_both_sides_stand_beside_one_another(result: TidyResult) -> None:
    """Who believed more is a row of its own, without a component."""
    frame = result.to_frame("beliefs")
    rows = frame[frame["other"] == "belief_b"]
    assert set(rows["component"]) == {""}
    assert len(rows) == 42
    assert rows["estimate"].to_numpy() == pytest.approx((rows["one_score"] - rows["other_score"]).to_numpy())


def test_shares_of_turns_sum_to_one(result: TidyResult) -> None:
    """Before, together, after and neither part the draws; there are three readings in two directions."""
    turns = result.to_frame("turns")
    assert turns[["before", "together", "after", "neither"]].sum(axis=1).to_numpy() == pytest.approx(1.0)
    assert turns.groupby(
        ["dyad", "era", "facets", "matched", "component", "one", "other"]
    ).size().unique().tolist() == [6]


def test_what_has_no_counterpart_is_counted_and_told(result: TidyResult) -> None:
    """The periphery lives in one dimension, and pillars without it are said not to be compared."""
    coverage = result.to_frame("coverage")
    periphery = coverage[coverage["value"] == "periphery"]
    assert periphery["component"].tolist() == ["profit.others"]
    assert periphery[["indicators", "counterparts"]].to_numpy().tolist() == [[1, 1]]
    told = result.to_frame("skipped").set_index("step")["cause"]
    assert told["facets place, danger"] == "no indicator of 'periphery' there, so it has no counterpart"


def test_another_alliance_with_names_its_data_lack(small: Path) -> None:
    """What the configuration names and the data do not have is passed over and told; the rest is done."""
    small.write_text(small.read_text(encoding="utf-8") + ASKED, encoding="utf-8")
    found = facets_analysis(draw_study(open_study(small)))
    told = found.to_frame("skipped").set_index("step")["cause"]
    assert "no column 'nowhere'" in told["facets odd"]
    assert "no component 'faith'" in told["belief faith"]
    assert "no dimension has indicators of both" in told["facets place, matched"]
    assert told["turns, AA-BB 1950-1953"] == "no turn can be found in fewer than 6 years, and there are 4"
    beliefs = found.to_frame("beliefs")
    assert beliefs["estimate"].tolist() == [25.0] * 4  # 3.5, 4, 2.5, 1 of 4 less 2.5, 3, 1.5, 0 of 4


def test_nothing_asked_gives_empty_tables_and_says_so(small: Path) -> None:
    """A configuration without facets or belief gives no rows."""
    found = facets_analysis(draw_study(open_study(small)))
    assert all(found.to_frame(name).empty for name in found.names if name != "skipped")
    assert found.to_frame("skipped")["step"].tolist() == ["facets", "belief"]


@pytest.mark.slow
@pytest.mark.parametrize("config", ["open", "ann", "doubtful", "gated"])
def test_other_configurations_do_what_they_can(record: Path, config: str) -> None:
    """One coder, filtered facets, missing gates and drawn methods leave what can be done."""
    drawn = draw_study(open_variant(record, config, draws=24))
    found = facets_analysis(replace(drawn, trajectories=drawn.trajectories[:1]))
    assert len(found.to_frame("facets"))
    steps = found.to_frame("skipped")["step"].tolist()
    if config == "open":
        assert "facets openness" in steps
        assert found.to_frame("beliefs").empty


@pytest.mark.slow
def test_saved_and_loaded_it_is_the_same_and_the_seed_fixes_it(
    drawn: DrawnStudy, result: TidyResult, tmp_path: Path
) -> None:
    """The tables survive a folder, and a second run gives the same."""
    assert TidyResult.load(result.save(tmp_path / "facets")).equals(result)
    assert facets_analysis(drawn).equals(result)
