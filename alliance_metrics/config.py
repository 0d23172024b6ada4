"""Configurations: TOML files that extend one another, closed and typed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.fields import FieldInfo

from alliance_metrics.errors import ConfigError, Fault, listed, nearest
from alliance_metrics.index.aggregate import Bedrock, Mean
from alliance_metrics.index.treatment import Treatment
from alliance_metrics.inference.uncertainty import CoderCell, CoderChoice, Uncertainty, WeightDraw

SUFFIX = ".toml"
_NAMES = Annotated[tuple[str, ...], Field(strict=False, min_length=1)]
_STRICT = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)


class Section(BaseModel):
    """A closed, frozen section of a configuration."""

    model_config = _STRICT


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
    """How coders are combined."""

    combine: Literal["mean", "median"] = "mean"


class TreatmentSection(Section):
    """What is done with missing cells; see `Treatment`."""

    method: Literal["none", "carry_forward", "linear"] = "none"
    max_age: Annotated[int, Field(ge=1, le=100)] = 2


class BedrockChoice(Section):
    """The bedrock aggregation; see `Bedrock`."""

    method: Literal["bedrock"]
    pillar: str
    strength: Annotated[float, Field(ge=0, le=1)]


class MeanChoice(Section):
    """An aggregation by a mean; see `Mean`."""

    method: Literal["arithmetic", "geometric"]


_MeanName = Literal["arithmetic", "geometric"]


class IndexSection(Section):
    """How scores become the index."""

    id: Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")] = "cohesion"
    normalisation: Literal["goalposts"] = "goalposts"
    weighting: Literal["declared", "equal_indicators"] = "declared"
    availability_min: Annotated[float, Field(ge=0, le=1)] = 0.6
    within_dimension: _MeanName = "arithmetic"
    within_pillar: _MeanName = "arithmetic"
    across_pillars: _MeanName | Annotated[MeanChoice | BedrockChoice, Field(discriminator="method")] = "arithmetic"


class CoderCellInput(Section):
    """Uncertain input: the level of each coder's cell."""

    input: Literal["coder_cell"]


class CoderChoiceInput(Section):
    """Uncertain input: the coders believed."""

    input: Literal["coder_choice"]


class WeightInput(Section):
    """Uncertain input: the weights at every node."""

    input: Literal["weights"]
    concentration: Annotated[float, Field(gt=0, le=1e6)] = 10.0


_Input = Annotated[CoderCellInput | CoderChoiceInput | WeightInput, Field(discriminator="input")]


class UncertaintySection(Section):
    """What is drawn, and how; see `Uncertainty`."""

    seed: Annotated[int, Field(ge=0, lt=1 << 63)] = 1949
    draws: Annotated[int, Field(ge=1, le=10_000_000)] = 10_000
    level: Annotated[float, Field(gt=0, lt=1)] = 0.90
    inputs: Annotated[tuple[_Input, ...], Field(strict=False)] = (
        CoderCellInput(input="coder_cell"),
        CoderChoiceInput(input="coder_choice"),
        WeightInput(input="weights"),
    )
    block_megabytes: Annotated[int, Field(ge=1, le=1 << 20)] = 64


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
    """

    schema_version: Annotated[Literal[1], Field(alias="schema")]
    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$")]
    description: str = ""
    data: DataSection = Field(default_factory=DataSection)
    coding: CodingSection = Field(default_factory=CodingSection)
    treatment: TreatmentSection = Field(default_factory=TreatmentSection)
    index: IndexSection = Field(default_factory=IndexSection)
    weights: Mapping[str, Annotated[float, Field(ge=0)]] = Field(default_factory=dict)
    uncertainty: UncertaintySection = Field(default_factory=UncertaintySection)

    def to_treatment(self) -> Treatment:
        """Give the specification of the treatment.

        Returns
        -------
        Treatment
            The specification.
        """
        return Treatment(self.treatment.method, self.treatment.max_age)

    def to_uncertainty(self) -> Uncertainty:
        """Give the specification of the draws.

        Returns
        -------
        Uncertainty
            The specification.
        """
        section = self.uncertainty
        kinds = {"coder_cell": CoderCell, "coder_choice": CoderChoice, "weights": WeightDraw}
        inputs = tuple(kinds[entry.input](**entry.model_dump()) for entry in section.inputs)
        return Uncertainty(section.seed, section.draws, section.level, inputs, section.block_megabytes)

    def to_across_pillars(self) -> Mean | Bedrock:
        """Give the aggregation across pillars.

        Returns
        -------
        Mean or Bedrock
            The specification.
        """
        choice = self.index.across_pillars
        if isinstance(choice, BedrockChoice):
            return Bedrock(choice.pillar, choice.strength)
        return Mean(choice if isinstance(choice, str) else choice.method)


def parse_config(values: Mapping[str, Any], *, name: str) -> Config:
    """Check the values of a whole configuration.

    Parameters
    ----------
    values
        Tables as parsed from TOML, nothing left to extend.
    name
        What messages call the file.

    Returns
    -------
    Config
        The configuration.

    Raises
    ------
    ConfigError
        Listing every unknown key, wrong type and value out of range.
    """
    try:
        config = Config.model_validate(dict(values))
    except ValidationError as error:
        raise ConfigError([_validation_fault(dict(entry), name) for entry in error.errors()]) from error
    repeated = [entry.input for entry in config.uncertainty.inputs]
    faults = [
        Fault(
            name,
            "an uncertain input stands twice",
            kind,
            "each input once",
            "remove one",
            column="uncertainty.inputs",
        )
        for kind in sorted({kind for kind in repeated if repeated.count(kind) > 1})
    ]
    if config.data.years and config.data.years[0] > config.data.years[1]:
        found = str(list(config.data.years))
        faults.append(Fault(name, "years run backward", found, "[first, last]", "swap them", column="data.years"))
    if faults:
        raise ConfigError(faults)
    return config


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


def _validation_fault(entry: dict[str, Any], name: str) -> Fault:
    location = [part for part in entry["loc"] if part not in _CHOICES]
    key = ".".join(str(part) for part in location)
    given, kind = entry.get("input"), entry["type"]
    if kind == "extra_forbidden":
        known = _known_keys(location[:-1])
        found = f"'{location[-1]}'{nearest(str(location[-1]), known)}"
        return Fault(name, "unknown key", found, listed(known), "correct or remove the key", column=key)
    if kind == "missing":
        return Fault(
            name,
            "a key is missing",
            f"no '{location[-1]}'",
            "see the published configurations",
            "add it",
            column=key,
        )
    shown = repr(given) if len(repr(given)) <= 80 else repr(given)[:77] + "..."
    return Fault(name, "a value that cannot be", shown, _plain(entry["msg"]), "correct the value", column=key)


_CHOICES = {"arithmetic", "geometric", "bedrock", "coder_cell", "coder_choice", "weights_input"} | {
    "literal['arithmetic','geometric']",
    "tagged-union[MeanChoice,BedrockChoice]",
}


def _plain(message: str) -> str:
    return message.replace("Input should be", "").replace("Input should", "").strip()


def _known_keys(location: list[Any]) -> list[str]:
    model: Any = Config
    for part in location:
        model = _model_below(model, str(part))
    return [info.alias or key for key, info in model.model_fields.items()] + (["extends"] if model is Config else [])


def _model_below(model: Any, part: str) -> Any:  # noqa: ANN401 - a pydantic model class
    info: FieldInfo | None = model.model_fields.get(part)
    below = info.annotation if info else None
    return below if isinstance(below, type) and issubclass(below, BaseModel) else model
