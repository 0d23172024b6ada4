"""Outputs of a sensitivity analysis: a score, a change, a gap, the year of a peak or of a break; each a short text."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from alliance_metrics.coding.arrays import Array, FloatArray, IntArray
from alliance_metrics.errors import Fault, SpecError, listed, nearest
from alliance_metrics.index.plan import IndexPlan
from alliance_metrics.index.rescaling import SCALE
from alliance_metrics.results.collected import Collected

#: Kinds of output and how each is written; ``index`` stands for the id of the index.
FORMS = {
    "score": "COMPONENT:UNIT:YEAR",
    "change": "change:COMPONENT:UNIT:YEAR:YEAR",
    "gap": "gap:COMPONENT:UNIT:YEAR:UNIT:YEAR",
    "era_gap": "era_gap:COMPONENT:UNIT:ERA:UNIT:ERA",
    "peak": "peak:COMPONENT:UNIT:ERA",
    "low": "low:COMPONENT:UNIT:ERA",
    "break": "break:COMPONENT:UNIT:ERA",
}
_EVERY = "*"
_DIGITS = 4  # decimals to which scores of single precision tell two breaks apart
#: Fewest years on either side of a break.
SEGMENT = 3


@dataclass(frozen=True, eq=False)
class Output:
    """One output.

    Parameters
    ----------
    name
        As it was asked for.
    kind
        One of `FORMS`.
    component
        Place of the component.
    units, others : ndarray of int
        Places of the units it is about: the one, or those of the era; and those they are measured against.
    years : ndarray of int
        Years of the units.
    """

    name: str
    kind: str
    component: int
    units: IntArray
    others: IntArray
    years: IntArray

    def values(self, scores: FloatArray) -> Array:
        """Work the output out in every draw.

        Parameters
        ----------
        scores : ndarray, shape (n_components, n_units, n_draws)
            Scores of all components and units; NaN where missing. [0-1]

        Returns
        -------
        ndarray, shape (n_draws,)
            Points of the scale of 0 to 100, or years; NaN where a score is missing.
        """
        own = scores[self.component][self.units].astype(np.float64)
        if self.kind in {"peak", "low"}:
            sign = 1.0 if self.kind == "peak" else -1.0
            best = np.argmax(np.nan_to_num(sign * own, nan=-np.inf), axis=0)
            return np.where(np.isnan(own).all(axis=0), np.nan, self.years[best])
        if self.kind == "break":
            return break_years(own, self.years)
        mean: Array = own.mean(axis=0)
        if len(self.others):
            mean = mean - scores[self.component][self.others].astype(np.float64).mean(axis=0)
        return SCALE * mean


def rows_about(plan: IndexPlan, outputs: Sequence[Output], *, each_times: int = 1) -> pd.DataFrame:
    """Name outputs: the unit, era and year they are first about, and their name.

    Parameters
    ----------
    plan
        The bound plan.
    outputs
        The outputs.
    each_times
        Rows for each.

    Returns
    -------
    DataFrame
        Unit column, ``era``, ``year``, ``output``.
    """
    first = np.repeat([int(one.units[0]) for one in outputs], each_times)
    frame = plan.panel.units.iloc[first].reset_index(drop=True)
    return frame.assign(output=np.repeat([one.name for one in outputs], each_times))


def add_failure(found: Collected, step: str, cause: str, *, runs: int = 1) -> None:
    """Add to the table ``failures`` a step that could not be done.

    Parameters
    ----------
    found
        The tables so far.
    step
        The step.
    cause
        Why it could not be done.
    runs
        Number of runs, or analyses, that failed.
    """
    found.add("failures", [{"step": step, "runs": runs, "cause": cause}])


def break_years(series: Array, years: IntArray) -> Array:
    r"""Date the one break in mean that fits each series best.

    Parameters
    ----------
    series : ndarray, shape (n_years, n_series)
        Values by year.
    years : ndarray of int, shape (n_years,)
        Years, in order.

    Returns
    -------
    ndarray, shape (n_series,)
        First year of the new segment: of all splits with `SEGMENT` years or more on either side the one with the least
        sum of squares about the two means; NaN where a year is missing or there are too few.

    Notes
    -----
    With :math:`n_1` and :math:`n_2` years on the sides the sum of squares is least where
    :math:`n_1 n_2 (\bar y_1 - \bar y_2)^2` is greatest. It dates a break and does not say that there is one.
    """
    n = len(series)
    if n < 2 * SEGMENT:
        return np.full(series.shape[1], np.nan)
    total, reached = series.sum(axis=0), np.cumsum(series, axis=0)
    counts = np.arange(1, n + 1, dtype=float)[:, np.newaxis]
    splits = slice(SEGMENT - 1, n - SEGMENT)
    first = reached[splits] / counts[splits]
    second = (total - reached[splits]) / (n - counts[splits])
    gain = counts[splits] * (n - counts[splits]) * (first - second) ** 2
    gain = np.round(gain, _DIGITS)  # a tie goes to the earliest
    found = years[SEGMENT:][np.argmax(np.nan_to_num(gain, nan=-1.0), axis=0)].astype(float)
    return np.where(np.isnan(total), np.nan, found)


def parse_output(text: str, plan: IndexPlan) -> Output:
    """Read the name of an output.

    Parameters
    ----------
    text
        In one of the `FORMS`.
    plan
        The bound plan.

    Returns
    -------
    Output
        The output.

    Raises
    ------
    SpecError
        Where the form, the component, the unit, the year or the era is unknown.
    """
    parts = text.split(":")
    kind = parts[0] if parts[0] in FORMS and parts[0] != "score" else "score"
    rest = parts if kind == "score" else parts[1:]
    if len(rest) != FORMS[kind].count(":") + (kind == "score"):
        raise SpecError([_fault("an output is not written as one", text, listed(FORMS.values()))])
    component = _component(rest[0], text, plan)
    if kind in {"score", "change", "gap"}:
        ends = (
            [rest[1:]] if kind == "score" else [[rest[1], rest[2]], [rest[-2] if kind == "gap" else rest[1], rest[-1]]]
        )
        places = [np.array([_unit(end[0], end[1], text, plan)]) for end in ends]
        own, other = (places[0], places[0][:0]) if kind == "score" else (places[1], places[0])
        if kind == "gap":
            own, other = places
    else:
        own = _era(rest[1], rest[2], text, plan)
        other = _era(rest[3], rest[4], text, plan) if kind == "era_gap" else own[:0]
    return Output(text, kind, component, own, other, plan.panel.units["year"].to_numpy(dtype=np.intp)[own])


def parse_outputs(texts: Iterable[str], plan: IndexPlan, *, left_out: Collection[tuple[str, str]] = ()) -> list[Output]:
    """Read the names of outputs; a star for the unit or the year of a score stands for every one there is.

    Parameters
    ----------
    texts
        Each in one of the `FORMS`.
    plan
        The bound plan.
    left_out
        Units and their eras for which a star for the unit does not stand.

    Returns
    -------
    list of Output
        Each output once.

    Raises
    ------
    SpecError
        Listing every name that cannot be read.
    """
    found: dict[str, Output] = {}
    faults: list[Fault] = []
    for text in texts:
        try:
            for name in _spelt_out(text, plan, left_out):
                found.setdefault(name, parse_output(name, plan))
        except SpecError as error:
            faults += error.faults
    if faults:
        raise SpecError(faults)
    return list(found.values())


def _spelt_out(text: str, plan: IndexPlan, left_out: Collection[tuple[str, str]]) -> list[str]:
    parts = text.split(":")
    if len(parts) != FORMS["score"].count(":") + 1 or _EVERY not in parts[1:]:
        return [text]
    units = plan.panel.units.iloc[:, :2].astype(str).agg(tuple, axis=1)
    kept = ~units.isin(left_out) if parts[1] == _EVERY else units.notna()
    rows = [(str(row[0]), str(row[-1])) for row in plan.panel.units[kept].itertuples(index=False, name=None)]
    found = [f"{parts[0]}:{name}:{year}" for name, year in rows if parts[1:] in ([_EVERY, year], [name, _EVERY])]
    every = [f"{parts[0]}:{name}:{year}" for name, year in rows] if parts[1:] == [_EVERY, _EVERY] else []
    if not found and not every and parts[1] == _EVERY:
        spans = f"{min(year for _, year in rows)} to {max(year for _, year in rows)}"
        raise SpecError([_fault("no such year", text, spans)])
    return found or every or [text]


def _component(name: str, text: str, plan: IndexPlan) -> int:
    ids = [component.id for component in plan.hierarchy.components]
    if name == "index" and name not in ids:
        return len(ids) - 1
    if name not in ids:
        raise SpecError(
            [
                _fault(
                    f"unknown component{nearest(name, ['index', *ids])}", text, f"index, {listed(ids[::-1], limit=40)}"
                )
            ]
        )
    return ids.index(name)


def _unit(name: str, year: str, text: str, plan: IndexPlan) -> int:
    units = plan.panel.units
    _check_name(name, text, plan)
    own = units[units.iloc[:, 0] == name]
    places = own.index[own["year"].astype(str) == year]
    if len(places) != 1:
        what = "a year stands in two eras" if len(places) > 1 else "no such year"
        spans = [f"{group['year'].min()} to {group['year'].max()}" for _, group in own.groupby("era", sort=False)]
        raise SpecError([_fault(f"{what} of '{name}'", text, listed(spans))])
    return int(places[0])


def _era(name: str, era: str, text: str, plan: IndexPlan) -> IntArray:
    units = plan.panel.units
    _check_name(name, text, plan)
    places = np.flatnonzero((units.iloc[:, 0] == name) & (units["era"] == era))
    if not len(places):
        allowed = listed(dict.fromkeys(units.loc[units.iloc[:, 0] == name, "era"]))
        raise SpecError([_fault(f"no such era of '{name}'", text, allowed)])
    return places


def _check_name(name: str, text: str, plan: IndexPlan) -> None:
    names = list(dict.fromkeys(plan.panel.units.iloc[:, 0]))
    if name not in names:
        raise SpecError([_fault(f"unknown {plan.panel.unit}{nearest(name, names)}", text, listed(names, limit=40))])


def _fault(what: str, found: str, allowed: str) -> Fault:
    return Fault("the outputs asked for", what, f"'{found}'", allowed, "correct it", column="sensitivity.outputs")
