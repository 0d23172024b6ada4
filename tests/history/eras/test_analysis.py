"""Eras of one pair of states: a made-up pair worked out by hand, and the published study held against its own draws."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from alliance_metrics import declare
from alliance_metrics.history.eras.analysis import comparison_analysis
from alliance_metrics.index.rescaling import SCALE
from alliance_metrics.report.text.likeness import render_comparison
from alliance_metrics.results.tidy_result import TidyResult
from alliance_metrics.study.drawn_study import DrawnStudy, draw_study
from alliance_metrics.study.study import open_study
from alliance_metrics.uncertainty.draws import Draws
from tests.small_eras import CONFIG, write_small_eras

pytestmark = pytest.mark.slow

ASKED = (("AA-BB", "1950-1953", 1951), ("BB-CC", "1950-1953", 1952))


def analysed(folder: Path, config: str = CONFIG, **arguments: object) -> TidyResult:
    """Compare the eras of the made-up states."""
    return comparison_analysis(draw_study(open_study(write_small_eras(folder, config=config))), **arguments)


@pytest.fixture(scope="module")
def sure(tmp_path_factory: pytest.TempPathFactory) -> TidyResult:
    """Give the comparison of eras whose every score is certain, with a pair asked for."""
    return analysed(tmp_path_factory.mktemp("eras"), pairs=(ASKED,))


def only(frame: pd.DataFrame, **cells: object) -> dict[str, object]:
    """Give the one row that has some cells."""
    for column, value in cells.items():
        frame = frame[frame[column] == value]
    assert len(frame) == 1
    return frame.to_dict("records")[0]


def test_eras_are_compared_within_their_lineage_alone(sure: TidyResult) -> None:
    """AA-DD is set against AA-BB, of the same lineage; dyads without a second era are told."""
    assert set(map(tuple, sure.to_frame("era_differences")[["dyad", "other"]].to_numpy())) == {("AA-DD", "AA-BB")}
    steps = sure.to_frame("skipped")
    assert set(steps["step"]) == {"eras of aa-cc", "eras of bb-cc"}


def test_levels_by_hand(sure: TidyResult) -> None:
    """Means of 100, 75, 50, 0 and of 83.3, 25, 0; the second era is lower in every draw."""
    eras = sure.to_frame("eras")
    assert only(eras, dyad="AA-BB", component="closeness", measure="level")["estimate"] == pytest.approx(56.25)
    assert only(eras, dyad="AA-DD", component="closeness", measure="level")["estimate"] == pytest.approx(325 / 9)
    row = only(sure.to_frame("era_differences"), component="closeness", measure="level")
    assert row["estimate"] == pytest.approx(325 / 9 - 56.25)
    assert (row["above"], row["below"]) == (0.0, 1.0)


def test_peak_years_are_years(sure: TidyResult) -> None:
    """A peak's year is no score and is not stretched to points; eras are not set apart by it."""
    row = only(sure.to_frame("eras"), dyad="AA-DD", component="closeness", measure="peak_year")
    assert (row["estimate"], row["measured_in"]) == (1960.0, "year")
    assert "peak_year" not in set(sure.to_frame("era_differences")["measure"])


def test_mix_by_hand(sure: TidyResult) -> None:
    """Trust of weight 2 and gain of weight 1 at equal means make two thirds and one third."""
    mix = sure.to_frame("mix").query("dyad == 'AA-BB'").set_index("component")["estimate"]
    assert mix.to_dict() == pytest.approx({"trust": 2 / 3, "gain": 1 / 3})


def test_distance_by_hand(sure: TidyResult) -> None:
    """One of four indicators off by 25 points, at the least noise of 2 points: sqrt(0.25^2 / 4) / 0.02 = 6.25."""
    row = only(sure.to_frame("nearest"), year=1960, space="indicators", indicators="all")
    assert (row["other_year"], row["probability"], row["margin"]) == (1951, 1.0, 1.0)
    assert (row["estimate"], row["distance"]) == pytest.approx((6.25, 6.25))
    assert row["beyond_noise"]
    assert row["within"] == 0


def test_without_changed_meaning_by_hand(sure: TidyResult) -> None:
    """Without talks 1960 stands where 1951 stood, and nothing is beyond noise."""
    row = only(sure.to_frame("nearest"), year=1960, space="indicators", indicators="without")
    assert (row["other_year"], row["estimate"], row["by_noise"]) == (1951, 0.0, 1.0)
    assert not row["beyond_noise"]


def test_equally_near_years_share_the_probability(sure: TidyResult) -> None:
    """1961 stands half-way between 1952 and 1953."""
    rows = sure.to_frame("analogues").query("year == 1961 and space == 'pillars' and indicators == 'all'")
    assert rows.set_index("other_year")["probability"].to_dict() == {1950: 0.0, 1951: 0.0, 1952: 0.5, 1953: 0.5}


