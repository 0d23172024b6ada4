"""Laws of the whole index, on panels drawn at random."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from alliance_metrics.coding.panel import IndicatorPanel
from alliance_metrics.index.cohesion import cohesion_index
from alliance_metrics.index.methods import Bedrock, Mean
from alliance_metrics.index.plan import IndexSpec, plan_index
from alliance_metrics.index.treatment import Treatment
from alliance_metrics.uncertainty.draws import draw_index
from alliance_metrics.uncertainty.inputs import Uncertainty
from alliance_metrics.uncertainty.summary import intervals

pytestmark = pytest.mark.slow  # many indexes of each law

TREE = pd.DataFrame(
    [
        ("doctrine", "faith", "words", "index"),
        ("slogans", "faith", "words", "index"),
        ("rites", "faith", "deeds", "index"),
        ("grain", "gain", "goods", "index"),
        ("guns", "gain", "arms", "index"),
        ("rumour", "gain", "arms", "diagnostic"),
    ],
    columns=["indicator_id", "pillar", "dimension", "role"],
).assign(low=0, high=4)
YEARS = 5
EXAMPLES = settings().max_examples // 4
AGGREGATIONS = (Mean(), Mean("geometric"), Bedrock("faith", 0.7))


@st.composite
def panels(draw, *, gaps: bool = True):
    """Draw a panel of two dyads, two coders, six indicators and five years, perhaps with gaps."""
    shape = (2, 2 * YEARS, 6)
    score = draw(hnp.arrays(np.int8, shape, elements=st.integers(0, 4))).astype(float)
    low = np.maximum(0, score - draw(hnp.arrays(np.int8, shape, elements=st.integers(0, 2))))
    high = np.minimum(4, score + draw(hnp.arrays(np.int8, shape, elements=st.integers(0, 2))))
    if gaps:
        missing = draw(hnp.arrays(bool, shape, elements=st.booleans(), fill=st.just(False)))
        for values in (score, low, high):
            values[missing] = np.nan
    units = pd.DataFrame(
        {"dyad": ["A-B"] * YEARS + ["A-C"] * YEARS, "era": "e", "year": list(range(1950, 1950 + YEARS)) * 2}
    )
    return IndicatorPanel(units, tuple(TREE["indicator_id"]), ("one", "two"), score, low, high)


specs = st.builds(
    lambda across, weights, minimum, method: IndexSpec(
        TREE, weights=weights, across_pillars=across, availability_min=minimum, treatment=Treatment(method)
    ),
    st.sampled_from(AGGREGATIONS),
    st.fixed_dictionaries({"faith": st.floats(0.1, 5), "gain": st.floats(0.1, 5), "faith.words": st.floats(0.1, 5)}),
    st.sampled_from([0.0, 0.6, 1.0]),
    st.sampled_from(["none", "carry_forward", "linear", "balanced"]),
)


@settings(max_examples=EXAMPLES)
@given(panels(), specs)
def test_contributions_sum_to_the_index_in_every_tier(panel, spec):
    """In each dyad-year and each tier the contributions add up to the index."""
    result = cohesion_index(panel, spec)
    keys = ["dyad", "year"]
    scores = result.to_frame("scores").query("tier == 'index'").set_index(keys)["estimate"].dropna()
    parts = result.to_frame("contributions").pivot_table("contribution", index=keys, columns="tier", aggfunc="sum")
    assert set(parts.index) == set(scores.index)
    for tier in parts.columns:
        np.testing.assert_allclose(parts[tier].loc[scores.index], scores, rtol=0, atol=1e-7, err_msg=tier)


@settings(max_examples=EXAMPLES)
@given(panels(), specs)
def test_every_score_lies_on_the_scale_and_missing_ones_have_a_reason(panel, spec):
    """Scores lie in 0-100; where there is none the row says why, and nowhere else."""
    table = cohesion_index(panel, spec).to_frame("scores")
    there = table["estimate"].notna()
    assert table.loc[there, "estimate"].between(0, 100).all()
    assert ((table["reason"] != "") == ~there).all()


@settings(max_examples=EXAMPLES)
@given(panels(), specs, st.integers(1, 4))
def test_a_balanced_index_has_the_same_parts_in_every_year(panel, spec, most):
    """Within a dyad and era every component has a score in all years or in none, and availability stands still."""
    treated = replace(spec, treatment=Treatment("balanced", max_age=most))
    table = cohesion_index(panel, treated).to_frame("scores")
    series = table.groupby(["dyad", "era", "component"])
    assert (series["availability"].agg(np.ptp) < 1e-9).all()
    assert series["estimate"].agg(lambda scores: scores.isna().all() or scores.notna().all()).all()


@settings(max_examples=EXAMPLES)
@given(panels(), specs)
def test_availability_decides_what_is_scored(panel, spec):
    """No component is scored below the least availability, and none above it is left out but for its gate."""
    table = cohesion_index(panel, spec).to_frame("scores").query("tier != 'indicator'")
    enough = table["availability"] >= spec.availability_min - 1e-9
    assert not (table["estimate"].notna() & ~enough).any()
    gated = isinstance(spec.across_pillars, Bedrock)
    left_out = table[(table["availability"] > 0) & enough & table["estimate"].isna()]
    assert left_out.empty or (gated and set(left_out["tier"]) == {"index"})


@settings(max_examples=EXAMPLES)
@given(panels(gaps=False), specs, st.data())
def test_a_higher_score_never_lowers_the_index(panel, spec, data):
    """Raising one coder's score of an indicator that counts never lowers the index."""
    where = tuple(data.draw(st.integers(0, size - 1)) for size in panel.score.shape)
    score, high = panel.score.copy(), panel.high.copy()
    score[where] = high[where] = min(4.0, score[where] + 1)
    raised = replace(panel, score=score, high=high)
    before, after = (
        cohesion_index(each, spec).to_frame("scores").query("tier == 'index'")["estimate"] for each in (panel, raised)
    )
    assert (after >= before - 1e-9).all()


