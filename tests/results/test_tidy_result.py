"""A result comes back from disk as it was saved, replaces only its own kind, and survives whatever ends a run."""

from __future__ import annotations

import hashlib
import json
import math
import os
import random
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import alliance_metrics as am
from alliance_metrics.errors import ResultError
from alliance_metrics.results.collected import Collected
from alliance_metrics.results.score_card import ScoreCard
from alliance_metrics.results.tables import declared_columns, declared_kinds
from alliance_metrics.results.tidy_result import TidyResult

LEADING = "dyad,era,year,tier,component,parent,estimate,lower,upper,confidence,availability"
ODD_TEXTS = (
    "NA",
    "nan",
    "null",
    "None",
    "",
    "=1+1",
    "+1",
    "-1",
    "@x",
    "007",
    "1e5",
    "True",
    "a,b",
    'say "so"',
    "'",
    "two\nlines",
    "two\r\nlines",
    " spaced ",
    "\ttab",
    "Дружба 友谊 é ☃",
    "\ufeffmark",
)


def frames_of(
    *, text: str | None = "x", number: float = 1.5, rows: int = 1, **further: object
) -> dict[str, pd.DataFrame]:
    """Make every table of a score card, each column filled with one value of its kind."""
    values: Mapping[str, object] = {"str": text, "int64": 1950, "float64": number}
    tables = {}
    for name, table in declared_kinds()["score"].tables.items():
        cells = {column: [values[kind]] * rows for column, kind in table.dtypes("dyad").items()}
        extra = {column: [value] * rows for column, value in further.items()} if name == "scores" else {}
        tables[name] = pd.DataFrame({**cells, **extra})
    return tables


def card_of(**cells: Any) -> ScoreCard:
    """Make a score card of one value of each kind."""
    return ScoreCard(frames_of(**cells), key="dyad", record={"name": "made up"})


def bytes_of(folder: Path) -> dict[str, bytes]:
    """Read every file of a folder."""
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def edit_record(folder: Path, change: Callable[[dict[str, Any]], object]) -> None:
    """Change the record of a saved result by hand."""
    path = folder / "result.json"
    record = json.loads(path.read_text(encoding="utf-8"))
    change(record)
    path.write_text(json.dumps(record), encoding="utf-8")


def triads() -> TidyResult:
    """Make a result of another kind, its tables empty."""
    return TidyResult({name: [] for name in declared_kinds()["triads"].tables}, key="dyad", kind="triads")


# What is saved comes back.


@pytest.mark.parametrize("text", ODD_TEXTS)
def test_text_comes_back_as_it_was(tmp_path: Path, text: str) -> None:
    """No text is taken for a number, a formula or a missing value on its way through the file."""
    card = card_of(text=text)
    loaded = am.load_result(card.save(tmp_path / "result"))
    assert loaded.scores["reason"].tolist() == [text]
    assert loaded.equals(card)


def test_a_lone_carriage_return_comes_back(tmp_path: Path) -> None:
    """A carriage return inside a text does not end the row."""
    card = card_of(text="two\rlines")
    assert am.load_result(card.save(tmp_path / "result")).equals(card)


def test_missing_numbers_come_back_missing(tmp_path: Path) -> None:
    """A missing estimate is an empty cell on disk and missing again in memory."""
    card = card_of(number=math.nan)
    folder = card.save(tmp_path / "result")
    assert "x,x,1950,x,x,x,,,,,,,x,x,,,,,\n" in (folder / "scores.csv").read_text(encoding="utf-8")
    assert am.load_result(folder).scores["estimate"].isna().tolist() == [True]
    assert am.load_result(folder).equals(card)


@pytest.mark.parametrize("missing", [None, math.nan])
def test_missing_text_comes_back_equal(tmp_path: Path, missing: float | None) -> None:
    """What is in memory is what is on disk, for missing text too."""
    card = ScoreCard({name: frame.assign(era=missing) for name, frame in frames_of().items()}, key="dyad")
    assert am.load_result(card.save(tmp_path / "result")).equals(card)


