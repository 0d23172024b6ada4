"""Whether two unit-years are farther apart than coder noise: numbers by hand, and codings of a known truth."""

from __future__ import annotations

import numpy as np
import pytest

from alliance_metrics.history.eras.analogues import likeness, nearest_analogues


def test_by_hand() -> None:
    """Gaps 1 and 3 deviations: mean place 2, noise 1 in each draw, so blur 1 and distance 2 beyond the reach of 1."""
    found = likeness(np.array([[0.2, 0.4]]), np.array([[0.1, 0.1]]), np.array([0.1]), level=0.5)
    assert found.distance == pytest.approx(2.0)
    assert found.reach == pytest.approx(1.0)
    assert found.by_noise == 0.0
    # squared distances 1 and 9 less the blur of 1 are 0 and 8; quartiles between 0 and 2.828
    assert (found.lower, found.upper) == pytest.approx((8**0.5 / 4, 3 * 8**0.5 / 4))


def test_distance_and_blur_are_those_of_the_analogues() -> None:
    """Of two components and many draws, distance is the one between mean places."""
    rng = np.random.default_rng(3)
    one, other = rng.random((2, 1, 300)), rng.random((2, 1, 300))
    noise = np.array([0.1, 0.3])
    found = likeness(one[:, 0], other[:, 0], noise)
    assert found.distance == pytest.approx(float(nearest_analogues(one, other, noise).distance[0, 0]))


def test_sure_scores_in_the_same_place_are_within() -> None:
    """Without noise and without a distance nothing is beyond the reach, which is zero."""
    found = likeness(np.full((3, 4), 0.3), np.full((3, 4), 0.3), np.full(3, 0.1))
    assert (found.distance, found.reach, found.by_noise) == (0.0, 0.0, 1.0)


def test_components_that_are_missing_do_not_count() -> None:
    """A component that one of the two lacks leaves the distance as it is without it."""
    rng = np.random.default_rng(4)
    one, other = rng.random((3, 50)), rng.random((3, 50))
    one[2] = np.nan
    noise = np.array([0.1, 0.2, 0.3])
    assert likeness(one, other, noise) == likeness(one[:2], other[:2], noise[:2])


def test_nothing_is_known_where_nothing_is_there() -> None:
    """Without a common component every number is missing."""
    found = likeness(np.full((2, 5), np.nan), np.ones((2, 5)), np.ones(2))
    assert np.isnan([found.distance, found.lower, found.upper, found.reach, found.by_noise]).all()


def test_shapes_that_do_not_fit_are_refused() -> None:
    """Other components or another number of noises is an error."""
    with pytest.raises(ValueError, match="same components and draws"):
        likeness(np.ones((2, 5)), np.ones((3, 5)), np.ones(2))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("apart", "least", "most"),
    [(0.0, 0.05, 0.15), (1.0, 0.33, 0.51), (2.0, 0.92, 1.0)],
    ids=["same place", "one deviation apart", "two deviations apart"],
)
def test_how_often_two_codings_are_beyond_noise(apart: float, least: float, most: float) -> None:
    """In twelve components at the level 0.90: one pair in ten of one place, 42% and 96% of those that differ.

    The squared distance over twice the noise is chi-squared with 12 degrees of freedom, not central where the two
    differ: 0.10, 0.421 and 0.964. Bands are three and a half standard errors of 400 pairs.
    """
    rng = np.random.default_rng(11)
    n_components, beyond = 12, []
    for _ in range(400):
        codings = np.stack([rng.normal(0.0, 1.0, n_components), rng.normal(apart, 1.0, n_components)])
        draws = codings[..., np.newaxis] + rng.standard_normal((2, n_components, 400))
        found = likeness(draws[0], draws[1], np.ones(n_components), level=0.90)
        beyond.append(found.distance > found.reach)
    assert least <= np.mean(beyond) <= most
