"""Charts of the index through time: one series, all series, the eras of one pair side by side and on event time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import altair as alt
import pandas as pd

from alliance_metrics.report.charts.axes import interval_words, scale_words, score_axis, score_ends, year_axis
from alliance_metrics.report.charts.frame import (
    Drawing,
    Picture,
    columns_for,
    layered,
    panel_width,
    picture,
    side_by_side,
    titled,
)
from alliance_metrics.report.charts.marks import (
    Stroke,
    apart,
    declared_events,
    inline,
    line_in_interval,
    rows_of,
    strokes,
    texts,
)
from alliance_metrics.report.charts.panels import CELLS, labelled_path
from alliance_metrics.report.charts.series import (
    Series,
    index_name,
    index_series,
    lineages,
    pillar_names,
    series_in,
    told_years,
)
from alliance_metrics.report.charts.style import FAINT, MUTED, TEXT, Style, source_line, spoken
from alliance_metrics.report.charts.tables import SavedTables

_GAP = 28


def pillars(tables: SavedTables, style: Style) -> list[Picture]:
    """Draw each pillar of each unit and era, all on one scale.

    Parameters
    ----------
    tables
        The saved tables.
    style
        The style.

    Returns
    -------
    list of Picture
        One a unit and era.
    """
    scores, names, found = tables.frame("score.scores"), pillar_names(tables), []
    index = spoken(index_name(tables))
    by_place = {(one.unit, one.era): one for one in index_series(tables)}
    columns = columns_for(len(names))
    width = panel_width(style, columns=columns, gap=_GAP)
    for whole in series_in(scores[scores["tier"] == "pillar"], tables.unit):
        own = by_place.get((whole.unit, whole.era))
        if own is None:
            continue
        panels: list[Drawing] = []
        told: list[str] = []
        for place, name in enumerate(names):
            rows = whole.rows[whole.rows["component"] == name].reset_index(drop=True)
            one = type(whole)(whole.unit, whole.era, rows)
            if rows.empty:
                continue
            labels = place % columns == 0
            x, y = year_axis(*own.ends, width=width), score_axis(whole.rows, labels=labels)
            behind = alt.Chart(rows_of(own.rows, CELLS)).mark_line(color=FAINT, strokeWidth=1.2).encode(x=x, y=y)
            panel = labelled_path(
                one,
                style,
                width=width,
                height=int(min(width, 0.5 * style.width)),
                labels=labels,
                behind=[behind],
                scale_of=whole.rows,
            )
            panels.append(titled(panel, spoken(name)))
            told.append(f"{spoken(name)} {told_years(rows)}.")
        within = interval_words(whole.rows)
        title = f"The {len(panels)} pillars of {index}: {whole.title}"
        subtitle = (
            f"Score of each pillar{scale_words(whole.rows)} by year; shaded: {within} of the draws; grey: the index"
        )
        words = (
            title,
            subtitle,
            f"Line charts by year of {whole.title}, one a pillar. {' '.join(told)} In brackets: {within}.",
        )
        found.append(
            picture(
                side_by_side(panels, columns=columns, gap=_GAP),
                name=("pillars", whole.unit, whole.era),
                words=words,
                source=source_line(tables.record),
                style=style,
            )
        )
    return found


_CELLS = ("year", "estimate", "lower", "upper")
_LINE_HEIGHT = 13.0  # pixels of a label


def trajectory(tables: SavedTables, style: Style) -> list[Picture]:
    """Draw the index of each unit and era with its interval, and mark what the configuration names.

    Parameters
    ----------
    tables
        The saved tables.
    style
        The style.

    Returns
    -------
    list of Picture
        One a unit and era.
    """
    index, found = index_name(tables), []
    height = int(0.5 * style.width)
    for one in index_series(tables):
        events = declared_events(tables.record, unit=one.unit, era=one.era)
        body = labelled_path(one, style, width=panel_width(style, columns=1), height=height, events=events)
        within = interval_words(one.rows)
        title = f"{one.unit}: {spoken(index)}, {one.ends[0]}-{one.ends[1]}"
        subtitle = f"Index of {spoken(index)}{scale_words(one.rows)} by year; shaded: {within} of the draws"
        told = f"Line chart by year. The {spoken(index)} index of {one.title} {told_years(one.rows)} ({within})."
        told += "".join(f" Marked: {event['event']}." for event in events)
        words = (title, subtitle, told)
        found.append(
            picture(
                body,
                name=("trajectory", one.unit, one.era),
                words=words,
                source=source_line(tables.record),
                style=style,
            )
        )
    return found


def era_together(tables: SavedTables, style: Style) -> list[Picture]:
    """Draw all units of an era in one panel, where they are few enough to tell apart.

    Parameters
    ----------
    tables
        The saved tables.
    style
        The style.

    Returns
    -------
    list of Picture
        One an era with two units or more, and no more than the palette has colours.
    """
    index, found = index_name(tables), []
    by_era: dict[str, list[Series]] = {}
    for one in index_series(tables):
        by_era.setdefault(one.era, []).append(one)
    for era, group in by_era.items():
        if not 1 < len(group) <= len(style.palette.series):
            continue
        whole = pd.concat([one.rows for one in group], ignore_index=True)
        ends = (float(whole["year"].min()), float(whole["year"].max()))
        body = _lines_together(
            [(one, one.unit) for one in group], style, shown="year", ends=ends, height=int(0.52 * style.width)
        )
        within = interval_words(whole)
        title = f"{spoken(index).capitalize()} of {_and(one.unit for one in group)}, {ends[0]:.0f}-{ends[1]:.0f}"
        subtitle = f"Index of {spoken(index)}{scale_words(whole)} by year; shaded: {within} of the draws"
        told = "Line chart by year. " + " ".join(f"{one.unit} {told_years(one.rows)}." for one in group)
        words = (title, subtitle, f"{told} In brackets: {within}.")
        source = source_line(tables.record)
        found.append(picture(body, name=("era-together", era), words=words, source=source, style=style))
    return found


def _and(names: Iterable[str]) -> str:
    words = list(names)
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _lines_together(
    group: Sequence[tuple[Series, str]], style: Style, *, shown: str, ends: tuple[float, float], height: int
) -> Drawing:
    """Draw several series in one panel, each named at its last point."""
    whole = pd.concat([one.rows for one, _ in group], ignore_index=True)
    longest = max(len(name) for _, name in group)
    right = int(8 + 0.56 * TEXT * longest)
    width = panel_width(style, columns=1, right=right)
    x, y = year_axis(*ends, width=width, shown=shown), score_axis(whole)
    layers: list[alt.Chart] = []
    pens = strokes(style.palette)
    for (one, _), stroke in zip(group, pens, strict=False):
        layers += line_in_interval(rows_of(one.rows, (shown, *_CELLS[1:])), x=x, y=y, stroke=stroke)
    lasts = [one.rows[one.rows["estimate"].notna()].iloc[[-1]] for one, _ in group]
    low, high = score_ends(whole)
    least = _LINE_HEIGHT / height * (high - low)
    places = apart([float(last["estimate"].iloc[0]) for last in lasts], least=least)
    for (_, name), last, stroke, place in zip(group, lasts, pens, places, strict=False):
        marked = rows_of(last.assign(place=place, name=name), (shown, "place", "name"))
        at = score_axis(whole, shown="place")
        layers.append(
            texts(marked, x=x, y=at, text=alt.Text("name:N"), dx=6, align="left", color=stroke.ink, fontWeight="bold")
        )
    return layered(layers, width=width, height=height)


def small_multiples(tables: SavedTables, style: Style) -> list[Picture]:
    """Draw every unit and era in a panel of its own on one scale, the others of its era behind it in grey.

    Parameters
    ----------
    tables
        The saved tables.
    style
        The style.

    Returns
    -------
    list of Picture
        One picture.
    """
    index, series = index_name(tables), index_series(tables)
    if len(series) < 2:
        return []
    columns = columns_for(len(series))
    width = panel_width(style, columns=columns)
    whole = pd.concat([one.rows for one in series], ignore_index=True)
    panels = []
    for place, one in enumerate(series):
        x, y = year_axis(*one.ends, width=width), score_axis(whole, labels=place % columns == 0)
        others = [other for other in series if other.era == one.era and other.unit != one.unit]
        behind = [
            alt.Chart(rows_of(other.rows, _CELLS)).mark_line(color=FAINT, strokeWidth=1).encode(x=x, y=y)
            for other in others
        ]
        front = line_in_interval(rows_of(one.rows, _CELLS), x=x, y=y, stroke=Stroke(style.palette.series[0], width=2.2))
        panel = layered([*behind, *front], width=width, height=int(min(0.72 * width, 0.5 * style.width)))
        panels.append(titled(panel, one.title))
    within = interval_words(whole)
    title = f"{spoken(index).capitalize()} of {len(series)} pairs and eras on one scale"
    scale = scale_words(whole)
    subtitle = f"Index of {spoken(index)}{scale} by year; shaded: {within} of the draws; grey: the others of the era"
    told = "Small line charts by year. " + " ".join(f"{one.title} {told_years(one.rows)}." for one in series)
    body = side_by_side(panels, columns=columns)
    words = (title, subtitle, f"{told} In brackets: {within}.")
    return [picture(body, name=("small-multiples",), words=words, source=source_line(tables.record), style=style)]


def lineage(tables: SavedTables, style: Style) -> list[Picture]:
    """Draw the eras of one pair of states side by side on one scale, a year as wide in each.

    Parameters
    ----------
    tables
        The saved tables.
    style
        The style.

    Returns
    -------
    list of Picture
        One a pair with more than one era.
    """
    index, found = index_name(tables), []
    for group in lineages(index_series(tables)):
        whole = pd.concat([one.rows for one in group], ignore_index=True)
        years = [one.ends[1] - one.ends[0] + 1 for one in group]
        gap, height = 26, int(0.45 * style.width)
        room = panel_width(style, columns=1) - gap * (len(group) - 1)
        panels = []
        for place, one in enumerate(group):
            events = declared_events(tables.record, unit=one.unit, era=one.era)
            width = int(room * years[place] / sum(years))
            panel = labelled_path(one, style, width=width, height=height, events=events, labels=place == 0)
            panels.append(titled(panel, one.title))
        body = side_by_side(panels, columns=len(panels), gap=gap)
        within = interval_words(whole)
        names = _and(dict.fromkeys(one.unit for one in group))
        title = f"One pair in {len(group)} eras: {spoken(index)} of {names}"
        subtitle = f"Index of {spoken(index)}{scale_words(whole)} by year, on one scale; shaded: {within} of the draws"
        told = "Line charts side by side. " + " ".join(f"{one.title} {told_years(one.rows)}." for one in group)
        words = (title, subtitle, f"{told} In brackets: {within}.")
        name = ("lineage", "-".join(dict.fromkeys(one.unit for one in group)))
        found.append(picture(body, name=name, words=words, source=source_line(tables.record), style=style))
    return found


def event_time(tables: SavedTables, style: Style) -> list[Picture]:
    """Draw the eras of one pair on the years since the event that the configuration names for each.

    Parameters
    ----------
    tables
        The saved tables.
    style
        The style.

    Returns
    -------
    list of Picture
        One a pair for which two eras or more have an event.
    """
    index, found = index_name(tables), []
    for group in lineages(index_series(tables)):
        aligned = []
        for one in group:
            events = declared_events(tables.record, unit=one.unit, era=one.era)
            if events:
                rows = one.rows.assign(since=one.rows["year"] - events[0]["year"])
                aligned.append((Series(one.unit, one.era, rows), str(events[0]["event"])))
        if not 1 < len(aligned) <= len(style.palette.series):
            continue
        whole = pd.concat([one.rows for one, _ in aligned], ignore_index=True)
        ends = (float(whole["since"].min()), float(whole["since"].max()))
        named = [(one, one.unit) for one, _ in aligned]
        body = _lines_together(named, style, shown="since", ends=ends, height=int(0.5 * style.width))
        zero = alt.Chart(inline([{"since": 0}]))
        x = year_axis(*ends, width=style.width, shown="since")
        rule = zero.mark_rule(color=MUTED, strokeDash=[2, 2]).encode(x=x)
        body = layered([rule, body], width=body["width"], height=body["height"])
        within = interval_words(whole)
        title = f"{spoken(index).capitalize()} of {_and(one.unit for one, _ in aligned)}, years since an event"
        counted = _and(f"{event} ({one.unit})" for one, event in aligned)
        subtitle = (
            f"Index of {spoken(index)}{scale_words(whole)} by years since {counted}; shaded: {within} of the draws"
        )
        told = "Line chart by years since an event. "
        told += " ".join(f"{one.title}, counted from {event}, {told_years(one.rows)}." for one, event in aligned)
        words = (title, subtitle, f"{told} In brackets: {within}.")
        name = ("event-time", "-".join(dict.fromkeys(one.unit for one, _ in aligned)))
        found.append(picture(body, name=name, words=words, source=source_line(tables.record), style=style))
    return found
