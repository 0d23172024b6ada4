"""The analysis of recovery: the bottom of each line of years, and in which order its parts rose from there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from alliance_metrics.coding.arrays import Array, IntArray
from alliance_metrics.errors import counted
from alliance_metrics.history.recovery.recovery import lowest_years, rises_from
from alliance_metrics.history.turning_points.order import order_of_falls
from alliance_metrics.index.rescaling import SCALE
from alliance_metrics.results.collected import Collected
from alliance_metrics.results.tidy_result import TidyResult
from alliance_metrics.study.complete_series import complete_series, scored_components
from alliance_metrics.study.drawn_study import DrawnStudy, Trajectory
from alliance_metrics.study.lineages import lineages
from alliance_metrics.study.score import record_of

#: Tiers whose components are dated.
TIERS = ("pillar", "dimension")
#: Fewest years after the bottom: three that make a mean, and two that a rise must last.
LEAST = 5


def recovery_analysis(drawn: DrawnStudy) -> TidyResult:
    """Date the bottom of each line of years, and which parts of the index rose first from there.

    Parameters
    ----------
    drawn
        The study with its draws.

    Returns
    -------
    TidyResult
        The tables ``bottoms``, ``returns`` and ``before``. Eras of one lineage that follow one another without a gap
        are one line of years.
    """
    found = Collected("recovery", key=drawn.study.panel.unit)
    for lineage, some in lineages(drawn).items():
        for line in _lines(some):
            _add_line(drawn, lineage, line, found)
    return found.result({**record_of(drawn.study), "draws": drawn.n_draws})


def _lines(trajectories: Sequence[Trajectory]) -> list[list[Trajectory]]:
    """Join the eras that follow one another without a gap."""
    lines: list[list[Trajectory]] = []
    for one in trajectories:
        if lines and one.years[0] == lines[-1][-1].years[-1] + 1:
            lines[-1].append(one)
        else:
            lines.append([one])
    return lines


def _add_line(drawn: DrawnStudy, lineage: str, line: Sequence[Trajectory], found: Collected) -> None:
    """Add the rows of one line of years."""
    whole = _joined(line)
    name = f"recovery of {line[0].unit} {whole.years[0]}-{whole.years[-1]}"
    index = complete_series(drawn, (drawn.index_id,), whole)
    if index.n_years != len(whole.years) or not len(index.draws):
        found.skip(name, "the index lacks years")
        return
    years = index.years
    bottoms, nominal = lowest_years(index.draws[:, 0], years), int(lowest_years(index.nominal[0], years))
    at = next(one for one in line if one.years[0] <= nominal <= one.years[-1])
    about = {found.key: at.unit, "era": at.era, "lineage": lineage}
    ends = {"first_year": int(years[0]), "last_year": int(years[-1])}
    found.add("bottoms", [{**row, **ends} for row in _bottom_rows(bottoms, nominal, index.nominal[0], years)], **about)
    if years[-1] - nominal < LEAST:
        found.skip(name, f"{counted(years[-1] - nominal, 'year')} after the lowest, {nominal}; {LEAST} are needed")
        return
    for tier in TIERS:
        _add_returns(drawn, whole, tier, (bottoms, nominal), found=found, about={**about, "tier": tier})


def _joined(line: Sequence[Trajectory]) -> Trajectory:
    rows, years = (np.concatenate([getattr(one, name) for one in line]) for name in ("rows", "years"))
    return Trajectory(line[0].unit, line[0].era, rows, years)


def _bottom_rows(bottoms: IntArray, nominal: int, index: Array, years: IntArray) -> list[dict[str, Any]]:
    """Give every year that is lowest in some draw."""
    held, counts = np.unique(bottoms, return_counts=True)
    shares = {int(year): count / len(bottoms) for year, count in zip(held, counts, strict=True)}
    scores = dict(zip(years.tolist(), (SCALE * index).tolist(), strict=True))
    return [
        {"year": year, "share": shares.get(year, 0.0), "nominal": year == nominal, "estimate": scores[year]}
        for year in sorted({*shares, nominal})
    ]


def _add_returns(
    drawn: DrawnStudy,
    whole: Trajectory,
    tier: str,
    bottoms: tuple[IntArray, int],
    *,
    found: Collected,
    about: dict[str, Any],
) -> None:
    """Add when each component of a tier rose, and which rose before which."""
    components = scored_components(drawn, drawn.of_tier(tier), whole)
    series = complete_series(drawn, components, whole)
    if len(components) < 2 or series.n_years != len(whole.years) or series.lost:
        found.skip(f"recovery of {whole.name}", f"fewer than two components of tier {tier} have a score in every year")
        return
    drawn_bottoms, nominal = bottoms
    rises = rises_from(series.draws, series.years, drawn_bottoms)
    told = rises_from(series.nominal[np.newaxis], series.years, np.array([nominal]))[0]
    order = order_of_falls(rises, reading="onset", level=drawn.level)
    shown = ("lower", "median", "upper", "first_alone", "first_shared", "never")
    rows = [
        {"component": name, "estimate": told[place], "confidence": order.level}
        | {what: getattr(order, what)[place] for what in shown}
        for place, name in enumerate(components)
    ]
    found.add("returns", rows, **about)
    found.add(
        "before",
        [
            {"component": one, "other": other, "before": order.before[i, j], "after": order.before[j, i]}
            for i, one in enumerate(components)
            for j, other in enumerate(components)
            if i < j
        ],
        **about,
    )
