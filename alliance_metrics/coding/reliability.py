"""Reliability of a panel's codings: alpha by component, dyad and era, pairs of coders, disputed cells, drift."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import combinations
from typing import ClassVar

import numpy as np
import pandas as pd

from alliance_metrics.coding.agreement import alpha_interval, krippendorff_alpha, share_agreed, weighted_kappa
from alliance_metrics.coding.arrays import Array, BoolArray, IntArray
from alliance_metrics.coding.coder_model import coder_model
from alliance_metrics.coding.panel import IndicatorPanel
from alliance_metrics.results.tables import declared_columns
from alliance_metrics.results.tidy_result import TidyResult

__all__ = ["Reliability", "coder_model", "krippendorff_alpha", "reliability"]

Streams = Callable[..., np.random.Generator]

#: Successive years of a series that are drawn together.
BLOCK_YEARS = 5
_DECADE = 10.0


class Reliability(TidyResult):
    """How far coders agree.

    ``alpha`` holds Krippendorff's ordinal alpha with its interval for every component, pooled, by era and by dyad and
    era; ``pairs`` compares coders two by two; ``disputes`` lists cells on which they differ; ``drift`` says by how much
    each coder's distance from the others changes with the year.
    """

    KIND: ClassVar[str] = "reliability"


def reliability(
    panel: IndicatorPanel, indicators: pd.DataFrame, *, streams: Streams, level: float = 0.9, resamples: int = 1000
) -> Reliability:
    """Measure how far the coders of a panel agree.

    Parameters
    ----------
    panel
        The codings.
    indicators
        One row an indicator: ``indicator_id``, ``pillar``, ``dimension`` and, if any is diagnostic, ``role``.
        Diagnostic indicators are measured on their own and do not enter a dimension, pillar or the whole.
    streams
        Gives a source of randomness for a name.
    level
        Probability of the intervals. [0-1]
    resamples
        Number of resamples of the bootstrap.

    Returns
    -------
    Reliability
        The tables; those that compare coders are empty where there is one coder.
    """
    ordered = panel.select([str(name) for name in indicators["indicator_id"]])
    tables = {
        "alpha": _alpha_table(ordered, indicators, streams, level, resamples),
        "pairs": _pair_table(ordered, indicators),
        "disputes": _dispute_table(ordered),
        "drift": _drift_table(ordered, streams, level, resamples),
    }
    return Reliability(tables, key=panel.unit)


def _components(indicators: pd.DataFrame) -> Iterator[tuple[str, str, BoolArray]]:
    """Name every component with the columns that belong to it."""
    counts = np.ones(len(indicators), dtype=bool)
    if "role" in indicators.columns:
        counts = (indicators["role"] == "index").to_numpy(dtype=bool)
    pillar = indicators["pillar"].to_numpy(dtype=object)
    dimension = np.array([f"{p}.{d}" for p, d in zip(pillar, indicators["dimension"], strict=True)], dtype=object)
    yield "overall", "", counts
    for name in dict.fromkeys(pillar[counts]):
        yield "pillar", str(name), counts & (pillar == name)
    for name in dict.fromkeys(dimension[counts]):
        yield "dimension", str(name), counts & (dimension == name)
    for place, name in enumerate(indicators["indicator_id"]):
        yield "indicator", str(name), np.arange(len(indicators)) == place


def _spans(panel: IndicatorPanel) -> Iterator[tuple[str, str, BoolArray]]:
    """Name the whole, each era, and each unit in each era, with the rows that belong to it."""
    units = panel.units
    unit, era = units.iloc[:, 0].astype(str), units["era"].astype(str)
    yield "", "", np.ones(len(units), dtype=bool)
    for name in dict.fromkeys(era):
        yield "", name, (era == name).to_numpy(dtype=bool)
    for one, name in dict.fromkeys(zip(unit, era, strict=True)):
        yield one, name, ((unit == one) & (era == name)).to_numpy(dtype=bool)


def _blocks(panel: IndicatorPanel) -> IntArray:
    """Give each run of years of a series and indicator a number, shape (n_units, n_indicators)."""
    units = panel.units
    run = units["year"].to_numpy(dtype=np.int64) // BLOCK_YEARS
    series, _ = pd.factorize(pd.MultiIndex.from_arrays([units.iloc[:, 0], units["era"], run]))
    columns = len(panel.indicators)
    return np.asarray(series.astype(np.int64)[:, np.newaxis] * columns + np.arange(columns))


def _alpha_table(
    panel: IndicatorPanel, indicators: pd.DataFrame, streams: Streams, level: float, resamples: int
) -> pd.DataFrame:
    blocks = _blocks(panel)
    rows = []
    for unit, era, inside in _spans(panel):
        for scope, component, columns in _components(indicators):
            levels = panel.score[:, inside][:, :, columns].reshape(len(panel.coders), -1)
            pairable = int(((~np.isnan(levels)).sum(axis=0) > 1).sum())
            estimate = krippendorff_alpha(levels)
            rng = streams("alpha", unit, era, scope, component)
            own = blocks[inside][:, columns].ravel()
            lower, upper = alpha_interval(levels, blocks=own, rng=rng, level=level, resamples=resamples)
            reason = _reason(levels, pairable) if np.isnan(estimate) else ""
            coders = int((~np.isnan(levels)).any(axis=1).sum())
            numbers = (pairable, coders, estimate, lower, upper, level, share_agreed(levels), reason)
            rows.append((unit, era, scope, component, *numbers))
    return pd.DataFrame(rows, columns=declared_columns("reliability", "alpha", key=panel.unit))


def _reason(levels: Array, pairable: int) -> str:
    if pairable == 0:
        return "no cell has two coders"
    both = levels[:, (~np.isnan(levels)).sum(axis=0) > 1]
    only = np.unique(both[~np.isnan(both)])
    return f"every score is {only[0]:g}: nothing shows whether coders could have differed" if len(only) == 1 else ""


def _pair_table(panel: IndicatorPanel, indicators: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for unit, era, inside in _spans(panel):
        if unit:
            continue
        for scope, component, columns in _components(indicators):
            if scope not in {"overall", "pillar"}:
                continue
            levels = panel.score[:, inside][:, :, columns].reshape(len(panel.coders), -1)
            for one, other in combinations(range(len(panel.coders)), 2):
                difference = levels[one] - levels[other]
                items = int((~np.isnan(difference)).sum())
                if items == 0:
                    continue
                kappa, same = weighted_kappa(levels[one], levels[other]), share_agreed(levels[[one, other]])
                names = (panel.coders[one], panel.coders[other])
                rows.append(("", era, scope, component, *names, items, kappa, same, float(np.nanmean(difference))))
    return pd.DataFrame(rows, columns=declared_columns("reliability", "pairs", key=panel.unit))


def _dispute_table(panel: IndicatorPanel) -> pd.DataFrame:
    """List every coder's score of the cells on which coders differ, the widest differences first."""
    frame = panel.to_frame()
    keys = [*panel.units.columns, "indicator_id"]
    scores = frame.groupby(keys, sort=False)["score"]
    frame["spread"] = scores.transform("max") - scores.transform("min")
    disputed = frame[frame["spread"] > 0]
    ordered = disputed.sort_values("spread", ascending=False, kind="stable")
    place = ordered.groupby(keys, sort=False).ngroup()  # keep the rows of one cell together
    return ordered.assign(place=place).sort_values("place", kind="stable").drop(columns="place")


