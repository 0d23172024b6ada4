"""The comparison of eras: what each was, which years are alike, what differs, and what rests on changed meaning."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pandas as pd

from alliance_metrics.history.eras.analogue_tables import analogue_tables, views
from alliance_metrics.history.eras.difference_tables import (
    UnitYear,
    asked_pairs,
    default_pairs,
    difference_tables,
)
from alliance_metrics.history.eras.era_tables import era_tables
from alliance_metrics.history.eras.meaning_tables import changed_meaning_table, draw_reduced
from alliance_metrics.history.eras.warping import warping_table
from alliance_metrics.results.collected import Skipped
from alliance_metrics.results.tidy_result import TidyResult
from alliance_metrics.study.drawn_study import DrawnStudy
from alliance_metrics.study.lineages import pairings
from alliance_metrics.study.score import record_of
from alliance_metrics.uncertainty.spans import NO_P_VALUE

PICTURE = "Warping is a picture and never a test: some path is always found."


def comparison_analysis(
    drawn: DrawnStudy,
    *,
    pairs: Sequence[tuple[UnitYear, UnitYear]] = (),
    progress: Callable[[float], None] | None = None,
) -> TidyResult:
    """Set the eras of each pair of states beside one another, the later against the earlier.

    Parameters
    ----------
    drawn
        The study with its draws.
    pairs
        Two unit-years (unit, era, year) whose differences are wanted beside the usual ones.
    progress
        Called now and then with the share of the work done. [0-1]

    Returns
    -------
    TidyResult
        The tables.
    """
    skipped = Skipped()
    key, compared, reduced = drawn.study.panel.unit, pairings(drawn, skipped), draw_reduced(drawn, skipped)
    eras = era_tables(drawn, compared, skipped)
    spaces, found = (
        views(drawn, reduced),
        {name: list[pd.DataFrame]() for name in ("analogues", "nearest", "nearest_moved", "warping")},
    )
    for place, pairing in enumerate(compared, start=1):
        for name, frame in analogue_tables(spaces, pairing, key=key).items():
            found[name].append(frame)
        found["warping"] += warping_table(drawn, pairing, skipped)
        if progress is not None:
            progress(place / (len(compared) + 1))
    changed = [] if reduced.drawn is None else changed_meaning_table(drawn, reduced.drawn, compared)
    nearest = pd.concat(found["nearest"], ignore_index=True) if found["nearest"] else pd.DataFrame()
    wanted = [*asked_pairs(drawn, pairs, skipped), *default_pairs(drawn, compared, nearest)]
    tables = {
        **eras,
        **found,
        "changed_meaning": changed,
        **difference_tables(drawn, wanted, reduced, skipped),
        "skipped": skipped.rows,
    }
    if progress is not None:
        progress(1.0)
    record = {
        **record_of(drawn.study),
        "basis": NO_P_VALUE,
        "warping": PICTURE,
        "left_out": sorted(reduced.left_out),
        "asked": [[list(one) for one in both] for both in pairs],
    }
    return TidyResult(tables, key=key, record=record, kind="comparison")
