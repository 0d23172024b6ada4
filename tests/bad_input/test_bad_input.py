"""Each way of being wrong is refused, located and explained; nothing is written."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from alliance_metrics import ConfigError, DataError, declare, score
from alliance_metrics.commands.cli import main
from alliance_metrics.config.reader import read_config
from alliance_metrics.errors import AllianceMetricsError, Fault, FaultsError
from alliance_metrics.package.reader import read_data_package
from alliance_metrics.study.study import check
from tests.bad_input import cases_of_configurations, cases_of_descriptors, cases_of_tables
from tests.bad_input.case import Case
from tests.bad_input.edits import Edit
from tests.small_alliance import coding_text, write_small_alliance

ANN = "data/codings/ann/AA-BB_1950_1953.csv"
JARGON = re.compile(
    r"tagged-union|input tag|discriminator|instance of|tuple|dictionary|NoneType|object (is|has)", re.IGNORECASE
)

DECLARATIONS = (*cases_of_descriptors.CASES, *cases_of_configurations.CASES)
CASES = (*cases_of_tables.CASES, *DECLARATIONS)

each_case = pytest.mark.parametrize("case", CASES, ids=str)
each_declaration = pytest.mark.parametrize("case", DECLARATIONS, ids=str)


def listing(folder: Path) -> list[str]:
    """Name everything below a folder."""
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


def refusal(config: Path | str) -> FaultsError:
    """Give the error that scoring ends in."""
    with pytest.raises((ConfigError, DataError)) as caught:
        score(config)
    return caught.value


def assert_told_once(config: Path | str, capsys: pytest.CaptureFixture[str]) -> str:
    """Score on the command line, expect one message and nothing else; give the message."""
    before = listing(Path())
    capsys.readouterr()
    code = main(["score", str(config)])
    out, err = capsys.readouterr()
    assert code == 1
    assert out == ""
    assert "Traceback" not in err
    assert len(re.findall(r"^\w+Error: ", err, re.MULTILINE)) == 1
    assert listing(Path()) == before
    return err


def is_complete(fault: Fault) -> bool:
    """Whether a fault says where, what, what is allowed and what to do."""
    return all((fault.where, fault.what, fault.found, fault.allowed, fault.remedy))


def case_named(name: str) -> Case:
    """Give the one case of a table that has a name."""
    return next(case for case in cases_of_tables.CASES if case.name == name)


def test_each_case_has_its_own_name_and_edits() -> None:
    """A failure names one case, and no case is written twice."""
    assert len({str(case) for case in CASES}) == len(CASES)
    assert len({repr(case.each_edit) for case in CASES}) == len(CASES)


def test_an_edit_of_what_is_not_there_is_an_error(small: Path) -> None:
    """A case whose text has left the valid alliance fails, rather than spoil nothing."""
    with pytest.raises(LookupError, match=re.escape("dyads.csv: 'AA-CC' stands there 0 times, not 1")):
        Edit("data/dyads.csv", "AA-CC", "AA-BC").spoil(small.parent)


def test_the_template_is_valid(template: Path) -> None:
    """What the bad files spoil has no fault of its own."""
    assert check(template / "small.toml").faults == []


@pytest.mark.slow
@each_case
def test_bad_input_is_refused(
    case: Case, template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The fault is among those raised, where it is; `check` lists the same; the command writes nothing."""
    config = case.put_in_place(template, tmp_path)
    monkeypatch.chdir(tmp_path)
    error = refusal(config)
    expected = [fault for fault in error.faults if case.describes(fault)]
    assert expected, str(error)
    assert all(is_complete(fault) for fault in error.faults)
    alike = [fault for fault in error.faults if case.is_of_the_same_kind(fault)]
    assert not case.times or len(alike) == case.times
    listed = check(config).faults
    assert set(error.faults) <= set(listed)
    assert expected[0].what in assert_told_once(config, capsys)


@each_declaration
def test_messages_are_about_the_file(case: Case, template: Path, tmp_path: Path) -> None:
    """No message speaks of the program's own types and objects."""
    config = case.put_in_place(template, tmp_path)
    try:
        faults = tuple(read_data_package(read_config(config)[1])[1])
    except FaultsError as error:
        faults = error.faults
    told = [(str(fault.column), fault.what, fault.found, fault.allowed) for fault in faults]
    assert [texts for texts in told if JARGON.search(" ".join(texts))] == []


