"""Whether pressure from outside brings two states together only where something else holds: fits, tests, effects."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from alliance_metrics.coding.arrays import Array, IntArray
from alliance_metrics.config.analysis import ConditionSection
from alliance_metrics.history.condition.chance import SHUFFLES, condition_chance, condition_power
from alliance_metrics.history.condition.fits import Fitted, Group, Three, combined, draws_taken, fit_group, kept_years
from alliance_metrics.history.condition.interaction import fit_condition
from alliance_metrics.index.rescaling import SCALE
from alliance_metrics.results.tidy_result import TidyResult
from alliance_metrics.study.context_scores import pressure_of
from alliance_metrics.study.drawn_study import NOT_DONE, DrawnStudy, not_done_table
from alliance_metrics.study.score import record_of
from alliance_metrics.uncertainty.coder_draws import Singles

Steps = list[tuple[str, str]]

EVERY = "all"
"""Stands for all units, or all eras, of a group."""
TOGETHER = "mean of outcomes"
SUGGESTIVE, NOT_FOUND = "suggestive", "not found"
EFFECTS = (0.0, 50.0, 100.0, 200.0)
"""True interactions whose power is told. [points, over the whole range of pressure and of the condition]"""
_GRID = np.linspace(0.0, 1.0, 11)
PLACES = (*("grid" for _ in _GRID), "least", "median", "greatest")
"""Where effects are told: ten steps over the scale; the least, median and greatest condition of the group's years."""
_STUDIED = 100
_ABOUT = {"era": "str", "outcome": "str", "lagged": "bool", "runs": "int64", "n_years": "int64"}
_SPAN = dict.fromkeys(("estimate", "lower", "upper", "level"), "float64")


class Condition(TidyResult):
    """Whether the effect of pressure on outcomes depends on a condition.

    Every model stands for the years of one unit and era, of all units of an era, or of everything (`all`), each run of
    years with a level of its own; ``lagged`` ones have the outcome of the year before among the regressors. Scores
    enter between 0 and 1 and outcomes are told in points, so a coefficient of pressure is the points by which the
    outcome changes over the whole range of pressure where the condition is 0, and the interaction is by how many points
    more where the condition is at its top. ``fits`` has the coefficients: ``estimate`` from nominal scores with two
    robust errors, ``mean``, ``lower`` and ``upper`` over draws, with the doubt of years and of codings together,
    ``coding_share`` of the variance from codings. ``interaction_tests`` sets the interaction beside shuffles:
    ``chance`` two-sided, ``chance_above`` that it is positive, ``least`` the smallest there can be; ``suggestive``
    where both shifts have a chance of at most one less the level. ``without`` has the nominal interaction of pooled
    models, with the doubt of years alone, when one run of years is left out, and the greater chance of both shifts.
    ``power`` says how often shifts would find true interactions of stated size. ``marginal_effects`` has the effect of
    pressure at values of the condition, with the band that holds at all values (``lower_all``, ``upper_all``) and the
    ``support``, the years near the value: with none the line is only drawn on. ``not_done`` says what was passed over.

    Outcomes are themselves indicators of the index and the condition was coded by the same coders, so a part of any
    agreement is theirs; pairs of states of one era share states and years, so pooled errors are too small.
    """

    KIND: ClassVar[str] = "condition"
    UNKEYED: ClassVar[frozenset[str]] = frozenset({"not_done"})
    TABLES: ClassVar[Mapping[str, Mapping[str, str]]] = {
        "fits": {
            **_ABOUT,
            "coefficient": "str",
            **_SPAN,
            **dict.fromkeys(("error_unequal", "error_neighbours", "mean", "coding_share", "positive"), "float64"),
            "draws": "int64",
            "lost": "int64",
        },
        "interaction_tests": {
            **_ABOUT,
            "shuffle": "str",
            **dict.fromkeys(("statistic", "chance", "chance_above", "least"), "float64"),
            "exact": "bool",
            "finding": "str",
        },
        "without": {**_ABOUT, "without": "str", **_SPAN, "chance": "float64"},
        "power": {**_ABOUT, "shuffle": "str", "effect": "float64", "power": "float64"},
        "marginal_effects": {
            **_ABOUT,
            "at": "str",
            "condition": "float64",
            **_SPAN,
            "lower_all": "float64",
            "upper_all": "float64",
            "mean": "float64",
            "positive": "float64",
            "support": "int64",
        },
        "not_done": NOT_DONE,
    }


@dataclass(frozen=True, eq=False)
class _Asked:
    """All series of the whole panel: nominal of shape (n_units,), draws of shape (n_units, n_taken)."""

    pressure: tuple[Array, Singles]
    condition: tuple[Array, Singles]
    outcomes: Mapping[str, tuple[Array, Singles]]


