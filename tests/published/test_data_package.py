"""The published data are what they are said to be."""

from __future__ import annotations

import csv
import functools
import hashlib
import json
import shutil
from collections import Counter
from pathlib import Path

from frictionless import validate

from alliance_metrics import declare
from alliance_metrics.study import study
from tests.house.test_layers import ROOT

DATA = ROOT / "data"


def rows(pattern: str) -> list[dict[str, str]]:
    found = []
    for path in sorted(DATA.glob(pattern)):
        with path.open(encoding="utf-8", newline="") as file:
            found += list(csv.DictReader(file))
    return found


def test_the_referee_accepts_the_package():
    """The frictionless validator finds no error in any table."""
    report = validate(str(DATA / "datapackage.json"))
    assert report.flatten(["name", "rowNumber", "fieldName", "note"]) == []
    assert report.valid
    assert len(report.tasks) == len(list(DATA.rglob("*.csv")))


def test_the_published_data_are_declared(tmp_path):
    """The published declaration is what declaring the published files gives."""
    shutil.copytree(DATA, tmp_path / "data")
    assert declare(tmp_path / "data") == []


def test_our_own_check_finds_no_fault(monkeypatch):
    """`check` finds no fault under any published configuration; the data are read once."""
    monkeypatch.setattr(study, "read_data_package", functools.cache(study.read_data_package))
    configs = [path for path in sorted((ROOT / "configs").glob("*.toml")) if path.stem != "claims"]
    assert len(configs) > 10
    for path in configs:
        assert study.check(path).faults == [], path.stem


def test_the_counts_are_those_published():
    """33 indicators of five levels, three coders, seven subject dyad-eras and twelve reference pairs."""
    codings = rows("codings/*/*.csv")
    assert len(rows("codebook/indicators.csv")) == 33
    assert Counter(row["indicator_id"] for row in rows("codebook/levels.csv")).most_common()[-1][1] == 5
    assert Counter(row["role"] for row in rows("dyads.csv")) == {"subject": 7, "reference": 12}
    assert {row["coder"] for row in codings} == {"coder_d", "coder_e", "coder_f"}
    references = {row["dyad"] for row in rows("dyads.csv") if row["role"] == "reference"}
    assert Counter(row["dyad"] in references for row in codings) == {False: 18_513, True: 9_504}
    years = {(row["dyad"], row["year"]) for row in codings}
    assert Counter(dyad in references for dyad, _ in years) == {False: 187, True: 96}
    assert len(rows("evidence/events.csv")) == 2162
    assert len(rows("evidence/series.csv")) == 1549
    assert len(rows("evidence/sources.csv")) == 693
    assert len(rows("capabilities/coalitions.csv")) == 73


def test_every_resource_has_its_papers():
    """Each table declares bytes, digest, licence and source, and each column a type and a description."""
    package = json.loads((DATA / "datapackage.json").read_text(encoding="utf-8"))
    for resource in package["resources"]:
        content = (DATA / resource["path"]).read_bytes()
        assert resource["hash"] == "sha256:" + hashlib.sha256(content).hexdigest()
        assert resource["bytes"] == len(content)
        assert resource["licenses"]
        assert resource["sources"]
        assert all(field["type"] and field["description"] for field in resource["schema"]["fields"])
        assert resource["schema"]["primaryKey"] or resource["name"] == "evidence_changes"


def test_every_coded_cell_rests_on_something():
    """A cell cites evidence, or at least says in its note what it rests on."""
    silent = [row for row in rows("codings/*/*.csv") if not row["evidence_ids"] and not row["note"]]
    assert silent == []


def test_the_line_from_1949_has_no_gap():
    """PRC-USSR and PRC-RUS are coded in every year from 1949 to 2025, each year once."""
    coded = [row for row in rows("dyads.csv") if row["lineage"] == "china-russia"]
    years = [year for row in coded for year in range(int(row["first_year"]), int(row["last_year"]) + 1)]
    assert sorted(years) == list(range(1949, 2026))
    assert {int(row["year"]) for row in rows("codings/*/PRC-*US*.csv")} == set(years)


