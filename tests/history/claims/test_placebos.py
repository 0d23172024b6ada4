"""Placebos: which components take a claim's place, and when its verdict says no more than theirs."""

from __future__ import annotations

from pathlib import Path

import pytest

from alliance_metrics.history.claims.analysis import claims_analysis
from alliance_metrics.history.claims.file_model import parse_claims
from alliance_metrics.history.claims.placebos import substitutes, weighed
from alliance_metrics.history.claims.verdicts import Judgement, Thresholds
from alliance_metrics.study.drawn_study import DrawnStudy, draw_study
from alliance_metrics.study.study import open_study
from tests.history.claims.test_analysis import declared
from tests.small_alliance import write_small_alliance

NAN = float("nan")


@pytest.fixture(scope="module")
def alliance(tmp_path_factory: pytest.TempPathFactory) -> DrawnStudy:
    """Give a made-up alliance: trust (talks, secrets) and gain (trade; friends)."""
    return draw_study(open_study(write_small_alliance(tmp_path_factory.mktemp("small")), draws=100))


def judgement(verdict: str) -> Judgement:
    """Give a bare verdict."""
    return Judgement("x", None, NAN, NAN, verdict, "")


@pytest.mark.parametrize(
    ("own", "placebos", "verdict", "counts"),
    [
        ("supported", ["supported", "undecided"], "not discriminating", (2, 1)),
        ("supported", ["supported", "undecided", "leaning"], "supported", (3, 1)),
        ("supported", ["leaning", "leaning"], "supported", (2, 0)),
        ("leaning", ["supported", "contradicted"], "not discriminating", (2, 1)),
        ("leaning", ["leaning", "", ""], "not discriminating", (1, 1)),
        ("undecided", ["undecided", "undecided"], "undecided", (2, 0)),
        ("contradicted", ["contradicted"], "contradicted", (1, 0)),
        ("supported", ["", ""], "supported", (0, 0)),
        ("supported", [], "supported", (0, 0)),
    ],
)
def test_half_of_the_placebos_take_a_verdict(
    own: str, placebos: list[str], verdict: str, counts: tuple[int, int]
) -> None:
    """The same verdict or a firmer one, of those that could be judged; verdicts against a claim stay."""
    found, *counted = weighed(judgement(own), [judgement(one) for one in placebos], Thresholds())
    assert found.verdict == verdict
    assert tuple(counted) == counts
    lost = verdict == "not discriminating"
    assert found.reason == (f"{own}, as are {counts[1]} of {counts[0]} placebos" if lost else "")


def test_the_share_of_placebos_comes_from_the_file() -> None:
    """One of three is enough where the file says a third."""
    three = [judgement(one) for one in ("supported", "undecided", "undecided")]
    assert weighed(judgement("supported"), three, Thresholds(placebos=0.3))[0].verdict == "not discriminating"


def substituted(alliance: DrawnStudy, **claim: object) -> list[tuple]:
    """Give what takes the claim's place, with what it is set against."""
    (one,) = declared(claim).claim
    return [(found.id, found.component, getattr(found, "gated", None)) for found in substitutes(alliance, one)]


def test_every_other_component_of_a_tier_takes_the_place(alliance: DrawnStudy) -> None:
    """Parts of the claim's own are none; where a substitute is part of what is gated, the two change places."""
    gate = {"kind": "gate_above", "component": "trust", "gated": ["gain"]}
    assert substituted(alliance, **gate) == []
    assert substituted(alliance, **gate, placebo_over="dimension") == [
        ("c1~gain.goods", ("gain.goods",), ("trust",)),
        ("c1~gain.others", ("gain.others",), ("trust",)),
    ]
    (pillar,) = substituted(alliance, **{**gate, "component": "gain.goods", "gated": ["trust"]}, placebo_over="pillar")
    assert pillar == ("c1~trust", ("trust",), ("gain.goods",))