def test_edges_of_an_era_are_reported(sure: TidyResult) -> None:
    """The last year of the earlier era is an edge, one in its middle is not."""
    rows = sure.to_frame("nearest").query("space == 'indicators' and indicators == 'all'").set_index("year")
    assert rows["at_edge"].astype(bool).to_dict() == {1960: False, 1961: False, 1962: True}


def test_what_changed_meaning_moves_by_hand(sure: TidyResult) -> None:
    """Without talks 1960 falls from 83.3 to 75, and the mean and the difference of levels by a third of that."""
    rows = sure.to_frame("changed_meaning").query("component == 'closeness'")
    row = only(rows, quantity="score", year=1960)
    assert (row["with_all"], row["without"], row["estimate"]) == pytest.approx((250 / 3, 75.0, -25 / 3))
    moved = {name: only(rows, quantity=name)["estimate"] for name in ("level", "other_level", "level_difference")}
    assert moved == pytest.approx({"level": -25 / 9, "other_level": 0.0, "level_difference": -25 / 9})


def test_event_time_by_hand(sure: TidyResult) -> None:
    """Counted from 1950 and 1960, the second era's first three years less the first's."""
    rows = sure.to_frame("event_time")
    assert rows["since"].tolist() == [0, 1, 2]
    assert rows["estimate"].tolist() == pytest.approx([250 / 3 - 100, -50.0, -50.0])
    assert rows[["year", "other_year"]].iloc[2].tolist() == [1962, 1952]


def test_warping_lays_ends_beside_one_another(sure: TidyResult) -> None:
    """A path begins at both first years and ends at both last; certain scores give it in every draw."""
    rows = sure.to_frame("warping")
    path = rows[rows["on_path"]]
    assert path[["year", "other_year"]].to_numpy()[[0, -1]].tolist() == [[1960, 1950], [1962, 1953]]
    assert (rows["matched"] == rows["on_path"]).all()


def test_latest_year_is_set_against_the_earlier_peak(sure: TidyResult) -> None:
    """1962 at 0 less 1950 at 100; every indicator, pillar and the index."""
    rows = sure.to_frame("differences").query("reason == 'latest against peak'")
    assert set(rows["year"]) == {1962}
    assert set(rows["other_year"]) == {1950}
    assert (rows["estimate"] == -SCALE).all()
    assert rows["tier"].value_counts().to_dict() == {"indicator": 4, "pillar": 2, "index": 1}


def test_changed_meaning_is_flagged_and_ranked_first(sure: TidyResult) -> None:
    """Of 1960 less 1951, talks alone differs: it ranks first and is flagged, and it alone."""
    rows = sure.to_frame("differences").query("reason == 'nearest analogue' and year == 1960 and tier == 'indicator'")
    assert rows.loc[rows["changed_meaning"], ["component", "rank", "estimate"]].to_numpy().tolist() == [
        ["talks", 1, 25.0]
    ]
    totals = sure.to_frame("pairs").query("reason == 'nearest analogue' and year == 1960")
    found = totals.set_index(["measure", "indicators"])["estimate"].to_dict()
    assert found == pytest.approx(
        {("together", "all"): 6.25, ("apart", "all"): 12.5, ("together", "without"): 0.0, ("apart", "without"): 0.0}
    )


def test_a_pair_asked_for_is_compared(sure: TidyResult) -> None:
    """Any two unit-years, of one era or two: 75 less 100."""
    row = only(sure.to_frame("differences"), reason="asked for", tier="index")
    assert (row["dyad"], row["year"], row["other"], row["other_year"]) == ("AA-BB", 1951, "BB-CC", 1952)
    assert row["estimate"] == pytest.approx(-25.0)


def test_a_pair_that_is_not_there_is_reported(tmp_path: Path) -> None:
    """A year outside the era, or a dyad nobody knows, is named among what was not done."""
    pairs = ((("AA-BB", "1950-1953", 1999), ("AA-ZZ", "1950-1953", 1950)), ASKED)
    steps = analysed(tmp_path, pairs=pairs).to_frame("skipped")
    row = only(steps, step="differences of a pair asked for")
    assert row["cause"] == "there is no AA-BB 1950-1953 1999 and no AA-ZZ 1950-1953 1950"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("named", "cause"),
    [
        ('["tolks"]', "there is no component 'tolks' (nearest known: 'talks')"),
        ('["belief"]', "'belief' is no counted indicator and no dimension of such"),
        ('["trust"]', "'trust' is no counted indicator and no dimension of such"),
        ('["trust.contact"]', "nothing would be left of pillar 'trust' without secrets, talks"),
    ],
)
def test_what_cannot_be_left_out_is_reported(tmp_path: Path, named: str, cause: str) -> None:
    """Unknown and uncounted names, and such as would empty a pillar, are told; index and pillars then stand alone."""
    result = analysed(tmp_path, CONFIG.replace('["talks"]', named))
    assert cause in set(result.to_frame("skipped")["cause"])
    assert result.to_frame("changed_meaning").empty
    nearest = result.to_frame("nearest")
    assert set(nearest.loc[nearest["space"] == "pillars", "indicators"]) == {"all"}


