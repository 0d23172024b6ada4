"""The charts there are, by name: which function draws each, and which saved tables it needs.

A new chart is one generator, ``(tables, style) -> Iterator[Sketch]``, and one row of ``CHARTS``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from alliance_metrics.errors import Fault, ResultError, listed, nearest
from alliance_metrics.report.charts.change import first_to_last, waterfall
from alliance_metrics.report.charts.claims import claims
from alliance_metrics.report.charts.findings import breaks, condition, outside
from alliance_metrics.report.charts.frame import Picture, Sketch, framed
from alliance_metrics.report.charts.ladder import ladder
from alliance_metrics.report.charts.likeness import alignment, analogues
from alliance_metrics.report.charts.maps import availability, disputes, evidence, evidence_density, levels
from alliance_metrics.report.charts.mix import mix
from alliance_metrics.report.charts.sensitivity import drivers, effects, ranks, weights
from alliance_metrics.report.charts.strength import capability, fragility
from alliance_metrics.report.charts.style import Style, source_line
from alliance_metrics.report.charts.tables import SavedTables
from alliance_metrics.report.charts.together import era_together, event_time, facets, lineage
from alliance_metrics.report.charts.trajectory import every_series, pillars, trajectory
from alliance_metrics.report.charts.triads import sides, tilt
from alliance_metrics.report.charts.words import SCALE_WORDS
from alliance_metrics.report.shown import frame_sentence


@dataclass(frozen=True)
class Chart:
    """One chart.

    Parameters
    ----------
    sketches
        Gives its drawings, often one a unit and era; none where the tables hold nothing for it.
    needs
        The tables of analyses it is drawn from beside those of the score card, as ``kind.table``.
    nothing
        Why it may be that there is nothing to draw.
    """

    sketches: Callable[[SavedTables, Style], Iterable[Sketch]]
    needs: tuple[str, ...] = ()
    nothing: str = "no year has a score"

    def draw(self, tables: SavedTables, style: Style) -> list[Picture]:
        """Draw the chart.

        Parameters
        ----------
        tables
            The saved tables, among them those the chart needs.
        style
            The style.

        Returns
        -------
        list of Picture
            Its pictures, with the source line of the score card.
        """
        owed = tables.credits({table.partition(".")[0] for table in self.needs})
        source, meaning = " ".join([source_line(tables.record), *owed]), frame_sentence(tables.record)
        sketches = self.sketches(tables, style)
        return [framed(_with_meaning(sketch, meaning), source=source, style=style) for sketch in sketches]


def _with_meaning(sketch: Sketch, meaning: str) -> Sketch:
    """Say what the middle of the scale is below the title of a drawing on the whole scale."""
    if not meaning or SCALE_WORDS.strip() not in sketch.subtitle:
        return sketch
    return replace(sketch, subtitle=f"{sketch.subtitle.rstrip('.')}. {meaning}")


_EFFECTS = ("sensitivity.outputs", "sensitivity.effects")
CHARTS: Mapping[str, Chart] = {
    "trajectory": Chart(trajectory),
    "era-together": Chart(era_together, nothing="no era has two series or more, and few enough to tell apart"),
    "small-multiples": Chart(every_series, nothing="there is one series alone"),
    "lineage": Chart(lineage, nothing="no pair of states has two eras"),
    "ladder": Chart(ladder, nothing="there are no reference pairs, or no year has a score"),
    "event-time": Chart(event_time, nothing="the configuration names no events for two eras of one pair"),
    "pillars": Chart(pillars, nothing="no pillar has a score"),
    "mix": Chart(mix, nothing="it needs just three pillars, with scores that are not below zero"),
    "waterfall": Chart(waterfall, nothing="it needs two or three pillars with contributions in successive years"),
    "first-to-last": Chart(first_to_last, nothing="no series has two scored years"),
    "levels": Chart(levels, nothing="no indicator has a level"),
    "ranks": Chart(ranks, nothing="no year has a rank"),
    "evidence": Chart(evidence, nothing="no cell is coded"),
    "evidence-density": Chart(evidence_density, nothing="no events are on record"),
    "availability": Chart(availability, nothing="every score rests wholly on coded values"),
    "disputes": Chart(
        disputes, needs=("reliability.disputes",), nothing="coders differ on no cell, or one alone coded"
    ),
    "drivers": Chart(drivers, needs=_EFFECTS, nothing="the analysis does not cover the index in several years"),
    "effects": Chart(effects, needs=_EFFECTS, nothing="no output of the analysis varies"),
    "weights": Chart(weights, needs=("sensitivity.weight_ranges",), nothing="no weights were varied in the analysis"),
    "facets": Chart(facets, needs=("facets.facets", "facets.gaps"), nothing="no two facets could be set side by side"),
    "breaks": Chart(
        breaks,
        needs=("turning_points.breaks", "turning_points.break_years", "turning_points.break_tests"),
        nothing="no break is dated",
    ),
    "analogues": Chart(
        analogues, needs=("comparison.analogues", "comparison.nearest"), nothing="no two eras could be compared"
    ),
    "alignment": Chart(alignment, needs=("comparison.warping",), nothing="no two eras of one pair are aligned"),
    "tilt": Chart(tilt, needs=("triads.tilt",), nothing="no three states are all paired"),
    "triangle": Chart(sides, needs=("triads.sides",), nothing="no three states are all paired"),
    "capability": Chart(
        capability,
        needs=("capability.shares", "capability.discounted", "capability.added", "capability.breaks"),
        nothing="no capability is measured",
    ),
    "fragility": Chart(fragility, needs=("fragility.steps",), nothing="no steps could be worked out"),
    "claims": Chart(claims, needs=("claims.claims",), nothing="no claim was judged"),
    "outside": Chart(outside, needs=("validation.agreement",), nothing="no measure from outside could be compared"),
    "condition": Chart(condition, needs=("condition.marginal_effects",), nothing="no effect of pressure was fitted"),
}


@dataclass(frozen=True)
class Drawn:
    """Pictures, and which charts could not be drawn.

    Parameters
    ----------
    pictures
        Name of the chart and picture, one of each picture.
    skipped
        Charts that were not drawn and why, one sentence each.
    """

    pictures: tuple[tuple[str, Picture], ...]
    skipped: tuple[str, ...]


def chosen_charts(only: Sequence[str]) -> tuple[str, ...]:
    """Check the names of the charts asked for.

    Parameters
    ----------
    only
        Names; all charts where empty.

    Returns
    -------
    tuple of str
        The names, in the order of ``CHARTS``.

    Raises
    ------
    ResultError
        Listing every unknown name.
    """
    unknown = [name for name in only if name not in CHARTS]
    if unknown:
        found = listed(f"{name}{nearest(name, CHARTS)}" for name in unknown)
        allowed = listed(CHARTS, limit=len(CHARTS))
        raise ResultError([Fault("--only", "unknown chart", found, allowed, "choose from these")])
    return tuple(name for name in CHARTS if not only or name in only)


def draw_charts(tables: SavedTables, style: Style, *, only: Sequence[str] = ()) -> Drawn:
    """Draw charts from saved tables.

    Parameters
    ----------
    tables
        The saved tables.
    style
        The style.
    only
        Names of charts; all where empty.

    Returns
    -------
    Drawn
        The pictures; a chart whose tables are missing is listed as skipped, which is no error.

    Raises
    ------
    ResultError
        Where a name is unknown.
    """
    pictures: list[tuple[str, Picture]] = []
    skipped = []
    for name in chosen_charts(only):
        chart = CHARTS[name]
        missing = tables.missing(chart.needs)
        if missing:
            analyses = " and ".join(f"`{kind}`" for kind in dict.fromkeys(table.partition(".")[0] for table in missing))
            skipped.append(f"{name}: not drawn; it needs {listed(missing)}: run {analyses} first.")
            continue
        drawn = chart.draw(tables, style)
        if not drawn:
            skipped.append(f"{name}: not drawn; {chart.nothing}.")
        pictures += [(name, picture) for picture in drawn]
    return Drawn(pictures=tuple(_named_apart(pictures)), skipped=tuple(skipped))


def _named_apart(pictures: Sequence[tuple[str, Picture]]) -> list[tuple[str, Picture]]:
    """Give a number to pictures whose names differ in letters that a file name cannot hold, or in capitals alone."""
    seen, found = Counter[str](), []
    for chart, picture in pictures:
        key = picture.name.lower()
        seen[key] += 1
        name = picture.name if seen[key] == 1 else f"{picture.name}-{seen[key]}"
        found.append((chart, replace(picture, name=name)))
    return found
