"""When each trajectory turned, which part turned first, whether one leads, and how strong the bedrock is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import partial

import numpy as np

from alliance_metrics.coding.arrays import Array, IntArray
from alliance_metrics.history.turning_points.break_tables import BreakReader, adjust_for_all
from alliance_metrics.history.turning_points.falls import READINGS, read_falls
from alliance_metrics.history.turning_points.lead_tables import lead_tables
from alliance_metrics.history.turning_points.order import FallOrder, fall_order, order_test, ranks_of_falls
from alliance_metrics.history.turning_points.segmentation import segment_length
from alliance_metrics.history.turning_points.strength_tables import (
    not_identified_table,
    strength_by_coders,
    strength_tables,
)
from alliance_metrics.results.collected import Collected, Skipped
from alliance_metrics.results.tidy_result import TidyResult
from alliance_metrics.study.complete_series import (
    CompleteSeries,
    Row,
    complete_series,
    record_gaps,
    scored_components,
    try_step,
)
from alliance_metrics.study.drawn_study import DrawnStudy, Trajectory
from alliance_metrics.study.score import record_of
from alliance_metrics.uncertainty.workers import each

_ADJUSTED = ("break_tests", "order_tests", "lead_findings", "prediction", "strength_tests")


def turning_points_analysis(drawn: DrawnStudy) -> TidyResult:
    """Date when each trajectory turned and what turned first, with how sure that is.

    Parameters
    ----------
    drawn
        As `draw_study` gives it; its configuration says how breaks are searched for and which component is the gate.

    Returns
    -------
    TidyResult
        The tables.
    """
    found = Collected("turning_points", key=drawn.study.panel.unit)
    gate = _gate(drawn, found)
    reader = BreakReader(drawn)
    answers = each(lambda trajectory: _of_trajectory(reader, trajectory, gate), drawn.trajectories)
    rows: dict[str, list[Row]] = defaultdict(list)
    for trajectory, (tables, skipped) in zip(drawn.trajectories, answers, strict=True):
        found.extend(skipped)
        for name, more in tables:
            rows[name] += [{found.key: trajectory.unit, "era": trajectory.era, **row} for row in more]
    for name in _ADJUSTED:
        adjust_for_all(rows[name])
    for name, more in rows.items():
        found.add(name, more)
    found.add("strength_coders", strength_by_coders(drawn, gate, skipped=found) if gate else [])
    found.add("not_identified", not_identified_table(drawn, gate))
    return found.result({**record_of(drawn.study), "draws": drawn.n_draws})


def _of_trajectory(
    reader: BreakReader, trajectory: Trajectory, gate: str | None
) -> tuple[list[tuple[str, list[Row]]], list[tuple[str, str]]]:
    """Give the rows of one trajectory, by table, and the steps skipped."""
    drawn, skipped = reader.drawn, Skipped()
    parts: list[Mapping[str, list[Row]]] = [
        reader.tables(name, trajectory, skipped=skipped) for name in (*drawn.pillars, drawn.index_id)
    ]
    parts += _of_pillars(drawn, trajectory, skipped)
    if gate:
        parts.append(strength_tables(drawn, trajectory, gate, skipped=skipped))
    return [table for part in parts for table in part.items()], skipped.steps


def _gate(drawn: DrawnStudy, skipped: Skipped) -> str | None:
    """Give the component whose strength is estimated, where there is one."""
    gate = drawn.study.config.analysis.gate
    if gate is None:
        skipped.skip("strength of the gate", "the configuration names none ([analysis] gate)")
        return None
    if drawn.place(gate) is None:
        skipped.skip("strength of the gate", drawn.absence(gate))
        return None
    return gate


def _of_pillars(drawn: DrawnStudy, trajectory: Trajectory, skipped: Skipped) -> list[Mapping[str, list[Row]]]:
    """Read order and leads of the pillars that have scores."""
    pillars = scored_components(drawn, drawn.pillars, trajectory)
    step = f"{trajectory.name}: order and leads"
    for name in drawn.pillars:
        if name not in pillars:
            skipped.skip(step, f"{name} has no scores")
    if len(pillars) < 2:
        skipped.skip(step, "fewer than two pillars have scores")
        return []
    series = complete_series(drawn, pillars, trajectory)
    record_gaps("order and leads", series, trajectory, skipped=skipped)
    if not series.n_years:
        return []
    return [
        order_tables(drawn, trajectory, series, skipped=skipped),
        lead_tables(drawn, trajectory, series, skipped=skipped),
    ]


#: A rise is read as the fall of the series turned upside down.
TURNS: Mapping[str, float] = {"fall": 1.0, "rise": -1.0}


def order_tables(
    drawn: DrawnStudy, trajectory: Trajectory, series: CompleteSeries, *, skipped: Skipped
) -> Mapping[str, list[Row]]:
    """Read in which order the parts of an index turned.

    Parameters
    ----------
    drawn
        The study.
    trajectory
        Whose series they are.
    series
        The parts.
    skipped
        Lists what could not be done.

    Returns
    -------
    dict of str to list
        Rows by table, without unit and era.
    """
    tables: dict[str, list[Row]] = defaultdict(list)
    step = f"{trajectory.name}: order"
    share = drawn.study.config.analysis.breaks.minimum_segment
    segment = try_step(step, lambda: segment_length(share, n_years=series.n_years, n_regressors=1), skipped=skipped)
    if segment is None:
        return tables
    for turn, sign in TURNS.items():
        for reading in READINGS:
            key = {"turn": turn, "reading": reading}
            rng = drawn.stream("turning_points", "order", trajectory.unit, trajectory.era, turn, reading)
            read = partial(_read, series, sign, reading, segment=segment, level=drawn.level, rng=rng)
            found = try_step(f"{step} of {turn}s, {reading}", read, skipped=skipped)
            for name, rows in (found or {}).items():
                tables[name] += [{**key, **row} for row in rows]
    return tables


def _read(
    series: CompleteSeries, sign: float, reading: str, *, segment: int, level: float, rng: np.random.Generator
) -> dict[str, list[Row]]:
    """Read one turn by one reading."""
    found = fall_order(sign * series.draws, series.years, reading, segment=segment, level=level)
    falls = read_falls(sign * series.nominal, series.years, reading, segment=segment)
    p_value = _order_test_row(sign * series.nominal, series, reading, segment=segment, rng=rng)
    return {**_order_rows(found, falls, series.components), "order_tests": [p_value]}


def _order_rows(found: FallOrder, falls: Array, components: tuple[str, ...]) -> dict[str, list[Row]]:
    """Give the rows of an order over draws, with the years of the nominal scores."""
    nominal = ranks_of_falls(falls[np.newaxis])[0]
    order = [
        {
            "component": name,
            "estimate": falls[place],
            **{what: getattr(found, what)[place] for what in ("lower", "median", "upper")},
            "confidence": found.level,
            **{what: getattr(found, what)[place] for what in ("first_alone", "first_shared", "first", "never")},
            "draws": found.draws,
        }
        for place, name in enumerate(components)
    ]
    places = [
        {"component": name, "place": rank, "share": float(found.share[found.orders[:, place] == rank].sum())}
        for place, name in enumerate(components)
        for rank in range(1, len(components) + 1)
    ]
    orders = [
        {"order": order_text(ranks, components), "nominal": bool((ranks == nominal).all()), "share": float(share)}
        for ranks, share in zip(found.orders, found.share, strict=True)
    ]
    before = [
        {"component": one, "other": other, "estimate": falls[j] - falls[i], "share": found.before[i, j]}
        for i, one in enumerate(components)
        for j, other in enumerate(components)
        if i != j
    ]
    return {"order": order, "order_places": places, "orders": orders, "before": before}


def order_text(ranks: IntArray, components: tuple[str, ...]) -> str:
    """Write an order down.

    Parameters
    ----------
    ranks : ndarray of int, shape (n_components,)
        1 for the first to turn, ties with one number, 0 for one that did not.
    components
        Their names.

    Returns
    -------
    str
        Such as ``a < b = c (never: d)``.

    Examples
    --------
    >>> order_text(np.array([2, 1, 0, 2]), ("a", "b", "c", "d"))
    'b < a = d (never: c)'
    """
    groups = [
        " = ".join(name for name, own in zip(components, ranks, strict=True) if own == rank)
        for rank in range(1, int(ranks.max()) + 1)
    ]
    never = ", ".join(name for name, own in zip(components, ranks, strict=True) if own == 0)
    return " ".join(part for part in (" < ".join(groups), f"(never: {never})" if never else "") if part)


def _order_test_row(
    turned: Array, series: CompleteSeries, reading: str, *, segment: int, rng: np.random.Generator
) -> Row:
    """Test the nominal order against series that turned together."""
    found = order_test(turned, series.years, reading, rng=rng, segment=segment)
    return {
        "first": series.components[found.first] if found.first >= 0 else "",
        "lead": found.lead,
        "p_value": found.p_value if found.first >= 0 else np.nan,
        "p_adjusted": np.nan,
        "again": found.again,
        "power": found.power,
        "common_year": found.common_year,
        "persistence": float(found.persistence.mean()),
        "n_years": found.n_years,
        "n_simulated": found.n_simulated,
    }
