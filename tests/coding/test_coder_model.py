"""The coder model at its corners, its symmetries, and what it refuses."""

from __future__ import annotations

import numpy as np
import pytest

from alliance_metrics.coding import coder_search
from alliance_metrics.coding.coder_layout import range_shares
from alliance_metrics.coding.coder_model import coder_model
from alliance_metrics.coding.coder_posterior import CoderPrior
from alliance_metrics.uncertainty.coder_doubt import triangular_probabilities

pytestmark = pytest.mark.slow

NAN = np.nan


def fitted(score, *, series=None, years=None, low=0, high=4, **options):
    score = np.asarray(score, dtype=float)
    n_units = score.shape[1]
    series = np.zeros(n_units, int) if series is None else series
    years = np.arange(n_units) if years is None else years
    return coder_model(score, low_level=low, high_level=high, series=series, years=years, **options)


def small_panel():
    """Three coders, the first severe; two series of eight years, three indicators, some gaps."""
    rng = np.random.default_rng(11)
    truth = np.clip(2 + np.cumsum(rng.normal(scale=0.4, size=(2, 8, 3)), axis=1), 0, 4).reshape(16, 3)
    lean = np.array([-0.5, 0.2, 0.3])[:, np.newaxis, np.newaxis]
    score = np.clip(np.round(truth + lean + rng.normal(scale=0.3, size=(3, 16, 3))), 0, 4)
    score[rng.random(score.shape) < 0.1] = NAN
    return score, np.repeat([0, 1], 8), np.tile(np.arange(1950, 1958), 2)


@pytest.fixture(scope="module")
def model():
    score, series, years = small_panel()
    return fitted(score, series=series, years=years)


def test_intervals_hold_their_estimates_and_stay_on_the_scale(model):
    """lower <= estimate <= upper within 0..4, probabilities sum to 1, and the search ended."""
    assert model.converged
    assert model.reason == ""
    assert ((model.lower >= 0) & (model.lower <= model.estimate)).all()
    assert ((model.estimate <= model.upper) & (model.upper <= 4)).all()
    assert model.probabilities.sum(axis=-1) == pytest.approx(1.0)
    assert (model.probabilities * np.arange(5)).sum(axis=-1) == pytest.approx(model.estimate)


def test_the_severe_coder_is_found(model):
    """The coder who gives less has the greatest severity; severities sum to zero."""
    assert model.severity.argmax() == 0
    assert model.severity_lower[0] > 0
    assert model.severity.sum() == pytest.approx(0.0, abs=1e-12)
    assert model.leaning.sum(axis=0) == pytest.approx(-model.severity.sum(), abs=1e-9)
    assert model.leaning.mean(axis=1) == pytest.approx(0.0, abs=1e-12)


def test_the_same_codings_give_the_same_numbers(model):
    """Fit and draws repeat to the last bit; arguments are left as they were."""
    score, series, years = small_panel()
    before = score.copy()
    again = fitted(score, series=series, years=years)
    assert np.array_equal(before, score, equal_nan=True)
    assert np.array_equal(again.estimate, model.estimate)
    draws = [found.draw(30, rng=np.random.default_rng(1)) for found in (model, again)]
    assert np.array_equal(*draws)


def test_the_order_of_coders_units_and_indicators_does_not_matter(model):
    """Permuted panels give permuted results; names of series and the origin of years do not count."""
    score, series, years = small_panel()
    rng = np.random.default_rng(2)
    coders, units, indicators = rng.permutation(3), rng.permutation(16), rng.permutation(3)
    shuffled = fitted(score[np.ix_(coders, units, indicators)], series=9 - series[units], years=years[units] - 1900)
    assert shuffled.estimate == pytest.approx(model.estimate[np.ix_(units, indicators)], abs=1e-6)
    assert shuffled.upper == pytest.approx(model.upper[np.ix_(units, indicators)], abs=1e-6)
    assert shuffled.severity == pytest.approx(model.severity[coders], abs=1e-6)


def test_a_scale_turned_round_turns_the_results_round(model):
    """Levels counted from the other end: estimates mirrored, severe coders lenient, the same likelihood."""
    score, series, years = small_panel()
    turned = fitted(4 - score, series=series, years=years)
    assert 4 - turned.estimate == pytest.approx(model.estimate, abs=1e-6)
    assert 4 - turned.upper == pytest.approx(model.lower, abs=1e-6)
    assert -turned.severity == pytest.approx(model.severity, abs=1e-6)
    assert turned.log_likelihood == pytest.approx(model.log_likelihood)


