"""Outliers: found by shape, drawn in one by one, or transformed; every cell on record."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import stats

from alliance_metrics.index.outliers import log_transform, outlier_test, treat_outliers, winsorise

NAN = np.nan
LONE = np.array([1.0, 2, 3, 4, 5, 6, 7, 8, 9, 100])
wild = st.sampled_from([0.0, 1.0, 1.0, 2.0, 2.5, 3.0, 50.0, 1000.0, -300.0, NAN])


def shape(column):
    """Give skewness and excess kurtosis by scipy; nothing for too few or equal values."""
    present = [v for v in column if not math.isnan(v)]
    if len(present) < 4 or len(set(present)) < 2:
        return None
    return float(stats.skew(present, bias=False)), float(stats.kurtosis(present, bias=False))


def slow_winsorise(column, most):
    """Draw one end in at a time, cell by cell."""
    current = list(column)
    while (found := shape(current)) and abs(found[0]) > 2 and found[1] > 3.5:
        pick, other = (max, min) if found[0] >= 0 else (min, max)
        present = [v for v in current if not math.isnan(v)]
        end = pick(present)
        inner = [v for v in present if v != end]
        following = pick(inner)
        drawn = [following if v == end else v for v in current]
        moved = sum(a != b for a, b in zip(drawn, column, strict=True) if not math.isnan(b))
        if moved > most or following == other(inner):
            break
        current = drawn
    return current


@settings(max_examples=50, deadline=None)
@given(hnp.arrays(float, st.tuples(st.integers(4, 24), st.just(2)), elements=wild), st.integers(0, 5))
def test_winsorising_is_what_the_slow_way_gives(values, most):
    """Column by column against the same steps written out cell by cell."""
    found = winsorise(values, most=most)
    for child, column in enumerate(values.T):
        expected = slow_winsorise([float(v) for v in column], most)
        np.testing.assert_array_equal(found.values[:, child], expected)
    changed = ~np.isnan(values) & (found.values != values)
    np.testing.assert_array_equal(found.treated, changed)
    assert (found.treated.sum(axis=0) <= most).all()


def test_one_outlier_is_drawn_in_to_the_next_value():
    """Skewness 3.1 and kurtosis 9.7 fail; 9 in place of 100 passes."""
    test = outlier_test(LONE[:, np.newaxis])
    assert test.skewness[0] == pytest.approx(stats.skew(LONE, bias=False))
    assert test.kurtosis[0] == pytest.approx(stats.kurtosis(LONE, bias=False))
    found = winsorise(LONE[:, np.newaxis])
    assert found.values[:, 0].tolist() == [1, 2, 3, 4, 5, 6, 7, 8, 9, 9]
    assert found.cells().tolist() == [[9, 0]]


def test_a_low_outlier_is_drawn_up():
    """The skewness points to the end that is treated."""
    assert winsorise(-LONE[:, np.newaxis]).values[-1].tolist() == [-9.0]


def test_cells_tied_at_the_end_are_treated_together_or_not_at_all():
    """Three tied outliers take three cells: within five they go, within two they stay."""
    column = np.array([*range(60), 5000, 5000, 5000], dtype=float)[:, np.newaxis]
    assert not outlier_test(column).passed[0]
    assert winsorise(column, most=5).treated.sum() == 3
    assert winsorise(column, most=2).treated.sum() == 0


def test_an_event_that_happened_once_is_not_wiped_out():
    """Nineteen zeros and a one: drawing the one in would leave nothing, so it stays."""
    column = np.array([*[0.0] * 19, 1.0])[:, np.newaxis]
    assert not outlier_test(column).passed[0]
    assert not winsorise(column).treated.any()
    assert treat_outliers(column).outcome.tolist() == ["untreated"]


def test_what_cannot_be_judged_passes():
    """Three values have no kurtosis, a constant no shape, a missing indicator nothing."""
    values = np.array([[1.0, 0.1, NAN], [2.0, 0.1, NAN], [900.0, 0.1, NAN], [NAN, 0.1, NAN]])
    assert outlier_test(values).passed.all()
    found = treat_outliers(values)
    assert found.outcome.tolist() == ["passed"] * 3
    np.testing.assert_array_equal(found.values, values)


def test_arguments_are_left_as_they_were():
    """Treatment works on a copy."""
    values = LONE[:, np.newaxis].copy()
    treat_outliers(values)
    assert values[:, 0].tolist() == LONE.tolist()


def test_logarithms_by_hand():
    """0, 9, 99: range 99 and shift .99, so log .99, log 9.99 and log 99.99; plain ones log 1, 10, 100."""
    values = np.array([[0.0], [9.0], [99.0]])
    shifted = [math.log(0.99), math.log(9.99), math.log(99.99)]
    np.testing.assert_allclose(log_transform(values, kind="shifted")[:, 0], shifted)
    np.testing.assert_allclose(log_transform(values, kind="directed")[:, 0], shifted)
    np.testing.assert_allclose(log_transform(-values, kind="directed")[:, 0], [-v for v in shifted])


@pytest.mark.parametrize("kind", ["shifted", "shifted_one", "directed", "box_cox"])
@given(hnp.arrays(float, st.tuples(st.integers(1, 9), st.just(2)), elements=wild))
@settings(max_examples=25, deadline=None)
def test_transformations_keep_ranks_gaps_and_constants(kind, values):
    """Order within an indicator is kept, what is missing stays missing, what never varies stays what it is."""
    moved = log_transform(values, kind=kind)
    np.testing.assert_array_equal(np.isnan(moved), np.isnan(values))
    for before, after in zip(values.T, moved.T, strict=True):
        known = ~np.isnan(before)
        if known.any() and np.ptp(before[known]) == 0:
            np.testing.assert_array_equal(before, after)
        order = np.argsort(before[known], kind="stable")
        assert (np.diff(after[known][order]) >= 0).all()


def test_box_cox_takes_the_most_likely_exponent():
    """The same exponent as scipy's on the shifted values."""
    column = np.random.default_rng(21).lognormal(size=80)
    positive = (column - column.min()) / np.ptp(column) + 0.01
    expected, _ = stats.boxcox(positive)
    np.testing.assert_allclose(log_transform(column[:, np.newaxis], kind="box_cox")[:, 0], expected, rtol=1e-4)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: log_transform(np.array([[0.0], [1.0]]), kind="root"), "kind must be"),
        (lambda: winsorise(np.array([[0.0], [1.0]]), most=-1), "zero or more"),
    ],
)
def test_impossible_treatments_are_refused(call, said):
    """Logarithm of zero, an unknown kind, a negative number of cells."""
    with pytest.raises(ValueError) as caught:
        call()
    assert said in str(caught.value)


