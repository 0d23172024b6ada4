"""The published claims judged over the published study."""

from __future__ import annotations

import warnings
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from alliance_metrics.history.claims.analysis import claims_analysis
from alliance_metrics.history.claims.binding import Binding
from alliance_metrics.history.claims.file_model import ClaimsFile, parse_claims, read_claims
from alliance_metrics.history.claims.verdicts import RECORDED
from alliance_metrics.history.facets.scores import facet_scores
from alliance_metrics.results.tidy_result import TidyResult
from alliance_metrics.study.drawn_study import DrawnStudy, draw_study
from alliance_metrics.study.study import open_study

pytestmark = pytest.mark.slow

OWN = {"dyad": "AA-BB", "era": "1950-1953"}


@pytest.fixture(scope="module")
def drawn(published_drawn: DrawnStudy) -> DrawnStudy:
    """Give the published study."""
    return published_drawn


@pytest.fixture(scope="module")
def board(published_results: dict[str, TidyResult]) -> TidyResult:
    """Give its analysis."""
    return published_results["claims"]


def declared(*claims: dict, **head: object) -> ClaimsFile:
    """Give a file of claims; what each does not say of itself is filled in."""
    filled = [
        {"id": f"c{number}", "rows": "A", "side": "essay", "statement": "So it is", **OWN, **claim}
        for number, claim in enumerate(claims, start=1)
    ]
    rows = {"A": "First", "B": "Second"}
    return parse_claims({"schema": 1, "name": "own", "rows": rows, "claim": filled, **head}, name="own.toml")


def rows_of(result: TidyResult) -> dict[str, dict]:
    """Give the rows of the scoreboard by id."""
    return {row["id"]: row for row in result.to_frame("claims").to_dict("records")}


def test_every_published_claim_is_judged(board: TidyResult) -> None:
    """One row a claim, in the order of the file; what is left out says why; a verdict for each."""
    table, skipped = board.to_frame("claims"), board.to_frame("skipped")
    left_out = {step.removeprefix("claim ") for step in skipped["step"]}
    assert list(table["id"]) == [claim.id for claim in read_claims().claim if claim.id not in left_out]
    assert len(left_out) < 5
    assert (skipped["cause"].str.len() > 10).all()
    words = {"supported", "leaning", "undecided", "leaning against", "contradicted", "not discriminating"}
    assert set(table["verdict"]) <= words
    assert (table["draws"] == 300).all()
    assert table["answer"].str.len().min() > 10
    assert not table["answer"].str.contains(r"\bnan\b|inf").any()


def test_shares_are_counts_over_the_draws(drawn: DrawnStudy, board: TidyResult) -> None:
    """A peak, a fall, a gap of facets and a tilt, counted one draw at a time."""
    found = rows_of(board)
    one = drawn.trajectory("PRC-USSR", "early-cold-war")
    years = list(one.years)
    utility = np.round(100 * drawn.drawn_of(("utility",), one)[0].astype(float), 4)
    inside = [years.index(year) for year in (1953, 1954, 1955, 1956)]
    peaks = sum(max(range(21), key=lambda t, r=r: utility[t, r]) in inside for r in range(300))
    assert found["T2.utility_peak"]["share"] == pytest.approx(peaks / 300)
    strategy = np.round(100 * drawn.drawn_of(("strategy_world",), one)[0].astype(float), 3)
    fallen = sum(strategy[years.index(1957), r] - strategy[years.index(1960), r] > 12.5 for r in range(300))
    assert found["T6.strategy_clear"]["share"] == pytest.approx(fallen / 300)
    public, private = (facet_scores(drawn, "visibility", value).scores[-1][one.rows] for value in ("public", "private"))
    late = [years.index(year) for year in range(1956, 1961)]
    gaps = [100 * float(np.mean(public[late, r] - private[late, r])) for r in range(300)]
    assert found["T7.optics"]["share"] == pytest.approx(np.mean([gap > 0 for gap in gaps]))
    assert found["T7.optics"]["lower"] == pytest.approx(np.quantile(gaps, 0.05), abs=1e-3)
    sides = [drawn.trajectory(dyad, "early-cold-war") for dyad in ("PRC-DPRK", "USSR-DPRK")]
    means = [drawn.drawn_of((drawn.index_id,), side)[0][years.index(1962) : years.index(1964) + 1] for side in sides]
    lean = 100 * (means[0].astype(float) - means[1]).mean(axis=0)
    assert found["M5.dprk_toward_beijing"]["share"] == pytest.approx((lean > 0).mean())


