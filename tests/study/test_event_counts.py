"""How many events are on record by year and pillar."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from alliance_metrics.study.score import event_counts
from alliance_metrics.study.study import open_study

EVENTS = Path(__file__).resolve().parents[2] / "data" / "evidence" / "events.csv"


def test_counts_are_those_of_the_events_table() -> None:
    """Each dyad-year and pillar has the number of its rows in the table, and of those verified."""
    counted = event_counts(open_study("baseline", draws=1)).set_index(["dyad", "year", "pillar"])
    events = pd.read_csv(EVENTS, keep_default_na=False)
    for dyad, year, pillar in (
        ("PRC-USSR", 1956, "ideology"),
        ("PRC-RUS", 2022, "threat"),
        ("RUS-DPRK", 1994, "utility"),
    ):
        own = events[(events["dyad"] == dyad) & events["date"].str.startswith(str(year)) & (events["pillar"] == pillar)]
        row = counted.loc[(dyad, year, pillar)]
        assert row["events"] == len(own)
        assert row["verified"] == (own["status"] == "verified").sum()
    assert len(counted) == 3 * 165


def test_years_without_events_are_counted_as_none(small: Path) -> None:
    """Every year and pillar has a row; of the made-up events one falls on the first year and pillar."""
    counted = event_counts(open_study(small))
    assert len(counted) == 4 * 2
    assert counted["events"].iloc[:2].tolist() == [1, 0]
