"""How far a comparison of eras rests on indicators that are part of the index in only one of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from alliance_metrics.coding.arrays import Array, BoolArray, FloatArray
from alliance_metrics.errors import SpecError
from alliance_metrics.history.facets.scores import restricted_scores
from alliance_metrics.index.rescaling import SCALE
from alliance_metrics.results.collected import Collected
from alliance_metrics.study.drawn_study import DrawnStudy, Trajectory
from alliance_metrics.study.lineages import Pairing
from alliance_metrics.uncertainty.spans import interval_columns, share_of, span_of


def add_composition(drawn: DrawnStudy, pairs: Sequence[Pairing], found: Collected) -> None:
    r"""Say which indicators two eras do not share, and compare the eras on those that they do.

    Adds the rows of ``composition`` and ``common_indicators``; none for two eras that have the same indicators.

    Parameters
    ----------
    drawn
        The study.
    pairs
        The eras compared.
    found
        Takes the rows, and lists what cannot be compared, with its cause.

    Notes
    -----
    An indicator is common where it has a value in every year of both eras. What is left of a node keeps its
    proportions, :math:`w_k / \sum_{j\ \mathrm{common}} w_j`, under the same draws (`restricted_scores`).
    """
    indicators = drawn.study.plan.hierarchy.components[: drawn.study.plan.hierarchy.n_indicators]
    counted = np.array([one.role == "index" for one in indicators])
    names = np.array([one.id for one in indicators])
    for pair in pairs:
        later, earlier = (_whole(drawn, one) & counted for one in (pair.later, pair.earlier))
        if (later == earlier).all():
            continue
        apart = pd.DataFrame({"indicator_id": names, "in_later": later, "in_earlier": earlier})[later != earlier]
        found.add("composition", pair.label(apart.reset_index(drop=True), key=drawn.study.panel.unit))
        _add_common(drawn, pair, list(names[later & earlier]), found)


def _whole(drawn: DrawnStudy, one: Trajectory) -> BoolArray:
    """Mark the indicators that have a value in every year."""
    usable = drawn.study.plan.usable[: drawn.study.plan.hierarchy.n_indicators]
    return np.asarray(usable[:, one.rows].all(axis=1))


def _add_common(drawn: DrawnStudy, pair: Pairing, names: list[str], found: Collected) -> None:
    step, table = f"common indicators, {pair.name}", drawn.study.spec.indicators
    rows = np.concatenate([pair.later.rows, pair.earlier.rows])
    try:
        scored = restricted_scores(drawn, table[table["indicator_id"].isin(names)], units=rows)
    except SpecError as error:
        found.skip(step, error.summary)
        return
    wanted = (*drawn.pillars, drawn.index_id)
    if scored.components != wanted:
        found.skip(step, "they have no indicator of some pillar in common")
        return
    cut = len(pair.later.rows)
    eras = (pair.later, pair.earlier)
    all_nominal = np.concatenate([drawn.nominal_of(wanted, one) for one in eras], axis=1)
    all_drawn = np.concatenate([drawn.drawn_of(wanted, one) for one in eras], axis=1)
    nominal = [_difference(scores[..., np.newaxis], cut)[:, 0] for scores in (all_nominal, scored.nominal)]
    draws = [_difference(scores, cut) for scores in (all_drawn, scored.scores)]
    span, shift = span_of(draws[1], level=drawn.level), span_of(draws[1] - draws[0], level=drawn.level)
    frame = pd.DataFrame(
        {
            "component": list(wanted),
            "with_all": SCALE * nominal[0],
            **interval_columns(nominal[1], span),
            "change": SCALE * (nominal[1] - nominal[0]),
            "change_lower": SCALE * shift.lower,
            "change_upper": SCALE * shift.upper,
            "n_indicators": len(names),
        }
    )
    found.add("common_indicators", pair.label(frame, key=drawn.study.panel.unit))


def _difference(scores: Array | FloatArray, cut: int) -> Array:
    """Give the mean of the later years minus that of the earlier."""
    later, earlier = (
        share_of(np.nansum(part, axis=1, dtype=np.float64), (~np.isnan(part)).sum(axis=1))
        for part in (scores[:, :cut], scores[:, cut:])
    )
    return np.asarray(later - earlier)
