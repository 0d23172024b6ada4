"""Kinds of claim that rest on a test: orders and breaks by hand, regularities found where they are, and seldom else."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from alliance_metrics.history.claims.answers import DrawnSeries, Trials
from alliance_metrics.history.claims.orders import break_within, falls_before, first_to_fall
from alliance_metrics.history.claims.regularities import effect_grows, effect_positive, gate_above, leads, moves_with
from alliance_metrics.history.claims.verdicts import Claim, evaluate_claims, verdict_of
from alliance_metrics.history.turning_points.break_calibration import calibrate_break_test
from alliance_metrics.history.turning_points.persistence import simulated_levels

N_YEARS = 21
YEARS = np.arange(1949, 1949 + N_YEARS)


def trials(seed: int = 1) -> Trials:
    """Give what tests need."""
    rng = np.random.default_rng(seed)
    return Trials(rng, lambda n_years: calibrate_break_test(n_years, rng=np.random.default_rng(2), replicates=199))


def drawn(levels: np.ndarray, name: str = "trust", draws: np.ndarray | None = None) -> DrawnSeries:
    """Give a series whose draws are the nominal scores, unless given."""
    return DrawnSeries(name, YEARS[: len(levels)], levels, levels[:, np.newaxis] if draws is None else draws)


def step(year: int, *, high: float = 80.0, low: float = 20.0) -> np.ndarray:
    """Give levels that fall from high to low in a year, with a wobble of one point."""
    return np.where(year <= YEARS, low, high) + np.where(YEARS % 2, 1.0, -1.0)


def stepping(*years: int, name: str = "trust") -> DrawnSeries:
    """Give a series that falls in another year in each draw; the nominal one is the first."""
    return drawn(step(years[0]), name, np.stack([step(year) for year in years], axis=1))


def test_first_to_fall_is_before_every_other() -> None:
    """First alone, tied, second; the year is the claimed one's."""
    found = first_to_fall(
        stepping(1955, 1955, 1960),
        stepping(1958, 1955, 1958, name="gain"),
        stepping(1960, 1960, 1962, name="fear"),
        reading="break",
        trials=trials(),
    )
    np.testing.assert_array_equal(found.holds, [1, 0, 0])
    np.testing.assert_array_equal(found.quantity, [1955, 1955, 1960])
    assert found.text == "by the break of each: trust 1955, gain 1958, fear 1960"
    assert found.p_value < 0.05  # steps of sixty points against a wobble of one
    assert found.power > 0.9


def test_orders_without_a_fall_give_no_answer() -> None:
    """Neither falls: no answer; the one alone falls: it is before the other; the other alone: it is not."""
    up = 100.0 - step(1958)
    one = drawn(step(1958), draws=np.stack([up, step(1958), up], axis=1))
    other = drawn(up, "gain", np.stack([up, up, step(1958)], axis=1))
    found = falls_before(one, other, reading="break", trials=trials())
    np.testing.assert_array_equal(found.holds, [np.nan, 1, 0])
    assert found.text == "by the break of each: trust 1958, gain not at all"


def test_a_tie_is_never_beyond_chance() -> None:
    """Series that fall in one year: no lead is shorter."""
    found = falls_before(stepping(1958), stepping(1958, name="gain"), reading="break", trials=trials())
    assert (found.holds[0], found.p_value) == (0, 1.0)
    assert verdict_of(found, role="caps")[:2] == ("leaning against", "not beyond chance")


def test_onset_dates_the_first_year_clearly_below() -> None:
    """A slow slide after 1954 has its onset before the break in its middle."""
    levels = np.where(YEARS < 1954, 80.0, 80.0 - 5.0 * (YEARS - 1953)) + np.where(YEARS % 2, 1.0, -1.0)
    one, other = drawn(levels), stepping(1957, name="gain")
    assert falls_before(one, other, reading="onset", trials=trials()).holds == [1]
    assert falls_before(one, other, reading="break", trials=trials()).holds == [0]


