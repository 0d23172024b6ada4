"""When trajectories turned, what turned first, and how strong the bedrock is, as lines for the screen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pandas as pd

from alliance_metrics.errors import counted
from alliance_metrics.report.text.layout import Row, alike, coder_note, first_row, interval, paragraph, render, where
from alliance_metrics.results.tables import rows_of
from alliance_metrics.results.tidy_result import TidyResult
from alliance_metrics.results.words import SUGGESTIVE, TEST_LEVEL

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
        "series without a break, equally autocorrelated, break as clearly. Power: how often a true step of this size "
        "would be found."
    )
    blocks = [[line for text in _one_series(result, one, index) for line in text] for one in series]
    totals = (_breaks_together(tests), _leads(result), _gate(result), _limits(result))
    blocks += [paragraph(text, hang=4) for text in totals]
    return render(result, blocks, head=head, nothing="")


def _one_series(result: TidyResult, series: Row, index: str) -> Iterator[list[str]]:
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
        f"Strength of {strength['component'].iloc[0]} as a gate, 0-1: {each}. Distinguishable from an unconnected gate "
        f"in {found} of {len(tests)}, with trends removed in {beside} (power {tests['power'].min():.2f} or more)."
    )


def _limits(result: TidyResult) -> str:
    return (
        "A gate cannot be distinguished from a common cause, or from coders who err in the same direction in the same "
        f"year (not_identified.csv). {coder_note(result.record['coders'])}"
    )
