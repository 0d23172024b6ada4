"""Missing cells are filled as planned, and only as planned."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import alliance_metrics as am
from alliance_metrics.index.methods import Normalisation
from alliance_metrics.index.treatment import Treatment, plan_filling

NAN = np.nan


def fill(values, method, max_age, years=None, series=None):
    column = np.array(values, dtype=float)[:, np.newaxis]
    years = np.arange(1950, 1950 + len(values)) if years is None else np.array(years)
    series = np.zeros(len(values), dtype=int) if series is None else np.array(series)
    plan = plan_filling(~np.isnan(column), series=series, years=years, treatment=Treatment(method, max_age))
    return plan.apply(column)[:, 0].tolist(), plan


def test_none_leaves_every_gap():
    """Without treatment nothing is filled."""
    filled, plan = fill([1, NAN, 3], "none", 9)
    np.testing.assert_array_equal(filled, [1, NAN, 3])
    assert len(plan) == 0


def test_carry_forward_takes_the_latest_year_within_its_age():
    """The latest coded year goes forward, no further than allowed, and never backward."""
    filled, _ = fill([NAN, 1, NAN, NAN, NAN, 4, NAN], "carry_forward", 2)
    np.testing.assert_array_equal(filled, [NAN, 1, 1, 1, NAN, 4, 4])


def test_linear_lies_on_the_line_between_coded_years():
    """Gaps lie on the line between the years before and after, in proportion to the years, never beyond."""
    filled, _ = fill([NAN, 1, NAN, NAN, 4, NAN], "linear", 3)
    np.testing.assert_allclose(filled, [NAN, 1, 2, 3, 4, NAN])


def test_linear_counts_years_not_rows():
    """A year missing from the panel still counts in the distance."""
    filled, _ = fill([0, NAN, 4], "linear", 5, years=[1950, 1951, 1954])
    np.testing.assert_allclose(filled, [0, 1, 4])


def test_linear_needs_both_neighbours_within_its_age():
    """A neighbour too far away fills nothing."""
    filled, _ = fill([0, NAN, NAN, NAN, 4], "linear", 2)
    np.testing.assert_allclose(filled, [0, NAN, 2, NAN, 4])


def test_nothing_is_filled_across_dyads_or_eras():
    """Neighbouring rows of another series are no neighbours."""
    filled, _ = fill([1, NAN, 3], "carry_forward", 9, years=[1950, 1951, 1952], series=[0, 1, 1])
    np.testing.assert_array_equal(filled, [1, NAN, 3])


def test_a_filled_year_is_never_a_source():
    """Carrying forward measures the age from the coded year, not from a filled one."""
    filled, plan = fill([1, NAN, NAN, NAN], "carry_forward", 2)
    np.testing.assert_array_equal(filled, [1, 1, 1, NAN])
    assert plan.before.tolist() == [0, 0]


def test_the_values_given_are_not_changed():
    """Filling works on a copy."""
    values = np.array([[1.0], [NAN]])
    plan = plan_filling(
        ~np.isnan(values), series=np.zeros(2, dtype=int), years=np.arange(2), treatment=Treatment("carry_forward", 1)
    )
    plan.apply(values)
    assert np.isnan(values[1, 0])


def test_the_median_is_taken_over_every_coded_row_of_the_indicator():
    """`median` looks across dyads and eras, `series_median` within one."""
    values, series = [0, NAN, 4, 3, NAN], [0, 0, 0, 1, 1]
    assert fill(values, "median", 1, series=series)[0] == [0, 3, 4, 3, 3]
    assert fill(values, "series_median", 1, series=series)[0] == [0, 2, 4, 3, 3]


def test_balanced_takes_the_nearest_year_before_or_after():
    """The earlier of two as near, no further than allowed."""
    filled, plan = fill([NAN, 1, NAN, NAN, NAN, 4, NAN], "balanced", 2)
    assert filled == [1, 1, 1, 1, 4, 4, 4]
    assert plan.before.tolist() == [1, 1, 1, 5, 5]


def test_balanced_leaves_an_indicator_with_a_gap_out_of_all_years_of_the_series():
    """Its coded years are not used either; other series of the indicator are."""
    filled, plan = fill([2, NAN, NAN, NAN, 1, 3], "balanced", 2, series=[0, 0, 0, 0, 1, 1])
    np.testing.assert_array_equal(filled, [NAN] * 4 + [1, 3])
    assert plan.left_out[:, 0].tolist() == [True] * 4 + [False] * 2
    assert len(plan) == 0


def test_balanced_counts_years_not_rows():
    """A year that no unit of the series has still counts in the distance."""
    filled, _ = fill([NAN, 4], "balanced", 2, years=[1950, 1953])
    np.testing.assert_array_equal(filled, [NAN, NAN])


def test_the_record_names_the_span_of_the_donors():
    """A cell filled from donors is recorded with the first and the last year it rests on."""
    _, plan = fill([1, NAN, 3, 5], "series_median", 1)
    assert (plan.before.tolist(), plan.after.tolist()) == ([0], [3])


def test_a_series_without_a_coded_year_stays_missing():
    """Where a dyad-era has no coded year there is no donor, and nothing is made up."""
    filled, plan = fill([NAN, NAN, 3], "multiple", 1, series=[0, 0, 1])
    np.testing.assert_array_equal(filled, [NAN, NAN, 3])
    assert len(plan) == 0


def test_multiple_imputation_picks_each_donor_alike():
    """The estimate takes the median; a draw takes one donor, each as often as another."""
    _, plan = fill([0, NAN, 1, 4], "multiple", 1)
    values = np.tile(np.array([0, NAN, 1, 4])[:, np.newaxis], (30_000, 1, 1))
    drawn = plan.apply(values, picks=np.random.default_rng(5).random((30_000, 1)))[:, 1, 0]
    assert plan.apply(values)[0, 1, 0] == 1
    # 4 standard errors of a share of 1/3 in 30,000 draws are 0.011
    np.testing.assert_allclose([(drawn == level).mean() for level in (0, 1, 4)], 1 / 3, atol=0.011)


def test_outliers_are_treated_on_record():
    """One value far out is drawn in, in the estimate and in each draw, and stands in the record; the rest is left."""
    rows = [(1950 + year, "talks", level) for year, level in enumerate([50, 51, 49, 50, 52, 48, 50, 51, 49, 1000])]
    frame = pd.DataFrame(rows, columns=["year", "indicator_id", "score"]).assign(dyad="A-B")
    tree = pd.DataFrame({"indicator_id": ["talks"], "pillar": "p", "dimension": "d", "low": 0, "high": 1000})
    spec = am.IndexSpec(tree, normalisation=Normalisation("minmax"), treatment=Treatment(outliers="winsorise"))
    index = am.cohesion_index(am.IndicatorPanel.from_frame(frame), spec)
    treated = index.to_frame("treated")
    assert treated[["year", "method"]].to_numpy().tolist() == [[1959, "winsorised"]]
    scores = index.to_frame("scores").query("tier == 'index'").set_index("year")["estimate"]
    assert scores[1959] == scores[1954] == 100  # drawn in to the next, 52
    assert scores[1955] == 0


@pytest.mark.slow
def test_logarithms_need_a_scale_of_their_own(small):
    """Under goalposts a logarithm would leave the codebook's scale."""
    config = small.parent / "log.toml"
    config.write_text('extends = "small"\nname = "log"\n[treatment]\noutliers = "transform"\n', encoding="utf-8")
    with pytest.raises(am.ConfigError, match="do not lie on the scale of the codebook"):
        am.score(config)
    config.write_text(config.read_text() + '[index]\nnormalisation = "minmax"\n', encoding="utf-8")
    assert am.score(config, draws=20).scores["estimate"].notna().all()
