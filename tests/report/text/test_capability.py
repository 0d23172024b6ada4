"""Capability on the screen."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from alliance_metrics.history.capability.analysis import capability_analysis
from alliance_metrics.report.text.capability import render_capability
from alliance_metrics.study.drawn_study import draw_study
from alliance_metrics.study.study import open_study
from tests.small_alliance import write_small_alliance


def test_published_reading_is_short_and_says_what_it_is_not():
    """Six dyad-eras in at most 25 lines, and no forecast."""
    result = capability_analysis(draw_study(open_study("baseline", draws=60)))
    text = render_capability(result)
    lines = text.split("\n")
    assert len(lines) <= 25
    assert max(map(len, lines)) <= 115
    added = result.to_frame("added").query("dyad == 'PRC-USSR' and whole == 'world' and indicator == 'cinc'")
    best = added.loc[added["estimate"].idxmax()]
    assert f"most in {best['year']}: {best['strongest']} alone {100 * best['alone']:.1f}% of the world" in lines[1]
    assert "9 (milper)" in lines[3]
    assert "Neither law forecasts a war" in text


def test_data_without_capabilities_are_told(tmp_path: Path):
    """One line says that there is no table."""
    text = render_capability(capability_analysis(draw_study(open_study(write_small_alliance(tmp_path), draws=20))))
    assert text.endswith("Not done: capability: the data have no table of capabilities")


def test_one_year_is_one_year():
    """A record of one year has its noun in the singular."""
    drawn = draw_study(open_study("baseline", draws=20))
    one = drawn.trajectories[0]
    cut = replace(drawn, trajectories=(replace(one, rows=one.rows[:1], years=one.years[:1]),))
    assert "above it in 0 of 1 year (cinc)" in render_capability(capability_analysis(cut))
