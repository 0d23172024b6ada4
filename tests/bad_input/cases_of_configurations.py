"""Every way in which a configuration can be wrong."""

from __future__ import annotations

from tests.bad_input.case import CONFIGURATION, Case

BOUND = "configuration 'small'"
CANNOT, MISSING, UNKNOWN, TOML = "a value that cannot be", "a key is missing", "unknown key", "not valid TOML"


def toml(
    name: str, column: str | None, what: str, found: str = "", allowed: str = "", *, line: int | None = None
) -> Case:
    """Give a case that the configuration alone shows to be wrong."""
    return Case(name, CONFIGURATION, line, column, what, found, allowed)


def bound(name: str, column: str | None, what: str, found: str = "", allowed: str = "") -> Case:
    """Give a case that only the data show to be wrong."""
    return Case(name, CONFIGURATION, None, column, what, found, allowed, BOUND)


def budget(name: str, points: str, line: int, column: str, what: str, found: str) -> Case:
    """Give a case of a faulty file of points."""
    return Case(name, CONFIGURATION, line, column, what, found, where="experts.csv", beside=((points, "experts.csv"),))


FORM_OF_THE_FILE = (
    toml("bad_syntax.toml", None, TOML, "Invalid value", "TOML 1.0", line=16),
    toml("bad_byte_order_mark.toml", None, "byte order mark", "EF BB BF", "plain UTF-8", line=1),
    toml("bad_latin_1.toml", None, "not UTF-8", "0xe9", "plain UTF-8", line=4),
    toml("bad_nul.toml", None, TOML, "\\x00", "TOML 1.0", line=3),
    toml("bad_key_twice.toml", None, TOML, "overwrite", line=13),
    toml("bad_section_twice.toml", None, TOML, "twice", line=15),
    toml("bad_dotted_key_clash.toml", None, TOML, 'written "pillar.dimension" = 2', line=13),
    toml("bad_dotted_key.toml", "weights.trust", CANNOT, "{'contact': 2}", "number"),
    toml("bad_deep_brackets.toml", None, "too deep", "brackets"),
    toml("bad_deep_dotted_key.toml", "weights.trust", "", "", "number"),
    toml("bad_huge_integer.toml", None, TOML, "5000 digits"),
    toml("bad_huge_hexadecimal.toml", "uncertainty.draws", CANNOT, "", "10000000"),
    toml("bad_huge_hexadecimal_method.toml", "index.across_pillars", ""),
    toml("bad_empty_file.toml", "schema", MISSING, "no 'schema'"),
    toml("bad_comment_only.toml", "name", MISSING, "no 'name'"),
)

KEYS_AND_TYPES = (
    toml("bad_unknown_section.toml", "wieghts", UNKNOWN, "'wieghts' (nearest known: 'weights')", "weights"),
    toml("bad_unknown_key.toml", "titel", UNKNOWN, "'titel'", "description"),
    toml("bad_unknown_nested_key.toml", "uncertainty.drwas", UNKNOWN, "(nearest known: 'draws')", "seed, draws"),
    toml("bad_unknown_key_of_bedrock.toml", "index.across_pillars.pilar", UNKNOWN, "(nearest known: 'pillar')"),
    toml(
        "bad_unknown_key_of_input.toml",
        "uncertainty.inputs.0.concentratoin",
        UNKNOWN,
        "(nearest known: 'concentration')",
        "concentration",
    ),
    toml("bad_schema_missing.toml", "schema", MISSING, "no 'schema'"),
    toml("bad_schema_2.toml", "schema", CANNOT, "2", "1"),
    toml("bad_schema_true.toml", "schema", CANNOT, "True", "1"),
    toml("bad_schema_with_point.toml", "schema", CANNOT, "1.0", "1"),
    toml("bad_schema_text.toml", "schema", CANNOT, "'1'", "1"),
    toml("bad_name_missing.toml", "name", MISSING, "no 'name'"),
    toml("bad_name_empty.toml", "name", CANNOT, "''"),
    toml("bad_name_with_slash.toml", "name", CANNOT, "'../small'"),
    toml("bad_number_for_text.toml", "name", CANNOT, "5", "string"),
    toml("bad_number_for_section.toml", "weights", CANNOT, "1"),
    toml("bad_text_for_number.toml", "uncertainty.draws", CANNOT, "'500'", "integer"),
    toml("bad_truth_for_number.toml", "uncertainty.draws", CANNOT, "True", "integer"),
    toml("bad_fraction_for_whole_number.toml", "uncertainty.draws", CANNOT, "500.0", "integer"),
    toml("bad_date_for_number.toml", "uncertainty.draws", CANNOT, "1950, 5, 1", "integer"),
    toml("bad_nan.toml", "index.availability_min", CANNOT, "nan", "finite"),
    toml("bad_inf.toml", "weights.trust", CANNOT, "inf", "finite"),
    toml("bad_1e400.toml", "weights.trust", CANNOT, "inf", "finite"),
)

