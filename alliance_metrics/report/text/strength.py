"""What each ally adds, and how little would break a cohesive alliance, as lines for the screen."""

from __future__ import annotations

import pandas as pd

from alliance_metrics.errors import counted
from alliance_metrics.report.text.layout import MOST_SERIES, coder_kinds, interval, render
from alliance_metrics.report.text.rows import Row, alike, first_row, missing, series_of, where
from alliance_metrics.results.tables import rows_of
from alliance_metrics.results.tidy_result import TidyResult
from alliance_metrics.results.words import JOINT, WORLD

_CAPABILITY_LIMITS = (
    "Measured capability is not fighting power. Scaling by cohesion treats the index like a probability of support, "
    "which it is not. Neither Lanchester law forecasts a war; other allies of the two are not counted; coalitions are "
    "as declared."
)


def render_capability(result: TidyResult) -> str:
    """Say what the ally added, and how the two compared with a coalition.

    Parameters
    ----------
    result
        The analysis.

    Returns
    -------
    str
        Three lines for each of the first six series, by the first measure: what the ally added, and in how many years
        the two exceed the first coalition by every measure.
    """
    groups = list(series_of(where(result.to_frame("added"), whole=WORLD)))
    blocks = [_ally_lines(name, group, result.to_frame("lanchester")) for name, group in groups[:MOST_SERIES]]
    if len(groups) > MOST_SERIES:
        blocks.append([f"and {len(groups) - MOST_SERIES} more, see added.csv"])
    head = "What the ally added to the stronger of the two, and how both compare with the opposing coalition:"
    notes = (_CAPABILITY_LIMITS, *(result.record.get("credits") or ()))
    return render(result, blocks, head=head, notes=notes, nothing="No capability of two allies could be compared.")


def _ally_lines(name: str, group: pd.DataFrame, laws: pd.DataFrame) -> list[str]:
    indicator = group["indicator"].iloc[0]
    own = where(group, indicator=indicator).sort_values("year")
    known = own[own["estimate"].notna()] if own["estimate"].notna().any() else own.assign(estimate=own["full"])
    rows = rows_of(known)
    best, last = rows[int(known["estimate"].to_numpy().argmax())], rows[-1]
    alone, both = _points(best["alone"]), _points(best["alone"] + best["full"])
    scaled = f"{_points(best['full'])} points, {_scaled(best)} when scaled by cohesion"
    return [
        f"{name}, {indicator}: most in {best['year']}: {best['strongest']} alone {alone}% of the world, both {both}%;",
        f"    the ally adds {scaled}; in {last['year']}: {_points(last['full'])}, {_scaled(last)}.",
        *_coalition_lines(alike(laws, best)),
    ]


def _coalition_lines(laws: pd.DataFrame) -> list[str]:
    if laws.empty:
        return []
    opponent = laws["opponent"].iloc[0]
    stronger, scaled, ratio, known = [], [], "", 0
    for indicator, rows in where(laws, opponent=opponent, law="linear").groupby("indicator", sort=False):
        joint = where(rows, side=JOINT).set_index("year")["estimate"]
        discounted = where(rows, counted="discounted").groupby("year")["estimate"].max()
        ratio = ratio or f"{joint.min():.2f}-{joint.max():.2f}"
        of = "" if len(joint) == known else f" of {len(joint) if known else counted(len(joint), 'year')}"
        known = known or len(joint)
        stronger.append(f"{(joint > 1).sum()}{of} ({indicator})")
        scaled.append(str((discounted > 1).sum()))
    years = f"stronger in {', '.join(stronger)}; scaled by cohesion in {', '.join(scaled)}"
    return [f"    Both are {ratio} times {opponent}; {years}."]


def _points(share: float) -> str:
    return f"{100 * share:.1f}"


def _scaled(row: Row) -> str:
    if missing(row["lower"]):
        return "unknown"
    return f"{_points(row['estimate'])} {interval(100 * row['lower'], 100 * row['upper'], dash=True)}"


