"""Every way in which the declaration of the data can be wrong."""

from __future__ import annotations

from functools import partial

from tests.bad_input.case import DESCRIPTOR, Case

DYADS = "data/dyads.csv"
SHORTER_DYADS = (("with_dyads_without_last_year.csv", DYADS),)
UNUSABLE, SCHEMA, LACKS = "descriptor cannot be used", "schema cannot be used", "lacks what scoring needs"


def descriptor(  # the place is any that names the descriptor, in whatever folder
    name: str, what: str, found: str = "", allowed: str = "", *, line: int | None = None, removes: tuple[str, ...] = ()
) -> Case:
    """Give a case of a faulty ``datapackage.json``."""
    return Case(name, DESCRIPTOR, line, None, what, found, allowed, removes=removes)


lacking = partial(Case, replaces=DESCRIPTOR, line=None, column=None, what=LACKS)

CASES = (
    descriptor("bad_descriptor_not_json.json", UNUSABLE, "Expecting", "JSON", line=121),
    descriptor("bad_descriptor_cut_short.json", UNUSABLE, "Unterminated", "JSON", line=12),
    descriptor("bad_descriptor_deep.json", UNUSABLE, "recursion", "JSON"),
    descriptor("bad_descriptor_latin_1.json", UNUSABLE, "0xe9", "JSON"),
    descriptor("bad_descriptor_list.json", UNUSABLE, "no resources are listed"),
    descriptor("bad_descriptor_without_resources.json", UNUSABLE, "no resources are listed"),
    descriptor("bad_descriptor_resource_twice.json", UNUSABLE, "resource 'dyads' is listed twice"),
    descriptor("bad_descriptor_outside_the_folder.json", UNUSABLE, "points outside the package: ../x.csv"),
    descriptor("bad_descriptor_absolute_path.json", UNUSABLE, "points outside the package: /x.csv"),
    descriptor("bad_descriptor_version_nan.json", "", "NaN"),
    descriptor("bad_descriptor_title_half_a_character.json", ""),
    descriptor("bad_descriptor_licences_number.json", "", "5"),
    descriptor("bad_descriptor_sources_of_numbers.json", "", "5"),
    descriptor("bad_descriptor_path_with_nul.json", ""),
    descriptor("bad_descriptor_path_half_a_character.json", ""),
    Case(
        "bad_descriptor_file_gone.json",
        DESCRIPTOR,
        None,
        None,
        "the file is not there",
        "AA-BB_1950_1952.csv",
        "a readable file",
        where="codings/ann/AA-BB_1950_1952.csv",
    ),
    descriptor("bad_descriptor_na_is_missing.json", SCHEMA, "only an empty cell is missing"),
    descriptor("bad_descriptor_unknown_constraint.json", SCHEMA, "minimun", "minimum"),
    descriptor("bad_descriptor_field_twice.json", SCHEMA, "named twice"),
    descriptor("bad_descriptor_type_unknown.json", SCHEMA, "field 'note' has type 'boolean'", "string, integer"),
    descriptor("bad_descriptor_minimum_is_text.json", SCHEMA, "minimum"),
    descriptor("bad_descriptor_enum_is_a_number.json", SCHEMA, "enum"),
    descriptor("bad_descriptor_length_is_text.json", SCHEMA, "minLength"),
    descriptor("bad_descriptor_required_is_text.json", SCHEMA, "required"),
    descriptor("bad_descriptor_pattern_broken.json", SCHEMA, "unterminated"),
    descriptor("bad_descriptor_pattern_too_large.json", SCHEMA),
    descriptor("bad_descriptor_pattern_too_deep.json", SCHEMA),
    descriptor("bad_descriptor_primary_key_unknown.json", SCHEMA, "'period'"),
    descriptor("bad_descriptor_primary_key_is_a_number.json", SCHEMA),
    descriptor("bad_descriptor_key_without_reference.json", SCHEMA, "reference"),
    descriptor("bad_descriptor_key_of_unknown_table.json", "", "source"),
    descriptor("bad_descriptor_key_of_unknown_column.json", "", "id"),
    descriptor("bad_descriptor_keys_of_unequal_width.json", ""),
    descriptor("bad_descriptor_semicolons_declared.json", ""),
    descriptor("bad_descriptor_without_sources.json", "", "sources", removes=("data/evidence/sources.csv",)),
    descriptor(
        "bad_descriptor_without_levels.json", "a table is missing", "levels", removes=("data/codebook/levels.csv",)
    ),
    lacking("bad_descriptor_lacks_a_column.json", found="'note' is not declared", allowed="declared as string"),
    lacking("bad_descriptor_score_is_text.json", found="'score' is string", allowed="declared as integer"),
    lacking("bad_descriptor_level_is_text.json", found="'level' is string", allowed="declared as integer"),
    lacking("bad_descriptor_and_table_lack_a_column.json", found="'last_year'", beside=SHORTER_DYADS),
)