def test_empty_tables_come_back_empty(tmp_path: Path) -> None:
    """Tables without rows keep their columns and kinds."""
    card = card_of(rows=0)
    loaded = am.load_result(card.save(tmp_path / "result"))
    assert len(loaded.scores) == 0
    assert loaded.scores.dtypes.equals(card.scores.dtypes)
    assert loaded.equals(card)


@pytest.mark.parametrize("value", [pd.NA, 365])
def test_country_codes_come_back_where_some_are_missing(tmp_path: Path, value: object) -> None:
    """A further column of whole numbers keeps its kind, a missing one stays missing."""
    tables = frames_of(rows=2)
    tables["scores"]["cow_a"] = pd.array([710, value], dtype="Int64")
    card = ScoreCard(tables, key="dyad")
    assert am.load_result(card.save(tmp_path / "result")).equals(card)


def test_a_whole_run_comes_back_equal(small: Path, tmp_path: Path) -> None:
    """A scored study is the same after saving and loading, its record included."""
    card = am.score(small, draws=20)
    loaded = am.load_result(card.save(tmp_path / "result"))
    assert loaded.equals(card)
    assert loaded.record == card.record


@pytest.mark.slow
@settings(max_examples=settings().max_examples // 5)
@given(st.lists(st.floats(0, 100) | st.just(math.nan), max_size=8))
def test_scores_come_back_to_the_last_digit(tmp_path_factory: pytest.TempPathFactory, values: list[float]) -> None:
    """Any scores are the same after saving and loading, bit by bit."""
    tables = frames_of(rows=len(values))
    tables["scores"]["estimate"] = np.array(values, dtype=float)
    card = ScoreCard(tables, key="dyad")
    folder = tmp_path_factory.mktemp("any") / "result"
    assert am.load_result(card.save(folder)).equals(card)


def test_numbers_are_held_to_ten_decimals() -> None:
    """What is in memory has ten decimals, and no negative zero."""
    assert card_of(number=1 / 3).scores["estimate"].tolist() == [0.3333333333]
    assert math.copysign(1, card_of(number=-1e-12).scores["estimate"].iloc[0]) == 1.0


def test_equals_sees_one_changed_cell() -> None:
    """Two results that differ in a digit held are not equal; beyond it they are."""
    assert not card_of(number=1.5).equals(card_of(number=1.5000000001))
    assert card_of(number=1.5).equals(card_of(number=1.50000000001))


def test_the_leading_columns_are_the_promised_ones(small: Path, tmp_path: Path) -> None:
    """The table everyone loads begins with the columns the documentation names, in their order."""
    folder = am.score(small, draws=5).save(tmp_path / "result")
    header = (folder / "scores.csv").read_text(encoding="utf-8").split("\n")[0]
    assert header == f"{LEADING},filled,role,reason,median,deviation,rose,fell,drawn,cow_a,cow_b"


def test_a_plain_reader_finds_the_scores(small: Path, tmp_path: Path) -> None:
    """Reading the table without any option gives the hand-worked index of the made-up alliance."""
    folder = am.score(small, draws=5).save(tmp_path / "result")
    scores = pd.read_csv(folder / "scores.csv")
    index = scores[scores["tier"] == "index"]
    assert index["year"].tolist() == [1950, 1951, 1952, 1953]
    assert index["estimate"].tolist() == [66.6666666667, 70.8333333333, 50.0, 27.0833333333]


def test_a_table_given_out_is_a_copy() -> None:
    """Changing what was given out changes nothing inside."""
    card = card_of()
    for given_out in (card.scores, card.contributions, card.to_frame("scores")):
        given_out.loc[0, "estimate"] = -1.0
    assert card.scores["estimate"].tolist() == [1.5]
    assert card.contributions["estimate"].tolist() == [1.5]


def test_a_table_taken_in_is_a_copy() -> None:
    """Changing a frame after a result was made of it changes nothing inside."""
    tables = frames_of()
    card = ScoreCard(tables, key="dyad")
    tables["scores"].loc[0, "estimate"] = -1.0
    assert card.scores["estimate"].tolist() == [1.5]


def test_the_record_given_out_is_a_copy() -> None:
    """Changing the record given out changes nothing inside."""
    card = ScoreCard(frames_of(), key="dyad", record={"config": {"name": "a"}})
    card.record["config"]["name"] = "b"
    assert card.record == {"config": {"name": "a"}}


def test_a_missing_column_is_named() -> None:
    """A table without a declared column is refused with the column's name."""
    tables = frames_of()
    tables["scores"] = tables["scores"].drop(columns="confidence")
    with pytest.raises(ResultError, match=r"^score: a table lacks columns\n  confidence\n"):
        ScoreCard(tables, key="dyad")


def test_a_missing_table_is_named() -> None:
    """A result without a declared table is refused with the table's name."""
    tables = frames_of()
    del tables["treated"]
    with pytest.raises(ResultError, match=r"^score: a table lacks columns\n  treated\n"):
        ScoreCard(tables, key="dyad")


@pytest.mark.parametrize("kind", ["traids", "", None])
def test_an_undeclared_kind_is_refused(kind: str | None) -> None:
    """A kind of result that tables.csv does not declare is named, with those it does."""
    with pytest.raises(ResultError, match=r"^tables\.csv: this kind of result is not declared\n") as caught:
        TidyResult({}, key="dyad", kind=kind)
    assert set(declared_kinds()) <= set(re.findall(r"\w+", caught.value.faults[0].allowed))


def test_the_nearest_declared_kind_is_named() -> None:
    """A misspelt kind gets a hint, wherever its columns are looked up."""
    with pytest.raises(ResultError, match=r"'traids' \(nearest known: 'triads'\)"):
        declared_columns("traids", "skipped", key="dyad")
    with pytest.raises(ResultError, match=r"'traids' \(nearest known: 'triads'\)"):
        Collected("traids", key="dyad").result({})


def test_the_short_text_counts_rows() -> None:
    """The representation names the tables and their rows."""
    assert repr(card_of(rows=2)) == (
        "ScoreCard(scores 2, contributions 2, levels 2, treated 2, composition 2, cells 2, evidence 2, ranks 2, "
        "pairs 2, runs 2)"
    )


# The record says how the result came about.


def test_the_record_holds_what_a_rerun_needs(small: Path, tmp_path: Path) -> None:
    """Kind, schema, configuration, seed, versions, and digests of inputs and tables stand in the record."""
    folder = am.score(small, seed=3, draws=5).save(tmp_path / "result")
    record = json.loads((folder / "result.json").read_text(encoding="utf-8"))
    assert (record["kind"], record["schema"], record["key"], record["name"]) == ("score", 2, "dyad", "small")
    assert record["seed"] == 3
    assert record["config"]["uncertainty"]["draws"] == 5
    assert record["config"]["weights"] == {"trust": 2.0, "gain": 1.0}
    assert set(record["versions"]) == {"alliance-metrics", "numpy", "pandas", "pydantic", "python"}
    assert record["versions"]["numpy"] == np.__version__
    assert sorted(record["files"]) == sorted(f"{name}.csv" for name in declared_kinds()["score"].tables)
    assert sorted(record["data"]["digests"]) == [
        "codebook/indicators.csv",
        "codebook/levels.csv",
        "coders.csv",
        "codings/ann/AA-BB_1950_1953.csv",
        "codings/bob/AA-BB_1950_1953.csv",
        "datapackage.json",
        "dyads.csv",
        "evidence/events.csv",
        "evidence/series.csv",
        "evidence/sources.csv",
    ]


def test_digests_in_the_record_are_those_of_the_files(small: Path, tmp_path: Path) -> None:
    """Inputs and tables have the SHA-256 that is recorded."""
    folder = am.score(small, draws=5).save(tmp_path / "result")
    record = json.loads((folder / "result.json").read_text(encoding="utf-8"))
    recorded = {folder / name: digest for name, digest in record["files"].items()}
    recorded |= {small.parent / "data" / name: digest for name, digest in record["data"]["digests"].items()}
    found = {path: "sha256:" + hashlib.sha256(path.read_bytes()).hexdigest() for path in recorded}
    assert len(recorded) == 20
    assert found == recorded


def test_nothing_saved_names_a_place_on_the_machine(small: Path, tmp_path: Path) -> None:
    """No absolute path stands in any saved file, however the run was started."""
    folder = am.score(small.resolve(), data=(small.parent / "data").resolve(), draws=5).save(tmp_path / "result")
    found = [name for name, content in bytes_of(folder).items() if str(tmp_path).encode() in content]
    assert found == []


@pytest.mark.slow
@pytest.mark.parametrize("formats", [("csv",), ("csv", "parquet", "xlsx", "dta")])
def test_one_seed_gives_the_same_bytes(small: Path, tmp_path: Path, formats: tuple[str, ...]) -> None:
    """Two runs with one seed write the same bytes in every file of every format."""
    code = (
        "import sys, alliance_metrics as am\n"
        "am.score(sys.argv[1], seed=5, draws=50).save(sys.argv[2], formats=tuple(sys.argv[3].split(',')))"
    )
    for hashing in ("1", "2"):
        command = [sys.executable, "-c", code, str(small), str(tmp_path / hashing), ",".join(formats)]
        subprocess.run(command, check=True, env={**os.environ, "PYTHONHASHSEED": hashing})
        time.sleep(1.1 if hashing == "1" and len(formats) > 1 else 0)  # so that a time of day written down would show
    first, second = bytes_of(tmp_path / "1"), bytes_of(tmp_path / "2")
    assert [name for name in first if first[name] != second.get(name)] == []
    assert len(first) == len(second) == (11 if len(formats) == 1 else 32)


@pytest.mark.slow
def test_another_seed_gives_other_intervals_and_the_same_estimates(small: Path) -> None:
    """The seed moves the intervals alone."""
    one, other = (am.score(small, seed=seed, draws=50).scores for seed in (1, 2))
    assert one["estimate"].equals(other["estimate"])
    assert not one["lower"].equals(other["lower"])


# What is not the recorded result is refused on loading.


def test_loading_refuses_a_changed_table(tmp_path: Path) -> None:
    """A table edited by hand is named, with what was found and what is recorded."""
    folder = card_of().save(tmp_path / "result")
    path = folder / "scores.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("1.5", "9.5"), encoding="utf-8")
    with pytest.raises(ResultError) as caught:
        am.load_result(folder)
    assert str(caught.value).startswith(f"{path}: the file is not the one recorded\n  sha256:")
    assert str(caught.value).endswith("\n  do: run `score` again, or move the changed folder away")


def test_loading_refuses_where_a_table_is_gone(tmp_path: Path) -> None:
    """A missing table is named."""
    folder = card_of().save(tmp_path / "result")
    (folder / "contributions.csv").unlink()
    with pytest.raises(ResultError) as caught:
        am.load_result(folder)
    assert str(caught.value).startswith(
        f"{folder / 'contributions.csv'}: the file is not the one recorded\n  the file is missing\n"
    )


def test_loading_names_every_changed_file(tmp_path: Path) -> None:
    """Two faults are both told."""
    folder = card_of().save(tmp_path / "result")
    (folder / "contributions.csv").unlink()
    (folder / "scores.csv").write_text("", encoding="utf-8")
    with pytest.raises(ResultError) as caught:
        am.load_result(folder)
    found = sorted((Path(fault.where).name, fault.found == "the file is missing") for fault in caught.value.faults)
    assert found == [("contributions.csv", True), ("scores.csv", False)]


def test_loading_refuses_another_kind(tmp_path: Path) -> None:
    """A result of another kind is refused with its kind and the one wanted."""
    folder = triads().save(tmp_path / "result")
    with pytest.raises(ResultError) as caught:
        am.load_result(folder)
    assert str(caught.value).startswith(
        f"{folder}: another kind of result\n  kind 'triads', schema 2\n  allowed: kind 'score', schema 2\n"
    )


def test_loading_refuses_a_later_schema(tmp_path: Path) -> None:
    """A result of a layout that this version does not know is refused."""
    folder = card_of().save(tmp_path / "result")
    edit_record(folder, lambda record: record.update(schema=3))
    with pytest.raises(ResultError, match=r"a result of another layout\n  kind 'score', schema 3\n"):
        am.load_result(folder)


def test_loading_refuses_a_folder_without_record(tmp_path: Path) -> None:
    """A folder that is no result is refused with the file that is missing."""
    with pytest.raises(ResultError) as caught:
        am.load_result(tmp_path)
    path = tmp_path / "result.json"
    assert str(caught.value).startswith(f"{tmp_path}: no result can be read here\n  FileNotFoundError: {path}\n")


@pytest.mark.parametrize("text", ["", "{", "[]", "1", '"x"', "null", '{"files": 1}', "[" * 100_000, "\ud800"])
def test_loading_refuses_a_damaged_record(tmp_path: Path, text: str) -> None:
    """A record that is cut off or something else is refused with its name."""
    (tmp_path / "result.json").write_bytes(text.encode("utf-8", "surrogatepass"))
    with pytest.raises(ResultError, match=r"result\.json"):
        am.load_result(tmp_path)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda record: record.pop("tables"), id="no tables"),
        pytest.param(lambda record: record.pop("key"), id="no key"),
        pytest.param(lambda record: record.pop("files"), id="no files"),
        pytest.param(lambda record: record.update(tables=[]), id="tables a list"),
        pytest.param(lambda record: record["tables"].pop("scores"), id="a table not described"),
        pytest.param(lambda record: record["tables"]["scores"].update(year="nothing"), id="an unknown kind"),
        pytest.param(lambda record: record["tables"]["scores"].update(era="int64"), id="a wrong kind"),
    ],
)
def test_loading_refuses_an_edited_record(tmp_path: Path, change: Callable[[dict[str, Any]], object]) -> None:
    """A record that no longer describes its tables is refused, not stumbled over or trusted."""
    folder = card_of().save(tmp_path / "result")
    edit_record(folder, change)
    with pytest.raises(ResultError, match=re.escape(str(folder))):
        am.load_result(folder)


