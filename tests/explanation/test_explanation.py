"""An explanation's tables: parts sum to the change, levels have words, codings lead to evidence and sources."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import alliance_metrics as am
from alliance_metrics import declare
from alliance_metrics.errors import ConfigError
from alliance_metrics.explanation.drawn_change import MOST_TRIED
from alliance_metrics.explanation.explanation import Explanation, explain, explain_study
from alliance_metrics.study.score import score_study
from alliance_metrics.study.study import check, open_study
from alliance_metrics.uncertainty.draws import start_run
from tests.oracles import weighted_geometric_mean
from tests.small_alliance import write_small_alliance


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Explanation:
    """Explain 1951 to 1952 of the made-up alliance."""
    return explain("AA-BB", 1952, config=write_small_alliance(tmp_path_factory.mktemp("plain")))


@pytest.fixture
def more(small: Path) -> Callable[[str], Path]:
    """Give the made-up alliance under a configuration that says a little more."""

    def written(text: str) -> Path:
        config = small.parent / "more.toml"
        config.write_text(f'extends = "small"\nname = "more"\n{text}\n', encoding="utf-8")
        return config

    return written


def without(small: Path, pattern: str, file: str = "codings/*/*.csv") -> None:
    """Leave out rows of the made-up data."""
    for path in (small.parent / "data").glob(file):
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        kept = "".join(line for line in lines if not re.search(pattern, line))
        path.write_text(kept, encoding="utf-8", newline="")
    declare(small.parent / "data")


def sums(result: Explanation, column: str = "estimate") -> list[float]:
    """Give the sum of the parts of every tier."""
    return result.to_frame("parts").groupby("tier")[column].sum().tolist()


def test_parts_are_weight_times_change(plain: Explanation) -> None:
    """By hand: talks 3.5 to 2 of 4, half of trust, two thirds of the index; trade 1.5 to 3, half of a third."""
    parts = plain.to_frame("parts").set_index("component")["estimate"]
    assert parts["talks"] == pytest.approx(-100 * 2 / 3 * 1.5 / 4 / 2)
    assert parts["secrets"] == pytest.approx(-100 * 2 / 3 * 1.5 / 4 / 2)
    assert parts["trade"] == pytest.approx(100 / 3 / 2 * 1.5 / 4)
    assert parts["friends"] == pytest.approx(-100 / 3 / 2 * 0.5 / 4)
    assert parts["trust"] == pytest.approx(-25)
    assert "belief" not in parts.index


def test_every_tier_sums_to_the_change(plain: Explanation) -> None:
    """Index, pillars, dimensions and indicators."""
    change = plain.to_frame("summary")["change"].iloc[0]
    assert change == pytest.approx(-25 + 100 / 3 / 2 * 1 / 4)
    assert sums(plain) == pytest.approx([change] * 4, abs=1e-9)


def test_parts_of_draws_have_the_interval_of_the_change(plain: Explanation) -> None:
    """The row of the index: the same draws as the summary's, up to single precision."""
    index, whole = plain.to_frame("parts").iloc[0], plain.to_frame("summary").iloc[0]
    assert index["lower"] == pytest.approx(whole["change_lower"], abs=1e-4)
    assert index["upper"] == pytest.approx(whole["change_upper"], abs=1e-4)
    assert index["fell"] == pytest.approx(whole["fell"])
    assert index["draws"] == 500


def test_a_geometric_index_is_shared_by_both_orders(more: Callable[[str], Path]) -> None:
    """Two pillars with weights 2 and 1: each part the mean of its gain before and after the other has changed."""
    result = explain("AA-BB", 1952, config=more('[index]\nacross_pillars = "geometric"'))
    scores = result.to_frame("summary").set_index("component")

    def index(trust: str, gain: str) -> float:
        values = [scores.loc["trust", trust] / 100, scores.loc["gain", gain] / 100]
        return 100 * weighted_geometric_mean(values, [2, 1])

    first = index("after", "before") - index("before", "before")
    second = index("after", "after") - index("before", "after")
    parts = result.to_frame("parts").set_index("component")["estimate"]
    assert parts["trust"] == pytest.approx((first + second) / 2)
    assert sums(result) == pytest.approx([scores["change"].iloc[0]] * 4, abs=1e-9)
    assert result.record["additive"] is False


