"""Turning points as lines for the screen: every number is one of the tables, and doubt is told with it."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from alliance_metrics.history.turning_points.analysis import turning_points_analysis
from alliance_metrics.report.text.turning_points import render_turning_points
from alliance_metrics.results.tidy_result import TidyResult
from alliance_metrics.study.drawn_study import DrawnStudy, draw_study
from alliance_metrics.study.study import open_study


@pytest.fixture(scope="module")
def drawn() -> DrawnStudy:
    """Give two trajectories of the published study."""
    whole = draw_study(open_study("baseline", draws=200))
    return replace(whole, trajectories=(whole.trajectories[0], whole.trajectories[3]))


@pytest.fixture(scope="module")
def result(drawn: DrawnStudy) -> TidyResult:
    """Give their turning points."""
    return turning_points_analysis(drawn)


def test_lines_fit_the_screen_and_lack_nothing(result: TidyResult) -> None:
    """At most a hundred characters, no missing number, no separator in a year."""
    text = render_turning_points(result)
    assert max(len(line) for line in text.splitlines()) <= 100
    assert not re.search(r"\b(nan|NaN|None|<NA>)\b", text)
    assert not re.search(r"\d,\d{3}", text)


def test_each_trajectory_has_its_break_with_interval_chance_n_and_power(drawn: DrawnStudy, result: TidyResult) -> None:
    """Numbers of the index are those of the tables."""
    lines = render_turning_points(result).splitlines()
    tests = result.to_frame("break_tests").query("component == @drawn.index_id")
    for one, row in zip(drawn.trajectories, tests.to_dict("records"), strict=True):
        line = next(line for line in lines if line.startswith(f"{one.name}: "))
        assert f"{row['shift']:+.1f} in {row['estimate']} [" in line
        assert line.endswith(f"chance {row['p_value']:.3f}, n {row['n_years']}, power {row['power']:.2f}")


def test_who_turned_first_is_told_by_both_readings(drawn: DrawnStudy, result: TidyResult) -> None:
    """The pillar with the greatest share of draws, for falls where the index fell and for rises where it rose."""
    text = render_turning_points(result)
    order = result.to_frame("order")
    for one, turn, word in zip(drawn.trajectories, ("fall", "rise"), ("fell", "rose"), strict=True):
        for reading in ("onset", "break"):
            own = order[(order["dyad"] == one.unit) & (order["turn"] == turn) & (order["reading"] == reading)]
            row = own.sort_values("first").iloc[-1]
            assert f"{word} first by {reading}: {row['component']} ({row['first_alone']:.0%} alone" in text


def test_a_break_beyond_chance_is_suggestive_and_no_more(drawn: DrawnStudy) -> None:
    """A sharp fall amid little noise is called suggestive; nothing is called shown."""
    first, rng = drawn.trajectories[0], np.random.default_rng(3)
    nominal, draws = drawn.nominal.copy(), drawn.draws.scores.copy()
    series = 0.8 - 0.6 * (first.years >= 1959) + 0.03 * rng.standard_normal((4, 21))
    for name, row in zip((*drawn.pillars, drawn.index_id), series, strict=True):
        nominal[drawn.place(name), first.rows] = row
        draws[drawn.place(name), first.rows] = row[:, np.newaxis]
    changed = replace(drawn, nominal=nominal, draws=replace(drawn.draws, scores=draws), trajectories=(first,))
    text = render_turning_points(turning_points_analysis(changed))
    assert re.search(r"-\d\d\.\d in 1959 \[1958-1960\], suggestive: chance 0\.0", text)
    assert "shows" not in text


def test_leads_are_told_with_what_chance_gives_and_power(result: TidyResult) -> None:
    """Number found, number tested, number by chance, and how often a true one would be found."""
    text = " ".join(render_turning_points(result).split())
    found = (result.to_frame("lead_findings")["finding"] == "suggestive").sum()
    assert f"Leads between pillars: {found} of 6 pairs suggestive where chance gives about 0.3" in text
    assert "(a lead of correlation 0.7 would be found in " in text


def test_the_gate_is_told_with_its_interval_and_what_cannot_be_known(drawn: DrawnStudy, result: TidyResult) -> None:
    """Strength of each trajectory, and that coders or a common cause may make it."""
    text = " ".join(render_turning_points(result).split())
    for row in result.to_frame("strength").to_dict("records"):
        assert f"{row['dyad']} {row['era']} {row['estimate']:.2f} [{row['lower']:.2f}-{row['upper']:.2f}]" in text
    assert f"Strength of {drawn.study.config.analysis.gate} as a gate" in text
    assert "cannot be told from a common cause or from coders who lean alike" in text
    assert "Codings of language models are research inputs" in text


def test_another_alliance_is_told_without_what_it_lacks(small: Path) -> None:
    """Four years by two human coders: what was not done is counted, and no language model named."""
    text = " ".join(render_turning_points(turning_points_analysis(draw_study(open_study(small)))).split())
    assert "AA-BB 1950-1953: closeness -30.2 in 1952" in text
    assert "No lead is tested." in text
    assert "No strength of a gate is estimated." in text
    assert "Passed over: 3 (skipped.csv)." in text
    assert "language models" not in text


def test_a_suggestive_lead_names_its_pair_and_trajectory(drawn: DrawnStudy) -> None:
    """One pillar repeats another's changes a year later: who, before whom, by how many years, where, how strongly."""
    first, rng = drawn.trajectories[0], np.random.default_rng(4)
    nominal = drawn.nominal.copy()
    walk = 0.5 + np.cumsum(rng.uniform(-0.1, 0.1, size=23))
    leader, follower, other = drawn.pillars
    for name, row in ((leader, walk[1:22]), (follower, walk[:21]), (other, rng.uniform(0.4, 0.6, size=21))):
        nominal[drawn.place(name), first.rows] = np.clip(row, 0, 1)
    changed = replace(drawn, nominal=nominal, trajectories=(first,))
    text = " ".join(render_turning_points(turning_points_analysis(changed)).split())
    assert f"; {leader} before {follower} by 1 in {first.name} (1.00)" in text
