"""The measures from outside are what they are said to be, and no more of others' data than yearly figures."""

from __future__ import annotations

from collections import Counter

import pytest

from alliance_metrics.study.study import Study
from tests.published.test_data_package import rows


@pytest.fixture(scope="module")
def components(published_study: Study) -> set[str]:
    """List the ids of the codebook's tree."""
    return {one.id for one in published_study.plan.hierarchy.components}


def test_every_measure_goes_with_a_component_of_the_tree(components):
    """No component is misspelt."""
    assert {row["component"] for row in rows("measures/measures_declared.csv")} <= components


def test_what_was_shown_to_coders_is_no_independent_measure():
    """Whatever names a series of the evidence is marked as seen, and the series is there."""
    shown = {row["measure"] for row in rows("evidence/series.csv")}
    for row in rows("measures/measures_declared.csv"):
        assert set(row["shown_as"].split()) <= shown
        assert not (row["shown_as"] and row["independent"] == "true"), row["measure"]
    assert (
        not {row["measure"] for row in rows("measures/measures_declared.csv") if row["independent"] == "true"} & shown
    )


def test_figures_belong_to_years_of_the_coded_eras_alone():
    """Nothing is taken over that no score stands beside."""
    eras = [(row["dyad"], int(row["first_year"]), int(row["last_year"])) for row in rows("dyads.csv")]
    for row in rows("measures/measures.csv"):
        assert any(row["dyad"] == dyad and first <= int(row["year"]) <= last for dyad, first, last in eras)


def test_restricted_sources_give_two_small_extracts_alone():
    """Class C: yearly means of events for one pair, and volumes and shares of arms between the three states."""
    restricted = Counter(row["source_id"] for row in rows("measures/measures.csv") if row["licence_class"] == "C")
    assert set(restricted) == {"sipri_atd", "weis_1966_1992"}
    assert restricted["weis_1966_1992"] == 27
    assert restricted["sipri_atd"] < 400


def test_one_measure_has_one_unit_and_one_licence_class():
    """Unit and class belong to the measure."""
    for column in ("unit", "licence_class", "source_id"):
        found = {(row["measure"], row[column]) for row in rows("measures/measures.csv")}
        assert len(found) == len({measure for measure, _ in found}), column


def test_known_facts_stand_in_the_figures():
    """Strategic rivalry from 1958, the treaty of 1950, no Soviet arms for the PRC in 1969, 3,076 units in 2005."""
    figures = {
        (row["measure"], row["dyad"], int(row["year"])): float(row["value"]) for row in rows("measures/measures.csv")
    }
    assert [figures["rivalry", "PRC-USSR", year] for year in (1957, 1958)] == [0, 1]
    assert figures["treaty_defence", "PRC-USSR", 1950] == 1
    assert figures["treaty_defence", "PRC-DPRK", 1960] == 0
    assert figures["treaty_defence", "PRC-DPRK", 1961] == 1
    assert figures["arms_transfers", "PRC-USSR", 1969] == 0
    assert figures["arms_transfers_b_to_a", "PRC-RUS", 2005] == pytest.approx(3076, abs=1)
    assert figures["event_balance", "PRC-USSR", 1967] == pytest.approx(-3.173, abs=0.001)
    assert [figures["territorial_claims", "PRC-USSR", year] for year in (1953, 1954, 1964)] == [0, 1, 2]
