"""Every way in which a configuration can be wrong about the index, its weights and its uncertainty."""

from __future__ import annotations

from tests.bad_input.case import Case
from tests.bad_input.configuration import BOUND, changed, data, index, toml, uncertainty, weights
from tests.bad_input.constants import CANNOT, CONFIGURATION, MISSING, SPAN, TWICE
from tests.bad_input.edits import Line, Whole

ACROSS = "index.across_pillars"
BEDROCK = 'across_pillars = {{ method = "bedrock", pillar = "{}", strength = {} }}'.format
WITH_POINTS = Line(CONFIGURATION, 10, 'weighting = "budget"\nbudget = "experts.csv"')
GAIN_ALONE = Line(CONFIGURATION, 7, 'facets = { pillar = ["gain"] }')
EMPTY_BEDROCK = Line(CONFIGURATION, 11, BEDROCK("trust", 0.5))
REFERENCE = 'normalisation = { method = "reference", unit = "AA-BB", year = 1960 }'
LEAST_0, LEAST_1, MOST_1 = "greater than or equal to 0", "greater than or equal to 1", "less than or equal to 1"


def points(name: str, rows: str, column: str, *fault: str, line: int | None = None, where: str = BOUND) -> Case:
    """Give a case of faulty points for the weights."""
    experts = Whole("experts.csv", f"expert,component,points\n{rows}\n")
    return toml(name, (WITH_POINTS, experts), column, *fault, line=line, where=where)


AGGREGATION = (
    index("across_pillars_unknown", 'across_pillars = "cubic"', ACROSS, CANNOT, "'cubic'", "bedrock"),
    index(
        "across_pillars_unknown_method", 'across_pillars = { method = "cubic" }', ACROSS, CANNOT, "'cubic'", "bedrock"
    ),
    index("strength_above_one", BEDROCK("trust", 1.5), f"{ACROSS}.strength", CANNOT, "1.5", MOST_1),
    index("strength_negative", BEDROCK("trust", -0.5), f"{ACROSS}.strength", CANNOT, "-0.5", LEAST_0),
    index(
        "bedrock_of_unknown_pillar",
        BEDROCK("trsut", 0.5),
        "across_pillars",
        "(nearest known: 'trust')",
        "'trsut'",
        "trust, gain",
        BOUND,
    ),
    toml(
        "bedrock_of_empty_pillar",
        (GAIN_ALONE, EMPTY_BEDROCK),
        "across_pillars",
        "gating pillar",
        "'trust'",
        "gain",
        BOUND,
    ),
    index(
        "power_without_exponent",
        'across_pillars = { method = "power" }',
        f"{ACROSS}.exponent",
        MISSING,
        "no 'exponent'",
    ),
    index(
        "bounds_impossible",
        'across_pillars = { method = "benefit_of_the_doubt", lower = 0.7 }',
        "across_pillars",
        "cannot sum to 1 over the 2",
        "0.7 to 1",
        "at most 0.5",
        BOUND,
    ),
)

BUDGET = (
    index(
        "budget_without_file",
        'weighting = "budget"',
        "index.budget",
        "a budget without experts",
        "budget None",
        "a file of points",
    ),
    index(
        "budget_ignored", 'budget = "experts.csv"', "index.budget", "experts without a budget", "weighting 'declared'"
    ),
    index(
        "budget_missing",
        'weighting = "budget"\nbudget = "nobody.csv"',
        None,
        "not there",
        "nobody.csv",
        where="nobody.csv",
    ),
    points("budget_points", "ann,trust,-1", "points", SPAN, "'-1'", line=2, where="experts.csv"),
    points(
        "budget_expert_twice",
        "ann,trust,1\nann,trust,2",
        "expert+component",
        TWICE,
        "line 2",
        line=3,
        where="experts.csv",
    ),
    points(
        "budget_of_nothing",
        "ann,trust,0\nann,gain,0",
        "index.budget",
        "gave no component any points",
        "ann",
        "trust, gain",
    ),
    points(
        "budget_unknown_component",
        "ann,trsut,3\nann,gain,1",
        "weights",
        "unknown component",
        "(nearest known: 'trust')",
        "trust, gain",
    ),
)