def test_loading_tells_a_table_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A table without permission to read is an error told, not a traceback."""
    folder = card_of().save(tmp_path / "result")
    read_bytes = Path.read_bytes

    def refused(path: Path) -> bytes:
        if path.name == "scores.csv":
            raise PermissionError(13, "Permission denied", str(path))
        return read_bytes(path)

    monkeypatch.setattr(Path, "read_bytes", refused)
    with pytest.raises(ResultError, match=r"scores\.csv"):
        am.load_result(folder)


# Saving replaces only an unchanged earlier result.


@pytest.mark.slow
def test_saving_replaces_an_earlier_result(tmp_path: Path) -> None:
    """A second result takes the place of the first, and files of formats no longer asked for go."""
    card_of(number=1.0).save(tmp_path / "result", formats=("csv", "dta"))
    card_of(number=2.0).save(tmp_path / "result")
    assert am.load_result(tmp_path / "result").scores["estimate"].tolist() == [2.0]
    assert sorted(bytes_of(tmp_path / "result")) == [
        "cells.csv",
        "composition.csv",
        "contributions.csv",
        "evidence.csv",
        "levels.csv",
        "pairs.csv",
        "ranks.csv",
        "result.json",
        "runs.csv",
        "scores.csv",
        "treated.csv",
    ]


def test_saving_into_an_empty_folder_is_allowed(tmp_path: Path) -> None:
    """An empty folder holds nothing to lose."""
    (tmp_path / "result").mkdir()
    card_of().save(tmp_path / "result")
    assert am.load_result(tmp_path / "result").equals(card_of())


def test_saving_repairs_a_result_that_lost_a_table(tmp_path: Path) -> None:
    """An earlier result with a table missing holds nothing of the reader's, and is replaced."""
    folder = card_of().save(tmp_path / "result")
    (folder / "scores.csv").unlink()
    card_of().save(folder)
    assert am.load_result(folder).equals(card_of())


