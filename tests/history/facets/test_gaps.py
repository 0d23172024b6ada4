"""Gaps between series and the order in which they turned: by hand, by a loop, and on made-up series."""

from __future__ import annotations

import numpy as np
import pytest

from alliance_metrics.history.facets.gaps import lasting_falls, series_gap


def slow_onset(scores, years, lasting, earlier, margin):
    """First year from which the series stays below the mean of its past, one year at a time."""
    for place in range(len(scores) - lasting + 1):
        past = [score for score in scores[:place] if not np.isnan(score)]
        if len(past) < earlier:
            continue
        if all(score < np.mean(past) - margin for score in scores[place : place + lasting]):
            return years[place]
    return np.nan


def test_gap_by_hand():
    """Gaps of 0.1 and 0.4 in one draw, 0.3 and 0.2 in the other."""
    one, other = np.array([[0.6, 0.8], [0.9, 0.7]]), np.array([[0.5, 0.5], [0.5, 0.5]])
    found = series_gap(one, other, np.array([1956, 1957]))
    np.testing.assert_allclose(found.gap.mean, [0.2, 0.3])
    np.testing.assert_allclose(found.gap.above, [1.0, 1.0])
    np.testing.assert_allclose(found.greatest, [0.5, 0.5])
    assert float(found.mean.mean) == pytest.approx(0.25)
    assert float(found.greatest_year.mean) == 1956.5


def test_equal_gaps_share_the_year_of_the_greatest():
    """Two years with the same gap are the greatest in half of the draws each; missing years are never it."""
    one = np.array([[0.6], [0.6], [np.nan]])
    found = series_gap(one, np.full((3, 1), 0.5), np.array([1, 2, 3]))
    np.testing.assert_allclose(found.greatest, [0.5, 0.5, 0.0])


def test_a_gap_that_is_never_there_has_no_year():
    """Series without a common year give no gap."""
    found = series_gap(np.array([[np.nan], [0.1]]), np.array([[0.1], [np.nan]]), np.array([1, 2]))
    assert np.isnan(found.greatest).all()
    assert np.isnan(found.greatest_year.mean)


@pytest.mark.parametrize(("lasting", "earlier", "margin"), [(1, 1, 0.0), (3, 3, 0.0), (2, 4, 0.1), (3, 2, 0.05)])
def test_onsets_equal_a_loop(lasting, earlier, margin):
    """Every draw has the onset that going through it year by year finds, missing years included."""
    rng = np.random.default_rng(21)
    years = np.arange(1949, 1970)
    series = 0.7 - 0.005 * np.arange(21)[:, np.newaxis] + rng.normal(0, 0.15, (21, 200))
    series[rng.random(series.shape) < 0.1] = np.nan
    found = lasting_falls(series, years, lasting=lasting, earlier=earlier, margin=margin)
    expected = [slow_onset(series[:, draw], years, lasting, earlier, margin) for draw in range(200)]
    assert len(np.unique(expected)) > 5
    np.testing.assert_array_equal(found, expected)


def test_a_passing_dip_is_no_onset():
    """One low year among high ones does not last; the fall from 1955 does."""
    series = np.array([0.8, 0.8, 0.8, 0.2, 0.8, 0.8, 0.3, 0.3, 0.3])[:, np.newaxis]
    assert lasting_falls(series, np.arange(1949, 1958), lasting=3, earlier=3)[0] == 1955


def test_a_fall_in_the_last_years_cannot_be_told():
    """A fall with fewer years on record than must last has no onset."""
    series = np.array([0.8, 0.8, 0.8, 0.2, 0.2])[:, np.newaxis]
    assert np.isnan(lasting_falls(series, np.arange(5), lasting=3)[0])
    assert np.isnan(lasting_falls(series[:2], np.arange(2), lasting=3)[0])


def test_simulated_falls_are_dated():
    """Falls of 0.4 in 1956 and 1959 under noise of 0.05, past a margin of 0.15: in order in over 95% of draws."""
    rng = np.random.default_rng(30)
    years = np.arange(1949, 1970)
    truth = np.stack([np.where(years < year, 0.8, 0.4) for year in (1956, 1959)])
    early, late = lasting_falls(truth[..., np.newaxis] + rng.normal(0, 0.05, (2, 21, 1000)), years, margin=0.15)
    assert (early < late).mean() > 0.95
    assert (np.nanmedian(early), np.nanmedian(late)) == (1956, 1959)


def test_series_without_a_fall_seldom_have_an_onset():
    """Two level series under the same noise and margin: over 98% of 2,000 draws are without an onset of either."""
    series = 0.6 + np.random.default_rng(31).normal(0, 0.05, (2, 21, 2000))
    assert np.isnan(lasting_falls(series, np.arange(21), margin=0.15)).all(axis=0).mean() > 0.98


@pytest.mark.parametrize(("margin", "share"), [(0.0, 0.82), (0.05, 0.13), (0.10, 0.003)])
def test_noise_alone_makes_onsets_without_a_margin(margin, share):
    """As docs/methods on facets warns: margins of none, one and two deviations, to four standard errors."""
    series = 0.6 + np.random.default_rng(32).normal(0, 0.05, (21, 5000))
    onset = lasting_falls(series, np.arange(21), margin=margin)
    error = (share * (1 - share) / 5000) ** 0.5
    assert abs((~np.isnan(onset)).mean() - share) < 4 * error


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: lasting_falls(np.zeros((3, 2)), np.arange(3), lasting=0), "one year or more"),
        (lambda: lasting_falls(np.zeros((3, 2)), np.arange(3), earlier=0), "one earlier year"),
        (lambda: lasting_falls(np.zeros((3, 2)), np.arange(3), margin=-0.1), "no negative margin"),
        (lambda: lasting_falls(np.zeros((3, 2)), np.arange(4)), "one row of draws"),
        (lambda: lasting_falls(np.zeros((2, 2)), np.array([2, 1])), "rise"),
        (lambda: series_gap(np.zeros((3, 2)), np.zeros((3, 2)), np.arange(2)), "one row of draws"),
    ],
)
def test_what_cannot_be_read_is_refused(call, message):
    """Each way of being wrong is told by its cause."""
    with pytest.raises(ValueError, match=message):
        call()
