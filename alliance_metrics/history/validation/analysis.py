"""The index against measures from outside: where they agree, where not, and which of them the coders had seen."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from alliance_metrics.coding.arrays import Array
from alliance_metrics.history.validation.measures import (
    Measure,
    as_measure,
    measures_of,
    rebuild_rivals,
    rival_table,
    standing_of,
)
from alliance_metrics.history.validation.rank_agreement import (
    FEWEST,
    FORMS,
    RankAgreement,
    RankedSeries,
    rank_agreement,
    rank_series,
)
from alliance_metrics.index.rescaling import SCALE
from alliance_metrics.results.collected import Collected
from alliance_metrics.results.tidy_result import TidyResult
from alliance_metrics.results.words import ALL
from alliance_metrics.study.credits import credits_of
from alliance_metrics.study.drawn_study import DrawnStudy, Trajectory
from alliance_metrics.study.score import record_of

#: Fewest values for which agreement is judged.
ENOUGH = 8
READINGS = ("agrees", "leans with", "leans against", "disagrees", "too short", "does not vary")
#: Simulated series for each comparison; draws behind the intervals, spread over all draws.
SETS, MOST_DRAWS = 999, 2000


@dataclass(frozen=True, eq=False)
class _Ranked:
    """Ranked components and measures in the years of one trajectory, each ranked only once."""

    drawn: DrawnStudy
    trajectory: Trajectory
    _held: dict[Hashable, RankedSeries] = field(default_factory=dict)

    def nominal(self, component: str) -> Array:
        """Give the nominal scores of a component.

        Parameters
        ----------
        component
            Its id.

        Returns
        -------
        ndarray, shape (n_years,)
            Scores; NaN where missing. [0-1]
        """
        return np.asarray(self.drawn.nominal_of((component,), self.trajectory)[0])

    def draws(self, component: str) -> Array:
        """Give draws of a component.

        Parameters
        ----------
        component
            Its id.

        Returns
        -------
        ndarray, shape (n_draws, n_years)
            At most `MOST_DRAWS` of them; NaN where missing. [0-1]
        """
        every = self.drawn.drawn_of((component,), self.trajectory)[0]
        kept = np.linspace(0, every.shape[-1] - 1, min(MOST_DRAWS, every.shape[-1])).astype(np.intp)
        return np.asarray(every[:, kept].T, dtype=np.float64)

    def component(self, component: str, years: pd.Index[Any], form: str) -> RankedSeries:
        """Rank a component.

        Parameters
        ----------
        component
            Its id.
        years
            Years of the trajectory in which it is scored, rising.
        form
            One of `FORMS`.

        Returns
        -------
        RankedSeries
            Its ranks, those of simulated series and of draws.
        """
        place = np.searchsorted(self.trajectory.years, years.to_numpy())
        key = ("component", component, form, *map(int, years))
        if key not in self._held:
            scores, drawn = self.nominal(component)[place], self.draws(component)[:, place]
            self._held[key] = self._series(key, scores, drawn=drawn)
        return self._held[key]

    def measure(self, measure: str, values: pd.Series, form: str) -> RankedSeries:
        """Rank a measure.

        Parameters
        ----------
        measure
            Its id.
        values : Series
            Its values by year, rising.
        form
            One of `FORMS`.

        Returns
        -------
        RankedSeries
            Its ranks, and those of simulated series.
        """
        key = ("measure", measure, form, *map(int, values.index))
        if key not in self._held:
            self._held[key] = self._series(key, values.to_numpy(dtype=float), drawn=None)
        return self._held[key]

    def _series(self, key: tuple[Any, ...], values: Array, *, drawn: Array | None) -> RankedSeries:
        rng = self.drawn.stream("validation", self.trajectory.unit, self.trajectory.era, *key)
        years = np.array(key[3:], dtype=np.intp)
        return rank_series(values, years, form=str(key[2]), sets=SETS, rng=rng, drawn=drawn)


def validation_analysis(drawn: DrawnStudy) -> TidyResult:
    """Set the index and its pillars beside measures from outside.

    Parameters
    ----------
    drawn
        A study with its draws. Its data package may hold ``measures``, ``measures_declared`` and ``rivals``.

    Returns
    -------
    TidyResult
        The tables; without rows where the package has no measures.

    Notes
    -----
    Nominal scores give the estimate and its p-value, `MOST_DRAWS` draws the interval. Persistence makes two unconnected
    series look alike, and a trend in both more so: a correlation of levels that does not last without the trend says
    only that both rose or fell. Measures of one family are not independent of one another.
    """
    tables, key = drawn.study.package.tables, drawn.study.panel.unit
    found = Collected("validation", key=key)
    if tables["measures"].empty:
        found.skip("all comparisons", "the data package has no measures from outside")
    rivals = rebuild_rivals(tables, found)
    measures = measures_of(tables) + [as_measure(one, drawn.index_id) for one in rivals]
    for trajectory in drawn.trajectories:
        ranked = _Ranked(drawn, trajectory)
        for measure in measures:
            _add_measure(ranked, measure, found)
        for rival in rivals:
            if rival.unit == trajectory.unit and np.isin(rival.series.index, trajectory.years).any():
                draws = ranked.draws(drawn.index_id)
                found.add("cooperation_index", rival_table(drawn, trajectory, rival, draws=draws))
    agreement = found.frame("agreement")
    if len(agreement):
        found.add("summary", _summary(agreement, key, level=drawn.level))
    return found.result({**record_of(drawn.study), "sets": SETS, "credits": credits_of(drawn.study, "measures")})


def _add_measure(ranked: _Ranked, measure: Measure, found: Collected) -> None:
    """Compare one measure with the index, the pillars and the component declared for it, in one trajectory."""
    drawn, trajectory = ranked.drawn, ranked.trajectory
    values = measure.by_unit.get(trajectory.unit, pd.Series(dtype=float))
    values = values[values.index.isin(trajectory.years)]
    if values.empty:
        return
    found.add("years", _year_table(ranked, measure, values))
    if len(values) < FEWEST:
        few = f"{len(values)} {'year has' if len(values) == 1 else 'years have'} a value; {FEWEST} or more are needed"
        found.skip(f"{measure.id}, {trajectory.name}", few)
        return
    wanted = dict.fromkeys((drawn.index_id, *drawn.pillars, measure.component))
    if drawn.place(measure.component) is None:
        found.skip(f"{measure.id} against what it should go with", drawn.absence(measure.component))
        del wanted[measure.component]
    for component in wanted:
        nominal = ranked.nominal(component)
        scored = trajectory.years[np.isfinite(nominal) & np.isin(trajectory.years, values.index)]
        if len(scored) < FEWEST:
            few = f"{len(scored)} years in common; {FEWEST} or more are needed"
            found.skip(f"{measure.id}, {trajectory.name}, {component}", few)
            continue
        common = values[values.index.isin(scored)]
        found.add("agreement", [_row(ranked, measure, component, form=form, values=common) for form in FORMS])


def _row(ranked: _Ranked, measure: Measure, component: str, *, form: str, values: pd.Series) -> dict[str, Any]:
    drawn, trajectory = ranked.drawn, ranked.trajectory
    outer, own = ranked.measure(measure.id, values, form), ranked.component(component, values.index, form)
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
    """Classify a comparison.

    Parameters
    ----------
    found
        The comparison.
    direction
        1 or -1: the sign expected.
    level
        Probability of the interval; a p-value of at most one less this counts as significant. [0-1]

    Returns
    -------
    str
        One of `READINGS`: *agrees* or *disagrees* where the p-value is small and the interval over draws excludes 0;
        else it leans the way its sign shows.
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


def _year_table(ranked: _Ranked, measure: Measure, values: pd.Series) -> pd.DataFrame:
    drawn, trajectory = ranked.drawn, ranked.trajectory
    nominal = ranked.nominal(drawn.index_id)[np.searchsorted(trajectory.years, values.index)]
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
    index = counted[counted["tier"] == "index"].assign(against="index")
    every = pd.concat([index, counted[counted["declared"].astype(bool)].assign(against="declared")])
    both = pd.concat([every, every.assign(**{key: ALL})])
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