def test_saving_leaves_foreign_files_alone(tmp_path: Path) -> None:
    """A folder of other files is refused with their names, and stays."""
    (tmp_path / "result" / "notes").mkdir(parents=True)
    (tmp_path / "result" / "notes" / "thesis.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(ResultError) as caught:
        card_of().save(tmp_path / "result")
    assert str(caught.value) == (
        f"{tmp_path / 'result'}: the folder holds other files\n  notes/thesis.txt\n"
        "  allowed: nothing, or an unchanged earlier result\n"
        "  do: move it elsewhere, or choose another folder with --out"
    )
    assert (tmp_path / "result" / "notes" / "thesis.txt").read_text(encoding="utf-8") == "mine"


@pytest.mark.slow
@pytest.mark.parametrize("name", ["notes.txt", ".hidden", "figures/chart.png"])
def test_saving_leaves_a_file_among_the_tables_alone(tmp_path: Path, name: str) -> None:
    """A file put beside the tables of an earlier result is named, and stays with them."""
    folder = card_of().save(tmp_path / "result")
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_text("mine", encoding="utf-8")
    with pytest.raises(ResultError) as caught:
        card_of(number=2.0).save(folder)
    assert str(caught.value).startswith(f"{folder}: a file is not part of the earlier result\n  {name}\n")
    assert (folder / name).read_text(encoding="utf-8") == "mine"
    assert am.load_result(folder).equals(card_of())


def test_saving_leaves_a_link_to_a_folder_alone(tmp_path: Path) -> None:
    """A link to a folder put beside the tables is somebody's too."""
    folder = card_of().save(tmp_path / "result")
    (tmp_path / "elsewhere").mkdir()
    (folder / "link").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ResultError, match=r"a file is not part of the earlier result\n  link\n"):
        card_of(number=2.0).save(folder)
    assert (folder / "link").is_symlink()


