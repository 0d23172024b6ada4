"""A comparison of eras as lines for the screen."""

from __future__ import annotations

from typing import Any

import pandas as pd

from alliance_metrics.errors import counted
from alliance_metrics.report.text.years import coders_told, interval, paragraph, percent, signed
from alliance_metrics.results.tidy_result import TidyResult
from alliance_metrics.results.words import ALL, INDICATORS, PAIRED, PILLARS, WITHOUT

_MOST_YEARS, _MOST_COMPONENTS = 3, 3
_READING = (
    "In parentheses: share of draws in which a difference has its sign, or a year is the nearest; beside noise, in "
    "which two codings of one year lie as far apart."
)
Rows = dict[str, pd.DataFrame]


def render_comparison(result: TidyResult) -> str:
    """Tell how the eras of each pair of states compare.

    Parameters
    ----------
    result
        The analysis.

    Returns
    -------
    str
        For each two eras: which is higher; which earlier year the latest is most like, how surely, and whether it is
        near at all; how far that rests on indicators whose meaning changed; what differs most. All numbers are cells of
        the tables.
    """
    tables = {name: result.to_frame(name) for name in result.names}
    key = str(tables["nearest"].columns[0])
    lines = []
    for about in tables["era_differences"][[key, *PAIRED]].drop_duplicates().to_dict("records"):
        own = {
            name: frame.merge(pd.DataFrame([about]), on=[key, *PAIRED])
            for name, frame in tables.items()
            if set(PAIRED) <= set(frame.columns)
        }
        lines += _era_lines(own, tables["eras"], key, about)
        lines += _likeness_lines(own)
        lines += _meaning_lines(own, len(result.record["left_out"]))
        lines += _difference_lines(tables["differences"], key, about)
    if not lines:
        lines = ["No two eras of one pair of states could be set beside one another."]
    head = f"{_READING} {coders_told(result.record['coders'])} {result.record['basis']} Two eras are two cases."
    lines += paragraph(head, indent="")
    for step, cause in tables["skipped"].drop_duplicates().itertuples(index=False):
        lines += paragraph(f"Not done: {step}: {cause}.", indent="")
    return "\n".join(lines)


def _era_lines(own: Rows, eras: pd.DataFrame, key: str, about: dict[Any, Any]) -> list[str]:
    levels = eras[eras["measure"] == "level"].groupby([key, "era"], sort=False).first()["estimate"]
    later, earlier = levels[about[key], about["era"]], levels[about["other"], about["other_era"]]
    head = f"{about[key]} {about['era']} against {about['other']} {about['other_era']}"
    row = own["era_differences"].iloc[0]
    if pd.isna(row["estimate"]):
        return [f"{head}: one of them has no index"]
    share = percent(row["above"] if row["estimate"] >= 0 else row["below"])
    apart = f"{signed(row['estimate'])} {interval(row['lower'], row['upper'])} ({share})"
    return paragraph(f"{head}: index {later:.1f} against {earlier:.1f}, {apart}", indent="")


def _latest(own: Rows, space: str, indicators: str) -> dict[Any, Any] | None:
    """Give the latest year that has a nearest one."""
    nearest = own["nearest"]
    rows = nearest[(nearest["space"] == space) & (nearest["indicators"] == indicators)].dropna(subset="other_year")
    return None if rows.empty else rows.to_dict("records")[-1]


def _likeness_lines(own: Rows) -> list[str]:
    lines = []
    for space in (INDICATORS, PILLARS):
        row = _latest(own, space, ALL)
        if row is None:
            lines += paragraph(f"By {space} no year has a nearest one.")
            continue
        every = own["analogues"]
        shares = every[(every["space"] == space) & (every["indicators"] == ALL) & (every["year"] == row["year"])]
        ranked = shares.sort_values("probability", ascending=False, kind="stable").to_dict("records")
        years = [f"{one['other_year']} ({percent(one['probability'])})" for one in ranked[:_MOST_YEARS]]
        lines += paragraph(f"{row['year']} by {space}, nearest: {', '.join(years)}; {_against_noise(row)}.")
    return lines


def _against_noise(row: dict[Any, Any]) -> str:
    """Say whether the nearest year is near."""
    edge = ", first or last of its era" if row["at_edge"] else ""
    where = "beyond" if row["beyond_noise"] else "within"
    return f"{row['other_year']} {where} noise ({percent(row['by_noise'])}){edge}"


def _meaning_lines(own: Rows, count: int) -> list[str]:
    moved, shift = own["nearest_moved"], own["changed_meaning"]
    parts = []
    for space, group in moved.groupby("space", sort=False):
        latest = _latest(own, str(space), WITHOUT)
        if latest is not None:
            changed = int((group["moved"].fillna(0) != 0).sum())
            told = f"{latest['other_year']} ({percent(latest['probability'])}) by {space}"
            parts.append(f"{told}, moved in {changed} of {counted(len(group), 'year')}")
    rows = shift[shift["quantity"] == "level_difference"].dropna(subset="estimate")
    if len(rows):
        row = rows.iloc[-1]
        parts.append(f"index difference moved by {signed(row['estimate'])} {interval(row['lower'], row['upper'])}")
    return paragraph(f"Without {count} of changed meaning: {'; '.join(parts)}.") if parts else []


def _difference_lines(differences: pd.DataFrame, key: str, about: dict[Any, Any]) -> list[str]:
    own = differences[(differences[key] == about[key]) & (differences["era"] == about["era"])]
    own = own[(own["other"] == about["other"]) & (own["other_era"] == about["other_era"])]
    own = own[own["tier"] == "indicator"].dropna(subset="estimate")
    lines = []
    for (reason, year, other_year), group in own.groupby(["reason", "year", "other_year"], sort=False):
        if reason == "nearest analogue":
            continue
        ranked = group.sort_values("rank").head(_MOST_COMPONENTS)
        parts = [
            f"{row['component']}{'*' * bool(row['changed_meaning'])} {signed(row['estimate'], form='.0f')} "
            f"{interval(row['lower'], row['upper'], form='.0f')}"
            for row in ranked.to_dict("records")
        ]
        star = " (* meaning changed)" if ranked["changed_meaning"].any() else ""
        lines += paragraph(f"{year} less {other_year} ({reason}): {', '.join(parts)}{star}.")
    return lines
