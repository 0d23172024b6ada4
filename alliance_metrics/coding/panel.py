"""The panel: coder x dyad-year x indicator, the native unit of everything that follows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from alliance_metrics.coding.arrays import Array
from alliance_metrics.errors import Fault, PanelError, listed

_ONE_CODER = "coder"
_NUMBERS = ("score", "low", "high")
_YEAR = re.compile(r"([+-]?[0-9]{1,9}(\.0)?)?", re.ASCII)
_RESERVED = {
    *("era", "year", "indicator_id", "coder", *_NUMBERS),
    *("tier", "component", "parent", "estimate", "lower", "upper", "confidence", "median"),
    *("availability", "filled", "role", "reason", "weight", "contribution", "method", "from_year", "to_year"),
}


@dataclass(frozen=True, eq=False)
class IndicatorPanel:
    """Scores of several coders for several dyad-years and indicators.

    Parameters
    ----------
    units
        One row a dyad-year: the unit column (``dyad`` unless named otherwise), ``era``, ``year``.
    indicators
        Indicator ids, in the order of the last axis.
    coders
        Coder ids, in the order of the first axis.
    score, low, high : ndarray, shape (n_coders, n_units, n_indicators)
        The level given and the least and greatest level a fair reader could give; NaN where not coded.
        [codebook levels]

    See Also
    --------
    IndicatorPanel.from_frame : the usual way to build one.
    """

    units: pd.DataFrame
    indicators: tuple[str, ...]
    coders: tuple[str, ...]
    score: Array
    low: Array
    high: Array

    @property
    def unit(self) -> str:
        """Name of the unit column."""
        return str(self.units.columns[0])

    @classmethod
    def from_frame(
        cls, frame: pd.DataFrame, *, unit: str = "dyad", units: pd.DataFrame | None = None, coders: Sequence[str] = ()
    ) -> IndicatorPanel:
        """Build a panel from long rows: one row a coder's cell.

        Parameters
        ----------
        frame
            Columns ``year``, ``indicator_id``, ``score`` and the unit column; ``coder`` (one coder where
            absent), ``low`` and ``high`` (the score where absent), ``era`` (empty where absent) if there are any.
        unit
            Name of the unit column.
        units
            All dyad-years, in order, with the unit column, ``era`` and ``year``, so that one without any row is a
            dyad-year in which nothing is coded; those that have rows where absent.
        coders
            Coders that come first, in order, whether or not they have rows.

        Returns
        -------
        IndicatorPanel
            Units as given, or in order of first appearance of their era, years ascending; indicators in order of
            first appearance, coders likewise after those given.

        Raises
        ------
        PanelError
            Where a column is missing, a key is empty or stands twice, a number is not finite, or the score
            lies outside its range.

        Examples
        --------
        >>> import pandas as pd
        >>> rows = pd.DataFrame({"dyad": "A-B", "year": [1950, 1951], "indicator_id": "talks", "score": [3, 4]})
        >>> IndicatorPanel.from_frame(rows).score.shape
        (1, 2, 1)
        """
        rows = _completed(frame, unit)
        if units is None:
            keys = rows[[unit, "era"]].drop_duplicates()
            order = {pair: place for place, pair in enumerate(keys.itertuples(index=False, name=None))}
            present = rows[[unit, "era", "year"]].drop_duplicates()
            rank = [order[pair] for pair in present[[unit, "era"]].itertuples(index=False, name=None)]
            ranked = present.iloc[np.lexsort((present["year"].to_numpy(), np.array(rank)))]
        else:
            ranked = units[[unit, "era", "year"]]
        units = ranked.reset_index(drop=True)
        place = {key: i for i, key in enumerate(units.itertuples(index=False, name=None))}
        row_of = np.array([place[key] for key in rows[[unit, "era", "year"]].itertuples(index=False, name=None)])
        column_of, indicators = pd.factorize(rows["indicator_id"])
        named = tuple(dict.fromkeys([*coders, *rows["coder"].astype(str).unique()]))
        coder_of = pd.Index(named).get_indexer(rows["coder"].astype(str))
        shape = (len(named), len(units), len(indicators))
        arrays = []
        for name in _NUMBERS:
            values = np.full(shape, np.nan)
            values[coder_of, row_of, column_of] = rows[name].to_numpy(dtype=float)
            values.flags.writeable = False
            arrays.append(values)
        return cls(units, tuple(map(str, indicators)), named, *arrays)

    def to_frame(self) -> pd.DataFrame:
        """Give the panel as long rows, coded cells only.

        Returns
        -------
        DataFrame
            The unit column, ``era``, ``year``, ``indicator_id``, ``coder``, ``score``, ``low``, ``high``.
        """
        coder, unit, indicator = np.nonzero(~np.isnan(self.score))
        frame = self.units.iloc[unit].reset_index(drop=True)
        frame["indicator_id"] = np.asarray(self.indicators, dtype=object)[indicator]
        frame["coder"] = np.asarray(self.coders, dtype=object)[coder]
        for name in _NUMBERS:
            frame[name] = getattr(self, name)[coder, unit, indicator]
        return frame

    def select(self, indicators: list[str]) -> IndicatorPanel:
        """Give the panel with some indicators, in the order named.

        Parameters
        ----------
        indicators
            Ids to keep; one the panel does not hold becomes a column without codings.

        Returns
        -------
        IndicatorPanel
            The smaller panel.
        """
        place = {name: i for i, name in enumerate(self.indicators)}
        arrays = []
        for name in _NUMBERS:
            values = np.full((len(self.coders), len(self.units), len(indicators)), np.nan)
            for column, indicator in enumerate(indicators):
                if indicator in place:
                    values[:, :, column] = getattr(self, name)[:, :, place[indicator]]
            arrays.append(values)
        return IndicatorPanel(self.units, tuple(indicators), self.coders, *arrays)

    def __repr__(self) -> str:
        return (
            f"IndicatorPanel({len(self.units)} {self.unit}-years, {len(self.indicators)} indicators, "
            f"{len(self.coders)} coders, {int((~np.isnan(self.score)).sum())} coded cells)"
        )


def _completed(frame: pd.DataFrame, unit: str) -> pd.DataFrame:
    needed = (unit, "year", "indicator_id", "score")
    absent = [name for name in needed if name not in frame.columns]
    if absent:
        raise PanelError([_fault("a column is missing", listed(absent), f"the columns {listed(needed)}")])
    if unit in _RESERVED:
        raise PanelError([_fault("the unit column has a name that means something else", unit, "another name")])
    twice = sorted({str(name) for name in frame.columns if list(frame.columns).count(name) > 1})
    if twice:
        raise PanelError([_fault("a column stands twice", listed(twice), "each column once")])
    if frame.empty:
        raise PanelError([_fault("there is no row", "an empty frame", "one row or more")])
    rows = frame.reset_index(drop=True)
    rows["year"] = _whole_years(rows["year"])
    defaults: dict[str, Any] = {"coder": _ONE_CODER, "era": "", "low": rows["score"], "high": rows["score"]}
    rows = rows.assign(**{name: value for name, value in defaults.items() if name not in rows.columns})
    keys = [unit, "era", "year", "indicator_id", "coder"]
    try:
        rows[list(_NUMBERS)] = rows[list(_NUMBERS)].astype(float)
    except (TypeError, ValueError) as cause:
        raise PanelError([_fault("a score is not a number", str(cause), "numbers, or empty for missing")]) from cause
    faults = _cell_faults(rows, keys)
    if faults:
        raise PanelError(faults)
    return rows[[*keys, *_NUMBERS]]


def _whole_years(years: pd.Series) -> pd.Series:
    """Give years as whole numbers; text of digits counts as such, and an empty year stays empty."""
    if pd.api.types.is_integer_dtype(years.dtype) and not years.isna().any():
        return years.astype("int64")
    texts = years.astype(object).where(years.notna(), "")
    odd = [year for year in dict.fromkeys(texts) if not _YEAR.fullmatch(str(year))]
    if odd:
        faults = [_fault("not a year", repr(year), "whole years, such as 1950") for year in odd]
        raise PanelError(faults)
    numbers = pd.to_numeric(texts.map(lambda year: str(year).removesuffix(".0")), errors="coerce")
    return numbers if numbers.isna().any() else numbers.astype("int64")


def _cell_faults(rows: pd.DataFrame, keys: list[str]) -> list[Fault]:
    score, low, high = (rows[name].to_numpy() for name in ("score", "low", "high"))
    missing = np.isnan(score)
    outside = ~missing & ~((low <= score) & (score <= high))
    masks = (
        (rows[keys].isna().any(axis=1).to_numpy(), "a key is empty", "a value in every key column"),
        (rows.duplicated(keys).to_numpy(), "a cell stands twice", "one row for each " + ", ".join(keys)),
        (np.isinf(score) | np.isinf(low) | np.isinf(high), "a score is not finite", "finite numbers"),
        (outside, "the range does not hold the score", "low <= score <= high"),
        (missing & ~(np.isnan(low) & np.isnan(high)), "a range without a score", "all three empty, or none"),
    )
    return [
        _fault(what, " ".join(map(str, row)), allowed)
        for mask, what, allowed in masks
        for row in rows.loc[mask, [*keys, *_NUMBERS]].itertuples(index=False, name=None)
    ]


def _fault(what: str, found: str, allowed: str) -> Fault:
    return Fault("the frame", what, found, allowed, "correct the rows before building the panel")


def combine_coders(levels: Array, belief: Array, *, method: str) -> Array:
    """Combine the coders' levels of each cell.

    Parameters
    ----------
    levels : ndarray, shape (n_coders, ...)
        Levels given; NaN where a coder gave none.
    belief : ndarray, broadcastable to ``levels``
        How much each coder is believed. [0 or more] Where every coder who coded a cell has belief 0, all of
        them count alike.
    method
        ``mean``, or ``median`` (of the weighted distribution; the middle of the two where it falls between).

    Returns
    -------
    ndarray, shape (...)
        The combined level; NaN where no coder gave one.
    """
    present = ~np.isnan(levels)
    if method == "mean" and present.all() and (belief > 0).any(axis=0).all():
        averaged: Array = _weighted_sum(levels, belief) / belief.sum(axis=0)
        return averaged
    weights = np.where(present, belief, 0.0)
    total = weights.sum(axis=0)
    weights = np.where(total > 0, weights, present)
    total = np.where(total > 0, total, present.sum(axis=0))
    if method == "median":
        return _weighted_median(levels, weights, total)
    combined = _weighted_sum(np.where(present, levels, 0.0), weights)
    mean: Array = np.divide(combined, total, out=np.full(combined.shape, np.nan), where=total > 0)
    return mean


def _weighted_sum(levels: Array, weights: Array) -> Array:
    """Add coder by coder, so that the order of addition never depends on the shape of the rest."""
    combined = np.zeros(levels.shape[1:])
    for level, weight in zip(levels, np.broadcast_to(weights, (len(levels), *weights.shape[1:])), strict=True):
        combined += level * weight
    return combined


def _weighted_median(levels: Array, weights: Array, total: Array) -> Array:
    order = np.argsort(levels, axis=0)
    ranked = np.take_along_axis(levels, order, axis=0)
    reached = np.cumsum(np.take_along_axis(weights, order, axis=0), axis=0)
    below = np.argmax(reached >= total / 2, axis=0)[None]
    above = np.argmax(reached > total / 2, axis=0)[None]
    pair = np.take_along_axis(ranked, below, axis=0)[0] + np.take_along_axis(ranked, above, axis=0)[0]
    return np.where(total > 0, pair / 2, np.nan)
