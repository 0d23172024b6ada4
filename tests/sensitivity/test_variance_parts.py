"""Shares of the variance of a score agree with hand calculation."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from alliance_metrics.results.collected import Collected
from alliance_metrics.sensitivity.analysis import add_parts, linear_shares
from alliance_metrics.sensitivity.outputs import parse_outputs, rows_about
from alliance_metrics.study.study import open_study


def study_of(small: Path, text: str = "", draws: int = 4000):
    """Open the small alliance under a configuration that says a little more."""
    config = small.parent / "more.toml"
    config.write_text(f'extends = "small"\nname = "more"\n{text}\n', encoding="utf-8")
    return open_study(config, draws=draws)


def parts_of(study, *names):
    """Give the table of parts and the failures."""
    found = Collected("sensitivity", key="dyad")
    add_parts(study, parse_outputs(names, study.plan), found)
    return found.frame("parts"), list(found.frame("failures").itertuples(index=False, name=None))


def test_independent_parts_share_by_weight_squared_times_variance():
    """2/3 and 1/3 of parts with variances 1 and 4: both shares a half; correlations are roots of them."""
    rng = np.random.default_rng(1)
    one, other = rng.normal(0, 1, 200_000), rng.normal(0, 2, 200_000)
    shares, correlations = linear_shares(np.array([2 / 3 * one + 1 / 3 * other, one, other]))
    np.testing.assert_allclose(shares, [0.5, 0.5], atol=0.01)
    np.testing.assert_allclose(correlations, np.sqrt([0.5, 0.5]), atol=0.01)


def test_what_no_linear_rule_explains_is_left_over():
    """Half of the variance is of something else: shares sum to a half."""
    rng = np.random.default_rng(2)
    one, noise = rng.normal(size=(2, 200_000))
    shares, _ = linear_shares(np.array([one + noise, one]))
    np.testing.assert_allclose(shares, [0.5], atol=0.01)


def test_parts_that_are_one_share_alike():
    """Two parts that never differ have half the variance each, whatever their weights."""
    one = np.random.default_rng(3).normal(size=10_000)
    shares, correlations = linear_shares(np.array([one, one, one]))
    np.testing.assert_allclose(shares, [0.5, 0.5], atol=1e-9)
    np.testing.assert_allclose(correlations, [1.0, 1.0], atol=1e-9)


def test_a_part_that_does_not_vary_has_no_share():
    """All the variance is the other's, and nothing is correlated with what stands still."""
    one = np.random.default_rng(4).normal(size=10_000)
    shares, correlations = linear_shares(np.array([one / 2 + 1, one, np.full(10_000, 2.0)]))
    np.testing.assert_allclose(shares, [1.0, 0.0], atol=1e-9)
    assert np.isnan(correlations[1])


def test_shares_of_an_arithmetic_index_sum_to_one(small: Path) -> None:
    """Weights stand still: the index is linear in its pillars, each pillar in its dimensions, in its indicators."""
    study = study_of(small, '[uncertainty]\ninputs = [{ input = "coder_cell" }, { input = "coder_choice" }]')
    table, failures = parts_of(study, "index:AA-BB:1951", "trust:AA-BB:1951", "trust.contact:AA-BB:1951")
    assert failures == []
    for _, group in table.groupby("output"):
        assert group["share"].sum() == pytest.approx(1.0, abs=1e-4)
    assert table["component"].tolist() == ["trust", "gain", "trust.contact", "talks", "secrets"]
    assert (table["year"] == 1951).all()


def test_only_scores_that_are_made_of_others_have_parts(small: Path) -> None:
    """Neither an indicator's score nor a change or a peak."""
    study = study_of(small)
    table, failures = parts_of(study, "talks:AA-BB:1950", "change:index:AA-BB:1950:1951", "peak:index:AA-BB:1950-1953")
    assert failures == []
    assert table.empty


def test_too_few_scores_are_listed_with_their_cause(small: Path) -> None:
    """Where choices contradict themselves in every draw there is no share, and the cause is listed."""
    logs = '[uncertainty]\ninputs = [{ input = "treatment", choices = [{ outliers = "transform" }] }]'
    table, failures = parts_of(study_of(small, logs, draws=50), "index:AA-BB:1951")
    assert table.empty
    assert failures == [("parts", 50, "index:AA-BB:1951: too few draws give scores")]


def test_what_does_not_vary_has_no_shares(small: Path) -> None:
    """Where every draw is alike the shares are missing, not zero."""
    study = study_of(small, '[uncertainty]\ninputs = [{ input = "weights", spread = 0 }]', draws=50)
    table, _ = parts_of(study, "index:AA-BB:1951")
    assert table["share"].isna().all()


def test_outputs_are_named_by_their_first_unit(small: Path) -> None:
    """A change by the later year, a peak by the first year of the era; each as often as asked."""
    study = study_of(small)
    outputs = parse_outputs(["change:index:AA-BB:1950:1952", "peak:index:AA-BB:1950-1953"], study.plan)
    frame = rows_about(study.plan, outputs, each_times=2)
    assert frame["year"].tolist() == [1952, 1952, 1950, 1950]
    assert frame["output"].tolist() == [one.name for one in outputs for _ in range(2)]