@settings(max_examples=EXAMPLES)
@given(panels(), specs)
def test_a_diagnostic_indicator_never_moves_the_index(panel, spec):
    """Changing the diagnostic column leaves every tier above indicators as it was."""
    changed = panel.score.copy()
    changed[:, :, 5] = 4.0 - changed[:, :, 5]
    other = replace(panel, score=changed, low=changed, high=changed)
    one, two = (cohesion_index(each, spec).to_frame("scores").query("tier != 'indicator'") for each in (panel, other))
    pd.testing.assert_frame_equal(one, two)


@settings(max_examples=EXAMPLES)
@given(panels(), specs)
def test_a_dyad_is_scored_alike_alone_and_beside_another(panel, spec):
    """On fixed goalposts one dyad's scores do not depend on who else is in the panel."""
    half = slice(0, YEARS)
    alone = replace(
        panel,
        units=panel.units.iloc[half],
        score=panel.score[:, half],
        low=panel.low[:, half],
        high=panel.high[:, half],
    )
    both = cohesion_index(panel, spec).to_frame("scores").query("dyad == 'A-B'").reset_index(drop=True)
    pd.testing.assert_frame_equal(cohesion_index(alone, spec).to_frame("scores"), both)


@settings(max_examples=EXAMPLES)
@given(panels(), specs, st.integers(0, 2**32))
def test_block_size_changes_no_number(panel, spec, seed):
    """One unit a block or all at once: the same bits."""
    plan = plan_index(panel, spec)
    kinds = Uncertainty(seed=seed, draws=2500)
    small, large = (draw_index(plan, replace(kinds, block_megabytes=size)).scores for size in (1, 4096))
    np.testing.assert_array_equal(small, large)


@settings(max_examples=EXAMPLES)
@given(panels(), specs)
def test_without_uncertain_inputs_every_draw_is_the_estimate(panel, spec):
    """With nothing drawn the interval closes on the estimate."""
    plan = plan_index(panel, spec)
    table = cohesion_index(panel, spec).to_frame("scores")
    lower, median, upper = intervals(plan, Uncertainty(draws=3, inputs=()))
    for ends in (lower, median, upper):
        index = 100 * ends[-1]
        expected = table.query("tier == 'index'")["estimate"].to_numpy()
        np.testing.assert_allclose(index, expected, rtol=0, atol=2e-5)  # single precision of the draws


@settings(max_examples=EXAMPLES)
@given(panels(), specs)
def test_missing_components_are_missing_in_every_draw(panel, spec):
    """What has no estimate has no interval, and what has one has one."""
    plan = plan_index(panel, spec)
    lower, _, upper = intervals(plan, Uncertainty(draws=50))
    np.testing.assert_array_equal(np.isnan(lower), ~plan.usable)
    np.testing.assert_array_equal(np.isnan(upper), ~plan.usable)
