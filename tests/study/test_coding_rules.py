"""The coding rules of a package whose codings say what each score rests on: refused, warned of, or let pass."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from alliance_metrics import declare, score
from alliance_metrics.commands.cli import main
from alliance_metrics.errors import ConfigError, DataError, Fault
from alliance_metrics.study.study import check, open_study
from tests.small_alliance import write_small_alliance

pytestmark = pytest.mark.slow

ANN = "codings/ann/AA-BB_1950_1953.csv"
HIDDEN = "a public indicator cites only events that are not public"
LATE = "a state changes on facts of July to December of the same year alone"
SHEET = "a sheet is not finished"


def edit(data: Path, name: str, change: Any) -> None:
    """Read a table as text, change it, and write it back."""
    frame = pd.read_csv(data / name, dtype=str, keep_default_na=False)
    changed = change(frame)
    (frame if changed is None else changed).to_csv(data / name, index=False, lineterminator="\n")


def add_basis(frame: pd.DataFrame) -> None:
    """Say of cells that cite something that they are direct, and of the others that they are carried."""
    frame.insert(7, "basis", ["direct" if cited else "carried" for cited in frame["evidence_ids"]])


def add_timing(frame: pd.DataFrame) -> None:
    """Let indicators take the state of the year, but for `trade`."""
    frame.insert(6, "timing", ["flow" if name == "trade" else "state" for name in frame["indicator_id"]])


def write_ruled(folder: Path, **properties: object) -> Path:
    """Write the made-up alliance with a basis and timing, and properties of its descriptor; give its data."""
    data = write_small_alliance(folder).parent / "data"
    edit(data, "codebook/indicators.csv", add_timing)
    for path in (data / "codings").rglob("*.csv"):
        edit(data, path.relative_to(data).as_posix(), add_basis)
    describe(data, **properties)
    declare(data)
    return data


def describe(data: Path, **properties: object) -> None:
    """Set properties of a descriptor."""
    path = data / "datapackage.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **properties}), encoding="utf-8")


@pytest.fixture
def ruled(tmp_path: Path) -> Path:
    """Give the data of the made-up alliance under the coding rules."""
    return write_ruled(tmp_path)


def spoiled(data: Path, line: int, cells: Mapping[str, str], file: str = ANN) -> list[Fault]:
    """Change cells of a line of a file; give the faults."""

    def change(frame: pd.DataFrame) -> None:
        frame.loc[line - 2, list(cells)] = list(cells.values())

    edit(data, file, change)
    declare(data)
    return check(data.parent / "small.toml").faults


def warned(data: Path) -> list[Fault]:
    """Declare and check data without a fault; give the warnings."""
    declare(data)
    found = check(data.parent / "small.toml")
    assert found.faults == []
    return found.warnings


def test_columns_that_a_package_may_have_are_declared(ruled: Path) -> None:
    """`declare` knows basis and timing with their words, and the package is then read and scored."""
    resources = json.loads((ruled / "datapackage.json").read_text())["resources"]
    fields = {one["path"]: {field["name"]: field for field in one["schema"]["fields"]} for one in resources}
    assert fields[ANN]["basis"]["constraints"]["enum"] == ["direct", "carried", "inferred", "recalled"]
    assert fields["codebook/indicators.csv"]["timing"]["constraints"] == {"required": True, "enum": ["state", "flow"]}
    assert check(ruled.parent / "small.toml").faults == []


REFUSED = {
    "score_without_basis": (2, {"basis": ""}, "basis", "a score has no basis"),
    "basis_without_score": (4, {"score": "", "low": "", "high": ""}, "basis", "a cell without a score has a basis"),
    "direct_without_evidence": (2, {"evidence_ids": ""}, "evidence_ids", "a score is 'direct' and cites nothing"),
    "evidence_of_a_later_year": (3, {"evidence_ids": "handshake rumour"}, "evidence_ids", "evidence of a later year"),
    "missing_score_without_note": (
        5,
        {"score": "", "low": "", "high": "", "basis": "", "note": "", "evidence_ids": "rumour"},
        "low+score+high",
        "a missing score has no reason",
    ),
    "unknown_basis": (2, {"basis": "guessed"}, "basis", "not one of the allowed values"),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", REFUSED)
def test_a_cell_that_breaks_a_rule_is_refused(ruled: Path, name: str) -> None:
    """One fault, in its line and column; scoring refuses the data as well."""
    line, cells, column, what = REFUSED[name]
    faults = spoiled(ruled, line, cells)
    assert [(one.where, one.line, one.column, one.what) for one in faults] == [(ANN, line, column, what)]
    assert faults[0].remedy
    with pytest.raises(DataError, match=what):
        open_study(ruled.parent / "small.toml")


def test_what_is_later_is_said(ruled: Path) -> None:
    """The message names the cell, the id and its date."""
    (fault,) = spoiled(ruled, 3, {"evidence_ids": "rumour"})
    assert fault.found == "AA-BB 1951 talks ann cites 'rumour' of 1952"
    assert fault.allowed == "evidence dated up to the end of the coded year"


def test_a_series_that_begins_later_is_later_evidence(ruled: Path) -> None:
    """Figures from 1951 on are no evidence for 1950."""
    faults = spoiled(ruled, 2, {"year": "1951"}, file="evidence/series.csv")
    assert Counter(fault.what for fault in faults) == {"evidence of a later year": 10}
    assert faults[0].found == "AA-BB 1950 talks ann cites 'series:trade_total' of 1951 and after"


def test_without_a_basis_no_rule_holds(small: Path) -> None:
    """Codings of the earlier form may cite later years, and nothing is warned of."""
    data = small.parent / "data"
    assert spoiled(data, 3, {"evidence_ids": "rumour"}) == []
    assert check(small).warnings == []
    assert open_study(small).warnings == ()


def test_the_theory_under_test_is_no_evidence(tmp_path: Path) -> None:
    """Events and figures of a source declared as theory may stand in the tables, but not in codings."""
    data = write_ruled(tmp_path, theory_sources=["chronicle"])
    faults = check(data.parent / "small.toml").faults
    assert Counter(fault.what for fault in faults) == {"evidence from the theory under test": 2 * 5 * 3}
    assert faults[0].found == "AA-BB 1950 talks ann cites 'handshake', which comes from the theory under test"
    edit(data, "evidence/sources.csv", lambda frame: pd.concat([frame, frame.assign(source_id="essay")]))
    describe(data, theory_sources=["essay"])
    declare(data)
    assert check(data.parent / "small.toml").faults == []


@pytest.mark.parametrize(
    ("value", "found"), [(["chronicel"], "'chronicel' (nearest known: 'chronicle')"), ("chronicle", "not a list of")]
)
def test_theory_sources_are_known_sources(tmp_path: Path, value: object, found: str) -> None:
    """A source that is not there, or a text in place of a list, is refused at the descriptor."""
    data = write_ruled(tmp_path)
    describe(data, theory_sources=value)
    faults = check(data.parent / "small.toml").faults
    assert [found in one.found and "datapackage.json" in one.where for one in faults] == [True]


def test_public_indicators_on_private_events_are_warned_of(ruled: Path) -> None:
    """The rumour is private and is all that the public indicators cite in 1952; scoring goes on."""
    found = warned(ruled)
    assert {one.what for one in found} == {HIDDEN}
    assert [one.found for one in found if one.where == ANN] == [
        f"AA-BB 1952 {name} ann cites rumour" for name in ("talks", "trade", "friends")
    ]
    assert [one.line for one in found if one.where == ANN] == [4, 16, 20]
    assert len(open_study(ruled.parent / "small.toml").warnings) == 6


def test_a_figure_is_public_evidence(ruled: Path) -> None:
    """A public indicator that cites a yearly figure beside a private event is not warned of."""
    assert spoiled(ruled, 4, {"evidence_ids": "rumour series:trade_total"}) == []
    assert [one.line for one in warned(ruled) if one.where == ANN] == [16, 20]


def dated(data: Path, date: str) -> list[str]:
    """Date the rumour, and list the indicators of ann whose change in 1952 is warned of."""
    assert spoiled(data, 3, {"date": date, "visibility": "public"}, file="evidence/events.csv") == []
    return [one.found.split()[2] for one in warned(data) if one.what == LATE and one.where == ANN]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("1952", []),
        ("1952-06", []),
        ("1952-07", ["talks", "secrets", "belief"]),  # `friends` does not change, `trade` is a flow
        ("1952-12-31", ["talks", "secrets", "belief"]),
        ("1951-12", []),
    ],
)
def test_a_state_changes_on_facts_of_the_first_half_of_the_year(ruled: Path, date: str, expected: list[str]) -> None:
    """Facts from July on change the next year; a date without a month is not judged."""
    assert dated(ruled, date) == expected


@pytest.mark.slow
def test_an_old_fact_beside_a_late_one_explains_no_change(ruled: Path) -> None:
    """The handshake of May 1950 does not explain a change of 1952; a fact of autumn 1951 would."""
    assert spoiled(ruled, 4, {"evidence_ids": "handshake rumour"}) == []
    assert dated(ruled, "1952-09") == ["talks", "secrets", "belief"]
    assert spoiled(ruled, 2, {"date": "1951-10"}, file="evidence/events.csv")  # now too late for 1950


def test_a_sheet_half_filled_is_warned_of_and_scored(ruled: Path) -> None:
    """Rows that are blank or missing are counted by sheet; what is there is scored."""

    def halve(frame: pd.DataFrame) -> pd.DataFrame:
        frame.loc[10:, ["score", "low", "high", "basis", "evidence_ids", "note"]] = ""
        return frame.drop(index=19)

    edit(ruled, ANN, halve)
    found = [one for one in warned(ruled) if one.what == SHEET]
    assert [(one.where, one.line) for one in found] == [(ANN, 12)]
    assert found[0].found == "ann AA-BB 1950-1953: 1 row missing and 9 rows blank of 20 cells"
    assert score(ruled.parent / "small.toml", draws=5).scores["estimate"].notna().all()


@pytest.mark.slow
def test_warnings_end_with_code_zero(ruled: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`check` shows five places of each kind and their number; all of them go into a file on request."""
    config, table = str(ruled.parent / "small.toml"), tmp_path / "found.csv"
    assert main(["check", config]) == 0
    shown = capsys.readouterr().out
    assert f"warning: {HIDDEN} (6 times in 2 files)\n  {ANN}, line 4: AA-BB 1952 talks ann cites rumour\n" in shown
    assert "  ... and 1 more\n" in shown
    assert "no faults, 6 warnings." in shown
    assert main(["check", config, "--out", str(table)]) == 0
    rows = pd.read_csv(table)
    assert rows["severity"].tolist() == ["warning"] * 6
    assert rows.loc[0, ["file", "line", "what"]].tolist() == [ANN, 4, HIDDEN]
    assert main(["score", config, "--draws", "5", "--out", str(tmp_path / "result")]) == 0
    assert capsys.readouterr().out.endswith("6 warnings on the data; `check` lists them.\n")


