"""The declaration follows the files beside it, and only when asked to."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import alliance_metrics as am
from alliance_metrics.errors import DataError
from alliance_metrics.study.study import check
from tests.small_alliance import coding_text, write_small_alliance

CODINGS = "codings/ann/AA-BB_1950_1953.csv"
NEW_CODER = "cid,human,as it came,A third made-up coder\n"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Give the data folder of the made-up alliance, declared."""
    return write_small_alliance(tmp_path).parent / "data"


def descriptor_of(data: Path) -> dict[str, Any]:
    """Read a declaration."""
    return json.loads((data / "datapackage.json").read_text(encoding="utf-8"))


def resource_of(data: Path, path: str) -> dict[str, Any]:
    """Read the declaration of one file."""
    return next(resource for resource in descriptor_of(data)["resources"] if resource["path"] == path)


def edit_descriptor(data: Path, **changes: object) -> None:
    """Change a declaration by hand."""
    text = json.dumps({**descriptor_of(data), **changes}, indent=1, ensure_ascii=False)
    (data / "datapackage.json").write_text(text + "\n", encoding="utf-8")


def append(path: Path, text: str) -> None:
    """Put a line at the end of a file."""
    path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")


def faults_of(data: Path) -> list[str]:
    """Check the study whose data this is."""
    faults = check(data.parent / "small.toml").faults
    return [fault.what for fault in faults]


def test_a_new_folder_is_declared_whole(data: Path) -> None:
    """Every table is declared under the name the package knows it by, codings by coder and file."""
    named = {resource["name"]: resource["path"] for resource in descriptor_of(data)["resources"]}
    assert named == {
        "indicators": "codebook/indicators.csv",
        "levels": "codebook/levels.csv",
        "coders": "coders.csv",
        "dyads": "dyads.csv",
        "codings.ann.aa-bb_1950_1953": "codings/ann/AA-BB_1950_1953.csv",
        "codings.bob.aa-bb_1950_1953": "codings/bob/AA-BB_1950_1953.csv",
        "events": "evidence/events.csv",
        "series": "evidence/series.csv",
        "sources": "evidence/sources.csv",
    }


def test_a_new_declaration_reports_every_file(data: Path) -> None:
    """Each file of a new package is told once."""
    (data / "datapackage.json").unlink()
    changes = am.declare(data)
    assert len(changes) == 9
    assert min(changes) == "added codebook/indicators.csv"
    assert max(changes) == "added evidence/sources.csv"


def test_a_new_package_is_named_for_its_folder(tmp_path: Path) -> None:
    """The package takes a name the standard allows from its folder, and a first version."""
    data = write_small_alliance(tmp_path).parent / "data"
    renamed = data.rename(tmp_path / "My Alliance (1950)")
    (renamed / "datapackage.json").unlink()
    am.declare(renamed)
    found = descriptor_of(renamed)
    assert (found["name"], found["version"]) == ("my-alliance-1950", "0.1.0")


@pytest.mark.slow
def test_a_new_package_is_valid_by_the_standard(data: Path) -> None:
    """An independent validator finds the declaration, every file and every cell in order."""
    command = [sys.executable, "-m", "frictionless", "validate", "datapackage.json", "--json"]
    ended = subprocess.run(command, cwd=data, check=False, capture_output=True, text=True)
    report = json.loads(ended.stdout)
    assert (report["valid"], report["stats"]["tasks"], report["stats"]["errors"]) == (True, 9, 0)


def test_a_new_package_can_be_scored(data: Path) -> None:
    """What was declared is read back without a fault."""
    assert faults_of(data) == []


def test_size_and_digest_are_those_of_the_file(data: Path) -> None:
    """The declared size and SHA-256 are those other tools find."""
    resource = resource_of(data, "coders.csv")
    content = (data / "coders.csv").read_bytes()
    assert resource["hash"] == "sha256:" + hashlib.sha256(content).hexdigest()
    assert resource["bytes"] == len(content) == 120


def test_nobody_elses_title_is_taken(data: Path) -> None:
    """The title of a coding file does not name coders and dyads of the published data."""
    titles = [resource.get("title", "") for resource in descriptor_of(data)["resources"]]
    assert [title for title in titles if re.search(r"coder_[abc]|USSR|PRC|DPRK", title)] == []


