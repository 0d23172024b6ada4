"""Saved results as people read them: eras by their years, where the record of the result gives them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import pandas as pd

from alliance_metrics.results.tidy_result import TidyResult

Result = TypeVar("Result", bound=TidyResult)
_ERAS = ("era", "other_era")
_PROSE = ("step", "cause", "reason")


def shown(result: Result) -> Result:
    """Give a result whose eras are called by their years.

    Parameters
    ----------
    result
        A result whose record may hold ``eras``: for each era its ``years`` and its ``units``.

    Returns
    -------
    TidyResult
        The same tables with ``1949-1969``, say, for the era's id: in the columns of eras, behind the name of a unit in
        what was skipped and why, and in the events that the configuration names. Saved tables keep the ids.
    """
    record = result.record
    eras = record.get("eras") or {}
    years = {era: era if about["years"] in era else str(about["years"]) for era, about in eras.items()}
    if all(era == own for era, own in years.items()):
        return result
    in_prose = _replacer(record["eras"], years)
    tables = {name: _relabelled(result.to_frame(name), years, in_prose) for name in result.names}
    origins = ((record.get("config") or {}).get("analysis") or {}).get("origins") or []
    for origin in origins:
        origin["era"] = years.get(str(origin.get("era")), origin.get("era"))
    record["references"] = [[unit, years.get(era, era)] for unit, era in record.get("references") or []]
    return type(result)(tables, key=result.key, record=record, kind=result.kind)


def frame_sentence(record: Mapping[str, Any]) -> str:
    """Say what the middle of the scale of scores is, where the data package says so and goalposts keep it there.

    Parameters
    ----------
    record
        The record of a score card.

    Returns
    -------
    str
        One sentence; nothing where the package declares no frame, or scores are not placed between goalposts.
    """
    frame = (record.get("data") or {}).get("frame") or {}
    index = (record.get("config") or {}).get("index") or {}
    method = index.get("normalisation") or "goalposts"
    if not frame or (method.get("method") if isinstance(method, Mapping) else method) != "goalposts":
        return ""
    return f"50: {frame['middle']}; above 50 {frame['above']}, below it {frame['below']}."


def _replacer(eras: Mapping[str, Mapping[str, Any]], years: Mapping[str, str]) -> Callable[[str], str]:
    """Replace an era that stands behind one of its units."""
    pairs = {f"{unit} {era}": f"{unit} {years[era]}" for era, about in eras.items() for unit in about["units"]}
    pattern = re.compile(
        "|".join(rf"(?<!\w){re.escape(pair)}(?![\w-])" for pair in sorted(pairs, key=len, reverse=True))
    )
    return lambda text: pattern.sub(lambda found: pairs[found.group()], text) if pairs else text


def _relabelled(frame: pd.DataFrame, years: Mapping[str, str], in_prose: Callable[[str], str]) -> pd.DataFrame:
    for column in frame.columns:
        if column in _ERAS:
            frame[column] = frame[column].replace(dict(years))
        elif column in _PROSE and pd.api.types.is_string_dtype(frame[column]):
            frame[column] = frame[column].map(in_prose)
    return frame