def test_a_scale_may_begin_anywhere(model):
    """Levels 3..7 are levels 0..4 moved up by three."""
    score, series, years = small_panel()
    moved = fitted(score + 3, series=series, years=years, low=3, high=7)
    assert moved.estimate - 3 == pytest.approx(model.estimate, abs=1e-6)


def test_a_cell_no_coder_coded_is_flagged_and_less_sure():
    """The walk carries a cell between its neighbours; it is marked, and wider than they are."""
    score = np.full((3, 9, 2), 2.0)
    score[:, 3:6] = NAN
    score[:, 6:] = 3.0
    model = fitted(score)
    assert model.coded[:, 0].tolist() == [True] * 3 + [False] * 3 + [True] * 3
    assert 2.0 < model.estimate[4, 0] < 3.0
    assert model.sd[4].min() > model.sd[[0, 1, 7, 8]].max()


def test_a_year_that_is_not_there_is_walked_through_like_one_not_coded():
    """Leaving out the rows of years without codings moves no other number."""
    score = np.full((2, 7, 1), 2.0)
    score[:, 4:] = 3.0
    score[:, 2:4] = NAN
    years, there = np.arange(7), np.array([0, 1, 4, 5, 6])
    whole, part = fitted(score, years=years), fitted(score[:, there], years=years[there])
    assert part.estimate == pytest.approx(whole.estimate[there], abs=1e-6)


def test_each_series_begins_with_its_own_first_year(model):
    """Moving one series fifty years on ties it to nothing and changes nothing."""
    score, series, years = small_panel()
    moved = fitted(score, series=series, years=years + 50 * series)
    assert moved.estimate == pytest.approx(model.estimate, abs=1e-6)


def test_one_coder_has_no_severity_and_an_uncertain_discrimination():
    """Nothing can be leaned against; intervals rest on the prior of discrimination."""
    model = fitted(np.array([[[2.0], [2.0], [3.0], [2.0]]]))
    assert model.severity.tolist() == [0.0]
    assert model.severity_sd.tolist() == [0.0]
    assert model.discrimination_sd[0] > 0.3
    assert (model.upper - model.lower).min() > 0.2


def test_coders_who_always_agree_have_no_severity_and_narrow_intervals():
    """Agreement on one level in all years leaves that level."""
    model = fitted(np.full((3, 12, 4), 3.0))
    assert model.converged
    assert model.severity == pytest.approx(0.0, abs=1e-9)
    assert model.estimate == pytest.approx(3.0, abs=0.05)


@pytest.mark.slow
def test_more_coders_are_surer():
    """Twelve coders who agree as three do give narrower intervals."""
    score, _, _ = small_panel()
    few, many = (np.mean(found.upper - found.lower) for found in (fitted(score), fitted(np.tile(score, (4, 1, 1)))))
    assert many < 0.9 * few


def test_a_coder_who_codes_at_random_is_not_sharp():
    """Two coders agree, the third throws dice: it discriminates least, and pulls half as much as in a mean at most."""
    rng = np.random.default_rng(4)
    truth = np.repeat(rng.integers(0, 5, size=(8, 4)), 4, axis=0).astype(float)
    score = np.stack([truth, truth, rng.integers(0, 5, size=truth.shape).astype(float)])
    model = fitted(score)
    assert model.discrimination.argmin() == 2
    assert model.discrimination_upper[2] < model.discrimination_lower[0]
    assert np.abs(model.estimate - truth).mean() < 0.5 * np.abs(score.mean(axis=0) - truth).mean()


def test_a_break_that_all_coders_see_stays_sharp():
    """From 4 to 0 within a year: the walk may jump, and is not smoothed."""
    score = np.full((3, 16, 2), 4.0)
    score[:, 8:] = 0.0
    model = fitted(score)
    assert model.estimate[7] == pytest.approx(4.0, abs=0.15)
    assert model.estimate[8] == pytest.approx(0.0, abs=0.15)


def test_scales_of_unequal_length_stand_side_by_side():
    """Two levels, four from -1, and eleven."""
    rng = np.random.default_rng(6)
    ends = [(0, 1), (-1, 2), (0, 10)]
    score = np.stack([rng.integers(low, high + 1, size=(2, 10)) for low, high in ends], axis=-1).astype(float)
    model = fitted(score, low=[low for low, _ in ends], high=[high for _, high in ends])
    assert (model.estimate > [-0.001, -1.001, -0.001]).all()
    assert (model.estimate < [1.001, 2.001, 10.001]).all()
    assert model.probabilities[..., 2:][:, 0] == pytest.approx(0.0)
    assert np.isinf(model.thresholds[0, 1:]).all()


