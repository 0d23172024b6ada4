"""Which of two series turned down, or up, first: three readings of a turn, over draws."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from alliance_metrics.coding.arrays import Array, FloatArray, IntArray
from alliance_metrics.history.facets.gaps import lasting_falls
from alliance_metrics.history.turning_points.falls import fall_years, pooled_noise
from alliance_metrics.history.turning_points.order import order_test
from alliance_metrics.index.rescaling import SCALE
from alliance_metrics.uncertainty.spans import span_of

#: A lasting fall below the earlier mean by a margin of each series' own noise; by one for both; the best split.
READINGS = ("own margin", "same margin", "break")
DIRECTIONS = ("fall", "rise")
LASTING = EARLIER = SEGMENT = 3
_DEVIATIONS = 2.0
#: Least noise of a series: where coders and years happen to agree, every step would else be a turn. [0-1]
_LEAST_NOISE = 0.02
_N_SIMULATED = 400
#: Draws, at even distances, that are enough for a median.
_NOISE_DRAWS = 1000
#: Draws worked on at once: so many that they stay in the processor's cache.
_AT_ONCE = 1024
_NONE = float("nan")


@dataclass(frozen=True, eq=False)
class TwoSeries:
    """Two series in the same years.

    Parameters
    ----------
    years : ndarray of int, shape (n_years,)
        Calendar years.
    nominal : ndarray, shape (2, n_years)
        Nominal scores. [0-1]
    draws : ndarray, shape (2, n_years, n_draws)
        Draws. [0-1]
    """

    years: IntArray
    nominal: Array
    draws: FloatArray


def noise_of(draws: FloatArray) -> Array:
    """Give the noise of single years of each series: the median over draws.

    Parameters
    ----------
    draws : ndarray, shape (n_series, n_years, n_draws)
        Draws; those with a missing year do not count.

    Returns
    -------
    ndarray, shape (n_series,)
        Deviation of the noise, at least 0.02, as `pooled_noise` reads it from yearly changes. [0-1]
    """
    found = []
    for series in draws:
        whole = series[:, ~np.isnan(series).any(axis=0)].T.astype(np.float64)
        some = whole[:: max(1, len(whole) // _NOISE_DRAWS)]
        noise = pooled_noise(some[:, np.newaxis]) if len(some) else np.array([0.0])
        found.append(max(float(np.median(noise)), _LEAST_NOISE))
    return np.array(found)


def turn_years(series: FloatArray, years: IntArray, reading: str, *, noise: Array) -> Array:
    r"""Date the first lasting fall of each series.

    Parameters
    ----------
    series : ndarray, shape (n_series, n_years, n_draws)
        Draws. [0-1]
    years : ndarray of int, shape (n_years,)
        Calendar years.
    reading
        One of `READINGS`.
    noise : ndarray, shape (n_series,)
        Noise of each series. [0-1]

    Returns
    -------
    ndarray, shape (n_series, n_draws)
        Year; NaN where a series did not fall.

    Notes
    -----
    The margin is two deviations of the noise: :math:`2 \sigma_i`, or :math:`2 \max_i \sigma_i` for all. With one margin
    for all a noisier series seems to turn earlier; with one of its own it must fall farther. Where both agree the order
    does not hang on that choice. The best split in two means dates a turn without a margin, but never says that there
    was none.
    """
    margins = _margins(reading, noise)
    found = np.empty((len(series), series.shape[-1]))
    for start in range(0, series.shape[-1], _AT_ONCE):
        block = slice(start, start + _AT_ONCE)
        if reading == "break":
            ordered = np.moveaxis(series[..., block], 1, -1).astype(np.float64)
            found[:, block] = fall_years(ordered, years, segment=SEGMENT)[0]
            continue
        for place, margin in enumerate(margins):
            found[place, block] = lasting_falls(
                series[place, :, block], years, lasting=LASTING, earlier=EARLIER, margin=float(margin)
            )
    return found


def _margins(reading: str, noise: Array) -> Array:
    """Give by how much each series must fall; NaN where the reading has no margin."""
    if reading == "break":
        return np.full(len(noise), np.nan)
    return _DEVIATIONS * (noise if reading == "own margin" else np.full(len(noise), noise.max()))


def _dates(pair: TwoSeries, noise: Array) -> dict[str, Array]:
    """Date turns by every reading, the nominal one first; the noisier series has the same margin in the first two."""
    series = np.concatenate([pair.nominal[..., np.newaxis], pair.draws], axis=-1)
    own, same, split = READINGS
    found = {
        own: turn_years(series, pair.years, own, noise=noise),
        split: turn_years(series, pair.years, split, noise=noise),
    }
    quieter = int(np.argmin(noise))
    common = turn_years(series[[quieter]], pair.years, own, noise=noise[[1 - quieter]])
    found[same] = found[own].copy()
    found[same][quieter] = common[0]
    return {reading: found[reading] for reading in READINGS}


def turn_rows(pair: TwoSeries, *, level: float, rng: np.random.Generator) -> list[dict[str, Any]]:
    """Give the order in which two series turned, by every reading, down and up.

    Parameters
    ----------
    pair
        The series.
    level
        Probability of the intervals. [0-1]
    rng
        Source of random numbers.

    Returns
    -------
    list of dict
        One row a direction and reading, without the names of the series.

    Notes
    -----
    A rise is a fall of the series upside down. ``p_value`` tests the lead of the best split against series that turned
    in one year (`order_test`); ``power`` is how often such a lead would be found.
    """
    whole = ~np.isnan(pair.draws).all(axis=1).any(axis=0)
    noise = noise_of(pair.draws)
    rows = []
    for direction in DIRECTIONS:
        falling = direction == "fall"
        nominal = pair.nominal if falling else 1.0 - pair.nominal
        draws = pair.draws[..., whole] if falling else 1.0 - pair.draws[..., whole]
        both = TwoSeries(pair.years, nominal, draws)
        for reading, dates in _dates(both, noise).items():
            row = _row(both, dates, level=level, margins=_margins(reading, noise))
            if reading == "break":
                row |= _shift_test(nominal, pair.years, rng)
            rows.append({"direction": direction, "reading": reading, **row, "drawn": float(whole.mean())})
    return rows


def _row(pair: TwoSeries, dates: Array, *, level: float, margins: Array) -> dict[str, Any]:
    given, found = dates[:, 0], dates[:, 1:]
    spans = span_of(np.concatenate([found, found[1:] - found[:1]]), level=level)
    order = np.where(np.isnan(found), np.inf, found)
    row: dict[str, Any] = {"n_years": len(pair.years)}
    for place, name in enumerate(("one", "other")):
        row[f"onset_{name}"] = given[place]
        row[f"onset_{name}_lower"] = spans.lower[place]
        row[f"onset_{name}_upper"] = spans.upper[place]
        row[f"turned_{name}"] = spans.drawn[place]
        row[f"margin_{name}"] = SCALE * margins[place]
    return row | {
        "estimate": given[1] - given[0],
        "lower": spans.lower[2],
        "upper": spans.upper[2],
        "confidence": level,
        "before": float((order[0] < order[1]).mean()),
        "together": float(((order[0] == order[1]) & np.isfinite(order[0])).mean()),
        "after": float((order[0] > order[1]).mean()),
        "neither": float(np.isinf(order).all(axis=0).mean()),
        "p_value": _NONE,
        "power": _NONE,
    }


def _shift_test(nominal: Array, years: IntArray, rng: np.random.Generator) -> dict[str, float]:
    if np.isnan(nominal).any() or np.isnan(fall_years(nominal, years, segment=SEGMENT)[0]).any():
        return {}
    found = order_test(nominal, years, "break", rng=rng, n_simulated=_N_SIMULATED, segment=SEGMENT)
    return {"p_value": found.p_value, "power": found.power}
