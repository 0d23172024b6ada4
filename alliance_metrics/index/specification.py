"""Every choice between scores and the index, in one frozen value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import get_args, get_type_hints

import numpy as np
import pandas as pd

from alliance_metrics.coding.codebook import ROLES
from alliance_metrics.errors import Fault, SpecError, listed, nearest
from alliance_metrics.index.combination import METHODS
from alliance_metrics.index.methods import Bedrock, Mean, Normalisation, Rule
from alliance_metrics.index.treatment import Transform, Treatment

AGGREGATIONS = tuple(name for rule in get_args(Rule) for name in get_args(get_type_hints(rule)["method"]))
DERIVED_WEIGHTINGS = ("principal_components", "first_component", "entropy", "critic", "balanced")
WEIGHTINGS = ("declared", "equal_indicators", *DERIVED_WEIGHTINGS)


@dataclass(frozen=True, eq=False)
class IndexSpec:
    """Every choice between scores and the index.

    Parameters
    ----------
    indicators
        One row an indicator: ``indicator_id``, ``pillar``, ``dimension``, goalposts ``low`` and ``high``, and
        ``role`` (``index`` where absent) and ``direction`` (+1, or -1 where less is better; +1 where absent).
    weights
        Weight of any component by id; 1 where none is declared. [0 or more]
    weighting
        ``declared``; ``equal_indicators``; or derived at every node from the nominal scores of its children, as
        `WEIGHTINGS` lists.
    normalisation
        How levels come onto a common scale.
    combine
        How coders are combined: ``mean``, ``median`` or ``model``.
    treatment
        What is done with missing cells.
    within_dimension, within_pillar, across_pillars
        Aggregation at each level of the tree.
    availability_min
        Share of a component's weight that must be there for it to be scored. [0-1]
    index_id
        Id of the index itself.
    """

    indicators: pd.DataFrame
    weights: Mapping[str, float] = field(default_factory=dict)
    weighting: str = "declared"
    normalisation: Normalisation = field(default_factory=Normalisation)
    combine: str = "mean"
    treatment: Treatment = field(default_factory=Treatment)
    within_dimension: Rule = field(default_factory=Mean)
    within_pillar: Rule = field(default_factory=Mean)
    across_pillars: Rule | Bedrock = field(default_factory=Mean)
    availability_min: float = 0.6
    index_id: str = "cohesion"

    @property
    def compares_units(self) -> bool:
        """Whether an aggregation makes a unit's score depend on the other units."""
        return any(rule.pooled for rule in (self.within_dimension, self.within_pillar, self.across_pillars))


def check_spec(spec: IndexSpec) -> None:
    """Refuse a specification that contradicts itself.

    Parameters
    ----------
    spec
        The specification.


    Raises
    ------
    SpecError
        Listing every choice that is unknown or out of range.
    """
    faults = _kind_faults(spec) or [
        *_choice_faults(spec),
        *_indicator_faults(spec.indicators, spec.normalisation.method),
    ]
    if isinstance(spec.across_pillars, Bedrock) and not faults:
        faults += _bedrock_faults(spec.across_pillars, [str(name) for name in spec.indicators["pillar"]])
    if faults:
        raise SpecError(faults)


def _spec_fault(what: str, found: object, allowed: str, column: str) -> Fault:
    return Fault("the index specification", what, repr(found), allowed, "correct it", column=column)


def _kind_faults(spec: IndexSpec) -> list[Fault]:
    """Find values of a wrong kind, before anything is asked of them."""
    rules = get_args(Rule)
    kinds: list[tuple[str, tuple[type, ...], str]] = [
        ("indicators", (pd.DataFrame,), "a DataFrame"),
        ("weights", (Mapping,), "a mapping of ids to numbers"),
        ("normalisation", (Normalisation,), "Normalisation(...)"),
        ("treatment", (Treatment,), "Treatment(...)"),
        ("within_dimension", rules, "Mean(...) or another rule"),
        ("within_pillar", rules, "Mean(...) or another rule"),
        ("across_pillars", (*rules, Bedrock), "Mean(...), Bedrock(...) or another rule"),
        ("availability_min", (int, float), "a number"),
    ]
    faults = [
        _spec_fault("a value of the wrong kind", getattr(spec, column), allowed, column)
        for column, kind, allowed in kinds
        if not isinstance(getattr(spec, column), kind)
    ]
    if faults:
        return faults
    return [
        _spec_fault("a weight is not a number", f"{name} = {value!r}", "a number", "weights")
        for name, value in spec.weights.items()
        if isinstance(value, bool) or not isinstance(value, (int, float, np.integer, np.floating))
    ]


