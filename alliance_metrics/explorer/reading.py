"""What the explorer shows at a setting, calculated by the package: tests hold the page equal to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from alliance_metrics.coding.arrays import Array
from alliance_metrics.config.model import parse_config
from alliance_metrics.errors import Fault, ResultError, listed
from alliance_metrics.explorer.draws import ShippedDraws
from alliance_metrics.explorer.setting import ReaderSetting, plan_under
from alliance_metrics.index.plan import IndexPlan, nominal_scores
from alliance_metrics.index.rescaling import SCALE
from alliance_metrics.results.files import RECORD
from alliance_metrics.results.folders import ScratchFile
from alliance_metrics.results.score_card import ScoreCard, load_result
from alliance_metrics.results.tidy_result import DECIMALS
from alliance_metrics.study.study import Study, open_study
from alliance_metrics.uncertainty.comparisons import quantile_of_sorted, tails_of
from alliance_metrics.uncertainty.draws import draw_index, start_run
from alliance_metrics.uncertainty.summary import summarise


def saved_folder(name: str) -> Path | None:
    """Find the folder of a saved result.

    Parameters
    ----------
    name
        Name of a folder, or of a configuration.

    Returns
    -------
    Path or None
        The folder; None where it holds no record.
    """
    try:
        return Path(name) if (Path(name) / RECORD).is_file() else None
    except (OSError, ValueError):  # a name no folder can have
        return None


def open_saved(
    folder: Path, *, data: str | Path | None = None, seed: int | None = None, draws: int | None = None
) -> tuple[Study, ScoreCard]:
    """Open the study that a saved result came from.

    Parameters
    ----------
    folder
        Folder that ``score`` wrote.
    data
        Folder of the data package; where its configuration finds it, where absent.
    seed, draws
        Refused: they are those of the result.

    Returns
    -------
    study : Study
        The study.
    card : ScoreCard
        The saved scores.

    Raises
    ------
    ResultError
        Where the result was changed, or the data are not those it came from.
    """
    card = load_result(folder)
    if seed is not None or draws is not None:
        what, allowed = "a saved result keeps its seed and draws", "a result without --seed and --draws"
        found, remedy = "--seed or --draws was given", "leave them out, or name the configuration instead"
        raise ResultError([Fault(str(folder), what, found, allowed, remedy)])
    record = card.record
    if not isinstance(record.get("config"), dict) or not isinstance(record.get("data", {}).get("digests"), dict):
        what, allowed = "the record is damaged", "a configuration and the digests of the data"
        raise ResultError([Fault(str(folder / RECORD), what, "one is missing", allowed, "run `score` again")])
    config = parse_config(_without_empty(record["config"]), name=str(folder / RECORD))
    study = open_study(config, data=data)
    recorded, present = record["data"]["digests"], dict(study.package.digests)
    changed = sorted(name for name in {*recorded, *present} if recorded.get(name) != present.get(name))
    if changed:
        allowed = "the data that the result was made of"
        remedy = "name them with --data, or run `score` again"
        raise ResultError([Fault(str(folder), "the data are not those recorded", listed(changed), allowed, remedy)])
    return study, card


def _without_empty(values: Any) -> Any:  # noqa: ANN401 - JSON
    """Leave out the null values of a record, which stand for keys that the configuration file did not have."""
    if isinstance(values, dict):
        return {key: _without_empty(value) for key, value in values.items() if value is not None}
    return [_without_empty(value) for value in values] if isinstance(values, list) else values


#: Tiers that the explorer draws and ranks.
TIERS = ("index", "pillar")
#: Above this number of draws they are summarised within the memory allowed, which is slower.
_MOST_HELD = 20_000
_SAME = 1e-6  # points by which rounding on another machine may change a saved estimate


@dataclass(frozen=True, eq=False)
class Reading:
    """Scores with their intervals, each array of shape (n_components, n_units).

    Parameters
    ----------
    components
        Ids, the index first.
    estimate, lower, upper
        Scores and the ends of their intervals; NaN where missing. [0-100]
    """

    components: tuple[str, ...]
    estimate: Array
    lower: Array
    upper: Array


def shown_components(plan: IndexPlan) -> dict[str, int]:
    """List the components that the explorer draws and ranks.

    Parameters
    ----------
    plan
        A plan.

    Returns
    -------
    dict
        Place of each by its id, the index first.
    """
    components = plan.hierarchy.components
    return {
        component.id: place for tier in TIERS for place, component in enumerate(components) if component.tier == tier
    }


def published_reading(study: Study, card: ScoreCard | None = None) -> Reading:
    """Give the published scores of the index and its pillars.

    Parameters
    ----------
    study
        The study.
    card
        Its saved scores; drawn anew where absent, to the same numbers.

    Returns
    -------
    Reading
        As `score` gives them.

    Raises
    ------
    ResultError
        Where the saved estimates are not those of this software and these data.
    """
    places = shown_components(study.plan)
    estimate = SCALE * nominal_scores(study.plan)[list(places.values())]
    if card is not None:
        return _saved(study, card, places, estimate)
    uncertainty = study.config.to_uncertainty()
    if uncertainty.draws > _MOST_HELD:
        summary, _ = summarise(start_run(study.plan, uncertainty), scratch=ScratchFile)
        kept = list(places.values())
        return _held(places, estimate, summary.lower[kept], summary.upper[kept])
    drawn = draw_index(study.plan, uncertainty, tiers=TIERS)
    order = [drawn.components.index(name) for name in places]
    return _held(places, estimate, *_ends(drawn.scores[order], uncertainty.level))


def _held(places: Mapping[str, int], estimate: Array, lower: Array, upper: Array) -> Reading:
    """Round scores as results are saved, so that a page is the same from a result and from its configuration."""
    rounded = (np.round(values, DECIMALS) for values in (estimate, SCALE * lower, SCALE * upper))
    return Reading(tuple(places), *rounded)


def _saved(study: Study, card: ScoreCard, places: Mapping[str, int], estimate: Array) -> Reading:
    scores, key = card.scores, study.panel.unit
    units = list(study.panel.units.itertuples(index=False, name=None))
    ends = {name: np.full(estimate.shape, np.nan) for name in ("estimate", "lower", "upper")}
    for row, name in enumerate(places):
        own = scores[scores["component"] == name]
        at = {unit: place for place, unit in enumerate(own[[key, "era", "year"]].itertuples(index=False, name=None))}
        if set(at) == set(units):
            for column, values in ends.items():
                values[row] = own[column].to_numpy()[[at[unit] for unit in units]]
    if not np.allclose(ends["estimate"], estimate, rtol=0.0, atol=_SAME, equal_nan=True):
        far = np.nanmax(np.abs(ends["estimate"] - estimate), initial=0.0)
        what, allowed = "the saved scores differ from those this software computes", "the estimates of these data"
        found = f"estimates up to {far:.4g} points off, or other dyad-years"
        raise ResultError([Fault("the saved result", what, found, allowed, "run `score` again")])
    return Reading(tuple(places), ends["estimate"], ends["lower"], ends["upper"])


def explorer_reading(study: Study, setting: ReaderSetting, *, shipped: ShippedDraws, published: Reading) -> Reading:
    r"""Calculate what the explorer shows at a setting.

    Parameters
    ----------
    study
        The study.
    setting
        The setting.
    shipped
        The draws that the page carries.
    published
        The published scores.

    Returns
    -------
    Reading
        Estimates and intervals of the components of ``published``; NaN where the setting leaves a component out.

    Raises
    ------
    SpecError
        Where the setting leaves nothing to score.

    Notes
    -----
    The estimate is that of the package under the setting. The shipped draws, rebuilt under it, give the ends
    :math:`q`; at the published setting they give :math:`q_0`, and the full number of draws :math:`p`.
    The page shows :math:`q + (p - q_0)`, which at the published setting is the published interval.
    """
    estimate, ends = _under(study, setting, shipped, published.components)
    _, own = _under(study, ReaderSetting(), shipped, published.components)
    shifts = published.lower - own[0], published.upper - own[1]
    lower, upper = (end + np.nan_to_num(shift) for end, shift in zip(ends, shifts, strict=True))
    if study.spec.normalisation.on_unit_interval:
        lower, upper = np.clip(lower, 0.0, SCALE), np.clip(upper, 0.0, SCALE)
    below = np.nan_to_num(np.maximum(published.lower - published.estimate, 0.0))
    above = np.nan_to_num(np.maximum(published.estimate - published.upper, 0.0))
    return Reading(
        published.components, estimate, np.minimum(lower, estimate + below), np.maximum(upper, estimate - above)
    )


def _under(
    study: Study, setting: ReaderSetting, shipped: ShippedDraws, components: tuple[str, ...]
) -> tuple[Array, tuple[Array, Array]]:
    """Give the estimates and the ends of the shipped draws at a setting, in points."""
    plan = plan_under(study, setting)
    places, level = shown_components(plan), study.config.uncertainty.level
    nominal = nominal_scores(plan)
    drawn = reading_draws(study, plan, setting, shipped=shipped)
    estimate, lower, upper = (np.full((len(components), nominal.shape[1]), np.nan) for _ in range(3))
    for row, name in enumerate(components):
        if name in places:
            estimate[row] = SCALE * nominal[places[name]]
            lower[row], upper[row] = (SCALE * end for end in _ends(drawn[places[name]], level))
    return estimate, (lower, upper)


def reading_draws(study: Study, plan: IndexPlan, setting: ReaderSetting, *, shipped: ShippedDraws) -> Array:
    """Rebuild the shipped draws at a setting.

    Parameters
    ----------
    study
        The study.
    plan
        The plan under the setting, as `plan_under` gives it.
    setting
        The setting.
    shipped
        The draws.

    Returns
    -------
    ndarray, shape (n_components, n_units, n_draws)
        Scores of the components of the plan. [0-1]
    """
    own = study.plan.hierarchy.components
    place_of = {component.id: place for place, component in enumerate(own)}
    row_of = {own[place].id: row for row, place in enumerate(shipped.indicators)}
    n_leaves, before = plan.hierarchy.n_indicators, nominal_scores(study.plan)
    now = nominal_scores(plan)[:n_leaves]
    leaves = np.repeat(now[..., np.newaxis], shipped.codes.shape[-1], axis=-1)
    scores = shipped.scores()
    ends = (0.0, 1.0) if study.spec.normalisation.on_unit_interval else (-np.inf, np.inf)
    for leaf, component in enumerate(plan.hierarchy.components[:n_leaves]):
        if component.role == "index":
            moved = now[leaf] - before[place_of[component.id]]
            leaves[leaf] = np.clip(scores[row_of[component.id]] + moved[:, np.newaxis], *ends)
    weights = {}
    for node, share in plan.weights.items():
        names = [plan.hierarchy.components[child].id for child in plan.hierarchy.components[node].children]
        factors = shipped.factors[[place_of[name] for name in names]].T.astype(np.float64)
        weights[node] = share * (1.0 if setting.certain else factors)
        total = weights[node].sum(axis=-1, keepdims=True)
        weights[node] = np.where(total > 0, weights[node], share)
    return plan.evaluate(leaves, weights, usable=plan.usable)


def _ends(drawn: Any, level: float) -> tuple[Array, Array]:  # noqa: ANN401 - of either precision
    ranked = np.sort(drawn, axis=-1)
    valid = (~np.isnan(ranked)).sum(axis=-1)
    low, _, high = tails_of(level)
    return quantile_of_sorted(ranked, low, valid=valid), quantile_of_sorted(ranked, high, valid=valid)
