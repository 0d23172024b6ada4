"""Cells of saved tables in sentences and rows: each with its address, and everything else escaped."""

from __future__ import annotations

from alliance_metrics.report.brief.cells import SavedRow

ROW = SavedRow("a.csv", 3, {"dyad": "<AA>", "year": 1950, "estimate": 2.25, "lower": None, "upper": 3.0})


def cell(column: str, form: str, text: str) -> str:
    return f'<span data-cell="a.csv:3:{column}" data-form="{form}">{text}</span>'


def test_a_sentence_is_filled_with_cells_and_parts() -> None:
    """In their order; a form is points where none is named, and the unit is the first column, escaped."""
    assert str(ROW.fill("In {year:whole} {unit} {}: {estimate}.", "a < b")) == (
        f"In {cell('year', 'whole', '1950')} {cell('dyad', 'text', '&lt;AA&gt;')} a &lt; b: "
        f"{cell('estimate', 'points', '2.3')}."
    )


def test_a_row_of_a_table_has_cells_and_its_interval() -> None:
    """The interval is empty where an end is not known."""
    assert ROW.cells("year:whole", "[points]", "estimate:signed") == (
        cell("year", "whole", "1950"),
        "",
        cell("estimate", "signed", "+2.3"),
    )