EXTENDS = (
    Case(
        "bad_extends_circle.toml",
        CONFIGURATION,
        None,
        "extends",
        "in a circle",
        "small.toml -> with_circle.toml -> small.toml",
        "a chain that ends",
        beside=(("with_circle.toml", "with_circle.toml"),),
    ),
    toml("bad_extends_itself.toml", "extends", "in a circle", "small.toml -> small.toml", "a chain that ends"),
    toml("bad_extends_missing.toml", "extends", "", "'baselin' (nearest known: 'baseline')", "baseline"),
    Case(
        "bad_extends_missing_path.toml",
        CONFIGURATION,
        None,
        None,
        "the file is not there",
        "there/parent.toml",
        where="parent.toml",
    ),
    toml("bad_extends_number.toml", "extends", "wrong type", "1", "one configuration"),
    toml("bad_extends_list.toml", "extends", "wrong type", "['baseline', 'bedrock']", "one configuration"),
    toml("bad_extends_with_nul.toml", "extends", ""),
    toml("bad_extends_too_long.toml", "extends", ""),
    Case(
        "bad_extends_faulty_parent.toml",
        CONFIGURATION,
        None,
        "uncertainty.draws",
        CANNOT,
        "0",
        "greater than or equal to 1",
        where="with_no_draws.toml",
        beside=(("with_no_draws.toml", "with_no_draws.toml"),),
    ),
)

DATA = (
    toml("bad_years_backward.toml", "data.years", "backward", "[1952, 1950]", "[first, last]"),
    toml("bad_years_of_three.toml", "data.years", CANNOT, "[1950, 1951, 1952]", "2"),
    toml("bad_years_in_text.toml", "data.years.0", CANNOT, "'1950'", "integer"),
    toml("bad_years_huge.toml", "data.years", ""),
    bound("bad_years_leave_nothing.toml", "data", "no coded cell is left", "1990", "leave some codings"),
    bound("bad_unknown_dyad.toml", "data.dyads", "unknown", "'AA-BC' (nearest known: 'AA-BB')", "AA-BB"),
    toml("bad_dyads_text.toml", "data.dyads", CANNOT, "'AA-BB'"),
    toml("bad_dyads_none.toml", "data.dyads", CANNOT, "[]", "1"),
    bound("bad_unknown_era.toml", "data.eras", "unknown", "(nearest known: '1950-1953')", "1950-1953"),
    bound("bad_unknown_coder.toml", "data.coders", "unknown", "'bobb' (nearest known: 'bob')", "ann, bob"),
    bound("bad_unknown_facet.toml", "data.facets", "unknown", "(nearest known: 'visibility')", "arena"),
    bound("bad_unknown_facet_value.toml", "data.facets.visibility", "unknown", "'publik'", "public, private"),
    bound("bad_facets_leave_nothing.toml", "data.facets", "no indicator is left", "periphery", "one or more"),
    toml("bad_facet_text.toml", "data.facets.visibility", CANNOT, "'public'"),
    toml("bad_package_number.toml", "data.package", CANNOT, "1", "string"),
    Case("bad_package_missing.toml", CONFIGURATION, None, None, "not there", "date", where="date/datapackage.json"),
    Case("bad_package_with_nul.toml", CONFIGURATION, None, None, "", where=".json"),
    Case("bad_package_too_long.toml", CONFIGURATION, None, None, "", where="datapackage.json"),
)