@pytest.mark.slow
def test_saving_keeps_the_results_of_analyses(tmp_path: Path) -> None:
    """A result is replaced around the results of other kinds in its subfolders, which stay whole."""
    folder = card_of().save(tmp_path / "result")
    triads().save(folder / "triads")
    card_of(number=2.0).save(folder)
    assert am.load_result(folder).scores["estimate"].tolist() == [2.0]
    assert TidyResult.load(folder / "triads").equals(triads())


def test_saving_leaves_a_changed_analysis_alone(tmp_path: Path) -> None:
    """A hand-edited table of an analysis in a subfolder is named, and everything stays."""
    folder = card_of().save(tmp_path / "result")
    triads().save(folder / "triads")
    (folder / "triads" / "skipped.csv").write_text("mine\n", encoding="utf-8")
    with pytest.raises(ResultError, match=r"skipped\.csv: the file is not the one recorded"):
        card_of(number=2.0).save(folder)
    assert am.load_result(folder).equals(card_of())


@pytest.mark.slow
def test_a_first_result_joins_the_results_of_analyses(tmp_path: Path) -> None:
    """An analysis may be saved before the result it belongs to."""
    folder = tmp_path / "result"
    triads().save(folder / "triads")
    card_of().save(folder)
    assert TidyResult.load(folder / "triads").equals(triads())
    assert am.load_result(folder).equals(card_of())


