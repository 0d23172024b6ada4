"""Agreement and disagreement with measures from outside, as lines for the screen."""

from __future__ import annotations

import numpy as np
import pandas as pd

from alliance_metrics.results.tables import rows_of
from alliance_metrics.results.tidy_result import TidyResult
from alliance_metrics.results.words import ALL

_MOST_TOLD = 7
_SURE = ("agrees", "disagrees")


def render_validation(result: TidyResult) -> str:
    """Tell where measures from outside agree with the index and where not, the independent ones first.

    Parameters
    ----------
    result
        The analysis.

    Returns
    -------
    str
        Lines of text: era by era, then what coders had seen, rivals, and how much was not done.
    """
    agreement, summary = result.to_frame("agreement"), result.to_frame("summary")
    if agreement.empty:
        causes = "; ".join(result.to_frame("skipped")["cause"].drop_duplicates())
        return f"The index was not set beside measures from outside: {causes or 'none was found'}."
    index = agreement[(agreement["tier"] == "index") & agreement["counted"]]
    level = float(agreement["confidence"].iloc[0])
    lines = [
        f"The index beside measures from outside: rank correlations, + as expected, {100 * level:.6g}% interval over",
        "draws of the language-model codings. Worth: independent years that scatter as much. Chance: as strong",
        "among unconnected series as persistent. Suggestive at best: so few years bear no stronger word.",
    ]
    for era in index["era"].drop_duplicates():
        lines += _era_lines(index[index["era"] == era], summary[summary["era"] == era], str(era))
    lines += _seen_lines(summary)
    lines += _rival_lines(agreement, result.to_frame("cooperation_index"))
    steps = len(result.to_frame("skipped"))
    return "\n".join([*lines, f"Not done: {steps} steps, each with its cause in skipped.csv."] if steps else lines)


def _era_lines(index: pd.DataFrame, summary: pd.DataFrame, era: str) -> list[str]:
    own = index[index["independent"] & (index["form"] == "levels")]
    if own.empty:
        return [f"{era}: no independent measure."]
    parts = {
        (row["against"], row["form"]): row
        for row in rows_of(summary[(summary.iloc[:, 0] == ALL) & summary["independent"]])
    }
    levels, trendless = parts["index", "levels"], parts["index", "trendless"]
    tested = own[~own["reading"].isin(["too short", "does not vary"])]
    unsaid = len(own) - len(tested)
    power = "" if tested.empty else f"; median power {tested['power'].median():.2f}"
    lines = [
        f"{era}, independent measures: {_counts(levels)}",
        f"    ({levels['agrees_expected']:.1f} would agree by chance; {unsaid} are too short or do not vary{power}).",
        f"    Trend taken away: {_counts(trendless)}.",
    ]
    if ("declared", "levels") in parts:
        lines.append(f"    With the component each should go with: {_counts(parts['declared', 'levels'])}.")
    sure = tested[tested["reading"].isin(_SURE)].sort_values(["reading", "p_value"], ascending=[False, True])
    lines += [f"    {_one(row, index)}" for row in rows_of(sure.head(_MOST_TOLD))]
    if len(sure) > _MOST_TOLD:
        lines.append(f"    and {len(sure) - _MOST_TOLD} more, see agreement.csv")
    return lines


def _counts(row: dict[str, object]) -> str:
    return (
        f"{row['agrees']} agree, {row['leans_with']} lean with, {row['leans_against']} lean against, "
        f"{row['disagrees']} disagree"
    )


def _one(row: dict[str, object], index: pd.DataFrame) -> str:
    unit = index.columns[0]
    same = (index[unit] == row[unit]) & (index["measure"] == row["measure"]) & (index["form"] == "trendless")
    without = float(index.loc[same, "estimate"].iloc[0])
    told = "" if np.isnan(without) else f", trendless {without:+.2f}"
    return f"{row['reading']}: {row[unit]} {row['measure']} {_figures(row)}{told}"


def _figures(row: dict[str, object]) -> str:
    return (
        f"{row['estimate']:+.2f} [{row['lower']:+.2f} to {row['upper']:+.2f}], n {row['years']} worth "
        f"{row['effective_years']:.0f}, chance {_chance(row['p_value'])}"
    )


def _chance(share: object) -> str:
    return "< 0.01" if float(str(share)) < 0.01 else f"{share:.2f}"


def _seen_lines(summary: pd.DataFrame) -> list[str]:
    seen = summary[(summary.iloc[:, 0] == ALL) & ~summary["independent"] & (summary["against"] == "index")]
    told = [f"{row['era']}: {_counts(row)}" for row in rows_of(seen[seen["form"] == "levels"])]
    return (
        ["Measures whose facts coders had seen, which prove less:", *(f"    {line}" for line in told)] if told else []
    )


def _rival_lines(agreement: pd.DataFrame, table: pd.DataFrame) -> list[str]:
    lines = []
    unit = str(table.columns[0])
    for (name, of, era), group in table.groupby(["rival", unit, "era"], sort=False):
        one = agreement[(agreement["measure"] == name) & (agreement[unit] == of) & (agreement["tier"] == "index")]
        forms = {str(row["form"]): row for row in rows_of(one[one["era"] == era])}
        have, all_of = group["indicators"].iloc[0], group["indicators_published"].iloc[0]
        lines.append(f"Rival {name} ({of}), a stand-in from {have} of {all_of} indicators, its own rules unread:")
        if "levels" in forms:
            without = forms["trendless"]
            lines.append(
                f"    {_figures(forms['levels'])}; trendless {without['estimate']:+.2f} ({without['reading']})"
            )
        parted = group[group["parted"]]
        sides = (("index higher", parted["gap"] > 0), ("rival higher", parted["gap"] < 0))
        told = [f"{side} {', '.join(map(str, parted.loc[where, 'year']))}" for side, where in sides if where.any()]
        lines.append(f"    They part in {len(parted)} of {len(group)} years: {'; '.join(told) or 'none'}.")
    return lines
