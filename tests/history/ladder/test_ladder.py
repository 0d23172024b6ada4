"""Reference pairs are scored and not analysed, and a year is placed beside theirs on what both have."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from alliance_metrics import declare
from alliance_metrics.commands.cli import main
from alliance_metrics.errors import ConfigError
from alliance_metrics.history.analyses import analyse_study
from alliance_metrics.history.ladder.analysis import place_study
from alliance_metrics.report.text.ladder import render_ladder
from alliance_metrics.report.text.terminal import render_score_card
from alliance_metrics.results.tidy_result import TidyResult
from alliance_metrics.study.drawn_study import draw_study
from alliance_metrics.study.score import score_study
from alliance_metrics.study.study import Study, open_study
from tests.small_eras import CONFIG, write_small_eras

UNCERTAIN = CONFIG.replace("inputs = []", 'inputs = [{ input = "weights" }]').replace(
    'id = "closeness"', 'id = "closeness"\navailability_min = 0.5'
)


def write_with_references(folder: Path, *references: str, config: str = UNCERTAIN) -> Path:
    """Write the made-up eras with some pairs as reference pairs; `secrets` of AA-CC is not coded."""
    path = write_small_eras(folder, config=config)
    data = folder / "data"
    descriptor = json.loads((data / "datapackage.json").read_text(encoding="utf-8"))
    fields = next(one for one in descriptor["resources"] if one["name"] == "dyads")["schema"]["fields"]
    if "role" not in {one["name"] for one in fields}:
        fields.append(
            {"name": "role", "type": "string", "constraints": {"required": True, "enum": ["subject", "reference"]}}
        )
    (data / "datapackage.json").write_text(json.dumps(descriptor), encoding="utf-8")
    head, *rows = (data / "dyads.csv").read_text(encoding="utf-8").splitlines()
    roles = ["reference" if row.partition(",")[0] in references else "subject" for row in rows]
    lines = [f"{head},role", *(f"{row},{role}" for row, role in zip(rows, roles, strict=True))]
    (data / "dyads.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    for file in data.glob("codings/*/AA-CC_*.csv"):
        kept = [line for line in file.read_text(encoding="utf-8").splitlines() if ",secrets," not in line]
        file.write_text("\n".join(kept) + "\n", encoding="utf-8")
    declare(data)
    return path


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    """Give a study with two reference pairs."""
    return open_study(write_with_references(tmp_path_factory.mktemp("ladder"), "AA-CC", "BB-CC"))


@pytest.fixture(scope="module")
def placed(study: Study) -> TidyResult:
    """Place AA-BB 1951, level 3 throughout: 75 points."""
    return place_study(study, "BB-AA", 1951)


@pytest.mark.slow
def test_reference_pairs_are_scored_and_not_analysed(study: Study) -> None:
    """They stand in the scores and among no trajectories; the configuration can call one in."""
    assert set(score_study(study).scores["dyad"]) == {"AA-BB", "AA-CC", "BB-CC", "AA-DD"}
    assert [one.unit for one in draw_study(study).trajectories] == ["AA-BB", "AA-DD"]
    facets = analyse_study(study, kinds=("turning_points",))["turning_points"].to_frame("breaks")
    assert not set(facets["dyad"]) & {"AA-CC", "BB-CC"}


def test_a_configuration_calls_a_reference_pair_in(tmp_path: Path) -> None:
    """By any of its names."""
    config = UNCERTAIN.replace("[analysis]", '[analysis]\nreferences = ["CC-AA"]')
    called = open_study(write_with_references(tmp_path, "AA-CC", "BB-CC", config=config))
    assert [one.unit for one in draw_study(called).trajectories] == ["AA-BB", "AA-CC", "AA-DD"]


def test_a_year_is_compared_with_every_reference_year(placed: TidyResult) -> None:
    """AA-CC has levels 1, 3, 2, 0, BB-CC 2, 3, 4: scores are 25 points a level, and order follows."""
    index = placed.to_frame("ladder").query("component == 'closeness'").set_index(["other", "other_year"])
    assert (index["estimate"] == 75).all()
    assert index["other_estimate"].to_dict() == {
        ("AA-CC", 1950): 25,
        ("AA-CC", 1951): 75,
        ("AA-CC", 1952): 50,
        ("AA-CC", 1953): 0,
        ("BB-CC", 1950): 50,
        ("BB-CC", 1951): 75,
        ("BB-CC", 1952): 100,
    }
    assert (index["above"] == (index["estimate"] > index["other_estimate"])).all()
    assert (index["below"] == (index["estimate"] < index["other_estimate"])).all()


def test_only_indicators_that_both_have_count(placed: TidyResult) -> None:
    """AA-CC lacks one of the four indicators that count."""
    counts = placed.to_frame("ladder").groupby("other")["n_indicators"].unique()
    assert {other: numbers.tolist() for other, numbers in counts.items()} == {"AA-CC": [3], "BB-CC": [4]}


def test_scores_on_all_indicators_are_those_of_the_study(study: Study) -> None:
    """A year and a reference year with every indicator have the scores and intervals of the score card."""
    rows = place_study(study, "AA-DD", 1960).to_frame("ladder").query("other == 'BB-CC' and other_year == 1951")
    card = score_study(study).scores
    own = card.query("dyad == 'AA-DD' and year == 1960").set_index("component")
    other = card.query("dyad == 'BB-CC' and year == 1951").set_index("component")
    for row in rows.to_dict("records"):
        name = row["component"]
        assert row["estimate"] == pytest.approx(own.loc[name, "estimate"])
        assert row["other_estimate"] == pytest.approx(other.loc[name, "estimate"])
        np.testing.assert_allclose([row["lower"], row["upper"]], own.loc[name, ["lower", "upper"]].tolist(), atol=1e-3)


def test_the_text_places_the_year_between_pairs(placed: TidyResult) -> None:
    """BB-CC has a mean of 75, so that the year stands above it in the list; AA-CC comes last."""
    lines = render_ladder(placed).splitlines()
    assert lines[0] == "AA-BB 1951 beside reference pairs"
    start = lines.index("closeness")
    assert [line.split()[0] for line in lines[start + 1 : start + 4]] == [">", "BB-CC", "AA-CC"]


def test_the_score_card_names_the_neighbours(study: Study) -> None:
    """The latest year of AA-BB has the score 0, as AA-CC 1953 has; the next above is AA-CC 1950."""
    text = render_score_card(score_study(study))
    assert "7 dyad-years, 7 of reference pairs" in text
    assert "AA-CC 1950-1953" not in text.splitlines()
    assert (
        "1953 against reference pairs: below AA-CC 1950 (25.0) in 100% of draws and above AA-CC 1953 (0.0) in 0%"
        in text
    )


@pytest.mark.slow
def test_the_command_prints_and_saves(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`place` takes a pair and a year, and writes a result that loads."""
    config = str(write_with_references(tmp_path, "BB-CC"))
    assert main(["place", "AA-BB", "1951", "--config", config, "--out", str(tmp_path / "out")]) == 0
    assert "beside reference pairs" in capsys.readouterr().out
    assert TidyResult.load(tmp_path / "out").kind == "ladder"


@pytest.mark.parametrize(
    ("asked", "what"), [(("AA-ZZ", 1951), "unknown dyad.*AA-BB"), (("AA-BB", 1999), "no score of 'AA-BB' in this year")]
)
def test_what_is_not_there_is_refused(study: Study, asked: tuple[str, int], what: str) -> None:
    """An unknown pair, and a year without a score."""
    with pytest.raises(ConfigError, match=f"(?s){what}"):
        place_study(study, *asked)


def test_without_reference_pairs_there_is_no_ladder(eras_study: Study) -> None:
    """Data without the role are told apart from a name that is wrong."""
    with pytest.raises(ConfigError, match="no reference pair"):
        place_study(eras_study, "AA-BB", 1951)
