"""Imports point one way: from the right of the list below to its left."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "alliance_metrics"

ORDER = [
    "errors",
    "console",
    "storage",
    "page_files",
    "formats",
    "result_files",
    "results",
    "score_card",
    "coding.table_schema",
    "coding.table",
    "coding.table_keys",
    "coding.codebook",
    "coding.panel",
    "coding.agreement",
    "coding.graded_response",
    "coding.random_walk",
    "coding.coder_prior",
    "coding.coder_posterior",
    "coding.coder_layout",
    "coding.coder_search",
    "coding.coder_model",
    "coding.reliability",
    "coding.evidence",
    "coding.consistency",
    "index.treatment",
    "index.moments",
    "index.outliers",
    "index.combination",
    "index.columns",
    "index.distances",
    "index.normalise",
    "index.simplex",
    "index.importance",
    "index.weights",
    "index.coherence",
    "index.outranking",
    "index.mazziotta_pareto",
    "index.frontier",
    "index.aggregate",
    "index.capability",
    "index.shapley",
    "index.methods",
    "index.specification",
    "index.rescaling",
    "index.hierarchy",
    "index.availability",
    "index.node_rules",
    "index.plan",
    "index.rebinding",
    "index.omission",
    "index.contributions",
    "index.change",
    "index.cohesion",
    "inference.randomness",
    "inference.inputs",
    "inference.coder_doubt",
    "inference.coder_draws",
    "inference.alternatives",
    "inference.realisation",
    "inference.rebuild",
    "inference.workers",
    "inference.scratch",
    "inference.run",
    "inference.uncertainty",
    "inference.drawn_change",
    "inference.comparisons",
    "inference.summary",
    "inference.robustness",
    "inference.weight_range",
    "inference.weight_robustness",
    "inference.outputs",
    "inference.designs",
    "inference.points",
    "inference.effects",
    "inference.sensitivity",
    "inference.experiment",
    "inference.drivers",
    "inference.segmentation",
    "inference.autoregression",
    "inference.break_intervals",
    "inference.break_calibration",
    "inference.break_significance",
    "inference.break_draws",
    "inference.breaks",
    "inference.persistence",
    "inference.falls",
    "inference.order",
    "inference.order_noise",
    "inference.leads",
    "inference.prediction",
    "inference.bedrock_strength",
    "inference.strength_chance",
    "inference.robust_regression",
    "inference.condition",
    "inference.condition_chance",
    "inference.spans",
    "inference.analogues",
    "inference.likeness",
    "inference.warping",
    "inference.eras",
    "inference.differences",
    "inference.gaps",
    "inference.triads",
    "inference.fragility",
    "inference.plan_fragility",
    "inference.fragility_in_draws",
    "inference.comparable_years",
    "inference.claim_answers",
    "inference.claim_dates",
    "inference.claim_levels",
    "inference.claim_orders",
    "inference.claim_regularities",
    "inference.claim_effects",
    "inference.claims",
    "inference.rank_agreement",
    "config_faults",
    "config_index",
    "config_inputs",
    "config_analysis",
    "config",
    "config_statements",
    "config_claims",
    "readers",
    "descriptor",
    "config_reader",
    "claims_reader",
    "package_reader",
    "declaration",
    "skeleton",
    "study",
    "draw_tables",
    "described_levels",
    "pipeline",
    "drawn_study",
    "fragility_tables",
    "fragility_analysis",
    "capability_figures",
    "capability_analysis",
    "complete_series",
    "break_tables",
    "order_tables",
    "lead_tables",
    "strength_tables",
    "turning_points_analysis",
    "lineages",
    "era_tables",
    "meaning_tables",
    "analogue_tables",
    "warping_table",
    "difference_tables",
    "comparison_analysis",
    "triads_analysis",
    "facet_scores",
    "context_scores",
    "claims_binding",
    "claims_analysis",
    "facet_turns",
    "facet_comparisons",
    "facets_analysis",
    "condition_fits",
    "condition_analysis",
    "ranked_components",
    "outside_measures",
    "rival_index",
    "validation_analysis",
    "change_tables",
    "explanation_sources",
    "explanation",
    "variance_parts",
    "weight_tables",
    "sensitivity_analysis",
    "analyses",
    "audit_steps",
    "audit",
    "saved_study",
    "explorer_setting",
    "explorer_draws",
    "explorer_reading",
    "explorer_texts",
    "explorer_nearest",
    "explorer_data",
    "report.terminal",
    "report.citations",
    "report.reliability_text",
    "report.audit_text",
    "report.sensitivity_text",
    "report.turning_points_text",
    "report.years_text",
    "report.comparison_text",
    "report.triads_text",
    "report.fragility_text",
    "report.capability_text",
    "report.claims_text",
    "report.facets_text",
    "report.condition_text",
    "report.validation_text",
    "report.analysis_text",
    "analysis_commands",
    "report.evidence_text",
    "report.explanation_text",
    "report.tables_text",
    "explain_command",
    "report.explorer_page",
    "explorer_command",
    "report.chart_style",
    "report.chart_frame",
    "report.chart_files",
    "report.chart_tables",
    "report.chart_axes",
    "report.chart_marks",
    "report.chart_series",
    "report.chart_path",
    "report.chart_trajectory",
    "report.chart_pillars",
    "report.chart_mix",
    "report.chart_change",
    "report.chart_cells",
    "report.chart_basis",
    "report.chart_density",
    "report.chart_doubt",
    "report.chart_robustness",
    "report.chart_panels",
    "report.chart_facets",
    "report.chart_turns",
    "report.chart_likeness",
    "report.chart_triads",
    "report.chart_strength",
    "report.chart_claims",
    "report.chart_outside",
    "report.charts",
    "charts_command",
    "new_command",
    "report.brief_words",
    "report.brief_cells",
    "report.brief_tables",
    "report.brief_answer",
    "report.brief_parts",
    "report.brief_basis",
    "report.brief_past",
    "report.brief_pictures",
    "report.brief_sections",
    "report.brief",
    "report.brief_files",
    "brief_command",
    "cli",
    "__main__",
]
PURE = {
    "coding.agreement",
    "index.treatment",
    "index.moments",
    "index.outliers",
    "index.columns",
    "index.distances",
    "index.outranking",
    "index.mazziotta_pareto",
    "index.frontier",
    "index.methods",
    "index.shapley",
    "index.change",
    "index.normalise",
    "index.simplex",
    "index.importance",
    "index.weights",
    "index.coherence",
    "index.aggregate",
    "inference.inputs",
    "inference.coder_doubt",
    "inference.coder_draws",
    "inference.alternatives",
    "inference.realisation",
    "inference.rebuild",
    "inference.workers",
    "inference.scratch",
    "inference.run",
    "inference.uncertainty",
    "inference.drawn_change",
    "inference.comparisons",
    "inference.summary",
    "inference.weight_range",
    "inference.weight_robustness",
    "inference.outputs",
    "inference.designs",
    "inference.points",
    "inference.effects",
    "inference.sensitivity",
    "inference.experiment",
    "inference.drivers",
    "inference.segmentation",
    "inference.autoregression",
    "inference.break_intervals",
    "inference.break_calibration",
    "inference.break_significance",
    "inference.break_draws",
    "inference.persistence",
    "inference.falls",
    "inference.order",
    "inference.order_noise",
    "inference.leads",
    "inference.prediction",
    "inference.bedrock_strength",
    "inference.strength_chance",
    "inference.robust_regression",
    "inference.condition",
    "inference.condition_chance",
    "inference.spans",
    "inference.analogues",
    "inference.likeness",
    "inference.warping",
    "inference.eras",
    "inference.differences",
    "inference.gaps",
    "inference.triads",
    "inference.fragility",
    "inference.plan_fragility",
    "inference.fragility_in_draws",
    "inference.comparable_years",
    "inference.claim_answers",
    "inference.claim_dates",
    "inference.claim_levels",
    "inference.claim_orders",
    "inference.claim_regularities",
    "inference.claim_effects",
    "inference.claims",
    "inference.rank_agreement",
    "index.capability",
    "condition_fits",
    "facet_turns",
}
MAY_OPEN = {
    "storage",
    "page_files",
    "formats",
    "result_files",
    "results",
    "readers",
    "config_reader",
    "package_reader",
    "declaration",
    "report.chart_files",
    "skeleton",
    "report.brief_files",
}
MAY_PRINT = {"console"}


def module_name(path: Path) -> str:
    return ".".join(path.relative_to(PACKAGE).with_suffix("").parts)


MODULES = {module_name(path): path for path in PACKAGE.rglob("*.py") if path.name != "__init__.py"}


def imports(path: Path) -> set[str]:
    """List the package's own modules that a file imports, wherever in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("alliance_metrics"):
            base = node.module.removeprefix("alliance_metrics").lstrip(".")
            names = [f"{base}.{alias.name}".lstrip(".") for alias in node.names]
            found |= {name if name in MODULES else base for name in names}
        if isinstance(node, ast.Import):
            found |= {
                a.name.removeprefix("alliance_metrics.") for a in node.names if a.name.startswith("alliance_metrics.")
            }
    return found - {""}


