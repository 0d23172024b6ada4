"""The comparison of eras: what each was, which years are alike, what differs, and what rests on changed meaning."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from alliance_metrics.coding.arrays import Array
from alliance_metrics.history.eras.analogue_tables import add_analogues, views
from alliance_metrics.history.eras.composition import add_composition
from alliance_metrics.history.eras.differences import UnitYear, add_differences, chosen_pairs, default_pairs
from alliance_metrics.history.eras.eras import MEASURES, EraSeries, align_by_event, era_measures, part_mix
from alliance_metrics.history.eras.meaning import changed_meaning_rows, draw_reduced
from alliance_metrics.history.eras.warping import add_warping
from alliance_metrics.index.rescaling import SCALE
from alliance_metrics.results.collected import Collected
from alliance_metrics.results.tidy_result import TidyResult
from alliance_metrics.study.drawn_study import DrawnStudy, Trajectory
from alliance_metrics.study.lineages import Pairing, lineages, pairings
from alliance_metrics.study.score import record_of
from alliance_metrics.uncertainty.comparisons import DIGITS
from alliance_metrics.uncertainty.spans import NO_P_VALUE, interval_columns, span_of

PICTURE = "Warping is a picture and never a test: some path is always found."


def comparison_analysis(drawn: DrawnStudy, *, pairs: Sequence[tuple[UnitYear, UnitYear]] = ()) -> TidyResult:
    """Compare the eras of each pair of states, the later with the earlier.

    Parameters
    ----------
    drawn
        The study with its draws.
    pairs
        Two unit-years (unit, era, year) whose differences are wanted besides the default ones.

    Returns
    -------
    TidyResult
        The tables.
    """
    found = Collected("comparison", key=drawn.study.panel.unit)
    compared, reduced = pairings(drawn, found), draw_reduced(drawn, found)
    add_eras(drawn, compared, found)
    add_composition(drawn, compared, found)
    spaces = views(drawn, reduced)
    for pairing in compared:
        add_analogues(spaces, pairing, found)
        add_warping(drawn, pairing, found)
        if reduced.drawn is not None:
            found.add("changed_meaning", changed_meaning_rows(drawn, reduced.drawn, pairing))
    wanted = chosen_pairs(drawn, pairs, found) + default_pairs(drawn, compared, found.frame("nearest"))
    add_differences(drawn, wanted, reduced, found)
    record = {
        **record_of(drawn.study),
        "basis": NO_P_VALUE,
        "warping": PICTURE,
        "left_out": sorted(reduced.left_out),
        "asked": [[list(one) for one in both] for both in pairs],
    }
    return found.result(record)


_UNITS = dict.fromkeys(MEASURES, "points") | {"trend": "points a decade", "peak_year": "year", "low_year": "year"}
_COMPARED = tuple(name for name in MEASURES if _UNITS[name] != "year")


def add_eras(drawn: DrawnStudy, pairs: Sequence[Pairing], found: Collected) -> None:
    """Describe every trajectory, and compare those of one pair of states.

    Adds the rows of ``eras``, ``mix``, ``era_differences``, ``mix_differences`` and ``event_time``.

    Parameters
    ----------
    drawn
        The study.
    pairs
        The eras compared.
    found
        Takes the rows.
    """
    key = drawn.study.panel.unit
    measured = {one: _measured(drawn, one) for one in drawn.trajectories}
    mix_of = {one: _mixed(drawn, one) for one in drawn.trajectories}
    names = {one: name for name, some in lineages(drawn).items() for one in some}
    for one in drawn.trajectories:
        about = {key: one.unit, "era": one.era, "lineage": names[one]}
        found.add("eras", _measure_rows(drawn, measured[one], MEASURES, signed=False), **about)
        found.add("mix", _mix_rows(drawn, mix_of[one], signed=False), **about)
    places = [MEASURES.index(name) for name in _COMPARED]
    for pair in pairs:
        apart = _difference(measured[pair.later], measured[pair.earlier])
        rows = _measure_rows(drawn, (apart[0][:, places], apart[1][:, places]), _COMPARED, signed=True)
        found.add("era_differences", pair.label(rows, key=key))
        mixes = _difference(mix_of[pair.later], mix_of[pair.earlier])
        found.add("mix_differences", pair.label(_mix_rows(drawn, mixes, signed=True), key=key))
    _add_event_time(drawn, pairs, found)


def _difference(later: tuple[Array, Array], earlier: tuple[Array, Array]) -> tuple[Array, Array]:
    return later[0] - earlier[0], later[1] - earlier[1]


def _components(drawn: DrawnStudy) -> tuple[str, ...]:
    return (drawn.index_id, *drawn.pillars)


def _measured(drawn: DrawnStudy, one: Trajectory) -> tuple[Array, Array]:
    """Measure index and pillars, nominally and in every draw: (n_components, n_measures) and the same x n_draws."""
    nominal = drawn.nominal_of(_components(drawn), one)[..., np.newaxis]
    found = np.stack([era_measures(scores, one.years)[:, 0] for scores in nominal])
    draws = np.stack([era_measures(scores, one.years) for scores in drawn.drawn_of(_components(drawn), one)])
    return found, draws


def _mixed(drawn: DrawnStudy, one: Trajectory) -> tuple[Array, Array]:
    """Give the mix of pillars, nominally and in every draw, at the declared weights."""
    components = drawn.study.plan.hierarchy.components
    names = [components[child].id for child in components[-1].children]
    places = [names.index(pillar) for pillar in drawn.pillars]
    weights = drawn.study.plan.weights[len(components) - 1][places]
    nominal = part_mix(drawn.nominal_of(drawn.pillars, one)[..., np.newaxis], weights)[:, 0]
    return nominal, part_mix(drawn.drawn_of(drawn.pillars, one), weights)


def _measure_rows(
    drawn: DrawnStudy, measured: tuple[Array, Array], names: Sequence[str], *, signed: bool
) -> pd.DataFrame:
    components = _components(drawn)
    units = [_UNITS[name] for name in names]
    scale = np.tile([1.0 if unit == "year" else SCALE for unit in units], len(components))
    span = span_of(measured[1], level=drawn.level)
    estimate = np.round(measured[0], DIGITS)
    outside = (estimate < np.round(span.lower, DIGITS)) | (estimate > np.round(span.upper, DIGITS))
    return pd.DataFrame(
        {
            "component": np.repeat(components, len(names)),
            "measure": np.tile(names, len(components)),
            "measured_in": np.tile(units, len(components)),
            **interval_columns(measured[0], span, scale=scale, signed=signed),
            "outside": outside.ravel(),
        }
    )


def _mix_rows(drawn: DrawnStudy, mix: tuple[Array, Array], *, signed: bool) -> pd.DataFrame:
    columns = interval_columns(mix[0], span_of(mix[1], level=drawn.level), scale=1.0, signed=signed)
    return pd.DataFrame({"component": list(drawn.pillars), **columns})


def _add_event_time(drawn: DrawnStudy, pairs: Sequence[Pairing], found: Collected) -> None:
    origins = {(one.dyad, one.era): one.year for one in drawn.study.config.analysis.origins}
    for dyad, era in origins:
        if drawn.trajectory(dyad, era) is None:
            found.skip(f"event time of {dyad} {era}", "there are no such years in this study")
    for pair in pairs:
        lacking = [one.name for one in (pair.earlier, pair.later) if (one.unit, one.era) not in origins]
        if lacking:
            found.skip(f"event time, {pair.name}", f"no origin is given for {' and '.join(lacking)}")
            continue
        try:
            found.add("event_time", pair.label(_event_rows(drawn, pair, origins), key=drawn.study.panel.unit))
        except ValueError as error:
            found.skip(f"event time, {pair.name}", str(error))


def _event_rows(drawn: DrawnStudy, pair: Pairing, origins: Mapping[tuple[str, str], int]) -> pd.DataFrame:
    index, starts = (drawn.index_id,), [origins[one.unit, one.era] for one in (pair.earlier, pair.later)]
    nominal, draws = list[EraSeries](), list[EraSeries]()
    for one, origin in zip((pair.earlier, pair.later), starts, strict=True):
        scores, drawings = drawn.nominal_of(index, one)[..., np.newaxis], drawn.drawn_of(index, one)
        nominal.append(EraSeries(one.years, scores[0], scores, origin))
        draws.append(EraSeries(one.years, drawings[0], drawings, origin))
    point, spans = (align_by_event(both[:1], both[1:], level=drawn.level) for both in (nominal, draws))
    return pd.DataFrame(
        {
            "since": spans.since,
            "year": spans.since + starts[1],
            "other_year": spans.since + starts[0],
            "score": SCALE * point.second.mean,
            "other_score": SCALE * point.first.mean,
            **interval_columns(point.difference.mean, spans.difference),
        }
    )
