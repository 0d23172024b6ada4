"""The interaction model fitted to groups of years: by hand, against least squares, and on made-up truth."""

from __future__ import annotations

import numpy as np
import pytest

from alliance_metrics.history.condition.fits import ConditionData, Fitted, Group, draws_taken, fit_group

VALUES = np.array([0.0, 0.5, 1.0])


def n_simulated(
    interaction: float, *, runs: int = 1, noise: float = 0.05, seed: int = 4
) -> tuple[ConditionData, Group]:
    """Make years up in which the effect of pressure grows with the condition."""
    rng = np.random.default_rng(seed)
    n = 30 * runs
    pressure, condition = rng.random(n), rng.random(n)
    which = np.repeat(np.arange(runs), 30)
    outcome = 0.3 + 0.1 * which - 0.2 * pressure + interaction * pressure * condition + rng.normal(0, noise, n)
    return ConditionData(outcome, pressure, condition), Group("A-B", "then", np.arange(n), which)


def drawn_from(three: ConditionData, *, spread: float, draws: int = 60) -> ConditionData:
    rng = np.random.default_rng(8)
    parts = (three.outcome, three.pressure, three.condition)
    return ConditionData(*(part + rng.normal(0, spread, (draws, len(part))) for part in parts))


def fitted(three: ConditionData, group: Group, *, spread: float = 0.0, lagged: bool = False) -> Fitted:
    found = fit_group(three, drawn_from(three, spread=spread), group, lagged=lagged, values=VALUES, level=0.9)
    assert isinstance(found, Fitted), found
    return found


def test_nominal_coefficients_are_those_of_least_squares() -> None:
    """Coefficients equal a plain solution with one constant a run, pressure, condition and their product."""
    three, group = n_simulated(0.8, runs=2)
    columns = [group.runs == 0, group.runs == 1, three.pressure, three.condition, three.pressure * three.condition]
    expected = np.linalg.lstsq(np.column_stack(columns).astype(float), three.outcome, rcond=None)[0]
    assert fitted(three, group).nominal.fit.coefficients == pytest.approx(expected)


@pytest.mark.parametrize("runs", [1, 3])
def test_a_true_interaction_is_recovered(runs: int) -> None:
    """Intervals of nine in ten hold the true 0.8 in most of twenty sets, and the mean of estimates lies near it."""
    held, estimates = [], []
    for seed in range(20):
        found = fitted(*n_simulated(0.8, runs=runs, seed=seed))
        place = found.nominal.names.index("interaction")
        held.append(found.drawn[place].lower < 0.8 < found.drawn[place].upper)
        estimates.append(found.nominal.interaction)
    assert np.mean(held) >= 0.75  # 0.9 less twice the deviation of 20 sets
    assert np.mean(estimates) == pytest.approx(0.8, abs=0.1)


def test_draws_that_do_not_vary_leave_the_greater_error_of_years() -> None:
    """Without doubt of codings the error over draws is the greater robust one, and nothing comes from codings."""
    three, group = n_simulated(0.5)
    found = fitted(three, group)
    for place, over in enumerate(found.drawn):
        assert over.error == pytest.approx(found.errors[:, place].max())
        assert over.coding_share == pytest.approx(0.0, abs=1e-9)
        assert over.estimate == pytest.approx(found.nominal.fit.coefficients[place])


def test_doubt_of_codings_widens_intervals_and_pulls_towards_zero() -> None:
    """Blurred regressors give a smaller mean interaction with a share of doubt from codings."""
    three, group = n_simulated(0.8)
    sure, blurred = fitted(three, group), fitted(three, group, spread=0.15)
    place = sure.nominal.names.index("interaction")
    assert blurred.drawn[place].coding_share > 0.2
    assert blurred.drawn[place].error > sure.drawn[place].error
    assert blurred.drawn[place].estimate < sure.drawn[place].estimate


def test_effects_are_a_line_through_the_coefficients() -> None:
    """The effect at 0 is the coefficient of pressure, at 1 that and the interaction; the band is the wider."""
    three, group = n_simulated(0.8)
    found = fitted(three, group)
    slope = found.nominal.fit.coefficients[found.nominal.names.index("pressure")]
    assert found.effect.estimate == pytest.approx(slope + found.nominal.interaction * VALUES)
    for effect, reach in zip(found.effects, found.band, strict=True):
        assert effect.estimate + reach > effect.upper


def test_support_counts_years_within_half_a_step() -> None:
    """Years with a condition within 0.05 of a value are its support."""
    three, group = n_simulated(0.8)
    expected = [int((np.abs(three.condition - value) <= 0.05).sum()) for value in VALUES]
    assert fitted(three, group).support.tolist() == expected


def test_lagged_models_lose_the_first_year_of_each_run() -> None:
    """With the outcome of the year before a run of 30 years has 29 rows, and a coefficient more."""
    three, group = n_simulated(0.8, runs=2)
    found = fitted(three, group, lagged=True)
    assert found.nominal.n_years == 58
    assert found.nominal.names[-1] == "lagged"


def test_causes_are_given_in_place_of_fits() -> None:
    """Pressure that never changes, too few years, and draws that are all incomplete cannot be fitted."""
    three, group = n_simulated(0.8)
    still = ConditionData(three.outcome, np.full(30, 0.5), three.condition)
    told = fit_group(still, drawn_from(still, spread=0.0), group, lagged=False, values=VALUES, level=0.9)
    assert told == "pressure, condition and their product do not vary apart"
    few = ConditionData(three.outcome[:4], three.pressure[:4], three.condition[:4])
    small = Group("A-B", "then", np.arange(4), np.zeros(4, dtype=np.intp))
    assert "4 years for 4 coefficients" in str(fit_group(few, few, small, lagged=False, values=VALUES, level=0.9))
    gone = drawn_from(three, spread=0.0)
    gone.outcome[:, 3] = np.nan
    assert fit_group(three, gone, group, lagged=False, values=VALUES, level=0.9) == "no draw is complete"


def test_incomplete_draws_are_left_out() -> None:
    """A draw with a missing year does not count."""
    three, group = n_simulated(0.8)
    drawn = drawn_from(three, spread=0.05)
    drawn.pressure[:7, 2] = np.nan
    found = fit_group(three, drawn, group, lagged=False, values=VALUES, level=0.9)
    assert isinstance(found, Fitted)
    assert found.drawn[0].draws == 53


def test_draws_are_taken_at_even_distances() -> None:
    """All where there are few, every tenth of ten thousand."""
    assert draws_taken(5).tolist() == [0, 1, 2, 3, 4]
    assert draws_taken(10_000)[:3].tolist() == [0, 10, 20]
    assert len(draws_taken(10_000)) == 1000