def test_all_faults_are_kept_and_five_shown(template: Path, tmp_path: Path) -> None:
    """Seven faults of one kind: seven in ``faults``, five in the message, and how many more."""
    case = case_named("seven_scores_out_of_range")
    error = refusal(case.put_in_place(template, tmp_path))
    alike = [fault.line for fault in error.faults if case.is_of_the_same_kind(fault)]
    paragraph = str(error).split("outside the allowed range (7 times)")[1].split("allowed:")[0]
    assert alike == [2, 3, 4, 5, 6, 7, 8]
    assert re.findall(r"line (\d)", paragraph) == ["2", "3", "4", "5", "6"]
    assert "... and 2 more" in paragraph


def test_faults_of_several_files_come_together(template: Path, tmp_path: Path) -> None:
    """One reading tells the faults of two tables, so that nobody mends and runs in turn."""
    first, second = case_named("event_direction"), case_named("score_na")
    second.put_in_place(template, tmp_path)
    first.spoil(tmp_path)
    declare(tmp_path / "data")
    faults = refusal(tmp_path / "small.toml").faults
    assert any(first.describes(fault) for fault in faults)
    assert any(second.describes(fault) for fault in faults)


def test_a_fault_of_one_table_is_not_blamed_on_another(template: Path, tmp_path: Path) -> None:
    """Where the events cannot be read, the codings that cite them are not said to be wrong."""
    case = case_named("empty_evidence")
    faults = refusal(case.put_in_place(template, tmp_path)).faults
    assert {fault.where for fault in faults} == {"evidence/events.csv"}


def test_a_cell_that_is_no_number_is_told_once(template: Path, tmp_path: Path) -> None:
    """A score of 'NA' is no number; it does not also leave the cell half empty."""
    case = case_named("score_na")
    faults = refusal(case.put_in_place(template, tmp_path)).faults
    assert [(fault.line, fault.what) for fault in faults] == [(6, "not a whole number")]


def a_folder_for_a_table(folder: Path) -> Path:
    """Put a folder where a table should be."""
    (folder / ANN).unlink()
    (folder / ANN).mkdir()
    return folder / "small.toml"


def a_folder_for_a_configuration(folder: Path) -> Path:
    """Name a folder as the configuration."""
    (folder / "folder.toml").mkdir()
    return folder / "folder.toml"


def a_file_for_the_package_folder(folder: Path) -> Path:
    """Put a file where the folder of the package should be."""
    text = (folder / "small.toml").read_text().replace("data/datapackage.json", "small.toml/datapackage.json")
    (folder / "other.toml").write_text(text)
    return folder / "other.toml"


def a_link_to_itself(folder: Path) -> Path:
    """Name a link that leads nowhere but to itself."""
    (folder / "loop.toml").symlink_to(folder / "loop.toml")
    return folder / "loop.toml"


def a_package_without_descriptor(folder: Path) -> Path:
    """Take away the descriptor."""
    (folder / "data" / "datapackage.json").unlink()
    return folder / "small.toml"


PLACES: tuple[tuple[Callable[[Path], Path | str], str, str], ...] = (
    (a_folder_for_a_table, "codings/ann/AA-BB_1950_1953.csv", "a directory where a file should be"),
    (a_folder_for_a_configuration, "folder.toml", "a directory where a file should be"),
    (a_file_for_the_package_folder, "small.toml/datapackage.json", "a directory where a file should be"),
    (a_package_without_descriptor, "data/datapackage.json", "the file is not there"),
    (a_link_to_itself, "loop.toml", ""),
    (lambda folder: folder / "nowhere.toml", "nowhere.toml", "the file is not there"),
    (lambda folder: folder / "small.toml" / "small.toml", "small.toml", "a directory where a file should be"),
    (lambda _: "small.toml\0.toml", "", ""),
    (lambda _: "b" * 300, "configuration", "no configuration of that name"),
    (lambda _: "", "configuration", "no configuration of that name"),
)


