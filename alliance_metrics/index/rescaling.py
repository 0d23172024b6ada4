"""From levels to scores on the common scale, as a specification says: outliers first, then normalisation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

import numpy as np
import pandas as pd

from alliance_metrics.coding.arrays import Array
from alliance_metrics.errors import Fault, SpecError
from alliance_metrics.index.distances import by_best_distance, by_reference_distance, by_target_distance
from alliance_metrics.index.methods import Normalisation
from alliance_metrics.index.normalise import (
    Normaliser,
    by_borda,
    by_goalposts,
    by_group,
    by_minmax,
    by_percentile_rank,
    by_rank,
    by_zscore,
)
from alliance_metrics.index.outliers import TreatedOutliers, outlier_test, treat_outliers, winsorise
from alliance_metrics.index.specification import IndexSpec
from alliance_metrics.index.treatment import Treatment

#: What scores are multiplied by to be shown.
SCALE = 100.0
_OF_THEIR_OWN_SCALE = ("zscore", "rank", "borda")  # shown in standard deviations, ranks, units outdone
_METHODS: Mapping[str, Normaliser] = {
    "minmax": by_minmax,
    "zscore": by_zscore,
    "rank": by_rank,
    "percentile_rank": by_percentile_rank,
    "borda": by_borda,
    "best": by_best_distance,
}


def bound_normaliser(spec: IndexSpec, units: pd.DataFrame) -> Callable[[Array], Array]:
    """Bind outlier treatment and normalisation to directions, goalposts and groups of units.

    Parameters
    ----------
    spec
        The specification.
    units
        The panel's units.

    Returns
    -------
    callable
        Takes levels of shape (..., n_units, n_indicators), of all units where the method is pooled, and gives scores of
        the same shape; outliers are treated first, each draw for itself.

    Raises
    ------
    SpecError
        Where a reference is not in the panel.
    """
    normalise, treatment = _normaliser(spec, units), spec.treatment
    if treatment.outliers == "none":
        return normalise
    return lambda levels: normalise(without_outliers(levels, treatment).values)


def _normaliser(spec: IndexSpec, units: pd.DataFrame) -> Callable[[Array], Array]:
    """Bind the method of normalisation to directions, goalposts and groups of units."""
    choice, indicators = spec.normalisation, spec.indicators
    ends = {name: indicators[name].to_numpy(dtype=float) for name in ("low", "high")}
    direction = indicators["direction"].to_numpy(dtype=float) if "direction" in indicators.columns else 1.0
    if choice.method == "goalposts":
        return partial(by_goalposts, **ends, direction=direction)
    method = _METHODS.get(choice.method)
    if choice.method == "target":
        method = partial(by_target_distance, target=float(choice.target or 0.0))
    if choice.method == "reference":
        method = partial(by_reference_distance, reference=_reference_row(choice, units))
    if method is None:
        raise KeyError(choice.method)
    bound = partial(method, direction=direction)
    if choice.within != "panel" and choice.method != "reference":
        groups, _ = pd.factorize(units[choice.within])
        bound = partial(by_group, method, groups=groups.astype(np.int64), direction=direction)
    if choice.method not in _OF_THEIR_OWN_SCALE:
        return bound
    centre, deviation = choice.centre, choice.deviation
    if choice.method == "zscore" and centre is not None:
        return lambda levels: np.clip((centre + deviation * bound(levels)) / SCALE, 0.0, 1.0)
    return lambda levels: bound(levels) / SCALE


def _reference_row(choice: Normalisation, units: pd.DataFrame) -> int:
    rows = np.flatnonzero((units.iloc[:, 0] == choice.unit) & (units["year"] == choice.year))
    if len(rows) != 1:
        found, allowed = f"{choice.unit} {choice.year}", "one unit and year of the panel"
        what = "the reference is not in the panel"
        raise SpecError(
            [Fault("the index specification", what, found, allowed, "name another", column="normalisation")]
        )
    return int(rows[0])


def without_outliers(values: Array, treatment: Treatment) -> TreatedOutliers:
    """Treat outliers as a specification says.

    Parameters
    ----------
    values : ndarray, shape (..., n_units, n_indicators)
        Values; NaN where missing.
    treatment
        What is done.

    Returns
    -------
    TreatedOutliers
        Values after, and what was done. Under ``winsorise`` an indicator that still fails keeps what was drawn in.
    """
    if treatment.outliers == "transform":
        return treat_outliers(values, most=treatment.most, kind=treatment.logarithm)
    before = outlier_test(values)
    drawn = winsorise(values, most=treatment.most)
    touched = drawn.treated.any(axis=-2)
    outcome = np.where(touched, "winsorised", np.where(before.passed, "passed", "untreated"))
    return TreatedOutliers(drawn.values, outcome, drawn.treated, before, outlier_test(drawn.values))
