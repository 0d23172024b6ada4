"""What a page takes along: every coding with its evidence, scores under each set of coders, nothing but JSON."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from alliance_metrics.explorer.data import ExplorerData, coder_sets, explorer_data
from alliance_metrics.study.drawn_study import DrawnStudy
from alliance_metrics.study.study import open_study
from tests.small_alliance import SCORES, write_small_alliance
from tests.small_record import open_variant


@pytest.fixture(scope="module")
def small_data(tmp_path_factory: pytest.TempPathFactory) -> ExplorerData:
    """Give what the page of the made-up alliance takes along."""
    return explorer_data(open_study(write_small_alliance(tmp_path_factory.mktemp("small"))))


def test_scores_of_each_set_of_coders(small_data: ExplorerData) -> None:
    """Talks of 1951: 3 and 4 of 4 levels, 3.5 together; as shares .875, .75 and 1."""
    assert small_data.facts["coder_sets"] == [[0, 1], [0], [1]]
    assert small_data.arrays["leaves"][:, 0, 1].tolist() == [0.875, 0.75, 1.0]
    assert small_data.arrays["levels"][:, 0, 1].tolist() == [3.5, 3.0, 4.0]
    assert small_data.arrays["there"].all()


def test_every_coding_is_there_with_what_it_cites(small_data: ExplorerData) -> None:
    """Forty cells of two coders; those of 1950 cite an event and a series of figures with its source."""
    codings = small_data.facts["codings"]
    rows = codings["rows"]
    assert {len(column) for column in rows.values()} == {40}
    assert sum(rows["score"]) == sum(sum(own) for coder in SCORES.values() for own in coder.values())
    entries = [codings["evidence"][one] for one in rows["cited"][rows["unit"].index(0)]]
    assert [entry["id"] for entry in entries] == ["handshake", "series:trade_total"]
    assert entries[0]["status"] == "verified"
    assert entries[1]["figures"][0]["value"] == 12.5
    assert small_data.facts["sources"]["chronicle"]["title"] == "A made-up chronicle"


def test_evidence_nobody_cites_stays_out(small_data: ExplorerData) -> None:
    """The page carries the three rows that are cited."""
    assert sorted(entry["id"] for entry in small_data.facts["codings"]["evidence"]) == [
        "handshake",
        "rumour",
        "series:trade_total",
    ]


def test_every_cited_row_is_there(record_drawn: DrawnStudy) -> None:
    """No id is cited that has no row of evidence, every row has its source, and every coding is taken along."""
    facts = explorer_data(record_drawn.study).facts
    bare = [entry["id"] for entry in facts["codings"]["evidence"] if len(entry) == 1]
    named = {entry["source"] for entry in facts["codings"]["evidence"] if "source" in entry}
    assert bare == []
    assert named == {"chronicle", "annals"}
    assert named <= set(facts["sources"])
    assert len(facts["codings"]["rows"]["unit"]) == 105 * 13 * 3


def test_facts_are_plain_json(small_data: ExplorerData) -> None:
    """They are written and read back without a loss, and hold no number that JSON has not."""
    text = json.dumps(small_data.facts, allow_nan=False)
    assert json.loads(text) == json.loads(json.dumps(small_data.facts))


def test_levels_are_described(small_data: ExplorerData) -> None:
    """Each indicator has its name, its question and a descriptor for each level."""
    talks = small_data.facts["indicators"]["talks"]
    assert (talks["name"], talks["question"], talks["levels"]["3"]) == ("Talks", "How often do they talk?", "Level 3")


def test_draws_may_be_fewer(tmp_path: Path) -> None:
    """A page takes no more draws than there are."""
    study = open_study(write_small_alliance(tmp_path), draws=20)
    found = explorer_data(study)
    assert found.arrays["draws"].shape[-1] == found.facts["draws"]["count"] == 20


@pytest.mark.parametrize(("count", "alone", "expected"), [(1, False, 1), (3, False, 7), (3, True, 1), (6, False, 13)])
def test_sets_of_coders(count: int, alone: bool, expected: int) -> None:
    """All sets of few coders; of many all, all but one and each alone; with the model all together."""
    sets = coder_sets(count, alone=alone)
    assert len(sets) == len(set(sets)) == expected
    assert sets[0] == tuple(range(count))


@pytest.mark.slow
def test_the_model_of_coders_is_not_fitted_anew(tmp_path: Path) -> None:
    """With the model coders cannot be chosen and facets not set, since either would need another fit."""
    path = write_small_alliance(tmp_path)
    facet = '{ name = "a", column = "arena", one = "core", other = "periphery" }'
    more = f'[coding]\ncombine = "model"\n[analysis]\nfacets = [{facet}]\n'
    path.write_text(path.read_text(encoding="utf-8") + more, encoding="utf-8", newline="")
    facts = explorer_data(open_study(path)).facts
    assert (facts["coder_sets"], facts["facets"]) == ([[0, 1]], {})


@pytest.mark.slow
@pytest.mark.parametrize("name", ["doubtful", "open", "alike", "ann"])
def test_other_configurations_can_be_explored(record: Path, name: str) -> None:
    """Whatever is drawn, left out or weighted, the draws of a page give scores on the scale."""
    found = explorer_data(open_variant(record, name, draws=40))
    scores = found.shipped.scores()
    assert np.nanmin(scores) >= 0.0
    assert np.nanmax(scores) <= 1.0
    assert found.published.estimate.shape == (4, 105)
