"""Whether changes of one part of an index lead and predict those of another: the tables."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import partial
from itertools import combinations

import numpy as np

from alliance_metrics.coding.arrays import Array
from alliance_metrics.history.turning_points.leads import NULLS, LeadLag, greatest_lags, lead_lag
from alliance_metrics.history.turning_points.prediction import predict_changes, prediction_power, prediction_ratios
from alliance_metrics.results.collected import Skipped
from alliance_metrics.study.complete_series import CompleteSeries, Row, try_step
from alliance_metrics.study.drawn_study import DrawnStudy, Trajectory
from alliance_metrics.uncertainty.comparisons import tails_of

#: Years by which a part may go before another.
MOST_LAG = 3
#: Correlation of the true lead whose power stands beside every finding.
STATED_LEAD = 0.7
_MOST_PREDICTED = 2000  # draws: each is predicted anew in every year left out


def lead_tables(
    drawn: DrawnStudy, trajectory: Trajectory, series: CompleteSeries, *, skipped: Skipped
) -> Mapping[str, list[Row]]:
    """Test of every two parts of an index whether one leads the other, and of each whether others predict it.

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
    for one, other in combinations(range(len(series.components)), 2):
        pair = (series.components[one], series.components[other])
        rng = drawn.stream("turning_points", "lead", trajectory.unit, trajectory.era, *pair)
        found = try_step(
            f"{trajectory.name}: lead of {pair[0]} and {pair[1]}",
            partial(lead_lag, series.nominal[one], series.nominal[other], rng=rng, most_lag=MOST_LAG),
            skipped=skipped,
        )
        if found is not None:
            for name, rows in _lead_rows(found, pair, series.draws[:, [one, other]]).items():
                tables[name] += rows
    rng = drawn.stream("turning_points", "prediction", trajectory.unit, trajectory.era)
    predicted = try_step(
        f"{trajectory.name}: prediction", lambda: _prediction_rows(series, level=drawn.level, rng=rng), skipped=skipped
    )
    return {**tables, **(predicted or {})}


def _lead_rows(found: LeadLag, pair: tuple[str, str], draws: Array) -> dict[str, list[Row]]:
    """Give every lag of a pair both ways round, what is found, and how often it would be."""
    chosen = NULLS.index(found.null)
    share, beyond = np.full(len(found.lags), np.nan), float("nan")
    if len(draws):
        share, beyond = greatest_lags(draws[:, 0], draws[:, 1], MOST_LAG, reach=float(found.reach[chosen]))
    leader, follower = pair if found.lag >= 0 else pair[::-1]
    key = {"component": leader, "other": follower}
    place = MOST_LAG + found.lag
    finding = {
        **key,
        "lag": abs(found.lag),
        "estimate": found.correlation[place] if found.lag else np.nan,
        "reach": found.reach[chosen],
        "confidence": found.level,
        "null": found.null,
        "p_value": found.p_value[chosen, place] if found.lag else np.nan,
        "p_adjusted": np.nan,
        "finding": found.finding,
        "true_lead": STATED_LEAD,
        "power": float(np.interp(STATED_LEAD, found.true_leads, found.power)),
        "without_one": found.without_one,
        "same_year": found.same_year,
        "beyond": beyond,
        "persistence": float(found.persistence.mean()),
        "n_years": found.n_years,
        "n_simulated": found.n_simulated,
    }
    powers = [
        {**key, "true_lead": true, "power": power, "n_years": found.n_years}
        for true, power in zip(found.true_leads.tolist(), found.power.tolist(), strict=True)
    ]
    return {"leads": _lag_rows(found, pair, share), "lead_findings": [finding], "lead_power": powers}


def _lag_rows(found: LeadLag, pair: tuple[str, str], share: Array) -> list[Row]:
    """Give every lag of a pair both ways round."""
    return [
        {
            "component": component,
            "other": other,
            "lag": lag,
            "estimate": found.correlation[place],
            "null": found.null,
            **{f"band_{null}": found.band[row, place] for row, null in enumerate(NULLS)},
            **{f"p_{null}": found.p_value[row, place] for row, null in enumerate(NULLS)},
            "share": share[place],
            "pairs": found.pairs[place],
            "effective": found.effective[place],
        }
        for sign, (component, other) in ((1, pair), (-1, pair[::-1]))
        for lag in range(MOST_LAG + 1)
        for place in (MOST_LAG + sign * lag,)
    ]


def _prediction_rows(series: CompleteSeries, *, level: float, rng: np.random.Generator) -> dict[str, list[Row]]:
    """Predict each part by the others in the nominal scores, and in some of the draws."""
    found = predict_changes(series.nominal, rng=rng)
    power = prediction_power(series.nominal, true_lead=STATED_LEAD, rng=rng)
    draws = series.draws[:: max(1, -(-len(series.draws) // _MOST_PREDICTED))]
    count = len(series.components)
    quantiles, helps = np.full((3, count), np.nan), np.full(count, np.nan)
    if len(draws):
        ratios = prediction_ratios(draws)[0]
        defined = ~np.isnan(ratios).all(axis=0)
        quantiles[:, defined] = np.nanquantile(ratios[:, defined], tails_of(level), axis=0)
        helps = (ratios < 1.0).mean(axis=0)
    rows = [
        {
            "component": name,
            "estimate": found.ratio[place],
            **dict(zip(("lower", "median", "upper"), quantiles[:, place].tolist(), strict=True)),
            "confidence": level,
            "helps": helps[place],
            "own": found.own[place],
            "beyond_own": found.beyond_own[place],
            "p_value": found.p_beyond_own[place],
            "p_adjusted": np.nan,
            "p_alone": found.p_value[place],
            "true_lead": STATED_LEAD,
            "power": power[place],
            "predicted": found.predicted,
            "draws": len(draws),
            "n_simulated": found.n_simulated,
        }
        for place, name in enumerate(series.components)
    ]
    pairs = [
        {"component": one, "other": other, "estimate": found.single[i, j]}
        for i, one in enumerate(series.components)
        for j, other in enumerate(series.components)
        if i != j
    ]
    return {"prediction": rows, "prediction_pairs": pairs}
