"""Every draw cut into segments at once: the same as each by itself."""

from __future__ import annotations

import numpy as np
import pytest

from alliance_metrics.history.turning_points.breaks import break_distribution, date_breaks, distribution_of
from alliance_metrics.history.turning_points.segmentation import partition_draws

YEARS = np.arange(1949, 1970)


def slow_break(series, minimum):
    """Year of the best single break in mean, by trying every split."""
    splits = range(minimum, len(series) - minimum + 1)
    left = [series[:s].var() * s + series[s:].var() * (len(series) - s) for s in splits]
    return YEARS[splits[int(np.argmin(left))]]


def test_single_breaks_are_those_of_trying_every_split():
    """Forty made-up draws have the year that a slow search finds."""
    draws = np.random.default_rng(1).normal(size=(40, 21))
    found = partition_draws(draws, years=YEARS, most=2)
    assert found.break_years[0][:, 0].tolist() == [slow_break(row, 3) for row in draws]


@pytest.mark.parametrize("number", [1, 2, 3])
def test_each_draw_is_cut_as_it_would_be_alone(number):
    """Dates for one to three breaks, and residuals, are those of `date_breaks` draw by draw."""
    draws = np.random.default_rng(2).normal(size=(10, 21)).cumsum(axis=1)
    found = partition_draws(draws, years=YEARS, most=3)
    for row, own, residual in zip(draws, found.break_years[number - 1], found.residual, strict=True):
        alone = date_breaks(row, years=YEARS, maximum_breaks=3, breaks=number)
        assert own.tolist() == alone.breaks["break_year"].tolist()
        assert residual == pytest.approx(alone.criteria["residual_sum_of_squares"].to_numpy())


@pytest.mark.slow
@pytest.mark.parametrize("criterion", ["bic", "lwz"])
def test_numbers_chosen_are_counted(criterion):
    """The share of draws for each number is that of asking draw by draw."""
    draws = np.random.default_rng(3).normal(size=(30, 21)) + 2.0 * (YEARS >= 1960)
    found = partition_draws(draws, years=YEARS, most=3)
    each = [len(date_breaks(row, years=YEARS, maximum_breaks=3, criterion=criterion).breaks) for row in draws]
    assert found.number_shares(criterion) == pytest.approx(np.bincount(each, minlength=4) / 30)


def test_draws_with_gaps_or_without_variation_have_no_dates():
    """A draw that lacks a year is left out of everything; one that never varies has residuals and no dates."""
    draws = np.random.default_rng(4).normal(size=(3, 21))
    draws[0, 5] = np.nan
    draws[1] = 0.4
    found = partition_draws(draws, years=YEARS, most=1)
    assert np.isnan(found.residual[0]).all()
    assert np.isnan(found.break_years[0]).ravel().tolist() == [True, True, False]
    assert np.isnan(partition_draws(draws[:1], years=YEARS, most=1).number_shares("bic")).all()


def test_a_distribution_can_be_made_of_partitions_found_before():
    """Summing up the partitions gives what dating the draws anew gives."""
    draws = np.random.default_rng(5).normal(size=(50, 21))
    parts = partition_draws(draws, years=YEARS, most=2)
    one = distribution_of(parts.break_years[1], years=YEARS)
    other = break_distribution(draws, years=YEARS, breaks=2)
    assert one.breaks.equals(other.breaks)
    assert one.years.equals(other.years)


def test_draws_of_another_length_are_refused():
    """The message tells the shape."""
    with pytest.raises(ValueError, match=r"draws of 21 years each are needed, not an array of shape \(3, 20\)"):
        partition_draws(np.zeros((3, 20)), years=YEARS, most=1)
