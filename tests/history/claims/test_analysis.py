"""The scoreboard of claims: bound to a study's names, held to slow counts over draws, whole where names are missing."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from alliance_metrics.history.claims.analysis import claims_analysis
from alliance_metrics.history.claims.file_model import ClaimsFile, parse_claims, read_claims
from alliance_metrics.results.tidy_result import TidyResult
from alliance_metrics.study.drawn_study import DrawnStudy, draw_study
from alliance_metrics.study.study import open_study
from tests.small_alliance import write_small_alliance

OWN = {"dyad": "AA-BB", "era": "1950-1953"}


@pytest.fixture(scope="module")
def alliance(tmp_path_factory: pytest.TempPathFactory) -> DrawnStudy:
    """Give another, made-up alliance."""
    return draw_study(open_study(write_small_alliance(tmp_path_factory.mktemp("small"))))


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


def test_another_alliance_has_claims_of_its_own(alliance: DrawnStudy) -> None:
    """By hand: talks 4, 3.5, 2, 0.5 of 4 and friends 2, 2.5, 2, 1.5; trust and gain in the index by 2 to 1."""
    claims = declared(
        {"kind": "peak_within", "component": "talks", "years": [1950, 1950]},
        {"kind": "falls", "component": "talks", "years": [1950, 1953], "margin": 87},
        {"kind": "above", "component": ["talks", "friends"], "years": [1950, 1950], "value": 75},
        {"kind": "contributed_most", "component": "trust", "among": ["trust", "gain"], "years": [1950, 1953]},
        {"kind": "gap_positive", "facet": {"column": "visibility", "value": "public"}, "years": [1952, 1953],
         "other": {"facet": {"column": "visibility", "value": "private"}}},
    )  # fmt: skip
    found = rows_of(claims_analysis(alliance, claims))
    assert found["c1"]["estimate"] == 1950
    assert found["c2"]["estimate"] == pytest.approx(-87.5)
    assert found["c2"]["holds"] == "yes"
    assert found["c3"]["estimate"] == pytest.approx(75.0)
    assert found["c3"]["holds"] == "no"
    # trust falls from the mean of talks (100) and secrets (62.5) to that of 12.5 and 0: 75 points, at two thirds
    assert found["c4"]["estimate"] == pytest.approx(-50.0)
    assert found["c4"]["verdict"] == "supported"
    assert found["c5"]["answer"].startswith("closeness (public) less closeness (private) is ")


def test_names_the_data_lack_are_told_and_spare_the_rest(alliance: DrawnStudy) -> None:
    """Dyad, era, component, facet, context and years, each with the nearest known name."""
    span = {"kind": "above", "years": [1950, 1951], "value": 1}
    claims = declared(
        {**span, "dyad": "AA-CC"},
        {**span, "era": "1950-1954"},
        {**span, "component": "talk"},
        {**span, "facet": {"column": "visibilty", "value": "public"}},
        {**span, "facet": {"column": "visibility", "value": "publik"}},
        {**span, "facet": {"column": "visibility", "value": "public"}, "component": "talks"},
        {"kind": "effect_grows", "component": "talks", "pressure": "storm", "condition": "trust"},
        {**span, "years": [1949, 1950]},
        span,
    )
    result = claims_analysis(alliance, claims)
    assert list(rows_of(result)) == ["c9"]
    causes = result.to_frame("skipped").set_index("step")["cause"]
    assert causes["claim c1"] == "there is no dyad 'AA-CC' (nearest known: 'AA-BB')"
    assert causes["claim c2"] == "AA-BB has no era '1950-1954' (nearest known: '1950-1953')"
    assert causes["claim c3"] == "there is no component 'talk' (nearest known: 'talks')"
    assert "'visibilty'" in causes["claim c4"]
    assert "'publik'" in causes["claim c5"]
    assert "there is no index or pillar 'talks'" in causes["claim c6"]
    assert causes["claim c7"]
    assert causes["claim c8"] == "closeness covers 1950-1953, not the whole of 1949-1950"
    rows = result.to_frame("rows")
    assert rows[["row", "side", "claims", "skipped"]].to_numpy().tolist() == [["A", "essay", 9, 8], ["B", "", 0, 0]]


def test_nothing_of_another_essay_is_judged(alliance: DrawnStudy) -> None:
    """The published claims over data that know none of their names: an empty scoreboard that says so."""
    result = claims_analysis(alliance, read_claims())
    assert result.to_frame("claims").empty
    assert len(result.to_frame("skipped")) == len(read_claims().claim)


def test_missing_draws_are_counted_apart(alliance: DrawnStudy) -> None:
    """A component without a score in some draws: the share is of the others."""
    scores = alliance.draws.scores.copy()
    scores[alliance.place("talks"), 0, :100] = np.nan
    holed = DrawnStudy(
        alliance.study, alliance.nominal, type(alliance.draws)(alliance.draws.components, scores), alliance.trajectories
    )
    claims = declared({"kind": "falls", "component": "talks", "years": [1950, 1953]})
    row = rows_of(claims_analysis(holed, claims))["c1"]
    assert row["undefined"] == pytest.approx(100 / 500)
    assert row["share"] == 1.0


def test_thresholds_come_from_the_file(alliance: DrawnStudy) -> None:
    """What is contradicted at the usual thresholds is undecided at stricter ones."""
    claim = {"kind": "peak_within", "component": "secrets", "years": [1950, 1950]}
    share = rows_of(claims_analysis(alliance, declared(claim)))["c1"]["share"]
    assert 0.05 < share < 0.95
    strict = {"supported": max(share, 1 - share), "leaning": max(share, 1 - share)}
    verdict = rows_of(claims_analysis(alliance, declared(claim, verdicts=strict)))["c1"]["verdict"]
    assert verdict == ("supported" if share > 0.5 else "contradicted")


def test_the_same_bytes_come_twice(alliance: DrawnStudy, tmp_path: Path) -> None:
    """Saved in two folders, every file is the same, and what is loaded is what was saved."""
    claims = declared(
        {"kind": "peak_within", "component": "talks", "years": [1950, 1950]},
        {"kind": "moves_with", "component": "talks", "other": {"component": "secrets"}},
    )
    results = [claims_analysis(alliance, claims) for _ in range(2)]
    for number, result in enumerate(results):
        result.save(tmp_path / str(number))
    names = sorted(path.name for path in (tmp_path / "0").iterdir())
    assert names == ["claims.csv", "placebos.csv", "result.json", "rows.csv", "skipped.csv", "untestable.csv"]
    assert all((tmp_path / "0" / name).read_bytes() == (tmp_path / "1" / name).read_bytes() for name in names)
    assert TidyResult.load(tmp_path / "0").equals(results[0])
    assert results[0].record["claims"]["claim"][0]["kind"] == "peak_within"


def test_the_whole_and_what_does_not_count_have_no_part_in_a_change(alliance: DrawnStudy) -> None:
    """The index is no part beside its pillars, and a diagnostic indicator has no weight: told, and the rest judged."""
    change = {"kind": "contributed_most", "years": [1950, 1953]}
    result = claims_analysis(
        alliance,
        declared(
            {**change, "component": "index", "among": ["gain", "trust"]},
            {**change, "component": "belief", "among": ["gain"]},
            {**change, "component": "trust", "among": ["gain"]},
        ),
    )
    causes = result.to_frame("skipped").set_index("step")["cause"].to_dict()
    assert causes == {
        "claim c1": "'closeness' has no weight in the index: it is the whole, or does not count",
        "claim c2": "'belief' has no weight in the index: it is the whole, or does not count",
    }
    assert list(rows_of(result)) == ["c3"]


@pytest.mark.parametrize(
    "claim",
    [
        {"kind": "gap_positive", "other": {}, "years": [1950, 1951]},
        {"kind": "gap_positive", "other": {"component": "closeness"}, "years": [1950, 1951]},
        {"kind": "higher_than", "other": {}, "years": [1950, 1951]},
        {"kind": "stays_above", "other": {}, "years": [1950, 1951]},
        {"kind": "moves_with", "other": {}},
        {"kind": "leads", "other": {}, "most_lag": 1},
        {"kind": "falls_before", "other": {}},
        {"kind": "gate_above", "component": "trust", "gated": ["trust", "gain"]},
        {"kind": "most_similar_within", "component": "trust", "other": {}, "year": 1950, "years": [1950, 1951]},
    ],
    ids=lambda claim: claim["kind"],
)
def test_nothing_is_set_against_itself(alliance: DrawnStudy, claim: dict) -> None:
    """Such a claim could not come out otherwise, so it has no verdict."""
    (cause,) = claims_analysis(alliance, declared(claim)).to_frame("skipped")["cause"]
    assert cause == "it sets a series against itself"


def test_other_years_of_the_same_series_may_be_set_against_it(alliance: DrawnStudy) -> None:
    """A series may exceed itself in other years."""
    claim = {"kind": "higher_than", "other": {"years": [1952, 1953]}, "years": [1950, 1951], "component": "trust"}
    assert rows_of(claims_analysis(alliance, declared(claim)))["c1"]["holds"] == "yes"


def test_shares_are_counts_over_the_draws(alliance: DrawnStudy) -> None:
    """A peak and a fall, counted one draw at a time; verdicts on essay and rival that fail or hold are surprises."""
    claims = declared(
        {"kind": "peak_within", "component": "secrets", "years": [1950, 1950]},
        {"kind": "rises", "component": "talks", "years": [1950, 1953]},
        {"kind": "falls", "component": "talks", "years": [1950, 1953], "side": "rival"},
    )
    found = rows_of(claims_analysis(alliance, claims))
    secrets = np.round(100 * alliance.drawn_of(("secrets",), alliance.trajectories[0])[0].astype(float), 4)
    peaks = sum(levels[0] > max(levels[1:]) for levels in secrets.T.tolist())
    assert found["c1"]["share"] == pytest.approx(peaks / 500)
    assert (found["c2"]["verdict"], found["c2"]["surprise"]) == ("contradicted", "surprise")
    assert (found["c3"]["verdict"], found["c3"]["surprise"]) == ("supported", "surprise")


@pytest.mark.parametrize("kind", ["moves_with", "leads"])
def test_a_part_is_not_said_to_change_with_its_whole(alliance: DrawnStudy, kind: str) -> None:
    """Tests compare unconnected series, and a part moves its whole; either way round."""
    claims = declared(
        {"kind": kind, "component": "talks", "other": {"component": "index"}},
        {"kind": kind, "component": ["trust", "gain"], "other": {"component": "talks"}},
        {"kind": kind, "component": "talks", "other": {"component": "gain"}},
    )
    causes = claims_analysis(alliance, claims).to_frame("skipped").set_index("step")["cause"]
    assert causes["claim c1"] == "'talks' is a part of 'closeness', and moves it"
    assert causes["claim c2"] == "'talks' is a part of 'trust', and moves it"
    assert "part" not in causes.get("claim c3", "")