def test_single_years_are_series_without_ties():
    """Forty series of one year each: the walk has nothing to say, its step stays at the prior."""
    rng = np.random.default_rng(9)
    score = rng.integers(1, 4, size=(3, 40, 2)).astype(float)
    model = fitted(score, series=np.arange(40), years=np.full(40, 1950))
    assert model.converged
    assert model.step == pytest.approx(CoderPrior().step, rel=1e-3)


def test_draws_agree_with_the_intervals(model):
    """Means, spread and ends of the draws are those of the model, within the error of 40 parameter draws."""
    drawn = model.draw(2000, rng=np.random.default_rng(3), parameter_draws=200)
    assert drawn.shape == (16, 3, 2000)
    assert drawn.dtype == np.float32
    assert np.abs(drawn.mean(axis=-1) - model.estimate).max() < 0.12
    assert np.abs(drawn.std(axis=-1) - model.sd).mean() < 0.05
    lower, upper = np.quantile(drawn, [0.05, 0.95], axis=-1)
    assert np.abs(lower - model.lower).mean() < 0.1
    assert np.abs(upper - model.upper).mean() < 0.1


def test_draws_keep_neighbouring_years_together(model):
    """Draws of neighbouring years of a series rise and fall together; those of two series do not."""
    drawn = model.draw(1500, rng=np.random.default_rng(5), parameter_draws=200)
    latent = (drawn - drawn.mean(axis=-1, keepdims=True)) / drawn.std(axis=-1, keepdims=True)
    neighbours = np.mean([(latent[t, k] * latent[t + 1, k]).mean() for t in range(7) for k in range(3)])
    strangers = np.mean([(latent[t, k] * latent[t + 8, k]).mean() for t in range(7) for k in range(3)])
    assert neighbours > 0.15
    assert abs(strangers) < 0.1


@pytest.fixture(scope="module")
def apart():
    """Two coders who never code the same cell: who is severe is all but unknown."""
    score = np.full((2, 12, 4), NAN)
    score[0, ::2], score[1, 1::2] = 2.0, 2.0
    return fitted(score, series=np.arange(12), years=np.zeros(12, int))


def test_a_coder_drawn_as_severe_is_severe_in_every_cell(apart):
    """Means of the draws that share parameters: cells of one coder move together, those of the other against them."""
    drawn = apart.draw(6000, rng=np.random.default_rng(7), parameter_draws=60)
    means = drawn.reshape(12, 4, 100, 60).mean(axis=2)
    linked = np.corrcoef(np.concatenate([means[:4, 0], means[:4, 3]]))
    assert linked[0, [2, 4, 6]].min() > 0.5
    assert linked[0, [1, 3, 5, 7]].max() < -0.5


def test_intervals_agree_with_draws_where_little_is_known(apart):
    """First-order sums and draws within a fifth of each other."""
    drawn = apart.draw(6000, rng=np.random.default_rng(8), parameter_draws=400)
    assert drawn.std(axis=-1) == pytest.approx(apart.sd, rel=0.2)
    lower, upper = np.quantile(drawn, [0.05, 0.95], axis=-1)
    assert upper - lower == pytest.approx(apart.upper - apart.lower, rel=0.2)


def test_the_uncertainty_of_parameters_is_joined_as_a_root_of_squares(monkeypatch):
    """A variance of 0.01 more in every cell: 0.01 in the square of sd, 1.645^2 times it in that of either reach."""
    score, series, years = small_panel()
    found = []
    for variance in (0.0, 0.01):
        monkeypatch.setattr(coder_search.Curvature, "cell_variance", lambda _, v=variance: np.full((8, 3, 2), v))
        found.append(fitted(score, series=series, years=years))
    plain, wider = found
    inside = (wider.lower > 0) & (wider.upper < 4)
    assert inside.mean() > 0.5
    assert wider.sd**2 - plain.sd**2 == pytest.approx(0.01)
    above = ((wider.upper - wider.estimate) ** 2 - (plain.upper - plain.estimate) ** 2)[inside]
    below = ((wider.estimate - wider.lower) ** 2 - (plain.estimate - plain.lower) ** 2)[inside]
    assert np.concatenate([above, below]) == pytest.approx(0.01 * 1.644853627**2)


