"""When trajectories turned, and whether pressure works only on a condition, as lines for the screen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pandas as pd

from alliance_metrics.errors import counted
from alliance_metrics.report.text.layout import coder_kinds, coder_note, interval, paragraph, percent, render
from alliance_metrics.report.text.rows import Row, alike, first_row, where
from alliance_metrics.results.tables import rows_of
from alliance_metrics.results.tidy_result import TidyResult
from alliance_metrics.results.words import ALL, NOT_FOUND, SUGGESTIVE, TEST_LEVEL

_DONE = {"fall": "fell", "rise": "rose"}


def render_turning_points(result: TidyResult) -> str:
    """Say when each trajectory turned, which part turned first, and whether one leads or gates the others.

    Parameters
    ----------
    result
        The analysis.

    Returns
    -------
    str
        Three lines a trajectory, then leads, the gate, and what cannot be known.
    """
    tests = result.to_frame("break_tests")
    index = str(result.record["config"]["index"]["id"])
    named = [result.to_frame(table).iloc[:, :2] for table in ("breaks", "order", "strength")]
    series = rows_of(pd.concat(named).drop_duplicates())
    level = tests["test_level"].iloc[0] if len(tests) else TEST_LEVEL
    sure = result.record["config"]["uncertainty"]["level"]
    head = (
        f"When each trajectory turned, with {sure:.0%} intervals. Not significant: over {level:.0%} of simulated "
        "series without a break, equally autocorrelated, show a break at least this clear. Power: how often a true "
        "step of this size would be found."
    )
    blocks = [[line for text in _turning_series(result, one, index) for line in text] for one in series]
    totals = (_breaks_together(tests), _leads(result), _gate(result), _limits(result))
    blocks += [paragraph(text, hang=4) for text in totals]
    return render(result, blocks, head=head, nothing="")


def _turning_series(result: TidyResult, series: Row, index: str) -> Iterator[list[str]]:
    order, tests = (alike(result.to_frame(table), series) for table in ("order", "order_tests"))
    breaks = where(alike(result.to_frame("breaks"), series), component=index, number=1)
    single = first_row(breaks)
    turn = "fall" if single is None or single["shift"] < 0 else "rise"
    test = first_row(where(alike(result.to_frame("break_tests"), series), component=index))
    text = f"no break of {index} is dated" if single is None else f"{index} {_break(single, test)}"
    yield paragraph(f"{' '.join(map(str, series.values()))}: {text}", hang=4)
    for reading in dict.fromkeys(result.to_frame("order")["reading"]):
        first = first_row(where(order, turn=turn, reading=reading).sort_values("first", ascending=False, kind="stable"))
        if first is not None:
            yield paragraph(_first(first, rows_of(where(tests, turn=turn, reading=reading))), indent=4, hang=4)


def _break(single: Row, test: Row | None) -> str:
    """Give the single break of the index with its test."""
    whole = single["lower_beyond_record"] and single["upper_beyond_record"]
    years = "any year" if whole else f"{single['lower']}-{single['upper']}"
    text = f"{single['shift']:+.1f} in {single['estimate']} [{years}]"
    if test is None:
        return f"{text}, not tested"
    verdict = SUGGESTIVE if test["p_value"] <= test["test_level"] else "not significant"
    return f"{text}, {verdict}: p={test['p_value']:.3f}, n={test['n_years']}, power={test['power']:.2f}"


def _first(row: Row, tests: Sequence[Row]) -> str:
    """Say which part turned first by one reading."""
    text = f"{_DONE[row['turn']]} first by {row['reading']}: "
    if row["first"] == 0.0:
        return f"{text}none in any draw"
    text += f"{row['component']} ({row['first_alone']:.0%} alone, {row['first_shared']:.0%} tied)"
    for test in tests:
        text += "; in the estimates "
        lead = f"{test['lead']:.0f} year{'s'[: test['lead'] != 1]}"
        text += f"{test['first']} by {lead}, p={test['p_value']:.3f}" if test["first"] else "a tie"
    return text


def _breaks_together(tests: pd.DataFrame) -> str:
    if tests.empty:
        return "No break is tested."
    found, held = ((tests[name] <= tests["test_level"]).sum() for name in ("p_value", "p_adjusted"))
    return (
        f"Breaks of index and pillars: {found} of {len(tests)} suggestive, where about {tests['test_level'].sum():.1f} "
        f"are expected without any break; {held} after adjustment for the number of tests. Sizes estimated at the best "
        "date are too large on average, and so is power."
    )


def _leads(result: TidyResult) -> str:
    leads, predicted = result.to_frame("lead_findings"), result.to_frame("prediction")
    if leads.empty:
        return "No lead is tested."
    found, power = leads["finding"] == SUGGESTIVE, leads["power"]
    text = (
        f"Leads between pillars: {found.sum()} of {counted(len(leads), 'pair')} suggestive, where about "
        f"{(1.0 - leads['confidence']).sum():.1f} are expected by chance (a true lead of correlation "
        f"{leads['true_lead'].iloc[0]:g} would be found in {power.min():.0%} to {power.max():.0%})"
    )
    for row in rows_of(leads[found]):
        text += f"; {row['component']} before {row['other']} by {counted(row['lag'], 'year')} in "
        text += f"{next(iter(row.values()))} {row['era']} ({row['estimate']:.2f})"
    known = predicted[predicted["p_value"].notna()]
    if len(known):
        beyond, kept = ((known[name] <= TEST_LEVEL).sum() for name in ("p_value", "p_adjusted"))
        text += f". One pillar helps to predict another in {beyond} of {len(known)} tests, {kept} after adjustment"
    return f"{text}."


def _gate(result: TidyResult) -> str:
    strength, tests = result.to_frame("strength"), result.to_frame("strength_tests")
    if strength.empty:
        return "No strength of a gate is estimated."
    each = "; ".join(
        f"{next(iter(row.values()))} {row['era']} {row['estimate']:.2f} "
        f"{interval(row['lower'], row['upper'], form='.2f', dash=True)}"
        for row in rows_of(strength)
    )
    found, beside = ((tests[name] <= tests["test_level"]).sum() for name in ("p_value", "p_trendless"))
    return (
        f"Strength of {strength['component'].iloc[0]} as a gate, 0-1: {each}. Larger than for a simulated gate "
        f"unrelated to the pillars in {found} of {len(tests)}, with trends removed in {beside} "
        f"(power {tests['power'].min():.2f} or more)."
    )


def _limits(result: TidyResult) -> str:
    return (
        "A gate cannot be distinguished from a common cause, or from coders who err in the same direction in the same "
        f"year (not_identified.csv). {coder_note(result.record['coders'])}"
    )


_RETURNS_SHOWN = 12
_FIRST_READING = (
    "Year of the rise: the first that stands clearly above the mean of the years since the bottom, as the next does; "
    "in brackets its interval; parts that rise in most draws alone. First: share of draws in which a part is first of "
    "its tier, alone."
)


def render_recovery(result: TidyResult) -> str:
    """Say when each line of years was lowest, and what rose first from there.

    Parameters
    ----------
    result
        The analysis.

    Returns
    -------
    str
        For each line its lowest years, and the parts of each tier in the order in which they rose.
    """
    bottoms, returns = result.to_frame("bottoms"), result.to_frame("returns")
    blocks = [
        _recovery(rows, alike(returns, rows_of(rows.head(1))[0]), result.to_frame("before"))
        for _, rows in bottoms.groupby([str(bottoms.columns[0]), "era"], sort=False)
    ]
    notes = (f"{_FIRST_READING} {coder_note(result.record['coders'])}",)
    return render(result, blocks, notes=notes, nothing="No line of years has an index in every year.")


def _recovery(bottoms: pd.DataFrame, returns: pd.DataFrame, before: pd.DataFrame) -> list[str]:
    first = rows_of(bottoms.head(1))[0]
    years = ", ".join(
        f"{row['year']} in {percent(row['share'])}"
        for row in rows_of(bottoms.sort_values("share", ascending=False, kind="stable").head(3))
    )
    nominal = rows_of(bottoms[bottoms["nominal"]])[0]
    head = (
        f"{first[str(bottoms.columns[0])]}, {first['first_year']}-{first['last_year']}: lowest in {nominal['year']} at "
        f"{nominal['estimate']:.1f} (lowest year of the draws: {years})"
    )
    lines = paragraph(head, hang=2)
    for tier, own in returns.groupby("tier", sort=False):
        risen = own[own["never"] < 0.5]
        ordered = risen.sort_values(["median", "first_alone"], ascending=[True, False], kind="stable")
        parts = [
            f"{row['component']} {row['median']} [{row['lower']}-{row['upper']}], first in "
            f"{percent(row['first_alone'])}"
            for row in rows_of(ordered.head(_RETURNS_SHOWN))
        ]
        lines += paragraph(f"Rose, by {tier}: {'; '.join(parts) or 'none'}. {_surely(tier, own, before)}", indent=2)
    return lines


def _surely(tier: object, own: pd.DataFrame, before: pd.DataFrame) -> str:
    """Say which of two components surely rose before which."""
    pairs = alike(before[before["tier"] == tier], rows_of(own.head(1))[0])
    one = [(row["component"], row["other"]) for row in rows_of(pairs[pairs["before"] >= _SURELY])]
    one += [(row["other"], row["component"]) for row in rows_of(pairs[pairs["after"] >= _SURELY])]
    if not one:
        return f"In no pair did one rise first in {_SURELY:.0%} of draws: the order is undecided."
    return f"{len(one)} of {len(pairs)} pairs are in one order in {_SURELY:.0%} of draws or more (before.csv)."


_SURELY = 0.9


def render_condition(result: TidyResult) -> str:
    """Say whether the effect of pressure depends on the condition, in every group and pooled.

    Parameters
    ----------
    result
        The analysis.

    Returns
    -------
    str
        The answer first, then each group with interval, p-values, years and power, then the limits.
    """
    fits, tests = result.to_frame("fits"), result.to_frame("interaction_tests")
    blocks, notes = [], []
    if len(fits):
        outcome = str(fits["outcome"].iloc[0])
        plain = rows_of(where(fits, outcome=outcome, lagged=False, coefficient="interaction"))
        tests, power = where(tests, outcome=outcome), where(result.to_frame("power"), outcome=outcome)
        blocks = [
            _condition_answer(where(tests, lagged=False), result),
            [
                f"By how many points of '{outcome}' the effect of a rise in pressure from least to greatest grows",
                "as the condition rises from least to greatest:",
                f"{'':<22}{'coded':>6}{'mean':>7} {'interval':<16}{'p':>7}{'lagged':>7}{'n':>5}  power",
            ],
            [_group_line(row, tests, power) for row in plain],
            list(_without_runs(where(result.to_frame("without"), lagged=False), where(tests, lagged=False))),
        ]
        kinds = coder_kinds(result.record.get("coders", []))
        how = (
            "Coded: from the codings as given; mean and interval: over the draws; p: the larger p-value of two tests "
            "by shuffles that keep persistence; lagged: with the outcome of the year before in the model; power: share "
            f"of true interactions of {result.to_frame('power')['effect'].max():.0f} points detected."
        )
        limits = (
            f"Outcomes are indicators of the index, coded by the same coders{f' ({kinds})' if kinds else ''} as "
            "condition and pressure. Pairs of states of one era share states and years, so standard errors of pooled "
            "models are too small."
        )
        notes = [how, limits]
    return render(result, blocks, notes=notes, nothing="Whether pressure works only on a condition was not tested.")


def _condition_answer(tests: pd.DataFrame, result: TidyResult) -> list[str]:
    section = result.record.get("config", {}).get("analysis", {}).get("condition") or {}
    pressure, condition = section.get("pressure", "pressure"), section.get("condition", "the condition")
    start = f"Does {pressure} bring the two sides together more where {condition} is higher?"
    found = {_group_name(row): row["finding"] for row in rows_of(tests)}
    named = [name for name, finding in found.items() if finding == SUGGESTIVE]
    if not named:
        return [start, f"{NOT_FOUND.capitalize()} in any of {len(found)} groups of years."]
    rest = f"{NOT_FOUND} in the other {len(found) - len(named)} of {len(found)} groups of years."
    return [start, f"{SUGGESTIVE.capitalize()} in {', '.join(named)}; {rest}"]


def _group_name(row: Row) -> str:
    unit, era = next(iter(row.values())), row["era"]
    if era == ALL:
        return "all series pooled"
    return f"{era} pooled" if unit == ALL else f"{unit} {era}"


def _group_line(row: Row, tests: pd.DataFrame, power: pd.DataFrame) -> str:
    own, span = alike(tests, row), interval(row["lower"], row["upper"], form=".0f", plus=True)
    text = f"{_group_name(row):<22}{row['estimate']:>+6.0f}{row['mean']:>+7.0f} {span:<16}"
    text += "".join(f"{where(own, lagged=lagged)['p_value'].iloc[:2].max():>7.2f}" for lagged in (False, True))
    greatest = where(alike(power, row), effect=alike(power, row)["effect"].max())
    return f"{text}{row['n_years']:>5}" + ("" if greatest.empty else f"  {greatest['power'].min():.2f}")


def _without_runs(without: pd.DataFrame, tests: pd.DataFrame) -> Iterator[str]:
    """Say on which run of years a suggestive pooled finding depends."""
    for _, group in without.groupby([str(without.columns[0]), "era"], sort=False):
        worst = rows_of(group.iloc[[int(group["p_value"].to_numpy().argmax())]])[0]
        if alike(tests, worst)["finding"].iloc[0] == SUGGESTIVE:
            yield f"Without {worst['without']} the p-value of {_group_name(worst)} is {worst['p_value']:.2f}."
