"""Cells of saved tables as parts of a page: each figure printed says which cell it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from string import Formatter
from typing import Any

import pandas as pd
from markupsafe import Markup

from alliance_metrics.report.brief.words import MISSING, figure, probability_word
from alliance_metrics.results.files import RECORD

EMPTY = Markup("")
"""Where nothing is printed."""
_CELL = Markup('<span data-cell="{place}" data-form="{form}">{text}</span>')


@dataclass(frozen=True, eq=False)
class SavedRow:
    """One row of a saved table.

    Parameters
    ----------
    file
        The file, seen from the result folder.
    number
        Which row; that below the header is the first.
    values
        Its cells by column.
    """

    file: str
    number: int
    values: Mapping[str, Any]

    def __getitem__(self, column: str) -> Any:  # noqa: ANN401 - cells are of several kinds
        return self.values[column]

    def cell(self, column: str, form: str = "points") -> Markup:
        """Print a cell and say which it is.

        Parameters
        ----------
        column
            Name of the column.
        form
            How it is printed: a name of ``FORMS``.

        Returns
        -------
        Markup
            The figure in an element that names file, row, column and form.
        """
        place = f"{self.file}:{self.number}:{column}"
        return _CELL.format(place=place, form=form, text=figure(self[column], form))

    def fill(self, text: str, *parts: Markup | str) -> Markup:
        """Fill a sentence with cells.

        Parameters
        ----------
        text
            The sentence: ``{column:form}`` is a cell, ``{unit}`` the first column, ``{}`` the next of the parts.
        parts
            Other parts of it.

        Returns
        -------
        Markup
            The sentence.
        """
        rest, unit, filled = iter(parts), next(iter(self.values)), EMPTY
        for words, column, form, _ in Formatter().parse(text):
            filled += Markup(words)  # noqa: S704 - words of this program
            if column == "unit":
                filled += self.cell(unit, form or "text")
            elif column:
                filled += self.cell(column, form or "points")
            elif column is not None:
                filled += next(rest)
        return filled

    def cells(self, *columns: str) -> tuple[Markup, ...]:
        """Print some cells as a row of a table.

        Parameters
        ----------
        columns
            Each as ``column:form``; ``[form]`` is the interval.

        Returns
        -------
        tuple of Markup
            The cells.
        """
        return tuple(self.between(one[1:-1]) if one.startswith("[") else self.fill(f"{{{one}}}") for one in columns)

    def between(self, form: str = "points", *, ends: tuple[str, str] = ("lower", "upper")) -> Markup:
        """Print an interval.

        Parameters
        ----------
        form
            How its ends are printed.
        ends
            Columns of its ends.

        Returns
        -------
        Markup
            Both ends; nothing where there is no interval.
        """
        if pd.isna(self[ends[0]]) or pd.isna(self[ends[1]]):
            return EMPTY
        lower, upper = (self.cell(column, form) for column in ends)
        return Markup('<span class="interval">[{} to {}]</span>').format(lower, upper)

    def likelihood(self, column: str) -> Markup:
        """Print a probability behind the word for it.

        Parameters
        ----------
        column
            The column of the probability.

        Returns
        -------
        Markup
            Such as *very likely (93%)*.
        """
        word = probability_word(float(self[column]))
        return Markup('<b class="word">{}</b> ({})').format(word, self.cell(column, "percent"))


class SavedRows:
    """Rows of one saved table.

    Parameters
    ----------
    file
        The file, seen from the result folder.
    frame
        The rows; their labels are their places in the file, from 0.
    """

    def __init__(self, file: str, frame: pd.DataFrame) -> None:
        self.file = file
        self.frame = frame

    def __iter__(self) -> Iterator[SavedRow]:
        for place, values in zip(self.frame.index, self.frame.to_dict("records"), strict=True):
            yield SavedRow(self.file, int(place) + 1, {str(name): value for name, value in values.items()})

    def __len__(self) -> int:
        return len(self.frame)

    def where(self, **wanted: object) -> SavedRows:
        """Keep the rows in which columns hold these values.

        Parameters
        ----------
        wanted
            Value by column.

        Returns
        -------
        SavedRows
            The rows.
        """
        frame = self.frame
        for column, value in wanted.items():
            frame = frame[frame[column] == value]
        return SavedRows(self.file, frame)

    def like(self, row: SavedRow, *columns: str) -> SavedRows:
        """Keep the rows that agree with a row in some columns.

        Parameters
        ----------
        row
            The row.
        columns
            The columns.

        Returns
        -------
        SavedRows
            The rows.
        """
        return self.where(**{column: row[column] for column in columns})

    def known(self, column: str) -> SavedRows:
        """Keep the rows in which a column holds something.

        Parameters
        ----------
        column
            The column.

        Returns
        -------
        SavedRows
            The rows.
        """
        return SavedRows(self.file, self.frame[self.frame[column].notna() & (self.frame[column].astype(str) != "")])

    def ordered(self, column: str, *, greatest: bool = False, size: bool = False) -> SavedRows:
        """Sort rows.

        Parameters
        ----------
        column
            The column.
        greatest
            The greatest first.
        size
            Without regard to sign.

        Returns
        -------
        SavedRows
            The rows.
        """
        by = self.frame[column].abs() if size else self.frame[column]
        order = by.sort_values(ascending=not greatest, kind="stable").index
        return SavedRows(self.file, self.frame.loc[order])

    def first(self, most: int) -> SavedRows:
        """Keep the first rows.

        Parameters
        ----------
        most
            How many at most.

        Returns
        -------
        SavedRows
            The rows.
        """
        return SavedRows(self.file, self.frame.head(most))

    def one(self, **wanted: object) -> SavedRow | None:
        """Give the first row in which columns hold these values.

        Parameters
        ----------
        wanted
            Value by column.

        Returns
        -------
        SavedRow or None
            The row, if there is one.
        """
        return next(iter(self.where(**wanted)), None)


def record_cell(record: Mapping[str, Any], *keys: str, form: str = "text", file: str = RECORD) -> Markup:
    """Print an entry of a record and say which it is.

    Parameters
    ----------
    record
        The record.
    keys
        The way to the entry; a number picks from a list. Of an entry with parts its ``method`` is printed.
    form
        How it is printed.
    file
        The file of the record, seen from the result folder.

    Returns
    -------
    Markup
        The figure in an element that names it; a dash where the record has no such entry.
    """
    value: Any = record
    for key in keys:
        value = value[int(key)] if isinstance(value, list) else (value or {}).get(key)
    if isinstance(value, Mapping):
        return record_cell(record, *keys, "method", form=form, file=file)
    if value is None or value == "":
        return Markup("{}").format(MISSING)
    place = f"{file}::{'/'.join(keys)}"
    return _CELL.format(place=place, form=form, text=figure(value, form))