def test_a_dimension_stands_for_its_indicators(tmp_path: Path) -> None:
    """A dimension named leaves out what is in it: here nothing but friends, of which gain still has trade."""
    result = analysed(tmp_path, CONFIG.replace('["talks"]', '["gain.others"]'))
    assert result.record["left_out"] == ["friends"]
    assert not result.to_frame("changed_meaning").empty


def test_an_era_without_origin_has_no_event_time(tmp_path: Path) -> None:
    """The origin that is lacking is named, and so is one that belongs to no era."""
    config = CONFIG.replace('dyad = "AA-DD", era = "1960-1962"', 'dyad = "AA-XX", era = "1960-1962"')
    result = analysed(tmp_path, config)
    steps = result.to_frame("skipped").set_index("step")["cause"]
    assert steps["event time of AA-XX 1960-1962"] == "there are no such years in this study"
    named = "event time, AA-DD 1960-1962 against AA-BB 1950-1953"
    assert steps[named] == "no origin is given for AA-DD 1960-1962"
    assert result.to_frame("event_time").empty


def test_one_era_alone_is_described(small: Path) -> None:
    """Where there is nothing to compare, levels are given and the rest is told."""
    result = comparison_analysis(draw_study(open_study(small)))
    assert len(result.to_frame("eras")) == 21
    assert result.to_frame("analogues").empty
    assert "eras of aa-bb" in set(result.to_frame("skipped")["step"])


def test_missing_draws_do_not_stop_the_comparison(tmp_path: Path) -> None:
    """Draws that failed are left out of shares, and warping says how many it skipped."""
    drawn = draw_study(open_study(write_small_eras(tmp_path)))
    scores = drawn.draws.scores.copy()
    scores[..., :5] = np.nan
    result = comparison_analysis(replace(drawn, draws=Draws(drawn.draws.components, scores)))
    row = only(result.to_frame("nearest"), year=1960, space="pillars", indicators="all")
    assert (row["other_year"], row["probability"]) == (1951, 1.0)
    assert "5 draws that lack a pillar skipped" in set(result.to_frame("skipped")["cause"])


def test_a_year_without_scores_has_no_nearest(tmp_path: Path) -> None:
    """A later year of which nothing is coded keeps its row, and no year stands in it."""
    path = write_small_eras(tmp_path)
    drawn = draw_study(open_study(path))
    one = drawn.trajectory("AA-DD", "1960-1962")
    assert one is not None
    scores, nominal = drawn.draws.scores.copy(), drawn.nominal.copy()
    scores[:, one.rows[2]], nominal[:, one.rows[2]] = np.nan, np.nan
    result = comparison_analysis(replace(drawn, nominal=nominal, draws=Draws(drawn.draws.components, scores)))
    row = only(result.to_frame("nearest"), year=1962, space="indicators", indicators="all")
    assert pd.isna(row["other_year"])
    assert pd.isna(row["beyond_noise"])
    rows = result.to_frame("differences").query("reason == 'latest against peak'")
    assert set(rows["year"]) == {1961}


@pytest.mark.slow
def test_same_seed_same_tables(tmp_path: Path) -> None:
    """Opened and drawn anew the tables are the same; another seed gives others; a saved result is that in memory."""
    path = write_small_eras(tmp_path, config=CONFIG.replace("[]", '[{ input = "weights" }]', 1))
    one, other, third = (comparison_analysis(draw_study(open_study(path, seed=seed))) for seed in (7, 7, 8))
    assert one.equals(other)
    assert not one.equals(third)
    assert TidyResult.load(one.save(tmp_path / "comparison")).equals(one)


@pytest.fixture(scope="module")
def noisy(tmp_path_factory: pytest.TempPathFactory) -> DrawnStudy:
    """Give the made-up states with draws about the certain scores."""
    drawn = draw_study(open_study(write_small_eras(tmp_path_factory.mktemp("noisy"))))
    shape = (*drawn.nominal.shape, 50)
    scores = drawn.nominal[..., np.newaxis] + np.random.default_rng(3).normal(0, 0.2, shape)
    return replace(drawn, draws=Draws(drawn.draws.components, np.clip(scores, 0, 1).astype(np.float32)))


