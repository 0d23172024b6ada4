"""Facets of the index side by side, and beliefs beside the record, as lines for the screen."""

from __future__ import annotations

import pandas as pd

from alliance_metrics.report.text.layout import Row, alike, format_years, interval, render, signed, where, year_runs
from alliance_metrics.results.tables import rows_of
from alliance_metrics.results.tidy_result import TidyResult
from alliance_metrics.results.words import BELIEF

_SURE, _LIKELY = 0.95, 0.8
_MOST_RUNS = 2
_MARGINS = ("own margin", "same margin")
_SAME = ("era", "facets", "component", "one", "other")
_NOTE = (
    "Points of the index [interval over draws] {using only dimensions that both have}; years in which 95% of draws "
    "agree on the sign; share of draws in which each was the first to turn, by two margins. Draws cover uncertainty in "
    "codings and weights only."
)


def render_facets(result: TidyResult) -> str:
    """Say how far facets of the index lie apart in each series, and which of them turned first.

    Parameters
    ----------
    result
        The analysis.

    Returns
    -------
    str
        For each two facets and each series a line: the mean gap of the index with its interval, the same with matched
        dimensions, the years in which its sign is clear, and which turned first.
    """
    whole = where(result.to_frame("gap_summary"), measure="mean")
    whole = whole[whole["component"].isin([_index_of(result), ""])]
    shown = whole[~whole["matched"] & (whole["component"] != "")]
    blocks = []
    for (one, other), group in shown.groupby(["one", "other"], sort=False):
        clear = {side: int((group[side] >= _SURE).sum()) for side in ("above", "below")}
        signs = f"clearly positive in {clear['above']}, clearly negative in {clear['below']} of {len(group)} series"
        head = f"{one} minus {other}, mean gap: {signs}"
        blocks.append([head, *(_line(row, result, whole[whole["matched"]]) for row in rows_of(group))])
    return render(result, blocks, notes=(_NOTE,), nothing="No facets could be compared.")


def _index_of(result: TidyResult) -> str:
    """Give the id of the index: the last component of any facet."""
    facets, beliefs = result.to_frame("facets")["component"], result.to_frame("beliefs")["component"]
    return next(map(str, [*facets.iloc[-1:], *beliefs[beliefs != ""].iloc[-1:]]), "")


def _line(row: Row, result: TidyResult, matched: pd.DataFrame) -> str:
    unit = next(iter(row.values()))
    span = interval(row["lower"], row["upper"], form=".0f", plus=True)
    text = f"  {unit} {row['era']}: {signed(row['estimate'], form='.0f')} {span}"
    text += "".join(f" {{{signed(one['estimate'], form='.0f')}}}" for one in rows_of(alike(matched, row, *_SAME)))
    gaps = alike(result.to_frame("beliefs" if row["facets"] == BELIEF else "gaps"), row, *_SAME)
    gaps = gaps[~gaps["matched"]]
    runs = {sign: _runs(gaps["year"][gaps[side] >= _SURE].tolist()) for sign, side in _SIGNS.items()}
    clear = ", ".join(f"{sign} {years}" for sign, years in runs.items() if years) or "clear in no year"
    turns = alike(result.to_frame("turns"), row, *_SAME)
    return "; ".join([text, clear, *_turns(turns[~turns["matched"]])])


_SIGNS = {"positive": "above", "negative": "below"}


def _runs(years: list[int]) -> str:
    """Format years; only the longest run where there are many."""
    runs = year_runs(years)
    if len(runs) <= _MOST_RUNS:
        return format_years(years)
    longest = max(runs, key=len)
    return f"{format_years(longest)} and {len(years) - len(longest)} more years"


def _turns(turns: pd.DataFrame) -> list[str]:
    """Say in how many draws each was first, for each direction in which both turned in most draws by either margin."""
    lines = []
    for direction, group in turns.groupby("direction", sort=False):
        rows = group[group["reading"].isin(_MARGINS)]
        if rows[["turned_one", "turned_other"]].to_numpy().min() < 0.5:
            continue
        shares = {rows["one"].iloc[0]: rows["before"], rows["other"].iloc[0]: rows["after"]}
        order = sorted(shares, key=lambda name: -float(shares[name].min()))
        open_ = "" if shares[order[0]].min() >= _LIKELY else " (undecided)"
        lines.append(f"first to {direction}: {', '.join(f'{name} {_range(shares[name])}' for name in order)}{open_}")
    return lines


def _range(shares: pd.Series) -> str:
    low, high = round(100 * float(shares.min())), round(100 * float(shares.max()))
    return f"{low}%" if low == high else f"{low}-{high}%"