def test_saving_leaves_a_hand_edited_table_alone(tmp_path: Path) -> None:
    """A table edited by hand is named, and stays as edited."""
    folder = card_of().save(tmp_path / "result")
    (folder / "scores.csv").write_text("mine\n", encoding="utf-8")
    with pytest.raises(ResultError) as caught:
        card_of().save(folder)
    assert str(caught.value).startswith(f"{folder / 'scores.csv'}: the file is not the one recorded\n  sha256:")
    assert (folder / "scores.csv").read_text(encoding="utf-8") == "mine\n"


@pytest.mark.parametrize("text", ['{"my": "thesis"}', '{"kind": "survey", "files": {}}', '{"files": {}}'])
def test_saving_leaves_a_foreign_record_alone(tmp_path: Path, text: str) -> None:
    """A folder with somebody's own ``result.json`` is no earlier result, and stays."""
    folder = tmp_path / "result"
    folder.mkdir()
    (folder / "result.json").write_text(text, encoding="utf-8")
    with pytest.raises(ResultError, match=r"result"):
        card_of().save(folder)
    assert {name: content.decode() for name, content in bytes_of(folder).items()} == {"result.json": text}


def test_saving_leaves_a_result_of_another_kind_alone(tmp_path: Path) -> None:
    """A result of another kind is not replaced by scores."""
    folder = triads().save(tmp_path / "result")
    with pytest.raises(ResultError, match=r"'triads'"):
        card_of().save(folder)
    assert TidyResult.load(folder).equals(triads())


