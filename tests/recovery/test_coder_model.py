"""The coder model finds made-up truths again: cells, severities, discriminations, and how sure it is of them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pytest

from alliance_metrics.coding.coder_model import coder_model

pytestmark = pytest.mark.slow

LEVELS = 5


@dataclass(frozen=True)
class World:
    """How a made-up panel comes about."""

    coders: int = 3
    indicators: int = 8
    series: int = 3
    years: int = 15
    sharpness: float = 4.0
    severity: float = 0.4
    keenness: float = 0.3
    leaning: float = 0.15
    step: float = 0.35
    jump: float = 0.02
    missing: float = 0.1


def n_simulated(world, rng):
    """Draw a panel, the expected level of every cell, and each coder's severity and discrimination."""
    coders, indicators = world.coders, world.indicators
    severity, keenness = rng.normal(size=(2, coders)) * [[world.severity], [world.keenness]]
    leaning = rng.normal(size=(coders, indicators)) * world.leaning
    severity, keenness, leaning = (part - part.mean(axis=0) for part in (severity, keenness, leaning))
    sharp, step = np.exp(0.2 * rng.normal(size=(2, indicators))) * [[world.sharpness], [world.step]]
    widths = np.exp(0.2 * rng.normal(size=(indicators, LEVELS - 2)))
    widths *= (LEVELS - 2) / widths.sum(axis=1, keepdims=True)
    thresholds = 0.5 + np.concatenate([np.zeros((indicators, 1)), widths.cumsum(axis=1)], axis=1)
    place = np.empty((world.series, world.years, indicators))
    place[:, 0] = 2 + 1.2 * rng.normal(size=place[:, 0].shape)
    for year in range(1, world.years):
        walked = place[:, year - 1] + step * rng.normal(size=place[:, 0].shape)
        landed = 2 + 1.5 * rng.normal(size=walked.shape)
        place[:, year] = np.clip(np.where(rng.random(walked.shape) < world.jump, landed, walked), -1, 5)
    distance = place.reshape(-1, indicators)[..., np.newaxis] - thresholds
    truth = (1 / (1 + np.exp(-sharp[:, np.newaxis] * distance))).sum(axis=-1)
    seen = distance - (severity[:, np.newaxis] + leaning)[:, np.newaxis, :, np.newaxis]
    p_value = 1 / (1 + np.exp(-(np.exp(keenness)[:, np.newaxis] * sharp)[:, np.newaxis, :, np.newaxis] * seen))
    score = (rng.random((*p_value.shape[:-1], 1)) < p_value).sum(axis=-1).astype(float)
    score[rng.random(score.shape) < world.missing] = np.nan
    return score, truth, severity + leaning.mean(axis=1), np.exp(np.log(sharp).mean() + keenness)


def studied(world, *, studies, draws=0):
    """Fit several made-up panels and say how the results lie to the truth."""
    found = {name: [] for name in ("held", "drawn", "error", "mean_error", "severity", "severity_held", "sharp_held")}
    series = np.repeat(np.arange(world.series), world.years)
    years = np.tile(np.arange(world.years), world.series)
    for seed in range(studies):
        score, truth, severity, sharp = n_simulated(world, np.random.default_rng(seed))
        model = coder_model(score, low_level=0, high_level=LEVELS - 1, series=series, years=years)
        assert model.converged, model.reason
        rated = ~np.isnan(score).all(axis=0)
        counts = np.maximum((~np.isnan(score)).sum(axis=0), 1)
        mean = np.where(rated, np.nan_to_num(score).sum(axis=0) / counts, np.nan)
        found["held"].append(((model.lower <= truth) & (truth <= model.upper)).mean())
        found["error"].append(((model.estimate - truth)[rated] ** 2).mean())
        found["mean_error"].append(((mean - truth)[rated] ** 2).mean())
        found["severity"].append(np.stack([model.severity, severity]))
        found["severity_held"].append((model.severity_lower <= severity) & (severity <= model.severity_upper))
        found["sharp_held"].append((model.discrimination_lower <= sharp) & (sharp <= model.discrimination_upper))
        if draws:
            lower, upper = np.quantile(model.draw(draws, rng=np.random.default_rng(seed)), [0.05, 0.95], axis=-1)
            found["drawn"].append(((lower <= truth) & (truth <= upper)).mean())
    return {name: np.asarray(values) for name, values in found.items()}


@pytest.fixture(scope="module")
def ordinary():
    return studied(World(), studies=10, draws=300)


def test_intervals_hold_the_true_expected_levels_as_often_as_they_say(ordinary):
    """90% intervals hold between 85% and 95% of 3,600 cells, and so do those of the draws."""
    assert 0.85 <= ordinary["held"].mean() <= 0.95
    assert 0.85 <= ordinary["drawn"].mean() <= 0.95


def test_the_model_errs_less_than_the_mean_rating(ordinary):
    """Root mean squared error at least a fifth below that of the mean of the coders."""
    assert np.sqrt(ordinary["error"].mean()) < 0.8 * np.sqrt(ordinary["mean_error"].mean())


def test_severities_are_found_without_bias(ordinary):
    """Estimates follow the true severities with a slope of one, within 5%, and err by few hundredths of a level."""
    estimate, truth = ordinary["severity"][:, 0].ravel(), ordinary["severity"][:, 1].ravel()
    assert (estimate @ truth) / (truth @ truth) == pytest.approx(1.0, abs=0.05)
    assert np.sqrt(((estimate - truth) ** 2).mean()) < 0.06


def test_intervals_of_coders_hold_their_true_traits(ordinary):
    """Thirty severities and discriminations: at least three in four inside, where nine in ten are meant to be."""
    assert ordinary["severity_held"].mean() >= 0.75
    assert ordinary["sharp_held"].mean() >= 0.75


@pytest.mark.parametrize(
    "change",
    [
        {"coders": 1, "severity": 0.0},
        {"coders": 2},
        {"coders": 12, "indicators": 4, "series": 2},
        {"missing": 0.4},
        {"sharpness": 10.0, "severity": 0.05, "leaning": 0.07, "jump": 0.07, "step": 0.2},
        {"series": 30, "years": 1},
    ],
    ids=["one coder", "two coders", "twelve coders", "many gaps", "sharp coders and jumps", "single years"],
)
def test_intervals_hold_in_other_worlds(change):
    """Coverage between 84% and 96% (a third of the cells of the ordinary study), and less error than the mean."""
    found = studied(replace(World(), **change), studies=4)
    assert 0.84 <= found["held"].mean() <= 0.96
    assert found["error"].mean() < found["mean_error"].mean()
