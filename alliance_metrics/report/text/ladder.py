"""A year beside the years of reference pairs, as text for the terminal."""

from __future__ import annotations

import pandas as pd

from alliance_metrics.report.text.layout import interval
from alliance_metrics.results.tables import rows_of
from alliance_metrics.results.tidy_result import TidyResult

_READING = (
    "Each line compares the year with a reference pair on the indicators that both have, from the pair farthest above "
    "to the one farthest below; shares of draws come from coding uncertainty alone."
)


def render_ladder(result: TidyResult) -> str:
    """Give where a year stands among reference pairs, one line a pair, for the index and each pillar.

    Parameters
    ----------
    result
        The result of `place`.

    Returns
    -------
    str
        Lines of text.
    """
    table = result.to_frame("ladder")
    if table.empty:
        return "No reference year could be compared."
    asked = result.record["asked"]
    lines = [f"{asked['unit']} {asked['year']} beside reference pairs"]
    for component in reversed(list(dict.fromkeys(table["component"]))):
        own = table[table["component"] == component]
        lines += ["", str(component), *_pair_lines(own, str(table.columns[0]))]
    skipped = [f"{row['step']}: {row['cause']}" for row in rows_of(result.to_frame("skipped"))]
    return "\n".join([*lines, "", _READING, *skipped])


def _pair_lines(own: pd.DataFrame, key: str) -> list[str]:
    """Give one line for each reference pair, and the year itself where it falls among them."""
    apart = own.assign(apart=own["other_estimate"] - own["estimate"])
    groups = sorted(apart.groupby(["other", "other_era"], sort=False), key=lambda one: -float(one[1]["apart"].mean()))
    lines, placed = [], False
    for (other, _), rows in groups:
        if not placed and rows["apart"].mean() <= 0:
            lines.append(_own_line(own, key))
            placed = True
        first, last = int(rows["other_year"].min()), int(rows["other_year"].max())
        low, high = rows["other_estimate"].min(), rows["other_estimate"].max()
        above, below = rows["above"].mean(), rows["below"].mean()
        name = f"{other} {first}-{last}"
        text = f"  {name:<22} {low:5.1f} to {high:5.1f}"
        lines.append(f"{text}   above in {above:4.0%}, below in {below:4.0%} of draws and years")
    return lines if placed else [*lines, _own_line(own, key)]


def _own_line(own: pd.DataFrame, key: str) -> str:
    most = rows_of(own.sort_values("n_indicators", kind="stable").tail(1))[0]
    score = f"{most['estimate']:.1f} {interval(most['lower'], most['upper'])}"
    name = f"{most[key]} {most['year']}"
    return f"> {name:<22} {score}"