def test_orders_are_tried_in_a_stated_number_of_draws(more: Callable[[str], Path]) -> None:
    """Many draws of the index, fewer of the parts, and the table says how many."""
    config = more('[index]\nacross_pillars = "geometric"')
    result = explain("AA-BB", 1952, config=config, draws=MOST_TRIED + 500)
    assert set(result.to_frame("parts")["draws"]) == {MOST_TRIED}
    assert result.record["draws"] == MOST_TRIED + 500


def test_a_gap_is_coverage(small: Path, more: Callable[[str], Path]) -> None:
    """Friends are not coded in 1952: what is left of gain is trade alone, and the rest of its change is coverage.

    Trade weighs 1/2 of gain before and all after, 3/4 on average; gain goes from (1.5 + 2.5) / 8 to 3 / 4.
    """
    without(small, ",1952,friends,")
    result = explain("AA-BB", 1952, config=more("[index]\navailability_min = 0.5"))
    parts = result.to_frame("parts").query("tier == 'indicator'").set_index(["component", "parent"])["estimate"]
    trade, covered = 100 / 3 * 0.75 * 1.5 / 4, parts["coverage", "gain"]
    whole = 100 / 3 * (3 / 4 - 0.5)
    assert ("coverage", "gain.others") not in parts.index
    assert parts["trade", "gain.goods"] == pytest.approx(trade)
    assert covered == pytest.approx(whole - trade)
    assert parts["friends", "gain.others"] == 0.0
    assert sums(result) == pytest.approx([result.to_frame("summary")["change"].iloc[0]] * 4, abs=1e-9)


def test_a_pillar_that_comes_in_is_coverage_of_the_index(small: Path, more: Callable[[str], Path]) -> None:
    """Trust alone in 1951, both in 1952: coverage stands in every tier below the index."""
    without(small, ",1951,(trade|friends),")
    result = explain("AA-BB", 1952, config=more("[index]\navailability_min = 0.2"))
    rows = result.to_frame("parts").query("kind == 'coverage'")
    assert rows["tier"].tolist() == ["pillar", "dimension", "indicator"]
    assert set(rows["parent"]) == {"closeness"}
    assert len(set(rows["estimate"])) == 1
    assert sums(result) == pytest.approx([result.to_frame("summary")["change"].iloc[0]] * 4, abs=1e-9)


def test_a_year_without_a_score_is_passed_over(small: Path) -> None:
    """Nothing coded in 1952: 1953 is compared with 1951, and the result says so."""
    without(small, ",1952,")
    result = explain("AA-BB", 1953, config=small)
    assert result.to_frame("summary")["since"].iloc[0] == 1951
    assert result.to_frame("skipped")["step"].tolist() == ["comparison with 1952"]
    assert sums(result) == pytest.approx([result.to_frame("summary")["change"].iloc[0]] * 4, abs=1e-9)


def test_a_year_without_a_score_that_is_asked_for_has_no_parts(small: Path) -> None:
    """The codings and the cause are there."""
    without(small, ",1952,(talks|secrets),")
    result = explain("AA-BB", 1952, since=1951, config=small)
    assert np.isnan(result.to_frame("summary")["change"].iloc[0])
    assert result.to_frame("parts").empty
    assert result.to_frame("skipped")["cause"].tolist() == [
        "the index has no score in one of the years: too little is coded"
    ]
    assert set(result.to_frame("codings")["year"]) == {1951, 1952}


def test_an_aggregation_that_compares_units_has_no_parts(more: Callable[[str], Path]) -> None:
    """Said, with levels and codings all the same."""
    result = explain("AA-BB", 1952, config=more('[index]\nacross_pillars = "copeland"'))
    assert result.to_frame("parts").empty
    assert "compares units" in result.to_frame("skipped")["cause"].iloc[0]
    assert len(result.to_frame("levels"))


def test_levels_are_told_in_the_words_of_the_codebook(plain: Explanation) -> None:
    """Talks 3.5 to 2: nearest levels 4 and 2 by rounding up; an indicator outside the index is there as such."""
    levels = plain.to_frame("levels").set_index("indicator_id")
    talks = levels.loc["talks"]
    assert (talks["before"], talks["after"], talks["change"]) == (3.5, 2.0, -1.5)
    assert (talks["words_before"], talks["words_after"]) == ("Level 4", "Level 2")
    assert (talks["least"], talks["greatest"]) == (0.0, 4.0)
    assert levels.loc["belief", "role"] == "diagnostic"