def _drift_table(panel: IndicatorPanel, streams: Streams, level: float, resamples: int) -> pd.DataFrame:
    rows = []
    n_coders = len(panel.coders)
    for unit, era, inside in _spans(panel):
        if unit or n_coders < 2:
            continue
        years = panel.units["year"].to_numpy(dtype=float)[inside]
        for coder in range(n_coders):
            away = _distance_from_others(panel.score[:, inside], coder)
            slope, ends = _trend(away, years, streams("drift", era, panel.coders[coder]), level, resamples)
            rows.append(("", era, panel.coders[coder], float(np.nanmean(away)), slope, *ends, level))
    return pd.DataFrame(rows, columns=declared_columns("reliability", "drift", key=panel.unit))


def _distance_from_others(score: Array, coder: int) -> Array:
    """Give a coder's score less the mean of the others, shape (n_units, n_indicators); NaN where either is missing."""
    others = np.delete(score, coder, axis=0)
    count = (~np.isnan(others)).sum(axis=0)
    total = np.where(np.isnan(others), 0.0, others).sum(axis=0)
    mean = np.divide(total, count, out=np.full(total.shape, np.nan), where=count > 0)
    return np.asarray(score[coder] - mean)


def _trend(
    away: Array, years: Array, rng: np.random.Generator, level: float, resamples: int
) -> tuple[float, tuple[float, float]]:
    """Give the slope per decade of a coder's distance, and its interval over resampled runs of years."""
    there = ~np.isnan(away)
    x = np.broadcast_to(years[:, np.newaxis], away.shape)[there]
    y = away[there]
    run, of_run = np.unique(x // BLOCK_YEARS, return_inverse=True)
    if len(run) < 2:
        return float("nan"), (float("nan"), float("nan"))
    sums = np.array([np.bincount(of_run, weights=part) for part in (np.ones(len(x)), x, y, x * x, x * y)])
    drawn = rng.multinomial(len(run), np.full(len(run), 1.0 / len(run)), size=resamples)
    drawn = drawn[(drawn > 0).sum(axis=1) > 1]
    slopes = _slope(drawn @ sums.T)
    tails = ((1.0 - level) / 2.0, (1.0 + level) / 2.0)
    lower, upper = np.quantile(slopes, tails)
    return float(_slope(sums.sum(axis=1))), (float(lower), float(upper))


def _slope(sums: Array) -> Array:
    n, x, y, xx, xy = np.moveaxis(sums, -1, 0)
    return np.asarray(_DECADE * (xy - x * y / n) / (xx - x * x / n))
