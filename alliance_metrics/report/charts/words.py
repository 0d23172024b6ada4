"""Phrases that charts share: names in a row, a scale, an interval, an estimate, the course of a series."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from typing import Any

import pandas as pd

from alliance_metrics.report.charts.axes import WHOLE_SCALE, score_ends
from alliance_metrics.report.charts.series import standing_out

#: How a subtitle says that scores lie on the usual scale.
SCALE_WORDS = " (0-100)"


def conjoined(names: Iterable[str]) -> str:
    """Write names as one phrase.

    Parameters
    ----------
    names
        The names.

    Returns
    -------
    str
        The names with commas, and "and" before the last.

    Examples
    --------
    >>> conjoined(["trust", "gain", "fear"])
    'trust, gain and fear'
    """
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last


def scale_words(frame: pd.DataFrame) -> str:
    """Name the scale of scores, where it is the usual one.

    Parameters
    ----------
    frame
        Rows with ``lower``, ``upper`` and ``estimate``.

    Returns
    -------
    str
        ``" (0-100)"`` or nothing.
    """
    return SCALE_WORDS if score_ends(frame) == WHOLE_SCALE else ""


def interval_words(frame: pd.DataFrame) -> str:
    """Name the interval of some rows.

    Parameters
    ----------
    frame
        Rows with ``confidence``.

    Returns
    -------
    str
        Such as ``90% interval``.
    """
    known = frame["confidence"].dropna()
    return "interval" if known.empty else f"{100 * float(known.iloc[0]):.6g}% interval"


def described_course(rows: pd.DataFrame) -> str:
    """Describe the first, highest, lowest and last year in words.

    Parameters
    ----------
    rows
        Rows with ``year``, ``estimate``, ``lower`` and ``upper``.

    Returns
    -------
    str
        One sentence without a subject.
    """
    stands = standing_out(rows)
    if not stands:
        return "has no score"
    year = {what: row["year"] for what, row in stands.items()}
    score = {what: with_interval(row) for what, row in stands.items()}
    return (
        f"begins {year['first']} at {score['first']}, is highest in {year['peak']} at {score['peak']}, "
        f"lowest in {year['low']} at {score['low']}, and ends {year['last']} at {score['last']}"
    )


def with_interval(row: Mapping[Hashable, Any], form: str = ".1f", *, percent: bool = False) -> str:
    """Write an estimate with its interval in brackets.

    Parameters
    ----------
    row
        A row with ``estimate``, ``lower`` and ``upper``.
    form
        Number format of each.
    percent
        Whether they are shares, to be written in percent.

    Returns
    -------
    str
        Such as ``61.2 [53.5 to 65.2]``; without brackets where there is no interval.
    """
    sign, scale = ("%", 100) if percent else ("", 1)
    estimate, lower, upper = (format(scale * row[end], form) for end in ("estimate", "lower", "upper"))
    return f"{estimate}{sign}" if pd.isna(row["lower"]) else f"{estimate}{sign} [{lower} to {upper}]"
