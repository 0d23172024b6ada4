"""Configurations: TOML files that extend one another, closed and typed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, ValidationError
from pydantic_core import PydanticCustomError

from alliance_metrics.config.analysis import AnalysisSection
from alliance_metrics.config.faults import is_echo, validation_fault
from alliance_metrics.config.index import IndexSection, Section
from alliance_metrics.config.inputs import (
    CoderCellSection,
    CoderChoiceSection,
    InputField,
    TreatmentSection,
    WeightSection,
    to_inputs,
)
from alliance_metrics.errors import ConfigError, Fault, quoted
from alliance_metrics.index.treatment import Treatment
from alliance_metrics.uncertainty.inputs import Uncertainty

SUFFIX = ".toml"
_NAMES = Annotated[tuple[str, ...], Field(strict=False, min_length=1)]
_LAST_YEAR = 9999


class DataSection(Section):
    """Which data: a package, and the part of it that is scored.

    Attributes
    ----------
    package
        Path of ``datapackage.json``, relative to the configuration that says so.
    dyads, eras, coders
        Ids to keep; all where absent.
    years
        First and last year to keep, both included.
    facets
        For columns of the codebook's indicators, the values to keep: ``{ visibility = ["public"] }``.
    """

    package: str = "../data/datapackage.json"
    dyads: _NAMES | None = None
    eras: _NAMES | None = None
    coders: _NAMES | None = None
    years: Annotated[tuple[int, int] | None, Field(strict=False)] = None
    facets: Mapping[str, _NAMES] = Field(default_factory=dict)


class CodingSection(Section):
    """How coders are combined, and which of their cells are kept.

    Attributes
    ----------
    combine
        How the coders' levels become one.
    basis
        Cells kept by what the coder says they rest on; all where absent. Only where the codings have a basis.
    status
        Cells kept by the best grade of the evidence they cite (``note only``: none); all where absent.
    """

    combine: Literal["mean", "median", "model"] = "mean"
    basis: _NAMES | None = None
    status: _NAMES | None = None


class UncertaintySection(Section):
    """What is drawn, and how; see `Uncertainty`."""

    seed: Annotated[int, Field(ge=0, lt=1 << 63)] = 1949
    draws: Annotated[int, Field(ge=1, le=10_000_000)] = 10_000
    level: Annotated[float, Field(gt=0, lt=1)] = 0.90
    inputs: Annotated[tuple[InputField, ...], Field(strict=False)] = (
        CoderCellSection(input="coder_cell"),
        CoderChoiceSection(input="coder_choice"),
        WeightSection(input="weights"),
    )
    block_megabytes: Annotated[int, Field(ge=1, le=1 << 20)] = 64


def _power_of_two(value: int) -> int:
    if value & (value - 1):
        raise PydanticCustomError("power", "a power of two")
    return value


class SensitivitySection(Section):
    """Outputs of the sensitivity analysis, and its sample size; see `drivers`.

    Attributes
    ----------
    outputs
        The outputs, in one of the `FORMS`; a star stands for every year, or every unit but reference pairs.
    bases
        Base pairs in each replicate: a power of two.
    replicates
        Independent repetitions, whose spread gives the errors.
    radius
        How far weights may lie from the declared ones in the worst case, as total variation distance.
    """

    outputs: Annotated[tuple[str, ...], Field(strict=False, min_length=1)] = ("index:*:*",)
    bases: Annotated[int, Field(ge=4, le=1 << 20), AfterValidator(_power_of_two)] = 256
    replicates: Annotated[int, Field(ge=2, le=1000)] = 16
    radius: Annotated[float, Field(ge=0, le=1)] = 0.1


def _only_version(value: Any) -> Any:  # noqa: ANN401 - whatever stands in the file
    """Accept the whole number 1 only: ``true`` and ``1.0`` are not version numbers."""
    if type(value) is not int or value != 1:
        raise PydanticCustomError("version", "the whole number 1")
    return value


#: Version of the form of a file; written ``schema`` in it.
VersionField = Annotated[Literal[1], Field(alias="schema"), BeforeValidator(_only_version)]


class Config(Section):
    """One whole configuration, every default filled in.

    Attributes
    ----------
    schema_version
        Version of this form; written ``schema`` in the file.
    name
        Name of the result folder.
    description
        What the configuration is for, in a sentence.
    tree
        New parents of dimensions (a pillar) and of indicators (a dimension) that stand elsewhere than in the codebook.
    """

    schema_version: VersionField
    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$")]
    description: str = ""
    data: DataSection = Field(default_factory=DataSection)
    coding: CodingSection = Field(default_factory=CodingSection)
    treatment: TreatmentSection = Field(default_factory=TreatmentSection)
    index: IndexSection = Field(default_factory=IndexSection)
    tree: Mapping[str, str] = Field(default_factory=dict)
    weights: Mapping[str, Annotated[float, Field(ge=0)]] = Field(default_factory=dict)
    uncertainty: UncertaintySection = Field(default_factory=UncertaintySection)
    sensitivity: SensitivitySection = Field(default_factory=SensitivitySection)
    analysis: AnalysisSection = Field(default_factory=AnalysisSection)

    def to_treatment(self) -> Treatment:
        """Give the specification of the treatment.

        Returns
        -------
        Treatment
            The specification.
        """
        return Treatment(**self.treatment.model_dump())

    def to_uncertainty(self) -> Uncertainty:
        """Give the specification of the draws.

        Returns
        -------
        Uncertainty
            The specification.
        """
        section = self.uncertainty
        inputs = to_inputs(section.inputs)
        return Uncertainty(section.seed, section.draws, section.level, inputs, section.block_megabytes)


def parse_config(
    values: Mapping[str, Any], *, name: str, origins: Mapping[tuple[str, ...], str] | None = None
) -> Config:
    """Check the values of a whole configuration.

    Parameters
    ----------
    values
        Tables as parsed from TOML, nothing left to extend.
    name
        What messages call the file.
    origins
        For keys and pairs of section and key that another file gave: what messages call that file.

    Returns
    -------
    Config
        The configuration.

    Raises
    ------
    ConfigError
        Listing every unknown key, wrong type and value out of range.
    """

    def file_of(location: tuple[Any, ...]) -> str:
        given = origins or {}
        own = tuple(str(part) for part in location)
        return given.get(own[:2], given.get(own[:1], name))

    try:
        config = Config.model_validate(dict(values))
    except ValidationError as error:
        entries = [dict(entry) for entry in error.errors(include_url=False)]
        faults = [validation_fault(entry, Config, values, file_of=file_of) for entry in entries if not is_echo(entry)]
        raise ConfigError(faults) from error
    faults = _contradictions(config, file_of)
    if faults:
        raise ConfigError(faults)
    return config


def _contradictions(config: Config, file_of: Callable[[tuple[Any, ...]], str]) -> list[Fault]:
    kinds = [entry.name for entry in config.to_uncertainty().inputs]
    key, place = "uncertainty.inputs", file_of(("uncertainty", "inputs"))
    faults = [
        Fault(place, "an uncertain input stands twice", kind, "each input once", "remove one", column=key)
        for kind in sorted({kind for kind in kinds if kinds.count(kind) > 1})
    ]
    if (config.index.weighting == "budget") != bool(config.index.budget or config.index.allocations):
        what = "a budget without experts, or experts without a budget"
        allowed = 'weighting = "budget" together with budget = "a file of points"'
        found = f"weighting '{config.index.weighting}', budget {quoted(config.index.budget)}"
        place = file_of(("index", "budget"))
        faults.append(Fault(place, what, found, allowed, "complete it, or remove it", column="index.budget"))
    years = config.data.years
    if years is not None and not -_LAST_YEAR <= years[0] <= years[1] <= _LAST_YEAR:
        backward = years[0] > years[1]
        what, remedy = (
            ("the first year lies after the last", "swap them")
            if backward
            else ("a year is out of range", "correct it")
        )
        allowed = f"[first, last], from {-_LAST_YEAR} to {_LAST_YEAR}"
        place = file_of(("data", "years"))
        faults.append(Fault(place, what, quoted(list(years)), allowed, remedy, column="data.years"))
    return faults


def config_schema() -> dict[str, Any]:
    """Give the JSON Schema of a configuration file, for editors.

    Returns
    -------
    dict
        The schema. No key is required in it, since a file may extend another that has the key.
    """
    schema = Config.model_json_schema(by_alias=True)
    name = {
        "type": "string",
        "description": "Name or path of the configuration whose values hold where none stand here",
    }
    schema["properties"] = {"extends": name, **schema["properties"]}
    del schema["required"]
    for definition in schema["$defs"].values():
        for choice in definition["properties"].values():
            _allow_names(choice, schema["$defs"])
            _allow_names(choice.get("items", {}), schema["$defs"])
    treatments = schema["$defs"]["TreatmentInputSection"]["properties"]["choices"]
    names = schema["$defs"]["TreatmentSection"]["properties"]["method"]["enum"]
    treatments["items"] = {"oneOf": [{"enum": names, "type": "string"}, treatments["items"]]}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def _allow_names(choice: dict[str, Any], definitions: Mapping[str, Any]) -> None:
    """Allow the bare name of a method in place of a table with no other key."""
    kinds = choice.pop("discriminator", {}).get("mapping", {})  # a keyword of another standard
    defined = {name: definitions[place.rsplit("/", 1)[1]] for name, place in kinds.items()}
    short = sorted(name for name, definition in defined.items() if definition["required"] == ["method"])
    if short:
        choice["oneOf"] = [{"enum": short, "type": "string"}, *choice["oneOf"]]


def with_uncertainty(config: Config, changes: Mapping[str, int]) -> Config:
    """Give a configuration with some values of its ``[uncertainty]`` section changed.

    Parameters
    ----------
    config
        The configuration.
    changes
        New values by key.

    Returns
    -------
    Config
        The changed configuration.

    Raises
    ------
    ConfigError
        Where a new value is out of range.
    """
    values = config.model_dump(mode="json", by_alias=True, exclude_none=True)
    values["uncertainty"] = {**values["uncertainty"], **changes}
    return parse_config(values, name=f"configuration '{config.name}' as changed by the command")