def test_each_indicator_gets_the_least_treatment_that_helps():
    """Nothing, one cell, a logarithm, or nothing that helps, each on record."""
    calm = np.arange(200.0)
    lone = np.array([*range(199), 50_000.0])
    tail = np.exp(np.linspace(0.0, 12.0, 200))
    rare = np.array([*[0.0] * 199, 1.0])
    values = np.stack([calm, lone, tail, rare], axis=1)
    found = treat_outliers(values)
    assert found.outcome.tolist() == ["passed", "winsorised", "transformed", "untreated"]
    assert found.before.passed.tolist() == [True, False, False, False]
    assert found.after.passed.tolist() == [True, True, True, False]
    assert found.treated.sum(axis=0).tolist() == [0, 1, 200, 0]
    np.testing.assert_array_equal(found.values[:, 2], log_transform(tail[:, np.newaxis])[:, 0])
    np.testing.assert_array_equal(found.values[:, 3], rare)


def test_leading_axes_are_treated_one_by_one():
    """A stack of tables gives the stack of treated tables, and cells name their table."""
    stack = np.stack([LONE[:, np.newaxis], np.arange(10.0)[:, np.newaxis]])
    found = treat_outliers(stack)
    assert found.outcome.tolist() == [["winsorised"], ["passed"]]
    assert winsorise(stack).cells().tolist() == [[0, 9, 0]]