def test_faults_go_into_the_file_as_well(ruled: Path, tmp_path: Path) -> None:
    """The file lists faults with their places, and no other file is written over."""
    spoiled(ruled, 2, {"basis": ""})
    table = tmp_path / "found.csv"
    assert main(["check", str(ruled.parent / "small.toml"), "--out", str(table)]) == 1
    assert pd.read_csv(table)[["severity", "line", "column"]].to_numpy().tolist() == [["fault", 2, "basis"]]
    assert main(["check", str(ruled.parent / "small.toml"), "--out", str(ruled / ANN)]) == 1
    assert (ruled / ANN).read_text().startswith("dyad,")


@pytest.mark.parametrize(
    ("cited", "tables"), [("", ("events",)), ("series:trade_total", ("events",)), ("", ("events", "series", "sources"))]
)
def test_rules_hold_without_events(ruled: Path, cited: str, tables: tuple[str, ...]) -> None:
    """Codings that cite figures alone, or nothing, need no table of events, or none of evidence at all."""
    for path in (ruled / "codings").rglob("*.csv"):
        held = {"evidence_ids": cited, "basis": "inferred"}
        edit(ruled, path.relative_to(ruled).as_posix(), lambda frame, held=held: frame.assign(**held))
    for name in tables:
        (ruled / "evidence" / f"{name}.csv").unlink()
    if "sources" not in tables:
        edit(ruled, "evidence/series.csv", lambda frame: frame.assign(year="1949"))
    assert warned(ruled) == []


