"""When each trajectory turned, which part turned first, whether one leads, and how strong the bedrock is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping

from alliance_metrics.history.turning_points.break_tables import BreakReader, adjust_for_all
from alliance_metrics.history.turning_points.lead_tables import lead_tables
from alliance_metrics.history.turning_points.order_tables import order_tables
from alliance_metrics.history.turning_points.strength_tables import (
    not_identified_table,
    strength_by_coders,
    strength_tables,
)
from alliance_metrics.results.collected import Collected, Skipped
from alliance_metrics.results.tidy_result import TidyResult
from alliance_metrics.study.complete_series import Row, complete_series, record_gaps, scored_components
from alliance_metrics.study.drawn_study import DrawnStudy, Trajectory
from alliance_metrics.study.score import record_of
from alliance_metrics.uncertainty.workers import each

_ADJUSTED = ("break_tests", "order_tests", "lead_findings", "prediction", "strength_tests")


def turning_points_analysis(drawn: DrawnStudy, *, progress: Callable[[float], None] | None = None) -> TidyResult:
    """Date when each trajectory turned and what turned first, with how sure that is.

    Parameters
    ----------
    drawn
        As `draw_study` gives it; its configuration says how breaks are searched for and which component is the gate.
    progress
        Called now and then with the share of the work done. [0-1]

    Returns
    -------
    TidyResult
        The tables.
    """
    found = Collected("turning_points", key=drawn.study.panel.unit)
    gate = _gate(drawn, found)
    reader = BreakReader(drawn)
    answers = each(
        lambda trajectory: _of_trajectory(reader, trajectory, gate),
        drawn.trajectories,
        progress=progress,
    )
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
