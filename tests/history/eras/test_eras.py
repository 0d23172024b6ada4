"""Two eras side by side: numbers by hand, numpy's own regression, and made-up eras whose truth is known."""

from __future__ import annotations

import numpy as np
import pytest

from alliance_metrics.history.eras.eras import MEASURES, EraSeries, align_by_event, compare_eras, era_measures


def era(index, *, first=1950, parts=None, origin=None):
    """Make an era of one draw or several from a list of yearly scores."""
    scores = np.atleast_2d(np.asarray(index, dtype=float).T).T
    whole = scores[np.newaxis] if parts is None else parts
    return EraSeries(np.arange(first, first + len(scores)), scores, whole, origin)


def measured(index, years):
    found = era_measures(np.asarray(index, dtype=float)[:, np.newaxis], np.asarray(years))
    return dict(zip(MEASURES, found[:, 0], strict=True))


def test_measures_by_hand():
    """Scores 0.2, 0.6, 0.4: mean 0.4, 1.0 a decade, changes 0.4 and -0.2 with deviation 0.4243."""
    found = measured([0.2, 0.6, 0.4], [1950, 1951, 1952])
    expected = {
        "level": 0.4,
        "trend": 1.0,
        "volatility": 0.18**0.5,
        "peak": 0.6,
        "peak_year": 1951,
        "low": 0.2,
        "low_year": 1950,
    }
    assert found == pytest.approx(expected)


def test_the_trend_is_that_of_least_squares_over_years_present():
    """Missing years are passed over; the slope is numpy's, ten times."""
    rng = np.random.default_rng(2)
    years, scores = np.arange(1990, 2010), rng.random(20)
    scores[[3, 4, 11]] = np.nan
    there = ~np.isnan(scores)
    assert measured(scores, years)["trend"] == pytest.approx(10 * np.polyfit(years[there] - 2000, scores[there], 1)[0])


def test_changes_over_a_gap_are_not_changes_from_year_to_year():
    """With 1951 missing only the changes of 1953 and 1954 count: 0.1 and 0.3."""
    found = measured([0.9, 0.2, 0.3, 0.6], [1950, 1952, 1953, 1954])
    assert found["volatility"] == pytest.approx(0.02**0.5)


def test_the_first_of_equal_peaks_is_named():
    """A plateau is dated by its first year."""
    assert measured([0.1, 0.5, 0.5], [1950, 1951, 1952])["peak_year"] == 1951


def test_an_era_without_scores_has_no_measures():
    """Nothing is made of nothing."""
    assert np.isnan(era_measures(np.full((3, 2), np.nan), np.arange(3))).all()


def test_a_single_year_has_a_level_and_no_trend():
    """One year has neither slope nor change."""
    found = measured([0.5], [1950])
    assert found["level"] == 0.5
    assert np.isnan([found["trend"], found["volatility"]]).all()


def test_differences_are_the_second_less_the_first():
    """Eras at 0.2 and 0.5 differ by 0.3 in every draw."""
    found = compare_eras(era(np.full((4, 5), 0.2)), era(np.full((3, 5), 0.5), first=1992))
    level = MEASURES.index("level")
    assert found.difference.mean[level] == pytest.approx(0.3)
    assert (found.difference.above[level], found.difference.below[level]) == (1.0, 0.0)


def test_the_mix_is_a_quotient_of_weighted_means():
    """Parts at 0.2 and 0.6 with weights 3 and 1 make up half each; equally weighted a quarter and three quarters."""
    parts = np.stack([np.full((3, 2), 0.2), np.full((3, 2), 0.6)])
    one = era(np.full((3, 2), 0.4), parts=parts)
    other = era(np.full((3, 2), 0.4), parts=parts[::-1])
    weighted = compare_eras(one, other, weights=np.array([3.0, 1.0]))
    np.testing.assert_allclose(weighted.first_mix.mean, [0.5, 0.5])
    plain = compare_eras(one, other)
    np.testing.assert_allclose(plain.first_mix.mean, [0.25, 0.75])
    np.testing.assert_allclose(plain.mix_difference.mean, [0.5, -0.5])