# Grades of evidence, and filters by basis and grade.


def test_cells_are_counted_by_basis_and_grade(ruled: Path) -> None:
    """Each coder has 5 cells with a verified citation, 5 with a recalled one, 10 with none."""
    cells = score(ruled.parent / "small.toml", draws=5).to_frame("cells")
    assert list(cells.columns) == ["dyad", "era", "coder", "coder_kind", "rests_on", "basis", "cells"]
    own = cells[cells["coder"] == "ann"].set_index(["rests_on", "basis"])["cells"].to_dict()
    assert own == {("verified", "direct"): 5, ("note only", "carried"): 10, ("literature", "direct"): 5}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("filters", "years"),
    [
        ('basis = ["direct"]', {1950, 1952}),
        ('status = ["verified"]', {1950}),
        ('status = ["literature", "note only"]', {1951, 1952, 1953}),
        ('basis = ["carried"]\nstatus = ["note only"]', {1951, 1953}),
    ],
)
def test_cells_that_rest_on_something_else_are_left_out(ruled: Path, filters: str, years: set[int]) -> None:
    """Only the cells of the basis and grades named are scored; the years of the others have no score."""
    config = ruled.parent / "small.toml"
    config.write_text(f"{config.read_text()}\n[coding]\n{filters}\n", encoding="utf-8")
    scores = score(config, draws=5).scores
    assert set(scores.loc[scores["estimate"].notna(), "year"]) == years