def test_unchanged_files_leave_the_declaration_untouched(data: Path) -> None:
    """Where nothing differs nothing is reported, and not a byte is written."""
    path = data / "datapackage.json"
    path.write_text(json.dumps(descriptor_of(data)), encoding="utf-8")
    before, stamp = path.read_bytes(), path.stat().st_mtime_ns
    assert am.declare(data) == []
    assert (path.read_bytes(), path.stat().st_mtime_ns) == (before, stamp)


def test_an_edited_file_is_renewed(data: Path) -> None:
    """Size and digest of an edited file change; all else stays, and the package reads again."""
    before = resource_of(data, "coders.csv")
    append(data / "coders.csv", NEW_CODER)
    assert faults_of(data) == ["the file differs from its declaration"]
    assert am.declare(data) == ["renewed coders.csv"]
    after = resource_of(data, "coders.csv")
    assert after["bytes"] == before["bytes"] + len(NEW_CODER)
    assert after["hash"] != before["hash"]
    assert {**after, "bytes": 0, "hash": ""} == {**before, "bytes": 0, "hash": ""}
    assert faults_of(data) == []


def test_an_added_coder_is_declared(data: Path) -> None:
    """A coder's new folder is declared with the schema of the codings, and is scored."""
    append(data / "coders.csv", NEW_CODER)
    (data / "codings" / "cid").mkdir()
    text = coding_text("bob").replace(",bob,", ",cid,")
    (data / "codings" / "cid" / "AA-BB_1950_1953.csv").write_text(text, encoding="utf-8")
    assert am.declare(data) == ["added codings/cid/AA-BB_1950_1953.csv", "renewed coders.csv"]
    added = resource_of(data, "codings/cid/AA-BB_1950_1953.csv")
    assert added["name"] == "codings.cid.aa-bb_1950_1953"
    assert added["schema"] == resource_of(data, CODINGS)["schema"]
    card = am.score(data.parent / "small.toml", draws=5)
    assert [coder["coder"] for coder in card.record["coders"]] == ["ann", "bob", "cid"]


def test_a_removed_file_is_dropped(data: Path) -> None:
    """A file that is gone is declared no longer, and the rest stays."""
    shutil.rmtree(data / "codings" / "bob")
    assert am.declare(data) == ["removed codings/bob/AA-BB_1950_1953.csv"]
    assert len(descriptor_of(data)["resources"]) == 8
    assert faults_of(data) == []


def test_hidden_files_are_not_declared(data: Path) -> None:
    """What an editor or a version control system hides is no part of the data."""
    (data / ".backup").mkdir()
    shutil.copy(data / "coders.csv", data / ".backup" / "coders.csv")
    shutil.copy(data / "coders.csv", data / ".coders.csv")
    assert am.declare(data) == []


@pytest.mark.parametrize("name", ["notes.csv", "codings/AA-BB.csv", "codings/ann/early/AA-BB.csv", "evidence/more.csv"])
def test_an_unknown_table_is_refused(data: Path, name: str) -> None:
    """A table no schema is known for is named, and nothing is written."""
    append(data / "coders.csv", NEW_CODER)
    (data / name).parent.mkdir(parents=True, exist_ok=True)
    (data / name).write_text("a,b\n1,2\n", encoding="utf-8")
    before = (data / "datapackage.json").read_bytes()
    with pytest.raises(DataError) as caught:
        am.declare(data)
    assert str(caught.value) == (
        f"{data}: tables that cannot be declared\n  {name}\n"
        "  allowed: the tables of the published package, codings/<coder>/*.csv and context/<coder>/*.csv\n"
        "  do: move or rename them"
    )
    assert (data / "datapackage.json").read_bytes() == before


