"""Tables of a change between two dyad-years: every component, the parts of the change, levels in words."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from alliance_metrics.coding.arrays import Array, IntArray
from alliance_metrics.explanation.drawn_change import drawn_ends
from alliance_metrics.index.change import ChangeParts
from alliance_metrics.index.cohesion import component_order
from alliance_metrics.index.hierarchy import TIERS
from alliance_metrics.index.plan import nominal_scores
from alliance_metrics.index.rescaling import SCALE
from alliance_metrics.results.tables import rows_of
from alliance_metrics.study.described_levels import described_levels, nearest_levels
from alliance_metrics.study.study import Study
from alliance_metrics.uncertainty.draws import start_run
from alliance_metrics.uncertainty.spans import span_of

COVERAGE = "coverage"
_STILL = 1e-9


def summary_table(study: Study, units: IntArray, nominal: Array, *, drawn: Array) -> pd.DataFrame:
    """Give every component in both units.

    Parameters
    ----------
    study
        The study.
    units : ndarray of int, shape (2,)
        Places of the earlier and the later unit.
    nominal : ndarray, shape (n_components, 2)
        Nominal scores. [0-1]
    drawn : ndarray, shape (n_components, 2, n_draws)
        Draws of them. [0-1]

    Returns
    -------
    DataFrame
        ``before``, ``after`` and ``change`` with their intervals [points], and the share of draws in which it ``rose``
        or ``fell``, of those ``drawn``. [0-1]
    """
    order = component_order(study.plan.hierarchy)
    chosen = [study.plan.hierarchy.components[place] for place in order]
    scaled = SCALE * drawn[order].astype(np.float64)
    return _asked(study, units, len(order)).assign(
        tier=[one.tier for one in chosen],
        component=[one.id for one in chosen],
        parent=[one.parent for one in chosen],
        role=[one.role for one in chosen],
        **_ends(SCALE * nominal[order], scaled, study.config.uncertainty.level),
    )


def part_table(study: Study, units: IntArray, parts: tuple[ChangeParts, ChangeParts] | None) -> pd.DataFrame:
    """Give what each component makes up of the change of the index.

    Parameters
    ----------
    study
        The study.
    units : ndarray of int, shape (2,)
        Places of the earlier and the later unit.
    parts : tuple of ChangeParts, optional
        The nominal parts, shape (n_components, 1), and those of draws; an empty table where absent.

    Returns
    -------
    DataFrame
        Parts with their intervals [points] and the share of draws in which they are above (``rose``) or below
        (``fell``) zero. Rows of one tier sum to the change: coverage of a component stands in every tier below it, as
        its ``parent`` says.
    """
    if parts is None:
        return pd.DataFrame()
    found, drawn = parts
    level, components = study.config.uncertainty.level, study.plan.hierarchy.components
    counted = [place for place in component_order(study.plan.hierarchy) if components[place].role == "index"]
    covered = [place for place in counted if found.coverage[place].any() or np.nan_to_num(drawn.coverage[place]).any()]
    rows: list[tuple[str, str, str, str, int]] = []
    for tier in TIERS:
        own = [components[place] for place in counted if components[place].tier == tier]
        rows += [(tier, one.id, one.parent, "component", components.index(one)) for one in own]
        above = [place for place in covered if TIERS.index(components[place].tier) < TIERS.index(tier)]
        rows += [(tier, COVERAGE, components[place].id, COVERAGE, place) for place in above]
    covering = np.array([row[3] == COVERAGE for row in rows])
    places = [row[4] for row in rows]
    estimate = np.where(covering, found.coverage[places, 0], found.component[places, 0])
    span = span_of(
        SCALE * np.where(covering[:, np.newaxis], drawn.coverage[places], drawn.component[places]), level=level
    )
    return _asked(study, units, len(rows)).assign(
        **{name: [row[column] for row in rows] for column, name in enumerate(("tier", "component", "parent", "kind"))},
        estimate=SCALE * estimate,
        lower=span.lower,
        upper=span.upper,
        confidence=span.level,
        rose=span.above,
        fell=span.below,
        draws=int((~np.isnan(drawn.component[-1])).sum()),
    )


def level_table(study: Study, units: IntArray, nominal: Array, *, drawn: Array) -> pd.DataFrame:
    """Give the indicators that moved or are in doubt, on the codebook's scale and in its words.

    Parameters
    ----------
    study, units, nominal, drawn
        As in `summary_table`.

    Returns
    -------
    DataFrame
        As `summary_table`, in levels; whether the indicator ``moved`` or is ``doubted`` (coders differ, or a range is
        open, in either year); the nearest levels and their words; whether a cell was filled.
    """
    described = described_levels(study)
    if described.redrawn:
        nominal = nominal_scores(described.plan)[:, units]
        drawn = drawn_ends(start_run(described.plan, described.uncertainty), units)
    estimate, panel = described.of(nominal), study.plan.panel
    indicators, components = study.codebook.indicators.set_index("indicator_id"), study.plan.hierarchy.components
    nearest_ones = nearest_levels(estimate)
    words = {(row["indicator_id"], row["level"]): str(row["descriptor"]) for row in rows_of(study.codebook.levels)}
    filled = study.plan.filled[: len(estimate), units] > 0
    score = panel.score[:, units]
    apart = np.fmin.reduce(score, axis=0) < np.fmax.reduce(score, axis=0)
    doubted = (apart | (panel.low < panel.high)[:, units].any(axis=0)).any(axis=0)
    table: pd.DataFrame = _asked(study, units, len(estimate)).assign(
        indicator_id=list(panel.indicators),
        name=[str(indicators["name"][name]) for name in panel.indicators],
        parent=[one.parent for one in components[: len(estimate)]],
        role=[one.role for one in components[: len(estimate)]],
        moved=np.abs(estimate[:, 1] - estimate[:, 0]) > _STILL,
        doubted=doubted,
        **_ends(estimate, described.of(drawn), study.config.uncertainty.level),
        least=described.plan.combination.low,
        greatest=described.plan.combination.high,
        nearest_before=nearest_ones[:, 0],
        nearest_after=nearest_ones[:, 1],
        words_before=[words.get(pair, "") for pair in zip(panel.indicators, nearest_ones[:, 0], strict=True)],
        words_after=[words.get(pair, "") for pair in zip(panel.indicators, nearest_ones[:, 1], strict=True)],
        filled_before=filled[:, 0],
        filled_after=filled[:, 1],
    )
    there = np.isnan(estimate[:, 0]) != np.isnan(estimate[:, 1])
    kept: pd.DataFrame = table.loc[table["moved"] | table["doubted"] | there]
    return kept.reset_index(drop=True)


def _asked(study: Study, units: IntArray, count: int) -> pd.DataFrame:
    """Repeat the later unit with the year it is compared with."""
    frame = study.panel.units.iloc[np.repeat(units[1], count)].reset_index(drop=True)
    return frame.assign(since=int(study.panel.units["year"].iloc[units[0]]))


def _ends(estimate: Array, drawn: Array, level: float) -> dict[str, Any]:
    """Give columns for both ends and the change: arrays of shape (n, 2) and (n, 2, n_draws)."""
    ends, change = span_of(drawn, level=level), span_of(drawn[:, 1] - drawn[:, 0], level=level)
    return {
        "before": estimate[:, 0],
        "before_lower": ends.lower[:, 0],
        "before_upper": ends.upper[:, 0],
        "after": estimate[:, 1],
        "after_lower": ends.lower[:, 1],
        "after_upper": ends.upper[:, 1],
        "change": estimate[:, 1] - estimate[:, 0],
        "change_lower": change.lower,
        "change_upper": change.upper,
        "confidence": level,
        "rose": change.above,
        "fell": change.below,
        "drawn": change.drawn,
    }