def test_saving_leaves_a_file_in_its_place_alone(tmp_path: Path) -> None:
    """A file where the folder should be is refused, and stays."""
    (tmp_path / "result").write_text("mine", encoding="utf-8")
    with pytest.raises(ResultError) as caught:
        card_of().save(tmp_path / "result")
    assert str(caught.value).startswith(
        f"{tmp_path / 'result'}: there is something else where the result folder should be\n  a file or a link\n"
    )
    assert (tmp_path / "result").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("dangling", [False, True])
def test_saving_leaves_a_link_in_its_place_alone(tmp_path: Path, dangling: bool) -> None:
    """A link where the folder should be is refused, whether it leads anywhere or not."""
    goal = tmp_path / "goal"
    if not dangling:
        card_of().save(goal)
    (tmp_path / "result").symlink_to(goal)
    with pytest.raises(ResultError, match=r"something else where the result folder should be\n  a file or a link\n"):
        card_of().save(tmp_path / "result")
    assert (tmp_path / "result").is_symlink()
    assert goal.exists() is not dangling


def test_saving_under_a_name_too_long_is_reported(tmp_path: Path) -> None:
    """A name the system does not take is an error told, not a traceback."""
    with pytest.raises(ResultError, match=r"too long"):
        card_of().save(tmp_path / ("a" * 300))


def test_saving_refuses_an_unknown_format_before_writing(tmp_path: Path) -> None:
    """An unknown format is named with those known, and nothing is written."""
    with pytest.raises(ResultError) as caught:
        card_of().save(tmp_path / "result", formats=("csv", "pdf"))
    assert str(caught.value) == (
        "--format: unknown format\n  pdf\n  allowed: csv, parquet, xlsx, dta\n  do: choose from these"
    )
    assert list(tmp_path.iterdir()) == []


