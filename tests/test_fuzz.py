"""Arbitrary and mutated input: only our own errors come out, and what is accepted is read again the same."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import shutil
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alliance_metrics import declare
from alliance_metrics.config.model import Config, parse_config
from alliance_metrics.errors import AllianceMetricsError, ConfigError, DataError, Fault
from alliance_metrics.package.descriptor import parse_descriptor, table_of
from alliance_metrics.package.files import bundled_folder, parse_table, parse_text, parse_toml
from alliance_metrics.package.table import LINE, check_table
from alliance_metrics.package.table_schema import TableSchema, parse_schema
from alliance_metrics.study.citations import render_citations
from alliance_metrics.study.score import score_study
from alliance_metrics.study.study import check, open_study
from tests.small_alliance import (
    CODERS,
    CONFIG,
    DYADS,
    EVENTS,
    INDICATORS,
    SERIES,
    SOURCES,
    coding_text,
    levels_text,
    write_small_alliance,
)

PUBLISHED = json.loads((bundled_folder() / "data" / "datapackage.json").read_text(encoding="utf-8"))
SCHEMAS = {table_of(resource["name"]): resource["schema"] for resource in PUBLISHED["resources"]}
TABLES = {
    "codings": ("codings/ann/AA-BB_1950_1953.csv", coding_text("ann")),
    "levels": ("codebook/levels.csv", levels_text()),
    "indicators": ("codebook/indicators.csv", INDICATORS),
    "dyads": ("dyads.csv", DYADS),
    "coders": ("coders.csv", CODERS),
    "events": ("evidence/events.csv", EVENTS),
    "series": ("evidence/series.csv", SERIES),
    "sources": ("evidence/sources.csv", SOURCES),
}
PATHS = {table: path for table, (path, _) in TABLES.items()} | {"codings.bob": "codings/bob/AA-BB_1950_1953.csv"}
RESOURCES = [{"name": name, "path": path, "schema": SCHEMAS[table_of(name)]} for name, path in PATHS.items()]
DESCRIPTOR = json.dumps({"name": "small", "resources": RESOURCES}, indent=1).encode()

ONCE = settings().max_examples
"""Examples of the profile in force: 30 unless HYPOTHESIS_PROFILE says otherwise."""

SNIPPETS = (
    *(b",", b'"', b"\n", b"\r\n", b"\r", b"\x00", b"\xff", b"\xef\xbb\xbf", b" ", b";", b"\t", b"#", b"=", b"\\"),
    *(b"[", b"]", b"{", b"}", b".", b"-", b"'", b'"""', b"nan", b"inf", b"1e400", b"NA", b"9" * 30, b"0x" + b"f" * 20),
    *("１".encode(), "é".encode(), b"true", b"null", b"[[", b"extends", b"\\u0000", b"\\ud800"),  # noqa: RUF001
)
CELLS = (
    *("", " ", "NA", "nan", "inf", "-1", "0", "1", "4", "5", "3.0", " 3", "1e3", "1e400", "1_0", "9" * 18, "9" * 19),
    *("1950", "1953", "1954", "ann", "bob", "AA-BB", "BB-AA", "talks", "trust", "closeness", "index", "diagnostic"),
    *("handshake", "series:trade_total", "series:", "chronicle", "a.b", "a b", "a\nb", 'a"b', "a,b", "\x00", "\ufeff"),
    "１９５０",  # noqa: RUF001
)


@st.composite
def mutated(draw: st.DrawFn, valid: bytes) -> bytes:
    """Draw valid bytes with one to four places inserted, deleted, replaced or doubled, whole lines among them."""
    content = bytearray(valid)
    for _ in range(draw(st.integers(1, 4))):
        kind = draw(st.sampled_from(("insert", "delete", "replace", "double", "drop line", "double line")))
        if "line" in kind:
            lines = bytes(content).split(b"\n")
            place = draw(st.integers(0, len(lines) - 1))
            lines[place : place + 1] = [] if kind == "drop line" else [lines[place]] * 2
            content = bytearray(b"\n".join(lines))
            continue
        start = draw(st.integers(0, len(content)))
        stop = min(len(content), start + draw(st.integers(0, 8)))
        new = draw(st.sampled_from(SNIPPETS) | st.binary(max_size=4))
        edits = {"insert": (start, start, new), "delete": (start, stop, b""), "replace": (start, stop, new)}
        begin, end, bytes_put = edits.get(kind, (stop, stop, bytes(content[start:stop])))
        content[begin:end] = bytes_put
    return bytes(content)