def test_the_place_of_the_other_is_taken_too(alliance: DrawnStudy) -> None:
    """The same for `other` and `among`; the index keeps its place, since everything is a part of it."""
    before = {"kind": "falls_before", "component": "trust", "placebo_over": "pillar"}
    (found,) = substitutes(alliance, declared({**before, "other": {"component": "gain.goods"}}).claim[0])
    assert (found.component, found.other.component) == (("gain",), ("trust",))
    (found,) = substitutes(alliance, declared({**before, "other": {"component": "index"}}).claim[0])
    assert found.other.component == ("index",)
    first = {"kind": "first_to_fall", "component": "trust", "among": ["trust", "gain"], "placebo_over": "dimension"}
    goods, others = substitutes(alliance, declared(first).claim[0])
    assert (goods.component, goods.among, others.among) == (("gain.goods",), ("trust",), ("trust",))


def test_a_claim_that_holds_of_everything_does_not_discriminate(alliance: DrawnStudy) -> None:
    """Secrets and belief fall as talks do: tables count placebos, by tier or id, and no surprise is marked."""
    falls = {"kind": "falls", "component": "talks", "years": [1950, 1953]}
    result = claims_analysis(
        alliance,
        declared(
            {**falls, "placebo_over": "indicator"},
            {**falls, "component": "secrets", "side": "rival", "placebos": ["c3", "c4"]},
            {**falls, "component": "trade", "near_tautology": True},
            falls,
        ),
    )
    table = result.to_frame("claims").set_index("id")
    assert table["verdict"].to_dict() == {
        "c1": "not discriminating",
        "c2": "not discriminating",
        "c3": "contradicted",
        "c4": "supported",
    }
    assert table.loc["c2", ["placebos", "placebos_alike", "reason", "surprise"]].tolist() == [
        2,
        1,
        "supported, as are 1 of 2 placebos",
        "",
    ]
    assert table.loc["c3", "surprise"] == "surprise"
    assert table["placebos"].isna().to_dict() == {"c1": False, "c2": False, "c3": True, "c4": True}
    placebos = result.to_frame("placebos")
    assert placebos[placebos["id"] == "c2"]["placebo"].tolist() == ["c3", "c4"]
    own = placebos[placebos["id"] == "c1"].set_index("placebo")["verdict"].to_dict()
    assert set(own) == {"secrets", "belief", "trade", "friends"}
    assert own["trade"] == "contradicted"
    essay, rival, _ = result.to_frame("rows").to_dict("records")
    assert (essay["claims"], essay["supported"], essay["contradicted"], essay["near_tautologies"]) == (2, 1, 0, 1)
    assert essay["not_discriminating"] == 1
    assert rival["not_discriminating"] == 1


def test_a_placebo_that_cannot_be_judged_is_listed_with_its_cause(alliance: DrawnStudy) -> None:
    """No facet scores of single indicators: no verdict, and not counted."""
    claim = {"kind": "above", "years": [1950, 1951], "value": 1, "component": "trust", "placebo_over": "dimension"}
    result = claims_analysis(alliance, declared({**claim, "facet": {"column": "visibility", "value": "public"}}))
    placebos = result.to_frame("placebos")
    assert placebos["verdict"].tolist() == ["", ""]
    assert placebos["reason"].str.contains("there is no index or pillar").all()
    assert result.to_frame("claims").loc[0, ["verdict", "placebos"]].tolist() == ["supported", 0]


def test_sentences_without_a_test_are_in_a_table(alliance: DrawnStudy) -> None:
    """With the rows of the essay and the reason."""
    stated = declared({"kind": "above", "years": [1950, 1951], "value": 1}).model_dump(by_alias=True, exclude_none=True)
    sentence = {"rows": ["A", "B"], "sentence": "They feel it", "reason": "no series of feeling"}
    result = claims_analysis(alliance, parse_claims({**stated, "untestable": [sentence]}, name="own.toml"))
    assert result.to_frame("untestable").to_dict("records") == [
        {"row": "A B", "sentence": "They feel it", "reason": "no series of feeling"}
    ]
    assert Path(result.kind).name == "claims"
