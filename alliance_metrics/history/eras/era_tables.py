"""Tables of eras: what is said of each trajectory, what two of them differ in, and both by years since an event."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from alliance_metrics.coding.arrays import Array
from alliance_metrics.history.eras.eras import MEASURES, EraSeries, align_by_event, era_measures, part_mix
from alliance_metrics.index.rescaling import SCALE
from alliance_metrics.results.collected import Skipped
from alliance_metrics.study.drawn_study import DrawnStudy, Trajectory
from alliance_metrics.study.lineages import Pairing, lineages
from alliance_metrics.uncertainty.comparisons import DIGITS
from alliance_metrics.uncertainty.spans import interval_columns, span_of

_UNITS = dict.fromkeys(MEASURES, "points") | {"trend": "points a decade", "peak_year": "year", "low_year": "year"}
_COMPARED = tuple(name for name in MEASURES if _UNITS[name] != "year")


def era_tables(drawn: DrawnStudy, pairs: Sequence[Pairing], skipped: Skipped) -> dict[str, list[pd.DataFrame]]:
    """Describe every trajectory, and set those of one pair of states beside one another.

    Parameters
    ----------
    drawn
        The study.
    pairs
        The eras compared.
    skipped
        Lists what could not be done.

    Returns
    -------
    dict of str to list of DataFrame
        The rows of ``eras``, ``mix``, ``era_differences``, ``mix_differences`` and ``event_time``.
    """
    key = drawn.study.panel.unit
    measured = {one: _measured(drawn, one) for one in drawn.trajectories}
    mixed = {one: _mixed(drawn, one) for one in drawn.trajectories}
    names = {one: name for name, some in lineages(drawn).items() for one in some}
    described, shares = [], []
    for one in drawn.trajectories:
        about = {key: one.unit, "era": one.era, "lineage": names[one]}
        described.append(_measure_rows(drawn, measured[one], MEASURES, signed=False).assign(**about))
        shares.append(_mix_rows(drawn, *mixed[one], signed=False).assign(**about))
    places = [MEASURES.index(name) for name in _COMPARED]
    apart, mixes = [], []
    for pair in pairs:
        later, earlier = measured[pair.later], measured[pair.earlier]
        both = (later[0] - earlier[0])[:, places], (later[1] - earlier[1])[:, places]
        apart.append(pair.label(_measure_rows(drawn, both, _COMPARED, signed=True), key=key))
        later, earlier = mixed[pair.later], mixed[pair.earlier]
        mixes.append(pair.label(_mix_rows(drawn, later[0] - earlier[0], later[1] - earlier[1], signed=True), key=key))
    tables = {"eras": described, "mix": shares, "era_differences": apart, "mix_differences": mixes}
    tables["event_time"] = _event_tables(drawn, pairs, skipped)
    return tables


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
    hierarchy = drawn.study.plan.hierarchy
    names = [hierarchy.components[child].id for child in hierarchy.components[-1].children]
    declared = dict(zip(names, drawn.study.plan.weights[len(hierarchy.components) - 1].tolist(), strict=True))
    weights = np.array([declared[name] for name in drawn.pillars])
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


def _mix_rows(drawn: DrawnStudy, nominal: Array, draws: Array, *, signed: bool) -> pd.DataFrame:
    span = span_of(draws, level=drawn.level)
    return pd.DataFrame({"component": list(drawn.pillars), **interval_columns(nominal, span, scale=1.0, signed=signed)})


def _event_tables(drawn: DrawnStudy, pairs: Sequence[Pairing], skipped: Skipped) -> list[pd.DataFrame]:
    origins, key = {}, drawn.study.panel.unit
    for origin in drawn.study.config.analysis.origins:
        if drawn.trajectory(origin.dyad, origin.era) is None:
            skipped.skip(f"event time of {origin.dyad} {origin.era}", "there are no such years in this study")
        origins[origin.dyad, origin.era] = origin.year
    tables = []
    for pair in pairs:
        lacking = [one.name for one in (pair.earlier, pair.later) if (one.unit, one.era) not in origins]
        if lacking:
            skipped.skip(f"event time, {pair.name}", f"no origin is given for {' and '.join(lacking)}")
            continue
        try:
            tables.append(pair.label(_event_rows(drawn, pair, origins), key=key))
        except ValueError as error:
            skipped.skip(f"event time, {pair.name}", str(error))
    return tables


def _event_rows(drawn: DrawnStudy, pair: Pairing, origins: Mapping[tuple[str, str], int]) -> pd.DataFrame:
    nominal, draws = [], []
    for one in (pair.earlier, pair.later):
        origin = origins[one.unit, one.era]
        scores, index = (
            drawn.nominal_of((drawn.index_id,), one)[..., np.newaxis],
            drawn.drawn_of((drawn.index_id,), one),
        )
        nominal.append(EraSeries(one.years, scores[0], scores, origin))
        draws.append(EraSeries(one.years, index[0], index, origin))
    point = align_by_event(nominal[:1], nominal[1:], level=drawn.level)
    found = align_by_event(draws[:1], draws[1:], level=drawn.level)
    return pd.DataFrame(
        {
            "since": found.since,
            "year": found.since + origins[pair.later.unit, pair.later.era],
            "other_year": found.since + origins[pair.earlier.unit, pair.earlier.era],
            "score": SCALE * point.second.mean,
            "other_score": SCALE * point.first.mean,
            **interval_columns(point.difference.mean, found.difference),
        }
    )