def test_what_neither_moved_nor_is_in_doubt_has_no_level(small: Path) -> None:
    """Both coders give trade 2 in both years, without a range."""
    for path in (small.parent / "data/codings").rglob("*.csv"):
        text = re.sub(r"(,195[12],trade,\w+),\d,\d,\d,", r"\1,2,2,2,", path.read_text(encoding="utf-8"))
        path.write_text(text, encoding="utf-8", newline="")
    declare(small.parent / "data")
    levels = explain("AA-BB", 1952, config=small).to_frame("levels").set_index("indicator_id")
    assert "trade" not in levels.index
    assert not levels.loc["friends", "filled_after"]
    assert levels.loc["friends", ["moved", "doubted"]].all()


def test_levels_under_another_normalisation_are_those_of_the_score_card(more: Callable[[str], Path]) -> None:
    """Scores between least and greatest say nothing of levels, so levels are drawn apart, as `score` draws them."""
    study = open_study(more('[index]\nnormalisation = "minmax"'))
    found = explain_study(study, "AA-BB", 1952).to_frame("levels").set_index("indicator_id")
    card = score_study(study).to_frame("levels").query("year == 1952").set_index("indicator_id").loc[found.index]
    assert found["after"].to_numpy() == pytest.approx(card["estimate"].to_numpy())
    assert found["after_lower"].to_numpy() == pytest.approx(card["lower"].to_numpy(), abs=1e-5)
    assert found["nearest_after"].to_numpy() == pytest.approx(card["nearest"].to_numpy())


def test_filled_cells_are_marked(small: Path, more: Callable[[str], Path]) -> None:
    """Friends of 1952 carried forward from 1951."""
    without(small, ",1952,friends,")
    result = explain("AA-BB", 1952, config=more('[treatment]\nmethod = "carry_forward"'))
    friends = result.to_frame("levels").set_index("indicator_id").loc["friends"]
    assert (friends["filled_before"], friends["filled_after"]) == (False, True)
    assert not (result.to_frame("parts")["kind"] == "coverage").any()


def test_every_coder_has_a_row_in_both_years(plain: Explanation) -> None:
    """Five indicators, two coders, two years, with what they are and wrote."""
    codings = plain.to_frame("codings")
    assert len(codings) == 20
    assert set(codings["coder_kind"]) == {"human"}
    own = codings.query("indicator_id == 'secrets' and coder == 'bob'")
    assert own[["year", "score", "low", "high"]].to_numpy().tolist() == [[1951, 3, 2, 4], [1952, 2, 1, 3]]


def test_cited_evidence_comes_with_status_and_source(plain: Explanation) -> None:
    """The rumour of 1952 and who cites it; its source leaves the place open."""
    evidence = plain.to_frame("evidence")
    assert evidence["evidence_id"].tolist() == ["rumour"]
    row = evidence.iloc[0]
    assert (row["status"], row["author"], row["source_year"], row["locator"]) == ("literature", "A. Nobody", 1960, "")
    assert (row["coders"], row["cited_years"], row["direction"]) == ("ann bob", "1952", -1)
    assert row["indicators"] == "belief friends secrets talks trade"


def test_a_series_is_given_by_its_figures(tmp_path: Path) -> None:
    """Cited in 1950: the figure of that year, with unit and place."""
    result = explain("AA-BB", 1951, config=write_small_alliance(tmp_path))
    figure = result.to_frame("evidence").set_index("kind").loc["series"]
    assert (figure["date"], figure["value"], figure["unit"], figure["locator"]) == ("1950", 12.5, "USD mn", "p. 2")
    assert figure["title"] == "trade total"


def test_events_that_no_coding_of_the_years_cites_are_listed(tmp_path: Path) -> None:
    """The rumour of 1952 is cited in 1952 alone: beside 1951 to 1953 it stands among other events."""
    result = explain("AA-BB", 1953, since=1951, config=write_small_alliance(tmp_path))
    events = result.to_frame("events")
    assert events[["evidence_id", "cited_years"]].to_numpy().tolist() == [["rumour", "1952"]]
    assert result.to_frame("evidence").empty


