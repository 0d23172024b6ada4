"""Whether pressure works only on a condition, as lines for the screen."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from alliance_metrics.report.text.years import causes_told
from alliance_metrics.results.tidy_result import TidyResult
from alliance_metrics.results.words import ALL, NOT_FOUND, SUGGESTIVE

Row = Mapping[Hashable, Any]


def render_condition(result: TidyResult) -> str:
    """Tell whether the effect of pressure depends on the condition, in every group and pooled.

    Parameters
    ----------
    result
        The analysis.

    Returns
    -------
    str
        The answer first, then each group with interval, chance, years and power, then the limits.
    """
    fits, tests = result.to_frame("fits"), result.to_frame("interaction_tests")
    lines = ["Whether pressure works only on a condition could not be asked."]
    if len(fits):
        outcome = str(fits["outcome"].iloc[0])
        plain = fits[(fits["outcome"] == outcome) & ~fits["lagged"] & (fits["coefficient"] == "interaction")]
        tests = tests[tests["outcome"] == outcome]
        lines = [
            *_answer(plain, tests, _names(result)),
            f"Points of '{outcome}' by which the effect of pressure, least to greatest, grows as the condition does:",
            f"{'':<22}{'given':>6}{'draws':>7} {'interval':<16}{'p':>7}{'lagged':>7}{'n':>5}  power",
            *(_group(row, tests, result) for row in plain.to_dict("records")),
            *_hanging(result, tests),
            "Chance: the greater of two shuffles that keep persistence; lagged: with the outcome of the year before;",
            f"power: share of true growths of {_largest(result):.0f} points found. Outcomes are indicators of the",
            f"index, coded, like condition and pressure, by the same coders{_kinds(result)}; pairs of states",
            "of one era share states and years: errors of pooled models are too small.",
        ]
    left = result.to_frame("skipped")
    return "\n".join([*lines, *causes_told(left["step"], left["cause"])])


def _largest(result: TidyResult) -> float:
    return float(result.to_frame("power")["effect"].max())


def _names(result: TidyResult) -> tuple[str, str]:
    """Give what pressure and condition are called in the configuration."""
    section = result.record.get("config", {}).get("analysis", {}).get("condition") or {}
    return str(section.get("pressure", "pressure")), str(section.get("condition", "the condition"))


def _kinds(result: TidyResult) -> str:
    """Say of what kind the coders are, where the record does."""
    kinds = sorted({str(row["kind"]).replace("_", " ") for row in result.record.get("coders", []) if "kind" in row})
    return f" ({', '.join(kinds)})" if kinds else ""


def _answer(plain: pd.DataFrame, tests: pd.DataFrame, names: tuple[str, str]) -> list[str]:
    unit = str(plain.columns[0])
    found = {(row[unit], row["era"]): row["finding"] for row in tests[~tests["lagged"]].to_dict("records")}
    named = [_name(*group) for group, finding in found.items() if finding == SUGGESTIVE]
    start = f"Does {names[0]} bring the two sides together more where {names[1]} is higher?"
    if not named:
        return [start, f"{NOT_FOUND.capitalize()} in any of {len(found)} groups of years."]
    rest = f"{NOT_FOUND} in the other {len(found) - len(named)} of {len(found)} groups of years."
    return [start, f"{SUGGESTIVE.capitalize()} in {', '.join(named)}; {rest}"]


def _name(unit: str, era: str) -> str:
    if era == ALL:
        return "everything pooled"
    return f"{era} pooled" if unit == ALL else f"{unit} {era}"


def _group(row: Row, tests: pd.DataFrame, result: TidyResult) -> str:
    unit = str(next(iter(row)))
    chances = [_of(tests[tests["lagged"] == lagged], row, unit)["p_value"].iloc[:2].max() for lagged in (False, True)]
    interval = f"[{row['lower']:+.0f} to {row['upper']:+.0f}]"
    text = f"{_name(row[unit], row['era']):<22}{row['estimate']:>+6.0f}{row['mean']:>+7.0f} {interval:<16}"
    text += "".join(f"{chance:>7.2f}" for chance in chances) + f"{row['n_years']:>5}"
    power = _of(result.to_frame("power"), row, unit)
    power = power[(power["outcome"] == row["outcome"]) & (power["effect"] == power["effect"].max())]
    return text if power.empty else f"{text}  {power['power'].min():.2f}"


def _of(frame: pd.DataFrame, row: Row, unit: str) -> pd.DataFrame:
    kept: pd.DataFrame = frame[(frame[unit] == row[unit]) & (frame["era"] == row["era"])]
    return kept


def _hanging(result: TidyResult, tests: pd.DataFrame) -> list[str]:
    """Say on which run of years a suggestive pooled finding hangs."""
    without, unit = result.to_frame("without"), str(tests.columns[0])
    lines = []
    for (name, era), group in without[~without["lagged"]].groupby([unit, "era"], sort=False):
        finding = tests[(tests[unit] == name) & (tests["era"] == era) & ~tests["lagged"]]["finding"].iloc[0]
        worst = group.iloc[int(group["p_value"].to_numpy().argmax())]
        if finding == SUGGESTIVE:
            lines.append(
                f"Without {worst['without']} the p-value of {_name(str(name), str(era))} is {worst['p_value']:.2f}."
            )
    return lines
