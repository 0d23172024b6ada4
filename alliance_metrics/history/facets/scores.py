"""Scores from the indicators of one facet alone, paired draw by draw with the study's own draws."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import pandas as pd

from alliance_metrics.coding.arrays import Array, FloatArray, IntArray
from alliance_metrics.errors import SpecError, nearest
from alliance_metrics.index.hierarchy import dimension_ids, hierarchy_from_frame
from alliance_metrics.index.plan import IndexPlan, plan_index
from alliance_metrics.study.drawn_study import DrawnStudy
from alliance_metrics.uncertainty.alternatives import Alternatives, bind_alternatives
from alliance_metrics.uncertainty.coder_draws import PIECE
from alliance_metrics.uncertainty.realisation import Realisation
from alliance_metrics.uncertainty.rebuild import codes_in

#: Scores of one component that are worked on at once: so many that they stay in the processor's nearer cache.
_CACHED = 1 << 15
_MOST_DRAWS = 512


@dataclass(frozen=True, eq=False)
class FacetScores:
    """The index and its pillars from the indicators of one facet.

    Parameters
    ----------
    column, value
        The facet: indicators with this value in this column of the codebook.
    matched
        Whether only dimensions count that have indicators of both facets compared.
    components
        Ids of the pillars that have such indicators, and of the index, which is last.
    indicators
        Ids of the indicators that count.
    nominal : ndarray, shape (n_components, n_units)
        Nominal scores; NaN where missing. [0-1]
    scores : ndarray of float32, shape (n_components, n_units, n_draws)
        Draws, each with the codings and the weights of the same draw of the study; NaN where missing. [0-1]
    causes
        Why draws are missing, where a choice of method does not fit the indicators left.
    """

    column: str
    value: str
    matched: bool
    components: tuple[str, ...]
    indicators: tuple[str, ...]
    nominal: Array
    scores: FloatArray
    causes: tuple[str, ...] = ()


def facet_scores(drawn: DrawnStudy, column: str, value: str, *, against: str | None = None) -> FacetScores | str:
    r"""Score the index from the indicators of one facet.

    Parameters
    ----------
    drawn
        The study with its draws.
    column
        Column of the codebook's indicators, such as the one that separates public from private.
    value
        The value its indicators have there.
    against
        The other value: only dimensions count then that have indicators of both, so that like is compared with like.

    Returns
    -------
    FacetScores or str
        The scores; where there can be none, the cause.

    Notes
    -----
    Indicator scores are those of the study, draw by draw, so what is uncertain in both of two facets, such as the bias
    of coders, cancels in the gap between them. So do weights: a draw's weights :math:`v_k` of a node are taken over to
    the children that are left, :math:`w_k \propto v_k\, u_k / \bar v_k` with the nominal weights :math:`u_k` of the
    facet's own tree and :math:`\bar v_k` of the study's. Where weights are declared, that rescales them to the children
    left; of Dirichlet weights it is again Dirichlet, with the same parameters, so facets have weights of the law they
    would have if drawn for their own tree. Choices of method, strengths, exponents and what is left out are the draw's
    own.

    References
    ----------
    (orientation) Aitchison 1986, The Statistical Analysis of Compositional Data, on subcompositions and perturbation.
    """
    kept = _kept_indicators(drawn, column, value, against=against)
    if isinstance(kept, str):
        return kept
    try:
        found = restricted_scores(drawn, kept)
    except SpecError as error:
        return error.summary
    return replace(found, column=column, value=value, matched=against is not None)


def restricted_scores(drawn: DrawnStudy, kept: pd.DataFrame, *, units: IntArray | None = None) -> FacetScores:
    """Score pillars and index from some indicators, by the draws of the study.

    Parameters
    ----------
    drawn
        The study with its draws.
    kept
        Rows of the indicators that count.
    units : ndarray of int, shape (n_kept_units,), optional
        Places of the units to score; all where absent, or where a score depends on the other units.

    Returns
    -------
    FacetScores
        Their scores, of no facet in particular; see `facet_scores` for how draws are paired.

    Raises
    ------
    SpecError
        Where the specification does not fit the indicators left.
    """
    plan = _restricted(drawn, kept)
    picked = np.arange(len(plan.panel.units)) if units is None else units
    keep = [place for place, part in enumerate(plan.hierarchy.components) if part.tier in {"pillar", "index"}]
    names = plan.panel.indicators
    leaves = [drawn.draws.components.index(name) for name in names]
    scored = picked if not plan.pooled else np.arange(len(plan.panel.units))
    nominal = plan.evaluate(drawn.nominal[leaves][:, scored], plan.weights, usable=plan.usable[:, scored])[keep]
    scores, causes = _drawn_scores(drawn, plan, leaves=np.array(leaves), keep=keep, units=scored)
    if plan.pooled:
        nominal, scores = nominal[:, picked], scores[:, picked]
    components = tuple(plan.hierarchy.components[place].id for place in keep)
    return FacetScores(
        "", "", matched=False, components=components, indicators=names, nominal=nominal, scores=scores, causes=causes
    )


def _kept_indicators(drawn: DrawnStudy, column: str, value: str, *, against: str | None) -> pd.DataFrame | str:
    """Give the rows of the codebook that count, or say why there are none."""
    rows = drawn.study.spec.indicators
    if column not in rows.columns:
        return f"the codebook has no column '{column}'{nearest(column, [str(name) for name in rows.columns])}"
    counted = rows[rows["role"] == "index"]
    values = counted[column].astype(str)
    for wanted in (value,) if against is None else (value, against):
        if not (values == wanted).any():
            hint = nearest(wanted, list(dict.fromkeys(values)))
            return f"no indicator that counts has the value '{wanted}' of '{column}'{hint}"
    if against is None:
        return counted[values == value]
    dimension = dimension_ids(counted)
    both = set(dimension[values == value]) & set(dimension[values == against])
    if not both:
        return f"no dimension has indicators of both '{value}' and '{against}' of '{column}'"
    return counted[(values == value) & dimension.isin(both)]


def _restricted(drawn: DrawnStudy, kept: pd.DataFrame) -> IndexPlan:
    """Bind the specification of the study to the indicators kept."""
    spec = drawn.study.spec
    known = {part.id for part in hierarchy_from_frame(kept, index_id=spec.index_id).components}
    weights = {name: weight for name, weight in spec.weights.items() if name in known}
    return plan_index(drawn.study.plan.panel, replace(spec, indicators=kept, weights=weights))


def _drawn_scores(
    drawn: DrawnStudy, plan: IndexPlan, *, leaves: IntArray, keep: list[int], units: IntArray
) -> tuple[FloatArray, tuple[str, ...]]:
    """Aggregate every draw up the tree of the facet."""
    run = drawn.run
    inputs = run.alternatives.inputs
    alternatives = bind_alternatives(plan, inputs, np.array([*run.alternatives.plans, *run.alternatives.causes]))
    shares = _shares_of(drawn.study.plan, plan)
    whole = np.full((len(keep), len(units), drawn.n_draws), np.nan, dtype=np.float32)
    own = drawn.draws.scores[leaves][:, units]
    causes: dict[str, None] = {}
    for piece in run.pieces:
        realisation = run.realised(piece.start // PIECE)
        for code, draws in _chunks(codes_in(realisation, alternatives), len(units), plan):
            if code not in alternatives.plans:
                causes[f"{alternatives.describe(code)}: {alternatives.causes[code]}"] = None
                continue
            part = realisation.at(draws)
            places = slice(piece.start + draws.start, piece.start + draws.stop)
            scored = _aggregated(alternatives, code, own[..., places], part, shares=shares, units=units)
            whole[..., places] = scored[keep]
    return whole, tuple(causes)


def _aggregated(
    alternatives: Alternatives,
    code: int,
    leaves: FloatArray,
    part: Realisation,
    *,
    shares: Mapping[int, tuple[int, Array]],
    units: IntArray,
) -> FloatArray:
    plan = alternatives.plans[code]
    nominal = alternatives.nominal.weights
    taken = {node: _taken_over(part.weights.get(own), ratio, nominal[node]) for node, (own, ratio) in shares.items()}
    weights = alternatives.weights(code, taken)
    reducers = None
    if part.strength is not None or part.exponents:
        strength: FloatArray | None = None if part.strength is None else part.strength.astype(np.float32)
        reducers = plan.reducers_with(strength=strength, exponents=part.exponents)
    return np.asarray(plan.evaluate(leaves, weights, usable=plan.usable[:, units], reducers=reducers))


def _shares_of(study: IndexPlan, facet: IndexPlan) -> dict[int, tuple[int, Array]]:
    """For each node of the facet, give its place in the study and what each weight there is worth in the facet.

    The second has one figure for each child in the study: 0 where the facet does not have it.
    """
    places = {part.id: place for place, part in enumerate(study.hierarchy.components)}
    found = {}
    for node in facet.hierarchy.nodes:
        own = places[facet.hierarchy.components[node].id]
        column = {child: number for number, child in enumerate(study.hierarchy.components[own].children)}
        children = facet.hierarchy.components[node].children
        picked = [column[places[facet.hierarchy.components[child].id]] for child in children]
        before = study.weights[own][picked]
        worth = np.divide(facet.weights[node], before, out=np.zeros(len(picked)), where=before > 0)
        ratio = np.zeros((len(column), len(picked)))
        ratio[picked, np.arange(len(picked))] = worth
        found[node] = (own, ratio)
    return found


def _taken_over(drawn: FloatArray | None, ratio: Array, nominal: Array) -> FloatArray:
    """Take a node's drawn weights over to the children of the facet; the nominal ones where nothing is left."""
    plain = nominal.astype(np.float32)[np.newaxis]
    if drawn is None:
        return plain
    kept = drawn @ ratio.astype(np.float32)
    total = kept.sum(axis=1, keepdims=True)
    return np.asarray(np.divide(kept, total, out=np.repeat(plain, len(kept), axis=0), where=total > 0))


def _chunks(codes: IntArray, n_units: int, plan: IndexPlan) -> Iterator[tuple[int, slice]]:
    """Cut the draws of a piece into runs alike in their choices; all units stay together."""
    width = _MOST_DRAWS if plan.spec.compares_units else max(32, min(_MOST_DRAWS, _CACHED // n_units))
    edges = [0, *(np.flatnonzero(np.diff(codes)) + 1).tolist(), len(codes)]
    for start, stop in pairwise(edges):
        for first in range(start, stop, width):
            yield int(codes[first]), slice(first, min(first + width, stop))