@pytest.mark.parametrize(
    ("filters", "key", "found", "allowed"),
    [
        ('basis = ["dirct"]', "coding.basis", "'dirct' (nearest known: 'direct')", "carried, direct"),
        ('status = ["seen"]', "coding.status", "'seen'", "verified, copy, literature, note only"),
        ('basis = ["carried"]\nstatus = ["verified"]', "coding", "", "filters that leave some codings"),
    ],
)
def test_a_filter_that_means_nothing_is_refused(ruled: Path, filters: str, key: str, found: str, allowed: str) -> None:
    """Unknown words are refused with those that are known, and so are filters that leave no cell."""
    config = ruled.parent / "small.toml"
    config.write_text(f"{config.read_text()}\n[coding]\n{filters}\n", encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        open_study(config)
    (fault,) = caught.value.faults
    assert fault.column == key
    assert found in fault.found
    assert allowed in fault.allowed


def test_a_filter_by_basis_needs_a_basis(small: Path) -> None:
    """Codings that do not say what they rest on cannot be filtered by it."""
    small.write_text(f'{small.read_text()}\n[coding]\nbasis = ["direct"]\n', encoding="utf-8")
    with pytest.raises(ConfigError, match="nothing: the data have no basis"):
        open_study(small)


def test_the_package_orders_its_grades(ruled: Path) -> None:
    """The order of the words that `status` may hold is that of the grades, whatever they are called."""
    path = ruled / "datapackage.json"
    grades = ["seen", "heard", "guessed"]
    text = path.read_text().replace('["verified", "literature"]', json.dumps(grades))
    values = json.loads(text)
    for resource in values["resources"]:
        for field in resource["schema"]["fields"]:
            if field["name"] == "status":
                field["constraints"]["enum"] = grades
    path.write_text(json.dumps(values), encoding="utf-8")
    for name, status in (("events", ["heard", "guessed"]), ("series", ["seen"])):
        edit(ruled, f"evidence/{name}.csv", lambda frame, status=status: frame.assign(status=status))
    declare(ruled)
    cells = score(ruled.parent / "small.toml", draws=5).to_frame("cells")
    assert cells.groupby("rests_on")["cells"].sum().to_dict() == {"seen": 10, "guessed": 10, "note only": 20}


# Addresses.

ADDRESSES = {
    "https://archive.example.org/document/7": "",
    "https://books.example.com/books?id=7&q=alliance": "",
    "https://example.org/research?id=7": "",
    "doi:10.1000/7": "",
    "https://test.copies.example/document/7": "the address is on a host whose pages are not cited",
    "https://copies.example/document/7": "the address is on a host whose pages are not cited",
    "https://othercopies.example/document/7": "",
    "https://example.org/search?q=alliance": "the address is a page of search results",
    "https://example.org/search-results/1/alliance": "the address is a page of search results",
    "https://example.org/?s=alliance": "the address is a page of search results",
    "https://[broken/7": "the address cannot be read",
}


@pytest.mark.slow
@pytest.mark.parametrize("address", ADDRESSES)
def test_an_address_can_be_cited(tmp_path: Path, address: str) -> None:
    """Addresses on refused hosts and of search results are refused in their cell; others pass."""
    data = write_ruled(tmp_path, refused_hosts=["copies.example"])
    faults = spoiled(data, 2, {"url": address}, file="evidence/sources.csv")
    assert [one.what for one in faults] == [ADDRESSES[address]] * bool(ADDRESSES[address])
    assert all((one.where, one.line, one.column) == ("evidence/sources.csv", 2, "url") for one in faults)


def test_addresses_pass_where_no_host_is_refused(ruled: Path) -> None:
    """A package that does not list refused hosts is not held to the rule; an empty list is enough to be."""
    address = {"url": "https://example.org/search?q=alliance"}
    assert spoiled(ruled, 2, address, file="evidence/events.csv") == []
    describe(ruled, refused_hosts=[])
    assert [one.what for one in check(ruled.parent / "small.toml").faults] == [
        "the address is a page of search results"
    ]
