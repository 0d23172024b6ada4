"""The settings of a reader of the explorer, and the plan of the index under them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import parse_qsl

import numpy as np
import pandas as pd

from alliance_metrics.coding.panel import IndicatorPanel
from alliance_metrics.errors import ConfigError, Fault, SpecError, listed, quoted
from alliance_metrics.index.hierarchy import hierarchy_from_frame
from alliance_metrics.index.methods import Bedrock, Mean, PowerMean
from alliance_metrics.index.plan import IndexPlan, plan_index
from alliance_metrics.study.study import Study

Across = Mean | PowerMean | Bedrock

#: Aggregations across pillars that every page offers; bedrock and the published one beside them.
MEANS = ("arithmetic", "geometric", "harmonic", "minimum")
_LEVELS = ("within_dimension", "within_pillar", "across_pillars")
_WEIGHT, _FACET = "weight.", "only."


@dataclass(frozen=True)
class ReaderSetting:
    """The setting of a reader; an empty field is as published.

    Parameters
    ----------
    coders
        Ids of the coders used, in the order of the panel.
    across
        Aggregation across pillars.
    weights
        Weight of components among their siblings, by id. [0 or more]
    facets
        For columns of the codebook the one value whose indicators are kept.
    certain
        Whether the weights are treated as certain, and not drawn.
    """

    coders: tuple[str, ...] = ()
    across: Across | None = None
    weights: Mapping[str, float] = field(default_factory=dict)
    facets: Mapping[str, str] = field(default_factory=dict)
    certain: bool = False


def check_explorable(study: Study) -> None:
    """Refuse a configuration whose index a page cannot calculate.

    Parameters
    ----------
    study
        The study.

    Raises
    ------
    ConfigError
        Where an aggregation compares units with one another, or has no formula in the page.
    """
    where, what = f"configuration '{study.config.name}'", "the explorer cannot calculate this aggregation"
    allowed, remedy = f"{listed(MEANS)}, power; bedrock across pillars", "choose another aggregation or configuration"
    rules = {level: getattr(study.spec, level) for level in _LEVELS}
    faults = [
        Fault(where, what, quoted(rule.method), allowed, remedy, column=f"index.{level}")
        for level, rule in rules.items()
        if not isinstance(rule, (Mean, PowerMean, Bedrock))
    ]
    if faults:
        raise ConfigError(faults)


def raw_weights(study: Study) -> dict[str, float]:
    """Give the weight of every component among its siblings, as a configuration would declare it.

    Parameters
    ----------
    study
        The study.

    Returns
    -------
    dict
        Weights by id: as declared, or shares times the number of siblings where they were derived. [0 or more]
    """
    plan, found = study.plan, dict[str, float]()
    declared = study.config.index.weighting == "declared"
    for node, shares in plan.weights.items():
        for child, share in zip(plan.hierarchy.components[node].children, shares, strict=True):
            name = plan.hierarchy.components[child].id
            found[name] = float(study.spec.weights.get(name, 1.0)) if declared else float(share) * len(shares)
    return found


def offered_facets(study: Study) -> dict[str, tuple[str, ...]]:
    """List the columns of the codebook by which indicators can be kept, with their values.

    Parameters
    ----------
    study
        The study.

    Returns
    -------
    dict
        The columns that the configuration's analysis names and that set indicators apart; none where the model of
        coders would have to be fitted anew.
    """
    indicators = study.spec.indicators
    counted = indicators[indicators["role"] == "index"] if "role" in indicators.columns else indicators
    found = {}
    for column in dict.fromkeys(entry.column for entry in study.config.analysis.facets):
        if column in counted.columns and study.spec.combine != "model":
            values = tuple(dict.fromkeys(map(str, counted[column])))
            if len(values) > 1:
                found[column] = values
    return found


def kept_indicators(study: Study, facets: Mapping[str, str]) -> pd.DataFrame:
    """Give the rows of the codebook that a choice of facets keeps.

    Parameters
    ----------
    study
        The study.
    facets
        For columns the value kept.

    Returns
    -------
    DataFrame
        Rows of the specification's indicators.
    """
    indicators = study.spec.indicators
    keep = np.ones(len(indicators), dtype=bool)
    for column, value in facets.items():
        keep &= (indicators[column].astype(str) == value).to_numpy()
    return indicators[keep].reset_index(drop=True)


def panel_of(panel: IndicatorPanel, coders: tuple[str, ...]) -> IndicatorPanel:
    """Give the panel of some coders.

    Parameters
    ----------
    panel
        The panel.
    coders
        Their ids; all where empty.

    Returns
    -------
    IndicatorPanel
        The same units and indicators, without the other coders.
    """
    kept = tuple(name for name in panel.coders if not coders or name in coders)
    rows = [panel.coders.index(name) for name in kept]
    arrays = (getattr(panel, name)[rows] for name in ("score", "low", "high"))
    return IndicatorPanel(panel.units, panel.indicators, kept, *arrays)


def plan_under(study: Study, setting: ReaderSetting) -> IndexPlan:
    """Bind the specification under a setting.

    Parameters
    ----------
    study
        The study.
    setting
        The setting.

    Returns
    -------
    IndexPlan
        The plan, of the same units.

    Raises
    ------
    SpecError
        Where the setting leaves nothing to score: no indicator, no weight above zero, no gate.
    """
    indicators = kept_indicators(study, setting.facets)
    known = {component.id for component in hierarchy_from_frame(indicators, index_id=study.spec.index_id).components}
    weights = {name: value for name, value in {**raw_weights(study), **setting.weights}.items() if name in known}
    spec = replace(study.spec, indicators=indicators, weights=weights, weighting="declared")
    if setting.across is not None:
        spec = replace(spec, across_pillars=setting.across)
    return plan_index(panel_of(study.panel, setting.coders), spec)


def setting_from_fragment(study: Study, fragment: str) -> ReaderSetting:
    """Read the setting in an address of the explorer.

    Parameters
    ----------
    study
        The study that the page was made of.
    fragment
        What follows the ``#`` of the address. Keys for the lines and the year shown are ignored.

    Returns
    -------
    ReaderSetting
        The setting.

    Raises
    ------
    SpecError
        Where the study lacks a coder, component, column or value that it names, or a number cannot be read.
    """
    pairs = dict(parse_qsl(fragment.removeprefix("#"), keep_blank_values=True))
    coders = tuple(pairs.get("coders", "").split())
    known = raw_weights(study)
    weights = {name.removeprefix(_WEIGHT): value for name, value in pairs.items() if name.startswith(_WEIGHT)}
    facets = {name.removeprefix(_FACET): value for name, value in pairs.items() if name.startswith(_FACET)}
    columns = offered_facets(study)
    faults = [
        _fault(f"unknown {kind}", name, allowed)
        for kind, names, allowed in (
            ("coder", coders, study.panel.coders),
            ("component", weights, tuple(known)),
            ("column of the codebook", facets, tuple(columns)),
        )
        for name in names
        if name not in allowed
    ]
    faults += [
        _fault(f"unknown value of {column}", value, columns[column])
        for column, value in facets.items()
        if column in columns and value not in columns[column]
    ]
    if faults:
        raise SpecError(faults)
    return ReaderSetting(
        coders=coders,
        across=_across(study, pairs),
        weights={name: _number(value) for name, value in weights.items()},
        facets=facets,
        certain=pairs.get("weights") == "certain",
    )


def _across(study: Study, pairs: Mapping[str, str]) -> Across | None:
    method = pairs.get("across")
    published = study.spec.across_pillars
    if method is None or (method == published.method == "power"):
        return None
    if method == "bedrock":
        pillars = tuple(one.id for one in study.plan.hierarchy.components if one.tier == "pillar")
        gate = pairs.get("gate", "")
        if gate not in pillars:
            raise SpecError([_fault("unknown gate", gate, pillars)])
        return Bedrock(gate, _number(pairs.get("strength", "")))
    for mean in (Mean("arithmetic"), Mean("geometric"), Mean("harmonic"), Mean("minimum")):
        if mean.method == method:
            return mean
    raise SpecError([_fault("unknown aggregation", method, (*MEANS, "bedrock"))])


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError as cause:
        raise SpecError([_fault("not a number", text, ("a number",))]) from cause


def _fault(what: str, found: str, allowed: tuple[str, ...]) -> Fault:
    return Fault("the setting of the explorer", what, quoted(found), listed(allowed, limit=40), "correct the address")
