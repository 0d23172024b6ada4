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
    "bad_byte_order_mark.csv",
    "bad_crlf.csv",
    "bad_one_crlf.csv",
    "bad_cr_only.csv",
    "bad_nul.csv",
    "bad_control_character.csv",
    "bad_blank_first_row.csv",
    "bad_quote_not_closed.csv",
    "bad_text_after_quote.csv",
    "bad_undeclared_file.csv",
    "bad_undeclarable_file.csv",
    "bad_level_not_described.csv",
    "bad_low_above_score.csv",
    "bad_score_above_high.csv",
    "bad_low_empty.csv",
    "bad_range_without_score.csv",
    "bad_missing_score_without_note.csv",
    "bad_unknown_evidence.csv",
    "bad_unknown_series.csv",
    "bad_series_of_another_dyad.csv",
    "bad_cell_twice_across_files.csv",
    "bad_year_outside_era.csv",
    "bad_full_width_digits.csv",
    "bad_score_with_space.csv",
    "bad_coder_folder.csv",
    "bad_no_codings.csv",
    "bad_indicator_named_like_pillar.csv",
    "bad_levels_with_gap.csv",
    "bad_indicator_without_levels.csv",
    "bad_indicator_with_one_level.csv",
    "bad_eras_overlap.csv",
    "bad_era_ends_before_it_begins.csv",
    "bad_event_30_february.csv",
    "bad_source_url_javascript.csv",
    "bad_value_nan.csv",
    "bad_value_inf.csv",
    "bad_value_1e400.csv",
}


def referee_accepts(folder: Path) -> tuple[bool, str]:
    """Give the referee's verdict on a package, and its reasons."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the referee's own libraries warn
        report = frictionless.validate(str(folder / "datapackage.json"))
    return report.valid, str(report.flatten(["type", "message"])[:5])


@pytest.mark.parametrize("case", CASES, ids=[case.file for case in CASES])
def test_what_the_referee_refuses_we_refuse(case: Case, template: Path, tmp_path: Path) -> None:
    """Each faulty table that the reference validator refuses has faults here too, and it refuses most of them."""
    config = case.put_in_place(template, tmp_path)
    accepted, reasons = referee_accepts(tmp_path / "data")
    faults, _ = check(config)
    assert accepted or faults, reasons
    assert not accepted or case.file in FORGIVEN


def test_the_valid_template_is_valid_for_both(template: Path) -> None:
    """The alliance that the faulty files spoil has no fault here or with the referee."""
    assert referee_accepts(template / "data") == (True, "[]")
    assert check(template / "small.toml")[0] == []


def test_the_published_package_is_valid_for_both(root: Path) -> None:
    """The published data have no fault here or with the referee."""
    assert referee_accepts(root / "data") == (True, "[]")
    assert check(root / "configs" / "baseline.toml", data=root / "data")[0] == []