def arbitrary_or_mutated(valid: bytes) -> st.SearchStrategy[bytes]:
    """Draw bytes of any kind, or valid ones spoilt; mostly the latter."""
    return st.one_of(mutated(valid), mutated(valid), mutated(valid), st.binary(max_size=200))


@st.composite
def respelt_table(draw: st.DrawFn) -> tuple[str, bytes]:
    """Draw a table of the small alliance with up to three cells exchanged for others, well quoted."""
    path, text = draw(st.sampled_from(sorted(TABLES.values())))
    rows = list(csv.reader(io.StringIO(text)))
    for _ in range(draw(st.integers(1, 3))):
        row = draw(st.integers(0 if draw(st.integers(0, 9)) == 0 else 1, len(rows) - 1))
        rows[row][draw(st.integers(0, len(rows[row]) - 1))] = draw(st.sampled_from(CELLS))
    return path, to_csv(rows).encode()


def to_csv(rows: list[list[str]]) -> str:
    """Write rows as they would be written by hand."""
    target = io.StringIO()
    csv.writer(target, lineterminator="\n").writerows(rows)
    return target.getvalue()


def read_table(content: bytes, schema: TableSchema) -> tuple[pd.DataFrame, list[Fault], str]:
    """Read a table as the package does, and give it as text again."""
    raw = parse_table(parse_text(content, name="t.csv"), name="t.csv")
    frame, faults = check_table(raw, schema)
    rows = [list(raw.header), *([*row] for row in zip(*raw.columns, strict=True))]
    return frame, faults, to_csv(rows)


def assert_complete(faults: list[Fault] | tuple[Fault, ...]) -> None:
    """Hold every fault to say where, what, what is allowed and what to do."""
    assert all(fault.where and fault.what and fault.found and fault.allowed and fault.remedy for fault in faults)


@pytest.mark.slow
@pytest.mark.parametrize("table", sorted(TABLES))
def test_spoilt_tables_give_our_errors_or_the_same_again(table: str) -> None:
    """A table's bytes are refused by our error, or read; what is read and written is read the same."""
    schema = parse_schema(SCHEMAS[table], where=table)

    @settings(max_examples=2 * ONCE)
    @given(arbitrary_or_mutated(TABLES[table][1].encode()))
    def holds(content: bytes) -> None:
        try:
            frame, faults, text = read_table(content, schema)
        except DataError as error:
            assert_complete(error.faults)
            return
        assert_complete(faults)
        again, same_faults, same_text = read_table(text.encode(), schema)
        assert same_text == text
        assert len(same_faults) == len(faults)
        pd.testing.assert_frame_equal(
            again.drop(columns=LINE, errors="ignore"), frame.drop(columns=LINE, errors="ignore")
        )

    holds()


def toml_of(content: bytes) -> Config:
    """Read a configuration that extends nothing."""
    values = parse_toml(content, name="c.toml")
    values.pop("extends", None)
    return parse_config(values, name="c.toml")


def written_again(config: Config) -> Config:
    """Give the configuration read from what it says of itself."""
    return parse_config(config.model_dump(mode="json", by_alias=True, exclude_none=True), name="again")


@settings(max_examples=4 * ONCE)
@given(arbitrary_or_mutated(CONFIG.encode()))
def test_spoilt_configurations_give_our_errors_or_the_same_again(content: bytes) -> None:
    """The bytes of a configuration are refused by our error, or read; what is read says itself again."""
    try:
        config = toml_of(content)
    except ConfigError as error:
        assert_complete(error.faults)
        return
    assert written_again(config) == config


LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(4000, 6000).map(lambda digits: 16**digits),
    st.floats(),
    st.text(max_size=8),
    st.sampled_from(
        ("arithmetic", "bedrock", "weights", "mean", "trust", "coder_cell", "small", "linear", "\0", "a" * 300)
    ),
    st.just(date(1950, 5, 1)),
    st.just(datetime(1950, 5, 1, tzinfo=UTC)),
)
NAMES = st.text(max_size=6) | st.sampled_from(
    (
        *("method", "pillar", "strength", "input", "concentration", "seed", "draws", "level", "inputs", "id", "years"),
        *("dyads", "facets", "package", "combine", "max_age", "across_pillars", "availability_min", "trust", "bedrock"),
        "weights",
    )
)
VALUES = st.recursive(
    LEAVES, lambda below: st.lists(below, max_size=3) | st.dictionaries(NAMES, below, max_size=3), max_leaves=6
)
SECTIONS = ("data", "coding", "treatment", "index", "weights", "uncertainty")


@st.composite
def structured_configuration(draw: st.DrawFn) -> dict[str, Any]:
    """Draw the tables of a configuration: known sections with any keys and values, some keys at the top."""
    values: dict[str, Any] = {"schema": 1, "name": "small"}
    for section in draw(st.lists(st.sampled_from(SECTIONS), unique=True, max_size=3)):
        values[section] = draw(st.dictionaries(NAMES, VALUES, max_size=3) | VALUES)
    if draw(st.integers(0, 4)) == 0:
        values[draw(st.sampled_from(("schema", "name", "description", "titel")) | st.text(max_size=5))] = draw(VALUES)
    return values


@pytest.mark.slow
@settings(max_examples=4 * ONCE)
@given(structured_configuration())
def test_any_values_under_known_sections_give_our_errors_or_the_same_again(values: dict[str, Any]) -> None:
    """Keys and values of any kind are refused by our error, or make a configuration that says itself again."""
    try:
        config = parse_config(values, name="c.toml")
    except ConfigError as error:
        assert_complete(error.faults)
        return
    assert written_again(config) == config


def assert_descriptor_holds(content: bytes) -> None:
    """Hold a descriptor's bytes to our errors, and its usable schemas to check a table without any other."""
    try:
        resources = parse_descriptor(content, name="datapackage.json")
    except DataError as error:
        assert_complete(error.faults)
        return
    again = parse_descriptor(json.dumps({"resources": resources}).encode(), name="again")
    assert json.dumps(again) == json.dumps(resources)
    for resource in resources:
        with contextlib.suppress(DataError):
            schema = parse_schema(resource.get("schema"), where=resource["name"])
            _, text = TABLES.get(table_of(resource["name"]), TABLES["coders"])
            _, faults, _ = read_table(text.encode(), schema)
            assert_complete(faults)


@settings(max_examples=2 * ONCE)
@given(arbitrary_or_mutated(DESCRIPTOR))
def test_spoilt_descriptors_give_our_errors_or_the_same_again(content: bytes) -> None:
    """The bytes of a descriptor are refused by our error, or read; its schemas check tables or are refused."""
    assert_descriptor_holds(content)


JSON = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(-3, 5), st.floats(), st.text(max_size=4), st.sampled_from(("[", "year"))
    ),
    lambda below: st.lists(below, max_size=2) | st.dictionaries(st.text(max_size=4), below, max_size=2),
    max_leaves=3,
)
PROPERTIES = ("required", "unique", "enum", "pattern", "minimum", "maximum", "minLength", "maxLength", "minimun")