def test_break_within_asks_for_year_and_direction() -> None:
    """A fall in 1960; a rise in 1960; a fall in 1955."""
    draws = np.stack([step(1960), 100.0 - step(1960), step(1955)], axis=1)
    one = drawn(step(1960), draws=draws)
    down = break_within(one, years=(1959, 1961), direction="down", trials=trials())
    np.testing.assert_array_equal(down.holds, [1, 0, 0])
    np.testing.assert_array_equal(down.quantity, [1960, 1960, 1955])
    either = break_within(one, years=(1959, 1961), trials=trials())
    np.testing.assert_array_equal(either.holds, [1, 1, 0])
    assert down.text == "trust breaks down in 1960, asked about 1959-1961"
    assert down.p_value < 0.05
    with pytest.raises(ValueError, match="trust has too few years, or does not vary"):
        break_within(drawn(np.full(N_YEARS, 5.0)), years=(1959, 1961), trials=trials())


def test_a_window_that_every_break_or_none_lies_in_is_refused() -> None:
    """Of 21 years a break may begin the fourth to the nineteenth, 1952 to 1967."""
    one = drawn(step(1960))
    with pytest.raises(ValueError, match="trust can break in 1952-1967 alone, not in 1949-1951"):
        break_within(one, years=(1949, 1951), trials=trials())
    with pytest.raises(ValueError, match="every break of trust would lie in 1952-1967, so nothing is claimed"):
        break_within(one, years=(1952, 1967), trials=trials())
    assert break_within(one, years=(1952, 1967), direction="down", trials=trials()).holds == [1]


def test_no_fall_is_dated_in_too_few_years() -> None:
    """Six years make two segments; fewer are refused, in silence."""
    few = drawn(step(1951)[:5]), drawn(step(1952)[:5], "gain")
    for reading in ("break", "onset"):
        with pytest.raises(ValueError, match="a fall can be dated in 6 years or more, and there are 5"):
            first_to_fall(*few, reading=reading, trials=trials())


def test_a_year_without_a_score_leaves_runs_of_years_without_an_answer() -> None:
    """A draw with a gap gives none; a gap in the nominal scores is refused by name and year."""
    draws = np.stack([step(1960), np.where(YEARS == 1950, np.nan, step(1960))], axis=1)
    found = break_within(drawn(step(1960), draws=draws), years=(1959, 1961), trials=trials())
    np.testing.assert_array_equal(found.holds, [1, np.nan])
    with pytest.raises(ValueError, match="trust has no score in 1950, and a run of years without gaps is needed"):
        break_within(drawn(draws[:, 1]), years=(1959, 1961), trials=trials())


def test_a_lead_is_distinguished_from_its_opposite() -> None:
    """The follower's changes are the leader's a year before, exactly: supported one way, contradicted the other."""
    rng = np.random.default_rng(5)
    path = 50.0 + np.cumsum(rng.normal(size=N_YEARS + 1))
    leader, follower = drawn(path[1:], "leader"), drawn(path[:-1], "follower")
    one = leads(leader, follower, trials=trials())
    assert one.estimate == pytest.approx(1.0)
    assert "1 year later: +1.00" in one.text
    assert verdict_of(one, role="requires")[0] == "supported"
    other = leads(follower, leader, trials=trials())
    assert verdict_of(other, role="requires")[0] == "contradicted"
    assert other.p_against == pytest.approx(one.p_value, abs=0.01)


def unconnected(persistence: float, n: int, *, seed: int, sets: int = 30) -> list[list[np.ndarray]]:
    """Simulate sets of unconnected series. [0-100]"""
    rng = np.random.default_rng(seed)
    levels = simulated_levels(np.full((sets, n), persistence), N_YEARS, rng=rng)
    return [list(np.clip(50.0 + 12.0 * one, 0.0, 100.0)) for one in levels]


