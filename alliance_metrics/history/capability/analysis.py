"""The analysis of capability: what two allies could draw on, alone, together, and as far as they can be counted on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from alliance_metrics.coding.arrays import Array, IntArray
from alliance_metrics.errors import counted
from alliance_metrics.history.capability.figures import Figures, figures_of
from alliance_metrics.index.capability import discounted_share, joint_share, lanchester_readings
from alliance_metrics.results.collected import Collected
from alliance_metrics.results.tables import rows_of
from alliance_metrics.results.tidy_result import TidyResult
from alliance_metrics.results.words import JOINT, WORLD
from alliance_metrics.results.years import format_years
from alliance_metrics.study.credits import credits_of
from alliance_metrics.study.drawn_study import DrawnStudy, Trajectory
from alliance_metrics.study.score import record_of
from alliance_metrics.study.study import Study
from alliance_metrics.uncertainty.spans import share_of, span_of

ALLIANCE, OPPONENT, NEITHER = "alliance", "opponent", "neither"
_ROUNDING = 1e-6


@dataclass(frozen=True, eq=False)
class _Factor:
    """The index of a trajectory as the factor that discounts the ally: estimate and ends of its interval, and draws."""

    ends: tuple[Array, Array, Array]
    draws: Array


@dataclass(frozen=True, eq=False)
class _Case:
    """Two allies by one measure over the years of a trajectory."""

    about: pd.DataFrame
    states: tuple[str, str]
    own: tuple[Array, Array]
    factor: _Factor
    level: float


def capability_analysis(drawn: DrawnStudy) -> TidyResult:
    """Set what two allies could draw on against the world and against coalitions.

    Parameters
    ----------
    drawn
        The study with its draws.

    Returns
    -------
    TidyResult
        The tables; empty but for ``skipped`` where the data have no capabilities.
    """
    study = drawn.study
    found = Collected("capability", key=study.panel.unit)
    figures = figures_of(study.package.tables, found)
    if not figures.indicators:
        found.skip("capability", "the data have no table of capabilities")
    elif not figures.coalitions:
        found.skip("coalitions", "the data have no table of coalitions")
    for one in drawn.trajectories if figures.indicators else ():
        states = states_of(drawn, one)
        if states is None:
            found.skip(one.name, "the table of dyads does not name the two states")
            continue
        factor = _factor_of(drawn, one, found)
        for indicator in figures.indicators:
            own = (figures.series(states[0], indicator, one.years), figures.series(states[1], indicator, one.years))
            about = study.panel.units.iloc[one.rows].assign(indicator=indicator)
            _add_case(found, _Case(about, states, own, factor, drawn.level), figures, years=one.years)
        _add_breaks(found, one, states, drawn.study)
        _record_gaps(figures, one, states, found)
    owed = credits_of(study, "capabilities")
    return found.result({**record_of(study), "coalitions": _members_of(figures), "credits": owed})


def _add_breaks(found: Collected, one: Trajectory, states: tuple[str, str], study: Study) -> None:
    """Add the declared breaks of the two states' figures, or of everybody's, within the years of a trajectory."""
    breaks = study.package.tables["series_breaks"]
    own = breaks["unit"].isin(["", *states]) & breaks["measure"].isin(study.package.tables["capabilities"]["indicator"])
    inside = breaks["year"].astype("int64").between(int(one.years[0]) + 1, int(one.years[-1]))
    rows = breaks[own & inside].rename(columns={"measure": "indicator", "unit": "side"})
    if len(rows):
        found.add(
            "breaks", rows[["year", "indicator", "side", "note"]].assign(era=one.era), **{study.panel.unit: one.unit}
        )


def states_of(drawn: DrawnStudy, one: Trajectory) -> tuple[str, str] | None:
    """Name the two states of a trajectory.

    Parameters
    ----------
    drawn
        The study with its draws.
    one
        The trajectory.

    Returns
    -------
    tuple of str, or None
        Their ids; None where the table of dyads does not name them.
    """
    dyads = drawn.study.package.tables["dyads"]
    if not {"state_a", "state_b"} <= set(dyads.columns):
        return None
    key = drawn.study.panel.unit
    rows = rows_of(dyads[(dyads[key] == one.unit) & (dyads["era"] == one.era)])
    return str(rows[0]["state_a"]), str(rows[0]["state_b"])


def _factor_of(drawn: DrawnStudy, one: Trajectory, found: Collected) -> _Factor:
    index = (drawn.index_id,)
    nominal = drawn.nominal_of(index, one)[0]
    draws = drawn.drawn_of(index, one)[0].astype(np.float64)
    both = np.concatenate([nominal[:, np.newaxis], draws], axis=1)
    outside = ((both < -_ROUNDING) | (both > 1.0 + _ROUNDING)).any()
    if outside or not drawn.study.spec.normalisation.on_unit_interval:
        found.skip(f"{one.name}: discounts", "an index outside 0-100 is no factor for an ally's share")
        nominal, draws = np.full(nominal.shape, np.nan), np.full(draws.shape, np.nan)
    elif np.isnan(nominal).any():
        found.skip(f"{one.name}: discounts", f"no index in {format_years(one.years[np.isnan(nominal)])}")
    nominal, draws = np.clip(nominal, 0.0, 1.0), np.clip(draws, 0.0, 1.0)
    span = span_of(draws, level=drawn.level)
    return _Factor((nominal, span.lower, span.upper), draws)


def _add_case(found: Collected, case: _Case, figures: Figures, *, years: IntArray) -> None:
    """Add the rows of two allies by one measure."""
    indicator = str(case.about["indicator"].iloc[0])
    joint = case.own[0] + case.own[1]
    wholes = [(WORLD, figures.world(indicator, years), np.full(len(years), np.nan))]
    for name in figures.coalitions:
        against = figures.coalition(name, indicator, years)
        inside = figures.belongs(case.states[0], name, years) | figures.belongs(case.states[1], name, years)
        against = np.where(inside, np.nan, against)
        wholes.append((name, joint + against, against))
        _add_lanchester(found, case, name, against)
    for whole, total, against in wholes:
        _add_shares(found, case, whole, against=against, total=total)
        _add_discounted(found, case, whole, total=total)


def _add_shares(found: Collected, case: _Case, whole: str, *, against: Array, total: Array) -> None:
    own = np.stack([*case.own, against])
    sides = {case.states[0]: [1, 0, 0], case.states[1]: [0, 1, 0], JOINT: [1, 1, 0], whole: [0, 0, 1]}
    if whole == WORLD:
        sides.pop(whole)
    for side, mask in sides.items():
        share = joint_share(own, np.array(mask, dtype=bool), total=total)
        found.add("shares", _rows(case, whole=whole, side=side, estimate=share))


def _add_discounted(found: Collected, case: _Case, whole: str, *, total: Array) -> None:
    """Add what each side can count on, and what the weaker ally adds to the stronger."""

    def shares(own: Array, ally: Array) -> list[Array]:
        return [discounted_share(own, ally, factor, total=total) for factor in (0.0, 1.0, *case.factor.ends)]

    for side, own, ally in _sides(case):
        alone, full, *ends = shares(own, ally)
        found.add("discounted", _rows(case, whole=whole, side=side, alone=alone, full=full, **_ends(case, ends)))
    first = case.own[0] >= case.own[1]
    best, other = np.where(first, *case.own), np.where(first, case.own[1], case.own[0])
    alone, full, *ends = shares(best, other)
    times = np.divide(best + other, best, out=np.full(best.shape, np.nan), where=best > 0)
    numbers = {"alone": alone, "full": full - alone, "times": times, **_ends(case, [end - alone for end in ends])}
    found.add("added", _rows(case, whole=whole, strongest=np.where(first, *case.states), **numbers))


def _add_lanchester(found: Collected, case: _Case, opponent: str, against: Array) -> None:
    def add(side: str, law: str, counted: str, *, values: list[Array], held: Array | float = np.nan) -> None:
        ends = _ends(case, values if len(values) > 1 else [values[0], np.nan, np.nan])
        outlasts = np.select([values[0] > 1.0, values[0] < 1.0], [ALLIANCE, OPPONENT], default=NEITHER)
        keys = {"opponent": opponent, "side": side, "law": law, "counted": counted}
        found.add("lanchester", _rows(case, **keys, **ends, outlasts=outlasts, probability=held))

    for side, own, ally in _sides(case):
        at_ends = [lanchester_readings(own, ally, against, probability=factor) for factor in case.factor.ends]
        forces = (values[:, np.newaxis] for values in (own, ally, against))
        drawn = lanchester_readings(*forces, probability=case.factor.draws)
        whole = lanchester_readings(own, ally, against)
        if side == case.states[0]:
            add(JOINT, "linear", JOINT, values=[whole.linear_joint])
            add(JOINT, "square", JOINT, values=[whole.square_joint])
            add(JOINT, "square", "apart", values=[whole.square_apart])
        add(side, "linear", "alone", values=[whole.linear_alone])
        add(side, "square", "alone", values=[whole.square_alone])
        for law, weighed, name in (
            ("linear", "discounted", "linear_joint"),
            ("square", "discounted", "square_joint"),
            ("square", "all_or_nothing", "square_expected"),
        ):
            ratios = getattr(drawn, name)
            held = share_of((ratios > 1.0).sum(axis=-1), (~np.isnan(ratios)).sum(axis=-1))
            add(side, law, weighed, values=[getattr(readings, name) for readings in at_ends], held=held)


def _sides(case: _Case) -> list[tuple[str, Array, Array]]:
    return [(case.states[0], case.own[0], case.own[1]), (case.states[1], case.own[1], case.own[0])]


def _ends(case: _Case, values: list[Any]) -> dict[str, Any]:
    return {"estimate": values[0], "lower": values[1], "upper": values[2], "confidence": case.level}


def _rows(case: _Case, **columns: Any) -> pd.DataFrame:  # noqa: ANN401 - columns of several kinds
    """Give the rows that have a figure, discounted or not."""
    frame = case.about.assign(**columns)
    there: pd.DataFrame = frame[frame["full" if "full" in columns else "estimate"].notna()]
    return there


def _record_gaps(figures: Figures, one: Trajectory, states: tuple[str, str], found: Collected) -> None:
    """List the figures that are missing for the years of a trajectory."""
    missing: dict[tuple[str, str], list[str]] = {}
    for state in states:
        for indicator in figures.indicators:
            absent = np.isnan(figures.series(state, indicator, one.years))
            if absent.any():
                missing.setdefault((state, format_years(one.years[absent])), []).append(indicator)
    for (state, years), indicators in missing.items():
        found.skip(f"{one.name}: {', '.join(indicators)}", f"no figures of {state} in {years}")
    for name in figures.coalitions:
        for state in states:
            if figures.belongs(state, name, one.years).any():
                found.skip(f"{one.name} against {name}", f"{state} belongs to it")
        for indicator in figures.indicators:
            most, where = figures.lacking(name, indicator, one.years)
            if most:
                lost = f"{'up to ' if most > 1 else ''}{counted(most, 'member')}"
                cause = f"the sum lacks {lost} without figures in {format_years(where)}"
                found.skip(f"{indicator} of {name}", cause)


def _members_of(figures: Figures) -> dict[str, list[str]]:
    """List the members of every coalition with their years."""
    open_end = np.iinfo(np.int32).max
    return {
        name: [f"{one.state} {one.first}-{'' if one.last == open_end else one.last}" for one in spells]
        for name, spells in figures.coalitions.items()
    }
