"""A rival rebuilt from measures: standings by hand, gaps and what is lacking are listed."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from alliance_metrics.history.validation.measures import rebuild_rivals, standing_of
from alliance_metrics.results.collected import Skipped

DECLARED = pd.DataFrame({"measure": ["visits", "distance", "arms"], "direction": [1, -1, 1]})
VALUES = {"visits": [0, 0, 2, 4], "distance": [9.0, 7.0, 5.0, 1.0], "arms": [1.0, 4.0, 3.0]}


def tables(**changes: object) -> dict[str, pd.DataFrame]:
    """Give a rival of three indicators in two dimensions, one of them without a measure; arms lack the last year."""
    measures = [("AA-BB", 1950 + t, name, value) for name, row in VALUES.items() for t, value in enumerate(row)]
    base = {"rival": "other", "dyad": "AA-BB", "first_year": 1950, "last_year": 1960, "source_id": "x"}
    rivals = pd.DataFrame(
        [
            {"part": 1, "dimension": "talk", "indicator": "visits", "measure": "visits", "lacking": ""},
            {"part": 2, "dimension": "talk", "indicator": "votes", "measure": "distance", "lacking": "their formula"},
            {"part": 3, "dimension": "force", "indicator": "arms", "measure": "arms", "lacking": ""},
            {"part": 4, "dimension": "force", "indicator": "exercises", "measure": "", "lacking": "no series"},
            {"part": 5, "dimension": "all", "indicator": "bands", "measure": "", "lacking": "unread"},
        ]
    ).assign(**{**base, **changes})
    frame = pd.DataFrame(measures, columns=["dyad", "year", "measure", "value"])
    return {"rivals": rivals, "measures": frame, "measures_declared": DECLARED}


def test_standing_by_hand():
    """Three years, two alike: a third of the way, and the last at five sixths."""
    assert standing_of(np.array([1.0, 1.0, 2.0])) == pytest.approx([100 / 3, 100 / 3, 500 / 6])


def test_rebuilt_values_by_hand():
    """Talk averages visits (33, 33, 83) and the reversed distance (17, 50, 83); force is arms (17, 83, 50)."""
    (rival,) = rebuild_rivals(tables(), Skipped())
    talk = [(100 / 3 + 100 / 6) / 2, (100 / 3 + 50) / 2, 500 / 6]
    force = [100 / 6, 500 / 6, 50]
    assert rival.series.index.tolist() == [1950, 1951, 1952]
    assert rival.series.tolist() == pytest.approx(np.mean([talk, force], axis=0))


def test_only_years_in_which_all_measures_have_a_value_are_used_and_indicators_are_counted():
    """Three of four published indicators have a measure; the row about the whole is none."""
    (rival,) = rebuild_rivals(tables(), Skipped())
    assert (rival.indicators, rival.published, rival.unit) == (3, 4, "AA-BB")
    assert 1953 not in rival.series.index


def test_what_is_lacking_is_told_row_by_row():
    """Formula, series and bands, each in the words declared."""
    skipped = Skipped()
    rebuild_rivals(tables(), skipped)
    assert skipped.steps == [
        ("other, votes", "their formula"),
        ("other, exercises", "no series"),
        ("other, bands", "unread"),
    ]


@pytest.mark.parametrize("changes", [{"first_year": 1970, "last_year": 1980}, {"dyad": "AA-CC"}, {"measure": ""}])
def test_a_rival_of_which_nothing_is_there_is_passed_over_with_its_cause(changes):
    """Other years, another dyad or no measure: nothing is rebuilt, and it is said."""
    skipped = Skipped()
    assert rebuild_rivals(tables(**changes), skipped) == []
    assert skipped.steps[-1] == ("other", "no two years in which all of its measures have a value")