@pytest.mark.parametrize(
    ("limits", "reason"),
    [
        ({"_ROUNDS": 1}, "have not settled after 1 rounds"),
        ({"_FIRST_STEPS": 1, "_STEPS": 1, "_SETTLED": np.inf}, "stopped on a slope of"),
    ],
)
def test_a_search_cut_short_says_so(monkeypatch, limits, reason):
    """Numbers are given all the same, with the reason why they are not to be trusted."""
    score, series, years = small_panel()
    for name, value in limits.items():
        monkeypatch.setattr(coder_search, name, value)
    cut = fitted(score, series=series, years=years)
    assert not cut.converged
    assert reason in cut.reason
    assert np.isfinite(cut.estimate).all()
    assert "not converged" in repr(cut)


@pytest.mark.parametrize("count", [1, 7, 41])
def test_any_number_of_draws_can_be_asked_for(model, count):
    """Fewer than the draws of parameters, or not a multiple of them."""
    drawn = model.draw(count, rng=np.random.default_rng(0))
    assert drawn.shape == (16, 3, count)
    assert ((drawn >= 0) & (drawn <= 4)).all()


def test_no_draws_are_refused(model):
    """At least one."""
    with pytest.raises(ValueError, match="one or more"):
        model.draw(0, rng=np.random.default_rng(0))


@pytest.mark.parametrize(("score", "low", "high"), [(2, 1, 3), (2, 2, 3), (0, 0, 0), (3, 0, 4), (4, 1, 4)])
def test_shares_of_a_range_are_those_of_the_uncertain_cell(score, low, high):
    """Model and draws of coders' cells read a range alike."""
    found = range_shares(np.array([[score, low, high]]), 5)[0]
    assert found[low : high + 1] == pytest.approx(triangular_probabilities(low, score, high))
    assert found.sum() == pytest.approx(1.0)


def test_ranges_without_width_change_nothing(model):
    """A range that is the score alone, or not given, is the score."""
    score, series, years = small_panel()
    low = score.copy()
    low[0, 0, 0] = NAN
    same = fitted(score, series=series, years=years, ranges=(low, score))
    assert same.estimate == pytest.approx(model.estimate)


def test_ranges_can_count():
    """A level of 2 with range 2-4 lies higher than a plain 2."""
    score = np.full((2, 5, 1), 2.0)
    plain, open_upward = fitted(score), fitted(score, ranges=(score, score + 2))
    assert open_upward.estimate.mean() > plain.estimate.mean() + 0.1


def test_leanings_can_be_told_from_severity():
    """Lenient on one of eight indicators alone: a leaning there, little severity."""
    rng = np.random.default_rng(8)
    truth = rng.integers(1, 4, size=(30, 8))
    score = np.stack([truth, truth, truth]).astype(float)
    score += rng.choice([-1, 0, 1], p=[0.1, 0.8, 0.1], size=score.shape)
    score[0, :, 0] += 1
    model = fitted(np.clip(score, 0, 4), series=np.arange(30), years=np.zeros(30, int))
    assert model.leaning[0, 0] < -0.3
    assert np.abs(model.severity).max() < 0.2


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"score": np.full((2, 3, 1), NAN)}, "no cell is coded"),
        ({"score": np.full((2, 3, 1), 5.0)}, r"\[5.0\] are no levels"),
        ({"score": np.full((2, 3, 1), 1.5)}, r"\[1.5\] are no levels"),
        ({"score": np.full((2, 3, 1), np.inf)}, "no levels"),
        ({"score": np.full((2, 3), 1.0)}, "coders x units x indicators"),
        ({"series": np.zeros(2, int)}, "one number a unit"),
        ({"years": np.array([1.0, 2.0, 3.0])}, "whole numbers"),
        ({"years": np.array([1, 2, 2])}, "a year twice"),
        ({"years": np.array([1, 2, 99_999])}, "spans 99999 years, at most 2000"),
        ({"low_level": 4, "high_level": 0}, "above low_level"),
        ({"low_level": 0.5}, "whole number"),
        ({"low_level": [0, 0]}, "one for each indicator"),
        ({"level": 1.0}, "between 0 and 1"),
        ({"ranges": (np.full((2, 3, 1), 3.0), np.full((2, 3, 1), 4.0))}, "does not hold its score"),
        ({"ranges": (np.full((2, 3), 0.0), np.full((2, 3), 4.0))}, "shape of score"),
    ],
)
def test_what_cannot_be_fitted_is_refused(change, message):
    """One clear sentence for each way of being wrong."""
    good = {"score": np.full((2, 3, 1), 2.0), "low_level": 0, "high_level": 4}
    given = {**good, "series": np.zeros(3, int), "years": np.arange(3), **change}
    with pytest.raises(ValueError, match=message):
        coder_model(given.pop("score"), **given)
