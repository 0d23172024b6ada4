"""Parquet, Excel and Stata hold the same cells as the CSV, and text stays text in each."""

from __future__ import annotations

import importlib.util
import math
import warnings
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

import alliance_metrics as am
from alliance_metrics.errors import ResultError
from alliance_metrics.results import files
from alliance_metrics.results.tables import declared_kinds
from tests.results.test_tidy_result import ODD_TEXTS, card_of, frames_of

TABLES = ("scores", "contributions", "levels", "treated", "composition", "cells", "evidence", "ranks", "pairs", "runs")
DANGEROUS = (
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "{=1+1}",
    "http://x",
    "mailto:x@y",
    "internal:Sheet1!A1",
    "NA",
    "007",
    "1e5",
)


def saved(small: Path, folder: Path, form: str) -> am.ScoreCard:
    """Score the made-up alliance and save it in one further format."""
    card = am.score(small, draws=20)
    card.save(folder, formats=(form,))
    return card


def row_of(path: Path, sheet: str, row: int) -> list[object]:
    """Give the values of one row of a workbook, formulas as formulas."""
    book = openpyxl.load_workbook(path)
    values = [cell.value for cell in book[sheet][row]]
    book.close()
    return values


def without_library(monkeypatch: pytest.MonkeyPatch, *absent: str) -> None:
    """Act as if some libraries were not installed."""
    find_spec = importlib.util.find_spec

    def find(name: str) -> object:
        return None if name in absent else find_spec(name)

    monkeypatch.setattr(files.importlib.util, "find_spec", find)


@pytest.mark.slow
@pytest.mark.parametrize("text", DANGEROUS)
def test_excel_keeps_a_text_a_text(tmp_path: Path, text: str) -> None:
    """A text that reads like a formula, a number or a link is a plain text cell."""
    card_of(text=text).save(tmp_path / "result", formats=("xlsx",))
    book = openpyxl.load_workbook(tmp_path / "result" / "result.xlsx")
    cells = [cell for cell in book["scores"][2] if cell.value is not None and isinstance(cell.value, str)]
    found = [(cell.value, cell.data_type, cell.hyperlink) for cell in cells]
    book.close()
    assert found == [(text, "s", None)] * 7


@pytest.mark.slow
def test_excel_has_a_sheet_for_each_table(small: Path, tmp_path: Path) -> None:
    """One workbook holds every table under its own name, the header in the first row."""
    saved(small, tmp_path / "result", "xlsx")
    path = tmp_path / "result" / "result.xlsx"
    book = openpyxl.load_workbook(path)
    found = (book.sheetnames, book["scores"].max_row, book["scores"].freeze_panes)
    book.close()
    assert found == (["dictionary", *TABLES], 45, "A2")
    assert row_of(path, "cells", 1) == ["dyad", "era", "coder", "coder_kind", "rests_on", "cells"]
    assert row_of(path, "cells", 2) == ["AA-BB", "1950-1953", "ann", "human", "verified", 5]


def test_excel_holds_the_numbers_of_the_table(small: Path, tmp_path: Path) -> None:
    """Every number in the workbook is the number held."""
    card = saved(small, tmp_path / "result", "xlsx")
    sheet = pd.read_excel(tmp_path / "result" / "result.xlsx", sheet_name="scores", keep_default_na=False)
    for column in ("year", "estimate", "lower", "upper", "confidence", "availability", "cow_a"):
        assert sheet[column].tolist() == card.scores[column].tolist(), column


def test_excel_leaves_a_missing_number_empty(tmp_path: Path) -> None:
    """A missing estimate is an empty cell, not a text and not zero."""
    card_of(number=math.nan).save(tmp_path / "result", formats=("xlsx",))
    row = row_of(tmp_path / "result" / "result.xlsx", "scores", 2)
    assert row == ["x", "x", 1950, "x", "x", "x", *[None] * 6, "x", "x", *[None] * 5]


