"""Agreement and disagreement with measures from outside, as lines for the screen."""

from __future__ import annotations

import pandas as pd

from alliance_metrics.report.text.layout import Row, alike, coder_note, first_row, interval, render, where
from alliance_metrics.results.tables import rows_of
from alliance_metrics.results.tidy_result import TidyResult
from alliance_metrics.results.words import ALL

_MOST_MEASURES = 7
_SURE = ("agrees", "disagrees")
_UNTESTED = ("too short", "does not vary")


def render_validation(result: TidyResult) -> str:
    """Say where measures from outside agree with the index and where not, the independent ones first.

    Parameters
    ----------
    result
        The analysis.

    Returns
    -------
    str
        Lines of text: era by era, then measures that coders had seen, and rival indices.
    """
    agreement, summary = result.to_frame("agreement"), result.to_frame("summary")
    pooled = summary[summary.iloc[:, 0] == ALL]
    index = where(agreement, tier="index", counted=True)
    blocks = [_one_era(where(index, era=era), where(pooled, era=era), era) for era in dict.fromkeys(index["era"])]
    if blocks:
        seen = rows_of(where(pooled, independent=False, against="index", form="levels"))
        title = ["Measures that coders had seen, weaker evidence:"] if seen else []
        blocks.append([*title, *(f"    {row['era']}: {_counts(row)}" for row in seen)])
        blocks.append(_rival_lines(where(agreement, tier="index"), result.to_frame("cooperation_index")))
    level = max(agreement["confidence"], default=0.0)
    head = (
        f"The index and measures from outside: rank correlations (+ is the expected direction) with {100 * level:.6g}% "
        "intervals over draws of the codings; n: years (effective: independent years that scatter as much); p: share "
        "of unrelated, equally persistent series that correlate as strongly. With so few years no result is more than "
        f"suggestive. {coder_note(result.record.get('coders', []))}"
    )
    return render(result, blocks, head=head, nothing="The index was not compared with measures from outside.")


def _one_era(index: pd.DataFrame, summary: pd.DataFrame, era: str) -> list[str]:
    own = where(index, independent=True, form="levels")
    if own.empty:
        return [f"{era}: no independent measure."]
    parts = {(row["against"], row["form"]): row for row in rows_of(where(summary, independent=True))}
    levels = parts["index", "levels"]
    tested = own[~own["reading"].isin(_UNTESTED)]
    power = "" if tested.empty else f"; median power {tested['power'].median():.2f}"
    untested = f"{len(own) - len(tested)} are too short or do not vary{power}"
    lines = [
        f"{era}, independent measures: {_counts(levels)}",
        f"    ({levels['agrees_expected']:.1f} would agree by chance; {untested}).",
        f"    With trends removed: {_counts(parts['index', 'trendless'])}.",
    ]
    if ("declared", "levels") in parts:
        lines.append(f"    With the component that each should match: {_counts(parts['declared', 'levels'])}.")
    sure = tested[tested["reading"].isin(_SURE)].sort_values(["reading", "p_value"], ascending=[False, True])
    lines += [f"    {_one(row, index)}" for row in rows_of(sure.head(_MOST_MEASURES))]
    return lines + [f"    and {len(sure) - _MOST_MEASURES} more, see agreement.csv"] * (len(sure) > _MOST_MEASURES)


def _counts(row: Row) -> str:
    return (
        f"{row['agrees']} agree, {row['leans_with']} lean with, {row['leans_against']} lean against, "
        f"{row['disagrees']} disagree"
    )


def _one(row: Row, index: pd.DataFrame) -> str:
    unit = str(index.columns[0])
    without = first_row(where(alike(index, row, "measure"), form="trendless"))
    known = without is not None and not pd.isna(without["estimate"])
    detrended = f", detrended {without['estimate']:+.2f}" if without is not None and known else ""
    return f"{row['reading']}: {row[unit]} {row['measure']} {_figures(row)}{detrended}"


def _figures(row: Row) -> str:
    p = "p<0.01" if row["p_value"] < 0.01 else f"p={row['p_value']:.2f}"
    span = interval(row["lower"], row["upper"], form=".2f", plus=True)
    return f"{row['estimate']:+.2f} {span}, n={row['years']} (effective {row['effective_years']:.0f}), {p}"


def _rival_lines(index: pd.DataFrame, table: pd.DataFrame) -> list[str]:
    lines = []
    for (name, of, era), group in table.groupby(["rival", str(table.columns[0]), "era"], sort=False):
        one = where(index[index.iloc[:, 0] == of], measure=name, era=era)
        forms = {str(row["form"]): row for row in rows_of(one)}
        have, all_of = group["indicators"].iloc[0], group["indicators_published"].iloc[0]
        lines.append(f"Rival index {name} ({of}), rebuilt from {have} of {all_of} indicators without its own rules:")
        if "levels" in forms:
            without = forms["trendless"]
            lines.append(
                f"    {_figures(forms['levels'])}; detrended {without['estimate']:+.2f} ({without['reading']})"
            )
        parted = where(group, parted=True)
        sides = (("index higher", parted["gap"] > 0), ("rival higher", parted["gap"] < 0))
        years = [f"{side} {', '.join(map(str, parted['year'][which]))}" for side, which in sides if which.any()]
        lines.append(f"    They differ in {len(parted)} of {len(group)} years: {'; '.join(years) or 'none'}.")
    return lines
