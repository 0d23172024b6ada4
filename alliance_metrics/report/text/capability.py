"""An analysis of capability as lines for the screen."""

from __future__ import annotations

import pandas as pd

from alliance_metrics.errors import counted
from alliance_metrics.report.text.layout import MOST_SERIES, Row, alike, interval, missing, render, series_of, where
from alliance_metrics.results.tables import rows_of
from alliance_metrics.results.tidy_result import TidyResult
from alliance_metrics.results.words import JOINT, WORLD

_NOTE = (
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
    blocks = [_one_series(name, group, result.to_frame("lanchester")) for name, group in groups[:MOST_SERIES]]
    if len(groups) > MOST_SERIES:
        blocks.append([f"and {len(groups) - MOST_SERIES} more, see added.csv"])
    head = "What the ally added to the stronger of the two, and how both compare with the opposing coalition:"
    return render(result, blocks, head=head, notes=(_NOTE,), nothing="No capability of two allies could be compared.")


def _one_series(name: str, group: pd.DataFrame, laws: pd.DataFrame) -> list[str]:
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
        *_against(alike(laws, best)),
    ]


def _against(laws: pd.DataFrame) -> list[str]:
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
