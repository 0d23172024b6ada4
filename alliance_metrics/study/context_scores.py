"""What is coded of each state by itself, such as pressure from outside, draw by draw beside the draws of a study."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from alliance_metrics.coding.arrays import Array, FloatArray, IntArray
from alliance_metrics.coding.consistency import era_of
from alliance_metrics.coding.panel import IndicatorPanel
from alliance_metrics.config.analysis import ConditionSection
from alliance_metrics.errors import SpecError, nearest
from alliance_metrics.index.plan import nominal_scores, plan_index
from alliance_metrics.index.specification import IndexSpec
from alliance_metrics.package.table import PLACE
from alliance_metrics.results.tables import rows_of
from alliance_metrics.study.contents import STATE_CODING
from alliance_metrics.study.drawn_study import DrawnStudy
from alliance_metrics.uncertainty.draws import draw_index
from alliance_metrics.uncertainty.inputs import CoderCell, CoderChoice, Uncertainty
from alliance_metrics.uncertainty.randomness import stream

_UNIT = STATE_CODING.unit
_SIDES = ("state_a", "state_b")
_COMBINED: Mapping[str, Callable[..., Array]] = {"mean": np.mean, "least": np.min, "greatest": np.max}


@dataclass(frozen=True, eq=False)
class ContextDraws:
    """Scores of context indicators in every state and year.

    Parameters
    ----------
    panel
        The codings: one unit a state, era and year.
    indicators
        Ids of the indicators.
    nominal : ndarray, shape (n_indicators, n_units)
        Nominal scores: the coders' combined level between the ends of its scale; NaN where missing. [0-1]
    scores : ndarray of float32, shape (n_indicators, n_units, n_draws)
        Draws; NaN where missing. [0-1]
    """

    panel: IndicatorPanel
    indicators: tuple[str, ...]
    nominal: Array
    scores: FloatArray


def context_draws(drawn: DrawnStudy) -> ContextDraws | str:
    """Draw what is coded of each state by itself.

    Parameters
    ----------
    drawn
        The study with its draws.

    Returns
    -------
    ContextDraws or str
        The draws; where there can be none, the cause.

    Notes
    -----
    The uncertainty is that of the study's coders: which level a cell really is, if the study draws that, and their
    bias, if it draws that. Every cell has a stream of random numbers of its own. A coder drawn as right in a draw of
    the study is as right here, if the coders are the same, so uncertainty that pressure and cohesion share stays
    shared. Scores lie between the ends of the scale, whatever normalisation the index has.
    """
    panel = _context_panel(drawn)
    if isinstance(panel, str):
        return panel
    try:
        plan = plan_index(panel, _context_spec(drawn, panel))
        inputs = tuple(
            entry for entry in drawn.study.config.to_uncertainty().inputs if isinstance(entry, (CoderCell, CoderChoice))
        )
        uncertainty = Uncertainty(seed=_seed(drawn), draws=drawn.n_draws, level=drawn.level, inputs=inputs)
        found = draw_index(plan, uncertainty, tiers=("indicator",))
        nominal = nominal_scores(plan)[: len(found.components)]
    except SpecError as error:
        return "; ".join(f"{fault.what}: {fault.found}" for fault in error.faults)
    return ContextDraws(plan.panel, found.components, nominal, found.scores)


def _seed(drawn: DrawnStudy) -> int:
    """Give the study's seed; of a model of coders, whose parameters are drawn in order, one of its own."""
    seed = drawn.study.config.uncertainty.seed
    if drawn.study.spec.combine != "model":
        return seed
    return int(stream(seed, "context").integers(2**31))


def _context_panel(drawn: DrawnStudy) -> IndicatorPanel | str:
    tables, kept = drawn.study.package.tables, drawn.study.config.data
    codings, states = tables["context_codings"], tables["context_states"]
    if kept.coders is not None:
        codings = codings[codings["coder"].isin(kept.coders)]
    if codings.empty or states.empty:
        return "nothing is coded of states by themselves"
    rows = codings.assign(era=era_of(codings, states, unit=_UNIT)).drop(columns=list(PLACE))
    units = pd.DataFrame(
        [
            (str(row[_UNIT]), str(row["era"]), year)
            for row in rows_of(states)
            for year in range(int(row["first_year"]), int(row["last_year"]) + 1)
        ],
        columns=[_UNIT, "era", "year"],
    )
    present = set(codings["coder"])
    coders = [name for name in drawn.study.panel.coders if name in present]
    return IndicatorPanel.from_frame(rows, unit=_UNIT, units=units, coders=coders)


def _context_spec(drawn: DrawnStudy, panel: IndicatorPanel) -> IndexSpec:
    levels = drawn.study.package.tables["context_levels"].groupby("indicator_id")["level"]
    low, high = levels.min(), levels.max()
    frame = pd.DataFrame(
        {
            "indicator_id": panel.indicators,
            "pillar": "of states",
            "dimension": panel.indicators,
            "role": "index",
            "low": [float(low[name]) for name in panel.indicators],
            "high": [float(high[name]) for name in panel.indicators],
        }
    )
    return IndexSpec(indicators=frame, combine=drawn.study.spec.combine, index_id="all of states")


def pressure_of(drawn: DrawnStudy, section: ConditionSection) -> tuple[Array, FloatArray] | str:
    """Combine what is coded of the two states of every unit of the study.

    Parameters
    ----------
    drawn
        The study with its draws.
    section
        Which context indicator, and how two states are combined.

    Returns
    -------
    nominal : ndarray, shape (n_units,)
        Nominal scores; NaN where a state is not coded. [0-1]
    draws : ndarray of float32, shape (n_units, n_draws)
        Draws. [0-1]

    In place of both a str, the cause, where it cannot be done.
    """
    found = context_draws(drawn)
    if isinstance(found, str):
        return found
    if section.pressure not in found.indicators:
        hint = nearest(section.pressure, list(found.indicators))
        return f"there is no context indicator '{section.pressure}'{hint}"
    rows = _rows_of_sides(drawn, found.panel)
    if isinstance(rows, str):
        return rows
    place = found.indicators.index(section.pressure)
    combined = _COMBINED[section.combine]
    missing = np.asarray((rows < 0).any(axis=0))
    nominal = combined(found.nominal[place][rows], axis=0)
    draws = combined(found.scores[place][rows], axis=0).astype(np.float32)
    return np.where(missing, np.nan, nominal), np.where(missing[:, np.newaxis], np.float32(np.nan), draws)


def _rows_of_sides(drawn: DrawnStudy, panel: IndicatorPanel) -> IntArray | str:
    """Give for both sides of every unit the place of its state and year, -1 where there is none, shape (2, n_units)."""
    dyads, units = drawn.study.package.tables["dyads"], drawn.study.panel.units
    absent = [side for side in _SIDES if side not in dyads.columns]
    if absent:
        return f"the table of dyads does not say which states they are: no column {' or '.join(absent)}"
    sides = {(str(row["dyad"]), str(row["era"])): [str(row[side]) for side in _SIDES] for row in rows_of(dyads)}
    place = {(str(row[_UNIT]), int(row["year"])): number for number, row in enumerate(rows_of(panel.units))}
    rows = [
        [place.get((state, int(row["year"])), -1) for state in sides[str(row[drawn.study.panel.unit]), str(row["era"])]]
        for row in rows_of(units)
    ]
    return np.array(rows, dtype=np.intp).T
