"""When each trajectory turned, which part turned first, whether one leads, and how strong the bedrock is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import ClassVar

import pandas as pd

from alliance_metrics.history.turning_points.break_tables import BREAK_TABLES, BreakReader, adjust_for_all
from alliance_metrics.history.turning_points.lead_tables import LEAD_TABLES, lead_tables
from alliance_metrics.history.turning_points.order_tables import ORDER_TABLES, order_tables
from alliance_metrics.history.turning_points.strength_tables import (
    STRENGTH_TABLES,
    not_identified_table,
    strength_by_coders,
    strength_tables,
)
from alliance_metrics.results.tidy_result import TidyResult
from alliance_metrics.study.complete_series import Row, Steps, complete_series, scored_components, tell_what_is_missing
from alliance_metrics.study.drawn_study import NOT_DONE, DrawnStudy, Trajectory, not_done_table
from alliance_metrics.study.score import record_of
from alliance_metrics.uncertainty.workers import each

_ADJUSTED = ("break_tests", "order_chance", "lead_findings", "prediction", "strength_tests")


class TurningPoints(TidyResult):
    """When trajectories turned and in which order, with what chance makes of series in which nothing is to be found.

    *Breaks*, of the index and each pillar. ``breaks``: the best single break, and where the criterion chooses more, the
    best partition into as many (``number``, ``place`` in time, ``chosen``); ``lower`` to ``upper`` is Bai's interval
    with persistent errors, ``drawn_lower`` to ``drawn_upper`` that of the draws, ``share`` the part of the draws that
    has the same year. ``break_numbers``: criteria, and the share of draws in which each number is chosen.
    ``break_years``: share of draws for each year of the single break. ``break_tests``: the greatest F against series
    that persist and do not break (``chance``; ``adjusted_chance`` for all tests of the table together), the size of the
    break in standard deviations, ``power`` against the break found, share of draws ``rejecting`` persistence at
    ``level``, and what a single break and a straight line leave of the variation. ``break_power``: power against breaks
    of sizes named beforehand; size 0 gives the false alarms.

    *Order*, of falls and rises (``turn``), by onset and break (``reading``). ``order``: year of the nominal scores and
    over draws, share of draws in which a pillar turned first alone, first with another, never. ``order_places``: first,
    second, third. ``orders``: every order that occurs. ``before``: share of draws in which one turned in an earlier
    year than another; ``estimate`` is by how many years in the nominal scores. ``order_chance``: how often series that
    turn together show as long a lead, and how often this order would be seen again.

    *Leads* of yearly changes. ``leads``: correlation of a pillar's changes with those of another ``lag`` years later,
    bands of single lags and chances over all lags by both nulls, the ``null`` chosen. ``lead_findings``: the greatest,
    beside its ``reach`` by chance, and whether it is suggestive; ``without_one`` without the pair of years that makes
    most of it; ``power`` against a true lead of ``true_lead``. ``lead_power``: against others. ``prediction``: error of
    foretelling a pillar by the others' changes of the year before, each year left out once, over that of the mean
    (``estimate``) and beyond its own past (``beyond_own``, to which ``chance`` and ``power`` belong).
    ``prediction_pairs``: by one other alone.

    *Bedrock*. ``strength``: how far the other pillars count only as the gate lets them, with profile, bootstrap and
    drawn interval, and beside a straight line. ``strength_scales``: levels under an open gate. ``strength_tests``:
    against gates made up, shifted, and beside a trend; ``strength_power``. ``strength_coders``: gate from one coder,
    gated from another. ``not_identified``: what these years cannot tell. ``not_done``: what was passed over, and why.
    """

    KIND: ClassVar[str] = "turning_points"
    UNKEYED: ClassVar[frozenset[str]] = frozenset({"not_identified", "not_done"})
    TABLES: ClassVar[Mapping[str, Mapping[str, str]]] = {
        **BREAK_TABLES,
        **ORDER_TABLES,
        **LEAD_TABLES,
        **STRENGTH_TABLES,
        "not_identified": {"subject": "str", "cause": "str"},
        "not_done": NOT_DONE,
    }


def turning_points_analysis(drawn: DrawnStudy, *, progress: Callable[[float], None] | None = None) -> TurningPoints:
    """Tell when each trajectory turned, what turned first, and how surely.

    Parameters
    ----------
    drawn
        As `draw_study` gives it; how breaks are looked for and which component is the gate stand in its configuration.
    progress
        Called now and then with the share of the work done. [0-1]

    Returns
    -------
    TurningPoints
        The tables.
    """
    key = drawn.study.panel.unit
    steps: Steps = []
    rows: dict[str, list[Row]] = {name: [] for name in TurningPoints.TABLES}
    gate = _gate(drawn, steps)
    reader = BreakReader(drawn)
    answers = each(
        lambda trajectory: _of_trajectory(reader, trajectory, gate),
        drawn.trajectories,
        progress=progress,
    )
    for trajectory, (parts, missed) in zip(drawn.trajectories, answers, strict=True):
        steps += missed
        for name, more in ((name, more) for part in parts for name, more in part.items()):
            rows[name] += [{key: trajectory.unit, "era": trajectory.era, **row} for row in more]
    for name in _ADJUSTED:
        adjust_for_all(rows[name])
    tables = {name: _frame(name, rows[name], key) for name in TurningPoints.TABLES}
    if gate:
        tables["strength_coders"] = strength_by_coders(drawn, gate, steps=steps)
    tables["not_identified"] = not_identified_table(drawn, gate)
    tables["not_done"] = not_done_table(steps)
    return TurningPoints(tables, key=key, record={**record_of(drawn.study), "draws": drawn.n_draws})


def _of_trajectory(
    reader: BreakReader, trajectory: Trajectory, gate: str | None
) -> tuple[list[Mapping[str, list[Row]]], Steps]:
    """Do all that is asked of one trajectory; give the rows and what could not be done."""
    drawn, steps = reader.drawn, list[tuple[str, str]]()
    parts: list[Mapping[str, list[Row]]] = [
        reader.tables(name, trajectory, steps=steps) for name in (*drawn.pillars, drawn.index_id)
    ]
    parts += _of_pillars(drawn, trajectory, steps)
    if gate:
        parts.append(strength_tables(drawn, trajectory, gate, steps=steps))
    return parts, steps


def _gate(drawn: DrawnStudy, steps: Steps) -> str | None:
    """Give the component whose strength is asked for, where there is one."""
    gate = drawn.study.config.analysis.gate
    if gate is None:
        steps.append(("strength of the gate", "the configuration names none ([analysis] gate)"))
        return None
    if drawn.place(gate) is None:
        steps.append(("strength of the gate", drawn.absence(gate)))
        return None
    return gate


def _of_pillars(drawn: DrawnStudy, trajectory: Trajectory, steps: Steps) -> list[Mapping[str, list[Row]]]:
    """Read order and leads of the pillars that have scores."""
    pillars = scored_components(drawn, drawn.pillars, trajectory)
    told = f"{trajectory.name}: order and leads"
    for name in drawn.pillars:
        if name not in pillars:
            steps.append((told, f"{name} has no scores"))
    if len(pillars) < 2:
        steps.append((told, "fewer than two pillars have scores"))
        return []
    series = complete_series(drawn, pillars, trajectory)
    tell_what_is_missing("order and leads", series, trajectory, steps=steps)
    if not series.n_years:
        return []
    return [
        order_tables(drawn, trajectory, series, steps=steps),
        lead_tables(drawn, trajectory, series, steps=steps),
    ]


def _frame(name: str, rows: list[Row], key: str) -> pd.DataFrame:
    columns = list(TurningPoints.TABLES[name])
    return pd.DataFrame(rows, columns=columns if name in TurningPoints.UNKEYED else [key, *columns])
