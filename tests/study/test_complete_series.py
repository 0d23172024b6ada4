"""Which years and draws of a trajectory can be read together."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from alliance_metrics.results.collected import Skipped
from alliance_metrics.study.complete_series import (
    complete_series,
    longest_run,
    record_gaps,
    scored_components,
    try_step,
)
from alliance_metrics.study.drawn_study import DrawnStudy, draw_study
from alliance_metrics.study.study import open_study
from tests.small_alliance import write_small_alliance


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> DrawnStudy:
    """Give the made-up alliance of four years with few draws."""
    return draw_study(open_study(write_small_alliance(tmp_path_factory.mktemp("small")), draws=20))


def with_gaps(drawn: DrawnStudy, component: str, years: tuple[int, ...]) -> DrawnStudy:
    """Take nominal scores of a component in some years of the first trajectory away."""
    nominal = drawn.nominal.copy()
    first = drawn.trajectories[0]
    nominal[drawn.place(component), first.rows[np.isin(first.years, years)]] = np.nan
    return replace(drawn, nominal=nominal)


@pytest.mark.parametrize(
    ("years", "present", "kept"),
    [
        ((1950, 1951, 1952), (True, True, True), (0, 3)),
        ((1950, 1951, 1953, 1954, 1955), (True,) * 5, (2, 5)),
        ((1950, 1951, 1952, 1953), (True, False, True, True), (2, 4)),
        ((1950, 1951, 1952), (True, False, True), (0, 1)),
        ((1950, 1951), (False, False), (0, 0)),
        ((), (), (0, 0)),
    ],
    ids=["whole", "year left out", "gap", "first of equals", "none", "empty"],
)
def test_the_longest_run_is_found(years, present, kept):
    """Consecutive years that are present, by hand."""
    found = longest_run(np.array(years, dtype=np.intp), np.array(present, dtype=bool))
    assert (found.start, found.stop) == kept


def test_whole_trajectories_are_read_whole(drawn):
    """Every year and draw, in the order asked for."""
    first = drawn.trajectories[0]
    series = complete_series(drawn, (drawn.index_id, *drawn.pillars), first)
    assert series.n_years == 4
    assert series.draws.shape == (20, 3, 4)
    assert series.lost == 0
    assert series.nominal[0] == pytest.approx(drawn.nominal_of((drawn.index_id,), first)[0])
    skipped = Skipped()
    record_gaps("anything", series, first, skipped=skipped)
    assert skipped.steps == []


def test_years_without_a_score_are_cut_off_and_listed(drawn):
    """One of two components lacks 1950: both are read from 1951."""
    broken = with_gaps(drawn, drawn.pillars[0], (1950,))
    first, skipped = broken.trajectories[0], Skipped()
    series = complete_series(broken, broken.pillars, first)
    assert series.years.tolist() == [1951, 1952, 1953]
    assert np.isfinite(series.nominal).all()
    record_gaps("order", series, first, skipped=skipped)
    assert skipped.steps == [(f"{first.name}: order", "read in 1951-1953 alone, the longest run of years with scores")]


def test_draws_that_lack_a_score_are_left_out_and_counted(drawn):
    """Two of twenty draws lack a year."""
    scores = drawn.draws.scores.copy()
    first = drawn.trajectories[0]
    scores[drawn.place(drawn.pillars[0]), first.rows[3], [4, 7]] = np.nan
    holed = replace(drawn, draws=replace(drawn.draws, scores=scores))
    series, skipped = complete_series(holed, drawn.pillars, first), Skipped()
    assert len(series.draws) == 18
    assert np.isfinite(series.draws).all()
    record_gaps("order", series, first, skipped=skipped)
    assert skipped.steps == [(f"{first.name}: order", "2 of 20 draws lack a score and are left out")]


def test_a_component_without_any_score_is_dropped(drawn):
    """Missing in all years of the trajectory it is not kept; missing in some it is."""
    gone, lower = drawn.pillars
    broken = with_gaps(with_gaps(drawn, gone, tuple(range(1950, 1954))), lower, (1952,))
    first, skipped = broken.trajectories[0], Skipped()
    assert scored_components(broken, broken.pillars, first) == (lower,)
    record_gaps("breaks", complete_series(broken, (gone,), first), first, skipped=skipped)
    assert skipped.steps == [(f"{first.name}: breaks", "no year has scores")]


def test_a_refusal_is_listed_and_any_other_error_goes_on():
    """A `ValueError` becomes a skipped step; any other error is a fault of ours."""
    skipped = Skipped()

    def refuse() -> int:
        raise ValueError("too short")

    assert try_step("a test", refuse, skipped=skipped) is None
    assert try_step("another", lambda: 3, skipped=skipped) == 3
    assert skipped.steps == [("a test", "too short")]
    with pytest.raises(ZeroDivisionError):
        try_step("a third", lambda: 1 // 0, skipped=skipped)