def test_estimates_are_those_of_the_nominal_scores(drawn: DrawnStudy, board: TidyResult) -> None:
    """A level, and the yes or no that goes with it."""
    one = drawn.trajectory("PRC-USSR", "early-cold-war")
    mean = 100 * float(drawn.nominal_of(("utility.military",), one)[0][4:8].mean())
    row = rows_of(board)["Q2.military_at_the_peak"]
    assert row["estimate"] == pytest.approx(mean, abs=1e-3)
    assert row["holds"] == ("yes" if mean > 62.5 else "no")
    assert row["measured_in"] == "points"


def test_surprises_are_claims_that_fail_and_rivals_that_hold(board: TidyResult) -> None:
    """By side and verdict, and nothing else; what is open never surprises."""
    table = board.to_frame("claims")
    marks = {
        ("essay", "contradicted"): "surprise",
        ("rival", "supported"): "surprise",
        ("essay", "leaning against"): "leans to surprise",
        ("rival", "leaning"): "leans to surprise",
    }
    expected = [marks.get(pair, "") for pair in zip(table["side"], table["verdict"], strict=True)]
    assert list(table["surprise"]) == expected


def test_a_verdict_on_a_regularity_never_rests_on_shares_alone(board: TidyResult) -> None:
    """Where chance may make as much, leads, gates and effects are undecided, and dated turns lean at most."""
    table = board.to_frame("claims")
    tested = table[table["kind"].isin(["leads", "moves_with", "gate_above", "effect_grows", "effect_positive"])]
    assert tested["p_value"].notna().all()
    assert tested["power"].between(0, 1).all()
    assert (tested.loc[tested["verdict"] == "supported", "p_value"] <= 0.05).all()
    beyond = tested["share"].ge(0.95) & tested["p_value"].gt(0.05)
    assert beyond.any()
    assert (tested.loc[beyond, "verdict"] == "undecided").all()
    dated = table[table["kind"].isin(["first_to_fall", "falls_before", "break_within"])]
    assert not (dated["p_value"].gt(0.05) & dated["verdict"].isin(["supported", "contradicted"])).any()


def test_rows_count_claims_by_side_and_verdict(board: TidyResult) -> None:
    """Each row of the essay with every side it has, counted anew."""
    claims, rows = board.to_frame("claims"), board.to_frame("rows")
    verdicts = ["supported", "leaning", "undecided", "leaning_against", "contradicted", "not_discriminating"]
    for row in rows.to_dict("records"):
        own = claims[
            claims["row"].str.split().map(lambda ids, row=row: row["row"] in ids) & (claims["side"] == row["side"])
        ]
        assert row["near_tautologies"] == own["near_tautology"].sum()
        own = own[~own["near_tautology"]]
        assert row["claims"] == len(own) == sum(row[name] for name in verdicts)
        for name in verdicts:
            assert row[name] == (own["verdict"] == name.replace("_", " ")).sum()
    assert rows["row"].nunique() == 26


@pytest.mark.parametrize("name", ["public_only", "full_uncertainty"])
def test_other_configurations_are_judged_as_far_as_they_reach(name: str) -> None:
    """Every claim about the record is judged or named as not done."""
    whole = read_claims()
    few = whole.model_copy(update={"claim": tuple(one for one in whole.claim if one.kind in RECORDED)})
    result = claims_analysis(draw_study(open_study(name, draws=10)), few)
    assert len(result.to_frame("claims")) + len(result.to_frame("skipped")) == len(few.claim)
    assert len(result.to_frame("claims")) > 60