def test_nearest_years_are_those_found_draw_by_draw(noisy: DrawnStudy) -> None:
    """A plain loop over draws finds the nearest year by pillars as often as the table says; shares sum to one."""
    later, earlier = noisy.trajectory("AA-DD", "1960-1962"), noisy.trajectory("AA-BB", "1950-1953")
    assert later is not None
    assert earlier is not None
    ones, others = (noisy.drawn_of(noisy.pillars, one).astype(float) for one in (later, earlier))
    spread = np.concatenate([ones, others], axis=1).var(axis=2).mean(axis=1) ** 0.5
    wins = np.zeros(len(earlier.years))
    for draw in range(50):
        apart = (ones[:, 1, draw][:, np.newaxis] - others[:, :, draw]) / spread[:, np.newaxis]
        wins[(apart**2).sum(axis=0).argmin()] += 1
    every = comparison_analysis(noisy).to_frame("analogues")
    found = every.query("year == 1961 and space == 'pillars' and indicators == 'all'").set_index("other_year")
    assert found["probability"].to_numpy() == pytest.approx(wins / 50)
    sums = every.groupby(["year", "space", "indicators"])["probability"].sum()
    assert sums.to_numpy() == pytest.approx(np.ones(len(sums)))


def test_ranks_follow_the_size_of_differences(noisy: DrawnStudy) -> None:
    """Of each pair and tier the first has the greatest difference, whatever its sign."""
    keys = ["year", "other_year", "reason", "tier"]
    for _, group in comparison_analysis(noisy).to_frame("differences").groupby(keys):
        assert (np.diff(group.sort_values("rank")["estimate"].abs().to_numpy()) <= 1e-6).all()


def test_an_estimate_outside_its_interval_is_marked(noisy: DrawnStudy) -> None:
    """The mark says what the row's own numbers say; scores of 0 and 100 lie outside draws that cannot go beyond."""
    rows = comparison_analysis(noisy).to_frame("eras")
    own = (rows["estimate"] < rows["lower"] - 1e-4) | (rows["estimate"] > rows["upper"] + 1e-4)
    assert (rows["outside"] == own).all()
    assert rows["outside"].any()


@pytest.fixture(scope="module")
def uneven(tmp_path_factory: pytest.TempPathFactory) -> TidyResult:
    """Give the comparison of eras of which only the earlier has talks, which stand at nothing in its first year."""
    config = CONFIG.replace('id = "closeness"', 'id = "closeness"\navailability_min = 0.3')
    path = write_small_eras(tmp_path_factory.mktemp("uneven"), config=config)
    for own in sorted((path.parent / "data" / "codings").glob("*/AA-*.csv")):
        lines = own.read_text(encoding="utf-8").splitlines()
        kept = [line for line in lines if not (line.startswith("AA-DD") and ",talks," in line)]
        start = ("AA-BB,1950,talks,ann,", "AA-BB,1950,talks,bob,")
        kept = [line.replace("4,4,4", "0,0,0") if line.startswith(start) else line for line in kept]
        own.write_text("\n".join(kept) + "\n", encoding="utf-8", newline="")
    declare(path.parent / "data")
    return comparison_analysis(draw_study(open_study(path)))


def test_indicators_of_one_era_alone_are_named(uneven: TidyResult, sure: TidyResult) -> None:
    """Talks stand in the earlier era; eras of the same indicators have no such rows."""
    row = only(uneven.to_frame("composition"))
    assert (row["dyad"], row["other"], row["indicator_id"]) == ("AA-DD", "AA-BB", "talks")
    assert (row["in_later"], row["in_earlier"]) == (False, True)
    assert sure.to_frame("composition").empty
    assert sure.to_frame("common_indicators").empty


def test_the_difference_on_common_indicators_by_hand(uneven: TidyResult) -> None:
    """Talks have a third of the weight: without them the earlier era stands at 56.25, not a third of 25 lower."""
    row = only(uneven.to_frame("common_indicators"), component="closeness")
    assert row["estimate"] == pytest.approx(100 / 3 - 56.25)
    assert row["with_all"] == pytest.approx(100 / 3 - 56.25 + 25 / 3)
    assert (row["change"], row["change_lower"], row["change_upper"]) == pytest.approx((-25 / 3,) * 3)
    assert (row["below"], row["n_indicators"]) == (1.0, 3)


def test_the_text_names_them(uneven: TidyResult) -> None:
    """Beside the comparison: what differs, and the difference without it."""
    text = " ".join(render_comparison(uneven).split())
    assert "talks in the earlier era alone. On the 3 common indicators the difference is -22.9 [-22.9 to -22.9]" in text
