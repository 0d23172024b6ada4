"""Statements about when a series passes a value with a meaning of its own, such as the middle of the scale."""

from __future__ import annotations

import numpy as np

from alliance_metrics.coding.arrays import Array
from alliance_metrics.history.claims import answers
from alliance_metrics.history.claims.recorded import Direction


def turns_first(
    *series: answers.DrawnSeries,
    value: float,
    direction: Direction = "down",
    lasting: int = 2,
    years: answers.Span | None = None,
) -> answers.Answer:
    """Ask whether the first of several series passes a value before every other.

    Parameters
    ----------
    *series
        Two series or more of the same years, that of which it is claimed first.
    value
        The value. [points]
    direction
        Whether series fall below it or rise above it.
    lasting
        For how many years in a row they stay beyond it, the first among them.
    years
        The span in which the first turn is looked for; the whole record where absent.

    Returns
    -------
    Answer
        In years: the year in which the series turned.

    Raises
    ------
    ValueError
        Where the years differ.

    Notes
    -----
    A turn is a year beyond the value that follows one that is not: what was beyond it all along has not turned. A turn
    in the same year refutes the claim; a series that never turns comes after all that do. Draws in which none turns
    give no answer. A year without a score is not beyond the value.
    """
    if len({one.span for one in series}) > 1:
        raise ValueError("the series are of different years")
    inside = np.ones(len(series[0].years), dtype=bool) if years is None else answers.within(series[0], years)
    sign = -1.0 if direction == "down" else 1.0

    def dated(scores: Array) -> Array:
        beyond = np.asarray(np.round(sign * (scores - value), answers.DECIMALS) > 0)
        stays = beyond.copy()
        for ahead in range(1, lasting):
            stays[:-ahead] &= beyond[ahead:]
            stays[-ahead:] = False
        turned = stays & inside[:, np.newaxis]
        turned[1:] &= ~beyond[:-1]
        turned[0] = False
        first = series[0].years[turned.argmax(axis=0)].astype(np.float64)
        return np.where(turned.any(axis=0), first, np.inf)

    def measure(*scores: Array) -> tuple[Array, Array]:
        turns = np.stack([dated(part) for part in scores])
        known = np.isfinite(turns).any(axis=0)
        first = np.where(np.isfinite(turns[0]), turns[0], np.nan)
        return first, answers.held_where(turns[0] < turns[1:].min(axis=0), np.asarray(known))

    found = [float(dated(one.nominal[:, np.newaxis])[0]) for one in series]
    listed = ", ".join(
        f"{one.name} {'not at all' if np.isinf(year) else answers.format_year(year)}"
        for one, year in zip(series, found, strict=True)
    )
    about = f"first {'below' if sign < 0 else 'above'} {answers.format_points(value)}: {listed}"
    return answers.recorded(measure, *series, text=lambda _: about, measured_in=answers.YEAR)