def _choice_faults(spec: IndexSpec) -> list[Fault]:
    choices: list[tuple[str, str, tuple[str, ...]]] = [
        ("combine", spec.combine, METHODS),
        ("weighting", spec.weighting, WEIGHTINGS),
        ("normalisation", spec.normalisation.method, tuple(get_args(get_type_hints(Normalisation)["method"]))),
        ("treatment", spec.treatment.method, tuple(get_args(get_type_hints(Treatment)["method"]))),
        ("treatment", spec.treatment.logarithm, get_args(Transform)),
        ("treatment", spec.treatment.outliers, tuple(get_args(get_type_hints(Treatment)["outliers"]))),
        ("within_dimension", spec.within_dimension.method, AGGREGATIONS),
        ("within_pillar", spec.within_pillar.method, AGGREGATIONS),
        ("across_pillars", spec.across_pillars.method, (*AGGREGATIONS, "bedrock")),
    ]
    faults = [
        _spec_fault(f"unknown choice{nearest(str(found), allowed)}", found, listed(allowed), column)
        for column, found, allowed in choices
        if found not in allowed
    ]
    if not 0.0 <= spec.availability_min <= 1.0:
        faults.append(_spec_fault("a share outside its range", spec.availability_min, "0 to 1", "availability_min"))
    faults += _scale_faults(spec)
    if spec.treatment.max_age < 1:
        faults.append(_spec_fault("an age below one year", spec.treatment.max_age, "1 or more", "treatment"))
    return faults


def _scale_faults(spec: IndexSpec) -> list[Fault]:
    """Find aggregations that mean nothing on the scale that the normalisation gives."""
    choice = spec.normalisation
    faults = []
    if (choice.target is None) == (choice.method == "target"):
        faults.append(_spec_fault("a target, and nothing else, needs a level", choice, "target = 3", "normalisation"))
    if (choice.unit is None or choice.year is None) == (choice.method == "reference"):
        allowed = "the unit and the year that others are measured by"
        faults.append(_spec_fault("a reference, and nothing else, needs both", choice, allowed, "normalisation"))
    if spec.treatment.outliers == "transform" and choice.method in {"goalposts", "target", "best"}:
        what = "logarithms do not lie on the scale of the codebook"
        allowed = "minmax, zscore or another method that compares units"
        faults.append(_spec_fault(what, choice.method, allowed, "normalisation"))
    if choice.on_unit_interval:
        return faults
    free = ("arithmetic", "minimum", "copeland", "kemeny", "mazziotta_pareto")
    for column in ("within_dimension", "within_pillar", "across_pillars"):
        method = getattr(spec, column).method
        if method not in free:
            what = f"an aggregation that needs scores between 0 and 1, after '{choice.method}'"
            faults.append(_spec_fault(what, method, listed(free), column))
    return faults


def _indicator_faults(indicators: pd.DataFrame, normalisation: str) -> list[Fault]:
    needed = ("indicator_id", "pillar", "dimension", "low", "high")
    absent = [name for name in needed if name not in indicators.columns]
    if absent:
        return [_spec_fault("a column is missing", absent, listed(needed), "indicators")]
    if "direction" in indicators.columns and not np.isin(indicators["direction"], (-1, 1)).all():
        found = sorted(set(indicators["direction"].tolist()) - {-1, 1}, key=str)
        return [_spec_fault("a direction is neither +1 nor -1", found, "+1 or -1", "indicators")]
    empty = [name for name in needed if indicators[name].isna().any()]
    if empty:
        return [_spec_fault("a cell of the indicators is empty", empty, "no empty cell", "indicators")]
    if "role" in indicators.columns and not indicators["role"].isin(ROLES).all():
        found = sorted(set(indicators["role"]) - set(ROLES), key=str)
        return [_spec_fault("unknown role", found, listed(ROLES), "indicators")]
    if normalisation == "best" and (indicators["low"] < 0).any():
        found = indicators.loc[indicators["low"] < 0, "indicator_id"].tolist()
        return [_spec_fault("the best has no distance on a scale below zero", found, "low of 0 or more", "indicators")]
    crossed = indicators[
        ~((indicators["high"] > indicators["low"]) & np.isfinite(indicators["high"] - indicators["low"]))
    ]
    return [
        _spec_fault("goalposts are crossed, missing or not finite", name, "high above low", "indicators")
        for name in crossed["indicator_id"]
    ]


def _bedrock_faults(choice: Bedrock, pillars: list[str]) -> list[Fault]:
    faults = []
    known = list(dict.fromkeys(pillars))
    if choice.pillar not in known:
        what = f"unknown gating pillar{nearest(choice.pillar, known)}"
        faults.append(_spec_fault(what, choice.pillar, listed(known), "across_pillars"))
    if not 0.0 <= choice.strength <= 1.0:
        faults.append(_spec_fault("a strength outside its range", choice.strength, "0 to 1", "across_pillars"))
    return faults
