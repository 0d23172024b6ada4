"""The index against measures from outside: where they agree, where not, and which of them the coders had seen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from alliance_metrics.history.validation.measures import Measure, measures_of
from alliance_metrics.history.validation.rank_agreement import FEWEST, FORMS, RankAgreement, rank_agreement
from alliance_metrics.history.validation.ranked_components import SETS, RankedComponents
from alliance_metrics.history.validation.rival_index import (
    as_measure,
    rebuild_rivals,
    rival_table,
    standing_of,
)
from alliance_metrics.index.rescaling import SCALE
from alliance_metrics.results.collected import Skipped
from alliance_metrics.results.tidy_result import TidyResult
from alliance_metrics.results.words import ALL
from alliance_metrics.study.drawn_study import DrawnStudy
from alliance_metrics.study.score import record_of

ENOUGH = 8
"""Fewest values of which it is said whether they agree."""
READINGS = ("agrees", "leans with", "leans against", "disagrees", "too short", "does not vary")
SEEN_TABLES = ("measures", "measures_declared", "rivals")
"""The tables this analysis reads."""


def validation_analysis(drawn: DrawnStudy, *, progress: Callable[[float], None] | None = None) -> TidyResult:
    """Set the index and its pillars beside measures from outside.

    Parameters
    ----------
    drawn
        A study with its draws. Its data package may hold ``measures``, ``measures_declared`` and ``rivals``.
    progress
        Called now and then with the share of the work done. [0-1]

    Returns
    -------
    TidyResult
        The tables; without rows where the package has no measures.

    Notes
    -----
    Nominal scores give the estimate and its chance, `MOST_DRAWS` draws the interval. Persistence makes two unconnected
    series look alike, and a trend in both more so: a correlation of levels that does not last without the trend says
    only that both rose or fell. Measures of one family are not independent of one another.
    """
    tables = {name: drawn.study.package.tables[name] for name in SEEN_TABLES}
    skipped = Skipped()
    if tables["measures"].empty:
        skipped.skip("all comparisons", "the data package has no measures from outside")
    rivals = rebuild_rivals(tables, skipped)
    measures = measures_of(tables) + [as_measure(one, drawn.index_id) for one in rivals]
    parts: dict[str, list[pd.DataFrame]] = {name: [] for name in ("agreement", "years", "cooperation_index")}
    for done, trajectory in enumerate(drawn.trajectories):
        sides = RankedComponents(drawn, trajectory)
        for measure in measures:
            _add_measure(sides, measure, parts, skipped)
        for rival in rivals:
            if rival.unit == trajectory.unit and np.isin(rival.series.index, trajectory.years).any():
                draws = sides.draws(drawn.index_id)
                parts["cooperation_index"].append(rival_table(drawn, trajectory, rival, draws=draws))
        if progress:
            progress((done + 1) / len(drawn.trajectories))
    key = drawn.study.panel.unit
    agreement = pd.concat(parts["agreement"], ignore_index=True) if parts["agreement"] else pd.DataFrame()
    summary = _summary(agreement, key, level=drawn.level) if len(agreement) else []
    whole = {**parts, "summary": summary, "skipped": skipped.rows}
    return TidyResult(whole, key=key, record={**record_of(drawn.study), "sets": SETS}, kind="validation")


def _add_measure(
    sides: RankedComponents, measure: Measure, parts: dict[str, list[pd.DataFrame]], skipped: Skipped
) -> None:
    """Compare one measure with the index, the pillars and the component declared for it, in one trajectory."""
    drawn, trajectory = sides.drawn, sides.trajectory
    values = measure.by_unit.get(trajectory.unit, pd.Series(dtype=float))
    values = values[values.index.isin(trajectory.years)]
    if values.empty:
        return
    parts["years"].append(_year_table(sides, measure, values))
    if len(values) < FEWEST:
        few = f"{len(values)} {'year has' if len(values) == 1 else 'years have'} a value; {FEWEST} or more are needed"
        skipped.skip(f"{measure.id}, {trajectory.name}", few)
        return
    wanted = dict.fromkeys((drawn.index_id, *drawn.pillars, measure.component))
    if drawn.place(measure.component) is None:
        skipped.skip(f"{measure.id} against what it should go with", drawn.absence(measure.component))
        del wanted[measure.component]
    rows = []
    for component in wanted:
        nominal = sides.nominal(component)
        scored = trajectory.years[np.isfinite(nominal) & np.isin(trajectory.years, values.index)]
        if len(scored) < FEWEST:
            few = f"{len(scored)} years in common; {FEWEST} or more are needed"
            skipped.skip(f"{measure.id}, {trajectory.name}, {component}", few)
            continue
        rows += [_row(sides, measure, component, form=form, values=values[values.index.isin(scored)]) for form in FORMS]
    if rows:
        parts["agreement"].append(pd.DataFrame(rows))


def _row(sides: RankedComponents, measure: Measure, component: str, *, form: str, values: pd.Series) -> dict[str, Any]:
    drawn, trajectory = sides.drawn, sides.trajectory
    outer = sides.ranked_measure(measure.id, values, form)
    own = sides.ranked(component, values.index, form)
    found = rank_agreement(outer, own, level=drawn.level)
    sign = measure.direction
    lower, upper = sorted((sign * found.lower, sign * found.upper))
    tiers = {one.id: one.tier for one in drawn.study.plan.hierarchy.components}
    return {
        drawn.study.panel.unit: trajectory.unit,
        "era": trajectory.era,
        **{name: getattr(measure, name) for name in ("name", "family", "independent", "counted", "direction")},
        "measure": measure.id,
        "component": component,
        "tier": tiers[component],
        "declared": component == measure.component,
        "form": form,
        "years": found.n,
        "first_year": values.index[0],
        "last_year": values.index[-1],
        "estimate": sign * found.correlation,
        "lower": lower,
        "upper": upper,
        "confidence": drawn.level,
        "kendall": sign * found.concordance,
        "p_shifted": found.shifted,
        "effective_years": found.effective,
        **{name: getattr(found, name) for name in ("draws", "p_value", "reach", "power")},
        "persistence_measure": outer.persistence,
        "persistence_component": own.persistence,
        "sign_met": pd.NA if np.isnan(found.correlation) else sign * found.correlation > 0.0,
        "reading": reading_of(found, direction=sign, level=drawn.level),
    }


def reading_of(found: RankAgreement, *, direction: int, level: float) -> str:
    """Put a comparison into a word.

    Parameters
    ----------
    found
        The comparison.
    direction
        1 or -1: the sign expected.
    level
        Probability of the interval; chance at most one less this is called a find. [0-1]

    Returns
    -------
    str
        One of `READINGS`: *agrees* or *disagrees* where chance is small and the interval over draws lies on one side of
        0; else it leans the way its sign says.
    """
    if found.n < ENOUGH:
        return "too short"
    if np.isnan(found.correlation):
        return "does not vary"
    one_side = found.lower > 0.0 or found.upper < 0.0
    surely = found.p_value <= 1.0 - level + 1e-12 and one_side
    if direction * found.correlation > 0.0:
        return "agrees" if surely else "leans with"
    return "disagrees" if surely else "leans against"


def _year_table(sides: RankedComponents, measure: Measure, values: pd.Series) -> pd.DataFrame:
    drawn, trajectory = sides.drawn, sides.trajectory
    nominal = sides.nominal(drawn.index_id)[np.searchsorted(trajectory.years, values.index)]
    scored = np.isfinite(nominal)
    places = np.full(len(nominal), np.nan)
    places[scored] = standing_of(nominal[scored])
    standing = standing_of(values.to_numpy(dtype=float))
    return pd.DataFrame(
        {
            drawn.study.panel.unit: trajectory.unit,
            "era": trajectory.era,
            "measure": measure.id,
            "independent": measure.independent,
            "year": values.index.to_numpy(dtype=np.int64),
            "value": values.to_numpy(dtype=float),
            "measured_in": measure.measured_in,
            "standing": standing if measure.direction > 0 else SCALE - standing,
            "index": SCALE * nominal,
            "index_standing": places,
        }
    )


def _summary(agreement: pd.DataFrame, key: str, *, level: float) -> list[dict[str, Any]]:
    """Count the readings of counted measures, for each unit and era and for all units of an era."""
    counted = agreement[agreement["counted"].astype(bool)]
    sorts = [counted[counted["tier"] == "index"].assign(against="index")]
    sorts.append(counted[counted["declared"].astype(bool)].assign(against="declared"))
    every = pd.concat(sorts, ignore_index=True)
    both = pd.concat([every, every.assign(**{key: ALL})], ignore_index=True)
    rows = []
    names = [key, "era", "independent", "against", "form"]
    for values, group in both.groupby(names, sort=False):
        counts = group["reading"].value_counts()
        tested = len(group) - int(counts.get("too short", 0)) - int(counts.get("does not vary", 0))
        rows.append(
            {
                **dict(zip(names, values, strict=True)),
                "measures": len(group),
                "families": group["family"].nunique(),
                **{name.replace(" ", "_"): int(counts.get(name, 0)) for name in READINGS},
                "agrees_expected": tested * (1.0 - level) / 2.0,
            }
        )
    return rows