def test_excel_explains_every_column_of_every_table(small: Path, tmp_path: Path) -> None:
    """The dictionary sheet has a row for each column, in order, as declared; further columns come from the data."""
    card = saved(small, tmp_path / "result", "xlsx")
    sheet = pd.read_excel(tmp_path / "result" / "result.xlsx", sheet_name="dictionary", keep_default_na=False)
    columns = [(name, column) for name in card.names for column in card.to_frame(name).columns]
    assert list(zip(sheet["table"], sheet["column"], strict=True)) == columns
    assert (sheet["meaning"] != "").all()
    found = sheet.set_index(["table", "column"])
    for table, declared in declared_kinds()["score"].tables.items():
        for name, column in declared.meanings("dyad").items():
            if column.optional and (table, name) not in columns:
                continue
            assert found.loc[(table, name)].tolist() == [column.type, column.unit, column.meaning]
    assert found.loc[("scores", "cow_a")].tolist() == ["int64", "", "as in the data package"]


@pytest.mark.slow
@pytest.mark.parametrize("table", TABLES)
def test_stata_labels_are_the_declared_meanings(small: Path, tmp_path: Path, table: str) -> None:
    """Every variable bears its meaning; a longer one ends at a word, within the 80 characters that Stata allows."""
    saved(small, tmp_path / "result", "dta")
    with pd.read_stata(tmp_path / "result" / f"{table}.dta", iterator=True) as reader:
        labels = reader.variable_labels()
    declared = declared_kinds()["score"].tables[table].meanings("dyad")
    meanings = {name: column for name, column in declared.items() if not column.optional}
    assert set(meanings) <= set(labels)
    for name, column in meanings.items():
        kept = labels[name].removesuffix(" ...")
        assert len(labels[name]) <= 80
        assert kept == column.meaning or (column.meaning.startswith(f"{kept} ") and len(column.meaning) > 80), name


def test_a_long_meaning_is_cut_at_a_word(tmp_path: Path) -> None:
    """The label is as long as it may be: the next word would not fit."""
    meaning = f"{'word ' * 15}stops here"
    column = files.Column("x", "int64", "", meaning)
    files.write_stata({"table": (pd.DataFrame({"x": [1]}), {"x": column})}, tmp_path)
    with pd.read_stata(tmp_path / "table.dta", iterator=True) as reader:
        assert reader.variable_labels() == {"x": f"{'word ' * 15}..."}


@pytest.mark.slow
@pytest.mark.parametrize("table", TABLES)
def test_parquet_gives_the_table_back(small: Path, tmp_path: Path, table: str) -> None:
    """A Parquet table is the table held, kinds included."""
    card = saved(small, tmp_path / "result", "parquet")
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "result" / f"{table}.parquet"), card.to_frame(table))


@pytest.mark.parametrize("text", ODD_TEXTS)
def test_parquet_keeps_a_text_a_text(tmp_path: Path, text: str) -> None:
    """No text changes on its way through Parquet."""
    card_of(text=text).save(tmp_path / "result", formats=("parquet",))
    assert pd.read_parquet(tmp_path / "result" / "scores.parquet")["reason"].tolist() == [text]


def test_parquet_keeps_a_missing_number_missing(tmp_path: Path) -> None:
    """A missing estimate stays missing."""
    card_of(number=math.nan).save(tmp_path / "result", formats=("parquet",))
    assert pd.read_parquet(tmp_path / "result" / "scores.parquet")["estimate"].isna().tolist() == [True]


@pytest.mark.slow
@pytest.mark.parametrize("table", TABLES)
def test_stata_gives_the_table_back(small: Path, tmp_path: Path, table: str) -> None:
    """A Stata table has the columns and cells of the table held; whole numbers may be narrower."""
    card = saved(small, tmp_path / "result", "dta")
    found = pd.read_stata(tmp_path / "result" / f"{table}.dta")
    pd.testing.assert_frame_equal(found, card.to_frame(table), check_dtype=False)


@pytest.mark.slow
@pytest.mark.parametrize("text", ODD_TEXTS)
def test_stata_keeps_a_text_a_text(tmp_path: Path, text: str) -> None:
    """No text changes on its way through Stata's format."""
    card_of(text=text).save(tmp_path / "result", formats=("dta",))
    assert pd.read_stata(tmp_path / "result" / "scores.dta")["reason"].tolist() == [text]


