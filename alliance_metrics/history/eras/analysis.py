"""The comparison of eras: what each was, which years are alike, what differs, and what rests on changed meaning."""

from __future__ import annotations

from collections.abc import Sequence

from alliance_metrics.history.eras.analogue_tables import add_analogues, views
from alliance_metrics.history.eras.differences import UnitYear, add_differences, chosen_pairs, default_pairs
from alliance_metrics.history.eras.era_tables import add_eras
from alliance_metrics.history.eras.meaning import changed_meaning_rows, draw_reduced
from alliance_metrics.history.eras.warping import add_warping
from alliance_metrics.results.collected import Collected
from alliance_metrics.results.tidy_result import TidyResult
from alliance_metrics.study.drawn_study import DrawnStudy
from alliance_metrics.study.lineages import pairings
from alliance_metrics.study.score import record_of
from alliance_metrics.uncertainty.spans import NO_P_VALUE

PICTURE = "Warping is a picture and never a test: some path is always found."


def comparison_analysis(drawn: DrawnStudy, *, pairs: Sequence[tuple[UnitYear, UnitYear]] = ()) -> TidyResult:
    """Compare the eras of each pair of states, the later with the earlier.

    Parameters
    ----------
    drawn
        The study with its draws.
    pairs
        Two unit-years (unit, era, year) whose differences are wanted besides the default ones.

    Returns
    -------
    TidyResult
        The tables.
    """
    found = Collected("comparison", key=drawn.study.panel.unit)
    compared, reduced = pairings(drawn, found), draw_reduced(drawn, found)
    add_eras(drawn, compared, found)
    spaces = views(drawn, reduced)
    for pairing in compared:
        add_analogues(spaces, pairing, found)
        add_warping(drawn, pairing, found)
        if reduced.drawn is not None:
            found.add("changed_meaning", changed_meaning_rows(drawn, reduced.drawn, pairing))
    wanted = chosen_pairs(drawn, pairs, found) + default_pairs(drawn, compared, found.frame("nearest"))
    add_differences(drawn, wanted, reduced, found)
    record = {
        **record_of(drawn.study),
        "basis": NO_P_VALUE,
        "warping": PICTURE,
        "left_out": sorted(reduced.left_out),
        "asked": [[list(one) for one in both] for both in pairs],
    }
    return found.result(record)
