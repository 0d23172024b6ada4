"""Cells of saved tables as parts of a page: their words and formats; each figure printed says which cell it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from string import Formatter
from typing import Any

import pandas as pd
from markupsafe import Markup

from alliance_metrics.results.files import RECORD

SCALE_SOURCE = (
    "Words and bounds are those of the IPCC's Fourth Assessment Report (Working Group II, front matter, section F)"
)
#: Least probability, word and bounds, from the surest; a probability at a bound has the surer word.
SCALE: tuple[tuple[float, str, str], ...] = (
    (0.99, "virtually certain", "over 99%"),
    (0.90, "very likely", "90 to 99%"),
    (0.66, "likely", "66 to 90%"),
    (0.33, "about as likely as not", "33 to 66%"),
    (0.10, "unlikely", "10 to 33%"),
    (0.01, "very unlikely", "1 to 10%"),
    (0.0, "exceptionally unlikely", "under 1%"),
)
#: What is uncertain, in words, by the name that configurations give it.
INPUTS: Mapping[str, str] = {
    "coder_cell": "the level each coder meant",
    "coder_choice": "the choice of coders",
    "weights": "the weights",
    "normalisation": "the normalisation",
    "aggregation": "the aggregation",
    "treatment": "the treatment of missing cells",
    "strength": "the strength of the gate",
    "exponent": "the exponent of the means",
    "leave_out": "the indicator left out",
    "era_goalposts": "whether scales mean the same in every era",
}
MISSING = "\N{EN DASH}"
_MINUS = "\N{MINUS SIGN}"


def probability_word(share: float) -> str:
    """Give the word for a probability.

    Parameters
    ----------
    share
        A probability, or a share of draws. [0-1]

    Returns
    -------
    str
        The word of `SCALE`.

    Raises
    ------
    ValueError
        Where it is no probability.

    References
    ----------
    Intergovernmental Panel on Climate Change (2007). Fourth Assessment Report, Working Group II, front matter,
    section F, "Description of likelihood".

    Examples
    --------
    >>> probability_word(0.93), probability_word(0.5)
    ('very likely', 'about as likely as not')
    """
    if not 0.0 <= share <= 1.0:
        raise ValueError(f"a probability lies between 0 and 1, and this does not: {share}")
    return next(word for least, word, _ in SCALE if share >= least)


def percent(share: float) -> str:
    """Format a share in whole percent; only none and all are 0% and 100%.

    Parameters
    ----------
    share
        The share. [0-1]

    Returns
    -------
    str
        Such as ``12%``; ``<1%`` and ``>99%`` for what would be rounded away.

    Examples
    --------
    >>> percent(0.997), percent(1.0), percent(0.004)
    ('>99%', '100%', '<1%')
    """
    whole = rounded(100.0 * share, 0)
    if whole == "100" and share < 1.0:
        return ">99%"
    if whole == "0":
        return "0%" if share == 0.0 else "<1%"
    return f"{whole}%"


def rounded(value: float, places: int, *, sign: bool = False) -> str:
    """Round as the axes and labels of the charts do: a half goes away from zero, and zero has no sign.

    Parameters
    ----------
    value
        The number.
    places
        Digits after the point.
    sign
        Whether a positive number has its sign too.

    Returns
    -------
    str
        The number.

    Examples
    --------
    >>> rounded(81.25, 1), rounded(-0.04, 1), rounded(2.0, 0, sign=True)
    ('81.3', '0.0', '+2')
    """
    exact = Decimal(float(value)).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    before = _MINUS if exact < 0 else "+" if sign and exact > 0 else ""
    return f"{before}{abs(exact)}"


def plain_name(text: str) -> str:
    """Give an id as words: the last part of a place in the tree, without underscores.

    Parameters
    ----------
    text
        The id.

    Returns
    -------
    str
        Words.
    """
    return text.rpartition(".")[2].replace("_", " ")


#: How a cell is printed, by the name the page states beside it.
FORMS: Mapping[str, Callable[[Any], str]] = {
    "text": str,
    "name": lambda value: plain_name(str(value)),
    "input": lambda value: INPUTS.get(str(value), plain_name(str(value))),
    "whole": lambda value: rounded(value, 0),
    "points": lambda value: rounded(value, 1),
    "size": lambda value: rounded(abs(value), 1),
    "signed": lambda value: rounded(value, 1, sign=True),
    "hundredths": lambda value: rounded(value, 2),
    "correlation": lambda value: rounded(value, 2, sign=True),
    "percent": percent,
}


def figure(value: object, form: str) -> str:
    """Print a cell.

    Parameters
    ----------
    value
        What stands in it.
    form
        A name of `FORMS`.

    Returns
    -------
    str
        The text; a dash where nothing stands in it.
    """
    if value is None or value == "" or (not isinstance(value, str) and bool(pd.isna(value))):  # type: ignore[call-overload]
        return MISSING
    return FORMS[form](value)


#: Where nothing is printed.
EMPTY = Markup("")
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