MEASUREMENT = (
    index("target_without_level", 'normalisation = "target"', "index.normalisation.target", MISSING, "no 'target'"),
    index(
        "reference_unknown", REFERENCE, "normalisation", "not in the panel", "AA-BB 1960", "one unit and year", BOUND
    ),
    index(
        "zscore_with_geometric",
        'normalisation = "zscore"\nacross_pillars = "geometric"',
        "across_pillars",
        "scores between 0 and 1",
        "'geometric'",
        "arithmetic",
        BOUND,
    ),
    index(
        "normalisation_unknown", 'normalisation = "z_score"', "index.normalisation", CANNOT, "'z_score'", "'goalposts'"
    ),
    data(
        "combine_unknown",
        '\n[coding]\ncombine = "average"',
        "coding.combine",
        CANNOT,
        "'average'",
        "'mean', 'median' or 'model'",
    ),
    data("max_age_zero", '\n[treatment]\nmethod = "linear"\nmax_age = 0', "treatment.max_age", CANNOT, "0", LEAST_1),
    index("availability_above_one", "availability_min = 60", "index.availability_min", CANNOT, "60", MOST_1),
    changed("index_named_like_pillar", "closeness", "trust", "index.id", "", "trust", where=BOUND),
    changed("index_id_with_dot", "closeness", "close.ness", "index.id", CANNOT, "'close.ness'"),
)

WEIGHTS = (
    changed("weight_negative", "trust = 2", "trust = -2", "weights.trust", CANNOT, "-2", LEAST_0),
    changed("weight_negative_of_bedrock", "gain", "bedrock = -1\ngain", "weights.bedrock", CANNOT, "-1", LEAST_0),
    changed(
        "weights_of_pillars_zero",
        "trust = 2\ngain = 1",
        "trust = 0\ngain = 0",
        "weights",
        "all weights of a node are zero",
        "trust, gain",
        "'closeness'",
        BOUND,
    ),
    weights(
        "weights_of_dimension_zero",
        "talks = 0\nsecrets = 0",
        "weights",
        "are zero",
        "talks, secrets = 0",
        "'trust.contact'",
        BOUND,
    ),
    changed("weights_too_large", "trust = 2\ngain = 1", "trust = 1e308\ngain = 1e308", "weights", "", where=BOUND),
    changed(
        "weight_unknown",
        "trust",
        "trsut",
        "weights",
        "unknown component",
        "(nearest known: 'trust')",
        "trust, gain",
        BOUND,
    ),
    weights(
        "weight_of_diagnostic", "belief = 1", "weights", "unknown component", "'belief' = 1", "that count: talks", BOUND
    ),
    index(
        "weights_ignored",
        'weighting = "equal_indicators"',
        "weights",
        "would be ignored",
        "'trust' = 2",
        "equal_indicators",
        BOUND,
    ),
)

UNCERTAINTY = (
    changed("draws_zero", "draws = 500", "draws = 0", "uncertainty.draws", CANNOT, "0", LEAST_1),
    changed("draws_negative", "draws = 500", "draws = -500", "uncertainty.draws", CANNOT, "-500", LEAST_1),
    changed("seed_negative", "seed = 7", "seed = -7", "uncertainty.seed", CANNOT, "-7", LEAST_0),
    changed("seed_too_large", "seed = 7", f"seed = {2**63}", "uncertainty.seed", CANNOT, f"{2**63}", "less than"),
    uncertainty("level_zero", "level = 0", "uncertainty.level", CANNOT, "0", "greater than 0"),
    uncertainty("level_one", "level = 1.0", "uncertainty.level", CANNOT, "1.0", "less than 1"),
    uncertainty(
        "input_repeated",
        'inputs = [{ input = "weights" }, { input = "coder_cell" }, { input = "weights" }]',
        "uncertainty.inputs",
        TWICE,
        "weights",
        "each input once",
    ),
    uncertainty(
        "input_unknown", 'inputs = [{ input = "weight" }]', "uncertainty.inputs.0", CANNOT, "'weight'", "'weights'"
    ),
    uncertainty("input_without_kind", "inputs = [{ concentration = 3.0 }]", "uncertainty.inputs.0", "", "", "input"),
    uncertainty(
        "concentration_zero",
        'inputs = [{ input = "weights", concentration = 0.0 }]',
        "uncertainty.inputs.0.concentration",
        CANNOT,
        "0.0",
        "greater than 0",
    ),
)

INDEX = (*AGGREGATION, *BUDGET, *MEASUREMENT, *WEIGHTS)
CASES = (*INDEX, *UNCERTAINTY)