def test_stata_keeps_a_missing_number_missing(tmp_path: Path) -> None:
    """A missing estimate is Stata's missing value."""
    card_of(number=math.nan).save(tmp_path / "result", formats=("dta",))
    assert pd.read_stata(tmp_path / "result" / "scores.dta")["estimate"].isna().tolist() == [True]


def test_stata_takes_missing_country_codes(tmp_path: Path) -> None:
    """A further column of whole numbers with a missing one is written, the missing one missing."""
    tables = frames_of(rows=2)
    tables["scores"]["cow_a"] = pd.array([710, pd.NA], dtype="Int64")
    am.ScoreCard(tables, key="dyad").save(tmp_path / "result", formats=("dta",))
    found = pd.read_stata(tmp_path / "result" / "scores.dta")["cow_a"]
    assert (found[0], found.isna().tolist()) == (710, [False, True])


@pytest.mark.slow
@pytest.mark.parametrize("form", ["parquet", "xlsx", "dta"])
def test_empty_tables_are_written(tmp_path: Path, form: str) -> None:
    """Tables without rows are written in every format, without a word of warning."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        card_of(rows=0).save(tmp_path / "result", formats=(form,))
    assert am.load_result(tmp_path / "result").equals(card_of(rows=0))


@pytest.mark.slow
def test_every_format_is_recorded(small: Path, tmp_path: Path) -> None:
    """Each further file stands in the record, so that a change of it is noticed."""
    am.score(small, draws=5).save(tmp_path / "result", formats=("xlsx", "dta"))
    (tmp_path / "result" / "cells.dta").write_bytes(b"edited")
    with pytest.raises(ResultError, match=r"cells\.dta: the file is not the one recorded\n"):
        am.load_result(tmp_path / "result")


def test_large_tables_are_parquet_alone(tmp_path: Path) -> None:
    """Draws are one Parquet file, whatever other formats are asked for."""
    draws = {"draws": pd.DataFrame({"draw": [0, 1], "score": [1.5, 2.5]})}
    card_of().save(tmp_path / "result", formats=("dta",), draws=draws)
    names = sorted(path.name for path in (tmp_path / "result").iterdir() if path.stem == "draws")
    assert names == ["draws.parquet"]
    assert pd.read_parquet(tmp_path / "result" / "draws.parquet")["score"].tolist() == [1.5, 2.5]


@pytest.mark.parametrize(
    ("form", "library", "extra"), [("parquet", "pyarrow", "parquet"), ("xlsx", "xlsxwriter", "excel")]
)
def test_a_missing_library_names_its_extra(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str, library: str, extra: str
) -> None:
    """Without its library a format is refused before anything is written, with the command that installs it."""
    without_library(monkeypatch, library)
    with pytest.raises(ResultError) as caught:
        card_of().save(tmp_path / "result", formats=(form,))
    assert str(caught.value) == (
        f"--format: '{form}' needs a library that is not installed\n  {library}\n"
        f"  allowed: an installed library\n  do: pip install 'alliance-metrics[{extra}]'"
    )
    assert list(tmp_path.iterdir()) == []


def test_every_missing_library_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two formats without their libraries are both told."""
    without_library(monkeypatch, "pyarrow", "xlsxwriter")
    with pytest.raises(ResultError) as caught:
        card_of().save(tmp_path / "result", formats=("xlsx", "parquet"))
    assert [fault.found for fault in caught.value.faults] == ["pyarrow", "xlsxwriter"]


def test_draws_without_their_library_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Draws need the library of Parquet, and say so."""
    without_library(monkeypatch, "pyarrow")
    with pytest.raises(ResultError, match=r"pip install 'alliance-metrics\[parquet\]'$"):
        card_of().save(tmp_path / "result", draws={"draws": pd.DataFrame({"draw": [0]})})
    assert list(tmp_path.iterdir()) == []


def test_csv_and_stata_need_no_further_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the package itself needs is enough for CSV and Stata."""
    without_library(monkeypatch, "pyarrow", "xlsxwriter")
    card_of().save(tmp_path / "result", formats=("csv", "dta"))
    assert (tmp_path / "result" / "scores.dta").is_file()