def test_a_claim_more_moves_no_other(drawn: DrawnStudy, board: TidyResult) -> None:
    """Judged alone, claims that draw random numbers give the same row."""
    whole = read_claims()
    few = whole.model_copy(update={"claim": tuple(one for one in whole.claim if one.kind in {"leads", "break_within"})})
    alone = claims_analysis(drawn, few).to_frame("claims")
    table = board.to_frame("claims")
    kept = table[table["id"].isin(alone["id"])].reset_index(drop=True)
    pd.testing.assert_frame_equal(alone, kept)


def test_series_are_named_apart_where_claims_set_dyads_beside_one_another(drawn: DrawnStudy) -> None:
    """The same component of two eras keeps two names."""
    claim = next(one for one in read_claims().claim if one.id == "M2.thinner_bedrock_today")
    binding = Binding(drawn)
    bound = binding.bind(claim)
    assert [binding.series[name].name for name in bound.series] == [
        "ideology, PRC-USSR early-cold-war,",
        "ideology, PRC-RUS post-cold-war,",
    ]
    assert bound.arguments["other_years"] == (2013, 2025)


def test_what_pressure_is_said_to_raise_may_not_be_a_part_of_the_condition(drawn: DrawnStudy) -> None:
    """A part rises with its whole, whatever pressure does."""
    claim = {"kind": "effect_grows", "dyad": "PRC-USSR", "era": "early-cold-war", "pressure": "external_pressure"}
    claims = declared(
        {**claim, "condition": "ideology", "component": "party_channels"},
        {**claim, "condition": "ideology", "component": ["crisis_support", "ideology"]},
    )
    causes = claims_analysis(drawn, claims).to_frame("skipped")["cause"]
    assert set(causes) == {"what is raised is a part of the condition 'ideology'"}


def test_one_year_alone_gives_causes_and_no_warning(drawn: DrawnStudy) -> None:
    """Every published claim about a record of a single year is judged or told, in silence."""
    cut = tuple(replace(one, rows=one.rows[:1], years=one.years[:1]) for one in drawn.trajectories)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        result = claims_analysis(replace(drawn, trajectories=cut), read_claims())
    causes = result.to_frame("skipped").set_index("step")["cause"]
    assert causes["claim M3.ideology_first_onset"] == "a fall can be dated in 6 years or more, and there are 1"


@pytest.mark.parametrize("kind", ["moves_with", "leads"])
def test_a_part_is_not_said_to_change_with_its_whole(drawn: DrawnStudy, kind: str) -> None:
    """Chance is told from series that are apart, and a part moves its whole; either way round."""
    about = {"kind": kind, "dyad": "PRC-RUS", "era": "post-cold-war"}
    claims = declared(
        {**about, "component": "utility.personal", "other": {"component": "index"}},
        {**about, "component": ["threat", "utility"], "other": {"component": "utility.personal"}},
        {**about, "component": "utility.personal", "other": {"component": ["ideology", "threat"]}},
    )
    result = claims_analysis(drawn, claims)
    assert result.to_frame("skipped")["cause"].tolist() == [
        "'utility.personal' is a part of 'cohesion', and moves it",
        "'utility.personal' is a part of 'utility', and moves it",
    ]
    assert list(rows_of(result)) == ["c3"]


def test_a_diagnostic_beside_indicators_that_count_has_no_weight(drawn: DrawnStudy) -> None:
    """What leaders believed stands in a dimension that counts, and counts in nothing itself."""
    claim = {"kind": "contributed_most", "dyad": "PRC-USSR", "era": "early-cold-war", "years": [1953, 1969]}
    claims = declared({**claim, "component": "reliability_belief_a", "among": ["mutual_nonthreat"]})
    (cause,) = claims_analysis(drawn, claims).to_frame("skipped")["cause"]
    assert cause == "'reliability_belief_a' has no weight in the index: it is the whole, or does not count"
    assert drawn.line("reliability_belief_a") == ("reliability_belief_a",)
    assert drawn.line("media_tone") == ("media_tone", "utility.domestic", "utility", "cohesion")