def test_no_evidence_rests_on_the_theory_or_cannot_be_cited():
    """No coding cites an event of the essay; an event read where nobody can cite it has no address."""
    package = json.loads((DATA / "datapackage.json").read_text(encoding="utf-8"))
    events = {row["event_id"]: row for row in rows("evidence/events.csv")}
    cited = {name for row in rows("codings/*/*.csv") for name in row["evidence_ids"].split() if name in events}
    assert package["theory_sources"]
    assert not {name for name in cited if events[name]["source_id"] in package["theory_sources"]}
    assert not [name for name, row in events.items() if row["status"] == "copy" and row["url"]]
    assert not [name for name, row in events.items() if "search-results" in row["url"]]


def test_context_stays_outside_the_index():
    """The context indicator is no indicator of the codebook, and 627 context cells are there."""
    context = rows("context/*/*.csv")
    assert len(context) == 627
    assert not {row["indicator_id"] for row in context} & {
        row["indicator_id"] for row in rows("codebook/indicators.csv")
    }


def test_sums_over_a_coalition_count_its_declared_members():
    """Twelve members in 1949, twenty-one in 1955: every sum stands for the states that the other table names."""
    spells = [
        (row["coalition"], int(row["first_year"]), int(row["last_year"] or 9999))
        for row in rows("capabilities/coalitions.csv")
    ]
    sums = [row for row in rows("capabilities/national_capabilities.csv") if row["kind"] == "coalition"]
    for row in sums:
        inside = [name for name, first, last in spells if name == row["state"] and first <= int(row["year"]) <= last]
        assert len(inside) == int(row["members"]), row
    counted = {(row["state"], row["year"]): row["members"] for row in sums}
    assert (counted["us_led", "1949"], counted["us_led", "1955"], counted["nato", "2022"]) == ("12", "21", "30")


def test_capabilities_are_of_the_states_that_are_asked_about_alone():
    """No figure of any state but those of the dyads and the leader of the coalitions, in no year outside the eras."""
    subjects = [row for row in rows("dyads.csv") if row["role"] == "subject"]
    states = {row[side] for row in subjects for side in ("state_a", "state_b")}
    figures = rows("capabilities/national_capabilities.csv")
    assert {row["state"] for row in figures if row["kind"] == "state"} == states | {"USA"}
    assert {int(row["year"]) for row in figures} == set(range(1949, 2023))
    world = {(row["year"], row["indicator"]): float(row["value"]) for row in figures if row["kind"] == "world"}
    assert all(0.99 < value < 1.02 for (_, indicator), value in world.items() if indicator == "cinc")


def test_every_claim_of_the_codebook_is_a_known_one():
    """Indicators point to claims M1-M5, T1-T14, P1-P4, Q1-Q3 of the founding essay."""
    known = {f"{letter}{n}" for letter, most in (("M", 5), ("T", 14), ("P", 4), ("Q", 3)) for n in range(1, most + 1)}
    named = {claim for row in rows("codebook/indicators.csv") for claim in row["claim_ids"].split()}
    assert named <= known


def test_one_work_has_one_id():
    """No two sources share author, year and title."""
    works = Counter((row["author"], row["year"], row["title"]) for row in rows("evidence/sources.csv"))
    outlets = {"News and web reports"}
    assert [work for work, count in works.items() if count > 1 and work[2] not in outlets] == []


def test_codings_are_the_bytes_first_deposited():
    """Codings are corrected by a new coder or a noted new version, never in place."""
    deposited = json.loads((Path(__file__).parent / "deposited_codings.json").read_text(encoding="utf-8"))
    found = {
        path.relative_to(DATA).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for folder in ("codings", "context")
        for path in sorted((DATA / folder).glob("coder_*/*.csv"))
    }
    assert found == deposited
