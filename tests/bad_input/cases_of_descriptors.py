"""Every way in which the declaration of the data can be wrong."""

from __future__ import annotations

from tests.bad_input.case import Case
from tests.bad_input.constants import DESCRIPTOR, DYADS
from tests.bad_input.edits import AnyEdit, Edit, Gone, Patch, Whole

CODINGS = "resources/codings.ann.aa-bb_1950_1953"
SCORE, NOTE = f"{CODINGS}/schema/fields/score", f"{CODINGS}/schema/fields/note"
LEVEL = "resources/levels/schema/fields/level"
DYADS_SCHEMA = "resources/dyads/schema"
DYAD = f"{DYADS_SCHEMA}/fields/dyad/constraints"
TO_DYADS, TO_SOURCES = (f"resources/events/schema/foreignKeys/{key}/reference" for key in (0, 2))
DYADS_AGAIN = {"name": "dyads", "path": "dyads.csv", "schema": {"fields": [{"name": "dyad", "type": "string"}]}}
ERA_AGAIN = {"name": "era", "type": "string", "constraints": {"required": True}}
LEVEL_AS_TEXT = {"name": "level", "type": "string", "constraints": {"required": True}}
UNUSABLE, SCHEMA, LACKS = "descriptor cannot be used", "schema cannot be used", "lacks what scoring needs"


def descriptor(
    name: str,
    edits: AnyEdit | tuple[AnyEdit, ...],
    what: str,
    found: str = "",
    allowed: str = "",
    *,
    line: int | None = None,
    where: str = "",
) -> Case:
    """Give a case of a faulty ``datapackage.json``."""
    return Case(name, edits, line, None, what, found, allowed, where)


def text(name: str, content: str, what: str, found: str, allowed: str = "", *, line: int | None = None) -> Case:
    """Give a case of another text in place of the descriptor."""
    return descriptor(name, Whole(DESCRIPTOR, content), what, found, allowed, line=line)


def patched(name: str, path: str, value: object, what: str, found: str = "", allowed: str = "") -> Case:
    """Give a case of one faulty value."""
    return descriptor(name, Patch(path, value), what, found, allowed)


FORM_OF_THE_FILE = (
    text("not_json", '{"name": "small",' + 120 * "\n" + "}", UNUSABLE, "Expecting", "JSON", line=121),
    text("cut_short", '{"name": "small",' + 11 * "\n" + '"resour', UNUSABLE, "Unterminated", "JSON", line=12),
    text("deep", '{"resources": ' + 5000 * "[" + 5000 * "]" + "}\n", UNUSABLE, "recursion", "JSON"),
    descriptor("latin_1", Edit(DESCRIPTOR, '"name": "data"', b'"name": "li\xe9s"'), UNUSABLE, "0xe9", "JSON"),
    text("list", "[]\n", UNUSABLE, "no resources are listed"),
    text("without_resources", '{"name": "small", "resources": []}\n', UNUSABLE, "no resources are listed"),
)

PACKAGE = (
    patched("resource_twice", "resources/-", DYADS_AGAIN, UNUSABLE, "resource 'dyads' is listed twice"),
    patched("outside_the_folder", f"{CODINGS}/path", "../x.csv", UNUSABLE, "points outside the package: ../x.csv"),
    patched("absolute_path", f"{CODINGS}/path", "/x.csv", UNUSABLE, "points outside the package: /x.csv"),
    patched("version_nan", "version", float("nan"), "", "NaN"),
    patched("title_half_a_character", "title", "\ud800", ""),
    patched("licences_number", "licenses", 5, "", "5"),
    patched("frame_without_words", "frame", {"middle": "strangers"}, "", "strangers"),
    patched("sources_of_numbers", "sources", [5], "", "5"),
    patched("path_with_nul", f"{CODINGS}/path", "codings/ann/\0.csv", ""),
    patched("path_half_a_character", f"{CODINGS}/path", "codings/ann/\ud800.csv", ""),
    descriptor(
        "file_gone",
        Patch(f"{CODINGS}/path", "codings/ann/AA-BB_1950_1952.csv"),
        "the file is not there",
        "AA-BB_1950_1952.csv",
        "a readable file",
        where="codings/ann/AA-BB_1950_1952.csv",
    ),
    patched("semicolons_declared", f"{CODINGS}/dialect", {"csv": {"delimiter": ";"}}, ""),
    descriptor("without_sources", (Patch("resources/sources"), Gone("data/evidence/sources.csv")), "", "sources"),
    descriptor(
        "without_levels", (Patch("resources/levels"), Gone("data/codebook/levels.csv")), "a table is missing", "levels"
    ),
)

SCHEMAS = (
    patched("na_is_missing", f"{CODINGS}/schema/missingValues/-", "NA", SCHEMA, "only an empty cell is missing"),
    patched("unknown_constraint", f"{SCORE}/constraints/minimun", 0, SCHEMA, "minimun", "minimum"),
    patched("field_twice", f"{DYADS_SCHEMA}/fields/-", ERA_AGAIN, SCHEMA, "named twice"),
    patched("type_unknown", f"{NOTE}/type", "boolean", SCHEMA, "field 'note' has type 'boolean'", "string, integer"),
    patched("minimum_is_text", f"{SCORE}/constraints/minimum", "zero", SCHEMA, "minimum"),
    patched("enum_is_a_number", "resources/indicators/schema/fields/role/constraints/enum", 5, SCHEMA, "enum"),
    patched("length_is_text", f"{DYAD}/minLength", "one", SCHEMA, "minLength"),
    patched("required_is_text", f"{NOTE}/constraints", {"required": "no"}, SCHEMA, "required"),
    patched("pattern_broken", f"{DYAD}/pattern", "[", SCHEMA, "unterminated"),
    patched("pattern_too_large", f"{DYAD}/pattern", "A{99999999999999999999}", SCHEMA),
    patched("pattern_too_deep", f"{DYAD}/pattern", 2000 * "(" + 2000 * ")", SCHEMA),
    patched("primary_key_unknown", f"{DYADS_SCHEMA}/primaryKey/1", "period", SCHEMA, "'period'"),
    patched("primary_key_is_a_number", f"{DYADS_SCHEMA}/primaryKey", 5, SCHEMA),
    descriptor("key_without_reference", Patch(TO_DYADS), SCHEMA, "reference"),
    patched("key_of_unknown_table", f"{TO_SOURCES}/resource", "source", "", "source"),
    patched("key_of_unknown_column", f"{TO_SOURCES}/fields/0", "id", "", "id"),
    patched("keys_of_unequal_width", f"{TO_DYADS}/fields/-", "era", ""),
    descriptor("lacks_a_column", Patch(NOTE), LACKS, "'note' is not declared", "declared as string"),
    patched("score_is_text", f"{SCORE}/type", "string", LACKS, "'score' is string", "declared as integer"),
    patched("level_is_text", LEVEL, LEVEL_AS_TEXT, LACKS, "'level' is string", "declared as integer"),
    descriptor(
        "and_table_lack_a_column",
        (Patch(f"{DYADS_SCHEMA}/fields/last_year"), Edit(DYADS, ",last_year", ""), Edit(DYADS, ",1953,", ",")),
        LACKS,
        "'last_year'",
    ),
)

CASES = (*FORM_OF_THE_FILE, *PACKAGE, *SCHEMAS)