def test_a_failure_while_writing_keeps_the_earlier_result(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run interrupted among its tables leaves the earlier result whole, and no litter."""
    folder = card_of(number=1.0).save(tmp_path / "result")

    def interrupted(*_arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(ScoreCard, "_write_record", interrupted)
    with pytest.raises(KeyboardInterrupt):
        card_of(number=2.0).save(folder)
    assert am.load_result(folder).equals(card_of(number=1.0))
    assert [path.name for path in tmp_path.iterdir()] == ["result"]


# Runs that are killed.

DRAWS = 20
KILLS = 12


def command_of(config: Path, seed: int) -> list[str]:
    """Give the command that scores with a seed."""
    words = ["score", config.name, "--out", "results/small", "--seed", str(seed), "--draws", str(DRAWS)]
    return [sys.executable, "-m", "alliance_metrics", *words]


def seconds_of(command: list[str], home: Path) -> float:
    """Measure how long a command runs."""
    start = time.perf_counter()
    subprocess.run(command, cwd=home, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def moments(seconds: float) -> list[float]:
    """Spread half the kills over the whole run, and half over its last third, where it writes."""
    rng = random.Random(1949)  # noqa: S311 - no secret
    return [rng.uniform(0 if kill % 2 else 2 * seconds / 3, 1.05 * seconds) for kill in range(KILLS)]


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="kill -9 is for POSIX systems")
def test_a_run_killed_at_any_moment_leaves_one_whole_result(small: Path) -> None:
    """After each of twelve kills the earlier or the new result stands whole, and scores.csv reads at every moment."""
    home = small.parent
    out = home / "results" / "small"
    before = am.score(small, seed=0, draws=DRAWS)
    before.save(out)
    seconds = min(seconds_of(command_of(small, 0), home) for _ in range(3))
    killed = 0
    for seed, moment in enumerate(moments(seconds), start=1):
        end = time.perf_counter() + moment
        with subprocess.Popen(command_of(small, seed), cwd=home, stdout=subprocess.DEVNULL) as run:
            while time.perf_counter() < end:
                assert len(pd.read_csv(out / "scores.csv")) == 44
                time.sleep(0.002)
            run.kill()
        killed += run.returncode == -signal.SIGKILL
        left, new = am.load_result(out), am.score(small, seed=seed, draws=DRAWS)
        assert left.equals(before) or left.equals(new), f"after kill {seed} the result is neither earlier nor new"
        before = left
    assert killed > KILLS / 4
    subprocess.run(command_of(small, 99), cwd=home, check=True, stdout=subprocess.DEVNULL)
    assert am.load_result(out).equals(am.score(small, seed=99, draws=DRAWS))
    assert [path.name for path in out.parent.iterdir()] == ["small"]


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="kill -9 is for POSIX systems")
def test_a_run_killed_while_writing_leaves_the_earlier_result(small: Path) -> None:
    """A run killed between its tables and its record, where the harm would be greatest, changes nothing."""
    home = small.parent
    out = home / "results" / "small"
    before = am.score(small, seed=0, draws=DRAWS)
    before.save(out)
    code = (
        "import os, signal, sys\n"
        "from alliance_metrics.commands.cli import main\n"
        "from alliance_metrics.results.score_card import ScoreCard\n"
        "ScoreCard._write_record = lambda *_: os.kill(os.getpid(), signal.SIGKILL)\n"
        "main(sys.argv[1:])"
    )
    command = [sys.executable, "-c", code, *command_of(small, 1)[3:]]
    assert subprocess.run(command, cwd=home, check=False).returncode == -signal.SIGKILL
    assert am.load_result(out).equals(before)
    assert len(list(out.parent.iterdir())) == 2
    subprocess.run(command_of(small, 1), cwd=home, check=True, stdout=subprocess.DEVNULL)
    assert am.load_result(out).equals(am.score(small, seed=1, draws=DRAWS))
    assert [path.name for path in out.parent.iterdir()] == ["small"]


@pytest.mark.slow
def test_runs_at_the_same_time_leave_one_whole_result(small: Path) -> None:
    """Four runs into one folder end without a traceback; the result is that of one of them, and no litter is left."""
    home = small.parent
    runs = [
        subprocess.Popen(command_of(small, seed), cwd=home, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for seed in range(4)
    ]
    told = [run.communicate()[1] for run in runs]
    assert [text for text in told if "Traceback" in text] == []
    assert 0 in [run.returncode for run in runs]
    left = am.load_result(home / "results" / "small")
    assert [left.equals(am.score(small, seed=seed, draws=DRAWS)) for seed in range(4)].count(True) == 1
    assert [path.name for path in (home / "results").iterdir()] == ["small"]