def test_every_module_has_its_place():
    """A new module is put into the order above before it may be imported."""
    assert sorted(ORDER) == sorted(MODULES)


@pytest.mark.parametrize("name", ORDER)
def test_imports_point_left(name):
    """A module imports only from its left."""
    wrong = {other for other in imports(MODULES[name]) if ORDER.index(other) >= ORDER.index(name)}
    assert not wrong


@pytest.mark.parametrize("name", sorted(PURE))
def test_the_numeric_core_knows_no_pandas(name):
    """Numeric modules import the standard library and numpy, and no labels."""
    tree = ast.parse(MODULES[name].read_text(encoding="utf-8"))
    roots = {a.name.split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.Import) for a in node.names}
    assert "pandas" not in roots


def calls(path: Path) -> set[str]:
    """List the names of functions and methods a file calls."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            names.add(node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", ""))
    return names


@pytest.mark.parametrize("name", [name for name in ORDER if name not in MAY_OPEN])
def test_files_are_opened_at_the_edge_alone(name):
    """Only readers, results and their helpers touch files."""
    opening = {"open", "read_text", "write_text", "read_bytes_", "write_bytes", "read_csv", "to_csv", "mkdir"}
    allowed = {"open"} if name == "console" else set()  # the command line opens the null device after a broken pipe
    assert not (calls(MODULES[name]) & opening) - allowed


@pytest.mark.parametrize("name", [name for name in ORDER if name not in MAY_PRINT])
def test_only_the_command_line_prints(name):
    """No other module writes to the screen."""
    assert "print" not in calls(MODULES[name])


def test_only_the_command_line_may_know_the_time():
    """No module asks for the time of day: the same inputs give the same bytes."""
    for name, path in MODULES.items():
        assert not calls(path) & {"now", "today", "utcnow", "time", "localtime"}, name