@pytest.mark.slow
@pytest.mark.parametrize("persistence", [0.3, 0.9])
def test_unconnected_series_are_seldom_found_to_be_connected(persistence: float) -> None:
    """Of 30 sets, each regularity is borne out in at most 6: at 5% more are seen in one run in seventeen hundred."""
    found = {"leads": 0, "moves_with": 0, "effect_grows": 0, "effect_positive": 0}
    for one, two, three in unconnected(persistence, 3, seed=8):
        a, b, c = (drawn(levels, name) for levels, name in ((one, "a"), (two, "b"), (three, "c")))
        found["leads"] += leads(a, b, trials=trials()).p_value <= 0.05
        found["moves_with"] += moves_with(a, b, trials=trials()).p_value <= 0.05
        found["effect_grows"] += effect_grows(a, b, c, trials=trials()).p_value <= 0.05
        found["effect_positive"] += effect_positive(a, b, c, at="high", trials=trials()).p_value <= 0.05
    assert max(found.values()) <= 6, found


def test_same_year_changes_by_hand() -> None:
    """Changes 1, -1, 1, -1 against 2, -2, 2, -2 and against their opposite."""
    saw = np.array([0.0, 1.0, 0.0, 1.0, 0.0])
    one = drawn(saw, draws=np.stack([saw, saw], axis=1))
    other = drawn(2 * saw, "gain", np.stack([2 * saw, -2 * saw], axis=1))
    found = moves_with(one, other, trials=trials())
    np.testing.assert_allclose(found.quantity, [1.0, -1.0])
    np.testing.assert_array_equal(found.holds, [1, 0])
    assert found.text == "changes of trust and gain in the same year: +1.00; 5 years"


def gated(strength: float, *, seed: int) -> tuple[DrawnSeries, DrawnSeries, DrawnSeries]:
    """Simulate a gate that falls and rises, and two series it gates, with noise of four points."""
    rng = np.random.default_rng(seed)
    gate = 50.0 + 40.0 * np.sin(np.linspace(0.0, 6.0, N_YEARS))
    opened = 1.0 - strength + strength * gate / 100.0
    others = [np.clip(level * opened + rng.normal(0, 4, N_YEARS), 0, 100) for level in (90.0, 70.0)]
    return drawn(gate, "gate"), drawn(others[0], "one"), drawn(others[1], "two")


@pytest.mark.slow
def test_a_gate_is_found_as_strong_as_it_is() -> None:
    """Of strength 0.6: above 0 and above 0.3 beyond chance, above 0.9 contradicted; within 0.15 of the truth."""
    series = gated(0.6, seed=3)
    weak, middle, strong = (gate_above(*series, value=value, trials=trials()) for value in (0.0, 0.3, 0.9))
    assert weak.estimate == pytest.approx(0.6, abs=0.15)
    assert [verdict_of(one, role="requires")[0] for one in (weak, middle, strong)] == [
        "supported",
        "supported",
        "contradicted",
    ]
    assert np.isnan(weak.p_against)
    assert strong.p_value + strong.p_against >= 1.0 - 1e-9


@pytest.mark.slow
def test_no_gate_is_seldom_found() -> None:
    """Twenty sets of unconnected series: at most four are found to be gated."""
    found = 0
    for one, two, three in unconnected(0.6, 3, seed=4, sets=20):
        series = drawn(one, "gate"), drawn(two, "b"), drawn(three, "c")
        found += verdict_of(gate_above(*series, trials=trials()), role="requires")[0] == "supported"
    assert found <= 4


