"""Fragility on the screen."""

from __future__ import annotations

import re
from pathlib import Path

from alliance_metrics.history.fragility.analysis import fragility_analysis
from alliance_metrics.report.text.fragility import render_fragility
from alliance_metrics.study.drawn_study import draw_study
from alliance_metrics.study.study import open_study
from tests.small_alliance import write_small_alliance


def test_published_reading_is_short_and_gives_the_answer_first():
    """Six dyad-eras with steps, shocks and what followed, in at most 25 lines; numbers are those of the tables."""
    result = fragility_analysis(draw_study(open_study("baseline", draws=60)))
    lines = render_fragility(result).split("\n")
    assert len(lines) <= 25
    assert max(map(len, lines)) <= 110
    steps = result.to_frame("steps").query("dyad == 'PRC-USSR' and target == 'threshold' and coders == 'all'")
    row = steps.loc[steps["index"].idxmax()]
    ends = f"{row['estimate']:.0f} [{row['lower']:.0f}-{row['upper']:.0f}]"
    assert (
        lines[1]
        == f"PRC-USSR 1949-1969: {row['year']}, index {row['index']:.1f}. Below 50: {ends} steps down by all coders"
    )
    assert "language model" in lines[-3]


def test_what_was_not_done_is_told(tmp_path: Path):
    """Four years have no year with five after it; the text says so."""
    text = render_fragility(fragility_analysis(draw_study(open_study(write_small_alliance(tmp_path), draws=20))))
    assert "AA-BB 1950-1953: 1951, index" in text
    assert "Not done: comparable years, others: no year is followed by 5 on record" in text


def test_bounds_and_pooled_methods_are_told():
    """Under a gate steps are an upper bound."""
    text = render_fragility(fragility_analysis(draw_study(open_study("bedrock", draws=20))))
    assert "at most" in text
    assert "Not done: intervals of steps" in text


def test_one_year_is_one_year(tmp_path: Path):
    """Counts of one have their nouns in the singular."""
    config = write_small_alliance(tmp_path)
    asked = "\n[analysis.fragility]\nthresholds = [50.0]\nhorizon = 1\nneighbours = 1\n"
    config.write_text(config.read_text(encoding="utf-8") + asked, encoding="utf-8")
    text = render_fragility(fragility_analysis(draw_study(open_study(config, draws=1))))
    assert " of 1 draw of the codings" in text
    assert not re.search(r"\b1 (years|draws|steps)\b", text)
