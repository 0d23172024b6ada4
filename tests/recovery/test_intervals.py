"""Intervals hold the truth about as often as they say, where the truth is known because it was made up.

This is the first form: coders who err as their ranges say. Coverage under other truths is studied with the full set
of uncertain inputs.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from alliance_metrics.coding.panel import IndicatorPanel
from alliance_metrics.index.plan import IndexSpec, plan_index
from alliance_metrics.uncertainty.coder_doubt import triangular_probabilities
from alliance_metrics.uncertainty.inputs import CoderCell, CoderChoice, Uncertainty
from alliance_metrics.uncertainty.summary import intervals

INDICATORS, CODERS, UNITS, STUDIES = 12, 3, 20, 12


def made_up_study(seed, *, bias):
    """Draw true levels, coders who err by a step at most and state that step as their range, and a bias a coder."""
    rng = np.random.default_rng(seed)
    truth = rng.integers(1, 4, size=(UNITS, INDICATORS))
    slip = rng.choice([-1, 0, 1], p=triangular_probabilities(-1, 0, 1), size=(CODERS, UNITS, INDICATORS))
    lean = rng.random((CODERS, UNITS, INDICATORS)) < bias * np.array([1.0, 0.0, 0.0])[:, None, None]
    score = np.clip(truth + slip - lean, 0, 4).astype(float)
    units = pd.DataFrame({"dyad": "A-B", "era": "", "year": range(1950, 1950 + UNITS)})
    names = tuple(f"i{k}" for k in range(INDICATORS))
    panel = IndicatorPanel(units, names, ("x", "y", "z"), score, np.maximum(score - 1, 0), np.minimum(score + 1, 4))
    tree = pd.DataFrame({"indicator_id": names, "pillar": [f"p{k % 3}" for k in range(INDICATORS)], "dimension": "d"})
    return plan_index(panel, IndexSpec(tree.assign(low=0, high=4))), truth.mean(axis=1) / 4


def coverage(*, bias):
    """Share of unit-years whose 90% interval holds the true index, over several studies."""
    held = []
    for seed in range(STUDIES):
        plan, truth = made_up_study(seed, bias=bias)
        kinds = Uncertainty(seed=seed, draws=1000, inputs=(CoderCell(), CoderChoice()))
        lower, _, upper = intervals(plan, kinds)
        held.append((lower[-1] <= truth) & (truth <= upper[-1]))
    return float(np.mean(held))


@pytest.mark.slow
def test_intervals_hold_the_truth_when_coders_err_as_they_say():
    """With unbiased coders nine intervals in ten or more hold the truth: ranges and disagreement are counted both."""
    found = coverage(bias=0.0)
    assert 0.90 <= found <= 1.0


def test_intervals_miss_a_truth_that_all_coders_miss():
    """Intervals know nothing of what all coders get wrong together: shift the truth and they fail."""
    plan, truth = made_up_study(1, bias=0.0)
    lower, _, upper = intervals(plan, Uncertainty(seed=1, draws=1000, inputs=(CoderCell(), CoderChoice())))
    shifted = truth + 0.25
    assert ((lower[-1] <= shifted) & (shifted <= upper[-1])).mean() < 0.2


def test_dropping_the_uncertain_inputs_loses_coverage():
    """Without cells and coders the interval has no width and holds next to nothing."""
    plan, truth = made_up_study(2, bias=0.0)
    lower, _, upper = intervals(plan, Uncertainty(seed=2, draws=10, inputs=()))
    assert ((lower[-1] <= truth) & (truth <= upper[-1])).mean() <= 0.2


@pytest.mark.parametrize("bias", [0.5])
def test_one_severe_coder_widens_the_interval(bias):
    """A coder who is severe half of the time makes intervals wider than unbiased coders do."""

    def width(share):
        plan, _ = made_up_study(3, bias=share)
        lower, _, upper = intervals(plan, Uncertainty(seed=3, draws=2000, inputs=(CoderChoice(),)))
        return float((upper[-1] - lower[-1]).mean())

    assert width(bias) > 1.2 * width(0.0)
