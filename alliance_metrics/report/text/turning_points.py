"""When trajectories turned, what turned first, and how strong the bedrock is, as lines for the screen."""

from __future__ import annotations

from textwrap import wrap

import pandas as pd

from alliance_metrics.results.tables import rows_of
from alliance_metrics.results.tidy_result import TidyResult
from alliance_metrics.results.words import SUGGESTIVE, TEST_LEVEL
from alliance_metrics.study.complete_series import Row

_WIDTH = 100
_DONE = {"fall": "fell", "rise": "rose"}
_LANGUAGE_MODEL = {"language_model"}


def render_turning_points(result: TidyResult) -> str:
    """Tell when each trajectory turned, which part turned first, and whether one leads or gates the others.

    Parameters
    ----------
    result
        The analysis.

    Returns
    -------
    str
        Three lines a trajectory, then leads, the gate, and what cannot be told.
    """
    tests, order = result.to_frame("break_tests"), result.to_frame("order")
    unit = str(tests.columns[0])
    names = _names(result, unit)
    index = str(result.record["config"]["index"]["id"])
    lines = wrap(_head(result, tests), _WIDTH)
    for name, era in names:
        own = {
            table: _only(result.to_frame(table), unit, name=name, era=era)
            for table in ("breaks", "break_tests", "order", "order_tests")
        }
        told, turn = _break_line(own["breaks"], own["break_tests"], index)
        lines += wrap(f"{name} {era}: {told}", _WIDTH, subsequent_indent="    ")
        for reading in dict.fromkeys(order["reading"]):
            lines += _first_line(own["order"], own["order_tests"], turn=turn, reading=reading)
    for told in (_breaks_together(tests), _leads(result, unit), _gate(result, unit), _limits(result)):
        lines += wrap(told, _WIDTH, subsequent_indent="    ")
    return "\n".join(lines)


def _names(result: TidyResult, unit: str) -> list[tuple[str, str]]:
    """List the trajectories of which anything is told."""
    found = [result.to_frame(table)[[unit, "era"]] for table in ("breaks", "order", "strength")]
    pairs = pd.concat(found).drop_duplicates()
    return list(zip(pairs[unit].astype(str), pairs["era"].astype(str), strict=True))


def _only(frame: pd.DataFrame, unit: str, *, name: str, era: str) -> pd.DataFrame:
    return frame[(frame[unit] == name) & (frame["era"] == era)]


def _head(result: TidyResult, tests: pd.DataFrame) -> str:
    level = tests["test_level"].iloc[0] if len(tests) else TEST_LEVEL
    sure = result.record["config"]["uncertainty"]["level"]
    return (
        f"When each trajectory turned, with {sure:.0%} intervals. Not shown: more than {level:.0%} of series "
        "that merely persist break as clearly. Power: how often a clean step of the size seen would be shown."
    )


def _break_line(breaks: pd.DataFrame, tests: pd.DataFrame, index: str) -> tuple[str, str]:
    """Tell the single break of the index, and which way it turned."""
    single = breaks[(breaks["component"] == index) & (breaks["number"] == 1)]
    if single.empty:
        return f"no break of {index} is dated", "fall"
    row = rows_of(single)[0]
    turn = "fall" if row["shift"] < 0 else "rise"
    whole = row["lower_beyond_record"] and row["upper_beyond_record"]
    interval = "any year" if whole else f"{row['lower']}-{row['upper']}"
    told = f"{index} {row['shift']:+.1f} in {row['estimate']} [{interval}]"
    own = tests[tests["component"] == index]
    if own.empty:
        return f"{told}, not tested", turn
    test = rows_of(own)[0]
    verdict = SUGGESTIVE if test["p_value"] <= test["test_level"] else "not shown"
    return f"{told}, {verdict}: chance {test['p_value']:.3f}, n {test['n_years']}, power {test['power']:.2f}", turn


