"""A configuration and its data, read, checked and bound together, ready to be scored."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from alliance_metrics.coding import codebook as books
from alliance_metrics.coding.codebook import Codebook
from alliance_metrics.coding.consistency import BASIS, era_of
from alliance_metrics.coding.evidence import NOTE_ONLY, evidence_index, rests_on
from alliance_metrics.coding.panel import IndicatorPanel
from alliance_metrics.config.model import Config, with_uncertainty
from alliance_metrics.config.reader import package_of, read_config
from alliance_metrics.errors import ConfigError, DataError, Fault, SpecError, counted, listed, nearest
from alliance_metrics.index.plan import IndexPlan, plan_index
from alliance_metrics.index.specification import IndexSpec
from alliance_metrics.package.reader import DataPackage, read_data_package
from alliance_metrics.package.table import PLACE
from alliance_metrics.results.tables import rows_of
from alliance_metrics.study.contents import check_contents, grades_of
from alliance_metrics.study.declared_weights import known_weights
from alliance_metrics.study.names import Names, names_of, with_ids
from alliance_metrics.uncertainty.alternatives import check_inputs


@dataclass(frozen=True, eq=False)
class Study:
    """A checked data package under one configuration, ready to be scored.

    Parameters
    ----------
    config
        The configuration, complete.
    package
        The data package.
    codebook
        The indicators kept by the configuration.
    panel
        The codings kept, as arrays.
    spec
        The specification of the index.
    plan
        The specification bound to the panel.
    evidence
        Everything a coding may cite.
    codings
        The rows behind the panel.
    warnings
        What a reader of the data should look at; see `check`.
    """

    config: Config
    package: DataPackage
    codebook: Codebook
    panel: IndicatorPanel
    spec: IndexSpec
    plan: IndexPlan
    evidence: pd.DataFrame
    codings: pd.DataFrame
    warnings: tuple[Fault, ...] = ()

    @property
    def references(self) -> tuple[tuple[str, str], ...]:
        """Unit and era of the reference pairs: scored to show what a number means, not analysed."""
        rows = rows_of(self.package.tables["dyads"])
        return tuple((str(row["dyad"]), str(row["era"])) for row in rows if row.get("role") == "reference")

    @property
    def names(self) -> Names:
        """Other names of pairs and eras."""
        return names_of(self.package.tables)


def open_study(
    config: str | Path | Config = "baseline",
    *,
    data: str | Path | None = None,
    seed: int | None = None,
    draws: int | None = None,
) -> Study:
    """Read a configuration and its data, and check both.

    Parameters
    ----------
    config, data, seed, draws
        As in `score`.

    Returns
    -------
    Study
        Everything scoring needs.

    Raises
    ------
    ConfigError, DataError
        Listing every fault.
    """
    if isinstance(config, Config):
        settled, path = config, package_of(config)
    else:
        settled, path = read_config(config)
    settled = _redrawn(settled, seed, draws)
    package, faults = read_data_package(Path(data) if data is not None else path)
    contents = check_contents(package)
    if faults or contents.faults:
        raise DataError([*faults, *contents.faults])
    return replace(_bound(settled, package, contents.codebook), warnings=tuple(contents.warnings))


def with_draws(study: Study, *, seed: int | None = None, draws: int | None = None) -> Study:
    """Give an open study another seed or number of draws.

    Parameters
    ----------
    study
        The study.
    seed, draws
        As in `score`; those of the study where absent.

    Returns
    -------
    Study
        The same data under the changed configuration.
    """
    return replace(study, config=_redrawn(study.config, seed, draws))


def _redrawn(config: Config, seed: int | None, draws: int | None) -> Config:
    changes = {name: value for name, value in (("seed", seed), ("draws", draws)) if value is not None}
    return with_uncertainty(config, changes) if changes else config


def _bound(config: Config, package: DataPackage, whole: Codebook) -> Study:
    config = with_ids(config, names_of(package.tables))
    whole, misplaced = books.rearranged(whole, config.tree)
    if misplaced:
        raise ConfigError(
            _config_fault(config, f"tree.{name}", what, found=f"'{name}'", allowed=allowed, remedy="correct the move")
            for name, what, allowed in misplaced
        )
    _check_filters(config, package, whole)
    codebook = _filtered_codebook(config, whole)
    evidence = evidence_index(package.tables["events"], package.tables["series"], grades_of(package))
    codings = _filtered_codings(config, package, codebook, evidence)
    panel = IndicatorPanel.from_frame(
        codings.drop(columns=list(PLACE)), units=_declared_units(config, package), coders=_kept_coders(config, package)
    )
    try:
        spec = _specification(config, codebook, whole)
        plan = plan_index(panel, spec)
        check_inputs(plan, config.to_uncertainty().inputs)
    except SpecError as error:
        raise ConfigError(replace(fault, where=f"configuration '{config.name}'") for fault in error.faults) from error
    return Study(config, package, codebook, panel, spec, plan, evidence, codings)


def _specification(config: Config, codebook: Codebook, whole: Codebook) -> IndexSpec:
    return IndexSpec(
        indicators=codebook.indicators,
        weights=known_weights(config, whole, codebook),
        weighting="declared" if config.index.weighting == "budget" else config.index.weighting,
        combine=config.coding.combine,
        treatment=config.to_treatment(),
        **config.index.to_rules(),
        availability_min=config.index.availability_min,
        index_id=config.index.id,
    )


def _config_fault(config: Config, key: str, what: str, *, found: str, allowed: str, remedy: str) -> Fault:
    return Fault(f"configuration '{config.name}'", what, found, allowed, remedy, column=key)


def _check_filters(config: Config, package: DataPackage, codebook: Codebook) -> None:
    dyads, indicators, kept = package.tables["dyads"], codebook.indicators, config.data
    facets = [name for name in indicators.columns if name not in {"low", "high"}]
    bases = package.tables["codings"].get(BASIS, pd.Series(dtype=object))
    choices: dict[str, tuple[Iterable[str] | None, Iterable[object]]] = {
        "data.dyads": (kept.dyads, dyads["dyad"]),
        "data.eras": (kept.eras, dyads["era"]),
        "data.coders": (kept.coders, package.tables["coders"]["coder"]),
        "data.facets": (kept.facets, facets),
        **{f"data.facets.{name}": (values, indicators[name]) for name, values in kept.facets.items() if name in facets},
        "coding.basis": (config.coding.basis, sorted(set(bases) - {""})),
        "coding.status": (config.coding.status, (*grades_of(package), NOTE_ONLY)),
    }
    faults = []
    for key, (chosen, known) in choices.items():
        names = list(dict.fromkeys(map(str, known)))
        what, remedy = f"unknown value of {key.partition('.')[2]}", "correct the name"
        allowed = listed(names, limit=40) or f"nothing: the data have no {key.partition('.')[2]}"
        faults += [
            _config_fault(config, key, what, found=f"'{name}'{nearest(name, names)}", allowed=allowed, remedy=remedy)
            for name in chosen or ()
            if name not in names
        ]
    if faults:
        raise ConfigError(faults)


def _filtered_codebook(config: Config, codebook: Codebook) -> Codebook:
    keep = pd.Series(data=True, index=codebook.indicators.index)
    for facet, values in config.data.facets.items():
        keep &= codebook.indicators[facet].astype(str).isin(values)
    kept = codebook.indicators[keep]
    if not (kept["role"] == "index").any():
        found, allowed = str(dict(config.data.facets)), "facets that leave one or more indicators of role 'index'"
        what, remedy = "no indicator is left", "widen the facets"
        raise ConfigError([_config_fault(config, "data.facets", what, found=found, allowed=allowed, remedy=remedy)])
    return codebook.restricted_to(list(kept["indicator_id"]))


def _declared_units(config: Config, package: DataPackage) -> pd.DataFrame:
    """List every year of every dyad and era kept, coded or not, so that a year without codings shows as missing."""
    kept = config.data
    spans = [
        (str(row["dyad"]), str(row["era"]), int(row["first_year"]), int(row["last_year"]))
        for row in rows_of(package.tables["dyads"])
        if (kept.dyads is None or row["dyad"] in kept.dyads) and (kept.eras is None or row["era"] in kept.eras)
    ]
    first, last = kept.years or (-math.inf, math.inf)
    rows = [
        (dyad, era, year) for dyad, era, begin, end in spans for year in range(begin, end + 1) if first <= year <= last
    ]
    return pd.DataFrame(rows, columns=["dyad", "era", "year"])


def _kept_coders(config: Config, package: DataPackage) -> list[str]:
    """List the coders kept who coded anything, in the order of their table, which fixes the draws of each."""
    present = set(package.tables["codings"]["coder"])
    wanted = config.data.coders
    names = [str(name) for name in package.tables["coders"]["coder"]]
    return [name for name in names if name in present and (wanted is None or name in wanted)]


def _filtered_codings(config: Config, package: DataPackage, codebook: Codebook, evidence: pd.DataFrame) -> pd.DataFrame:
    codings, dyads = package.tables["codings"], package.tables["dyads"]
    framed = codings.assign(era=era_of(codings, dyads, unit="dyad"))
    keep, wanted = framed["indicator_id"].isin(codebook.indicators["indicator_id"]), config.data
    for column, names in {"dyad": wanted.dyads, "era": wanted.eras, "coder": wanted.coders}.items():
        if names is not None:
            keep &= framed[column].isin(names)
    if wanted.years is not None:
        keep &= framed["year"].between(*wanted.years)
    coding, scored = config.coding, framed["score"].notna()
    if coding.basis is not None:
        keep &= ~scored | framed[BASIS].isin(coding.basis)
    if coding.status is not None:
        keep &= ~scored | rests_on(framed, evidence).isin(coding.status)
    kept = framed[keep]
    section = "data" if coding.basis is None and coding.status is None else "coding"
    if kept.empty or (section == "coding" and not (keep & scored).any()):
        found, allowed = str(getattr(config, section).model_dump()), "filters that leave some codings"
        what, remedy = "no coded cell is left", "widen the filters"
        raise ConfigError([_config_fault(config, section, what, found=found, allowed=allowed, remedy=remedy)])
    order = {pair: place for place, pair in enumerate(dyads[["dyad", "era"]].itertuples(index=False, name=None))}
    rank = [order[pair] for pair in kept[["dyad", "era"]].itertuples(index=False, name=None)]
    ordered = kept.assign(rank=rank).sort_values(["rank", "coder"], kind="stable").drop(columns="rank")
    return ordered.reset_index(drop=True)


@dataclass(frozen=True)
class Checked:
    """What a check found.

    Parameters
    ----------
    faults
        Every fault of configuration and data.
    warnings
        What a reader of the data should look at; it keeps nothing from being scored. Only where the data have no fault.
    summary
        What was checked, in a line.
    """

    faults: list[Fault]
    warnings: list[Fault]
    summary: str


def check(config: str | Path = "baseline", *, data: str | Path | None = None) -> Checked:
    """Check a configuration and its data, computing nothing.

    Parameters
    ----------
    config, data
        As in `score`.

    Returns
    -------
    Checked
        Faults, warnings and a summary.
    """
    faults: list[Fault] = []
    settled, path = None, None
    try:
        settled, path = read_config(config)
    except ConfigError as error:
        faults += error.faults
    place = Path(data) if data is not None else path
    if place is None:
        return Checked(faults, [], "")
    try:
        package, found = read_data_package(place)
    except DataError as error:
        return Checked([*faults, *error.faults], [], "")
    contents = check_contents(package)
    faults += [*found, *contents.faults]
    if settled is not None and not faults:
        try:
            _bound(settled, package, contents.codebook)
        except (ConfigError, SpecError) as error:
            faults += error.faults
    rows = sum(len(frame) for frame in package.tables.values())
    warned = f", {counted(len(contents.warnings), 'warning')}" if contents.warnings else ""
    summary = f"{place}: {len(package.digests) - 1} files, {rows} rows, and {config}: no faults{warned}."
    return Checked(faults, contents.warnings, summary)
