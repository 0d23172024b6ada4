"""Eras are shown by their years, and the middle of the scale by the words of the data package."""

from __future__ import annotations

import pytest

from alliance_metrics.report.shown import frame_sentence, shown
from tests.report.text.saved import saved

ERAS = {
    "first": {"years": "1950-1953", "units": ["AA-BB", "AA-CC"]},
    "second-half": {"years": "1960-1962", "units": ["AA-DD"]},
}
FRAME = {"middle": "strangers", "above": "together", "below": "apart"}


def test_eras_are_called_by_their_years_and_nothing_else_is_touched():
    """In columns of eras and behind a unit in prose; a word that happens to be an era's id stays."""
    origins = [{"dyad": "AA-DD", "era": "second-half", "year": 1960}]
    record = {"eras": ERAS, "references": [["XX-YY", "other"]], "config": {"analysis": {"origins": origins}}}
    skipped = [{"step": "eras of AA-DD second-half", "cause": "AA-BB first is its first era; AA-DD first is none"}]
    row = {"dyad": "AA-DD", "era": "second-half", "other": "AA-BB", "other_era": "first", "component": "first"}
    found = shown(saved("comparison", record, era_differences=[row], skipped=skipped))
    told = found.to_frame("era_differences").iloc[0]
    assert told[["era", "other_era", "component"]].tolist() == ["1960-1962", "1950-1953", "first"]
    assert found.to_frame("skipped").iloc[0].tolist() == [
        "eras of AA-DD 1960-1962",
        "AA-BB 1950-1953 is its first era; AA-DD first is none",
    ]
    assert found.record["config"]["analysis"]["origins"][0]["era"] == "1960-1962"
    assert found.record["references"] == [["XX-YY", "other"]]


def test_a_result_without_names_of_eras_is_given_back():
    """Results of other packages, and eras whose ids are their years."""
    for record in ({}, {"eras": {"1950-1953": {"years": "1950-1953", "units": ["AA-BB"]}}}):
        result = saved("comparison", record)
        assert shown(result) is result


@pytest.mark.parametrize(
    ("normalisation", "told"),
    [({"method": "goalposts"}, "50: strangers; above 50 together, below it apart."), ({"method": "minmax"}, "")],
)
def test_the_middle_of_the_scale_is_told_where_it_has_a_meaning(normalisation, told):
    """Scores between goalposts keep the codebook's frame; ranks and the like do not."""
    record = {"data": {"frame": FRAME}, "config": {"index": {"normalisation": normalisation}}}
    assert frame_sentence(record) == told
    assert frame_sentence({**record, "data": {"frame": {}}}) == ""