def condition_analysis(drawn: DrawnStudy, *, progress: Callable[[float], None] | None = None) -> Condition:
    """Tell whether pressure works only on a condition.

    Parameters
    ----------
    drawn
        The study with its draws.
    progress
        Called now and then with the share of the work done. [0-1]

    Returns
    -------
    Condition
        The tables.

    Notes
    -----
    Models over draws are fitted in at most 1,000; shuffles are of nominal scores.
    """
    steps: Steps = []
    asked = _asked(drawn, steps)
    parts: dict[str, list[dict[str, Any]]] = {name: [] for name in Condition.TABLES}
    groups = [] if asked is None else _groups(drawn, asked, steps)
    for number, group in enumerate(groups):
        for name, row in _rows_of_group(drawn, asked, group, steps) if asked is not None else ():
            parts[name].append(row)
        if progress is not None:
            progress((number + 1) / len(groups))
    key = drawn.study.panel.unit
    tables = {name: pd.DataFrame(rows, columns=[key, *Condition.TABLES[name]]) for name, rows in parts.items()}
    tables["not_done"] = not_done_table(list(dict.fromkeys(steps)))
    return Condition(tables, key=key, record=record_of(drawn.study))


def _asked(drawn: DrawnStudy, steps: Steps) -> _Asked | None:
    """Gather pressure, condition and outcomes, or say why they are not there."""
    section = drawn.study.config.analysis.condition
    if section is None:
        steps.append(("condition", "the configuration asks for none"))
        return None
    pressure = pressure_of(drawn, section)
    if isinstance(pressure, str):
        steps.append((f"pressure {section.pressure}", pressure))
        return None
    if drawn.place(section.condition) is None:
        steps.append((f"condition {section.condition}", drawn.absence(section.condition)))
        return None
    outcomes = _outcomes(drawn, section, steps)
    if not outcomes:
        return None
    taken = draws_taken(drawn.n_draws)
    return _Asked(
        (pressure[0], pressure[1][:, taken]),
        _series(drawn, section.condition, taken),
        _with_mean(drawn, outcomes, taken),
    )


def _outcomes(drawn: DrawnStudy, section: ConditionSection, steps: Steps) -> list[str]:
    """List the outcomes that are there and no part of the condition."""
    found = []
    for name in section.outcomes:
        if drawn.place(name) is None:
            steps.append((f"outcome {name}", drawn.absence(name)))
        elif section.condition in drawn.line(name):
            steps.append((f"outcome {name}", f"it is a part of the condition '{section.condition}'"))
        else:
            found.append(name)
    return found


def _series(drawn: DrawnStudy, name: str, taken: IntArray) -> tuple[Array, Singles]:
    place = drawn.draws.components.index(name)
    return drawn.nominal[place], drawn.draws.scores[place][:, taken]


def _with_mean(drawn: DrawnStudy, names: list[str], taken: IntArray) -> dict[str, tuple[Array, Singles]]:
    found = {name: _series(drawn, name, taken) for name in names}
    if len(names) > 1:
        nominal, draws = ([series[side] for series in found.values()] for side in (0, 1))
        found = {TOGETHER: (combined(nominal), combined(draws)), **found}
    return found


def _groups(drawn: DrawnStudy, asked: _Asked, steps: Steps) -> list[Group]:
    """List the groups: everything, all units of each era, each unit and era."""
    complete = ~np.isnan(sum(series[0] for series in (asked.pressure, asked.condition, *asked.outcomes.values())))
    single: list[Group] = []
    for number, one in enumerate(drawn.trajectories):
        kept, causes = kept_years(complete[one.rows], one.years)
        steps += [(f"condition, {one.name}", cause) for cause in causes]
        rows = one.rows[kept]
        if len(rows):
            single.append(Group(one.unit, one.era, rows, np.full(len(rows), number)))
    eras = list(dict.fromkeys(one.era for one in single))
    pooled = [(era, [one for one in single if one.era == era]) for era in eras]
    wider = [_joined(EVERY, EVERY, single)] if len(eras) > 1 else []
    return [*wider, *(_joined(EVERY, era, parts) for era, parts in pooled if len(parts) > 1), *single]


def _joined(unit: str, era: str, parts: list[Group]) -> Group:
    rows, runs = (np.concatenate([getattr(one, name) for one in parts]) for name in ("rows", "runs"))
    return Group(unit, era, rows, runs)


