"""Every way in which a configuration can be wrong; those of the index and of uncertainty stand by themselves."""

from __future__ import annotations

import codecs

from tests.bad_input import cases_of_methods
from tests.bad_input.case import Case
from tests.bad_input.configuration import BOUND, HUGE, changed, data, index, on_top, put_below, toml, uncertainty
from tests.bad_input.constants import CANNOT, CONFIGURATION, MISSING, TOML, UNKNOWN
from tests.bad_input.edits import Line, Whole
from tests.small_alliance import CONFIG

WITH_MARK = Whole(CONFIGURATION, codecs.BOM_UTF8 + CONFIG.encode())
TO_CIRCLE = Whole(CONFIGURATION, 'schema = 1\nname = "small"\nextends = "with_circle"\n')
CIRCLE = Whole("with_circle.toml", 'extends = "small"\n')
TO_NO_DRAWS = Whole(CONFIGURATION, 'extends = "with_no_draws"\nname = "small"\n')
NO_DRAWS = Whole("with_no_draws.toml", CONFIG.replace("draws = 500", "draws = 0"))
CIRCULAR, GONE = "in a circle", "the file is not there"
PACKAGE, ELSEWHERE = "data/datapackage.json", "date/datapackage.json"


def draws(name: str, value: str, found: str, allowed: str = "integer") -> Case:
    """Give a case of a number of draws that cannot be."""
    return changed(name, "draws = 500", f"draws = {value}", "uncertainty.draws", CANNOT, found, allowed)


def schema(name: str, value: str, found: str) -> Case:
    """Give a case of another schema than 1."""
    return changed(name, "schema = 1", f"schema = {value}", "schema", CANNOT, found, "1")


def further_line(name: str, number: int, text: str | bytes, what: str, *fault: str) -> Case:
    """Give a case of a further line that cannot be read."""
    return toml(name, Line(CONFIGURATION, number, text), None, what, *fault, line=number)


FORM_OF_THE_FILE = (
    changed("syntax", "seed = 7", "seed = ", None, TOML, "Invalid value", "TOML 1.0", line=16),
    toml("byte_order_mark", WITH_MARK, None, "byte order mark", "EF BB BF", "plain UTF-8", line=1),
    further_line("latin_1", 4, b'description = "voisins li\xe9s"', "not UTF-8", "0xe9", "plain UTF-8"),
    changed("nul", "small", "sm\0all", None, TOML, "\\x00", "TOML 1.0", line=3),
    further_line("key_twice", 13, "trust = 3", TOML, "overwrite"),
    further_line("section_twice", 15, "[weights]\nsecrets = 2\n", TOML, "twice"),
    further_line("dotted_key_clash", 13, "trust.contact = 2", TOML, 'written "pillar.dimension" = 2'),
    changed("dotted_key", "trust", "trust.contact", "weights.trust", CANNOT, "{'contact': 2}", "number"),
    uncertainty("deep_brackets", "inputs = " + 5000 * "[" + 5000 * "]", None, "too deep", "brackets"),
    changed("deep_dotted_key", "trust", "trust" + 3000 * ".a", "weights.trust", "", "", "number"),
    changed("huge_integer", "draws = 500", "draws = " + 5000 * "9", None, TOML, "5000 digits"),
    draws("huge_hexadecimal", HUGE, "", "10000000"),
    index("huge_hexadecimal_method", f"across_pillars = {{ method = {HUGE} }}", "index.across_pillars", ""),
    toml("empty_file", Whole(CONFIGURATION, ""), "schema", MISSING, "no 'schema'"),
    toml("comment_only", Whole(CONFIGURATION, "# nothing here yet\n"), "name", MISSING, "no 'name'"),
)

KEYS = (
    changed(
        "unknown_section",
        "[weights]",
        "[wieghts]",
        "wieghts",
        UNKNOWN,
        "'wieghts' (nearest known: 'weights')",
        "weights",
    ),
    on_top("unknown_key", 'titel = "x"', "titel", UNKNOWN, "'titel'", "description"),
    changed(
        "unknown_nested_key", "draws", "drwas", "uncertainty.drwas", UNKNOWN, "(nearest known: 'draws')", "seed, draws"
    ),
    index(
        "unknown_key_of_bedrock",
        'across_pillars = { method = "bedrock", pilar = "trust", strength = 0.5 }',
        "index.across_pillars.pilar",
        UNKNOWN,
        "(nearest known: 'pillar')",
    ),
    put_below(
        "draws = 500",
        "unknown_key_of_input",
        'inputs = [{ input = "weights", concentratoin = 3.0 }]',
        "uncertainty.inputs.0.concentratoin",
        UNKNOWN,
        "(nearest known: 'concentration')",
        "concentration",
    ),
    changed("schema_missing", "schema = 1\n", "", "schema", MISSING, "no 'schema'"),
    changed("name_missing", 'name = "small"\n', "", "name", MISSING, "no 'name'"),
)

