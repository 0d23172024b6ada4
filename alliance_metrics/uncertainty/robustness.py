"""The same panel under other defensible choices: what happens to each unit's index and rank."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from alliance_metrics.coding.arrays import Array
from alliance_metrics.coding.panel import IndicatorPanel
from alliance_metrics.index import methods
from alliance_metrics.index.hierarchy import dimension_ids
from alliance_metrics.index.normalise import by_rank
from alliance_metrics.index.plan import nominal_scores, plan_index
from alliance_metrics.index.specification import DERIVED_WEIGHTINGS, IndexSpec

_DIGITS = 9
#: Number of ways in which the steps of the ordinal scales are drawn.
SPACINGS = 200


@dataclass(frozen=True, eq=False)
class Variant:
    """One other choice.

    Parameters
    ----------
    kind
        What is chosen otherwise.
    name
        How.
    spec
        The specification with the choice made.
    panel
        The panel it is applied to.
    """

    kind: str
    name: str
    spec: IndexSpec
    panel: IndicatorPanel

    @property
    def on_goalposts(self) -> bool:
        """Whether the index is on the codebook's scale, so that it can be set beside a published interval."""
        rules = (self.spec.within_dimension, self.spec.within_pillar, self.spec.across_pillars)
        plain = all(isinstance(rule, (methods.Mean, methods.PowerMean, methods.Bedrock)) for rule in rules)
        return plain and self.spec.normalisation.method == "goalposts"


def variants(panel: IndicatorPanel, spec: IndexSpec) -> Iterator[Variant]:
    """Give every other choice the audit looks at, one at a time.

    Parameters
    ----------
    panel, spec
        As in `cohesion_index`.

    Yields
    ------
    Variant
        Other normalisations, weightings and aggregations; other treatments of missing cells, where there are any; the
        other way to combine coders; each coder, dimension and pillar left out. Choices that the specification has made
        already are passed over, as are those that need scores between 0 and 1 where it gives none.
    """
    for method in ("goalposts", "minmax", "percentile_rank"):
        if method != spec.normalisation.method:
            yield Variant("normalisation", method, replace(spec, normalisation=methods.Normalisation(method)), panel)
    for weighting in ("declared", "equal_indicators", *DERIVED_WEIGHTINGS):
        if weighting != spec.weighting and not (weighting == "equal_indicators" and spec.weights):
            yield Variant("weighting", weighting, replace(spec, weighting=weighting), panel)
    if spec.normalisation.on_unit_interval:
        yield from _other_aggregations(panel, spec)
    yield from _other_fillings(panel, spec)
    for combine in ("mean", "median", "model"):
        if combine != spec.combine:
            yield Variant("coders combined", combine, replace(spec, combine=combine), panel)
    yield from left_out(panel, spec, tiers=("dimension", "pillar"))


def _other_fillings(panel: IndicatorPanel, spec: IndexSpec) -> Iterator[Variant]:
    if np.isnan(panel.score).all(axis=0).any():
        for method in _FILLINGS:
            if method != spec.treatment.method:
                treatment = replace(spec.treatment, method=method)
                yield Variant("missing cells", method, replace(spec, treatment=treatment), panel)


def _other_aggregations(panel: IndicatorPanel, spec: IndexSpec) -> Iterator[Variant]:
    for rule in _RULES:
        if rule.method != spec.across_pillars.method:
            yield Variant("across pillars", rule.method, replace(spec, across_pillars=rule), panel)
    if not isinstance(spec.across_pillars, methods.Bedrock):
        for pillar in dict.fromkeys(spec.indicators["pillar"]):
            gated = replace(spec, across_pillars=methods.Bedrock(str(pillar), 0.5))
            yield Variant("across pillars", f"bedrock {pillar} 0.5", gated, panel)
    if spec.within_dimension.method != "geometric":
        yield Variant("within dimension", "geometric", replace(spec, within_dimension=methods.Mean("geometric")), panel)
    if spec.within_pillar.method != "geometric":
        yield Variant("within pillar", "geometric", replace(spec, within_pillar=methods.Mean("geometric")), panel)


_FILLINGS: tuple[Literal["none", "linear", "balanced"], ...] = ("none", "linear", "balanced")
_RULES: tuple[methods.Rule, ...] = (
    methods.Mean("arithmetic"),
    methods.Mean("geometric"),
    methods.Mean("harmonic"),
    methods.Mean("minimum"),
    methods.Outranking("copeland"),
    methods.MazziottaPareto(),
    methods.BenefitOfTheDoubt(),
)


