"""Whether pressure works only on a condition, as lines for the screen."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from alliance_metrics.report.text.layout import Row, alike, coder_kinds, interval, render, where
from alliance_metrics.results.tables import rows_of
from alliance_metrics.results.tidy_result import TidyResult
from alliance_metrics.results.words import ALL, NOT_FOUND, SUGGESTIVE


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
            _answer(where(tests, lagged=False), result),
            [
                f"By how many points of '{outcome}' the effect of a rise in pressure from least to greatest grows",
                "as the condition rises from least to greatest:",
                f"{'':<22}{'coded':>6}{'mean':>7} {'interval':<16}{'p':>7}{'lagged':>7}{'n':>5}  power",
            ],
            [_group(row, tests, power) for row in plain],
            list(_without(where(result.to_frame("without"), lagged=False), where(tests, lagged=False))),
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


def _answer(tests: pd.DataFrame, result: TidyResult) -> list[str]:
    section = result.record.get("config", {}).get("analysis", {}).get("condition") or {}
    pressure, condition = section.get("pressure", "pressure"), section.get("condition", "the condition")
    start = f"Does {pressure} bring the two sides together more where {condition} is higher?"
    found = {_name(row): row["finding"] for row in rows_of(tests)}
    named = [name for name, finding in found.items() if finding == SUGGESTIVE]
    if not named:
        return [start, f"{NOT_FOUND.capitalize()} in any of {len(found)} groups of years."]
    rest = f"{NOT_FOUND} in the other {len(found) - len(named)} of {len(found)} groups of years."
    return [start, f"{SUGGESTIVE.capitalize()} in {', '.join(named)}; {rest}"]


def _name(row: Row) -> str:
    unit, era = next(iter(row.values())), row["era"]
    if era == ALL:
        return "all series pooled"
    return f"{era} pooled" if unit == ALL else f"{unit} {era}"


def _group(row: Row, tests: pd.DataFrame, power: pd.DataFrame) -> str:
    own, span = alike(tests, row), interval(row["lower"], row["upper"], form=".0f", plus=True)
    text = f"{_name(row):<22}{row['estimate']:>+6.0f}{row['mean']:>+7.0f} {span:<16}"
    text += "".join(f"{where(own, lagged=lagged)['p_value'].iloc[:2].max():>7.2f}" for lagged in (False, True))
    greatest = where(alike(power, row), effect=alike(power, row)["effect"].max())
    return f"{text}{row['n_years']:>5}" + ("" if greatest.empty else f"  {greatest['power'].min():.2f}")


def _without(without: pd.DataFrame, tests: pd.DataFrame) -> Iterator[str]:
    """Say on which run of years a suggestive pooled finding depends."""
    for _, group in without.groupby([str(without.columns[0]), "era"], sort=False):
        worst = rows_of(group.iloc[[int(group["p_value"].to_numpy().argmax())]])[0]
        if alike(tests, worst)["finding"].iloc[0] == SUGGESTIVE:
            yield f"Without {worst['without']} the p-value of {_name(worst)} is {worst['p_value']:.2f}."