def test_a_study_without_evidence_is_explained(small: Path) -> None:
    """No events, no series: empty tables."""
    for name in ("events", "series"):
        without(small, r"^(?!event_id|dyad,year,measure)", f"evidence/{name}.csv")
    for path in (small.parent / "data/codings").rglob("*.csv"):
        text = re.sub(r"handshake series:trade_total|rumour", "", path.read_text(encoding="utf-8"))
        path.write_text(text, encoding="utf-8", newline="")
    declare(small.parent / "data")
    result = explain("AA-BB", 1952, config=small)
    assert result.to_frame("evidence").empty
    assert result.to_frame("events").empty


def test_a_given_run_changes_nothing(plain: Explanation, tmp_path: Path) -> None:
    """Realised once and used for two explanations."""
    study = open_study(write_small_alliance(tmp_path))
    run = start_run(study.plan, study.config.to_uncertainty())
    explain_study(study, "AA-BB", 1951, run=run)
    assert explain_study(study, "AA-BB", 1952, run=run).equals(plain)


def test_it_is_saved_and_read_back(plain: Explanation, tmp_path: Path) -> None:
    """Equal to the last digit held."""
    plain.save(tmp_path / "saved")
    assert Explanation.load(tmp_path / "saved").equals(plain)


@pytest.mark.slow
def test_seed_and_draws_are_taken(small: Path) -> None:
    """Another seed, other intervals; the estimate stays."""
    one, two = (am.explain("AA-BB", 1952, config=small, seed=seed, draws=50) for seed in (0, 1))
    pd.testing.assert_series_equal(one.to_frame("parts")["estimate"], two.to_frame("parts")["estimate"])
    assert not one.to_frame("parts")["lower"].equals(two.to_frame("parts")["lower"])
    assert (one.record["seed"], one.record["draws"]) == (0, 50)


@pytest.mark.parametrize(
    ("dyad", "year", "since", "message"),
    [
        ("aa-bc", 1952, None, "unknown dyad\n  'aa-bc' (nearest known: 'AA-BB')"),
        ("AA-BB", 1970, None, "no such year of 'AA-BB'\n  1970\n  allowed: years coded: 1950-1953"),
        ("AA-BB", 1975, 1970, "no such year of 'AA-BB'\n  1970, 1975\n"),
        ("AA-BB", 1950, None, "no earlier year of the same era has a score to compare with\n  AA-BB 1950"),
        ("AA-BB", 1951, 1953, "the later year does not come after the earlier\n  1953, 1951"),
        ("AA-BB", 1952, 1952, "the later year does not come after the earlier\n  1952, 1952"),
    ],
)
def test_what_is_not_there_is_refused(small: Path, dyad: str, year: int, since: int | None, message: str) -> None:
    """One fault, with the nearest known name or the years that are coded."""
    study = open_study(small)
    with pytest.raises(ConfigError) as caught:
        explain_study(study, dyad, year, since=since)
    assert message in str(caught.value)
    assert len(caught.value.faults) == 1


def test_a_figure_after_a_break_says_so(tmp_path: Path) -> None:
    """The figure of the year of the break, and those after it, carry its note."""
    config = write_small_alliance(tmp_path)
    table = config.parent / "data" / "evidence" / "series_breaks.csv"
    table.write_text(
        "measure,unit,year,note\ntrade_total,AA-BB,1950,new list\ntrade_total,,1951,later\n", encoding="utf-8"
    )
    declare(config.parent / "data")
    evidence = explain("AA-BB", 1951, config=config).to_frame("evidence").set_index("kind")
    assert evidence.loc["series", "description"] == "series broken in 1950: new list"


@pytest.mark.parametrize(
    ("row", "what", "found"),
    [
        ("trade_totl,,1951,x", "a break of a series that is not there", "(nearest known: 'trade_total')"),
        ("trade_total,AA-BC,1951,x", "a break of a dyad or state that is not there", "(nearest known: 'AA-BB')"),
    ],
)
def test_a_break_of_nothing_is_refused(tmp_path: Path, row: str, what: str, found: str) -> None:
    """Measure and unit of a declared break are those of the package."""
    config = write_small_alliance(tmp_path)
    table = config.parent / "data" / "evidence" / "series_breaks.csv"
    table.write_text(f"measure,unit,year,note\n{row}\n", encoding="utf-8")
    declare(config.parent / "data")
    (fault,) = check(config).faults
    assert (fault.where, fault.line, fault.what) == ("evidence/series_breaks.csv", 2, what)
    assert found in fault.found
