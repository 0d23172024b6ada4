"""The reference validator of data packages as referee: what it refuses, we refuse."""

from __future__ import annotations

import warnings
from pathlib import Path

import frictionless
import pytest

from alliance_metrics.study.study import check
from tests.bad_input.case import Case
from tests.bad_input.cases_of_tables import CASES

# The referee forgives how these are written down, or knows no rule between tables; we are stricter.
FORGIVEN = {
    "byte_order_mark",
    "crlf",
    "one_crlf",
    "cr_only",
    "nul",
    "control_character",
    "blank_first_row",
    "quote_not_closed",
    "text_after_quote",
    "undeclared_file",
    "undeclarable_file",
    "level_not_described",
    "low_above_score",
    "score_above_high",
    "low_empty",
    "range_without_score",
    "missing_score_without_note",
    "unknown_evidence",
    "unknown_series",
    "series_of_another_dyad",
    "cell_twice_across_files",
    "year_outside_era",
    "full_width_digits",
    "score_with_space",
    "coder_folder",
    "no_codings",
    "indicator_named_like_pillar",
    "levels_with_gap",
    "indicator_without_levels",
    "indicator_with_one_level",
    "eras_overlap",
    "era_ends_before_it_begins",
    "event_30_february",
    "source_url_javascript",
    "value_nan",
    "value_inf",
    "value_1e400",
}


def referee_accepts(folder: Path) -> tuple[bool, str]:
    """Give the referee's verdict on a package, and its reasons."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the referee's own libraries warn
        report = frictionless.validate(str(folder / "datapackage.json"))
    return report.valid, str(report.flatten(["type", "message"])[:5])


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES, ids=str)
def test_what_the_referee_refuses_we_refuse(case: Case, template: Path, tmp_path: Path) -> None:
    """Each faulty table that the reference validator refuses has faults here too, and it refuses most of them."""
    config = case.put_in_place(template, tmp_path)
    accepted, reasons = referee_accepts(tmp_path / "data")
    faults = check(config).faults
    assert accepted or faults, reasons
    assert not accepted or case.name in FORGIVEN


@pytest.mark.slow
def test_the_valid_template_is_valid_for_both(template: Path) -> None:
    """The alliance that the faulty files spoil has no fault here or with the referee."""
    assert referee_accepts(template / "data") == (True, "[]")
    assert check(template / "small.toml").faults == []
