"""A comparison of eras as lines for the screen."""

from __future__ import annotations

import pandas as pd

from alliance_metrics.errors import counted
from alliance_metrics.report.text.layout import (
    Row,
    alike,
    coder_note,
    first_row,
    interval,
    paragraph,
    percent,
    render,
    signed,
    where,
)
from alliance_metrics.results.tables import rows_of
from alliance_metrics.results.tidy_result import TidyResult
from alliance_metrics.results.words import ALL, INDICATORS, PAIRED, PILLARS, WITHOUT

_MOST_YEARS, _MOST_COMPONENTS = 3, 3
_ERAS = tuple(column for column in PAIRED if column != "lineage")
_READING = (
    "In parentheses: the share of draws in which a difference has this sign, or a year is the nearest; after coding "
    "error, in which two codings of the same year differ as much."
)
Tables = dict[str, pd.DataFrame]


def render_comparison(result: TidyResult) -> str:
    """Say how the eras of each pair of states compare.

    Parameters
    ----------
    result
        The analysis.

    Returns
    -------
    str
        For each two eras: which is higher; which earlier years the latest is most like, how surely, and whether coding
        error explains the rest; what indicators whose meaning changed make of that; what differs most.
    """
    tables = {name: result.to_frame(name) for name in result.names}
    pairs = tables["era_differences"].drop_duplicates([*tables["era_differences"].columns[:1], *PAIRED])
    blocks = [_one_pair(tables, row, len(result.record["left_out"])) for row in rows_of(pairs)]
    note = f"{_READING} {coder_note(result.record['coders'])} {result.record['basis']} Two eras are two cases."
    return render(result, blocks, notes=(note,), nothing="No two eras of one pair of states could be compared.")


def _one_pair(tables: Tables, pair: Row, changed: int) -> list[str]:
    own = {name: alike(frame, pair, *_ERAS) for name, frame in tables.items() if set(_ERAS) <= set(frame.columns)}
    return [
        *_era_lines(pair, tables["eras"]),
        *_likeness_lines(own),
        *_meaning_lines(own, changed),
        *_difference_lines(where(own["differences"], tier="indicator").dropna(subset="estimate")),
    ]


def _era_lines(pair: Row, eras: pd.DataFrame) -> list[str]:
    unit = str(eras.columns[0])
    names = [(pair[unit], pair["era"]), (pair["other"], pair["other_era"])]
    head = " compared with ".join(" ".join(name) for name in names)
    if pd.isna(pair["estimate"]):
        return paragraph(f"{head}: one of them has no index", hang=2)
    level = where(eras, measure="level").groupby([unit, "era"], sort=False)["estimate"].first()
    share = percent(pair["above"] if pair["estimate"] >= 0 else pair["below"])
    apart = f"difference {signed(pair['estimate'])} {interval(pair['lower'], pair['upper'])} ({share})"
    return paragraph(f"{head}: mean index {level[names[0]]:.1f} and {level[names[1]]:.1f}, {apart}", hang=2)


def _latest(own: Tables, space: str, indicators: str) -> Row | None:
    """Give the latest year that has a nearest one."""
    nearest = where(own["nearest"], space=space, indicators=indicators).dropna(subset="other_year")
    return first_row(nearest.tail(1))


def _likeness_lines(own: Tables) -> list[str]:
    lines = []
    for space in (INDICATORS, PILLARS):
        row = _latest(own, space, ALL)
        if row is None:
            lines += paragraph(f"By {space} no year has a nearest one.", indent=2)
            continue
        every = where(own["analogues"], space=space, indicators=ALL, year=row["year"])
        ranked = every.sort_values("probability", ascending=False, kind="stable").head(_MOST_YEARS)
        years = ", ".join(f"{one['other_year']} ({percent(one['probability'])})" for one in rows_of(ranked))
        lines += paragraph(f"Most like {row['year']} by {space}: {years}; {_against_error(row)}.", indent=2)
    return lines


def _against_error(row: Row) -> str:
    """Say whether coding error alone may explain the distance to the nearest year."""
    edge = "; it is the first or last year of its era" if row["at_edge"] else ""
    differs = "differs by more than" if row["beyond_noise"] else "is within"
    return f"{row['other_year']} {differs} coding error ({percent(row['by_noise'])}){edge}"


def _meaning_lines(own: Tables, count: int) -> list[str]:
    parts = []
    for space, group in own["nearest_moved"].groupby("space", sort=False):
        latest = _latest(own, str(space), WITHOUT)
        if latest is not None:
            moved = int((group["moved"].fillna(0) != 0).sum())
            nearest = f"nearest by {space} {latest['other_year']} ({percent(latest['probability'])})"
            parts.append(f"{nearest}, changed for {moved} of {counted(len(group), 'year')}")
    shift = where(own["changed_meaning"], quantity="level_difference").dropna(subset="estimate").tail(1)
    parts += [
        f"index difference changed by {signed(row['estimate'])} {interval(row['lower'], row['upper'])}"
        for row in rows_of(shift)
    ]
    without = f"Without the {counted(count, 'indicator')} whose meaning changed"
    return paragraph(f"{without}: {'; '.join(parts)}.", indent=2) if parts else []


def _difference_lines(differences: pd.DataFrame) -> list[str]:
    lines = []
    for (reason, year, other_year), group in differences.groupby(["reason", "year", "other_year"], sort=False):
        if reason == "nearest analogue":
            continue
        ranked = group.sort_values("rank").head(_MOST_COMPONENTS)
        parts = [
            f"{row['component']}{'*' * bool(row['changed_meaning'])} {signed(row['estimate'], form='.0f')} "
            f"{interval(row['lower'], row['upper'], form='.0f')}"
            for row in rows_of(ranked)
        ]
        star = " (* meaning changed)" if ranked["changed_meaning"].any() else ""
        text = f"Largest differences, {year} minus {other_year} ({reason}): {', '.join(parts)}{star}."
        lines += paragraph(text, indent=2)
    return lines