_FRAGILITY_LIMITS = (
    "Steps and shocks measure robustness; they are not forecasts. Similar years of one series share what followed: "
    "count series, not years."
)


def render_fragility(result: TidyResult) -> str:
    """Say how little would have brought each series down in its highest year, and what followed similar years.

    Parameters
    ----------
    result
        The analysis.

    Returns
    -------
    str
        Three lines for the highest year of each of the first six series; how to read the intervals.
    """
    steps = where(result.to_frame("steps"), target="threshold")
    groups = list(series_of(steps))
    blocks = [_peak_lines(name, group, result) for name, group in groups[:MOST_SERIES]]
    if len(groups) > MOST_SERIES:
        blocks.append([f"and {len(groups) - MOST_SERIES} more, see steps.csv"])
    return render(
        result,
        blocks,
        head="How little would have brought the index down, in the highest year of each series:",
        notes=(*_interval_note(steps, result), _FRAGILITY_LIMITS),
        nothing="No steps could be computed; shocks.csv and forward.csv have the rest.",
    )


def _interval_note(steps: pd.DataFrame, result: TidyResult) -> list[str]:
    draws = max(steps["draws"], default=0)
    if not draws:
        return []
    level, kinds = round(100 * steps["confidence"].iloc[0]), coder_kinds(result.record["coders"])
    of = f"{level}% of {counted(draws, 'draw')} of the codings (by {kinds})"
    return [f"Intervals: {of}, at the declared weights; uneven weights mostly need fewer steps (steps.csv)."]


def _peak_lines(name: str, group: pd.DataFrame, result: TidyResult) -> list[str]:
    first = where(group, bar=group["bar"].iloc[0])
    every = where(first, coders=first["coders"].iloc[0])
    row = rows_of(every.loc[[every["index"].idxmax()]])[0]
    alone = first[(first["year"] == row["year"]) & (first["coders"] != row["coders"]) & (first["outcome"] == "reached")]
    shock = _shock(alike(result.to_frame("shocks"), row, "era", "year", "bar"))
    lines = [
        f"{name}: {row['year']}, index {row['index']:.1f}. Below {row['bar']:g}: {_all_steps(row)}",
        f"    {_one_coder(row, first_row(alone))}of {row['available']} possible; {shock}",
    ]
    followed = first_row(alike(result.to_frame("forward"), row, "era", "year"))
    return [*lines, *([f"    {_followed(followed, result.record['horizon'])}"] if followed else [])]


def _all_steps(row: Row) -> str:
    if row["outcome"] != "reached":
        return str(row["outcome"])
    bound = "" if row["exact"] else "at most "
    noun = "step" if row["estimate"] == 1 and not _span(row) else "steps"
    return f"{bound}{row['estimate']:.0f}{_span(row)} {noun} down by all coders"


def _one_coder(row: Row, alone: Row | None) -> str:
    if row["outcome"] != "reached" or alone is None:
        return ""
    return f"({alone['estimate']:.0f}{_span(alone)} by one) "


def _span(row: Row) -> str:
    if not row["draws"] or missing(row["lower"]):
        return ""
    if missing(row["upper"]):
        return f" [{row['lower']:.0f}-none suffices]"
    return f" {interval(row['lower'], row['upper'], form='.0f', dash=True)}"


def _shock(shocks: pd.DataFrame) -> str:
    least = first_row(where(shocks, target="threshold", outcome="reached").sort_values("estimate"))
    if least is None:
        return "no single pillar's fall suffices."
    return f"one pillar alone: {least['component']} by {least['estimate']:.0f} points."


def _followed(row: Row, horizon: int) -> str:
    truth = "not yet known" if missing(row["followed"]) else _fall(row["followed"])
    like = f"After {counted(row['cases'], 'similar year')} of {row['series']} series (index within {row['reach']:.1f})"
    fall = f"{_fall(row['estimate'])} {interval(row['lower'], row['upper'])}"
    return f"{like}, the fall in {counted(horizon, 'year')}: {fall}; here: {truth}"


def _fall(points: float) -> str:
    return f"{points:.1f}" if points > 0 else "none"