TYPES = (
    schema("schema_2", "2", "2"),
    schema("schema_true", "true", "True"),
    schema("schema_with_point", "1.0", "1.0"),
    schema("schema_text", '"1"', "'1'"),
    changed("name_empty", "small", "", "name", CANNOT, "''"),
    changed("name_with_slash", "small", "../small", "name", CANNOT, "'../small'"),
    changed("number_for_text", '"small"', "5", "name", CANNOT, "5", "string"),
    toml(
        "number_for_section",
        Whole(CONFIGURATION, "weights = 1\n" + CONFIG.replace("[weights]\ntrust = 2\ngain = 1\n\n", "")),
        "weights",
        CANNOT,
        "1",
    ),
    draws("text_for_number", '"500"', "'500'"),
    draws("truth_for_number", "true", "True"),
    draws("fraction_for_whole_number", "500.0", "500.0"),
    draws("date_for_number", "1950-05-01", "1950, 5, 1"),
    index("nan", "availability_min = nan", "index.availability_min", CANNOT, "nan", "finite"),
    changed("inf", "trust = 2", "trust = inf", "weights.trust", CANNOT, "inf", "finite"),
    changed("1e400", "trust = 2", "trust = 1e400", "weights.trust", CANNOT, "inf", "finite"),
)

EXTENDS = (
    toml(
        "extends_circle",
        (TO_CIRCLE, CIRCLE),
        "extends",
        CIRCULAR,
        "small.toml -> with_circle.toml -> small.toml",
        "a chain that ends",
    ),
    on_top("extends_itself", 'extends = "small"', "extends", CIRCULAR, "small.toml -> small.toml", "a chain that ends"),
    on_top(
        "extends_missing", 'extends = "baselin"', "extends", "", "'baselin' (nearest known: 'baseline')", "baseline"
    ),
    on_top(
        "extends_missing_path", 'extends = "there/parent.toml"', None, GONE, "there/parent.toml", where="parent.toml"
    ),
    on_top("extends_number", "extends = 1", "extends", "wrong type", "1", "one configuration"),
    on_top(
        "extends_list",
        'extends = ["baseline", "bedrock"]',
        "extends",
        "wrong type",
        "['baseline', 'bedrock']",
        "one configuration",
    ),
    on_top("extends_with_nul", 'extends = "parent\\u0000.toml"', "extends", ""),
    on_top("extends_too_long", f'extends = "{300 * "a"}"', "extends", ""),
    toml(
        "extends_faulty_parent",
        (TO_NO_DRAWS, NO_DRAWS),
        "uncertainty.draws",
        CANNOT,
        "0",
        "greater than or equal to 1",
        where="with_no_draws.toml",
    ),
)

DATA = (
    data(
        "years_backward", "years = [1952, 1950]", "data.years", "lies after the last", "[1952, 1950]", "[first, last]"
    ),
    data("years_of_three", "years = [1950, 1951, 1952]", "data.years", CANNOT, "[1950, 1951, 1952]", "2"),
    data("years_in_text", 'years = ["1950", "1952"]', "data.years.0", CANNOT, "'1950'", "integer"),
    data("years_huge", f"years = [1, {HUGE}]", "data.years", ""),
    data(
        "years_leave_nothing",
        "years = [1990, 1999]",
        "data",
        "no coded cell is left",
        "1990",
        "leave some codings",
        BOUND,
    ),
    data(
        "unknown_dyad", 'dyads = ["AA-BC"]', "data.dyads", "unknown", "'AA-BC' (nearest known: 'AA-BB')", "AA-BB", BOUND
    ),
    data("dyads_text", 'dyads = "AA-BB"', "data.dyads", CANNOT, "'AA-BB'"),
    data("dyads_none", "dyads = []", "data.dyads", CANNOT, "[]", "1"),
    data(
        "unknown_era",
        'eras = ["1950-1954"]',
        "data.eras",
        "unknown",
        "(nearest known: '1950-1953')",
        "1950-1953",
        BOUND,
    ),
    data(
        "unknown_coder",
        'coders = ["ann", "bobb"]',
        "data.coders",
        "unknown",
        "'bobb' (nearest known: 'bob')",
        "ann, bob",
        BOUND,
    ),
    data(
        "unknown_facet",
        'facets = { visibilty = ["public"] }',
        "data.facets",
        "unknown",
        "(nearest known: 'visibility')",
        "arena",
        BOUND,
    ),
    data(
        "unknown_facet_value",
        'facets = { visibility = ["publik"] }',
        "data.facets.visibility",
        "unknown",
        "'publik'",
        "public, private",
        BOUND,
    ),
    data(
        "facets_leave_nothing",
        'facets = { visibility = ["private"], arena = ["periphery"] }',
        "data.facets",
        "no indicator is left",
        "periphery",
        "one or more",
        BOUND,
    ),
    data("facet_text", 'facets = { visibility = "public" }', "data.facets.visibility", CANNOT, "'public'"),
    changed("package_number", f'"{PACKAGE}"', "1", "data.package", CANNOT, "1", "string"),
    changed("package_missing", PACKAGE, ELSEWHERE, None, "not there", "date", where=ELSEWHERE),
    changed("package_with_nul", PACKAGE, "data/\\u0000.json", None, "", where=".json"),
    changed("package_too_long", PACKAGE, f"{300 * 'a'}/datapackage.json", None, "", where="datapackage.json"),
)

KEYS_AND_TYPES = (*KEYS, *TYPES)
CASES = (*FORM_OF_THE_FILE, *KEYS_AND_TYPES, *EXTENDS, *DATA, *cases_of_methods.CASES)