PLACE_NAMES = (
    "folder for a table",
    "folder for a configuration",
    "file for the package folder",
    "no descriptor",
    "link to itself",
    "no such configuration",
    "file for the configuration's folder",
    "name with NUL",
    "name too long",
    "name empty",
)


@pytest.mark.parametrize(("spoil", "where", "what"), PLACES, ids=PLACE_NAMES)
def test_what_is_not_a_file_is_refused(
    spoil: Callable[[Path], Path | str],
    where: str,
    what: str,
    small: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Folders, links and names in place of files give a located error like any other."""
    monkeypatch.chdir(small.parent)
    config = spoil(small.parent)
    faults = refusal(config).faults
    assert where in faults[0].where
    assert what in faults[0].what
    assert is_complete(faults[0])
    assert what in assert_told_once(config, capsys)


def test_a_misspelt_configuration_names_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    """A wrong name is answered with the nearest right one and the list of all."""
    with pytest.raises(ConfigError) as caught:
        score("equal_wieghts")
    assert "'equal_wieghts' (nearest known: 'equal_weights')" in caught.value.faults[0].found
    assert "baseline" in caught.value.faults[0].allowed
    assert main(["check", "equal_wieghts"]) == 1
    assert "equal_weights" in capsys.readouterr().err


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="the superuser may read everything")
def test_an_unreadable_package_folder_is_refused(small: Path) -> None:
    """A folder one may not enter gives our error."""
    folder = small.parent / "data"
    folder.chmod(0)
    try:
        assert "datapackage.json" in refusal(small).faults[0].where
    finally:
        folder.chmod(0o755)


@pytest.mark.parametrize("name", ["datapackage.json", "dyads.csv", "small.toml"])
def test_a_file_that_may_not_be_read_is_refused(
    name: str, small: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Permission denied on any file is told with its name and the system's reason."""
    read = Path.read_bytes

    def forbidden(path: Path) -> bytes:
        if path.name == name:
            raise PermissionError(13, "Permission denied")
        return read(path)

    monkeypatch.chdir(small.parent)
    monkeypatch.setattr(Path, "read_bytes", forbidden)
    fault = refusal(small).faults[0]
    assert name in fault.where
    assert "Permission denied" in fault.found
    assert "cannot be read" in assert_told_once(small, capsys)


def test_a_very_long_cell_is_not_called_a_broken_quote(small: Path) -> None:
    """A cell beyond the reader's limit is read, or refused for its length."""
    path = small.parent / ANN
    path.write_text(coding_text("ann").replace("made up", "x" * 140_000, 1), newline="")
    declare(small.parent / "data")
    faults = check(small).faults
    assert [fault.what for fault in faults if "quoting" in fault.what] == []


def test_two_files_of_one_name_are_not_declared(small: Path) -> None:
    """Files whose names differ in a blank alone are refused, or declared so that the package can be read."""
    header = coding_text("ann").split("\n", 1)[0] + "\n"
    for name in ("a b.csv", "a-b.csv"):
        (small.parent / "data" / "codings" / "ann" / name).write_text(header, newline="")
    try:
        declare(small.parent / "data")
    except DataError as error:
        assert "a-b" in str(error)  # noqa: PT017 - refusing is one of two right answers
        return
    assert check(small).faults == []


def test_a_table_is_declared_beside_one_without_title(tmp_path: Path) -> None:
    """A resource needs no title; a second file of its table can be declared all the same."""
    config = write_small_alliance(tmp_path)
    descriptor = tmp_path / "data" / "datapackage.json"
    values = json.loads(descriptor.read_text())
    for resource in values["resources"]:
        del resource["title"]
    descriptor.write_text(json.dumps(values))
    header = coding_text("ann").split("\n", 1)[0] + "\n"
    (tmp_path / "data" / "codings" / "ann" / "more.csv").write_text(header, newline="")
    assert "added codings/ann/more.csv" in declare(tmp_path / "data")
    assert check(config).faults == []


def test_our_errors_have_one_base() -> None:
    """Whoever catches the package's base error catches every refusal."""
    assert issubclass(ConfigError, AllianceMetricsError)
    assert issubclass(DataError, AllianceMetricsError)
