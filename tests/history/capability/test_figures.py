"""Figures of capability and coalitions, taken from tables."""

from __future__ import annotations

import numpy as np
import pandas as pd

from alliance_metrics.history.capability.figures import figures_of
from alliance_metrics.results.collected import Skipped

YEARS = np.array([1950, 1951, 1952])


def figures_from(coalitions: list[tuple], extra: list[tuple] = ()):
    """Three states by one measure, and the sums given."""
    states = [
        (name, "state", year, "steel", value)
        for year in (1950, 1951)
        for name, value in zip("abc", (5, 3, 2), strict=True)
    ]
    capabilities = pd.DataFrame([*states, *extra], columns=["state", "kind", "year", "indicator", "value"])
    table = pd.DataFrame(coalitions, columns=["coalition", "state", "first_year", "last_year"])
    skipped = Skipped()
    tables = {"capabilities": capabilities.assign(absent=pd.NA), "coalitions": table}
    return figures_of(tables, skipped), skipped


def test_members_are_summed_year_by_year_where_the_table_has_no_sum():
    """c joins in 1951; in 1952 nobody has a figure."""
    figures, _ = figures_from([("west", "b", 1949, pd.NA), ("west", "c", 1951, 1951)])
    assert figures.coalition("west", "steel", YEARS)[:2].tolist() == [3.0, 5.0]
    assert np.isnan(figures.coalition("west", "steel", YEARS)[2])
    assert figures.belongs("c", "west", YEARS).tolist() == [False, True, False]


def test_a_sum_in_the_table_goes_before_that_of_the_members():
    """The sum over states that are not in the table is taken as given."""
    figures, _ = figures_from([("west", "b", 1949, pd.NA)], [("west", "coalition", 1950, "steel", 40.0)])
    assert figures.coalition("west", "steel", YEARS)[:2].tolist() == [40.0, 3.0]


def test_a_coalition_without_members_has_no_strength():
    """Before its first member joins there is no sum, and not a sum of zero."""
    figures, _ = figures_from([("west", "b", 1951, pd.NA)])
    assert np.isnan(figures.coalition("west", "steel", YEARS)[0])


def test_a_stay_that_ends_before_it_begins_and_a_negative_figure_are_passed_over_and_named():
    """Both are told; the rest is used."""
    figures, skipped = figures_from([("west", "b", 1951, 1950)], [("d", "state", 1950, "steel", -1.0)])
    assert figures.coalitions == {}
    assert [step for step, _ in skipped.steps] == ["steel of d, 1950", "b in west"]


def test_the_world_is_the_sum_so_named():
    """Without it shares of the world are unknown."""
    figures, _ = figures_from([], [("everyone", "world", 1950, "steel", 12.0)])
    assert figures.world("steel", YEARS)[0] == 12.0
    assert np.isnan(figures_from([])[0].world("steel", YEARS)).all()
