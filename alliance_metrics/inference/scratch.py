"""What a place for draws that exceed the memory allowed must offer."""

from __future__ import annotations

from typing import Protocol

from alliance_metrics.inference.coder_draws import Singles


class Scratch(Protocol):
    """A place for draws that do not fit the memory allowed; several processes may write."""

    def write(self, columns: Singles, *, first_row: int) -> None:
        """Keep some rows of all columns.

        Parameters
        ----------
        columns : ndarray of float32, shape (n_columns, width)
            The rows.
        first_row
            Place of the first.

        Returns
        -------
        None
            They are kept.
        """
        ...

    def read(self, first: int, last: int) -> Singles:
        """Give all rows of some columns.

        Parameters
        ----------
        first, last
            First column, and the one after the last.

        Returns
        -------
        ndarray of float32, shape (last - first, n_rows)
            The columns.
        """
        ...

    def close(self) -> None:
        """Give the place back.

        Returns
        -------
        None
            Nothing is kept.
        """
        ...


class ScratchMaker(Protocol):
    """Gives a place for draws."""

    def __call__(self, n_columns: int, *, n_rows: int, piece: int) -> Scratch:
        """Give one for so many columns and rows, of which a piece is written at a time."""
        ...
