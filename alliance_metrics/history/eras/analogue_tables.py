"""Tables of analogues: which earlier year each later one is nearest to, how surely, and whether it is near at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields
from typing import Any

import numpy as np
import pandas as pd

from alliance_metrics.coding.arrays import Array, FloatArray
from alliance_metrics.history.eras.analogues import Analogues, Likeness, coder_noise, likeness, nearest_analogues
from alliance_metrics.history.eras.meaning import Reduced, counted_indicators
from alliance_metrics.results.collected import Collected
from alliance_metrics.results.words import ALL, INDICATORS, PAIRED, PILLARS, WITHOUT
from alliance_metrics.study.drawn_study import DrawnStudy
from alliance_metrics.study.lineages import Pairing


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


def add_analogues(spaces: Sequence[View], pairing: Pairing, found: Collected) -> None:
    """Add the rows of ``analogues``, ``nearest`` and ``nearest_moved``: how near each earlier year is to each later.

    Parameters
    ----------
    spaces
        As `views` gives them.
    pairing
        The eras compared.
    found
        Takes the rows.
    """
    every, nearest = [], []
    for view in spaces:
        later, earlier = (view.drawn.drawn_of(view.components, one) for one in (pairing.later, pairing.earlier))
        noise = coder_noise(later, earlier)
        analogues = nearest_analogues(later, earlier, noise)
        ones, others = (
            view.drawn.nominal_of(view.components, one)[..., np.newaxis] for one in (pairing.later, pairing.earlier)
        )
        nominal = nearest_analogues(ones, others, noise).distance
        labels = {"space": view.space, "indicators": view.indicators}
        every.append(_distance_rows(pairing, analogues, nominal).assign(**labels))
        rows = _nearest_rows(pairing, analogues, nominal).assign(**labels)
        nearest.append(_against_noise(rows, (later, earlier), analogues, level=view.drawn.level))
    tables = [pairing.label(pd.concat(frames, ignore_index=True), key=found.key) for frames in (every, nearest)]
    found.add("analogues", tables[0])
    found.add("nearest", tables[1])
    found.add("nearest_moved", _moved_rows(*tables, key=found.key))


def _distance_rows(pairing: Pairing, found: Analogues, nominal: Array) -> pd.DataFrame:
    n_units, n_others = nominal.shape
    return pd.DataFrame(
        {
            "year": np.repeat(pairing.later.years, n_others),
            "other_year": np.tile(pairing.earlier.years, n_units),
            "estimate": nominal.ravel(),
            **{
                name: getattr(found, name).ravel()
                for name in ("distance", "expected", "deviation", "blur", "probability")
            },
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
    frame: pd.DataFrame, draws: tuple[FloatArray, FloatArray], found: Analogues, *, level: float
) -> pd.DataFrame:
    """Compare the distance of each nearest year with the distance of two codings of one and the same year."""
    later, earlier = draws
    names = [one.name for one in fields(Likeness)]
    bounds = np.full((len(names), len(frame)), np.nan)
    for place, other in enumerate(found.nearest.tolist()):
        if other >= 0:
            bounds[:, place] = astuple(likeness(later[:, place], earlier[:, other], found.noise, level=level))
    columns: dict[str, Any] = dict(zip(names, bounds, strict=True))
    known, reach = ~np.isnan(bounds).any(axis=0), columns["reach"]
    edge = (found.nearest == 0) | (found.nearest == found.distance.shape[1] - 1)
    columns["beyond_noise"] = _known(columns["distance"] > reach, known, "boolean")
    columns["within"] = _known((found.distance <= reach[:, np.newaxis]).sum(axis=1), known, "Int64")
    columns["at_edge"] = _known(edge, known, "boolean")
    return frame.assign(confidence=level, **columns)


def _moved_rows(every: pd.DataFrame, nearest: pd.DataFrame, *, key: str) -> pd.DataFrame:
    """Compare the nearest year with all indicators with that without those whose meaning changed."""
    keys = [key, *PAIRED, "year", "space"]
    columns = [*keys, "other_year", "probability"]
    whole, without = (nearest.loc[nearest["indicators"] == kind, columns] for kind in (ALL, WITHOUT))
    both = whole.merge(without, on=keys, suffixes=("", "_without"), validate="one_to_one")
    shares = every.loc[every["indicators"] == WITHOUT, columns]
    shares = shares.astype({"other_year": "Int64"}).rename(columns={"probability": "probability_kept"})
    both = both.merge(shares, on=[*keys, "other_year"], how="left", validate="one_to_one")
    return both.assign(moved=(both["other_year_without"] - both["other_year"]))


def _known(values: Any, known: Any, kind: str) -> Any:  # noqa: ANN401 - arrays, to an array of pandas
    found: Any = pd.array(values, dtype=kind)
    found[~known] = pd.NA
    return found
