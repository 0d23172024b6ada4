"""Tables of ranks and pairs carry the right labels: each row is about the unit it names."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from alliance_metrics.index.plan import nominal_scores
from alliance_metrics.index.treatment import Treatment
from alliance_metrics.study.score_tables import composition_table, pair_table, rank_table
from alliance_metrics.uncertainty.draws import draw_index, start_run
from alliance_metrics.uncertainty.inputs import CoderCell, CoderChoice, Uncertainty, WeightDraw
from alliance_metrics.uncertainty.summary import summarise
from tests.uncertainty.slow_index import UNITS, toy_plan

DRAWS = 300
GAPS = ((5, "trade"), (5, "debts"), (5, "oath"))


@pytest.fixture(scope="module")
def told():
    """Sum up a panel of which one year has no index; give plan, draws by component, ranks and pairs."""
    plan = toy_plan(missing=GAPS)
    uncertainty = Uncertainty(seed=2, draws=DRAWS, inputs=(CoderCell(), CoderChoice(), WeightDraw()))
    _, comparisons = summarise(start_run(plan, uncertainty))
    draws = draw_index(plan, uncertainty, tiers=("index", "pillar"))
    by_name = dict(zip(draws.components, draws.scores, strict=True))
    ranks = rank_table(plan, nominal_scores(plan), comparisons, level=0.9)
    return plan, by_name, ranks, pair_table(plan, comparisons)


def test_ranks_have_a_row_for_each_component_and_unit(told):
    """The index and its pillars, ten units each, with what the interval means and how many draws stand behind it."""
    _, by_name, ranks, _ = told
    assert set(ranks["component"]) == set(by_name)
    assert len(ranks) == len(by_name) * len(UNITS)
    assert (ranks["confidence"] == 0.9).all()
    assert (ranks["draws"] == DRAWS).all()


def test_each_rank_is_about_the_unit_it_names(told):
    """Nominal rank and median rank from the draws, found again by component, dyad and year."""
    plan, by_name, ranks, _ = told
    nominal = nominal_scores(plan)
    for row in ranks.to_dict("records"):
        unit = UNITS.index((row["dyad"], row["era"], row["year"]))
        scores = np.round(nominal[plan.hierarchy.place_of(row["component"])], 9)
        draws = np.round(by_name[row["component"]].astype(float), 6)
        if np.isnan(scores[unit]):
            assert pd.isna([row["estimate"], row["lower"], row["median"], row["upper"]]).all()
            continue
        ties = (scores == scores[unit]).sum()
        assert row["estimate"] == (scores > scores[unit]).sum() + (ties + 1) / 2
        own = (draws > draws[unit]).sum(axis=0) + ((draws == draws[unit]).sum(axis=0) + 1) / 2
        assert row["median"] == pytest.approx(np.median(own), abs=1e-5)
        assert 1 <= row["lower"] <= row["median"] <= row["upper"] <= len(UNITS)


def test_each_pair_stands_once_in_the_order_of_the_panel(told):
    """Nine years that have an index: thirty-six pairs, none with the year that has none."""
    *_, pairs = told
    named = [
        (UNITS.index((r["dyad"], r["era"], r["year"])), UNITS.index((r["other"], r["other_era"], r["other_year"])))
        for r in pairs.to_dict("records")
    ]
    there = [place for place in range(10) if place != 5]
    assert named == [(one, other) for one in there for other in there if one < other]


def test_above_and_below_are_the_shares_of_the_draws(told):
    """Found again by the units that the row names; what is neither is a tie."""
    _, by_name, _, pairs = told
    index = np.round(by_name["cohesion"].astype(float), 6)
    for row in pairs.to_dict("records"):
        one = index[UNITS.index((row["dyad"], row["era"], row["year"]))]
        other = index[UNITS.index((row["other"], row["other_era"], row["other_year"]))]
        assert row["above"] == pytest.approx((one > other).mean(), abs=1e-9)
        assert row["below"] == pytest.approx((one < other).mean(), abs=1e-9)
        assert row["draws"] == DRAWS


def test_the_composition_says_which_indicators_are_part_of_the_index():
    """Every indicator that counts in every dyad and era, with what the others lack."""
    gaps = ((0, "talks"), (1, "visits"), (2, "visits"), (3, "visits"), *((place, "oath") for place in (4, 5, 6)))
    table = composition_table(toy_plan(missing=gaps, treatment=Treatment("balanced", max_age=2)))
    assert len(table) == 3 * 7  # dyad-eras by indicators; the diagnostic one is not among them
    found = table[table["reason"] != ""].set_index(["dyad", "era", "indicator_id"])
    assert found.index.tolist() == [("A-B", "one", "visits"), ("A-B", "two", "oath")]
    assert found["reason"].tolist() == ["no coded year within 2 years of 1953", "coded in no year"]
    assert found[["years", "coded", "filled", "counted"]].to_numpy().tolist() == [[4, 1, 0, 0], [3, 0, 0, 0]]
    talks = table.query("dyad == 'A-B' and era == 'one' and indicator_id == 'talks'").iloc[0]
    assert talks[["years", "coded", "filled", "counted", "reason"]].tolist() == [4, 3, 1, 4, ""]


def test_the_composition_of_an_untreated_index_names_the_years_without_a_value():
    """There an indicator may be part of the index in some years."""
    table = composition_table(toy_plan(missing=((0, "talks"), (2, "talks"), (3, "talks"))))
    row = table[table["reason"] != ""].iloc[0]
    assert row["reason"] == "no value in 1950, 1952-1953"
    assert row["counted"] == 1