def _first_line(order: pd.DataFrame, chances: pd.DataFrame, *, turn: str, reading: str) -> list[str]:
    """Tell which part turned first by one reading."""
    own = order[(order["turn"] == turn) & (order["reading"] == reading)]
    if own.empty:
        return []
    row = rows_of(own.sort_values("first", ascending=False, kind="stable"))[0]
    told = f"{_DONE[turn]} first by {reading}: "
    if row["first"] == 0.0:
        return [f"    {told}none in any draw"]
    told += f"{row['component']} ({row['first_alone']:.0%} alone, {row['first_shared']:.0%} tied)"
    for test in rows_of(chances[(chances["turn"] == turn) & (chances["reading"] == reading)]):
        told += "; estimates: a tie" if not test["first"] else _lead_text(test)
    return wrap(told, _WIDTH, initial_indent="    ", subsequent_indent="        ")


def _lead_text(test: Row) -> str:
    years = f"{test['lead']:.0f} year{'s'[: test['lead'] != 1]}"
    return f"; estimates: {test['first']} by {years}, chance {test['p_value']:.3f}"


def _breaks_together(tests: pd.DataFrame) -> str:
    if tests.empty:
        return "No break is tested."
    found, held = ((tests[name] <= tests["test_level"]).sum() for name in ("p_value", "p_adjusted"))
    by_chance = (tests["test_level"]).sum()
    return (
        f"Breaks of index and pillars: {found} of {len(tests)} suggestive where persistence alone gives "
        f"about {by_chance:.1f}; {held} with their number allowed for. Sizes seen are "
        "exaggerated, and power with them."
    )


def _leads(result: TidyResult, unit: str) -> str:
    leads, foretold = result.to_frame("lead_findings"), result.to_frame("prediction")
    if leads.empty:
        return "No lead is tested."
    found = leads["finding"] == SUGGESTIVE
    by_chance = (1.0 - leads["confidence"]).sum()
    power = leads["power"]
    told = (
        f"Leads between pillars: {found.sum()} of {len(leads)} pairs suggestive where chance gives about "
        f"{by_chance:.1f} (a lead of correlation {leads['true_lead'].iloc[0]:g} would be found in "
        f"{power.min():.0%} to {power.max():.0%})"
    )
    for row in rows_of(leads[found]):
        told += f"; {row['component']} before {row['other']} by {row['lag']} in {row[unit]} {row['era']}"
        told += f" ({row['estimate']:.2f})"
    known = foretold[foretold["p_value"].notna()]
    if len(known):
        beyond = (known["p_value"] <= TEST_LEVEL).sum()
        kept = (known["p_adjusted"] <= TEST_LEVEL).sum()
        told += f". Foretold beyond their own past: {beyond} of {len(known)}, {kept} with their number allowed for"
    return f"{told}."


def _gate(result: TidyResult, unit: str) -> str:
    strength, tests = result.to_frame("strength"), result.to_frame("strength_tests")
    if strength.empty:
        return "No strength of a gate is estimated."
    each = "; ".join(
        f"{row[unit]} {row['era']} {row['estimate']:.2f} [{row['lower']:.2f}-{row['upper']:.2f}]"
        for row in rows_of(strength)
    )
    found, beside = ((tests[name] <= tests["test_level"]).sum() for name in ("p_value", "p_trendless"))
    return (
        f"Strength of {strength['component'].iloc[0]} as a gate, 0-1: {each}. Told from an unconnected gate in {found} "
        f"of {len(tests)}, beside a trend in {beside} (power {tests['power'].min():.2f} or more)."
    )


def _limits(result: TidyResult) -> str:
    missed = len(result.to_frame("skipped"))
    models = {coder["kind"] for coder in result.record["coders"]} == _LANGUAGE_MODEL
    told = (
        "A gate cannot be told from a common cause or from coders who lean alike in a year (not_identified.csv). "
        f"Codings{' of language models' if models else ''} are research inputs, not expert consensus."
    )
    return f"{told} Passed over: {missed} (skipped.csv)." if missed else told