@st.composite
def structured_descriptor(draw: st.DrawFn) -> bytes:
    """Draw a descriptor with one to three properties of one schema exchanged for values of any kind."""
    descriptor = json.loads(DESCRIPTOR)
    resource = draw(st.sampled_from(descriptor["resources"]))
    field = draw(st.sampled_from(resource["schema"]["fields"]))
    for _ in range(draw(st.integers(1, 3))):
        value = draw(JSON)
        where = draw(st.sampled_from(("constraint", "field", "schema", "resource", "top")))
        if where == "constraint":
            constraints = field.get("constraints")
            kept = constraints if isinstance(constraints, dict) else {}
            field["constraints"] = {**kept, draw(st.sampled_from(PROPERTIES)): value}
        elif where == "field":
            field[draw(st.sampled_from(("name", "type", "format", "constraints", "titel")))] = value
        elif where == "top":
            descriptor[draw(st.sampled_from(("version", "title", "name", "licenses", "sources")))] = value
        elif where == "schema" and isinstance(resource["schema"], dict):
            key = draw(st.sampled_from(("fields", "missingValues", "primaryKey", "foreignKeys")))
            resource["schema"][key] = value
        else:
            resource[draw(st.sampled_from(("name", "path", "schema", "bytes", "hash")))] = value
    return json.dumps(descriptor).encode()


@pytest.mark.slow
@settings(max_examples=2 * ONCE)
@given(structured_descriptor())
def test_any_values_in_a_schema_give_our_errors(content: bytes) -> None:
    """Properties of any kind are refused by our error, or make a schema that checks a table."""
    assert_descriptor_holds(content)


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, bytes], Path]:
    """Give a function that puts a file into a valid alliance, declares what can be, and names the configuration."""
    template, folder = tmp_path_factory.mktemp("valid"), tmp_path_factory.mktemp("spoilt")
    write_small_alliance(template)

    def spoilt(name: str, content: bytes) -> Path:
        shutil.rmtree(folder)
        shutil.copytree(template, folder)
        (folder / name).write_bytes(content)
        if name.endswith(".csv"):
            declare(folder / "data")
        return folder / "small.toml"

    return spoilt


def assert_checked_as_scored(config: Path) -> None:
    """Hold `check` to list faults where a study does not open; one that does is scored, saved and cited."""
    faults = check(config).faults
    assert_complete(faults)
    try:
        study = open_study(config, draws=2)
    except AllianceMetricsError:
        assert faults
        return
    assert faults == []
    score_study(study).save(config.parent / "result")
    assert render_citations(study, software="this")


@pytest.mark.slow
@settings(max_examples=ONCE // 4)
@given(respelt=respelt_table())
def test_exchanged_cells_give_faults_or_scores(study: Callable[[str, bytes], Path], respelt: tuple[str, bytes]) -> None:
    """Any cell in any place of any declared table: a list of faults, or a score, never anything else."""
    path, content = respelt
    assert_checked_as_scored(study(f"data/{path}", content))


@pytest.mark.slow
@settings(max_examples=ONCE // 5)
@given(data=st.data(), table=st.sampled_from(sorted(TABLES)))
def test_spoilt_bytes_give_faults_or_scores(
    study: Callable[[str, bytes], Path], data: st.DataObject, table: str
) -> None:
    """Any bytes in place of any declared table: a list of faults, or a score, never anything else."""
    path, text = TABLES[table]
    assert_checked_as_scored(study(f"data/{path}", data.draw(mutated(text.encode()))))


@settings(max_examples=ONCE // 5)
@given(content=mutated(CONFIG.encode()))
def test_spoilt_configurations_give_faults_or_scores(study: Callable[[str, bytes], Path], content: bytes) -> None:
    """Any bytes in place of the configuration: a list of faults, or a score, never anything else."""
    assert_checked_as_scored(study("small.toml", content))


@pytest.mark.slow
@settings(max_examples=ONCE // 5)
@given(content=structured_descriptor() | mutated(DESCRIPTOR))
def test_spoilt_descriptors_give_faults_or_scores(study: Callable[[str, bytes], Path], content: bytes) -> None:
    """Any bytes in place of the declaration: a list of faults, or a score, never anything else."""
    assert_checked_as_scored(study("data/datapackage.json", content))
