"""The comparison of eras: what each was, which years are alike, what differs, and what rests on changed meaning."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar

import pandas as pd

from alliance_metrics.history.eras.analogue_tables import ANALOGUE_TABLES, analogue_tables, views
from alliance_metrics.history.eras.difference_tables import (
    DIFFERENCE_TABLES,
    UnitYear,
    asked_pairs,
    default_pairs,
    difference_tables,
)
from alliance_metrics.history.eras.era_tables import ERA_TABLES, era_tables, joined
from alliance_metrics.history.eras.meaning_tables import MEANING_TABLES, changed_meaning_table, draw_reduced
from alliance_metrics.history.eras.warping import WARPING_TABLES, warping_table
from alliance_metrics.results.tidy_result import TidyResult
from alliance_metrics.study.drawn_study import NOT_DONE, DrawnStudy, not_done_table
from alliance_metrics.study.lineages import Steps, pairings
from alliance_metrics.study.score import record_of
from alliance_metrics.uncertainty.spans import NO_P_VALUE

PICTURE = "Warping is a picture and never a test: some path is always found."


class Comparison(TidyResult):
    """Eras of one pair of states set beside one another.

    Where a table speaks of two eras, the unit column and ``era`` name the later one, ``other`` and ``other_era`` the
    earlier, and a difference is the later less the earlier. Probabilities are shares of draws: they come from
    measurement uncertainty, and no p-value is given, since two eras are two cases. Distances are in deviations of coder
    noise, scores in points, shares between 0 and 1.

    ``eras`` has the level, trend, volatility, peak and low of index and pillars in every trajectory, and
    ``era_differences`` what two of them differ in. Noise of single years makes volatility and peak greater, and the low
    less, in draws than in the scores: ``outside`` marks an estimate that its own interval does not hold. ``mix`` has
    the share of each pillar in what the pillars make up, and ``mix_differences`` its change.

    ``analogues`` gives for every later and earlier year their distance: at nominal scores (``estimate``), between mean
    places over the draws (``distance``), its mean and deviation over draws, the ``blur`` that two codings of one year
    would have as root mean square, and the probability that this earlier year is the nearest. It does so in the space
    of counted indicators and in that of pillars, with all indicators and without those whose meaning changed.
    ``nearest`` has for every later year the earlier year most often nearest. Its interval has the blur taken away;
    ``reach`` is the distance that two codings of one year stay within at the level, ``by_noise`` the share of draws in
    which they lie as far apart as the two years; ``beyond_noise`` says that the distance is beyond the reach and the
    two are too far apart to be called alike, ``within`` counts the earlier years that are not, and ``at_edge`` warns
    that the nearest is the first or last of its era, so that a nearer one may lie outside it. ``nearest_moved`` sets
    the nearest year with all indicators beside that without some; ``probability_kept`` is what is left without them of
    the probability of the first.

    ``changed_meaning`` tells what leaving them out moves
    (``estimate`` is ``without`` less ``with_all``): the mean ``level`` of the later era, the ``other_level`` of the
    earlier, their ``level_difference``, and the ``score`` of every later year. ``warping`` has the years that stand
    beside one another when time is stretched, on the nominal path and as share of draws: a picture, never a test.
    ``event_time`` compares by years since the origin of each era. ``differences`` orders the components of two years by
    the size of their difference and flags those whose meaning changed; ``pairs`` has the mean difference of counted
    indicators (``together``) and their root mean square difference (``apart``), which is never negative and grows with
    coder noise, so that its interval may lie above its estimate. ``not_done`` names what was passed over.
    """

    KIND: ClassVar[str] = "comparison"
    UNKEYED: ClassVar[frozenset[str]] = frozenset({"not_done"})
    TABLES: ClassVar[Mapping[str, Mapping[str, str]]] = {
        **ERA_TABLES,
        **ANALOGUE_TABLES,
        **MEANING_TABLES,
        **WARPING_TABLES,
        **DIFFERENCE_TABLES,
        "not_done": NOT_DONE,
    }


def comparison_analysis(
    drawn: DrawnStudy,
    *,
    pairs: Sequence[tuple[UnitYear, UnitYear]] = (),
    progress: Callable[[float], None] | None = None,
) -> Comparison:
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
    Comparison
        The tables.
    """
    steps: Steps = []
    key, compared, reduced = drawn.study.panel.unit, pairings(drawn, steps), draw_reduced(drawn, steps)
    tables = era_tables(drawn, compared, steps)
    spaces, found = views(drawn, reduced), dict[str, list[pd.DataFrame]]()
    found["warping"] = []
    for place, pairing in enumerate(compared, start=1):
        for name, frame in analogue_tables(spaces, pairing, key=key).items():
            found.setdefault(name, []).append(frame)
        found["warping"] += warping_table(drawn, pairing, steps)
        if progress is not None:
            progress(place / (len(compared) + 1))
    changed = [] if reduced.drawn is None else changed_meaning_table(drawn, reduced.drawn, compared)
    for name, declared in {**ANALOGUE_TABLES, **WARPING_TABLES}.items():
        tables[name] = joined(declared, found.get(name, []), key=key)
    tables["changed_meaning"] = joined(MEANING_TABLES["changed_meaning"], changed, key=key)
    wanted = [*asked_pairs(drawn, pairs, steps), *default_pairs(drawn, compared, tables["nearest"])]
    tables |= difference_tables(drawn, wanted, reduced, steps)
    tables["not_done"] = not_done_table(steps)
    if progress is not None:
        progress(1.0)
    record = {
        **record_of(drawn.study),
        "basis": NO_P_VALUE,
        "warping": PICTURE,
        "left_out": sorted(reduced.left_out),
        "asked": [[list(one) for one in both] for both in pairs],
    }
    return Comparison(tables, key=key, record=record)
