"""How many events are on record by year and pillar."""

from __future__ import annotations

from pathlib import Path

from alliance_metrics import declare
from alliance_metrics.study.score import event_counts
from alliance_metrics.study.study import open_study


def test_years_without_events_are_counted_as_none(small: Path) -> None:
    """Every year and pillar has a row; of the made-up events one falls on the first year and pillar."""
    counted = event_counts(open_study(small))
    assert len(counted) == 4 * 2
    assert counted["events"].iloc[:2].tolist() == [1, 0]


def test_counts_are_those_of_the_events_table(small: Path) -> None:
    """Events of a year and pillar are counted, those read at the source apart; dates may be days, months or years."""
    events = small.parent / "data" / "evidence" / "events.csv"
    further = [
        f"{name},{date},AA-BB,A title,A text.,{pillar},contact,1,public,bilateral,chronicle,,{status},"
        for name, date, pillar, status in (
            ("one", "1952-03-04", "trust", "verified"),
            ("two", "1953", "gain", "literature"),
            ("three", "1953-07", "gain", "verified"),
            ("four", "1970", "gain", "verified"),
        )
    ]
    events.write_text(events.read_text(encoding="utf-8") + "\n".join(further) + "\n", encoding="utf-8")
    declare(small.parent / "data")
    counted = event_counts(open_study(small)).set_index(["year", "pillar"])[["events", "verified"]]
    found = {unit: tuple(row) for unit, row in zip(counted.index, counted.to_numpy().tolist(), strict=True) if row[0]}
    assert found == {(1950, "trust"): (1, 1), (1952, "trust"): (2, 1), (1953, "gain"): (2, 1)}