def _rows_of_group(
    drawn: DrawnStudy, asked: _Asked, group: Group, steps: Steps
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give the rows of all tables for one group."""
    key = drawn.study.panel.unit
    for outcome, series in asked.outcomes.items():
        whole = (series, asked.pressure, asked.condition)
        nominal = Three(*(one[0][group.rows] for one in whole))
        draws = Three(*(one[1][group.rows].T.astype(np.float64) for one in whole))
        seen = [float(measure(nominal.condition)) for measure in (np.min, np.median, np.max)]
        values = np.array([*_GRID, *seen])
        for lagged in (False, True):
            about: dict[str, Any] = {key: group.unit, "era": group.era, "outcome": outcome, "lagged": lagged}
            fitted = fit_group(nominal, draws, group, lagged=lagged, values=values, level=drawn.level)
            if isinstance(fitted, str):
                step = " ".join(("condition", group.unit, group.era, outcome, "lagged" if lagged else ""))
                steps.append((step.strip(), fitted))
                continue
            about |= {"runs": group.n_runs, "n_years": fitted.nominal.n_years}
            rng = drawn.stream(Condition.KIND, group.unit, group.era, outcome, lagged)
            rows = {
                "fits": _fit_rows(fitted),
                "marginal_effects": _effect_rows(fitted),
                "interaction_tests": _test_rows(nominal, group, lagged=lagged, level=drawn.level, rng=rng),
                "without": []
                if group.n_runs == 1 or outcome != next(iter(asked.outcomes))
                else _without_rows(nominal, group, drawn, lagged=lagged, rng=rng),
                "power": [] if lagged or group.n_runs > 1 else _power_rows(nominal, level=drawn.level, rng=rng),
            }
            yield from ((name, {**about, **row}) for name, some in rows.items() for row in some)


def _fit_rows(fitted: Fitted) -> list[dict[str, Any]]:
    return [
        {
            "coefficient": name,
            "estimate": scale * fitted.nominal.fit.coefficients[place],
            "lower": scale * over.lower,
            "upper": scale * over.upper,
            "level": over.level,
            "error_unequal": scale * fitted.errors[0, place],
            "error_neighbours": scale * fitted.errors[1, place],
            "mean": scale * over.estimate,
            "coding_share": over.coding_share,
            "positive": over.positive,
            "draws": over.draws,
            "lost": over.lost,
        }
        for place, (name, over) in enumerate(zip(fitted.nominal.names, fitted.drawn, strict=True))
        if not name.startswith("constant")
        for scale in (1.0 if name == "lagged" else SCALE,)
    ]


def _effect_rows(fitted: Fitted) -> list[dict[str, Any]]:
    return [
        {
            "at": at,
            "condition": SCALE * fitted.effect.condition[place],
            "estimate": SCALE * fitted.effect.estimate[place],
            "lower": SCALE * over.lower,
            "upper": SCALE * over.upper,
            "level": over.level,
            "lower_all": SCALE * (over.estimate - fitted.band[place]),
            "upper_all": SCALE * (over.estimate + fitted.band[place]),
            "mean": SCALE * over.estimate,
            "positive": over.positive,
            "support": fitted.support[place],
        }
        for place, (at, over) in enumerate(zip(PLACES, fitted.effects, strict=True))
    ]


def _test_rows(
    three: Three, group: Group, *, lagged: bool, level: float, rng: np.random.Generator
) -> list[dict[str, Any]]:
    found = condition_chance(three.outcome, three.pressure, three.condition, rng=rng, eras=group.runs, lagged=lagged)
    beyond = bool((found.chance[:2] <= 1.0 - level).all())
    return [
        {
            "shuffle": name,
            "statistic": found.statistic,
            "chance": found.chance[place],
            "chance_above": found.chance_above[place],
            "least": found.least[place],
            "exact": found.exact[place],
            "finding": SUGGESTIVE if beyond else NOT_FOUND,
        }
        for place, name in enumerate(found.shuffles)
    ]


def _without_rows(
    three: Three, group: Group, drawn: DrawnStudy, *, lagged: bool, rng: np.random.Generator
) -> list[dict[str, Any]]:
    """Give the nominal interaction of a pooled group without each of its runs."""
    rows = []
    for run in np.unique(group.runs):
        kept = group.runs != run
        part = [values[kept] for values in (three.outcome, three.pressure, three.condition)]
        runs = group.runs[kept]
        fit = fit_condition(*part, eras=runs, lagged=lagged, level=drawn.level)
        found = condition_chance(*part, rng=rng, eras=runs, lagged=lagged)
        rows.append(
            {
                "without": drawn.trajectories[run].name,
                "runs": group.n_runs - 1,
                "n_years": fit.n_years,
                "estimate": SCALE * fit.interaction,
                "lower": SCALE * fit.lower,
                "upper": SCALE * fit.upper,
                "level": fit.level,
                "chance": float(found.chance[:2].max()),
            }
        )
    return rows


def _power_rows(three: Three, *, level: float, rng: np.random.Generator) -> list[dict[str, Any]]:
    found = condition_power(
        three.outcome,
        three.pressure,
        three.condition,
        effects=np.array(EFFECTS) / SCALE,
        rng=rng,
        level=level,
        studied=_STUDIED,
    )
    return [
        {"shuffle": shuffle, "effect": effect, "power": found[row, column]}
        for row, effect in enumerate(EFFECTS)
        for column, shuffle in enumerate(SHUFFLES[: found.shape[1]])
    ]