def left_out(
    panel: IndicatorPanel, spec: IndexSpec, *, tiers: tuple[str, ...] = ("indicator", "dimension", "pillar")
) -> Iterator[Variant]:
    """Give the panel without each coder, and the index without each component of some tiers, one at a time.

    Parameters
    ----------
    panel, spec
        As in `cohesion_index`.
    tiers
        Of ``indicator``, ``dimension`` and ``pillar``: what is left out beside coders.

    Yields
    ------
    Variant
        What is left; passed over where nothing would be, or where a pillar would be empty.
    """
    if len(panel.coders) > 1:
        for place, coder in enumerate(panel.coders):
            arrays = (np.delete(getattr(panel, name), place, axis=0) for name in ("score", "low", "high"))
            others = tuple(name for name in panel.coders if name != coder)
            yield Variant("coder left out", coder, spec, IndicatorPanel(panel.units, panel.indicators, others, *arrays))
    table = spec.indicators
    places = {
        "indicator": table["indicator_id"].astype(str),
        "dimension": dimension_ids(table),
        "pillar": table["pillar"].astype(str),
    }
    gated = isinstance(spec.across_pillars, methods.Bedrock)
    for kind, names in ((tier, places[tier]) for tier in tiers if tier != "pillar" or not gated):
        for name in dict.fromkeys(names):
            rest = table[names != name].reset_index(drop=True)
            counts = rest["role"] == "index" if "role" in rest.columns else np.ones(len(rest), dtype=bool)
            own = rest[counts]
            kept = {*own["pillar"], *own["indicator_id"], *dimension_ids(own)}
            if counts.any() and (kind == "pillar" or set(table["pillar"]) == set(own["pillar"])):
                weights = {key: value for key, value in spec.weights.items() if key in kept}
                yield Variant(f"{kind} left out", str(name), replace(spec, indicators=rest, weights=weights), panel)


def scores_of(variant: Variant) -> Array:
    """Score the index under a variant.

    Parameters
    ----------
    variant
        The variant.

    Returns
    -------
    ndarray, shape (n_units,)
        The index; NaN where missing. [0-1, or the variant's own scale]
    """
    return np.asarray(nominal_scores(plan_index(variant.panel, variant.spec))[-1])


def ranks_of(scores: Array) -> Array:
    """Rank units, the highest score first; ties get their mean rank.

    Parameters
    ----------
    scores : ndarray, shape (..., n_units)
        Scores; NaN where missing.

    Returns
    -------
    ndarray, shape (..., n_units)
        Ranks from 1; NaN where missing. Scores that differ by rounding alone are ties.
    """
    return by_rank(np.round(scores, _DIGITS)[..., np.newaxis], direction=-1.0)[..., 0]


def spaced_scores(panel: IndicatorPanel, spec: IndexSpec, *, rng: np.random.Generator, count: int = SPACINGS) -> Array:
    """Score the index with the steps of every ordinal scale drawn at random, its ends and its order kept.

    Parameters
    ----------
    panel, spec
        As in `cohesion_index`.
    rng
        Source of randomness.
    count
        Number of draws.

    Returns
    -------
    ndarray, shape (count, n_units)
        The index; NaN where missing. [0-1]

    Notes
    -----
    For each indicator the steps between its levels are uniform on the simplex (Dirichlet with all parameters 1), so
    that a step of an ordinal scale may be worth next to nothing or nearly the whole scale. A level between two
    described ones lies on the line between their places.
    """
    low = spec.indicators["low"].to_numpy(dtype=float)
    high = spec.indicators["high"].to_numpy(dtype=float)
    columns = [panel.indicators.index(name) for name in spec.indicators["indicator_id"] if name in panel.indicators]
    ends = {name: place for place, name in enumerate(spec.indicators["indicator_id"])}
    found = np.empty((count, len(panel.units)))
    for draw in range(count):
        spaced = np.array(panel.score)
        for column in columns:
            place = ends[panel.indicators[column]]
            steps = round(high[place] - low[place])
            cuts = np.concatenate([[0.0], np.cumsum(rng.dirichlet(np.ones(steps)))]) * (high[place] - low[place])
            levels = np.linspace(low[place], high[place], steps + 1)
            own = panel.score[:, :, column]
            spaced[:, :, column] = np.where(np.isnan(own), np.nan, low[place] + np.interp(own, levels, cuts))
        spaced = np.clip(spaced, None, high.max())
        drawn = IndicatorPanel(panel.units, panel.indicators, panel.coders, spaced, spaced, spaced)
        found[draw] = nominal_scores(plan_index(drawn, spec))[-1]
    return found
