"""Every historical analysis as text for the terminal."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

import pandas as pd

from alliance_metrics.report.text.change import render_condition, render_recovery, render_turning_points
from alliance_metrics.report.text.layout import coder_note, interval, render
from alliance_metrics.report.text.likeness import render_comparison, render_facets, render_triads
from alliance_metrics.report.text.rows import Row, alike, first_row, where
from alliance_metrics.report.text.scoreboard import render_claims
from alliance_metrics.report.text.strength import render_capability, render_fragility
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
    blocks = [_era_measures(where(index, era=era), where(pooled, era=era), era) for era in dict.fromkeys(index["era"])]
    if blocks:
        seen = rows_of(where(pooled, independent=False, against="index", form="levels"))
        title = ["Measures that coders had seen, weaker evidence:"] if seen else []
        blocks.append([*title, *(f"    {row['era']}: {_readings(row)}" for row in seen)])
        blocks.append(_rival_lines(where(agreement, tier="index"), result.to_frame("cooperation_index")))
    level = max(agreement["confidence"], default=0.0)
    head = (
        f"The index and measures from outside: rank correlations (+ is the expected direction) with {100 * level:.6g}% "
        "intervals over draws of the codings; n: years (effective: independent years that scatter as much); p: share "
        "of unrelated, equally persistent series that correlate as strongly. With so few years no result is more than "
        f"suggestive. {coder_note(result.record.get('coders', []))}"
    )
    owed = result.record.get("credits") or ()
    nothing = "The index was not compared with measures from outside."
    return render(result, blocks, head=head, notes=owed, nothing=nothing)


def _era_measures(index: pd.DataFrame, summary: pd.DataFrame, era: str) -> list[str]:
    own = where(index, independent=True, form="levels")
    if own.empty:
        return [f"{era}: no independent measure."]
    parts = {(row["against"], row["form"]): row for row in rows_of(where(summary, independent=True))}
    levels = parts["index", "levels"]
    tested = own[~own["reading"].isin(_UNTESTED)]
    power = "" if tested.empty else f"; median power {tested['power'].median():.2f}"
    untested = f"{len(own) - len(tested)} are too short or do not vary{power}"
    lines = [
        f"{era}, independent measures: {_readings(levels)}",
        f"    ({levels['agrees_expected']:.1f} would agree by chance; {untested}).",
        f"    With trends removed: {_readings(parts['index', 'trendless'])}.",
    ]
    if ("declared", "levels") in parts:
        lines.append(f"    With the component that each should match: {_readings(parts['declared', 'levels'])}.")
    sure = tested[tested["reading"].isin(_SURE)].sort_values(["reading", "p_value"], ascending=[False, True])
    lines += [f"    {_measure_line(row, index)}" for row in rows_of(sure.head(_MOST_MEASURES))]
    return lines + [f"    and {len(sure) - _MOST_MEASURES} more, see agreement.csv"] * (len(sure) > _MOST_MEASURES)


def _readings(row: Row) -> str:
    return (
        f"{row['agrees']} agree, {row['leans_with']} lean with, {row['leans_against']} lean against, "
        f"{row['disagrees']} disagree"
    )


def _measure_line(row: Row, index: pd.DataFrame) -> str:
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


def render_tables(result: TidyResult) -> str:
    """Give a result as one JSON object.

    Parameters
    ----------
    result
        Any result.

    Returns
    -------
    str
        ``kind``, ``record`` and ``tables``: for each table a list of rows by column; what is missing is null.
    """
    tables = {
        name: [
            {key: None if pd.isna(cell) else cell for key, cell in row.items()}
            for row in rows_of(result.to_frame(name))
        ]
        for name in result.names
    }
    whole = {"kind": result.kind, "record": result.record, "tables": tables}
    return json.dumps(whole, indent=1, ensure_ascii=False, allow_nan=False)


#: The function that gives the text of each kind of result.
RENDERERS: Mapping[str, Callable[..., str]] = {
    "turning_points": render_turning_points,
    "recovery": render_recovery,
    "facets": render_facets,
    "condition": render_condition,
    "triads": render_triads,
    "fragility": render_fragility,
    "capability": render_capability,
    "comparison": render_comparison,
    "claims": render_claims,
    "validation": render_validation,
}


def render_analysis(result: TidyResult) -> str:
    """Give the text of a result, whichever analysis it is of.

    Parameters
    ----------
    result
        The result of a historical analysis.

    Returns
    -------
    str
        Lines for the terminal.
    """
    return RENDERERS.get(result.kind, render_rows)(result)


def render_rows(result: TidyResult) -> str:
    """Give the rows of every table in aligned columns: the text of a result that has none of its own.

    Parameters
    ----------
    result
        Any result.

    Returns
    -------
    str
        Each table that has rows under its name.
    """
    frames = {name: result.to_frame(name) for name in result.names}
    return "\n\n".join(f"{name}\n{frame.to_string(index=False)}" for name, frame in frames.items() if len(frame))