def test_every_unknown_table_is_named(data: Path) -> None:
    """Two unknown tables are both told."""
    for name in ("one.csv", "two.csv"):
        (data / name).write_text("a\n1\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"tables that cannot be declared\n  one\.csv, two\.csv\n"):
        am.declare(data)


@pytest.mark.parametrize("made", [True, False])
def test_a_folder_without_tables_is_refused(tmp_path: Path, made: bool) -> None:
    """An empty folder, or none, is refused, and no declaration is left there."""
    folder = tmp_path / "empty"
    if made:
        folder.mkdir()
    with pytest.raises(DataError, match=r"empty: tables that cannot be declared\n  no \.csv file\n"):
        am.declare(folder)
    assert list(tmp_path.rglob("*.json")) == []


def test_custom_properties_are_kept(data: Path) -> None:
    """Whatever else the declaration says of the package or a file stays through an edit."""
    resources = descriptor_of(data)["resources"]
    for resource in resources:
        if resource["path"] == "coders.csv":
            resource.update(title="Who coded", licenses=[{"name": "CC0-1.0"}])
    edit_descriptor(data, title="Mine", version="2.0.0", custom={"a": [1]}, resources=resources)
    append(data / "coders.csv", NEW_CODER)
    assert am.declare(data) == ["renewed coders.csv"]
    found, coders = descriptor_of(data), resource_of(data, "coders.csv")
    assert (found["title"], found["version"], found["custom"]) == ("Mine", "2.0.0", {"a": [1]})
    assert (coders["title"], coders["licenses"]) == ("Who coded", [{"name": "CC0-1.0"}])


def test_an_own_schema_is_kept_and_followed(data: Path) -> None:
    """A further column declared by hand stays declared, for files added later too."""
    resources = descriptor_of(data)["resources"]
    for resource in resources:
        if resource["name"].startswith("codings."):
            resource["schema"]["fields"].append({"name": "page", "type": "string"})
    edit_descriptor(data, resources=resources)
    (data / "codings" / "cid").mkdir()
    (data / "codings" / "cid" / "AA-BB.csv").write_text(coding_text("ann"), encoding="utf-8")
    assert am.declare(data) == ["added codings/cid/AA-BB.csv"]
    fields = [field["name"] for field in resource_of(data, "codings/cid/AA-BB.csv")["schema"]["fields"]]
    assert fields[-1] == "page"


def test_files_named_alike_stay_apart(data: Path) -> None:
    """Two files whose names differ in a space or in capitals get two names, and the package reads again."""
    lines = coding_text("ann").splitlines(keepends=True)
    (data / CODINGS).unlink()
    (data / "codings" / "ann" / "AA BB.csv").write_text("".join(lines[:11]), encoding="utf-8")
    (data / "codings" / "ann" / "AA-BB.csv").write_text("".join([lines[0], *lines[11:]]), encoding="utf-8")
    am.declare(data)
    assert faults_of(data) == []


@pytest.mark.parametrize("text", ["{", "[]", '{"resources": []}', '{"resources": [{"name": "a"}]}'])
def test_a_broken_declaration_is_refused(data: Path, text: str) -> None:
    """A declaration that cannot be used is told, and stays as it is."""
    (data / "datapackage.json").write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=r"datapackage\.json: the descriptor cannot be used\n"):
        am.declare(data)
    assert (data / "datapackage.json").read_text(encoding="utf-8") == text


def test_a_file_declared_without_schema_is_reported(data: Path) -> None:
    """A declaration that lacks a schema is an error told, not a traceback."""
    resources = descriptor_of(data)["resources"]
    for resource in resources:
        if resource["path"] == "coders.csv":
            del resource["schema"]
    edit_descriptor(data, resources=resources)
    append(data / "coders.csv", NEW_CODER)
    with pytest.raises(DataError, match=r"schema"):
        am.declare(data)


def test_a_failed_write_leaves_the_declaration_and_no_litter(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the disk fills up, the declaration stays as it was, nothing is left beside it, and the disk is named."""
    append(data / "coders.csv", NEW_CODER)
    before = (data / "datapackage.json").read_bytes()
    names = sorted(path.name for path in data.iterdir())

    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", str(handle > 2))

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(DataError, match=r"the declaration cannot be written\n  .*No space left on device"):
            am.declare(data)
    assert (data / "datapackage.json").read_bytes() == before
    assert sorted(path.name for path in data.iterdir()) == names
