"""Tables and sections of the report, as Markdown."""

from __future__ import annotations

import math
from dataclasses import dataclass

Cell = str | int | float


@dataclass(frozen=True)
class Table:
    """One table.

    Parameters
    ----------
    columns
        Headings.
    rows
        Cells, as many in each row as there are columns.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def __post_init__(self) -> None:
        """Refuse rows that do not fit."""
        for row in self.rows:
            if len(row) != len(self.columns):
                raise ValueError(f"{len(self.columns)} columns, and a row of {len(row)} cells: {row}")

    def column(self, name: str) -> list[Cell]:
        """Give one column.

        Parameters
        ----------
        name
            Its heading.

        Returns
        -------
        list
            Its cells.
        """
        place = self.columns.index(name)
        return [row[place] for row in self.rows]

    def render(self) -> str:
        """Give the table as Markdown.

        Returns
        -------
        str
            Heading, rule and rows; numbers stand to the right.
        """
        numeric = [
            bool(self.rows) and all(isinstance(row[place], (int, float)) for row in self.rows)
            for place in range(len(self.columns))
        ]
        rule = ["---:" if right else "---" for right in numeric]
        lines = [self.columns, rule, *([told(cell) for cell in row] for row in self.rows)]
        return "\n".join(f"| {' | '.join(line)} |" for line in lines)


@dataclass(frozen=True)
class Section:
    """One part of the report.

    Parameters
    ----------
    title
        Heading.
    parts
        Paragraphs and tables, in order.
    """

    title: str
    parts: tuple[str | Table, ...]

    @property
    def tables(self) -> list[Table]:
        """The tables alone."""
        return [part for part in self.parts if isinstance(part, Table)]

    def render(self) -> str:
        """Give the section as Markdown.

        Returns
        -------
        str
            Heading, paragraphs, tables.
        """
        parts = [part.render() if isinstance(part, Table) else part for part in self.parts]
        return "\n\n".join([f"## {self.title}", *parts])


def told(cell: Cell) -> str:
    """Write one cell.

    Parameters
    ----------
    cell
        Text, a whole number, or a measured one.

    Returns
    -------
    str
        Whole numbers in full, measured ones to three digits.

    Examples
    --------
    >>> [told(cell) for cell in ("as it is", 12345, 12345.6, 0.0123456)]
    ['as it is', '12,345', '12,300', '0.0123']
    """
    if isinstance(cell, str):
        return cell
    if isinstance(cell, int) or cell == 0 or not math.isfinite(cell):
        return f"{cell:,}"
    digits = 2 - math.floor(math.log10(abs(cell)))
    if digits < -3 or digits > 6:
        return f"{cell:.1e}" if digits > 6 else f"{round(cell, digits):,.0f}"
    return f"{round(cell, digits):,.{max(digits, 0)}f}"
