"""Tables of analogues: which earlier year each later one is nearest to, how surely, and whether it is near at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from typing import Any

import numpy as np
import pandas as pd

from alliance_metrics.coding.arrays import Array
from alliance_metrics.history.eras.analogues import Analogues, coder_noise, nearest_analogues
from alliance_metrics.history.eras.likeness import Likeness, likeness
from alliance_metrics.history.eras.meaning_tables import Reduced, counted_indicators
from alliance_metrics.results.words import ALL, INDICATORS, PAIRED, PILLARS, WITHOUT
from alliance_metrics.study.drawn_study import DrawnStudy
from alliance_metrics.study.lineages import Pairing
from alliance_metrics.uncertainty.coder_draws import Singles


@dataclass(frozen=True)
class View:
    """A space in which distances are taken.

    Parameters
    ----------
    space
        ``indicators`` or ``pillars``.
    indicators
        ``all``, or ``without`` those whose meaning changed.
    components
        Ids of its axes.
    drawn
        Where their draws are.
    """

    space: str
    indicators: str
    components: tuple[str, ...]
    drawn: DrawnStudy


def views(drawn: DrawnStudy, reduced: Reduced) -> list[View]:
    """List the spaces in which distances are taken.

    Parameters
    ----------
    drawn
        The study.
    reduced
        The index without the indicators whose meaning changed.

    Returns
    -------
    list of View
        Counted indicators, and pillars; each with all indicators and, where it can be, without some.
    """
    counted = counted_indicators(drawn)
    found = [View(INDICATORS, ALL, counted, drawn), View(PILLARS, ALL, drawn.pillars, drawn)]
    kept = tuple(one for one in counted if one not in reduced.left_out)
    if reduced.left_out and kept:
        found.append(View(INDICATORS, WITHOUT, kept, drawn))
    if reduced.drawn is not None:
        found.append(View(PILLARS, WITHOUT, drawn.pillars, reduced.drawn))
    return found


def analogue_tables(spaces: Sequence[View], pairing: Pairing, *, key: str) -> dict[str, pd.DataFrame]:
    """Find for every later year how near each earlier one is, in every space.

    Parameters
    ----------
    spaces
        As `views` gives them.
    pairing
        The eras compared.
    key
        Name of the unit column.

    Returns
    -------
    dict of str to DataFrame
        The tables ``analogues``, ``nearest`` and ``nearest_moved`` for these two eras.
    """
    every, nearest = [], []
    for view in spaces:
        later, earlier = (view.drawn.drawn_of(view.components, one) for one in (pairing.later, pairing.earlier))
        noise = coder_noise(later, earlier)
        found = nearest_analogues(later, earlier, noise)
        ones, others = (
            view.drawn.nominal_of(view.components, one)[..., np.newaxis] for one in (pairing.later, pairing.earlier)
        )
        nominal = nearest_analogues(ones, others, noise).distance
        labels = {"space": view.space, "indicators": view.indicators}
        every.append(_distance_rows(pairing, found, nominal).assign(**labels))
        held = _nearest_rows(pairing, found, nominal).assign(**labels)
        nearest.append(_against_noise(held, (later, earlier), found, level=view.drawn.level))
    tables = {"analogues": every, "nearest": nearest}
    result = {
        name: pd.concat([pairing.label(one, key=key) for one in frames], ignore_index=True)
        for name, frames in tables.items()
    }
    return {**result, "nearest_moved": _moved_rows(result, key=key)}


def _distance_rows(pairing: Pairing, found: Analogues, nominal: Array) -> pd.DataFrame:
    n_units, n_others = nominal.shape
    return pd.DataFrame(
        {
            "year": np.repeat(pairing.later.years, n_others),
            "other_year": np.tile(pairing.earlier.years, n_units),
            "estimate": nominal.ravel(),
            "distance": found.distance.ravel(),
            "expected": found.expected.ravel(),
            "deviation": found.deviation.ravel(),
            "blur": found.blur.ravel(),
            "probability": found.probability.ravel(),
        }
    )


def _nearest_rows(pairing: Pairing, found: Analogues, nominal: Array) -> pd.DataFrame:
    earlier, every = pairing.earlier.years, np.arange(len(nominal))
    known = found.nearest >= 0
    there = ~np.isnan(nominal).all(axis=1)
    least = np.where(np.isnan(nominal), np.inf, nominal).argmin(axis=1)
    return pd.DataFrame(
        {
            "year": pairing.later.years,
            "other_year": _known(earlier[found.nearest], known, "Int64"),
            "probability": np.where(known, found.probability[every, found.nearest], np.nan),
            "margin": found.margin,
            "candidates": found.candidates,
            "nominal_year": _known(earlier[least], there, "Int64"),
            "estimate": np.where(known, nominal[every, found.nearest], np.nan),
            "blur": np.where(known, found.blur[every, found.nearest], np.nan),
        }
    )


def _against_noise(
    frame: pd.DataFrame, draws: tuple[Singles, Singles], found: Analogues, *, level: float
) -> pd.DataFrame:
    """Hold the distance of each nearest year against the distance that two codings of one year would have."""
    later, earlier = draws
    bounds = np.full((5, len(frame)), np.nan)
    for place, other in enumerate(found.nearest.tolist()):
        if other >= 0:
            held = likeness(later[:, place], earlier[:, other], found.noise, level=level)
            bounds[:, place] = astuple(held)
    columns: dict[str, Any] = dict(zip((one.name for one in fields(Likeness)), bounds, strict=True))
    known, reach = ~np.isnan(bounds).any(axis=0), columns["reach"]
    edge = (found.nearest == 0) | (found.nearest == found.distance.shape[1] - 1)
    columns["beyond_noise"] = _known(columns["distance"] > reach, known, "boolean")
    columns["within"] = _known((found.distance <= reach[:, np.newaxis]).sum(axis=1), known, "Int64")
    columns["at_edge"] = _known(edge, known, "boolean")
    return frame.assign(confidence=level, **columns)


def _moved_rows(tables: Mapping[str, pd.DataFrame], *, key: str) -> pd.DataFrame:
    """Set the nearest year with all indicators beside that without those whose meaning changed."""
    keys = [key, *PAIRED, "year", "space"]
    columns = [*keys, "other_year", "probability"]
    nearest, every = tables["nearest"], tables["analogues"]
    whole = nearest.loc[nearest["indicators"] == ALL, columns]
    without = nearest.loc[nearest["indicators"] == WITHOUT, columns]
    both = whole.merge(without, on=keys, suffixes=("", "_without"), validate="one_to_one")
    shares = every.loc[every["indicators"] == WITHOUT, [*keys, "other_year", "probability"]]
    shares = shares.astype({"other_year": "Int64"}).rename(columns={"probability": "probability_kept"})
    both = both.merge(shares, on=[*keys, "other_year"], how="left", validate="one_to_one")
    return both.assign(moved=(both["other_year_without"] - both["other_year"]))


def _known(values: Any, known: Any, kind: str) -> Any:  # noqa: ANN401 - arrays, to an array of pandas
    found: Any = pd.array(values, dtype=kind)
    found[~known] = pd.NA
    return found