INDEX = (
    toml("bad_across_pillars_unknown.toml", "index.across_pillars", CANNOT, "'cubic'", "bedrock"),
    toml("bad_across_pillars_unknown_method.toml", "index.across_pillars", CANNOT, "'cubic'", "bedrock"),
    toml("bad_strength_above_one.toml", "index.across_pillars.strength", CANNOT, "1.5", "less than or equal to 1"),
    toml("bad_strength_negative.toml", "index.across_pillars.strength", CANNOT, "-0.5", "greater than or equal to 0"),
    bound("bad_bedrock_of_unknown_pillar.toml", "across_pillars", "(nearest known: 'trust')", "'trsut'", "trust, gain"),
    bound("bad_bedrock_of_empty_pillar.toml", "across_pillars", "gating pillar", "'trust'", "gain"),
    toml("bad_budget_without_file.toml", "index.budget", "a budget without experts", "budget None", "a file of points"),
    toml("bad_budget_ignored.toml", "index.budget", "experts without a budget", "weighting 'declared'"),
    Case("bad_budget_missing.toml", CONFIGURATION, None, None, "not there", "nobody.csv", where="nobody.csv"),
    budget("bad_budget_points.toml", "with_negative_points.csv", 2, "points", "outside the allowed range", "'-1'"),
    budget("bad_budget_expert_twice.toml", "with_expert_twice.csv", 3, "expert+component", "stands twice", "line 2"),
    Case(
        "bad_budget_of_nothing.toml",
        CONFIGURATION,
        None,
        "index.budget",
        "gave every component nothing",
        "ann",
        "trust, gain",
        BOUND,
        beside=(("with_no_points.csv", "experts.csv"),),
    ),
    Case(
        "bad_budget_unknown_component.toml",
        CONFIGURATION,
        None,
        "weights",
        "unknown component",
        "(nearest known: 'trust')",
        "trust, gain",
        BOUND,
        beside=(("with_unknown_component.csv", "experts.csv"),),
    ),
    toml("bad_target_without_level.toml", "index.normalisation.target", MISSING, "no 'target'"),
    bound("bad_reference_unknown.toml", "normalisation", "not in the panel", "AA-BB 1960", "one unit and year"),
    bound("bad_zscore_with_geometric.toml", "across_pillars", "scores between 0 and 1", "'geometric'", "arithmetic"),
    toml("bad_power_without_exponent.toml", "index.across_pillars.exponent", MISSING, "no 'exponent'"),
    bound("bad_bounds_impossible.toml", "across_pillars", "cannot sum to 1 over the 2", "0.7 to 1", "at most 0.5"),
    toml("bad_normalisation_unknown.toml", "index.normalisation", CANNOT, "'z_score'", "'goalposts'"),
    toml("bad_combine_unknown.toml", "coding.combine", CANNOT, "'average'", "'mean', 'median' or 'model'"),
    toml("bad_max_age_zero.toml", "treatment.max_age", CANNOT, "0", "greater than or equal to 1"),
    toml("bad_availability_above_one.toml", "index.availability_min", CANNOT, "60", "less than or equal to 1"),
    bound("bad_index_named_like_pillar.toml", "index.id", "", "trust"),
    toml("bad_index_id_with_dot.toml", "index.id", CANNOT, "'close.ness'"),
    toml("bad_weight_negative.toml", "weights.trust", CANNOT, "-2", "greater than or equal to 0"),
    toml("bad_weight_negative_of_bedrock.toml", "weights.bedrock", CANNOT, "-1", "greater than or equal to 0"),
    bound(
        "bad_weights_of_pillars_zero.toml", "weights", "all weights of a node are zero", "trust, gain", "'closeness'"
    ),
    bound("bad_weights_of_dimension_zero.toml", "weights", "are zero", "talks, secrets = 0", "'trust.contact'"),
    bound("bad_weights_too_large.toml", "weights", ""),
    bound("bad_weight_unknown.toml", "weights", "unknown component", "(nearest known: 'trust')", "trust, gain"),
    bound("bad_weight_of_diagnostic.toml", "weights", "unknown component", "'belief' = 1", "that count: talks"),
    bound("bad_weights_ignored.toml", "weights", "would be ignored", "'trust' = 2", "equal_indicators"),
)

UNCERTAINTY = (
    toml("bad_draws_zero.toml", "uncertainty.draws", CANNOT, "0", "greater than or equal to 1"),
    toml("bad_draws_negative.toml", "uncertainty.draws", CANNOT, "-500", "greater than or equal to 1"),
    toml("bad_seed_negative.toml", "uncertainty.seed", CANNOT, "-7", "greater than or equal to 0"),
    toml("bad_seed_too_large.toml", "uncertainty.seed", CANNOT, "9223372036854775808", "less than"),
    toml("bad_level_zero.toml", "uncertainty.level", CANNOT, "0", "greater than 0"),
    toml("bad_level_one.toml", "uncertainty.level", CANNOT, "1.0", "less than 1"),
    toml("bad_input_repeated.toml", "uncertainty.inputs", "stands twice", "weights", "each input once"),
    toml("bad_input_unknown.toml", "uncertainty.inputs.0", CANNOT, "'weight'", "'weights'"),
    toml("bad_input_without_kind.toml", "uncertainty.inputs.0", "", "", "input"),
    toml("bad_concentration_zero.toml", "uncertainty.inputs.0.concentration", CANNOT, "0.0", "greater than 0"),
)

CASES = (*FORM_OF_THE_FILE, *KEYS_AND_TYPES, *EXTENDS, *DATA, *INDEX, *UNCERTAINTY)
