"""The model of coders against made-up truth: cells, severities and draws are what made the codings."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pytest

from alliance_metrics.coding.coder_model import CoderModel, coder_model

CODERS, SERIES, YEARS, INDICATORS, PANELS = 3, 2, 15, 6, 24
THRESHOLDS = np.arange(4) + 0.5


class Study(NamedTuple):
    """A made-up panel, what made it, and the model fitted to it."""

    score: np.ndarray
    truth: np.ndarray
    severity: np.ndarray
    model: CoderModel


def chances(places, sharpness, shift):
    """Give the probability of each level or more."""
    return 1 / (1 + np.exp(-sharpness[..., None] * (places[..., None] - THRESHOLDS - shift[..., None])))


def study(seed: int, *, n_coders: int = CODERS, gaps: float = 0.1) -> Study:
    """Make a panel of coders who differ in severity, leaning and sharpness, and fit the model.

    Places walk at random with steps of 0.35 levels, coders are severe by 0.25 levels and lean by 0.15 on an indicator,
    sharpness is about 4 a level and differs by a third between indicators and a fifth between coders.
    """
    rng = np.random.default_rng(seed)
    severity, leaning = rng.normal(0, 0.25, n_coders), rng.normal(0, 0.15, (n_coders, INDICATORS))
    sharpness, keenness = np.exp(rng.normal(np.log(4), 0.3, INDICATORS)), np.exp(rng.normal(0, 0.2, n_coders))
    steps = rng.normal(0, 0.35, (SERIES, YEARS, INDICATORS))
    steps[:, 0] = rng.uniform(0.5, 3.5, (SERIES, INDICATORS))
    places = np.clip(np.cumsum(steps, axis=1), -0.3, 4.3).reshape(-1, INDICATORS)
    shift = severity[:, None] + leaning
    shift = shift - shift.mean(axis=0)
    truth = chances(places, np.broadcast_to(sharpness, places.shape), np.zeros(places.shape)).sum(axis=-1)
    chance = np.array(
        [
            chances(places, np.broadcast_to(sharpness * keen, places.shape), np.broadcast_to(off, places.shape))
            for keen, off in zip(keenness, shift, strict=True)
        ]
    )
    score = (rng.random((n_coders, *places.shape, 1)) < chance).sum(axis=-1).astype(float)
    score[rng.random(score.shape) < gaps] = np.nan
    series, years = np.repeat(np.arange(SERIES), YEARS), np.tile(np.arange(1950, 1950 + YEARS), SERIES)
    model = coder_model(score, low_level=0, high_level=4, series=series, years=years)
    return Study(score, truth, shift.mean(axis=1), model)


@pytest.fixture(scope="module")
def studies() -> list[Study]:
    """Make and fit all panels."""
    return [study(seed) for seed in range(PANELS)]


def test_intervals_hold_the_true_level_as_often_as_they_say(studies):
    """Of some 4,300 cells the 90% intervals hold between 85 and 95 in a hundred."""
    held = [
        ((made.model.lower <= made.truth) & (made.truth <= made.model.upper))[made.model.coded].mean()
        for made in studies
    ]
    assert 0.85 <= np.mean(held) <= 0.95


def test_estimates_are_nearer_the_truth_than_the_mean_of_coders(studies):
    """Root mean square error at least a quarter below that of the mean rating."""
    errors, plain = [], []
    for made in studies:
        coded = made.model.coded
        count = (~np.isnan(made.score)).sum(axis=0)
        mean = np.where(np.isnan(made.score), 0, made.score).sum(axis=0) / np.maximum(count, 1)
        errors.append(((made.model.estimate - made.truth)[coded] ** 2).mean())
        plain.append(((mean - made.truth)[coded] ** 2).mean())
    assert np.sqrt(np.mean(errors)) < 0.75 * np.sqrt(np.mean(plain))


def test_severities_are_found_without_bias(studies):
    """Severe coders are found severe: no shrinkage to speak of, and intervals that hold about nine in ten."""
    true = np.concatenate([made.severity for made in studies])
    found = np.concatenate([made.model.severity for made in studies])
    held = np.concatenate(
        [
            (made.model.severity_lower <= made.severity) & (made.severity <= made.model.severity_upper)
            for made in studies
        ]
    )
    slope = (true @ found) / (true @ true)
    assert slope == pytest.approx(1, abs=0.1)
    assert np.sqrt(((found - true) ** 2).mean()) < 0.06
    assert 0.8 <= held.mean() <= 0.98


def test_draws_have_the_spread_of_the_intervals(studies):
    """Posterior draws lie within the model's intervals about as often as these say, cell by cell on average."""
    model = studies[0].model
    drawn = model.draw(1000, rng=np.random.default_rng(1))
    inside = (drawn >= model.lower[..., None] - 1e-6) & (drawn <= model.upper[..., None] + 1e-6)
    assert 0.85 <= inside.mean() <= 0.97
    np.testing.assert_allclose(drawn.mean(axis=-1), model.estimate, atol=0.25)