def test_a_doubt_common_to_both_eras_leaves_their_difference_sure():
    """The same draw is taken of both: a shared leaning widens each interval and not that of the difference."""
    leaning = np.random.default_rng(3).normal(0, 0.1, size=200)
    found = compare_eras(era(0.4 + np.zeros((3, 1)) + leaning), era(0.5 + np.zeros((3, 1)) + leaning))
    level = MEASURES.index("level")
    assert found.first.upper[level] - found.first.lower[level] > 0.2
    assert found.difference.upper[level] - found.difference.lower[level] < 1e-9


@pytest.mark.slow
def test_intervals_hold_the_true_difference_of_made_up_eras():
    """90% intervals of level and trend hold the truth in 84% to 96% of 300 pairs (three standard errors: 5%)."""
    rng = np.random.default_rng(17)
    held = np.zeros(2)
    for _ in range(300):
        years = np.arange(21)
        noise = 0.05
        coded = [base + slope * years / 10 + rng.normal(0, noise, 21) for base, slope in ((0.5, -0.1), (0.4, 0.1))]
        series = [era(one[:, np.newaxis] + rng.normal(0, noise, (21, 300))) for one in coded]
        found = compare_eras(*series).difference
        truth = (-0.1 + 0.2 * years.mean() / 10, 0.2)
        for place, name in enumerate(("level", "trend")):
            at = MEASURES.index(name)
            held[place] += found.lower[at] <= truth[place] <= found.upper[at]
    assert ((held / 300 > 0.84) & (held / 300 < 0.96)).all()


def test_no_p_value_is_given_and_it_is_said():
    """Every comparison of eras says what its probabilities rest on."""
    found = compare_eras(era([0.1, 0.2]), era([0.3, 0.4]))
    assert "No p-value" in found.basis
    assert "measurement uncertainty" in found.basis


def test_event_time_by_hand():
    """Treaties of 1950 and 2001: event years 0 and 1 are shared, and differ by 0.3 and 0.5."""
    first = era([0.9, 0.6, 0.4], first=1949, origin=1950)
    second = era([0.9, 0.9, 0.9], first=2001)
    found = align_by_event([first], [second])
    assert found.since.tolist() == [0, 1]
    np.testing.assert_allclose(found.difference.mean, [0.3, 0.5])
    assert found.n_first.tolist() == [1, 1]


def test_groups_are_averaged_over_the_series_that_have_the_year():
    """Two series in event year 0, one in event year 1."""
    group = [era([0.2, 0.4]), era([0.4], first=1960)]
    found = align_by_event(group, [era([0.5, 0.5], first=1992)])
    np.testing.assert_allclose(found.first.mean, [0.3, 0.4])
    assert found.n_first.tolist() == [2, 1]
    assert found.n_second.tolist() == [1, 1]


def test_a_year_without_scores_is_no_case():
    """A series that is missing in a year does not count there."""
    group = [era([0.2, np.nan]), era([0.4, 0.6])]
    found = align_by_event(group, [era([0.5, 0.5])])
    np.testing.assert_allclose(found.first.mean, [0.3, 0.6])
    assert found.n_first.tolist() == [2, 1]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: compare_eras(era([0.1, 0.2]), era(np.zeros((2, 3)))), "same parts and draws"),
        (lambda: compare_eras(EraSeries(np.array([2, 1]), np.zeros((2, 1)), np.zeros((1, 2, 1))), era([0.1])), "rise"),
        (lambda: compare_eras(EraSeries(np.array([1]), np.zeros((2, 1)), np.zeros((1, 2, 1))), era([0.1])), "years"),
        (lambda: align_by_event([], [era([0.1])]), "at least one"),
        (lambda: align_by_event([era([0.1])], [era([0.1], origin=1940)]), "no event year"),
        (lambda: align_by_event([era([0.1])], [era(np.zeros((1, 2)))]), "same draws"),
    ],
)
def test_what_cannot_be_compared_is_refused(call, message):
    """Each way of being wrong is told by its cause."""
    with pytest.raises(ValueError, match=message):
        call()
