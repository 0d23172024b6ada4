"""Tables of the draws: ranks, comparisons of years, and the choices of each draw."""

from __future__ import annotations

import numpy as np
import pandas as pd

from alliance_metrics.coding.arrays import Array
from alliance_metrics.index.cohesion import label_rows
from alliance_metrics.index.plan import IndexPlan
from alliance_metrics.results.years import format_years
from alliance_metrics.uncertainty.comparisons import Comparisons
from alliance_metrics.uncertainty.robustness import ranks_of
from alliance_metrics.uncertainty.run import Run


def rank_table(plan: IndexPlan, scores: Array, comparisons: Comparisons, *, level: float) -> pd.DataFrame:
    """Give the rank of every unit among all, the highest score first.

    Parameters
    ----------
    plan
        The bound plan.
    scores : ndarray, shape (n_components, n_units)
        Nominal scores.
    comparisons
        Comparisons over the draws.
    level
        Probability of the intervals. [0-1]

    Returns
    -------
    DataFrame
        One row a component and unit: ``estimate``, ``lower``, ``median``, ``upper`` [ranks from 1], ``level`` and the
        number of ``draws`` compared.
    """
    places = [int(place) for place in comparisons.places[::-1]]
    table = label_rows(plan, places)
    return table.assign(
        estimate=ranks_of(scores[places]).ravel(),
        lower=comparisons.lower[::-1].ravel(),
        median=comparisons.median[::-1].ravel(),
        upper=comparisons.upper[::-1].ravel(),
        confidence=level,
        draws=comparisons.draws,
    )


def composition_table(plan: IndexPlan) -> pd.DataFrame:
    """Give which indicators are part of the index in each dyad and era, and what the others lack.

    Parameters
    ----------
    plan
        The bound plan.

    Returns
    -------
    DataFrame
        One row an indicator that counts in the index, unit and era: ``years``, years ``coded``, ``filled`` and
        ``counted``, and the ``reason`` where it is not part of the index in every year.
    """
    coded = np.asarray((~np.isnan(plan.panel.score)).any(axis=0))
    n_leaves, unit = plan.hierarchy.n_indicators, plan.panel.units.columns[0]
    there, filled = plan.usable[:n_leaves].T, plan.filled[:n_leaves].T > 0
    within = {child for node in plan.hierarchy.nodes for child in plan.hierarchy.components[node].children}
    rows = []
    for (name, era), own in plan.panel.units.groupby([unit, "era"], sort=False):
        places, years = own.index.to_numpy(), own["year"].to_numpy()
        for leaf in sorted(within & set(range(n_leaves))):
            lacking = years[~there[places, leaf]]
            uncoded = years[~coded[places, leaf]]
            if not len(lacking):
                reason = ""
            elif len(lacking) < len(years):
                reason = f"no value in {format_years(lacking)}"
            elif len(uncoded) == len(years):
                reason = "coded in no year"
            else:
                most = plan.spec.treatment.max_age
                far = [one for one in uncoded if np.abs(years[coded[places, leaf]] - one).min() > most]
                reason = f"no coded year within {most} years of {format_years(far)}"
            rows.append(
                {
                    unit: name,
                    "era": era,
                    "indicator_id": plan.panel.indicators[leaf],
                    "years": len(years),
                    "coded": int(coded[places, leaf].sum()),
                    "filled": int(filled[places, leaf].sum()),
                    "counted": len(years) - len(lacking),
                    "reason": reason,
                }
            )
    return pd.DataFrame(rows)


def pair_table(plan: IndexPlan, comparisons: Comparisons) -> pd.DataFrame:
    """Give for each two units the probability that the index of one is above that of the other.

    Parameters
    ----------
    plan
        The bound plan.
    comparisons
        Comparisons over the draws.

    Returns
    -------
    DataFrame
        One row a pair: unit, ``era``, ``year``, then ``other``, ``other_era``, ``other_year``, the probability that
        the first is ``above`` the other, that it is ``below`` [0-1], and the number of ``draws`` compared.
    """
    units = plan.panel.units
    one, other = np.triu_indices(len(units), k=1)
    there = ~np.isnan(comparisons.above[one, other])
    one, other = one[there], other[there]
    first = units.iloc[one].reset_index(drop=True)
    second = units.iloc[other].reset_index(drop=True)
    return first.assign(
        other=second.iloc[:, 0],
        other_era=second["era"],
        other_year=second["year"],
        above=comparisons.above[one, other],
        below=comparisons.above[other, one],
        draws=comparisons.draws,
    )


def _outcome(run: Run, code: int, causes: dict[int, str]) -> str:
    if code not in causes:
        return "scored"
    return "scored in part" if causes[code] == run.gaps.get(code) else "failed"


def run_table(run: Run, causes: dict[int, str]) -> pd.DataFrame:
    """List which draws used which combination of choices, with the outcome.

    Parameters
    ----------
    run
        The run.
    causes
        For combinations that failed: why.

    Returns
    -------
    DataFrame
        One row a run of draws: ``first_draw``, ``last_draw`` (from 0), ``choices``, ``outcome`` and ``cause``.
    """
    codes = run.codes
    starts = [0, *(np.flatnonzero(np.diff(codes)) + 1).tolist()]
    ends = [*starts[1:], len(codes)]
    rows = [
        {
            "first_draw": start,
            "last_draw": end - 1,
            "choices": run.alternatives.describe(int(codes[start])),
            "outcome": _outcome(run, int(codes[start]), causes),
            "cause": causes.get(int(codes[start]), ""),
        }
        for start, end in zip(starts, ends, strict=True)
    ]
    return pd.DataFrame(rows)