def test_neighbouring_years_are_drawn_together(studies):
    """Within a series a draw that is high in one year is high in the next: years are tied by the walk."""
    drawn = studies[0].model.draw(1000, rng=np.random.default_rng(2)).astype(float)
    away = drawn - drawn.mean(axis=-1, keepdims=True)
    one, two = away[: YEARS - 1], away[1:YEARS]
    together = (one * two).mean() / np.sqrt((one**2).mean() * (two**2).mean())
    apart = (away[YEARS - 1] * away[YEARS]).mean() / np.sqrt((away[YEARS - 1] ** 2).mean() * (away[YEARS] ** 2).mean())
    assert together > 0.15
    assert together > apart + 0.1


def test_the_order_of_coders_and_units_changes_nothing():
    """Shuffled coders and units give the same cells and severities, up to the tolerance of the search."""
    made = study(3)
    series, years = np.repeat(np.arange(SERIES), YEARS), np.tile(np.arange(1950, 1950 + YEARS), SERIES)
    coders, units = np.array([2, 0, 1]), np.random.default_rng(5).permutation(SERIES * YEARS)
    again = coder_model(
        made.score[coders][:, units], low_level=0, high_level=4, series=series[units], years=years[units]
    )
    np.testing.assert_allclose(again.estimate, made.model.estimate[units], atol=0.02)
    np.testing.assert_allclose(again.severity, made.model.severity[coders], atol=0.01)


@pytest.mark.parametrize(("n_coders", "gaps"), [(1, 0.0), (2, 0.3), (12, 0.5)])
def test_any_number_of_coders_with_gaps_is_fitted(n_coders, gaps):
    """One coder has no severity; two or twelve with many gaps are fitted, and every cell has an interval."""
    model = study(7, n_coders=n_coders, gaps=gaps).model
    assert model.converged
    assert (model.lower <= model.estimate).all()
    assert (model.estimate <= model.upper).all()
    assert model.severity.sum() == pytest.approx(0, abs=1e-9)
    np.testing.assert_allclose(model.probabilities.sum(axis=-1), 1, atol=1e-9)


def test_coders_who_always_agree_are_believed():
    """All levels alike and never moving: an estimate near the level, a narrow interval, no failure."""
    score = np.full((3, 10, 2), 2.0)
    model = coder_model(score, low_level=0, high_level=4, series=np.zeros(10, int), years=np.arange(10))
    np.testing.assert_allclose(model.estimate, 2, atol=0.2)
    assert np.isfinite(model.upper).all()


@pytest.mark.parametrize(
    ("score", "said"),
    [
        (np.full((2, 3, 1), np.nan), "coded"),
        (np.full((2, 3, 1), 2.5), "level"),
        (np.full((2, 3, 1), 7.0), "level"),
    ],
)
def test_what_is_no_level_is_refused(score, said):
    """Nothing coded, half levels and levels beyond the scale have no model."""
    with pytest.raises(ValueError, match=said):
        coder_model(score, low_level=0, high_level=4, series=np.zeros(3, int), years=np.arange(3))
