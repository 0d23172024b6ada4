"""Whether pressure from outside brings two states together only where something else holds: fits, tests, effects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from alliance_metrics.coding.arrays import Array, FloatArray, IntArray
from alliance_metrics.config.analysis import ConditionSection
from alliance_metrics.history.condition import fits
from alliance_metrics.history.condition.interaction import fit_condition
from alliance_metrics.history.condition.shuffles import SHUFFLES, condition_power, shuffle_test
from alliance_metrics.index.rescaling import SCALE
from alliance_metrics.results.collected import Collected, Skipped
from alliance_metrics.results.tidy_result import TidyResult
from alliance_metrics.results.words import ALL, NOT_FOUND, SUGGESTIVE
from alliance_metrics.study.context_scores import pressure_of
from alliance_metrics.study.drawn_study import DrawnStudy
from alliance_metrics.study.score import record_of

#: Nominal scores and draws: of shape (n_units,) and (n_units, n_taken).
Series = tuple[Array, FloatArray]
Row = dict[str, Any]

TOGETHER = "mean of outcomes"
#: True interactions whose power is given. [points, over the whole range of pressure and of the condition]
EFFECTS = (0.0, 50.0, 100.0, 200.0)
_GRID = np.linspace(0.0, 1.0, 11)
#: Where effects are given: ten steps over the scale; the least, median and greatest condition of the group's years.
PLACES = (*("grid" for _ in _GRID), "least", "median", "greatest")
_STUDIED = 100


@dataclass(frozen=True, eq=False)
class _Inputs:
    """The series of the whole panel."""

    pressure: Series
    condition: Series
    outcomes: Mapping[str, Series]


def condition_analysis(drawn: DrawnStudy) -> TidyResult:
    """Test whether pressure works only on a condition.

    Parameters
    ----------
    drawn
        The study with its draws.

    Returns
    -------
    TidyResult
        The tables.

    Notes
    -----
    Models over draws are fitted in at most 1,000; shuffles are of nominal scores.
    """
    found = Collected("condition", key=drawn.study.panel.unit)
    inputs = _inputs_of(drawn, found)
    if inputs is not None:
        for group in _groups(drawn, inputs, found):
            _add_group(drawn, inputs, group, found)
    return found.result(record_of(drawn.study))


def _inputs_of(drawn: DrawnStudy, skipped: Skipped) -> _Inputs | None:
    """Gather pressure, condition and outcomes, or say why they are not there."""
    section = drawn.study.config.analysis.condition
    if section is None:
        skipped.skip("condition", "the configuration asks for none")
        return None
    pressure = pressure_of(drawn, section)
    if isinstance(pressure, str):
        skipped.skip(f"pressure {section.pressure}", pressure)
        return None
    if drawn.place(section.condition) is None:
        skipped.skip(f"condition {section.condition}", drawn.absence(section.condition))
        return None
    outcomes = _outcomes(drawn, section, skipped)
    if not outcomes:
        return None
    taken = fits.draws_taken(drawn.n_draws)
    return _Inputs(
        (pressure[0], pressure[1][:, taken]),
        _series(drawn, section.condition, taken),
        _with_mean(drawn, outcomes, taken),
    )


def _outcomes(drawn: DrawnStudy, section: ConditionSection, skipped: Skipped) -> list[str]:
    """List the outcomes that are there and no part of the condition."""
    found = []
    for name in section.outcomes:
        if drawn.place(name) is None:
            skipped.skip(f"outcome {name}", drawn.absence(name))
        elif section.condition in drawn.line(name):
            skipped.skip(f"outcome {name}", f"it is a part of the condition '{section.condition}'")
        else:
            found.append(name)
    return found


def _series(drawn: DrawnStudy, name: str, taken: IntArray) -> Series:
    place = drawn.draws.components.index(name)
    return drawn.nominal[place], drawn.draws.scores[place][:, taken]


def _with_mean(drawn: DrawnStudy, names: list[str], taken: IntArray) -> dict[str, Series]:
    found = {name: _series(drawn, name, taken) for name in names}
    if len(names) > 1:
        nominal = np.mean(np.stack([one for one, _ in found.values()]), axis=0)
        draws = np.mean(np.stack([one for _, one in found.values()]), axis=0)
        found = {TOGETHER: (np.asarray(nominal), np.asarray(draws)), **found}
    return found


def _groups(drawn: DrawnStudy, inputs: _Inputs, skipped: Skipped) -> list[fits.Group]:
    """List the groups: everything, all units of each era, each unit and era."""
    complete = ~np.isnan(sum(series[0] for series in (inputs.pressure, inputs.condition, *inputs.outcomes.values())))
    single: list[fits.Group] = []
    for number, one in enumerate(drawn.trajectories):
        kept, causes = fits.kept_years(complete[one.rows], one.years)
        skipped.extend([(f"condition, {one.name}", cause) for cause in causes])
        rows = one.rows[kept]
        if len(rows):
            single.append(fits.Group(one.unit, one.era, rows, np.full(len(rows), number)))
    eras = list(dict.fromkeys(one.era for one in single))
    pooled = [(era, [one for one in single if one.era == era]) for era in eras]
    wider = [_joined(ALL, ALL, single)] if len(eras) > 1 else []
    return [*wider, *(_joined(ALL, era, parts) for era, parts in pooled if len(parts) > 1), *single]


def _joined(unit: str, era: str, parts: list[fits.Group]) -> fits.Group:
    rows, runs = (np.concatenate([getattr(one, name) for one in parts]) for name in ("rows", "runs"))
    return fits.Group(unit, era, rows, runs)


def _add_group(drawn: DrawnStudy, inputs: _Inputs, group: fits.Group, found: Collected) -> None:
    """Add the rows of all tables for one group of years."""
    for outcome, series in inputs.outcomes.items():
        whole = (series, inputs.pressure, inputs.condition)
        nominal = fits.ConditionData(*(one[0][group.rows] for one in whole))
        draws = fits.ConditionData(*(one[1][group.rows].T.astype(np.float64) for one in whole))
        values = np.array([*_GRID, *(float(measure(nominal.condition)) for measure in (np.min, np.median, np.max))])
        for lagged in (False, True):
            fitted = fits.fit_group(nominal, draws, group, lagged=lagged, values=values, level=drawn.level)
            if isinstance(fitted, str):
                step = " ".join(("condition", group.unit, group.era, outcome, "lagged" if lagged else ""))
                found.skip(step.strip(), fitted)
                continue
            rng = drawn.stream("condition", group.unit, group.era, outcome, lagged)
            tables = {
                "fits": _fit_rows(fitted),
                "marginal_effects": _effect_rows(fitted),
                "interaction_tests": _test_rows(nominal, group, lagged=lagged, level=drawn.level, rng=rng),
            }
            if group.n_runs == 1 and not lagged:
                tables["power"] = _power_rows(nominal, level=drawn.level, rng=rng)
            elif group.n_runs > 1 and outcome == next(iter(inputs.outcomes)):
                tables["without"] = _without_rows(nominal, group, drawn, lagged=lagged, rng=rng)
            about: Row = {found.key: group.unit, "era": group.era, "outcome": outcome, "lagged": lagged}
            about |= {"runs": group.n_runs, "n_years": fitted.nominal.n_years}
            for name, rows in tables.items():
                found.add(name, [{**about, **row} for row in rows])


def _fit_rows(fitted: fits.Fitted) -> list[Row]:
    return [
        {
            "coefficient": name,
            "estimate": scale * fitted.nominal.fit.coefficients[place],
            "lower": scale * over.lower,
            "upper": scale * over.upper,
            "confidence": over.level,
            "se_hc3": scale * fitted.errors[0, place],
            "se_hac": scale * fitted.errors[1, place],
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


def _effect_rows(fitted: fits.Fitted) -> list[Row]:
    return [
        {
            "at": at,
            "condition": SCALE * fitted.effect.condition[place],
            "estimate": SCALE * fitted.effect.estimate[place],
            "lower": SCALE * over.lower,
            "upper": SCALE * over.upper,
            "confidence": over.level,
            "lower_all": SCALE * (over.estimate - fitted.band[place]),
            "upper_all": SCALE * (over.estimate + fitted.band[place]),
            "mean": SCALE * over.estimate,
            "positive": over.positive,
            "support": fitted.support[place],
        }
        for place, (at, over) in enumerate(zip(PLACES, fitted.effects, strict=True))
    ]


def _test_rows(
    data: fits.ConditionData, group: fits.Group, *, lagged: bool, level: float, rng: np.random.Generator
) -> list[Row]:
    found = shuffle_test(data.outcome, data.pressure, data.condition, rng=rng, eras=group.runs, lagged=lagged)
    beyond = bool((found.p_value[:2] <= 1.0 - level).all())
    return [
        {
            "shuffle": name,
            "statistic": found.statistic,
            "p_value": found.p_value[place],
            "p_above": found.p_above[place],
            "least": found.least[place],
            "exact": found.exact[place],
            "finding": SUGGESTIVE if beyond else NOT_FOUND,
        }
        for place, name in enumerate(SHUFFLES)
    ]


def _without_rows(
    data: fits.ConditionData, group: fits.Group, drawn: DrawnStudy, *, lagged: bool, rng: np.random.Generator
) -> list[Row]:
    """Give the nominal interaction of a pooled group without each of its runs."""
    rows = []
    for run in np.unique(group.runs):
        kept = group.runs != run
        part = [values[kept] for values in (data.outcome, data.pressure, data.condition)]
        runs = group.runs[kept]
        fit = fit_condition(*part, eras=runs, lagged=lagged, level=drawn.level)
        found = shuffle_test(*part, rng=rng, eras=runs, lagged=lagged)
        rows.append(
            {
                "without": drawn.trajectories[run].name,
                "runs": group.n_runs - 1,
                "n_years": fit.n_years,
                "estimate": SCALE * fit.interaction,
                "lower": SCALE * fit.lower,
                "upper": SCALE * fit.upper,
                "confidence": fit.level,
                "p_value": float(found.p_value[:2].max()),
            }
        )
    return rows


def _power_rows(data: fits.ConditionData, *, level: float, rng: np.random.Generator) -> list[Row]:
    size = np.array(EFFECTS) / SCALE
    parts = (data.outcome, data.pressure, data.condition)
    found = condition_power(*parts, effects=size, rng=rng, level=level, studied=_STUDIED)
    return [
        {"shuffle": shuffle, "effect": effect, "power": found[row, column]}
        for row, effect in enumerate(EFFECTS)
        for column, shuffle in enumerate(SHUFFLES[: found.shape[1]])
    ]
