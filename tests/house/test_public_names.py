"""Names that others import keep their paths, wherever the code behind them moves."""

from __future__ import annotations

import importlib

PUBLIC = {
    "alliance_metrics": (
        "AllianceMetricsError Bedrock CohesionIndex ConfigError DataError Explanation IndexSpec "
        "IndicatorPanel Mean PanelError ResultError ScoreCard SpecError Treatment analyse cohesion_index "
        "declare explain load_analyses load_result new_package place score"
    ),
    "alliance_metrics.inference": (
        "BreakDates Claim DrawnSeries Draws Uncertainty break_distribution break_power break_test "
        "calibrate_break_test compare_eras date_breaks draw_index evaluate_claims lead_lag lmg_shares "
        "shapley_effects sobol_indices"
    ),
    "alliance_metrics.errors": (
        "AllianceMetricsError ConfigError DataError Fault FaultsError PanelError ResultError ScoringError "
        "SpecError counted describe_faults listed nearest quoted"
    ),
    "alliance_metrics.coding.agreement": "alpha_interval krippendorff_alpha share_agreed weighted_kappa",
    "alliance_metrics.coding.panel": "IndicatorPanel combine_coders",
    "alliance_metrics.coding.codebook": "Codebook from_tables",
    "alliance_metrics.coding.coder_model": "CoderModel coder_model",
    "alliance_metrics.coding.reliability": "Reliability reliability",
    "alliance_metrics.index.aggregate": (
        "Reducer adjusted_mazziotta_pareto arithmetic_mean bedrock benefit_of_the_doubt copeland geometric_mean "
        "harmonic_mean kemeny mazziotta_pareto minimum power_mean"
    ),
    "alliance_metrics.index.availability": "availability_of",
    "alliance_metrics.index.capability": "Readings discounted_share joint_share lanchester_readings membership",
    "alliance_metrics.index.change": "ChangeNode ChangeParts change_parts",
    "alliance_metrics.index.coherence": (
        "Distribution component_variances cronbach_alpha distribution effective_sample_size trade_off_rate"
    ),
    "alliance_metrics.index.cohesion": "CohesionIndex cohesion_index component_order index_from_plan label_rows",
    "alliance_metrics.index.combination": "Combination",
    "alliance_metrics.index.distances": "by_best_distance by_reference_distance by_target_distance",
    "alliance_metrics.index.frontier": "benefit_of_the_doubt",
    "alliance_metrics.index.hierarchy": "Component Hierarchy declared_weights hierarchy_from_frame",
    "alliance_metrics.index.importance": "Importance balanced_weights effective_weights",
    "alliance_metrics.index.mazziotta_pareto": "adjusted_mazziotta_pareto mazziotta_pareto",
    "alliance_metrics.index.methods": (
        "Bedrock BenefitOfTheDoubt MazziottaPareto Mean Normalisation Outranking PowerMean"
    ),
    "alliance_metrics.index.normalise": (
        "Normaliser by_best_distance by_borda by_goalposts by_group by_minmax by_percentile_rank by_rank "
        "by_reference_distance by_target_distance by_zscore"
    ),
    "alliance_metrics.index.outliers": (
        "OutlierTest TreatedOutliers Winsorised log_transform outlier_test treat_outliers winsorise"
    ),
    "alliance_metrics.index.outranking": "advantages copeland kemeny",
    "alliance_metrics.index.plan": "IndexPlan nominal_scores plan_index",
    "alliance_metrics.index.shapley": "additive_shares bedrock_shares equal_shares shapley_values",
    "alliance_metrics.index.specification": "IndexSpec check_spec",
    "alliance_metrics.index.treatment": "FillingPlan Treatment plan_filling",
    "alliance_metrics.index.weights": (
        "balanced_weights budget_weights correlations critic_weights dirichlet_quantiles dirichlet_weights "
        "effective_weights entropy_weights equal_weights on_simplex principal_component_weights"
    ),
}


def test_public_names_keep_their_paths():
    """Every name can be imported from where the documents and other people's scripts import it."""
    for path, names in PUBLIC.items():
        module = importlib.import_module(path)
        assert [name for name in names.split() if not hasattr(module, name)] == [], path


def test_the_faces_hand_on_what_they_promise():
    """The two faces list exactly the names they hand on."""
    for path in ("alliance_metrics", "alliance_metrics.inference"):
        assert importlib.import_module(path).__all__ == PUBLIC[path].split()