def test_an_effect_that_grows_is_found_and_sized() -> None:
    """Pressure raises the outcome by 60 points over its range at the greatest condition, by none at the least."""
    rng = np.random.default_rng(6)
    pressure = rng.permutation(np.linspace(0.0, 1.0, N_YEARS))
    condition = np.linspace(0.0, 1.0, N_YEARS)
    outcome = 20.0 + 60.0 * pressure * condition + rng.normal(0, 2, N_YEARS)
    parts = drawn(outcome, "help"), drawn(100 * pressure, "pressure"), drawn(100 * condition, "trust")
    growth = effect_grows(*parts, trials=trials())
    high, low = (effect_positive(*parts, at=at, trials=trials()) for at in ("high", "low"))
    assert growth.estimate == pytest.approx(60.0, abs=8.0)
    assert high.estimate == pytest.approx(60.0, abs=8.0)
    assert low.estimate == pytest.approx(0.0, abs=8.0)
    assert verdict_of(growth, role="requires")[0] == "supported"
    assert verdict_of(high, role="requires")[0] == "supported"
    assert low.p_value > 0.05
    assert high.text == (
        f"at the greatest trust the range of pressure changes help by {high.estimate:.1f} points in 1949-1969"
    )


def test_pressure_that_is_not_known_for_the_last_year_leaves_that_year_out() -> None:
    """A year added to the record drops no claim: the answer is that of the years that all series have."""
    rng = np.random.default_rng(6)
    pressure, condition = 100 * rng.random(N_YEARS), np.linspace(0.0, 100.0, N_YEARS)
    outcome = 20.0 + 0.006 * pressure * condition
    parts = drawn(outcome, "help"), drawn(pressure, "pressure"), drawn(condition, "trust")
    shorter = tuple(replace(one, years=one.years[:-1], nominal=one.nominal[:-1], draws=one.draws[:-1]) for one in parts)
    pressure[-1] = np.nan
    lacking = (parts[0], drawn(pressure, "pressure"), parts[2])
    found, expected = (effect_grows(*some, trials=trials()) for some in (lacking, shorter))
    assert (found.estimate, found.p_value, found.text) == (expected.estimate, expected.p_value, expected.text)
    assert found.text.endswith("1949-1968")


def test_what_does_not_vary_is_refused() -> None:
    """No effect of pressure that is always the same."""
    parts = drawn(step(1960), "help"), drawn(np.full(N_YEARS, 50.0), "pressure"), drawn(step(1958), "trust")
    with pytest.raises(ValueError, match="pressure does not vary"):
        effect_grows(*parts, trials=trials())
    for kind in (leads, moves_with):
        with pytest.raises(ValueError, match="changes of pressure do not vary"):
            kind(parts[0], parts[1], trials=trials())


def test_the_break_test_is_calibrated_once_for_each_number_of_years(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two series of 21 years share a calibration; one of 15 has its own, from a stream named for its length."""
    asked: list[tuple[object, ...]] = []

    def stream_of(*names: object) -> np.random.Generator:
        asked.append(names)
        return np.random.default_rng(1)

    def quick(n_years: int, *, rng: np.random.Generator) -> object:
        return calibrate_break_test(n_years, rng=rng, replicates=199)

    monkeypatch.setattr("alliance_metrics.history.claims.verdicts.calibrate_break_test", quick)
    series = {"a": stepping(1960), "b": stepping(1958), "c": drawn(step(1957)[:15])}
    claims = [Claim(name, "break_within", (name,), {"years": (1956, 1959)}) for name in series]
    found = evaluate_claims(series, claims, stream_of=stream_of)
    assert all(one.verdict for one in found.values())
    assert [names for names in asked if names[0] == "calibration"] == [("calibration", 21), ("calibration", 15)]


def test_random_numbers_depend_on_the_claim_alone() -> None:
    """A claim judged by itself and among others has the same p-value."""
    one, other = unconnected(0.6, 2, seed=9, sets=1)[0]
    series = {"a": drawn(one, "a"), "b": drawn(other, "b")}
    claims = [Claim(name, "leads", ("a", "b")) for name in ("first", "second")]
    alone, together = evaluate_claims(series, claims[1:]), evaluate_claims(series, claims)
    assert alone["second"].answer.p_value == together["second"].answer.p_value
    assert together["first"].answer.p_value != together["second"].answer.p_value
