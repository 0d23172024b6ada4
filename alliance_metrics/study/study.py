"""A configuration and its data, read, checked and bound together, ready to be scored."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from alliance_metrics.coding import codebook as books
from alliance_metrics.coding.codebook import Codebook
from alliance_metrics.coding.consistency import Against, Coding, coding_faults, era_of, unit_faults
from alliance_metrics.coding.evidence import event_faults, evidence_index, source_faults
from alliance_metrics.coding.panel import IndicatorPanel
from alliance_metrics.config.model import Config, with_uncertainty
from alliance_metrics.config.reader import package_of, read_config
from alliance_metrics.errors import ConfigError, DataError, Fault, SpecError, listed, nearest
from alliance_metrics.index.plan import IndexPlan, plan_index
from alliance_metrics.index.specification import IndexSpec
from alliance_metrics.package.reader import DataPackage, read_data_package
from alliance_metrics.package.table import PLACE
from alliance_metrics.results.tables import rows_of
from alliance_metrics.study.declared_weights import known_weights
from alliance_metrics.study.names import Names, era_faults, names_of, with_ids
from alliance_metrics.uncertainty.alternatives import check_inputs

DYAD_CODING = Coding(unit="dyad", folder="codings")
STATE_CODING = Coding(unit="state", folder="context")


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
    """

    config: Config
    package: DataPackage
    codebook: Codebook
    panel: IndicatorPanel
    spec: IndexSpec
    plan: IndexPlan
    evidence: pd.DataFrame
    codings: pd.DataFrame

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
    codebook, found = _checked_contents(package)
    if faults or found:
        raise DataError([*faults, *found])
    return _bound(settled, package, codebook)


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


def _checked_contents(package: DataPackage) -> tuple[Codebook, list[Fault]]:
    """Check what spans rows and tables, as far as the tables concerned are free of faults themselves."""
    tables = {name: frame for name, frame in package.tables.items() if name not in package.unsound}
    codebook, faults = Codebook(pd.DataFrame(), pd.DataFrame()), event_faults(package.tables["events"])
    faults += source_faults(package.tables["sources"])
    if "indicators" in tables and "levels" in tables:
        codebook, found = books.from_tables(tables["indicators"], tables["levels"])
        faults += found
    if "eras" in tables and "dyads" in tables:
        faults += era_faults(tables["eras"], tables["dyads"])
    evidence = None
    if "events" in tables and "series" in tables:
        evidence = evidence_index(tables["events"], tables["series"])
    for coding, units, levels, codings in (
        (DYAD_CODING, "dyads", "levels", "codings"),
        (STATE_CODING, "context_states", "context_levels", "context_codings"),
    ):
        faults += unit_faults(package.tables[units], unit=coding.unit)
        against = Against(tables.get(units), tables.get(levels), evidence)
        faults += coding_faults(package.tables[codings], coding, against)
    return codebook, faults


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
    codings = _filtered_codings(config, package, codebook)
    panel = IndicatorPanel.from_frame(
        codings.drop(columns=list(PLACE)), units=_declared_units(config, package), coders=_kept_coders(config, package)
    )
    try:
        spec = _specification(config, codebook, whole)
        plan = plan_index(panel, spec)
        check_inputs(plan, config.to_uncertainty().inputs)
    except SpecError as error:
        raise ConfigError(replace(fault, where=f"configuration '{config.name}'") for fault in error.faults) from error
    evidence = evidence_index(package.tables["events"], package.tables["series"])
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
    choices: dict[str, tuple[Iterable[str] | None, Iterable[object]]] = {
        "dyads": (kept.dyads, dyads["dyad"]),
        "eras": (kept.eras, dyads["era"]),
        "coders": (kept.coders, package.tables["coders"]["coder"]),
        "facets": (kept.facets, facets),
        **{f"facets.{name}": (values, indicators[name]) for name, values in kept.facets.items() if name in facets},
    }
    faults = []
    for key, (chosen, known) in choices.items():
        names = list(dict.fromkeys(map(str, known)))
        what, allowed, remedy = f"unknown value of {key}", listed(names, limit=40), "correct the name"
        faults += [
            _config_fault(
                config, f"data.{key}", what, found=f"'{name}'{nearest(name, names)}", allowed=allowed, remedy=remedy
            )
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


def _filtered_codings(config: Config, package: DataPackage, codebook: Codebook) -> pd.DataFrame:
    codings, dyads = package.tables["codings"], package.tables["dyads"]
    framed = codings.assign(era=era_of(codings, dyads, unit="dyad"))
    keep, wanted = framed["indicator_id"].isin(codebook.indicators["indicator_id"]), config.data
    for column, names in {"dyad": wanted.dyads, "era": wanted.eras, "coder": wanted.coders}.items():
        if names is not None:
            keep &= framed[column].isin(names)
    if wanted.years is not None:
        keep &= framed["year"].between(*wanted.years)
    kept = framed[keep]
    if kept.empty:
        found, allowed = str(config.data.model_dump()), "filters that leave some codings"
        what, remedy = "no coded cell is left", "widen the filters"
        raise ConfigError([_config_fault(config, "data", what, found=found, allowed=allowed, remedy=remedy)])
    order = {pair: place for place, pair in enumerate(dyads[["dyad", "era"]].itertuples(index=False, name=None))}
    rank = [order[pair] for pair in kept[["dyad", "era"]].itertuples(index=False, name=None)]
    ordered = kept.assign(rank=rank).sort_values(["rank", "coder"], kind="stable").drop(columns="rank")
    return ordered.reset_index(drop=True)


def check(config: str | Path = "baseline", *, data: str | Path | None = None) -> tuple[list[Fault], str]:
    """Check a configuration and its data, computing nothing.

    Parameters
    ----------
    config, data
        As in `score`.

    Returns
    -------
    faults : list of Fault
        Every fault of both.
    summary : str
        What was checked, in a line.
    """
    faults: list[Fault] = []
    settled, path = None, None
    try:
        settled, path = read_config(config)
    except ConfigError as error:
        faults += error.faults
    place = Path(data) if data is not None else path
    if place is None:
        return faults, ""
    try:
        package, found = read_data_package(place)
    except DataError as error:
        return [*faults, *error.faults], ""
    codebook, spanning = _checked_contents(package)
    faults += [*found, *spanning]
    if settled is not None and not faults:
        try:
            _bound(settled, package, codebook)
        except (ConfigError, SpecError) as error:
            faults += error.faults
    rows = sum(len(frame) for frame in package.tables.values())
    summary = f"{place}: {len(package.digests) - 1} files, {rows} rows, and {config}: no faults."
    return faults, summary
